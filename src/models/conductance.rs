//! Conductance matrix elements of the memristive neuron,
//!
//! ```text
//! F_ij(x) = ∫ ψ_i(u) ψ_j(u) sech((u + x)/λ) du,   ψ₀ = (πl²)^(−1/4) e^{−u²/2l²},   ψ₁ = √2 (u/l) ψ₀.
//! ```
//!
//! With `y = u/l` and the Hermite polynomials `H_k`, all of them and all their derivatives are combinations of
//!
//! ```text
//! P_k(x) = π^(−1/2) ∫ H_k(y) e^{−y²} sech((l y + x)/λ) dy,      P_k' = P_{k+1}/l,
//! F₀₀ = P₀,   F₀₁ = P₁/√2,   F₁₁ = P₀ + P₂/2,
//! ```
//!
//! because `(H_k e^{−y²})' = −H_{k+1} e^{−y²}`. So the Taylor coefficients of `F_ij` at a node are themselves values of the
//! `P_k`: a table of these at equidistant nodes gives value and derivatives from one short Horner scheme each, with no
//! fitting, and the derivatives are those of the value. Between nodes `|x − node| ≤ l/16`, and since
//! `|P_k| ≤ √(2ᵏ k!)`, cutting the series after 12 terms for first derivatives (14 for sixth) leaves about 1e-15.

use crate::scalar::{Base, Scalar};
use std::f64::consts::PI;

/// Derivatives of `F_ij` that can be asked for: 0 to this order.
pub const MAX_ORDER: usize = 6;
/// Values of an element and of these.
const PER_ELEMENT: usize = MAX_ORDER + 1;
/// `P_0 …` needed for that.
const MOMENTS: usize = MAX_ORDER + 3;
const TERMS: usize = 14;
const COLUMNS: usize = MOMENTS + TERMS;
/// Nodes per `l`.
const DENSITY: f64 = 8.0;
/// `e^{−y²}` and `sech(s)` are below rounding beyond these.
const GAUSS_REACH: f64 = 6.6;
const SECH_REACH: f64 = 40.0;

/// The elements for one pair `(l, λ)`, tabulated.
#[derive(Clone, Debug)]
pub struct Conductance {
    l: f64,
    lambda: f64,
    /// Row k: `P_0 …` at `x = k l / DENSITY`; only `x ≥ 0`, since `P_k(−x) = (−1)ᵏ P_k(x)`.
    table: Vec<[f64; COLUMNS]>,
}

impl Conductance {
    /// Tabulates the elements on the interval outside which they vanish to rounding. Empty (and then never used) where
    /// `l` and `λ` are not positive, or so different that the table would be longer than 4096 nodes.
    pub fn new(l: f64, lambda: f64) -> Self {
        let reach = (GAUSS_REACH * l + SECH_REACH * lambda) / l * DENSITY;
        let nodes = if l > 0.0 && lambda > 0.0 && reach < 4096.0 { reach.ceil() as usize + 1 } else { 0 };
        let table = (0..nodes).map(|k| moments(k as f64 * l / DENSITY, l, lambda)).collect();
        Conductance { l, lambda, table }
    }

    #[inline]
    pub fn is_for(&self, l: f64, lambda: f64) -> bool {
        self.l == l && self.lambda == lambda
    }

    /// `[F₀₀, F₀₁, F₁₁]` at `x`.
    ///
    /// From the table where `l` and `λ` are those it was made for and carry no derivatives, by quadrature otherwise.
    /// Error: about 1e-15 in the values; derivatives of order k lose what `l⁻ᵏ` amplifies.
    #[inline(always)]
    pub fn elements<S: Scalar>(&self, x: S, l: S, lambda: S) -> [S; 3] {
        if S::ORDER > MAX_ORDER || !(l.is_constant() && lambda.is_constant()) {
            return quadrature(x, l, lambda);
        }
        let (l, lambda) = (l.value(), lambda.value());
        let suits = self.is_for(l, lambda);
        let derivatives = x.base().each(|at| {
            let tabulated = match S::ORDER {
                _ if !suits => None,
                0 => self.look_up::<3>(at),
                1 => self.look_up::<4>(at),
                2 => self.look_up::<5>(at),
                _ => self.look_up::<MOMENTS>(at),
            };
            let p = tabulated.unwrap_or_else(|| moments(at, l, lambda));
            combine(&p, l, S::ORDER)
        });
        [0, 1, 2].map(|i| x.chain(&derivatives[i * PER_ELEMENT..][..=S::ORDER], |k| bound(i, k, l)))
    }

