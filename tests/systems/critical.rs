//! Cycles on the unit circle's neighbours, `σ = x² + y² − 1`, whose bifurcations of codimension one and two are those of equilibria of
//! what does not turn with them, in closed form; and the same hidden by a change of coordinates and of time.

use hopfold::collocation::{Mesh, Scheme};
use hopfold::curves::Profile;
use hopfold::field::Field;
use hopfold::scalar::Scalar;
use std::f64::consts::PI;

pub const DEGREE: usize = 4;

/// The circle with this `σ`, hidden: with the angle `φ` of `x = r cos φ`, time is `∫ dφ/(1 + HASTE r cos φ)`.
pub fn circle(sigma: f64, states: usize, intervals: usize) -> Profile {
    let (r, mesh) = ((1.0 + sigma).sqrt(), Mesh::uniform(intervals));
    let stretch = ((1.0 + HASTE * r) / (1.0 - HASTE * r)).sqrt();
    let at = |t: f64| {
        let angle = 2.0 * (stretch * (PI * t).sin()).atan2((PI * t).cos());
        let mut x = vec![0.0; states];
        (x[0], x[1]) = (r * angle.cos(), r * angle.sin());
        Hidden::<()>::coordinates(&x)
    };
    let nodes = mesh.times(&Scheme::new(DEGREE)).into_iter().flat_map(at).collect();
    Profile { mesh, nodes, period: period(sigma) }
}

pub fn period(sigma: f64) -> f64 {
    2.0 * PI / (1.0 - HASTE * HASTE * (1.0 + sigma)).sqrt()
}

/// What is hidden: `X_i = x_i + BEND x_{i+1}²`, and time that passes `1 + HASTE x₀` times as fast. Neither changes multipliers.
pub struct Hidden<F>(pub F);

pub const BEND: f64 = 0.2;
pub const HASTE: f64 = 0.3;

impl<F> Hidden<F> {
    pub fn coordinates(x: &[f64]) -> Vec<f64> {
        (0..x.len()).map(|i| x[i] + x.get(i + 1).map_or(0.0, |next| BEND * next * next)).collect()
    }
}

impl<F: Field> Field for Hidden<F> {
    fn states(&self) -> usize {
        self.0.states()
    }
    fn parameters(&self) -> usize {
        self.0.parameters()
    }
    fn rhs<S: Scalar>(&self, y: &[S], p: &[S], dy: &mut [S]) {
        let n = y.len();
        let mut x = y.to_vec();
        for i in (0..n - 1).rev() {
            x[i] = y[i] - x[i + 1] * x[i + 1] * BEND;
        }
        self.0.rhs(&x, p, dy);
        for i in 0..n - 1 {
            dy[i] += x[i + 1] * dy[i + 1] * (2.0 * BEND);
        }
        let haste = x[0] * HASTE + 1.0;
        dy.iter_mut().for_each(|dy| *dy *= haste);
    }
}

/// The circle turns with frequency 1, and `σ' = g`.
fn turn<S: Scalar>(x: &[S], g: S, dx: &mut [S]) {
    let growth = g / ((x[0] * x[0] + x[1] * x[1]) * 2.0);
    dx[0] = x[0] * growth - x[1];
    dx[1] = x[0] + x[1] * growth;
}

fn sigma<S: Scalar>(x: &[S]) -> S {
    x[0] * x[0] + x[1] * x[1] - 1.0
}

/// `σ' = p₀ + p₁ σ − σ³`: folds `p₁ = 3σ²`, `p₀ = −2σ³`, and a cusp.
fn cusp<S: Scalar>(s: S, p: &[S]) -> S {
    p[0] + p[1] * s - s * s * s
}

pub struct Cusp;

impl Field for Cusp {
    fn states(&self) -> usize {
        2
    }
    fn parameters(&self) -> usize {
        2
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        turn(x, cusp(sigma(x), p), dx);
    }
}

/// The cusp with a component that it draws along and that acts back on it, `σ' = … + draw σ z`, `z' = lift σ² − z`.
pub struct Slaved {
    pub draw: f64,
    pub lift: f64,
}

