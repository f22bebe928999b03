//! Tokens to syntax trees, by precedence climbing (Pratt 1973).
//!
//! From loose to tight: comparisons, `+ -`, `* /`, signs, `^` (to the right). So `-2^2 = -4`, `2^-1 = 0.5` and
//! `2^3^2 = 512`. A comparison of a comparison needs parentheses. Nothing here knows what a name stands for.

use super::function::Comparison;
use super::lexer::{Lexer, Token};
use super::mistake::{Found, Problem};
use std::ops::Range;

/// Parentheses, signs and powers may be nested this deeply. Each level costs a few frames of the stack.
const MAX_DEPTH: usize = 200;
/// Length of a text in bytes, which bounds the size of its tree.
const MAX_LENGTH: usize = 1 << 22;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Compare(Comparison),
}

/// A node; the numbers are those of nodes before it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Number(f64),
    Name,
    /// `name(…)`: the part of [`Tree::arguments`].
    Call(Range<u32>),
    /// `name[…]`
    Element(u32),
    Negate(u32),
    Binary(Operator, u32, u32),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub kind: Kind,
    /// Where it stands; where the name stands, if it has one.
    pub span: Range<u32>,
}

impl Node {
    pub fn span(&self) -> Range<usize> {
        self.span.start as usize..self.span.end as usize
    }
}

/// The nodes of an expression, operands before what is made of them; the last one is the expression. So whoever reads
/// the tree does it from front to back, without recursion.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tree {
    pub nodes: Vec<Node>,
    pub arguments: Vec<u32>,
}

/// The left-hand side of an equation or definition.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Head {
    /// `v`
    Plain,
    /// `f(a, b)`: where the arguments stand.
    Function(Vec<Range<usize>>),
    /// `u[0]`: the index.
    Element(Tree),
    /// `u[i = low..high]`, both included: where the running index stands, and the ends.
    Range(Range<usize>, Tree, Tree),
}

pub(super) fn parse(text: &str) -> Result<Tree, Found> {
    let mut parser = Parser::new(text)?;
    parser.comparison(0)?;
    parser.end("an operator")?;
    Ok(parser.tree)
}

/// A left-hand side: where its name stands, and what follows the name.
pub(super) fn parse_head(text: &str) -> Result<(Range<usize>, Head), Found> {
    let mut parser = Parser::new(text)?;
    let name = parser.name("a name")?;
    let head = match parser.token {
        Token::Sign(b'(') => {
            parser.advance()?;
            let mut arguments = vec![parser.name("the name of an argument")?];
            while parser.token == Token::Sign(b',') {
                parser.advance()?;
                arguments.push(parser.name("the name of an argument")?);
            }
            parser.sign(b')', "`,` or `)`")?;
            Head::Function(arguments)
        }
        Token::Sign(b'[') => {
            parser.advance()?;
            let mut ahead = parser.lexer.clone();
            let running = parser.token == Token::Name && matches!(ahead.next(), Ok((Token::Sign(b'='), _)));
            let head = if running {
                let index = parser.name("the running index")?;
                parser.advance()?;
                let low = parser.part()?;
                if parser.token != Token::To {
                    return Err(parser.unexpected("`..`"));
                }
                parser.advance()?;
                Head::Range(index, low, parser.part()?)
            } else {
                Head::Element(parser.part()?)
            };
            parser.sign(b']', "`]`")?;
            head
        }
        _ => Head::Plain,
    };
    parser.end("`(`, `[` or nothing")?;
    Ok((name, head))
}

