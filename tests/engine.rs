//! The engine on maps whose zero sets are known in closed form.

use hopfold::curve::{Curve, Guess, Located, Sample};
use hopfold::curves::{Condition, Critical, OneParameter};
use hopfold::field::Field;
use hopfold::linalg::{Bordered, Matrix, Singular};
use hopfold::scalar::Scalar;
use hopfold::trace::{Edge, End, Mark, NewtonFailure, Settings, Trace, trace};

/// A plane curve `F(x, y) = 0` by its value and gradient.
struct Plane {
    function: fn(f64, f64) -> [f64; 3],
    bordered: Bordered,
}

impl Plane {
    fn new(function: fn(f64, f64) -> [f64; 3]) -> Self {
        Plane { function, bordered: Bordered::default() }
    }
}

impl Curve for Plane {
    fn unknowns(&self) -> usize {
        2
    }
    fn equations(&self) -> usize {
        1
    }
    fn linearise(&mut self, y: &[f64], scale: &[f64], row: &[f64], f: &mut [f64]) -> Result<(), Singular> {
        let [value, dx, dy] = (self.function)(y[0], y[1]);
        f[0] = value;
        self.bordered.factor(&Matrix::full(1, 1, vec![dx, dy]), scale, std::iter::once((row, false)))
    }
    fn solve(&mut self, rhs: &mut [f64]) {
        self.bordered.solve(rhs);
    }
    fn determinant(&mut self) -> f64 {
        self.bordered.determinant()
    }
    fn row_scale(&self) -> &[f64] {
        self.bordered.row_scale()
    }
    fn rescale(&self, _: &[f64], scale: &mut [f64]) {
        scale.fill(1.0);
    }
    fn sample(&mut self, _: &[f64], _: &[f64], orientation: f64) -> Sample {
        Sample { monitors: vec![orientation], ..Sample::default() }
    }
    fn locate(&mut self, _: usize, _: &Guess) -> Option<Located> {
        None
    }
    fn accounts_for(&self, _: &str, _: usize) -> bool {
        false
    }
    fn allows_jump(&self, _: &str, _: i64) -> bool {
        true
    }
    fn audited(&self) -> bool {
        false
    }
    fn guards_against_jumps(&self, _: usize) -> bool {
        true
    }
}

/// Declares a vector field from its formulas.
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

/// Traces equilibria over `free` in `range`, from a guess at the low end unless `at` says otherwise.
fn equilibria<F: Field>(
    field: &F,
    p: &[f64],
    free: usize,
    range: [f64; 2],
    x: &[f64],
    at: f64,
    settings: &Settings,
) -> Trace {
    let n = field.states();
    let mut curve = OneParameter::new(field, p, free, range[1] - range[0]);
    let edges = [Edge { coordinate: n, low: range[0], high: range[1] }];
    let mut start = x.to_vec();
    start.push(at);
    trace(&mut curve, &start, n, &edges, &[], settings, &mut |_, _| {}).unwrap()
}

fn labels(trace: &Trace) -> Vec<&str> {
    trace.special.iter().map(|s| s.label).collect()
}

/// Settings with steps ten times longer and shorter than by default, and the default.
fn three_step_sizes() -> [Settings; 3] {
    let default = Settings::default();
    [0.1, 1.0, 10.0].map(|factor| Settings {
        step: factor * default.step,
        max_step: factor * default.max_step,
        ..default.clone()
    })
}

#[test]
fn a_circle_is_traced_once_around_and_closed() {
    for settings in three_step_sizes() {
        let mut circle = Plane::new(|x, y| [x * x + y * y - 1.0, 2.0 * x, 2.0 * y]);
        let edges = [Edge { coordinate: 0, low: -2.0, high: 2.0 }];
        let result = trace(&mut circle, &[0.6, 0.8], 0, &edges, &[], &settings, &mut |_, _| {}).unwrap();
        assert_eq!(result.ends, Some([End::Closed, End::Closed]));
        assert_eq!(result.points.first().unwrap().y, result.points.last().unwrap().y);
        let angle: f64 = result.points.windows(2).map(|w| (w[0].y[0] * w[1].y[1] - w[0].y[1] * w[1].y[0]).asin()).sum();
        assert!((angle.abs() - 2.0 * std::f64::consts::PI).abs() < 1e-9, "turned by {angle}");
        assert!(result.points.iter().all(|p| (p.y[0].hypot(p.y[1]) - 1.0).abs() < 1e-12));
    }
}

