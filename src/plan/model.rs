//! `[model]` becomes a description, and a program where its equations are text.

use super::written::Written;
use super::{part, stem};
use crate::diagnostic::{Diagnostic, Mistakes};
use crate::expression::{self, Compiled, Mistake, Problem, Side, Statement, System};
use crate::models::{Definition, Description, Domain, Parameter, Quantity, catalogue, memristive_neuron, physical};
use crate::study::{Equations, Model, ModelFile, Named, Origin, Study, read_model};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use toml::Spanned;

/// States that a model may have: 1000 × 1000 full matrices are what patience allows, and of chains what a table holds.
const MOST_STATES: usize = 1000;
const MOST_STATES_OF_A_CHAIN: usize = 50_000;

/// Bytes that a model file may have. More is not what a person wrote, and would fill the memory.
const MOST_BYTES: u64 = 1 << 24;

/// The study's model.
pub(super) fn model(
    mistakes: &mut Mistakes,
    source_name: &str,
    study: &Study,
) -> Option<(Definition, Option<Written>)> {
    let model = study.model.as_ref()?;
    let label = model.name.as_ref();
    if !matches!(model.origin, Origin::BuiltIn)
        && let Some(label) = label
        && catalogue().iter().any(|known| known.name == *label.get_ref())
    {
        let message = format!("`{}` is a built-in model, which has its own equations", label.get_ref());
        mistakes
            .error(&label.span(), message, "the name of a built-in model")
            .help("a model with other equations needs another `name`, or none");
    }
    let label = label.map(|name| name.get_ref().clone());
    let own = |defined: Option<(Definition, Written)>| defined.map(|(definition, written)| (definition, Some(written)));
    match &model.origin {
        Origin::BuiltIn => {
            let definition = built_in(mistakes, model.name.as_ref()?)?;
            Some((in_units(mistakes, definition, model)?, None))
        }
        Origin::Study(equations) => {
            let name = label.or_else(|| stem(source_name)).unwrap_or_else(|| "model".into());
            let file = ModelFile { equations: equations.clone()?, ..ModelFile::default() };
            own(define(mistakes, name, file))
        }
        Origin::File(file) => {
            let file = file.as_ref()?;
            let path = Path::new(source_name).with_file_name(file.get_ref());
            let shown = path.display().to_string();
            let text = match read(&path) {
                Ok(text) => text,
                Err(why) => {
                    mistakes
                        .error(&file.span(), format!("cannot read the model `{shown}`: {why}"), "this file")
                        .help("the path is relative to the study");
                    return None;
                }
            };
            let mut written = read_model(mistakes, &shown, &text)?;
            integers(mistakes, &mut written.equations.integers, &model.integers, &shown);
            own(define(mistakes, label.or_else(|| stem(&shown)).unwrap_or_else(|| "model".into()), written))
        }
    }
}

/// A file that holds a model, and remarks on it; or all that is wrong with it.
pub fn model_file(source_name: &str, text: &str) -> Result<(Definition, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut mistakes = Mistakes::default();
    let name = stem(source_name).unwrap_or_else(|| "model".into());
    let definition = read_model(&mut mistakes, source_name, text).and_then(|file| define(&mut mistakes, name, file));
    match definition {
        Some((definition, _)) if !mistakes.any_errors() => Ok((definition, mistakes.into_sorted())),
        _ => Err(mistakes.into_sorted()),
    }
}

fn built_in(mistakes: &mut Mistakes, name: &Spanned<String>) -> Option<Definition> {
    let models = catalogue();
    let known: Vec<String> = models.iter().map(|model| model.name.clone()).collect();
    let model = models.into_iter().find(|model| model.name == *name.get_ref());
    if model.is_none() {
        let message = format!("no model is named `{}`", name.get_ref());
        mistakes
            .error(&name.span(), message, "unknown model")
            .suggest(name.get_ref(), known.iter().map(String::as_str), "models")
            .note("`hopfold models` tells what each of them is; equations of your own stand in [model.equations]");
    }
    model.map(|description| Definition { description, text: None })
}

