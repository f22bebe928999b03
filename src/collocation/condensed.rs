//! The linear systems of collocation with periodic ends, by structure.
//!
//! ```text
//! u₀   o₀          o₁          o₂        p
//! a₀ | A₀    |               |         | b₀ |   o_j: the m nodes of interval j after its first; the last of them begins
//!    |    a₁ | A₁            |         | b₁ |        interval j + 1, that of the last interval is u₀
//! ⋮  |             ⋱                   | ⋮  |
//!    | c₀    | c₁            | …       | d  |   rows over everything: phase, arclength, …
//! ```
//!
//! 1. Each interval by itself: `o_j = A_j⁻¹(r_j − a_j u_j − b_j p)`, so that `u_{j+1} = Φ_j u_j + Ψ_j p + g_j`.
//! 2. The mesh points between the first and the last are eliminated one by one, by orthogonal transformations of two blocks of
//!    rows, which is stable whether solutions grow or decay (Wright 1992); rows over everything follow.
//! 3. What is left is a full system for `u₀` and `p`.
//!
//! The cost is proportional to the number of intervals. The idea to eliminate interval by interval is that of Doedel, Keller &
//! Kernévez (1991).

use super::elimination::{Interval, Reflections, apply_reflections};
use crate::linalg::{Lu, Singular, dot};
use pulp::Arch;

/// Sizes of a system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Unknowns at a node.
    pub states: usize,
    /// Nodes of an interval after its first.
    pub degree: usize,
    pub intervals: usize,
    /// Unknowns beside the nodes, the columns `p`, and as many rows over everything.
    pub border: usize,
}

impl Shape {
    /// Unknowns at all nodes.
    pub fn nodes(&self) -> usize {
        self.states * self.degree * self.intervals
    }

    /// Rows, and unknowns of an interval.
    pub fn local(&self) -> usize {
        self.states * self.degree
    }

    /// Columns of an interval's block: its own unknowns, its first node, the border.
    pub fn width(&self) -> usize {
        self.local() + self.states + self.border
    }
}

/// A system with its factors, whose arrays are kept from one factorisation to the next.
#[derive(Clone, Debug, Default)]
pub struct Condensed {
    shape: Shape,
    /// Blocks `[A_j a_j b_j]`, row-major; factorised in place into `L U` and `A_j⁻¹[a_j b_j]`.
    blocks: Vec<f64>,
    order: Vec<u32>,
    /// Rows over everything: coefficients of the nodes, then of `p`.
    rows: Vec<Vec<f64>>,
    /// For each mesh point between the first and the last: Householder vectors, `R`, and the row blocks `[E F C]` beside it.
    stages: Vec<f64>,
    /// Coefficients of mesh points in the rows over everything after step 1, and what multiplies stages in step 2.
    reduced: Vec<f64>,
    factors: Vec<f64>,
    /// `E` and `D` after step 2: `E u₀ + D u_K + C p = g`.
    last: Vec<f64>,
    corner: Lu,
    negative: bool,
    work: Vec<f64>,
    values: Vec<f64>,
}

impl Condensed {
    /// Prepares for systems of this shape; blocks and rows are zero.
    pub fn reset(&mut self, shape: Shape) {
        if self.shape != shape {
            self.shape = shape;
            self.rows = vec![vec![0.0; shape.nodes() + shape.border]; shape.border];
            self.order = vec![0; shape.local() * shape.intervals];
        }
        self.blocks.clear();
        self.blocks.resize(shape.intervals * shape.local() * shape.width(), 0.0);
    }

    /// The block of an interval, to be filled: rows of `width()` elements, in the order `o_j`, `u_j`, `p`.
    pub fn block_mut(&mut self, interval: usize) -> &mut [f64] {
        let size = self.shape.local() * self.shape.width();
        &mut self.blocks[interval * size..(interval + 1) * size]
    }

    /// A row over everything, to be filled: nodes in their order, the first one first, then `p`.
    pub fn row_mut(&mut self, k: usize) -> &mut [f64] {
        &mut self.rows[k]
    }