#[test]
fn a_sharp_turn_is_followed_and_not_cut() {
    // A hyperbola that turns by a right angle within 1e-4: (x − y)(x + y) = 1e-8, the branch with x > 0.
    for settings in three_step_sizes() {
        let mut curve = Plane::new(|x, y| [x * x - y * y - 1e-8, 2.0 * x, -2.0 * y]);
        let edges = [Edge { coordinate: 1, low: -1.0, high: 1.0 }];
        let result = trace(&mut curve, &[1.0, -1.0], 1, &edges, &[], &settings, &mut |_, _| {}).unwrap();
        assert!(result.points.iter().all(|p| p.y[0] > 0.9e-4), "the other branch was entered");
        assert_eq!((result.points[0].y[1], result.points.last().unwrap().y[1]), (-1.0, 1.0));
    }
}

field!(NearMiss, 1, 2, |x, p, dx| {
    dx[0] = x[0] * (p[0] - x[0]) + p[1];
});

#[test]
fn branches_that_pass_within_a_thousandth_are_not_confused() {
    // x = ½(λ ± √(λ² + 4ε)): two branches, 1e-3 apart at λ = 0 for ε = 2.5e-7, that turn there.
    for settings in three_step_sizes() {
        let gap = 2.5e-7;
        let result = equilibria(&NearMiss, &[0.0, gap], 0, [-1.0, 1.0], &[2.5e-7], -1.0, &settings);
        assert!(labels(&result).is_empty(), "{:?}", labels(&result));
        for point in &result.points {
            let exact = 0.5 * (point.y[1] + (point.y[1] * point.y[1] + 4.0 * gap).sqrt());
            assert!((point.y[0] - exact).abs() < 1e-9, "{:?}", point.y);
        }
        assert_eq!(result.points.last().unwrap().y[1], 1.0);
        // With the other sign the branches are joined the other way, by folds at λ = ±2√ε.
        let result = equilibria(&NearMiss, &[0.0, -gap], 0, [-1.0, 1.0], &[-2.5e-7], -1.0, &settings);
        assert_eq!(labels(&result), ["LP"]);
        let fold = &result.points[result.special[0].index];
        assert!((fold.y[1] + 1e-3).abs() < 1e-15 && (fold.y[0] + 0.5e-3).abs() < 1e-12, "{:?}", fold.y);
    }
}

#[test]
fn parallel_branches_a_thousandth_apart_are_not_confused() {
    // (s − ε)(s + ε) with s = y − sin 3x: two waves, 1e-3 apart.
    for settings in three_step_sizes() {
        let mut waves = Plane::new(|x, y| {
            let s = y - (3.0 * x).sin();
            [s * s - 0.25e-6, -6.0 * s * (3.0 * x).cos(), 2.0 * s]
        });
        let edges = [Edge { coordinate: 0, low: -3.0, high: 3.0 }];
        let start = [-3.0, (-9.0_f64).sin() + 0.5e-3];
        let result = trace(&mut waves, &start, 0, &edges, &[], &settings, &mut |_, _| {}).unwrap();
        assert!(result.points.iter().all(|p| (p.y[1] - (3.0 * p.y[0]).sin() - 0.5e-3).abs() < 1e-9));
        assert_eq!(result.points.last().unwrap().y[0], 3.0);
    }
}

field!(Transcritical, 1, 1, |x, p, dx| {
    dx[0] = p[0] * x[0] - x[0] * x[0] - x[0].powi(3);
});

field!(Pitchfork, 2, 1, |x, p, dx| {
    dx[0] = p[0] * x[0] - x[0].powi(3);
    dx[1] = -x[1] + x[0];
});

