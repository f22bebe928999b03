//! Numbers that a model can be evaluated on: `f64`, and dual numbers nested to any depth.
//!
//! A dual number `re + Σ eps[k] ε_k` with `ε_j ε_k = 0` carries a value and `N` directional derivatives through a
//! computation, exactly. Its components are scalars themselves, so `Dual<Dual<f64, 1>, 4>` holds mixed second derivatives.
//! One right-hand side, written once over [`Scalar`], yields every derivative that continuation and normal forms need.
//! Nothing here knows what is being differentiated.

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

/// A number with the arithmetic and the elementary functions that equations of motion are made of.
pub trait Scalar:
    Copy
    + Debug
    + From<f64>
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
    + Div<f64, Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
{
    /// Highest order of the derivatives that this number carries: 0 for `f64`, one more for each `Dual` around it.
    const ORDER: usize;

    /// The number without its derivatives.
    fn value(self) -> f64;

    /// All derivatives are exactly zero.
    fn is_constant(self) -> bool;

    /// `f(self)` for a function that is known by its derivatives at `x = self.value()`:
    /// `derivatives[k] = f⁽ᵏ⁾(x)`, for `k` from 0 to at least `ORDER`.
    fn chain(self, derivatives: &[f64]) -> Self;

    fn exp(self) -> Self;
    fn ln(self) -> Self;
    fn sqrt(self) -> Self;
    fn sin(self) -> Self;
    fn cos(self) -> Self;
    fn tanh(self) -> Self;

    /// `1 / self`.
    fn recip(self) -> Self {
        Self::from(1.0) / self
    }

    /// `1 / cosh(self)`, without overflow for large arguments.
    fn sech(self) -> Self {
        let decaying = if self.value() > 0.0 { (-self).exp() } else { self.exp() };
        decaying * 2.0 / (decaying * decaying + 1.0)
    }

    /// Integer power by repeated multiplication; `0⁰ = 1`.
    fn powi(self, exponent: i32) -> Self {
        let mut remaining = exponent.unsigned_abs();
        let mut base = self;
        let mut product = Self::from(1.0);
        while remaining > 0 {
            if remaining & 1 == 1 {
                product *= base;
            }
            remaining >>= 1;
            if remaining > 0 {
                base *= base;
            }
        }
        if exponent < 0 { product.recip() } else { product }
    }
}

impl Scalar for f64 {
    const ORDER: usize = 0;

    fn value(self) -> f64 {
        self
    }
    fn is_constant(self) -> bool {
        true
    }
    fn chain(self, derivatives: &[f64]) -> f64 {
        derivatives[0]
    }
    fn exp(self) -> f64 {
        f64::exp(self)
    }
    fn ln(self) -> f64 {
        f64::ln(self)
    }
    fn sqrt(self) -> f64 {
        f64::sqrt(self)
    }
    fn sin(self) -> f64 {
        f64::sin(self)
    }
    fn cos(self) -> f64 {
        f64::cos(self)
    }
    fn tanh(self) -> f64 {
        f64::tanh(self)
    }
}

/// `re + Σ eps[k] ε_k`: a value with `N` directional derivatives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual<S, const N: usize = 1> {
    pub re: S,
    pub eps: [S; N],
}

impl<S: Scalar, const N: usize> Dual<S, N> {
    /// A number that does not depend on any direction.
    #[inline]
    pub fn constant(re: S) -> Self {
        Dual { re, eps: [S::from(0.0); N] }
    }

    /// The chain rule: `f(re) + f'(re) eps`, with `f(re)` and `f'(re)` given.
    #[inline]
    fn chained(self, value: S, slope: S) -> Self {
        Dual { re: value, eps: self.eps.map(|e| e * slope) }
    }
}

impl<S: Scalar, const N: usize> From<f64> for Dual<S, N> {
    #[inline]
    fn from(value: f64) -> Self {
        Dual::constant(S::from(value))
    }
}

impl<S: Scalar, const N: usize> Neg for Dual<S, N> {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        Dual { re: -self.re, eps: self.eps.map(|e| -e) }
    }
}

