//! What expressions mean, which mistakes are found, and that programs compute what the text says.

use super::*;
use crate::scalar::Dual;
use proptest::prelude::*;

/// The value of an expression of x = 0.7, y = -1.3 and z = 2.5.
fn value(text: &str) -> f64 {
    let system = three().definition("it", text).equation("t", "it").compile();
    let mut dx = [0.0; 4];
    system.unwrap_or_else(|m| panic!("{text}: {m:?}")).rhs(&[X, Y, Z, 0.0], &[], &mut dx);
    dx[3]
}

const X: f64 = 0.7;
const Y: f64 = -1.3;
const Z: f64 = 2.5;

fn three() -> System {
    System::new().equation("x", "0").equation("y", "0").equation("z", "0")
}

/// The only mistake in the text of an equation: the part of the text it is about, and what it is.
fn mistake(text: &str) -> (String, Problem) {
    let mistakes = three().equation("t", text).compile().expect_err(text);
    assert_eq!(mistakes.len(), 1, "{text}: {mistakes:?}");
    assert_eq!((mistakes[0].key.as_str(), mistakes[0].side), ("t", Side::Text));
    (text[mistakes[0].span.clone()].into(), mistakes[0].problem.clone())
}

fn first_mistake(system: System) -> Mistake {
    system.compile().expect_err("a mistake").remove(0)
}

#[test]
fn operators_bind_as_usual() {
    for (text, exact) in [
        ("-2^2", -4.0),
        ("2^3^2", 512.0),
        ("2^-1", 0.5),
        ("2**3", 8.0),
        // As a power of a variable: by multiplication.
        ("0.3^-2", 1.0 / (0.3 * 0.3)),
        ("-2^-2", -0.25),
        ("1 - 2 - 3", -4.0),
        ("8/4/2", 1.0),
        ("8/4*2", 4.0),
        ("1 + 2*3", 7.0),
        ("(1 + 2)*3", 9.0),
        ("2*-3", -6.0),
        ("--2", 2.0),
        ("+2 - +3", -1.0),
        ("1 + 1 < 3", 1.0),
        ("(1 < 2) + 1", 2.0),
        (".5 + 1. + 1e-3 + 2E2 + 1.5e+1", 216.501),
        ("2 >= 2", 1.0),
        ("2 <= 1", 0.0),
        ("2 == 2", 1.0),
        ("2 != 2", 0.0),
        ("1 > 2", 0.0),
        ("if(1 < 2, 3, 4)", 3.0),
        ("if(0, 3, 4)", 4.0),
        ("pi", std::f64::consts::PI),
        ("log(e)", 1.0),
    ] {
        assert_eq!(value(text), exact, "{text}");
    }
    // The same on what is known only later.
    for (text, exact) in [
        ("-x^2", -X * X),
        ("x^-1", 1.0 / X),
        ("x^y", X.powf(Y)),
        ("z^x", Z.powf(X)),
        ("x^2.5", X.powf(2.5)),
        ("x^0.5", X.sqrt()),
        ("x^0", 1.0),
        ("-x - -y", -X + Y),
        ("x - (y - z)", X - (Y - Z)),
        ("-(x - y)", Y - X),
        ("x/-y", X / -Y),
        ("-x*-y", X * Y),
        ("2 - x", 2.0 - X),
        ("2/x", 2.0 / X),
        ("x/3", X / 3.0),
        ("x/4", X / 4.0),
        ("-(x/3)", -X / 3.0),
        ("-(3/x)", -3.0 / X),
        ("(x < y) + 2*(x > y)", 2.0),
        ("(x <= x) + 2*(x >= y) + 4*(x == y) + 8*(x != y)", 11.0),
        ("if(x > y, x, y)", X),
        ("if(x < y, x, y)", Y),
    ] {
        assert_eq!(value(text), exact, "{text}");
    }
}

