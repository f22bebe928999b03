//! What will be done: names resolved to positions, defaults filled, every mistake reported.
//!
//! A `Plan` can be carried out without looking at the study again. Nothing here computes.
//!
//! All mistakes of a study are reported at once, each with its place and what would be right. A block with
//! a mistake is left out, and what refers to it is not reported a second time.

mod bounds;
mod branch;
mod data;
mod diagram;
mod expect;
mod figure;
mod kind;
mod map;
mod model;
mod optimum;
mod physical;
mod reference;
mod simulation;
mod written;

pub use data::{
    Beginning, BranchPlan, DiagramPlan, Expect, Expected, FunctionPlan, MapMethod, MapPlan, MapSimulation, MapStart,
    ModelPlan, Of, OptimumPlan, Origin, Plan, Quantity, Select, Settings, SimulationPlan, SpectrumPlan,
};
pub use figure::{FIGURE_KINDS, SCALES, STYLES};
pub use kind::Kind;
pub use map::METHODS;
pub use model::model_file;
pub use optimum::GOALS;
pub use reference::numbered;
pub use simulation::{INTEGRATORS, UNTIL};
pub use written::Written;

use crate::curves::LEADING;
use crate::diagnostic::{Diagnostic, Mistakes};
use crate::expression::System;
use crate::models::{Definition, Description, element};
use crate::study::{self, Named, Study};
use reference::abridged;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use toml::Spanned;

/// Points that a branch may have in each direction, where the study does not say.
pub const DEFAULT_MAX_POINTS: usize = 10_000;
/// Intervals of a cycle's mesh, and degree of the polynomials on them, where the study does not say.
pub const DEFAULT_INTERVALS: usize = 40;
pub const DEFAULT_DEGREE: usize = 4;
/// How long a solution of a map by simulation may take to settle, and its tolerance, where the study does not say.
pub const DEFAULT_SETTLING_TIME: f64 = 10_000.0;
pub const DEFAULT_MAP_RTOL: f64 = 1e-10;
/// Points of a function, where the study does not say.
pub const DEFAULT_FUNCTION_POINTS: usize = 401;
/// Starts of an optimum, where the study does not say.
pub const DEFAULT_STARTS: usize = 8;

/// A plan, and remarks that keep nobody from carrying it out.
#[derive(Clone, Debug)]
pub struct Planned {
    pub plan: Plan,
    pub warnings: Vec<Diagnostic>,
}

/// Resolves a study, with `overrides` (dotted key, value) laid over it; or says all that is wrong with it.
///
/// `source_name` is the study's path as it is to be shown; its file name without `.toml` names the results.
pub fn plan(source_name: &str, text: &str, overrides: &[(String, String)]) -> Result<Planned, Vec<Diagnostic>> {
    let mut mistakes = Mistakes::default();
    let plan = study::read(&mut mistakes, source_name, text, overrides).and_then(|study| {
        let (definition, written) = model::model(&mut mistakes, source_name, &study)?;
        let mut plan = Planner::new(&mut mistakes, &definition, written.as_ref()).plan(source_name, &study);
        plan.model.written = written.map(Arc::new);
        Some(plan)
    });
    match plan {
        Some(plan) if !mistakes.any_errors() => Ok(Planned { plan, warnings: mistakes.into_sorted() }),
        _ => Err(mistakes.into_sorted()),
    }
}

/// A value of a parameter, and where it was written; nowhere if it is the model's own.
#[derive(Clone, Debug)]
struct Given {
    value: f64,
    range: Option<Range<usize>>,
}

/// A block that others may refer to.
struct Block {
    name: String,
    range: Range<usize>,
    content: Content,
}

enum Content {
    /// Position in the plan.
    Branch(usize),
    /// Positions in the plan, and the parameter that tells the members apart.
    Family(Vec<usize>, usize),
    /// Position in the plan.
    Optimum(usize),
    /// Position in the plan.
    Map(usize),
    Simulation(usize),
    /// Columns.
    Function(Vec<String>),
    /// It has a mistake, which is reported already.
    Broken,
}

