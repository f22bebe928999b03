//! Values of a solution at even times.

use super::{Course, Integrator, Until};
use crate::field::Field;

/// Times at even distances, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Even {
    begin: f64,
    spacing: f64,
    /// Number of the next one.
    next: usize,
    most: usize,
}

impl Even {
    /// So many over a length of time, both ends included.
    pub fn whole(begin: f64, length: f64, count: usize) -> Self {
        Even { begin, spacing: length / count.saturating_sub(1).max(1) as f64, next: 0, most: count }
    }

    /// So many over a length of time, whose end is the beginning of the next.
    pub fn part(begin: f64, length: f64, count: usize) -> Self {
        Even { begin, spacing: length / count.max(1) as f64, next: 0, most: count }
    }

    /// The next one, if it is not after `now`.
    pub fn next_until(&mut self, now: f64) -> Option<f64> {
        let t = self.begin + self.next as f64 * self.spacing;
        // The last one is at the end, whatever the rounding of its time.
        let due = self.next < self.most && t <= now + 1e-9 * self.spacing;
        due.then(|| self.next += 1)?;
        Some(t)
    }
}

/// Rows at even times: where the end is not known, their distance is doubled when there are too many.
#[derive(Debug)]
pub(super) struct Rows {
    pub times: Vec<f64>,
    pub states: Vec<Vec<f64>>,
    even: Even,
    most: usize,
    grows: bool,
}

/// Where the end is not known, rows begin with this part of the spacing that the whole time would have.
const FINE: i32 = 20;

impl Rows {
    pub fn new(begin: f64, course: &Course) -> Self {
        let grows = course.until != Until::Time;
        let mut even = Even::whole(begin, course.time, course.rows);
        if grows && course.rows > 0 {
            even.spacing *= 0.5_f64.powi(FINE);
            even.most = usize::MAX;
        }
        Rows { times: Vec::new(), states: Vec::new(), even, most: course.rows, grows }
    }

    pub fn take<F: Field>(&mut self, solution: &mut Integrator<F>, x: &mut [f64]) {
        while let Some(t) = self.even.next_until(solution.time()) {
            solution.at(t, x);
            self.times.push(t);
            self.states.push(x.to_vec());
            if self.grows && self.times.len() >= self.most.max(2) {
                self.halve();
            }
        }
    }

    /// Keeps every second row.
    fn halve(&mut self) {
        let mut keep = 0..;
        self.times.retain(|_| keep.next().is_some_and(|k| k % 2 == 0));
        let mut keep = 0..;
        self.states.retain(|_| keep.next().is_some_and(|k| k % 2 == 0));
        self.even.spacing *= 2.0;
        self.even.next = self.times.len();
    }
}