#[test]
fn every_function_computes_its_value() {
    type Function = fn(f64) -> f64;
    let functions: [(&str, Function); 21] = [
        ("exp", f64::exp),
        ("log", f64::ln),
        ("log10", f64::log10),
        ("sqrt", f64::sqrt),
        ("sin", f64::sin),
        ("cos", f64::cos),
        ("tan", f64::tan),
        ("asin", f64::asin),
        ("acos", f64::acos),
        ("atan", f64::atan),
        ("sinh", f64::sinh),
        ("cosh", f64::cosh),
        ("tanh", f64::tanh),
        ("asinh", f64::asinh),
        ("atanh", f64::atanh),
        ("sech", |x| x.sech()),
        ("erf", libm::erf),
        ("abs", f64::abs),
        ("sign", f64::signum),
        ("floor", f64::floor),
        ("heaviside", |x| f64::from(x >= 0.0)),
    ];
    for (name, function) in functions {
        assert_eq!(value(&format!("{name}(x)")), function(X), "{name}");
        assert_eq!(value(&format!("{name}(0.7)")), function(X), "{name} of a constant");
    }
    assert_eq!(value("acosh(z)"), Z.acosh());
    assert_eq!([value("abs(y)"), value("sign(y)"), value("heaviside(y)"), value("floor(y)")], [1.3, -1.0, 0.0, -2.0]);
    assert_eq!([value("sign(x - x)"), value("heaviside(x - x)")], [0.0, 1.0]);
    assert_eq!([value("min(x, y)"), value("max(x, y)"), value("pow(x, 3)")], [Y, X, X * X * X]);
}

#[test]
fn a_mistake_says_where_and_what() {
    let expected = |what, found: &str| Problem::Expected { what, found: found.into() };
    let unknown = |name: &str| Problem::Unknown { name: name.into() };
    for (text, place, problem) in [
        ("", "", Problem::Empty),
        ("x + ", "", expected("a number, a name or `(`", "")),
        ("x + * y", "*", expected("a number, a name or `(`", "*")),
        ("(x + y", "", expected("an operator or `)`", "")),
        ("x y", "y", expected("an operator", "y")),
        ("2x", "x", expected("an operator", "x")),
        ("x)", ")", expected("an operator", ")")),
        ("x < y < z", "<", expected("an operator", "<")),
        ("sin(x", "", expected("an operator, `,` or `)`", "")),
        ("x $ y", "$", Problem::Character('$')),
        ("ü + x", "ü", unknown("ü")),
        ("x + 1e999", "1e999", Problem::Number),
        ("x + volt", "volt", unknown("volt")),
        ("sine(x)", "sine", unknown("sine")),
        ("sin(x, y)", "sin", Problem::Arguments { function: "sin".into(), expected: 1, found: 2 }),
        ("max(x)", "max", Problem::Arguments { function: "max".into(), expected: 2, found: 1 }),
        ("if()", "if", Problem::Arguments { function: "if".into(), expected: 3, found: 0 }),
        ("sin + 1", "sin", Problem::NeedsArguments { name: "sin".into() }),
        ("x(y + 1)", "x", Problem::NotAFunction { name: "x".into() }),
        ("pi(2)", "pi", Problem::NotAFunction { name: "pi".into() }),
        ("x[1]", "x", Problem::NotAnArray { name: "x".into() }),
        ("t[1", "", expected("an operator or `]`", "")),
    ] {
        assert_eq!(mistake(text), (place.into(), problem), "{text}");
    }
}

#[test]
fn every_unknown_name_is_reported_in_every_text() {
    let mistakes = System::new().equation("v", "a + b").equation("w", "v +").compile().expect_err("mistakes");
    let places: Vec<_> = mistakes.iter().map(|m| (m.key.as_str(), m.span.clone())).collect();
    assert_eq!(places, [("v", 0..1), ("v", 4..5), ("w", 3..3)]);
    assert_eq!(mistakes[0].to_string(), "`v`: unknown name `a`");
}

