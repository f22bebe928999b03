//! Models whose points and coefficients are published, or known exactly.

use super::*;
use crate::field::Derivatives;
use crate::linalg::Lu;

/// Coefficients `c₁ …` of the characteristic polynomial `λⁿ + c₁ λⁿ⁻¹ + …` of `f_x` (Faddeev–LeVerrier).
fn characteristic<F: Field>(field: &F, x: &[f64], p: &[f64]) -> Vec<f64> {
    let n = field.states();
    let mut derivatives = Derivatives::new(field, &[]);
    let (mut f, mut jacobian, mut m) = (vec![0.0; n], derivatives.matrix(), vec![0.0; n * n]);
    derivatives.first(field, x, p, &mut f, &mut jacobian);
    let a = jacobian.entries();
    let mut c = vec![1.0];
    for k in 1..=n {
        let times = |b: &[f64]| -> Vec<f64> {
            (0..n * n).map(|e| (0..n).map(|j| a[e / n * n + j] * b[j * n + e % n]).sum()).collect()
        };
        m = times(&m);
        (0..n).for_each(|i| m[i * n + i] += c[k - 1]);
        c.push(-times(&m).iter().step_by(n + 1).sum::<f64>() / k as f64);
    }
    c.remove(0);
    c
}

/// The equilibrium near `start = (x, λ₁, λ₂)`, with two parameters free, at which two conditions on `(x, p)` are zero:
/// Newton's method with a central difference quotient.
fn locate<F: Field>(
    field: &F,
    parameters: &[f64],
    free: [usize; 2],
    start: &[f64],
    conditions: impl Fn(&[f64], &[f64]) -> [f64; 2],
) -> (Vec<f64>, Vec<f64>) {
    let (n, m) = (field.states(), start.len());
    let split = |y: &[f64]| {
        let mut p = parameters.to_vec();
        (0..2).for_each(|k| p[free[k]] = y[n + k]);
        (y[..n].to_vec(), p)
    };
    let residual = |y: &[f64]| {
        let (x, p) = split(y);
        let mut f = vec![0.0; n];
        field.rhs(&x, &p, &mut f);
        f.extend(conditions(&x, &p));
        f
    };
    let (mut y, mut last) = (start.to_vec(), f64::INFINITY);
    for _ in 0..10 {
        let mut matrix = vec![0.0; m * m];
        for j in 0..m {
            let (mut up, mut down) = (y.clone(), y.clone());
            (up[j], down[j]) = (y[j] + 1e-6, y[j] - 1e-6);
            let (up, down) = (residual(&up), residual(&down));
            (0..m).for_each(|i| matrix[i * m + j] = (up[i] - down[i]) / 2e-6);
        }
        let (mut lu, mut step) = (Lu::default(), residual(&y));
        lu.factor(&matrix, m).unwrap();
        lu.solve(&mut step);
        y.iter_mut().zip(&step).for_each(|(y, s)| *y -= s);
        last = step.iter().fold(0.0, |m: f64, s| m.max(s.abs()));
    }
    // What rounding of l1, which is large in units of these states, leaves.
    assert!(last < 1e-10, "no convergence: {y:?}, last step {last}");
    split(&y)
}

fn near(computed: f64, published: f64, tolerance: f64) {
    assert!((computed - published).abs() <= tolerance, "{computed}, published {published}");
}

// Extended Lorenz-84 (Kuznetsov, Meijer, Govaerts & Sautois 2008), α = 1/4, β = 1, G = 1/4, δ = 1.04, γ = 0.987.
field!(Lorenz84, 4, 2, |x, p, dx| {
    let [gamma, delta] = [0.987, 1.04];
    dx[0] = -(x[1] * x[1]) - x[2] * x[2] - x[0] * 0.25 + p[0] * 0.25 - x[3] * x[3] * gamma;
    dx[1] = x[0] * x[1] - x[0] * x[2] - x[1] + 0.25;
    dx[2] = x[0] * x[1] + x[0] * x[2] - x[2];
    dx[3] = -x[3] * delta + x[3] * x[0] * gamma + p[1];
});

