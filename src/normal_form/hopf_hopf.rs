//! Hopf–Hopf (double Hopf) points: eigenvalues `±iω₁` and `±iω₂`.

use super::point::Point;
use super::reduction::Reduction;
use super::{Degenerate, NEGLIGIBLE, NormalForm};
use crate::field::Field;

/// Frequencies closer than this, relative to the faster one, to `k ω₁ = l ω₂` count as resonant.
const RESONANT: f64 = 1e-7;

/// HH. On the centre manifold, in Poincaré's normal form,
///
/// ```text
/// ẇ₁ = iω₁ w₁ + ½ G₂₁₀₀ w₁|w₁|² + G₁₀₁₁ w₁|w₂|² + (1/12) G₃₂₀₀ w₁|w₁|⁴ + ½ G₂₁₁₁ w₁|w₁|²|w₂|² + ¼ G₁₀₂₂ w₁|w₂|⁴ + …
/// ẇ₂ = iω₂ w₂ + G₁₁₁₀ w₂|w₁|² + ½ G₀₀₂₁ w₂|w₂|² + ¼ G₂₂₁₀ w₂|w₁|⁴ + ½ G₁₁₂₁ w₂|w₁|²|w₂|² + (1/12) G₀₀₃₂ w₂|w₂|⁴ + …
/// ```
///
/// with `ω₁ > ω₂`. After changes of coordinates and of time the amplitudes obey
///
/// ```text
/// r₁' = r₁ (μ₁ + p11 r₁² + p12 r₂² + s1 r₂⁴),   r₂' = r₂ (μ₂ + p21 r₁² + p22 r₂² + s2 r₁⁴),
///
/// p11 = ½ Re G₂₁₀₀,   p12 = Re G₁₀₁₁,   p21 = Re G₁₁₁₀,   p22 = ½ Re G₀₀₂₁,
/// s1 = ¼ Re G₁₀₂₂ + p12 (½ Re G₁₁₂₁/p21 − (1/6) Re G₀₀₃₂/p22 − (1/12) Re G₃₂₀₀ p22/(p11 p21)),
/// s2 = ¼ Re G₂₂₁₀ + p21 (½ Re G₂₁₁₁/p12 − (1/6) Re G₃₂₀₀/p11 − (1/12) Re G₀₀₃₂ p11/(p22 p12)),
/// theta = p12/p22,   delta = p21/p11,   Theta = s1/p22²,   Delta = s2/p11².
/// ```
///
/// The ratios do not depend on the length of the eigenvectors (but `Theta` and `Delta` have the unit time). MatCont prints
/// them and the sign of `p11 p22`. That sign tells the simple case, `p11 p22 > 0`, from the difficult one, in which alone
/// fifth-order terms matter. Of these only
///
/// ```text
/// K = theta (theta − 1) Delta + delta (delta − 1) Theta
/// ```
///
/// is the same in all coordinates: `w₁ → w₁ (1 + β|w₂|²)`, `w₂ → w₂ (1 + γ|w₁|²)` adds `2(p22 − p12) t` to `s1` and
/// `2(p21 − p11)(p21/p12) t` to `s2`, `t = β − γ p12/p21`. `Theta` and `Delta` are those of `⟨p, h⟩ = 0`, MatCont's choice.
/// Where three-dimensional tori branch off, `theta delta > 1`, they are stable if `theta K > 0`, unstable if `theta K < 0`.
/// Kuznetsov (2004), §8.6, §8.7; SIAM J. Numer. Anal. 36 (1999) 1104.
///
/// * `omegas`: the two frequencies, in 1/time, in any order.
/// * Fails where the frequencies are in resonance of order up to 5 (`k ω₁ = l ω₂`, `k + l ≤ 5`), or a `p` is zero.
pub fn hopf_hopf<F: Field>(field: &F, x: &[f64], p: &[f64], omegas: [f64; 2]) -> Result<NormalForm, Degenerate> {
    let (fast, slow) = (omegas[0].max(omegas[1]), omegas[0].min(omegas[1]));
    for (k, l) in [(1, 1), (1, 2), (1, 3), (1, 4), (2, 3)] {
        if (f64::from(k) * fast - f64::from(l) * slow).abs() <= RESONANT * fast {
            return Err(Degenerate::Resonance(k, l));
        }
    }
    let point = Point::new(field, x, p);
    let (first, second) = (point.hopf_mode(fast, 0)?, point.hopf_mode(slow, 1)?);
    let modes = vec![first.clone(), first.conjugate(), second.clone(), second.conjugate()];
    let mut reduction = Reduction::new(&point, modes, &[]);
    let mut cubic = |exponents: &[u8], factor: f64, name: &'static str| {
        let (g, size) = reduction.sized_coefficient(exponents)?;
        if g.re.abs() > NEGLIGIBLE * size { Ok(g.re * factor) } else { Err(Degenerate::Coefficient(name)) }
    };
    let p11 = cubic(&[2, 1, 0, 0], 0.5, "p11")?;
    let p12 = cubic(&[1, 0, 1, 1], 1.0, "p12")?;
    let p21 = cubic(&[1, 1, 1, 0], 1.0, "p21")?;
    let p22 = cubic(&[0, 0, 2, 1], 0.5, "p22")?;
    let mut fifth = |exponents: &[u8], factor: f64| reduction.coefficient(exponents).map(|g| g.re / factor);
    let (a3200, a2111, a1022) = (fifth(&[3, 2, 0, 0], 12.0)?, fifth(&[2, 1, 1, 1], 2.0)?, fifth(&[1, 0, 2, 2], 4.0)?);
    let (b2210, b1121, b0032) = (fifth(&[2, 2, 1, 0], 4.0)?, fifth(&[1, 1, 2, 1], 2.0)?, fifth(&[0, 0, 3, 2], 12.0)?);
    let s1 = a1022 + p12 * (b1121 / p21 - 2.0 * b0032 / p22 - a3200 * p22 / (p11 * p21));
    let s2 = b2210 + p21 * (a2111 / p12 - 2.0 * a3200 / p11 - b0032 * p11 / (p22 * p12));
    let (theta, delta) = (p12 / p22, p21 / p11);
    let (big_theta, big_delta) = (s1 / (p22 * p22), s2 / (p11 * p11));
    let k = theta * (theta - 1.0) * big_delta + delta * (delta - 1.0) * big_theta;
    let values = vec![
        ("p11", p11),
        ("p12", p12),
        ("p21", p21),
        ("p22", p22),
        ("theta", theta),
        ("delta", delta),
        ("Theta", big_theta),
        ("Delta", big_delta),
        ("K", k),
        ("omega1", fast),
        ("omega2", slow),
    ];
    Ok(NormalForm { values, words: words([p11, p22], theta, delta, k) })
}

