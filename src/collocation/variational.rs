//! Linear equations over one period, `z' = J(t) z + Σ c_k(t) p_k + r(t)`, whose solutions come back turned: `z(1) = (W ⊗ 1) z(0)`.
//!
//! They are what cycles depend on to first order: the equation of variation, its adjoint, and the equations of the normal forms.
//! Functions are given by their values at all nodes, the last one included, or at all Gauss points, one after the other.

use super::{Condensed, Mesh, Scheme, Shape};
use crate::linalg::Singular;

/// The matrix `W` of order b, row-major: of the b groups of components that a function has, each may come back as a combination
/// of all.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    pub groups: usize,
    pub matrix: Vec<f64>,
}

impl Turn {
    /// Each group comes back as it was.
    pub fn none(groups: usize) -> Self {
        Turn { groups, matrix: (0..groups * groups).map(|i| f64::from(i % (groups + 1) == 0)).collect() }
    }

    /// One group that comes back with the other sign.
    pub fn reversal() -> Self {
        Turn { groups: 1, matrix: vec![-1.0] }
    }

    /// Real and imaginary part of a function that comes back times `e^{i angle}`.
    pub fn rotation(angle: f64) -> Self {
        let (sin, cos) = angle.sin_cos();
        Turn { groups: 2, matrix: vec![cos, -sin, sin, cos] }
    }

    /// `(W ⊗ 1) z`.
    pub fn apply(&self, z: &[f64], out: &mut [f64]) {
        let size = z.len() / self.groups;
        out.fill(0.0);
        for (to, row) in out.chunks_exact_mut(size).zip(self.matrix.chunks_exact(self.groups)) {
            for (from, w) in z.chunks_exact(size).zip(row) {
                to.iter_mut().zip(from).for_each(|(to, z)| *to += w * z);
            }
        }
    }

    /// `zᵀ (W ⊗ 1)` in place: coefficients of what comes back become those of what it came from.
    pub fn pull_back(&self, coefficients: &mut [f64], work: &mut Vec<f64>) {
        let size = coefficients.len() / self.groups;
        work.clear();
        work.extend_from_slice(coefficients);
        coefficients.fill(0.0);
        for (from, row) in work.chunks_exact(size).zip(self.matrix.chunks_exact(self.groups)) {
            for (to, w) in coefficients.chunks_exact_mut(size).zip(row) {
                to.iter_mut().zip(from).for_each(|(to, c)| *to += w * c);
            }
        }
    }

    /// The values at all nodes of which the last is left out.
    pub fn close(&self, nodes: &[f64], components: usize) -> Vec<f64> {
        let mut whole = nodes.to_vec();
        whole.resize(nodes.len() + components, 0.0);
        let (inner, last) = whole.split_at_mut(nodes.len());
        self.apply(&inner[..components], last);
        whole
    }
}

/// Where in the mesh an equation stands: interval, and number of the Gauss point in it.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub scheme: &'a Scheme,
    pub length: f64,
    pub point: usize,
}

impl Place<'_> {
    /// Writes `Σ_l (slope_l − h value_l J) z_l − h C p`, the equation at this point, into its rows of an interval's block; the
    /// last node is written as one of its own.
    ///
    /// * `jacobian`: N × N; `columns`: N × border. Both row-major.
    pub fn write(&self, block: &mut [f64], jacobian: &[f64], columns: &[f64], size: usize) {
        let (m, border) = (self.scheme.degree, columns.len() / size);
        let width = (m + 1) * size + border;
        let weights = self.point * (m + 1)..(self.point + 1) * (m + 1);
        let (value, slope) = (&self.scheme.value[weights.clone()], &self.scheme.slope[weights]);
        let rows = block.chunks_exact_mut(width).skip(self.point * size);
        for (i, row) in rows.take(size).enumerate() {
            let coefficients = &jacobian[i * size..(i + 1) * size];
            for l in 0..=m {
                let at = if l == 0 { m * size } else { (l - 1) * size };
                let factor = -self.length * value[l];
                row[at..at + size].iter_mut().zip(coefficients).for_each(|(row, a)| *row = factor * a);
                row[at + i] += slope[l];
            }
            let beside = row[(m + 1) * size..].iter_mut();
            beside.zip(&columns[i * border..]).for_each(|(row, c)| *row = -self.length * c);
        }
    }
}

/// Functions on a mesh, with integrals by Gauss's rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Functions {
    pub scheme: Scheme,
    pub mesh: Mesh,
}

impl Functions {
    /// Number of Gauss points.
    pub fn points(&self) -> usize {
        self.mesh.intervals() * self.scheme.degree
    }

    /// Values at the Gauss points.
    pub fn at_points(&self, nodes: &[f64], components: usize) -> Vec<f64> {
        let m = self.scheme.degree;
        let mut values = vec![0.0; self.points() * components];
        for (k, out) in values.chunks_exact_mut(components).enumerate() {
            let weights = &self.scheme.value[k % m * (m + 1)..(k % m + 1) * (m + 1)];
            self.mesh.combine(&self.scheme, weights, nodes, components, k / m, out);
        }
        values
    }

