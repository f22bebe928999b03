//! Where an oscillation begins and ends under a ramp.
//!
//! When the parameter passes a Hopf point slowly the solution stays near the equilibrium, unstable by now, until what it had come
//! nearer to it before is used up: `∫ Re μ dt = 0` from where it came near to where it leaves (Neishtadt 1987; Baer, Erneux & Rinzel
//! 1989). The oscillation begins late, and then at once. How late follows from how near it had come: errors of the solution count.

use super::Ramp;

/// The first or last swing that can be seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Onset {
    pub t: f64,
    pub value: f64,
    pub rising: bool,
    /// The state by which it is measured.
    pub state: usize,
    /// It begins here, or else ends.
    pub begins: bool,
}

/// A swing of this part of the largest one can be seen.
const SEEN: f64 = 0.01;
/// What is seen over less of the way is the ringing of a jump, and what is seen up to its ends does not begin or end.
const LASTING: f64 = 0.05;
const ENDS: f64 = 0.01;
/// Swings of less of a state's size are none.
const LEAST: f64 = 1e-6;

/// Where oscillations begin and end on one leg of a ramp, from its steps: time, state, rate.
pub(super) fn onsets(leg: &[&(f64, Vec<f64>, Vec<f64>)], ramp: &Ramp) -> Vec<Onset> {
    let (Some(first), Some(last)) = (leg.first(), leg.last()) else { return Vec::new() };
    let (begin, duration) = (first.0, last.0 - first.0);
    let size = |k: usize| leg.iter().fold(0.0, |m: f64, (_, x, _)| m.max(x[k].abs()));
    let swings: Vec<Vec<(f64, f64)>> = (0..first.1.len()).map(|k| swings(leg, k)).collect();
    let largest = |k: usize| swings[k].iter().fold(0.0, |m: f64, swing| m.max(swing.1));
    let share = |k: usize| if size(k) > 0.0 { largest(k) / size(k) } else { 0.0 };
    let Some(k) = (0..swings.len()).max_by(|&a, &b| share(a).total_cmp(&share(b))) else { return Vec::new() };
    if share(k) < LEAST {
        return Vec::new();
    }
    let seen = |swing: &(f64, f64)| swing.1 >= SEEN * largest(k);
    let mut found = Vec::new();
    for run in swings[k].chunk_by(|a, b| seen(a) == seen(b)).filter(|run| run.first().is_some_and(seen)) {
        let (Some((from, _)), Some((to, _))) = (run.first().copied(), run.last().copied()) else { continue };
        let length = to - from;
        let middle = from + 0.25 * length..=to - 0.25 * length;
        let lasts = run.iter().any(|(t, swing)| middle.contains(t) && *swing >= 0.25 * largest(k));
        if length < LASTING * duration || !lasts {
            continue;
        }
        let rising = ramp.at(last.0) > ramp.at(begin);
        let onset = |t: f64, begins: bool| Onset { t, value: ramp.at(t), rising, state: k, begins };
        if from - begin > ENDS * duration {
            found.push(onset(from, true));
        }
        if last.0 - to > ENDS * duration {
            found.push(onset(to, false));
        }
    }
    found
}

/// How far a state goes from one extremum to the next, and when it is there.
fn swings(leg: &[&(f64, Vec<f64>, Vec<f64>)], k: usize) -> Vec<(f64, f64)> {
    let turns: Vec<(f64, f64)> =
        leg.windows(2).filter(|pair| pair[0].2[k] * pair[1].2[k] < 0.0).map(|pair| (pair[1].0, pair[1].1[k])).collect();
    turns.windows(2).map(|pair| (pair[1].0, (pair[1].1 - pair[0].1).abs())).collect()
}
