//! `new`: a commented study that runs as it is, with a model of its own or a built-in one.

use super::{DONE, WRONG, error, models, print};
use crate::models::catalogue;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// For each built-in model a study to start from; `@NAME@` stands for the study's name, here and below.
const BUILT_IN: [(&str, &str); 2] = [
    ("memristive-neuron", include_str!("templates/memristive-neuron.toml")),
    ("reduced-oscillator", include_str!("templates/reduced-oscillator.toml")),
];
/// A study of a model in a file of its own, and that file.
const STUDY: &str = include_str!("templates/study.toml");
const MODEL: &str = include_str!("templates/model.toml");

pub fn new(name: &str, model: Option<&str>) -> u8 {
    let file = PathBuf::from(if name.ends_with(".toml") { name.to_string() } else { format!("{name}.toml") });
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let bad = |c: char| c.is_control() || "\"\\<>:|?*".contains(c);
    if stem.is_empty() || stem.starts_with('.') || stem.contains(bad) {
        error(&format!("`{name}` cannot be the name of a study\n  = help: for example `hopfold new first`"));
        return WRONG;
    }
    let files = match model {
        None => {
            let beside = file.with_file_name("models").join(format!("{stem}.toml"));
            vec![(beside, MODEL), (file.clone(), STUDY)]
        }
        Some(model) => match BUILT_IN.iter().find(|(known, _)| *known == model) {
            Some((_, study)) => vec![(file.clone(), *study)],
            None => {
                models::unknown(model, &catalogue());
                return WRONG;
            }
        },
    };
    // All or nothing: half of the files would be in the way of the next attempt.
    if let Some((taken, _)) = files.iter().find(|(path, _)| path.exists()) {
        error(&format!("`{}` exists already and is left as it is\n  = help: choose another name", taken.display()));
        return WRONG;
    }
    for (path, template) in &files {
        if let Err(why) = write(path, &template.replace("@NAME@", &stem)) {
            error(&format!("cannot write `{}`: {why}", path.display()));
            return WRONG;
        }
    }
    let written: String = files.iter().map(|(path, _)| format!("wrote {}\n", path.display())).collect();
    print(&format!("{written}next: `hopfold check {}` computes it and compares with what is known\n", file.display()));
    DONE
}

/// Writes a file that must not be there yet.
fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()),
        Err(why) if why.kind() == ErrorKind::AlreadyExists => Err(io::Error::other("it exists already")),
        Err(why) => Err(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_model_has_a_study_to_start_from_and_it_is_planned_without_a_remark() {
        for model in catalogue() {
            let (_, template) =
                BUILT_IN.iter().find(|(name, _)| *name == model.name).expect("a template for each model");
            let planned =
                crate::plan::plan("first.toml", &template.replace("@NAME@", "first"), &[]).unwrap_or_else(|mistakes| {
                    panic!("{}", mistakes.iter().map(|mistake| mistake.render(false)).collect::<Vec<_>>().join("\n"))
                });
            assert!(planned.warnings.is_empty());
            assert!(!planned.plan.figures.is_empty() && !planned.plan.expects.is_empty());
        }
    }
}
