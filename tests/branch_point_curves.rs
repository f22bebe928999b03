//! Curves of branch points in two parameters, on models whose curves and special points are known in closed form.

use hopfold::curves::{Condition, Critical, IMPERFECT};
use hopfold::expression::{Compiled, System};
use hopfold::trace::{Edge, End, Settings, Trace, trace};

const STEPS: [f64; 3] = [0.005, 0.05, 0.5];

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

/// Traces the curve through the branch point `x` in the square |a|, |b| ≤ 1.
fn curve(model: &Compiled, x: &[f64], p: [f64; 2], max_step: f64) -> Trace {
    let n = x.len();
    let mut curve =
        Critical::new(model, &p, &[(0, 2.0), (1, 2.0)], Condition::Branch, &vec![1.0; n], x, None).expect("borders");
    let y: Vec<f64> = x.iter().copied().chain(p).chain([0.0]).collect();
    let mut edges: Vec<Edge> = [0, 1].map(|k| Edge { coordinate: n + k, low: -1.0, high: 1.0 }).to_vec();
    edges.push(Edge { coordinate: n + 2, low: -IMPERFECT, high: IMPERFECT });
    let settings = Settings { max_step, step: max_step.min(0.01), ..Settings::default() };
    let traced = [n, n + 1].iter().find_map(|&h| trace(&mut curve, &y, h, &edges, &[], &settings, &mut |_, _| {}).ok());
    traced.expect("a first point")
}

/// The curve traced from several of its points and with several steps has these points of codimension two and no others, and
/// `error` of each of its points is zero.
fn meets(
    model: &Compiled,
    starts: &[(&[f64], [f64; 2])],
    expected: &[(&str, [f64; 2])],
    error: impl Fn(&[f64], f64, f64) -> f64,
) {
    for (x, p) in starts {
        for step in STEPS {
            let (n, trace) = (x.len(), curve(model, x, *p, step));
            assert!(trace.unresolved.is_empty(), "{:?}", trace.unresolved);
            assert!(!trace.ends.iter().flatten().any(|end| matches!(end, End::Stopped { .. })), "{:?}", trace.ends);
            for point in &trace.points {
                let (states, a, b) = (&point.y[..n], point.y[n], point.y[n + 1]);
                assert!(error(states, a, b).abs() < 1e-12, "{:?}", point.y);
                assert!(point.y[n + 2].abs() < 1e-14, "{:?}", point.y);
            }
            let mut found: Vec<(&str, [f64; 2])> = trace
                .special
                .iter()
                .map(|s| (s.label, [trace.points[s.index].y[n], trace.points[s.index].y[n + 1]]))
                .collect();
            found.sort_by(|a, b| a.0.cmp(b.0).then(a.1[0].total_cmp(&b.1[0])));
            assert!(trace.special.iter().all(|s| s.residual < 1e-12), "{:?}", trace.special);
            assert_eq!(found.len(), expected.len(), "{found:?} for {expected:?}");
            for (f, e) in found.iter().zip(expected) {
                let near = (0..2).all(|k| (f.1[k] - e.1[k]).abs() < 1e-11);
                assert!(f.0 == e.0 && near, "{found:?} for {expected:?}");
            }
        }
    }
}

/// Pitchforks at a = 0 with the cubic coefficient b, beside a state that follows; and with a symmetry that moves with b.
#[test]
fn a_pitchfork_degenerates_where_its_cubic_coefficient_vanishes() {
    let model = system(&[("x", "a*x + b*x^3 - x^5"), ("y", "x^2 - 2*y")], &[]);
    meets(&model, &[(&[0.0; 2], [0.0, -0.9]), (&[0.0; 2], [0.0, 0.8])], &[("DBP", [0.0, 0.0])], |x, a, _| {
        a.abs() + x[0].abs() + x[1].abs()
    });
    // About x = y = b, symmetric under (x, y) to (y, x); on the centre manifold s = u²/4, so that c = b − 1/2 + 1/4.
    let model = system(
        &[
            ("x", "a*u + (b - 0.5)*u^3 - u^5 + u*s"),
            ("y", "-a*u - (b - 0.5)*u^3 + u^5 - u*s - 2*(x + y - 2*b)"),
            ("s", "-4*s + u^2"),
        ],
        &[("u", "(x - y)/2")],
    );
    meets(
        &model,
        &[(&[0.9, 0.9, 0.0], [0.0, 0.9]), (&[-0.7, -0.7, 0.0], [0.0, -0.7])],
        &[("DBP", [0.0, 0.25])],
        |x, a, b| a.abs() + (x[0] - b).abs() + (x[1] - b).abs(),
    );
}

