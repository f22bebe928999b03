//! A map by simulation: in each cell a solution starts from the same state and is followed until it settles.

use super::super::Context;
use super::super::record::shown;
use super::Notes;
use crate::field::Field;
use crate::plan::{MapPlan, MapSimulation, Of};
use crate::results::{Cell, Map};
use crate::simulate::{Course, Ended, Settings, Simulation, Trouble, Until, simulate};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// What a solution came to in a cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Seen {
    values: Vec<Option<f64>>,
    /// The word for it and the sentence, where it is no plain end.
    remark: Option<(String, String)>,
}

/// Computes all cells, each by itself, and writes them into the record.
pub(super) fn fill(context: &Context, plan: &MapPlan, how: &MapSimulation, map: &mut Map, notes: &Notes) {
    let [width, height] = map.shape();
    let key = |cell: usize| format!("cell {} {}", cell % width, cell / width);
    let known = (0..width * height).filter(|cell| notes.has(&key(*cell))).count();
    context.progress.map_started(&plan.name, width * height, known);
    let seen: Vec<Seen> = (0..width * height)
        .into_par_iter()
        .map(|cell| {
            let is_known = notes.has(&key(cell));
            let seen = notes.or_find(&key(cell), || follow(context, plan, how, [cell % width, cell / width]));
            if !is_known {
                context.progress.map_advanced(&plan.name);
            }
            seen
        })
        .collect();
    for (cell, seen) in seen.iter().enumerate() {
        let at = [cell % width, cell / width].into_iter().take(plan.axes.len()).collect();
        map.cells.extend(seen.remark.clone().map(|(kind, why)| Cell { at, kind, why }));
    }
    let column = |k: usize| seen.iter().map(|seen| seen.values.get(k).copied().flatten()).collect();
    map.quantities =
        plan.quantities.iter().enumerate().map(|(k, quantity)| (quantity.name.clone(), column(k))).collect();
}

/// One cell.
fn follow(context: &Context, plan: &MapPlan, how: &MapSimulation, cell: [usize; 2]) -> Seen {
    let mut parameters = plan.parameters.clone();
    for ((position, values), k) in plan.axes.iter().zip(cell) {
        parameters[*position] = values[k];
    }
    let course = Course { transient: how.transient, time: how.time, until: Until::Periodic, rows: 0, samples: None };
    let settings = Settings { rtol: how.rtol, ..Settings::default() };
    context.with_model(&parameters, |model| {
        let found = match simulate(model, &parameters, &how.state, &course, &settings) {
            Ok(Simulation { trouble: Some(trouble), .. }) | Err(trouble) => {
                let remark = Some(("failed".into(), in_words(context, &trouble)));
                return Seen { values: vec![None; plan.quantities.len()], remark };
            }
            Ok(found) => found,
        };
        let mut outputs = vec![0.0; context.description.outputs.len()];
        model.observe(&found.state, &parameters, &mut outputs);
        let value = |name: &str, of: Of| match of {
            Of::Cycle => of_cycle(context, &found, name),
            Of::Equilibrium => {
                let told = found.state.iter().enumerate().map(|(k, x)| found.told(k, *x));
                let states = context.description.states.iter().map(|state| &state.name).zip(told);
                let outputs = context.description.outputs.iter().map(|output| &output.name).zip(outputs.clone());
                states.chain(outputs).find(|(known, _)| *known == name).map(|(_, value)| value)
            }
            _ => None,
        };
        let values =
            plan.quantities.iter().map(|quantity| value(&quantity.name, quantity.of).filter(|v| v.is_finite()));
        Seen { values: values.collect(), remark: remark(&found.ended, how) }
    })
}

/// Period, extrema, span or mean.
fn of_cycle(context: &Context, found: &Simulation, name: &str) -> Option<f64> {
    if name == "period" {
        return match found.ended {
            Ended::Cycle { period, .. } => Some(period),
            _ => None,
        };
    }
    // Of what has not settled no extremum is known.
    let (state, what) = name.rsplit_once('_').filter(|_| found.ended != Ended::Neither)?;
    let position = context.description.states.iter().position(|known| known.name == state)?;
    let extent = found.extent.get(position)?;
    let value = match what {
        "min" => extent.min,
        "max" => extent.max,
        "span" => extent.span(),
        "mean" => extent.mean,
        _ => return None,
    };
    Some(found.told(position, value))
}

fn remark(ended: &Ended, how: &MapSimulation) -> Option<(String, String)> {
    match ended {
        Ended::Cycle { .. } | Ended::Point { unstable: 0, .. } => None,
        Ended::Point { .. } => Some((
            "unstable".into(),
            "it rests on an unstable equilibrium, because it starts there or on a way into it".into(),
        )),
        Ended::Neither => Some((
            "unsettled".into(),
            format!(
                "neither on a point nor on a cycle after a time of {}: it is slow here, or moves on a torus or in chaos",
                how.transient + how.time
            ),
        )),
    }
}

fn in_words(context: &Context, trouble: &Trouble) -> String {
    let (what, t, x) = match trouble {
        Trouble::NotFinite { t, x } => ("the equations have no finite value, or the states grow without bound", t, x),
        Trouble::Stuck { t, x } => {
            ("the states grow without bound, or the equations have a corner or a jump: no step is short enough", t, x)
        }
        Trouble::TooManySteps { t, x } => ("the number of steps allowed was used up", t, x),
        Trouble::Refused => return "the tolerance is below rounding errors".into(),
    };
    let states: Vec<String> = context
        .description
        .states
        .iter()
        .zip(x)
        .take(8)
        .map(|(state, x)| format!("{} = {}", state.name, shown(*x)))
        .collect();
    format!("{what} (at t = {}, {})", shown(*t), states.join(", "))
}