#[test]
fn a_name_means_one_thing() {
    let twice = |name: &str, first: &str| Problem::Twice { name: name.into(), first: first.into() };
    let reserved = |name: &str| Problem::Reserved { name: name.into() };
    let base = || System::new().equation("v", "0").parameter("g", 1.0).integer("N", 2);
    for (system, key, problem) in [
        (base().equation("v", "1"), "v", twice("v", "v")),
        (base().definition("g", "1"), "g", twice("g", "g")),
        (base().definition("v(a)", "1"), "v(a)", twice("v", "v")),
        (base().definition("N", "1"), "N", twice("N", "N")),
        (base().parameter("sin", 1.0), "sin", reserved("sin")),
        (base().parameter("e", 1.0), "e", reserved("e")),
        (base().definition("f(a, a)", "1"), "f(a, a)", twice("a", "f(a, a)")),
        (base().definition("f(pi)", "1"), "f(pi)", reserved("pi")),
        (base().equation("u[g = 1..2]", "1"), "u[g = 1..2]", twice("g", "g")),
        (base().equation("u[w = 1..2]", "1").equation("w", "1"), "u[w = 1..2]", twice("w", "w")),
        (base().equation("u[i = 1..2]", "1").definition("u[N]", "1"), "u[N]", twice("u[2]", "u[i = 1..2]")),
        (base().equation("u[i = 1..2]", "1").definition("u", "1"), "u", twice("u", "u[i = 1..2]")),
    ] {
        let mistake = first_mistake(system);
        assert_eq!((mistake.key.as_str(), mistake.side, mistake.problem), (key, Side::Key, problem));
    }
}

#[test]
fn left_hand_sides_are_checked_as_well() {
    let base = || System::new().equation("v", "0").parameter("g", 1.0);
    for (key, span, definition) in [
        ("f(a", 3..3, true),
        ("2", 0..1, true),
        ("u[i = 1..]", 9..10, true),
        ("u[i = 1]", 7..8, true),
        ("u[g]", 2..3, true),
        ("u[i = 1..M]", 9..10, true),
        ("u[i = 3..1]", 0..1, true),
        ("u[i = 1..100000000]", 0..1, true),
        ("f(a)", 1..4, false),
        ("w'", 1..2, false),
    ] {
        let system = if definition { base().definition(key, "1") } else { base().equation(key, "1") };
        let mistake = first_mistake(system);
        assert_eq!((mistake.key.as_str(), mistake.side, mistake.span), (key, Side::Key, span));
    }
    let mistake = first_mistake(base().parameter("h", f64::NAN));
    assert_eq!((mistake.key.as_str(), mistake.problem), ("h", Problem::NotFinite));
    assert_eq!(first_mistake(System::new()).problem, Problem::Empty);
}

#[test]
fn definitions_may_stand_in_any_order() {
    let system = System::new()
        .equation("v", "a + f(v, 2)")
        .definition("a", "b^2")
        .definition("f(v, w)", "v*w + b*g(w)")
        .definition("b", "c + 1")
        .definition("g(x)", "x - a")
        .definition("c", "v*k")
        .parameter("k", 3.0)
        .compile()
        .expect("no mistake");
    let mut dx = [0.0];
    system.rhs(&[2.0], &[3.0], &mut dx);
    // c = 6, b = 7, a = 49, f(2, 2) = 4 + 7·(2 - 49).
    assert_eq!(dx, [49.0 + 4.0 - 329.0]);
}

#[test]
fn a_cycle_of_definitions_is_shown() {
    let cycle = |system: System| match first_mistake(system) {
        Mistake { key, span, problem: Problem::Cycle { names }, .. } => (key, span, names.join(" ")),
        other => panic!("{other:?}"),
    };
    let system = System::new().equation("v", "a").definition("a", "2*b").definition("b", "c").definition("c", "1 - b");
    assert_eq!(cycle(system), ("c".into(), 4..5, "b c b".into()));
    let system = System::new().equation("v", "1").definition("a", "a");
    assert_eq!(cycle(system), ("a".into(), 0..1, "a a".into()));
    let system = System::new().equation("v", "f(1)").definition("f(x)", "g(x)").definition("g(x)", "x*f(x)");
    assert_eq!(cycle(system), ("g(x)".into(), 2..3, "f g f".into()));
    let system = System::new().equation("v", "a[1]").definition("a[i = 1..3]", "a[4 - i]");
    assert_eq!(cycle(system), ("a[i = 1..3]".into(), 0..1, "a[1] a[3] a[1]".into()));
}

