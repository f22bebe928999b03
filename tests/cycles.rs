//! Cycles against closed forms and published values.

mod systems;

use hopfold::collocation::{Mesh, Scheme};
use hopfold::curve::{Curve, Guess, Located, Sample};
use hopfold::curves::{Cycles, Profile};
use hopfold::field::Field;
use hopfold::linalg::Singular;
use hopfold::scalar::Scalar;
use hopfold::start::{FirstCycle, beside_crossing, doubled_cycle};
use hopfold::trace::{Edge, End, Mark, Settings, correct, trace};
use std::f64::consts::PI;
use systems::{Langford, Lure, follow, from_hopf, labels, langford_at};

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
    let profile = Profile::at(point).expect("a cycle");
    let mode = cycles.flip_mode(&profile, alpha).expect("a mode");
    let start = doubled_cycle(&profile, &mode, &sizes);
    let (_, doubled) = follow(&Lure, &start, alpha, [0.5, 1.2], &sizes);
    println!("{:?} {:?} {}", labels(&doubled), doubled.ends, doubled.points.len());
    assert_eq!(doubled.special[0].label, "PD");
    let first = &doubled.points[doubled.special[0].index];
    assert!((first.y[first.y.len() - 1] - alpha).abs() < 1e-8, "{}", first.y[first.y.len() - 1]);
}

/// A circle of frequency 1 that attracts, and `w' = w (p + x − w)`: on the circle `w = 0`, and where `p > 0` another cycle, on which
/// `(ln w)' = p + cos t − w` makes the mean of `w` equal to `p`. Both branches cross at `p = 0`.
struct Crossing;

impl Field for Crossing {
    fn states(&self) -> usize {
        3
    }
    fn parameters(&self) -> usize {
        1
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let growth = -(x[0] * x[0] + x[1] * x[1] - 1.0);
        dx[0] = growth * x[0] - x[1];
        dx[1] = growth * x[1] + x[0];
        dx[2] = x[2] * (p[0] + x[0] - x[2]);
    }
}

#[test]
fn the_branch_that_crosses_at_a_branch_point_of_cycles_is_followed() {
    let mesh = Mesh::uniform(30);
    let nodes: Vec<f64> = (mesh.times(&Scheme::new(4)).into_iter())
        .flat_map(|t| [(2.0 * PI * t).cos(), (2.0 * PI * t).sin(), 0.0])
        .collect();
    let hold = nodes.len() + 1;
    let start = FirstCycle { profile: Profile { mesh, nodes, period: 2.0 * PI }, hold };
    let (mut cycles, found) = follow(&Crossing, &start, -0.4, [-0.5, 0.5], &[1.0; 3]);
    assert_eq!(labels(&found), ["BPC"], "{:?}", found.ends);
    let point = &found.points[found.special[0].index];
    let lambda = point.y[hold];
    assert!(lambda.abs() < 1e-10, "{lambda}");
    for step in [1e-3, 1e-2, 5e-2] {
        let profile = Profile::at(point).expect("a cycle");
        let (other, at) = beside_crossing(&mut cycles, &profile, lambda, &point.tangent, step).expect("a cycle");
        let (_, crossing) = follow(&Crossing, &other, at, [-0.5, 0.5], &[1.0; 3]);
        assert_eq!(labels(&crossing), ["BPC"], "{:?}", crossing.ends);
        assert!(crossing.points.len() > 10);
        for point in &crossing.points {
            let mean = point.sample.observed[4 * 2 + 3];
            assert!((mean - point.y[hold]).abs() < 1e-8, "{mean} {}", point.y[hold]);
        }
        // Back from there, the known one crosses.
        let place = crossing.special[0].index;
        let profile = Profile::at(&crossing.points[place]).expect("a cycle");
        let tangent = &crossing.points[place].tangent;
        let (back, _) = beside_crossing(&mut cycles, &profile, lambda, tangent, step).expect("a cycle");
        assert!(back.profile.nodes.iter().skip(2).step_by(3).all(|w| w.abs() < 1e-9));
    }
}

