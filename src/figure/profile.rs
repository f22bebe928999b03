//! The profile of a cycle as a table: time, phase and states, and what belongs to the cycle as a whole.

use crate::results::{Branch, Orbit};

/// Rows between two neighbouring nodes: arcs through them are smooth to the eye.
const BETWEEN: usize = 2;

/// A cycle as rows of named columns, over whole periods.
pub struct Profile {
    pub columns: Vec<String>,
    pub points: Vec<Vec<f64>>,
}

/// The columns that a profile has on a branch of cycles.
///
/// `phase` is time in periods; `t` is time. The states come next, then everything that the branch's row says of the cycle.
pub fn columns(states: &[String], branch: &[String]) -> Vec<String> {
    let own = ["phase", "t"].map(String::from).into_iter().chain(states.iter().cloned());
    let mut columns: Vec<String> = own.collect();
    columns.extend(branch.iter().filter(|name| !states.contains(name)).cloned());
    columns
}

/// The cycle in this row of a branch, over so many periods; nothing if what is stored is no piecewise polynomial.
pub fn table(states: &[String], branch: &Branch, row: usize, orbit: &Orbit, periods: usize) -> Option<Profile> {
    let intervals = orbit.mesh.len().checked_sub(1)?;
    let n = states.len();
    let degree = orbit.times.len().checked_div(intervals)?;
    let whole = degree > 0
        && orbit.times.len() == degree * intervals
        && orbit.values.len() == orbit.times.len()
        && orbit.values.iter().all(|values| values.len() == n);
    if !whole {
        return None;
    }
    let nodes = |j: usize| -> Vec<(f64, &[f64])> {
        let all = (0..=degree).map(|i| (j * degree + i) % orbit.times.len());
        let times = all.clone().map(|i| orbit.times[i] + f64::from(i < j * degree));
        times.zip(all.map(|i| orbit.values[i].as_slice())).collect()
    };
    let of_branch = branch.points.get(row)?;
    let constants: Vec<f64> = (branch.columns.iter().zip(of_branch))
        .filter(|(name, _)| !states.contains(name))
        .map(|(_, value)| *value)
        .collect();
    let steps = degree * (BETWEEN + 1);
    let mut over_one: Vec<(f64, Vec<f64>)> = Vec::with_capacity(intervals * steps);
    for j in 0..intervals {
        let (from, to) = (orbit.mesh[j], orbit.mesh[j + 1]);
        let nodes = nodes(j);
        over_one
            .extend((0..steps).map(|i| from + (to - from) * i as f64 / steps as f64).map(|t| (t, between(&nodes, t))));
    }
    let periodic = (0..periods).flat_map(|period| over_one.iter().map(move |(phase, values)| (period, *phase, values)));
    let end = over_one.first().map(|(_, values)| (periods, 0.0, values));
    let points = periodic.chain(end).map(|(period, phase, values)| {
        let passed = period as f64 + phase;
        let times = [passed, passed * orbit.period];
        times.into_iter().chain(values.iter().copied()).chain(constants.iter().copied()).collect()
    });
    let points = points.collect();
    Some(Profile { columns: columns(states, &branch.columns), points })
}

/// The value at `t` of the polynomial through some nodes, each a time with its values (Lagrange; the barycentric formula of
/// Berrut & Trefethen 2004).
fn between(nodes: &[(f64, &[f64])], t: f64) -> Vec<f64> {
    if let Some((_, values)) = nodes.iter().find(|(time, _)| *time == t) {
        return values.to_vec();
    }
    let mut sum = vec![0.0; nodes.first().map_or(0, |(_, values)| values.len())];
    let mut total = 0.0;
    for (i, (time, values)) in nodes.iter().enumerate() {
        let others = nodes.iter().enumerate().filter(|(k, _)| *k != i);
        let weight = 1.0 / (others.map(|(_, (other, _))| time - other).product::<f64>() * (t - time));
        total += weight;
        sum.iter_mut().zip(*values).for_each(|(sum, value)| *sum += weight * value);
    }
    sum.into_iter().map(|sum| sum / total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (cos, sin) of 2πt at the nodes of a mesh of intervals by turns long and short, each with nodes evenly spaced.
    fn circle(intervals: usize, degree: usize) -> Orbit {
        let end = |j: usize| (j as f64 + if j % 2 == 1 { 0.2 } else { 0.0 }) / intervals as f64;
        let mesh: Vec<f64> = (0..=intervals).map(end).collect();
        let within = |j: usize| (0..degree).map(move |i| (j, i as f64 / degree as f64));
        let times: Vec<f64> =
            (0..intervals).flat_map(within).map(|(j, x)| mesh[j] + x * (mesh[j + 1] - mesh[j])).collect();
        let turn = std::f64::consts::TAU;
        let values = times.iter().map(|t| vec![(turn * t).cos(), (turn * t).sin()]).collect();
        Orbit { period: 3.0, mesh, times, values }
    }

    fn branch() -> Branch {
        let columns = ["p", "period", "x_span"].map(String::from).to_vec();
        Branch { columns, points: vec![vec![0.5, 3.0, 2.0]], ..Branch::default() }
    }

    /// The error of interpolation at five evenly spaced nodes over h = 1.2/20 of a turn is 3.63/5! (2π h/4)⁵ at most: 2.3e-7.
    #[test]
    fn a_circle_comes_back_round_over_whole_periods() {
        let states = ["x", "y"].map(String::from);
        let table = table(&states, &branch(), 0, &circle(20, 4), 2).unwrap();
        assert_eq!(table.columns, ["phase", "t", "x", "y", "p", "period", "x_span"]);
        let (first, last) = (&table.points[0], table.points.last().unwrap());
        assert_eq!((first[1], last[0], last[1]), (0.0, 2.0, 6.0));
        assert_eq!(first[2..], last[2..]);
        for row in &table.points {
            let (sin, cos) = (std::f64::consts::TAU * row[0]).sin_cos();
            assert!((row[2] - cos).abs() < 2.3e-7 && (row[3] - sin).abs() < 2.3e-7, "{row:?}");
            assert_eq!(row[4..], [0.5, 3.0, 2.0]);
        }
        assert!(table.points.windows(2).all(|pair| pair[0][1] < pair[1][1]));
    }

    #[test]
    fn what_is_no_profile_has_no_table() {
        let states = ["x", "y"].map(String::from);
        let good = circle(20, 4);
        for broken in [
            Orbit::default(),
            Orbit { mesh: vec![0.0], ..good.clone() },
            Orbit { values: good.values[1..].to_vec(), ..good.clone() },
            Orbit { values: vec![vec![1.0]; good.times.len()], ..good.clone() },
        ] {
            assert!(table(&states, &branch(), 0, &broken, 1).is_none());
        }
        assert!(table(&states, &branch(), 7, &good, 1).is_none());
    }
}
