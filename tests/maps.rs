//! Quantities over grids of parameters, against closed forms, and a map that is interrupted.

mod common;

use common::computed;
use hopfold::results::Map;

fn map(study: &str) -> Map {
    computed(study).maps.remove(0)
}

/// Every cell with its parameters: `(a, b, i, j)`.
fn cells(map: &Map) -> Vec<(f64, f64, [usize; 2])> {
    let [width, height] = map.shape();
    let at = |axis: usize, k: usize| map.axes.get_index(axis).map_or(0.0, |(_, values)| values[k]);
    (0..height).flat_map(|j| (0..width).map(move |i| (i, j))).map(|(i, j)| (at(0, i), at(1, j), [i, j])).collect()
}

fn remark<'m>(map: &'m Map, at: &[usize]) -> &'m str {
    map.cells.iter().find(|cell| cell.at == at).map_or("", |cell| cell.kind.as_str())
}

/// `z' = (g + i) z − a z |z|²` in real coordinates, about x = 3: cycles of span `2√(g/a)` and period 2π where g > 0.
const NORMAL_FORM: &str = "[model.equations]
x = \"g*(x - 3) - y - a*(x - 3)*s\"
y = \"(x - 3) + g*y - a*y*s\"
[model.define]
s = \"(x - 3)^2 + y^2\"
";

#[test]
fn spans_of_the_normal_form_are_those_of_the_closed_form_in_every_cell() {
    let study = format!(
        "[model]\nparameters = {{ g = 0.0, a = 1.0 }}\n{NORMAL_FORM}
         [[map]]\nname = \"span\"\nquantity = [\"x_span\", \"period\", \"x_mean\", \"cycles\", \"stable_equilibria\", \"re_1\", \"x\"]
         grid = {{ g = {{ from = -0.5, to = 1.0, count = 12 }}, a = {{ from = 0.5, to = 2.0, count = 4 }} }}\n"
    );
    let map = map(&study);
    assert_eq!((map.cells.len(), map.failure.clone(), map.shape()), (0, None, [12, 4]));
    for (g, a, at) in cells(&map) {
        let value = |name: &str| map.value(name, at);
        let near = |name: &str, exact: f64| {
            let computed = value(name).unwrap_or(f64::NAN);
            // Collocation on 40 intervals of degree 4: the circle's extrema are known to 1e-10.
            assert!((computed - exact).abs() < 1e-9, "{name} at g = {g}, a = {a}: {computed}, {exact}");
        };
        let oscillates = g > 0.0;
        near("x_span", if oscillates { 2.0 * (g / a).sqrt() } else { 0.0 });
        near("cycles", f64::from(u8::from(oscillates)));
        near("stable_equilibria", f64::from(u8::from(!oscillates)));
        [("re_1", g), ("x", 3.0), ("x_mean", 3.0)].into_iter().for_each(|(name, exact)| near(name, exact));
        match oscillates {
            true => near("period", 2.0 * std::f64::consts::PI),
            false => assert_eq!(value("period"), None),
        }
    }
}

/// `r' = r (g + 2 r² − r⁴)`: cycles with `r² = 1 ± √(1 + g)`, the larger stable; for −1 < g < 0 it coexists with a stable
/// equilibrium.
#[test]
fn a_cell_with_two_attractors_shows_the_larger_cycle_and_says_so() {
    let study = "[model]\nparameters = { g = 0.0 }\n[model.equations]
        x = \"g*x - y + x*(2*s - s^2)\"\ny = \"x + g*y + y*(2*s - s^2)\"\n[model.define]\ns = \"x^2 + y^2\"
        [[map]]\nname = \"span\"\nquantity = [\"x_span\", \"cycles\", \"stable_cycles\"]
        grid = { g = { from = -1.5, to = 1.0, count = 21 } }\n";
    let map = map(study);
    for (g, _, at) in cells(&map) {
        let (cycles, stable, kind) = match g {
            g if g < -1.0 => (0.0, 0.0, ""),
            -1.0 | 0.0 => continue,
            g if g < 0.0 => (2.0, 1.0, "coexisting"),
            _ => (1.0, 1.0, ""),
        };
        assert_eq!(map.value("cycles", at), Some(cycles), "g = {g}: {:?}", map.cells);
        assert_eq!(map.value("stable_cycles", at), Some(stable), "g = {g}");
        assert_eq!(remark(&map, &at[..1]), kind, "g = {g}");
        let exact = if stable > 0.0 { 2.0 * (1.0 + (1.0 + g).sqrt()).sqrt() } else { 0.0 };
        assert!((map.value("x_span", at).unwrap() - exact).abs() < 1e-8, "g = {g}");
    }
}

