//! Coefficients against closed forms (truncated normal forms in random coordinates) and published values.

use super::*;
use crate::field::Field;
use crate::scalar::Scalar;
use disguise::{Disguised, Form};

/// Declares a field from closed formulas.
macro_rules! field {
    ($name:ident, $n:expr, $m:expr, |$x:ident, $p:ident, $dx:ident| $body:block) => {
        struct $name;
        impl Field for $name {
            fn states(&self) -> usize {
                $n
            }
            fn parameters(&self) -> usize {
                $m
            }
            fn rhs<S: Scalar>(&self, $x: &[S], $p: &[S], $dx: &mut [S]) $body
        }
    };
}

pub(crate) mod disguise;
mod published;

field!(Lure, 3, 2, |x, p, dx| {
    dx[0] = x[1];
    dx[1] = x[2];
    dx[2] = -(p[0] * x[2]) - p[1] * x[1] - x[0] + x[0] * x[0];
});

field!(FitzHughNagumo, 2, 3, |x, p, dx| {
    let [a, b, c] = [p[0], p[1], p[2]];
    dx[0] = c * (x[0] - x[0].powi(3) / 3.0 + x[1]);
    dx[1] = -(x[0] - a + b * x[1]) / c;
});

field!(Bautin, 2, 2, |x, p, dx| {
    let r2 = x[0] * x[0] + x[1] * x[1];
    dx[0] = p[0] * x[0] - x[1] * 2.0 + p[1] * x[0] * r2;
    dx[1] = p[0] * x[1] + x[0] * 2.0 + p[1] * x[1] * r2;
});

field!(Pitchfork, 1, 1, |x, p, dx| {
    dx[0] = p[0] * x[0] - x[0].powi(3);
});

field!(BogdanovTakens, 2, 2, |x, p, dx| {
    dx[0] = x[1];
    dx[1] = p[0] + p[1] * x[0] + x[0] * x[0] * 3.0 - x[0] * x[1] * 2.0;
});

fn value(form: &NormalForm, name: &str) -> f64 {
    form.values.iter().find(|(n, _)| *n == name).unwrap().1
}

#[test]
fn the_hopf_coefficient_of_lures_system_is_the_published_one() {
    let form = hopf(&Lure, &[0.0; 3], &[1.0, 1.0], 1.0).unwrap();
    assert!((value(&form, "re_c1") + 0.3).abs() < 1e-13, "{form:?}");
    assert_eq!(form.words, "supercritical");
}

#[test]
fn the_hopf_coefficient_of_fitzhugh_nagumo_is_that_of_forty_digit_arithmetic() {
    // Reference: Newton in 40 digits, a = 0.42281762942416, ω = 0.963788819653, Re c1 = 0.768660287081.
    let (b, c): (f64, f64) = (0.8, 3.0);
    let x = (1.0 - b / (c * c)).sqrt();
    let y = x.powi(3) / 3.0 - x;
    let a = x + b * y;
    let omega = (1.0 - (b / c).powi(2)).sqrt();
    assert!((a - 0.42281762942416).abs() < 1e-13 && (omega - 0.963788819653).abs() < 1e-12);
    let form = hopf(&FitzHughNagumo, &[x, y], &[a, b, c], omega).unwrap();
    assert!((value(&form, "re_c1") - 0.768660287081).abs() < 1e-12, "{form:?}");
    assert_eq!(form.words, "subcritical");
}

#[test]
fn the_hopf_coefficient_of_the_truncated_normal_form_is_twice_its_cubic_coefficient() {
    // ẇ = 2i w + σ w|w|² for w = x + iy. With q = (1, −i)/√2 the state is z q + c.c., so w = √2 z and c₁ = 2σ.
    let form = hopf(&Bautin, &[0.0; 2], &[0.0, -0.7], 2.0).unwrap();
    assert!((value(&form, "re_c1") + 1.4).abs() < 1e-14, "{form:?}");
    assert!((value(&form, "l1") + 0.7).abs() < 1e-14);
}

