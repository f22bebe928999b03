//! Short texts with mathematics in them: `V_in`, `x^{2}`, `Gamma = 0.1`.
//!
//! A letter that stands alone is a variable and set in italics; a word is a word; the names of Greek letters
//! become the letters; `_` and `^` lower and raise what follows; digits at the end of a name are its index
//! (`LP1`). Units are upright: what follows `°` or `µ`, and what stands in brackets of its own (`I [A]`, but not
//! `u[i]`). So is what stands in braces of its own (`{H}_1`). Widths are those of Times with a margin, since the
//! reader's font is not known.

/// A piece of text in one style.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub text: String,
    pub italic: bool,
    pub level: Level,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Line,
    Sub,
    Super,
}

/// Size of a sub- or superscript as a share of the text's.
pub const SCRIPT: f64 = 0.72;

/// How far a subscript is lowered, and how far a superscript is raised, as a share of the text's size.
pub const LOWERED: f64 = 0.22;
pub const RAISED: f64 = 0.36;

/// Fonts differ: Times is narrow, and what replaces it where it is missing is wider.
const MARGIN: f64 = 1.1;

const GREEK: [(&str, &str); 37] = [
    ("hbar", "ħ"),
    ("ell", "ℓ"),
    ("alpha", "α"),
    ("beta", "β"),
    ("gamma", "γ"),
    ("delta", "δ"),
    ("epsilon", "ε"),
    ("zeta", "ζ"),
    ("eta", "η"),
    ("theta", "θ"),
    ("iota", "ι"),
    ("kappa", "κ"),
    ("lambda", "λ"),
    ("mu", "μ"),
    ("nu", "ν"),
    ("xi", "ξ"),
    ("pi", "π"),
    ("rho", "ρ"),
    ("sigma", "σ"),
    ("tau", "τ"),
    ("upsilon", "υ"),
    ("phi", "φ"),
    ("chi", "χ"),
    ("psi", "ψ"),
    ("omega", "ω"),
    ("Gamma", "Γ"),
    ("Delta", "Δ"),
    ("Theta", "Θ"),
    ("Lambda", "Λ"),
    ("Xi", "Ξ"),
    ("Pi", "Π"),
    ("Sigma", "Σ"),
    ("Upsilon", "Υ"),
    ("Phi", "Φ"),
    ("Chi", "Χ"),
    ("Psi", "Ψ"),
    ("Omega", "Ω"),
];

/// The text as runs of one style each.
pub fn runs(text: &str) -> Vec<Run> {
    let mut out = Vec::new();
    let source: Vec<char> = text.chars().collect();
    set(&source, Level::Line, &mut out);
    out
}

/// Width of the text in the unit of `size`.
pub fn width(text: &str, size: f64) -> f64 {
    runs(text)
        .iter()
        .map(|run| {
            let scale = if run.level == Level::Line { 1.0 } else { SCRIPT };
            run.text.chars().map(advance).sum::<f64>() * scale * size * MARGIN
        })
        .sum()
}

/// How far subscripts reach below what stands on the line, in the unit of `size`.
pub fn descent(text: &str, size: f64) -> f64 {
    let lowered = runs(text).iter().any(|run| run.level == Level::Sub);
    if lowered { LOWERED * size } else { 0.0 }
}

/// The font size, made smaller if the text would not fit.
pub fn fitted(text: &str, size: f64, room: f64) -> f64 {
    let needed = width(text, size);
    if needed > room && room > 0.0 { size * room / needed } else { size }
}

