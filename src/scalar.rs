//! Numbers that a model can be evaluated on: `f64`, several of them side by side, complex numbers, and dual numbers nested to any
//! depth.
//!
//! A dual number `re + Σ eps[k] ε_k` with `ε_j ε_k = 0` carries a value and `N` directional derivatives through a
//! computation, exactly. Its components are scalars themselves, so `Dual<Dual<f64, 1>, 4>` holds mixed second derivatives.
//! One right-hand side, written once over [`Scalar`], yields every derivative that continuation and normal forms need.
//! Nothing here knows what is being differentiated.

mod complex;
mod dual;
mod nested;
mod pack;
mod plane;

pub use complex::Complex;
pub use dual::{Dual, DualPack};
pub use nested::Nested;
pub use pack::{LANES, Pack};
pub use plane::Plane;

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
    /// Whether it is computed with often.
    type Use: Use;

    /// What it is without its derivatives: one plain number, or several side by side.
    type Base: Base;

    /// Highest order of derivatives that a function must give to be applied to this number: 0 for `f64`, one more for each
    /// `Dual` around it.
    const ORDER: usize;

    /// The number without its derivatives.
    fn value(self) -> f64;

    /// The same where it may stand for several side by side.
    fn base(self) -> Self::Base;

    /// All derivatives are exactly zero.
    fn is_constant(self) -> bool;

    /// The number and all its derivatives are exactly zero.
    fn is_zero(self) -> bool;

    /// `f(self)` for a function that is known by its derivatives at `x = self.base()`:
    /// `derivatives[k] = f⁽ᵏ⁾(x)`, for `k` from 0 to `ORDER`, and `bound(k) ≥ |f⁽ᵏ⁾|` everywhere, which only a number
    /// that stands for many asks for.
    fn chain(self, derivatives: &[Self::Base], bound: impl Fn(usize) -> f64) -> Self;

    fn exp(self) -> Self;
    fn ln(self) -> Self;
    fn sqrt(self) -> Self;
    fn sin(self) -> Self;
    fn cos(self) -> Self;
    fn tanh(self) -> Self;
    fn log10(self) -> Self;
    fn tan(self) -> Self;
    fn asin(self) -> Self;
    fn acos(self) -> Self;
    fn atan(self) -> Self;
    fn sinh(self) -> Self;
    fn cosh(self) -> Self;
    fn asinh(self) -> Self;
    fn acosh(self) -> Self;
    fn atanh(self) -> Self;
    /// `2/√π ∫₀ˣ exp(-t²) dt`.
    fn erf(self) -> Self;

    /// Power with a fixed exponent; every derivative is exact also where the base is zero.
    fn powf(self, exponent: f64) -> Self;

    /// Power with any exponent. An exponent without derivatives is a fixed one, so that a negative base has the
    /// derivatives of its integer power; at base zero the derivative by a positive exponent is its limit, zero.
    fn pow(self, exponent: Self) -> Self;

    /// `|self|`; at zero it has the derivative of the right-hand branch.
    fn abs(self) -> Self;

    /// -1, 0 or 1; all derivatives are zero.
    fn sign(self) -> Self;

    /// The largest integer that is not larger; all derivatives are zero.
    fn floor(self) -> Self;

    /// The smaller one with its derivatives, the first of equal ones; not a number if either is not.
    fn min(self, other: Self) -> Self;

    /// The larger one with its derivatives, the first of equal ones; not a number if either is not.
    fn max(self, other: Self) -> Self;

    /// 1 where `self < other`, 0 where not.
    fn less(self, other: Self) -> Self;

    /// 1 where `self ≤ other`, 0 where not.
    fn less_equal(self, other: Self) -> Self;

    /// 1 where `self = other`, 0 where not.
    fn equal(self, other: Self) -> Self;

    /// `yes` with its derivatives where `self ≠ 0`, `no` where not.
    fn select(self, yes: Self, no: Self) -> Self;

    /// `1 / self`.
    fn recip(self) -> Self {
        Self::from(1.0) / self
    }

    /// `1 / cosh(self)`, without overflow for large arguments.
    fn sech(self) -> Self {
        let decaying = (-self.abs()).exp();
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

/// A plain number, or several side by side.
pub trait Base: Copy {
    /// A few functions of each of them.
    fn each<const K: usize>(self, f: impl FnMut(f64) -> [f64; K]) -> [Self; K];
}

impl Base for f64 {
    #[inline(always)]
    fn each<const K: usize>(self, mut f: impl FnMut(f64) -> [f64; K]) -> [f64; K] {
        f(self)
    }
}

/// How much a kind of number is used: one that is in inner loops deserves large programs, which are compiled for each
/// kind, and others do not.
pub trait Use {
    fn either<A, T>(argument: A, often: impl FnOnce(A) -> T, seldom: impl FnOnce(A) -> T) -> T;
}

#[derive(Clone, Copy, Debug)]
pub struct Often;

#[derive(Clone, Copy, Debug)]
pub struct Seldom;

impl Use for Often {
    #[inline(always)]
    fn either<A, T>(argument: A, often: impl FnOnce(A) -> T, _: impl FnOnce(A) -> T) -> T {
        often(argument)
    }
}

impl Use for Seldom {
    fn either<A, T>(argument: A, _: impl FnOnce(A) -> T, seldom: impl FnOnce(A) -> T) -> T {
        seldom(argument)
    }
}

impl Scalar for f64 {
    type Use = Often;
    type Base = f64;
    const ORDER: usize = 0;

    fn value(self) -> f64 {
        self
    }
    fn base(self) -> f64 {
        self
    }
    fn is_constant(self) -> bool {
        true
    }
    fn is_zero(self) -> bool {
        self == 0.0
    }
    fn chain(self, derivatives: &[f64], _: impl Fn(usize) -> f64) -> f64 {
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
    fn log10(self) -> f64 {
        f64::log10(self)
    }
    fn tan(self) -> f64 {
        f64::tan(self)
    }
    fn asin(self) -> f64 {
        f64::asin(self)
    }
    fn acos(self) -> f64 {
        f64::acos(self)
    }
    fn atan(self) -> f64 {
        f64::atan(self)
    }
    fn sinh(self) -> f64 {
        f64::sinh(self)
    }
    fn cosh(self) -> f64 {
        f64::cosh(self)
    }
    fn asinh(self) -> f64 {
        f64::asinh(self)
    }
    fn acosh(self) -> f64 {
        f64::acosh(self)
    }
    fn atanh(self) -> f64 {
        f64::atanh(self)
    }
    fn erf(self) -> f64 {
        libm::erf(self)
    }
    fn powf(self, exponent: f64) -> f64 {
        f64::powf(self, exponent)
    }
    fn pow(self, exponent: f64) -> f64 {
        f64::powf(self, exponent)
    }
    fn abs(self) -> f64 {
        f64::abs(self)
    }
    fn sign(self) -> f64 {
        if self == 0.0 { 0.0 } else { self.signum() }
    }
    fn floor(self) -> f64 {
        f64::floor(self)
    }
    fn min(self, other: f64) -> f64 {
        if other < self || other.is_nan() { other } else { self }
    }
    fn max(self, other: f64) -> f64 {
        if other > self || other.is_nan() { other } else { self }
    }
    fn less(self, other: f64) -> f64 {
        f64::from(self < other)
    }
    fn less_equal(self, other: f64) -> f64 {
        f64::from(self <= other)
    }
    fn equal(self, other: f64) -> f64 {
        f64::from(self == other)
    }
    fn select(self, yes: f64, no: f64) -> f64 {
        if self != 0.0 { yes } else { no }
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
        assert_eq!(inner.chain(&exponential, |_| f64::INFINITY), inner.exp());
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

    /// First, second and third derivative.
    fn three(y: Third) -> [f64; 3] {
        // The seed puts one direction into each level, so a derivative of order k has the factor of its k levels.
        [y.re.re.eps[0], y.re.eps[0].eps[0], third(y)]
    }

    #[test]
    fn the_first_three_derivatives_agree_with_closed_forms() {
        let x = 0.7_f64;
        // Tolerance: a few roundings of numbers of order ten.
        let check = |name: &str, y: Third, value: f64, exact: [f64; 3]| {
            assert!((y.value() - value).abs() <= 4e-16 * (1.0 + value.abs()), "{name}: {} {value}", y.value());
            for (computed, exact) in three(y).into_iter().zip(exact) {
                assert!((computed - exact).abs() < 2e-13 * (1.0 + exact.abs()), "{name}: {computed} {exact}");
            }
        };
        let s = seed(x);
        let l = std::f64::consts::LN_10;
        check("log10", s.log10(), x.log10(), [1.0 / (x * l), -1.0 / (x * x * l), 2.0 / (x.powi(3) * l)]);
        let t = x.tan();
        let d = 1.0 + t * t;
        check("tan", s.tan(), t, [d, 2.0 * t * d, 2.0 * d * (1.0 + 3.0 * t * t)]);
        let g = 1.0 - x * x;
        let arc = [g.powf(-0.5), x * g.powf(-1.5), (1.0 + 2.0 * x * x) * g.powf(-2.5)];
        check("asin", s.asin(), x.asin(), arc);
        check("acos", s.acos(), x.acos(), arc.map(|d| -d));
        let q = 1.0 + x * x;
        check("atan", s.atan(), x.atan(), [1.0 / q, -2.0 * x / (q * q), (6.0 * x * x - 2.0) / q.powi(3)]);
        check("sinh", s.sinh(), x.sinh(), [x.cosh(), x.sinh(), x.cosh()]);
        check("cosh", s.cosh(), x.cosh(), [x.sinh(), x.cosh(), x.sinh()]);
        let area = [q.powf(-0.5), -x * q.powf(-1.5), (2.0 * x * x - 1.0) * q.powf(-2.5)];
        check("asinh", s.asinh(), x.asinh(), area);
        check("atanh", s.atanh(), x.atanh(), [1.0 / g, 2.0 * x / (g * g), (2.0 + 6.0 * x * x) / g.powi(3)]);
        let (y, w) = (1.7_f64, 1.7_f64 * 1.7 - 1.0);
        let area = [w.powf(-0.5), -y * w.powf(-1.5), (2.0 * y * y + 1.0) * w.powf(-2.5)];
        check("acosh", seed(y).acosh(), y.acosh(), area);
        let b = std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp();
        check("erf", s.erf(), 0.677_801_193_837_418_5, [b, -2.0 * x * b, (4.0 * x * x - 2.0) * b]);
        let c = 2.3;
        let power = |k: f64| x.powf(c - k);
        let slopes = [c * power(1.0), c * (c - 1.0) * power(2.0), c * (c - 1.0) * (c - 2.0) * power(3.0)];
        check("powf", s.powf(c), x.powf(c), slopes);
        check("pow", s.pow(Third::from(c)), x.powf(c), slopes);
        let n = x.ln();
        let z = x.powf(x);
        let slopes = [
            z * (1.0 + n),
            z * ((1.0 + n).powi(2) + 1.0 / x),
            z * ((1.0 + n).powi(3) + 3.0 * (1.0 + n) / x - 1.0 / (x * x)),
        ];
        check("x to the x", s.pow(s), z, slopes);
        let c = 0.4_f64;
        let slopes = [c.powf(x) * c.ln(), c.powf(x) * c.ln().powi(2), c.powf(x) * c.ln().powi(3)];
        check("c to the x", Third::from(c).pow(s), c.powf(x), slopes);
        check("abs", (-s).abs(), x, [1.0, 0.0, 0.0]);
        check("sign", (-s).sign(), -1.0, [0.0; 3]);
        check("floor", (-s).floor(), -1.0, [0.0; 3]);
        check("min", (s * s).min(s), x * x, [2.0 * x, 2.0, 0.0]);
        check("max", (s * s).max(s), x, [1.0, 0.0, 0.0]);
    }

    #[test]
    fn a_power_has_exact_derivatives_at_zero_and_at_negative_bases() {
        let at = |x: f64, c: f64| {
            let one = Dual { re: Dual { re: x, eps: [1.0] }, eps: [Dual::constant(1.0)] };
            let y: Dual<Dual<f64>> = one.powf(c);
            [y.re.re, y.re.eps[0], y.eps[0].eps[0]]
        };
        assert_eq!(at(0.0, 1.0), [0.0, 1.0, 0.0]);
        assert_eq!(at(0.0, 2.0), [0.0, 0.0, 2.0]);
        assert_eq!(at(-2.0, 3.0), [-8.0, 12.0, -12.0]);
        // By the exponent, at base zero.
        let y = Dual::from(0.0).pow(Dual { re: 2.0, eps: [1.0] });
        assert_eq!((y.re, y.eps[0]), (0.0, 0.0));
    }

    #[test]
    fn minimum_and_maximum_propagate_what_is_not_a_number() {
        for (a, b) in [(f64::NAN, 1.0), (1.0, f64::NAN)] {
            assert!(Scalar::min(a, b).is_nan(), "{a} {b}");
            assert!(Scalar::max(Dual::<f64>::from(a), Dual::from(b)).value().is_nan());
        }
        assert_eq!(Scalar::sign(-0.0), 0.0);
    }
}
