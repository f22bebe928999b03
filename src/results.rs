//! What came out: tables with named columns, special points, how each branch ended, and the checks.
//!
//! Plain data. `results.json` is this type written by serde; figures are drawn from it and from nothing
//! else, so they can be redrawn without computing. Nothing here knows how the numbers were found.

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer, Serialize};

/// Names with numbers, in the order in which they are to be read.
pub type Values = IndexMap<String, f64>;

/// JSON has no word for what is not a number: it is written as null, and read as it was.
fn rows<'de, D: Deserializer<'de>>(reader: D) -> Result<Vec<Vec<f64>>, D::Error> {
    let rows = Vec::<Vec<Option<f64>>>::deserialize(reader)?;
    Ok(rows.into_iter().map(|row| row.into_iter().map(|x| x.unwrap_or(f64::NAN)).collect()).collect())
}

/// Everything one study computed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// Version of the program.
    pub hopfold: String,
    /// Name of the study: its file name without `.toml`.
    pub study: String,
    pub title: String,
    pub model: ModelRecord,
    /// A family of branches stands here as its members, one after the other.
    pub branches: Vec<Branch>,
    /// One for each block that starts at all equilibria.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub surveys: Vec<Survey>,
    /// One for each figure of kind diagram.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diagrams: Vec<Diagram>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub optima: Vec<Optimum>,
    pub functions: Vec<Table>,
    /// Solutions in time.
    pub simulations: Vec<Simulation>,
    /// Quantities over grids of parameters.
    #[serde(default)]
    pub maps: Vec<Map>,
    pub checks: Vec<Check>,
}

/// The model as it was used: names, and the parameter values of the study.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelRecord {
    pub name: String,
    pub states: Vec<String>,
    pub parameters: Values,
    /// Where the parameters are physical: units, and the dimensionless numbers that follow from them.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub derived: Values,
}

/// One traced branch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Branch {
    /// `name` of the block; a family's members are `name[Z_T=0.1]`, those that start at all equilibria `name[1]`.
    pub name: String,
    /// Name of the block that this is a member of, where the block is several branches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// The family's parameter and its value for this member; empty where the block starts at all equilibria.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub member: Values,
    /// `equilibrium`, `fold`, `hopf`, …
    pub kind: String,
    /// The free parameters, in the order of the study.
    pub free: Vec<String>,
    /// The parameters that were held fixed.
    pub fixed: Values,
    pub columns: Vec<String>,
    /// One row a point, in the order along the branch, from the low end of its range.
    #[serde(deserialize_with = "rows")]
    pub points: Vec<Vec<f64>>,
    /// Number of unstable eigenvalues (multipliers) at each point.
    pub unstable: Vec<usize>,
    pub special: Vec<Special>,
    /// Changes of stability that no special point explains. Empty on a branch that is understood.
    pub unresolved: Vec<Unresolved>,
    /// How the branch ends at its first and at its last point.
    pub ends: Vec<End>,
    /// The branch returns to its first point.
    pub closed: bool,
    /// Why the branch could not be computed, or not to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// Remarks that are not failures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Cycles along the branch whose profiles the study asked for, beside those of the special points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<Kept>,
}

/// A cycle of a branch, kept with its profile.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The cycle's row in `points`.
    pub index: usize,
    pub profile: Orbit,
}

/// The search for all equilibria in a box of states.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// Name of the block whose branches start at these equilibria.
    pub block: String,
    /// The free parameter, and its value.
    pub at: Values,
    /// The range of each state.
    #[serde(rename = "box")]
    pub bounds: IndexMap<String, [f64; 2]>,
    /// It is proved that there are no others.
    pub complete: bool,
    pub equilibria: Vec<Surveyed>,
    /// Regions in which there may be others.
    pub open: Vec<IndexMap<String, [f64; 2]>>,
    /// Their part of the volume of the box.
    pub open_part: f64,
    /// Boxes that were examined by interval arithmetic.
    pub boxes: usize,
    /// Starts of Newton's method, where that was tried too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<usize>,
    /// How complete the search is, in words.
    pub words: String,
}

/// One equilibrium of a survey.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Surveyed {
    pub states: Values,
    /// It is proved that there is exactly one here.
    pub certain: bool,
    /// The branch that passes through it; none if it could not be followed.
    pub branch: Option<String>,
}

