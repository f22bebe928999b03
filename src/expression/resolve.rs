//! From texts to a graph: what every name stands for, in which order definitions are computed, what is wrong.
//!
//! Everything that a user can make deep (chains of definitions, sums of a million terms) is walked with a stack of
//! its own, and the total work is bounded, since functions of functions can grow exponentially.

mod not_finite;

use super::Compiled;
use super::function::{self, Builtin};
use super::graph::{Arithmetic, Graph, Id, Node};
use super::mistake::{Found, Mistake, Problem, Side};
use super::syntax::{self, Head, Kind, Operator, Tree};
use super::system::{Key, Statement, System};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

pub use not_finite::NotFinite;
pub(super) use not_finite::not_finite;

/// Nodes of syntax trees that are gone through in total, with each call and each element counted anew.
const MAX_WORK: usize = 5_000_000;
/// Calls within the definitions of functions.
const MAX_CALLS: usize = 64;
/// Arguments of a function.
const MAX_ARGUMENTS: usize = 64;
/// Mistakes that are told of one text.
const MAX_MISTAKES: usize = 20;
/// States, and elements of arrays.
const MAX_ELEMENTS: i64 = 1 << 16;

/// One of the system's statements.
type Number = usize;

/// What has a name.
#[derive(Clone, Copy, Debug)]
enum Meaning {
    Integer(i64),
    Parameter(u32),
    /// A state or a definition without arguments and index.
    Plain(Number),
    Function(Number),
    Array(usize),
    Builtin(Builtin),
}

/// What a node of a syntax tree stands for.
#[derive(Clone, Copy, Debug)]
enum Meant {
    /// The node's kind says it already.
    Itself,
    Value(f64),
    Integer(i64),
    Running,
    Argument(usize),
    Parameter(u32),
    Plain(Number),
    Element(usize),
    Call(Number),
    Builtin(Builtin),
}

/// The elements of an array, by index, each with the statement that defines it.
struct Array<'s> {
    name: &'s str,
    elements: HashMap<i64, Number>,
    low: i64,
    high: i64,
}

/// A value, or a function, that others may need: a statement, and the running index.
type Item = (Number, i64);

struct Resolver<'s> {
    statements: Vec<&'s Statement>,
    /// The first of them are equations.
    equations: usize,
    keys: Vec<Option<Key<'s>>>,
    trees: Vec<Option<Tree>>,
    meant: Vec<Vec<Meant>>,
    names: HashMap<&'s str, (Meaning, &'s str)>,
    arrays: Vec<Array<'s>>,
    /// How many elements all arrays have.
    elements: i64,
    /// Of each statement; 0 without indices.
    first_index: Vec<i64>,
    /// The state that an equation and index belong to.
    states: HashMap<Item, u32>,
    /// Values of definitions; `None` while being computed, or for a function.
    done: HashMap<Item, Option<Id>>,
    graph: Graph,
    work: usize,
    mistakes: Vec<Mistake>,
}

pub(super) fn compile(system: &System) -> Result<Compiled, Vec<Mistake>> {
    let (resolver, names, _, outputs) = resolved(system)?;
    let whole = |problem| {
        let (key, length) = system.equations.first().map_or((String::new(), 0), |e| (e.key.clone(), e.text.len()));
        vec![Mistake { key, side: Side::Text, span: 0..length, problem }]
    };
    if names.is_empty() {
        return Err(whole(Problem::Empty));
    }
    let parameters = system.parameters.iter().map(|p| (p.name.clone(), p.default)).collect();
    Compiled::new(&resolver.graph, names, parameters, &outputs).ok_or_else(|| whole(Problem::TooLarge))
}

/// A resolver that is done; of each state the name, the equation and the node of its value.
type Resolved<'s> = (Resolver<'s>, Vec<String>, Vec<Item>, Vec<Id>);

fn resolved(system: &System) -> Result<Resolved<'_>, Vec<Mistake>> {
    let statements: Vec<&Statement> = system.equations.iter().chain(&system.definitions).collect();
    let mut resolver = Resolver {
        equations: system.equations.len(),
        keys: Vec::new(),
        trees: Vec::new(),
        meant: Vec::new(),
        names: HashMap::new(),
        arrays: Vec::new(),
        elements: 0,
        first_index: Vec::new(),
        states: HashMap::new(),
        done: HashMap::new(),
        graph: Graph::default(),
        work: 0,
        mistakes: Vec::new(),
        statements,
    };
    resolver.declare_values(system);
    resolver.read_keys();
    let (names, elements) = resolver.declare_statements();
    resolver.read_texts();
    // Without knowing every name, cycles and indices cannot be judged.
    let outputs = if resolver.mistakes.is_empty() { resolver.values(&elements) } else { Vec::new() };
    match resolver.mistakes.is_empty() {
        true => Ok((resolver, names, elements, outputs)),
        false => Err(resolver.mistakes),
    }
}

