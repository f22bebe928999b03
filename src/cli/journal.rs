//! The file in which finished parts of maps are kept while a study is computed.
//!
//! A line is a checksum, a key of two words or more with its length, and a text. A line that was cut off when the program was
//! killed does not bear its checksum out, and what it held is computed again.

use crate::run::{self, fingerprint};
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The journal of a study, in a file beside its results.
pub struct Journal {
    path: PathBuf,
    /// Another build may round differently: what it left is of no use.
    build: String,
    known: HashMap<String, String>,
    /// Made when there is something to keep.
    file: Mutex<Option<File>>,
}

impl Journal {
    /// Reads what an interrupted run left in the folder.
    pub fn open(folder: &Path) -> Self {
        let path = folder.join(".unfinished");
        let text = std::fs::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
        let known = text.lines().filter_map(entry).collect();
        Journal { path, build: build(), known, file: Mutex::new(None) }
    }

    /// The results are written: nothing is unfinished.
    pub fn close(self) {
        drop(self.file);
        let _ = std::fs::remove_file(&self.path);
    }

    fn own(&self, key: &str) -> String {
        format!("{} {key}", self.build)
    }
}

impl run::Journal for Journal {
    fn recall(&self, key: &str) -> Option<String> {
        self.known.get(&self.own(key)).cloned()
    }

    /// A part that cannot be kept is no reason to stop: the results do not need it.
    fn keep(&self, key: &str, text: &str) {
        let line = line(&self.own(key), text);
        let Ok(mut file) = self.file.lock() else { return };
        if file.is_none() {
            // What was cut off is ended first.
            *file = OpenOptions::new().create(true).append(true).open(&self.path).ok();
            if let Some(file) = file.as_mut() {
                let _ = file.write_all(b"\n");
            }
        }
        if let Some(file) = file.as_mut() {
            // One call, so that the line is whole unless the system stops within it.
            let _ = file.write_all(line.as_bytes());
        }
    }
}

fn line(key: &str, text: &str) -> String {
    let content = format!("{} {key} {text}", key.len());
    format!("{:016x} {content}\n", fingerprint(&content))
}

/// Key and text of a line that is whole.
fn entry(line: &str) -> Option<(String, String)> {
    let (sum, content) = line.split_once(' ')?;
    (u64::from_str_radix(sum, 16).ok()? == fingerprint(content)).then_some(())?;
    let (length, rest) = content.split_once(' ')?;
    let (key, text) = (rest.get(..length.parse().ok()?)?, rest.get(length.parse::<usize>().ok()? + 1..)?);
    Some((key.into(), text.into()))
}

/// What tells one build of the program from another: its size and when it was made.
fn build() -> String {
    let program = std::env::current_exe().and_then(std::fs::metadata);
    let made = program.as_ref().ok().and_then(|data| data.modified().ok());
    let seconds =
        made.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok()).map_or(0, |time| time.as_nanos());
    format!("{:x}-{seconds:x}", program.map_or(0, |data| data.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Journal as _;

    #[test]
    fn what_was_kept_is_known_again_and_a_line_that_was_cut_off_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path());
        journal.keep("map row 1", "{\"a\": 0.1}");
        journal.keep("map row 2", "[1, 2]");
        drop(journal);
        let path = folder.path().join(".unfinished");
        let text = std::fs::read(&path).unwrap();
        for cut in 1..30 {
            std::fs::write(&path, &text[..text.len() - cut]).unwrap();
            let journal = Journal::open(folder.path());
            assert_eq!(journal.recall("map row 1").as_deref(), Some("{\"a\": 0.1}"));
            assert_eq!(journal.recall("map row 2").is_some(), cut == 1, "{cut}");
            journal.keep("map row 2", "[1, 2]");
            let again = Journal::open(folder.path());
            assert_eq!(again.recall("map row 2").as_deref(), Some("[1, 2]"));
            assert_eq!(again.recall("map row 3"), None);
        }
        Journal::open(folder.path()).close();
        assert!(!path.exists());
    }
}
