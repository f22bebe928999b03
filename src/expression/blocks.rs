//! A graph as a program of plain numbers that runs at many points at a time.
//!
//! Each instruction is fetched once for a block of points and goes through them in a loop of its own, in which the
//! processor computes several at a time. What depends on parameters only is computed once for all points. The
//! values are those of the operations one after the other, rounded each: to the last bit those of one point at a time.

use super::Compiled;
use super::derivative::slopes;
use super::function::{Comparison, Function};
use super::graph::{Arithmetic, Graph, Id, Node};
use super::walk;
use crate::scalar::Scalar;
use pulp::{Arch, Simd, WithSimd};
use std::cell::Cell;
use std::ops::Range;

/// Points at a time: many to a jump, and few enough for the rows of a short program to stay in the nearest cache.
const BLOCK: usize = 64;

/// Programs for `f(x, p)` alone and for `f` with its derivatives by `z = (x, p_free)`, with their workspace.
///
/// Arrays hold one quantity after the other, each at all points: `x[k * count + i]` is state `k` at point `i`.
#[derive(Clone, Debug)]
pub struct Blocks {
    value: Program,
    first: Program,
}

impl Blocks {
    /// `free` are the positions of the free parameters; `None` where the derivatives are too many.
    pub fn new(compiled: &Compiled, free: &[usize]) -> Option<Self> {
        let states = compiled.outputs.len();
        let columns = states + free.len();
        let (graph, rows) = slopes(compiled, free)?;
        let value = compiled.outputs.iter().copied().enumerate();
        let slopes =
            rows.iter().enumerate().flat_map(|(i, row)| row.iter().map(move |&(k, id)| (i * columns + k as usize, id)));
        let first = value.clone().chain(slopes.map(|(place, id)| (states + place, id)));
        Some(Blocks {
            value: Program::new(&graph, value.collect(), states, 0),
            first: Program::new(&graph, first.collect(), states, states * columns),
        })
    }

    /// `f` at the points of `x`.
    pub fn value(&self, x: &[f64], p: &[f64], f: &mut [f64]) {
        self.value.run(x, p, f, &mut []);
    }

    /// `f` at the points of `x`, and `∂f_i/∂z_j` as the quantity `i * directions + j` of `f_z`.
    pub fn first(&self, x: &[f64], p: &[f64], f: &mut [f64], f_z: &mut [f64]) {
        self.first.run(x, p, f, f_z);
    }
}

/// A row of numbers, one for each point of a block. The first rows are the states.
type Operand = u32;

/// Points that one instruction of the machine or a few compute together.
const LANES: usize = 8;
const CHUNKS: usize = BLOCK / LANES;
type Lanes = [f64; LANES];

/// A number for each point of a block. Rows are read and written while others are borrowed.
type Row = [Cell<Lanes>; CHUNKS];

/// Which operand of the second operation the first one computes.
#[derive(Clone, Copy, Debug)]
enum Side {
    Left,
    Right,
}

#[derive(Clone, Copy, Debug)]
enum Operation {
    Negate,
    Function(Function),
    Power,
    Min,
    Max,
    Compare(Comparison),
    Select,
    One(Arithmetic),
    /// `(a ∘ b) ∘ c`, or `c ∘ (a ∘ b)`.
    Two(Arithmetic, Arithmetic, Side),
    /// `a b + c d`, or `a b - c d`.
    Products {
        minus: bool,
    },
}

#[derive(Clone, Copy, Debug)]
struct Instruction {
    operation: Operation,
    out: Operand,
    /// Those beyond what the operation needs repeat the first.
    operands: [Operand; 4],
}

/// A program for results that are numbered: first the states' components of `f`, then those of `f_z`.
#[derive(Clone, Debug)]
struct Program {
    states: usize,
    instructions: Vec<Instruction>,
    /// Where the results are, by their places.
    results: Vec<(usize, Operand)>,
    /// Results among `f_z` that are zero everywhere.
    zeros: Vec<Range<usize>>,
    /// What no state goes into: nodes in order, those in it, and the rows that hold them.
    nodes: Vec<Node>,
    common: Vec<Id>,
    shared: Vec<(Id, Operand)>,
    /// Workspace: the values of the nodes in `common`, and a number for each point of a block.
    values: Vec<Cell<f64>>,
    rows: Vec<Row>,
}

