//! Vector fields `x' = f(x, p)` and their derivatives.
//!
//! A model implements [`Field`]; everything else about it follows by differentiation. Nothing here knows what the
//! derivatives are for.

mod many;

pub use many::Many;

use crate::expression::Blocks;
use crate::linalg::{Matrix, Pattern};
use crate::scalar::{Complex, Dual, Nested, Scalar};
use std::sync::Arc;

/// The right-hand side of `x' = f(x, p)`, with n states and m parameters.
pub trait Field: Sync {
    fn states(&self) -> usize;
    fn parameters(&self) -> usize;

    /// Writes `f(x, p)` into `dx`; `x` and `dx` have length n, `p` length m.
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]);

    /// Where `f_x` has elements, if it is sparse: then linear algebra costs time in proportion to n.
    fn pattern(&self) -> Option<&Arc<Pattern>> {
        None
    }

    /// Programs for [`Many`] points at a time and the derivatives by the states and these parameters; without them, points
    /// are evaluated one by one.
    fn blocks(&self, _free: &[usize]) -> Option<Blocks> {
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
/// `z = (x, p_free)` has length `n + free.len()`. Of a sparse `f_x`, columns of one colour are found by one direction.
/// Holds the workspace, so that nothing is allocated per evaluation.
#[derive(Clone, Debug)]
pub struct Derivatives {
    n: usize,
    free: Vec<usize>,
    pattern: Option<Arc<Pattern>>,
    /// Number of directions for the states.
    colours: usize,
    x1: Vec<First>,
    p1: Vec<First>,
    f1: Vec<First>,
    x2: Vec<Second>,
    p2: Vec<Second>,
    f2: Vec<Second>,
}

impl Derivatives {
    pub fn new<F: Field>(field: &F, free: &[usize]) -> Self {
        let (n, m) = (field.states(), field.parameters());
        let (zero1, zero2) = (First::from(0.0), Second::from(0.0));
        let pattern = field.pattern().cloned();
        Derivatives {
            n,
            free: free.to_vec(),
            colours: pattern.as_ref().map_or(n, |pattern| pattern.colours()),
            pattern,
            x1: vec![zero1; n],
            p1: vec![zero1; m],
            f1: vec![zero1; n],
            x2: vec![zero2; n],
            p2: vec![zero2; m],
            f2: vec![zero2; n],
        }
    }

    /// Length of `z`.
    pub fn directions(&self) -> usize {
        self.n + self.free.len()
    }

    /// A matrix that derivatives can be written into: `[f_x f_p]` with a column for each free parameter.
    pub fn matrix(&self) -> Matrix {
        Matrix::zeros(self.n, self.free.len(), self.pattern.clone())
    }

    /// `f` into `value` and `∂f_i/∂z_k` into `jacobian`.
    pub fn first<F: Field>(&mut self, field: &F, x: &[f64], p: &[f64], value: &mut [f64], jacobian: &mut Matrix) {
        lift(x, &mut self.x1);
        lift(p, &mut self.p1);
        self.passes(
            |own, z, lane, on| own.seed(z).0.eps[lane] = f64::from(on),
            |own| {
                field.rhs(&own.x1, &own.p1, &mut own.f1);
            },
            |own, i, lane| own.f1[i].eps[lane],
            jacobian,
        );
        for (value, f) in value.iter_mut().zip(&self.f1) {
            *value = f.re;
        }
    }

    /// `∂(f_z v)_i/∂z_k` into `out`, for a fixed vector `v`: its leading components count, the rest are zero, so that a
    /// vector of length n means a direction among the states.
    pub fn second<F: Field>(&mut self, field: &F, x: &[f64], p: &[f64], v: &[f64], out: &mut Matrix) {
        for (number, &value) in self.x2.iter_mut().zip(x).chain(self.p2.iter_mut().zip(p)) {
            *number = Second::from(value);
        }
        for (k, &component) in v.iter().enumerate() {
            self.seed(k).1.re.eps[0] = component;
        }
        self.passes(
            |own, z, lane, on| own.seed(z).1.eps[lane].re = f64::from(on),
            |own| field.rhs(&own.x2, &own.p2, &mut own.f2),
            |own, i, lane| own.f2[i].eps[lane].eps[0],
            out,
        );
    }

    /// Fills a matrix with as many directions at a time as fit: `seed` switches component `z` of a lane on or off,
    /// `evaluate` runs the model, and `result` is the derivative of component `i` of `f` in a lane.
    #[inline(always)]
    fn passes(
        &mut self,
        seed: impl Fn(&mut Self, usize, usize, bool),
        mut evaluate: impl FnMut(&mut Self),
        result: impl Fn(&Self, usize, usize) -> f64,
        out: &mut Matrix,
    ) {
        let pattern = self.pattern.clone();
        let directions = self.colours + self.free.len();
        for begin in (0..directions).step_by(LANES) {
            let lanes = begin..directions.min(begin + LANES);
            let switch = |own: &mut Self, on: bool| match &pattern {
                None => lanes.clone().for_each(|z| seed(own, z, z - begin, on)),
                Some(pattern) => {
                    for j in (0..own.n).filter(|&j| lanes.contains(&pattern.colour(j))) {
                        seed(own, j, pattern.colour(j) - begin, on);
                    }
                    let colours = own.colours;
                    for k in (0..own.free.len()).filter(|k| lanes.contains(&(colours + k))) {
                        seed(own, own.n + k, colours + k - begin, on);
                    }
                }
            };
            switch(self, true);
            evaluate(self);
            switch(self, false);
            match &pattern {
                None => {
                    for i in 0..self.n {
                        let row = out.row_mut(i);
                        lanes.clone().for_each(|z| row[z] = result(self, i, z - begin));
                    }
                }
                Some(pattern) => {
                    for i in 0..self.n {
                        let columns = pattern.row(i);
                        let (own, extra) = out.row_mut(i).split_at_mut(columns.len());
                        for (element, &j) in own.iter_mut().zip(columns) {
                            let colour = pattern.colour(j as usize);
                            if lanes.contains(&colour) {
                                *element = result(self, i, colour - begin);
                            }
                        }
                        for (k, element) in extra.iter_mut().enumerate() {
                            if lanes.contains(&(self.colours + k)) {
                                *element = result(self, i, self.colours + k - begin);
                            }
                        }
                    }
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
/// 1e-12 of it, which is zero up to rounding errors of the others. One for states that are all zero, for which Newton's
/// method leaves something like 1e-33, the one magnitude as meaningless as the other.
///
/// Balancing `f_x` instead would fail at the very points it is wanted for: at a fold a column may be zero but for rounding.
pub fn sizes(x: &[f64]) -> Vec<f64> {
    let largest = x.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    if largest < 1e-25 {
        return vec![1.0; x.len()];
    }
    x.iter().map(|x| if x.abs() < 1e-12 * largest { largest } else { x.abs() }).collect()
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

/// `C(u, u, u) = Σ_jkl ∂³f/∂x_j∂x_k∂x_l u_j u_k u_l`.
pub fn cubic<F: Field>(field: &F, x: &[f64], p: &[f64], u: &[f64]) -> Vec<f64> {
    let once = |(&x, &u): (&f64, &f64)| Dual { re: x, eps: [u] };
    let twice = |(&x, &u): (&f64, &f64)| Dual { re: once((&x, &u)), eps: [Dual::constant(u)] };
    let along = |(x, u): (&f64, &f64)| Dual { re: twice((x, u)), eps: [Dual::constant(Dual::constant(*u))] };
    let x: Vec<Dual<Dual<Dual<f64>>>> = x.iter().zip(u).map(along).collect();
    let p: Vec<Dual<Dual<Dual<f64>>>> = p.iter().map(|&p| Dual::from(p)).collect();
    let mut f = vec![Dual::from(0.0); field.states()];
    field.rhs(&x, &p, &mut f);
    f.into_iter().map(|f| f.eps[0].eps[0].eps[0]).collect()
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

/// The highest order of [`mixed`].
pub const MIXED_ORDER: usize = 5;

/// `∂ᵏ/∂ε₁…∂ε_k f(x(ε), p(ε))` at `ε = 0`, for `x(ε) = Σ_S x_S Π_{j∈S} ε_j` over the sets `S` of `1…k`, and `p(ε)` alike.
///
/// * `x`, `p`: `2ᵏ` vectors each, `x[S]` with `S` written as bits; complex, but `x[0]`, `p[0]`, the point, real.
/// * `1 ≤ k ≤ 5`.
///
/// With nothing but the point and single directions, `x[1], x[2], x[4]…`, it is the multilinear form
/// `B(u, v)`, `C(u, v, w)`…; in general it is what the chain rule of order `k` makes of them (Faà di Bruno's formula),
/// exact to rounding, with no derivative written by hand.
pub fn mixed<F: Field>(field: &F, x: &[Vec<Complex<f64>>], p: &[Vec<Complex<f64>>]) -> Vec<Complex<f64>> {
    type One = Dual<Complex<f64>>;
    type Two = Dual<One>;
    type Three = Dual<Two>;
    type Four = Dual<Three>;
    match x.len() {
        2 => top::<F, One>(field, x, p),
        4 => top::<F, Two>(field, x, p),
        8 => top::<F, Three>(field, x, p),
        16 => top::<F, Four>(field, x, p),
        32 => top::<F, Dual<Four>>(field, x, p),
        other => panic!("2 to 2^{MIXED_ORDER} vectors, one for each set of directions, got {other}"),
    }
}

fn top<F: Field, S: Nested>(field: &F, x: &[Vec<Complex<f64>>], p: &[Vec<Complex<f64>>]) -> Vec<Complex<f64>> {
    let nest = |parts: &[Vec<Complex<f64>>], length: usize| -> Vec<S> {
        (0..length).map(|i| S::from_components(&mut |set| parts[set][i])).collect()
    };
    let mut f = vec![S::from(0.0); field.states()];
    field.rhs(&nest(x, field.states()), &nest(p, field.parameters()), &mut f);
    f.into_iter().map(S::top).collect()
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
        let (mut f, mut j) = ([0.0; 2], d.matrix());
        d.first(&Sample, &X, &P, &mut f, &mut j);
        let e = y.exp();
        close(&f, &[x * x * y + P[0] * y.sin(), P[1] * x.powi(3) * e]);
        close(
            j.entries(),
            &[2.0 * x * y, x * x + P[0] * y.cos(), 0.0, 3.0 * P[1] * x * x * e, P[1] * x.powi(3) * e, x.powi(3) * e],
        );
    }

    #[test]
    fn the_second_derivative_is_that_of_the_jacobian_times_a_vector() {
        let ([x, y], v) = (X, [0.5, -2.0]);
        let mut d = Derivatives::new(&Sample, &[0, 1]);
        let mut out = d.matrix();
        d.second(&Sample, &X, &P, &v, &mut out);
        let e = y.exp();
        close(
            &out.entries()[..4],
            &[2.0 * y * v[0] + 2.0 * x * v[1], 2.0 * x * v[0] - P[0] * y.sin() * v[1], y.cos() * v[1], 0.0],
        );
        let second_row = [
            6.0 * P[1] * x * e * v[0] + 3.0 * P[1] * x * x * e * v[1],
            3.0 * P[1] * x * x * e * v[0] + P[1] * x.powi(3) * e * v[1],
        ];
        close(&out.entries()[4..6], &second_row);
        close(&out.entries()[6..], &[0.0, 3.0 * x * x * e * v[0] + x.powi(3) * e * v[1]]);
        // The workspace is clean afterwards.
        let mut again = d.matrix();
        d.second(&Sample, &X, &P, &v, &mut again);
        assert_eq!(out.entries(), again.entries());
    }

    #[test]
    fn multilinear_forms_are_the_taylor_coefficients() {
        let ([x, y], u, v) = (X, [1.0, 0.0], [0.0, 1.0]);
        close(&linear(&Sample, &X, &P, &v), &[x * x + P[0] * y.cos(), P[1] * x.powi(3) * y.exp()]);
        close(&bilinear(&Sample, &X, &P, &u, &v), &[2.0 * x, 3.0 * P[1] * x * x * y.exp()]);
        // C is 6 u₀² u₁ − p₀ cos y u₁³, and p₁ eʸ (6 u₀³ + 18 x u₀² u₁ + 9 x² u₀ u₁² + x³ u₁³).
        let third = [6.0 - P[0] * y.cos(), P[1] * y.exp() * (6.0 + 18.0 * x + 9.0 * x * x + x.powi(3))];
        close(&cubic(&Sample, &X, &P, &[1.0, 1.0]), &third);
    }

    /// Parts of `x(ε)` or `p(ε)`: the point, and a vector for some of the sets.
    fn parts(order: usize, point: &[f64], others: &[(usize, [Complex<f64>; 2])]) -> Vec<Vec<Complex<f64>>> {
        let mut parts = vec![vec![Complex::from(0.0); point.len()]; 1 << order];
        parts[0] = point.iter().map(|&x| Complex::from(x)).collect();
        others.iter().for_each(|(set, vector)| parts[*set] = vector.to_vec());
        parts
    }

    fn close_complex(a: &[Complex<f64>], b: &[Complex<f64>]) {
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).norm() < 1e-13 * (1.0 + b.norm())), "{a:?} {b:?}");
    }

    #[test]
    fn mixed_derivatives_along_complex_directions_are_multilinear() {
        // D⁵ of p₁ x³ eʸ along u, five times, is p₁ eʸ Σ_k (5 choose k) (x³)⁽ᵏ⁾ u₀ᵏ u₁⁵⁻ᵏ; of x² y + p₀ sin y it is
        // p₀ cos y u₁⁵.
        let ([x, y], i) = (X, Complex::new(0.0, 1.0));
        let u = [Complex::new(0.3, -0.8), Complex::new(-0.5, 0.4)];
        let fifth = mixed(&Sample, &parts(5, &X, &[1, 2, 4, 8, 16].map(|set| (set, u))), &parts(5, &P, &[]));
        let power = |k: i32| u[0].powi(k) * u[1].powi(5 - k);
        let sum = power(0) * x.powi(3) + power(1) * 15.0 * x * x + power(2) * 60.0 * x + power(3) * 60.0;
        close_complex(&fifth, &[u[1].powi(5) * P[0] * y.cos(), sum * P[1] * y.exp()]);
        // f_xp along (v, e₀) and the chain rule f_xx(u, v) + f_x w.
        let (zero, v) = (Complex::from(0.0), [i, Complex::from(2.0)]);
        let cross = mixed(&Sample, &parts(2, &X, &[(1, v)]), &parts(2, &P, &[(2, [Complex::from(1.0), zero])]));
        close_complex(&cross, &[v[1] * y.cos(), zero]);
        let chain = mixed(&Sample, &parts(2, &X, &[(1, u), (2, v), (3, [i, zero])]), &parts(2, &P, &[]));
        let b = (u[0] * v[1] + u[1] * v[0]) * 2.0 * x + u[0] * v[0] * 2.0 * y - u[1] * v[1] * P[0] * y.sin();
        close_complex(&chain[..1], &[b + i * 2.0 * x * y]);
    }
}
