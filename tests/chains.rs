//! Long chains: the same points as the formulas say, at a number of steps that does not depend on the length.

use hopfold::curve::ENDLESS;
use hopfold::curves::{Condition, Critical, OneParameter};
use hopfold::expression::{Compiled, System};
use hopfold::field::{Derivatives, Field, sizes};
use hopfold::linalg::Matrix;
use hopfold::scalar::Scalar;
use hopfold::trace::{Edge, End, Settings, Trace, trace};
use std::f64::consts::PI;

/// `u_i' = (u_{i−1} − 2u_i + u_{i+1})(N+1)² + lambda e^{u_i}` between walls at zero.
fn bratu(n: i64) -> Compiled {
    System::new()
        .integer("N", n)
        .parameter("lambda", 0.0)
        .equation("u[i = 1..N]", "(u[i-1] - 2*u[i] + u[i+1])*(N+1)^2 + lambda*exp(u[i])")
        .definition("u[0]", "0")
        .definition("u[N+1]", "0")
        .compile()
        .expect("no mistake")
}

/// m cells of the Brusselator with A = 2, B = 5.45 on a line of length L, all X before all Y.
fn brusselator(m: i64) -> Compiled {
    System::new()
        .integer("m", m)
        .parameter("L", 1.0)
        .equation("X[i = 1..m]", "0.008/L^2*(m+1)^2*(X[i-1] - 2*X[i] + X[i+1]) + X[i]^2*Y[i] - 6.45*X[i] + 2")
        .equation("Y[i = 1..m]", "0.004/L^2*(m+1)^2*(Y[i-1] - 2*Y[i] + Y[i+1]) - X[i]^2*Y[i] + 5.45*X[i]")
        .definition("X[0]", "2")
        .definition("X[m+1]", "2")
        .definition("Y[0]", "2.725")
        .definition("Y[m+1]", "2.725")
        .compile()
        .expect("no mistake")
}

fn branch(model: &Compiled, start: &[f64], range: [f64; 2]) -> Trace {
    let n = model.states();
    let mut y = start.to_vec();
    y.push(range[0]);
    let edges = [Edge { coordinate: n, low: range[0], high: range[1] }];
    let mut curve = OneParameter::new(model, &[range[0]], 0, range[1] - range[0]);
    trace(&mut curve, &y, n, &edges, &[], &Settings::default(), &mut |_, _| {}).expect("a first point")
}

fn special(trace: &Trace, n: usize) -> Vec<(&str, f64)> {
    trace.special.iter().map(|s| (s.label, trace.points[s.index].y[n])).collect()
}

#[test]
fn the_fold_of_the_bratu_chain_is_the_one_known_for_each_length() {
    // 40-digit Newton on the defining systems; N = 3200 by h² extrapolation of the exact limit 3.5138307191251612.
    for (n, exact, tolerance) in
        [(50, 3.5131277926, 1e-10), (100, 3.5136515063, 1e-10), (400, 3.5138193504, 1e-10), (3200, 3.51383054, 2e-8)]
    {
        let model = bratu(n);
        assert_eq!(model.pattern().expect("a band").bandwidth(), 1);
        let n = n as usize;
        let found = branch(&model, &vec![0.0; n], [0.0, 4.0]);
        let [("LP", lambda)] = special(&found, n)[..] else { panic!("N = {n}: {:?}", special(&found, n)) };
        assert!((lambda - exact).abs() < tolerance, "N = {n}: {lambda}");
        assert!(found.special[0].residual < 1e-12 && found.unresolved.is_empty());
        // As lambda goes to zero, u in the middle goes to infinity.
        assert!(
            found.ends.as_ref().is_some_and(|ends| ends.contains(&End::RunsOut(ENDLESS))),
            "N = {n}: {:?}",
            found.ends
        );
        // The stable part and the unstable part.
        let index = found.special[0].index;
        assert!(found.points[1..index].iter().all(|p| p.sample.index == 0), "N = {n}");
        assert!(found.points[index + 1..].iter().all(|p| p.sample.index == 1), "N = {n}");
        assert!(found.points.len() < 700, "N = {n}: {} points", found.points.len());
    }
}

