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
//! 2. The mesh points between the first and the last are eliminated one by one, by orthogonal transformations; rows over
//!    everything follow.
//! 3. What is left is a full system for `u₀` and `p`.
//!
//! The cost is proportional to the number of intervals. The idea to eliminate interval by interval is that of Doedel, Keller &
//! Kernévez (1991). The period is cut into eight pieces of as many intervals each, and the steps 1 and 2 are taken in all eight
//! side by side; then the pieces are joined. Pieces that run beyond the end have intervals of no length there.

use super::chain::{Chain, Size};
use super::elimination::{Factorisation, Solution, product};
use super::pack::{LANES, Pack};
use crate::linalg::{Lu, Singular};
use pulp::{Arch, Simd, WithSimd};

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

    fn layout(&self) -> Layout {
        Layout::of(self.intervals)
    }
}

/// What is done for a shape, for those of most models with sizes that the compiler knows: loops are then unrolled, and no bound
/// is checked.
macro_rules! with_known_sizes {
    ($shape:expr, $known:ident => $work:expr) => {{
        let shape: Shape = $shape;
        macro_rules! known {
            ($states:literal) => {{
                let $known = Shape { states: $states, degree: 4, border: 2, ..shape };
                $work
            }};
        }
        match (shape.states, shape.degree, shape.border) {
            (2, 4, 2) => known!(2),
            (3, 4, 2) => known!(3),
            (4, 4, 2) => known!(4),
            _ => {
                let $known = shape;
                $work
            }
        }
    }};
}
pub(super) use with_known_sizes;

/// Which intervals stand side by side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    intervals: usize,
    /// Intervals of a piece, which has a lane for itself.
    pub steps: usize,
    /// Pieces with intervals.
    pub pieces: usize,
}

impl Layout {
    pub fn of(intervals: usize) -> Self {
        let steps = intervals.div_ceil(LANES).max(1);
        Layout { intervals, steps, pieces: intervals.div_ceil(steps) }
    }

    /// The intervals of a step, with their lanes.
    #[inline(always)]
    pub fn side_by_side(self, step: usize) -> impl Iterator<Item = (usize, usize)> {
        // The last piece may be shorter.
        let last = self.intervals - (self.pieces - 1) * self.steps;
        let lanes = if step < last { self.pieces } else { self.pieces - 1 };
        (0..lanes).map(move |lane| (lane, step + lane * self.steps))
    }

    /// Puts the numbers of a step's intervals side by side: of each the first `out.len()` of a row of `size`; where there is no
    /// interval, `missing`.
    ///
    /// Eight numbers are read for one pack that is written: to write lane by lane what is read as a whole next, one would wait for.
    #[inline(always)]
    pub fn gather(self, step: usize, from: &[f64], size: usize, missing: &[f64], out: &mut [Pack]) {
        let count = out.len();
        let mut lanes: [&[f64]; LANES] = [&missing[..count]; LANES];
        for (lane, own) in lanes.iter_mut().enumerate() {
            let j = step + lane * self.steps;
            if j < self.intervals {
                *own = &from[j * size..][..count];
            }
        }
        for (i, out) in out.iter_mut().enumerate() {
            let mut pack = Pack::default();
            for (to, from) in pack.0.iter_mut().zip(lanes) {
                *to = from[i];
            }
            *out = pack;
        }
    }

    /// The other way round.
    #[inline(always)]
    pub fn scatter(self, step: usize, from: &[Pack], size: usize, to: &mut [f64]) {
        for (lane, j) in self.side_by_side(step) {
            to[j * size..][..from.len()].iter_mut().zip(from).for_each(|(to, from)| *to = from.0[lane]);
        }
    }
}

