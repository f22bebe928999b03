//! One branch: where it starts, tracing it, and what to say where it cannot start or go on.

use super::{Context, record};
use crate::curve::Curve;
use crate::curves::{
    Condition, Critical, CriticalCycles, CycleCondition, FirstCritical, IMPERFECT, OneParameter, eigenvalues_of,
};
use crate::equilibrium;
use crate::field::{Field, sizes};
use crate::models::Model;
use crate::plan::{BranchPlan, Kind, Origin, Select};
use crate::results::{Branch, Failure, Simulation, Special, Values};
use crate::start::{FirstCycle, beside_branch_point};
use crate::trace::{Edge, Mark, NewtonFailure, Settings, Trace, trace};
use std::ops::Range;

/// Traces one branch; `done` holds the branches of the plans before it.
pub(super) fn trace_branch(
    context: &Context,
    plan: &BranchPlan,
    done: &[Vec<Branch>],
    simulations: &[Simulation],
) -> Branch {
    context.with_model(&plan.parameters, |model| {
        let task = Task { context, plan, model };
        task.trace_from(task.start(done, simulations))
    })
}

/// Of the branches of a plan the one with this number from 1; the first where there is only one.
pub(super) fn numbered(done: &[Vec<Branch>], plan: usize, number: Option<usize>) -> Option<&Branch> {
    done.get(plan)?.get(number.map_or(0, |number| number - 1))
}

/// One branch to be traced.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub context: &'a Context<'a>,
    pub plan: &'a BranchPlan,
    pub model: &'a Model,
}

/// Where a branch starts: an equilibrium with all parameters, and `κ` where it is a Hopf point.
pub(super) struct Start {
    pub states: Vec<f64>,
    pub parameters: Vec<f64>,
    kappa: f64,
    /// Sizes of the states on the branch that it starts from.
    pub sizes: Vec<f64>,
    /// The first cycle of a branch of cycles, and of a curve of critical ones.
    pub cycle: Option<FirstCycle>,
    critical: Option<FirstCritical>,
}

impl Start {
    /// At an equilibrium, with all parameters.
    pub fn at(states: Vec<f64>, parameters: Vec<f64>) -> Self {
        Start { sizes: sizes(&states), states, parameters, kappa: 0.0, cycle: None, critical: None }
    }

    /// At a cycle, with all parameters and the size of each state; `states` are those at time 0.
    pub fn on_cycle(states: Vec<f64>, parameters: Vec<f64>, sizes: Vec<f64>, cycle: FirstCycle) -> Self {
        Start { states, parameters, kappa: 0.0, sizes, cycle: Some(cycle), critical: None }
    }
}

