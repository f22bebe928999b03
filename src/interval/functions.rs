//! Elementary functions of intervals: bounds from monotonicity and extrema.

use super::Interval;
use crate::scalar::{Scalar, Seldom};
use std::f64::consts::{FRAC_PI_2, PI, TAU};

/// Units in the last place by which functions of the C library and of `libm` may be wrong.
const ULPS: usize = 4;
/// Terms of the Taylor polynomial that encloses a function known by its derivatives.
const TAYLOR: usize = 4;
/// Relative error of derivatives that are given to [`Scalar::chain`].
const GIVEN: f64 = 1e-13;
/// Beyond this argument sine and cosine are only known to lie in [-1, 1].
const FAR: f64 = 1e9;

fn down(mut x: f64) -> f64 {
    (0..ULPS).for_each(|_| x = x.next_down());
    x
}

fn up(x: f64) -> f64 {
    -down(-x)
}

impl Interval {
    /// The image under a function that rises; `range` bounds its values.
    fn rising(self, f: impl Fn(f64) -> f64, range: [f64; 2]) -> Interval {
        if self.is_empty() {
            return Interval::EMPTY;
        }
        let (low, high) = (down(f(self.low)).max(range[0]), up(f(self.high)).min(range[1]));
        Interval { low: low.min(range[1]), high: high.max(range[0]), regular: self.regular }
    }

    fn falling(self, f: impl Fn(f64) -> f64, range: [f64; 2]) -> Interval {
        -self.rising(|x| -f(x), [-range[1], -range[0]])
    }

    /// The part on which a function is defined.
    fn restricted(self, low: f64, high: f64) -> Interval {
        let part = self.intersection(Interval::new(low, high));
        if part.low == self.low && part.high == self.high { self } else { part.irregular() }
    }

    /// Some `offset + k period` may be inside.
    fn may_contain(self, offset: f64, period: f64) -> bool {
        let slack = 1e-12 * (1.0 + self.magnitude());
        let k = ((self.low - slack - offset) / period).ceil();
        offset + k * period <= self.high + slack
    }

    fn cosine(self, phase: f64, f: impl Fn(f64) -> f64) -> Interval {
        if self.is_empty() {
            return Interval::EMPTY;
        }
        if self.width() >= TAU || self.magnitude() > FAR {
            return Interval { low: -1.0, high: 1.0, regular: self.regular };
        }
        let (a, b) = (f(self.low), f(self.high));
        let low = if self.may_contain(phase + PI, TAU) { -1.0 } else { down(a.min(b)).max(-1.0) };
        let high = if self.may_contain(phase, TAU) { 1.0 } else { up(a.max(b)).min(1.0) };
        Interval { low, high, regular: self.regular }
    }

    /// 1 where it is settled that a comparison holds, 0 where it is that it does not, else both.
    fn truth(yes: bool, no: bool, a: Interval, b: Interval) -> Interval {
        let regular = a.regular && b.regular;
        match (a.is_empty() || b.is_empty(), yes, no) {
            (true, ..) => Interval::EMPTY,
            (_, true, _) => Interval { regular, ..Interval::new(1.0, 1.0) },
            (_, _, true) => Interval { regular, ..Interval::new(0.0, 0.0) },
            _ => Interval::new(0.0, 1.0).irregular(),
        }
    }

    /// `self`ⁿ for n ≥ 0.
    fn whole_power(self, n: f64) -> Interval {
        if n % 2.0 == 0.0 { self.abs().rising(|x| x.powf(n), POSITIVE) } else { self.rising(|x| x.powf(n), ALL) }
    }
}

const ALL: [f64; 2] = [f64::NEG_INFINITY, f64::INFINITY];
const POSITIVE: [f64; 2] = [0.0, f64::INFINITY];

impl Scalar for Interval {
    type Use = Seldom;
    type Base = f64;
    const ORDER: usize = TAYLOR;

    fn value(self) -> f64 {
        self.middle()
    }

    fn base(self) -> f64 {
        self.middle()
    }

    fn is_constant(self) -> bool {
        // What may jump has no derivatives.
        self.is_point() && self.regular
    }