impl Program {
    /// `results` are places and nodes; `slopes` is the number of places after the states.
    fn new(graph: &Graph, results: Vec<(usize, Id)>, states: usize, slopes: usize) -> Self {
        let roots: Vec<Id> = results.iter().map(|(_, id)| *id).collect();
        let (nodes, roots) = graph.needed(&roots);
        let mut zeros = Vec::new();
        let mut end = 0;
        for place in results.iter().filter_map(|(place, _)| place.checked_sub(states)).chain([slopes]) {
            if end < place {
                zeros.push(end..place);
            }
            end = place + 1;
        }
        let places = results.iter().zip(roots).map(|((place, _), root)| (*place, root)).collect();
        let mut program = Writer::new(nodes, places, states).write();
        program.zeros = zeros;
        program
    }

    /// With the widest vectors that the machine has, which does not change a result: additions and multiplications are
    /// never fused.
    fn run(&self, x: &[f64], p: &[f64], f: &mut [f64], f_z: &mut [f64]) {
        Arch::new().dispatch(Run { program: self, x, p, f, f_z });
    }
}

/// A program with what it is run on.
struct Run<'a> {
    program: &'a Program,
    x: &'a [f64],
    p: &'a [f64],
    f: &'a mut [f64],
    f_z: &'a mut [f64],
}

impl WithSimd for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Run { program, x, p, f, f_z } = self;
        let (states, nodes) = (program.states, &program.nodes);
        let count = x.len() / states.max(1);
        for &id in &program.common {
            let value = walk::value(nodes, nodes[id as usize], |id| program.values[id as usize].get(), &[], p);
            program.values[id as usize].set(value);
        }
        for &(id, row) in &program.shared {
            let value = program.values[id as usize].get();
            program.rows[row as usize].iter().take(count.div_ceil(LANES)).for_each(|lanes| lanes.set([value; LANES]));
        }
        for zeros in &program.zeros {
            f_z[zeros.start * count..zeros.end * count].fill(0.0);
        }
        for begin in (0..count).step_by(BLOCK) {
            let length = BLOCK.min(count - begin);
            let part = |k: usize| k * count + begin..k * count + begin + length;
            for state in 0..states {
                for (lanes, x) in program.rows[state].iter().zip(x[part(state)].chunks(LANES)) {
                    lanes.set(match x.first_chunk() {
                        Some(full) => *full,
                        None => std::array::from_fn(|lane| x.get(lane).copied().unwrap_or_default()),
                    });
                }
            }
            for &Instruction { operation, out, operands: [a, b, c, d] } in &program.instructions {
                let row = |operand: Operand| &program.rows[operand as usize];
                execute(operation, row(out), [row(a), row(b), row(c), row(d)], length);
            }
            for &(place, operand) in &program.results {
                let out = match place.checked_sub(states) {
                    None => &mut f[part(place)],
                    Some(slope) => &mut f_z[part(slope)],
                };
                for (out, lanes) in out.chunks_mut(LANES).zip(&program.rows[operand as usize]) {
                    match out.first_chunk_mut() {
                        Some(full) => *full = lanes.get(),
                        None => out.copy_from_slice(&lanes.get()[..out.len()]),
                    }
                }
            }
        }
    }
}

/// One instruction at the points of a block, `length` of them.
#[inline(always)]
fn execute(operation: Operation, out: &Row, operands: [&Row; 4], length: usize) {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    let [a, b, c, _] = operands;
    match operation {
        Operation::Negate => arithmetic(out, [a], length, |[a]| -a),
        Operation::Function(Function::Exp) => function(out, [a], length, |[a]| a.exp()),
        Operation::Function(any) => function(out, [a], length, |[a]| any.apply(a)),
        Operation::Power => function(out, [a, b], length, |[a, b]| a.powf(b)),
        Operation::Min => arithmetic(out, [a, b], length, |[a, b]| Scalar::min(a, b)),
        Operation::Max => arithmetic(out, [a, b], length, |[a, b]| Scalar::max(a, b)),
        Operation::Compare(comparison) => function(out, [a, b], length, |[a, b]| comparison.apply(a, b)),
        Operation::Select => arithmetic(out, [a, b, c], length, |[a, b, c]| a.select(b, c)),
        Operation::One(Add) => arithmetic(out, [a, b], length, |[a, b]| a + b),
        Operation::One(Subtract) => arithmetic(out, [a, b], length, |[a, b]| a - b),
        Operation::One(Multiply) => arithmetic(out, [a, b], length, |[a, b]| a * b),
        Operation::One(Divide) => arithmetic(out, [a, b], length, |[a, b]| a / b),
        Operation::Two(Add, second, side) => two(out, [a, b, c], length, |a, b| a + b, second, side),
        Operation::Two(Subtract, second, side) => two(out, [a, b, c], length, |a, b| a - b, second, side),
        Operation::Two(Multiply, second, side) => two(out, [a, b, c], length, |a, b| a * b, second, side),
        Operation::Two(Divide, second, side) => two(out, [a, b, c], length, |a, b| a / b, second, side),
        Operation::Products { minus: false } => arithmetic(out, operands, length, |[a, b, c, d]| a * b + c * d),
        Operation::Products { minus: true } => arithmetic(out, operands, length, |[a, b, c, d]| a * b - c * d),
    }
}

