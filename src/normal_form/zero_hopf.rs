//! Zero–Hopf (fold–Hopf, Gavrilov–Guckenheimer) points: eigenvalues `0` and `±iω`.

use super::point::Point;
use super::reduction::Reduction;
use super::{Degenerate, NEGLIGIBLE, NormalForm};
use crate::field::Field;
use crate::scalar::Complex;

/// ZH. On the centre manifold, in Poincaré's normal form,
///
/// ```text
/// ẇ₀ = ½ G₂₀₀ w₀² + G₀₁₁ |w₁|² + (1/6) G₃₀₀ w₀³ + G₁₁₁ w₀ |w₁|² + …
/// ẇ₁ = iω w₁ + G₁₁₀ w₀ w₁ + ½ G₂₁₀ w₀² w₁ + ½ G₀₂₁ w₁ |w₁|² + …
/// ```
///
/// Changes of coordinates and of time leave of the cubic terms only `E w₀² w₁`. What decides the unfolding is
///
/// ```text
/// s     = sign(G₂₀₀ G₀₁₁),          theta = Re G₁₁₀ / G₂₀₀,
/// E     = ½ Re[G₂₁₀ + G₁₁₀ (Re G₀₂₁/G₀₁₁ − G₃₀₀/G₂₀₀ + G₁₁₁/G₀₁₁) − G₀₂₁ G₂₀₀/(2 G₀₁₁)].
/// ```
///
/// `s` and `theta` do not depend on the length of the eigenvectors; `E`, in 1/(time state²), does, but not its sign.
/// MatCont prints `s`, `theta` and the sign of `E`. In the amplitude system
///
/// ```text
/// ξ' = β₁ + ξ² + s ρ²,   ρ' = ρ (β₂ + 2 theta ξ + ξ²)        (time runs backwards where E < 0)
/// ```
///
/// the cycles `ρ > 0` undergo a torus bifurcation if and only if `s theta < 0`; the tori are stable if `s E < 0`.
/// Kuznetsov (2004), §8.5, §8.7; SIAM J. Numer. Anal. 36 (1999) 1104.
///
/// * `omega`: ω > 0, in 1/time.
/// * Fails where `A` has more critical eigenvalues, or `G₂₀₀` or `G₀₁₁` is zero.
pub fn zero_hopf<F: Field>(field: &F, x: &[f64], p: &[f64], omega: f64) -> Result<NormalForm, Degenerate> {
    let point = Point::new(field, x, p);
    let mode = point.hopf_mode(omega, 0)?;
    let conjugate = mode.conjugate();
    let mut reduction = Reduction::new(&point, vec![point.zero_mode()?, mode, conjugate], &[]);
    let mut quadratic = |exponents: &[u8], name: &'static str| {
        let (g, size) = reduction.sized_coefficient(exponents)?;
        if g.re.abs() > NEGLIGIBLE * size { Ok(g.re) } else { Err(Degenerate::Coefficient(name)) }
    };
    let (g200, g011) = (quadratic(&[2], "G200")?, quadratic(&[0, 1, 1], "G011")?);
    let (g110, g110_size) = reduction.sized_coefficient(&[1, 1])?;
    let (g300, g111) = (reduction.coefficient(&[3])?.re, reduction.coefficient(&[1, 1, 1])?.re);
    let (g210, g021) = (reduction.coefficient(&[2, 1])?, reduction.coefficient(&[0, 2, 1])?);
    let s = (g200 * g011).signum();
    let theta = g110.re / g200;
    let e = 0.5 * (g210.re + g110.re * (g021.re / g011 - g300 / g200 + g111 / g011) - 0.5 * g021.re * g200 / g011);
    let words =
        if g110.re.abs() <= NEGLIGIBLE * g110_size { "degenerate: theta is zero".into() } else { words(s, theta, e) };
    let values = vec![
        ("G200", g200),
        ("G011", g011),
        ("re_G110", g110.re),
        ("s", s),
        ("theta", theta),
        ("E", e),
        ("omega", omega),
    ];
    Ok(NormalForm { values, words })
}

