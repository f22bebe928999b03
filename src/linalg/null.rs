//! Null vectors of a nearly singular matrix, to start a bordered system from.

use super::Singular;
use nalgebra::{DMatrix, linalg::SVD};

/// Orthonormal right and left singular vectors of the smallest singular values.
#[derive(Clone, Debug)]
pub struct NullVectors {
    /// `right[k]` belongs to the k-th smallest singular value: `‖A right[k]‖ = σ_k`.
    pub right: Vec<Vec<f64>>,
    pub left: Vec<Vec<f64>>,
}

/// The `count` smallest singular triples of the rows × columns row-major matrix `a`.
///
/// Where there are more columns than rows, vectors of the kernel that this implies come first in `right`.
/// Fails where an element is not finite or the decomposition does not converge.
pub fn null_vectors(a: &[f64], rows: usize, columns: usize, count: usize) -> Result<NullVectors, Singular> {
    if a.iter().any(|x| !x.is_finite()) {
        return Err(Singular);
    }
    let right = smallest(
        DMatrix::from_fn(columns.max(rows), columns, |i, j| if i < rows { a[i * columns + j] } else { 0.0 }),
        count,
    )?;
    let left = smallest(
        DMatrix::from_fn(rows.max(columns), rows, |i, j| if i < columns { a[j * columns + i] } else { 0.0 }),
        count,
    )?;
    Ok(NullVectors { right, left })
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
        let null = null_vectors(&a, 3, 3, 1).unwrap();
        let (v, w) = (&null.right[0], &null.left[0]);
        let av: Vec<f64> = (0..3).map(|i| (0..3).map(|j| a[3 * i + j] * v[j]).sum()).collect();
        let wa: Vec<f64> = (0..3).map(|j| (0..3).map(|i| a[3 * i + j] * w[i]).sum()).collect();
        assert!(norm(&av) < 1e-14 && norm(&wa) < 1e-14);
    }

    #[test]
    fn the_kernel_of_a_wide_matrix_is_found() {
        let null = null_vectors(&[1.0, 1.0, 0.0], 1, 3, 2).unwrap();
        for v in &null.right {
            assert!((v[0] + v[1]).abs() < 1e-15 && (norm(v) - 1.0).abs() < 1e-14);
        }
    }
}
