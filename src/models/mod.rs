//! The built-in models and those given as text, and how a model describes itself.

pub mod conductance;
pub mod memristive_neuron;
pub mod physical;
pub mod reduced_oscillator;
pub mod text;

use crate::expression::{Blocks, Compiled, Slopes};
use crate::field::{Field, Points};
use crate::linalg::Pattern;
use crate::scalar::Scalar;
use std::sync::Arc;

/// What a model is called, says of itself, and offers. Everything a study may name is here.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    pub name: String,
    pub title: String,
    /// Where the model comes from.
    pub source: String,
    /// The equations as text, one a line, for reading.
    pub equations: Vec<String>,
    pub states: Vec<Quantity>,
    pub parameters: Vec<Parameter>,
    /// Further quantities at each point of a branch (columns after the states).
    pub outputs: Vec<Quantity>,
    /// Further quantities of a cycle (columns at the end).
    pub cycle_outputs: Vec<Quantity>,
    /// What is no parameter here because it follows from these: its name, and theirs.
    pub derived: Vec<(String, String)>,
    /// Functions of one variable that a study can tabulate.
    pub functions: Vec<Function>,
    /// What no solution in time may exceed.
    pub invariant: Option<Invariant>,
}

/// `sqrt(Σ x_k²) ≤ most` over some states, at all times if at one.
#[derive(Clone, Debug, PartialEq)]
pub struct Invariant {
    /// `the length of the Bloch vector (X, Y, Z)`.
    pub meaning: String,
    /// Positions of the states.
    pub states: Vec<usize>,
    pub most: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    pub name: String,
    pub meaning: String,
    /// The values it can take, where the model limits them.
    pub bounds: Option<[f64; 2]>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    pub name: String,
    pub meaning: String,
    pub default: f64,
    pub domain: Domain,
    /// A word about some values, `below 0: population inversion, outside the thermal range`, with the
    /// interval (closed below, open above) that it is about.
    pub remark: Option<([f64; 2], String)>,
    /// Equilibria are not isolated where this parameter is 0; the reason.
    pub zero: Option<String>,
}

impl Parameter {
    fn new(name: &str, meaning: &str, default: f64, domain: Domain) -> Self {
        Parameter { name: name.into(), meaning: meaning.into(), default, domain, remark: None, zero: None }
    }
}

/// `low ≤ value ≤ high`, or `low < value` where `open`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Domain {
    pub low: f64,
    pub high: f64,
    /// The low end does not belong to the domain.
    pub open: bool,
}

/// A function that the model offers: `columns[0]` is the variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    pub name: String,
    pub meaning: String,
    pub columns: Vec<Quantity>,
}

impl Domain {
    pub const REAL: Domain = Domain { low: f64::NEG_INFINITY, high: f64::INFINITY, open: false };
    pub const POSITIVE: Domain = Domain { low: 0.0, high: f64::INFINITY, open: true };
    pub const NOT_NEGATIVE: Domain = Domain { open: false, ..Domain::POSITIVE };

    pub fn contains(&self, value: f64) -> bool {
        value.is_finite() && value <= self.high && if self.open { value > self.low } else { value >= self.low }
    }
}

impl std::fmt::Display for Domain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.low.is_finite(), self.high.is_finite(), self.open) {
            (false, false, _) => write!(f, "any number"),
            (false, true, _) => write!(f, "at most {}", self.high),
            (true, false, true) => write!(f, "greater than {}", self.low),
            (true, false, false) => write!(f, "at least {}", self.low),
            (true, true, true) => write!(f, "in ({}, {}]", self.low, self.high),
            (true, true, false) => write!(f, "in [{}, {}]", self.low, self.high),
        }
    }
}

/// `u[3]` as its array and its index, `("u", 3)`; `None` where a name is no element of an array.
pub fn element(name: &str) -> Option<(&str, i64)> {
    let (array, index) = name.strip_suffix(']')?.split_once('[')?;
    Some((array, index.parse().ok()?))
}

fn quantity(name: &str, meaning: &str) -> Quantity {
    Quantity { name: name.into(), meaning: meaning.into(), bounds: None }
}

/// Descriptions of all built-in models.
pub fn catalogue() -> Vec<Description> {
    vec![memristive_neuron::description(), reduced_oscillator::description()]
}

/// A model before it is prepared for values of parameters.
#[derive(Clone, Debug)]
pub struct Definition {
    pub description: Description,
    /// The equations; `None` where the model is built in.
    pub text: Option<Arc<Compiled>>,
}

impl Definition {
    /// Prepares the model for parameters near `p`; `None` where nothing built in has its name.
    pub fn model(&self, p: &[f64]) -> Option<Model> {
        match (&self.text, self.description.name.as_str()) {
            (Some(text), _) => Some(Model::Text(text.clone())),
            (None, "memristive-neuron") => Some(Model::MemristiveNeuron(memristive_neuron::MemristiveNeuron::new(p))),
            (None, "reduced-oscillator") => {
                Some(Model::ReducedOscillator(reduced_oscillator::ReducedOscillator::new(p)))
            }
            (None, "memristive-neuron-si") => Some(Model::PhysicalNeuron(physical::PhysicalNeuron::new(p))),
            (None, _) => None,
        }
    }
}

