//! A chain of links between points, of which all but the first and the last point are eliminated.
//!
//! ```text
//! E_s u_s + D_s u_{s+1} + C_s p = g_s,   s = 0 … S − 1
//! ```
//!
//! One by one, by orthogonal transformations of two blocks of rows, which is stable whether solutions grow or decay (Wright
//! 1992). Eight chains side by side are done at once.

use super::elimination::product;
use super::pack::Number;

/// Sizes of a chain.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Size {
    /// Numbers at a point.
    pub n: usize,
    pub border: usize,
    pub links: usize,
}

impl Size {
    /// Elements of a row `[E D C]` of a link.
    pub fn link(&self) -> usize {
        2 * self.n + self.border
    }

    /// Elements of a row while a point is eliminated, `[u_s | u₀ | u_{s+1} | p]`.
    fn wide(&self) -> usize {
        3 * self.n + self.border
    }

    /// Elements that are kept of a point: the rows of two links, and a factor for each reflection.
    fn stage(&self) -> usize {
        2 * self.n * self.wide() + self.n
    }
}

/// A chain with what is kept of its elimination.
#[derive(Clone, Debug, Default)]
pub(super) struct Chain<P> {
    /// For each point that is eliminated: Householder vectors below `R`, whose diagonal is inverted, and the blocks `[E F C]`
    /// beside it; then the factors of the reflections.
    stages: Vec<P>,
    /// `[E D C]` of what is left: `E u₀ + D u_S + C p = g`.
    pub last: Vec<P>,
    /// What multiplies the stages in the rows over everything.
    factors: Vec<P>,
    sums: Vec<P>,
}

impl<P: Number> Chain<P> {
    /// Eliminates. `link(s, i, row)` writes a row of a link. `rows`: each `border` rows over everything has coefficients of
    /// points 0 to S and of `p`; those of the points between are eliminated. Multiplies `sign` by that of the determinant.
    #[inline(always)]
    pub fn eliminate(&mut self, size: Size, link: impl Fn(usize, usize, &mut [P]), rows: &mut [P], sign: &mut P) {
        let Size { n, border, links } = size;
        let (wide, narrow, length) = (size.wide(), size.link(), (links + 1) * n + border);
        let zero = P::splat(0.0);
        self.stages.resize(links.saturating_sub(1) * size.stage(), zero);
        self.factors.resize(links.saturating_sub(1) * n * border, zero);
        self.last.resize(n * narrow, zero);
        self.sums.resize(narrow, zero);
        for (i, row) in self.last.chunks_exact_mut(narrow).enumerate() {
            link(0, i, row);
        }
        for (s, stage) in self.stages.chunks_exact_mut(size.stage()).enumerate() {
            let (work, taus) = stage.split_at_mut(2 * n * wide);
            let (upper, lower) = work.split_at_mut(n * wide);
            for (row, out) in self.last.chunks_exact(narrow).zip(upper.chunks_exact_mut(wide)) {
                out[..n].copy_from_slice(&row[n..2 * n]);
                out[n..2 * n].copy_from_slice(&row[..n]);
                out[2 * n..3 * n].fill(zero);
                out[3 * n..].copy_from_slice(&row[2 * n..]);
            }
            for (i, out) in lower.chunks_exact_mut(wide).enumerate() {
                link(s + 1, i, &mut self.sums);
                out[..n].copy_from_slice(&self.sums[..n]);
                out[n..2 * n].fill(zero);
                out[2 * n..].copy_from_slice(&self.sums[n..]);
            }
            reflect(work, n, wide, taus, sign);
            for (row, out) in work[n * wide..].chunks_exact(wide).zip(self.last.chunks_exact_mut(narrow)) {
                out.copy_from_slice(&row[n..]);
            }
            // Rows over everything: what stands at the point goes to u₀, the next one and p.
            for (k, row) in rows.chunks_exact_mut(length).enumerate() {
                let factors = &mut self.factors[(s * border + k) * n..][..n];
                factors.copy_from_slice(&row[(s + 1) * n..(s + 2) * n]);
                for (i, from) in work.chunks_exact(wide).take(n).enumerate() {
                    let y = factors[i] * from[i];
                    factors[i] = y;
                    let less = |out: &mut [P], part: &[P]| out.iter_mut().zip(part).for_each(|(x, r)| *x -= y * *r);
                    less(&mut factors[i + 1..], &from[i + 1..n]);
                    less(&mut row[..n], &from[n..2 * n]);
                    less(&mut row[(s + 2) * n..(s + 3) * n], &from[2 * n..3 * n]);
                    less(&mut row[length - border..], &from[3 * n..]);
                }
            }
        }
    }

