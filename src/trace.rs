//! The engine: traces the zero set of a smooth map `F: R^(N+1) → R^N`.
//!
//! Correct, predict, step, explain, adapt. One Newton and one loop serve every curve; what changes between two
//! neighbouring points is explained by special points, located on their defining systems, before the next step is taken.
//! Nothing here knows what a model or a Hopf point is.

mod bracket;
mod edge;
mod explain;
mod first;
mod newton;

pub use bracket::Bracket;
pub use edge::{Edge, Mark};
pub use newton::{NewtonFailure, correct, polish};

use crate::curve::{Curve, Located, Point, tangent};
use crate::linalg::{dot, normalise, square_distance, sum_of};
use newton::newton;

/// How a curve is traced. Lengths are in the scaled arclength, in which a branch is a few units long.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Length of the first step.
    pub step: f64,
    /// The branch stops where a shorter step would be needed.
    pub min_step: f64,
    /// No step is longer.
    pub max_step: f64,
    /// Points in each direction.
    pub max_points: usize,
    /// A point is accepted when `residual_norm ≤ tolerance` and the last update was `≤ 100 · tolerance`.
    pub tolerance: f64,
    /// Newton steps before a correction is given up.
    pub max_newton: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { step: 0.01, min_step: 1e-9, max_step: 0.05, max_points: 10_000, tolerance: 1e-12, max_newton: 8 }
    }
}

/// Largest angle between tangents of neighbouring points, and the one aimed at, in radians. The first is what keeps a
/// sharp turn from being cut, the second what makes a drawn curve look smooth.
const MAX_ANGLE: f64 = 0.3;
const GOOD_ANGLE: f64 = 0.1;
/// Largest ratio of the second Newton update to the first, and distance from predicted to corrected point in steps.
const MAX_CONTRACTION: f64 = 0.2;
const MAX_DEVIATION: f64 = 0.2;
/// Where curves are known to give out, a second update smaller than both of these, the second in steps, may be rounding errors, and says
/// nothing about contraction.
const ROUNDING: f64 = 1e-6;
const NEGLIGIBLE: f64 = 1e-3;
/// Largest distance of the curve from the interpolant in the middle of a long step, in steps.
const MAX_INTERPOLATION: f64 = 0.02;
const LONG_STEP: f64 = 0.1;
/// A step that ends on a special point whatever its length has a monitor that is rounding errors everywhere.
const MAX_TRIED: usize = 6;
/// Within this length rounding errors turn tangents.
const TURNING: f64 = 1e-7;
/// Distance from predicted to corrected point that is aimed at.
const GOOD_PREDICTION: f64 = 2e-4;
/// Steps that are longer than this many of the last ones are predicted by the tangent.
const MAX_EXTRAPOLATION: f64 = 3.0;

/// Points whose identities, in their sizes, differ by less than this are the same.
const SAME: f64 = 1e-6;

/// Where steps are shorter than this part of the longest one allowed, in the mean over about as many of them, they lead nowhere.
const CRAWLING: (f64, f64) = (1e-3, 20.0);

/// Coordinates with an edge that change by less than this part of their range and size stand still: see [`Curve::runs_out`].
const STILL: f64 = 1e-10;

/// Why a step was refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refusal {
    Newton(NewtonFailure),
    /// The tangent turned by more than allowed, or Newton contracted too slowly: another branch may be near.
    Doubtful {
        angle: f64,
        contraction: f64,
    },
    /// The orientation changed although there is no branch point between: the step ended on another branch.
    Jump,
}

/// How a curve ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// It reached an edge: the coordinate, and whether it is the high one.
    Edge { coordinate: usize, high: bool },
    /// It returned to its start.
    Closed,
    /// The solutions end in one of another kind: the special point that comes last.
    Terminus,
    /// Points beyond would say nothing new, for this reason of the curve: see [`Curve::runs_out`].
    RunsOut(&'static str),
    /// `max_points` were computed.
    MaxPoints,
    /// Steps down to `step` were refused, the last one for this reason.
    Stopped { refusal: Refusal, step: f64 },
}

