//! The equations as they were written, to say where one of them has no value.

use crate::diagnostic::{Diagnostic, Level, Place};
use crate::expression::{NotFinite, System};
use std::ops::Range;

/// Equations and definitions with their places.
#[derive(Clone, Debug)]
pub struct Written {
    pub system: System,
    /// Of the texts of equations and definitions, in this order.
    pub places: Vec<Place>,
}

/// The most names whose values are told.
const MOST_NAMES: usize = 8;

impl Written {
    /// What to say where an equation is not finite: the sub-expression, underlined, with the values that went in.
    pub fn not_finite(&self, x: &[f64], p: &[f64]) -> Option<Diagnostic> {
        let found = self.system.not_finite(x, p)?;
        let what = if found.value.is_nan() { "not a number" } else { "infinite" };
        let mut message = format!("in the {}: {} is {what}", self.title(&found), abridged(&found.expression));
        let values = |list: &[(String, f64)]| {
            let list: Vec<String> =
                list.iter().take(MOST_NAMES).map(|(name, value)| format!("{} = {value}", abridged(name))).collect();
            list.join(", ")
        };
        match (found.operands.as_slice(), found.names.as_slice()) {
            ([], []) => {}
            ([], names) => message.push_str(&format!(" at {}", values(names))),
            (operands, []) => message.push_str(&format!(" at {}", values(operands))),
            (operands, names) => message.push_str(&format!(" at {} ({})", values(operands), values(names))),
        }
        let mut diagnostic = Diagnostic::new(Level::Error, message);
        diagnostic.label(self.place(found.statement, &found.span)?, what);
        if let Some((statement, span)) = found.path.first() {
            diagnostic.label(self.place(*statement, span)?, "needed here");
        }
        Some(diagnostic)
    }

    /// `equation of x`, or `definition of rate, which the equation of x needs`.
    fn title(&self, found: &NotFinite) -> String {
        let state = &found.state;
        match found.statement.checked_sub(self.system.equations.len()).and_then(|k| self.system.definitions.get(k)) {
            Some(definition) => format!("definition of `{}`, which the equation of `{state}` needs", definition.key),
            None => format!("equation of `{state}`"),
        }
    }

    /// A part of a text; the whole if it was written with escapes.
    fn place(&self, statement: usize, span: &Range<usize>) -> Option<Place> {
        let whole = self.places.get(statement)?;
        let statements = || self.system.equations.iter().chain(&self.system.definitions);
        let mut place = whole.clone();
        if whole.range.len() == statements().nth(statement)?.text.len() {
            place.range = whole.range.start + span.start..whole.range.start + span.end;
        }
        Some(place)
    }
}

/// An expression of a readable length.
fn abridged(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST { text.into() } else { text.chars().take(MOST - 1).chain(['…']).collect() }
}
