//! `--set KEY=VALUE`: values of the command line laid over the study before it is read.
//!
//! They are parsed with as many spaces before them as there are bytes of texts before, so that the
//! parser's ranges point into the argument (see [`Mistakes`]).

use super::reader::Value;
use crate::diagnostic::Mistakes;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

const OPTION: &str = "--set ";

/// One argument; it holds the text that the laid-over value borrows from.
pub struct Argument {
    key: String,
    value: String,
    key_range: Range<usize>,
    value_range: Range<usize>,
    /// `v=VALUE` with spaces before.
    padded: String,
}

impl Argument {
    pub fn new(mistakes: &mut Mistakes, key: &str, value: &str) -> Self {
        let start = mistakes.add_source("command line", &format!("{OPTION}{key}={value}")) + OPTION.len();
        let key_range = start..start + key.len();
        let value_range = key_range.end + 1..key_range.end + 1 + value.len();
        let padded = format!("{:1$}v={value}", "", value_range.start - 2);
        Argument { key: key.into(), value: value.into(), key_range, value_range, padded }
    }

    /// Replaces one value in the document, or adds it.
    pub fn lay_over<'d>(&'d self, mistakes: &mut Mistakes, document: &mut DeTable<'d>) {
        let Some(path) = parse_key(mistakes, &self.key, &self.key_range) else { return };
        let Some(value) = self.parse_value(mistakes) else { return };
        replace(mistakes, document, &path, &self.key_range, value);
    }

    fn parse_value(&self, mistakes: &mut Mistakes) -> Option<Value<'_>> {
        let parsed = DeTable::parse(&self.padded).ok().filter(|document| document.get_ref().len() == 1);
        let value = parsed.and_then(|document| document.into_inner().into_iter().next()).map(|(_, value)| value);
        if value.is_none() {
            let message = format!("`{}` is not a TOML value", self.value);
            mistakes.error(&self.value_range, message, "expected a number, a \"string\", an array or a table").help(
                format!(
                    "a string needs quotes, and the shell has to leave them alone: '{}=\"{}\"'",
                    self.key, self.value
                ),
            );
        }
        value
    }
}

/// `a."b c".d` as its parts.
fn parse_key(mistakes: &mut Mistakes, key: &str, range: &Range<usize>) -> Option<Vec<Spanned<String>>> {
    let text = format!("{:1$}{key} = 0", "", range.start);
    let document = DeTable::parse(&text).ok();
    let mut path = Vec::new();
    let mut table = document.as_ref().map(|document| document.get_ref());
    while let Some(level) = table {
        let mut entries = level.iter();
        let (Some((name, below)), None) = (entries.next(), entries.next()) else {
            path.clear();
            break;
        };
        path.push(Spanned::new(name.span(), name.get_ref().to_string()));
        table = below.get_ref().as_table();
    }
    if path.is_empty() {
        mistakes
            .error(range, format!("`{key}` is not a key of a study"), "expected names with dots between")
            .help("for example `--set model.parameters.R_n=6` or `--set branch.rest.free.V_in=[0,5]`");
        return None;
    }
    Some(path)
}

fn replace<'d>(
    mistakes: &mut Mistakes,
    document: &mut DeTable<'d>,
    path: &[Spanned<String>],
    whole: &Range<usize>,
    value: Value<'d>,
) {
    let mut path: Vec<&Spanned<String>> = path.iter().collect();
    let mut table = document;
    let mut so_far = String::new();
    // Blocks of which there are several are found by their names.
    if let Some(first) = path.first().map(|first| first.get_ref().as_str())
        && ["branch", "map", "optimum", "function", "figure", "expect"].contains(&first)
    {
        if first == "figure" || first == "expect" {
            let message = format!("a [[{first}]] block has no name and cannot be set from the command line");
            mistakes.error(whole, message, "change it in the study");
            return;
        }
        if path.len() < 3 {
            let message = format!("`{first}` needs a name and a key after it");
            mistakes
                .error(whole, message, "incomplete key")
                .help(format!("for example `--set {first}.NAME.KEY=VALUE`"));
            return;
        }
        so_far = format!("{first}.{}", path[1].get_ref());
        let wanted = path[1];
        let mut names: Vec<String> = Vec::new();
        let mut target = None;
        if let Some(DeValue::Array(blocks)) = table.get_mut(first).map(|blocks| blocks.get_mut()) {
            for block in blocks.iter_mut() {
                let DeValue::Table(block) = block.get_mut() else { continue };
                let Some(DeValue::String(name)) = block.get("name").map(|name| name.get_ref()) else { continue };
                names.push(name.to_string());
                if name.as_ref() == wanted.get_ref().as_str() {
                    target = Some(block);
                    break;
                }
            }
        }
        let Some(target) = target else {
            let message = format!("no {first} is named `{}`", wanted.get_ref());
            mistakes.error(&wanted.span(), message, format!("unknown {first}")).suggest(
                wanted.get_ref(),
                names.iter().map(String::as_str),
                "names in this study",
            );
            return;
        };
        table = target;
        path.drain(..2);
    }
    let Some((last, before)) = path.split_last() else { return };
    for part in before {
        let name = part.get_ref().as_str();
        if !so_far.is_empty() {
            so_far.push('.');
        }
        so_far.push_str(name);
        if !table.contains_key(name) {
            table.insert(owned_key(part), Spanned::new(part.span(), DeValue::Table(DeTable::new())));
        }
        match table.get_mut(name).map(|below| below.get_mut()) {
            Some(DeValue::Table(below)) => table = below,
            _ => {
                mistakes.error(&part.span(), format!("`{so_far}` is not a table"), "nothing can be set inside");
                return;
            }
        }
    }
    match table.get_mut(last.get_ref().as_str()) {
        Some(place) => *place = value,
        None => {
            table.insert(owned_key(last), value);
        }
    }
}

fn owned_key<'d>(key: &Spanned<String>) -> Spanned<DeString<'d>> {
    Spanned::new(key.span(), key.get_ref().clone().into())
}
