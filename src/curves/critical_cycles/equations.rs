//! The equations of critical cycles at Gauss points, the conditions over the whole cycle, and their linearisation.

use super::across::Local;
use super::{CriticalCycles, CycleCondition};
use crate::collocation::Place;
use crate::field::Field;
use crate::linalg::dot;

/// The right-hand sides of all groups at a Gauss point, and their derivatives by the components and by what stands in the border.
pub(super) struct Rows {
    pub right: Vec<f64>,
    pub linear: Vec<f64>,
    pub columns: Vec<f64>,
}

/// A condition over the whole cycle: its number, the group that it has coefficients of, these, and its value, which is told once.
struct Integral {
    number: usize,
    group: usize,
    coefficients: Vec<f64>,
    value: f64,
}

impl<F: Field> CriticalCycles<'_, F> {
    /// `β` of a fold where it is in the equations, and zero.
    pub(super) fn beta(&self, y: &[f64]) -> f64 {
        if self.has_beta() { y[self.shape().nodes() + 3] } else { 0.0 }
    }

    fn has_beta(&self) -> bool {
        self.condition == CycleCondition::Fold && !self.left_out
    }

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
            // Linear equations of functions are in units of what these are here.
            let height = |i: usize| if i < n { 1.0 } else { self.heights[j * m] };
            let units: Vec<f64> = sizes.iter().enumerate().map(|(i, size)| size * height(i)).collect();
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

    /// `T f`, and for each critical function `T f_x v`, of a fold with `β f`, or with `− χ f` where what is along the cycle is left
    /// out.
    ///
    /// * `z`: the cycle and its critical functions at the point.
    fn at_point(&mut self, y: &[f64], z: &[f64], rows: &mut Rows) {
        let (n, shape, beta) = (self.space.components(), self.shape(), self.beta(y));
        let (all, border, period) = (shape.states, shape.border, y[shape.nodes()]);
        let Rows { right, linear, columns } = rows;
        let (u, mut rates) = (&z[..n], vec![0.0; n]);
        self.derivatives.first(self.field, u, &self.parameters, &mut rates, &mut self.jacobian);
        linear.fill(0.0);
        columns.fill(0.0);
        right.fill(0.0);
        for i in 0..n {
            right[i] = period * rates[i];
            columns[i * border] = rates[i];
            for (k, a) in self.jacobian.elements(i) {
                for group in 0..self.condition.groups() {
                    let (row, v) = (group * n + i, &z[group * n..(group + 1) * n]);
                    match k.checked_sub(n) {
                        None => {
                            linear[row * all + group * n + k] += period * a;
                            if group > 0 {
                                right[row] += period * a * v[k];
                                columns[row * border] += a * v[k];
                                linear[row * all + k] += beta * a;
                            }
                        }
                        Some(parameter) if group == 0 => columns[row * border + 1 + parameter] += period * a,
                        Some(parameter) => columns[row * border + 1 + parameter] += beta * a,
                    }
                }
            }
            if self.has_beta() {
                right[n + i] += beta * rates[i];
                columns[(n + i) * border + 3] = rates[i];
            }
        }
        for group in 1..self.condition.groups() {
            let second = &mut self.seconds[group - 1];
            let v = &z[group * n..(group + 1) * n];
            self.derivatives.second(self.field, u, &self.parameters, v, second);
            for i in 0..n {
                let row = group * n + i;
                for (k, a) in second.elements(i) {
                    match k.checked_sub(n) {
                        None => linear[row * all + k] += period * a,
                        Some(parameter) => columns[row * border + 1 + parameter] += period * a,
                    }
                }
            }
        }
        if self.left_out {
            let along = &mut self.seconds[1];
            self.derivatives.second(self.field, u, &self.parameters, &rates, along);
            let (v, second) = (&z[n..2 * n], &self.seconds[0]);
            let here = Local { v, rates: &rates, jacobian: &self.jacobian, along: &self.seconds[1], second };
            self.across.leave_out(&here, &self.space.sizes, period, rows);
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

    /// The phase, the length of the critical functions, and what fixes their direction.
    fn integrals(&self, y: &[f64]) -> Vec<Integral> {
        let (u, v) = (self.group(y, 0), self.group(y, 1));
        let relative = self.beta(y) / y[self.shape().nodes()];
        let square = self.product(&v, &v) + relative * relative - 1.0;
        let doubled = self.functional(&v).iter().map(|c| 2.0 * c).collect();
        let integral = |number: usize, group: usize, coefficients: Vec<f64>, value: f64| Integral {
            number,
            group,
            coefficients,
            value,
        };
        let mut all = vec![integral(0, 0, self.phase.clone(), dot(&self.phase, &u)), integral(1, 1, doubled, square)];
        match self.condition {
            CycleCondition::Fold if self.left_out => {}
            CycleCondition::Fold => {
                // ∫ ⟨v, u'⟩ dt, linear in both.
                let (mut of_v, mut of_u) = (Vec::new(), Vec::new());
                self.space.slope_coefficients(&u, &mut of_v);
                self.space.slope_coefficients(&v, &mut of_u);
                of_u.iter_mut().for_each(|c| *c = -*c);
                let value = dot(&of_v, &v);
                all.extend([integral(2, 1, of_v, value), integral(2, 0, of_u, 0.0)]);
            }
            CycleCondition::Flip => {}
            CycleCondition::Torus => all.push(integral(2, 1, self.direction.clone(), dot(&self.direction, &v))),
        }
        all
    }

    /// Writes the conditions over the whole cycle into `f`, and their linearisation into the border.
    pub(super) fn write_conditions(&mut self, y: &[f64], scale: &[f64], f: &mut [f64]) {
        let (n, shape) = (self.space.components(), self.shape());
        let (all, nodes) = (shape.states, shape.nodes());
        f[nodes..].fill(0.0);
        (0..shape.border - 1).for_each(|number| self.condensed.row_mut(number).fill(0.0));
        for Integral { number, group, coefficients, value } in &self.integrals(y) {
            f[nodes + number] += *value;
            let row = self.condensed.row_mut(*number);
            for (k, coefficients) in coefficients.chunks_exact(n).enumerate() {
                let at = k * all + group * n;
                let height = if *group == 0 { 1.0 } else { self.heights[k] };
                for (i, c) in coefficients.iter().enumerate() {
                    row[at + i] = c * scale[at + i] * height;
                }
            }
        }
        if self.condition == CycleCondition::Fold && self.left_out {
            f[nodes + 2] = y[nodes + 3] / y[nodes];
            self.condensed.row_mut(2)[nodes + 3] = scale[nodes + 3] / y[nodes];
        }
        if self.has_beta() {
            let (beta, period) = (self.beta(y), y[nodes]);
            let row = self.condensed.row_mut(1);
            row[nodes] = -2.0 * (beta / period).powi(2) / period * scale[nodes];
            row[nodes + 3] = 2.0 * beta / (period * period) * scale[nodes + 3];
        }
    }
}
