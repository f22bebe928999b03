//! What a curve is to the engine: the zero set of a smooth map `F: R^(N+1) → R^N`.
//!
//! The engine sees no matrix. It asks for `F(y)` and for solutions of the bordered system
//!
//! ```text
//! | F_y S |        | r |
//! |  cᵀ   |  z  =  | ρ |,        S = diag(scale),  y = S ŷ,
//! ```
//!
//! which a dense problem answers with an LU, and a structured one with its own elimination. Everything is measured in
//! the scaled unknowns `ŷ`. Nothing here knows models, parameters or stability.

use crate::linalg::{Singular, normalise};
use std::sync::Arc;

/// How a curve ends that goes on while no coordinate with an edge changes any more: it runs to infinity, or goes straight up.
pub const ENDLESS: &str = "endless";

/// `N` equations for `N + 1` unknowns. With as many equations as unknowns it is an isolated point, which the same
/// Newton corrects: then there is no border `c`.
pub trait Curve {
    /// Length of `y`.
    fn unknowns(&self) -> usize;

    /// Length of `F(y)`: `unknowns() − 1`, or `unknowns()` for a point.
    fn equations(&self) -> usize;

    /// Writes `F(y)` into `f` and factorises the bordered matrix at `y`. `row` is `c` (empty for a point).
    fn linearise(&mut self, y: &[f64], scale: &[f64], row: &[f64], f: &mut [f64]) -> Result<(), Singular>;

    /// Writes `F(y)` into `f` and keeps the matrix factorised last, where that costs much less than to linearise. False where it
    /// does not: then nothing is written, and Newton's method linearises at every step.
    fn residual(&mut self, _y: &[f64], _f: &mut [f64]) -> bool {
        false
    }

    /// Overwrites the right-hand side `(r, ρ)` with the scaled solution `z` of the system factorised last.
    fn solve(&mut self, rhs: &mut [f64]);

    /// Determinant of the system factorised last, but for a positive factor that varies slowly.
    fn determinant(&mut self) -> f64;

    /// `1 / max_j |F_ij| s_j` of each row of the matrix factorised last.
    fn row_scale(&self) -> &[f64];

    /// `max_i |F_i| / max_j |F_ij| s_j`: the residual without units; not a number where one is not finite.
    fn residual_norm(&self, f: &[f64]) -> f64 {
        // In a few chains that need not wait for one another; 0 · ∞ is not a number.
        let (mut largest, mut zeros) = ([0.0_f64; 8], [0.0_f64; 8]);
        for (f, scale) in f.chunks(8).zip(self.row_scale().chunks(8)) {
            for (((largest, zero), f), scale) in largest.iter_mut().zip(&mut zeros).zip(f).zip(scale) {
                let part = f.abs() * scale;
                *zero += 0.0 * part;
                *largest = if part > *largest { part } else { *largest };
            }
        }
        largest.iter().zip(zeros).fold(0.0, |m, (part, zero)| f64::max(m, *part) + zero)
    }

    /// Sets or enlarges the size of each unknown from a point of the curve; `scale` is zero where none is known.
    fn rescale(&self, y: &[f64], scale: &mut [f64]);

    /// Moves whatever refers to the previous point (borders, references) to the point linearised last. May change `F`,
    /// never its zeros; called between steps only.
    fn regauge(&mut self) {}

    /// What the unknowns mean should be moved to suit this point.
    fn strained(&self, _here: &Point) -> bool {
        false
    }

    /// Between steps: where the meaning of the unknowns moves along the curve, moves it to suit the first of these points,
    /// and takes all of them and the scale along; the points are then near the curve, not on it.
    fn adapt(&mut self, _points: &mut [&mut Point], _scale: &mut [f64]) {}

    /// Goes back to what the unknowns meant at a point that was sampled before.
    fn settle(&mut self, _at: &Point, _scale: &mut [f64]) {}

    /// Where the solutions between two neighbouring points end in one of another kind, as cycles do in a Hopf point: that
    /// one, among the unknowns of this curve.
    fn terminus(&mut self, _left: &Point, _right: &Point, _scale: &[f64]) -> Option<Located> {
        None
    }

