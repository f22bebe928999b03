//! Many points at a time against one by one, and the program of derivatives against dual numbers.

use super::*;
use crate::expression::System;
use crate::scalar::Dual;

type First = Dual<f64, 3>;

/// Every operation, with states, a parameter and constants in each of its places.
const TEXTS: [&str; 40] = [
    "x + y*r",
    "x - y - r",
    "x*y*r",
    "x/y",
    "r/x",
    "x/r + 1/x",
    "-x*y",
    "3 - x*x",
    "exp(x*y)",
    "log(x)",
    "log10(x*y)",
    "sqrt(x + y)",
    "sin(x*r)",
    "cos(x*r)",
    "tan(x)",
    "asin(x/2)",
    "acos(x/2)",
    "atan(x*y)",
    "sinh(x)",
    "cosh(x)",
    "tanh(x*y)",
    "asinh(x)",
    "acosh(1 + x)",
    "atanh(x/2)",
    "sech(x - 2*y)",
    "erf(x*y)",
    "abs(x - y)",
    "abs(y - x)",
    "sign(x)*y",
    "heaviside(x - y)*x",
    "floor(7*x)*y",
    "min(x*x, y)",
    "max(x*x, y)",
    "if(x < y, x*r, y^2)",
    "x^7*y^-3",
    "x^2.5",
    "x^y",
    "x^r",
    "2^x",
    "(x*y + 1)^(x - r)",
];

/// Both states of the system move with the text, so that its derivatives are summed and subtracted as well.
fn system(text: &str) -> Compiled {
    System::new()
        .parameter("r", 0.8)
        .equation("x", "it - x*y")
        .equation("y", "r*it + 1")
        .definition("it", text)
        .compile()
        .expect("no mistake")
}

/// `f` and its derivatives by x, y and r, by dual numbers.
fn by_dual_numbers(system: &Compiled, x: [f64; 2], r: f64) -> [First; 2] {
    let seed = |re: f64, k: usize| First { re, eps: std::array::from_fn(|lane| f64::from(lane == k)) };
    let mut f = [First::from(0.0); 2];
    system.rhs(&[seed(x[0], 0), seed(x[1], 1)], &[seed(r, 2)], &mut f);
    f
}

/// Less than a chunk, chunks, a part of one after them; a block, several, a part of one after them.
const COUNTS: [usize; 9] = [1, 2, 7, 8, 9, 63, 64, 65, 150];

/// `f` alone, and `f` with its derivatives, into arrays of which nothing counts that was there before.
fn evaluate(blocks: &Blocks, n: usize, columns: usize, x: &[f64], p: &[f64]) -> [Vec<f64>; 3] {
    let [mut value, mut f] = [(); 2].map(|()| vec![f64::NAN; x.len()]);
    let mut f_z = vec![f64::NAN; x.len() / n * n * columns];
    blocks.value(x, p, &mut value);
    blocks.first(x, p, &mut f, &mut f_z);
    [value, f, f_z]
}

fn same(a: f64, b: f64) -> bool {
    a == b || (a.is_nan() && b.is_nan())
}

#[test]
fn derivatives_are_those_of_dual_numbers() {
    for text in TEXTS {
        let system = system(text);
        let blocks = Blocks::new(&system, &[0]).expect("few derivatives");
        for x in [[0.3, 0.7], [0.9, 0.2], [0.5, 1.9]] {
            let [_, _, f_z] = evaluate(&blocks, 2, 3, &x, &[0.8]);
            for (entry, exact) in f_z.iter().zip(by_dual_numbers(&system, x, 0.8).map(|f| f.eps).as_flattened()) {
                // Some roundings of terms as large as the numbers on the way.
                assert!((entry - exact).abs() < 2e-14 * (1.0 + exact.abs()), "{text}: {entry} {exact}");
            }
        }
    }
}

#[test]
fn corners_and_zeros_have_the_derivatives_of_dual_numbers() {
    for text in ["abs(x)", "min(x, y)", "max(x, y)", "x^2.5", "x^3", "x^r", "if(x >= 0, x, 2*x)", "x^y"] {
        let system = system(text);
        let blocks = Blocks::new(&system, &[0]).expect("few derivatives");
        for (x, r) in [([0.0, 0.0], 2.0), ([0.0, 1.0], 1.0), ([-0.0, 2.0], 3.0)] {
            // A power of a state that is zero with an exponent of zero has no derivative.
            if text == "x^y" && x[1] == 0.0 {
                continue;
            }
            let [_, _, f_z] = evaluate(&blocks, 2, 3, &x, &[r]);
            assert_eq!(f_z[..3], by_dual_numbers(&system, x, r)[0].eps, "{text} {x:?} {r}");
        }
    }
    // Negative bases with a fixed exponent; an exponent that is zero.
    let blocks = Blocks::new(&system("x^r"), &[]).expect("few derivatives");
    for (x, r, slope) in [(-2.0, 3.0, 12.0), (0.0, 0.0, 0.0), (-2.0, -1.0, -0.25)] {
        assert_eq!(evaluate(&blocks, 2, 2, &[x, 0.0], &[r])[2][0], slope, "{x} {r}");
    }
}

