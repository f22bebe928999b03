//! Maps and diagrams: what is known over a plane of parameters.

use super::layout::{COEFFICIENT_DIGITS, DIGITS, count, number, tally, wrapped};
use super::{MOST_UNRESOLVED, told};
use crate::results::{Diagram, Map, Tested};
use std::collections::HashSet;
use std::fmt::Write;

/// The size of a map, the range of each quantity with the cells where its ends are, and how many cells are no plain ones.
pub(super) fn one_map(text: &mut String, map: &Map) {
    let axis = |(name, values): (&String, &Vec<f64>)| {
        let ends = [values.first(), values.last()].map(|value| value.map_or("".into(), f64::to_string));
        format!("{name} = {} to {}", ends[0], ends[1])
    };
    let axes: Vec<String> = map.axes.iter().map(axis).collect();
    let size: Vec<String> = map.axes.values().map(|values| values.len().to_string()).collect();
    let title = format!("{}: map by {}, {} cells, {}", map.name, map.method, size.join(" x "), axes.join(", "));
    wrapped(text, "", &title);
    if let Some(failure) = &map.failure {
        told(text, failure);
    }
    let place = |cell: usize| {
        let [width, _] = map.shape();
        let at = [cell % width.max(1), cell / width.max(1)];
        let values = map.axes.iter().zip(at).map(|((name, values), k)| {
            format!("{name} = {}", values.get(k).map_or("".into(), |value| number(*value, COEFFICIENT_DIGITS)))
        });
        values.collect::<Vec<_>>().join(", ")
    };
    for (name, values) in &map.quantities {
        let known = || values.iter().enumerate().filter_map(|(cell, value)| Some((cell, (*value)?)));
        let least = known().min_by(|a, b| a.1.total_cmp(&b.1));
        // The first of several, for both ends.
        let most = known().rev().max_by(|a, b| a.1.total_cmp(&b.1));
        let words = match least.zip(most) {
            Some(((_, least), (_, most))) if least == most => format!("{name} = {}", number(least, DIGITS)),
            Some(((_, least), (cell, most))) => {
                format!("{name} from {} to {} at {}", number(least, DIGITS), number(most, DIGITS), place(cell))
            }
            None => format!("{name}: none"),
        };
        let cells = match values.len() - known().count() {
            0 => String::new(),
            without => format!("; none in {}", count(without, "cell")),
        };
        wrapped(text, "  ", &format!("{words}{cells}"));
    }
    for (kind, number) in tally(map.cells.iter().map(|cell| cell.kind.as_str())) {
        let cells: Vec<_> = map.cells.iter().filter(|cell| cell.kind == kind).collect();
        // What stands in brackets at the end is where it was, and differs from cell to cell.
        let reason = |why: &'_ str| -> String { why.rsplit_once(" (at ").map_or(why, |(reason, _)| reason).into() };
        let reasons = tally(cells.iter().map(|cell| reason(&cell.why)));
        let word = if kind == "failed" { "FAILED" } else { kind };
        wrapped(text, "  ", &format!("{word}: {}", count(number, "cell")));
        for (why, times) in reasons.iter().take(MOST_UNRESOLVED) {
            let first = cells.iter().find(|cell| reason(&cell.why) == *why);
            let [width, _] = map.shape();
            let first = first.map(|cell| cell.at.first().unwrap_or(&0) + width * cell.at.get(1).unwrap_or(&0));
            let place = first.map_or(String::new(), place);
            wrapped(text, "    ", &format!("{why} ({times}x, first at {place})"));
        }
        if reasons.len() > MOST_UNRESOLVED {
            let _ = writeln!(text, "    and for {} other reasons (in results.json)", reasons.len() - MOST_UNRESOLVED);
        }
    }
    for note in &map.notes {
        wrapped(text, "  ", &format!("note: {note}"));
    }
    text.push('\n');
}

/// The numbers of equilibria in the regions of a diagram, and where a curve is missing.
pub(super) fn one_diagram(text: &mut String, diagram: &Diagram) {
    let _ = writeln!(
        text,
        "{}: diagram of {}",
        diagram.figure,
        diagram.plane.keys().cloned().collect::<Vec<_>>().join(" and ")
    );
    if let Some(failure) = &diagram.failure {
        wrapped(text, "  ", &format!("failed: {failure}"));
    }
    let numbers = |test: &Tested| (test.equilibria, test.stable);
    let mut found: Vec<(usize, usize)> = diagram.tests.iter().map(numbers).collect();
    found.sort_unstable();
    found.dedup();
    let count = |number: usize, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
    for (equilibria, stable) in found {
        let tests = || diagram.tests.iter().filter(|test| numbers(test) == (equilibria, stable));
        let regions: HashSet<usize> = tests().map(|test| test.region).collect();
        let words = format!(
            "{}, {stable} stable: {}, {}",
            count(equilibria, "equilibrium", "equilibria"),
            count(regions.len(), "region", "regions"),
            match tests().filter(|test| !test.proved).count() {
                0 => format!("proved at {}", count(tests().count(), "point", "points")),
                open => format!("found at {}, not proved at {open} of them", count(tests().count(), "point", "points")),
            }
        );
        wrapped(text, "  ", &words);
    }
    if diagram.narrow > 0 {
        let _ = writeln!(text, "  {} too narrow to be counted", count(diagram.narrow, "region", "regions"));
    }
    for missed in &diagram.missed {
        let ends = missed.between.each_ref().map(|test| {
            let place = diagram.plane.keys().zip(test.at).map(|(name, value)| format!("{name} = {}", number(value, 5)));
            format!("{} ({}) at {}", test.equilibria, test.stable, place.collect::<Vec<_>>().join(", "))
        });
        wrapped(text, "  ", &format!("unexplained: {} and {}: {}", ends[0], ends[1], missed.why));
    }
    text.push('\n');
}
