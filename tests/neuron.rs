//! The memristive neuron against methods that share nothing with the engine: scalar equations for its equilibria and folds,
//! and the Routh–Hurwitz conditions of its cubic for Hopf points.

use hopfold::curves::{Condition, Critical, OneParameter};
use hopfold::equilibrium::find;
use hopfold::field::sizes;
use hopfold::models::conductance::quadrature;
use hopfold::models::memristive_neuron::MemristiveNeuron;
use hopfold::scalar::Dual;
use hopfold::trace::{Edge, End, Settings, Trace, trace};
use std::f64::consts::SQRT_2;

const V_IN: usize = 0;
const R_N: usize = 1;
const Z_T: usize = 2;
const GAMMA: usize = 3;
const ALPHA: usize = 4;
const OMEGA: usize = 5;
const L: usize = 6;
const X_0: usize = 7;
const LAMBDA: usize = 8;

/// `V_in = 0, R_n = 8, Z_T = 1, Γ = 0.1, α = 1, Ω = 7, l = 0.5, x₀ = 0.8, λ = 0.13`, but for what is said.
fn parameters(changes: &[(usize, f64)]) -> [f64; 9] {
    let mut p = [0.0, 8.0, 1.0, 0.1, 1.0, 7.0, 0.5, 0.8, 0.13];
    changes.iter().for_each(|&(k, value)| p[k] = value);
    p
}

fn three_step_sizes() -> [Settings; 3] {
    let default = Settings::default();
    [0.1, 1.0, 10.0].map(|factor| Settings {
        step: factor * default.step,
        max_step: factor * default.max_step,
        ..default.clone()
    })
}

/// The branch over one parameter from the equilibrium that is found at `at` near the voltage `v`.
fn branch(p: &[f64; 9], free: usize, range: [f64; 2], at: f64, v: f64, settings: &Settings) -> Trace {
    let mut p = *p;
    p[free] = at;
    let model = MemristiveNeuron::new(&p);
    let mut start = find(&model, &[v, p[Z_T], 0.0, 0.0], &p, true).unwrap();
    start.push(at);
    let mut curve = OneParameter::new(&model, &p, free, range[1] - range[0]);
    let edges = [Edge { coordinate: 4, low: range[0], high: range[1] }];
    trace(&mut curve, &start, 4, &edges, &[], settings, &mut |_, _| {}).unwrap()
}

/// `f_V, f_Z, f_X` of the Jacobian at an equilibrium, by the formulas, from the quadrature.
fn entries(v: f64, p: &[f64]) -> [f64; 3] {
    let seed = Dual { re: p[X_0] - SQRT_2 * p[L] * v, eps: [1.0] };
    let [f00, f01, f11] = quadrature(seed, Dual::from(p[L]), Dual::from(p[LAMBDA]));
    let chain = SQRT_2 * p[L] * v;
    let weighed = |f: Dual<f64>| f.re - chain * f.eps[0];
    [
        -1.0 - 0.5 * p[R_N] * ((1.0 + p[Z_T]) * weighed(f00) + (1.0 - p[Z_T]) * weighed(f11)),
        0.5 * p[R_N] * (f11.re - f00.re) * v,
        -p[R_N] * f01.re * v,
    ]
}

/// `−f_V`, which is zero at folds; `a₂a₁ − a₀` and `a₁`, the first zero and the second positive at Hopf points.
fn routh_hurwitz(v: f64, p: &[f64]) -> [f64; 3] {
    let [f_v, _, f_x] = entries(v, p);
    let (z, gamma, omega) = (p[Z_T], p[GAMMA], p[OMEGA]);
    let a2 = -(f_v + 2.0 * z * f_x - 2.0 * gamma);
    let a1 = -2.0 * gamma * f_v - 2.0 * z * gamma * f_x + gamma * gamma + omega * omega;
    let a0 = -f_v * (gamma * gamma + omega * omega);
    [-f_v, a2 * a1 - a0, a1]
}

/// The bias at which `v` is an equilibrium.
fn bias(v: f64, p: &[f64]) -> f64 {
    let [f00, _, f11] = quadrature(p[X_0] - SQRT_2 * p[L] * v, p[L], p[LAMBDA]);
    (1.0 + 0.5 * p[R_N] * ((1.0 + p[Z_T]) * f00 + (1.0 - p[Z_T]) * f11)) * v
}

/// Labels and values of the coordinate of the points at folds and Hopf points, in the order of the branch.
fn found(trace: &Trace, coordinate: usize) -> Vec<(&'static str, f64)> {
    let kinds = trace.special.iter().filter(|s| s.label != "NSA");
    kinds.map(|s| (s.label, trace.points[s.index].y[coordinate])).collect()
}

fn assert_sound(trace: &Trace, case: &str) {
    assert!(trace.unresolved.is_empty(), "{case}: unresolved");
    assert!(trace.special.iter().all(|s| s.residual <= 1e-12), "{case}: {:?}", trace.special);
    let ends = trace.ends.as_ref().unwrap();
    assert!(ends.iter().all(|end| matches!(end, End::Edge { .. } | End::Closed)), "{case}: {ends:?}");
}

