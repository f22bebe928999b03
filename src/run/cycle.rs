//! Branches of cycles: the first cycle, from a Hopf point, a period doubling, a branch point, a cycle of another branch, or a solution
//! in time; and the first of those that are critical.

use super::branch::{Start, Task};
use super::simulation::on_mesh;
use crate::collocation::{Mesh, Scheme};
use crate::curve::Point;
use crate::curves::{CycleCondition, Cycles, FirstCritical, Profile};
use crate::field::sizes;
use crate::models::Model;
use crate::normal_form::Degenerate;
use crate::plan::Kind;
use crate::results::{Failure, Orbit, Simulation, Special};
use crate::simulate;
use crate::start::{
    FirstCycle, beside_crossing, cycle_at_hopf, doubled_cycle, fold_at_bautin, torus_at_hopf_hopf, torus_at_zero_hopf,
};

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
                (omega, followed(special, omega)),
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
        // Multipliers of cycles that close up after half a period are squares.
        if !special.eigenvalues.iter().any(|e| (e[0] + 1.0).hypot(e[1]) < 0.5) {
            return Err(self.failure(
                &format!("no cycle of twice the period branches off at `{}`", special.label),
                "",
                "its multipliers, of which none is -1: the cycles of that branch close up there after half a period, where it was born",
                "start at another PD of that branch",
            ));
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

    /// A start on the other branch through a branch point of cycles of the same free parameter.
    pub(super) fn switch_cycles(&self, special: &Special, mut start: Start) -> Result<Start, Failure> {
        let (free, _) = self.plan.free[0];
        let lambda = start.parameters[free];
        let beside = special.profile.as_ref().and_then(|orbit| {
            let profile = profile(orbit);
            let step = self.settings().step;
            beside_crossing(&mut self.cycles(&start, &profile), &profile, lambda, &special.direction, step)
        });
        let Some((cycle, lambda)) = beside else {
            return Err(self.failure(
                &format!("no second branch of cycles was found at `{}`", special.label),
                &format!("{} = {lambda}", self.parameter(free)),
                "the second direction in which the linearisation is singular, and Newton's method beside the point",
                "the point may be degenerate: start the branch from a cycle on it",
            ));
        };
        start.cycle = Some(cycle);
        start.parameters[free] = lambda;
        Ok(start)
    }

    /// The first cycle of a critical curve that starts at this point.
    pub(super) fn first_critical(
        &self,
        condition: CycleCondition,
        special: &Special,
        start: &mut Start,
    ) -> Result<FirstCritical, Failure> {
        let none = |tried: &str| {
            self.failure(
                &format!("no critical cycle was found at `{}`", special.label),
                "",
                tried,
                "start at another point",
            )
        };
        let settings = &self.context.plan.settings;
        let Some(orbit) = &special.profile else {
            let beside = self.critical_beside(special, start);
            return beside.map_err(|why| none(&format!("the normal form of the point: {why}")));
        };
        let (parameters, sizes, profile) = (&start.parameters, &start.sizes, profile(orbit));
        let first = match (condition, special.kind.as_str()) {
            (CycleCondition::Torus, "R1" | "R2") => {
                let multiplier = if special.kind == "R1" { 1.0 } else { -1.0 };
                FirstCritical::beside_resonance(self.model, parameters, multiplier, sizes, settings.degree, &profile)
            }
            _ => {
                let theta = torus_angle(special);
                FirstCritical::at(self.model, parameters, condition, sizes, settings.degree, &profile, theta)
            }
        };
        first.map_err(|_| none("the functions that are critical there, by bordered equations"))
    }

    /// A critical cycle beside an equilibrium of codimension two; moves the start to its parameters.
    fn critical_beside(&self, special: &Special, start: &mut Start) -> Result<FirstCritical, Degenerate> {
        let settings = &self.context.plan.settings;
        let scheme = Scheme::new(settings.degree);
        let mesh = (&scheme, settings.intervals);
        let (x, p) = (&start.states, &start.parameters);
        let omega = special.values.get("omega").copied().unwrap_or(0.0);
        let &[(first, _), (second, _)] = self.plan.free.as_slice() else { return Err(Degenerate::Eigenvalue) };
        match special.kind.as_str() {
            "GH" => {
                let free = [first, second];
                let (found, at) = fold_at_bautin(self.model, x, p, omega, free, &start.sizes, mesh)?;
                free.into_iter().zip(at).for_each(|(position, value)| start.parameters[position] = value);
                Ok(found)
            }
            "ZH" => torus_at_zero_hopf(self.model, x, p, omega, &start.sizes, mesh),
            _ => {
                // The cycle has the frequency of the curve on which the point was found.
                let mut omegas = ["omega1", "omega2"].map(|name| special.normal_form.get(name).copied().unwrap_or(0.0));
                if (omegas[1] - omega).abs() < (omegas[0] - omega).abs() {
                    omegas.swap(0, 1);
                }
                torus_at_hopf_hopf(self.model, x, p, omegas, &start.sizes, mesh)
            }
        }
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

/// The cycle that results hold.
pub(super) fn profile(orbit: &Orbit) -> Profile {
    Profile {
        mesh: Mesh { points: orbit.mesh.clone() },
        nodes: orbit.values.iter().flatten().copied().collect(),
        period: orbit.period,
    }
}

/// The amplitude `r` up to which the other modes follow the oscillation born at a Hopf point: there its own rate, `|Re c₁| r²`, is a
/// tenth of their slowest; of `ω` in the plane. Beyond, as where a slow state saturates it, no cycle need be near.
fn followed(hopf: &Special, omega: f64) -> f64 {
    let mut rates: Vec<f64> = hopf.eigenvalues.iter().map(|e| e[0].abs()).collect();
    rates.sort_by(f64::total_cmp);
    let slowest = rates.get(2).copied().unwrap_or(omega);
    let bend = hopf.normal_form.get("re_c1").map_or(0.0, |c| c.abs());
    if bend > 0.0 { (0.1 * slowest / bend).sqrt() } else { f64::INFINITY }
}

/// The angle of the conjugate multipliers on the unit circle; of two such pairs that of the one which is not the curve's own.
fn torus_angle(special: &Special) -> f64 {
    let own = special.values.get("theta").copied().filter(|_| special.kind == "NSNS");
    angle_on_circle(&special.eigenvalues, own).unwrap_or(0.0)
}

/// The angle of the conjugate multipliers nearest to the unit circle, but for those with the angle `own`.
pub(super) fn angle_on_circle(multipliers: &[[f64; 2]], own: Option<f64>) -> Option<f64> {
    let angle = |e: &[f64; 2]| e[1].atan2(e[0]);
    let off = |e: &[f64; 2]| e[0].hypot(e[1]).ln().abs();
    let others = multipliers.iter().filter(|e| e[1] > 0.0 && own.is_none_or(|own| (angle(e) - own).abs() > 1e-6));
    others.min_by(|a, b| off(a).total_cmp(&off(b))).map(angle)
}

/// The cycle at a point of a branch or a critical curve of cycles.
pub(super) fn cycle_at(point: &Point, kind: Kind, states: usize) -> Option<Profile> {
    match kind.cycle_condition() {
        Some(condition) => condition.profile(point, states),
        None => Profile::at(point),
    }
}

/// A cycle as results hold it.
pub(super) fn orbit(profile: Profile, states: usize, degree: usize) -> Orbit {
    let Profile { mesh, nodes, period } = profile;
    Orbit {
        period,
        times: mesh.times(&Scheme::new(degree)),
        mesh: mesh.points,
        values: nodes.chunks_exact(states).map(<[f64]>::to_vec).collect(),
    }
}