#[test]
fn hopf_points_of_the_brusselator_chain_are_those_of_its_modes() {
    for m in [25_usize, 200, 1600] {
        let model = brusselator(m as i64);
        assert!(model.pattern().expect("a band").bandwidth() <= 3, "X and Y of a cell come together");
        let start: Vec<f64> = (0..2 * m).map(|k| if k < m { 2.0 } else { 2.725 }).collect();
        let found = branch(&model, &start, [0.1, 2.1]);
        let exact: Vec<f64> = (1..=4)
            .map(|k| {
                let angle = 0.5 * k as f64 * PI / (m as f64 + 1.0);
                (0.012 * 4.0 * ((m + 1) as f64 * angle.sin()).powi(2) / 0.45).sqrt()
            })
            .collect();
        let found_at: Vec<f64> =
            special(&found, 2 * m).iter().filter(|(label, _)| *label == "H").map(|(_, l)| *l).collect();
        assert_eq!(found_at.len(), 4, "m = {m}: {:?}", special(&found, 2 * m));
        for (a, b) in found_at.iter().zip(&exact) {
            // Roundings of the square of the linearisation, beside rates of one.
            let diffusion = 0.032 * ((m + 1) as f64 / b).powi(2);
            assert!((a - b).abs() < f64::EPSILON * diffusion.powi(2) + 1e-13, "m = {m}: {a} {b}");
        }
        let counts: Vec<usize> = found.points.iter().map(|p| p.sample.index).collect();
        assert_eq!((counts.first(), counts.last()), (Some(&0), Some(&8)), "m = {m}");
    }
}

/// A model without its pattern: the full matrices of the same equations.
struct Full(Compiled);

impl Field for Full {
    fn states(&self) -> usize {
        Field::states(&self.0)
    }
    fn parameters(&self) -> usize {
        Field::parameters(&self.0)
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        self.0.rhs(x, p, dx);
    }
}

#[test]
fn the_coloured_jacobian_is_the_full_one() {
    let model = brusselator(20);
    let x: Vec<f64> = (0..40).map(|k| 2.0 + 0.3 * (k as f64).sin()).collect();
    let v: Vec<f64> = (0..41).map(|k| (0.7 * k as f64).cos()).collect();
    let dense = |matrix: &Matrix| {
        let mut out = vec![0.0; 40 * 41];
        for i in 0..40 {
            matrix.elements(i).for_each(|(j, a)| out[i * 41 + j] = a);
        }
        out
    };
    let both = |field: &dyn Fn(&mut Vec<Vec<f64>>)| {
        let mut out = Vec::new();
        field(&mut out);
        out
    };
    fn evaluate<F: Field>(
        field: &F,
        x: &[f64],
        v: &[f64],
        dense: &dyn Fn(&Matrix) -> Vec<f64>,
        out: &mut Vec<Vec<f64>>,
    ) {
        let mut derivatives = Derivatives::new(field, &[0]);
        let (mut f, mut matrix) = (vec![0.0; 40], derivatives.matrix());
        derivatives.first(field, x, &[0.8], &mut f, &mut matrix);
        out.push(f);
        out.push(dense(&matrix));
        derivatives.second(field, x, &[0.8], v, &mut matrix);
        out.push(dense(&matrix));
    }
    let sparse = both(&|out| evaluate(&model, &x, &v, &dense, out));
    let full = both(&|out| evaluate(&Full(brusselator(20)), &x, &v, &dense, out));
    for (a, b) in sparse.iter().flatten().zip(full.iter().flatten()) {
        assert!((a - b).abs() <= 1e-13 * (1.0 + b.abs()), "{a} {b}");
    }
}

