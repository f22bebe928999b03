//! The command line: paths, exit codes, progress, and text for people.

mod array;
mod files;
mod journal;
mod models;
mod new;
mod progress;
mod run;
mod table;

use clap::{Args, Parser, Subcommand};
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// All done.
const DONE: u8 = 0;
/// Computed, but something failed or did not match.
const FAILED: u8 = 1;
/// Nothing was computed: the study, or the command, is wrong.
const WRONG: u8 = 2;

/// Numerical continuation and bifurcation analysis: one readable study, one command
#[derive(Parser)]
#[command(name = "hopfold", version, arg_required_else_help = true, disable_help_subcommand = true)]
#[command(
    after_help = "Exit code: 0 all done, 1 something failed or did not match, 2 the study or the command is wrong.\n\
                        Begin with `hopfold new first` and `hopfold run first.toml`."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compute studies; write results and figures; print the special points
    Run(RunArgs),
    /// The same, then compare with the [[expect]] entries of the study
    Check(RunArgs),
    /// Draw the figures of studies again, from results that are there, without computing
    Draw(DrawArgs),
    /// Built-in models: all of them, or one with its equations and parameters; or the model in a file
    Models {
        /// Name of a model, or FILE.toml
        name: Option<String>,
    },
    /// Write a commented study to start from, with a model in a file of its own
    New {
        /// The study is written to NAME.toml, the model to models/NAME.toml
        name: String,
        /// A study of this built-in model instead
        #[arg(long)]
        model: Option<String>,
    },
    /// Print a JSON Schema of studies, with which an editor completes and checks them
    Schema {
        /// The schema of a file that holds a model
        #[arg(long)]
        model: bool,
    },
    /// What a label, a coefficient, a setting or a key of a study means; without WORD, all the words
    Explain {
        /// LP, H, CP, l1, tolerance, from, …
        word: Option<String>,
    },
}

#[derive(Args)]
struct RunArgs {
    /// Study files
    #[arg(required = true, value_name = "STUDY.toml")]
    studies: Vec<PathBuf>,
    /// Folder of the results: DIR/STUDY/results.json and DIR/STUDY/BRANCH.csv
    #[arg(long, value_name = "DIR", default_value = "results")]
    out: PathBuf,
    /// Replace a value of the study, for example model.parameters.R_n=6 or branch.rest.free.V_in=[0,5]
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    set: Vec<(String, String)>,
    /// No progress and no warnings
    #[arg(long, short)]
    quiet: bool,
    /// How many branches to compute at a time [default: one a processor core]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
}

#[derive(Args)]
struct DrawArgs {
    /// Study files
    #[arg(required = true, value_name = "STUDY.toml")]
    studies: Vec<PathBuf>,
    /// Folder of the results
    #[arg(long, value_name = "DIR", default_value = "results")]
    out: PathBuf,
    /// Replace a value of the study, as when it was computed
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    set: Vec<(String, String)>,
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) => Ok((key.trim().to_string(), value.trim().to_string())),
        None => Err("expected KEY=VALUE, for example model.parameters.R_n=6".into()),
    }
}

/// The program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe is no reason to say anything.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(WRONG));
        }
    };
    ExitCode::from(match cli.command {
        Command::Run(args) => run::run(&args, false),
        Command::Check(args) => run::run(&args, true),
        Command::Draw(args) => run::draw(args),
        Command::Models { name } => models::models(name.as_deref()),
        Command::New { name, model } => new::new(&name, model.as_deref()),
        Command::Schema { model } => schema(model),
        Command::Explain { word } => explain(word.as_deref()),
    })
}

fn schema(model: bool) -> u8 {
    let schema = if model { crate::schema::model() } else { crate::schema::study() };
    print(&format!("{schema:#}\n"))
}

fn explain(word: Option<&str>) -> u8 {
    let Some(word) = word else { return print(&crate::explain::words()) };
    match crate::explain::explain(word) {
        Ok(text) => print(text),
        Err(near) => {
            let mut message = format!("no explanation of `{word}`");
            match near.as_slice() {
                [] => message.push_str("\n  = help: `hopfold explain` lists all the words"),
                near => message.push_str(&format!("\n  = help: did you mean {}?", quoted(near))),
            }
            error(&message);
            WRONG
        }
    }
}

/// `` `a`, `b` or `c` ``
fn quoted(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
        None => String::new(),
    }
}

/// Writes to stdout. A reader that went away (`| head`) is no failure.
fn print(text: &str) -> u8 {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(failure) if failure.kind() != io::ErrorKind::BrokenPipe => {
            error(&format!("cannot write to stdout: {failure}"));
            FAILED
        }
        _ => DONE,
    }
}

/// Writes a line to stderr; where that is closed there is nobody to tell.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

fn error(text: &str) {
    let (on, off) = if colour() { ("\x1b[1m\x1b[91m", "\x1b[0m") } else { ("", "") };
    say(&format!("{on}error{off}: {text}"));
}

/// Colour belongs on a terminal whose user did not refuse it (<https://no-color.org>).
fn colour() -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    io::stderr().is_terminal() && !refused && !dumb
}