/// A system with its factors, whose arrays are kept from one factorisation to the next.
#[derive(Clone, Debug, Default)]
pub struct Condensed {
    shape: Shape,
    /// Blocks `[A_j a_j b_j]` of single intervals, row-major, where they are filled in so.
    single: Vec<f64>,
    /// The blocks of the intervals of each step, row-major; factorised in place into `L U` and `A_j⁻¹[a_j b_j]`.
    blocks: Vec<Pack>,
    order: Vec<[u32; LANES]>,
    /// Rows over everything: coefficients of the nodes, then of `p`.
    rows: Vec<Vec<f64>>,
    /// Their coefficients of the nodes between mesh points, for each step, and of mesh points after step 1, for each row.
    inner: Vec<Pack>,
    reduced: Vec<Pack>,
    pieces: Chain<Pack>,
    whole: Chain<f64>,
    corner: Lu,
    /// Of the determinants of the blocks factorised so far.
    sign: Pack,
    negative: bool,
    work: Vec<f64>,
    values: Vec<Pack>,
    room: Vec<Pack>,
    /// The numbers of an interval that there is not: zeros.
    none: Vec<f64>,
}

impl Condensed {
    /// Prepares for systems of this shape, whose blocks are filled in one by one; they are zero.
    pub fn reset(&mut self, shape: Shape) {
        self.take_shape(shape);
        self.single.clear();
        self.single.resize(shape.intervals * shape.local() * shape.width(), 0.0);
    }

    /// Prepares for systems of this shape, whose blocks are written and factorised step by step.
    pub(super) fn take_shape(&mut self, shape: Shape) {
        self.single.clear();
        self.sign = Pack::splat(1.0);
        if self.shape == shape {
            return;
        }
        self.shape = shape;
        let steps = shape.layout().steps;
        self.rows = vec![vec![0.0; shape.nodes() + shape.border]; shape.border];
        self.order = vec![[0; LANES]; shape.local() * steps];
        self.blocks.clear();
        self.blocks.resize(steps * shape.local() * shape.width(), Pack::default());
        self.inner.clear();
        self.inner.resize(steps * shape.border * (shape.local() - shape.states), Pack::default());
        self.values.resize(steps * shape.local(), Pack::default());
    }

    /// The block of an interval, to be filled: rows of `width()` elements, in the order `o_j`, `u_j`, `p`.
    pub fn block_mut(&mut self, interval: usize) -> &mut [f64] {
        let size = self.shape.local() * self.shape.width();
        &mut self.single[interval * size..(interval + 1) * size]
    }

    /// The blocks of a step's intervals, to be written.
    #[inline(always)]
    pub(super) fn step_mut(&mut self, shape: Shape, step: usize) -> &mut [Pack] {
        let size = shape.local() * shape.width();
        &mut self.blocks[step * size..(step + 1) * size]
    }

    /// Factorises the blocks of a step's intervals, best while they are near.
    #[inline(always)]
    pub(super) fn factor_step<S: Simd>(&mut self, simd: S, shape: Shape, step: usize) -> Result<(), Singular> {
        let (size, width) = (shape.local(), shape.width());
        let block = &mut self.blocks[step * size * width..(step + 1) * size * width];
        let order = &mut self.order[step * size..(step + 1) * size];
        Factorisation { block, order, size, width, sign: &mut self.sign }.with_simd(simd)
    }

    /// A row over everything, to be filled: nodes in their order, the first one first, then `p`.
    pub fn row_mut(&mut self, k: usize) -> &mut [f64] {
        &mut self.rows[k]
    }

    /// Factorises what was filled in. Fails where an interval has no solution by itself, or an element is not finite.
    pub fn factor(&mut self) -> Result<(), Singular> {
        if !self.single.is_empty() {
            self.put_side_by_side();
        }
        Arch::new().dispatch(Factor(self))?;
        let Shape { states: n, border, .. } = self.shape;
        let (size, narrow) = (n + border, 2 * n + border);
        let mut corner = std::mem::take(&mut self.work);
        let rows = corner.split_off(corner.len() - border * narrow);
        corner.clear();
        for row in self.whole.last.chunks_exact(narrow).chain(rows.chunks_exact(narrow)) {
            corner.extend((0..n).map(|k| row[k] + row[n + k]));
            corner.extend_from_slice(&row[2 * n..]);
        }
        let result = self.corner.factor(&corner, size);
        self.work = corner;
        result
    }

