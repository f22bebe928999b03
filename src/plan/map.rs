//! `[[map]]` blocks: a grid of one or two parameters, and quantities that every cell can have.

use super::expect::is_eigenvalue;
use super::kind::Kind;
use super::{
    Block, BranchPlan, Content, DEFAULT_MAP_RTOL, DEFAULT_SETTLING_TIME, Given, MapMethod, MapPlan, MapSimulation,
    MapStart, Of, Origin, Planner, Quantity,
};
use crate::study::{self, Start};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

/// The words for ways to compute a map.
pub const METHODS: [&str; 2] = ["continuation", "simulation"];
/// The most cells a map may have.
const MOST_IN_ALL: usize = 10_000_000;

impl Planner<'_> {
    pub fn map(&mut self, written: &study::Map) {
        let Some(name) = &written.name else { return };
        let errors = self.mistakes.errors();
        self.check_name("map", name);
        let planned = self.map_content(written, name);
        let content = match planned {
            Some(map) if self.mistakes.errors() == errors => {
                self.maps.push(map);
                Content::Map(self.maps.len() - 1)
            }
            _ => Content::Broken,
        };
        self.blocks.push(Block { name: name.get_ref().clone(), range: name.span(), content });
    }

    fn map_content(&mut self, written: &study::Map, name: &Spanned<String>) -> Option<MapPlan> {
        let axes = self.axes(written);
        let positions: Vec<usize> = axes.iter().map(|(position, _)| *position).collect();
        let own = self.own_parameters(&written.parameters);
        for (position, given) in &own {
            if let (true, Some(range)) = (positions.contains(position), &given.range) {
                let message = "a parameter of the grid cannot also be held at one value";
                self.mistakes.error(range, message, "on the grid and fixed");
            }
        }
        let source = self.map_source(written, &own, &positions);
        let mut given = source.as_ref().map_or(self.parameters.clone(), |(_, given)| given.clone());
        for (position, value) in own {
            given[position] = value;
        }
        self.check_zeros(&given, &positions, name);
        let simulated = self.is_simulated(written)?;
        let first = axes.first()?;
        let quantities = self.quantities(written, first.0, simulated);
        let method = match simulated {
            true => self.map_simulation(written).map(MapMethod::Simulation),
            false => {
                let (start, reach) = (self.map_start(written), self.reach(written, first));
                let from = source.as_ref().map(|(origin, _)| origin.clone());
                start.zip(reach).map(|(start, reach)| MapMethod::Continuation { start, from, reach })
            }
        };
        (written.grid_is_whole && source.is_some() == written.has_from).then_some(())?;
        Some(MapPlan {
            name: name.get_ref().clone(),
            parameters: given.iter().map(|given| given.value).collect(),
            axes,
            quantities,
            method: method?,
        })
    }

    /// Each axis of the grid: position of its parameter, and its values.
    fn axes(&mut self, written: &study::Map) -> Vec<(usize, Vec<f64>)> {
        let Some(grid) = &written.grid else { return Vec::new() };
        if !(1..=2).contains(&grid.get_ref().len()) && written.grid_is_whole {
            let message = format!("a grid has one or two parameters, not {}", grid.get_ref().len());
            self.mistakes.error(&grid.span(), message, "expected one or two").help("write one map for each plane");
        }
        let mut axes: Vec<(usize, Vec<f64>)> = Vec::new();
        for (k, (name, members)) in grid.get_ref().iter().enumerate() {
            let Some(position) = self.parameter(name) else { continue };
            let Some(values) = self.family_values(name.get_ref(), members) else { continue };
            let place = |value: &Given| value.range.clone().unwrap_or_else(|| members.span());
            // A domain is an interval; what is said of a value is said once.
            for value in [values.first(), values.last()].into_iter().flatten() {
                let said = self.mistakes.errors();
                self.check_value(position, value.value, &place(value));
                if self.mistakes.errors() > said {
                    break;
                }
            }
            if let Some(zero) = values.iter().find(|value| value.value == 0.0) {
                self.check_singular(position, &place(zero));
            }
            if let Some(pair) = values.windows(2).find(|pair| pair[0].value >= pair[1].value) {
                let range = place(&pair[1]);
                let message = format!(
                    "the values of `{}` do not rise: {} after {}",
                    name.get_ref(),
                    pair[1].value,
                    pair[0].value
                );
                self.mistakes.error(&range, message, "expected rising values");
            }
            if k == 0 && values.len() < 2 {
                let message = format!("rows of cells run along `{}`, which has one value", name.get_ref());
                self.mistakes.error(&members.span(), message, "expected two values at least");
            }
            axes.push((position, values.into_iter().map(|given| given.value).collect()));
        }
        if axes.iter().map(|(_, values)| values.len()).product::<usize>() > MOST_IN_ALL {
            let message = format!("a map of more than {MOST_IN_ALL} cells");
            self.mistakes.error(&grid.span(), message, "too many").help("divide the map");
        }
        axes
    }

    /// The range in which rows are traced: that of the grid, or a wider one.
    fn reach(&mut self, written: &study::Map, (position, values): &(usize, Vec<f64>)) -> Option<[f64; 2]> {
        let own = [*values.first()?, *values.last()?];
        let Some(reach) = &written.reach else { return Some(own) };
        let [(name, range)] = reach.get_ref().as_slice() else {
            let message = "rows run along one parameter, and `reach` says how far";
            self.mistakes.error(&reach.span(), message, "expected one range");
            return None;
        };
        if self.parameter(name)? != *position {
            let first = self.model.parameters.get(*position).map_or("", |parameter| parameter.name.as_str());
            let message = format!("rows run along `{first}`, the first parameter of the grid");
            self.mistakes
                .error(&name.span(), message, "not along this one")
                .help(format!("reach = {{ {first} = [low, high] }}"));
            return None;
        }
        self.check_range(*position, range);
        let [low, high] = *range.get_ref();
        if low > own[0] || high < own[1] {
            let message = format!("rows reach from {low} to {high}, and the grid from {} to {}", own[0], own[1]);
            self.mistakes.error(&range.span(), message, "must contain the grid");
            return None;
        }
        Some([low, high])
    }

    /// Zero is on the grid, where equilibria may not be isolated.
    fn check_singular(&mut self, position: usize, range: &Range<usize>) {
        let Some(parameter) = self.model.parameters.get(position) else { return };
        if let Some(reason) = parameter.zero.as_ref() {
            let message = format!("with `{} = 0` there are no isolated equilibria", parameter.name);
            self.mistakes
                .error(range, message, "contains 0")
                .note(reason.clone())
                .help("begin the grid a little above 0");
        }
    }

    /// Whether the map is computed by simulation; keys of the other way are noted.
    fn is_simulated(&mut self, written: &study::Map) -> Option<bool> {
        let word = written.method.as_ref().map_or("continuation", |word| word.get_ref());
        if let Some(place) = written.method.as_ref().filter(|_| !METHODS.contains(&word)) {
            let message = format!("maps are not computed by `{word}`");
            self.mistakes.error(&place.span(), message, "unknown way").suggest(word, METHODS, "ways");
            return None;
        }
        let simulated = word == "simulation";
        let times = [("transient", &written.transient), ("time", &written.time), ("rtol", &written.rtol)];
        for (key, value) in times.iter().filter_map(|(key, value)| Some((key, value.as_ref()?))) {
            if !simulated {
                let message = format!("`{key}` is of maps by simulation, and this one is by continuation");
                self.mistakes.error(&value.span(), message, "has no meaning here").help("write by = \"simulation\"");
            }
        }
        let elsewhere = [
            ("box", written.bounds.as_ref().map(|bounds| bounds.ranges.span())),
            ("reach", written.reach.as_ref().map(Spanned::span)),
            ("from", written.from.as_ref().map(study::Reference::span)),
        ];
        for (key, range) in elsewhere.into_iter().filter_map(|(key, range)| Some((key, range.filter(|_| simulated)?))) {
            let message = format!("`{key}` is of maps by continuation, and this one is by simulation");
            self.mistakes.error(&range, message, "has no meaning here").help("leave it out");
        }
        Some(simulated)
    }

    /// What a map by simulation starts from, and how long it goes on.
    fn map_simulation(&mut self, written: &study::Map) -> Option<MapSimulation> {
        let mut states = BTreeMap::new();
        match &written.start {
            Some(Start::Guess(guess)) => states = self.states_of(guess),
            Some(Start::All(range)) => {
                let message = "a solution in time starts from a state";
                self.mistakes.error(range, message, "expected { STATE = 1.0 }");
            }
            None => {}
        }
        let state = match &written.start {
            Some(Start::All(_)) => None,
            start => self.every_state(&states, &start.as_ref().map_or(written.range.clone(), Start::span)),
        };
        let mut number = |key: &str, value: &Option<Spanned<f64>>, default: f64, range: [f64; 2]| {
            let Some(value) = value else { return default };
            let [least, most] = range;
            if !(least..=most).contains(value.get_ref()) {
                let message = format!("`{key}` must be from {least:e} to {most:e}");
                self.mistakes.error(&value.span(), message, "out of range");
            }
            *value.get_ref()
        };
        let transient = number("transient", &written.transient, 0.0, [0.0, 1e12]);
        let time = number("time", &written.time, DEFAULT_SETTLING_TIME, [1e-12, 1e12]);
        let rtol = number("rtol", &written.rtol, DEFAULT_MAP_RTOL, [1e-13, 1e-2]);
        Some(MapSimulation { state: state?, transient, time, rtol })
    }

    /// The states of a guess; what is no state is noted.
    fn states_of(&mut self, guess: &Spanned<study::Named<Spanned<f64>>>) -> BTreeMap<usize, f64> {
        let mut states = BTreeMap::new();
        for (name, _) in self.lay(&mut states, guess.get_ref().iter().map(|(name, value)| (name, value))) {
            let word = name.get_ref().as_str();
            let known: Vec<&str> = self.model.states.iter().map(|state| state.name.as_str()).collect();
            let message = format!("`{word}` is not a state of model `{}`", self.model.name);
            self.mistakes.error(&name.span(), message, "unknown state").suggest(word, known, "states");
        }
        states
    }

    /// Where the equilibria of each row start.
    fn map_start(&mut self, written: &study::Map) -> Option<MapStart> {
        match &written.start {
            Some(Start::All(range)) => self.state_bounds(written.bounds.as_ref(), range).map(MapStart::All),
            start => {
                if let Some(bounds) = written.bounds.as_ref().filter(|_| start.is_some() == written.has_start) {
                    let message = "`box` is where `start = \"all\"` searches, and this map does not start so";
                    self.mistakes.error(&bounds.ranges.span(), message, "not searched").help("write `start = \"all\"`");
                }
                let states = match start {
                    Some(Start::Guess(guess)) => self.states_of(guess),
                    _ => BTreeMap::new(),
                };
                Some(MapStart::Guess(states.into_iter().collect()))
            }
        }
    }

    /// A cycle of a branch above, and the parameters there.
    fn map_source(
        &mut self,
        written: &study::Map,
        own: &[(usize, Given)],
        axes: &[usize],
    ) -> Option<(Origin, Vec<Given>)> {
        let target = self.target(written.from.as_ref()?)?;
        let &[branch] = target.branches.as_slice() else {
            let members = self.member_names(&target.branches);
            self.mistakes
                .error(&target.range, "a map starts from one branch, not from a family", "which member?")
                .help(format!("members: {members}"));
            return None;
        };
        let source = self.branches.get(branch)?;
        if source.kind != Kind::Cycle || !["UZ", "EX", "EP", "LPC", "NS"].contains(&target.kind.as_str()) {
            let message = format!("no cycle is known at `{}`", target.shown);
            self.mistakes.error(&target.range, message, "expected a cycle").help(
                "a UZ, EX, EP, LPC or NS of a branch of kind cycle; Hopf points on the rows are found without `from`",
            );
            return None;
        }
        if let Some((free, _)) = source.free.first()
            && !axes.contains(free)
        {
            let name = self.model.parameters.get(*free).map_or("", |parameter| parameter.name.as_str());
            let message = format!("`{name}` is free on branch `{}` and is none of the grid's parameters", source.name);
            self.mistakes
                .error(&target.range, message, "its value there is not known before it is computed")
                .help("start from a branch over one of the grid's parameters");
            return None;
        }
        self.check_inherited(branch, own, &target);
        let origin = Origin::Point { branch, number: target.number, select: target.select };
        Some((origin, self.given.get(branch)?.clone()))
    }

    fn quantities(&mut self, written: &study::Map, free: usize, simulated: bool) -> Vec<Quantity> {
        let known = self.map_quantities(free);
        let mut quantities: Vec<Quantity> = Vec::new();
        let Some(asked) = &written.quantities else { return quantities };
        if asked.get_ref().is_empty() {
            self.mistakes.error(&asked.span(), "a map of nothing", "expected a quantity");
        }
        for word in asked.get_ref() {
            let name = self.column_name(word.get_ref());
            match known.iter().find(|quantity| quantity.name == name) {
                Some(quantity) if simulated && !self.is_seen(quantity) => {
                    let message = format!("a simulation does not see `{name}`");
                    self.mistakes
                        .error(&word.span(), message, "known by continuation only")
                        .help("by simulation: period, and minimum, maximum, span, mean and the last value of states");
                }
                Some(quantity) if quantities.contains(quantity) => {
                    self.mistakes.error(&word.span(), format!("`{name}` is asked for twice"), "twice");
                }
                Some(quantity) => quantities.push(quantity.clone()),
                None => {
                    let message = format!("a cell has no quantity `{name}`");
                    let names = known.iter().map(|quantity| quantity.name.as_str());
                    self.mistakes.error(&word.span(), message, "unknown quantity").suggest(&name, names, "quantities");
                }
            }
        }
        quantities
    }

    /// The quantity can be read from a solution in time.
    fn is_seen(&self, quantity: &Quantity) -> bool {
        let is_state = |name: &str| self.model.states.iter().any(|state| state.name == name);
        match quantity.of {
            Of::Cycle => {
                let of_state = quantity.name.rsplit_once('_').is_some_and(|(state, _)| is_state(state));
                quantity.name == "period" || of_state
            }
            Of::Equilibrium => !is_eigenvalue(&quantity.name),
            _ => false,
        }
    }

    /// Everything that can be known of a cell.
    fn map_quantities(&self, free: usize) -> Vec<Quantity> {
        let counts = [
            ("equilibria", Of::Equilibria),
            ("stable_equilibria", Of::StableEquilibria),
            ("cycles", Of::Cycles),
            ("stable_cycles", Of::StableCycles),
        ];
        let counts = counts.map(|(name, of)| Quantity { name: name.into(), of });
        let branch = |kind: Kind| BranchPlan {
            name: String::new(),
            family: None,
            member: Default::default(),
            kind,
            parameters: Vec::new(),
            free: vec![(free, [0.0, 1.0])],
            origin: Origin::Guess { states: Vec::new(), at: 0.0 },
            mark: Vec::new(),
            extremum: Vec::new(),
            profiles: 0,
            optional: false,
        };
        let of_cycles = self.columns(&branch(Kind::Cycle)).into_iter().skip(1);
        let of_equilibria = self.columns(&branch(Kind::Equilibrium)).into_iter().skip(1);
        let of_cycles = of_cycles.map(|name| Quantity { name, of: Of::Cycle });
        let of_equilibria = of_equilibria.map(|name| Quantity { name, of: Of::Equilibrium });
        counts.into_iter().chain(of_cycles).chain(of_equilibria).collect()
    }
}