#[test]
fn langfords_cycle_becomes_a_torus() {
    let rho = 0.51 / (1.3 - 0.343 / 3.0 - 0.357);
    let start = langford_at(0.3, 20);
    let (_, found) = follow(&Langford, &start, 0.3, [0.1, 1.0], &[1.0; 3]);
    assert_eq!(labels(&found), ["NS"], "{:?}", found.ends);
    let point = &found.points[found.special[0].index];
    println!("{} {rho} {}", point.y[point.y.len() - 1], found.special[0].residual);
    assert!((point.y[point.y.len() - 1] - rho).abs() < 1e-10);
}

/// A circle of radius 1, run through with the speed `θ' = p₀ + ½ cos θ`: the period is `2π/√(p₀² − ¼)`.
struct Uneven;

impl Field for Uneven {
    fn states(&self) -> usize {
        2
    }
    fn parameters(&self) -> usize {
        1
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let (growth, speed) = (-(x[0] * x[0] + x[1] * x[1] - 1.0), p[0] + x[0] * 0.5);
        dx[0] = growth * x[0] - speed * x[1];
        dx[1] = growth * x[1] + speed * x[0];
    }
}

/// Errors of the period and of the radius between mesh points, on a uniform mesh.
fn errors(degree: usize, intervals: usize) -> [f64; 2] {
    let (scheme, mesh) = (Scheme::new(degree), Mesh::uniform(intervals));
    let exact = 2.0 * PI / 0.75_f64.sqrt();
    let circle = |t: f64| [(2.0 * PI * t).cos(), (2.0 * PI * t).sin()];
    let nodes: Vec<f64> = mesh.times(&scheme).into_iter().flat_map(circle).collect();
    let profile = Profile { mesh: mesh.clone(), nodes, period: exact };
    let mut cycles = Cycles::new(&Uneven, &[1.0], (0, 1.0), &[1.0; 2], degree, &profile);
    let mut y = profile.nodes.clone();
    y.extend([exact, 1.0]);
    let mut scale = vec![0.0; y.len()];
    cycles.rescale(&y, &mut scale);
    let mut row = vec![0.0; y.len()];
    row[y.len() - 1] = 1.0;
    let settings = Settings { max_newton: 20, ..Settings::default() };
    correct(&mut cycles, &mut y, &scale, &row, &settings).expect("a cycle");
    let mut u = [0.0; 2];
    let radius = |i: usize, u: &mut [f64; 2]| {
        mesh.evaluate(&scheme, &y[..y.len() - 2], 2, (i as f64 + 0.5) / 997.0, u);
        (u[0].hypot(u[1]) - 1.0).abs()
    };
    let worst = (0..997).map(|i| radius(i, &mut u)).fold(0.0, f64::max);
    [(y[y.len() - 2] - exact).abs(), worst]
}

#[test]
fn the_error_is_of_order_2m_at_mesh_points_and_m_plus_1_between() {
    for (degree, intervals) in [(2, 40), (3, 16), (4, 14)] {
        let (coarse, fine) = (errors(degree, intervals), errors(degree, 2 * intervals));
        let orders = [0, 1].map(|k| (coarse[k] / fine[k]).log2());
        println!("m = {degree}: {coarse:?} {fine:?} {orders:?}");
        assert!((orders[0] - 2.0 * degree as f64).abs() < 0.5, "period, m = {degree}: {orders:?}");
        assert!((orders[1] - (degree as f64 + 1.0)).abs() < 0.5, "between, m = {degree}: {orders:?}");
    }
}

/// By an explicit Runge–Kutta method of order 5 with steps so small that the relative error of each is below 1e-14, in extended
/// precision.
const VAN_DER_POL: [f64; 4] = [6.663286859315, 19.078369566938980, 162.83707109236974, 1614.4011258083315];

/// Van der Pol's oscillator, `x'' = p₀ (1 − x²) x' − x`.
struct VanDerPol;

impl Field for VanDerPol {
    fn states(&self) -> usize {
        2
    }
    fn parameters(&self) -> usize {
        1
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        dx[0] = x[1];
        dx[1] = p[0] * (-(x[0] * x[0]) + 1.0) * x[1] - x[0];
    }
}

