//! The memristive quantum neuron: an artificial neuron circuit with a two-level quantum particle as its memristor.
//!
//! ```text
//! V̇ = V_in − (1 + R_n G) V,       G = ½[(1+Z) F₀₀ + 2X F₀₁ + (1−Z) F₁₁]
//! Ż = −2V̇X − αΓ(Z − Z_T)
//! Ẋ = ΩY + 2V̇Z − ΓX
//! Ẏ = −ΩX − ΓY
//! ```
//!
//! with `F_ij` at `x_V = x₀ − √2 l V` (see [`super::conductance`]). Lengths in units of half the gap, time in units of the
//! circuit's time constant.

use super::conductance::Conductance;
use super::{Description, Domain, Function, Invariant, Parameter, Quantity, quantity};
use crate::field::Field;
use crate::scalar::Scalar;
use std::f64::consts::{PI, SQRT_2};

/// The model, with its conductance tabulated for the lengths that it will mostly be used with.
#[derive(Clone, Debug)]
pub struct MemristiveNeuron {
    conductance: Conductance,
}

impl MemristiveNeuron {
    /// The model for parameters near `p`: the same equations for any `p`, fast where `l` and `lambda` are these.
    pub fn new(p: &[f64]) -> Self {
        MemristiveNeuron { conductance: Conductance::new(p[6], p[8]) }
    }

    /// The table was made for these lengths.
    pub fn suits(&self, p: &[f64]) -> bool {
        self.conductance.is_for(p[6], p[8])
    }

    /// `[F₀₀, F₀₁, F₁₁]` for a voltage.
    #[inline(always)]
    fn elements<S: Scalar>(&self, voltage: S, p: &[S]) -> [S; 3] {
        let (l, rest, lambda) = (p[6], p[7], p[8]);
        self.conductance.elements(rest - l * voltage * SQRT_2, l, lambda)
    }

    /// `G = ½[(1+Z) F₀₀ + 2X F₀₁ + (1−Z) F₁₁]`.
    #[inline(always)]
    fn conductance<S: Scalar>(&self, state: &[S], p: &[S]) -> S {
        let [f00, f01, f11] = self.elements(state[0], p);
        let (z, x) = (state[1], state[2]);
        ((z + 1.0) * f00 + (-z + 1.0) * f11) * 0.5 + x * f01
    }

    /// One row of a function of the description: the variable first.
    pub fn tabulate(&self, function: &str, at: f64, p: &[f64]) -> Option<Vec<f64>> {
        let (l, rest, lambda) = (p[6], p[7], p[8]);
        match function {
            "conductance-elements" => {
                let [f00, f01, f11] = self.conductance.elements(at, l, lambda);
                Some(vec![at, f00, f01, f11])
            }
            "well" => {
                let u = at - rest;
                let psi0 = (PI * l * l).powf(-0.25) * (-u * u / (2.0 * l * l)).exp();
                let psi1 = SQRT_2 * u / l * psi0;
                // Wave functions are drawn at 0.4 of their size, so that the two levels' stay apart.
                Some(vec![at, 0.5 * (u / l).powi(2), 0.5, 1.5, 0.5 + 0.4 * psi0, 1.5 + 0.4 * psi1])
            }
            _ => None,
        }
    }
}

impl Field for MemristiveNeuron {
    fn states(&self) -> usize {
        4
    }
    fn parameters(&self) -> usize {
        9
    }

    #[inline(always)]
    fn rhs<S: Scalar>(&self, state: &[S], p: &[S], derivative: &mut [S]) {
        let (v, z, x, y) = (state[0], state[1], state[2], state[3]);
        let (v_in, r_n, z_t, gamma, alpha, omega) = (p[0], p[1], p[2], p[3], p[4], p[5]);
        let dv = v_in - (r_n * self.conductance(state, p) + 1.0) * v;
        derivative[0] = dv;
        derivative[1] = -(dv * x * 2.0) - alpha * gamma * (z - z_t);
        derivative[2] = omega * y + dv * z * 2.0 - gamma * x;
        derivative[3] = -(omega * x) - gamma * y;
    }

    fn observe(&self, x: &[f64], p: &[f64], outputs: &mut [f64]) {
        let g = self.conductance(x, p);
        outputs.copy_from_slice(&[g, g * x[0]]);
    }
}

