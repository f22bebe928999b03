//! Equations as plain data: what was written, before anything is understood.

use super::function;
use super::mistake::Mistake;
use super::syntax::{self, Head};
use super::{Compiled, NotFinite, resolve};

/// `x' = f(x, p)` as texts.
///
/// | key of an equation or definition | meaning |
/// |---|---|
/// | `v` | a state; a named sub-expression |
/// | `u[3]` | one element of an array |
/// | `u[i = 1..N]` | the elements 1 to N; the text may use `i` |
/// | `f(a, b)` | a function, only as a definition; an argument hides what else has its name |
///
/// An array may be made of several keys, so that its ends can be defined beside its inside. The order of
/// definitions does not matter; that of equations is the order of the states.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct System {
    /// One for each state, or array of states: left-hand side and derivative with respect to time.
    pub equations: Vec<Statement>,
    pub definitions: Vec<Statement>,
    pub parameters: Vec<Parameter>,
    /// Integers, which may stand in indices and ranges.
    pub integers: Vec<Integer>,
}

/// `key = "text"`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub key: String,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    pub name: String,
    pub default: f64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integer {
    pub name: String,
    pub value: i64,
}

impl System {
    /// An empty system, to be filled by the methods below.
    pub fn new() -> Self {
        System::default()
    }

    pub fn equation(mut self, key: &str, text: &str) -> Self {
        self.equations.push(Statement { key: key.into(), text: text.into() });
        self
    }

    pub fn definition(mut self, key: &str, text: &str) -> Self {
        self.definitions.push(Statement { key: key.into(), text: text.into() });
        self
    }

    pub fn parameter(mut self, name: &str, default: f64) -> Self {
        self.parameters.push(Parameter { name: name.into(), default });
        self
    }

    pub fn integer(mut self, name: &str, value: i64) -> Self {
        self.integers.push(Integer { name: name.into(), value });
        self
    }

    /// The program that computes the right-hand side; or all mistakes, in the order of integers, parameters,
    /// equations and definitions.
    pub fn compile(&self) -> Result<Compiled, Vec<Mistake>> {
        resolve::compile(self)
    }

    /// Where the first equation that is not finite at `x, p` stops being so; `None` where all are.
    ///
    /// Goes through the texts anew, which takes as long as compiling them.
    pub fn not_finite(&self, x: &[f64], p: &[f64]) -> Option<NotFinite> {
        resolve::not_finite(self, x, p)
    }

    /// Every name that an expression may use, except arguments and running indices: what to suggest for an unknown one.
    pub fn names(&self) -> Vec<String> {
        let statements = self.equations.iter().chain(&self.definitions);
        let mut names: Vec<String> = function::names().map(String::from).collect();
        names.extend(statements.filter_map(|Statement { key, .. }| {
            let (span, _) = syntax::parse_head(key).ok()?;
            Some(key[span].to_string())
        }));
        names.extend(self.parameters.iter().map(|parameter| parameter.name.clone()));
        names.extend(self.integers.iter().map(|integer| integer.name.clone()));
        names.sort();
        names.dedup();
        names
    }

    /// What a name that other languages give to a function is here.
    pub fn named_elsewhere(name: &str) -> Option<&'static str> {
        function::named_elsewhere(name)
    }
}

/// A left-hand side that was understood.
pub(super) struct Key<'s> {
    pub name: &'s str,
    pub span: std::ops::Range<usize>,
    pub head: Head,
}
