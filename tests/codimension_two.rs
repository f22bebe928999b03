//! Special points of fold and Hopf curves on truncated normal forms, whose points are known in closed form.

use hopfold::curves::{Condition, Critical};
use hopfold::expression::{Compiled, System};
use hopfold::trace::{Edge, Settings, Trace, trace};

/// Traces the critical curve of a system with the parameters a and b through a point.
fn curve(model: &Compiled, condition: Condition, x: &[f64], p: [f64; 2], kappa: Option<f64>, max_step: f64) -> Trace {
    let n = x.len();
    let ranges = [(0, 2.0), (1, 2.0)];
    let mut curve = Critical::new(model, &p, &ranges, condition, &vec![1.0; n], x, kappa).expect("borders");
    let mut y = x.to_vec();
    y.extend(p);
    y.extend(kappa);
    let edges = [0, 1].map(|k| Edge { coordinate: n + k, low: -1.0, high: 1.0 });
    let settings = Settings { max_step, step: max_step.min(0.01), ..Settings::default() };
    let hold = [n + 1, n];
    let traced = hold.iter().find_map(|&h| trace(&mut curve, &y, h, &edges, &[], &settings, &mut |_, _| {}).ok());
    traced.expect("a first point")
}

/// Labels with both parameters, sorted.
fn found(trace: &Trace, n: usize) -> Vec<(&str, f64, f64)> {
    let mut points: Vec<(&str, f64, f64)> =
        trace.special.iter().map(|s| (s.label, trace.points[s.index].y[n], trace.points[s.index].y[n + 1])).collect();
    points.sort_by(|a, b| a.0.cmp(b.0).then(a.2.total_cmp(&b.2)));
    assert!(trace.special.iter().all(|s| s.residual < 1e-12), "{:?}", trace.special);
    assert!(trace.unresolved.is_empty());
    points
}

fn close(points: &[(&str, f64, f64)], expected: &[(&str, f64, f64)], tolerance: f64) {
    assert_eq!(points.len(), expected.len(), "{points:?} for {expected:?}");
    for (a, b) in points.iter().zip(expected) {
        let near = (a.1 - b.1).abs() < tolerance && (a.2 - b.2).abs() < tolerance;
        assert!(a.0 == b.0 && near, "{points:?} for {expected:?}");
    }
}

fn system(equations: &[(&str, &str)], definitions: &[(&str, &str)]) -> Compiled {
    let mut system = System::new().parameter("a", 0.0).parameter("b", 0.0);
    for (name, text) in equations {
        system = system.equation(name, text);
    }
    for (name, text) in definitions {
        system = system.definition(name, text);
    }
    system.compile().expect("no mistake")
}

const STEPS: [f64; 3] = [0.005, 0.05, 0.5];

/// `ż = (a + i) z + (c − 0.02 h) z|z|² − z|z|⁴` with `c = b (b − 0.3)` and `h' = −2h + |z|²`, so that `h = |z|²/2` where `a = 0`
/// adds −0.01 to the cubic coefficient.
#[test]
fn bautin_points_are_the_zeros_of_the_first_lyapunov_coefficient() {
    let model = system(
        &[("x", "a*x - y + c*x*r - x*r^2 - 0.02*x*h"), ("y", "x + a*y + c*y*r - y*r^2 - 0.02*y*h"), ("h", "-2*h + r")],
        &[("r", "x^2 + y^2"), ("c", "b*(b - 0.3)")],
    );
    let root = 0.0325_f64.sqrt();
    for step in STEPS {
        let traced = curve(&model, Condition::Hopf, &[0.0; 3], [0.0, -0.9], Some(1.0), step);
        close(&found(&traced, 3), &[("GH", 0.0, 0.15 - root), ("GH", 0.0, 0.15 + root)], 1e-13);
    }
}

/// `x' = a + x² − r`, `ż = (b + 0.4 x + 3i) z − 0.1 z r` with `r = |z|²`.
fn zero_hopf() -> Compiled {
    system(
        &[("x", "a + x^2 - r"), ("y", "(b + 0.4*x)*y - 3*z - 0.1*y*r"), ("z", "(b + 0.4*x)*z + 3*y - 0.1*z*r")],
        &[("r", "y^2 + z^2")],
    )
}

#[test]
fn a_zero_hopf_point_is_met_on_the_fold_curve_and_on_the_hopf_curve() {
    for step in STEPS {
        let traced = curve(&zero_hopf(), Condition::Fold, &[0.0; 3], [0.0, -0.7], None, step);
        close(&found(&traced, 3), &[("ZH", 0.0, 0.0)], 1e-10);
        // The Hopf curve a = −x², b = −0.4 x touches it there. Re c₁ = 0.4/(2x) − 0.1 goes through infinity, not through zero.
        let x = -0.5;
        let traced = curve(&zero_hopf(), Condition::Hopf, &[x, 0.0, 0.0], [-x * x, -0.4 * x], Some(9.0), step);
        close(&found(&traced, 3), &[("ZH", 0.0, 0.0)], 1e-10);
    }
}

#[test]
fn a_double_hopf_point_is_the_crossing_of_two_hopf_curves() {
    let model = system(
        &[
            ("u", "a*u - v - u*(r + 0.5*s)"),
            ("v", "u + a*v - v*(r + 0.5*s)"),
            ("x", "(b - 0.3*a + 0.1)*x - 2.7*y - x*(0.4*r + s)"),
            ("y", "2.7*x + (b - 0.3*a + 0.1)*y - y*(0.4*r + s)"),
        ],
        &[("r", "u^2 + v^2"), ("s", "x^2 + y^2")],
    );
    for step in STEPS {
        let first = curve(&model, Condition::Hopf, &[0.0; 4], [0.0, 0.8], Some(1.0), step);
        close(&found(&first, 4), &[("HH", 0.0, -0.1)], 1e-12);
        let second = curve(&model, Condition::Hopf, &[0.0; 4], [0.5, 0.05], Some(2.7 * 2.7), step);
        close(&found(&second, 4), &[("HH", 0.0, -0.1)], 1e-12);
    }
}

/// Beside a Bogdanov–Takens point there is nothing else: `x' = y`, `y' = a + b y + x² + x y`, and a far oscillation.
#[test]
fn bogdanov_takens_points_bring_no_others_with_them() {
    let model =
        system(&[("x", "y"), ("y", "a + b*y + x^2 + x*y"), ("u", "-0.5*u - 2*v + x^2"), ("v", "2*u - 0.5*v")], &[]);
    for step in STEPS {
        let fold = curve(&model, Condition::Fold, &[0.0; 4], [0.0, 0.6], None, step);
        close(&found(&fold, 4), &[("BT", 0.0, 0.0)], 1e-10);
        // Hopf: y = 0, a = −x², b = −x for x < 0, κ = −2x.
        let x = -0.4_f64;
        let hopf = curve(
            &model,
            Condition::Hopf,
            &[x, 0.0, x * x / 8.5, 4.0 * x * x / 8.5],
            [-x * x, -x],
            Some(-2.0 * x),
            step,
        );
        close(&found(&hopf, 4), &[("BT", 0.0, 0.0)], 1e-10);
    }
}
