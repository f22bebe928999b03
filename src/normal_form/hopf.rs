//! Hopf and Bautin (generalised Hopf) points.
//!
//! On the centre manifold `ż = iω z + c₁ z|z|² + c₂ z|z|⁴ + …`, `c₁ = G₂₁/2`, `c₂ = G₃₂/12` in Kuznetsov's notation; with
//! `B`, `C` the second and third derivatives of `f`, without factorials,
//!
//! ```text
//! c₁ = ½⟨p, C(q, q, q̄) + B(q̄, (2iω − A)⁻¹ B(q, q)) − 2 B(q, A⁻¹ B(q, q̄))⟩.
//! ```

use super::point::Point;
use super::reduction::Reduction;
use super::{Degenerate, LINEAR, NEGLIGIBLE, NormalForm};
use crate::field::{Field, sizes};
use crate::scalar::Complex;

/// H: `re_c1 = Re c₁`, what MatCont prints, and `l1 = Re c₁/ω`, what AUTO and Kuznetsov call the first Lyapunov
/// coefficient. Negative: stable cycles are born (on the centre manifold). Kuznetsov (2004), §5.4.
///
/// `omega` is ω > 0, in 1/time; units of `re_c1` are 1/(time state²), of `l1` 1/state².
pub fn hopf<F: Field>(field: &F, x: &[f64], p: &[f64], omega: f64) -> Result<NormalForm, Degenerate> {
    let point = Point::new(field, x, p);
    let (g21, size) = on_manifold(&point, omega, &[])?.sized_coefficient(&[2, 1])?;
    let re_c1 = 0.5 * g21.re;
    let amplitude = sizes(x).into_iter().fold(0.0, f64::max);
    let is_linear = re_c1.abs() * amplitude * amplitude <= LINEAR * omega;
    let words = if is_linear || re_c1.abs() <= NEGLIGIBLE * size {
        "degenerate: a Bautin point, or a linear oscillation"
    } else if re_c1 < 0.0 {
        "supercritical"
    } else {
        "subcritical"
    };
    Ok(NormalForm { values: vec![("re_c1", re_c1), ("l1", re_c1 / omega)], words: words.into() })
}

/// GH: `l2 = Re c₂ = Re G₃₂/12`, as MatCont and BifurcationKit print it; the
/// planar formula of Kuznetsov (2004), §8.3, divides by ω as `l1` does, that of §8.7 does not. Also
/// `l1`, zero but for the error of the point, and `im_c1`, by which the frequency depends on the amplitude.
///
/// `omega` is ω > 0, in 1/time; units of `l2` are 1/(time state⁴).
pub fn bautin<F: Field>(field: &F, x: &[f64], p: &[f64], omega: f64) -> Result<NormalForm, Degenerate> {
    let point = Point::new(field, x, p);
    let mut reduction = on_manifold(&point, omega, &[])?;
    let c1 = reduction.coefficient(&[2, 1])? / 2.0;
    let (g32, size) = reduction.sized_coefficient(&[3, 2])?;
    let l2 = g32.re / 12.0;
    let words = if g32.re.abs() <= NEGLIGIBLE * size {
        "degenerate: l2 is zero as well"
    } else if l2 < 0.0 {
        "l2 < 0: beside subcritical Hopf points a stable cycle goes around the unstable one, up to a fold of cycles"
    } else {
        "l2 > 0: beside supercritical Hopf points an unstable cycle goes around the stable one, up to a fold of cycles"
    };
    let values = vec![("l1", c1.re / omega), ("l2", l2), ("im_c1", c1.im)];
    Ok(NormalForm { values, words: words.into() })
}

/// The first points of the curve of folds of cycles that starts at a Bautin point.
///
/// With `β` the deviation of two parameters, cycles of amplitude `r = |z|` obey
/// `Re λ(β) + Re c₁(β) r² + Re c₂ r⁴ = 0`, and folds also `Re c₁ + 2 Re c₂ r² = 0`. So, to leading order,
/// `β = r² b` with `Re λ_β·b = 0` and `Re c₁_β·b = −2 Re c₂`. Kuznetsov, Meijer, Govaerts & Sautois, Physica D 237 (2008)
/// 3061.
#[derive(Clone, Debug)]
pub struct CycleFolds {
    /// `b`.
    slope: [f64; 2],
    omega: f64,
    /// `d(frequency)/d(r²)`.
    detuning: f64,
    point: Vec<f64>,
    q: Vec<Complex<f64>>,
    /// `h₂₀` and `h₁₁ + Σ b_k h_{β_k}`.
    second: Vec<Complex<f64>>,
    mean: Vec<f64>,
}

