//! What was expected beside what was computed.

use super::branch::{found_labels, numbered, select_special};
use crate::plan::{Expect, Plan};
use crate::results::{Branch, Check, Simulation};

/// One check for each expected quantity, in the order of the study. `done`: the branches of each plan.
pub(super) fn checks(plan: &Plan, done: &[Vec<Branch>], simulations: &[Simulation]) -> Vec<Check> {
    let computed = |expect: &Expect| match expect.simulation {
        Some(simulation) => of_simulation(expect, simulations.get(simulation)),
        None => at_point(expect, numbered(done, expect.branch, expect.number)),
    };
    plan.expects.iter().map(|expect| check(expect, computed(expect))).collect()
}

fn of_simulation(expect: &Expect, simulation: Option<&Simulation>) -> Result<f64, String> {
    let simulation = simulation.ok_or("the simulation is missing")?;
    let value = simulation.quantities.get(&expect.quantity).copied();
    value.ok_or_else(|| match simulation.ended.as_str() {
        "" => format!("`{}` is not known", expect.quantity),
        ended => format!("`{}` is not known: it {ended}", expect.quantity),
    })
}

fn at_point(expect: &Expect, branch: Option<&Branch>) -> Result<f64, String> {
    branch.ok_or_else(|| "the branch is missing".to_string()).and_then(|branch| {
        let special =
            select_special(branch, &expect.select).map_err(|what| format!("{what} ({})", found_labels(branch)))?;
        let quantity = &expect.quantity;
        let value = special
            .values
            .get(quantity)
            .or_else(|| special.normal_form.get(quantity))
            .or_else(|| branch.fixed.get(quantity));
        value.copied().ok_or_else(|| format!("`{quantity}` is not known at {}", special.label))
    })
}

fn check(expect: &Expect, computed: Result<f64, String>) -> Check {
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
