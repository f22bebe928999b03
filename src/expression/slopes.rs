//! First derivatives as a program of their own, which runs over any [`Scalar`] at one point.
//!
//! Over plain numbers it costs a fraction of what dual numbers do, which carry every direction through everything; over
//! numbers with derivatives it yields those of the derivatives.

use super::Compiled;
use super::derivative::slopes;
use super::graph::Id;
use super::tape::Tape;
use crate::scalar::Scalar;

/// The program for `f(x, p)` and for its derivatives by `z = (x, p_free)` where they are not identically zero.
#[derive(Clone, Debug)]
pub struct Slopes {
    tape: Tape,
    places: Vec<(usize, usize)>,
}

impl Slopes {
    /// `free` are the positions of the free parameters; `None` where the derivatives are too many.
    pub fn new(compiled: &Compiled, free: &[usize]) -> Option<Self> {
        let (graph, rows) = slopes(compiled, free)?;
        let places = rows.iter().enumerate().flat_map(|(i, row)| row.iter().map(move |&(k, _)| (i, k as usize)));
        let outputs = compiled.outputs.iter().copied().chain(rows.iter().flatten().map(|&(_, id)| id));
        let (nodes, outputs) = graph.needed(&outputs.collect::<Vec<Id>>());
        let tape = Tape::new(&nodes, &outputs, compiled.state_names.len(), compiled.parameter_names.len())?;
        Some(Slopes { tape, places: places.collect() })
    }

    /// Row and column of each derivative, by rising row, then column.
    pub fn places(&self) -> &[(usize, usize)] {
        &self.places
    }

    /// Writes `f`, and then the derivatives in the order of their places.
    pub fn run<S: Scalar>(&self, x: &[S], p: &[S], out: &mut [S]) {
        self.tape.run(x, p, out);
    }
}
