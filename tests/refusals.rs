//! Every mistake in a study is refused before anything is computed: exit code 2, and a message with the
//! place, the wrong word and what would be right.

use assert_cmd::Command;
use std::fs;

const MODEL: &str = "[model]\nname = \"memristive-neuron\"\n";
const REST: &str = "[[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nfree = { V_in = [0, 8] }\n";

/// Checks the study and gives what was said; nothing may have been written.
fn refused_with(study: &str, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("s.toml"), study).expect("a study");
    let mut command = Command::cargo_bin("hopfold").expect("the program");
    let output = command.current_dir(&folder).args(["run", "s.toml"]).args(arguments).output().expect("a run");
    let said = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(2), "{study}\n{said}");
    assert!(output.stdout.is_empty() && !folder.path().join("results").exists(), "something was written");
    said
}

#[track_caller]
fn refused(study: &str, words: &[&str]) {
    let said = refused_with(study, &[]);
    for word in words {
        assert!(said.contains(word), "no `{word}` in\n{said}\nof\n{study}");
    }
}

/// The study with the model and the branch of equilibria at R_n = 8 in lines 1 to 6.
#[track_caller]
fn refused_after_rest(more: &str, words: &[&str]) {
    refused(&format!("{MODEL}{REST}{more}"), words);
}

#[test]
fn text_that_is_not_toml_is_shown_with_its_place() {
    refused("[model]\nname = memristive", &["s.toml:2:8", "not TOML", "quotes"]);
}

#[test]
fn a_study_without_a_model_is_refused() {
    refused("title = \"x\"\n", &["s.toml:1:1", "no [model]", "memristive-neuron"]);
}

#[test]
fn a_study_that_asks_for_nothing_is_refused() {
    refused(MODEL, &["asks for nothing", "hopfold new"]);
}

#[test]
fn an_unknown_key_is_met_with_the_nearest_one() {
    refused(
        "[model]\nname = \"memristive-neuron\"\nparameter = {}\n",
        &["s.toml:3:1", "`parameter`", "did you mean `parameters`"],
    );
    refused_after_rest("[setings]\n", &["s.toml:7:2", "`setings`", "did you mean `settings`"]);
}

#[test]
fn a_wrong_type_is_met_with_the_right_one() {
    refused_after_rest("[settings]\nstep = \"small\"\n", &["s.toml:8:8", "`step` must be a number, not a string"]);
    refused_after_rest("optional = 1\n", &["s.toml:7:12", "true or false", "an integer"]);
}

#[test]
fn a_missing_key_is_named_with_an_example() {
    refused(
        &format!("{MODEL}[[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\n"),
        &["s.toml:3:1", "`rest` has no `free`", "V_in = ["],
    );
}

#[test]
fn single_brackets_where_double_ones_belong_are_explained() {
    refused(&format!("{MODEL}[branch]\nname = \"rest\"\n"), &["s.toml:3:1", "double brackets", "[[branch]]"]);
}

#[test]
fn an_unknown_model_is_met_with_the_nearest_one() {
    refused("[model]\nname = \"memristiv-neuron\"\n", &["s.toml:2:8", "did you mean `memristive-neuron`"]);
}

#[test]
fn an_unknown_parameter_is_met_with_the_nearest_one() {
    refused(
        &format!("{MODEL}parameters = {{ Gama = 0.1 }}\n{REST}"),
        &["s.toml:3:16", "no parameter `Gama`", "did you mean `Gamma`"],
    );
}

#[test]
fn a_state_is_not_a_parameter() {
    refused(&format!("{MODEL}parameters = {{ V = 0.1 }}\n{REST}"), &["s.toml:3:16", "`V` is a state"]);
}

#[test]
fn an_unknown_state_is_met_with_those_there_are() {
    refused_after_rest("start = { W = 1 }\n", &["s.toml:7:11", "`W`", "V, Z, X, Y, V_in"]);
}

#[test]
fn an_unknown_kind_is_met_with_the_nearest_one_or_with_its_name_here() {
    let with =
        |kind: &str| format!("{MODEL}[[branch]]\nname = \"rest\"\nkind = \"{kind}\"\nfree = {{ V_in = [0, 8] }}\n");
    refused(&with("equilibriun"), &["s.toml:5:8", "did you mean `equilibrium`"]);
    refused(&with("saddle-node"), &["s.toml:5:8", "called `fold` here"]);
    refused(&with("neimark-sacker"), &["s.toml:5:8", "called `torus` here"]);
    refused(&with("limit-cycle"), &["s.toml:5:8", "called `cycle` here"]);
}

#[test]
fn cycles_begin_at_hopf_points_and_equilibria_do_not_begin_at_cycles() {
    let cycles = "[[branch]]\nname = \"cycles\"\nkind = \"cycle\"\nfrom = \"rest/EP1\"\nfree = { V_in = [0, 8] }\n";
    let rest = format!("{MODEL}[[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nfree = {{ V_in = [0, 8] }}\n");
    refused(&format!("{rest}{cycles}"), &["no cycle is known at `rest/EP1`", "cycles begin at Hopf points"]);
    let born = cycles.replace("EP1", "H1");
    let back = cycles
        .replace("rest/EP1", "cycles/EP2")
        .replace("\"cycles\"", "\"back\"")
        .replace("\"cycle\"", "\"equilibrium\"");
    refused(&format!("{rest}{born}{back}"), &["`cycles/EP2` is on a branch of cycles"]);
}

