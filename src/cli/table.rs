//! Results as text for people: aligned tables that fit into 100 columns.

use crate::results::{Branch, Check, ModelRecord, Results, Special};
use std::fmt::Write;

const WIDTH: usize = 100;
/// Significant digits of coordinates, and of coefficients.
const DIGITS: i32 = 10;
const COEFFICIENT_DIGITS: i32 = 6;

/// The special points of every branch, how it ended, and what went wrong.
pub fn results(results: &Results) -> String {
    let mut text = format!("{}\n\n", results.title);
    let mut branches = results.branches.iter().peekable();
    while let Some(branch) = branches.next() {
        match &branch.family {
            None => one_branch(&mut text, branch, &results.model),
            Some(family) => {
                let mut members = vec![branch];
                while let Some(next) = branches.next_if(|next| next.family.as_ref() == Some(family)) {
                    members.push(next);
                }
                one_family(&mut text, family, &members, &results.model);
            }
        }
        text.push('\n');
    }
    for function in &results.functions {
        let _ = writeln!(
            text,
            "{}: function, {} points of {}\n",
            function.name,
            function.points.len(),
            function.columns.join(", ")
        );
    }
    text
}

fn one_branch(text: &mut String, branch: &Branch, model: &ModelRecord) {
    let _ = writeln!(
        text,
        "{}: {}, {} free, {} points",
        branch.name,
        branch.kind,
        branch.free.join(" and "),
        branch.points.len()
    );
    let rows: Vec<(&Branch, &Special)> = branch.special.iter().map(|special| (branch, special)).collect();
    special_points(text, &rows, &branch.free, &[], model);
    if !branch.ends.is_empty() {
        let ends: Vec<&str> = branch.ends.iter().map(|end| end.why.as_str()).collect();
        let _ = writeln!(text, "  ends: {}", ends.join("; "));
    }
    troubles(text, branch);
}

fn one_family(text: &mut String, family: &str, members: &[&Branch], model: &ModelRecord) {
    let Some(first) = members.first() else { return };
    let over: Vec<String> = first.member.keys().cloned().collect();
    let points: usize = members.iter().map(|member| member.points.len()).sum();
    let free = first.free.join(" and ");
    let _ = writeln!(
        text,
        "{family}: {} members over {}, {}, {free} free, {points} points in all",
        members.len(),
        over.join(", "),
        first.kind
    );
    let rows: Vec<(&Branch, &Special)> = members
        .iter()
        .flat_map(|member| {
            member.special.iter().filter(|special| special.kind != "EP").map(|special| (*member, special))
        })
        .collect();
    special_points(text, &rows, &first.free, &over, model);
    let without: Vec<String> = members
        .iter()
        .filter(|member| member.failure.is_none() && member.special.iter().all(|special| special.kind == "EP"))
        .filter_map(|member| member.member.first().map(|(_, value)| value.to_string()))
        .collect();
    if !without.is_empty() {
        wrapped(text, "  ", &format!("no special points at {} = {}", over.join(", "), without.join(", ")));
    }
    // The ends of many branches are few sentences.
    let mut ends: Vec<(&str, usize)> = Vec::new();
    for end in members.iter().flat_map(|member| &member.ends) {
        match ends.iter_mut().find(|(why, _)| *why == end.why) {
            Some((_, count)) => *count += 1,
            None => ends.push((&end.why, 1)),
        }
    }
    let ends: Vec<String> = ends.into_iter().map(|(why, count)| format!("{why} ({count}×)")).collect();
    if !ends.is_empty() {
        wrapped(text, "  ", &format!("ends: {}", ends.join("; ")));
    }
    for member in members {
        troubles(text, member);
    }
}

/// Failures, unresolved intervals and notes of a branch.
fn troubles(text: &mut String, branch: &Branch) {
    let name = &branch.name;
    if let Some(failure) = &branch.failure {
        let _ = writeln!(text, "  FAILED {name}: {}", failure.what);
        for (what, words) in [("where", &failure.place), ("tried", &failure.tried), ("advice", &failure.advice)] {
            if !words.is_empty() {
                wrapped(text, "    ", &format!("{what}: {words}"));
            }
        }
    }
    for gap in &branch.unresolved {
        let free = branch.free.first().map_or("parameter", String::as_str);
        let _ = writeln!(
            text,
            "  UNRESOLVED {name}: {} to {} unstable eigenvalues between {free} = {} and {}",
            gap.unstable[0],
            gap.unstable[1],
            number(gap.values[0], DIGITS),
            number(gap.values[1], DIGITS)
        );
        wrapped(text, "    ", &format!("{} (see `hopfold explain unresolved`)", gap.why));
    }
    for note in &branch.notes {
        wrapped(text, "  ", &format!("note {name}: {note}"));
    }
}

