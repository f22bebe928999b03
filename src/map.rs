//! Quantities over a grid of one or two parameters: what a cell holds, and which of several solutions it shows.
//!
//! A cell is one point of the grid. It may hold several equilibria and several cycles; what attracts is what an experiment
//! would see:
//!
//! | there are | the cell shows |
//! |---|---|
//! | stable cycles | the one with the largest span |
//! | no stable cycle, a stable equilibrium | the equilibrium: there is no oscillation, and every span is 0 |
//! | nothing stable, cycles | the one with the largest span |
//! | nothing stable, no cycle | the equilibrium, and nothing of cycles |
//!
//! Where a cell holds more than one attractor, or none, that is said of it. Nothing here knows how solutions are found.

use serde::{Deserialize, Serialize};

/// A solution in a cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Solution {
    /// Number of eigenvalues, or multipliers, that make it unstable.
    pub unstable: usize,
    /// What orders several of a kind, and tells them apart: the value of the first state, or its span on a cycle; and the
    /// period of a cycle.
    pub size: f64,
    pub period: f64,
    /// The quantities that are asked for.
    pub values: Vec<Option<f64>>,
}

/// Cycles that differ by less than this part of their span and period are the same: mesh and Newton's method leave less.
const SAME: f64 = 1e-5;

impl Solution {
    pub fn is_stable(&self) -> bool {
        self.unstable == 0
    }

    /// The two are one cycle.
    pub fn is_same(&self, other: &Solution) -> bool {
        let near = |a: f64, b: f64| (a - b).abs() <= SAME * a.abs().max(b.abs());
        near(self.size, other.size) && near(self.period, other.period)
    }
}

/// What is known of a cell.
#[derive(Clone, Debug, Default)]
pub struct Contents<'a> {
    pub equilibria: Vec<&'a Solution>,
    pub cycles: Vec<&'a Solution>,
}

/// What there is to say of a cell, beside its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remark {
    /// More than one solution attracts.
    Coexisting { cycles: usize, equilibria: usize },
    /// Only unstable cycles are there, and only unstable equilibria.
    Unstable { cycles: usize },
    /// Nothing stable was found, and no cycle.
    Unknown,
}

impl Contents<'_> {
    /// The equilibrium that is shown: that with the fewest unstable eigenvalues, of several the one with the lowest first state.
    pub fn equilibrium(&self) -> Option<&Solution> {
        let order = |a: &&&Solution, b: &&&Solution| (a.unstable.cmp(&b.unstable)).then(a.size.total_cmp(&b.size));
        self.equilibria.iter().min_by(order).copied()
    }

    /// The cycle that is shown. Without one the cell is at rest, unless its remark says otherwise.
    pub fn cycle(&self) -> Option<&Solution> {
        let largest = |stable: bool| {
            let some = self.cycles.iter().filter(move |cycle| cycle.is_stable() || !stable);
            some.max_by(|a, b| a.size.total_cmp(&b.size)).copied()
        };
        largest(true).or_else(|| if self.rests() { None } else { largest(false) })
    }

    /// A stable equilibrium is there.
    pub fn rests(&self) -> bool {
        self.equilibria.iter().any(|equilibrium| equilibrium.is_stable())
    }

    pub fn stable(solutions: &[&Solution]) -> usize {
        solutions.iter().filter(|solution| solution.is_stable()).count()
    }

    pub fn remark(&self) -> Option<Remark> {
        let [cycles, equilibria] = [Self::stable(&self.cycles), Self::stable(&self.equilibria)];
        match (cycles + equilibria, self.cycles.len()) {
            (0, 0) => Some(Remark::Unknown),
            (0, cycles) => Some(Remark::Unstable { cycles }),
            (1, _) => None,
            _ => Some(Remark::Coexisting { cycles, equilibria }),
        }
    }
}

