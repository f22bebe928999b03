//! The text of a model file → a description and a program, as `hopfold models FILE` goes.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(text) = str::from_utf8(bytes) else { return Corpus::Reject };
    let diagnostics = match hopfold::plan::model_file("models/model.toml", text) {
        Ok((definition, warnings)) => {
            assert!(definition.text.is_some(), "a model file without a program");
            warnings
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty(), "refused without a reason");
            mistakes
        }
    };
    diagnostics.iter().for_each(|diagnostic| assert!(!diagnostic.render(true).is_empty()));
    Corpus::Keep
});
