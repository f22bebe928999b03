//! Against closed forms, published values and collocation.

use super::*;
use crate::models::memristive_neuron::{self, MemristiveNeuron};
use crate::scalar::Scalar;
use std::f64::consts::PI;

/// Van der Pol's oscillator in Liénard's form: x' = μ (x − x³/3 − y), y' = x/μ.
struct VanDerPol;

impl Field for VanDerPol {
    fn states(&self) -> usize {
        2
    }
    fn parameters(&self) -> usize {
        1
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        dx[0] = p[0] * (x[0] - x[0].powi(3) / S::from(3.0) - x[1]);
        dx[1] = x[0] / p[0];
    }
}

/// r' = r (1 − r²), θ' = ω.
struct Circle;

impl Field for Circle {
    fn states(&self) -> usize {
        2
    }
    fn parameters(&self) -> usize {
        1
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let growth = -(x[0] * x[0] + x[1] * x[1]) + 1.0;
        dx[0] = growth * x[0] - p[0] * x[1];
        dx[1] = growth * x[1] + p[0] * x[0];
    }
}

fn settle(time: f64) -> Course {
    Course { transient: 0.0, time, until: Until::Periodic, rows: 0, samples: None }
}

pub(super) fn neuron(values: &[(&str, f64)]) -> (MemristiveNeuron, Vec<f64>) {
    let description = memristive_neuron::description();
    let mut parameters: Vec<f64> = description.parameters.iter().map(|p| p.default).collect();
    for (name, value) in values {
        let position = description.parameters.iter().position(|p| p.name == *name).unwrap();
        parameters[position] = *value;
    }
    (MemristiveNeuron::new(&parameters), parameters)
}

/// A few more.
enum Sample {
    /// Lorenz (1963), with parameter ρ.
    Lorenz,
    /// Rössler (1976), with parameter c.
    Roessler,
    /// x' = x².
    Explosion,
    /// x' = −√x, which has no value below 0.
    Emptying,
    /// Heat in a rod of N points, ends at 0: N decays with known rates.
    Rod(usize),
    /// Van der Pol's oscillator as x' = y, y' = μ (1 − x²) y − x: spikes of size 4μ/3 and width 1/μ.
    Spikes,
    /// Field and Noyes (1974), scaled as in Hairer & Wanner 1996, IV.10.
    Oregonator,
    /// Schäfer (1975), the same place: y₇ + y₈ does not change.
    Hires,
    /// Two circles, with 1 and ω turns: a torus.
    Torus,
    /// z' = (i − ε) z, and z' = i z − ε z |z|².
    Spiral,
    CubicSpiral,
}

