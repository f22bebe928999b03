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

/// What is left of a function when the rest of it is taken away.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part {
    /// Without its mean.
    Oscillation,
    /// Without that which repeats after half a period.
    Alternation,
}

/// A bound on how much larger a part of a function can be than the function, values at nodes being means over what is around.
const LARGEST_PART: f64 = 4.0;
/// Below this norm a part is rounding error.
const SMALLEST_PART: f64 = 1e-9;

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

    /// `|a − b|²` of values at a node, over the sizes.
    fn square(&self, a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).zip(&self.sizes).map(|((a, b), size)| ((a - b) / size).powi(2)).sum()
    }

    /// A part of the function `b` is all but that of `a` with the other sign. Neighbours on a curve are seldom so, and a look at a few
    /// nodes tells: `⟨a, b⟩ < −½ |a| |b|` only where `|a| < |b − a|`.
    pub fn turns_over(&self, part: Part, [a, b]: [&[f64]; 2]) -> bool {
        let (n, m) = (self.components(), self.scheme.degree);
        let weights = self.mesh.weights(&self.scheme);
        let between: f64 = (a.chunks_exact(n).zip(b.chunks_exact(n)).zip(&weights))
            .map(|((a, b), weight)| weight * self.square(a, b))
            .sum();
        let bound = LARGEST_PART.powi(2) * between;
        let rest = if part == Part::Oscillation { self.means(a) } else { Vec::new() };
        let (mut other, mut known) = (rest.clone(), 0.0);
        other.resize(n, 0.0);
        // Nodes far apart come one after the other.
        let stride = m * self.mesh.intervals().div_ceil(8);
        for i in (0..stride).flat_map(|begin| (begin..weights.len()).step_by(stride)) {
            if part == Part::Alternation {
                let (j, node) = (i / m, self.scheme.nodes[i % m]);
                self.evaluate(a, self.mesh.points[j] + node * self.mesh.length(j) + 0.5, &mut other);
                other.iter_mut().zip(&a[i * n..]).for_each(|(other, u)| *other = 0.5 * (*other + u));
            }
            known += weights[i] * self.square(&a[i * n..(i + 1) * n], &other);
            if known > bound {
                return false;
            }
        }
        let [a, b] = [a, b].map(|nodes| match part {
            Part::Oscillation => self.oscillation(nodes),
            Part::Alternation => self.alternation(nodes),
        });
        let sizes = (self.product(&a, &a) * self.product(&b, &b)).sqrt();
        self.product(&a, &b) < -0.5 * sizes && sizes > SMALLEST_PART.powi(2)
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
        let mut own = vec![0.0; (m + 1) * n];
        for j in 0..self.mesh.intervals() {
            // The slope's 1/h and the integral's h cancel.
            own.fill(0.0);
            for (l, coefficients) in self.scheme.slope_products.chunks_exact(m + 1).enumerate() {
                let v = &v[self.at(j, l)..][..n];
                for (own, c) in own.chunks_exact_mut(n).zip(coefficients) {
                    own.iter_mut().zip(v).for_each(|(own, v)| *own += c * v);
                }
            }
            let (inner, last) = own.split_at(m * n);
            out[self.at(j, 0)..][..m * n].iter_mut().zip(inner).for_each(|(out, x)| *out += x);
            out[self.at(j, m)..][..n].iter_mut().zip(last).for_each(|(out, x)| *out += x);
        }
        for node in out.chunks_exact_mut(n) {
            node.iter_mut().zip(&self.sizes).for_each(|(out, size)| *out /= size * size);
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
