use hopfold::curves::*; use hopfold::models::memristive_neuron::MemristiveNeuron; use hopfold::trace::*; use hopfold::field::*;
fn best<T>(n: usize, mut f: impl FnMut() -> T) -> (f64, T) { let mut b = f64::MAX; let mut out = None; for _ in 0..n { let t = std::time::Instant::now(); out = Some(f()); b = b.min(t.elapsed().as_secs_f64()); } (b * 1e6, out.unwrap()) }
fn main() {
    let p = [0.0, 8.0, 1.0, 0.1, 1.0, 7.0, 0.5, 0.8, 0.13];
    let model = MemristiveNeuron::new(&p);
    let (t, _) = best(50, || MemristiveNeuron::new(&p)); println!("table {t} us");
    let edges = [Edge { coordinate: 4, low: 0.0, high: 10.0 }];
    let s = Settings::default();
    let (t, tr) = best(500, || { let mut curve = OneParameter::new(&model, &p, 0, 10.0); trace(&mut curve, &[0.0, 1.0, 0.0, 0.0, 0.0], 4, &edges, &[], &s, &mut |_, _| {}).unwrap() });
    println!("branch {t:.1} us, {} points, {:.2} us/pt, special {}", tr.points.len(), t / tr.points.len() as f64, tr.special.len());
    let q = &tr.points[tr.special.iter().find(|s| s.label == "LP").unwrap().index];
    let mut pp = p; pp[0] = q.y[4];
    let edges = [Edge { coordinate: 4, low: -5.0, high: 15.0 }, Edge { coordinate: 5, low: 0.0, high: 15.0 }];
    let (t, tr2) = best(500, || { let mut c = Critical::new(&model, &pp, &[0, 1], &[15.0, 15.0], Condition::Fold, &[1.5, 1.0, 1.0, 1.0], &q.y[..4], None).unwrap();
        let mut y = q.y[..4].to_vec(); y.push(pp[0]); y.push(pp[1]);
        trace(&mut c, &y, 4, &edges, &[], &s, &mut |_, _| {}).unwrap() });
    println!("fold {t:.1} us, {} points, {:.2} us/pt", tr2.points.len(), t / tr2.points.len() as f64);
    let q = &tr.points[tr.special.iter().find(|s| s.label == "H").unwrap().index];
    let mut pp = p; pp[0] = q.y[4]; let k = 49.36;
    let (t, tr2) = best(500, || { let mut c = Critical::new(&model, &pp, &[0, 1], &[15.0, 15.0], Condition::Hopf, &[1.5, 1.0, 1.0, 1.0], &q.y[..4], Some(k)).unwrap();
        let mut y = q.y[..4].to_vec(); y.push(pp[0]); y.push(pp[1]); y.push(k);
        trace(&mut c, &y, 4, &edges, &[], &s, &mut |_, _| {}).unwrap() });
    println!("hopf {t:.1} us, {} points, {:.2} us/pt", tr2.points.len(), t / tr2.points.len() as f64);
    let mut d = Derivatives::new(&model, &[0]); let (mut f, mut j) = ([0.0; 4], [0.0; 20]);
    let x = [1.0, 1.0, 0.1, 0.2];
    let (t, _) = best(50, || for _ in 0..1000 { model.rhs(std::hint::black_box(&x), &p, &mut f); }); println!("rhs {:.1} ns", t);
    let (t, _) = best(50, || for _ in 0..1000 { d.first(&model, std::hint::black_box(&x), &p, &mut f, &mut j); }); println!("first {:.1} ns", t);
    let mut o = [0.0; 20];
    let (t, _) = best(50, || for _ in 0..1000 { d.second(&model, std::hint::black_box(&x), &p, &[1.0, 0.5, 0.2, 0.1], &mut o); }); println!("second {:.1} ns", t);
    let mut e = hopfold::linalg::Eigenvalues::default();
    let (t, _) = best(50, || for _ in 0..1000 { e.of(std::hint::black_box(&j), 5, 4).unwrap(); }); println!("eig {:.1} ns", t);
    let mut b = hopfold::linalg::Bordered::default();
    let (t, _) = best(50, || for _ in 0..1000 { b.factor(std::hint::black_box(&j), &[1.0; 5], &[0.1, 0.2, 0.3, 0.4, 0.5]).unwrap(); }); println!("factor {:.1} ns", t);
    let (t, _) = best(50, || for _ in 0..1000 { let mut r = [1.0; 5]; b.solve(std::hint::black_box(&mut r)); }); println!("solve {:.1} ns", t);
}
