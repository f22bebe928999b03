//! What stands in the tables.

use super::branch::{in_words, stability};
use super::layout::{DIGITS, WIDTH};
use super::*;
use crate::results::{Branch, Check, End, ModelRecord, Special, Unresolved, Values};

fn values(pairs: &[(&str, f64)]) -> Values {
    pairs.iter().map(|(name, value)| (name.to_string(), *value)).collect()
}

fn hopf_point() -> Special {
    Special {
        label: "H1".into(),
        kind: "H".into(),
        values: values(&[
            ("V_in", 0.22538454208),
            ("V", 0.153995631),
            ("Z", 1.0),
            ("X", 0.0),
            ("Y", 0.0),
            ("omega", 7.02308910),
        ]),
        normal_form: values(&[("re_c1", -0.0123456789), ("l1", -0.00175787)]),
        words: "supercritical".into(),
        ..Special::default()
    }
}

#[test]
fn rounding_errors_of_a_degenerate_point_are_zero() {
    let mut point = hopf_point();
    point.normal_form = values(&[("re_c1", 1.9e-34), ("l1", 1.9e-34)]);
    assert!(in_words(&point).contains("e-34"), "a small coefficient is none of rounding");
    point.words = "degenerate: a Bautin point".into();
    assert!(!in_words(&point).contains("e-34"));
}

fn branch() -> Branch {
    Branch {
        name: "rest".into(),
        kind: "equilibrium".into(),
        free: vec!["V_in".into()],
        special: vec![hopf_point()],
        ends: vec![End { how: "bound".into(), why: "V_in reached its upper bound 8".into() }],
        unresolved: vec![Unresolved {
            between: [1, 2],
            values: [1.0, 1.5],
            unstable: [0, 2],
            why: "no H point found".into(),
        }],
        failure: Some(Failure {
            what: "no convergence".into(),
            place: "V_in = 2".into(),
            tried: "30 steps".into(),
            advice: "a smaller step".into(),
            excerpt: String::new(),
        }),
        ..Branch::default()
    }
}

fn model() -> ModelRecord {
    ModelRecord { states: ["V", "Z", "X", "Y"].map(String::from).to_vec(), ..ModelRecord::default() }
}

#[test]
fn a_branch_is_told_within_a_hundred_columns() {
    let text = results(&Results { title: "T".into(), model: model(), branches: vec![branch()], ..Results::default() });
    assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
    for word in
        ["0.2253845421", "supercritical", "l1 = -0.00175787", "upper bound 8", "UNRESOLVED", "FAILED", "smaller step"]
    {
        assert!(text.contains(word), "{word}: {text}");
    }
}

#[test]
fn a_family_is_one_table() {
    let members: Vec<Branch> = [0.1, 0.2, 0.3]
        .map(|z| Branch {
            name: format!("hopf[Z_T={z}]"),
            family: Some("hopf".into()),
            member: values(&[("Z_T", z)]),
            special: if z == 0.2 { vec![] } else { vec![hopf_point()] },
            unresolved: vec![],
            failure: None,
            ..branch()
        })
        .to_vec();
    let text = results(&Results { model: model(), branches: members, ..Results::default() });
    assert!(text.contains("hopf: 3 members over Z_T"), "{text}");
    assert!(text.contains("no special points at Z_T = 0.2"), "{text}");
    assert!(text.contains("upper bound 8 (3×)"), "{text}");
    assert_eq!(text.matches("point ").count(), 1, "{text}");
}

fn traced(labels: &[(&str, usize)], unstable: &[usize], points: &[[f64; 4]]) -> Branch {
    let special = labels
        .iter()
        .map(|(label, index)| Special {
            label: label.to_string(),
            kind: label.trim_end_matches(|c: char| c.is_ascii_digit()).into(),
            index: *index,
            values: ["V_in", "V", "Z", "X"].map(String::from).into_iter().zip(points[*index]).collect(),
            ..Special::default()
        })
        .collect();
    Branch {
        name: "rest".into(),
        kind: "equilibrium".into(),
        free: vec!["V_in".into()],
        columns: ["V_in", "V", "Z", "X"].map(String::from).to_vec(),
        points: points.iter().map(|point| point.to_vec()).collect(),
        unstable: unstable.to_vec(),
        special,
        ..Branch::default()
    }
}

