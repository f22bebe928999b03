//! From a plan to results: the one place where the user's words meet numerics.
//!
//! Branches that do not depend on each other are traced in parallel; the results do not depend on how many threads do it.
//! A branch that fails is a record of its failure, and the others go on. Nothing here draws.

mod all;
mod branch;
mod check;
mod cycle;
mod diagram;
mod journal;
mod map;
mod optimum;
mod record;
mod simulation;

pub use crate::optimum::Advance;
pub use journal::{Forgetful, Journal, fingerprint};

use crate::models::{Description, Model};
use crate::plan::{Beginning, FunctionPlan, Kind, Origin, Plan};
use crate::results::{Branch, Map, ModelRecord, Optimum, Results, Simulation, Survey, Table};
use rayon::prelude::*;

/// Hears how far the work is. Called from several threads; must be cheap.
pub trait Progress: Sync {
    fn branch_started(&self, name: &str);
    /// `points` so far, and the value of the first free parameter.
    fn branch_point(&self, name: &str, points: usize, value: f64);
    fn branch_finished(&self, branch: &Branch);
    fn simulation_finished(&self, _simulation: &Simulation) {}
    /// So many parts, of which so many are known from an interrupted run.
    fn map_started(&self, _name: &str, _parts: usize, _known: usize) {}
    /// One more part is done.
    fn map_advanced(&self, _name: &str) {}
    fn map_finished(&self, _map: &Map) {}
    /// So many starts.
    fn optimum_started(&self, _name: &str, _starts: usize) {}
    /// One more solution was followed, or one more start is done.
    fn optimum_advanced(&self, _name: &str, _what: Advance) {}
    fn optimum_finished(&self, _optimum: &Optimum) {}
}

/// Nobody listens.
pub struct Silent;

impl Progress for Silent {
    fn branch_started(&self, _: &str) {}
    fn branch_point(&self, _: &str, _: usize, _: f64) {}
    fn branch_finished(&self, _: &Branch) {}
}

/// What the branches of one plan share.
struct Context<'a> {
    plan: &'a Plan,
    description: &'a Description,
    model: &'a Model,
    progress: &'a dyn Progress,
}

/// Carries a plan out.
pub fn run(plan: &Plan, progress: &dyn Progress) -> Results {
    resume(plan, progress, &Forgetful)
}

/// Carries a plan out; the parts of maps are written down as they are done, and those that a run before this one wrote down
/// are not computed again.
pub fn resume(plan: &Plan, progress: &dyn Progress, journal: &dyn Journal) -> Results {
    let mut results = Results {
        hopfold: env!("CARGO_PKG_VERSION").into(),
        study: plan.study.clone(),
        title: plan.title.clone(),
        ..Results::default()
    };
    let description = &plan.model.definition.description;
    let Some(model) = plan.model.definition.model(&plan.model.parameters) else { return results };
    let context = Context { plan, description, model: &model, progress };
    results.model = ModelRecord {
        name: description.name.clone(),
        states: description.states.iter().map(|state| state.name.clone()).collect(),
        parameters: description
            .parameters
            .iter()
            .map(|p| p.name.clone())
            .zip(plan.model.parameters.iter().copied())
            .collect(),
        derived: model.derived(&plan.model.parameters).into_iter().collect(),
    };
    let Done { branches, surveys, simulations } = branches(&context);
    results.functions = plan.functions.iter().map(|function| tabulate(&context, function)).collect();
    results.maps = plan.maps.iter().map(|map| map::compute(&context, map, &branches, journal)).collect();
    results.diagrams = plan.diagrams.iter().map(|diagram| diagram::count(&context, diagram, &branches)).collect();
    results.optima = plan.optima.iter().map(|optimum| optimum::optimum(&context, optimum, &branches)).collect();
    results.checks = check::checks(plan, &branches, &simulations, &results.maps, &results.optima);
    results.branches = branches.into_iter().flatten().collect();
    results.surveys = surveys.into_iter().flatten().collect();
    results.simulations = simulations;
    results
}

impl Context<'_> {
    /// Does something with the model prepared for these parameters.
    fn with_model<R>(&self, parameters: &[f64], act: impl FnOnce(&Model) -> R) -> R {
        if self.model.suits(parameters) {
            return act(self.model);
        }
        let own = self.plan.model.definition.model(parameters);
        act(own.as_ref().unwrap_or(self.model))
    }
}

/// What the branches and simulations came to.
#[derive(Default)]
struct Done {
    branches: Vec<Vec<Branch>>,
    surveys: Vec<Option<Survey>>,
    simulations: Vec<Simulation>,
}

