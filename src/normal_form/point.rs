//! The equilibrium with its linearisation: critical eigenvectors and linear solves, in scaled states.

use super::Degenerate;
use crate::field::{Derivatives, Field, sizes};
use crate::linalg::{Lu, NullVectors, Singular, dot, multiply, multiply_transposed, norm, normalise, null_vectors};
use crate::scalar::Complex;

/// A solution that is longer than this, relative to right-hand side over matrix, means that the matrix is singular.
const LONGEST: f64 = 1e10;

/// `x`, `p` and `A = f_x(x, p)`.
pub(super) struct Point<'a, F: Field> {
    pub field: &'a F,
    pub x: &'a [f64],
    pub p: &'a [f64],
    pub n: usize,
    /// n × n, row by row.
    pub a: Vec<f64>,
    /// `S` of the similarity `S⁻¹ A S`, in which linear systems are solved.
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
        let (mut f, mut a) = (vec![0.0; n], vec![0.0; n * n]);
        Derivatives::new(field, &[]).first(field, x, p, &mut f, &mut a);
        Point { field, x, p, n, a, sizes: sizes(x) }
    }

    /// Right and left vectors of the smallest singular values of `matrix` (a function of `A`), taken in scaled states.
    pub fn null(&self, matrix: &[f64], count: usize) -> Result<NullVectors, Singular> {
        let n = self.n;
        let scaled: Vec<f64> = (0..n * n).map(|k| matrix[k] * self.sizes[k % n] / self.sizes[k / n]).collect();
        let mut null = null_vectors(&scaled, n, n, count)?;
        null.right.iter_mut().flat_map(|v| v.iter_mut().zip(&self.sizes)).for_each(|(v, s)| *v *= s);
        null.left.iter_mut().flat_map(|w| w.iter_mut().zip(&self.sizes)).for_each(|(w, s)| *w /= s);
        if null.right.len() < count { Err(Singular) } else { Ok(null) }
    }

    /// The mode of eigenvalue zero; the largest component of `q` is positive, so that signs of quadratic coefficients
    /// are defined.
    pub fn zero_mode(&self) -> Result<Mode, Degenerate> {
        let NullVectors { mut right, mut left } = self.null(&self.a, 1)?;
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
        let mut square = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..n {
                square[i * n + j] = (0..n).map(|k| self.a[i * n + k] * self.a[k * n + j]).sum::<f64>()
                    + if i == j { omega * omega } else { 0.0 };
            }
        }
        // Any v in the kernel of A² + ω² gives q = v − i A v/ω, and any w of its transpose p = w + i Aᵀ w/ω.
        let null = self.null(&square, 2)?;
        let (v, w) = (&null.right[0], &null.left[0]);
        let (mut av, mut aw) = (vec![0.0; n], vec![0.0; n]);
        multiply(&self.a, n, v, &mut av);
        multiply_transposed(&self.a, n, w, &mut aw);
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
        let (n, m) = (self.n, self.n + usize::from(mode.is_some()));
        let mut matrix = vec![Complex::from(0.0); m * m];
        for i in 0..n {
            for j in 0..n {
                matrix[i * m + j] = Complex::from(-self.a[i * n + j] * self.sizes[j] / self.sizes[i]);
            }
            matrix[i * m + i] += mu;
        }
        let largest = matrix.iter().fold(0.0, |largest: f64, z| largest.max(z.norm()));
        if let Some(mode) = mode {
            let column: Vec<Complex<f64>> = mode.right.iter().zip(&self.sizes).map(|(q, s)| q / s).collect();
            let row: Vec<Complex<f64>> = mode.left.iter().zip(&self.sizes).map(|(p, s)| p.conj() * s).collect();
            let size = if largest > 0.0 { largest } else { 1.0 };
            for i in 0..n {
                matrix[i * m + n] = column[i] * size / length(&column);
                matrix[n * m + i] = row[i] * size / length(&row);
            }
        }
        let mut h: Vec<Complex<f64>> = r.iter().zip(&self.sizes).map(|(r, s)| r / s).collect();
        h.resize(m, 0.0.into());
        let limit = LONGEST * length(&h);
        solve_complex(&matrix, &mut h)?;
        let size = length(&h[..n]) * largest;
        if !size.is_finite() || size > limit {
            return Err(Degenerate::Eigenvalue);
        }
        h.truncate(n);
        h.iter_mut().zip(&self.sizes).for_each(|(h, s)| *h *= s);
        Ok(h)
    }
}

fn length(z: &[Complex<f64>]) -> f64 {
    project(z, z).re.sqrt()
}

/// Overwrites `b` with `M⁻¹ b`, by the real system `[Re M, −Im M; Im M, Re M]`.
fn solve_complex(matrix: &[Complex<f64>], b: &mut [Complex<f64>]) -> Result<(), Singular> {
    let m = b.len();
    let mut real = vec![0.0; 4 * m * m];
    for i in 0..m {
        for j in 0..m {
            let z = matrix[i * m + j];
            real[i * 2 * m + j] = z.re;
            real[i * 2 * m + m + j] = -z.im;
            real[(m + i) * 2 * m + j] = z.im;
            real[(m + i) * 2 * m + m + j] = z.re;
        }
    }
    let mut lu = Lu::default();
    lu.factor(&real, 2 * m)?;
    let mut parts: Vec<f64> = b.iter().map(|z| z.re).chain(b.iter().map(|z| z.im)).collect();
    lu.solve(&mut parts);
    b.iter_mut().enumerate().for_each(|(i, b)| *b = Complex::new(parts[i], parts[m + i]));
    Ok(())
}

/// Makes the component of largest magnitude positive.
pub(super) fn orient(q: &mut [f64]) {
    let largest = q.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(0.0);
    if largest < 0.0 {
        q.iter_mut().for_each(|q| *q = -*q);
    }
}
