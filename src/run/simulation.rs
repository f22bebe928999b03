//! Solutions in time: where they begin, and what they measured, as records.

use super::branch::{found_labels, numbered, select_special};
use super::record::shown;
use super::{Context, cycle};
use crate::collocation::{Mesh, Scheme};
use crate::curves::Profile;
use crate::field::{Field, sizes};
use crate::models::Model;
use crate::plan::{Beginning, SimulationPlan, SpectrumPlan};
use crate::results::{Branch, Failure, Jump, Onset, Orbit, Peak, Simulation, Special, Spectrum, Values};
use crate::simulate::{
    self, Choice, Course, Ended, Method, Settings, Trouble, Until, delay, orbit, power_spectrum, ramped, simulate,
};

/// Follows one solution; `done` holds the branches of each plan.
pub(super) fn compute(context: &Context, plan: &SimulationPlan, done: &[Vec<Branch>]) -> Simulation {
    let task = Task { context, plan };
    let mut record =
        Simulation { name: plan.name.clone(), columns: plan.columns(context.description), ..Simulation::default() };
    let begun = match task.begin(done) {
        Ok(begun) => begun,
        Err(failure) => {
            record.failure = Some(failure);
            return record;
        }
    };
    record.parameters = task.named(&begun.parameters);
    let failure = context.with_model(&begun.parameters, |model| match &plan.ramp {
        Some(_) => task.ramp(model, &begun, done, &mut record),
        None => task.settle(model, &begun, &mut record),
    });
    record.failure = failure.err();
    task.watch_bounds(&mut record);
    record
}

struct Begun {
    states: Vec<f64>,
    parameters: Vec<f64>,
}

struct Task<'a> {
    context: &'a Context<'a>,
    plan: &'a SimulationPlan,
}