/// How many equilibria there are in the regions into which critical curves cut the plane of two parameters.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Diagram {
    /// The file of the figure that shows it.
    pub figure: String,
    /// The two parameters, each with its range.
    pub plane: IndexMap<String, [f64; 2]>,
    /// The other parameters.
    pub fixed: Values,
    /// The range of each state.
    #[serde(rename = "box")]
    pub bounds: IndexMap<String, [f64; 2]>,
    /// Number of regions, of those with room for a test.
    pub regions: usize,
    /// Number of long regions without room for a test: nothing is said of the equilibria in them.
    #[serde(default)]
    pub narrow: usize,
    /// Points of the plane at which the equilibria were counted, several in each region.
    pub tests: Vec<Tested>,
    /// Changes within a region, which no curve explains. Empty if no curve is missing.
    pub missed: Vec<Missed>,
    /// Why the equilibria could not be counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// The equilibria at one point of the plane.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tested {
    /// Number of the region, from 0.
    pub region: usize,
    /// The two parameters.
    pub at: [f64; 2],
    pub equilibria: usize,
    pub stable: usize,
    /// It is proved that these are all equilibria in the box.
    pub proved: bool,
}

/// Two neighbouring points of the plane between which the number of equilibria changes, and no curve passes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Missed {
    pub between: [Tested; 2],
    pub why: String,
}

/// A special point on a branch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Special {
    /// Type and number, `LP1`; unique on its branch.
    pub label: String,
    /// `LP`, `H`, `NSA`, `BP`, `CP`, `BT`, `UZ` (a value that the study asked for), `EX` (an extremum), `EP` (an end).
    #[serde(rename = "type")]
    pub kind: String,
    /// The point's row in `points`.
    pub index: usize,
    /// Every column of the branch at the point, and what belongs to its type (`omega`, `period`, …).
    pub values: Values,
    /// Real and imaginary parts; of a cycle, the multipliers.
    pub eigenvalues: Vec<[f64; 2]>,
    pub normal_form: Values,
    /// The point in words: `supercritical`, `subcritical`, …
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// Norm of the scaled residual of the defining system at the point.
    pub residual: f64,
    /// The cycle, on a branch of cycles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Orbit>,
    /// The direction of the branch where another one crosses, at a BPC: of the states at each node, of the period and of the free
    /// parameter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub direction: Vec<f64>,
}

/// A cycle: a piecewise polynomial of one degree on each interval of a mesh, by its values at Gauss–Lobatto nodes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Orbit {
    pub period: f64,
    /// Ends of the intervals, in periods, from 0 to 1.
    pub mesh: Vec<f64>,
    /// Times of the nodes, in periods; the last one, 1, is not repeated.
    pub times: Vec<f64>,
    /// The states at each node.
    pub values: Vec<Vec<f64>>,
}

/// An interval in which the number of unstable eigenvalues changes for no reason that was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Unresolved {
    /// Rows in `points` on either side.
    pub between: [usize; 2],
    /// The free parameter on either side.
    pub values: [f64; 2],
    /// Number of unstable eigenvalues on either side.
    pub unstable: [usize; 2],
    pub why: String,
}

/// How a branch ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// A word, of which `hopfold explain` tells: `bound`, `terminus`, `closed`, `homoclinic`, `stopped`, `max-points`…
    pub how: String,
    /// The sentence that says it: `V_in reached its upper bound 10`.
    pub why: String,
}

/// A computation that failed: which, where, what was tried, what to change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    pub what: String,
    #[serde(rename = "where")]
    pub place: String,
    pub tried: String,
    pub advice: String,
    /// The part of the study or model at fault, underlined.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub excerpt: String,
}

/// Where a quantity is greatest or least over some parameters.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Optimum {
    pub name: String,
    /// `maximum` or `minimum`.
    pub goal: String,
    /// The quantity.
    pub of: String,
    /// The solutions of which it is one: `cycle` or `equilibrium`.
    pub kind: String,
    /// The known solution from which the others were continued.
    pub from: String,
    /// The parameters that were varied, each with its range.
    pub over: IndexMap<String, [f64; 2]>,
    /// How the optimum was looked for, in words.
    pub method: String,
    /// The parameters and all quantities at the best place. Empty where nothing was found.
    pub values: Values,
    /// Derivatives of the quantity there by the parameters; missing where they are not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gradient: Option<Values>,
    /// The parameters that are at a bound there: `lower` or `upper`.
    pub bounds: IndexMap<String, String>,
    /// Number of unstable eigenvalues, or of multipliers outside the unit circle, there.
    pub unstable: usize,
    /// Every start, in order.
    pub starts: Vec<OptimumStart>,
    /// How many starts ended at the best place.
    pub agree: usize,
    /// Places at which the quantity has no value, as the solution could not be followed to them: the first of each start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<MissedPlace>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// One start of an optimum.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OptimumStart {
    /// The parameters at which it began and ended, and the quantity there.
    pub at: Values,
    pub reached: Values,
    pub value: f64,
    /// It ended where no derivative leads farther; without derivatives, where the simplex shrank to a point.
    pub converged: bool,
    /// Solutions and gradients that were computed, and places without a solution.
    pub evaluations: usize,
    pub gradients: usize,
    pub missed: usize,
}

