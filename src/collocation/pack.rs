//! A number, or eight of them side by side, one for each of eight intervals.

pub use crate::scalar::{LANES, Pack};
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

/// A number or several side by side.
pub(super) trait Number:
    Copy
    + Default
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
{
    fn splat(value: f64) -> Self;
    fn sqrt(self) -> Self;
    /// With the sign of another one.
    fn copysign(self, sign: Self) -> Self;
}

impl Number for f64 {
    #[inline(always)]
    fn splat(value: f64) -> f64 {
        value
    }
    #[inline(always)]
    fn sqrt(self) -> f64 {
        f64::sqrt(self)
    }
    #[inline(always)]
    fn copysign(self, sign: f64) -> f64 {
        f64::copysign(self, sign)
    }
}

impl Number for Pack {
    #[inline(always)]
    fn splat(value: f64) -> Pack {
        Pack::splat(value)
    }
    #[inline(always)]
    fn sqrt(self) -> Pack {
        self.map(f64::sqrt)
    }
    #[inline(always)]
    fn copysign(self, sign: Pack) -> Pack {
        self.with(sign, f64::copysign)
    }
}
