//! Dual numbers, nested to any depth or of eight numbers side by side.

use super::{Pack, Scalar};
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

/// `re + Σ eps[k] ε_k`: a value with `N` directional derivatives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual<S, const N: usize = 1> {
    pub re: S,
    pub eps: [S; N],
}

/// The same of eight numbers side by side. Operations are compiled into whatever uses them, with its vector instructions: those of a
/// nested [`Dual`] are too long for that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DualPack<const N: usize> {
    pub re: Pack,
    pub eps: [Pack; N],
}

/// Arithmetic and functions of a number `re + Σ eps[k] ε_k` of parts that are scalars. In loops, not by functions of arrays, which
/// are not always compiled into what uses them.
macro_rules! derivatives {
    ($inline:meta, [$($parameters:tt)*], $name:ty, $part:ty) => {
        impl<$($parameters)*> $name {
            /// A number that does not depend on any direction.
            #[$inline]
            pub fn constant(re: $part) -> Self {
                Self { re, eps: [<$part>::from(0.0); N] }
            }

            /// The chain rule: `f(re) + f'(re) eps`, with `f(re)` and `f'(re)` given.
            #[$inline]
            fn chained(self, value: $part, slope: $part) -> Self {
                let mut eps = self.eps;
                for e in &mut eps {
                    *e *= slope;
                }
                Self { re: value, eps }
            }

            /// The derivatives of `yes` or of `no`, as `choice` selects, with `value`.
            #[$inline]
            fn chosen(value: $part, choice: $part, yes: Self, no: Self) -> Self {
                let mut eps = yes.eps;
                for (yes, no) in eps.iter_mut().zip(no.eps) {
                    *yes = choice.select(*yes, no);
                }
                Self { re: value, eps }
            }
        }

        impl<$($parameters)*> From<f64> for $name {
            #[$inline]
            fn from(value: f64) -> Self {
                Self::constant(<$part>::from(value))
            }
        }

        impl<$($parameters)*> Neg for $name {
            type Output = Self;
            #[$inline]
            fn neg(self) -> Self {
                let mut eps = self.eps;
                for e in &mut eps {
                    *e = -*e;
                }
                Self { re: -self.re, eps }
            }
        }

        impl<$($parameters)*> Add for $name {
            type Output = Self;
            #[$inline]
            fn add(mut self, other: Self) -> Self {
                self += other;
                self
            }
        }

        impl<$($parameters)*> Sub for $name {
            type Output = Self;
            #[$inline]
            fn sub(mut self, other: Self) -> Self {
                self -= other;
                self
            }
        }

        impl<$($parameters)*> Mul for $name {
            type Output = Self;
            #[$inline]
            fn mul(self, other: Self) -> Self {
                let mut eps = self.eps;
                for (e, o) in eps.iter_mut().zip(other.eps) {
                    *e = *e * other.re + o * self.re;
                }
                Self { re: self.re * other.re, eps }
            }
        }

        impl<$($parameters)*> Div for $name {
            type Output = Self;
            #[$inline]
            fn div(self, other: Self) -> Self {
                let inverse = other.re.recip();
                let quotient = self.re * inverse;
                let mut eps = self.eps;
                for (e, o) in eps.iter_mut().zip(other.eps) {
                    *e = (*e - quotient * o) * inverse;
                }
                Self { re: quotient, eps }
            }
        }

        impl<$($parameters)*> Add<f64> for $name {
            type Output = Self;
            #[$inline]
            fn add(self, other: f64) -> Self {
                Self { re: self.re + other, eps: self.eps }
            }
        }

        impl<$($parameters)*> Sub<f64> for $name {
            type Output = Self;
            #[$inline]
            fn sub(self, other: f64) -> Self {
                Self { re: self.re - other, eps: self.eps }
            }
        }

        impl<$($parameters)*> Mul<f64> for $name {
            type Output = Self;
            #[$inline]
            fn mul(self, other: f64) -> Self {
                let mut eps = self.eps;
                for e in &mut eps {
                    *e = *e * other;
                }
                Self { re: self.re * other, eps }
            }
        }

        impl<$($parameters)*> Div<f64> for $name {
            type Output = Self;
            #[$inline]
            fn div(self, other: f64) -> Self {
                let mut eps = self.eps;
                for e in &mut eps {
                    *e = *e / other;
                }
                Self { re: self.re / other, eps }
            }
        }

        impl<$($parameters)*> AddAssign for $name {
            #[$inline]
            fn add_assign(&mut self, other: Self) {
                self.re += other.re;
                for (e, o) in self.eps.iter_mut().zip(other.eps) {
                    *e += o;
                }
            }
        }

        impl<$($parameters)*> SubAssign for $name {
            #[$inline]
            fn sub_assign(&mut self, other: Self) {
                self.re -= other.re;
                for (e, o) in self.eps.iter_mut().zip(other.eps) {
                    *e -= o;
                }
            }
        }

        impl<$($parameters)*> MulAssign for $name {
            #[$inline]
            fn mul_assign(&mut self, other: Self) {
                *self = *self * other;
            }
        }

        impl<$($parameters)*> Scalar for $name {
            type Use = <$part as Scalar>::Use;
            type Base = <$part as Scalar>::Base;
            const ORDER: usize = <$part>::ORDER + 1;

            #[$inline]
            fn value(self) -> f64 {
                self.re.value()
            }
            #[$inline]
            fn base(self) -> Self::Base {
                self.re.base()
            }
            #[$inline]
            fn is_constant(self) -> bool {
                // Without a branch for each.
                self.eps.iter().fold(self.re.is_constant(), |all, e| all & e.is_zero())
            }
            #[$inline]
            fn is_zero(self) -> bool {
                self.re.is_zero() && self.eps.iter().all(|e| e.is_zero())
            }
            #[$inline]
            fn chain(self, derivatives: &[Self::Base], bound: impl Fn(usize) -> f64) -> Self {
                self.chained(self.re.chain(derivatives, &bound), self.re.chain(&derivatives[1..], |k| bound(k + 1)))
            }
            #[$inline]
            fn exp(self) -> Self {
                let value = self.re.exp();
                self.chained(value, value)
            }
            #[$inline]
            fn ln(self) -> Self {
                self.chained(self.re.ln(), self.re.recip())
            }
            #[$inline]
            fn sqrt(self) -> Self {
                let value = self.re.sqrt();
                self.chained(value, <$part>::from(0.5) / value)
            }
            #[$inline]
            fn sin(self) -> Self {
                self.chained(self.re.sin(), self.re.cos())
            }
            #[$inline]
            fn cos(self) -> Self {
                self.chained(self.re.cos(), -self.re.sin())
            }
            #[$inline]
            fn tanh(self) -> Self {
                let value = self.re.tanh();
                self.chained(value, -(value * value) + 1.0)
            }
            #[$inline]
            fn log10(self) -> Self {
                self.chained(self.re.log10(), self.re.recip() * std::f64::consts::LOG10_E)
            }
            #[$inline]
            fn tan(self) -> Self {
                let value = self.re.tan();
                self.chained(value, value * value + 1.0)
            }
            #[$inline]
            fn asin(self) -> Self {
                self.chained(self.re.asin(), unit_gap(self.re).sqrt().recip())
            }
            #[$inline]
            fn acos(self) -> Self {
                self.chained(self.re.acos(), -unit_gap(self.re).sqrt().recip())
            }
            #[$inline]
            fn atan(self) -> Self {
                self.chained(self.re.atan(), (self.re * self.re + 1.0).recip())
            }
            #[$inline]
            fn sinh(self) -> Self {
                self.chained(self.re.sinh(), self.re.cosh())
            }
            #[$inline]
            fn cosh(self) -> Self {
                self.chained(self.re.cosh(), self.re.sinh())
            }
            #[$inline]
            fn asinh(self) -> Self {
                self.chained(self.re.asinh(), (self.re * self.re + 1.0).sqrt().recip())
            }
            #[$inline]
            fn acosh(self) -> Self {
                self.chained(self.re.acosh(), (-unit_gap(self.re)).sqrt().recip())
            }
            #[$inline]
            fn atanh(self) -> Self {
                self.chained(self.re.atanh(), unit_gap(self.re).recip())
            }
            #[$inline]
            fn erf(self) -> Self {
                self.chained(self.re.erf(), (-(self.re * self.re)).exp() * std::f64::consts::FRAC_2_SQRT_PI)
            }
            #[$inline]
            fn powf(self, exponent: f64) -> Self {
                // 0 · x⁻¹ is not a number at x = 0, but the derivative of a constant is zero.
                if exponent == 0.0 {
                    return Self::from(1.0);
                }
                self.chained(self.re.powf(exponent), self.re.powf(exponent - 1.0) * exponent)
            }
            #[$inline]
            fn pow(self, exponent: Self) -> Self {
                if exponent.is_constant() {
                    return self.powf(exponent.value());
                }
                let value = self.re.pow(exponent.re);
                let by_base = self.re.pow(exponent.re - 1.0) * exponent.re;
                let by_exponent = self.re.equal(<$part>::from(0.0)).select(<$part>::from(0.0), value * self.re.ln());
                let mut eps = self.eps;
                for (e, o) in eps.iter_mut().zip(exponent.eps) {
                    *e = *e * by_base + o * by_exponent;
                }
                Self { re: value, eps }
            }
            #[$inline]
            fn abs(self) -> Self {
                Self::chosen(self.re.abs(), self.re.less(<$part>::from(0.0)), -self, self)
            }
            #[$inline]
            fn sign(self) -> Self {
                Self::constant(self.re.sign())
            }
            #[$inline]
            fn floor(self) -> Self {
                Self::constant(self.re.floor())
            }
            #[$inline]
            fn min(self, other: Self) -> Self {
                Self::chosen(self.re.min(other.re), other.re.less(self.re), other, self)
            }
            #[$inline]
            fn max(self, other: Self) -> Self {
                Self::chosen(self.re.max(other.re), self.re.less(other.re), other, self)
            }
            #[$inline]
            fn less(self, other: Self) -> Self {
                Self::constant(self.re.less(other.re))
            }
            #[$inline]
            fn less_equal(self, other: Self) -> Self {
                Self::constant(self.re.less_equal(other.re))
            }
            #[$inline]
            fn equal(self, other: Self) -> Self {
                Self::constant(self.re.equal(other.re))
            }
            #[$inline]
            fn select(self, yes: Self, no: Self) -> Self {
                Self::chosen(self.re.select(yes.re, no.re), self.re, yes, no)
            }
        }
    };
}

derivatives!(inline, [S: Scalar, const N: usize], Dual<S, N>, S);
derivatives!(inline(always), [const N: usize], DualPack<N>, Pack);

/// `1 - x²`, exact to rounding also near `x = 1`.
fn unit_gap<S: Scalar>(x: S) -> S {
    (-x + 1.0) * (x + 1.0)
}
