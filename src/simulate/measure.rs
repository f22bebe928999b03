//! Extrema and means along a solution, and its values at given times.

use super::{Integrator, Settings, Trouble};
use crate::field::Field;

/// Minimum, maximum and mean of a quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    pub min: f64,
    pub max: f64,
    pub mean: f64,
}

impl Extent {
    pub fn span(&self) -> f64 {
        self.max - self.min
    }

    /// The largest magnitude.
    pub fn size(&self) -> f64 {
        self.max.abs().max(self.min.abs())
    }
}

/// Gauss points of [0, 1] with their weights: exact for polynomials of degree 7, as which dense output is given.
const GAUSS: [(f64, f64); 4] = [
    (0.069_431_844_202_973_71, 0.173_927_422_568_726_93),
    (0.330_009_478_207_571_87, 0.326_072_577_431_273_07),
    (0.669_990_521_792_428_1, 0.326_072_577_431_273_07),
    (0.930_568_155_797_026_3, 0.173_927_422_568_726_93),
];

/// Extrema and integrals so far.
#[derive(Clone, Debug)]
pub(super) struct Extents {
    begun: f64,
    until: f64,
    low: Vec<f64>,
    high: Vec<f64>,
    integral: Vec<f64>,
}

impl Extents {
    pub fn new(t: f64, x: &[f64]) -> Self {
        Extents { begun: t, until: t, low: x.to_vec(), high: x.to_vec(), integral: vec![0.0; x.len()] }
    }

    /// A state alone.
    pub fn glance(&mut self, x: &[f64]) {
        for (k, &x) in x.iter().enumerate() {
            self.low[k] = self.low[k].min(x);
            self.high[k] = self.high[k].max(x);
        }
    }

    /// The last step: each state's extrema where its rate is zero, and its integral.
    ///
    /// A step is divided at its middle, so that two extrema of one state in one half of a step are all that can be missed.
    pub fn take<F: Field>(&mut self, solution: &mut Integrator<F>, x: &mut [f64], f: &mut [f64]) {
        let (begun, _, before) = solution.before();
        let (end, before) = (solution.time(), before.to_vec());
        let after = solution.rate().to_vec();
        self.glance(solution.state());
        let middle = 0.5 * (begun + end);
        solution.at(middle, x);
        self.glance(x);
        solution.rate_at(middle, x, f);
        let between = f.to_vec();
        for (from, to, first, last) in [(begun, middle, &before, &between), (middle, end, &between, &after)] {
            for k in 0..x.len() {
                let values = [first[k], last[k]];
                if values[0] * values[1] < 0.0 && self.may_matter(k, values[0] > 0.0, solution, to - from, first[k]) {
                    solution.extremum(k, [from, to], values, x, f);
                    self.low[k] = self.low[k].min(x[k]);
                    self.high[k] = self.high[k].max(x[k]);
                }
            }
        }
        for (place, weight) in GAUSS {
            solution.at(begun + place * (end - begun), x);
            self.integral.iter_mut().zip(&*x).for_each(|(sum, x)| *sum += weight * (end - begun) * x);
        }
        self.until = end;
    }

    /// An extremum in this part of a step can lie beyond those known.
    fn may_matter<F: Field>(&self, k: usize, maximum: bool, solution: &Integrator<F>, length: f64, slope: f64) -> bool {
        // Half a step does not bend so much that it rises further than its ends' slopes do.
        let (_, before, _) = solution.before();
        let reach = 2.0 * length * slope.abs().max(solution.rate()[k].abs());
        let now = solution.state()[k];
        match maximum {
            true => before[k].max(now) + reach >= self.high[k],
            false => before[k].min(now) - reach <= self.low[k],
        }
    }

    /// What two of them cover of a state.
    pub fn union(pair: &[Extents; 2], k: usize) -> Extent {
        let [a, b] = pair;
        Extent { min: a.low[k].min(b.low[k]), max: a.high[k].max(b.high[k]), mean: 0.0 }
    }

    /// The largest magnitude of a state.
    pub fn size(&self, k: usize) -> f64 {
        self.high[k].abs().max(self.low[k].abs())
    }

    pub fn into_extent(self) -> Vec<Extent> {
        let length = self.until - self.begun;
        let mean = |k: usize| if length > 0.0 { self.integral[k] / length } else { self.low[k] };
        (0..self.low.len()).map(|k| Extent { min: self.low[k], max: self.high[k], mean: mean(k) }).collect()
    }
}

/// What is measured over a stretch of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    pub extent: Vec<Extent>,
    /// Where it ends.
    pub state: Vec<f64>,
}

/// Extrema and means of all states over a time, which for a cycle is its period, from a state on it.
///
/// An extremum is a value of the dense output where `f_k(x) = 0`, so that it is as exact as the solution.
pub fn measure<F: Field>(
    field: &F,
    parameters: &[f64],
    state: &[f64],
    time: f64,
    settings: &Settings,
) -> Result<Measured, Trouble> {
    let mut solution = Integrator::new(field, parameters, None, state, 0.0, settings)?;
    let mut extents = Extents::new(0.0, state);
    let (mut x, mut f) = (state.to_vec(), state.to_vec());
    while solution.time() < time {
        solution.step(time)?;
        extents.take(&mut solution, &mut x, &mut f);
    }
    Ok(Measured { extent: extents.into_extent(), state: solution.state().to_vec() })
}

/// The states at ascending times from 0 on, to the tolerance.
pub fn orbit<F: Field>(
    field: &F,
    parameters: &[f64],
    state: &[f64],
    times: &[f64],
    settings: &Settings,
) -> Result<Vec<Vec<f64>>, Trouble> {
    let mut solution = Integrator::new(field, parameters, None, state, 0.0, settings)?;
    let last = times.last().copied().unwrap_or(0.0);
    let mut x = state.to_vec();
    let mut states = Vec::with_capacity(times.len());
    let mut rest = times.iter().copied().peekable();
    while let Some(&t) = rest.peek() {
        if t <= solution.time() {
            if t > solution.before().0 {
                solution.exactly_at(t, &mut x)
            } else {
                x.copy_from_slice(state)
            }
            states.push(x.clone());
            rest.next();
        } else {
            solution.step(last)?;
        }
    }
    Ok(states)
}
