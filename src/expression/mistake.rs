//! What can be wrong with equations, and where.

use std::fmt;
use std::ops::Range;

/// A mistake in one of the texts of a [`System`](super::System).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The left-hand side as it was written, which names the text.
    pub key: String,
    pub side: Side,
    /// Byte range within that side.
    pub span: Range<usize>,
    pub problem: Problem,
}

/// The part of `key = "text"` in which the mistake is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Key,
    Text,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nothing is written there.
    Empty,
    /// This character is not part of any expression.
    Character(char),
    /// A number that cannot be read.
    Number,
    /// Something else should stand there; `found` is empty at the end.
    Expected {
        what: &'static str,
        found: String,
    },
    /// Nothing is called so. The caller knows what to suggest: [`System::names`](super::System::names).
    Unknown {
        name: String,
    },
    /// A word that the language itself needs.
    Reserved {
        name: String,
    },
    /// `first` is the key that has the name already.
    Twice {
        name: String,
        first: String,
    },
    /// A function, or an array, without its arguments.
    NeedsArguments {
        name: String,
    },
    /// Parentheses after something that is not a function.
    NotAFunction {
        name: String,
    },
    /// Brackets after something that has no index.
    NotAnArray {
        name: String,
    },
    Arguments {
        function: String,
        expected: usize,
        found: usize,
    },
    /// An index has to be made of integers, integer constants and the running index by + - and *.
    NotAnInteger,
    /// There is no such element; those that there are.
    Outside {
        name: String,
        index: i64,
        low: i64,
        high: i64,
    },
    /// `low..high` without an element.
    EmptyRange {
        low: i64,
        high: i64,
    },
    /// Each needs the next, and the last the first.
    Cycle {
        names: Vec<String>,
    },
    /// A value that is no finite number.
    NotFinite,
    /// Parentheses, signs, powers or calls are nested too deeply.
    TooDeep,
    /// More than memory or patience allow.
    TooLarge,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Empty => write!(f, "nothing is written here"),
            Problem::Character(c) => write!(f, "`{}` is not part of an expression", c.escape_debug()),
            Problem::Number => write!(f, "not a number"),
            Problem::Expected { what, found } if found.is_empty() => write!(f, "expected {what}, found the end"),
            Problem::Expected { what, found } => write!(f, "expected {what}, found `{found}`"),
            Problem::Unknown { name } => write!(f, "unknown name `{name}`"),
            Problem::Reserved { name } => write!(f, "`{name}` has a fixed meaning and cannot be defined"),
            Problem::Twice { name, first } => write!(f, "`{name}` is defined already, by `{first}`"),
            Problem::NeedsArguments { name } => write!(f, "`{name}` needs arguments or an index"),
            Problem::NotAFunction { name } => {
                write!(f, "`{name}` is not a function; a product is written with `*`")
            }
            Problem::NotAnArray { name } => write!(f, "`{name}` has no index"),
            Problem::Arguments { function, expected: 1, found } => {
                write!(f, "`{function}` takes 1 argument, found {found}")
            }
            Problem::Arguments { function, expected, found } => {
                write!(f, "`{function}` takes {expected} arguments, found {found}")
            }
            Problem::NotAnInteger => {
                write!(f, "an index is made of integers, integer constants and the running index by + - and *")
            }
            Problem::Outside { name, index, low, high } => {
                write!(f, "`{name}[{index}]` is not defined; `{name}` goes from {low} to {high}")
            }
            Problem::EmptyRange { low, high } => write!(f, "the range {low}..{high} is empty"),
            Problem::Cycle { names } => write!(f, "defined by itself: {}", names.join(" needs ")),
            Problem::NotFinite => write!(f, "not a finite number"),
            Problem::TooDeep => write!(f, "nested too deeply"),
            Problem::TooLarge => write!(f, "too large"),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.key, self.problem)
    }
}

impl std::error::Error for Mistake {}

/// A problem and its place, before it is known in which text.
pub(super) type Found = (Range<usize>, Problem);
