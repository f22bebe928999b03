//! Files of results: where they go, and writing them whole or not at all.

use crate::plan::Plan;
use crate::results::{Branch, Map, Results, Table};
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What could not be done with which path, and why.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("cannot make the folder `{}`: {why}", path.display())]
    Folder { path: PathBuf, why: io::Error },
    #[error("cannot write into the folder `{}`: {why}", path.display())]
    Unwritable { path: PathBuf, why: io::Error },
    #[error("cannot write `{}`: it is a folder", path.display())]
    IsFolder { path: PathBuf },
    #[error("cannot write `{}`: {why}", path.display())]
    Write { path: PathBuf, why: io::Error },
    #[error("cannot put `{}` into words: {why}", path.display())]
    Format { path: PathBuf, why: String },
}

/// The folder of a study's results.
pub fn folder(out: &Path, plan: &Plan) -> PathBuf {
    out.join(&plan.study)
}

/// Where a figure goes: a bare name beside the results; a name with a folder from where the program was called.
pub fn figure_path(folder: &Path, file: &Path) -> PathBuf {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => file.to_path_buf(),
        _ => folder.join(file),
    }
}

/// The file of a branch or function: `hopf[Z_T=0.5]` is written to `hopf.Z_T=0.5.csv`, since brackets mean
/// something to a shell.
pub fn csv_path(folder: &Path, name: &str) -> PathBuf {
    let safe: String = name
        .chars()
        .filter(|c| *c != ']')
        .map(|c| match c {
            '[' => '.',
            c if c.is_ascii_alphanumeric() || "._-=+".contains(c) => c,
            _ => '_',
        })
        .collect();
    folder.join(format!("{safe}.csv"))
}

/// Makes all folders that a study writes to, and tries to write there.
pub fn prepare(folder: &Path, plan: &Plan) -> Result<(), FileError> {
    let figures: Vec<PathBuf> = plan.figures.iter().map(|figure| figure_path(folder, &figure.file)).collect();
    let mut folders = vec![folder.to_path_buf()];
    for parent in figures.iter().filter_map(|figure| figure.parent()) {
        if !folders.iter().any(|folder| folder == parent) {
            folders.push(parent.to_path_buf());
        }
    }
    for path in folders {
        fs::create_dir_all(&path).map_err(|why| FileError::Folder { path: path.clone(), why })?;
        let probe = temporary(&path.join("probe"));
        fs::write(&probe, "").map_err(|why| FileError::Unwritable { path: path.clone(), why })?;
        let _ = fs::remove_file(&probe);
    }
    let names = (plan.branches.iter().map(|branch| &branch.name))
        .chain(plan.simulations.iter().map(|simulation| &simulation.name))
        .chain(plan.maps.iter().map(|map| &map.name))
        .chain(plan.functions.iter().map(|function| &function.name));
    let files =
        figures.into_iter().chain([folder.join("results.json")]).chain(names.map(|name| csv_path(folder, name)));
    for path in files {
        if path.is_dir() {
            return Err(FileError::IsFolder { path });
        }
    }
    Ok(())
}

/// `results.json` and the tables.
pub fn write_results(folder: &Path, results: &Results) -> Result<(), FileError> {
    let path = folder.join("results.json");
    let mut json =
        serde_json::to_vec(results).map_err(|why| FileError::Format { path: path.clone(), why: why.to_string() })?;
    json.push(b'\n');
    write(&path, &json)?;
    for branch in &results.branches {
        let path = csv_path(folder, &branch.name);
        let table = branch_csv(branch).map_err(|why| FileError::Format { path: path.clone(), why: why.to_string() })?;
        write(&path, &table)?;
        if !branch.cycles().is_empty() {
            let path = csv_path(folder, &format!("{}.profiles", branch.name));
            let table = profiles_csv(&results.model.states, branch);
            write(&path, &table.map_err(|why| FileError::Format { path: path.clone(), why: why.to_string() })?)?;
        }
    }
    for simulation in &results.simulations {
        let spectrum =
            simulation.spectrum.iter().map(|s| (format!("{}.spectrum", simulation.name), &s.columns, &s.points));
        let tables = std::iter::once((simulation.name.clone(), &simulation.columns, &simulation.points));
        for (name, columns, points) in tables.chain(spectrum) {
            let path = csv_path(folder, &name);
            let table = rows_csv(columns, points)
                .map_err(|why| FileError::Format { path: path.clone(), why: why.to_string() })?;
            write(&path, &table)?;
        }
    }
    for map in &results.maps {
        let path = csv_path(folder, &map.name);
        let table = map_csv(map).map_err(|why| FileError::Format { path: path.clone(), why: why.to_string() })?;
        write(&path, &table)?;
    }
    for function in &results.functions {
        let path = csv_path(folder, &function.name);
        let table =
            function_csv(function).map_err(|why| FileError::Format { path: path.clone(), why: why.to_string() })?;
        write(&path, &table)?;
    }
    Ok(())
}

