//! Ranges and ticks: which part of a quantity is shown, and which round numbers divide it.

use super::Axis;

/// Round numbers on an axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ticks {
    pub major: Vec<Tick>,
    pub minor: Vec<f64>,
    /// Power of ten by which the labels are to be multiplied.
    pub exponent: Option<i32>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    pub value: f64,
    pub label: String,
}

/// No axis has more ticks than this, whatever its range.
const MOST: usize = 40;

/// The part of the axis that is shown, of data in the frame.
pub fn span(axis: &Axis, data: impl Iterator<Item = f64>, filled: bool) -> [f64; 2] {
    if axis.log { decades(axis.range, data) } else { range(axis.range, data, filled) }
}

/// Ticks on the part of the axis that is shown, about `target` intervals between major ones.
pub fn ticks_of(axis: &Axis, shown: [f64; 2], target: f64) -> Ticks {
    if axis.log { powers(shown, target) } else { ticks(shown, target) }
}

/// Where on an axis a value lies, 0 being its low end and 1 its high end; infinite or not a number where it has no place.
pub fn share(log: bool, [low, high]: [f64; 2], value: f64) -> f64 {
    if log { (value / low).ln() / (high / low).ln() } else { (value - low) / (high - low) }
}

/// As [`range`] for an axis of powers of ten, whose data are rounded outwards to multiples of these.
fn decades(asked: Option<[f64; 2]>, data: impl Iterator<Item = f64>) -> [f64; 2] {
    let proper = |low: f64, high: f64| low > 0.0 && high > 0.0 && (high / low).is_finite() && resolved(low, high);
    if let Some([low, high]) = asked
        && proper(low, high)
    {
        return [low, high];
    }
    let (low, high) = data
        .filter(|v| v.is_finite() && *v > 0.0)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    if low > high || !(1e-300..1e300).contains(&low) || !(1e-300..1e300).contains(&high) {
        return [1.0, 10.0];
    }
    let margin = (high / low).powf(0.02);
    let rounded = |v: f64, to: fn(f64) -> f64| {
        let power = 10f64.powf((v.log10() + 1e-9).floor());
        to(v / power) * power
    };
    let out = [rounded(low / margin, f64::floor), rounded(high * margin, f64::ceil)];
    if proper(out[0], out[1]) { out } else { [0.5 * low, 2.0 * high] }
}

/// Powers of ten, all or every second, third, …; where there are less than two of them, the ticks of a linear axis.
fn powers(range: [f64; 2], target: f64) -> Ticks {
    let (low, high) = (range[0].min(range[1]), range[0].max(range[1]));
    let slack = 1e-9;
    let within = |v: &f64| *v >= low * (1.0 - slack) && *v <= high * (1.0 + slack);
    let (first, last) = (low.log10().floor(), high.log10().ceil());
    if !(first.is_finite() && last.is_finite()) {
        return Ticks::default();
    }
    let (first, last) = (first as i32, last as i32);
    let all: Vec<i32> = (first..=last).filter(|n| within(&10f64.powi(*n))).collect();
    if all.len() < 2 {
        let linear = ticks(range, target);
        let (major, minor) = (linear.major.into_iter().filter(|t| within(&t.value)), linear.minor.into_iter());
        return Ticks { major: major.collect(), minor: minor.filter(within).collect(), exponent: linear.exponent };
    }
    let every = ((all.len() - 1) as f64 / target.max(1.0)).ceil().max(1.0) as i32;
    let labelled = |n: &&i32| n.rem_euclid(every) == 0;
    let name = |n: i32| match n {
        0 => "1".to_string(),
        1 => "10".to_string(),
        n if n < 0 => format!("10^{{\u{2212}{}}}", -n),
        n => format!("10^{{{n}}}"),
    };
    let major: Vec<Tick> =
        all.iter().filter(labelled).map(|&n| Tick { value: 10f64.powi(n), label: name(n) }).collect();
    // Between labels that leave powers out, the powers are minor ticks, else their multiples.
    let minor: Vec<f64> = match every {
        1 => (first..=last).flat_map(|n| (2..10).map(move |k| f64::from(k) * 10f64.powi(n))).filter(within).collect(),
        _ => all.iter().filter(|n| !labelled(n)).map(|&n| 10f64.powi(n)).collect(),
    };
    let minor = if minor.len() > 10 * MOST { Vec::new() } else { minor };
    Ticks { major, minor, exponent: None }
}

