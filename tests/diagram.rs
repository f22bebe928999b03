//! Diagrams in two parameters: the numbers of equilibria against closed forms, curves that are missing, mistakes.

use hopfold::figure::draw;
use hopfold::plan::{Plan, plan};
use hopfold::results::{Diagram, Results};
use hopfold::run::{Silent, run};
use std::path::Path;

fn planned(study: &str, change: impl Fn(String) -> String) -> Result<Plan, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs").join(study);
    let text = change(std::fs::read_to_string(&path).expect("a study"));
    plan(&path.display().to_string(), &text, &[])
        .map(|planned| planned.plan)
        .map_err(|mistakes| mistakes.iter().map(|mistake| mistake.render(false)).collect())
}

#[track_caller]
fn computed(study: &str, change: impl Fn(String) -> String) -> (Plan, Results) {
    let plan = planned(study, change).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let results = run(&plan, &Silent);
    (plan, results)
}

fn numbers(diagram: &Diagram) -> Vec<[usize; 2]> {
    let mut numbers: Vec<[usize; 2]> = diagram.tests.iter().map(|test| [test.equilibria, test.stable]).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// `x' = h + r x − x³` has three equilibria, two of them stable, where 27 h² < 4 r³, and else one, which is stable.
#[test]
fn the_numbers_beside_a_cusp_are_those_of_the_closed_form() {
    let (plan, results) = computed("cusp.toml", |text| text);
    let diagram = &results.diagrams[0];
    assert_eq!((diagram.regions, diagram.missed.len()), (2, 0));
    assert!(diagram.tests.len() >= 10);
    for test in &diagram.tests {
        let [h, r] = test.at;
        let expected = if 27.0 * h * h < 4.0 * r.powi(3) { (3, 2) } else { (1, 1) };
        assert_eq!((test.equilibria, test.stable), expected, "{test:?}");
        assert!(test.proved);
    }
    let figure = plan.figures.iter().find(|figure| figure.file.ends_with("cusp_diagram.svg")).expect("a diagram");
    let svg = draw(figure, &results).expect("a drawing");
    assert!(svg.contains("3 (2)") && svg.contains("1 (1)") && svg.len() < 50_000, "{} bytes", svg.len());
}

/// The equilibria of the reaction are zeros of a function of the temperature alone, and their stability is a matter of trace and
/// determinant: both are counted here without any of the library.
#[test]
fn the_numbers_of_the_reaction_are_those_of_its_scalar_equation() {
    let (_, results) = computed("reaction.toml", |text| text);
    let diagram = &results.diagrams[0];
    assert_eq!(diagram.missed, []);
    for test in &diagram.tests {
        let [d, b] = test.at;
        let beta = 3.0;
        // u₁ = (1 + β) u₂ / B, and D (1 − u₁) exp u₂ = u₁.
        let u1 = |u2: f64| (1.0 + beta) * u2 / b;
        let g = |u2: f64| d * (1.0 - u1(u2)) * u2.exp() - u1(u2);
        let most = b / (1.0 + beta);
        let at = |k: usize| most * k as f64 / 1e5;
        let roots: Vec<f64> = (0..100_000).filter(|&k| g(at(k)) * g(at(k + 1)) < 0.0).map(at).collect();
        let stable = roots.iter().filter(|&&u2| {
            let (rate, u1) = (d * u2.exp(), u1(u2));
            let (gain, trace) = ((1.0 - u1) * rate, -(1.0 + rate) - (1.0 + beta) + b * (1.0 - u1) * rate);
            let determinant = (1.0 + rate) * (1.0 + beta - b * gain) + gain * b * rate;
            trace < 0.0 && determinant > 0.0
        });
        assert_eq!([test.equilibria, test.stable], [roots.len(), stable.count()], "{test:?}");
    }
    assert!(numbers(diagram).contains(&[1, 0]) && numbers(diagram).contains(&[3, 1]));
}

/// Without the Hopf curve a region has points with and without a stable equilibrium; the place that is named lies on it.
#[test]
fn a_curve_that_is_left_out_is_missed_and_the_place_is_on_it() {
    let (_, results) = computed("reaction.toml", |text| {
        let left_out = ", { block = \"hopf\", label = \"Andronov–Hopf\" }";
        assert!(text.contains(left_out));
        text.replace(left_out, "")
    });
    let diagram = &results.diagrams[0];
    assert!(!diagram.missed.is_empty());
    let hopf = results.branches.iter().find(|branch| branch.name == "hopf").expect("the curve");
    for missed in &diagram.missed {
        let [a, b] = &missed.between;
        assert_eq!((a.equilibria, b.equilibria), (1, 1));
        assert_eq!(a.stable + b.stable, 1);
        let apart = |at: [f64; 2], row: &[f64]| ((at[0] - row[0]) / 0.25).hypot((at[1] - row[1]) / 12.0);
        assert!(apart(a.at, &b.at) < 0.003 + 1e-12, "two neighbouring cells");
        // Half of the longest step between the points of the curve, which is 0.05 of its own, larger ranges.
        let nearest = hopf.points.iter().map(|row| apart(a.at, row)).fold(f64::INFINITY, f64::min);
        assert!(nearest < 0.06, "{missed:?} is {nearest} away");
    }
}

#[test]
fn mistakes_are_told_with_their_places() {
    let cases = [
        ("show = [\"folds\"]\nbox", "show = [\"rest\"]\nbox", "a branch of equilibria"),
        ("box = { x = [-3.0, 3.0] }", "", "`box` must say where x can be"),
        ("box = { x = [-3.0, 3.0] }", "box = { y = [-3.0, 3.0] }", "no state `y`"),
        ("x = \"h\"\ny = \"r\"", "x = { column = \"h\", range = [-2.0, 1.0] }\ny = \"r\"", "[-1, 1] only"),
        ("x = \"h\"\ny = \"r\"", "x = \"x\"\ny = \"r\"", "`x`"),
        ("kind = \"diagram\"", "kind = \"plane\"", "`box` is where a diagram counts"),
    ];
    for (good, bad, said) in cases {
        let mistakes = planned("cusp.toml", |text| {
            assert!(text.contains(good), "{good}");
            text.replace(good, bad)
        });
        let mistakes = mistakes.expect_err(bad);
        assert!(mistakes.contains(said), "{bad}\n{mistakes}");
    }
}
