//! Vector fields `x' = f(x, p)` and their derivatives.
//!
//! A model implements [`Field`]; everything else about it follows by differentiation. Nothing here knows what the
//! derivatives are for.

mod many;

pub use many::{Many, Points};

use crate::expression::{Blocks, Slopes};
use crate::linalg::{Matrix, Pattern};
use crate::scalar::{Complex, Dual, Nested, Plane, Scalar};
use std::sync::Arc;

/// The right-hand side of `x' = f(x, p)`, with n states and m parameters.
pub trait Field: Sync {
    fn states(&self) -> usize;
    fn parameters(&self) -> usize;

    /// Writes `f(x, p)` into `dx`; `x` and `dx` have length n, `p` length m. With `#[inline(always)]` many points are evaluated several
    /// times as fast.
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]);

    /// Where `f_x` has elements, if it is sparse: then linear algebra costs time in proportion to n.
    fn pattern(&self) -> Option<&Arc<Pattern>> {
        None
    }

    /// Evaluates itself at [`Many`] points. A field that is one of several kinds hands them on to that kind: then there is a loop over
    /// the points for each.
    fn evaluate(&self, points: Points)
    where
        Self: Sized,
    {
        points.evaluate(self);
    }

    /// Programs for [`Many`] points at a time and the derivatives by the states and these parameters; without them, points
    /// are evaluated one by one.
    fn blocks(&self, _free: &[usize]) -> Option<Blocks> {
        None
    }

    /// A program for the derivatives by the states and these parameters; without it, dual numbers find them.
    fn slopes(&self, _free: &[usize]) -> Option<Slopes> {
        None
    }

    /// Quantities beside the states that belong to a point, `outputs.len()` of them.
    fn observe(&self, _x: &[f64], _p: &[f64], _outputs: &mut [f64]) {}
}

/// Directions that one pass of dual numbers carries. Four fill two SSE registers, and measured fastest for n ≤ 8.
const LANES: usize = 4;

/// Where each of them has derivatives along a plane: three make two passes of most models in the plane of two parameters.
const PLANES: usize = 3;

type First = Dual<f64, LANES>;
type Second = Dual<Dual<f64, 1>, LANES>;
type Third = Dual<Plane, PLANES>;

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
    program: Option<Program>,
    first: Workspace<First>,
    second: Workspace<Second>,
    third: Workspace<Third>,
}

/// States, parameters, and what is computed of them.
#[derive(Clone, Debug)]
struct Workspace<S> {
    x: Vec<S>,
    p: Vec<S>,
    f: Vec<S>,
}

impl<S: Scalar> Workspace<S> {
    fn new(states: usize, parameters: usize, results: usize) -> Self {
        let zeros = |length: usize| vec![S::from(0.0); length];
        Workspace { x: zeros(states), p: zeros(parameters), f: zeros(results) }
    }

    fn lift(&mut self, x: &[f64], p: &[f64]) {
        for (number, &value) in self.x.iter_mut().zip(x).chain(self.p.iter_mut().zip(p)) {
            *number = S::from(value);
        }
    }

    /// Component `k` of `z`.
    fn seed(&mut self, k: usize, free: &[usize]) -> &mut S {
        let n = self.x.len();
        if k < n { &mut self.x[k] } else { &mut self.p[free[k - n]] }
    }
}

/// The derivatives' own program, where its results stand among the elements of a matrix, and its workspace.
#[derive(Clone, Debug)]
struct Program {
    slopes: Slopes,
    elements: Vec<usize>,
    plain: Vec<f64>,
    plane: Workspace<Plane>,
}

impl Program {
    fn new<F: Field>(field: &F, slopes: Slopes, matrix: &Matrix) -> Self {
        let element = |&(i, j): &(usize, usize)| matrix.place(i, j);
        let results = field.states() + slopes.places().len();
        Program {
            elements: slopes.places().iter().map(element).collect(),
            plain: vec![0.0; results],
            plane: Workspace::new(field.states(), field.parameters(), results),
            slopes,
        }
    }
}

impl Derivatives {
    pub fn new<F: Field>(field: &F, free: &[usize]) -> Self {
        let (n, m) = (field.states(), field.parameters());
        let pattern = field.pattern().cloned();
        Derivatives {
            n,
            free: free.to_vec(),
            colours: pattern.as_ref().map_or(n, |pattern| pattern.colours()),
            pattern,
            program: None,
            first: Workspace::new(n, m, n),
            second: Workspace::new(n, m, n),
            third: Workspace::new(n, m, n),
        }
    }

