//! How far the work is: a live line on a terminal, a line a branch in a pipe, nothing if quiet.

use super::say;
use crate::results::Branch;
use crate::run::{Progress, Silent};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The listener that suits where stderr goes.
pub fn progress(quiet: bool) -> Box<dyn Progress> {
    match (quiet, io::stderr().is_terminal()) {
        (true, _) => Box::new(Silent),
        (false, true) => Box::new(Live::new()),
        (false, false) => Box::new(Lines),
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

struct Lines;

impl Progress for Lines {
    fn branch_started(&self, _: &str) {}
    fn branch_point(&self, _: &str, _: usize, _: f64) {}
    fn branch_finished(&self, branch: &Branch) {
        say(&summary(branch));
    }
}

struct Live {
    bar: ProgressBar,
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
        Live { bar, begin: Instant::now(), last: AtomicU64::new(0) }
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
}

impl Drop for Live {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
