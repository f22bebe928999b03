//! What a point of a branch of cycles costs: traced, with multipliers, special points looked for and everything else; it must grow
//! as the number of intervals does.

use hopfold::collocation::Scheme;
use hopfold::curves::{Cycles, OneParameter};
use hopfold::field::Field;
use hopfold::models::memristive_neuron::{self, MemristiveNeuron};
use hopfold::scalar::Scalar;
use hopfold::start::cycle_at_hopf;
use hopfold::trace::{Edge, Settings, trace};
use std::time::Instant;

fn main() {
    println!("microseconds a point of a branch of cycles that begins at a Hopf point, one thread");
    println!("{:<8} {:>10} {:>8} {:>10} {:>14}", "model", "intervals", "points", "a point", "per interval");
    let description = memristive_neuron::description();
    let mut parameters: Vec<f64> = description.parameters.iter().map(|p| p.default).collect();
    let position = |name: &str| description.parameters.iter().position(|p| p.name == name).expect("a parameter");
    for (name, value) in [("R_n", 5.0), ("Gamma", 0.1)] {
        parameters[position(name)] = value;
    }
    let neuron = MemristiveNeuron::new(&parameters);
    for intervals in [20, 50, 100, 400] {
        let rest = [0.0, 1.0, 0.0, 0.0];
        line("neuron", &neuron, &rest, &mut parameters.clone(), position("V_in"), [0.0, 3.5], intervals);
    }
    for intervals in [20, 100, 400] {
        let root = (8.0 / 3.0 * 23.0_f64).sqrt();
        line("Lorenz", &Lorenz, &[root, root, 23.0], &mut [24.0], 0, [15.0, 26.0], intervals);
    }
}

/// x' = 10 (y − x), y' = ρ x − y − x z, z' = x y − 8/3 z.
struct Lorenz;

impl Field for Lorenz {
    fn states(&self) -> usize {
        3
    }
    fn parameters(&self) -> usize {
        1
    }
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        dx[0] = (x[1] - x[0]) * 10.0;
        dx[1] = x[0] * (p[0] - x[2]) - x[1];
        dx[2] = x[0] * x[1] - x[2] * (8.0 / 3.0);
    }
}

/// Follows the equilibrium to its first Hopf point, and times the branch of cycles from there to its end, the fastest of five.
fn line<F: Field>(
    name: &str,
    field: &F,
    rest: &[f64],
    parameters: &mut [f64],
    free: usize,
    [low, high]: [f64; 2],
    intervals: usize,
) {
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
    let start = cycle_at_hopf(field, &point.y[..n], parameters, omega, &sizes, &scheme, intervals).expect("a cycle");
    let mut y = start.profile.nodes.clone();
    y.extend([start.profile.period, point.y[n]]);
    let edges = [Edge { coordinate: y.len() - 1, low, high }];
    let mut best = (f64::INFINITY, 0);
    for _ in 0..5 {
        let begin = Instant::now();
        let mut cycles = Cycles::new(field, parameters, (free, high - low), &sizes, 4, &start.profile);
        let found = trace(&mut cycles, &y, start.hold, &edges, &[], &Settings::default(), &mut |_, _| {});
        best = (best.0.min(begin.elapsed().as_secs_f64() * 1e6), found.map_or(0, |found| found.points.len()));
    }
    let point = best.0 / best.1.max(1) as f64;
    println!("{name:<8} {intervals:>10} {:>8} {point:>10.1} {:>14.2}", best.1, point / intervals as f64);
}