#[test]
fn a_range_must_go_from_low_to_high_and_be_finite() {
    let with = |range: &str| {
        format!("{MODEL}[[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nfree = {{ V_in = {range} }}\n")
    };
    refused(&with("[1, 1]"), &["s.toml:6:17", "range of `V_in` is empty"]);
    refused(&with("[8, 0]"), &["s.toml:6:17", "reversed", "[0, 8]"]);
    refused(&with("[0, inf]"), &["s.toml:6:21", "finite"]);
    refused(&with("[nan, 1]"), &["s.toml:6:18", "finite"]);
    refused(&with("[-1e308, 1e308]"), &["too long"]);
    refused(&with("[0, 1, 2]"), &["s.toml:6:17", "not 3 numbers"]);
    refused(&with("3"), &["s.toml:6:17", "a range [low, high]"]);
}

#[test]
fn a_parameter_must_be_in_its_domain() {
    refused(&format!("{MODEL}parameters = {{ Z_T = 2 }}\n{REST}"), &["s.toml:3:22", "`Z_T = 2`", "in [-1, 1]"]);
    refused(&format!("{MODEL}parameters = {{ l = 0 }}\n{REST}"), &["s.toml:3:20", "greater than 0"]);
    refused_after_rest("family = { alpha = [1, 3] }\n", &["s.toml:7:24", "`alpha = 3`", "in [0, 2]"]);
    refused(
        &format!("{MODEL}[[branch]]\nname = \"r\"\nkind = \"equilibrium\"\nfree = {{ R_n = [-1, 8] }}\n"),
        &["s.toml:6:16", "leaves the model's domain at -1", "at least 0"],
    );
}

#[test]
fn a_relaxation_rate_of_zero_is_refused_with_the_reason() {
    refused(
        &format!("{MODEL}parameters = {{ Gamma = 0 }}\n{REST}"),
        &["s.toml:3:24", "`Gamma = 0`", "isolated", "Eq. (10)"],
    );
    refused_after_rest("family = { alpha = [1, -0.0] }\n", &["s.toml:7:24", "`alpha = 0`"]);
}

#[test]
fn the_start_must_be_in_the_range() {
    refused_after_rest("start = { V_in = 9 }\n", &["s.toml:7:18", "V_in = 9", "[0, 8]"]);
    refused_after_rest("start = { R_n = 9 }\n", &["s.toml:7:11", "not free", "parameters = { R_n = 9 }"]);
}

#[test]
fn a_kind_has_its_number_of_free_parameters() {
    refused(
        &format!("{MODEL}[[branch]]\nname = \"r\"\nkind = \"equilibrium\"\nfree = {{ V_in = [0, 8], R_n = [1, 2] }}\n"),
        &["s.toml:6:8", "one free parameter, not 2"],
    );
    refused_after_rest(
        "[[branch]]\nname = \"f\"\nkind = \"fold\"\nfrom = \"rest/LP1\"\nfree = { V_in = [0, 8] }\n",
        &["s.toml:11:8", "two free parameters, not 1"],
    );
}

#[test]
fn the_same_parameter_twice_is_refused() {
    refused(
        &format!("{MODEL}[[branch]]\nname = \"r\"\nkind = \"fold\"\nfree = {{ V_in = [0, 8], V_in = [1, 2] }}\n"),
        &["s.toml:6:25", "duplicate"],
    );
    refused_after_rest("parameters = { V_in = 2 }\n", &["s.toml:7:23", "free on this branch", "start = { V_in = 2 }"]);
}

fn hopf(from: &str) -> String {
    format!("[[branch]]\nname = \"hopf\"\nkind = \"hopf\"\n{from}\nfree = {{ V_in = [0, 8], R_n = [0, 15] }}\n")
}

#[test]
fn a_critical_curve_needs_a_point_to_start_from() {
    refused_after_rest(&hopf(""), &["s.toml:9:8", "has no `from`", "H, BT", "rest/H1"]);
}

#[test]
fn a_reference_to_a_branch_that_is_not_there_is_met_with_the_nearest() {
    refused_after_rest(
        &hopf("from = \"rset/H1\""),
        &["s.toml:10:9", "no branch is named `rset`", "did you mean `rest`"],
    );
}

#[test]
fn a_reference_to_a_branch_below_is_refused() {
    refused(
        &format!("{MODEL}{}{REST}", hopf("from = \"rest/H1\"")),
        &["s.toml:6:9", "does not stand above", "top to bottom"],
    );
}

#[test]
fn a_label_that_cannot_exist_there_is_refused() {
    refused_after_rest(
        &hopf("from = \"rest/CP1\""),
        &["s.toml:10:14", "cannot have a `CP` point", "LP, BP, H, NSA, UZ, EP"],
    );
    refused_after_rest(&hopf("from = \"rest/HH1\""), &["s.toml:10:14", "cannot have a `HH` point"]);
    refused_after_rest(
        &hopf("from = \"rest/PD1\""),
        &["s.toml:10:14", "is of kind equilibrium and cannot have a `PD` point", "PD is found on cycle branches"],
    );
    refused_after_rest(&hopf("from = \"rest/Hopf1\""), &["s.toml:10:14", "`Hopf` is not a type"]);
    refused_after_rest(&hopf("from = \"rest/UZ1\""), &["s.toml:10:14", "no UZ point", "mark"]);
    refused_after_rest(&hopf("from = \"rest/H\""), &["s.toml:10:14", "not a label", "`H1`"]);
    refused_after_rest(&hopf("from = \"rest/H0\""), &["s.toml:10:14", "not a label"]);
    refused_after_rest(&hopf("from = \"rest\""), &["s.toml:10:8", "BRANCH/LABEL"]);
}

#[test]
fn a_label_of_a_type_from_which_nothing_of_the_kind_starts_is_refused() {
    refused_after_rest(
        &hopf("from = \"rest/LP1\""),
        &["s.toml:10:14", "cannot start from a point of type LP", "H, BT"],
    );
    refused_after_rest(&hopf("from = \"rest/NSA1\""), &["s.toml:10:14", "neutral saddle", "nothing oscillates"]);
}

