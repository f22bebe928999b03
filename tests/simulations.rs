//! Solutions in time as studies ask for them: what they settle on, what they measure, and what begins where they end.

mod common;

use assert_cmd::Command;
use common::computed;
use hopfold::results::Simulation;
use std::fs;

/// `z' = (i + g) z − z |z|²`: a circle of radius `√g`, period 2π and multiplier e^{−4πg}.
const CIRCLE: &str = "[model]\nparameters = { g = 1.0 }\n[model.equations]
x = \"g*x - y - x*(x^2 + y^2)\"\ny = \"x + g*y - y*(x^2 + y^2)\"\n";
const TURN: f64 = 2.0 * std::f64::consts::PI;

fn simulation(study: &str) -> Simulation {
    computed(study).simulations.remove(0)
}

/// Runs the program in a folder with the study: exit code, what it printed, and what it said.
fn hopfold(study: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("s.toml"), study).expect("a study");
    let mut command = Command::cargo_bin("hopfold").expect("the program");
    let output = command.current_dir(&folder).args(arguments).output().expect("a run");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_branch_of_cycles_starts_from_the_cycle_that_a_simulation_settled_on() {
    let results = computed(&format!(
        "{CIRCLE}[[simulation]]\nname = \"run\"\nstart = {{ x = 0.3, y = 0.0 }}\ntime = 200.0\nuntil = \"periodic\"
         [[branch]]\nname = \"circles\"\nkind = \"cycle\"\nfrom = \"run\"\nfree = {{ g = [0.5, 2.0] }}\n"
    ));
    let branch = &results.branches[0];
    assert_eq!((branch.failure.clone(), branch.unresolved.len()), (None, 0));
    let column = |name: &str| branch.column(name).expect("a column");
    let (g, span, period) = (column("g"), column("x_span"), column("period"));
    for row in &branch.points {
        // Collocation on 40 intervals of degree 4, as for maps.
        assert!((row[span] - 2.0 * row[g].sqrt()).abs() < 1e-8 && (row[period] - TURN).abs() < 1e-9, "{row:?}");
    }
    let ends = [0, branch.points.len() - 1].map(|k| branch.points[k][g]);
    assert_eq!([ends[0].min(ends[1]), ends[0].max(ends[1])], [0.5, 2.0]);
}

#[test]
fn a_branch_of_cycles_starts_at_a_state_and_a_period_that_are_nearly_right() {
    let results = computed(&format!(
        "{CIRCLE}[[branch]]\nname = \"circles\"\nkind = \"cycle\"\nstart = {{ x = 1.02, y = 0.01, period = 6.2 }}
         free = {{ g = [0.5, 2.0] }}\n"
    ));
    let branch = &results.branches[0];
    assert_eq!(branch.failure, None);
    let (g, span) = (branch.column("g").unwrap(), branch.column("x_span").unwrap());
    assert!(branch.points.iter().all(|row| (row[span] - 2.0 * row[g].sqrt()).abs() < 1e-8));
}

#[test]
fn no_cycle_starts_where_a_simulation_came_to_rest() {
    let study = format!(
        "{CIRCLE}[[simulation]]\nname = \"run\"\nparameters = {{ g = -1.0 }}\nstart = {{ x = 0.3, y = 0.0 }}\ntime = 200.0
         until = \"periodic\"\n[[branch]]\nname = \"none\"\nkind = \"cycle\"\nfrom = \"run\"\nfree = {{ g = [-2.0, 2.0] }}\n"
    );
    let (code, printed, _) = hopfold(&study, &["run", "s.toml"]);
    assert_eq!(code, Some(1), "{printed}");
    assert!(printed.contains("settled on a point, which is stable"), "{printed}");
    assert!(printed.contains("FAILED") && printed.contains("`run`"), "{printed}");
}

#[test]
fn a_simulation_begins_at_the_point_of_a_branch_with_what_is_added_to_it() {
    let run = simulation(&format!(
        "{CIRCLE}[[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nfree = {{ g = [-1.0, 1.0] }}\nmark = {{ g = [0.5] }}
         [[simulation]]\nname = \"run\"\nfrom = \"rest/UZ1\"\nperturb = {{ x = 1e-3 }}\ntime = 200.0\nuntil = \"periodic\"
         points = 400\n"
    ));
    assert_eq!(run.parameters["g"], 0.5);
    assert_eq!(&run.points[0][..3], [0.0, 1e-3, 0.0]);
    assert!((run.quantities["x_max"] - 0.5_f64.sqrt()).abs() < 1e-8 && (run.quantities["period"] - TURN).abs() < 1e-8);
}

