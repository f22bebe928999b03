//! The equilibrium with its linearisation: critical eigenvectors and linear solves, in scaled states.

use super::Degenerate;
use crate::field::{Derivatives, Field, sizes};
use crate::linalg::{Bordered, Matrix, NullVectors, Pattern, Singular, dot, norm, normalise, null_vectors};
use crate::scalar::Complex;
use std::sync::Arc;

/// A solution that is longer than this, relative to right-hand side over matrix, means that the matrix is singular.
const LONGEST: f64 = 1e10;

/// `x`, `p` and `A = f_x(x, p)`.
pub(super) struct Point<'a, F: Field> {
    pub field: &'a F,
    pub x: &'a [f64],
    pub p: &'a [f64],
    pub n: usize,
    pub a: Matrix,
    /// `S⁻¹ A S`, with which null vectors are found and complex systems solved.
    scaled: Matrix,
    sizes: Vec<f64>,
}

/// A simple critical eigenvalue: `A q = λ q`, `Aᵀ p = λ̄ p`, `‖q‖ = 1`, `⟨p, q⟩ = 1`.
#[derive(Clone, Debug)]
pub(super) struct Mode {
    pub eigenvalue: Complex<f64>,
    /// How often the first and the second frequency are in the eigenvalue.
    pub frequency: [i32; 2],
    /// `q`.
    pub right: Vec<Complex<f64>>,
    /// `p`.
    pub left: Vec<Complex<f64>>,
}

impl Mode {
    /// The mode of the conjugate eigenvalue.
    pub fn conjugate(&self) -> Self {
        let conjugate = |z: &[Complex<f64>]| z.iter().map(|z| z.conj()).collect();
        Mode {
            eigenvalue: self.eigenvalue.conj(),
            frequency: self.frequency.map(|f| -f),
            right: conjugate(&self.right),
            left: conjugate(&self.left),
        }
    }
}

/// `⟨p, z⟩ = p̄ᵀ z`.
pub(super) fn project(p: &[Complex<f64>], z: &[Complex<f64>]) -> Complex<f64> {
    p.iter().zip(z).map(|(p, z)| p.conj() * z).sum()
}

impl<'a, F: Field> Point<'a, F> {
    pub fn new(field: &'a F, x: &'a [f64], p: &'a [f64]) -> Self {
        let n = field.states();
        let sizes = sizes(x);
        let mut derivatives = Derivatives::new(field, &[]);
        let (mut f, mut a, mut scaled) = (vec![0.0; n], derivatives.matrix(), derivatives.matrix());
        derivatives.first(field, x, p, &mut f, &mut a);
        scaled.set_scaled(&a, |i| sizes[i], |j| sizes[j]);
        Point { field, x, p, n, a, scaled, sizes }
    }

    /// Right and left null vectors of `A`.
    pub fn kernel(&self) -> Result<NullVectors, Singular> {
        self.null(&self.scaled, 1)
    }

    /// Right and left vectors of the smallest singular values of a function of the scaled `A`, in the states as they are.
    fn null(&self, scaled: &Matrix, count: usize) -> Result<NullVectors, Singular> {
        let mut null = null_vectors(scaled, count)?;
        null.right.iter_mut().flat_map(|v| v.iter_mut().zip(&self.sizes)).for_each(|(v, s)| *v *= s);
        null.left.iter_mut().flat_map(|w| w.iter_mut().zip(&self.sizes)).for_each(|(w, s)| *w /= s);
        if null.right.len() < count { Err(Singular) } else { Ok(null) }
    }

