//! Steps along a solution of `x' = f(x, p(t))`, and what lies within the last one.

use super::engine::{Attempt, Begin, Engine, Method, Motion, begin};
use super::{Choice, Ramp, Settings, Trouble};
use crate::field::{Derivatives, Field, linear, sizes};
use crate::linalg::{Matrix, Spectrum};
use crate::trace::Bracket;
use std::cell::RefCell;

/// The explicit method is looked at for stiffness after so many steps.
const LOOK: usize = 16;
/// Its steps are limited by stability where they are longer than this over the fastest decay, so many looks in a row. It is stable
/// to 6.1 on the negative real axis.
const STIFF: (f64, usize) = (4.5, 3);
/// So many rejected steps in a row are the end.
const REJECTIONS: usize = 100;
/// An extremum that is this near, in steps, is reached by Taylor's series; so many steps are tried to come as near.
const NEAR: f64 = 1e-4;
const CORRECTIONS: usize = 8;
/// Eigenvalues are found for up to so many states; else the largest row sum has to do.
const SMALL: usize = 32;

/// The equations at parameters one of which may move.
struct Equations<'a, F: Field> {
    field: &'a F,
    ramp: Option<&'a Ramp>,
    parameters: RefCell<Vec<f64>>,
    linear: RefCell<Linear>,
}

struct Linear {
    derivatives: Derivatives,
    f: Vec<f64>,
    f_x: Matrix,
}

impl<F: Field> Equations<'_, F> {
    fn move_to(&self, t: f64) {
        if let Some(ramp) = self.ramp {
            self.parameters.borrow_mut()[ramp.parameter] = ramp.at(t);
        }
    }
}

impl<F: Field> Motion for Equations<'_, F> {
    fn states(&self) -> usize {
        self.field.states()
    }

    fn rate(&self, t: f64, x: &[f64], dx: &mut [f64]) {
        self.move_to(t);
        self.field.rhs(x, &self.parameters.borrow(), dx);
    }

    fn jacobian(&self, t: f64, x: &[f64], write: &mut dyn FnMut(usize, usize, f64)) {
        self.move_to(t);
        let Linear { derivatives, f, f_x } = &mut *self.linear.borrow_mut();
        derivatives.first(self.field, x, &self.parameters.borrow(), f, f_x);
        for i in 0..x.len() {
            f_x.elements(i).for_each(|(j, value)| write(i, j, value));
        }
    }
}

/// A solution, step by step.
pub struct Integrator<'a, F: Field> {
    equations: Equations<'a, F>,
    engine: Box<dyn Engine>,
    method: Method,
    settings: Settings,
    atol: Vec<f64>,
    /// Now, and before the last step: time, state and rate.
    t: [f64; 2],
    x: [Vec<f64>; 2],
    f: [Vec<f64>; 2],
    /// With the next step the engine must begin anew: with which method, and with a step of this length. Until then it holds
    /// what lies within the last step.
    anew: Option<(Method, f64)>,
    steps: usize,
    suspicions: usize,
    spectrum: Spectrum,
}

impl<'a, F: Field> Integrator<'a, F> {
    /// * `x`: the state at time `t`; `parameters`: all of the model's, of which `ramp` moves one.
    pub fn new(
        field: &'a F,
        parameters: &[f64],
        ramp: Option<&'a Ramp>,
        x: &[f64],
        t: f64,
        settings: &Settings,
    ) -> Result<Self, Trouble> {
        let (n, derivatives) = (field.states(), Derivatives::new(field, &[]));
        let linear = RefCell::new(Linear { f: vec![0.0; n], f_x: derivatives.matrix(), derivatives });
        let equations = Equations { field, ramp, parameters: RefCell::new(parameters.to_vec()), linear };
        let mut f = vec![0.0; n];
        equations.rate(t, x, &mut f);
        if !f.iter().chain(x).all(|value| value.is_finite()) {
            return Err(Trouble::NotFinite { t, x: x.to_vec() });
        }
        let atol = match settings.atol {
            Some(atol) => vec![atol; n],
            None => sizes(x).iter().map(|size| 1e-3 * settings.rtol * size).collect(),
        };
        let method = match settings.method {
            Choice::Fixed(method) => method,
            Choice::Auto => Method::Dop853,
        };
        let start = Begin { t, x, step: settings.step, longest: settings.longest, rtol: settings.rtol, atol: &atol };
        let engine = begin(method, &equations, &start).ok_or(Trouble::Refused)?;
        Ok(Integrator {
            equations,
            engine,
            method,
            settings: *settings,
            atol,
            t: [t; 2],
            x: [x.to_vec(), x.to_vec()],
            f: [f.clone(), f],
            anew: None,
            steps: 0,
            suspicions: 0,
            spectrum: Spectrum::default(),
        })
    }

