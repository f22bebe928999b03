//! What was expected beside what was computed.

use super::branch::{found_labels, numbered, select_special};
use crate::plan::{Expect, Expected, Plan, Select};
use crate::results::{Branch, Check, Map, Optimum, Simulation};

/// One check for each expected quantity, in the order of the study. `done`: the branches of each plan; `maps`, `optima`: likewise.
pub(super) fn checks(
    plan: &Plan,
    done: &[Vec<Branch>],
    simulations: &[Simulation],
    maps: &[Map],
    optima: &[Optimum],
) -> Vec<Check> {
    plan.expects.iter().map(|expect| check(expect, done, simulations, maps, optima)).collect()
}

fn of_simulation(quantity: &str, simulation: Option<&Simulation>) -> Result<f64, String> {
    let simulation = simulation.ok_or("the simulation is missing")?;
    let value = simulation.quantities.get(quantity).copied();
    value.ok_or_else(|| match simulation.ended.as_str() {
        "" => format!("`{}` is not known", quantity),
        ended => format!("`{}` is not known: it {ended}", quantity),
    })
}

fn check(expect: &Expect, done: &[Vec<Branch>], simulations: &[Simulation], maps: &[Map], optima: &[Optimum]) -> Check {
    let computed = match &expect.of {
        Expected::Point { branch, number, select } => {
            let branch = numbered(done, *branch, *number).ok_or_else(|| "the branch is missing".to_string());
            branch.and_then(|branch| at_point(branch, select, &expect.quantity))
        }
        Expected::Optimum(position) => {
            let value = optima.get(*position).and_then(|optimum| optimum.values.get(&expect.quantity)).copied();
            value.ok_or_else(|| "no optimum was found".to_string())
        }
        Expected::Simulation(position) => of_simulation(&expect.quantity, simulations.get(*position)),
        Expected::Cell { map, at } => {
            let map = maps.get(*map).ok_or_else(|| "the map is missing".to_string());
            map.and_then(|map| in_cell(map, *at, &expect.quantity))
        }
    };
    let within = computed.as_ref().is_ok_and(|value| (value - expect.value).abs() <= expect.tolerance);
    Check {
        point: expect.point.clone(),
        quantity: expect.quantity.clone(),
        expected: expect.value,
        tolerance: expect.tolerance,
        ok: within && expect.misprint.is_none(),
        source: expect.source.clone(),
        misprint: expect.misprint.clone(),
        problem: computed.as_ref().err().cloned(),
        computed: computed.ok(),
    }
}

fn at_point(branch: &Branch, select: &Select, quantity: &str) -> Result<f64, String> {
    let special = select_special(branch, select).map_err(|what| format!("{what} ({})", found_labels(branch)))?;
    let value = special
        .values
        .get(quantity)
        .or_else(|| special.normal_form.get(quantity))
        .or_else(|| branch.fixed.get(quantity));
    value.copied().ok_or_else(|| format!("`{quantity}` is not known at {}", special.label))
}

fn in_cell(map: &Map, at: [usize; 2], quantity: &str) -> Result<f64, String> {
    map.value(quantity, at).ok_or_else(|| {
        let why = map.cells.iter().find(|cell| cell.at.iter().eq(at.iter().take(cell.at.len())));
        format!("the cell has no `{quantity}`{}", why.map_or(String::new(), |cell| format!(": {}", cell.why)))
    })
}