/// Zeros of a function of the voltage between `from` and `to`, sampled 2000 times and bisected.
fn zeros(from: f64, to: f64, function: &dyn Fn(f64) -> f64) -> Vec<f64> {
    let samples = 2_000;
    let at = |k: usize| from + (to - from) * k as f64 / samples as f64;
    let values: Vec<f64> = (0..=samples).map(|k| function(at(k))).collect();
    let mut zeros = Vec::new();
    for k in 0..samples {
        if (values[k] < 0.0) != (values[k + 1] < 0.0) {
            let (mut a, mut b) = (at(k), at(k + 1));
            for _ in 0..60 {
                let middle = 0.5 * (a + b);
                if (function(middle) < 0.0) == (values[k] < 0.0) { a = middle } else { b = middle }
            }
            zeros.push(0.5 * (a + b));
        }
    }
    zeros
}

/// Folds and Hopf points between two voltages.
fn between(low: f64, high: f64, p: &[f64]) -> Vec<(&'static str, f64)> {
    let mut exact: Vec<_> = zeros(low, high, &|v| routh_hurwitz(v, p)[0]).into_iter().map(|v| ("LP", v)).collect();
    let hopf = zeros(low, high, &|v| routh_hurwitz(v, p)[1]);
    exact.extend(hopf.into_iter().filter(|&v| routh_hurwitz(v, p)[2] > 0.0).map(|v| ("H", v)));
    exact.sort_by(|a, b| a.1.total_cmp(&b.1));
    exact
}

#[test]
fn every_special_point_over_the_bias_is_a_zero_of_the_scalar_conditions_and_none_is_missed() {
    let cases = [
        parameters(&[]),
        parameters(&[(R_N, 5.0)]),
        parameters(&[(R_N, 5.0), (Z_T, 0.3)]),
        parameters(&[(R_N, 20.0), (Z_T, 0.5)]),
        parameters(&[(R_N, 100.0), (GAMMA, 0.01)]),
        parameters(&[(R_N, 6.0), (ALPHA, 0.2), (OMEGA, 1.0)]),
        parameters(&[(R_N, 10.0), (X_0, -0.1)]),
        parameters(&[(R_N, 10.0), (X_0, 0.0), (Z_T, -0.8)]),
    ];
    for p in cases {
        let range = [-10.0, 15.0];
        for settings in three_step_sizes() {
            for at in [-10.0, 15.0, 3.0] {
                let result = branch(&p, V_IN, range, at, 0.3 * at, &settings);
                let found = found(&result, 0);
                let case = format!("{p:?}, from {at}, step {}", settings.step);
                assert_sound(&result, &case);
                let exact = between(result.points[0].y[0], result.points.last().unwrap().y[0], &p);
                assert_eq!(found.len(), exact.len(), "{case}: {found:?} {exact:?}");
                for (f, e) in found.iter().zip(&exact) {
                    // A voltage at a fold is known to the root of the rounding error only by bisection.
                    assert!(f.0 == e.0 && (f.1 - e.1).abs() < 1e-7, "{case}: {found:?} {exact:?}");
                }
            }
        }
    }
}

#[test]
fn over_each_parameter_the_special_points_are_where_the_conditions_change_sign_on_a_dense_branch() {
    let p = parameters(&[(V_IN, 3.0), (R_N, 6.0)]);
    let free: [(usize, [f64; 2]); 9] = [
        (V_IN, [0.0, 10.0]),
        (R_N, [0.0, 100.0]),
        (Z_T, [0.0, 1.0]),
        (GAMMA, [1e-3, 5.0]),
        (ALPHA, [1e-3, 2.0]),
        (OMEGA, [0.0, 50.0]),
        (X_0, [-3.0, 3.0]),
        (L, [0.1, 2.0]),
        (LAMBDA, [0.02, 1.0]),
    ];
    for (free, range) in free {
        for other in [[3.0, 6.0, 1.0], [2.0, 6.0, 0.5], [4.0, 8.0, 1.0], [0.5, 5.0, 1.0], [-0.9, 101.0, 1.0]] {
            let mut p = p;
            p[..3].copy_from_slice(&other);
            let at = p[free].clamp(range[0], range[1]);
            let range = [range[0].min(at), range[1].max(at)];
            let case = format!("free {free} at {other:?}");
            let fine =
                branch(&p, free, range, at, 0.5 * other[0], &Settings { max_step: 0.004, ..Settings::default() });
            assert_sound(&fine, &case);
            let conditions: Vec<[f64; 3]> = fine
                .points
                .iter()
                .map(|point| {
                    let mut p = p;
                    p[free] = point.y[4];
                    routh_hurwitz(point.y[0], &p)
                })
                .collect();
            let mut count = [0, 0];
            let specials: Vec<usize> = fine.special.iter().map(|s| s.index).collect();
            let regular: Vec<&[f64; 3]> =
                conditions.iter().enumerate().filter(|(k, _)| !specials.contains(k)).map(|(_, c)| c).collect();
            for pair in regular.windows(2) {
                count[0] += usize::from((pair[0][0] < 0.0) != (pair[1][0] < 0.0));
                count[1] += usize::from((pair[0][1] < 0.0) != (pair[1][1] < 0.0) && pair[0][2].min(pair[1][2]) > 0.0);
            }
            for settings in three_step_sizes() {
                let coarse = branch(&p, free, range, at, 0.5 * other[0], &settings);
                assert_sound(&coarse, &case);
                let found = found(&coarse, 4);
                let number = |label: &str| found.iter().filter(|f| f.0 == label).count();
                assert_eq!([number("LP"), number("H")], count, "{case}, step {}: {found:?}", settings.step);
                for special in &coarse.special {
                    let y = &coarse.points[special.index].y;
                    let mut p = p;
                    p[free] = y[4];
                    let [fold, hopf, a1] = routh_hurwitz(y[0], &p);
                    let near = match special.label {
                        "LP" => fold.abs() < 1e-9 * p[R_N].max(1.0),
                        "H" => a1 > 0.0 && hopf.abs() < 1e-9 * a1 * p[R_N].max(1.0),
                        "NSA" => a1 <= 0.0 || hopf.abs() > 1e-9,
                        _ => false,
                    };
                    assert!(near, "{case}: {special:?} at {y:?}");
                }
            }
        }
    }
}

