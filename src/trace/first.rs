//! The first point of a curve: sizes of the unknowns, a border that is transversal there, a direction.

use super::edge::Edge;
use super::newton::{NewtonFailure, polish};
use super::{Mark, Settings, Tracer, unit};
use crate::curve::{Curve, Point};
use crate::linalg::{dot, normalise};

/// A first point is taken at once where residuals are amplified less than the first, and refused where more than the second.
const GOOD_AMPLIFICATION: f64 = 1e5;
const MAX_AMPLIFICATION: f64 = 1e13;

impl<'a> Tracer<'a> {
    /// Finds the first point, the scales and the direction of increasing `y[hold]`.
    pub(super) fn begin(
        curve: &'a mut dyn Curve,
        start: &[f64],
        hold: usize,
        edges: &'a [Edge],
        marks: &'a [Mark],
        settings: &'a Settings,
    ) -> Result<Self, NewtonFailure> {
        let scale = scales(curve, start, hold);
        let (corrected, row) = first_point(curve, start, &scale, hold, edges, settings)?;
        let mut tracer = Tracer {
            curve,
            edges,
            marks,
            settings,
            over: scale.iter().map(|s| 1.0 / s).collect(),
            scale,
            here: Point::default(),
            before: None,
            step: settings.step,
            refused: None,
            brackets: 0,
        };
        tracer.here = tracer.sample(corrected, &row)?;
        // What refers to a previous point referred to the guess so far, which may be far from the curve.
        tracer.curve.regauge();
        let along = tracer.scaled(&tracer.here.tangent);
        if let Ok(point) = tracer.sample(tracer.here.y.clone(), &along) {
            tracer.here = point;
        }
        tracer.leave_special_point();
        if tracer.here.tangent[hold] < 0.0 {
            let row: Vec<f64> = tracer.scaled(&tracer.here.tangent).iter().map(|t| -t).collect();
            tracer.here = tracer.sample(tracer.here.y.clone(), &row)?;
        }
        Ok(tracer)
    }

    /// Where the start is a special point itself, monitors and index mean nothing there: it is then left by a short step, and
    /// met again on the way back.
    fn leave_special_point(&mut self) {
        let row = self.scaled(&self.here.tangent);
        let mut beside = |length: f64| {
            let guess: Vec<f64> =
                self.here.y.iter().zip(&row).zip(&self.scale).map(|((y, t), s)| y + length * t * s).collect();
            let point = self.corrected(guess, &row).ok()?;
            (dot(&self.scaled(&point.tangent), &row) > 0.95).then_some(point)
        };
        let neighbours = [1e-3, 1e-4, 1e-5, 1e-6].iter().find_map(|&length| beside(length).zip(beside(-length)));
        let Some((ahead, behind)) = neighbours else { return };
        let differ = |a: &Point, b: &Point| {
            let signs = a.sample.monitors.iter().zip(&b.sample.monitors).any(|(a, b)| (*a < 0.0) != (*b < 0.0));
            signs || a.sample.index != b.sample.index
        };
        // A zero of even order, as at a cusp: the signs at the start itself are rounding errors.
        let values = |point: &Point| point.sample.monitors.iter().map(|m| m.abs()).collect::<Vec<_>>();
        let (a, b, c) = (values(&ahead), values(&self.here), values(&behind));
        let vanishes = (0..b.len()).any(|m| b[m] < 1e-9 * a[m].min(c[m]));
        if vanishes || differ(&ahead, &behind) {
            let inside = |point: &Point| self.edges.iter().all(|e| (e.low..=e.high).contains(&point.y[e.coordinate]));
            if inside(&ahead) {
                self.here = ahead;
            } else if inside(&behind) {
                self.here = behind;
            }
        }
    }
}

/// Sizes of the unknowns at the first point: their magnitudes, and for those that are zero, how far `y[hold]` moves them.
fn scales(curve: &mut dyn Curve, y: &[f64], hold: usize) -> Vec<f64> {
    let mut scale = vec![0.0; y.len()];
    curve.rescale(y, &mut scale);
    let known: Vec<bool> = scale.iter().map(|s| *s > 0.0).collect();
    let largest =
        scale.iter().enumerate().filter(|(k, s)| *k != hold && **s > 0.0).fold(0.0_f64, |m, (_, s)| m.max(*s));
    let fallback = if largest > 0.0 { largest } else { 1.0 };
    scale.iter_mut().filter(|s| **s == 0.0).for_each(|s| *s = fallback);
    if known.iter().all(|k| *k) {
        return scale;
    }
    let mut sensitivity = vec![0.0; y.len()];
    let mut f = vec![0.0; curve.equations()];
    if curve.linearise(y, &scale, &unit(y.len(), hold), &mut f).is_ok() && y.len() > curve.equations() {
        if let Some(last) = sensitivity.last_mut() {
            *last = 1.0;
        }
        curve.solve(&mut sensitivity);
        for k in 0..y.len() {
            let moved = sensitivity[k].abs() * scale[k];
            // Where `y[hold]` turns, at a cusp, it seems to move the others by any amount.
            if !known[k] && (1e-10..1e8).contains(&(moved / fallback)) {
                scale[k] = moved.max(1e-6 * fallback);
            }
        }
    }
    scale
}