/// A place to which a solution could not be followed: where its way ended, and why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MissedPlace {
    pub to: Values,
    pub at: Values,
    pub why: String,
}

/// A function of one variable that a model offers, evaluated on a grid.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    pub name: String,
    pub columns: Vec<String>,
    #[serde(deserialize_with = "rows")]
    pub points: Vec<Vec<f64>>,
}

/// Quantities over a grid of one or two parameters.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Map {
    pub name: String,
    /// The parameters that vary, one or two, each with the values of its grid, in rising order. The first is x.
    pub axes: IndexMap<String, Vec<f64>>,
    /// The other parameters.
    pub fixed: Values,
    /// `continuation` or `simulation`.
    pub method: String,
    /// Each by its values in the cells: that of cell (i, j) is at j·(length of the first axis) + i, and missing where there is none.
    pub quantities: IndexMap<String, Vec<Option<f64>>>,
    /// Cells of which there is something to say.
    pub cells: Vec<Cell>,
    /// Why the map could not be computed, or not all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// Remarks that are not failures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A cell of a map of which there is something to say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Its position along each axis, from 0.
    pub at: Vec<usize>,
    /// A word: `failed`, `coexisting`, …
    pub kind: String,
    /// The sentence that says it.
    pub why: String,
}

/// A solution in time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Simulation {
    pub name: String,
    /// All parameters; the one that a ramp moves has its first value.
    pub parameters: Values,
    /// `t`, the parameter that a ramp moves, states, outputs.
    pub columns: Vec<String>,
    #[serde(deserialize_with = "rows")]
    pub points: Vec<Vec<f64>>,
    /// `V_min`, `V_max`, `V_span`, `V_mean` of each state, `period`, `omega`, the last state, …
    pub quantities: Values,
    /// Where it came to, in words.
    pub ended: String,
    /// The cycle that it settled on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Orbit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spectrum: Option<Spectrum>,
    /// Where the state jumps under a ramp.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jumps: Vec<Jump>,
    /// Where an oscillation begins or ends under a ramp.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub onsets: Vec<Onset>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A power spectral density.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spectrum {
    pub of: String,
    pub window: String,
    /// `omega`, `S`.
    pub columns: Vec<String>,
    #[serde(deserialize_with = "rows")]
    pub points: Vec<Vec<f64>>,
    /// The highest first.
    pub peaks: Vec<Peak>,
}

/// A peak of a power spectral density.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Peak {
    /// `1` for the highest, `2`, `3`, … for multiples of its frequency; empty for others.
    pub label: String,
    pub omega: f64,
    #[serde(rename = "S")]
    pub density: f64,
}

/// A jump under a ramp, and the fold that explains it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Jump {
    pub t: f64,
    /// The parameter there, by its name.
    pub at: Values,
    /// `rising` or `falling`: which way the parameter goes.
    pub way: String,
    /// The state that jumps, with its values before and after.
    pub state: String,
    pub from: f64,
    pub to: f64,
    /// `branch/LP1`, the fold that it comes after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fold: Option<String>,
    /// How far after it, in the parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<f64>,
    /// What the theory of slow passage says of that, to leading order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicted: Option<f64>,
}

/// Where an oscillation begins or ends under a ramp, and the Hopf point that explains it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Onset {
    pub t: f64,
    /// The parameter there, by its name.
    pub at: Values,
    /// `rising` or `falling`: which way the parameter goes.
    pub way: String,
    /// The state by which it is measured.
    pub state: String,
    pub begins: bool,
    /// `branch/H1`, the Hopf point that it comes after, and how far after it, in the parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hopf: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<f64>,
}

/// One quantity of an `[[expect]]` entry beside what was computed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// `branch/label`.
    pub point: String,
    pub quantity: String,
    pub expected: f64,
    /// Missing where the point does not exist.
    pub computed: Option<f64>,
    pub tolerance: f64,
    pub ok: bool,
    pub source: String,
    /// Set where the expected value is known to be misprinted: the reason. Such a check never passes,
    /// and does not fail the study.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub misprint: Option<String>,
    /// Why there is nothing to compare (point not found, …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl Map {
    /// Number of cells along the first axis and along the second, 1 where there is none.
    pub fn shape(&self) -> [usize; 2] {
        [0, 1].map(|k| self.axes.get_index(k).map_or(1, |(_, values)| values.len()))
    }

    /// A quantity in a cell.
    pub fn value(&self, quantity: &str, [i, j]: [usize; 2]) -> Option<f64> {
        let [columns, rows] = self.shape();
        if i >= columns || j >= rows {
            return None;
        }
        self.quantities.get(quantity)?.get(j * columns + i).copied().flatten()
    }
}

