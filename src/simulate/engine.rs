//! The methods of the integrator library behind one interface: Dormand and Prince's explicit pair of order 8(5,3), and the implicit
//! Radau IIA of order 5 (Hairer, Nørsett & Wanner 1993; Hairer & Wanner 1996).
//!
//! States of up to 32 numbers are kept in arrays, with zeros behind the last one. What is peculiar to the library is here and
//! nowhere else:
//! * its Radau method transforms a scalar tolerance once for each state: tolerances are vectors;
//! * it may use a factorisation made for a step of another length: steps of that method are powers of 5/4, so that the path which
//!   skips factorising is not taken, except for a step that lands, after which the method begins anew;
//! * the dense output of its explicit method multiplies three factors in the wrong order, which leaves it of order 5 instead of 7:
//!   the coefficients are found from four of its values, and the polynomial is put together here;
//! * it counts signs of stiffness but never forgets them: what it says of stiffness is left to who called.

use differential_equations::interpolate::Interpolation;
use differential_equations::linalg::Matrix;
use differential_equations::methods::{ExplicitRungeKutta, ImplicitRungeKutta};
use differential_equations::ode::{ODE, OrdinaryNumericalMethod};
use differential_equations::status::Status;
use differential_equations::traits::State;
use std::cell::Cell;

/// `x' = f(x, t)` with its Jacobian.
pub(super) trait Motion {
    fn states(&self) -> usize;
    fn rate(&self, t: f64, x: &[f64], dx: &mut [f64]);
    /// `∂f_i/∂x_j` into `write(i, j, value)`, of the elements that are not zero.
    fn jacobian(&self, t: f64, x: &[f64], write: &mut dyn FnMut(usize, usize, f64));
}

/// The two methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Explicit, of order 8.
    Dop853,
    /// Implicit, of order 5, for stiff problems.
    Radau5,
}

/// What came of an attempted step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    Accepted,
    Rejected,
    /// The library gives up.
    Refused,
}

/// A method with its state.
pub(super) trait Engine {
    /// Tries a step: of the length that the method chooses, or of this one.
    fn attempt(&mut self, motion: &dyn Motion, landing: Option<f64>) -> Attempt;
    fn time(&self) -> f64;
    /// Length of the next step.
    fn next(&self) -> f64;
    fn state(&self, x: &mut [f64]);
    /// The state within the last step, from state and rate at both its ends, `[now, before]`.
    fn between(&mut self, t: f64, states: [&[f64]; 2], rates: [&[f64]; 2], x: &mut [f64]);
}

/// What an engine starts with.
pub(super) struct Begin<'a> {
    pub t: f64,
    pub x: &'a [f64],
    /// Length of the first step; chosen if `None`.
    pub step: Option<f64>,
    /// No step is longer.
    pub longest: f64,
    pub rtol: f64,
    /// For each state.
    pub atol: &'a [f64],
}

/// `None` where the library refuses to begin: tolerances below rounding errors, or a step that is no number.
pub(super) fn begin(method: Method, motion: &dyn Motion, start: &Begin) -> Option<Box<dyn Engine>> {
    match motion.states() {
        0..=4 => begin_with(method, motion, start, [0.0; 4]),
        5..=8 => begin_with(method, motion, start, [0.0; 8]),
        9..=32 => begin_with(method, motion, start, [0.0; 32]),
        n => begin_with(method, motion, start, Long(vec![0.0; n])),
    }
}

fn begin_with<Y: Numbers + 'static>(
    method: Method,
    motion: &dyn Motion,
    start: &Begin,
    mut x: Y,
) -> Option<Box<dyn Engine>> {
    let (n, room) = (start.x.len(), x.numbers().len());
    x.numbers_mut()[..n].copy_from_slice(start.x);
    x.prepare();
    // The library takes the mean over all numbers, of which those behind the last state must not count.
    let share = (n as f64 / room as f64).sqrt();
    let rtol = vec![start.rtol * share; room];
    let atol: Vec<f64> = (0..room).map(|k| start.atol.get(k).copied().unwrap_or(1.0) * share).collect();
    let system = System { motion, n };
    let end = start.t + start.longest;
    let h0 = start.step.map_or(0.0, |step| step.min(start.longest));
    match method {
        Method::Dop853 => {
            let solver = ExplicitRungeKutta::dop853().rtol(rtol).atol(atol).max_steps(usize::MAX);
            let mut solver = solver.h0(h0).h_max(start.longest);
            solver.init(&system, start.t, end, &x).ok()?;
            let dense = Some(Dense::default());
            Some(Box::new(Running { n, land: of(&solver, |_| {}), solver, state: x, dense }))
        }
        Method::Radau5 => {
            let solver = ImplicitRungeKutta::radau5().rtol(rtol).atol(atol).max_steps(usize::MAX).newton_tol(0.0);
            let mut solver = solver.h0(h0).h_max(start.longest).filter(quantised);
            solver.init(&system, start.t, end, &x).ok()?;
            Some(Box::new(Running {
                n,
                land: of(&solver, |solver| solver.filter = |h| h),
                solver,
                state: x,
                dense: None,
            }))
        }
    }
}

