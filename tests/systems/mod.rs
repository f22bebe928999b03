//! Systems with cycles, and branches of them, for several tests; none of them uses all.
#![allow(dead_code)]

pub mod critical;

use hopfold::collocation::{Mesh, Scheme};
use hopfold::curves::{Cycles, Profile};
use hopfold::field::Field;
use hopfold::scalar::Scalar;
use hopfold::start::{FirstCycle, cycle_at_hopf};
use hopfold::trace::{Edge, Settings, Trace, trace};
use std::f64::consts::PI;

/// Lur'e's feedback loop, β = 1.
pub struct Lure;

impl Field for Lure {
    fn states(&self) -> usize {
        3
    }
    fn parameters(&self) -> usize {
        1
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        dx[0] = x[1];
        dx[1] = x[2];
        dx[2] = x[0] * x[0] - x[0] - x[1] - p[0] * x[2];
    }
}

/// Langford's system with ε = 0, ω = 3.5: a torus at ρ = 0.51/(1.3 − 0.343/3 − 0.357).
pub struct Langford;

impl Field for Langford {
    fn states(&self) -> usize {
        3
    }
    fn parameters(&self) -> usize {
        1
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let (a, z) = (x[2] - 0.7, x[2]);
        dx[0] = a * x[0] - x[1] * 3.5;
        dx[1] = x[0] * 3.5 + a * x[1];
        dx[2] = z - z * z * z / 3.0 - (x[0] * x[0] + x[1] * x[1]) * (p[0] * z + 1.0) + 0.6;
    }
}

pub fn follow<'a, F: Field>(
    field: &'a F,
    start: &FirstCycle,
    lambda: f64,
    range: [f64; 2],
    sizes: &[f64],
) -> (Cycles<'a, F>, Trace) {
    let mut cycles = Cycles::new(field, &[lambda], (0, range[1] - range[0]), sizes, 4, &start.profile);
    let mut y = start.profile.nodes.clone();
    y.extend([start.profile.period, lambda]);
    let edges = [Edge { coordinate: y.len() - 1, low: range[0], high: range[1] }];
    let found =
        trace(&mut cycles, &y, start.hold, &edges, &[], &Settings::default(), &mut |_, _| {}).expect("a branch");
    (cycles, found)
}

pub fn from_hopf<'a, F: Field>(
    field: &'a F,
    x: &[f64],
    lambda: f64,
    omega: f64,
    range: [f64; 2],
    intervals: usize,
) -> (Cycles<'a, F>, Trace) {
    let sizes = vec![1.0; x.len()];
    let start = cycle_at_hopf(field, x, &[lambda], (omega, f64::INFINITY), &sizes, &Scheme::new(4), intervals)
        .expect("a small cycle");
    follow(field, &start, lambda, range, &sizes)
}

pub fn labels(trace: &Trace) -> Vec<&'static str> {
    trace.special.iter().map(|s| s.label).collect()
}

/// The exact cycle of Langford's system, on z = 0.7 with r² (1 + 0.7ρ) = 1.3 − 0.343/3, on a mesh of so many intervals.
pub fn langford_at(rho: f64, intervals: usize) -> FirstCycle {
    let radius = ((1.3 - 0.343 / 3.0) / (1.0 + 0.7 * rho)).sqrt();
    let mesh = Mesh::uniform(intervals);
    let at = |t: f64| [radius * (2.0 * PI * t).cos(), radius * (2.0 * PI * t).sin(), 0.7];
    let nodes: Vec<f64> = mesh.times(&Scheme::new(4)).into_iter().flat_map(at).collect();
    let hold = nodes.len() + 1;
    FirstCycle { profile: Profile { mesh, nodes, period: 2.0 * PI / 3.5 }, hold }
}

/// The reaction A→B in a stirred tank, β = 3, over D.
pub struct Reaction {
    pub b: f64,
}

impl Reaction {
    /// Where oscillation begins: equilibrium, D and frequency.
    ///
    /// With y = Bx/4 in equilibrium, D e^y = x/(1 − x): the trace `−5 − D e^y + B D (1 − x) e^y = −5 − x/(1 − x) + B x` vanishes.
    pub fn hopf(&self) -> ([f64; 2], f64, f64) {
        let b = self.b;
        // B x (1 − x) = 5 − 4x.
        let x = ((b + 4.0) - ((b + 4.0).powi(2) - 20.0 * b).sqrt()) / (2.0 * b);
        let (y, rate) = (b * x / 4.0, x / (1.0 - x));
        let determinant = (1.0 + rate) * (4.0 - b * x) + b * rate * x;
        ([x, y], rate * (-y).exp(), determinant.sqrt())
    }
}

impl Field for Reaction {
    fn states(&self) -> usize {
        2
    }
    fn parameters(&self) -> usize {
        1
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let rate = p[0] * (-x[0] + 1.0) * x[1].exp();
        dx[0] = rate - x[0];
        dx[1] = rate * self.b - x[1] * 4.0;
    }
}
