//! An equation without a finite value at the start: which part of it is at fault, and with which values.

use assert_cmd::Command;
use hopfold::expression::{NotFinite, System};
use std::fs;
use std::process::Output;

fn named(list: &[(String, f64)]) -> Vec<(&str, f64)> {
    list.iter().map(|(name, value)| (name.as_str(), *value)).collect()
}

/// The part at fault in a system of one state `x` at `x = 1` and one parameter `a = 0.5`.
fn fault(text: &str, definitions: &[(&str, &str)]) -> Option<NotFinite> {
    let mut system = System::new().equation("x", text).parameter("a", 0.5);
    for (key, text) in definitions {
        system = system.definition(key, text);
    }
    // A search without a fault finds none, and one with a fault is confirmed by the compiled program.
    let mut dx = [0.0];
    system.compile().expect("a system").rhs(&[1.0], &[0.5], &mut dx);
    let found = system.not_finite(&[1.0], &[0.5]);
    assert_eq!(found.is_some(), !dx[0].is_finite(), "{text}");
    found
}

#[test]
fn the_innermost_part_without_a_value_is_named_with_its_operands_and_names() {
    let found = fault("2 + 3*log(a - x) - x", &[]).expect("a fault");
    assert_eq!((found.expression.as_str(), found.span.clone(), found.state.as_str()), ("log(a - x)", 6..16, "x"));
    assert!(found.value.is_nan());
    assert_eq!(named(&found.operands), [("a - x", -0.5)]);
    assert_eq!(named(&found.names), [("a", 0.5), ("x", 1.0)]);
}

#[test]
fn parentheses_arguments_and_indices_belong_to_the_part_that_is_shown() {
    for (text, part) in [
        ("1 + (a + x)/((x - 1)*(a)) - 2", "(a + x)/((x - 1)*(a))"),
        ("-x + sqrt( ( a - x ) )*3", "sqrt( ( a - x ) )"),
        ("x*(a - x)^a", "(a - x)^a"),
        ("max(x, exp(min(1e3*x, 5e3)))", "exp(min(1e3*x, 5e3))"),
        ("if(x > 2, x, 1/(1 - x))", "1/(1 - x)"),
        ("1/(1-x) + 2", "1/(1-x)"),
        ("acos(x + a)^2", "acos(x + a)"),
        ("-(asin(-(x + a)))", "asin(-(x + a))"),
        ("1e300*1e300*x", "1e300*1e300"),
    ] {
        assert_eq!(fault(text, &[]).expect(text).expression, part, "{text}");
    }
}

#[test]
fn the_half_of_an_if_that_is_not_taken_and_infinities_that_vanish_are_no_fault() {
    for text in ["if(x < 2, x, log(-x))", "x + 1/exp(1e4*x)", "1/(1/(x - 1))", "if(log(-x) > 0, x, a)"] {
        assert_eq!(fault(text, &[]), None, "{text}");
    }
}

#[test]
fn the_fault_is_followed_through_definitions_and_functions_of_arguments() {
    let found = fault("x + rate", &[("rate", "a*g(x, 2)"), ("g(u, v)", "u + root(u - v)"), ("root(w)", "sqrt(w)")]);
    let found = found.expect("a fault");
    assert_eq!((found.statement, found.expression.as_str()), (3, "sqrt(w)"));
    assert_eq!((named(&found.operands), named(&found.names)), (vec![], vec![("w", -1.0)]));
    assert_eq!(found.path, [(0, 4..8), (1, 2..9), (2, 4..15)]);
}

#[test]
fn an_indexed_equation_is_named_with_its_index() {
    let system = System::new()
        .integer("N", 4)
        .equation("u[i = 1..N]", "u[i-1] + log(u[i] - u[i+1]/i)")
        .definition("u[0]", "0")
        .definition("u[N+1]", "0");
    let found = system.not_finite(&[9.0, 8.0, 1.0, 7.0], &[]).expect("a fault");
    assert_eq!((found.state.as_str(), found.expression.as_str()), ("u[3]", "log(u[i] - u[i+1]/i)"));
    let names = named(&found.names);
    assert!(names.contains(&("u[i]", 1.0)) && names.contains(&("u[i+1]", 7.0)) && names.contains(&("i", 3.0)));
    assert_eq!(named(&found.operands), [("u[i] - u[i+1]/i", 1.0 - 7.0 / 3.0)]);
}

/// Runs a study that stands beside a model file.
fn run(study: &str, model: &str) -> (Output, String) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("s.toml"), study).expect("a study");
    fs::write(folder.path().join("m.toml"), model).expect("a model");
    let mut command = Command::cargo_bin("hopfold").expect("the program");
    let output = command.current_dir(folder.path()).args(["run", "s.toml"]).output().expect("a run");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output, text)
}

const BRANCH: &str =
    "[[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nstart = { x = 1.0 }\nfree = { b = [0.0, 1.0] }\n";

#[test]
fn a_study_that_starts_where_an_equation_has_no_value_ends_with_the_place_and_code_1() {
    let study =
        format!("[model]\nparameters = {{ a = 0.5, b = 0.0 }}\n[model.equations]\nx = \"b + log(a - x)\"\n{BRANCH}");
    let (output, text) = run(&study, "");
    assert_eq!(output.status.code(), Some(1), "{text}");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let message = "in the equation of `x`: log(a - x) is not a number at a - x = -0.5 (a = 0.5, x = 1)";
    assert!(words.contains(message), "{text}");
    // x = "b + log(a - x)": the l stands in column 10, and the underline is as long as the part.
    assert!(text.contains("s.toml:4:10") && text.contains(" ^^^^^^^^^^ not a number"), "{text}");
}

#[test]
fn in_a_model_file_it_is_underlined_in_that_file_also_through_a_definition() {
    let model = "parameters = { a = 0.5, b = 0.0 }\n[equations]\nx = \"b - rate\"\n[define]\nrate = \"2*root(a - x)\"\n\"root(w)\" = \"sqrt(w)\"\n";
    let (output, text) = run(&format!("[model]\nfile = \"m.toml\"\n{BRANCH}"), model);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("m.toml:6:14") && text.contains("^^^^^^^ not a number"), "{text}");
    assert!(text.contains("---- needed here"), "{text}");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains(
            "in the definition of `root(w)`, which the equation of `x` needs: sqrt(w) is not a number at w = -0.5"
        ),
        "{text}"
    );
}

#[test]
fn where_no_guess_is_given_an_equilibrium_elsewhere_is_still_found() {
    // log(x) is infinite at x = 0, where the search begins; the equilibrium is at exp(-b).
    let branch = BRANCH.replace("start = { x = 1.0 }\n", "");
    let study = format!("[model]\nparameters = {{ b = 0.0 }}\n[model.equations]\nx = \"-b - log(x)\"\n{branch}");
    let (output, text) = run(&study, "");
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("0.3678794412"), "{text}");
}
