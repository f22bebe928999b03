//! Normal forms of bifurcations of cycles against what they say of the cycles beside.

mod systems;

use hopfold::collocation::{Scheme, Space};
use hopfold::curves::Profile;
use hopfold::field::Field;
use hopfold::normal_form::{self, Cycle, NormalForm};
use hopfold::scalar::Scalar;
use hopfold::start::doubled_cycle;
use hopfold::trace::Trace;
use systems::{Langford, Lure, Reaction, follow, from_hopf, labels, langford_at};

fn space(profile: &Profile, sizes: &[f64]) -> Space {
    Space { scheme: Scheme::new(4), mesh: profile.mesh.clone(), sizes: sizes.to_vec() }
}

/// What `form` says of the special point of a branch with this label.
fn at<F: Field>(
    field: &F,
    found: &Trace,
    label: &str,
    sizes: &[f64],
    form: impl Fn(&Cycle<F>) -> Result<NormalForm, normal_form::Degenerate>,
) -> (Profile, f64, NormalForm) {
    let special = found.special.iter().find(|special| special.label == label).expect("the point");
    let point = &found.points[special.index];
    let (profile, lambda) = (Profile::at(point).expect("a cycle"), point.y[point.y.len() - 1]);
    let p = [lambda];
    let cycle = Cycle::new(field, &p, &space(&profile, sizes), &profile.nodes, profile.period);
    let form = form(&cycle).expect("a normal form");
    (profile, lambda, form)
}

/// At a fold `2bT` is the slope of the logarithm of the critical multiplier over that of the period.
#[test]
fn the_coefficient_of_a_fold_is_the_slope_of_its_multiplier() {
    // The lower Hopf point: D = x e^{−y}/(1 − x) with y = 14x/4, where the trace is zero.
    let field = Reaction { b: 14.0 };
    let (_, found) = from_hopf(&field, &field.hopf().0, field.hopf().1, field.hopf().2, [0.1, 0.4], 60);
    println!("{:?} {:?}", labels(&found), found.ends);
    let (profile, lambda, form) = at(&field, &found, "LPC", &[1.0, 1.0], |cycle| cycle.fold());
    println!("D = {lambda}, T = {}, {form:?}", profile.period);
    assert!((lambda - 0.161696128898).abs() < 1e-9);
    let special = found.special.iter().find(|special| special.label == "LPC").expect("the fold");
    let near = |k: usize| {
        let point = &found.points[k];
        // The second multiplier's logarithm comes after those of the trivial one, and four numbers for each state.
        (point.y[point.y.len() - 2].ln(), point.sample.observed[4 * 2 + 5])
    };
    let [before, after] = [special.index - 1, special.index + 1].map(near);
    let slope = (after.1 - before.1) / (after.0 - before.0);
    let expected = 2.0 * form.values[0].1 * profile.period;
    println!("{slope} {expected} {before:?} {after:?}");
    assert!((slope / expected - 1.0).abs() < 0.05, "{slope} {expected}");
}

/// Beside a period doubling, cycles of twice the period are `u ± ξ v` with `ξ² = −ln|μ|/(cT)`.
#[test]
fn the_coefficient_of_a_period_doubling_is_that_of_the_doubled_cycles_amplitude() {
    let (mut cycles, found) = from_hopf(&Lure, &[0.0; 3], 1.0, 1.0, [0.5, 1.2], 40);
    let sizes = [1.0; 3];
    let (profile, alpha, form) = at(&Lure, &found, "PD", &sizes, |cycle| cycle.flip());
    println!("{alpha} {form:?}");
    assert_eq!(form.words, "supercritical");
    let mode = cycles.flip_mode(&profile, alpha).expect("a mode");
    let start = doubled_cycle(&profile, &mode, &sizes);
    let (_, doubled) = follow(&Lure, &start, alpha, [0.62, 1.2], &sizes);
    // ln|μ| of the single cycle, whose multiplier passes −1, as a function of α: linear between the points beside.
    let special = found.special.iter().find(|special| special.label == "PD").expect("the point");
    let exponent = |k: usize| {
        let point = &found.points[k];
        let ln = (1..3).map(|i| (point.sample.observed[4 * 3 + 3 * i], point.sample.observed[4 * 3 + 3 * i + 2]));
        (point.y[point.y.len() - 1], ln.min_by(|a, b| a.1.abs().total_cmp(&b.1.abs())).expect("a multiplier").1)
    };
    let [before, after] = [special.index - 1, special.index + 1].map(exponent);
    let slope = (after.1 - before.1) / (after.0 - before.0);
    let mut checked = 0;
    for point in &doubled.points[1..6] {
        let beside = Profile::at(point).expect("a cycle");
        let lambda = point.y[point.y.len() - 1];
        let space = space(&beside, &sizes);
        let odd = space.alternation(&beside.nodes);
        let square = space.product(&odd, &odd);
        let expected = -slope * (lambda - alpha) / (form.values[0].1 * profile.period);
        println!("{lambda} {square} {expected}");
        if square > 1e-6 && square < 1e-3 {
            checked += 1;
            assert!((square / expected - 1.0).abs() < 0.05, "{square} {expected}");
        }
    }
    assert!(checked > 0);
}

/// Langford's system turns with constant speed: its cycles are equilibria `(r, z)` of a plane system, and its tori cycles of that.
struct Section;

impl Field for Section {
    fn states(&self) -> usize {
        2
    }
    fn parameters(&self) -> usize {
        1
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let (r, z) = (x[0], x[1]);
        dx[0] = (z - 0.7) * r;
        dx[1] = z - z * z * z / 3.0 - r * r * (p[0] * z + 1.0) + 0.6;
    }
}

#[test]
fn the_coefficient_of_langfords_torus_is_that_of_the_hopf_point_of_its_section() {
    let (_, found) = follow(&Langford, &langford_at(0.3, 20), 0.3, [0.1, 1.0], &[1.0; 3]);
    let omega = (2.0 * (1.3 - 0.343 / 3.0_f64)).sqrt();
    let theta = omega * 2.0 * std::f64::consts::PI / 3.5;
    let theta = (theta + std::f64::consts::PI).rem_euclid(2.0 * std::f64::consts::PI) - std::f64::consts::PI;
    let (_, rho, form) = at(&Langford, &found, "NS", &[1.0; 3], |cycle| cycle.torus(theta.abs()));
    let radius = ((1.3 - 0.343 / 3.0) / (1.0 + 0.7 * rho)).sqrt();
    let expected = normal_form::hopf(&Section, &[radius, 0.7], &[rho], omega).expect("a Hopf point");
    println!("{rho} {form:?} {expected:?}");
    assert!((form.values[0].1 / expected.values[0].1 - 1.0).abs() < 1e-6);
    assert_eq!(form.words, expected.words);
}