#[test]
fn a_transcritical_point_is_found_on_either_branch() {
    for settings in three_step_sizes() {
        let trivial = equilibria(&Transcritical, &[0.0], 0, [-0.2, 1.0], &[0.0], -0.2, &settings);
        assert_eq!(labels(&trivial), ["BP"]);
        assert!(trivial.points[trivial.special[0].index].y[1].abs() < 1e-14);
        // λ = x + x²: a fold at x = −½, λ = −¼, and the branch point at the origin.
        let other = equilibria(&Transcritical, &[0.0], 0, [-1.0, 2.0], &[1.0], 2.0, &settings);
        assert_eq!(labels(&other), ["LP", "BP"]);
        let fold = &other.points[other.special[0].index];
        assert!((fold.y[0] + 0.5).abs() < 1e-7 && (fold.y[1] + 0.25).abs() < 1e-14, "{:?}", fold.y);
        assert!(other.points[other.special[1].index].y[0].abs() < 1e-13);
        assert!(trivial.unresolved.is_empty() && other.unresolved.is_empty());
    }
}

#[test]
fn a_pitchfork_is_one_branch_point_on_the_trivial_branch_and_on_its_arms() {
    for settings in three_step_sizes() {
        let trivial = equilibria(&Pitchfork, &[0.0], 0, [-1.0, 0.9], &[0.0, 0.0], -1.0, &settings);
        assert_eq!(labels(&trivial), ["BP"]);
        let arms = equilibria(&Pitchfork, &[0.0], 0, [-1.0, 0.9], &[0.9, 0.9], 0.81, &settings);
        assert_eq!(labels(&arms), ["BP"], "the fold of the arms is the branch point itself");
        let (first, last) = (&arms.points[0], arms.points.last().unwrap());
        assert!(first.y[2] == 0.9 && last.y[2] == 0.9 && first.y[0] * last.y[0] < 0.0, "both arms are passed");
        assert!(arms.points[arms.special[0].index].y[2].abs() < 1e-13);
        assert!(trivial.unresolved.is_empty() && arms.unresolved.is_empty());
    }
}

// A Bogdanov–Takens unfolding: x' = y, y' = −μ + x² + (d + x) y has its fold at μ = 0 and its Hopf point at x = −d.
field!(HopfBesideFold, 2, 2, |x, p, dx| {
    dx[0] = x[1];
    dx[1] = -p[0] + x[0] * x[0] + (p[1] + x[0]) * x[1];
});

#[test]
fn a_hopf_point_three_millionths_from_a_fold_is_found() {
    for settings in three_step_sizes() {
        // x = −d on the branch x² = μ: the Hopf point lies at μ = d² = 3e-6.
        let distance = 3e-6_f64;
        let result = equilibria(&HopfBesideFold, &[0.0, distance.sqrt()], 0, [-0.5, 1.0], &[-1.0, 0.0], 1.0, &settings);
        let mut found = labels(&result);
        found.retain(|label| *label != "NSA");
        found.sort_unstable();
        assert_eq!(found, ["H", "LP"], "{:?}", labels(&result));
        let hopf = result.special.iter().find(|s| s.label == "H").unwrap();
        assert!((result.points[hopf.index].y[2] / distance - 1.0).abs() < 1e-9 && hopf.residual < 1e-12);
        assert!(result.unresolved.is_empty());
    }
}

#[test]
fn a_neutral_saddle_is_told_from_a_hopf_point() {
    // With d < 0 the trace vanishes on the saddle side, x = −d > 0.
    let result = equilibria(&HopfBesideFold, &[0.0, -0.3], 0, [-0.5, 1.0], &[-1.0, 0.0], 1.0, &Settings::default());
    let mut found = labels(&result);
    found.sort_unstable();
    assert_eq!(found, ["LP", "NSA"]);
    let saddle = result.special.iter().find(|s| s.label == "NSA").unwrap();
    assert!((result.points[saddle.index].y[2] - 0.09).abs() < 1e-14);
}

