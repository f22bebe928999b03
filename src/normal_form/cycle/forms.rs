//! Coefficients of the normal forms of cycles, and what they mean.

use super::reduction::Reduction;
use super::{Cycle, Pair};
use crate::collocation::Turn;
use crate::field::Field;
use crate::linalg::{Singular, dot};
use crate::normal_form::{Degenerate, NEGLIGIBLE, NormalForm};

/// Coefficients that vanish at points of codimension two, without their poles.
#[derive(Clone, Debug, PartialEq)]
pub struct Vanishing {
    /// `b ⟨φ, v⟩`, `c ⟨w, v⟩ ⟨φ, u'⟩` or `Re d ⟨φ, u'⟩`: zero at CPC, GPD, CH; and the size of what it is the sum of.
    pub coefficient: f64,
    pub size: f64,
    /// `⟨φ, v⟩` of a fold, `⟨w, v⟩` of a period doubling: zero where the multiplier is a double one, at R1 and R2.
    pub product: f64,
    /// `⟨φ, u'⟩`: zero where 1 is a multiplier besides the trivial one. Zero of a fold.
    pub trivial: f64,
    /// `b`, `c` or `Re d` itself, as [`Cycle::fold`], [`Cycle::flip`] and [`Cycle::torus`] have it.
    pub normal: f64,
    /// The functions that make it are no rounding errors.
    pub known: bool,
}

/// Products of functions that are to be the same everywhere differ by less than this part.
const UNKNOWN: f64 = 0.5;

/// A coefficient in the units of the states, and the size of what it is the sum of.
#[derive(Clone, Copy)]
struct Sized {
    value: f64,
    size: f64,
}

impl Sized {
    /// Whether it is zero but for rounding errors; fails where it has no value.
    fn vanishes(self) -> Result<bool, Degenerate> {
        if self.value.is_finite() {
            Ok(self.value.abs() <= NEGLIGIBLE * self.size)
        } else {
            Err(Degenerate::Eigenvalue)
        }
    }
}