#[test]
fn a_pitchfork_has_no_quadratic_and_a_negative_cubic_coefficient() {
    let form = branch_point(&Pitchfork, &[0.0], &[0.0]).unwrap();
    assert_eq!((value(&form, "a"), value(&form, "c"), form.words.as_str()), (0.0, -1.0, "supercritical pitchfork"));
    let form = cusp(&Pitchfork, &[0.0], &[0.0]).unwrap();
    assert_eq!(value(&form, "c"), -1.0);
}

#[test]
fn the_bogdanov_takens_normal_form_has_its_own_coefficients() {
    let form = bogdanov_takens(&BogdanovTakens, &[0.0; 2], &[0.0, 0.0], &[1.0; 2]).unwrap();
    assert!((value(&form, "a") - 3.0).abs() < 1e-14 && (value(&form, "b") + 2.0).abs() < 1e-14, "{form:?}");
}

fn close(form: &NormalForm, name: &str, exact: f64, tolerance: f64, case: &str) {
    let computed = value(form, name);
    assert!((computed - exact).abs() <= tolerance * exact.abs(), "{case}: {name} = {computed}, exactly {exact}");
}

/// Relative error of coefficients after random changes of coordinates whose matrices have conditions of 10 to 100.
const ROUNDING: f64 = 1e-9;

/// A form's own coefficients, and what a random change of coordinates makes of them.
fn in_random_coordinates(form: Form, check: impl Fn(&Disguised, &str)) {
    for seed in 1..=30 {
        check(&Disguised::new(form.clone(), seed), &format!("seed {seed}"));
    }
}

#[test]
fn a_disguised_cusp_keeps_its_cubic_coefficient() {
    for c in [-0.7, 1.9] {
        in_random_coordinates(Form::Cusp { c }, |field, case| {
            let form = cusp(field, field.point(), &[0.0; 2]).unwrap();
            assert!(value(&form, "a").abs() < 1e-12, "{case}: {form:?}");
            close(&form, "c", c / field.length(0).powi(2), ROUNDING, case);
        });
    }
}

#[test]
fn a_disguised_bogdanov_takens_point_keeps_its_coefficients() {
    let (a, b) = (0.8, -1.7);
    in_random_coordinates(Form::BogdanovTakens { a, b, cubic: [0.0; 2] }, |field, case| {
        let form = bogdanov_takens(field, field.point(), &[0.0; 2], &[1.0; 4]).unwrap();
        let sign = value(&form, "a").signum();
        close(&form, "a", sign * a / field.length(0), ROUNDING, case);
        close(&form, "b", sign * b / field.length(0), ROUNDING, case);
        assert!(form.words.starts_with("a b < 0"));
    });
}

#[test]
fn a_disguised_bogdanov_takens_point_without_quadratic_terms_keeps_its_cubic_ones() {
    for cubic @ [a3, b3] in [[0.8, -1.7], [-1.3, 0.6]] {
        in_random_coordinates(Form::BogdanovTakens { a: 0.0, b: 0.0, cubic }, |field, case| {
            let form = bogdanov_takens(field, field.point(), &[0.0; 2], &[1.0; 4]).unwrap();
            assert_eq!([value(&form, "a"), value(&form, "b")], [0.0; 2], "{case}");
            close(&form, "a3", a3 / field.length(0).powi(2), ROUNDING, case);
            close(&form, "b3", b3 / field.length(0).powi(2), ROUNDING, case);
        });
    }
}

