//! Periodic piecewise polynomials with n components, by their values at the nodes of a mesh.

use super::{Mesh, Scheme};
use crate::linalg::dot;

/// What values at nodes mean, and the sizes by which components are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Space {
    pub scheme: Scheme,
    pub mesh: Mesh,
    pub sizes: Vec<f64>,
}

impl Space {
    pub fn components(&self) -> usize {
        self.sizes.len()
    }

    /// Number of values that determine a function.
    pub fn values(&self) -> usize {
        self.mesh.intervals() * self.scheme.degree * self.components()
    }

    /// Place of component 0 at node `i` of interval `j`.
    pub fn at(&self, j: usize, i: usize) -> usize {
        self.mesh.node(&self.scheme, j, i) * self.components()
    }

    /// The value at a time in units of the period.
    pub fn evaluate(&self, nodes: &[f64], t: f64, out: &mut [f64]) {
        self.mesh.evaluate(&self.scheme, nodes, self.components(), t, out);
    }

    /// Means over the period.
    pub fn means(&self, nodes: &[f64]) -> Vec<f64> {
        let n = self.components();
        let mut mean = vec![0.0; n];
        for (u, weight) in nodes.chunks_exact(n).zip(self.mesh.weights(&self.scheme)) {
            mean.iter_mut().zip(u).for_each(|(m, u)| *m += weight * u);
        }
        mean
    }

    /// `∫ ⟨a, b⟩ dt` of values at the nodes.
    pub fn product(&self, a: &[f64], b: &[f64]) -> f64 {
        let (n, weights) = (self.components(), self.mesh.weights(&self.scheme));
        a.chunks_exact(n).zip(b.chunks_exact(n)).zip(weights).map(|((a, b), w)| w * dot(a, b)).sum()
    }

    /// What is left without the mean, over the sizes.
    pub fn oscillation(&self, nodes: &[f64]) -> Vec<f64> {
        let (n, mean) = (self.components(), self.means(nodes));
        nodes.iter().enumerate().map(|(i, u)| (u - mean[i % n]) / self.sizes[i % n]).collect()
    }

    /// What is left without that which repeats after half a period, over the sizes.
    pub fn alternation(&self, nodes: &[f64]) -> Vec<f64> {
        let n = self.components();
        let mut other = vec![0.0; n];
        let mut odd = Vec::with_capacity(nodes.len());
        for (t, u) in self.mesh.times(&self.scheme).into_iter().zip(nodes.chunks_exact(n)) {
            self.evaluate(nodes, t + 0.5, &mut other);
            odd.extend(u.iter().zip(&other).zip(&self.sizes).map(|((a, b), s)| 0.5 * (a - b) / s));
        }
        odd
    }

    /// Coefficients of the values in `∫ ⟨u, v'⟩ dt` for a given `v`, over the sizes, and over their norm.
    pub fn slope_functional(&self, v: &[f64], out: &mut Vec<f64>) {
        let size = self.slope_coefficients(v, out);
        if size > 0.0 {
            out.iter_mut().for_each(|c| *c /= size);
        }
    }

    /// Coefficients of the values in `∫ ⟨u, v'⟩ dt = −∫ ⟨u', v⟩ dt` for a given `v`, over the sizes; their norm is returned.
    pub fn slope_coefficients(&self, v: &[f64], out: &mut Vec<f64>) -> f64 {
        let (n, m) = (self.components(), self.scheme.degree);
        out.clear();
        out.resize(v.len(), 0.0);
        for j in 0..self.mesh.intervals() {
            for g in 0..m {
                let row = g * (m + 1)..(g + 1) * (m + 1);
                for k in 0..n {
                    let slopes = self.scheme.slope[row.clone()].iter().enumerate();
                    // The slope's 1/h and the integral's h cancel.
                    let slope: f64 = slopes.map(|(i, s)| s * v[self.at(j, i) + k]).sum();
                    let factor = self.scheme.weights[g] * slope / (self.sizes[k] * self.sizes[k]);
                    for (i, value) in self.scheme.value[row.clone()].iter().enumerate() {
                        out[self.at(j, i) + k] += factor * value;
                    }
                }
            }
        }
        out.iter().enumerate().map(|(i, c)| (c * self.sizes[i % n]).powi(2)).sum::<f64>().sqrt()
    }

    /// Scales of the values for components of these sizes, in which the norm is that of a mean over the period.
    pub fn spread(&self, sizes: &[f64], scale: &mut [f64]) {
        for (node, weight) in scale.chunks_exact_mut(sizes.len()).zip(self.mesh.weights(&self.scheme)) {
            node.iter_mut().zip(sizes).for_each(|(scale, size)| *scale = size / weight.sqrt());
        }
    }

    /// The sizes that led to these scales.
    pub fn sizes_in(&self, scale: &[f64]) -> Vec<f64> {
        self.sizes_of(self.components(), scale)
    }

    /// The sizes of so many components that led to these scales.
    pub fn sizes_of(&self, components: usize, scale: &[f64]) -> Vec<f64> {
        let weight = self.mesh.weights(&self.scheme).first().map_or(1.0, |w| w.sqrt());
        scale[..components].iter().map(|s| s * weight).collect()
    }
}
