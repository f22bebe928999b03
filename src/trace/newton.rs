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
    /// Norm of the first update, and ratio of the second to it.
    pub(super) first: f64,
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
    newton(curve, y, scale, row, settings, false).map(|(_, residual)| residual)
}

/// As [`correct`], until rounding errors stop the progress. Returns the residual norm at the result.
pub fn polish(
    curve: &mut dyn Curve,
    y: &mut [f64],
    scale: &[f64],
    row: &[f64],
    settings: &Settings,
) -> Result<f64, NewtonFailure> {
    newton(curve, y, scale, row, settings, true).map(|(_, residual)| residual)
}

/// After a Newton step no longer than this, chord steps follow, with the same factors.
const CHORD: f64 = 1e-2;
/// They do as long as each shrinks the update by this.
const CHORD_RATE: f64 = 0.1;
/// The first is expected to shrink a Newton step's update to so many times the square of its length, or by that.
const BEND: f64 = 100.0;

pub(super) fn newton(
    curve: &mut dyn Curve,
    y: &mut [f64],
    scale: &[f64],
    row: &[f64],
    settings: &Settings,
    to_rounding: bool,
) -> Result<(Correction, f64), NewtonFailure> {
    let (unknowns, equations) = (curve.unknowns(), curve.equations());
    let mut f = vec![0.0; unknowns];
    let mut correction = Correction { first: 0.0, contraction: 0.0 };
    let mut previous = f64::INFINITY;
    let mut residual = f64::INFINITY;
    let limit = if to_rounding { 3 * settings.max_newton } else { settings.max_newton };
    let close = 100.0 * settings.tolerance;
    // By what the next chord step is expected to shrink the update.
    let mut rate = f64::INFINITY;
    let mut linearised_close = false;
    for step in 0..limit {
        // The last Newton step starts so close to the point that its factors are those of the point.
        let chord = rate <= CHORD_RATE && (rate * previous > 0.5 * close || linearised_close);
        let chord = chord && curve.residual(y, &mut f[..equations]);
        if !chord {
            curve.linearise(y, scale, row, &mut f[..equations]).map_err(|_| NewtonFailure::Singular)?;
        }
        residual = curve.residual_norm(&f[..equations]);
        f[..equations].iter_mut().for_each(|f| *f = -*f);
        f[equations..].fill(0.0);
        curve.solve(&mut f);
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
        match step {
            0 => correction.first = update,
            // A second update of the size of rounding errors says nothing about contraction; nor does one from a solution, where these
            // are larger, as in a canard.
            1 if update > 1e-9 && residual > settings.tolerance => {
                correction.contraction = update / previous.max(f64::MIN_POSITIVE)
            }
            _ => {}
        }
        linearised_close |= !chord && update <= close;
        rate = match chord {
            true => update / previous,
            false if update <= CHORD => (BEND * update).min(CHORD_RATE),
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
    }
    Err(NewtonFailure::NotConverged { residual })
}
