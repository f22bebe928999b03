//! `f` and its derivatives as one program of plain numbers.
//!
//! The graph of `f` is differentiated by the chain rule, operand by operand from the inputs on, and every derivative
//! is a node like others: what is zero is not there, and what is common is computed once. Most intermediate results
//! depend on one or two states only, so that this takes a fraction of the work of dual numbers, which carry all
//! directions through everything. Derivatives agree with those of dual numbers but for rounding.

use super::Compiled;
use super::function::{Comparison, Function};
use super::graph::{Arithmetic, Graph, Id, Node};
use super::tape::Tape;
use crate::linalg::Matrix;
use std::f64::consts::{FRAC_2_SQRT_PI, LOG10_E};

/// Derivatives of intermediate results that are held for one state or parameter each, altogether. Beyond that a
/// system couples so much with so much that dual numbers are the better way.
const MAX_PARTIALS: usize = 1 << 18;

/// The derivatives of a node that are not zero, by rising variable.
type Partials = Vec<(u32, Id)>;

/// A program for `f(x, p)` and for `f_z`, the derivatives by `z = (x, p_free)`.
#[derive(Clone, Debug)]
pub struct Linearised {
    states: usize,
    /// The program for one point, and that for many.
    tape: Tape,
    many: Tape,
    /// Instructions, as a multiple of those of `f` alone.
    length: f64,
    /// Where the results after the states belong: `i * directions + k` for `∂f_i/∂z_k`. All others are zero.
    places: Vec<usize>,
}

impl Linearised {
    /// `free` are the positions of the free parameters; `None` where dual numbers are the better way.
    pub fn new(compiled: &Compiled, free: &[usize]) -> Option<Self> {
        // A few directions are enough for a sparse Jacobian.
        if compiled.pattern.is_some() {
            return None;
        }
        let (states, directions) = (compiled.outputs.len(), compiled.outputs.len() + free.len());
        let mut graph = Graph::of(&compiled.nodes);
        let variable = |node: Node| match node {
            Node::State(state) => Some(state),
            Node::Parameter(parameter) => {
                free.iter().position(|&free| free == parameter as usize).map(|k| (states + k) as u32)
            }
            _ => None,
        };
        let rows = differentiate(&mut graph, &compiled.outputs, variable)?;
        let (mut outputs, mut places) = (compiled.outputs.clone(), Vec::new());
        for (i, row) in rows.into_iter().enumerate() {
            for (k, id) in row {
                outputs.push(id);
                places.push(i * directions + k as usize);
            }
        }
        let (nodes, outputs) = graph.needed(&outputs);
        let tape = |for_many| Tape::new(&nodes, &outputs, states, compiled.parameter_names.len(), for_many);
        let (tape, many) = (tape(false)?, tape(true)?);
        let length = tape.len() as f64 / compiled.tape.len().max(1) as f64;
        Some(Linearised { states, tape, many, length, places })
    }

    /// The program takes less time at one point than `f` does on dual numbers `passes` times.
    ///
    /// The work of an instruction on dual numbers of four directions is four times as large, but to fetch it and to find
    /// its operands costs the same: measured for short programs, one pass takes as long as 1.5 times the instructions.
    pub fn beats(&self, passes: usize) -> bool {
        self.length <= 1.5 * passes as f64
    }

    /// At as many points as there are Jacobians, n numbers each in `x` and `value`: `f` into `value`, `∂f_i/∂z_k` into
    /// the full matrix `[f_x f_p]` of each. `results` is workspace.
    pub fn evaluate(&self, x: &[f64], p: &[f64], value: &mut [f64], jacobians: &mut [Matrix], results: &mut Vec<f64>) {
        let (n, width) = (self.states, self.states + self.places.len());
        results.resize(jacobians.len() * width, 0.0);
        if jacobians.len() == 1 {
            self.tape.run(x, p, results);
        } else {
            self.many.run_at_many(x, p, results);
        }
        for ((results, value), jacobian) in results.chunks_exact(width).zip(value.chunks_exact_mut(n)).zip(jacobians) {
            let (f, slopes) = results.split_at(n);
            value.copy_from_slice(f);
            let entries = jacobian.entries_mut();
            entries.fill(0.0);
            for (&place, &slope) in self.places.iter().zip(slopes) {
                entries[place] = slope;
            }
        }
    }
}

