//! How far the work is: a live line on a terminal, a line a branch in a pipe, nothing if quiet.

use super::say;
use crate::results::{Branch, Map, Optimum, Simulation};
use crate::run::{Advance, Progress, Silent};
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The listener that suits where stderr goes.
pub fn progress(quiet: bool) -> Box<dyn Progress> {
    match (quiet, io::stderr().is_terminal()) {
        (true, _) => Box::new(Silent),
        (false, true) => Box::new(Live::new()),
        (false, false) => Box::new(Lines::default()),
    }
}

/// What is said of a branch that is done.
fn summary(branch: &Branch) -> String {
    if let Some(failure) = &branch.failure {
        return format!("failed: {}", failure.what);
    }
    let labels: Vec<&str> =
        branch.special.iter().filter(|special| special.kind != "EP").map(|special| special.label.as_str()).collect();
    let labels = if labels.is_empty() { "no special points".into() } else { labels.join(" ") };
    match branch.points.len() {
        0 => format!("{}: not computed (optional)", branch.name),
        1 => format!("{}: 1 point, {labels}", branch.name),
        points => format!("{}: {points} points, {labels}", branch.name),
    }
}

/// What is said of a simulation that is done.
fn simulation_summary(simulation: &Simulation) -> String {
    match &simulation.failure {
        Some(failure) => format!("failed: {}", failure.what),
        None => format!("{}: {}", simulation.name, simulation.ended),
    }
}

/// What is said of a map that is done.
fn map_summary(map: &Map) -> String {
    if let Some(failure) = &map.failure {
        return format!("failed: {}", failure.what);
    }
    let [width, height] = map.shape();
    let failed = map.cells.iter().filter(|cell| cell.kind == "failed").count();
    let failed = if failed > 0 { format!(", {failed} failed") } else { String::new() };
    format!("{}: {} cells{failed}", map.name, width * height)
}

/// What is said of an optimum that is done.
fn optimum_summary(optimum: &Optimum) -> String {
    match (&optimum.failure, optimum.values.get(&optimum.of)) {
        (Some(failure), _) => format!("failed: {}", failure.what),
        (None, Some(value)) => {
            let starts = optimum.starts.len();
            format!("{}: {} of {} is {value:.6}, from {starts} starts", optimum.name, optimum.goal, optimum.of)
        }
        (None, None) => format!("{}: nothing found", optimum.name),
    }
}

/// How many parts of a map are there from a run that was interrupted; nothing if none are.
fn resumed(name: &str, parts: usize, known: usize) -> Option<String> {
    (known > 0).then(|| format!("{name}: goes on with {known} of {parts} parts done"))
}

/// A line a branch, and of a map one whenever another tenth is done, with the time left.
#[derive(Default)]
struct Lines {
    map: Mutex<Option<ProgressBar>>,
}

impl Progress for Lines {
    fn branch_started(&self, _: &str) {}
    fn branch_point(&self, _: &str, _: usize, _: f64) {}
    fn branch_finished(&self, branch: &Branch) {
        say(&summary(branch));
    }

    fn simulation_finished(&self, simulation: &Simulation) {
        say(&simulation_summary(simulation));
    }

    fn map_started(&self, name: &str, parts: usize, known: usize) {
        resumed(name, parts, known).iter().for_each(|line| say(line));
        if let Ok(mut map) = self.map.lock() {
            *map = Some(bar(parts, known, RESUMABLE, ProgressDrawTarget::hidden()));
        }
    }

    fn map_advanced(&self, name: &str) {
        let Ok(map) = self.map.lock() else { return };
        let Some(bar) = map.as_ref() else { return };
        let tenth = |done: u64| 10 * done / bar.length().unwrap_or(1).max(1);
        let before = tenth(bar.position());
        bar.inc(1);
        if tenth(bar.position()) > before && bar.elapsed() > Duration::from_secs(2) {
            say(&format!("{name}: {} % done, {} left", 10 * tenth(bar.position()), HumanDuration(bar.eta())));
        }
    }

    fn map_finished(&self, map: &Map) {
        say(&map_summary(map));
    }

    fn optimum_finished(&self, optimum: &Optimum) {
        say(&optimum_summary(optimum));
    }
}

