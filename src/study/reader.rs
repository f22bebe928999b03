//! Reading typed values out of a parsed TOML document, noting every mistake and going on.
//!
//! Each function returns `None` where it has noted a mistake. Nothing here knows what a study is.

use super::format::{Presence, Table};
use crate::diagnostic::Mistakes;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub type Value<'t> = Spanned<DeValue<'t>>;

/// Names with values, as written.
pub type Named<T> = Vec<(Spanned<String>, T)>;

/// A table whose keys are being asked for.
pub struct Block<'t> {
    format: &'static Table,
    pub range: Range<usize>,
    table: &'t DeTable<'t>,
}

impl<'t> Block<'t> {
    pub fn new(format: &'static Table, range: Range<usize>, table: &'t DeTable<'t>) -> Self {
        Block { format, range, table }
    }

    pub fn open(mistakes: &mut Mistakes, format: &'static Table, key: &str, value: &'t Value<'t>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Table(table) => Some(Block::new(format, value.span(), table)),
            _ => wrong(mistakes, key, "a table", value),
        }
    }

    pub fn get(&self, key: &str) -> Option<&'t Value<'t>> {
        debug_assert!(self.format.key(key).is_some(), "`{key}` is not in the format of a {}", self.format.what);
        self.table.get(key)
    }

    /// A key that has to be there.
    pub fn need(&self, mistakes: &mut Mistakes, key: &str) -> Option<&'t Value<'t>> {
        let example = match self.format.key(key).map(|key| key.presence) {
            Some(Presence::Needed(example)) => example,
            _ => "",
        };
        self.need_as(mistakes, key, example)
    }

    /// A key that has to be there beside others; `example` is shown where it is not.
    pub fn need_as(&self, mistakes: &mut Mistakes, key: &str, example: &str) -> Option<&'t Value<'t>> {
        let value = self.get(key);
        if value.is_none() {
            let named = match self.table.get("name").map(|name| name.get_ref()) {
                Some(DeValue::String(name)) => format!(" `{name}`"),
                _ => String::new(),
            };
            let message = format!("{}{named} has no `{key}`", self.format.what);
            mistakes
                .error(&self.range, message, format!("`{key}` is missing"))
                .help(format!("for example `{example}`"));
        }
        value
    }

    /// Notes the keys that are not in the format, or that do not go with the others. `later` are keys that a later
    /// version will know.
    pub fn finish(self, mistakes: &mut Mistakes, excluded: &[&str], later: &[(&str, &str)]) {
        let what = self.format.what;
        let known = || self.format.keys.iter().map(|key| key.name).filter(|key| !excluded.contains(key));
        for (key, _) in self.table.iter() {
            let word = key.get_ref().as_ref();
            if known().any(|known| known == word) {
                continue;
            }
            match later.iter().find(|(name, _)| *name == word) {
                Some((_, help)) => mistakes
                    .error(&key.span(), format!("`{word}` is not in this version"), "not in this version")
                    .help(*help),
                None => mistakes
                    .error(&key.span(), format!("unknown key `{word}` in a {what}"), "unknown key")
                    .suggest(word, known(), "keys here"),
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