impl<'s> Resolver<'s> {
    fn mistake(&mut self, number: Number, side: Side, (span, problem): Found) {
        let key = self.statements[number].key.clone();
        self.mistakes.push(Mistake { key, side, span, problem });
    }

    /// Gives a name its meaning, unless it has one.
    fn declare(&mut self, name: &'s str, key: &'s str, meaning: Meaning) -> Result<(), Problem> {
        if Builtin::named(name).is_some() {
            return Err(Problem::Reserved { name: name.into() });
        }
        if let Some((_, first)) = self.names.get(name) {
            return Err(Problem::Twice { name: name.into(), first: (*first).into() });
        }
        self.names.insert(name, (meaning, key));
        Ok(())
    }

    fn declare_values(&mut self, system: &'s System) {
        for name in function::names() {
            if let Some(builtin) = Builtin::named(name) {
                self.names.insert(name, (Meaning::Builtin(builtin), name));
            }
        }
        let integers = system.integers.iter().map(|i| (i.name.as_str(), Meaning::Integer(i.value), 0.0));
        let parameters = system
            .parameters
            .iter()
            .enumerate()
            .map(|(k, p)| (p.name.as_str(), Meaning::Parameter(k as u32), p.default));
        for (name, meaning, value) in integers.chain(parameters) {
            let found = match syntax::parse_head(name) {
                Err(found) => Some((Side::Key, found)),
                Ok((span, Head::Plain)) => match self.declare(&name[span.clone()], name, meaning) {
                    Err(problem) => Some((Side::Key, (span, problem))),
                    Ok(()) if !value.is_finite() => Some((Side::Text, (0..0, Problem::NotFinite))),
                    Ok(()) => None,
                },
                Ok((span, _)) => {
                    let found = name[span.end..].into();
                    Some((Side::Key, (span.end..name.len(), Problem::Expected { what: "a plain name", found })))
                }
            };
            if let Some((side, (span, problem))) = found {
                self.mistakes.push(Mistake { key: name.into(), side, span, problem });
            }
        }
    }

    fn read_keys(&mut self) {
        for number in 0..self.statements.len() {
            let statement = self.statements[number];
            let key = match syntax::parse_head(&statement.key) {
                Ok((span, head)) if number < self.equations && matches!(head, Head::Function(_)) => {
                    let problem = Problem::Expected { what: "a state", found: "(".into() };
                    self.mistake(number, Side::Key, (span.end..statement.key.len(), problem));
                    None
                }
                Ok((span, head)) => Some(Key { name: &statement.key[span.clone()], span, head }),
                Err(found) => {
                    self.mistake(number, Side::Key, found);
                    None
                }
            };
            self.keys.push(key);
        }
    }

    /// Declares states and definitions; returns the names of the states, and the item of each.
    fn declare_statements(&mut self) -> (Vec<String>, Vec<Item>) {
        let (mut names, mut items) = (Vec::new(), Vec::new());
        for number in 0..self.statements.len() {
            self.first_index.push(0);
            let Some(key) = self.keys[number].take() else { continue };
            let indices = self.declare_statement(number, &key);
            if let Ok(indices) = &indices {
                self.first_index[number] = *indices.start();
            }
            match indices {
                Ok(range) if number < self.equations => {
                    for index in range {
                        self.states.insert((number, index), names.len() as u32);
                        names.push(match key.head {
                            Head::Plain => key.name.into(),
                            _ => format!("{}[{index}]", key.name),
                        });
                        items.push((number, index));
                    }
                }
                Ok(_) => {}
                Err(found) => self.mistake(number, Side::Key, found),
            }
            self.keys[number] = Some(key);
        }
        (names, items)
    }

