//! Systems whose equilibria are known.

use super::*;
use crate::models::memristive_neuron::MemristiveNeuron;
use crate::scalar::Scalar;
use proptest::prelude::*;

/// Declares a system without parameters.
macro_rules! system {
    ($name:ident, $n:expr, |$x:ident, $dx:ident| $body:block) => {
        struct $name;
        impl Field for $name {
            fn states(&self) -> usize {
                $n
            }
            fn parameters(&self) -> usize {
                0
            }
            fn rhs<S: Scalar>(&self, $x: &[S], _: &[S], $dx: &mut [S]) $body
        }
    };
}

/// The survey proves that these are all.
#[track_caller]
fn assert_all<F: Field>(field: &F, p: &[f64], bounds: &[[f64; 2]], expected: &[Vec<f64>]) -> Survey {
    let survey = survey(field, p, bounds);
    println!("{} boxes: {:?}", survey.boxes, survey.equilibria);
    assert!(survey.is_complete() && survey.open_part == 0.0 && survey.starts.is_none(), "{survey:?}");
    assert_eq!(survey.equilibria.len(), expected.len(), "{survey:?}");
    for (found, expected) in survey.equilibria.iter().zip(expected) {
        assert!(found.certain);
        for (x, exact) in found.states.iter().zip(expected) {
            assert!((x - exact).abs() <= 1e-12 * (1.0 + exact.abs()), "{x} {exact}");
        }
    }
    survey
}

#[test]
fn the_zeros_of_a_product_are_all_found_also_at_the_ends_of_the_box() {
    system!(Product, 1, |x, dx| { dx[0] = (1..=7).fold(S::from(1.0), |f, k| f * (x[0] - f64::from(k))) });
    let expected: Vec<Vec<f64>> = (1..=7).map(|k| vec![f64::from(k)]).collect();
    assert_all(&Product, &[], &[[1.0, 7.0]], &expected);
    assert_all(&Product, &[], &[[-100.0, 1000.0]], &expected);
    assert_all(&Product, &[], &[[1.5, 4.5]], &expected[1..4]);
}

#[test]
fn the_brusselator_has_one_equilibrium_in_a_wide_box() {
    system!(Brusselator, 2, |x, dx| {
        let rate = x[0] * x[0] * x[1];
        dx[0] = rate - x[0] * 4.0 + 1.0;
        dx[1] = x[0] * 3.0 - rate;
    });
    assert_all(&Brusselator, &[], &[[-100.0, 100.0], [-100.0, 100.0]], &[vec![1.0, 3.0]]);
}

#[test]
fn lorenz_has_three_at_rho_28_and_one_at_rho_one_half() {
    struct Lorenz;
    impl Field for Lorenz {
        fn states(&self) -> usize {
            3
        }
        fn parameters(&self) -> usize {
            1
        }
        fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
            dx[0] = (x[1] - x[0]) * 10.0;
            dx[1] = x[0] * (p[0] - x[2]) - x[1];
            dx[2] = x[0] * x[1] - x[2] * (8.0 / 3.0);
        }
    }
    let c = (27.0 * 8.0 / 3.0_f64).sqrt();
    let bounds = [[-100.0, 100.0], [-100.0, 100.0], [-100.0, 100.0]];
    assert_all(&Lorenz, &[28.0], &bounds, &[vec![-c, -c, 27.0], vec![0.0; 3], vec![c, c, 27.0]]);
    assert_all(&Lorenz, &[0.5], &bounds, &[vec![0.0; 3]]);
    // At the pitchfork it is a triple one: that cannot be proved, and is said.
    let pitchfork = survey(&Lorenz, &[1.0], &bounds);
    assert!(!pitchfork.is_complete() && !pitchfork.exhausted && pitchfork.open.len() == 1, "{pitchfork:?}");
    assert!(pitchfork.equilibria.len() == 1 && !pitchfork.equilibria[0].certain);
    assert!(pitchfork.open_part < 1e-9 && pitchfork.equilibria[0].states.iter().all(|x| x.abs() < 1e-2));
}

