//! `[model]`, and files that hold a model.

use super::reader::{self, Block, Named, Value};
use super::{format, numbers_by_name, parse, string};
use crate::diagnostic::Mistakes;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// `[model]`
#[derive(Clone, Debug)]
pub struct Model {
    /// A built-in model; a label where the model is a file or has equations.
    pub name: Option<Spanned<String>>,
    /// A `file` or `equations` that could not be read are noted already, and still say where the model is.
    pub origin: Origin,
    /// Values; where the equations are in the study, these declare the parameters.
    pub parameters: Named<Spanned<f64>>,
    /// Values of the integers of a file.
    pub integers: Named<Spanned<i64>>,
    pub physical: Option<Physical>,
}

/// `[model.physical]`
#[derive(Clone, Debug)]
pub struct Physical {
    pub range: Range<usize>,
    /// What could be read; what is missing is noted already.
    pub values: Named<Spanned<f64>>,
}

/// Where the equations of a model are.
#[derive(Clone, Debug)]
pub enum Origin {
    BuiltIn,
    File(Option<Spanned<String>>),
    Study(Option<Equations>),
}

/// The tables that make up a model given as text.
#[derive(Clone, Debug, Default)]
pub struct Equations {
    /// What to underline where no single line is wrong.
    pub range: Range<usize>,
    pub equations: Named<Spanned<String>>,
    pub define: Named<Spanned<String>>,
    pub integers: Named<Spanned<i64>>,
    pub parameters: Named<Declared>,
    /// Meanings of states.
    pub states: Named<Spanned<String>>,
}

/// A parameter as it is declared.
#[derive(Clone, Debug)]
pub struct Declared {
    pub value: Spanned<f64>,
    pub meaning: Option<String>,
    pub unit: Option<String>,
}

/// A file that holds a model.
#[derive(Clone, Debug, Default)]
pub struct ModelFile {
    pub title: Option<String>,
    pub description: Option<String>,
    pub source: Option<String>,
    pub equations: Equations,
}

pub(super) fn model_block(mistakes: &mut Mistakes, value: &Value<'_>) -> Option<Model> {
    let block = Block::open(mistakes, &format::MODEL, "model", value)?;
    let errors = mistakes.errors();
    let name = block.get("name");
    let file = block.get("file");
    let equations = block.get("equations");
    let define = block.get("define");
    let integers = block.get("integers");
    let name_is_missing = name.is_none() && file.is_none() && equations.is_none();
    let name = name.and_then(|value| reader::string(mistakes, "name", value));
    if let (Some(file), Some(equations)) = (file, equations) {
        let message = "[model] has both a `file` and `equations`";
        mistakes.error_twice(&equations.span(), message, "one of them too many", &file.span(), "the other");
    }
    if let (None, Some(define)) = (equations, define) {
        let help = match file {
            Some(_) => "the definitions of a model in a file stand in the file",
            None => "[model.define] names parts of the equations in [model.equations]",
        };
        mistakes.error(&define.span(), "[model] has `define` without `equations`", "defined for nothing").help(help);
    } else if let (None, None, Some(integers)) = (equations, file, integers) {
        mistakes
            .error(&integers.span(), "[model] has `integers` without `equations`", "nothing uses them")
            .help("[model.integers] are for indices in [model.equations]");
    } else if name_is_missing {
        mistakes
            .error(&block.range, "[model] block has no `name`", "`name` is missing")
            .help("for example `name = \"memristive-neuron\"`; `hopfold models` lists the models")
            .help("equations of your own stand in [model.equations], one a line: `x = \"mu + x - x^3\"`");
    }
    let parameters = numbers_by_name(mistakes, &block, "parameters").map(Spanned::into_inner).unwrap_or_default();
    let physical = block.get("physical");
    block.finish(mistakes, &[], &[]);
    if let (Some(physical), true) = (physical, file.is_some() || equations.is_some()) {
        let message = "[model] has `physical` beside equations of its own";
        mistakes
            .error(&physical.span(), message, "for the built-in memristive neuron")
            .help("`name = \"memristive-neuron\"` is what SI units are known for");
    }
    let physical = physical.and_then(|value| self::physical(mistakes, value));
    let integers = integers.and_then(|value| named_integers(mistakes, value)).unwrap_or_default();
    let origin = match (file, equations) {
        (Some(file), _) => Origin::File(reader::string(mistakes, "file", file)),
        (None, Some(equations)) => {
            let equations = Equations {
                range: equations.span(),
                equations: texts(mistakes, "equations", equations).unwrap_or_default(),
                define: define.and_then(|value| texts(mistakes, "define", value)).unwrap_or_default(),
                integers: integers.clone(),
                parameters: parameters
                    .iter()
                    .map(|(name, value)| (name.clone(), Declared { value: value.clone(), meaning: None, unit: None }))
                    .collect(),
                states: Vec::new(),
            };
            // A line that could not be read would be unknown to all others.
            Origin::Study((mistakes.errors() == errors).then_some(equations))
        }
        (None, None) => Origin::BuiltIn,
    };
    Some(Model { name, origin, parameters, integers, physical })
}

