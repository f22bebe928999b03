//! `start = "all"`: every equilibrium in a box, how complete the search is, and the branches that follow.

use assert_cmd::Command;
use hopfold::results::{Results, Survey};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const CUSP: &str = "[model]\nparameters = { h = 0.0, r = 1.0 }\n[model.equations]\nx = \"h + r*x - x^3\"\n";
const REACTION: &str = r#"[model]
parameters = { D = 0.0, B = 18.0 }
[model.equations]
u1 = "-u1 + rate"
u2 = "-u2 + B*rate - 3*u2"
[model.define]
rate = "D*(1 - u1)*exp(u2)"
"#;

fn all(free: &str, bounds: &str) -> String {
    format!(
        "[[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nstart = \"all\"\nbox = {{ {bounds} }}\nfree = {{ {free} }}\n"
    )
}

fn hopfold(folder: &Path, command: &str) -> (Option<i32>, String, String) {
    let mut program = Command::cargo_bin("hopfold").expect("the program");
    let output = program.current_dir(folder).args([command, "--quiet", "s.toml"]).output().expect("a run");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn folder(study: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("s.toml"), study).expect("a file");
    folder
}

/// The results and what was printed.
#[track_caller]
fn computed(study: &str, code: i32) -> (Results, String) {
    let folder = folder(study);
    let (found, out, err) = hopfold(folder.path(), "check");
    assert_eq!(found, Some(code), "{out}{err}");
    let file = fs::read(folder.path().join("results/s/results.json")).expect("results");
    (serde_json::from_slice(&file).expect("results"), out)
}

#[track_caller]
fn refused(study: &str, words: &[&str]) {
    let (code, out, said) = hopfold(folder(study).path(), "run");
    assert_eq!(code, Some(2), "{out}{said}");
    words.iter().for_each(|word| assert!(said.contains(word), "no `{word}` in\n{said}"));
}

fn names(results: &Results) -> Vec<&str> {
    results.branches.iter().map(|branch| branch.name.as_str()).collect()
}

/// The branch that passes through each equilibrium.
fn on(survey: &Survey) -> Vec<&str> {
    survey.equilibria.iter().map(|equilibrium| equilibrium.branch.as_deref().unwrap_or("-")).collect()
}

fn expect(point: &str, value: &str) -> String {
    format!("[[expect]]\npoint = \"{point}\"\nvalue = {{ {value} }}\ntolerance = 1e-11\n")
}

#[test]
fn lorenz_has_three_branches_above_the_pitchfork() {
    let model = "[model]\nparameters = { sigma = 10.0, rho = 0.0, beta = 2.6666666666666665 }\n[model.equations]\n\
                 x = \"sigma*(y - x)\"\ny = \"x*(rho - z) - y\"\nz = \"x*y - beta*z\"\n";
    let rest = all("rho = [20.0, 30.0]", "x = [-100, 100], y = [-100, 100], z = [-100, 100]");
    let study = [
        model,
        &rest,
        &expect("rest[1]/H1", "rho = 24.736842105263158"),
        &expect("rest[3]/H1", "rho = 24.736842105263158"),
    ];
    let (results, out) = computed(&study.concat(), 0);
    assert_eq!(names(&results), ["rest[1]", "rest[2]", "rest[3]"]);
    assert!(results.surveys[0].complete && on(&results.surveys[0]) == names(&results), "{:?}", results.surveys);
    assert!(out.contains("all 3 equilibria: proved"), "{out}");
    let x = (8.0 / 3.0 * 19.0_f64).sqrt();
    assert!((results.surveys[0].equilibria[2].states["x"] - x).abs() < 1e-13);
}

#[test]
fn an_equilibrium_on_an_earlier_branch_has_no_branch_of_its_own() {
    let earlier = "[[branch]]\nname = \"curve\"\nkind = \"equilibrium\"\nstart = { x = -1.3, h = -1.0 }\nfree = { h = [-1.0, 1.0] }\n";
    let (results, out) = computed(&[CUSP, earlier, &all("h = [0.1, 1.0]", "x = [-10, 10]")].concat(), 0);
    assert_eq!(names(&results), ["curve"]);
    assert_eq!(on(&results.surveys[0]), ["curve", "curve", "curve"], "{out}");
    // With another value of the other parameter it is not the same curve.
    let other = all("h = [0.1, 1.0]", "x = [-10, 10]") + "parameters = { r = 1.1 }\n";
    let (results, _) = computed(&[CUSP, earlier, &other].concat(), 0);
    assert_eq!(on(&results.surveys[0]), ["rest[1]", "rest[1]", "rest[2]"]);
}