#[test]
fn a_place_near_which_to_look_names_quantities_of_the_branch() {
    let from = |near: &str| hopf(&format!("from = {{ branch = \"rest\", type = \"H\", near = {{ {near} }} }}"));
    refused_after_rest(&from("V_inn = 3"), &["s.toml:10:48", "`V_inn`", "did you mean `V_in`"]);
    refused_after_rest(&from(""), &["near to what"]);
    refused_after_rest(&hopf("from = { branch = \"rest\", type = \"H\" }"), &["s.toml:10:8", "has no `near`"]);
}

#[test]
fn a_branch_has_the_parameters_of_the_point_at_which_it_starts() {
    refused_after_rest(
        &hopf("from = \"rest/H1\"\nparameters = { Gamma = 0.2 }"),
        &["s.toml:11:24", "`Gamma` is 0.1 on branch `rest`"],
    );
    refused_after_rest(
        "[[branch]]\nname = \"hopf\"\nkind = \"hopf\"\nfrom = \"rest/H1\"\nfree = { V_in = [0, 8], R_n = [9, 15] }\n",
        &["s.toml:11:31", "R_n = 8", "outside its range [9, 15]"],
    );
    refused_after_rest(
        &hopf("from = \"rest/H1\"\nfamily = { Z_T = [0.5, 1] }"),
        &["`Z_T` is 1 on branch `rest`", "set it in `rest`"],
    );
}

#[test]
fn a_start_and_a_from_exclude_each_other() {
    refused_after_rest(&hopf("from = \"rest/H1\"\nstart = { V = 1 }"), &["s.toml:11:9", "both `start` and `from`"]);
}

#[test]
fn two_blocks_of_one_name_are_shown_both() {
    refused_after_rest(REST, &["s.toml:8:8", "two blocks are named `rest`", "the first", "the second"]);
    let function = "[[function]]\nname = \"rest\"\nof = \"well\"\nrange = [-1, 1]\n";
    refused_after_rest(function, &["s.toml:8:8", "two blocks are named `rest`"]);
}

#[test]
fn a_name_must_do_as_a_file_name() {
    let with = |name: &str| {
        format!("{MODEL}[[branch]]\nname = \"{name}\"\nkind = \"equilibrium\"\nfree = {{ V_in = [0, 8] }}\n")
    };
    for name in ["", "a/b", "a b", "a[1]", "../up", ".hidden", "ä"] {
        refused(&with(name), &["s.toml:4:8", "cannot be the name of a branch", "letters, digits"]);
    }
}

#[test]
fn a_family_has_one_parameter_with_different_values_and_a_bounded_number() {
    refused_after_rest("family = { Z_T = [1], alpha = [1] }\n", &["s.toml:7:10", "over one parameter"]);
    refused_after_rest("family = { Z_T = [] }\n", &["s.toml:7:18", "no members"]);
    refused_after_rest("family = { Z_T = [0.5, 0.50] }\n", &["s.toml:7:24", "twice"]);
    refused_after_rest("family = { V_in = [0.5] }\n", &["s.toml:7:12", "`V_in` is free"]);
    refused_after_rest(
        "family = { Z_T = { from = 0, to = 1, count = 5000000 } }\n",
        &["s.toml:7:46", "from 2 to 1000"],
    );
    refused_after_rest("family = { Z_T = { from = 1, to = 1, count = 5 } }\n", &["s.toml:7:18", "empty"]);
}

#[test]
fn a_member_that_is_not_in_the_family_is_met_with_those_that_are() {
    let family = "family = { Z_T = [0.5, 1] }\n";
    refused_after_rest(
        &format!("{family}{}", hopf("from = \"rest[Z_T=0.6]/H1\"")),
        &["s.toml:11:9", "no member", "rest[Z_T=0.5], rest[Z_T=1]"],
    );
    refused_after_rest(&hopf("from = \"rest[Z_T=0.6]/H1\""), &["s.toml:10:9", "one branch, not a family"]);
}

#[test]
fn what_is_wrong_with_all_members_of_a_family_is_told_once() {
    let family = "family = { Z_T = { from = 0.1, to = 1, count = 1000 } }\n";
    let said = refused_with(
        &format!("{MODEL}{REST}{family}{}", hopf("from = \"rest/H1\"\nparameters = { Gamma = 0.2 }")),
        &[],
    );
    assert!(said.contains("1 mistake in") && said.contains("set it in `rest`"), "{said}");
}

#[test]
fn a_marked_value_must_be_reached() {
    refused_after_rest("mark = { V_in = [1, 9] }\n", &["s.toml:7:21", "V_in = 9", "[0, 8]"]);
    refused_after_rest("mark = { R_n = [1] }\n", &["s.toml:7:10", "not free"]);
    refused_after_rest("extremum = [\"V_in\"]\n", &["s.toml:7:13", "are the folds"]);
    refused_after_rest("extremum = [\"R_n\"]\n", &["s.toml:7:13", "not free"]);
}

#[test]
fn counts_and_settings_are_bounded() {
    refused_after_rest("[settings]\nmax_points = 99999999999999999999\n", &["s.toml:8:14", "from 2 to 1000000"]);
    refused_after_rest("[settings]\nstep = 0\n", &["s.toml:8:8", "greater than 0"]);
    refused_after_rest(
        "[settings]\nstep = 0.1\nmax_step = 0.01\n",
        &["s.toml:8:8", "`step` is greater than `max_step`"],
    );
}

#[test]
fn a_function_must_be_one_of_the_models() {
    refused_after_rest(
        "[[function]]\nname = \"f\"\nof = \"wel\"\nrange = [0, 1]\n",
        &["s.toml:9:6", "did you mean `well`"],
    );
}