/// Makes the type of a closure's argument known, where it has no name outside the library.
fn of<T>(_: &T, act: fn(&mut T)) -> fn(&mut T) {
    act
}

/// The power of 5/4 below a length.
fn quantised(h: f64) -> f64 {
    let step = 1.25_f64.ln();
    ((h.ln() / step + 1e-9).floor() * step).exp()
}

struct Running<M, Y> {
    solver: M,
    n: usize,
    /// Makes ready for a step of a given length.
    land: fn(&mut M),
    state: Y,
    /// Of the explicit method.
    dense: Option<Dense>,
}

impl<M, Y: Numbers> Engine for Running<M, Y>
where
    M: OrdinaryNumericalMethod<f64, Y> + Interpolation<f64, Y>,
{
    fn attempt(&mut self, motion: &dyn Motion, landing: Option<f64>) -> Attempt {
        self.state.prepare();
        if let Some(length) = landing {
            (self.land)(&mut self.solver);
            self.solver.set_h(length);
        }
        if let Some(dense) = &mut self.dense {
            dense.known = false;
        }
        match self.solver.step(&System { motion, n: self.n }) {
            Ok(_) if matches!(self.solver.status(), Status::RejectedStep) => Attempt::Rejected,
            Ok(_) => Attempt::Accepted,
            Err(_) => Attempt::Refused,
        }
    }

    fn time(&self) -> f64 {
        self.solver.t()
    }

    fn next(&self) -> f64 {
        self.solver.h()
    }

    fn state(&self, x: &mut [f64]) {
        x.copy_from_slice(&self.solver.y().numbers()[..self.n]);
    }

    fn between(&mut self, t: f64, states: [&[f64]; 2], rates: [&[f64]; 2], x: &mut [f64]) {
        let (begun, end) = (self.solver.t_prev(), self.solver.t());
        let t = t.clamp(begun, end);
        let Some(dense) = &mut self.dense else {
            if let Ok(state) = self.solver.interpolate(t) {
                x.copy_from_slice(&state.numbers()[..self.n]);
            }
            return;
        };
        if !dense.known {
            dense.find(end - begun, states, rates, |s, x| {
                if let Ok(state) = self.solver.interpolate((begun + s * (end - begun)).clamp(begun, end)) {
                    x.copy_from_slice(&state.numbers()[..x.len()]);
                }
            });
        }
        dense.evaluate((t - begun) / (end - begun), states[1], x);
    }
}

/// The polynomial of degree 7 over the last step of the explicit method (Hairer, Nørsett & Wanner 1993, II.6):
///
/// ```text
/// x(s) = c₀ + s (c₁ + s̄ (c₂ + s (c₃ + s̄ (c₄ + s (c₅ + s̄ (c₆ + s c₇)))))),     s̄ = 1 − s
/// ```
///
/// The library has s and s̄ exchanged where they multiply c₅, c₆ and c₇.
#[derive(Debug, Default)]
struct Dense {
    known: bool,
    /// `c₁ … c₇`, n numbers each.
    coefficients: [Vec<f64>; 7],
}

/// The inverse of the matrix with rows `1, s̄, s̄ s, s̄ s s̄` at these places.
const INVERSE: [[f64; 4]; 4] = [
    [-1.0, 4.0, -6.0, 4.0],
    [5.0, -10.0, 10.0, -5.0],
    [25.0 / 6.0, -25.0, 75.0 / 2.0, -50.0 / 3.0],
    [-125.0 / 6.0, 125.0 / 2.0, -125.0 / 2.0, 125.0 / 6.0],
];

impl Dense {
    /// Where the library's polynomial is evaluated.
    const PLACES: [f64; 4] = [0.2, 0.4, 0.6, 0.8];

