//! What a point costs on long chains, with special points looked for and without: it must grow as the length does.

use hopfold::curves::OneParameter;
use hopfold::expression::{Compiled, System};
use hopfold::field::Field;
use hopfold::trace::{Edge, Settings, correct, trace};
use std::time::Instant;

fn main() {
    println!("milliseconds a point: a traced branch with everything, and a corrected point without stability");
    println!(
        "{:<14} {:>6} {:>8} {:>12} {:>12} {:>14} {:>12}",
        "chain", "states", "points", "a point", "per state", "corrected", "per state"
    );
    for n in [50, 100, 200, 400, 3200] {
        line("Bratu", &bratu(n), &vec![0.0; n as usize], [0.5, 3.6]);
    }
    for m in [25, 50, 100, 200, 1600] {
        let start: Vec<f64> = (0..2 * m).map(|k| if k < m { 2.0 } else { 2.725 }).collect();
        line("Brusselator", &brusselator(m as i64), &start, [0.3, 2.1]);
    }
}

/// The fastest of three.
fn time(mut call: impl FnMut() -> usize) -> (f64, usize) {
    let mut best = (f64::INFINITY, 0);
    for _ in 0..3 {
        let begin = Instant::now();
        let count = call();
        best = (best.0.min(begin.elapsed().as_secs_f64() * 1e3), count);
    }
    best
}

fn line(name: &str, model: &Compiled, start: &[f64], [low, high]: [f64; 2]) {
    let n = model.states();
    let mut y = start.to_vec();
    y.push(low);
    let edges = [Edge { coordinate: n, low, high }];
    let settings = Settings::default();
    let (whole, points) = time(|| {
        let mut curve = OneParameter::new(model, &[low], 0, high - low);
        trace(&mut curve, &y, n, &edges, &[], &settings, &mut |_, _| {}).map_or(0, |t| t.points.len())
    });
    let point = whole / points as f64;
    // Newton's method from nearby: what a predictor leaves to do.
    let mut curve = OneParameter::new(model, &[low], 0, high - low);
    let (scale, mut row) = (vec![1.0; n + 1], vec![0.0; n + 1]);
    row[n] = 1.0;
    let mut solution = y.clone();
    let _ = correct(&mut curve, &mut solution, &scale, &row, &settings);
    let (corrected, _) = time(|| {
        for _ in 0..10 {
            let mut near = solution.clone();
            near.iter_mut().take(n).for_each(|x| *x *= 1.001);
            let _ = correct(&mut curve, &mut near, &scale, &row, &settings);
        }
        10
    });
    let corrected = corrected / 10.0;
    let per = |x: f64| format!("{:.2} µs", 1e3 * x / n as f64);
    println!("{name:<14} {n:>6} {points:>8} {point:>12.3} {:>12} {corrected:>14.3} {:>12}", per(point), per(corrected));
}

/// `u_i' = (u_{i−1} − 2u_i + u_{i+1})(N+1)² + lambda e^{u_i}`.
fn bratu(n: i64) -> Compiled {
    System::new()
        .integer("N", n)
        .parameter("lambda", 0.0)
        .equation("u[i = 1..N]", "(u[i-1] - 2*u[i] + u[i+1])*(N+1)^2 + lambda*exp(u[i])")
        .definition("u[0]", "0")
        .definition("u[N+1]", "0")
        .compile()
        .expect("equations without mistakes")
}

/// m cells of a Brusselator on a line of length L.
fn brusselator(m: i64) -> Compiled {
    System::new()
        .integer("m", m)
        .parameter("L", 1.0)
        .equation("X[i = 1..m]", "0.008/L^2*(m+1)^2*(X[i-1] - 2*X[i] + X[i+1]) + X[i]^2*Y[i] - 6.45*X[i] + 2")
        .equation("Y[i = 1..m]", "0.004/L^2*(m+1)^2*(Y[i-1] - 2*Y[i] + Y[i+1]) - X[i]^2*Y[i] + 5.45*X[i]")
        .definition("X[0]", "2")
        .definition("X[m+1]", "2")
        .definition("Y[0]", "2.725")
        .definition("Y[m+1]", "2.725")
        .compile()
        .expect("equations without mistakes")
}