fn set(source: &[char], level: Level, out: &mut Vec<Run>) {
    let at = |i: usize| source.get(i).copied();
    let mut i = 0;
    while let Some(c) = at(i) {
        if let Some(end) = unit_end(source, i) {
            let unit: String = source[i..end].iter().collect();
            put(&unit, false, level, out);
            i = end;
        } else if c.is_ascii_alphabetic() {
            let end = run_end(source, i, |c| c.is_ascii_alphabetic());
            let word: String = source[i..end].iter().collect();
            let digits = run_end(source, end, |c| c.is_ascii_digit());
            let index_follows =
                digits > end && !at(digits).is_some_and(|c| c.is_alphanumeric() || c == '.' || c == '_');
            put_word(&word, is_article(source, i, end), level, out);
            i = end;
            if index_follows && level == Level::Line {
                let index: String = source[end..digits].iter().collect();
                put(&index, false, Level::Sub, out);
                i = digits;
            }
        } else if (c == '_' || c == '^') && i > 0 && script_end(source, i).is_some() {
            let (from, to, next) = script_end(source, i).unwrap_or((i, i, i + 1));
            let script = if level != Level::Line {
                level
            } else if c == '_' {
                Level::Sub
            } else {
                Level::Super
            };
            if c == '_' && out.last().is_some_and(|run| run.level == Level::Sub) {
                put(",", false, script, out);
            }
            set(&source[from..to], script, out);
            i = next;
        } else if c == '{' && run_end(source, i, |c| c != '}') < source.len() {
            let close = run_end(source, i, |c| c != '}');
            let words: String = source[i + 1..close].iter().collect();
            put(&words, false, level, out);
            i = close + 1;
        } else if c == '-' && starts_a_number(source, i) {
            put("\u{2212}", false, level, out);
            i += 1;
        } else if c == '-' && at(i + 1) == Some('>') {
            put("→", false, level, out);
            i += 2;
        } else if c == '<' && at(i + 1) == Some('=') {
            put("≤", false, level, out);
            i += 2;
        } else if c == '>' && at(i + 1) == Some('=') {
            put("≥", false, level, out);
            i += 2;
        } else if c == '\'' && i > 0 && at(i - 1).is_some_and(|c| c.is_ascii_alphanumeric()) {
            put("′", false, level, out);
            i += 1;
        } else {
            // XML has no control characters, and a line break would be a space in any case.
            let plain = if c.is_control() { ' ' } else { c };
            put(&plain.to_string(), false, level, out);
            i += 1;
        }
    }
}

fn run_end(source: &[char], from: usize, belongs: impl Fn(char) -> bool) -> usize {
    source.iter().skip(from).position(|&c| !belongs(c)).map_or(source.len(), |n| from + n)
}

/// Where a unit that begins at `i` ends: `°C`, `µA`, and the letters of one in brackets that are not an index.
/// Its powers and quotients are set as everywhere.
fn unit_end(source: &[char], i: usize) -> Option<usize> {
    // The sign of the micro, and the Greek letter that looks like it.
    if matches!(source.get(i), Some('°' | '\u{b5}' | 'μ')) {
        let end = run_end(source, i + 1, |c| c.is_ascii_alphabetic());
        return (end > i + 1).then_some(end);
    }
    let end = run_end(source, i, |c| c.is_ascii_alphabetic());
    let open = source[..i].iter().rposition(|c| matches!(c, '[' | ']')).filter(|&k| source[k] == '[')?;
    let own = open.checked_sub(1).is_none_or(|k| source[k].is_whitespace());
    (end > i && own && source[end..].contains(&']')).then_some(end)
}

/// First and last character of the script that a `_` or `^` at `i` raises or lowers, and what comes after.
fn script_end(source: &[char], i: usize) -> Option<(usize, usize, usize)> {
    let first = *source.get(i + 1)?;
    if first == '{' {
        let close = run_end(source, i + 2, |c| c != '}');
        return (close < source.len()).then_some((i + 2, close, close + 1));
    }
    let from = i + 1;
    let signed = source.get(i) == Some(&'^') && (first == '-' || first == '+');
    let end = run_end(source, from + usize::from(signed), char::is_alphanumeric);
    (end > from + usize::from(signed)).then_some((from, end, end))
}

/// A single `a` before a word is English.
fn is_article(source: &[char], from: usize, to: usize) -> bool {
    to - from == 1
        && matches!(source[from], 'a' | 'A')
        && source.get(to) == Some(&' ')
        && run_end(source, to + 1, |c| c.is_ascii_alphabetic()) > to + 2
}

fn starts_a_number(source: &[char], i: usize) -> bool {
    let before = i.checked_sub(1).and_then(|j| source.get(j));
    source.get(i + 1).is_some_and(|c| c.is_ascii_digit() || *c == '.')
        && before.is_none_or(|c| !c.is_alphanumeric() && *c != '}')
}

fn put_word(word: &str, article: bool, level: Level, out: &mut Vec<Run>) {
    if let Some((name, letter)) = GREEK.iter().find(|(name, _)| *name == word) {
        let small = name.starts_with(|c: char| c.is_ascii_lowercase());
        put(letter, small, level, out);
    } else {
        // Two letters that count are two variables; `in` and `th` are words.
        let pair = level != Level::Line && matches!(word, "ij" | "jk" | "kl" | "mn");
        put(word, (word.len() == 1 || pair) && !article, level, out);
    }
}

