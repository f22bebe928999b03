//! Points of codimension two of cycles against closed forms, hidden by a change of coordinates and of time.

mod systems;

use hopfold::collocation::Scheme;
use hopfold::curve::Curve;
use hopfold::curves::{CriticalCycles, CycleCondition, FirstCritical, Hold};
use hopfold::field::Field;
use hopfold::normal_form::Degenerate;
use hopfold::start::{torus_at_hopf_hopf, torus_at_zero_hopf};
use hopfold::trace::{Edge, End, Settings, Trace, trace};
use std::f64::consts::PI;
use systems::critical::*;

/// A curve to be traced: two positions of parameters with their ranges.
struct Plan<'a, F> {
    field: &'a F,
    condition: CycleCondition,
    free: [(usize, [f64; 2]); 2],
    intervals: usize,
}

impl<F: Field> Plan<'_, F> {
    /// From the circle with `sigma`, which is critical for the parameters `p`; of tori with this angle.
    fn through_circle(&self, p: &[f64], sigma: f64, theta: f64, step: f64, hold: usize) -> Trace {
        let profile = circle(sigma, self.field.states(), self.intervals);
        let sizes = vec![1.0; self.field.states()];
        let first = FirstCritical::at(self.field, p, self.condition, &sizes, DEGREE, &profile, theta)
            .expect("functions that are critical");
        self.trace(p, &first, step, hold)
    }

    /// From the circle with `σ = 0`, at which this is a double multiplier besides the trivial one.
    fn starts_at_resonance(&self, p: &[f64], multiplier: f64, expected: &[(&str, [f64; 2])]) {
        let (profile, sizes) = (circle(0.0, self.field.states(), self.intervals), vec![1.0; self.field.states()]);
        let first = FirstCritical::beside_resonance(self.field, p, multiplier, &sizes, DEGREE, &profile);
        let first = first.expect("functions that are critical");
        for step in [1.0, 5.0] {
            let found = self.trace(p, &first, step, 0);
            println!("{} steps {step}: {:?} {:?}", found.points.len(), self.points(&found), found.ends);
            self.compare(&self.points(&found), expected);
            assert!(found.ends.expect("ends").contains(&End::Terminus));
        }
    }

    /// * `step`: of the first and the longest step, in the default ones.
    fn trace(&self, p: &[f64], first: &FirstCritical, step: f64, hold: usize) -> Trace {
        let sizes = vec![1.0; self.field.states()];
        let free = self.free.map(|(position, [low, high])| (position, high - low));
        let (mut curve, y) = CriticalCycles::new(self.field, p, free, self.condition, &sizes, DEGREE, first);
        let n = self.condition.first(&y);
        let edges = [0, 1].map(|k| Edge { coordinate: n + k, low: self.free[k].1[0], high: self.free[k].1[1] });
        let default = Settings::default();
        let settings = Settings { step: step * default.step, max_step: step * default.max_step, ..default };
        let hold = match first.hold {
            Hold::Parameter => n + hold,
            _ => first.held(self.condition, self.field.states()).start,
        };
        trace(&mut curve, &y, hold, &edges, &[], &settings, &mut |_, _| {}).expect("a curve")
    }

    /// Labels with the two parameters there, by the first of these.
    fn points(&self, found: &Trace) -> Vec<(&'static str, [f64; 2])> {
        assert!(found.unresolved.is_empty(), "{:?}", found.unresolved.len());
        let at = |index: usize| {
            let y = &found.points[index].y;
            let n = self.condition.first(y);
            [y[n], y[n + 1]]
        };
        let mut points: Vec<_> = found.special.iter().map(|special| (special.label, at(special.index))).collect();
        points.sort_by(|a, b| a.1[0].total_cmp(&b.1[0]).then(a.1[1].total_cmp(&b.1[1])));
        points
    }

    /// The same points are found from each start, with steps ten times as long and as short, and whichever parameter is held first.
    fn finds(&self, starts: &[(&[f64], f64, f64)], expected: &[(&str, [f64; 2])]) {
        // The shortest steps take the longest time.
        let steps = if self.field.states() < 4 { 3 } else { 2 };
        self.finds_with(&[(1.0, 0), (10.0, 1), (0.1, 0)][..steps], starts, expected);
    }

    /// With such steps, and this parameter held first.
    fn finds_with(&self, steps: &[(f64, usize)], starts: &[(&[f64], f64, f64)], expected: &[(&str, [f64; 2])]) {
        for (p, sigma, theta) in starts {
            for &(step, hold) in steps {
                let found = self.through_circle(p, *sigma, *theta, step, hold);
                let points = self.points(&found);
                println!("{} points, steps {step}, hold {hold}: {points:?} {:?}", found.points.len(), found.ends);
                self.compare(&points, expected);
            }
        }
    }

    #[track_caller]
    fn compare(&self, points: &[(&'static str, [f64; 2])], expected: &[(&str, [f64; 2])]) {
        let labels =
            |points: &[(&str, [f64; 2])]| points.iter().map(|(label, _)| label.to_string()).collect::<Vec<_>>();
        assert_eq!(labels(points), labels(expected), "{points:?}");
        for ((label, at), (_, known)) in points.iter().zip(expected) {
            let error = (at[0] - known[0]).abs().max((at[1] - known[1]).abs());
            assert!(error < 1e-10, "{label}: {at:?} is not {known:?}");
        }
    }
}

const HALF: [f64; 2] = [-0.5, 0.5];

#[test]
fn a_cusp_of_cycles_is_where_folds_have_it_and_b_is_the_slope_of_the_multiplier() {
    let field = Hidden(Cusp);
    let plan =
        Plan { field: &field, condition: CycleCondition::Fold, free: [(0, HALF), (1, [-0.1, 1.0])], intervals: 40 };
    let fold = |s: f64| ([-2.0 * s * s * s, 3.0 * s * s], s);
    let starts = [0.4, -0.3].map(fold);
    plan.finds(&[(&starts[0].0, starts[0].1, 0.0), (&starts[1].0, starts[1].1, 0.0)], &[("CPC", [0.0, 0.0])]);

    // ln μ = 2π (p₁ − 3σ²), and 2bT is its slope over that of ln T.
    let found = plan.through_circle(&starts[0].0, starts[0].1, 0.0, 1.0, 0);
    for point in &found.points {
        let y = &point.y;
        let n = plan.condition.first(y);
        let s = (1.0 - (2.0 * PI / y[n - 1]).powi(2)) / (HASTE * HASTE) - 1.0;
        assert!((y[n] + 2.0 * s.powi(3)).abs() < 1e-8 && (y[n + 1] - 3.0 * s * s).abs() < 1e-8, "{s}");
        let slope = 0.5 * HASTE * HASTE / (1.0 - HASTE * HASTE * (1.0 + s));
        let b = -12.0 * PI * s / slope / (2.0 * period(s));
        let computed = point.sample.observed[7 * 2 + 2];
        assert!((computed - b).abs() < 1e-5 * (1.0 + b.abs()), "{s}: {computed} {b}");
    }
}

#[test]
fn folds_and_tori_meet_where_both_are() {
    let field = Hidden(Oscillating);
    // On folds a = p₂ − σ/2 vanishes at σ = 2p₂.
    let folds =
        Plan { field: &field, condition: CycleCondition::Fold, free: [(0, HALF), (1, [-0.1, 0.75])], intervals: 30 };
    let at = |s: f64| [-2.0 * s * s * s, 3.0 * s * s, 0.2, -0.3];
    folds.finds(&[(&at(0.3), 0.3, 0.0)], &[("LPNS", [-0.128, 0.48]), ("CPC", [0.0, 0.0])]);
    // On tori σ = 2p₂.
    let tori =
        Plan { field: &field, condition: CycleCondition::Torus, free: [(0, HALF), (2, [-0.25, 0.25])], intervals: 30 };
    let at = |a: f64| [8.0 * a * a * a - 0.54 * a, 0.27, a, -0.3];
    let known = [("LPNS", [-0.054, 0.15]), ("LPNS", [0.054, -0.15])];
    tori.finds_with(&[(1.0, 0), (1.0, 1), (10.0, 1)], &[(&at(0.05), 0.1, 2.0 * PI * OMEGA)], &known);
}

#[test]
fn a_chenciner_point_is_where_what_acts_back_on_the_cycle_cancels_the_cubic_term() {
    let field = Hidden(Oscillating);
    let tori =
        Plan { field: &field, condition: CycleCondition::Torus, free: [(2, HALF), (3, [-1.0, 1.0])], intervals: 30 };
    // |ζ|² moves σ by BACK/0.5, and that a.
    tori.finds(&[(&[0.0, -0.5, 0.0, -0.4], 0.0, 2.0 * PI * OMEGA)], &[("CH", [0.0, -2.0 * COUPLING * BACK])]);
}

/// Where nothing limits the oscillation, its cubic coefficient is zero for all parameters, and its sign a rounding error.
#[test]
fn tori_without_a_cubic_term_have_no_chenciner_points() {
    let field = Hidden(Unlimited);
    let free = [(0, [-0.3, 0.3]), (1, [-0.3, 0.3])];
    let tori = Plan { field: &field, condition: CycleCondition::Torus, free, intervals: 20 };
    tori.finds(&[(&[-0.04, 0.2], 0.0, 2.0 * PI * OMEGA)], &[]);
    let found = tori.through_circle(&[-0.04, 0.2], 0.0, 2.0 * PI * OMEGA, 1.0, 0);
    // The column after those of cycles with four states.
    assert!(found.points.iter().all(|point| point.sample.observed[7 * 4 + 2] == 0.0));
}

#[test]
fn folds_and_period_doublings_meet_where_both_are() {
    let field = Hidden(Twisted { coupling: -0.5, back: 0.3, shift: 0.0, bend: 0.0 });
    let folds =
        Plan { field: &field, condition: CycleCondition::Fold, free: [(0, HALF), (1, [-0.1, 0.75])], intervals: 40 };
    let at = |s: f64| [-2.0 * s * s * s, 3.0 * s * s, 0.2, 0.0, -0.3, -0.3];
    folds.finds(&[(&at(0.3), 0.3, 0.0)], &[("LPPD", [-0.128, 0.48]), ("CPC", [0.0, 0.0])]);
    let flips =
        Plan { field: &field, condition: CycleCondition::Flip, free: [(0, HALF), (2, [-0.25, 0.25])], intervals: 40 };
    let at = |a: f64| [8.0 * a * a * a - 0.54 * a, 0.27, a, 0.0, -0.3, -0.3];
    let known = [("LPPD", [-0.054, 0.15]), ("LPPD", [0.054, -0.15])];
    flips.finds_with(&[(1.0, 0), (1.0, 1), (10.0, 1)], &[(&at(0.05), 0.1, 0.0)], &known);
}

#[test]
fn a_generalised_period_doubling_is_where_what_acts_back_on_the_cycle_cancels_the_cubic_term() {
    let field = Hidden(Twisted { coupling: -0.5, back: 0.3, shift: 0.0, bend: 0.0 });
    let flips =
        Plan { field: &field, condition: CycleCondition::Flip, free: [(2, HALF), (5, [-1.0, 1.0])], intervals: 40 };
    flips.finds(&[(&[0.0, -0.5, 0.0, 0.0, -0.3, -0.4], 0.0, 0.0)], &[("GPD", [0.0, 0.3])]);
}

#[test]
fn period_doublings_and_tori_meet_in_a_resonance_of_order_two() {
    let field = Hidden(Twisted { coupling: 0.0, back: 0.3, shift: 1.0, bend: -1.0 });
    let free = [(3, [-0.24, 0.1]), (4, [-0.3, 0.3])];
    let flips = Plan { field: &field, condition: CycleCondition::Flip, free, intervals: 40 };
    flips.finds(&[(&[0.0, -0.5, 0.0, 0.0, -0.2, -0.5], 0.0, 0.0)], &[("R2", [0.0, 0.0])]);
    // Tori p₄ = 0, multipliers −e^{±2πiΩ}, Ω² = −p₃.
    let tori = Plan { condition: CycleCondition::Torus, ..flips };
    let omega = 0.2_f64.sqrt();
    let start: &[f64] = &[0.0, -0.5, 0.0, -0.2, 0.0, -0.5];
    let expected = [("R4", [-1.0 / 16.0, 0.0]), ("R3", [-1.0 / 36.0, 0.0]), ("R2", [0.0, 0.0])];
    tori.finds(&[(start, 0.0, (PI - 2.0 * PI * omega).abs())], &expected);
    let found = tori.through_circle(start, 0.0, (PI - 2.0 * PI * omega).abs(), 1.0, 0);
    assert!(found.ends.expect("ends").contains(&End::Terminus));
    tori.starts_at_resonance(&[0.0, -0.5, 0.0, 0.0, 0.0, -0.5], -1.0, &expected);
}

#[test]
fn a_period_doubling_or_a_torus_meets_another_torus() {
    for (twisted, label) in [(true, "PDNS"), (false, "NSNS")] {
        let field = Hidden(Double { twisted });
        let free = [(0, [-0.3, 0.3]), (1, [-0.3, 0.3])];
        let first = if twisted { CycleCondition::Flip } else { CycleCondition::Torus };
        let one = Plan { field: &field, condition: first, free, intervals: 16 };
        one.finds(&[(&[-0.01, 0.1], 0.0, 2.0 * PI * 0.3)], &[(label, [0.0, 0.0])]);
        let other = Plan { condition: CycleCondition::Torus, ..one };
        other.finds(&[(&[0.1, 0.01], 0.0, 2.0 * PI * 0.21)], &[(label, [0.0, 0.0])]);
    }
}

#[test]
fn folds_and_tori_meet_in_a_resonance_of_order_one() {
    let field = Hidden(Resonant);
    let folds = Plan { field: &field, condition: CycleCondition::Fold, free: [(0, HALF), (1, HALF)], intervals: 40 };
    folds.finds(&[(&[0.0, 0.2], 0.0, 0.0)], &[("R1", [0.0, 0.0])]);
    let tori = Plan { condition: CycleCondition::Torus, free: [(0, HALF), (1, [-0.1, 0.2])], ..folds };
    let at = |p: f64| [-p * p, p];
    let expected: Vec<(&str, [f64; 2])> =
        [("R2", 1.0 / 8.0), ("R3", 1.0 / 18.0), ("R4", 1.0 / 32.0), ("R1", 0.0)].map(|(l, p)| (l, at(p))).to_vec();
    tori.finds(&[(&at(0.1), -0.1, 2.0 * PI * 0.2_f64.sqrt())], &expected);
    tori.starts_at_resonance(&[0.0, 0.0], 1.0, &expected);
}

#[test]
fn tori_begin_at_a_double_hopf_point() {
    let field = Hidden(TwoModes);
    let free = [(0, [-0.1, 0.2]), (1, [-0.1, 0.2])];
    let plan = Plan { field: &field, condition: CycleCondition::Torus, free, intervals: 30 };
    let mesh = (&Scheme::new(DEGREE), 30);
    for (omegas, slope) in [([1.0, SECOND], [1.0, 1.5]), ([SECOND, 1.0], [2.0, 1.0])] {
        let first = torus_at_hopf_hopf(&field, &[0.0; 4], &[0.0; 2], omegas, &[1.0; 4], mesh).expect("a torus");
        for step in [1.0, 10.0] {
            let found = plan.trace(&[0.0; 2], &first, step, 0);
            println!("{} steps {step}: {:?} {:?}", found.points.len(), plan.points(&found), found.ends);
            plan.compare(&plan.points(&found), &[("HH", [0.0, 0.0])]);
            assert!(found.ends.expect("ends").contains(&End::Terminus));
            for point in &found.points[1..] {
                let n = plan.condition.first(&point.y);
                let across = point.y[n] * slope[1] - point.y[n + 1] * slope[0];
                assert!(across.abs() < 1e-9, "{across}");
            }
        }
    }
}

#[test]
fn a_curve_of_tori_joins_the_zero_hopf_points_of_langfords_system() {
    let free = [(0, [-1.0, 6.0]), (1, [-1.2, 1.2])];
    let plan = Plan { field: &Hidden(Imperfect { sign: 1.0 }), condition: CycleCondition::Torus, free, intervals: 50 };
    let mesh = (&Scheme::new(DEGREE), 50);
    let at = |b: f64| [4.0 * (1.0 - b * b) * (1.0 + 0.25 * b) - b + b * b * b / 3.0, b];
    // Ω² = 2 r² (1 + p₁/4), r² = 4 (1 − p₁²), over 3.5² at both sides of the maximum: Newton's method.
    let resonance = |label: &'static str, ratio: f64, guess: f64| {
        let excess = |b: f64| 8.0 * (1.0 - b * b) * (1.0 + 0.25 * b) - (3.5 * ratio).powi(2);
        let slope = |b: f64| -16.0 * b * (1.0 + 0.25 * b) + 2.0 * (1.0 - b * b);
        (label, at((0..20).fold(guess, |b, _| b - excess(b) / slope(b))))
    };
    let orders = [("R4", 0.25), ("R3", 1.0 / 3.0), ("R2", 0.5), ("R3", 2.0 / 3.0), ("R4", 0.75)];
    let mut expected = vec![("ZH", at(1.0)), ("ZH", at(-1.0))];
    expected.extend(orders.iter().flat_map(|(label, ratio)| [0.8, -0.7].map(|b| resonance(label, *ratio, b))));
    expected.sort_by(|a, b| a.1[0].total_cmp(&b.1[0]));
    for (b, step) in [(1.0, 2.0), (-1.0, 10.0)] {
        let x = Hidden::<()>::coordinates(&[0.0, 0.0, b]);
        let first = torus_at_zero_hopf(plan.field, &x, &at(b), 3.5, &[1.0; 3], mesh).expect("a torus");
        let found = plan.trace(&at(b), &first, step, 0);
        println!("{} points, steps {step}: {:?} {:?}", found.points.len(), plan.points(&found), found.ends);
        plan.compare(&plan.points(&found), &expected);
        assert_eq!(found.ends, Some([End::Terminus, End::Terminus]));
    }
    // Where the oscillation decays above p₁, cycles are saddles in the plane (r, z), which shed no tori.
    let none = torus_at_zero_hopf(&Imperfect { sign: -1.0 }, &[0.0, 0.0, 1.0], &at(1.0), 3.5, &[1.0; 3], mesh);
    assert_eq!(none, Err(Degenerate::NoTori));
}