    /// The indices that it defines; just 0 for what has no index.
    fn declare_statement(&mut self, number: Number, key: &Key<'s>) -> Result<std::ops::RangeInclusive<i64>, Found> {
        let text: &'s str = &self.statements[number].key;
        let name = key.name;
        let placed = |problem| (key.span.clone(), problem);
        let (low, high) = match &key.head {
            Head::Plain => {
                self.declare(name, text, Meaning::Plain(number)).map_err(placed)?;
                return Ok(0..=0);
            }
            Head::Function(arguments) => {
                if arguments.len() > MAX_ARGUMENTS {
                    return Err(placed(Problem::TooLarge));
                }
                for (k, argument) in arguments.iter().enumerate() {
                    let word = &text[argument.clone()];
                    if Builtin::named(word).is_some() {
                        return Err((argument.clone(), Problem::Reserved { name: word.into() }));
                    }
                    if arguments[..k].iter().any(|other| &text[other.clone()] == word) {
                        return Err((argument.clone(), Problem::Twice { name: word.into(), first: text.into() }));
                    }
                }
                self.declare(name, text, Meaning::Function(number)).map_err(placed)?;
                return Ok(0..=0);
            }
            Head::Element(index) => {
                let index = self.integer(text, index)?;
                (index, index)
            }
            Head::Range(running, low, high) => {
                let word = &text[running.clone()];
                if Builtin::named(word).is_some() {
                    return Err((running.clone(), Problem::Reserved { name: word.into() }));
                }
                (self.integer(text, low)?, self.integer(text, high)?)
            }
        };
        if low > high {
            return Err(placed(Problem::EmptyRange { low, high }));
        }
        self.elements = high.saturating_sub(low).saturating_add(1).saturating_add(self.elements);
        if self.elements > MAX_ELEMENTS {
            return Err(placed(Problem::TooLarge));
        }
        let array = match self.names.get(name) {
            Some((Meaning::Array(array), _)) => *array,
            _ => {
                self.declare(name, text, Meaning::Array(self.arrays.len())).map_err(placed)?;
                self.arrays.push(Array { name, elements: HashMap::new(), low, high });
                self.arrays.len() - 1
            }
        };
        let array = &mut self.arrays[array];
        array.low = array.low.min(low);
        array.high = array.high.max(high);
        for index in low..=high {
            if let Some(&first) = array.elements.get(&index) {
                let first = self.statements[first].key.clone();
                return Err(placed(Problem::Twice { name: format!("{name}[{index}]"), first }));
            }
            array.elements.insert(index, number);
        }
        Ok(low..=high)
    }

    /// The value of an expression of integers and integer constants.
    fn integer(&self, text: &str, tree: &Tree) -> Result<i64, Found> {
        let mut values: Vec<Option<i64>> = Vec::new();
        for node in &tree.nodes {
            let own = match &node.kind {
                Kind::Name => {
                    let name = &text[node.span()];
                    match self.names.get(name) {
                        None => return Err((node.span(), Problem::Unknown { name: name.into() })),
                        Some((Meaning::Integer(value), _)) => Some(*value),
                        Some(_) => None,
                    }
                }
                _ => None,
            };
            values.push(own.or_else(|| integer(&node.kind, &values)));
        }
        let whole = tree.nodes.last().map_or(0..0, |node| node.span());
        values.last().copied().flatten().ok_or((whole, Problem::NotAnInteger))
    }

    fn read_texts(&mut self) {
        for number in 0..self.statements.len() {
            if let Some(found) = self.running_index_is_taken(number) {
                self.mistake(number, Side::Key, found);
            }
            let (mut tree, mut meant) = (None, Vec::new());
            match syntax::parse(&self.statements[number].text) {
                Ok(parsed) => {
                    let before = self.mistakes.len();
                    for node in 0..parsed.nodes.len() {
                        match self.meaning(number, &parsed, node) {
                            Ok(meaning) => meant.push(meaning),
                            Err(found) => self.mistake(number, Side::Text, found),
                        }
                        if self.mistakes.len() >= before + MAX_MISTAKES {
                            break;
                        }
                    }
                    tree = Some(parsed);
                }
                Err(found) => self.mistake(number, Side::Text, found),
            }
            self.trees.push(tree);
            self.meant.push(meant);
        }
    }

    fn running_index_is_taken(&self, number: Number) -> Option<Found> {
        let Some(Key { head: Head::Range(running, ..), .. }) = &self.keys[number] else { return None };
        let name = &self.statements[number].key[running.clone()];
        let (_, first) = self.names.get(name)?;
        Some((running.clone(), Problem::Twice { name: name.into(), first: (*first).into() }))
    }

