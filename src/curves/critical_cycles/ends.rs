//! Equilibria to which critical cycles shrink.

use super::nearby::Surroundings;
use super::{CriticalCycles, CycleCondition};
use crate::curve::{Located, Point};
use crate::curves::{Condition, Critical};
use crate::field::Field;
use std::f64::consts::PI;

/// The Hopf curve is followed so far from the point expected, in lengths of the parameters' ranges.
const REACH: f64 = 0.05;
/// The point is nearer to where it is expected than this part of the way there.
const WAY: f64 = 0.3;

impl<F: Field> CriticalCycles<'_, F> {
    /// The point of codimension two at which the cycles of a curve shrink to an equilibrium, between two points of it or soon after: a
    /// Bautin point, or one of two frequencies.
    ///
    /// * `amplitudes`: of the two points, the second negative where the cycle is the first one turned round.
    pub(super) fn shrinks(&self, left: &Point, right: &Point, amplitudes: [f64; 2]) -> Option<Located> {
        let (n, nodes) = (self.space.components(), self.shape().nodes());
        // Everything but the cycle itself is even in the amplitude.
        let [a, b] = amplitudes.map(|r| r * r);
        let fraction = if (a - b).abs() > 1e-3 * (a + b) { a / (a - b) } else { 0.5 };
        let between = |a: f64, b: f64| a + fraction * (b - a);
        let [from, to] = [left, right].map(|point| self.space.means(&self.group(&point.y, 0)));
        let mut y: Vec<f64> = from.iter().zip(&to).map(|(a, b)| between(*a, *b)).collect();
        let ends = [left, right].map(|point| [point.y[nodes + 1], point.y[nodes + 2]]);
        let guess = [0, 1].map(|k| between(ends[0][k], ends[1][k]));
        let omega = 2.0 * PI / between(left.y[nodes], right.y[nodes]);
        y.extend([guess[0], guess[1], omega * omega]);
        let free: Vec<(usize, f64)> = self.free.iter().copied().zip(self.ranges).collect();
        let (parameters, sizes) = (self.parameters_at(guess), &self.space.sizes);
        let mut hopf =
            Critical::new(self.field, &parameters, &free, Condition::Hopf, sizes, &y[..n], Some(omega * omega)).ok()?;
        let labels: &[&str] = if self.condition == CycleCondition::Fold { &["GH"] } else { &["HH", "ZH"] };
        let surroundings = Surroundings { first: n, ranges: self.ranges, reach: REACH };
        let found = surroundings.nearest(&mut hopf, &y, labels)?;
        let way = surroundings.distance(ends[0], ends[1]).max(surroundings.distance(ends[1], guess));
        if found.distance > WAY * way {
            return None;
        }
        let at = &found.point.y;
        let mut whole = Vec::with_capacity(left.y.len());
        for _ in 0..nodes / self.shape().states {
            whole.extend_from_slice(&at[..n]);
            whole.resize(whole.len() + self.shape().states - n, 0.0);
        }
        whole.extend([2.0 * PI / at[n + 2].max(0.0).sqrt(), at[n], at[n + 1]]);
        whole.extend(right.y.get(nodes + 3));
        Some(Located { label: found.label, y: whole, residual: found.residual })
    }
}