/// A model ready to be evaluated.
#[derive(Clone, Debug)]
pub enum Model {
    MemristiveNeuron(memristive_neuron::MemristiveNeuron),
    ReducedOscillator(reduced_oscillator::ReducedOscillator),
    /// The first one in SI units.
    PhysicalNeuron(physical::PhysicalNeuron),
    Text(Arc<Compiled>),
}

impl Model {
    /// The preparation for other parameters serves these as well.
    pub fn suits(&self, p: &[f64]) -> bool {
        match self {
            Model::MemristiveNeuron(model) => model.suits(p),
            Model::ReducedOscillator(model) => model.suits(p),
            Model::PhysicalNeuron(model) => model.suits(p),
            Model::Text(_) => true,
        }
    }

    /// One row of a function that the description offers: the variable `at` first. `None` where there is no such function.
    pub fn tabulate(&self, function: &str, at: f64, p: &[f64]) -> Option<Vec<f64>> {
        match self {
            Model::MemristiveNeuron(model) => model.tabulate(function, at, p),
            Model::PhysicalNeuron(model) => model.tabulate(function, at, p),
            Model::ReducedOscillator(_) | Model::Text(_) => None,
        }
    }

    /// The outputs of a cycle that the description lists: from its period, and of each state minimum, maximum, span and mean.
    pub fn observe_cycle(&self, period: f64, extrema: &[f64], p: &[f64]) -> Vec<f64> {
        match self {
            Model::PhysicalNeuron(_) => physical::cycle_outputs(period, extrema.get(..4).unwrap_or(&[]), p),
            _ => Vec::new(),
        }
    }

    /// The unit of time in seconds, where it is known.
    pub fn seconds(&self, p: &[f64]) -> Option<f64> {
        match self {
            Model::PhysicalNeuron(_) => Some(physical::Units::of(p).time),
            _ => None,
        }
    }

    /// What follows from the parameters, where these are physical.
    pub fn derived(&self, p: &[f64]) -> Vec<(String, f64)> {
        match self {
            Model::PhysicalNeuron(_) => physical::derived(p),
            _ => Vec::new(),
        }
    }
}

impl Field for Model {
    fn states(&self) -> usize {
        match self {
            Model::MemristiveNeuron(model) => model.states(),
            Model::ReducedOscillator(model) => model.states(),
            Model::PhysicalNeuron(model) => model.states(),
            Model::Text(model) => Field::states(&**model),
        }
    }

    fn parameters(&self) -> usize {
        match self {
            Model::MemristiveNeuron(model) => model.parameters(),
            Model::ReducedOscillator(model) => model.parameters(),
            Model::PhysicalNeuron(model) => model.parameters(),
            Model::Text(model) => Field::parameters(&**model),
        }
    }

    fn pattern(&self) -> Option<&Arc<Pattern>> {
        match self {
            Model::MemristiveNeuron(_) | Model::ReducedOscillator(_) | Model::PhysicalNeuron(_) => None,
            Model::Text(model) => model.pattern(),
        }
    }

    #[inline]
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        match self {
            Model::MemristiveNeuron(model) => model.rhs(x, p, dx),
            Model::ReducedOscillator(model) => model.rhs(x, p, dx),
            Model::PhysicalNeuron(model) => model.rhs(x, p, dx),
            Model::Text(model) => model.rhs(x, p, dx),
        }
    }

    fn evaluate(&self, points: Points) {
        match self {
            Model::MemristiveNeuron(model) => model.evaluate(points),
            Model::ReducedOscillator(model) => model.evaluate(points),
            Model::PhysicalNeuron(model) => model.evaluate(points),
            Model::Text(model) => model.evaluate(points),
        }
    }

    fn blocks(&self, free: &[usize]) -> Option<Blocks> {
        match self {
            Model::MemristiveNeuron(model) => model.blocks(free),
            Model::ReducedOscillator(model) => model.blocks(free),
            Model::PhysicalNeuron(model) => model.blocks(free),
            Model::Text(model) => model.blocks(free),
        }
    }

    fn slopes(&self, free: &[usize]) -> Option<Slopes> {
        match self {
            Model::MemristiveNeuron(model) => model.slopes(free),
            Model::ReducedOscillator(model) => model.slopes(free),
            Model::PhysicalNeuron(model) => model.slopes(free),
            Model::Text(model) => model.slopes(free),
        }
    }

    fn observe(&self, x: &[f64], p: &[f64], outputs: &mut [f64]) {
        match self {
            Model::MemristiveNeuron(model) => model.observe(x, p, outputs),
            Model::ReducedOscillator(model) => model.observe(x, p, outputs),
            Model::PhysicalNeuron(model) => model.observe(x, p, outputs),
            Model::Text(_) => {}
        }
    }
}
