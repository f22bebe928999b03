//! The dense bordered system of a small curve.

use super::{Lu, Singular};

/// `[J S; cᵀ]` for an N × M matrix `J` with `M = N + 1` (or `M = N`, and then no border), factorised.
#[derive(Clone, Debug, Default)]
pub struct Bordered {
    equations: usize,
    matrix: Vec<f64>,
    lu: Lu,
}

impl Bordered {
    /// Factorises for the row-major `jacobian`, the column scales `S`, and the border `row` in scaled unknowns.
    pub fn factor(&mut self, jacobian: &[f64], scale: &[f64], row: &[f64]) -> Result<(), Singular> {
        let unknowns = scale.len();
        self.equations = jacobian.len() / unknowns.max(1);
        self.matrix.clear();
        for equation in jacobian.chunks_exact(unknowns) {
            self.matrix.extend(equation.iter().zip(scale).map(|(j, s)| j * s));
        }
        self.matrix.extend_from_slice(row);
        self.lu.factor(&self.matrix, unknowns)
    }

    pub fn solve(&mut self, rhs: &mut [f64]) {
        self.lu.solve(rhs);
    }

    pub fn determinant(&self) -> f64 {
        self.lu.determinant()
    }

    /// `max_i |f_i| / max_j |J_ij| s_j`.
    pub fn residual_norm(&self, f: &[f64]) -> f64 {
        f.iter()
            .zip(self.lu.row_scale())
            .take(self.equations)
            .fold(0.0, |m: f64, (f, r)| if f.is_nan() { f64::NAN } else { m.max(f.abs() * r) })
    }
}