    /// `P_0 … P_{COUNT−1}` at `x`, or `None` outside the table.
    #[inline(always)]
    fn look_up<const COUNT: usize>(&self, x: f64) -> Option<[f64; MOMENTS]> {
        let position = x.abs() / self.l * DENSITY;
        let node = (position + 0.5) as usize;
        let row = self.table.get(node)?;
        let t = (position - node as f64) / DENSITY;
        // P_k = ((row[k+T] t/T + row[k+T−1]) t/(T−1) + …) t/1 + row[k]
        let terms = 11 + COUNT / 3;
        let mut sums = [0.0; COUNT];
        sums.copy_from_slice(&row[terms - 1..][..COUNT]);
        for j in (1..terms).rev() {
            let step = t * INVERSE[j];
            for (sum, term) in sums.iter_mut().zip(&row[j - 1..]) {
                *sum = *sum * step + term;
            }
        }
        let odd = if x < 0.0 { -1.0 } else { 1.0 };
        let mut p = [0.0; MOMENTS];
        for (k, sum) in sums.into_iter().enumerate() {
            p[k] = if k % 2 == 0 { sum } else { odd * sum };
        }
        Some(p)
    }
}

const INVERSE: [f64; TERMS] = {
    let mut inverse = [0.0; TERMS];
    let mut j = 1;
    while j < TERMS {
        inverse[j] = 1.0 / j as f64;
        j += 1;
    }
    inverse
};

/// Derivatives 0 to `order` of the three elements from the `P_k`, one element after the other.
#[inline(always)]
fn combine(p: &[f64; MOMENTS], l: f64, order: usize) -> [f64; 3 * PER_ELEMENT] {
    let mut derivatives = [0.0; 3 * PER_ELEMENT];
    let mut scale = 1.0;
    for k in 0..=order {
        derivatives[k] = p[k] * scale;
        derivatives[PER_ELEMENT + k] = p[k + 1] * scale * std::f64::consts::FRAC_1_SQRT_2;
        derivatives[2 * PER_ELEMENT + k] = (p[k] + 0.5 * p[k + 2]) * scale;
        scale /= l;
    }
    derivatives
}

/// A bound of the k-th derivative of `F₀₀`, `F₀₁` or `F₁₁` (`element` 0, 1, 2) at any `x`: `|P_k| ≤ √(2ᵏ k!)` by Cauchy and
/// Schwarz, since `√(2ᵏ k!)` is the norm of `H_k` and `sech ≤ 1`.
fn bound(element: usize, k: usize, l: f64) -> f64 {
    let moment = |k: usize| (1..=k).map(|k| (2.0 * k as f64).sqrt()).product::<f64>();
    let moments = match element {
        0 => moment(k),
        1 => moment(k + 1) * std::f64::consts::FRAC_1_SQRT_2,
        _ => moment(k) + 0.5 * moment(k + 2),
    };
    moments / l.powi(k as i32)
}

/// Nodes `y` of the trapezoidal rule, from `first` in steps of `h`, `count` of them.
struct Nodes {
    first: f64,
    h: f64,
    count: usize,
}

/// The rule that integrates `e^{−y²} sech((l y + x)/λ)` to rounding.
///
/// In the strip `|Im y| < a` the integrand is analytic up to `a = πλ/2l` and grows like `e^{a²}`, so the error is
/// `e^{a² − 2πa/h}`; `h` makes this `e^{−40}` with the best `a` (Trefethen & Weideman 2014). Differentiating the rule `order`
/// times multiplies its error by `(2π/h)^order`, which `e^{−6 order}` more makes up for.
fn nodes(x: f64, l: f64, lambda: f64, order: usize) -> Nodes {
    let exponent = 40.0 + 6.0 * order as f64;
    let pole = 0.5 * PI * lambda / l;
    // Best a is π/h where the pole is farther out than that, and just below the pole otherwise.
    let entire = PI / exponent.sqrt();
    let h = if PI / entire < pole { entire } else { 2.0 * PI * pole / (exponent + pole * pole) };
    let low = (-GAUSS_REACH).max((-x - SECH_REACH * lambda) / l);
    let high = GAUSS_REACH.min((-x + SECH_REACH * lambda) / l);
    let first = (low / h).ceil() * h;
    let count = if high >= first { ((high - first) / h) as usize + 1 } else { 0 };
    // A tunnelling length a million times shorter than the oscillator's would never end; nothing physical is near it.
    Nodes { first, h, count: count.min(1_000_000) }
}

