//! Results as text for people: aligned tables that fit into 100 columns.

use super::array;
use crate::field::VANISHED;
use crate::results::{
    Branch, Check, Diagram, Failure, Map, ModelRecord, Optimum, Results, Simulation, Special, Survey, Surveyed, Tested,
    split_label,
};
use std::collections::HashSet;
use std::fmt::Write;

const WIDTH: usize = 100;
/// Significant digits of coordinates, and of coefficients.
const DIGITS: i32 = 10;
const COEFFICIENT_DIGITS: i32 = 6;
/// Digits with which a table is tried until it fits.
const TRIED_DIGITS: [i32; 2] = [DIGITS, 8];
/// What is smaller than this part of the numbers beside it is a rounding error, shown as 0.
const ROUNDING: f64 = 1e-14;
/// What is nearer than this to a whole number, in parts of it, is shown as one.
const WHOLE: f64 = 1e-12;
/// A space at which no line is broken.
const TIE: char = '\u{a0}';
/// More states than these are not told with their ranges.
const MOST_RANGES: usize = 8;
/// More unresolved intervals of a branch than these are counted.
const MOST_UNRESOLVED: usize = 3;
/// A family with more special points than this is told in one line a member.
const LONG: usize = 12;

/// The special points of every branch, how it ended, and what went wrong.
pub fn results(results: &Results) -> String {
    let mut text = format!("{}\n\n", results.title);
    if !results.model.derived.is_empty() {
        let one = |(name, value): (&String, &f64)| {
            format!("{name} = {}", number(*value, COEFFICIENT_DIGITS)).replace(' ', &TIE.to_string())
        };
        let all: Vec<String> = results.model.derived.iter().map(one).collect();
        wrapped(&mut text, "", &format!("in SI units: {}", all.join(", ")));
        text.push('\n');
    }
    let mut branches = results.branches.iter().peekable();
    let mut surveys: Vec<&Survey> = results.surveys.iter().collect();
    while let Some(branch) = branches.next() {
        if let Some(first) = surveys.iter().position(|survey| branch.family.as_ref() == Some(&survey.block)) {
            one_survey(&mut text, surveys.remove(first));
        }
        match branch.family.as_ref().filter(|_| !branch.member.is_empty()) {
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
    surveys.into_iter().for_each(|survey| one_survey(&mut text, survey));
    results.simulations.iter().for_each(|simulation| one_simulation(&mut text, simulation, &results.model));
    results.maps.iter().for_each(|map| one_map(&mut text, map));
    results.diagrams.iter().for_each(|diagram| one_diagram(&mut text, diagram));
    results.optima.iter().for_each(|optimum| one_optimum(&mut text, optimum));
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

/// Where the optimum lies, what holds it there, and what the starts found.
fn one_optimum(text: &mut String, optimum: &Optimum) {
    let over: Vec<String> =
        optimum.over.iter().map(|(name, [low, high])| format!("{name} in [{low}, {high}]")).collect();
    let (goal, of) = (&optimum.goal, &optimum.of);
    wrapped(text, "", &format!("{}: {goal} of {of} over {}", optimum.name, over.join(", ")));
    if let Some(value) = optimum.values.get(of) {
        let place = |(name, value): (&String, &f64)| format!("{name}{TIE}={TIE}{}", number(*value, DIGITS));
        let at: Vec<String> = optimum.values.iter().take(optimum.over.len()).map(place).collect();
        wrapped(text, "  ", &format!("{of}{TIE}={TIE}{} at {}", number(*value, DIGITS), at.join(", ")));
        let held: Vec<String> =
            optimum.bounds.iter().map(|(name, which)| format!("{name} is at its {which} bound")).collect();
        let held = if held.is_empty() { "inside all ranges".into() } else { held.join(", ") };
        let stable = match optimum.unstable {
            0 => "stable".to_string(),
            number => format!("{number} unstable"),
        };
        wrapped(text, "  ", &format!("{held}; the {} is {stable}", optimum.kind));
    }
    if let Some(gradient) = &optimum.gradient {
        let slope = |(name, slope): (&String, &f64)| format!("by {name}{TIE}{slope:.1e}");
        let slopes: Vec<String> = gradient.iter().map(slope).collect();
        wrapped(text, "  ", &format!("derivatives: {}", slopes.join(", ")));
    }
    if !optimum.starts.is_empty() {
        let sum = |what: fn(&crate::results::OptimumStart) -> usize| optimum.starts.iter().map(what).sum::<usize>();
        let starts = count(optimum.starts.len(), "start");
        let agree = format!("{} of {starts} end there", optimum.agree);
        let work = format!(
            "{}, {}, {} without one",
            count(sum(|start| start.evaluations), &optimum.kind.replace("equilibrium", "solution")),
            count(sum(|start| start.gradients), "gradient"),
            count(sum(|start| start.missed), "place")
        );
        wrapped(text, "  ", &format!("{}; {agree}; {work}", optimum.method));
        let others = |start: &&crate::results::OptimumStart| {
            optimum.values.get(of).is_some_and(|best| (start.value - best).abs() > 1e-7 * best.abs())
        };
        let others: Vec<String> = (optimum.starts.iter().filter(others))
            .map(|start| {
                let place: Vec<String> = start
                    .reached
                    .iter()
                    .map(|(name, value)| format!("{name}{TIE}={TIE}{}", number(*value, 5)))
                    .collect();
                let how = if start.converged { "" } else { " (stopped)" };
                format!("{} at {}{how}", number(start.value, 5), place.join(", "))
            })
            .collect();
        let told: Vec<String> =
            tally(others.into_iter()).into_iter().map(|(words, times)| format!("{words} ({times}×)")).collect();
        if !told.is_empty() {
            wrapped(text, "  ", &format!("other starts end elsewhere: {}", told.join("; ")));
        }
        let reasons = tally(optimum.missed.iter().map(|missed| missed.why.as_str()));
        let reasons: Vec<String> = reasons.into_iter().map(|(why, times)| format!("{why} ({times}×)")).collect();
        if !reasons.is_empty() {
            wrapped(
                text,
                "  ",
                &format!("on the way to the first place without one, of each start: {}", reasons.join("; ")),
            );
        }
    }
    if let Some(failure) = &optimum.failure {
        wrapped(text, "  ", &format!("FAILED: {}", failure.what));
        for (what, words) in [("where", &failure.place), ("tried", &failure.tried), ("advice", &failure.advice)] {
            if !words.is_empty() {
                wrapped(text, "    ", &format!("{what}: {words}"));
            }
        }
    }
    text.push('\n');
}

/// So many states of a simulation are told.
const MOST_STATES: usize = 12;

fn one_simulation(text: &mut String, simulation: &Simulation, model: &ModelRecord) {
    let title = format!("{}: simulation, {}", simulation.name, count(simulation.points.len(), "row"));
    wrapped(text, "", &title);
    if !simulation.ended.is_empty() {
        wrapped(text, "  ", &simulation.ended);
    }
    let measured = |name: &str| simulation.quantities.get(name).copied();
    let known = |state: &&String| measured(&format!("{state}_span")).is_some();
    let states: Vec<&String> = model.states.iter().filter(known).take(MOST_STATES).collect();
    if !states.is_empty() {
        let mut columns = vec![Column::left("", states.iter().map(|state| state.to_string()).collect())];
        for what in ["min", "max", "span", "mean"] {
            let cells = states.iter().map(|state| {
                let value = measured(&format!("{state}_{what}")).unwrap_or(f64::NAN);
                let size = ["min", "max"].map(|end| measured(&format!("{state}_{end}")).unwrap_or(0.0).abs());
                number(rounded(value, size[0].max(size[1])), DIGITS)
            });
            columns.push(Column::new(what, cells.collect()));
        }
        align(text, &columns, &vec![String::new(); states.len()]);
    }
    if let (Some(period), Some(omega)) = (measured("period"), measured("omega")) {
        wrapped(text, "  ", &format!("period = {}, omega = {}", number(period, DIGITS), number(omega, DIGITS)));
    }
    for jump in &simulation.jumps {
        let at = jump.at.iter().map(|(name, value)| format!("{name} = {}", number(*value, DIGITS)));
        let at: Vec<String> = at.collect();
        let (from, to) = (number(jump.from, COEFFICIENT_DIGITS), number(jump.to, COEFFICIENT_DIGITS));
        let mut words = format!("jump, {}: at {}, {} from {from} to {to}", jump.way, at.join(", "), jump.state);
        if let (Some(fold), Some(delay)) = (&jump.fold, jump.delay) {
            let _ = write!(words, "; {} after {fold}", number(delay, COEFFICIENT_DIGITS));
            if let Some(predicted) = jump.predicted {
                let _ = write!(words, ", {} for so slow a passage", number(predicted, COEFFICIENT_DIGITS));
            }
        }
        wrapped(text, "  ", &words);
    }
    for onset in &simulation.onsets {
        let at = onset.at.iter().map(|(name, value)| format!("{name} = {}", number(*value, COEFFICIENT_DIGITS)));
        let word = if onset.begins { "begins" } else { "ends" };
        let mut words =
            format!("oscillation of {} {word}, {}: at {}", onset.state, onset.way, at.collect::<Vec<_>>().join(", "));
        if let (Some(hopf), Some(delay)) = (&onset.hopf, onset.delay) {
            let _ = write!(words, "; {} after {hopf}", number(delay, COEFFICIENT_DIGITS));
        }
        wrapped(text, "  ", &words);
    }
    if let Some(spectrum) = &simulation.spectrum {
        let named = spectrum.peaks.iter().filter(|peak| !peak.label.is_empty());
        let peaks: Vec<String> =
            named.map(|peak| format!("{}: omega = {}", peak.label, number(peak.omega, COEFFICIENT_DIGITS))).collect();
        let others = spectrum.peaks.len() - peaks.len();
        let others = if others > 0 { format!("; {} more", count(others, "peak")) } else { String::new() };
        wrapped(text, "  ", &format!("spectrum of {}, harmonics {}{others}", spectrum.of, peaks.join(", ")));
    }
    if let Some(failure) = &simulation.failure {
        told(text, failure);
    }
    for note in &simulation.notes {
        wrapped(text, "  ", &format!("note: {note}"));
    }
    text.push('\n');
}

/// The size of a map, the range of each quantity with the cells where its ends are, and how many cells are no plain ones.
fn one_map(text: &mut String, map: &Map) {
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
fn one_diagram(text: &mut String, diagram: &Diagram) {
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

/// What a box holds, how certain that is, and which branch passes through which equilibrium.
fn one_survey(text: &mut String, survey: &Survey) {
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

fn one_branch(text: &mut String, branch: &Branch, model: &ModelRecord) {
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

fn one_family(text: &mut String, family: &str, members: &[&Branch], model: &ModelRecord) {
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
fn troubles(text: &mut String, branch: &Branch) {
    let name = &branch.name;
    if let Some(failure) = &branch.failure {
        told(text, failure);
    }
    let free = branch.free.first().map_or("parameter", String::as_str);
    let (told, more) = branch.unresolved.split_at(branch.unresolved.len().min(MOST_UNRESOLVED));
    for gap in told {
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

fn told(text: &mut String, failure: &Failure) {
    wrapped(text, "  ", &format!("FAILED: {}", failure.what));
    for (what, words) in [("where", &failure.place), ("tried", &failure.tried), ("advice", &failure.advice)] {
        if !words.is_empty() {
            wrapped(text, "    ", &format!("{what}: {words}"));
        }
    }
    failure.excerpt.lines().for_each(|line| text.push_str(&format!("    {line}\n")));
}

/// A special point with its branch.
type Row<'a> = (&'a Branch, &'a Special);

/// `1 point`, `2 points`.
fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// How often each item occurs, in the order of first occurrence.
fn tally<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<(T, usize)> {
    let mut counts: Vec<(T, usize)> = Vec::new();
    for item in items {
        match counts.iter_mut().find(|(known, _)| *known == item) {
            Some((_, times)) => *times += 1,
            None => counts.push((item, 1)),
        }
    }
    counts
}

/// Its points are cycles.
fn is_cyclic(branch: &Branch) -> bool {
    matches!(branch.kind.as_str(), "cycle" | "cycle-fold" | "period-doubling" | "torus")
}

fn stability_heading(branch: &Branch) -> &'static str {
    if branch.kind == "equilibrium" || branch.kind == "cycle" {
        "stability"
    } else if is_cyclic(branch) {
        "stability apart from the critical multipliers"
    } else {
        "stability apart from the critical eigenvalues"
    }
}

/// `stable EP1-H1, 2 unstable H1-H2, …`: the number of unstable eigenvalues from point to point.
fn stability(branch: &Branch) -> Option<String> {
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
fn everywhere(name: &str, branches: &[&Branch]) -> Vec<f64> {
    branches
        .iter()
        .flat_map(|branch| {
            let column = branch.column(name);
            let points = branch.points.iter().filter_map(move |point| point.get(column?).copied());
            points.chain(branch.special.iter().filter_map(|special| special.values.get(name).copied()))
        })
        .collect()
}

/// A value to be shown: rounding errors of 0 and of whole numbers are taken off.
fn rounded(value: f64, scale: f64) -> f64 {
    let whole = value.round();
    if value.abs() <= ROUNDING * scale {
        0.0
    } else if (value - whole).abs() <= WHOLE * value.abs() {
        whole
    } else {
        value
    }
}

/// States that do not change on the branches, with their value.
fn constant_states(branches: &[&Branch], states: &[&str], scale: f64) -> Vec<(String, f64)> {
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
fn constants_in_words(constants: &[(String, f64)]) -> String {
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
fn special_points(text: &mut String, rows: &[Row], branches: &[&Branch], over: &[String], model: &ModelRecord) {
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
fn member_columns(rows: &[Row], over: &[String]) -> Vec<Column> {
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
fn number_columns<'a>(
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
fn size(rows: &[Row], name: &str) -> f64 {
    rows.iter().filter_map(|(_, special)| special.values.get(name)).fold(0.0, |size, value| size.max(value.abs()))
}

/// A long family with one free parameter: its value at each label, and the points in words, counted.
/// False where that does not fit.
fn one_line_a_member(text: &mut String, rows: &[Row], members: &[&Branch], over: &[String]) -> bool {
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

/// `supercritical; l1 = -0.0123, re_c1 = -0.0869`; the coefficient a of a cusp is 0 by definition, and of a degenerate
/// point it may be that nothing but rounding errors are left.
fn in_words(special: &Special) -> String {
    let least: f64 = if special.words.starts_with("degenerate") { 1.0 } else { 0.0 };
    let scale = special.normal_form.values().fold(least, |scale, value| scale.max(value.abs()));
    let numbers: Vec<String> = special
        .normal_form
        .iter()
        .filter(|(name, _)| special.kind != "CP" || name.as_str() != "a")
        .map(|(name, value)| format!("{name}{TIE}={TIE}{}", number(rounded(*value, scale), COEFFICIENT_DIGITS)))
        .collect();
    let parts = [special.words.clone(), numbers.join(", ")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

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
    text.push_str(&line.trim_end().replace(TIE, " "));
    text.push('\n');
}

/// Writes words in lines of at most 100 columns.
pub fn wrapped(text: &mut String, indent: &str, words: &str) {
    let mut line = String::from(indent);
    for word in words.split([' ', '\n']).filter(|word| !word.is_empty()) {
        let long = line.chars().count() + word.chars().count() > WIDTH;
        if long && line.trim() != "" {
            text.push_str(&line.trim_end().replace(TIE, " "));
            text.push('\n');
            line = format!("{indent}  ");
        }
        line.push_str(word);
        line.push(' ');
    }
    text.push_str(&line.trim_end().replace(TIE, " "));
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
    use crate::results::{End, Unresolved, Values};

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
        let names: Vec<String> =
            (1..=50).map(|i| format!("u[{i}]")).chain((1..=25).map(|i| format!("w[{i}]"))).collect();
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
}
