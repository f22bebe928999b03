//! All eigenvalues of a real matrix.
//!
//! Balancing, reduction to Hessenberg form, double-shift QR (Parlett & Reinsch 1969; Francis 1961; Golub & Van Loan,
//! *Matrix Computations*, §7.5). Written here because the libraries either do not balance, which loses all digits of badly
//! scaled models, or do not stop on some structured matrices. With the feature `lapack`, LAPACK's `dgeev` does the work.

use super::{Matrix, Singular};

/// Workspace for eigenvalues; holds the last ones found.
#[derive(Clone, Debug, Default)]
pub struct Eigenvalues {
    values: Vec<[f64; 2]>,
    h: Vec<f64>,
    work: Vec<f64>,
}

impl Eigenvalues {
    /// Eigenvalues `[re, im]` of the square part of a matrix, sorted by falling real part, then falling imaginary part.
    ///
    /// Backward stable: they are exact for a matrix that differs from the balanced one by rounding errors of its norm.
    /// Fails where an element is not finite or the iteration does not converge.
    pub fn of(&mut self, a: &Matrix) -> Result<&[[f64; 2]], Singular> {
        let n = a.rows();
        a.to_dense(&mut self.h);
        self.values.clear();
        if self.h.iter().any(|x| !x.is_finite()) {
            return Err(Singular);
        }
        self.find(n)?;
        self.values.sort_unstable_by(|x, y| y[0].total_cmp(&x[0]).then(y[1].total_cmp(&x[1])));
        Ok(&self.values)
    }

    #[cfg(feature = "lapack")]
    fn find(&mut self, n: usize) -> Result<(), Singular> {
        self.work.clear();
        let matrix = nalgebra::DMatrix::from_row_slice(n, n, &self.h);
        let found = nalgebra_lapack::Eigen::new(matrix, false, false).ok_or(Singular)?;
        self.values.extend(found.eigenvalues_re.iter().zip(found.eigenvalues_im.iter()).map(|(&re, &im)| [re, im]));
        Ok(())
    }

    #[cfg(not(feature = "lapack"))]
    fn find(&mut self, n: usize) -> Result<(), Singular> {
        balance(&mut self.h, n);
        own::hessenberg(&mut self.h, n, &mut self.work);
        own::francis(&mut self.h, n, &mut self.values)
    }
}

/// Makes the norms of each row and its column alike: `H → D⁻¹ H D` with a diagonal `D` of powers of two, so that no
/// digit is lost. Parlett & Reinsch 1969.
#[cfg(any(not(feature = "lapack"), test))]
fn balance(h: &mut [f64], n: usize) {
    // A factor is taken only where it lowers the norms by 5 per cent; 20 sweeps cover scales 1e±300 apart.
    for _ in 0..20 {
        let mut settled = true;
        for i in 0..n {
            let (mut column, mut row) = (0.0, 0.0);
            for j in (0..n).filter(|&j| j != i) {
                column += h[j * n + i].abs();
                row += h[i * n + j].abs();
            }
            // Within a factor of ten there is little to gain, and also where nothing couples.
            if column == 0.0 || row == 0.0 || (row < 10.0 * column && column < 10.0 * row) {
                continue;
            }
            let exponent = (0.5 * (row / column).log2()).round().clamp(-500.0, 500.0);
            let factor = exponent.exp2();
            if exponent != 0.0 && column * factor + row / factor < 0.95 * (column + row) {
                settled = false;
                for j in 0..n {
                    h[i * n + j] /= factor;
                    h[j * n + i] *= factor;
                }
            }
        }
        if settled {
            return;
        }
    }
}

/// The algorithm of our own, also compiled for the tests when LAPACK does the work.
#[cfg(any(not(feature = "lapack"), test))]
mod own {
    use super::Singular;

    /// Householder reduction to Hessenberg form. Elements below the first subdiagonal are set to zero.
    pub fn hessenberg(h: &mut [f64], n: usize, v: &mut Vec<f64>) {
        for k in 1..n.saturating_sub(1) {
            let scale: f64 = (k + 1..n).map(|i| h[i * n + k - 1].abs()).sum();
            if scale == 0.0 {
                continue;
            }
            let scale = scale + h[k * n + k - 1].abs();
            v.clear();
            v.extend((k..n).map(|i| h[i * n + k - 1] / scale));
            let length = v.iter().map(|x| x * x).sum::<f64>().sqrt();
            let alpha = if v[0] > 0.0 { -length } else { length };
            v[0] -= alpha;
            let beta = 2.0 / v.iter().map(|x| x * x).sum::<f64>();
            for j in k..n {
                let sum = beta * v.iter().zip(k..n).map(|(x, i)| x * h[i * n + j]).sum::<f64>();
                v.iter().zip(k..n).for_each(|(x, i)| h[i * n + j] -= sum * x);
            }
            for i in 0..n {
                let row = &mut h[i * n + k..(i + 1) * n];
                let sum = beta * row.iter().zip(v.iter()).map(|(a, x)| a * x).sum::<f64>();
                row.iter_mut().zip(v.iter()).for_each(|(a, x)| *a -= sum * x);
            }
            h[k * n + k - 1] = alpha * scale;
            for i in k + 1..n {
                h[i * n + k - 1] = 0.0;
            }
        }
    }

