use hopfold::curves::*; use hopfold::models::memristive_neuron::MemristiveNeuron; use hopfold::trace::*;
fn main() {
    let p = [0.0, 8.0, 1.0, 0.1, 1.0, 7.0, 0.5, 0.8, 0.13];
    let model = MemristiveNeuron::new(&p);
    let edges = [Edge { coordinate: 4, low: 0.0, high: 10.0 }];
    let s = Settings { max_step: std::env::args().nth(2).map_or(0.05, |s| s.parse().unwrap()), ..Settings::default() };
    let rn: f64 = std::env::args().nth(1).map_or(8.0, |s| s.parse().unwrap());
    let mut p = p; p[1] = rn;
    let mut curve = OneParameter::new(&model, &p, 0, 10.0);
    let t0 = std::time::Instant::now();
    let t = trace(&mut curve, &[0.0, 1.0, 0.0, 0.0, 0.0], 4, &edges, &[], &s, &mut |_, _| {}).unwrap();
    let dt = t0.elapsed();
    println!("{} points {:?} = {:?}/pt ends {:?} unresolved {:?}", t.points.len(), dt, dt / t.points.len() as u32, t.ends, t.unresolved.len());
    for u in &t.unresolved { println!("UNRES {:?} {:?}\n   {:?}", u.between, u.bracket.0, u.bracket.1); }
    for s in &t.special { let q = &t.points[s.index]; println!("{:4} res {:.1e} V_in {:.16} V {:.16} n {} eig {:?}", s.label, s.residual, q.y[4], q.y[0], q.sample.index, &q.sample.observed); }
    // fold curve
    for sp in t.special.iter().filter(|s| s.label == "LP" || s.label == "H") {
        let q = &t.points[sp.index];
        let cond = if sp.label == "LP" { Condition::Fold } else { Condition::Hopf };
        let mut pp = p; pp[0] = q.y[4];
        let kappa = if sp.label == "H" { q.sample.observed.chunks(2).filter(|e| e[1] > 0.0).map(|e| e[1] * e[1]).next() } else { None };
        let mut c = Critical::new(&model, &pp, &[0, 1], &[15.0, 15.0], cond, &[1.5, 1.0, 1.0, 1.0], &q.y[..4], kappa).unwrap();
        let mut y = q.y[..4].to_vec(); y.push(pp[0]); y.push(pp[1]); y.extend(kappa);
        let edges = [Edge { coordinate: 4, low: -5.0, high: 15.0 }, Edge { coordinate: 5, low: 0.0, high: 15.0 }];
        let t0 = std::time::Instant::now();
        match trace(&mut c, &y, 4, &edges, &[], &s, &mut |_, _| {}) {
            Ok(t) => {
                let dt = t0.elapsed();
                println!("{} curve: {} points {:?} {:?}/pt ends {:?}", sp.label, t.points.len(), dt, dt / t.points.len() as u32, t.ends);
                for s in &t.special { let q = &t.points[s.index]; println!("   {:4} res {:.1e} {:?}", s.label, s.residual, q.y); }
                if std::env::args().count() > 3 { for q in &t.points { println!("{:?}", q.y); } }
            }
            Err(e) => println!("{:?}", e),
        }
    }
}
#[allow(dead_code)] fn keep() {}
