//! Numbers with their derivatives along a plane: the two first ones, and the sum of the two second ones.
//!
//! For directions `r` and `s` and `q = r + i s` the sum is `∂_q ∂_q̄`: on a Jacobian it yields `C(q, q̄, ·)`, beside `B(r, ·)` and
//! `B(s, ·)`, which is what first Lyapunov coefficients are made of.
//!
//! ```text
//! Δ(f g) = f Δg + g Δf + 2 ∇f·∇g,          Δφ(f) = φ' Δf + φ'' |∇f|²
//! ```

use super::{Dual, Often, Scalar};
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

/// `x`, `∇x = (∂x/∂r, ∂x/∂s)` and `Δx = ∂²x/∂r² + ∂²x/∂s²`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    pub re: f64,
    pub slope: [f64; 2],
    pub bend: f64,
}

type Second = Dual<Dual<f64>>;

impl Plane {
    /// The chain rule for a function with these derivatives of order 0, 1 and 2.
    #[inline]
    fn composed(self, [value, first, second]: [f64; 3]) -> Self {
        let [r, s] = self.slope;
        Plane { re: value, slope: [r * first, s * first], bend: self.bend * first + (r * r + s * s) * second }
    }

    /// A function of one variable that nested dual numbers know.
    fn through(self, function: impl FnOnce(Second) -> Second) -> Self {
        let y = function(Dual { re: Dual { re: self.re, eps: [1.0] }, eps: [Dual::constant(1.0)] });
        self.composed([y.re.re, y.re.eps[0], y.eps[0].eps[0]])
    }
}

impl From<f64> for Plane {
    #[inline]
    fn from(re: f64) -> Self {
        Plane { re, slope: [0.0; 2], bend: 0.0 }
    }
}

impl Neg for Plane {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        self * -1.0
    }
}

impl Add for Plane {
    type Output = Self;
    #[inline]
    fn add(self, other: Self) -> Self {
        let slope = [self.slope[0] + other.slope[0], self.slope[1] + other.slope[1]];
        Plane { re: self.re + other.re, slope, bend: self.bend + other.bend }
    }
}

impl Sub for Plane {
    type Output = Self;
    #[inline]
    fn sub(self, other: Self) -> Self {
        let slope = [self.slope[0] - other.slope[0], self.slope[1] - other.slope[1]];
        Plane { re: self.re - other.re, slope, bend: self.bend - other.bend }
    }
}

impl Mul for Plane {
    type Output = Self;
    #[inline]
    fn mul(self, other: Self) -> Self {
        let ([a, b], [c, d]) = (self.slope, other.slope);
        Plane {
            re: self.re * other.re,
            slope: [a * other.re + c * self.re, b * other.re + d * self.re],
            bend: self.bend * other.re + other.bend * self.re + 2.0 * (a * c + b * d),
        }
    }
}

impl Div for Plane {
    type Output = Self;
    /// From `self = quotient · other`.
    #[inline]
    fn div(self, other: Self) -> Self {
        let inverse = 1.0 / other.re;
        let re = self.re * inverse;
        let [a, b] = [0, 1].map(|k| (self.slope[k] - re * other.slope[k]) * inverse);
        let mixed = 2.0 * (a * other.slope[0] + b * other.slope[1]);
        Plane { re, slope: [a, b], bend: (self.bend - re * other.bend - mixed) * inverse }
    }
}

impl Add<f64> for Plane {
    type Output = Self;
    #[inline]
    fn add(self, other: f64) -> Self {
        Plane { re: self.re + other, ..self }
    }
}

impl Sub<f64> for Plane {
    type Output = Self;
    #[inline]
    fn sub(self, other: f64) -> Self {
        Plane { re: self.re - other, ..self }
    }
}

impl Mul<f64> for Plane {
    type Output = Self;
    #[inline]
    fn mul(self, other: f64) -> Self {
        let slope = [self.slope[0] * other, self.slope[1] * other];
        Plane { re: self.re * other, slope, bend: self.bend * other }
    }
}

