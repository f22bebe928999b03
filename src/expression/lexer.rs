//! Text to tokens, with byte ranges.

use super::mistake::{Found, Problem};
use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Name,
    /// One of `+ - * / ^ ( ) [ ] , =`.
    Sign(u8),
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    /// The `..` of a range.
    To,
    End,
}

/// Reads one token after the other.
#[derive(Clone)]
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    pub fn new(text: &'t str) -> Self {
        Lexer { text, at: 0 }
    }

    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The next token and where it stands; an error consumes what it is about.
    pub fn next(&mut self) -> Result<(Token, Range<usize>), Found> {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        let start = self.at;
        let Some(first) = self.text[start..].chars().next() else { return Ok((Token::End, start..start)) };
        let following = bytes.get(start + 1).copied().unwrap_or(0);
        if first.is_ascii_digit() || first == '.' && following.is_ascii_digit() {
            return self.number();
        }
        if first.is_alphabetic() || first == '_' {
            let rest = &self.text[start..];
            let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            self.at += length;
            return Ok((Token::Name, start..self.at));
        }
        let (token, length) = match (first, following) {
            ('.', b'.') => (Token::To, 2),
            ('<', b'=') => (Token::LessEqual, 2),
            ('>', b'=') => (Token::GreaterEqual, 2),
            ('=', b'=') => (Token::Equal, 2),
            ('!', b'=') => (Token::NotEqual, 2),
            ('<', _) => (Token::Less, 1),
            ('>', _) => (Token::Greater, 1),
            ('*', b'*') => (Token::Sign(b'^'), 2),
            ('+' | '-' | '*' | '/' | '^' | '(' | ')' | '[' | ']' | ',' | '=', _) => (Token::Sign(bytes[start]), 1),
            _ => {
                self.at += first.len_utf8();
                return Err((start..self.at, Problem::Character(first)));
            }
        };
        self.at += length;
        Ok((token, start..self.at))
    }

    /// Digits, a fraction, an exponent. `1..N` is a number followed by a range, `2e` a number followed by a name.
    fn number(&mut self) -> Result<(Token, Range<usize>), Found> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let digits = |mut at: usize| {
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        self.at = digits(start);
        if bytes.get(self.at) == Some(&b'.') && bytes.get(self.at + 1) != Some(&b'.') {
            self.at = digits(self.at + 1);
        }
        if matches!(bytes.get(self.at), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(self.at + 1), Some(b'+' | b'-')));
            let exponent = self.at + 1 + sign;
            if digits(exponent) > exponent {
                self.at = digits(exponent);
            }
        }
        let range = start..self.at;
        match self.text[range.clone()].parse::<f64>() {
            Ok(value) if value.is_finite() => Ok((Token::Number(value), range)),
            _ => Err((range, Problem::Number)),
        }
    }
}