impl Field for Sample {
    fn states(&self) -> usize {
        match self {
            Sample::Lorenz | Sample::Roessler => 3,
            Sample::Explosion | Sample::Emptying => 1,
            Sample::Rod(n) => *n,
            Sample::Spikes | Sample::Spiral | Sample::CubicSpiral => 2,
            Sample::Oregonator => 3,
            Sample::Torus => 4,
            Sample::Hires => 8,
        }
    }
    fn parameters(&self) -> usize {
        1
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        match self {
            Sample::Lorenz => {
                dx[0] = (x[1] - x[0]) * 10.0;
                dx[1] = x[0] * (p[0] - x[2]) - x[1];
                dx[2] = x[0] * x[1] - x[2] * (8.0 / 3.0);
            }
            Sample::Roessler => {
                dx[0] = -x[1] - x[2];
                dx[1] = x[0] + x[1] * 0.2;
                dx[2] = x[2] * (x[0] - p[0]) + 0.2;
            }
            Sample::Explosion => dx[0] = x[0] * x[0],
            Sample::Emptying => dx[0] = -x[0].sqrt(),
            Sample::Spikes => {
                dx[0] = x[1];
                dx[1] = p[0] * (-x[0] * x[0] + 1.0) * x[1] - x[0];
            }
            Sample::Oregonator => {
                let (s, q, w) = (77.27, 8.375e-6, 0.161);
                dx[0] = (x[1] + x[0] * (-x[0] * q - x[1] + 1.0)) * s;
                dx[1] = (x[2] - (x[0] + 1.0) * x[1]) / S::from(s);
                dx[2] = (x[0] - x[2]) * w;
            }
            Sample::Hires => {
                let fast = x[5] * x[7] * 280.0;
                dx[0] = -x[0] * 1.71 + x[1] * 0.43 + x[2] * 8.32 + 0.0007;
                dx[1] = x[0] * 1.71 - x[1] * 8.75;
                dx[2] = -x[2] * 10.03 + x[3] * 0.43 + x[4] * 0.035;
                dx[3] = x[1] * 8.32 + x[2] * 1.71 - x[3] * 1.12;
                dx[4] = -x[4] * 1.745 + x[5] * 0.43 + x[6] * 0.43;
                dx[5] = -fast + x[3] * 0.69 + x[4] * 1.71 - x[5] * 0.43 + x[6] * 0.69;
                dx[6] = fast - x[6] * 1.81;
                dx[7] = -fast + x[6] * 1.81;
            }
            Sample::Torus => {
                for (k, omega) in [(0, S::from(1.0)), (2, p[0])] {
                    let growth = -(x[k] * x[k] + x[k + 1] * x[k + 1]) + 1.0;
                    dx[k] = growth * x[k] - omega * x[k + 1];
                    dx[k + 1] = growth * x[k + 1] + omega * x[k];
                }
            }
            Sample::Spiral | Sample::CubicSpiral => {
                let square = x[0] * x[0] + x[1] * x[1];
                let growth = if matches!(self, Sample::Spiral) { -p[0] } else { -p[0] * square };
                dx[0] = growth * x[0] - x[1];
                dx[1] = growth * x[1] + x[0];
            }
            Sample::Rod(n) => {
                let square = ((n + 1) * (n + 1)) as f64;
                let at = |k: usize| x.get(k).copied().unwrap_or(S::from(0.0));
                for k in 0..*n {
                    dx[k] = (at(k.wrapping_sub(1)) - at(k) * 2.0 + at(k + 1)) * square;
                }
            }
        }
    }
}

fn until_settled(field: &impl Field, p: &[f64], state: &[f64], time: f64) -> Simulation {
    simulate(field, p, state, &settle(time), &Settings::default()).unwrap()
}

fn period(found: &Simulation) -> f64 {
    let Ended::Cycle { period, .. } = found.ended else { panic!("{:?}", found.ended) };
    period
}

#[test]
fn the_neuron_settles_on_the_cycle_that_collocation_finds() {
    // T, V_max, V_min and so the span at R_n = 5, V_in = 1.73, Gamma = 0.1, by collocation, twelve digits.
    let (field, p) = neuron(&[("V_in", 1.73), ("R_n", 5.0), ("Gamma", 0.1)]);
    let found = until_settled(&field, &p, &[0.7, 1.0, 0.0, 0.0], 2000.0);
    // The distance to the cycle that is accepted is 1e-9 of a span.
    assert!((period(&found) - 0.892799353893).abs() < 1e-9);
    assert!((found.extent[0].max - 0.779518604679).abs() < 1e-10, "{:?}", found.extent[0]);
    assert!((found.extent[0].min - 0.709597895645).abs() < 1e-10, "{:?}", found.extent[0]);
    assert!((found.omega().unwrap() * period(&found) - 2.0 * PI).abs() < 1e-14);
}

#[test]
fn van_der_pol_s_oscillator_has_the_published_period_stiff_or_not() {
    // T and the amplitude at μ = 1: 6.66328685932, 2.00861986087 (Andersen & Geer 1982 by Fourier series). The others: T by
    // Strasberg's table, 19.0783695669 (μ = 10), 162.837071097 (100), 1614.40112587 (1000).
    for (mu, exact, method) in [
        (1.0, 6.6632868593, Method::Dop853),
        (10.0, 19.0783695669, Method::Dop853),
        (100.0, 162.837071097, Method::Radau5),
        (1000.0, 1614.40112587, Method::Radau5),
    ] {
        let found = until_settled(&VanDerPol, &[mu], &[2.0, 0.0], 100.0 * mu.max(10.0));
        assert!((period(&found) / exact - 1.0).abs() < 1e-9, "{mu}: {}", period(&found));
        assert_eq!(found.method, method, "{mu}");
        for extent in &found.extent {
            // The cycle is symmetric about 0.
            assert!((extent.max + extent.min).abs() < 1e-9 && extent.mean.abs() < 1e-9, "{mu}: {extent:?}");
        }
        if mu == 1.0 {
            assert!((found.extent[0].max - 2.00861986087).abs() < 1e-9);
        }
    }
}

