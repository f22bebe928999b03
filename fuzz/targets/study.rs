//! Text → study → plan, as `hopfold run` goes, without computing anything.
//!
//! What follows a NUL byte, which no TOML may contain, is a `--set KEY=VALUE`. Model files are not opened, since their
//! names come from the fuzzer: target `model` reads such texts.

#![no_main]

use hopfold::diagnostic::Mistakes;
use hopfold::study::{self, Origin};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(text) = str::from_utf8(bytes) else { return Corpus::Reject };
    let mut parts = text.split('\0');
    let text = parts.next().unwrap_or_default();
    let overrides: Vec<(String, String)> =
        parts.filter_map(|part| part.split_once('=')).map(|(key, value)| (key.into(), value.into())).collect();
    let mut mistakes = Mistakes::default();
    let study = study::read(&mut mistakes, "study.toml", text, &overrides);
    let model = study.as_ref().and_then(|study| study.model.as_ref());
    let diagnostics = match model.map(|model| &model.origin) {
        Some(Origin::File(_)) => mistakes.into_sorted(),
        _ => match hopfold::plan::plan("study.toml", text, &overrides) {
            Ok(planned) => planned.warnings,
            Err(mistakes) => {
                assert!(!mistakes.is_empty(), "refused without a reason");
                mistakes
            }
        },
    };
    diagnostics.iter().for_each(|diagnostic| assert!(!diagnostic.render(true).is_empty()));
    Corpus::Keep
});
