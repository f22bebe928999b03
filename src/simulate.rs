//! Solutions of `x' = f(x, p)` in time: where they go, and what they measure there.
//!
//! Steps, error control and dense output are a library's ([`engine`]); the Jacobian is exact, by dual numbers. Knows time; does not
//! know studies, branches or figures.
//!
//! After a transient that is thrown away a solution is watched for three ends: it settles on a point, on a cycle, or on neither.
//!
//! | end | test |
//! |---|---|
//! | point | the Newton step, which is the distance to the equilibrium, is within the tolerance ([`rest`]) |
//! | cycle | maxima of one state return to where they were m maxima ago, and the distance that is still to come is within the tolerance |

mod engine;
mod even;
mod integrator;
mod jumps;
mod measure;
mod onset;
mod ramp;
mod rest;
mod returns;
mod spectrum;

pub use engine::Method;
pub use integrator::Integrator;
pub use jumps::{Jump, Ramped, delay, ramped};
pub use measure::{Extent, Measured, measure, orbit};
pub use onset::Onset;
pub use ramp::Ramp;
pub use spectrum::{Peak, Spectrum as PowerSpectrum, Window, spectrum as power_spectrum};

use crate::field::Field;
use even::{Even, Rows};
use measure::Extents;
use rest::Rest;
use returns::Returns;

/// How a solution is computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// The local error of a step is below `atol + rtol |x|`, for each state.
    pub rtol: f64,
    /// `None`: `10⁻³ rtol` of each state's size at the start.
    pub atol: Option<f64>,
    pub method: Choice,
    /// Length of the first step; chosen if `None`.
    pub step: Option<f64>,
    /// No step is longer.
    pub longest: f64,
    pub max_steps: usize,
    /// Distance from a point or a cycle that counts as there, in sizes or spans of the states. Errors of the solution come on top.
    pub settled: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            rtol: 1e-10,
            atol: None,
            method: Choice::Auto,
            step: None,
            longest: 1e300,
            max_steps: 10_000_000,
            settled: 1e-9,
        }
    }
}

/// Which method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The explicit one, until stability limits its steps; from there on the implicit one.
    Auto,
    Fixed(Method),
}

/// When a solution ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// After its time.
    Time,
    /// On a point, or after its time.
    Steady,
    /// On a cycle or a point, or after its time.
    Periodic,
}

/// From when to when, and what is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Course {
    /// Thrown away.
    pub transient: f64,
    /// How long after that, at most.
    pub time: f64,
    pub until: Until,
    /// So many rows, evenly spaced over `time`; where a solution ends before, between half as many and as many over what there is.
    pub rows: usize,
    /// One state at more times than rows are wanted, for a spectrum.
    pub samples: Option<Samples>,
}

/// The state at this position, so many times, evenly over all of the time but its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Samples {
    pub of: usize,
    pub count: usize,
}

/// Why a solution could not be continued.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// A state or rate that is no number follows.
    NotFinite {
        t: f64,
        x: Vec<f64>,
    },
    /// No step is short enough.
    Stuck {
        t: f64,
        x: Vec<f64>,
    },
    TooManySteps {
        t: f64,
        x: Vec<f64>,
    },
    /// Tolerances below rounding errors.
    Refused,
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Trouble::NotFinite { t, .. } => {
                write!(out, "at t = {t} the equations have no finite value, or the states grow without bound")
            }
            Trouble::Stuck { t, .. } => {
                write!(
                    out,
                    "at t = {t} no step is short enough: the states grow without bound, or the equations have a corner"
                )
            }
            Trouble::TooManySteps { t, .. } => write!(out, "at t = {t} the number of steps allowed was used up"),
            Trouble::Refused => write!(out, "the tolerance is below rounding errors"),
        }
    }
}

/// Where a solution came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// On an equilibrium, at this distance in sizes of the states; with the number of unstable eigenvalues, and of quantities that
    /// the equations conserve: then it is one of a family, and eigenvalues are those that change none of these.
    Point {
        distance: f64,
        unstable: usize,
        conserved: usize,
    },
    /// On a cycle. `distance`: of the last return from the one before, in spans of the states; it falls by `contraction` a period.
    Cycle {
        period: f64,
        distance: f64,
        contraction: f64,
    },
    Neither,
}

/// What a solution was.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulation {
    /// Times and states after the transient.
    pub times: Vec<f64>,
    pub states: Vec<Vec<f64>>,
    /// What [`Course::samples`] asks for.
    pub samples: Vec<f64>,
    pub ended: Ended,
    /// Minimum, maximum and mean of each state: at the point, over one period of the cycle, or over all the time after the transient.
    pub extent: Vec<Extent>,
    /// The last state, which on a cycle is where a state has a maximum; and its time.
    pub state: Vec<f64>,
    /// What is less of each state is nothing that the tolerance tells from 0.
    pub resolution: Vec<f64>,
    pub time: f64,
    pub steps: usize,
    /// The method at the end.
    pub method: Method,
    /// Why it ended too early.
    pub trouble: Option<Trouble>,
}