/// More states and parameters than the small machines have registers, a state as a result, a constant, and a result twice.
fn many_inputs() -> Compiled {
    let parameters = (0..9).fold(System::new(), |system, k| system.parameter(&format!("p{k}"), 0.1 * f64::from(k)));
    let system = (0..19).fold(parameters, |system, k| {
        let (left, right) = ((k + 7) % 19, (k + 11) % 19);
        system.equation(&format!("x{k}"), &format!("p{}*sin(x{left}) - x{k}*x{right}/(p{} + 1)", k % 9, k % 4))
    });
    let system = system.equation("a", "x3").equation("b", "2*pi").equation("c", "d").equation("d", "exp(x1)*p2");
    let system = system.equation("g", "exp(x1)*p2").equation("h", "p1^2 + 1");
    system
        .integer("N", 5)
        .equation("u[i = 1..N]", "u[6 - i] - if(u[i] < x1, u[i]^2, i)*x1")
        .compile()
        .expect("no mistake")
}

#[test]
fn many_points_yield_what_one_by_one_does_to_the_last_bit() {
    let all = TEXTS.join(" + ");
    let sum = TEXTS.map(|text| format!("sin({text})")).join("*x + ");
    let mut systems: Vec<Compiled> = TEXTS.into_iter().chain([all.as_str(), sum.as_str()]).map(system).collect();
    systems.push(many_inputs());
    for system in systems {
        let blocks = Blocks::new(&system, &[0]).expect("few derivatives");
        let (n, p) = (system.state_names().len(), system.defaults());
        for count in COUNTS {
            // Beyond the domains of some functions as well, so that some points have no value.
            let x: Vec<f64> = (0..n * count).map(|k| 1.7 * (0.9 * k as f64 + 0.1).sin()).collect();
            let [value, f, f_z] = evaluate(&blocks, n, n + 1, &x, p);
            let mut direct = vec![0.0; n];
            for i in 0..count {
                let at: Vec<f64> = (0..n).map(|k| x[k * count + i]).collect();
                system.rhs(&at, p, &mut direct);
                assert!(
                    (0..n).all(|k| same(value[k * count + i], direct[k]) && same(f[k * count + i], direct[k])),
                    "{i}"
                );
                let [_, _, alone] = evaluate(&blocks, n, n + 1, &at, p);
                assert!((0..n * (n + 1)).all(|k| same(f_z[k * count + i], alone[k])), "{i} of {count}");
            }
        }
    }
}

#[test]
fn points_do_not_disturb_each_other() {
    // The branch is another one at every other point, and what is not taken has no value there.
    let system = system("if(x > 0, log(x)*y, sqrt(-x) + y)");
    let blocks = Blocks::new(&system, &[]).expect("few derivatives");
    let count = 70;
    let mut x: Vec<f64> = (0..2 * count).map(|k| if k % 2 == 0 { 0.5 } else { -0.5 } * (1.0 + k as f64)).collect();
    let before = evaluate(&blocks, 2, 2, &x, &[0.8]);
    assert!(before.iter().flatten().all(|number| number.is_finite()));
    x[3] = f64::NAN;
    x[count + 66] = f64::INFINITY;
    let after = evaluate(&blocks, 2, 2, &x, &[0.8]);
    for (before, after) in before.iter().zip(&after) {
        for (k, (before, after)) in
            before.iter().zip(after).enumerate().filter(|(k, _)| ![3, 66].contains(&(k % count)))
        {
            assert_eq!(before, after, "{k}");
        }
    }
    assert!(after[0][3].is_nan() && !after[0][66].is_finite());
}

#[test]
fn other_parameters_are_not_remembered() {
    let system = system("x*r^2 + y");
    let blocks = Blocks::new(&system, &[0]).expect("few derivatives");
    let x: Vec<f64> = (0..20).map(f64::from).collect();
    let first = evaluate(&blocks, 2, 3, &x, &[0.8]);
    assert_ne!(first, evaluate(&blocks, 2, 3, &x, &[0.9]));
    assert_eq!(first, evaluate(&blocks, 2, 3, &x, &[0.8]));
}

#[test]
fn where_everything_depends_on_everything_dual_numbers_serve() {
    let states: Vec<String> = (0..400).map(|k| format!("x{k}")).collect();
    let product = states.join("*");
    let all = states.iter().fold(System::new(), |system, name| system.equation(name, &format!("exp({name}*mean)")));
    let system = all.definition("mean", &product).compile().expect("no mistake");
    assert!(Blocks::new(&system, &[]).is_none());
}