    /// What the curve comes near to, in ways that the edges do not tell, where points beyond would say nothing new; `still` is the
    /// scaled arclength, up to here, over which the coordinates with an edge have not changed.
    ///
    /// Scales grow with the curve, so that 0.1 is growth by a tenth.
    fn runs_out(&self, _here: &Point, still: f64) -> Option<&'static str> {
        (still > 0.1).then_some(ENDLESS)
    }

    /// Why steps from here may lead nowhere, in ways as those of [`Curve::runs_out`]: the equations are so ill-conditioned that rounding
    /// errors will stop the curve.
    fn gives_out(&self, _here: &Point) -> Option<&'static str> {
        None
    }

    /// What is watched at the point `y`, which was linearised last, with `tangent = dŷ/ds` and
    /// `orientation = det [F_y S; tangentᵀ]`.
    fn sample(&mut self, y: &[f64], tangent: &[f64], orientation: f64) -> Sample;

    /// Solves for the zero of monitor `which` between two neighbouring points, given a guess; `None` where Newton
    /// does not converge.
    fn locate(&mut self, which: usize, guess: &Guess) -> Option<Located>;

    /// The special point between two neighbouring points where monitor `which` touches zero without a change of its sign, near the
    /// guess; `None` where there is none.
    fn touch(&mut self, _which: usize, _guess: &Guess) -> Option<Located> {
        None
    }

    /// What a point is, in its sizes, where its unknowns are not the same each time that the curve passes it, as those of a cycle, which
    /// may come back on another mesh and with another phase.
    fn identity(&self, _point: &Point, _scale: &[f64]) -> Option<Vec<f64>> {
        None
    }

    /// No closer look at a special point is taken than from this distance in the scaled unknowns: nearer, the index, and what one
    /// monitor says without another that should change with it, are rounding errors.
    fn closest(&self) -> f64 {
        0.0
    }

    /// Whether a special point with this label is a reason for these changes over it: monitor `which` changes sign, and
    /// the index jumps by `jump`.
    fn accounts_for(&self, label: &str, which: usize) -> bool;
    fn allows_jump(&self, label: &str, jump: i64) -> bool;

    /// The index is watched: each change needs a special point that accounts for it.
    fn audited(&self) -> bool;

    /// A change of sign of this monitor without a zero of it means that the step left the curve for another one.
    fn guards_against_jumps(&self, which: usize) -> bool;
}

/// The scaled unit tangent at the point linearised last, and the length `|z|` of the solution of `F_y S z = 0`, `cᵀz = 1` that it
/// comes from: the tangent points along `c`, and `det [F_y S; tᵀ] = |z| det [F_y S; cᵀ]`.
pub fn tangent(curve: &mut dyn Curve) -> (Vec<f64>, f64) {
    let mut tangent = vec![0.0; curve.unknowns()];
    if let Some(last) = tangent.last_mut() {
        *last = 1.0;
    }
    curve.solve(&mut tangent);
    let length = normalise(&mut tangent);
    (tangent, length)
}

/// What is known at a point besides where it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// Continuous functions along the curve, free of poles.
    pub monitors: Vec<f64>,
    /// An integer that changes at special points only.
    pub index: usize,
    /// Further columns to be stored with the point.
    pub observed: Vec<f64>,
    /// How fast quantities of interest, beside the unknowns, change along the curve.
    pub slopes: Vec<f64>,
    /// What the unknowns mean, where that moves along the curve.
    pub frame: Option<Arc<[f64]>>,
}

/// Where to look for the zero of a monitor.
#[derive(Clone, Debug)]
pub struct Guess<'a> {
    pub y: &'a [f64],
    pub scale: &'a [f64],
    /// Scaled direction of the curve.
    pub tangent: &'a [f64],
    pub left: &'a Point,
    pub right: &'a Point,
}

/// A special point that satisfies its defining system.
#[derive(Clone, Debug, PartialEq)]
pub struct Located {
    /// What it is called; an empty label explains a change and is not worth a mention.
    pub label: &'static str,
    pub y: Vec<f64>,
    /// Residual of the defining system, without units.
    pub residual: f64,
}

/// A point of a traced curve.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Point {
    pub y: Vec<f64>,
    /// `dy/ds`, not scaled, for the arclength `s` of the scaled unknowns.
    pub tangent: Vec<f64>,
    pub sample: Sample,
}
