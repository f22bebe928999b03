//! Which component depends on what.

use super::graph::{Id, Node};
use crate::linalg::Pattern;
use std::sync::Arc;

/// The places where derivatives of `f(x, p)` are not identically zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Structure {
    /// `states[i]`: the `j`, rising, such that `f_i` depends on `x_j`.
    pub states: Vec<Vec<u32>>,
    /// `parameters[i]`: the `k`, rising, such that `f_i` depends on `p_k`.
    pub parameters: Vec<Vec<u32>>,
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

    /// The pattern of `f_x`, where it is narrow enough to be worth it.
    pub fn pattern(&self) -> Option<Arc<Pattern>> {
        // Nothing small or full is a narrow band, and to find that out of a full matrix takes long.
        let n = self.states.len();
        if n < 24 || self.entries() > n * n / 4 {
            return None;
        }
        Some(Pattern::new(&self.states)).filter(Pattern::is_narrow).map(Arc::new)
    }
}
