//! What a study means once it is planned.

use super::*;
use crate::diagnostic::Level;
use proptest::prelude::*;

const MODEL: &str = "[model]\nname = \"memristive-neuron\"\n";
const REST: &str = "[[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nfree = { V_in = [0, 8] }\n";
const HOPF: &str =
    "[[branch]]\nname = \"hopf\"\nkind = \"hopf\"\nfrom = \"rest/H1\"\nfree = { V_in = [0, 8], R_n = [0, 15] }\n";

/// Positions of the parameters in the model.
const V_IN: usize = 0;
const R_N: usize = 1;
const Z_T: usize = 2;

#[track_caller]
fn planned(text: &str, overrides: &[(&str, &str)]) -> Planned {
    let overrides: Vec<_> = overrides.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
    plan("folder/s.toml", text, &overrides).unwrap_or_else(|mistakes| {
        panic!("{}", mistakes.iter().map(|m| m.render(false)).collect::<Vec<_>>().join("\n"))
    })
}

#[test]
fn a_study_is_called_as_its_file_and_defaults_are_filled_in() {
    let plan = planned(&format!("{MODEL}{REST}"), &[]).plan;
    assert_eq!((plan.study.as_str(), plan.title.as_str()), ("s", "s"));
    assert_eq!(plan.settings.max_points, DEFAULT_MAX_POINTS);
    assert_eq!(plan.branches[0].free, [(V_IN, [0.0, 8.0])]);
    assert_eq!(plan.branches[0].parameters[R_N], 8.0);
    assert!(matches!(plan.branches[0].origin, Origin::Guess { at: 0.0, ref states } if states.is_empty()));
}

const CHAIN: &str = "[model.integers]\nN = 6\n[model.parameters]\np = 1.0\n[model.define]\n\"u[0]\" = \"0\"\n\
    [model.equations]\n\"u[i = 1..N]\" = \"p + u[i-1] - u[i]\"\nv = \"p - v\"\n\
    [[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nfree = { p = [0, 8] }\n";

#[test]
fn the_value_of_an_array_is_that_of_every_element_without_its_own() {
    // Whichever is written first.
    for start in ["{ u = 0.5, \"u[3]\" = 1.0 }", "{ \"u[N/2]\" = 1.0, u = 0.5 }"] {
        let plan = planned(&format!("{CHAIN}start = {start}\n"), &[]).plan;
        let Origin::Guess { states, .. } = &plan.branches[0].origin else { panic!("a guess") };
        assert_eq!(*states, [(0, 0.5), (1, 0.5), (2, 1.0), (3, 0.5), (4, 0.5), (5, 0.5)]);
    }
    let bounds = "start = \"all\"\nbox = { \"u[3]\" = [0, 9], u = [-1, 1], v = [0, 2] }\n";
    let plan = planned(&format!("{CHAIN}{bounds}"), &[]).plan;
    let Origin::All { bounds, .. } = &plan.branches[0].origin else { panic!("all equilibria") };
    let (own, of_array) = ([0.0, 9.0], [-1.0, 1.0]);
    assert_eq!(*bounds, [of_array, of_array, own, of_array, of_array, of_array, [0.0, 2.0]]);
}

#[test]
fn the_middle_of_a_chain_is_where_its_length_says() {
    let study = format!(
        "{CHAIN}[[figure]]\nfile = \"f.svg\"\nx = \"p\"\ny = \"u[(N + 1)/2]\"\nshow = [\"rest\", {{ block = \"rest\", y = \"u[N]\" }}]\n\
         [[expect]]\npoint = \"rest/EP2\"\nvalue = {{ \"u[N - 1]\" = 40.0 }}\ntolerance = 1e-9\n"
    );
    let named = |overrides: &[(&str, &str)]| {
        let plan = planned(&study, overrides).plan;
        let last = plan.figures[0].series[1].y.clone().unwrap_or_default();
        [plan.figures[0].y.column.clone(), last, plan.expects[0].quantity.clone()]
    };
    assert_eq!(named(&[]), ["u[3]", "u[6]", "u[5]"]);
    assert_eq!(named(&[("model.integers.N", "10")]), ["u[5]", "u[10]", "u[9]"]);
}

