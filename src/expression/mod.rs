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
//! any order are exact. Where first derivatives are wanted often, the graph is differentiated (`derivative`), which makes a
//! program of them (`slopes`), and programs of plain numbers for many points at a time (`blocks`). Nothing here knows what
//! the equations are for.

mod blocks;
mod derivative;
mod element;
mod function;
mod graph;
mod lexer;
mod mistake;
mod resolve;
mod slopes;
mod structure;
mod syntax;
mod system;
mod tape;
mod walk;
#[cfg(test)]
mod tests;

pub use blocks::Blocks;
pub use mistake::{Mistake, Problem, Side};
pub use resolve::NotFinite;
pub use slopes::Slopes;
pub use structure::Structure;
pub use system::{Integer, Parameter, Statement, System};

use crate::linalg::Pattern;
use crate::scalar::{Scalar, Use};
use graph::{Graph, Id, Node};
use std::sync::Arc;
use tape::Tape;

/// `f(x, p)` as a program, with the names of its states and parameters.
#[derive(Clone, Debug)]
pub struct Compiled {
    state_names: Vec<String>,
    parameter_names: Vec<String>,
    defaults: Vec<f64>,
    nodes: Vec<Node>,
    outputs: Vec<Id>,
    tape: Tape,
    structure: Structure,
    pattern: Option<Arc<Pattern>>,
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
        let tape = Tape::new(&nodes, &outputs, state_names.len(), parameters.len())?;
        let (parameter_names, defaults) = parameters.into_iter().unzip();
        let structure = Structure::new(&nodes, &outputs)?;
        Some(Compiled {
            state_names,
            parameter_names,
            defaults,
            nodes,
            outputs,
            tape,
            pattern: structure.pattern(),
            structure,
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

    /// Intermediate results that are kept at a time, for those who keep account of memory.
    pub fn registers(&self) -> usize {
        self.tape.registers()
    }

    /// Where `f_x` has elements, if it is a narrow band in some order of the states.
    pub fn pattern(&self) -> Option<&Arc<Pattern>> {
        self.pattern.as_ref()
    }

    /// Which component of `f` depends on which state and parameter.
    pub fn structure(&self) -> &Structure {
        &self.structure
    }
}
