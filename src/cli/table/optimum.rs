//! Optima: where they lie, what holds them there, and what the starts found.

use super::layout::{DIGITS, TIE, count, number, tally, wrapped};
use super::told;
use crate::results::{Optimum, OptimumStart};

/// Where the optimum lies, what holds it there, and what the starts found.
pub(super) fn one_optimum(text: &mut String, optimum: &Optimum) {
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
        let sum = |what: fn(&OptimumStart) -> usize| optimum.starts.iter().map(what).sum::<usize>();
        let starts = count(optimum.starts.len(), "start");
        let agree = format!("{} of {starts} end there", optimum.agree);
        let work = format!(
            "{}, {}, {} without one",
            count(sum(|start| start.evaluations), &optimum.kind.replace("equilibrium", "solution")),
            count(sum(|start| start.gradients), "gradient"),
            count(sum(|start| start.missed), "place")
        );
        wrapped(text, "  ", &format!("{}; {agree}; {work}", optimum.method));
        let others = |start: &&OptimumStart| {
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
        told(text, failure);
    }
    text.push('\n');
}
