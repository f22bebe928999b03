//! Mistakes in a study, and how they are shown: the place, the thing, and what would be right.
//!
//! Knows texts and byte ranges; not what a study means.

use annotate_snippets::{AnnotationKind, Group, Level as Title, Renderer, Snippet};
use std::ops::Range;
use std::sync::Arc;

/// A text in which something can be wrong: a study, or an argument of the command line.
#[derive(Debug, PartialEq)]
pub struct Source {
    /// Shown before line and column: `study.toml`, `command line`.
    pub name: String,
    pub text: String,
}

/// A part of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub source: Arc<Source>,
    /// Byte range in the source's text.
    pub range: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Nothing is computed.
    Error,
    /// The study is carried out all the same.
    Warning,
}

/// One mistake, or one remark.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    pub level: Level,
    pub message: String,
    /// What is underlined, each with a word; the first is the place of the mistake.
    pub labels: Vec<(Place, String)>,
    pub notes: Vec<String>,
    pub help: Vec<String>,
}

/// Words that are listed where none is near.
const MOST_SUGGESTED: usize = 60;

impl Diagnostic {
    pub fn new(level: Level, message: impl Into<String>) -> Self {
        Diagnostic { level, message: message.into(), labels: Vec::new(), notes: Vec::new(), help: Vec::new() }
    }

    pub fn label(&mut self, place: Place, word: impl Into<String>) -> &mut Self {
        self.labels.push((place, word.into()));
        self
    }

    pub fn note(&mut self, note: impl Into<String>) -> &mut Self {
        self.notes.push(note.into());
        self
    }

    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help.push(help.into());
        self
    }

    /// `did you mean …` if one of the words is close, else the list of what there is.
    pub fn suggest<'w>(&mut self, word: &str, known: impl IntoIterator<Item = &'w str>, what: &str) -> &mut Self {
        let known: Vec<&str> = known.into_iter().collect();
        match nearest(word, known.iter().copied()) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None if known.is_empty() => self,
            None => {
                let more = known.len().saturating_sub(MOST_SUGGESTED);
                let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
                self.help(format!("{what}: {}{rest}", known[..known.len() - more].join(", ")))
            }
        }
    }

    /// The text for a terminal, without a line break at the end.
    pub fn render(&self, colour: bool) -> String {
        let level = match self.level {
            Level::Error => Title::ERROR,
            Level::Warning => Title::WARNING,
        };
        let mut report = Group::with_title(level.primary_title(clean(&self.message)));
        // One snippet for each source, in the order of first mention.
        let mut sources: Vec<&Arc<Source>> = Vec::new();
        for (place, _) in &self.labels {
            if !sources.iter().any(|source| Arc::ptr_eq(source, &place.source)) {
                sources.push(&place.source);
            }
        }
        for source in sources {
            let text = if source.text.is_empty() { "\n" } else { &source.text };
            let mut snippet = Snippet::source(text).path(source.name.as_str());
            for (i, (place, word)) in self.labels.iter().enumerate() {
                if Arc::ptr_eq(source, &place.source) {
                    let kind = if i == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
                    snippet = snippet.annotation(kind.span(within(text, &place.range)).label(clean(word)));
                }
            }
            report = report.element(snippet);
        }
        for note in &self.notes {
            report = report.element(Title::NOTE.message(lines(&clean(note))));
        }
        for help in &self.help {
            report = report.element(Title::HELP.message(lines(&clean(help))));
        }
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[report])
    }
}

/// The range, on character boundaries, within the text, and on its first line: underlining twenty lines
/// shows nothing.
fn within(text: &str, range: &Range<usize>) -> Range<usize> {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = (floor(range.start), floor(range.end));
    let line = text.get(start..end.max(start)).and_then(|part| part.find(['\n', '\r'])).map_or(end, |n| start + n);
    start..line.max(start)
}