/// The cubic `x' = (μ + λ x/s − (x/s)³)` with states of size `s` and parameters of size `m`, and a slaved second state.
struct Sized {
    state: f64,
    parameter: f64,
}

impl Field for Sized {
    fn states(&self) -> usize {
        2
    }
    fn parameters(&self) -> usize {
        2
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let (u, mu, lambda) = (x[0] / self.state, p[0] / self.parameter, p[1] / self.parameter);
        dx[0] = (mu + lambda * u - u.powi(3)) * self.state;
        dx[1] = (x[0] - x[1]) * 2.0;
    }
}

#[test]
fn sizes_of_states_and_parameters_make_no_difference() {
    let mut counts = Vec::new();
    for (state, parameter) in [(1.0, 1.0), (1e-8, 1e-11), (1e-12, 1e6), (1e6, 1e-3), (1e6, 1.0)] {
        let field = Sized { state, parameter };
        let guess = [-1.5 * state, -1.5 * state];
        let result = equilibria(
            &field,
            &[0.0, parameter],
            0,
            [-2.0 * parameter, 2.0 * parameter],
            &guess,
            -2.0 * parameter,
            &Settings::default(),
        );
        assert_eq!(labels(&result), ["LP", "LP"], "sizes {state} and {parameter}");
        let exact = 2.0 / (3.0 * 3.0_f64.sqrt());
        let mut values: Vec<f64> = result.special.iter().map(|s| result.points[s.index].y[2] / parameter).collect();
        values.sort_by(f64::total_cmp);
        assert!((values[0] + exact).abs() < 1e-14 && (values[1] - exact).abs() < 1e-14, "{values:?}");
        counts.push(result.points.len());
    }
    assert!(counts.iter().all(|c| *c == counts[0]), "as many points whatever the units: {counts:?}");
}

fn fold_curve(settings: &Settings) -> Trace {
    let field = Sized { state: 1.0, parameter: 1.0 };
    let mu = 2.0 / (3.0 * 3.0_f64.sqrt());
    let x = -(1.0 / 3.0_f64).sqrt();
    let mut curve =
        Critical::new(&field, &[mu, 1.0], &[(0, 2.0), (1, 2.0)], Condition::Fold, &[1.0; 2], &[x, x], None).unwrap();
    let edges = [Edge { coordinate: 2, low: -1.0, high: 1.0 }, Edge { coordinate: 3, low: -1.0, high: 1.5 }];
    trace(&mut curve, &[x, x, mu, 1.0], 2, &edges, &[], settings, &mut |_, _| {}).unwrap()
}

#[test]
fn the_fold_curve_of_the_cusp_is_a_semicubical_parabola() {
    for settings in three_step_sizes() {
        let result = fold_curve(&settings);
        for point in &result.points {
            let (mu, lambda) = (point.y[2], point.y[3]);
            assert!((27.0 * mu * mu - 4.0 * lambda.powi(3)).abs() < 1e-9, "{:?}", point.y);
        }
        assert_eq!(labels(&result), ["CP"]);
        let cusp = &result.points[result.special[0].index];
        assert!(cusp.y.iter().all(|y| y.abs() < 1e-13) && result.special[0].residual < 1e-12, "{:?}", cusp.y);
        let ends = [result.points[0].y[3], result.points.last().unwrap().y[3]];
        assert_eq!(ends, [1.5, 1.5], "both arms reach the bound, exactly");
    }
}

#[test]
fn a_branch_traced_backwards_passes_the_same_special_points() {
    let field = Sized { state: 1.0, parameter: 1.0 };
    let from_low = equilibria(&field, &[0.0, 1.0], 0, [-2.0, 2.0], &[-1.5, -1.5], -2.0, &Settings::default());
    let from_high = equilibria(&field, &[0.0, 1.0], 0, [-2.0, 2.0], &[1.5, 1.5], 2.0, &Settings::default());
    let from_middle = equilibria(&field, &[0.0, 1.0], 0, [-2.0, 2.0], &[0.0, 0.0], 0.0, &Settings::default());
    for other in [from_high, from_middle] {
        assert_eq!(labels(&from_low), labels(&other));
        for (a, b) in from_low.special.iter().zip(&other.special) {
            let (a, b) = (&from_low.points[a.index].y, &other.points[b.index].y);
            assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-13), "{a:?} {b:?}");
        }
        assert!(other.points[0].y[2] == -2.0 && other.points.last().unwrap().y[2] == 2.0);
    }
}