    /// The mode of eigenvalue zero; the largest component of `q` is positive, so that signs of quadratic coefficients
    /// are defined.
    pub fn zero_mode(&self) -> Result<Mode, Degenerate> {
        let NullVectors { mut right, mut left } = self.kernel()?;
        let (mut q, p) = (right.remove(0), left.remove(0));
        normalise(&mut q);
        orient(&mut q);
        let overlap = dot(&p, &q);
        if overlap.abs() < 1e-12 * norm(&p) {
            return Err(Degenerate::Eigenvalue);
        }
        Ok(Mode {
            eigenvalue: 0.0.into(),
            frequency: [0, 0],
            right: q.into_iter().map(Complex::from).collect(),
            left: p.into_iter().map(|p| Complex::from(p / overlap)).collect(),
        })
    }

    /// The mode of eigenvalue `iω`, where `ω` is frequency number `which` (0 or 1). The phase of `q` is arbitrary.
    pub fn hopf_mode(&self, omega: f64, which: usize) -> Result<Mode, Degenerate> {
        let n = self.n;
        let mut square = Matrix::zeros(n, 0, self.a.pattern().map(|pattern| Arc::new(pattern.squared())));
        square.set_square(&self.scaled, omega * omega);
        // Any v in the kernel of A² + ω² gives q = v − i A v/ω, and any w of its transpose p = w + i Aᵀ w/ω.
        let null = self.null(&square, 2)?;
        let (v, w) = (&null.right[0], &null.left[0]);
        let (mut av, mut aw) = (vec![0.0; n], vec![0.0; n]);
        self.a.multiply(v, &mut av);
        self.a.multiply_transposed(w, &mut aw);
        let complex = |re: &[f64], im: &[f64], factor: f64| -> Vec<Complex<f64>> {
            re.iter().zip(im).map(|(&re, &im)| Complex::new(re, factor * im)).collect()
        };
        let (mut right, mut left) = (complex(v, &av, -1.0 / omega), complex(w, &aw, 1.0 / omega));
        let length = project(&right, &right).re.sqrt();
        right.iter_mut().for_each(|q| *q /= length);
        let overlap = project(&right, &left);
        if !overlap.is_finite() || overlap.norm() <= 1e-12 * project(&left, &left).re.sqrt() {
            return Err(Degenerate::Eigenvalue);
        }
        left.iter_mut().for_each(|p| *p /= overlap);
        let mut frequency = [0, 0];
        frequency[which] = 1;
        Ok(Mode { eigenvalue: Complex::new(0.0, omega), frequency, right, left })
    }

    /// Solves `(μ − A) h = r`; where `μ` is the eigenvalue of `mode`, the solution with `⟨p, h⟩ = 0`, from
    ///
    /// ```text
    /// | μ − A  q |  | h |     | r |
    /// |  p̄ᵀ    0 |  | · |  =  | 0 |
    /// ```
    ///
    /// in scaled states and with the border scaled to the size of `A`. Fails where the matrix is singular to ten digits.
    pub fn solve(
        &self,
        mu: Complex<f64>,
        mode: Option<&Mode>,
        r: &[Complex<f64>],
    ) -> Result<Vec<Complex<f64>>, Degenerate> {
        let n = self.n;
        let (mut matrix, largest) = self.complex_matrix(mu, 2 * usize::from(mode.is_some()));
        let mut rows = Vec::new();
        if let Some(mode) = mode {
            let size = if largest > 0.0 { largest } else { 1.0 };
            let column: Vec<Complex<f64>> = mode.right.iter().zip(&self.sizes).map(|(q, s)| q / s).collect();
            let row: Vec<Complex<f64>> = mode.left.iter().zip(&self.sizes).map(|(p, s)| p.conj() * s).collect();
            let factors = [Complex::from(1.0), Complex::new(0.0, 1.0)];
            // As columns, a + ib stands for [a; b] and [−b; a]; as rows, for [a −b] and [b a].
            for (k, i) in factors.into_iter().enumerate() {
                let column: Vec<f64> = parts(column.iter().map(|z| i * z * (size / length(&column)))).collect();
                matrix.set_extra(k, &column);
                rows.push(parts(row.iter().map(|z| i * z.conj() * (size / length(&row)))).collect::<Vec<f64>>());
            }
        }
        let right: Vec<Complex<f64>> = r.iter().zip(&self.sizes).map(|(r, s)| r / s).collect();
        let limit = LONGEST * length(&right);
        let mut h: Vec<f64> = parts(right.into_iter()).collect();
        h.resize(matrix.columns(), 0.0);
        let mut bordered = Bordered::default();
        let ones = vec![1.0; matrix.columns()];
        bordered.factor(&matrix, &ones, rows.iter().map(|row| (row.as_slice(), false)))?;
        bordered.solve(&mut h);
        let mut h: Vec<Complex<f64>> = h[..2 * n].chunks_exact(2).map(|z| Complex::new(z[0], z[1])).collect();
        let size = length(&h) * largest;
        if !size.is_finite() || size > limit {
            return Err(Degenerate::Eigenvalue);
        }
        h.iter_mut().zip(&self.sizes).for_each(|(h, s)| *h *= s);
        Ok(h)
    }

