//! `run` and `check`: plan all, make sure that results can be written, compute, write, print.

use super::files::{self, FileError};
use super::journal::Journal;
use super::{DONE, DrawArgs, FAILED, RunArgs, WRONG, colour, error, print, progress, say, table};
use crate::diagnostic::{Diagnostic, Level};
use crate::plan::{Plan, plan};
use crate::results::{Results, Survey};
use std::path::{Path, PathBuf};

/// One study, ready to be computed.
struct Job {
    plan: Plan,
    folder: PathBuf,
}

pub fn run(args: &RunArgs, check: bool) -> u8 {
    let Some(jobs) = plan_all(args) else { return WRONG };
    if let Err(problem) = prepare_all(&jobs) {
        error(&format!("{problem}\n  = note: nothing was computed"));
        return WRONG;
    }
    let threads = usize::from(args.jobs.unwrap_or(0));
    let pool = match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool,
        Err(problem) => {
            error(&format!("cannot start the threads: {problem}"));
            return WRONG;
        }
    };
    let mut worst = DONE;
    for job in &jobs {
        let progress = progress::progress(args.quiet);
        let journal = Journal::open(&job.folder);
        let results = pool.install(|| crate::run::resume(&job.plan, &*progress, &journal));
        drop(progress);
        let written = write(job, &results);
        if written == DONE {
            journal.close();
        }
        worst = worst.max(written).max(report(job, &results, check));
    }
    worst
}

/// Draws the figures of studies from the results that are there.
pub fn draw(args: DrawArgs) -> u8 {
    let DrawArgs { studies, out, set } = args;
    let Some(jobs) = plan_all(&RunArgs { studies, out, set, quiet: true, jobs: None }) else { return WRONG };
    let mut worst = DONE;
    for job in &jobs {
        match stored(job) {
            Ok(results) => worst = worst.max(draw_figures(job, &results)),
            Err(problem) => {
                error(&problem);
                worst = WRONG;
            }
        }
    }
    worst
}

/// The results of a study that was computed before, if they are of the same model with the same parameters.
fn stored(job: &Job) -> Result<Results, String> {
    let path = job.folder.join("results.json");
    let shown = path.display();
    let again = "\n  = help: `hopfold run` computes them";
    let text = std::fs::read(&path).map_err(|why| format!("cannot read the results `{shown}`: {why}{again}"))?;
    let results: Results =
        serde_json::from_slice(&text).map_err(|why| format!("`{shown}` holds no results: {why}{again}"))?;
    let names = job.plan.model.definition.description.parameters.iter().map(|parameter| parameter.name.as_str());
    for (name, value) in names.zip(&job.plan.model.parameters) {
        let stored = results.model.parameters.get(name);
        if stored != Some(value) {
            let stored = stored.map_or("unknown".to_string(), f64::to_string);
            return Err(format!("in `{shown}` {name} is {stored}, and in the study {value}{again} for this one"));
        }
    }
    Ok(results)
}

/// Plans every study and reports every mistake of all of them.
fn plan_all(args: &RunArgs) -> Option<Vec<Job>> {
    let mut jobs: Vec<(&Path, Job)> = Vec::new();
    let mut good = true;
    for path in &args.studies {
        let shown = path.display().to_string();
        let text = match read(path) {
            Ok(text) => text,
            Err(problem) => {
                error(&problem);
                good = false;
                continue;
            }
        };
        match plan(&shown, &text, &args.set) {
            Ok(planned) => {
                if !args.quiet {
                    show(&planned.warnings);
                }
                let folder = files::folder(&args.out, &planned.plan);
                jobs.push((path, Job { plan: planned.plan, folder }));
            }
            Err(mistakes) => {
                show(&mistakes);
                let errors = mistakes.iter().filter(|mistake| mistake.level == Level::Error).count();
                let what = if errors == 1 { "1 mistake".to_string() } else { format!("{errors} mistakes") };
                error(&format!("{what} in {}; nothing was computed", places(&mistakes, &shown)));
                good = false;
            }
        }
    }
    good &= each_writes_files_of_its_own(&jobs);
    good.then(|| jobs.into_iter().map(|(_, job)| job).collect())
}

