//! The first equilibrium: a zero of `f(x, p)` at fixed parameters, from a guess or from nothing.
//!
//! Newton's method with damping, then pseudo-transient continuation, which follows the flow of `x' = f(x)` by implicit
//! Euler steps that grow into Newton steps (Kelley & Keyes 1998). Nothing here knows branches.

use crate::field::{Derivatives, Field};
use crate::linalg::{Bordered, Eigenvalues, Matrix, Singular, norm};

/// What was tried without finding an equilibrium.
#[derive(Clone, Debug, PartialEq)]
pub struct NotFound {
    /// Number of guesses.
    pub guesses: usize,
    /// The smallest scaled residual seen, and where.
    pub residual: f64,
    pub nearest: Vec<f64>,
    /// The right-hand side is not finite at the first guess.
    pub not_finite: bool,
}

/// States that are all smaller than this are zero, to which Newton's method comes ever nearer, down to the smallest of numbers.
const NOTHING: f64 = 1e-150;
/// Scaled residual of an equilibrium.
const FOUND: f64 = 1e-11;

/// The equilibrium to which Newton's method with damping leads from `guess`, if it does.
pub fn newton<F: Field>(field: &F, guess: &[f64], p: &[f64]) -> Option<Vec<f64>> {
    let mut x = guess.to_vec();
    (Search::new(field, p).newton(&mut x) <= FOUND).then_some(x)
}

/// All eigenvalues of the linearisation at an equilibrium.
pub fn eigenvalues<F: Field>(field: &F, x: &[f64], p: &[f64]) -> Result<Vec<[f64; 2]>, Singular> {
    let n = field.states();
    let mut derivatives = Derivatives::new(field, &[]);
    let (mut f, mut jacobian, mut full) = (vec![0.0; n], derivatives.matrix(), vec![0.0; n * n]);
    derivatives.first(field, x, p, &mut f, &mut jacobian);
    for i in 0..n {
        jacobian.elements(i).for_each(|(k, a)| full[i * n + k] = a);
    }
    Ok(Eigenvalues::default().of(&Matrix::full(n, 0, full))?.to_vec())
}

/// An equilibrium near `guess`; where `spread` is set and none is found there, near points all around it.
///
/// * `guess`: states, length n.
/// * `spread`: also try 200 quasi-random points in boxes of half-width 0.1 to 1000 about the guess. This finds most
///   equilibria that attract or are of size one; it is no proof that there is none.
pub fn find<F: Field>(field: &F, guess: &[f64], p: &[f64], spread: bool) -> Result<Vec<f64>, NotFound> {
    let mut search = Search::new(field, p);
    let mut best = NotFound { guesses: 0, residual: f64::INFINITY, nearest: guess.to_vec(), not_finite: false };
    search.evaluate(guess);
    best.not_finite = !search.f.iter().all(|f| f.is_finite());
    let guesses =
        std::iter::once(guess.to_vec()).chain((1..=if spread { 200 } else { 0 }).map(|k| scattered(guess, k)));
    for start in guesses {
        best.guesses += 1;
        for method in [Search::newton, Search::pseudo_transient] {
            let mut x = start.clone();
            let residual = method(&mut search, &mut x);
            if residual <= FOUND {
                return Ok(x);
            }
            if residual < best.residual {
                best.residual = residual;
                best.nearest = x;
            }
        }
    }
    Err(best)
}

/// The k-th of a sequence of points about `centre`, in boxes of half-widths 0.1, 1, 10, 100, 1000 in turn.
fn scattered(centre: &[f64], k: usize) -> Vec<f64> {
    let half_width = 10.0_f64.powi((k % 5) as i32 - 1);
    centre.iter().zip(kronecker(k, centre.len())).map(|(c, t)| c + half_width * (2.0 * t - 1.0)).collect()
}

/// The k-th of a sequence of points that fill the unit cube evenly: multiples of the powers of the inverse of the
/// generalised golden ratio (Roberts 2018).
pub fn kronecker(k: usize, dimension: usize) -> Vec<f64> {
    let mut ratio = 2.0_f64;
    for _ in 0..60 {
        ratio = (1.0 + ratio).powf(1.0 / (dimension as f64 + 1.0));
    }
    (1..=dimension as i32).map(|i| (0.5 + k as f64 * ratio.powi(-i)).fract()).collect()
}

/// Workspace of the search at fixed parameters.
struct Search<'a, F: Field> {
    field: &'a F,
    p: &'a [f64],
    derivatives: Derivatives,
    f: Vec<f64>,
    jacobian: Matrix,
    solver: Bordered,
}

impl<'a, F: Field> Search<'a, F> {
    fn new(field: &'a F, p: &'a [f64]) -> Self {
        let derivatives = Derivatives::new(field, &[]);
        Search {
            field,
            p,
            f: vec![0.0; field.states()],
            jacobian: derivatives.matrix(),
            derivatives,
            solver: Bordered::default(),
        }
    }

    fn evaluate(&mut self, x: &[f64]) {
        self.derivatives.first(self.field, x, self.p, &mut self.f, &mut self.jacobian);
    }