    pub fn time(&self) -> f64 {
        self.t[0]
    }

    pub fn state(&self) -> &[f64] {
        &self.x[0]
    }

    /// `x'` now.
    pub fn rate(&self) -> &[f64] {
        &self.f[0]
    }

    /// Time, state and rate before the last step.
    pub fn before(&self) -> (f64, &[f64], &[f64]) {
        (self.t[1], &self.x[1], &self.f[1])
    }

    /// Accepted steps.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The error of state `k` that is allowed in a step, where its size is this.
    pub fn error(&self, k: usize, size: f64) -> f64 {
        self.atol[k] + self.settings.rtol * size
    }

    pub fn method(&self) -> Method {
        self.method
    }

    /// All parameters at a time.
    pub fn parameters_at(&self, t: f64) -> Vec<f64> {
        self.equations.move_to(t);
        self.equations.parameters.borrow().clone()
    }

    /// `f_x` now.
    pub fn linearised<R>(&mut self, act: impl FnOnce(&Matrix) -> R) -> R {
        self.equations.jacobian(self.t[0], &self.x[0], &mut |_, _, _| {});
        act(&self.equations.linear.borrow().f_x)
    }

    /// One step, which ends at `limit` if it would go beyond.
    pub fn step(&mut self, limit: f64) -> Result<(), Trouble> {
        if self.steps >= self.settings.max_steps {
            return Err(Trouble::TooManySteps { t: self.t[0], x: self.x[0].clone() });
        }
        if let Some((method, step)) = self.anew.take() {
            self.begin(method, step)?;
        }
        let mut rejections = 0;
        let mut landed = false;
        let natural = loop {
            let (next, rest) = (self.engine.next(), limit - self.t[0]);
            let smallest = 4.0 * f64::EPSILON * self.t[0].abs();
            if !next.is_finite() || next <= smallest || rejections > REJECTIONS {
                return Err(self.stuck());
            }
            // A rest of less than a thousandth of a step is taken along.
            let landing = next >= rest * 0.999;
            landed |= landing;
            match self.engine.attempt(&self.equations, landing.then_some(rest)) {
                Attempt::Accepted => break next,
                Attempt::Rejected => rejections += 1,
                Attempt::Refused if self.engine.next() > smallest && self.settings.method == Choice::Auto => {
                    // It may be stiff; else the implicit method fails too.
                    if self.method == Method::Radau5 {
                        return Err(self.stuck());
                    }
                    self.begin(Method::Radau5, next)?;
                }
                Attempt::Refused if rejections == 0 && self.engine.next() > smallest => {
                    // The library's own signs of stiffness add up over any number of steps.
                    self.begin(self.method, next)?;
                    rejections += 1;
                }
                Attempt::Refused => return Err(self.stuck()),
            }
        };
        self.advance(if landed && self.engine.time() >= limit * (1.0 - f64::EPSILON) { Some(limit) } else { None });
        if !self.f[0].iter().chain(&self.x[0]).all(|value| value.is_finite()) {
            return Err(Trouble::NotFinite { t: self.t[1], x: self.x[1].clone() });
        }
        if landed {
            self.anew = Some((self.method, natural));
        }
        self.watch();
        Ok(())
    }

    /// Takes over where the engine is.
    fn advance(&mut self, landed: Option<f64>) {
        self.t = [landed.unwrap_or(self.engine.time()), self.t[0]];
        self.x.swap(0, 1);
        self.f.swap(0, 1);
        self.engine.state(&mut self.x[0]);
        self.equations.rate(self.t[0], &self.x[0], &mut self.f[0]);
        self.steps += 1;
    }

    fn begin(&mut self, method: Method, step: f64) -> Result<(), Trouble> {
        let start = Begin {
            t: self.t[0],
            x: &self.x[0],
            step: Some(step),
            longest: self.settings.longest,
            rtol: self.settings.rtol,
            atol: &self.atol,
        };
        self.engine = begin(method, &self.equations, &start).ok_or(Trouble::Refused)?;
        self.method = method;
        Ok(())
    }

    fn stuck(&self) -> Trouble {
        Trouble::Stuck { t: self.t[0], x: self.x[0].clone() }
    }

    /// Goes over to the implicit method where the explicit one's steps are limited by stability.
    fn watch(&mut self) {
        let looks = self.method == Method::Dop853 && self.settings.method == Choice::Auto;
        if !looks || !self.steps.is_multiple_of(LOOK) || self.anew.is_some() {
            return;
        }
        let step = self.t[0] - self.t[1];
        self.equations.jacobian(self.t[0], &self.x[0], &mut |_, _, _| {});
        let linear = self.equations.linear.borrow();
        let n = self.x[0].len();
        let fastest = if n <= SMALL {
            self.spectrum.of(&linear.f_x, n).ok().and_then(|all| all.last()).map_or(0.0, |last| -last[0])
        } else {
            let row = |i: usize| linear.f_x.elements(i).map(|(_, a)| a.abs()).sum::<f64>();
            (0..n).map(row).fold(0.0, f64::max)
        };
        drop(linear);
        self.suspicions = if step * fastest > STIFF.0 { self.suspicions + 1 } else { 0 };
        if self.suspicions >= STIFF.1 {
            self.anew = Some((Method::Radau5, step));
        }
    }