#[test]
fn arrays_have_ends_and_their_elements_are_states() {
    let system = System::new()
        .integer("N", 4)
        .equation("v", "u[1]")
        .equation("u[i = 1..N]", "flux[i] - flux[i-1] + i")
        .definition("flux[i = 0..N]", "u[i+1] - u[i]")
        .definition("u[0]", "u[N]")
        .definition("u[N+1]", "u[1]")
        .compile()
        .expect("no mistake");
    assert_eq!(system.state_names(), ["v", "u[1]", "u[2]", "u[3]", "u[4]"]);
    let mut dx = [0.0; 5];
    system.rhs(&[0.0, 1.0, 2.0, 4.0, 8.0], &[], &mut dx);
    assert_eq!(dx, [1.0, 8.0 - 2.0 + 2.0 + 1.0, 1.0 - 4.0 + 4.0 + 2.0, 2.0 - 8.0 + 8.0 + 3.0, 4.0 - 16.0 + 1.0 + 4.0]);
}

#[test]
fn an_index_out_of_an_array_or_not_an_integer_is_a_mistake() {
    let base = |text: &str| System::new().integer("N", 4).equation("u[i = 1..N]", text).definition("u[0]", "0");
    let outside = |index| Problem::Outside { name: "u".into(), index, low: 0, high: 4 };
    assert_eq!(first_mistake(base("u[i-1] + u[i+1]")).problem, outside(5));
    assert_eq!(first_mistake(base("u[i-2]")).problem, outside(-1));
    for text in ["u[i/2]", "u[0.5]", "u[u[1]]", "u[pi]", "u[9e15*i*i*1000000]"] {
        let mistake = first_mistake(base(text));
        assert_eq!((mistake.span, mistake.problem), (0..1, Problem::NotAnInteger), "{text}");
    }
    assert!(base("u[2*i - i] + u[N - i] + u[-(-1)]").compile().is_ok());
}

#[test]
fn a_common_subexpression_is_computed_once_and_what_nobody_needs_not_at_all() {
    let length =
        |text: &str| three().definition("unused", "exp(exp(x))").equation("t", text).compile().map(|c| c.tape.len());
    // A constant zero, and x³ in one, exp, and a sum of one with itself.
    assert_eq!(length("exp(x^3) + exp(x*x*x)"), Ok(1 + 3));
    assert_eq!(length("2*3 + sin(0)"), Ok(2));
    assert_eq!(length("x*y + z"), Ok(1 + 1));
    // Two instructions of two operations.
    assert_eq!(length("1/(1 + exp(-(x + 40)/9))"), Ok(1 + 3));
}

#[test]
fn what_cannot_be_told_from_memory_or_stack_is_refused() {
    let deep = [
        "(".repeat(1 << 20),
        "-".repeat(1 << 20),
        format!("{}x", "2^".repeat(1 << 19)),
        format!("{}x", "sin(".repeat(1 << 18)),
        format!("{}x", "x[".repeat(1 << 19)),
        "if(1,".repeat(1 << 17),
    ];
    for text in &deep {
        assert_eq!(mistake(text).1, Problem::TooDeep);
    }
    assert_eq!(mistake(&"x".repeat(1 << 23)).1, Problem::TooLarge);
    let unknown = vec!["q"; 100_000].join("+");
    assert_eq!(three().equation("t", &unknown).compile().map_err(|mistakes| mistakes.len()).err(), Some(20));
    let arguments: Vec<String> = (0..100_000).map(|k| format!("a{k}")).collect();
    let key = format!("f({})", arguments.join(","));
    assert_eq!(first_mistake(three().definition(&key, "1")).problem, Problem::TooLarge);
    let mut system = System::new().equation("v", "f60(v)").definition("f0(x)", "x + 1");
    for k in 0..60 {
        system = system.definition(&format!("f{}(x)", k + 1), &format!("f{k}(x) + f{k}(x + {k})"));
    }
    assert_eq!(first_mistake(system).problem, Problem::TooLarge);
    let mut system = System::new().equation("v", "f1000(v)").definition("f0(x)", "x + 1");
    for k in 0..1000 {
        system = system.definition(&format!("f{}(x)", k + 1), &format!("f{k}(x)"));
    }
    assert_eq!(first_mistake(system).problem, Problem::TooDeep);
}