#[test]
fn branches_of_the_same_block_pass_through_equilibria_of_each_other() {
    // The lower and the middle equilibrium are on one curve, joined by a fold.
    let study = [CUSP, &all("h = [0.0, 1.0]", "x = [-10, 10]"), &expect("rest[1]/LP1", "h = 0.38490017945975050967")];
    let (results, _) = computed(&study.concat(), 0);
    assert_eq!(names(&results), ["rest[1]", "rest[2]"]);
    assert_eq!(on(&results.surveys[0]), ["rest[1]", "rest[1]", "rest[2]"]);
}

#[test]
fn a_curve_can_start_on_one_of_the_branches() {
    let hopf = "[[branch]]\nname = \"hopf\"\nkind = \"hopf\"\nfrom = \"rest[2]/H1\"\nfree = { D = [0.01, 0.5], B = [16.0, 20.0] }\n";
    let figure = "[[figure]]\nfile = \"a.svg\"\nx = \"D\"\ny = \"u1\"\nshow = [\"rest\", \"rest[2]\", \"hopf\"]\n";
    let study = [
        REACTION,
        &all("D = [0.105, 0.5]", "u1 = [0, 1], u2 = [0, 10]"),
        hopf,
        figure,
        &expect("rest[1]/LP1", "D = 0.11156508007421"),
        &expect("rest[2]/H1", "D = 0.18383460798599"),
    ];
    let (results, out) = computed(&study.concat(), 0);
    assert_eq!(names(&results), ["rest[1]", "rest[2]", "hopf"]);
    assert!(out.contains("all 3 equilibria: proved") && results.branches[2].points.len() > 10, "{out}");
    let none = study.concat().replace("from = \"rest[2]/H1\"", "from = \"rest[7]/H1\"");
    let (results, out) = computed(&none, 1);
    assert!(results.branches[2].failure.is_some() && out.contains("`rest[7]`") && out.contains("2 branches"), "{out}");
}

#[test]
fn the_bounds_of_the_neurons_bloch_vector_are_known() {
    let model = "[model]\nname = \"memristive-neuron\"\nparameters = { R_n = 8.0 }\n";
    let (results, out) = computed(&[model, &all("V_in = [4.0, 8.0]", "V = [-20.0, 20.0]")].concat(), 0);
    assert!(out.contains("all 3 equilibria: proved"), "{out}");
    assert_eq!(on(&results.surveys[0]), ["rest[1]", "rest[1]", "rest[2]"]);
    let labels: Vec<&str> = results.branches[0].special.iter().map(|special| special.kind.as_str()).collect();
    assert!(labels.contains(&"LP"), "{labels:?}");
}

#[test]
fn that_there_is_none_is_proved_and_no_failure() {
    let model = "[model]\nparameters = { h = 0.0 }\n[model.equations]\nx = \"1 + h + x^2\"\n";
    let study = [model, &all("h = [0.0, 1.0]", "x = [-10, 10]")].concat();
    let (results, out) = computed(&study, 0);
    assert!(results.branches.is_empty() && results.surveys[0].complete, "{out}");
    assert!(out.contains("no equilibrium: proved"), "{out}");
    // A figure of nothing is one, and says why.
    let figure = "[[figure]]\nfile = \"a.svg\"\nx = \"h\"\ny = \"x\"\nshow = [\"rest\"]\n";
    let (code, _, said) = hopfold(folder(&(study + figure)).path(), "run");
    assert!(code == Some(1) && said.contains("nothing to draw: `rest`: no equilibrium: proved"), "{said}");
}