    fn is_zero(self) -> bool {
        self.is_point() && self.value() == 0.0
    }

    /// Taylor's formula about the middle, with the bound for its remainder:
    /// `f(m + t) ∈ Σ_{k<K} f⁽ᵏ⁾(m) tᵏ/k! + [-1, 1] bound(K) |t|ᴷ/K!`.
    fn chain(self, derivatives: &[f64], bound: impl Fn(usize) -> f64) -> Interval {
        let unit = |size: f64| Interval::new(-size, size);
        let everywhere = Interval { regular: self.regular, ..unit(bound(0)) };
        let t = self - self.middle();
        if self.is_empty() || !t.magnitude().is_finite() {
            return if self.is_empty() { self } else { everywhere };
        }
        let last = derivatives.len();
        let mut sum = unit(bound(last));
        for k in (0..last).rev() {
            sum = Interval::from(derivatives[k]) + unit(GIVEN * bound(k)) + sum * t / (k as f64 + 1.0);
        }
        Interval { regular: self.regular, ..sum.intersection(everywhere) }
    }

    fn recip(self) -> Interval {
        match () {
            _ if self.is_empty() || (self.low == 0.0 && self.high == 0.0) => Interval::EMPTY,
            _ if self.low < 0.0 && self.high > 0.0 => Interval::WHOLE,
            _ if self.low == 0.0 => Interval { low: (1.0 / self.high).next_down().max(0.0), ..Interval::WHOLE },
            _ if self.high == 0.0 => Interval { high: (1.0 / self.low).next_up().min(0.0), ..Interval::WHOLE },
            // Powers of two stay points.
            _ if self.is_point() && (1.0 / self.low).mul_add(self.low, -1.0) == 0.0 => {
                Interval { low: 1.0 / self.low, high: 1.0 / self.low, ..self }
            }
            _ => {
                let image = Interval::outward(1.0 / self.high, 1.0 / self.low, self.regular);
                // The sign is kept where the bounds underflow.
                if self.low > 0.0 {
                    Interval { low: image.low.max(0.0), ..image }
                } else {
                    Interval { high: image.high.min(0.0), ..image }
                }
            }
        }
    }

    fn exp(self) -> Interval {
        self.rising(f64::exp, POSITIVE)
    }
    fn ln(self) -> Interval {
        let part = self.restricted(0.0, f64::INFINITY);
        Interval { regular: part.regular && part.low > 0.0, ..part.rising(f64::ln, ALL) }
    }
    fn log10(self) -> Interval {
        let part = self.restricted(0.0, f64::INFINITY);
        Interval { regular: part.regular && part.low > 0.0, ..part.rising(f64::log10, ALL) }
    }
    fn sqrt(self) -> Interval {
        self.restricted(0.0, f64::INFINITY).rising(f64::sqrt, POSITIVE)
    }
    fn sin(self) -> Interval {
        self.cosine(FRAC_PI_2, f64::sin)
    }
    fn cos(self) -> Interval {
        self.cosine(0.0, f64::cos)
    }
    fn tan(self) -> Interval {
        if self.is_empty() {
            return self;
        }
        if self.width() >= PI || self.magnitude() > FAR || self.may_contain(FRAC_PI_2, PI) {
            return Interval::WHOLE;
        }
        self.rising(f64::tan, ALL)
    }
    fn asin(self) -> Interval {
        self.restricted(-1.0, 1.0).rising(f64::asin, ALL)
    }
    fn acos(self) -> Interval {
        self.restricted(-1.0, 1.0).falling(f64::acos, POSITIVE)
    }
    fn atan(self) -> Interval {
        self.rising(f64::atan, ALL)
    }
    fn sinh(self) -> Interval {
        self.rising(f64::sinh, ALL)
    }
    fn cosh(self) -> Interval {
        self.abs().rising(f64::cosh, [1.0, f64::INFINITY])
    }
    fn tanh(self) -> Interval {
        self.rising(f64::tanh, [-1.0, 1.0])
    }
    fn asinh(self) -> Interval {
        self.rising(libm::asinh, ALL)
    }
    fn acosh(self) -> Interval {
        self.restricted(1.0, f64::INFINITY).rising(libm::acosh, POSITIVE)
    }
    fn atanh(self) -> Interval {
        let part = self.restricted(-1.0, 1.0);
        Interval { regular: part.regular && part.low > -1.0 && part.high < 1.0, ..part.rising(libm::atanh, ALL) }
    }
    fn erf(self) -> Interval {
        self.rising(libm::erf, [-1.0, 1.0])
    }