#[test]
fn a_map_needs_rising_values_and_quantities_that_cells_have() {
    let map = |grid: &str, more: &str| format!("[[map]]\nname = \"m\"\ngrid = {grid}\n{more}\n");
    let good = "{ V_in = { from = 0.0, to = 4.0, count = 5 } }";
    let refused = |grid: &str, more: &str, words: &[&str]| refused_after_rest(&map(grid, more), words);
    refused(good, "quantity = \"V_spam\"", &["s.toml:10:12", "no quantity `V_spam`", "did you mean `V_span`"]);
    refused(good, "quantity = [\"V\", \"V\"]", &["asked for twice"]);
    refused(good, "", &["has no `quantity`"]);
    refused("{ V_im = [0, 1] }", "quantity = \"V\"", &["no parameter `V_im`", "did you mean `V_in`"]);
    refused("{ V_in = [0, 1, 1] }", "quantity = \"V\"", &["do not rise: 1 after 1"]);
    refused("{ V_in = { from = 1, to = 0, count = 3 } }", "quantity = \"V\"", &["do not rise"]);
    refused("{ V_in = [1] }", "quantity = \"V\"", &["has one value"]);
    refused("{ V_in = [0, 1], R_n = [1, 2], Z_T = [0, 1] }", "quantity = \"V\"", &["one or two parameters, not 3"]);
    refused("{ Gamma = { from = 0.0, to = 1.0, count = 3 } }", "quantity = \"V\"", &["contains 0", "a little above 0"]);
    refused(good, "quantity = \"V\"\nby = \"magic\"", &["not computed by `magic`", "continuation"]);
    refused(good, "quantity = \"V\"\nfrom = \"rest/H1\"", &["no cycle is known at `rest/H1`"]);
    refused(good, "quantity = \"V\"\nparameters = { V_in = 1.0 }", &["on the grid and fixed"]);
    refused(good, "quantity = \"V\"\nstart = { R_n = 1.0 }", &["`R_n` is not a state"]);
    let expected = |cell: &str, quantity: &str| {
        let expect = format!("[[expect]]\npoint = \"{cell}\"\nvalue = {{ {quantity} = 1 }}\ntolerance = 1\n");
        map(good, &format!("quantity = \"V\"\n{expect}"))
    };
    refused_after_rest(&expected("m", "V"), &["names no cell of the map", "for example `m[V_in=0]`"]);
    refused_after_rest(&expected("m[R_n=1]", "V"), &["names no cell of the map"]);
    refused_after_rest(&expected("m[V_in=1.2]", "V"), &["not on the grid", "the nearest value is 1"]);
    refused_after_rest(&expected("m[V_in=1]", "W"), &["`W` is no quantity of the map"]);
    let in_time = "by = \"simulation\"\nstart = { V = 0, Z = 1, X = 0, Y = 0 }\n";
    refused(good, &format!("{in_time}quantity = \"re_1\""), &["does not see `re_1`"]);
    refused(
        good,
        &format!("{in_time}quantity = \"V\"\nreach = {{ V_in = [0, 5] }}"),
        &["`reach` is of maps by continuation"],
    );
    refused(good, &format!("{in_time}quantity = \"V\"\ntime = -1"), &["`time` must be"]);
    refused(good, "quantity = \"V\"\ntime = 10", &["`time` is of maps by simulation"]);
    refused(good, "quantity = \"V\"\nby = \"simulation\"\nstart = { V = 1 }", &["Z, X, Y have no value"]);
    refused(good, "quantity = \"V\"\nreach = { V_in = [1, 5] }", &["must contain the grid"]);
    refused(good, "quantity = \"V\"\nreach = { R_n = [1, 5] }", &["rows run along `V_in`"]);
    refused(good, "quantity = \"V\"\nbox = { V = [0, 1] }", &["`box` is where"]);
}

#[test]
fn a_figure_of_nothing_is_refused() {
    refused_after_rest(
        "[[figure]]\nfile = \"a.svg\"\nx = \"V_in\"\ny = \"V\"\nshow = []\n",
        &["s.toml:11:8", "a figure of nothing", "rest"],
    );
}

#[test]
fn a_figure_draws_blocks_and_columns_that_exist() {
    let with = |x: &str, show: &str| format!("[[figure]]\nfile = \"a.svg\"\nx = \"{x}\"\ny = \"V\"\nshow = [{show}]\n");
    refused_after_rest(&with("V_inn", "\"rest\""), &["s.toml:9:5", "no column `V_inn`", "did you mean `V_in`"]);
    refused_after_rest(&with("omega", "\"rest\""), &["s.toml:9:5", "no column `omega`"]);
    refused_after_rest(&with("V_in", "\"rset\""), &["s.toml:11:9", "no block is named `rset`", "did you mean `rest`"]);
    refused_after_rest(
        &with("V_in", "{ block = \"rest\", style = \"dotted\" }"),
        &["s.toml:11:35", "`dotted`", "line, region, surface"],
    );
    refused_after_rest(&with("V_in", "{ block = \"rest\", mark = [\"CP\"] }"), &["s.toml:11:35", "has no CP points"]);
}

#[test]
fn a_file_is_written_once_and_is_an_svg() {
    let figure = |file: &str| format!("[[figure]]\nfile = \"{file}\"\nx = \"V_in\"\ny = \"V\"\nshow = [\"rest\"]\n");
    refused_after_rest(
        &format!("{}{}", figure("a.svg"), figure("a.svg")),
        &["s.toml:13:8", "two figures", "the first"],
    );
    refused_after_rest(&figure("a.pdf"), &["s.toml:8:8", "SVG", "a.svg"]);
}