/// The points of a branch, with the number of unstable eigenvalues and the label of special points.
fn branch_csv(branch: &Branch) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = branch.columns.iter().map(String::as_str).chain(["unstable", "label"]);
    writer.write_record(names)?;
    for (i, point) in branch.points.iter().enumerate() {
        let labels: Vec<&str> =
            branch.special.iter().filter(|special| special.index == i).map(|special| special.label.as_str()).collect();
        let unstable = branch.unstable.get(i).map(usize::to_string).unwrap_or_default();
        let numbers = (0..branch.columns.len()).map(|column| point.get(column).map(cell).unwrap_or_default());
        writer.write_record(numbers.chain([unstable, labels.join(" ")]))?;
    }
    finished(writer)
}

/// A row a cell, the first parameter running fastest: parameters, quantities, and the word for what is said of it.
fn map_csv(map: &Map) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = map.axes.keys().chain(map.quantities.keys()).map(String::as_str);
    writer.write_record(names.chain(["cell"]))?;
    let kinds: HashMap<&[usize], &str> =
        map.cells.iter().map(|cell| (cell.at.as_slice(), cell.kind.as_str())).collect();
    let [width, height] = map.shape();
    for (j, i) in (0..height).flat_map(|j| (0..width).map(move |i| (j, i))) {
        let at: Vec<usize> = [i, j].into_iter().take(map.axes.len()).collect();
        let place = map.axes.values().zip(&at).map(|(values, k)| values.get(*k).map(cell).unwrap_or_default());
        let value = |name: &str| map.value(name, [i, j]).as_ref().map(cell).unwrap_or_default();
        let kind = kinds.get(at.as_slice()).copied().unwrap_or_default();
        writer.write_record(place.chain(map.quantities.keys().map(|name| value(name))).chain([kind.into()]))?;
    }
    finished(writer)
}

/// The profiles of cycles, one below the other: a row a node, the first one again at the end of the period. `point` is the
/// cycle's row in the table of its branch, from 0, and `label` that of a special point.
fn profiles_csv(states: &[String], branch: &Branch) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = ["point", "label"].into_iter().chain(branch.free.iter().map(String::as_str));
    writer.write_record(names.chain(["period", "phase", "t"]).chain(states.iter().map(String::as_str)))?;
    let free: Vec<Option<usize>> = branch.free.iter().map(|name| branch.column(name)).collect();
    for (index, label, orbit) in branch.cycles() {
        let of_branch = |column: &Option<usize>| branch.points.get(index).and_then(|row| row.get((*column)?));
        let free: Vec<String> = free.iter().map(|column| of_branch(column).map(cell).unwrap_or_default()).collect();
        let phases = orbit.times.iter().copied().chain([1.0]);
        for (phase, values) in phases.zip(orbit.values.iter().chain(orbit.values.first())) {
            let of_cycle = [index.to_string(), label.to_string()].into_iter().chain(free.iter().cloned());
            let numbers = [orbit.period, phase, phase * orbit.period].into_iter().chain(values.iter().copied());
            writer.write_record(of_cycle.chain(numbers.map(|number| cell(&number))))?;
        }
    }
    finished(writer)
}