#[test]
fn a_hopf_curve_beyond_a_bogdanov_takens_point_is_one_of_neutral_saddles() {
    let points: Vec<[f64; 4]> = (0..7).map(|i| [f64::from(i), 1.0, 1.0, f64::from(3 - i)]).collect();
    let branch = Branch {
        kind: "hopf".into(),
        columns: ["V_in", "V", "Z", "kappa"].map(String::from).to_vec(),
        ..traced(&[("EP1", 0), ("BT1", 3), ("EP2", 6)], &[0; 7], &points)
    };
    assert_eq!(stability(&branch).as_deref(), Some("stable EP1-BT1, neutral saddles BT1-EP2"));
}

#[test]
fn stability_is_told_from_point_to_point_and_neutral_saddles_do_not_part_it() {
    let points: Vec<[f64; 4]> = (0..7).map(|i| [f64::from(i), 1.0, 1.0, 0.0]).collect();
    let labels = [("EP1", 0), ("LP1", 2), ("NSA1", 3), ("LP2", 5), ("EP2", 6)];
    let branch = traced(&labels, &[0, 0, 0, 1, 1, 0, 0], &points);
    assert_eq!(stability(&branch).as_deref(), Some("stable EP1-LP1, 1 unstable LP1-LP2, stable LP2-EP2"));
    let two_points = traced(&[("EP1", 0), ("EP2", 1)], &[0, 0], &points[..2]);
    assert_eq!(stability(&two_points).as_deref(), Some("stable EP1-EP2"));
}

#[test]
fn a_closed_curve_is_told_all_around() {
    let points: Vec<[f64; 4]> = (0..8).map(|i| [f64::from(i), 1.0, 1.0, f64::from((i - 2) * (5 - i))]).collect();
    let branch = Branch {
        kind: "hopf".into(),
        closed: true,
        columns: ["V_in", "V", "Z", "kappa"].map(String::from).to_vec(),
        ..traced(&[("BT1", 2), ("BT2", 5)], &[1; 8], &points)
    };
    assert_eq!(stability(&branch).as_deref(), Some("1 unstable BT1-BT2, neutral saddles with 1 unstable BT2-BT1"));
    let alone = Branch { closed: true, ..traced(&[("BT1", 2)], &[0, 0, 1, 0], &points[..4]) };
    assert_eq!(stability(&alone).as_deref(), Some("stable BT1-BT1"));
    let unsettled = Branch { closed: true, ..traced(&[("ZH1", 1), ("ZH2", 3)], &[0, 0, 2, 0, 4], &points[..5]) };
    assert_eq!(stability(&unsettled), None);
}

#[test]
fn states_that_do_not_change_are_told_in_one_line_and_rounding_errors_are_zero() {
    let points = [[0.0, 0.5, 1.0, -7e-33], [1.0, 2.0, 1.0 - 1e-16, 2e-17], [2.0, 8.0 + 2e-15, 1.0, 0.0]];
    let branch = traced(&[("EP1", 0), ("EP2", 2)], &[0, 0, 0], &points);
    let text = results(&Results { model: model(), branches: vec![branch], ..Results::default() });
    assert!(text.contains("Z = 1, X = 0 throughout"), "{text}");
    assert!(!text.contains("e-33") && text.contains("0.5000000000") && !text.contains("8.0"), "{text}");
    // A state that moves between the special points is no constant.
    let moved = [[0.0, 0.5, 1.0, 0.0], [1.0, 0.5, 0.5, 0.0], [2.0, 0.5, 1.0, 0.0]];
    let branch = traced(&[("EP1", 0), ("EP2", 2)], &[0, 0, 0], &moved);
    let text = results(&Results { model: model(), branches: vec![branch], ..Results::default() });
    assert!(text.contains("V = 0.5000000000, X = 0 throughout"), "{text}");
}