/// A built-in model in SI units, where the study gives these.
fn in_units(mistakes: &mut Mistakes, definition: Definition, model: &Model) -> Option<Definition> {
    let Some(units) = &model.physical else { return Some(definition) };
    if definition.description.name != memristive_neuron::description().name {
        let message = format!("model `{}` is not known in SI units", definition.description.name);
        mistakes
            .error(&units.range, message, "for `memristive-neuron`")
            .help("values of its parameters stand in `parameters`");
        return None;
    }
    if let Some((name, _)) = model.parameters.first() {
        let message = format!("`{}` is given in `parameters`, and the model in [model.physical]", name.get_ref());
        let help = "what is dimensionless follows from [model.physical]; leave `parameters` out";
        mistakes.error_twice(&name.span(), message, "dimensionless", &units.range, "in SI units").help(help);
    }
    Some(Definition { description: physical::description(), text: None })
}

/// The text of a file, if it is one: a pipe or a device might never end.
fn read(path: &Path) -> Result<String, String> {
    let metadata = std::fs::metadata(path).map_err(|why| why.to_string())?;
    if !metadata.is_file() {
        return Err("it is not a file".into());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|why| why.to_string())?;
    // The size is not asked for: it is that of the moment, and some files of the system do not tell theirs.
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|why| why.to_string())?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(format!("it is larger than {} MB", MOST_BYTES >> 20));
    }
    String::from_utf8(bytes).map_err(|_| "it is not a text in UTF-8".into())
}

/// Lays the study's integers over those of the file.
fn integers(mistakes: &mut Mistakes, declared: &mut Named<Spanned<i64>>, given: &Named<Spanned<i64>>, shown: &str) {
    for (name, value) in given {
        match declared.iter_mut().find(|(known, _)| known.get_ref() == name.get_ref()) {
            Some((_, place)) => *place = value.clone(),
            None => {
                let message = format!("`{shown}` has no integer `{}`", name.get_ref());
                let known = declared.iter().map(|(name, _)| name.get_ref().as_str());
                mistakes.error(&name.span(), message, "unknown integer").suggest(name.get_ref(), known, "integers");
            }
        }
    }
}

/// Compiles the equations and describes what they say. Where they have mistakes, which are noted, there is no program.
fn define(mistakes: &mut Mistakes, name: String, file: ModelFile) -> Option<(Definition, Written)> {
    let written = &file.equations;
    let system = system(written);
    if system.equations.is_empty() {
        mistakes
            .error(&written.range, "the model has no equations", "expected one line a state")
            .help("for example `x = \"mu + x - x^3\"`, which is x' = mu + x - x^3");
        return None;
    }
    let compiled = match system.compile() {
        Ok(compiled) => Some(compiled),
        Err(found) => {
            found.iter().for_each(|mistake| report(mistakes, written, &system, mistake));
            None
        }
    };
    // Where the names of the states are known all the same, the rest of the study can be looked at.
    let states = match &compiled {
        Some(compiled) => compiled.state_names().to_vec(),
        None => plain_names(&written.equations)?,
    };
    let is_chain = compiled.as_ref().is_some_and(|compiled| compiled.pattern().is_some());
    let most = if is_chain { MOST_STATES_OF_A_CHAIN } else { MOST_STATES };
    if states.len() > most {
        let message = format!("the model has {} states", states.len());
        mistakes.error(&written.range, message, format!("at most {most} in this version")).help(format!(
            "up to {MOST_STATES}, and up to {MOST_STATES_OF_A_CHAIN} where each equation couples a few neighbours"
        ));
    }
    taken(mistakes, written);
    if let Some(compiled) = &compiled {
        unused(mistakes, written, compiled);
    }
    let description = describe(mistakes, name, &file, &states);
    let texts = written.equations.iter().chain(&written.define).map(|(_, text)| text);
    let places = texts.map(|text| mistakes.place(&part(text, 0, text.get_ref().len()))).collect::<Option<Vec<_>>>()?;
    Some((Definition { description, text: compiled.map(Arc::new) }, Written { system, places }))
}

