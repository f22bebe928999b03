//! A traced curve as a table with labels and words.

mod outcome;

pub(super) use outcome::newton_words;

use super::branch::Task;
use super::cycle;
use crate::collocation::{Scheme, Space};
use crate::curve::Point;
use crate::curves::{CycleRow, Profile};
use crate::equilibrium;
use crate::field::{Field, sizes};
use crate::normal_form::{self, Degenerate, NormalForm};
use crate::plan::Kind;
use crate::results::{Branch, Kept, Special, Values};
use crate::trace::{End, Trace};
use std::collections::HashMap;

/// Fills the record of a branch from its trace.
pub(super) fn record(task: &Task, parameters: &[f64], trace: Trace, branch: &mut Branch) {
    let mut rows = Rows { task, parameters, columns: branch.columns.clone(), extent: Vec::new() };
    branch.points = trace.points.iter().map(|point| rows.row(point)).collect();
    rows.extent = task.context.description.states.iter().map(|state| branch.extent(&state.name)).collect();
    branch.unstable = trace.points.iter().map(|point| point.sample.index).collect();
    let ends = trace.ends.clone().unwrap_or([End::MaxPoints, End::MaxPoints]);
    branch.closed = ends[0] == End::Closed;
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let last = trace.points.len().saturating_sub(1);
    if !branch.closed && ends[0] != End::Terminus {
        branch.special.push(rows.special("EP", 1, 0, &trace.points[0], 0.0));
    }
    for found in &trace.special {
        let number = counts.entry(found.label).and_modify(|n| *n += 1).or_insert(1);
        let point = &trace.points[found.index];
        let mut special = rows.special(found.label, *number, found.index, point, found.residual);
        if special.kind == "EX" {
            special.words = rows.extremum(&trace.points, found.index);
        }
        branch.special.push(special);
    }
    if !branch.closed && ends[1] != End::Terminus {
        branch.special.push(rows.special("EP", 2, last, &trace.points[last], 0.0));
    }
    rows.add_unresolved(&trace, branch);
    rows.note_doubt(&trace, branch);
    rows.note_doubtful_folds(branch);
    let met = |index: usize| branch.special.iter().find(|special| special.index == index);
    branch.ends =
        [(&ends[0], 0), (&ends[1], last)].map(|(end, index)| rows.end(end, &trace.points[index], met(index))).to_vec();
    branch.failure =
        ends.iter().zip([&trace.points[0], &trace.points[last]]).find_map(|(end, point)| rows.failure(end, point));
    let degree = task.context.plan.settings.degree;
    let profile = |index: usize| {
        let profile = cycle::cycle_at(&trace.points[index], task.plan.kind, rows.states())?;
        Some(cycle::orbit(profile, rows.states(), degree))
    };
    let kept = evenly_spaced(branch, task.plan.profiles).into_iter();
    branch.profiles = kept.filter_map(|index| profile(index).map(|profile| Kept { index, profile })).collect();
}

/// So many rows of a branch of cycles, about evenly spaced along it: by the length of the curve of the free parameter and the
/// extrema of the states, each in units of what it spans on the branch. Points to which cycles shrink are none.
fn evenly_spaced(branch: &Branch, count: usize) -> Vec<usize> {
    let columns: Vec<usize> = (0..branch.columns.len())
        .filter(|&k| {
            let name = branch.columns[k].as_str();
            branch.free.iter().any(|free| free == name) || name.ends_with("_min") || name.ends_with("_max")
        })
        .collect();
    let points: Vec<usize> = branch.special.iter().filter(|s| s.kind == "H").map(|s| s.index).collect();
    let rows: Vec<usize> = (0..branch.points.len()).filter(|row| !points.contains(row)).collect();
    if count == 0 || rows.is_empty() {
        return Vec::new();
    }
    let value = |row: usize, column: usize| branch.points[row].get(column).copied().unwrap_or(0.0);
    let spans: Vec<f64> = columns
        .iter()
        .map(|&column| {
            let values = || rows.iter().map(|&row| value(row, column));
            values().fold(f64::NEG_INFINITY, f64::max) - values().fold(f64::INFINITY, f64::min)
        })
        .collect();
    let mut walked = vec![0.0];
    for pair in rows.windows(2) {
        let steps = columns.iter().zip(&spans).filter(|(_, span)| **span > 0.0);
        let squares = steps.map(|(&column, span)| ((value(pair[1], column) - value(pair[0], column)) / span).powi(2));
        walked.push(walked[walked.len() - 1] + squares.sum::<f64>().sqrt());
    }
    let whole = walked[walked.len() - 1];
    let mut chosen: Vec<usize> = (0..count)
        .map(|k| {
            let wanted = if count == 1 { 0.5 * whole } else { whole * k as f64 / (count - 1) as f64 };
            let apart = |i: &usize| (walked[*i] - wanted).abs();
            let nearest = (0..rows.len()).min_by(|a, b| apart(a).total_cmp(&apart(b)));
            rows[nearest.unwrap_or(0)]
        })
        .collect();
    chosen.dedup();
    chosen
}