/// A special point and its place in `points`.
#[derive(Clone, Debug, PartialEq)]
pub struct Special {
    pub label: &'static str,
    pub index: usize,
    pub residual: f64,
}

/// The index changes between `points[between.0]` and `points[between.1]`, and nothing accounts for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Unresolved {
    pub between: (usize, usize),
    /// The two points as close as they were brought together.
    pub bracket: Box<(Point, Point)>,
}

/// A traced curve.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    pub points: Vec<Point>,
    pub special: Vec<Special>,
    pub unresolved: Vec<Unresolved>,
    /// At the first point and at the last.
    pub ends: Option<[End; 2]>,
}

/// Traces the curve through `start` in both directions, from edge to edge.
///
/// * `start`: near a point of the curve; it is corrected with `y[hold]` held fixed, or within the hyperplane normal to the
///   curve where that is singular (at a fold).
/// * `edges`: must contain the start.
///
/// The trace begins at the end where `y[hold]` is lower. Fails where there is no point of the curve near `start`.
pub fn trace(
    curve: &mut dyn Curve,
    start: &[f64],
    hold: usize,
    edges: &[Edge],
    marks: &[Mark],
    settings: &Settings,
    progress: &mut dyn FnMut(usize, &[f64]),
) -> Result<Trace, NewtonFailure> {
    let mut tracer = Tracer::begin(curve, start, hold, edges, marks, settings)?;
    let origin = tracer.here.clone();
    let borders = tracer.scale.clone();
    let marked = tracer.marks_met(&origin);
    let forward = tracer.follow(progress);
    if forward.end == End::Closed {
        let ends = [End::Closed, End::Closed];
        return Ok(Trace {
            points: forward.points,
            special: marked.into_iter().chain(forward.special).collect(),
            unresolved: forward.unresolved,
            ends: Some(ends),
        });
    }
    tracer.turn_back(origin, borders);
    let mut backward = tracer.follow(progress);
    // In the order in which the arm is walked, they come first.
    backward.special.splice(0..0, marked);
    Ok(join(backward, forward, hold))
}

/// One direction of a trace; the first point is the common start.
struct Arm {
    points: Vec<Point>,
    special: Vec<Special>,
    unresolved: Vec<Unresolved>,
    end: End,
}

/// Puts the arm that ends lower in front, reversed; before that, one that ends in a solution of another kind.
fn join(backward: Arm, forward: Arm, hold: usize) -> Trace {
    let last = |arm: &Arm| arm.points.last().map_or(0.0, |p| p.y[hold]);
    let first = backward.end == End::Terminus || (last(&backward) <= last(&forward) && forward.end != End::Terminus);
    let (front, back) = if first { (backward, forward) } else { (forward, backward) };
    let origin = front.points.len() - 1;
    let reversed = |index: usize| origin - index;
    let mut points: Vec<Point> = front.points;
    points.reverse();
    for point in &mut points {
        point.tangent.iter_mut().for_each(|t| *t = -*t);
    }
    points.extend(back.points.into_iter().skip(1));
    let mut special: Vec<Special> =
        front.special.into_iter().map(|s| Special { index: reversed(s.index), ..s }).rev().collect();
    special.extend(back.special.into_iter().map(|s| Special { index: origin + s.index, ..s }));
    let mut unresolved: Vec<Unresolved> = Vec::new();
    for u in front.unresolved.into_iter().rev() {
        let (left, right) = *u.bracket;
        unresolved.push(Unresolved {
            between: (reversed(u.between.1), reversed(u.between.0)),
            bracket: Box::new((right, left)),
        });
    }
    unresolved.extend(
        back.unresolved.into_iter().map(|u| Unresolved { between: (origin + u.between.0, origin + u.between.1), ..u }),
    );
    Trace { points, special, unresolved, ends: Some([front.end, back.end]) }
}

