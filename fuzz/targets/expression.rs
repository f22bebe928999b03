//! Equations → program → values, derivatives, enclosures and structure, which have to agree with one another.
//!
//! The text is laid out as a model file: `[equations]`, `[define]`, `[parameters]` and `[integers]` with lines
//! `key = value`, quoted or not, so that model files are seeds. Nothing else of TOML is understood, and no text is
//! refused: the fuzzer's time goes into equations.

#![no_main]

use hopfold::expression::{Compiled, Integer, Mistake, Parameter, Side, Statement, System};
use hopfold::interval::Interval;
use hopfold::scalar::Dual;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(text) = str::from_utf8(bytes) else { return Corpus::Reject };
    let system = system(text);
    system.names();
    match system.compile() {
        Ok(compiled) => evaluate(&system, &compiled),
        Err(mistakes) => {
            assert!(!mistakes.is_empty(), "refused without a reason");
            mistakes.iter().for_each(|mistake| check_place(&system, mistake));
        }
    }
    Corpus::Keep
});

fn system(text: &str) -> System {
    let mut system = System::new();
    let mut section = "[equations]";
    for line in text.lines() {
        if line.starts_with('[') {
            section = line.trim_end();
            continue;
        }
        // A quoted key may hold the sign that ends a plain one.
        let split = match line.strip_prefix('"') {
            Some(quoted) => quoted.split_once("\" = "),
            None => line.split_once(" = "),
        };
        let Some((key, text)) = split else { continue };
        let (key, text) = (key.to_string(), text.trim_matches('"').to_string());
        // `{ value = 0.8, meaning = "…" }` is 0.8.
        let value = text.trim_start_matches("{ value = ").split([',', ' ']).next().unwrap_or_default();
        match section {
            "[define]" => system.definitions.push(Statement { key, text }),
            "[parameters]" => system.parameters.push(Parameter { name: key, default: value.parse().unwrap_or(1.0) }),
            "[integers]" => system.integers.push(Integer { name: key, value: value.parse().unwrap_or(10) }),
            _ => system.equations.push(Statement { key, text }),
        }
    }
    system
}

/// A mistake is in a text that is there, and can be told.
fn check_place(system: &System, mistake: &Mistake) {
    let statements = || system.equations.iter().chain(&system.definitions);
    let place = match mistake.side {
        Side::Key => mistake.key.get(mistake.span.clone()).is_some(),
        Side::Text => {
            let text = |s: &Statement| s.key == mistake.key && s.text.get(mistake.span.clone()).is_some();
            mistake.span.is_empty() || statements().any(text)
        }
    };
    assert!(place, "{mistake:?} is nowhere");
    assert!(!mistake.to_string().is_empty());
}

/// Runs the program on every kind of number.
fn evaluate(system: &System, compiled: &Compiled) {
    let n = compiled.state_names().len();
    let x: Vec<f64> = (0..n).map(|i| 0.25 + 0.5 * (i % 7) as f64).collect();
    let p = compiled.defaults();
    let mut dx = vec![0.0; n];
    compiled.rhs(&x, p, &mut dx);
    compiled.rhs(&vec![0.0; n], &vec![0.0; p.len()], &mut vec![0.0; n]);

    let structure = compiled.structure();
    let seeded = n / 2;
    let seed = |i: usize| Dual { re: x[i], eps: [f64::from(u8::from(i == seeded))] };
    let dual_x: Vec<Dual<f64>> = (0..n).map(seed).collect();
    let dual_p: Vec<Dual<f64>> = p.iter().map(|&p| p.into()).collect();
    let mut dual_dx = vec![Dual::from(0.0); n];
    compiled.rhs(&dual_x, &dual_p, &mut dual_dx);
    for (i, dual) in dual_dx.iter().enumerate() {
        let depends = structure.states[i].contains(&(seeded as u32));
        // Zero times infinity is not a number.
        let slope = dual.eps[0];
        assert!(
            depends || slope == 0.0 || slope.is_nan(),
            "f[{i}] has the slope {slope} and no element in the structure"
        );
    }

    for radius in [0.0, 0.25] {
        let boxed = |x: &f64| Interval::new(x - radius, x + radius);
        let (x, p): (Vec<Interval>, Vec<Interval>) = (x.iter().map(boxed).collect(), p.iter().map(boxed).collect());
        let mut image = vec![Interval::EMPTY; n];
        compiled.rhs(&x, &p, &mut image);
        let values = dx.iter().copied().zip(dual_dx.iter().map(|dual| dual.re));
        for (i, ((value, on_duals), image)) in values.zip(&image).enumerate() {
            // Where something is not defined on the way, numbers may still come out that no interval has.
            for value in [value, on_duals] {
                let contained = image.contains(value) || value.is_nan() || !image.regular;
                assert!(contained, "f[{i}] is {value}, on intervals [{}, {}]", image.low, image.high);
            }
        }
    }

    // Compiles once more, so not for large systems.
    if n < 1000 {
        let found = system.not_finite(&x, p);
        assert_eq!(found.is_none(), dx.iter().all(|value| value.is_finite()), "{found:?}");
    }
}