#[test]
fn a_branch_starts_at_the_models_value_if_it_is_in_the_range_and_else_at_the_low_end() {
    let at = |value: &str, start: &str| match planned(
        &format!("{MODEL}parameters = {{ V_in = {value} }}\n{REST}{start}"),
        &[],
    )
    .plan
    .branches[0]
        .origin
    {
        Origin::Guess { at, .. } => at,
        _ => f64::NAN,
    };
    assert_eq!(at("3", ""), 3.0);
    assert_eq!(at("9", ""), 0.0);
    assert_eq!(at("3", "start = { V_in = 5 }\n"), 5.0);
}

#[test]
fn a_branch_inherits_the_parameters_of_the_branch_on_which_it_starts() {
    let plan =
        planned(&format!("{MODEL}{REST}parameters = {{ Z_T = 0.5 }}\n{HOPF}parameters = {{ Z_T = 0.5 }}\n"), &[]).plan;
    assert_eq!(plan.branches[1].parameters[Z_T], 0.5);
    assert!(
        matches!(&plan.branches[1].origin, Origin::Point { branch: 0, number: None, select: Select::Label(label) } if label == "H1")
    );
}

#[test]
fn a_branch_from_a_family_is_a_family_member_by_member() {
    let family = "family = { Z_T = { from = 0.1, to = 0.3, count = 3 } }\n";
    let more = "[[expect]]\npoint = \"hopf[Z_T=0.30]/BT1\"\nvalue = { a = 1 }\ntolerance = 1\n";
    let plan = planned(&format!("{MODEL}{REST}{family}{HOPF}{more}"), &[]).plan;
    let names: Vec<&str> = plan.branches.iter().map(|branch| branch.name.as_str()).collect();
    assert_eq!(
        names,
        ["rest[Z_T=0.1]", "rest[Z_T=0.2]", "rest[Z_T=0.3]", "hopf[Z_T=0.1]", "hopf[Z_T=0.2]", "hopf[Z_T=0.3]"]
    );
    for (i, branch) in plan.branches[3..].iter().enumerate() {
        assert!(matches!(branch.origin, Origin::Point { branch, .. } if branch == i));
        assert_eq!(branch.parameters[Z_T], plan.branches[i].parameters[Z_T]);
        assert_eq!((branch.family.as_deref(), branch.member["Z_T"]), (Some("hopf"), branch.parameters[Z_T]));
    }
    assert!(matches!(plan.expects[0].of, Expected::Point { branch: 5, .. }));
}

#[test]
fn one_member_of_a_family_starts_one_branch() {
    let hopf = HOPF.replace("rest/H1", "rest[Z_T=0.5]/H1");
    let plan = planned(&format!("{MODEL}{REST}family = {{ Z_T = [1, 0.5] }}\n{hopf}"), &[]).plan;
    assert_eq!(
        (plan.branches.len(), plan.branches[2].name.as_str(), plan.branches[2].parameters[Z_T]),
        (3, "hopf", 0.5)
    );
    assert!(matches!(plan.branches[2].origin, Origin::Point { branch: 1, .. }));
}

#[test]
fn what_a_model_remarks_of_a_value_is_a_warning() {
    let warnings = |more: &str| planned(&format!("{MODEL}{REST}{more}"), &[]).warnings;
    let [warning] = warnings("parameters = { Z_T = -0.5 }\n").try_into().expect("one warning");
    assert_eq!(warning.level, Level::Warning);
    assert!(warning.message.contains("population inversion"));
    assert!(warnings("parameters = { Z_T = 0 }\n").is_empty());
    let in_gamma = REST.replace("rest", "r2").replace("V_in = [0, 8]", "Gamma = [0, 1]");
    let [warning] = warnings(&in_gamma).try_into().expect("one warning");
    assert!(warning.message.contains("contains 0"));
}

#[test]
fn a_zero_that_no_branch_uses_is_no_mistake() {
    let in_gamma = REST.replace("V_in = [0, 8]", "Gamma = [0.1, 1]");
    assert!(planned(&format!("{MODEL}parameters = {{ Gamma = 0 }}\n{in_gamma}"), &[]).warnings.is_empty());
}

