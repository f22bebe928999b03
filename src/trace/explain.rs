//! What happened between two neighbouring points: each change of a monitor's sign, and of the index, is traced to a
//! special point that satisfies its own defining system, or is reported as unresolved.

use super::{NewtonFailure, Tracer, newton};
use crate::curve::{Guess, Located, Point};
use crate::linalg::{dot, normalise};

/// Something between two neighbouring points.
#[derive(Clone, Debug)]
pub(super) enum Found {
    Special(Located, Point),
    Unresolved(Point, Point),
}

/// The two points are not on the same branch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jump;

/// What the signs of monitors at two neighbouring points do not tell.
enum Overlooked {
    /// A point between them at which a monitor has another sign than at both, or the index differs.
    Change(Point),
    /// A special point in which a monitor touches zero.
    Touch(Located, Point),
}

/// Monitors are compared over no longer distance, lest two points of one kind lie between.
const MAX_UNSEEN: f64 = 0.1;
/// Where nothing is known of the neighbourhood, a point in the middle of brackets longer than this tells of it.
const MIN_UNSEEN: f64 = 1e-6;
/// A special point satisfies its defining system this well.
const MAX_RESIDUAL: f64 = 1e-12;
/// A monitor below this fraction of its neighbouring values may be rounding error of them.
const NOISE: f64 = 1e-12;
/// A bracket is halved at most this often: from a step of 0.05 to 1e-11.
const MAX_DEPTH: usize = 32;
/// So many brackets with changes are halved within a step: in rounding errors there is no end of changes.
const MAX_BRACKETS: usize = 300;
/// A point next to a special point is taken this far from it, in lengths of the bracket; the next smaller distance is tried
/// where two special points are closer than that.
const NEIGHBOURHOODS: [f64; 5] = [1e-2, 1e-1, 1e-3, 1e-5, 1e-7];

