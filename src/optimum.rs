//! Where a quantity of a cycle or an equilibrium is greatest, or least, over several parameters.
//!
//! The quantity is a function of the parameters as far as one solution can be followed: from one that is known at `p₀`, to `p₁`
//! along the straight line
//!
//! ```text
//! p(s) = p₀ + s (p₁ − p₀),     0 ≤ s ≤ 1,
//! ```
//!
//! which is a branch with the one free parameter `s`. A step of the optimiser is such a branch, from the nearest solution that it has
//! met. Where the branch ends before, as cycles do in a Hopf point, the quantity has no value, and the step is refused.
//!
//! Ranges are kept by `p = middle + half sin z`: an optimum at a bound is one in `z` as well, at which the sine is flat. Derivatives
//! by the parameters are those of the discretised equations, by implicit differentiation, exact to rounding. With them BFGS is the
//! method; for quantities that have none here, such as multipliers, Nelder and Mead's. Both find the nearest optimum only, so that
//! they start from several points. Nothing here knows names, files or models.

mod search;

use crate::collocation::{Scheme, Space};
use crate::curve::{Curve, Point, tangent};
use crate::curves::{Cycles, OneParameter, Profile};
use crate::field::Field;
use crate::linalg::Pattern;
use crate::scalar::Scalar;
use crate::trace::{Edge, End, Settings, trace};
use rayon::prelude::*;
use search::{Found, search};
use std::sync::Arc;

/// A method has converged where derivatives by the parameters, in `q/|q|` a range, that no bound accounts for are below this.
const CONVERGED: f64 = 1e-5;

/// A solution, without its parameters.
#[derive(Clone, Debug, PartialEq)]
pub enum Solution {
    Equilibrium(Vec<f64>),
    Cycle(Profile),
}

/// A solution with all parameters, and what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    pub parameters: Vec<f64>,
    pub solution: Solution,
    /// The quantities, one of which is optimised: of an equilibrium states, outputs and eigenvalues; of a cycle the period and what
    /// [`cycle_columns`](crate::curves::cycle_columns) lists after it.
    pub row: Vec<f64>,
    /// Number of unstable eigenvalues, or of multipliers outside the unit circle.
    pub unstable: usize,
}

/// Outputs of a cycle from its row so far and all parameters.
pub type CycleOutputs<'a> = &'a (dyn Fn(&[f64], &[f64]) -> Vec<f64> + Sync);

/// What is optimised, and over what.
pub struct Problem<'a, F: Field> {
    pub field: &'a F,
    /// Number of outputs of the field at an equilibrium.
    pub outputs: usize,
    /// What a cycle's row has at its end: from the row so far, and all parameters.
    pub cycle_outputs: CycleOutputs<'a>,
    /// Positions of the parameters, and their ranges.
    pub over: Vec<(usize, [f64; 2])>,
    /// Position in [`Known::row`].
    pub quantity: usize,
    pub maximise: bool,
    /// Scale of each state.
    pub sizes: Vec<f64>,
    /// Degree of a cycle's polynomials.
    pub degree: usize,
    /// Eigenvalues that are found of a sparse linearisation.
    pub eigenvalues: usize,
    pub settings: Settings,
}

/// A place at which the quantity has no value: where on the way to it the solution ended, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Missed {
    /// The parameters, of those that are varied.
    pub to: Vec<f64>,
    pub at: Vec<f64>,
    pub why: String,
}

/// How the search advances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// One more solution was followed to other parameters.
    Solution,
    /// One more start is done.
    Start,
}

/// What came of one start.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The parameters that are varied, at the start.
    pub from: Vec<f64>,
    pub best: Known,
    /// Derivatives of the quantity there; `None` where they are not known.
    pub gradient: Option<Vec<f64>>,
    /// All derivatives are zero, but those that point out of the ranges at a bound; without derivatives, the simplex has shrunk.
    pub converged: bool,
    /// Solutions that were found on the way, and gradients.
    pub evaluations: usize,
    pub gradients: usize,
    pub missed: Vec<Missed>,
}

/// One parameter in place of several: `p = from + s (to − from)`.
struct Line<'a, F: Field> {
    field: &'a F,
    from: &'a [f64],
    to: &'a [f64],
}

/// So many parameters are kept without an allocation.
const FEW: usize = 16;