    /// Takes the right-hand sides of the links, n each, to those of the stages, and the last to that of what is left; takes
    /// their part off the right-hand sides of the rows over everything.
    #[inline(always)]
    pub fn condense(&self, size: Size, g: &mut [P], bottom: &mut [P]) {
        let Size { n, border, .. } = size;
        let wide = size.wide();
        for (s, stage) in self.stages.chunks_exact(size.stage()).enumerate() {
            let (work, taus) = stage.split_at(2 * n * wide);
            let pair = &mut g[s * n..(s + 2) * n];
            for (k, &tau) in taus.iter().enumerate() {
                let mut sum = pair[k];
                for i in k + 1..2 * n {
                    sum += work[i * wide + k] * pair[i];
                }
                sum *= tau;
                pair[k] -= sum;
                for i in k + 1..2 * n {
                    pair[i] -= work[i * wide + k] * sum;
                }
            }
            for (k, bottom) in bottom.iter_mut().enumerate() {
                *bottom -= product(&self.factors[(s * border + k) * n..][..n], &pair[..n]);
            }
        }
    }

    /// The points from the first to the last but one from what [`Chain::condense`] left, where the stages' right-hand sides were.
    #[inline(always)]
    pub fn expand(&self, size: Size, g: &mut [P], first: &[P], last: &[P], p: &[P]) {
        let Size { n, links, .. } = size;
        let wide = size.wide();
        let stages = self.stages.chunks_exact(size.stage());
        let (points, end) = g.split_at_mut(links.saturating_sub(1) * n);
        end[..n].copy_from_slice(last);
        for (s, stage) in stages.enumerate().rev() {
            for i in (0..n).rev() {
                let row = &stage[i * wide..(i + 1) * wide];
                let next = if s + 2 == links { &end[..n] } else { &points[(s + 1) * n..(s + 2) * n] };
                let beside =
                    product(&row[n..2 * n], first) + product(&row[2 * n..3 * n], next) + product(&row[3 * n..], p);
                let own = &points[s * n..(s + 1) * n];
                let x = (own[i] - product(&row[i + 1..n], &own[i + 1..]) - beside) * row[i];
                points[s * n + i] = x;
            }
        }
    }
}

/// Columns that are transformed at a time.
const TILE: usize = 4;

/// Applies the reflection of column `k` to some columns.
#[inline(always)]
fn reflect_columns<P: Number, const COUNT: usize>(
    first: &mut [P],
    lower: &mut [P],
    wide: usize,
    k: usize,
    c: usize,
    tau: P,
) {
    let first = &mut first[c..c + COUNT];
    let mut sums = [P::default(); COUNT];
    sums.copy_from_slice(first);
    for row in lower.chunks_exact(wide) {
        let v = row[k];
        sums.iter_mut().zip(&row[c..c + COUNT]).for_each(|(sum, x)| *sum += v * *x);
    }
    sums.iter_mut().for_each(|sum| *sum *= tau);
    first.iter_mut().zip(&sums).for_each(|(x, sum)| *x -= *sum);
    for row in lower.chunks_exact_mut(wide) {
        let v = row[k];
        row[c..c + COUNT].iter_mut().zip(&sums).for_each(|(x, sum)| *x -= v * *sum);
    }
}

/// Householder's reflections `1 − τ v vᵀ` that make the first n columns of 2n rows triangular; `v`, which begins with 1, is kept
/// below the diagonal.
#[inline(always)]
fn reflect<P: Number>(rows: &mut [P], n: usize, wide: usize, taus: &mut [P], sign: &mut P) {
    let one = P::splat(1.0);
    for k in 0..n {
        let (upper, lower) = rows.split_at_mut((k + 1) * wide);
        let first = &mut upper[k * wide..];
        let pivot = first[k];
        let mut square = pivot * pivot;
        for row in lower.chunks_exact(wide) {
            square += row[k] * row[k];
        }
        // A zero column makes numbers that are not finite, which are seen in the end.
        let diagonal = -square.sqrt().copysign(pivot);
        // v = (1, x_i / lead), and τ = 2/vᵀv.
        let lead = pivot - diagonal;
        let tau = -(lead / diagonal);
        let inverse = one / lead;
        for row in lower.chunks_exact_mut(wide) {
            row[k] *= inverse;
        }
        let mut c = k + 1;
        while c + TILE <= wide {
            reflect_columns::<P, TILE>(first, lower, wide, k, c, tau);
            c += TILE;
        }
        for c in c..wide {
            reflect_columns::<P, 1>(first, lower, wide, k, c, tau);
        }
        first[k] = one / diagonal;
        taus[k] = tau;
        // A reflection, and the sign of the diagonal.
        *sign *= one.copysign(pivot);
    }
}