/// `x' = x (a² + b² − ¼ + (b − 0.3) x − x²)`: a circle of transcritical points, which turns back in both parameters.
#[test]
fn a_closed_curve_of_transcritical_points_is_followed_all_around() {
    let model = system(&[("x", "x*(a^2 + b^2 - 0.25 + (b - 0.3)*x - x^2)"), ("y", "x - y")], &[]);
    let expected = [("DBP", [-0.4, 0.3]), ("DBP", [0.4, 0.3])];
    for start in [[0.5, 0.0], [0.0, 0.5], [-0.3, -0.4]] {
        meets(&model, &[(&[0.0; 2], start)], &expected, |_, a, b| a * a + b * b - 0.25);
        let trace = curve(&model, &[0.0; 2], start, 0.05);
        assert_eq!(trace.ends, Some([End::Closed, End::Closed]));
    }
}

/// An invariant set that moves with a parameter, x = b²: transcritical points at a = b³.
#[test]
fn the_invariant_set_may_move_with_the_parameters() {
    let model = system(&[("x", "(x - b^2)*(a - b^3 + 0.3*(x - b^2))")], &[]);
    let start = |b: f64| ([b * b], [b * b * b, b]);
    let (low, high) = (start(-0.9), start(0.7));
    meets(&model, &[(&low.0, low.1), (&high.0, high.1)], &[], |x, a, b| (a - b.powi(3)).abs() + (x[0] - b * b).abs());
}

/// `x' = y`, `y' = a x + b y − x³ − x² y`, and with `x²` in place of `x³`: two zero eigenvalues at a = b = 0.
#[test]
fn double_zero_eigenvalues_with_a_symmetry_and_with_an_invariant_set_are_found() {
    for power in ["x^3", "x^2"] {
        let model = system(&[("x", "y"), ("y", &format!("a*x + b*y - {power} - x^2*y"))], &[]);
        let starts: [(&[f64], [f64; 2]); 2] = [(&[0.0; 2], [0.0, -0.9]), (&[0.0; 2], [0.0, 0.55])];
        meets(&model, &starts, &[("BT", [0.0, 0.0])], |x, a, _| a.abs() + x[0].abs());
    }
}

/// A pitchfork and an Andronov–Hopf point at once, and a transcritical one.
#[test]
fn zero_hopf_points_are_found() {
    for power in ["x^3", "x^2"] {
        let model = system(
            &[
                ("x", &format!("a*x - {power} - x*r")),
                ("y", "(b - 0.2)*y - 3*z - y*r - 0.3*x^2*y"),
                ("z", "3*y + (b - 0.2)*z - z*r"),
            ],
            &[("r", "y^2 + z^2")],
        );
        let starts: [(&[f64], [f64; 2]); 2] = [(&[0.0; 3], [0.0, -0.9]), (&[0.0; 3], [0.0, 0.95])];
        meets(&model, &starts, &[("ZH", [0.0, 0.2])], |_, a, _| a);
    }
}

/// Two species that compete: where the other one can invade as well, two curves cross, and neither is left.
#[test]
fn a_curve_is_not_left_where_another_crosses_it() {
    let model = system(&[("x", "x*(a - x - 0.5*y)"), ("y", "y*(b + 0.3*a - y - 0.7*x)")], &[]);
    meets(&model, &[(&[0.0; 2], [0.0, -0.9]), (&[0.0; 2], [0.0, 0.7])], &[], |_, a, _| a);
    meets(&model, &[(&[0.0; 2], [0.9, -0.27]), (&[0.0; 2], [-0.3, 0.09])], &[], |_, a, b| b + 0.3 * a);
}

/// The hidden direction of an imperfection: linear and quadratic in the second parameter.
#[test]
fn branch_points_that_do_not_persist_are_told_of() {
    for unfolding in ["b", "b^2"] {
        let model = system(&[("x", &format!("a*x - x^3 + {unfolding}"))], &[]);
        let trace = curve(&model, &[0.0], [0.0, 0.0], 0.05);
        for end in trace.ends.iter().flatten() {
            assert!(matches!(end, End::Edge { coordinate: 3, .. }), "{end:?}");
        }
        assert!(trace.points.iter().all(|point| point.y[3].abs() <= IMPERFECT));
    }
}
