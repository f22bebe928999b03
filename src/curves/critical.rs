//! Critical equilibria: `f(x, λ) = 0` where the linearisation is singular in a stated way.
//!
//! Singularity is stated by bordering: with borders that make the bordered matrix regular, `g = 0` in
//!
//! ```text
//! | A  b |  | v |     | 0 |             | Aᵀ c |  | w |     | 0 |
//! | cᵀ 0 |  | g |  =  | 1 |             | bᵀ 0 |  | g |  =  | 1 |           g_z = −wᵀ (A_z v)
//! ```
//!
//! if and only if `A` is singular (Govaerts 2000; Kuznetsov 2004, §10.2). The gradient follows from one derivative of the
//! product `A v`, taken by dual numbers; no second derivative is written by hand.
//!
//! | condition | A | borders | extra unknown | conditions |
//! |---|---|---|---|---|
//! | fold | `f_x` | one each | – | `g` |
//! | Hopf | `f_x² + κ` | two each | `κ = ω²` | `G r`, two, for a fixed vector `r` |
//! | branch point | `[f_x f_λ]` | one `b`, two `c` | `β` in `f + β b = 0` | `g₁, g₂` |
//!
//! The Hopf condition is regular at Bogdanov–Takens points, `κ = 0`, and goes on as a curve of neutral saddles, `κ < 0`.
//! States are scaled by a similarity, `A → S⁻¹ A S`, so that borders mean the same for states of any size.

use super::between::{self, Zero};
use super::one_parameter::enlarge_scales;
use super::{LEADING, eigenvalues_of, observed, spectral_radius, sums_of_pairs, unstable};
use crate::curve::{Curve, Guess, Located, Sample};
use crate::field::{self, Derivatives, Field};
use crate::linalg::{Bordered, Matrix, Singular, Spectrum, dot, normalise, null_vectors, orthonormalise};
use crate::normal_form;
use crate::scalar::Dual;
use crate::trace::{Settings, correct, polish};
use std::sync::Arc;

/// In which way the linearisation is singular.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    Fold,
    Hopf,
    Branch,
}

/// Critical equilibria as a curve (two free parameters) or a point (one). Unknowns `y = (x, λ…, extra)`.
///
/// Its index is the number of unstable eigenvalues besides the critical ones; `observed` are all eigenvalues.
pub struct Critical<'a, F: Field> {
    field: &'a F,
    parameters: Vec<f64>,
    free: Vec<usize>,
    ranges: Vec<f64>,
    condition: Condition,
    /// `S`: sizes of the states.
    sizes: Vec<f64>,
    /// Columns `b` and rows `c` of the border, one after the other.
    columns: Vec<Vec<f64>>,
    rows: Vec<Vec<f64>>,
    /// The vector `r` of the Hopf condition.
    mix: [f64; 2],
    derivatives: Derivatives,
    work: Workspace,
    bordered: Bordered,
    spectrum: Spectrum,
    /// Number of eigenvalues that are found where `f_x` is sparse.
    wanted: usize,
}

/// What one linearisation computes, kept for monitors and for the next borders.
#[derive(Default)]
struct Workspace {
    /// `[f_x f_λ…]`.
    first: Matrix,
    /// The scaled linearisation `A`, for a branch point with the column of the parameter.
    a: Matrix,
    a_squared: Matrix,
    /// `∂(f_z v)/∂z`.
    second: Matrix,
    /// `A` or `A² + κ` with the columns of the border, bordered.
    whole: Matrix,
    inner: Bordered,
    ones: Vec<f64>,
    /// Solutions of the bordered system and of its transpose.
    right: Vec<Vec<f64>>,
    left: Vec<Vec<f64>>,
    direction: Vec<f64>,
    /// Gradients of the conditions over all unknowns.
    gradients: [Vec<f64>; 2],
    pulled_back: Vec<f64>,
    /// `A v` and `Aᵀ w…` of the Hopf condition.
    image: Vec<f64>,
    pulled: [Vec<f64>; 2],
    /// Jacobian of `f` over all unknowns.
    jacobian: Matrix,
    values: Vec<f64>,
}

