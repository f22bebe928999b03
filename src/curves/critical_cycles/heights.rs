//! How large critical functions are at each node. Where what is along the cycle is left out of them they are smaller by many orders of
//! magnitude at some nodes than at others, and are to be known there as well.

use super::CriticalCycles;
use crate::collocation::Shape;
use crate::field::Field;

/// Functions are nowhere smaller than this, in sizes of the states.
const LOWEST: f64 = 1e-100;

/// Multiplies functions, the components after the first n of each node, by what belongs to the node.
pub(super) fn by_height(nodes: &mut [f64], components: usize, n: usize, heights: impl IntoIterator<Item = f64>) {
    for (node, height) in nodes.chunks_exact_mut(components).zip(heights) {
        node[n..].iter_mut().for_each(|v| *v *= height);
    }
}

impl<F: Field> CriticalCycles<'_, F> {
    /// Of each node the largest size of the functions around it, within an interval's length.
    fn largest_around(&self, y: &[f64]) -> Vec<f64> {
        let (n, shape) = (self.space.components(), self.shape());
        let nodes = y[..shape.nodes()].chunks_exact(shape.states);
        let largest = |functions: &[f64]| {
            let parts = functions.iter().zip(self.space.sizes.iter().cycle());
            parts.fold(LOWEST, |largest: f64, (v, size)| largest.max(v.abs() / size))
        };
        let own: Vec<f64> = nodes.map(|node| largest(&node[n..])).collect();
        let (count, reach) = (own.len(), shape.degree);
        let around = |k: usize| (0..=2 * reach).map(move |i| (k + count + i - reach) % count);
        (0..count).map(|k| around(k).fold(LOWEST, |largest: f64, i| largest.max(own[i]))).collect()
    }

    /// At each node the unit of the functions, a power of two.
    pub(super) fn heights_at(&self, y: &[f64]) -> Vec<f64> {
        if !self.left_out {
            return vec![1.0; self.space.values() / self.space.components()];
        }
        self.largest_around(y).into_iter().map(|largest| largest.log2().round().exp2()).collect()
    }

    /// At each Gauss point the unit at the beginning of its interval.
    pub(super) fn at_intervals(&self, shape: Shape) -> impl Iterator<Item = f64> + '_ {
        self.heights.chunks(shape.degree).flat_map(|own| std::iter::repeat_n(own[0], own.len()))
    }

    /// Sizes of all components for the load of the mesh: everywhere the same, or of functions what they are in each interval.
    pub(super) fn local_sizes(&self, y: &[f64]) -> Vec<f64> {
        let (n, all) = (self.space.components(), self.all_sizes());
        if !self.left_out {
            return all;
        }
        let largest = self.largest_around(y);
        let local = |part: f64| all.iter().enumerate().map(move |(i, size)| if i < n { *size } else { size * part });
        largest.iter().step_by(self.space.scheme.degree).flat_map(|part| local(*part)).collect()
    }
}