/// The derivatives of the outputs by the nodes that are variables.
fn differentiate(graph: &mut Graph, outputs: &[Id], variable: impl Fn(Node) -> Option<u32>) -> Option<Vec<Partials>> {
    let one = graph.constant(1.0);
    let mut held = 0;
    let mut partials: Vec<Partials> = Vec::new();
    for id in 0..graph.nodes.len() {
        let node = graph.nodes[id];
        let found = match variable(node) {
            Some(variable) => vec![(variable, one)],
            None if node.operands().all(|operand| partials.get(operand as usize).is_none_or(Vec::is_empty)) => {
                Vec::new()
            }
            None => derivatives(graph, id as Id, &partials),
        };
        held += found.len();
        if held > MAX_PARTIALS {
            return None;
        }
        partials.push(found);
    }
    Some(outputs.iter().map(|&output| partials[output as usize].clone()).collect())
}

/// The chain rule for one node.
fn derivatives(graph: &mut Graph, id: Id, partials: &[Partials]) -> Partials {
    let node = graph.node(id);
    let of = |a: Id| partials.get(a as usize).map_or(&[][..], Vec::as_slice);
    match node {
        Node::Constant(_) | Node::State(_) | Node::Parameter(_) | Node::Compare(..) => Vec::new(),
        Node::Negate(a) => of(a).iter().map(|&(k, da)| (k, graph.negate(da))).collect(),
        Node::Arithmetic(operation @ (Arithmetic::Add | Arithmetic::Subtract), a, b) => {
            merge(graph, of(a), of(b), |graph, da, db| graph.arithmetic(operation, da, db))
        }
        Node::Arithmetic(Arithmetic::Multiply, a, b) => chain(graph, of(a), b, of(b), a),
        Node::Arithmetic(Arithmetic::Divide, a, b) => {
            let one = graph.constant(1.0);
            let by_a = graph.arithmetic(Arithmetic::Divide, one, b);
            let by_b = graph.arithmetic(Arithmetic::Multiply, id, by_a);
            let by_b = graph.negate(by_b);
            chain(graph, of(a), by_a, of(b), by_b)
        }
        Node::Function(function, a) => match slope(graph, function, a, id) {
            Some(slope) => chain(graph, of(a), slope, &[], slope),
            None => Vec::new(),
        },
        Node::Power(a, b) => {
            let (zero, one) = (graph.constant(0.0), graph.constant(1.0));
            // 0 · a⁻¹ is not a number at a = 0, but the derivative of a constant is zero.
            let lower = graph.arithmetic(Arithmetic::Subtract, b, one);
            let power = graph.power(a, lower);
            let by_a = graph.arithmetic(Arithmetic::Multiply, power, b);
            let is_fixed_at_one = graph.compare(Comparison::Equal, b, zero);
            let by_a = graph.select(is_fixed_at_one, zero, by_a);
            // At base zero the derivative by a positive exponent is its limit.
            let logarithm = graph.function(Function::Log, a);
            let by_b = graph.arithmetic(Arithmetic::Multiply, id, logarithm);
            let is_zero = graph.compare(Comparison::Equal, a, zero);
            let by_b = graph.select(is_zero, zero, by_b);
            chain(graph, of(a), by_a, of(b), by_b)
        }
        Node::Min(a, b) => {
            let second = graph.compare(Comparison::Less, b, a);
            merge(graph, of(b), of(a), |graph, db, da| graph.select(second, db, da))
        }
        Node::Max(a, b) => {
            let second = graph.compare(Comparison::Greater, b, a);
            merge(graph, of(b), of(a), |graph, db, da| graph.select(second, db, da))
        }
        Node::Select(condition, a, b) => merge(graph, of(a), of(b), |graph, da, db| graph.select(condition, da, db)),
    }
}

