//! The first Lyapunov coefficient along a Hopf curve, from what its linearisation has computed.
//!
//! `normal_form::hopf` finds the same from nothing. Here are known: the plane of the critical eigenvectors, spanned by `v` and
//! `A v`, a left vector `w` of `A² + ω²`, and the matrices `B(v, ·)` and `B(A v, ·)`, from which the gradients were made. With
//!
//! ```text
//! q = r + i s,  r = v,  s = −A v/ω,        p = w + i Aᵀw/ω,
//! h₁₁ = −A⁻¹ B(q, q̄),        h₂₀ = (2iω − A)⁻¹ B(q, q) = −(A + 2iω)(A² + 4ω²)⁻¹ B(q, q),
//! Re c₁ = ½ Re ⟨p, C(q, q, q̄) + B(q̄, h₂₀) + 2 B(q, h₁₁)⟩/⟨p, q⟩/‖q‖²
//! ```
//!
//! two real factorisations are left, and third derivatives in three real directions:
//! `C(q, q, q̄) = (8/9) Σ_k e^{iθ_k} C(u_k, u_k, u_k)` with `u_k = r cos θ_k + s sin θ_k`, `θ_k = kπ/3`.

use super::Critical;
use crate::field::{Field, cubic};
use crate::linalg::{Singular, dot};
use std::f64::consts::PI;

impl<F: Field> Critical<'_, F> {
    /// `Re c₁` at the Hopf point linearised last, `κ > 0`, for `‖q‖ = 1` in the states as they are.
    pub(super) fn re_c1(&mut self, y: &[f64]) -> Result<f64, Singular> {
        let n = self.states();
        let kappa = y[self.directions()];
        let omega = kappa.sqrt();
        let (work, sizes) = (&mut self.work, &self.sizes);
        let (v, w, av, aw) = (&work.right[0][..n], &work.left[0][..n], &work.image, &work.pulled[0]);
        let [along_v, along_av] = &work.seconds;
        let r: Vec<f64> = v.iter().zip(sizes).map(|(v, s)| v * s).collect();
        let s: Vec<f64> = av.iter().zip(sizes).map(|(v, s)| -v * s / omega).collect();
        // B(r, u) and B(s, u)
        let with_r = |u: &[f64]| {
            let mut b = vec![0.0; n];
            along_v.multiply(u, &mut b);
            b
        };
        let with_s = |u: &[f64]| {
            let mut b = vec![0.0; n];
            along_av.multiply(u, &mut b);
            b.iter_mut().for_each(|b| *b /= -omega);
            b
        };
        let (rr, rs, ss) = (with_r(&r), with_r(&s), with_s(&s));
        let scaled = |b: &dyn Fn(usize) -> f64| (0..n).map(|i| b(i) / sizes[i]).collect::<Vec<f64>>();
        let mut mean = scaled(&|i| -(rr[i] + ss[i]));
        work.steady.factor(&work.a, &work.ones[..n], std::iter::empty())?;
        work.steady.solve(&mut mean);
        let (mut re, mut im) = (scaled(&|i| rr[i] - ss[i]), scaled(&|i| 2.0 * rs[i]));
        (0..n).for_each(|i| work.a_squared.add_to_diagonal(i, 3.0 * kappa));
        work.doubled.factor(&work.a_squared, &work.ones[..n], std::iter::empty())?;
        work.doubled.solve(&mut re);
        work.doubled.solve(&mut im);
        let (mut a_re, mut a_im) = (vec![0.0; n], vec![0.0; n]);
        work.a.multiply(&re, &mut a_re);
        work.a.multiply(&im, &mut a_im);
        let h = |i: usize| (-(a_re[i] - 2.0 * omega * im[i]) * sizes[i], -(a_im[i] + 2.0 * omega * re[i]) * sizes[i]);
        let (alpha, beta): (Vec<f64>, Vec<f64>) = (0..n).map(h).unzip();
        // B(q̄, h₂₀) + 2 B(q, h₁₁), real and imaginary part.
        let with = |sign: f64| (0..n).map(|i| 2.0 * mean[i] * sizes[i] + sign * alpha[i]).collect::<Vec<f64>>();
        let (mut z_re, mut z_im) = (with_r(&with(1.0)), with_r(&beta));
        z_re.iter_mut().zip(with_s(&beta)).for_each(|(z, b)| *z += b);
        z_im.iter_mut().zip(with_s(&with(-1.0))).for_each(|(z, b)| *z += b);
        for k in 0..3 {
            let (sin, cos) = (f64::from(k) * PI / 3.0).sin_cos();
            let u: Vec<f64> = r.iter().zip(&s).map(|(r, s)| r * cos + s * sin).collect();
            for (i, c) in cubic(self.field, &y[..n], &self.parameters, &u).into_iter().enumerate() {
                z_re[i] += 8.0 / 9.0 * cos * c;
                z_im[i] += 8.0 / 9.0 * sin * c;
            }
        }
        let (z_re, z_im) = (scaled(&|i| z_re[i]), scaled(&|i| z_im[i]));
        let product = [dot(w, &z_re) + dot(aw, &z_im) / omega, dot(w, &z_im) - dot(aw, &z_re) / omega];
        let overlap = [2.0 * dot(w, v), -2.0 * dot(w, av) / omega];
        let quotient = dot(&product, &overlap) / dot(&overlap, &overlap);
        Ok(0.5 * quotient / (dot(&r, &r) + dot(&s, &s)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Condition;
    use super::*;
    use crate::curve::Curve;
    use crate::normal_form;
    use crate::scalar::Scalar;

    /// An oscillator on a curved centre manifold: every term of the formula counts.
    struct Curved;
    impl Field for Curved {
        fn states(&self) -> usize {
            3
        }
        fn parameters(&self) -> usize {
            2
        }
        fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
            dx[0] = p[0] * x[0] - x[1] * 2.0 + x[0] * x[2] + (x[0] * p[1]).exp() - 1.0 - p[1] * x[0];
            dx[1] = x[0] * 3.0 + p[0] * x[1] + x[1] * x[1] * x[2] - x[0] * x[1] * 0.7;
            dx[2] = x[0] * x[0] * 0.4 - x[2] * 1.5 + x[1] * x[2] - x[0].powi(3) * 0.2 + x[0] * x[1] * x[1];
        }
    }

    #[test]
    fn it_is_what_the_homological_equation_gives() {
        for (slope, sizes) in [(0.3, [1.0; 3]), (-1.2, [0.02, 3.0, 0.5]), (2.0, [1.0, 1.0, 1e-3])] {
            let y = [0.0, 0.0, 0.0, 0.0, slope, 6.0];
            let ranges = [(0, 1.0), (1, 1.0)];
            let start = Critical::new(&Curved, &y[3..5], &ranges, Condition::Hopf, &sizes, &y[..3], Some(6.0));
            let mut curve = start.expect("borders");
            let mut f = [0.0; 5];
            curve.linearise(&y, &[1.0; 6], &[0.3, 0.2, 0.1, 0.5, 0.7, 0.2], &mut f).expect("regular");
            let form = normal_form::hopf(&Curved, &y[..3], &y[3..5], 6.0_f64.sqrt()).expect("a Hopf point");
            let (found, expected) = (curve.re_c1(&y).expect("regular"), form.values[0].1);
            assert!((found - expected).abs() < 1e-13 * (1.0 + expected.abs()), "{found} {expected}");
        }
    }
}
