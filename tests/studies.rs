//! The studies of the paper's figures and critical values, run as a user runs them: in a folder of their own.

use assert_cmd::Command;
use hopfold::results::{Branch, Results};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;

fn configs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("configs")
}

fn folder_with_configs() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("configs")).expect("a folder");
    for file in studies() {
        fs::copy(configs().join(&file), folder.path().join("configs").join(&file)).expect("a copy");
    }
    fs::create_dir(folder.path().join("configs/models")).expect("a folder");
    for file in fs::read_dir(configs().join("models")).expect("models").flatten() {
        fs::copy(file.path(), folder.path().join("configs/models").join(file.file_name())).expect("a copy");
    }
    folder
}

fn studies() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(configs())
        .expect("configs")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    names.sort();
    assert!(!names.is_empty());
    names
}

fn hopfold(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("hopfold").expect("the program");
    command.current_dir(folder).args(arguments).output().expect("a run")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn results(folder: &Path, study: &str) -> Results {
    let file = folder.join("results").join(study).join("results.json");
    serde_json::from_slice(&fs::read(file).expect("results")).expect("results as they are documented")
}

/// Labels without the ends, in the order along the branch.
fn labels(branch: &Branch) -> String {
    let labels = branch.special.iter().filter(|special| special.kind != "EP").map(|special| special.label.as_str());
    labels.collect::<Vec<_>>().join(" ")
}

fn branch<'a>(results: &'a Results, name: &str) -> &'a Branch {
    results.branches.iter().find(|branch| branch.name == name).expect(name)
}

#[test]
fn every_study_meets_what_it_expects_and_writes_each_figure_that_it_names() {
    let folder = folder_with_configs();
    for file in studies() {
        let output = hopfold(folder.path(), &["check", &format!("configs/{file}")]);
        assert_eq!(output.status.code(), Some(0), "{file}: {}{}", text(&output.stderr), text(&output.stdout));
        let study = file.trim_end_matches(".toml");
        for branch in results(folder.path(), study).branches {
            assert!(branch.failure.is_none() && branch.unresolved.is_empty(), "{file}: {}", branch.name);
        }
        let written = fs::read_to_string(configs().join(&file)).expect("a study");
        let planned = hopfold::plan::plan(&format!("configs/{file}"), &written, &[]).expect("a plan");
        for figure in &planned.plan.figures {
            let here = folder.path().join(&figure.file);
            let beside = folder.path().join("results").join(study).join(&figure.file);
            let svg = fs::read_to_string(&here).or_else(|_| fs::read_to_string(beside)).expect("the figure");
            assert!(svg.contains("</svg>"), "{file}: {}", figure.file.display());
        }
    }
}

#[test]
fn every_model_of_the_library_has_a_source_and_a_study_that_checks_it() {
    let checked: Vec<String> = studies()
        .iter()
        .map(|file| fs::read_to_string(configs().join(file)).expect("a study"))
        .filter(|study| study.contains("[[expect]]"))
        .collect();
    for entry in fs::read_dir(configs().join("models")).expect("models").flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        let text = fs::read_to_string(entry.path()).expect("a model");
        let (model, _) = hopfold::plan::model_file(&file, &text).expect("a model without mistakes");
        let source = model.description.source;
        assert!(source.contains("(19") || source.contains("(20"), "no year in the source of {file}: {source}");
        let line = format!("file = \"models/{file}\"");
        assert!(checked.iter().any(|study| study.contains(&line)), "no study checks {file}");
    }
}

#[test]
fn tables_are_at_most_a_hundred_columns_wide() {
    let folder = folder_with_configs();
    for file in studies() {
        let output = hopfold(folder.path(), &["check", "--quiet", &format!("configs/{file}")]);
        let out = text(&output.stdout);
        assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
        for line in out.lines() {
            assert!(line.chars().count() <= 100, "{file}: {line}");
        }
        // Below, differences from what is expected are rounding errors.
        let found = out.split("difference").next().unwrap_or_default();
        assert!(!found.contains("e-3"), "a rounding error as a result: {out}");
    }
}

