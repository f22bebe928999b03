//! The bordered system of a curve: a matrix that may be singular, made regular by rows below it.

use super::{Band, Lu, Matrix, Singular, dot, norm};

/// `[M S; R]` for `M = [A C]` with n rows and k columns beside the square part, and k rows `R` below, factorised.
///
/// A full matrix by one LU. A sparse one by its band and its borders one by one, each by a mixed block elimination that
/// stays accurate where what it borders is singular (Govaerts, *Numerical Methods for Bifurcations of Dynamical
/// Equilibria*, 2000, §3.6), and one step of iterative refinement.
#[derive(Clone, Debug, Default)]
pub struct Bordered {
    rows: usize,
    sparse: bool,
    /// Of the full matrix with all borders.
    elements: Vec<f64>,
    lu: Lu,
    blocks: Blocks,
}

impl Bordered {
    /// Factorises for the matrix `M`, the column scales `S` (as many as `M` has columns), and the rows `R`, whose
    /// elements are taken times `S` where `scaled` is set, and are zero where a row is short.
    ///
    /// Fails where the whole is singular or an element is not finite.
    pub fn factor<'r>(
        &mut self,
        matrix: &Matrix,
        scale: &[f64],
        rows: impl Iterator<Item = (&'r [f64], bool)>,
    ) -> Result<(), Singular> {
        self.rows = matrix.rows();
        self.sparse = matrix.pattern().is_some();
        if self.sparse {
            return self.blocks.factor(matrix, scale, rows);
        }
        self.elements.clear();
        for equation in matrix.entries().chunks_exact(scale.len().max(1)) {
            self.elements.extend(equation.iter().zip(scale).map(|(j, s)| j * s));
        }
        for (row, scaled) in rows {
            let end = self.elements.len() + scale.len();
            self.elements.extend(row.iter().zip(scale).map(|(r, s)| if scaled { r * s } else { *r }));
            self.elements.resize(end, 0.0);
        }
        self.lu.factor(&self.elements, scale.len())
    }

    /// Overwrites the right-hand side by the solution.
    pub fn solve(&mut self, rhs: &mut [f64]) {
        if self.sparse { self.blocks.solve(rhs, false) } else { self.lu.solve(rhs) }
    }

    /// The same with the transpose.
    pub fn solve_transposed(&mut self, rhs: &mut [f64]) {
        if self.sparse { self.blocks.solve(rhs, true) } else { self.lu.solve_transposed(rhs) }
    }

    /// The determinant but for a positive factor that varies slowly.
    pub fn determinant(&mut self) -> f64 {
        if self.sparse { self.blocks.determinant() } else { self.lu.determinant() }
    }

    /// One over the largest element of each row of `M S`.
    pub fn row_scale(&self) -> &[f64] {
        if self.sparse { &self.blocks.row_scale } else { self.lu.row_scale().get(..self.rows).unwrap_or_default() }
    }
}

/// `A S` as a band, and borders around it.
#[derive(Clone, Debug, Default)]
struct Blocks {
    band: Band,
    /// `M S` and `R`, for borders and residuals.
    matrix: Matrix,
    rows: Vec<Vec<f64>>,
    borders: Vec<Border>,
    row_scale: Vec<f64>,
    right: Vec<f64>,
    residual: Vec<f64>,
}

/// One more column `b` and row `c`: `[M b; cᵀ d]`.
#[derive(Clone, Debug, Default)]
struct Border {
    b: Vec<f64>,
    c: Vec<f64>,
    d: f64,
    /// `M⁻¹ b` and `M⁻ᵀ c`.
    v: Vec<f64>,
    w: Vec<f64>,
    /// `d − cᵀ v` and `d − bᵀ w`, which are equal but for rounding errors.
    delta: [f64; 2],
}