    /// Blocks that were filled in one by one. The others are those of intervals of no length: `o = u`.
    fn put_side_by_side(&mut self) {
        let Shape { states: n, .. } = self.shape;
        let (size, width) = (self.shape.local(), self.shape.width());
        let layout = self.shape.layout();
        self.sign = Pack::splat(1.0);
        for (step, block) in self.blocks.chunks_exact_mut(size * width).enumerate() {
            for (i, row) in block.chunks_exact_mut(width).enumerate() {
                row.fill(Pack::default());
                row[i] = Pack::splat(1.0);
                row[size + i % n] = Pack::splat(-1.0);
            }
            for (lane, j) in layout.side_by_side(step) {
                let single = &self.single[j * size * width..(j + 1) * size * width];
                block.iter_mut().zip(single).for_each(|(pack, x)| pack.0[lane] = *x);
            }
        }
    }

    /// Steps 1 and 2. Leaves the rows over everything in `work`: coefficients of the first and last mesh point, and of `p`.
    #[inline(always)]
    fn eliminate<S: Simd>(&mut self, simd: S, shape: Shape) -> Result<(), Singular> {
        let Shape { states: n, border, .. } = shape;
        let (size, width, Layout { steps, pieces, .. }) = (shape.local(), shape.width(), shape.layout());
        if !self.single.is_empty() {
            for step in 0..steps {
                self.factor_step(simd, shape, step)?;
            }
        }
        let mut sign = self.sign;
        self.reduce_rows(shape);
        let (blocks, from) = (&self.blocks, size - n);
        let link = |step: usize, i: usize, out: &mut [Pack]| {
            let row = &blocks[(step * size + from + i) * width..][size..width];
            out[..n].copy_from_slice(&row[..n]);
            out[n..2 * n].fill(Pack::default());
            out[n + i] = Pack::splat(1.0);
            out[2 * n..].copy_from_slice(&row[n..]);
        };
        self.pieces.eliminate(Size { n, border, links: steps }, link, &mut self.reduced, &mut sign);
        // The pieces are joined.
        let (length, whole) = ((steps + 1) * n + border, (pieces + 1) * n + border);
        self.work.clear();
        self.work.resize(border * whole, 0.0);
        for ((row, out), own) in
            self.reduced.chunks_exact(length).zip(self.work.chunks_exact_mut(whole)).zip(&self.rows)
        {
            out[whole - border..].copy_from_slice(&own[shape.nodes()..]);
            for piece in 0..pieces {
                for k in 0..n {
                    out[piece * n + k] += row[k].0[piece];
                    out[(piece + 1) * n + k] += row[steps * n + k].0[piece];
                }
                for k in 0..border {
                    out[whole - border + k] += row[length - border + k].0[piece];
                }
            }
        }
        let narrow = 2 * n + border;
        let last = &self.pieces.last;
        let link = |piece: usize, i: usize, out: &mut [f64]| {
            out.iter_mut().zip(&last[i * narrow..]).for_each(|(out, x)| *out = x.0[piece]);
        };
        let mut joint = 1.0;
        self.whole.eliminate(Size { n, border, links: pieces }, link, &mut self.work, &mut joint);
        for k in 0..border {
            let row = &self.work[k * whole..(k + 1) * whole];
            let ends: Vec<f64> = row[..n].iter().chain(&row[whole - border - n..]).copied().collect();
            self.work.extend(ends);
        }
        self.negative = sign.0.iter().fold(joint, |product, sign| product * sign) < 0.0;
        Ok(())
    }