#[test]
fn a_stiff_cycle_is_found_however_many_steps_it_takes_from_one_maximum_to_the_next() {
    // Radau IIA of another program (SciPy 1.15), relative tolerance 1e-11, agrees to as many digits over three and eight periods.
    for (field, mu, start, exact, time) in [
        (Sample::Spikes, 1000.0, &[2.0, 0.0][..], 1614.401126, 20_000.0),
        (Sample::Oregonator, 0.0, &[1.0, 2.0, 3.0][..], 302.85804403, 5000.0),
    ] {
        let found = until_settled(&field, &[mu], start, time);
        assert!((period(&found) / exact - 1.0).abs() < 1e-9, "{exact}: {}", period(&found));
        assert_eq!(found.method, Method::Radau5);
    }
}

#[test]
fn where_something_is_conserved_the_rest_that_is_reached_is_the_one_with_its_value() {
    let start = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0057];
    let found = until_settled(&Sample::Hires, &[0.0], &start, 1e5);
    assert!(matches!(found.ended, Ended::Point { unstable: 0, conserved: 1, .. }), "{:?}", found.ended);
    // By Newton's method with forty digits from the equations and y₇ + y₈ = 0.0057.
    let exact = [
        0.000670305503447646,
        0.000130996846959483,
        4.68622315748674e-5,
        0.00104466802026421,
        0.000594883828065946,
        0.0013996288277142,
        0.00101449275362319,
        0.00468550724637681,
    ];
    // The distance that is accepted is 1e-9 of the largest value, which was 1 at the beginning.
    let near = found.state.iter().zip(exact).all(|(x, exact)| (x - exact).abs() < 2e-9);
    assert!(near, "{:?}", found.state);
}

#[test]
fn a_torus_is_no_cycle_and_a_slow_spiral_is_no_cycle_but_a_point_in_the_end() {
    for omega in [2.0_f64.sqrt(), 0.5 * (1.0 + 5.0_f64.sqrt())] {
        assert_eq!(until_settled(&Sample::Torus, &[omega], &[0.5, 0.0, 0.3, 0.0], 3000.0).ended, Ended::Neither);
    }
    // Three turns of the one are two of the other: a cycle.
    let found = until_settled(&Sample::Torus, &[1.5], &[0.5, 0.0, 0.3, 0.0], 3000.0);
    assert!((period(&found) - 4.0 * PI).abs() < 1e-8);
    // The radius is e^{-εt}: 1e-9 of where it began at t = 20.7/ε.
    let found = until_settled(&Sample::Spiral, &[1e-3], &[1.0, 0.0], 1e5);
    assert!(matches!(found.ended, Ended::Point { unstable: 0, conserved: 0, .. }), "{:?}", found.ended);
    assert!((found.time * 1e-3 - 9.0 * 10.0_f64.ln()).abs() < 1.0, "{}", found.time);
    // What is told is where the last Newton step leads.
    assert!(found.extent.iter().all(|extent| extent.max.abs() < 1e-20), "{:?}", found.extent);
    assert_eq!(until_settled(&Sample::Spiral, &[1e-3], &[1.0, 0.0], 1e4).ended, Ended::Neither);
    // A fast one is at rest before the next look, and what is left of it turns and returns to where errors cannot be told from it.
    let found = until_settled(&Sample::Spiral, &[1.0], &[0.3, 0.0], 200.0);
    assert!(matches!(found.ended, Ended::Point { unstable: 0, .. }), "{:?}", found.ended);
    // It has 1/√(1 + 2εt), and never comes there.
    assert_eq!(until_settled(&Sample::CubicSpiral, &[1e-3], &[1.0, 0.0], 2e4).ended, Ended::Neither);
}

#[test]
fn what_is_below_the_tolerance_is_told_as_zero() {
    let found = until_settled(&Sample::Rod(3), &[0.0], &[1.0, 0.5, 0.2], 100.0);
    assert!(matches!(found.ended, Ended::Point { unstable: 0, .. }));
    let course = Course { transient: 50.0, ..settle(10.0) };
    let found = simulate(&Sample::Rod(3), &[0.0], &[1.0, 0.5, 0.2], &course, &Settings::default()).unwrap();
    // e^{−9.4 t} of what it was, where the tolerance is 1e-13.
    assert!(found.state.iter().enumerate().all(|(k, x)| x.abs() < 1e-13 && found.told(k, *x) == 0.0), "{found:?}");
    assert_eq!(found.told(0, 1e-12), 1e-12);
}

