//! Truncated normal forms in random coordinates: their coefficients are known and what is computed must not care.

use crate::field::Field;
use crate::linalg::Lu;
use crate::scalar::{Complex, Scalar};

/// A truncated normal form; pairs are real and imaginary part.
#[derive(Clone)]
pub enum Form {
    /// `u' = β₀ + β₁ u + c u³`
    Cusp { c: f64 },
    /// `u₀' = u₁`, `u₁' = β₀ + β₁ u₁ + a u₀² + b u₀ u₁ + a3 u₀³ + b3 u₀² u₁`, `cubic` being `[a3, b3]`.
    BogdanovTakens { a: f64, b: f64, cubic: [f64; 2] },
    /// `w' = (β₀ + iω) w + (β₁ + i c1) w|w|² + c2 w|w|⁴`
    Bautin { omega: f64, c1: f64, c2: [f64; 2] },
    /// `w₀' = β₀ + f₂₀₀ w₀² + f₀₁₁ |w₁|² + f₃₀₀ w₀³ + f₁₁₁ w₀|w₁|²`, `w₁' = (β₁ + iω) w₁ + g₁₁₀ w₀ w₁ + g₂₁₀ w₀² w₁ + g₀₂₁ w₁|w₁|²`
    ZeroHopf { omega: f64, w0: [f64; 4], w1: [[f64; 2]; 3] },
    /// `w₁' = (β₀ + iω₁) w₁ + …`, `w₂' = (β₁ + iω₂) w₂ + …`. Cubic coefficients of `w₁|w₁|²`, `w₁|w₂|²`; `w₂|w₁|²`, `w₂|w₂|²`, and of fifth order those of
    /// `w₁|w₁|⁴`, `w₁|w₁|²|w₂|²`, `w₁|w₂|⁴`; `w₂|w₁|⁴`, `w₂|w₁|²|w₂|²`, `w₂|w₂|⁴`.
    HopfHopf { omegas: [f64; 2], cubic: [[f64; 2]; 4], fifth: [[f64; 2]; 6] },
}

/// Stable directions beside the critical ones.
const STABLE: usize = 2;

/// The unfolding `β` as a function of the parameters.
const UNFOLDING: [[f64; 2]; 2] = [[0.8, 0.3], [-0.4, 1.1]];

impl Form {
    fn critical(&self) -> usize {
        match self {
            Form::Cusp { .. } => 1,
            Form::BogdanovTakens { .. } | Form::Bautin { .. } => 2,
            Form::ZeroHopf { .. } => 3,
            Form::HopfHopf { .. } => 4,
        }
    }

    fn rhs<S: Scalar>(&self, u: &[S], beta: [S; 2], du: &mut [S]) {
        /// `(re + i im) (x + i y)`
        fn times<S: Scalar>(factor: [S; 2], w: &[S]) -> [S; 2] {
            [factor[0] * w[0] - factor[1] * w[1], factor[0] * w[1] + factor[1] * w[0]]
        }
        /// `Σ coefficient · amplitude`, beside `iω`.
        fn factor<S: Scalar>(omega: f64, terms: &[([f64; 2], S)]) -> [S; 2] {
            terms.iter().fold([S::from(0.0), S::from(omega)], |sum, (c, s)| [sum[0] + *s * c[0], sum[1] + *s * c[1]])
        }
        let square = |k: usize| u[k] * u[k] + u[k + 1] * u[k + 1];
        match *self {
            Form::Cusp { c } => du[0] = beta[0] + beta[1] * u[0] + u[0].powi(3) * c,
            Form::BogdanovTakens { a, b, cubic: [a3, b3] } => {
                du[0] = u[1];
                du[1] = beta[0] + beta[1] * u[1] + u[0] * u[0] * a + u[0] * u[1] * b;
                du[1] += u[0].powi(3) * a3 + u[0] * u[0] * u[1] * b3;
            }
            Form::Bautin { omega, c1, c2 } => {
                let r = square(0);
                let mut sum = factor(omega, &[([0.0, c1], r), (c2, r * r)]);
                sum[0] += beta[0] + beta[1] * r;
                du[..2].copy_from_slice(&times(sum, u));
            }
            Form::ZeroHopf { omega, w0: [f200, f011, f300, f111], w1: [g110, g210, g021] } => {
                let (w, r) = (u[0], square(1));
                du[0] = beta[0] + w * w * f200 + r * f011 + w.powi(3) * f300 + w * r * f111;
                let mut sum = factor(omega, &[(g110, w), (g210, w * w), (g021, r)]);
                sum[0] += beta[1];
                du[1..3].copy_from_slice(&times(sum, &u[1..]));
            }
            Form::HopfHopf { omegas, cubic: c, fifth: f } => {
                let (r, s) = (square(0), square(2));
                let first = [(c[0], r), (c[1], s), (f[0], r * r), (f[1], r * s), (f[2], s * s)];
                let second = [(c[2], r), (c[3], s), (f[3], r * r), (f[4], r * s), (f[5], s * s)];
                for (k, terms) in [first, second].iter().enumerate() {
                    let mut sum = factor(omegas[k], terms);
                    sum[0] += beta[k];
                    du[2 * k..2 * k + 2].copy_from_slice(&times(sum, &u[2 * k..]));
                }
            }
        }
    }
}

