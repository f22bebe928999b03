//! Which sub-expression has no finite value, found by going down from an equation that has none.

use super::{Builtin, Id, Item, Kind, Meant, Resolver, Tree, integers, resolved};
use crate::expression::system::System;
use crate::expression::walk::value;
use std::ops::Range;

/// A sub-expression without a finite value, though all that goes into it has one.
#[derive(Clone, Debug, PartialEq)]
pub struct NotFinite {
    /// The state whose equation has no finite value because of that.
    pub state: String,
    /// What the sub-expression stands in: its position among equations and definitions, in this order.
    pub statement: usize,
    /// Its place in that text.
    pub span: Range<usize>,
    /// As it is written.
    pub expression: String,
    /// Infinite, or not a number.
    pub value: f64,
    /// The operands as they are written, except names and numbers.
    pub operands: Vec<(String, f64)>,
    /// The names in it: states, parameters, definitions, arguments, the running index.
    pub names: Vec<(String, f64)>,
    /// From the equation to that text: in which statement the next one is used, and where.
    pub path: Vec<(usize, Range<usize>)>,
}

/// The first equation without a finite value at `x, p`, and why; `None` if there is none.
pub fn not_finite(system: &System, x: &[f64], p: &[f64]) -> Option<NotFinite> {
    let (mut resolver, names, items, outputs) = resolved(system).ok()?;
    let mut values = Values { x, p, known: Vec::new() };
    let k = outputs.iter().position(|&id| !values.of(&resolver, id).is_finite())?;
    let mut search = Search { values, path: Vec::new() };
    let mut found = search.descend(&mut resolver, *items.get(k)?)?;
    found.state = names.get(k)?.clone();
    Some(found)
}

/// The values of the nodes of a graph, as far as they were asked for.
struct Values<'a> {
    x: &'a [f64],
    p: &'a [f64],
    known: Vec<f64>,
}

impl Values<'_> {
    fn of(&mut self, resolver: &Resolver, id: Id) -> f64 {
        let nodes = &resolver.graph.nodes;
        for &node in nodes.iter().skip(self.known.len()) {
            let value = value(nodes, node, |id| self.known[id as usize], self.x, self.p);
            self.known.push(value);
        }
        self.known[id as usize]
    }
}

struct Search<'a> {
    values: Values<'a>,
    path: Vec<(usize, Range<usize>)>,
}

impl Search<'_> {
    /// From an equation without a finite value down through operands, definitions and functions without one.
    fn descend(&mut self, resolver: &mut Resolver, equation: Item) -> Option<NotFinite> {
        let (mut item, mut given) = (equation, Vec::new());
        loop {
            let (number, running) = item;
            let text = resolver.statements[number].text.as_str();
            let (tree, meant) = (resolver.trees[number].clone()?, resolver.meant[number].clone());
            let ids = resolver.walk(item, &tree, &meant, &given, 0).ok()?;
            let values: Vec<f64> = ids.iter().map(|&id| self.values.of(resolver, id)).collect();
            let mut k = tree.nodes.len().checked_sub(1)?;
            while let Some(next) = deciding(&tree, k, &meant[k], &values).into_iter().find(|&j| !values[j].is_finite())
            {
                k = next;
            }
            let span = extent(&tree, k, text);
            let next = match (meant[k], &tree.nodes[k].kind) {
                (Meant::Plain(statement) | Meant::Call(statement), _) => Some((statement, 0)),
                (Meant::Element(array), Kind::Element(index)) => {
                    let index = integers(&tree, &meant, running)[*index as usize];
                    resolver.element(number, array, index, span.clone()).ok()
                }
                _ => None,
            };
            let Some(next) = next else {
                let written = |j: usize| Some((text.get(extent(&tree, j, text))?.to_string(), values[j]));
                let is_part =
                    |j: &usize| !matches!(tree.nodes[*j].kind, Kind::Name | Kind::Element(_) | Kind::Number(_));
                return Some(NotFinite {
                    state: String::new(),
                    statement: number,
                    expression: text.get(span.clone())?.to_string(),
                    span,
                    value: values[k],
                    operands: operands(&tree, k).into_iter().filter(is_part).filter_map(written).collect(),
                    names: names(&tree, &meant, k).into_iter().filter_map(written).collect(),
                    path: std::mem::take(&mut self.path),
                });
            };
            self.path.push((number, span));
            given = match meant[k] {
                Meant::Call(_) => operands(&tree, k).into_iter().map(|j| ids[j]).collect(),
                _ => Vec::new(),
            };
            item = next;
        }
    }
}

