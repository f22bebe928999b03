//! Solutions under a ramp: a parameter moves slowly, the state follows a branch, and jumps where that ends at a fold.
//!
//! Near a fold `ẏ = a y² + b (λ − λ_c)` with `λ = λ_c + r t`. With `y = −ẇ/(a w)` this is Airy's equation, and `y` runs to infinity
//! at its first zero: the jump comes after the fold by
//!
//! ```text
//! λ_jump − λ_c = Ω₀ (r²/|a b|)^{1/3} + O(r ln r),     Ω₀ = 2.338107…
//! ```
//!
//! (Haberman 1979; Kuehn 2015, ch. 5). Here `a = ½⟨p, B(q, q)⟩` and `b = ⟨p, f_λ⟩`, with `f_x q = 0`, `pᵀ f_x = 0`, `⟨p, q⟩ = 1`.

use super::even::Even;
use super::onset::{Onset, onsets};
use super::{Integrator, Ramp, Settings, Trouble};
use crate::field::{Derivatives, Field, bilinear};
use crate::linalg::{dot, null_vectors};

/// Minus the first zero of Airy's function Ai.
pub const AIRY: f64 = 2.338_107_410_459_767;

/// A solution while a parameter moves.
#[derive(Clone, Debug, PartialEq)]
pub struct Ramped {
    /// Even times, with the parameter and the states.
    pub times: Vec<f64>,
    pub values: Vec<f64>,
    pub states: Vec<Vec<f64>>,
    pub jumps: Vec<Jump>,
    pub onsets: Vec<Onset>,
    pub steps: usize,
    pub trouble: Option<Trouble>,
}

/// A place where the state moves much and the parameter does not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jump {
    pub t: f64,
    /// The parameter where the state moves fastest.
    pub value: f64,
    pub rising: bool,
    /// The state by which it is measured, before and after.
    pub state: usize,
    pub from: f64,
    pub to: f64,
}

/// In a jump the state would move over its span within this part of the parameter's range.
const FAST: f64 = 0.1;
/// Fast stretches within this part of the range are one jump, which rings.
const APART: f64 = 0.02;

/// Follows the solution from `state` along the ramp; `rows` are kept.
pub fn ramped<F: Field>(
    field: &F,
    parameters: &[f64],
    ramp: &Ramp,
    state: &[f64],
    rows: usize,
    settings: &Settings,
) -> Result<Ramped, Trouble> {
    let mut solution = Integrator::new(field, parameters, Some(ramp), state, 0.0, settings)?;
    let mut due = Even::whole(0.0, ramp.duration(), rows);
    let mut out = Ramped {
        times: Vec::new(),
        values: Vec::new(),
        states: Vec::new(),
        jumps: Vec::new(),
        onsets: Vec::new(),
        steps: 0,
        trouble: None,
    };
    let mut path = Path::default();
    path.push(&solution);
    let mut x = state.to_vec();
    let corners = ramp.corners();
    for legs in corners.windows(2) {
        // The parameter has a corner here, and a step must not pass it.
        while solution.time() < legs[1] {
            if let Err(trouble) = solution.step(legs[1]) {
                out.trouble = Some(trouble);
                break;
            }
            path.push(&solution);
            while let Some(t) = due.next_until(solution.time()) {
                solution.at(t.max(solution.before().0), &mut x);
                out.times.push(t);
                out.values.push(ramp.at(t));
                out.states.push(x.clone());
            }
        }
        if out.trouble.is_some() {
            break;
        }
    }
    out.steps = solution.steps();
    for legs in corners.windows(2) {
        let steps = path.leg([legs[0], legs[1]]);
        out.jumps.extend(jumps(&steps, ramp, [legs[0], legs[1]]));
        out.onsets.extend(onsets(&steps, ramp));
    }
    Ok(out)
}

/// Where the solution stepped: time, state, rate.
#[derive(Debug, Default)]
struct Path {
    steps: Vec<(f64, Vec<f64>, Vec<f64>)>,
}

impl Path {
    fn push<F: Field>(&mut self, solution: &Integrator<F>) {
        self.steps.push((solution.time(), solution.state().to_vec(), solution.rate().to_vec()));
    }

    fn leg(&self, [begin, end]: [f64; 2]) -> Vec<&(f64, Vec<f64>, Vec<f64>)> {
        self.steps.iter().filter(|(t, ..)| (begin..=end).contains(t)).collect()
    }
}

