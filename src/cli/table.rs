//! Results as text for people: aligned tables that fit into 100 columns.

mod branch;
mod checks;
mod layout;
mod optimum;
mod plane;
mod simulation;

pub use checks::checks;
pub use layout::{Column, align, wrapped};

use crate::results::{Failure, Results, Survey};
use branch::{one_branch, one_family, one_survey};
use layout::{COEFFICIENT_DIGITS, TIE, number};
use optimum::one_optimum;
use plane::{one_diagram, one_map};
use simulation::one_simulation;
use std::fmt::Write;

/// More of one kind of trouble than this is counted.
const MOST_UNRESOLVED: usize = 3;

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

/// What failed, where, and what can be done.
fn told(text: &mut String, failure: &Failure) {
    wrapped(text, "  ", &format!("FAILED: {}", failure.what));
    for (what, words) in [("where", &failure.place), ("tried", &failure.tried), ("advice", &failure.advice)] {
        if !words.is_empty() {
            wrapped(text, "    ", &format!("{what}: {words}"));
        }
    }
    failure.excerpt.lines().for_each(|line| text.push_str(&format!("    {line}\n")));
}

#[cfg(test)]
mod tests;
