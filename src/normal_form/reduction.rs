//! The dynamics on the centre manifold in Poincaré's normal form, to any order the derivatives go.
//!
//! With coordinates `w` along the critical eigenvectors (and, where wanted, along parameters), the manifold and the
//! dynamics on it are power series
//!
//! ```text
//! x = H(w) = Σ h_ν w^ν/ν!,        w_i' = G_i(w) = Σ g_{i,ν} w^ν/ν!,
//! ```
//!
//! and `f(H(w)) = H_w(w) G(w)`, the homological equation. Its coefficient at `w^ν/ν!` is linear in `h_ν`:
//!
//! ```text
//! (μ_ν − A) h_ν = r_ν − Σ_i g_{i,ν} q_i,     μ_ν = Σ_j ν_j λ_j,
//! r_ν = ∂^ν f(H)|_{h_ν = 0} − Σ_{μ<ν} Σ_i (ν choose μ) g_{i,μ} h_{ν−μ+e_i}.
//! ```
//!
//! `g_{i,ν}` is zero unless `ν` is resonant, `μ_ν = λ_i`; then `g_{i,ν} = ⟨p_i, r_ν⟩` makes the equation solvable, and
//! `⟨p_i, h_ν⟩ = 0` its solution unique. Frequencies count as independent of each other: other resonances are none.
//! All derivatives come from one pass of nested dual numbers each, so that no multilinear form is written out.
//!
//! Kuznetsov, SIAM J. Numer. Anal. 36 (1999) 1104, where the equations are written out for each point.

use super::Degenerate;
use super::point::{Mode, Point, project};
use super::powers::{below, binomial, degree, parts, subtract};
use crate::field::{Field, mixed};
use crate::scalar::Complex;
use std::collections::BTreeMap;

/// Critical coordinates, then parameters, that a reduction can have.
const COORDINATES: usize = 4;

/// Exponents `ν` of the coordinates.
type Powers = [u8; COORDINATES];

/// The power series, each coefficient computed when it is asked for, and once.
pub(super) struct Reduction<'a, F: Field> {
    point: &'a Point<'a, F>,
    modes: Vec<Mode>,
    /// Positions of the parameters that are coordinates.
    free: Vec<usize>,
    /// `h_ν` and `r_ν`.
    manifold: BTreeMap<Powers, Vec<Complex<f64>>>,
    remainders: BTreeMap<Powers, Vec<Complex<f64>>>,
}

impl<'a, F: Field> Reduction<'a, F> {
    /// On the centre manifold of `modes`, with pairwise different frequencies, and of the parameters at positions `free`.
    pub fn new(point: &'a Point<'a, F>, modes: Vec<Mode>, free: &[usize]) -> Self {
        assert!(modes.len() + free.len() <= COORDINATES);
        Reduction { point, modes, free: free.to_vec(), manifold: BTreeMap::new(), remainders: BTreeMap::new() }
    }

    /// `h_ν`; leading exponents are given, the rest is zero.
    pub fn series(&mut self, exponents: &[u8]) -> Result<Vec<Complex<f64>>, Degenerate> {
        self.manifold(&padded(exponents))
    }

    /// `g_{i,ν}` of the one `i` for which `ν` is resonant; leading exponents are given, the rest is zero.
    pub fn coefficient(&mut self, exponents: &[u8]) -> Result<Complex<f64>, Degenerate> {
        self.sized_coefficient(exponents).map(|(value, _)| value)
    }

    /// The same, with the sum of the magnitudes of its terms, to judge whether it vanishes.
    pub fn sized_coefficient(&mut self, exponents: &[u8]) -> Result<(Complex<f64>, f64), Degenerate> {
        let powers = padded(exponents);
        let mode = self.resonant(&powers).expect("a resonant monomial");
        let r = self.remainder(&powers)?;
        let left = &self.modes[mode].left;
        Ok((project(left, &r), left.iter().zip(&r).map(|(p, r)| p.norm() * r.norm()).sum()))
    }

