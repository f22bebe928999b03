//! `start = "all"`: a branch from each equilibrium in a box that no earlier branch passes through.

use super::Context;
use super::branch::{Start, Task};
use super::record::shown;
use crate::curve::Curve;
use crate::curves::OneParameter;
use crate::equilibrium::newton;
use crate::linalg::normalise;
use crate::plan::{BranchPlan, numbered};
use crate::results::{Branch, Survey, Surveyed, Values};
use crate::survey::{Equilibrium, survey};
use crate::trace::{Settings, correct};

/// A traced branch passes through an equilibrium if it is nearer than this, in units of each state; through one that may
/// be multiple, and is known less well, if it is nearer than the second.
const ON_BRANCH: [f64; 2] = [1e-6, 1e-3];
/// Regions that are told one by one.
const TOLD: usize = 3;

/// Searches the box and traces the branches; `earlier` holds those of the plans before this one.
pub(super) fn trace_all(
    context: &Context,
    plan: &BranchPlan,
    bounds: &[[f64; 2]],
    at: f64,
    earlier: &[Vec<Branch>],
) -> (Vec<Branch>, Option<Survey>) {
    let Some(&(free, range)) = plan.free.first() else { return (Vec::new(), None) };
    let mut parameters = plan.parameters.clone();
    parameters[free] = at;
    context.with_model(&plan.parameters, |model| {
        let task = Task { context, plan, model };
        let found = survey(model, &parameters, bounds);
        let mut branches: Vec<Branch> = Vec::new();
        let mut equilibria = Vec::new();
        for equilibrium in &found.equilibria {
            let level = Level { task, parameters: &parameters, free, range };
            let known = earlier.iter().flatten().chain(&branches).find(|branch| level.passes(branch, equilibrium));
            let on = match known {
                Some(branch) => Some(branch.name.clone()),
                None => {
                    let name = numbered(&plan.name, Some(branches.len() + 1));
                    let own = BranchPlan { name: name.clone(), family: Some(plan.name.clone()), ..plan.clone() };
                    let start = Start::at(equilibrium.states.clone(), parameters.clone());
                    let branch = Task { plan: &own, ..task }.trace_from(Ok(start));
                    // Where nothing was proved there may be no equilibrium either.
                    let is_one = equilibrium.certain || !branch.points.is_empty();
                    is_one.then(|| {
                        branches.push(branch);
                        name
                    })
                }
            };
            equilibria.push(Surveyed {
                states: task.by_name(&equilibrium.states),
                certain: equilibrium.certain,
                branch: on,
            });
        }
        let by_name = |region: &Vec<[f64; 2]>| {
            context.description.states.iter().map(|state| state.name.clone()).zip(region.iter().copied()).collect()
        };
        let record = Survey {
            block: plan.name.clone(),
            at: Values::from([(task.parameter(free).to_string(), at)]),
            bounds: by_name(&bounds.to_vec()),
            complete: found.is_complete(),
            equilibria,
            open: found.open.iter().map(by_name).collect(),
            open_part: found.open_part,
            boxes: found.boxes,
            starts: found.starts.map(|starts| starts.count),
            words: String::new(),
        };
        let words = in_words(&record, found.exhausted, found.starts.map(|starts| starts.last_new));
        (branches, Some(Survey { words, ..record }))
    })
}

/// The parameters at which a box was searched.
struct Level<'a> {
    task: Task<'a>,
    parameters: &'a [f64],
    free: usize,
    range: [f64; 2],
}

