//! What a trace leaves open, in words: how a branch ends, why it failed, what nothing accounts for.

use super::{Rows, shown};
use crate::curve::Point;
use crate::curves::{CycleRow, HOMOCLINIC, LOST, NOT_ISOLATED, UNRESOLVED};
use crate::plan::Kind;
use crate::results::{Branch, End as EndRecord, Failure, Special, Unresolved};
use crate::trace::{End, NewtonFailure, Refusal, Trace};

impl Rows<'_> {
    /// What nothing accounts for. Where cycles are not isolated, the number of multipliers outside the unit circle is rounding errors.
    pub(super) fn add_unresolved(&self, trace: &Trace, branch: &mut Branch) {
        let why = match self.task.plan.kind {
            Kind::Equilibrium => {
                "the number of unstable eigenvalues changes, and no fold, branch point or Hopf point was found here"
            }
            Kind::Cycle => {
                "the number of multipliers outside the unit circle changes, and no LPC, PD, NS or BPC was found here"
            }
            Kind::Fold | Kind::Hopf | Kind::BranchPoint | Kind::CycleFold | Kind::PeriodDoubling | Kind::Torus => {
                "a test function changes its sign, and no point of codimension two was found here"
            }
        };
        let double = |point: &Point| {
            let row = CycleRow::of(&point.sample.observed, self.states());
            self.task.plan.kind == Kind::Cycle && row.multipliers_at_one() > 1
        };
        let family = trace.points.iter().filter(|point| double(point)).count() > trace.points.len() / 2;
        let mut left_out = 0;
        for gap in &trace.unresolved {
            let (left, right) = &*gap.bracket;
            if family && double(left) && double(right) {
                left_out += 1;
                continue;
            }
            branch.unresolved.push(Unresolved {
                between: [gap.between.0, gap.between.1],
                values: [left, right].map(|point| point.y[self.first(point)]),
                unstable: [left.sample.index, right.sample.index],
                why: why.into(),
            });
        }
        if left_out > 0 {
            branch.notes.push(format!(
                "a second multiplier is 1 along the branch: cycles are not isolated at one value of the parameter, as where \
                 something is conserved; {left_out} changes of the number of multipliers outside the unit circle, which are \
                 rounding errors of that, are left out"
            ));
        }
    }

    /// Where the trivial multiplier is not 1, neither the others nor what is found by them can be trusted.
    pub(super) fn note_doubt(&self, trace: &Trace, branch: &mut Branch) {
        let Some(column) = branch.column("trivial_error") else { return };
        let errors: Vec<f64> = branch.points.iter().filter_map(|row| row.get(column).copied()).collect();
        let doubtful = |error: &f64| error.is_finite() && *error > UNRESOLVED;
        let Some(first) = errors.iter().position(doubtful) else { return };
        branch.notes.push(format!(
            "the trivial multiplier, which is 1, is off by more than {UNRESOLVED} at {} of {} points, by {:.2} at most, first at {}: the \
             mesh does not resolve these cycles, or their multipliers are too far apart; special points there may be none; raise \
             `intervals` in [settings]",
            errors.iter().filter(|error| doubtful(error)).count(),
            errors.len(),
            errors.iter().copied().filter(doubtful).fold(0.0, f64::max),
            self.where_is(&trace.points[first])
        ));
    }

    /// Of two states, the sum of the exponents is that of the second one, which is 0 at a fold: what Liouville's formula misses is how far
    /// the fold is from being one.
    pub(super) fn note_doubtful_folds(&self, branch: &mut Branch) {
        let Some(column) = branch.column("liouville_error").filter(|_| self.states() == 2) else { return };
        let error = |special: &&Special| branch.points.get(special.index).and_then(|row| row.get(column)).copied();
        let folds = branch.special.iter().filter(|special| special.kind == "LPC");
        let worst = folds.filter_map(|fold| Some((fold, error(&fold)?))).max_by(|a, b| a.1.total_cmp(&b.1));
        let Some((fold, error)) = worst.filter(|(_, error)| *error > UNRESOLVED) else { return };
        let (label, error) = (&fold.label, shown(error));
        branch.notes.push(format!(
            "at {label} the integral of the divergence, which is zero at a fold of cycles with two states, is off by {error}: the mesh does \
             not resolve this cycle, and the fold may be elsewhere, or none; raise `degree`, or `intervals`, in [settings]"
        ));
    }

    /// How a branch ends at a point, and at which special one if it is one.
    pub(super) fn end(&self, end: &End, point: &Point, special: Option<&Special>) -> EndRecord {
        let free = &self.task.plan.free;
        match end {
            End::Edge { coordinate, high } => {
                let Some((position, [low, upper])) = free.get(coordinate - self.first(point)) else {
                    return EndRecord {
                        how: "imperfect".into(),
                        why: format!("the branches that cross part at {}", self.where_is(point)),
                    };
                };
                let (name, bound) = (self.task.parameter(*position), if *high { upper } else { low });
                EndRecord {
                    how: "bound".into(),
                    why: format!(
                        "{name} reached its {} bound {}",
                        if *high { "upper" } else { "lower" },
                        as_written(*bound)
                    ),
                }
            }
            End::Terminus => {
                // Cycles end at a Hopf point, or at a period doubling, whose own cycle has half the period.
                let (kind, label) = special.map_or(("", ""), |special| (&special.kind, &special.label));
                let how = match kind {
                    "H" | "GH" | "ZH" | "HH" => "the cycles shrink to a point",
                    "R1" | "R2" => "the multipliers leave the unit circle",
                    _ => "the cycles close up after half a period",
                };
                EndRecord { how: "terminus".into(), why: format!("{how} at {label}, {}", self.where_is(point)) }
            }
            End::Closed => EndRecord { how: "closed".into(), why: "the curve returns to its start".into() },
            End::RunsOut(way) => EndRecord { how: (*way).into(), why: self.way_out(way, point) },
            End::MaxPoints => EndRecord {
                how: "max-points".into(),
                why: format!("max_points = {} were computed", self.task.context.plan.settings.max_points),
            },
            End::Stopped { refusal, step } => EndRecord {
                how: "stopped".into(),
                why: format!(
                    "{} near {}; the last step tried was {step:.1e}",
                    refusal_words(*refusal),
                    self.where_is(point)
                ),
            },
        }
    }

    /// What a curve comes near to at its last point.
    fn way_out(&self, way: &str, point: &Point) -> String {
        let (place, cyclic) = (self.where_is(point), self.task.plan.kind.is_cyclic());
        match way {
            HOMOCLINIC => format!(
                "the period grows beyond {} at {place}, which does not change any more: a homoclinic orbit, or a loop of several \
                 equilibria, is near",
                shown(self.period(point))
            ),
            NOT_ISOLATED => format!(
                "the cycles go on at {place}, which does not change any more: those of a linear or a conservative oscillator have all \
                 amplitudes at one value of it"
            ),
            LOST => format!(
                "what is critical is lost in rounding errors at {place}, where the period is {}: neighbours of the cycle are repelled by \
                 many orders of magnitude before they are attracted, as in a canard explosion or near a homoclinic orbit",
                shown(self.period(point))
            ),
            _ if cyclic => format!("the cycles go on at {place}, which does not change any more"),
            _ => format!("it runs to infinity at {place}, or goes straight up: nothing but states changes any more"),
        }
    }

    /// Of a cycle.
    fn period(&self, point: &Point) -> f64 {
        point.y[self.first(point) - 1]
    }

    fn where_is(&self, point: &Point) -> String {
        let n = self.first(point);
        let list: Vec<String> = self
            .task
            .plan
            .free
            .iter()
            .enumerate()
            .map(|(k, (position, _))| format!("{} = {}", self.task.parameter(*position), shown(point.y[n + k])))
            .collect();
        list.join(", ")
    }

    /// A branch that stopped short of its bounds has failed, as far as it did not get.
    pub(super) fn failure(&self, end: &End, point: &Point) -> Option<Failure> {
        let n = self.first(point);
        let degenerate = self.task.plan.free.iter().enumerate().find_map(|(k, (position, [low, high]))| {
            let parameter = self.task.context.description.parameters.get(*position)?;
            let reason = parameter.zero.as_ref()?;
            (point.y[n + k].abs() < 1e-6 * (high - low))
                .then(|| format!("{} goes to zero, where {reason}; end the range before 0", parameter.name))
        });
        let name = &self.task.plan.name;
        match end {
            End::Stopped { refusal, step } => Some(Failure {
                what: format!("branch `{name}` stopped before it reached a bound: {}", refusal_words(*refusal)),
                place: self.where_is(point),
                tried: format!("steps down to {step:.1e} in the scaled arclength"),
                advice: match degenerate {
                    Some(reason) => reason,
                    None if self.task.plan.kind.is_cyclic() => {
                        "raise `intervals` in [settings], lower `max_step`, or narrow the range".into()
                    }
                    None => refusal_advice(*refusal).into(),
                },
                excerpt: String::new(),
            }),
            End::MaxPoints => Some(Failure {
                what: format!(
                    "branch `{name}` did not reach a bound within max_points = {}",
                    self.task.context.plan.settings.max_points
                ),
                place: self.where_is(point),
                tried: "nothing more; the points up to here are kept".into(),
                advice: "raise `max_points`, raise `max_step`, or narrow the range".into(),
                excerpt: String::new(),
            }),
            End::Edge { coordinate, .. } if *coordinate >= n + self.task.plan.free.len() => Some(Failure {
                what: format!("branch `{name}` does not go on: its branch points do not persist"),
                place: self.where_is(point),
                tried: "branch points of the equations as they are, for each value of the free parameters".into(),
                advice: "branches cross all along a curve only where both free parameters keep the symmetry or the invariant \
                         set that makes them cross: choose others, or start a fold curve from a fold beside"
                    .into(),
                excerpt: String::new(),
            }),
            End::Edge { .. } | End::Closed | End::Terminus | End::RunsOut(_) => None,
        }
    }
}