/// Van der Pol's oscillator with a cubic spring: `ẍ = μ₁ x + μ₂ ẋ + a3 x³ + b3 x² ẋ`, at a place that is off by a rounding error.
#[test]
fn an_error_of_the_state_makes_no_quadratic_coefficient() {
    field!(Symmetric, 2, 2, |x, p, dx| {
        dx[0] = x[1];
        dx[1] = x[0] * p[0] + x[1] * p[1] - x[0].powi(3) * 2.0 - x[0] * x[0] * x[1];
    });
    for (error, extent, vanishes) in [(1e-11, 1.0, true), (1e-11, 1e-4, false), (1e-17, 1e-4, true), (1e-3, 1.0, false)]
    {
        let form = bogdanov_takens(&Symmetric, &[error, 0.0], &[0.0; 2], &[extent, 0.0]).unwrap();
        assert_eq!(value(&form, "a") == 0.0, vanishes, "{error} of {extent}: {form:?}");
        if vanishes {
            assert!((value(&form, "a3") + 2.0).abs() < 1e-9 && (value(&form, "b3") + 1.0).abs() < 1e-9, "{form:?}");
            assert!(form.words.contains("are stable up to a fold"), "{form:?}");
        }
    }
}

#[test]
fn a_disguised_bautin_point_keeps_its_second_lyapunov_coefficient() {
    for l2 in [-1.3, 0.4] {
        let omega = 1.7;
        in_random_coordinates(Form::Bautin { omega, c1: 0.9, c2: [l2, -0.6] }, |field, case| {
            let form = bautin(field, field.point(), &[0.0; 2], omega).unwrap();
            assert!(value(&form, "l1").abs() < 1e-12, "{case}: {form:?}");
            close(&form, "l2", l2 * (2.0 / field.length_of_pair(0)).powi(4), ROUNDING, case);
            let first = hopf(field, field.point(), &[0.0; 2], omega).unwrap();
            assert!(first.words.starts_with("degenerate"), "{case}: {first:?}");
        });
    }
}

#[test]
fn the_predicted_folds_of_cycles_are_those_of_the_disguised_normal_form() {
    let (omega, c2) = (1.7, [-1.3, 0.2]);
    in_random_coordinates(Form::Bautin { omega, c1: 0.9, c2 }, |field, case| {
        let folds = cycle_folds(field, field.point(), &[0.0; 2], omega, [0, 1]).unwrap();
        let unit = 2.0 / field.length_of_pair(0);
        let errors = |r: f64| {
            // Folds of cycles of radius ρ = |w|: β₁ = −2 c₂ ρ², β₀ = c₂ ρ⁴.
            let rho = unit * r;
            let [b0, b1] = field.unfolding(&folds.parameters(r));
            let parameters = (b0 - c2[0] * rho.powi(4)).abs() + (b1 + 2.0 * c2[0] * rho * rho).abs();
            let state = (0..8)
                .map(|k| {
                    let x = folds.state(r, f64::from(k) * std::f64::consts::FRAC_PI_4);
                    field.distance_from_cycle(&x, &folds.parameters(r), rho)
                })
                .fold(0.0, f64::max);
            [parameters, state]
        };
        let (coarse, fine) = (errors(2e-3), errors(1e-3));
        // Halving the amplitude divides an error of order four by 16 and one of order three by 8.
        assert!((coarse[0] / fine[0] - 16.0).abs() < 0.1, "{case}: parameters {coarse:?} {fine:?}");
        assert!(coarse[1] / fine[1] > 7.5, "{case}: state {coarse:?} {fine:?}");
    });
}

#[test]
fn a_disguised_zero_hopf_point_keeps_what_decides_its_unfolding() {
    for (f200, f011, g110) in [(0.8, 1.1, 0.6), (0.8, 1.1, -0.6), (-0.9, 0.7, -0.5), (-0.9, 0.7, 0.5)] {
        let (omega, [f300, f111], g210, g021) = (1.3, [0.4, -0.7], [0.5, 0.3], [-0.8, 0.2]);
        let form = Form::ZeroHopf { omega, w0: [f200, f011, f300, f111], w1: [[g110, 0.4], g210, g021] };
        let theta = g110 / (2.0 * f200);
        // With f200 = G200/2, f300 = G300/6, g210 = G210/2 and g021 = G021/2.
        let e = g210[0] + g110 * (g021[0] / f011 - 1.5 * f300 / f200 + 0.5 * f111 / f011) - g021[0] * f200 / f011;
        in_random_coordinates(form, |field, case| {
            let form = zero_hopf(field, field.point(), &[0.0; 2], omega).unwrap();
            assert_eq!(value(&form, "s"), (f200 * f011).signum(), "{case}");
            close(&form, "theta", theta, ROUNDING, case);
            close(&form, "E", e / field.length(0).powi(2), ROUNDING, case);
            let sign = value(&form, "G200").signum() * f64::signum(f200);
            close(&form, "G200", sign * 2.0 * f200 / field.length(0), ROUNDING, case);
            let unit = 4.0 * field.length(0) / field.length_of_pair(1).powi(2);
            close(&form, "G011", sign * f011 * unit, ROUNDING, case);
            assert_eq!(form.words.contains("torus bifurcations"), f200 * f011 * theta < 0.0, "{case}: {form:?}");
        });
    }
}

