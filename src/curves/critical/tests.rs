//! Truncated normal forms in random coordinates have one point of codimension two, at `β = 0`, and it is found whatever the step,
//! the direction, and the start.

use super::*;
use crate::normal_form::tests::disguise::{Disguised, Form};
use crate::trace::{Edge, Settings, trace};

/// Half the side of the square of parameters, within which the change of coordinates is one.
const SIDE: f64 = 0.1;

/// A critical curve of a form: its condition, `u` and `β` along it from −1 to 1, and `κ`.
struct Arc {
    label: &'static str,
    condition: Condition,
    at: fn(f64) -> (Vec<f64>, [f64; 2]),
    kappa: fn(f64) -> Option<f64>,
}

fn has_one_point(form: &Form, seeds: u64, arcs: &[Arc]) {
    for seed in 1..=seeds {
        let field = Disguised::new(form.clone(), seed);
        for arc in arcs {
            for start in [-0.6, 0.45] {
                for max_step in [0.005, 0.05, 0.5] {
                    let (u, beta) = (arc.at)(start);
                    let p = field.parameters_at(beta);
                    let x = field.state_at(&u, &p);
                    let kappa = (arc.kappa)(start);
                    let case = format!("{} seed {seed} start {start} step {max_step}", arc.label);
                    let n = x.len();
                    let ranges = [(0, 2.0 * SIDE), (1, 2.0 * SIDE)];
                    let mut curve = Critical::new(&field, &p, &ranges, arc.condition, &vec![1.0; n], &x, kappa)
                        .unwrap_or_else(|_| panic!("{case}"));
                    let y: Vec<f64> = x.into_iter().chain(p).chain(kappa).collect();
                    let edges = [0, 1].map(|k| Edge { coordinate: n + k, low: -SIDE, high: SIDE });
                    let settings = Settings { max_step, step: max_step.min(0.01), ..Settings::default() };
                    let traced = (n..n + 2)
                        .find_map(|hold| trace(&mut curve, &y, hold, &edges, &[], &settings, &mut |_, _| {}).ok())
                        .unwrap_or_else(|| panic!("{case}"));
                    let labels: Vec<&str> = traced.special.iter().map(|special| special.label).collect();
                    assert_eq!(labels, [arc.label], "{case}");
                    assert!(traced.unresolved.is_empty(), "{case}");
                    let special = &traced.special[0];
                    let at = &traced.points[special.index].y[n..n + 2];
                    assert!(special.residual < 1e-12 && at[0].hypot(at[1]) < 1e-10, "{case}: {at:?}");
                }
            }
        }
    }
}

#[test]
fn a_disguised_cusp_is_the_only_point_of_its_fold_curve() {
    let at = |s: f64| (vec![0.15 * s], [2.0 * 0.7 * (0.15 * s).powi(3), -3.0 * 0.7 * (0.15 * s).powi(2)]);
    let arc = Arc { label: "CP", condition: Condition::Fold, at, kappa: |_| None };
    has_one_point(&Form::Cusp { c: 0.7 }, 12, &[arc]);
}

#[test]
fn a_disguised_bogdanov_takens_point_is_the_only_one_of_its_curves() {
    let fold = |s: f64| (vec![0.0, 0.0], [0.0, 0.06 * s]);
    let hopf = |s: f64| (vec![0.04 * s, 0.0], [-0.8 * (0.04 * s).powi(2), 1.7 * 0.04 * s]);
    let arcs = [
        Arc { label: "BT", condition: Condition::Fold, at: fold, kappa: |_| None },
        Arc { label: "BT", condition: Condition::Hopf, at: hopf, kappa: |s| Some(-1.6 * 0.04 * s) },
    ];
    has_one_point(&Form::BogdanovTakens { a: 0.8, b: -1.7, cubic: [0.0; 2] }, 12, &arcs);
}

#[test]
fn a_disguised_bautin_point_is_the_only_one_of_its_hopf_curve() {
    let at = |s: f64| (vec![0.0, 0.0], [0.0, 0.06 * s]);
    let arc = Arc { label: "GH", condition: Condition::Hopf, at, kappa: |_| Some(1.3_f64.powi(2)) };
    has_one_point(&Form::Bautin { omega: 1.3, c1: 0.4, c2: [-0.9, 0.2] }, 12, &[arc]);
}

