//! `models`: what the built-in models are, and what a file that holds a model says.

use super::array;
use super::run::{read, show};
use super::table::{Column, align, wrapped};
use super::{WRONG, error, print};
use crate::diagnostic::nearest;
use crate::models::{Description, Quantity, catalogue, memristive_neuron, physical};
use crate::plan::model_file;
use std::path::Path;

pub fn models(name: Option<&str>) -> u8 {
    let models = catalogue();
    let Some(name) = name else {
        let names = models.iter().map(|model| model.name.clone()).collect();
        let titles = models.iter().map(|model| model.title.clone()).collect();
        let mut text = String::new();
        align(&mut text, &[Column::left("model", names), Column::left("", titles)], &[]);
        text.push_str("\n`hopfold models NAME` shows one with its equations and parameters\n");
        return print(&text);
    };
    if name.ends_with(".toml") {
        return file(name);
    }
    match models.iter().find(|model| model.name == name) {
        Some(model) => {
            let mut text = describe(model);
            if model.name == memristive_neuron::description().name {
                text.push_str("\nin SI units: [model.physical], see `hopfold explain physical`\n");
            }
            print(&text)
        }
        None if name == physical::description().name => print(&describe(&physical::description())),
        None => {
            unknown(name, &models);
            WRONG
        }
    }
}

fn file(name: &str) -> u8 {
    let text = match read(Path::new(name)) {
        Ok(text) => text,
        Err(problem) => {
            error(&problem);
            return WRONG;
        }
    };
    match model_file(name, &text) {
        Ok((definition, warnings)) => {
            show(&warnings);
            print(&describe(&definition.description))
        }
        Err(mistakes) => {
            show(&mistakes);
            WRONG
        }
    }
}

/// Says that there is no such model, and which there are.
pub fn unknown(name: &str, models: &[Description]) {
    let known: Vec<&str> = models.iter().map(|model| model.name.as_str()).collect();
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("models: {}", known.join(", ")),
    };
    error(&format!("no model is named `{name}`\n  = help: {help}"));
}

fn describe(model: &Description) -> String {
    let mut text = match model.title.is_empty() {
        true => format!("{}\n", model.name),
        false => format!("{}: {}\n", model.name, model.title),
    };
    model.source.lines().for_each(|line| wrapped(&mut text, "", line));
    text.push_str("\nequations\n");
    for equation in &model.equations {
        text.push_str(&format!("  {equation}\n"));
    }
    quantities(&mut text, "states", &model.states);
    if !model.parameters.is_empty() {
        text.push_str("\nparameters\n");
    }
    let cells =
        |cell: &dyn Fn(&crate::models::Parameter) -> String| model.parameters.iter().map(cell).collect::<Vec<_>>();
    let columns = [
        Column::left("name", cells(&|parameter| parameter.name.clone())),
        Column::new("default", cells(&|parameter| parameter.default.to_string())),
        Column::left("domain", cells(&|parameter| parameter.domain.to_string())),
        Column::left("meaning", cells(&|parameter| parameter.meaning.clone())),
    ];
    let remarks = cells(&|parameter| {
        let remark = parameter.remark.as_ref().map(|([low, high], remark)| format!("in [{low}, {high}): {remark}"));
        let zero = parameter.zero.as_ref().map(|_| "must not be 0: equilibria are not isolated there".to_string());
        [remark, zero].into_iter().flatten().collect::<Vec<_>>().join("; ")
    });
    align(&mut text, &columns, &remarks);
    if let Some(reason) = model.parameters.iter().find_map(|parameter| parameter.zero.as_ref()) {
        text.push_str("\nwhy not 0\n");
        wrapped(&mut text, "  ", reason);
    }
    quantities(&mut text, "outputs (columns after the states)", &model.outputs);
    quantities(&mut text, "outputs of cycles (columns at the end)", &model.cycle_outputs);
    for function in &model.functions {
        quantities(&mut text, &format!("function {}: {}", function.name, function.meaning), &function.columns);
    }
    text
}

fn quantities(text: &mut String, heading: &str, quantities: &[Quantity]) {
    if quantities.is_empty() {
        return;
    }
    text.push('\n');
    wrapped(text, "", heading);
    // Elements of an array with one meaning are one row.
    let alike =
        |a: &Quantity, b: &Quantity| array::follow(&a.name, &b.name) && a.meaning == b.meaning && a.bounds == b.bounds;
    let rows: Vec<(String, &Quantity)> = quantities
        .chunk_by(alike)
        .flat_map(|group| {
            let names: Vec<&str> = group.iter().map(|quantity| quantity.name.as_str()).collect();
            array::together(&names).into_iter().zip(group)
        })
        .collect();
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    for (name, quantity) in rows {
        let bounds = quantity.bounds.map_or(String::new(), |[low, high]| format!(", in [{low}, {high}]"));
        text.push_str(format!("  {name:<width$}  {}{bounds}", quantity.meaning).trim_end());
        text.push('\n');
    }
}
