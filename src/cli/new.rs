//! `new`: a commented study that runs as it is.

use super::{DONE, WRONG, error, models, print};
use crate::models::catalogue;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// For each model a study to start from; `@NAME@` stands for the study's name.
const TEMPLATES: [(&str, &str); 1] = [("memristive-neuron", include_str!("memristive-neuron.toml"))];

pub fn new(name: &str, model: &str) -> u8 {
    let Some((_, template)) = TEMPLATES.iter().find(|(known, _)| *known == model) else {
        models::unknown(model, &catalogue());
        return WRONG;
    };
    let file = if name.ends_with(".toml") { name.to_string() } else { format!("{name}.toml") };
    let path = Path::new(&file);
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let bad = |c: char| c.is_control() || "\"\\<>:|?*".contains(c);
    if stem.is_empty() || stem.starts_with('.') || stem.contains(bad) {
        error(&format!("`{name}` cannot be the name of a study\n  = help: for example `hopfold new first`"));
        return WRONG;
    }
    let opened = OpenOptions::new().write(true).create_new(true).open(path);
    let written = opened.and_then(|mut file| file.write_all(template.replace("@NAME@", &stem).as_bytes()));
    match written {
        Ok(()) => {
            print(&format!("wrote {file}; `hopfold check {file}` computes it\n"));
            DONE
        }
        Err(why) if why.kind() == ErrorKind::AlreadyExists => {
            error(&format!("`{file}` exists already and is left as it is\n  = help: choose another name"));
            WRONG
        }
        Err(why) => {
            error(&format!("cannot write `{file}`: {why}"));
            WRONG
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_has_a_study_to_start_from_and_it_is_planned_without_a_remark() {
        for model in catalogue() {
            let (_, template) =
                TEMPLATES.iter().find(|(name, _)| *name == model.name).expect("a template for each model");
            let planned =
                crate::plan::plan("first.toml", &template.replace("@NAME@", "first"), &[]).unwrap_or_else(|mistakes| {
                    panic!("{}", mistakes.iter().map(|mistake| mistake.render(false)).collect::<Vec<_>>().join("\n"))
                });
            assert!(planned.warnings.is_empty());
            assert!(!planned.plan.figures.is_empty() && !planned.plan.expects.is_empty());
        }
    }
}
