//! Reading typed values out of a parsed TOML document, noting every mistake and going on.
//!
//! Each function returns `None` where it has noted a mistake. Nothing here knows what a study is.

use crate::diagnostic::Mistakes;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub type Value<'t> = Spanned<DeValue<'t>>;

/// Names with values, as written.
pub type Named<T> = Vec<(Spanned<String>, T)>;

/// A table whose keys are being asked for; what was never asked for is unknown.
pub struct Block<'t> {
    /// `[[branch]] block`, for messages.
    pub what: &'static str,
    pub range: Range<usize>,
    table: &'t DeTable<'t>,
    asked: Vec<&'static str>,
}

impl<'t> Block<'t> {
    pub fn new(what: &'static str, range: Range<usize>, table: &'t DeTable<'t>) -> Self {
        Block { what, range, table, asked: Vec::new() }
    }

    pub fn open(mistakes: &mut Mistakes, what: &'static str, key: &str, value: &'t Value<'t>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Table(table) => Some(Block::new(what, value.span(), table)),
            _ => wrong(mistakes, key, "a table", value),
        }
    }

    pub fn get(&mut self, key: &'static str) -> Option<&'t Value<'t>> {
        self.asked.push(key);
        self.table.get(key)
    }

    /// A key that has to be there; `example` is shown where it is not.
    pub fn need(&mut self, mistakes: &mut Mistakes, key: &'static str, example: &str) -> Option<&'t Value<'t>> {
        let value = self.get(key);
        if value.is_none() {
            let named = match self.table.get("name").map(|name| name.get_ref()) {
                Some(DeValue::String(name)) => format!(" `{name}`"),
                _ => String::new(),
            };
            let message = format!("{}{named} has no `{key}`", self.what);
            mistakes
                .error(&self.range, message, format!("`{key}` is missing"))
                .help(format!("for example `{example}`"));
        }
        value
    }

    /// Notes the keys that were never asked for. `later` are keys that a later version will know.
    pub fn finish(self, mistakes: &mut Mistakes, later: &[(&str, &str)]) {
        for (key, _) in self.table.iter() {
            let word = key.get_ref().as_ref();
            if self.asked.contains(&word) {
                continue;
            }
            match later.iter().find(|(name, _)| *name == word) {
                Some((_, help)) => mistakes
                    .error(&key.span(), format!("`{word}` is not in this version"), "not in this version")
                    .help(*help),
                None => mistakes
                    .error(&key.span(), format!("unknown key `{word}` in a {}", self.what), "unknown key")
                    .suggest(word, self.asked.iter().copied(), "keys here"),
            };
        }
    }
}