#[test]
fn long_sums_and_long_chains_of_definitions_are_fine() {
    let text = vec!["x"; 100_000].join(" + ");
    assert!((value(&text) / X - 1e5).abs() < 1e-4);
    let mut system = System::new().equation("v", "d20000").definition("d0", "v + 1");
    for k in 0..20_000 {
        system = system.definition(&format!("d{}", k + 1), &format!("sin(d{k})"));
    }
    let mut dx = [0.0];
    system.compile().expect("no mistake").rhs(&[0.0], &[], &mut dx);
    assert!(dx[0] > 0.0 && dx[0] < 0.1);
}

#[test]
fn a_program_with_more_results_than_registers_is_right() {
    // All sines are kept until their products in the opposite order.
    let sines: Vec<String> = (0..100).map(|k| format!("sin({k}*x)")).collect();
    let cosines: Vec<String> = (0..100).rev().map(|k| format!("sin({k}*x)*cos({k}*y)")).collect();
    let text = format!("({})*({})", sines.join(" + "), cosines.join(" + "));
    let system = three().equation("t", &text).compile().expect("no mistake");
    assert!(system.registers() > tape::FEW);
    let mut dx = [0.0; 4];
    system.rhs(&[X, Y, Z, 0.0], &[], &mut dx);
    let a = (0..100).fold(0.0, |sum, k| sum + (f64::from(k) * X).sin());
    let b = (0..100).rev().fold(0.0, |sum, k| sum + (f64::from(k) * X).sin() * (f64::from(k) * Y).cos());
    // Tolerance: two hundred roundings.
    assert!((dx[3] - a * b).abs() < 1e-12 * (a * b).abs(), "{} {}", dx[3], a * b);
}

fn chain(n: i64) -> Compiled {
    System::new()
        .integer("N", n)
        .parameter("d", 0.01)
        .parameter("r", 1.0)
        .equation("u[i = 1..N]", "d*(N + 1)^2*(u[i-1] - 2*u[i] + u[i+1]) + r*u[i] - u[i]^3")
        .definition("u[0]", "0")
        .definition("u[N+1]", "0")
        .compile()
        .expect("no mistake")
}

#[test]
fn a_chain_of_400_agrees_with_the_same_written_by_hand() {
    let system = chain(400);
    let u: Vec<f64> = (0..402).map(|i| if i == 0 || i == 401 { 0.0 } else { (0.1 * f64::from(i)).sin() }).collect();
    let (p, mut du) = ([0.01, 1.0], [0.0; 400]);
    system.rhs(&u[1..=400], &p, &mut du);
    for i in 1..=400 {
        let exact = p[0] * 401.0 * 401.0 * (u[i - 1] - 2.0 * u[i] + u[i + 1]) + p[1] * u[i] - u[i].powi(3);
        // Tolerance: roundings of terms of size d N² u.
        assert!((du[i - 1] - exact).abs() < 1e-12 * 1608.0, "{i}: {} {exact}", du[i - 1]);
    }
    assert!(system.registers() <= tape::FEW);
}

