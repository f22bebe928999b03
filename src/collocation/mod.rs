//! Orthogonal collocation: piecewise polynomials that satisfy `u' = T f(u)` at Gauss points.
//!
//! On each of K intervals `u` is a polynomial of degree m, given by its values at m + 1 Gauss–Lobatto nodes, of which the last is
//! the next interval's first; the equation holds at the m Gauss points. The error is of order m + 1 between, and 2m at, the mesh
//! points (de Boor & Swartz 1973; Ascher & Russell 1981). What is here knows polynomials, meshes and the structure of the linear
//! systems; not which equations they are.

mod chain;
mod condensed;
mod elimination;
mod equations;
mod mesh;
mod pack;
mod space;
mod variational;

pub use condensed::{Condensed, Shape};
pub use equations::Equations;
pub use mesh::{Extremum, Mesh};
pub use space::{Part, Space};
pub use variational::{Functions, Place, Turn, Variational};

use std::f64::consts::PI;

/// Nodes of an interval, at most.
const MAX_NODES: usize = 8;

/// Degree m and what follows from it, on the interval [0, 1].
#[derive(Clone, Debug, PartialEq)]
pub struct Scheme {
    pub degree: usize,
    /// The m + 1 nodes, from 0 to 1.
    pub nodes: Vec<f64>,
    /// The m Gauss points, and their weights for integrals over [0, 1].
    pub gauss: Vec<f64>,
    pub weights: Vec<f64>,
    /// Of node polynomial `i` at Gauss point `g`: value and slope at `[g * (m + 1) + i]`.
    pub value: Vec<f64>,
    pub slope: Vec<f64>,
    /// Weights of the values at the nodes for integrals over [0, 1].
    pub mean: Vec<f64>,
    /// Of each node polynomial, the m-th derivative, a constant.
    pub highest: Vec<f64>,
    /// Its leading coefficient, `1/Π_{j≠i} (x_i − x_j)`.
    pub leading: Vec<f64>,
    /// `∫ ℓ_i ℓ_l' dx` of node polynomials, at `[l * (m + 1) + i]`.
    pub slope_products: Vec<f64>,
    /// Coefficients of the powers of x in the slope of each node polynomial, from the constant one on: at `[i * m + power]`.
    pub slope_powers: Vec<f64>,
}

impl Scheme {
    /// For degrees from 2 to 7.
    pub fn new(degree: usize) -> Self {
        let gauss: Vec<f64> = roots(degree, 0).iter().map(|x| 0.5 * (1.0 + x)).collect();
        let mut nodes = vec![0.0];
        nodes.extend(roots(degree - 1, 1).iter().map(|x| 0.5 * (1.0 + x)));
        nodes.push(1.0);
        let weights = gauss.iter().map(|x| gauss_weight(degree, 2.0 * x - 1.0)).collect();
        let (mut value, mut slope) = (Vec::new(), Vec::new());
        for &x in &gauss {
            value.extend(basis(&nodes, x));
            slope.extend(basis_slope(&nodes, x));
        }
        let mut scheme = Scheme {
            degree,
            nodes,
            gauss,
            weights,
            value,
            slope,
            mean: Vec::new(),
            highest: Vec::new(),
            leading: Vec::new(),
            slope_products: Vec::new(),
            slope_powers: Vec::new(),
        };
        let integral = |i: usize| (0..degree).map(|g| scheme.weights[g] * scheme.value[g * (degree + 1) + i]).sum();
        scheme.mean = (0..=degree).map(integral).collect();
        let factorial: f64 = (1..=degree).map(|k| k as f64).product();
        let product =
            |i: usize| -> f64 { (0..=degree).filter(|&j| j != i).map(|j| scheme.nodes[i] - scheme.nodes[j]).product() };
        scheme.highest = (0..=degree).map(|i| factorial / product(i)).collect();
        scheme.leading = (0..=degree).map(|i| 1.0 / product(i)).collect();
        for l in 0..=degree {
            let at = |g: usize, i: usize| g * (degree + 1) + i;
            let product = |i: usize| {
                (0..degree).map(|g| scheme.weights[g] * scheme.value[at(g, i)] * scheme.slope[at(g, l)]).sum()
            };
            scheme.slope_products.extend((0..=degree).map(product).collect::<Vec<f64>>());
        }
        for i in 0..=degree {
            // Π_{j≠i} (x − x_j)/(x_i − x_j), multiplied out.
            let mut powers = vec![1.0];
            for j in (0..=degree).filter(|&j| j != i) {
                let (shift, width) = (scheme.nodes[j], scheme.nodes[i] - scheme.nodes[j]);
                powers.push(0.0);
                for k in (0..powers.len()).rev() {
                    let below = if k > 0 { powers[k - 1] } else { 0.0 };
                    powers[k] = (below - shift * powers[k]) / width;
                }
            }
            scheme.slope_powers.extend(powers.iter().enumerate().skip(1).map(|(k, c)| k as f64 * c));
        }
        scheme
    }

    /// Values of the node polynomials at `x` in [0, 1].
    pub fn basis(&self, x: f64) -> Vec<f64> {
        let mut values = vec![0.0; self.nodes.len()];
        self.basis_into(x, &mut values);
        values
    }

    /// `w_i Π_{j<i} (x − x_j) Π_{j>i} (x − x_j)`: as many multiplications as nodes, thrice.
    pub fn basis_into(&self, x: f64, values: &mut [f64]) {
        let mut product = 1.0;
        for ((value, node), leading) in values.iter_mut().zip(&self.nodes).zip(&self.leading) {
            *value = product * leading;
            product *= x - node;
        }
        product = 1.0;
        for (value, node) in values.iter_mut().zip(&self.nodes).rev() {
            *value *= product;
            product *= x - node;
        }
    }

