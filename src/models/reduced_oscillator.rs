//! The reduced oscillator: the memristive neuron at zero temperature, its population held at rest, as a resonator with friction.
//!
//! With `Z ≡ Z_T = 1` in the neuron's equations (see [`super::memristive_neuron`]) `Y` can be eliminated. Differentiating
//! `Ẋ = ΩY + 2V̇ − ΓX` and inserting `Ẏ = −ΩX − ΓY` leaves, with `Ω₁² = Ω² + Γ²` and `f_V = ∂V̇/∂V`,
//!
//! ```text
//! V̇ = V_in − (1 + R_n G) V,       G = F₀₀ + X F₀₁
//! Ẋ = U
//! U̇ = −2(Γ + R_n F₀₁ V) U − Ω₁² X + ε,       ε = 2V̇ (Γ + f_V)
//! f_V = −1 − R_n [G − √2 l V (F₀₀' + X F₀₁')] = −1 − R_n [G − 2V (F₀₁ + X (F₁₁ − F₀₀))]
//! ```
//!
//! because `F₀₀' = √2 F₀₁/l` and `F₀₁' = √2 (F₁₁ − F₀₀)/l` (see [`super::conductance`]). `V̇` in `ε` is a right-hand side, not an
//! acceleration: the system stays explicit.
//!
//! Equilibria have `X = U = 0` and the neuron's voltages. With `a = f_V` and `c = −R_n F₀₁ V` there, the Jacobian over (V, X, U) is
//!
//! ```text
//! | a            c                   0         |
//! | 0            0                   1         |        μ³ + a₂μ² + a₁μ + a₀,
//! | 2a(Γ + a)    2c(Γ + a) − Ω₁²     2(c − Γ)  |
//!
//! a₂ = 2Γ − 2c − a,     a₁ = Ω₁² − 2Γ(a + c),     a₀ = −a Ω₁²,
//! ```
//!
//! and this is the cubic of the neuron at `Z_T = 1`, whose fourth eigenvalue is `−αΓ`: folds, Andronov–Hopf points and their
//! frequencies are the same. What the reduction changes begins with the normal form, to which `Z` contributes in second order.

use super::conductance::Conductance;
use super::{Description, memristive_neuron, quantity};
use crate::field::Field;
use crate::scalar::Scalar;
use std::f64::consts::SQRT_2;

/// The model, with its conductance tabulated for the lengths that it will mostly be used with.
#[derive(Clone, Debug)]
pub struct ReducedOscillator {
    conductance: Conductance,
}

impl ReducedOscillator {
    /// The model for parameters near `p`: the same equations for any `p`, fast where `l` and `lambda` are these.
    pub fn new(p: &[f64]) -> Self {
        ReducedOscillator { conductance: Conductance::new(p[4], p[6]) }
    }

    /// The table was made for these lengths.
    pub fn suits(&self, p: &[f64]) -> bool {
        self.conductance.is_for(p[4], p[6])
    }

    /// `[F₀₀, F₀₁, F₁₁]` for a voltage.
    fn elements<S: Scalar>(&self, voltage: S, p: &[S]) -> [S; 3] {
        let (l, rest, lambda) = (p[4], p[5], p[6]);
        self.conductance.elements(rest - l * voltage * SQRT_2, l, lambda)
    }
}

impl Field for ReducedOscillator {
    fn states(&self) -> usize {
        3
    }
    fn parameters(&self) -> usize {
        7
    }

    #[inline(always)]
    fn rhs<S: Scalar>(&self, state: &[S], p: &[S], derivative: &mut [S]) {
        let (v, x, u) = (state[0], state[1], state[2]);
        let (v_in, r_n, gamma, omega) = (p[0], p[1], p[2], p[3]);
        let [f00, f01, f11] = self.elements(v, p);
        let g = f00 + x * f01;
        let dv = v_in - (r_n * g + 1.0) * v;
        let slope = -(r_n * (g - v * (f01 + x * (f11 - f00)) * 2.0)) - 1.0;
        derivative[0] = dv;
        derivative[1] = u;
        derivative[2] =
            -((gamma + r_n * f01 * v) * u * 2.0) - (omega * omega + gamma * gamma) * x + dv * (gamma + slope) * 2.0;
    }

