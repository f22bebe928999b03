//! Edges, on which a curve ends exactly, and marks, which it meets exactly.

use super::explain::Found;
use super::newton::{NewtonFailure, correct};
use super::{Bracket, End, Special, Tracer, coordinate_between, unit};
use crate::curve::{Located, Point};

/// The coordinate `y[coordinate]` stays between `low` and `high`: the curve ends exactly there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    pub coordinate: usize,
    pub low: f64,
    pub high: f64,
}

/// Where a point is wanted.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// `y[coordinate] = value`.
    Value { coordinate: usize, value: f64 },
    /// `y[coordinate]` is larger or smaller than beside it: the tangent has no part in it.
    Extremum { coordinate: usize },
    /// The same of a quantity that is no unknown, by its slope among those of the sample.
    Level { slope: usize },
}

impl Mark {
    /// Label of its points.
    fn label(&self) -> &'static str {
        match self {
            Mark::Value { .. } => "UZ",
            Mark::Extremum { .. } | Mark::Level { .. } => "EX",
        }
    }

    /// Zero where the point is wanted.
    fn excess(&self, point: &Point) -> f64 {
        match *self {
            Mark::Value { coordinate, value } => point.y[coordinate] - value,
            Mark::Extremum { coordinate } => point.tangent[coordinate],
            Mark::Level { slope } => point.sample.slopes.get(slope).copied().unwrap_or(f64::NAN),
        }
    }
}

/// Halvings and secants until nothing is left between two points.
const MAX_PLACES: usize = 100;

