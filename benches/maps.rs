//! What a map costs: Fig. 6a at 200 × 200 cells by continuation, with one thread and with two, and the same by simulation, of
//! which every tenth row and column are computed and counted a hundred times.

use hopfold::plan::{Plan, plan};
use hopfold::run::{Silent, run};
use std::time::Instant;

fn planned(count: usize, low: [f64; 2], by: &str) -> Plan {
    let study = format!(
        "[model]\nname = \"memristive-neuron\"\nparameters = {{ V_in = 2.0, R_n = 6.0 }}\n[settings]\nintervals = 15\n\
         [[map]]\nname = \"span\"\nquantity = [\"V_span\", \"period\"]\n{by}\n\
         grid = {{ Gamma = {{ from = {}, to = 1.0, count = {count} }}, Z_T = {{ from = {}, to = 1.0, count = {count} }} }}\n",
        low[0], low[1]
    );
    plan("six.toml", &study, &[]).expect("a study without mistakes").plan
}

/// Seconds, the fastest of some runs, and how many cells have a remark.
fn seconds(plan: &Plan, threads: usize, runs: usize) -> (f64, usize) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let timed = (0..runs).map(|_| {
        let begin = Instant::now();
        let results = pool.install(|| run(plan, &Silent));
        (begin.elapsed().as_secs_f64(), results.maps.first().map_or(0, |map| map.cells.len()))
    });
    timed.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or_default()
}

fn main() {
    let followed = planned(200, [0.005, 0.005], "");
    let (one, remarks) = seconds(&followed, 1, 2);
    let (two, _) = seconds(&followed, 2, 2);
    println!("Fig. 6a, 200 x 200 cells, by continuation ({remarks} cells with a remark)");
    println!("  one thread {one:7.2} s\n  two        {two:7.2} s: {:.2} times as fast", one / two);
    let start = "by = \"simulation\"\nstart = { V = 0.0, Z = 0.5, X = 0.1, Y = 0.0 }";
    let (part, remarks) = seconds(&planned(20, [0.05, 0.05], start), 2, 1);
    let all = 100.0 * part;
    println!("by simulation, from every tenth row and column ({remarks} of 400 cells with a remark)");
    println!("  two        {all:7.0} s: {:.0} times as long as by continuation", all / two);
}