#[test]
fn the_stability_of_tori_at_a_zero_hopf_point_is_that_of_the_amplitude_system() {
    // ξ' = β₁ + ξ² + s ρ², ρ' = ρ (2θ ξ + E ξ²) has its own Hopf point at ξ = 0, ρ² = −s β₁: torus bifurcations.
    field!(Amplitudes, 2, 3, |x, p, dx| {
        let [s, theta, e] = [p[0], p[1], p[2]];
        dx[0] = -s * 0.01 + x[0] * x[0] + s * x[1] * x[1];
        dx[1] = x[1] * (theta * x[0] * 2.0 + e * x[0] * x[0]);
    });
    for (s, theta, e) in [(1.0, -0.6, 1.0), (1.0, -0.6, -1.0), (-1.0, 0.7, 1.0), (-1.0, 0.7, -1.0)] {
        let (p, omega) = ([s, theta, e], (-4.0 * s * theta * 0.01_f64).sqrt());
        let tori = hopf(&Amplitudes, &[0.0, 0.1], &p, omega).unwrap();
        let words = zero_hopf::words(s, theta, e);
        assert_eq!(tori.words == "supercritical", words.contains("are stable"), "{p:?}: {tori:?} {words}");
        assert_eq!(tori.words == "subcritical", words.contains("are unstable"), "{p:?}: {tori:?} {words}");
    }
}

#[test]
fn a_disguised_hopf_hopf_point_keeps_what_decides_its_unfolding() {
    let omegas = [2.3, 1.0];
    let cubic = [[-0.8, 0.3], [0.6, -0.4], [-0.5, 0.7], [-1.1, 0.2]];
    let fifth = [[0.3, 0.1], [-0.7, 0.5], [0.9, -0.2], [0.4, 0.6], [-0.3, 0.8], [0.5, -0.9]];
    for sign in [1.0, -1.0] {
        // The difficult case has p11 > 0 > p22.
        let mut cubic = cubic;
        cubic[0][0] *= sign;
        let [p11, p12, p21, p22] = cubic.map(|c| c[0]);
        let [a3200, a2111, a1022, b2210, b1121, b0032] = fifth.map(|c| c[0]);
        let s1 = a1022 + p12 * (b1121 / p21 - 2.0 * b0032 / p22 - a3200 * p22 / (p11 * p21));
        let s2 = b2210 + p21 * (a2111 / p12 - 2.0 * a3200 / p11 - b0032 * p11 / (p22 * p12));
        let (theta, delta, big_theta, big_delta) = (p12 / p22, p21 / p11, s1 / (p22 * p22), s2 / (p11 * p11));
        let k = theta * (theta - 1.0) * big_delta + delta * (delta - 1.0) * big_theta;
        in_random_coordinates(Form::HopfHopf { omegas, cubic, fifth }, |field, case| {
            let form = hopf_hopf(field, field.point(), &[0.0; 2], [omegas[1], omegas[0]]).unwrap();
            let units = [0, 2].map(|k| (2.0 / field.length_of_pair(k)).powi(2));
            close(&form, "p11", p11 * units[0], ROUNDING, case);
            close(&form, "p12", p12 * units[1], ROUNDING, case);
            close(&form, "p21", p21 * units[0], ROUNDING, case);
            close(&form, "p22", p22 * units[1], ROUNDING, case);
            close(&form, "theta", theta, ROUNDING, case);
            close(&form, "delta", delta, ROUNDING, case);
            // Fifth-order terms pass through four orders of the change of coordinates.
            close(&form, "K", k, 1e-8, case);
            // In linear coordinates Theta and Delta are the form's own.
            let form = hopf_hopf(&field.linear(), field.point(), &[0.0; 2], omegas).unwrap();
            close(&form, "Theta", big_theta, ROUNDING, case);
            close(&form, "Delta", big_delta, ROUNDING, case);
        });
    }
}

