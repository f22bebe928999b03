//! What a series draws, taken from the results: polylines with stability, special points, family members.

use super::{Figure, FigureError, Series, profile};
use crate::results::{Branch, Map, Orbit, Results, Simulation, Special, Spectrum, Table};

/// Three coordinates; a plane figure leaves the third at zero.
pub type Place3 = [f64; 3];

/// The branches or the function that a series names.
#[derive(Debug, Default)]
pub struct Block {
    pub strands: Vec<Strand>,
    /// The parameter along the family, where the block has several members.
    pub parameter: Option<String>,
    /// The members lie along a curve: what tells them apart is the value itself, not its rank.
    pub gradual: bool,
}

impl Block {
    /// Leaves out what has no place on the axes that are logarithmic.
    pub fn leave_out(&mut self, log: &[bool]) {
        for point in self.strands.iter_mut().flat_map(|strand| &mut strand.points) {
            for (k, _) in log.iter().enumerate().filter(|(_, log)| **log) {
                if point[k] <= 0.0 {
                    point[k] = f64::NAN;
                }
            }
        }
        self.strands.retain(|strand| strand.points.iter().any(finite));
    }
}

/// One branch or function, in the columns of the figure.
#[derive(Debug, Default)]
pub struct Strand {
    pub points: Vec<Place3>,
    /// Of the segment from point i to point i+1: nothing on it is stable.
    pub unstable: Vec<bool>,
    /// Of the segment from point i to point i+1: on it a Hopf curve is one of neutral saddles.
    pub neutral: Vec<bool>,
    /// Of the segment from point i to point i+1: somewhere on it a coordinate is not smooth; empty if none can be so.
    pub kinks: Vec<bool>,
    pub marks: Vec<Mark>,
    /// The folds at which a jump starts: row, and the row that lies on the unstable side.
    pub folds: Vec<[usize; 2]>,
    pub closed: bool,
    /// Value of the family's parameter.
    pub member: Option<f64>,
}

/// A special point to be marked.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub at: Place3,
    pub kind: String,
    pub label: String,
}

/// Everything that a series draws, in the given columns. Branches without points are passed over: why a block
/// is empty is told by the second value.
pub fn gather(
    figure: &Figure,
    results: &Results,
    series: &Series,
    columns: &[&str],
) -> Result<(Block, Option<String>), FigureError> {
    if let Some(simulation) = results.simulations.iter().find(|simulation| simulation.name == series.block) {
        return simulated(figure, simulation, series, columns);
    }
    if let Some((name, "spectrum")) = series.block.rsplit_once('/')
        && let Some(spectrum) = results.simulations.iter().find(|s| s.name == name).map(|s| s.spectrum.as_ref())
    {
        return power(figure, spectrum, series, columns);
    }
    let point = series.block.rsplit_once('/');
    if series.profiles || point.is_some() {
        let (name, label) = point.map_or((series.block.as_str(), None), |(name, label)| (name, Some(label)));
        return profiles(figure, results, series, columns, name, label);
    }
    let members: Vec<&Branch> = branches(results, &series.block);
    if let (true, Some(survey)) = (members.is_empty(), results.surveys.iter().find(|s| s.block == series.block)) {
        return Ok(block(Vec::new(), None, &series.block, Some(survey.words.clone())));
    }
    if let (true, Some(map)) = (members.is_empty(), results.maps.iter().find(|map| map.name == series.block)) {
        let strand = map_strand(figure, map, columns)?;
        let why = map.failure.as_ref().map(|failure| failure.what.clone());
        return Ok(block(vec![strand], None, &series.block, why));
    }
    if members.is_empty() {
        let table = table(results, &series.block).ok_or_else(|| unknown_block(figure, results, &series.block))?;
        let strand = table_strand(figure, table, columns)?;
        return Ok(block(vec![strand], None, &series.block, None));
    }
    let failure = members.iter().find_map(|branch| branch.failure.as_ref());
    let reason = failure.map(|failure| failure.what.clone());
    let of_family = members.iter().any(|branch| branch.family.as_deref() == Some(series.block.as_str()));
    let parameter = members.iter().find_map(|branch| branch.member.keys().next()).filter(|_| of_family).cloned();
    let mut strands = Vec::new();
    for branch in members.into_iter().filter(|b| !b.points.is_empty()) {
        let mut strand = branch_strand(figure, series, branch, columns)?;
        strand.member = parameter.as_ref().and_then(|name| branch.member.get(name)).copied();
        strands.push(strand);
    }
    Ok(block(strands, parameter, &series.block, reason))
}