impl Simulation {
    /// The frequency `2π/T` of the cycle.
    pub fn omega(&self) -> Option<f64> {
        match self.ended {
            Ended::Cycle { period, .. } => Some(2.0 * std::f64::consts::PI / period),
            _ => None,
        }
    }

    /// A value of state `k` as far as it is known: 0 below the tolerance.
    pub fn told(&self, k: usize, value: f64) -> f64 {
        if value.abs() <= self.resolution.get(k).copied().unwrap_or(0.0) { 0.0 } else { value }
    }
}

/// The equilibrium is looked for after so many steps.
const STEADY: usize = 10;
/// Errors of a solution over a period, in units of its tolerance.
const ERRORS: f64 = 10.0;
/// The state that makes the section is chosen after so many steps, and again after so many without a maximum, which are doubled
/// each time: a stiff cycle may take thousands of steps from one maximum to the next.
const CHOOSE: usize = 32;
const LOST: usize = 1000;
/// A state that moves by less than this many tolerances makes no section.
const STILL: f64 = 1e3;

/// Follows the solution from `state`, with all `parameters` held.
pub fn simulate<F: Field>(
    field: &F,
    parameters: &[f64],
    state: &[f64],
    course: &Course,
    settings: &Settings,
) -> Result<Simulation, Trouble> {
    let mut solution = Integrator::new(field, parameters, None, state, 0.0, settings)?;
    let trouble = pass(&mut solution, course.transient).err();
    let mut watched = Watched::new(&solution, course, settings);
    let trouble = match trouble {
        Some(trouble) => Some(trouble),
        None => watched.follow(&mut solution).err(),
    };
    let mut simulation = watched.into_simulation(&solution, trouble);
    if let Ended::Cycle { period, .. } = simulation.ended
        && let Ok(measured) = measure(field, parameters, &simulation.state, period, settings)
    {
        simulation.extent = measured.extent;
    }
    Ok(simulation)
}

/// Goes on to a time and keeps nothing.
fn pass<F: Field>(solution: &mut Integrator<F>, end: f64) -> Result<(), Trouble> {
    while solution.time() < end {
        solution.step(end)?;
    }
    Ok(())
}

/// What is kept of a solution, and whether it has settled.
struct Watched<'s> {
    course: Course,
    settings: &'s Settings,
    rows: Rows,
    samples: Vec<f64>,
    due: Even,
    extents: Extents,
    /// The same of late, for scales.
    recent: [Extents; 2],
    returns: Returns,
    /// The state that makes the section.
    section: Option<usize>,
    /// Steps since the last maximum, or since the section was chosen; and how many are waited for.
    waited: usize,
    patience: usize,
    ended: Ended,
    rest: Rest,
    x: Vec<f64>,
    f: Vec<f64>,
    /// Where the last return was.
    place: Option<(f64, Vec<f64>)>,
    /// Where the last Newton step led.
    point: Vec<f64>,
}

impl<'s> Watched<'s> {
    fn new<F: Field>(solution: &Integrator<F>, course: &Course, settings: &'s Settings) -> Self {
        let (t, x) = (solution.time(), solution.state());
        Watched {
            course: *course,
            settings,
            rows: Rows::new(t, course),
            samples: Vec::new(),
            due: Even::part(t, course.time, course.samples.map_or(0, |samples| samples.count)),
            extents: Extents::new(t, x),
            recent: [Extents::new(t, x), Extents::new(t, x)],
            returns: Returns::default(),
            section: None,
            waited: 0,
            patience: LOST,
            ended: Ended::Neither,
            rest: Rest::default(),
            x: x.to_vec(),
            f: x.to_vec(),
            place: None,
            point: Vec::new(),
        }
    }

    fn follow<F: Field>(&mut self, solution: &mut Integrator<F>) -> Result<(), Trouble> {
        let end = self.course.transient + self.course.time;
        let mut count = 0;
        self.keep(solution);
        while solution.time() < end {
            solution.step(end)?;
            count += 1;
            self.keep(solution);
            self.extents.take(solution, &mut self.x, &mut self.f);
            self.recent.iter_mut().for_each(|recent| recent.glance(solution.state()));
            if count % STEADY == 0 {
                self.look_for_point(solution);
            }
            self.look_for_cycle(solution);
            let there = match self.course.until {
                Until::Time => false,
                Until::Steady => matches!(self.ended, Ended::Point { .. }),
                Until::Periodic => self.ended != Ended::Neither,
            };
            if there {
                break;
            }
        }
        Ok(())
    }