/// Type and number of a label, as in `LP1`; the types of strong resonances end in a digit themselves, as in `R21`, the first of R2.
pub fn split_label(label: &str) -> (&str, &str) {
    let resonance = label.strip_prefix('R').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let kind = if resonance { 2 } else { label.find(|c: char| c.is_ascii_digit()).unwrap_or(label.len()) };
    label.split_at(kind)
}

impl Branch {
    /// Of each segment between two rows: on it a curve of Hopf points is one of neutral saddles, at which nothing changes, since
    /// κ = ω² is negative.
    pub fn neutral_segments(&self) -> Vec<bool> {
        let kappa = self.column("kappa").filter(|_| self.kind == "hopf");
        let at = |row: &[f64]| kappa.and_then(|kappa| row.get(kappa)).copied().unwrap_or(0.0);
        // At a Bogdanov–Takens point κ is zero to rounding: the other end decides.
        self.points.windows(2).map(|rows| at(&rows[0]) + at(&rows[1]) < 0.0).collect()
    }

    /// Every cycle whose profile is known, by its row: those of special points with their labels, and those kept along the branch.
    pub fn cycles(&self) -> Vec<(usize, &str, &Orbit)> {
        let special = self.special.iter().filter_map(|s| Some((s.index, s.label.as_str(), s.profile.as_ref()?)));
        let mut cycles: Vec<(usize, &str, &Orbit)> = special.collect();
        let labelled: Vec<usize> = cycles.iter().map(|(index, ..)| *index).collect();
        let kept = self.profiles.iter().filter(|kept| !labelled.contains(&kept.index));
        cycles.extend(kept.map(|kept| (kept.index, "", &kept.profile)));
        cycles.sort_by_key(|(index, ..)| *index);
        cycles
    }

    /// Position of a column, if the branch has it.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// How large a state becomes on the branch: the largest magnitude of its values, or of its extrema on cycles. Where the branch
    /// runs to infinity it is [`FAR`] times what is usual on it.
    pub fn extent(&self, state: &str) -> f64 {
        let of_cycles = ["min", "max"].map(|what| format!("{state}_{what}"));
        let columns: Vec<usize> = match self.column(state) {
            Some(column) => vec![column],
            None => of_cycles.iter().filter_map(|name| self.column(name)).collect(),
        };
        let size = |row: &Vec<f64>| columns.iter().filter_map(|&k| row.get(k)).fold(0.0, |m: f64, x| m.max(x.abs()));
        let mut sizes: Vec<f64> = self.points.iter().map(size).collect();
        let largest = sizes.iter().copied().fold(0.0, f64::max);
        let half = sizes.len() / 2;
        let usual = if sizes.is_empty() { 0.0 } else { *sizes.select_nth_unstable_by(half, f64::total_cmp).1 };
        if usual > 0.0 { largest.min(FAR * usual) } else { largest }
    }
}

/// See [`Branch::extent`].
const FAR: f64 = 1e3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_that_runs_to_infinity_does_not_say_how_large_its_states_are() {
        let branch = |states: &[f64]| Branch {
            columns: vec!["p".into(), "x".into()],
            points: states.iter().map(|x| vec![0.0, *x]).collect(),
            ..Branch::default()
        };
        assert_eq!(branch(&[0.0, 1.0, -2.0, 3.0, -40.0]).extent("x"), 40.0);
        assert_eq!(branch(&[1.0, 2.0, 3.0, -1e5, 1e12]).extent("x"), FAR * 3.0);
        assert_eq!(branch(&[0.0, 0.0, 0.5]).extent("x"), 0.5);
        assert_eq!(branch(&[]).extent("x"), 0.0);
    }

    #[test]
    fn cells_of_a_map_are_kept_row_after_row() {
        let axes = [("a".to_string(), vec![0.0, 1.0, 2.0]), ("b".to_string(), vec![5.0, 6.0])];
        let span = vec![Some(0.0), Some(1.0), Some(2.0), Some(3.0), None, Some(5.0)];
        let map = Map {
            axes: axes.into_iter().collect(),
            quantities: [("span".to_string(), span)].into_iter().collect(),
            ..Map::default()
        };
        assert_eq!(map.shape(), [3, 2]);
        assert_eq!(map.value("span", [2, 0]), Some(2.0));
        assert_eq!(map.value("span", [0, 1]), Some(3.0));
        assert_eq!(map.value("span", [1, 1]), None);
        assert_eq!(map.value("span", [3, 0]), None);
        assert_eq!(map.value("period", [0, 0]), None);
    }
}
