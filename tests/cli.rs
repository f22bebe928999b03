//! The command line as a user meets it.

use assert_cmd::Command;
use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};
use tempfile::TempDir;

fn hopfold(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("hopfold").expect("the program");
    command.current_dir(folder).args(arguments).output().expect("a run")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// A study that is quick to compute whatever the numerics are.
const FUNCTION: &str = "[model]\nname = \"memristive-neuron\"\n[[function]]\nname = \"well\"\nof = \"well\"\nrange = [-1, 1]\npoints = 5\n";

#[test]
fn explain_tells_what_a_label_is_and_what_can_start_there() {
    let output = hopfold(folder().path(), &["explain", "H2"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(out(&output).contains("Andronov-Hopf") && out(&output).contains("kind = \"hopf\""));
}

#[test]
fn explain_without_a_word_lists_the_words() {
    let output = hopfold(folder().path(), &["explain"]);
    assert_eq!(output.status.code(), Some(0));
    for word in ["LP", "re_c1", "max_step", "family", "unresolved", "torus"] {
        assert!(out(&output).contains(word), "{word}");
    }
}

#[test]
fn explain_of_an_unknown_word_names_the_nearest_and_exits_with_2() {
    let output = hopfold(folder().path(), &["explain", "unresolvd"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("did you mean `unresolved`?"), "{}", err(&output));
}

/// The words that `explain` lists.
fn words(folder: &Path) -> Vec<String> {
    let listed = out(&hopfold(folder, &["explain"]));
    listed.lines().filter(|line| line.starts_with("  ")).flat_map(str::split_whitespace).map(String::from).collect()
}

/// What is indented by four in an explanation, in pieces that belong together.
fn snippets(text: &str) -> Vec<String> {
    let mut blocks = vec![String::new()];
    for line in text.lines() {
        match line.strip_prefix("    ") {
            Some(line) => blocks.last_mut().expect("a block").push_str(&format!("{line}\n")),
            None => blocks.push(String::new()),
        }
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}

/// A study around a snippet: the blocks that it refers to above it, under other names where it defines them.
fn study_with(snippet: &str) -> String {
    let defines = |block: &str| snippet.contains(&format!("name = \"{block}\""));
    let mut study = String::new();
    if !snippet.contains("[settings]") && !snippet.contains("[model]") {
        study.push_str("[settings]\n");
    }
    if !snippet.contains("[model]") {
        study.push_str("[model]\nname = \"memristive-neuron\"\n");
    }
    let (first, later) =
        if snippet.contains("[model]") || snippet.contains("[settings]") { (snippet, "") } else { ("", snippet) };
    study.push_str(first);
    if !defines("rest") || later.contains("rest/") {
        study.push_str(
            "[[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nfree = { V_in = [0, 8] }\nmark = { V_in = [1] }\n",
        );
    }
    let ranges = "free = { V_in = [0, 10], R_n = [0, 10] }\n";
    if !defines("fold") && later.contains("fold") {
        study.push_str(&format!("[[branch]]\nname = \"fold\"\nkind = \"fold\"\nfrom = \"rest/LP1\"\n{ranges}"));
    }
    if !defines("hopf") && later.contains("\"hopf\"") && !later.contains("kind = \"hopf\"") {
        study.push_str(&format!("[[branch]]\nname = \"hopf\"\nkind = \"hopf\"\nfrom = \"rest/H1\"\n{ranges}"));
    }
    if !defines("cycles") && later.contains("\"cycles") {
        let cycle = "[[branch]]\nname = \"cycles\"\nkind = \"cycle\"\nfrom = \"rest/H1\"\nfree = { V_in = [0, 8] }\n";
        study.push_str(&format!("{cycle}mark = {{ V_in = [1] }}\nprofiles = 5\n"));
    }
    if later.contains("map = \"span\"") {
        let grid = "grid = { Gamma = [0.1, 0.2], Z_T = [0.5, 1.0] }";
        study.push_str(&format!("[[map]]\nname = \"span\"\n{grid}\nquantity = \"V_span\"\n"));
    }
    if later.starts_with("[[") { study + later } else { study }
}

#[test]
fn every_whole_block_that_explain_shows_can_be_planned() {
    let here = folder();
    let mut planned = 0;
    for word in words(here.path()) {
        let text = out(&hopfold(here.path(), &["explain", &word]));
        for snippet in snippets(&text).iter().filter(|snippet| snippet.starts_with('[')) {
            let study = study_with(snippet);
            if let Err(mistakes) = hopfold::plan::plan("s.toml", &study, &[]) {
                let mistakes: Vec<String> = mistakes.iter().map(|mistake| mistake.render(false)).collect();
                panic!("explain {word}:\n{study}\n{}", mistakes.join("\n"));
            }
            planned += 1;
        }
    }
    assert!(planned >= 15, "{planned}");
}

/// Where several ways to write one key are shown, each line is one; a key is tried in the block that has it.
#[test]
fn every_key_that_explain_shows_can_be_planned() {
    let here = folder();
    let model = "[model]\nname = \"memristive-neuron\"\n";
    let rest = "[[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\n";
    let range = "free = { V_in = [0.0, 8.0] }\n";
    let ranges = "free = { V_in = [0, 10], R_n = [0, 10] }\n";
    let hopf = "[[branch]]\nname = \"hopf\"\nkind = \"hopf\"\n";
    let family = "family = { Z_T = [0.5, 1.0] }\n";
    let figure = "[[figure]]\nfile = \"f.svg\"\nx = \"V_in\"\n";
    let mut planned = 0;
    for word in words(here.path()) {
        let text = out(&hopfold(here.path(), &["explain", &word]));
        for snippet in snippets(&text).iter().filter(|snippet| !snippet.starts_with('[') && snippet.contains(" = ")) {
            let whole = toml::from_str::<toml::Table>(snippet).is_ok();
            let lines: Vec<&str> = if whole { vec![snippet] } else { snippet.lines().collect() };
            for line in lines {
                let key = line.split(' ').next().unwrap_or_default();
                let study = match key {
                    "free" => format!("{model}{rest}{line}"),
                    "from" if line.contains("hopf[") => format!(
                        "{model}{rest}{range}{family}{hopf}from = \"rest/H1\"\n{ranges}\
                         [[branch]]\nname = \"folds\"\nkind = \"fold\"\n{ranges}{line}"
                    ),
                    "from" => format!("{model}{rest}{range}{hopf}{ranges}{line}"),
                    "extremum" => format!("{model}{rest}{range}{hopf}from = \"rest/H1\"\n{ranges}{line}"),
                    "start" | "mark" | "family" | "parameters" | "optional" => {
                        format!("{model}{rest}{range}{line}")
                    }
                    "show" => {
                        format!("{model}{rest}{range}{hopf}from = \"rest/H1\"\n{ranges}{figure}y = \"V\"\n{line}")
                    }
                    "lines" => format!("{model}{rest}{range}{figure}y = \"V\"\nshow = [\"rest\"]\n{line}"),
                    _ => panic!("explain {word}: {line}"),
                };
                if let Err(mistakes) = hopfold::plan::plan("s.toml", &study, &[]) {
                    let mistakes: Vec<String> = mistakes.iter().map(|mistake| mistake.render(false)).collect();
                    panic!("explain {word}:\n{study}\n{}", mistakes.join("\n"));
                }
                planned += 1;
            }
        }
    }
    assert!(planned >= 10, "{planned}");
}

#[test]
fn explain_tells_the_default_of_each_setting() {
    let here = folder();
    let settings = hopfold::trace::Settings::default();
    let defaults = [
        ("step", settings.step.to_string()),
        ("min_step", format!("{:e}", settings.min_step)),
        ("max_step", settings.max_step.to_string()),
        ("max_points", settings.max_points.to_string()),
        ("tolerance", format!("{:e}", settings.tolerance)),
        ("max_newton", settings.max_newton.to_string()),
    ];
    for (word, default) in defaults {
        let text = out(&hopfold(here.path(), &["explain", word]));
        assert!(text.contains(&format!("Default {default}")), "{word}: {default}: {text}");
    }
    // What a Hopf curve reports can be looked up.
    for word in ["kappa", "omega", "period", "UZ", "NSA"] {
        assert_eq!(hopfold(here.path(), &["explain", word]).status.code(), Some(0), "{word}");
    }
}

#[test]
fn the_help_promises_only_commands_that_there_are() {
    let output = hopfold(folder().path(), &["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(out(&output).contains("schema") && out(&output).contains("explain"));
}

#[test]
fn the_same_study_twice_is_refused() {
    let here = folder();
    fs::write(here.path().join("s.toml"), FUNCTION).expect("a study");
    let output = hopfold(here.path(), &["run", "s.toml", "s.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("`s.toml` is given twice"), "{}", err(&output));
}

#[test]
fn models_lists_and_describes() {
    let here = folder();
    assert!(out(&hopfold(here.path(), &["models"])).contains("memristive-neuron"));
    let text = out(&hopfold(here.path(), &["models", "memristive-neuron"]));
    for word in ["V' =", "Z_T", "in [-1, 1]", "conductance-elements", "must not be 0"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let output = hopfold(here.path(), &["models", "memristive"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("did you mean `memristive-neuron`?"));
}

#[test]
fn new_writes_a_study_that_is_accepted_and_does_not_overwrite_it() {
    let here = folder();
    let first = hopfold(here.path(), &["new", "first"]);
    assert_eq!(first.status.code(), Some(0));
    assert!(out(&first).contains("models/first.toml") && out(&first).contains("`hopfold check first.toml`"));
    let study = fs::read_to_string(here.path().join("first.toml")).expect("the study");
    let planned = hopfold::plan::plan(&here.path().join("first.toml").to_string_lossy(), &study, &[]).expect("a plan");
    assert_eq!((planned.plan.branches.len(), planned.warnings.len()), (3, 0));
    let again = hopfold(here.path(), &["new", "first.toml"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(err(&again).contains("exists already"));
    assert_eq!(fs::read_to_string(here.path().join("first.toml")).expect("the study"), study);
    // A model that stands there already is not touched, and no study without its model is left behind.
    fs::write(here.path().join("models/mine.toml"), "mine").expect("a model");
    assert_eq!(hopfold(here.path(), &["new", "mine"]).status.code(), Some(2));
    assert_eq!(fs::read_to_string(here.path().join("models/mine.toml")).expect("the model"), "mine");
    assert!(!here.path().join("mine.toml").exists());
    assert_eq!(hopfold(here.path(), &["new", "a\"b"]).status.code(), Some(2));
    assert_eq!(hopfold(here.path(), &["new", "x", "--model", "nagumo"]).status.code(), Some(2));
}

#[test]
fn results_are_written_under_the_studys_name() {
    let here = folder();
    fs::write(here.path().join("s.toml"), FUNCTION).expect("a study");
    let output = hopfold(here.path(), &["run", "s.toml", "--out", "a/b", "--jobs", "1"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let json = fs::read_to_string(here.path().join("a/b/s/results.json")).expect("results");
    let results: hopfold::results::Results = serde_json::from_str(&json).expect("results");
    assert_eq!(results.study, "s");
    assert!(!json.contains(&*here.path().to_string_lossy()), "a path of this machine in the results");
    let left: Vec<_> =
        fs::read_dir(here.path().join("a/b/s")).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".tmp")), "{left:?}");
}

#[test]
fn set_replaces_values_of_the_study() {
    let here = folder();
    fs::write(here.path().join("s.toml"), FUNCTION).expect("a study");
    let output =
        hopfold(here.path(), &["run", "s.toml", "-q", "--set", "model.parameters.R_n=6", "--set", "title=\"six\""]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(err(&output).is_empty());
    let json = fs::read_to_string(here.path().join("results/s/results.json")).expect("results");
    let results: hopfold::results::Results = serde_json::from_str(&json).expect("results");
    assert_eq!((results.title.as_str(), results.model.parameters["R_n"]), ("six", 6.0));
}

#[test]
fn a_folder_that_cannot_be_made_is_told_before_anything_is_computed() {
    let here = folder();
    fs::write(here.path().join("s.toml"), FUNCTION).expect("a study");
    fs::write(here.path().join("file"), "").expect("a file");
    let output = hopfold(here.path(), &["run", "s.toml", "--out", "file"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        err(&output).contains("cannot make the folder `file/s`") && err(&output).contains("nothing was computed"),
        "{}",
        err(&output)
    );
}

#[test]
fn mistakes_of_all_studies_are_told_and_none_is_computed() {
    let here = folder();
    fs::write(here.path().join("good.toml"), FUNCTION).expect("a study");
    fs::write(here.path().join("bad.toml"), "[model]\nname = \"x\"\n").expect("a study");
    fs::write(here.path().join("worse.toml"), [b'\n', 0xff]).expect("a study");
    let output = hopfold(here.path(), &["run", "good.toml", "bad.toml", "worse.toml", "none.toml", "good"]);
    assert_eq!(output.status.code(), Some(2));
    for word in [
        "bad.toml:2:8",
        "`worse.toml` is not a text in UTF-8: line 2",
        "cannot read `none.toml`",
        "did you mean `good.toml`?",
    ] {
        assert!(err(&output).contains(word), "{word}: {}", err(&output));
    }
    assert!(!here.path().join("results").exists());
}

#[test]
fn two_studies_that_would_write_the_same_files_are_refused() {
    let here = folder();
    fs::create_dir(here.path().join("a")).expect("a folder");
    fs::write(here.path().join("s.toml"), FUNCTION).expect("a study");
    fs::write(here.path().join("a/s.toml"), FUNCTION).expect("a study");
    let output = hopfold(here.path(), &["run", "s.toml", "a/s.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("would both write to `results/s`"), "{}", err(&output));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_hopfold"))
        .args(["models", "memristive-neuron"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("an end");
    assert!(!err(&output).contains("panicked"), "{}", err(&output));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_wrong_command_exits_with_2_and_help_with_0() {
    let here = folder();
    assert_eq!(hopfold(here.path(), &["rnu"]).status.code(), Some(2));
    assert_eq!(hopfold(here.path(), &["run"]).status.code(), Some(2));
    assert_eq!(hopfold(here.path(), &["run", "s.toml", "--set", "x"]).status.code(), Some(2));
    assert_eq!(hopfold(here.path(), &["run", "s.toml", "--jobs", "0"]).status.code(), Some(2));
    assert_eq!(hopfold(here.path(), &["--help"]).status.code(), Some(0));
    assert_eq!(hopfold(here.path(), &["--version"]).status.code(), Some(0));
}

#[test]
fn a_mistake_in_the_model_is_counted_there_and_the_study_is_looked_at_all_the_same() {
    let here = folder();
    fs::write(here.path().join("m.toml"), "[parameters]\nmu = 0.0\n[equations]\nx = \"mu + y\"\n").expect("a model");
    let study = |free: &str| {
        let branch = format!("[[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nfree = {{ {free} = [0, 1] }}\n");
        fs::write(here.path().join("s.toml"), format!("[model]\nfile = \"m.toml\"\n{branch}")).expect("a study");
        hopfold(here.path(), &["run", "s.toml"])
    };
    let one = study("mu");
    assert_eq!(one.status.code(), Some(2));
    assert!(err(&one).contains("1 mistake in `m.toml`; nothing was computed"), "{}", err(&one));
    let two = study("nu");
    assert!(err(&two).contains("unknown name `y`") && err(&two).contains("has no parameter `nu`"), "{}", err(&two));
    assert!(err(&two).contains("2 mistakes in `s.toml` and `m.toml`"), "{}", err(&two));
}

#[test]
fn schema_prints_json_for_studies_and_for_model_files() {
    let here = folder();
    for (arguments, key) in [(vec!["schema"], "branch"), (vec!["schema", "--model"], "states")] {
        let output = hopfold(here.path(), &arguments);
        assert_eq!(output.status.code(), Some(0));
        let schema: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert!(schema["properties"][key]["description"].is_string());
    }
}

#[test]
fn figures_are_drawn_again_from_the_results_of_the_same_model() {
    let here = folder();
    let figure = "[[figure]]\nfile = \"well.svg\"\nx = \"x\"\ny = \"U\"\nshow = [\"well\"]\n";
    let study = format!("{FUNCTION}{figure}");
    fs::write(here.path().join("s.toml"), &study).expect("a study");
    let svg = here.path().join("results/s/well.svg");
    let before = hopfold(here.path(), &["draw", "s.toml"]);
    assert_eq!(before.status.code(), Some(2));
    assert!(
        err(&before).contains("cannot read the results") && err(&before).contains("hopfold run"),
        "{}",
        err(&before)
    );
    assert_eq!(hopfold(here.path(), &["run", "--quiet", "s.toml"]).status.code(), Some(0));
    let drawn = fs::read(&svg).expect("the figure");
    fs::remove_file(&svg).expect("removed");
    assert_eq!(hopfold(here.path(), &["draw", "s.toml"]).status.code(), Some(0));
    assert_eq!(fs::read(&svg).expect("the figure again"), drawn);
    // What changes the figure alone needs no computation.
    fs::write(here.path().join("s.toml"), study.replace("x = \"x\"", "title = \"Well\"\nx = \"x\"")).expect("a study");
    assert_eq!(hopfold(here.path(), &["draw", "s.toml"]).status.code(), Some(0));
    assert_ne!(fs::read(&svg).expect("the figure anew"), drawn);
    let other = hopfold(here.path(), &["draw", "s.toml", "--set", "model.parameters.lambda=0.2"]);
    assert_eq!(other.status.code(), Some(2));
    assert!(err(&other).contains("lambda is 0.13, and in the study 0.2"), "{}", err(&other));
}