fn function_csv(table: &Table) -> Result<Vec<u8>, csv::Error> {
    rows_csv(&table.columns, &table.points)
}

fn rows_csv(columns: &[String], points: &[Vec<f64>]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns)?;
    for point in points {
        writer.write_record((0..columns.len()).map(|column| point.get(column).map(cell).unwrap_or_default()))?;
    }
    finished(writer)
}

/// A number that reads back to the same bits, without rows of zeros.
fn cell(value: &f64) -> String {
    if *value == 0.0 || (1e-5..1e16).contains(&value.abs()) { value.to_string() } else { format!("{value:e}") }
}

fn finished(writer: csv::Writer<Vec<u8>>) -> Result<Vec<u8>, csv::Error> {
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// Writes the whole file beside its place and moves it there, so that nobody ever reads half of it.
pub fn write(path: &Path, content: &[u8]) -> Result<(), FileError> {
    let beside = temporary(path);
    let written = fs::write(&beside, content).and_then(|()| fs::rename(&beside, path));
    written.map_err(|why| {
        let _ = fs::remove_file(&beside);
        FileError::Write { path: path.to_path_buf(), why }
    })
}

fn temporary(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_of_a_family_has_a_file_name_that_a_shell_takes_as_it_is() {
        assert_eq!(csv_path(Path::new("r"), "hopf[Z_T=-0.5]"), Path::new("r/hopf.Z_T=-0.5.csv"));
    }

    #[test]
    fn a_bare_figure_goes_beside_the_results() {
        assert_eq!(figure_path(Path::new("out/s"), Path::new("a.svg")), Path::new("out/s/a.svg"));
        assert_eq!(figure_path(Path::new("out/s"), Path::new("./a.svg")), Path::new("./a.svg"));
        assert_eq!(figure_path(Path::new("out/s"), Path::new("f/a.svg")), Path::new("f/a.svg"));
    }

    #[test]
    fn profiles_are_written_over_the_whole_period() {
        use crate::results::{Kept, Orbit, Special};
        let orbit = |x: f64| Orbit {
            period: 2.0,
            mesh: vec![0.0, 1.0],
            times: vec![0.0, 0.5],
            values: vec![vec![x], vec![-x]],
        };
        let special = Special { label: "UZ1".into(), index: 1, profile: Some(orbit(0.1)), ..Special::default() };
        let branch = Branch {
            free: vec!["p".into()],
            columns: vec!["p".into(), "period".into()],
            points: vec![vec![0.25, 2.0], vec![0.5, 2.0]],
            special: vec![special],
            profiles: vec![Kept { index: 0, profile: orbit(3.0) }, Kept { index: 1, profile: orbit(0.1) }],
            ..Branch::default()
        };
        let text = String::from_utf8(profiles_csv(&["x".to_string()], &branch).unwrap()).unwrap();
        let wanted = "point,label,p,period,phase,t,x\n\
                      0,,0.25,2,0,0,3\n0,,0.25,2,0.5,1,-3\n0,,0.25,2,1,2,3\n\
                      1,UZ1,0.5,2,0,0,0.1\n1,UZ1,0.5,2,0.5,1,-0.1\n1,UZ1,0.5,2,1,2,0.1\n";
        assert_eq!(text, wanted);
    }

    #[test]
    fn a_branch_is_written_with_its_labels_and_reads_back_to_the_same_bits() {
        let branch = Branch {
            columns: vec!["p".into(), "x".into()],
            points: vec![vec![0.1 + 0.2, 1e-300], vec![2.0, -0.0]],
            unstable: vec![0, 1],
            special: vec![crate::results::Special { label: "LP1".into(), index: 1, ..Default::default() }],
            ..Default::default()
        };
        let text = String::from_utf8(branch_csv(&branch).unwrap()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "p,x,unstable,label");
        let numbers: Vec<f64> = lines[1].split(',').take(2).map(|cell| cell.parse().unwrap()).collect();
        assert_eq!(numbers, branch.points[0]);
        assert!(lines[2].ends_with(",1,LP1"));
    }
}