#[test]
fn what_a_simulation_measured_is_compared_with_what_was_expected() {
    let study = |span: f64| {
        format!(
            "{CIRCLE}[[simulation]]\nname = \"run\"\nstart = {{ x = 0.3, y = 0.0 }}\ntime = 200.0\nuntil = \"periodic\"
             [[expect]]\npoint = \"run\"\nvalue = {{ x_span = {span}, period = {TURN} }}\ntolerance = 1e-8\nsource = \"closed form\"\n"
        )
    };
    let (code, printed, said) = hopfold(&study(2.0), &["check", "s.toml"]);
    assert_eq!(code, Some(0), "{printed}{said}");
    assert!(printed.contains("2 of 2 expectations met"), "{printed}");
    let (code, printed, _) = hopfold(&study(2.1), &["check", "s.toml"]);
    assert_eq!(code, Some(1), "{printed}");
    assert!(printed.contains("1 of 2 expectations met, 1 FAILED") && printed.contains("closed form"), "{printed}");
}

#[test]
fn a_spectrum_has_the_harmonics_of_its_cycle_in_file_and_figure() {
    // x = cos t and x² = (1 + cos 2t)/2: q' = 10 (x² − q) has amplitudes in the ratio 1 : 0 but for the second harmonic.
    let study = "[model]\nparameters = { w = 3.0 }\n[model.equations]
        x = \"x*(1 - x^2 - y^2) - w*y\"\ny = \"y*(1 - x^2 - y^2) + w*x\"\nq = \"10*(x^2 + 0.2*x - q)\"
        [[simulation]]\nname = \"run\"\nstart = { x = 1.0, y = 0.0, q = 0.5 }\ntransient = 10.0\ntime = 200.0
        spectrum = { of = \"q\", window = \"blackman-harris\", points = 4096 }
        [[figure]]\nfile = \"power.svg\"\nx = \"omega\"\ny = { column = \"S\", scale = \"log\" }\nshow = [\"run/spectrum\"]\n";
    let run = simulation(study);
    let spectrum = run.spectrum.as_ref().expect("a spectrum");
    let step = TURN / 200.0;
    // 2ω is the higher one: 0.5 against 0.2 before the filter 10/√(100 + ω²).
    let peaks: Vec<f64> = spectrum.peaks.iter().map(|peak| peak.omega).collect();
    assert!((peaks[0] - 6.0).abs() < 0.1 * step && (peaks[1] - 3.0).abs() < 0.1 * step, "{peaks:?}");
    let area = |omega: f64| -> f64 {
        spectrum.points.iter().filter(|row| (row[0] - omega).abs() < 1.0).map(|row| row[1] * step).sum()
    };
    for (omega, amplitude) in [(6.0_f64, 0.5_f64), (3.0, 0.2)] {
        let filtered = amplitude * 10.0 / (100.0 + omega * omega).sqrt();
        assert!((area(omega) / (0.5 * filtered * filtered) - 1.0).abs() < 1e-6, "{omega}: {}", area(omega));
    }
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("s.toml"), study).expect("a study");
    let mut command = Command::cargo_bin("hopfold").expect("the program");
    command.current_dir(&folder).args(["run", "s.toml"]).assert().success();
    let table = fs::read_to_string(folder.path().join("results/s/run.spectrum.csv")).expect("a table");
    assert!(table.starts_with("omega,S\n") && table.lines().count() == 1 + 4096 / 2 + 1, "{}", &table[..40]);
    let figure = fs::read_to_string(folder.path().join("results/s/power.svg"));
    let figure = figure.or_else(|_| fs::read_to_string(folder.path().join("power.svg"))).expect("a figure");
    assert!(figure.contains("<svg") && figure.contains("log") | figure.contains("polyline") | figure.contains("path"));
}

#[test]
fn a_bloch_vector_longer_than_one_is_reported_and_one_within_is_not() {
    let run = |z: f64, x: f64| {
        simulation(&format!(
            "[model]\nname = \"memristive-neuron\"\nparameters = {{ V_in = 1.0, R_n = 5.0 }}\n[[simulation]]\nname = \"run\"
             start = {{ V = 0.0, Z = {z}, X = {x}, Y = 0.0 }}\ntime = 1.0\n"
        ))
    };
    let long = run(0.9, 0.9);
    let note = long.notes.first().expect("a note");
    assert!(note.contains("Bloch vector") && note.contains("1.2727922") && note.contains("more than 1"), "{note}");
    assert_eq!(long.failure, None);
    assert_eq!(run(0.6, 0.8).notes, Vec::<String>::new());
}