#[test]
fn a_surface_needs_three_axes_and_a_plane_two() {
    let figure =
        |more: &str| format!("[[figure]]\nfile = \"a.svg\"\nx = \"V_in\"\ny = \"V\"\nshow = [\"rest\"]\n{more}");
    refused_after_rest(&figure("kind = \"surface\"\n"), &["s.toml:12:8", "third axis"]);
    refused_after_rest(&figure("z = \"V\"\n"), &["s.toml:12:5", "no third axis", "surface"]);
    refused_after_rest(&figure("kind = \"plan\"\n"), &["s.toml:12:8", "did you mean `plane`"]);
    refused_after_rest(&figure("size = [1, 2]\n"), &["s.toml:12:8", "20 to 1000 mm"]);
    refused_after_rest(
        &figure("lines = [{ vertical = 1, horizontal = 2 }]\n"),
        &["s.toml:12:10", "vertical and horizontal"],
    );
    refused_after_rest(
        &figure("lines = [{ through = \"rest/LP1\", and = [\"Q\", 0] }]\n"),
        &["s.toml:12:41", "no quantity `Q`"],
    );
}

#[test]
fn profiles_are_those_of_cycles() {
    let cycles = "[[branch]]\nname = \"round\"\nkind = \"cycle\"\nfrom = \"rest/H1\"\nfree = { V_in = [0, 8] }\nmark = { V_in = [1] }\n";
    let with = |x: &str, show: &str| {
        format!("{cycles}[[figure]]\nfile = \"a.svg\"\nx = \"{x}\"\ny = \"V\"\nshow = [{show}]\n")
    };
    refused_after_rest(&with("t", "\"rest/LP1\""), &["s.toml:17:9", "an equilibrium and has no profile"]);
    refused_after_rest(&with("t", "\"round/H1\""), &["s.toml:17:9", "has no profile", "shrink to a point"]);
    refused_after_rest(&with("tt", "\"round/UZ1\""), &["s.toml:15:5", "no column `tt`"]);
    refused_after_rest(&with("V_in", "{ block = \"round\", profiles = true }"), &["s.toml:17:39", "profiles = 12"]);
    refused_after_rest(&with("V_in", "{ block = \"rest\", profiles = true }"), &["s.toml:17:38", "has no profiles"]);
    refused_after_rest(&with("V_in", "{ block = \"rest\", periods = 2 }"), &["s.toml:17:37", "no periods"]);
    refused_after_rest(
        &with("t", "{ block = \"round/UZ1\", mark = [\"PD\"] }"),
        &["s.toml:17:40", "a profile and has no special points"],
    );
    refused_after_rest("profiles = 3\n", &["s.toml:7:12", "kind equilibrium has no profiles"]);
}

#[test]
fn a_logarithmic_axis_is_positive_and_a_sphere_is_in_space() {
    let figure =
        |x: &str, more: &str| format!("[[figure]]\nfile = \"a.svg\"\nx = {x}\ny = \"V\"\nshow = [\"rest\"]\n{more}");
    refused_after_rest(
        &figure("{ column = \"V_in\", scale = \"lgo\" }", ""),
        &["s.toml:9:32", "no axis has the scale `lgo`", "did you mean `log`"],
    );
    refused_after_rest(
        &figure("{ column = \"V_in\", scale = \"log\", range = [0, 8] }", ""),
        &["s.toml:9:47", "positive numbers only"],
    );
    refused_after_rest(&figure("\"V_in\"", "sphere = 1\n"), &["s.toml:12:10", "in space only"]);
    refused_after_rest(
        &figure("{ column = \"V_in\", scale = \"log\" }", "kind = \"space\"\nz = \"X\"\nsphere = 1\n"),
        &["s.toml:9:32", "a sphere is none on a logarithmic axis"],
    );
    refused_after_rest(
        &figure("\"V_in\"", "kind = \"space\"\n"),
        &["s.toml:12:8", "a space figure needs a third axis"],
    );
    refused_after_rest(
        &figure("\"V_in\"", "kind = \"space\"\nz = \"X\"\nlines = [{ circle = 0 }]\n"),
        &["a space figure has no `lines`", "the radius of a circle is positive"],
    );
}

#[test]
fn a_figure_of_a_map_shows_a_quantity_over_its_parameters() {
    let map = "[[map]]\nname = \"span\"\ngrid = { V_in = [0, 1], Gamma = [0.1, 0.2] }\nquantity = \"V_span\"\n\
               [[map]]\nname = \"row\"\ngrid = { V_in = [0, 1] }\nquantity = \"V\"\n";
    let figure = |more: &str| format!("{map}[[figure]]\nfile = \"a.svg\"\nkind = \"map\"\n{more}\n");
    let axes = "x = \"V_in\"\ny = \"Gamma\"";
    refused_after_rest(
        &figure(axes),
        &["s.toml:17:8", "needs `map`", "needs `quantity`", "for example `quantity = \"V_span\"`"],
    );
    refused_after_rest(
        &figure(&format!("{axes}\nmap = \"spam\"\nquantity = \"V_span\"")),
        &["s.toml:20:7", "no map is named `spam`", "did you mean `span`"],
    );
    refused_after_rest(
        &figure(&format!("{axes}\nmap = \"span\"\nquantity = \"V_spam\"")),
        &["s.toml:21:12", "no quantity `V_spam`", "did you mean `V_span`"],
    );
    refused_after_rest(
        &figure("x = \"V_in\"\ny = \"Z_T\"\nmap = \"span\"\nquantity = \"V_span\""),
        &["s.toml:19:5", "not over `Z_T`"],
    );
    refused_after_rest(
        &figure("x = \"V_in\"\ny = \"V_in\"\nmap = \"span\"\nquantity = \"V_span\""),
        &["s.toml:19:5", "on both axes"],
    );
    refused_after_rest(
        &figure(&format!("{axes}\nmap = \"row\"\nquantity = \"V\"")),
        &["s.toml:20:7", "which is a curve", "show = [\"row\"]"],
    );
    let plane = |more: &str| format!("{map}[[figure]]\nfile = \"a.svg\"\nx = \"V_in\"\ny = \"V_span\"\n{more}\n");
    refused_after_rest(&plane("show = [\"span\"]"), &["s.toml:19:9", "a map over two parameters", "kind = \"map\""]);
    refused_after_rest(&plane("show = [\"row\"]"), &["s.toml:18:5", "no column `V_span`"]);
    refused_after_rest(&plane("show = [\"rest\"]\nempty = \"none\""), &["s.toml:20:9", "the figure shows none"]);
    refused_after_rest(&plane(""), &["has no `show`"]);
}

