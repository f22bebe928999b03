//! A plan as plain values.

use super::{Kind, Written};
use crate::curves::{CycleCondition, cycle_columns};
use crate::figure::Figure;
use crate::models::{Definition, Description};
use crate::results::Values;
use crate::simulate::{self, Course, Ramp, Window};
use std::sync::Arc;

/// Everything a study asks for, in order.
#[derive(Clone, Debug)]
pub struct Plan {
    /// File name without `.toml`: the folder of the results.
    pub study: String,
    pub title: String,
    pub model: ModelPlan,
    pub settings: Settings,
    pub branches: Vec<BranchPlan>,
    pub simulations: Vec<SimulationPlan>,
    pub optima: Vec<OptimumPlan>,
    pub maps: Vec<MapPlan>,
    pub functions: Vec<FunctionPlan>,
    pub figures: Vec<Figure>,
    /// One for each figure of kind diagram.
    pub diagrams: Vec<DiagramPlan>,
    pub expects: Vec<Expect>,
}

#[derive(Clone, Debug)]
pub struct ModelPlan {
    pub definition: Definition,
    /// Where the equations are text: that text.
    pub written: Option<Arc<Written>>,
    /// Every parameter of the model, in its order.
    pub parameters: Vec<f64>,
}

/// How curves are traced; `None` is "chosen by the program".
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// First step, in units of the scaled arclength (1 is about the whole range). Default chosen.
    pub step: Option<f64>,
    /// A step smaller than this stops the branch.
    pub min_step: Option<f64>,
    /// No step is longer.
    pub max_step: Option<f64>,
    /// Points a branch may have in each direction.
    pub max_points: usize,
    /// A point is accepted when the scaled residual is smaller.
    pub tolerance: Option<f64>,
    /// Newton steps a correction may take.
    pub max_newton: Option<usize>,
    /// Eigenvalues that are found of a sparse linearisation.
    pub eigenvalues: usize,
    /// Intervals of a cycle's mesh, and degree of the polynomials on them.
    pub intervals: usize,
    pub degree: usize,
}

/// One branch to trace (one member of a family).
#[derive(Clone, Debug)]
pub struct BranchPlan {
    /// As in results: `name`, or `name[Z_T=0.1]` for a member.
    pub name: String,
    pub family: Option<String>,
    pub member: Values,
    pub kind: Kind,
    /// Every parameter of the model, in its order, with the branch's own values in place. A branch that
    /// starts from a point has the values of that point's branch; what was free there and is not free here
    /// has its value only when the point is known, and must then be taken from it.
    pub parameters: Vec<f64>,
    /// Position in the model's parameters, and the range: one for an equilibrium, two for a critical curve.
    pub free: Vec<(usize, [f64; 2])>,
    pub origin: Origin,
    /// Values of free parameters that get a `UZ` point: position in `free`, value.
    pub mark: Vec<(usize, f64)>,
    /// What gets an `EX` point where it is extremal: positions in `free`, of cycles those among the slopes of a sample.
    pub extremum: Vec<usize>,
    /// So many cycles along the branch are kept with their profiles.
    pub profiles: usize,
    /// Not being able to start is a note and not a failure.
    pub optional: bool,
}

impl BranchPlan {
    /// The columns of the branch's table: free parameters, states, outputs, ω on a Hopf curve, and so many eigenvalues; of
    /// cycles their period, extrema and all multipliers, of critical ones what decides as well.
    pub fn columns(&self, model: &Description, eigenvalues: usize) -> Vec<String> {
        let free = self.free.iter().filter_map(|(position, _)| model.parameters.get(*position));
        let mut columns: Vec<String> = free.map(|parameter| parameter.name.clone()).collect();
        if self.kind.is_cyclic() {
            let states: Vec<&str> = model.states.iter().map(|state| state.name.as_str()).collect();
            columns.extend(cycle_columns(&states));
            let own = self.kind.cycle_condition().map_or(&[][..], CycleCondition::columns);
            columns.extend(own.iter().map(|name| name.to_string()));
            columns.extend(model.cycle_outputs.iter().map(|quantity| quantity.name.clone()));
            return columns;
        }
        columns.extend(model.states.iter().chain(&model.outputs).map(|quantity| quantity.name.clone()));
        if self.kind == Kind::Hopf {
            columns.extend(["omega", "kappa"].map(String::from));
        }
        columns.extend((1..=eigenvalues).flat_map(|k| [format!("re_{k}"), format!("im_{k}")]));
        columns
    }
}

