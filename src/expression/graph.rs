//! What is to be computed, every common sub-expression once.
//!
//! A node is made only if it is not there yet, and only where it cannot be computed at once. Nothing that is done here
//! changes a value, except the sign of a zero: `0 * x` stays, since `x` may be infinite.

use super::function::{Comparison, Function};
use crate::scalar::Scalar;
use std::collections::HashMap;

/// Number of a node; its operands have smaller numbers.
pub(super) type Id = u32;

/// Largest integer exponent that is written out as multiplications.
const MAX_WRITTEN_OUT: f64 = 64.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Node {
    /// The bits of a number.
    Constant(u64),
    State(u32),
    Parameter(u32),
    Negate(Id),
    Arithmetic(Arithmetic, Id, Id),
    Function(Function, Id),
    Power(Id, Id),
    Min(Id, Id),
    Max(Id, Id),
    Compare(Comparison, Id, Id),
    /// The second where the first is not zero, else the third.
    Select(Id, Id, Id),
}

impl Node {
    pub fn constant(self) -> Option<f64> {
        match self {
            Node::Constant(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// The nodes that it is made of.
    pub fn operands(self) -> impl DoubleEndedIterator<Item = Id> {
        let all = match self {
            Node::Constant(_) | Node::State(_) | Node::Parameter(_) => [None; 3],
            Node::Negate(a) | Node::Function(_, a) => [Some(a), None, None],
            Node::Arithmetic(_, a, b)
            | Node::Power(a, b)
            | Node::Min(a, b)
            | Node::Max(a, b)
            | Node::Compare(_, a, b) => [Some(a), Some(b), None],
            Node::Select(a, b, c) => [Some(a), Some(b), Some(c)],
        };
        all.into_iter().flatten()
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    pub nodes: Vec<Node>,
    known: HashMap<Node, Id>,
}

impl Graph {
    /// A graph to add to, of nodes that are all different.
    pub fn of(nodes: &[Node]) -> Graph {
        let known = nodes.iter().enumerate().map(|(id, &node)| (node, id as Id)).collect();
        Graph { nodes: nodes.to_vec(), known }
    }

    pub fn node(&self, id: Id) -> Node {
        self.nodes[id as usize]
    }

    pub fn value(&self, id: Id) -> Option<f64> {
        self.node(id).constant()
    }

    pub fn intern(&mut self, node: Node) -> Id {
        *self.known.entry(node).or_insert_with(|| {
            self.nodes.push(node);
            (self.nodes.len() - 1) as Id
        })
    }

    pub fn constant(&mut self, value: f64) -> Id {
        self.intern(Node::Constant(value.to_bits()))
    }

    pub fn negate(&mut self, a: Id) -> Id {
        match self.node(a) {
            Node::Constant(bits) => self.constant(-f64::from_bits(bits)),
            Node::Negate(b) => b,
            Node::Arithmetic(Arithmetic::Subtract, b, c) => self.arithmetic(Arithmetic::Subtract, c, b),
            Node::Arithmetic(operation @ (Arithmetic::Multiply | Arithmetic::Divide), b, c) => {
                if let Some(k) = self.value(c) {
                    let k = self.constant(-k);
                    self.arithmetic(operation, b, k)
                } else if let Some(k) = self.value(b) {
                    let k = self.constant(-k);
                    self.arithmetic(operation, k, c)
                } else {
                    self.intern(Node::Negate(a))
                }
            }
            _ => self.intern(Node::Negate(a)),
        }
    }

    pub fn arithmetic(&mut self, operation: Arithmetic, a: Id, b: Id) -> Id {
        use Arithmetic::*;
        let (x, y) = (self.value(a), self.value(b));
        if let (Some(x), Some(y)) = (x, y) {
            return self.constant(match operation {
                Add => x + y,
                Subtract => x - y,
                Multiply => x * y,
                Divide => x / y,
            });
        }
        let negated = |graph: &Graph, id: Id| match graph.node(id) {
            Node::Negate(inner) => Some(inner),
            _ => None,
        };
        let (minus_a, minus_b) = (negated(self, a), negated(self, b));
        match operation {
            Add if x == Some(0.0) => b,
            Add | Subtract if y == Some(0.0) => a,
            Multiply if x == Some(1.0) => b,
            Multiply | Divide if y == Some(1.0) => a,
            Multiply if x == Some(-1.0) => self.negate(b),
            Multiply | Divide if y == Some(-1.0) => self.negate(a),
            Subtract if x == Some(0.0) => self.negate(b),
            // A constant stands on the right of a sum, a difference and a product.
            Subtract if y.is_some() => {
                let k = self.constant(-y.unwrap_or(0.0));
                self.arithmetic(Add, a, k)
            }
            // Signs move outwards until a sum or a difference absorbs them.
            Add if minus_b.is_some() => self.arithmetic(Subtract, a, minus_b.unwrap_or(b)),
            Add if minus_a.is_some() => self.arithmetic(Subtract, b, minus_a.unwrap_or(a)),
            Subtract if minus_b.is_some() => self.arithmetic(Add, a, minus_b.unwrap_or(b)),
            Multiply | Divide if minus_a.is_some() || minus_b.is_some() => {
                let product = self.arithmetic(operation, minus_a.unwrap_or(a), minus_b.unwrap_or(b));
                if minus_a.is_some() == minus_b.is_some() { product } else { self.negate(product) }
            }
            // The reciprocal of a power of two is exact, so that the product is the quotient.
            Divide if y.is_some_and(has_exact_reciprocal) => {
                let k = self.constant(1.0 / y.unwrap_or(1.0));
                self.arithmetic(Multiply, a, k)
            }
            Add | Multiply if x.is_some() || (y.is_none() && a > b) => self.intern(Node::Arithmetic(operation, b, a)),
            _ => self.intern(Node::Arithmetic(operation, a, b)),
        }
    }

    pub fn function(&mut self, function: Function, a: Id) -> Id {
        match self.value(a) {
            Some(x) => self.constant(function.apply(x)),
            None => self.intern(Node::Function(function, a)),
        }
    }

    /// A power with a small integer exponent is written out as multiplications, in the order of
    /// [`Scalar::powi`].
    pub fn power(&mut self, a: Id, b: Id) -> Id {
        match (self.value(a), self.value(b)) {
            (Some(x), Some(y)) if is_written_out(y) => self.constant(Scalar::powi(x, y as i32)),
            (Some(x), Some(y)) => self.constant(x.powf(y)),
            (None, Some(0.5)) => self.function(Function::Sqrt, a),
            (None, Some(y)) if is_written_out(y) => {
                let power = self.written_out(a, y.abs() as u32);
                if y < 0.0 {
                    let one = self.constant(1.0);
                    self.arithmetic(Arithmetic::Divide, one, power)
                } else {
                    power
                }
            }
            _ => self.intern(Node::Power(a, b)),
        }
    }

    fn written_out(&mut self, base: Id, mut exponent: u32) -> Id {
        let mut square = base;
        let mut product = self.constant(1.0);
        while exponent > 0 {
            if exponent & 1 == 1 {
                product = self.arithmetic(Arithmetic::Multiply, product, square);
            }
            exponent >>= 1;
            if exponent > 0 {
                square = self.arithmetic(Arithmetic::Multiply, square, square);
            }
        }
        product
    }

    pub fn min(&mut self, a: Id, b: Id) -> Id {
        match (self.value(a), self.value(b)) {
            (Some(x), Some(y)) => self.constant(Scalar::min(x, y)),
            _ => self.intern(Node::Min(a, b)),
        }
    }

    pub fn max(&mut self, a: Id, b: Id) -> Id {
        match (self.value(a), self.value(b)) {
            (Some(x), Some(y)) => self.constant(Scalar::max(x, y)),
            _ => self.intern(Node::Max(a, b)),
        }
    }

    pub fn compare(&mut self, comparison: Comparison, a: Id, b: Id) -> Id {
        match (self.value(a), self.value(b)) {
            (Some(x), Some(y)) => self.constant(comparison.apply(x, y)),
            _ => self.intern(Node::Compare(comparison, a, b)),
        }
    }

    pub fn select(&mut self, condition: Id, yes: Id, no: Id) -> Id {
        match self.value(condition) {
            Some(x) => {
                if x != 0.0 {
                    yes
                } else {
                    no
                }
            }
            None if yes == no => yes,
            None => self.intern(Node::Select(condition, yes, no)),
        }
    }

    /// The graph without the nodes that the roots do not need, in the order in which the roots need them, and the
    /// roots in it.
    pub fn needed(&self, roots: &[Id]) -> (Vec<Node>, Vec<Id>) {
        const NONE: Id = Id::MAX;
        let mut renamed = vec![NONE; self.nodes.len()];
        let mut nodes = Vec::new();
        // Depth first without recursion: a node is looked at before and after its operands.
        let mut stack: Vec<(Id, bool)> = Vec::new();
        for &root in roots {
            stack.push((root, false));
            while let Some((id, operands_done)) = stack.pop() {
                if renamed[id as usize] != NONE {
                    continue;
                }
                let node = self.node(id);
                if !operands_done {
                    stack.push((id, true));
                    stack.extend(node.operands().rev().map(|operand| (operand, false)));
                    continue;
                }
                let new = |old: Id| renamed[old as usize];
                let node = match node {
                    Node::Constant(_) | Node::State(_) | Node::Parameter(_) => node,
                    Node::Negate(a) => Node::Negate(new(a)),
                    Node::Function(function, a) => Node::Function(function, new(a)),
                    Node::Arithmetic(operation, a, b) => Node::Arithmetic(operation, new(a), new(b)),
                    Node::Power(a, b) => Node::Power(new(a), new(b)),
                    Node::Min(a, b) => Node::Min(new(a), new(b)),
                    Node::Max(a, b) => Node::Max(new(a), new(b)),
                    Node::Compare(comparison, a, b) => Node::Compare(comparison, new(a), new(b)),
                    Node::Select(a, b, c) => Node::Select(new(a), new(b), new(c)),
                };
                renamed[id as usize] = nodes.len() as Id;
                nodes.push(node);
            }
        }
        (nodes, roots.iter().map(|&root| renamed[root as usize]).collect())
    }
}

fn is_written_out(exponent: f64) -> bool {
    exponent == exponent.trunc() && exponent.abs() <= MAX_WRITTEN_OUT
}

fn has_exact_reciprocal(k: f64) -> bool {
    const FRACTION: u64 = (1 << 52) - 1;
    k.is_normal() && k.to_bits() & FRACTION == 0 && (1.0 / k).is_normal()
}