#[test]
fn the_stability_of_three_dimensional_tori_is_that_of_the_amplitude_system() {
    // Squares x, y of the amplitudes have their own Hopf point where the trace of (x₀, y₀) is zero.
    field!(Amplitudes, 2, 8, |x, p, dx| {
        dx[0] = x[0] * (p[0] + p[2] * x[0] + p[3] * x[1] + p[6] * x[1] * x[1]);
        dx[1] = x[1] * (p[1] + p[4] * x[0] + p[5] * x[1] + p[7] * x[0] * x[0]);
    });
    for (p11, p22) in [(1.0, -0.8), (-0.7, 1.0)] {
        for (theta, delta) in [(1.5, 1.2), (1.2, 1.7), (3.0, 0.6), (0.6, 3.0), (-1.4, -1.1), (-0.5, -2.8)] {
            for (s1, s2) in [(1.0, 0.3), (-1.0, -0.3), (0.2, -1.0), (-0.2, 1.0)] {
                let (p12, p21) = (theta * p22, delta * p11);
                let (x, y) = (1e-3, -p11 / p22 * 1e-3);
                let mu = [-p11 * x - p12 * y - s1 * y * y, -p21 * x - p22 * y - s2 * x * x];
                let p = [mu[0], mu[1], p11, p12, p21, p22, s1, s2];
                let omega = (x * y * (p11 * p22 - (p12 + 2.0 * s1 * y) * (p21 + 2.0 * s2 * x))).sqrt();
                let tori = hopf(&Amplitudes, &[x, y], &p, omega).unwrap();
                let k = theta * (theta - 1.0) * s2 / (p11 * p11) + delta * (delta - 1.0) * s1 / (p22 * p22);
                let words = hopf_hopf::words([p11, p22], theta, delta, k);
                assert_eq!(tori.words == "supercritical", words.contains("of stable three"), "{p:?}: {tori:?} {words}");
                assert_eq!(tori.words == "subcritical", words.contains("of unstable three"), "{p:?}: {tori:?} {words}");
            }
        }
    }
}

#[test]
fn resonant_frequencies_are_refused() {
    let form = Form::HopfHopf { omegas: [2.0, 1.0], cubic: [[-1.0, 0.0]; 4], fifth: [[0.0; 2]; 6] };
    let field = Disguised::new(form, 1);
    assert_eq!(hopf_hopf(&field, field.point(), &[0.0; 2], [2.0, 1.0]), Err(Degenerate::Resonance(1, 2)));
}

#[test]
fn a_hopf_point_with_another_zero_eigenvalue_is_refused() {
    let form = Form::ZeroHopf { omega: 1.3, w0: [1.0; 4], w1: [[1.0; 2]; 3] };
    let field = Disguised::new(form, 1);
    assert_eq!(hopf(&field, field.point(), &[0.0; 2], 1.3), Err(Degenerate::Eigenvalue));
    let form = Form::ZeroHopf { omega: 1.3, w0: [1.0, 0.0, 1.0, 1.0], w1: [[1.0; 2]; 3] };
    let field = Disguised::new(form, 1);
    let refused = zero_hopf(&field, field.point(), &[0.0; 2], 1.3);
    assert_eq!(refused, Err(Degenerate::Coefficient("G011")));
}