#[test]
fn a_step_that_ends_where_the_equations_do_leaves_no_nan() {
    // x = (1 − t/2)² until t = 2, and then 0, where √x ends.
    let course = Course { until: Until::Time, rows: 31, ..settle(3.0) };
    let found = simulate(&Sample::Emptying, &[0.0], &[1.0], &course, &Settings::default()).unwrap();
    let exact = |t: f64| (1.0 - 0.5 * t).max(0.0).powi(2);
    for (t, x) in found.times.iter().zip(&found.states) {
        assert!((x[0] - exact(*t)).abs() < 1e-6, "{t}: {x:?}");
    }
    let measured = found.extent[0].mean.is_finite() && found.extent[0].min >= 0.0;
    assert!(measured || found.trouble.is_some(), "{:?} {:?}", found.extent, found.trouble);
}

#[test]
fn samples_for_a_spectrum_are_those_of_rows_at_the_same_times() {
    let course = Course { transient: 1.0, until: Until::Time, rows: 65, ..settle(10.0) };
    let both = Course { samples: Some(Samples { of: 1, count: 64 }), ..course };
    let found = simulate(&Circle, &[3.0], &[0.5, 0.0], &both, &Settings::default()).unwrap();
    let rows: Vec<f64> = found.states.iter().take(64).map(|x| x[1]).collect();
    assert_eq!(found.samples, rows);
    assert_eq!(found.times.len(), 65);
}

/// Counts evaluations.
struct Counted<'a, F: Field>(&'a F, std::sync::atomic::AtomicUsize);

impl<F: Field> Field for Counted<'_, F> {
    fn states(&self) -> usize {
        self.0.states()
    }
    fn parameters(&self) -> usize {
        self.0.parameters()
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        self.1.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.0.rhs(x, p, dx);
    }
}

#[test]
fn extrema_of_either_method_are_exact_and_cost_little_more_than_its_steps() {
    // As above: by collocation, twelve digits. Each of a dozen extrema takes its own search.
    let (field, p) = neuron(&[("V_in", 1.73), ("R_n", 5.0), ("Gamma", 0.1)]);
    let state = until_settled(&field, &p, &[0.7, 1.0, 0.0, 0.0], 2000.0).state;
    for (method, most) in [(Method::Dop853, 2.5), (Method::Radau5, 4.0)] {
        let settings = Settings { method: Choice::Fixed(method), ..Settings::default() };
        let counted = Counted(&field, Default::default());
        let count = || counted.1.swap(0, std::sync::atomic::Ordering::Relaxed) as f64;
        let found = measure(&counted, &p, &state, 0.892799353893, &settings).unwrap();
        let with = count();
        assert!((found.extent[0].max - 0.779518604679).abs() < 2e-10, "{method:?} {:?}", found.extent[0]);
        assert!((found.extent[0].min - 0.709597895645).abs() < 2e-10, "{method:?} {:?}", found.extent[0]);
        let mut solution = Integrator::new(&counted, &p, None, &state, 0.0, &settings).unwrap();
        while solution.time() < 0.892799353893 {
            solution.step(0.892799353893).unwrap();
        }
        let without = count();
        assert!(with < most * without, "{method:?}: {with} evaluations, and {without} without extrema");
    }
}