    /// `max_i |f_i| / max_j |A_ij| max(|x_j|, ε)`, with `ε` a thousandth of the largest state: the residual without units.
    fn residual(&self, x: &[f64]) -> f64 {
        let n = x.len();
        let largest = x.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        let floor = if largest > 0.0 { 1e-3 * largest } else { 1.0 };
        let row =
            |i: usize| self.jacobian.elements(i).fold(0.0_f64, |m, (j, a)| m.max((a * x[j].abs().max(floor)).abs()));
        let worst = (0..n).map(|i| if self.f[i] == 0.0 { 0.0 } else { self.f[i].abs() / row(i) });
        worst.fold(0.0, |m: f64, r| if r.is_nan() { f64::INFINITY } else { m.max(r) })
    }

    /// Newton's method, each step halved until `‖A⁻¹ f‖` shrinks (natural monotonicity; Deuflhard 2004). Returns the residual.
    fn newton(&mut self, x: &mut Vec<f64>) -> f64 {
        let mut residual = f64::INFINITY;
        for _ in 0..60 {
            if norm(x) < NOTHING {
                x.fill(0.0);
            }
            self.evaluate(x);
            residual = self.residual(x);
            let mut step = self.f.clone();
            if self.solver.factor(&self.jacobian, &vec![1.0; x.len()], std::iter::empty()).is_err() {
                return residual;
            }
            self.solver.solve(&mut step);
            let length = norm(&step);
            if !length.is_finite() {
                return f64::INFINITY;
            }
            if residual <= 1e-15 || length <= 1e-15 * norm(x) {
                return residual;
            }
            let mut fraction = 1.0;
            loop {
                let trial: Vec<f64> = x.iter().zip(&step).map(|(x, s)| x - fraction * s).collect();
                self.field.rhs(&trial, self.p, &mut self.f);
                let mut next = self.f.clone();
                self.solver.solve(&mut next);
                if norm(&next) <= (1.0 - 0.25 * fraction) * length || length <= 1e-9 * norm(x) {
                    *x = trial;
                    break;
                }
                fraction *= 0.5;
                if fraction < 1e-4 {
                    return residual;
                }
            }
        }
        residual
    }

    /// Implicit Euler for `x' = f(x)` with a step that grows as the residual falls, then Newton. Returns the residual.
    fn pseudo_transient(&mut self, x: &mut Vec<f64>) -> f64 {
        let n = x.len();
        let mut time = f64::NAN;
        let mut previous = f64::INFINITY;
        for _ in 0..300 {
            self.evaluate(x);
            let size = norm(&self.f);
            if !size.is_finite() {
                return f64::INFINITY;
            }
            if size == 0.0 || self.residual(x) < 1e-6 {
                break;
            }
            let rate = self.jacobian.largest();
            time = if time.is_nan() {
                0.1 / rate.max(f64::MIN_POSITIVE)
            } else {
                time * (previous / size).clamp(0.5, 2.0)
            };
            previous = size;
            let mut matrix = self.derivatives.matrix();
            matrix.set_scaled(&self.jacobian, |_| -1.0, |_| 1.0);
            (0..n).for_each(|i| matrix.add_to_diagonal(i, 1.0 / time));
            let mut step = self.f.clone();
            if self.solver.factor(&matrix, &vec![1.0; n], std::iter::empty()).is_err() {
                return f64::INFINITY;
            }
            self.solver.solve(&mut step);
            x.iter_mut().zip(&step).for_each(|(x, s)| *x += s);
        }
        self.newton(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::memristive_neuron::MemristiveNeuron;
    use crate::scalar::Scalar;

    /// `x' = atan-like saturation − p`, on which undamped Newton diverges, times a size.
    struct Saturating {
        size: f64,
    }
    impl Field for Saturating {
        fn states(&self) -> usize {
            1
        }
        fn parameters(&self) -> usize {
            0
        }
        fn rhs<S: Scalar>(&self, x: &[S], _: &[S], dx: &mut [S]) {
            dx[0] = -(x[0] / self.size - 0.3).tanh() * self.size;
        }
    }

    #[test]
    fn a_poor_guess_is_damped_towards_the_equilibrium_at_any_size() {
        for size in [1e-12, 1.0, 1e6] {
            let x = find(&Saturating { size }, &[3.0 * size], &[], false).unwrap();
            assert!((x[0] / size - 0.3).abs() < 1e-14, "size {size}: {x:?}");
        }
    }

    #[test]
    fn the_neuron_is_found_from_nothing_at_any_bias() {
        for bias in [-8.0, 0.0, 0.4, 4.0, 100.0] {
            let p = [bias, 8.0, 1.0, 0.1, 1.0, 7.0, 0.5, 0.8, 0.13];
            let model = MemristiveNeuron::new(&p);
            let x = find(&model, &[0.0; 4], &p, true).unwrap();
            let mut f = [0.0; 4];
            model.rhs(&x, &p, &mut f);
            assert!(f.iter().all(|f| f.abs() < 1e-12 * (1.0 + bias.abs())) && (x[1] - 1.0).abs() < 1e-14, "{x:?}");
        }
    }

    #[test]
    fn where_there_is_no_equilibrium_it_says_how_near_it_came() {
        struct Drift;
        impl Field for Drift {
            fn states(&self) -> usize {
                1
            }
            fn parameters(&self) -> usize {
                0
            }
            fn rhs<S: Scalar>(&self, x: &[S], _: &[S], dx: &mut [S]) {
                dx[0] = x[0] * x[0] + 1.0;
            }
        }
        let failure = find(&Drift, &[2.0], &[], true).unwrap_err();
        assert!(failure.guesses == 201 && failure.residual > 0.1 && !failure.not_finite);
    }
}
