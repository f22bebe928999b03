//! Null vectors of a nearly singular matrix, to start a bordered system from.

use super::{Bordered, Matrix, Singular, orthonormalise};
use nalgebra::{DMatrix, linalg::SVD};

/// Orthonormal right and left singular vectors of the smallest singular values.
#[derive(Clone, Debug)]
pub struct NullVectors {
    /// `right[k]` belongs to the k-th smallest singular value: `‖A right[k]‖ = σ_k`.
    pub right: Vec<Vec<f64>>,
    pub left: Vec<Vec<f64>>,
}

/// The `count` smallest singular triples of `[A C]` with n rows.
///
/// Where there are columns `C`, vectors of the kernel that this implies come first in `right`. Of a sparse matrix, `left`
/// has `count` less the columns of `C`, and the vectors span the same spaces to the order of the singular values only.
/// Fails where an element is not finite or the decomposition does not converge.
pub fn null_vectors(matrix: &Matrix, count: usize) -> Result<NullVectors, Singular> {
    if matrix.entries().iter().any(|x| !x.is_finite()) {
        return Err(Singular);
    }
    if matrix.pattern().is_some() {
        return by_borders(matrix, count);
    }
    let (rows, columns) = (matrix.rows(), matrix.columns());
    let a = |i: usize, j: usize| matrix.row(i)[j];
    let right = smallest(DMatrix::from_fn(columns, columns, |i, j| if i < rows { a(i, j) } else { 0.0 }), count)?;
    let left = smallest(DMatrix::from_fn(columns, rows, |i, j| a(j, i)), count)?;
    Ok(NullVectors { right, left })
}

/// Borders that are no special ones, and then those that they lead to: at a singular matrix the solutions of the
/// bordered systems are null vectors, and beside one each round brings them nearer (Govaerts 2000, §3.2).
fn by_borders(matrix: &Matrix, count: usize) -> Result<NullVectors, Singular> {
    let (n, width) = (matrix.rows(), matrix.columns());
    let columns = count.checked_sub(matrix.extra()).ok_or(Singular)?;
    let any = |seed: usize, length: usize| -> Vec<f64> {
        (0..length).map(|k| ((k + 1) as f64 * (1.3 + 0.7 * seed as f64)).sin()).collect()
    };
    let mut right: Vec<Vec<f64>> = (0..count).map(|k| any(k, width)).collect();
    let mut left: Vec<Vec<f64>> = (0..columns).map(|k| any(k + 5, n)).collect();
    let mut whole = Matrix::zeros(n, count, matrix.pattern().cloned());
    whole.set_scaled(matrix, |_| 1.0, |_| 1.0);
    let size = matrix.entries().iter().fold(0.0, |m: f64, a| m.max(a.abs()));
    let mut bordered = Bordered::default();
    let ones = vec![1.0; n + count];
    for _ in 0..3 {
        orthonormalise(&mut right);
        orthonormalise(&mut left);
        for (k, column) in left.iter().enumerate() {
            let column: Vec<f64> = column.iter().map(|x| x * size).collect();
            whole.set_extra(matrix.extra() + k, &column);
        }
        right.iter_mut().for_each(|row| row.resize(n + count, 0.0));
        bordered.factor(&whole, &ones, right.iter().map(|row| (row.as_slice(), false)))?;
        let unit = |k: usize| (0..n + count).map(|i| f64::from(i == k)).collect::<Vec<f64>>();
        right = (0..count).map(|k| unit(n + k)).collect();
        left = (0..columns).map(|k| unit(width + k)).collect();
        right.iter_mut().for_each(|v| bordered.solve(v));
        left.iter_mut().for_each(|w| bordered.solve_transposed(w));
        right.iter_mut().for_each(|v| v.truncate(width));
        left.iter_mut().for_each(|w| w.truncate(n));
    }
    orthonormalise(&mut right);
    orthonormalise(&mut left);
    if right.iter().chain(&left).flatten().all(|x| x.is_finite()) {
        Ok(NullVectors { right, left })
    } else {
        Err(Singular)
    }
}

