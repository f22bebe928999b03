//! False position for the zero of a continuous function of one number.

/// Two numbers between which a function changes its sign, and its values there. By the Illinois method (Dowell & Jarratt 1971) the
/// value at an end that stays is halved, so that both ends close in.
#[derive(Clone, Copy, Debug)]
pub struct Bracket {
    low: f64,
    high: f64,
    at_low: f64,
    at_high: f64,
}

impl Bracket {
    pub fn new([low, high]: [f64; 2], [at_low, at_high]: [f64; 2]) -> Self {
        Bracket { low, high, at_low, at_high }
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
        if (value < 0.0) == (self.at_low < 0.0) {
            (self.low, self.at_low) = (place, value);
            self.at_high *= 0.5;
        } else {
            (self.high, self.at_high) = (place, value);
            self.at_low *= 0.5;
        }
    }
}