/// The state of planning: what stands above, and what was wrong so far.
struct Planner<'p> {
    mistakes: &'p mut Mistakes,
    definition: &'p Definition,
    model: &'p Description,
    /// The equations, where they are text.
    system: Option<&'p System>,
    parameters: Vec<Given>,
    blocks: Vec<Block>,
    /// Names of all branches of the study, to tell "below" from "nowhere".
    all_branches: Vec<String>,
    branches: Vec<BranchPlan>,
    /// For each branch the values of its parameters with their places.
    given: Vec<Vec<Given>>,
    simulations: Vec<SimulationPlan>,
    optima: Vec<OptimumPlan>,
    maps: Vec<MapPlan>,
    functions: Vec<FunctionPlan>,
    zeros_reported: HashSet<(usize, Option<Range<usize>>)>,
}

impl<'p> Planner<'p> {
    fn new(mistakes: &'p mut Mistakes, definition: &'p Definition, written: Option<&'p Written>) -> Self {
        let model = &definition.description;
        let parameters =
            model.parameters.iter().map(|parameter| Given { value: parameter.default, range: None }).collect();
        Planner {
            mistakes,
            definition,
            model,
            system: written.map(|written| &written.system),
            parameters,
            blocks: Vec::new(),
            all_branches: Vec::new(),
            branches: Vec::new(),
            given: Vec::new(),
            simulations: Vec::new(),
            optima: Vec::new(),
            maps: Vec::new(),
            functions: Vec::new(),
            zeros_reported: HashSet::new(),
        }
    }

    fn plan(mut self, source_name: &str, study: &Study) -> Plan {
        let name = stem(source_name).unwrap_or_else(|| "study".into());
        if let Some(model) = &study.model {
            // Of a model in SI units the other ones are refused already.
            let physical = model.physical.as_ref().filter(|_| self.is_physical());
            for (position, value) in self.own_parameters(physical.map_or(&model.parameters, |own| &own.values)) {
                self.parameters[position] = value;
            }
            if let Some(physical) = physical {
                let values: Vec<[f64; 2]> = self.parameters.iter().map(|given| [given.value; 2]).collect();
                self.check_levels(&values, &physical.range);
            }
        }
        let settings = self.settings(&study.settings);
        let nothing = study.branches.is_empty()
            && study.simulations.is_empty()
            && study.maps.is_empty()
            && study.functions.is_empty();
        if nothing && !self.mistakes.any_errors() {
            self.mistakes
                .error(&(0..0), "the study asks for nothing", "no [[branch]], [[simulation]], [[map]] or [[function]]")
                .help("`hopfold new NAME` writes a study to start from");
        }
        self.all_branches =
            study.branches.iter().filter_map(|branch| Some(branch.name.as_ref()?.get_ref().clone())).collect();
        // Each can begin where one above it ended.
        let mut simulations = study.simulations.iter().peekable();
        for branch in &study.branches {
            while let Some(above) = simulations.next_if(|other| other.range.start < branch.range.start) {
                self.simulation(above);
            }
            self.branch(branch);
        }
        simulations.for_each(|simulation| self.simulation(simulation));
        for optimum in &study.optima {
            self.optimum(optimum);
        }
        for map in &study.maps {
            self.map(map);
        }
        for function in &study.functions {
            self.function(function);
        }
        let expects = study.expects.iter().flat_map(|expect| self.expect(expect)).collect();
        let (figures, diagrams) = self.figures(&study.figures);
        Plan {
            study: name.clone(),
            title: study.title.as_ref().map_or(name, |title| title.get_ref().clone()),
            model: ModelPlan {
                definition: self.definition.clone(),
                written: None,
                parameters: self.parameters.iter().map(|given| given.value).collect(),
            },
            settings,
            branches: self.branches,
            simulations: self.simulations,
            optima: self.optima,
            maps: self.maps,
            functions: self.functions,
            figures,
            diagrams,
            expects,
        }
    }

