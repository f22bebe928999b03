//! What a point of a branch of cycles costs: traced, with multipliers, special points looked for and everything else; it must grow
//! as the number of intervals does. Beside it, what AUTO-07p with compiled Fortran took for a point, and how often a point is
//! linearised and what part of the time that and the rest take.
//!
//! An argument restricts it to lines that begin so, as `Lorenz 100`.

use hopfold::collocation::Scheme;
use hopfold::curve::{Curve, Guess, Located, Point, Sample};
use hopfold::curves::{Cycles, OneParameter};
use hopfold::field::Field;
use hopfold::linalg::Singular;
use hopfold::models::memristive_neuron::{self, MemristiveNeuron};
use hopfold::scalar::Scalar;
use hopfold::start::cycle_at_hopf;
use hopfold::trace::{Edge, Settings, trace};
use std::cell::Cell;
use std::time::{Duration, Instant};

fn main() {
    println!("microseconds a point of a branch of cycles that begins at a Hopf point, one thread");
    println!("AUTO: its time for a point of the same branch, by another machine on another day");
    println!(
        "{:<8} {:>9} {:>6} {:>8} {:>8} {:>6} {:>6}  shares of the time, and calls a point",
        "model", "intervals", "points", "a point", "interval", "AUTO", "ratio"
    );
    let description = memristive_neuron::description();
    let mut parameters: Vec<f64> = description.parameters.iter().map(|p| p.default).collect();
    let position = |name: &str| description.parameters.iter().position(|p| p.name == name).expect("a parameter");
    for (name, value) in [("R_n", 5.0), ("Gamma", 0.1)] {
        parameters[position(name)] = value;
    }
    let neuron = MemristiveNeuron::new(&parameters);
    for mesh in [(20, 370.0), (50, 780.0), (100, f64::NAN), (400, f64::NAN)] {
        let rest = [0.0, 1.0, 0.0, 0.0];
        line("neuron", &neuron, &rest, &mut parameters.clone(), position("V_in"), [0.0, 3.5], mesh);
    }
    for mesh in [(20, 240.0), (100, 1000.0), (400, 3700.0)] {
        let root = (8.0 / 3.0 * 23.0_f64).sqrt();
        line("Lorenz", &Lorenz, &[root, root, 23.0], &mut [24.0], 0, [15.0, 26.0], mesh);
    }
}

/// So many that one of them is not disturbed by what else the machine does.
const RUNS: usize = 30;

/// x' = 10 (y − x), y' = ρ x − y − x z, z' = x y − 8/3 z.
struct Lorenz;

impl Field for Lorenz {
    fn states(&self) -> usize {
        3
    }
    fn parameters(&self) -> usize {
        1
    }
    #[inline(always)]
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        dx[0] = (x[1] - x[0]) * 10.0;
        dx[1] = x[0] * (p[0] - x[2]) - x[1];
        dx[2] = x[0] * x[1] - x[2] * (8.0 / 3.0);
    }
}

/// Follows the equilibrium to its first Hopf point, and times the branch of cycles from there to its end, the fastest of [`RUNS`]; AUTO's
/// time goes with the number of intervals.
fn line<F: Field>(
    name: &str,
    field: &F,
    rest: &[f64],
    parameters: &mut [f64],
    free: usize,
    [low, high]: [f64; 2],
    (intervals, auto): (usize, f64),
) {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if !format!("{name} {intervals}").starts_with(&wanted.join(" ")) {
        return;
    }
    let n = field.states();
    let mut y = rest.to_vec();
    y.push(if (low..high).contains(&parameters[free]) { parameters[free] } else { low });
    let edges = [Edge { coordinate: n, low, high }];
    let mut curve = OneParameter::new(field, parameters, free, high - low);
    let found = trace(&mut curve, &y, n, &edges, &[], &Settings::default(), &mut |_, _| {}).expect("equilibria");
    let hopf = found.special.iter().find(|special| special.label == "H").expect("a Hopf point");
    let point = &found.points[hopf.index];
    let omega = point.sample.observed.chunks_exact(2).filter(|e| e[1] > 0.0).map(|e| e[1]).fold(0.0, f64::max);
    parameters[free] = point.y[n];
    let sizes: Vec<f64> = point.y[..n].iter().map(|x| x.abs().max(1.0)).collect();
    let scheme = Scheme::new(4);
    let start = cycle_at_hopf(field, &point.y[..n], parameters, (omega, f64::INFINITY), &sizes, &scheme, intervals)
        .expect("a cycle");
    let mut y = start.profile.nodes.clone();
    y.extend([start.profile.period, point.y[n]]);
    let edges = [Edge { coordinate: y.len() - 1, low, high }];
    let mut best = (f64::INFINITY, 0);
    let run = |timed: bool| {
        let begin = Instant::now();
        let mut cycles = Cycles::new(field, parameters, (free, high - low), &sizes, 4, &start.profile);
        let mut watched = Watched { cycles: &mut cycles, tally: Default::default() };
        let curve: &mut dyn Curve = if timed { &mut watched } else { watched.cycles };
        let found = trace(curve, &y, start.hold, &edges, &[], &Settings::default(), &mut |_, _| {});
        (begin.elapsed().as_secs_f64() * 1e6, found.map_or(0, |found| found.points.len()), watched.tally)
    };
    for _ in 0..RUNS {
        let (time, points, _) = run(false);
        best = (best.0.min(time), points);
    }
    let watched = (0..RUNS).map(|_| run(true)).min_by(|a, b| a.0.total_cmp(&b.0));
    let Some((whole, _, tally)) = watched else { return };
    let count = best.1.max(1) as f64;
    let point = best.0 / count;
    print!("{name:<8} {intervals:>9} {:>6} {point:>8.1} {:>8.2}", best.1, point / intervals as f64);
    print!(" {auto:>6.0} {:>6.2} ", auto / point);
    for (part, what) in tally.iter().zip(PARTS) {
        let (time, calls) = part.get();
        print!(" {what} {:.0}% {:.1},", 100.0 * time.as_secs_f64() * 1e6 / whole, calls as f64 / count);
    }
    let known: f64 = tally.iter().map(|part| part.get().0.as_secs_f64() * 1e6).sum();
    println!(" engine {:.0}%", 100.0 * (1.0 - known / whole));
}