#[test]
fn steps_and_what_lies_between_them_are_as_exact_as_asked_for() {
    for rtol in [1e-6, 1e-8, 1e-10, 1e-12] {
        for method in [Method::Dop853, Method::Radau5] {
            let settings = Settings { rtol, method: Choice::Fixed(method), ..Settings::default() };
            let mut solution = Integrator::new(&Circle, &[3.0], None, &[1.0, 0.0], 0.0, &settings).unwrap();
            let error = |t: f64, x: &[f64]| (x[0] - (3.0 * t).cos()).hypot(x[1] - (3.0 * t).sin());
            let mut worst = [0.0_f64; 3];
            let mut x = [0.0; 2];
            while solution.time() < 10.0 {
                solution.step(10.0).unwrap();
                worst[0] = worst[0].max(error(solution.time(), solution.state()));
                for k in 1..10 {
                    let t = solution.before().0 + 0.1 * f64::from(k) * (solution.time() - solution.before().0);
                    solution.at(t, &mut x);
                    worst[1] = worst[1].max(error(t, &x));
                    solution.exactly_at(t, &mut x);
                    worst[2] = worst[2].max(error(t, &x));
                }
            }
            assert_eq!(solution.time(), 10.0);
            // Drawn curves of the implicit method are of order 4, a thousand times less exact at the tightest tolerance.
            let drawn = if method == Method::Dop853 { 3.0 } else { 300.0 };
            assert!(
                worst[0] < 2.0 * rtol && worst[1] < drawn * rtol && worst[2] < 3.0 * rtol,
                "{rtol} {method:?} {worst:?}"
            );
        }
    }
}

#[test]
fn dense_output_of_the_explicit_method_is_of_order_seven() {
    // Doubling all steps raises the error of the polynomial of degree 7 by 2^8, that of one of order 5 by 2^6.
    let error = |h: f64| {
        let settings = Settings { rtol: 1e-3, longest: h, step: Some(h), ..Settings::default() };
        let mut solution = Integrator::new(&Circle, &[3.0], None, &[1.0, 0.0], 0.0, &settings).unwrap();
        let (mut worst, mut x) = (0.0_f64, [0.0; 2]);
        for _ in 0..4 {
            solution.step(10.0).unwrap();
            let t = 0.5 * (solution.before().0 + solution.time());
            solution.at(t, &mut x);
            worst = worst.max((x[0] - (3.0 * t).cos()).hypot(x[1] - (3.0 * t).sin()));
        }
        worst
    };
    let order = (error(0.2) / error(0.1)).log2();
    assert!(order > 7.0, "{order}");
}

#[test]
fn a_circle_has_its_closed_form() {
    let found = until_settled(&Circle, &[3.0], &[0.1, 0.2], 100.0);
    assert!((period(&found) - 2.0 * PI / 3.0).abs() < 1e-9);
    for extent in &found.extent {
        assert!((extent.max - 1.0).abs() < 1e-9 && (extent.min + 1.0).abs() < 1e-9 && extent.mean.abs() < 1e-9);
    }
    let Ended::Cycle { contraction, .. } = found.ended else { unreachable!() };
    // The multiplier e^{−2T}, from a few returns.
    assert!((contraction / (-4.0 * PI / 3.0_f64).exp() - 1.0).abs() < 0.5, "{contraction}");
}

#[test]
fn rest_is_told_from_rest_that_does_not_last() {
    let (field, p) = neuron(&[("V_in", 5.0), ("R_n", 5.0), ("Gamma", 0.1)]);
    let found = until_settled(&field, &p, &[0.0, 1.0, 0.0, 0.0], 2000.0);
    assert!(matches!(found.ended, Ended::Point { unstable: 0, .. }), "{:?}", found.ended);
    let mut f = [0.0; 4];
    field.rhs(&found.state, &p, &mut f);
    assert!(f.iter().all(|f| f.abs() < 1e-7), "{f:?}");
    let found = until_settled(&Circle, &[3.0], &[0.0, 0.0], 100.0);
    assert!(matches!(found.ended, Ended::Point { unstable: 2, .. }), "{:?}", found.ended);
}

#[test]
fn a_doubled_cycle_is_one_cycle_and_chaos_is_none() {
    // Rössler's system, a = b = 0.2: one turn at c = 2.5, two at 3.5, four at 4 (Rössler's cascade), chaos at 5.7.
    let start = [-3.0, -3.0, 0.1];
    let turns: Vec<f64> =
        [2.5, 3.5, 4.0].map(|c| period(&until_settled(&Sample::Roessler, &[c], &start, 5000.0))).into();
    for (period, turns) in turns.iter().zip([1.0, 2.0, 4.0]) {
        assert!((period / turns - 5.8).abs() < 0.15, "{turns}: {period}");
    }
    assert_eq!(until_settled(&Sample::Roessler, &[5.7], &start, 1000.0).ended, Ended::Neither);
    assert_eq!(until_settled(&Sample::Lorenz, &[28.0], &[1.0, 2.0, 20.0], 200.0).ended, Ended::Neither);
}

