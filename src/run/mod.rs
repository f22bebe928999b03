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

pub use journal::{Forgetful, Journal, fingerprint};

use crate::models::{Description, Model};
use crate::plan::{BranchPlan, FunctionPlan, Kind, Origin, Plan};
use crate::results::{Branch, Map, ModelRecord, Results, Survey, Table};
use rayon::prelude::*;

/// Hears how far the work is. Called from several threads; must be cheap.
pub trait Progress: Sync {
    fn branch_started(&self, name: &str);
    /// `points` so far, and the value of the first free parameter.
    fn branch_point(&self, name: &str, points: usize, value: f64);
    fn branch_finished(&self, branch: &Branch);
    /// So many parts, of which so many are known from an interrupted run.
    fn map_started(&self, _name: &str, _parts: usize, _known: usize) {}
    /// One more part is done.
    fn map_advanced(&self, _name: &str) {}
    fn map_finished(&self, _map: &Map) {}
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
    let (branches, surveys) = branches(&context);
    results.functions = plan.functions.iter().map(|function| tabulate(&context, function)).collect();
    results.maps = plan.maps.iter().map(|map| map::compute(&context, map, &branches, journal)).collect();
    results.diagrams = plan.diagrams.iter().map(|diagram| diagram::count(&context, diagram, &branches)).collect();
    results.optima = plan.optima.iter().map(|optimum| optimum::optimum(&context, optimum, &branches)).collect();
    results.checks = check::checks(plan, &branches, &results.maps, &results.optima);
    results.branches = branches.into_iter().flatten().collect();
    results.surveys = surveys;
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

/// Traces the branches of each plan, those that need others after these; with them the searches for all equilibria.
fn branches(context: &Context) -> (Vec<Vec<Branch>>, Vec<Survey>) {
    let plans = &context.plan.branches;
    let mut done: Vec<Vec<Branch>> = vec![Vec::new(); plans.len()];
    let mut surveys: Vec<Option<Survey>> = vec![None; plans.len()];
    let generations = generations(plans);
    for current in 0..=generations.iter().copied().max().unwrap_or(0) {
        let traced: Vec<(usize, Vec<Branch>, Option<Survey>)> = (0..plans.len())
            .into_par_iter()
            .filter(|&i| generations[i] == current)
            .map(|i| {
                context.progress.branch_started(&plans[i].name);
                let (branches, survey) = match &plans[i].origin {
                    Origin::All { bounds, at } => all::trace_all(context, &plans[i], bounds, *at, &done[..i]),
                    _ => (vec![branch::trace_branch(context, &plans[i], &done)], None),
                };
                branches.iter().for_each(|branch| context.progress.branch_finished(branch));
                (i, branches, survey)
            })
            .collect();
        for (i, branches, survey) in traced {
            (done[i], surveys[i]) = (branches, survey);
        }
    }
    (done, surveys.into_iter().flatten().collect())
}

/// 0 for a branch that needs no other, else one more than the last of those that it needs.
fn generations(plans: &[BranchPlan]) -> Vec<usize> {
    let mut known: Vec<usize> = Vec::new();
    for plan in plans {
        let own = match plan.origin {
            Origin::Guess { .. } => 0,
            Origin::Point { branch, .. } => known.get(branch).map_or(0, |g| g + 1),
            // What an earlier branch passes through is not traced again.
            Origin::All { .. } => {
                let earlier = known.iter().zip(plans).filter(|(_, plan)| plan.kind == Kind::Equilibrium);
                earlier.map(|(g, _)| g + 1).max().unwrap_or(0)
            }
        };
        known.push(own);
    }
    known
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