/// Traces the branches of each plan and follows the simulations, those that need others after these; with them the searches for
/// all equilibria.
fn branches(context: &Context) -> Done {
    let plans = &context.plan.branches;
    let simulations = &context.plan.simulations;
    let mut done = Done {
        branches: vec![Vec::new(); plans.len()],
        surveys: vec![None; plans.len()],
        simulations: vec![Simulation::default(); simulations.len()],
    };
    let Generations { branches: generations, simulations: turns } = generations(context.plan);
    for current in 0..=generations.iter().chain(&turns).copied().max().unwrap_or(0) {
        let traced: Vec<(usize, Vec<Branch>, Option<Survey>)> = (0..plans.len())
            .into_par_iter()
            .filter(|&i| generations[i] == current)
            .map(|i| {
                context.progress.branch_started(&plans[i].name);
                let (branches, survey) = match &plans[i].origin {
                    Origin::All { bounds, at } => all::trace_all(context, &plans[i], bounds, *at, &done.branches[..i]),
                    _ => (vec![branch::trace_branch(context, &plans[i], &done.branches, &done.simulations)], None),
                };
                branches.iter().for_each(|branch| context.progress.branch_finished(branch));
                (i, branches, survey)
            })
            .collect();
        let followed: Vec<(usize, Simulation)> = (0..simulations.len())
            .into_par_iter()
            .filter(|&i| turns[i] == current)
            .map(|i| {
                context.progress.branch_started(&simulations[i].name);
                let simulation = simulation::compute(context, &simulations[i], &done.branches);
                context.progress.simulation_finished(&simulation);
                (i, simulation)
            })
            .collect();
        for (i, branches, survey) in traced {
            (done.branches[i], done.surveys[i]) = (branches, survey);
        }
        for (i, simulation) in followed {
            done.simulations[i] = simulation;
        }
    }
    done
}

/// When each can be computed: 0 for what needs no other, else one more than the last of those that it needs.
struct Generations {
    branches: Vec<usize>,
    simulations: Vec<usize>,
}

/// A block needs blocks above it only, so that every round settles one more at least.
fn generations(plan: &Plan) -> Generations {
    let plans = &plan.branches;
    let mut known = Generations { branches: vec![0; plans.len()], simulations: vec![0; plan.simulations.len()] };
    loop {
        let mut changed = false;
        for (i, plan) in plans.iter().enumerate() {
            let own = match &plan.origin {
                Origin::Guess { .. } | Origin::Orbit { .. } => 0,
                Origin::Point { branch, .. } => known.branches.get(*branch).map_or(0, |g| g + 1),
                Origin::Simulation(simulation) => known.simulations.get(*simulation).map_or(0, |g| g + 1),
                // What an earlier branch passes through is not traced again.
                Origin::All { .. } => {
                    let earlier = known.branches[..i].iter().zip(plans);
                    let earlier = earlier.filter(|(_, plan)| plan.kind == Kind::Equilibrium);
                    earlier.map(|(g, _)| g + 1).max().unwrap_or(0)
                }
            };
            changed |= known.branches[i] != own;
            known.branches[i] = own;
        }
        for (i, plan) in plan.simulations.iter().enumerate() {
            let begins = match &plan.origin {
                Beginning::States(_) => None,
                Beginning::Point { branch, .. } => Some(*branch),
            };
            let needed = begins.into_iter().chain(plan.folds.map(|(branch, _)| branch));
            let own = needed.filter_map(|branch| known.branches.get(branch)).map(|g| g + 1).max().unwrap_or(0);
            changed |= known.simulations[i] != own;
            known.simulations[i] = own;
        }
        if !changed {
            return known;
        }
    }
}

/// A model's function on an equidistant grid.
fn tabulate(context: &Context, plan: &FunctionPlan) -> Table {
    let columns = context
        .description
        .functions
        .iter()
        .find(|f| f.name == plan.of)
        .map(|f| f.columns.iter().map(|c| c.name.clone()).collect());
    let [low, high] = plan.range;
    let last = plan.points.saturating_sub(1).max(1) as f64;
    let at = |k: usize| low + (high - low) * k as f64 / last;
    let points = context.with_model(&plan.parameters, |model| {
        (0..plan.points).filter_map(|k| model.tabulate(&plan.of, at(k), &plan.parameters)).collect()
    });
    Table { name: plan.name.clone(), columns: columns.unwrap_or_default(), points }
}