/// Orthonormal vectors `w` with `wᵀ A = 0` for each of some full n × n matrices, given row by row.
///
/// The matrices' columns are scaled, which leaves such `w` what they are; singular values below 1e-12 of the largest count as 0.
pub fn common_kernel(matrices: &[Vec<f64>], n: usize) -> Vec<Vec<f64>> {
    let column = |j: usize| {
        let a = &matrices[j / n];
        let size = (0..n).fold(0.0, |m: f64, i| m.max(a[i * n + j % n].abs()));
        (0..n).map(move |i| if size > 0.0 { a[i * n + j % n] / size } else { 0.0 })
    };
    let width = n * matrices.len();
    let rows: Vec<f64> = (0..width).flat_map(column).collect();
    if n == 0 || rows.iter().any(|x| !x.is_finite()) {
        return Vec::new();
    }
    let stacked = DMatrix::from_row_slice(width, n, &rows);
    let Some(svd) = SVD::try_new(stacked, false, true, f64::EPSILON, 200 * width) else { return Vec::new() };
    let Some(v) = svd.v_t else { return Vec::new() };
    let largest = svd.singular_values.iter().fold(0.0, |m: f64, s| m.max(*s));
    let vanishes = |k: &usize| svd.singular_values[*k] <= 1e-12 * largest;
    (0..v.nrows()).filter(vanishes).map(|k| v.row(k).iter().copied().collect()).collect()
}

/// Right singular vectors of the smallest singular values of a matrix with at least as many rows as columns.
fn smallest(matrix: DMatrix<f64>, count: usize) -> Result<Vec<Vec<f64>>, Singular> {
    let sweeps = 200 * matrix.nrows();
    // Far beyond what a finite matrix needs; the cap keeps a defect from looping.
    let svd = SVD::try_new(matrix, false, true, f64::EPSILON, sweeps).ok_or(Singular)?;
    let v = svd.v_t.ok_or(Singular)?;
    let mut order: Vec<usize> = (0..v.nrows()).collect();
    order.sort_by(|&i, &j| svd.singular_values[i].total_cmp(&svd.singular_values[j]));
    Ok(order.iter().take(count).map(|&k| v.row(k).iter().copied().collect()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::norm;

    #[test]
    fn null_vectors_of_a_singular_matrix_are_annihilated_from_both_sides() {
        let a = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0];
        let null = null_vectors(&Matrix::full(3, 0, a.to_vec()), 1).unwrap();
        let (v, w) = (&null.right[0], &null.left[0]);
        let av: Vec<f64> = (0..3).map(|i| (0..3).map(|j| a[3 * i + j] * v[j]).sum()).collect();
        let wa: Vec<f64> = (0..3).map(|j| (0..3).map(|i| a[3 * i + j] * w[i]).sum()).collect();
        assert!(norm(&av) < 1e-14 && norm(&wa) < 1e-14);
    }

    #[test]
    fn what_vanishes_at_one_matrix_only_is_in_no_common_kernel() {
        // (1, 1, 1) A = 0 for both; at the second (1, 0, 0) is another one.
        let first = vec![-4e-2, 1e4, 3.0, 4e-2, -2e4, -3.0, 0.0, 1e4, 0.0];
        let second = vec![0.0, 0.0, 0.0, 1.0, -2.0, 5.0, -1.0, 2.0, -5.0];
        let found = common_kernel(&[first.clone(), second.clone()], 3);
        assert_eq!(found.len(), 1);
        assert!(found[0].iter().all(|w| (w.abs() - 3.0_f64.sqrt().recip()).abs() < 1e-14), "{found:?}");
        assert_eq!(common_kernel(&[second], 3).len(), 2);
        assert!(common_kernel(&[first, vec![1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]], 3).is_empty());
    }

    #[test]
    fn the_kernel_of_a_wide_matrix_is_found() {
        let null = null_vectors(&Matrix::full(1, 2, vec![1.0, 1.0, 0.0]), 2).unwrap();
        for v in &null.right {
            assert!((v[0] + v[1]).abs() < 1e-15 && (norm(v) - 1.0).abs() < 1e-14);
        }
    }
}