impl Field for Slaved {
    fn states(&self) -> usize {
        3
    }
    fn parameters(&self) -> usize {
        2
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let s = sigma(x);
        turn(x, cusp(s, p) + s * x[2] * self.draw, dx);
        dx[2] = s * s * self.lift - x[2];
    }
}

/// A circle that attracts with the rate `0.5 − p₁` and a transversal oscillation that nothing limits, `ζ' = (p₀ + p₁² + iΩ) ζ`.
pub struct Unlimited;

impl Field for Unlimited {
    fn states(&self) -> usize {
        4
    }
    fn parameters(&self) -> usize {
        2
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        turn(x, sigma(x) * (p[1] - 0.5), dx);
        let growth = p[0] + p[1] * p[1];
        dx[2] = growth * x[2] - x[3] * OMEGA;
        dx[3] = x[2] * OMEGA + growth * x[3];
    }
}

/// The cusp with a transversal oscillation `ζ' = (a + iΩ + c|ζ|² − |ζ|⁴) ζ`, `a = p₂ + COUPLING σ`, `c = p₃`, that acts back on the
/// circle, `σ' = … + BACK |ζ|²`.
pub struct Oscillating;

pub const COUPLING: f64 = -0.5;
pub const BACK: f64 = 0.3;
pub const OMEGA: f64 = 0.3;

impl Field for Oscillating {
    fn states(&self) -> usize {
        4
    }
    fn parameters(&self) -> usize {
        4
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let (s, square) = (sigma(x), x[2] * x[2] + x[3] * x[3]);
        turn(x, cusp(s, p) + square * BACK, dx);
        let growth = p[2] + s * COUPLING + p[3] * square - square * square;
        dx[2] = growth * x[2] - x[3] * OMEGA;
        dx[3] = x[2] * OMEGA + growth * x[3];
    }
}

/// The cusp with two transversal components that come back with the other sign, `ρ = R(−φ/2) ζ` over the angle `φ` of the circle:
/// `ρ' = M ρ + N ρ₁² ρ − ρ₁⁴ (ρ₁, 0)`, `M = [p₂ + coupling σ, shift; p₃, p₄]`, `N = [p₅, 0; bend, 0]`.
pub struct Twisted {
    pub coupling: f64,
    pub back: f64,
    pub shift: f64,
    pub bend: f64,
}

/// `R(φ/2) M R(−φ/2) ζ` for a matrix `[a, b; c, d]`, which has whole angles only.
fn twisted<S: Scalar>(cos: S, sin: S, [a, b, c, d]: [S; 4], z: &[S]) -> [S; 2] {
    let (trace, turn) = ((a + d) * 0.5, (c - b) * 0.5);
    let (stretch, shear) = ((a - d) * 0.5, (b + c) * 0.5);
    let (stretch, shear) = (stretch * cos - shear * sin, stretch * sin + shear * cos);
    [(trace + stretch) * z[0] + (shear - turn) * z[1], (shear + turn) * z[0] + (trace - stretch) * z[1]]
}

/// Cosine and sine of the angle of the circle, and `ρ₁²`.
fn frame<S: Scalar>(x: &[S], z: &[S]) -> (S, S, S) {
    let r = (x[0] * x[0] + x[1] * x[1]).sqrt();
    let (cos, sin) = (x[0] / r, x[1] / r);
    let square = (cos + 1.0) * z[0] * z[0] * 0.5 + sin * z[0] * z[1] + (-cos + 1.0) * z[1] * z[1] * 0.5;
    (cos, sin, square)
}

impl Field for Twisted {
    fn states(&self) -> usize {
        4
    }
    fn parameters(&self) -> usize {
        6
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let s = sigma(x);
        let (cos, sin, square) = frame(x, &x[2..]);
        turn(x, cusp(s, p) + square * self.back, dx);
        let first = p[2] + s * self.coupling + p[5] * square - square * square;
        let matrix = [first, S::from(self.shift), p[3] + square * self.bend, p[4]];
        let [a, b] = twisted(cos, sin, matrix, &x[2..]);
        dx[2] = a - x[3] * 0.5;
        dx[3] = b + x[2] * 0.5;
    }
}

