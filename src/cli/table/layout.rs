//! Columns of text, lines that are not too long, and numbers with as many digits as are known.

use std::fmt::Write;

/// Lines have so many columns.
pub(super) const WIDTH: usize = 100;
/// Significant digits of coordinates.
pub(super) const DIGITS: i32 = 10;
/// Significant digits of coefficients.
pub(super) const COEFFICIENT_DIGITS: i32 = 6;
/// What is smaller than this part of the numbers beside it is a rounding error, shown as 0.
pub(super) const ROUNDING: f64 = 1e-14;
/// What is nearer than this to a whole number, in parts of it, is shown as one.
pub(super) const WHOLE: f64 = 1e-12;
/// A space at which no line is broken.
pub(super) const TIE: char = '\u{a0}';

#[derive(Clone)]
pub struct Column {
    name: String,
    pub(super) cells: Vec<String>,
    left: bool,
}

impl Column {
    /// Numbers: aligned at the right.
    pub fn new(name: &str, cells: Vec<String>) -> Self {
        Column { name: name.into(), cells, left: false }
    }

    /// Words: aligned at the left.
    pub fn left(name: &str, cells: Vec<String>) -> Self {
        Column { name: name.into(), cells, left: true }
    }

    pub(super) fn width(&self) -> usize {
        self.cells.iter().chain([&self.name]).map(|cell| cell.chars().count()).max().unwrap_or(0)
    }
}

/// Writes the columns side by side, under each row its remark.
pub fn align(text: &mut String, columns: &[Column], remarks: &[String]) {
    let rows = columns.first().map_or(0, |column| column.cells.len());
    let names = columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>();
    row(text, columns, &names);
    for i in 0..rows {
        let cells: Vec<&str> = columns.iter().map(|column| column.cells.get(i).map_or("", String::as_str)).collect();
        row(text, columns, &cells);
        if let Some(remark) = remarks.get(i).filter(|remark| !remark.is_empty()) {
            wrapped(text, "      ", remark);
        }
    }
}

fn row(text: &mut String, columns: &[Column], cells: &[&str]) {
    let mut line = String::new();
    for (column, cell) in columns.iter().zip(cells) {
        let width = column.width();
        let _ = if column.left { write!(line, "  {cell:<width$}") } else { write!(line, "  {cell:>width$}") };
    }
    text.push_str(&line.trim_end().replace(TIE, " "));
    text.push('\n');
}

/// Writes words in lines of at most 100 columns.
pub fn wrapped(text: &mut String, indent: &str, words: &str) {
    let mut line = String::from(indent);
    for word in words.split([' ', '\n']).filter(|word| !word.is_empty()) {
        let long = line.chars().count() + word.chars().count() > WIDTH;
        if long && line.trim() != "" {
            text.push_str(&line.trim_end().replace(TIE, " "));
            text.push('\n');
            line = format!("{indent}  ");
        }
        line.push_str(word);
        line.push(' ');
    }
    text.push_str(&line.trim_end().replace(TIE, " "));
    text.push('\n');
}

/// A number with so many significant digits, integers as they are.
pub(super) fn number(value: f64, digits: i32) -> String {
    if value == 0.0 {
        return "0".into();
    }
    if !value.is_finite() || (value.fract() == 0.0 && value.abs() < 1e6) {
        return value.to_string();
    }
    let exponent = value.abs().log10().floor() as i32;
    if (-4..digits).contains(&exponent) {
        let decimals = usize::try_from(digits - 1 - exponent).unwrap_or(0);
        format!("{value:.decimals$}")
    } else {
        let decimals = usize::try_from(digits - 1).unwrap_or(0);
        format!("{value:.decimals$e}")
    }
}

/// `1 point`, `2 points`.
pub(super) fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// How often each item occurs, in the order of first occurrence.
pub(super) fn tally<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<(T, usize)> {
    let mut counts: Vec<(T, usize)> = Vec::new();
    for item in items {
        match counts.iter_mut().find(|(known, _)| *known == item) {
            Some((_, times)) => *times += 1,
            None => counts.push((item, 1)),
        }
    }
    counts
}

/// A value to be shown: rounding errors of 0 and of whole numbers are taken off.
pub(super) fn rounded(value: f64, scale: f64) -> f64 {
    let whole = value.round();
    if value.abs() <= ROUNDING * scale {
        0.0
    } else if (value - whole).abs() <= WHOLE * value.abs() {
        whole
    } else {
        value
    }
}
