//! Periodic piecewise polynomials with n components, by their values at the nodes of a mesh.

use super::{MAX_NODES, Mesh, Scheme};
use crate::linalg::{dot, multiply_repeated, norm, square_distance};

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

/// How much larger the alternation of a function can be than the function: not at all, but for values at nodes being means over
/// what is around. Its oscillation, by a projection of these values, is not larger.
const LARGEST_ALTERNATION: f64 = 2.0;
/// Components of which loops have known lengths, at most.
const MAX_KNOWN: usize = 4;
/// Below this norm a part is rounding error.
const SMALLEST_PART: f64 = 1e-9;

/// `Σ_i w_i Σ_k ((a_ik − b_ik)/size_k)²`.
#[inline(always)]
fn mean_square(n: usize, [a, b]: [&[f64]; 2], weights: &[f64], over: &[f64]) -> f64 {
    let (mut sum, over) = (0.0, &over[..n]);
    for ((a, b), weight) in a.chunks_exact(n).zip(b.chunks_exact(n)).zip(weights) {
        sum += weight * (0..n).map(|k| ((a[k] - b[k]) * over[k]).powi(2)).sum::<f64>();
    }
    sum
}

/// The largest size of each of n components.
#[inline(always)]
fn largest(n: usize, nodes: &[f64]) -> Vec<f64> {
    let mut largest = vec![0.0; n];
    for u in nodes.chunks_exact(n) {
        for k in 0..n {
            let size = u[k].abs();
            largest[k] = if size > largest[k] { size } else { largest[k] };
        }
    }
    largest
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

    /// The largest size of each component at a node.
    pub fn largest(&self, nodes: &[f64]) -> Vec<f64> {
        match self.components() {
            2 => largest(2, nodes),
            3 => largest(3, nodes),
            4 => largest(4, nodes),
            n => largest(n, nodes),
        }
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

    /// The part of the function `b` that is all but that of `a` with the other sign. Neighbours on a curve are seldom so, and a look at a
    /// few nodes tells: `⟨a, b⟩ < −½ |a| |b|` only where `|a| < |b − a|`.
    pub fn turned_over(&self, [a, b]: [&[f64]; 2]) -> Option<Part> {
        let weights = self.mesh.weights(&self.scheme);
        let over: Vec<f64> = self.sizes.iter().map(|size| 1.0 / size).collect();
        let between = match self.components() {
            2 => mean_square(2, [a, b], &weights, &over),
            3 => mean_square(3, [a, b], &weights, &over),
            4 => mean_square(4, [a, b], &weights, &over),
            n => mean_square(n, [a, b], &weights, &over),
        };
        [(Part::Oscillation, 1.0), (Part::Alternation, LARGEST_ALTERNATION)].into_iter().find_map(|(part, largest)| {
            let bound = 1.01 * largest * largest * between;
            let small = !self.exceeds(part, a, bound, &weights, &over);
            (small && self.has_turned_over(part, [a, b])).then_some(part)
        })
    }

    /// A part of the function is larger than a bound of its square, as is known from some nodes: what these differ from their own mean
    /// by, and from that with the node half a period later.
    fn exceeds(&self, part: Part, a: &[f64], bound: f64, weights: &[f64], over: &[f64]) -> bool {
        let (n, m) = (self.components(), self.scheme.degree);
        let (mut known, mut seen, mut other) = (0.0, 0.0, vec![0.0; n]);
        // Nodes far apart come one after the other.
        let stride = m * self.mesh.intervals().div_ceil(8);
        (0..stride).flat_map(|begin| (begin..weights.len()).step_by(stride)).any(|i| {
            let (own, weight) = (&a[i * n..(i + 1) * n], weights[i]);
            match part {
                Part::Alternation => {
                    let (j, node) = (i / m, self.scheme.nodes[i % m]);
                    self.evaluate(a, self.mesh.points[j] + node * self.mesh.length(j) + 0.5, &mut other);
                    known += weight * 0.25 * square_distance(own, &other, over);
                }
                // One more for a weighted mean and the sum of squares about it (Welford 1962).
                Part::Oscillation => {
                    let share = weight / (seen + weight);
                    known += share * seen * square_distance(own, &other, over);
                    other.iter_mut().zip(own).for_each(|(mean, u)| *mean += share * (u - *mean));
                    seen += weight;
                }
            }
            known > bound
        })
    }

    fn has_turned_over(&self, part: Part, functions: [&[f64]; 2]) -> bool {
        let [a, b] = functions.map(|nodes| match part {
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
            let over = 1.0 / size;
            out.iter_mut().for_each(|c| *c *= over);
        }
    }

    /// Coefficients of the values in `∫ ⟨u, v'⟩ dt = −∫ ⟨u', v⟩ dt` for a given `v`, over the sizes; their norm is returned.
    pub fn slope_coefficients(&self, v: &[f64], out: &mut Vec<f64>) -> f64 {
        out.clear();
        out.resize(v.len(), 0.0);
        let n = self.components();
        match (n, self.scheme.degree) {
            (2, 4) => self.add_slope_products(2, 4, v, out),
            (3, 4) => self.add_slope_products(3, 4, v, out),
            (4, 4) => self.add_slope_products(4, 4, v, out),
            (n, m) => self.add_slope_products(n, m, v, out),
        }
        let over: Vec<f64> = self.sizes.iter().map(|size| 1.0 / size).collect();
        multiply_repeated(out, &over);
        let size = norm(out);
        multiply_repeated(out, &over);
        size
    }

    /// Adds `Σ_l ∫ ℓ_i ℓ_l' v_l` of all intervals; for sizes that the compiler knows, in loops of known lengths.
    #[inline(always)]
    fn add_slope_products(&self, n: usize, m: usize, v: &[f64], out: &mut [f64]) {
        let mut own = [0.0; MAX_NODES * MAX_KNOWN];
        let mut many = Vec::new();
        let own = if n <= MAX_KNOWN {
            &mut own[..(m + 1) * n]
        } else {
            many.resize((m + 1) * n, 0.0);
            &mut many[..]
        };
        let (products, v) = (&self.scheme.slope_products[..(m + 1) * (m + 1)], &v[..self.values()]);
        for (j, inner) in v.chunks_exact(m * n).enumerate() {
            // The slope's 1/h and the integral's h cancel.
            own.fill(0.0);
            let next = (j + 1) * m * n;
            let end = if next == v.len() { &v[..n] } else { &v[next..next + n] };
            for l in 0..=m {
                let v = if l < m { &inner[l * n..(l + 1) * n] } else { end };
                for i in 0..=m {
                    let c = products[l * (m + 1) + i];
                    for k in 0..n {
                        own[i * n + k] += c * v[k];
                    }
                }
            }
            let (inner, end) = own.split_at(m * n);
            out[j * m * n..next].iter_mut().zip(inner).for_each(|(out, x)| *out += x);
            let next = if next == v.len() { 0 } else { next };
            out[next..next + n].iter_mut().zip(end).for_each(|(out, x)| *out += x);
        }
    }

    /// Scales of the values for components of these sizes, in which the norm is that of a mean over the period.
    pub fn spread(&self, sizes: &[f64], scale: &mut [f64]) {
        for (node, weight) in scale.chunks_exact_mut(sizes.len()).zip(self.mesh.weights(&self.scheme)) {
            let factor = 1.0 / weight.sqrt();
            node.iter_mut().zip(sizes).for_each(|(scale, size)| *scale = size * factor);
        }
    }

    /// The sizes that led to these scales.
    pub fn sizes_in(&self, scale: &[f64]) -> Vec<f64> {
        self.sizes_of(self.components(), scale)
    }

    /// The sizes of so many components that led to these scales.
    pub fn sizes_of(&self, components: usize, scale: &[f64]) -> Vec<f64> {
        // That of the first node, at which the last interval ends.
        let (mean, last) = (&self.scheme.mean, self.mesh.intervals() - 1);
        let weight = (mean[mean.len() - 1] * self.mesh.length(last) + mean[0] * self.mesh.length(0)).sqrt();
        scale[..components].iter().map(|s| s * weight).collect()
    }
}