/// So often is the interpolant halved on which a landing did not succeed.
const MAX_HALVINGS: usize = 8;
/// A landing farther from the interpolant than this, in lengths of the step, is one on another curve.
const MAX_OFFSET: f64 = 0.3;

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
        self.land(edge.coordinate, level, &self.here.clone(), beyond).map(|(point, _)| point)
    }

    /// The point between two neighbours where `y[coordinate] = level`, exactly, and its residual. Where the interpolant does not
    /// lead there, as beside the end of a branch of cycles in a Hopf point, it is halved.
    pub(super) fn land(
        &mut self,
        coordinate: usize,
        level: f64,
        left: &Point,
        right: &Point,
    ) -> Result<(Point, f64), NewtonFailure> {
        let mut landed = self.land_at_once(coordinate, level, left, right);
        let (mut left, mut right) = (left.clone(), right.clone());
        for _ in 0..MAX_HALVINGS {
            if landed.is_ok() {
                break;
            }
            let row = self.secant(&left, &right);
            let Ok(middle) = self.corrected(self.between(&left, &right, 0.5), &row) else { break };
            let behind = (middle.y[coordinate] - level).signum() == (left.y[coordinate] - level).signum();
            if behind {
                left = middle
            } else {
                right = middle
            }
            landed = self.land_at_once(coordinate, level, &left, &right);
        }
        landed
    }

    fn land_at_once(
        &mut self,
        coordinate: usize,
        level: f64,
        left: &Point,
        right: &Point,
    ) -> Result<(Point, f64), NewtonFailure> {
        // Halvings of the interpolant choose the crossing nearest to `left`.
        let (mut low, mut high) = (0.0, 1.0);
        let lengths = self.tangent_lengths(left, right);
        let side = |t: f64| (coordinate_between(left, right, lengths, t, coordinate) - level).signum();
        let from = (left.y[coordinate] - level).signum();
        for _ in 0..50 {
            let middle = 0.5 * (low + high);
            if side(middle) == from { low = middle } else { high = middle }
        }
        let mut y = self.between(left, right, 0.5 * (low + high));
        y[coordinate] = level;
        let mut row = unit(y.len(), coordinate);
        if right.y[coordinate] < left.y[coordinate] {
            row[coordinate] = -1.0;
        }
        let guess = y.clone();
        let residual = correct(self.curve, &mut y, &self.scale, &row, self.settings)?;
        if self.distance(&y, &guess) > MAX_OFFSET * self.distance(&left.y, &right.y) {
            return Err(NewtonFailure::NotConverged { residual });
        }
        y[coordinate] = level;
        let mut f = vec![0.0; self.curve.equations()];
        self.curve.linearise(&y, &self.scale, &row, &mut f).map_err(|_| NewtonFailure::Singular)?;
        let residual = self.curve.residual_norm(&f);
        Ok((self.sample_linearised(y, &row)?.0, residual))
    }

    /// Puts the points that are marked among what was found.
    pub(super) fn add_marks(&mut self, left: &Point, right: &Point, found: &mut Vec<Found>) {
        for mark in self.marks {
            for (point, residual) in self.marked_between(mark, left, right, found) {
                let located = Located { label: mark.label(), y: point.y.clone(), residual };
                let place = self.place(&point.y, left, right);
                let behind =
                    |f: &Found| matches!(f, Found::Special(_, other) if self.place(&other.y, left, right) > place);
                let at = found.iter().position(behind).unwrap_or(found.len());
                found.insert(at, Found::Special(located, point));
            }
        }
    }

    /// The points between two neighbours that meet a mark, with their residuals. Between special points a coordinate may turn, so
    /// each piece is looked at; where one turns itself is not told by the tangent at a special point, which is that of its
    /// neighbours.
    fn marked_between(&mut self, mark: &Mark, left: &Point, right: &Point, found: &[Found]) -> Vec<(Point, f64)> {
        let special = found.iter().filter_map(|f| match f {
            Found::Special(_, point) if matches!(mark, Mark::Value { .. }) => Some(point),
            _ => None,
        });
        let stops: Vec<&Point> = std::iter::once(left).chain(special).chain([right]).collect();
        let crossed = |pair: &&[&Point]| {
            let (a, b) = (mark.excess(pair[0]), mark.excess(pair[1]));
            (a < 0.0 && b >= 0.0) || (a > 0.0 && b <= 0.0)
        };
        let pieces = stops.windows(2).filter(crossed);
        let points = pieces.filter_map(|pair| match *mark {
            Mark::Value { coordinate, value } => self.land(coordinate, value, pair[0], pair[1]).ok(),
            Mark::Extremum { .. } | Mark::Level { .. } => {
                let point = self.extremum(mark, pair[0], pair[1])?;
                let residual = self.residual_at(&point, mark);
                Some((point, residual))
            }
        });
        points.collect()
    }

    /// The marked values that the curve meets between its last point and the one in which the solutions end.
    pub(super) fn marks_before(&mut self, terminal: &Point) -> Vec<Found> {
        let (marks, here) = (self.marks, self.here.clone());
        let mut found = Vec::new();
        for mark in marks.iter().filter(|mark| matches!(mark, Mark::Value { .. })) {
            // At the end itself there is no solution of this kind.
            if mark.excess(terminal) != 0.0 {
                for (point, residual) in self.marked_between(mark, &here, terminal, &[]) {
                    found.push(Found::Special(Located { label: mark.label(), y: point.y.clone(), residual }, point));
                }
            }
        }
        let place = |f: &Found| match f {
            Found::Special(_, point) => self.place(&point.y, &here, terminal),
            Found::Unresolved(..) => 0.0,
        };
        found.sort_by(|a, b| place(a).total_cmp(&place(b)));
        found
    }

    /// The point between two neighbours where the tangent loses its part in a coordinate: by false position along the
    /// interpolant, with a point of the curve for each place.
    fn extremum(&mut self, mark: &Mark, left: &Point, right: &Point) -> Option<Point> {
        let row = self.secant(left, right);
        let mut bracket = Bracket::new([0.0, 1.0], [mark.excess(left), mark.excess(right)]);
        let mut best: Option<(f64, Point)> = None;
        for _ in 0..MAX_PLACES {
            let place = bracket.clamp(bracket.place());
            // Once more where it is: what is extremal is told by the tangent alone.
            let near = self.corrected(self.between(left, right, place), &row).ok()?;
            let point = self.sample(near.y, &row).ok()?;
            let excess = mark.excess(&point);
            let moved = best.as_ref().map_or(f64::INFINITY, |(before, _)| (place - before).abs());
            best = Some((place, point));
            if excess == 0.0 || moved <= 1e-14 || bracket.width() <= 1e-14 {
                break;
            }
            bracket.narrow(place, excess);
        }
        best.map(|(_, point)| point)
    }

    /// The marks that the start itself meets, which no step from it crosses.
    pub(super) fn marks_met(&mut self, start: &Point) -> Vec<Special> {
        let met = self.marks.iter().filter(|mark| mark.excess(start) == 0.0);
        met.map(|mark| Special { label: mark.label(), index: 0, residual: self.residual_at(start, mark) }).collect()
    }

    fn residual_at(&mut self, point: &Point, mark: &Mark) -> f64 {
        let row = match *mark {
            Mark::Value { coordinate, .. } => unit(point.y.len(), coordinate),
            Mark::Extremum { .. } | Mark::Level { .. } => self.scaled(&point.tangent),
        };
        let mut f = vec![0.0; self.curve.equations()];
        match self.curve.linearise(&point.y, &self.scale, &row, &mut f) {
            Ok(()) => self.curve.residual_norm(&f),
            Err(_) => f64::INFINITY,
        }
    }
}
