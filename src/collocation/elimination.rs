//! Gaussian elimination of the blocks of eight intervals side by side, in the widest vector instructions that the machine has,
//! with the same roundings as any others.

use super::pack::{LANES, Number, Pack};
use crate::linalg::Singular;
use pulp::{Simd, WithSimd};

/// An element of the diagonal is a pivot where it is not smaller than this part of the largest below: multipliers stay below its
/// inverse, and rows are seldom exchanged.
const THRESHOLD: f64 = 0.1;
/// Columns that are eliminated at a time.
const PANEL: usize = 4;

/// The blocks `[A a b]`, to be made `L U` and `A⁻¹[a b]` in place; the diagonal of `U` is inverted. Multiplies `sign` by that
/// of `det A`.
pub(super) struct Factorisation<'a> {
    pub block: &'a mut [Pack],
    /// The row that each was exchanged with.
    pub order: &'a mut [[u32; LANES]],
    pub size: usize,
    pub width: usize,
    pub sign: &'a mut Pack,
}

impl WithSimd for Factorisation<'_> {
    type Output = Result<(), Singular>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let Factorisation { block, order, size, width, sign } = self;
        for begin in (0..size).step_by(PANEL) {
            let end = (begin + PANEL).min(size);
            for k in begin..end {
                pivot(block, k, size, width, &mut order[k], sign)?;
                let (upper, lower) = block.split_at_mut((k + 1) * width);
                let row = &mut upper[k * width..];
                *sign *= Pack::splat(1.0).copysign(row[k]);
                let inverse = Pack::splat(1.0) / row[k];
                row[k] = inverse;
                let right = &row[k + 1..end];
                for below in lower.chunks_exact_mut(width) {
                    let below = &mut below[k..end];
                    let factor = below[0] * inverse;
                    below[0] = factor;
                    below[1..].iter_mut().zip(right).for_each(|(x, r)| *x -= factor * *r);
                }
            }
            let (upper, lower) = block.split_at_mut(end * width);
            let panel = &mut upper[begin * width..];
            for t in 1..end - begin {
                let (done, rows) = panel.split_at_mut(t * width);
                subtract(done, begin, t, &mut rows[..width], width, end..width);
            }
            subtract(panel, begin, end - begin, lower, width, end..width);
        }
        // Back substitution for the columns beside.
        for begin in (0..size).step_by(PANEL).rev() {
            let end = (begin + PANEL).min(size);
            let (above, lower) = block.split_at_mut(begin * width);
            let panel = &mut lower[..(end - begin) * width];
            for t in (0..end - begin).rev() {
                let (upper, done) = panel.split_at_mut((t + 1) * width);
                let row = &mut upper[t * width..];
                for (s, solved) in done.chunks_exact(width).enumerate() {
                    let factor = row[begin + t + 1 + s];
                    row[size..width].iter_mut().zip(&solved[size..]).for_each(|(x, r)| *x -= factor * *r);
                }
                let inverse = row[begin + t];
                row[size..width].iter_mut().for_each(|x| *x *= inverse);
            }
            subtract(panel, begin, end - begin, above, width, size..width);
        }
        Ok(())
    }
}

/// Exchanges row `k` with the one below that has the largest element in column `k`, in the lanes that need it.
#[inline(always)]
fn pivot(
    block: &mut [Pack],
    k: usize,
    size: usize,
    width: usize,
    order: &mut [u32; LANES],
    sign: &mut Pack,
) -> Result<(), Singular> {
    *order = [k as u32; LANES];
    let own = block[k * width + k].map(f64::abs);
    let mut largest = Pack::splat(0.0);
    for row in block[(k + 1) * width..].chunks_exact(width) {
        // The first where the second is not a number.
        largest = largest.with(row[k], |largest, x| if x.abs() > largest { x.abs() } else { largest });
    }
    let good = |lane: usize| {
        (own.0[lane] >= THRESHOLD * largest.0[lane]) & (own.0[lane] > 1e-300) & (own.0[lane] < f64::INFINITY)
    };
    if (0..LANES).fold(true, |all, lane| all & good(lane)) {
        return Ok(());
    }
    for lane in (0..LANES).filter(|&lane| !good(lane)) {
        let (mut pivot, mut best) = (k, 0.0);
        for i in k..size {
            let candidate = block[i * width + k].0[lane].abs();
            if candidate > best {
                (pivot, best) = (i, candidate);
            }
        }
        if !(best > 1e-300 && best.is_finite()) {
            return Err(Singular);
        }
        if pivot != k {
            order[lane] = pivot as u32;
            sign.0[lane] = -sign.0[lane];
            for c in 0..width {
                let other = block[pivot * width + c].0[lane];
                block[pivot * width + c].0[lane] = std::mem::replace(&mut block[k * width + c].0[lane], other);
            }
        }
    }
    Ok(())
}