/// A time series, a phase portrait, or a loop of hysteresis.
fn simulated(
    figure: &Figure,
    simulation: &Simulation,
    series: &Series,
    columns: &[&str],
) -> Result<(Block, Option<String>), FigureError> {
    let constant = |name: &str| simulation.parameters.get(name).copied();
    let sources = sources(figure, &series.block, &simulation.columns, columns, constant)?;
    let points: Vec<Place3> = simulation.points.iter().map(|row| place(&sources, row)).collect();
    let strand = Strand { unstable: vec![false; points.len().saturating_sub(1)], points, ..Strand::default() };
    let why = simulation.failure.as_ref().map(|failure| failure.what.clone());
    Ok(block(vec![strand], None, &series.block, why))
}

/// A power spectral density, with the numbers of its harmonics as marks.
fn power(
    figure: &Figure,
    spectrum: Option<&Spectrum>,
    series: &Series,
    columns: &[&str],
) -> Result<(Block, Option<String>), FigureError> {
    let Some(spectrum) = spectrum else {
        return Ok(block(Vec::new(), None, &series.block, Some("the simulation has no spectrum".into())));
    };
    let sources = sources(figure, &series.block, &spectrum.columns, columns, |_| None)?;
    let points: Vec<Place3> = spectrum.points.iter().map(|row| place(&sources, row)).collect();
    let peaks = spectrum.peaks.iter().filter(|peak| !peak.label.is_empty());
    let marks = peaks.map(|peak| {
        let at = place(&sources, &[peak.omega, peak.density]);
        Mark { at, kind: "peak".into(), label: peak.label.clone() }
    });
    let (marks, unstable) = (marks.collect(), vec![false; points.len().saturating_sub(1)]);
    let strand = Strand { unstable, points, marks, ..Strand::default() };
    Ok(block(vec![strand], None, &series.block, None))
}

/// The profiles of cycles: of the special point with this label on each branch of the name, or all that one branch keeps.
fn profiles(
    figure: &Figure,
    results: &Results,
    series: &Series,
    columns: &[&str],
    name: &str,
    label: Option<&str>,
) -> Result<(Block, Option<String>), FigureError> {
    let members = branches(results, name);
    if members.is_empty() {
        return Err(unknown_block(figure, results, name));
    }
    let of_family = members.len() > 1 || members.iter().any(|branch| branch.family.as_deref() == Some(name));
    let parameter = match (label, of_family) {
        (None, _) => members.first().and_then(|branch| branch.free.first()),
        (Some(_), true) => members.iter().find_map(|branch| branch.member.keys().next()),
        (Some(_), false) => None,
    };
    let (mut strands, mut reason, mut found) = (Vec::new(), None, Vec::new());
    for branch in members {
        reason = reason.or(branch.failure.as_ref().map(|failure| failure.what.clone()));
        found.extend(branch.special.iter().filter(|s| s.profile.is_some()).map(|s| s.label.as_str()));
        let cycles: Vec<(usize, &Orbit)> = match label {
            Some(label) => {
                let meant = branch.special.iter().find(|special| special.label == label);
                meant.and_then(|special| Some((special.index, special.profile.as_ref()?))).into_iter().collect()
            }
            None => branch.profiles.iter().map(|kept| (kept.index, &kept.profile)).collect(),
        };
        for (row, orbit) in cycles {
            let mut strand = profile_strand(figure, results, series, branch, columns, row, orbit)?;
            strand.member = parameter.and_then(|name| value(branch, name, row));
            strands.push(strand);
        }
    }
    if strands.is_empty() && reason.is_none() {
        return Err(match label {
            Some(_) => {
                FigureError::UnknownPoint { figure: figure.name(), point: series.block.clone(), known: listed(&found) }
            }
            None => FigureError::NoProfile { figure: figure.name(), block: series.block.clone() },
        });
    }
    let (mut block, why) = block(strands, parameter.cloned(), &series.block, reason);
    block.gradual = label.is_none();
    Ok((block, why))
}

/// A parameter at a row of a branch, whether it changes along it or not.
fn value(branch: &Branch, name: &str, row: usize) -> Option<f64> {
    let changing = branch.column(name).and_then(|column| branch.points.get(row)?.get(column));
    changing.or_else(|| branch.member.get(name)).or_else(|| branch.fixed.get(name)).copied()
}

fn profile_strand(
    figure: &Figure,
    results: &Results,
    series: &Series,
    branch: &Branch,
    columns: &[&str],
    row: usize,
    orbit: &Orbit,
) -> Result<Strand, FigureError> {
    let table = profile::table(&results.model.states, branch, row, orbit, series.periods)
        .ok_or_else(|| FigureError::NoProfile { figure: figure.name(), block: series.block.clone() })?;
    let sources = sources(figure, &series.block, &table.columns, columns, |name| value(branch, name, row))?;
    let points: Vec<Place3> = table.points.iter().map(|row| place(&sources, row)).collect();
    // At a point where stability changes the count belongs to neither side.
    let critical = branch.special.iter().any(|special| special.index == row && is_critical(special));
    let unstable = !critical && branch.unstable.get(row).is_some_and(|count| *count > 0);
    Ok(Strand {
        unstable: vec![unstable; points.len().saturating_sub(1)],
        closed: points.first() == points.last() && points.len() > 2,
        points,
        ..Strand::default()
    })
}

