//! From a plan to results: the one place where the user's words meet numerics.
//!
//! Branches that do not depend on each other are traced in parallel; the results do not depend on how many threads do it.
//! A branch that fails is a record of its failure, and the others go on. Nothing here draws.

mod branch;
mod check;
mod record;

use crate::models::{Description, Model};
use crate::plan::{BranchPlan, FunctionPlan, Origin, Plan};
use crate::results::{Branch, ModelRecord, Results, Table};
use rayon::prelude::*;

/// Hears how far the work is. Called from several threads; must be cheap.
pub trait Progress: Sync {
    fn branch_started(&self, name: &str);
    /// `points` so far, and the value of the first free parameter.
    fn branch_point(&self, name: &str, points: usize, value: f64);
    fn branch_finished(&self, branch: &Branch);
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
    };
    results.branches = branches(&context);
    results.functions = plan.functions.iter().map(|function| tabulate(&context, function)).collect();
    results.checks = check::checks(plan, &results.branches);
    results
}

/// Traces all branches, those that start from others after these.
fn branches(context: &Context) -> Vec<Branch> {
    let plans = &context.plan.branches;
    let mut done: Vec<Option<Branch>> = vec![None; plans.len()];
    let generations: Vec<usize> = plans.iter().scan(Vec::new(), |known, plan| Some(generation(plan, known))).collect();
    for current in 0..=generations.iter().copied().max().unwrap_or(0) {
        let traced: Vec<(usize, Branch)> = (0..plans.len())
            .into_par_iter()
            .filter(|&i| generations[i] == current)
            .map(|i| {
                context.progress.branch_started(&plans[i].name);
                let branch = branch::trace_branch(context, &plans[i], &done);
                context.progress.branch_finished(&branch);
                (i, branch)
            })
            .collect();
        traced.into_iter().for_each(|(i, branch)| done[i] = Some(branch));
    }
    done.into_iter().flatten().collect()
}

/// 0 for a branch that starts from nothing, otherwise one more than that of the branch it starts from.
fn generation(plan: &BranchPlan, known: &mut Vec<usize>) -> usize {
    let own = match plan.origin {
        Origin::Guess { .. } => 0,
        Origin::Point { branch, .. } => known.get(branch).map_or(0, |g| g + 1),
    };
    known.push(own);
    own
}

/// A model's function on an equidistant grid.
fn tabulate(context: &Context, plan: &FunctionPlan) -> Table {
    let Context { model, description, .. } = *context;
    let own;
    let model = if model.suits(&plan.parameters) {
        model
    } else {
        own = context.plan.model.definition.model(&plan.parameters);
        own.as_ref().unwrap_or(model)
    };
    let columns = description
        .functions
        .iter()
        .find(|f| f.name == plan.of)
        .map(|f| f.columns.iter().map(|c| c.name.clone()).collect());
    let [low, high] = plan.range;
    let last = plan.points.saturating_sub(1).max(1) as f64;
    let at = |k: usize| low + (high - low) * k as f64 / last;
    Table {
        name: plan.name.clone(),
        columns: columns.unwrap_or_default(),
        points: (0..plan.points).filter_map(|k| model.tabulate(&plan.of, at(k), &plan.parameters)).collect(),
    }
}