/// A monomial of degree two or three in component `row`.
#[derive(Clone)]
struct Term {
    row: usize,
    factors: Vec<usize>,
    coefficient: f64,
}

/// The form in coordinates `x`, with `u = v + Q(v)`, `v = M (x − x₀ − d Σ p)`, `Q` of degree two and three, and in another
/// time: `x' = T(v) M⁻¹ (1 + Q_v)⁻¹ u'`, `T(0) = 1`. Stable directions are driven by squares of the critical ones, so that
/// the centre manifold is curved.
#[derive(Clone)]
pub struct Disguised {
    form: Form,
    matrix: Vec<f64>,
    inverse: Vec<f64>,
    terms: Vec<Term>,
    drive: Vec<f64>,
    clock: Vec<f64>,
    shift: Vec<f64>,
    point: Vec<f64>,
}

impl Disguised {
    pub fn new(form: Form, seed: u64) -> Self {
        let mut state = seed;
        // Numbers in (−1, 1); the generator is SplitMix64.
        let mut random = move || {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 52) as f64 - 1.0
        };
        let n = form.critical() + STABLE;
        let matrix: Vec<f64> = (0..n * n).map(|k| 0.4 * random() + if k % (n + 1) == 0 { 1.0 } else { 0.0 }).collect();
        let mut lu = Lu::default();
        lu.factor(&matrix, n).unwrap();
        let mut inverse = vec![0.0; n * n];
        for j in 0..n {
            let mut column = vec![0.0; n];
            column[j] = 1.0;
            lu.solve(&mut column);
            (0..n).for_each(|i| inverse[i * n + j] = column[i]);
        }
        let mut terms = Vec::new();
        for row in 0..n {
            for j in 0..n {
                for k in j..n {
                    terms.push(Term { row, factors: vec![j, k], coefficient: 0.3 * random() });
                    terms.extend((k..n).map(|l| Term { row, factors: vec![j, k, l], coefficient: 0.2 * random() }));
                }
            }
        }
        let mut vector = |length: usize, size: f64| -> Vec<f64> { (0..length).map(|_| size * random()).collect() };
        let (drive, clock) = (vector(STABLE * n, 1.0), vector(n, 0.5));
        let (shift, point) = (vector(n, 1.0), vector(n, 1.0));
        Disguised { form, matrix, inverse, terms, drive, clock, shift, point }
    }

    /// The same in coordinates and a time that change linearly.
    pub fn linear(&self) -> Self {
        Disguised { terms: Vec::new(), clock: vec![0.0; self.clock.len()], ..self.clone() }
    }

    pub fn point(&self) -> &[f64] {
        &self.point
    }

    /// `‖M⁻¹ e_k‖`: the length of the critical coordinate `k` in units of the state.
    pub fn length(&self, k: usize) -> f64 {
        let n = self.states();
        (0..n).map(|i| self.inverse[i * n + k].powi(2)).sum::<f64>().sqrt()
    }

    /// `‖M⁻¹ (e_k − i e_{k+1})‖`: with an eigenvector of length one `|w| = 2|z| / length`.
    pub fn length_of_pair(&self, k: usize) -> f64 {
        self.length(k).hypot(self.length(k + 1))
    }

    /// `β` at the parameters.
    pub fn unfolding(&self, p: &[f64]) -> [f64; 2] {
        UNFOLDING.map(|row| row[0] * p[0] + row[1] * p[1])
    }

    /// The parameters at which the unfolding is `β`.
    pub fn parameters_at(&self, beta: [f64; 2]) -> [f64; 2] {
        let [[a, b], [c, d]] = UNFOLDING;
        let determinant = a * d - b * c;
        [(d * beta[0] - b * beta[1]) / determinant, (a * beta[1] - c * beta[0]) / determinant]
    }

    /// The state whose critical coordinates `u` are these, small, and whose stable ones are at rest where they drive them.
    pub fn state_at(&self, critical: &[f64], p: &[f64]) -> Vec<f64> {
        let n = self.states();
        let driven = |s: usize| -> f64 {
            critical.iter().zip(&self.drive[s * n..]).map(|(u, drive)| u * u * drive).sum::<f64>() / rate(s)
        };
        let u: Vec<f64> = critical.iter().copied().chain((0..STABLE).map(driven)).collect();
        let mut v = u.clone();
        for _ in 0..200 {
            let mut next = u.clone();
            for term in &self.terms {
                next[term.row] -= term.factors.iter().fold(term.coefficient, |product, &k| product * v[k]);
            }
            v = next;
        }
        let along = p[0] + p[1];
        let y = product(&self.inverse, &v);
        (0..n).map(|i| self.point[i] + along * self.shift[i] + y[i]).collect()
    }

    fn normal_coordinates<S: Scalar>(&self, x: &[S], p: &[S]) -> (Vec<S>, Vec<S>) {
        let n = self.states();
        let along = p[0] + p[1];
        let y: Vec<S> = (0..n).map(|i| x[i] - self.point[i] - along * self.shift[i]).collect();
        let v = product(&self.matrix, &y);
        let mut u = v.clone();
        for term in &self.terms {
            u[term.row] += term.factors.iter().fold(S::from(term.coefficient), |product, &k| product * v[k]);
        }
        (u, v)
    }

    /// How far the state is from the cycle `|w| = radius` of a Bautin form, in normal coordinates.
    pub fn distance_from_cycle(&self, x: &[f64], p: &[f64], radius: f64) -> f64 {
        let Form::Bautin { omega, .. } = self.form else { panic!("no Bautin form") };
        let (u, _) = self.normal_coordinates(x, p);
        // To leading order the stable directions follow u_s' = −k u_s + d₀ u₀² + d₁ u₁² on u₀ = ρ cos, u₁ = ρ sin:
        // mean (d₀ + d₁)ρ²/2k and second harmonic (d₀ − d₁)/2 Re[(u₀ + iu₁)²/(k + 2iω)].
        let n = self.states();
        let w = Complex::new(u[0], u[1]);
        let stable = (0..STABLE).map(|s| {
            let (k, d) = (rate(s), &self.drive[s * n..]);
            let mean = 0.5 * (d[0] + d[1]) * radius * radius / k;
            u[2 + s] - mean - 0.5 * (d[0] - d[1]) * (w * w / Complex::new(k, 2.0 * omega)).re
        });
        stable.map(f64::abs).sum::<f64>() + (w.norm() - radius).abs()
    }
}