#[test]
fn coupled_pitchforks_have_nine() {
    // Uncoupled x³ = x has roots -1, 0, 1; with a weak coupling nine stay.
    system!(Pitchforks, 2, |x, dx| {
        dx[0] = x[0] - x[0].powi(3) + (x[1] - x[0]) * 0.1;
        dx[1] = x[1] - x[1].powi(3) + (x[0] - x[1]) * 0.1;
    });
    let survey = survey(&Pitchforks, &[], &[[-10.0, 10.0], [-10.0, 10.0]]);
    assert!(survey.is_complete() && survey.equilibria.len() == 9, "{survey:?}");
    for Equilibrium { states, certain } in &survey.equilibria {
        let mut f = [0.0; 2];
        Pitchforks.rhs(states, &[], &mut f);
        assert!(*certain && f.iter().all(|f| f.abs() < 1e-15), "{f:?}");
    }
    let corner = survey.equilibria.last().map(|e| e.states.clone());
    assert_eq!(corner, Some(vec![1.0, 1.0]));
}

#[test]
fn none_is_proved_to_be_none() {
    system!(Drift, 2, |x, dx| {
        dx[0] = x[0] * x[0] + x[1] * x[1] + 1e-3;
        dx[1] = x[0] - x[1].sin();
    });
    assert_all(&Drift, &[], &[[-10.0, 10.0], [-10.0, 10.0]], &[]);
}

#[test]
fn a_double_root_stays_open_in_a_small_region_beside_the_simple_ones() {
    system!(Touching, 1, |x, dx| { dx[0] = (x[0] - 1.0) * (x[0] - 1.0) * (x[0] + 2.0) });
    let survey = survey(&Touching, &[], &[[-10.0, 10.0]]);
    assert!(!survey.is_complete() && !survey.exhausted && survey.open.len() == 1, "{survey:?}");
    let [low, high] = survey.open[0][0];
    assert!(low <= 1.0 && high >= 1.0 && high - low < 1e-6 && survey.open_part < 1e-7, "{survey:?}");
    let certain: Vec<bool> = survey.equilibria.iter().map(|e| e.certain).collect();
    assert_eq!(certain, [true, false]);
    assert!((survey.equilibria[1].states[0] - 1.0).abs() < 1e-6);
}

#[test]
fn a_line_of_equilibria_exhausts_the_work_allowed_and_is_said() {
    system!(Line, 2, |x, dx| {
        dx[0] = x[0] - x[1];
        dx[1] = x[1] - x[0];
    });
    let survey = survey(&Line, &[], &[[-1.0, 1.0], [-1.0, 1.0]]);
    assert!(survey.exhausted && !survey.is_complete() && survey.open_part > 0.0 && survey.starts.is_some());
}

#[test]
fn jumps_corners_and_edges_of_the_domain_are_no_obstacle() {
    // A relay with a dead zone: zero at x = 3 and nowhere at the jump.
    system!(Relay, 1, |x, dx| { dx[0] = (x[0] - 1.0).sign() * 2.0 - (x[0] - 1.0).abs() });
    assert_all(&Relay, &[], &[[-9.0, 0.5]], &[]);
    assert_all(&Relay, &[], &[[1.5, 9.0]], &[vec![3.0]]);
    // Where the function jumps through zero it does not vanish, but intervals cannot tell.
    let across = survey(&Relay, &[], &[[-9.0, 9.0]]);
    assert!(across.open.len() == 1 && across.open[0][0][0] <= 1.0 && across.open[0][0][1] >= 1.0, "{across:?}");
    system!(Root, 1, |x, dx| { dx[0] = x[0].sqrt() - 2.0 + x[0].ln() * 0.0 });
    assert_all(&Root, &[], &[[0.5, 100.0]], &[vec![4.0]]);
    system!(Outside, 1, |x, dx| { dx[0] = x[0].sqrt() + 1.0 });
    assert_all(&Outside, &[], &[[-100.0, 100.0]], &[]);
}