/// What the model says of itself.
pub fn description() -> Description {
    let bloch = |name: &str, meaning: &str| Quantity {
        bounds: Some([-1.0, 1.0]),
        ..quantity(name, &format!("Bloch vector: {meaning}"))
    };
    let (positive, rate) = (Domain::POSITIVE, Domain::NOT_NEGATIVE);
    let not_isolated = "Z then relaxes nowhere (its rate alpha Gamma is zero), every Z in [-1, 1] is an equilibrium, \
                        and equilibria form a line instead of isolated points; the paper excludes this case below Eq. (10)";
    let mut parameters = vec![
        Parameter::new("V_in", "applied bias, the neuron's input (V_n in the paper)", 0.0, Domain::REAL),
        Parameter::new("R_n", "R_ext / R_0, external over minimal device resistance", 8.0, rate),
        Parameter::new(
            "Z_T",
            "thermal equilibrium of Z: tanh(hbar Omega_p / 2 k_B T)",
            1.0,
            Domain { low: -1.0, high: 1.0, open: false },
        ),
        Parameter::new("Gamma", "pure-dephasing rate, times the circuit's time constant", 0.1, rate),
        Parameter::new(
            "alpha",
            "ratio of relaxation to dephasing rate",
            1.0,
            Domain { low: 0.0, high: 2.0, open: false },
        ),
        Parameter::new("Omega", "oscillator frequency, times the circuit's time constant", 7.0, rate),
        Parameter::new("l", "oscillator length over half the gap", 0.5, positive),
        Parameter::new("x_0", "rest position of the particle over half the gap", 0.8, Domain::REAL),
        Parameter::new("lambda", "tunnelling length over half the gap", 0.13, positive),
    ];
    parameters[2].remark = Some(([-1.0, 0.0], "population inversion, outside the thermal range [0, 1]".into()));
    parameters[3].zero = Some(not_isolated.into());
    parameters[4].zero = Some(not_isolated.into());
    Description {
        name: "memristive-neuron".into(),
        title: "Artificial neuron with a quantum memristor".into(),
        source: "Hysteresis and self-oscillations in an artificial memristive quantum neuron, Eq. (10)".into(),
        equations: [
            "V' = V_in - (1 + R_n G) V,   G = [(1+Z) F00 + 2 X F01 + (1-Z) F11] / 2",
            "Z' = -2 V' X - alpha Gamma (Z - Z_T)",
            "X' = Omega Y + 2 V' Z - Gamma X",
            "Y' = -Omega X - Gamma Y",
            "F_ij = integral of psi_i(u) psi_j(u) sech((u + x_V) / lambda) du,   x_V = x_0 - sqrt(2) l V",
        ]
        .map(String::from)
        .to_vec(),
        states: vec![
            quantity("V", "voltage across the memristor, the neuron's output"),
            bloch("Z", "population difference"),
            bloch("X", "real part of the coherence"),
            bloch("Y", "imaginary part of the coherence"),
        ],
        parameters,
        invariant: Some(Invariant {
            meaning: "the length of the Bloch vector (X, Y, Z)".into(),
            states: vec![1, 2, 3],
            most: 1.0,
        }),
        outputs: vec![quantity("G", "dimensionless conductance"), quantity("I", "dimensionless current, G V")],
        cycle_outputs: Vec::new(),
        derived: Vec::new(),
        functions: vec![
            Function {
                name: "conductance-elements".into(),
                meaning: "matrix elements of the conductance".into(),
                columns: vec![
                    quantity("x_V", "displacement x_0 - sqrt(2) l V"),
                    quantity("F00", "ground state"),
                    quantity("F01", "transition"),
                    quantity("F11", "excited state"),
                ],
            },
            Function {
                name: "well".into(),
                meaning: "harmonic well at V = 0, energies in units of hbar Omega_p, and the two wave functions on their levels".into(),
                columns: vec![
                    quantity("x", "position over half the gap; the contacts are at -1 and 1"),
                    quantity("U", "potential (x - x_0)^2 / (2 l^2)"),
                    quantity("E0", "energy of the ground state, 1/2"),
                    quantity("E1", "energy of the excited state, 3/2"),
                    quantity("psi0", "ground state, drawn on E0"),
                    quantity("psi1", "excited state, drawn on E1"),
                ],
            },
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Derivatives;
    use crate::linalg::Spectrum;

    const P: [f64; 9] = [2.0, 6.0, 0.7, 0.2, 1.3, 7.0, 0.5, 0.8, 0.13];

    /// Eq. (14) at the equilibrium with this voltage: rows and columns (V, Z, X, Y).
    fn analytic(v: f64, p: &[f64]) -> [[f64; 4]; 4] {
        let [_, r_n, z_t, gamma, alpha, omega, l, rest, lambda] = p.try_into().unwrap();
        let h = 1e-5;
        let at = |x: f64| super::super::conductance::quadrature(x, l, lambda);
        let x = rest - SQRT_2 * l * v;
        let f = at(x);
        // Fourth-order central differences: error of order h⁴ F⁽⁵⁾ ≈ 1e-17, rounding 1e-11.
        let slope =
            |k: usize| (8.0 * (at(x + h)[k] - at(x - h)[k]) - (at(x + 2.0 * h)[k] - at(x - 2.0 * h)[k])) / (12.0 * h);
        let term = |k: usize| f[k] - SQRT_2 * l * v * slope(k);
        let f_v = -1.0 - 0.5 * r_n * ((1.0 + z_t) * term(0) + (1.0 - z_t) * term(2));
        let f_z = 0.5 * r_n * (f[2] - f[0]) * v;
        let f_x = -r_n * f[1] * v;
        [
            [f_v, f_z, f_x, 0.0],
            [0.0, -alpha * gamma, 0.0, 0.0],
            [2.0 * z_t * f_v, 2.0 * z_t * f_z, 2.0 * z_t * f_x - gamma, omega],
            [0.0, 0.0, -omega, -gamma],
        ]
    }

    /// The equilibrium with this voltage: V_in follows from it.
    fn equilibrium(model: &MemristiveNeuron, v: f64) -> ([f64; 4], [f64; 9]) {
        let (x, mut p) = ([v, P[2], 0.0, 0.0], P);
        p[0] = (1.0 + p[1] * model.conductance(&x, &p)) * v;
        (x, p)
    }

    #[test]
    fn the_jacobian_by_dual_numbers_is_that_of_equation_14() {
        let model = MemristiveNeuron::new(&P);
        for v in [-2.0, 0.1, 0.9, 1.7, 3.3] {
            let (x, p) = equilibrium(&model, v);
            let mut derivatives = Derivatives::new(&model, &[]);
            let (mut f, mut jacobian) = ([0.0; 4], derivatives.matrix());
            derivatives.first(&model, &x, &p, &mut f, &mut jacobian);
            assert!(f.iter().all(|f| f.abs() < 1e-14), "not an equilibrium: {f:?}");
            for (a, b) in jacobian.entries().iter().zip(analytic(v, &p).as_flattened()) {
                assert!((a - b).abs() < 1e-9, "V = {v}: {a} {b}");
            }
        }
    }

    #[test]
    fn eigenvalues_are_minus_alpha_gamma_and_the_roots_of_the_cubic() {
        let model = MemristiveNeuron::new(&P);
        for v in [-1.0, 0.2, 1.1, 2.4] {
            let (x, p) = equilibrium(&model, v);
            let mut derivatives = Derivatives::new(&model, &[]);
            let (mut f, mut jacobian) = ([0.0; 4], derivatives.matrix());
            derivatives.first(&model, &x, &p, &mut f, &mut jacobian);
            let j = jacobian.entries();
            // det(J − μ) over (V, X, Y): μ³ + a₂μ² + a₁μ + a₀.
            let (a, b, c, d, e, g) = (j[0], j[2], j[8], j[10], j[11], j[14]);
            let h = j[15];
            let a2 = -(a + d + h);
            let a1 = a * d + a * h + d * h - b * c - e * g;
            let a0 = -(a * (d * h - e * g) - b * c * h);
            let mut spectrum = Spectrum::default();
            let mut relaxation = f64::INFINITY;
            for &[re, im] in spectrum.of(&jacobian, 4).unwrap() {
                relaxation = relaxation.min((re + p[4] * p[3]).hypot(im));
                let (square, cube) = (
                    (re * re - im * im, 2.0 * re * im),
                    (re * re * re - 3.0 * re * im * im, 3.0 * re * re * im - im * im * im),
                );
                let value = (cube.0 + a2 * square.0 + a1 * re + a0, cube.1 + a2 * square.1 + a1 * im);
                let is_relaxation = (re + p[4] * p[3]).hypot(im) < 1e-12;
                // The cubic is of size |μ|³ ≈ 400.
                assert!(is_relaxation || value.0.hypot(value.1) < 1e-11, "V = {v}, μ = {re} + {im}i: {value:?}");
            }
            assert!(relaxation < 1e-13);
        }
    }
}