impl Task<'_> {
    /// The branch from a start; what failed is in its record.
    pub(super) fn trace_from(&self, start: Result<Start, Failure>) -> Branch {
        let mut branch = self.empty();
        if let Err(failure) = start.and_then(|start| self.compute(&start, &mut branch)) {
            if self.plan.optional {
                let what = failure.what.trim_start_matches(&format!("branch `{}`: ", self.plan.name));
                let place = if failure.place.is_empty() { String::new() } else { format!(" at {}", failure.place) };
                branch.notes.push(format!("not computed, which is optional: {what}{place}"));
            } else {
                branch.failure = Some(failure);
            }
        }
        branch
    }

    pub(super) fn parameter(&self, position: usize) -> &str {
        self.context.description.parameters.get(position).map_or("", |p| p.name.as_str())
    }

    /// The record of a branch without points.
    fn empty(&self) -> Branch {
        let is_free = |k: usize| self.plan.free.iter().any(|(position, _)| *position == k);
        Branch {
            name: self.plan.name.clone(),
            family: self.plan.family.clone(),
            member: self.plan.member.clone(),
            kind: self.plan.kind.name().into(),
            free: self.plan.free.iter().map(|(position, _)| self.parameter(*position).to_string()).collect(),
            fixed: (0..self.plan.parameters.len())
                .filter(|&k| !is_free(k))
                .map(|k| (self.parameter(k).to_string(), self.plan.parameters[k]))
                .collect(),
            columns: self.plan.columns(self.context.description, self.eigenvalues()),
            ..Branch::default()
        }
    }

    /// How many eigenvalues a row has.
    fn eigenvalues(&self) -> usize {
        eigenvalues_of(self.model, self.context.plan.settings.eigenvalues)
    }

    fn compute(&self, start: &Start, branch: &mut Branch) -> Result<(), Failure> {
        for (name, value) in &mut branch.fixed {
            if let Some(k) = self.context.description.parameters.iter().position(|p| p.name == *name) {
                *value = start.parameters[k];
            }
        }
        let found = match self.plan.kind {
            Kind::Equilibrium => self.trace_equilibria(start),
            Kind::Fold => self.trace_critical(Condition::Fold, start),
            Kind::Hopf => self.trace_critical(Condition::Hopf, start),
            Kind::BranchPoint => self.trace_critical(Condition::Branch, start),
            Kind::Cycle => self.trace_cycles(start),
            Kind::CycleFold => self.trace_critical_cycles(CycleCondition::Fold, start),
            Kind::PeriodDoubling => self.trace_critical_cycles(CycleCondition::Flip, start),
            Kind::Torus => self.trace_critical_cycles(CycleCondition::Torus, start),
        };
        let found = found.map_err(|failure| self.no_first_point(start, failure))?;
        record::record(self, &start.parameters, found, branch);
        Ok(())
    }

    fn trace_equilibria(&self, start: &Start) -> Result<Trace, NewtonFailure> {
        let (free, [low, high]) = self.plan.free[0];
        let wanted = self.context.plan.settings.eigenvalues;
        let mut curve = OneParameter::new(self.model, &start.parameters, free, high - low).leading(wanted);
        let (y, n) = self.with_free(start.states.clone(), start);
        self.trace(&mut curve, &y, n, n..n + 1)
    }

    fn trace_critical(&self, condition: Condition, start: &Start) -> Result<Trace, NewtonFailure> {
        let free: Vec<(usize, f64)> =
            self.plan.free.iter().map(|(position, [low, high])| (*position, high - low)).collect();
        let extra = (condition == Condition::Hopf).then_some(start.kappa);
        let mut curve =
            Critical::new(self.model, &start.parameters, &free, condition, &start.sizes, &start.states, extra)
                .map_err(|_| NewtonFailure::Singular)?
                .leading(self.context.plan.settings.eigenvalues);
        let (mut y, n) = self.with_free(start.states.clone(), start);
        match condition {
            Condition::Fold => {}
            Condition::Hopf => y.push(start.kappa),
            Condition::Branch => y.push(0.0),
        }
        self.trace(&mut curve, &y, n, n..n + 2)
    }

    fn trace_cycles(&self, start: &Start) -> Result<Trace, NewtonFailure> {
        let first = start.cycle.as_ref().ok_or(NewtonFailure::Singular)?;
        let nodes = first.profile.nodes.iter().copied().chain([first.profile.period]).collect();
        let (y, n) = self.with_free(nodes, start);
        self.trace(&mut self.cycles(start, &first.profile), &y, n, first.hold..first.hold + 1)
    }

    fn trace_critical_cycles(&self, condition: CycleCondition, start: &Start) -> Result<Trace, NewtonFailure> {
        let first = start.critical.as_ref().ok_or(NewtonFailure::Singular)?;
        let &[a, b] = self.plan.free.as_slice() else { return Err(NewtonFailure::Singular) };
        let free = [a, b].map(|(position, [low, high])| (position, high - low));
        let degree = self.context.plan.settings.degree;
        let (mut curve, y) =
            CriticalCycles::new(self.model, &start.parameters, free, condition, &start.sizes, degree, first);
        let held = first.held(condition, self.model.states());
        self.trace(&mut curve, &y, condition.first(&y), held)
    }

    /// What is to be found for each value of the free parameters, and these after it, from position `n`.
    fn with_free(&self, mut y: Vec<f64>, start: &Start) -> (Vec<f64>, usize) {
        let n = y.len();
        y.extend(self.plan.free.iter().map(|(position, _)| start.parameters[*position]));
        (y, n)
    }

    /// Traces from the unknowns `y`, of which those from position `n` are the free parameters; where holding one of these positions
    /// leads to no first point, the next is tried, for a free parameter may not act on the curve.
    fn trace(&self, curve: &mut dyn Curve, y: &[f64], n: usize, held: Range<usize>) -> Result<Trace, NewtonFailure> {
        let mut edges: Vec<Edge> = self
            .plan
            .free
            .iter()
            .enumerate()
            .map(|(k, (_, [low, high]))| Edge { coordinate: n + k, low: *low, high: *high })
            .collect();
        if self.plan.kind == Kind::BranchPoint {
            // Beyond these the branch points exist in a third parameter only, their unfolding.
            edges.push(Edge { coordinate: y.len() - 1, low: -IMPERFECT, high: IMPERFECT });
        }
        let values = self.plan.mark.iter().map(|(k, value)| Mark::Value { coordinate: n + k, value: *value });
        let extrema = self.plan.extremum.iter().map(|k| match self.plan.kind {
            Kind::Cycle => Mark::Level { slope: *k },
            _ => Mark::Extremum { coordinate: n + k },
        });
        let marks: Vec<Mark> = values.chain(extrema).collect();
        let mut report = |points: usize, y: &[f64]| self.context.progress.branch_point(&self.plan.name, points, y[n]);
        let settings = self.settings();
        let mut failure = NewtonFailure::Singular;
        for hold in held {
            match trace(curve, y, hold, &edges, &marks, &settings, &mut report) {
                Ok(found) => return Ok(found),
                Err(why) => failure = why,
            }
        }
        Err(failure)
    }

    pub(super) fn settings(&self) -> Settings {
        let (asked, default) = (&self.context.plan.settings, Settings::default());
        let max_step = asked.max_step.unwrap_or(default.max_step);
        Settings {
            step: asked.step.unwrap_or(default.step).min(max_step),
            min_step: asked.min_step.unwrap_or(default.min_step),
            max_step,
            max_points: asked.max_points,
            tolerance: asked.tolerance.unwrap_or(default.tolerance),
            max_newton: asked.max_newton.unwrap_or(default.max_newton),
        }
    }

    pub(super) fn start(&self, done: &[Vec<Branch>], simulations: &[Simulation]) -> Result<Start, Failure> {
        match &self.plan.origin {
            Origin::Guess { states, at } => self.start_from_guess(states, *at),
            // Planned branches of this kind are traced one by one, each from its own equilibrium.
            Origin::All { at, .. } => self.start_from_guess(&[], *at),
            Origin::Simulation(simulation) => self.start_from_simulation(simulations.get(*simulation)),
            Origin::Orbit { states, period, at } => self.start_from_orbit(states, *period, *at),
            Origin::Point { branch, number, select } => {
                let source = numbered(done, *branch, *number).ok_or_else(|| self.no_source(done, *branch, *number))?;
                self.start_from_point(source, select)
            }
        }
    }

    fn start_from_guess(&self, given: &[(usize, f64)], at: f64) -> Result<Start, Failure> {
        let mut guess = vec![0.0; self.context.description.states.len()];
        given.iter().for_each(|&(k, value)| guess[k] = value);
        let mut parameters = self.plan.parameters.clone();
        let (free, _) = self.plan.free[0];
        parameters[free] = at;
        // A guess of all states is meant; where some are left to be searched for, the search may find better ones.
        if given.len() == guess.len()
            && let Some(failure) = self.not_finite(&guess, &parameters, "")
        {
            return Err(failure);
        }
        match equilibrium::find(self.model, &guess, &parameters, true) {
            Ok(states) => Ok(Start::at(states, parameters)),
            Err(not_found) => {
                if let Some(failure) = self.not_finite(&guess, &parameters, "to find an equilibrium elsewhere") {
                    return Err(failure);
                }
                let nearest: Vec<String> = (self.context.description.states.iter().zip(&not_found.nearest))
                    .map(|(state, value)| format!("{} = {}", state.name, record::shown(*value)))
                    .collect();
                let tried = if not_found.not_finite {
                    "the equations give no finite value at the guess".to_string()
                } else {
                    let best = match not_found.residual.is_finite() {
                        true => format!("the best residual was {:.1e}", not_found.residual),
                        false => "the equations overflow".to_string(),
                    };
                    format!(
                        "Newton's method and implicit time steps from {} guesses; {best} at {}",
                        not_found.guesses,
                        nearest.join(", ")
                    )
                };
                Err(self.failure(
                    "no equilibrium was found to start from",
                    &format!("{} = {at}", self.parameter(free)),
                    &tried,
                    &format!(
                        "give `start` values of the states, or another value of {} to start at",
                        self.parameter(free)
                    ),
                ))
            }
        }
    }

    /// The block has fewer branches than the study supposes.
    pub(super) fn no_source(&self, done: &[Vec<Branch>], branch: usize, number: Option<usize>) -> Failure {
        let block = self.context.plan.branches.get(branch).map_or("", |plan| plan.name.as_str());
        let found = match done.get(branch).map_or(0, Vec::len) {
            0 => format!("`{block}` has no branches"),
            1 => format!("`{block}[1]` is its only branch"),
            count => format!("it has {count} branches"),
        };
        let name = crate::plan::numbered(block, number);
        self.failure(
            &format!("it starts on `{name}`, and there is none: {found}"),
            "",
            "nothing",
            "choose another branch",
        )
    }

    pub(super) fn start_from_point(&self, source: &Branch, select: &Select) -> Result<Start, Failure> {
        let special = select_special(source, select).map_err(|what| {
            let advice = if source.failure.is_some() || !source.notes.is_empty() {
                format!("see what is said of branch `{}`", source.name)
            } else {
                "choose one of those, widen that branch's range, or start it elsewhere".to_string()
            };
            let what = format!("{what} on branch `{}` ({})", source.name, found_labels(source));
            self.failure(&what, "", "", &advice)
        })?;
        let description = self.context.description;
        let value = |name: &str| special.values.get(name).copied();
        let states: Vec<f64> = description.states.iter().map(|s| value(&s.name).unwrap_or(0.0)).collect();
        let mut parameters = self.plan.parameters.clone();
        for (k, parameter) in description.parameters.iter().enumerate() {
            if let Some(known) = value(&parameter.name).or_else(|| source.fixed.get(&parameter.name).copied()) {
                parameters[k] = known;
            }
        }
        for &(position, [low, high]) in &self.plan.free {
            if !(low..=high).contains(&parameters[position]) {
                let name = self.parameter(position);
                return Err(self.failure(
                    &format!(
                        "it starts outside its range: {name} = {} is not in [{low}, {high}]",
                        parameters[position]
                    ),
                    &format!("at `{}/{}`", source.name, special.label),
                    "nothing",
                    &format!("widen the range of {name}"),
                ));
            }
        }
        // κ is ω² on a Hopf point and 0 on a Bogdanov–Takens point.
        let omega = value("omega").unwrap_or(0.0);
        let kappa = match special.kind.as_str() {
            "BT" => 0.0,
            // The other Hopf curve goes on from there.
            "HH" => ["omega1", "omega2"]
                .iter()
                .filter_map(|name| special.normal_form.get(*name).copied())
                .max_by(|a, b| (a - omega).abs().total_cmp(&(b - omega).abs()))
                .map_or(omega * omega, |other| other * other),
            _ => omega * omega,
        };
        let named = description.states.iter().zip(&states);
        let extent: Vec<f64> = named.map(|(state, x)| source.extent(&state.name).max(x.abs())).collect();
        let mut start = Start { sizes: sizes(&extent), states, parameters, kappa, cycle: None, critical: None };
        let same_parameter = source.free.len() == 1 && source.free[0] == self.parameter(self.plan.free[0].0);
        if self.plan.kind == Kind::Cycle {
            if special.kind == "BPC" && same_parameter {
                return self.switch_cycles(special, start);
            }
            start.cycle = Some(self.first_cycle(special, &start)?);
            return Ok(start);
        }
        if let Some(condition) = self.plan.kind.cycle_condition() {
            start.critical = Some(self.first_critical(condition, special, &mut start)?);
            return Ok(start);
        }
        if special.kind == "BP" && self.plan.kind == Kind::Equilibrium && same_parameter {
            return self.switch_branch(source, special, start);
        }
        Ok(start)
    }

    /// A start on the other branch through a branch point of the same free parameter.
    fn switch_branch(&self, source: &Branch, special: &Special, mut start: Start) -> Result<Start, Failure> {
        let n = start.states.len();
        let (free, [low, high]) = self.plan.free[0];
        // The direction of the known branch, from the points on either side.
        let row = |index: usize| source.points.get(index.min(source.points.len().saturating_sub(1)));
        let (before, after) = (row(special.index.saturating_sub(1)), row(special.index + 1));
        let column = |row: Option<&Vec<f64>>, k: usize| row.and_then(|r| r.get(k)).copied().unwrap_or(0.0);
        // Columns: the free parameter, then the states.
        let known: Vec<f64> = (1..=n).chain([0]).map(|k| column(after, k) - column(before, k)).collect();
        let other =
            beside_branch_point(self.model, &start.states, &start.parameters, (free, high - low), &start.sizes, &known);
        let Some(other) = other else {
            return Err(self.failure(
                &format!("no second branch was found at `{}/{}`", source.name, special.label),
                &format!("{} = {}", self.parameter(free), start.parameters[free]),
                "the roots of the algebraic branching equation, and Newton's method beside the point",
                "the point may be degenerate: start the branch with a guess on it",
            ));
        };
        start.parameters[free] = other[n];
        start.states = other[..n].to_vec();
        Ok(start)
    }

    fn no_first_point(&self, start: &Start, failure: NewtonFailure) -> Failure {
        if !self.plan.kind.is_cyclic()
            && let Some(failure) = self.not_finite(&start.states, &start.parameters, "")
        {
            return failure;
        }
        let place: Vec<String> = (self.plan.free.iter())
            .map(|(position, _)| format!("{} = {}", self.parameter(*position), start.parameters[*position]))
            .collect();
        let degenerate = self.plan.free.iter().find(|(position, _)| {
            let reason = self.context.description.parameters.get(*position).and_then(|p| p.zero.as_ref());
            reason.is_some() && start.parameters[*position] == 0.0
        });
        let advice = match degenerate {
            Some((position, _)) => {
                format!("equilibria are not isolated at {} = 0: start at another value", self.parameter(*position))
            }
            None => "start at another value or point, narrow the range (it sets the scale), or check that the free \
                     parameters act on the equations"
                .to_string(),
        };
        self.failure(
            &format!("the first point could not be corrected: {}", record::newton_words(failure)),
            &place.join(", "),
            "Newton's method with each free parameter held",
            &advice,
        )
    }

    pub(super) fn failure(&self, what: &str, place: &str, tried: &str, advice: &str) -> Failure {
        Failure {
            what: format!("branch `{}`: {what}", self.plan.name),
            place: place.to_string(),
            tried: tried.to_string(),
            advice: advice.to_string(),
            excerpt: String::new(),
        }
    }

    /// What to say where the equations have no finite value at the start: which part of which equation has none.
    fn not_finite(&self, states: &[f64], parameters: &[f64], tried: &str) -> Option<Failure> {
        let diagnostic = self.context.plan.model.written.as_ref()?.not_finite(states, parameters)?;
        let free = self.plan.free.iter().map(|(k, _)| (self.parameter(*k), parameters[*k]));
        let values =
            self.context.description.states.iter().map(|state| state.name.as_str()).zip(states.iter().copied());
        let place: Vec<String> = free.chain(values).take(8).map(|(name, value)| format!("{name} = {value}")).collect();
        let failure = self.failure(
            "the equations have no finite value where it starts",
            &place.join(", "),
            tried,
            "give `start` values of the states and of the free parameter at which all equations have a value",
        );
        Some(Failure { excerpt: diagnostic.render(false), ..failure })
    }
}