/// What an oscillation has beside `period` and `omega`, where the unit of time is known.
const SECONDS: [&str; 2] = ["period [s]", "frequency [Hz]"];

/// What is needed to write a point of a curve as a row.
struct Rows<'a> {
    task: &'a Task<'a>,
    /// All parameters; the free ones are set from the point.
    parameters: &'a [f64],
    columns: Vec<String>,
    /// How large each state becomes on the curve.
    extent: Vec<f64>,
}

impl Rows<'_> {
    fn states(&self) -> usize {
        self.task.model.states()
    }

    /// The position of the first free parameter among the unknowns: what is found for each value of it comes first.
    fn first(&self, point: &Point) -> usize {
        match self.task.plan.kind {
            Kind::Cycle => point.y.len() - 1,
            kind => kind.cycle_condition().map_or(self.states(), |condition| condition.first(&point.y)),
        }
    }

    /// States (of a cycle those at time 0), and parameters with the free ones as at the point.
    fn place<'p>(&self, point: &'p Point) -> (&'p [f64], Vec<f64>) {
        let first = self.first(point);
        let mut p = self.parameters.to_vec();
        for (k, (position, _)) in self.task.plan.free.iter().enumerate() {
            p[*position] = point.y[first + k];
        }
        (&point.y[..self.states()], p)
    }

    /// In the order of the branch's columns.
    fn row(&self, point: &Point) -> Vec<f64> {
        let free = self.task.plan.free.len();
        if self.task.plan.kind.is_cyclic() {
            let first = self.first(point);
            let mut row = point.y[first..first + free].to_vec();
            let (period, observed) = (point.y[first - 1], &point.sample.observed);
            row.push(period);
            row.extend_from_slice(observed);
            row.extend(self.task.model.observe_cycle(period, observed, &self.place(point).1));
            return row;
        }
        let (x, p) = self.place(point);
        let mut row = point.y[x.len()..x.len() + free].to_vec();
        row.extend_from_slice(x);
        let mut outputs = vec![0.0; self.task.context.description.outputs.len()];
        self.task.model.observe(x, &p, &mut outputs);
        row.extend(outputs);
        if self.task.plan.kind == Kind::Hopf {
            let kappa = point.y[x.len() + free];
            row.extend([kappa.max(0.0).sqrt(), kappa]);
        }
        row.extend_from_slice(&point.sample.observed);
        row
    }

    fn special(&self, kind: &str, number: usize, index: usize, point: &Point, residual: f64) -> Special {
        let (x, p) = self.place(point);
        let cyclic = self.task.plan.kind.is_cyclic();
        // Where cycles shrink to nothing there is an equilibrium.
        let equilibrium = !cyclic || matches!(kind, "H" | "GH" | "ZH" | "HH");
        let profile = if equilibrium { None } else { cycle::cycle_at(point, self.task.plan.kind, x.len()) };
        let eigenvalues: Vec<[f64; 2]> = if cyclic {
            CycleRow::of(&point.sample.observed, x.len()).multipliers()
        } else {
            point.sample.observed.chunks_exact(2).map(|e| [e[0], e[1]]).collect()
        };
        // What is not defined at the point is left out.
        let defined = self.columns.iter().cloned().zip(self.row(point)).filter(|(_, value)| value.is_finite());
        let mut values: Values = defined.collect();
        if cyclic && equilibrium {
            let states = self.task.context.description.states.iter().map(|state| state.name.clone());
            values.extend(states.zip(x.iter().copied()));
        }
        let form = match kind {
            "LP" => normal_form::fold(self.task.model, x, &p),
            "BP" => normal_form::branch_point(self.task.model, x, &p),
            "CP" => normal_form::cusp(self.task.model, x, &p),
            "DBP" => normal_form::degenerate_branch_point(self.task.model, x, &p),
            "BT" => normal_form::bogdanov_takens(self.task.model, x, &p, &self.extent),
            "LPC" | "PD" | "NS" | "CPC" | "GPD" | "CH" => {
                let angle = match kind {
                    "NS" => cycle::angle_on_circle(&eigenvalues, None),
                    _ => values.get("theta").copied(),
                };
                values.extend(angle.map(|theta| ("theta".to_string(), theta)));
                match &profile {
                    Some(profile) => self.cycle_form(kind, profile, &p, angle, &eigenvalues),
                    None => Ok(NormalForm::default()),
                }
            }
            "H" | "GH" | "ZH" => {
                let given = values.get("omega").copied();
                let omega = match values.get("period") {
                    Some(period) if cyclic => 2.0 * std::f64::consts::PI / period,
                    _ => given.unwrap_or_else(|| frequencies(&eigenvalues)[0]),
                };
                values.insert("omega".into(), omega);
                values.insert("period".into(), 2.0 * std::f64::consts::PI / omega);
                if let Some(seconds) = self.task.model.seconds(&p) {
                    let seconds = seconds * 2.0 * std::f64::consts::PI / omega;
                    values.extend(SECONDS.map(String::from).into_iter().zip([seconds, 1.0 / seconds]));
                }
                match kind {
                    "H" => normal_form::hopf(self.task.model, x, &p, omega),
                    "GH" => normal_form::bautin(self.task.model, x, &p, omega),
                    _ => normal_form::zero_hopf(self.task.model, x, &p, omega),
                }
            }
            "HH" if cyclic => match equilibrium::eigenvalues(self.task.model, x, &p) {
                Ok(eigenvalues) => normal_form::hopf_hopf(self.task.model, x, &p, frequencies(&eigenvalues)),
                Err(singular) => Err(singular.into()),
            },
            "HH" => normal_form::hopf_hopf(self.task.model, x, &p, frequencies(&eigenvalues)),
            "NSA" => Ok(NormalForm { values: Vec::new(), words: "neutral saddle, no bifurcation".into() }),
            _ if cyclic => Ok(NormalForm { values: Vec::new(), words: self.critical_words(kind, &values) }),
            _ => Ok(NormalForm::default()),
        };
        let mut normal_form = Values::new();
        let words = match form {
            Ok(form) => {
                // JSON has no word for a number that is not finite.
                let finite = form.values.into_iter().filter(|(_, value)| value.is_finite());
                normal_form.extend(finite.map(|(name, value)| (name.to_string(), value)));
                form.words
            }
            Err(Degenerate::Unresolved) => Degenerate::Unresolved.to_string(),
            Err(why) => format!("degenerate: {why}"),
        };
        Special {
            label: format!("{kind}{number}"),
            kind: kind.into(),
            index,
            values,
            eigenvalues,
            normal_form,
            words,
            residual,
            profile: profile.map(|profile| cycle::orbit(profile, x.len(), self.task.context.plan.settings.degree)),
            direction: if kind == "BPC" { point.tangent.clone() } else { Vec::new() },
        }
    }

    /// The normal form of a bifurcation of cycles.
    fn cycle_form(
        &self,
        kind: &str,
        profile: &Profile,
        p: &[f64],
        theta: Option<f64>,
        multipliers: &[[f64; 2]],
    ) -> Result<NormalForm, Degenerate> {
        let n = self.states();
        let largest = |k: usize| profile.nodes.iter().skip(k).step_by(n).fold(0.0, |m: f64, u| m.max(u.abs()));
        let space = Space {
            scheme: Scheme::new(self.task.context.plan.settings.degree),
            mesh: profile.mesh.clone(),
            sizes: sizes(&(0..n).map(largest).collect::<Vec<f64>>()),
        };
        let cycle = normal_form::Cycle::new(self.task.model, p, &space, &profile.nodes, profile.period);
        // Where a branch of doubled cycles ends, they close up after half a period and the multiplier is 1.
        let doubles = multipliers.iter().any(|e| (e[0] + 1.0).hypot(e[1]) < 1e-3);
        match (kind, theta) {
            ("LPC", _) => cycle.fold(),
            ("PD", _) if doubles => cycle.flip(),
            ("NS", Some(theta)) => cycle.torus(theta),
            ("CPC", _) => cycle.cusp(),
            ("GPD", _) => cycle.generalised_flip(),
            ("CH", Some(theta)) => cycle.chenciner(theta),
            _ => Ok(NormalForm::default()),
        }
    }

    /// What is said of a point on a critical curve of cycles.
    fn critical_words(&self, kind: &str, values: &Values) -> String {
        let words = match kind {
            "R1" => "resonance 1:1",
            "R2" => "resonance 1:2",
            "R3" => "resonance 1:3",
            "R4" => "resonance 1:4",
            "LPPD" => "fold and period doubling",
            "LPNS" => "fold and torus",
            "PDNS" => "period doubling and torus",
            "NSNS" => "two tori",
            // Of a branch of cycles there are no such columns.
            _ => match ["c", "re_d"].iter().find_map(|name| values.get(*name)) {
                Some(coefficient) if *coefficient < 0.0 => "supercritical",
                Some(coefficient) if *coefficient > 0.0 => "subcritical",
                Some(_) => "degenerate",
                None => "",
            },
        };
        words.into()
    }

    /// Which of the marked parameters is extremal at a point, and how it compares with the neighbours.
    fn extremum(&self, points: &[Point], index: usize) -> String {
        if self.task.plan.kind == Kind::Cycle {
            return String::new();
        }
        let (here, free) = (&points[index], &self.task.plan.free);
        let n = self.first(here);
        let slope = |k: usize| free.get(k).map_or(f64::INFINITY, |(_, [a, b])| (here.tangent[n + k] / (b - a)).abs());
        let marked = self.task.plan.extremum.iter().copied();
        let Some(k) = marked.min_by(|&j, &k| slope(j).total_cmp(&slope(k))) else { return String::new() };
        let mut neighbours =
            [index.checked_sub(1), Some(index + 1)].into_iter().flatten().filter_map(|i| points.get(i));
        let least = neighbours.all(|other| other.y[n + k] >= here.y[n + k]);
        let name = free.get(k).map_or("", |(position, _)| self.task.parameter(*position));
        format!("{} of {name}", if least { "minimum" } else { "maximum" })
    }
}