impl Tracer<'_> {
    /// Special points, marks and unresolved changes between `left` and `right`, in order.
    pub(super) fn explain(&mut self, before: Option<&Point>, left: &Point, right: &Point) -> Result<Vec<Found>, Jump> {
        let mut found = Vec::new();
        self.brackets = MAX_BRACKETS;
        self.explain_bracket(before, left, right, 0, &mut found)?;
        self.add_marks(left, right, &mut found);
        Ok(found)
    }

    fn explain_bracket(
        &mut self,
        before: Option<&Point>,
        left: &Point,
        right: &Point,
        depth: usize,
        found: &mut Vec<Found>,
    ) -> Result<(), Jump> {
        let flips = flips(left, right);
        let quiet = flips.is_empty() && (left.sample.index == right.sample.index || !self.curve.audited());
        if quiet {
            if depth >= MAX_DEPTH {
                return Ok(());
            }
            if self.distance(&left.y, &right.y) > MAX_UNSEEN
                && let Ok(middle) = self.middle(left, right)
            {
                self.explain_bracket(before, left, &middle, depth + 1, found)?;
                return self.explain_bracket(Some(left), &middle, right, depth + 1, found);
            }
            // Two special points of one kind within a step leave no trace in the signs, but bend the monitor.
            let Some(before) = before else {
                if self.distance(&left.y, &right.y) > MIN_UNSEEN
                    && let Ok(middle) = self.middle(left, right)
                {
                    self.explain_bracket(Some(right), left, &middle, depth + 1, found)?;
                    self.explain_bracket(Some(left), &middle, right, depth + 1, found)?;
                }
                return Ok(());
            };
            match self.overlooked(before, left, right) {
                Some(Overlooked::Change(middle)) => {
                    self.explain_bracket(None, left, &middle, depth + 1, found)?;
                    self.explain_bracket(None, &middle, right, depth + 1, found)?;
                }
                Some(Overlooked::Touch(located, point)) => found.push(Found::Special(located, point)),
                None => {}
            }
            return Ok(());
        }
        for &which in &flips {
            if let Some((located, point, a, b)) = self.locate(which, left, right) {
                self.explain_bracket(None, left, &a, depth + 1, found)?;
                if !located.label.is_empty() {
                    found.push(Found::Special(located, point));
                }
                return self.explain_bracket(None, &b, right, depth + 1, found);
            }
        }
        let guarded = flips.iter().any(|&which| self.curve.guards_against_jumps(which));
        if guarded && depth >= 4 {
            return Err(Jump);
        }
        self.brackets = self.brackets.saturating_sub(1);
        match self.middle(left, right) {
            Ok(middle) if depth < MAX_DEPTH && self.brackets > 0 => {
                self.explain_bracket(None, left, &middle, depth + 1, found)?;
                self.explain_bracket(None, &middle, right, depth + 1, found)
            }
            _ if guarded => Err(Jump),
            _ => {
                found.push(Found::Unresolved(left.clone(), right.clone()));
                Ok(())
            }
        }
    }

    /// The zero of monitor `which` between the two points, with a neighbour on either side of it such that the changes
    /// from neighbour to neighbour are those that this kind of point makes, and no others.
    fn locate(&mut self, which: usize, left: &Point, right: &Point) -> Option<(Located, Point, Point, Point)> {
        let (a, b) = (left.sample.monitors[which], right.sample.monitors[which]);
        let fraction = if (a - b).abs() > 0.0 { (a / (a - b)).clamp(0.02, 0.98) } else { 0.5 };
        let guess = self.between(left, right, fraction);
        let secant = self.secant(left, right);
        let scale = self.scale.clone();
        let located = self.curve.locate(which, &Guess { y: &guess, scale: &scale, tangent: &secant, left, right })?;
        if located.residual.is_nan() || located.residual > MAX_RESIDUAL {
            return None;
        }
        let length = self.distance(&left.y, &right.y);
        let place = self.place(&located.y, left, right);
        if !(-1e-9..=1.0 + 1e-9).contains(&place)
            || self.distance(&located.y, &self.between(left, right, place.clamp(0.0, 1.0))) > 0.3 * length
        {
            return None;
        }
        let (mut neighbours, closest) = (None, self.curve.closest());
        for size in NEIGHBOURHOODS {
            // Neighbours stay inside the bracket.
            let (down, up) =
                ((size * length).min(0.5 * place * length), (size * length).min(0.5 * (1.0 - place) * length));
            let (Ok(a), Ok(b)) =
                (self.beside(&located.y, &secant, -down, left), self.beside(&located.y, &secant, up, right))
            else {
                continue;
            };
            let changes = flips(&a, &b);
            let expected =
                changes.contains(&which) && changes.iter().all(|&m| self.curve.accounts_for(located.label, m));
            let jump = b.sample.index as i64 - a.sample.index as i64;
            if expected && (!self.curve.audited() || self.curve.allows_jump(located.label, jump)) {
                // A second monitor that changes with it may do so at a point of its own, which a closer look tells apart, but
                // not so close that the index is rounding error.
                let alone = changes.len() == 1;
                if neighbours.is_none() || (alone && size >= 1e-5 && size * length >= closest) {
                    neighbours = Some((a, b));
                }
                if alone {
                    break;
                }
            }
        }
        let (a, b) = neighbours?;
        let point = self.special_point(&located.y, &a, &b);
        Some((located, point, a, b))
    }

    /// The special point itself, with the index of the more stable side and the tangent of its neighbours.
    fn special_point(&mut self, y: &[f64], a: &Point, b: &Point) -> Point {
        let row = self.secant(a, b);
        let mut point = match self.sample(y.to_vec(), &row) {
            Ok(point) => point,
            // A branch point: F_y is rank-deficient there, and its neighbours tell what it cannot.
            Err(_) => Point { y: y.to_vec(), ..a.clone() },
        };
        point.sample.index = a.sample.index.min(b.sample.index);
        point.tangent = row.iter().zip(&self.scale).map(|(r, s)| r * s).collect();
        point
    }

    /// A point of the curve at a small signed distance from a special point along the secant; `fallback` where that is none.
    fn beside(&mut self, y: &[f64], secant: &[f64], distance: f64, fallback: &Point) -> Result<Point, NewtonFailure> {
        if distance.abs() < 1e-12 {
            return Ok(fallback.clone());
        }
        let guess: Vec<f64> = y.iter().zip(secant).zip(&self.scale).map(|((y, t), s)| y + distance * t * s).collect();
        self.corrected(guess, secant)
    }

    fn middle(&mut self, left: &Point, right: &Point) -> Result<Point, NewtonFailure> {
        let row = self.secant(left, right);
        let point = self.corrected(self.between(left, right, 0.5), &row)?;
        let place = self.place(&point.y, left, right);
        // Newton must have stayed between the two.
        if (0.05..=0.95).contains(&place) { Ok(point) } else { Err(NewtonFailure::NotConverged { residual: 0.0 }) }
    }

    /// A point of the curve near `y`, in the hyperplane normal to `row`.
    pub(super) fn corrected(&mut self, mut y: Vec<f64>, row: &[f64]) -> Result<Point, NewtonFailure> {
        newton(self.curve, &mut y, &self.scale, row, self.settings, false)?;
        // Next to a special point even the last update matters.
        self.sample(y, row)
    }

    /// As [`Tracer::corrected`], with what is known before the last update, as at other points of a trace.
    pub(super) fn corrected_nearly(&mut self, mut y: Vec<f64>, row: &[f64]) -> Result<(Point, f64), NewtonFailure> {
        newton(self.curve, &mut y, &self.scale, row, self.settings, false)?;
        self.sample_linearised(y, row)
    }

    /// Scaled unit vector from `left` to `right`.
    pub(super) fn secant(&self, left: &Point, right: &Point) -> Vec<f64> {
        let mut row: Vec<f64> = (0..left.y.len()).map(|k| (right.y[k] - left.y[k]) / self.scale[k]).collect();
        normalise(&mut row);
        row
    }

    /// Position along the secant: 0 at `left`, 1 at `right`.
    pub(super) fn place(&self, y: &[f64], left: &Point, right: &Point) -> f64 {
        let secant = self.secant(left, right);
        let offset: Vec<f64> = (0..y.len()).map(|k| (y[k] - left.y[k]) / self.scale[k]).collect();
        dot(&offset, &secant) / self.distance(&left.y, &right.y).max(f64::MIN_POSITIVE)
    }

    /// What lies between `left` and `right` without a change of sign or index, where the values at a third point, `before`, let
    /// one expect something.
    fn overlooked(&mut self, before: &Point, left: &Point, right: &Point) -> Option<Overlooked> {
        let (h0, h1) = (self.distance(&before.y, &left.y), self.distance(&left.y, &right.y));
        // `before` lies on the far side of either neighbour.
        let outer = if self.distance(&before.y, &right.y) >= h0.max(h1) { -h0 } else { h0 };
        for m in 0..left.sample.monitors.len() {
            let value = |point: &Point| point.sample.monitors[m].abs();
            let (f0, f1, f2) = (value(before), value(left), value(right));
            let Some((extremum, lowest)) = parabola([outer, 0.0, h1], [f0, f1, f2]) else { continue };
            if (before.sample.monitors[m] < 0.0) == (left.sample.monitors[m] < 0.0)
                && extremum > 0.0
                && extremum < h1
                && lowest < 0.8 * f1.min(f2)
            {
                // Where it touches zero the curve may be singular, and no sign be trusted.
                let found = self.touch(m, left, right, extremum / h1);
                let found = found.or_else(|| self.dip(m, left, right, extremum / h1).map(Overlooked::Change));
                if found.is_some() {
                    return found;
                }
            }
        }
        None
    }

    /// Goes where the size of monitor `m` is least between two points, by the parabola through three that close in on it, until
    /// its sign or the index has changed, or the least value is clearly not zero. Two zeros a millionth apart are seen.
    fn dip(&mut self, m: usize, left: &Point, right: &Point, mut place: f64) -> Option<Point> {
        let row = self.secant(left, right);
        let sign = if left.sample.monitors[m] < 0.0 { -1.0 } else { 1.0 };
        let noise = NOISE * left.sample.monitors[m].abs().min(right.sample.monitors[m].abs());
        for half in [0.2, 2e-2, 2e-3, 2e-4, 2e-5, 2e-6] {
            place = place.clamp(1.01 * half, 1.0 - 1.01 * half);
            let places = [place - half, place, place + half];
            let mut values = [0.0; 3];
            for (value, &place) in values.iter_mut().zip(&places) {
                let point = self.corrected(self.between(left, right, place), &row).ok()?;
                *value = sign * point.sample.monitors[m];
                // Where the monitor itself is rounding error, as at a zero of even order, so is the index.
                let counts = self.curve.audited() && value.abs() > noise;
                if *value < -noise || (counts && point.sample.index != left.sample.index) {
                    return Some(point);
                }
            }
            let (extremum, lowest) = parabola(places, values)?;
            let inside = (extremum - place).abs() < half;
            if inside && lowest > 0.05 * values.iter().fold(0.0, |m: f64, v| m.max(*v)) {
                return None;
            }
            place = extremum.clamp(0.0, 1.0);
        }
        None
    }

    /// The special point in which monitor `m` touches zero between two points, near a place.
    fn touch(&mut self, m: usize, left: &Point, right: &Point, place: f64) -> Option<Overlooked> {
        let (y, tangent, scale) = (self.between(left, right, place), self.secant(left, right), self.scale.clone());
        let located = self.curve.touch(m, &Guess { y: &y, scale: &scale, tangent: &tangent, left, right })?;
        if !(located.residual <= MAX_RESIDUAL && (0.0..=1.0).contains(&self.place(&located.y, left, right))) {
            return None;
        }
        let point = self.special_point(&located.y, left, right);
        Some(Overlooked::Touch(located, point))
    }
}

/// Extremum and its value of the parabola through three points.
fn parabola(s: [f64; 3], f: [f64; 3]) -> Option<(f64, f64)> {
    let (slope0, slope1) = ((f[1] - f[0]) / (s[1] - s[0]), (f[2] - f[1]) / (s[2] - s[1]));
    let curvature = (slope1 - slope0) / (s[2] - s[0]);
    // f(s) = f₁ + b (s − s₁) + c (s − s₁)²
    let b = slope0 + curvature * (s[1] - s[0]);
    let offset = -0.5 * b / curvature;
    let value = f[1] + 0.5 * b * offset;
    (curvature > 0.0 && offset.is_finite() && value.is_finite()).then_some((s[1] + offset, value))
}

/// Monitors whose sign differs between two points. Zero counts as positive.
pub(super) fn flips(a: &Point, b: &Point) -> Vec<usize> {
    let (a, b) = (&a.sample.monitors, &b.sample.monitors);
    (0..a.len()).filter(|&m| (a[m] < 0.0) != (b[m] < 0.0)).collect()
}
