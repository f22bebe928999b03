//! Counting equilibria in the regions of a diagram.
//!
//! Between critical curves the number of equilibria, and of stable ones, does not change. So it is counted at several points
//! of each region, and where two of them disagree a curve is missing, or an equilibrium leaves the box.

use super::Context;
use crate::field::{Derivatives, Field};
use crate::figure::path::{self, Rect};
use crate::linalg::Spectrum;
use crate::models::Model;
use crate::plan::{DiagramPlan, Kind};
use crate::regions::{Point, Regions};
use crate::results::{Branch, Diagram, Missed, Tested};
use crate::survey::survey;
use rayon::prelude::*;

/// Cells of the grid along each side of the plane: what is too narrow for it is not seen between strokes on one column.
const CELLS: usize = 1000;
/// Points that are tested in each region.
const TESTS: usize = 6;
/// A region without room for a test is told of from this length on, in cells; the corners where curves meet are shorter.
const LONG: f64 = 0.05 * CELLS as f64;

/// Counts the equilibria of one diagram; `done` holds the branches of all plans.
pub(super) fn count(context: &Context, plan: &DiagramPlan, done: &[Vec<Branch>]) -> Diagram {
    let parameters = &context.description.parameters;
    let name = |position: usize| parameters.get(position).map_or("", |parameter| parameter.name.as_str());
    let branches: Vec<&Branch> = plan.curves.iter().filter_map(|&curve| done.get(curve)?.first()).collect();
    let mut diagram = Diagram {
        figure: plan.figure.clone(),
        plane: plan.plane.iter().map(|(position, range)| (name(*position).to_string(), *range)).collect(),
        bounds: (context.description.states.iter().map(|state| state.name.clone())).zip(plan.bounds.clone()).collect(),
        ..Diagram::default()
    };
    let traced: Vec<&Branch> = branches.into_iter().filter(|branch| !branch.points.is_empty()).collect();
    let Some(first) = traced.first() else {
        diagram.failure = Some("none of its curves could be traced".into());
        return diagram;
    };
    diagram.fixed = first.fixed.clone();
    if let Some(other) = traced.iter().find(|branch| branch.fixed != first.fixed) {
        let differs = |(name, value): &(&String, &f64)| other.fixed.get(*name) != Some(*value);
        let at = first.fixed.iter().find(differs).map_or("", |(name, _)| name.as_str());
        diagram.failure =
            Some(format!("`{}` and `{}` are not in one plane: {at} is not the same", first.name, other.name));
        return diagram;
    }
    let axes = plan.plane.map(|(position, _)| name(position).to_string());
    // What happens to cycles leaves the number of equilibria as it is.
    let of_cycles = |branch: &&&Branch| Kind::from_name(&branch.kind).is_some_and(Kind::is_cyclic);
    let dividing = traced.iter().filter(|branch| !of_cycles(branch));
    let curves: Vec<Vec<Point>> = dividing.flat_map(|branch| arcs(branch, &axes, plan)).collect();
    let regions = Regions::divide(&curves, CELLS, CELLS);
    let fixed: Vec<f64> =
        parameters.iter().map(|parameter| first.fixed.get(&parameter.name).copied().unwrap_or(0.0)).collect();
    context.with_model(&fixed, |model| {
        let plane = Plane { model, fixed: &fixed, plan, eigenvalues: context.plan.settings.eigenvalues };
        let points = (0..regions.count())
            .flat_map(|region| regions.spread(region, TESTS).into_iter().map(move |point| (region, point)));
        let points: Vec<(usize, Point)> = points.collect();
        diagram.tests = points.par_iter().map(|(region, point)| plane.test(*region, *point)).collect();
        for region in 0..regions.count() {
            let own = || diagram.tests.iter().zip(&points).filter(|(test, _)| test.region == region);
            let Some((test, from)) = own().next() else {
                diagram.narrow += usize::from(regions.extent(region) > LONG);
                continue;
            };
            diagram.regions += 1;
            if let Some((_, to)) = own().find(|(other, _)| numbers(other) != numbers(test)) {
                diagram.missed.push(plane.locate(&regions.way(from.1, to.1), test));
            }
        }
    });
    diagram
}

