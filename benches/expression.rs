//! Right-hand sides and Jacobians from text beside the same written in Rust, in one table with their ratios.
//!
//! By hand and from text take turns in one run, for the same points, and the shortest of many times counts: machines
//! drift and are shared. By hand: a loop over the points around the right-hand side below. From text: `one`, the
//! program point after point, and `many`, all points at a time. A Jacobian by hand is the right-hand side on dual
//! numbers that carry all directions; from text, it is what the engine uses.

use hopfold::expression::{Compiled, System};
use hopfold::field::Derivatives;
use hopfold::scalar::{Dual, Scalar};
use std::hint::black_box;
use std::time::Instant;

type First = Dual<f64, 4>;

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

/// The circuit of the memristive neuron with a rational conductance: Lorentzian elements instead of integrals.
fn neuron<S: Scalar>(state: &[S], p: &[S], dx: &mut [S]) {
    let [v, z, x, y] = [state[0], state[1], state[2], state[3]];
    let [v_in, r_n, z_t, gamma, alpha, omega] = [p[0], p[1], p[2], p[3], p[4], p[5]];
    let [rest, width, height] = [p[6], p[7], p[8]];
    let s = (v - rest) / width;
    let w = s * s + 1.0;
    let f00 = height / w;
    let f01 = height * s / (w * w);
    let f11 = height * s * s / (w * w);
    let g = ((z + 1.0) * f00 + x * f01 * 2.0 + (-z + 1.0) * f11) * 0.5;
    let dv = v_in - (r_n * g + 1.0) * v;
    dx[0] = dv;
    dx[1] = -(dv * x * 2.0) - alpha * gamma * (z - z_t);
    dx[2] = omega * y + dv * z * 2.0 - gamma * x;
    dx[3] = -(omega * x) - gamma * y;
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

/// The states as numbers with derivatives in as many directions as there are.
trait Lift: Scalar {
    fn lift(x: f64, k: usize) -> Self;
}
impl Lift for f64 {
    fn lift(x: f64, _: usize) -> f64 {
        x
    }
}
impl Lift for First {
    fn lift(re: f64, k: usize) -> Self {
        Dual { re, eps: std::array::from_fn(|lane| f64::from(lane == k)) }
    }
}

/// The shortest time in ns of each way, which take turns.
fn times<const K: usize>(mut ways: [&mut dyn FnMut(); K]) -> [f64; K] {
    let mut shortest = [f64::INFINITY; K];
    for _ in 0..200 {
        for (way, shortest) in ways.iter_mut().zip(&mut shortest) {
            // The first time finds jumps unpredicted and caches cold.
            way();
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
        "{name:34} {points:6} {:9.1} {:9.1} {:6.2} {:9.1} {:6.2}",
        each(hand),
        each(one),
        one / hand,
        each(many),
        many / hand
    );
}

/// Points near one, as many numbers as they have states.
fn near(at: &[f64], points: usize) -> Vec<f64> {
    (0..points).flat_map(|k| at.iter().map(move |x| x * (1.0 + 1e-3 * k as f64))).collect()
}

fn right_hand_side<S: Lift>(
    name: &str,
    native: impl Fn(&[S], &[S], &mut [S]),
    text: &Compiled,
    at: &[f64],
    points: usize,
) {
    let n = at.len();
    let x: Vec<S> = near(at, points).into_iter().enumerate().map(|(k, x)| S::lift(x, k % n)).collect();
    let p: Vec<S> = text.defaults().iter().map(|&p| S::from(p)).collect();
    let [mut a, mut b, mut c] = [(); 3].map(|()| vec![S::from(0.0); n * points]);
    let times = times([
        &mut || {
            let (x, p) = (black_box(&x), black_box(&p));
            x.chunks_exact(n).zip(a.chunks_exact_mut(n)).for_each(|(x, dx)| native(x, p, dx));
            black_box(&a);
        },
        &mut || {
            let (x, p) = (black_box(&x), black_box(&p));
            x.chunks_exact(n).zip(b.chunks_exact_mut(n)).for_each(|(x, dx)| text.rhs(x, p, dx));
            black_box(&b);
        },
        &mut || {
            text.rhs_at_many(black_box(&x), black_box(&p), &mut c);
            black_box(&c);
        },
    ]);
    row(name, points, times);
}

fn jacobian(
    name: &str,
    native: impl Fn(&[First], &[First], &mut [First]),
    text: &Compiled,
    at: &[f64; 4],
    points: usize,
) {
    let x = near(at, points);
    let p = text.defaults();
    let [mut f, mut g, mut h] = [(); 3].map(|()| vec![0.0; 4 * points]);
    let (mut one, mut many) = (Derivatives::new(text, &[]), Derivatives::new(text, &[]));
    let [mut b, mut c] = [(); 2].map(|()| vec![one.matrix(); points]);
    let mut a = vec![0.0; 16 * points];
    let mut lifted: Vec<First> = p.iter().map(|&p| First::from(p)).collect();
    let times = times([
        &mut || {
            let (x, p) = (black_box(&x), black_box(p));
            lifted.iter_mut().zip(p).for_each(|(lifted, &p)| *lifted = First::from(p));
            for ((x, f), jacobian) in x.chunks_exact(4).zip(f.chunks_exact_mut(4)).zip(a.chunks_exact_mut(16)) {
                let x: [First; 4] = std::array::from_fn(|k| First::lift(x[k], k));
                let mut dx = [First::from(0.0); 4];
                native(&x, &lifted, &mut dx);
                for (i, dx) in dx.iter().enumerate() {
                    f[i] = dx.re;
                    jacobian[4 * i..4 * i + 4].copy_from_slice(&dx.eps);
                }
            }
            black_box((&f, &a));
        },
        &mut || {
            let (x, p) = (black_box(&x), black_box(p));
            for ((x, f), jacobian) in x.chunks_exact(4).zip(g.chunks_exact_mut(4)).zip(&mut b) {
                one.first(text, x, p, f, jacobian);
            }
            black_box((&g, &b));
        },
        &mut || {
            many.first_at_many(text, black_box(&x), black_box(p), &mut h, &mut c);
            black_box((&h, &c));
        },
    ]);
    row(name, points, times);
}

fn main() {
    println!(
        "{:34} {:>6} {:>9} {:>9} {:>6} {:>9} {:>6}",
        "ns a point", "points", "by hand", "one", "ratio", "many", "ratio"
    );
    let (hh, circuit) = (hodgkin_huxley_text(), neuron_text());
    for points in [1, 16, 64, 256] {
        right_hand_side::<f64>("Hodgkin-Huxley, f", hodgkin_huxley, &hh, &HH, points);
        jacobian("Hodgkin-Huxley, Jacobian", hodgkin_huxley, &hh, &HH, points);
        right_hand_side::<First>("Hodgkin-Huxley, dual numbers", hodgkin_huxley, &hh, &HH, points);
        right_hand_side::<f64>("neuron's circuit, f", neuron, &circuit, &NEURON, points);
        jacobian("neuron's circuit, Jacobian", neuron, &circuit, &NEURON, points);
        right_hand_side::<First>("neuron's circuit, dual numbers", neuron, &circuit, &NEURON, points);
    }
    let text = chain_text();
    let u: Vec<f64> = (0..400).map(|k| (0.1 * f64::from(k)).sin()).collect();
    right_hand_side::<f64>("chain of 400, f", chain, &text, &u, 16);
    right_hand_side::<First>("chain of 400, dual numbers", chain, &text, &u, 16);

    // All three diagonals in one pass of three directions.
    let mut coloured = Derivatives::new(&text, &[]);
    let (mut f, mut jacobian) = (vec![0.0; 400], coloured.matrix());
    let [pass] = times([&mut || coloured.first(&text, black_box(&u), text.defaults(), &mut f, &mut jacobian)]);
    println!("chain of 400, sparse Jacobian: {pass:.0} ns");
    let [hh, chain] = times([&mut || drop(black_box(hodgkin_huxley_text())), &mut || drop(black_box(chain_text()))]);
    println!("compilation: Hodgkin-Huxley {:.0} us, chain of 400 {:.0} us", hh / 1e3, chain / 1e3);
    let [made] = times([&mut || drop(black_box(hodgkin_huxley_text().linearised(&[])))]);
    println!("compilation and differentiation: Hodgkin-Huxley {:.0} us", made / 1e3);
}