    /// The name of a column as the results have it: of an element whose index is an expression, that with its value.
    fn column_name(&self, word: &str) -> String {
        let known = !word.contains('[') || element(word).is_some();
        let meant = self.system.filter(|_| !known).and_then(|system| system.element(word));
        meant.unwrap_or_else(|| word.into())
    }

    /// Lays values of states over others: one of an array is that of every element that has none of its own.
    /// What is no state is handed back.
    fn lay<'w, T: Copy>(
        &self,
        values: &mut BTreeMap<usize, T>,
        given: impl Iterator<Item = (&'w Spanned<String>, &'w Spanned<T>)>,
    ) -> Vec<(&'w Spanned<String>, &'w Spanned<T>)> {
        let (mut elements, mut others) = (BTreeMap::new(), Vec::new());
        for (name, value) in given {
            let word = self.column_name(name.get_ref());
            let array = |state: &str| element(state).is_some_and(|(array, _)| array == word);
            let states = || self.model.states.iter().map(|state| state.name.as_str()).enumerate();
            if let Some((position, _)) = states().find(|(_, state)| *state == word) {
                elements.insert(position, *value.get_ref());
            } else if states().any(|(_, state)| array(state)) {
                values.extend(
                    states().filter(|(_, state)| array(state)).map(|(position, _)| (position, *value.get_ref())),
                );
            } else {
                others.push((name, value));
            }
        }
        values.extend(elements);
        others
    }

    /// A solution in time begins with a value of every state: what is left out is not guessed, and noted.
    fn every_state(&mut self, given: &BTreeMap<usize, f64>, place: &Range<usize>) -> Option<Vec<f64>> {
        let missing = self.model.states.iter().enumerate().filter(|(k, _)| !given.contains_key(k));
        let missing: Vec<&str> = missing.map(|(_, state)| state.name.as_str()).collect();
        if missing.is_empty() {
            return Some(given.values().copied().collect());
        }
        // One value will do for an array.
        let mut words: Vec<&str> = missing.iter().map(|name| element(name).map_or(*name, |(array, _)| array)).collect();
        words.dedup();
        let words: Vec<String> = words.iter().take(8).map(|word| format!("{word} = …")).collect();
        let (has, them) = if missing.len() == 1 { ("has", "it") } else { ("have", "them") };
        let message = format!("`start` gives every state at time 0; {} {has} no value", abridged(&missing));
        self.mistakes
            .error(place, message, "where does the solution start?")
            .help(format!("nothing is put in for {them}: add {}", words.join(", ")));
        None
    }

    fn settings(&mut self, written: &study::Settings) -> Settings {
        let positive = |mistakes: &mut Mistakes, key: &str, value: &Option<Spanned<f64>>, below: f64| {
            let value = value.as_ref()?;
            if *value.get_ref() > 0.0 && *value.get_ref() < below {
                return Some(*value.get_ref());
            }
            let expected = format!("greater than 0 and less than {below}");
            mistakes.error(
                &value.span(),
                format!("`{key}` must be {expected}"),
                format!("expected a number {expected}"),
            );
            None
        };
        let settings = Settings {
            step: positive(self.mistakes, "step", &written.step, 10.0),
            min_step: positive(self.mistakes, "min_step", &written.min_step, 10.0),
            max_step: positive(self.mistakes, "max_step", &written.max_step, 10.0),
            max_points: written.max_points.as_ref().map_or(DEFAULT_MAX_POINTS, |n| *n.get_ref()),
            tolerance: positive(self.mistakes, "tolerance", &written.tolerance, 0.01),
            max_newton: written.max_newton.as_ref().map(|n| *n.get_ref()),
            eigenvalues: written.eigenvalues.as_ref().map_or(LEADING, |n| *n.get_ref()),
            intervals: written.intervals.as_ref().map_or(DEFAULT_INTERVALS, |n| *n.get_ref()),
            degree: written.degree.as_ref().map_or(DEFAULT_DEGREE, |n| *n.get_ref()),
        };
        let steps = [("min_step", &written.min_step), ("step", &written.step), ("max_step", &written.max_step)];
        for (i, (low_name, low)) in steps.iter().enumerate() {
            for (high_name, high) in steps.iter().skip(i + 1) {
                if let (Some(low), Some(high)) = (low, high)
                    && low.get_ref() > high.get_ref()
                {
                    let message = format!("`{low_name}` is greater than `{high_name}`");
                    self.mistakes.error_twice(&low.span(), message, "must not be greater", &high.span(), "than this");
                }
            }
        }
        settings
    }

    fn function(&mut self, written: &study::Function) {
        let Some(name) = &written.name else { return };
        let errors = self.mistakes.errors();
        self.check_name("function", name);
        let known: Vec<&str> = self.model.functions.iter().map(|function| function.name.as_str()).collect();
        let mut columns = Vec::new();
        if let Some(of) = &written.of {
            match self.model.functions.iter().find(|function| function.name == *of.get_ref()) {
                Some(function) => columns = function.columns.iter().map(|column| column.name.clone()).collect(),
                None => {
                    let message = format!("model `{}` has no function `{}`", self.model.name, of.get_ref());
                    self.mistakes.error(&of.span(), message, "unknown function").suggest(
                        of.get_ref(),
                        known,
                        "functions",
                    );
                }
            }
        }
        let mut parameters: Vec<f64> = self.parameters.iter().map(|given| given.value).collect();
        for (position, given) in self.own_parameters(&written.parameters) {
            parameters[position] = given.value;
        }
        let content = match (&written.of, &written.range) {
            (Some(of), Some(range)) if self.mistakes.errors() == errors => {
                self.functions.push(FunctionPlan {
                    name: name.get_ref().clone(),
                    of: of.get_ref().clone(),
                    range: *range.get_ref(),
                    points: written.points.as_ref().map_or(DEFAULT_FUNCTION_POINTS, |points| *points.get_ref()),
                    parameters,
                });
                Content::Function(columns)
            }
            _ => Content::Broken,
        };
        self.blocks.push(Block { name: name.get_ref().clone(), range: name.span(), content });
    }

    /// A name must not be taken, and must do as a part of a file name and of `name/LABEL`.
    fn check_name(&mut self, what: &str, name: &Spanned<String>) {
        let word = name.get_ref();
        let good = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-' || c == '.';
        if word.is_empty()
            || word.len() > 64
            || !word.chars().all(good)
            || !word.starts_with(|c: char| c.is_ascii_alphanumeric())
        {
            self.mistakes
                .error(&name.span(), format!("`{word}` cannot be the name of a {what}"), "not a name")
                .help("a name begins with a letter or digit and has letters, digits, `-`, `_` and `.`, 64 at most");
        }
        if let Some(other) = self.blocks.iter().find(|block| block.name.eq_ignore_ascii_case(word)) {
            let message = match other.name == *word {
                true => format!("two blocks are named `{word}`"),
                false => format!(
                    "`{word}` and `{}` differ only in capitals: their files would be the same on some systems",
                    other.name
                ),
            };
            let first = other.range.clone();
            self.mistakes.error_twice(&name.span(), message, "the second", &first, "the first");
        }
    }

    /// Position of a parameter; notes an unknown name.
    fn parameter(&mut self, name: &Spanned<String>) -> Option<usize> {
        let word = name.get_ref();
        let position = self.model.parameters.iter().position(|parameter| parameter.name == *word);
        if position.is_none() {
            let known: Vec<&str> = self.model.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
            if let Some((_, from)) = self.model.derived.iter().find(|(derived, _)| derived == word) {
                let message = format!("`{word}` follows from {from}, which [model.physical] gives");
                self.mistakes
                    .error(&name.span(), message, "not given by itself in SI units")
                    .help(format!("vary {from}; `{word}` is a column of equilibria"));
                return None;
            }
            let message = format!("model `{}` has no parameter `{word}`", self.model.name);
            if self.model.states.iter().any(|state| state.name == *word) {
                let help = format!("`{word}` is a state of the model; its parameters are {}", known.join(", "));
                self.mistakes.error(&name.span(), message, "a state").help(help);
            } else {
                self.mistakes.error(&name.span(), message, "unknown parameter").suggest(word, known, "parameters");
            }
        }
        position
    }

    /// The values of a `parameters` table.
    fn own_parameters(&mut self, written: &Named<Spanned<f64>>) -> Vec<(usize, Given)> {
        let mut own = Vec::new();
        for (name, value) in written {
            if let Some(position) = self.parameter(name) {
                self.check_value(position, *value.get_ref(), &value.span());
                own.push((position, Given { value: *value.get_ref(), range: Some(value.span()) }));
            }
        }
        own
    }

    /// A value must be in the parameter's domain; what the model remarks of it is a warning.
    fn check_value(&mut self, position: usize, value: f64, range: &Range<usize>) {
        let Some(parameter) = self.model.parameters.get(position) else { return };
        if !parameter.domain.contains(value) {
            let message = format!("`{} = {value}` is outside the model's domain", parameter.name);
            self.mistakes
                .error(range, message, format!("must be {}", parameter.domain))
                .note(format!("{}: {}", parameter.name, parameter.meaning));
        } else if let Some(([low, high], remark)) = &parameter.remark
            && (*low..*high).contains(&value)
        {
            self.mistakes.warning(
                range,
                format!("`{} = {value}`: {remark}", parameter.name),
                format!("in [{low}, {high})"),
            );
        }
    }

    /// A parameter that must not be zero, held at zero.
    fn check_zeros(&mut self, given: &[Given], free: &[usize], branch: &Spanned<String>) {
        for (position, (parameter, given)) in self.model.parameters.iter().zip(given).enumerate() {
            let Some(reason) = &parameter.zero else { continue };
            if given.value != 0.0
                || free.contains(&position)
                || !self.zeros_reported.insert((position, given.range.clone()))
            {
                continue;
            }
            let message =
                format!("with `{} = 0` branch `{}` has no isolated equilibria", parameter.name, branch.get_ref());
            let range = given.range.clone().unwrap_or_else(|| branch.span());
            self.mistakes.error(&range, message, format!("`{}` must not be 0", parameter.name)).note(reason.clone());
        }
    }

    /// A range of a free parameter must be in its domain.
    fn check_range(&mut self, position: usize, written: &Spanned<[f64; 2]>) {
        let Some(parameter) = self.model.parameters.get(position) else { return };
        let [low, high] = *written.get_ref();
        let name = &parameter.name;
        for end in [low, high] {
            if !parameter.domain.contains(end) {
                let message = format!("the range of `{name}` leaves the model's domain at {end}");
                self.mistakes
                    .error(&written.span(), message, format!("`{name}` must be {}", parameter.domain))
                    .note(format!("{name}: {}", parameter.meaning));
            }
        }
        if let Some(([from, to], remark)) = &parameter.remark
            && low < *to
            && high >= *from
        {
            self.mistakes.warning(
                &written.span(),
                format!("the range of `{name}` reaches into [{from}, {to}): {remark}"),
                "a part of this",
            );
        }
        if let Some(reason) = &parameter.zero
            && low <= 0.0
            && high >= 0.0
        {
            let message = format!("the range of `{name}` contains 0, where equilibria are not isolated");
            self.mistakes
                .warning(&written.span(), message, "the branch is singular at 0 and may stop there")
                .note(reason.clone());
        }
    }
}

/// The place of a part of a string or key, if it was written without escapes; else of the whole.
fn part(text: &Spanned<String>, from: usize, to: usize) -> Range<usize> {
    let whole = text.span();
    let quotes = match (whole.end - whole.start).checked_sub(text.get_ref().len()) {
        Some(0) => 0,
        Some(2) => 1,
        _ => return whole,
    };
    whole.start + quotes + from..whole.start + quotes + to
}

/// File name without its ending.
fn stem(path: &str) -> Option<String> {
    let stem = Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    stem.filter(|stem| !stem.is_empty())
}

#[cfg(test)]
mod tests;
