//! What a point of a fold or Hopf curve costs, in points of the equilibrium branch on which it starts.
//!
//! Everything is measured in one run, in turns, so the ratios mean something where absolute times do not. A Hopf curve has the
//! first Lyapunov coefficient at each of its points.

use hopfold::curve::Curve;
use hopfold::curves::{Condition, Critical, OneParameter};
use hopfold::expression::System;
use hopfold::field::{Field, sizes};
use hopfold::linalg::Spectrum;
use hopfold::models::memristive_neuron::MemristiveNeuron;
use hopfold::trace::{Edge, Settings, Trace, trace};
use std::hint::black_box;
use std::time::Instant;

/// Nanoseconds per point: the fastest of many runs.
struct Cost {
    best: f64,
    points: usize,
}

impl Cost {
    fn measure(&mut self, run: impl FnOnce() -> usize) {
        let begin = Instant::now();
        self.points = black_box(run());
        self.best = self.best.min(begin.elapsed().as_nanos() as f64 / self.points as f64);
    }
}

fn edges(n: usize, ranges: &[(usize, [f64; 2])]) -> Vec<Edge> {
    let edge = |(k, (_, [low, high])): (usize, &(usize, [f64; 2]))| Edge { coordinate: n + k, low: *low, high: *high };
    ranges.iter().enumerate().map(edge).collect()
}

fn follow(curve: &mut dyn Curve, y: &[f64], hold: usize, edges: &[Edge]) -> Option<Trace> {
    trace(curve, y, hold, edges, &[], &Settings::default(), &mut |_, _| {}).ok()
}

/// The equilibrium branch from `x` in the first of the free parameters, and from its first fold and its first Hopf point the
/// curves in both.
fn compare<F: Field>(name: &str, model: &F, x: &[f64], p: &[f64], free: [(usize, [f64; 2]); 2]) {
    let n = x.len();
    let (first, [low, high]) = free[0];
    let start: Vec<f64> = x.iter().copied().chain([p[first]]).collect();
    let branch = || follow(&mut OneParameter::new(model, p, first, high - low), &start, n, &edges(n, &free[..1]));
    let known = branch().expect("an equilibrium");
    let at = |label: &str| known.special.iter().find(|s| s.label == label).map(|s| &known.points[s.index].y);
    let critical = |condition: Condition, y: &[f64]| -> Option<usize> {
        let mut p = p.to_vec();
        p[first] = y[n];
        let kappa = (condition == Condition::Hopf).then(|| {
            let mut derivatives = hopfold::field::Derivatives::new(model, &[]);
            let (mut f, mut a) = (vec![0.0; n], derivatives.matrix());
            derivatives.first(model, &y[..n], &p, &mut f, &mut a);
            let mut spectrum = Spectrum::default();
            let eigenvalues = spectrum.of(&a, n).expect("finite");
            let pair = eigenvalues.iter().filter(|e| e[1] > 0.0).min_by(|a, b| a[0].abs().total_cmp(&b[0].abs()));
            pair.map_or(0.0, |e| e[1] * e[1])
        });
        let largest: Vec<f64> =
            (0..n).map(|k| known.points.iter().fold(0.0, |m: f64, point| m.max(point.y[k].abs()))).collect();
        let ranges = free.map(|(position, [low, high])| (position, high - low));
        let mut curve = Critical::new(model, &p, &ranges, condition, &sizes(&largest), &y[..n], kappa).ok()?;
        let unknowns: Vec<f64> = y[..n].iter().copied().chain(free.map(|(k, _)| p[k])).chain(kappa).collect();
        follow(&mut curve, &unknowns, n, &edges(n, &free)).map(|trace| trace.points.len())
    };
    let cases: Vec<(&str, Condition, &Vec<f64>)> = [("fold", Condition::Fold, "LP"), ("Hopf", Condition::Hopf, "H")]
        .into_iter()
        .filter_map(|(word, condition, label)| Some((word, condition, at(label)?)))
        .collect();
    let cost = || Cost { best: f64::INFINITY, points: 0 };
    let (mut plain, mut costs) = (cost(), cases.iter().map(|_| cost()).collect::<Vec<Cost>>());
    for _ in 0..60 {
        plain.measure(|| branch().map_or(1, |trace| trace.points.len()));
        for ((_, condition, y), cost) in cases.iter().zip(&mut costs) {
            cost.measure(|| critical(*condition, y).expect("a curve"));
        }
    }
    println!("{name:<20} {:<12} {:>5} points {:>8.2} µs a point", "equilibria", plain.points, plain.best / 1e3);
    for ((word, ..), cost) in cases.iter().zip(&costs) {
        let ratio = cost.best / plain.best;
        println!(
            "{:<20} {word:<12} {:>5} points {:>8.2} µs a point {ratio:>8.2} times",
            "",
            cost.points,
            cost.best / 1e3
        );
    }
}

fn main() {
    let p = [0.0, 8.0, 1.0, 0.1, 1.0, 7.0, 0.5, 0.8, 0.13];
    let neuron = MemristiveNeuron::new(&p);
    compare("memristive neuron", &neuron, &[0.0, 1.0, 0.0, 0.0], &p, [(0, [0.0, 15.0]), (1, [0.0, 15.0])]);
    let reaction = System::new()
        .parameter("D", 0.0)
        .parameter("B", 18.0)
        .parameter("beta", 3.0)
        .definition("rate", "D*(1 - u1)*exp(u2)")
        .equation("u1", "-u1 + rate")
        .equation("u2", "-u2 + B*rate - beta*u2")
        .compile()
        .expect("no mistake");
    compare("reaction in a tank", &reaction, &[0.0; 2], &[0.0, 18.0, 3.0], [(0, [0.0, 0.5]), (1, [10.0, 22.0])]);
    let nerve = System::new()
        .parameter("I_ext", 0.0)
        .parameter("T", 6.3)
        .definition("phi", "3^((T - 6.3)/10)")
        .definition(
            "slope(s)",
            "if(abs(s) < 0.1, 1 - s/2 + s^2/12 - s^4/720 + s^6/30240 - s^8/1209600, s/(exp(s) - 1))",
        )
        .equation("v", "I_ext - 120*m^3*h*(v - 115) - 36*n^4*(v + 12) - 0.3*(v - 10.613)")
        .equation("m", "phi*(slope((25 - v)/10)*(1 - m) - 4*exp(-v/18)*m)")
        .equation("h", "phi*(0.07*exp(-v/20)*(1 - h) - h/(exp((30 - v)/10) + 1))")
        .equation("n", "phi*(0.1*slope((10 - v)/10)*(1 - n) - 0.125*exp(-v/80)*n)")
        .compile()
        .expect("no mistake");
    let rest = [0.0026, 0.053, 0.596, 0.3177];
    compare("Hodgkin and Huxley", &nerve, &rest, &[0.0, 6.3], [(0, [0.0, 200.0]), (1, [0.0, 40.0])]);
}
