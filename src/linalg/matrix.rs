//! A square matrix, full or sparse, with further full columns beside it.

use super::Pattern;
use std::sync::Arc;

/// `[A C]` with n rows: `A` is n × n and has elements where its pattern says, or everywhere; `C` is full.
#[derive(Clone, Debug, Default)]
pub struct Matrix {
    n: usize,
    extra: usize,
    pattern: Option<Arc<Pattern>>,
    /// Row by row: the elements of `A` that there are, then those of `C`.
    entries: Vec<f64>,
}

impl Matrix {
    pub fn zeros(n: usize, extra: usize, pattern: Option<Arc<Pattern>>) -> Self {
        let own = pattern.as_ref().map_or(n * n, |pattern| pattern.start(n));
        Matrix { n, extra, pattern, entries: vec![0.0; own + n * extra] }
    }

    /// A full matrix from its elements, row by row.
    pub fn full(n: usize, extra: usize, entries: Vec<f64>) -> Self {
        assert_eq!(entries.len(), n * (n + extra), "{n} rows of {} elements, got {}", n + extra, entries.len());
        Matrix { n, extra, pattern: None, entries }
    }

    pub fn rows(&self) -> usize {
        self.n
    }

    pub fn columns(&self) -> usize {
        self.n + self.extra
    }

    /// Number of columns beside the square part.
    pub fn extra(&self) -> usize {
        self.extra
    }

    pub fn pattern(&self) -> Option<&Arc<Pattern>> {
        self.pattern.as_ref()
    }

    /// All elements; of a full matrix, row-major with [`Matrix::columns`] elements a row.
    pub fn entries(&self) -> &[f64] {
        &self.entries
    }

    /// Elements of row `i`, whose columns are [`Matrix::column`].
    #[inline]
    pub fn row(&self, i: usize) -> &[f64] {
        &self.entries[self.range(i)]
    }

    #[inline]
    pub fn row_mut(&mut self, i: usize) -> &mut [f64] {
        let range = self.range(i);
        &mut self.entries[range]
    }

    #[inline]
    fn range(&self, i: usize) -> std::ops::Range<usize> {
        match &self.pattern {
            None => i * (self.n + self.extra)..(i + 1) * (self.n + self.extra),
            Some(pattern) => pattern.start(i) + i * self.extra..pattern.start(i + 1) + (i + 1) * self.extra,
        }
    }

    /// Column of the k-th element of row `i`.
    #[inline]
    pub fn column(&self, i: usize, k: usize) -> usize {
        match &self.pattern {
            None => k,
            Some(pattern) => {
                let row = pattern.row(i);
                row.get(k).map_or(self.n + k - row.len(), |&j| j as usize)
            }
        }
    }

    /// The elements `(column, value)` of row `i`.
    #[inline]
    pub fn elements(&self, i: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.row(i).iter().enumerate().map(move |(k, &value)| (self.column(i, k), value))
    }

    /// Where among [`Matrix::entries`] the element `(i, j)` is, one that there is.
    pub fn place(&self, i: usize, j: usize) -> usize {
        let k = match &self.pattern {
            None => j,
            Some(pattern) => {
                let row = pattern.row(i);
                if j < self.n { row.partition_point(|&own| (own as usize) < j) } else { row.len() + j - self.n }
            }
        };
        self.range(i).start + k
    }

    /// Sets all elements: those at these places to these values, the others to zero.
    pub fn set_elements(&mut self, places: &[usize], values: impl Iterator<Item = f64>) {
        self.entries.fill(0.0);
        places.iter().zip(values).for_each(|(&place, value)| self.entries[place] = value);
    }

    /// Adds to a diagonal element.
    pub fn add_to_diagonal(&mut self, i: usize, value: f64) {
        let place = self.place(i, i);
        self.entries[place] += value;
    }

    /// `D⁻¹ [A C] E` of the leading columns of `other` that this matrix has, for diagonal `D` and `E` with these elements.
    /// Columns of this matrix beyond those of `other` become zero.
    pub fn set_scaled(&mut self, other: &Matrix, rows: impl Fn(usize) -> f64, columns: impl Fn(usize) -> f64) {
        debug_assert!(self.n == other.n && self.pattern.is_some() == other.pattern.is_some());
        for i in 0..self.n {
            let factor = rows(i);
            let from = other.row(i);
            let (begin, extra) = (self.range(i), self.extra.min(other.extra));
            let own = begin.len() - self.extra;
            let row = &mut self.entries[begin];
            for (k, (to, from)) in row.iter_mut().zip(from).take(own + extra).enumerate() {
                *to = from * columns(other.column(i, k)) / factor;
            }
            row[own + extra..].fill(0.0);
        }
    }

    /// The leading columns of `other` that this matrix has; further ones of this matrix keep what they hold.
    pub fn set_leading(&mut self, other: &Matrix) {
        debug_assert!(self.n == other.n && self.pattern.is_some() == other.pattern.is_some());
        for i in 0..self.n {
            let (begin, extra) = (self.range(i), self.extra.min(other.extra));
            let count = begin.len() - self.extra + extra;
            self.entries[begin][..count].copy_from_slice(&other.row(i)[..count]);
        }
    }