    /// Slopes of the node polynomials at `x` in [0, 1].
    pub fn basis_slope(&self, x: f64) -> Vec<f64> {
        basis_slope(&self.nodes, x)
    }
}

/// `Π_{j≠i} (x − x_j)/(x_i − x_j)`.
fn basis(nodes: &[f64], x: f64) -> Vec<f64> {
    let others = |i: usize| (0..nodes.len()).filter(move |&j| j != i);
    (0..nodes.len()).map(|i| others(i).map(|j| (x - nodes[j]) / (nodes[i] - nodes[j])).product()).collect()
}

fn basis_slope(nodes: &[f64], x: f64) -> Vec<f64> {
    let others = |i: usize, k: usize| (0..nodes.len()).filter(move |&j| j != i && j != k);
    let term = |i: usize, k: usize| -> f64 {
        others(i, k).map(|j| (x - nodes[j]) / (nodes[i] - nodes[j])).product::<f64>() / (nodes[i] - nodes[k])
    };
    (0..nodes.len()).map(|i| (0..nodes.len()).filter(|&k| k != i).map(|k| term(i, k)).sum()).collect()
}

/// `P_n^{(k,k)}(x)`, up to a factor: Legendre's polynomial for `k = 0`, and the derivative of the next one for `k = 1`; with
/// its slope.
fn jacobi(n: usize, k: usize, x: f64) -> [f64; 2] {
    // Gegenbauer's recurrence with λ = k + ½: j C_j = 2x (j + λ − 1) C_{j−1} − (j + 2λ − 2) C_{j−2}.
    let lambda = k as f64 + 0.5;
    let (mut before, mut here) = ([0.0, 0.0], [1.0, 0.0]);
    for j in 1..=n {
        let (a, b) = (2.0 * (j as f64 + lambda - 1.0) / j as f64, (j as f64 + 2.0 * lambda - 2.0) / j as f64);
        let next = [a * x * here[0] - b * before[0], a * (here[0] + x * here[1]) - b * before[1]];
        (before, here) = (here, next);
    }
    here
}

/// The zeros of `jacobi(n, k)`, ascending.
fn roots(n: usize, k: usize) -> Vec<f64> {
    let start = |i: usize| -((i as f64 + 0.75 + 0.25 * k as f64) / (n as f64 + 0.5 + 0.5 * k as f64) * PI).cos();
    (0..n)
        .map(|i| {
            let mut x = start(i);
            for _ in 0..50 {
                let [value, slope] = jacobi(n, k, x);
                x -= value / slope;
            }
            // Zeros are symmetric, to the last digit as well.
            if 2 * i + 1 == n { 0.0 } else { x }
        })
        .collect()
}

/// Weight of a Gauss point of [−1, 1] for the integral over [0, 1].
fn gauss_weight(n: usize, x: f64) -> f64 {
    let [_, slope] = jacobi(n, 0, x);
    1.0 / ((1.0 - x * x) * slope * slope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gauss_points_integrate_polynomials_of_degree_2m_minus_1() {
        for m in 2..=7 {
            let scheme = Scheme::new(m);
            for power in 0..2 * m as i32 {
                let sum: f64 = scheme.gauss.iter().zip(&scheme.weights).map(|(x, w)| w * x.powi(power)).sum();
                assert!((sum - 1.0 / f64::from(power + 1)).abs() < 1e-14, "m = {m}, x^{power}: {sum}");
            }
            let sum: f64 =
                scheme.gauss.iter().zip(&scheme.weights).map(|(x, w)| w * (2.0 * x - 1.0).powi(2 * m as i32)).sum();
            assert!((sum - 1.0 / (2.0 * m as f64 + 1.0)).abs() > 1e-6, "no rule of m points is exact for x^2m");
        }
    }

    #[test]
    fn node_polynomials_reproduce_polynomials_of_degree_m() {
        for m in 2..=7 {
            let scheme = Scheme::new(m);
            let polynomial = |x: f64| (0..=m).map(|k| (k as f64 + 1.0) * x.powi(k as i32)).sum::<f64>();
            let slope = |x: f64| (1..=m).map(|k| (k * (k + 1)) as f64 * x.powi(k as i32 - 1)).sum::<f64>();
            let at_nodes: Vec<f64> = scheme.nodes.iter().map(|&x| polynomial(x)).collect();
            let apply = |row: &[f64]| row.iter().zip(&at_nodes).map(|(a, b)| a * b).sum::<f64>();
            for (g, &x) in scheme.gauss.iter().enumerate() {
                let row = g * (m + 1)..(g + 1) * (m + 1);
                assert!((apply(&scheme.value[row.clone()]) - polynomial(x)).abs() < 1e-12);
                assert!((apply(&scheme.slope[row]) - slope(x)).abs() < 1e-11);
            }
            assert!((apply(&scheme.mean) - (m as f64 + 1.0)).abs() < 1e-12);
            let highest: f64 = (1..=m).map(|k| k as f64).product::<f64>() * (m as f64 + 1.0);
            assert!((apply(&scheme.highest) / highest - 1.0).abs() < 1e-10);
            // Gauss–Lobatto: zero slope of Legendre's polynomial at the inner nodes.
            for x in &scheme.nodes[1..m] {
                assert!(jacobi(m, 0, 2.0 * x - 1.0)[1].abs() < 1e-12);
            }
        }
    }
}
