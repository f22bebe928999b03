//! One row of a map by continuation: along the first parameter of the grid, each solution is a branch with marks at its values.
//!
//! Equilibria start where the study says, cycles at every Hopf point on these, and at cycles that are known from elsewhere:
//! from neighbouring rows, over the second parameter, or from a branch of the study.

use super::super::branch::{Start, Task};
use super::super::{Context, Silent, all, cycle};
use super::Grid;
use crate::field::sizes;
use crate::map::Solution;
use crate::plan::{BranchPlan, Kind, MapStart, Of, Origin, Select};
use crate::results::{Branch, Failure, Orbit, Special, Values};
use crate::start::FirstCycle;
use serde::{Deserialize, Serialize};

/// What was found in a row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Row {
    /// With the cell in which each is.
    pub equilibria: Vec<(usize, Solution)>,
    pub cycles: Vec<Cycles>,
    pub troubles: Vec<Trouble>,
}

/// The cycles of one branch in the cells of a row, and the largest of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Cycles {
    pub cells: Vec<(usize, Solution)>,
    pub largest: Option<Seed>,
    pub troubles: Vec<Trouble>,
}

/// A cycle from which others are reached.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Seed {
    /// The values of the grid's parameters.
    pub at: Vec<f64>,
    /// Its cell in the row, if it is in one.
    pub cell: Option<usize>,
    /// Scale of each state.
    pub sizes: Vec<f64>,
    pub span: f64,
    pub orbit: Orbit,
}

/// Cells of a row, from one to another, of which not all may be known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Trouble {
    pub cells: [usize; 2],
    pub why: String,
}

/// A Hopf point from which cycles were followed, or in which they ended: parameter and frequency.
type Met = [f64; 2];

