//! Studies with equations of their own: known values, and mistakes shown where they were written.

use assert_cmd::Command;
use hopfold::results::Results;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const FITZHUGH_NAGUMO: &str = r#"[model]
parameters = { a = 0.0, b = 0.8, c = 3.0 }
[model.equations]
x = "c*(x - x^3/3 + y)"
y = "-(x - a + b*y)/c"
"#;
const OVER_A: &str = r#"[[branch]]
name = "rest"
kind = "equilibrium"
start = { x = -2.0, y = 0.0 }
free = { a = [-2.0, 2.0] }
"#;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn hopfold(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::cargo_bin("hopfold").expect("the program");
    let output = command.current_dir(folder).args(arguments).output().expect("a run");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Every expectation is met; gives the results.
#[track_caller]
fn checked(files: &[(&str, &str)], arguments: &[&str]) -> Results {
    let folder = folder(files);
    let (code, out, err) = hopfold(folder.path(), &[&["check", "--quiet", "s.toml"], arguments].concat());
    assert_eq!(code, Some(0), "{out}{err}");
    let file = folder.path().join("results/s/results.json");
    serde_json::from_slice(&fs::read(file).expect("results")).expect("results")
}

#[track_caller]
fn refused(files: &[(&str, &str)], words: &[&str]) {
    let (code, out, said) = hopfold(folder(files).path(), &["run", "s.toml"]);
    assert_eq!(code, Some(2), "{out}{said}");
    for word in words {
        assert!(said.contains(word), "no `{word}` in\n{said}");
    }
}

fn expect(point: &str, value: &str) -> String {
    format!("[[expect]]\npoint = \"{point}\"\nvalue = {{ {value} }}\ntolerance = 1e-11\nsource = \"closed form\"\n")
}