    /// Double-shift QR on the Hessenberg matrix `h`, deflating from the bottom.
    pub fn francis(h: &mut [f64], n: usize, values: &mut Vec<[f64; 2]>) -> Result<(), Singular> {
        let size = h.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        let mut end = n;
        let mut sweeps = 0;
        while end > 0 {
            let start = active_block(h, n, end, size);
            match end - start {
                1 => {
                    values.push([h[start * n + start], 0.0]);
                    end = start;
                    sweeps = 0;
                }
                2 => {
                    values.extend(pair(
                        h[start * n + start],
                        h[start * n + start + 1],
                        h[(start + 1) * n + start],
                        h[(start + 1) * n + start + 1],
                    ));
                    end = start;
                    sweeps = 0;
                }
                _ => {
                    sweeps += 1;
                    // Two to three sweeps an eigenvalue are usual; the exceptional shifts break cycles.
                    if sweeps > 300 {
                        return Err(Singular);
                    }
                    sweep(h, n, start, end, sweeps % 10 == 0);
                }
            }
        }
        Ok(())
    }

    /// First row of the unreduced block that ends before row `end`; sets its negligible border to zero.
    fn active_block(h: &mut [f64], n: usize, end: usize, size: f64) -> usize {
        for i in (1..end).rev() {
            let neighbours = h[i * n + i].abs() + h[(i - 1) * n + i - 1].abs();
            let measure = if neighbours > 0.0 { neighbours } else { size };
            if h[i * n + i - 1].abs() <= f64::EPSILON * measure {
                h[i * n + i - 1] = 0.0;
                return i;
            }
        }
        0
    }

    /// Eigenvalues of `[a b; c d]`, the smaller of two real ones without cancellation.
    fn pair(a: f64, b: f64, c: f64, d: f64) -> [[f64; 2]; 2] {
        let half = 0.5 * (a - d);
        // Scaled against overflow of the squares.
        let scale = half.abs().max((b.abs() * c.abs()).sqrt()).max(f64::MIN_POSITIVE);
        let discriminant = (half / scale).powi(2) + (b / scale) * (c / scale);
        let root = scale * discriminant.abs().sqrt();
        if discriminant < 0.0 {
            let middle = 0.5 * (a + d);
            return [[middle, root], [middle, -root]];
        }
        let z = half + if half < 0.0 { -root } else { root };
        let second = if z == 0.0 { d } else { d - b * (c / z) };
        [[d + z, 0.0], [second, 0.0]]
    }