/// The growth rate is g + q: rows with g < 0 meet the Hopf point at q = −g, the others lie in the region of oscillation with
/// all their length.
#[test]
fn rows_without_a_hopf_point_have_their_cycles_from_their_neighbours() {
    let study = "[model]\nparameters = { g = 0.0, q = 0.0 }\n[model.equations]
        x = \"(g + q)*x - y - x*(x^2 + y^2)\"\ny = \"x + (g + q)*y - y*(x^2 + y^2)\"
        [[map]]\nname = \"span\"\nquantity = \"x_span\"
        grid = { q = { from = 0.0, to = 1.0, count = 9 }, g = { from = -0.7, to = 0.7, count = 8 } }\n";
    let map = map(study);
    assert_eq!(map.cells, []);
    for (q, g, at) in cells(&map) {
        let exact = 2.0 * (g + q).max(0.0).sqrt();
        assert!((map.value("x_span", at).unwrap() - exact).abs() < 1e-9, "q = {q}, g = {g}");
    }
}

#[test]
fn rows_reach_beyond_the_grid_to_a_hopf_point() {
    let map = map(&format!(
        "[model]\nparameters = {{ g = 1.0, a = 1.0 }}\n{NORMAL_FORM}
         [[map]]\nname = \"span\"\nquantity = \"x_span\"\nreach = {{ g = [-1.0, 2.0] }}\ngrid = {{ g = [0.5, 1.0, 1.5] }}\n"
    ));
    for (g, _, at) in cells(&map) {
        assert!((map.value("x_span", at).unwrap() - 2.0 * g.sqrt()).abs() < 1e-9, "g = {g}");
    }
    assert_eq!(map.cells, []);
}

/// No row meets a Hopf point: the cycles come from a branch, or the map says that there must be something.
#[test]
fn where_nothing_stable_is_found_that_is_said_and_from_gives_the_cycle() {
    let model = format!("[model]\nparameters = {{ g = 1.0, a = 1.0 }}\n{NORMAL_FORM}");
    let branches = "[[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nstart = { x = 3, y = 0 }\nfree = { g = [-1, 2] }
        [[branch]]\nname = \"cycles\"\nkind = \"cycle\"\nfrom = \"rest/H1\"\nfree = { g = [-1, 2] }\nmark = { g = [1.0] }\n";
    for (from, found) in [("", false), ("from = \"cycles/UZ1\"\n", true)] {
        let study = format!(
            "{model}{branches}[[map]]\nname = \"span\"\nquantity = \"x_span\"\nstart = {{ x = 3, y = 0 }}\n{from}
             grid = {{ a = {{ from = 0.5, to = 2.0, count = 5 }}, g = [0.5, 1.5] }}\n"
        );
        let map = map(&study);
        for (a, g, at) in cells(&map) {
            let exact = found.then(|| 2.0 * (g / a).sqrt());
            let computed = map.value("x_span", at);
            let error = computed.zip(exact).map(|(computed, exact)| (computed - exact).abs());
            assert!(computed.is_some() == found && error.is_none_or(|error| error < 1e-9), "a = {a}, g = {g}");
            assert_eq!(remark(&map, &at), if found { "" } else { "unknown" });
        }
    }
}

/// The number of equilibria between two folds, by branches from both ends: `x³ − 3x = p` has three solutions for |p| < 2.
#[test]
fn equilibria_are_counted_and_the_stable_ones_coexist() {
    let study = "[model]\nparameters = { p = 0.0, q = 3.0 }\n[model.equations]\nx = \"p + q*x - x^3\"
        [[map]]\nname = \"count\"\nquantity = [\"equilibria\", \"stable_equilibria\", \"x\"]\nstart = \"all\"\nbox = { x = [-5, 5] }
        grid = { p = { from = -3.0, to = 3.0, count = 14 }, q = [-1.0, 3.0] }\n";
    let map = map(study);
    for (p, q, at) in cells(&map) {
        let three = q > 0.0 && p.abs() < 2.0;
        assert_eq!(map.value("equilibria", at), Some(if three { 3.0 } else { 1.0 }), "p = {p}, q = {q}");
        assert_eq!(map.value("stable_equilibria", at), Some(if three { 2.0 } else { 1.0 }));
        assert_eq!(remark(&map, &at), if three { "coexisting" } else { "" });
        let x = map.value("x", at).unwrap();
        assert!((p + q * x - x.powi(3)).abs() < 1e-12 && (!three || x < -1.0));
    }
}