    fn keep<F: Field>(&mut self, solution: &mut Integrator<F>) {
        self.rows.take(solution, &mut self.x);
        let Some(Samples { of, .. }) = self.course.samples else { return };
        while let Some(t) = self.due.next_until(solution.time()) {
            solution.at(t, &mut self.x);
            self.samples.extend(self.x.get(of));
        }
    }

    fn look_for_point<F: Field>(&mut self, solution: &mut Integrator<F>) {
        let (settled, extents) = (self.settings.settled, &self.extents);
        let size = |k: usize| extents.size(k);
        let allowed: Vec<f64> =
            (0..self.x.len()).map(|k| settled * size(k) + ERRORS * solution.error(k, size(k))).collect();
        match self.rest.look(solution, &mut self.x, &allowed) {
            Some((unstable, conserved)) => {
                let distance = self.x.iter().enumerate().map(|(k, step)| step.abs() / size(k).max(f64::MIN_POSITIVE));
                self.ended = Ended::Point { distance: distance.fold(0.0, f64::max), unstable, conserved };
                self.point = solution.state().iter().zip(&self.x).map(|(x, step)| x - step).collect();
            }
            None if matches!(self.ended, Ended::Point { .. }) => self.ended = Ended::Neither,
            None => {}
        }
    }

    fn look_for_cycle<F: Field>(&mut self, solution: &mut Integrator<F>) {
        self.waited += 1;
        let Some(section) = self.section else {
            if self.waited >= CHOOSE {
                self.choose_section(solution.state());
            }
            return;
        };
        let (begun, _, before) = solution.before();
        let values = [before[section], solution.rate()[section]];
        if !(values[0] > 0.0 && values[1] <= 0.0) {
            if self.waited >= self.patience {
                self.patience *= 2;
                self.choose_section(solution.state());
            }
            return;
        }
        self.waited = 0;
        let now = solution.time();
        let t = solution.extremum(section, [begun, now], values, &mut self.x, &mut self.f);
        let extent: Vec<Extent> = (0..self.x.len()).map(|k| Extents::union(&self.recent, k)).collect();
        let errors: Vec<f64> = extent.iter().enumerate().map(|(k, e)| ERRORS * solution.error(k, e.size())).collect();
        let found = self.returns.push(t, &self.x, &extent, self.settings.settled, &errors);
        match found {
            Some(found) => {
                // What the tolerance does not tell from rest may repeat itself.
                let moves = extent[section].span() > STILL * solution.error(section, extent[section].size());
                let crossing = self.x.clone();
                self.look_for_point(solution);
                if moves && !matches!(self.ended, Ended::Point { .. }) {
                    let (period, distance, contraction) = (found.period, found.distance, found.contraction);
                    self.ended = Ended::Cycle { period, distance, contraction };
                    self.place = Some((t, crossing));
                }
            }
            None if matches!(self.ended, Ended::Cycle { .. }) => self.ended = Ended::Neither,
            None => {}
        }
        if self.returns.is_turn() {
            self.recent.swap(0, 1);
            self.recent[0] = Extents::new(now, solution.state());
        }
    }

    /// The state that has moved most for its size.
    fn choose_section(&mut self, x: &[f64]) {
        let moved = |k: usize| {
            let extent = Extents::union(&self.recent, k);
            if extent.size() > 0.0 { extent.span() / extent.size() } else { 0.0 }
        };
        let chosen = (0..x.len()).max_by(|&a, &b| moved(a).total_cmp(&moved(b)));
        self.waited = 0;
        if chosen == self.section {
            return;
        }
        self.section = chosen;
        self.returns.clear();
        self.recent.swap(0, 1);
        self.recent[0] = Extents::new(0.0, x);
    }

    fn into_simulation<F: Field>(self, solution: &Integrator<F>, trouble: Option<Trouble>) -> Simulation {
        let (time, state) = match (&self.ended, self.place) {
            (Ended::Cycle { .. }, Some(place)) => place,
            _ => (solution.time(), solution.state().to_vec()),
        };
        Simulation {
            times: self.rows.times,
            states: self.rows.states,
            samples: self.samples,
            extent: match self.ended {
                Ended::Point { .. } => self.point.iter().map(|&x| Extent { min: x, max: x, mean: x }).collect(),
                _ => self.extents.into_extent(),
            },
            ended: self.ended,
            resolution: (0..state.len()).map(|k| solution.error(k, 0.0)).collect(),
            state,
            time,
            steps: solution.steps(),
            method: solution.method(),
            trouble,
        }
    }
}

#[cfg(test)]
mod tests;