#[test]
fn a_chain_is_a_band_that_three_directions_differentiate() {
    let model = chain(400);
    let structure = model.structure();
    assert_eq!(structure.entries(), 3 * 400 - 2);
    assert!(structure.parameters.iter().all(|row| row == &[0, 1]));
    let pattern = structure.pattern().expect("a narrow band");
    assert_eq!((pattern.colours(), pattern.bandwidth()), (3, 1));
    assert!(chain(20).pattern().is_none());
}

#[test]
fn names_are_those_that_an_expression_may_use() {
    let names = chain(2).parameter_names().to_vec();
    assert_eq!(names, ["d", "r"]);
    let names = System::new().equation("u[i = 1..2]", "0").definition("f(x)", "x").parameter("g", 1.0).names();
    for name in ["u", "f", "g", "exp", "pi"] {
        assert!(names.iter().any(|known| known == name), "{name}");
    }
}

/// An expression that knows its text and its value.
#[derive(Clone, Debug)]
enum Tree {
    Constant(f64),
    State(usize),
    Negate(Box<Tree>),
    Binary(char, Box<Tree>, Box<Tree>),
    Power(Box<Tree>, i32),
    Call(&'static str, Box<Tree>),
    If(Box<Tree>, Box<Tree>, Box<Tree>),
}

impl Tree {
    fn text(&self) -> String {
        match self {
            Tree::Constant(k) => format!("{k}"),
            Tree::State(k) => ["x", "y", "z"][*k].into(),
            Tree::Negate(a) => format!("-({})", a.text()),
            Tree::Binary(operator, a, b) => format!("({}) {operator} ({})", a.text(), b.text()),
            Tree::Power(a, n) => format!("({})^({n})", a.text()),
            Tree::Call(name, a) => format!("{name}({})", a.text()),
            Tree::If(a, b, c) => format!("if({} > 0.5, {}, {})", a.text(), b.text(), c.text()),
        }
    }

