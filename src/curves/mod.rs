//! The two kinds of curve: solutions with one free parameter, and critical solutions with two.
//!
//! ```text
//! one parameter:  f(x, λ) = 0
//! critical:       f(x, λ₁, λ₂) = 0,  and  f_x is singular in a stated way
//! ```
//!
//! A critical system with one free parameter is a point: that is how special points are located. Nothing here knows which
//! model it is, or what the curve was started from.

use crate::field::Field;

mod between;
mod critical;
mod critical_cycles;
mod cycles;
mod homoclinic;
mod observation;
mod one_parameter;

pub use critical::{Condition, Critical, IMPERFECT};
pub use critical_cycles::{CriticalCycles, CycleCondition, FirstCritical, Hold, LOST};
pub use cycles::{Cycles, NOT_ISOLATED, Profile, slope_of};
pub use homoclinic::{HOMOCLINIC, UNRESOLVED};
pub use observation::{CycleRow, cycle_columns};
pub use one_parameter::OneParameter;

/// A pair of eigenvalues whose real part is below this fraction of its size lies on the imaginary axis. Its own size, for
/// where rates are far apart, slow eigenvalues are known better than to the rounding error of the fast.
const ON_AXIS: f64 = 4.0 * f64::EPSILON;

/// Number of eigenvalues near the imaginary axis that are found of a sparse linearisation, unless others are asked for.
pub const LEADING: usize = 12;

/// Number of eigenvalues in a [`Sample`](crate::curve::Sample) where `wanted` are asked for: all of a full linearisation.
pub fn eigenvalues_of<F: Field>(field: &F, wanted: usize) -> usize {
    let n = field.states();
    if field.pattern().is_some() { wanted.min(n) } else { n }
}

/// The eigenvalues `re, im, …`, as many as a row of a table has.
fn observed(eigenvalues: &[[f64; 2]], count: usize) -> Vec<f64> {
    eigenvalues.iter().take(count).flatten().copied().collect()
}

/// Number of eigenvalues in the right half plane.
fn unstable(eigenvalues: &[[f64; 2]]) -> usize {
    eigenvalues.iter().filter(|e| e[0] > ON_AXIS * e[1].abs()).count()
}

/// Size of the largest eigenvalue, within a factor of √2.
fn spectral_radius(eigenvalues: &[[f64; 2]]) -> f64 {
    eigenvalues.as_flattened().iter().fold(0.0, |m, e| m.max(e.abs()))
}

/// The smallest `|μ_i + μ_j|/ρ` with the sign of `Π_{i<j} −(μ_i + μ_j)`, that of the determinant of the bialternate product
/// `−2A ⊙ 1`. It vanishes where a pair of eigenvalues sums to zero, at Hopf points and neutral saddles, and like the product
/// it is continuous, but in the same units for any number of states. Sums below rounding count as zero.
///
/// Of some eigenvalues only, not `all`, two real ones count where both are positive: then it does not vanish at neutral
/// saddles, whose left eigenvalue may not be among them, and changes sign also where one of several passes zero.
fn sums_of_pairs(eigenvalues: &[[f64; 2]], all: bool) -> f64 {
    let radius = spectral_radius(eigenvalues);
    if radius == 0.0 {
        return 0.0;
    }
    let (mut smallest, mut sign) = (f64::INFINITY, 1.0);
    for (i, a) in eigenvalues.iter().enumerate() {
        for b in &eigenvalues[i + 1..] {
            if !all && a[1] == 0.0 && b[1] == 0.0 {
                sign *= if a[0] > 0.0 && b[0] > 0.0 { -1.0 } else { 1.0 };
                continue;
            }
            let own = a[0].abs() + a[1].abs() + b[0].abs() + b[1].abs();
            let sum = a[0] + b[0];
            let re = if sum.abs() <= ON_AXIS * own { 0.0 } else { sum / radius };
            let im = (a[1] + b[1]) / radius;
            let conjugates = a[1] != 0.0 && b[1] == -a[1] && a[0] == b[0];
            if conjugates || (a[1] == 0.0 && b[1] == 0.0) {
                // A real factor; the others come in conjugate pairs, whose product is positive.
                sign *= if re > 0.0 { -1.0 } else { 1.0 };
            }
            smallest = smallest.min(re.abs() + im.abs());
        }
    }
    match smallest {
        f64::INFINITY => 1.0,
        size => size * sign,
    }
}
