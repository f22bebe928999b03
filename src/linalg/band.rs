//! LU factorisation of a sparse matrix as a band, with row exchanges within the band.

use super::Matrix;

/// `P D A = L U` of the square part of a [`Matrix`] in the order of its pattern, where `D` scales each row to largest
/// element 1. With n rows and half-bandwidth b, a factorisation costs O(n b²) and a solution O(n b).
///
/// A singular matrix is factorised as one that differs from it by rounding errors: what borders it makes it regular.
#[derive(Clone, Debug, Default)]
pub struct Band {
    n: usize,
    /// Half-bandwidth of `A`; rows of `U` reach twice as far.
    b: usize,
    /// Where index `i` of the matrix comes.
    place: Vec<usize>,
    /// Row k: `U[k, k..=k + 2b]`.
    upper: Vec<f64>,
    /// Row k: the multipliers of rows `k + 1..=k + b`.
    lower: Vec<f64>,
    /// Row exchanged with row k.
    pivots: Vec<usize>,
    row_scale: Vec<f64>,
    parity: f64,
    work: Vec<f64>,
}

impl Band {
    /// Factorises `A S − σ` for the square part `A` of the matrix, which has a pattern, and the column scales `S`.
    pub fn factor(&mut self, matrix: &Matrix, scale: &[f64], shift: f64) {
        let n = matrix.rows();
        let Some(pattern) = matrix.pattern() else { return };
        let b = pattern.bandwidth();
        let width = 2 * b + 1;
        (self.n, self.b, self.parity) = (n, b, 1.0);
        self.place.clear();
        self.place.extend((0..n).map(|i| pattern.place(i)));
        self.upper.clear();
        self.upper.resize(n * width, 0.0);
        self.lower.clear();
        self.lower.resize(n * b, 0.0);
        self.pivots.clear();
        self.row_scale.clear();
        self.row_scale.resize(n, 1.0);
        for i in 0..n {
            let at = self.place[i];
            // Until its turn comes, row k is kept with its columns k − b … k + b; then it is shifted to begin at k.
            let row = &mut self.upper[at * width..(at + 1) * width];
            for (&j, value) in pattern.row(i).iter().zip(matrix.row(i)) {
                let shift = if j as usize == i { shift } else { 0.0 };
                row[self.place[j as usize] + b - at] = value * scale[j as usize] - shift;
            }
            let largest = row.iter().fold(0.0_f64, |m, a| m.max(a.abs()));
            let factor = if largest > 0.0 { 1.0 / largest } else { 1.0 };
            row.iter_mut().for_each(|a| *a *= factor);
            self.row_scale[at] = factor;
        }
        self.eliminate();
    }

    fn eliminate(&mut self) {
        let (n, b) = (self.n, self.b);
        let width = 2 * b + 1;
        // Rows that have entered the window are stored from the window's first column on.
        for k in 0..b.min(n) {
            let missing = b - k;
            self.upper[k * width..(k + 1) * width].rotate_left(missing);
        }
        for k in 0..n {
            let last = (k + b).min(n - 1);
            // Row k + b enters: its stored columns begin at k, as do those of the rows before it.
            let mut pivot = k;
            let mut best = 0.0;
            for i in k..=last {
                let size = self.upper[i * width].abs();
                if size > best {
                    best = size;
                    pivot = i;
                }
            }
            self.pivots.push(pivot);
            if pivot != k {
                let (head, tail) = self.upper.split_at_mut(pivot * width);
                head[k * width..(k + 1) * width].swap_with_slice(&mut tail[..width]);
                self.parity = -self.parity;
            }
            if best < f64::EPSILON {
                // Rows have largest element 1, so this is a change by a rounding error.
                let element = &mut self.upper[k * width];
                *element = f64::EPSILON.copysign(*element);
            }
            let (head, tail) = self.upper.split_at_mut((k + 1) * width);
            let pivot_row = &head[k * width..];
            let inverse = 1.0 / pivot_row[0];
            for (row, factor) in tail.chunks_exact_mut(width).take(last - k).zip(&mut self.lower[k * b..]) {
                let multiplier = row[0] * inverse;
                *factor = multiplier;
                for j in 1..width {
                    row[j - 1] = row[j] - multiplier * pivot_row[j];
                }
                row[width - 1] = 0.0;
            }
        }
    }

    /// Puts `x` into the order of the band.
    fn gather(&mut self, x: &[f64]) {
        self.work.clear();
        self.work.resize(self.n, 0.0);
        for (x, &place) in x.iter().zip(&self.place) {
            self.work[place] = *x;
        }
    }