impl Grid<'_> {
    /// Traces the row from the beginning.
    pub(super) fn row(&self, row: usize, seeds: &[Seed]) -> Row {
        let mut record = Row::default();
        let plan = self.along(row, Kind::Equilibrium, None);
        let equilibria = self.equilibria(&plan);
        for branch in &equilibria {
            let marked = branch.special.iter().filter(|special| special.kind == "UZ");
            let solutions = marked.filter_map(|special| {
                let value = |name: &str| special.values.get(name).copied();
                let solution = Solution {
                    unstable: branch.unstable.get(special.index).copied()?,
                    size: value(&self.first_state()).unwrap_or(0.0),
                    period: 0.0,
                    values: self.values(|quantity, of| match of {
                        Of::Cycle => as_cycle(quantity, &special.values),
                        _ => value(quantity),
                    }),
                };
                Some((self.cell(special)?, solution))
            });
            record.equilibria.extend(solutions);
            record.troubles.extend(self.troubles(branch));
        }
        let mut met: Vec<Met> = Vec::new();
        for seed in seeds {
            record.cycles.extend(self.through(row, seed, &record.cycles, &mut met));
        }
        let plan = self.along(row, Kind::Cycle, None);
        for branch in &equilibria {
            for special in branch.special.iter().filter(|special| special.kind == "H") {
                let here = self.hopf(special);
                if met.iter().any(|other| self.is_near(here, *other)) {
                    continue;
                }
                met.push(here);
                let select = Select::Label(special.label.clone());
                let found = self.trace(&plan, &mut met, |task| task.start_from_point(branch, &select));
                record.cycles.push(found.beside(&record.cycles));
            }
        }
        record
    }

    /// Branches of cycles through seeds, each where no cycle of the row, as it is known or newly found, is the same.
    pub(super) fn more(&self, row: usize, seeds: &[Seed], known: &[Cycles]) -> Vec<Cycles> {
        let mut all = known.to_vec();
        for seed in seeds {
            let new = self.through(row, seed, &all, &mut Vec::new());
            all.extend(new);
        }
        all.split_off(known.len())
    }

    fn through(&self, row: usize, seed: &Seed, known: &[Cycles], met: &mut Vec<Met>) -> Option<Cycles> {
        if seed.is_among(known) {
            return None;
        }
        let plan = self.along(row, Kind::Cycle, seed.at.first().copied());
        Some(self.trace(&plan, met, |_| Ok(self.start(&plan, seed))).beside(known))
    }

    /// Cycles at the values of the second parameter beyond a row, or of all rows without one, from a cycle.
    pub(super) fn column(&self, seed: &Seed, beyond: Option<(usize, bool)>) -> Vec<(usize, Seed)> {
        let Some((second, values)) = self.plan.axes.get(1) else { return Vec::new() };
        let wanted = match beyond {
            Some((row, true)) => row + 1..values.len(),
            Some((row, false)) => 0..row,
            None => 0..values.len(),
        };
        let Some(marks) = values.get(wanted.clone()).filter(|marks| !marks.is_empty()) else { return Vec::new() };
        let here = seed.at.get(1).copied().unwrap_or(0.0);
        let mut plan = self.branch_plan(Kind::Cycle, "column".into());
        if let Some(at) = seed.at.first() {
            plan.parameters[self.free] = *at;
        }
        plan.free = vec![(*second, around(marks, Some(here)))];
        plan.mark = marks.iter().map(|value| (0, *value)).collect();
        let context = self.quietly();
        let branch = context.with_model(&plan.parameters, |model| {
            let start = self.start(&plan, seed);
            Task { context: &context, plan: &plan, model }.trace_from(Ok(start))
        });
        let name = self.parameter(*second);
        let marked = branch.special.iter().filter(|special| special.kind == "UZ");
        let seeds = marked.filter_map(|special| {
            let value = *special.values.get(name)?;
            let row = wanted.clone().find(|row| values[*row] == value)?;
            let at = vec![*seed.at.first()?, value];
            Some((row, Seed { at, ..self.seed(&branch, special, seed.cell)? }))
        });
        seeds.collect()
    }

    /// The start of a branch through a seed.
    fn start(&self, plan: &BranchPlan, seed: &Seed) -> Start {
        let mut parameters = plan.parameters.clone();
        for ((position, _), value) in self.plan.axes.iter().zip(&seed.at) {
            parameters[*position] = *value;
        }
        let profile = cycle::profile(&seed.orbit);
        let hold = profile.nodes.len() + 1;
        let states = seed.orbit.values.first().cloned().unwrap_or_default();
        Start::on_cycle(states, parameters, seed.sizes.clone(), FirstCycle { profile, hold })
    }

    fn equilibria(&self, plan: &BranchPlan) -> Vec<Branch> {
        let context = self.quietly();
        match self.start {
            MapStart::Guess(_) => context.with_model(&plan.parameters, |model| {
                let task = Task { context: &context, plan, model };
                vec![task.trace_from(task.start(&[], &[]))]
            }),
            MapStart::All(bounds) => {
                let [low, high] = plan.free[0].1;
                let (first, _) = all::trace_all(&context, plan, bounds, low, &[]);
                let (second, _) = all::trace_all(&context, plan, bounds, high, std::slice::from_ref(&first));
                first.into_iter().chain(second).collect()
            }
        }
    }

    /// One branch of cycles.
    fn trace<'s>(
        &'s self,
        plan: &'s BranchPlan,
        met: &mut Vec<Met>,
        start: impl FnOnce(&Task) -> Result<Start, Failure>,
    ) -> Cycles {
        let context = self.quietly();
        let branch = context.with_model(&plan.parameters, |model| {
            let task = Task { context: &context, plan, model };
            task.trace_from(start(&task))
        });
        let mut cycles = Cycles { troubles: self.troubles(&branch), ..Cycles::default() };
        let (state, mut largest) = (self.first_state(), None::<(f64, &Special)>);
        for special in &branch.special {
            if special.kind == "H" {
                met.push(self.hopf(special));
            }
            let value = |name: &str| special.values.get(name).copied();
            let (Some(cell), Some(unstable)) =
                (self.cell(special).filter(|_| special.kind == "UZ"), branch.unstable.get(special.index).copied())
            else {
                continue;
            };
            let size = value(&format!("{state}_span")).unwrap_or(0.0);
            if largest.is_none_or(|(other, _)| size > other) {
                largest = Some((size, special));
            }
            let values = self.values(|quantity, of| (of == Of::Cycle).then(|| value(quantity)).flatten());
            let period = value("period").unwrap_or(0.0);
            cycles.cells.push((cell, Solution { unstable, size, period, values }));
        }
        cycles.largest = largest.and_then(|(_, special)| self.seed(&branch, special, self.cell(special)));
        cycles
    }

    /// A cycle of a branch, from which others are to be reached.
    pub(super) fn seed(&self, branch: &Branch, special: &Special, cell: Option<usize>) -> Option<Seed> {
        let states = self.context.description.states.iter().map(|state| &state.name);
        let place = |position: &usize| {
            let name = self.parameter(*position);
            special.values.get(name).or_else(|| branch.fixed.get(name)).copied()
        };
        Some(Seed {
            at: self.plan.axes.iter().map(|(position, _)| place(position)).collect::<Option<_>>()?,
            cell,
            sizes: sizes(&states.map(|state| branch.extent(state)).collect::<Vec<f64>>()),
            span: special.values.get(&format!("{}_span", self.first_state())).copied()?,
            orbit: special.profile.clone()?,
        })
    }

    /// A branch of solutions along a row, with marks at the grid's values; its range contains this value as well.
    fn along(&self, row: usize, kind: Kind, value: Option<f64>) -> BranchPlan {
        let mut plan = self.branch_plan(kind, self.row_name(row));
        if let Some((second, values)) = self.plan.axes.get(1) {
            plan.parameters[*second] = values[row];
        }
        plan.free = vec![(self.free, around(&self.reach, value))];
        plan.mark = self.values_along.iter().map(|value| (0, *value)).collect();
        plan
    }

    fn branch_plan(&self, kind: Kind, name: String) -> BranchPlan {
        let origin = match self.start {
            MapStart::Guess(states) => {
                Origin::Guess { states: states.clone(), at: self.values_along.first().copied().unwrap_or(0.0) }
            }
            MapStart::All(_) => Origin::Guess { states: Vec::new(), at: 0.0 },
        };
        BranchPlan {
            name,
            family: None,
            member: Values::new(),
            kind,
            parameters: self.plan.parameters.clone(),
            free: Vec::new(),
            origin,
            mark: Vec::new(),
            extremum: Vec::new(),
            profiles: 0,
            optional: false,
        }
    }

    /// Of each quantity that is asked for its value, where it has one.
    fn values(&self, value: impl Fn(&str, Of) -> Option<f64>) -> Vec<Option<f64>> {
        let quantities = self.plan.quantities.iter();
        quantities.map(|quantity| value(&quantity.name, quantity.of).filter(|value| value.is_finite())).collect()
    }

    fn first_state(&self) -> String {
        self.context.description.states.first().map_or(String::new(), |state| state.name.clone())
    }

    /// The cell of a marked point.
    fn cell(&self, special: &Special) -> Option<usize> {
        let value = special.values.get(self.parameter(self.free))?;
        self.values_along.binary_search_by(|other| other.total_cmp(value)).ok()
    }

    fn hopf(&self, special: &Special) -> Met {
        [self.parameter(self.free), "omega"].map(|name| special.values.get(name).copied().unwrap_or(f64::NAN))
    }

    fn is_near(&self, a: Met, b: Met) -> bool {
        let [low, high] = self.reach;
        (a[0] - b[0]).abs() <= 1e-7 * (high - low) && (a[1] - b[1]).abs() <= 1e-6 * a[1].abs()
    }

    /// Cells that a branch should have met, and did not.
    fn troubles(&self, branch: &Branch) -> Vec<Trouble> {
        let values = self.values_along;
        let last = values.len().saturating_sub(1);
        let why = |text: &str| {
            let name = format!("branch `{}`", branch.name);
            text.replacen(
                &name,
                if branch.kind == "cycle" { "the branch of cycles" } else { "the branch of equilibria" },
                1,
            )
        };
        let words = |failure: &Failure| match failure.place.is_empty() {
            true => why(&failure.what),
            false => format!("{} (at {})", why(&failure.what), failure.place),
        };
        let along: Vec<f64> = branch.points.iter().filter_map(|row| row.first().copied()).collect();
        let (&[first, .., end], Some(failure)) = (along.as_slice(), &branch.failure) else {
            let whole = branch.failure.iter().map(|failure| Trouble { cells: [0, last], why: words(failure) });
            return whole.chain(self.passed_over(branch, &along)).collect();
        };
        let mut troubles = Vec::new();
        for (how, [end, before]) in branch.ends.iter().zip([[first, along[1]], [end, along[along.len() - 2]]]) {
            if !["stopped", "max-points", "imperfect"].contains(&how.how.as_str()) {
                continue;
            }
            let beyond = match end > before {
                true => [values.partition_point(|value| *value <= end), last],
                false => [0, values.partition_point(|value| *value < end).wrapping_sub(1)],
            };
            if beyond[0] <= beyond[1] && beyond[1] <= last {
                troubles.push(Trouble { cells: beyond, why: words(failure) });
            }
        }
        troubles.extend(self.passed_over(branch, &along));
        troubles
    }

    /// Cells between neighbouring points of a branch at which Newton's method gave no point.
    fn passed_over(&self, branch: &Branch, along: &[f64]) -> Vec<Trouble> {
        let between = |pair: &[f64]| {
            let [low, high] = [pair[0].min(pair[1]), pair[0].max(pair[1])];
            let values = self.values_along;
            values.partition_point(|value| *value <= low)..values.partition_point(|value| *value < high)
        };
        let kind = if branch.kind == "cycle" { "cycles" } else { "equilibria" };
        let missed = along.windows(2).flat_map(between);
        let trouble = |cell: usize| Trouble {
            cells: [cell, cell],
            why: format!("the branch of {kind} passes, and Newton's method gave no solution here"),
        };
        missed.map(trouble).collect()
    }

    /// The context without the progress of single branches.
    fn quietly(&self) -> Context<'_> {
        let Context { plan, description, model, .. } = *self.context;
        Context { plan, description, model, progress: &Silent }
    }
}

