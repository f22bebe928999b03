//! Equilibria with one free parameter: `f(x, λ) = 0`, unknowns `y = (x, λ)`.

use super::{Condition, Critical, LEADING, eigenvalues_of, observed, spectral_radius, sums_of_pairs, unstable};
use crate::curve::{Curve, Guess, Located, Sample};
use crate::field::{Derivatives, Field, VANISHED};
use crate::linalg::{Bordered, Matrix, Singular, Spectrum};
use crate::trace::{Settings, polish};

/// Positions of the monitors.
const BRANCH_POINT: usize = 0;
const FOLD: usize = 1;
const HOPF: usize = 2;

/// The equilibria of a vector field as a curve. Its index is the number of unstable eigenvalues; `observed` are the
/// eigenvalues `re, im, …` by falling real part.
pub struct OneParameter<'a, F: Field> {
    field: &'a F,
    parameters: Vec<f64>,
    free: usize,
    /// Length of the free parameter's range.
    range: f64,
    derivatives: Derivatives,
    /// `[f_x f_λ]`.
    jacobian: Matrix,
    bordered: Bordered,
    spectrum: Spectrum,
    /// Number of eigenvalues that are found where `f_x` is sparse.
    wanted: usize,
}

impl<'a, F: Field> OneParameter<'a, F> {
    /// * `parameters`: all of the model's; the value of the free one is ignored.
    /// * `range`: length of the free parameter's range, its scale.
    pub fn new(field: &'a F, parameters: &[f64], free: usize, range: f64) -> Self {
        let derivatives = Derivatives::new(field, &[free]);
        OneParameter {
            field,
            parameters: parameters.to_vec(),
            free,
            range,
            jacobian: derivatives.matrix(),
            derivatives,
            bordered: Bordered::default(),
            spectrum: Spectrum::default(),
            wanted: LEADING,
        }
    }

    /// Asks for this many eigenvalues near the imaginary axis where `f_x` is sparse; a full one yields all.
    pub fn leading(mut self, wanted: usize) -> Self {
        self.wanted = wanted;
        self
    }

    /// The critical system that the zero of a monitor satisfies, at a guess.
    fn defining_system(&mut self, which: usize, guess: &Guess) -> Option<(Critical<'a, F>, Vec<f64>)> {
        let n = self.field.states();
        let (x, lambda) = (&guess.y[..n], guess.y[n]);
        self.parameters[self.free] = lambda;
        let (condition, extra) = match which {
            BRANCH_POINT => (Condition::Branch, Some(0.0)),
            FOLD => (Condition::Fold, None),
            _ => {
                let mut f = vec![0.0; n];
                self.derivatives.first(self.field, x, &self.parameters, &mut f, &mut self.jacobian);
                let eigenvalues = self.spectrum.of(&self.jacobian, self.wanted).ok()?;
                (Condition::Hopf, Some(most_neutral_pair(eigenvalues)?))
            }
        };
        let system = Critical::new(
            self.field,
            &self.parameters,
            &[(self.free, self.range)],
            condition,
            &guess.scale[..n],
            x,
            extra,
        )
        .ok()?
        .leading(self.wanted);
        let mut y = guess.y.to_vec();
        y.extend(extra);
        Some((system, y))
    }
}

impl<F: Field> Curve for OneParameter<'_, F> {
    fn unknowns(&self) -> usize {
        self.field.states() + 1
    }

    fn equations(&self) -> usize {
        self.field.states()
    }

    fn linearise(&mut self, y: &[f64], scale: &[f64], row: &[f64], f: &mut [f64]) -> Result<(), Singular> {
        let n = self.field.states();
        self.parameters[self.free] = y[n];
        self.derivatives.first(self.field, &y[..n], &self.parameters, f, &mut self.jacobian);
        self.bordered.factor(&self.jacobian, scale, std::iter::once((row, false)))
    }

    fn solve(&mut self, rhs: &mut [f64]) {
        self.bordered.solve(rhs);
    }

    fn determinant(&mut self) -> f64 {
        self.bordered.determinant()
    }

    fn row_scale(&self) -> &[f64] {
        self.bordered.row_scale()
    }

    fn rescale(&self, y: &[f64], scale: &mut [f64]) {
        let n = self.field.states();
        enlarge_scales(&y[..n], &mut scale[..n]);
        scale[n] = self.range;
    }

    fn sample(&mut self, _y: &[f64], tangent: &[f64], orientation: f64) -> Sample {
        let n = self.field.states();
        let Ok(eigenvalues) = self.spectrum.of(&self.jacobian, self.wanted) else {
            return Sample { monitors: vec![f64::NAN; 3], ..Sample::default() };
        };
        Sample {
            monitors: vec![orientation, tangent[n], sums_of_pairs(eigenvalues, self.field.pattern().is_none())],
            index: unstable_of_parity(eigenvalues, n, tangent[n] * orientation),
            observed: observed(eigenvalues, eigenvalues_of(self.field, self.wanted)),
            ..Sample::default()
        }
    }

    fn locate(&mut self, which: usize, guess: &Guess) -> Option<Located> {
        let n = self.field.states();
        let (mut system, mut y) = self.defining_system(which, guess)?;
        let mut scale = vec![0.0; y.len()];
        scale[..=n].copy_from_slice(guess.scale);
        system.rescale(&y, &mut scale);
        let residual = polish(&mut system, &mut y, &scale, &[], &Settings::default()).ok()?;
        let label = match which {
            BRANCH_POINT if !system.is_exact_branch_point(&y) => return None,
            BRANCH_POINT => "BP",
            FOLD => "LP",
            _ if y[n + 1] > 0.0 => "H",
            _ => "NSA",
        };
        y.truncate(n + 1);
        Some(Located { label, y, residual })
    }

    fn accounts_for(&self, label: &str, which: usize) -> bool {
        // Of leading eigenvalues, the third monitor also changes where one of them passes zero.
        let leading = which == HOPF && self.field.pattern().is_some();
        match label {
            // On the arms of a pitchfork the parameter turns at the branch point.
            "BP" => which == BRANCH_POINT || which == FOLD || leading,
            "LP" => which == FOLD || leading,
            _ => which == HOPF,
        }
    }

    fn allows_jump(&self, label: &str, jump: i64) -> bool {
        match label {
            "BP" => jump.abs() <= 1,
            "LP" => jump.abs() == 1,
            "H" => jump.abs() == 2,
            _ => jump == 0,
        }
    }

    fn audited(&self) -> bool {
        true
    }

    fn guards_against_jumps(&self, which: usize) -> bool {
        which == BRANCH_POINT
    }
}