/// The special point that is meant, or a sentence that says that there is none.
pub(super) fn select_special<'a>(branch: &'a Branch, select: &Select) -> Result<&'a Special, String> {
    match select {
        Select::Label(label) => {
            branch.special.iter().find(|s| s.label == *label).ok_or_else(|| format!("no point `{label}`"))
        }
        Select::Near { kind, near } => branch
            .special
            .iter()
            .filter(|s| s.kind == *kind)
            .min_by(|a, b| distance(branch, a, near).total_cmp(&distance(branch, b, near)))
            .ok_or_else(|| format!("no {kind} point")),
    }
}

/// Distance of a special point from stated values, each in units of what its column spans on the branch.
fn distance(branch: &Branch, special: &Special, near: &Values) -> f64 {
    let squares = near.iter().map(|(name, wanted)| {
        let Some(value) = special.values.get(name) else { return f64::INFINITY };
        let column = branch.column(name);
        let values = || branch.points.iter().filter_map(|row| column.and_then(|c| row.get(c)).copied());
        let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        let span = if high > low { high - low } else { 1.0 };
        ((value - wanted) / span).powi(2)
    });
    squares.sum()
}

/// `found: LP1 at V_in = 5.45, …`, for messages.
pub(super) fn found_labels(branch: &Branch) -> String {
    let free = branch.free.first().map_or("", String::as_str);
    let list: Vec<String> = (branch.special.iter().filter(|s| s.kind != "EP"))
        .map(|s| s.values.get(free).map_or(s.label.clone(), |v| format!("{} at {free} = {v:.6}", s.label)))
        .collect();
    if list.is_empty() { "found: no special points".into() } else { format!("found: {}", list.join(", ")) }
}
