//! The engine on cases made to defeat it: closed forms, random coordinates, sizes far apart, special points close together.

use hopfold::curves::{Condition, Critical, OneParameter};
use hopfold::equilibrium::find;
use hopfold::field::{Field, sizes};
use hopfold::scalar::Scalar;
use hopfold::trace::{Edge, End, NewtonFailure, Settings, Trace, trace};

/// Declares a vector field from its formulas; what follows the numbers of states and parameters are fields of the struct.
macro_rules! field {
    ($name:ident { $($member:ident: $kind:ty),* }, $n:expr, $m:expr, |$self:ident, $x:ident, $p:ident, $dx:ident| $body:block) => {
        struct $name { $($member: $kind),* }
        impl Field for $name {
            fn states(&self) -> usize {
                $n
            }
            fn parameters(&self) -> usize {
                $m
            }
            fn rhs<S: Scalar>(&$self, $x: &[S], $p: &[S], $dx: &mut [S]) $body
        }
    };
}

fn try_equilibria<F: Field>(
    field: &F,
    p: &[f64],
    range: [f64; 2],
    start: &[f64],
    settings: &Settings,
) -> Result<Trace, NewtonFailure> {
    let n = field.states();
    let mut curve = OneParameter::new(field, p, 0, range[1] - range[0]);
    let edges = [Edge { coordinate: n, low: range[0], high: range[1] }];
    trace(&mut curve, start, n, &edges, &[], settings, &mut |_, _| {})
}

/// Traces equilibria over the first parameter from `start = (x, λ)`.
fn equilibria<F: Field>(field: &F, p: &[f64], range: [f64; 2], start: &[f64], settings: &Settings) -> Trace {
    try_equilibria(field, p, range, start, settings).unwrap()
}

/// Traces a critical curve over the first two parameters from `start = (x, λ₁, λ₂[, κ])`.
fn critical<F: Field>(
    field: &F,
    p: &[f64],
    condition: Condition,
    ranges: [[f64; 2]; 2],
    start: &[f64],
    settings: &Settings,
) -> Trace {
    let n = field.states();
    let mut parameters = p.to_vec();
    parameters[..2].copy_from_slice(&start[n..n + 2]);
    let free = [(0, ranges[0][1] - ranges[0][0]), (1, ranges[1][1] - ranges[1][0])];
    let extra = start.get(n + 2).copied();
    let x = &start[..n];
    let mut curve = Critical::new(field, &parameters, &free, condition, &sizes(x), x, extra).unwrap();
    let edges = [0, 1].map(|k| Edge { coordinate: n + k, low: ranges[k][0], high: ranges[k][1] });
    trace(&mut curve, start, n, &edges, &[], settings, &mut |_, _| {}).unwrap()
}

fn labels(trace: &Trace) -> Vec<&str> {
    trace.special.iter().map(|s| s.label).collect()
}

/// Labels without the neutral saddles, which a statement about bifurcations does not name.
fn bifurcations(trace: &Trace) -> Vec<&str> {
    labels(trace).into_iter().filter(|label| *label != "NSA").collect()
}

/// What is demanded of every trace: special points solve their systems, and every change of the index has its reason.
fn assert_sound(trace: &Trace, case: &str) {
    for special in &trace.special {
        assert!(special.residual <= 1e-12, "{case}: {special:?}");
    }
    let unresolved: Vec<_> = trace.unresolved.iter().map(|u| &u.bracket).collect();
    assert!(unresolved.is_empty(), "{case}: found {:?}, but {unresolved:?}", labels(trace));
    assert!(
        !trace.ends.as_ref().unwrap().iter().any(|end| matches!(end, End::Stopped { .. } | End::MaxPoints)),
        "{case}: {:?}",
        trace.ends
    );
}

