//! What happens to the memristive neuron's cycles, and what does not: the atlas of their bifurcations against branches that it was
//! not made of.

use hopfold::plan::plan;
use hopfold::results::{Branch, Results};
use hopfold::run::{Silent, run};
use std::path::Path;

fn computed(name: &str, text: &str) -> Results {
    let planned = plan(name, text, &[]);
    let plan = planned.unwrap_or_else(|mistakes| panic!("{}", mistakes[0].render(false))).plan;
    run(&plan, &Silent)
}

/// A study of the atlas, without its figures.
fn atlas(study: &str) -> Results {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs").join(study);
    let text = std::fs::read_to_string(&path).expect("a study");
    let kept: Vec<&str> = text.split("\n[[").filter(|block| !block.starts_with("figure]]")).collect();
    computed(&path.display().to_string(), &kept.join("\n[["))
}

/// The cycles from every Andronov–Hopf point on the way along V_in, 20 intervals each.
fn slices(parameters: &str, family: &str, points: usize) -> Results {
    let mut text = format!(
        "[model]\nname = \"memristive-neuron\"\nparameters = {{ {parameters} }}\n\n[settings]\nintervals = 20\n\n\
         [[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nfamily = {{ {family} }}\nfree = {{ V_in = [-20.0, 20.0] }}\n"
    );
    for k in 1..=points {
        text += &format!(
            "\n[[branch]]\nname = \"cycles{k}\"\nkind = \"cycle\"\nfrom = \"rest/H{k}\"\noptional = true\nfree = {{ V_in = [-20.0, 20.0] }}\n"
        );
    }
    computed("slices.toml", &text)
}

fn kinds(branch: &Branch) -> Vec<&str> {
    branch.special.iter().map(|special| special.kind.as_str()).filter(|kind| *kind != "EP").collect()
}

#[test]
fn in_thermal_equilibrium_cycles_are_born_and_die_at_hopf_points_and_are_stable_in_between() {
    let mut count = 0;
    for parameters in
        ["Z_T = 1.0, Gamma = 0.01", "Z_T = 1.0, Gamma = 0.1", "Z_T = 1.0, Gamma = 0.5", "Z_T = 0.5, Gamma = 0.1"]
    {
        let results = slices(parameters, "R_n = [1.0, 5.0, 20.0]", 2);
        for branch in results.branches.iter().filter(|branch| branch.kind == "cycle" && !branch.points.is_empty()) {
            assert_eq!(kinds(branch), ["H", "H"], "{parameters}: {}", branch.name);
            assert!(branch.unresolved.is_empty() && branch.failure.is_none(), "{parameters}: {}", branch.name);
            // The ends are the equilibria, where a multiplier is 1.
            assert!(
                branch.unstable[1..branch.unstable.len() - 1].iter().all(|n| *n == 0),
                "{parameters}: {}",
                branch.name
            );
            count += 1;
        }
    }
    // Each branch from either end; at Gamma = 0.5 there is oscillation at R_n = 20 and 5 only, at Z_T = 0.5 at 5 and 20.
    assert_eq!(count, 2 * (3 + 3 + 2 + 2));
}

/// Where a curve has this value of Gamma: V_in there, by linear interpolation between its points.
fn crossings(curve: &Branch, gamma: f64) -> Vec<f64> {
    let [x, y] = ["V_in", "Gamma"].map(|name| curve.column(name).expect("a column"));
    let pairs = curve.points.windows(2).filter(|rows| (rows[0][y] < gamma) != (rows[1][y] < gamma));
    pairs
        .map(|rows| rows[0][x] + (gamma - rows[0][y]) / (rows[1][y] - rows[0][y]) * (rows[1][x] - rows[0][x]))
        .collect()
}

#[test]
fn branches_cross_the_curves_of_the_atlas_and_nothing_else_happens_on_them() {
    let atlas = atlas("cycle_atlas.toml");
    for gamma in [0.03, 0.3] {
        let slice = slices(&format!("Z_T = -1.0, R_n = 20.0, Gamma = {gamma}"), "R_n = [20.0]", 4);
        // From both ends the same branch; the one at positive bias is the last.
        let branch = slice.branches.iter().rfind(|branch| branch.kind == "cycle" && !branch.points.is_empty());
        let branch = branch.expect("cycles");
        assert!(branch.unresolved.is_empty() && branch.failure.is_none());
        for (kind, of_curves) in [("LPC", "cycle-fold"), ("NS", "torus"), ("PD", "period-doubling"), ("BPC", "")] {
            let mut found: Vec<f64> = branch
                .special
                .iter()
                .filter(|special| special.kind == kind)
                .map(|special| special.values["V_in"])
                .collect();
            let curves = atlas.branches.iter().filter(|curve| curve.kind == of_curves);
            let mut expected: Vec<f64> = curves.flat_map(|curve| crossings(curve, gamma)).collect();
            found.sort_by(f64::total_cmp);
            expected.sort_by(f64::total_cmp);
            assert_eq!(found.len(), expected.len(), "{kind} at Gamma = {gamma}: {found:?} {expected:?}");
            // Points of the curves are at most a twentieth of the range apart.
            let near = found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 0.02);
            assert!(near, "{kind} at Gamma = {gamma}: {found:?} {expected:?}");
        }
    }
}

/// Where the particle is slow to follow, the first cycle beside a Hopf point has to be small, however wide the range is.
#[test]
fn cycles_are_found_at_hopf_points_where_a_slow_state_saturates_them() {
    for (parameters, family) in
        [("Z_T = 0.2, Gamma = 0.01", "R_n = [20.0]"), ("Z_T = 0.2, Gamma = 0.1", "R_n = [15.0]")]
    {
        let results = slices(parameters, family, 2);
        let cycles: Vec<&Branch> = results.branches.iter().filter(|branch| branch.kind == "cycle").collect();
        assert_eq!(cycles.len(), 2);
        for branch in cycles {
            assert_eq!(kinds(branch), ["H", "H"], "{parameters}: {}", branch.name);
            assert!(branch.unresolved.is_empty() && branch.failure.is_none(), "{parameters}: {}", branch.name);
        }
    }
}
