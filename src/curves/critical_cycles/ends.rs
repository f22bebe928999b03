//! Equilibria to which critical cycles shrink.

use super::{CriticalCycles, CycleCondition};
use crate::curve::{Located, Point};
use crate::curves::{Condition, Critical};
use crate::field::Field;
use crate::trace::{Edge, Settings, Special, trace};
use std::f64::consts::PI;

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
        let mut parameters = self.parameters.clone();
        let mut edges = Vec::new();
        for (k, position) in self.free.iter().enumerate() {
            let [a, b] = [left, right].map(|point| point.y[nodes + 1 + k]);
            parameters[*position] = between(a, b);
            y.push(parameters[*position]);
            let reach = 0.05 * self.ranges[k];
            edges.push(Edge { coordinate: n + k, low: y[n + k] - reach, high: y[n + k] + reach });
        }
        let omega = 2.0 * PI / between(left.y[nodes], right.y[nodes]);
        y.push(omega * omega);
        let free: Vec<(usize, f64)> = self.free.iter().copied().zip(self.ranges).collect();
        let (sizes, kappa) = (&self.space.sizes, Some(omega * omega));
        let mut hopf = Critical::new(self.field, &parameters, &free, Condition::Hopf, sizes, &y[..n], kappa).ok()?;
        let settings = Settings { max_points: 60, ..Settings::default() };
        let found = (0..2).find_map(|k| trace(&mut hopf, &y, n + k, &edges, &[], &settings, &mut |_, _| {}).ok())?;
        // Distances in the plane of the parameters, in ranges.
        let away = |from: [f64; 2], to: [f64; 2]| {
            (0..2).map(|k| ((from[k] - to[k]) / self.ranges[k]).powi(2)).sum::<f64>().sqrt()
        };
        let guess = [y[n], y[n + 1]];
        let place = |special: &Special| {
            let at = &found.points[special.index].y;
            [at[n], at[n + 1]]
        };
        let labels: &[&str] = if self.condition == CycleCondition::Fold { &["GH"] } else { &["HH", "ZH"] };
        let special = found.special.iter().filter(|special| labels.contains(&special.label));
        let special = special.min_by(|a, b| away(place(a), guess).total_cmp(&away(place(b), guess)))?;
        let [from, to] = [left, right].map(|point| [point.y[nodes + 1], point.y[nodes + 2]]);
        if away(place(special), guess) > 0.3 * away(from, to).max(away(to, guess)) {
            return None;
        }
        let at = &found.points[special.index].y;
        let mut whole = Vec::with_capacity(left.y.len());
        for _ in 0..nodes / self.shape().states {
            whole.extend_from_slice(&at[..n]);
            whole.resize(whole.len() + self.shape().states - n, 0.0);
        }
        whole.extend([2.0 * PI / at[n + 2].max(0.0).sqrt(), at[n], at[n + 1]]);
        whole.extend(right.y.get(nodes + 3));
        Some(Located { label: special.label, y: whole, residual: special.residual })
    }
}