    /// The value; `None` where numbers on the way are so large or small that roundings or signs of zeros are seen.
    fn value<S: Scalar>(&self, x: &[S]) -> Option<S> {
        let value = match self {
            Tree::Constant(k) => S::from(*k),
            Tree::State(k) => x[*k],
            Tree::Negate(a) => -a.value(x)?,
            Tree::Binary('+', a, b) => a.value(x)? + b.value(x)?,
            Tree::Binary('-', a, b) => a.value(x)? - b.value(x)?,
            Tree::Binary('*', a, b) => a.value(x)? * b.value(x)?,
            Tree::Binary(_, a, b) => a.value(x)? / b.value(x)?,
            Tree::Power(a, n) => a.value(x)?.powi(*n),
            Tree::Call(name, a) => {
                let a = a.value(x)?;
                match *name {
                    "exp" => a.exp(),
                    "sin" => a.sin(),
                    "tanh" => a.tanh(),
                    _ => a.atan(),
                }
            }
            Tree::If(a, b, c) => {
                let (a, b, c) = (a.value(x)?, b.value(x)?, c.value(x)?);
                if a.value() > 0.5 { b } else { c }
            }
        };
        let size = value.value().abs();
        (size < 1e3 && size > 1e-3).then_some(value)
    }
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        prop_oneof![Just(0.5), Just(1.0), Just(2.0), Just(3.0), Just(0.1), Just(10.0)].prop_map(Tree::Constant),
        (0..3_usize).prop_map(Tree::State),
        (0..3_usize).prop_map(Tree::State),
    ];
    leaf.prop_recursive(6, 60, 3, |inner| {
        let boxed = inner.prop_map(Box::new);
        prop_oneof![
            1 => boxed.clone().prop_map(Tree::Negate),
            8 => (prop_oneof![Just('+'), Just('-'), Just('*'), Just('/')], boxed.clone(), boxed.clone())
                .prop_map(|(operator, a, b)| Tree::Binary(operator, a, b)),
            1 => (boxed.clone(), -3..5_i32).prop_map(|(a, n)| Tree::Power(a, n)),
            1 => (prop_oneof![Just("exp"), Just("sin"), Just("tanh"), Just("atan")], boxed.clone())
                .prop_map(|(name, a)| Tree::Call(name, a)),
            1 => (boxed.clone(), boxed.clone(), boxed).prop_map(|(a, b, c)| Tree::If(a, b, c)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn a_program_computes_what_the_tree_says_to_the_last_bit(trees in proptest::collection::vec(tree(), 3)) {
        let system = ["x", "y", "z"].iter().zip(&trees).fold(System::new(), |s, (key, tree)| s.equation(key, &tree.text()));
        let system = system.compile().expect("no mistake");
        let x = [X, Y, Z];
        let mut dx = [0.0; 3];
        system.rhs(&x, &[], &mut dx);
        for (tree, computed) in trees.iter().zip(dx) {
            if let Some(exact) = tree.value(&x) {
                prop_assert_eq!(computed, exact);
            }
        }
    }

    #[test]
    fn its_derivatives_are_those_of_the_tree(tree in tree()) {
        let system = three().equation("t", &tree.text()).compile().expect("no mistake");
        let seeded = |x: f64, slope: f64| Dual { re: Dual { re: x, eps: [slope] }, eps: [Dual::from(slope)] };
        let x: [Dual<Dual<f64>>; 3] = [seeded(X, 1.0), seeded(Y, -0.5), seeded(Z, 0.3)];
        let mut dx = [Dual::from(0.0); 4];
        system.rhs(&[x[0], x[1], x[2], Dual::from(0.0)], &[], &mut dx);
        if let Some(exact) = tree.value(&x) {
            // Derivatives of trees may be as large as the numbers on the way allow; roundings grow with them.
            for (a, b) in [(dx[3].eps[0].re, exact.eps[0].re), (dx[3].eps[0].eps[0], exact.eps[0].eps[0])] {
                prop_assert!((a - b).abs() <= 1e-6 * (1.0 + b.abs()) || b.abs() > 1e9, "{} {}", a, b);
            }
        }
    }

    #[test]
    fn any_text_is_accepted_or_refused_in_its_place(text in ".{0,60}", key in ".{0,20}") {
        check(&key, &text);
        check("u[i = 1..3]", &text);
    }

    #[test]
    fn expressions_with_a_slip_are_accepted_or_refused(
        tree in tree(),
        at in any::<prop::sample::Index>(),
        slip in "[-+*/^()\\[\\],.<=>!a-z0-9 ]{0,3}",
    ) {
        let mut text = tree.text();
        let at = at.index(text.len());
        text.replace_range(at..at + 1, &slip);
        check("t", &text);
    }

    #[test]
    fn words_of_the_language_in_any_order_are_accepted_or_refused(
        words in proptest::collection::vec(prop_oneof![
            Just("x"), Just("u"), Just("u[1]"), Just("f"), Just("("), Just(")"), Just("["), Just("]"), Just(","),
            Just("-"), Just("+"), Just("*"), Just("/"), Just("^"), Just("<"), Just("=="), Just("2"), Just("i"),
            Just("if("), Just("max("), Just("f("), Just("1e-3"), Just(".."), Just("N"),
        ], 0..20),
    ) {
        check("u[i = 1..N]", &words.concat());
        check(&words.concat(), "1");
    }
}

/// Compiles and, if there is no mistake, runs; otherwise the mistakes are in their texts.
fn check(key: &str, text: &str) {
    let system = three().integer("N", 3).definition("f(a)", "a*a").equation(key, text);
    for result in [system.compile(), three().definition(key, text).compile()] {
        match result {
            Ok(compiled) => {
                let n = compiled.state_names().len();
                compiled.rhs(&vec![0.3; n], &[], &mut vec![0.0; n]);
                compiled.structure().pattern();
            }
            Err(mistakes) => {
                for mistake in mistakes {
                    let side = if mistake.side == Side::Key { &mistake.key } else { text };
                    assert!(side.get(mistake.span.clone()).is_some(), "{mistake:?}");
                }
            }
        }
    }
}