    /// One implicit double-shift sweep over rows `start..end` (at least three).
    fn sweep(h: &mut [f64], n: usize, start: usize, end: usize, exceptional: bool) {
        let at = |i: usize, j: usize| i * n + j;
        let last = end - 1;
        let (sum, product) = if exceptional {
            let s = h[at(last, last - 1)].abs() + h[at(last - 1, last - 2)].abs();
            let x = 0.75 * s + h[at(last, last)];
            (2.0 * x, x * x + 0.4375 * s * s)
        } else {
            let (a, b, c, d) =
                (h[at(last - 1, last - 1)], h[at(last - 1, last)], h[at(last, last - 1)], h[at(last, last)]);
            (a + d, a * d - b * c)
        };
        // First column of (H − σ₁)(H − σ₂), where σ₁ + σ₂ = sum and σ₁ σ₂ = product.
        let (a, b, c, d) =
            (h[at(start, start)], h[at(start, start + 1)], h[at(start + 1, start)], h[at(start + 1, start + 1)]);
        let mut column = [a * a + b * c - sum * a + product, c * (a + d - sum), c * h[at(start + 2, start + 1)]];
        for k in start..last {
            let rows = if k + 2 < end { 3 } else { 2 };
            if k > start {
                column = [h[at(k, k - 1)], h[at(k + 1, k - 1)], if rows == 3 { h[at(k + 2, k - 1)] } else { 0.0 }];
            }
            let scale = column[..rows].iter().fold(0.0_f64, |m, x| m.max(x.abs()));
            if scale == 0.0 {
                continue;
            }
            let mut v = column.map(|x| x / scale);
            if rows == 2 {
                v[2] = 0.0;
            }
            let length = (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt();
            let alpha = if v[0] > 0.0 { -length } else { length };
            v[0] -= alpha;
            let beta = 2.0 / (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
            if k > start {
                h[at(k, k - 1)] = alpha * scale;
                for i in 1..rows {
                    h[at(k + i, k - 1)] = 0.0;
                }
            }
            for j in k..end {
                let sum = beta * (0..rows).map(|i| v[i] * h[at(k + i, j)]).sum::<f64>();
                (0..rows).for_each(|i| h[at(k + i, j)] -= sum * v[i]);
            }
            for i in start..end.min(k + 4) {
                let sum = beta * (0..rows).map(|j| v[j] * h[at(i, k + j)]).sum::<f64>();
                (0..rows).for_each(|j| h[at(i, k + j)] -= sum * v[j]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both implementations where both are there.
    fn eigenvalues(a: &[f64], n: usize) -> Vec<Vec<[f64; 2]>> {
        let linked = Eigenvalues::default().of(&Matrix::full(n, 0, a.to_vec())).unwrap().to_vec();
        let (mut h, mut values) = (a.to_vec(), Vec::new());
        balance(&mut h, n);
        own::hessenberg(&mut h, n, &mut Vec::new());
        own::francis(&mut h, n, &mut values).unwrap();
        values.sort_unstable_by(|x, y| y[0].total_cmp(&x[0]).then(y[1].total_cmp(&x[1])));
        vec![linked, values]
    }

    fn from_roots(a: &[f64], n: usize, roots: &[[f64; 2]], tolerance: f64) {
        for found in eigenvalues(a, n) {
            for root in roots {
                let nearest =
                    found.iter().map(|x| (x[0] - root[0]).hypot(x[1] - root[1])).fold(f64::INFINITY, f64::min);
                assert!(nearest <= tolerance, "{root:?} is missed by {nearest:e}: {found:?}");
            }
        }
    }

    #[test]
    fn the_cyclic_matrix_has_the_roots_of_unity() {
        for n in [2, 3, 4, 5, 10, 50] {
            let mut a = vec![0.0; n * n];
            (0..n).for_each(|i| a[i * n + (i + 1) % n] = 1.0);
            let roots: Vec<_> =
                (0..n).map(|k| 2.0 * std::f64::consts::PI * k as f64 / n as f64).map(|t| [t.cos(), t.sin()]).collect();
            from_roots(&a, n, &roots, 1e-13);
        }
    }

    #[test]
    fn a_nilpotent_matrix_has_only_zeros() {
        from_roots(&[0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0], 3, &[[0.0, 0.0]], 1e-5);
    }

    #[test]
    fn scales_far_apart_lose_no_digits() {
        // D [[−1, 2], [−3, −1]] D⁻¹ ⊕ coupling, with D = diag(1e12, 1, 1e-9): eigenvalues −1 ± i√6 and −5.
        let d = [1e12, 1.0, 1e-9];
        let core = [-1.0, 2.0, 0.0, -3.0, -1.0, 0.0, 0.5, 0.25, -5.0];
        let a: Vec<f64> = (0..9).map(|k| core[k] * d[k / 3] / d[k % 3]).collect();
        from_roots(&a, 3, &[[-1.0, 6.0_f64.sqrt()], [-1.0, -(6.0_f64.sqrt())], [-5.0, 0.0]], 1e-13);
    }

    #[test]
    fn companion_matrices_give_the_roots_they_were_made_of() {
        // (x−1)(x−2)(x−3)(x+4)(x²+1) = x⁶ − 2x⁵ − 12x⁴ + 36x³ − 37x² + 38x − 24, whose roots are conditioned worse than 1, so 1e-11.
        let coefficients = [-2.0, -12.0, 36.0, -37.0, 38.0, -24.0];
        let n = 6;
        let mut a = vec![0.0; n * n];
        for j in 0..n {
            a[j] = -coefficients[j];
        }
        (1..n).for_each(|i| a[i * n + i - 1] = 1.0);
        from_roots(&a, n, &[[1.0, 0.0], [2.0, 0.0], [3.0, 0.0], [-4.0, 0.0], [0.0, 1.0], [0.0, -1.0]], 1e-11);
    }

    #[test]
    fn random_matrices_agree_with_their_trace_and_with_the_sum_of_squares() {
        let mut seed = 12345_u64;
        let mut random = || {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 11) as f64 / (1u64 << 53) as f64 - 0.5
        };
        for trial in 0..3000 {
            let n = 1 + trial % 9;
            let sparse = trial % 3 == 0;
            let a: Vec<f64> = (0..n * n).map(|_| random()).map(|x| if sparse && x > 0.0 { 0.0 } else { x }).collect();
            let trace: f64 = (0..n).map(|i| a[i * n + i]).sum();
            let squares: f64 = (0..n * n).map(|k| a[k] * a[(k % n) * n + k / n]).sum();
            for found in eigenvalues(&a, n) {
                assert_eq!(found.len(), n);
                let sum: f64 = found.iter().map(|x| x[0]).sum();
                let sum_of_squares: f64 = found.iter().map(|x| x[0] * x[0] - x[1] * x[1]).sum();
                assert!((sum - trace).abs() < 1e-13 && (sum_of_squares - squares).abs() < 1e-12, "{a:?}: {found:?}");
            }
        }
    }

    #[test]
    fn what_is_not_finite_is_refused() {
        assert!(Eigenvalues::default().of(&Matrix::full(1, 0, vec![f64::NAN])).is_err());
        assert!(Eigenvalues::default().of(&Matrix::full(2, 0, vec![f64::INFINITY, 0.0, 0.0, 1.0])).is_err());
    }
}
