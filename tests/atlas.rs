//! The atlas of the memristive neuron against closed forms that the library does not use: where an equilibrium has a fold or an
//! Andronov–Hopf point is a matter of three coefficients (Routh and Hurwitz), so that at any voltage all of either can be counted.

use hopfold::models::catalogue;
use hopfold::models::memristive_neuron::MemristiveNeuron;
use hopfold::normal_form;
use hopfold::plan::plan;
use hopfold::results::{Branch, Results};
use hopfold::run::{Silent, run};
use std::f64::consts::{PI, SQRT_2};
use std::path::Path;

/// A study of the atlas, without its figures.
fn computed(study: &str) -> Results {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs").join(study);
    let text = std::fs::read_to_string(&path).expect("a study");
    let blocks = text.split("\n[[");
    let kept: Vec<&str> = blocks.filter(|block| !block.starts_with("figure]]")).collect();
    let planned = plan(&path.display().to_string(), &kept.join("\n[["), &[]);
    let plan = planned.unwrap_or_else(|mistakes| panic!("{}", mistakes[0].render(false))).plan;
    run(&plan, &Silent)
}

fn branch<'a>(results: &'a Results, name: &str) -> &'a Branch {
    results.branches.iter().find(|branch| branch.name == name).unwrap_or_else(|| panic!("no branch {name}"))
}

/// Types of the special points of a branch in order, without its ends.
fn found(branch: &Branch) -> Vec<&str> {
    branch.special.iter().map(|special| special.kind.as_str()).filter(|kind| *kind != "EP").collect()
}

/// `l = 1/2`, `λ = 0.13`, `Ω = 7`, as everywhere in the atlas.
const L: f64 = 0.5;
const LAMBDA: f64 = 0.13;
const OMEGA: f64 = 7.0;

/// The parameters that differ between the planes.
#[derive(Clone, Copy)]
struct Values {
    r: f64,
    z: f64,
    gamma: f64,
    x0: f64,
}

/// `F₀₀, F₀₁, F₁₁` and the slopes of the first and the last at `x₀ − √2 l V`, by the trapezoidal rule.
fn elements(v: f64, x0: f64) -> [f64; 5] {
    let (x, h) = (x0 - SQRT_2 * L * v, 1.0 / 32.0);
    let mut sums = [0.0; 5];
    for k in -160..=160 {
        let w = h * f64::from(k);
        let u = (w - x) / L;
        let weight = h * (-u * u).exp() / (PI.sqrt() * L) / (w / LAMBDA).cosh();
        let parts = [1.0, SQRT_2 * u, 2.0 * u * u, 2.0 * u / L, (4.0 * u.powi(3) - 4.0 * u) / L];
        sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += weight * part);
    }
    sums
}

/// Of the equilibrium at the voltage `v`: the bias, what is zero at folds, what is zero at Hopf points, and ω² there.
fn conditions(v: f64, elements: &[f64; 5], at: Values) -> [f64; 4] {
    let [f00, f01, f11, slope00, slope11] = *elements;
    let Values { r, z, gamma, .. } = at;
    let mean = |a: f64, b: f64| 0.5 * ((1.0 + z) * a + (1.0 - z) * b);
    let bias = v * (1.0 + r * mean(f00, f11));
    let f_v = -1.0 - r * (mean(f00, f11) - SQRT_2 * L * v * mean(slope00, slope11));
    let f_x = -r * f01 * v;
    // λ³ + a₂ λ² + a₁ λ + a₀ beside the eigenvalue −αΓ.
    let (a2, a1) = (-f_v - 2.0 * z * f_x + 2.0 * gamma, -2.0 * gamma * (f_v + z * f_x) + gamma * gamma + OMEGA * OMEGA);
    [bias, f_v, a2 * a1 + f_v * (gamma * gamma + OMEGA * OMEGA), a1]
}

