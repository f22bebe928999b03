//! Models given as text through the engine: special points where closed forms say they are.

use hopfold::curves::{Condition, Critical, OneParameter};
use hopfold::expression::{Compiled, System};
use hopfold::field::{Derivatives, Field};
use hopfold::scalar::Scalar;
use hopfold::trace::{Edge, Settings, Trace, trace};

/// Equilibria over the first parameter in `range`, from a guess at its low end.
fn equilibria(model: &Compiled, range: [f64; 2], x: &[f64]) -> Trace {
    let n = Field::states(model);
    let mut curve = OneParameter::new(model, model.defaults(), 0, range[1] - range[0]);
    let edges = [Edge { coordinate: n, low: range[0], high: range[1] }];
    let start = [x, &range[..1]].concat();
    trace(&mut curve, &start, n, &edges, &[], &Settings::default(), &mut |_, _| {}).expect("a branch")
}

/// The special points but for neutral saddles are these, at these values of the states and the parameter, to 1e-12 of
/// numbers of order one.
fn has(trace: &Trace, exact: &[(&str, &[f64])]) {
    let special: Vec<_> = trace.special.iter().filter(|special| special.label != "NSA").collect();
    let labels: Vec<&str> = special.iter().map(|special| special.label).collect();
    assert_eq!(labels, exact.iter().map(|(label, _)| *label).collect::<Vec<_>>());
    for (special, (label, exact)) in special.into_iter().zip(exact) {
        let y = &trace.points[special.index].y;
        for (y, exact) in y.iter().zip(*exact) {
            assert!((y - exact).abs() < 1e-12 * (1.0 + exact.abs()), "{label}: {y} {exact}");
        }
    }
    assert!(trace.unresolved.is_empty());
}

#[test]
fn the_brusselator_has_its_hopf_point_at_one_plus_a_squared() {
    let model = System::new()
        .parameter("B", 0.0)
        .parameter("A", 1.0)
        .equation("x", "A - (B + 1)*x + reaction")
        .equation("y", "B*x - reaction")
        .definition("reaction", "x^2*y")
        .compile()
        .expect("no mistake");
    has(&equilibria(&model, [0.5, 4.0], &[1.0, 0.5]), &[("H", &[1.0, 2.0, 2.0])]);
}

#[test]
fn fitzhugh_nagumo_has_its_two_hopf_points() {
    let model = System::new()
        .parameter("a", 0.0)
        .parameter("b", 0.8)
        .parameter("c", 3.0)
        .equation("x", "c*(x - x^3/3 + y)")
        .equation("y", "-(x - a + b*y)/c")
        .compile()
        .expect("no mistake");
    // Trace zero: x² = 1 - b/c².
    let x = (1.0_f64 - 0.8 / 9.0).sqrt();
    let y = x * x * x / 3.0 - x;
    let a = x + 0.8 * y;
    assert!((a - 0.42281762942416).abs() < 1e-14);
    has(&equilibria(&model, [-2.0, 2.0], &[-2.0, 0.0]), &[("H", &[-x, -y, -a]), ("H", &[x, y, a])]);
}

#[test]
fn lorenz_has_a_pitchfork_and_hopf_points_on_the_arms() {
    let model = System::new()
        .parameter("rho", 0.0)
        .parameter("sigma", 10.0)
        .parameter("beta", 8.0 / 3.0)
        .equation("x", "sigma*(y - x)")
        .equation("y", "x*(rho - z) - y")
        .equation("z", "x*y - beta*z")
        .compile()
        .expect("no mistake");
    has(&equilibria(&model, [0.0, 30.0], &[0.0; 3]), &[("BP", &[0.0, 0.0, 0.0, 1.0])]);
    let rho: f64 = 470.0 / 19.0;
    let x = (8.0 / 3.0 * (rho - 1.0)).sqrt();
    for side in [1.0, -1.0] {
        let start = [side * 1.6, side * 1.6, 1.0];
        has(&equilibria(&model, [2.0, 30.0], &start), &[("H", &[side * x, side * x, rho - 1.0, rho])]);
    }
}

