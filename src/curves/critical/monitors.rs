//! What is watched along critical curves: their special points, and how each is located.

use super::super::between::{self, Zero};
use super::super::{eigenvalues_of, observed, spectral_radius, sums_of_pairs};
use super::{Condition, Critical};
use crate::curve::{Curve, Guess, Located, Sample, tangent};
use crate::field::{self, Field};
use crate::linalg::dot;
use crate::normal_form;
use crate::scalar::Dual;
use crate::trace::{Settings, correct, polish};

/// Monitors of fold and branch-point curves, of the latter one more, and those of Hopf curves.
const QUADRATIC: usize = 0;
const BOGDANOV_TAKENS: usize = 1;
const PAIR: usize = 2;
const CUBIC: usize = 3;
const KAPPA: usize = 0;
const BAUTIN: usize = 1;
const ZERO: usize = 2;
const HOPF_PAIR: usize = 3;

/// A least `κ` below this part of its size is zero, to the error of interpolation.
const TOUCHING: f64 = 1e-9;
/// By interpolation it is below this part of what it is beside.
const CLOSE: f64 = 0.05;
/// Interpolation leaves a state that is zero at the point where two curves meet with this part of its size.
const SNAPPED: f64 = 1e-10;

/// A quadratic coefficient below this, in units of states and rates, is rounding error: the branch points are pitchforks.
const PITCHFORK: f64 = 1e-9;

/// Whether a special point with this label is a reason for monitor `which` to change its sign.
pub(super) fn accounts_for(condition: Condition, label: &str, which: usize) -> bool {
    match (condition, label) {
        (Condition::Fold, "CP") => which == QUADRATIC,
        (Condition::Fold | Condition::Branch, "DBP") => which == QUADRATIC || which == CUBIC,
        // Two eigenvalues vanish together, and which of them is the other one may change. Where the second comes from within an
        // invariant set, the quadratic coefficient vanishes as well.
        (Condition::Fold | Condition::Branch, "BT") => true,
        (Condition::Fold | Condition::Branch, "ZH") => which == PAIR,
        (Condition::Hopf, "BT") => true,
        (Condition::Hopf, "GH") => which == BAUTIN,
        (Condition::Hopf, "ZH") => which == ZERO,
        (Condition::Hopf, "HH") => which == HOPF_PAIR,
        (_, "") => true,
        _ => false,
    }
}

/// The size of the eigenvalue nearest to zero, over `radius`, with the sign of the product of all real ones taken negative:
/// it changes sign where one of them does, and not where two of them meet.
fn nearest_to_zero(eigenvalues: &[[f64; 2]], radius: f64) -> f64 {
    let real = || eigenvalues.iter().filter(|e| e[1] == 0.0).map(|e| e[0]);
    let sign = real().fold(1.0, |sign, e| if e > 0.0 { -sign } else { sign });
    let size = eigenvalues.iter().fold(f64::INFINITY, |m, e| m.min(e[0].hypot(e[1])));
    if size.is_finite() && radius > 0.0 { sign * size / radius } else { 1.0 }
}

