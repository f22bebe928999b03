//! How the time of an equilibrium branch is divided between the conductance elements, linear algebra, and the rest.
//!
//! Counts how often the curve is linearised, solved and sampled, times each of these alone, and multiplies. Everything is
//! measured in one run, so the shares mean something where absolute times do not.

use hopfold::curve::{Curve, Guess, Located, Sample};
use hopfold::curves::OneParameter;
use hopfold::field::{Derivatives, Field};
use hopfold::linalg::{Bordered, Singular, Spectrum};
use hopfold::models::conductance::Conductance;
use hopfold::models::memristive_neuron::MemristiveNeuron;
use hopfold::scalar::Dual;
use hopfold::trace::{Edge, Settings, trace};
use std::hint::black_box;
use std::time::Instant;

const P: [f64; 9] = [0.0, 8.0, 1.0, 0.1, 1.0, 7.0, 0.5, 0.8, 0.13];

/// A curve that counts what is asked of it.
struct Counting<C> {
    curve: C,
    linearised: usize,
    solved: usize,
    sampled: usize,
    located: usize,
}

impl<C: Curve> Curve for Counting<C> {
    fn unknowns(&self) -> usize {
        self.curve.unknowns()
    }
    fn equations(&self) -> usize {
        self.curve.equations()
    }
    fn linearise(&mut self, y: &[f64], scale: &[f64], row: &[f64], f: &mut [f64]) -> Result<(), Singular> {
        self.linearised += 1;
        self.curve.linearise(y, scale, row, f)
    }
    fn solve(&mut self, rhs: &mut [f64]) {
        self.solved += 1;
        self.curve.solve(rhs);
    }
    fn determinant(&mut self) -> f64 {
        self.curve.determinant()
    }
    fn row_scale(&self) -> &[f64] {
        self.curve.row_scale()
    }
    fn rescale(&self, y: &[f64], scale: &mut [f64]) {
        self.curve.rescale(y, scale);
    }
    fn sample(&mut self, y: &[f64], tangent: &[f64], orientation: f64) -> Sample {
        self.sampled += 1;
        self.curve.sample(y, tangent, orientation)
    }
    fn locate(&mut self, which: usize, guess: &Guess) -> Option<Located> {
        self.located += 1;
        self.curve.locate(which, guess)
    }
    fn accounts_for(&self, label: &str, which: usize) -> bool {
        self.curve.accounts_for(label, which)
    }
    fn allows_jump(&self, label: &str, jump: i64) -> bool {
        self.curve.allows_jump(label, jump)
    }
    fn audited(&self) -> bool {
        self.curve.audited()
    }
    fn guards_against_jumps(&self, which: usize) -> bool {
        self.curve.guards_against_jumps(which)
    }
}

/// A border.
const ROW: [f64; 5] = [0.4, 0.1, 0.0, 0.0, 0.9];

/// Nanoseconds per call: the fastest of many batches.
fn time(mut call: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..200 {
        let begin = Instant::now();
        (0..100).for_each(|_| call());
        best = best.min(begin.elapsed().as_nanos() as f64 / 100.0);
    }
    best
}

fn main() {
    let model = MemristiveNeuron::new(&P);
    let edges = [Edge { coordinate: 4, low: 0.0, high: 10.0 }];
    let start = [0.0, 1.0, 0.0, 0.0, 0.0];
    let mut counting =
        Counting { curve: OneParameter::new(&model, &P, 0, 10.0), linearised: 0, solved: 0, sampled: 0, located: 0 };
    let traced = trace(&mut counting, &start, 4, &edges, &[], &Settings::default(), &mut |_, _| {});
    let points = traced.map_or(0, |t| t.points.len());
    let whole = time(|| {
        let mut curve = OneParameter::new(&model, &P, 0, 10.0);
        let _ = black_box(trace(&mut curve, &start, 4, &edges, &[], &Settings::default(), &mut |_, _| {}));
    });
    let table = Conductance::new(0.5, 0.13);
    // A Jacobian takes two passes of four directions each.
    let elements = 2.0
        * time(|| {
            let x = Dual { re: black_box(0.37), eps: [1.0, 0.0, 0.0, 0.0] };
            black_box(table.elements(x, 0.5.into(), 0.13.into()));
        });
    let mut derivatives = Derivatives::new(&model, &[0]);
    let (mut f, mut jacobian) = ([0.0; 4], derivatives.matrix());
    let linearise = time(|| derivatives.first(&model, black_box(&[1.0, 0.9, 0.1, 0.2]), &P, &mut f, &mut jacobian));
    let mut bordered = Bordered::default();
    let factor = time(|| {
        let _ = bordered.factor(black_box(&jacobian), &[1.0; 5], std::iter::once((&ROW[..], false)));
    });
    let solve = time(|| {
        let mut rhs = [1.0; 5];
        bordered.solve(black_box(&mut rhs));
    });
    let mut eigenvalues = Spectrum::default();
    let spectrum = time(|| {
        let _ = black_box(eigenvalues.of(&jacobian, 4));
    });
    let mut right_hand_side = [0.0; 4];
    let rhs = time(|| model.rhs(black_box(&[1.0, 0.9, 0.1, 0.2]), &P, &mut right_hand_side));
    println!(
        "equilibrium branch, V_in in [0, 10], R_n = 8: {points} points, {:.0} µs, {:.2} µs a point",
        whole / 1e3,
        whole / 1e3 / points as f64
    );
    println!(
        "{} linearisations, {} solves, {} samples, {} special points located\n",
        counting.linearised, counting.solved, counting.sampled, counting.located
    );
    let (l, s, n) = (counting.linearised as f64, counting.solved as f64, counting.sampled as f64);
    let rows = [
        ("conductance elements F_ij", l * elements),
        ("rest of the Jacobian by dual numbers", l * (linearise - elements)),
        ("bordered systems", l * factor + s * solve),
        ("eigenvalues", n * spectrum),
    ];
    let known: f64 = rows.iter().map(|(_, t)| t).sum();
    println!("{:<40} {:>8} {:>7}", "part", "µs", "share");
    for (name, time) in rows.iter().chain([&("location of special points, steps, tables", whole - known)]) {
        println!("{name:<40} {:>8.1} {:>6.1}%", time / 1e3, 100.0 * time / whole);
    }
    println!(
        "\na Jacobian costs {:.1} right-hand sides; a point costs {:.0}",
        linearise / rhs,
        whole / points as f64 / rhs
    );
}
