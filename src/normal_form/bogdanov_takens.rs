//! Bogdanov–Takens points: a double zero eigenvalue with one eigenvector.

use super::point::{Point, orient};
use super::{Degenerate, NEGLIGIBLE, NormalForm};
use crate::field::{Field, bilinear};
use crate::linalg::{NullVectors, dot, norm, normalise};

/// BT: `ẇ₀ = w₁`, `ẇ₁ = a w₀² + b w₀ w₁ + …`, with `A q₀ = 0`, `A q₁ = q₀`, `Aᵀ p₁ = 0`, `Aᵀ p₀ = p₁`,
/// `⟨p₀, q₀⟩ = ⟨p₁, q₁⟩ = 1`, `⟨p₀, q₁⟩ = ⟨p₁, q₀⟩ = 0`, `‖q₀‖ = 1`, `⟨q₀, q₁⟩ = 0`:
/// `a = ½ p₁·B(q₀, q₀)`, `b = p₀·B(q₀, q₀) + p₁·B(q₀, q₁)`.
///
/// MatCont and BifurcationKit print the same, but for a common sign: here the largest component of `q₀` is positive.
/// Units: `a` in 1/(time² state), `b` in 1/(time state). Kuznetsov (2004), §8.7. Fold and Hopf curve pass the point
/// regularly, and both can be followed from it.
pub fn bogdanov_takens<F: Field>(field: &F, x: &[f64], p: &[f64]) -> Result<NormalForm, Degenerate> {
    let point = Point::new(field, x, p);
    let NullVectors { mut right, mut left } = point.kernel()?;
    let (mut q0, mut p1) = (right.remove(0), left.remove(0));
    normalise(&mut q0);
    orient(&mut q0);
    let q1 = point.solve_bordered(&p1, &q0, &q0, false)?;
    let scale = dot(&p1, &q1);
    if scale.abs() < 1e-12 * norm(&p1) * norm(&q1) {
        return Err(Degenerate::Eigenvalue);
    }
    p1.iter_mut().for_each(|p| *p /= scale);
    let mut p0 = point.solve_bordered(&q0, &q1, &p1, true)?;
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