    /// Puts what was solved for back into the order of the matrix.
    fn scatter(&self, x: &mut [f64]) {
        for (x, &place) in x.iter_mut().zip(&self.place) {
            *x = self.work[place];
        }
    }

    /// Overwrites the leading n elements of `x` with `A⁻¹ x`.
    pub fn solve(&mut self, x: &mut [f64]) {
        let (n, b) = (self.n, self.b);
        let width = 2 * b + 1;
        self.gather(x);
        let y = &mut self.work[..];
        y.iter_mut().zip(&self.row_scale).for_each(|(y, s)| *y *= s);
        for k in 0..n {
            y.swap(k, self.pivots[k]);
            let value = y[k];
            let last = (k + b).min(n - 1);
            for (y, factor) in y[k + 1..=last].iter_mut().zip(&self.lower[k * b..]) {
                *y -= factor * value;
            }
        }
        for k in (0..n).rev() {
            let row = &self.upper[k * width..(k + 1) * width];
            let reach = width.min(n - k);
            let mut sum = y[k];
            for j in 1..reach {
                sum -= row[j] * y[k + j];
            }
            y[k] = sum / row[0];
        }
        self.scatter(x);
    }

    /// Overwrites the leading n elements of `x` with `A⁻ᵀ x`.
    pub fn solve_transposed(&mut self, x: &mut [f64]) {
        let (n, b) = (self.n, self.b);
        let width = 2 * b + 1;
        self.gather(x);
        let y = &mut self.work;
        for k in 0..n {
            let row = &self.upper[k * width..(k + 1) * width];
            y[k] /= row[0];
            let value = y[k];
            let reach = width.min(n - k);
            for j in 1..reach {
                y[k + j] -= row[j] * value;
            }
        }
        for k in (0..n).rev() {
            let last = (k + b).min(n - 1);
            let sum: f64 = y[k + 1..=last].iter().zip(&self.lower[k * b..]).map(|(y, factor)| y * factor).sum();
            y[k] -= sum;
            y.swap(k, self.pivots[k]);
        }
        y.iter_mut().zip(&self.row_scale).for_each(|(y, s)| *y *= s);
        self.scatter(x);
    }

    /// Sign of the determinant of the matrix that was factorised.
    pub fn sign(&self) -> f64 {
        let width = 2 * self.b + 1;
        (0..self.n).fold(self.parity, |sign, k| sign * self.upper[k * width].signum())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Lu, Pattern};
    use super::*;
    use std::sync::Arc;

    /// A band of a few diagonals in scrambled order, badly scaled, with zeros where pivots would be.
    fn matrix(n: usize) -> Matrix {
        let at = |k: usize| (7 * k % n) as u32;
        let mut rows = vec![Vec::new(); n];
        for k in 0..n {
            let near = [k.wrapping_sub(2), k.wrapping_sub(1), k + 1, k + 2];
            rows[at(k) as usize].extend(near.iter().filter(|&&j| j < n).map(|&j| at(j)));
        }
        let mut matrix = Matrix::zeros(n, 0, Some(Arc::new(Pattern::new(&rows))));
        for i in 0..n {
            for k in 0..matrix.row(i).len() {
                let j = matrix.column(i, k);
                let size = if i % 5 == 0 { 1e6 } else { 1.0 };
                matrix.row_mut(i)[k] = if i == j && i % 3 == 0 { 0.0 } else { size * ((11 * i + 5 * j) as f64).sin() };
            }
        }
        matrix
    }

    #[test]
    fn solutions_and_the_sign_of_the_determinant_are_those_of_the_full_matrix() {
        let n = 41;
        let matrix = matrix(n);
        let scale: Vec<f64> = (0..n).map(|k| 1.0 + k as f64).collect();
        for shift in [0.0, 0.7] {
            let mut band = Band::default();
            band.factor(&matrix, &scale, shift);
            let mut dense = Vec::new();
            matrix.to_dense(&mut dense);
            (0..n * n).for_each(|k| dense[k] *= scale[k % n]);
            (0..n).for_each(|i| dense[i * n + i] -= shift);
            let mut lu = Lu::default();
            lu.factor(&dense, n).unwrap();
            assert_eq!(band.sign(), lu.determinant().signum());
            let x: Vec<f64> = (0..n).map(|k| (k as f64).cos()).collect();
            let (mut a, mut b) = (x.clone(), x.clone());
            band.solve(&mut a);
            lu.solve(&mut b);
            assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-11 * b.abs().max(1e-3)), "{a:?} {b:?}");
            let (mut a, mut b) = (x.clone(), x);
            band.solve_transposed(&mut a);
            lu.solve_transposed(&mut b);
            assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-11 * b.abs().max(1e-3)), "{a:?} {b:?}");
        }
    }
}
