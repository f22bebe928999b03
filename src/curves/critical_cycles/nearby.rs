//! The special point of another curve in which one of critical cycles ends.

use crate::curve::{Curve, Point};
use crate::trace::{Edge, Settings, trace};

/// The other curve is followed through so many points.
const POINTS: usize = 60;

/// Where to look for it.
pub(super) struct Surroundings {
    /// Position of the two free parameters among the unknowns of the other curve, and the lengths of their ranges.
    pub first: usize,
    pub ranges: [f64; 2],
    /// Largest distance of either parameter from where it is at the start, in ranges.
    pub reach: f64,
}

/// A special point of the other curve, and how far it is from the start.
pub(super) struct Nearby {
    pub label: &'static str,
    pub point: Point,
    pub parameters: [f64; 2],
    pub residual: f64,
    pub distance: f64,
}

impl Surroundings {
    /// Distance in the plane of the parameters, in ranges.
    pub fn distance(&self, from: [f64; 2], to: [f64; 2]) -> f64 {
        (0..2).map(|k| ((from[k] - to[k]) / self.ranges[k]).powi(2)).sum::<f64>().sqrt()
    }

    /// The special point with one of these labels that is nearest to the start, on the curve through it.
    pub fn nearest(&self, curve: &mut dyn Curve, start: &[f64], labels: &[&str]) -> Option<Nearby> {
        let parameters = |y: &[f64]| [y[self.first], y[self.first + 1]];
        let begin = parameters(start);
        let edges = [0, 1].map(|k| {
            let reach = self.reach * self.ranges[k];
            Edge { coordinate: self.first + k, low: begin[k] - reach, high: begin[k] + reach }
        });
        let settings = Settings { max_points: POINTS, ..Settings::default() };
        // A parameter may not act on the curve.
        let hold = |k: usize| trace(curve, start, self.first + k, &edges, &[], &settings, &mut |_, _| {}).ok();
        let mut found = (0..2).find_map(hold)?;
        let away = |index: usize| self.distance(parameters(&found.points[index].y), begin);
        let wanted = found.special.iter().filter(|special| labels.contains(&special.label));
        let special = wanted.min_by(|a, b| away(a.index).total_cmp(&away(b.index)))?;
        let (distance, index) = (away(special.index), special.index);
        let (label, residual) = (special.label, special.residual);
        let point = found.points.swap_remove(index);
        Some(Nearby { label, parameters: parameters(&point.y), point, residual, distance })
    }
}
