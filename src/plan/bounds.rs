//! `box = { x = [-2.0, 2.0] }`: a range for each state, the model's own where the study gives none.

use super::Planner;
use super::reference::abridged;
use crate::study::Bounds;
use std::collections::BTreeMap;
use std::ops::Range;

impl Planner<'_> {
    /// The bounds of every state between which all equilibria are to be found; `None` if one is missing, which is noted
    /// at `place` where there is no `box`.
    pub fn state_bounds(&mut self, written: Option<&Bounds>, place: &Range<usize>) -> Option<Vec<[f64; 2]>> {
        let own = self.model.states.iter().enumerate().filter_map(|(i, state)| Some((i, state.bounds?)));
        let mut bounds: BTreeMap<usize, [f64; 2]> = own.collect();
        let given = written.iter().flat_map(|written| written.ranges.get_ref()).map(|(name, range)| (name, range));
        for (name, _) in self.lay(&mut bounds, given) {
            let word = name.get_ref();
            let message = match self.model.parameters.iter().any(|parameter| parameter.name == *word) {
                true => format!("`{word}` is a parameter; `box` has ranges of states"),
                false => format!("model `{}` has no state `{word}`", self.model.name),
            };
            let known = self.model.states.iter().map(|state| state.name.as_str());
            self.mistakes.error(&name.span(), message, "not a state").suggest(word, known, "states");
        }
        let missing: Vec<&str> = (self.model.states.iter().enumerate())
            .filter(|(position, _)| !bounds.contains_key(position))
            .map(|(_, state)| state.name.as_str())
            .collect();
        let complete = missing.is_empty();
        if !complete && written.is_none_or(|written| written.whole) {
            let example = |name: &&str| format!("{name} = [-10.0, 10.0]");
            let message = format!("to find all equilibria, `box` must say where {} can be", abridged(&missing));
            let help = match missing.len() {
                0..=8 => {
                    let ranges: Vec<String> = missing.iter().map(example).collect();
                    format!("for example `box = {{ {} }}`, with those that are there", ranges.join(", "))
                }
                _ => "a range for each of these states".into(),
            };
            let place = written.map_or(place.clone(), |written| written.ranges.span());
            self.mistakes.error(&place, message, "a range is missing").help(help);
        }
        complete.then(|| bounds.into_values().collect())
    }
}
