//! Branches: their special points, stability, ends and troubles; and what a search for all equilibria found.

use super::super::array;
use super::layout::{
    COEFFICIENT_DIGITS, Column, DIGITS, ROUNDING, TIE, WIDTH, align, count, number, rounded, tally, wrapped,
};
use super::{MOST_UNRESOLVED, told};
use crate::field::VANISHED;
use crate::results::{Branch, ModelRecord, Special, Survey, Surveyed, split_label};
use std::fmt::Write;

/// Digits with which a table is tried until it fits.
const TRIED_DIGITS: [i32; 2] = [DIGITS, 8];
/// More states than these are not told with their ranges.
const MOST_RANGES: usize = 8;
/// A family with more special points than this is told in one line a member.
const LONG: usize = 12;

/// What a box holds, how certain that is, and which branch passes through which equilibrium.
pub(super) fn one_survey(text: &mut String, survey: &Survey) {
    let at: Vec<String> = survey.at.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let bounds: Vec<String> =
        survey.bounds.iter().map(|(name, [low, high])| format!("{name} in [{low}, {high}]")).collect();
    let shown = if bounds.len() <= MOST_RANGES { bounds.join(", ") } else { format!("{} states", bounds.len()) };
    wrapped(text, "", &format!("{}: equilibria at {} with {shown}", survey.block, at.join(", ")));
    wrapped(text, "  ", &survey.words);
    let on = |equilibrium: &Surveyed| equilibrium.branch.clone().unwrap_or("not followed".into());
    let certain = |equilibrium: &Surveyed| if equilibrium.certain { "" } else { "not certain" };
    let mut columns = vec![Column::left("on branch", survey.equilibria.iter().map(on).collect())];
    let words = Column::left("", survey.equilibria.iter().map(|equilibrium| certain(equilibrium).into()).collect());
    let mut width = columns[0].width() + words.width() + 4;
    let scale = survey.equilibria.iter().flat_map(|e| e.states.values()).fold(0.0_f64, |scale, x| scale.max(x.abs()));
    let mut left_out = Vec::new();
    let names: Vec<&str> = survey.bounds.keys().map(String::as_str).collect();
    let shown = array::shown(&names);
    for name in names {
        if !shown.contains(&name) {
            left_out.push(name);
            continue;
        }
        let value = |equilibrium: &Surveyed| equilibrium.states.get(name).copied().unwrap_or(f64::NAN);
        let cells = survey.equilibria.iter().map(|equilibrium| number(rounded(value(equilibrium), scale), DIGITS));
        let column = Column::new(name, cells.collect());
        if width + column.width() + 2 <= WIDTH {
            width += column.width() + 2;
            columns.push(column);
        } else {
            left_out.push(name);
        }
    }
    if !survey.equilibria.is_empty() {
        columns.push(words);
        align(text, &columns, &[]);
    }
    if !left_out.is_empty() {
        let left_out = array::together(&left_out).join(", ");
        wrapped(text, "  ", &format!("not shown here: {left_out} (in results.json)"));
    }
    text.push('\n');
}

pub(super) fn one_branch(text: &mut String, branch: &Branch, model: &ModelRecord) {
    let _ = writeln!(
        text,
        "{}: {}, {} free, {}",
        branch.name,
        branch.kind,
        branch.free.join(" and "),
        count(branch.points.len(), "point")
    );
    let rows: Vec<Row> = branch.special.iter().map(|special| (branch, special)).collect();
    special_points(text, &rows, &[branch], &[], model);
    if let Some(pieces) = stability(branch) {
        wrapped(text, "  ", &format!("{}: {pieces}", stability_heading(branch)));
    }
    if !branch.ends.is_empty() {
        let ends: Vec<&str> = branch.ends.iter().map(|end| end.why.as_str()).collect();
        wrapped(text, "  ", &format!("ends: {}", ends.join("; ")));
    }
    troubles(text, branch);
}