    /// With a program for the derivatives where the field has one, which takes as long as some dozens of evaluations.
    pub fn programmed<F: Field>(field: &F, free: &[usize]) -> Self {
        let plain = Derivatives::new(field, free);
        let program = field.slopes(free).map(|slopes| Program::new(field, slopes, &plain.matrix()));
        Derivatives { program, ..plain }
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
        if let Some(Program { slopes, elements, plain, .. }) = &mut self.program {
            slopes.run(x, p, plain);
            let (f, derivatives) = plain.split_at(self.n);
            value.copy_from_slice(f);
            jacobian.set_elements(elements, derivatives.iter().copied());
            return;
        }
        self.first.lift(x, p);
        self.passes::<LANES>(
            |own, z, lane, on| own.first.seed(z, &own.free).eps[lane] = f64::from(on),
            |own| field.rhs(&own.first.x, &own.first.p, &mut own.first.f),
            |own, i, k, lane| jacobian.row_mut(i)[k] = own.first.f[i].eps[lane],
        );
        for (value, f) in value.iter_mut().zip(&self.first.f) {
            *value = f.re;
        }
    }

    /// `∂(f_z v)_i/∂z_k` into `out`, for a fixed vector `v`: its leading components count, the rest are zero, so that a
    /// vector of length n means a direction among the states.
    pub fn second<F: Field>(&mut self, field: &F, x: &[f64], p: &[f64], v: &[f64], out: &mut Matrix) {
        self.second.lift(x, p);
        for (k, &component) in v.iter().enumerate() {
            self.second.seed(k, &self.free).re.eps[0] = component;
        }
        self.passes::<LANES>(
            |own, z, lane, on| own.second.seed(z, &own.free).eps[lane].re = f64::from(on),
            |own| field.rhs(&own.second.x, &own.second.p, &mut own.second.f),
            |own, i, k, lane| out.row_mut(i)[k] = own.second.f[i].eps[lane].eps[0],
        );
    }

    /// `B(r, ·)`, `B(s, ·)` and `C(q, q̄, ·)` over `z` into `out`, for directions `r` and `s` among the states and
    /// `q = r + i s`: what the gradients of a Hopf condition and first Lyapunov coefficients are made of.
    pub fn plane<F: Field>(&mut self, field: &F, x: &[f64], p: &[f64], [r, s]: [&[f64]; 2], out: &mut [Matrix; 3]) {
        let seed = |k: usize| Plane { slope: [r[k], s[k]], ..Plane::from(x[k]) };
        if let Some(Program { slopes, elements, plane, .. }) = &mut self.program {
            plane.lift(x, p);
            plane.x.iter_mut().enumerate().for_each(|(k, x)| *x = seed(k));
            slopes.run(&plane.x, &plane.p, &mut plane.f);
            let derivatives = plane.f[self.n..].iter();
            let [along_r, along_s, third] = out;
            along_r.set_elements(elements, derivatives.clone().map(|d| d.slope[0]));
            along_s.set_elements(elements, derivatives.clone().map(|d| d.slope[1]));
            third.set_elements(elements, derivatives.map(|d| d.bend));
            return;
        }
        self.third.lift(x, p);
        self.third.x.iter_mut().enumerate().for_each(|(k, x)| *x = Dual::constant(seed(k)));
        self.passes::<PLANES>(
            |own, z, lane, on| own.third.seed(z, &own.free).eps[lane].re = f64::from(on),
            |own| field.rhs(&own.third.x, &own.third.p, &mut own.third.f),
            |own, i, k, lane| {
                let Plane { slope: [along_r, along_s], bend, .. } = own.third.f[i].eps[lane];
                out.iter_mut().zip([along_r, along_s, bend]).for_each(|(out, value)| out.row_mut(i)[k] = value);
            },
        );
    }