#[inline(always)]
fn two(out: &Row, operands: [&Row; 3], length: usize, first: impl Fn(f64, f64) -> f64, second: Arithmetic, side: Side) {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    match (second, side) {
        (Add, _) => arithmetic(out, operands, length, |[a, b, c]| first(a, b) + c),
        (Multiply, _) => arithmetic(out, operands, length, |[a, b, c]| first(a, b) * c),
        (Subtract, Side::Left) => arithmetic(out, operands, length, |[a, b, c]| first(a, b) - c),
        (Subtract, Side::Right) => arithmetic(out, operands, length, |[a, b, c]| c - first(a, b)),
        (Divide, Side::Left) => arithmetic(out, operands, length, |[a, b, c]| first(a, b) / c),
        (Divide, Side::Right) => arithmetic(out, operands, length, |[a, b, c]| c / first(a, b)),
    }
}

/// What costs no more for whole chunks: also at lanes without a point.
#[inline(always)]
fn arithmetic<const K: usize>(out: &Row, operands: [&Row; K], length: usize, f: impl Fn([f64; K]) -> f64) {
    for i in 0..length.div_ceil(LANES).min(CHUNKS) {
        let lanes = operands.map(|operand| operand[i].get());
        out[i].set(std::array::from_fn(|lane| f(std::array::from_fn(|k| lanes[k][lane]))));
    }
}

/// What is computed lane by lane: where there is a point.
#[inline(always)]
fn function<const K: usize>(out: &Row, operands: [&Row; K], length: usize, f: impl Fn([f64; K]) -> f64) {
    for i in 0..length.div_ceil(LANES).min(CHUNKS) {
        let lanes = operands.map(|operand| operand[i].get());
        let mut values = out[i].get();
        for (lane, value) in values.iter_mut().enumerate().take(length - i * LANES) {
            *value = f(std::array::from_fn(|k| lanes[k][lane]));
        }
        out[i].set(values);
    }
}

/// What is known while a program is written.
struct Writer {
    nodes: Vec<Node>,
    results: Vec<(usize, Id)>,
    states: usize,
    /// No state goes into the node.
    is_common: Vec<bool>,
    /// How many nodes and results need the node, and how many of them still to come.
    uses: Vec<u32>,
    remaining: Vec<u32>,
    /// Computed within the instruction of the node that needs it.
    is_absorbed: Vec<bool>,
    operand: Vec<Operand>,
    free: Vec<u32>,
    rows: u32,
}

impl Writer {
    fn new(nodes: Vec<Node>, results: Vec<(usize, Id)>, states: usize) -> Self {
        let mut uses = vec![0_u32; nodes.len()];
        let mut is_common = vec![false; nodes.len()];
        for (id, node) in nodes.iter().enumerate() {
            is_common[id] =
                !matches!(node, Node::State(_)) && node.operands().all(|operand| is_common[operand as usize]);
            node.operands().for_each(|operand| uses[operand as usize] += 1);
        }
        results.iter().for_each(|(_, id)| uses[*id as usize] += 1);
        let (is_absorbed, operand) = (vec![false; nodes.len()], vec![0; nodes.len()]);
        let remaining = uses.clone();
        Writer {
            nodes,
            results,
            states,
            is_common,
            uses,
            remaining,
            is_absorbed,
            operand,
            free: Vec::new(),
            rows: states as u32,
        }
    }

    fn node(&self, id: Id) -> Node {
        self.nodes[id as usize]
    }

    /// The operation and the operands of a node, which nothing but another one needs.
    fn absorbable(&self, id: Id) -> Option<(Arithmetic, Id, Id)> {
        match self.node(id) {
            Node::Arithmetic(operation, a, b) if self.uses[id as usize] == 1 && !self.is_common[id as usize] => {
                Some((operation, a, b))
            }
            _ => None,
        }
    }