pub(super) fn one_family(text: &mut String, family: &str, members: &[&Branch], model: &ModelRecord) {
    let Some(first) = members.first() else { return };
    let over: Vec<String> = first.member.keys().cloned().collect();
    let points: usize = members.iter().map(|member| member.points.len()).sum();
    let free = first.free.join(" and ");
    let _ = writeln!(
        text,
        "{family}: {} over {}, {}, {free} free, {} in all",
        count(members.len(), "member"),
        over.join(", "),
        first.kind,
        count(points, "point")
    );
    // Neutral saddles are no bifurcations: in a family their number is enough.
    let rows: Vec<Row> = members
        .iter()
        .flat_map(|member| member.special.iter().map(|special| (*member, special)))
        .filter(|(_, special)| special.kind != "EP" && special.kind != "NSA")
        .collect();
    if rows.len() <= LONG || !one_line_a_member(text, &rows, members, &over) {
        special_points(text, &rows, members, &over, model);
    }
    let saddles = members.iter().flat_map(|member| &member.special).filter(|special| special.kind == "NSA").count();
    if saddles > 0 {
        let with = members.iter().filter(|member| member.special.iter().any(|special| special.kind == "NSA")).count();
        let _ = writeln!(
            text,
            "  not shown: {} (NSA) on {} (in the CSV files and results.json)",
            count(saddles, "neutral saddle"),
            count(with, "member")
        );
    }
    let without: Vec<String> = members
        .iter()
        .filter(|member| member.failure.is_none() && member.special.iter().all(|special| special.kind == "EP"))
        .filter_map(|member| member.member.first().map(|(_, value)| value.to_string()))
        .collect();
    if !without.is_empty() {
        wrapped(text, "  ", &format!("no special points at {} = {}", over.join(", "), without.join(", ")));
    }
    let patterns = tally(members.iter().filter_map(|member| stability(member)));
    for (pieces, times) in patterns {
        wrapped(text, "  ", &format!("{} ({times}×): {pieces}", stability_heading(first)));
    }
    // The ends of many branches are few sentences.
    let ends = tally(members.iter().flat_map(|member| &member.ends).map(|end| end.why.as_str()));
    let ends: Vec<String> = ends.into_iter().map(|(why, count)| format!("{why} ({count}×)")).collect();
    if !ends.is_empty() {
        wrapped(text, "  ", &format!("ends: {}", ends.join("; ")));
    }
    for member in members {
        troubles(text, member);
    }
}

/// Failures, unresolved intervals and notes of a branch.
pub(super) fn troubles(text: &mut String, branch: &Branch) {
    let name = &branch.name;
    if let Some(failure) = &branch.failure {
        told(text, failure);
    }
    let free = branch.free.first().map_or("parameter", String::as_str);
    let counted = if is_cyclic(branch) { "multipliers" } else { "eigenvalues" };
    let (told, more) = branch.unresolved.split_at(branch.unresolved.len().min(MOST_UNRESOLVED));
    for gap in told {
        let _ = writeln!(
            text,
            "  UNRESOLVED {name}: {} to {} unstable {counted} between {free} = {} and {}",
            gap.unstable[0],
            gap.unstable[1],
            number(gap.values[0], DIGITS),
            number(gap.values[1], DIGITS)
        );
        wrapped(text, "    ", &format!("{} (see `hopfold explain unresolved`)", gap.why));
    }
    if !more.is_empty() {
        let values = || more.iter().flat_map(|gap| gap.values);
        let from = values().fold(f64::INFINITY, f64::min);
        let to = values().fold(f64::NEG_INFINITY, f64::max);
        let (from, to) = (number(from, DIGITS), number(to, DIGITS));
        wrapped(
            text,
            "  ",
            &format!("and {} more like these between {free} = {from} and {to} (in results.json)", more.len()),
        );
    }
    for note in &branch.notes {
        wrapped(text, "  ", &format!("note {name}: {note}"));
    }
}

/// A special point with its branch.
type Row<'a> = (&'a Branch, &'a Special);

/// Its points are cycles.
pub(super) fn is_cyclic(branch: &Branch) -> bool {
    matches!(branch.kind.as_str(), "cycle" | "cycle-fold" | "period-doubling" | "torus")
}