impl<'a, F: Field> Critical<'a, F> {
    /// A critical system near the equilibrium `x`, with borders from the singular vectors there.
    ///
    /// * `parameters`: all of the model's, at the point; `free`: which of them are unknowns, and the lengths of their ranges.
    /// * `sizes`: scale of each state on the branch, positive.
    /// * `extra`: start value of `κ` or `β` where the condition has one.
    ///
    /// Fails where a derivative is not finite.
    pub fn new(
        field: &'a F,
        parameters: &[f64],
        free: &[(usize, f64)],
        condition: Condition,
        sizes: &[f64],
        x: &[f64],
        extra: Option<f64>,
    ) -> Result<Self, Singular> {
        let derivatives = Derivatives::new(field, &free.iter().map(|(position, _)| *position).collect::<Vec<_>>());
        let (n, pattern) = (field.states(), field.pattern().cloned());
        let plain = |extra: usize| Matrix::zeros(n, extra, pattern.clone());
        let (borders, unfolded) = (if condition == Condition::Hopf { 2 } else { 1 }, condition == Condition::Branch);
        let squared = match condition {
            Condition::Hopf => pattern.as_ref().map(|pattern| Arc::new(pattern.squared())),
            Condition::Fold | Condition::Branch => pattern.clone(),
        };
        let work = Workspace {
            first: derivatives.matrix(),
            second: derivatives.matrix(),
            a: plain(usize::from(unfolded)),
            a_squared: Matrix::zeros(n, 0, squared.clone()),
            whole: Matrix::zeros(n, usize::from(unfolded) + borders, squared),
            ones: vec![1.0; n + usize::from(unfolded) + borders],
            jacobian: plain(free.len() + usize::from(condition != Condition::Fold)),
            values: vec![0.0; n],
            ..Workspace::default()
        };
        let mut critical = Critical {
            field,
            parameters: parameters.to_vec(),
            free: free.iter().map(|(position, _)| *position).collect(),
            ranges: free.iter().map(|(_, range)| *range).collect(),
            condition,
            sizes: sizes.to_vec(),
            columns: Vec::new(),
            rows: Vec::new(),
            mix: [1.0, 0.0],
            derivatives,
            work,
            bordered: Bordered::default(),
            spectrum: Spectrum::default(),
            wanted: LEADING,
        };
        critical.choose_borders(x, extra.unwrap_or(0.0))?;
        Ok(critical)
    }

    /// Asks for this many eigenvalues near the imaginary axis where `f_x` is sparse; a full one yields all.
    pub fn leading(mut self, wanted: usize) -> Self {
        self.wanted = wanted;
        self
    }

    fn states(&self) -> usize {
        self.field.states()
    }

    /// Length of `z = (x, λ…)`.
    fn directions(&self) -> usize {
        self.states() + self.free.len()
    }

    /// Width of the bordered linearisation: the vectors `v` have this length.
    fn width(&self) -> usize {
        self.states() + usize::from(self.condition == Condition::Branch)
    }

    fn conditions(&self) -> usize {
        if self.condition == Condition::Fold { 1 } else { 2 }
    }

    /// Scale of component `k` of `z`.
    fn size(&self, k: usize) -> f64 {
        let n = self.states();
        if k < n { self.sizes[k] } else { self.ranges[k - n] }
    }

    /// Evaluates `f`, its derivatives, and the scaled linearisation at `(x, λ…)`.
    fn evaluate(&mut self, y: &[f64]) {
        let n = self.states();
        for (k, &parameter) in self.free.iter().enumerate() {
            self.parameters[parameter] = y[n + k];
        }
        let mut a = std::mem::take(&mut self.work.a);
        let Workspace { values, first, .. } = &mut self.work;
        self.derivatives.first(self.field, &y[..n], &self.parameters, values, first);
        a.set_scaled(&self.work.first, |i| self.sizes[i], |k| self.size(k));
        self.work.a = a;
    }