/// What solves `F_y z = r`, `⟨c, z⟩ = ρ` is `z`, for `r` by central differences of `F`: beside the curve, where no part of `F` vanishes.
#[test]
fn linearised_equations_are_the_derivative_of_the_equations() {
    let oscillating = Hidden(Oscillating);
    let twisted = Hidden(Twisted { coupling: -0.5, back: 0.3, shift: 0.4, bend: -1.0 });
    derivative_is_right(&oscillating, CycleCondition::Fold, &[-0.054, 0.27, 0.2, -0.3], 0.3);
    derivative_is_right(&oscillating, CycleCondition::Torus, &[0.0, -0.5, 0.0, -0.3], 0.0);
    derivative_is_right(&twisted, CycleCondition::Flip, &[0.0, -0.5, 0.0, 0.0, -0.3, -0.4], 0.0);
}

fn derivative_is_right<F: Field>(field: &F, condition: CycleCondition, p: &[f64], sigma: f64) {
    let profile = circle(sigma, field.states(), 5);
    let sizes = [1.0, 0.7, 1.3, 0.9];
    let first = FirstCritical::at(field, p, condition, &sizes, DEGREE, &profile, 2.0 * PI * OMEGA).expect("functions");
    let (mut curve, mut y) = CriticalCycles::new(field, p, [(0, 1.0), (2, 0.5)], condition, &sizes, DEGREE, &first);
    let some = |seed: f64| -> Vec<f64> { (0..y.len()).map(|k| ((k as f64 + 1.0) * seed).sin()).collect() };
    let (z, row, away) = (some(0.83), some(0.41), some(1.7));
    let mut scale = vec![0.0; y.len()];
    curve.rescale(&y, &mut scale);
    y.iter_mut().zip(&away).zip(&scale).for_each(|((y, a), s)| *y += 0.02 * a * s);
    let equations = curve.equations();
    let value = |curve: &mut CriticalCycles<F>, step: f64| {
        let moved: Vec<f64> = (0..y.len()).map(|k| y[k] + step * z[k] * scale[k]).collect();
        let mut f = vec![0.0; equations];
        curve.linearise(&moved, &scale, &row, &mut f).expect("a regular system");
        f
    };
    let step = 1e-5;
    let [up, down] = [step, -step].map(|step| value(&mut curve, step));
    let mut rhs: Vec<f64> = up.iter().zip(&down).map(|(a, b)| (a - b) / (2.0 * step)).collect();
    rhs.push(row.iter().zip(&z).map(|(c, z)| c * z).sum());
    value(&mut curve, 0.0);
    curve.solve(&mut rhs);
    let error = rhs.iter().zip(&z).fold(0.0, |m: f64, (a, b)| m.max((a - b).abs()));
    // Differences are right to 1e-10, and a system of this size amplifies that.
    assert!(error < 1e-6, "{condition:?}: {error}");
}