fn physical(mistakes: &mut Mistakes, value: &Value<'_>) -> Option<Physical> {
    let block = Block::open(mistakes, &format::PHYSICAL, "physical", value)?;
    let mut values = Vec::new();
    for key in format::PHYSICAL.keys {
        if let Some(value) = block.need(mistakes, key.name)
            && let Some(number) = reader::number(mistakes, key.name, value)
        {
            values.push((Spanned::new(value.span(), key.name.to_string()), number));
        }
    }
    let range = block.range.clone();
    block.finish(mistakes, &[], &[]);
    Some(Physical { range, values })
}

/// Reads a file that holds a model. `None` if something is wrong with its form.
pub fn read_model(mistakes: &mut Mistakes, source_name: &str, text: &str) -> Option<ModelFile> {
    // A byte order mark is allowed only at the beginning, where the parser will not see it.
    let text = text.trim_start_matches('\u{feff}');
    let errors = mistakes.errors();
    let start = mistakes.add_source(source_name, text);
    // With as many spaces before it as there are bytes of texts before, the parser's ranges are those of the mistakes.
    let padded = format!("{:start$}{text}", "");
    let document = parse(mistakes, &padded)?;
    let file = model_file(mistakes, start, &document);
    file.filter(|_| mistakes.errors() == errors)
}

fn model_file(mistakes: &mut Mistakes, start: usize, document: &DeTable<'_>) -> Option<ModelFile> {
    let block = Block::new(&format::MODEL_FILE, start..start, document);
    let words = |mistakes: &mut Mistakes, key| string(mistakes, &block, key).map(Spanned::into_inner);
    let title = words(mistakes, "title");
    let description = words(mistakes, "description");
    let source = words(mistakes, "source");
    let parameters = block
        .get("parameters")
        .and_then(|value| reader::named(mistakes, "parameters", "a table of numbers, { NAME = 1.0 }", value, declared));
    let states = block.get("states").and_then(|value| texts(mistakes, "states", value));
    let equations = block.need(mistakes, "equations");
    let define = block.get("define").and_then(|value| texts(mistakes, "define", value));
    let integers = block.get("integers").and_then(|value| named_integers(mistakes, value));
    block.finish(mistakes, &[], &[]);
    let equations = equations?;
    Some(ModelFile {
        title,
        description,
        source,
        equations: Equations {
            range: equations.span(),
            equations: texts(mistakes, "equations", equations)?,
            define: define.unwrap_or_default(),
            integers: integers.unwrap_or_default(),
            parameters: parameters.map(Spanned::into_inner).unwrap_or_default(),
            states: states.unwrap_or_default(),
        },
    })
}

fn texts(mistakes: &mut Mistakes, key: &str, value: &Value<'_>) -> Option<Named<Spanned<String>>> {
    reader::named(mistakes, key, "a table of strings, NAME = \"…\"", value, reader::string).map(Spanned::into_inner)
}

fn named_integers(mistakes: &mut Mistakes, value: &Value<'_>) -> Option<Named<Spanned<i64>>> {
    reader::named(mistakes, "integers", "a table of integers, { N = 10 }", value, reader::integer)
        .map(Spanned::into_inner)
}

/// `0.8` or `{ value = 0.8, meaning = "…", unit = "…" }`
fn declared(mistakes: &mut Mistakes, name: &str, value: &Value<'_>) -> Option<Declared> {
    let DeValue::Table(table) = value.get_ref() else {
        let value = reader::number(mistakes, name, value)?;
        return Some(Declared { value, meaning: None, unit: None });
    };
    let block = Block::new(&format::PARAMETER, value.span(), table);
    let value = block.need(mistakes, "value").and_then(|value| reader::number(mistakes, "value", value));
    let meaning = string(mistakes, &block, "meaning").map(Spanned::into_inner);
    let unit = string(mistakes, &block, "unit").map(Spanned::into_inner);
    block.finish(mistakes, &[], &[]);
    Some(Declared { value: value?, meaning, unit })
}