    /// What a node of a statement's text stands for.
    fn meaning(&self, number: Number, tree: &Tree, node: usize) -> Result<Meant, Found> {
        let node = &tree.nodes[node];
        let span = node.span();
        let name = &self.statements[number].text[span.clone()];
        let placed = |problem| (span.clone(), problem);
        let known = || match self.names.get(name) {
            Some((meaning, _)) => Ok(*meaning),
            None => Err(placed(Problem::Unknown { name: name.into() })),
        };
        let arguments = |expected: usize, found: usize| {
            if expected == found {
                return Ok(());
            }
            Err(placed(Problem::Arguments { function: name.into(), expected, found }))
        };
        match &node.kind {
            Kind::Name => {
                if let Some(local) = self.local(number, name) {
                    return Ok(local);
                }
                match known()? {
                    Meaning::Integer(value) => Ok(Meant::Integer(value)),
                    Meaning::Parameter(parameter) => Ok(Meant::Parameter(parameter)),
                    Meaning::Plain(statement) => Ok(Meant::Plain(statement)),
                    Meaning::Builtin(Builtin::Constant(value)) => Ok(Meant::Value(value)),
                    Meaning::Function(_) | Meaning::Array(_) | Meaning::Builtin(_) => {
                        Err(placed(Problem::NeedsArguments { name: name.into() }))
                    }
                }
            }
            Kind::Call(given) => {
                let local = self.local(number, name).is_some();
                let meaning = if local { None } else { Some(known()?) };
                match meaning {
                    Some(Meaning::Builtin(builtin)) if builtin.arity() > 0 => {
                        arguments(builtin.arity(), given.len())?;
                        Ok(Meant::Builtin(builtin))
                    }
                    Some(Meaning::Function(function)) => {
                        arguments(self.arguments(function).len(), given.len())?;
                        Ok(Meant::Call(function))
                    }
                    _ => Err(placed(Problem::NotAFunction { name: name.into() })),
                }
            }
            Kind::Element(_) => match known()? {
                Meaning::Array(array) => Ok(Meant::Element(array)),
                _ => Err(placed(Problem::NotAnArray { name: name.into() })),
            },
            _ => Ok(Meant::Itself),
        }
    }

    fn arguments(&self, number: Number) -> &[Range<usize>] {
        match &self.keys[number] {
            Some(Key { head: Head::Function(arguments), .. }) => arguments,
            _ => &[],
        }
    }

    /// An argument or the running index of the statement itself.
    fn local(&self, number: Number, name: &str) -> Option<Meant> {
        let key = &self.statements[number].key;
        match &self.keys[number].as_ref()?.head {
            Head::Function(arguments) => {
                arguments.iter().position(|argument| &key[argument.clone()] == name).map(Meant::Argument)
            }
            Head::Range(running, ..) if &key[running.clone()] == name => Some(Meant::Running),
            _ => None,
        }
    }

    /// The nodes of the right-hand sides.
    fn values(&mut self, elements: &[Item]) -> Vec<Id> {
        let mut outputs = Vec::with_capacity(elements.len());
        for &item in elements {
            let value = self.prepare(item).and_then(|()| self.lower(item, &[], 0));
            match value {
                Ok(id) => outputs.push(id),
                Err((number, found)) => {
                    // The same text may fail for many indices; once is enough.
                    self.mistake(number, Side::Text, found);
                    return outputs;
                }
            }
        }
        // What no equation needs may still be wrong.
        for number in self.equations..self.statements.len() {
            if let Err((number, found)) = self.define((number, self.first_index[number])) {
                self.mistake(number, Side::Text, found);
                return outputs;
            }
        }
        outputs
    }

    /// The statement and index of an array's element.
    fn element(&self, number: Number, array: usize, index: Option<i64>, span: Range<usize>) -> Result<Item, Wrong> {
        let array = &self.arrays[array];
        let index = index.ok_or((number, (span.clone(), Problem::NotAnInteger)))?;
        match array.elements.get(&index) {
            Some(&statement) => Ok((statement, index)),
            None => {
                let (low, high) = (array.low, array.high);
                Err((number, (span, Problem::Outside { name: array.name.into(), index, low, high })))
            }
        }
    }