/// A row whose equations have no value on a part of it fails there, and says where and why; the others are whole.
#[test]
fn cells_that_a_branch_does_not_reach_are_marked_and_explained() {
    let study = "[model]\nparameters = { p = 0.0, q = 0.0 }\n[model.equations]\nx = \"sqrt(p + q) + 1 - x\"
        [[map]]\nname = \"x\"\nquantity = [\"x\", \"equilibria\"]
        grid = { p = { from = -1.0, to = 1.0, count = 9 }, q = [0.0, 2.0] }\n";
    let map = map(study);
    for (p, q, at) in cells(&map) {
        if q == 2.0 {
            assert!((map.value("x", at).unwrap() - 1.0 - (p + q).sqrt()).abs() < 1e-12 && remark(&map, &at).is_empty());
        } else if p < 0.0 {
            let cell = map.cells.iter().find(|cell| cell.at == at).expect("a remark");
            assert!(cell.kind == "failed" && !cell.why.is_empty(), "{cell:?}");
            assert_eq!(map.value("equilibria", at), None);
        }
    }
}

/// The two ways agree where one solution attracts: on a cycle, and at rest.
#[test]
fn simulation_and_continuation_agree_where_one_solution_attracts() {
    let study = |by: &str| {
        format!(
            "[model]\nname = \"memristive-neuron\"\nparameters = {{ V_in = 2.0, R_n = 6.0 }}\n[[map]]\nname = \"span\"\n
             quantity = [\"V_span\", \"period\", \"X_max\", \"V_mean\"]\n
             grid = {{ Gamma = [0.15, 0.3, 0.8], Z_T = [0.5, 1.0] }}\n{by}\n"
        )
    };
    let [followed, seen] =
        ["", "by = \"simulation\"\nstart = { V = 0.0, Z = 0.5, X = 0.1, Y = 0.0 }"].map(|by| map(&study(by)));
    assert_eq!((&followed.cells, &seen.cells), (&vec![], &vec![]));
    assert_eq!((followed.method.as_str(), seen.method.as_str()), ("continuation", "simulation"));
    let mut cycles = 0;
    for (gamma, z_t, at) in cells(&followed) {
        for name in ["V_span", "period", "X_max", "V_mean"] {
            let (a, b) = (followed.value(name, at), seen.value(name, at));
            assert_eq!(a.is_some(), b.is_some(), "{name} at {gamma}, {z_t}");
            let error = a.zip(b).map_or(0.0, |(a, b)| (a - b).abs());
            assert!(error < 1e-8, "{name} at Gamma = {gamma}, Z_T = {z_t}: {a:?} and {b:?}");
        }
        cycles += usize::from(followed.value("period", at).is_some());
    }
    assert_eq!(cycles, 4);
}

/// By simulation the cells of one row are computed in parallel as well.
#[test]
fn a_map_over_one_parameter_is_the_same_with_any_number_of_threads() {
    let study = |by: &str| {
        format!(
            "[model]\nparameters = {{ g = 1.0, a = 1.0 }}\n{NORMAL_FORM}[[map]]\nname = \"span\"
             quantity = [\"x_span\", \"period\", \"x_mean\"]\ngrid = {{ g = {{ from = 0.1, to = 1.0, count = 12 }} }}\n{by}\n"
        )
    };
    for by in ["reach = { g = [-0.1, 1.0] }", "by = \"simulation\"\nstart = { x = 3.5, y = 0 }"] {
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| map(&study(by)))
        };
        let one = with(1);
        assert!((one.value("x_span", [11, 0]).unwrap() - 2.0).abs() < 1e-8, "{one:?}");
        assert_eq!([with(2), with(3)], [one.clone(), one]);
    }
}