impl<F: Field> Field for Line<'_, F> {
    fn states(&self) -> usize {
        self.field.states()
    }

    fn parameters(&self) -> usize {
        1
    }

    fn pattern(&self) -> Option<&Arc<Pattern>> {
        self.field.pattern()
    }

    fn rhs<S: Scalar>(&self, x: &[S], s: &[S], dx: &mut [S]) {
        // What does not move carries no derivatives, which models can make use of.
        let along = |from: f64, to: f64| if from == to { S::from(from) } else { s[0] * (to - from) + from };
        let mut few = [S::from(0.0); FEW];
        let many: Vec<S>;
        let p = match few.get_mut(..self.from.len()) {
            Some(p) => {
                p.iter_mut().zip(self.from).zip(self.to).for_each(|((p, from), to)| *p = along(*from, *to));
                &*p
            }
            None => {
                many = self.from.iter().zip(self.to).map(|(from, to)| along(*from, *to)).collect();
                &many
            }
        };
        self.field.rhs(x, p, dx);
    }
}

/// A branch along a line of parameters.
struct Path {
    points: Vec<Point>,
    /// The point at `s = 1`, or how far the branch came, and why not farther.
    arrival: Result<usize, (f64, String)>,
}

impl<F: Field> Problem<'_, F> {
    /// The quantity.
    pub fn value(&self, known: &Known) -> f64 {
        known.row.get(self.quantity).copied().unwrap_or(f64::NAN)
    }

    /// The parameters that are varied.
    pub fn place(&self, known: &Known) -> Vec<f64> {
        self.over.iter().map(|(position, _)| known.parameters[*position]).collect()
    }

    /// The quantity has derivatives that are known.
    pub fn is_differentiable(&self, known: &Known) -> bool {
        let n = self.field.states();
        self.quantity < if let Solution::Cycle(_) = known.solution { 1 + 4 * n } else { n }
    }

    /// Derivatives of the quantity by the varied parameters: with `F(y, p) = 0`, `F_y y_p = −F_p`. `None` where they are not known, or
    /// not finite, as at a fold.
    pub fn gradient(&self, known: &Known) -> Option<Vec<f64>> {
        let derivative = |&(position, [low, high]): &(usize, [f64; 2])| -> Option<f64> {
            let range = high - low;
            match &known.solution {
                Solution::Equilibrium(x) => {
                    let mut curve = OneParameter::new(self.field, &known.parameters, position, range);
                    let y: Vec<f64> = x.iter().copied().chain([known.parameters[position]]).collect();
                    let slopes = slopes(&mut curve, &y, &self.sizes, range)?;
                    (self.quantity < x.len()).then(|| slopes.get(self.quantity).copied()).flatten()
                }
                Solution::Cycle(profile) => {
                    let free = (position, range);
                    let mut curve = Cycles::new(self.field, &known.parameters, free, &self.sizes, self.degree, profile);
                    let y: Vec<f64> =
                        profile.nodes.iter().copied().chain([profile.period, known.parameters[position]]).collect();
                    let slopes = slopes(&mut curve, &y, &[], range)?;
                    self.slope_of_row(profile, &slopes)
                }
            }
        };
        let gradient: Option<Vec<f64>> = self.over.iter().map(derivative).collect();
        gradient.filter(|gradient| gradient.iter().all(|slope| slope.is_finite()))
    }

    /// How fast the quantity of a cycle changes where its nodes and its period change so fast.
    fn slope_of_row(&self, profile: &Profile, slopes: &[f64]) -> Option<f64> {
        let n = self.field.states();
        let Some(column) = self.quantity.checked_sub(1) else { return slopes.get(profile.nodes.len()).copied() };
        let (state, what) = (column / 4, column % 4);
        if state >= n {
            return None;
        }
        let space = Space { scheme: Scheme::new(self.degree), mesh: profile.mesh.clone(), sizes: self.sizes.clone() };
        if what == 3 {
            return space.means(&slopes[..profile.nodes.len()]).get(state).copied();
        }
        // To first order the time of an extremum does not matter.
        let [low, high] = space.mesh.extrema(&space.scheme, &profile.nodes, n)[state].map(|place| {
            let basis = space.scheme.basis(place.place);
            basis.iter().enumerate().map(|(i, b)| b * slopes[space.at(place.interval, i) + state]).sum::<f64>()
        });
        Some([low, high, high - low][what])
    }

    /// Distance of two places in ranges.
    fn distance(&self, a: &[f64], b: &[f64]) -> f64 {
        let squares = self.over.iter().map(|&(k, [low, high])| ((a[k] - b[k]) / (high - low)).powi(2));
        squares.sum::<f64>().sqrt()
    }

    /// All parameters at a place.
    fn parameters(&self, like: &Known, place: &[f64]) -> Vec<f64> {
        let mut p = like.parameters.clone();
        self.over.iter().zip(place).for_each(|((position, _), value)| p[*position] = *value);
        p
    }

    /// Follows a solution along the straight line to other parameters.
    fn path(&self, known: &Known, to: &[f64]) -> Path {
        let line = Line { field: self.field, from: &known.parameters, to };
        // In these units of s, a range of the parameters is about as long as for a branch that goes over it.
        let scale = 1.0 / self.distance(&known.parameters, to).max(1e-12);
        let (mut y, found) = match &known.solution {
            Solution::Equilibrium(x) => (x.clone(), None),
            Solution::Cycle(profile) => {
                (profile.nodes.iter().copied().chain([profile.period]).collect(), Some(profile))
            }
        };
        let s = y.len();
        y.push(0.0);
        let edges = [Edge { coordinate: s, low: 0.0, high: 1.0 }];
        let follow = |curve: &mut dyn Curve| trace(curve, &y, s, &edges, &[], &self.settings, &mut |_, _| {});
        let branch = match found {
            None => follow(&mut OneParameter::new(&line, &[0.0], 0, scale).leading(self.eigenvalues)),
            Some(profile) => follow(&mut Cycles::new(&line, &[0.0], (0, scale), &self.sizes, self.degree, profile)),
        };
        let branch = match branch {
            Ok(branch) => branch,
            Err(_) => {
                let why = "Newton's method does not converge where the line begins".to_string();
                return Path { points: Vec::new(), arrival: Err((0.0, why)) };
            }
        };
        let last = branch.points.len().saturating_sub(1);
        let ends = branch.ends.unwrap_or([End::MaxPoints, End::MaxPoints]);
        let index = [0, last];
        let is = |end: &End, which: bool| matches!(end, End::Edge { high, .. } if *high == which);
        if let Some(k) = (0..2).find(|k| is(&ends[*k], true)) {
            return Path { points: branch.points, arrival: Ok(index[k]) };
        }
        // The other end is where the line begins.
        let k = (0..2).find(|k| !is(&ends[*k], false)).unwrap_or(1);
        let reached = branch.points.get(index[k]).map_or(0.0, |point| point.y[s]);
        let label = branch.special.iter().find(|special| special.index == index[k]).map_or("", |special| special.label);
        let why = match &ends[k] {
            End::Terminus => format!("the cycle ends there ({label})"),
            End::Edge { .. } => "the branch turns back at a fold".into(),
            End::Closed => "the branch closes".into(),
            End::RunsOut(way) => format!("the branch ends there ({way})"),
            End::MaxPoints => format!("{} points do not suffice", branch.points.len()),
            End::Stopped { step, .. } => format!("the branch stops, with steps down to {step:.0e}"),
        };
        Path { points: branch.points, arrival: Err((reached, why)) }
    }

    /// A point of a path with its quantities.
    fn known(&self, point: &Point, from: &[f64], to: &[f64]) -> Option<Known> {
        let s = *point.y.last()?;
        let parameters: Vec<f64> = match (s - 1.0).abs() < 1e-9 {
            true => to.to_vec(),
            false => from.iter().zip(to).map(|(from, to)| s * (to - from) + from).collect(),
        };
        let mut row;
        let solution = if point.sample.frame.is_some() {
            let profile = Profile::at(point)?;
            row = vec![profile.period];
            Solution::Cycle(profile)
        } else {
            row = point.y[..self.field.states()].to_vec();
            let mut outputs = vec![0.0; self.outputs];
            self.field.observe(&row, &parameters, &mut outputs);
            let states = row.clone();
            row.extend(outputs);
            Solution::Equilibrium(states)
        };
        row.extend_from_slice(&point.sample.observed);
        if let Solution::Cycle(_) = solution {
            row.extend((self.cycle_outputs)(&row, &parameters));
        }
        Some(Known { parameters, solution, row, unstable: point.sample.index })
    }

    /// The solution at other parameters, followed from one that is known.
    pub fn reach(&self, known: &Known, to: &[f64]) -> Result<Known, Missed> {
        let path = self.path(known, to);
        let varied = |p: &[f64]| -> Vec<f64> { self.over.iter().map(|(k, _)| p[*k]).collect() };
        let missed = |s: f64, why: String| {
            let at: Vec<f64> = known.parameters.iter().zip(to).map(|(from, to)| s * (to - from) + from).collect();
            Missed { to: varied(to), at: varied(&at), why }
        };
        match path.arrival {
            Ok(index) => {
                let found = self.known(&path.points[index], &known.parameters, to);
                let found = found.filter(|found| self.value(found).is_finite());
                found.ok_or_else(|| missed(1.0, "the quantity is not finite".into()))
            }
            Err((s, why)) => Err(missed(s, why)),
        }
    }

    /// `a` is better than `b`.
    fn better(&self, a: f64, b: f64) -> bool {
        if self.maximise { a > b } else { a < b }
    }

    /// The best solution on the way to a place, which is where a start from there begins.
    fn best_towards(&self, known: &Known, to: &[f64]) -> Known {
        let path = self.path(known, to);
        let mut best = known.clone();
        let arrived = path.arrival.as_ref().ok().and_then(|index| path.points.get(*index));
        // To be started from several places, those that can be are not exchanged for better ones on the way.
        if let Some(found) = arrived.and_then(|point| self.known(point, &known.parameters, to)) {
            return found;
        }
        for point in &path.points {
            if let Some(found) = self.known(point, &known.parameters, to)
                && self.is_inside(&found.parameters)
                && self.better(self.value(&found), self.value(&best))
            {
                best = found;
            }
        }
        best
    }

    fn is_inside(&self, parameters: &[f64]) -> bool {
        self.over.iter().all(|&(k, [low, high])| (low..=high).contains(&parameters[k]))
    }

    /// The optima that are found from `starts` places, in parallel: from the known solution, and from places that fill the ranges
    /// evenly (Halton 1960). The result does not depend on the number of threads.
    ///
    /// * `heard`: hears how far the work is, from several threads.
    pub fn optima(&self, known: &Known, starts: usize, heard: &(dyn Fn(Advance) + Sync)) -> Vec<Run> {
        let inside: Vec<f64> = (self.over.iter())
            .map(|&(k, [low, high])| known.parameters[k].clamp(low + 1e-3 * (high - low), high - 1e-3 * (high - low)))
            .collect();
        let starts: Vec<Vec<f64>> = (0..starts)
            .map(|i| match i {
                0 => inside.clone(),
                i => {
                    let places = self.over.iter().zip(PRIMES.iter().cycle());
                    places.map(|((_, [low, high]), base)| low + (high - low) * halton(i, *base)).collect()
                }
            })
            .collect();
        let one = |place: &Vec<f64>| {
            let run = self.optimum(known, &self.parameters(known, place), heard);
            heard(Advance::Start);
            run
        };
        starts.par_iter().map(one).collect()
    }

    /// The optimum that is found from a place, or from as near to it as the known solution can be followed.
    fn optimum(&self, known: &Known, place: &[f64], heard: &dyn Fn(Advance)) -> Run {
        let start = match self.distance(&known.parameters, place) {
            0.0 => known.clone(),
            _ => self.best_towards(known, place),
        };
        let from = self.place(&start);
        let Found { best, evaluations, gradients, missed, shrunk } = search(self, start, heard);
        let gradient = self.is_differentiable(&best).then(|| self.gradient(&best)).flatten();
        let converged = match &gradient {
            Some(gradient) => self.is_stationary(&best, gradient),
            None => shrunk,
        };
        Run { from, best, gradient, converged, evaluations, gradients, missed }
    }

    /// At which bound a parameter is: -1 the lower, 1 the upper, 0 none.
    pub fn bound(&self, known: &Known, k: usize) -> i32 {
        let Some(&(position, [low, high])) = self.over.get(k) else { return 0 };
        let value = known.parameters[position];
        i32::from(value >= high) - i32::from(value <= low)
    }

    /// No derivative points to a better place within the ranges.
    fn is_stationary(&self, known: &Known, gradient: &[f64]) -> bool {
        let size = self.value(known).abs().max(f64::MIN_POSITIVE);
        self.over.iter().zip(gradient).enumerate().all(|(k, ((_, [low, high]), slope))| {
            let slope = if self.maximise { *slope } else { -slope };
            let outward = slope * f64::from(self.bound(known, k)) > 0.0;
            outward || (slope * (high - low) / size).abs() < CONVERGED
        })
    }
}

