//! Vector fields `x' = f(x, p)` and their derivatives.
//!
//! A model implements [`Field`]; everything else about it follows by differentiation. Nothing here knows what the
//! derivatives are for.

use crate::expression::Linearised;
use crate::scalar::{Dual, Scalar};

/// The right-hand side of `x' = f(x, p)`, with n states and m parameters.
pub trait Field: Sync {
    fn states(&self) -> usize;
    fn parameters(&self) -> usize;

    /// Writes `f(x, p)` into `dx`; `x` and `dx` have length n, `p` length m.
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]);

    /// `rhs` at many points with the same parameters: `x` and `dx` hold n numbers a point, one point after the other.
    /// The values are those of one point at a time, to the last bit.
    fn rhs_at_many<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let n = self.states().max(1);
        x.chunks_exact(n).zip(dx.chunks_exact_mut(n)).for_each(|(x, dx)| self.rhs(x, p, dx));
    }

    /// A program for `f` and its derivatives by the states and these parameters, where there is one that takes less
    /// work than dual numbers.
    fn linearised(&self, _free: &[usize]) -> Option<Linearised> {
        None
    }

    /// Quantities beside the states that belong to a point, `outputs.len()` of them.
    fn observe(&self, _x: &[f64], _p: &[f64], _outputs: &mut [f64]) {}
}

/// Directions that one pass of dual numbers carries. Four fill two SSE registers, and measured fastest for n ≤ 8.
const LANES: usize = 4;

type First = Dual<f64, LANES>;
type Second = Dual<Dual<f64, 1>, LANES>;

/// The map `(x, p) ↦ f(x, p)` differentiated with respect to the states and some free parameters.
///
/// `z = (x, p_free)` has length `n + free.len()`. Holds the workspace, so that nothing is allocated per evaluation.
#[derive(Clone, Debug)]
pub struct Derivatives {
    n: usize,
    free: Vec<usize>,
    x1: Vec<First>,
    p1: Vec<First>,
    f1: Vec<First>,
    x2: Vec<Second>,
    p2: Vec<Second>,
    f2: Vec<Second>,
    program: Option<Linearised>,
}

impl Derivatives {
    pub fn new<F: Field>(field: &F, free: &[usize]) -> Self {
        let (n, m) = (field.states(), field.parameters());
        let (zero1, zero2) = (First::from(0.0), Second::from(0.0));
        Derivatives {
            n,
            free: free.to_vec(),
            x1: vec![zero1; n],
            p1: vec![zero1; m],
            f1: vec![zero1; n],
            x2: vec![zero2; n],
            p2: vec![zero2; m],
            f2: vec![zero2; n],
            program: field.linearised(free),
        }
    }

    /// Length of `z`.
    pub fn directions(&self) -> usize {
        self.n + self.free.len()
    }

    /// `f` into `value` and `∂f_i/∂z_k` into `jacobian[i * directions + k]`.
    ///
    /// Several points with the same parameters may be given one after the other, n numbers each; `value` and
    /// `jacobian` then have a part for each of them likewise. That may take less time than one by one, and yields the
    /// same to the last bit.
    pub fn first<F: Field>(&mut self, field: &F, x: &[f64], p: &[f64], value: &mut [f64], jacobian: &mut [f64]) {
        if let Some(program) = &mut self.program {
            return program.evaluate(x, p, value, jacobian);
        }
        let (n, entries) = (self.n.max(1), (self.n * self.directions()).max(1));
        let points = value.chunks_exact_mut(n).zip(jacobian.chunks_exact_mut(entries));
        for (x, (value, jacobian)) in x.chunks_exact(n).zip(points) {
            self.by_dual_numbers(field, x, p, value, jacobian);
        }
    }

    fn by_dual_numbers<F: Field>(&mut self, field: &F, x: &[f64], p: &[f64], value: &mut [f64], jacobian: &mut [f64]) {
        let directions = self.directions();
        lift(x, &mut self.x1);
        lift(p, &mut self.p1);
        for begin in (0..directions).step_by(LANES) {
            let lanes = LANES.min(directions - begin);
            for lane in 0..lanes {
                self.seed(begin + lane).0.eps[lane] = 1.0;
            }
            field.rhs(&self.x1, &self.p1, &mut self.f1);
            for lane in 0..lanes {
                self.seed(begin + lane).0.eps[lane] = 0.0;
            }
            for (row, f) in jacobian.chunks_exact_mut(directions).zip(&self.f1) {
                row[begin..begin + lanes].copy_from_slice(&f.eps[..lanes]);
            }
        }
        for (value, f) in value.iter_mut().zip(&self.f1) {
            *value = f.re;
        }
    }

