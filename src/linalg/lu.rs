//! LU factorisation with scaled partial pivoting, over any [`Scalar`].
//!
//! Unlike a library's, it equilibrates the rows, keeps its workspace between factorisations, solves with the
//! transpose, and runs on dual numbers, so that derivatives pass through a solve.

use crate::scalar::Scalar;

/// `P D A = L U` of an n × n matrix, where `D` scales each row to largest element 1.
#[derive(Clone, Debug)]
pub struct Lu<S = f64> {
    n: usize,
    /// `L` below the diagonal (unit diagonal not stored), `U` on and above it; row-major.
    factors: Vec<S>,
    /// `order[i]`: the row of `A` that became row `i`.
    order: Vec<usize>,
    /// One over the largest element of each row of `A`.
    row_scale: Vec<f64>,
    /// Sign of the permutation.
    parity: f64,
    work: Vec<S>,
}

/// Loops of few steps take half the time where their number is known to the compiler.
macro_rules! of_known_size {
    ($n:expr, |$size:ident| $work:expr) => {
        of_known_size!($n, $size, $work, 1 2 3 4 5 6 7 8)
    };
    ($n:expr, $size:ident, $work:expr, $($known:literal)*) => {
        match $n {
            $($known => {
                let $size = $known;
                $work
            })*
            $size => $work,
        }
    };
}

/// No pivot is left that is larger than rounding errors, or an element is not finite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Singular;

impl<S: Scalar> Default for Lu<S> {
    fn default() -> Self {
        Lu { n: 0, factors: Vec::new(), order: Vec::new(), row_scale: Vec::new(), parity: 1.0, work: Vec::new() }
    }
}

impl<S: Scalar> Lu<S> {
    /// Factorises the n × n row-major matrix `a`.
    ///
    /// Fails where a row is zero or an element not finite, or where the best scaled pivot is below `1e-300`: a matrix
    /// that is singular up to rounding is not refused, since continuation works beside singular points.
    pub fn factor(&mut self, a: &[S], n: usize) -> Result<(), Singular> {
        assert_eq!(a.len(), n * n, "an {n} × {n} matrix has {} elements, got {}", n * n, a.len());
        self.n = n;
        self.factors.clear();
        self.factors.extend_from_slice(a);
        self.order.clear();
        self.order.extend(0..n);
        self.row_scale.clear();
        self.parity = 1.0;
        for row in a.chunks_exact(n.max(1)) {
            let largest = row.iter().fold(0.0_f64, |m, x| m.max(x.value().abs()));
            if !(largest > 0.0 && largest.is_finite() && row.iter().all(|x| x.value().is_finite())) {
                return Err(Singular);
            }
            self.row_scale.push(1.0 / largest);
        }
        for (row, scale) in self.factors.chunks_exact_mut(n.max(1)).zip(&self.row_scale) {
            row.iter_mut().for_each(|x| *x = *x * *scale);
        }
        for k in 0..n {
            let mut pivot = k;
            let mut best = 0.0;
            for i in k..n {
                let size = self.factors[i * n + k].value().abs();
                if size > best {
                    best = size;
                    pivot = i;
                }
            }
            if best < 1e-300 {
                return Err(Singular);
            }
            if pivot != k {
                for j in 0..n {
                    self.factors.swap(k * n + j, pivot * n + j);
                }
                self.order.swap(k, pivot);
                self.parity = -self.parity;
            }
            let (upper, lower) = self.factors.split_at_mut((k + 1) * n);
            let pivot_row = &upper[k * n..];
            let inverse = pivot_row[k].recip();
            for row in lower.chunks_exact_mut(n) {
                let factor = row[k] * inverse;
                row[k] = factor;
                for j in k + 1..n {
                    row[j] -= factor * pivot_row[j];
                }
            }
        }
        Ok(())
    }

    /// Overwrites `b` with `A⁻¹ b`.
    pub fn solve(&mut self, b: &mut [S]) {
        of_known_size!(self.n, |n| self.substitute(n, b));
    }

    /// Overwrites `b` with `A⁻ᵀ b`.
    pub fn solve_transposed(&mut self, b: &mut [S]) {
        of_known_size!(self.n, |n| self.substitute_transposed(n, b));
    }

