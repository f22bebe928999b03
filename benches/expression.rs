//! Right-hand sides from text beside the same written in Rust. Compare within one run only: machines drift.
//!
//! Samples are long, since a program that runs once after something else finds every jump unpredicted.

use divan::{Bencher, black_box};
use hopfold::expression::{Compiled, System};
use hopfold::field::Derivatives;
use hopfold::scalar::{Dual, Scalar};

fn main() {
    divan::main();
}

type First4 = Dual<f64, 4>;
type First8 = Dual<f64, 8>;
type Second = Dual<Dual<f64, 1>, 4>;

/// Hodgkin & Huxley 1952 in the modern sign convention.
fn hodgkin_huxley<S: Scalar>(x: &[S], p: &[S], dx: &mut [S]) {
    let [v, m, h, n] = [x[0], x[1], x[2], x[3]];
    let [current, g_na, g_k, g_l, e_na, e_k, e_l, c] = [p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]];
    let one = S::from(1.0);
    let am = (v + 40.0) * 0.1 / (one - (-(v + 40.0) / 10.0).exp());
    let bm = (-(v + 65.0) / 18.0).exp() * 4.0;
    let ah = (-(v + 65.0) / 20.0).exp() * 0.07;
    let bh = ((-(v + 35.0) / 10.0).exp() + 1.0).recip();
    let an = (v + 55.0) * 0.01 / (one - (-(v + 55.0) / 10.0).exp());
    let bn = (-(v + 65.0) / 80.0).exp() * 0.125;
    let currents = g_na * m.powi(3) * h * (v - e_na) + g_k * n.powi(4) * (v - e_k) + g_l * (v - e_l);
    dx[0] = (current - currents) / c;
    dx[1] = am * (one - m) - bm * m;
    dx[2] = ah * (one - h) - bh * h;
    dx[3] = an * (one - n) - bn * n;
}

fn hodgkin_huxley_text() -> Compiled {
    System::new()
        .equation("v", "(I - g_na*m^3*h*(v - e_na) - g_k*n^4*(v - e_k) - g_l*(v - e_l))/c")
        .equation("m", "am*(1 - m) - bm*m")
        .equation("h", "ah*(1 - h) - bh*h")
        .equation("n", "an*(1 - n) - bn*n")
        .definition("am", "0.1*(v + 40)/(1 - exp(-(v + 40)/10))")
        .definition("bm", "4*exp(-(v + 65)/18)")
        .definition("ah", "0.07*exp(-(v + 65)/20)")
        .definition("bh", "1/(1 + exp(-(v + 35)/10))")
        .definition("an", "0.01*(v + 55)/(1 - exp(-(v + 55)/10))")
        .definition("bn", "0.125*exp(-(v + 65)/80)")
        .parameter("I", 10.0)
        .parameter("g_na", 120.0)
        .parameter("g_k", 36.0)
        .parameter("g_l", 0.3)
        .parameter("e_na", 50.0)
        .parameter("e_k", -77.0)
        .parameter("e_l", -54.387)
        .parameter("c", 1.0)
        .compile()
        .expect("equations without mistakes")
}

const HH: [f64; 4] = [-61.0, 0.08, 0.5, 0.4];

/// A gene circuit of rational functions: two genes that repress each other, each with its messenger.
fn circuit<S: Scalar>(x: &[S], p: &[S], dx: &mut [S]) {
    let [a, b, c, d] = [x[0], x[1], x[2], x[3]];
    let [k, l, s, t, g, r] = [p[0], p[1], p[2], p[3], p[4], p[5]];
    let by_d = k / (d * d + 1.0) + s;
    let by_c = l / (c * c + 1.0) + t;
    dx[0] = by_d - a * r;
    dx[1] = by_c - b * r;
    dx[2] = g * (a - c) / (c / 2.0 + 1.0);
    dx[3] = g * (b - d) / (d / 2.0 + 1.0);
}

fn circuit_text() -> Compiled {
    System::new()
        .equation("a", "k/(1 + d^2) + s - r*a")
        .equation("b", "l/(1 + c^2) + t - r*b")
        .equation("c", "g*(a - c)/(1 + c/2)")
        .equation("d", "g*(b - d)/(1 + d/2)")
        .parameter("k", 4.0)
        .parameter("l", 3.0)
        .parameter("s", 0.1)
        .parameter("t", 0.2)
        .parameter("g", 1.5)
        .parameter("r", 0.7)
        .compile()
        .expect("equations without mistakes")
}

const CIRCUIT: [f64; 4] = [0.3, 0.9, 0.5, 1.1];

