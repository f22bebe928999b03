//! Nested dual numbers as polynomials in several `ε` with `ε_k² = 0`.
//!
//! A number nested `m` deep has `2^m` components, one for each set of levels: the factor of `Π_{k∈set} ε_k`. Sets are
//! written as bits, bit 0 for the innermost level.

use super::{Complex, Dual, Scalar};

/// A number with one direction a level and complex components.
pub trait Nested: Scalar {
    /// The number with given components.
    fn from_components(component: &mut dyn FnMut(usize) -> Complex<f64>) -> Self;

    /// The component of the set of all levels.
    fn top(self) -> Complex<f64>;
}

impl Nested for Complex<f64> {
    fn from_components(component: &mut dyn FnMut(usize) -> Complex<f64>) -> Self {
        component(0)
    }
    fn top(self) -> Complex<f64> {
        self
    }
}

impl<S: Nested> Nested for Dual<S> {
    fn from_components(component: &mut dyn FnMut(usize) -> Complex<f64>) -> Self {
        let level = 1 << S::ORDER;
        Dual { re: S::from_components(component), eps: [S::from_components(&mut |set| component(set | level))] }
    }
    fn top(self) -> Complex<f64> {
        self.eps[0].top()
    }
}