#[test]
fn the_bogdanov_takens_point_of_lorenz_84_has_the_coefficients_that_bifurcationkit_finds() {
    let start = [1.2256, -0.0363, 0.1973, -0.1234, 1.4467, 0.02094];
    let (x, p) = locate(&Lorenz84, &[0.0; 2], [0, 1], &start, |x, p| {
        let c = characteristic(&Lorenz84, x, p);
        [c[2], c[3]]
    });
    let form = bogdanov_takens(&Lorenz84, &x, &p, &x).unwrap();
    let sign = value(&form, "a").signum();
    // BifurcationKit.jl, test/hopf_codim_2/lorenz84.jl.
    near(sign * value(&form, "a"), 0.2144233509273467, 1e-8);
    near(sign * value(&form, "b"), 0.6065145518280868, 1e-8);
}

#[test]
fn the_bautin_point_of_lorenz_84_has_the_coefficient_that_bifurcationkit_finds() {
    let frequency = |x: &[f64], p: &[f64]| {
        let c = characteristic(&Lorenz84, x, p);
        (c[2] / c[0]).sqrt()
    };
    let start = [1.15286, -0.02826, 0.21311, -0.51291, 2.37635, 0.0502];
    let (x, p) = locate(&Lorenz84, &[0.0; 2], [0, 1], &start, |x, p| {
        let c = characteristic(&Lorenz84, x, p);
        let l1 = value(&hopf(&Lorenz84, x, p, frequency(x, p)).unwrap(), "l1");
        [c[0] * c[1] * c[2] - c[2] * c[2] - c[0] * c[0] * c[3], l1]
    });
    let omega = frequency(&x, &p);
    let form = bautin(&Lorenz84, &x, &p, omega).unwrap();
    // BifurcationKit.jl, ibidem, which asks for 1e-5 and 1e-3 of a point found by bisection.
    near(omega, 0.6903636672622595, 1e-5);
    near(value(&form, "l2"), 0.15555332623343107, 1e-3);
}

#[test]
fn the_zero_hopf_and_the_hopf_hopf_point_of_lorenz_84_are_not_degenerate() {
    let start = [1.0598, -0.0133, 0.2351, -0.0209, 1.2834, 0.0001265];
    let (x, p) = locate(&Lorenz84, &[0.0; 2], [0, 1], &start, |x, p| {
        let c = characteristic(&Lorenz84, x, p);
        [c[3], c[0] * c[1] - c[2]]
    });
    let form = zero_hopf(&Lorenz84, &x, &p, characteristic(&Lorenz84, &x, &p)[1].sqrt()).unwrap();
    near(p[1], 0.0001265, 1e-7);
    // No published coefficients; s theta > 0 means Re G110 · G011 > 0.
    let sign = value(&form, "re_G110") * value(&form, "G011");
    assert_eq!(sign > 0.0, form.words.contains("no tori"), "{form:?}");
    let start = [1.1014, -0.0207, 0.2251, -0.5576, 2.5332, 0.02627];
    let (x, p) = locate(&Lorenz84, &[0.0; 2], [0, 1], &start, |x, p| {
        let c = characteristic(&Lorenz84, x, p);
        [c[0], c[2]]
    });
    let c = characteristic(&Lorenz84, &x, &p);
    let root = (0.25 * c[1] * c[1] - c[3]).sqrt();
    let omegas = [(0.5 * c[1] + root).sqrt(), (0.5 * c[1] - root).sqrt()];
    let form = hopf_hopf(&Lorenz84, &x, &p, omegas).unwrap();
    near(p[1], 0.02627393, 1e-6);
    let simple = value(&form, "p11") * value(&form, "p22") > 0.0;
    assert_eq!(simple, form.words.starts_with("simple"), "{form:?}");
}

// CO oxidation on platinum, Bykov, Yablonskii & Kim (1978), after Kuznetsov (2004), §10: free q₂ and k.
field!(Oxidation, 3, 2, |x, p, dx| {
    let z = -(x[0] + x[1] + x[2]) + 1.0;
    dx[0] = z * z * 5.0 - x[0] * x[0] * 2.0 - x[0] * x[1] * 10.0;
    dx[1] = p[0] * z - x[1] * 0.1 - x[0] * x[1] * 10.0;
    dx[2] = (z - p[1] * x[2]) * 0.0675;
});