/// The operands of a node; not the index of an element, which is no value.
fn operands(tree: &Tree, k: usize) -> Vec<usize> {
    match &tree.nodes[k].kind {
        Kind::Call(range) => {
            tree.arguments[range.start as usize..range.end as usize].iter().map(|&j| j as usize).collect()
        }
        Kind::Negate(a) => vec![*a as usize],
        Kind::Binary(_, a, b) => vec![*a as usize, *b as usize],
        Kind::Number(_) | Kind::Name | Kind::Element(_) => Vec::new(),
    }
}

/// The operands that decide a node's value: of `if(condition, a, b)` only one of the two.
fn deciding(tree: &Tree, k: usize, meant: &Meant, values: &[f64]) -> Vec<usize> {
    let mut operands = operands(tree, k);
    if let (Meant::Builtin(Builtin::If), &[condition, ..]) = (meant, &operands[..]) {
        operands.remove(if values[condition] != 0.0 { 2 } else { 1 });
    }
    operands
}

/// The nodes within a node that have a name and a value, each name once, as they are written.
fn names(tree: &Tree, meant: &[Meant], k: usize) -> Vec<usize> {
    let mut inside = vec![false; k + 1];
    inside[k] = true;
    // Operands stand before what is made of them.
    for j in (0..=k).rev() {
        if inside[j] {
            operands(tree, j).into_iter().for_each(|operand| inside[operand] = true);
        }
    }
    let named = |j: &usize| {
        let is_value = !matches!(meant[*j], Meant::Value(_));
        inside[*j] && is_value && matches!(tree.nodes[*j].kind, Kind::Name | Kind::Element(_))
    };
    (0..=k).filter(named).collect()
}

/// The part of the text that a node is, with its parentheses, brackets and arguments.
fn extent(tree: &Tree, k: usize, text: &str) -> Range<usize> {
    // A node's own place spans its operands but for a parenthesis, bracket or argument at either end.
    let (mut first, mut last) = (k, k);
    while let Kind::Binary(_, a, _) = tree.nodes[first].kind {
        first = a as usize;
    }
    while let Kind::Binary(_, _, b) | Kind::Negate(b) = tree.nodes[last].kind {
        last = b as usize;
    }
    let end = tree.nodes[last].span().end;
    let end = match tree.nodes[last].kind {
        Kind::Call(_) => closed(text, end, b'(', b')'),
        Kind::Element(_) => closed(text, end, b'[', b']'),
        _ => end,
    };
    balanced(text, tree.nodes[first].span().start..end)
}

/// The end of the parenthesis or bracket that opens at or after `at`.
fn closed(text: &str, at: usize, open: u8, close: u8) -> usize {
    let mut depth = 0;
    for (k, byte) in text.bytes().enumerate().skip(at) {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                return k + 1;
            }
        }
    }
    text.len()
}

/// The range, wider by the parentheses that it lacks.
fn balanced(text: &str, mut range: Range<usize>) -> Range<usize> {
    let (mut depth, mut unopened) = (0_usize, 0_usize);
    for byte in text.bytes().skip(range.start).take(range.len()) {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => unopened += 1,
            b')' => depth -= 1,
            _ => {}
        }
    }
    let bytes = text.as_bytes();
    while unopened > 0 && range.start > 0 {
        range.start -= 1;
        unopened -= usize::from(bytes[range.start] == b'(');
    }
    while depth > 0 && range.end < bytes.len() {
        depth -= usize::from(bytes[range.end] == b')');
        range.end += 1;
    }
    range
}