/// A plane of the atlas: its curves, and how voltage and a parameter `s` that is scanned make a point of it.
struct Plane<'a> {
    curves: [&'a [&'a str]; 2],
    /// Column of `s`, and its range.
    scanned: (&'a str, [f64; 2]),
    /// Values of the parameters at voltage `v` and `s`; none outside the plane.
    at: &'a dyn Fn(f64, f64) -> Option<Values>,
    bias: [f64; 2],
}

/// At every voltage of a row of them, the folds and the Hopf points that the closed form has are those that the curves pass:
/// none is missing and there is none beside.
#[track_caller]
fn agrees(results: &Results, plane: &Plane, (voltages, count): ([f64; 2], u32), steps: u32) {
    let (column, [low, high]) = plane.scanned;
    for k in 0..count {
        // Away from round values, at which curves begin.
        let v = voltages[0] + (voltages[1] - voltages[0]) * (f64::from(k) + 0.1234) / f64::from(count);
        let mut elements_at: Option<(f64, [f64; 5])> = None;
        let mut scan: Vec<Option<(f64, [f64; 4])>> = Vec::new();
        for i in 0..=steps {
            let s = low + (high - low) * f64::from(i) / f64::from(steps);
            scan.push((plane.at)(v, s).map(|values| {
                let known = elements_at.filter(|(x0, _)| *x0 == values.x0);
                let (_, elements) = known.unwrap_or_else(|| (values.x0, elements(v, values.x0)));
                elements_at = Some((values.x0, elements));
                (s, conditions(v, &elements, values))
            }));
        }
        for (which, curves) in plane.curves.iter().enumerate() {
            let mut expected: Vec<f64> = Vec::new();
            for pair in scan.windows(2) {
                let [Some((s, a)), Some((t, b))] = pair else { continue };
                let (f, g) = (a[1 + which], b[1 + which]);
                let inside = (plane.bias[0]..=plane.bias[1]).contains(&a[0]) && (which == 0 || a[3] > 0.0);
                if inside && (f < 0.0) != (g < 0.0) {
                    expected.push(s + (t - s) * f / (f - g));
                }
            }
            let mut passed: Vec<f64> = Vec::new();
            for name in *curves {
                let branch = branch(results, name);
                let [x, y] = ["V", column].map(|name| branch.column(name).expect("a column"));
                for rows in branch.points.windows(2) {
                    let (a, b) = (rows[0][x] - v, rows[1][x] - v);
                    if (a < 0.0) != (b < 0.0) {
                        passed.push(rows[0][y] + (rows[1][y] - rows[0][y]) * a / (a - b));
                    }
                }
            }
            expected.sort_by(f64::total_cmp);
            passed.sort_by(f64::total_cmp);
            assert_eq!(
                expected.len(),
                passed.len(),
                "at V = {v}: {expected:?} expected, {passed:?} passed by {curves:?}"
            );
            for (expected, passed) in expected.iter().zip(&passed) {
                // The curves are known by their chords.
                assert!((expected - passed).abs() < 5e-3 * (high - low), "at V = {v}: {expected} and {passed}");
            }
        }
    }
}

/// `l1` at a row of a Hopf curve.
fn l1(branch: &Branch, row: &[f64]) -> f64 {
    let value = |name: &str| {
        let free = branch.column(name).map(|column| row[column]);
        free.or(branch.fixed.get(name).copied()).unwrap_or_else(|| panic!("no {name}"))
    };
    let p: Vec<f64> = catalogue()[0].parameters.iter().map(|parameter| value(&parameter.name)).collect();
    let x = ["V", "Z", "X", "Y"].map(value);
    let form = normal_form::hopf(&MemristiveNeuron::new(&p), &x, &p, value("omega")).expect("a Hopf point");
    form.values.iter().find(|(name, _)| *name == "l1").expect("l1").1
}