    /// What an item needs before it can be computed, and where it says so.
    fn needs(&mut self, (number, running): Item) -> Result<Vec<(Item, Range<usize>)>, Wrong> {
        let Some(tree) = &self.trees[number] else { return Ok(Vec::new()) };
        self.work += tree.nodes.len();
        if self.work > MAX_WORK {
            return Err((number, (0..self.statements[number].text.len(), Problem::TooLarge)));
        }
        let mut needs = Vec::new();
        let integers = integers(tree, &self.meant[number], running);
        for (node, meant) in tree.nodes.iter().zip(&self.meant[number]) {
            let item = match (*meant, &node.kind) {
                (Meant::Plain(statement) | Meant::Call(statement), _) => Some((statement, 0)),
                (Meant::Element(array), Kind::Element(index)) => {
                    Some(self.element(number, array, integers[*index as usize], node.span())?)
                }
                _ => None,
            };
            // States are there already.
            if let Some(item) = item.filter(|(statement, _)| *statement >= self.equations) {
                needs.push((item, node.span()));
            }
        }
        Ok(needs)
    }

    /// Computes the definitions that an equation needs.
    fn prepare(&mut self, item: Item) -> Result<(), Wrong> {
        for (need, _) in self.needs(item)? {
            self.define(need)?;
        }
        Ok(())
    }

    /// Computes a definition after all that it needs, depth first.
    fn define(&mut self, item: Item) -> Result<(), Wrong> {
        if self.done.contains_key(&item) {
            return Ok(());
        }
        let mut open = vec![(item, self.needs(item)?, 0)];
        self.done.insert(item, None);
        // Where the item is in `open`, as long as it is there.
        let mut position = HashMap::from([(item, 0)]);
        while let Some((item, needs, next)) = open.last_mut() {
            let (item, number) = (*item, item.0);
            if let Some((need, span)) = needs.get(*next).cloned() {
                *next += 1;
                if let Some(&first) = position.get(&need) {
                    let names = open[first..].iter().map(|(item, ..)| *item).chain([need]);
                    let names = names.map(|item| self.title(item)).collect();
                    return Err((number, (span, Problem::Cycle { names })));
                }
                if let Entry::Vacant(vacant) = self.done.entry(need) {
                    vacant.insert(None);
                    position.insert(need, open.len());
                    let needs = self.needs(need)?;
                    open.push((need, needs, 0));
                }
                continue;
            }
            let is_function = matches!(&self.keys[number], Some(Key { head: Head::Function(_), .. }));
            if !is_function {
                let value = self.lower(item, &[], 0)?;
                self.done.insert(item, Some(value));
            }
            position.remove(&item);
            open.pop();
        }
        Ok(())
    }

    fn title(&self, (number, index): Item) -> String {
        match &self.keys[number] {
            Some(Key { name, head: Head::Plain | Head::Function(_), .. }) => (*name).into(),
            Some(Key { name, .. }) => format!("{name}[{index}]"),
            None => String::new(),
        }
    }

    /// Adds a statement's expression to the graph. What it needs is there.
    fn lower(&mut self, (number, running): Item, arguments: &[Id], depth: usize) -> Result<Id, Wrong> {
        let whole = 0..self.statements[number].text.len();
        if depth > MAX_CALLS {
            return Err((number, (whole, Problem::TooDeep)));
        }
        // Taken out for the time of the walk; a function does not call itself, so nobody misses it.
        let (Some(tree), meant) = (self.trees[number].take(), std::mem::take(&mut self.meant[number])) else {
            return Err((number, (whole, Problem::TooDeep)));
        };
        let result = self.walk((number, running), &tree, &meant, arguments, depth);
        self.trees[number] = Some(tree);
        self.meant[number] = meant;
        result?.last().copied().ok_or((number, (whole, Problem::Empty)))
    }