    /// `A² + κ` of the square part of `other`; this matrix has the pattern of the square.
    pub fn set_square(&mut self, other: &Matrix, kappa: f64) {
        self.entries.fill(0.0);
        let mut row = vec![0.0; if other.pattern.is_some() { self.n } else { 0 }];
        for i in 0..self.n {
            match &self.pattern {
                None => {
                    let width = self.n + self.extra;
                    let out = &mut self.entries[i * width..i * width + self.n];
                    for (k, a) in other.row(i)[..self.n].iter().enumerate() {
                        out.iter_mut().zip(other.row(k)).for_each(|(o, b)| *o += a * b);
                    }
                }
                Some(pattern) => {
                    for (k, a) in other.elements(i).filter(|(k, _)| *k < other.n) {
                        other.elements(k).filter(|(j, _)| *j < other.n).for_each(|(j, b)| row[j] += a * b);
                    }
                    let begin = pattern.start(i) + i * self.extra;
                    for (to, &j) in self.entries[begin..].iter_mut().zip(pattern.row(i)) {
                        *to = std::mem::take(&mut row[j as usize]);
                    }
                }
            }
            self.add_to_diagonal(i, kappa);
        }
    }

    /// Writes `column` as the k-th of the further columns.
    pub fn set_extra(&mut self, k: usize, column: &[f64]) {
        for (i, value) in column.iter().enumerate() {
            let place = self.range(i).end - self.extra + k;
            self.entries[place] = *value;
        }
    }

    /// `y = [A C] x`, where columns beyond the length of `x` do not count.
    #[inline]
    pub fn multiply(&self, x: &[f64], y: &mut [f64]) {
        match &self.pattern {
            None => super::multiply(&self.entries, self.columns(), x, y),
            Some(_) => (0..self.n).zip(y).for_each(|(i, y)| {
                *y = self.elements(i).filter(|(j, _)| *j < x.len()).map(|(j, a)| a * x[j]).sum();
            }),
        }
    }

    /// `y = [A C]ᵀ x`, of which as many elements as `y` has.
    #[inline]
    pub fn multiply_transposed(&self, x: &[f64], y: &mut [f64]) {
        match &self.pattern {
            None => super::multiply_transposed(&self.entries, self.columns(), x, y),
            Some(_) => {
                y.fill(0.0);
                for (i, x) in x.iter().enumerate() {
                    for (j, a) in self.elements(i) {
                        if let Some(y) = y.get_mut(j) {
                            *y += a * x;
                        }
                    }
                }
            }
        }
    }

    /// Largest magnitude of an element of the square part.
    pub fn largest(&self) -> f64 {
        (0..self.n).fold(0.0, |m, i| {
            let row = self.row(i);
            row[..row.len() - self.extra].iter().fold(m, |m: f64, a| m.max(a.abs()))
        })
    }

    /// The leading n × n part, full.
    pub fn to_dense(&self, out: &mut Vec<f64>) {
        let n = self.n;
        out.clear();
        match &self.pattern {
            None => (0..n).for_each(|i| out.extend_from_slice(&self.row(i)[..n])),
            Some(_) => {
                out.resize(n * n, 0.0);
                for i in 0..n {
                    self.elements(i).filter(|(j, _)| *j < n).for_each(|(j, a)| out[i * n + j] = a);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two matrices with the same elements, one sparse and one full.
    fn twins(n: usize, extra: usize) -> (Matrix, Matrix) {
        let rows: Vec<Vec<u32>> =
            (0..n as u32).map(|i| vec![i.saturating_sub(1), i, (i + 2).min(n as u32 - 1)]).collect();
        let mut sparse = Matrix::zeros(n, extra, Some(Arc::new(Pattern::new(&rows))));
        let mut full = Matrix::zeros(n, extra, None);
        for i in 0..n {
            for k in 0..sparse.row(i).len() {
                let j = sparse.column(i, k);
                let value = ((3 * i + 7 * j) as f64).sin();
                sparse.row_mut(i)[k] = value;
                full.row_mut(i)[j] = value;
            }
        }
        (sparse, full)
    }

    #[test]
    fn a_sparse_matrix_acts_as_the_full_one_with_the_same_elements() {
        let (n, extra) = (9, 2);
        let (sparse, full) = twins(n, extra);
        let x: Vec<f64> = (0..n + extra).map(|k| (k as f64).cos()).collect();
        for length in [n, n + 1, n + 2] {
            let (mut a, mut b) = (vec![0.0; n], vec![0.0; n]);
            sparse.multiply(&x[..length], &mut a);
            full.multiply(&x[..length], &mut b);
            assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-15));
            let (mut a, mut b) = (vec![0.0; length], vec![0.0; length]);
            sparse.multiply_transposed(&x[..n], &mut a);
            full.multiply_transposed(&x[..n], &mut b);
            assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-15));
        }
    }

    #[test]
    fn squares_and_scaled_copies_agree_too() {
        let (n, extra) = (9, 2);
        let (sparse, full) = twins(n, extra);
        let squared = Arc::new(sparse.pattern().unwrap().squared());
        let (mut a, mut b) = (Matrix::zeros(n, 1, Some(squared)), Matrix::zeros(n, 1, None));
        a.set_square(&sparse, 0.5);
        b.set_square(&full, 0.5);
        let (mut x, mut y) = (Vec::new(), Vec::new());
        a.to_dense(&mut x);
        b.to_dense(&mut y);
        assert!(x.iter().zip(&y).all(|(x, y)| (x - y).abs() < 1e-15));
        let size = |k: usize| 1.0 + k as f64;
        let (mut a, mut b) = (Matrix::zeros(n, 1, sparse.pattern().cloned()), Matrix::zeros(n, 1, None));
        a.set_scaled(&sparse, size, size);
        b.set_scaled(&full, size, size);
        assert!((0..n).all(|i| a.elements(i).all(|(j, value)| value == b.row(i)[j])));
    }
}