const PARTS: [&str; 6] = ["linearise", "residual", "solve", "sample", "between", "adapt"];

/// A curve of cycles that notes how often it is asked for what, and how long that takes.
struct Watched<'a> {
    cycles: &'a mut dyn Curve,
    tally: [Cell<(Duration, usize)>; PARTS.len()],
}

impl Watched<'_> {
    fn noted<T>(&mut self, part: usize, work: impl FnOnce(&mut dyn Curve) -> T) -> T {
        let begin = Instant::now();
        let result = work(self.cycles);
        let (time, calls) = self.tally[part].get();
        self.tally[part].set((time + begin.elapsed(), calls + 1));
        result
    }
}

impl Curve for Watched<'_> {
    fn unknowns(&self) -> usize {
        self.cycles.unknowns()
    }
    fn equations(&self) -> usize {
        self.cycles.equations()
    }
    fn linearise(&mut self, y: &[f64], scale: &[f64], row: &[f64], f: &mut [f64]) -> Result<(), Singular> {
        self.noted(0, |cycles| cycles.linearise(y, scale, row, f))
    }
    fn residual(&mut self, y: &[f64], f: &mut [f64]) -> bool {
        self.noted(1, |cycles| cycles.residual(y, f))
    }
    fn solve(&mut self, rhs: &mut [f64]) {
        self.noted(2, |cycles| cycles.solve(rhs));
    }
    fn determinant(&mut self) -> f64 {
        self.cycles.determinant()
    }
    fn row_scale(&self) -> &[f64] {
        self.cycles.row_scale()
    }
    fn rescale(&self, y: &[f64], scale: &mut [f64]) {
        self.cycles.rescale(y, scale);
    }
    fn regauge(&mut self) {
        self.noted(5, |cycles| cycles.regauge());
    }
    fn strained(&self, here: &Point) -> bool {
        self.cycles.strained(here)
    }
    fn adapt(&mut self, points: &mut [&mut Point], scale: &mut [f64]) {
        self.noted(5, |cycles| cycles.adapt(points, scale));
    }
    fn settle(&mut self, at: &Point, scale: &mut [f64]) {
        self.cycles.settle(at, scale);
    }
    fn terminus(&mut self, left: &Point, right: &Point, scale: &[f64]) -> Option<Located> {
        self.noted(4, |cycles| cycles.terminus(left, right, scale))
    }
    fn runs_out(&self, here: &Point, still: f64) -> Option<&'static str> {
        self.cycles.runs_out(here, still)
    }
    fn sample(&mut self, y: &[f64], tangent: &[f64], orientation: f64) -> Sample {
        self.noted(3, |cycles| cycles.sample(y, tangent, orientation))
    }
    fn locate(&mut self, which: usize, guess: &Guess) -> Option<Located> {
        self.noted(4, |cycles| cycles.locate(which, guess))
    }
    fn accounts_for(&self, label: &str, which: usize) -> bool {
        self.cycles.accounts_for(label, which)
    }
    fn allows_jump(&self, label: &str, jump: i64) -> bool {
        self.cycles.allows_jump(label, jump)
    }
    fn audited(&self) -> bool {
        self.cycles.audited()
    }
    fn guards_against_jumps(&self, which: usize) -> bool {
        self.cycles.guards_against_jumps(which)
    }
}
