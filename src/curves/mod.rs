//! The two kinds of curve: solutions with one free parameter, and critical solutions with two.
//!
//! ```text
//! one parameter:  f(x, λ) = 0
//! critical:       f(x, λ₁, λ₂) = 0,  and  f_x is singular in a stated way
//! ```
//!
//! A critical system with one free parameter is a point: that is how special points are located. Nothing here knows which
//! model it is, or what the curve was started from.

mod critical;
mod one_parameter;

pub use critical::{Condition, Critical};
pub use one_parameter::OneParameter;

/// A pair of eigenvalues whose real part is below this fraction of its size lies on the imaginary axis. Its own size, for
/// where rates are far apart, slow eigenvalues are known better than to the rounding error of the fast.
const ON_AXIS: f64 = 4.0 * f64::EPSILON;

/// Number of eigenvalues near the imaginary axis that are found of a sparse linearisation, unless others are asked for.
pub const LEADING: usize = 12;

/// Number of eigenvalues in the right half plane.
fn unstable(eigenvalues: &[[f64; 2]]) -> usize {
    eigenvalues.iter().filter(|e| e[0] > ON_AXIS * e[1].abs()).count()
}

/// Size of the largest eigenvalue, within a factor of √2.
fn spectral_radius(eigenvalues: &[[f64; 2]]) -> f64 {
    eigenvalues.as_flattened().iter().fold(0.0, |m, e| m.max(e.abs()))
}
