//! Branches of cycles: the first cycle, from a Hopf point, a period doubling, or a cycle of another branch.

use super::branch::{Start, Task};
use crate::collocation::{Mesh, Scheme};
use crate::curve::Point;
use crate::curves::{Cycles, Profile};
use crate::models::Model;
use crate::results::{Failure, Orbit, Special};
use crate::start::{FirstCycle, cycle_at_hopf, doubled_cycle};

impl Task<'_> {
    /// The first cycle of a branch that starts at this point, with all `parameters` as they are there.
    pub(super) fn first_cycle(&self, special: &Special, start: &Start) -> Result<FirstCycle, Failure> {
        let settings = &self.context.plan.settings;
        let Some(orbit) = &special.profile else {
            let omega = special.values.get("omega").copied().unwrap_or(0.0);
            let scheme = Scheme::new(settings.degree);
            let found = cycle_at_hopf(
                self.model,
                &start.states,
                &start.parameters,
                omega,
                &start.sizes,
                &scheme,
                settings.intervals,
            );
            return found.map_err(|why| {
                self.failure(
                    &format!("no cycle was found beside `{}`: {why}", special.label),
                    "",
                    "the eigenvectors of the critical pair",
                    "start at another Hopf point",
                )
            });
        };
        let profile = profile(orbit);
        if special.kind != "PD" {
            let hold = profile.nodes.len() + 1;
            return Ok(FirstCycle { profile, hold });
        }
        let lambda = start.parameters[self.plan.free[0].0];
        let mode = self.cycles(start, &profile).flip_mode(&profile, lambda).ok_or_else(|| {
            self.failure(
                &format!("the cycle of twice the period was not found at `{}`", special.label),
                "",
                "the eigenvector of the multiplier -1",
                "start at another point",
            )
        })?;
        Ok(doubled_cycle(&profile, &mode, &start.sizes))
    }

    /// The curve of cycles beside a profile.
    pub(super) fn cycles<'a>(&'a self, start: &Start, profile: &Profile) -> Cycles<'a, Model> {
        let (free, [low, high]) = self.plan.free[0];
        let degree = self.context.plan.settings.degree;
        Cycles::new(self.model, &start.parameters, (free, high - low), &start.sizes, degree, profile)
    }
}

/// A cycle as results hold it.
pub(super) fn profile(orbit: &Orbit) -> Profile {
    Profile {
        mesh: Mesh { points: orbit.mesh.clone() },
        nodes: orbit.values.iter().flatten().copied().collect(),
        period: orbit.period,
    }
}

/// A point of a branch of cycles as results hold it.
pub(super) fn orbit(point: &Point, states: usize, degree: usize) -> Option<Orbit> {
    let Profile { mesh, nodes, period } = Profile::at(point)?;
    Some(Orbit {
        period,
        times: mesh.times(&Scheme::new(degree)),
        mesh: mesh.points,
        values: nodes.chunks_exact(states).map(<[f64]>::to_vec).collect(),
    })
}
