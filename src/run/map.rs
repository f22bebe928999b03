//! Maps: quantities over a grid of one or two parameters.
//!
//! By continuation the rows are traced first, each from its own equilibria and Hopf points, in parallel. Then neighbours
//! are compared: where a row has more cycles than the next, that of its cycles which is farthest from where they vanish is
//! followed over the second parameter, into the rows beyond, and what is new there is followed along the row. This ends when
//! every difference between neighbours has been looked at. So rows that lie in a region of oscillation with all their length
//! have their cycles too, and the result depends neither on the number of threads nor on what was known from an interrupted
//! run.

mod row;
mod simulated;

use super::journal::{Journal, fingerprint};
use super::{Context, branch};
use crate::map::{Contents, Solution};
use crate::plan::{MapMethod, MapPlan, MapStart, Of, Origin};
use crate::results::{Branch, Cell, Failure, Map};
use rayon::prelude::*;
use row::{Cycles, Row, Seed, Trouble};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::HashSet;

/// The grid of a map, whose rows run along the first axis.
pub(super) struct Grid<'a> {
    context: &'a Context<'a>,
    plan: &'a MapPlan,
    start: &'a MapStart,
    /// Position of the first axis' parameter, and its values.
    free: usize,
    values_along: &'a [f64],
    /// The range in which rows are traced.
    reach: [f64; 2],
}

/// Computes a map; `done` holds the branches of each plan.
pub(super) fn compute(context: &Context, plan: &MapPlan, done: &[Vec<Branch>], journal: &dyn Journal) -> Map {
    let Some((free, values_along)) = plan.axes.first() else { return Map::default() };
    let mut map = empty(context, plan);
    let (start, from, reach) = match &plan.method {
        MapMethod::Continuation { start, from, reach } => (start, from, *reach),
        MapMethod::Simulation(how) => {
            simulated::fill(context, plan, how, &mut map, &Notes::new(context, plan, None, journal));
            context.progress.map_finished(&map);
            return map;
        }
    };
    let grid = Grid { context, plan, start, free: *free, values_along, reach };
    let source = match from.as_ref().map(|origin| grid.source(origin, done)).transpose() {
        Ok(source) => source,
        Err(failure) => {
            map.failure = Some(failure);
            return map;
        }
    };
    let notes = Notes::new(context, plan, source.as_ref(), journal);
    let rows = grid.rows(source.as_ref(), &notes);
    grid.fill(&mut map, &rows);
    context.progress.map_finished(&map);
    map
}

/// The record of a map without cells.
fn empty(context: &Context, plan: &MapPlan) -> Map {
    let name =
        |k: usize| context.description.parameters.get(k).map_or(String::new(), |parameter| parameter.name.clone());
    let is_axis = |k: &usize| plan.axes.iter().any(|(position, _)| position == k);
    let fixed = (0..plan.parameters.len()).filter(|k| !is_axis(k));
    Map {
        name: plan.name.clone(),
        axes: plan.axes.iter().map(|(k, values)| (name(*k), values.clone())).collect(),
        fixed: fixed.map(|k| (name(k), plan.parameters[k])).collect(),
        method: plan.method.name().into(),
        ..Map::default()
    }
}

/// The journal of one map: its keys begin with all that the map depends on.
struct Notes<'a> {
    journal: &'a dyn Journal,
    map: String,
}

impl<'a> Notes<'a> {
    fn new(context: &Context, map: &MapPlan, source: Option<&Seed>, journal: &'a dyn Journal) -> Self {
        let plan = context.plan;
        let model = (&plan.model.definition.description, plan.model.written.as_ref().map(|written| &written.system));
        let version = env!("CARGO_PKG_VERSION");
        let everything = format!("{version} {model:?} {:?} {map:?} {source:?}", plan.settings);
        Notes { journal, map: format!("{:016x}", fingerprint(&everything)) }
    }

    /// What was found under a key, or what is found now, which is written down.
    fn or_find<T: Serialize + DeserializeOwned>(&self, key: &str, find: impl FnOnce() -> T) -> T {
        let key = format!("{} {key}", self.map);
        if let Some(known) = self.journal.recall(&key).and_then(|text| serde_json::from_str(&text).ok()) {
            return known;
        }
        let found = find();
        if let Ok(text) = serde_json::to_string(&found) {
            self.journal.keep(&key, &text);
        }
        found
    }

