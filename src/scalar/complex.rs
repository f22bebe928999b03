//! Complex numbers as scalars, so that directions of differentiation may be complex.
//!
//! Points are real: only components that stand beside an `ε` have an imaginary part. Elementary functions act on the
//! innermost component of a nested dual number alone, so they need no continuation into the complex plane: here they are
//! the functions of the real part, and all that complex directions need is arithmetic.

use super::{Scalar, Seldom};
pub use nalgebra::Complex;

/// The functions of a real number.
macro_rules! real {
    ($($name:ident),*) => {
        $(fn $name(self) -> Self {
            debug_assert!(self.im == 0.0, "a function of a number that is not real: {self}");
            Complex::from(Scalar::$name(self.re))
        })*
    };
}

impl Scalar for Complex<f64> {
    type Use = Seldom;
    type Base = f64;
    const ORDER: usize = 0;

    fn value(self) -> f64 {
        self.re
    }
    fn base(self) -> f64 {
        self.re
    }
    fn is_constant(self) -> bool {
        true
    }
    fn is_zero(self) -> bool {
        self.re == 0.0 && self.im == 0.0
    }
    fn chain(self, derivatives: &[f64], _: impl Fn(usize) -> f64) -> Self {
        Complex::from(derivatives[0])
    }
    real!(
        exp, ln, sqrt, sin, cos, tanh, log10, tan, asin, acos, atan, sinh, cosh, asinh, acosh, atanh, erf, abs, sign,
        floor
    );
    fn powf(self, exponent: f64) -> Self {
        Complex::from(Scalar::powf(self.re, exponent))
    }
    fn pow(self, exponent: Self) -> Self {
        Complex::from(Scalar::pow(self.re, exponent.re))
    }
    fn min(self, other: Self) -> Self {
        Complex::from(Scalar::min(self.re, other.re))
    }
    fn max(self, other: Self) -> Self {
        Complex::from(Scalar::max(self.re, other.re))
    }
    fn less(self, other: Self) -> Self {
        Complex::from(self.re.less(other.re))
    }
    fn less_equal(self, other: Self) -> Self {
        Complex::from(self.re.less_equal(other.re))
    }
    fn equal(self, other: Self) -> Self {
        Complex::from(self.re.equal(other.re))
    }
    fn select(self, yes: Self, no: Self) -> Self {
        // What is chosen may be a direction, which is complex.
        if self.re != 0.0 { yes } else { no }
    }
}