    /// Borders from the singular vectors of the linearisation.
    fn choose_borders(&mut self, x: &[f64], extra: f64) -> Result<(), Singular> {
        let mut y = x.to_vec();
        y.extend(self.free.iter().map(|&p| self.parameters[p]));
        self.evaluate(&y);
        let null = match self.condition {
            Condition::Fold => null_vectors(&self.work.a, 1)?,
            Condition::Branch => null_vectors(&self.work.a, 2)?,
            Condition::Hopf => {
                self.work.a_squared.set_square(&self.work.a, extra);
                null_vectors(&self.work.a_squared, 2)?
            }
        };
        self.rows = null.right;
        self.columns = null.left;
        if self.condition == Condition::Branch {
            self.columns.truncate(1);
        }
        if self.rows.len() != self.conditions() {
            // Fewer states than the condition needs: one state has no Hopf point.
            return Err(Singular);
        }
        self.scale_columns();
        self.choose_mix();
        Ok(())
    }

    /// Gives the columns `b` the size of the linearisation, lest slow rates drown beside them.
    ///
    /// Its size is not its largest element, for with one state `f_x` is zero at a fold, and with two `f_x² + κ` at a Hopf
    /// point: what the free parameters do to the rates counts as well.
    fn scale_columns(&mut self) {
        let rate = (0..self.states()).fold(0.0, |largest: f64, i| {
            let row = self.work.first.elements(i).map(|(k, a)| (a * self.size(k)).abs());
            largest.max(row.fold(0.0, f64::max) / self.sizes[i])
        });
        let size = if self.condition == Condition::Hopf { rate * rate } else { rate };
        if size > 0.0 && size.is_finite() {
            self.columns.iter_mut().flatten().for_each(|b| *b *= size);
        }
    }

    /// The `r` for which `v = C r` is as far from being an eigenvector as can be: `v` and `A v` span the plane.
    fn choose_mix(&mut self) {
        if self.condition != Condition::Hopf {
            return;
        }
        let n = self.states();
        let mut image = vec![0.0; n];
        let mut k = [[0.0; 2]; 2];
        for j in 0..2 {
            self.work.a.multiply(&self.rows[j], &mut image);
            (0..2).for_each(|i| k[i][j] = dot(&self.rows[i], &image));
        }
        // det[v, Kv] = c v₁² + (d − a) v₁v₂ − b v₂², a quadratic form: take the eigenvector of the larger eigenvalue.
        let (p, q, r) = (k[1][0], 0.5 * (k[1][1] - k[0][0]), -k[0][1]);
        let (mean, half) = (0.5 * (p + r), 0.5 * (p - r));
        let root = half.hypot(q);
        let angle = 0.5 * q.atan2(half) + if mean < 0.0 { std::f64::consts::FRAC_PI_2 } else { 0.0 };
        self.mix = if root > 0.0 { [angle.cos(), angle.sin()] } else { [1.0, 0.0] };
    }