    #[inline(always)]
    fn substitute(&mut self, n: usize, b: &mut [S]) {
        let (factors, order, row_scale) = (&self.factors[..n * n], &self.order[..n], &self.row_scale[..n]);
        self.work.resize(n, S::from(0.0));
        let x = &mut self.work[..n];
        for i in 0..n {
            let mut sum = b[order[i]] * row_scale[order[i]];
            for j in 0..i {
                sum -= factors[i * n + j] * x[j];
            }
            x[i] = sum;
        }
        for i in (0..n).rev() {
            let mut sum = x[i];
            for j in i + 1..n {
                sum -= factors[i * n + j] * x[j];
            }
            x[i] = sum / factors[i * n + i];
        }
        b.copy_from_slice(x);
    }

    #[inline(always)]
    fn substitute_transposed(&mut self, n: usize, b: &mut [S]) {
        let (factors, order, row_scale) = (&self.factors[..n * n], &self.order[..n], &self.row_scale[..n]);
        self.work.resize(n, S::from(0.0));
        let x = &mut self.work[..n];
        for i in 0..n {
            let mut sum = b[i];
            for j in 0..i {
                sum -= factors[j * n + i] * x[j];
            }
            x[i] = sum / factors[i * n + i];
        }
        for i in (0..n).rev() {
            let mut sum = x[i];
            for j in i + 1..n {
                sum -= factors[j * n + i] * x[j];
            }
            x[i] = sum;
        }
        for i in 0..n {
            b[order[i]] = x[i] * row_scale[order[i]];
        }
    }

    /// `det A`, kept within the range of numbers, so that its sign is right always, and its size but for huge matrices.
    pub fn determinant(&self) -> f64 {
        (0..self.n).fold(self.parity, |product, i| {
            let next = product * self.factors[i * self.n + i].value() / self.row_scale[i];
            next.abs().clamp(1e-250, 1e250).copysign(next)
        })
    }

    /// One over the largest element of each row of `A`.
    pub fn row_scale(&self) -> &[f64] {
        &self.row_scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::Dual;

    const A: [f64; 9] = [0.0, 2.0, 1.0, 1e8, 3e8, -1e8, 1.0, 1.0, 4.0];

    #[test]
    fn a_solution_satisfies_the_system_and_its_transpose() {
        let mut lu = Lu::default();
        lu.factor(&A, 3).unwrap();
        let exact = [1.0, -2.0, 0.5];
        let mut b: Vec<f64> = (0..3).map(|i| (0..3).map(|j| A[3 * i + j] * exact[j]).sum()).collect();
        lu.solve(&mut b);
        let mut c: Vec<f64> = (0..3).map(|i| (0..3).map(|j| A[3 * j + i] * exact[j]).sum()).collect();
        lu.solve_transposed(&mut c);
        for k in 0..3 {
            assert!((b[k] - exact[k]).abs() < 1e-14);
            assert!(
                (c[k] - exact[k]).abs() < 1e-7,
                "rows are 1e8 apart, so the transposed right-hand side is rounded at 1e8: {c:?}"
            );
        }
    }

    #[test]
    fn the_sign_of_the_determinant_counts_row_exchanges() {
        let mut lu = Lu::default();
        lu.factor(&[0.0, 1.0, 1.0, 0.0], 2).unwrap();
        assert_eq!(lu.determinant().signum(), -1.0);
        lu.factor(&A, 3).unwrap();
        assert_eq!(lu.determinant().signum(), -1.0);
    }

    #[test]
    fn derivatives_pass_through_a_solve() {
        // x(t) of [[1+t, 2], [3, 4]] x = [1, t] by Cramer's rule: x₀ = (4 − 2t)/(4t − 2), whose slope at 0 is −3.
        let t = Dual { re: 0.0, eps: [1.0] };
        let matrix = [t + 1.0, 2.0.into(), 3.0.into(), 4.0.into()];
        let mut x = [1.0.into(), t];
        let mut lu = Lu::<Dual<f64>>::default();
        lu.factor(&matrix, 2).unwrap();
        lu.solve(&mut x);
        assert!((x[0].re + 2.0).abs() < 1e-14 && (x[0].eps[0] + 3.0).abs() < 1e-13, "{:?}", x[0]);
    }

    #[test]
    fn a_zero_row_and_a_nan_are_singular() {
        let mut lu = Lu::default();
        assert_eq!(lu.factor(&[0.0, 0.0, 1.0, 1.0], 2), Err(Singular));
        assert_eq!(lu.factor(&[f64::NAN, 0.0, 1.0, 1.0], 2), Err(Singular));
        assert_eq!(lu.factor(&[1.0, 2.0, 2.0, 4.0], 2), Err(Singular));
    }
}