pub(super) fn stability_heading(branch: &Branch) -> &'static str {
    if branch.kind == "equilibrium" || branch.kind == "cycle" {
        "stability"
    } else if is_cyclic(branch) {
        "stability apart from the critical multipliers"
    } else {
        "stability apart from the critical eigenvalues"
    }
}

/// `stable EP1-H1, 2 unstable H1-H2, …`: the number of unstable eigenvalues from point to point.
pub(super) fn stability(branch: &Branch) -> Option<String> {
    // Number of unstable eigenvalues, and whether these are neutral saddles.
    type What = (Option<usize>, bool);
    let mut pieces: Vec<(What, &str, &str)> = Vec::new();
    let neutral = branch.neutral_segments();
    let ends: Vec<&Special> =
        branch.special.iter().filter(|special| !matches!(special.kind.as_str(), "NSA" | "UZ" | "EX")).collect();
    let along = ends.windows(2).map(|pair| (pair[0], pair[1], false));
    // A closed curve goes on from its last special point to its first, past the point where it was begun.
    let around = ends.last().zip(ends.first()).filter(|_| branch.closed).map(|(last, first)| (*last, *first, true));
    for (from, to, around) in along.chain(around) {
        // Where stability changes the point itself is on an edge: its neighbours tell.
        let begin = from.index + usize::from(from.kind != "EP");
        let end = to.index + usize::from(to.kind == "EP");
        let parts = if around { [begin..branch.unstable.len(), 0..end] } else { [begin..end, 0..0] };
        let inner: Vec<usize> =
            parts.iter().flat_map(|part| branch.unstable.get(part.clone()).unwrap_or(&[])).copied().collect();
        let unstable = match inner[..] {
            [] => None,
            [first, ref rest @ ..] if rest.iter().all(|other| *other == first) => Some(first),
            _ => return None,
        };
        let parts = if around { [from.index..neutral.len(), 0..to.index] } else { [from.index..to.index, 0..0] };
        let mut saddles = parts.iter().flat_map(|part| neutral.get(part.clone()).unwrap_or(&[])).peekable();
        let what = (unstable, saddles.peek().is_some() && saddles.all(|saddle| *saddle));
        match pieces.last_mut() {
            Some((before, _, end)) if *before == what => *end = &to.label,
            _ => pieces.push((what, &from.label, &to.label)),
        }
    }
    let pieces: Vec<String> = pieces
        .into_iter()
        .filter_map(|((unstable, neutral), from, to)| {
            Some(match (unstable?, neutral) {
                (0, false) => format!("stable {from}-{to}"),
                (number, false) => format!("{number} unstable {from}-{to}"),
                (0, true) => format!("neutral saddles {from}-{to}"),
                (number, true) => format!("neutral saddles with {number} unstable {from}-{to}"),
            })
        })
        .collect();
    (!pieces.is_empty()).then(|| pieces.join(", "))
}

/// The values of a quantity on whole branches and at their special points.
pub(super) fn everywhere(name: &str, branches: &[&Branch]) -> Vec<f64> {
    branches
        .iter()
        .flat_map(|branch| {
            let column = branch.column(name);
            let points = branch.points.iter().filter_map(move |point| point.get(column?).copied());
            points.chain(branch.special.iter().filter_map(|special| special.values.get(name).copied()))
        })
        .collect()
}

/// States that do not change on the branches, with their value.
pub(super) fn constant_states(branches: &[&Branch], states: &[&str], scale: f64) -> Vec<(String, f64)> {
    let constant = |name: &&str| {
        let values = everywhere(name, branches);
        let first = *values.first()?;
        let size = values.iter().fold(0.0_f64, |size, value| size.max(value.abs()));
        let spread = values.iter().fold(0.0_f64, |spread, value| spread.max((value - first).abs()));
        let vanishes = size <= VANISHED.max(ROUNDING * scale);
        let still = vanishes || spread <= 10.0 * ROUNDING * size;
        still.then(|| (name.to_string(), if vanishes { 0.0 } else { rounded(first, scale) }))
    };
    states.iter().filter_map(constant).collect()
}

