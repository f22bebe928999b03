//! Bogdanov–Takens points: a double zero eigenvalue with one eigenvector.

use super::point::{Point, orient};
use super::{Degenerate, NEGLIGIBLE, NormalForm};
use crate::field::{Field, bilinear};
use crate::linalg::{Lu, NullVectors, Singular, dot, norm, normalise};

/// BT: `ẇ₀ = w₁`, `ẇ₁ = a w₀² + b w₀ w₁ + …`, with `A q₀ = 0`, `A q₁ = q₀`, `Aᵀ p₁ = 0`, `Aᵀ p₀ = p₁`,
/// `⟨p₀, q₀⟩ = ⟨p₁, q₁⟩ = 1`, `⟨p₀, q₁⟩ = ⟨p₁, q₀⟩ = 0`, `‖q₀‖ = 1`, `⟨q₀, q₁⟩ = 0`:
/// `a = ½ p₁·B(q₀, q₀)`, `b = p₀·B(q₀, q₀) + p₁·B(q₀, q₁)`.
///
/// MatCont and BifurcationKit print the same, but for a common sign: here the largest component of `q₀` is positive.
/// Units: `a` in 1/(time² state), `b` in 1/(time state). Kuznetsov (2004), §8.7. Fold and Hopf curve pass the point
/// regularly, and both can be followed from it.
pub fn bogdanov_takens<F: Field>(field: &F, x: &[f64], p: &[f64]) -> Result<NormalForm, Degenerate> {
    let point = Point::new(field, x, p);
    let NullVectors { mut right, mut left } = point.null(&point.a, 1)?;
    let (mut q0, mut p1) = (right.remove(0), left.remove(0));
    normalise(&mut q0);
    orient(&mut q0);
    let q1 = solve_bordered(&point, &p1, &q0, &q0, false)?;
    let scale = dot(&p1, &q1);
    if scale.abs() < 1e-12 * norm(&p1) * norm(&q1) {
        return Err(Degenerate::Eigenvalue);
    }
    p1.iter_mut().for_each(|p| *p /= scale);
    let mut p0 = solve_bordered(&point, &q0, &q1, &p1, true)?;
    let overlap = dot(&p0, &q1);
    p0.iter_mut().zip(&p1).for_each(|(p0, p1)| *p0 -= overlap * p1);
    let (b00, b01) = (bilinear(field, x, p, &q0, &q0), bilinear(field, x, p, &q0, &q1));
    let a = 0.5 * dot(&p1, &b00);
    let b = dot(&p0, &b00) + dot(&p1, &b01);
    let size = |v: &[f64], w: &[f64]| v.iter().zip(w).map(|(v, w)| (v * w).abs()).sum::<f64>();
    let words = if a.abs() <= NEGLIGIBLE * size(&p1, &b00) {
        "degenerate: a is zero"
    } else if b.abs() <= NEGLIGIBLE * (size(&p0, &b00) + size(&p1, &b01)) {
        "degenerate: b is zero"
    } else if a * b < 0.0 {
        "a b < 0: the cycles between Hopf and homoclinic curve are stable"
    } else {
        "a b > 0: the cycles between Hopf and homoclinic curve are unstable"
    };
    Ok(NormalForm { values: vec![("a", a), ("b", b)], words: words.into() })
}

/// Solves `A h = rhs` with `⟨row, h⟩ = 0`, for `A` singular with left null vector `column`:
/// `[A column; rowᵀ 0]`, of which the last unknown is zero where the system can be solved.
fn solve_bordered<F: Field>(
    point: &Point<F>,
    column: &[f64],
    row: &[f64],
    rhs: &[f64],
    transposed: bool,
) -> Result<Vec<f64>, Singular> {
    let n = point.n;
    let mut matrix = Vec::with_capacity((n + 1) * (n + 1));
    for i in 0..n {
        matrix.extend((0..n).map(|j| if transposed { point.a[j * n + i] } else { point.a[i * n + j] }));
        matrix.push(column[i]);
    }
    matrix.extend_from_slice(row);
    matrix.push(0.0);
    let mut lu = Lu::default();
    lu.factor(&matrix, n + 1)?;
    let mut h = rhs.to_vec();
    h.push(0.0);
    lu.solve(&mut h);
    h.truncate(n);
    Ok(h)
}