/// `l1` changes its sign at Bautin points, and at zero-Hopf points, which are poles of it; and nowhere else. Where there is
/// neither, all Hopf points are supercritical.
#[track_caller]
fn l1_changes_where_told(branch: &Branch) {
    let special = |kinds: &[&str]| -> Vec<usize> {
        branch.special.iter().filter(|one| kinds.contains(&one.kind.as_str())).map(|one| one.index).collect()
    };
    let changes = special(&["GH", "ZH"]);
    let first = l1(branch, &branch.points[0]) > 0.0;
    assert!(!first || !changes.is_empty(), "{}", branch.name);
    for (index, row) in branch.points.iter().enumerate().filter(|(index, _)| !changes.contains(index)) {
        let passed = changes.iter().filter(|&&change| change < index).count();
        assert_eq!(l1(branch, row) > 0.0, first ^ (passed % 2 == 1), "{}, row {index}", branch.name);
    }
}

#[test]
fn bias_and_resistance() {
    let results = computed("atlas_bias.toml");
    type Case<'a> = (f64, &'a [&'a str], &'a [&'a str], &'a [&'a [&'a str]]);
    let cases: [Case; 5] = [
        (1.0, &["folds[Z_T=1]"], &["hopf[Z_T=1]"], &[&["CP"], &["EX"]]),
        (0.5, &["folds[Z_T=0.5]"], &["hopf[Z_T=0.5]"], &[&["CP"], &["EX"]]),
        (0.0, &["folds[Z_T=0]"], &[], &[&["CP"]]),
        (-0.5, &["folds[Z_T=-0.5]"], &["hopf[Z_T=-0.5]"], &[&["ZH", "CP"], &["GH", "ZH", "EX"]]),
        (
            -1.0,
            &["folds[Z_T=-1]", "outer_folds"],
            &["hopf[Z_T=-1]", "outer_hopf"],
            &[&["CP"], &["ZH", "CP"], &["EX"], &["EX", "ZH"]],
        ),
    ];
    for (z, folds, hopf, kinds) in cases {
        for (name, kinds) in folds.iter().chain(hopf).zip(kinds) {
            assert_eq!(found(branch(&results, name)), *kinds, "{name}");
        }
        hopf.iter().for_each(|name| l1_changes_where_told(branch(&results, name)));
        let at = |_: f64, r: f64| Some(Values { r, z, gamma: 0.1, x0: 0.8 });
        let plane = Plane { curves: [folds, hopf], scanned: ("R_n", [0.0, 15.0]), at: &at, bias: [-10.0, 15.0] };
        agrees(&results, &plane, ([-10.0, 15.0], 1200), 3000);
    }
}

#[test]
fn bias_and_temperature() {
    let results = computed("atlas_temperature.toml");
    let (folds, hopf) = (["upper_folds", "lower_folds", "inverted_folds"], ["hopf", "inverted_hopf", "negative_hopf"]);
    let kinds: [&[&str]; 6] = [&["ZH"], &[], &["CP"], &["EX"], &["EX", "ZH", "GH", "GH"], &["EX"]];
    for (name, kinds) in folds.iter().chain(&hopf).zip(kinds) {
        assert_eq!(found(branch(&results, name)), kinds, "{name}");
    }
    hopf.iter().for_each(|name| l1_changes_where_told(branch(&results, name)));
    let at = |_: f64, z: f64| Some(Values { r: 15.0, z, gamma: 0.1, x0: 0.8 });
    let plane = Plane { curves: [&folds, &hopf], scanned: ("Z_T", [-1.0, 1.0]), at: &at, bias: [-10.0, 15.0] };
    agrees(&results, &plane, ([-10.0, 15.0], 1200), 3000);
}