/// A circle that attracts, with two transversal oscillations that are critical where `p₀ = −p₁²` and where `p₁ = p₀²`; the first one
/// comes back with the other sign if it is `twisted`, else after the frequency 0.3. The second has the frequency 0.21.
pub struct Double {
    pub twisted: bool,
}

impl Field for Double {
    fn states(&self) -> usize {
        6
    }
    fn parameters(&self) -> usize {
        2
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        turn(x, -sigma(x) * 0.5, dx);
        let (first, second) = (p[0] + p[1] * p[1], p[1] - p[0] * p[0]);
        if self.twisted {
            let (cos, sin, square) = frame(x, &x[2..4]);
            let zero = S::from(0.0);
            let [a, b] = twisted(cos, sin, [first - square, zero, zero, S::from(-0.3)], &x[2..4]);
            dx[2] = a - x[3] * 0.5;
            dx[3] = b + x[2] * 0.5;
        } else {
            let growth = first - x[2] * x[2] - x[3] * x[3];
            dx[2] = growth * x[2] - x[3] * 0.3;
            dx[3] = x[2] * 0.3 + growth * x[3];
        }
        let growth = second - x[4] * x[4] - x[5] * x[5] + x[2] * x[2] * 0.5;
        dx[4] = growth * x[4] - x[5] * 0.21;
        dx[5] = x[4] * 0.21 + growth * x[5];
    }
}

/// `σ' = z`, `z' = p₀ + p₁ z + σ² + σ z`, Bogdanov and Takens's normal form: folds `p₀ = 0`, tori `p₀ = −p₁²` with `Ω² = 2p₁`.
pub struct Resonant;

impl Field for Resonant {
    fn states(&self) -> usize {
        3
    }
    fn parameters(&self) -> usize {
        2
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let s = sigma(x);
        turn(x, x[2], dx);
        dx[2] = p[0] + p[1] * x[2] + s * s + s * x[2];
    }
}

/// Two oscillations about an equilibrium, `w₁' = (p₀ + i − |w₁|² − 2|w₂|²) w₁`, `w₂' = (p₁ + 0.6180i − 1.5|w₁|² − |w₂|²) w₂`: their
/// cycles shed tori where `p₁ = 1.5 p₀` and where `p₀ = 2 p₁`.
pub struct TwoModes;

pub const SECOND: f64 = 0.6180;

impl Field for TwoModes {
    fn states(&self) -> usize {
        4
    }
    fn parameters(&self) -> usize {
        2
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let (one, two) = (x[0] * x[0] + x[1] * x[1], x[2] * x[2] + x[3] * x[3]);
        let (a, b) = (p[0] - one - two * 2.0, p[1] - one * 1.5 - two);
        dx[0] = a * x[0] - x[1];
        dx[1] = x[0] + a * x[1];
        dx[2] = b * x[2] - x[3] * SECOND;
        dx[3] = x[2] * SECOND + b * x[3];
    }
}

/// Langford's system with two parameters, `z' = p₀ + z − z³/3 − r² (1 + z/4)`, `r' = ±(z − p₁) r`, frequency 3.5. Cycles have `z = p₁`,
/// and shed tori where `1 − p₁² = r²/4`; this curve joins the zero-Hopf points `p₁ = ±1`.
pub struct Imperfect {
    pub sign: f64,
}

impl Field for Imperfect {
    fn states(&self) -> usize {
        3
    }
    fn parameters(&self) -> usize {
        2
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let (a, z) = ((x[2] - p[1]) * self.sign, x[2]);
        dx[0] = a * x[0] - x[1] * 3.5;
        dx[1] = x[0] * 3.5 + a * x[1];
        dx[2] = p[0] + z - z * z * z / 3.0 - (x[0] * x[0] + x[1] * x[1]) * (z * 0.25 + 1.0);
    }
}
