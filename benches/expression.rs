//! Right-hand sides and Jacobians from text beside the same written in Rust, in one table with their ratios.
//!
//! By hand and from text take turns in one run, for the same points, and the shortest of many times counts: machines
//! drift and are shared. `by hand` is a loop over the points around a right-hand side below, or that on dual numbers that
//! carry all four directions, for the better of two layouts: one point after the other, or one quantity after the other,
//! of which the compiler makes vector instructions. From text: `one`, the program at point after point, as
//! curves of equilibria use it; `many`, all points at a time.
//!
//! Measured on an AMD EPYC, as many / by hand, at 16, 64 and 256 points:
//!
//! | | f | Jacobian |
//! |---|---|---|
//! | Hodgkin-Huxley | 1.47, 1.39, 1.34 | 1.13, 1.08, 1.06 |
//! | neuron's circuit | 2.44, 1.50, 1.60 | 1.12, 0.92, 0.86 |
//!
//! An interpreter at one point pays for a jump at each instruction. Blocks of 64 points were chosen: blocks of 128
//! and chunks of 16 lanes were not faster. The code by hand is compiled for any x86-64, two numbers a vector; the blocks take
//! the vectors that the machine has (four numbers with AVX2), as a program that is shipped cannot by itself.

use hopfold::expression::{Compiled, System};
use hopfold::field::{Derivatives, Many};
use hopfold::scalar::{Dual, Scalar};
use std::hint::black_box;
use std::time::Instant;

type First = Dual<f64, 4>;

