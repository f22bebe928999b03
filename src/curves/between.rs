//! The zero of a monitor between two neighbouring points of a curve.

use crate::curve::{Curve, Guess, Sample, tangent};
use crate::trace::{Bracket, Settings, correct, polish};

/// Within this part of the bracket's length points are corrected down to rounding errors.
const NEAR: f64 = 1e-3;

/// A monitor that is smaller, as part of its values at the bracket's ends, may be rounding errors of theirs.
const NOISE: f64 = 1e-13;

/// Points that lie this far apart tell of a zero between them to 1e-14: their own rounding errors by interpolation, and its error of
/// sixth order, are alike.
const SPREAD: f64 = 5e-3;

/// A zero of a monitor.
pub(super) struct Zero {
    pub y: Vec<f64>,
    /// Of the curve's equations, and of the monitor over the bracket's values.
    pub residual: f64,
}

/// By false position, the distance along the line that joins the two points, with a point of the curve for each distance. `None`
/// where a change of sign is a pole or a jump.
pub(super) fn zero(curve: &mut dyn Curve, which: usize, guess: &Guess) -> Option<Zero> {
    zero_of(curve, guess, |sample| sample.monitors.get(which).copied())
}

/// As [`zero`], of what is made of a sample.
pub(super) fn zero_of(curve: &mut dyn Curve, guess: &Guess, value: impl Fn(&Sample) -> Option<f64>) -> Option<Zero> {
    let length = offset(guess, &guess.right.y);
    let values = [value(&guess.left.sample)?, value(&guess.right.sample)?];
    if (values[0] < 0.0) == (values[1] < 0.0) {
        return None;
    }
    let largest = values[0].abs().max(values[1].abs());
    let mut bracket = Bracket::new([0.0, length], values);
    let (mut y, mut previous) = (guess.y.to_vec(), f64::INFINITY);
    let (mut best, mut smallest, mut idle) = (None, f64::INFINITY, 0);
    for _ in 0..80 {
        let place = bracket.place();
        if !place.is_finite() {
            return None;
        }
        let step = (place - previous).abs();
        let near = step <= NEAR * length;
        let (sample, residual) = corrected(curve, guess, &mut y, place, near)?;
        let value = value(&sample)?;
        previous = place;
        if !near {
            bracket.narrow(place, value);
            continue;
        }
        // Steps of this method bring the zero nearer, until rounding errors of the monitor stop them.
        idle = if value.abs() < 0.5 * smallest { 0 } else { idle + 1 };
        if value.abs() < smallest {
            smallest = value.abs();
            // How far the zero may be: the steps close in on it, while an end of the bracket may stay where it is.
            let residual = residual.max((value / largest).abs() * step.min(bracket.width()));
            best = Some(Zero { y: y.clone(), residual });
        }
        let stopped = idle > 8 || (idle > 2 && smallest <= NOISE * largest);
        if value == 0.0 || step <= 1e-15 || bracket.width() <= 1e-15 || (stopped && step <= 1e-9 * length) {
            // Of rounding errors, one may be small by chance, but the last one is not as well.
            return best.filter(|_| value.abs() <= 1e-6 * largest);
        }
        bracket.narrow(place, value);
    }
    None
}

/// As [`through_singular`], the point where unknown `k` has an extremum.
pub(super) fn extremum_through_singular(curve: &mut dyn Curve, k: usize, guess: &Guess) -> Option<Zero> {
    through_singular(curve, guess, |curve, y, _| {
        // A curve may have been content with derivatives from near by.
        let mut f = vec![0.0; curve.equations()];
        let linearised = curve.linearise(y, guess.scale, guess.tangent, &mut f);
        if linearised.is_ok() { tangent(curve).0[k] } else { f64::NAN }
    })
}

/// The zero of `value` where the curve's linearisation is singular, so that Newton's method fails at the zero itself: from
/// points on both sides of it, by interpolation that is exact to fifth order in their distance.
pub(super) fn through_singular(
    curve: &mut dyn Curve,
    guess: &Guess,
    mut value: impl FnMut(&mut dyn Curve, &[f64], &Sample) -> f64,
) -> Option<Zero> {
    let length = offset(guess, &guess.right.y);
    let mut at = |place: f64, near: &[f64]| -> Option<(Vec<f64>, f64, f64)> {
        let mut y = near.to_vec();
        let (sample, residual) = corrected(curve, guess, &mut y, place, true)?;
        let value = value(curve, &y, &sample);
        value.is_finite().then_some((y, value, residual))
    };
    // False position, as far as needed for the points to lie around the zero.
    let ((_, at_low, _), (_, at_high, _)) = (at(0.0, &guess.left.y)?, at(length, &guess.right.y)?);
    if (at_low < 0.0) == (at_high < 0.0) {
        return None;
    }
    let mut bracket = Bracket::new([0.0, length], [at_low, at_high]);
    let mut place = 0.5 * length;
    for _ in 0..30 {
        let next = bracket.place();
        let moved = (next - place).abs();
        place = next;
        if moved < 2e-3 * length {
            break;
        }
        let Some((_, value, _)) = at(place, guess.y) else { break };
        bracket.narrow(place, value);
    }
    let spread = SPREAD.min(0.05 * length).min(0.3 * place.min(length - place)).max(1e-3 * length);
    let places = [-2.0, -1.0, -0.37, 0.41, 1.0, 2.0].map(|k| place + k * spread);
    let mut found = Vec::new();
    for place in places {
        found.push(at(place, guess.y)?);
    }
    let lagrange = |s: f64| -> [f64; 6] {
        std::array::from_fn(|i| (0..6).filter(|&j| j != i).map(|j| (s - places[j]) / (places[i] - places[j])).product())
    };
    let interpolated = |s: f64| -> f64 { lagrange(s).iter().zip(&found).map(|(l, (_, value, _))| l * value).sum() };
    let (mut low, mut high) = (places[0], places[5]);
    if (interpolated(low) < 0.0) == (interpolated(high) < 0.0) {
        return None;
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if (interpolated(middle) < 0.0) == (interpolated(low) < 0.0) { low = middle } else { high = middle }
    }
    let weights = lagrange(0.5 * (low + high));
    let y = (0..guess.y.len()).map(|k| weights.iter().zip(&found).map(|(l, (y, ..))| l * y[k]).sum()).collect();
    // Newton's residual cannot be asked for at the point itself.
    let residual = found.iter().fold(0.0, |m: f64, (_, _, residual)| m.max(*residual));
    Some(Zero { y, residual })
}

/// Distance from the left point, along the line that joins the two.
fn offset(guess: &Guess, y: &[f64]) -> f64 {
    (0..y.len()).map(|k| guess.tangent[k] * (y[k] - guess.left.y[k]) / guess.scale[k]).sum()
}

/// Moves `y` to the point of the curve at a distance, down to rounding errors or not; what is known there, and
/// the residual.
fn corrected(
    curve: &mut dyn Curve,
    guess: &Guess,
    y: &mut [f64],
    place: f64,
    to_rounding: bool,
) -> Option<(Sample, f64)> {
    let shift = place - offset(guess, y);
    y.iter_mut().zip(guess.tangent).zip(guess.scale).for_each(|((y, t), s)| *y += shift * t * s);
    let newton = if to_rounding { polish } else { correct };
    let residual = newton(curve, y, guess.scale, guess.tangent, &Settings::default()).ok()?;
    let (tangent, length) = tangent(curve);
    let orientation = length * curve.determinant();
    Some((curve.sample(y, &tangent, orientation), residual))
}