    /// Factorises the bordered linearisation and solves for `v…` and `w…`. Returns the conditions' values.
    fn solve_borders(&mut self, extra: f64) -> Result<[f64; 2], Singular> {
        let (n, width) = (self.states(), self.width());
        let work = &mut self.work;
        if self.condition == Condition::Hopf {
            work.a_squared.set_square(&work.a, extra);
        }
        let linearisation = if self.condition == Condition::Hopf { &work.a_squared } else { &work.a };
        work.whole.set_scaled(linearisation, |_| 1.0, |_| 1.0);
        for (k, column) in self.columns.iter().enumerate() {
            work.whole.set_extra(width - n + k, column);
        }
        work.inner.factor(&work.whole, &work.ones, self.rows.iter().map(|row| (row.as_slice(), false)))?;
        let size = work.whole.columns();
        let solution = |list: &mut Vec<Vec<f64>>, k: usize, at: &[(usize, f64)]| {
            if list.len() <= k {
                list.resize(k + 1, Vec::new());
            }
            list[k].clear();
            list[k].resize(size, 0.0);
            at.iter().for_each(|&(i, value)| list[k][i] = value);
        };
        match self.condition {
            Condition::Fold => {
                solution(&mut work.right, 0, &[(n, 1.0)]);
                solution(&mut work.left, 0, &[(n, 1.0)]);
            }
            Condition::Hopf => {
                solution(&mut work.right, 0, &[(n, self.mix[0]), (n + 1, self.mix[1])]);
                (0..2).for_each(|j| solution(&mut work.left, j, &[(n + j, 1.0)]));
                // The second direction of the plane is needed for the next borders only.
                solution(&mut work.right, 1, &[(n, -self.mix[1]), (n + 1, self.mix[0])]);
            }
            Condition::Branch => {
                (0..2).for_each(|j| solution(&mut work.right, j, &[(n + j, 1.0)]));
                solution(&mut work.left, 0, &[(n + 1, 1.0)]);
            }
        }
        work.right.iter_mut().for_each(|v| work.inner.solve(v));
        work.left.iter_mut().for_each(|w| work.inner.solve_transposed(w));
        Ok(match self.condition {
            Condition::Fold => [work.right[0][n], 0.0],
            Condition::Hopf => [work.right[0][n], work.right[0][n + 1]],
            Condition::Branch => [work.left[0][n], work.left[0][n + 1]],
        })
    }

    /// Adds `−wᵀ S⁻¹ ∂(f_z v)/∂z` to the gradient `out` over `z`, for the scaled vectors `v` and `w`.
    fn subtract_gradient(&mut self, y: &[f64], v: &[f64], weights: &[&[f64]], outs: &mut [&mut Vec<f64>]) {
        let (n, m) = (self.states(), self.directions());
        let mut pulled = std::mem::take(&mut self.work.pulled_back);
        self.work.direction.clear();
        for (k, v) in v.iter().enumerate() {
            let size = self.size(k);
            self.work.direction.push(v * size);
        }
        let work = &mut self.work;
        self.derivatives.second(self.field, &y[..n], &self.parameters, &work.direction, &mut work.second);
        for (w, out) in weights.iter().zip(outs) {
            // The direction has served; its place holds S⁻¹ w.
            work.direction.clear();
            work.direction.extend(w.iter().zip(&self.sizes).map(|(w, s)| w / s));
            pulled.resize(m, 0.0);
            work.second.multiply_transposed(&work.direction, &mut pulled);
            out.iter_mut().zip(&pulled).for_each(|(o, p)| *o -= p);
        }
        self.work.pulled_back = pulled;
    }

