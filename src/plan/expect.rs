//! `[[expect]]` blocks become one expectation a quantity.

use super::reference::numbered;
use super::{Expect, Planner, Select};
use crate::study;

impl Planner<'_> {
    pub fn expect(&mut self, written: &study::Expect) -> Vec<Expect> {
        if let Some(tolerance) = &written.tolerance
            && *tolerance.get_ref() <= 0.0
        {
            let message = "a tolerance must be greater than 0";
            self.mistakes
                .error(&tolerance.span(), message, "expected a number greater than 0")
                .help("half a unit of the last printed digit: 5e-5 for 5.4501");
        }
        if let Some(study::Reference::Label(text)) = &written.point
            && let Some(position) = self.simulation_named(text.get_ref())
        {
            return self.expect_simulation(written, position);
        }
        let Some(target) = written.point.as_ref().and_then(|point| self.target(point)) else { return Vec::new() };
        if let Some(family) = &target.family {
            let members = self.member_names(&target.branches);
            let message = format!("`{family}` is a family: which member is meant?");
            self.mistakes
                .error(&written.range, message, "one expectation, many branches")
                .help(format!("members: {members}"));
            return Vec::new();
        }
        let Some((index, branch)) =
            target.branches.first().and_then(|index| Some((*index, self.branches.get(*index)?)))
        else {
            return Vec::new();
        };
        let mut known = self.columns(branch);
        known.extend(branch.kind.quantities(&target.kind).iter().map(|name| name.to_string()));
        let fixed = |name: &str| self.model.parameters.iter().any(|parameter| parameter.name == name);
        let (Some(values), Some(tolerance)) = (&written.value, &written.tolerance) else { return Vec::new() };
        let mut expects = Vec::new();
        if values.get_ref().is_empty() {
            self.mistakes.error(&values.span(), "an expectation of nothing", "expected { QUANTITY = number }");
        }
        for (name, value) in values.get_ref() {
            let word = &self.column_name(name.get_ref());
            if !known.contains(word) {
                let message = match fixed(word) {
                    true => {
                        format!("`{word}` is held fixed on branch `{}`: there is nothing to expect of it", branch.name)
                    }
                    false => format!(
                        "{} {} point on branch `{}` has no quantity `{word}`",
                        article(&target.kind),
                        target.kind,
                        numbered(&branch.name, target.number)
                    ),
                };
                let shown: Vec<&str> = known
                    .iter()
                    .map(String::as_str)
                    .filter(|name| word.starts_with(['r', 'i']) || !is_eigenvalue(name))
                    .collect();
                self.mistakes.error(&name.span(), message, "unknown quantity").suggest(word, shown, "quantities");
                continue;
            }
            expects.push(Expect {
                simulation: None,
                point: target.shown.clone(),
                branch: index,
                number: target.number,
                select: target.select.clone(),
                quantity: word.clone(),
                value: *value.get_ref(),
                tolerance: *tolerance.get_ref(),
                source: written.source.as_ref().map(|source| source.get_ref().clone()).unwrap_or_default(),
                misprint: written.misprint.as_ref().map(|misprint| misprint.get_ref().clone()),
            });
        }
        expects
    }
}

impl Planner<'_> {
    /// What is expected of a simulation: of what it measured.
    fn expect_simulation(&mut self, written: &study::Expect, position: usize) -> Vec<Expect> {
        let Some(plan) = self.simulations.get(position) else { return Vec::new() };
        let (known, name) = (plan.quantities(self.model), plan.name.clone());
        let (Some(values), Some(tolerance)) = (&written.value, &written.tolerance) else { return Vec::new() };
        let mut expects = Vec::new();
        for (quantity, value) in values.get_ref() {
            let word = self.column_name(quantity.get_ref());
            if !known.contains(&word) {
                let message = format!("simulation `{name}` measures no `{word}`");
                self.mistakes.error(&quantity.span(), message, "unknown quantity").suggest(
                    &word,
                    known.iter().map(String::as_str),
                    "quantities",
                );
                continue;
            }
            expects.push(Expect {
                simulation: Some(position),
                point: name.clone(),
                branch: 0,
                number: None,
                select: Select::Label(String::new()),
                quantity: word,
                value: *value.get_ref(),
                tolerance: *tolerance.get_ref(),
                source: written.source.as_ref().map(|source| source.get_ref().clone()).unwrap_or_default(),
                misprint: written.misprint.as_ref().map(|misprint| misprint.get_ref().clone()),
            });
        }
        expects
    }
}

/// The article of a type of points when its letters are spoken: an LP, a CP.
fn article(kind: &str) -> &'static str {
    if kind.starts_with(['A', 'E', 'F', 'H', 'L', 'M', 'N', 'R', 'S', 'X']) { "an" } else { "a" }
}

/// `re_1`, `im_1`, …
pub fn is_eigenvalue(name: &str) -> bool {
    name.strip_prefix("re_").or(name.strip_prefix("im_")).is_some_and(|rest| rest.parse::<usize>().is_ok())
}
