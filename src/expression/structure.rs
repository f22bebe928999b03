//! Which component depends on what, and how many passes of dual numbers a Jacobian takes.
//!
//! Columns whose rows do not meet can share a direction: where `∂f_i/∂x_j` and `∂f_i/∂x_k` are not both present for
//! any `i`, one pass along `e_j + e_k` yields both columns (Curtis, Powell & Reid 1974). A chain with neighbours at
//! distance one needs three directions, however long it is.

use super::Compiled;
use super::graph::{Id, Node};
use crate::scalar::Dual;

/// Directions in one pass.
const LANES: usize = 4;

/// The places where derivatives of `f(x, p)` are not identically zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Structure {
    /// `states[i]`: the `j`, rising, such that `f_i` depends on `x_j`.
    pub states: Vec<Vec<u32>>,
    /// `parameters[i]`: the `k`, rising, such that `f_i` depends on `p_k`.
    pub parameters: Vec<Vec<u32>>,
}

/// Columns in groups that share a direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colouring {
    /// `colour[j]` of column `j`.
    pub colour: Vec<u32>,
    /// How many there are.
    pub colours: usize,
}

impl Structure {
    pub(super) fn new(nodes: &[Node], outputs: &[Id]) -> Self {
        let mut structure = Structure { states: Vec::new(), parameters: Vec::new() };
        // The last output that came by each node.
        let mut visited = vec![u32::MAX; nodes.len()];
        let mut stack = Vec::new();
        for (i, &output) in outputs.iter().enumerate() {
            let (mut states, mut parameters) = (Vec::new(), Vec::new());
            stack.push(output);
            while let Some(id) = stack.pop() {
                if std::mem::replace(&mut visited[id as usize], i as u32) == i as u32 {
                    continue;
                }
                let node = nodes[id as usize];
                match node {
                    Node::State(state) => states.push(state),
                    Node::Parameter(parameter) => parameters.push(parameter),
                    _ => stack.extend(node.operands()),
                }
            }
            states.sort_unstable();
            parameters.sort_unstable();
            structure.states.push(states);
            structure.parameters.push(parameters);
        }
        structure
    }

    /// Number of entries of `f_x`.
    pub fn entries(&self) -> usize {
        self.states.iter().map(Vec::len).sum()
    }

    /// How far entries of `f_x` are below and above the diagonal at most.
    pub fn bandwidth(&self) -> (usize, usize) {
        let (mut below, mut above) = (0, 0);
        for (i, row) in self.states.iter().enumerate() {
            below = row.first().map_or(below, |&j| below.max(i.saturating_sub(j as usize)));
            above = row.last().map_or(above, |&j| above.max((j as usize).saturating_sub(i)));
        }
        (below, above)
    }

    /// Each column of `f_x`, in turn, gets the first colour that no column has with which it shares a row. That is
    /// optimal for a band, and never more than the largest number of neighbours of a column plus one.
    pub fn colouring(&self) -> Colouring {
        let n = self.states.len();
        // All columns meet in a full row.
        if self.states.iter().any(|row| row.len() == n) {
            return Colouring { colour: (0..n as u32).collect(), colours: n };
        }
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); n];
        for (i, row) in self.states.iter().enumerate() {
            for &j in row {
                rows[j as usize].push(i as u32);
            }
        }
        const NONE: u32 = u32::MAX;
        let mut colour = vec![NONE; n];
        let mut colours = 0;
        // The last column that found the colour taken.
        let mut taken: Vec<u32> = Vec::new();
        for j in 0..n {
            for &i in &rows[j] {
                for &other in &self.states[i as usize] {
                    if colour[other as usize] != NONE {
                        taken[colour[other as usize] as usize] = j as u32;
                    }
                }
            }
            let first = taken.iter().position(|&column| column != j as u32).unwrap_or(taken.len());
            if first == taken.len() {
                taken.push(NONE);
            }
            colour[j] = first as u32;
            colours = colours.max(first + 1);
        }
        Colouring { colour, colours }
    }
}

/// The Jacobian `f_x` by few passes, with its workspace.
#[derive(Clone, Debug)]
pub struct Jacobian {
    pub structure: Structure,
    pub colouring: Colouring,
    x: Vec<Dual<f64, LANES>>,
    p: Vec<Dual<f64, LANES>>,
    f: Vec<Dual<f64, LANES>>,
}

impl Jacobian {
    pub fn new(compiled: &Compiled) -> Self {
        let structure = compiled.structure();
        let zero = Dual::from(0.0);
        Jacobian {
            colouring: structure.colouring(),
            x: vec![zero; compiled.state_names().len()],
            p: vec![zero; compiled.parameter_names().len()],
            f: vec![zero; compiled.state_names().len()],
            structure,
        }
    }

    /// Passes that one evaluation takes.
    pub fn passes(&self) -> usize {
        self.colouring.colours.div_ceil(LANES)
    }

    /// `f` into `value`, and the entries of `f_x` into `entries`, row by row in the order of [`Structure::states`].
    pub fn evaluate(&mut self, compiled: &Compiled, x: &[f64], p: &[f64], value: &mut [f64], entries: &mut [f64]) {
        for (number, &value) in self.p.iter_mut().zip(p) {
            *number = Dual::from(value);
        }
        for pass in 0..self.passes().max(1) {
            let begin = pass * LANES;
            for ((number, &value), &colour) in self.x.iter_mut().zip(x).zip(&self.colouring.colour) {
                *number = Dual::from(value);
                if let Some(eps) = (colour as usize).checked_sub(begin).and_then(|lane| number.eps.get_mut(lane)) {
                    *eps = 1.0;
                }
            }
            compiled.rhs(&self.x, &self.p, &mut self.f);
            let mut entries = entries.iter_mut();
            for (f, row) in self.f.iter().zip(&self.structure.states) {
                for (&j, entry) in row.iter().zip(&mut entries) {
                    let lane = (self.colouring.colour[j as usize] as usize).checked_sub(begin);
                    if let Some(eps) = lane.and_then(|lane| f.eps.get(lane)) {
                        *entry = *eps;
                    }
                }
            }
        }
        for (value, f) in value.iter_mut().zip(&self.f) {
            *value = f.re;
        }
    }
}