impl Div<f64> for Plane {
    type Output = Self;
    #[inline]
    fn div(self, other: f64) -> Self {
        let slope = [self.slope[0] / other, self.slope[1] / other];
        Plane { re: self.re / other, slope, bend: self.bend / other }
    }
}

impl AddAssign for Plane {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Plane {
    #[inline]
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl MulAssign for Plane {
    #[inline]
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

/// The functions of one variable.
macro_rules! through {
    ($($name:ident),*) => {
        $(fn $name(self) -> Self {
            self.through(Scalar::$name)
        })*
    };
}

impl Scalar for Plane {
    type Use = Often;
    type Base = f64;
    const ORDER: usize = 2;

    fn value(self) -> f64 {
        self.re
    }
    fn base(self) -> f64 {
        self.re
    }
    fn is_constant(self) -> bool {
        self.slope == [0.0; 2] && self.bend == 0.0
    }
    fn is_zero(self) -> bool {
        self.re == 0.0 && self.is_constant()
    }
    #[inline]
    fn chain(self, derivatives: &[f64], _: impl Fn(usize) -> f64) -> Self {
        self.composed([derivatives[0], derivatives[1], derivatives[2]])
    }
    #[inline]
    fn exp(self) -> Self {
        self.composed([self.re.exp(); 3])
    }
    through!(ln, sqrt, sin, cos, tanh, log10, tan, asin, acos, atan, sinh, cosh, asinh, acosh, atanh, erf);
    fn powf(self, exponent: f64) -> Self {
        self.through(|x| x.powf(exponent))
    }
    fn pow(self, exponent: Self) -> Self {
        type Both = Dual<Dual<f64, 2>, 2>;
        if exponent.is_constant() {
            return self.powf(exponent.re);
        }
        let seed = |x: f64, k: usize| -> Both {
            let unit = |k: usize| [0, 1].map(|j| f64::from(j == k));
            Dual { re: Dual { re: x, eps: unit(k) }, eps: unit(k).map(Dual::constant) }
        };
        let y = seed(self.re, 0).pow(seed(exponent.re, 1));
        let parts = [self, exponent];
        let along = |k: usize| (0..2).map(|i| y.re.eps[i] * parts[i].slope[k]).sum();
        let mut bend: f64 = (0..2).map(|i| y.re.eps[i] * parts[i].bend).sum();
        for (i, a) in parts.iter().enumerate() {
            for (j, b) in parts.iter().enumerate() {
                bend += y.eps[i].eps[j] * (a.slope[0] * b.slope[0] + a.slope[1] * b.slope[1]);
            }
        }
        Plane { re: y.re.re, slope: [along(0), along(1)], bend }
    }
    fn abs(self) -> Self {
        if self.re < 0.0 { -self } else { Plane { re: self.re.abs(), ..self } }
    }
    fn sign(self) -> Self {
        Plane::from(self.re.sign())
    }
    fn floor(self) -> Self {
        Plane::from(self.re.floor())
    }
    fn min(self, other: Self) -> Self {
        Plane { re: Scalar::min(self.re, other.re), ..if other.re < self.re { other } else { self } }
    }
    fn max(self, other: Self) -> Self {
        Plane { re: Scalar::max(self.re, other.re), ..if self.re < other.re { other } else { self } }
    }
    fn less(self, other: Self) -> Self {
        Plane::from(self.re.less(other.re))
    }
    fn less_equal(self, other: Self) -> Self {
        Plane::from(self.re.less_equal(other.re))
    }
    fn equal(self, other: Self) -> Self {
        Plane::from(self.re.equal(other.re))
    }
    fn select(self, yes: Self, no: Self) -> Self {
        if self.re != 0.0 { yes } else { no }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Nested = Dual<Dual<f64, 2>, 2>;

    /// The same number with all second derivatives: by nested dual numbers, with `∂²/∂r∂s` zero.
    fn nested(x: Plane) -> Nested {
        let half = 0.5 * x.bend;
        let first = Dual { re: x.re, eps: x.slope };
        Dual { re: first, eps: [Dual { re: x.slope[0], eps: [half, 0.0] }, Dual { re: x.slope[1], eps: [0.0, half] }] }
    }

    fn agree(name: &str, found: Plane, exact: Nested) {
        let sum = exact.eps[0].eps[0] + exact.eps[1].eps[1];
        let pairs = [(found.re, exact.re.re), (found.slope[0], exact.re.eps[0]), (found.slope[1], exact.re.eps[1])];
        for (found, exact) in pairs.into_iter().chain([(found.bend, sum)]) {
            // A few roundings of numbers of order ten.
            assert!((found - exact).abs() < 1e-13 * (1.0 + exact.abs()), "{name}: {found} {exact}");
        }
    }

    #[test]
    fn every_operation_is_that_of_nested_dual_numbers() {
        let x = Plane { re: 0.7, slope: [0.4, -1.3], bend: 0.9 };
        let y = Plane { re: -1.6, slope: [-0.2, 0.5], bend: -2.1 };
        let (a, b) = (nested(x), nested(y));
        agree("sum", x + y, a + b);
        agree("difference", x - y, a - b);
        agree("product", x * y, a * b);
        agree("quotient", x / y, a / b);
        agree("with numbers", (-x + 2.0) * 3.0 / 7.0 - 1.0, (-a + 2.0) * 3.0 / 7.0 - 1.0);
        agree("reciprocal", y.recip(), b.recip());
        agree("powi", y.powi(-3), b.powi(-3));
        agree("powf", x.powf(2.3), a.powf(2.3));
        agree("pow", x.pow(y), a.pow(b));
        agree("pow of a constant", Plane::from(3.0).pow(y), Nested::from(3.0).pow(b));
        agree("pow with a fixed exponent", y.pow(Plane::from(2.0)), b.pow(Nested::from(2.0)));
        agree("sech", x.sech(), a.sech());
        agree("abs", y.abs(), b.abs());
        agree("min", Scalar::min(x, y), Scalar::min(a, b));
        agree("max", Scalar::max(x, y), Scalar::max(a, b));
        agree("select", x.less(y).select(x, y), a.less(b).select(a, b));
        agree("floor", x.floor(), a.floor());
        agree("sign", y.sign(), b.sign());
        let derivatives = [0.3, -1.2, 2.0];
        agree("chain", x.chain(&derivatives, |_| 9.0), a.chain(&derivatives, |_| 9.0));
        type Function = (&'static str, fn(Plane) -> Plane, fn(Nested) -> Nested);
        let functions: [Function; 16] = [
            ("exp", Scalar::exp, Scalar::exp),
            ("ln", Scalar::ln, Scalar::ln),
            ("sqrt", Scalar::sqrt, Scalar::sqrt),
            ("sin", Scalar::sin, Scalar::sin),
            ("cos", Scalar::cos, Scalar::cos),
            ("tanh", Scalar::tanh, Scalar::tanh),
            ("log10", Scalar::log10, Scalar::log10),
            ("tan", Scalar::tan, Scalar::tan),
            ("asin", Scalar::asin, Scalar::asin),
            ("acos", Scalar::acos, Scalar::acos),
            ("atan", Scalar::atan, Scalar::atan),
            ("sinh", Scalar::sinh, Scalar::sinh),
            ("cosh", Scalar::cosh, Scalar::cosh),
            ("asinh", Scalar::asinh, Scalar::asinh),
            ("atanh", Scalar::atanh, Scalar::atanh),
            ("erf", Scalar::erf, Scalar::erf),
        ];
        for (name, plane, dual) in functions {
            agree(name, plane(x), dual(a));
        }
        agree("acosh", (x + 1.0).acosh(), (a + 1.0).acosh());
    }

    #[test]
    fn what_is_not_a_number_stays_so_and_what_has_no_derivative_is_constant() {
        let nan = Plane::from(f64::NAN);
        assert!(Scalar::min(nan, Plane::from(1.0)).re.is_nan() && Scalar::max(Plane::from(1.0), nan).re.is_nan());
        assert!(Plane::from(2.0).is_constant() && !Plane::from(2.0).is_zero());
        assert!(!Plane { re: 0.0, slope: [0.0, 1.0], bend: 0.0 }.is_constant());
    }
}
