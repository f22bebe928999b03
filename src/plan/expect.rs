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
        if let Some(Reference::Label(text)) = &written.point {
            let word = text.get_ref();
            if let Some(position) = self.simulation_named(word) {
                return self.expect_simulation(written, word, position);
            }
            if let Some(position) = self.optimum_named(word) {
                return self.expect_optimum(written, word, position);
            }
            if let Some(map) = self.map_of(word) {
                let at = self.cell(map, text);
                return at.map(|at| self.expect_cell(written, map, at, word)).unwrap_or_default();
            }
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
        let place = format!(
            "{} {} point on branch `{}`",
            article(&target.kind),
            target.kind,
            numbered(&branch.name, target.number)
        );
        let (model, name) = (self.model, branch.name.clone());
        let fixed = |word: &str| model.parameters.iter().any(|parameter| parameter.name == word);
        let unknown = |word: &str| match fixed(word) {
            true => format!("`{word}` is held fixed on branch `{name}`: there is nothing to expect of it"),
            false => format!("{place} has no quantity `{word}`"),
        };
        let of = Expected::Point { branch: index, number: target.number, select: target.select.clone() };
        let about = About { shown: &target.shown, of, known: &known, unknown: &unknown };
        self.expectations(written, &about)
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
        let unknown = |word: &str| format!("`{word}` is no quantity of the map");
        self.expectations(written, &About { shown, of: Expected::Cell { map, at }, known: &known, unknown: &unknown })
    }

    /// What is expected of an optimum: its parameters, and the columns of its branch.
    fn expect_optimum(&mut self, written: &study::Expect, shown: &str, position: usize) -> Vec<Expect> {
        let Some(optimum) = self.optima.get(position) else { return Vec::new() };
        let Some(branch) = self.branches.get(optimum.branch) else { return Vec::new() };
        let parameter = |(k, _): &(usize, [f64; 2])| self.model.parameters.get(*k).map(|known| known.name.clone());
        let mut known: Vec<String> = optimum.over.iter().filter_map(parameter).collect();
        known.extend(self.columns(branch).into_iter().skip(branch.free.len()));
        let unknown = |word: &str| format!("optimum `{shown}` has no quantity `{word}`");
        let of = Expected::Optimum(position);
        self.expectations(written, &About { shown, of, known: &known, unknown: &unknown })
    }

    /// What is expected of a simulation: of what it measured.
    fn expect_simulation(&mut self, written: &study::Expect, shown: &str, position: usize) -> Vec<Expect> {
        let Some(plan) = self.simulations.get(position) else { return Vec::new() };
        let known = plan.quantities(self.model);
        let unknown = |word: &str| format!("simulation `{shown}` measures no `{word}`");
        let of = Expected::Simulation(position);
        self.expectations(written, &About { shown, of, known: &known, unknown: &unknown })
    }

    /// One expectation for each quantity that is written.
    fn expectations(&mut self, written: &study::Expect, about: &About) -> Vec<Expect> {
        let (Some(values), Some(tolerance)) = (&written.value, &written.tolerance) else { return Vec::new() };
        if values.get_ref().is_empty() {
            self.mistakes.error(&values.span(), "an expectation of nothing", "expected { QUANTITY = number }");
        }
        let text = |written: &Option<Spanned<String>>| written.as_ref().map(|text| text.get_ref().clone());
        let mut expects = Vec::new();
        for (name, value) in values.get_ref() {
            let word = self.column_name(name.get_ref());
            if !about.known.contains(&word) {
                let shown = about.known.iter().map(String::as_str);
                let shown = shown.filter(|name| word.starts_with(['r', 'i']) || !is_eigenvalue(name));
                let message = (about.unknown)(&word);
                self.mistakes.error(&name.span(), message, "unknown quantity").suggest(&word, shown, "quantities");
                continue;
            }
            expects.push(Expect {
                point: about.shown.into(),
                of: about.of.clone(),
                quantity: word,
                value: *value.get_ref(),
                tolerance: *tolerance.get_ref(),
                source: text(&written.source).unwrap_or_default(),
                misprint: text(&written.misprint),
            });
        }
        expects
    }
}

/// What something is expected of: as written, and its quantities; and what is said of a word that is none of these.
struct About<'a> {
    shown: &'a str,
    of: Expected,
    known: &'a [String],
    unknown: &'a dyn Fn(&str) -> String,
}

/// The article of a type of points when its letters are spoken: an LP, a CP.
fn article(kind: &str) -> &'static str {
    if kind.starts_with(['A', 'E', 'F', 'H', 'L', 'M', 'N', 'R', 'S', 'X']) { "an" } else { "a" }
}

/// `re_1`, `im_1`, …
pub fn is_eigenvalue(name: &str) -> bool {
    name.strip_prefix("re_").or(name.strip_prefix("im_")).is_some_and(|rest| rest.parse::<usize>().is_ok())
}