#[test]
fn the_points_of_the_catalytic_oscillator_have_the_published_coefficients() {
    let polynomial = |x: &[f64], p: &[f64]| characteristic(&Oxidation, x, p);
    // The published values are those of BifurcationKit.jl, test/hopf_codim_2/COModel.jl.
    let start = [0.1159, 0.3155, 0.2884, 1.4176, 0.9714];
    let (x, p) = locate(&Oxidation, &[0.0; 2], [0, 1], &start, |x, p| {
        let c = polynomial(x, p);
        [c[1], c[2]]
    });
    near(p[0], 1.417628, 5e-7);
    near(p[1], 0.971397, 6e-7);
    let form = bogdanov_takens(&Oxidation, &x, &p, &x).unwrap();
    near(value(&form, "a").abs(), 0.083784, 5e-7);
    near(value(&form, "b").abs(), 2.1363, 5e-5);
    let start = [0.036, 0.352, 0.45, 1.007, 0.3566];
    let (x, p) = locate(&Oxidation, &[0.0; 2], [0, 1], &start, |x, p| {
        [polynomial(x, p)[2], value(&cusp(&Oxidation, x, p).unwrap(), "a")]
    });
    // At the k = 0.35665 of a bisection there are still two folds, at q₂ = 1.00706 and 1.00708.
    near(p[1], 0.35665351, 1e-3);
    near(value(&cusp(&Oxidation, &x, &p).unwrap(), "c"), 0.362, 4e-3);
    let start = [0.01794, 0.37262, 0.49325, 0.8961, 0.23555];
    let (x, p) = locate(&Oxidation, &[0.0; 2], [0, 1], &start, |x, p| {
        let c = polynomial(x, p);
        [c[0] * c[1] - c[2], value(&hopf(&Oxidation, x, p, c[1].sqrt()).unwrap(), "l1")]
    });
    // A point found by bisection, to one per cent; its coefficient is less sensitive.
    near(p[0], 0.896099, 9e-3);
    let form = bautin(&Oxidation, &x, &p, polynomial(&x, &p)[1].sqrt()).unwrap();
    near(value(&form, "l2"), -776.89, 0.08);
}

// The exothermic reaction A → B in a stirred tank (Uppal, Ray & Poore 1974), β = 3: free D and B.
field!(Reaction, 2, 2, |x, p, dx| {
    let rate = p[0] * (-x[0] + 1.0) * x[1].exp();
    dx[0] = rate - x[0];
    dx[1] = p[1] * rate - x[1] * 4.0;
});

#[test]
fn the_points_of_the_exothermic_reaction_have_their_exact_coefficients() {
    // Series of the centre manifold and of the Jordan basis in exact arithmetic.
    let (x, p) = ([0.5, 2.0], [(-2.0_f64).exp(), 16.0]);
    let form = cusp(&Reaction, &x, &p).unwrap();
    near(value(&form, "a"), 0.0, 1e-15);
    near(value(&form, "c"), 16.0 / 51.0, 1e-14);
    let (x, p) = ([0.25, 4.0 / 3.0], [(-4.0_f64 / 3.0).exp() / 3.0, 64.0 / 3.0]);
    let form = bogdanov_takens(&Reaction, &x, &p, &x).unwrap();
    near(value(&form, "a"), 64.0 * 265.0_f64.sqrt() / 795.0, 1e-13);
    near(value(&form, "b"), 176.0 * 265.0_f64.sqrt() / 795.0, 1e-13);
    let start = [0.58, 1.6, 0.28, 11.0];
    let (x, p) = locate(&Reaction, &[0.0; 2], [0, 1], &start, |x, p| {
        let c = characteristic(&Reaction, x, p);
        [c[0], value(&hopf(&Reaction, x, p, c[1].sqrt()).unwrap(), "l1")]
    });
    near(p[0], 0.27898541446844, 1e-13);
    near(p[1], 11.0158490926599, 1e-12);
    let form = bautin(&Reaction, &x, &p, characteristic(&Reaction, &x, &p)[1].sqrt()).unwrap();
    assert!(value(&form, "l2") < 0.0, "{form:?}");
}