#[test]
fn an_expectation_names_a_quantity_that_the_point_has() {
    let expect = |point: &str, value: &str, tolerance: &str| {
        format!("[[expect]]\npoint = \"{point}\"\nvalue = {{ {value} }}\ntolerance = {tolerance}\n")
    };
    refused_after_rest(
        &expect("rest/LP1", "V_inn = 5", "1e-5"),
        &["s.toml:9:11", "no quantity `V_inn`", "did you mean `V_in`"],
    );
    refused_after_rest(&expect("rest/LP1", "l1 = 5", "1e-5"), &["s.toml:9:11", "no quantity `l1`"]);
    refused_after_rest(&expect("rest/LP1", "R_n = 5", "1e-5"), &["s.toml:9:11", "held fixed"]);
    refused_after_rest(&expect("rest/BT1", "a = 5", "1e-5"), &["s.toml:8:15", "cannot have a `BT` point"]);
    refused_after_rest(&expect("rest/LP1", "V_in = 5", "0"), &["s.toml:10:13", "greater than 0"]);
    refused_after_rest(&expect("rest/LP1", "V_in = 5", "inf"), &["s.toml:10:13", "finite"]);
    refused_after_rest(&expect("rest/EP3", "V_in = 5", "1"), &["s.toml:8:15", "EP1 and EP2"]);
}