/// The state of a trace: where it is and how it got there.
struct Tracer<'a> {
    curve: &'a mut dyn Curve,
    edges: &'a [Edge],
    marks: &'a [Mark],
    settings: &'a Settings,
    scale: Vec<f64>,
    /// `1/scale`.
    over: Vec<f64>,
    here: Point,
    /// The point before `here`.
    before: Option<Point>,
    step: f64,
    /// Why a step was refused last.
    refused: Option<Refusal>,
    /// How many more brackets may be halved within this step.
    brackets: usize,
}

impl<'a> Tracer<'a> {
    /// Back to the start, for the other direction.
    fn turn_back(&mut self, origin: Point, scale: Vec<f64>) {
        self.curve.settle(&origin, &mut self.scale);
        for (s, old) in self.scale.iter_mut().zip(scale) {
            *s = s.max(old);
        }
        self.renew();
        let row: Vec<f64> = self.scaled(&origin.tangent).iter().map(|t| -t).collect();
        self.step = self.settings.step;
        self.before = None;
        // Linearising at a point that was accepted before cannot fail; should it, the reversed copy serves.
        let mut reversed = origin.clone();
        reversed.tangent.iter_mut().for_each(|t| *t = -*t);
        for _ in 0..2 {
            match self.sample(origin.y.clone(), &row) {
                Ok(point) => reversed = point,
                Err(_) => break,
            }
            self.curve.regauge();
        }
        self.here = reversed;
    }

    /// Follows the curve from `here` to its end in the direction of its tangent.
    fn follow(&mut self, progress: &mut dyn FnMut(usize, &[f64])) -> Arm {
        let mut origin = self.here.clone();
        let mut arm =
            Arm { points: vec![origin.clone()], special: Vec::new(), unresolved: Vec::new(), end: End::MaxPoints };
        if let Some(end) = self.starts_outward() {
            arm.end = end;
            return arm;
        }
        let (mut moved, mut still, mut mean) = (origin.y.clone(), 0.0, self.settings.max_step);
        while arm.points.len() < self.settings.max_points {
            let (next, found, end) = match self.advance(&origin, arm.points.len()) {
                Ok(step) => step,
                Err(refusal) => {
                    arm.end = self.stopped(refusal);
                    return arm;
                }
            };
            for item in found {
                match item {
                    explain::Found::Special(located, point) => {
                        arm.special.push(Special {
                            label: located.label,
                            index: arm.points.len(),
                            residual: located.residual,
                        });
                        arm.points.push(point);
                    }
                    explain::Found::Unresolved(left, right) => {
                        let row = arm.points.len();
                        arm.unresolved.push(Unresolved { between: (row - 1, row), bracket: Box::new((left, right)) });
                    }
                }
            }
            if end != Some(End::Terminus) {
                arm.points.push(next.clone());
            }
            progress(arm.points.len(), &next.y);
            if let Some(end) = end {
                arm.end = end;
                return arm;
            }
            let length = self.distance(&self.here.y, &next.y);
            mean += (length - mean) / CRAWLING.1;
            if let Some(refusal) = self.refused.filter(|_| mean < CRAWLING.0 * self.settings.max_step) {
                arm.end = self.stopped(refusal);
                return arm;
            }
            if self.has_moved(&moved, &next.y) {
                moved.clone_from(&next.y);
                still = 0.0;
            } else {
                still += length;
            }
            self.before = Some(std::mem::replace(&mut self.here, next));
            if let Some(way) = self.curve.runs_out(&self.here, still) {
                arm.end = End::RunsOut(way);
                return arm;
            }
            self.curve.rescale(&self.here.y, &mut self.scale);
            self.renew();
            self.curve.regauge();
            self.adapt(&mut origin);
        }
        arm
    }

    /// The end where steps lead nowhere.
    fn stopped(&self, refusal: Refusal) -> End {
        match self.curve.gives_out(&self.here) {
            Some(way) => End::RunsOut(way),
            None => End::Stopped { refusal, step: self.step },
        }
    }