    fn has(&self, key: &str) -> bool {
        self.journal.recall(&format!("{} {key}", self.map)).is_some()
    }
}

/// A row, one of its branches of cycles, and whether those beyond are above.
type Difference = (usize, usize, bool);

impl Grid<'_> {
    fn parameter(&self, position: usize) -> &str {
        self.context.description.parameters.get(position).map_or("", |parameter| parameter.name.as_str())
    }

    fn height(&self) -> usize {
        self.plan.axes.get(1).map_or(1, |(_, values)| values.len())
    }

    fn row_name(&self, row: usize) -> String {
        match self.plan.axes.get(1) {
            Some((second, values)) => format!("{}[{}={}]", self.plan.name, self.parameter(*second), values[row]),
            None => self.plan.name.clone(),
        }
    }

    /// The cycle of a branch at which cycles start too.
    fn source(&self, origin: &Origin, done: &[Vec<Branch>]) -> Result<Seed, Failure> {
        let nowhere = |what: String| Failure {
            what: format!("map `{}`: {what}", self.plan.name),
            place: String::new(),
            tried: String::new(),
            advice: "choose another cycle for `from`".into(),
            excerpt: String::new(),
        };
        let Origin::Point { branch, number, select } = origin else { return Err(nowhere("it has no source".into())) };
        let source = branch::numbered(done, *branch, *number).ok_or_else(|| nowhere("its source is missing".into()))?;
        let special = branch::select_special(source, select).map_err(|what| {
            nowhere(format!("{what} on branch `{}` ({})", source.name, branch::found_labels(source)))
        })?;
        let seed = self.seed(source, special, None);
        seed.ok_or_else(|| nowhere(format!("`{}/{}` is no cycle", source.name, special.label)))
    }

    /// Every row, as far as it can be known.
    fn rows(&self, source: Option<&Seed>, notes: &Notes) -> Vec<Row> {
        let height = self.height();
        let mut seeds: Vec<Vec<Seed>> = vec![Vec::new(); height];
        match source {
            Some(source) if self.plan.axes.len() == 1 => seeds[0].push(source.clone()),
            Some(source) => {
                for (row, seed) in notes.or_find("from", || self.column(source, None)) {
                    seeds[row].push(seed);
                }
            }
            None => {}
        }
        let key = |row: usize| format!("row {row}");
        let known = (0..height).filter(|row| notes.has(&key(*row))).count();
        self.context.progress.map_started(&self.plan.name, height, known);
        let mut rows: Vec<Row> = (0..height)
            .into_par_iter()
            .map(|row| {
                let is_known = notes.has(&key(row));
                let found = notes.or_find(&key(row), || self.row(row, &seeds[row]));
                if !is_known {
                    self.context.progress.map_advanced(&self.plan.name);
                }
                found
            })
            .collect();
        let mut looked_at: HashSet<Difference> = HashSet::new();
        loop {
            let mut differences = self.differences(&rows);
            differences.retain(|difference| looked_at.insert(*difference));
            if differences.is_empty() {
                return rows;
            }
            self.follow(&mut rows, &differences, notes);
        }
    }

    /// Where a row has more cycles than its neighbour, in the cell of the largest one of a branch.
    fn differences(&self, rows: &[Row]) -> Vec<Difference> {
        let count = |row: &Row, cell: usize| {
            row.cycles.iter().flat_map(|cycles| &cycles.cells).filter(|(other, _)| *other == cell).count()
        };
        let mut differences = Vec::new();
        for (j, row) in rows.iter().enumerate() {
            for (k, cycles) in row.cycles.iter().enumerate() {
                let Some(cell) = cycles.largest.as_ref().and_then(|seed| seed.cell) else { continue };
                let less = |other: Option<&Row>| other.is_some_and(|other| count(other, cell) < count(row, cell));
                let neighbours = [(j.checked_sub(1), false), (Some(j + 1), true)];
                differences.extend(
                    neighbours
                        .into_iter()
                        .filter(|(other, _)| less(other.and_then(|other| rows.get(other))))
                        .map(|(_, up)| (j, k, up)),
                );
            }
        }
        differences
    }

    /// Follows cycles into the rows beyond, and what is new there along these.
    fn follow(&self, rows: &mut [Row], differences: &[Difference], notes: &Notes) {
        let reached: Vec<Vec<(usize, Seed)>> = differences
            .par_iter()
            .map(|&(j, k, up)| {
                let Some(seed) = &rows[j].cycles[k].largest else { return Vec::new() };
                notes.or_find(&format!("column {j} {k} {up}"), || self.column(seed, Some((j, up))))
            })
            .collect();
        let mut seeds: Vec<Vec<Seed>> = vec![Vec::new(); rows.len()];
        for (row, seed) in reached.into_iter().flatten() {
            if !seed.is_among(&rows[row].cycles) {
                seeds[row].push(seed);
            }
        }
        let new: Vec<Vec<Cycles>> = (0..rows.len())
            .into_par_iter()
            .map(|row| match seeds[row].as_slice() {
                [] => Vec::new(),
                seeds => {
                    let known = &rows[row].cycles;
                    notes.or_find(&format!("more {row} {}", known.len()), || self.more(row, seeds, known))
                }
            })
            .collect();
        rows.iter_mut().zip(new).for_each(|(row, new)| row.cycles.extend(new));
    }

    /// Writes the cells of all rows into the record.
    fn fill(&self, map: &mut Map, rows: &[Row]) {
        let width = self.values_along.len();
        let span = format!("{}_span", self.context.description.states.first().map_or("", |state| state.name.as_str()));
        let mut columns: Vec<Vec<Option<f64>>> =
            vec![Vec::with_capacity(width * rows.len()); self.plan.quantities.len()];
        for (j, row) in rows.iter().enumerate() {
            let mut cells: Vec<Contents> = vec![Contents::default(); width];
            row.equilibria.iter().for_each(|(cell, solution)| cells[*cell].equilibria.push(solution));
            let cycles = row.cycles.iter().flat_map(|cycles| &cycles.cells);
            cycles.for_each(|(cell, solution)| cells[*cell].cycles.push(solution));
            let troubles = || row.troubles.iter().chain(row.cycles.iter().flat_map(|cycles| &cycles.troubles));
            for (i, contents) in cells.iter().enumerate() {
                let at = if self.plan.axes.len() == 1 { vec![i] } else { vec![i, j] };
                let trouble = troubles().find(|trouble| (trouble.cells[0]..=trouble.cells[1]).contains(&i));
                let remark = match (trouble, contents.remark()) {
                    (Some(Trouble { why, .. }), _) => Some(("failed", why.clone())),
                    (None, remark) => remark.map(|remark| (remark.kind(), remark.words(&span))),
                };
                map.cells.extend(remark.map(|(kind, why)| Cell { at, kind: kind.into(), why }));
                for (k, (quantity, column)) in self.plan.quantities.iter().zip(&mut columns).enumerate() {
                    column.push(shown(contents, quantity.of, k, trouble.is_some()));
                }
            }
        }
        map.quantities = self.plan.quantities.iter().map(|quantity| quantity.name.clone()).zip(columns).collect();
    }
}

/// The value of quantity `k` in a cell. Where something may have been missed, numbers of solutions are not known.
fn shown(contents: &Contents, of: Of, k: usize, troubled: bool) -> Option<f64> {
    let number = |count: usize| (!troubled).then_some(count as f64);
    let value = |solution: &Solution| solution.values.get(k).copied().flatten();
    match of {
        Of::Equilibria => number(contents.equilibria.len()),
        Of::StableEquilibria => number(Contents::stable(&contents.equilibria)),
        Of::Cycles => number(contents.cycles.len()),
        Of::StableCycles => number(Contents::stable(&contents.cycles)),
        Of::Equilibrium => contents.equilibrium().and_then(value),
        Of::Cycle => match contents.cycle() {
            Some(cycle) => value(cycle),
            None => contents.equilibrium().filter(|_| contents.rests()).and_then(value),
        },
    }
}