/// The keys, if none of them has an index.
fn plain_names(equations: &Named<Spanned<String>>) -> Option<Vec<String>> {
    let plain = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    equations.iter().map(|(key, _)| Some(key.get_ref().clone()).filter(|name| plain(name))).collect()
}

fn system(written: &Equations) -> System {
    let statements = |named: &Named<Spanned<String>>| {
        let statement = |(key, text): &(Spanned<String>, Spanned<String>)| Statement {
            key: key.get_ref().clone(),
            text: text.get_ref().clone(),
        };
        named.iter().map(statement).collect()
    };
    System {
        equations: statements(&written.equations),
        definitions: statements(&written.define),
        parameters: written
            .parameters
            .iter()
            .map(|(name, declared)| expression::Parameter {
                name: name.get_ref().clone(),
                default: *declared.value.get_ref(),
            })
            .collect(),
        integers: written
            .integers
            .iter()
            .map(|(name, value)| expression::Integer { name: name.get_ref().clone(), value: *value.get_ref() })
            .collect(),
    }
}

/// A mistake in the place where it was written.
fn report(mistakes: &mut Mistakes, written: &Equations, system: &System, mistake: &Mistake) {
    let statements = || written.equations.iter().chain(&written.define);
    // In the order in which names are declared: of two with one name, the second is wrong.
    let keys: Vec<&Spanned<String>> = (written.integers.iter().map(|(name, _)| name))
        .chain(written.parameters.iter().map(|(name, _)| name))
        .chain(statements().map(|(key, _)| key))
        .collect();
    let (from, to) = (mistake.span.start, mistake.span.end);
    let text = statements()
        .find(|(key, text)| *key.get_ref() == mistake.key && to <= text.get_ref().len())
        .filter(|_| mistake.side == Side::Text);
    let key = keys.iter().rev().find(|key| *key.get_ref() == mistake.key);
    let place = match (text, key) {
        (Some((_, text)), _) => part(text, from, to),
        (None, Some(key)) => part(key, from, to),
        (None, None) => written.range.clone(),
    };
    let what = match written.equations.iter().any(|(key, _)| *key.get_ref() == mistake.key) {
        true => "equation",
        false => "definition",
    };
    let message = match mistake.side {
        Side::Text => format!("in the {what} of `{}`: {}", mistake.key, mistake.problem),
        Side::Key => format!("`{}` cannot stand on the left: {}", mistake.key, mistake.problem),
    };
    let problem = mistake.problem.to_string();
    let diagnostic = match &mistake.problem {
        Problem::Twice { first, .. } => {
            match keys.iter().find(|key| key.get_ref() == first && part(key, 0, 0).start != place.start) {
                Some(first) => mistakes.error_twice(&place, message, "the second", &first.span(), "the first"),
                None => mistakes.error(&place, message, "the second"),
            }
        }
        Problem::Unknown { .. } => mistakes.error(&place, message, "unknown name"),
        _ => mistakes.error(&place, message, problem),
    };
    if let Problem::Unknown { name } = &mistake.problem {
        match System::named_elsewhere(name) {
            Some(own) => diagnostic.help(format!("it is called `{own}` here")),
            None => diagnostic.suggest(name, system.names().iter().map(String::as_str), "names"),
        };
    }
}