    /// Lets the curve move what its unknowns mean, unless that would change what is known of the point.
    fn adapt(&mut self, origin: &mut Point) {
        if !self.curve.strained(&self.here) {
            return;
        }
        let (mut here, mut before, mut first) = (self.here.clone(), self.before.clone(), origin.clone());
        let mut scale = self.scale.clone();
        let mut points: Vec<&mut Point> = vec![&mut here];
        points.extend(before.as_mut());
        points.push(&mut first);
        self.curve.adapt(&mut points, &mut scale);
        std::mem::swap(&mut self.scale, &mut scale);
        self.renew();
        let row = self.scaled(&here.tangent);
        match self.corrected_nearly(here.y.clone(), &row) {
            Ok((moved, _))
                if explain::flips(&moved, &self.here).is_empty() && moved.sample.index == self.here.sample.index =>
            {
                (self.here, self.before, *origin) = (moved, before, first);
                self.curve.regauge();
            }
            _ => {
                self.curve.settle(&self.here, &mut scale);
                self.scale = scale;
                self.renew();
            }
        }
    }

    /// After a change of the scale.
    fn renew(&mut self) {
        self.over.clear();
        self.over.extend(self.scale.iter().map(|s| 1.0 / s));
    }

    /// Some coordinate with an edge differs between two points.
    fn has_moved(&self, from: &[f64], to: &[f64]) -> bool {
        let size = |e: &Edge| (e.high - e.low).max(self.scale[e.coordinate]);
        let differs = |e: &Edge| (to[e.coordinate] - from[e.coordinate]).abs() > STILL * size(e);
        self.edges.is_empty() || self.edges.iter().any(differs)
    }

    /// One step that is corrected, trusted and explained; shorter and shorter ones are tried until one is.
    fn advance(&mut self, origin: &Point, count: usize) -> Result<(Point, Vec<explain::Found>, Option<End>), Refusal> {
        let (mut step, mut tried) = (self.step.min(self.settings.max_step), 0);
        loop {
            let attempt = self.attempt(step, origin, count, tried);
            match attempt {
                Ok(done) => return Ok(done),
                Err(refusal) => {
                    self.refused = Some(refusal);
                    let factor = match refusal {
                        Refusal::Newton(_) | Refusal::Jump => 0.25,
                        Refusal::Doubtful { angle, contraction } => {
                            (0.7 * (GOOD_ANGLE / angle).min(0.1 / contraction.max(0.1)).min(0.8)).clamp(0.1, 0.5)
                        }
                    };
                    step *= factor;
                    tried += 1;
                    if step < self.settings.min_step {
                        self.step = step / factor;
                        return Err(refusal);
                    }
                }
            }
        }
    }

    fn attempt(
        &mut self,
        step: f64,
        origin: &Point,
        count: usize,
        tried: usize,
    ) -> Result<(Point, Vec<explain::Found>, Option<End>), Refusal> {
        let direction = self.scaled(&self.here.tangent);
        let mut y = self.predict(&direction, step);
        let (correction, _) =
            newton(self.curve, &mut y, &self.scale, &direction, self.settings, false).map_err(Refusal::Newton)?;
        let (mut next, along) = self.sample_linearised(y, &direction).map_err(Refusal::Newton)?;
        let angle = along.clamp(-1.0, 1.0).acos();
        let rounding = if self.curve.gives_out(&self.here).is_some() { ROUNDING.min(NEGLIGIBLE * step) } else { 0.0 };
        let telling = correction.first * correction.contraction > rounding;
        let contraction = if telling { correction.contraction } else { 0.0 };
        let doubtful = angle > MAX_ANGLE || contraction > MAX_CONTRACTION || correction.first > MAX_DEVIATION * step;
        // There is nothing left to be cut.
        if doubtful && step > TURNING {
            return Err(Refusal::Doubtful { angle, contraction: contraction.max(correction.first / step) });
        }
        if step > LONG_STEP {
            self.refuse_unseen_turns(&next)?;
        }
        let mut end = None;
        if let Some(located) = self.curve.terminus(&self.here, &next, &self.scale) {
            let point = self.terminal(&located);
            let mut found = self.marks_before(&point);
            found.push(explain::Found::Special(located, point.clone()));
            return Ok((point, found, Some(End::Terminus)));
        }
        let returned = if count > 3 { self.returns_to(origin, &next) } else { None };
        if let Some(point) = returned {
            next = point;
            end = Some(End::Closed);
        } else if let Some((edge, high)) = self.first_edge_crossed(&next) {
            next = self.land_on(edge, high, &next).map_err(Refusal::Newton)?;
            end = Some(End::Edge { coordinate: edge.coordinate, high });
        }
        if end.is_none() && tried < MAX_TRIED && self.is_on_special_point(&next) {
            return Err(Refusal::Doubtful { angle, contraction });
        }
        let mut found = self.explain_step(&next)?;
        if let Some((edge, high, outside)) = self.excursion(&mut found) {
            next = self.land_on(edge, high, &outside).map_err(Refusal::Newton)?;
            end = Some(End::Edge { coordinate: edge.coordinate, high });
        }
        let growth = (GOOD_ANGLE / angle.max(1e-12))
            .min((GOOD_PREDICTION / correction.first.max(1e-300)).sqrt().sqrt())
            .min((0.02 / contraction.max(1e-300)).sqrt());
        // Shorter steps than these would follow rounding errors.
        self.step = (step * growth.clamp(0.4, 2.0)).max(TURNING).min(self.settings.max_step);
        Ok((next, found, end))
    }