/// The range to show: what was asked for if it is one, else the data's, rounded outwards to minor ticks.
///
/// Data get a margin of 4 %, so that a curve's extremum does not lie on the frame; if `filled`, those that end
/// on minor ticks fill the axis.
pub fn range(asked: Option<[f64; 2]>, data: impl Iterator<Item = f64>, filled: bool) -> [f64; 2] {
    if let Some([low, high]) = asked
        && (high - low).is_finite()
        && resolved(low, high)
    {
        return [low, high];
    }
    let (low, high) = data
        .filter(|v| v.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    if low > high {
        return [0.0, 1.0];
    }
    if !(high - low).is_finite() {
        return [-1e300, 1e300];
    }
    if !resolved(low, high) {
        let half = 0.5 * low.abs().max(high.abs()).max(f64::MIN_POSITIVE * 1e10);
        let half = if low == 0.0 && high == 0.0 { 1.0 } else { half };
        return [low - half, high + half];
    }
    let (step, parts) = step(high - low, 5.0);
    let minor = step / parts;
    let on_tick = |v: f64| filled && (v / minor - (v / minor).round()).abs() < 1e-6;
    let margin = 0.04 * (high - low);
    let bottom = if on_tick(low) { low } else { low - margin };
    let top = if on_tick(high) { high } else { high + margin };
    let out = [(bottom / minor + 1e-6).floor() * minor, (top / minor - 1e-6).ceil() * minor];
    // What is never negative starts at zero, not below.
    let out = if low >= 0.0 && out[0] < 0.0 { [0.0, out[1]] } else { out };
    if out.iter().all(|v| v.is_finite()) && resolved(out[0], out[1]) { out } else { [low, high] }
}

/// The ends differ by more than rounding.
fn resolved(low: f64, high: f64) -> bool {
    (high - low).abs() > 1e-9 * low.abs().max(high.abs()) && (high - low).abs() > 1e-290
}

/// Ticks on a range, about `target` intervals between major ones.
pub fn ticks(range: [f64; 2], target: f64) -> Ticks {
    let (low, high) = (range[0].min(range[1]), range[0].max(range[1]));
    let span = high - low;
    if !span.is_finite() || !resolved(low, high) {
        return Ticks::default();
    }
    let (step, parts) = step(span, target);
    let slack = 1e-6 * span;
    let multiples = |step: f64| -> Vec<f64> {
        let first = ((low - slack) / step).ceil();
        (0..MOST * 10)
            .map(|i| (first + i as f64) * step)
            .take_while(|&v| v <= high + slack)
            // Adding nothing turns −0 into 0.
            .map(|v| if v.abs() < slack { 0.0 } else { v })
            .collect()
    };
    let largest = low.abs().max(high.abs());
    let exponent = if !(1e-2..1e5).contains(&largest) { Some(largest.log10().floor() as i32) } else { None };
    let scale = exponent.map_or(1.0, |n| 10f64.powi(n));
    let decimals = (-((step / scale).log10() + 1e-9).floor()).clamp(0.0, 9.0) as usize;
    // 2.5 has one decimal more than its power of ten tells.
    let decimals = decimals + usize::from((mantissa(step) - 2.5).abs() < 1e-6 && decimals < 9);
    let major: Vec<f64> = multiples(step).into_iter().take(MOST).collect();
    let minor = multiples(step / parts).into_iter().filter(|v| major.iter().all(|m| (m - v).abs() > slack)).collect();
    let major = major.into_iter().map(|value| Tick { value, label: number(value / scale, decimals) }).collect();
    Ticks { major, minor, exponent }
}

/// A tick step of 1, 2 or 5 times a power of ten that divides `span` into about `target` intervals, and the
/// number of minor intervals in one.
fn step(span: f64, target: f64) -> (f64, f64) {
    let rough = span / target.max(1.0);
    let power = 10f64.powf(rough.log10().floor());
    let (digit, parts) = match rough / power {
        r if r < 1.42 => (1.0, 5.0),
        r if r < 3.2 => (2.0, 4.0),
        r if r < 7.1 => (5.0, 5.0),
        _ => (10.0, 5.0),
    };
    (digit * power, parts)
}

fn mantissa(step: f64) -> f64 {
    step / 10f64.powf((step.log10() + 1e-9).floor())
}

fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().any(|c| c.is_ascii_digit() && c != '0') => {
            format!("\u{2212}{digits}")
        }
        Some(digits) => digits.to_string(),
        None => text,
    }
}

