//! A graph evaluated node by node, for numbers that are rarely computed with.
//!
//! The program of a `tape` is large, and there would be one for every kind of number: intervals and complex directions
//! of any order have this instead, which is small.

use super::graph::{Arithmetic, Id, Node};
use crate::scalar::Scalar;

/// Writes the values of `outputs` into `dx`. Operands come before what is made of them.
pub(super) fn walk<S: Scalar>(nodes: &[Node], outputs: &[Id], x: &[S], p: &[S], dx: &mut [S]) {
    let mut values: Vec<S> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let at = |id: Id| values[id as usize];
        let value = match *node {
            Node::Constant(bits) => S::from(f64::from_bits(bits)),
            Node::State(k) => x[k as usize],
            Node::Parameter(k) => p[k as usize],
            Node::Negate(a) => -at(a),
            Node::Arithmetic(Arithmetic::Add, a, b) => at(a) + at(b),
            Node::Arithmetic(Arithmetic::Subtract, a, b) => at(a) - at(b),
            Node::Arithmetic(Arithmetic::Multiply, a, b) => at(a) * at(b),
            Node::Arithmetic(Arithmetic::Divide, a, b) => at(a) / at(b),
            Node::Function(function, a) => function.apply(at(a)),
            Node::Power(a, b) => match nodes[b as usize].constant() {
                Some(exponent) => at(a).powf(exponent),
                None => at(a).pow(at(b)),
            },
            Node::Min(a, b) => at(a).min(at(b)),
            Node::Max(a, b) => at(a).max(at(b)),
            Node::Compare(comparison, a, b) => comparison.apply(at(a), at(b)),
            Node::Select(a, b, c) => at(a).select(at(b), at(c)),
        };
        values.push(value);
    }
    for (dx, &output) in dx.iter_mut().zip(outputs) {
        *dx = values[output as usize];
    }
}