/// `a string`, `an integer`, …
fn found(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

/// Notes that a value is of the wrong type.
pub fn wrong<T>(mistakes: &mut Mistakes, key: &str, expected: &str, value: &Value<'_>) -> Option<T> {
    let message = format!("`{key}` must be {expected}, not {}", found(value.get_ref()));
    mistakes.error(&value.span(), message, format!("expected {expected}"));
    None
}

pub fn string(mistakes: &mut Mistakes, key: &str, value: &Value<'_>) -> Option<Spanned<String>> {
    match value.get_ref() {
        DeValue::String(text) => Some(Spanned::new(value.span(), text.to_string())),
        _ => wrong(mistakes, key, "a string", value),
    }
}

pub fn flag(mistakes: &mut Mistakes, key: &str, value: &Value<'_>) -> Option<bool> {
    match value.get_ref() {
        DeValue::Boolean(flag) => Some(*flag),
        _ => wrong(mistakes, key, "true or false", value),
    }
}

/// A finite number; integers count.
pub fn number(mistakes: &mut Mistakes, key: &str, value: &Value<'_>) -> Option<Spanned<f64>> {
    let number = match value.get_ref() {
        DeValue::Integer(digits) => i128::from_str_radix(digits.as_str(), digits.radix()).ok().map(|n| n as f64),
        DeValue::Float(digits) => digits.as_str().replace('_', "").parse().ok(),
        _ => return wrong(mistakes, key, "a number", value),
    };
    match number {
        Some(number) if number.is_finite() => Some(Spanned::new(value.span(), number)),
        _ => {
            mistakes.error(&value.span(), format!("`{key}` must be a finite number"), "not a finite number");
            None
        }
    }
}

pub fn integer(mistakes: &mut Mistakes, key: &str, value: &Value<'_>) -> Option<Spanned<i64>> {
    let DeValue::Integer(digits) = value.get_ref() else {
        return wrong(mistakes, key, "an integer", value);
    };
    match i64::from_str_radix(digits.as_str(), digits.radix()) {
        Ok(n) => Some(Spanned::new(value.span(), n)),
        Err(_) => {
            mistakes.error(&value.span(), format!("`{key}` is too large"), "too large");
            None
        }
    }
}

/// A count, at most `most`.
pub fn count(
    mistakes: &mut Mistakes,
    key: &str,
    least: usize,
    most: usize,
    value: &Value<'_>,
) -> Option<Spanned<usize>> {
    let expected = format!("an integer from {least} to {most}");
    let DeValue::Integer(digits) = value.get_ref() else {
        return wrong(mistakes, key, &expected, value);
    };
    match usize::from_str_radix(digits.as_str(), digits.radix()).ok().filter(|n| (least..=most).contains(n)) {
        Some(n) => Some(Spanned::new(value.span(), n)),
        None => {
            mistakes.error(&value.span(), format!("`{key}` must be {expected}"), format!("expected {expected}"));
            None
        }
    }
}

/// An array; elements that were refused are left out.
pub fn array<T>(
    mistakes: &mut Mistakes,
    key: &str,
    expected: &str,
    value: &Value<'_>,
    mut read: impl FnMut(&mut Mistakes, &Value<'_>) -> Option<T>,
) -> Option<Spanned<Vec<T>>> {
    match value.get_ref() {
        DeValue::Array(items) => {
            let items = items.iter().filter_map(|item| read(mistakes, item)).collect();
            Some(Spanned::new(value.span(), items))
        }
        _ => wrong(mistakes, key, expected, value),
    }
}

/// A table of names that the user chooses.
pub fn named<T>(
    mistakes: &mut Mistakes,
    key: &str,
    expected: &str,
    value: &Value<'_>,
    mut read: impl FnMut(&mut Mistakes, &str, &Value<'_>) -> Option<T>,
) -> Option<Spanned<Named<T>>> {
    match value.get_ref() {
        DeValue::Table(table) => {
            let entries = table
                .iter()
                .filter_map(|(name, value)| {
                    let word = name.get_ref().to_string();
                    let value = read(mistakes, &word, value)?;
                    Some((Spanned::new(name.span(), word), value))
                })
                .collect();
            Some(Spanned::new(value.span(), entries))
        }
        _ => wrong(mistakes, key, expected, value),
    }
}

/// Two numbers.
pub fn pair(mistakes: &mut Mistakes, key: &str, expected: &str, value: &Value<'_>) -> Option<Spanned<[f64; 2]>> {
    let DeValue::Array(items) = value.get_ref() else {
        return wrong(mistakes, key, expected, value);
    };
    if items.len() != 2 {
        let message = format!("`{key}` must be {expected}, not {} numbers", items.len());
        mistakes.error(&value.span(), message, format!("expected {expected}"));
        return None;
    }
    let mut numbers = items.iter().filter_map(|item| number(mistakes, key, item));
    let (first, second) = (numbers.next(), numbers.next());
    Some(Spanned::new(value.span(), [first?.into_inner(), second?.into_inner()]))
}

/// Two numbers, the first the smaller.
pub fn range(mistakes: &mut Mistakes, key: &str, value: &Value<'_>) -> Option<Spanned<[f64; 2]>> {
    let range = pair(mistakes, key, "a range [low, high]", value)?;
    let [low, high] = *range.get_ref();
    if low < high && (high - low).is_finite() {
        return Some(range);
    }
    if low == high {
        let help = format!("a range needs two ends; a parameter that is to be held at {low} goes into `parameters`");
        mistakes.error(&value.span(), format!("the range of `{key}` is empty"), "empty range").help(help);
    } else if low > high {
        let message = format!("the range of `{key}` is reversed");
        mistakes.error(&value.span(), message, "the first number must be the smaller").help(format!("[{high}, {low}]"));
    } else {
        mistakes.error(&value.span(), format!("the range of `{key}` is too long for a number"), "too long");
    }
    None
}
