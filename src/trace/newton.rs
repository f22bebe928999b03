//! The one Newton method: a point of a curve within a hyperplane, or an isolated point.

use super::Settings;
use crate::curve::Curve;
use crate::linalg::dot;

/// Why Newton's method did not give a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NewtonFailure {
    /// The bordered matrix is singular or not finite.
    Singular,
    /// A number that is not finite came up.
    NotFinite,
    /// The updates did not shrink enough within the allowed steps.
    NotConverged { residual: f64 },
}

/// What Newton's method did.
#[derive(Clone, Copy, Debug)]
pub(super) struct Correction {
    /// Ratio of the second update to the first.
    pub(super) contraction: f64,
}

/// Solves `F(y) = 0` near `y` within the hyperplane `cᵀ(ŷ − ŷ_start) = 0`, where `row` is `c` (empty for a point).
///
/// Newton's method, with chord steps between where a residual is cheap. On return the curve is factorised at a point within
/// `100 · tolerance` of `y`.
pub fn correct(
    curve: &mut dyn Curve,
    y: &mut [f64],
    scale: &[f64],
    row: &[f64],
    settings: &Settings,
) -> Result<f64, NewtonFailure> {
    newton(curve, y, scale, row, settings, Until::Close, None).map(|(_, residual)| residual)
}

/// As [`correct`], until rounding errors stop the progress. Returns the residual norm at the result.
pub fn polish(
    curve: &mut dyn Curve,
    y: &mut [f64],
    scale: &[f64],
    row: &[f64],
    settings: &Settings,
) -> Result<f64, NewtonFailure> {
    newton(curve, y, scale, row, settings, Until::Rounding, None).map(|(_, residual)| residual)
}

/// How far Newton's method goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// The last update is within 100 times the tolerance.
    Close,
    /// Rounding errors stop the progress.
    Rounding,
}

/// After a Newton step no longer than this, chord steps follow, with the same factors.
const CHORD: f64 = 1e-2;
/// They do as long as each shrinks the update by this.
const CHORD_RATE: f64 = 0.1;
/// And as long as the next is expected to be longer than this part of a last update.
const NEARLY: f64 = 0.2;

/// * `neighbour`: the scale with which the factors at hand were made, if they are those of a point not far from `y`, where the
///   curve's tangent is `row`: chord steps with these come first. That they shrink the updates says of the whole way from there that the linearisation hardly changes,
///   more than Newton's contraction beside the result would. Where they do not, nothing is kept of them.
pub(super) fn newton(
    curve: &mut dyn Curve,
    y: &mut [f64],
    scale: &[f64],
    row: &[f64],
    settings: &Settings,
    until: Until,
    mut neighbour: Option<&[f64]>,
) -> Result<(Correction, f64), NewtonFailure> {
    let (unknowns, equations) = (curve.unknowns(), curve.equations());
    let to_rounding = until == Until::Rounding;
    let mut f = vec![0.0; unknowns];
    let start = neighbour.map(|_| y.to_vec());
    let mut correction = Correction { contraction: 0.0 };
    let mut previous = f64::INFINITY;
    let mut residual = f64::INFINITY;
    let limit = if to_rounding { 3 * settings.max_newton } else { settings.max_newton };
    let close = 100.0 * settings.tolerance;
    // By what the next chord step is expected to shrink the update; by a Newton step's own length, that after it.
    let mut rate = if neighbour.is_some() { CHORD_RATE } else { f64::INFINITY };
    let mut linearised_close = false;
    let (mut step, mut rounds) = (0, 0);
    while rounds < limit {
        rounds += 1;
        // The last Newton step starts so close to the point that its factors are those of the point.
        let chord = rate <= CHORD_RATE && (rate * previous > NEARLY * close || linearised_close);
        let chord = chord && curve.residual(y, &mut f[..equations]);
        if !chord {
            neighbour = None;
            curve.linearise(y, scale, row, &mut f[..equations]).map_err(|_| NewtonFailure::Singular)?;
        }
        residual = curve.residual_norm(&f[..equations]);
        f[..equations].iter_mut().for_each(|f| *f = -*f);
        f[equations..].fill(0.0);
        curve.solve(&mut f);
        if let (Some(start), Some(other)) = (&start, neighbour) {
            into_hyperplane(&mut f, other, scale, row);
            let largest = if step == 0 { CHORD } else { CHORD_RATE * previous };
            let serves = residual.is_finite() && dot(&f, &f).sqrt() <= largest;
            if !serves && step < 2 {
                y.copy_from_slice(start);
                (neighbour, rate, previous, step, rounds) = (None, f64::INFINITY, f64::INFINITY, 0, 0);
                continue;
            }
        }
        let update = dot(&f, &f).sqrt();
        if !(residual.is_finite() && update.is_finite()) {
            return Err(NewtonFailure::NotFinite);
        }
        // Chord steps that come to a standstill far from where they were linearised say nothing.
        let telling = !chord || linearised_close;
        if to_rounding && telling && step > 0 && update >= 0.5 * previous && update < 1e-7 {
            return Ok((correction, residual));
        }
        for ((y, s), update) in y.iter_mut().zip(scale).zip(&f) {
            *y += s * update;
        }
        // A second update of the size of rounding errors says nothing about contraction.
        if step == 1 && update > 1e-9 && neighbour.is_none() {
            correction.contraction = update / previous.max(f64::MIN_POSITIVE);
        }
        linearised_close |= !chord && update <= close;
        rate = match chord {
            true if previous.is_infinite() => CHORD_RATE,
            true => update / previous,
            false if update <= CHORD => update,
            false => f64::INFINITY,
        };
        let small = update <= close && linearised_close;
        // Where rounding keeps the update from shrinking further, the residual decides.
        let stagnant = !chord && residual <= settings.tolerance && update >= 0.5 * previous && update < 1e-6;
        if !to_rounding && (small || stagnant) {
            return Ok((correction, residual));
        }
        if to_rounding && telling && update <= f64::EPSILON {
            return Ok((correction, residual));
        }
        if step > 0 && update > 2.0 * previous && update > 1e-6 {
            return Err(NewtonFailure::NotConverged { residual });
        }
        previous = update;
        step += 1;
    }
    Err(NewtonFailure::NotConverged { residual })
}

/// An update by the factors of a neighbour, in units of its scale, becomes one within the hyperplane here: what is missing is taken
/// from the tangent there, which is `row`.
fn into_hyperplane(update: &mut [f64], neighbour: &[f64], scale: &[f64], row: &[f64]) {
    update.iter_mut().zip(neighbour).zip(scale).for_each(|((u, other), own)| *u *= other / own);
    let along = dot(update, row);
    update.iter_mut().zip(row).for_each(|(u, r)| *u -= along * r);
}