/// The jumps on one leg of the ramp.
fn jumps(leg: &[&(f64, Vec<f64>, Vec<f64>)], ramp: &Ramp, [begin, end]: [f64; 2]) -> Vec<Jump> {
    let (Some(first), Some(last)) = (leg.first(), leg.last()) else { return Vec::new() };
    let span = |k: usize| {
        let values = || leg.iter().map(|(_, x, _)| x[k]);
        values().fold(f64::NEG_INFINITY, f64::max) - values().fold(f64::INFINITY, f64::min)
    };
    // The state that ends farthest from where it began, for all it moves: what only rings returns.
    let net = |k: usize| (last.1[k] - first.1[k]).abs() / span(k).max(f64::MIN_POSITIVE);
    let Some(k) = (0..first.1.len()).max_by(|&a, &b| net(a).total_cmp(&net(b))) else { return Vec::new() };
    let [from, to] = [begin, end].map(|t| ramp.at(t));
    let (span, duration) = (span(k), end - begin);
    if span.is_nan() || span <= 0.0 {
        return Vec::new();
    }
    let fast = |j: usize| leg[j].2[k].abs() * duration / span > 1.0 / FAST;
    let mut jumps: Vec<Jump> = Vec::new();
    let mut j = 0;
    while j < leg.len() {
        if !fast(j) {
            j += 1;
            continue;
        }
        let start = j;
        let mut stop = j;
        // As long as it is fast again before long.
        while j < leg.len() && leg[j].0 - leg[stop].0 <= APART * duration {
            if fast(j) {
                stop = j;
            }
            j += 1;
        }
        let speed = |j: usize| leg[j].2[k].abs();
        let peak = (start..=stop).max_by(|&a, &b| speed(a).total_cmp(&speed(b))).unwrap_or(start);
        let t = summit(peak, &leg.iter().map(|step| (step.0, step.2[k].abs())).collect::<Vec<_>>());
        let [before, after] = [start, stop].map(|j| leg[j].1[k]);
        // An oscillation goes on, and a jump ends; the start of a leg may be off the branch.
        let lasting = leg[stop].0 - leg[start].0 > 0.25 * duration;
        if (after - before).abs() > 0.1 * span && !lasting {
            jumps.push(Jump { t, value: ramp.at(t), rising: to > from, state: k, from: before, to: after });
        }
    }
    jumps
}

/// The time of the maximum near step `j`, by a parabola through three steps.
fn summit(j: usize, values: &[(f64, f64)]) -> f64 {
    let (Some(a), Some(b), Some(c)) = (j.checked_sub(1).and_then(|j| values.get(j)), values.get(j), values.get(j + 1))
    else {
        return values[j].0;
    };
    let (left, right) = ((b.1 - a.1) / (b.0 - a.0), (c.1 - b.1) / (c.0 - b.0));
    let bend = (right - left) / (c.0 - a.0);
    if bend >= 0.0 {
        return b.0;
    }
    (0.5 * (a.0 + b.0) - 0.5 * left / bend).clamp(a.0, c.0)
}

