//! `[[optimum]]` blocks: a quantity of a known solution, made great or small over parameters.

use super::expect::is_eigenvalue;
use super::kind::Kind;
use super::reference::Target;
use super::{Block, Content, DEFAULT_STARTS, OptimumPlan, Planner};
use crate::study;
use toml::Spanned;

/// What can be made of a quantity.
pub const GOALS: [&str; 2] = ["maximum", "minimum"];

impl Planner<'_> {
    pub fn optimum(&mut self, written: &study::Optimum) {
        let Some(name) = &written.name else { return };
        let errors = self.mistakes.errors();
        self.check_name("optimum", name);
        let planned = self.optimum_content(written, name);
        let content = match planned {
            Some(plan) if self.mistakes.errors() == errors => {
                self.optima.push(plan);
                Content::Optimum(self.optima.len() - 1)
            }
            _ => Content::Broken,
        };
        self.blocks.push(Block { name: name.get_ref().clone(), range: name.span(), content });
    }

    /// The optimum of this name.
    pub fn optimum_named(&self, name: &str) -> Option<usize> {
        self.blocks.iter().find_map(|block| match block.content {
            Content::Optimum(position) if block.name == name => Some(position),
            _ => None,
        })
    }

    fn optimum_content(&mut self, written: &study::Optimum, name: &Spanned<String>) -> Option<OptimumPlan> {
        let maximise = self.goal(written.goal.as_ref());
        let over = self.over(written);
        let target = self.target(written.from.as_ref()?)?;
        let branch = self.known_solution(&target)?;
        let (of, quantity) = self.quantity(written.of.as_ref()?, branch)?;
        (written.over_is_whole && !over.is_empty()).then_some(())?;
        Some(OptimumPlan {
            name: name.get_ref().clone(),
            of,
            quantity,
            maximise: maximise?,
            from: target.shown.clone(),
            branch,
            number: target.number,
            select: target.select,
            over,
            starts: written.starts.as_ref().map_or(DEFAULT_STARTS, |starts| *starts.get_ref()),
        })
    }

    fn goal(&mut self, word: Option<&Spanned<String>>) -> Option<bool> {
        let Some(word) = word else { return Some(true) };
        let position = GOALS.iter().position(|goal| goal == word.get_ref());
        if position.is_none() {
            let message = format!("`{}` is no goal", word.get_ref());
            self.mistakes.error(&word.span(), message, "expected \"maximum\" or \"minimum\"").suggest(
                word.get_ref(),
                GOALS,
                "goals",
            );
        }
        position.map(|position| position == 0)
    }

    /// The parameters that are varied.
    fn over(&mut self, written: &study::Optimum) -> Vec<(usize, [f64; 2])> {
        let Some(table) = &written.over else { return Vec::new() };
        if table.get_ref().is_empty() && written.over_is_whole {
            self.mistakes
                .error(&table.span(), "an optimum over no parameter", "expected one parameter at least")
                .help("for example `over = { Gamma = [0.01, 1.0] }`");
        }
        if table.get_ref().len() > study::MOST_VARIED {
            let message = format!("an optimum over {} parameters is too large", table.get_ref().len());
            self.mistakes.error(&table.span(), message, format!("at most {}", study::MOST_VARIED));
        }
        let mut over: Vec<(usize, [f64; 2])> = Vec::new();
        for (name, range) in table.get_ref() {
            if let Some(position) = self.parameter(name) {
                self.check_range(position, range);
                over.push((position, *range.get_ref()));
            }
        }
        over
    }

    /// The branch on which the point is, if it is one solution that can be followed.
    fn known_solution(&mut self, target: &Target) -> Option<usize> {
        if let Some(family) = &target.family {
            let members = self.member_names(&target.branches);
            let message = format!("`{family}` is a family: from which member?");
            self.mistakes.error(&target.range, message, "many points").help(format!("members: {members}"));
            return None;
        }
        let position = *target.branches.first()?;
        let kind = self.branches.get(position)?.kind;
        let good: &[&str] = match kind {
            Kind::Equilibrium => &["UZ", "H", "NSA", "EP"],
            Kind::Cycle => &["UZ", "EX", "NS", "EP"],
            _ => {
                let message =
                    format!("`{}` is on a critical curve, where a parameter is not free to be varied", target.shown);
                self.mistakes
                    .error(&target.range, message, "expected a point of an equilibrium or a cycle branch")
                    .help("an extremum along a critical curve is what `extremum = [\"PARAMETER\"]` finds");
                return None;
            }
        };
        if !good.contains(&target.kind.as_str()) {
            let message = format!("solutions cannot be followed in all parameters from `{}`", target.shown);
            let help = format!(
                "they meet others, or end, at points of type {}; mark a value of the branch, and start at UZ",
                target.kind
            );
            self.mistakes.error(&target.range, message, format!("expected {}", good.join(", "))).help(help);
            return None;
        }
        Some(position)
    }

    /// A column, and its position after the free parameter.
    fn quantity(&mut self, of: &Spanned<String>, branch: usize) -> Option<(String, usize)> {
        let branch = self.branches.get(branch)?;
        let columns: Vec<String> = self.columns(branch).into_iter().skip(branch.free.len()).collect();
        let word = self.column_name(of.get_ref());
        let position = columns.iter().position(|column| *column == word);
        if position.is_none() {
            let message = format!("branch `{}` has no column `{word}` that could be optimised", branch.name);
            let known =
                columns.iter().map(String::as_str).filter(|name| word.starts_with(['r', 'i']) || !is_eigenvalue(name));
            self.mistakes.error(&of.span(), message, "unknown quantity").suggest(&word, known, "quantities");
        }
        position.map(|position| (word, position))
    }
}