/// The states as numbers with derivatives in as many directions as there are.
trait Lift: Scalar {
    fn lift(x: f64, k: usize) -> Self;
}
impl Lift for f64 {
    fn lift(x: f64, _: usize) -> f64 {
        x
    }
}
impl<const N: usize> Lift for Dual<f64, N> {
    fn lift(re: f64, k: usize) -> Self {
        Dual { re, eps: std::array::from_fn(|lane| f64::from(lane == k)) }
    }
}
impl Lift for Second {
    fn lift(x: f64, k: usize) -> Self {
        Dual { re: Dual::lift(x, 0), eps: std::array::from_fn(|lane| Dual::from(f64::from(lane == k))) }
    }
}

fn native<S: Lift>(bencher: Bencher, rhs: impl Fn(&[S], &[S], &mut [S]), at: &[f64; 4], text: &Compiled) {
    let x: [S; 4] = std::array::from_fn(|k| S::lift(at[k], k));
    let p: Vec<S> = text.defaults().iter().map(|&p| S::from(p)).collect();
    let mut dx = [S::from(0.0); 4];
    bencher.bench_local(|| {
        rhs(black_box(&x), black_box(&p), &mut dx);
        dx[0]
    });
}

fn text<S: Lift>(bencher: Bencher, at: &[f64; 4], text: &Compiled) {
    native::<S>(bencher, |x, p, dx| text.rhs(x, p, dx), at, text);
}

#[divan::bench(types = [f64, First4, First8, Second], sample_size = 2000)]
fn hodgkin_huxley_native<S: Lift>(bencher: Bencher) {
    native::<S>(bencher, hodgkin_huxley, &HH, &hodgkin_huxley_text());
}

#[divan::bench(types = [f64, First4, First8, Second], sample_size = 2000)]
fn hodgkin_huxley_from_text<S: Lift>(bencher: Bencher) {
    text::<S>(bencher, &HH, &hodgkin_huxley_text());
}

#[divan::bench(types = [f64, First4, First8, Second], sample_size = 2000)]
fn rational_circuit_native<S: Lift>(bencher: Bencher) {
    native::<S>(bencher, circuit, &CIRCUIT, &circuit_text());
}

#[divan::bench(types = [f64, First4, First8, Second], sample_size = 2000)]
fn rational_circuit_from_text<S: Lift>(bencher: Bencher) {
    text::<S>(bencher, &CIRCUIT, &circuit_text());
}

/// Diffusion and a cubic in N = 400 cells between walls at zero.
fn chain<S: Scalar>(u: &[S], p: &[S], du: &mut [S]) {
    let n = u.len();
    let scale = p[0] * ((n + 1) as f64).powi(2);
    for i in 0..n {
        let left = if i == 0 { S::from(0.0) } else { u[i - 1] };
        let right = if i + 1 == n { S::from(0.0) } else { u[i + 1] };
        du[i] = scale * (left - u[i] * 2.0 + right) + p[1] * u[i] - u[i].powi(3);
    }
}

fn chain_text() -> Compiled {
    System::new()
        .integer("N", 400)
        .parameter("d", 0.01)
        .parameter("r", 1.0)
        .equation("u[i = 1..N]", "d*(N + 1)^2*(u[i-1] - 2*u[i] + u[i+1]) + r*u[i] - u[i]^3")
        .definition("u[0]", "0")
        .definition("u[N+1]", "0")
        .compile()
        .expect("equations without mistakes")
}

fn chain_of<S: Scalar>(bencher: Bencher, rhs: impl Fn(&[S], &[S], &mut [S])) {
    let x: Vec<S> = (0..400).map(|k| S::from((0.1 * f64::from(k)).sin())).collect();
    let p = [S::from(0.01), S::from(1.0)];
    let mut dx = x.clone();
    bencher.bench_local(|| rhs(black_box(&x), black_box(&p), &mut dx));
}

#[divan::bench(types = [f64, First4], sample_size = 100)]
fn chain_of_400_native<S: Scalar>(bencher: Bencher) {
    chain_of::<S>(bencher, chain);
}

#[divan::bench(types = [f64, First4], sample_size = 100)]
fn chain_of_400_from_text<S: Scalar>(bencher: Bencher) {
    let text = chain_text();
    chain_of::<S>(bencher, |x, p, dx| text.rhs(x, p, dx));
}

/// All three diagonals in one pass of three directions.
#[divan::bench]
fn chain_of_400_jacobian_coloured(bencher: Bencher) {
    let text = chain_text();
    let mut derivatives = Derivatives::new(&text, &[]);
    let x: Vec<f64> = (0..400).map(|k| (0.1 * f64::from(k)).sin()).collect();
    let (mut f, mut jacobian) = (vec![0.0; 400], derivatives.matrix());
    bencher.bench_local(|| derivatives.first(&text, black_box(&x), text.defaults(), &mut f, &mut jacobian));
}

#[divan::bench]
fn compile_hodgkin_huxley() -> Compiled {
    hodgkin_huxley_text()
}

#[divan::bench]
fn compile_chain_of_400() -> Compiled {
    chain_text()
}