    /// Fills the gradients of the conditions over all unknowns.
    fn differentiate_conditions(&mut self, y: &[f64]) {
        let (n, width, unknowns) = (self.states(), self.width(), self.unknowns());
        // Taken out while `self` is borrowed for the derivatives.
        let (right, left) = (std::mem::take(&mut self.work.right), std::mem::take(&mut self.work.left));
        let mut gradients = std::mem::take(&mut self.work.gradients);
        for gradient in &mut gradients {
            gradient.clear();
            gradient.resize(unknowns, 0.0);
        }
        let [first, second] = &mut gradients;
        match self.condition {
            Condition::Fold => self.subtract_gradient(y, &right[0][..n], &[&left[0]], &mut [first]),
            Condition::Branch => {
                self.subtract_gradient(y, &right[0][..width], &[&left[0]], &mut [first]);
                self.subtract_gradient(y, &right[1][..width], &[&left[0]], &mut [second]);
            }
            Condition::Hopf => {
                // d(A² + κ) v = dA (A v) + A dA v + dκ v
                let v = &right[0][..n];
                let (mut image, mut pulled) =
                    (std::mem::take(&mut self.work.image), std::mem::take(&mut self.work.pulled));
                image.resize(n, 0.0);
                self.work.a.multiply(v, &mut image);
                for (pulled, w) in pulled.iter_mut().zip(&left) {
                    pulled.resize(n, 0.0);
                    self.work.a.multiply_transposed(&w[..n], pulled);
                }
                self.subtract_gradient(y, &image, &[&left[0], &left[1]], &mut [first, second]);
                self.subtract_gradient(y, v, &[&pulled[0], &pulled[1]], &mut [first, second]);
                first[unknowns - 1] = -dot(&left[0][..n], v);
                second[unknowns - 1] = -dot(&left[1][..n], v);
                (self.work.image, self.work.pulled) = (image, pulled);
            }
        }
        (self.work.right, self.work.left, self.work.gradients) = (right, left, gradients);
    }

    /// Largest element of `A`: a rate.
    fn rate(&self) -> f64 {
        self.work.a.entries().iter().fold(0.0, |m: f64, a| m.max(a.abs()))
    }

    /// The unfolding `β` of a branch-point system vanishes, to rounding of the rates: an imperfect bifurcation has `β ≠ 0`.
    pub fn is_exact_branch_point(&self, y: &[f64]) -> bool {
        y.last().is_some_and(|beta| beta.abs() <= 1e-10)
    }