    /// The graph's nodes of all nodes of a tree.
    fn walk(
        &mut self,
        (number, running): Item,
        tree: &Tree,
        meant: &[Meant],
        arguments: &[Id],
        depth: usize,
    ) -> Result<Vec<Id>, Wrong> {
        let whole = 0..self.statements[number].text.len();
        self.work += tree.nodes.len();
        if self.work > MAX_WORK {
            return Err((number, (whole, Problem::TooLarge)));
        }
        let mut values: Vec<Id> = Vec::with_capacity(tree.nodes.len());
        let integers = integers(tree, meant, running);
        for (node, meant) in tree.nodes.iter().zip(meant) {
            let operand = |k: u32| values[k as usize];
            let given = |values: &[Id], range: &Range<u32>| -> Vec<Id> {
                tree.arguments[range.start as usize..range.end as usize].iter().map(|&k| values[k as usize]).collect()
            };
            // Not reached, as long as everything that is needed was computed before, and arguments were counted.
            let unprepared = || (number, (node.span(), Problem::TooDeep));
            let graph = &mut self.graph;
            let value = match (*meant, &node.kind) {
                (Meant::Value(value), _) => graph.constant(value),
                (Meant::Integer(value), _) => graph.constant(value as f64),
                (Meant::Running, _) => graph.constant(running as f64),
                (Meant::Argument(k), _) => arguments[k],
                (Meant::Parameter(k), _) => graph.intern(Node::Parameter(k)),
                (Meant::Plain(statement), _) => self.value((statement, 0)).ok_or_else(unprepared)?,
                (Meant::Element(array), Kind::Element(index)) => {
                    let item = self.element(number, array, integers[*index as usize], node.span())?;
                    self.value(item).ok_or_else(unprepared)?
                }
                (Meant::Call(function), Kind::Call(range)) => {
                    self.lower((function, 0), &given(&values, range), depth + 1)?
                }
                (Meant::Builtin(builtin), Kind::Call(range)) => {
                    let given = given(&values, range);
                    match (builtin, &given[..]) {
                        (Builtin::One(function), &[a]) => graph.function(function, a),
                        (Builtin::Min, &[a, b]) => graph.min(a, b),
                        (Builtin::Max, &[a, b]) => graph.max(a, b),
                        (Builtin::Power, &[a, b]) => graph.power(a, b),
                        (Builtin::If, &[a, b, c]) => graph.select(a, b, c),
                        _ => return Err(unprepared()),
                    }
                }
                (_, Kind::Number(value)) => graph.constant(*value),
                (_, Kind::Negate(a)) => graph.negate(operand(*a)),
                (_, Kind::Binary(operator, a, b)) => {
                    let (a, b) = (operand(*a), operand(*b));
                    match operator {
                        Operator::Add => graph.arithmetic(Arithmetic::Add, a, b),
                        Operator::Subtract => graph.arithmetic(Arithmetic::Subtract, a, b),
                        Operator::Multiply => graph.arithmetic(Arithmetic::Multiply, a, b),
                        Operator::Divide => graph.arithmetic(Arithmetic::Divide, a, b),
                        Operator::Power => graph.power(a, b),
                        Operator::Compare(comparison) => graph.compare(*comparison, a, b),
                    }
                }
                (_, Kind::Name | Kind::Call(_) | Kind::Element(_)) => return Err(unprepared()),
            };
            values.push(value);
        }
        Ok(values)
    }

    /// The node of a state, or of a definition that was computed.
    fn value(&mut self, item: Item) -> Option<Id> {
        if let Some(&state) = self.states.get(&item) {
            return Some(self.graph.intern(Node::State(state)));
        }
        self.done.get(&item).copied().flatten()
    }
}

/// The text that a problem is in, and the problem.
type Wrong = (Number, Found);

/// The integer values of the nodes of a tree that have one.
fn integers(tree: &Tree, meant: &[Meant], running: i64) -> Vec<Option<i64>> {
    let mut integers = Vec::with_capacity(tree.nodes.len());
    for (node, meant) in tree.nodes.iter().zip(meant) {
        integers.push(match *meant {
            Meant::Integer(value) => Some(value),
            Meant::Running => Some(running),
            _ => integer(&node.kind, &integers),
        });
    }
    integers
}

/// The integer value of a node whose operands are before it, if it has one.
pub(super) fn integer(kind: &Kind, before: &[Option<i64>]) -> Option<i64> {
    match *kind {
        Kind::Number(value) if value == value.trunc() && value.abs() < 1e15 => Some(value as i64),
        Kind::Negate(a) => before[a as usize]?.checked_neg(),
        Kind::Binary(operator, a, b) => {
            let (a, b) = (before[a as usize]?, before[b as usize]?);
            match operator {
                Operator::Add => a.checked_add(b),
                Operator::Subtract => a.checked_sub(b),
                Operator::Multiply => a.checked_mul(b),
                _ => None,
            }
        }
        _ => None,
    }
}