/// A number as short as it can be said with four digits, for the values of a family.
pub fn short(value: f64) -> String {
    if !value.is_finite() {
        return String::from("?");
    }
    if value != 0.0 && !(1e-3..1e5).contains(&value.abs()) {
        let power = value.abs().log10().floor() as i32;
        let factor = short(value / 10f64.powi(power));
        return format!("{factor}×10^{{{power}}}");
    }
    let whole = if value == 0.0 { 1 } else { value.abs().log10().floor() as i32 + 1 };
    let decimals = (4 - whole).clamp(0, 6) as usize;
    let text = number(value, decimals);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64) -> Vec<String> {
        ticks([low, high], 5.0).major.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_are_round_and_carry_as_many_decimals_as_they_need() {
        assert_eq!(labels(0.0, 8.0), ["0", "2", "4", "6", "8"]);
        assert_eq!(labels(0.0, 1.0), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(-1.0, 1.0)[0], "\u{2212}1.0");
        assert!(labels(-1.0, 1.0).contains(&String::from("0.0")));
    }

    #[test]
    fn small_and_large_numbers_share_a_power_of_ten() {
        let small = ticks([0.0, 4e-7], 5.0);
        assert_eq!(small.exponent, Some(-7));
        assert_eq!(small.major[1].label, "1");
        assert_eq!(ticks([0.0, 3e6], 5.0).exponent, Some(6));
    }

    #[test]
    fn a_range_that_ends_on_ticks_is_kept_and_any_other_gets_room() {
        assert_eq!(range(None, [0.0, 8.0].into_iter(), true), [0.0, 8.0]);
        let [low, high] = range(None, [0.03, 2.97].into_iter(), true);
        assert!(low <= 0.03 && high > 2.97 && high <= 3.4);
    }

    #[test]
    fn no_range_is_too_strange() {
        let cases = [
            [0.0, 0.0],
            [5.0, 5.0],
            [f64::NAN, 1.0],
            [f64::NEG_INFINITY, f64::INFINITY],
            [-1e308, 1e308],
            [1e-300, 2e-300],
            [1e9, 1e9 + 1e-7],
            [3.0, -3.0],
        ];
        for case in cases {
            for asked in [None, Some(case)] {
                let [low, high] = range(asked, case.into_iter(), true);
                assert!(low.is_finite() && high.is_finite() && low != high, "{case:?}");
                let ticks = ticks([low, high], 5.0);
                assert!(ticks.major.len() <= MOST && ticks.minor.len() <= 10 * MOST);
            }
        }
        assert_eq!(range(None, std::iter::empty(), true), [0.0, 1.0]);
    }

    fn powers_of(low: f64, high: f64, target: f64) -> Vec<String> {
        powers([low, high], target).major.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_of_a_logarithmic_axis_are_powers_of_ten() {
        assert_eq!(powers_of(0.5, 200.0, 5.0), ["1", "10", "10^{2}"]);
        assert_eq!(
            powers_of(1e-12, 1.0, 4.0),
            ["10^{\u{2212}12}", "10^{\u{2212}9}", "10^{\u{2212}6}", "10^{\u{2212}3}", "1"]
        );
        assert_eq!(powers([1.0, 100.0], 5.0).minor.len(), 16);
        // Less than two powers: round numbers, none of them beyond the ends.
        assert_eq!(powers_of(2.0, 8.0, 3.0), ["2", "4", "6", "8"]);
        assert_eq!(powers_of(200.0, 8.0, 5.0), ["10", "10^{2}"]);
    }

    #[test]
    fn a_logarithmic_axis_shows_what_is_positive() {
        let [low, high] = decades(None, [-1.0, 0.0, 0.031, 47.0].into_iter());
        assert!((0.02..=0.031).contains(&low) && (47.0..=60.0).contains(&high), "{low} {high}");
        assert_eq!(decades(Some([1e-3, 1.0]), [5.0].into_iter()), [1e-3, 1.0]);
        for strange in [Some([0.0, 1.0]), Some([-1.0, 1.0]), Some([1.0, 1.0]), Some([f64::NAN, 1.0]), None] {
            for data in [vec![], vec![-1.0], vec![0.0], vec![1e-308], vec![3.0], vec![f64::INFINITY]] {
                let [low, high] = decades(strange, data.into_iter());
                assert!(low > 0.0 && high > low && high.is_finite());
                assert!(!powers([low, high], 5.0).major.is_empty(), "{low} {high}");
            }
        }
    }

    #[test]
    fn equal_ratios_are_equal_lengths() {
        let at = |v: f64| share(true, [1e-2, 1e2], v);
        assert!((at(1.0) - 0.5).abs() < 1e-15 && (at(10.0) - 0.75).abs() < 1e-15);
        assert!(at(0.0) == f64::NEG_INFINITY && at(-1.0).is_nan());
        assert_eq!(share(false, [1.0, 3.0], 2.0), 0.5);
    }

    #[test]
    fn values_of_a_family_are_told_briefly() {
        let told: Vec<String> =
            [0.1, 1.0, 0.30000000000000004, -2.5, 12.3456, 0.0, 2e-7].into_iter().map(short).collect();
        assert_eq!(told, ["0.1", "1", "0.3", "\u{2212}2.5", "12.35", "0", "2×10^{-7}"]);
    }
}