/// `Z = 1, X = Y = 0, u[1..25] = 2 throughout`
pub(super) fn constants_in_words(constants: &[(String, f64)]) -> String {
    // What is the same as far as it is shown is told as the same.
    let mut groups: Vec<(Vec<&str>, String)> = Vec::new();
    for (name, value) in constants {
        let value = number(*value, DIGITS);
        match groups.iter_mut().find(|(_, known)| *known == value) {
            Some((names, _)) => names.push(name),
            None => groups.push((vec![name], value)),
        }
    }
    let groups: Vec<String> =
        groups.iter().map(|(names, value)| format!("{} = {value}", array::together(names).join(" = "))).collect();
    format!("{} throughout", groups.join(", "))
}

/// One row a point: the member, the label, the free parameters, the states that change as far as they fit,
/// ω, and the point in words.
pub(super) fn special_points(
    text: &mut String,
    rows: &[Row],
    branches: &[&Branch],
    over: &[String],
    model: &ModelRecord,
) {
    let Some((first, _)) = rows.first() else { return };
    let free = &first.free;
    let quantities: Vec<String> = if is_cyclic(first) {
        let extrema = model.states.iter().flat_map(|state| ["min", "max"].map(|what| format!("{state}_{what}")));
        std::iter::once("period".to_string()).chain(extrema).collect()
    } else {
        model.states.clone()
    };
    let states: Vec<&str> = quantities.iter().filter(|name| !free.contains(name)).map(String::as_str).collect();
    let scale = states
        .iter()
        .flat_map(|name| everywhere(name, branches))
        .filter(|value| value.is_finite())
        .fold(0.0_f64, |scale, value| scale.max(value.abs()));
    let constants = if rows.len() > 1 { constant_states(branches, &states, scale) } else { Vec::new() };
    let moving: Vec<&str> =
        states.iter().copied().filter(|name| constants.iter().all(|(constant, _)| constant != name)).collect();
    let words = Column::left("", rows.iter().map(|(_, special)| in_words(special)).collect());
    // Long words stand under their point rather than push out everything else.
    let beneath = 2
        + member_columns(rows, over).iter().map(|column| column.width() + 2).sum::<usize>()
        + (DIGITS as usize + 4) * (free.len() + 1)
        + words.width()
        > WIDTH;
    let room = WIDTH - if beneath { 0 } else { words.width() + 2 };
    // As few states as can be are left out, and then as few digits.
    let tried = TRIED_DIGITS.map(|digits| number_columns(rows, over, free, &moving, scale, digits, room));
    let Some((mut columns, left_out)) = tried.into_iter().min_by_key(|(_, left_out)| left_out.len()) else { return };
    if !beneath {
        columns.push(words);
        align(text, &columns, &[]);
    } else {
        align(text, &columns, &words.cells);
    }
    if !constants.is_empty() {
        wrapped(text, "  ", &constants_in_words(&constants));
    }
    if !left_out.is_empty() {
        let left_out = array::together(&left_out).join(", ");
        let words = format!("not shown here: {left_out} (in the CSV file and results.json)");
        wrapped(text, "  ", &words);
    }
}

/// The value that tells the member, and the label.
pub(super) fn member_columns(rows: &[Row], over: &[String]) -> Vec<Column> {
    let mut columns: Vec<Column> = over
        .iter()
        .map(|name| {
            let cells = rows.iter().map(|(branch, _)| branch.member.get(name).map(f64::to_string).unwrap_or_default());
            Column::new(name, cells.collect())
        })
        .collect();
    columns.push(Column::left("point", rows.iter().map(|(_, special)| special.label.clone()).collect()));
    columns
}