    /// The point in which the solutions end, where the curve's linearisation may be singular.
    fn terminal(&mut self, located: &Located) -> Point {
        let (row, _) = self.chord(&located.y);
        let mut f = vec![0.0; self.curve.equations()];
        let _ = self.curve.linearise(&located.y, &self.scale, &row, &mut f);
        let mut sample = self.curve.sample(&located.y, &row, 0.0);
        sample.monitors.clone_from(&self.here.sample.monitors);
        sample.index = self.here.sample.index;
        let tangent = row.iter().zip(&self.scale).map(|(t, s)| t * s).collect();
        Point { y: located.y.clone(), tangent, sample }
    }

    /// A long step must not pass over a wiggle: the curve is where the interpolant says.
    fn refuse_unseen_turns(&mut self, next: &Point) -> Result<(), Refusal> {
        let here = self.here.clone();
        let (row, length) = self.chord(&next.y);
        for fraction in [0.25, 0.5, 0.75] {
            let guess = self.between(&here, next, fraction);
            let point = self.corrected(guess.clone(), &row).map_err(Refusal::Newton)?;
            let angle = dot(&self.scaled(&point.tangent), &row).clamp(-1.0, 1.0).acos();
            if self.distance(&guess, &point.y) > MAX_INTERPOLATION * length || angle > MAX_ANGLE {
                return Err(Refusal::Doubtful { angle, contraction: 1.0 });
            }
        }
        Ok(())
    }

    /// A step that ends on a special point, where monitors are rounding errors, says nothing of what lies before it.
    fn is_on_special_point(&self, next: &Point) -> bool {
        let pairs = next.sample.monitors.iter().zip(&self.here.sample.monitors);
        pairs.into_iter().any(|(next, here)| next.abs() < 1e-8 * here.abs())
    }

    /// What lies between `here` and `next`.
    fn explain_step(&mut self, next: &Point) -> Result<Vec<explain::Found>, Refusal> {
        let (here, before) = (std::mem::take(&mut self.here), self.before.take());
        let found = self.explain(before.as_ref(), &here, next);
        (self.here, self.before) = (here, before);
        found.map_err(|_| Refusal::Jump)
    }