#[test]
fn a_multiple_equilibrium_is_said_to_be_uncertain() {
    // At h = 0 the branches x = 0 and x = h cross.
    let model = "[model]\nparameters = { h = 0.0 }\n[model.equations]\nx = \"(x + 3)*x*(h - x)\"\n";
    let folder = folder(&[model, &all("h = [0.0, 1.0]", "x = [-10, 10]")].concat());
    let (_, out, err) = hopfold(folder.path(), "run");
    let file = fs::read(folder.path().join("results/s/results.json")).expect("results");
    let results: Results = serde_json::from_slice(&file).expect("results");
    let survey = &results.surveys[0];
    assert!(!survey.complete && survey.open.len() == 1, "{out}{err}");
    let certain: Vec<bool> = survey.equilibria.iter().map(|equilibrium| equilibrium.certain).collect();
    assert_eq!(certain, [true, false]);
    for words in ["2 equilibria found", "not settled", "multiple", "not certain"] {
        assert!(out.contains(words), "no `{words}` in {out}");
    }
}

#[test]
fn a_box_that_makes_no_sense_is_shown_where_it_stands() {
    let study = |bounds: &str| [REACTION, &all("D = [0.1, 0.5]", bounds)].concat();
    refused(&study("u1 = [0, 1]"), &["s.toml:12:7", "`box` must say where u2 can be", "u2 = [-10.0, 10.0]"]);
    refused(&study("u1 = [1, 0], u2 = [0, 1]"), &["s.toml:12:14", "reversed", "[0, 1]"]);
    refused(&study("u1 = [1, 1], u2 = [0, 1]"), &["s.toml:12:14", "empty"]);
    refused(&study("u1 = [0, 1], u3 = [0, 1], u2 = [0, 1]"), &["s.toml:12:22", "no state `u3`", "did you mean `u"]);
    refused(&study("u1 = [0, 1], B = [0, 1], u2 = [0, 1]"), &["s.toml:12:22", "`B` is a parameter"]);
    refused(&study("u1 = 1, u2 = [0, 1]"), &["s.toml:12:14"]);
    let whole = study("u1 = [0, 1], u2 = [0, 1]");
    refused(&whole.replace("box = { u1 = [0, 1], u2 = [0, 1] }\n", ""), &["s.toml:11:9", "u1, u2 can be", "box = {"]);
    refused(&whole.replace("\"all\"", "\"al\""), &["s.toml:11:9", "did you mean `all`?"]);
    refused(&whole.replace("start = \"all\"\n", ""), &["s.toml:11:7", "start = \"all\""]);
    refused(&format!("{whole}family = {{ B = [14.0, 18.0] }}\n"), &["s.toml:11:9", "a family cannot start at all"]);
    let hopf = |from: &str| {
        format!(
            "{whole}[[branch]]\nname = \"hopf\"\nkind = \"hopf\"\nfrom = \"{from}\"\nfree = {{ D = [0, 1], B = [1, 20] }}\n"
        )
    };
    refused(&hopf("rest/H1"), &["s.toml:17:9", "which of its branches is meant?", "`rest[1]`"]);
    refused(&hopf("rest[0]/H1"), &["s.toml:17:9", "expected a number from 1"]);
    refused(&hopf("rest[x]/H1"), &["s.toml:17:9", "expected a number from 1"]);
}

/// Rosenzweig and MacArthur's predator and prey: two of the three equilibria lie on the edges of the box, one in its corner.
#[test]
fn equilibria_in_a_corner_of_the_box_are_proved_and_followed() {
    let model = r#"[model]
parameters = { K = 2.0, d = 0.4 }
[model.equations]
x = "x*(1 - x/K) - x*y/(1 + x)"
y = "x*y/(1 + x) - d*y"
"#;
    let study = format!("{model}{}", all("K = [1.0, 6.0]", "x = [0.0, 10.0], y = [0.0, 10.0]"));
    let (results, out) = computed(&study, 0);
    let survey = &results.surveys[0];
    assert!(survey.complete && survey.equilibria.len() == 3, "{out}");
    assert_eq!(survey.equilibria[0].states.values().copied().collect::<Vec<_>>(), [0.0, 0.0], "{out}");
    assert!(survey.equilibria.iter().all(|equilibrium| equilibrium.certain && equilibrium.branch.is_some()), "{out}");
    // x = d/(1 − d), and the Hopf point where K = 2x + 1.
    let hopf: Vec<f64> = (results.branches.iter().flat_map(|branch| &branch.special))
        .filter(|special| special.kind == "H")
        .map(|special| special.values["K"])
        .collect();
    assert!(hopf.len() == 1 && (hopf[0] - 7.0 / 3.0).abs() < 1e-12, "{hopf:?}");
}