impl Level<'_> {
    /// The branch, of equilibria over the same parameter with the others the same, passes through the equilibrium.
    fn passes(&self, branch: &Branch, equilibrium: &Equilibrium) -> bool {
        let same_parameters = branch.fixed.iter().all(|(name, value)| {
            let position = self.task.context.description.parameters.iter().position(|p| p.name == *name);
            position.is_some_and(|k| self.parameters[k] == *value)
        });
        let same_kind = branch.kind == self.task.plan.kind.name();
        if !same_kind || !same_parameters || branch.free != [self.task.parameter(self.free)] {
            return false;
        }
        let tolerance = ON_BRANCH[usize::from(!equilibrium.certain)];
        let scale = self.scale(branch);
        let is_it = |x: &[f64]| {
            let pairs = x.iter().zip(&equilibrium.states).zip(&scale);
            pairs.into_iter().all(|((x, known), scale)| (x - known).abs() <= tolerance * scale)
        };
        // Special points are rows, so between two rows the parameter rises or falls.
        let mut rows = branch.points.windows(2);
        branch.points.iter().any(|row| self.offset(row[0]) == 0.0 && is_it(&row[1..=equilibrium.states.len()]))
            || rows.any(|pair| {
                let crosses = self.offset(pair[0][0]) * self.offset(pair[1][0]) < 0.0;
                crosses && self.crossing(&pair[0], &pair[1], &scale).is_some_and(|x| is_it(&x))
            })
    }

    /// How far a value of the free parameter is from that of the search, in ranges; zero up to rounding.
    fn offset(&self, value: f64) -> f64 {
        let offset = (value - self.parameters[self.free]) / (self.range[1] - self.range[0]);
        if offset.abs() < 1e-12 { 0.0 } else { offset }
    }

    /// Sizes of the states on a branch.
    fn scale(&self, branch: &Branch) -> Vec<f64> {
        let extent = self.task.context.description.states.iter().map(|state| branch.extent(&state.name));
        crate::field::sizes(&extent.collect::<Vec<f64>>())
    }

    /// The equilibrium at which the curve between two of its points has the parameter's value: the points of the chord are
    /// corrected within the hyperplanes normal to it, which leads to no other branch, and the right one found by halving.
    fn crossing(&self, from: &[f64], to: &[f64], scale: &[f64]) -> Option<Vec<f64>> {
        let n = scale.len();
        // Rows have the parameter first, unknowns have it last.
        let unknowns = |row: &[f64]| -> Vec<f64> { row[1..=n].iter().chain(&row[..1]).copied().collect() };
        let (from, to) = (unknowns(from), unknowns(to));
        let length = self.range[1] - self.range[0];
        let scale: Vec<f64> = scale.iter().copied().chain([length]).collect();
        let mut curve = OneParameter::new(self.task.model, self.parameters, self.free, length);
        debug_assert_eq!(curve.unknowns(), scale.len());
        let mut normal: Vec<f64> = (0..=n).map(|k| (to[k] - from[k]) / scale[k]).collect();
        normalise(&mut normal);
        let rises = to[n] > from[n];
        let (mut low, mut high) = (0.0, 1.0);
        let mut y = from.clone();
        for _ in 0..60 {
            let t = 0.5 * (low + high);
            y = from.iter().zip(&to).map(|(a, b)| a + t * (b - a)).collect();
            correct(&mut curve, &mut y, &scale, &normal, &Settings::default()).ok()?;
            match self.offset(y[n]) {
                0.0 => break,
                offset if (offset > 0.0) == rises => high = t,
                _ => low = t,
            }
        }
        y.truncate(n);
        // At a fold Newton's method at a fixed parameter has no use.
        let polished = newton(self.task.model, &y, self.parameters);
        let stays = |x: &Vec<f64>| (0..n).all(|k| (x[k] - y[k]).abs() <= ON_BRANCH[0] * scale[k]);
        Some(polished.filter(stays).unwrap_or(y))
    }
}

impl Task<'_> {
    fn by_name(&self, states: &[f64]) -> Values {
        self.context.description.states.iter().map(|state| state.name.clone()).zip(states.iter().copied()).collect()
    }
}

/// `all 3 equilibria: proved`, or what is not settled and where.
fn in_words(survey: &Survey, exhausted: bool, last_new: Option<usize>) -> String {
    let number = survey.equilibria.len();
    let equilibria = if number == 1 { "1 equilibrium".to_string() } else { format!("{number} equilibria") };
    if survey.complete {
        return match number {
            0 => "no equilibrium: proved".into(),
            1 => "1 equilibrium and no other: proved".into(),
            _ => format!("all {equilibria}: proved"),
        };
    }
    let newton = survey.starts.zip(last_new).map(|(starts, last)| match last {
        0 => format!("{starts} starts of Newton's method found nothing new"),
        _ => {
            format!("{starts} starts of Newton's method, the last that found a new one was the {last}{}", ordinal(last))
        }
    });
    if survey.boxes == 0 {
        let starts = newton.unwrap_or_default();
        return format!("{equilibria} found; {starts}; this is no proof that there are no others");
    }
    let regions = match survey.open.len() {
        1 => "one region".to_string(),
        count => format!("{count} regions"),
    };
    let why = match exhausted {
        true => format!("the work allowed, {} boxes, did not do, and there may be others", survey.boxes),
        false => "an equilibrium there is multiple, or several are close together, or the equations jump".into(),
    };
    let told: Vec<String> = survey.open.iter().take(TOLD).map(|region| format!("({})", ranges(region))).collect();
    let more = if survey.open.len() > TOLD { ", …" } else { "" };
    let parts = [
        Some(format!("{equilibria} found")),
        Some(format!("{regions}, {:.1e} of the box, not settled: {}{more}", survey.open_part, told.join(", "))),
        Some(why),
        newton,
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// `x in [0, 1], y in [-1, 1]`
fn ranges(bounds: &indexmap::IndexMap<String, [f64; 2]>) -> String {
    let list: Vec<String> =
        bounds.iter().map(|(name, [low, high])| format!("{name} in [{}, {}]", shown(*low), shown(*high))).collect();
    list.join(", ")
}

fn ordinal(number: usize) -> &'static str {
    match (number % 10, number % 100) {
        (1, n) if n != 11 => "st",
        (2, n) if n != 12 => "nd",
        (3, n) if n != 13 => "rd",
        _ => "th",
    }
}