    /// The cubic through the last two points with their tangents, `ŷ + s t + a s² + b s³`; a straight line where it would tell
    /// nothing.
    fn predict(&self, direction: &[f64], step: f64) -> Vec<f64> {
        let mut y: Vec<f64> = self.here.y.clone();
        for ((y, t), s) in y.iter_mut().zip(direction).zip(&self.scale) {
            *y += step * t * s;
        }
        let Some(before) = &self.before else { return y };
        let previous = self.scaled(&before.tangent);
        let chord = self.distance(&before.y, &self.here.y);
        let cosine = dot(&previous, direction);
        if !(cosine > 0.8 && step < MAX_EXTRAPOLATION * chord) {
            return y;
        }
        // Tangents belong to the arc, which is longer than its chord by θ²/24 for the angle θ that it turns.
        let arc = chord * (1.0 + (1.0 - cosine) / 12.0);
        let (ratio, part) = (step / arc, self.here.y.iter().zip(&before.y));
        for (((((y, t), old), s), over), (here, before)) in
            y.iter_mut().zip(direction).zip(&previous).zip(&self.scale).zip(&self.over).zip(part)
        {
            let missed = t * arc - (here - before) * over;
            let turned = (t - old) * arc;
            *y += ratio * ratio * s * (3.0 * missed - turned + ratio * (2.0 * missed - turned));
        }
        y
    }

    /// Samples the point `y` of the curve after linearising there; `row` says which way the tangent points.
    fn sample(&mut self, y: Vec<f64>, row: &[f64]) -> Result<Point, NewtonFailure> {
        let mut f = vec![0.0; self.curve.equations()];
        self.curve.linearise(&y, &self.scale, row, &mut f).map_err(|_| NewtonFailure::Singular)?;
        self.sample_linearised(y, row).map(|(point, _)| point)
    }

    /// As [`Tracer::sample`], where the curve was just linearised with `row`, a unit vector; with the cosine of the tangent's angle to
    /// it.
    fn sample_linearised(&mut self, y: Vec<f64>, row: &[f64]) -> Result<(Point, f64), NewtonFailure> {
        let (mut tangent, length) = tangent(self.curve);
        if tangent.iter().any(|t| !t.is_finite()) {
            return Err(NewtonFailure::NotFinite);
        }
        // The border makes cᵀt = 1, so that the tangent points along `row`, and det [F_y; tᵀ] = |t| det [F_y; cᵀ].
        let orientation = length * self.curve.determinant();
        let sample = self.curve.sample(&y, &tangent, orientation);
        if sample.monitors.iter().any(|m| m.is_nan()) {
            return Err(NewtonFailure::NotFinite);
        }
        // At a branch point, up to rounding errors, the bordered matrix is singular and its solution anything.
        let along = dot(&tangent, row);
        if along <= 0.0 {
            return Err(NewtonFailure::Singular);
        }
        tangent.iter_mut().zip(&self.scale).for_each(|(t, s)| *t *= s);
        Ok((Point { y, tangent, sample }, along))
    }

    /// A direction of the unscaled unknowns as a unit vector of the scaled ones.
    fn scaled(&self, direction: &[f64]) -> Vec<f64> {
        let mut scaled: Vec<f64> = direction.iter().zip(&self.over).map(|(d, s)| d * s).collect();
        normalise(&mut scaled);
        scaled
    }

    /// The direction from `here` to `y` in the scaled unknowns, and how far it is.
    fn chord(&self, y: &[f64]) -> (Vec<f64>, f64) {
        let mut row: Vec<f64> = (0..y.len()).map(|k| (y[k] - self.here.y[k]) / self.scale[k]).collect();
        let length = normalise(&mut row);
        (row, length)
    }

    /// Distance in the scaled unknowns.
    fn distance(&self, a: &[f64], b: &[f64]) -> f64 {
        square_distance(a, b, &self.over).sqrt()
    }

    /// The start of the trace, where the step from `here` to `next` passes it.
    fn returns_to(&mut self, origin: &Point, next: &Point) -> Option<Point> {
        match self.curve.identity(origin, &self.scale) {
            Some(identity) => self.comes_round_to(&identity, next),
            None => self.passes(origin, next).then(|| origin.clone()),
        }
    }

