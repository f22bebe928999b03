//! The memristive neuron in SI units: the same equations, their parameters those of a device and of a circuit.
//!
//! ```text
//! τ = R_ext C_ext            V₀ = 2√2 m Ω_p² L ℓ/q,   ℓ = √(ħ/mΩ_p)            I₀ = V₀/R_0
//!
//! V_in = V_ext/V₀    R_n = R_ext/R_0    Z_T = tanh(ħΩ_p/2k_BT)    Γ = γ_φ τ    α = γ_T/γ_φ
//! Ω = Ω_p τ          l = ℓ/L            x₀ = x_0/L                λ = lambda/L
//! ```
//!
//! States stay dimensionless and time is in units of `τ`, so that all numbers of a branch are of order one; a voltage is `V_m = V V₀`,
//! a current `G V I₀`. `V₀` is the voltage that displaces the particle by `√2 ℓ`: the force `qV₀/2L` against `mΩ_p²`. A derivative by
//! `R_ext` is one by `R_n`, `Γ` and `Ω` at once.
//!
//! The two lowest levels suffice where the third is farther out of resonance than their width, `ΔΩ ≫ γ_φ + γ_T`, and where it is too
//! cold for the third to be occupied, `k_BT ≪ ħ(Ω_p + ΔΩ)`.

use super::memristive_neuron::MemristiveNeuron;
use super::{Description, Domain, Parameter, memristive_neuron, quantity};
use crate::field::Field;
use crate::scalar::Scalar;
use std::f64::consts::{PI, SQRT_2};

/// `h/2π` and `k_B`, in J s and J/K: exact by the definition of the units since 2019 (SI brochure, 9th edition; CODATA 2018, 2022).
pub const HBAR: f64 = 6.626_070_15e-34 / (2.0 * PI);
pub const BOLTZMANN: f64 = 1.380_649e-23;

/// The ratio of `ΔΩ` to the width of the levels from which on it counts as "much greater".
pub const MUCH: f64 = 10.0;

/// Positions of the parameters.
const V_EXT: usize = 0;
const R_EXT: usize = 1;
const C_EXT: usize = 2;
const R_0: usize = 3;
const T: usize = 4;
pub const GAMMA_PHI: usize = 5;
pub const GAMMA_T: usize = 6;
const M: usize = 7;
const Q: usize = 8;
const OMEGA_P: usize = 9;
const L: usize = 10;
const X_0: usize = 11;
const LAMBDA: usize = 12;
pub const DELTA_OMEGA: usize = 13;
const COUNT: usize = 14;
/// What decides whether two levels suffice.
pub const RATES: [usize; 3] = [GAMMA_PHI, GAMMA_T, DELTA_OMEGA];

/// A dimensionless parameter: its name, and the physical ones that it follows from.
const DERIVED: [(&str, &[usize]); 9] = [
    ("V_in", &[V_EXT, M, Q, OMEGA_P, L]),
    ("R_n", &[R_EXT, R_0]),
    ("Z_T", &[T, OMEGA_P]),
    ("Gamma", &[GAMMA_PHI, R_EXT, C_EXT]),
    ("alpha", &[GAMMA_T, GAMMA_PHI]),
    ("Omega", &[OMEGA_P, R_EXT, C_EXT]),
    ("l", &[M, OMEGA_P, L]),
    ("x_0", &[X_0, L]),
    ("lambda", &[LAMBDA, L]),
];

/// The model, with its conductance tabulated for the lengths that it will mostly be used with.
#[derive(Clone, Debug)]
pub struct PhysicalNeuron {
    neuron: MemristiveNeuron,
}

impl PhysicalNeuron {
    /// The model for parameters near `p`, in SI units.
    pub fn new(p: &[f64]) -> Self {
        PhysicalNeuron { neuron: MemristiveNeuron::new(&dimensionless(p)) }
    }

    /// The table was made for these lengths.
    pub fn suits(&self, p: &[f64]) -> bool {
        self.neuron.suits(&dimensionless(p))
    }

    /// One row of a function of the description: the variable first.
    pub fn tabulate(&self, function: &str, at: f64, p: &[f64]) -> Option<Vec<f64>> {
        self.neuron.tabulate(function, at, &dimensionless(p))
    }
}

impl Field for PhysicalNeuron {
    fn states(&self) -> usize {
        4
    }
    fn parameters(&self) -> usize {
        COUNT
    }

    #[inline]
    fn rhs<S: Scalar>(&self, state: &[S], p: &[S], derivative: &mut [S]) {
        self.neuron.rhs(state, &dimensionless(p), derivative);
    }