/// The lines of what has parts. The first one stays where Ctrl-C ends the program.
const RESUMABLE: &str = "{msg} {wide_bar} {pos}/{len}, {eta} left (Ctrl-C keeps what is done: run it again to go on)";
const STARTS: &str = "{msg} {wide_bar} {pos}/{len} starts";

/// A bar whose time left does not count what was done before.
fn bar(parts: usize, known: usize, template: &str, target: ProgressDrawTarget) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(parts as u64), target).with_position(known as u64);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.reset_eta();
    bar
}

struct Live {
    bar: ProgressBar,
    /// In place of `bar` while a map or an optimum is computed.
    parts: Mutex<Option<ProgressBar>>,
    /// Of the optimum.
    solutions: AtomicU64,
    begin: Instant,
    /// Milliseconds after `begin` at which the line was last written.
    last: AtomicU64,
}

impl Live {
    /// Milliseconds between two changes of the line.
    const PAUSE: u64 = 80;

    fn new() -> Self {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(Self::PAUSE));
        Live {
            bar,
            parts: Mutex::new(None),
            solutions: AtomicU64::new(0),
            begin: Instant::now(),
            last: AtomicU64::new(0),
        }
    }
}

impl Progress for Live {
    fn branch_started(&self, name: &str) {
        self.bar.set_message(format!("{name} …"));
    }

    fn branch_point(&self, name: &str, points: usize, value: f64) {
        let now = u64::try_from(self.begin.elapsed().as_millis()).unwrap_or(u64::MAX);
        let last = self.last.load(Ordering::Relaxed);
        if now >= last.saturating_add(Self::PAUSE)
            && self.last.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        {
            self.bar.set_message(format!("{name}: {points} points, at {value:.4}"));
        }
    }

    fn branch_finished(&self, branch: &Branch) {
        self.bar.println(summary(branch));
    }

    fn simulation_finished(&self, simulation: &Simulation) {
        self.bar.println(simulation_summary(simulation));
    }

    fn map_started(&self, name: &str, parts: usize, known: usize) {
        resumed(name, parts, known).into_iter().for_each(|line| self.bar.println(line));
        self.begin_parts(name, bar(parts, known, RESUMABLE, ProgressDrawTarget::stderr()));
    }

    fn map_advanced(&self, _: &str) {
        if let Ok(bar) = self.parts.lock() {
            bar.iter().for_each(|bar| bar.inc(1));
        }
    }

    fn map_finished(&self, map: &Map) {
        self.end_parts(&map_summary(map));
    }

    fn optimum_started(&self, name: &str, starts: usize) {
        self.solutions.store(0, Ordering::Relaxed);
        self.begin_parts(name, bar(starts, 0, STARTS, ProgressDrawTarget::stderr()));
    }

    fn optimum_advanced(&self, name: &str, what: Advance) {
        let Ok(bar) = self.parts.lock() else { return };
        let Some(bar) = bar.as_ref() else { return };
        match what {
            Advance::Start => bar.inc(1),
            Advance::Solution => {
                let number = 1 + self.solutions.fetch_add(1, Ordering::Relaxed);
                bar.set_message(format!("{name}: {number} solutions"));
            }
        }
    }

    fn optimum_finished(&self, optimum: &Optimum) {
        self.end_parts(&optimum_summary(optimum));
    }
}

impl Live {
    /// Puts a bar of parts in the place of the line.
    fn begin_parts(&self, name: &str, parts: ProgressBar) {
        self.bar.disable_steady_tick();
        self.bar.finish_and_clear();
        self.bar.set_draw_target(ProgressDrawTarget::hidden());
        parts.set_message(name.to_string());
        parts.enable_steady_tick(Duration::from_millis(10 * Self::PAUSE));
        if let Ok(mut own) = self.parts.lock() {
            *own = Some(parts);
        }
    }

    fn end_parts(&self, summary: &str) {
        if let Ok(mut bar) = self.parts.lock() {
            bar.take().iter().for_each(ProgressBar::finish_and_clear);
        }
        self.bar.set_draw_target(ProgressDrawTarget::stderr());
        self.bar.reset();
        self.bar.println(summary);
        self.bar.enable_steady_tick(Duration::from_millis(Self::PAUSE));
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
