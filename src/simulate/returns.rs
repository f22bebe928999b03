//! Whether a solution repeats itself: its returns to the section where one state has a maximum.
//!
//! A cycle has some number m of such maxima. Once it is reached, each is where the one m maxima before was, and the distance `d` of
//! the two falls by a factor ρ at each return; what is still to come is `d ρ/(1 − ρ)`.

use super::Extent;
use std::collections::VecDeque;

/// A cycle may have so many maxima of one state.
const MOST: usize = 64;
/// Over twice so many returns ρ is measured, and over so many a distance that does not fall is one of rounding errors.
const MEMORY: usize = 12;
const PATIENCE: usize = 60;
/// A distance of so many rounding errors tells nothing of ρ.
const NOISE: f64 = 3.0;
/// A part of a cycle whose ends are nearer than this, in what is allowed, is a cycle.
const SAME: f64 = 10.0;
/// Scales are those of the last maxima, so many or up to twice as many.
const TURN: usize = 8;

/// A maximum of the state that makes the section.
#[derive(Clone, Debug)]
struct Crossing {
    t: f64,
    x: Vec<f64>,
}

/// The cycle that the solution has come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Repetition {
    pub period: f64,
    /// How far the last return is from the cycle, in units of each state's span; the worst.
    pub distance: f64,
    /// By this factor the distance falls in a period.
    pub contraction: f64,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Returns {
    crossings: VecDeque<Crossing>,
    /// For m = 1, 2, …: the distances of crossings from those m before, the newest first.
    distances: Vec<VecDeque<f64>>,
    /// For m = 1, 2, …: so many crossings in a row were near enough.
    good: Vec<usize>,
    /// For m = 1, 2, …: ρ, as long as the distance was beyond rounding errors.
    contraction: Vec<Option<f64>>,
    count: usize,
}

impl Returns {
    pub fn clear(&mut self) {
        *self = Returns::default();
    }

    /// So many maxima have come that scales should be of later ones.
    pub fn is_turn(&self) -> bool {
        self.count.is_multiple_of(TURN)
    }

    /// A maximum, with what each state has covered of late.
    ///
    /// * `settled`: accepted distance to the cycle, in spans; `errors`: of the solution over a period.
    pub fn push(&mut self, t: f64, x: &[f64], extent: &[Extent], settled: f64, errors: &[f64]) -> Option<Repetition> {
        let error = |k: usize| errors[k].max(f64::MIN_POSITIVE);
        let allowed = |k: usize| settled * extent[k].span() + error(k);
        self.distances.resize_with(MOST, VecDeque::new);
        self.good.resize(MOST, 0);
        self.contraction.resize(MOST, None);
        let mut found = None;
        for m in 1..=self.crossings.len().min(MOST) {
            let before = &self.crossings[m - 1];
            // In units of what is allowed, and of rounding errors.
            let worst = |unit: &dyn Fn(usize) -> f64| {
                (0..x.len()).map(|k| (x[k] - before.x[k]).abs() / unit(k)).fold(0.0, f64::max)
            };
            let distance = worst(&allowed);
            let history = &mut self.distances[m - 1];
            history.push_front(distance);
            history.truncate(PATIENCE * m + 1);
            let noise = worst(&error);
            // Distances turn as well as fall where multipliers are complex: the largest of some are compared with those before.
            let window = MEMORY.min(history.len() / (2 * m));
            if noise > NOISE && window > 0 {
                let largest = |from: usize| (from..from + window).map(|k| history[k * m]).fold(0.0, f64::max);
                let ratio: f64 = largest(0) / largest(window);
                self.contraction[m - 1] = Some(ratio.powf(1.0 / window as f64).min(1.0));
            } else if self.contraction[m - 1].is_none() && history.len() > m {
                // It fell into rounding errors at once.
                self.contraction[m - 1] = Some((distance / history[m]).min(1.0));
            }
            let contraction = self.contraction[m - 1];
            let remaining = contraction.map_or(f64::INFINITY, |rho| distance * rho / (1.0 - rho));
            let still = history.get(PATIENCE * m).is_some_and(|then| distance > 0.8 * then);
            let rounding_only = still && noise < NOISE;
            self.good[m - 1] = if remaining < 1.0 || rounding_only { self.good[m - 1] + 1 } else { 0 };
            if found.is_none() && self.good[m - 1] > m {
                found = Some(m);
            }
        }
        // Of what repeats after m maxima it is the smallest part that does.
        let newest = |m: usize| self.distances[m - 1].front().copied().unwrap_or(f64::INFINITY);
        let found = found.and_then(|m| (1..=m).find(|&part| m % part == 0 && (part == m || newest(part) < SAME)));
        let found = found.map(|m| {
            let before = &self.crossings[m - 1];
            let moved = |k: usize| (x[k] - before.x[k]).abs() / extent[k].span().max(f64::MIN_POSITIVE);
            let distance = (0..x.len()).map(moved).fold(0.0, f64::max);
            Repetition { period: t - before.t, distance, contraction: self.contraction[m - 1].unwrap_or(1.0) }
        });
        self.count += 1;
        self.crossings.push_front(Crossing { t, x: x.to_vec() });
        self.crossings.truncate(MOST);
        found
    }
}