fn at(trace: &Trace, which: usize) -> &[f64] {
    &trace.points[trace.special[which].index].y
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

/// Numbers in (−1, 1), the same in each run.
struct Random(u64);
impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

// The cubic with a slaved state, x' = μ + x − x³, y' = x − y: folds at x = ±1/√3, μ = ∓2/(3√3).
field!(Cubic {}, 2, 1, |self, x, p, dx| {
    dx[0] = p[0] + x[0] - x[0].powi(3);
    dx[1] = (x[0] - x[1]) * 2.3;
});

#[test]
fn an_s_curve_has_its_two_folds_wherever_it_is_started() {
    let (x, mu) = (1.0 / 3.0_f64.sqrt(), 2.0 / (3.0 * 3.0_f64.sqrt()));
    let on = |x: f64| [x, x, x.powi(3) - x];
    let starts = [-1.4, 1.4, 0.0, x, -x, x + 1e-3, x - 1e-3, x + 1e-6, x - 1e-6, -x + 1e-8, x + 1e-10, 1.0, 0.3];
    for settings in three_step_sizes() {
        for start in starts.map(on) {
            let result = equilibria(&Cubic {}, &[0.0], [-2.0, 2.0], &start, &settings);
            let case = format!("from {start:?}, step {}", settings.step);
            assert_sound(&result, &case);
            assert_eq!(labels(&result), ["LP", "LP"], "{case}");
            assert!((at(&result, 0)[2] - mu).abs() < 1e-14 && (at(&result, 1)[2] + mu).abs() < 1e-14, "{case}");
            assert_eq!([result.points[0].y[2], result.points.last().unwrap().y[2]], [-2.0, 2.0], "{case}");
        }
    }
}

// Two branches through the origin, λ = x² + εx and x = 0: the fold of the first at x = −ε/2, the branch point at x = 0.
field!(Crossing {}, 1, 2, |self, x, p, dx| {
    dx[0] = x[0] * (p[0] - x[0] * x[0] - p[1] * x[0]);
});

#[test]
fn a_branch_point_and_a_fold_are_two_points_however_close() {
    for settings in three_step_sizes() {
        for epsilon in [0.5, 0.1, 1e-2, 1e-3, 1e-4, 1e-5] {
            for x in [0.6, -0.6, 0.3] {
                let start = [x, x * x + epsilon * x];
                let result = equilibria(&Crossing {}, &[0.0, epsilon], [-1.0, 1.0], &start, &settings);
                let case = format!("ε = {epsilon}, from {x}, step {}", settings.step);
                assert_sound(&result, &case);
                let mut found = labels(&result);
                found.sort_unstable();
                assert_eq!(found, ["BP", "LP"], "{case}");
                let fold = result.special.iter().find(|s| s.label == "LP").unwrap();
                assert!((result.points[fold.index].y[0] + 0.5 * epsilon).abs() < 1e-9, "{case}");
            }
        }
    }
}

#[test]
fn a_start_exactly_at_a_branch_point_gives_one_of_its_branches() {
    for settings in three_step_sizes() {
        let result = equilibria(&Crossing {}, &[0.0, 0.5], [-1.0, 1.0], &[0.0, 0.0], &settings);
        assert_sound(&result, "at the branch point");
        assert!(labels(&result).contains(&"BP"), "{:?}", labels(&result));
        let pitchfork = equilibria(&Crossing {}, &[0.0, 0.0], [-1.0, 1.0], &[0.0, 0.0], &settings);
        assert_sound(&pitchfork, "at the pitchfork");
        assert_eq!(labels(&pitchfork), ["BP"]);
        // The same in coordinates in which the rank deficiency is blurred by rounding.
        let result = equilibria(&BlurredCrossing {}, &[0.1], [-1.0, 1.0], &[0.3, 0.7, 0.1], &settings);
        assert_sound(&result, "at the blurred branch point");
        assert!(labels(&result).contains(&"BP"), "{:?}", labels(&result));
    }
}

field!(BlurredCrossing {}, 2, 1, |self, x, p, dx| {
    let (u, v, mu) = (x[0] - 0.3, x[1] - 0.7, p[0] - 0.1);
    let (a, b) = (u * 0.3 + v * 0.7, u * 0.9 - v * 0.2);
    let (da, db) = (a * (mu - a - a * a), -b + a * mu * 0.3);
    dx[0] = da * 0.3 + db * 1.7;
    dx[1] = da * 0.9 - db * 1.3;
});

#[test]
fn the_trivial_branch_has_its_branch_point_from_any_start() {
    for settings in three_step_sizes() {
        for mu in [-1.0, -0.3, -1e-3, -1e-6, 1e-9, 1e-3, 0.5, 1.0] {
            for epsilon in [0.0, 0.5] {
                let result = equilibria(&Crossing {}, &[0.0, epsilon], [-1.0, 1.0], &[0.0, mu], &settings);
                assert_sound(&result, &format!("from {mu}"));
                assert_eq!(labels(&result), ["BP"], "from {mu}, step {}", settings.step);
            }
        }
    }
}

// The parabola λ = ±x² touches the bound λ = 0 of its range.
field!(Touching {}, 1, 1, |self, x, p, dx| {
    dx[0] = -p[0] - (x[0] - 0.3) * (x[0] - 0.3);
});

#[test]
fn a_branch_that_touches_its_bound_is_not_cut_there() {
    for settings in three_step_sizes() {
        for start in [[-0.7, -1.0], [1.3, -1.0], [0.0, -0.09], [0.3, 0.0]] {
            let result = equilibria(&Touching {}, &[0.0], [-1.0, 0.0], &start, &settings);
            assert_sound(&result, &format!("{start:?}"));
            assert_eq!(labels(&result), ["LP"], "{start:?} step {}", settings.step);
            assert_eq!([result.points[0].y[1], result.points.last().unwrap().y[1]], [-1.0, -1.0]);
        }
        // Where the bound lies a little inside, each arm ends on it.
        for inside in [1e-3, 1e-6, 1e-9] {
            let result = equilibria(&Touching {}, &[0.0], [-1.0, -inside], &[-0.7, -1.0], &settings);
            assert_sound(&result, &format!("bound at {inside}"));
            assert!(labels(&result).is_empty(), "bound at {inside}: {:?}", labels(&result));
            assert_eq!(result.points.last().unwrap().y[1], -inside);
            assert!(result.points.last().unwrap().y[0] < 0.3, "bound at {inside}");
        }
    }
}

// x' = μ − (x³ ± δ² x), slaved y: folds at x = ±δ/√3, or none.
field!(NarrowS { sign: f64 }, 2, 2, |self, x, p, dx| {
    let u = x[0] - 0.1234;
    dx[0] = p[0] - u.powi(3) + p[1] * p[1] * u * self.sign;
    dx[1] = x[0] * 2.0 - x[1];
});

#[test]
fn two_folds_of_a_narrow_s_are_both_found() {
    for settings in three_step_sizes() {
        for distance in [1e-2, 1e-3, 1e-4, 1e-5] {
            for (sign, expected) in [(1.0, 2), (-1.0, 0)] {
                for x in [-0.9, 1.1, 0.0] {
                    let delta: f64 = 0.5 * 3.0_f64.sqrt() * distance;
                    let u: f64 = x - 0.1234;
                    let start = [x, 2.0 * x, u.powi(3) - sign * delta * delta * u];
                    let result = equilibria(&NarrowS { sign }, &[0.0, delta], [-2.0, 2.0], &start, &settings);
                    let case = format!("folds {distance} apart, from {x}, sign {sign}, step {}", settings.step);
                    assert_sound(&result, &case);
                    assert_eq!(bifurcations(&result), vec!["LP"; expected], "{case}");
                }
            }
        }
    }
}

// A focus whose damping is (μ² − δ²), with a slow third state: Hopf points at μ = ±δ, at x = μ.
field!(Grazing { sign: f64, frequency: f64 }, 4, 2, |self, x, p, dx| {
    let (u, v) = (x[0] - p[0], x[1]);
    let m = p[0] - 0.0817;
    let growth = (p[1] * p[1] * self.sign - m * m) - u * u - v * v;
    dx[0] = growth * u - v * self.frequency;
    dx[1] = growth * v + u * self.frequency;
    dx[2] = x[0] - x[2] * 0.3;
    dx[3] = x[2] - x[3] * 3.0;
});

#[test]
fn two_hopf_points_within_a_step_are_both_found() {
    for settings in three_step_sizes() {
        for distance in [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6] {
            for frequency in [0.3, 5.0] {
                for (sign, expected) in [(1.0, 2), (-1.0, 0)] {
                    for mu in [-1.0, 1.0, 0.0] {
                        let start = [mu, 0.0, mu / 0.3, mu / 0.9, mu];
                        let field = Grazing { sign, frequency };
                        let result = equilibria(&field, &[0.0, 0.5 * distance], [-1.0, 1.0], &start, &settings);
                        let case =
                            format!("{distance} apart, ω {frequency}, from {mu}, sign {sign}, {}", settings.step);
                        assert_sound(&result, &case);
                        assert_eq!(bifurcations(&result), vec!["H"; expected], "{case}");
                    }
                }
            }
        }
    }
}

// Bogdanov–Takens unfolding in sheared coordinates: fold at μ = 0, Hopf at x = −d, μ = d².
field!(HopfBesideFold {}, 3, 2, |self, x, p, dx| {
    let (u, v) = (x[0] - x[1] * 0.4, x[1]);
    let dv = -p[0] + u * u + (p[1] + u) * v;
    let du = v;
    dx[0] = du + dv * 0.4;
    dx[1] = dv;
    dx[2] = x[0] - x[2];
});

#[test]
fn a_fold_and_a_hopf_point_are_two_points_however_close() {
    for settings in three_step_sizes() {
        for d in [0.3, 1e-2, 1e-3, 3.2e-5, 1e-6, -0.3, -1e-3, -1e-6] {
            for x in [-0.9, 0.9, 0.01] {
                let start = [x, 0.0, x, x * x];
                let result = equilibria(&HopfBesideFold {}, &[0.0, d], [-0.5, 1.0], &start, &settings);
                let case = format!("d = {d}, from {x}, step {}", settings.step);
                assert_sound(&result, &case);
                let mut found = labels(&result);
                found.sort_unstable();
                found.retain(|label| *label != "NSA");
                assert_eq!(found, if d > 0.0 { vec!["H", "LP"] } else { vec!["LP"] }, "{case}");
            }
        }
    }
}

// An isola: x² + (λ/w)² = r², with a slaved state.
field!(Isola { width: f64 }, 2, 2, |self, x, p, dx| {
    let l = p[0] / self.width;
    dx[0] = p[1] * p[1] - (x[0] - 1.0) * (x[0] - 1.0) - l * l;
    dx[1] = x[0] - x[1];
});

#[test]
fn an_isola_is_closed_and_has_two_folds() {
    for settings in three_step_sizes() {
        for radius in [1.0, 0.1, 1e-2, 1e-3] {
            for angle in [0.0_f64, 0.7, std::f64::consts::FRAC_PI_2, 2.0, 3.5] {
                let x = 1.0 + radius * angle.sin();
                let start = [x, x, 2.0 * radius * angle.cos()];
                let result = equilibria(&Isola { width: 2.0 }, &[0.0, radius], [-3.0, 3.0], &start, &settings);
                let case = format!("radius {radius}, from angle {angle}, step {}", settings.step);
                assert_sound(&result, &case);
                assert_eq!(result.ends, Some([End::Closed, End::Closed]), "{case}");
                assert_eq!(bifurcations(&result), ["LP", "LP"], "{case}");
            }
        }
    }
}

#[test]
fn near_parallel_branches_are_not_confused() {
    for settings in three_step_sizes() {
        for gap in [1e-3, 1e-4] {
            let result = equilibria(&Parallel { gap }, &[0.0], [-3.0, 3.0], &[(-9.0_f64).sin() + gap, -3.0], &settings);
            let case = format!("gap {gap}, step {}", settings.step);
            assert_sound(&result, &case);
            assert!(labels(&result).is_empty(), "{case}");
            for point in &result.points {
                assert!((point.y[0] - (3.0 * point.y[1]).sin() - gap).abs() < 1e-10, "{case}: {:?}", point.y);
            }
        }
    }
}

// x = sin 3λ + g for g = −γ, 0, γ: three branches.
field!(Parallel { gap: f64 }, 1, 1, |self, x, p, dx| {
    let s = x[0] - (p[0] * 3.0).sin();
    dx[0] = -(s * (s - self.gap) * (s + self.gap));
});

// Eigenvalue problem of sizes: a cubic in units of size a, whose rate is r, feeding a focus in units of size b.
field!(Mixed { size: [f64; 3], rate: [f64; 2], unit: f64 }, 3, 1, |self, x, p, dx| {
    let (u, v, w) = (x[0] / self.size[0], x[1] / self.size[1], x[2] / self.size[2]);
    let mu = p[0] / self.unit;
    dx[0] = (mu + u - u.powi(3)) * (self.size[0] * self.rate[0]);
    // A focus about v = u, w = 0, with growth u − 1.2: a Hopf point at u = 1.2.
    let (a, g) = (v - u, u - 1.2);
    dx[1] = (g * a * 0.3 - w - a.powi(3)) * (self.size[1] * self.rate[1]);
    dx[2] = (g * w * 0.3 + a) * (self.size[2] * self.rate[1]);
});

#[test]
fn sizes_and_rates_make_no_difference_to_what_is_found() {
    for settings in three_step_sizes() {
        for size in [[1.0, 1.0, 1.0], [1e-12; 3], [1e6; 3], [1e-3, 1e6, 1.0], [1e6, 1e-3, 1e-6]] {
            for rate in [[1.0, 1.0], [1e-3, 1e3], [1e3, 1e-3], [1e-6, 1e-6], [1e6, 1e6]] {
                for unit in [1e-11, 1.0, 1e8] {
                    let field = Mixed { size, rate, unit };
                    let u: f64 = -1.4;
                    let start = [u * size[0], u * size[1], 0.0, (u.powi(3) - u) * unit];
                    let case = format!("sizes {size:?}, rates {rate:?}, unit {unit}, step {}", settings.step);
                    let result = try_equilibria(&field, &[0.0], [-2.0 * unit, 2.0 * unit], &start, &settings);
                    let Ok(result) = result else { panic!("{case}: {:?}", result.err()) };
                    assert_sound(&result, &case);
                    assert_eq!(bifurcations(&result), ["LP", "LP", "H"], "{case}");
                    let hopf = result.special.iter().find(|s| s.label == "H").unwrap();
                    let exact = (1.2_f64.powi(3) - 1.2) * unit;
                    let error = result.points[hopf.index].y[3] / exact - 1.0;
                    assert!(error.abs() < 1e-9, "{case}: {error:e}");
                }
            }
        }
    }
}

// States that are zero: one always, one at the start only, with rates far apart.
field!(Zeros { size: f64 }, 3, 1, |self, x, p, dx| {
    dx[0] = (p[0] * (2.0 * self.size) - x[0]) * 1e-3;
    dx[1] = -x[1] * (x[0] / self.size - 1.0) + x[1] * x[1];
    dx[2] = x[0] * x[0] / self.size - x[2];
});

#[test]
fn states_that_are_zero_or_start_at_zero_need_no_settings() {
    for settings in three_step_sizes() {
        for size in [1e-12, 1.0, 1e6] {
            for at in [0.0, 1.0] {
                let x = 2.0 * size * at;
                let start = [x, 0.0, x * x / size, at];
                let result = equilibria(&Zeros { size }, &[0.0], [0.0, 1.0], &start, &settings);
                let case = format!("size {size}, from {at}, step {}", settings.step);
                assert_sound(&result, &case);
                // The state that is zero loses stability at x₀ = size, λ = ½.
                assert_eq!(bifurcations(&result), ["BP"], "{case}");
                let result =
                    Trace { special: result.special.iter().filter(|s| s.label == "BP").cloned().collect(), ..result };
                assert!((self::at(&result, 0)[3] - 0.5).abs() < 1e-12, "{case}");
            }
        }
    }
}

// A chain of N Brusselators with no-flux ends: modes k = 0…N−1 of the Laplacian have ℓ_k = 2 − 2 cos(πk/N), and their Hopf
// points lie at B = 1 + A² + (D₁ + D₂) ℓ_k, Turing points at B ℓ D₂ = (1 + D₁ℓ)(A² + D₂ℓ)…, out of range for these numbers.
struct Brusselators {
    cells: usize,
}
const A: f64 = 1.0;
const DIFFUSION: [f64; 2] = [0.6, 0.5];
impl Field for Brusselators {
    fn states(&self) -> usize {
        2 * self.cells
    }
    fn parameters(&self) -> usize {
        1
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let n = self.cells;
        for i in 0..n {
            let (u, v) = (x[i], x[n + i]);
            let (left, right) = (i.saturating_sub(1), (i + 1).min(n - 1));
            let reaction = u * u * v;
            dx[i] = -(p[0] + 1.0) * u + A + reaction + (x[left] + x[right] - u * 2.0) * DIFFUSION[0];
            dx[n + i] = p[0] * u - reaction + (x[n + left] + x[n + right] - v * 2.0) * DIFFUSION[1];
        }
    }
}

#[test]
fn coupled_brusselators_have_a_hopf_point_for_each_mode() {
    for cells in [1, 2, 5, 10] {
        let field = Brusselators { cells };
        let laplace = |k: usize| 2.0 - 2.0 * (std::f64::consts::PI * k as f64 / cells as f64).cos();
        let [d1, d2] = DIFFUSION;
        // Trace B − 1 − A² − (D₁+D₂)ℓ, determinant A² + (A² D₁ − (B − 1) D₂) ℓ + D₁D₂ℓ².
        let mut hopf: Vec<f64> = (0..cells).map(|k| 1.0 + A * A + (d1 + d2) * laplace(k)).collect();
        let determinant = |b: f64, l: f64| A * A + (A * A * d1 - (b - 1.0) * d2) * l + d1 * d2 * l * l;
        hopf =
            (0..cells).filter(|&k| hopf[k] < 8.0 && determinant(hopf[k], laplace(k)) > 0.0).map(|k| hopf[k]).collect();
        let mut branch: Vec<f64> = (1..cells)
            .map(|k| {
                let l = laplace(k);
                1.0 + (A * A + A * A * d1 * l + d1 * d2 * l * l) / (d2 * l)
            })
            .filter(|b| *b < 8.0)
            .collect();
        hopf.sort_by(f64::total_cmp);
        branch.sort_by(f64::total_cmp);
        for settings in three_step_sizes().into_iter().skip(usize::from(cells > 5)) {
            let mut start = vec![A; cells];
            start.extend(vec![1.5 / A; cells]);
            start.push(1.5);
            let result = equilibria(&field, &[1.5], [1.5, 8.0], &start, &settings);
            let case = format!("{cells} cells, step {}", settings.step);
            let values = |label: &str| -> Vec<f64> {
                result
                    .special
                    .iter()
                    .filter(|s| s.label == label)
                    .map(|s| result.points[s.index].y[2 * cells])
                    .collect()
            };
            assert_sound(&result, &case);
            for (label, exact) in [("H", &hopf), ("BP", &branch)] {
                let found = values(label);
                assert_eq!(found.len(), exact.len(), "{case}: {label} {found:?}, exact {exact:?}");
                assert!(found.iter().zip(exact).all(|(f, e)| (f - e).abs() < 1e-9), "{case}: {found:?} {exact:?}");
            }
        }
    }
}

// Rotated and sheared cusp with strongly stable random coupling, coordinates u = x + Q(x): see `Disguised::rhs`.
struct Disguised {
    matrix: Vec<f64>,
    inverse: Vec<f64>,
    bend: f64,
    offset: f64,
    takens: bool,
}
const DIMENSION: usize = 4;
impl Disguised {
    fn new(seed: u64, takens: bool) -> Self {
        let mut random = Random(seed);
        let n = DIMENSION;
        // I + a random strictly triangular part on either side: L U, well conditioned, with a known inverse.
        let mut lower = vec![0.0; n * n];
        let mut upper = vec![0.0; n * n];
        for i in 0..n {
            (lower[i * n + i], upper[i * n + i]) = (1.0, 1.0);
            for j in 0..i {
                lower[i * n + j] = 0.6 * random.next();
                upper[j * n + i] = 0.6 * random.next();
            }
        }
        let product = |a: &[f64], b: &[f64]| -> Vec<f64> {
            (0..n * n).map(|k| (0..n).map(|j| a[k / n * n + j] * b[j * n + k % n]).sum()).collect()
        };
        let matrix = product(&lower, &upper);
        let mut lu = hopfold::linalg::Lu::<f64>::default();
        lu.factor(&matrix, n).unwrap();
        let mut inverse = vec![0.0; n * n];
        for j in 0..n {
            let mut e = vec![0.0; n];
            e[j] = 1.0;
            lu.solve(&mut e);
            (0..n).for_each(|i| inverse[i * n + j] = e[i]);
        }
        Disguised { matrix, inverse, bend: 0.2 * random.next(), offset: random.next(), takens }
    }

    /// The state with given normal coordinates.
    fn state(&self, u: &[f64]) -> Vec<f64> {
        // x = M w, w = u but w₁ = u₁ + bend u₀².
        let mut w = u.to_vec();
        w[1] += self.bend * u[0] * u[0];
        (0..DIMENSION)
            .map(|i| (0..DIMENSION).map(|j| self.matrix[i * DIMENSION + j] * w[j]).sum::<f64>() + self.offset)
            .collect()
    }
}
impl Field for Disguised {
    fn states(&self) -> usize {
        DIMENSION
    }
    fn parameters(&self) -> usize {
        2
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let n = DIMENSION;
        let mut w: Vec<S> = vec![S::from(0.0); n];
        for i in 0..n {
            for j in 0..n {
                w[i] += (x[j] - self.offset) * self.inverse[i * n + j];
            }
        }
        let mut u = w.clone();
        u[1] = w[1] - w[0] * w[0] * self.bend;
        let mut du = vec![S::from(0.0); n];
        let (a, b) = (p[0], p[1]);
        if self.takens {
            du[0] = u[1];
            du[1] = a + b * u[1] + u[0] * u[0] + u[0] * u[1] + u[2] * 0.1;
        } else {
            du[0] = a + b * u[0] - u[0].powi(3);
            du[1] = -u[1] + u[2] * 0.5;
        }
        du[2] = -u[2] * 2.0 - u[3];
        du[3] = u[2] - u[3] * 0.7;
        let mut dw = du.clone();
        dw[1] = du[1] + u[0] * du[0] * (2.0 * self.bend);
        for i in 0..n {
            dx[i] = S::from(0.0);
            for j in 0..n {
                dx[i] += dw[j] * self.matrix[i * n + j];
            }
        }
    }
}

#[test]
fn a_disguised_cusp_is_at_its_place_from_any_start_on_the_fold_curve() {
    for seed in 1..=3 {
        let field = Disguised::new(seed, false);
        for settings in three_step_sizes() {
            for u in [-0.7, -0.2, -1e-4, 0.0, 1e-8, 0.3, 0.7] {
                // Folds: b = 3u², a = −2u³.
                let mut start = field.state(&[u, 0.0, 0.0, 0.0]);
                start.extend([-2.0 * u.powi(3), 3.0 * u * u]);
                let result =
                    critical(&field, &[0.0; 2], Condition::Fold, [[-1.0, 1.0], [-1.0, 1.5]], &start, &settings);
                let case = format!("seed {seed}, from {u}, step {}", settings.step);
                assert_sound(&result, &case);
                assert_eq!(labels(&result), ["CP"], "{case}");
                let exact = field.state(&[0.0; 4]);
                let found = at(&result, 0);
                // The cusp is where a⟨p, B(q, q)⟩ passes zero transversally: as exact as its state.
                assert!(found[4].abs() < 1e-13 && found[5].abs() < 1e-12, "{case}: {found:?}");
                assert!(found.iter().zip(&exact).all(|(f, e)| (f - e).abs() < 1e-11), "{case}");
                assert_eq!([result.points[0].y[5], result.points.last().unwrap().y[5]], [1.5, 1.5], "{case}");
            }
        }
    }
}

#[test]
fn a_disguised_bogdanov_takens_point_is_at_its_place_on_either_curve() {
    for seed in 1..=3 {
        let field = Disguised::new(seed, true);
        for settings in three_step_sizes() {
            let ranges = [[-1.0, 1.0], [-1.0, 1.0]];
            for b in [-0.8, -0.1, 0.0, 1e-6, 0.5] {
                let mut start = field.state(&[0.0; 4]);
                start.extend([0.0, b]);
                let result = critical(&field, &[0.0; 2], Condition::Fold, ranges, &start, &settings);
                let case = format!("fold, seed {seed}, from {b}, step {}", settings.step);
                assert_sound(&result, &case);
                assert_eq!(labels(&result), ["BT"], "{case}");
                assert!(
                    at(&result, 0)[4].abs() < 1e-13 && at(&result, 0)[5].abs() < 1e-11,
                    "{case}: {:?}",
                    at(&result, 0)
                );
            }
            for b in [0.8, 0.1, 1e-4, 0.0, -0.3] {
                // Hopf: u₀ = −b, a = −b², κ = 2b.
                let mut start = field.state(&[-b, 0.0, 0.0, 0.0]);
                start.extend([-b * b, b, 2.0 * b]);
                let result = critical(&field, &[0.0; 2], Condition::Hopf, ranges, &start, &settings);
                let case = format!("Hopf, seed {seed}, from {b}, step {}", settings.step);
                assert_sound(&result, &case);
                assert_eq!(labels(&result), ["BT"], "{case}");
                assert!(
                    at(&result, 0)[4].abs() < 1e-12 && at(&result, 0)[5].abs() < 1e-11,
                    "{case}: {:?}",
                    at(&result, 0)
                );
            }
        }
    }
}

// Hopf points on the circle a² + b² = 1 at ω = 2, in a third of the states.
field!(HopfCircle {}, 3, 2, |self, x, p, dx| {
    let growth = p[0] * p[0] + p[1] * p[1] - 1.0;
    dx[0] = growth * x[0] - x[1] * 2.0 - x[0].powi(3);
    dx[1] = growth * x[1] + x[0] * 2.0;
    dx[2] = p[0] + 0.3 - x[2];
});

#[test]
fn a_closed_hopf_curve_is_recognised_as_closed() {
    for settings in three_step_sizes() {
        for angle in [0.0_f64, 0.3, std::f64::consts::FRAC_PI_2, 3.0, 4.0] {
            let start = [0.0, 0.0, angle.cos() + 0.3, angle.cos(), angle.sin(), 4.0];
            let result =
                critical(&HopfCircle {}, &[0.0; 2], Condition::Hopf, [[-2.0, 2.0], [-2.0, 2.0]], &start, &settings);
            let case = format!("from {angle}, step {}", settings.step);
            assert_sound(&result, &case);
            assert_eq!(result.ends, Some([End::Closed, End::Closed]), "{case}");
            assert!(result.points.iter().all(|p| (p.y[3].hypot(p.y[4]) - 1.0).abs() < 1e-12), "{case}");
        }
    }
}

#[test]
fn a_curve_that_comes_close_to_its_start_is_not_closed() {
    // Each turn of the helix is 1e-3 higher than the last: none is closed, and each has two folds.
    for settings in three_step_sizes() {
        let field = Coil { pitch: 1e-3 };
        let start = [1.0, 0.0, 0.0];
        let result = equilibria(&field, &[0.0], [-2.0, 2.0], &start, &Settings { max_points: 400, ..settings });
        assert!(!result.ends.unwrap().contains(&End::Closed));
    }
}

// x₀ = r cos θ, λ = r sin θ with r = 1 + pitch θ: a spiral, followed by r as a state: x₁ = θ.
field!(Coil { pitch: f64 }, 2, 1, |self, x, p, dx| {
    let radius = x[1] * self.pitch + 1.0;
    dx[0] = radius * x[1].cos() - x[0];
    dx[1] = radius * x[1].sin() - p[0];
});

// Failures.
field!(Conserved {}, 2, 1, |self, x, p, dx| {
    let flow = p[0] * x[0] - x[1];
    dx[0] = -flow;
    dx[1] = flow;
});
field!(EndOfNumbers {}, 1, 1, |self, x, p, dx| {
    dx[0] = (p[0] + 0.5).sqrt() + 1.0 - x[0];
});
field!(Pole {}, 1, 1, |self, x, p, dx| {
    dx[0] = p[0].recip() - x[0];
});
field!(Nothing {}, 2, 1, |self, x, p, dx| {
    dx[0] = x[0] * x[0] + p[0] * p[0] + 1.0;
    dx[1] = x[0] - x[1];
});
field!(Constant {}, 1, 1, |self, _x, _p, dx| {
    dx[0] = S::from(0.0);
});

#[test]
fn a_failure_is_said_and_neither_panics_nor_hangs() {
    for settings in three_step_sizes() {
        // A line of equilibria at each λ: no isolated point, so no branch.
        assert!(try_equilibria(&Conserved {}, &[0.0], [0.0, 2.0], &[1.0, 1.0, 1.0], &settings).is_err());
        assert!(try_equilibria(&Constant {}, &[0.0], [0.0, 2.0], &[1.0, 1.0], &settings).is_err());
        assert!(try_equilibria(&Nothing {}, &[0.0], [0.0, 2.0], &[1.0, 1.0, 1.0], &settings).is_err());
        assert!(try_equilibria(&Cubic {}, &[0.0], [-2.0, 2.0], &[f64::NAN, 0.0, 0.0], &settings).is_err());
        assert!(find(&Nothing {}, &[0.0, 0.0], &[0.0], true).is_err());
        let result = equilibria(&EndOfNumbers {}, &[0.0], [-1.0, 1.0], &[1.7, 0.0], &settings);
        let ends = result.ends.unwrap();
        assert!(
            matches!(ends[0], End::Stopped { .. }) && ends[1] == End::Edge { coordinate: 1, high: true },
            "{ends:?}"
        );
        assert!(result.points[0].y[1] + 0.5 < 1e-6, "the branch goes on to where the numbers end");
        let result =
            equilibria(&Pole {}, &[0.0], [-1.0, 1.0], &[1.0, 1.0], &Settings { max_points: 200, ..settings.clone() });
        assert!(matches!(result.ends.unwrap()[1], End::MaxPoints | End::Stopped { .. } | End::Edge { .. }));
        let few = Settings { max_points: 7, ..settings };
        let result = equilibria(&Cubic {}, &[0.0], [-2.0, 2.0], &[0.0, 0.0, 0.0], &few);
        assert_eq!(result.ends, Some([End::MaxPoints, End::MaxPoints]));
    }
}
