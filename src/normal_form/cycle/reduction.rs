//! The dynamics on the critical centre manifold of a cycle, to any order the derivatives go.
//!
//! With a phase `τ` along the cycle, in periods, and amplitudes `w`, which are `ξ`, of a torus `(ξ, ξ̄)`, the manifold and the dynamics
//! on it are power series
//!
//! ```text
//! x = H(τ, w) = Σ h_ν(τ) w^ν/ν!,      τ' = 1 + Σ α_ν w^ν/ν!,      w_i' = Σ g_{i,ν} w^ν/ν!,
//! ```
//!
//! `h₀ = u` and `h_{e_i} = v_i`, and `∂_τ H (1 + α) + H_w g = T f(H)`, the homological equation. Its coefficient at `w^ν/ν!` is
//!
//! ```text
//! h_ν' − T f_x h_ν = r_ν − α_ν u' − Σ_i g_{i,ν} v_i,
//! r_ν = T ∂^ν f(H)|_{h_ν = 0} − Σ_{0<μ<ν} (ν choose μ) (α_μ h_{ν−μ}' + Σ_i g_{i,μ} h_{ν−μ+e_i}).
//! ```
//!
//! What comes back as the cycle does makes `α_ν` by the adjoint function `φ`, what comes back as a critical function does makes its
//! `g_{i,ν}` by the adjoint one, `w`, and other equations can be solved as they are; solutions have no part of `u'` or `v`. At a fold
//! `⟨φ, u'⟩ = 0`: there `φ` makes `g_ν`, `α₁ = −β` and all other `α_ν` are zero, but where the period does not change with
//! the cycle. All derivatives come from one pass of nested dual numbers each.
//!
//! Iooss, J. Differential Equations 76 (1988) 47; Kuznetsov, Govaerts, Doedel & Dhooge, SIAM J. Numer. Anal. 43 (2005) 1407; De Witte,
//! Della Rossa, Govaerts & Kuznetsov, SIAM J. Appl. Dyn. Syst. 12 (2013) 722, where the equations are written out for each point.

use super::super::powers::{below, binomial, degree, parts, subtract};
use super::{Cycle, Pair, Projection};
use crate::collocation::Turn;
use crate::field::{Field, mixed};
use crate::linalg::Singular;
use crate::scalar::Complex;
use std::collections::BTreeMap;

/// Exponents `ν` of `ξ` and, of a torus, `ξ̄`.
type Powers = [u8; 2];
/// Complex values at the Gauss points, over the sizes of the states.
type Function = Vec<Complex<f64>>;

/// How critical functions come back.
#[derive(Clone, Copy, PartialEq)]
enum Return {
    Same,
    /// The same, with `v' = T f_x v`: nothing relates `v` to `u'`.
    Apart,
    Reversed,
    Turned(f64),
}

/// `h_ν`, its slope, `α_ν`, and the `g_{i,ν}` that is not zero.
#[derive(Clone)]
struct Term {
    value: Function,
    slope: Function,
    phase: f64,
    amplitude: Complex<f64>,
}

/// `⟨w, r_ν⟩`, `g_ν` but for `⟨w, v⟩`, and the sum of the magnitudes of its terms, to judge whether it vanishes: of the form of highest
/// order in `v`, of what else there is of `∂^ν f(H)`, and of the rates. (The integral of magnitudes would be larger by as many orders as
/// neighbours are repelled before they are attracted.)
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub value: Complex<f64>,
    pub size: f64,
}

/// The power series, each coefficient computed when it is asked for, and once.
pub(super) struct Reduction<'c, 'a, F: Field> {
    cycle: &'c Cycle<'a, F>,
    way: Return,
    steady: Projection<'c>,
    /// Of critical functions; at a fold the steady one serves.
    own: Option<Projection<'c>>,
    /// `⟨φ, u'⟩`, zero of a fold, and `⟨w, v⟩`, of a fold `⟨φ, v⟩`.
    pub trivial: f64,
    pub product: Complex<f64>,
    known: BTreeMap<Powers, Term>,
}