    fn observe(&self, x: &[f64], p: &[f64], outputs: &mut [f64]) {
        let own = dimensionless(p);
        let [g_and_i @ .., _, _, _, _, _, _, _, _] = outputs else { return };
        self.neuron.observe(x, &own, g_and_i);
        let current = g_and_i.get(1).copied().unwrap_or(0.0);
        let units = Units::of(p);
        let rest = [x[0] * units.voltage, current * units.current].into_iter().chain(own.into_iter().take(6));
        outputs.iter_mut().skip(2).zip(rest).for_each(|(output, value)| *output = value);
    }
}

/// What is 1 in dimensionless numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Units {
    /// In V.
    pub voltage: f64,
    /// In A.
    pub current: f64,
    /// In s.
    pub time: f64,
}

impl Units {
    /// Of a device and a circuit with these parameters.
    pub fn of(p: &[f64]) -> Units {
        let voltage = voltage(p);
        Units { voltage, current: voltage / p[R_0], time: p[R_EXT] * p[C_EXT] }
    }
}

/// `V₀ = 2√2 m Ω_p² L ℓ/q`.
fn voltage<S: Scalar>(p: &[S]) -> S {
    p[M] * p[OMEGA_P] * p[OMEGA_P] * p[L] * length(p) / p[Q] * (2.0 * SQRT_2)
}

/// `ℓ = √(ħ/mΩ_p)`.
fn length<S: Scalar>(p: &[S]) -> S {
    (S::from(HBAR) / (p[M] * p[OMEGA_P])).sqrt()
}

/// `tanh(ħΩ_p/2k_BT)`. Towards zero temperature all derivatives vanish faster than any power.
fn thermal<S: Scalar>(p: &[S]) -> S {
    if p[OMEGA_P].value() * HBAR > 800.0 * BOLTZMANN * p[T].value() {
        return S::from(1.0);
    }
    (p[OMEGA_P] / p[T] * (0.5 * HBAR / BOLTZMANN)).tanh()
}

/// The dimensionless parameters, in the order of the neuron. Those whose physical ones carry no derivatives are numbers without
/// derivatives, rounded once: the conductance is then the tabulated one.
pub fn dimensionless<S: Scalar>(p: &[S]) -> [S; 9] {
    let mut values = [0.0; COUNT];
    values.iter_mut().zip(p).for_each(|(value, p)| *value = p.value());
    std::array::from_fn(|k| {
        let constant = DERIVED[k].1.iter().all(|&position| p[position].is_constant());
        if constant { S::from(one(k, &values)) } else { one(k, p) }
    })
}

fn one<S: Scalar>(k: usize, p: &[S]) -> S {
    match k {
        0 => p[V_EXT] / voltage(p),
        1 => p[R_EXT] / p[R_0],
        2 => thermal(p),
        3 => p[GAMMA_PHI] * p[R_EXT] * p[C_EXT],
        4 => p[GAMMA_T] / p[GAMMA_PHI],
        5 => p[OMEGA_P] * p[R_EXT] * p[C_EXT],
        6 => length(p) / p[L],
        7 => p[X_0] / p[L],
        _ => p[LAMBDA] / p[L],
    }
}

/// `ΔΩ/(γ_φ + γ_T)`.
pub fn separation(p: &[f64]) -> f64 {
    p[DELTA_OMEGA] / (p[GAMMA_PHI] + p[GAMMA_T])
}

/// `e^{−ħ(Ω_p + ΔΩ)/k_BT}`: how often the third level, which is left out, would be occupied for once that the second is.
pub fn occupation(p: &[f64]) -> f64 {
    (-HBAR * (p[OMEGA_P] + p[DELTA_OMEGA]) / (BOLTZMANN * p[T])).exp()
}

/// What follows from the parameters, for reading: units, dimensionless parameters, and the separation of the levels.
pub fn derived(p: &[f64]) -> Vec<(String, f64)> {
    let units = Units::of(p);
    let mut list = vec![
        ("voltage unit [V]".to_string(), units.voltage),
        ("current unit [A]".to_string(), units.current),
        ("time unit [s]".to_string(), units.time),
    ];
    let names = DERIVED.iter().map(|(name, _)| match *name {
        "x_0" => "x_0/L".to_string(),
        "lambda" => "lambda/L".to_string(),
        name => name.to_string(),
    });
    list.extend(names.zip(dimensionless(p)));
    list.push(("Delta_Omega/(gamma_phi + gamma_T)".to_string(), separation(p)));
    list.push(("third level over second".to_string(), occupation(p)));
    list
}

/// What a cycle has in SI units: period, frequency, and of the voltage minimum, maximum, span and mean.
pub fn cycle_outputs(period: f64, voltage: &[f64], p: &[f64]) -> Vec<f64> {
    let units = Units::of(p);
    let seconds = period * units.time;
    [seconds, 1.0 / seconds].into_iter().chain(voltage.iter().map(|v| v * units.voltage)).collect()
}

