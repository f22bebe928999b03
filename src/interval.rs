//! Interval arithmetic: numbers known to lie between two bounds, as a [`Scalar`].
//!
//! Evaluating a right-hand side on intervals encloses all its values on a box, and on `Dual<Interval, N>` all its
//! derivatives, rounding errors included (Moore 1966; Neumaier 1990). Bounds are rounded outwards; those of elementary
//! functions by four units in the last place more, which is what the C library's errors stay below.
//!
//! Not every function is defined, or continuous, everywhere on a box. What is undefined there has no image; the interval
//! is then the image of the rest, and no longer [`regular`](Interval::regular). Nothing here knows what is enclosed.

mod functions;

use crate::scalar::Scalar;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

/// All numbers from `low` to `high`, both included; none if `low > high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
    /// What was computed is defined and continuous for all numbers that went in.
    pub regular: bool,
}

impl Interval {
    pub const EMPTY: Interval = Interval { low: f64::INFINITY, high: f64::NEG_INFINITY, regular: false };
    /// Anything, and nothing is known of continuity.
    pub const WHOLE: Interval = Interval { low: f64::NEG_INFINITY, high: f64::INFINITY, regular: false };

    pub const fn new(low: f64, high: f64) -> Self {
        Interval { low, high, regular: true }
    }

    /// `[low, high]` rounded outwards by one unit in the last place; zero stays, where the caller knows that it is exact.
    fn outward(low: f64, high: f64, regular: bool) -> Self {
        Interval { low: low.next_down(), high: high.next_up(), regular }
    }

    pub fn is_empty(self) -> bool {
        self.low > self.high
    }

    pub fn is_point(self) -> bool {
        self.low == self.high
    }

    pub fn width(self) -> f64 {
        self.high - self.low
    }

    /// A number inside, finite also where a bound is not.
    pub fn middle(self) -> f64 {
        let (low, high) = (self.low.max(f64::MIN), self.high.min(f64::MAX));
        (0.5 * low + 0.5 * high).clamp(low.min(high), high)
    }

    /// The largest absolute value.
    pub fn magnitude(self) -> f64 {
        self.low.abs().max(self.high.abs())
    }

    pub fn contains(self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }

    /// Each number of `self` is in `other`.
    pub fn is_within(self, other: Interval) -> bool {
        other.low <= self.low && self.high <= other.high
    }

    /// Each number of `self` is in `other` and neither of its ends.
    pub fn is_inside(self, other: Interval) -> bool {
        other.low < self.low && self.high < other.high
    }

    pub fn intersection(self, other: Interval) -> Interval {
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        if low > high { Interval::EMPTY } else { Interval { low, high, regular: self.regular } }
    }

    /// The smallest interval that contains both.
    pub fn hull(self, other: Interval) -> Interval {
        match (self.is_empty(), other.is_empty()) {
            (true, _) => other,
            (_, true) => self,
            _ => Interval {
                low: self.low.min(other.low),
                high: self.high.max(other.high),
                regular: self.regular && other.regular,
            },
        }
    }

    /// The same numbers, of which it is not known whether they depend continuously on what went in.
    fn irregular(self) -> Interval {
        Interval { regular: false, ..self }
    }
}

impl From<f64> for Interval {
    /// What is not finite is no number.
    fn from(value: f64) -> Self {
        if value.is_finite() { Interval::new(value, value) } else { Interval::EMPTY }
    }
}

/// `a + b` rounded down, exact where it can be: the error of a sum is a floating-point number (Knuth).
fn sum_down(a: f64, b: f64) -> f64 {
    let sum = a + b;
    let virtual_b = sum - a;
    let error = (a - (sum - virtual_b)) + (b - virtual_b);
    if error < 0.0 || (error.is_nan() && a.is_finite() && b.is_finite()) { sum.next_down() } else { sum }
}

fn sum_up(a: f64, b: f64) -> f64 {
    -sum_down(-a, -b)
}

/// `a b` rounded down; zero times infinity is zero, since a bound that is infinite stands for numbers that are not.
fn product_down(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { 0.0 } else { (a * b).next_down() }
}

fn product_up(a: f64, b: f64) -> f64 {
    -product_down(-a, b)
}

impl Neg for Interval {
    type Output = Self;
    fn neg(self) -> Self {
        Interval { low: -self.high, high: -self.low, regular: self.regular }
    }
}

impl Add for Interval {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        if self.is_empty() || other.is_empty() {
            return Interval::EMPTY;
        }
        Interval {
            low: sum_down(self.low, other.low),
            high: sum_up(self.high, other.high),
            regular: self.regular && other.regular,
        }
    }
}

impl Sub for Interval {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Interval {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        if self.is_empty() || other.is_empty() {
            return Interval::EMPTY;
        }
        let (a, b) = (self, other);
        let regular = a.regular && b.regular;
        if a.is_point() && b.is_point() {
            let product = a.low * b.low;
            let error = a.low.mul_add(b.low, -product);
            // Products of integers and the like stay points. The error of one that underflows may do so itself.
            if error == 0.0 && (product.abs() > 1e-290 || a.low == 0.0 || b.low == 0.0) {
                return Interval { low: product, high: product, regular };
            }
        }
        let low = |f: fn(f64, f64) -> f64| [f(a.low, b.low), f(a.low, b.high), f(a.high, b.low), f(a.high, b.high)];
        Interval {
            low: low(product_down).into_iter().fold(f64::INFINITY, f64::min),
            high: low(product_up).into_iter().fold(f64::NEG_INFINITY, f64::max),
            regular,
        }
    }
}

impl Div for Interval {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        self * other.recip()
    }
}

impl Add<f64> for Interval {
    type Output = Self;
    fn add(self, other: f64) -> Self {
        self + Interval::from(other)
    }
}

impl Sub<f64> for Interval {
    type Output = Self;
    fn sub(self, other: f64) -> Self {
        self - Interval::from(other)
    }
}

impl Mul<f64> for Interval {
    type Output = Self;
    fn mul(self, other: f64) -> Self {
        self * Interval::from(other)
    }
}

impl Div<f64> for Interval {
    type Output = Self;
    fn div(self, other: f64) -> Self {
        self / Interval::from(other)
    }
}

impl AddAssign for Interval {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Interval {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl MulAssign for Interval {
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

#[cfg(test)]
mod tests;
