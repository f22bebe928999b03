//! Which component depends on what.

use super::graph::{Id, Node};
use crate::linalg::Pattern;
use std::sync::Arc;

/// Nodes that are gone through, one component after the other: what all components depend on is as often looked at.
const MAX_WORK: usize = 1 << 25;
/// Pairs of elements in one row, which to find the colours of a pattern takes.
const MAX_PAIRS: usize = 1 << 27;

/// The places where derivatives of `f(x, p)` are not identically zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Structure {
    /// `states[i]`: the `j`, rising, such that `f_i` depends on `x_j`.
    pub states: Vec<Vec<u32>>,
    /// `parameters[i]`: the `k`, rising, such that `f_i` depends on `p_k`.
    pub parameters: Vec<Vec<u32>>,
}

impl Structure {
    /// `None` if there are too many: they can be as many as the square of what the equations' text is long.
    pub(super) fn new(nodes: &[Node], outputs: &[Id]) -> Option<Self> {
        let mut work = 0;
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
                work += 1;
                if work > MAX_WORK {
                    return None;
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
        Some(structure)
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
        if self.states.iter().map(|row| row.len() * row.len()).sum::<usize>() > MAX_PAIRS {
            return None;
        }
        Some(Pattern::new(&self.states)).filter(Pattern::is_narrow).map(Arc::new)
    }
}
