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
        let all = "show = [\"folds\", \"hopf\"]";
        assert!(text.contains(all));
        text.replace(all, "show = [\"folds\"]")
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

/// `ż = (a + i) z + (b − 0.1) z|z|² − z|z|⁴`, of which `b = 0.1` is a Bautin point.
const BAUTIN: &str = r#"
x = "a*x - y + (b - 0.1)*x*(x^2 + y^2) - x*(x^2 + y^2)^2"
y = "x + a*y + (b - 0.1)*y*(x^2 + y^2) - y*(x^2 + y^2)^2""#;

/// `x' = a + x² − |z|²`, `ż = (b + 0.4 x + 3i) z − 0.1 z|z|²`: folds at `a = 0`, Hopf points at `a = −x²`, `b = −0.4 x`.
const ZERO_HOPF: &str = r#"
x = "a + x^2 - y^2 - z^2"
y = "(b + 0.4*x)*y - 3*z - 0.1*y*(y^2 + z^2)"
z = "(b + 0.4*x)*z + 3*y - 0.1*z*(y^2 + z^2)""#;

/// Two oscillations, which start at `a = 0` and at `b = 0.3 a − 0.1`.
const DOUBLE_HOPF: &str = r#"
u = "a*u - v - u*(u^2 + v^2)"
v = "u + a*v - v*(u^2 + v^2)"
x = "(b - 0.3*a + 0.1)*x - 2.7*y - x*(x^2 + y^2)"
y = "2.7*x + (b - 0.3*a + 0.1)*y - y*(x^2 + y^2)""#;

/// The points of codimension two are marked where the curves of a diagram have them, and the numbers are those of closed forms.
#[test]
fn points_of_codimension_two_are_marked() {
    /// Kind, equations, start, curves, box, and the numbers by a and b.
    type Case<'a> = (&'a str, &'a str, &'a str, [String; 2], &'a str, fn(f64, f64) -> (usize, usize));
    let branch = |name: &str, kind: &str, from: &str| {
        format!(
            "[[branch]]\nname = \"{name}\"\nkind = \"{kind}\"\nfrom = \"rest/{from}\"\nfree = {{ a = [-2, 1], b = [-1, 1] }}\n"
        )
    };
    let cases: [Case; 3] = [
        (
            "GH",
            BAUTIN,
            "x = 0, y = 0, a = -1",
            [branch("one", "hopf", "H1"), String::new()],
            "x = [-0.2, 0.2], y = [-0.2, 0.2]",
            |a, _| (1, usize::from(a < 0.0)),
        ),
        (
            "ZH",
            ZERO_HOPF,
            "x = -1, y = 0, z = 0, a = -1",
            [branch("one", "fold", "LP1"), branch("two", "hopf", "H1")],
            "x = [-2, 2], y = [-0.2, 0.2], z = [-0.2, 0.2]",
            |a, b| if a > 0.0 { (0, 0) } else { (2, usize::from(b < 0.4 * (-a).sqrt())) },
        ),
        (
            "HH",
            DOUBLE_HOPF,
            "u = 0, v = 0, x = 0, y = 0, a = -2",
            [branch("one", "hopf", "H1"), branch("two", "hopf", "H2")],
            "u = [-0.2, 0.2], v = [-0.2, 0.2], x = [-0.2, 0.2], y = [-0.2, 0.2]",
            |a, b| (1, usize::from(a < 0.0 && b < 0.3 * a - 0.1)),
        ),
    ];
    for (kind, equations, start, curves, bounds, expected) in cases {
        let b = if kind == "ZH" { 0.2 } else { -0.5 };
        let show = if curves[1].is_empty() { "\"one\"" } else { "\"one\", \"two\"" };
        let study = format!(
            "[model]\nparameters = {{ a = -1, b = {b} }}\n[model.equations]{equations}\n\
             [[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nstart = {{ {start} }}\nfree = {{ a = [-2, 1] }}\n{}{}\
             [[figure]]\nfile = \"plane.svg\"\nkind = \"diagram\"\nx = {{ column = \"a\", range = [-1, 1] }}\ny = \"b\"\n\
             show = [{show}]\nbox = {{ {bounds} }}\n",
            curves[0], curves[1]
        );
        let (plan, results) = computed("cusp.toml", |_| study.clone());
        let diagram = &results.diagrams[0];
        assert_eq!((&diagram.missed, &diagram.failure), (&vec![], &None), "{kind}");
        assert!(diagram.tests.len() >= 10 && diagram.regions >= 2, "{kind}: {diagram:?}");
        for test in &diagram.tests {
            assert_eq!((test.equilibria, test.stable), expected(test.at[0], test.at[1]), "{kind}: {test:?}");
        }
        let svg = draw(&plan.figures[0], &results).expect("a drawing");
        assert!(svg.contains(&format!(">{kind}")), "{kind}: {svg}");
    }
}

/// `x' = h - s + r x − x³` at a fixed `r`: three equilibria in a strip as wide as `4 (r/3)^(3/2)` along `h = s`, and one beside.
fn strip(r: f64) -> String {
    format!(
        "[model]\nparameters = {{ h = -1, s = 0.5, r = {r} }}\n[model.equations]\nx = \"h - s + r*x - x^3\"\n\
         [[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nfree = {{ h = [-1, 1] }}\n\
         [[branch]]\nname = \"low\"\nkind = \"fold\"\nfrom = \"rest/LP1\"\nfree = {{ h = [-3, 3], s = [-1, 1] }}\n\
         [[branch]]\nname = \"high\"\nkind = \"fold\"\nfrom = \"rest/LP2\"\nfree = {{ h = [-3, 3], s = [-1, 1] }}\n\
         [[figure]]\nfile = \"plane.svg\"\nkind = \"diagram\"\nx = {{ column = \"h\", range = [-1, 1] }}\ny = \"s\"\n\
         show = [\"low\", \"high\"]\nbox = {{ x = [-2, 2] }}\n"
    )
}

/// A strip that is just seen between the strokes of its two curves is counted and shaded, in a colour that the legend names; of
/// one that is narrower than a stroke it is told that nothing is known of it, and it takes no colour.
#[test]
fn a_thin_region_is_counted_if_it_can_be_seen() {
    for (r, seen) in [(0.1, true), (0.06, false)] {
        let width = 4.0 * (r / 3.0_f64).powf(1.5);
        let (plan, results) = computed("cusp.toml", |_| strip(r));
        let diagram = &results.diagrams[0];
        assert_eq!((&diagram.missed, &diagram.failure), (&vec![], &None));
        assert_eq!((diagram.regions, diagram.narrow), if seen { (3, 0) } else { (2, 1) }, "{width}");
        for test in &diagram.tests {
            let [h, s] = test.at;
            let inside = (h - s).abs() < 0.5 * width;
            assert_eq!((test.equilibria, test.stable), if inside { (3, 2) } else { (1, 1) }, "{test:?}");
        }
        assert_eq!(diagram.tests.len(), if seen { 18 } else { 12 });
        let svg = draw(&plan.figures[0], &results).expect("a drawing");
        assert_eq!(svg.contains("3 (2)"), seen);
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