/// Why the labels are what they are: each curve of equilibria at R_n above the cusp's 1.78 is an S with two
/// folds; the unstable part of the S has one positive real eigenvalue, which beside each fold is small and on
/// the way meets one of the negative ones, so a neutral saddle accompanies each fold; the line of small bias
/// loses its stability between two Hopf points. On each curve of folds the two arms meet in one cusp.
#[test]
fn critical_values_are_all_met_at_the_points_that_the_paper_has() {
    let folder = folder_with_configs();
    let output = hopfold(folder.path(), &["check", "configs/critical_values.toml"]);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{out}");
    assert!(out.contains("37 of 37 expectations met; 1 misprinted in the source"), "{out}");

    let results = results(folder.path(), "critical_values");
    let found: Vec<(&str, String)> =
        results.branches.iter().map(|branch| (branch.name.as_str(), labels(branch))).collect();
    let expected = [
        ("R8", "H1 H2 LP1 NSA1 NSA2 LP2"),
        ("folds", "CP1"),
        ("R150", "LP1 NSA1 NSA2 LP2"),
        ("folds-negative", "CP1"),
        ("R5", "H1 UZ1 H2 LP1 NSA1 NSA2 LP2"),
        ("temperature", "H1"),
        ("dephasing[Z_T=0.2]", "H1"),
        ("dephasing[Z_T=0.5]", "H1"),
        ("dephasing[Z_T=1]", "H1"),
    ];
    assert_eq!(found, expected.map(|(name, labels)| (name, labels.to_string())));
    for branch in &results.branches {
        assert!(branch.failure.is_none() && branch.unresolved.is_empty() && branch.notes.is_empty(), "{}", branch.name);
        assert!(branch.special.iter().all(|special| special.residual <= 1e-10), "{}", branch.name);
    }
    let misprints: Vec<_> = results.checks.iter().filter(|check| check.misprint.is_some()).collect();
    assert!(misprints.len() == 1 && !misprints[0].ok, "a misprint is no pass");
}

#[test]
fn stability_changes_at_folds_and_hopf_points_by_one_and_two() {
    let folder = folder_with_configs();
    hopfold(folder.path(), &["run", "configs/critical_values.toml"]);
    let results = results(folder.path(), "critical_values");
    for name in ["R8", "R150", "R5"] {
        let branch = branch(&results, name);
        for special in branch.special.iter().filter(|special| special.kind == "LP" || special.kind == "H") {
            let before = branch.unstable[..special.index].iter().rev().take(1);
            let after = branch.unstable[special.index + 1..].iter().take(1);
            let around: Vec<usize> = before.chain(after).copied().collect();
            let change = around[0].abs_diff(around[1]);
            let expected = if special.kind == "LP" { 1 } else { 2 };
            assert_eq!(change, expected, "{name}/{}: {around:?}", special.label);
        }
    }
}

#[test]
fn tables_and_results_hold_the_same_numbers_to_the_bit() {
    let folder = folder_with_configs();
    hopfold(folder.path(), &["run", "configs/critical_values.toml"]);
    let results = results(folder.path(), "critical_values");
    for branch in &results.branches {
        let name = branch.name.replace('[', ".").replace(']', "");
        let path = folder.path().join("results/critical_values").join(format!("{name}.csv"));
        let mut reader = csv::Reader::from_path(path).expect("a table");
        let header: Vec<String> = reader.headers().expect("a header").iter().map(String::from).collect();
        assert_eq!(header, [branch.columns.clone(), vec!["unstable".into(), "label".into()]].concat());
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
        assert_eq!(rows.len(), branch.points.len());
        for (i, (row, point)) in rows.iter().zip(&branch.points).enumerate() {
            for (cell, value) in row.iter().zip(point) {
                assert_eq!(cell.parse::<f64>().expect("a number").to_bits(), value.to_bits());
            }
            assert_eq!(row[header.len() - 2].parse::<usize>(), Ok(branch.unstable[i]));
        }
        for special in &branch.special {
            assert!(rows[special.index][header.len() - 1].split(' ').any(|label| label == special.label));
            for (name, value) in branch.columns.iter().zip(&branch.points[special.index]) {
                assert_eq!(special.values[name].to_bits(), value.to_bits(), "{}/{}", branch.name, special.label);
            }
        }
    }
}

/// The points of a branch do not depend on how many threads compute the study.
#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let folder = folder_with_configs();
    let mut written = Vec::new();
    for jobs in ["1", "4"] {
        hopfold(folder.path(), &["run", "--jobs", jobs, "configs/figure_5a.toml", "configs/figure_2c.toml"]);
        written.push((results(folder.path(), "figure_5a"), results(folder.path(), "figure_2c")));
    }
    assert_eq!(written[0], written[1]);
}

#[test]
fn the_studies_to_start_from_meet_their_own_expectations() {
    begin(&["new", "first"], "9 of 9", ["equilibria.svg", "border.svg"]);
    begin(&["new", "first", "--model", "memristive-neuron"], "6 of 6", ["rest.svg", "oscillations.svg"]);
}

fn begin(arguments: &[&str], met: &str, figures: [&str; 2]) {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(hopfold(folder.path(), arguments).status.code(), Some(0));
    let output = hopfold(folder.path(), &["check", "first.toml"]);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{out}{}", text(&output.stderr));
    assert!(out.contains(&format!("{met} expectations met")), "{out}");
    for figure in figures {
        assert!(folder.path().join("results/first").join(figure).is_file(), "{figure}");
    }
}

const MODEL: &str = "[model]\nname = \"memristive-neuron\"\nparameters = { R_n = 5.0 }\n";
const REST: &str =
    "[[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nfree = { V_in = [0.0, 8.0] }\nmark = { V_in = [2.0] }\n";
