//! `[[simulation]]` blocks: where they begin, how long they last, what is measured.

use super::{Beginning, Block, Content, Planner, SimulationPlan, SpectrumPlan};
use crate::simulate::{Choice, Course, Method, Ramp, Samples, Settings, Until, Window};
use crate::study::{self, Reference};
use std::collections::BTreeMap;
use toml::Spanned;

/// What a simulation stops at.
pub const UNTIL: [&str; 2] = ["steady", "periodic"];
/// Methods of integration.
pub const INTEGRATORS: [&str; 3] = ["auto", "dop853", "radau5"];
const DEFAULT_ROWS: usize = 2000;
const DEFAULT_SAMPLES: usize = 16_384;

impl Planner<'_> {
    pub fn simulation(&mut self, written: &study::Simulation) {
        let Some(name) = &written.name else { return };
        let errors = self.mistakes.errors();
        self.check_name("simulation", name);
        let content = match self.simulation_content(written, name) {
            Some(plan) if self.mistakes.errors() == errors => {
                self.simulations.push(plan);
                Content::Simulation(self.simulations.len() - 1)
            }
            _ => Content::Broken,
        };
        self.blocks.push(Block { name: name.get_ref().clone(), range: name.span(), content });
    }

    fn simulation_content(&mut self, written: &study::Simulation, name: &Spanned<String>) -> Option<SimulationPlan> {
        let own = self.own_parameters(&written.parameters);
        let origin = self.beginning(written, name);
        let perturb = self.perturbation(written);
        let ramp = self.ramp(written);
        let until = self.until(written);
        let method = self.integrator(written.method.as_ref());
        self.check_times(written, name);
        let spectrum = match &written.spectrum {
            Some(spectrum) => self.spectrum(spectrum, written).map(Some),
            None => Some(None),
        };
        let folds = written.branch.as_ref().map(|branch| self.folds(branch, written.has_ramp));
        let (origin, source) = origin?;
        let mut given = source.map_or(self.parameters.clone(), |branch| self.given[branch].clone());
        for (position, value) in &own {
            given[*position] = value.clone();
        }
        let mut parameters: Vec<f64> = given.iter().map(|given| given.value).collect();
        if let Some(ramp) = ramp.as_ref().and_then(Option::as_ref) {
            parameters[ramp.parameter] = ramp.values[0];
        }
        let number = |value: &Option<Spanned<f64>>| value.as_ref().map(|value| *value.get_ref());
        let ramp = ramp.map_or(Some(None), |ramp| ramp.map(Some))?;
        let spectrum = spectrum?;
        let default = Settings::default();
        let rtol = number(&written.rtol).unwrap_or(default.rtol);
        Some(SimulationPlan {
            name: name.get_ref().clone(),
            parameters,
            own: own.iter().map(|(position, _)| *position).collect(),
            origin,
            perturb: perturb?,
            course: Course {
                transient: number(&written.transient).unwrap_or(0.0),
                time: ramp.as_ref().map(Ramp::duration).or(number(&written.time))?,
                until: until?,
                rows: written.points.as_ref().map_or(DEFAULT_ROWS, |points| *points.get_ref()),
                samples: spectrum.map(|spectrum| Samples { of: spectrum.of, count: spectrum.points }),
            },
            settings: Settings {
                rtol,
                atol: number(&written.atol),
                method: method?,
                settled: (10.0 * rtol).max(1e-12),
                ..default
            },
            ramp,
            folds: match folds {
                Some(folds) => Some(folds?),
                None => None,
            },
            spectrum,
        })
    }

    /// Where it begins, and the branch whose parameters it takes over.
    fn beginning(&mut self, written: &study::Simulation, name: &Spanned<String>) -> Option<(Beginning, Option<usize>)> {
        if !written.has_from {
            let Some(start) = &written.start else {
                if written.has_start {
                    return None;
                }
                let message = format!("simulation `{}` has neither `start` nor `from`", name.get_ref());
                let state = self.model.states.first().map_or("x", |state| state.name.as_str());
                self.mistakes
                    .error(&name.span(), message, "where does it begin?")
                    .help(format!("`start = {{ {state} = 0.1, … }}` gives every state; or `from = \"rest/H1\"`"));
                return None;
            };
            let states = self.state_values("start", start.get_ref())?;
            return Some((Beginning::States(self.every_state(&states, &start.span())?), None));
        }
        let from = written.from.as_ref()?;
        if let Some(start) = &written.start {
            let range = match from {
                Reference::Label(text) => text.span(),
                Reference::Near { range, .. } => range.clone(),
            };
            let message = format!("simulation `{}` has both `start` and `from`", name.get_ref());
            self.mistakes
                .error_twice(&start.span(), message, "given states", &range, "a point that is known")
                .help("`perturb` adds to the states of a point");
        }
        if let Reference::Label(text) = from
            && self.simulation_named(text.get_ref()).is_some()
        {
            let message =
                format!("`{}` is a simulation, and one begins at a point of a branch or at states", text.get_ref());
            self.mistakes
                .error(&text.span(), message, "no point of a branch")
                .help("give the states where it ended as `start`: they are in its table");
            return None;
        }
        let target = self.target(from)?;
        if let Some(family) = &target.family {
            let message = format!("`{family}` is a family: which member is meant?");
            self.mistakes
                .error(&target.range, message, "one simulation, many branches")
                .help(format!("write `{family}[PARAMETER=VALUE]/{}`", target.kind));
            return None;
        }
        let branch = *target.branches.first()?;
        Some((Beginning::Point { branch, number: target.number, select: target.select }, Some(branch)))
    }

    /// What is added to the states of a point: 0 where there is nothing.
    fn perturbation(&mut self, written: &study::Simulation) -> Option<Vec<f64>> {
        let perturb = self.state_values("perturb", &written.perturb)?;
        if let (Some((name, _)), Some(start), false) = (written.perturb.first(), &written.start, written.has_from) {
            let message = "`perturb` adds to the states of a point, and `start` gives the states themselves";
            self.mistakes
                .error_twice(&name.span(), message, "added to what?", &start.span(), "all that there is")
                .help("add it up in `start`, or begin at a point: `from = \"rest/H1\"`");
            return None;
        }
        Some((0..self.model.states.len()).map(|k| perturb.get(&k).copied().unwrap_or(0.0)).collect())
    }

    /// Values of states by their positions; notes what is no state.
    fn state_values(&mut self, what: &str, written: &study::Named<Spanned<f64>>) -> Option<BTreeMap<usize, f64>> {
        let mut values = BTreeMap::new();
        let mut good = true;
        for (name, _) in self.lay(&mut values, written.iter().map(|(name, value)| (name, value))) {
            let word = name.get_ref();
            let known: Vec<&str> = self.model.states.iter().map(|state| state.name.as_str()).collect();
            let message = format!("`{word}` in `{what}` is no state of model `{}`", self.model.name);
            let diagnostic = self.mistakes.error(&name.span(), message, "unknown state").suggest(word, known, "states");
            if self.model.parameters.iter().any(|parameter| parameter.name == *word) {
                diagnostic.help(format!("values of parameters stand in parameters = {{ {word} = … }}"));
            }
            good = false;
        }
        good.then_some(values)
    }

    /// `None`: no ramp; `Some(None)`: one with a mistake.
    fn ramp(&mut self, written: &study::Simulation) -> Option<Option<Ramp>> {
        if !written.has_ramp {
            if let Some(rate) = &written.rate {
                let message = "`rate` is that of a ramp, and there is none";
                self.mistakes
                    .error(&rate.span(), message, "of what?")
                    .help("for example `ramp = { V_in = [0.0, 10.0, 0.0] }`");
            }
            return None;
        }
        let Some((name, values)) = &written.ramp else { return Some(None) };
        let errors = self.mistakes.errors();
        let parameter = self.parameter(name);
        let numbers: Vec<f64> = values.get_ref().iter().map(|value| *value.get_ref()).collect();
        if numbers.len() < 2 || numbers.windows(2).any(|pair| pair[0] == pair[1]) {
            let message = format!("a ramp of `{}` needs two values at least, neighbours different", name.get_ref());
            self.mistakes.error(&values.span(), message, "does not move").help("[0.0, 10.0, 0.0] goes up and down");
        }
        if let Some(position) = parameter {
            for value in values.get_ref() {
                self.check_value(position, *value.get_ref(), &value.span());
            }
        }
        let rate = match &written.rate {
            Some(rate) if *rate.get_ref() > 0.0 => Some(*rate.get_ref()),
            Some(rate) => {
                self.mistakes.error(&rate.span(), "a rate must be greater than 0", "expected a number greater than 0");
                None
            }
            None => {
                let message = format!("how fast does the ramp move `{}`?", name.get_ref());
                self.mistakes.error(&name.span(), message, "needs `rate`").help("for example `rate = 0.01`");
                None
            }
        };
        if let Some(until) = &written.until {
            let message = "a ramp ends when it is over: nothing settles on the way";
            self.mistakes.error(&until.span(), message, "not with a ramp").help("leave it out");
        }
        if let Some(time) = &written.time {
            let message = "the time of a ramp is that of its ways over its rate";
            self.mistakes.error(&time.span(), message, "not with a ramp").help("leave it out");
        }
        if self.mistakes.errors() > errors {
            return Some(None);
        }
        Some(parameter.zip(rate).map(|(parameter, rate)| Ramp { parameter, values: numbers, rate }))
    }

    fn check_times(&mut self, written: &study::Simulation, name: &Spanned<String>) {
        if !written.has_time && !written.has_ramp {
            let message = format!("simulation `{}` has no `time`", name.get_ref());
            self.mistakes.error(&name.span(), message, "how long?").help("for example `time = 100.0`");
        }
        let positive = [("time", &written.time, false), ("transient", &written.transient, true)];
        for (key, value, zero) in positive {
            if let Some(value) = value
                && (*value.get_ref() < 0.0 || (!zero && *value.get_ref() == 0.0))
            {
                let expected = if zero { "0 or more" } else { "greater than 0" };
                let message = format!("`{key}` must be {expected}");
                self.mistakes.error(&value.span(), message, format!("expected {expected}"));
            }
        }
        for (key, value, most) in [("rtol", &written.rtol, 0.01), ("atol", &written.atol, f64::INFINITY)] {
            let least = if key == "rtol" { 1e-14 } else { 0.0 };
            if let Some(value) = value
                && !(*value.get_ref() > least && *value.get_ref() < most)
            {
                let expected = match key {
                    "rtol" => "between 1e-14 and 0.01",
                    _ => "greater than 0",
                };
                let message = format!("`{key}` must be {expected}");
                self.mistakes.error(&value.span(), message, format!("expected a number {expected}"));
            }
        }
    }

    fn until(&mut self, written: &study::Simulation) -> Option<Until> {
        let Some(word) = &written.until else { return Some(Until::Time) };
        match word.get_ref().as_str() {
            "steady" => Some(Until::Steady),
            "periodic" => Some(Until::Periodic),
            other => {
                let message = format!("a simulation does not end at `{other}`");
                self.mistakes.error(&word.span(), message, "unknown end").suggest(other, UNTIL, "ends");
                None
            }
        }
    }

    fn integrator(&mut self, word: Option<&Spanned<String>>) -> Option<Choice> {
        let Some(word) = word else { return Some(Choice::Auto) };
        match word.get_ref().as_str() {
            "auto" => Some(Choice::Auto),
            "dop853" => Some(Choice::Fixed(Method::Dop853)),
            "radau5" => Some(Choice::Fixed(Method::Radau5)),
            other => {
                let message = format!("no method of integration is called `{other}`");
                self.mistakes.error(&word.span(), message, "unknown method").suggest(other, INTEGRATORS, "methods");
                None
            }
        }
    }

    fn spectrum(&mut self, written: &study::Spectrum, simulation: &study::Simulation) -> Option<SpectrumPlan> {
        if simulation.has_ramp {
            let message = "a spectrum is of a solution whose parameters stand still";
            self.mistakes
                .error(&written.range, message, "not with a ramp")
                .help("leave it out, or write a simulation for it");
            return None;
        }
        if let Some(until) = &simulation.until {
            let message = "a spectrum is of a stretch of time whose length is known";
            self.mistakes
                .error_twice(&written.range, message, "a spectrum", &until.span(), "an end that comes at any time")
                .help("leave `until` out, and give a `transient` that is long enough");
            return None;
        }
        let of = written.of.as_ref()?;
        let word = self.column_name(of.get_ref());
        let states: Vec<&str> = self.model.states.iter().map(|state| state.name.as_str()).collect();
        let position = states.iter().position(|state| *state == word);
        if position.is_none() {
            let message = format!("`{word}` is no state of model `{}`", self.model.name);
            self.mistakes.error(&of.span(), message, "unknown state").suggest(&word, states, "states");
        }
        let window = match &written.window {
            None => Some(Window::Hann),
            Some(word) => {
                let window = Window::from_name(word.get_ref());
                if window.is_none() {
                    let message = format!("no window is called `{}`", word.get_ref());
                    let known = Window::ALL.map(Window::name);
                    self.mistakes.error(&word.span(), message, "unknown window").suggest(
                        word.get_ref(),
                        known,
                        "windows",
                    );
                }
                window
            }
        };
        let points = written.points.as_ref().map_or(DEFAULT_SAMPLES, |points| *points.get_ref());
        Some(SpectrumPlan { of: position?, window: window?, points })
    }

    /// A branch of equilibria whose folds explain the jumps.
    fn folds(&mut self, name: &Spanned<String>, ramps: bool) -> Option<(usize, Option<usize>)> {
        if !ramps {
            let message = "`branch` names the folds at which a ramp jumps, and there is no ramp";
            self.mistakes.error(&name.span(), message, "nothing jumps");
            return None;
        }
        let found = self.branch_named(name.get_ref(), &name.span())?;
        let index = *found.branches.first()?;
        if found.family.is_some() || self.branches.get(index)?.kind != super::Kind::Equilibrium {
            let message = format!("`{}` is not one branch of equilibria", name.get_ref());
            self.mistakes.error(&name.span(), message, "has no folds to jump at");
            return None;
        }
        Some((index, found.number))
    }

    /// The simulation of this name, among the blocks above.
    pub fn simulation_named(&self, word: &str) -> Option<usize> {
        self.blocks.iter().find(|block| block.name == word).and_then(|block| match block.content {
            Content::Simulation(position) => Some(position),
            _ => None,
        })
    }
}