#[derive(Clone, Debug)]
pub enum Origin {
    /// From a guess: state position and value; and where in the free parameter's range to start.
    Guess { states: Vec<(usize, f64)>, at: f64 },
    /// From every equilibrium with each state between its bounds, at this value of the free parameter. There are as
    /// many branches as are found that no earlier branch passes through: `NAME[1]`, `NAME[2]`, …
    All { bounds: Vec<[f64; 2]>, at: f64 },
    /// From the cycle that a simulation settled on.
    Simulation(usize),
    /// From an approximate cycle through these states, with this period, at this value of the free parameter.
    Orbit { states: Vec<f64>, period: f64, at: f64 },
    /// From a special point of an earlier branch; of its branches the one with this number, if there are several.
    Point { branch: usize, number: Option<usize>, select: Select },
}

/// A solution in time.
#[derive(Clone, Debug)]
pub struct SimulationPlan {
    pub name: String,
    /// Every parameter of the model, in its order; what differs from that of a point at which it begins is in `own`.
    pub parameters: Vec<f64>,
    /// Positions of the parameters that the block gives.
    pub own: Vec<usize>,
    pub origin: Beginning,
    /// Added to the states at the beginning.
    pub perturb: Vec<f64>,
    pub course: Course,
    pub settings: simulate::Settings,
    pub ramp: Option<Ramp>,
    /// The branch whose folds explain the jumps, and which of its branches.
    pub folds: Option<(usize, Option<usize>)>,
    pub spectrum: Option<SpectrumPlan>,
}

/// Where a simulation begins.
#[derive(Clone, Debug)]
pub enum Beginning {
    States(Vec<f64>),
    Point { branch: usize, number: Option<usize>, select: Select },
}

/// The density of a state, by its position.
#[derive(Clone, Copy, Debug)]
pub struct SpectrumPlan {
    pub of: usize,
    pub window: Window,
    pub points: usize,
}

impl SimulationPlan {
    /// The columns of its table: time, what a ramp moves, states and outputs.
    pub fn columns(&self, model: &Description) -> Vec<String> {
        let ramped = self.ramp.as_ref().and_then(|ramp| model.parameters.get(ramp.parameter));
        let own = std::iter::once("t".to_string()).chain(ramped.map(|parameter| parameter.name.clone()));
        own.chain(model.states.iter().chain(&model.outputs).map(|quantity| quantity.name.clone())).collect()
    }

    /// What is measured: extrema, spans and means, and what its end may have.
    pub fn quantities(&self, model: &Description) -> Vec<String> {
        let states = model.states.iter().map(|state| state.name.as_str());
        let mut names: Vec<String> =
            states.clone().flat_map(|s| ["min", "max", "span", "mean"].map(|what| format!("{s}_{what}"))).collect();
        names.extend(["t", "period", "omega", "contraction", "unstable"].map(String::from));
        names.extend(states.map(String::from));
        if self.spectrum.is_some() {
            names.extend((1..=9).map(|k| format!("omega_{k}")));
        }
        if self.ramp.is_some() {
            names.extend(
                (1..=9)
                    .flat_map(|k| ["jump", "delay", "predicted", "begins", "ends"].map(|word| format!("{word}_{k}"))),
            );
        }
        names
    }
}

/// Which special point.
#[derive(Clone, Debug)]
pub enum Select {
    Label(String),
    /// The one of this type that is nearest to these values.
    Near {
        kind: String,
        near: Values,
    },
}

