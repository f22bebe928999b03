//! The memristive quantum neuron.

use super::{Description, Domain, Function, Parameter, quantity};

/// What the model says of itself.
pub fn description() -> Description {
    let parameter = |name: &str, meaning: &str, default: f64, domain: Domain| Parameter {
        name: name.into(),
        meaning: meaning.into(),
        default,
        domain,
        remark: None,
        zero: None,
    };
    let positive = Domain { low: 0.0, high: f64::INFINITY, open: true };
    let rate = Domain { low: 0.0, high: f64::INFINITY, open: false };
    let not_isolated = "Z then relaxes nowhere (its rate alpha Gamma is zero), every Z in [-1, 1] is an equilibrium, \
                        and equilibria form a line instead of isolated points; the paper excludes this case below Eq. (10)";
    let mut parameters = vec![
        parameter("V_in", "applied bias, the neuron's input (V_n in the paper)", 0.0, Domain::REAL),
        parameter("R_n", "R_ext / R_0, external over minimal device resistance", 8.0, rate),
        parameter("Z_T", "thermal equilibrium of Z: tanh(hbar Omega_p / 2 k_B T)", 1.0, Domain { low: -1.0, high: 1.0, open: false }),
        parameter("Gamma", "pure-dephasing rate, times the circuit's time constant", 0.1, rate),
        parameter("alpha", "ratio of relaxation to dephasing rate", 1.0, Domain { low: 0.0, high: 2.0, open: false }),
        parameter("Omega", "oscillator frequency, times the circuit's time constant", 7.0, rate),
        parameter("l", "oscillator length over half the gap", 0.5, positive),
        parameter("x_0", "rest position of the particle over half the gap", 0.8, Domain::REAL),
        parameter("lambda", "tunnelling length over half the gap", 0.13, positive),
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
            quantity("Z", "Bloch vector: population difference"),
            quantity("X", "Bloch vector: real part of the coherence"),
            quantity("Y", "Bloch vector: imaginary part of the coherence"),
        ],
        parameters,
        outputs: vec![quantity("G", "dimensionless conductance"), quantity("I", "dimensionless current, G V")],
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