    /// `∫ ⟨a, b⟩ dt` of values at the Gauss points.
    pub fn product(&self, a: &[f64], b: &[f64]) -> f64 {
        let (m, components) = (self.scheme.degree, a.len() / self.points());
        let parts = a.chunks_exact(components).zip(b.chunks_exact(components)).enumerate();
        parts
            .map(|(k, (a, b))| {
                self.scheme.weights[k % m] * self.mesh.length(k / m) * a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>()
            })
            .sum()
    }

    /// Coefficients of the values at the nodes of a function that comes back turned, the last left out, in its product with
    /// values at the Gauss points.
    pub fn functional(&self, values: &[f64], turn: &Turn, out: &mut [f64]) {
        let m = self.scheme.degree;
        let components = values.len() / self.points();
        let (inner, mut last, mut work) = (self.points() * components, vec![0.0; components], Vec::new());
        out.fill(0.0);
        for (k, v) in values.chunks_exact(components).enumerate() {
            let factor = self.scheme.weights[k % m] * self.mesh.length(k / m);
            for (l, value) in self.scheme.value[k % m * (m + 1)..(k % m + 1) * (m + 1)].iter().enumerate() {
                let at = (k / m * m + l) * components;
                let to = if at == inner { &mut last[..] } else { &mut out[at..at + components] };
                to.iter_mut().zip(v).for_each(|(o, v)| *o += factor * value * v);
            }
        }
        turn.pull_back(&mut last, &mut work);
        out[..components].iter_mut().zip(&last).for_each(|(o, l)| *o += l);
    }
}

/// One equation `z' = J z + Σ c_k p_k + r`, bordered by as many integral conditions as there are columns.
#[derive(Clone, Debug)]
pub struct Variational<'a> {
    functions: &'a Functions,
    turn: Turn,
    size: usize,
    condensed: Condensed,
}

impl<'a> Variational<'a> {
    /// Factorises.
    ///
    /// * `jacobian`: `J` at the Gauss points, N × N each. `columns`, `rows`: values at the Gauss points, N each: the functions
    ///   `c_k`, and those whose products with `z` are given.
    ///
    /// Fails where there is no unique solution.
    pub fn new(
        functions: &'a Functions,
        turn: Turn,
        jacobian: &[f64],
        columns: &[Vec<f64>],
        rows: &[Vec<f64>],
    ) -> Result<Self, Singular> {
        let (scheme, mesh) = (&functions.scheme, &functions.mesh);
        let border = columns.len();
        let size = ((jacobian.len() / functions.points()) as f64).sqrt().round() as usize;
        let mut condensed = Condensed::default();
        let (m, intervals) = (scheme.degree, mesh.intervals());
        let shape = Shape { states: size, degree: m, intervals, border };
        condensed.reset(shape);
        let (mut beside, mut work) = (vec![0.0; size * border], Vec::new());
        for j in 0..intervals {
            let block = condensed.block_mut(j);
            for g in 0..m {
                let k = j * m + g;
                for (i, row) in beside.chunks_exact_mut(border.max(1)).enumerate() {
                    row.iter_mut().zip(columns).for_each(|(to, column)| *to = column[k * size + i]);
                }
                let place = Place { scheme, length: mesh.length(j), point: g };
                place.write(block, &jacobian[k * size * size..(k + 1) * size * size], &beside, size);
            }
            if j + 1 == intervals {
                for row in block.chunks_exact_mut(shape.width()) {
                    turn.pull_back(&mut row[(m - 1) * size..m * size], &mut work);
                }
            }
        }
        for (k, row) in rows.iter().enumerate() {
            let to = condensed.row_mut(k);
            to.fill(0.0);
            functions.functional(row, &turn, &mut to[..shape.nodes()]);
        }
        condensed.factor()?;
        Ok(Variational { functions, turn, size, condensed })
    }

    /// The solution, at all nodes with the last one, and `p`.
    ///
    /// * `right`: `r` at the Gauss points; `products`: what the integral conditions say.
    pub fn solve(&mut self, right: Option<&[f64]>, products: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let nodes = self.functions.points() * self.size;
        let mut z = vec![0.0; nodes];
        if let Some(right) = right {
            let per_interval = self.functions.scheme.degree * self.size;
            for (j, (to, from)) in z.chunks_exact_mut(per_interval).zip(right.chunks_exact(per_interval)).enumerate() {
                let length = self.functions.mesh.length(j);
                to.iter_mut().zip(from).for_each(|(to, r)| *to = length * r);
            }
        }
        z.extend_from_slice(products);
        self.condensed.solve(&mut z);
        let p = z.split_off(nodes);
        (self.turn.close(&z, self.size), p)
    }
}