/// The derivative of a function at `a`, where its value is `value`; `None` where it is zero.
fn slope(graph: &mut Graph, function: Function, a: Id, value: Id) -> Option<Id> {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    let one = graph.constant(1.0);
    let square = |graph: &mut Graph, a| graph.arithmetic(Multiply, a, a);
    // 1 - a², exact to rounding also near a = 1.
    let gap = |graph: &mut Graph| {
        let (below, above) = (graph.arithmetic(Subtract, one, a), graph.arithmetic(Add, a, one));
        graph.arithmetic(Multiply, below, above)
    };
    Some(match function {
        Function::Exp => value,
        Function::Log => graph.arithmetic(Divide, one, a),
        Function::Log10 => {
            let k = graph.constant(LOG10_E);
            graph.arithmetic(Divide, k, a)
        }
        Function::Sqrt => {
            let half = graph.constant(0.5);
            graph.arithmetic(Divide, half, value)
        }
        Function::Sin => graph.function(Function::Cos, a),
        Function::Cos => {
            let sine = graph.function(Function::Sin, a);
            graph.negate(sine)
        }
        Function::Tan => {
            let square = square(graph, value);
            graph.arithmetic(Add, square, one)
        }
        Function::Asin | Function::Acos => {
            let gap = gap(graph);
            let root = graph.function(Function::Sqrt, gap);
            let slope = graph.arithmetic(Divide, one, root);
            if function == Function::Asin { slope } else { graph.negate(slope) }
        }
        Function::Atan => {
            let square = square(graph, a);
            let sum = graph.arithmetic(Add, square, one);
            graph.arithmetic(Divide, one, sum)
        }
        Function::Sinh => graph.function(Function::Cosh, a),
        Function::Cosh => graph.function(Function::Sinh, a),
        Function::Tanh => {
            let square = square(graph, value);
            graph.arithmetic(Subtract, one, square)
        }
        Function::Asinh => {
            let square = square(graph, a);
            let sum = graph.arithmetic(Add, square, one);
            let root = graph.function(Function::Sqrt, sum);
            graph.arithmetic(Divide, one, root)
        }
        Function::Acosh => {
            let gap = gap(graph);
            let gap = graph.negate(gap);
            let root = graph.function(Function::Sqrt, gap);
            graph.arithmetic(Divide, one, root)
        }
        Function::Atanh => {
            let gap = gap(graph);
            graph.arithmetic(Divide, one, gap)
        }
        Function::Sech => {
            let tanh = graph.function(Function::Tanh, a);
            let product = graph.arithmetic(Multiply, value, tanh);
            graph.negate(product)
        }
        Function::Erf => {
            let square = square(graph, a);
            let minus = graph.negate(square);
            let bell = graph.function(Function::Exp, minus);
            let k = graph.constant(FRAC_2_SQRT_PI);
            graph.arithmetic(Multiply, bell, k)
        }
        Function::Abs => {
            let (zero, minus) = (graph.constant(0.0), graph.constant(-1.0));
            let negative = graph.compare(Comparison::Less, a, zero);
            graph.select(negative, minus, one)
        }
        Function::Sign | Function::Heaviside | Function::Floor => return None,
    })
}

/// `da · by_a + db · by_b` for each variable.
fn chain(graph: &mut Graph, da: &[(u32, Id)], by_a: Id, db: &[(u32, Id)], by_b: Id) -> Partials {
    let times = |graph: &mut Graph, partials: &[(u32, Id)], slope| -> Partials {
        partials.iter().map(|&(k, d)| (k, graph.arithmetic(Arithmetic::Multiply, d, slope))).collect()
    };
    let (da, db) = (times(graph, da, by_a), times(graph, db, by_b));
    merge(graph, &da, &db, |graph, da, db| graph.arithmetic(Arithmetic::Add, da, db))
}

/// Two lists by rising variable as one, with zero where a variable is in one of them only, without what is zero then.
fn merge(
    graph: &mut Graph,
    mut a: &[(u32, Id)],
    mut b: &[(u32, Id)],
    both: impl Fn(&mut Graph, Id, Id) -> Id,
) -> Partials {
    let zero = graph.constant(0.0);
    let mut merged = Vec::with_capacity(a.len() + b.len());
    while let Some(k) = a.first().into_iter().chain(b.first()).map(|(k, _)| *k).min() {
        let take = |list: &mut &[(u32, Id)]| match list.split_first() {
            Some((&(first, id), rest)) if first == k => {
                *list = rest;
                id
            }
            _ => zero,
        };
        let (da, db) = (take(&mut a), take(&mut b));
        let id = both(graph, da, db);
        if graph.value(id) != Some(0.0) {
            merged.push((k, id));
        }
    }
    merged
}

