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

/// Products of functions that are to be the same everywhere differ by less than this part of their mean where coefficients are monitors,
/// and than this where they are told at a point: near homoclinic orbits few functions are that good where they are small, and three digits
/// of coefficients are right.
const UNKNOWN: f64 = 0.5;
const UNRESOLVED: f64 = 1e2;

/// Where states change by more than this, in their sizes, as the period changes by as much as it is, the period does not change.
const APART: f64 = 1e8;

/// What is said of a coefficient that is zero, negative or positive.
type Words = [&'static str; 3];

/// What the sign of a cubic coefficient means for what branches off.
const BRANCHING: Words = ["degenerate", "supercritical", "subcritical"];

impl<F: Field> Cycle<'_, F> {
    /// What vanishes along a curve of folds, with the critical function `v` and what it goes along the cycle, at Gauss points.
    ///
    /// With `v' = A v − α u'` and `x = u(τ) + ξ v(τ) + …`, `τ' = 1 + α(τ) ξ + …`, it is `⟨φ, ½ T f_xx v v − α v'⟩`. The period of
    /// cycles beside is `T (1 − ξ ∫α dτ + …)`.
    pub fn fold_vanishing(&self, (v, alphas): (&[f64], &[f64]), periodic: &Pair) -> Result<Vanishing, Singular> {
        let n = self.states();
        let mut moved = self.linear(v);
        for ((moved, f), alpha) in moved.chunks_exact_mut(n).zip(self.rates.chunks_exact(n)).zip(alphas) {
            moved.iter_mut().zip(f).for_each(|(v, f)| *v = alpha * (*v - alpha * f));
        }
        let mut reduction = Reduction::fold(self, v, 0.0, periodic)?;
        let (bent, moved) = (0.5 * reduction.part([2, 0])?.value.re, reduction.steady_part(&moved));
        let (coefficient, product) = (bent - moved, reduction.product.re);
        let longer: Vec<f64> = alphas.iter().flat_map(|alpha| std::iter::repeat_n(-alpha / n as f64, n)).collect();
        let normal = coefficient / (product * self.product(&longer, &vec![1.0; longer.len()]) * self.period);
        let (size, known) = (bent.abs() + moved.abs(), self.mismatch(v, &periodic.adjoint) < UNKNOWN);
        Ok(Vanishing { coefficient, size, product, trivial: 0.0, normal, known })
    }

    /// The same where the period does not change with the cycle: `v' = A v`.
    pub fn fold_apart_vanishing(&self, v: &[f64]) -> Result<Vanishing, Singular> {
        let mut reduction = Reduction::fold_apart(self, v)?;
        let part = reduction.part([2, 0])?;
        let (coefficient, size) = (0.5 * part.value.re, 0.5 * part.size);
        Ok(Vanishing { coefficient, size, product: reduction.product.re, trivial: 0.0, normal: f64::NAN, known: true })
    }

    /// What a critical function of a fold goes along the cycle, `α` in `v' = A v − α u'`, where it has nothing along it: nothing there, of
    /// which there may be more by orders of magnitude than across, hides what [`Cycle::fold_vanishing`] makes of it.
    pub fn along(&self, v: &[f64]) -> Vec<f64> {
        let n = self.states();
        let (carried, turning) = (self.linear(v), self.linear(&self.rates));
        let points =
            carried.chunks_exact(n).zip(v.chunks_exact(n)).zip(turning.chunks_exact(n).zip(self.rates.chunks_exact(n)));
        points.map(|((carried, v), (turning, f))| (dot(carried, f) + dot(v, turning)) / dot(f, f)).collect()
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
        Ok(Vanishing {
            coefficient: d * trivial,
            size: size * trivial.abs(),
            product: 1.0,
            trivial,
            normal,
            known: true,
        })
    }

    /// By how much, as a part of its mean, the product of a critical function and one of the adjoint equation differs from that, which
    /// should be the same everywhere. Where one of them is smaller by many orders of magnitude than elsewhere, it may be an error there.
    fn mismatch(&self, v: &[f64], adjoint: &[f64]) -> f64 {
        let n = self.states();
        let mean = self.product(v, adjoint);
        let all = v.chunks_exact(n).zip(adjoint.chunks_exact(n)).map(|(v, w)| (dot(v, w) - mean).abs());
        all.fold(0.0, f64::max) / mean.abs()
    }

    fn refuse_unresolved(&self, v: &[f64], adjoint: &[f64]) -> Result<(), Degenerate> {
        if self.mismatch(v, adjoint) > UNRESOLVED { Err(Degenerate::Unresolved) } else { Ok(()) }
    }

    /// LPC: `b`, in 1/time. `v` has `v' = A v + u'` and `⟨v, u'⟩ = 0`, so that the period is `T (1 + ξ + …)` on cycles beside: `2bT`
    /// is the slope of the logarithm of the critical multiplier over that of the period.
    pub fn fold(&self) -> Result<NormalForm, Degenerate> {
        let periodic = self.periodic(None)?;
        let v = self.generalised(&periodic)?;
        if self.product(&v, &v).sqrt() > APART {
            return Ok(NormalForm { values: Vec::new(), words: "fold; the period does not change".into() });
        }
        self.refuse_unresolved(&v, &periodic.adjoint)?;
        let b = self.fold_vanishing((&v, &vec![-1.0; v.len() / self.states()]), &periodic)?.normal;
        if !b.is_finite() {
            return Err(Degenerate::Eigenvalue);
        }
        Ok(NormalForm { values: vec![("b", b)], words: "fold".into() })
    }

    /// CPC: `c`, in 1/time, of `ξ' = c ξ³` with `ξ` as at an LPC, a relative change of the period. De Witte et al. (2013) have the
    /// same. Where the period does not change with the cycle, `c` is in 1/(time state²), with `∫⟨v, v⟩ = 1` over one period.
    pub fn cusp(&self) -> Result<NormalForm, Degenerate> {
        let periodic = self.periodic(None)?;
        let v = self.generalised(&periodic)?;
        let length = self.product(&v, &v).sqrt();
        let words = [
            "degenerate: c is zero as well",
            "c < 0: a cusp, two curves of folds meet, and the middle one of three cycles is the less stable",
            "c > 0: a cusp, two curves of folds meet, and the middle one of three cycles is the more stable",
        ];
        if length > APART {
            let v: Vec<f64> = v.iter().map(|v| v / length).collect();
            return self.form(Reduction::fold_apart(self, &v)?, [3, 0], self.square(&v), "c", words);
        }
        self.refuse_unresolved(&v, &periodic.adjoint)?;
        self.form(Reduction::fold(self, &v, 1.0, &periodic)?, [3, 0], 1.0, "c", words)
    }

    /// PD: `c`, in 1/(time state²), with `∫⟨v, v⟩ = 1` over one period in units of it: negative where the cycle of twice the period
    /// is stable on the centre manifold.
    pub fn flip(&self) -> Result<NormalForm, Degenerate> {
        let (flip, periodic) = (self.critical(&Turn::reversal(), None)?, self.periodic(None)?);
        self.refuse_unresolved(&flip.direct, &flip.adjoint)?;
        let reduction = Reduction::flip(self, &flip, &periodic)?;
        self.form(reduction, [3, 0], self.square(&flip.direct), "c", BRANCHING)
    }

    /// GPD: `e`, in 1/(time state⁴), of `ξ' = e ξ⁵` with `ξ` as at a PD: `∫⟨v, v⟩ = 1` over one period in units of it. De Witte et al.
    /// (2013), and MatCont, have the same but for `∫⟨v, v⟩ dt = 1` in time: theirs is `e/T²`.
    pub fn generalised_flip(&self) -> Result<NormalForm, Degenerate> {
        let (flip, periodic) = (self.critical(&Turn::reversal(), None)?, self.periodic(None)?);
        self.refuse_unresolved(&flip.direct, &flip.adjoint)?;
        let reduction = Reduction::flip(self, &flip, &periodic)?;
        let words = [
            "degenerate: e is zero as well",
            "e < 0: beside subcritical ones a stable doubled cycle goes around the unstable one, up to a fold",
            "e > 0: beside supercritical ones an unstable doubled cycle goes around the stable one, up to a fold",
        ];
        self.form(reduction, [5, 0], self.square(&flip.direct), "e", words)
    }

    /// NS: `re_d = Re d`, in 1/(time state²), with `∫⟨q, q⟩ = 1` over one period in units of it: negative where the torus is stable on
    /// the centre manifold.
    ///
    /// * `theta`: the critical multipliers are `e^{±iθ}`.
    pub fn torus(&self, theta: f64) -> Result<NormalForm, Degenerate> {
        self.refuse_resonance(theta, &[(1, 0.0), (2, 1.0), (3, 2.0 / 3.0), (4, 0.5)])?;
        let (torus, periodic) = (self.critical(&Turn::rotation(theta), None)?, self.periodic(None)?);
        let reduction = Reduction::torus(self, theta, &torus, &periodic)?;
        self.form(reduction, [2, 1], self.square(&torus.direct), "re_d", BRANCHING)
    }

    /// CH: `re_e = Re e`, in 1/(time state⁴), of `ξ' = (iθ/T + i Im d |ξ|² + e |ξ|⁴) ξ` with `ξ` as at an NS: `∫⟨q, q⟩ = 1` over one
    /// period in units of it. De Witte et al. (2013) have the same, their second Lyapunov coefficient, but for `∫⟨q, q⟩ dt = 1` in
    /// time: theirs is `re_e/T²`.
    pub fn chenciner(&self, theta: f64) -> Result<NormalForm, Degenerate> {
        let orders = [(1, 0.0), (2, 1.0), (3, 2.0 / 3.0), (4, 0.5), (5, 0.4), (5, 0.8), (6, 1.0 / 3.0)];
        self.refuse_resonance(theta, &orders)?;
        let (torus, periodic) = (self.critical(&Turn::rotation(theta), None)?, self.periodic(None)?);
        let reduction = Reduction::torus(self, theta, &torus, &periodic)?;
        let words = [
            "degenerate: re_e is zero as well",
            "re_e < 0: beside subcritical ones a stable torus goes around the unstable one, up to a fold of tori",
            "re_e > 0: beside supercritical ones an unstable torus goes around the stable one, up to a fold of tori",
        ];
        self.form(reduction, [3, 2], self.square(&torus.direct), "re_e", words)
    }

    /// The generalised critical function of a fold, `v' = A v + u'`.
    fn generalised(&self, periodic: &Pair) -> Result<Vec<f64>, Singular> {
        Ok(self.steady(periodic)?.response(&self.rates))
    }

    /// `Re g_ν/ν!` per unit of time and of `square^{(|ν| − 1)/2}`, where `square` is `∫⟨v, v⟩`, and what its sign says.
    fn form(
        &self,
        mut reduction: Reduction<F>,
        powers: [u8; 2],
        square: f64,
        name: &'static str,
        words: Words,
    ) -> Result<NormalForm, Degenerate> {
        let part = reduction.part(powers)?;
        let factorial: f64 = powers.iter().flat_map(|&power| 1..=power).map(f64::from).product();
        let norm = square.powi(i32::from((powers[0] + powers[1] - 1) / 2));
        let unit = factorial * norm * self.period;
        let value = (part.value / reduction.product).re / unit;
        let size = part.size / reduction.product.norm() / unit;
        if !value.is_finite() {
            return Err(Degenerate::Eigenvalue);
        }
        let [zero, negative, positive] = words;
        let words = match value.abs() <= NEGLIGIBLE * size {
            true => zero,
            false if value < 0.0 => negative,
            false => positive,
        };
        Ok(NormalForm { values: vec![(name, value)], words: words.into() })
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
