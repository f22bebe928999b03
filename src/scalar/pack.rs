//! Eight numbers side by side, with the arithmetic of one.
//!
//! Written so that the compiler makes a few vector instructions of each operation; every lane is rounded as one number would be.
//! What is computed of them is computed for each lane alone: a question that has one answer for all, as [`Scalar::value`], has
//! none where lanes differ, which is noted.

use super::{Base, Scalar, Seldom};
use std::cell::Cell;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

/// Numbers in a [`Pack`].
pub const LANES: usize = 8;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(align(64))]
pub struct Pack(pub [f64; LANES]);

thread_local! {
    static DISAGREED: Cell<bool> = const { Cell::new(false) };
}

impl Pack {
    #[inline(always)]
    pub fn splat(value: f64) -> Pack {
        Pack([value; LANES])
    }

    /// A function of each number.
    #[inline(always)]
    pub fn map(mut self, f: impl Fn(f64) -> f64) -> Pack {
        for x in &mut self.0 {
            *x = f(*x);
        }
        self
    }

    /// A function of each number and the one in the same lane of another.
    #[inline(always)]
    pub fn with(mut self, other: Pack, f: impl Fn(f64, f64) -> f64) -> Pack {
        for (x, y) in self.0.iter_mut().zip(other.0) {
            *x = f(*x, y);
        }
        self
    }

    /// Since this was asked last, some question on this thread had different answers in different lanes: what was computed means
    /// nothing.
    pub fn disagreed() -> bool {
        DISAGREED.take()
    }

    /// The answer for all lanes, that of the first where they differ.
    #[inline(always)]
    fn unanimous<T: Copy + PartialEq>(self, question: impl Fn(f64) -> T) -> T {
        let first = question(self.0[0]);
        if !self.0.iter().fold(true, |all, x| all & (question(*x) == first)) {
            DISAGREED.set(true);
        }
        first
    }
}

impl From<f64> for Pack {
    #[inline(always)]
    fn from(value: f64) -> Pack {
        Pack::splat(value)
    }
}

macro_rules! lane_by_lane {
    ($($operation:ident $name:ident $assign:ident $assigned:ident $sign:tt;)*) => {$(
        impl $assign for Pack {
            #[inline(always)]
            fn $assigned(&mut self, other: Pack) {
                self.0.iter_mut().zip(other.0).for_each(|(x, y)| *x = *x $sign y);
            }
        }

        impl $operation for Pack {
            type Output = Pack;
            #[inline(always)]
            fn $name(mut self, other: Pack) -> Pack {
                self.$assigned(other);
                self
            }
        }

        impl $operation<f64> for Pack {
            type Output = Pack;
            #[inline(always)]
            fn $name(self, other: f64) -> Pack {
                self.map(|x| x $sign other)
            }
        }
    )*};
}

lane_by_lane! {
    Add add AddAssign add_assign +;
    Sub sub SubAssign sub_assign -;
    Mul mul MulAssign mul_assign *;
    Div div DivAssign div_assign /;
}

impl Neg for Pack {
    type Output = Pack;
    #[inline(always)]
    fn neg(self) -> Pack {
        self.map(|x| -x)
    }
}

impl Base for Pack {
    #[inline(always)]
    fn each<const K: usize>(self, mut f: impl FnMut(f64) -> [f64; K]) -> [Pack; K] {
        let mut out = [Pack::default(); K];
        for (lane, x) in self.0.into_iter().enumerate() {
            let values = f(x);
            out.iter_mut().zip(values).for_each(|(out, value)| out.0[lane] = value);
        }
        out
    }
}

/// The functions of each number.
macro_rules! each {
    ($($name:ident),*) => {
        $(#[inline]
        fn $name(self) -> Self {
            self.map(Scalar::$name)
        })*
    };
}

/// The functions of two numbers in the same lane.
macro_rules! both {
    ($($name:ident),*) => {
        $(#[inline]
        fn $name(self, other: Self) -> Self {
            self.with(other, Scalar::$name)
        })*
    };
}

impl Scalar for Pack {
    type Use = Seldom;
    type Base = Pack;
    const ORDER: usize = 0;

    #[inline(always)]
    fn value(self) -> f64 {
        self.unanimous(|x| x)
    }
    #[inline(always)]
    fn base(self) -> Pack {
        self
    }
    #[inline(always)]
    fn is_constant(self) -> bool {
        true
    }
    #[inline(always)]
    fn is_zero(self) -> bool {
        self.unanimous(|x| x == 0.0)
    }
    #[inline(always)]
    fn chain(self, derivatives: &[Pack], _: impl Fn(usize) -> f64) -> Pack {
        derivatives[0]
    }
    each!(
        exp, ln, sqrt, sin, cos, tanh, log10, tan, asin, acos, atan, sinh, cosh, asinh, acosh, atanh, erf, abs, sign,
        floor
    );
    both!(pow, min, max, less, less_equal, equal);
    #[inline]
    fn powf(self, exponent: f64) -> Pack {
        self.map(|x| Scalar::powf(x, exponent))
    }
    #[inline]
    fn select(mut self, yes: Pack, no: Pack) -> Pack {
        for (lane, choice) in self.0.iter_mut().enumerate() {
            *choice = choice.select(yes.0[lane], no.0[lane]);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Dual, DualPack};
    use super::*;

    /// Everything that a model may do, with a function known by its derivatives.
    fn all<S: Scalar>(x: S, y: S) -> [S; 6] {
        let cube = x.base().each(|x| [x * x * x, 3.0 * x * x]);
        [
            (x * y - x / (y + 3.0)) * 2.0 - 1.0,
            x.sin() + y.exp() * x.tanh() - (x * x + 1.0).sqrt().ln(),
            (x * x + 0.5).pow(y) + x.powf(3.0) + y.powi(-2) + x.sech(),
            x.less(y).select(x * x, -y) + Scalar::max(x, y * 0.5) - Scalar::min(x, y).abs(),
            x.chain(&cube[..=S::ORDER], |_| f64::INFINITY),
            x.floor() + y.sign() * x.recip() + (y * 0.1).erf(),
        ]
    }

    #[test]
    fn every_lane_has_the_bits_of_one_number_alone() {
        let (x, y) =
            (Pack(std::array::from_fn(|k| 0.4 + 0.3 * k as f64)), Pack(std::array::from_fn(|k| 1.7 - 0.4 * k as f64)));
        type Many = DualPack<2>;
        let seeded = |re: Pack, k: usize| Many { re, eps: std::array::from_fn(|j| Pack::splat(f64::from(j == k))) };
        let together = all(seeded(x, 0), seeded(y, 1));
        assert!(!Pack::disagreed());
        for lane in 0..LANES {
            let one = |re: f64, k: usize| Dual::<f64, 2> { re, eps: std::array::from_fn(|j| f64::from(j == k)) };
            for (many, alone) in together.iter().zip(all(one(x.0[lane], 0), one(y.0[lane], 1))) {
                assert_eq!(many.re.0[lane].to_bits(), alone.re.to_bits());
                let pairs = many.eps.iter().zip(alone.eps);
                assert!(pairs.into_iter().all(|(many, alone)| many.0[lane].to_bits() == alone.to_bits()));
            }
        }
    }

    #[test]
    fn a_question_that_lanes_answer_differently_is_noted() {
        assert_eq!((Pack::splat(2.0).value(), Pack::disagreed()), (2.0, false));
        let mut differ = Pack::splat(2.0);
        differ.0[5] = 0.0;
        assert!(!differ.is_zero() && Pack::disagreed() && !Pack::disagreed());
        let _ = differ.value();
        assert!(Pack::disagreed());
    }
}