#[test]
fn a_disguised_zero_hopf_point_is_the_only_one_of_its_curves() {
    let fold = |s: f64| (vec![0.0; 3], [0.0, 0.06 * s]);
    let hopf = |s: f64| {
        let w = 0.08 * s;
        (vec![w, 0.0, 0.0], [-w * w, -0.6 * w])
    };
    let arcs = [
        Arc { label: "ZH", condition: Condition::Fold, at: fold, kappa: |_| None },
        Arc { label: "ZH", condition: Condition::Hopf, at: hopf, kappa: |_| Some(4.0) },
    ];
    let (w0, w1) = ([1.0, -0.7, 0.0, 0.1], [[0.6, 0.0], [0.0, 0.0], [-0.05, 0.3]]);
    has_one_point(&Form::ZeroHopf { omega: 2.0, w0, w1 }, 2, &arcs);
}

#[test]
fn a_disguised_double_hopf_point_is_the_only_one_of_both_hopf_curves() {
    let arcs = [
        Arc { label: "HH", condition: Condition::Hopf, at: |s| (vec![0.0; 4], [0.0, 0.06 * s]), kappa: |_| Some(1.0) },
        Arc {
            label: "HH",
            condition: Condition::Hopf,
            at: |s| (vec![0.0; 4], [0.06 * s, 0.0]),
            kappa: |_| Some(2.7 * 2.7),
        },
    ];
    let cubic = [[-1.0, 0.2], [0.5, 0.1], [-0.4, 0.3], [0.8, 0.0]];
    has_one_point(&Form::HopfHopf { omegas: [1.0, 2.7], cubic, fifth: [[0.0; 2]; 6] }, 1, &arcs);
}

/// The double zero eigenvalue of an oscillator that a change of sign leaves as it is: `ẋ = y`, `ẏ = β₁x + β₂y − x³ − x²y`.
struct Symmetric;

impl Field for Symmetric {
    fn states(&self) -> usize {
        2
    }
    fn parameters(&self) -> usize {
        2
    }
    fn rhs<S: crate::scalar::Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        dx[0] = x[1];
        dx[1] = p[0] * x[0] + p[1] * x[1] - x[0].powi(3) - x[0] * x[0] * x[1];
    }
}

/// Beside the equilibrium at zero there are `x² = β₁`, which have Hopf points at `β₁ = β₂` with `κ = 2 x²`: it touches zero.
#[test]
fn a_bogdanov_takens_point_with_a_symmetry_is_met_once_on_the_hopf_curve_whatever_the_step() {
    for start in [-0.61_f64, 0.47] {
        for max_step in [0.005, 0.05, 0.5] {
            let (square, ranges) = (start * start, [(0, 2.0), (1, 2.0)]);
            let curve = Critical::new(
                &Symmetric,
                &[square; 2],
                &ranges,
                Condition::Hopf,
                &[1.0; 2],
                &[start, 0.0],
                Some(2.0 * square),
            );
            let mut curve = curve.expect("borders");
            let edges = [2, 3].map(|coordinate| Edge { coordinate, low: -1.0, high: 1.0 });
            let settings = Settings { max_step, ..Settings::default() };
            let y = [start, 0.0, square, square, 2.0 * square];
            let traced = trace(&mut curve, &y, 2, &edges, &[], &settings, &mut |_, _| {}).expect("a curve");
            let labels: Vec<&str> = traced.special.iter().map(|special| special.label).collect();
            assert_eq!(labels, ["BT"], "start {start}, step {max_step}");
            assert!(traced.unresolved.is_empty());
            let point = &traced.points[traced.special[0].index].y;
            // Parameters and κ are of second order in the state.
            assert!(point[0] == 0.0 && point[1..].iter().all(|y| y.abs() < 1e-15), "{point:?}");
            assert!(traced.special[0].residual < 1e-12);
        }
    }
}