impl<F: Field> Cycle<'_, F> {
    /// What vanishes along a curve of folds, from what the critical function `v` has across the cycle at Gauss points.
    ///
    /// With `v' = A v − α u'` and `x = u(τ) + ξ v(τ) + …`, `τ' = 1 + α(τ) ξ + …`, it is `⟨φ, ½ T f_xx v v − α A v⟩`: nothing along the
    /// cycle, of which there may be more by orders of magnitude, takes part. The period of cycles beside is `T (1 − ξ ∫α dτ + …)`.
    pub fn fold_vanishing(&self, v: &[f64], periodic: &Pair) -> Result<Vanishing, Singular> {
        let n = self.states();
        let (mut carried, turning) = (self.linear(v), self.linear(&self.rates));
        let mut alphas = Vec::with_capacity(v.len());
        for (k, f) in self.rates.chunks_exact(n).enumerate() {
            let [v, carried, turning] = [v, &carried, &turning].map(|all| &all[k * n..(k + 1) * n]);
            let alpha = (dot(carried, f) + dot(v, turning)) / dot(f, f);
            alphas.extend(std::iter::repeat_n(alpha, n));
        }
        carried.iter_mut().zip(&alphas).for_each(|(v, alpha)| *v *= alpha);
        let mut reduction = Reduction::fold(self, v, 0.0, periodic)?;
        let (bent, moved) = (0.5 * reduction.part([2, 0])?.value.re, reduction.steady_part(&carried));
        let (coefficient, product) = (bent - moved, reduction.product.re);
        let longer = -self.product(&alphas, &vec![1.0 / n as f64; alphas.len()]);
        let normal = coefficient / (product * longer * self.period);
        let (size, known) = (bent.abs() + moved.abs(), self.are_adjoint(v, &periodic.adjoint));
        Ok(Vanishing { coefficient, size, product, trivial: 0.0, normal, known })
    }

    /// What vanishes along a curve of period doublings.
    pub fn flip_vanishing(&self, flip: &Pair, periodic: &Pair) -> Result<Vanishing, Singular> {
        let mut reduction = Reduction::flip(self, flip, periodic)?;
        let (part, product, trivial) = (reduction.part([3, 0])?, reduction.product.re, reduction.trivial);
        let (coefficient, size) = (part.value.re * trivial / 6.0, part.size * trivial.abs() / 6.0);
        let normal = part.value.re / 6.0 / (product * self.square(&flip.direct) * self.period);
        Ok(Vanishing { coefficient, size, product, trivial, normal, known: true })
    }

    /// What vanishes along a curve of tori.
    pub fn torus_vanishing(&self, angle: f64, torus: &Pair, periodic: &Pair) -> Result<Vanishing, Singular> {
        let mut reduction = Reduction::torus(self, angle, torus, periodic)?;
        let (part, product, trivial) = (reduction.part([2, 1])?, reduction.product, reduction.trivial);
        let (d, size) = (0.5 * (part.value / product).re, 0.5 * part.size / product.norm());
        let normal = d / (self.square(&torus.direct) * self.period);
        Ok(Vanishing { coefficient: d * trivial, size: size * trivial.abs(), product: 1.0, trivial, normal, known: true })
    }

    /// Whether the product of a critical function and one of the adjoint equation is the same everywhere, as it should be. Where one of
    /// them is smaller by many orders of magnitude than elsewhere, it may be a rounding error there.
    fn are_adjoint(&self, v: &[f64], adjoint: &[f64]) -> bool {
        let n = self.states();
        let mean = self.product(v, adjoint);
        v.chunks_exact(n).zip(adjoint.chunks_exact(n)).all(|(v, w)| (dot(v, w) - mean).abs() < UNKNOWN * mean.abs())
    }

    /// LPC: `b`, in 1/time. `v` has `v' = A v + u'` and `⟨v, u'⟩ = 0`, so that the period is `T (1 + ξ + …)` on cycles beside: `2bT`
    /// is the slope of the logarithm of the critical multiplier over that of the period.
    pub fn fold(&self) -> Result<NormalForm, Degenerate> {
        let periodic = self.periodic(None)?;
        let v = self.generalised(&periodic)?;
        let b = self.fold_vanishing(&self.across(&v), &periodic)?.normal;
        if !b.is_finite() {
            return Err(Degenerate::Eigenvalue);
        }
        Ok(NormalForm { values: vec![("b", b)], words: "fold".into() })
    }

    /// CPC: `c`, in 1/time, of `ξ' = c ξ³` with `ξ` as at an LPC, a relative change of the period. De Witte et al. (2013) have the
    /// same.
    pub fn cusp(&self) -> Result<NormalForm, Degenerate> {
        let periodic = self.periodic(None)?;
        let v = self.generalised(&periodic)?;
        let mut reduction = Reduction::fold(self, &v, 1.0, &periodic)?;
        let c = self.sized(&mut reduction, [3, 0], 6.0, 1.0)?;
        let words = if c.vanishes()? {
            "degenerate: c is zero as well"
        } else if c.value < 0.0 {
            "c < 0: a cusp, two curves of folds meet, and the middle one of three cycles is the less stable"
        } else {
            "c > 0: a cusp, two curves of folds meet, and the middle one of three cycles is the more stable"
        };
        Ok(NormalForm { values: vec![("c", c.value)], words: words.into() })
    }

    /// PD: `c`, in 1/(time state²), with `∫⟨v, v⟩ = 1` over one period in units of it: negative where the cycle of twice the period
    /// is stable on the centre manifold.
    pub fn flip(&self) -> Result<NormalForm, Degenerate> {
        let (flip, periodic) = (self.critical(&Turn::reversal(), None)?, self.periodic(None)?);
        let mut reduction = Reduction::flip(self, &flip, &periodic)?;
        let c = self.sized(&mut reduction, [3, 0], 6.0, self.square(&flip.direct))?;
        Ok(NormalForm { values: vec![("c", c.value)], words: branching(c)?.into() })
    }

    /// GPD: `e`, in 1/(time state⁴), of `ξ' = e ξ⁵` with `ξ` as at a PD: `∫⟨v, v⟩ = 1` over one period in units of it. De Witte et al.
    /// (2013), and MatCont, have the same but for `∫⟨v, v⟩ dt = 1` in time: theirs is `e/T²`.
    pub fn generalised_flip(&self) -> Result<NormalForm, Degenerate> {
        let (flip, periodic) = (self.critical(&Turn::reversal(), None)?, self.periodic(None)?);
        let mut reduction = Reduction::flip(self, &flip, &periodic)?;
        let square = self.square(&flip.direct);
        let e = self.sized(&mut reduction, [5, 0], 120.0, square * square)?;
        let words = if e.vanishes()? {
            "degenerate: e is zero as well"
        } else if e.value < 0.0 {
            "e < 0: beside subcritical ones a stable doubled cycle goes around the unstable one, up to a fold"
        } else {
            "e > 0: beside supercritical ones an unstable doubled cycle goes around the stable one, up to a fold"
        };
        Ok(NormalForm { values: vec![("e", e.value)], words: words.into() })
    }

    /// NS: `re_d = Re d`, in 1/(time state²), with `∫⟨q, q⟩ = 1` over one period in units of it: negative where the torus is stable on
    /// the centre manifold.
    ///
    /// * `theta`: the critical multipliers are `e^{±iθ}`.
    pub fn torus(&self, theta: f64) -> Result<NormalForm, Degenerate> {
        self.refuse_resonance(theta, &[(1, 0.0), (2, 1.0), (3, 2.0 / 3.0), (4, 0.5)])?;
        let (torus, periodic) = (self.critical(&Turn::rotation(theta), None)?, self.periodic(None)?);
        let mut reduction = Reduction::torus(self, theta, &torus, &periodic)?;
        let d = self.sized(&mut reduction, [2, 1], 2.0, self.square(&torus.direct))?;
        Ok(NormalForm { values: vec![("re_d", d.value)], words: branching(d)?.into() })
    }

    /// CH: `re_e = Re e`, in 1/(time state⁴), of `ξ' = (iθ/T + i Im d |ξ|² + e |ξ|⁴) ξ` with `ξ` as at an NS: `∫⟨q, q⟩ = 1` over one
    /// period in units of it. De Witte et al. (2013) have the same, their second Lyapunov coefficient, but for `∫⟨q, q⟩ dt = 1` in
    /// time: theirs is `re_e/T²`.
    pub fn chenciner(&self, theta: f64) -> Result<NormalForm, Degenerate> {
        let orders = [(1, 0.0), (2, 1.0), (3, 2.0 / 3.0), (4, 0.5), (5, 0.4), (5, 0.8), (6, 1.0 / 3.0)];
        self.refuse_resonance(theta, &orders)?;
        let (torus, periodic) = (self.critical(&Turn::rotation(theta), None)?, self.periodic(None)?);
        let mut reduction = Reduction::torus(self, theta, &torus, &periodic)?;
        let square = self.square(&torus.direct);
        let e = self.sized(&mut reduction, [3, 2], 12.0, square * square)?;
        let words = if e.vanishes()? {
            "degenerate: re_e is zero as well"
        } else if e.value < 0.0 {
            "re_e < 0: beside subcritical ones a stable torus goes around the unstable one, up to a fold of tori"
        } else {
            "re_e > 0: beside supercritical ones an unstable torus goes around the stable one, up to a fold of tori"
        };
        Ok(NormalForm { values: vec![("re_e", e.value)], words: words.into() })
    }

    /// The generalised critical function of a fold, `v' = A v + u'`.
    fn generalised(&self, periodic: &Pair) -> Result<Vec<f64>, Singular> {
        Ok(self.steady(periodic)?.response(&self.rates))
    }

    /// `Re g_ν/ν!` per unit of time and of `norm`.
    fn sized(
        &self,
        reduction: &mut Reduction<F>,
        powers: [u8; 2],
        factorial: f64,
        norm: f64,
    ) -> Result<Sized, Singular> {
        let part = reduction.part(powers)?;
        let unit = factorial * norm * self.period;
        Ok(Sized {
            value: (part.value / reduction.product).re / unit,
            size: part.size / reduction.product.norm() / unit,
        })
    }

    fn refuse_resonance(&self, theta: f64, orders: &[(u8, f64)]) -> Result<(), Degenerate> {
        let near = |angle: f64| (theta - angle * std::f64::consts::PI).abs() < 1e-6;
        match orders.iter().find(|(_, angle)| near(*angle)) {
            Some((order, _)) => Err(Degenerate::Resonance(1, *order)),
            None => Ok(()),
        }
    }

    /// `∫⟨v, v⟩` in the units of the states, of a function over their sizes.
    fn square(&self, function: &[f64]) -> f64 {
        let n = self.states();
        let physical: Vec<f64> = function.iter().enumerate().map(|(i, v)| v * self.sizes[i % n]).collect();
        self.product(&physical, &physical)
    }
}

/// What the sign of a cubic coefficient means for what branches off.
fn branching(coefficient: Sized) -> Result<&'static str, Degenerate> {
    Ok(match (coefficient.vanishes()?, coefficient.value < 0.0) {
        (true, _) => "degenerate",
        (_, true) => "supercritical",
        _ => "subcritical",
    })
}