#[test]
fn a_solution_that_ends_says_where() {
    let found = until_settled(&Sample::Explosion, &[0.0], &[2.0], 10.0);
    let Some(Trouble::Stuck { t, .. } | Trouble::NotFinite { t, .. }) = found.trouble else {
        panic!("{:?}", found.trouble)
    };
    assert!((t - 0.5).abs() < 1e-6, "{t}");
    let none = simulate(&Sample::Emptying, &[0.0], &[-1.0], &settle(1.0), &Settings::default());
    assert!(matches!(none, Err(Trouble::NotFinite { t: 0.0, .. })));
    let few = Settings { max_steps: 10, ..Settings::default() };
    let found = simulate(&Circle, &[3.0], &[0.1, 0.2], &settle(100.0), &few).unwrap();
    assert!(matches!(found.trouble, Some(Trouble::TooManySteps { .. })));
    let sharp = Settings { rtol: 1e-20, method: Choice::Fixed(Method::Radau5), ..Settings::default() };
    assert_eq!(simulate(&Circle, &[3.0], &[0.1, 0.2], &settle(1.0), &sharp), Err(Trouble::Refused));
}

#[test]
fn long_rods_cool_at_the_rates_of_their_modes() {
    // Mode j of N points decays at 4 (N+1)² sin²(jπ/2(N+1)).
    for n in [3, 7, 20, 50] {
        let mode = |k: usize| ((k + 1) as f64 * PI / (n + 1) as f64).sin();
        let rate = 4.0 * ((n + 1) as f64 * (0.5 * PI / (n + 1) as f64).sin()).powi(2);
        let start: Vec<f64> = (0..n).map(|k| 1.0 * mode(k) + if k % 2 == 0 { 1e-3 } else { 0.0 }).collect();
        let course = Course { transient: 0.1, time: 0.2, until: Until::Time, rows: 3, samples: None };
        let settings = Settings { rtol: 1e-9, ..Settings::default() };
        let found = simulate(&Sample::Rod(n), &[0.0], &start, &course, &settings).unwrap();
        assert_eq!(found.trouble, None, "{n}");
        assert_eq!(found.states.len(), 3);
        let ratio = found.states[2][n / 2] / found.states[0][n / 2];
        assert!((ratio / (-0.2 * rate).exp() - 1.0).abs() < 1e-5, "{n}: {ratio}");
        assert_eq!(found.method == Method::Radau5, n >= 20, "{n} {} steps", found.steps);
    }
}

#[test]
fn rows_are_even_and_no_more_than_asked_for() {
    let course = Course { transient: 1.0, time: 10.0, until: Until::Time, rows: 101, samples: None };
    let found = simulate(&Circle, &[3.0], &[1.0, 0.0], &course, &Settings::default()).unwrap();
    assert_eq!((found.times.len(), found.times[0], found.times[100]), (101, 1.0, 11.0));
    for (t, x) in found.times.iter().zip(&found.states) {
        assert!((x[0] - (3.0 * t).cos()).abs() < 1e-9);
    }
    let course = Course { transient: 0.0, time: 1e6, until: Until::Periodic, rows: 1000, samples: None };
    let found = simulate(&Circle, &[3.0], &[0.5, 0.0], &course, &Settings::default()).unwrap();
    assert!((500..=1000).contains(&found.times.len()), "{}", found.times.len());
    let spacing = found.times[1] - found.times[0];
    assert!(found.times.windows(2).all(|t| (t[1] - t[0] - spacing).abs() < 1e-9 * spacing));
    assert!(found.time - found.times.last().unwrap() < 3.0 * PI, "{} {:?}", found.time, found.times.last());
}

#[test]
fn an_orbit_has_the_states_at_given_times() {
    let times: Vec<f64> = (0..=20).map(|k| 0.1 * f64::from(k)).collect();
    for method in [Method::Dop853, Method::Radau5] {
        let settings = Settings { method: Choice::Fixed(method), ..Settings::default() };
        let states = orbit(&Circle, &[3.0], &[1.0, 0.0], &times, &settings).unwrap();
        assert_eq!(states.len(), times.len());
        for (t, x) in times.iter().zip(&states) {
            assert!((x[0] - (3.0 * t).cos()).hypot(x[1] - (3.0 * t).sin()) < 1e-9, "{method:?} {t} {x:?}");
        }
    }
}
