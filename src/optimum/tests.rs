//! Against closed forms.

use super::*;
use crate::collocation::Mesh;
use std::f64::consts::PI;

/// `ẋ = (μ − r²) x − y`, `ẏ = x + (μ − r²) y`: a circle of radius `√μ`.
struct Circle;
impl Field for Circle {
    fn states(&self) -> usize {
        2
    }
    fn parameters(&self) -> usize {
        2
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let (a, b) = (p[0] - 0.3, p[1] + 0.2);
        let growth = -(a * a) - b * b * 2.0 - a * b + 1.0 - x[0] * x[0] - x[1] * x[1];
        dx[0] = growth * x[0] - x[1];
        dx[1] = x[0] + growth * x[1];
    }
}

/// `μ = 1 − a² − 2b² − ab` with `a = p − 0.3`, `b = q + 0.2`.
fn mu(p: f64, q: f64) -> f64 {
    let (a, b) = (p - 0.3, q + 0.2);
    1.0 - a * a - 2.0 * b * b - a * b
}

fn circle(p: f64, q: f64) -> Known {
    let (mesh, scheme) = (Mesh::uniform(20), Scheme::new(4));
    let r = mu(p, q).sqrt();
    let at = |t: &f64| [r * (2.0 * PI * t).cos(), r * (2.0 * PI * t).sin()];
    let nodes = mesh.times(&scheme).iter().flat_map(at).collect();
    let row = vec![2.0 * PI, -r, r, 2.0 * r, 0.0];
    let solution = Solution::Cycle(Profile { mesh, nodes, period: 2.0 * PI });
    Known { parameters: vec![p, q], solution, row, unstable: 0 }
}

fn problem(over: Vec<(usize, [f64; 2])>, quantity: usize) -> Problem<'static, Circle> {
    Problem {
        field: &Circle,
        outputs: 0,
        cycle_outputs: &|_, _| Vec::new(),
        over,
        quantity,
        maximise: true,
        sizes: vec![1.0, 1.0],
        degree: 4,
        eigenvalues: 2,
        settings: Settings { step: 0.1, max_step: 0.1, ..Settings::default() },
    }
}

/// Position of the span of the first state.
const SPAN: usize = 3;
const WIDE: [(usize, [f64; 2]); 2] = [(0, [-2.0, 2.0]), (1, [-2.0, 2.0])];

#[test]
fn derivatives_of_a_cycle_s_span_are_those_of_the_closed_form() {
    let problem = problem(WIDE.to_vec(), SPAN);
    let known = problem.reach(&circle(0.0, 0.0), &[0.5, -0.4]).expect("a cycle");
    // Between mesh points collocation of degree 4 on 20 intervals of length 2π/20 is in error by about h⁵/1000 ≈ 3e-6.
    assert!((problem.value(&known) - 2.0 * mu(0.5, -0.4).sqrt()).abs() < 3e-6);
    let gradient = problem.gradient(&known).expect("derivatives");
    let (a, b) = (0.2, -0.2);
    let by = [-2.0 * a - b, -4.0 * b - a].map(|slope| slope / mu(0.5, -0.4).sqrt());
    assert!(gradient.iter().zip(by).all(|(a, b)| (a - b).abs() < 1e-5), "{gradient:?} {by:?}");
}

#[test]
fn the_largest_circle_is_found_from_everywhere_and_where_there_is_none_is_told() {
    let problem = problem(WIDE.to_vec(), SPAN);
    let runs = problem.optima(&circle(0.0, 0.0), 5, &|_| {});
    for run in &runs {
        let place = problem.place(&run.best);
        assert!(run.converged && (place[0] - 0.3).abs() < 1e-5 && (place[1] + 0.2).abs() < 1e-5, "{place:?}");
    }
    // Beyond μ = 0 no cycle can be followed; it ends in the Hopf point on the line.
    let missed = problem.reach(&circle(0.0, 0.0), &[2.0, 0.0]).expect_err("no cycle");
    assert!(missed.why.contains("(H)") && mu(missed.at[0], missed.at[1]).abs() < 1e-6, "{missed:?}");
    assert_eq!(runs, problem.optima(&circle(0.0, 0.0), 5, &|_| {}));
}

#[test]
fn an_optimum_at_a_bound_is_at_the_bound_to_the_last_digit() {
    let problem = problem(vec![(0, [0.6, 1.0]), (1, [-2.0, 2.0])], SPAN);
    for run in problem.optima(&circle(0.7, 0.0), 3, &|_| {}) {
        let place = problem.place(&run.best);
        // ∂μ/∂q = −4(q + 0.2) − 0.3 = 0.
        assert!(run.converged && place[0] == 0.6 && (place[1] + 0.275).abs() < 1e-5, "{place:?}");
        assert_eq!((problem.bound(&run.best, 0), problem.bound(&run.best, 1)), (-1, 0));
    }
}

#[test]
fn what_has_no_derivatives_is_found_by_the_simplex() {
    // ln μ₂ = −2μ T is least where the circle is largest; the columns are the period, 2 × 4 extrema, and 2 × 3 of multipliers.
    let problem = Problem { maximise: false, ..problem(WIDE.to_vec(), 1 + 8 + 5) };
    let known = problem.reach(&circle(0.0, 0.0), &[0.1, 0.0]).expect("a cycle");
    assert!((problem.value(&known) + 4.0 * PI * mu(0.1, 0.0)).abs() < 1e-5, "{}", problem.value(&known));
    assert!(!problem.is_differentiable(&known));
    let run = &problem.optima(&known, 1, &|_| {})[0];
    let place = problem.place(&run.best);
    assert!(run.converged && run.gradient.is_none());
    // Values are good to about 1e-8, so that the place is to about its root.
    assert!((place[0] - 0.3).abs() < 1e-3 && (place[1] + 0.2).abs() < 1e-3, "{place:?}");
}