#[test]
fn the_cusp_has_two_folds_and_their_curve_has_the_cusp() {
    let model = System::new()
        .parameter("a", 0.0)
        .parameter("b", 1.0)
        .equation("x", "a + b*x - x^3")
        .compile()
        .expect("no mistake");
    let x = (1.0_f64 / 3.0).sqrt();
    let a = 2.0 * x / 3.0;
    has(&equilibria(&model, [-2.0, 2.0], &[-1.5]), &[("LP", &[-x, a]), ("LP", &[x, -a])]);

    let free = [(0, 4.0), (1, 2.0)];
    let mut curve =
        Critical::new(&model, &[-a, 1.0], &free, Condition::Fold, &[1.0], &[x], None).expect("a fold curve");
    let edges = [Edge { coordinate: 1, low: -1.0, high: 1.0 }, Edge { coordinate: 2, low: -1.0, high: 1.5 }];
    let folds = trace(&mut curve, &[x, -a, 1.0], 1, &edges, &[], &Settings::default(), &mut |_, _| {});
    has(&folds.expect("a branch"), &[("CP", &[0.0, 0.0, 0.0])]);
}

#[test]
fn the_zero_state_of_a_chain_loses_stability_mode_by_mode() {
    const N: usize = 8;
    let model = System::new()
        .integer("N", N as i64)
        .parameter("r", 0.0)
        .equation("u[i = 1..N]", "u[i-1] - 2*u[i] + u[i+1] + growth(u[i])")
        .definition("growth(u)", "r*u - u^3")
        .definition("u[0]", "0")
        .definition("u[N+1]", "0")
        .compile()
        .expect("no mistake");
    let modes: Vec<Vec<f64>> = (1..=N)
        .map(|k| {
            let half = std::f64::consts::PI * k as f64 / (2.0 * (N + 1) as f64);
            let mut y = vec![0.0; N];
            y.push(4.0 * half.sin().powi(2));
            y
        })
        .collect();
    let exact: Vec<(&str, &[f64])> = modes.iter().map(|y| ("BP", &y[..])).collect();
    has(&equilibria(&model, [0.0, 4.0], &[0.0; N]), &exact);
}

/// Morris & Lecar 1981 by hand.
struct MorrisLecar;

impl Field for MorrisLecar {
    fn states(&self) -> usize {
        2
    }
    fn parameters(&self) -> usize {
        1
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let [v, w] = [x[0], x[1]];
        let m = (((v + 1.2) / 18.0).tanh() + 1.0) * 0.5;
        let rest = (((v - 2.0) / 30.0).tanh() + 1.0) * 0.5;
        let rate = (((v - 2.0) / 60.0).exp() + (-(v - 2.0) / 60.0).exp()) * 0.5;
        dx[0] = (p[0] - (v + 60.0) * 2.0 - m * (v - 120.0) * 4.4 - w * (v + 84.0) * 8.0) / 20.0;
        dx[1] = (rest - w) * rate * 0.04;
    }
}

/// Value, first and second derivative at a point of the Morris–Lecar model.
fn derivatives<F: Field>(field: &F) -> Vec<f64> {
    let (x, p, v) = ([-20.0, 0.1], [60.0], [0.3, -1.0]);
    let mut d = Derivatives::new(field, &[0]);
    let (mut f, mut first, mut second) = ([0.0; 2], d.matrix(), d.matrix());
    d.first(field, &x, &p, &mut f, &mut first);
    d.second(field, &x, &p, &v, &mut second);
    [&f[..], first.entries(), second.entries()].concat()
}

#[test]
fn first_and_second_derivatives_are_those_of_the_model_by_hand() {
    let model = System::new()
        .parameter("I", 60.0)
        .equation("v", "(I - 2*(v + 60) - 4.4*minf*(v - 120) - 8*w*(v + 84))/20")
        .equation("w", "0.04*(rest - w)*cosh((v - 2)/60)")
        .definition("minf", "half(1.2, 18)")
        .definition("rest", "half(-2, 30)")
        .definition("half(shift, width)", "(1 + tanh((v + shift)/width))/2")
        .compile()
        .expect("no mistake");
    let (by_text, by_hand) = (derivatives(&model), derivatives(&MorrisLecar));
    for (a, b) in by_text.iter().zip(&by_hand) {
        // Tolerance: roundings of currents of order a thousand.
        assert!((a - b).abs() < 1e-12 * (1.0 + b.abs()), "{a} {b}");
    }
}