#[test]
fn values_of_the_command_line_are_laid_over_the_study() {
    let study = format!("{MODEL}parameters = {{ R_n = 5, Z_T = 0.5 }}\n{REST}");
    let set = [
        ("model.parameters.R_n", "6"),
        ("settings.max_step", "0.01"),
        ("branch.rest.free.V_in", "[1, 5]"),
        ("branch.rest.start", "{ V = 2 }"),
    ];
    let plan = planned(&study, &set).plan;
    assert_eq!((plan.model.parameters[R_N], plan.model.parameters[Z_T]), (6.0, 0.5));
    assert_eq!(plan.settings.max_step, Some(0.01));
    assert_eq!(plan.branches[0].free, [(V_IN, [1.0, 5.0])]);
    assert!(matches!(&plan.branches[0].origin, Origin::Guess { states, at } if states == &[(0, 2.0)] && *at == 1.0));
}

#[test]
fn mistakes_in_the_study_keep_their_places_under_arguments() {
    let study = format!("{MODEL}{REST}start = {{ W = 1 }}\n");
    let overrides = [("model.parameters.R_n".to_string(), "6".to_string())];
    let mistakes = plan("s.toml", &study, &overrides).expect_err("W is no state");
    assert!(mistakes[0].render(false).contains("s.toml:7:11"));
}

#[test]
fn a_point_may_be_found_by_its_place_and_marked_values_have_points() {
    let hopf = HOPF.replace("\"rest/H1\"", "{ branch = \"rest\", type = \"H\", near = { V_in = 3.3, V = 1 } }");
    let across = REST.replace("rest", "across").replace("V_in = [0, 8]", "R_n = [0, 15]") + "from = \"rest/UZ1\"\n";
    let plan = planned(&format!("{MODEL}{REST}mark = {{ V_in = [2, 3] }}\n{hopf}{across}"), &[]).plan;
    assert!(
        matches!(&plan.branches[1].origin, Origin::Point { select: Select::Near { kind, near }, .. } if kind == "H" && near.len() == 2)
    );
    assert_eq!(plan.branches[0].mark, [(0, 2.0), (0, 3.0)]);
    assert!(matches!(plan.branches[2].origin, Origin::Point { branch: 0, .. }));
}

/// A study with everything in it.
const EVERYTHING: &str = include_str!("everything.toml");

#[test]
fn a_study_with_everything_in_it_is_planned() {
    use crate::figure::{Kind, LineKind, Place, Style};
    let Planned { plan, warnings } = planned(EVERYTHING, &[]);
    assert_eq!(warnings.len(), 1);
    assert_eq!((plan.branches.len(), plan.maps.len()), (13, 3));
    assert_eq!(plan.maps[0].axes[0].1, [0.0, 1.0, 2.0, 3.0, 4.0]);
    assert_eq!(plan.branches.iter().map(|branch| branch.profiles).max(), Some(12));
    let [largest, lowest] = [&plan.optima[0], &plan.optima[1]];
    assert_eq!((largest.quantity, largest.over.len(), largest.starts, largest.maximise), (3, 2, 3, true));
    assert_eq!((lowest.quantity, lowest.starts, lowest.maximise), (4, 8, false));
    assert_eq!(plan.expects.iter().filter(|expect| matches!(expect.of, Expected::Optimum(0))).count(), 2);
    assert_eq!(plan.functions[0].points, 101);
    let [plane, surface, time, space, map, line] = plan.figures.try_into().expect("six figures");
    assert_eq!((plane.kind, plane.size, plane.legend), (Kind::Plane, [178.0, 65.0], false));
    assert_eq!(plane.x.label.as_deref(), Some("bias"));
    assert_eq!(plane.series[1].style, Style::Region);
    assert_eq!(plane.series[0].mark, Some(vec!["LP".to_string()]));
    assert!(plane.series[0].jumps && !plane.labels);
    let through = LineKind::Through("rest/LP1".into(), [Place::Quantity("V_in".into()), Place::Number(0.0)]);
    assert_eq!((&plane.lines[2].kind, &plane.lines[4].kind), (&LineKind::Circle(1.0), &through));
    assert_eq!((time.x.log, time.y.log, time.series[0].periods), (true, false, 3));
    assert_eq!(time.series[0].block, "round/UZ1");
    let heat = map.heat.expect("a map");
    assert_eq!((map.kind, heat.map.as_str(), heat.empty.as_str()), (Kind::Map, "span", "none"));
    assert!(heat.quantity.log && map.series.is_empty() && line.series[0].block == "line");
    assert_eq!((space.kind, space.sphere, space.series[0].profiles), (Kind::Space, Some(1.0), true));
    assert_eq!((surface.kind, surface.series[0].style, surface.view), (Kind::Surface, Style::Surface, [-30.0, 20.0]));
    assert_eq!(plan.expects[2].misprint.as_deref(), Some("a factor of ten"));
}