/// Derivatives of the unknowns by the last one, `y_λ` of `F(y, λ) = 0`.
fn slopes(curve: &mut dyn Curve, y: &[f64], sizes: &[f64], range: f64) -> Option<Vec<f64>> {
    let (mut scale, mut row, mut f) = (vec![0.0; y.len()], vec![0.0; y.len()], vec![0.0; y.len()]);
    *row.last_mut()? = 1.0;
    curve.rescale(y, &mut scale);
    scale.iter_mut().zip(sizes).for_each(|(scale, size)| *scale = scale.max(*size));
    *scale.last_mut()? = range;
    curve.linearise(y, &scale, &row, &mut f[..y.len() - 1]).ok()?;
    let (tangent, _) = tangent(curve);
    let along = tangent.last()? * range;
    Some(tangent.iter().zip(&scale).map(|(t, s)| t * s / along).collect())
}

const PRIMES: [usize; 8] = [2, 3, 5, 7, 11, 13, 17, 19];

/// The digits of `i` in a base, mirrored behind the point.
fn halton(mut i: usize, base: usize) -> f64 {
    let (mut value, mut digit) = (0.0, 1.0 / base as f64);
    while i > 0 {
        value += digit * (i % base) as f64;
        i /= base;
        digit /= base as f64;
    }
    value
}

#[cfg(test)]
mod tests;