/// A bound, all digits of it, without rows of zeros.
fn as_written(value: f64) -> String {
    if value == 0.0 || (1e-6..1e9).contains(&value.abs()) { value.to_string() } else { format!("{value:e}") }
}

pub(in super::super) fn newton_words(failure: NewtonFailure) -> String {
    match failure {
        NewtonFailure::Singular => "its linear system is singular".into(),
        NewtonFailure::NotFinite => "a value that is not finite came up".into(),
        NewtonFailure::NotConverged { residual } => {
            format!("Newton's method did not converge (residual {residual:.1e})")
        }
    }
}

fn refusal_words(refusal: Refusal) -> String {
    match refusal {
        Refusal::Newton(failure) => newton_words(failure),
        Refusal::Doubtful { angle, .. } => {
            format!("the tangent turns by {:.0} degrees within a step however short", angle.to_degrees())
        }
        Refusal::Jump => "each step led to another branch, with no branch point between".into(),
    }
}

fn refusal_advice(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Newton(NewtonFailure::Singular) => {
            "equilibria may not be isolated here; look for parameters at zero and for conserved quantities, or narrow the range"
        }
        Refusal::Newton(NewtonFailure::NotFinite) => {
            "the equations leave their domain here (division by zero, root of a negative number); narrow the range"
        }
        Refusal::Newton(NewtonFailure::NotConverged { residual }) if residual < 1e-11 => {
            "the equations hold here to rounding errors, but are too flat for Newton's method; raise `tolerance` in [settings], narrow the range, or start at another point"
        }
        Refusal::Newton(NewtonFailure::NotConverged { .. }) => {
            "raise `max_newton` or lower `min_step` in [settings]; if the model is not smooth here, narrow the range"
        }
        Refusal::Doubtful { .. } => {
            "the model may have a corner here (abs, min, max); lower `min_step`, or narrow the range"
        }
        Refusal::Jump => "lower `min_step` in [settings]",
    }
}