/// Eight significant digits, enough to find the place.
pub(super) fn shown(value: f64) -> String {
    let rounded: f64 = format!("{value:.7e}").parse().unwrap_or(value);
    if (1e-3..1e6).contains(&value.abs()) || value == 0.0 { rounded.to_string() } else { format!("{rounded:e}") }
}

/// Imaginary parts of the two complex pairs nearest to the imaginary axis; zero where there is none.
fn frequencies(eigenvalues: &[[f64; 2]]) -> [f64; 2] {
    let mut pairs: Vec<&[f64; 2]> = eigenvalues.iter().filter(|e| e[1] > 0.0).collect();
    pairs.sort_by(|a, b| a[0].abs().total_cmp(&b[0].abs()));
    [0, 1].map(|k| pairs.get(k).map_or(0.0, |e| e[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A branch of cycles whose rows crowd at its beginning.
    fn crowded() -> Branch {
        let points: Vec<Vec<f64>> = (0..=40).map(|i| (f64::from(i) / 40.0).powi(3)).map(|p| vec![p, 1.0, p]).collect();
        Branch {
            free: vec!["p".into()],
            columns: ["p", "x_min", "x_max"].map(String::from).to_vec(),
            special: vec![Special { kind: "H".into(), index: 0, ..Special::default() }],
            points,
            ..Branch::default()
        }
    }

    #[test]
    fn profiles_are_kept_evenly_along_the_branch_and_none_where_cycles_shrink_to_a_point() {
        let branch = crowded();
        let chosen = evenly_spaced(&branch, 5);
        let at: Vec<f64> = chosen.iter().map(|&row| branch.points[row][0]).collect();
        assert!(chosen[0] == 1 && chosen[4] == 40, "{chosen:?}");
        // The rows lie up to 0.075 apart.
        assert!(at.iter().zip([0.0, 0.25, 0.5, 0.75, 1.0]).all(|(p, wanted)| (p - wanted).abs() < 0.04), "{at:?}");
        assert_eq!(evenly_spaced(&branch, 0), Vec::<usize>::new());
        assert!((branch.points[evenly_spaced(&branch, 1)[0]][0] - 0.5).abs() < 0.04);
        let all = evenly_spaced(&branch, 1000);
        assert!(all.windows(2).all(|pair| pair[0] < pair[1]) && all.len() <= 40);
    }
}