/// Where a cycle and an equilibrium attract, simulation sees the one or the other, and continuation says that both are there.
#[test]
fn where_solutions_coexist_simulation_sees_one_and_continuation_says_so() {
    let study = |by: &str| {
        format!(
            "[model]\nparameters = {{ g = -0.5, q = 0 }}\n[model.equations]
             x = \"g*x - y + x*(2*s - s^2)\"\ny = \"x + g*y + y*(2*s - s^2)\"\n[model.define]\ns = \"x^2 + y^2\"
             [[map]]\nname = \"span\"\nquantity = \"x_span\"\ngrid = {{ g = [-1.5, -0.75, -0.5, 0.5] }}\n{by}\n"
        )
    };
    let followed = map(&study(""));
    let [near, far] =
        ["0.1", "2.0"].map(|x| map(&study(&format!("by = \"simulation\"\nstart = {{ x = {x}, y = 0 }}\n"))));
    for (g, _, at) in cells(&followed) {
        let [followed_span, near_span, far_span] = [&followed, &near, &far].map(|map| map.value("x_span", at).unwrap());
        assert!((followed_span - far_span).abs() < 1e-8, "g = {g}: {followed_span}, {far_span}");
        let coexisting = remark(&followed, &at[..1]) == "coexisting";
        assert_eq!(coexisting, (near_span - far_span).abs() > 1e-8, "g = {g}");
        assert_eq!(coexisting, g > -1.0 && g < 0.0);
    }
}

#[test]
fn a_cell_that_does_not_settle_or_runs_away_is_marked_and_explained() {
    // At g = 0 a spiral goes in ever more slowly; beyond, and before, all is fast.
    let slow = map(&format!(
        "[model]\nparameters = {{ g = 0.0, a = 1.0 }}\n{NORMAL_FORM}[[map]]\nname = \"span\"\nquantity = [\"x_span\", \"period\"]
         grid = {{ g = [-0.5, 0.0, 0.5] }}\nby = \"simulation\"\nstart = {{ x = 3.5, y = 0 }}\ntime = 300.0\n"
    ));
    assert_eq!([0, 1, 2].map(|i| remark(&slow, &[i]).to_string()), ["", "unsettled", ""]);
    assert!((slow.value("x_span", [2, 0]).unwrap() - 2.0 * 0.5_f64.sqrt()).abs() < 1e-8);
    assert_eq!((slow.value("x_span", [0, 0]), slow.value("period", [0, 0])), (Some(0.0), None));
    let away = map(
        "[model]\nparameters = { p = 0.0 }\n[model.equations]\nx = \"p + x^2\"
         [[map]]\nname = \"x\"\nquantity = \"x\"\ngrid = { p = [-1.0, 1.0] }\nby = \"simulation\"\nstart = { x = 0 }\n",
    );
    assert!((away.value("x", [0, 0]).unwrap() + 1.0).abs() < 1e-8);
    assert_eq!((away.value("x", [1, 0]), remark(&away, &[1])), (None, "failed"));
    assert!(away.cells[0].why.starts_with("the states grow without bound"), "{:?}", away.cells);
}

/// Cells oscillate up to the Andronov-Hopf curve, which the condition of Routh and Hurwitz gives as well, and a cell can be
/// expected to have the value that another program computes.
#[test]
fn the_neuron_oscillates_up_to_its_hopf_curve() {
    let results = computed(
        "[model]\nname = \"memristive-neuron\"\nparameters = { V_in = 2.0, R_n = 6.0 }\n[[map]]\nname = \"span\"
         quantity = [\"V_span\", \"period\", \"cycles\", \"re_1\"]
         grid = { Gamma = { from = 0.02, to = 0.7, count = 35 }, Z_T = [0.2, 0.5, 1.0] }
         [[expect]]\npoint = \"span[Gamma=0.3, Z_T=1.0]\"\ntolerance = 1e-11
         value = { V_span = 0.10820142855786, period = 0.87973481151064 }
         [[expect]]\npoint = \"span[Gamma=0.7, Z_T=1]\"\ntolerance = 1\nvalue = { period = 1.0 }\n",
    );
    let map = &results.maps[0];
    assert_eq!(map.cells, []);
    for (gamma, z_t, at) in cells(map) {
        let hopf = match z_t {
            0.2 => 0.148243548374094563,
            0.5 => 0.35376436384905,
            _ => 0.654400481545768062,
        };
        let oscillates = f64::from(u8::from(gamma < hopf));
        assert_eq!(map.value("cycles", at), Some(oscillates), "Gamma = {gamma}, Z_T = {z_t}");
        assert_eq!(map.value("V_span", at).unwrap() > 0.0, gamma < hopf);
        assert_eq!(map.value("re_1", at).unwrap() > 0.0, gamma < hopf);
    }
    let ok: Vec<bool> = results.checks.iter().map(|check| check.ok).collect();
    assert_eq!(ok, [true, true, false], "{:?}", results.checks);
    assert!(results.checks[2].problem.as_ref().is_some_and(|problem| problem.contains("no `period`")));
}