    /// Factorises what was filled in. Fails where an interval has no solution by itself, or an element is not finite.
    pub fn factor(&mut self) -> Result<(), Singular> {
        let Shape { states: n, intervals, border, .. } = self.shape;
        self.negative = false;
        for j in 0..intervals {
            self.factor_interval(j)?;
        }
        self.reduce_rows();
        self.eliminate();
        let size = n + border;
        let mut corner = std::mem::take(&mut self.work);
        corner.clear();
        corner.resize(size * size, 0.0);
        let wide = 2 * n + border;
        for i in 0..n {
            let from = &self.last[i * wide..(i + 1) * wide];
            for k in 0..n {
                corner[i * size + k] = from[k] + from[n + k];
            }
            corner[i * size + n..(i + 1) * size].copy_from_slice(&from[2 * n..]);
        }
        let length = self.reduced_length();
        for k in 0..border {
            let from = &self.reduced[k * length..(k + 1) * length];
            let to = &mut corner[(n + k) * size..(n + k + 1) * size];
            to[..n].copy_from_slice(&from[..n]);
            to[n..].copy_from_slice(&from[length - border..]);
        }
        let result = self.corner.factor(&corner, size);
        self.work = corner;
        result
    }

    /// Coefficients of one row over everything after step 1: mesh points, then `p`.
    fn reduced_length(&self) -> usize {
        self.shape.intervals * self.shape.states + self.shape.border
    }

    /// Step 1 for one interval.
    fn factor_interval(&mut self, j: usize) -> Result<(), Singular> {
        let (size, width) = (self.shape.local(), self.shape.width());
        let block = &mut self.blocks[j * size * width..(j + 1) * size * width];
        let order = &mut self.order[j * size..(j + 1) * size];
        self.negative ^= Arch::new().dispatch(Interval { block, order, size, width })?;
        Ok(())
    }

    /// `A_j⁻¹ r` in place.
    fn solve_interval(&self, j: usize, r: &mut [f64]) {
        let (size, width) = (self.shape.local(), self.shape.width());
        let block = &self.blocks[j * size * width..(j + 1) * size * width];
        for (k, &pivot) in self.order[j * size..(j + 1) * size].iter().enumerate() {
            r.swap(k, pivot as usize);
        }
        for i in 1..size {
            let sum = dot(&block[i * width..i * width + i], &r[..i]);
            r[i] -= sum;
        }
        for i in (0..size).rev() {
            let row = &block[i * width..i * width + size];
            let sum = dot(&row[i + 1..], &r[i + 1..size]);
            r[i] = (r[i] - sum) / row[i];
        }
    }

    /// `−[Φ_j Ψ_j]`: the last rows of `A_j⁻¹[a_j b_j]`, `n + border` elements each.
    fn transfer(&self, j: usize) -> impl Iterator<Item = &[f64]> {
        let (size, width) = (self.shape.local(), self.shape.width());
        let block = &self.blocks[j * size * width..(j + 1) * size * width];
        block.chunks_exact(width).skip(size - self.shape.states).map(move |row| &row[size..])
    }

    /// `Φ_j` of all intervals, one after the other: `δu_{j+1} = Φ_j δu_j` solves the linearised equation.
    pub fn transfers(&self, out: &mut Vec<f64>) {
        out.clear();
        for j in 0..self.shape.intervals {
            for row in self.transfer(j) {
                out.extend(row[..self.shape.states].iter().map(|x| -x));
            }
        }
    }

    /// The solution of the linearised equation that begins with `first`: its values at all nodes.
    pub fn follow(&self, first: &[f64]) -> Vec<f64> {
        let (n, size, width) = (self.shape.states, self.shape.local(), self.shape.width());
        let mut nodes = first.to_vec();
        for block in self.blocks.chunks_exact(size * width) {
            let begin = nodes[nodes.len() - n..].to_vec();
            nodes.extend(block.chunks_exact(width).map(|row| -dot(&row[size..size + n], &begin)));
        }
        nodes.truncate(self.shape.nodes());
        nodes
    }