#[cfg(test)]
mod tests {
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

    /// `f` and the Jacobians at all the points.
    fn evaluate(linearised: &Linearised, free: usize, x: &[f64], p: &[f64]) -> (Vec<f64>, Vec<Matrix>) {
        let n = linearised.states;
        // Nothing of what was there before counts.
        let before = Matrix::full(n, free, vec![f64::NAN; n * (n + free)]);
        let (mut f, mut jacobians) = (vec![f64::NAN; x.len()], vec![before; x.len() / n]);
        linearised.evaluate(x, p, &mut f, &mut jacobians, &mut Vec::new());
        (f, jacobians)
    }

    #[test]
    fn derivatives_are_those_of_dual_numbers() {
        for text in TEXTS {
            let system = system(text);
            let linearised = Linearised::new(&system, &[0]).expect("few derivatives");
            for x in [[0.3, 0.7], [0.9, 0.2], [0.5, 1.9]] {
                let (f, jacobian) = evaluate(&linearised, 1, &x, &[0.8]);
                let mut direct = [0.0; 2];
                system.rhs(&x, &[0.8], &mut direct);
                assert_eq!(f, direct, "{text}");
                let exact = by_dual_numbers(&system, x, 0.8);
                for i in 0..2 {
                    for k in 0..3 {
                        let (entry, exact) = (jacobian[0].row(i)[k], exact[i].eps[k]);
                        // Tolerance: some roundings of terms as large as the numbers on the way.
                        assert!((entry - exact).abs() < 2e-14 * (1.0 + exact.abs()), "{text}: {entry} {exact}");
                    }
                }
            }
        }
    }

    #[test]
    fn corners_and_zeros_have_the_derivatives_of_dual_numbers() {
        for text in ["abs(x)", "min(x, y)", "max(x, y)", "x^2.5", "x^3", "x^r", "if(x >= 0, x, 2*x)", "x^y"] {
            let system = system(text);
            let linearised = Linearised::new(&system, &[0]).expect("few derivatives");
            for (x, r) in [([0.0, 0.0], 2.0), ([0.0, 1.0], 1.0), ([-0.0, 2.0], 3.0)] {
                // A power of a state that is zero with an exponent of zero has no derivative.
                if text == "x^y" && x[1] == 0.0 {
                    continue;
                }
                let (_, jacobian) = evaluate(&linearised, 1, &x, &[r]);
                let exact = by_dual_numbers(&system, x, r);
                assert_eq!(jacobian[0].row(0), exact[0].eps, "{text} {x:?} {r}");
            }
        }
        // Negative bases with a fixed exponent; an exponent that is zero.
        let system = system("x^r");
        let linearised = Linearised::new(&system, &[]).expect("few derivatives");
        for (x, r, slope) in [(-2.0, 3.0, 12.0), (0.0, 0.0, 0.0), (-2.0, -1.0, -0.25)] {
            let (_, jacobian) = evaluate(&linearised, 0, &[x, 0.0], &[r]);
            assert_eq!(jacobian[0].row(0)[0], slope, "{x} {r}");
        }
    }