/// States and parameters are columns of the results, beside others that have names already.
fn taken(mistakes: &mut Mistakes, written: &Equations) {
    let numbered = |name: &str| {
        let number = name.strip_prefix("re_").or_else(|| name.strip_prefix("im_"));
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    let keys = written.equations.iter().map(|(key, _)| key);
    for key in keys.chain(written.parameters.iter().map(|(name, _)| name)) {
        let name = key.get_ref().as_str();
        if ["omega", "kappa", "period", "unstable", "label"].contains(&name) || numbered(name) {
            mistakes
                .error(&key.span(), format!("the results have a column `{name}` of their own"), "this name is taken")
                .help(format!("another name, `{name}0` for example"));
        }
    }
}

fn unused(mistakes: &mut Mistakes, written: &Equations, compiled: &Compiled) {
    let structure = compiled.structure();
    let mut used = vec![false; compiled.parameter_names().len()];
    for &parameter in structure.parameters.iter().flatten() {
        if let Some(used) = used.get_mut(parameter as usize) {
            *used = true;
        }
    }
    for ((name, _), _) in written.parameters.iter().zip(used).filter(|(_, used)| !used) {
        let message = format!("no equation depends on the parameter `{}`", name.get_ref());
        mistakes.warning(&name.span(), message, "changes nothing");
    }
}

fn describe(mistakes: &mut Mistakes, name: String, file: &ModelFile, states: &[String]) -> Description {
    let written = &file.equations;
    // The meaning of an array is that of its elements.
    let array = |state: &str| state.split('[').next().unwrap_or_default().to_string();
    for (key, _) in &written.states {
        let word = key.get_ref();
        if !states.iter().any(|state| state == word || array(state) == *word) {
            mistakes.error(&key.span(), format!("the model has no state `{word}`"), "unknown state").suggest(
                word,
                states.iter().map(String::as_str).take(20),
                "states",
            );
        }
    }
    let meaning = |state: &str| {
        let of = |word: &str| written.states.iter().find(|(key, _)| key.get_ref() == word);
        of(state).or_else(|| of(&array(state))).map(|(_, meaning)| meaning.get_ref().clone()).unwrap_or_default()
    };
    let states =
        states.iter().map(|state| Quantity { name: state.clone(), meaning: meaning(state), bounds: None }).collect();
    let parameters = written
        .parameters
        .iter()
        .map(|(name, declared)| {
            let unit = declared.unit.as_ref().map(|unit| format!("[{unit}]"));
            let words: Vec<String> = declared.meaning.iter().cloned().chain(unit).collect();
            Parameter {
                name: name.get_ref().clone(),
                meaning: words.join(" "),
                default: *declared.value.get_ref(),
                domain: Domain::REAL,
                remark: None,
                zero: None,
            }
        })
        .collect();
    Description {
        title: file.title.clone().unwrap_or_default(),
        source: [&file.description, &file.source]
            .into_iter()
            .flatten()
            .flat_map(|text| paragraphs(text))
            .collect::<Vec<_>>()
            .join("\n"),
        equations: equations(written),
        states,
        parameters,
        outputs: Vec::new(),
        cycle_outputs: Vec::new(),
        derived: Vec::new(),
        functions: Vec::new(),
        invariant: None,
        name,
    }
}

/// One line a paragraph: a line break in the file is a space, an empty line parts paragraphs.
fn paragraphs(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let paragraphs = lines.split(|line| line.is_empty()).filter(|lines| !lines.is_empty());
    paragraphs.map(|lines| lines.join(" ")).collect()
}

/// The equations as they are read: `x' = …`, and what is defined below.
fn equations(written: &Equations) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (key, text) in &written.equations {
        lines.push(match key.get_ref().split_once('[') {
            Some((name, index)) => format!("{}'[{index} = {}", name.trim_end(), text.get_ref()),
            None => format!("{}' = {}", key.get_ref(), text.get_ref()),
        });
    }
    lines.extend(written.define.iter().map(|(key, text)| format!("{} = {}", key.get_ref(), text.get_ref())));
    lines.extend(written.integers.iter().map(|(name, value)| format!("{} = {}", name.get_ref(), value.get_ref())));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_is_a_space_and_an_empty_line_parts_paragraphs() {
        let told = paragraphs("\nA chain\n  of points.\n\n\nIts ends\nare held.\n");
        assert_eq!(told, ["A chain of points.", "Its ends are held."]);
        assert!(paragraphs(" \n").is_empty());
    }
}
