//! The equations of critical cycles at Gauss points, the conditions over the whole cycle, and their linearisation.

use super::across::Rows;
use super::{CriticalCycles, CycleCondition};
use crate::collocation::Place;
use crate::field::Field;
use crate::linalg::dot;

/// A condition over the whole cycle: the group that it has coefficients of, these, and its value.
struct Integral {
    group: usize,
    coefficients: Vec<f64>,
    value: f64,
}

impl<F: Field> CriticalCycles<'_, F> {
    /// Writes the equations at the Gauss points over the sizes into `f`, and their linearisation into the blocks.
    pub(super) fn write_equations(&mut self, y: &[f64], scale: &[f64], f: &mut [f64]) {
        let (n, shape) = (self.space.components(), self.shape());
        let (all, m, border) = (shape.states, shape.degree, shape.border);
        let (whole, sizes) = (self.whole(y), self.all_sizes());
        let (mut z, mut slopes) = (vec![0.0; all], vec![0.0; all]);
        let mut rows = Rows { right: vec![0.0; all], linear: vec![0.0; all * all], columns: vec![0.0; all * border] };
        self.trace = 0.0;
        for j in 0..shape.intervals {
            let h = self.space.mesh.length(j);
            // Equations of functions are in units of what these are here.
            let units: Vec<f64> = sizes
                .iter()
                .enumerate()
                .map(|(i, size)| if i < n { *size } else { size * self.heights[j * m] })
                .collect();
            for g in 0..m {
                let weights = g * (m + 1)..(g + 1) * (m + 1);
                let (value, slope) = (&self.space.scheme.value[weights.clone()], &self.space.scheme.slope[weights]);
                self.space.mesh.combine(&self.space.scheme, value, &whole, all, j, &mut z);
                self.space.mesh.combine(&self.space.scheme, slope, &whole, all, j, &mut slopes);
                self.at_point(y, &z, &mut rows);
                let divergence: f64 = (0..n).map(|i| rows.linear[i * all + i]).sum();
                self.trace += self.space.scheme.weights[g] * h * divergence;
                for i in 0..all {
                    f[(j * m + g) * all + i] = (slopes[i] - h * rows.right[i]) / sizes[i];
                    for k in 0..all {
                        rows.linear[i * all + k] *= units[k] / units[i];
                    }
                    rows.columns[i * border..(i + 1) * border].iter_mut().for_each(|c| *c /= units[i]);
                }
                let place = Place { scheme: &self.space.scheme, length: h, point: g };
                place.write(self.condensed.block_mut(j), &rows.linear, &rows.columns, all);
            }
            self.scale_block(j, y, scale, &units);
        }
    }

    /// `T f`, and what the critical functions do across the cycle.
    ///
    /// * `z`: the cycle and its critical functions at the point.
    fn at_point(&mut self, y: &[f64], z: &[f64], rows: &mut Rows) {
        let (n, shape) = (self.space.components(), self.shape());
        let (all, border, period) = (shape.states, shape.border, y[shape.nodes()]);
        let (derivatives, across, p) = (&mut self.derivatives, &mut self.across, &self.parameters);
        across.move_to(derivatives, self.field, (&z[..n], p));
        rows.linear.fill(0.0);
        rows.columns.fill(0.0);
        for i in 0..n {
            rows.right[i] = period * across.rates[i];
            rows.columns[i * border] = across.rates[i];
            for (k, a) in across.jacobian.elements(i) {
                match k.checked_sub(n) {
                    None => rows.linear[i * all + k] = period * a,
                    Some(free) => rows.columns[i * border + 1 + free] = period * a,
                }
            }
        }
        for group in 1..self.condition.groups() {
            across.write(derivatives, self.field, (z, p, period), group, rows);
        }
    }

    /// In the last block, what comes back is what it came from; all are for unknowns in units of `scale`.
    fn scale_block(&mut self, j: usize, y: &[f64], scale: &[f64], units: &[f64]) {
        let (n, shape) = (self.space.components(), self.shape());
        let (all, m, width, nodes, border) = (shape.states, shape.degree, shape.width(), shape.nodes(), shape.border);
        let turn = self.turn(y.get(nodes + 3).copied().unwrap_or(0.0));
        let mut work = Vec::new();
        for row in self.condensed.block_mut(j).chunks_exact_mut(width) {
            if j + 1 == shape.intervals {
                let end = &mut row[(m - 1) * all..m * all];
                // The turn of a torus changes with κ.
                let moved: f64 = match self.condition {
                    CycleCondition::Torus => (2 * n..all).map(|k| end[k] * 2.0 * y[k] / units[k]).sum(),
                    _ => 0.0,
                };
                turn.pull_back(end, &mut work);
                row[width - 1] += moved;
            }
            for l in 0..=m {
                let at = self.space.mesh.node(&self.space.scheme, j, l) * all;
                let column = if l == 0 { m * all } else { (l - 1) * all };
                for k in 0..all {
                    let height = if k < n { 1.0 } else { self.heights[at / all] };
                    row[column + k] *= height * scale[at + k] / units[k];
                }
            }
            row[width - border..].iter_mut().zip(&scale[nodes..]).for_each(|(c, s)| *c *= s);
        }
    }

    /// The phase, the length of the critical functions, and of a torus what fixes their direction.
    fn integrals(&self, y: &[f64]) -> Vec<Integral> {
        let (u, v) = (self.group(y, 0), self.group(y, 1));
        let doubled = self.functional(&v).iter().map(|c| 2.0 * c).collect();
        let mut all = vec![
            Integral { group: 0, coefficients: self.phase.clone(), value: dot(&self.phase, &u) },
            Integral { group: 1, coefficients: doubled, value: self.product(&v, &v) - 1.0 },
        ];
        if self.condition == CycleCondition::Torus {
            let value = dot(&self.direction, &v);
            all.push(Integral { group: 1, coefficients: self.direction.clone(), value });
        }
        all
    }

    /// Writes the conditions over the whole cycle into `f`, and their linearisation into the border.
    pub(super) fn write_conditions(&mut self, y: &[f64], scale: &[f64], f: &mut [f64]) {
        let (n, shape) = (self.space.components(), self.shape());
        let (all, nodes) = (shape.states, shape.nodes());
        for (number, Integral { group, coefficients, value }) in self.integrals(y).into_iter().enumerate() {
            f[nodes + number] = value;
            let row = self.condensed.row_mut(number);
            row.fill(0.0);
            for (k, coefficients) in coefficients.chunks_exact(n).enumerate() {
                let at = k * all + group * n;
                let height = if group == 0 { 1.0 } else { self.heights[k] };
                for (i, c) in coefficients.iter().enumerate() {
                    row[at + i] = c * scale[at + i] * height;
                }
            }
        }
    }
}
