//! The functions and constants of the language.

use crate::scalar::Scalar;

/// A function of one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Function {
    Exp,
    Log,
    Log10,
    Sqrt,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Tanh,
    Asinh,
    Acosh,
    Atanh,
    Sech,
    Erf,
    Abs,
    Sign,
    Heaviside,
    Floor,
}

/// What a built-in name stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Builtin {
    One(Function),
    Min,
    Max,
    Power,
    If,
    Constant(f64),
}

const BUILTINS: [(&str, Builtin); 28] = {
    use Function::*;
    [
        ("exp", Builtin::One(Exp)),
        ("log", Builtin::One(Log)),
        ("log10", Builtin::One(Log10)),
        ("sqrt", Builtin::One(Sqrt)),
        ("sin", Builtin::One(Sin)),
        ("cos", Builtin::One(Cos)),
        ("tan", Builtin::One(Tan)),
        ("asin", Builtin::One(Asin)),
        ("acos", Builtin::One(Acos)),
        ("atan", Builtin::One(Atan)),
        ("sinh", Builtin::One(Sinh)),
        ("cosh", Builtin::One(Cosh)),
        ("tanh", Builtin::One(Tanh)),
        ("asinh", Builtin::One(Asinh)),
        ("acosh", Builtin::One(Acosh)),
        ("atanh", Builtin::One(Atanh)),
        ("sech", Builtin::One(Sech)),
        ("erf", Builtin::One(Erf)),
        ("abs", Builtin::One(Abs)),
        ("sign", Builtin::One(Sign)),
        ("heaviside", Builtin::One(Heaviside)),
        ("floor", Builtin::One(Floor)),
        ("min", Builtin::Min),
        ("max", Builtin::Max),
        ("pow", Builtin::Power),
        ("if", Builtin::If),
        ("pi", Builtin::Constant(std::f64::consts::PI)),
        ("e", Builtin::Constant(std::f64::consts::E)),
    ]
};

impl Builtin {
    pub fn named(name: &str) -> Option<Builtin> {
        BUILTINS.iter().find(|(known, _)| *known == name).map(|(_, builtin)| *builtin)
    }

    /// Number of arguments; 0 for a constant.
    pub fn arity(self) -> usize {
        match self {
            Builtin::One(_) => 1,
            Builtin::Min | Builtin::Max | Builtin::Power => 2,
            Builtin::If => 3,
            Builtin::Constant(_) => 0,
        }
    }
}

/// The names of all functions and constants.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    BUILTINS.iter().map(|(name, _)| *name)
}

/// What a function is called here that other languages call so.
pub(super) fn named_elsewhere(name: &str) -> Option<&'static str> {
    let known = match name {
        "ln" => "log",
        "lg" => "log10",
        "arcsin" => "asin",
        "arccos" => "acos",
        "arctan" => "atan",
        "tg" => "tan",
        "sgn" => "sign",
        "fabs" => "abs",
        "power" => "pow",
        "ifelse" => "if",
        _ => return None,
    };
    Some(known)
}

impl Function {
    pub fn apply<S: Scalar>(self, x: S) -> S {
        match self {
            Function::Exp => x.exp(),
            Function::Log => x.ln(),
            Function::Log10 => x.log10(),
            Function::Sqrt => x.sqrt(),
            Function::Sin => x.sin(),
            Function::Cos => x.cos(),
            Function::Tan => x.tan(),
            Function::Asin => x.asin(),
            Function::Acos => x.acos(),
            Function::Atan => x.atan(),
            Function::Sinh => x.sinh(),
            Function::Cosh => x.cosh(),
            Function::Tanh => x.tanh(),
            Function::Asinh => x.asinh(),
            Function::Acosh => x.acosh(),
            Function::Atanh => x.atanh(),
            Function::Sech => x.sech(),
            Function::Erf => x.erf(),
            Function::Abs => x.abs(),
            Function::Sign => x.sign(),
            // One at the jump itself; what is not a number stays so.
            Function::Heaviside => (x.sign() + 1.0).min(S::from(1.0)),
            Function::Floor => x.floor(),
        }
    }
}

/// A comparison, which is 1 where it holds and 0 where not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Comparison {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
}

impl Comparison {
    pub fn apply<S: Scalar>(self, a: S, b: S) -> S {
        match self {
            Comparison::Less => a.less(b),
            Comparison::LessEqual => a.less_equal(b),
            Comparison::Greater => b.less(a),
            Comparison::GreaterEqual => b.less_equal(a),
            Comparison::Equal => a.equal(b),
            Comparison::NotEqual => -a.equal(b) + 1.0,
        }
    }
}