/// The curve of folds over the bias and R_n through the fold at voltage `v`.
fn folds(p: &[f64; 9], v: f64, ranges: [[f64; 2]; 2], settings: &Settings) -> Trace {
    let mut p = *p;
    p[V_IN] = bias(v, &p);
    let model = MemristiveNeuron::new(&p);
    let x = [v, p[Z_T], 0.0, 0.0];
    let free = [(V_IN, ranges[0][1] - ranges[0][0]), (R_N, ranges[1][1] - ranges[1][0])];
    let mut curve = Critical::new(&model, &p, &free, Condition::Fold, &sizes(&x), &x, None).unwrap();
    let edges = [0, 1].map(|k| Edge { coordinate: 4 + k, low: ranges[k][0], high: ranges[k][1] });
    let start = [x[0], x[1], 0.0, 0.0, p[V_IN], p[R_N]];
    trace(&mut curve, &start, 4, &edges, &[], settings, &mut |_, _| {}).unwrap()
}

#[test]
fn the_fold_curve_passes_the_cusp_from_either_fold_and_from_far_away() {
    let cusp = [1.8866311330668969638, 2.4454275441447141426, 1.7779225452619239360];
    for settings in three_step_sizes() {
        for r in [8.0, 100.0, 2.0, 1.8] {
            let p = parameters(&[(R_N, r)]);
            for v in zeros(0.5, 5.0, &|v| routh_hurwitz(v, &p)[0]) {
                let result = folds(&p, v, [[0.0, 80.0], [0.0, 100.0]], &settings);
                let case = format!("R_n = {r}, V = {v}, step {}", settings.step);
                assert_sound(&result, &case);
                let labels: Vec<&str> = result.special.iter().map(|s| s.label).filter(|l| *l != "BT").collect();
                assert_eq!(labels, ["CP"], "{case}");
                let cp = result.special.iter().find(|s| s.label == "CP").unwrap();
                let y = &result.points[cp.index].y;
                // The tables of F_ij are good to 1e-13; the voltage's condition number at the cusp is about ten.
                let error = [y[0] - cusp[0], y[4] - cusp[1], y[5] - cusp[2]];
                assert!(error.iter().all(|e| e.abs() < 2e-12), "{case}: {error:?}");
                for point in &result.points {
                    let mut p = p;
                    (p[V_IN], p[R_N]) = (point.y[4], point.y[5]);
                    let tolerance = 1e-11 * (1.0 + p[R_N]);
                    assert!(routh_hurwitz(point.y[0], &p)[0].abs() < tolerance, "{case}: {:?}", point.y);
                    assert!((bias(point.y[0], &p) - p[V_IN]).abs() < tolerance, "{case}: {:?}", point.y);
                }
            }
        }
    }
}

#[test]
fn the_cusp_at_negative_bias_is_found() {
    let p = parameters(&[(R_N, 150.0)]);
    for settings in three_step_sizes() {
        for v in zeros(-2.0, -0.05, &|v| routh_hurwitz(v, &p)[0]) {
            let result = folds(&p, v, [[-5.0, 0.0], [0.0, 200.0]], &settings);
            let case = format!("V = {v}, step {}", settings.step);
            assert_sound(&result, &case);
            let cp: Vec<_> = result.special.iter().filter(|s| s.label == "CP").collect();
            assert_eq!(cp.len(), 1, "{case}");
            let y = &result.points[cp[0].index].y;
            // Printed to 13 decimals; R_n is 100 times as large as what the tables of F_ij round.
            let error = [y[0] + 0.4926491621233, y[4] + 0.9017730789364, y[5] - 101.9345338775780];
            assert!(error[0].abs() < 1e-11 && error[1].abs() < 1e-11 && error[2].abs() < 1e-9, "{case}: {error:?}");
        }
    }
}