/// Everything but the words, and the states for which there was no room.
pub(super) fn number_columns<'a>(
    rows: &[Row],
    over: &[String],
    free: &[String],
    states: &[&'a str],
    scale: f64,
    digits: i32,
    room: usize,
) -> (Vec<Column>, Vec<&'a str>) {
    let column = |name: &str, scale: f64| -> Column {
        let cells = rows.iter().map(|(_, special)| {
            special.values.get(name).map_or(String::new(), |value| number(rounded(*value, scale), digits))
        });
        Column::new(name, cells.collect())
    };
    let mut columns = member_columns(rows, over);
    columns.extend(free.iter().map(|name| column(name, size(rows, name))));
    let omega = Some(column("omega", 0.0)).filter(|omega| omega.cells.iter().any(|cell| !cell.is_empty()));
    let mut width: usize = columns.iter().chain(&omega).map(|column| column.width() + 2).sum();
    let mut left_out = Vec::new();
    let shown = array::shown(states);
    for name in states {
        let state = column(name, scale);
        if shown.contains(name) && width + state.width() + 2 <= room {
            width += state.width() + 2;
            columns.push(state);
        } else {
            left_out.push(*name);
        }
    }
    columns.extend(omega);
    (columns, left_out)
}

/// The greatest size of a quantity among the rows.
pub(super) fn size(rows: &[Row], name: &str) -> f64 {
    rows.iter().filter_map(|(_, special)| special.values.get(name)).fold(0.0, |size, value| size.max(value.abs()))
}

/// A long family with one free parameter: its value at each label, and the points in words, counted.
/// False where that does not fit.
pub(super) fn one_line_a_member(text: &mut String, rows: &[Row], members: &[&Branch], over: &[String]) -> bool {
    let Some([free]) = members.first().map(|first| first.free.as_slice()) else { return false };
    let Some(parameter) = over.first() else { return false };
    let mut labels: Vec<&str> =
        tally(rows.iter().map(|(_, special)| special.label.as_str())).into_iter().map(|(label, _)| label).collect();
    labels.sort_by_key(|label| {
        let (kind, number) = split_label(label);
        (kind, number.parse::<usize>().ok())
    });
    let shown: Vec<&&Branch> =
        members.iter().filter(|member| rows.iter().any(|(branch, _)| branch.name == member.name)).collect();
    let columns = |digits: i32| -> Vec<Column> {
        let names = shown.iter().map(|member| member.member.get(parameter).map(f64::to_string).unwrap_or_default());
        let mut columns = vec![Column::new(parameter, names.collect())];
        columns.extend(labels.iter().map(|label| {
            let cells = shown.iter().map(|member| {
                let special = member.special.iter().find(|special| special.label == *label);
                let value = special.and_then(|special| special.values.get(free));
                value.map_or(String::new(), |value| number(rounded(*value, 0.0), digits))
            });
            Column::new(label, cells.collect())
        }));
        columns
    };
    let fits = |columns: &Vec<Column>| columns.iter().map(|column| column.width() + 2).sum::<usize>() <= WIDTH;
    let Some(columns) = TRIED_DIGITS.into_iter().map(columns).find(fits) else { return false };
    let _ = writeln!(text, "  {free} at the special points (their states and normal forms: CSV files, results.json)");
    align(text, &columns, &[]);
    let words = tally(rows.iter().map(|(_, special)| (special.kind.as_str(), special.words.as_str())));
    let words: Vec<String> = words
        .into_iter()
        .filter(|((_, words), _)| !words.is_empty())
        .map(|((kind, words), times)| format!("{kind} {words} ({times}×)"))
        .collect();
    if !words.is_empty() {
        wrapped(text, "  ", &words.join("; "));
    }
    true
}

/// `supercritical; l1 = -0.0123, re_c1 = -0.0869`; a of a cusp and l1 of a Bautin point are 0 by definition, and of a
/// degenerate point it may be that nothing but rounding errors are left.
pub(super) fn in_words(special: &Special) -> String {
    let least: f64 = if special.words.starts_with("degenerate") { 1.0 } else { 0.0 };
    let scale = special.normal_form.values().fold(least, |scale, value| scale.max(value.abs()));
    let numbers: Vec<String> = special
        .normal_form
        .iter()
        .filter(|(name, _)| !matches!((special.kind.as_str(), name.as_str()), ("CP", "a") | ("GH", "l1")))
        .map(|(name, value)| format!("{name}{TIE}={TIE}{}", number(rounded(*value, scale), COEFFICIENT_DIGITS)))
        .collect();
    let parts = [special.words.clone(), numbers.join(", ")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}