    /// Takes own unknowns out of the rows over everything, but those at mesh points, which stay.
    #[inline(always)]
    fn reduce_rows(&mut self, shape: Shape) {
        let Shape { states: n, border, .. } = shape;
        let (size, width, layout) = (shape.local(), shape.width(), shape.layout());
        let (length, between) = ((layout.steps + 1) * n + border, size - n);
        self.reduced.clear();
        self.reduced.resize(border * length, Pack::default());
        self.none.resize(size, 0.0);
        for (step, block) in self.blocks.chunks_exact(size * width).enumerate() {
            for (k, (row, out)) in self.rows.iter().zip(self.reduced.chunks_exact_mut(length)).enumerate() {
                let inner = &mut self.inner[(step * border + k) * between..][..between];
                let (points, p) = out.split_at_mut(length - border);
                let point = &mut points[step * n..(step + 1) * n];
                layout.gather(step, row, size, &self.none, point);
                layout.gather(step, &row[n..], size, &self.none, inner);
                for (c, solved) in inner.iter().zip(block.chunks_exact(width)) {
                    let (states, parameters) = solved[size..].split_at(n);
                    point.iter_mut().zip(states).for_each(|(out, w)| *out -= *c * *w);
                    p.iter_mut().zip(parameters).for_each(|(out, w)| *out -= *c * *w);
                }
            }
        }
    }

    /// `Φ_j` of all intervals, one after the other: `δu_{j+1} = Φ_j δu_j` solves the linearised equation.
    pub fn transfers(&self, out: &mut Vec<f64>) {
        let Shape { states: n, intervals, .. } = self.shape;
        let (size, width, layout) = (self.shape.local(), self.shape.width(), self.shape.layout());
        out.clear();
        out.resize(intervals * n * n, 0.0);
        for (step, block) in self.blocks.chunks_exact(size * width).enumerate() {
            for i in 0..n {
                let row = &block[(size - n + i) * width + size..][..n];
                for (lane, j) in layout.side_by_side(step) {
                    let out = &mut out[(j * n + i) * n..][..n];
                    out.iter_mut().zip(row).for_each(|(out, x)| *out = -x.0[lane]);
                }
            }
        }
    }

    /// The solution of the linearised equation that begins with `first`: its values at all nodes.
    pub fn follow(&self, first: &[f64]) -> Vec<f64> {
        let (n, size, width) = (self.shape.states, self.shape.local(), self.shape.width());
        let Layout { steps, .. } = self.shape.layout();
        let mut nodes = first.to_vec();
        for j in 0..self.shape.intervals {
            let (lane, step) = (j / steps, j % steps);
            let begin = nodes[nodes.len() - n..].to_vec();
            for row in self.blocks[step * size * width..].chunks_exact(width).take(size) {
                nodes.push(-row[size..].iter().zip(&begin).map(|(a, x)| a.0[lane] * x).sum::<f64>());
            }
        }
        nodes.truncate(self.shape.nodes());
        nodes
    }

    /// Overwrites the right-hand side, rows of the intervals and then those over everything, with the solution: nodes from
    /// the first, then `p`.
    pub fn solve(&mut self, rhs: &mut [f64]) {
        Arch::new().dispatch(Solve(self, rhs));
    }

