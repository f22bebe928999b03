//! Equations as text, compiled to a program that runs over any [`Scalar`].
//!
//! ```
//! use hopfold::expression::System;
//!
//! let system = System::new()
//!     .equation("v", "v - w^3/3 + sigmoid(w)")
//!     .equation("w", "rate*(v - w)")
//!     .definition("sigmoid(s)", "1/(1 + exp(-s))")
//!     .parameter("rate", 0.1)
//!     .compile()
//!     .expect("equations without mistakes");
//! let mut dx = [0.0; 2];
//! system.rhs(&[1.0, 0.0], system.defaults(), &mut dx);
//! assert_eq!(dx, [1.5, 0.1]);
//! ```
//!
//! Text → tokens (`lexer`) → trees (`syntax`) → a graph in which every common sub-expression is there once
//! (`resolve`, `graph`) → a program of registers (`tape`). Since the program runs on dual numbers, derivatives of
//! any order are exact; first derivatives are programs of plain numbers as well (`linearised`). Nothing here knows what
//! the equations are for.

mod element;
mod function;
mod graph;
mod lexer;
mod linearised;
mod mistake;
mod resolve;
mod structure;
mod syntax;
mod system;
mod tape;
mod walk;
#[cfg(test)]
mod tests;

pub use linearised::Linearised;
pub use mistake::{Mistake, Problem, Side};
pub use resolve::NotFinite;
pub use structure::Structure;
pub use system::{Integer, Parameter, Statement, System};

use crate::linalg::Pattern;
use crate::scalar::{Scalar, Use};
use graph::{Graph, Id, Node};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tape::Tape;

/// Below this number of points they are evaluated one by one.
const FEW_POINTS: usize = 4;

/// Differentiated programs by the positions of the free parameters; `None` where dual numbers are the better way.
type Programs = BTreeMap<Vec<usize>, Option<Arc<Linearised>>>;

/// `f(x, p)` as a program, with the names of its states and parameters.
#[derive(Clone, Debug)]
pub struct Compiled {
    state_names: Vec<String>,
    parameter_names: Vec<String>,
    defaults: Vec<f64>,
    nodes: Vec<Node>,
    outputs: Vec<Id>,
    /// The program for one point, and that for many.
    tape: Tape,
    many: Tape,
    structure: Structure,
    pattern: Option<Arc<Pattern>>,
    /// The derivatives that were asked for, by the positions of the free parameters.
    linearised: Arc<Mutex<Programs>>,
}

impl Compiled {
    /// `None` if it is too large.
    fn new(
        graph: &Graph,
        state_names: Vec<String>,
        parameters: Vec<(String, f64)>,
        outputs: &[Id],
    ) -> Option<Compiled> {
        let (nodes, outputs) = graph.needed(outputs);
        let tape = |for_many| Tape::new(&nodes, &outputs, state_names.len(), parameters.len(), for_many);
        let (tape, many) = (tape(false)?, tape(true)?);
        let (parameter_names, defaults) = parameters.into_iter().unzip();
        let structure = Structure::new(&nodes, &outputs)?;
        Some(Compiled {
            state_names,
            parameter_names,
            defaults,
            nodes,
            outputs,
            tape,
            many,
            pattern: structure.pattern(),
            structure,
            linearised: Arc::default(),
        })
    }

    /// In the order of the equations; elements of an array as `u[3]`.
    pub fn state_names(&self) -> &[String] {
        &self.state_names
    }

    pub fn parameter_names(&self) -> &[String] {
        &self.parameter_names
    }

    /// The default values of the parameters.
    pub fn defaults(&self) -> &[f64] {
        &self.defaults
    }

    /// Writes `f(x, p)` into `dx`; `x` and `dx` have the length of the states, `p` that of the parameters.
    ///
    /// A value outside a function's domain yields what is not a number, as it does for `f64`. A program that needs
    /// more than a few dozen intermediate results at a time allocates.
    #[inline]
    pub fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        debug_assert_eq!((x.len(), dx.len()), (self.state_names.len(), self.state_names.len()));
        debug_assert_eq!(p.len(), self.parameter_names.len());
        S::Use::either(dx, |dx| self.tape.run(x, p, dx), |dx| walk::walk(&self.nodes, &self.outputs, x, p, dx));
    }

    /// [`rhs`](Self::rhs) at any number of points with the same parameters, several at a time, so that an instruction is
    /// fetched once for all of them: `x` and `dx` hold the states of one point after the other.
    #[inline]
    pub fn rhs_at_many<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        debug_assert!(x.len() == dx.len() && x.len().is_multiple_of(self.state_names.len()));
        debug_assert_eq!(p.len(), self.parameter_names.len());
        let n = self.state_names.len();
        let one_by_one =
            |dx: &mut [S]| x.chunks_exact(n).zip(dx.chunks_exact_mut(n)).for_each(|(x, dx)| self.rhs(x, p, dx));
        if x.len() < FEW_POINTS * n {
            return one_by_one(dx);
        }
        S::Use::either(dx, |dx| self.many.run_at_many(x, p, dx), one_by_one);
    }

    /// Intermediate results that are kept at a time, for those who keep account of memory.
    pub fn registers(&self) -> usize {
        self.tape.registers()
    }

    /// Where `f_x` has elements, if it is a narrow band in some order of the states.
    pub fn pattern(&self) -> Option<&Arc<Pattern>> {
        self.pattern.as_ref()
    }

    /// The program for `f` and its derivatives by the states and these parameters, made when it is first asked for;
    /// `None` where dual numbers are the better way.
    pub fn linearised(&self, free: &[usize]) -> Option<Arc<Linearised>> {
        let mut known = self.linearised.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(free.to_vec()).or_insert_with(|| Linearised::new(self, free).map(Arc::new)).clone()
    }

    /// Which component of `f` depends on which state and parameter.
    pub fn structure(&self) -> &Structure {
        &self.structure
    }
}