/// Where a quantity is greatest, or least, over some parameters.
#[derive(Clone, Debug)]
pub struct OptimumPlan {
    pub name: String,
    /// The column of the branch, and its position among those after the free parameter.
    pub of: String,
    pub quantity: usize,
    pub maximise: bool,
    /// The solution that is known: as written, and where it is.
    pub from: String,
    pub branch: usize,
    pub number: Option<usize>,
    pub select: Select,
    /// Position in the model's parameters, and the range.
    pub over: Vec<(usize, [f64; 2])>,
    pub starts: usize,
}

/// Quantities over a grid of parameters.
#[derive(Clone, Debug)]
pub struct MapPlan {
    pub name: String,
    /// Every parameter of the model, in its order; those of the grid do not count.
    pub parameters: Vec<f64>,
    /// One or two: position in the model's parameters, and the values in rising order.
    pub axes: Vec<(usize, Vec<f64>)>,
    pub quantities: Vec<Quantity>,
    pub method: MapMethod,
}

/// A quantity of a cell, by the name of its column.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    pub name: String,
    pub of: Of,
}

/// What a quantity is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// How many there are.
    Equilibria,
    StableEquilibria,
    Cycles,
    StableCycles,
    /// A column of the equilibrium, or of the cycle, that the cell shows.
    Equilibrium,
    Cycle,
}

/// How the cells of a map are computed.
#[derive(Clone, Debug)]
pub enum MapMethod {
    /// Each row along the first axis is branches of solutions: equilibria from the start, cycles from Hopf points on
    /// these, from neighbouring rows, and from one that is named. `reach`: how far along the first axis these go.
    Continuation { start: MapStart, from: Option<Origin>, reach: [f64; 2] },
    /// In each cell a solution is followed in time until it settles.
    Simulation(MapSimulation),
}

impl MapMethod {
    /// The word in studies and results.
    pub fn name(&self) -> &'static str {
        match self {
            MapMethod::Continuation { .. } => "continuation",
            MapMethod::Simulation(_) => "simulation",
        }
    }
}

/// How a solution is followed in each cell.
#[derive(Clone, Debug, PartialEq)]
pub struct MapSimulation {
    /// Every state at time 0.
    pub state: Vec<f64>,
    /// Thrown away, and how long at most after that.
    pub transient: f64,
    pub time: f64,
    /// Error of a step, relative to each state.
    pub rtol: f64,
}

/// Where the equilibria of a row start.
#[derive(Clone, Debug)]
pub enum MapStart {
    /// From a guess of some states at the low end.
    Guess(Vec<(usize, f64)>),
    /// From every equilibrium with each state between its bounds, at either end.
    All(Vec<[f64; 2]>),
}

/// A function of the model on a grid.
#[derive(Clone, Debug)]
pub struct FunctionPlan {
    pub name: String,
    /// Name of the function in the model's description.
    pub of: String,
    pub range: [f64; 2],
    pub points: usize,
    pub parameters: Vec<f64>,
}

/// A plane of two parameters, in whose regions between critical curves the equilibria are counted.
#[derive(Clone, Debug)]
pub struct DiagramPlan {
    /// The figure's file, as written.
    pub figure: String,
    /// Position in the model's parameters, and the range.
    pub plane: [(usize, [f64; 2]); 2],
    /// Of each state: where equilibria are counted.
    pub bounds: Vec<[f64; 2]>,
    /// Positions of branches; the other parameters are theirs.
    pub curves: Vec<usize>,
}

/// One expected quantity at one point, or in one cell of a map.
#[derive(Clone, Debug)]
pub struct Expect {
    /// `branch/label` or `map[P=1]` as written.
    pub point: String,
    pub of: Expected,
    pub quantity: String,
    pub value: f64,
    pub tolerance: f64,
    pub source: String,
    pub misprint: Option<String>,
}

/// What something is expected of.
#[derive(Clone, Debug)]
pub enum Expected {
    /// A special point of a branch; which of its branches, if there are several.
    Point { branch: usize, number: Option<usize>, select: Select },
    /// An optimum, by its position.
    Optimum(usize),
    /// A simulation, by its position.
    Simulation(usize),
    /// A cell of a map, by its positions along the axes.
    Cell { map: usize, at: [usize; 2] },
}