    #[inline(always)]
    fn solve_with<S: Simd>(&mut self, simd: S, shape: Shape, rhs: &mut [f64]) {
        let Shape { states: n, border, .. } = shape;
        let (size, width, nodes, between) = (shape.local(), shape.width(), shape.nodes(), shape.local() - n);
        let layout @ Layout { steps, pieces, .. } = shape.layout();
        let (own, joint) = (Size { n, border, links: steps }, Size { n, border, links: pieces });
        let zero = Pack::default();
        let mut values = std::mem::take(&mut self.values);
        // Right-hand sides of mesh points, and of the rows over everything; later where the pieces begin and end, and p.
        let mut room = std::mem::take(&mut self.room);
        room.clear();
        room.resize(steps * n + 2 * n + 2 * border, zero);
        let (g, rest) = room.split_at_mut(steps * n);
        let (bottom, rest) = rest.split_at_mut(border);
        let (p_packs, rest) = rest.split_at_mut(border);
        let (begins, ends) = rest.split_at_mut(n);
        // As for a tangent, where there is nothing to be done.
        let trivial = rhs[..nodes].iter().all(|r| *r == 0.0);
        if trivial {
            values.fill(zero);
        } else {
            let blocks = self.blocks.chunks_exact(size * width).zip(self.order.chunks_exact(size));
            for (step, ((block, order), r)) in blocks.zip(values.chunks_exact_mut(size)).enumerate() {
                layout.gather(step, &rhs[..nodes], size, &self.none, r);
                Solution { block, order, size, width, r }.with_simd(simd);
                for (k, bottom) in bottom.iter_mut().enumerate() {
                    *bottom -= product(&self.inner[(step * border + k) * between..][..between], &r[..between]);
                }
                g[step * n..(step + 1) * n].copy_from_slice(&r[between..]);
            }
            self.pieces.condense(own, g, bottom);
        }
        let mut carried: Vec<f64> = Vec::with_capacity(pieces * n + border);
        for piece in 0..pieces {
            carried.extend(g[(steps - 1) * n..].iter().map(|g| g.0[piece]));
        }
        let mut below = rhs[nodes..].to_vec();
        for (below, parts) in below.iter_mut().zip(bottom.iter()) {
            *below += parts.0[..pieces].iter().sum::<f64>();
        }
        self.whole.condense(joint, &mut carried, &mut below);
        let mut corner: Vec<f64> = carried[(pieces - 1) * n..].iter().chain(&below).copied().collect();
        self.corner.solve(&mut corner);
        let (first, p) = corner.split_at(n);
        self.whole.expand(joint, &mut carried, first, first, p);
        for piece in 0..pieces {
            for k in 0..n {
                begins[k].0[piece] = if piece == 0 { first[k] } else { carried[(piece - 1) * n + k] };
                ends[k].0[piece] = carried[piece * n + k];
            }
        }
        p_packs.iter_mut().zip(p).for_each(|(pack, p)| *pack = Pack::splat(*p));
        self.pieces.expand(own, g, begins, ends, p_packs);
        for (step, (block, r)) in self.blocks.chunks_exact(size * width).zip(values.chunks_exact_mut(size)).enumerate()
        {
            let begin = if step == 0 { &begins[..] } else { &g[(step - 1) * n..step * n] };
            for (x, row) in r.iter_mut().zip(block.chunks_exact(width)) {
                *x -= product(&row[size..size + n], begin) + product(&row[size + n..], p_packs);
            }
            for (lane, j) in layout.side_by_side(step) {
                // Own unknowns of the last interval end with u₀, which comes first.
                let (own, last) = r.split_at(between);
                let at = j * size + n;
                rhs[at..at + between].iter_mut().zip(own).for_each(|(x, r)| *x = r.0[lane]);
                let at = if at + between == nodes { 0 } else { at + between };
                rhs[at..at + n].iter_mut().zip(last).for_each(|(x, r)| *x = r.0[lane]);
            }
        }
        rhs[nodes..].copy_from_slice(p);
        (self.values, self.room) = (values, room);
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
                .whole
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

struct Factor<'a>(&'a mut Condensed);

impl WithSimd for Factor<'_> {
    type Output = Result<(), Singular>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        with_known_sizes!(self.0.shape, shape => self.0.eliminate(simd, shape))
    }
}

struct Solve<'a>(&'a mut Condensed, &'a mut [f64]);

impl WithSimd for Solve<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        with_known_sizes!(self.0.shape, shape => self.0.solve_with(simd, shape, self.1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::{dot, multiply_square};

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

    const SHAPES: [Shape; 6] = [
        Shape { states: 3, degree: 4, intervals: 5, border: 2 },
        Shape { states: 1, degree: 2, intervals: 2, border: 1 },
        Shape { states: 2, degree: 3, intervals: 1, border: 3 },
        Shape { states: 4, degree: 2, intervals: 7, border: 2 },
        // Pieces of three intervals, of which the last is shorter.
        Shape { states: 2, degree: 4, intervals: 20, border: 2 },
        Shape { states: 3, degree: 2, intervals: 25, border: 1 },
    ];

    #[test]
    fn solutions_are_those_of_the_full_matrix() {
        for (shape, seed) in SHAPES.into_iter().zip([0.1, 0.4, 0.7, 0.9, 0.2, 0.35]) {
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
        for (shape, seed) in SHAPES.into_iter().zip([0.15, 0.45, 0.75, 0.95, 0.25, 0.55]) {
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
