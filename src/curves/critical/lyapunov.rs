//! The first Lyapunov coefficient along a Hopf curve, from what its linearisation has computed.
//!
//! `normal_form::hopf` finds the same from nothing. Here are known: the plane of the critical eigenvectors, spanned by `v` and
//! `A v`, a left vector `w` of `A² + ω²`, and the matrices `B(v, ·)`, `B(A v/ω, ·)` and `C(q, q̄, ·)`, of which the first two make the
//! gradients. With
//!
//! ```text
//! q = r + i s,  r = v,  s = −A v/ω,        p = w + i Aᵀw/ω,
//! h₁₁ = −A⁻¹ B(q, q̄),        h₂₀ = (2iω − A)⁻¹ B(q, q) = −(A + 2iω)(A² + 4ω²)⁻¹ B(q, q),
//! Re c₁ = ½ Re ⟨p, C(q, q, q̄) + B(q̄, h₂₀) + 2 B(q, h₁₁)⟩/⟨p, q⟩/‖q‖²
//! ```
//!
//! two real factorisations are left.

use super::Critical;
use crate::field::Field;
use crate::linalg::{Matrix, Singular, dot};

impl<F: Field> Critical<'_, F> {
    /// `Re c₁` at the Hopf point linearised last, `κ > 0`, for `‖q‖ = 1` in the states as they are.
    pub(super) fn re_c1(&mut self, y: &[f64]) -> Result<f64, Singular> {
        let n = self.states();
        let kappa = y[self.directions()];
        let omega = kappa.sqrt();
        let (work, sizes) = (&mut self.work, &self.sizes);
        let (v, w, av, aw) = (&work.right[0][..n], &work.left[0][..n], &work.image, &work.pulled[0]);
        let [with_r, with_minus_s, third] = &work.seconds;
        work.vectors.clear();
        work.vectors.resize(14 * n, 0.0);
        let mut vectors = work.vectors.chunks_exact_mut(n);
        let [r, s, rr, rs, minus_ss, mean, re, im, a_re, a_im, u, part, z_re, z_im] =
            [(); 14].map(|()| vectors.next().unwrap_or_default());
        for i in 0..n {
            r[i] = v[i] * sizes[i];
            s[i] = -av[i] * sizes[i] / omega;
        }
        with_r.multiply(r, rr);
        with_r.multiply(s, rs);
        with_minus_s.multiply(s, minus_ss);
        for i in 0..n {
            mean[i] = (minus_ss[i] - rr[i]) / sizes[i];
            (re[i], im[i]) = ((rr[i] + minus_ss[i]) / sizes[i], 2.0 * rs[i] / sizes[i]);
        }
        work.steady.factor(&work.a, &work.ones[..n], std::iter::empty())?;
        work.steady.solve(mean);
        (0..n).for_each(|i| work.a_squared.add_to_diagonal(i, 3.0 * kappa));
        work.doubled.factor(&work.a_squared, &work.ones[..n], std::iter::empty())?;
        work.doubled.solve(re);
        work.doubled.solve(im);
        work.a.multiply(re, a_re);
        work.a.multiply(im, a_im);
        // h₁₁, and h₂₀ as α + i β, in the states as they are.
        let (alpha, beta) = (rr, rs);
        for i in 0..n {
            mean[i] *= sizes[i];
            alpha[i] = -(a_re[i] - 2.0 * omega * im[i]) * sizes[i];
            beta[i] = -(a_im[i] + 2.0 * omega * re[i]) * sizes[i];
        }
        // z = C(q, q, q̄) + B(q̄, h₂₀) + 2 B(q, h₁₁)
        let mut add = |matrix: &Matrix, sign: f64, u: &[f64], z: &mut [f64]| {
            matrix.multiply(u, part);
            z.iter_mut().zip(&*part).for_each(|(z, b)| *z += sign * b);
        };
        add(third, 1.0, r, z_re);
        add(third, 1.0, s, z_im);
        (0..n).for_each(|i| u[i] = 2.0 * mean[i] + alpha[i]);
        add(with_r, 1.0, u, z_re);
        add(with_minus_s, -1.0, beta, z_re);
        (0..n).for_each(|i| u[i] = 2.0 * mean[i] - alpha[i]);
        add(with_minus_s, -1.0, u, z_im);
        add(with_r, 1.0, beta, z_im);
        for i in 0..n {
            z_re[i] /= sizes[i];
            z_im[i] /= sizes[i];
        }
        let product = [dot(w, z_re) + dot(aw, z_im) / omega, dot(w, z_im) - dot(aw, z_re) / omega];
        let overlap = [2.0 * dot(w, v), -2.0 * dot(w, av) / omega];
        let quotient = dot(&product, &overlap) / dot(&overlap, &overlap);
        Ok(0.5 * quotient / (dot(r, r) + dot(s, s)))
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