// x' = μ + x² y-like Hopf pair: κ passes zero twice on a closed Hopf/neutral-saddle curve of this cubic unfolding.
field!(BogdanovTakens, 2, 2, |x, p, dx| {
    dx[0] = x[1];
    dx[1] = p[0] + p[1] * x[1] + x[0] * x[0] + x[0] * x[1];
});

#[test]
fn a_hopf_curve_passes_bogdanov_takens_regularly() {
    // Equilibria x = ∓√−β₁; trace β₂ + x = 0, determinant −2x: Hopf for x < 0, i.e. β₂ = −x > 0, neutral saddles beyond.
    for settings in three_step_sizes() {
        let x = -0.5;
        let mut curve = Critical::new(
            &BogdanovTakens,
            &[-0.25, 0.5],
            &[(0, 2.0), (1, 2.0)],
            Condition::Hopf,
            &[1.0; 2],
            &[x, 0.0],
            Some(1.0),
        )
        .unwrap();
        let edges = [Edge { coordinate: 2, low: -1.0, high: 1.0 }, Edge { coordinate: 3, low: -1.0, high: 1.0 }];
        let result = trace(&mut curve, &[x, 0.0, -0.25, 0.5, 1.0], 2, &edges, &[], &settings, &mut |_, _| {}).unwrap();
        assert_eq!(labels(&result), ["BT"]);
        let point = &result.points[result.special[0].index];
        assert!(point.y.iter().all(|y| y.abs() < 1e-12), "{:?}", point.y);
        for point in &result.points {
            assert!(
                (point.y[2] + point.y[3] * point.y[3]).abs() < 1e-11 && (point.y[4] - 2.0 * point.y[3]).abs() < 1e-10,
                "{:?}",
                point.y
            );
        }
        assert!(result.points.iter().any(|p| p.y[4] < -0.5) && result.points.iter().any(|p| p.y[4] > 0.5));
    }
}

#[test]
fn the_fold_curve_meets_the_hopf_curve_at_the_same_bogdanov_takens_point() {
    let mut curve = Critical::new(
        &BogdanovTakens,
        &[0.0, 0.7],
        &[(0, 2.0), (1, 2.0)],
        Condition::Fold,
        &[1.0; 2],
        &[0.0, 0.0],
        None,
    )
    .unwrap();
    let edges = [Edge { coordinate: 2, low: -1.0, high: 1.0 }, Edge { coordinate: 3, low: -1.0, high: 1.0 }];
    let result =
        trace(&mut curve, &[0.0, 0.0, 0.0, 0.7], 3, &edges, &[], &Settings::default(), &mut |_, _| {}).unwrap();
    assert_eq!(labels(&result), ["BT"]);
    assert!(result.points[result.special[0].index].y.iter().all(|y| y.abs() < 1e-13));
}

// A closed fold curve: x' = x² + λ₁² + λ₂² − 1, with folds on the unit circle.
field!(ClosedFold, 1, 2, |x, p, dx| {
    dx[0] = x[0] * x[0] + p[0] * p[0] + p[1] * p[1] - 1.0;
});

#[test]
fn a_closed_fold_curve_is_recognised_as_closed() {
    for settings in three_step_sizes() {
        let mut curve =
            Critical::new(&ClosedFold, &[0.6, 0.8], &[(0, 4.0), (1, 4.0)], Condition::Fold, &[1.0], &[0.0], None)
                .unwrap();
        let edges = [Edge { coordinate: 1, low: -2.0, high: 2.0 }, Edge { coordinate: 2, low: -2.0, high: 2.0 }];
        let result = trace(&mut curve, &[0.0, 0.6, 0.8], 1, &edges, &[], &settings, &mut |_, _| {}).unwrap();
        assert_eq!(result.ends, Some([End::Closed, End::Closed]));
        assert!(result.points.iter().all(|p| (p.y[1].hypot(p.y[2]) - 1.0).abs() < 1e-12) && labels(&result).is_empty());
    }
}