    /// `μ − S⁻¹ A S` over real numbers, `a + ib` as `[a −b; b a]`, with columns beside it; and its largest element.
    fn complex_matrix(&self, mu: Complex<f64>, extra: usize) -> (Matrix, f64) {
        let doubled = |pattern: &Arc<Pattern>| {
            let rows: Vec<Vec<u32>> =
                (0..2 * self.n).map(|i| pattern.row(i / 2).iter().flat_map(|j| [2 * j, 2 * j + 1]).collect()).collect();
            Arc::new(Pattern::new(&rows))
        };
        let mut matrix = Matrix::zeros(2 * self.n, extra, self.a.pattern().map(doubled));
        let mut largest = 0.0_f64;
        for i in 0..self.n {
            for (k, (j, a)) in self.scaled.elements(i).enumerate() {
                let z = if i == j { mu - a } else { Complex::from(-a) };
                largest = largest.max(z.norm());
                matrix.row_mut(2 * i)[2 * k..2 * k + 2].copy_from_slice(&[z.re, -z.im]);
                matrix.row_mut(2 * i + 1)[2 * k..2 * k + 2].copy_from_slice(&[z.im, z.re]);
            }
        }
        (matrix, largest)
    }

    /// Solves `A h = r` with `⟨row, h⟩ = 0`, for `A` singular with left null vector `column`:
    /// `[A column; rowᵀ 0]`, of which the last unknown is zero where the system can be solved. Or the same with `Aᵀ`.
    pub fn solve_bordered(
        &self,
        column: &[f64],
        row: &[f64],
        r: &[f64],
        transposed: bool,
    ) -> Result<Vec<f64>, Singular> {
        let (column, row) = if transposed { (row, column) } else { (column, row) };
        let mut matrix = Matrix::zeros(self.n, 1, self.a.pattern().cloned());
        matrix.set_scaled(&self.a, |_| 1.0, |_| 1.0);
        matrix.set_extra(0, column);
        let mut bordered = Bordered::default();
        bordered.factor(&matrix, &vec![1.0; self.n + 1], std::iter::once((row, false)))?;
        let mut h = r.to_vec();
        h.push(0.0);
        if transposed {
            bordered.solve_transposed(&mut h);
        } else {
            bordered.solve(&mut h);
        }
        h.truncate(self.n);
        Ok(h)
    }
}

/// Real and imaginary parts, one after the other.
fn parts(z: impl Iterator<Item = Complex<f64>>) -> impl Iterator<Item = f64> {
    z.flat_map(|z| [z.re, z.im])
}

fn length(z: &[Complex<f64>]) -> f64 {
    project(z, z).re.sqrt()
}

/// Makes the component of largest magnitude positive.
pub(super) fn orient(q: &mut [f64]) {
    let largest = q.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(0.0);
    if largest < 0.0 {
        q.iter_mut().for_each(|q| *q = -*q);
    }
}