#[test]
fn the_neuron_has_three_between_the_folds_and_one_outside() {
    let bounds = [[-10.0, 10.0], [-1.0, 1.0], [-1.0, 1.0], [-1.0, 1.0]];
    for (bias, number) in [(2.0, 1), (2.92, 1), (2.93, 3), (4.0, 3), (5.45, 3), (5.46, 1), (-4.0, 1)] {
        let p = [bias, 8.0, 1.0, 0.1, 1.0, 7.0, 0.5, 0.8, 0.13];
        let model = MemristiveNeuron::new(&p);
        let survey = survey(&model, &p, &bounds);
        println!("{bias}: {} boxes", survey.boxes);
        assert!(survey.is_complete() && survey.equilibria.len() == number, "V_in = {bias}: {survey:?}");
        for equilibrium in survey.equilibria {
            let [f00, ..] = super::super::models::conductance::quadrature(
                0.8 - 0.5 * 2.0_f64.sqrt() * equilibrium.states[0],
                0.5,
                0.13,
            );
            let v = bias / (1.0 + 8.0 * f00);
            assert!((equilibrium.states[0] - v).abs() < 1e-12 && (equilibrium.states[1] - 1.0).abs() < 1e-12);
        }
    }
}

#[test]
fn with_too_many_states_newtons_method_is_started_all_over() {
    struct Many;
    impl Field for Many {
        fn states(&self) -> usize {
            MOST_STATES + 1
        }
        fn parameters(&self) -> usize {
            0
        }
        fn rhs<S: Scalar>(&self, x: &[S], _: &[S], dx: &mut [S]) {
            for (dx, &x) in dx.iter_mut().zip(x).skip(1) {
                *dx = -x;
            }
            dx[0] = x[0] - x[0].powi(3);
        }
    }
    let survey = survey(&Many, &[], &[[-2.0, 2.0]; MOST_STATES + 1]);
    let starts = survey.starts.expect("starts");
    assert!(!survey.is_complete() && survey.boxes == 0 && survey.equilibria.len() == 3, "{survey:?}");
    assert!((3..starts.count).contains(&starts.last_new), "{starts:?}");
}

/// `f = A g(B x + c)`, `g_i(u) = Π_k (u_i − r_ik)`: its zeros are known, and mixed by two matrices.
#[derive(Debug)]
struct Mixed {
    n: usize,
    outer: Vec<f64>,
    inner: Vec<f64>,
    roots: Vec<Vec<f64>>,
}

impl Field for Mixed {
    fn states(&self) -> usize {
        self.n
    }
    fn parameters(&self) -> usize {
        0
    }
    fn rhs<S: Scalar>(&self, x: &[S], _: &[S], dx: &mut [S]) {
        let product = |a: &[f64], v: &[S]| -> Vec<S> {
            a.chunks_exact(self.n)
                .map(|row| row.iter().zip(v).fold(S::from(0.0), |sum, (a, v)| sum + *v * *a))
                .collect()
        };
        let u = product(&self.inner, x);
        let g: Vec<S> =
            u.iter().zip(&self.roots).map(|(u, roots)| roots.iter().fold(S::from(1.0), |f, r| f * (*u - *r))).collect();
        dx.copy_from_slice(&product(&self.outer, &g));
    }
}

/// Well-conditioned matrices and roots at least a tenth apart.
fn mixed() -> impl Strategy<Value = Mixed> {
    (1..=3_usize).prop_flat_map(|n| {
        let matrix = || {
            prop::collection::vec(-0.3..0.3, n * n).prop_map(move |mut a: Vec<f64>| {
                (0..n).for_each(|i| a[i * n + i] += 1.0);
                a
            })
        };
        let roots = prop::collection::btree_set(-20..20_i32, 1..=3)
            .prop_map(|set| set.into_iter().map(|r| 0.1 * f64::from(r)).collect::<Vec<_>>());
        (matrix(), matrix(), prop::collection::vec(roots, n)).prop_map(move |(outer, inner, roots)| Mixed {
            n,
            outer,
            inner,
            roots,
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn random_polynomial_systems_have_the_zeros_they_were_made_with(field in mixed()) {
        let n = field.n;
        let survey = survey(&field, &[], &vec![[-10.0, 10.0]; n]);
        let number: usize = field.roots.iter().map(Vec::len).product();
        prop_assert!(survey.is_complete(), "{:?}", survey);
        prop_assert_eq!(survey.equilibria.len(), number);
        for equilibrium in &survey.equilibria {
            for (row, roots) in field.inner.chunks_exact(n).zip(&field.roots) {
                let u: f64 = row.iter().zip(&equilibrium.states).map(|(a, x)| a * x).sum();
                let nearest = roots.iter().map(|r| (u - r).abs()).fold(f64::INFINITY, f64::min);
                prop_assert!(nearest < 1e-11, "{}", nearest);
            }
        }
    }
}