    #[test]
    fn many_points_yield_what_one_by_one_does_to_the_last_bit() {
        let all = TEXTS.join(" + ");
        let sum = TEXTS.map(|text| format!("sin({text})")).join("*x + ");
        let mut systems: Vec<Compiled> = TEXTS.into_iter().chain([all.as_str(), sum.as_str()]).map(system).collect();
        systems.push(many_inputs());
        for system in systems {
            let linearised = Linearised::new(&system, &[0]).expect("few derivatives");
            let (n, p) = (system.state_names().len(), system.defaults());
            // Less than a block, one, several, and a part of one after them.
            for points in [1, 2, 5, 32, 37, 96] {
                // Beyond the domains of some functions as well.
                let x: Vec<f64> = (0..n * points).map(|k| 1.7 * (0.9 * k as f64 + 0.1).sin()).collect();
                let (f, jacobians) = evaluate(&linearised, 1, &x, p);
                let duals: Vec<First> = x.iter().map(|&re| First { re, eps: [re, 1.0, -0.5] }).collect();
                let dual_p: Vec<First> = p.iter().map(|&p| First::from(p)).collect();
                let (mut many, mut many_duals) = (vec![0.0; n * points], vec![First::from(0.0); n * points]);
                system.rhs_at_many(&x, p, &mut many);
                system.rhs_at_many(&duals, &dual_p, &mut many_duals);
                let same = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| a == b || (a.is_nan() && b.is_nan()));
                for (k, own) in (0..points).map(|k| (k, n * k..n * (k + 1))) {
                    let (one, jacobian) = evaluate(&linearised, 1, &x[own.clone()], p);
                    let (mut direct, mut direct_duals) = (vec![0.0; n], vec![First::from(0.0); n]);
                    system.rhs(&x[own.clone()], p, &mut direct);
                    system.rhs(&duals[own.clone()], &dual_p, &mut direct_duals);
                    assert!(same(&one, &f[own.clone()]) && same(&direct, &many[own.clone()]), "{points} {k}");
                    assert!(same(jacobian[0].entries(), jacobians[k].entries()), "{points} {k}");
                    for (one, many) in direct_duals.iter().zip(&many_duals[own]) {
                        assert!(same(&[one.re], &[many.re]) && same(&one.eps, &many.eps), "{points} {k}");
                    }
                }
            }
        }
    }

    /// More states and parameters than are in registers from the beginning, and more results than wait there.
    fn many_inputs() -> Compiled {
        let parameters = (0..9).fold(System::new(), |system, k| system.parameter(&format!("p{k}"), 0.1 * f64::from(k)));
        let system = (0..19).fold(parameters, |system, k| {
            let (left, right) = ((k + 7) % 19, (k + 11) % 19);
            system.equation(&format!("x{k}"), &format!("p{}*sin(x{left}) - x{k}*x{right}/(p{} + 1)", k % 9, k % 4))
        });
        system.compile().expect("no mistake")
    }

    #[test]
    fn a_short_program_beats_passes_of_dual_numbers_and_a_long_one_needs_many_to_beat() {
        // Each equation has two states of its own; by dual numbers, 19 states take five passes.
        assert!(Linearised::new(&many_inputs(), &[]).expect("few derivatives").beats(5));
        let coupled = (0..4).fold(System::new(), |system, k| system.equation(&format!("x{k}"), "all + exp(all)*all"));
        let coupled = coupled.definition("all", "x0*x1*x2*x3/(1 + x0*x0*x1*x2)").compile().expect("no mistake");
        let linearised = Linearised::new(&coupled, &[]).expect("few derivatives");
        assert!(!linearised.beats(1) && linearised.beats(10));
    }

    #[test]
    fn what_does_not_depend_on_a_state_is_not_computed() {
        let chain = |cells: i64| {
            let system = System::new().integer("N", cells).definition("u[0]", "0").definition("u[N+1]", "0");
            let system = system.equation("u[i = 1..N]", "u[i-1] - 2*u[i] + u[i+1] - u[i]^3");
            system.compile().expect("no mistake")
        };
        let (short, long) = (chain(20), chain(100));
        let linearised = Linearised::new(&short, &[]).expect("few derivatives");
        assert_eq!(linearised.places.len(), 3 * 20 - 2);
        // Beside the value, for each cell: 3 u² + 2 and its sign, and what is written.
        assert!(linearised.tape.len() <= 2 * short.tape.len() + 6 * 20, "{}", linearised.tape.len());
        // Where few directions yield all, there is no need of it.
        assert!(Linearised::new(&long, &[]).is_none());
    }

    #[test]
    fn where_everything_depends_on_everything_dual_numbers_serve() {
        let states: Vec<String> = (0..400).map(|k| format!("x{k}")).collect();
        let mean = states.join(" + ");
        let all = states.iter().fold(System::new(), |system, name| system.equation(name, "mean"));
        let system = all.definition("mean", &mean).compile().expect("no mistake");
        assert!(Linearised::new(&system, &[]).is_some());
        let product = states.join("*");
        let all = states.iter().fold(System::new(), |system, name| system.equation(name, &format!("exp({name}*mean)")));
        let system = all.definition("mean", &product).compile().expect("no mistake");
        assert!(Linearised::new(&system, &[]).is_none());
    }
}
