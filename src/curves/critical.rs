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
//! | branch point | `f_x` | one each | `β` in `f + β b = 0` | `g`, and `wᵀ f_λ d` for a direction `d` |
//!
//! The Hopf condition is regular at Bogdanov–Takens points, `κ = 0`, and goes on as a curve of neutral saddles, `κ < 0`.
//! A branch point persists in two parameters where both keep a symmetry or an invariant set: then `β` stays zero, the whole of
//! `[f_x f_λ₁ f_λ₂]` has rank `n − 1`, and the curve does not depend on `d`, which is taken normal to it in the plane of the
//! parameters, where the conditions are regular. With one free parameter `d = 1`.
//! States are scaled by a similarity, `A → S⁻¹ A S`, so that borders mean the same for states of any size.

use super::one_parameter::enlarge_scales;
use super::{LEADING, unstable};
use crate::curve::{Curve, Guess, Located, Sample};
use crate::field::{Derivatives, Field};
use crate::linalg::{Bordered, Matrix, Singular, Spectrum, dot, null_vectors, orthonormalise};
use std::sync::Arc;

mod lyapunov;
mod monitors;
#[cfg(test)]
mod tests;

/// A branch point whose unfolding `β`, over the size of the linearisation, is larger is none.
pub const IMPERFECT: f64 = 1e-10;

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
    /// The vector `r` of the Hopf condition; the direction `d` of a branch point, over the ranges of the free parameters.
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
    /// The scaled linearisation `A`.
    a: Matrix,
    a_squared: Matrix,
    /// `∂(f_z v)/∂z` for the vectors `v` of which the conditions need it; of a Hopf condition `v` and `A v/ω` (`A v` where
    /// `κ ≤ 0`), and then `C(v, v, ·) + C(A v/ω, A v/ω, ·)`.
    seconds: [Matrix; 3],
    /// `A` or `A² + κ` with the columns of the border, bordered.
    whole: Matrix,
    inner: Bordered,
    /// Of the first Lyapunov coefficient, `A` and `A² + 4κ`, and its vectors, one after the other.
    steady: Bordered,
    doubled: Bordered,
    vectors: Vec<f64>,
    ones: Vec<f64>,
    /// Solutions of the bordered system and of its transpose.
    right: Vec<Vec<f64>>,
    left: Vec<Vec<f64>>,
    /// Gradients of the conditions over all unknowns, where they were taken, and where the last linearisation was.
    gradients: [Vec<f64>; 2],
    taken: Vec<f64>,
    last: Vec<f64>,
    /// `A v` and `Aᵀ w…` of the Hopf condition.
    image: Vec<f64>,
    pulled: [Vec<f64>; 2],
    /// `v` and `A v/ω`, in the states as they are.
    directions: [Vec<f64>; 2],
    /// Jacobian of `f` over all unknowns, and its column for `β`.
    jacobian: Matrix,
    column: Vec<f64>,
    values: Vec<f64>,
}

impl Workspace {
    /// Solution `k` of the bordered system, whose right-hand side has these elements only.
    fn solve_right(&mut self, k: usize, elements: &[(usize, f64)]) {
        set(&mut self.right, k, self.whole.columns(), elements);
        self.inner.solve(&mut self.right[k]);
    }

    /// Solution `k` of the transposed bordered system, whose right-hand side is a unit vector.
    fn solve_left(&mut self, k: usize, unit: usize) {
        set(&mut self.left, k, self.whole.columns(), &[(unit, 1.0)]);
        self.inner.solve_transposed(&mut self.left[k]);
    }

    /// Subtracts `factor wᵀ S⁻¹ M` from `out`, for number `which` of the second derivatives `M`.
    fn pull_back(&mut self, which: usize, w: &[f64], sizes: &[f64], factor: f64, out: &mut [f64]) {
        let matrix = &self.seconds[which];
        for (i, (w, size)) in w.iter().zip(sizes).enumerate() {
            let weight = factor * w / size;
            matrix.elements(i).for_each(|(k, element)| out[k] -= weight * element);
        }
    }
}