    /// The mode whose eigenvalue is `μ_ν`.
    fn resonant(&self, powers: &Powers) -> Option<usize> {
        let sum =
            |k: usize| -> i32 { self.modes.iter().zip(powers).map(|(m, &v)| m.frequency[k] * i32::from(v)).sum() };
        let frequency = [sum(0), sum(1)];
        self.modes.iter().position(|mode| mode.frequency == frequency)
    }

    /// The coordinate whose first power `ν` is.
    fn unit(&self, powers: &Powers) -> Option<usize> {
        if degree(powers) == 1 { powers.iter().position(|&v| v == 1) } else { None }
    }

    /// `h_ν`; the equilibrium for `ν = 0`.
    fn manifold(&mut self, powers: &Powers) -> Result<Vec<Complex<f64>>, Degenerate> {
        if degree(powers) == 0 {
            return Ok(self.point.x.iter().map(|&x| Complex::from(x)).collect());
        }
        if let Some(mode) = self.unit(powers).and_then(|i| self.modes.get(i)) {
            return Ok(mode.right.clone());
        }
        if let Some(known) = self.manifold.get(powers) {
            return Ok(known.clone());
        }
        let mut r = self.remainder(powers)?;
        let mode = self.resonant(powers).map(|i| &self.modes[i]);
        if let Some(mode) = mode {
            let g = project(&mode.left, &r);
            r.iter_mut().zip(&mode.right).for_each(|(r, q)| *r -= g * q);
        }
        let mu = self.modes.iter().zip(powers).map(|(mode, &v)| mode.eigenvalue * f64::from(v)).sum();
        let h = self.point.solve(mu, mode, &r)?;
        self.manifold.insert(*powers, h.clone());
        Ok(h)
    }

    /// `r_ν`.
    fn remainder(&mut self, powers: &Powers) -> Result<Vec<Complex<f64>>, Degenerate> {
        if let Some(known) = self.remainders.get(powers) {
            return Ok(known.clone());
        }
        let mut r = self.composition(powers)?;
        for lower in below(powers) {
            let Some(i) = self.resonant(&lower) else { continue };
            if degree(&lower) == 0 || lower == *powers || self.unit(&lower).is_some_and(|j| j < self.modes.len()) {
                continue;
            }
            let mut rest = subtract(powers, &lower);
            rest[i] += 1;
            let known = self.remainder(&lower)?;
            let factor = project(&self.modes[i].left, &known) * binomial(powers, &lower);
            let h = self.manifold(&rest)?;
            r.iter_mut().zip(&h).for_each(|(r, h)| *r -= factor * h);
        }
        self.remainders.insert(*powers, r.clone());
        Ok(r)
    }

    /// `∂^ν f(H(w), p(w))` at `w = 0`, with `h_ν = 0`.
    fn composition(&mut self, powers: &Powers) -> Result<Vec<Complex<f64>>, Degenerate> {
        // One ε for each factor of w^ν.
        let (modes, parts) = (self.modes.len(), parts(powers));
        let mut x = Vec::with_capacity(parts.len());
        let mut p = vec![vec![Complex::from(0.0); self.point.p.len()]; parts.len()];
        p[0] = self.point.p.iter().map(|&p| Complex::from(p)).collect();
        for (set, part) in parts.iter().enumerate() {
            if let Some(parameter) = self.unit(part).filter(|&i| i >= modes) {
                p[set][self.free[parameter - modes]] = 1.0.into();
            }
            x.push(if part == powers { vec![Complex::from(0.0); self.point.n] } else { self.manifold(part)? });
        }
        Ok(mixed(self.point.field, &x, &p))
    }
}

fn padded(exponents: &[u8]) -> Powers {
    std::array::from_fn(|k| exponents.get(k).copied().unwrap_or(0))
}