#[test]
fn what_vanishes_at_rest_is_told_as_zero() {
    let study = "[model]\nname = \"memristive-neuron\"\nparameters = { V_in = 0.0 }\n[[simulation]]\nname = \"run\"
        start = { V = 0.5, Z = 1.0, X = 0.0, Y = 0.0 }\ntime = 5000.0\nuntil = \"steady\"\n";
    let (code, printed, _) = hopfold(study, &["run", "s.toml"]);
    assert_eq!(code, Some(0));
    let row = printed.lines().find(|line| line.trim_start().starts_with("V ")).expect("a row");
    assert_eq!(row.split_whitespace().collect::<Vec<_>>(), ["V", "0", "0", "0", "0"], "{printed}");
}

#[test]
fn what_ends_in_finite_time_fails_with_the_place_and_an_advice() {
    let blow = |equation: &str, x: f64| {
        let study = format!(
            "[model]\nparameters = {{ p = 1.0 }}\n[model.equations]\nx = \"{equation}\"
             [[simulation]]\nname = \"run\"\nstart = {{ x = {x} }}\ntime = 100.0\n"
        );
        let (code, printed, _) = hopfold(&study, &["run", "s.toml"]);
        assert_eq!(code, Some(1), "{printed}");
        assert!(printed.contains("FAILED: simulation `run`") && printed.contains("begin elsewhere"), "{printed}");
        printed
    };
    // x' = x² + p: x = tan t, and 1/(1 − t).
    assert!(blow("x^2 + p", 0.0).contains("where: t = 1.5707"));
    assert!(blow("p*x^2", 1.0).contains("where: t = 0.9999") || blow("p*x^2", 1.0).contains("where: t = 1"));
    assert!(blow("p*sqrt(x)", -1.0).contains("where: t = 0, x = -1"));
}

#[test]
fn a_ramp_past_a_hopf_point_says_how_late_the_oscillation_begins() {
    let study = format!(
        "{CIRCLE}[[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nfree = {{ g = [-1.0, 1.0] }}
         [[simulation]]\nname = \"run\"\nstart = {{ x = 1e-3, y = 0.0 }}\nramp = {{ g = [-0.3, 0.6] }}\nrate = 1e-3
         atol = 1e-40\nbranch = \"rest\"\n"
    );
    let run = simulation(&study);
    let [onset] = run.onsets.as_slice() else { panic!("{:?}", run.onsets) };
    // ln r = ln r₀ + (g² − g₀²)/2ε, up to a hundredth of √0.6; g moves by 2πε a turn.
    let exact = (0.09 + 2e-3 * (0.01 * 0.6_f64.sqrt() / 1e-3).ln()).sqrt();
    assert_eq!((onset.hopf.as_deref(), onset.begins, onset.way.as_str()), (Some("rest/H1"), true, "rising"));
    assert!((onset.delay.unwrap() - exact).abs() < 1e-3 * TURN, "{onset:?} {exact}");
    assert_eq!(run.quantities["begins_1"], onset.at["g"]);
    let (_, printed, _) = hopfold(&study, &["run", "s.toml"]);
    assert!(printed.contains("oscillation of x begins, rising") || printed.contains("oscillation of y begins, rising"));
    assert!(printed.contains("after rest/H1") && !printed.contains("without a jump"), "{printed}");
}

#[test]
fn what_stands_still_where_there_are_no_derivatives_is_told_so() {
    // x = ½ + (√½ − t/2)² until it is ½ at t = √2.
    let run = simulation(
        "[model]\nparameters = { a = 1.0 }\n[model.equations]\nx = \"-a*sqrt(x - 0.5)\"
         [[simulation]]\nname = \"run\"\nstart = { x = 1.0 }\ntime = 100.0\n",
    );
    assert!(run.ended.starts_with("stands still") && run.failure.is_none(), "{run:?}");
    let mean = 0.5 + 2.0 / 3.0 * 0.5_f64.powf(1.5) / 100.0;
    assert!((run.quantities["x_mean"] - mean).abs() < 1e-7, "{} {mean}", run.quantities["x_mean"]);
}
