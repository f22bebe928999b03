//! Whole branches of the memristive neuron, and the pieces that they are made of.
//!
//! Compare within one run only: machines drift. `shares.rs` says how the time of a branch is divided.

use divan::{Bencher, black_box};
use hopfold::curves::{Condition, Critical, OneParameter};
use hopfold::field::{Derivatives, Field};
use hopfold::linalg::{Bordered, Matrix, Spectrum};
use hopfold::models::conductance::{Conductance, quadrature};
use hopfold::models::memristive_neuron::MemristiveNeuron;
use hopfold::scalar::Dual;
use hopfold::trace::{Edge, Settings, trace};

const P: [f64; 9] = [0.0, 8.0, 1.0, 0.1, 1.0, 7.0, 0.5, 0.8, 0.13];
/// Fold and Hopf point at R_n = 8.
const FOLD: (f64, f64) = (1.4336288715167880, 5.4501396633191209);
const HOPF: (f64, f64, f64) = (0.1074491876570694, 0.1767133754542383, 49.360242775);

fn main() {
    divan::main();
}

/// V_in from 0 to 10 at R_n = 8 through both folds, with eigenvalues, special points and audit.
#[divan::bench]
fn equilibrium_branch(bencher: Bencher) {
    let model = MemristiveNeuron::new(&P);
    let edges = [Edge { coordinate: 4, low: 0.0, high: 10.0 }];
    bencher.bench_local(|| {
        let mut curve = OneParameter::new(&model, &P, 0, 10.0);
        trace(&mut curve, &[0.0, 1.0, 0.0, 0.0, 0.0], 4, &edges, &[], &Settings::default(), &mut |_, _| {})
            .map(|t| t.points.len())
    });
}

fn critical(condition: Condition, voltage: f64, bias: f64, kappa: Option<f64>) -> usize {
    let model = MemristiveNeuron::new(&P);
    critical_with(&model, condition, voltage, bias, kappa)
}

fn critical_with(model: &MemristiveNeuron, condition: Condition, voltage: f64, bias: f64, kappa: Option<f64>) -> usize {
    let mut p = P;
    p[0] = bias;
    let x = [voltage, 1.0, 0.0, 0.0];
    let edges = [Edge { coordinate: 4, low: 0.0, high: 15.0 }, Edge { coordinate: 5, low: 0.0, high: 15.0 }];
    let mut y = x.to_vec();
    y.extend([bias, P[1]]);
    y.extend(kappa);
    Critical::new(model, &p, &[(0, 15.0), (1, 15.0)], condition, &[1.5, 1.0, 1.0, 1.0], &x, kappa)
        .ok()
        .and_then(|mut curve| trace(&mut curve, &y, 4, &edges, &[], &Settings::default(), &mut |_, _| {}).ok())
        .map_or(0, |t| t.points.len())
}

/// The fold curve in (V_in, R_n) from the fold at R_n = 8 through the cusp to the other side.
#[divan::bench]
fn fold_curve(bencher: Bencher) {
    let model = MemristiveNeuron::new(&P);
    bencher.bench_local(|| critical_with(&model, Condition::Fold, FOLD.0, FOLD.1, None));
}

#[divan::bench]
fn hopf_curve(bencher: Bencher) {
    let model = MemristiveNeuron::new(&P);
    bencher.bench_local(|| critical_with(&model, Condition::Hopf, HOPF.0, HOPF.1, Some(HOPF.2)));
}

/// The fold curve including the table of the conductance.
#[divan::bench]
fn fold_curve_from_nothing() -> usize {
    critical(Condition::Fold, FOLD.0, FOLD.1, None)
}

/// F_ij and first derivatives from the table.
#[divan::bench]
fn conductance_with_first_derivatives(bencher: Bencher) {
    let table = Conductance::new(0.5, 0.13);
    bencher.bench_local(|| {
        let x = Dual { re: black_box(0.37), eps: [1.0] };
        table.elements(x, 0.5.into(), 0.13.into())
    });
}

/// The same by quadrature: the baseline.
#[divan::bench]
fn conductance_with_first_derivatives_by_quadrature() -> [Dual<f64>; 3] {
    let x = Dual { re: black_box(0.37), eps: [1.0] };
    quadrature(x, 0.5.into(), 0.13.into())
}

#[divan::bench]
fn right_hand_side(bencher: Bencher) {
    let model = MemristiveNeuron::new(&P);
    let mut f = [0.0; 4];
    bencher.bench_local(|| model.rhs(black_box(&[1.0, 0.9, 0.1, 0.2]), &P, &mut f));
}

#[divan::bench]
fn jacobian_by_dual_numbers(bencher: Bencher) {
    let model = MemristiveNeuron::new(&P);
    let mut derivatives = Derivatives::new(&model, &[0]);
    let (mut f, mut jacobian) = ([0.0; 4], derivatives.matrix());
    bencher.bench_local(|| derivatives.first(&model, black_box(&[1.0, 0.9, 0.1, 0.2]), &P, &mut f, &mut jacobian));
}

#[divan::bench]
fn eigenvalues_of_four(bencher: Bencher) {
    let entries = vec![-1.7, -0.3, 2.0, 0.0, 0.0, -0.1, 0.0, 0.0, -3.4, -0.6, 3.9, 7.0, 0.0, 0.0, -7.0, -0.1];
    let matrix = Matrix::full(4, 0, entries);
    let mut spectrum = Spectrum::default();
    bencher.bench_local(|| spectrum.of(black_box(&matrix), 4).map(|e| e.len()));
}

#[divan::bench]
fn bordered_solve_of_five(bencher: Bencher) {
    let entries =
        vec![-1.7, -0.3, 2.0, 0.0, 1.0, 0.0, -0.1, 0.0, 0.0, 0.0, -3.4, -0.6, 3.9, 7.0, 2.0, 0.0, 0.0, -7.0, -0.1, 0.0];
    let matrix = Matrix::full(4, 1, entries);
    let mut bordered = Bordered::default();
    bencher.bench_local(|| {
        let _ =
            bordered.factor(black_box(&matrix), &[1.0; 5], std::iter::once((&[0.4, 0.1, 0.0, 0.0, 0.9][..], false)));
        let mut rhs = [1.0; 5];
        bordered.solve(&mut rhs);
        rhs
    });
}