/// What the model says of itself.
pub fn description() -> Description {
    let neuron = memristive_neuron::description();
    let (positive, not_negative) = (Domain::POSITIVE, Domain::NOT_NEGATIVE);
    let mut parameters = vec![
        Parameter::new("V_ext", "applied bias, in V", 0.0, Domain::REAL),
        Parameter::new("R_ext", "external resistance, in Ohm", 5e5, positive),
        Parameter::new("C_ext", "capacitance, in F", 9e-18, positive),
        Parameter::new("R_0", "least resistance of the device, in Ohm", 1e5, positive),
        Parameter::new("T", "temperature, in K; 0 is the limit", 0.0, not_negative),
        Parameter::new("gamma_phi", "rate of pure dephasing, in 1/s", 2e10, positive),
        Parameter::new("gamma_T", "rate of relaxation, in 1/s; at most 2 gamma_phi", 2e10, not_negative),
        Parameter::new("m", "mass of the particle, in kg", 1.7e-27, positive),
        Parameter::new("q", "its charge, in C", 1.6e-19, positive),
        Parameter::new("Omega_p", "its angular frequency, in 1/s", 1.6e12, positive),
        Parameter::new("L", "half the gap between the contacts, in m", 4e-10, positive),
        Parameter::new("x_0", "rest position of the particle, in m from the middle", 3.2e-10, Domain::REAL),
        Parameter::new("lambda", "tunnelling length, in m", 5.2e-11, positive),
        Parameter::new(
            "Delta_Omega",
            "detuning of the third level, in 1/s: enters no equation, and tells whether two levels suffice",
            1e12,
            positive,
        ),
    ];
    parameters[GAMMA_T].zero = neuron.parameters[4].zero.clone();
    let mut outputs = neuron.outputs;
    outputs.extend([
        quantity("V_m [V]", "voltage across the memristor"),
        quantity("I_m [A]", "current through the memristor"),
    ]);
    outputs.extend(neuron.parameters.iter().take(6).map(|known| quantity(&known.name, &known.meaning)));
    Description {
        name: "memristive-neuron-si".into(),
        title: "Artificial neuron with a quantum memristor, its parameters in SI units".into(),
        source: format!("{}, Table I", neuron.source),
        outputs,
        cycle_outputs: vec![
            quantity("period [s]", "period"),
            quantity("frequency [Hz]", "its reciprocal"),
            quantity("V_m_min [V]", "least voltage across the memristor"),
            quantity("V_m_max [V]", "greatest voltage"),
            quantity("V_m_span [V]", "their difference"),
            quantity("V_m_mean [V]", "mean voltage"),
        ],
        derived: DERIVED
            .iter()
            .map(|(name, from)| {
                let from: Vec<&str> = from.iter().map(|&k| parameters[k].name.as_str()).collect();
                (name.to_string(), from.join(", "))
            })
            .collect(),
        parameters,
        ..neuron
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::Dual;

    /// A proton between contacts 0.8 nm apart.
    const P: [f64; COUNT] = [
        0.03,
        5e5,
        8.9e-18,
        1e5,
        4.2,
        2.2e10,
        3.1e10,
        1.672_621_9e-27,
        1.602_176_634e-19,
        1.576e12,
        4e-10,
        3.2e-10,
        5.2e-11,
        1e12,
    ];

    /// Changes the units of length, time, mass and charge: a dimension is their exponents.
    fn in_other_units(units: [f64; 4]) -> [f64; COUNT] {
        // Dimensions over (m, s, kg, C): V = kg m²/s² C, Ohm = kg m²/s C², F = C² s²/kg m².
        let dimension: [[i32; 4]; COUNT] = [
            [2, -2, 1, -1],
            [2, -1, 1, -2],
            [-2, 2, -1, 2],
            [2, -1, 1, -2],
            // Temperature as an energy, k_B T.
            [2, -2, 1, 0],
            [0, -1, 0, 0],
            [0, -1, 0, 0],
            [0, 0, 1, 0],
            [0, 0, 0, 1],
            [0, -1, 0, 0],
            [1, 0, 0, 0],
            [1, 0, 0, 0],
            [1, 0, 0, 0],
            [0, -1, 0, 0],
        ];
        std::array::from_fn(|k| P[k] * (0..4).map(|i| units[i].powi(dimension[k][i])).product::<f64>())
    }

    #[test]
    fn dimensionless_numbers_do_not_change_with_units_that_keep_planck_s_constant() {
        // ħ has the dimension kg m²/s: units of length, time and charge are free, and that of mass follows.
        for [metre, second, coulomb] in [[3.0, 1.0, 1.0], [1.0, 7.0, 1.0], [1.0, 1.0, 0.2], [0.3, 11.0, 5.0]] {
            let kilogram = second / (metre * metre);
            let other = in_other_units([metre, second, kilogram, coulomb]);
            for (k, (a, b)) in dimensionless(&P).iter().zip(dimensionless(&other)).enumerate() {
                assert!((a / b - 1.0).abs() < 1e-13, "{}: {a} {b}", DERIVED[k].0);
            }
            let (a, b) = (Units::of(&P), Units::of(&other));
            let volt = kilogram * metre * metre / (second * second * coulomb);
            assert!((b.voltage / a.voltage / volt - 1.0).abs() < 1e-13);
            assert!((b.current / a.current / (coulomb / second) - 1.0).abs() < 1e-13);
            assert!((b.time / a.time / second - 1.0).abs() < 1e-13);
            assert!((separation(&other) / separation(&P) - 1.0).abs() < 1e-13);
        }
    }

    #[test]
    fn physical_numbers_come_back_from_the_dimensionless_ones() {
        let ([v_in, r_n, z_t, gamma, alpha, omega, l, x_0, lambda], units) = (dimensionless(&P), Units::of(&P));
        let back = [
            (v_in * units.voltage, P[V_EXT]),
            (r_n * P[R_0], P[R_EXT]),
            (HBAR * P[OMEGA_P] / (2.0 * BOLTZMANN * z_t.atanh()), P[T]),
            (gamma / units.time, P[GAMMA_PHI]),
            (alpha * gamma / units.time, P[GAMMA_T]),
            (omega / units.time, P[OMEGA_P]),
            (HBAR / (P[OMEGA_P] * (l * P[L]).powi(2)), P[M]),
            (x_0 * P[L], P[X_0]),
            (lambda * P[L], P[LAMBDA]),
        ];
        assert!(back.iter().all(|(a, b)| (a / b - 1.0).abs() < 1e-13), "{back:?}");
        // App. A: the displacement of the well, q V_m/2mΩ_p²L, is √2 l V in units of L.
        let displacement = P[Q] * P[V_EXT] / (2.0 * P[M] * P[OMEGA_P].powi(2) * P[L]);
        assert!((displacement / P[L] / (SQRT_2 * l * v_in) - 1.0).abs() < 1e-13);
    }

    #[test]
    fn the_thermal_population_has_its_limits_and_their_derivatives() {
        let at = |t: f64| {
            let mut p = P.map(Dual::<f64, 1>::constant);
            p[T] = Dual { re: t, eps: [1.0] };
            let z = dimensionless(&p)[2];
            (z.re, z.eps[0])
        };
        let theta = HBAR * P[OMEGA_P] / (2.0 * BOLTZMANN);
        for cold in [0.0, 1e-300, 1e-5, theta / 500.0] {
            assert_eq!(at(cold), (1.0, 0.0), "T = {cold}");
        }
        // Across the switch nothing jumps, and 1 − Z_T = 2 e^{−2θ/T} where that can be resolved.
        assert!((at(theta / 12.0).0 - (1.0 - 2.0 * (-24.0_f64).exp())).abs() < 1e-15);
        // Z_T → θ/T, with an error of (θ/T)³/3.
        let third = |t: f64| occupation(&std::array::from_fn::<f64, COUNT, _>(|k| if k == T { t } else { P[k] }));
        assert!(third(0.0) == 0.0 && (third(1e9) - 1.0).abs() < 1e-7 && third(4.2) < 0.01, "{}", third(4.2));
        let hot = 1e4 * theta;
        assert!((at(hot).0 * 1e4 - 1.0).abs() < 1e-8 && (at(hot).1 * hot * 1e4 + 1.0).abs() < 1e-7, "{:?}", at(hot));
    }

    #[test]
    fn it_is_the_dimensionless_neuron_and_its_voltage_and_current_obey_ohm_s_law() {
        let (model, neuron) = (PhysicalNeuron::new(&P), MemristiveNeuron::new(&dimensionless(&P)));
        let state = [0.7, 0.9, 0.1, -0.2];
        let (mut f, mut g) = ([0.0; 4], [0.0; 4]);
        model.rhs(&state, &P, &mut f);
        neuron.rhs(&state, &dimensionless(&P), &mut g);
        assert_eq!(f, g);
        let mut outputs = [0.0; 10];
        model.observe(&state, &P, &mut outputs);
        let [conductance, _, volts, amperes, v_in, ..] = outputs;
        assert!((amperes / (conductance / P[R_0] * volts) - 1.0).abs() < 1e-14);
        // Kirchhoff: τ V̇_m = V_ext − (1 + R_ext G/R_0) V_m.
        let units = Units::of(&P);
        let kirchhoff = P[V_EXT] - volts - P[R_EXT] * amperes;
        assert!(
            (f[0] * units.voltage / kirchhoff - 1.0).abs() < 1e-13
                && (v_in * units.voltage / P[V_EXT] - 1.0).abs() < 1e-14
        );
    }
}