    /// As many directions at a time as fit: `seed` switches component `z` of a lane on or off, `evaluate` runs the model, and
    /// `write` takes what a lane holds for element `k` of row `i` of a matrix.
    #[inline(always)]
    fn passes<const N: usize>(
        &mut self,
        seed: impl Fn(&mut Self, usize, usize, bool),
        mut evaluate: impl FnMut(&mut Self),
        mut write: impl FnMut(&Self, usize, usize, usize),
    ) {
        let pattern = self.pattern.clone();
        let directions = self.colours + self.free.len();
        for begin in (0..directions).step_by(N) {
            let lanes = begin..directions.min(begin + N);
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
                        lanes.clone().for_each(|z| write(self, i, z, z - begin));
                    }
                }
                Some(pattern) => {
                    for i in 0..self.n {
                        let columns = pattern.row(i);
                        for (k, &j) in columns.iter().enumerate() {
                            let colour = pattern.colour(j as usize);
                            if lanes.contains(&colour) {
                                write(self, i, k, colour - begin);
                            }
                        }
                        for k in (0..self.free.len()).filter(|k| lanes.contains(&(self.colours + k))) {
                            write(self, i, columns.len() + k, self.colours + k - begin);
                        }
                    }
                }
            }
        }
    }
}

/// States below this are zero but for what Newton's method leaves.
pub const VANISHED: f64 = 1e-25;

/// Sizes of the states at `x`, for scaling by a similarity: their magnitudes; that of the largest for a state below
/// 1e-12 of it, which is zero up to rounding errors of the others. One for states that are all zero, for which Newton's
/// method leaves something like 1e-33, the one magnitude as meaningless as the other.
///
/// Balancing `f_x` instead would fail at the very points it is wanted for: at a fold a column may be zero but for rounding.
pub fn sizes(x: &[f64]) -> Vec<f64> {
    let largest = x.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    if largest < VANISHED {
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

    /// `C(u, u, ·)` of both components by the states and both parameters.
    fn third(u: [f64; 2]) -> [f64; 8] {
        let ([x, y], [u, v]) = (X, u);
        let e = y.exp();
        let first = [4.0 * u * v, 2.0 * u * u - P[0] * y.cos() * v * v, -y.sin() * v * v, 0.0];
        let by_x = P[1] * e * (6.0 * u * u + 12.0 * x * u * v + 3.0 * x * x * v * v);
        let by_q = e * (6.0 * x * u * u + 6.0 * x * x * u * v + x.powi(3) * v * v);
        let [a, b, c, d] = first;
        [a, b, c, d, by_x, P[1] * by_q, 0.0, by_q]
    }

    #[test]
    fn derivatives_along_a_plane_are_second_ones_and_the_sum_of_third_ones() {
        let (r, s) = ([0.5, -2.0], [-1.1, 0.3]);
        let text = crate::expression::System::new().parameter("p", 0.0).parameter("q", 0.0);
        let text = text.equation("x", "x^2*y + p*sin(y)").equation("y", "q*x^3*exp(y)").compile().expect("no mistake");
        let mut native = Derivatives::new(&Sample, &[0, 1]);
        let mut program = Derivatives::programmed(&text, &[0, 1]);
        let [mut along_r, mut along_s] = [(); 2].map(|()| native.matrix());
        native.second(&Sample, &X, &P, &r, &mut along_r);
        native.second(&Sample, &X, &P, &s, &mut along_s);
        let bend: Vec<f64> = third(r).iter().zip(third(s)).map(|(r, s)| r + s).collect();
        let mut out = [(); 3].map(|()| native.matrix());
        for way in 0..2 {
            match way {
                0 => native.plane(&Sample, &X, &P, [&r, &s], &mut out),
                _ => program.plane(&text, &X, &P, [&r, &s], &mut out),
            }
            close(out[0].entries(), along_r.entries());
            close(out[1].entries(), along_s.entries());
            close(out[2].entries(), &bend);
        }
        let ([mut f, mut g], mut j, mut k) = ([[0.0; 2]; 2], native.matrix(), native.matrix());
        native.first(&Sample, &X, &P, &mut f, &mut j);
        program.first(&text, &X, &P, &mut g, &mut k);
        close(&f, &g);
        close(j.entries(), k.entries());
    }

    #[test]
    fn multilinear_forms_are_the_taylor_coefficients() {
        let ([x, y], u, v) = (X, [1.0, 0.0], [0.0, 1.0]);
        close(&linear(&Sample, &X, &P, &v), &[x * x + P[0] * y.cos(), P[1] * x.powi(3) * y.exp()]);
        close(&bilinear(&Sample, &X, &P, &u, &v), &[2.0 * x, 3.0 * P[1] * x * x * y.exp()]);
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
