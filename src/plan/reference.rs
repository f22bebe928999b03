//! References: `"branch/LABEL"` and `{ branch, type, near }` become positions in the plan.

use super::kind::Kind;
use super::{BranchPlan, Content, Origin, Planner, Select, part};
use crate::results::{Values, split_label};
use crate::study::{Named, Reference};
use std::ops::Range;
use toml::Spanned;

/// What a reference means.
pub struct Target {
    /// One branch, or the members of a family.
    pub branches: Vec<usize>,
    /// The name of the family's block, where all members are meant.
    pub family: Option<String>,
    /// Which of the branches of a block that starts at all equilibria.
    pub number: Option<usize>,
    pub select: Select,
    /// The type of the special point: `LP`, …
    pub kind: String,
    /// Where to point when the type does not do.
    pub range: Range<usize>,
    /// As it is to be shown.
    pub shown: String,
}

/// What the name of a branch means.
pub struct Found {
    pub branches: Vec<usize>,
    pub family: Option<String>,
    pub number: Option<usize>,
}

/// The name of a branch in the results: that of its block, with its number if it is one of several.
pub fn numbered(name: &str, number: Option<usize>) -> String {
    number.map_or(name.into(), |number| format!("{name}[{number}]"))
}

impl Planner<'_> {
    /// The columns that a branch has: free parameters, states, outputs, eigenvalues, and ω on a Hopf curve; of cycles their
    /// period, extrema and multipliers.
    pub fn columns(&self, branch: &BranchPlan) -> Vec<String> {
        branch.columns(self.model, self.model.states.len())
    }

    /// The columns without the eigenvalues.
    fn near_columns(&self, branch: &BranchPlan) -> Vec<String> {
        branch.columns(self.model, 0)
    }

    /// A branch, a family, or a member of a family, among the blocks above; notes what is wrong.
    /// `None` also where the block is there and has a mistake of its own.
    pub fn branch_named(&mut self, word: &str, range: &Range<usize>) -> Option<Found> {
        if let Some(block) = self.blocks.iter().find(|block| block.name == word) {
            return match &block.content {
                Content::Branch(branch) => Some(Found { branches: vec![*branch], family: None, number: None }),
                Content::Family(members, _) => {
                    Some(Found { branches: members.clone(), family: Some(word.into()), number: None })
                }
                Content::Broken => None,
                Content::Optimum(_) => {
                    let message = format!("`{word}` is an optimum, not a branch");
                    self.mistakes.error(range, message, "an optimum");
                    None
                }
                Content::Function(_) | Content::Map(_) | Content::Simulation(_) => {
                    let what = match block.content {
                        Content::Map(_) => "map",
                        Content::Simulation(_) => "simulation",
                        _ => "function",
                    };
                    let message = format!("`{word}` is a {what} and has no special points");
                    self.mistakes.error(range, message, format!("a {what}"));
                    None
                }
            };
        }
        if let Some((family, inside)) = word.split_once('[')
            && let Some(block) = self.blocks.iter().find(|block| block.name == family)
        {
            return self.member_named(word, family, inside, range, &block.range.clone());
        }
        let known: Vec<&str> = self
            .blocks
            .iter()
            .filter(|block| {
                !matches!(
                    block.content,
                    Content::Function(_) | Content::Map(_) | Content::Simulation(_) | Content::Optimum(_)
                )
            })
            .map(|b| b.name.as_str())
            .collect();
        if self.all_branches.iter().any(|name| name == word) {
            let message = format!("branch `{word}` does not stand above");
            self.mistakes
                .error(range, message, "must stand above the block that refers to it")
                .help("a study reads from top to bottom: move the block up, or this one down");
        } else {
            let message = format!("no branch is named `{word}`");
            let none = known.is_empty();
            let diagnostic =
                self.mistakes.error(range, message, "unknown branch").suggest(word, known, "branches above");
            if none {
                diagnostic.help("there is no branch above");
            }
        }
        None
    }

    /// `family[P=value]`; the value is compared as a number, `0.50` being `0.5`.
    fn member_named(
        &mut self,
        word: &str,
        family: &str,
        inside: &str,
        range: &Range<usize>,
        place: &Range<usize>,
    ) -> Option<Found> {
        let block = self.blocks.iter().find(|block| block.name == family)?;
        let (members, parameter) = match &block.content {
            Content::Family(members, parameter) => (members.clone(), *parameter),
            Content::Broken => return None,
            Content::Branch(branch) if self.starts_at_all(*branch) => {
                let number = inside.strip_suffix(']').and_then(|number| number.parse().ok());
                if let Some(number) = number.filter(|number| *number > 0) {
                    return Some(Found { branches: vec![*branch], family: None, number: Some(number) });
                }
                let message = format!("`{word}` is not a branch of `{family}`");
                self.mistakes
                    .error(range, message, "expected a number from 1")
                    .help(format!("its branches are `{family}[1]`, `{family}[2]`, …"));
                return None;
            }
            _ => {
                let message = format!("`{family}` is one branch, not a family");
                let help = format!("write `{family}`");
                self.mistakes.error_twice(range, message, "a member of no family", place, "one branch").help(help);
                return None;
            }
        };
        let name = &self.model.parameters.get(parameter)?.name;
        let value =
            inside.strip_suffix(']').and_then(|inside| inside.split_once('=')).filter(|(key, _)| key.trim() == name);
        let value: Option<f64> = value.and_then(|(_, value)| value.trim().parse().ok());
        let member = members.iter().find(|member| {
            self.branches
                .get(**member)
                .is_some_and(|branch| value.is_some() && branch.member.get(name).copied() == value)
        });
        if let Some(member) = member {
            return Some(Found { branches: vec![*member], family: None, number: None });
        }
        let names: Vec<&str> =
            members.iter().filter_map(|member| Some(self.branches.get(*member)?.name.as_str())).collect();
        let shown = abridged(&names);
        let message = format!("family `{family}` has no member `{word}`");
        self.mistakes.error(range, message, "unknown member").help(format!("members: {shown}"));
        None
    }

    /// The block starts at all equilibria, so that it can be several branches.
    fn starts_at_all(&self, branch: usize) -> bool {
        self.branches.get(branch).is_some_and(|branch| matches!(branch.origin, Origin::All { .. }))
    }

    /// A branch, or each member of a family, on which there can be special points.
    fn carrier(&mut self, word: &str, range: &Range<usize>) -> Option<Found> {
        let named = self.branch_named(word, range)?;
        if named.number.is_none() && named.branches.first().is_some_and(|branch| self.starts_at_all(*branch)) {
            let message = format!("`{word}` starts at all equilibria: which of its branches is meant?");
            self.mistakes
                .error(range, message, "can be several branches")
                .help(format!("`{word}[1]` is the first; `hopfold run` prints them all"));
            return None;
        }
        Some(named)
    }

    /// A special point of one branch, or of each member of a family.
    pub fn target(&mut self, reference: &Reference) -> Option<Target> {
        match reference {
            Reference::Label(text) => self.label(text),
            Reference::Near { range, branch, kind, near } => self.near(range, branch.as_ref()?, kind.as_ref()?, near),
        }
    }

    /// `branch/LABEL`
    pub fn label(&mut self, text: &Spanned<String>) -> Option<Target> {
        let Some((branch, label)) = text.get_ref().rsplit_once('/') else {
            let message = format!("`{}` does not name a special point", text.get_ref());
            self.mistakes
                .error(&text.span(), message, "expected BRANCH/LABEL")
                .help(format!("for example `{}/LP1`", text.get_ref()));
            return None;
        };
        let named = self.carrier(branch, &part(text, 0, branch.len()))?;
        let range = part(text, branch.len() + 1, text.get_ref().len());
        let (kind, digits) = split_label(label);
        self.check_type(kind, &named, &range, branch)?;
        match digits.parse::<usize>() {
            Ok(number) if number >= 1 && !digits.starts_with('0') => {
                if kind == "EP" && number > 2 {
                    self.mistakes.error(
                        &range,
                        format!("a branch has the ends EP1 and EP2, no `{label}`"),
                        "expected EP1 or EP2",
                    );
                    return None;
                }
            }
            _ => {
                self.mistakes
                    .error(&range, format!("`{label}` is not a label"), "expected a type and a number")
                    .help(format!("the first {kind} along the branch is `{kind}1`"));
                return None;
            }
        }
        Some(Target {
            branches: named.branches,
            family: named.family,
            number: named.number,
            select: Select::Label(label.into()),
            kind: kind.into(),
            range,
            shown: text.get_ref().clone(),
        })
    }

    fn near(
        &mut self,
        range: &Range<usize>,
        branch: &Spanned<String>,
        kind: &Spanned<String>,
        near: &Named<Spanned<f64>>,
    ) -> Option<Target> {
        let named = self.carrier(branch.get_ref(), &branch.span())?;
        self.check_type(kind.get_ref(), &named, &kind.span(), branch.get_ref())?;
        let first = self.branches.get(*named.branches.first()?)?;
        let columns = self.near_columns(first);
        let mut values = Values::new();
        let mut good = true;
        for (name, value) in near {
            if columns.contains(name.get_ref()) {
                values.insert(name.get_ref().clone(), *value.get_ref());
            } else {
                good = false;
                let message = format!("`{}` is no quantity of branch `{}`", name.get_ref(), branch.get_ref());
                self.mistakes.error(&name.span(), message, "unknown quantity").suggest(
                    name.get_ref(),
                    columns.iter().map(String::as_str),
                    "quantities",
                );
            }
        }
        if near.is_empty() {
            let help = format!(
                "write near = {{ {} = 1.0 }}, or \"{}/{}1\" for the first one",
                columns.first()?,
                branch.get_ref(),
                kind.get_ref()
            );
            self.mistakes.error(range, "`near` says nothing", "near to what?").help(help);
            return None;
        }
        let words: Vec<String> = values.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        good.then(|| Target {
            branches: named.branches,
            family: named.family,
            number: named.number,
            shown: format!("{}/{} near {}", branch.get_ref(), kind.get_ref(), words.join(", ")),
            select: Select::Near { kind: kind.get_ref().clone(), near: values },
            kind: kind.get_ref().clone(),
            range: kind.span(),
        })
    }

    /// The type must be one that such a branch can report.
    fn check_type(&mut self, kind: &str, named: &Found, range: &Range<usize>, shown: &str) -> Option<()> {
        let branch = self.branches.get(*named.branches.first()?)?;
        let reports = branch.kind.reports();
        let on = branch.kind.name();
        if kind == "UZ" && branch.mark.is_empty() {
            let message = format!("branch `{shown}` has no UZ point");
            let help = "UZ are the values that a branch's `mark = { PARAMETER = [values] }` asks for";
            self.mistakes.error(range, message, "nothing is marked there").help(help);
            return None;
        }
        if kind == "EX" && reports.contains(&kind) && branch.extremum.is_empty() {
            let message = format!("branch `{shown}` has no EX point");
            let help = "EX are the extrema that a branch's `extremum = [\"PARAMETER\"]` asks for";
            self.mistakes.error(range, message, "nothing is marked there").help(help);
            return None;
        }
        if reports.contains(&kind) {
            return Some(());
        }
        let known = reports.iter().copied();
        let elsewhere = Kind::ALL.into_iter().find(|other| other.reports().contains(&kind));
        if let Some(other) = elsewhere {
            let message = format!("branch `{shown}` is of kind {on} and cannot have a `{kind}` point");
            let help =
                format!("{on} branches report {}; {kind} is found on {} branches", reports.join(", "), other.name());
            self.mistakes.error(range, message, "cannot exist there").help(help);
        } else {
            let message = format!("`{kind}` is not a type of special point");
            let list = format!("{on} branches report");
            self.mistakes.error(range, message, "unknown type").suggest(kind, known, &list);
        }
        None
    }
}

/// The first few of a list.
pub fn abridged(names: &[&str]) -> String {
    match names.len() {
        0..=8 => names.join(", "),
        n => format!("{}, … ({n} in all)", names.get(..8).unwrap_or(names).join(", ")),
    }
}