/// Hodgkin & Huxley 1952 in the modern sign convention.
#[inline(always)]
fn hodgkin_huxley<S: Scalar>([v, m, h, n]: [S; 4], p: [S; 8]) -> [S; 4] {
    let [current, g_na, g_k, g_l, e_na, e_k, e_l, c] = p;
    let one = S::from(1.0);
    let am = (v + 40.0) * 0.1 / (one - (-(v + 40.0) / 10.0).exp());
    let bm = (-(v + 65.0) / 18.0).exp() * 4.0;
    let ah = (-(v + 65.0) / 20.0).exp() * 0.07;
    let bh = ((-(v + 35.0) / 10.0).exp() + 1.0).recip();
    let an = (v + 55.0) * 0.01 / (one - (-(v + 55.0) / 10.0).exp());
    let bn = (-(v + 65.0) / 80.0).exp() * 0.125;
    let currents = g_na * m.powi(3) * h * (v - e_na) + g_k * n.powi(4) * (v - e_k) + g_l * (v - e_l);
    [(current - currents) / c, am * (one - m) - bm * m, ah * (one - h) - bh * h, an * (one - n) - bn * n]
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

/// The circuit of the memristive neuron with a rational conductance: Lorentzian elements instead of integrals.
#[inline(always)]
fn neuron<S: Scalar>([v, z, x, y]: [S; 4], p: [S; 9]) -> [S; 4] {
    let [v_in, r_n, z_t, gamma, alpha, omega, rest, width, height] = p;
    let s = (v - rest) / width;
    let w = s * s + 1.0;
    let f00 = height / w;
    let f01 = height * s / (w * w);
    let f11 = height * s * s / (w * w);
    let g = ((z + 1.0) * f00 + x * f01 * 2.0 + (-z + 1.0) * f11) * 0.5;
    let dv = v_in - (r_n * g + 1.0) * v;
    [dv, -(dv * x * 2.0) - alpha * gamma * (z - z_t), omega * y + dv * z * 2.0 - gamma * x, -(omega * x) - gamma * y]
}

fn neuron_text() -> Compiled {
    System::new()
        .equation("V", "dV")
        .equation("Z", "-2*dV*X - alpha*Gamma*(Z - Z_T)")
        .equation("X", "Omega*Y + 2*dV*Z - Gamma*X")
        .equation("Y", "-Omega*X - Gamma*Y")
        .definition("dV", "V_in - (1 + R_n*G)*V")
        .definition("G", "((1 + Z)*F00 + 2*X*F01 + (1 - Z)*F11)/2")
        .definition("s", "(V - rest)/width")
        .definition("w", "1 + s^2")
        .definition("F00", "height/w")
        .definition("F01", "height*s/w^2")
        .definition("F11", "height*s^2/w^2")
        .parameter("V_in", 0.23)
        .parameter("R_n", 5.0)
        .parameter("Z_T", 1.0)
        .parameter("Gamma", 0.1)
        .parameter("alpha", 1.0)
        .parameter("Omega", 7.0)
        .parameter("rest", 1.1)
        .parameter("width", 0.5)
        .parameter("height", 0.4)
        .compile()
        .expect("equations without mistakes")
}

const NEURON: [f64; 4] = [0.3, 0.8, 0.1, 0.2];

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

/// The shortest time in ns of each way, which take turns for a while.
fn times<const K: usize>(mut ways: [&mut dyn FnMut(); K]) -> [f64; K] {
    let mut shortest = [f64::INFINITY; K];
    let begin = Instant::now();
    while begin.elapsed().as_secs_f64() < 0.5 {
        for (way, shortest) in ways.iter_mut().zip(&mut shortest) {
            // The first times find jumps unpredicted and caches cold.
            (0..3).for_each(|_| way());
            let start = Instant::now();
            (0..10).for_each(|_| way());
            *shortest = shortest.min(start.elapsed().as_secs_f64() * 1e9 / 10.0);
        }
    }
    shortest
}

fn row(name: &str, points: usize, [hand, one, many]: [f64; 3]) {
    let each = |time: f64| time / points as f64;
    println!(
        "{name:28} {points:6} {:9.1} {:9.1} {:6.2} {:9.1} {:6.2}",
        each(hand),
        each(one),
        one / hand,
        each(many),
        many / hand
    );
}

/// Points near one, one after the other, and the same with one state after the other.
fn near(at: &[f64], points: usize) -> [Vec<f64>; 2] {
    let state = |k: usize, i: usize| at[k] * (1.0 + 1e-3 * i as f64);
    [
        (0..points).flat_map(|i| (0..at.len()).map(move |k| state(k, i))).collect(),
        (0..at.len()).flat_map(|k| (0..points).map(move |i| state(k, i))).collect(),
    ]
}

/// By hand, of points one after the other.
#[inline(never)]
fn point_after_point<const P: usize>(
    rhs: impl Fn([f64; 4], [f64; P]) -> [f64; 4],
    x: &[f64],
    p: [f64; P],
    f: &mut [f64],
) {
    for (x, f) in x.chunks_exact(4).zip(f.chunks_exact_mut(4)) {
        f.copy_from_slice(&rhs([x[0], x[1], x[2], x[3]], p));
    }
}

/// By hand, of one state after the other.
#[inline(never)]
fn state_after_state<const P: usize>(
    rhs: impl Fn([f64; 4], [f64; P]) -> [f64; 4],
    x: [&[f64]; 4],
    p: [f64; P],
    [f0, f1, f2, f3]: [&mut [f64]; 4],
) {
    let count = f0.len();
    let x = x.map(|x| &x[..count]);
    let (f1, f2, f3) = (&mut f1[..count], &mut f2[..count], &mut f3[..count]);
    for i in 0..count {
        [f0[i], f1[i], f2[i], f3[i]] = rhs(x.map(|x| x[i]), p);
    }
}

/// One slice for each state.
fn quarters(all: &[f64]) -> [&[f64]; 4] {
    let quarter = all.len() / 4;
    std::array::from_fn(|k| &all[k * quarter..(k + 1) * quarter])
}

fn quarters_mut(all: &mut [f64]) -> [&mut [f64]; 4] {
    let quarter = all.len() / 4;
    let (first, second) = all.split_at_mut(2 * quarter);
    let ((a, b), (c, d)) = (first.split_at_mut(quarter), second.split_at_mut(quarter));
    [a, b, c, d]
}

fn right_hand_side<const P: usize>(
    name: &str,
    native: impl Fn([f64; 4], [f64; P]) -> [f64; 4],
    text: &Compiled,
    at: [f64; 4],
    points: usize,
) {
    let [by_point, by_state] = near(&at, points);
    let p = text.defaults();
    let own: [f64; P] = std::array::from_fn(|k| p[k]);
    let [mut a, mut b, mut c, mut d] = [(); 4].map(|()| vec![0.0; 4 * points]);
    let mut many = Many::new(text, &[]);
    let [first, second, one, many] = times([
        &mut || {
            point_after_point(&native, black_box(&by_point), black_box(own), &mut a);
            black_box(&a);
        },
        &mut || {
            state_after_state(&native, quarters(black_box(&by_state)), black_box(own), quarters_mut(&mut b));
            black_box(&b);
        },
        &mut || {
            let (x, p) = (black_box(&by_point), black_box(p));
            x.chunks_exact(4).zip(c.chunks_exact_mut(4)).for_each(|(x, dx)| text.rhs(x, p, dx));
            black_box(&c);
        },
        &mut || {
            many.value(text, black_box(&by_state), black_box(p), &mut d);
            black_box(&d);
        },
    ]);
    assert!((0..4 * points).all(|k| c[k] == d[k % 4 * points + k / 4]), "the same to the last bit");
    row(name, points, [first.min(second), one, many]);
}

fn jacobian<const P: usize>(
    name: &str,
    native: impl Fn([First; 4], [First; P]) -> [First; 4],
    text: &Compiled,
    at: [f64; 4],
    points: usize,
) {
    let [by_point, by_state] = near(&at, points);
    let p = text.defaults();
    let [mut f, mut g, mut h] = [(); 3].map(|()| vec![0.0; 4 * points]);
    let [mut a, mut c] = [(); 2].map(|()| vec![0.0; 16 * points]);
    let (mut one, mut many) = (Derivatives::new(text, &[]), Many::new(text, &[]));
    let mut b = vec![one.matrix(); points];
    let seed = |re: f64, k: usize| First { re, eps: std::array::from_fn(|lane| f64::from(lane == k)) };
    let times = times([
        &mut || {
            let (x, p) = (black_box(&by_point), black_box(p));
            let p = std::array::from_fn(|k| First::from(p[k]));
            for ((x, f), jacobian) in x.chunks_exact(4).zip(f.chunks_exact_mut(4)).zip(a.chunks_exact_mut(16)) {
                for (i, dx) in native(std::array::from_fn(|k| seed(x[k], k)), p).into_iter().enumerate() {
                    f[i] = dx.re;
                    jacobian[4 * i..4 * i + 4].copy_from_slice(&dx.eps);
                }
            }
            black_box((&f, &a));
        },
        &mut || {
            let (x, p) = (black_box(&by_point), black_box(p));
            for ((x, f), jacobian) in x.chunks_exact(4).zip(g.chunks_exact_mut(4)).zip(&mut b) {
                one.first(text, x, p, f, jacobian);
            }
            black_box((&g, &b));
        },
        &mut || {
            many.first(text, black_box(&by_state), black_box(p), &mut h, &mut c);
            black_box((&h, &c));
        },
    ]);
    row(name, points, times);
}

fn main() {
    println!(
        "{:28} {:>6} {:>9} {:>9} {:>6} {:>9} {:>6}",
        "ns a point", "points", "by hand", "one", "ratio", "many", "ratio"
    );
    let (hh, circuit) = (hodgkin_huxley_text(), neuron_text());
    const POINTS: [usize; 4] = [1, 16, 64, 256];
    POINTS.into_iter().for_each(|points| right_hand_side("Hodgkin-Huxley, f", hodgkin_huxley, &hh, HH, points));
    POINTS.into_iter().for_each(|points| right_hand_side("neuron's circuit, f", neuron, &circuit, NEURON, points));
    POINTS.into_iter().for_each(|points| jacobian("Hodgkin-Huxley, Jacobian", hodgkin_huxley, &hh, HH, points));
    POINTS.into_iter().for_each(|points| jacobian("neuron's circuit, Jacobian", neuron, &circuit, NEURON, points));

    let text = chain_text();
    let [u, _] = near(&(0..400).map(|k| (0.1 * f64::from(k)).sin()).collect::<Vec<_>>(), 1);
    let [mut f, mut g] = [(); 2].map(|()| vec![0.0; 400]);
    // All three diagonals in one pass of three directions.
    let mut coloured = Derivatives::new(&text, &[]);
    let mut jacobian = coloured.matrix();
    let [hand, one, pass] = times([
        &mut || chain(black_box(&u), text.defaults(), &mut f),
        &mut || text.rhs(black_box(&u), text.defaults(), &mut g),
        &mut || coloured.first(&text, black_box(&u), text.defaults(), &mut vec![0.0; 400], &mut jacobian),
    ]);
    println!("chain of 400: by hand {hand:.0} ns, from text {one:.0} ns, sparse Jacobian {pass:.0} ns");
    let [hh, chain, programs] =
        times([&mut || drop(black_box(hodgkin_huxley_text())), &mut || drop(black_box(chain_text())), &mut || {
            drop(black_box(Many::new(&circuit, &[])))
        }]);
    println!("compilation: Hodgkin-Huxley {:.0} us, chain of 400 {:.0} us", hh / 1e3, chain / 1e3);
    println!("programs for many points, of the neuron's circuit: {:.0} us", programs / 1e3);
}