#[test]
fn bias_and_dephasing() {
    let results = computed("atlas_dephasing.toml");
    type Case<'a> = (f64, [&'a str; 2], &'a [&'a str], &'a [&'a [&'a str]]);
    let cases: [Case; 2] = [
        (1.0, ["upper_folds[Z_T=1]", "lower_folds[Z_T=1]"], &["hopf[Z_T=1]"], &[&[], &[], &["EX"]]),
        (
            -1.0,
            ["upper_folds[Z_T=-1]", "lower_folds[Z_T=-1]"],
            &["hopf[Z_T=-1]", "negative_hopf"],
            &[&["ZH"], &["ZH"], &["EX", "ZH", "GH", "GH", "ZH"], &["EX"]],
        ),
    ];
    for (z, folds, hopf, kinds) in cases {
        for (name, kinds) in folds.iter().chain(hopf).zip(kinds) {
            assert_eq!(found(branch(&results, name)), *kinds, "{name}");
        }
        hopf.iter().for_each(|name| l1_changes_where_told(branch(&results, name)));
        let at = |_: f64, gamma: f64| Some(Values { r: 5.0, z, gamma, x0: 0.8 });
        let plane = Plane { curves: [&folds, hopf], scanned: ("Gamma", [0.01, 2.5]), at: &at, bias: [-10.0, 15.0] };
        agrees(&results, &plane, ([-10.0, 15.0], 1200), 3000);
    }
}

#[test]
fn resistance_and_rest_position() {
    let results = computed("atlas_position.toml");
    for bias in [2.0, -2.0] {
        let [folds, hopf] = ["folds", "hopf"].map(|name| format!("{name}[V_in={bias}]"));
        assert_eq!((found(branch(&results, &folds)), found(branch(&results, &hopf))), (vec!["CP"], vec!["EX"]));
        l1_changes_where_told(branch(&results, &hopf));
        // The bias is given, and the resistance follows from it.
        let at = |v: f64, x0: f64| {
            let r = (bias / v - 1.0) / elements(v, x0)[0];
            (0.0..=15.0).contains(&r).then_some(Values { r, z: 1.0, gamma: 0.1, x0 })
        };
        let plane =
            Plane { curves: [&[&folds], &[&hopf]], scanned: ("x_0", [-3.0, 3.0]), at: &at, bias: [-10.0, 15.0] };
        agrees(&results, &plane, ([bias.min(0.0), bias.max(0.0)], 150), 600);
    }
}

/// The extrema that the studies find are where oscillation begins: with less resistance there is no Hopf point at any
/// temperature in the thermal range, and at less than the least Z_T at none of the resistances of Fig. 5a.
#[test]
fn no_equilibrium_oscillates_before_the_extrema() {
    let extremum = |study: &str, name: &str, of: &str| {
        let results = computed(study);
        let special = branch(&results, name).special.iter().find(|special| special.kind == "EX").cloned();
        special.expect("an extremum").values[of]
    };
    let least_r = extremum("atlas_bias.toml", "hopf[Z_T=1]", "R_n");
    let least_z = extremum("atlas_temperature.toml", "hopf", "Z_T");
    for k in 0..=2300 {
        let v = -8.0 + 0.01 * f64::from(k);
        let elements = elements(v, 0.8);
        for i in 0..=2000 {
            let (share, part) = (f64::from(i % 100) / 99.0, f64::from(i / 100) / 20.0);
            for (r, z) in [(15.0 * share, part * least_z), (part * least_r, share)] {
                let [_, _, hopf, _] = conditions(v, &elements, Values { r, z, gamma: 0.1, x0: 0.8 });
                assert!(hopf > -1e-6, "V = {v}, R_n = {r}, Z_T = {z}: {hopf}");
            }
        }
    }
}

/// Towards `Γ = 0`, where equilibria are lines, monitors become rounding errors, which change sign without end: the trace
/// comes to its end nevertheless, with the points that there are.
#[test]
fn a_curve_into_rounding_errors_ends() {
    let study = "[model]\nname = \"memristive-neuron\"\nparameters = { R_n = 5, Gamma = 0.1, Z_T = -0.5 }\n\
                 [[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nfree = { V_in = [-30, 30] }\n\
                 [[branch]]\nname = \"hopf\"\nkind = \"hopf\"\nfrom = \"rest/H1\"\nfree = { V_in = [-30, 30], Gamma = [0, 10] }\n";
    let plan = plan("zero.toml", study, &[]).unwrap_or_else(|mistakes| panic!("{}", mistakes[0].render(false))).plan;
    let results = run(&plan, &Silent);
    assert_eq!(found(branch(&results, "hopf"))[..4], ["ZH", "GH", "GH", "ZH"]);
}
