//! False position for the zero of a continuous function of one number.

/// Two numbers between which a function changes its sign, and its values there. The value at an end that stays twice is lowered, so
/// that both ends close in, by the factor of Anderson & Björck (BIT 13, 253, 1973).
#[derive(Clone, Copy, Debug)]
pub struct Bracket {
    low: f64,
    high: f64,
    at_low: f64,
    at_high: f64,
    /// The end that moved last is the low one.
    moved_low: Option<bool>,
}

impl Bracket {
    pub fn new([low, high]: [f64; 2], [at_low, at_high]: [f64; 2]) -> Self {
        Bracket { low, high, at_low, at_high, moved_low: None }
    }

    /// Where to evaluate the function next.
    pub fn place(&self) -> f64 {
        (self.low * self.at_high - self.high * self.at_low) / (self.at_high - self.at_low)
    }

    pub fn width(&self) -> f64 {
        self.high - self.low
    }

    /// The number, moved into the bracket.
    pub fn clamp(&self, place: f64) -> f64 {
        place.clamp(self.low, self.high)
    }

    /// The function has this value at a place inside.
    pub fn narrow(&mut self, place: f64, value: f64) {
        let low = (value < 0.0) == (self.at_low < 0.0);
        let replaced = if low { self.at_low } else { self.at_high };
        let factor = match 1.0 - value / replaced {
            _ if self.moved_low != Some(low) => 1.0,
            factor if factor > 0.0 => factor,
            _ => 0.5,
        };
        if low {
            (self.low, self.at_low) = (place, value);
            self.at_high *= factor;
        } else {
            (self.high, self.at_high) = (place, value);
            self.at_low *= factor;
        }
        self.moved_low = Some(low);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Evaluations until the place is exact to rounding.
    fn evaluations(function: impl Fn(f64) -> f64, ends: [f64; 2], zero: f64) -> usize {
        let mut bracket = Bracket::new(ends, ends.map(&function));
        for count in 1..100 {
            let place = bracket.place();
            if (place - zero).abs() <= 1e-15 {
                return count;
            }
            bracket.narrow(place, function(place));
        }
        100
    }

    #[test]
    fn smooth_functions_take_few_evaluations_whichever_end_is_flat() {
        // Halving takes 50.
        for sign in [-1.0, 1.0] {
            assert!(evaluations(|x| sign * (x.exp() - 1.0), [-0.3, 0.7], 0.0) <= 8);
            assert!(evaluations(|x| sign * (1.0 - (-4.0 * x).exp()), [-0.3, 0.7], 0.0) <= 10);
            assert!(evaluations(|x| sign * x * (x * x + 0.01), [-0.4, 0.9], 0.0) <= 16);
        }
    }
}