impl Cycles {
    /// Without what is known: where a branch stops, another may come from the far side and pass it.
    fn beside(mut self, known: &[Cycles]) -> Self {
        let is_known = |cell: usize, solution: &Solution| {
            let mut cells = known.iter().flat_map(|cycles| &cycles.cells);
            cells.any(|(other, known)| *other == cell && known.is_same(solution))
        };
        self.cells.retain(|(cell, solution)| !is_known(*cell, solution));
        self
    }
}

impl Seed {
    /// One of these cycles, in the same cell, is this one.
    pub(super) fn is_among(&self, cycles: &[Cycles]) -> bool {
        let own = Solution { size: self.span, period: self.orbit.period, ..Solution::default() };
        let mut cells = cycles.iter().flat_map(|cycles| &cycles.cells);
        cells.any(|(cell, other)| Some(*cell) == self.cell && own.is_same(other))
    }
}

/// The range of values, and of one more.
fn around(values: &[f64], more: Option<f64>) -> [f64; 2] {
    let all = values.iter().copied().chain(more);
    all.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], value| [low.min(value), high.max(value)])
}

/// What an equilibrium has of the quantities of cycles: it is one of no size.
fn as_cycle(quantity: &str, values: &Values) -> Option<f64> {
    let (state, what) = quantity.rsplit_once('_')?;
    let value = *values.get(state)?;
    match what {
        "span" => Some(0.0),
        "min" | "max" | "mean" => Some(value),
        _ => None,
    }
}