impl Remark {
    /// The word by which results call such a cell.
    pub fn kind(self) -> &'static str {
        match self {
            Remark::Coexisting { .. } => "coexisting",
            Remark::Unstable { .. } => "unstable",
            Remark::Unknown => "unknown",
        }
    }

    /// The sentence that says it; `span` is the name of the span that decides.
    pub fn words(self, span: &str) -> String {
        let count = |number: usize, one: &str, many: &str| match number {
            1 => format!("1 {one}"),
            _ => format!("{number} {many}"),
        };
        match self {
            Remark::Coexisting { cycles: 0, equilibria } => {
                format!("{equilibria} stable equilibria: from where one starts decides which is seen")
            }
            Remark::Coexisting { cycles, equilibria } => {
                let rest = match equilibria {
                    0 => String::new(),
                    number => format!(" and {}", count(number, "stable equilibrium", "stable equilibria")),
                };
                let shown = if cycles > 1 { format!("the cycle with the largest {span}") } else { "the cycle".into() };
                format!("{}{rest}: {shown} is shown", count(cycles, "stable cycle", "stable cycles"))
            }
            Remark::Unstable { cycles } => {
                let shown = if cycles > 1 { format!("the one with the largest {span}") } else { "it".into() };
                format!("{} and nothing stable: {shown} is shown", count(cycles, "unstable cycle", "unstable cycles"))
            }
            Remark::Unknown => {
                "no stable solution was found: there may be a cycle to which no Hopf point leads, a torus or chaos"
                    .into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn solution(unstable: usize, size: f64) -> Solution {
        Solution { unstable, size, period: 1.0, values: Vec::new() }
    }

    fn shown(equilibria: &[Solution], cycles: &[Solution]) -> (Option<f64>, Option<f64>, Option<&'static str>) {
        let contents = Contents { equilibria: equilibria.iter().collect(), cycles: cycles.iter().collect() };
        let sizes = (contents.equilibrium().map(|s| s.size), contents.cycle().map(|s| s.size));
        (sizes.0, sizes.1, contents.remark().map(Remark::kind))
    }

    #[test]
    fn a_cell_shows_what_attracts() {
        let (stable, unstable) = (|size| solution(0, size), |size| solution(1, size));
        // A stable cycle about an unstable equilibrium, and the other way about, in which one is at rest.
        assert_eq!(shown(&[unstable(0.3)], &[stable(2.0)]), (Some(0.3), Some(2.0), None));
        assert_eq!(shown(&[stable(0.3)], &[unstable(2.0)]), (Some(0.3), None, None));
        // An unstable cycle between two attractors; of two stable cycles the larger, though an unstable one is larger still.
        assert_eq!(shown(&[stable(0.3)], &[unstable(1.0), stable(2.0)]), (Some(0.3), Some(2.0), Some("coexisting")));
        let cycles = [stable(1.0), unstable(3.0), stable(2.0)];
        assert_eq!(shown(&[unstable(0.3)], &cycles), (Some(0.3), Some(2.0), Some("coexisting")));
        // Of equilibria the stable one, then the lowest.
        assert_eq!(shown(&[unstable(0.1), stable(0.5), stable(0.4)], &[]), (Some(0.4), None, Some("coexisting")));
        assert_eq!(shown(&[unstable(0.1)], &[unstable(1.0)]), (Some(0.1), Some(1.0), Some("unstable")));
        assert_eq!(shown(&[unstable(0.1)], &[]), (Some(0.1), None, Some("unknown")));
    }

    #[test]
    fn a_remark_says_what_is_there() {
        let words = |cycles, equilibria| Remark::Coexisting { cycles, equilibria }.words("V_span");
        assert_eq!(words(2, 1), "2 stable cycles and 1 stable equilibrium: the cycle with the largest V_span is shown");
        assert_eq!(words(1, 2), "1 stable cycle and 2 stable equilibria: the cycle is shown");
        assert!(words(0, 2).starts_with("2 stable equilibria"));
    }
}