    fn observe(&self, x: &[f64], p: &[f64], outputs: &mut [f64]) {
        let [f00, f01, _] = self.elements(x[0], p);
        let g = f00 + x[1] * f01;
        outputs.copy_from_slice(&[g, g * x[0]]);
    }
}

/// What the model says of itself.
pub fn description() -> Description {
    // The parameters are the neuron's, without the two that Z ≡ Z_T = 1 takes out.
    let mut parameters = memristive_neuron::description().parameters;
    parameters.retain(|parameter| !["Z_T", "alpha"].contains(&parameter.name.as_str()));
    // Nothing here relaxes with a rate of its own: equilibria stay isolated also without dissipation.
    parameters.iter_mut().for_each(|parameter| parameter.zero = None);
    Description {
        invariant: None,
        name: "reduced-oscillator".into(),
        title: "Memristive neuron at zero temperature, with its population at rest: a resonator with friction".into(),
        source: "Hysteresis and self-oscillations in an artificial memristive quantum neuron, Eqs. (15) and (16)"
            .into(),
        equations: [
            "V' = V_in - (1 + R_n G) V,   G = F00 + X F01",
            "X' = U",
            "U' = -2 (Gamma + R_n F01 V) U - (Omega^2 + Gamma^2) X + 2 V' (Gamma + f_V)",
            "f_V = -1 - R_n [G - 2 V (F01 + X (F11 - F00))]   (the derivative of V' by V)",
            "F_ij as in memristive-neuron; Z = Z_T = 1, and Omega Y = U - 2 V' + Gamma X",
        ]
        .map(String::from)
        .to_vec(),
        states: vec![
            quantity("V", "voltage across the memristor, the neuron's output"),
            quantity("X", "real part of the coherence"),
            quantity("U", "its derivative by time"),
        ],
        parameters,
        outputs: vec![quantity("G", "dimensionless conductance"), quantity("I", "dimensionless current, G V")],
        cycle_outputs: Vec::new(),
        derived: Vec::new(),
        functions: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::conductance::quadrature;
    use super::super::memristive_neuron::MemristiveNeuron;
    use super::*;
    use crate::curves::OneParameter;
    use crate::equilibrium::find;
    use crate::field::{Derivatives, linear};
    use crate::scalar::Dual;
    use crate::trace::{Edge, Settings, trace};

    const P: [f64; 7] = [2.0, 6.0, 0.2, 7.0, 0.5, 0.8, 0.13];

    /// `f_V` and `f_X` at the equilibrium with this voltage, from the quadrature and its derivative.
    fn entries(v: f64, p: &[f64]) -> [f64; 2] {
        let [_, r_n, _, _, l, rest, lambda] = p.try_into().unwrap();
        let x = Dual { re: rest - SQRT_2 * l * v, eps: [1.0] };
        let [f00, f01, _]: [Dual<f64>; 3] = quadrature(x, Dual::from(l), Dual::from(lambda));
        [-1.0 - r_n * (f00.re - SQRT_2 * l * v * f00.eps[0]), -r_n * f01.re * v]
    }

    /// `a₂, a₁, a₀` of the characteristic polynomial.
    fn cubic(v: f64, p: &[f64]) -> [f64; 3] {
        let [a, c] = entries(v, p);
        let (gamma, square) = (p[2], p[2] * p[2] + p[3] * p[3]);
        [2.0 * gamma - 2.0 * c - a, square - 2.0 * gamma * (a + c), -a * square]
    }

    /// The bias of the equilibrium with this voltage.
    fn bias(v: f64, p: &[f64]) -> f64 {
        (1.0 + p[1] * quadrature(p[5] - SQRT_2 * p[4] * v, p[4], p[6])[0]) * v
    }

    #[test]
    fn it_is_the_neuron_whose_population_is_held() {
        let neuron = [P[0], P[1], 1.0, P[2], 1.3, P[3], P[4], P[5], P[6]];
        let (full, reduced) = (MemristiveNeuron::new(&neuron), ReducedOscillator::new(&P));
        let (gamma, omega) = (P[2], P[3]);
        for state in [[0.3, 1.0, 0.2, -0.4], [1.2, 1.0, -0.7, 0.1], [-2.0, 1.0, 0.0, 0.9]] {
            let mut f = [0.0; 4];
            full.rhs(&state, &neuron, &mut f);
            let along = [f[0], 0.0, f[2], f[3]];
            let acceleration = linear(&full, &state, &neuron, &along)[0];
            let mut g = [0.0; 3];
            reduced.rhs(&[state[0], state[2], f[2]], &P, &mut g);
            let expected = [f[0], f[2], omega * f[3] + 2.0 * acceleration - gamma * f[2]];
            // Numbers of size Ω² ≈ 50, rounded a dozen times.
            assert!(g.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-13 * 50.0), "{g:?} {expected:?}");
        }
    }

    #[test]
    fn the_jacobian_at_an_equilibrium_is_that_of_the_closed_form() {
        let model = ReducedOscillator::new(&P);
        for v in [-2.0, 0.1, 0.9, 1.7, 3.3] {
            let mut p = P;
            p[0] = bias(v, &p);
            let mut derivatives = Derivatives::new(&model, &[]);
            let (mut f, mut jacobian) = ([0.0; 3], derivatives.matrix());
            derivatives.first(&model, &[v, 0.0, 0.0], &p, &mut f, &mut jacobian);
            assert!(f.iter().all(|f| f.abs() < 1e-14), "not an equilibrium: {f:?}");
            let [a, c] = entries(v, &p);
            let (gamma, square) = (p[2], p[2] * p[2] + p[3] * p[3]);
            let row = [2.0 * a * (gamma + a), 2.0 * c * (gamma + a) - square, 2.0 * (c - gamma)];
            let exact = [[a, c, 0.0], [0.0, 0.0, 1.0], row];
            for (a, b) in jacobian.entries().iter().zip(exact.as_flattened()) {
                assert!((a - b).abs() < 1e-12, "V = {v}: {a} {b}");
            }
        }
    }

    #[test]
    fn hopf_points_are_where_the_cubic_says_and_where_the_neuron_has_them() {
        let mut p = [0.0, 5.0, 0.1, 7.0, 0.5, 0.8, 0.13];
        let model = ReducedOscillator::new(&p);
        let mut start = find(&model, &[0.0; 3], &p, true).unwrap();
        start.push(0.0);
        let mut curve = OneParameter::new(&model, &p, 0, 8.0);
        let edges = [Edge { coordinate: 3, low: 0.0, high: 8.0 }];
        let branch = trace(&mut curve, &start, 3, &edges, &[], &Settings::default(), &mut |_, _| {}).unwrap();
        let found: Vec<&[f64]> =
            branch.special.iter().filter(|s| s.label == "H").map(|s| &branch.points[s.index].y[..]).collect();
        // Voltage, bias and frequency of the neuron, computed with forty digits.
        let neuron = [
            (0.15399563099640154877, 0.22538454208675932969, 7.0230891057457379558),
            (1.0966690372482967164, 3.3086301338397961932, 7.0453896452821162394),
        ];
        assert_eq!(found.len(), 2);
        for (y, (v, v_in, omega)) in found.into_iter().zip(neuron) {
            assert!((y[0] - v).abs() < 1e-12 && (y[3] - v_in).abs() < 1e-12, "{y:?}");
            let criterion = |v: f64| cubic(v, &p)[0] * cubic(v, &p)[1] - cubic(v, &p)[2];
            let [mut low, mut high] = [v - 0.01, v + 0.01];
            assert!(criterion(low) * criterion(high) < 0.0, "Routh and Hurwitz's condition changes its sign");
            while high - low > 1e-14 {
                let middle = 0.5 * (low + high);
                if criterion(low) * criterion(middle) > 0.0 { low = middle } else { high = middle }
            }
            p[0] = bias(low, &p);
            assert!((low - y[0]).abs() < 1e-12 && (p[0] - y[3]).abs() < 1e-12, "{low} {y:?}");
            assert!((cubic(low, &p)[1].sqrt() - omega).abs() < 1e-12);
        }
    }
}
