//! How oscillations begin: near an Andronov–Hopf point their size grows like the root of the distance, with a factor that the
//! normal form of the equilibrium knows, and their shape is that of the critical eigenvector.

use hopfold::plan::plan;
use hopfold::results::{Branch, Results, Special};
use hopfold::run::{Silent, run};

/// The neuron from one Andronov–Hopf point to the other, with profiles kept.
fn oscillations() -> Results {
    let study = "[model]\nname = \"memristive-neuron\"\nparameters = { R_n = 5.0, Gamma = 0.1 }\n\
                 [settings]\nmax_step = 0.02\n\
                 [[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nfree = { V_in = [0.0, 6.0] }\n\
                 [[branch]]\nname = \"cycles\"\nkind = \"cycle\"\nfrom = \"rest/H1\"\nfree = { V_in = [0.0, 6.0] }\nprofiles = 9\n";
    run(&plan("onset.toml", study, &[]).expect("a plan").plan, &Silent)
}

fn branch<'a>(results: &'a Results, name: &str) -> &'a Branch {
    results.branches.iter().find(|branch| branch.name == name).expect(name)
}

fn column(branch: &Branch, name: &str) -> Vec<f64> {
    let column = branch.column(name).expect(name);
    branch.points.iter().map(|row| row[column]).collect()
}

/// Slope and intercept of a straight line through points, by least squares.
fn line(points: &[[f64; 2]]) -> [f64; 2] {
    let n = points.len() as f64;
    let mean = [0, 1].map(|k| points.iter().map(|p| p[k]).sum::<f64>() / n);
    let sum = |k: usize| points.iter().map(|p| (p[0] - mean[0]) * (p[k] - mean[k])).sum::<f64>();
    let slope = sum(1) / sum(0);
    [slope, mean[1] - slope * mean[0]]
}

/// The real part of the critical eigenvalues grows so fast with the parameter at a Hopf point: from a parabola through the point,
/// where it is zero, and its neighbours.
fn crossing(rest: &Branch, special: &Special) -> f64 {
    let (p, at) = (column(rest, "V_in"), special.index);
    let omega = special.values["omega"];
    let real = |row: usize| -> f64 {
        let pairs = (1..=4)
            .map(|k| [format!("re_{k}"), format!("im_{k}")].map(|name| rest.points[row][rest.column(&name).unwrap()]));
        let near = |e: &[f64; 2]| (e[1] - omega).abs();
        pairs.min_by(|a, b| near(a).total_cmp(&near(b))).unwrap()[0]
    };
    let [a, b] = [at - 1, at + 1].map(|row| [p[row] - p[at], real(row)]);
    // re = s d + q d² on both sides.
    (a[1] / a[0] * b[0] - b[1] / b[0] * a[0]) / (b[0] - a[0])
}

/// Rows of cycles within 0.002 of a Hopf point: distance of the parameter, and the size of the oscillation, the root of the sum
/// of the squares of the states' spans, which is 4 r for x = 2 Re(r e^{iωt} q) with ‖q‖ = 1.
fn beginning(cycles: &Branch, special: &Special) -> Vec<[f64; 2]> {
    let p = column(cycles, "V_in");
    let spans: Vec<Vec<f64>> = ["V", "Z", "X", "Y"].map(|state| column(cycles, &format!("{state}_span"))).to_vec();
    let size = |row: usize| spans.iter().map(|span| span[row].powi(2)).sum::<f64>().sqrt();
    let rows = (0..p.len()).filter(|row| *row != special.index && (p[*row] - p[special.index]).abs() < 2e-3);
    rows.map(|row| [(p[row] - p[special.index]).abs(), size(row)]).collect()
}

/// Tolerances: the next term of the expansion is of the relative size of the distance over what the branch spans, 2e-3/0.1.
#[test]
fn the_neurons_oscillation_grows_like_the_root_of_the_distance_at_both_ends() {
    let results = oscillations();
    let (rest, cycles) = (branch(&results, "rest"), branch(&results, "cycles"));
    for label in ["H1", "H2"] {
        let special = |branch: &'_ Branch| branch.special.iter().find(|s| s.label == label).expect(label).clone();
        let (at_rest, born) = (special(rest), special(cycles));
        let points = beginning(cycles, &born);
        assert!(points.len() >= 3, "{label}: {} rows", points.len());
        let logarithms: Vec<[f64; 2]> = points.iter().map(|p| p.map(f64::ln)).collect();
        let [exponent, _] = line(&logarithms);
        // Size² over distance is a straight line, whose beginning is 16 times that of r².
        let ratios: Vec<[f64; 2]> = points.iter().map(|p| [p[0], p[1] * p[1] / p[0]]).collect();
        let [_, factor] = line(&ratios);
        let expected = 16.0 * (crossing(rest, &at_rest) / at_rest.normal_form["re_c1"]).abs();
        println!("{label}: exponent {exponent:.5}, factor {factor:.6}, by the normal form {expected:.6}");
        assert!((exponent - 0.5).abs() < 5e-3, "{label}: {exponent}");
        assert!((factor / expected - 1.0).abs() < 5e-3, "{label}: {factor} {expected}");
    }
}

/// The profiles that are kept lie on the branch: their extrema are those of its rows, to the distance of nodes from the extremum.
#[test]
fn profiles_are_those_of_the_rows_beside_which_they_are_kept() {
    let results = oscillations();
    let cycles = branch(&results, "cycles");
    assert!((7..=9).contains(&cycles.profiles.len()), "{}", cycles.profiles.len());
    let (period, high) = (column(cycles, "period"), column(cycles, "V_max"));
    let span = column(cycles, "V_span");
    for kept in &cycles.profiles {
        let orbit = &kept.profile;
        assert_eq!(orbit.period, period[kept.index]);
        let largest = orbit.values.iter().map(|values| values[0]).fold(f64::NEG_INFINITY, f64::max);
        let below = (high[kept.index] - largest) / span[kept.index];
        assert!((-1e-12..2e-3).contains(&below), "{below}");
    }
}