impl<'c, 'a, F: Field> Reduction<'c, 'a, F> {
    /// At a fold, with `v' = T f_x v + β u'`.
    pub fn fold(cycle: &'c Cycle<'a, F>, v: &[f64], beta: f64, periodic: &Pair) -> Result<Self, Singular> {
        let mut steady = cycle.steady(periodic)?;
        let product = steady.part(v).into();
        let slope: Vec<f64> = cycle.linear(v).iter().zip(&cycle.rates).map(|(a, f)| a + beta * f).collect();
        let first = Term { value: real(v), slope: real(&slope), phase: -beta, amplitude: 0.0.into() };
        let known = BTreeMap::from([([1, 0], first)]);
        Ok(Reduction { cycle, way: Return::Same, steady, own: None, trivial: 0.0, product, known })
    }

    /// At a fold where the period does not change with the cycle, as where a system is forced: `v' = T f_x v`, and what comes back as it
    /// was makes `α_ν` and `g_ν` both.
    pub fn fold_apart(cycle: &'c Cycle<'a, F>, v: &[f64]) -> Result<Self, Singular> {
        let border = [v.to_vec(), cycle.rates.clone()];
        let equation = cycle.equation(false, &Turn::none(1), &border, &border)?;
        let mut steady = Projection { functions: &cycle.functions, equation, size: cycle.states(), borders: 2 };
        let product = steady.part(v).into();
        let first = Term { value: real(v), slope: real(&cycle.linear(v)), phase: 0.0, amplitude: 0.0.into() };
        let known = BTreeMap::from([([1, 0], first)]);
        Ok(Reduction { cycle, way: Return::Apart, steady, own: None, trivial: 0.0, product, known })
    }

    /// At a period doubling.
    pub fn flip(cycle: &'c Cycle<'a, F>, flip: &Pair, periodic: &Pair) -> Result<Self, Singular> {
        let own = cycle.own(&Turn::reversal(), flip)?;
        Self::of(cycle, Return::Reversed, own, real(&flip.direct), periodic)
    }

    /// At a torus point with multipliers `e^{±iθ}`.
    pub fn torus(cycle: &'c Cycle<'a, F>, theta: f64, torus: &Pair, periodic: &Pair) -> Result<Self, Singular> {
        let own = cycle.own(&Turn::rotation(theta), torus)?;
        Self::of(cycle, Return::Turned(theta), own, cycle.unfolded(&torus.direct), periodic)
    }

    fn of(
        cycle: &'c Cycle<'a, F>,
        way: Return,
        mut own: Projection<'c>,
        direct: Function,
        periodic: &Pair,
    ) -> Result<Self, Singular> {
        let mut steady = cycle.steady(periodic)?;
        let trivial = steady.part(&cycle.rates);
        let product = own.complex_part(&layout(cycle, way, &direct));
        let first = Term { slope: linear(cycle, &direct), value: direct, phase: 0.0, amplitude: 0.0.into() };
        let known = BTreeMap::from([([0, 1], conjugate(&first)), ([1, 0], first)]);
        Ok(Reduction { cycle, way, steady, own: Some(own), trivial, product, known })
    }

    /// `⟨φ, r⟩`.
    pub fn steady_part(&mut self, right: &[f64]) -> f64 {
        self.steady.part(right)
    }

    /// The projection of the resonant monomial `ν` of the critical amplitude.
    pub fn part(&mut self, powers: Powers) -> Result<Part, Singular> {
        let (composed, rates) = self.terms(&powers)?;
        let highest = self.composition(&powers, 1);
        let others = composed.iter().zip(&highest).map(|(all, highest)| all - highest).collect();
        let (cycle, way) = (self.cycle, self.way);
        let projection = self.own.as_mut().unwrap_or(&mut self.steady);
        let mut of = |term| {
            let part = projection.complex_part(&layout(cycle, way, term));
            if way == Return::Apart { part.re.into() } else { part }
        };
        let values: [Complex<f64>; 3] = [of(&highest), of(&others), of(&rates)];
        Ok(Part { value: values.iter().sum(), size: values.iter().map(|value| value.norm()).sum() })
    }