/// The first `K` of the `P_k` at `x` by the trapezoidal rule.
fn moments<const K: usize>(x: f64, l: f64, lambda: f64) -> [f64; K] {
    let mut sum = [0.0; K];
    let rule = nodes(x, l, lambda, 0);
    for i in 0..rule.count {
        let y = rule.first + i as f64 * rule.h;
        let weight = (-y * y).exp() * ((l * y + x) / lambda).sech();
        // H_{k+1} = 2 y H_k − 2 k H_{k−1}
        let (mut previous, mut hermite) = (0.0, weight);
        for (k, sum) in sum.iter_mut().enumerate() {
            *sum += hermite;
            (previous, hermite) = (hermite, 2.0 * (y * hermite - k as f64 * previous));
        }
    }
    sum.map(|s| s * rule.h / PI.sqrt())
}

/// The three elements by the trapezoidal rule over any scalar: the Gaussian factor depends on no parameter.
pub fn quadrature<S: Scalar>(x: S, l: S, lambda: S) -> [S; 3] {
    let mut sum = [S::from(0.0); 3];
    let rule = nodes(x.value(), l.value(), lambda.value(), S::ORDER);
    for i in 0..rule.count {
        let y = rule.first + i as f64 * rule.h;
        let weighted = ((l * y + x) / lambda).sech() * (-y * y).exp();
        sum[0] += weighted;
        sum[1] += weighted * (std::f64::consts::SQRT_2 * y);
        sum[2] += weighted * (2.0 * y * y);
    }
    sum.map(|s| s * (rule.h / PI.sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::Dual;

    const L: f64 = 0.5;
    const LAMBDA: f64 = 0.13;

    /// The definition, with twenty times as many nodes as needed and `ψ_i` written out.
    fn definition(x: f64, l: f64, lambda: f64) -> [f64; 3] {
        let h = 1e-3 * l.min(lambda);
        let reach = (8.0 * l / h) as i64;
        let mut sum = [0.0; 3];
        for i in -reach..=reach {
            let u = i as f64 * h;
            let psi0 = (PI * l * l).powf(-0.25) * (-u * u / (2.0 * l * l)).exp();
            let psi1 = std::f64::consts::SQRT_2 * (u / l) * psi0;
            let sech = 1.0 / ((u + x) / lambda).cosh();
            for (sum, psi) in sum.iter_mut().zip([psi0 * psi0, psi0 * psi1, psi1 * psi1]) {
                *sum += h * psi * sech;
            }
        }
        sum
    }

    #[test]
    fn table_and_quadrature_agree_with_the_definition() {
        let table = Conductance::new(L, LAMBDA);
        for k in -60..=60 {
            let x = 0.07123 * k as f64;
            let exact = definition(x, L, LAMBDA);
            for computed in [table.elements(x, L, LAMBDA), quadrature(x, L, LAMBDA)] {
                for (c, e) in computed.iter().zip(exact) {
                    assert!((c - e).abs() < 1e-14, "x = {x}: {c} {e}");
                }
            }
        }
    }

    #[test]
    fn other_lengths_are_as_accurate() {
        for (l, lambda) in [(0.5, 2.0), (0.1, 5.0), (2.0, 0.05), (0.3, 0.3)] {
            let table = Conductance::new(l, lambda);
            for x in [-1.1, 0.0, 0.37, 2.5] {
                let exact = definition(x, l, lambda);
                for computed in [table.elements(x, l, lambda), quadrature(x, l, lambda)] {
                    computed
                        .iter()
                        .zip(exact)
                        .for_each(|(c, e)| assert!((c - e).abs() < 1e-13, "{l} {lambda} {x}: {c} {e}"));
                }
            }
        }
    }

    #[test]
    fn derivatives_from_the_table_are_those_of_the_integrals() {
        // The quadrature over dual numbers differentiates under the integral; it shares no formula with the table.
        type Fourth = Dual<Dual<Dual<Dual<f64>>>>;
        let table = Conductance::new(L, LAMBDA);
        for k in -50..=50 {
            let at = 0.0831 * k as f64;
            let first = Dual { re: at, eps: [1.0] };
            let second = Dual { re: first, eps: [Dual::constant(1.0)] };
            let third = Dual { re: second, eps: [Dual::constant(Dual::constant(1.0))] };
            let x: Fourth = Dual { re: third, eps: [Dual::constant(Dual::constant(Dual::constant(1.0)))] };
            let (a, b) = (table.elements(x, L.into(), LAMBDA.into()), quadrature(x, L.into(), LAMBDA.into()));
            for (a, b) in a.iter().zip(b) {
                for (a, b, order) in [
                    (a.re.re.re.eps[0], b.re.re.re.eps[0], 1),
                    (a.re.re.eps[0].eps[0], b.re.re.eps[0].eps[0], 2),
                    (a.re.eps[0].eps[0].eps[0], b.re.eps[0].eps[0].eps[0], 3),
                    (a.eps[0].eps[0].eps[0].eps[0], b.eps[0].eps[0].eps[0].eps[0], 4),
                ] {
                    // The quadrature rounds 300 terms of size k! λ⁻ᵏ.
                    assert!((a - b).abs() < 5e-15 * LAMBDA.powi(-order), "x = {at}, order {order}: {a} {b}");
                }
            }
        }
    }

    #[test]
    fn the_fourth_derivative_is_that_of_forty_digit_arithmetic() {
        let p: [f64; MOMENTS] = Conductance::new(L, LAMBDA).look_up::<MOMENTS>(0.0831 * -19.0).unwrap();
        let all = combine(&p, L, 4);
        let fourth = [0, 1, 2].map(|element| all[element * PER_ELEMENT + 4]);
        for (computed, exact) in fourth.into_iter().zip([0.98967907513484471, 2.0531487911660620, 4.4706237810743997]) {
            assert!((computed / exact - 1.0).abs() < 1e-13, "{computed} {exact}");
        }
    }

    #[test]
    fn parity_and_the_limits_of_wide_and_narrow_tunnelling_hold() {
        let table = Conductance::new(L, LAMBDA);
        let (plus, minus) = (table.elements(0.613, L, LAMBDA), table.elements(-0.613, L, LAMBDA));
        assert_eq!((plus[0], plus[1], plus[2]), (minus[0], -minus[1], minus[2]));
        let wide = quadrature(0.3, L, 1e6);
        assert!((wide[0] - 1.0).abs() < 1e-11 && wide[1].abs() < 1e-11 && (wide[2] - 1.0).abs() < 1e-11);
        // λ → 0: F_ij → πλ ψ_i ψ_j, with an error of order λ².
        let (x, narrow) = (0.4_f64, 1e-4);
        let psi2 = (PI * L * L).sqrt().recip() * (-x * x / (L * L)).exp();
        let limit =
            [psi2, -std::f64::consts::SQRT_2 * x / L * psi2, 2.0 * (x / L).powi(2) * psi2].map(|f| f * PI * narrow);
        quadrature(x, L, narrow).iter().zip(limit).for_each(|(f, e)| assert!((f / e - 1.0).abs() < 1e-6, "{f} {e}"));
    }

    #[test]
    fn the_integrals_over_all_displacements_are_pi_lambda_or_zero() {
        let table = Conductance::new(L, LAMBDA);
        let h = 0.01;
        let mut sum = [0.0; 3];
        for k in -900..=900 {
            table.elements(k as f64 * h, L, LAMBDA).iter().zip(&mut sum).for_each(|(f, s)| *s += h * f);
        }
        assert!(
            (sum[0] - PI * LAMBDA).abs() < 1e-14 && sum[1].abs() < 1e-14 && (sum[2] - PI * LAMBDA).abs() < 1e-14,
            "{sum:?}"
        );
    }
}