impl<F: Field> Critical<'_, F> {
    /// Continuous functions along the curve, at the point linearised last, that vanish at special points. `all` are the
    /// eigenvalues `re, im, …`, `others` those that are not critical.
    pub(super) fn monitors(&mut self, y: &[f64], all: &[f64], others: &[[f64; 2]]) -> Vec<f64> {
        let n = self.states();
        let pair = sums_of_pairs(others, self.field.pattern().is_none());
        if self.condition == Condition::Hopf {
            // Of all eigenvalues, for there may be one besides the critical ones only.
            let radius = all.iter().fold(0.0, |m: f64, e| m.max(e.abs()));
            let zero = nearest_to_zero(others, radius);
            return vec![y[self.directions()], self.bautin(y) * zero, zero, pair];
        }
        let (v, w) = (&self.work.right[0], &self.work.left[0]);
        // The gradient of g over the states is −wᵀB(v, ·).
        let gradient = &self.work.gradients[0];
        let quadratic: f64 = -(0..n).map(|k| gradient[k] * self.sizes[k] * v[k]).sum::<f64>();
        let mut monitors = vec![quadratic, dot(&w[..n], &v[..n]), pair];
        if self.condition == Condition::Branch {
            let cubic = self.cubic(y);
            // Of a transcritical point the cubic coefficient, of a pitchfork the quadratic one means nothing.
            if quadratic.abs() > PITCHFORK * (1.0 + cubic.abs()) {
                monitors.push(1.0);
            } else {
                monitors[QUADRATIC] = 0.0;
                monitors.push(cubic);
            }
        }
        monitors
    }

    /// `⟨w, C(v, v, v) + 3 B(v, h)⟩` with `A h = −B(v, v)`, at the point linearised last, where `⟨w, B(v, v)⟩ = 0`.
    fn cubic(&mut self, y: &[f64]) -> f64 {
        type D = Dual<f64>;
        let n = self.states();
        let (work, sizes) = (&mut self.work, &self.sizes);
        let v: Vec<f64> = (0..n).map(|i| work.right[0][i] * sizes[i]).collect();
        let constant = |u: &[f64]| u.iter().map(|&u| D::from(u)).collect::<Vec<D>>();
        let along: Vec<D> = (0..n).map(|i| D { re: y[i], eps: [v[i]] }).collect();
        let b = field::bilinear(self.field, &along, &constant(&self.parameters), &constant(&v), &constant(&v));
        let mut h: Vec<f64> = b.iter().zip(sizes).map(|(b, s)| -b.re / s).collect();
        h.push(0.0);
        work.inner.solve(&mut h);
        h.truncate(n);
        h.iter_mut().zip(sizes).for_each(|(h, s)| *h *= s);
        let mixed = field::bilinear(self.field, &y[..n], &self.parameters, &v, &h);
        (0..n).map(|i| work.left[0][i] * (b[i].eps[0] + 3.0 * mixed[i]) / sizes[i]).sum()
    }

    pub(super) fn locate_zero(&mut self, which: usize, guess: &Guess) -> Option<Located> {
        match (self.condition, which) {
            (Condition::Fold, QUADRATIC | BOGDANOV_TAKENS) => {
                self.locate_by_newton(which, guess).or_else(|| self.locate_on_branch_points(which, guess))
            }
            (Condition::Branch, QUADRATIC | BOGDANOV_TAKENS) => self.locate_by_newton(which, guess),
            (Condition::Hopf, KAPPA) => self.locate_on_hopf(guess),
            _ => self.locate_between(which, guess),
        }
    }

    /// Value and slope along `tangent` (not scaled) of a monitor of a fold or branch-point curve at the point
    /// linearised last: `⟨w, B(v, v)⟩` or `⟨w, v⟩`.
    ///
    /// With a dash for the derivative along the curve, `M v' = −A' v` and `Mᵀ w' = −A'ᵀ w` for the bordered matrix `M`; the
    /// rest follows by dual numbers.
    fn slope(&mut self, which: usize, y: &[f64], tangent: &[f64]) -> (f64, f64) {
        type D = Dual<f64>;
        let n = self.states();
        let work = &mut self.work;
        let tangent = &tangent[..n + self.free.len()];
        self.derivatives.second(self.field, &y[..n], &self.parameters, tangent, &mut work.seconds[1]);
        // The borders do not move, so that the solutions' last element, g', is all that changes of g.
        let (mut dv, mut dw) = (vec![0.0; n + 1], vec![0.0; n + 1]);
        let physical: Vec<f64> = work.right[0][..n].iter().zip(&self.sizes).map(|(v, s)| v * s).collect();
        work.seconds[1].multiply(&physical, &mut dv[..n]);
        let weighted: Vec<f64> = work.left[0][..n].iter().zip(&self.sizes).map(|(w, s)| w / s).collect();
        work.seconds[1].multiply_transposed(&weighted, &mut dw[..n]);
        for k in 0..n {
            dv[k] /= -self.sizes[k];
            dw[k] *= -self.sizes[k];
        }
        work.inner.solve(&mut dv);
        work.inner.solve_transposed(&mut dw);
        let along = |k: usize| D { re: y[k], eps: [tangent[k]] };
        let v = |i: usize| D { re: work.right[0][i], eps: [dv[i]] };
        let w = |i: usize| D { re: work.left[0][i], eps: [dw[i]] };
        let value = if which == BOGDANOV_TAKENS {
            (0..n).fold(D::from(0.0), |sum, i| sum + w(i) * v(i))
        } else {
            let x: Vec<D> = (0..n).map(along).collect();
            let mut p: Vec<D> = self.parameters.iter().map(|&p| D::from(p)).collect();
            for (k, &parameter) in self.free.iter().enumerate() {
                p[parameter] = along(n + k);
            }
            let physical: Vec<D> = (0..n).map(|i| v(i) * self.sizes[i]).collect();
            let b = field::bilinear(self.field, &x, &p, &physical, &physical);
            (0..n).fold(D::from(0.0), |sum, i| sum + w(i) * b[i] / self.sizes[i])
        };
        (value.re, value.eps[0])
    }

    /// Newton's method along the curve for the zero of a monitor of a fold or branch-point curve.
    fn locate_by_newton(&mut self, which: usize, guess: &Guess) -> Option<Located> {
        let settings = Settings::default();
        let mut y = guess.y.to_vec();
        let mut direction = guess.tangent.to_vec();
        let mut previous = f64::INFINITY;
        for _ in 0..20 {
            let mut residual = polish(self, &mut y, guess.scale, &direction, &settings).ok()?;
            let (tangent, _) = tangent(self);
            let physical: Vec<f64> = tangent.iter().zip(guess.scale).map(|(t, s)| t * s).collect();
            let (value, slope) = self.slope(which, &y, &physical);
            let step = -value / slope;
            if !step.is_finite() || step.abs() > 2.0 {
                return None;
            }
            if step.abs() < 1e-15 || (step.abs() < 1e-9 && step.abs() >= 0.5 * previous) {
                residual = residual.max(step.abs());
                let label = match (self.condition, which) {
                    (_, BOGDANOV_TAKENS) => "BT",
                    (Condition::Branch, _) => "DBP",
                    _ => "CP",
                };
                return Some(Located { label, y, residual });
            }
            previous = step.abs();
            y.iter_mut().zip(&physical).for_each(|(y, t)| *y += step * t);
            direction = tangent;
        }
        None
    }

    /// The zero of a monitor where a fold curve meets a curve of branch points: those are solutions of its equations as well,
    /// which are singular there.
    fn locate_on_branch_points(&mut self, which: usize, guess: &Guess) -> Option<Located> {
        let value =
            |_: &mut dyn Curve, _: &[f64], sample: &Sample| sample.monitors.get(which).copied().unwrap_or(f64::NAN);
        let Zero { y, residual } = between::through_singular(self, guess, value)?;
        self.evaluate(&y);
        self.solve_borders(0.0).ok()?;
        // wᵀ f_λ = 0 for both parameters, to the error of the interpolation.
        let n = self.states();
        let acts = |k: usize| -> f64 {
            let slope = |i: usize| self.work.first.row(i).iter().rev().nth(self.ranges.len() - 1 - k);
            (0..n).map(|i| self.work.left[0][i] * slope(i).unwrap_or(&0.0) * self.ranges[k] / self.sizes[i]).sum()
        };
        let branch_point = (0..self.ranges.len()).all(|k| acts(k).abs() < 1e-6);
        match which {
            _ if !branch_point => None,
            BOGDANOV_TAKENS => Some(Located { label: "BT", y, residual }),
            _ => self.beside_on_branch_points(guess, y),
        }
    }

    /// The degenerate branch point near `y`, on the curve of branch points, whose equations are regular there.
    fn beside_on_branch_points(&self, guess: &Guess, mut y: Vec<f64>) -> Option<Located> {
        let (n, unknowns) = (self.states(), y.len());
        let free: Vec<(usize, f64)> = self.free.iter().copied().zip(self.ranges.iter().copied()).collect();
        let (sizes, condition) = (&self.sizes, Condition::Branch);
        let mut curve = Critical::new(self.field, &self.parameters, &free, condition, sizes, &y[..n], None).ok()?;
        y.push(0.0);
        let (mut scale, mut tangent) = (guess.scale.to_vec(), guess.tangent.to_vec());
        scale.push(0.0);
        tangent.push(0.0);
        curve.rescale(&y, &mut scale);
        let found = curve.locate_by_newton(QUADRATIC, &Guess { y: &y, scale: &scale, tangent: &tangent, ..*guess })?;
        Some(Located { y: found.y[..unknowns].to_vec(), ..found })
    }

    /// All eigenvalues as a row of a table has them, and those that the condition leaves free.
    pub(super) fn eigenvalues(&mut self, y: &[f64]) -> Option<(Vec<f64>, Vec<[f64; 2]>)> {
        let kappa = if self.condition == Condition::Hopf { y[self.directions()] } else { 0.0 };
        let count = self.borders();
        let eigenvalues = self.spectrum.of(&self.work.first, self.wanted).ok()?;
        let mut others = eigenvalues.to_vec();
        for _ in 0..count {
            // Distance of μ² to −κ: the critical eigenvalues are the nearest.
            let distance = |e: &[f64; 2]| (e[0] * e[0] - e[1] * e[1] + kappa).hypot(2.0 * e[0] * e[1]);
            if let Some(nearest) =
                (0..others.len()).min_by(|&i, &j| distance(&others[i]).total_cmp(&distance(&others[j])))
            {
                others.remove(nearest);
            }
        }
        Some((observed(eigenvalues, eigenvalues_of(self.field, self.wanted)), others))
    }

    /// `Re c₁` on a Hopf curve; one where `κ ≤ 0`, and where it is not defined, so that its sign stays. Zero where it would
    /// not show at amplitudes of the size of the states: an oscillation that is linear has rounding errors for `c₁`.
    fn bautin(&mut self, y: &[f64]) -> f64 {
        let kappa = y[self.directions()];
        if kappa <= 0.0 {
            return 1.0;
        }
        let Ok(re_c1) = self.re_c1(y) else { return 1.0 };
        let size = self.sizes.iter().fold(0.0, |m: f64, s| m.max(*s));
        if re_c1.abs() * size * size <= normal_form::LINEAR * kappa.sqrt() { 0.0 } else { re_c1 }
    }

    /// The zero of a monitor on the curve between two points.
    fn locate_between(&mut self, which: usize, guess: &Guess) -> Option<Located> {
        let Zero { y, residual } = between::zero(self, which, guess)?;
        Some(Located { label: self.label_of(which, &y)?, y, residual })
    }

    /// What the zero of a monitor is: neutral saddles, and what happens beside a neutral saddle, have no name.
    fn label_of(&mut self, which: usize, y: &[f64]) -> Option<&'static str> {
        let (_, others) = self.eigenvalues(y)?;
        let pair = others.iter().filter(|e| e[1] > 0.0).any(|e| e[0].abs() <= 1e-7 * spectral_radius(&others));
        let oscillates = self.condition != Condition::Hopf || y[self.directions()] > 0.0;
        // Where another eigenvalue is critical up to rounding errors, so is the coefficient, which has a pole there.
        let radius = spectral_radius(&others).max(y.last().map_or(0.0, |kappa| kappa.abs().sqrt()));
        let pole = others.iter().any(|e| e[0].abs() <= 1e-9 * radius);
        Some(match (self.condition, which) {
            _ if !oscillates => "",
            (Condition::Branch, CUBIC) => "DBP",
            (Condition::Fold | Condition::Branch, _) if pair => "ZH",
            (Condition::Hopf, BAUTIN) if !pole => "GH",
            (Condition::Hopf, ZERO) => "ZH",
            (Condition::Hopf, HOPF_PAIR) if pair => "HH",
            _ => "",
        })
    }

    /// The point of a Hopf curve with `κ = 0`.
    fn locate_on_hopf(&mut self, guess: &Guess) -> Option<Located> {
        let last = self.unknowns() - 1;
        let mut y = guess.y.to_vec();
        y[last] = 0.0;
        let mut row = vec![0.0; y.len()];
        row[last] = 1.0;
        let settings = Settings::default();
        correct(self, &mut y, guess.scale, &row, &settings).ok()?;
        y[last] = 0.0;
        let residual = polish(self, &mut y, guess.scale, &row, &settings).ok()?;
        y[last] = 0.0;
        Some(Located { label: "BT", y, residual })
    }
    /// The point in which `κ` touches zero: where a symmetry makes equilibria branch off another one with a double zero eigenvalue,
    /// their Hopf curve meets that of the other one so, and its equations are singular there.
    pub(super) fn locate_touch(&mut self, which: usize, guess: &Guess) -> Option<Located> {
        if self.condition != Condition::Hopf || which != KAPPA {
            return None;
        }
        let last = self.unknowns() - 1;
        let largest = guess.left.y[last].abs().max(guess.right.y[last].abs());
        if guess.y[last].abs() > CLOSE * largest {
            return None;
        }
        let Zero { mut y, residual } = between::extremum_through_singular(self, last, guess)?;
        if y[last].abs() > TOUCHING * guess.scale[last] {
            return None;
        }
        y[last] = 0.0;
        self.snap(&mut y, guess.scale);
        Some(Located { label: "BT", y, residual })
    }

    /// Sets states that are about zero to zero, where that satisfies the equations of an equilibrium as well: those a symmetry
    /// leaves in their places.
    fn snap(&mut self, y: &mut [f64], scale: &[f64]) {
        let n = self.states();
        let mut snapped = y.to_vec();
        for (y, scale) in snapped[..n].iter_mut().zip(scale) {
            if y.abs() <= SNAPPED * scale {
                *y = 0.0;
            }
        }
        let mut size = |y: &[f64]| -> f64 {
            self.evaluate(y);
            self.work.values.iter().fold(0.0, |size, f| size.max(f.abs()))
        };
        if size(&snapped) <= size(y) {
            y.copy_from_slice(&snapped);
        }
    }
}