#[test]
fn marks_are_met_exactly_wherever_the_branch_passes_them() {
    let field = Sized { state: 1.0, parameter: 1.0 };
    let mut curve = OneParameter::new(&field, &[0.0, 1.0], 0, 4.0);
    let edges = [Edge { coordinate: 2, low: -2.0, high: 2.0 }];
    let marks = [Mark::Value { coordinate: 2, value: 0.1 }, Mark::Value { coordinate: 2, value: 1.0 }];
    let result =
        trace(&mut curve, &[-1.5, -1.5, -2.0], 2, &edges, &marks, &Settings::default(), &mut |_, _| {}).unwrap();
    let values: Vec<f64> =
        result.special.iter().filter(|s| s.label == "UZ").map(|s| result.points[s.index].y[2]).collect();
    assert_eq!(values, [0.1, 0.1, 0.1, 1.0], "three sheets at 0.1, one at 1");
}

/// On the ellipse `x² + x y + y² = 1` the least and the largest `x` are `∓2/√3`, at `y = ±1/√3`; so it is at any step.
#[test]
fn extrema_of_a_coordinate_are_met_where_the_tangent_has_no_part_in_it() {
    for max_step in [0.005, 0.05, 0.2] {
        let mut curve = Plane::new(|x, y| [x * x + x * y + y * y - 1.0, 2.0 * x + y, x + 2.0 * y]);
        let settings = Settings { max_step, ..Settings::default() };
        let marks = [Mark::Extremum { coordinate: 0 }];
        let result = trace(&mut curve, &[0.0, 1.0], 0, &[], &marks, &settings, &mut |_, _| {}).unwrap();
        assert_eq!(result.ends, Some([End::Closed, End::Closed]));
        let met = result.special.iter().inspect(|s| assert!(s.label == "EX" && s.residual < 1e-12));
        let mut places: Vec<[f64; 2]> = met.map(|s| [0, 1].map(|k| result.points[s.index].y[k])).collect();
        places.sort_by(|a, b| a[0].total_cmp(&b[0]));
        let exact = 1.0 / 3.0_f64.sqrt();
        assert_eq!(places.len(), 2, "{places:?}");
        for (place, sign) in places.iter().zip([-1.0, 1.0]) {
            // Newton's method leaves 1e-12 of the curve, and the tangent at its point is as good.
            assert!(
                (place[0] - 2.0 * sign * exact).abs() < 1e-14 && (place[1] + sign * exact).abs() < 1e-12,
                "{place:?}"
            );
        }
    }
}

#[test]
fn no_point_near_the_start_is_an_error_and_not_a_branch() {
    let mut curve = Plane::new(|x, y| [x * x + y * y + 1.0, 2.0 * x, 2.0 * y]);
    let failure = trace(&mut curve, &[0.3, 0.4], 0, &[], &[], &Settings::default(), &mut |_, _| {}).unwrap_err();
    assert!(matches!(failure, NewtonFailure::NotConverged { .. } | NewtonFailure::Singular | NewtonFailure::NotFinite));
}

#[test]
fn a_curve_that_leaves_the_numbers_is_stopped_with_a_reason() {
    // y = √x ends at x = 0, where the equation ceases to be real.
    let mut curve = Plane::new(|x, y| [y - x.sqrt() - x, -0.5 / x.sqrt() - 1.0, 1.0]);
    let edges = [Edge { coordinate: 0, low: -1.0, high: 1.0 }];
    let result = trace(&mut curve, &[0.5, 1.2], 0, &edges, &[], &Settings::default(), &mut |_, _| {}).unwrap();
    let ends = result.ends.unwrap();
    assert!(matches!(ends[0], End::Stopped { .. }) && ends[1] == End::Edge { coordinate: 0, high: true }, "{ends:?}");
}