impl Blocks {
    fn factor<'r>(
        &mut self,
        matrix: &Matrix,
        scale: &[f64],
        rows: impl Iterator<Item = (&'r [f64], bool)>,
    ) -> Result<(), Singular> {
        let n = matrix.rows();
        if self.matrix.columns() != matrix.columns() || self.matrix.pattern() != matrix.pattern() {
            self.matrix = Matrix::zeros(n, matrix.extra(), matrix.pattern().cloned());
        }
        self.matrix.set_scaled(matrix, |_| 1.0, |k| scale[k]);
        self.row_scale.clear();
        for i in 0..n {
            let row = self.matrix.row(i);
            let largest = row.iter().fold(0.0, |m: f64, a| m.max(a.abs()));
            if largest == 0.0 || row.iter().any(|a| !a.is_finite()) {
                return Err(Singular);
            }
            self.row_scale.push(1.0 / largest);
        }
        self.band.factor(matrix, scale, 0.0);
        self.rows.resize(matrix.extra(), Vec::new());
        for (own, (row, scaled)) in self.rows.iter_mut().zip(rows) {
            own.clear();
            own.extend(row.iter().zip(scale).map(|(r, s)| if scaled { r * s } else { *r }));
            own.resize(matrix.columns(), 0.0);
        }
        if self.rows.iter().flatten().any(|r| !r.is_finite()) {
            return Err(Singular);
        }
        let mut borders = std::mem::take(&mut self.borders);
        borders.resize(matrix.extra(), Border::default());
        for k in 0..borders.len() {
            let (inner, outer) = borders.split_at_mut(k);
            let border = &mut outer[0];
            border.b.clear();
            border.b.extend((0..n).map(|i| {
                let row = self.matrix.row(i);
                row[row.len() - matrix.extra() + k]
            }));
            border.b.extend(self.rows[..k].iter().map(|above| above[n + k]));
            border.c.clear();
            border.c.extend_from_slice(&self.rows[k][..n + k]);
            border.d = self.rows[k][n + k];
            border.v.clone_from(&border.b);
            border.w.clone_from(&border.c);
            eliminate(&mut self.band, inner, &mut border.v, false);
            eliminate(&mut self.band, inner, &mut border.w, true);
            border.delta = [border.d - dot(&border.c, &border.v), border.d - dot(&border.b, &border.w)];
            if border.delta.iter().any(|d| *d == 0.0 || !d.is_finite()) {
                return Err(Singular);
            }
        }
        self.borders = borders;
        Ok(())
    }

    fn solve(&mut self, rhs: &mut [f64], transposed: bool) {
        self.right.clear();
        self.right.extend_from_slice(rhs);
        eliminate(&mut self.band, &self.borders, rhs, transposed);
        self.residual.clear();
        self.residual.resize(rhs.len(), 0.0);
        let (above, below) = self.residual.split_at_mut(self.matrix.rows());
        if transposed {
            let (x, y) = rhs.split_at(self.matrix.rows());
            self.matrix.multiply_transposed(x, &mut self.residual);
            for (row, y) in self.rows.iter().zip(y) {
                self.residual.iter_mut().zip(row).for_each(|(r, a)| *r += a * y);
            }
        } else {
            self.matrix.multiply(rhs, above);
            below.iter_mut().zip(&self.rows).for_each(|(r, row)| *r = dot(row, rhs));
        }
        self.residual.iter_mut().zip(&self.right).for_each(|(r, b)| *r = b - *r);
        eliminate(&mut self.band, &self.borders, &mut self.residual, transposed);
        rhs.iter_mut().zip(&self.residual).for_each(|(x, r)| *x += r);
    }

    /// The sign of the determinant, and for its size how far the matrix is from singular: the length of a vector that is
    /// no special one over that of its solution.
    fn determinant(&mut self) -> f64 {
        let mut sign = self.band.sign();
        let mut x: Vec<f64> = (0..self.matrix.columns()).map(|k| 1.0 + (k as f64 + 0.5).sin()).collect();
        let length = norm(&x);
        for border in &self.borders {
            sign *= border.delta[0].signum();
        }
        eliminate(&mut self.band, &self.borders, &mut x, false);
        sign * length / norm(&x).max(f64::MIN_POSITIVE)
    }
}

