//! What was expected beside what was computed.

use super::layout::{Column, DIGITS, WIDTH, align, number};
use crate::results::Check;
use std::fmt::Write;

/// What was expected beside what was computed.
pub fn checks(checks: &[Check]) -> String {
    if checks.is_empty() {
        return "nothing to compare: the study has no [[expect]]\n".into();
    }
    let column = |name: &str, cell: &dyn Fn(&Check) -> String| Column::new(name, checks.iter().map(cell).collect());
    let left = |name: &str, cell: &dyn Fn(&Check) -> String| Column::left(name, checks.iter().map(cell).collect());
    let columns = [
        left("point", &|check| check.point.clone()),
        left("quantity", &|check| check.quantity.clone()),
        column("expected", &|check| expected(check.expected)),
        column("computed", &|check| check.computed.map_or("-".into(), |value| number(value, DIGITS))),
        column("difference", &|check| check.computed.map_or("-".into(), |value| difference(value - check.expected))),
        column("tolerance", &|check| format!("{:e}", check.tolerance)),
        left("", &|check| verdict(check).into()),
    ];
    let remark = |check: &Check| -> String {
        let misprint = check.misprint.as_ref().map(|why| format!("misprint: {why}"));
        let parts = [check.problem.clone(), misprint, Some(check.source.clone())];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
    };
    let remarks: Vec<String> = checks.iter().map(remark).collect();
    let mut text = String::new();
    let width: usize = columns.iter().map(|column| column.width() + 2).sum();
    let longest = remarks.iter().map(|remark| remark.chars().count()).max().unwrap_or(0);
    if 2 + width + longest <= WIDTH {
        let mut columns = columns.to_vec();
        columns.push(Column::left("source", remarks));
        align(&mut text, &columns, &[]);
    } else {
        // What is said of several quantities of a point is said once, under the last of them.
        let said_below = |i: usize| {
            checks.get(i + 1).is_some_and(|next| checks[i].point == next.point && remarks[i] == remark(next))
        };
        let once: Vec<String> =
            (0..checks.len()).map(|i| if said_below(i) { String::new() } else { remarks[i].clone() }).collect();
        align(&mut text, &columns, &once);
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

/// As it was written, unless it has more digits than what stands beside it.
fn expected(value: f64) -> String {
    let written = value.to_string();
    if written.len() <= 12 { written } else { number(value, DIGITS) }
}

fn difference(value: f64) -> String {
    if value == 0.0 { "0".into() } else { format!("{value:.1e}") }
}

fn verdict(check: &Check) -> &'static str {
    match (check.misprint.is_some(), check.ok) {
        (true, _) => "misprint",
        (false, true) => "ok",
        (false, false) => "FAIL",
    }
}
