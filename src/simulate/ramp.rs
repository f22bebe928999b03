//! A parameter that is moved slowly, from value to value at a constant rate.

/// Straight lines between values of one parameter, which begin at time 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Ramp {
    /// Position among the model's parameters.
    pub parameter: usize,
    /// At least two, neighbours different.
    pub values: Vec<f64>,
    /// `|dp/dt|`, positive.
    pub rate: f64,
}

impl Ramp {
    /// Times at which the direction changes, with both ends.
    pub fn corners(&self) -> Vec<f64> {
        let mut t = 0.0;
        let lengths = self.values.windows(2).map(|pair| (pair[1] - pair[0]).abs() / self.rate);
        std::iter::once(0.0)
            .chain(lengths.map(|length| {
                t += length;
                t
            }))
            .collect()
    }

    /// How long it takes.
    pub fn duration(&self) -> f64 {
        self.values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f64>() / self.rate
    }

    /// The parameter at a time; before the beginning and after the end it stands still.
    pub fn at(&self, t: f64) -> f64 {
        let mut rest = t.max(0.0) * self.rate;
        for pair in self.values.windows(2) {
            let way = (pair[1] - pair[0]).abs();
            if rest < way {
                return pair[0] + rest.copysign(pair[1] - pair[0]);
            }
            rest -= way;
        }
        self.values.last().copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_goes_from_value_to_value_at_its_rate_and_stands_still_afterwards() {
        let ramp = Ramp { parameter: 0, values: vec![1.0, 3.0, -1.0], rate: 0.5 };
        assert_eq!(ramp.corners(), [0.0, 4.0, 12.0]);
        assert_eq!(ramp.duration(), 12.0);
        let values: Vec<f64> = [-1.0, 0.0, 1.0, 4.0, 6.0, 12.0, 20.0].map(|t| ramp.at(t)).to_vec();
        assert_eq!(values, [1.0, 1.0, 1.5, 3.0, 2.0, -1.0, -1.0]);
    }
}