/// Where two multipliers meet in a Jordan block, on a fold and on a period doubling, solutions of the bordered system are no larger
/// than elsewhere.
#[test]
fn equations_are_regular_at_resonances_of_orders_one_and_two() {
    let resonant = Hidden(Resonant);
    let twisted = Hidden(Twisted { coupling: 0.0, back: 0.3, shift: 1.0, bend: -1.0 });
    let zero = [0.0; 2];
    amplification(&resonant, CycleCondition::Fold, &zero, [0, 1]);
    amplification(&twisted, CycleCondition::Flip, &[0.0, -0.5, 0.0, 0.0, 0.0, 0.0], [3, 4]);
}

/// At the critical circle with `σ = 0`: the solution of the bordered system for any residual of size one.
fn amplification<F: Field>(field: &F, condition: CycleCondition, p: &[f64], free: [usize; 2]) {
    let plan = Plan { field, condition, free: free.map(|k| (k, HALF)), intervals: 40 };
    let sizes = vec![1.0; field.states()];
    let profile = circle(0.0, field.states(), plan.intervals);
    let first = FirstCritical::at(field, p, condition, &sizes, DEGREE, &profile, 0.0).expect("functions");
    let (mut curve, y) = CriticalCycles::new(field, p, free.map(|k| (k, 1.0)), condition, &sizes, DEGREE, &first);
    let (mut scale, mut f) = (vec![0.0; y.len()], vec![0.0; y.len()]);
    curve.rescale(&y, &mut scale);
    let row: Vec<f64> = (0..y.len()).map(|k| (0.3 + 1.1 * k as f64).sin()).collect();
    curve.linearise(&y, &scale, &row, &mut f[..y.len() - 1]).expect("a regular system");
    let residual = curve.residual_norm(&f[..y.len() - 1]);
    f.iter_mut().enumerate().for_each(|(i, f)| *f = (1.0 + 0.77 * i as f64).sin());
    curve.solve(&mut f);
    let size = f.iter().map(|z| z * z).sum::<f64>().sqrt();
    println!("{condition:?}: residual {residual:e}, amplification {size}");
    assert!(residual < 1e-6 && size < 1e4, "{condition:?}: residual {residual:e}, amplification {size}");
}