fn put(text: &str, italic: bool, level: Level, out: &mut Vec<Run>) {
    match out.last_mut() {
        Some(run) if run.italic == italic && run.level == level => run.text.push_str(text),
        _ => out.push(Run { text: text.to_string(), italic, level }),
    }
}

/// Width of a character of Times in units of the font size.
fn advance(c: char) -> f64 {
    let thousandths = match c {
        'i' | 'j' | 'l' | 't' | ':' | ';' | '/' | '′' => 278,
        ' ' | '.' | ',' => 250,
        'f' | 'r' | 'I' | '!' | '(' | ')' | '[' | ']' | '-' => 333,
        's' | 'J' => 389,
        'a' | 'c' | 'e' | 'z' | '?' => 444,
        '+' | '=' | '<' | '>' | '\u{2212}' | '≤' | '≥' | '×' | '–' => 564,
        'P' | 'F' | 'S' => 556,
        'E' | 'L' | 'T' | 'Z' => 611,
        'B' | 'C' | 'R' => 667,
        'A' | 'D' | 'G' | 'H' | 'K' | 'N' | 'O' | 'Q' | 'U' | 'V' | 'X' | 'Y' | 'w' => 722,
        'm' => 778,
        'M' => 889,
        'W' | '—' | '→' => 960,
        '0'..='9' => 500,
        'Γ'..='Ω' => 680,
        'α'..='ω' => 560,
        _ if c.is_ascii() => 500,
        _ => 620,
    };
    f64::from(thousandths) / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        runs(text)
            .iter()
            .map(|run| {
                let mark = match run.level {
                    Level::Line => "",
                    Level::Sub => "_",
                    Level::Super => "^",
                };
                let slant = if run.italic { "/" } else { "" };
                format!("{mark}{slant}{}{slant}", run.text)
            })
            .collect::<Vec<_>>()
            .join("|")
    }

    #[test]
    fn a_name_with_an_underscore_gets_a_subscript() {
        assert_eq!(told("V_in"), "/V/|_in");
        assert_eq!(told("V_{in}"), "/V/|_in");
        assert_eq!(told("Z_T = 0.1"), "/Z/|_/T/| = 0.1");
        assert_eq!(told("x_0"), "/x/|_0");
        assert_eq!(told("V_in_max"), "/V/|_in,max");
    }

    #[test]
    fn special_points_and_functions_carry_their_number_as_index() {
        assert_eq!(told("LP1"), "LP|_1");
        assert_eq!(told("F01"), "/F/|_01");
        assert_eq!(told("{H}_1"), "H|_1");
        assert_eq!(told("F_ij"), "/F/|_/ij/");
    }

    #[test]
    fn greek_names_become_letters_and_words_stay_words() {
        assert_eq!(told("Gamma"), "Γ");
        assert_eq!(told("omega_1"), "/ω/|_1");
        assert_eq!(told("three equilibria"), "three equilibria");
        assert_eq!(told("a fold"), "a fold");
    }

    #[test]
    fn units_are_upright() {
        assert_eq!(told("T (°C)"), "/T/| (°C)");
        assert_eq!(told("I_ext (µA/cm^2)"), "/I/|_ext| (µA/cm|^2|)");
        assert_eq!(told("V [V]"), "/V/| [V]");
        assert_eq!(told("g [S m^-2]"), "/g/| [S m|^\u{2212}2|]");
        assert_eq!(told("u[i]"), "/u/|[|/i/|]");
    }

    #[test]
    fn powers_are_raised_and_hyphens_before_numbers_are_minus_signs() {
        assert_eq!(told("x^{2}"), "/x/|^2");
        assert_eq!(told("10^-3"), "10|^\u{2212}3");
        assert_eq!(told("-0.5"), "\u{2212}0.5");
        assert_eq!(told("self-sustained"), "self-sustained");
    }

    #[test]
    fn odd_texts_are_set_as_they_are() {
        for text in ["_", "^", "x_", "x_{", "x^{a", "{}", "", "_a", "V__in", "\u{7}"] {
            let _ = width(text, 8.0);
        }
        assert_eq!(told("x_"), "/x/|_");
    }
}