    /// The state at a time within the last step: as exact as the solution for the explicit method; for the implicit one of order 4,
    /// which is good enough to draw.
    pub fn at(&mut self, t: f64, x: &mut [f64]) {
        if t >= self.t[0] {
            x.copy_from_slice(&self.x[0]);
        } else {
            let [states, rates] = [&self.x, &self.f].map(|pair| [pair[0].as_slice(), pair[1].as_slice()]);
            self.engine.between(t, states, rates, x);
        }
    }

    /// The same to the tolerance: the implicit method steps there once more.
    pub fn exactly_at(&mut self, t: f64, x: &mut [f64]) {
        let (begun, way) = (self.t[1], t - self.t[1]);
        self.at(t, x);
        if self.method == Method::Dop853 || t >= self.t[0] || way <= 1e-12 * (self.t[0] - begun) {
            return;
        }
        let start = Begin {
            t: begun,
            x: &self.x[1],
            step: Some(way),
            longest: way,
            rtol: 1e-2 * self.settings.rtol,
            atol: &self.atol,
        };
        let Some(mut engine) = begin(self.method, &self.equations, &start) else { return };
        for _ in 0..REJECTIONS {
            let rest = t - engine.time();
            let landing = engine.next() >= rest * 0.999;
            match engine.attempt(&self.equations, landing.then_some(rest)) {
                Attempt::Accepted if landing && engine.time() >= t * (1.0 - f64::EPSILON) => {
                    engine.state(x);
                    return;
                }
                Attempt::Refused => return,
                _ => {}
            }
        }
    }

    /// `x'` at a time and a state.
    pub fn rate_at(&self, t: f64, x: &[f64], f: &mut [f64]) {
        self.equations.rate(t, x, f);
    }

    /// The extremum of state `k` within the last step: the zero of its rate, by false position between two times where its
    /// values have opposite signs. State and rate there are left in `x` and `f`.
    ///
    /// The implicit method must step to where its solution is known exactly, which is dear: its dense output is searched, one step
    /// leads there, and what it was off by, `δ = −f_k/f_k'`, is made up for by Taylor's series, in error by a multiple of δ³.
    pub fn extremum(&mut self, k: usize, between: [f64; 2], rates: [f64; 2], x: &mut [f64], f: &mut [f64]) -> f64 {
        let mut t = self.dense_extremum(k, between, rates, x, f);
        if self.method == Method::Dop853 {
            return t;
        }
        let resolution = NEAR * (self.t[0] - self.t[1]);
        for _ in 0..CORRECTIONS {
            self.exactly_at(t, x);
            self.equations.rate(t, x, f);
            let second = self.second_derivative(t, x, f);
            let off = -f[k] / second[k];
            let place = (t + off).clamp(between[0], between[1]);
            if !off.is_finite() {
                break;
            }
            if (place - t).abs() <= resolution {
                let off = place - t;
                (0..x.len()).for_each(|i| x[i] += off * (f[i] + 0.5 * off * second[i]));
                self.equations.rate(place, x, f);
                return place;
            }
            t = place;
        }
        self.exactly_at(t, x);
        self.equations.rate(t, x, f);
        t
    }

    /// The same in the dense output.
    fn dense_extremum(&mut self, k: usize, between: [f64; 2], rates: [f64; 2], x: &mut [f64], f: &mut [f64]) -> f64 {
        let mut bracket = Bracket::new(between, rates);
        let resolution = 4.0 * f64::EPSILON * between[1].abs() + 1e-14 * (between[1] - between[0]);
        let mut t = between[0];
        for _ in 0..60 {
            let place = bracket.place();
            let moved = (place - t).abs();
            t = bracket.clamp(place);
            self.at(t, x);
            self.equations.rate(t, x, f);
            let value = f[k];
            if value == 0.0 || moved <= resolution || bracket.width() <= resolution || !value.is_finite() {
                break;
            }
            bracket.narrow(t, value);
        }
        t
    }

    /// `x'' = f_x f`, where no parameter moves.
    fn second_derivative(&self, t: f64, x: &[f64], f: &[f64]) -> Vec<f64> {
        self.equations.move_to(t);
        linear(self.equations.field, x, &self.equations.parameters.borrow(), f)
    }
}
