//! A map that is killed goes on where it was, and ends the same.

use assert_cmd::cargo::CommandCargoExt;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A map of rows that take long enough to be killed between them.
const STUDY: &str = "[model]
name = \"memristive-neuron\"
parameters = { V_in = 2.0, R_n = 6.0 }
[settings]
intervals = 20
[[map]]
name = \"span\"
grid = { Gamma = { from = 0.05, to = 1.0, count = 15 }, Z_T = { from = 0.1, to = 1.0, count = 16 } }
quantity = [\"V_span\", \"period\", \"re_1\"]
";

fn command(folder: &Path, more: &[&str]) -> Command {
    let mut command = Command::cargo_bin("hopfold").expect("the program");
    command.current_dir(folder).args(["run", "s.toml"]).args(more).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn results(folder: &Path, out: &str) -> [Vec<u8>; 2] {
    ["results.json", "span.csv"].map(|file| fs::read(folder.join(out).join("s").join(file)).expect("results"))
}

/// Lines of the journal that are whole.
fn kept(folder: &Path, out: &str) -> usize {
    fs::read_to_string(folder.join(out).join("s/.unfinished"))
        .map_or(0, |text| text.lines().filter(|line| !line.is_empty()).count())
}

/// The k-th of a sequence of numbers between 0 and 1 that has no pattern to speak of.
fn chance(k: u32) -> f64 {
    (f64::from(k) * 0.618_033_988_749_895).fract()
}

#[test]
fn a_map_that_is_killed_twenty_times_ends_as_one_that_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    fs::write(here.join("s.toml"), STUDY).expect("a study");
    let begin = Instant::now();
    assert!(command(here, &["--out", "whole", "--jobs", "2"]).status().expect("a run").success());
    let whole = begin.elapsed();
    assert_eq!(kept(here, "whole"), 0, "nothing is left of a map that is done");
    let single = command(here, &["--out", "single", "--jobs", "1"]).status().expect("a run");
    assert!(single.success() && results(here, "single") == results(here, "whole"), "threads change the results");
    let (mut kills, mut before, mut round) = (0, 0, 0);
    while kills < 20 {
        round += 1;
        assert!(round < 400, "it cannot be killed");
        let mut run = command(here, &["--out", "killed", "--jobs", "2"]).spawn().expect("a run");
        // A part of what one row takes, so that twenty kills come before the end.
        std::thread::sleep(whole.mul_f64(0.3 * chance(round)) + Duration::from_millis(2));
        let ended = run.try_wait().expect("a state").is_some();
        if !ended {
            run.kill().expect("a signal");
            kills += 1;
        }
        run.wait().expect("an end");
        if ended {
            assert_eq!(results(here, "killed"), results(here, "whole"), "after {kills} kills");
            fs::remove_dir_all(here.join("killed")).expect("a folder");
            before = 0;
            continue;
        }
        let now = kept(here, "killed");
        assert!(now >= before, "{now} parts are kept, and {before} were");
        before = now;
    }
    assert!(command(here, &["--out", "killed"]).status().expect("a run").success());
    assert_eq!(results(here, "killed"), results(here, "whole"));
    assert_eq!(kept(here, "killed"), 0);
}

#[test]
fn another_study_does_not_go_on_with_what_is_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    fs::write(here.join("s.toml"), STUDY).expect("a study");
    let mut run = command(here, &["--out", "out", "--jobs", "1"]).spawn().expect("a run");
    let begin = Instant::now();
    while kept(here, "out") < 2 && begin.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(5));
    }
    run.kill().expect("a signal");
    run.wait().expect("an end");
    assert!(kept(here, "out") >= 2);
    let changed = ["--set", "model.parameters.R_n=6.5"];
    for out in ["out", "fresh"] {
        assert!(command(here, &[&changed[..], &["--out", out]].concat()).status().expect("a run").success());
    }
    assert_eq!(results(here, "out"), results(here, "fresh"));
}