/// The arcs of a critical curve on which the equilibria change, in shares of the plane: smooth, as they are drawn, and on a
/// curve of Hopf points without those of neutral saddles.
fn arcs(branch: &Branch, axes: &[String; 2], plan: &DiagramPlan) -> Vec<Vec<Point>> {
    let [Some(x), Some(y)] = [0, 1].map(|k| branch.column(&axes[k])) else { return Vec::new() };
    let cells = CELLS as f64;
    let place = |row: &[f64], column: usize, k: usize| {
        let (_, [low, high]) = plan.plane[k];
        (row[column] - low) / (high - low) * cells
    };
    let points: Vec<Point> = branch.points.iter().map(|row| [place(row, x, 0), place(row, y, 1)]).collect();
    let view = Rect { left: 0.0, top: 0.0, right: cells, bottom: cells };
    let arcs = path::smooth(&points, &view).into_iter().zip(branch.neutral_segments());
    arcs.filter(|(_, neutral)| !neutral)
        .map(|(arc, _)| arc.into_iter().map(|p| p.map(|c| c / cells)).collect())
        .collect()
}

fn numbers(test: &Tested) -> [usize; 2] {
    [test.equilibria, test.stable]
}

/// The plane of two parameters of a model.
struct Plane<'a> {
    model: &'a Model,
    fixed: &'a [f64],
    plan: &'a DiagramPlan,
    /// How many are found near the imaginary axis, where a linearisation is sparse.
    eigenvalues: usize,
}

impl Plane<'_> {
    /// Counts the equilibria at a point of the plane.
    fn test(&self, region: usize, point: Point) -> Tested {
        let at = [0, 1].map(|k| {
            let (_, [low, high]) = self.plan.plane[k];
            low + (high - low) * point[k]
        });
        let mut p = self.fixed.to_vec();
        for (k, (position, _)) in self.plan.plane.iter().enumerate() {
            p[*position] = at[k];
        }
        let found = survey(self.model, &p, &self.plan.bounds);
        let stable = found.equilibria.iter().filter(|equilibrium| self.is_stable(&equilibrium.states, &p)).count();
        Tested { region, at, equilibria: found.equilibria.len(), stable, proved: found.is_complete() }
    }

    /// All eigenvalues have negative real parts.
    fn is_stable(&self, x: &[f64], p: &[f64]) -> bool {
        let mut derivatives = Derivatives::new(self.model, &[]);
        let (mut value, mut jacobian) = (vec![0.0; self.model.states()], derivatives.matrix());
        derivatives.first(self.model, x, p, &mut value, &mut jacobian);
        let mut spectrum = Spectrum::default();
        spectrum.of(&jacobian, self.eigenvalues).is_ok_and(|values| values.iter().all(|[re, _]| *re < 0.0))
    }

    /// The place on a way through a region at which the numbers change, by halving.
    fn locate(&self, way: &[Point], start: &Tested) -> Missed {
        let test = |index: usize| self.test(start.region, way[index]);
        let (mut low, mut high) = (0, way.len().saturating_sub(1));
        let mut ends = [start.clone(), test(high)];
        while high - low > 1 {
            let middle = (low + high) / 2;
            let there = test(middle);
            if numbers(&there) == numbers(&ends[0]) {
                (low, ends[0]) = (middle, there);
            } else {
                (high, ends[1]) = (middle, there);
            }
        }
        let why = match ends.iter().all(|end| end.proved) {
            true => "a curve is missing from the diagram, or an equilibrium leaves the box",
            false => "a curve is missing from the diagram, an equilibrium leaves the box, or not all were found",
        };
        Missed { between: ends, why: why.into() }
    }
}