const CURVES: &str = "[[branch]]\nname = \"folds\"\nkind = \"fold\"\nfrom = \"rest/LP1\"\nfree = { V_in = [0.0, 15.0], R_n = [0.0, 15.0] }\n\
                      [[branch]]\nname = \"hopf\"\nkind = \"hopf\"\nfrom = \"rest/H1\"\nfree = { V_in = [0.0, 15.0], R_n = [0.0, 15.0] }\n";

/// A branch of equilibria starts at each type of point that a study can name, and reaches its bounds.
#[test]
fn equilibria_start_from_every_type_of_point() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut study = format!("{MODEL}{REST}{CURVES}");
    let starts = [
        ("rest/LP1", "R_n"),
        ("rest/H1", "R_n"),
        ("rest/NSA1", "R_n"),
        ("rest/UZ1", "R_n"),
        ("rest/EP1", "R_n"),
        ("rest/LP2", "V_in"),
        ("folds/CP1", "V_in"),
        ("folds/EP2", "V_in"),
        ("hopf/EP1", "V_in"),
    ];
    for (i, (from, free)) in starts.iter().enumerate() {
        study.push_str(&format!(
            "[[branch]]\nname = \"b{i}\"\nkind = \"equilibrium\"\nfrom = \"{from}\"\nfree = {{ {free} = [0.0, 15.0] }}\n"
        ));
    }
    fs::write(folder.path().join("s.toml"), study).expect("a study");
    let output = hopfold(folder.path(), &["run", "s.toml"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let results = results(folder.path(), "s");
    for (i, (from, _)) in starts.iter().enumerate() {
        let branch = branch(&results, &format!("b{i}"));
        assert!(branch.points.len() > 10 && branch.ends.iter().all(|end| end.how == "bound"), "{from}");
        assert!(branch.unresolved.is_empty(), "{from}");
        // A fold at which the branch begins is found on it all the same.
        if from.starts_with("rest/LP2") || from.starts_with("folds/EP") || from.starts_with("hopf") {
            assert_eq!(labels(branch), "H1 H2 LP1 NSA1 NSA2 LP2", "{from}");
        }
    }
}

/// What fails stands in the table with the place and the advice; what does not depend on it is written.
#[test]
fn one_branch_that_fails_does_not_keep_the_others_from_being_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let study = format!(
        "{MODEL}{REST}\
         [[branch]]\nname = \"late\"\nkind = \"hopf\"\nfrom = \"rest/H7\"\nfree = {{ V_in = [0.0, 15.0], R_n = [0.0, 15.0] }}\n\
         [[branch]]\nname = \"short\"\nkind = \"equilibrium\"\nfree = {{ Gamma = [0.0, 1.0] }}\n"
    );
    fs::write(folder.path().join("s.toml"), study).expect("a study");
    let output = hopfold(folder.path(), &["run", "s.toml"]);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{out}");
    assert!(
        out.contains("FAILED: branch `late`: no point `H7` on branch `rest` (found: H1 at V_in = 0.225385"),
        "{out}"
    );
    assert!(out.contains("FAILED: branch `short` stopped before it reached a bound"), "{out}");
    assert!(out.contains("below Eq. (10)") && out.contains("end the range before 0"), "{out}");
    assert!(folder.path().join("results/s/rest.csv").is_file());
    assert_eq!(labels(branch(&results(folder.path(), "s"), "rest")), "H1 UZ1 H2 LP1 NSA1 NSA2 LP2");
}

#[test]
fn a_hopf_curve_has_omega_and_kappa_its_square() {
    let folder = tempfile::tempdir().expect("a folder");
    let expect = "[[expect]]\npoint = \"hopf/EP1\"\nvalue = { kappa = 49.44, omega = 7.0316 }\ntolerance = 5e-3\n\
                  [[expect]]\npoint = \"rest/H1\"\nvalue = { period = 0.89464 }\ntolerance = 5e-5\n";
    fs::write(folder.path().join("s.toml"), format!("{MODEL}{REST}{CURVES}{expect}")).expect("a study");
    let output = hopfold(folder.path(), &["check", "s.toml"]);
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
}

/// At the folds X = Y = 0, so that the dephasing rate does not enter: the curve is a straight line.
#[test]
fn folds_do_not_depend_on_the_dephasing_rate() {
    let folder = tempfile::tempdir().expect("a folder");
    let folds = "[[branch]]\nname = \"folds\"\nkind = \"fold\"\nfrom = \"rest/LP1\"\nfree = { V_in = [0.0, 15.0], Gamma = [0.01, 1.5] }\n";
    fs::write(folder.path().join("s.toml"), format!("{MODEL}{REST}{folds}")).expect("a study");
    let output = hopfold(folder.path(), &["run", "s.toml"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let results = results(folder.path(), "s");
    let folds = branch(&results, "folds");
    let bias = folds.column("V_in").expect("a column");
    assert!(folds.ends.iter().all(|end| end.why.starts_with("Gamma reached")));
    // The corrector's tolerance, times the range of V_in.
    assert!(folds.points.iter().all(|point| (point[bias] - folds.points[0][bias]).abs() < 1e-10));
}