#[test]
fn a_long_family_is_told_in_one_line_a_member() {
    let points = [[0.0, 0.5, 1.0, 0.0], [1.0, 0.6, 1.0, 0.0], [2.0, 0.7, 1.0, 0.0]];
    let members: Vec<Branch> = (0..10)
        .map(|i| Branch {
            name: format!("rest[R_n={i}]"),
            family: Some("rest".into()),
            member: values(&[("R_n", f64::from(i))]),
            ..traced(&[("LP1", 0), ("NSA1", 1), ("LP2", 2)], &[0, 0, 0], &points)
        })
        .collect();
    let text = results(&Results { model: model(), branches: members, ..Results::default() });
    assert!(text.lines().count() < 20, "{text}");
    assert!(text.contains("LP1  LP2") && text.contains("10 neutral saddles (NSA) on 10 members"), "{text}");
}

#[test]
fn a_chain_is_told_by_three_columns_and_its_constants_as_one() {
    let names: Vec<String> = (1..=50).map(|i| format!("u[{i}]")).chain((1..=25).map(|i| format!("w[{i}]"))).collect();
    let columns: Vec<String> = ["p".to_string()].into_iter().chain(names.iter().cloned()).collect();
    let point = |p: f64| -> Vec<f64> {
        [p].into_iter().chain((1..=50).map(|i| p * f64::from(i) / 7.0)).chain([2.5; 25]).collect()
    };
    let points = vec![point(1.0), point(2.0), point(3.0)];
    let special = [("EP1", 0), ("LP1", 1), ("EP2", 2)].map(|(label, index)| Special {
        label: label.into(),
        kind: label[..2].into(),
        index,
        values: columns.iter().cloned().zip(points[index].iter().copied()).collect(),
        ..Special::default()
    });
    let gap = |value: f64| Unresolved { values: [value, value + 0.5], unstable: [0, 1], ..Unresolved::default() };
    let branch = Branch {
        name: "chain".into(),
        free: vec!["p".into()],
        unstable: vec![0; 3],
        unresolved: (0..12).map(|i| gap(f64::from(i))).collect(),
        special: special.to_vec(),
        columns,
        points,
        ..Branch::default()
    };
    let model = ModelRecord { states: names, ..ModelRecord::default() };
    let text = results(&Results { model, branches: vec![branch], ..Results::default() });
    assert!(text.contains("u[1]") && text.contains("u[25]") && text.contains("u[50]"), "{text}");
    assert!(text.contains("not shown here: u[2..24], u[26..49] (in the CSV file"), "{text}");
    assert!(text.contains("w[1..25] = 2.500000000 throughout"), "{text}");
    assert_eq!(text.matches("UNRESOLVED").count(), 3, "{text}");
    assert!(text.contains("and 9 more like these between p = 3 and 11.5"), "{text}");
    assert!(text.lines().count() < 20 && text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
}

#[test]
fn a_misprint_is_never_a_pass_and_never_a_failure() {
    let check = Check {
        point: "rest/H1".into(),
        quantity: "V_in".into(),
        expected: 0.23,
        computed: Some(0.225),
        tolerance: 0.005,
        ok: true,
        source: "Sec. IV".into(),
        ..Check::default()
    };
    let misprint = Check { misprint: Some("a factor of ten".into()), ..check.clone() };
    let failed = Check { ok: false, problem: Some("no such point".into()), computed: None, ..check.clone() };
    let text = checks(&[check, misprint, failed]);
    assert!(text.contains("1 of 2 expectations met, 1 FAILED; 1 misprinted"), "{text}");
    assert!(text.contains("a factor of ten"));
    assert!(text.contains("no such point"));
}

#[test]
fn numbers_have_ten_significant_digits() {
    assert_eq!(number(5.450139663319, DIGITS), "5.450139663");
    assert_eq!(number(1.5e-9, DIGITS), "1.500000000e-9");
    assert_eq!(number(0.0, DIGITS), "0");
    assert_eq!(number(-3.0, DIGITS), "-3");
}
