//! Eight numbers side by side, one for each of eight intervals, with the arithmetic of one.

use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

/// Numbers in a [`Pack`].
pub const LANES: usize = 8;

/// Written so that the compiler makes a few vector instructions of each operation; every lane is rounded as one number would be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(align(64))]
pub struct Pack(pub [f64; LANES]);

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
        Pack([value; LANES])
    }
    #[inline(always)]
    fn sqrt(mut self) -> Pack {
        for x in &mut self.0 {
            *x = x.sqrt();
        }
        self
    }
    #[inline(always)]
    fn copysign(mut self, sign: Pack) -> Pack {
        for lane in 0..LANES {
            self.0[lane] = self.0[lane].copysign(sign.0[lane]);
        }
        self
    }
}

impl Pack {
    #[inline(always)]
    pub(super) fn abs(mut self) -> Pack {
        for x in &mut self.0 {
            *x = x.abs();
        }
        self
    }

    /// The larger one in each lane; the first where the second is not a number.
    #[inline(always)]
    pub(super) fn max(mut self, other: Pack) -> Pack {
        for lane in 0..LANES {
            self.0[lane] = if other.0[lane] > self.0[lane] { other.0[lane] } else { self.0[lane] };
        }
        self
    }
}

macro_rules! lane_by_lane {
    ($($operation:ident $name:ident $assign:ident $assigned:ident $sign:tt;)*) => {$(
        impl $assign for Pack {
            #[inline(always)]
            fn $assigned(&mut self, other: Pack) {
                for lane in 0..LANES {
                    self.0[lane] = self.0[lane] $sign other.0[lane];
                }
            }
        }

        impl $operation for Pack {
            type Output = Pack;
            #[inline(always)]
            fn $name(mut self, other: Pack) -> Pack {
                for lane in 0..LANES {
                    self.0[lane] = self.0[lane] $sign other.0[lane];
                }
                self
            }
        }
    )*};
}

lane_by_lane! {
    Add add AddAssign add_assign +;
    Sub sub SubAssign sub_assign -;
    Mul mul MulAssign mul_assign *;
}

impl Div for Pack {
    type Output = Pack;
    #[inline(always)]
    fn div(mut self, other: Pack) -> Pack {
        for lane in 0..LANES {
            self.0[lane] /= other.0[lane];
        }
        self
    }
}

impl Neg for Pack {
    type Output = Pack;
    #[inline(always)]
    fn neg(mut self) -> Pack {
        for x in &mut self.0 {
            *x = -*x;
        }
        self
    }
}