fn labels(results: &Results, branch: &str) -> String {
    let branch = results.branches.iter().find(|known| known.name == branch).expect("a branch");
    let labels = branch.special.iter().filter(|special| !["EP", "NSA"].contains(&special.kind.as_str()));
    labels.map(|special| special.label.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn fitzhugh_nagumo_has_its_hopf_points_where_they_are_known_to_be() {
    let values = "a = 0.42281762942416, omega = 0.963788819653, re_c1 = 0.768660287081";
    let study = [FITZHUGH_NAGUMO, OVER_A, &expect("rest/H2", values)].concat();
    let results = checked(&[("s.toml", &study)], &[]);
    assert_eq!(labels(&results, "rest"), "H1 H2");
    assert_eq!((results.model.name.as_str(), results.model.states), ("s", vec!["x".into(), "y".into()]));
}

#[test]
fn a_value_of_the_command_line_changes_a_parameter_of_the_equations() {
    // Trace zero: x² = 1 - b/c².
    let (b, c) = (0.5_f64, 3.0);
    let x = (1.0 - b / (c * c)).sqrt();
    let a = x + b * (x * x * x / 3.0 - x);
    let study = [FITZHUGH_NAGUMO, OVER_A, &expect("rest/H2", &format!("a = {a}"))].concat();
    checked(&[("s.toml", &study)], &["--set", "model.parameters.b=0.5"]);
}

#[test]
fn the_brusselator_in_a_file_has_its_hopf_point_at_one_plus_a_squared() {
    let model = r#"title = "Brusselator"
source = "Prigogine & Lefever 1968"
[parameters]
A = { value = 1.0, meaning = "feed", unit = "mol" }
B = 0.0
[states]
x = "activator"
[equations]
x = "A - (B + 1)*x + reaction(x, y)"
y = "B*x - reaction(x, y)"
[define]
"reaction(u, v)" = "u^2*v"
"#;
    let study = [
        "[model]\nfile = \"models/brusselator.toml\"\nparameters = { A = 1.5 }\n",
        "[[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nstart = { x = 1.5, y = 0.3 }\nfree = { B = [0.5, 5.0] }\n",
        &expect("rest/H1", "x = 1.5, B = 3.25, omega = 1.5"),
    ]
    .concat();
    let files = [("s.toml", study.as_str()), ("models/brusselator.toml", model)];
    let results = checked(&files, &[]);
    assert_eq!((results.model.name.as_str(), results.model.parameters["A"]), ("brusselator", 1.5));
    let (code, out, err) = hopfold(folder(&files).path(), &["models", "models/brusselator.toml"]);
    assert_eq!(code, Some(0), "{err}");
    for word in ["brusselator: Brusselator", "Lefever", "x' = A - (B + 1)*x", "activator", "feed [mol]"] {
        assert!(out.contains(word), "no `{word}` in\n{out}");
    }
}

#[test]
fn the_reaction_a_to_b_has_its_folds_hopf_points_cusp_and_bogdanov_takens_point() {
    let (t, cusp) = (64.0_f64 / 3.0, (-2.0_f64).exp());
    let takens = (-4.0_f64 / 3.0).exp() / 3.0;
    let study = [
        r#"[model]
name = "A -> B"
parameters = { D = 0.0, B = 14.0 }
[model.equations]
u1 = "-u1 + rate"
u2 = "-u2 + B*rate - 3*u2"
[model.define]
rate = "D*(1 - u1)*exp(u2)"
[[branch]]
name = "B14"
kind = "equilibrium"
start = { u1 = 0.0, u2 = 0.0 }
free = { D = [0.0, 0.5] }
[[branch]]
name = "B18"
kind = "equilibrium"
start = { u1 = 0.0, u2 = 0.0 }
parameters = { B = 18.0 }
free = { D = [0.0, 0.5] }
[[branch]]
name = "fold"
kind = "fold"
from = "B18/LP1"
free = { D = [0.01, 0.3], B = [10.0, 30.0] }
"#,
        &expect("B14/H1", "D = 0.16504204532356, re_c1 = 1.59081146621"),
        &expect("B18/H1", "D = 0.11115348418986"),
        &expect("B18/LP1", "D = 0.11156508007421"),
        &expect("B18/LP2", "D = 0.099574136735728"),
        &expect("B18/H2", "D = 0.18383460798599"),
        &expect("fold/CP1", &format!("D = {cusp}, B = 16")),
        &expect("fold/BT1", &format!("D = {takens}, B = {t}")),
    ]
    .concat();
    let results = checked(&[("s.toml", &study)], &[]);
    assert_eq!(labels(&results, "B18"), "H1 LP1 LP2 H2");
    assert_eq!(results.model.name, "A -> B");
}

#[test]
fn a_chain_of_indexed_equations_runs_with_as_many_elements_as_its_integer_says() {
    let study = r#"[model]
parameters = { mu = 0.0, k = 1.0 }
[model.integers]
N = 4
[model.equations]
"u[1]" = "mu + u[1] - u[1]^3 + k*(u[2] - u[1])"
"u[i = 2..N-1]" = "mu + u[i] - u[i]^3 + k*(u[i-1] - 2*u[i] + u[i+1])"
"u[N]" = "mu + u[N] - u[N]^3 + k*(u[N-1] - u[N])"
[[branch]]
name = "rest"
kind = "equilibrium"
start = { "u[1]" = -1.3, "u[2]" = -1.3, "u[3]" = -1.3, "u[4]" = -1.3 }
free = { mu = [-1.0, 1.0] }
"#;
    // All elements are equal on this branch: the folds are those of one.
    let fold = 2.0 / (3.0 * 3.0_f64.sqrt());
    let study = [study, &expect("rest/LP1", &format!("mu = {fold}"))].concat();
    let results = checked(&[("s.toml", &study)], &[]);
    assert_eq!(results.model.states, ["u[1]", "u[2]", "u[3]", "u[4]"]);
    let longer = study.replace("start = {", "start = { \"u[5]\" = -1.3,");
    let results = checked(&[("s.toml", &longer)], &["--set", "model.integers.N=5"]);
    assert_eq!(results.model.states.len(), 5);
}

#[test]
fn a_name_that_nothing_bears_is_shown_inside_its_string_with_the_nearest_one() {
    let study = [FITZHUGH_NAGUMO, OVER_A].concat().replace("+ b*y", "+ beta_*y").replace("b = 0.8", "beta = 0.8");
    refused(&[("s.toml", &study)], &["s.toml:5:16", "unknown name `beta_`", "did you mean `beta`?"]);
    let named = |name: &str| [&FITZHUGH_NAGUMO.replace("b*y", &format!("{name}(y)")), OVER_A].concat();
    refused(&[("s.toml", &named("ln"))], &["unknown name `ln`", "it is called `log` here"]);
    refused(&[("s.toml", &named("sinn"))], &["unknown name `sinn`", "did you mean `sin`?"]);
}

#[test]
fn all_mistakes_of_the_equations_are_shown_at_once_where_they_are() {
    let study = r#"[model]
parameters = { a = 1.0 }
[model.equations]
x = "a*(x - 1"
y = 'x $ 1'
exp = "1"
a = "2"
"u[i = 1..N]" = "0"
z = "\u0061*q"
[model.define]
"f(s)" = "s + f2"
g = "f(1, 2)"
h = "f*2"
"#;
    refused(
        &[("s.toml", &[study, OVER_A].concat())],
        &[
            "s.toml:4:14",
            "found the end",
            "s.toml:5:8",
            "`$`",
            "s.toml:6:1",
            "fixed meaning",
            "s.toml:7:1",
            "`a` is defined already",
            "s.toml:8:11",
            "unknown name `N`",
            "s.toml:9:5",
            "unknown name `q`",
            "s.toml:11:15",
            "s.toml:12:6",
            "takes 1 argument",
            "s.toml:13:6",
            "needs arguments",
        ],
    );
}

#[test]
fn what_is_missing_or_too_much_in_the_model_is_said() {
    let with = |model: &str| format!("{model}{OVER_A}");
    let case = |model: &str, words: &[&str]| refused(&[("s.toml", &with(model))], words);
    case("[model]\n", &["s.toml:1:1", "no `name`", "[model.equations]"]);
    case("[model]\nname = \"memristive-neuron\"\n[model.equations]\nx = \"a\"\n", &["s.toml:2:8", "built-in model"]);
    case("[model]\nname = \"memristive-neuron\"\n[model.define]\nx = \"a\"\n", &["s.toml:3:1", "without `equations`"]);
    case("[model]\nfile = \"m.toml\"\n[model.equations]\nx = \"a\"\n", &["s.toml:3:1", "both a `file` and"]);
    case("[model]\nfile = \"m.toml\"\n", &["s.toml:2:8", "cannot read the model `m.toml`", "relative to the study"]);
    case("[model]\n[model.equations]\n", &["s.toml:2:1", "no equations"]);
    case("[model]\n[model.equations]\nx = 1\n", &["s.toml:3:5", "must be a string"]);
    case("[model]\nparameters = { a = 1 }\n[model.equations]\nomega = \"a\"\n", &["s.toml:4:1", "column `omega`"]);
    case("[model]\n[model.equations]\nx = \"-x\"\n[model.integers]\nN = 1.5\n", &["s.toml:5:5", "an integer"]);
    let long = "[model]\n[model.equations]\n\"x[i = 1..1001]\" = \"x[1] - x[i] + x[1001]\"\n";
    case(long, &["s.toml:2:1", "1001 states", "at most 1000"]);
}

#[test]
fn a_mistake_in_a_model_file_is_shown_in_the_lines_of_the_file() {
    let study = ["[model]\nfile = \"m.toml\"\n", OVER_A].concat();
    let case = |model: &str, words: &[&str]| refused(&[("s.toml", &study), ("m.toml", model)], words);
    let good = "[parameters]\na = 1.0\n[equations]\nx = \"a - x\"\ny = \"-y\"\n";
    case(&good.replace("a - x", "aa - x"), &["m.toml:4:6", "unknown name `aa`"]);
    case(&good.replace("a = 1.0", "a = { valu = 1.0 }"), &["m.toml:2:5", "no `value`", "m.toml:2:7", "`valu`"]);
    case(&format!("titel = \"t\"\n{good}"), &["m.toml:1:1", "did you mean `title`?"]);
    case(&format!("{good}[states]\nw = \"?\"\n"), &["m.toml:7:1", "no state `w`"]);
    case("[parameters]\na = 1 2\n", &["m.toml:2:5", "not TOML"]);
    case("\u{feff}a = \n", &["m.toml:1:5", "not TOML"]);
    let more = study.replace("[[branch]]", "integers = { M = 2 }\n[[branch]]");
    refused(&[("s.toml", &more), ("m.toml", good)], &["s.toml:3:14", "`m.toml` has no integer `M`"]);
}

#[test]
fn a_parameter_that_no_equation_depends_on_is_a_remark() {
    let study = [FITZHUGH_NAGUMO, OVER_A].concat();
    let (code, _, said) =
        hopfold(folder(&[("s.toml", &study)]).path(), &["run", "s.toml", "--set", "model.parameters.d=1"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("command line:1:24") && said.contains("no equation depends on the parameter `d`"), "{said}");
}

#[test]
fn a_critical_curve_starts_where_all_states_vanish_up_to_rounding_errors() {
    for beta in [0.8, 1.1, 1.3] {
        let study = format!(
            "[model]\nparameters = {{ alpha = 1.0, beta = {beta} }}\n[model.equations]\n\
             x = \"y\"\ny = \"z\"\nz = \"x^2 - x - beta*y - alpha*z\"\n\
             [[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nstart = {{ x = 0, y = 0, z = 0 }}\nfree = {{ alpha = [0.5, 2] }}\n\
             [[branch]]\nname = \"hopf\"\nkind = \"hopf\"\nfrom = \"rest/H1\"\nfree = {{ alpha = [0.4, 2], beta = [0.4, 3] }}\n\
             mark = {{ beta = [2.0] }}\n{}",
            expect("hopf/UZ1", "alpha = 0.5, omega = 1.4142135623730951")
        );
        let hopf = &checked(&[("s.toml", &study)], &[]).branches[1];
        assert_eq!(hopf.special.len(), 3, "{beta}: {:?}", hopf.ends);
    }
}

/// Chua's circuit with a cubic, at α = β, c = 0: with `q₀ = (1, 0, −1)/√2`, `q₁ = (1, 2, 1)/(28√2)`, `p₁ = 14√2 (1, 0, 1)` and
/// `p₀ = √2 (−13.5, 14, −14.5)`; there are no quadratic terms.
#[test]
fn a_symmetric_bogdanov_takens_point_is_the_same_on_every_curve_through_it() {
    let study = "[model]\nparameters = { alpha = 8.0, beta = 14.0, c = -0.143 }\n[model.equations]\n\
        x = \"alpha*(y - x^3 - c*x)\"\ny = \"x - y + z\"\nz = \"-beta*y\"\n\
        [[branch]]\nname = \"trivial\"\nkind = \"equilibrium\"\nstart = { x = 0, y = 0, z = 0, c = -0.5 }\nfree = { c = [-1, 1] }\n\
        [[branch]]\nname = \"side\"\nkind = \"equilibrium\"\nstart = { x = 0.378, y = 0, z = -0.378 }\nfree = { alpha = [1, 20] }\n\
        [[branch]]\nname = \"hopf\"\nkind = \"hopf\"\nfrom = \"side/H1\"\nfree = { alpha = [0, 40], c = [-0.6, 0.3] }\n\
        [[branch]]\nname = \"pitch\"\nkind = \"branch-point\"\nfrom = \"trivial/BP1\"\nfree = { c = [-1, 1], alpha = [1, 20] }\n";
    let values = "alpha = 14, c = 0, x = 0, z = 0, a = 0, b = 0, a3 = -98, b3 = 273";
    let study = format!("{study}{}{}", expect("hopf/BT1", values), expect("pitch/BT1", values));
    let results = checked(&[("s.toml", &study)], &[]);
    for branch in ["hopf", "pitch"] {
        let branch = results.branches.iter().find(|known| known.name == branch).expect("a branch");
        let point = branch.special.iter().find(|special| special.label == "BT1").expect("a point");
        assert!(point.words.starts_with("a = b = 0, a3 < 0"), "{}", point.words);
    }
}

/// Van der Pol's oscillator is linear at d = 0: there are cycles of all amplitudes, and at amplitude 2 others cross.
#[test]
fn the_cycles_of_a_linear_oscillator_go_on_at_one_value_and_others_cross_them() {
    let study = "[model]\nparameters = { d = -0.1 }\n[model.equations]\nx = \"y\"\ny = \"-x + d*(1 - x^2)*y\"\n\
        [[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nstart = { x = 0, y = 0 }\nfree = { d = [-1, 1] }\n\
        [[branch]]\nname = \"linear\"\nkind = \"cycle\"\nfrom = \"rest/H1\"\nfree = { d = [-1, 1] }\n\
        [[branch]]\nname = \"relaxed\"\nkind = \"cycle\"\nfrom = \"linear/BPC1\"\nfree = { d = [-1, 1] }\n";
    let results = checked(&[("s.toml", study)], &[]);
    let [_, linear, relaxed] = &results.branches[..] else { panic!("three branches") };
    assert_eq!(labels(&results, "linear"), "H1 BPC1");
    let crossing = &linear.special[1].values;
    assert!(crossing["d"].abs() < 1e-10 && (crossing["x_max"] - 2.0).abs() < 1e-9, "{crossing:?}");
    assert!(
        linear.ends.iter().any(|end| end.how == "not-isolated" && end.why.contains("all amplitudes")),
        "{:?}",
        linear.ends
    );
    assert!(linear.unresolved.is_empty() && linear.notes[0].contains("not isolated"), "{:?}", linear.notes);
    let span = relaxed.column("d").map(|k| relaxed.points.iter().map(|row| row[k].abs()).fold(0.0, f64::max));
    assert_eq!((labels(&results, "relaxed").as_str(), span), ("BPC1", Some(1.0)));
}

/// Sandstede's planar system (J. Dynam. Diff. Eq. 9, 1997) has at m = 0 the homoclinic orbit `x²(1 − x) = y²`; cycles around the
/// equilibrium within come near to it as `|m| ~ e^{−νT}` with the smaller rate of the saddle, `ν = 1 − a = 3/4`.
#[test]
fn cycles_end_at_a_homoclinic_orbit_in_closed_form() {
    let study = "[model]\nparameters = { a = -0.25, m = -0.05 }\n[model.equations]\n\
        x = \"a*x + y - a*x^2 + m*x*(2 - 3*x)\"\ny = \"x + a*y - 1.5*x^2 - 1.5*a*x*y - 2*m*y\"\n\
        [[branch]]\nname = \"focus\"\nkind = \"equilibrium\"\nstart = { x = 0.667, y = 0.05 }\nfree = { m = [-0.3, 0.3] }\n\
        [[branch]]\nname = \"cycles\"\nkind = \"cycle\"\nfrom = \"focus/H1\"\nfree = { m = [-0.3, 0.3] }\n";
    let results = checked(&[("s.toml", study)], &[]);
    let cycles = results.branches.iter().find(|branch| branch.name == "cycles").expect("a branch");
    let homoclinic = cycles.ends.iter().position(|end| end.how == "homoclinic").expect("an end");
    let last = if homoclinic == 0 { cycles.points.first() } else { cycles.points.last() }.expect("a point");
    assert!(last[0].abs() < 1e-9, "{last:?}");
}

/// Hindmarsh and Rose's bursts, of which the spikes need more than 20 intervals.
#[test]
fn a_mesh_that_does_not_resolve_the_cycles_is_told() {
    let study = |intervals: usize| {
        format!(
            "[model]\nparameters = {{ I = 0.0 }}\n[model.equations]\nx = \"y - x^3 + 3*x^2 - z + I\"\ny = \"1 - 5*x^2 - y\"\n\
             z = \"0.01*(4*(x + 1.6) - z)\"\n[settings]\nintervals = {intervals}\n\
             [[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nstart = {{ x = -1.6, y = -12, z = 0 }}\nfree = {{ I = [0, 3] }}\n\
             [[branch]]\nname = \"bursts\"\nkind = \"cycle\"\nfrom = \"rest/H1\"\nfree = {{ I = [1.3, 1.85] }}\n"
        )
    };
    let notes = |intervals: usize| checked(&[("s.toml", &study(intervals))], &[]).branches.remove(1).notes;
    assert!(notes(20).iter().any(|note| note.contains("trivial multiplier") && note.contains("raise `intervals`")));
    assert_eq!(notes(80), Vec::<String>::new());
}

#[test]
fn a_fold_of_a_cycle_that_the_mesh_does_not_resolve_is_told() {
    // A canard at epsilon = 1/36: on each mesh the trivial multiplier is 1 and the fold is found, on the coarse one with another period.
    let notes = |settings: &str| {
        let cycles = "[[branch]]\nname = \"cycles\"\nkind = \"cycle\"\nfrom = \"rest/H1\"\nfree = { a = [0.4, 1] }\n";
        let over = OVER_A
            .replace("-2.0, 2.0", "0.4, 1.0")
            .replace("start", "parameters = { c = 6 }\nstart")
            .replace("x = -2.0", "x = 1.0");
        let study = [FITZHUGH_NAGUMO, settings, &over, cycles].concat();
        let mut results = checked(&[("s.toml", &study)], &[]);
        assert_eq!(labels(&results, "cycles"), "H1 LPC1");
        let cycles = results.branches.remove(1);
        let fold = cycles.special.iter().find(|special| special.label == "LPC1").expect("a fold");
        assert_eq!(fold.words == "coefficient not resolved", fold.normal_form.is_empty(), "{}", fold.words);
        (cycles.notes, fold.words.clone())
    };
    let (coarse, words) = notes("[settings]\nintervals = 100\n");
    assert!(coarse.iter().any(|note| note.contains("at LPC1") && note.contains("raise `degree`")));
    assert_eq!(words, "coefficient not resolved");
    let (fine, words) = notes("[settings]\nintervals = 500\ndegree = 7\n");
    assert_eq!((fine.as_slice(), words.as_str()), ([].as_slice(), "fold"));
}

#[test]
fn a_doubled_branch_is_not_doubled_again_where_it_was_born() {
    let lure = "[model]\nparameters = { alpha = 0.0 }\n[model.equations]\nx = \"y\"\ny = \"z\"\nz = \"-alpha*z - y - x + x^2\"\n";
    let branch = |name: &str, kind: &str, start: &str| {
        format!("[[branch]]\nname = \"{name}\"\nkind = \"{kind}\"\n{start}\nfree = {{ alpha = [0.4, 1.5] }}\n")
    };
    let study = [
        lure.to_string(),
        branch("rest", "equilibrium", "start = { x = 0.0, y = 0.0, z = 0.0 }"),
        branch("cycles", "cycle", "from = \"rest/H1\""),
        branch("doubled", "cycle", "from = \"cycles/PD1\""),
        branch("again", "cycle", "from = \"doubled/PD1\""),
    ]
    .concat();
    let (code, out, said) = hopfold(folder(&[("s.toml", &study)]).path(), &["run", "s.toml"]);
    assert_eq!(code, Some(1), "{out}{said}");
    assert!(out.contains("no cycle of twice the period branches off at `PD1`"), "{out}");
}

#[test]
fn cycles_that_go_round_on_an_isola_come_back_to_their_start() {
    // In polar coordinates r' = r (1/4 − λ² − (r² − 2)²), θ' = 1 + x/2: cycles where λ² + (r² − 2)² = 1/4, whose mesh moves on the way.
    let rate = "(0.25 - lambda^2 - (x^2 + y^2 - 2)^2)";
    let study = format!(
        "[model]\nparameters = {{ lambda = 0.0 }}\n[model.equations]\nx = \"x*{rate} - (1 + x/2)*y\"\ny = \"y*{rate} + (1 + x/2)*x\"\n\
         [[branch]]\nname = \"cycles\"\nkind = \"cycle\"\nstart = {{ x = {}, y = 0.0, period = {} }}\nfree = {{ lambda = [-1, 1] }}\n",
        2.5_f64.sqrt(),
        std::f64::consts::TAU / 0.375_f64.sqrt()
    );
    let folds = ["LPC1", "LPC2"].map(|label| format!("cycles/{label}"));
    let expected = [expect(&folds[0], "lambda = 0.5"), expect(&folds[1], "lambda = -0.5")].concat();
    let results = checked(&[("s.toml", &[study, expected].concat())], &[]);
    assert_eq!(labels(&results, "cycles"), "LPC1 LPC2");
    let branch = &results.branches[0];
    assert!(branch.closed && branch.points.len() < 200, "{:?} {}", branch.ends, branch.points.len());
}

#[test]
fn a_branch_that_crosses_another_twice_comes_back_though_its_mesh_and_phase_moved() {
    // A driven well: beside its symmetric cycles there are two whose mean is not zero, each the mirror image of the other.
    let study = "[model]\nparameters = { G = 0.5 }\n[model.equations]\nx = \"y\"\ny = \"-0.2*y - x - x^3 + G*p\"\n\
                 p = \"p + r - p*(p^2 + r^2)\"\nr = \"-p + r - r*(p^2 + r^2)\"\n[settings]\nintervals = 80\n\
                 [[simulation]]\nname = \"run\"\nstart = { x = 0.3, y = 0.0, p = 1.0, r = 0.0 }\ntime = 500\nuntil = \"periodic\"\n\
                 [[branch]]\nname = \"cycles\"\nkind = \"cycle\"\nfrom = \"run\"\nfree = { G = [0.1, 60.0] }\n\
                 [[branch]]\nname = \"other\"\nkind = \"cycle\"\nfrom = \"cycles/BPC1\"\nfree = { G = [0.1, 60.0] }\n";
    let folder = folder(&[("s.toml", study)]);
    let (_, out, said) = hopfold(folder.path(), &["run", "--quiet", "s.toml"]);
    let text = fs::read(folder.path().join("results/s/results.json")).expect("results");
    let results: Results = serde_json::from_slice(&text).expect("results");
    let other = results.branches.iter().find(|branch| branch.name == "other").expect("a branch");
    assert!(other.closed && other.points.len() < 300, "{:?} {} {out}{said}", other.ends, other.points.len());
}
