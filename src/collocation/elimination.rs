//! The two eliminations of a collocation system, for one interval and for one mesh point, in the widest vector instructions
//! that the machine has, with the same roundings as any others.

use crate::linalg::Singular;
use pulp::{Simd, WithSimd};

/// The block of one interval, `[A a b]`, to be made `L U` and `A⁻¹[a b]` in place by Gaussian elimination with row exchanges. True
/// where `det A` is negative.
pub(super) struct Interval<'a> {
    pub block: &'a mut [f64],
    pub order: &'a mut [u32],
    pub size: usize,
    pub width: usize,
}

impl WithSimd for Interval<'_> {
    type Output = Result<bool, Singular>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let Interval { block, order, size, width } = self;
        let mut negative = false;
        for k in 0..size {
            let (mut pivot, mut best) = (k, 0.0);
            for i in k..size {
                let candidate = block[i * width + k].abs();
                if candidate > best {
                    (pivot, best) = (i, candidate);
                }
            }
            if !(best > 1e-300 && best.is_finite()) {
                return Err(Singular);
            }
            order[k] = pivot as u32;
            if pivot != k {
                let (upper, lower) = block.split_at_mut(pivot * width);
                upper[k * width..(k + 1) * width].swap_with_slice(&mut lower[..width]);
                negative = !negative;
            }
            let (upper, lower) = block.split_at_mut((k + 1) * width);
            let row = &upper[k * width..];
            negative ^= row[k] < 0.0;
            let inverse = 1.0 / row[k];
            for below in lower.chunks_exact_mut(width) {
                let factor = below[k] * inverse;
                below[k] = factor;
                if factor != 0.0 {
                    for (b, r) in below[k + 1..].iter_mut().zip(&row[k + 1..]) {
                        *b -= factor * r;
                    }
                }
            }
        }
        // Back substitution for the columns beside.
        for k in (0..size).rev() {
            let (upper, lower) = block.split_at_mut(k * width);
            let row = &mut lower[..width];
            let inverse = 1.0 / row[k];
            row[size..].iter_mut().for_each(|x| *x *= inverse);
            for above in upper.chunks_exact_mut(width) {
                let factor = above[k];
                if factor != 0.0 {
                    for (a, r) in above[size..].iter_mut().zip(&row[size..]) {
                        *a -= factor * r;
                    }
                }
            }
        }
        Ok(negative)
    }
}

/// Householder's reflections `1 − τ v vᵀ` that make the first n columns of 2n rows triangular; `v`, which begins with 1, is kept
/// below the diagonal. True where the determinant of all that is done is negative.
pub(super) struct Reflections<'a> {
    pub rows: &'a mut [f64],
    pub n: usize,
    pub wide: usize,
    /// Workspace.
    pub sums: &'a mut Vec<f64>,
}

impl WithSimd for Reflections<'_> {
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> bool {
        let Reflections { rows, n, wide, sums } = self;
        let mut negative = false;
        for k in 0..n {
            let tail: f64 = (k + 1..2 * n).map(|i| rows[i * wide + k].powi(2)).sum();
            let pivot = rows[k * wide + k];
            if tail == 0.0 {
                negative ^= pivot < 0.0;
                continue;
            }
            let length = (pivot * pivot + tail).sqrt();
            let diagonal = if pivot > 0.0 { -length } else { length };
            // v = (1, x_i / lead).
            let lead = pivot - diagonal;
            let tau = -lead / diagonal;
            let (upper, lower) = rows.split_at_mut((k + 1) * wide);
            let first = &mut upper[k * wide..];
            sums.clear();
            sums.extend_from_slice(&first[k + 1..]);
            for row in lower.chunks_exact_mut(wide).take(2 * n - k - 1) {
                row[k] /= lead;
                let v = row[k];
                sums.iter_mut().zip(&row[k + 1..]).for_each(|(sum, x)| *sum += v * x);
            }
            sums.iter_mut().for_each(|sum| *sum *= tau);
            first[k + 1..].iter_mut().zip(sums.iter()).for_each(|(x, sum)| *x -= sum);
            for row in lower.chunks_exact_mut(wide).take(2 * n - k - 1) {
                let v = row[k];
                row[k + 1..].iter_mut().zip(sums.iter()).for_each(|(x, sum)| *x -= v * sum);
            }
            first[k] = diagonal;
            // A reflection, and the sign of the diagonal.
            negative ^= diagonal >= 0.0;
        }
        negative
    }
}

/// The same reflections applied to a vector.
pub(super) fn apply_reflections(rows: &[f64], n: usize, wide: usize, x: &mut [f64]) {
    for k in 0..n {
        let norm: f64 = 1.0 + (k + 1..2 * n).map(|i| rows[i * wide + k].powi(2)).sum::<f64>();
        if norm == 1.0 {
            continue;
        }
        let mut sum = x[k];
        for i in k + 1..2 * n {
            sum += rows[i * wide + k] * x[i];
        }
        sum *= 2.0 / norm;
        x[k] -= sum;
        for i in k + 1..2 * n {
            x[i] -= sum * rows[i * wide + k];
        }
    }
}
