//! An optimum: from the known solution to what came of every start.

use super::Context;
use super::branch::{Task, numbered, select_special};
use crate::optimum::{Known, Problem, Run, Solution};
use crate::plan::{Kind, OptimumPlan};
use crate::results::{Branch, Failure, MissedPlace, Optimum, OptimumStart, Values};
use crate::trace::Settings;

/// Values that differ by less than this part, at places nearer than this part of the ranges, are one optimum.
const SAME: [f64; 2] = [1e-7, 1e-3];
/// Steps along the line to another place: there are many lines, and each is short.
const LINE_STEP: f64 = 0.1;

/// Looks for an optimum; `done` holds the branches of the plans.
pub(super) fn optimum(context: &Context, plan: &OptimumPlan, done: &[Vec<Branch>]) -> Optimum {
    let names: Vec<String> = (plan.over.iter())
        .map(|(k, _)| context.description.parameters.get(*k).map(|p| p.name.clone()).unwrap_or_default())
        .collect();
    let mut record = Optimum {
        name: plan.name.clone(),
        goal: if plan.maximise { "maximum" } else { "minimum" }.into(),
        of: plan.of.clone(),
        from: plan.from.clone(),
        over: names.iter().cloned().zip(plan.over.iter().map(|(_, range)| *range)).collect(),
        ..Optimum::default()
    };
    let Some(source) = context.plan.branches.get(plan.branch) else { return record };
    record.kind = source.kind.name().into();
    context.with_model(&source.parameters, |model| {
        let task = Task { context, plan: source, model };
        if let Err(failure) = look(&task, plan, &names, done, &mut record) {
            let what = failure.what.trim_start_matches(&format!("branch `{}`: ", source.name)).to_string();
            record.failure = Some(Failure { what: format!("optimum `{}`: {what}", plan.name), ..failure });
        }
    });
    context.progress.optimum_finished(&record);
    record
}

fn look(
    task: &Task,
    plan: &OptimumPlan,
    names: &[String],
    done: &[Vec<Branch>],
    record: &mut Optimum,
) -> Result<(), Failure> {
    let source =
        numbered(done, plan.branch, plan.number).ok_or_else(|| task.no_source(done, plan.branch, plan.number))?;
    let start = task.start_from_point(source, &plan.select)?;
    let special = select_special(source, &plan.select).map_err(|what| task.failure(&what, "", "", ""))?;
    let columns = || source.columns.iter().skip(source.free.len());
    let known = Known {
        row: columns().map(|column| special.values.get(column).copied().unwrap_or(f64::NAN)).collect(),
        parameters: start.parameters.clone(),
        solution: match start.cycle {
            Some(first) => Solution::Cycle(first.profile),
            None => Solution::Equilibrium(start.states.clone()),
        },
        unstable: source.unstable.get(special.index).copied().unwrap_or(0),
    };
    let settings = task.context.plan.settings.clone();
    let own = task.settings();
    let problem = Problem {
        field: task.model,
        outputs: if task.plan.kind == Kind::Cycle { 0 } else { task.context.description.outputs.len() },
        cycle_outputs: &|row, p| match row {
            [period, observed @ ..] => task.model.observe_cycle(*period, observed, p),
            [] => Vec::new(),
        },
        over: plan.over.clone(),
        quantity: plan.quantity,
        maximise: plan.maximise,
        sizes: start.sizes,
        degree: settings.degree,
        eigenvalues: settings.eigenvalues,
        settings: Settings {
            step: settings.step.unwrap_or(LINE_STEP),
            max_step: settings.max_step.unwrap_or(LINE_STEP),
            ..own
        },
    };
    record.method = match problem.is_differentiable(&known) {
        true => "BFGS with derivatives that are exact to rounding".into(),
        false => "Nelder and Mead's method; derivatives of this quantity are not known".into(),
    };
    let progress = task.context.progress;
    progress.optimum_started(&plan.name, plan.starts);
    let runs = problem.optima(&known, plan.starts, &|advance| progress.optimum_advanced(&plan.name, advance));
    let values = |place: &[f64]| -> Values { names.iter().cloned().zip(place.iter().copied()).collect() };
    let value = |run: &Run| problem.value(&run.best);
    record.starts = (runs.iter())
        .map(|run| OptimumStart {
            at: values(&run.from),
            reached: values(&problem.place(&run.best)),
            value: value(run),
            converged: run.converged,
            evaluations: run.evaluations,
            gradients: run.gradients,
            missed: run.missed.len(),
        })
        .collect();
    record.missed = (runs.iter().filter_map(|run| run.missed.first()))
        .map(|missed| MissedPlace { to: values(&missed.to), at: values(&missed.at), why: missed.why.clone() })
        .collect();
    let sign = if plan.maximise { 1.0 } else { -1.0 };
    let finite = runs.iter().filter(|run| value(run).is_finite());
    // Of equal ones the first, which a number of threads does not change.
    let Some(best) = finite.reduce(|a, b| if sign * value(b) > sign * value(a) { b } else { a }) else {
        let what = "the quantity has no value at any start";
        return Err(task.failure(what, "", "every start", "start from another point"));
    };
    let place = problem.place(&best.best);
    record.values = values(&place);
    let quantities = columns().cloned().zip(best.best.row.iter().copied());
    record.values.extend(quantities.filter(|(_, value)| value.is_finite()));
    record.gradient = best.gradient.as_deref().map(values);
    record.unstable = best.best.unstable;
    for (k, name) in names.iter().enumerate() {
        match problem.bound(&best.best, k) {
            -1 => record.bounds.insert(name.clone(), "lower".into()),
            1 => record.bounds.insert(name.clone(), "upper".into()),
            _ => None,
        };
    }
    let same = |run: &&Run| {
        let near = plan.over.iter().zip(&place).zip(problem.place(&run.best));
        (value(run) - value(best)).abs() <= SAME[0] * value(best).abs()
            && near.into_iter().all(|(((_, [low, high]), a), b)| (a - b).abs() <= SAME[1] * (high - low))
    };
    record.agree = runs.iter().filter(same).count();
    if !best.converged {
        let place: Vec<String> = names.iter().zip(&place).map(|(name, value)| format!("{name} = {value}")).collect();
        let mut failure = task.failure(
            "the best place that was found is no optimum: the quantity still changes there",
            &place.join(", "),
            &record.method,
            "the solution may end or turn back near it; raise `starts`, narrow the ranges, or start from another point",
        );
        if let Some(missed) = best.missed.last() {
            failure.tried.push_str(&format!("; of the last place without a solution: {}", missed.why));
        }
        return Err(failure);
    }
    Ok(())
}