impl Task<'_> {
    fn named(&self, parameters: &[f64]) -> Values {
        let names = self.context.description.parameters.iter().map(|parameter| parameter.name.clone());
        names.zip(parameters.iter().copied()).collect()
    }

    fn failure(&self, what: &str, place: &str, advice: &str) -> Failure {
        Failure {
            what: format!("simulation `{}`: {what}", self.plan.name),
            place: place.into(),
            advice: advice.into(),
            ..Failure::default()
        }
    }

    fn begin(&self, done: &[Vec<Branch>]) -> Result<Begun, Failure> {
        let description = self.context.description;
        let mut parameters = self.plan.parameters.clone();
        let mut states = match &self.plan.origin {
            Beginning::States(states) => states.clone(),
            Beginning::Point { branch, number, select } => {
                let source = numbered(done, *branch, *number).ok_or_else(|| {
                    self.failure("the branch on which it begins was not found", "", "see that branch")
                })?;
                let special = select_special(source, select).map_err(|what| {
                    let what = format!("{what} on branch `{}` ({})", source.name, found_labels(source));
                    self.failure(&what, "", "choose another point, or widen that branch's range")
                })?;
                for (k, parameter) in description.parameters.iter().enumerate() {
                    let known = special.values.get(&parameter.name).or_else(|| source.fixed.get(&parameter.name));
                    if let Some(known) = known.filter(|_| !self.plan.own.contains(&k)) {
                        parameters[k] = *known;
                    }
                }
                if let Some(ramp) = &self.plan.ramp {
                    parameters[ramp.parameter] = ramp.values[0];
                }
                self.states_at(special)
            }
        };
        states.iter_mut().zip(&self.plan.perturb).for_each(|(x, more)| *x += more);
        Ok(Begun { states, parameters })
    }

    fn states_at(&self, special: &Special) -> Vec<f64> {
        if let Some(first) = special.profile.as_ref().and_then(|profile| profile.values.first()) {
            return first.clone();
        }
        let value = |name: &str| special.values.get(name).or_else(|| special.values.get(&format!("{name}_mean")));
        self.context.description.states.iter().map(|s| value(&s.name).copied().unwrap_or(0.0)).collect()
    }

    fn in_words(&self, trouble: &Trouble) -> Failure {
        let place = match trouble {
            Trouble::NotFinite { t, x } | Trouble::Stuck { t, x } | Trouble::TooManySteps { t, x } => {
                let states = self.context.description.states.iter().zip(x).take(6);
                let states = states.map(|(state, x)| format!("{} = {}", state.name, shown(*x)));
                std::iter::once(format!("t = {}", shown(*t))).chain(states).collect::<Vec<_>>().join(", ")
            }
            Trouble::Refused => String::new(),
        };
        let (what, advice) = match trouble {
            Trouble::NotFinite { .. } => (
                "the equations have no finite value here, or the states grow without bound",
                "begin elsewhere, or end before",
            ),
            Trouble::Stuck { .. } => (
                "no step is short enough: the states grow without bound, or the equations have a corner or a jump",
                "begin elsewhere, end before, or raise `rtol`",
            ),
            Trouble::TooManySteps { .. } => (
                "the number of steps allowed was used up",
                "write method = \"radau5\", raise `rtol`, or shorten `time`",
            ),
            Trouble::Refused => ("the tolerances are below rounding errors", "raise `rtol`"),
        };
        self.failure(what, &place, advice)
    }

    /// A solution with all parameters held.
    fn settle(&self, model: &Model, begun: &Begun, record: &mut Simulation) -> Result<(), Failure> {
        let (plan, parameters) = (self.plan, &begun.parameters);
        let found = simulate(model, parameters, &begun.states, &plan.course, &plan.settings);
        let found = found.map_err(|trouble| self.in_words(&trouble))?;
        let mut outputs = vec![0.0; self.context.description.outputs.len()];
        for (t, x) in found.times.iter().zip(&found.states) {
            model.observe(x, parameters, &mut outputs);
            record.points.push(std::iter::once(*t).chain(x.iter().copied()).chain(outputs.iter().copied()).collect());
        }
        for (k, (state, extent)) in self.context.description.states.iter().zip(&found.extent).enumerate() {
            let values = [("min", extent.min), ("max", extent.max), ("span", extent.span()), ("mean", extent.mean)];
            let told = values.map(|(what, value)| (format!("{}_{what}", state.name), found.told(k, value)));
            record.quantities.extend(told);
        }
        self.describe(model, begun, &found, record);
        if let Some(spectrum) = &plan.spectrum {
            self.spectrum(&found.samples, spectrum, record);
        }
        match &found.trouble {
            Some(trouble) => Err(self.in_words(trouble)),
            None => Ok(()),
        }
    }

    /// How it ended, in words and numbers; the cycle as a profile.
    fn describe(&self, model: &Model, begun: &Begun, found: &simulate::Simulation, record: &mut Simulation) {
        let mut put = |name: &str, value: f64| {
            record.quantities.insert(name.into(), value);
        };
        put("t", found.time);
        for (k, (state, x)) in self.context.description.states.iter().zip(&found.state).enumerate() {
            put(&state.name, found.told(k, *x));
        }
        let stiff = match (self.plan.settings.method, found.method) {
            (Choice::Auto, Method::Radau5) => "; the equations are stiff",
            _ => "",
        };
        record.ended = match &found.ended {
            Ended::Point { distance, unstable, conserved } => {
                put("unstable", *unstable as f64);
                let family = match conserved {
                    0 => "",
                    1 => "; a quantity is conserved, and the point is the one where it has its value",
                    _ => "; quantities are conserved, and the point is the one where these have their values",
                };
                let lasting = match unstable {
                    0 => "settled on a point, which is stable".to_string(),
                    1 => "rests on a point that is unstable, with 1 growing direction".to_string(),
                    n => format!("rests on a point that is unstable, with {n} growing directions"),
                };
                format!("{lasting}, to {distance:.0e} of its size, at t = {}{family}{stiff}", shown(found.time))
            }
            Ended::Cycle { period, contraction, .. } => {
                put("period", *period);
                put("omega", 2.0 * std::f64::consts::PI / period);
                put("contraction", *contraction);
                record.profile = self.profile(model, begun, &found.state, *period);
                format!(
                    "settled on a cycle of period {}, to which distances fall by {} a period, at t = {}{stiff}",
                    shown(*period),
                    shown((contraction * 1e4).round() / 1e4),
                    shown(found.time)
                )
            }
            Ended::Neither if self.stands_still(model, begun, &found.state) => format!(
                "stands still at t = {}, where the equations have no finite derivatives: of its stability nothing is known",
                shown(found.time)
            ),
            Ended::Neither => format!(
                "settled neither on a point nor on a cycle within t = {}: it is on the way, or quasi-periodic, or chaotic{stiff}",
                shown(found.time)
            ),
        };
    }

    /// The rate is zero to the last bit, though the equilibrium was not recognised.
    fn stands_still(&self, model: &Model, begun: &Begun, state: &[f64]) -> bool {
        let mut rate = vec![0.0; state.len()];
        model.rhs(state, &begun.parameters, &mut rate);
        rate.iter().all(|rate| *rate == 0.0)
    }

    /// The cycle on a mesh that suits it.
    fn profile(&self, model: &Model, begun: &Begun, state: &[f64], period: f64) -> Option<Orbit> {
        let settings = &self.context.plan.settings;
        on_mesh(model, &begun.parameters, state, period, settings.intervals, settings.degree, &self.plan.settings)
    }

    /// Of a solution that ended too early there is none.
    fn spectrum(&self, samples: &[f64], asked: &SpectrumPlan, record: &mut Simulation) {
        if samples.len() < asked.points {
            return;
        }
        let spacing = self.plan.course.time / asked.points as f64;
        let Some(spectrum) = power_spectrum(samples, spacing, asked.window) else { return };
        for peak in &spectrum.peaks {
            if let Some(k) = peak.harmonic.filter(|k| *k <= 9) {
                record.quantities.entry(format!("omega_{k}")).or_insert(peak.omega);
            }
        }
        let label = |harmonic: Option<usize>| harmonic.map_or(String::new(), |k| k.to_string());
        record.spectrum = Some(Spectrum {
            of: self.context.description.states.get(asked.of).map_or(String::new(), |state| state.name.clone()),
            window: asked.window.name().into(),
            columns: vec!["omega".into(), "S".into()],
            points: spectrum.omega.iter().zip(&spectrum.density).map(|(omega, s)| vec![*omega, *s]).collect(),
            peaks: spectrum
                .peaks
                .iter()
                .map(|peak| Peak { label: label(peak.harmonic), omega: peak.omega, density: peak.density })
                .collect(),
        });
    }

    /// A solution while a parameter moves.
    fn ramp(&self, model: &Model, begun: &Begun, done: &[Vec<Branch>], record: &mut Simulation) -> Result<(), Failure> {
        let Some(ramp) = &self.plan.ramp else { return Ok(()) };
        let settled = self.rest(model, begun)?;
        let found = ramped(model, &begun.parameters, ramp, &settled, self.plan.course.rows, &self.plan.settings);
        let found = found.map_err(|trouble| self.in_words(&trouble))?;
        let description = self.context.description;
        let name = description.parameters.get(ramp.parameter).map_or("", |parameter| parameter.name.as_str());
        let (mut outputs, mut parameters) = (vec![0.0; description.outputs.len()], begun.parameters.clone());
        for ((t, value), x) in found.times.iter().zip(&found.values).zip(&found.states) {
            parameters[ramp.parameter] = *value;
            model.observe(x, &parameters, &mut outputs);
            record.points.push([*t, *value].into_iter().chain(x.iter().copied()).chain(outputs.clone()).collect());
        }
        for (k, jump) in found.jumps.iter().enumerate() {
            let mut told = Jump {
                t: jump.t,
                at: [(name.to_string(), jump.value)].into_iter().collect(),
                way: way(jump.rising),
                state: description.states.get(jump.state).map_or(String::new(), |state| state.name.clone()),
                from: jump.from,
                to: jump.to,
                ..Jump::default()
            };
            self.explain(model, begun, done, (ramp.parameter, name, ramp.rate), &mut told);
            let number = k + 1;
            record.quantities.insert(format!("jump_{number}"), jump.value);
            let more = [("delay", told.delay), ("predicted", told.predicted)];
            record
                .quantities
                .extend(more.into_iter().filter_map(|(word, value)| Some((format!("{word}_{number}"), value?))));
            record.jumps.push(told);
        }
        for onset in &found.onsets {
            let mut told = Onset {
                t: onset.t,
                at: [(name.to_string(), onset.value)].into_iter().collect(),
                way: way(onset.rising),
                state: description.states.get(onset.state).map_or(String::new(), |state| state.name.clone()),
                begins: onset.begins,
                ..Onset::default()
            };
            if let Some((branch, point, late)) = self.behind(done, "H", name, onset.value, onset.rising) {
                told.hopf = Some(format!("{}/{}", branch.name, point.label));
                told.delay = Some(late);
            }
            let word = if onset.begins { "begins" } else { "ends" };
            let number = 1 + record.onsets.iter().filter(|other| other.begins == onset.begins).count();
            record.quantities.insert(format!("{word}_{number}"), onset.value);
            record.onsets.push(told);
        }
        let jumps = match record.jumps.len() {
            0 if record.onsets.is_empty() => ", without a jump".to_string(),
            0 => String::new(),
            1 => ", with 1 jump".to_string(),
            n => format!(", with {n} jumps"),
        };
        let onsets = match record.onsets.as_slice() {
            [] => String::new(),
            [one] => format!("; an oscillation {} on the way", if one.begins { "begins" } else { "ends" }),
            more => format!("; oscillations begin or end {} times on the way", more.len()),
        };
        record.ended = format!("{name} was moved over its way at a rate of {}{jumps}{onsets}", ramp.rate);
        match &found.trouble {
            Some(trouble) => Err(self.in_words(trouble)),
            None => Ok(()),
        }
    }

    /// Where a ramp begins, after the transient at its first value.
    fn rest(&self, model: &Model, begun: &Begun) -> Result<Vec<f64>, Failure> {
        let transient = self.plan.course.transient;
        if transient <= 0.0 {
            return Ok(begun.states.clone());
        }
        let course = Course { transient: 0.0, time: transient, until: Until::Steady, rows: 0, samples: None };
        let found = simulate(model, &begun.parameters, &begun.states, &course, &self.plan.settings);
        let found = found.map_err(|trouble| self.in_words(&trouble))?;
        match found.trouble {
            Some(trouble) => Err(self.in_words(&trouble)),
            None => Ok(found.state),
        }
    }

    /// The fold that a jump comes after: the nearest one behind it on its way.
    fn explain(
        &self,
        model: &Model,
        begun: &Begun,
        done: &[Vec<Branch>],
        (position, name, rate): (usize, &str, f64),
        jump: &mut Jump,
    ) {
        let Some(value) = jump.at.get(name).copied() else { return };
        let Some((branch, fold, late)) = self.behind(done, "LP", name, value, jump.way == "rising") else { return };
        let states = self.states_at(fold);
        let mut parameters = begun.parameters.clone();
        if let Some(at) = fold.values.get(name) {
            parameters[position] = *at;
        }
        jump.fold = Some(format!("{}/{}", branch.name, fold.label));
        jump.delay = Some(late);
        jump.predicted = delay(model, &states, &parameters, position, rate);
    }

    /// The nearest special point of a type that the parameter has passed on its way, of the branch that is named; and how far behind.
    fn behind<'d>(
        &self,
        done: &'d [Vec<Branch>],
        kind: &str,
        name: &str,
        value: f64,
        rising: bool,
    ) -> Option<(&'d Branch, &'d Special, f64)> {
        let branch = self.plan.folds.and_then(|(branch, number)| numbered(done, branch, number))?;
        let sign = if rising { 1.0 } else { -1.0 };
        let points = branch.special.iter().filter(|special| special.kind == kind);
        let behind = points.filter_map(|point| Some((branch, point, sign * (value - point.values.get(name)?))));
        behind.filter(|(.., late)| *late > 0.0).min_by(|a, b| a.2.total_cmp(&b.2))
    }

    /// States outside the values that the model allows them, and invariants that do not hold.
    fn watch_bounds(&self, record: &mut Simulation) {
        let description = self.context.description;
        let offset = record.columns.len() - description.states.len() - description.outputs.len();
        // Errors of the solution are allowed.
        let allowed = 1e-6;
        if let Some(invariant) = &description.invariant {
            let size = |row: &Vec<f64>| invariant.states.iter().map(|k| row[offset + k].powi(2)).sum::<f64>().sqrt();
            let worst = record.points.iter().max_by(|a, b| size(a).total_cmp(&size(b)));
            if let Some(row) = worst.filter(|row| size(row) > invariant.most * (1.0 + allowed)) {
                record.notes.push(format!(
                    "{} is {} at t = {}, and cannot be more than {}",
                    invariant.meaning,
                    shown(size(row)),
                    shown(row[0]),
                    invariant.most
                ));
                return;
            }
        }
        for (k, state) in description.states.iter().enumerate() {
            let Some([low, high]) = state.bounds else { continue };
            let outside = |row: &&Vec<f64>| {
                let slack = allowed * (high - low);
                row[offset + k] < low - slack || row[offset + k] > high + slack
            };
            if let Some(row) = record.points.iter().find(outside) {
                record.notes.push(format!(
                    "{} = {} at t = {} is outside of [{low}, {high}]",
                    state.name,
                    shown(row[offset + k]),
                    shown(row[0])
                ));
            }
        }
    }
}