    fn powf(self, exponent: f64) -> Interval {
        let whole = exponent.fract() == 0.0;
        match () {
            // Numbers take what is not a number to the power 0 as 1.
            _ if exponent == 0.0 => Interval { low: 1.0, high: 1.0, regular: self.regular && !self.is_empty() },
            _ if self.is_empty() || !exponent.is_finite() => Interval::EMPTY,
            _ if exponent == 1.0 => self,
            _ if whole && exponent > 0.0 => self.whole_power(exponent),
            _ if whole => self.whole_power(-exponent).recip(),
            _ if exponent > 0.0 => self.restricted(0.0, f64::INFINITY).rising(|x| x.powf(exponent), POSITIVE),
            _ => {
                let part = self.restricted(0.0, f64::INFINITY);
                let image = part.falling(|x| x.powf(exponent), POSITIVE);
                Interval { regular: image.regular && part.low > 0.0, ..image }
            }
        }
    }

    fn powi(self, exponent: i32) -> Interval {
        self.powf(f64::from(exponent))
    }

    fn pow(self, exponent: Interval) -> Interval {
        match () {
            // As above, and 1 to the power of what is not a number is 1 as well.
            _ if self.is_empty() && exponent.contains(0.0) => self.powf(0.0),
            _ if exponent.is_empty() && self.contains(1.0) => exponent.powf(0.0),
            _ if self.is_empty() || exponent.is_empty() => Interval::EMPTY,
            _ if exponent.is_point() => {
                let image = self.powf(exponent.low);
                Interval { regular: image.regular && exponent.regular, ..image }
            }
            _ if self.low > 0.0 => (self.ln() * exponent).exp(),
            // A negative base has a power for each integer among the exponents.
            _ => Interval::WHOLE,
        }
    }

    fn abs(self) -> Interval {
        match () {
            _ if self.is_empty() || self.low >= 0.0 => self,
            _ if self.high <= 0.0 => -self,
            _ => Interval { low: 0.0, high: self.magnitude(), regular: self.regular },
        }
    }

    fn sign(self) -> Interval {
        let sign = |x: f64| if x == 0.0 { 0.0 } else { x.signum() };
        if self.is_empty() {
            return self;
        }
        let image = Interval { low: sign(self.low), high: sign(self.high), regular: self.regular };
        if image.is_point() { image } else { image.irregular() }
    }

    fn floor(self) -> Interval {
        if self.is_empty() {
            return self;
        }
        let image = Interval { low: self.low.floor(), high: self.high.floor(), regular: self.regular };
        if image.is_point() { image } else { image.irregular() }
    }

    fn min(self, other: Interval) -> Interval {
        if self.is_empty() || other.is_empty() {
            return Interval::EMPTY;
        }
        let regular = self.regular && other.regular;
        Interval { low: self.low.min(other.low), high: self.high.min(other.high), regular }
    }

    fn max(self, other: Interval) -> Interval {
        -(-self).min(-other)
    }

    fn less(self, other: Interval) -> Interval {
        Interval::truth(self.high < other.low, self.low >= other.high, self, other)
    }

    fn less_equal(self, other: Interval) -> Interval {
        Interval::truth(self.high <= other.low, self.low > other.high, self, other)
    }

    fn equal(self, other: Interval) -> Interval {
        let apart = self.high < other.low || other.high < self.low;
        Interval::truth(self.is_point() && other.is_point() && self.low == other.low, apart, self, other)
    }

    fn select(self, yes: Interval, no: Interval) -> Interval {
        match () {
            _ if self.is_empty() => self,
            _ if !self.contains(0.0) => Interval { regular: self.regular && yes.regular, ..yes },
            _ if self.is_point() => Interval { regular: self.regular && no.regular, ..no },
            _ => yes.hull(no).irregular(),
        }
    }
}
