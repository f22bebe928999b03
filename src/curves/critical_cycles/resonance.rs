//! Strong resonances of orders 1 and 2, in which curves of tori end: on a curve of folds, or of period doublings.
//!
//! Beside them three multipliers are all but equal, and errors of the trivial one, ε, move the torus by `ε/(1 − |κ|)`. On the other
//! curve the resonance is a regular zero, and is found there.

use super::nearby::Surroundings;
use super::{CriticalCycles, CycleCondition, FIRST, FirstCritical};
use crate::collocation::Mesh;
use crate::curve::{Located, Point};
use crate::curves::cycles::Profile;
use crate::field::Field;

/// The other curve is followed so far from the resonance expected, in lengths of the parameters' ranges.
const REACH: f64 = 0.02;
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
        let parameters = self.parameters_at([y[nodes + 1], y[nodes + 2]]);
        let profile = Profile { mesh: self.space.mesh.clone(), nodes: self.group(&y, 0), period: y[nodes] };
        let (sizes, degree) = (&self.space.sizes, self.space.scheme.degree);
        let first = FirstCritical::at(self.field, &parameters, condition, sizes, degree, &profile, 0.0).ok()?;
        let free = [0, 1].map(|k| (self.free[k], self.ranges[k]));
        let (mut curve, start) = CriticalCycles::new(self.field, &parameters, free, condition, sizes, degree, &first);
        let surroundings = Surroundings { first: condition.first(&start), ranges: self.ranges, reach: REACH };
        let found = surroundings.nearest(&mut curve, &start, &[label])?;
        let [from, to] = [left, right].map(|point| [point.y[nodes + 1], point.y[nodes + 2]]);
        if found.distance > STEPS * surroundings.distance(from, to) {
            return None;
        }
        let cycle = condition.profile(&found.point, n)?;
        Some(Located { label, y: self.with_cycle(&y, &cycle, found.parameters, kappa), residual: found.residual })
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