    /// `∂(f_z v)_i/∂z_k` into `out[i * directions + k]`, for a fixed vector `v`: its leading components count, the
    /// rest are zero, so that a vector of length n means a direction among the states.
    pub fn second<F: Field>(&mut self, field: &F, x: &[f64], p: &[f64], v: &[f64], out: &mut [f64]) {
        let directions = self.directions();
        for (number, &value) in self.x2.iter_mut().zip(x).chain(self.p2.iter_mut().zip(p)) {
            *number = Second::from(value);
        }
        for (k, &component) in v.iter().enumerate() {
            self.seed(k).1.re.eps[0] = component;
        }
        for begin in (0..directions).step_by(LANES) {
            let lanes = LANES.min(directions - begin);
            for lane in 0..lanes {
                self.seed(begin + lane).1.eps[lane].re = 1.0;
            }
            field.rhs(&self.x2, &self.p2, &mut self.f2);
            for lane in 0..lanes {
                self.seed(begin + lane).1.eps[lane].re = 0.0;
            }
            for (row, f) in out.chunks_exact_mut(directions).zip(&self.f2) {
                for lane in 0..lanes {
                    row[begin + lane] = f.eps[lane].eps[0];
                }
            }
        }
    }

    /// Component `k` of `z` in both workspaces.
    fn seed(&mut self, k: usize) -> (&mut First, &mut Second) {
        if k < self.n {
            (&mut self.x1[k], &mut self.x2[k])
        } else {
            let parameter = self.free[k - self.n];
            (&mut self.p1[parameter], &mut self.p2[parameter])
        }
    }
}

fn lift(from: &[f64], to: &mut [First]) {
    for (number, &value) in to.iter_mut().zip(from) {
        *number = First::from(value);
    }
}

/// Sizes of the states at `x`, for scaling by a similarity: their magnitudes; that of the largest for a state below
/// 1e-12 of it, which is zero up to rounding errors of the others.
///
/// Balancing `f_x` instead would fail at the very points it is wanted for: at a fold a column may be zero but for rounding.
pub fn sizes(x: &[f64]) -> Vec<f64> {
    let largest = x.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    let fallback = if largest > 0.0 { largest } else { 1.0 };
    x.iter().map(|x| if x.abs() < 1e-12 * fallback { fallback } else { x.abs() }).collect()
}

/// `f_x(x, p) u` over any scalar.
pub fn linear<F: Field, S: Scalar>(field: &F, x: &[S], p: &[S], u: &[S]) -> Vec<S> {
    multilinear(field, x, p, |f: &mut Vec<Dual<S>>, x, p| field.rhs(x, p, f), u).collect()
}

/// `B(u, v) = Σ_jk ∂²f/∂x_j∂x_k u_j v_k` over any scalar.
pub fn bilinear<F: Field, S: Scalar>(field: &F, x: &[S], p: &[S], u: &[S], v: &[S]) -> Vec<S> {
    let v: Vec<Dual<S>> = v.iter().map(|&v| Dual::constant(v)).collect();
    multilinear(field, x, p, |f, x, p| f.copy_from_slice(&linear(field, x, p, &v)), u).collect()
}

/// `C(u, v, w) = Σ_jkl ∂³f/∂x_j∂x_k∂x_l u_j v_k w_l` over any scalar.
pub fn trilinear<F: Field, S: Scalar>(field: &F, x: &[S], p: &[S], u: &[S], v: &[S], w: &[S]) -> Vec<S> {
    let lift = |a: &[S]| -> Vec<Dual<S>> { a.iter().map(|&a| Dual::constant(a)).collect() };
    let (v, w) = (lift(v), lift(w));
    multilinear(field, x, p, |f, x, p| f.copy_from_slice(&bilinear(field, x, p, &v, &w)), u).collect()
}

