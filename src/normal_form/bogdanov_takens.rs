//! Bogdanov–Takens points: a double zero eigenvalue with one eigenvector.

use super::point::{Point, orient};
use super::{Degenerate, NEGLIGIBLE, NormalForm};
use crate::field::{Field, bilinear, mixed};
use crate::linalg::{NullVectors, dot, norm, normalise};
use crate::scalar::Complex;

/// BT: `ẇ₀ = w₁`, `ẇ₁ = a w₀² + b w₀ w₁ + …`, with `A q₀ = 0`, `A q₁ = q₀`, `Aᵀ p₁ = 0`, `Aᵀ p₀ = p₁`,
/// `⟨p₀, q₀⟩ = ⟨p₁, q₁⟩ = 1`, `⟨p₀, q₁⟩ = ⟨p₁, q₀⟩ = 0`, `‖q₀‖ = 1`, `⟨q₀, q₁⟩ = 0`:
/// `a = ½ p₁·B(q₀, q₀)`, `b = p₀·B(q₀, q₀) + p₁·B(q₀, q₁)`.
///
/// MatCont and BifurcationKit print the same, but for a common sign: here the largest component of `q₀` is positive.
/// Units: `a` in 1/(time² state), `b` in 1/(time state). Kuznetsov (2004), §8.7. Fold and Hopf curve pass the point
/// regularly, and both can be followed from it.
///
/// Where both vanish, as with a symmetry `w → −w`, they are given as 0, and `ẇ₁ = a3 w₀³ + b3 w₀² w₁ + …` decides (Carr,
/// *Applications of Centre Manifold Theory*, 1981, ch. 4). With `A h₂₀ = −B(q₀, q₀)` and `A h₁₁ = h₂₀ − B(q₀, q₁)`,
///
/// ```text
/// M₃ = C(q₀, q₀, q₀) + 3 B(q₀, h₂₀),   M₂ = C(q₀, q₀, q₁) + 2 B(q₀, h₁₁) + B(q₁, h₂₀),
/// a3 = (1/6) p₁·M₃  in 1/(time² state²),   b3 = ½ p₁·M₂ + ½ p₀·M₃  in 1/(time state²).
/// ```
///
/// `extent`: how large the states become near by. What an error of 1e-9 of that in the state along `q₀` accounts for vanishes.
pub fn bogdanov_takens<F: Field>(field: &F, x: &[f64], p: &[f64], extent: &[f64]) -> Result<NormalForm, Degenerate> {
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
    // The same derivatives in the chain rule of third order, with h₂₀ and h₁₁ where they are wanted.
    let third = |last: &[f64], h20: &[f64], with_last: &[f64]| -> Vec<f64> {
        let nothing = vec![0.0; x.len()];
        let parts: [&[f64]; 8] = [x, &q0, &q0, h20, last, with_last, with_last, &nothing];
        let along = parts.map(|part| part.iter().map(|&x| Complex::from(x)).collect());
        let mut fixed = vec![vec![Complex::from(0.0); p.len()]; along.len()];
        fixed[0] = p.iter().map(|&p| Complex::from(p)).collect();
        mixed(field, &along, &fixed).into_iter().map(|f| f.re).collect()
    };
    let nothing = vec![0.0; x.len()];
    let (c000, c001) = (third(&q0, &nothing, &nothing), third(&q1, &nothing, &nothing));
    let length: f64 = extent.iter().zip(&q0).map(|(extent, q)| extent * q.abs()).sum();
    let size = |v: &[f64], second: &[f64], third: &[f64]| -> f64 {
        v.iter().zip(second.iter().zip(third)).map(|(v, (b, c))| v.abs() * (b.abs() + length * c.abs())).sum()
    };
    let no_a = a.abs() <= NEGLIGIBLE * size(&p1, &b00, &c000);
    let no_b = b.abs() <= NEGLIGIBLE * (size(&p0, &b00, &c000) + size(&p1, &b01, &c001));
    if !(no_a && no_b) {
        let words = if no_a {
            "degenerate: a is zero"
        } else if no_b {
            "degenerate: b is zero"
        } else if a * b < 0.0 {
            "a b < 0: the cycles between Hopf and homoclinic curve are stable"
        } else {
            "a b > 0: the cycles between Hopf and homoclinic curve are unstable"
        };
        return Ok(NormalForm { values: vec![("a", a), ("b", b)], words: words.into() });
    }
    let h20 = point.solve_bordered(&p1, &q0, &b00.iter().map(|b| -b).collect::<Vec<_>>(), false)?;
    let rest: Vec<f64> = h20.iter().zip(&b01).map(|(h, b)| h - b).collect();
    let h11 = point.solve_bordered(&p1, &q0, &rest, false)?;
    let (m3, m2) = (third(&q0, &h20, &h20), third(&q1, &h20, &h11));
    let a3 = dot(&p1, &m3) / 6.0;
    let b3 = 0.5 * (dot(&p1, &m2) + dot(&p0, &m3));
    let sum = |v: &[f64], w: &[f64]| v.iter().zip(w).map(|(v, w)| (v * w).abs()).sum::<f64>();
    let no_a3 = 6.0 * a3.abs() <= NEGLIGIBLE * sum(&p1, &m3);
    let no_b3 = 2.0 * b3.abs() <= NEGLIGIBLE * (sum(&p1, &m2) + sum(&p0, &m3));
    let words = if no_a3 || no_b3 { "degenerate: beside a and b, a3 or b3 is zero".into() } else { symmetric(a3, b3) };
    Ok(NormalForm { values: vec![("a", 0.0), ("b", 0.0), ("a3", a3), ("b3", b3)], words })
}

/// `ẍ = μ₁ x + μ₂ ẋ + a3 x³ + b3 x² ẋ`. Guckenheimer and Holmes, *Nonlinear Oscillations, Dynamical Systems, and Bifurcations
/// of Vector Fields* (1983), §7.3.
fn symmetric(a3: f64, b3: f64) -> String {
    let (of_zero, other) = if b3 < 0.0 { ("stable", "unstable") } else { ("unstable", "stable") };
    if a3 > 0.0 {
        format!("a = b = 0, a3 > 0: the cycles between Hopf curve and heteroclinic connection are {of_zero}")
    } else {
        format!(
            "a = b = 0, a3 < 0: the cycles around all three equilibria are {of_zero} up to a fold, those around one of the \
             two that branch off {other}, between their Hopf curve and a double homoclinic connection"
        )
    }
}