struct Parser<'t> {
    lexer: Lexer<'t>,
    token: Token,
    span: Range<usize>,
    tree: Tree,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Result<Self, Found> {
        if text.len() > MAX_LENGTH {
            return Err((0..text.len(), Problem::TooLarge));
        }
        if text.trim().is_empty() {
            return Err((0..text.len(), Problem::Empty));
        }
        let mut lexer = Lexer::new(text);
        let (token, span) = lexer.next()?;
        Ok(Parser { lexer, token, span, tree: Tree::default() })
    }

    fn advance(&mut self) -> Result<(), Found> {
        (self.token, self.span) = self.lexer.next()?;
        Ok(())
    }

    fn unexpected(&self, what: &'static str) -> Found {
        let found = self.lexer.text()[self.span.clone()].chars().take(40).collect();
        (self.span.clone(), Problem::Expected { what, found })
    }

    fn sign(&mut self, sign: u8, what: &'static str) -> Result<(), Found> {
        if self.token != Token::Sign(sign) {
            return Err(self.unexpected(what));
        }
        self.advance()
    }

    fn name(&mut self, what: &'static str) -> Result<Range<usize>, Found> {
        if self.token != Token::Name {
            return Err(self.unexpected(what));
        }
        let span = self.span.clone();
        self.advance()?;
        Ok(span)
    }

    fn end(&mut self, what: &'static str) -> Result<(), Found> {
        if self.token == Token::End { Ok(()) } else { Err(self.unexpected(what)) }
    }

    /// An expression with a tree of its own.
    fn part(&mut self) -> Result<Tree, Found> {
        self.sum(0)?;
        Ok(std::mem::take(&mut self.tree))
    }

    fn push(&mut self, kind: Kind, span: Range<usize>) -> u32 {
        // Texts are shorter than 2³², and each node has a byte of its own.
        self.tree.nodes.push(Node { kind, span: span.start as u32..span.end as u32 });
        (self.tree.nodes.len() - 1) as u32
    }

    fn binary(&mut self, operator: Operator, left: u32, right: u32) -> u32 {
        let span = self.tree.nodes[left as usize].span().start..self.tree.nodes[right as usize].span().end;
        self.push(Kind::Binary(operator, left, right), span)
    }

    fn comparison(&mut self, depth: usize) -> Result<u32, Found> {
        let left = self.sum(depth)?;
        let comparison = match self.token {
            Token::Less => Comparison::Less,
            Token::LessEqual => Comparison::LessEqual,
            Token::Greater => Comparison::Greater,
            Token::GreaterEqual => Comparison::GreaterEqual,
            Token::Equal => Comparison::Equal,
            Token::NotEqual => Comparison::NotEqual,
            _ => return Ok(left),
        };
        self.advance()?;
        let right = self.sum(depth)?;
        Ok(self.binary(Operator::Compare(comparison), left, right))
    }

    fn sum(&mut self, depth: usize) -> Result<u32, Found> {
        let mut left = self.product(depth)?;
        loop {
            let operator = match self.token {
                Token::Sign(b'+') => Operator::Add,
                Token::Sign(b'-') => Operator::Subtract,
                _ => return Ok(left),
            };
            self.advance()?;
            let right = self.product(depth)?;
            left = self.binary(operator, left, right);
        }
    }

    fn product(&mut self, depth: usize) -> Result<u32, Found> {
        let mut left = self.signed(depth)?;
        loop {
            let operator = match self.token {
                Token::Sign(b'*') => Operator::Multiply,
                Token::Sign(b'/') => Operator::Divide,
                _ => return Ok(left),
            };
            self.advance()?;
            let right = self.signed(depth)?;
            left = self.binary(operator, left, right);
        }
    }

    fn signed(&mut self, depth: usize) -> Result<u32, Found> {
        if depth > MAX_DEPTH {
            return Err((self.span.clone(), Problem::TooDeep));
        }
        let start = self.span.start;
        match self.token {
            Token::Sign(b'-') => {
                self.advance()?;
                let operand = self.signed(depth + 1)?;
                let end = self.tree.nodes[operand as usize].span().end;
                Ok(self.push(Kind::Negate(operand), start..end))
            }
            Token::Sign(b'+') => {
                self.advance()?;
                self.signed(depth + 1)
            }
            _ => self.power(depth),
        }
    }

    fn power(&mut self, depth: usize) -> Result<u32, Found> {
        let base = self.primary(depth)?;
        if self.token != Token::Sign(b'^') {
            return Ok(base);
        }
        self.advance()?;
        let exponent = self.signed(depth + 1)?;
        Ok(self.binary(Operator::Power, base, exponent))
    }

    fn primary(&mut self, depth: usize) -> Result<u32, Found> {
        let span = self.span.clone();
        match self.token {
            Token::Number(value) => {
                self.advance()?;
                Ok(self.push(Kind::Number(value), span))
            }
            Token::Sign(b'(') => {
                self.advance()?;
                let inner = self.comparison(depth + 1)?;
                self.sign(b')', "an operator or `)`")?;
                Ok(inner)
            }
            Token::Name => {
                self.advance()?;
                match self.token {
                    Token::Sign(b'(') => self.call(span, depth),
                    Token::Sign(b'[') => {
                        self.advance()?;
                        let index = self.sum(depth + 1)?;
                        self.sign(b']', "an operator or `]`")?;
                        Ok(self.push(Kind::Element(index), span))
                    }
                    _ => Ok(self.push(Kind::Name, span)),
                }
            }
            _ => Err(self.unexpected("a number, a name or `(`")),
        }
    }

    fn call(&mut self, name: Range<usize>, depth: usize) -> Result<u32, Found> {
        self.advance()?;
        let mut arguments = Vec::new();
        if self.token != Token::Sign(b')') {
            arguments.push(self.comparison(depth + 1)?);
            while self.token == Token::Sign(b',') {
                self.advance()?;
                arguments.push(self.comparison(depth + 1)?);
            }
        }
        self.sign(b')', "an operator, `,` or `)`")?;
        let first = self.tree.arguments.len() as u32;
        self.tree.arguments.extend(arguments);
        Ok(self.push(Kind::Call(first..self.tree.arguments.len() as u32), name))
    }
}
