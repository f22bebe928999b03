//! Simulations: where they came to, what they measured, and what happened under a ramp.

use super::layout::{COEFFICIENT_DIGITS, Column, DIGITS, align, count, number, rounded, wrapped};
use super::told;
use crate::results::{ModelRecord, Simulation};
use std::fmt::Write;

/// So many states of a simulation are told.
const MOST_STATES: usize = 12;

pub(super) fn one_simulation(text: &mut String, simulation: &Simulation, model: &ModelRecord) {
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
