//! What will be done: names resolved to positions, defaults filled, every mistake reported.
//!
//! A `Plan` can be carried out without looking at the study again. Nothing here computes.

use crate::figure::Figure;
use crate::results::Values;
use std::path::PathBuf;

/// Everything a study asks for, in order.
#[derive(Clone, Debug)]
pub struct Plan {
    /// File name without `.toml`: the folder of the results.
    pub study: String,
    pub title: String,
    pub model: ModelPlan,
    pub settings: Settings,
    pub branches: Vec<BranchPlan>,
    pub functions: Vec<FunctionPlan>,
    pub figures: Vec<Figure>,
    pub expects: Vec<Expect>,
}

#[derive(Clone, Debug)]
pub struct ModelPlan {
    pub name: String,
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
}

/// One branch to trace (one member of a family).
#[derive(Clone, Debug)]
pub struct BranchPlan {
    /// As in results: `name`, or `name[Z_T=0.1]` for a member.
    pub name: String,
    pub family: Option<String>,
    pub member: Values,
    pub kind: Kind,
    /// Every parameter of the model, in its order, with the branch's own values in place.
    pub parameters: Vec<f64>,
    /// Position in the model's parameters, and the range: one for an equilibrium, two for a critical curve.
    pub free: Vec<(usize, [f64; 2])>,
    pub origin: Origin,
    /// Values of free parameters that get a `UZ` point: position in `free`, value.
    pub mark: Vec<(usize, f64)>,
    /// Not being able to start is a note and not a failure.
    pub optional: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Equilibrium,
    Fold,
    Hopf,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Equilibrium => "equilibrium",
            Kind::Fold => "fold",
            Kind::Hopf => "hopf",
        }
    }
}

#[derive(Clone, Debug)]
pub enum Origin {
    /// From a guess: state position and value; and where in the free parameter's range to start.
    Guess { states: Vec<(usize, f64)>, at: f64 },
    /// From a special point of an earlier branch.
    Point { branch: usize, select: Select },
}

/// Which special point.
#[derive(Clone, Debug)]
pub enum Select {
    Label(String),
    /// The one of this type that is nearest to these values.
    Near { kind: String, near: Values },
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

/// One expected quantity at one point.
#[derive(Clone, Debug)]
pub struct Expect {
    /// `branch/label` as written.
    pub point: String,
    pub branch: usize,
    pub select: Select,
    pub quantity: String,
    pub value: f64,
    pub tolerance: f64,
    pub source: String,
    pub misprint: Option<String>,
}