    /// Value and slope along `tangent` (not scaled) of a monitor of a fold curve at the point linearised last:
    /// `⟨w, B(v, v)⟩` or `⟨w, v⟩`.
    ///
    /// With a dash for the derivative along the curve, `M v' = −A' v` and `Mᵀ w' = −A'ᵀ w` for the bordered matrix `M`; the
    /// rest follows by dual numbers.
    fn slope(&mut self, which: usize, y: &[f64], tangent: &[f64]) -> (f64, f64) {
        type D = Dual<f64>;
        let n = self.states();
        let work = &mut self.work;
        self.derivatives.second(self.field, &y[..n], &self.parameters, tangent, &mut work.second);
        // The borders do not move, so that the solutions' last element, g', is all that changes of g.
        let (mut dv, mut dw) = (vec![0.0; n + 1], vec![0.0; n + 1]);
        let physical: Vec<f64> = work.right[0][..n].iter().zip(&self.sizes).map(|(v, s)| v * s).collect();
        work.second.multiply(&physical, &mut dv[..n]);
        let weighted: Vec<f64> = work.left[0][..n].iter().zip(&self.sizes).map(|(w, s)| w / s).collect();
        work.second.multiply_transposed(&weighted, &mut dw[..n]);
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

    /// Newton's method along the curve for the zero of a monitor of a fold curve.
    fn locate_on_fold(&mut self, which: usize, guess: &Guess) -> Option<Located> {
        let settings = Settings::default();
        let mut y = guess.y.to_vec();
        let mut direction = guess.tangent.to_vec();
        let mut previous = f64::INFINITY;
        for _ in 0..20 {
            let mut residual = polish(self, &mut y, guess.scale, &direction, &settings).ok()?;
            let mut tangent = vec![0.0; y.len()];
            *tangent.last_mut()? = 1.0;
            self.solve(&mut tangent);
            normalise(&mut tangent);
            let physical: Vec<f64> = tangent.iter().zip(guess.scale).map(|(t, s)| t * s).collect();
            let (value, slope) = self.slope(which, &y, &physical);
            let step = -value / slope;
            if !step.is_finite() || step.abs() > 2.0 {
                return None;
            }
            if step.abs() < 1e-15 || (step.abs() < 1e-9 && step.abs() >= 0.5 * previous) {
                residual = residual.max(step.abs());
                let label = if which == CUSP { "CP" } else { "BT" };
                return Some(Located { label, y, residual });
            }
            previous = step.abs();
            y.iter_mut().zip(&physical).for_each(|(y, t)| *y += step * t);
            direction = tangent;
        }
        None
    }

    /// All eigenvalues as a row of a table has them, and those that the condition leaves free.
    fn eigenvalues(&mut self, y: &[f64]) -> Option<(Vec<f64>, Vec<[f64; 2]>)> {
        let kappa = if self.condition == Condition::Hopf { y[self.directions()] } else { 0.0 };
        let count = self.conditions();
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
    fn bautin(&self, y: &[f64]) -> f64 {
        let n = self.states();
        let kappa = y[self.directions()];
        if kappa <= 0.0 {
            return 1.0;
        }
        match normal_form::hopf(self.field, &y[..n], &self.parameters, kappa.sqrt()) {
            Ok(form) => {
                let re_c1 = form.values.first().map_or(1.0, |(_, re_c1)| *re_c1);
                let size = self.sizes.iter().fold(0.0, |m: f64, s| m.max(*s));
                if re_c1.abs() * size * size <= normal_form::LINEAR * kappa.sqrt() { 0.0 } else { re_c1 }
            }
            Err(_) => 1.0,
        }
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
        Some(match (self.condition, which) {
            _ if !oscillates => "",
            (Condition::Fold, _) if pair => "ZH",
            (Condition::Hopf, BAUTIN) => "GH",
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
}

/// Monitors of a fold curve, and of a Hopf curve.
const CUSP: usize = 0;
const BOGDANOV_TAKENS: usize = 1;
const FOLD_PAIR: usize = 2;
const KAPPA: usize = 0;
const BAUTIN: usize = 1;
const ZERO: usize = 2;
const HOPF_PAIR: usize = 3;

/// The size of the eigenvalue nearest to zero, over `radius`, with the sign of the product of all real ones taken negative:
/// it changes sign where one of them does, and not where two of them meet.
fn nearest_to_zero(eigenvalues: &[[f64; 2]], radius: f64) -> f64 {
    let real = || eigenvalues.iter().filter(|e| e[1] == 0.0).map(|e| e[0]);
    let sign = real().fold(1.0, |sign, e| if e > 0.0 { -sign } else { sign });
    let size = eigenvalues.iter().fold(f64::INFINITY, |m, e| m.min(e[0].hypot(e[1])));
    if size.is_finite() && radius > 0.0 { sign * size / radius } else { 1.0 }
}

impl<F: Field> Curve for Critical<'_, F> {
    fn unknowns(&self) -> usize {
        self.directions() + usize::from(self.condition != Condition::Fold)
    }

    fn equations(&self) -> usize {
        self.states() + self.conditions()
    }

    fn linearise(&mut self, y: &[f64], scale: &[f64], row: &[f64], f: &mut [f64]) -> Result<(), Singular> {
        let (n, m) = (self.states(), self.directions());
        let extra = y.get(m).copied().unwrap_or(0.0);
        self.evaluate(y);
        let conditions = self.solve_borders(extra)?;
        self.differentiate_conditions(y);
        let count = self.conditions();
        let work = &mut self.work;
        work.jacobian.set_scaled(&work.first, |_| 1.0, |_| 1.0);
        f[..n].copy_from_slice(&work.values);
        if self.condition == Condition::Branch {
            let column: Vec<f64> = self.columns[0].iter().zip(&self.sizes).map(|(b, s)| b * s).collect();
            f.iter_mut().zip(&column).for_each(|(f, b)| *f += extra * b);
            work.jacobian.set_extra(m - n, &column);
        }
        f[n..].copy_from_slice(&conditions[..count]);
        let below = work.gradients.iter().take(count).map(|gradient| (gradient.as_slice(), true));
        let row = (!row.is_empty()).then_some((row, false));
        self.bordered.factor(&work.jacobian, scale, below.chain(row))
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
        let n = self.states();
        enlarge_scales(&y[..n], &mut scale[..n]);
        scale[n..n + self.free.len()].copy_from_slice(&self.ranges);
        if let Some(size) = scale.get_mut(self.directions()) {
            let rate = self.rate();
            let natural = if self.condition == Condition::Hopf {
                y[self.directions()].abs().max(1e-3 * rate * rate)
            } else {
                1.0
            };
            *size = size.max(natural).max(f64::MIN_POSITIVE);
        }
    }

    fn regauge(&mut self) {
        let (n, width) = (self.states(), self.width());
        if self.work.right.is_empty() || self.work.left.is_empty() {
            return;
        }
        for (row, v) in self.rows.iter_mut().zip(&self.work.right) {
            row.copy_from_slice(&v[..width]);
        }
        for (column, w) in self.columns.iter_mut().zip(&self.work.left) {
            column.copy_from_slice(&w[..n]);
        }
        orthonormalise(&mut self.rows);
        orthonormalise(&mut self.columns);
        self.scale_columns();
        self.choose_mix();
    }

    fn sample(&mut self, y: &[f64], _tangent: &[f64], _orientation: f64) -> Sample {
        let n = self.states();
        let Some((found, others)) = self.eigenvalues(y) else {
            return Sample { monitors: vec![f64::NAN; 2], ..Sample::default() };
        };
        let monitors = match self.condition {
            Condition::Fold => {
                // The gradient of g over the states is −wᵀB(v, ·).
                let (v, w) = (&self.work.right[0], &self.work.left[0]);
                let gradient = &self.work.gradients[0];
                let cusp: f64 = -(0..n).map(|k| gradient[k] * self.sizes[k] * v[k]).sum::<f64>();
                vec![cusp, dot(&w[..n], &v[..n]), sums_of_pairs(&others, self.field.pattern().is_none())]
            }
            Condition::Hopf => {
                let kappa = y[self.directions()];
                // Of all eigenvalues, for there may be one besides the critical ones only.
                let radius = found.iter().fold(0.0, |m: f64, e| m.max(e.abs()));
                let zero = nearest_to_zero(&others, radius);
                vec![kappa, self.bautin(y) * zero, zero, sums_of_pairs(&others, self.field.pattern().is_none())]
            }
            Condition::Branch => Vec::new(),
        };
        Sample { monitors, index: unstable(&others), observed: found, ..Sample::default() }
    }

    fn locate(&mut self, which: usize, guess: &Guess) -> Option<Located> {
        match (self.condition, which) {
            (Condition::Fold, CUSP | BOGDANOV_TAKENS) => self.locate_on_fold(which, guess),
            (Condition::Hopf, KAPPA) => self.locate_on_hopf(guess),
            _ => self.locate_between(which, guess),
        }
    }

    fn accounts_for(&self, label: &str, which: usize) -> bool {
        match (self.condition, label) {
            (Condition::Fold, "CP") => which == CUSP,
            // Two eigenvalues vanish together, and which of them is the other one may change.
            (Condition::Fold, "BT") => which == BOGDANOV_TAKENS || which == FOLD_PAIR,
            (Condition::Fold, "ZH") => which == FOLD_PAIR,
            (Condition::Hopf, "BT") => true,
            (Condition::Hopf, "GH") => which == BAUTIN,
            (Condition::Hopf, "ZH") => which == ZERO,
            (Condition::Hopf, "HH") => which == HOPF_PAIR,
            (_, "") => true,
            _ => false,
        }
    }

    fn allows_jump(&self, _label: &str, _jump: i64) -> bool {
        true
    }

    fn audited(&self) -> bool {
        false
    }

    fn guards_against_jumps(&self, _which: usize) -> bool {
        false
    }
}