    /// How many rounds of the critical function `h_ν` goes through: it comes back as the cycle does for zero, and as the critical
    /// functions for ±1.
    fn rounds(&self, powers: &Powers) -> i32 {
        let difference = i32::from(powers[0]) - i32::from(powers[1]);
        if let Return::Turned(_) = self.way { difference } else { difference % 2 }
    }

    /// `ν` is resonant with an amplitude: which one.
    fn resonant(&self, powers: &Powers) -> Option<usize> {
        match (self.way, self.rounds(powers)) {
            (Return::Same | Return::Apart, _) | (_, 1) => Some(0),
            (_, -1) => Some(1),
            _ => None,
        }
    }

    /// Computes the term of `ν`, and all below.
    fn ensure(&mut self, powers: &Powers) -> Result<(), Singular> {
        if self.known.contains_key(powers) {
            return Ok(());
        }
        let mirrored = [powers[1], powers[0]];
        if powers[1] > powers[0] {
            self.ensure(&mirrored)?;
            let term = conjugate(&self.known[&mirrored]);
            self.known.insert(*powers, term);
            return Ok(());
        }
        let mut right = self.remainder(powers)?;
        let (mut phase, mut amplitude) = (0.0, Complex::from(0.0));
        let value = match (self.way, self.rounds(powers)) {
            (Return::Same, _) => {
                amplitude = self.steady.part(&real_parts(&right)) / self.product;
                self.add(&mut right, -amplitude, &[1, 0]);
                real(&self.steady.response(&real_parts(&right)))
            }
            (Return::Apart, _) => {
                let both = self.steady.complex_part(&real_parts(&right));
                (amplitude, phase) = ((both.re / self.product.re).into(), both.im);
                self.add(&mut right, -amplitude, &[1, 0]);
                right.iter_mut().zip(&self.cycle.rates).for_each(|(r, f)| *r -= phase * f);
                real(&self.steady.response(&real_parts(&right)))
            }
            (_, 0) => {
                phase = self.steady.part(&real_parts(&right)) / self.trivial;
                right.iter_mut().zip(&self.cycle.rates).for_each(|(r, f)| *r -= phase * f);
                real(&self.steady.response(&real_parts(&right)))
            }
            (way, 1) => {
                let own = self.own.as_mut().ok_or(Singular)?;
                amplitude = own.complex_part(&layout(self.cycle, way, &right)) / self.product;
                self.add(&mut right, -amplitude, &[1, 0]);
                let own = self.own.as_mut().ok_or(Singular)?;
                let found = own.response(&layout(self.cycle, way, &right));
                if way == Return::Reversed { real(&found) } else { self.cycle.unfolded(&found) }
            }
            (Return::Turned(theta), rounds) => {
                let turn = Turn::rotation(f64::from(rounds) * theta);
                let right = layout(self.cycle, self.way, &right);
                let (nodes, _) = self.cycle.equation(false, &turn, &[], &[])?.solve(Some(&right), &[]);
                self.cycle.unfolded(&self.cycle.functions.at_points(&nodes, 2 * self.cycle.states()))
            }
            _ => return Err(Singular),
        };
        let mut slope = linear(self.cycle, &value);
        slope.iter_mut().zip(&right).for_each(|(slope, r)| *slope += r);
        self.known.insert(*powers, Term { value, slope, phase, amplitude });
        Ok(())
    }

    /// Adds a multiple of `h_ν`.
    fn add(&self, to: &mut Function, factor: Complex<f64>, powers: &Powers) {
        to.iter_mut().zip(&self.known[powers].value).for_each(|(to, h)| *to += factor * h);
    }

