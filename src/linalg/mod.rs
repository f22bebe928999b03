//! The handful of operations that continuation needs, on full matrices, and on sparse ones that are bands in some order.
//!
//! Small systems are solved thousands of times a second, so little here allocates once its workspace exists. What a long
//! chain needs costs time in proportion to its length. Nothing here knows dynamics.

mod band;
mod bordered;
mod eigen;
mod leading;
mod lu;
mod matrix;
mod null;
mod pattern;
mod product;
mod spectrum;

use band::Band;
pub use bordered::Bordered;
pub use eigen::Eigenvalues;
use leading::Leading;
pub use lu::{Lu, Singular};
pub use matrix::Matrix;
pub use null::{NullVectors, common_kernel, null_vectors};
pub use pattern::Pattern;
pub use product::{deflate, eigenvalues_of_product, multiply_square};
pub use spectrum::Spectrum;

/// `Σ a_i b_i`.
#[inline]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    if a.len() < LONG {
        return a.iter().zip(b).map(|(x, y)| x * y).sum();
    }
    let count = a.len().min(b.len());
    let ((a, a_rest), (b, b_rest)) = (a[..count].as_chunks::<8>(), b[..count].as_chunks::<8>());
    let mut parts = [0.0; 8];
    for (a, b) in a.iter().zip(b) {
        parts.iter_mut().zip(a).zip(b).for_each(|((part, x), y)| *part += x * y);
    }
    parts.iter().sum::<f64>() + a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum::<f64>()
}

/// `Σ ((a_i − b_i) w_i)²`.
pub fn square_distance(a: &[f64], b: &[f64], w: &[f64]) -> f64 {
    let count = w.len();
    let square = |((a, b), w): ((&f64, &f64), &f64)| ((a - b) * w).powi(2);
    let ((a, a_rest), (b, b_rest)) = (a[..count].as_chunks::<8>(), b[..count].as_chunks::<8>());
    let (w, w_rest) = w.as_chunks::<8>();
    let mut parts = [0.0; 8];
    for ((a, b), w) in a.iter().zip(b).zip(w) {
        parts.iter_mut().zip(a.iter().zip(b).zip(w)).for_each(|(part, each)| *part += square(each));
    }
    parts.iter().sum::<f64>() + a_rest.iter().zip(b_rest).zip(w_rest).map(square).sum::<f64>()
}

/// Sums of more terms are taken in eight parts, which need not wait for one another.
const LONG: usize = 32;

/// `Σ term(i)` over `i < count`.
#[inline]
pub fn sum_of(count: usize, term: impl Fn(usize) -> f64) -> f64 {
    if count < LONG {
        return (0..count).map(term).sum();
    }
    let mut parts = [0.0; 8];
    let whole = count / 8 * 8;
    for begin in (0..whole).step_by(8) {
        for (k, part) in parts.iter_mut().enumerate() {
            *part += term(begin + k);
        }
    }
    let rest: f64 = (whole..count).map(term).sum();
    parts.iter().sum::<f64>() + rest
}

/// Euclidean norm.
#[inline]
pub fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

/// Scales `a` to norm one (a zero vector stays), and says what its norm was.
pub fn normalise(a: &mut [f64]) -> f64 {
    let length = norm(a);
    if length > 0.0 {
        a.iter_mut().for_each(|x| *x /= length);
    }
    length
}

/// Multiplies numbers by factors that are repeated over and over.
pub fn multiply_repeated(numbers: &mut [f64], factors: &[f64]) {
    // Eight times at a time.
    let eight: Vec<f64> = factors.iter().copied().cycle().take(8 * factors.len()).collect();
    for numbers in numbers.chunks_mut(eight.len().max(1)) {
        numbers.iter_mut().zip(&eight).for_each(|(x, factor)| *x *= factor);
    }
}

/// `y = A x` for a row-major `A` with `y.len()` rows whose leading `x.len()` columns count and whose rows are `stride` apart.
#[inline]
pub fn multiply(a: &[f64], stride: usize, x: &[f64], y: &mut [f64]) {
    for (row, y) in a.chunks_exact(stride).zip(y) {
        *y = dot(&row[..x.len()], x);
    }
}

/// `y = Aᵀ x`, the transpose of [`multiply`].
#[inline]
pub fn multiply_transposed(a: &[f64], stride: usize, x: &[f64], y: &mut [f64]) {
    y.fill(0.0);
    for (row, x) in a.chunks_exact(stride).zip(x) {
        for (y, a) in y.iter_mut().zip(row) {
            *y += a * x;
        }
    }
}

/// Gram–Schmidt, keeping directions: the first vector is only scaled.
pub fn orthonormalise(vectors: &mut [Vec<f64>]) {
    for k in 0..vectors.len() {
        let (done, rest) = vectors.split_at_mut(k);
        let Some(vector) = rest.first_mut() else { return };
        for other in done.iter() {
            let overlap = dot(vector, other);
            vector.iter_mut().zip(other).for_each(|(v, o)| *v -= overlap * o);
        }
        normalise(vector);
    }
}