    /// The point between `here` and `next` that is the same as the one with this identity.
    fn comes_round_to(&mut self, identity: &[f64], next: &Point) -> Option<Point> {
        let [from, to] = [&self.here, next].map(|point| self.curve.identity(point, &self.scale));
        let (from, to) = (from?, to?);
        let way: Vec<f64> = to.iter().zip(&from).map(|(to, from)| to - from).collect();
        let square = dot(&way, &way);
        let passed =
            |at: &[f64]| at.iter().zip(&from).zip(&way).map(|((at, from), w)| (at - from) * w).sum::<f64>() / square;
        let target = passed(identity);
        let away = identity.iter().zip(&from).zip(&way).map(|((at, from), w)| at - from - target * w);
        let beside = away.map(|d| d * d).sum::<f64>().sqrt();
        if !(0.0..=1.0).contains(&target) || beside > 0.3 * square.sqrt() {
            return None;
        }
        let (row, _) = self.chord(&next.y);
        let mut fraction = target;
        for _ in 0..6 {
            let guess = self.between(&self.here, next, fraction);
            let point = self.corrected(guess, &row).ok()?;
            let found = self.curve.identity(&point, &self.scale)?;
            let missed = identity.iter().zip(&found).fold(0.0, |m: f64, (a, b)| m.max((a - b).abs()));
            if missed < SAME {
                return Some(point);
            }
            fraction += target - passed(&found);
        }
        None
    }

    /// The step from `here` to `next` passes the start of the trace.
    fn passes(&mut self, origin: &Point, next: &Point) -> bool {
        let length = self.distance(&self.here.y, &next.y);
        // By the law of cosines.
        let square = |a: &Point, b: &Point| square_distance(&a.y, &b.y, &self.over);
        let (from, to) = (square(origin, &self.here), square(origin, next));
        let along = 0.5 * (1.0 + (from - to) / length.powi(2).max(f64::MIN_POSITIVE));
        if !(0.0..=1.0).contains(&along) {
            return false;
        }
        let on_the_way = dot(&self.scaled(&origin.tangent), &self.scaled(&next.tangent)) > 0.8;
        // The curve between two points leaves the Hermite interpolant by less than a hundredth of the step; that it is the
        // start and not a point beside it, Newton's method says within the hyperplane through the start.
        let mut guess = self.between(&self.here, next, along);
        if !on_the_way || self.distance(&origin.y, &guess) > 0.03 * length {
            return false;
        }
        let row = self.scaled(&origin.tangent);
        let offset: f64 = (0..row.len()).map(|k| row[k] * (origin.y[k] - guess[k]) / self.scale[k]).sum();
        guess.iter_mut().zip(&row).zip(&self.scale).for_each(|((y, t), s)| *y += offset * t * s);
        self.corrected(guess, &row).is_ok_and(|point| self.distance(&point.y, &origin.y) < 1e-7)
    }

    /// Cubic Hermite interpolation between two neighbouring points.
    fn between(&self, left: &Point, right: &Point, fraction: f64) -> Vec<f64> {
        let lengths = self.tangent_lengths(left, right);
        (0..left.y.len()).map(|k| coordinate_between(left, right, lengths, fraction, k)).collect()
    }

    /// Factors that make the tangents of two neighbouring points as long as the way from one to the other.
    fn tangent_lengths(&self, left: &Point, right: &Point) -> [f64; 2] {
        let length = self.distance(&left.y, &right.y);
        let size = |tangent: &[f64]| sum_of(self.over.len(), |k| (tangent[k] * self.over[k]).powi(2)).sqrt();
        [left, right].map(|point| length / size(&point.tangent).max(f64::MIN_POSITIVE))
    }
}

/// One coordinate of the cubic Hermite interpolant.
fn coordinate_between(left: &Point, right: &Point, lengths: [f64; 2], t: f64, k: usize) -> f64 {
    let (a, b) = ((1.0 + 2.0 * t) * (1.0 - t).powi(2), t * t * (3.0 - 2.0 * t));
    let (c, d) = (t * (1.0 - t).powi(2) * lengths[0], t * t * (t - 1.0) * lengths[1]);
    a * left.y[k] + b * right.y[k] + c * left.tangent[k] + d * right.tangent[k]
}

fn unit(length: usize, k: usize) -> Vec<f64> {
    let mut e = vec![0.0; length];
    e[k] = 1.0;
    e
}
