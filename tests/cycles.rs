//! Cycles against closed forms and published values.

use hopfold::collocation::Scheme;
use hopfold::curves::{Cycles, Profile};
use hopfold::field::Field;
use hopfold::scalar::Scalar;
use hopfold::start::{FirstCycle, cycle_at_hopf, doubled_cycle};
use hopfold::trace::{Edge, End, Settings, Trace, trace};
use std::f64::consts::PI;

/// `x' = p₀ x − y − x r²`, `y' = x + p₀ y − y r²`: the circle of radius √p₀, its period 2π, its multiplier `e^{−4π p₀}`.
struct Circle;

impl Field for Circle {
    fn states(&self) -> usize {
        2
    }
    fn parameters(&self) -> usize {
        1
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let growth = p[0] - x[0] * x[0] - x[1] * x[1];
        dx[0] = growth * x[0] - x[1];
        dx[1] = growth * x[1] + x[0];
    }
}

/// Lur'e's feedback loop, β = 1.
struct Lure;

impl Field for Lure {
    fn states(&self) -> usize {
        3
    }
    fn parameters(&self) -> usize {
        1
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        dx[0] = x[1];
        dx[1] = x[2];
        dx[2] = x[0] * x[0] - x[0] - x[1] - p[0] * x[2];
    }
}

/// Langford's system with ε = 0, ω = 3.5: a torus at ρ = 0.51/(1.3 − 0.343/3 − 0.357).
struct Langford;

impl Field for Langford {
    fn states(&self) -> usize {
        3
    }
    fn parameters(&self) -> usize {
        1
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let (a, z) = (x[2] - 0.7, x[2]);
        dx[0] = a * x[0] - x[1] * 3.5;
        dx[1] = x[0] * 3.5 + a * x[1];
        dx[2] = z - z * z * z / 3.0 - (x[0] * x[0] + x[1] * x[1]) * (p[0] * z + 1.0) + 0.6;
    }
}

fn follow<'a, F: Field>(
    field: &'a F,
    start: &FirstCycle,
    lambda: f64,
    range: [f64; 2],
    sizes: &[f64],
) -> (Cycles<'a, F>, Trace) {
    let mut cycles = Cycles::new(field, &[lambda], (0, range[1] - range[0]), sizes, 4, &start.profile);
    let mut y = start.profile.nodes.clone();
    y.extend([start.profile.period, lambda]);
    let edges = [Edge { coordinate: y.len() - 1, low: range[0], high: range[1] }];
    let found =
        trace(&mut cycles, &y, start.hold, &edges, &[], &Settings::default(), &mut |_, _| {}).expect("a branch");
    (cycles, found)
}

fn from_hopf<'a, F: Field>(
    field: &'a F,
    x: &[f64],
    lambda: f64,
    omega: f64,
    range: [f64; 2],
    intervals: usize,
) -> (Cycles<'a, F>, Trace) {
    let sizes = vec![1.0; x.len()];
    let start = cycle_at_hopf(field, x, &[lambda], omega, &sizes, &Scheme::new(4), intervals).expect("a small cycle");
    follow(field, &start, lambda, range, &sizes)
}

fn labels(trace: &Trace) -> Vec<&'static str> {
    trace.special.iter().map(|s| s.label).collect()
}

#[test]
fn the_circle_has_its_radius_period_and_multiplier() {
    let (_, found) = from_hopf(&Circle, &[0.0, 0.0], 0.0, 1.0, [-0.5, 1.0], 20);
    assert_eq!(labels(&found), ["H"], "{:?}", found.ends);
    assert_eq!(found.special[0].index, 0);
    assert!(found.unresolved.is_empty());
    assert!(matches!(found.ends, Some([End::Terminus, End::Edge { high: true, .. }])), "{:?}", found.ends);
    for point in &found.points[1..] {
        let [period, lambda] = point.y[point.y.len() - 2..] else { panic!() };
        let observed = &point.sample.observed;
        assert!((period - 2.0 * PI).abs() < 1e-9, "{period} at {lambda}");
        let radius = lambda.sqrt();
        assert!((observed[0] + radius).abs() < 1e-6 && (observed[1] - radius).abs() < 1e-6, "{lambda}: {observed:?}");
        assert!((observed[13] + 4.0 * PI * lambda).abs() < 1e-6, "{observed:?}");
        assert!(observed[14] < 1e-7, "{observed:?}");
    }
}

#[test]
fn lures_cycle_doubles_its_period() {
    let (mut cycles, found) = from_hopf(&Lure, &[0.0; 3], 1.0, 1.0, [0.5, 1.2], 40);
    println!("{:?} {:?} {}", labels(&found), found.ends, found.points.len());
    let flip = found.special.iter().find(|s| s.label == "PD").expect("a period doubling");
    let point = &found.points[flip.index];
    let [period, alpha] = point.y[point.y.len() - 2..] else { panic!() };
    println!("{period} {alpha} {}", flip.residual);
    assert!((alpha - 0.63030200616).abs() < 1e-8, "{alpha}");
    assert!((period - 6.36407133944).abs() < 1e-8, "{period}");
    assert!(flip.residual < 1e-10);

    let sizes = [1.0; 3];
    let profile: Profile = cycles.profile(point);
    let mode = hopfold::start::flip_mode(&mut cycles, point).expect("a mode");
    let start = doubled_cycle(&profile, &mode, &sizes);
    let (_, doubled) = follow(&Lure, &start, alpha, [0.5, 1.2], &sizes);
    println!("{:?} {:?} {}", labels(&doubled), doubled.ends, doubled.points.len());
    assert_eq!(doubled.special[0].label, "PD");
    let first = &doubled.points[doubled.special[0].index];
    assert!((first.y[first.y.len() - 1] - alpha).abs() < 1e-8, "{}", first.y[first.y.len() - 1]);
}

#[test]
fn langfords_cycle_becomes_a_torus() {
    let rho = 0.51 / (1.3 - 0.343 / 3.0 - 0.357);
    // The Hopf point lies on z = 0.7: 0.6 + z − z³/3 = 0 is not there; the cycle is r² (1 + 0.7ρ) = 1.3 − 0.343/3, z = 0.7.
    let radius = |rho: f64| ((1.3 - 0.343 / 3.0) / (1.0 + 0.7 * rho)).sqrt();
    let scheme = Scheme::new(4);
    let mesh = hopfold::collocation::Mesh::uniform(20);
    let nodes = mesh
        .times(&scheme)
        .into_iter()
        .flat_map(|t| [radius(0.3) * (2.0 * PI * t).cos(), radius(0.3) * (2.0 * PI * t).sin(), 0.7])
        .collect();
    let start = FirstCycle { profile: Profile { mesh, nodes, period: 2.0 * PI / 3.5 }, hold: 20 * 4 * 3 + 1 };
    let (_, found) = follow(&Langford, &start, 0.3, [0.1, 1.0], &[1.0; 3]);
    assert_eq!(labels(&found), ["NS"], "{:?}", found.ends);
    let point = &found.points[found.special[0].index];
    println!("{} {rho} {}", point.y[point.y.len() - 1], found.special[0].residual);
    assert!((point.y[point.y.len() - 1] - rho).abs() < 1e-10);
}
