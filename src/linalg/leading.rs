//! Some eigenvalues of a sparse matrix: those nearest to a point on the right of the origin.

use super::{Band, Eigenvalues, Matrix, dot, normalise};

/// Finds the eigenvalues nearest to a real shift `σ > 0` by Arnoldi's method for `(A − σ)⁻¹`, whose eigenvalues are
/// `1/(μ − σ)` (Saad, *Numerical Methods for Large Eigenvalue Problems*, 2011, §8.1). The shift is as large as the
/// leading eigenvalues themselves, so that what is nearest to it lies near the imaginary axis or on the right of it.
///
/// An oscillation with `ω² > R² − σ²`, where `R` is the distance of the farthest eigenvalue found, can be missed.
#[derive(Clone, Debug, Default)]
pub struct Leading {
    band: Band,
    shift: f64,
    start: Vec<f64>,
    /// Orthonormal basis, one vector after the other.
    basis: Vec<f64>,
    /// `H`, column by column.
    hessenberg: Vec<f64>,
    small: Matrix,
    eigenvalues: Eigenvalues,
    ones: Vec<f64>,
    found: Vec<[f64; 2]>,
}

/// Eigenvalues beyond those wanted that are asked to converge roughly, lest one of them belongs to those wanted.
const SPARE: usize = 4;
/// A wanted eigenvalue has converged when it moves by less than this part of its size, or of the shift.
const CONVERGED: f64 = 1e-11;
/// The basis has at most this many vectors for each eigenvalue wanted, and this many besides.
const MOST: [usize; 2] = [8, 60];

impl Leading {
    /// The `wanted` eigenvalues `[re, im]` (one more where that would split a pair), not sorted. `None` where they do not
    /// converge.
    pub fn of(&mut self, a: &Matrix, wanted: usize) -> Option<&[[f64; 2]]> {
        let n = a.rows();
        if (0..n).any(|i| a.row(i).iter().any(|a| !a.is_finite())) {
            return None;
        }
        if self.start.len() != n {
            self.start = (0..n).map(|k| 1.0 + (1.7 * k as f64 + 0.3).sin()).collect();
            self.ones = vec![1.0; n];
            self.shift = 0.0;
        }
        for _ in 0..6 {
            let shift = if self.shift > 0.0 { self.shift } else { 1e-6 * a.largest() };
            self.nearest(a, shift, wanted)?;
            // As far right as the middle one of those found is from the origin.
            let mut sizes: Vec<f64> = self.found.iter().map(|e| e[0].hypot(e[1])).collect();
            sizes.sort_unstable_by(f64::total_cmp);
            let good = sizes.get(sizes.len() / 2).copied().unwrap_or(shift).max(1e-8 * a.largest());
            // Far from the good one the set is another; beside an eigenvalue, digits of the others are lost.
            let distance = self.found.iter().fold(f64::INFINITY, |m, e| m.min((e[0] - shift).hypot(e[1])));
            let collides = distance < 1e-4 * shift;
            if (0.2..5.0).contains(&(shift / good)) && !collides {
                return Some(&self.found);
            }
            self.shift = if collides { 1.37 * good } else { good };
        }
        Some(&self.found)
    }

    fn nearest(&mut self, a: &Matrix, shift: f64, wanted: usize) -> Option<()> {
        let n = a.rows();
        let most = (MOST[0] * wanted + MOST[1]).min(n);
        self.band.factor(a, &self.ones, shift);
        self.basis.clear();
        self.basis.extend_from_slice(&self.start);
        normalise(&mut self.basis);
        self.hessenberg.clear();
        self.hessenberg.resize((most + 1) * most, 0.0);
        let mut previous: Vec<[f64; 2]> = Vec::new();
        let mut next = (2 * wanted + SPARE).min(most);
        for k in 0..most {
            let mut image = self.basis[k * n..(k + 1) * n].to_vec();
            self.band.solve(&mut image);
            let column = &mut self.hessenberg[k * (most + 1)..(k + 1) * (most + 1)];
            // Twice is enough (Giraud, Langou & Rozložník 2005).
            for _ in 0..2 {
                for (q, h) in self.basis.chunks_exact(n).zip(&mut *column) {
                    let overlap = dot(q, &image);
                    *h += overlap;
                    image.iter_mut().zip(q).for_each(|(x, q)| *x -= overlap * q);
                }
            }
            let size = column[..=k].iter().fold(0.0, |m: f64, h| m.max(h.abs()));
            let rest = normalise(&mut image);
            column[k + 1] = rest;
            let invariant = rest <= 1e-14 * size || k + 1 == n;
            if k + 1 == next || invariant || k + 1 == most {
                self.ritz(k + 1, most + 1, shift)?;
                let settled = previous.len() >= wanted.min(n)
                    && (0..wanted.min(n)).all(|i| {
                        let (x, y) = (self.found[i], previous[i]);
                        (x[0] - y[0]).hypot(x[1] - y[1]) <= CONVERGED * (x[0].hypot(x[1]) + shift)
                    });
                if settled || invariant {
                    self.take(wanted);
                    return Some(());
                }
                previous.clone_from(&self.found);
                next = (k + 1 + 8).min(most);
            }
            self.basis.extend(image);
        }
        None
    }

    /// Eigenvalues of the leading part of `H`, mapped back, nearest to the shift first.
    fn ritz(&mut self, size: usize, stride: usize, shift: f64) -> Option<()> {
        if self.small.rows() != size {
            self.small = Matrix::zeros(size, 0, None);
        }
        for i in 0..size {
            for j in 0..size {
                self.small.row_mut(i)[j] = if i <= j + 1 { self.hessenberg[j * stride + i] } else { 0.0 };
            }
        }
        let theta = self.eigenvalues.of(&self.small).ok()?;
        self.found.clear();
        self.found.extend(theta.iter().filter(|t| t[0] != 0.0 || t[1] != 0.0).map(|t| {
            let square = t[0] * t[0] + t[1] * t[1];
            [shift + t[0] / square, -t[1] / square]
        }));
        let distance = |e: &[f64; 2]| (e[0] - shift).hypot(e[1]);
        // Of a pair, the one above first.
        self.found.sort_by(|a, b| distance(a).total_cmp(&distance(b)).then(b[1].total_cmp(&a[1])));
        Some(())
    }

    fn take(&mut self, wanted: usize) {
        let split = self.found.get(wanted - 1).is_some_and(|e| e[1] > 0.0);
        self.found.truncate(if split { wanted + 1 } else { wanted });
    }
}