    /// What the instruction of a node does, and the nodes that it reads.
    fn instruction(&self, id: Id) -> (Operation, Vec<Id>) {
        use Arithmetic::{Add, Multiply, Subtract};
        match self.node(id) {
            // Inputs are no instructions.
            Node::Constant(_) | Node::State(_) | Node::Parameter(_) => (Operation::Negate, Vec::new()),
            Node::Negate(a) => (Operation::Negate, vec![a]),
            Node::Function(function, a) => (Operation::Function(function), vec![a]),
            Node::Power(a, b) => (Operation::Power, vec![a, b]),
            Node::Min(a, b) => (Operation::Min, vec![a, b]),
            Node::Max(a, b) => (Operation::Max, vec![a, b]),
            Node::Compare(comparison, a, b) => (Operation::Compare(comparison), vec![a, b]),
            Node::Select(a, b, c) => (Operation::Select, vec![a, b, c]),
            Node::Arithmetic(second, left, right) => match (self.absorbable(left), self.absorbable(right)) {
                (Some((Multiply, a, b)), Some((Multiply, c, d))) if matches!(second, Add | Subtract) => {
                    (Operation::Products { minus: second == Subtract }, vec![a, b, c, d])
                }
                // A product first: a sum of products is the commonest.
                (left_one, Some((first @ Multiply, a, b))) if !matches!(left_one, Some((Multiply, ..))) => {
                    (Operation::Two(first, second, Side::Right), vec![a, b, left])
                }
                (Some((first, a, b)), _) => (Operation::Two(first, second, Side::Left), vec![a, b, right]),
                (None, Some((first, a, b))) => (Operation::Two(first, second, Side::Right), vec![a, b, left]),
                (None, None) => (Operation::One(second), vec![left, right]),
            },
        }
    }

    fn write(mut self) -> Program {
        // From the results backwards: what is within an instruction has none of its own.
        for id in (0..self.nodes.len()).rev().filter(|&id| !self.is_common[id]).collect::<Vec<_>>() {
            if !self.is_absorbed[id] {
                let (_, reads) = self.instruction(id as Id);
                for operand in self.nodes[id].operands().filter(|operand| !reads.contains(operand)).collect::<Vec<_>>()
                {
                    self.is_absorbed[operand as usize] = true;
                }
            }
        }
        let mut is_read = vec![false; self.nodes.len()];
        let own = |writer: &Writer, id: usize| !writer.is_common[id] && !writer.is_absorbed[id];
        for id in (0..self.nodes.len()).filter(|&id| own(&self, id)) {
            self.instruction(id as Id).1.iter().for_each(|read| is_read[*read as usize] = true);
        }
        let mut shared = Vec::new();
        for (_, id) in &self.results {
            is_read[*id as usize] |= self.is_common[*id as usize];
        }
        for id in (0..self.nodes.len()).filter(|&id| self.is_common[id] && is_read[id]).collect::<Vec<_>>() {
            self.operand[id] = self.rows;
            shared.push((id as Id, self.rows));
            self.rows += 1;
        }
        let mut instructions = Vec::new();
        for id in (0..self.nodes.len()).filter(|&id| own(&self, id)).collect::<Vec<_>>() {
            if let Node::State(state) = self.nodes[id] {
                self.operand[id] = state;
                continue;
            }
            let (operation, reads) = self.instruction(id as Id);
            let operands = std::array::from_fn(|k| self.operand[*reads.get(k).unwrap_or(&reads[0]) as usize]);
            for read in reads {
                self.release(read);
            }
            let out = self.free.pop().unwrap_or_else(|| {
                self.rows += 1;
                self.rows - 1
            });
            self.operand[id] = out;
            instructions.push(Instruction { operation, out, operands });
        }
        let results = self.results.iter().map(|&(place, id)| (place, self.operand[id as usize])).collect();
        let rows: Vec<Row> = vec![std::array::from_fn(|_| Cell::new([0.0; LANES])); self.rows as usize];
        // Constants are there once and for all.
        let values = self.nodes.iter().map(|node| Cell::new(node.constant().unwrap_or_default())).collect();
        shared.retain(|&(id, row): &(Id, Operand)| {
            let constant = self.node(id).constant();
            if let Some(k) = constant {
                rows[row as usize].iter().for_each(|lanes| lanes.set([k; LANES]));
            }
            constant.is_none()
        });
        let is_computed = |id: &Id| self.is_common[*id as usize] && self.node(*id).constant().is_none();
        let common = (0..self.nodes.len() as Id).filter(is_computed).collect();
        Program {
            states: self.states,
            instructions,
            results,
            zeros: Vec::new(),
            values,
            nodes: self.nodes,
            common,
            shared,
            rows,
        }
    }

    /// One use less of a node; after the last one its row is free. Results keep theirs.
    fn release(&mut self, id: Id) {
        let remaining = &mut self.remaining[id as usize];
        *remaining -= 1;
        if *remaining == 0 && !self.is_common[id as usize] && !matches!(self.node(id), Node::State(_)) {
            self.free.push(self.operand[id as usize]);
        }
    }
}

#[cfg(test)]
mod tests;