/// Derivative along `u` of what `evaluate` computes.
fn multilinear<F: Field, S: Scalar>(
    field: &F,
    x: &[S],
    p: &[S],
    evaluate: impl Fn(&mut Vec<Dual<S>>, &[Dual<S>], &[Dual<S>]),
    u: &[S],
) -> impl Iterator<Item = S> {
    let x: Vec<Dual<S>> = x.iter().zip(u).map(|(&re, &eps)| Dual { re, eps: [eps] }).collect();
    let p: Vec<Dual<S>> = p.iter().map(|&p| Dual::constant(p)).collect();
    let mut f = vec![Dual::from(0.0); field.states()];
    evaluate(&mut f, &x, &p);
    f.into_iter().map(|f| f.eps[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// f = (x² y + p₀ sin y, p₁ x³ e^{y})
    struct Sample;
    impl Field for Sample {
        fn states(&self) -> usize {
            2
        }
        fn parameters(&self) -> usize {
            2
        }
        fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
            dx[0] = x[0] * x[0] * x[1] + p[0] * x[1].sin();
            dx[1] = p[1] * x[0].powi(3) * x[1].exp();
        }
    }

    const X: [f64; 2] = [1.3, 0.4];
    const P: [f64; 2] = [0.7, -0.2];

    fn close(a: &[f64], b: &[f64]) {
        assert!(
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-14 * (1.0 + b.abs())),
            "{a:?} {b:?}"
        );
    }

    #[test]
    fn the_jacobian_has_a_column_for_each_state_and_each_free_parameter() {
        let [x, y] = X;
        let mut d = Derivatives::new(&Sample, &[1]);
        let (mut f, mut j) = ([0.0; 2], [0.0; 6]);
        d.first(&Sample, &X, &P, &mut f, &mut j);
        let e = y.exp();
        close(&f, &[x * x * y + P[0] * y.sin(), P[1] * x.powi(3) * e]);
        close(
            &j,
            &[2.0 * x * y, x * x + P[0] * y.cos(), 0.0, 3.0 * P[1] * x * x * e, P[1] * x.powi(3) * e, x.powi(3) * e],
        );
    }

    #[test]
    fn many_points_yield_what_one_by_one_does() {
        let x: Vec<f64> = (0..14).map(|k| (0.7 * f64::from(k)).sin()).collect();
        let mut d = Derivatives::new(&Sample, &[1]);
        let (mut f, mut j, mut direct) = ([0.0; 14], [0.0; 42], [0.0; 14]);
        d.first(&Sample, &x, &P, &mut f, &mut j);
        Sample.rhs_at_many(&x, &P, &mut direct);
        assert_eq!(f, direct);
        for k in 0..7 {
            let (mut f_k, mut j_k) = ([0.0; 2], [0.0; 6]);
            d.first(&Sample, &x[2 * k..2 * k + 2], &P, &mut f_k, &mut j_k);
            assert_eq!((&f_k[..], &j_k[..]), (&f[2 * k..2 * k + 2], &j[6 * k..6 * k + 6]));
        }
    }

    #[test]
    fn the_second_derivative_is_that_of_the_jacobian_times_a_vector() {
        let ([x, y], v) = (X, [0.5, -2.0]);
        let mut d = Derivatives::new(&Sample, &[0, 1]);
        let mut out = [0.0; 8];
        d.second(&Sample, &X, &P, &v, &mut out);
        let e = y.exp();
        close(
            &out[..4],
            &[2.0 * y * v[0] + 2.0 * x * v[1], 2.0 * x * v[0] - P[0] * y.sin() * v[1], y.cos() * v[1], 0.0],
        );
        let second_row = [
            6.0 * P[1] * x * e * v[0] + 3.0 * P[1] * x * x * e * v[1],
            3.0 * P[1] * x * x * e * v[0] + P[1] * x.powi(3) * e * v[1],
        ];
        close(&out[4..6], &second_row);
        close(&out[6..], &[0.0, 3.0 * x * x * e * v[0] + x.powi(3) * e * v[1]]);
        // The workspace is clean afterwards.
        let mut again = [0.0; 8];
        d.second(&Sample, &X, &P, &v, &mut again);
        assert_eq!(out, again);
    }

    #[test]
    fn multilinear_forms_are_the_taylor_coefficients() {
        let ([x, y], u, v, w) = (X, [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]);
        close(&linear(&Sample, &X, &P, &v), &[x * x + P[0] * y.cos(), P[1] * x.powi(3) * y.exp()]);
        close(&bilinear(&Sample, &X, &P, &u, &v), &[2.0 * x, 3.0 * P[1] * x * x * y.exp()]);
        close(&trilinear(&Sample, &X, &P, &u, &v, &w), &[2.0, P[1] * y.exp() * (6.0 * x + 3.0 * x * x)]);
    }
}