    fn find(
        &mut self,
        h: f64,
        [now, before]: [&[f64]; 2],
        [fast, first]: [&[f64]; 2],
        library: impl FnMut(f64, &mut [f64]),
    ) {
        let n = now.len();
        self.coefficients.iter_mut().for_each(|c| c.resize(n, 0.0));
        let [c1, c2, c3, rest @ ..] = &mut self.coefficients;
        for k in 0..n {
            c1[k] = now[k] - before[k];
            c2[k] = h * first[k] - c1[k];
            c3[k] = c1[k] - h * fast[k] - c2[k];
        }
        let mut library = library;
        let mut values = [(); 4].map(|()| vec![0.0; n]);
        for (value, s) in values.iter_mut().zip(Self::PLACES) {
            library(s, value);
            let r = 1.0 - s;
            for k in 0..n {
                // What multiplies s² s̄².
                let outer = ((value[k] - before[k]) / s - c1[k]) / r - c2[k];
                value[k] = (outer / s - c3[k]) / r;
            }
        }
        if !values.iter().flatten().all(|value| value.is_finite()) {
            // A stage left the domain of the equations, and the step did not: Hermite's cubic is what is left.
            rest.iter_mut().for_each(|c| c.fill(0.0));
            self.known = true;
            return;
        }
        // c₄ + s̄ (c₅ + s (c₆ + s̄ c₇)) at the four places.
        for (row, c) in INVERSE.iter().zip(rest) {
            for k in 0..n {
                c[k] = row.iter().zip(&values).map(|(w, value)| w * value[k]).sum();
            }
        }
        self.known = true;
    }

    fn evaluate(&self, s: f64, before: &[f64], x: &mut [f64]) {
        let [c1, c2, c3, c4, c5, c6, c7] = &self.coefficients;
        let r = 1.0 - s;
        for (k, x) in x.iter_mut().enumerate() {
            let inner = c4[k] + s * (c5[k] + r * (c6[k] + s * c7[k]));
            *x = before[k] + s * (c1[k] + r * (c2[k] + s * (c3[k] + r * inner)));
        }
    }
}

/// The equations as the library wants them.
struct System<'a> {
    motion: &'a dyn Motion,
    n: usize,
}

impl<Y: Numbers> ODE<f64, Y> for System<'_> {
    fn diff(&self, t: f64, x: &Y, dx: &mut Y) {
        self.motion.rate(t, &x.numbers()[..self.n], &mut dx.numbers_mut()[..self.n]);
    }

    fn jacobian(&self, t: f64, x: &Y, j: &mut Matrix<f64>) {
        for i in 0..self.n {
            (0..self.n).for_each(|k| j[(i, k)] = 0.0);
        }
        self.motion.jacobian(t, &x.numbers()[..self.n], &mut |i, k, value| j[(i, k)] = value);
    }
}

/// A state of the library as numbers.
trait Numbers: State<f64> {
    fn numbers(&self) -> &[f64];
    fn numbers_mut(&mut self) -> &mut [f64];
    /// To be called before the library is.
    fn prepare(&self) {}
}

impl<const N: usize> Numbers for [f64; N] {
    fn numbers(&self) -> &[f64] {
        self
    }
    fn numbers_mut(&mut self) -> &mut [f64] {
        self
    }
}

thread_local! {
    /// Length of a [`Long`] zero: the library asks for one without saying how long.
    static LENGTH: Cell<usize> = const { Cell::new(0) };
}

/// More states than an array is kept for.
#[derive(Clone, Debug)]
struct Long(Vec<f64>);

impl Numbers for Long {
    fn numbers(&self) -> &[f64] {
        &self.0
    }
    fn numbers_mut(&mut self) -> &mut [f64] {
        &mut self.0
    }
    fn prepare(&self) {
        LENGTH.set(self.0.len());
    }
}

impl State<f64> for Long {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn get_component(&self, index: usize) -> f64 {
        self.0[index]
    }
    fn set_component(&mut self, index: usize, value: f64) {
        self.0[index] = value;
    }
    fn map_components_mut<F: FnMut(usize, &mut f64)>(&mut self, mut f: F) {
        self.0.iter_mut().enumerate().for_each(|(i, x)| f(i, x));
    }
    fn zeros_like(&self) -> Self {
        Long(vec![0.0; self.0.len()])
    }
    fn zeros() -> Self {
        Long(vec![0.0; LENGTH.get()])
    }
    fn mul_add_assign(&mut self, alpha: f64, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(x, y)| *x += alpha * y);
    }
    fn scale_mut(&mut self, alpha: f64) {
        self.0.iter_mut().for_each(|x| *x *= alpha);
    }
}
