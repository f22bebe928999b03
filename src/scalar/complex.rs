//! Complex numbers as scalars, so that directions of differentiation may be complex.
//!
//! Points are real: only components that stand beside an `ε` have an imaginary part. Elementary functions act on the
//! innermost component of a nested dual number alone, so they need no continuation into the complex plane: here they are
//! the functions of the real part, and all that complex directions need is arithmetic.

use super::Scalar;
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
    const ORDER: usize = 0;

    fn value(self) -> f64 {
        self.re
    }
    fn is_constant(self) -> bool {
        true
    }
    fn is_zero(self) -> bool {
        self.re == 0.0 && self.im == 0.0
    }
    fn chain(self, derivatives: &[f64]) -> Self {
        Complex::from(derivatives[0])
    }
    real!(exp, ln, sqrt, sin, cos, tanh, log10, tan, asin, acos, atan, sinh, cosh, asinh, acosh, atanh, erf);
    fn powf(self, exponent: f64) -> Self {
        Complex::from(Scalar::powf(self.re, exponent))
    }
    fn pow(self, exponent: Self) -> Self {
        Complex::from(Scalar::pow(self.re, exponent.re))
    }
}