fn rate(stable: usize) -> f64 {
    1.0 + 0.7 * stable as f64
}

fn product<S: Scalar>(matrix: &[f64], v: &[S]) -> Vec<S> {
    let row = |row: &[f64]| row.iter().zip(v).fold(S::from(0.0), |sum, (&m, &v)| sum + v * m);
    matrix.chunks_exact(v.len()).map(row).collect()
}

impl Field for Disguised {
    fn states(&self) -> usize {
        self.form.critical() + STABLE
    }
    fn parameters(&self) -> usize {
        2
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        let (n, critical) = (self.states(), self.form.critical());
        let (u, v) = self.normal_coordinates(x, p);
        let mut du = vec![S::from(0.0); n];
        self.form.rhs(&u, UNFOLDING.map(|row| p[0] * row[0] + p[1] * row[1]), &mut du);
        for s in 0..STABLE {
            du[critical + s] = -u[critical + s] * rate(s);
            (0..critical).for_each(|k| du[critical + s] += u[k] * u[k] * self.drive[s * n + k]);
        }
        // 1 + Q_v
        let mut slope = vec![S::from(0.0); n * n];
        (0..n).for_each(|i| slope[i * n + i] = S::from(1.0));
        for Term { row, factors, coefficient } in &self.terms {
            for (place, &by) in factors.iter().enumerate() {
                let others = factors.iter().enumerate().filter(|(other, _)| *other != place);
                slope[row * n + by] += others.fold(S::from(*coefficient), |product, (_, &k)| product * v[k]);
            }
        }
        let mut lu = Lu::<S>::default();
        lu.factor(&slope, n).unwrap();
        lu.solve(&mut du);
        let time = v.iter().zip(&self.clock).fold(S::from(1.0), |sum, (&v, &c)| sum + v * c);
        product(&self.inverse, &du).into_iter().zip(dx).for_each(|(from, to)| *to = from * time);
    }
}