    /// `r_ν`.
    fn remainder(&mut self, powers: &Powers) -> Result<Function, Singular> {
        let (composed, rates) = self.terms(powers)?;
        Ok(composed.iter().zip(&rates).map(|(composed, rates)| composed + rates).collect())
    }

    /// The two terms of `r_ν`, of `f` and of the rates.
    fn terms(&mut self, powers: &Powers) -> Result<(Function, Function), Singular> {
        let mut lower = below(powers);
        lower.retain(|part| degree(part) > 0 && part != powers);
        for part in &lower {
            self.ensure(part)?;
        }
        let composed = self.composition(powers, usize::MAX);
        let mut rates = vec![Complex::from(0.0); composed.len()];
        for part in &lower {
            let (phase, amplitude) = (self.known[part].phase, self.known[part].amplitude);
            let (factor, mut rest) = (binomial(powers, part), subtract(powers, part));
            if phase != 0.0 {
                rates.iter_mut().zip(&self.known[&rest].slope).for_each(|(r, slope)| *r -= factor * phase * slope);
            }
            if let Some(i) = self.resonant(part).filter(|_| degree(part) > 1) {
                rest[i] += 1;
                self.add(&mut rates, -factor * amplitude, &rest);
            }
        }
        Ok((composed, rates))
    }

    /// `T ∂^ν f(H)` at `w = 0`, with `h_ν = 0`, and with zero for every `h_μ` of a degree `|μ|` beyond the highest.
    fn composition(&self, powers: &Powers, highest: usize) -> Function {
        let Cycle { field, p, period, sizes, states, .. } = self.cycle;
        let (n, parts, zero) = (sizes.len(), parts(powers), Complex::from(0.0));
        let mut all = vec![vec![zero; p.len()]; parts.len()];
        all[0] = real(p);
        let counts = |part: &Powers| part != powers && degree(part) <= highest;
        let mut x = vec![vec![zero; n]; parts.len()];
        let mut out = Vec::with_capacity(states.len());
        for (k, state) in states.chunks_exact(n).enumerate() {
            x[0] = real(state);
            for (x, part) in x.iter_mut().zip(&parts).skip(1).filter(|(_, part)| counts(part)) {
                let here = &self.known[part].value[k * n..(k + 1) * n];
                x.iter_mut().zip(here).zip(sizes).for_each(|((x, h), size)| *x = h * size);
            }
            out.extend(mixed(*field, &x, &all).iter().zip(sizes).map(|(f, size)| f * (period / size)));
        }
        out
    }
}

/// `T f_x v` of a complex function.
fn linear<F: Field>(cycle: &Cycle<F>, function: &Function) -> Function {
    let [re, im] = [0, 1].map(|k| cycle.linear(&function.iter().map(|z| [z.re, z.im][k]).collect::<Vec<f64>>()));
    re.into_iter().zip(im).map(|(re, im)| Complex::new(re, im)).collect()
}

fn real(values: &[f64]) -> Function {
    values.iter().map(|&value| value.into()).collect()
}

fn real_parts(function: &Function) -> Vec<f64> {
    function.iter().map(|z| z.re).collect()
}

fn conjugate(term: &Term) -> Term {
    let of = |function: &Function| function.iter().map(|z| z.conj()).collect();
    Term { value: of(&term.value), slope: of(&term.slope), phase: term.phase, amplitude: term.amplitude.conj() }
}

/// As critical functions are held: real parts, of a torus with the imaginary ones after them at each point.
fn layout<F: Field>(cycle: &Cycle<F>, way: Return, function: &Function) -> Vec<f64> {
    match way {
        Return::Turned(_) => function
            .chunks_exact(cycle.states())
            .flat_map(|z| z.iter().map(|z| z.re).chain(z.iter().map(|z| z.im)))
            .collect(),
        _ => real_parts(function),
    }
}