/// The files in which something is wrong: the study, its model, or both.
fn places(mistakes: &[Diagnostic], study: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for mistake in mistakes.iter().filter(|mistake| mistake.level == Level::Error) {
        let name = mistake.labels.first().map_or(study, |(place, _)| place.source.name.as_str());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(" and ")
}

pub fn read(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let bytes = std::fs::read(path).map_err(|why| {
        let with_suffix = path.with_extension("toml");
        match path.extension().is_none() && with_suffix.is_file() {
            true => format!("cannot read `{shown}`: {why}\n  = help: did you mean `{}`?", with_suffix.display()),
            false => format!("cannot read `{shown}`: {why}"),
        }
    })?;
    String::from_utf8(bytes).map_err(|why| {
        let valid = why.utf8_error().valid_up_to();
        let line = 1 + why.as_bytes().iter().take(valid).filter(|byte| **byte == b'\n').count();
        format!("`{shown}` is not a text in UTF-8: line {line} has other bytes\n  = help: save it as UTF-8")
    })
}

/// Two studies must not write the same file.
fn each_writes_files_of_its_own(jobs: &[(&Path, Job)]) -> bool {
    for (i, (path, job)) in jobs.iter().enumerate() {
        for (other_path, other) in jobs.iter().take(i) {
            if job.folder == other.folder {
                let (path, other_path) = (path.display(), other_path.display());
                let folder = job.folder.display();
                if path.to_string() == other_path.to_string() {
                    error(&format!("`{path}` is given twice\n  = help: name each study once"));
                    return false;
                }
                error(&format!(
                    "`{other_path}` and `{path}` would both write to `{folder}`\n  = help: rename one, or run them apart with their own --out"
                ));
                return false;
            }
            let files = |job: &Job| -> Vec<PathBuf> {
                job.plan.figures.iter().map(|figure| files::figure_path(&job.folder, &figure.file)).collect()
            };
            let others = files(other);
            if let Some(file) = files(job).into_iter().find(|file| others.contains(file)) {
                let (path, other_path) = (path.display(), other_path.display());
                error(&format!("`{other_path}` and `{path}` both write the figure `{}`", file.display()));
                return false;
            }
        }
    }
    true
}

fn prepare_all(jobs: &[Job]) -> Result<(), FileError> {
    jobs.iter().try_for_each(|job| files::prepare(&job.folder, &job.plan))
}

pub fn show(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        say(&format!("{}\n", diagnostic.render(colour())));
    }
}

/// Writes everything that can be written.
fn write(job: &Job, results: &Results) -> u8 {
    let mut code = DONE;
    if let Err(problem) = files::write_results(&job.folder, results) {
        error(&problem.to_string());
        code = FAILED;
    }
    code.max(draw_figures(job, results))
}

fn draw_figures(job: &Job, results: &Results) -> u8 {
    let mut code = DONE;
    for figure in &job.plan.figures {
        let path = files::figure_path(&job.folder, &figure.file);
        match crate::figure::draw(figure, results) {
            Ok(svg) => {
                if let Err(problem) = files::write(&path, svg.as_bytes()) {
                    error(&problem.to_string());
                    code = FAILED;
                }
            }
            Err(problem) => {
                error(&problem.to_string());
                code = FAILED;
            }
        }
    }
    code
}

/// Prints the special points, and for `check` the comparison.
fn report(job: &Job, results: &Results, check: bool) -> u8 {
    let mut text = table::results(results);
    let optional = |block: &str| job.plan.branches.iter().any(|branch| branch.optional && branch.name == block);
    let failed = results.branches.iter().any(|branch| {
        // A branch that starts at one of all equilibria is optional if its block is.
        let is_optional = optional(&branch.name) || branch.family.as_ref().is_some_and(|block| optional(block));
        !is_optional && (branch.failure.is_some() || !branch.unresolved.is_empty())
    });
    // That there is nothing is an answer if it is proved.
    let in_vain = |survey: &Survey| !survey.complete && survey.equilibria.is_empty() && !optional(&survey.block);
    let mut code = if failed || results.surveys.iter().any(in_vain) { FAILED } else { DONE };
    if results.diagrams.iter().any(|diagram| !diagram.missed.is_empty() || diagram.failure.is_some()) {
        code = FAILED;
    }
    if results.optima.iter().any(|optimum| optimum.failure.is_some()) {
        code = FAILED;
    }
    if results.maps.iter().any(|map| map.failure.is_some() || map.cells.iter().any(|cell| cell.kind == "failed")) {
        code = FAILED;
    }
    if results.simulations.iter().any(|simulation| simulation.failure.is_some()) {
        code = FAILED;
    }
    if check {
        if results.checks.len() != job.plan.expects.len() {
            error(&format!("{} of {} expectations were compared", results.checks.len(), job.plan.expects.len()));
            code = FAILED;
        }
        text.push_str(&table::checks(&results.checks));
        if results.checks.iter().any(|check| !check.ok && check.misprint.is_none()) {
            code = FAILED;
        }
    }
    text.push_str(&format!("written to {}\n", job.folder.display()));
    code.max(print(&text))
}