impl<S: Scalar, const N: usize> Add for Dual<S, N> {
    type Output = Self;
    #[inline]
    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl<S: Scalar, const N: usize> Sub for Dual<S, N> {
    type Output = Self;
    #[inline]
    fn sub(mut self, other: Self) -> Self {
        self -= other;
        self
    }
}

impl<S: Scalar, const N: usize> Mul for Dual<S, N> {
    type Output = Self;
    #[inline]
    fn mul(self, other: Self) -> Self {
        Dual { re: self.re * other.re, eps: std::array::from_fn(|k| self.eps[k] * other.re + other.eps[k] * self.re) }
    }
}

impl<S: Scalar, const N: usize> Div for Dual<S, N> {
    type Output = Self;
    #[inline]
    fn div(self, other: Self) -> Self {
        let inverse = other.re.recip();
        let quotient = self.re * inverse;
        Dual { re: quotient, eps: std::array::from_fn(|k| (self.eps[k] - quotient * other.eps[k]) * inverse) }
    }
}

impl<S: Scalar, const N: usize> Add<f64> for Dual<S, N> {
    type Output = Self;
    #[inline]
    fn add(self, other: f64) -> Self {
        Dual { re: self.re + other, eps: self.eps }
    }
}

impl<S: Scalar, const N: usize> Sub<f64> for Dual<S, N> {
    type Output = Self;
    #[inline]
    fn sub(self, other: f64) -> Self {
        Dual { re: self.re - other, eps: self.eps }
    }
}

impl<S: Scalar, const N: usize> Mul<f64> for Dual<S, N> {
    type Output = Self;
    #[inline]
    fn mul(self, other: f64) -> Self {
        Dual { re: self.re * other, eps: self.eps.map(|e| e * other) }
    }
}

impl<S: Scalar, const N: usize> Div<f64> for Dual<S, N> {
    type Output = Self;
    #[inline]
    fn div(self, other: f64) -> Self {
        Dual { re: self.re / other, eps: self.eps.map(|e| e / other) }
    }
}

impl<S: Scalar, const N: usize> AddAssign for Dual<S, N> {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        self.re += other.re;
        for (e, o) in self.eps.iter_mut().zip(other.eps) {
            *e += o;
        }
    }
}

impl<S: Scalar, const N: usize> SubAssign for Dual<S, N> {
    #[inline]
    fn sub_assign(&mut self, other: Self) {
        self.re -= other.re;
        for (e, o) in self.eps.iter_mut().zip(other.eps) {
            *e -= o;
        }
    }
}

impl<S: Scalar, const N: usize> MulAssign for Dual<S, N> {
    #[inline]
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

impl<S: Scalar, const N: usize> Scalar for Dual<S, N> {
    const ORDER: usize = S::ORDER + 1;

    #[inline]
    fn value(self) -> f64 {
        self.re.value()
    }
    #[inline]
    fn is_constant(self) -> bool {
        self.re.is_constant() && self.eps.iter().all(|e| e.value() == 0.0 && e.is_constant())
    }
    #[inline]
    fn chain(self, derivatives: &[f64]) -> Self {
        self.chained(self.re.chain(derivatives), self.re.chain(&derivatives[1..]))
    }
    fn exp(self) -> Self {
        let value = self.re.exp();
        self.chained(value, value)
    }
    fn ln(self) -> Self {
        self.chained(self.re.ln(), self.re.recip())
    }
    fn sqrt(self) -> Self {
        let value = self.re.sqrt();
        self.chained(value, S::from(0.5) / value)
    }
    fn sin(self) -> Self {
        self.chained(self.re.sin(), self.re.cos())
    }
    fn cos(self) -> Self {
        self.chained(self.re.cos(), -self.re.sin())
    }
    fn tanh(self) -> Self {
        let value = self.re.tanh();
        self.chained(value, -(value * value) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Third = Dual<Dual<Dual<f64>>>;

    /// A number whose nested `eps` are all one, so that the deepest component is the third derivative.
    fn seed(x: f64) -> Third {
        let one = |re: f64| Dual { re, eps: [if re == x { 1.0 } else { 0.0 }] };
        let second = Dual { re: one(x), eps: [Dual { re: 1.0, eps: [0.0] }] };
        Dual { re: second, eps: [Dual::constant(Dual::constant(1.0))] }
    }

    fn third(y: Third) -> f64 {
        y.eps[0].eps[0].eps[0]
    }

    #[test]
    fn third_derivatives_of_elementary_functions_are_exact() {
        let x = 0.7;
        // Tolerance: a few roundings of numbers of order ten.
        let check = |computed: f64, exact: f64| {
            assert!((computed - exact).abs() < 1e-13 * (1.0 + exact.abs()), "{computed} {exact}")
        };
        check(third(seed(x).exp()), x.exp());
        check(third(seed(x).ln()), 2.0 / x.powi(3));
        check(third(seed(x).sqrt()), 0.375 * x.powf(-2.5));
        check(third(seed(x).sin()), -x.cos());
        check(third(seed(x).cos()), x.sin());
        let t = x.tanh();
        check(third(seed(x).tanh()), (1.0 - t * t) * (6.0 * t * t - 2.0));
        check(third(seed(x).powi(5)), 60.0 * x * x);
        check(third(seed(x).powi(-2)), -24.0 * x.powi(-5));
        let s = 1.0 / x.cosh();
        check(third(seed(x).sech()), s * t * (6.0 * s * s - 1.0));
        check(third(seed(-x).sech()), -s * t * (6.0 * s * s - 1.0));
    }

    #[test]
    fn chain_composes_a_function_that_is_known_by_its_derivatives() {
        let x = 0.3_f64;
        let exponential = [x.exp(); 4];
        let inner = seed(x);
        assert_eq!(inner.chain(&exponential), inner.exp());
    }

    #[test]
    fn sech_neither_overflows_nor_loses_its_derivative_far_out() {
        for x in [-800.0, 800.0] {
            let y = seed(x).sech();
            assert!(y.value() >= 0.0 && third(y).is_finite());
        }
    }

    #[test]
    fn only_numbers_without_any_derivative_are_constant() {
        assert!(Third::from(2.0).is_constant());
        assert!(!seed(2.0).is_constant());
    }
}
