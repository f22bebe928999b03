//! What is said of a cycle besides where it is: extrema, means, multipliers.

use crate::collocation::{Extremum, Space};
use std::f64::consts::PI;

/// A multiplier nearer to the unit circle than this is not counted as outside.
const ON_CIRCLE: f64 = 1e-9;

/// Multipliers `exp(log + i arg)`, as `[log, arg]`.
pub(super) type Multipliers = Vec<[f64; 2]>;

/// What is asked of some multipliers.
pub(super) trait Outlook {
    /// The product of all `1 − μ` over `1 + |μ|`.
    fn fold(&self) -> f64;
    /// The product of all `1 + μ` over `1 + |μ|`.
    fn flip(&self) -> f64;
    /// The smallest `|ν_i + ν_j|` over the exponents `ν = log + i arg` of multipliers, with the sign of `Π_{i<j} (1 − μ_i μ_j)`: it
    /// vanishes where a pair of multipliers has the product 1.
    fn pair(&self) -> f64;
    /// Number of those outside the unit circle.
    fn unstable(&self) -> usize;
    /// Two conjugate ones lie on the unit circle.
    fn on_circle(&self) -> bool;
}

/// `1 + μ` over `1 + |μ|` for a real `μ = exp(log + i arg)`, without a number that overflows, and half of what a conjugate pair makes.
fn turned(log: f64, arg: f64) -> f64 {
    let turn = (arg / PI).round();
    match (arg == turn * PI, turn.rem_euclid(2.0) == 0.0) {
        (true, true) => 1.0,
        // (1 − |μ|)/(1 + |μ|), exact beside |μ| = 1.
        (true, false) => -(0.5 * log).tanh(),
        (false, _) => {
            let small = (-log.abs()).exp();
            let (one, mu) = if log > 0.0 { (small, 1.0) } else { (1.0, small) };
            (one + mu * arg.cos()).hypot(mu * arg.sin()) / (one + mu)
        }
    }
}

impl Outlook for [[f64; 2]] {
    fn fold(&self) -> f64 {
        self.iter().map(|[log, arg]| turned(*log, arg + PI)).product()
    }

    fn flip(&self) -> f64 {
        self.iter().map(|[log, arg]| turned(*log, *arg)).product()
    }

    fn pair(&self) -> f64 {
        let (mut smallest, mut sign) = (f64::INFINITY, 1.0);
        for (i, a) in self.iter().enumerate() {
            for b in &self[i + 1..] {
                let re = a[0] + b[0];
                let turn = a[1] + b[1];
                let im = turn - 2.0 * PI * (turn / (2.0 * PI)).round();
                let real = |e: &[f64; 2]| e[1] == 0.0 || e[1].abs() == PI;
                let conjugates = a[1] == -b[1] && a[0] == b[0];
                if (conjugates || (real(a) && real(b))) && im.abs() < 1.0 && re > 0.0 {
                    // A real factor; the others come in conjugate pairs, whose product is positive.
                    sign = -sign;
                }
                smallest = smallest.min(re.abs() + im.abs());
            }
        }
        if smallest.is_finite() { sign * smallest } else { 1.0 }
    }

    fn unstable(&self) -> usize {
        self.iter().filter(|e| e[0] > ON_CIRCLE).count()
    }

    fn on_circle(&self) -> bool {
        self.iter().any(|e| e[0].abs() < 1e-6 && e[1] > 1e-3 && e[1] < PI)
    }
}

/// Names of what a row of a table has beside the free parameter, for states of these names: the period, then what
/// [`Sample::observed`](crate::curve::Sample::observed) holds. `ln_mu` is the logarithm of a multiplier's size, which a number may be too small for.
pub fn cycle_columns(states: &[&str]) -> Vec<String> {
    let mut names = vec!["period".to_string()];
    for state in states {
        names.extend(["min", "max", "span", "mean"].map(|what| format!("{state}_{what}")));
    }
    names.extend((1..=states.len()).flat_map(|k| [format!("re_mu_{k}"), format!("im_mu_{k}"), format!("ln_mu_{k}")]));
    names.extend(["trivial_error", "liouville_error"].map(String::from));
    names
}

/// What is observed of a cycle, in the order of [`cycle_columns`].
pub struct CycleRow<'a> {
    /// Three of each multiplier, the trivial one first: real part, imaginary part, logarithm of the size.
    multipliers: &'a [f64],
    /// Distance of the trivial multiplier from 1.
    pub trivial_error: f64,
}

/// A double multiplier is known to the root of rounding errors.
const AT_ONE: f64 = 1e-5;

impl<'a> CycleRow<'a> {
    /// Of a cycle of so many states; without multipliers where they were not found.
    pub fn of(observed: &'a [f64], states: usize) -> Self {
        CycleRow {
            multipliers: observed.get(4 * states..7 * states).unwrap_or_default(),
            trivial_error: observed.get(7 * states).copied().unwrap_or(0.0),
        }
    }

    /// Real and imaginary parts.
    pub fn multipliers(&self) -> Vec<[f64; 2]> {
        self.multipliers.chunks_exact(3).map(|e| [e[0], e[1]]).collect()
    }

    /// As `[log, arg]`.
    pub(super) fn exponents(&self) -> Multipliers {
        self.multipliers.chunks_exact(3).map(|e| [e[2], e[1].atan2(e[0])]).collect()
    }

    /// How many multipliers are 1.
    pub fn multipliers_at_one(&self) -> usize {
        self.multipliers.chunks_exact(3).filter(|e| (e[0] - 1.0).hypot(e[1]) < AT_ONE).count()
    }
}

/// A cycle whatever its mesh and its phase are: what follows its nodes in the unknowns, in their scales, and for each state the extrema,
/// the span and the mean, in sizes of the state.
pub(super) fn cycle_identity(observed: &[f64], sizes: &[f64], (unknowns, scale): (&[f64], &[f64])) -> Vec<f64> {
    let states = observed.iter().take(4 * sizes.len()).enumerate().map(|(i, value)| value / sizes[i / 4]);
    unknowns.iter().zip(scale).map(|(y, s)| y / s).chain(states).collect()
}

/// What a row has beside the free parameters and the period, in the order of [`cycle_columns`], and where the extrema of each
/// state are.
///
/// * `nodes`: of the cycle; `multipliers`: all, the trivial one first; `trace`: `∫ tr f_x dt`, which their logarithms add up to.
pub(super) fn cycle_row(
    space: &Space,
    nodes: &[f64],
    multipliers: &[[f64; 2]],
    trace: f64,
) -> (Vec<f64>, Vec<[Extremum; 2]>) {
    let n = space.components();
    let mut observed = Vec::with_capacity(7 * n + 2);
    let extrema = space.mesh.extrema(&space.scheme, nodes, n);
    for ([low, high], mean) in extrema.iter().zip(space.means(nodes)) {
        observed.extend([low.value, high.value, high.value - low.value, mean]);
    }
    for [log, arg] in multipliers {
        observed.extend([log.exp() * arg.cos(), if arg.abs() == PI { 0.0 } else { log.exp() * arg.sin() }, *log]);
    }
    let [log, arg] = multipliers[0];
    observed.push((log.exp() * arg.cos() - 1.0).hypot(log.exp() * arg.sin()));
    observed.push((multipliers.iter().map(|e| e[0]).sum::<f64>() - trace).abs());
    (observed, extrema)
}