/// Text of the user's in a message: control characters are spelled out.
fn clean(text: &str) -> String {
    text.chars()
        .flat_map(|c| if c.is_control() && c != '\n' { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect()
}

/// The words in lines of a readable length.
fn lines(text: &str) -> String {
    let mut lines = String::new();
    let mut width = 0;
    for word in text.split(' ') {
        let letters = word.chars().count();
        if width > 0 && width + letters > 84 {
            lines.push('\n');
            width = 0;
        } else if width > 0 {
            lines.push(' ');
        }
        lines.push_str(word);
        width += letters + 1;
    }
    lines
}

/// The known word that is closest to what was written, if it is close enough to be meant.
pub fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let plain = |s: &str| s.to_lowercase().replace(['-', ' '], "_");
    let word = plain(word);
    if word.chars().count() > 100 {
        return None;
    }
    let allowed = match word.chars().count() {
        0 | 1 => 0,
        letters => (letters / 3).max(1),
    };
    known
        .into_iter()
        .map(|candidate| {
            let other = plain(candidate);
            // `branch` for `branches`, `param` for `parameters`: the beginning of a word counts as close.
            let beginning =
                word.len() >= 3 && other.len() >= 3 && (other.starts_with(&word) || word.starts_with(&other));
            let distance = strsim::damerau_levenshtein(&word, &other);
            // `sinn` is `sin` rather than `sign`: of words alike near, the one that begins so.
            ((if beginning { distance.min(1) } else { distance }, !beginning), candidate)
        })
        .filter(|((distance, _), _)| *distance <= allowed)
        .min_by_key(|(order, _)| *order)
        .map(|(_, candidate)| candidate)
}

/// Where the mistakes of one study are collected.
///
/// Ranges count through all texts, one after the other with a byte between: first the study, then each
/// argument. So one number tells both the text and the place in it, and values of the study keep the
/// ranges that the parser gave them.
#[derive(Debug, Default)]
pub struct Mistakes {
    sources: Vec<(usize, Arc<Source>)>,
    pub list: Vec<Diagnostic>,
}

impl Mistakes {
    /// Adds a text; returns where its bytes start to count.
    pub fn add_source(&mut self, name: &str, text: &str) -> usize {
        let start = self.sources.last().map_or(0, |(start, source)| start + source.text.len() + 1);
        self.sources.push((start, Arc::new(Source { name: name.into(), text: text.into() })));
        start
    }

    /// The place of a range.
    pub fn place(&self, range: &Range<usize>) -> Option<Place> {
        let (start, source) = self.sources.iter().rev().find(|(start, _)| *start <= range.start)?;
        Some(Place { source: source.clone(), range: range.start - start..range.end.saturating_sub(*start) })
    }

    fn report(&mut self, level: Level, range: &Range<usize>, message: String, label: String) -> &mut Diagnostic {
        let mut diagnostic = Diagnostic::new(level, message);
        if let Some(place) = self.place(range) {
            diagnostic.label(place, label);
        }
        let last = self.list.len();
        self.list.push(diagnostic);
        &mut self.list[last]
    }

    pub fn error(
        &mut self,
        range: &Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> &mut Diagnostic {
        self.report(Level::Error, range, message.into(), label.into())
    }

    pub fn warning(
        &mut self,
        range: &Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> &mut Diagnostic {
        self.report(Level::Warning, range, message.into(), label.into())
    }

    /// An error with a second place.
    pub fn error_twice(
        &mut self,
        range: &Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
        other: &Range<usize>,
        other_label: impl Into<String>,
    ) -> &mut Diagnostic {
        let second = self.place(other);
        let diagnostic = self.error(range, message, label);
        if let Some(second) = second {
            diagnostic.label(second, other_label);
        }
        diagnostic
    }

    /// In the order of the texts, which is the order in which they are mended.
    pub fn into_sorted(self) -> Vec<Diagnostic> {
        let place = |diagnostic: &Diagnostic| {
            let (place, _) = diagnostic.labels.first()?;
            let source = self.sources.iter().position(|(_, source)| Arc::ptr_eq(source, &place.source))?;
            Some((source, place.range.start))
        };
        let mut list = self.list.clone();
        list.sort_by_key(place);
        list
    }

    /// How many errors there are so far.
    pub fn errors(&self) -> usize {
        self.list.iter().filter(|diagnostic| diagnostic.level == Level::Error).count()
    }

    pub fn any_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.level == Level::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_close_if_a_third_of_its_letters_at_most_differ() {
        assert_eq!(nearest("Gama", ["R_n", "Gamma", "Omega"]), Some("Gamma"));
        assert_eq!(nearest("r-n", ["R_n", "Gamma"]), Some("R_n"));
        assert_eq!(nearest("sinn", ["sign", "sin", "sinh"]), Some("sin"));
        assert_eq!(nearest("temperature", ["R_n", "Gamma"]), None);
    }

    #[test]
    fn a_mistake_is_shown_with_line_and_column_and_second_place() {
        let mut mistakes = Mistakes::default();
        mistakes.add_source("a.toml", "one = 1\ntwo = 2\n");
        let start = mistakes.add_source("command line", "--set three=3");
        mistakes.error_twice(&(14..15), "two is wrong", "this", &(start + 6..start + 11), "and this").help("make it 3");
        let text = mistakes.list[0].render(false);
        assert!(text.contains("a.toml:2:7"), "{text}");
        assert!(text.contains("command line:1:7"), "{text}");
        assert!(text.contains("help: make it 3"), "{text}");
    }

    #[test]
    fn a_range_outside_the_text_or_inside_a_character_is_shown_all_the_same() {
        for range in [0..1, 1..2, 2..900, 900..901] {
            let mut mistakes = Mistakes::default();
            mistakes.add_source("a.toml", "ü\n");
            let mut diagnostic = Diagnostic::new(Level::Error, "x");
            let source = mistakes.sources[0].1.clone();
            diagnostic.label(Place { source, range }, "y");
            assert!(diagnostic.render(false).contains("a.toml"));
        }
    }
}