fn block(
    mut strands: Vec<Strand>,
    parameter: Option<String>,
    name: &str,
    reason: Option<String>,
) -> (Block, Option<String>) {
    strands.retain(|strand| strand.points.iter().any(finite));
    let empty = strands.is_empty().then(|| match reason {
        Some(reason) => format!("`{name}`: {reason}"),
        None => format!("`{name}` has no points"),
    });
    let parameter = parameter.filter(|_| strands.len() > 1);
    (Block { strands, parameter, gradual: false }, empty)
}

/// The branch of this name, or the members of the family of this name.
pub fn branches<'a>(results: &'a Results, block: &str) -> Vec<&'a Branch> {
    let exact = results.branches.iter().find(|branch| branch.name == block);
    match exact {
        Some(branch) if branch.family.as_deref() != Some(block) => vec![branch],
        _ => results.branches.iter().filter(|branch| branch.family.as_deref() == Some(block)).collect(),
    }
}

fn table<'a>(results: &'a Results, name: &str) -> Option<&'a Table> {
    results.functions.iter().find(|table| table.name == name)
}

/// Names of everything that a series could draw.
pub fn known_blocks(results: &Results) -> String {
    let mut names: Vec<&str> = Vec::new();
    let branches = results.branches.iter().map(|branch| branch.family.as_deref().unwrap_or(&branch.name));
    let tables = results.functions.iter().map(|table| table.name.as_str());
    for name in branches
        .chain(tables)
        .chain(results.maps.iter().map(|map| map.name.as_str()))
        .chain(results.simulations.iter().map(|simulation| simulation.name.as_str()))
    {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    listed(&names)
}

pub fn listed(names: &[&str]) -> String {
    if names.is_empty() {
        return String::from("none");
    }
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// Where a coordinate comes from: a column, or a parameter that does not change along the branch.
enum Source {
    Column(usize),
    Constant(f64),
}

impl Source {
    fn of(&self, row: &[f64]) -> f64 {
        match self {
            Source::Column(index) => row.get(*index).copied().unwrap_or(f64::NAN),
            Source::Constant(value) => *value,
        }
    }
}

fn branch_strand(figure: &Figure, series: &Series, branch: &Branch, columns: &[&str]) -> Result<Strand, FigureError> {
    let constant = |name: &str| branch.member.get(name).or_else(|| branch.fixed.get(name)).copied();
    let sources = sources(figure, &branch.name, &branch.columns, columns, constant).map_err(|error| match error {
        FigureError::UnknownColumn { figure, block, column, .. } => {
            let parameters = branch.member.keys().chain(branch.fixed.keys());
            let known: Vec<&str> = branch.columns.iter().chain(parameters).map(String::as_str).collect();
            FigureError::UnknownColumn { figure, block, column, known: listed(&known) }
        }
        other => other,
    })?;
    let points: Vec<Place3> = branch.points.iter().map(|row| place(&sources, row)).collect();
    let judged = matches!(branch.kind.as_str(), "equilibrium" | "cycle");
    let unstable = if judged { unstable_segments(branch) } else { vec![false; points.len().saturating_sub(1)] };
    let folds = if judged { jumping_folds(branch, &unstable) } else { Vec::new() };
    let marks = branch
        .special
        .iter()
        .filter(|special| wanted(series, special))
        .filter_map(|special| {
            let at = points.get(special.index).copied().filter(finite)?;
            Some(Mark { at, kind: special.kind.clone(), label: special.label.clone() })
        })
        .collect();
    let (neutral, kinks) = (branch.neutral_segments(), kinked_segments(branch, columns));
    Ok(Strand { points, unstable, neutral, kinks, marks, folds, closed: branch.closed, member: None })
}

fn table_strand(figure: &Figure, table: &Table, columns: &[&str]) -> Result<Strand, FigureError> {
    let sources = sources(figure, &table.name, &table.columns, columns, |_| None)?;
    let points: Vec<Place3> = table.points.iter().map(|row| place(&sources, row)).collect();
    Ok(Strand { unstable: vec![false; points.len().saturating_sub(1)], points, ..Strand::default() })
}

/// A map over one parameter as a curve; cells without a value are gaps.
fn map_strand(figure: &Figure, map: &Map, columns: &[&str]) -> Result<Strand, FigureError> {
    if map.axes.len() != 1 {
        return Err(FigureError::NoCurve { figure: figure.name(), block: map.name.clone() });
    }
    let names: Vec<String> = map.axes.keys().chain(map.quantities.keys()).cloned().collect();
    let sources = sources(figure, &map.name, &names, columns, |name| map.fixed.get(name).copied())?;
    let [count, _] = map.shape();
    let rows = (0..count).map(|i| -> Vec<f64> {
        let axes = map.axes.values().map(|values| values[i]);
        let quantities = map.quantities.keys().map(|name| map.value(name, [i, 0]).unwrap_or(f64::NAN));
        axes.chain(quantities).collect()
    });
    let points: Vec<Place3> = rows.map(|row| place(&sources, &row)).collect();
    Ok(Strand { unstable: vec![false; points.len().saturating_sub(1)], points, ..Strand::default() })
}

fn unknown_block(figure: &Figure, results: &Results, name: &str) -> FigureError {
    FigureError::UnknownBlock { figure: figure.name(), block: name.to_string(), known: known_blocks(results) }
}

/// Where each of the wanted coordinates comes from: a column of the table, or something that is constant in it.
fn sources(
    figure: &Figure,
    block: &str,
    columns: &[String],
    wanted: &[&str],
    constant: impl Fn(&str) -> Option<f64>,
) -> Result<Vec<Source>, FigureError> {
    let source = |name: &&str| {
        let column = columns.iter().position(|column| column == name).map(Source::Column);
        let source = column.or_else(|| constant(name).map(Source::Constant));
        source.ok_or_else(|| {
            let known: Vec<&str> = columns.iter().map(String::as_str).collect();
            FigureError::UnknownColumn {
                figure: figure.name(),
                block: block.to_string(),
                column: name.to_string(),
                known: listed(&known),
            }
        })
    };
    wanted.iter().map(source).collect()
}

fn place(sources: &[Source], row: &[f64]) -> Place3 {
    let mut at = [0.0; 3];
    for (coordinate, source) in at.iter_mut().zip(sources) {
        *coordinate = source.of(row);
    }
    at
}

pub fn finite(at: &Place3) -> bool {
    at.iter().all(|c| c.is_finite())
}

fn wanted(series: &Series, special: &Special) -> bool {
    match &series.mark {
        Some(kinds) => kinds.contains(&special.kind),
        None => !matches!(special.kind.as_str(), "EP" | "NSA"),
    }
}

/// Stability changes at these points themselves, so that the count in their own row belongs to neither side.
fn is_critical(special: &Special) -> bool {
    !matches!(special.kind.as_str(), "EP" | "UZ" | "EX" | "NSA")
}

/// Of each segment between two rows: the solutions on it are unstable.
fn unstable_segments(branch: &Branch) -> Vec<bool> {
    let rows = branch.points.len();
    let mut critical = vec![false; rows];
    for special in branch.special.iter().filter(|special| is_critical(special)) {
        if let Some(flag) = critical.get_mut(special.index) {
            *flag = true;
        }
    }
    let count = |row: usize| branch.unstable.get(row).copied().unwrap_or(0);
    (1..rows)
        .map(|row| match (critical[row - 1], critical[row]) {
            (true, false) => count(row) > 0,
            (false, true) => count(row - 1) > 0,
            // Where the count changes unexplained, the doubtful segment is drawn as unstable.
            (false, false) => count(row - 1) > 0 || count(row) > 0,
            (true, true) => count(row - 1) > 0 && count(row) > 0,
        })
        .collect()
}

/// Of each segment between two rows: an eigenvalue that is drawn is real at one end and complex at the other. Where two
/// real eigenvalues meet, they have a square root's branch point and no tangent; states and parameters are smooth.
fn kinked_segments(branch: &Branch, columns: &[&str]) -> Vec<bool> {
    let imaginary: Vec<usize> = columns
        .iter()
        .filter_map(|name| ["re_", "im_", "ln_"].iter().find_map(|part| name.strip_prefix(part)))
        .filter_map(|number| branch.column(&format!("im_{number}")))
        .collect();
    if imaginary.is_empty() {
        return Vec::new();
    }
    let real = |row: &Vec<f64>, column: usize| row.get(column).is_none_or(|im| *im == 0.0);
    let changes = |rows: &[Vec<f64>]| imaginary.iter().any(|&column| real(&rows[0], column) != real(&rows[1], column));
    branch.points.windows(2).map(changes).collect()
}

/// Folds with a stable side: a state that was at rest there has to leave. The second row is the neighbour on
/// the side that is not stable.
fn jumping_folds(branch: &Branch, unstable: &[bool]) -> Vec<[usize; 2]> {
    branch
        .special
        .iter()
        .filter(|special| special.kind == "LP")
        .filter_map(|special| {
            let row = special.index;
            let before = *unstable.get(row.checked_sub(1)?)?;
            let after = *unstable.get(row)?;
            match (before, after) {
                (false, true) => Some([row, row + 1]),
                (true, false) => Some([row, row - 1]),
                _ => None,
            }
        })
        .collect()
}
