//! What a period of a limit cycle costs, alone and until the solution has settled on it.

use hopfold::field::Field;
use hopfold::models::memristive_neuron::{self, MemristiveNeuron};
use hopfold::simulate::{Choice, Course, Ended, Integrator, Method, Settings, Until, measure, simulate};
use std::time::Instant;

fn main() {
    let description = memristive_neuron::description();
    let mut parameters: Vec<f64> = description.parameters.iter().map(|p| p.default).collect();
    for (name, value) in [("R_n", 5.0), ("Gamma", 0.1), ("V_in", 1.73)] {
        let position = description.parameters.iter().position(|p| p.name == name).expect("a parameter");
        parameters[position] = value;
    }
    let neuron = MemristiveNeuron::new(&parameters);
    let course = Course { transient: 0.0, time: 2000.0, until: Until::Periodic, rows: 0, samples: None };
    let start = [0.7, 1.0, 0.0, 0.0];
    let found = simulate(&neuron, &parameters, &start, &course, &Settings::default()).expect("a solution");
    let Ended::Cycle { period, .. } = found.ended else { panic!("no cycle") };
    println!("microseconds a period of the neuron's limit cycle (V_in = 1.73, R_n = 5), one thread");
    for rtol in [1e-6, 1e-9, 1e-12] {
        for method in [Method::Dop853, Method::Radau5] {
            let settings = Settings { rtol, method: Choice::Fixed(method), ..Settings::default() };
            let alone = fastest(|| steps(&neuron, &parameters, &found.state, period, &settings));
            let measured = fastest(|| measure(&neuron, &parameters, &found.state, period, &settings));
            println!("rtol {rtol:e}  {method:?}  {alone:>8.1}  with extrema and means {measured:>8.1}");
        }
    }
    for rtol in [1e-7, 1e-10] {
        let settings = Settings { rtol, settled: 10.0 * rtol, ..Settings::default() };
        let time = fastest(|| simulate(&neuron, &parameters, &start, &course, &settings));
        let found = simulate(&neuron, &parameters, &start, &course, &settings).expect("a solution");
        let periods = found.time / period;
        println!("rtol {rtol:e}  until settled: {periods:.0} periods, {:.1} a period", time / periods);
    }
}

/// One period and nothing else.
fn steps<F: Field>(field: &F, p: &[f64], state: &[f64], period: f64, settings: &Settings) -> usize {
    let mut solution = Integrator::new(field, p, None, state, 0.0, settings).expect("a start");
    while solution.time() < period {
        solution.step(period).expect("a step");
    }
    solution.steps()
}

/// The fastest of many, in microseconds.
fn fastest<T>(mut act: impl FnMut() -> T) -> f64 {
    let mut best = f64::INFINITY;
    let begun = Instant::now();
    while begun.elapsed().as_secs_f64() < 0.3 {
        let start = Instant::now();
        std::hint::black_box(act());
        best = best.min(start.elapsed().as_secs_f64() * 1e6);
    }
    best
}
