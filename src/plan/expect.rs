//! `[[expect]]` blocks become one expectation a quantity.

use super::reference::numbered;
use super::{Content, Expect, Expected, Planner, part};
use crate::study::{self, Reference};
use toml::Spanned;

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
        if let Some(Reference::Label(text)) = &written.point
            && let Some(position) = self.simulation_named(text.get_ref())
        {
            return self.expect_simulation(written, position);
        }
        if let Some(Reference::Label(name)) = &written.point
            && let Some(position) = self.optimum_named(name.get_ref())
        {
            return self.expect_optimum(written, name.get_ref(), position);
        }
        if let Some(Reference::Label(text)) = &written.point
            && let Some(map) = self.map_of(text.get_ref())
        {
            return self
                .cell(map, text)
                .map(|at| self.expect_cell(written, map, at, text.get_ref()))
                .unwrap_or_default();
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
        if self.is_physical() && known.iter().any(|name| name == "omega") {
            known.extend(["period [s]", "frequency [Hz]"].map(String::from));
        }
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
                point: target.shown.clone(),
                of: Expected::Point { branch: index, number: target.number, select: target.select.clone() },
                quantity: word.clone(),
                value: *value.get_ref(),
                tolerance: *tolerance.get_ref(),
                source: written.source.as_ref().map(|source| source.get_ref().clone()).unwrap_or_default(),
                misprint: written.misprint.as_ref().map(|misprint| misprint.get_ref().clone()),
            });
        }
        expects
    }

    /// The map that a word is about, `NAME` or `NAME[P=1]`.
    fn map_of(&self, word: &str) -> Option<usize> {
        let name = word.split('[').next().unwrap_or(word);
        self.blocks.iter().find_map(|block| match block.content {
            Content::Map(map) if block.name == name && !word.contains('/') => Some(map),
            _ => None,
        })
    }

    /// The cell that is named `MAP[P=1]` or `MAP[P=1, Q=2]`; notes what is wrong.
    fn cell(&mut self, map: usize, text: &Spanned<String>) -> Option<[usize; 2]> {
        let axes = self.maps.get(map)?.axes.clone();
        let name = |position: usize| self.model.parameters.get(position).map_or("", |p| p.name.as_str());
        let first: Vec<String> = (axes.iter())
            .map(|(position, values)| format!("{}={}", name(*position), values.first().copied().unwrap_or(0.0)))
            .collect();
        let word = text.get_ref();
        let example = format!("{}[{}]", word.split('[').next().unwrap_or(word), first.join(", "));
        let inside = word.split_once('[').and_then(|(_, inside)| inside.strip_suffix(']'));
        let given: Option<Vec<(&str, f64)>> = inside.and_then(|inside| {
            let pairs = inside.split(',').map(|pair| pair.split_once('='));
            pairs.map(|pair| Some((pair?.0.trim(), pair?.1.trim().parse().ok()?))).collect()
        });
        let given = given.filter(|given| {
            given.len() == axes.len() && axes.iter().all(|(k, _)| given.iter().any(|(key, _)| *key == name(*k)))
        });
        let Some(given) = given else {
            let message = format!("`{word}` names no cell of the map");
            self.mistakes
                .error(&text.span(), message, "expected a value for each parameter of the grid")
                .help(format!("for example `{example}`"));
            return None;
        };
        let mut at = [0, 0];
        for (k, (position, values)) in axes.iter().enumerate() {
            let value = given.iter().find(|(key, _)| *key == name(*position)).map_or(f64::NAN, |(_, value)| *value);
            let near = |other: &f64| (other - value).abs() <= 1e-12 * value.abs().max(other.abs());
            match values.iter().position(near) {
                Some(cell) => *at.get_mut(k)? = cell,
                None => {
                    let nearest = values.iter().min_by(|a, b| (*a - value).abs().total_cmp(&(*b - value).abs()));
                    let message = format!("`{} = {value}` is not on the grid", name(*position));
                    let from = word.find('[').unwrap_or(0);
                    let range = part(text, from, word.len());
                    self.mistakes
                        .error(&range, message, "between two cells, or beyond")
                        .help(format!("the nearest value is {}", nearest.copied().unwrap_or(0.0)));
                    return None;
                }
            }
        }
        Some(at)
    }

    fn expect_cell(&mut self, written: &study::Expect, map: usize, at: [usize; 2], shown: &str) -> Vec<Expect> {
        let Some(plan) = self.maps.get(map) else { return Vec::new() };
        let known: Vec<String> = plan.quantities.iter().map(|quantity| quantity.name.clone()).collect();
        let (Some(values), Some(tolerance)) = (&written.value, &written.tolerance) else { return Vec::new() };
        let mut expects = Vec::new();
        for (name, value) in values.get_ref() {
            let word = &self.column_name(name.get_ref());
            if !known.contains(word) {
                let message = format!("`{word}` is no quantity of the map");
                let names = known.iter().map(String::as_str);
                self.mistakes.error(&name.span(), message, "unknown quantity").suggest(word, names, "its quantities");
                continue;
            }
            expects.push(Expect {
                point: shown.into(),
                of: Expected::Cell { map, at },
                quantity: word.clone(),
                value: *value.get_ref(),
                tolerance: *tolerance.get_ref(),
                source: written.source.as_ref().map(|source| source.get_ref().clone()).unwrap_or_default(),
                misprint: written.misprint.as_ref().map(|misprint| misprint.get_ref().clone()),
            });
        }
        expects
    }

    /// What is expected of an optimum: its parameters, and the columns of its branch.
    fn expect_optimum(&mut self, written: &study::Expect, name: &str, position: usize) -> Vec<Expect> {
        let Some(optimum) = self.optima.get(position).cloned() else { return Vec::new() };
        let Some(branch) = self.branches.get(optimum.branch) else { return Vec::new() };
        let parameter = |(k, _): &(usize, [f64; 2])| self.model.parameters.get(*k).map(|known| known.name.clone());
        let mut known: Vec<String> = optimum.over.iter().filter_map(parameter).collect();
        known.extend(self.columns(branch).into_iter().skip(branch.free.len()));
        let (Some(values), Some(tolerance)) = (&written.value, &written.tolerance) else { return Vec::new() };
        let mut expects = Vec::new();
        for (quantity, value) in values.get_ref() {
            let word = self.column_name(quantity.get_ref());
            if !known.contains(&word) {
                let message = format!("optimum `{name}` has no quantity `{word}`");
                let shown = known.iter().map(String::as_str).filter(|name| !is_eigenvalue(name));
                self.mistakes.error(&quantity.span(), message, "unknown quantity").suggest(&word, shown, "quantities");
                continue;
            }
            expects.push(Expect {
                point: name.into(),
                of: Expected::Optimum(position),
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
                point: name.clone(),
                of: Expected::Simulation(position),
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