/// Which way a parameter goes.
fn way(rising: bool) -> String {
    if rising { "rising" } else { "falling" }.into()
}

/// A cycle through a state, or what is nearly one, at the nodes of a mesh that suits it: first evenly, then anew.
pub(super) fn on_mesh(
    model: &Model,
    parameters: &[f64],
    state: &[f64],
    period: f64,
    intervals: usize,
    degree: usize,
    settings: &Settings,
) -> Option<Orbit> {
    let (scheme, n) = (Scheme::new(degree), model.states());
    let mut mesh = Mesh::uniform(intervals);
    for _ in 0..2 {
        let nodes = nodes(model, parameters, state, period, &mesh, &scheme, settings)?;
        let load = mesh.load(&scheme, &nodes, n, &sizes(state));
        mesh = mesh.redistributed(&load, intervals);
    }
    let nodes = nodes(model, parameters, state, period, &mesh, &scheme, settings)?;
    Some(cycle::orbit(Profile { mesh, nodes, period }, n, degree))
}

/// The solution at the nodes; what it misses to close is taken off evenly.
fn nodes(
    model: &Model,
    parameters: &[f64],
    state: &[f64],
    period: f64,
    mesh: &Mesh,
    scheme: &Scheme,
    settings: &Settings,
) -> Option<Vec<f64>> {
    let mut times: Vec<f64> = mesh.times(scheme);
    times.push(1.0);
    let scaled: Vec<f64> = times.iter().map(|t| t * period).collect();
    let mut states = orbit(model, parameters, state, &scaled, settings).ok()?;
    let last = states.pop()?;
    let gap: Vec<f64> = last.iter().zip(state).map(|(end, begin)| end - begin).collect();
    for (x, t) in states.iter_mut().zip(&times) {
        x.iter_mut().zip(&gap).for_each(|(x, gap)| *x -= t * gap);
    }
    Some(states.concat())
}
