//! Eigenvalues of a linearisation: all of a full matrix, the leading ones of a sparse one.

use super::{Eigenvalues, Leading, Matrix, Singular};

/// Workspace for eigenvalues; holds the last ones found.
#[derive(Clone, Debug, Default)]
pub struct Spectrum {
    all: Eigenvalues,
    leading: Leading,
    sorted: Vec<[f64; 2]>,
}

/// Where leading eigenvalues do not converge, all are found of a matrix up to this size.
const MOST: usize = 400;

impl Spectrum {
    /// Eigenvalues `[re, im]` of the square part of a matrix, by falling real part, then falling imaginary part: the
    /// `wanted` ones near the imaginary axis where the matrix is sparse (and one more lest a pair is split), else all.
    ///
    /// Fails where an element is not finite or the iteration does not converge.
    pub fn of(&mut self, a: &Matrix, wanted: usize) -> Result<&[[f64; 2]], Singular> {
        if a.pattern().is_none() || wanted >= a.rows() {
            return self.all.of(a);
        }
        match self.leading.of(a, wanted) {
            Some(found) => {
                self.sorted.clear();
                self.sorted.extend_from_slice(found);
                self.sorted.sort_unstable_by(|x, y| y[0].total_cmp(&x[0]).then(y[1].total_cmp(&x[1])));
                Ok(&self.sorted)
            }
            None if a.rows() <= MOST => self.all.of(a),
            None => Err(Singular),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Pattern;
    use super::*;
    use std::sync::Arc;

    /// A chain of m cells of two states, as in a Brusselator with diffusion `d` and `d/2` in units of the rates.
    fn chain(m: usize, d: f64) -> Matrix {
        let rows: Vec<Vec<u32>> = (0..2 * m as i64)
            .map(|i| {
                let near = [i - 2, i - i % 2, i - i % 2 + 1, i + 2];
                near.iter().filter(|j| (0..2 * m as i64).contains(j)).map(|j| *j as u32).collect()
            })
            .collect();
        let mut a = Matrix::zeros(2 * m, 0, Some(Arc::new(Pattern::new(&rows))));
        for i in 0..2 * m {
            let diffusion = if i % 2 == 0 { d } else { 0.5 * d };
            let own = if i % 2 == 0 { [4.45, 4.0] } else { [-5.45, -4.0] };
            for k in 0..a.row(i).len() {
                let j = a.column(i, k);
                let local = if i / 2 == j / 2 { own[j % 2] } else { 0.0 };
                a.row_mut(i)[k] =
                    local + if i == j { -2.0 * diffusion } else { diffusion * f64::from(i.abs_diff(j) == 2) };
            }
        }
        a
    }

    /// The eigenvalues of mode k: those of the 2 × 2 matrix with diffusion times −4 sin²(kπ/2(m+1)).
    fn exact(m: usize, d: f64) -> Vec<[f64; 2]> {
        let mut all = Vec::new();
        for k in 1..=m {
            let q = 4.0 * (0.5 * k as f64 * std::f64::consts::PI / (m as f64 + 1.0)).sin().powi(2) * d;
            let (trace, det) = (0.45 - 1.5 * q, (4.45 - q) * (-4.0 - 0.5 * q) + 4.0 * 5.45);
            let half = 0.25 * trace * trace - det;
            match half < 0.0 {
                true => all.extend([[0.5 * trace, (-half).sqrt()], [0.5 * trace, -(-half).sqrt()]]),
                false => all.extend([[0.5 * trace + half.sqrt(), 0.0], [0.5 * trace - half.sqrt(), 0.0]]),
            }
        }
        all.sort_unstable_by(|x, y| y[0].total_cmp(&x[0]).then(y[1].total_cmp(&x[1])));
        all
    }

    #[test]
    fn the_rightmost_eigenvalues_of_a_long_chain_are_among_the_leading_ones() {
        for (m, length) in [(25, 1.0), (100, 1.0), (400, 0.6), (1600, 2.0)] {
            let d = 0.008 * ((m + 1) as f64 / length).powi(2);
            let a = chain(m, d);
            let mut spectrum = Spectrum::default();
            let found = spectrum.of(&a, 12).unwrap();
            let exact = exact(m, d);
            for e in &exact[..6] {
                let nearest = found.iter().map(|x| (x[0] - e[0]).hypot(x[1] - e[1])).fold(f64::INFINITY, f64::min);
                assert!(nearest < 1e-9, "m = {m}: {e:?} missed by {nearest:e} in {found:?}");
            }
            // None is made up.
            for x in found {
                let nearest = exact.iter().map(|e| (x[0] - e[0]).hypot(x[1] - e[1])).fold(f64::INFINITY, f64::min);
                assert!(nearest < 1e-8, "m = {m}: {x:?} is none");
            }
        }
    }

    #[test]
    fn an_eigenvalue_at_zero_is_found() {
        // Second differences with their first eigenvalue moved to zero.
        let n = 200;
        let rows: Vec<Vec<u32>> = (0..n as u32).map(|i| vec![i.saturating_sub(1), (i + 1).min(n as u32 - 1)]).collect();
        let mut a = Matrix::zeros(n, 0, Some(Arc::new(Pattern::new(&rows))));
        let angle = |k: usize| k as f64 * std::f64::consts::PI / (n as f64 + 1.0);
        for i in 0..n {
            for k in 0..a.row(i).len() {
                a.row_mut(i)[k] = if a.column(i, k) == i { -2.0 * angle(1).cos() } else { 1.0 };
            }
        }
        let mut spectrum = Spectrum::default();
        let found = spectrum.of(&a, 8).unwrap();
        for (k, e) in found.iter().enumerate() {
            let exact = 2.0 * (angle(k + 1).cos() - angle(1).cos());
            assert!((e[0] - exact).abs() < 1e-13 && e[1] == 0.0, "{k}: {e:?} for {exact}");
        }
    }
}
