//! The graph of first derivatives.
//!
//! A graph is differentiated by the chain rule, operand by operand from the inputs on, and every derivative is a node
//! like others: what is zero is not there, and what is common is computed once. Most intermediate results depend on one
//! or two states only, so that this takes a fraction of the work of dual numbers, which carry all directions through
//! everything. Derivatives agree with those of dual numbers but for rounding.

use super::Compiled;
use super::function::{Comparison, Function};
use super::graph::{Arithmetic, Graph, Id, Node};
use std::f64::consts::{FRAC_2_SQRT_PI, LOG10_E};

/// Derivatives of intermediate results that are held for one state or parameter each, altogether. Beyond that a
/// system couples so much with so much that dual numbers are the better way.
const MAX_PARTIALS: usize = 1 << 18;

/// The derivatives of a node that are not zero, by rising variable.
pub(super) type Partials = Vec<(u32, Id)>;

/// The graph of `f` with its derivatives by `z = (x, p_free)`, and for each component of `f` those that are not zero;
/// `None` where they are too many.
pub(super) fn slopes(compiled: &Compiled, free: &[usize]) -> Option<(Graph, Vec<Partials>)> {
    let states = compiled.outputs.len();
    let variable = |node: Node| match node {
        Node::State(state) => Some(state),
        Node::Parameter(parameter) => {
            free.iter().position(|&free| free == parameter as usize).map(|k| (states + k) as u32)
        }
        _ => None,
    };
    let mut graph = Graph::of(&compiled.nodes);
    let rows = differentiate(&mut graph, &compiled.outputs, variable)?;
    Some((graph, rows))
}

/// The derivatives of the outputs by the nodes that are variables, as nodes of the graph; `None` where they are too many.
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
