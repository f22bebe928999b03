//! Branches of cycles: the first cycle, from a Hopf point, a period doubling, a cycle of another branch, or a solution in time.

use super::branch::{Start, Task};
use super::simulation::on_mesh;
use crate::collocation::{Mesh, Scheme};
use crate::curve::Point;
use crate::curves::{Cycles, Profile};
use crate::field::sizes;
use crate::models::Model;
use crate::results::{Failure, Orbit, Simulation, Special};
use crate::simulate;
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

impl Task<'_> {
    /// From the cycle that a simulation settled on.
    pub(super) fn start_from_simulation(&self, simulation: Option<&Simulation>) -> Result<Start, Failure> {
        let found = simulation.and_then(|simulation| Some((simulation, simulation.profile.as_ref()?)));
        let Some((simulation, orbit)) = found else {
            let (name, ended) = simulation.map_or(("", ""), |found| (found.name.as_str(), found.ended.as_str()));
            let advice = "let it last longer, or begin it elsewhere; until = \"periodic\" ends it on a cycle";
            let what = format!("simulation `{name}` settled on no cycle");
            return Err(self.failure(&what, "", ended, advice));
        };
        let names = self.context.description.parameters.iter().map(|parameter| &parameter.name);
        let mut parameters = self.plan.parameters.clone();
        for (value, name) in parameters.iter_mut().zip(names) {
            *value = simulation.parameters.get(name).copied().unwrap_or(*value);
        }
        self.on_cycle(parameters, orbit)
    }

    /// From a state on a cycle, and a guess of its period: one period of the solution.
    pub(super) fn start_from_orbit(&self, states: &[f64], period: f64, at: f64) -> Result<Start, Failure> {
        let mut parameters = self.plan.parameters.clone();
        let (free, _) = self.plan.free[0];
        parameters[free] = at;
        let settings = &self.context.plan.settings;
        let (intervals, degree) = (settings.intervals, settings.degree);
        let exact = simulate::Settings::default();
        let orbit = on_mesh(self.model, &parameters, states, period, intervals, degree, &exact);
        let orbit = orbit.ok_or_else(|| {
            self.failure(
                "the solution through the state of `start` does not last for a period",
                &format!("{} = {at}", self.parameter(free)),
                "one period in time",
                "give a state nearer to the cycle, or a shorter period",
            )
        })?;
        self.on_cycle(parameters, &orbit)
    }

    fn on_cycle(&self, parameters: Vec<f64>, orbit: &Orbit) -> Result<Start, Failure> {
        let (free, [low, high]) = self.plan.free[0];
        let value = parameters[free];
        if !(low..=high).contains(&value) {
            let name = self.parameter(free);
            return Err(self.failure(
                &format!("it starts outside its range: {name} = {value} is not in [{low}, {high}]"),
                "",
                "nothing",
                &format!("widen the range of {name}"),
            ));
        }
        let mut start = Start::at(orbit.values.first().cloned().unwrap_or_default(), parameters);
        let largest = |k: usize| orbit.values.iter().fold(0.0, |m: f64, x| m.max(x[k].abs()));
        start.sizes = sizes(&(0..start.states.len()).map(largest).collect::<Vec<_>>());
        let profile = profile(orbit);
        let hold = profile.nodes.len() + 1;
        start.cycle = Some(FirstCycle { profile, hold });
        Ok(start)
    }
}

/// A cycle at the nodes of a mesh, as results hold it.
pub(super) fn stored(mesh: &Mesh, scheme: &Scheme, nodes: &[f64], states: usize, period: f64) -> Orbit {
    Orbit {
        period,
        times: mesh.times(scheme),
        mesh: mesh.points.clone(),
        values: nodes.chunks_exact(states).map(<[f64]>::to_vec).collect(),
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
    Some(stored(&mesh, &Scheme::new(degree), &nodes, states, period))
}