#[test]
fn a_profile_is_that_of_a_member_as_the_results_name_it() {
    let cycle = "[[branch]]\nname = \"round\"\nkind = \"cycle\"\nfrom = \"rest/H1\"\nfree = { V_in = [0, 8] }\n\
                 mark = { V_in = [1] }\n";
    let figure =
        "[[figure]]\nfile = \"a.svg\"\nx = \"t\"\ny = \"Gamma\"\nshow = [\"round/UZ1\", \"round[Z_T=0.50]/UZ1\"]\n";
    let family = format!("{REST}family = {{ Z_T = [1, 0.5] }}\n");
    let plan = planned(&format!("{MODEL}{family}{cycle}{figure}"), &[]).plan;
    let blocks: Vec<&str> = plan.figures[0].series.iter().map(|series| series.block.as_str()).collect();
    assert_eq!(blocks, ["round/UZ1", "round[Z_T=0.5]/UZ1"]);
}

/// Planning and showing what is wrong must end without a panic.
fn survives(text: &str, overrides: &[(String, String)]) {
    match plan("s.toml", text, overrides) {
        Ok(planned) => planned.warnings.iter().for_each(|warning| drop(warning.render(true))),
        Err(mistakes) => {
            assert!(!mistakes.is_empty(), "refused without a word: {text}");
            mistakes.iter().for_each(|mistake| drop(mistake.render(false)));
        }
    }
}

#[test]
fn odd_texts_are_survived() {
    let deep = format!("a = {}{}", "[".repeat(5000), "]".repeat(5000));
    for text in [
        "",
        "\u{feff}",
        "\u{feff}x = 1",
        "\r\n\t",
        "\0",
        "model = 1\nbranch = 2\nfigure = [1, {}, []]\nexpect = [{}]",
        &deep,
    ] {
        survives(text, &[]);
    }
    survives(EVERYTHING, &[(String::new(), String::new()), ("a.b".into(), deep), ("branch.rest".into(), "1".into())]);
    survives(&EVERYTHING.replace('\n', "\r\n"), &[]);
    survives(&format!("\u{feff}{}", EVERYTHING.replace("rest", "räst")), &[]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(text in any::<String>(), key in ".{0,20}", value in ".{0,20}") {
        survives(&text, &[(key, value)]);
    }

    #[test]
    fn a_study_with_a_part_replaced_is_survived(
        from in 0..EVERYTHING.len(),
        length in 0usize..40,
        part in prop_oneof![
            Just(String::new()),
            ".{0,12}",
            "[-+]?[0-9]{1,30}(\\.[0-9]+)?(e[0-9]{1,4})?",
            prop::sample::select(vec!["inf", "nan", "{}", "[]", "\"\"", "[[branch]]\n", "1979-05-27", "true", "rest/LP1", "hopf[Z_T=1]", "'''", "\n", "=", "{ a = 1 }"]).prop_map(String::from),
        ],
    ) {
        let floor = |at: usize| (0..=at.min(EVERYTHING.len())).rev().find(|at| EVERYTHING.is_char_boundary(*at)).unwrap_or(0);
        let (from, to) = (floor(from), floor(from + length));
        survives(&format!("{}{part}{}", &EVERYTHING[..from], &EVERYTHING[to..]), &[]);
    }

    #[test]
    fn a_study_with_a_word_replaced_by_another_of_its_words_is_survived(this in 0usize..400, that in 0usize..400) {
        let words: Vec<&str> = EVERYTHING.split_inclusive([' ', '\n']).collect();
        let mut changed = words.clone();
        changed[this % words.len()] = words[that % words.len()];
        survives(&changed.concat(), &[]);
    }
}