#[test]
fn critical_curves_of_a_chain_are_those_of_its_full_matrices() {
    // The fold of Bratu's chain with a second parameter, the weight of diffusion: lambda is in proportion to it.
    let text = |n: i64| {
        System::new()
            .integer("N", n)
            .parameter("lambda", 3.0)
            .parameter("d", 1.0)
            .equation("u[i = 1..N]", "d*(u[i-1] - 2*u[i] + u[i+1])*(N+1)^2 + lambda*exp(u[i])")
            .definition("u[0]", "0")
            .definition("u[N+1]", "0")
            .compile()
            .expect("no mistake")
    };
    for n in [50_usize, 1000] {
        let model = text(n as i64);
        let one = {
            let edges = [Edge { coordinate: n, low: 0.0, high: 4.0 }];
            let mut curve = OneParameter::new(&model, &[0.0, 1.0], 0, 4.0);
            trace(&mut curve, &vec![0.0; n + 1], n, &edges, &[], &Settings::default(), &mut |_, _| {}).unwrap()
        };
        let fold = &one.points[one.special[0].index].y;
        let ranges = [(0, 4.0), (1, 2.0)];
        let mut curve =
            Critical::new(&model, &[fold[n], 1.0], &ranges, Condition::Fold, &sizes(&fold[..n]), &fold[..n], None)
                .unwrap();
        let mut start = fold.clone();
        start.push(1.0);
        let edges = [Edge { coordinate: n, low: 0.1, high: 4.0 }, Edge { coordinate: n + 1, low: 0.1, high: 2.0 }];
        let traced = trace(&mut curve, &start, n, &edges, &[], &Settings::default(), &mut |_, _| {}).unwrap();
        assert!(traced.points.len() > 5 && traced.special.is_empty());
        for point in &traced.points {
            assert!((point.y[n] - fold[n] * point.y[n + 1]).abs() < 1e-9, "{} {}", point.y[n], point.y[n + 1]);
        }
    }
    // A Hopf curve of the Brusselator's chain in the length and the rate of decay: the first mode's trace is zero.
    let m = 60_usize;
    let model = System::new()
        .integer("m", m as i64)
        .parameter("L", 1.0)
        .parameter("B", 5.45)
        .equation("X[i = 1..m]", "0.008/L^2*(m+1)^2*(X[i-1] - 2*X[i] + X[i+1]) + X[i]^2*Y[i] - (B+1)*X[i] + 2")
        .equation("Y[i = 1..m]", "0.004/L^2*(m+1)^2*(Y[i-1] - 2*Y[i] + Y[i+1]) - X[i]^2*Y[i] + B*X[i]")
        .definition("X[0]", "2")
        .definition("X[m+1]", "2")
        .definition("Y[0]", "B/2")
        .definition("Y[m+1]", "B/2")
        .compile()
        .expect("no mistake");
    let q = 4.0 * ((m + 1) as f64 * (0.5 * PI / (m as f64 + 1.0)).sin()).powi(2);
    let length = |b: f64| (0.012 * q / (b - 5.0)).sqrt();
    let x: Vec<f64> = (0..2 * m).map(|k| if k < m { 2.0 } else { 2.725 }).collect();
    let l = length(5.45);
    let (dx, dy) = (0.008 * q / (l * l), 0.004 * q / (l * l));
    // det of the first mode: (B − 1 − dx)(−4 − dy) + 4B.
    let kappa = (5.45 - 1.0 - dx) * (-4.0 - dy) + 4.0 * 5.45;
    let n = 2 * m;
    let mut curve =
        Critical::new(&model, &[l, 5.45], &[(0, 2.0), (1, 1.0)], Condition::Hopf, &sizes(&x), &x, Some(kappa)).unwrap();
    let mut start = x.clone();
    start.extend([l, 5.45, kappa]);
    let edges = [Edge { coordinate: n, low: 0.2, high: 2.0 }, Edge { coordinate: n + 1, low: 5.1, high: 6.0 }];
    let traced = trace(&mut curve, &start, n, &edges, &[], &Settings::default(), &mut |_, _| {}).unwrap();
    assert!(traced.points.len() > 5);
    for point in &traced.points {
        assert!((point.y[n] - length(point.y[n + 1])).abs() < 1e-10, "{} {}", point.y[n], point.y[n + 1]);
    }
}