/// Vector `k` of a list: zero but for these elements.
fn set(list: &mut Vec<Vec<f64>>, k: usize, length: usize, elements: &[(usize, f64)]) {
    if list.len() <= k {
        list.resize(k + 1, Vec::new());
    }
    list[k].clear();
    list[k].resize(length, 0.0);
    elements.iter().for_each(|&(i, value)| list[k][i] = value);
}

/// `ω`; one where `κ` has none.
fn frequency(kappa: f64) -> f64 {
    if kappa > 0.0 { kappa.sqrt() } else { 1.0 }
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
        let positions: Vec<usize> = free.iter().map(|(position, _)| *position).collect();
        // A curve is worth a program; a point is not.
        let derivatives = if free.len() > 1 {
            Derivatives::programmed(field, &positions)
        } else {
            Derivatives::new(field, &positions)
        };
        let (n, pattern) = (field.states(), field.pattern().cloned());
        let plain = |extra: usize| Matrix::zeros(n, extra, pattern.clone());
        let borders = if condition == Condition::Hopf { 2 } else { 1 };
        let squared = match condition {
            Condition::Hopf => pattern.as_ref().map(|pattern| Arc::new(pattern.squared())),
            Condition::Fold | Condition::Branch => pattern.clone(),
        };
        let work = Workspace {
            first: derivatives.matrix(),
            seconds: [(); 3].map(|()| derivatives.matrix()),
            a: plain(0),
            a_squared: Matrix::zeros(n, 0, squared.clone()),
            whole: Matrix::zeros(n, borders, squared),
            ones: vec![1.0; n + borders],
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

    fn conditions(&self) -> usize {
        if self.condition == Condition::Fold { 1 } else { 2 }
    }

    /// Number of borders on each side, and of critical eigenvalues.
    fn borders(&self) -> usize {
        if self.condition == Condition::Hopf { 2 } else { 1 }
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
            Condition::Fold | Condition::Branch => null_vectors(&self.work.a, 1)?,
            Condition::Hopf => {
                self.work.a_squared.set_square(&self.work.a, extra);
                null_vectors(&self.work.a_squared, 2)?
            }
        };
        self.rows = null.right;
        self.columns = null.left;
        if self.rows.len() != self.borders() {
            // Fewer states than the condition needs: one state has no Hopf point.
            return Err(Singular);
        }
        if self.condition == Condition::Branch {
            let critical: Vec<f64> = self.rows[0].iter().zip(&self.sizes).map(|(v, s)| v * s).collect();
            self.derivatives.second(self.field, x, &self.parameters, &critical, &mut self.work.seconds[0]);
        }
        self.scale_columns();
        match self.condition {
            Condition::Fold => {}
            Condition::Hopf => self.choose_mix(),
            Condition::Branch if self.free.len() == 1 => {}
            Condition::Branch => {
                // Of the two parameters at least one crosses the curve.
                let mut best = ([1.0, 0.0], 0.0);
                for mix in [[1.0, 0.0], [0.0, 1.0]] {
                    self.mix = mix;
                    self.solve_borders(extra)?;
                    self.differentiate_conditions(&y);
                    if let Some((normal, sharpness)) = self.normal()
                        && sharpness > best.1
                    {
                        best = (normal, sharpness);
                    }
                }
                self.mix = best.0;
            }
        }
        Ok(())
    }

    /// Unit vector normal to a curve of branch points in the plane of its two parameters, over their ranges; and how well the
    /// conditions differentiated last know it.
    ///
    /// With `vᵢ` spanning the kernel of `[f_x f_λ₁ f_λ₂]`, a tangent `Σ tᵢ vᵢ` obeys `Σ wᵀ f_zz vⱼ vᵢ tᵢ = 0` for each `j`: two of the
    /// three suffice.
    fn normal(&self) -> Option<([f64; 2], f64)> {
        let (n, work) = (self.states(), &self.work);
        let along = |gradient: &[f64]| -> [f64; 3] {
            let states = |v: &[f64]| (0..n).map(|i| gradient[i] * self.sizes[i] * v[i]).sum::<f64>();
            let parameter = |k: usize| states(&work.right[1 + k]) + gradient[n + k] * self.ranges[k];
            [states(&work.right[0]), parameter(0), parameter(1)]
        };
        let [a, b] = [along(&work.gradients[0]), along(&work.gradients[1])];
        let tangent = [a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
        let length = tangent[0].hypot(tangent[1]);
        let size = |v: [f64; 3]| v.iter().map(|v| v * v).sum::<f64>().sqrt();
        let sharpness = length / (size(a) * size(b));
        (sharpness.is_finite() && sharpness > 0.0).then(|| ([-tangent[1] / length, tangent[0] / length], sharpness))
    }

    /// Gives the columns `b` the size of the linearisation, lest slow rates drown beside them.
    ///
    /// Its size is not its largest element, for with one state `f_x` is zero at a fold, and with two `f_x² + κ` at a Hopf
    /// point: what the free parameters do to the rates counts as well, and at a branch point, what they do to `f_x`.
    fn scale_columns(&mut self) {
        let rate = (0..self.states()).fold(0.0, |largest: f64, i| {
            let row = self.work.first.elements(i).map(|(k, a)| (a * self.size(k)).abs());
            let change = self.work.seconds[0].elements(i).map(|(k, a)| (a * self.size(k)).abs());
            let change = if self.condition == Condition::Branch { change.fold(0.0, f64::max) } else { 0.0 };
            largest.max(row.fold(change, f64::max) / self.sizes[i])
        });
        let size = if self.condition == Condition::Hopf { rate * rate } else { rate };
        if size > 0.0 && size.is_finite() {
            self.columns.iter_mut().flatten().for_each(|b| *b *= size);
        }
    }

    /// The `r` for which `v = C r` is as far from being an eigenvector as can be: `v` and `A v` span the plane.
    fn choose_mix(&mut self) {
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

    /// Factorises the bordered linearisation and solves for `v…`. Returns the conditions' values.
    fn solve_borders(&mut self, extra: f64) -> Result<[f64; 2], Singular> {
        let n = self.states();
        let work = &mut self.work;
        if self.condition == Condition::Hopf {
            work.a_squared.set_square(&work.a, extra);
        }
        work.whole.set_leading(if self.condition == Condition::Hopf { &work.a_squared } else { &work.a });
        for (k, column) in self.columns.iter().enumerate() {
            work.whole.set_extra(k, column);
        }
        work.inner.factor(&work.whole, &work.ones, self.rows.iter().map(|row| (row.as_slice(), false)))?;
        match self.condition {
            Condition::Fold => work.solve_right(0, &[(n, 1.0)]),
            Condition::Hopf => work.solve_right(0, &[(n, self.mix[0]), (n + 1, self.mix[1])]),
            Condition::Branch => {
                // (h, 1) with f_x h + f_λ = 0, for each parameter over its range.
                for (k, range) in self.ranges.iter().enumerate() {
                    let slope = |(i, size): (usize, &f64)| {
                        let row = work.first.row(i);
                        (i, -row[row.len() - self.ranges.len() + k] * range / size)
                    };
                    let slopes: Vec<(usize, f64)> = self.sizes.iter().enumerate().map(slope).collect();
                    work.solve_right(1 + k, &slopes);
                }
                work.solve_right(0, &[(n, 1.0)]);
            }
        }
        // What gradients and borders need of a Hopf point waits for them.
        if self.condition != Condition::Hopf {
            work.solve_left(0, n);
        }
        Ok(match self.condition {
            Condition::Fold => [work.right[0][n], 0.0],
            Condition::Hopf => [work.right[0][n], work.right[0][n + 1]],
            Condition::Branch => {
                let along = work.right[1..].iter().zip(self.mix).map(|(h, d)| d * h[n]).sum();
                [work.right[0][n], along]
            }
        })
    }

    /// Writes all equations into `f`, and keeps what gradients need of them.
    fn equate(&mut self, y: &[f64], f: &mut [f64]) -> Result<(), Singular> {
        let (n, count) = (self.states(), self.conditions());
        let extra = y.get(self.directions()).copied().unwrap_or(0.0);
        self.evaluate(y);
        let conditions = self.solve_borders(extra)?;
        f[..n].copy_from_slice(&self.work.values);
        if self.condition == Condition::Branch {
            f.iter_mut().zip(&self.columns[0]).zip(&self.sizes).for_each(|((f, b), size)| *f += extra * b * size);
        }
        f[n..].copy_from_slice(&conditions[..count]);
        Ok(())
    }

    /// Adds `−wᵀ S⁻¹ ∂(f_z v)/∂z` to the gradient `out` over `z`, for the scaled vectors `v`, of which it is number `which`, and
    /// `w`.
    fn subtract_gradient(&mut self, y: &[f64], which: usize, v: &[f64], w: &[f64], out: &mut [f64]) {
        let direction: Vec<f64> = v.iter().enumerate().map(|(k, v)| v * self.size(k)).collect();
        let (n, work) = (self.states(), &mut self.work);
        self.derivatives.second(self.field, &y[..n], &self.parameters, &direction, &mut work.seconds[which]);
        work.pull_back(which, w, &self.sizes, 1.0, out);
    }

    /// Gradients of a place near by do for a step of Newton's method for a Hopf point, which they change by a thousandth, or where it
    /// has moved by next to nothing since: they cost most of a linearisation. In between, those of the point that it ends at are its
    /// own. Folds and branch points meet where both systems are singular, and beside that a thousandth is too much.
    fn gradients_serve(&self, y: &[f64], scale: &[f64]) -> bool {
        let distance = |from: &[f64]| {
            if from.len() != y.len() {
                return f64::INFINITY;
            }
            y.iter().zip(from).zip(scale).fold(0.0, |m: f64, ((y, from), s)| m.max(((y - from) / s).abs()))
        };
        let away = distance(&self.work.taken);
        away <= 1e-7 || (self.condition == Condition::Hopf && away <= 1e-3 && distance(&self.work.last) > 1e-5)
    }

    /// Makes the gradients those of the point linearised last.
    fn refresh_gradients(&mut self) {
        if self.work.taken != self.work.last {
            let last = std::mem::take(&mut self.work.last);
            self.differentiate_conditions(&last);
            copy(&last, &mut self.work.taken);
            self.work.last = last;
        }
    }

    /// Fills the gradients of the conditions over all unknowns.
    fn differentiate_conditions(&mut self, y: &[f64]) {
        let (n, unknowns) = (self.states(), self.unknowns());
        if self.condition == Condition::Hopf {
            (0..2).for_each(|j| self.work.solve_left(j, n + j));
            // The second direction of the plane, for the next borders only.
            self.work.solve_right(1, &[(n, -self.mix[1]), (n + 1, self.mix[0])]);
        }
        // Taken out while `self` is borrowed for the derivatives.
        let (right, left) = (std::mem::take(&mut self.work.right), std::mem::take(&mut self.work.left));
        let mut gradients = std::mem::take(&mut self.work.gradients);
        for gradient in &mut gradients {
            gradient.clear();
            gradient.resize(unknowns, 0.0);
        }
        let [first, second] = &mut gradients;
        match self.condition {
            Condition::Fold => self.subtract_gradient(y, 0, &right[0][..n], &left[0], first),
            Condition::Branch => {
                let free = self.free.len();
                let mut along = vec![0.0; n + free];
                for (k, (h, d)) in right[1..].iter().zip(self.mix).enumerate() {
                    along.iter_mut().zip(&h[..n]).for_each(|(z, h)| *z += d * h);
                    along[n + k] = d;
                }
                self.subtract_gradient(y, 1, &along, &left[0], second);
                self.subtract_gradient(y, 0, &right[0][..n], &left[0], first);
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
                let frequency = frequency(y[unknowns - 1]);
                let work = &mut self.work;
                for (out, (v, by)) in work.directions.iter_mut().zip([(v, 1.0), (&image, frequency)]) {
                    out.clear();
                    out.extend(v.iter().zip(&self.sizes).map(|(v, s)| v * s / by));
                }
                let [r, s] = &work.directions;
                self.derivatives.plane(self.field, &y[..n], &self.parameters, [r, s], &mut work.seconds);
                for (k, gradient) in [first, second].into_iter().enumerate() {
                    work.pull_back(1, &left[k], &self.sizes, frequency, gradient);
                    work.pull_back(0, &pulled[k], &self.sizes, 1.0, gradient);
                    gradient[unknowns - 1] = -dot(&left[k][..n], v);
                }
                (work.image, work.pulled) = (image, pulled);
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
        y.last().is_some_and(|beta| beta.abs() <= IMPERFECT)
    }
}

fn copy(from: &[f64], to: &mut Vec<f64>) {
    to.clear();
    to.extend_from_slice(from);
}

impl<F: Field> Curve for Critical<'_, F> {
    fn unknowns(&self) -> usize {
        self.directions() + usize::from(self.condition != Condition::Fold)
    }

    fn equations(&self) -> usize {
        self.states() + self.conditions()
    }

    fn linearise(&mut self, y: &[f64], scale: &[f64], row: &[f64], f: &mut [f64]) -> Result<(), Singular> {
        self.equate(y, f)?;
        let serve = self.gradients_serve(y, scale);
        copy(y, &mut self.work.last);
        if !serve {
            self.refresh_gradients();
        }
        let count = self.conditions();
        let work = &mut self.work;
        work.jacobian.set_leading(&work.first);
        if self.condition == Condition::Branch {
            work.column.clear();
            work.column.extend(self.columns[0].iter().zip(&self.sizes).map(|(b, s)| b * s));
            work.jacobian.set_extra(self.free.len(), &work.column);
        }
        let below = work.gradients.iter().take(count).map(|gradient| (gradient.as_slice(), true));
        let row = (!row.is_empty()).then_some((row, false));
        self.bordered.factor(&work.jacobian, scale, below.chain(row))
    }

    fn residual(&mut self, y: &[f64], f: &mut [f64]) -> bool {
        // Of folds and branch points it would be little less than all.
        if self.condition != Condition::Hopf {
            return false;
        }
        let done = self.equate(y, f).is_ok();
        if done {
            copy(y, &mut self.work.last);
        }
        done
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
        let n = self.states();
        if self.work.right.is_empty() || self.work.left.is_empty() {
            return;
        }
        for (row, v) in self.rows.iter_mut().zip(&self.work.right) {
            row.copy_from_slice(&v[..n]);
        }
        for (column, w) in self.columns.iter_mut().zip(&self.work.left) {
            column.copy_from_slice(&w[..n]);
        }
        orthonormalise(&mut self.rows);
        orthonormalise(&mut self.columns);
        // The conditions are other ones with other borders.
        self.work.taken.clear();
        self.scale_columns();
        match self.condition {
            Condition::Fold => {}
            Condition::Hopf => self.choose_mix(),
            Condition::Branch if self.free.len() == 1 => {}
            Condition::Branch => {
                if let Some(([a, b], _)) = self.normal() {
                    let sign = (a * self.mix[0] + b * self.mix[1]).signum();
                    self.mix = [sign * a, sign * b];
                }
            }
        }
    }

    fn sample(&mut self, y: &[f64], _tangent: &[f64], _orientation: f64) -> Sample {
        let Some((observed, others)) = self.eigenvalues(y) else {
            return Sample { monitors: vec![f64::NAN; 2], ..Sample::default() };
        };
        self.refresh_gradients();
        let monitors = self.monitors(y, &observed, &others);
        Sample { monitors, index: unstable(&others), observed, ..Sample::default() }
    }

    fn locate(&mut self, which: usize, guess: &Guess) -> Option<Located> {
        self.locate_zero(which, guess)
    }

    fn touch(&mut self, which: usize, guess: &Guess) -> Option<Located> {
        self.locate_touch(which, guess)
    }

    fn accounts_for(&self, label: &str, which: usize) -> bool {
        monitors::accounts_for(self.condition, label, which)
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