/// How far beyond a fold at `(x, p)` the jump comes, to leading order, where parameter `k` moves at a rate. `None` where the
/// fold is degenerate.
pub fn delay<F: Field>(field: &F, x: &[f64], p: &[f64], k: usize, rate: f64) -> Option<f64> {
    let n = field.states();
    let mut derivatives = Derivatives::new(field, &[]);
    let (mut f, mut f_x) = (vec![0.0; n], derivatives.matrix());
    derivatives.first(field, x, p, &mut f, &mut f_x);
    let null = null_vectors(&f_x, 1).ok()?;
    let (q, w) = (null.right.first()?, null.left.first()?);
    let scale = dot(w, q);
    let mut derivatives = Derivatives::new(field, &[k]);
    let mut both = derivatives.matrix();
    derivatives.first(field, x, p, &mut f, &mut both);
    let f_p: Vec<f64> = (0..n).map(|i| *both.row(i).last().unwrap_or(&0.0)).collect();
    let a = 0.5 * dot(w, &bilinear(field, x, p, q, q)) / scale;
    let b = dot(w, &f_p) / scale;
    let product = (a * b).abs();
    (product > 0.0 && product.is_finite()).then(|| AIRY * (rate * rate / product).cbrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::Scalar;

    /// x' = μ + x − x³, with folds at μ = ±2/(3√3).
    struct Cubic;

    impl Field for Cubic {
        fn states(&self) -> usize {
            1
        }
        fn parameters(&self) -> usize {
            1
        }
        fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
            dx[0] = p[0] + x[0] - x[0].powi(3);
        }
    }

    /// Up and down between μ = −1 and 1.
    fn loop_of(rate: f64) -> Ramped {
        let ramp = Ramp { parameter: 0, values: vec![-1.0, 1.0, -1.0], rate };
        ramped(&Cubic, &[-1.0], &ramp, &[-1.324_717_957_244_746], 101, &Settings::default()).unwrap()
    }

    #[test]
    fn a_jump_comes_after_the_fold_by_the_two_thirds_power_of_the_rate() {
        let fold = 2.0 / (3.0 * 3.0_f64.sqrt());
        let rates = [1e-3, 1e-4, 1e-5, 1e-6];
        let delays = rates.map(|rate| {
            let found = loop_of(rate);
            let [up, down] = found.jumps.as_slice() else { panic!("{rate}: {:?}", found.jumps) };
            assert!(up.rising && !down.rising && up.to > 1.0 && down.to < -1.0, "{:?}", found.jumps);
            // The loop is symmetric.
            assert!((up.value + down.value).abs() < 1e-3 * (up.value - fold), "{rate}: {:?}", found.jumps);
            up.value - fold
        });
        // a = −3x = √3 and b = 1 at x = −1/√3.
        let theory = rates.map(|rate| AIRY * (rate * rate / 3.0_f64.sqrt()).cbrt());
        let ratios: Vec<f64> = delays.iter().zip(&theory).map(|(delay, theory)| delay / theory).collect();
        // The next term is of relative size r^{1/3} ln r: between 1e-3 and 1e-6 it falls to a fifth, and other terms are as large.
        assert!(ratios.windows(2).all(|r| (r[1] - 1.0).abs() < (r[0] - 1.0).abs()), "{ratios:?}");
        assert!((ratios[3] - 1.0).abs() < 0.01, "{ratios:?}");
        let power = (delays[2] / delays[3]).log10();
        assert!((power - 2.0 / 3.0).abs() < 0.02, "{power}");
        let computed = delay(&Cubic, &[-1.0 / 3.0_f64.sqrt()], &[fold], 0, 1e-4).unwrap();
        assert!((computed / theory[1] - 1.0).abs() < 1e-12);
    }

    /// z' = (i + μ) z − z |z|².
    struct Hopf;

    impl Field for Hopf {
        fn states(&self) -> usize {
            2
        }
        fn parameters(&self) -> usize {
            1
        }
        fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
            let growth = p[0] - x[0] * x[0] - x[1] * x[1];
            dx[0] = growth * x[0] - x[1];
            dx[1] = growth * x[1] + x[0];
        }
    }

    #[test]
    fn an_oscillation_begins_as_late_after_a_hopf_point_as_the_solution_had_come_near() {
        // While it is small, ln r = ln r₀ + (μ² − μ₀²)/2ε. On the way back the radius follows √μ and falls through what can be seen
        // a little after the Hopf point.
        let (rate, radius) = (1e-3, 1e-3_f64);
        let ramp = Ramp { parameter: 0, values: vec![-0.3, 0.6, -0.3], rate };
        // Errors must stay below e^{−45} r₀.
        let settings = Settings { atol: Some(1e-40), ..Settings::default() };
        let found = ramped(&Hopf, &[-0.3], &ramp, &[radius, 0.0], 101, &settings).unwrap();
        let [begins, ends] = found.onsets.as_slice() else { panic!("{:?}", found.onsets) };
        assert!(begins.begins && begins.rising && !ends.begins && !ends.rising, "{:?}", found.onsets);
        // The largest swing is 2√0.6, and a hundredth of it is seen; the parameter moves by 2πε a turn.
        let seen = 0.01 * 0.6_f64.sqrt();
        let exact = (0.09 + 2.0 * rate * (seen / radius).ln()).sqrt();
        assert!((begins.value - exact).abs() < 2.0 * 3.2 * rate, "{} {exact}", begins.value);
        // Near μ = 0 the radius is of order ε^{1/4}, and falls by e^{−μ²/2ε} beyond.
        let slowest = rate.powf(0.25);
        assert!(ends.value < 0.0 && ends.value > -1.5 * (2.0 * rate * (slowest / seen).ln()).sqrt(), "{}", ends.value);
        // No turn of a leg is a jump, and an oscillation is none.
        assert!(loop_of(1e-3).onsets.is_empty());
    }

    #[test]
    fn airy_s_function_vanishes_there() {
        // Its series: Ai(−z) = c₁ f(−z) − c₂ g(−z).
        let z = -AIRY;
        let (mut f, mut g, mut a, mut b) = (0.0, 0.0, 1.0, z);
        for k in 0..40 {
            f += a;
            g += b;
            let m = 3.0 * k as f64;
            a *= z.powi(3) / ((m + 2.0) * (m + 3.0));
            b *= z.powi(3) / ((m + 3.0) * (m + 4.0));
        }
        let ai = 0.355_028_053_887_817_24 * f - 0.258_819_403_792_806_8 * g;
        assert!(ai.abs() < 1e-14, "{ai}");
    }
}