#[test]
fn the_period_of_a_relaxation_oscillation_is_that_of_a_stiff_integrator() {
    let (scheme, mesh) = (Scheme::new(4), Mesh::uniform(100));
    let circle = |t: f64| [2.0 * (2.0 * PI * t).cos(), -2.0 * (2.0 * PI * t).sin()];
    let nodes: Vec<f64> = mesh.times(&scheme).into_iter().flat_map(circle).collect();
    let hold = nodes.len() + 1;
    let profile = Profile { mesh, nodes, period: 2.0 * PI };
    let mut cycles = Cycles::new(&VanDerPol, &[0.1], (0, 1000.0), &[2.0, 2.0], 4, &profile);
    let mut y = profile.nodes.clone();
    y.extend([2.0 * PI, 0.1]);
    let edges = [Edge { coordinate: hold, low: 0.1, high: 1000.0 }];
    let marks = [1.0, 10.0, 100.0].map(|value| Mark::Value { coordinate: hold, value });
    let found = trace(&mut cycles, &y, hold, &edges, &marks, &Settings::default(), &mut |_, _| {}).expect("a branch");
    println!("{:?} {:?} {} points", labels(&found), found.ends, found.points.len());
    let periods: Vec<f64> = (found.special.iter().filter(|s| s.label == "UZ"))
        .map(|s| found.points[s.index].y[hold - 1])
        .chain(found.points.last().map(|point| point.y[hold - 1]))
        .collect();
    println!("{periods:?}");
    for (period, expected) in periods.iter().zip(VAN_DER_POL) {
        assert!((period / expected - 1.0).abs() < 1e-6, "{period} {expected}");
    }
}

/// Cycles whose linearisations are counted, and which have no cheaper residual where `chords` is false.
struct Counted<'a> {
    cycles: Cycles<'a, Circle>,
    chords: bool,
    linearised: usize,
}

impl Curve for Counted<'_> {
    fn unknowns(&self) -> usize {
        self.cycles.unknowns()
    }
    fn equations(&self) -> usize {
        self.cycles.equations()
    }
    fn linearise(&mut self, y: &[f64], scale: &[f64], row: &[f64], f: &mut [f64]) -> Result<(), Singular> {
        self.linearised += 1;
        self.cycles.linearise(y, scale, row, f)
    }
    fn residual(&mut self, y: &[f64], f: &mut [f64]) -> bool {
        self.chords && self.cycles.residual(y, f)
    }
    fn solve(&mut self, rhs: &mut [f64]) {
        self.cycles.solve(rhs);
    }
    fn determinant(&mut self) -> f64 {
        self.cycles.determinant()
    }
    fn row_scale(&self) -> &[f64] {
        self.cycles.row_scale()
    }
    fn rescale(&self, y: &[f64], scale: &mut [f64]) {
        self.cycles.rescale(y, scale);
    }
    fn sample(&mut self, y: &[f64], tangent: &[f64], orientation: f64) -> Sample {
        self.cycles.sample(y, tangent, orientation)
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
        false
    }
}

#[test]
fn chord_steps_save_linearisations_and_lead_to_the_same_cycle() {
    let (scheme, mesh) = (Scheme::new(4), Mesh::uniform(21));
    // One part in a thousand too large, and not quite round.
    let radius = |t: f64| 1.001 + 2e-4 * (6.0 * PI * t).cos();
    let circle = |t: f64| [radius(t) * (2.0 * PI * t).cos(), radius(t) * (2.0 * PI * t).sin()];
    let nodes: Vec<f64> = mesh.times(&scheme).into_iter().flat_map(circle).collect();
    let profile = Profile { mesh, nodes: nodes.clone(), period: 6.25 };
    let found = [true, false].map(|chords| {
        let cycles = Cycles::new(&Circle, &[1.0], (0, 1.0), &[1.0; 2], 4, &profile);
        let mut counted = Counted { cycles, chords, linearised: 0 };
        let mut y = nodes.clone();
        y.extend([profile.period, 1.0]);
        let (mut scale, mut row) = (vec![0.0; y.len()], vec![0.0; y.len()]);
        counted.rescale(&y, &mut scale);
        row[y.len() - 1] = 1.0;
        correct(&mut counted, &mut y, &scale, &row, &Settings::default()).expect("a cycle");
        (y, counted.linearised)
    });
    let [(with, few), (without, more)] = found;
    assert!(few == 2 && more > few, "{few} {more}");
    // The last update of either starts within 1e-10 of the cycle, and its error is of the order of the square.
    let apart = with.iter().zip(&without).fold(0.0, |m: f64, (a, b)| m.max((a - b).abs()));
    assert!(apart < 1e-13, "{apart}");
}
