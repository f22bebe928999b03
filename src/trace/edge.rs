//! Edges, on which a curve ends exactly, and marks, which it meets exactly.

use super::explain::Found;
use super::newton::{NewtonFailure, polish};
use super::{End, Tracer, unit};
use crate::curve::Point;

/// The coordinate `y[coordinate]` stays between `low` and `high`: the curve ends exactly there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    pub coordinate: usize,
    pub low: f64,
    pub high: f64,
}

/// A point is wanted where `y[coordinate] = value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub coordinate: usize,
    pub value: f64,
}

/// A point this near to an edge lies on it, in lengths of the range.
const NEAR_EDGE: f64 = 1e-14;

impl Tracer<'_> {
    /// The end, where the start lies on an edge and the tangent points outwards.
    pub(super) fn starts_outward(&self) -> Option<End> {
        self.edges.iter().find_map(|edge| {
            let (value, slope) = (self.here.y[edge.coordinate], self.here.tangent[edge.coordinate]);
            let near = NEAR_EDGE * (edge.high - edge.low);
            if value <= edge.low + near && slope < 0.0 {
                Some(End::Edge { coordinate: edge.coordinate, high: false })
            } else if value >= edge.high - near && slope > 0.0 {
                Some(End::Edge { coordinate: edge.coordinate, high: true })
            } else {
                None
            }
        })
    }

    /// The edge beyond which `point` lies, if it does: the one that was crossed first on the way from `here`.
    pub(super) fn first_edge_crossed(&self, point: &Point) -> Option<(Edge, bool)> {
        let fraction = |edge: &Edge, high: bool| {
            let bound = if high { edge.high } else { edge.low };
            let (from, to) = (self.here.y[edge.coordinate], point.y[edge.coordinate]);
            (bound - from) / (to - from)
        };
        let crossed = self.edges.iter().filter_map(|edge| {
            let value = point.y[edge.coordinate];
            // A curve may touch an edge: rounding errors do not lead beyond it.
            let near = NEAR_EDGE * (edge.high - edge.low);
            if value > edge.high + near {
                Some((edge, true))
            } else if value < edge.low - near {
                Some((edge, false))
            } else {
                None
            }
        });
        crossed.min_by(|a, b| fraction(a.0, a.1).total_cmp(&fraction(b.0, b.1))).map(|(edge, high)| (*edge, high))
    }

    /// A special point beyond an edge: the curve left the range and came back within the step. Drops what was found from
    /// there on.
    pub(super) fn excursion(&self, found: &mut Vec<Found>) -> Option<(Edge, bool, Point)> {
        for k in 0..found.len() {
            if let Found::Special(_, point) = &found[k]
                && let Some((edge, high)) = self.first_edge_crossed(point)
            {
                let point = point.clone();
                found.truncate(k);
                return Some((edge, high, point));
            }
        }
        None
    }

    /// The point of the curve on the edge, between `here` and `beyond`.
    pub(super) fn land_on(&mut self, edge: Edge, high: bool, beyond: &Point) -> Result<Point, NewtonFailure> {
        let level = if high { edge.high } else { edge.low };
        self.land(edge.coordinate, level, &self.here.clone(), beyond)
    }

    /// The point between two neighbours where `y[coordinate] = level`, exactly.
    pub(super) fn land(
        &mut self,
        coordinate: usize,
        level: f64,
        left: &Point,
        right: &Point,
    ) -> Result<Point, NewtonFailure> {
        // A few bisections on the interpolant choose the crossing nearest to `left`.
        let (mut low, mut high) = (0.0, 1.0);
        let side = |y: &[f64]| (y[coordinate] - level).signum();
        let from = side(&left.y);
        for _ in 0..30 {
            let middle = 0.5 * (low + high);
            if side(&self.between(left, right, middle)) == from { low = middle } else { high = middle }
        }
        let mut y = self.between(left, right, 0.5 * (low + high));
        y[coordinate] = level;
        let mut row = unit(y.len(), coordinate);
        if right.y[coordinate] < left.y[coordinate] {
            row[coordinate] = -1.0;
        }
        polish(self.curve, &mut y, &self.scale, &row, self.settings)?;
        y[coordinate] = level;
        self.sample(y, &row)
    }
}