#[test]
fn an_expectation_of_a_family_asks_for_a_member() {
    let more = "family = { Z_T = [0.5, 1] }\n[[expect]]\npoint = \"rest/LP1\"\nvalue = { V_in = 5 }\ntolerance = 1\n";
    refused_after_rest(more, &["which member", "rest[Z_T=0.5], rest[Z_T=1]"]);
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_text() {
    let said =
        refused_with(&format!("titel = 1\n{MODEL}parameters = {{ Gama = 1 }}\n[settings]\nstep = -1\n{REST}"), &[]);
    let at = |word: &str| said.find(word).unwrap_or_else(|| panic!("no `{word}` in {said}"));
    assert!(at("`titel`") < at("`Gama`") && at("`Gama`") < at("`step`"), "{said}");
    assert!(said.contains("3 mistakes in `s.toml`"), "{said}");
}

#[test]
fn a_mistake_in_an_argument_is_shown_in_the_argument() {
    let study = format!("{MODEL}{REST}");
    let said = |set: &str| refused_with(&study, &["--set", set]);
    let all = |said: String, words: &[&str]| {
        words.iter().for_each(|word| assert!(said.contains(word), "no `{word}` in {said}"))
    };
    all(said("model.parameters.Gama=1"), &["command line:1:24", "did you mean `Gamma`"]);
    all(said("model.parameters.Z_T=3"), &["command line:1:28", "in [-1, 1]"]);
    all(said("branch.rset.free.V_in=[0,1]"), &["command line:1:14", "did you mean `rest`"]);
    all(said("branch.rest.free.V_in=[9,1]"), &["command line:1:29", "reversed"]);
    all(said("model.name=neuron"), &["command line:1:18", "not a TOML value", "quotes"]);
    all(said("model..name=1"), &["command line:1:7", "not a key"]);
    all(said("figure.a.b=1"), &["cannot be set"]);
    all(said("model.name.x=1"), &["not a table"]);
    all(said("settings.step=1\nx=2"), &["not a TOML value"]);
}

const DEVICE: &str = "m = 1.67e-27\nq = 1.6e-19\nOmega_p = 1.58e12\nL = 4e-10\nx_0 = 3.2e-10\nlambda = 5.2e-11\nR_0 = 1e5\n\
                      R_ext = 5e5\nC_ext = 8.9e-18\nV_ext = 0.01\nT = 0.1\ngamma_phi = 2.2e10\ngamma_T = 2.2e10\nDelta_Omega = 1e12\n";
const BIAS: &str = "[[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nfree = { V_ext = [0, 0.02] }\n";

#[test]
fn a_device_known_in_part_or_twice_is_refused_with_what_is_missing() {
    let device = |change: &dyn Fn(&str) -> String| format!("{MODEL}[model.physical]\n{}{BIAS}", change(DEVICE));
    let without = device(&|text| text.replace("\nT = 0.1\n", "\n").replace("q = 1.6e-19\n", ""));
    refused(&without, &["has no `T`", "has no `q`"]);
    refused(&device(&|text| text.to_string() + "R_n = 5\n"), &["unknown key `R_n`", "[model.physical]"]);
    let twice = format!("{MODEL}parameters = {{ R_n = 5 }}\n[model.physical]\n{DEVICE}{BIAS}");
    refused(&twice, &["s.toml:3:", "`R_n` is given in `parameters`", "in SI units"]);
    let freed =
        device(&str::to_string) + "[[branch]]\nname = \"b\"\nkind = \"equilibrium\"\nfree = { V_in = [0, 1] }\n";
    refused(&freed, &["`V_in` follows from V_ext, m, q, Omega_p, L", "not given by itself"]);
    refused(&device(&|text| text.replace("gamma_T = 2.2e10", "gamma_T = 5e10")), &["at most 2 gamma_phi", "Bloch"]);
    refused(&device(&|text| text.replace("\nT = 0.1", "\nT = -1")), &["`T = -1` is outside", "at least 0"]);
    let other = format!("[model]\nname = \"reduced-oscillator\"\n[model.physical]\n{DEVICE}{BIAS}");
    refused(&other, &["not known in SI units", "memristive-neuron"]);
}

#[test]
fn an_optimum_of_nothing_known_is_refused() {
    let optimum = |keys: &str| format!("[[optimum]]\nname = \"o\"\n{keys}");
    let over = "over = { R_n = [1, 8] }\n";
    refused_after_rest(&optimum(&format!("of = \"W\"\nfrom = \"rest/EP1\"\n{over}")), &["no column `W`"]);
    refused_after_rest(&optimum(&format!("of = \"V\"\nfrom = \"rest/LP1\"\n{over}")), &["from `rest/LP1`", "UZ, H"]);
    let goal = format!("of = \"V\"\nfrom = \"rest/EP1\"\ngoal = \"maximal\"\n{over}");
    refused_after_rest(&optimum(&goal), &["`maximal` is no goal", "`maximum`"]);
    let wide = "of = \"V\"\nfrom = \"rest/EP1\"\nover = { alpha = [1, 3] }\n";
    refused_after_rest(&optimum(wide), &["leaves the model's domain at 3"]);
    let good = optimum(&format!("of = \"V\"\nfrom = \"rest/EP1\"\n{over}"));
    let expect = "[[expect]]\npoint = \"o\"\nvalue = { W = 1 }\ntolerance = 1\n";
    refused_after_rest(&format!("{good}{expect}"), &["optimum `o` has no quantity `W`"]);
    let figure = "[[figure]]\nfile = \"f.svg\"\nx = \"V_in\"\ny = \"V\"\nshow = [\"o\"]\n";
    refused_after_rest(&format!("{good}{figure}"), &["`o` is an optimum"]);
}

/// A simulation in lines 7 and 8, with these keys from line 9 on.
fn simulation(keys: &str) -> String {
    format!("[[simulation]]\nname = \"s\"\n{keys}")
}

const AT_REST: &str = "start = { V = 0, Z = 1, X = 0, Y = 0 }\n";

#[test]
fn a_simulation_begins_with_every_state_at_one_place() {
    let refused = |keys: &str, words: &[&str]| refused_after_rest(&simulation(keys), words);
    refused("time = 1\n", &["s.toml:8:8", "neither `start` nor `from`", "start = { V = 0.1, … }"]);
    refused("start = { V = 0.1 }\ntime = 1\n", &["s.toml:9:9", "Z, X, Y have no value", "add Z = …, X = …, Y = …"]);
    refused("start = { V = 0, Z = 1, X = 0 }\ntime = 1\n", &["s.toml:9:9", "Y has no value", "add Y = …"]);
    refused("start = { W = 1 }\ntime = 1\n", &["s.toml:9:11", "`W` in `start` is no state", "V, Z, X, Y"]);
    refused("start = { V_in = 1 }\ntime = 1\n", &["s.toml:9:11", "parameters = { V_in = … }"]);
    refused("start = { V = nan, Z = 1, X = 0, Y = 0 }\ntime = 1\n", &["s.toml:9:15", "finite"]);
    // What cannot be read is not said to be missing as well.
    let said = refused_with(&format!("{MODEL}{REST}{}", simulation("start = [0, 1, 0, 0]\ntime = \"9\"\n")), &[]);
    assert!(said.contains("must be a table of numbers") && said.contains("must be a number, not a string"), "{said}");
    assert!(!said.contains("neither") && !said.contains("has no `time`"), "{said}");
    let second = format!("{AT_REST}time = 1\n[[simulation]]\nname = \"t\"\nfrom = \"s\"\ntime = 1\n");
    refused(&second, &["s.toml:13:8", "`s` is a simulation", "as `start`"]);
    let both = format!("{AT_REST}from = \"rest/H1\"\ntime = 1\n");
    refused(&both, &["s.toml:9:9", "both `start` and `from`", "`perturb` adds"]);
    let perturbed = format!("{AT_REST}perturb = {{ X = 1e-3 }}\ntime = 1\n");
    refused(&perturbed, &["s.toml:10:13", "adds to the states of a point", "begin at a point"]);
    refused("from = \"rest/H1\"\nperturb = { x = 1e-3 }\ntime = 1\n", &["s.toml:10:13", "did you mean `X`"]);
    refused("from = \"rst/H1\"\ntime = 1\n", &["s.toml:9:9", "did you mean `rest`"]);
    let chain = "[model.integers]\nN = 9\n[model.equations]\n\"u[i = 1..N]\" = \"-u[i]\"\nv = \"-v\"\n";
    let words = &["u[1], u[2]", "(9 in all)", "add u = …"];
    self::refused(&format!("[model]\n{chain}{}", simulation("start = { v = 1 }\ntime = 1\n")), words);
}

#[test]
fn a_simulation_has_an_end_and_sound_tolerances() {
    let refused = |keys: &str, words: &[&str]| refused_after_rest(&simulation(&format!("{AT_REST}{keys}")), words);
    refused("", &["s.toml:8:8", "has no `time`", "for example `time = 100.0`"]);
    refused("time = 0\n", &["s.toml:10:8", "`time` must be greater than 0"]);
    refused("time = -1\n", &["s.toml:10:8", "`time` must be greater than 0"]);
    refused("time = 1\ntransient = -1\n", &["s.toml:11:13", "`transient` must be 0 or more"]);
    refused("time = 1\nuntil = \"stedy\"\n", &["s.toml:11:9", "did you mean `steady`"]);
    refused("time = 1\nmethod = \"rk4\"\n", &["s.toml:11:10", "called `rk4`", "dop853"]);
    refused("time = 1\nrtol = 0.1\n", &["s.toml:11:8", "between 1e-14 and 0.01"]);
    refused("time = 1\nrtol = 1e-20\n", &["s.toml:11:8", "between 1e-14 and 0.01"]);
    refused("time = 1\natol = 0\n", &["s.toml:11:8", "`atol` must be greater than 0"]);
    refused("time = 1\npoints = 1\n", &["s.toml:11:10", "`points`"]);
    refused("time = 1\ntolerance = 1e-9\n", &["s.toml:11:1", "unknown key `tolerance`"]);
}

#[test]
fn a_ramp_moves_one_parameter_of_the_model_at_a_rate() {
    let refused = |keys: &str, words: &[&str]| refused_after_rest(&simulation(&format!("{AT_REST}{keys}")), words);
    let ramp = "ramp = { V_in = [0, 8, 0] }\n";
    refused(ramp, &["s.toml:10:10", "how fast", "rate = 0.01"]);
    refused(&format!("{ramp}rate = 0\n"), &["s.toml:11:8", "a rate must be greater than 0"]);
    refused(&format!("{ramp}rate = -0.1\n"), &["s.toml:11:8", "a rate must be greater than 0"]);
    refused("time = 1\nrate = 0.1\n", &["s.toml:11:8", "there is none", "ramp = { V_in"]);
    refused("ramp = { V_in = [0] }\nrate = 1\n", &["s.toml:10:17", "two values at least"]);
    refused("ramp = { V_in = [1, 1] }\nrate = 1\n", &["s.toml:10:17", "does not move"]);
    refused("ramp = { V_im = [0, 1] }\nrate = 1\n", &["s.toml:10:10", "did you mean `V_in`"]);
    refused("ramp = { V = [0, 1] }\nrate = 1\n", &["s.toml:10:10", "`V` is a state"]);
    refused("ramp = { V_in = [0, 1], R_n = [1, 2] }\nrate = 1\n", &["s.toml:10:8", "a ramp moves one parameter"]);
    let said = refused_with(
        &format!("{MODEL}{REST}{}", simulation(&format!("{AT_REST}ramp = {{ V_in = 3 }}\nrate = 1\n"))),
        &[],
    );
    assert!(said.contains("must be an array of numbers") && !said.contains("moves one parameter"), "{said}");
    refused("ramp = { alpha = [0.5, 3] }\nrate = 1\n", &["s.toml:10:24", "outside the model's domain", "in [0, 2]"]);
    refused(&format!("{ramp}rate = 1\ntime = 9\n"), &["s.toml:12:8", "its ways over its rate"]);
    refused(&format!("{ramp}rate = 1\nuntil = \"steady\"\n"), &["s.toml:12:9", "not with a ramp"]);
    refused(&format!("{ramp}rate = 1\nbranch = \"rst\"\n"), &["s.toml:12:10", "did you mean `rest`"]);
    refused("time = 1\nbranch = \"rest\"\n", &["s.toml:11:10", "there is no ramp"]);
    let spectrum = format!("{ramp}rate = 1\nspectrum = {{ of = \"V\" }}\n");
    refused(&spectrum, &["s.toml:12:12", "stand still", "not with a ramp"]);
}

#[test]
fn a_spectrum_is_of_a_state_over_a_time_that_is_known() {
    let refused = |keys: &str, words: &[&str]| {
        refused_after_rest(&simulation(&format!("{AT_REST}time = 9\n{keys}")), words);
    };
    refused("spectrum = { of = \"W\" }\n", &["s.toml:11:19", "`W` is no state", "V, Z, X, Y"]);
    refused("spectrum = { of = \"V\", window = \"han\" }\n", &["s.toml:11:33", "did you mean `hann`"]);
    refused("spectrum = \"V\"\n", &["s.toml:11:12", "must be a table, { of = \"STATE\" }"]);
    refused("spectrum = { window = \"hann\" }\n", &["s.toml:11:12", "has no `of`"]);
    refused("until = \"periodic\"\nspectrum = { of = \"V\" }\n", &["s.toml:12:12", "whose length is known"]);
    let figure = "[[figure]]\nfile = \"f.svg\"\nx = \"omega\"\ny = \"S\"\nshow = [\"s/spectrum\"]\n";
    refused(figure, &["s.toml:15:9", "has no spectrum", "spectrum = { of = \"V\" }"]);
    let figure = format!("spectrum = {{ of = \"V\" }}\n{}", figure.replace("omega", "omga"));
    refused(&figure, &["s.toml:14:5", "`omga`", "did you mean `omega`"]);
}

#[test]
fn an_expectation_of_a_simulation_is_of_what_it_measures() {
    let expect = |value: &str| {
        let keys = format!("{AT_REST}time = 9\n[[expect]]\npoint = \"s\"\nvalue = {{ {value} }}\ntolerance = 1\n");
        simulation(&keys)
    };
    refused_after_rest(&expect("V_spam = 1"), &["s.toml:13:11", "measures no `V_spam`", "did you mean `V_span`"]);
    refused_after_rest(&expect("omega_1 = 1"), &["s.toml:13:11", "measures no `omega_1`"]);
    refused_after_rest(&expect("jump_1 = 1"), &["s.toml:13:11", "measures no `jump_1`"]);
    refused_after_rest(&expect(""), &["s.toml:13:9", "an expectation of nothing"]);
}

#[test]
fn a_cycle_starts_with_every_state_and_a_period() {
    let cycle = |start: &str| {
        format!("[[branch]]\nname = \"c\"\nkind = \"cycle\"\nstart = {start}\nfree = {{ V_in = [0, 8] }}\n")
    };
    refused_after_rest(&cycle("{ V = 1, Z = 1, X = 0, Y = 0 }"), &["s.toml:10:9", "has no `period`", "period = 6.3"]);
    refused_after_rest(&cycle("{ V = 1, period = 1 }"), &["s.toml:10:9", "Z, X, Y have no value"]);
    refused_after_rest(&cycle("{ V = 1, Z = 1, X = 0, Y = 0, period = 0 }"), &["s.toml:10:48", "greater than 0"]);
}
