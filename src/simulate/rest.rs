//! Whether a solution rests: the Newton step to the equilibrium.
//!
//! Where the equations conserve linear quantities, `wᵀ f = 0` for all `x` (the sum of concentrations in a closed tank), `f_x` is
//! singular everywhere, and equilibria are one for each value of these quantities. The one that the solution comes to has its
//! own values, so that the step is
//!
//! ```text
//! | f_x  W | |s|   |f|
//! | Wᵀ   0 | |g| = |0|,     with W the conserved quantities, orthonormal, and g = 0.
//! ```
//!
//! That `f_x` is singular at one place is not enough: there the equilibrium may be degenerate, and the way to it long.

use super::Integrator;
use crate::field::Field;
use crate::linalg::{Bordered, Matrix, Spectrum, common_kernel};

/// Conserved quantities are looked for at so many states, of systems up to this size.
const PLACES: usize = 3;
const SMALL: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Rest {
    /// `f_xᵀ` at the first few states.
    places: Vec<Vec<f64>>,
    /// Orthonormal, once they are known.
    conserved: Option<Vec<Vec<f64>>>,
    whole: Matrix,
    solver: Bordered,
    spectrum: Spectrum,
}

impl Rest {
    /// If the Newton step is within what is allowed for each state: the numbers of unstable eigenvalues and of conserved quantities.
    /// The step is left in `step`.
    pub fn look<F: Field>(
        &mut self,
        solution: &mut Integrator<F>,
        step: &mut [f64],
        allowed: &[f64],
    ) -> Option<(usize, usize)> {
        step.copy_from_slice(solution.rate());
        solution.linearised(|f_x| {
            self.remember(f_x);
            self.newton(f_x, step)?;
            let near = step.iter().zip(allowed).all(|(step, allowed)| step.abs() <= *allowed);
            near.then(|| (self.unstable(f_x), self.count()))
        })
    }

    fn count(&self) -> usize {
        self.conserved.as_ref().map_or(0, Vec::len)
    }

    fn remember(&mut self, f_x: &Matrix) {
        if self.conserved.is_some() {
            return;
        }
        if f_x.rows() > SMALL {
            self.conserved = Some(Vec::new());
            return;
        }
        let mut dense = Vec::new();
        f_x.to_dense(&mut dense);
        self.places.push(dense);
        if self.places.len() == PLACES {
            self.conserved = Some(common_kernel(&self.places, f_x.rows()));
            self.places.clear();
        }
    }

    fn newton(&mut self, f_x: &Matrix, step: &mut [f64]) -> Option<()> {
        let (n, none) = (f_x.rows(), Vec::new());
        let conserved = self.conserved.as_ref().unwrap_or(&none);
        let k = conserved.len();
        if k == 0 {
            self.solver.factor(f_x, &vec![1.0; n], std::iter::empty()).ok()?;
            self.solver.solve(step);
            return Some(());
        }
        let size = f_x.largest();
        self.whole = Matrix::zeros(n, k, f_x.pattern().cloned());
        self.whole.set_scaled(f_x, |_| 1.0, |_| 1.0);
        for (k, w) in conserved.iter().enumerate() {
            self.whole.set_extra(k, &w.iter().map(|w| w * size).collect::<Vec<f64>>());
        }
        let rows = conserved.iter().map(|w| (w.as_slice(), false));
        self.solver.factor(&self.whole, &vec![1.0; n + k], rows).ok()?;
        let mut both = step.to_vec();
        both.resize(n + k, 0.0);
        self.solver.solve(&mut both);
        step.copy_from_slice(&both[..n]);
        Some(())
    }

    /// Eigenvalues with a positive real part, but for those that are 0 because something is conserved.
    fn unstable(&mut self, f_x: &Matrix) -> usize {
        let zeros = self.count();
        let Ok(found) = self.spectrum.of(f_x, f_x.rows()) else { return 0 };
        let mut found = found.to_vec();
        found.sort_by(|a, b| a[0].hypot(a[1]).total_cmp(&b[0].hypot(b[1])));
        found.iter().skip(zeros).filter(|e| e[0] > 0.0).count()
    }
}