impl CycleFolds {
    /// Deviation of the two parameters from the point at amplitude `r`; error of order `r⁴`.
    pub fn parameters(&self, r: f64) -> [f64; 2] {
        self.slope.map(|b| b * r * r)
    }

    /// Angular frequency of the cycle at amplitude `r`; error of order `r⁴`.
    pub fn frequency(&self, r: f64) -> f64 {
        self.omega + self.detuning * r * r
    }

    /// State on the cycle of amplitude `r`, at an angle from 0 to 2π; error of order `r³`.
    pub fn state(&self, r: f64, angle: f64) -> Vec<f64> {
        let turn = Complex::from_polar(1.0, angle);
        let of =
            |k: usize| 2.0 * r * (self.q[k] * turn).re + r * r * ((self.second[k] * turn * turn).re + self.mean[k]);
        (0..self.point.len()).map(|k| self.point[k] + of(k)).collect()
    }
}

/// The curve of folds of cycles from a Bautin point, in the parameters at positions `free`.
///
/// Fails where a parameter moves neither the Hopf curve nor `l1`, or both alike: then the two do not unfold the point.
pub fn cycle_folds<F: Field>(
    field: &F,
    x: &[f64],
    p: &[f64],
    omega: f64,
    free: [usize; 2],
) -> Result<CycleFolds, Degenerate> {
    let point = Point::new(field, x, p);
    let mut reduction = on_manifold(&point, omega, &free)?;
    let (c1, c2) = (reduction.coefficient(&[2, 1])? / 2.0, reduction.coefficient(&[3, 2])? / 12.0);
    let lambda = [reduction.coefficient(&[1, 0, 1])?, reduction.coefficient(&[1, 0, 0, 1])?];
    let c1_slope = [reduction.coefficient(&[2, 1, 1])? / 2.0, reduction.coefficient(&[2, 1, 0, 1])? / 2.0];
    let determinant = lambda[0].re * c1_slope[1].re - lambda[1].re * c1_slope[0].re;
    let size = (lambda[0].re * c1_slope[1].re).abs() + (lambda[1].re * c1_slope[0].re).abs();
    if !determinant.is_finite() || determinant.abs() <= NEGLIGIBLE * size {
        return Err(Degenerate::Coefficient("of the unfolding by the two parameters"));
    }
    let slope = [2.0 * c2.re * lambda[1].re / determinant, -2.0 * c2.re * lambda[0].re / determinant];
    let detuning = c1.im + slope[0] * lambda[0].im + slope[1] * lambda[1].im;
    let (first, other) = (reduction.series(&[0, 0, 1])?, reduction.series(&[0, 0, 0, 1])?);
    let square = reduction.series(&[1, 1])?;
    let mean = (0..x.len()).map(|k| square[k].re + slope[0] * first[k].re + slope[1] * other[k].re).collect();
    let (q, second) = (reduction.series(&[1])?, reduction.series(&[2])?);
    Ok(CycleFolds { slope, omega, detuning, point: x.to_vec(), q, second, mean })
}

/// The eigenvector of `iω`, `q` of norm one: beside the Hopf point `x` the cycles are `x + 2r Re(q e^{iωt})`, to leading order in
/// their amplitude. Its phase is arbitrary.
pub fn oscillation<F: Field>(field: &F, x: &[f64], p: &[f64], omega: f64) -> Result<Vec<Complex<f64>>, Degenerate> {
    Ok(Point::new(field, x, p).hopf_mode(omega, 0)?.right)
}

/// The centre manifold of `±iω`, and of the parameters at positions `free`.
fn on_manifold<'a, F: Field>(
    point: &'a Point<'a, F>,
    omega: f64,
    free: &[usize],
) -> Result<Reduction<'a, F>, Degenerate> {
    let mode = point.hopf_mode(omega, 0)?;
    let conjugate = mode.conjugate();
    Ok(Reduction::new(point, vec![mode, conjugate], free))
}