    /// Coefficients of own unknowns of interval `j` in a row over everything: node `m j + 1` to `m (j + 1)`.
    fn own<'a>(&self, row: &'a [f64], j: usize) -> (&'a [f64], &'a [f64]) {
        let (n, size) = (self.shape.states, self.shape.local());
        let begin = j * size + n;
        if j + 1 == self.shape.intervals {
            (&row[begin..begin + size - n], &[])
        } else {
            (&row[begin..begin + size - n], &row[begin + size - n..begin + size])
        }
    }

    /// Takes own unknowns out of the rows over everything, but those at mesh points, which stay.
    fn reduce_rows(&mut self) {
        let Shape { states: n, intervals, border, .. } = self.shape;
        let (size, width, length) = (self.shape.local(), self.shape.width(), self.reduced_length());
        let mut reduced = std::mem::take(&mut self.reduced);
        reduced.clear();
        reduced.resize(border * length, 0.0);
        for (row, out) in self.rows.iter().zip(reduced.chunks_exact_mut(length)) {
            out[..n].copy_from_slice(&row[..n]);
            out[length - border..].copy_from_slice(&row[self.shape.nodes()..]);
            for j in 0..intervals {
                let (inner, mesh) = self.own(row, j);
                if let Some(out) = out.get_mut((j + 1) * n..(j + 1) * n + mesh.len()) {
                    out.iter_mut().zip(mesh).for_each(|(o, c)| *o += c);
                }
                let block = &self.blocks[j * size * width..];
                for (c, solved) in inner.iter().zip(block.chunks_exact(width)) {
                    if *c != 0.0 {
                        let (states, parameters) = solved[size..].split_at(n);
                        out[j * n..(j + 1) * n].iter_mut().zip(states).for_each(|(o, w)| *o -= c * w);
                        out[length - border..].iter_mut().zip(parameters).for_each(|(o, w)| *o -= c * w);
                    }
                }
            }
        }
        self.reduced = reduced;
    }

    /// Elements of a stage: 2n rows of `[D | E F C]`, `n + 2n + border` each.
    fn stage(&self) -> usize {
        2 * self.shape.states * (3 * self.shape.states + self.shape.border)
    }

    /// Step 2: of `E u₀ + D u_j + C p` and `−Φ_j u_j + u_{j+1} − Ψ_j p`, the first n transformed rows give `u_j`, the others go on.
    fn eliminate(&mut self) {
        let Shape { states: n, intervals, border, .. } = self.shape;
        let (wide, stage, length) = (3 * n + border, self.stage(), self.reduced_length());
        let mut stages = std::mem::take(&mut self.stages);
        stages.clear();
        stages.resize(intervals.saturating_sub(1) * stage, 0.0);
        // `[E D C]`
        let mut last = std::mem::take(&mut self.last);
        last.clear();
        last.resize(n * (2 * n + border), 0.0);
        for (i, (row, out)) in self.transfer(0).zip(last.chunks_exact_mut(2 * n + border)).enumerate() {
            out[..n].copy_from_slice(&row[..n]);
            out[n + i] = 1.0;
            out[2 * n..].copy_from_slice(&row[n..]);
        }
        self.factors.clear();
        self.factors.resize(border * intervals.saturating_sub(1) * n, 0.0);
        for j in 1..intervals {
            let work = &mut stages[(j - 1) * stage..j * stage];
            let (upper, lower) = work.split_at_mut(n * wide);
            for (row, out) in last.chunks_exact(2 * n + border).zip(upper.chunks_exact_mut(wide)) {
                out[..n].copy_from_slice(&row[n..2 * n]);
                out[n..2 * n].copy_from_slice(&row[..n]);
                out[3 * n..].copy_from_slice(&row[2 * n..]);
            }
            for (i, (row, out)) in self.transfer(j).zip(lower.chunks_exact_mut(wide)).enumerate() {
                out[..n].copy_from_slice(&row[..n]);
                out[2 * n + i] = 1.0;
                out[3 * n..].copy_from_slice(&row[n..]);
            }
            self.negative ^= Arch::new().dispatch(Reflections { rows: work, n, wide, sums: &mut self.work });
            for (row, out) in work[n * wide..].chunks_exact(wide).zip(last.chunks_exact_mut(2 * n + border)) {
                out.copy_from_slice(&row[n..]);
            }
            // Rows over everything: what stands at u_j goes to u₀, u_{j+1} and p.
            for k in 0..border {
                let row = &mut self.reduced[k * length..(k + 1) * length];
                let factors = &mut self.factors[(k * (intervals - 1) + j - 1) * n..][..n];
                factors.copy_from_slice(&row[j * n..(j + 1) * n]);
                for i in 0..n {
                    let stage_row = &work[i * wide..(i + 1) * wide];
                    factors[i] /= stage_row[i];
                    let y = factors[i];
                    for c in i + 1..n {
                        factors[c] -= y * stage_row[c];
                    }
                    let next = if j + 1 == intervals { 0 } else { (j + 1) * n };
                    for c in 0..n {
                        row[c] -= y * stage_row[n + c];
                    }
                    for c in 0..n {
                        row[next + c] -= y * stage_row[2 * n + c];
                    }
                    for c in 0..border {
                        row[length - border + c] -= y * stage_row[3 * n + c];
                    }
                }
            }
        }
        (self.stages, self.last) = (stages, last);
    }

    /// Overwrites the right-hand side, rows of the intervals and then those over everything, with the solution: nodes from
    /// the first, then `p`.
    pub fn solve(&mut self, rhs: &mut [f64]) {
        let Shape { states: n, intervals, border, .. } = self.shape;
        let (size, width, wide, stage) = (self.shape.local(), self.shape.width(), 3 * n + border, self.stage());
        let nodes = self.shape.nodes();
        for j in 0..intervals {
            self.solve_interval(j, &mut rhs[j * size..(j + 1) * size]);
        }
        // g of each mesh point, and the rows over everything.
        let mut values = std::mem::take(&mut self.values);
        values.clear();
        let mut carried: Vec<f64> = rhs[size - n..size].to_vec();
        let mut bottom: Vec<f64> = rhs[nodes..].to_vec();
        for (k, row) in self.rows.iter().enumerate() {
            for j in 0..intervals {
                bottom[k] -= dot(self.own(row, j).0, &rhs[j * size..(j + 1) * size - n]);
            }
        }
        let mut pair = vec![0.0; 2 * n];
        for j in 1..intervals {
            pair[..n].copy_from_slice(&carried);
            pair[n..].copy_from_slice(&rhs[(j + 1) * size - n..(j + 1) * size]);
            apply_reflections(&self.stages[(j - 1) * stage..j * stage], n, wide, &mut pair);
            for (k, bottom) in bottom.iter_mut().enumerate() {
                *bottom -= dot(&self.factors[(k * (intervals - 1) + j - 1) * n..][..n], &pair[..n]);
            }
            values.extend_from_slice(&pair[..n]);
            carried.copy_from_slice(&pair[n..]);
        }
        carried.extend_from_slice(&bottom);
        self.corner.solve(&mut carried);
        let (first, p) = carried.split_at(n);
        // Mesh points from the last to the first; `values` becomes u_1 … u_{K−1}.
        let mut next = first.to_vec();
        for j in (1..intervals).rev() {
            let own = &mut values[(j - 1) * n..j * n];
            let work = &self.stages[(j - 1) * stage..j * stage];
            for i in (0..n).rev() {
                let row = &work[i * wide..(i + 1) * wide];
                let mut sum = own[i];
                sum -= dot(&row[i + 1..n], &own[i + 1..]);
                sum -= dot(&row[n..2 * n], first) + dot(&row[2 * n..3 * n], &next) + dot(&row[3 * n..], p);
                own[i] = sum / row[i];
            }
            next.copy_from_slice(own);
        }
        for j in 0..intervals {
            let begin = if j == 0 { first } else { &values[(j - 1) * n..j * n] };
            let block = &self.blocks[j * size * width..];
            for (x, row) in rhs[j * size..(j + 1) * size].iter_mut().zip(block.chunks_exact(width)) {
                *x -= dot(&row[size..size + n], begin) + dot(&row[size + n..width], p);
            }
        }
        // Own unknowns of the last interval end with u₀, which comes first.
        rhs[..nodes].rotate_right(n);
        rhs[nodes..].copy_from_slice(p);
        debug_assert_eq!(border, p.len());
        self.values = values;
    }

    /// Determinant, but for a positive factor that changes smoothly with the system.
    pub fn determinant(&self) -> f64 {
        let value = self.corner.determinant();
        if self.negative { -value } else { value }
    }

    /// `det(M − μ)` of the monodromy matrix `M = Φ_{K−1} ⋯ Φ₀` for a real `μ`, with its sign but over a positive factor: with
    /// `E u₀ + D u_K = 0`, `det(E + μ D)/det(−D)`.
    pub fn characteristic(&self, mu: f64) -> f64 {
        let Shape { states: n, border, .. } = self.shape;
        let wide = 2 * n + border;
        let mut lu = Lu::<f64>::default();
        let mut determinant = |f: &dyn Fn(&[f64], usize) -> f64| {
            let a: Vec<f64> = self
                .last
                .chunks_exact(wide)
                .flat_map(|row| (0..n).map(move |k| (row, k)))
                .map(|(row, k)| f(row, k))
                .collect();
            lu.factor(&a, n).map_or(0.0, |()| lu.determinant())
        };
        let value = determinant(&|row, k| row[k] + mu * row[n + k]);
        let sign = determinant(&|row, k| -row[n + k]).signum();
        value * sign
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::multiply_square;

    /// Some system without structure beyond the blocks, its dense matrix, and its determinant's sign.
    fn system(shape: Shape, seed: f64) -> (Condensed, Vec<f64>) {
        let mut condensed = Condensed::default();
        condensed.reset(shape);
        let (n, size, width, nodes) = (shape.states, shape.local(), shape.width(), shape.nodes());
        let total = nodes + shape.border;
        let mut dense = vec![0.0; total * total];
        let mut state = seed;
        let mut number = || {
            state = (state * 78.233 + 0.317).sin();
            state
        };
        for j in 0..shape.intervals {
            for i in 0..size {
                for k in 0..width {
                    let value = number() + if i == k { 2.0 } else { 0.0 };
                    condensed.block_mut(j)[i * width + k] = value;
                    let column = if k < size {
                        (j * size + n + k) % nodes
                    } else if k < size + n {
                        j * size + k - size
                    } else {
                        nodes + k - size - n
                    };
                    dense[(j * size + i) * total + column] += value;
                }
            }
        }
        for r in 0..shape.border {
            for k in 0..total {
                let value = number();
                condensed.row_mut(r)[k] = value;
                dense[(nodes + r) * total + k] = value;
            }
        }
        (condensed, dense)
    }

    const SHAPES: [Shape; 4] = [
        Shape { states: 3, degree: 4, intervals: 5, border: 2 },
        Shape { states: 1, degree: 2, intervals: 2, border: 1 },
        Shape { states: 2, degree: 3, intervals: 1, border: 3 },
        Shape { states: 4, degree: 2, intervals: 7, border: 2 },
    ];

    #[test]
    fn solutions_are_those_of_the_full_matrix() {
        for (shape, seed) in SHAPES.into_iter().zip([0.1, 0.4, 0.7, 0.9]) {
            let (mut condensed, dense) = system(shape, seed);
            condensed.factor().unwrap();
            let total = shape.nodes() + shape.border;
            let exact: Vec<f64> = (0..total).map(|i| (i as f64 * 1.7).cos()).collect();
            let mut rhs: Vec<f64> = dense.chunks_exact(total).map(|row| dot(row, &exact)).collect();
            condensed.solve(&mut rhs);
            let error = rhs.iter().zip(&exact).fold(0.0_f64, |m, (a, b)| m.max((a - b).abs()));
            assert!(error < 1e-9, "{shape:?}: {error}");
        }
    }

    #[test]
    fn the_sign_of_the_determinant_is_that_of_the_full_matrix_up_to_the_order_of_the_columns() {
        for shape in SHAPES {
            let mut relative = None;
            for seed in 0..40 {
                let (mut condensed, dense) = system(shape, 0.05 + 0.023 * f64::from(seed));
                condensed.factor().unwrap();
                let mut lu = Lu::default();
                lu.factor(&dense, shape.nodes() + shape.border).unwrap();
                let sign = lu.determinant().signum() * condensed.determinant().signum();
                assert_eq!(*relative.get_or_insert(sign), sign, "{shape:?}, seed {seed}");
            }
        }
    }

    #[test]
    fn the_characteristic_polynomial_is_that_of_the_monodromy_matrix() {
        for (shape, seed) in SHAPES.into_iter().zip([0.15, 0.45, 0.75, 0.95]) {
            let (mut condensed, _) = system(shape, seed);
            condensed.factor().unwrap();
            let n = shape.states;
            let mut all = Vec::new();
            condensed.transfers(&mut all);
            let mut product: Vec<f64> = (0..n * n).map(|i| f64::from(i % (n + 1) == 0)).collect();
            for factor in all.chunks_exact(n * n) {
                product = multiply_square(factor, &product, n);
            }
            let determinant = |mu: f64| {
                let mut a = product.clone();
                (0..n).for_each(|i| a[i * (n + 1)] -= mu);
                let mut lu = Lu::default();
                lu.factor(&a, n).unwrap();
                lu.determinant()
            };
            let ratio = condensed.characteristic(-1.0) / determinant(-1.0);
            assert!(ratio > 0.0, "{shape:?}");
            for mu in [-2.0, 0.3, 1.0, 1.7] {
                assert!((condensed.characteristic(mu) / determinant(mu) / ratio - 1.0).abs() < 1e-6, "{shape:?}, {mu}");
            }
        }
    }
}