/// Cycles beside a zero-Hopf point on which tori are born, to leading order in their amplitude.
///
/// Where `w₁ = ρ e^{iφ}`, they are equilibria of `(w₀, ρ)` with `w₀ = O(ρ²)`. Their linearisation has the trace `O(ρ²)`, which one of
/// two parameters makes zero, and the determinant `Ω² = −2 G₀₁₁ Re G₁₁₀ ρ²`. The oscillation that is critical is
/// `(w₀, ρ, φ) = e^{iΩt} (iΩ/(ρ Re G₁₁₀), 1, Im G₁₁₀/(ρ Re G₁₁₀))`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tori {
    /// Eigenvectors of 0 and of `iω`, of norm one.
    steady: Vec<f64>,
    mode: Vec<Complex<f64>>,
    omega: f64,
    /// `Ω/ρ`, and the amplitudes of `i w₀` and of `φ ρ` above.
    pub rate: f64,
    share: f64,
    lag: f64,
}

impl Tori {
    /// Largest component of the oscillation, over the sizes, of a cycle with `ρ = 1`.
    pub fn extent(&self, sizes: &[f64]) -> f64 {
        self.mode.iter().zip(sizes).fold(0.0, |m: f64, (q, s)| m.max(2.0 * q.norm() / s))
    }

    /// The cycle at the time `t`, without the equilibrium.
    pub fn cycle(&self, rho: f64, t: f64) -> Vec<f64> {
        let turn = Complex::from_polar(2.0 * rho, self.omega * t);
        self.mode.iter().map(|q| (q * turn).re).collect()
    }

    /// What is critical, at the time `t`.
    pub fn critical(&self, rho: f64, t: f64) -> Vec<f64> {
        let turn = Complex::from_polar(2.0, self.omega * t) * Complex::new(1.0, self.lag);
        let slow = Complex::from_polar(1.0, self.rate * rho * t);
        let both = self.steady.iter().zip(&self.mode);
        both.map(|(q0, q1)| (slow * Complex::new((q1 * turn).re, self.share * q0)).re).collect()
    }
}

/// The cycles on which tori are born beside a zero-Hopf point; arguments as in [`zero_hopf`].
///
/// * Fails where `G₀₁₁ Re G₁₁₀ ≥ 0`: there are none.
pub fn zero_hopf_tori<F: Field>(field: &F, x: &[f64], p: &[f64], omega: f64) -> Result<Tori, Degenerate> {
    let point = Point::new(field, x, p);
    let (zero, mode) = (point.zero_mode()?, point.hopf_mode(omega, 0)?);
    let [steady, q1] = [&zero, &mode].map(|mode| mode.right.clone());
    let conjugate = mode.conjugate();
    let mut reduction = Reduction::new(&point, vec![zero, mode, conjugate], &[]);
    let (g011, g110) = (reduction.coefficient(&[0, 1, 1])?.re, reduction.coefficient(&[1, 1])?);
    let square = -2.0 * g011 * g110.re;
    if square.is_nan() || square <= 0.0 {
        return Err(Degenerate::NoTori);
    }
    let rate = square.sqrt();
    Ok(Tori {
        steady: steady.iter().map(|q| q.re).collect(),
        mode: q1,
        omega,
        rate,
        share: rate / g110.re,
        lag: g110.im / g110.re,
    })
}

pub(super) fn words(s: f64, theta: f64, e: f64) -> String {
    let case = format!("s = {s:+}, theta {} 0", if theta > 0.0 { '>' } else { '<' });
    if s * theta > 0.0 {
        return format!("{case}: no tori nearby, since the cycles where both curves meet are saddles");
    }
    let stability = match s * e {
        product if product < 0.0 => "stable",
        product if product > 0.0 => "unstable",
        _ => "degenerate (E = 0)",
    };
    let end = if s > 0.0 { "end at a heteroclinic structure" } else { "grow out of the neighbourhood" };
    format!("{case}: a curve of torus bifurcations starts here; its tori are {stability} and {end}")
}