/// The case of Kuznetsov's §8.6, stated there for `theta ≥ delta`, and for negative `p11` and `p22` where simple, for
/// `p11 > 0 > p22` where difficult: else the oscillations change places, or time its direction.
///
/// The torus is the equilibrium `r₁, r₂ > 0` of the amplitudes. Its determinant has the sign of `1 − theta delta` in the
/// simple case, and the opposite one in the difficult case, where its trace can vanish.
pub(super) fn words([p11, p22]: [f64; 2], theta: f64, delta: f64, k: f64) -> String {
    let three = if theta * k > 0.0 {
        "a curve of stable three-dimensional tori starts here"
    } else {
        "a curve of unstable three-dimensional tori starts here"
    };
    let exchanged = theta < delta;
    let (theta, delta, first) = if exchanged { (delta, theta, p22) } else { (theta, delta, p11) };
    let simple = p11 * p22 > 0.0;
    let reversed = simple == (first > 0.0);
    let above = theta * delta > 1.0;
    let (case, meaning) = match (simple, theta > 0.0, delta > 0.0, above) {
        (true, true, true, true) => ("I", "a torus of saddle type, between two cycles of equal stability"),
        (true, true, true, false) => ("II", ""),
        (true, true, false, _) => ("III", ""),
        (true, false, _, false) => ("IV", ""),
        (true, false, _, true) => ("V", "a torus of saddle type"),
        (false, true, true, true) => (if delta > 1.0 { "I" } else { "II" }, three),
        (false, true, true, false) => ("III", "a torus of saddle type"),
        (false, true, false, _) => ("IV", "a torus of saddle type"),
        (false, false, _, false) => ("V", "a torus of saddle type"),
        (false, false, _, true) => ("VI", three),
    };
    let meaning = match meaning {
        "" if reversed => "an unstable torus",
        "" => "a stable torus",
        other => other,
    };
    let mut notes = Vec::new();
    if exchanged {
        notes.push("the two oscillations exchanged");
    }
    if reversed {
        notes.push("time reversed");
    }
    let kind = if simple { "simple" } else { "difficult" };
    let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
    format!("{kind} case {case}{notes}: {meaning}")
}