/// The first point of the curve, with a border that is transversal to the curve there.
///
/// With `y[hold]` held; at a fold, where that is singular, along the normal; and beside a branch point, where that is too.
fn first_point(
    curve: &mut dyn Curve,
    start: &[f64],
    scale: &[f64],
    hold: usize,
    edges: &[Edge],
    settings: &Settings,
) -> Result<(Vec<f64>, Vec<f64>), NewtonFailure> {
    let held = unit(start.len(), hold);
    let attempt = |curve: &mut dyn Curve, number: usize| -> Option<(Vec<f64>, Vec<f64>)> {
        let side = match number {
            0 => return Some((start.to_vec(), held.clone())),
            1 => return Some((start.to_vec(), kernel(curve, start, scale).ok()?)),
            2 => 1e-3,
            _ => -1e-3,
        };
        let mut beside = start.to_vec();
        beside[hold] += side * scale[hold];
        let inside = edges.iter().all(|e| e.coordinate != hold || (e.low..=e.high).contains(&beside[hold]));
        inside.then(|| (beside, held.clone()))
    };
    let mut best = None;
    let mut failure = None;
    for number in 0..4 {
        let Some((mut y, row)) = attempt(curve, number) else { continue };
        match polish(curve, &mut y, scale, &row, settings) {
            Ok(_) => {
                let amplification = amplification(curve, &y, scale, &row);
                if amplification < GOOD_AMPLIFICATION {
                    return Ok((y, row));
                }
                if amplification < MAX_AMPLIFICATION && best.as_ref().is_none_or(|(least, _)| amplification < *least) {
                    best = Some((amplification, (y, row)));
                }
            }
            Err(reason) => failure = failure.or(Some(reason)),
        }
    }
    best.map(|(_, point)| point).ok_or(failure.unwrap_or(NewtonFailure::Singular))
}

/// How much larger than a residual of one in each equation the solution of the bordered system is: one over the distance
/// to a singular one, in order of magnitude.
fn amplification(curve: &mut dyn Curve, y: &[f64], scale: &[f64], row: &[f64]) -> f64 {
    let equations = curve.equations();
    let mut rhs = vec![0.0; y.len()];
    if curve.linearise(y, scale, row, &mut rhs[..equations]).is_err() {
        return f64::INFINITY;
    }
    for (i, (rhs, scale)) in rhs.iter_mut().zip(curve.row_scale()).take(equations).enumerate() {
        // Any direction but a special one.
        *rhs = (1.0 + (i as f64 + 0.5).sin()) / scale;
    }
    rhs[equations..].fill(0.0);
    curve.solve(&mut rhs);
    let length = dot(&rhs, &rhs).sqrt();
    if length.is_finite() { length } else { f64::INFINITY }
}

/// The direction of the curve at `y`, where nothing is known of it: some direction is transversal, and the tangent that it
/// leads to more so.
fn kernel(curve: &mut dyn Curve, y: &[f64], scale: &[f64]) -> Result<Vec<f64>, NewtonFailure> {
    let mut f = vec![0.0; curve.equations()];
    let mut failure = NewtonFailure::Singular;
    for seed in 1..=3 {
        let mut row: Vec<f64> = (0..y.len()).map(|k| 0.3 + (f64::from(seed) * (k as f64 + 0.7)).sin()).collect();
        normalise(&mut row);
        let mut rounds = (0..3).map(|_| {
            curve.linearise(y, scale, &row, &mut f).map_err(|_| NewtonFailure::Singular)?;
            row.fill(0.0);
            row[y.len() - 1] = 1.0;
            curve.solve(&mut row);
            let length = normalise(&mut row);
            if length.is_finite() { Ok(()) } else { Err(NewtonFailure::NotFinite) }
        });
        match rounds.try_for_each(|round| round) {
            Ok(()) => return Ok(row),
            Err(why) => failure = why,
        }
    }
    Err(failure)
}