/// Solves with all borders by solving without the last: the new unknown from the left, the rest with it, and what that
/// leaves of the last equation once more from the right (Govaerts's BEMW).
fn eliminate(band: &mut Band, borders: &[Border], rhs: &mut [f64], transposed: bool) {
    let Some((border, inner)) = borders.split_last() else {
        return if transposed { band.solve_transposed(rhs) } else { band.solve(rhs) };
    };
    let (b, c, v, w, [delta, delta_star]) = if transposed {
        (&border.c, &border.b, &border.w, &border.v, [border.delta[1], border.delta[0]])
    } else {
        (&border.b, &border.c, &border.v, &border.w, border.delta)
    };
    let Some((last, rest)) = rhs.split_last_mut() else { return };
    let first = (*last - dot(w, rest)) / delta_star;
    rest.iter_mut().zip(b).for_each(|(f, b)| *f -= b * first);
    let remainder = *last - border.d * first;
    eliminate(band, inner, rest, transposed);
    let second = (remainder - dot(c, rest)) / delta;
    rest.iter_mut().zip(v).for_each(|(x, v)| *x -= v * second);
    *last = first + second;
}

#[cfg(test)]
mod tests {
    use super::super::Pattern;
    use super::*;
    use std::sync::Arc;

    /// Second differences with an eigenvalue `shift` from zero, bordered by two columns and two rows.
    #[test]
    fn borders_of_a_band_make_up_for_its_singularity_as_a_full_lu_does() {
        let n = 60;
        let rows: Vec<Vec<u32>> = (0..n as u32).map(|i| vec![i.saturating_sub(1), (i + 1).min(n as u32 - 1)]).collect();
        let angle = std::f64::consts::PI / (n as f64 + 1.0);
        for shift in [1.0, 1e-6, 1e-13, 0.0] {
            let mut sparse = Matrix::zeros(n, 2, Some(Arc::new(Pattern::new(&rows))));
            let mut full = Matrix::zeros(n, 2, None);
            for i in 0..n {
                for k in 0..sparse.row(i).len() {
                    let value = match sparse.column(i, k) {
                        j if j == i => -2.0 * angle.cos() + shift,
                        j if j < n => 1.0,
                        j => ((i * j) as f64).cos(),
                    };
                    let j = sparse.column(i, k);
                    sparse.row_mut(i)[k] = value;
                    full.row_mut(i)[j] = value;
                }
            }
            let scale: Vec<f64> = (0..n + 2).map(|k| 1.0 + 0.1 * k as f64).collect();
            let below: Vec<Vec<f64>> =
                (0..2).map(|r| (0..n + 2).map(|k| ((r + 2) as f64 * k as f64).sin()).collect()).collect();
            let rows = || below.iter().enumerate().map(|(k, row)| (row.as_slice(), k == 0));
            let (mut a, mut b) = (Bordered::default(), Bordered::default());
            a.factor(&sparse, &scale, rows()).unwrap();
            b.factor(&full, &scale, rows()).unwrap();
            assert_eq!(a.determinant().signum(), b.determinant().signum());
            assert_eq!(a.row_scale(), b.row_scale());
            for transposed in [false, true] {
                let mut x: Vec<f64> = (0..n + 2).map(|k| (k as f64).cos()).collect();
                let mut y = x.clone();
                if transposed {
                    a.solve_transposed(&mut x);
                    b.solve_transposed(&mut y);
                } else {
                    a.solve(&mut x);
                    b.solve(&mut y);
                }
                // The condition of the matrix is in the difference, and not in the residual.
                let residual = |z: &[f64]| -> f64 {
                    let mut r: Vec<f64> = (0..n + 2).map(|k| (k as f64).cos()).collect();
                    for i in 0..n + 2 {
                        for j in 0..n + 2 {
                            let element = match i.checked_sub(n) {
                                None => full.row(i)[j] * scale[j],
                                Some(k) => below[k][j] * if k == 0 { scale[j] } else { 1.0 },
                            };
                            let (row, column) = if transposed { (j, i) } else { (i, j) };
                            r[row] -= element * z[column];
                        }
                    }
                    norm(&r) / norm(z)
                };
                assert!(residual(&x) < 1e-14, "shift {shift:e}: {:e}, full {:e}", residual(&x), residual(&y));
                let difference = x.iter().zip(&y).fold(0.0, |m: f64, (x, y)| m.max((x - y).abs()));
                assert!(difference < 1e-11 * norm(&y), "shift {shift:e}: {difference:e} of {:e}", norm(&y));
            }
        }
    }
}