/// Of rows, takes the rows of a panel, times their elements in the columns from `begin`, off in some columns.
#[inline(always)]
fn subtract(
    panel: &[Pack],
    begin: usize,
    count: usize,
    rows: &mut [Pack],
    width: usize,
    columns: std::ops::Range<usize>,
) {
    match count {
        PANEL => subtract_panel::<PANEL>(panel, begin, rows, width, columns),
        3 => subtract_panel::<3>(panel, begin, rows, width, columns),
        2 => subtract_panel::<2>(panel, begin, rows, width, columns),
        _ => subtract_panel::<1>(panel, begin, rows, width, columns),
    }
}

#[inline(always)]
fn subtract_panel<const COUNT: usize>(
    panel: &[Pack],
    begin: usize,
    rows: &mut [Pack],
    width: usize,
    columns: std::ops::Range<usize>,
) {
    let mut c = columns.start;
    while c + 1 < columns.end {
        let mut pair = [[Pack([0.0; LANES]); 2]; COUNT];
        for (pair, row) in pair.iter_mut().zip(panel.chunks_exact(width)) {
            pair.copy_from_slice(&row[c..c + 2]);
        }
        for row in rows.chunks_exact_mut(width) {
            let mut factors = [Pack([0.0; LANES]); COUNT];
            factors.copy_from_slice(&row[begin..begin + COUNT]);
            let [x, y] = &mut row[c..c + 2] else { return };
            for (factor, [u, v]) in factors.into_iter().zip(&pair) {
                *x -= factor * *u;
                *y -= factor * *v;
            }
        }
        c += 2;
    }
    if c < columns.end {
        for row in rows.chunks_exact_mut(width) {
            let mut x = row[c];
            for (factor, panel) in row[begin..begin + COUNT].iter().zip(panel.chunks_exact(width)) {
                x -= *factor * panel[c];
            }
            row[c] = x;
        }
    }
}

/// `A⁻¹ r` in place, by the factors.
pub(super) struct Solution<'a> {
    pub block: &'a [Pack],
    pub order: &'a [[u32; LANES]],
    pub size: usize,
    pub width: usize,
    pub r: &'a mut [Pack],
}

impl WithSimd for Solution<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Solution { block, order, size, width, r } = self;
        for (k, order) in order.iter().enumerate() {
            if *order != [k as u32; LANES] {
                for (lane, &pivot) in order.iter().enumerate() {
                    let other = r[pivot as usize].0[lane];
                    r[pivot as usize].0[lane] = std::mem::replace(&mut r[k].0[lane], other);
                }
            }
        }
        let row = |i: usize| &block[i * width..(i + 1) * width];
        for begin in (0..size).step_by(PANEL) {
            let end = (begin + PANEL).min(size);
            for i in begin..end {
                r[i] -= product(&row(i)[begin..i], &r[begin..i]);
            }
            let (done, rest) = r.split_at_mut(end);
            take_off(&done[begin..], begin, &block[end * width..], width, rest);
        }
        for begin in (0..size).step_by(PANEL).rev() {
            let end = (begin + PANEL).min(size);
            for i in (begin..end).rev() {
                r[i] = (r[i] - product(&row(i)[i + 1..end], &r[i + 1..end])) * row(i)[i];
            }
            let (rest, done) = r.split_at_mut(begin);
            take_off(&done[..end - begin], begin, block, width, rest);
        }
    }
}

/// What a few solved unknowns, the first with number `begin`, are in each row is taken off its right-hand side.
#[inline(always)]
fn take_off(solved: &[Pack], begin: usize, rows: &[Pack], width: usize, rest: &mut [Pack]) {
    let &[a, b, c, d] = solved else {
        for (r, row) in rest.iter_mut().zip(rows.chunks_exact(width)) {
            *r -= product(&row[begin..begin + solved.len()], solved);
        }
        return;
    };
    for (r, row) in rest.iter_mut().zip(rows.chunks_exact(width)) {
        let row = &row[begin..begin + solved.len()];
        *r -= (row[0] * a + row[1] * b) + (row[2] * c + row[3] * d);
    }
}

/// `Σ a_i b_i`.
#[inline(always)]
pub(super) fn product<P: Number>(a: &[P], b: &[P]) -> P {
    let mut sum = P::default();
    for (a, b) in a.iter().zip(b) {
        sum += *a * *b;
    }
    sum
}
