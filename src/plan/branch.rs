//! `[[branch]]` blocks become branches, and families their members.

use super::kind::{Kind, OTHER_WORDS};
use super::reference::{Target, abridged};
use super::{Block, BranchPlan, Content, Given, Origin, Planner};
use crate::curves::slope_of;
use crate::results::Values;
use crate::study::{self, Members, Named, Start};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

/// The most branches a study may have, members counted.
const MOST_BRANCHES: usize = 10_000;

/// In `start` of a branch of cycles.
const PERIOD: &str = "period";

/// What one member takes over from where it starts.
struct Member {
    /// The family's parameter and value, if it is a family.
    value: Option<(usize, f64)>,
    given: Vec<Given>,
    /// Position of the branch on which it starts.
    source: Option<usize>,
}

impl Planner<'_> {
    pub fn branch(&mut self, written: &study::Branch) {
        let Some(name) = &written.name else { return };
        let errors = self.mistakes.errors();
        self.check_name("branch", name);
        let planned = self.branch_content(written, name);
        let content = match planned {
            Some(content) if self.mistakes.errors() == errors => content,
            _ => Content::Broken,
        };
        self.blocks.push(Block { name: name.get_ref().clone(), range: name.span(), content });
    }

    fn branch_content(&mut self, written: &study::Branch, name: &Spanned<String>) -> Option<Content> {
        let kind = written.kind.as_ref().and_then(|kind| self.kind(kind));
        let free = self.free(written, kind);
        let positions: Vec<usize> = free.iter().map(|(position, _)| *position).collect();
        let target = self.origin(written, kind, name);
        let simulation = self.origin_simulation(written, kind);
        let period = self.period(written, kind, name);
        let marks = self.marks(&written.mark, &free);
        let extrema = self.extrema(&written.extremum, &free, kind);
        let own = self.own_parameters(&written.parameters);
        self.check_own_parameters(written, &own, &positions);
        let family = self.family(written, &own, &positions);
        let (states, at) = self.guess(written, &free);
        let starts_at_all = matches!(written.start, Some(Start::All(_)));
        if let (Some(profiles), Some(kind)) = (&written.profiles, kind)
            && kind != Kind::Cycle
            && *profiles.get_ref() > 0
        {
            let message = format!("a branch of kind {} has no profiles", kind.name());
            self.mistakes.error(&profiles.span(), message, "cycles have them").help("leave it out");
        }
        let bounds = self.bounds(written);
        // Without these nothing can be said of the members.
        let kind = kind?;
        if (written.has_from && target.is_none() && simulation.is_none())
            || (written.has_family && family.is_none())
            || free.len() != kind.free()
            || (starts_at_all && bounds.is_none())
        {
            return None;
        }
        let members = self.members(written, &own, target.as_ref(), family.as_ref())?;
        if self.branches.len() + members.len() > MOST_BRANCHES {
            let message = format!("with `{}` the study has more than {MOST_BRANCHES} branches", name.get_ref());
            self.mistakes.error(&name.span(), message, "too many").help("divide the study");
            return None;
        }
        let origin_range = target.as_ref().map(|target| target.range.clone());
        let errors = self.mistakes.errors();
        let mut planned = Vec::new();
        let mut family_parameter = None;
        for member in members {
            self.check_zeros(&member.given, &positions, name);
            let ranges: Vec<(usize, [f64; 2])> = free.iter().map(|(k, range)| (*k, *range.get_ref())).collect();
            self.check_branch_levels(&member.given, &ranges, &name.span());
            if let (Some(source), Some(range)) = (member.source, &origin_range) {
                self.check_freed(source, &free, range);
            }
            // What is wrong with one member of a family is told once.
            if self.mistakes.errors() > errors {
                return None;
            }
            let member_name = match member.value {
                Some((position, value)) => {
                    family_parameter = Some(position);
                    format!("{}[{}={value}]", name.get_ref(), self.model.parameters.get(position)?.name)
                }
                None => name.get_ref().clone(),
            };
            let origin = match (member.source, &target) {
                (Some(branch), Some(target)) => {
                    Origin::Point { branch, number: target.number, select: target.select.clone() }
                }
                _ => {
                    let (position, range) = free.first()?;
                    let [low, high] = *range.get_ref();
                    let own = member.given.get(*position)?.value;
                    let at = at.unwrap_or(if (low..=high).contains(&own) { own } else { low });
                    match (&bounds, simulation, period) {
                        (_, Some(simulation), _) => Origin::Simulation(simulation),
                        (_, _, Some(period)) => {
                            let given = states.iter().copied().collect();
                            let place = written.start.as_ref().map_or(name.span(), Start::span);
                            Origin::Orbit { states: self.every_state(&given, &place)?, period, at }
                        }
                        (Some(bounds), ..) => Origin::All { bounds: bounds.clone(), at: low },
                        _ => Origin::Guess { states: states.clone(), at },
                    }
                }
            };
            let mut values = Values::new();
            if let Some((position, value)) = member.value {
                values.insert(self.model.parameters.get(position)?.name.clone(), value);
            }
            planned.push((
                BranchPlan {
                    name: member_name,
                    family: member.value.map(|_| name.get_ref().clone()),
                    member: values,
                    kind,
                    parameters: member.given.iter().map(|given| given.value).collect(),
                    free: free.iter().map(|(position, range)| (*position, *range.get_ref())).collect(),
                    origin,
                    mark: marks.clone(),
                    extremum: extrema.clone(),
                    profiles: written.profiles.as_ref().map_or(0, |count| *count.get_ref()),
                    optional: written.optional,
                },
                member.given,
            ));
        }
        let first = self.branches.len();
        let positions: Vec<usize> = (first..first + planned.len()).collect();
        for (branch, given) in planned {
            self.branches.push(branch);
            self.given.push(given);
        }
        match family_parameter {
            Some(parameter) => Some(Content::Family(positions, parameter)),
            None => positions.first().map(|first| Content::Branch(*first)),
        }
    }

    fn kind(&mut self, word: &Spanned<String>) -> Option<Kind> {
        let name = word.get_ref().as_str();
        let kind = Kind::from_name(name);
        if kind.is_none() {
            let known = Kind::ALL.map(Kind::name);
            let plain = name.to_lowercase().replace(['_', ' '], "-");
            if let Some((_, meant)) = OTHER_WORDS.iter().find(|(other, _)| *other == plain) {
                let message = format!("no branch is of kind `{name}`");
                self.mistakes
                    .error(&word.span(), message, "unknown kind")
                    .help(format!("it is called `{}` here", meant.name()));
            } else {
                let message = format!("no branch is of kind `{name}`");
                self.mistakes.error(&word.span(), message, "unknown kind").suggest(name, known, "kinds");
            }
        }
        kind
    }

    /// The free parameters with their ranges.
    fn free(&mut self, written: &study::Branch, kind: Option<Kind>) -> Vec<(usize, Spanned<[f64; 2]>)> {
        let Some(table) = &written.free else { return Vec::new() };
        if let Some(kind) = kind
            && written.free_is_whole
            && table.get_ref().len() != kind.free()
        {
            let needed = if kind.free() == 1 { "one free parameter" } else { "two free parameters" };
            let message = format!("a branch of kind {} has {needed}, not {}", kind.name(), table.get_ref().len());
            let help = match kind.free() {
                1 => {
                    if kind.is_cyclic() {
                        "to follow its special points in two parameters, start a branch of kind cycle-fold, period-doubling or torus `from` one"
                    } else {
                        "to follow its special points in two parameters, start a branch of kind fold, hopf or branch-point `from` one"
                    }
                }
                _ => "for example `free = { V_in = [0.0, 10.0], R_n = [0.0, 10.0] }`",
            };
            self.mistakes.error(&table.span(), message, format!("expected {needed}")).help(help);
        }
        let mut free: Vec<(usize, Spanned<[f64; 2]>)> = Vec::new();
        for (name, range) in table.get_ref() {
            if let Some(position) = self.parameter(name) {
                self.check_range(position, range);
                free.push((position, range.clone()));
            }
        }
        free
    }

    /// Where the branch starts `from`, if it does and can.
    fn origin(&mut self, written: &study::Branch, kind: Option<Kind>, name: &Spanned<String>) -> Option<Target> {
        if matches!(written.start, Some(Start::Guess(_))) && kind == Some(Kind::Cycle) && !written.has_from {
            return None;
        }
        if let Some(study::Reference::Label(text)) = &written.from
            && self.simulation_named(text.get_ref()).is_some()
        {
            if let Some(kind) = kind.filter(|kind| *kind != Kind::Cycle) {
                let message = format!("a branch of kind {} cannot start from a simulation", kind.name());
                self.mistakes.error(&text.span(), message, "only cycles can");
            }
            if let Some(start) = &written.start {
                let message = format!("branch `{}` has both `start` and `from`", name.get_ref());
                self.mistakes.error_twice(&start.span(), message, "a guess", &text.span(), "a simulation");
            }
            return None;
        }
        if !written.has_from {
            if let Some(kind) = kind.filter(|kind| *kind != Kind::Equilibrium) {
                let place = written.kind.as_ref().map_or(name.span(), Spanned::span);
                let message = format!(
                    "branch `{}` has no `from`: a {} branch starts from a special point",
                    name.get_ref(),
                    kind.name()
                );
                let types = kind.starts_from().join(", ");
                let example = match kind {
                    Kind::Hopf | Kind::Cycle => "from = \"rest/H1\"",
                    Kind::BranchPoint => "from = \"rest/BP1\"",
                    Kind::CycleFold => "from = \"cycles/LPC1\"",
                    Kind::PeriodDoubling => "from = \"cycles/PD1\"",
                    Kind::Torus => "from = \"cycles/NS1\"",
                    _ => "from = \"rest/LP1\"",
                };
                self.mistakes
                    .error(&place, message, format!("needs `from`, a point of type {types}"))
                    .help(format!("for example `{example}`"));
            }
            return None;
        }
        if let (Some(start), Some(from)) = (&written.start, &written.from) {
            let from = from.span();
            let message = format!("branch `{}` has both `start` and `from`", name.get_ref());
            let what = match start {
                Start::Guess(_) => "a guess",
                Start::All(_) => "all equilibria",
            };
            self.mistakes.error_twice(&start.span(), message, what, &from, "a point that is known");
        }
        let target = self.target(written.from.as_ref()?)?;
        let kind = kind?;
        let on_cycles = target.branches.first().and_then(|branch| self.branches.get(*branch)?.kind.into());
        self.check_solutions(kind, on_cycles, &target)?;
        if kind.starts_from().contains(&target.kind.as_str()) {
            return Some(target);
        }
        let message = format!("a branch of kind {} cannot start from a point of type {}", kind.name(), target.kind);
        let reason = match (kind, target.kind.as_str()) {
            (Kind::Hopf, "NSA") => Some(
                "at a neutral saddle two real eigenvalues add up to zero; nothing oscillates there, and no cycle is born",
            ),
            _ => None,
        };
        let diagnostic =
            self.mistakes.error(&target.range, message, format!("expected {}", kind.starts_from().join(", ")));
        if let Some(reason) = reason {
            diagnostic.note(reason);
        }
        None
    }

    /// The simulation whose cycle the branch starts from.
    fn origin_simulation(&self, written: &study::Branch, kind: Option<Kind>) -> Option<usize> {
        match &written.from {
            Some(study::Reference::Label(text)) if kind == Some(Kind::Cycle) => self.simulation_named(text.get_ref()),
            _ => None,
        }
    }

    /// The period of an approximate cycle, `start = { x = …, period = … }`.
    fn period(&mut self, written: &study::Branch, kind: Option<Kind>, name: &Spanned<String>) -> Option<f64> {
        let Some(Start::Guess(start)) = &written.start else { return None };
        if kind != Some(Kind::Cycle) || written.has_from {
            return None;
        }
        let period = start.get_ref().iter().find(|(word, _)| word.get_ref() == PERIOD);
        match period {
            Some((_, value)) if *value.get_ref() > 0.0 => Some(*value.get_ref()),
            Some((_, value)) => {
                self.mistakes.error(&value.span(), "a period must be greater than 0", "expected a positive number");
                None
            }
            None => {
                let message = format!("the cycle at which branch `{}` starts has no `period`", name.get_ref());
                self.mistakes
                    .error(&start.span(), message, "a state on the cycle, and its period")
                    .help("for example `start = { x = 1.0, y = 0.0, period = 6.3 }`");
                None
            }
        }
    }

    /// Cycles do not begin at an equilibrium that is no Hopf point, nor equilibria at a cycle.
    fn check_solutions(&mut self, kind: Kind, source: Option<Kind>, target: &Target) -> Option<()> {
        // Where cycles shrink to nothing there is an equilibrium.
        let equilibrium = !source?.is_cyclic() || matches!(target.kind.as_str(), "H" | "GH" | "ZH" | "HH");
        let message = match (kind.is_cyclic(), equilibrium) {
            (true, true) if matches!(target.kind.as_str(), "UZ" | "EX" | "EP") => {
                format!("no cycle is known at `{}`, which is an equilibrium", target.shown)
            }
            (false, false) => format!("`{}` is on a branch of cycles, not of equilibria", target.shown),
            _ => return Some(()),
        };
        let help = match kind.is_cyclic() {
            true => "cycles begin at Hopf points, H",
            false => "start from the branch of equilibria on which the cycles begin",
        };
        self.mistakes.error(&target.range, message, "cannot start here").help(help);
        None
    }

    /// Values to mark: of free parameters, inside their ranges.
    fn marks(
        &mut self,
        written: &Named<Spanned<Vec<Spanned<f64>>>>,
        free: &[(usize, Spanned<[f64; 2]>)],
    ) -> Vec<(usize, f64)> {
        let mut marks = Vec::new();
        for (name, values) in written {
            let Some(position) = self.parameter(name) else { continue };
            let Some((index, (_, range))) = free.iter().enumerate().find(|(_, (free, _))| *free == position) else {
                let message = format!("`{}` is not free on this branch: its values cannot be marked", name.get_ref());
                self.mistakes.error(&name.span(), message, "not free here");
                continue;
            };
            let [low, high] = *range.get_ref();
            if values.get_ref().len() > study::MOST_MEMBERS {
                let message = format!("{} marked values are too many", values.get_ref().len());
                self.mistakes.error(&values.span(), message, format!("at most {}", study::MOST_MEMBERS));
                continue;
            }
            for value in values.get_ref() {
                if (low..=high).contains(value.get_ref()) {
                    marks.push((index, *value.get_ref()));
                } else {
                    let message = format!(
                        "`{} = {}` is outside the branch's range [{low}, {high}]",
                        name.get_ref(),
                        value.get_ref()
                    );
                    self.mistakes.error_twice(&value.span(), message, "never reached", &range.span(), "the range");
                }
            }
        }
        marks
    }

    /// What is marked where it is extremal. On a critical curve positions of free parameters; where one alone is free, its
    /// extrema are folds, which have their own name. On a branch of cycles extrema and spans of states.
    fn extrema(
        &mut self,
        written: &[Spanned<String>],
        free: &[(usize, Spanned<[f64; 2]>)],
        kind: Option<Kind>,
    ) -> Vec<usize> {
        let mut extrema = Vec::new();
        for name in written {
            if kind == Some(Kind::Cycle) {
                let states: Vec<&str> = self.model.states.iter().map(|state| state.name.as_str()).collect();
                match slope_of(name.get_ref(), &states) {
                    Some(slope) => extrema.push(slope),
                    None => {
                        let known =
                            states.iter().flat_map(|s| ["min", "max", "span"].map(|what| format!("{s}_{what}")));
                        let known: Vec<String> = known.collect();
                        let message = format!("`{}` is not a quantity whose extremum is looked for", name.get_ref());
                        self.mistakes.error(&name.span(), message, "unknown quantity").suggest(
                            name.get_ref(),
                            known.iter().map(String::as_str),
                            "quantities of cycles",
                        );
                    }
                }
                continue;
            }
            let Some(position) = self.parameter(name) else { continue };
            match free.iter().position(|(free, _)| *free == position) {
                Some(_) if free.len() < 2 => {
                    let message = format!("where `{}` alone is free, its extrema are the folds", name.get_ref());
                    self.mistakes.error(&name.span(), message, "these have a name of their own").help("leave it out");
                }
                Some(index) if extrema.contains(&index) => {}
                Some(index) => extrema.push(index),
                None => {
                    let message = format!("`{}` is not free on this branch: it has no extremum", name.get_ref());
                    self.mistakes.error(&name.span(), message, "not free here");
                }
            }
        }
        extrema
    }

    /// A branch's own parameters must be held fixed on it.
    fn check_own_parameters(&mut self, written: &study::Branch, own: &[(usize, Given)], free: &[usize]) {
        for (position, given) in own {
            if !free.contains(position) {
                continue;
            }
            let (Some(parameter), Some(range)) = (self.model.parameters.get(*position), &given.range) else { continue };
            let message =
                format!("`{}` is free on this branch and cannot also be held at {}", parameter.name, given.value);
            let diagnostic = self.mistakes.error(range, message, "free and fixed");
            if !written.has_from {
                diagnostic.help(format!("to begin there, write start = {{ {} = {} }}", parameter.name, given.value));
            }
        }
    }

    /// The family's parameter with its values and their places.
    fn family(
        &mut self,
        written: &study::Branch,
        own: &[(usize, Given)],
        free: &[usize],
    ) -> Option<(usize, Vec<Given>)> {
        let (name, members) = written.family.as_ref()?;
        let position = self.parameter(name)?;
        if free.contains(&position) {
            let message = format!(
                "`{}` is free on this branch and cannot also tell the members of a family apart",
                name.get_ref()
            );
            self.mistakes.error(&name.span(), message, "free");
            return None;
        }
        if let Some(range) = own.iter().find(|(own, _)| *own == position).and_then(|(_, given)| given.range.clone()) {
            let message = format!("`{}` has one value in `parameters` and several in `family`", name.get_ref());
            self.mistakes.error_twice(&name.span(), message, "several", &range, "one");
        }
        let values = self.family_values(name.get_ref(), members)?;
        let whole = members.span();
        for (i, value) in values.iter().enumerate() {
            let range = value.range.clone().unwrap_or_else(|| whole.clone());
            self.check_value(position, value.value, &range);
            if values.iter().take(i).any(|earlier| earlier.value == value.value) {
                let message = format!("`{} = {}` is twice in the family", name.get_ref(), value.value);
                self.mistakes.error(&range, message, "twice");
            }
        }
        Some((position, values))
    }

    pub fn family_values(&mut self, name: &str, members: &Spanned<Members>) -> Option<Vec<Given>> {
        match members.get_ref() {
            Members::List(values) if values.is_empty() => None,
            Members::List(values) => {
                // `+ 0.0` makes -0 a 0, which is how it is to be called.
                Some(
                    values
                        .iter()
                        .map(|value| Given { value: value.get_ref() + 0.0, range: Some(value.span()) })
                        .collect(),
                )
            }
            Members::Even { from, to, count } => {
                let (low, high) = (*from.get_ref(), *to.get_ref());
                if low == high || !(high - low).is_finite() {
                    let message = format!("from {low} to {high} there are no {count} values of `{name}`");
                    self.mistakes.error(&members.span(), message, "empty or too long");
                    return None;
                }
                Some(
                    even(low, high, *count)
                        .into_iter()
                        .map(|value| Given { value, range: Some(members.span()) })
                        .collect(),
                )
            }
        }
    }

    /// The guess: states, and the value of the free parameter.
    fn guess(
        &mut self,
        written: &study::Branch,
        free: &[(usize, Spanned<[f64; 2]>)],
    ) -> (Vec<(usize, f64)>, Option<f64>) {
        let (mut states, mut at) = (BTreeMap::new(), None);
        let Some(Start::Guess(start)) = &written.start else { return (Vec::new(), at) };
        let cyclic = written.kind.as_ref().is_some_and(|kind| kind.get_ref() == Kind::Cycle.name());
        let values = start.get_ref().iter().map(|(name, value)| (name, value));
        for (name, value) in self.lay(&mut states, values.filter(|(name, _)| !cyclic || name.get_ref() != PERIOD)) {
            let word = name.get_ref().as_str();
            if let Some(position) = self.model.parameters.iter().position(|parameter| parameter.name == word) {
                match free.iter().find(|(free, _)| *free == position) {
                    Some((_, range)) => {
                        let [low, high] = *range.get_ref();
                        if !(low..=high).contains(value.get_ref()) {
                            let message = format!(
                                "the branch would start at `{word} = {}`, outside its range [{low}, {high}]",
                                value.get_ref()
                            );
                            self.mistakes.error_twice(&value.span(), message, "outside", &range.span(), "the range");
                        }
                        at = Some(*value.get_ref());
                    }
                    None => {
                        let message =
                            format!("`{word}` is not free on this branch, so it cannot be a part of the guess");
                        let help = format!(
                            "to hold it at {}, write parameters = {{ {word} = {} }}",
                            value.get_ref(),
                            value.get_ref()
                        );
                        self.mistakes.error(&name.span(), message, "a fixed parameter").help(help);
                    }
                }
            } else {
                let free = free.iter().filter_map(|(position, _)| self.model.parameters.get(*position));
                let free = free.map(|parameter| parameter.name.as_str());
                let known: Vec<&str> = self.model.states.iter().map(|state| state.name.as_str()).chain(free).collect();
                let message =
                    format!("`{word}` is neither a state of model `{}` nor free on this branch", self.model.name);
                self.mistakes.error(&name.span(), message, "unknown state").suggest(
                    word,
                    known,
                    "states and the free parameter",
                );
            }
        }
        (states.into_iter().collect(), at)
    }

    /// The bounds of every state between which all equilibria are to be found; `None` if they are not, or if a bound
    /// is missing, which is noted.
    fn bounds(&mut self, written: &study::Branch) -> Option<Vec<[f64; 2]>> {
        let Some(Start::All(range)) = &written.start else {
            if let Some(bounds) = written.bounds.as_ref().filter(|_| written.start.is_some() == written.has_start) {
                let message = "`box` is where `start = \"all\"` searches, and this branch does not start so";
                self.mistakes.error(&bounds.ranges.span(), message, "not searched").help("write `start = \"all\"`");
            }
            return None;
        };
        if let Some((family, _)) = &written.family {
            let message = "a family cannot start at all equilibria: its members would be families themselves";
            self.mistakes
                .error_twice(range, message, "several branches", &family.span(), "for each of several values")
                .help("write one block for each value, with `parameters`");
        }
        self.state_bounds(written.bounds.as_ref(), range)
    }

    /// The members of the block: one, or one for each value of its own family or of the source's.
    fn members(
        &mut self,
        written: &study::Branch,
        own: &[(usize, Given)],
        target: Option<&Target>,
        family: Option<&(usize, Vec<Given>)>,
    ) -> Option<Vec<Member>> {
        let laid_over = |mut given: Vec<Given>, values: &[(usize, Given)]| {
            for (position, value) in values {
                if let Some(place) = given.get_mut(*position) {
                    *place = value.clone();
                }
            }
            given
        };
        let Some(target) = target else {
            let given = laid_over(self.parameters.clone(), own);
            return Some(match family {
                None => vec![Member { value: None, given, source: None }],
                Some((position, values)) => values
                    .iter()
                    .map(|value| Member {
                        value: Some((*position, value.value)),
                        given: laid_over(given.clone(), &[(*position, value.clone())]),
                        source: None,
                    })
                    .collect(),
            });
        };
        if let (Some(source), Some(range)) = (&target.family, written.family.as_ref().map(|(name, _)| name.span())) {
            let message = format!("this block is a family already: it follows each member of `{source}`");
            self.mistakes.error(&range, message, "a family of families").help("leave `family` out");
            return None;
        }
        let mut asked: Vec<(usize, Given)> = own.to_vec();
        if let Some((position, values)) = family {
            asked.extend(values.iter().map(|value| (*position, value.clone())));
        }
        let mut members = Vec::new();
        let errors = self.mistakes.errors();
        for source in &target.branches {
            self.check_inherited(*source, &asked, target);
            if self.mistakes.errors() > errors {
                return None;
            }
            let value = match &target.family {
                Some(_) => {
                    let branch = self.branches.get(*source)?;
                    let (name, value) = branch.member.first()?;
                    Some((self.model.parameters.iter().position(|parameter| parameter.name == *name)?, *value))
                }
                None => family.and_then(|(position, values)| Some((*position, values.first()?.value))),
            };
            members.push(Member { value, given: self.given.get(*source)?.clone(), source: Some(*source) });
        }
        Some(members)
    }

    /// Parameters of a branch that starts from a point are those of the point: others would not be on it.
    pub fn check_inherited(&mut self, source: usize, asked: &[(usize, Given)], target: &Target) {
        let (Some(branch), Some(given)) = (self.branches.get(source), self.given.get(source)) else { return };
        for (position, value) in asked {
            let (Some(parameter), Some(there), Some(range)) =
                (self.model.parameters.get(*position), given.get(*position), &value.range)
            else {
                continue;
            };
            let free_there = branch.free.iter().any(|(free, _)| free == position);
            if !free_there && there.value == value.value {
                continue;
            }
            let what = &parameter.name;
            let message = match free_there {
                true => format!("`{what}` is free on branch `{}`: it has its value from the point there", branch.name),
                false => format!(
                    "`{what}` is {} on branch `{}`, where this one starts, and cannot be {} here",
                    there.value, branch.name, value.value
                ),
            };
            let help = match &branch.family {
                Some(family) if target.family.is_some() => format!("set it in `{family}`, or leave it out here"),
                _ => format!("set it in `{}`, which this branch follows, or leave it out here", branch.name),
            };
            let range = range.clone();
            self.mistakes
                .error_twice(&range, message, "not the value at the point", &target.range, "the point")
                .help(help);
            return;
        }
    }

    /// What was fixed where the branch starts and is free here must be in its range to begin with.
    fn check_freed(&mut self, source: usize, free: &[(usize, Spanned<[f64; 2]>)], point: &Range<usize>) {
        let (Some(branch), Some(given)) = (self.branches.get(source), self.given.get(source)) else { return };
        for (position, range) in free {
            let (Some(parameter), Some(there)) = (self.model.parameters.get(*position), given.get(*position)) else {
                continue;
            };
            let [low, high] = *range.get_ref();
            let name = &parameter.name;
            let message = match branch.free.iter().find(|(free, _)| free == position) {
                Some((_, [from, to])) if *from > high || *to < low => {
                    format!(
                        "branch `{}` has `{name}` in [{from}, {to}]: no point of it is in [{low}, {high}]",
                        branch.name
                    )
                }
                None if !(low..=high).contains(&there.value) => {
                    format!(
                        "branch `{}` has `{name} = {}`: this one would start outside its range [{low}, {high}]",
                        branch.name, there.value
                    )
                }
                _ => continue,
            };
            self.mistakes.error_twice(&range.span(), message, "does not contain the start", point, "starts here");
            return;
        }
    }

    /// The names of a family's members, for messages.
    pub fn member_names(&self, members: &[usize]) -> String {
        let names: Vec<&str> =
            members.iter().filter_map(|member| Some(self.branches.get(*member)?.name.as_str())).collect();
        abridged(&names)
    }
}

/// `count` values from `low` to `high`, rounded to twelve digits of the larger end so that they have the
/// names that one would give them: 0.3 and not 0.30000000000000004.
fn even(low: f64, high: f64, count: usize) -> Vec<f64> {
    let digits = 12 - low.abs().max(high.abs()).log10().ceil() as i32;
    let last = count.saturating_sub(1).max(1);
    (0..count)
        .map(|i| match i {
            0 => low + 0.0,
            _ if i == last => high + 0.0,
            _ => {
                let t = i as f64 / last as f64;
                let value = low * (1.0 - t) + high * t;
                match usize::try_from(digits).ok().filter(|digits| *digits <= 300) {
                    Some(digits) => format!("{value:.digits$}").parse::<f64>().unwrap_or(value) + 0.0,
                    None => value,
                }
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::even;

    #[test]
    fn even_values_have_short_names() {
        let names: Vec<String> = even(0.0, 1.0, 11).iter().map(f64::to_string).collect();
        assert_eq!(names, ["0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1"]);
        assert_eq!(even(1.0, -1.0, 3), [1.0, 0.0, -1.0]);
        assert_eq!(even(1e-300, 2e-300, 3).len(), 3);
        assert_eq!(even(1e300, 2e300, 3).len(), 3);
    }
}