/// One row a point: the member, the label, the free parameters, the states as far as they fit, ω, and the
/// point in words.
fn special_points(
    text: &mut String,
    rows: &[(&Branch, &Special)],
    free: &[String],
    over: &[String],
    model: &ModelRecord,
) {
    if rows.is_empty() {
        return;
    }
    let column = |name: &str, value: &dyn Fn(&Branch, &Special) -> Option<f64>| -> Column {
        let cells =
            rows.iter().map(|(branch, special)| value(branch, special).map_or(String::new(), |v| number(v, DIGITS)));
        Column::new(name, cells.collect())
    };
    let mut columns: Vec<Column> = over
        .iter()
        .map(|name| {
            let cells = rows.iter().map(|(branch, _)| branch.member.get(name).map(f64::to_string).unwrap_or_default());
            Column::new(name, cells.collect())
        })
        .collect();
    columns.push(Column::left("point", rows.iter().map(|(_, special)| special.label.clone()).collect()));
    columns.extend(free.iter().map(|name| column(name, &|_, special| special.values.get(name).copied())));
    let omega = column("omega", &|_, special| special.values.get("omega").copied());
    let has_omega = omega.cells.iter().any(|cell| !cell.is_empty());
    let words = Column::left("", rows.iter().map(|(_, special)| in_words(special)).collect());
    let mut width: usize = 2 + columns.iter().map(|column| column.width() + 2).sum::<usize>();
    width += if has_omega { omega.width() + 2 } else { 0 };
    // Long words stand under their point rather than push out everything else.
    let beneath = width + words.width() > WIDTH;
    let room = WIDTH - if beneath { 0 } else { words.width() };
    let mut left_out = Vec::new();
    for name in model.states.iter().filter(|name| !free.contains(name)) {
        let state = column(name, &|_, special| special.values.get(name).copied());
        if width + state.width() + 2 <= room {
            width += state.width() + 2;
            columns.push(state);
        } else {
            left_out.push(name.as_str());
        }
    }
    if has_omega {
        columns.push(omega);
    }
    if !beneath {
        columns.push(words);
        align(text, &columns, &[]);
    } else {
        align(text, &columns, &words.cells);
    }
    if !left_out.is_empty() {
        let _ = writeln!(text, "  too wide to show here: {} (in the CSV file and results.json)", left_out.join(", "));
    }
}

