//! What tests of whole studies share.

use hopfold::plan::plan;
use hopfold::results::Results;
use hopfold::run::{Silent, run};

/// The results of a study without mistakes.
#[track_caller]
pub fn computed(study: &str) -> Results {
    let planned = plan("s.toml", study, &[]).unwrap_or_else(|mistakes| {
        panic!("{}", mistakes.iter().map(|m| m.render(false)).collect::<Vec<_>>().join("\n"))
    });
    run(&planned.plan, &Silent)
}