/// Sizes of the states: the largest magnitude seen. A state below 1e-6 of the largest may be rounding error of the others
/// and leaves its scale as it is, zero if it has none.
///
/// Of more than eight states the sizes grow with the root of their number, so that the arclength is that of a mean: a
/// chain takes as many steps whether its cells are few or many.
pub(super) fn enlarge_scales(x: &[f64], scale: &mut [f64]) {
    let root = (x.len() as f64 / 8.0).sqrt().max(1.0);
    let largest = x.iter().map(|x| root * x).chain(scale.iter().copied()).fold(0.0, |m: f64, x| m.max(x.abs()));
    for (s, x) in scale.iter_mut().zip(x) {
        let size = root * x.abs();
        if size >= VANISHED.max(1e-6 * largest) {
            *s = s.max(size);
        }
    }
}

/// Number of unstable eigenvalues, where the sign of `det f_x` settles that of a real one that is rounding error of the others.
///
/// By Cramer's rule `det f_x = t_λ det [F_y; tᵀ]`, which is known to its own rounding error.
fn unstable_of_parity(eigenvalues: &[[f64; 2]], states: usize, determinant: f64) -> usize {
    let count = unstable(eigenvalues);
    let odd = states % 2 == 1;
    let parity = usize::from((determinant < 0.0) != odd);
    let real = eigenvalues.iter().filter(|e| e[1] == 0.0).min_by(|a, b| a[0].abs().total_cmp(&b[0].abs()));
    match real {
        Some(e) if count % 2 != parity && e[0].abs() <= 1e-12 * spectral_radius(eigenvalues) => {
            if e[0] > 0.0 {
                count - 1
            } else {
                count + 1
            }
        }
        _ => count,
    }
}

/// `κ = μ_i μ_j` of the pair, complex conjugate or real, whose sum is nearest to zero: `ω²` or `−μ²`.
fn most_neutral_pair(eigenvalues: &[[f64; 2]]) -> Option<f64> {
    let mut best: Option<(f64, f64)> = None;
    for (i, a) in eigenvalues.iter().enumerate() {
        for b in &eigenvalues[i + 1..] {
            let pair = if a[1] != 0.0 && b[1] == -a[1] && a[0] == b[0] {
                Some(a[0] * a[0] + a[1] * a[1])
            } else if a[1] == 0.0 && b[1] == 0.0 {
                Some(a[0] * b[0])
            } else {
                None
            };
            if let Some(product) = pair {
                let sum = (a[0] + b[0]).abs();
                if best.is_none_or(|(smallest, _)| sum < smallest) {
                    best = Some((sum, product));
                }
            }
        }
    }
    best.map(|(_, product)| product)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_that_sum_to_zero_flip_the_sign_and_nothing_else_does() {
        let stable = [[-0.1, 2.0], [-0.1, -2.0], [-1.0, 0.0]];
        let unstable = [[0.1, 2.0], [0.1, -2.0], [-1.0, 0.0]];
        assert!(sums_of_pairs(&stable, true) * sums_of_pairs(&unstable, true) < 0.0);
        let saddle = [[1.0, 0.0], [-0.9, 0.0], [-3.0, 0.0]];
        let beyond = [[1.0, 0.0], [-1.1, 0.0], [-3.0, 0.0]];
        assert!(sums_of_pairs(&saddle, true) * sums_of_pairs(&beyond, true) < 0.0);
        // A real eigenvalue through zero is a fold.
        let before = [[0.1, 0.0], [-1.0, 1.0], [-1.0, -1.0]];
        let after = [[-0.1, 0.0], [-1.0, 1.0], [-1.0, -1.0]];
        assert!(sums_of_pairs(&before, true) * sums_of_pairs(&after, true) > 0.0);
    }

    #[test]
    fn a_state_that_is_rounding_error_gets_no_scale_of_its_own() {
        let mut scale = [0.0; 3];
        enlarge_scales(&[2.0, 1e-17, 0.0], &mut scale);
        assert_eq!(scale, [2.0, 0.0, 0.0]);
    }
}
