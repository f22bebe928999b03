//! Strong resonances of orders 1 and 2, in which curves of tori end: on a curve of folds, or of period doublings.
//!
//! Beside them three multipliers are all but equal, and errors of the trivial one, ε, move the torus by `ε/(1 − |κ|)`. On the other
//! curve the resonance is a regular zero, and is found there.

use super::{CriticalCycles, CycleCondition, FIRST, FirstCritical};
use crate::collocation::Mesh;
use crate::curve::{Located, Point};
use crate::curves::cycles::Profile;
use crate::field::Field;
use crate::trace::{Edge, Settings, trace};

/// The other curve is followed so far from the resonance expected, in lengths of the parameters' ranges and in points.
const REACH: f64 = 0.02;
const POINTS: usize = 60;
/// The resonance is nearer than this many of the step in which the torus meets it.
const STEPS: f64 = 3.0;

impl<F: Field> CriticalCycles<'_, F> {
    /// The resonance between two points of a curve of tori, or soon after them, as a point of that curve.
    ///
    /// * `which`: the monitor that vanishes there.
    pub(super) fn resonance(&self, which: usize, left: &Point, right: &Point) -> Option<Located> {
        let (n, nodes) = (self.space.components(), self.shape().nodes());
        let (condition, label, kappa) = match which {
            FIRST => (CycleCondition::Fold, "R1", 1.0),
            _ => (CycleCondition::Flip, "R2", -1.0),
        };
        let [a, b] = [left, right].map(|point| (kappa - point.y[nodes + 3]).abs());
        let fraction = if a + b > 0.0 { a / (a + b) } else { 0.5 };
        let y: Vec<f64> = left.y.iter().zip(&right.y).map(|(l, r)| l + fraction * (r - l)).collect();
        let mut parameters = self.parameters.clone();
        let guess = [y[nodes + 1], y[nodes + 2]];
        self.free.iter().zip(guess).for_each(|(&position, value)| parameters[position] = value);
        let profile = Profile { mesh: self.space.mesh.clone(), nodes: self.group(&y, 0), period: y[nodes] };
        let (sizes, degree) = (&self.space.sizes, self.space.scheme.degree);
        let first = FirstCritical::at(self.field, &parameters, condition, sizes, degree, &profile, 0.0).ok()?;
        let free = [0, 1].map(|k| (self.free[k], self.ranges[k]));
        let (mut curve, start) = CriticalCycles::new(self.field, &parameters, free, condition, sizes, degree, &first);
        let own = condition.first(&start);
        let edge = |k: usize| {
            let (value, reach) = (guess[k], REACH * self.ranges[k]);
            Edge { coordinate: own + k, low: value - reach, high: value + reach }
        };
        let (edges, settings) = ([edge(0), edge(1)], Settings { max_points: POINTS, ..Settings::default() });
        let found =
            (0..2).find_map(|k| trace(&mut curve, &start, own + k, &edges, &[], &settings, &mut |_, _| {}).ok())?;
        let away = |from: [f64; 2], to: [f64; 2]| {
            (0..2).map(|k| ((from[k] - to[k]) / self.ranges[k]).powi(2)).sum::<f64>().sqrt()
        };
        let place = |point: &Point| [point.y[own], point.y[own + 1]];
        let special = found.special.iter().filter(|special| special.label == label).min_by(|a, b| {
            let [a, b] = [a, b].map(|special| away(place(&found.points[special.index]), guess));
            a.total_cmp(&b)
        })?;
        let at = &found.points[special.index];
        let step = away([left.y[nodes + 1], left.y[nodes + 2]], [right.y[nodes + 1], right.y[nodes + 2]]);
        if away(place(at), guess) > STEPS * step {
            return None;
        }
        let cycle = condition.profile(at, n)?;
        Some(Located { label, y: self.with_cycle(&y, &cycle, place(at), kappa), residual: special.residual })
    }

    /// Unknowns with another cycle, on the mesh of this curve, and the parameters and the cosine that belong to it.
    fn with_cycle(&self, y: &[f64], cycle: &Profile, parameters: [f64; 2], kappa: f64) -> Vec<f64> {
        let (n, shape) = (self.space.components(), self.shape());
        let Mesh { points } = &self.space.mesh;
        let own = match cycle.mesh.points == *points {
            true => cycle.nodes.clone(),
            false => cycle.mesh.transfer(&self.space.scheme, &cycle.nodes, n, &self.space.mesh),
        };
        let mut y = y.to_vec();
        let nodes = y[..shape.nodes()].chunks_exact_mut(shape.states);
        nodes.zip(own.chunks_exact(n)).for_each(|(node, u)| node[..n].copy_from_slice(u));
        y[shape.nodes()..].copy_from_slice(&[cycle.period, parameters[0], parameters[1], kappa]);
        y
    }
}