/// `supercritical; l1 = -0.0123, re_c1 = -0.0869`
fn in_words(special: &Special) -> String {
    let numbers: Vec<String> = special
        .normal_form
        .iter()
        .map(|(name, value)| format!("{name} = {}", number(*value, COEFFICIENT_DIGITS)))
        .collect();
    let parts = [special.words.clone(), numbers.join(", ")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

/// What was expected beside what was computed.
pub fn checks(checks: &[Check]) -> String {
    if checks.is_empty() {
        return "nothing to compare: no [[expect]] was evaluated\n".into();
    }
    let column = |name: &str, cell: &dyn Fn(&Check) -> String| Column::new(name, checks.iter().map(cell).collect());
    let left = |name: &str, cell: &dyn Fn(&Check) -> String| Column::left(name, checks.iter().map(cell).collect());
    let columns = [
        left("point", &|check| check.point.clone()),
        left("quantity", &|check| check.quantity.clone()),
        column("expected", &|check| check.expected.to_string()),
        column("computed", &|check| check.computed.map_or("-".into(), |value| number(value, DIGITS))),
        column("difference", &|check| {
            check.computed.map_or("-".into(), |value| format!("{:.1e}", value - check.expected))
        }),
        column("tolerance", &|check| format!("{:e}", check.tolerance)),
        left("", &|check| verdict(check).into()),
    ];
    let remarks: Vec<String> = checks
        .iter()
        .map(|check| {
            let misprint = check.misprint.as_ref().map(|why| format!("misprint: {why}"));
            let parts = [check.problem.clone(), misprint, Some(check.source.clone())];
            parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
        })
        .collect();
    let mut text = String::new();
    let width: usize = columns.iter().map(|column| column.width() + 2).sum();
    let longest = remarks.iter().map(|remark| remark.chars().count()).max().unwrap_or(0);
    if 2 + width + longest <= WIDTH {
        let mut columns = columns.to_vec();
        columns.push(Column::left("source", remarks));
        align(&mut text, &columns, &[]);
    } else {
        align(&mut text, &columns, &remarks);
    }
    let misprints = checks.iter().filter(|check| check.misprint.is_some()).count();
    let failed = checks.iter().filter(|check| !check.ok && check.misprint.is_none()).count();
    let good = checks.len() - misprints - failed;
    let _ = write!(text, "{good} of {} expectations met", checks.len() - misprints);
    if failed > 0 {
        let _ = write!(text, ", {failed} FAILED");
    }
    if misprints > 0 {
        let _ = write!(text, "; {misprints} misprinted in the source");
    }
    text.push('\n');
    text
}

fn verdict(check: &Check) -> &'static str {
    match (check.misprint.is_some(), check.ok) {
        (true, _) => "misprint",
        (false, true) => "ok",
        (false, false) => "FAIL",
    }
}

#[derive(Clone)]
pub struct Column {
    name: String,
    cells: Vec<String>,
    left: bool,
}

impl Column {
    /// Numbers: aligned at the right.
    pub fn new(name: &str, cells: Vec<String>) -> Self {
        Column { name: name.into(), cells, left: false }
    }

    /// Words: aligned at the left.
    pub fn left(name: &str, cells: Vec<String>) -> Self {
        Column { name: name.into(), cells, left: true }
    }

    fn width(&self) -> usize {
        self.cells.iter().chain([&self.name]).map(|cell| cell.chars().count()).max().unwrap_or(0)
    }
}

/// Writes the columns side by side, under each row its remark.
pub fn align(text: &mut String, columns: &[Column], remarks: &[String]) {
    let rows = columns.first().map_or(0, |column| column.cells.len());
    let names = columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>();
    row(text, columns, &names);
    for i in 0..rows {
        let cells: Vec<&str> = columns.iter().map(|column| column.cells.get(i).map_or("", String::as_str)).collect();
        row(text, columns, &cells);
        if let Some(remark) = remarks.get(i).filter(|remark| !remark.is_empty()) {
            wrapped(text, "      ", remark);
        }
    }
}

fn row(text: &mut String, columns: &[Column], cells: &[&str]) {
    let mut line = String::new();
    for (column, cell) in columns.iter().zip(cells) {
        let width = column.width();
        let _ = if column.left { write!(line, "  {cell:<width$}") } else { write!(line, "  {cell:>width$}") };
    }
    text.push_str(line.trim_end());
    text.push('\n');
}

/// Writes words in lines of at most 100 columns.
pub fn wrapped(text: &mut String, indent: &str, words: &str) {
    let mut line = String::from(indent);
    for word in words.split_whitespace() {
        let long = line.chars().count() + word.chars().count() > WIDTH;
        if long && line.trim() != "" {
            text.push_str(line.trim_end());
            text.push('\n');
            line = format!("{indent}  ");
        }
        line.push_str(word);
        line.push(' ');
    }
    text.push_str(line.trim_end());
    text.push('\n');
}

/// A number with so many significant digits, integers as they are.
fn number(value: f64, digits: i32) -> String {
    if value == 0.0 {
        return "0".into();
    }
    if !value.is_finite() || (value.fract() == 0.0 && value.abs() < 1e6) {
        return value.to_string();
    }
    let exponent = value.abs().log10().floor() as i32;
    if (-4..digits).contains(&exponent) {
        let decimals = usize::try_from(digits - 1 - exponent).unwrap_or(0);
        format!("{value:.decimals$}")
    } else {
        let decimals = usize::try_from(digits - 1).unwrap_or(0);
        format!("{value:.decimals$e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{End, Failure, Unresolved, Values};

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
            }),
            ..Branch::default()
        }
    }

    fn model() -> ModelRecord {
        ModelRecord { states: ["V", "Z", "X", "Y"].map(String::from).to_vec(), ..ModelRecord::default() }
    }

    #[test]
    fn a_branch_is_told_within_a_hundred_columns() {
        let text =
            results(&Results { title: "T".into(), model: model(), branches: vec![branch()], ..Results::default() });
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        for word in [
            "0.2253845421",
            "supercritical",
            "l1 = -0.00175787",
            "upper bound 8",
            "UNRESOLVED",
            "FAILED",
            "smaller step",
        ] {
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
}
