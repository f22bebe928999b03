//! When cycles have come so near to a homoclinic orbit that points beyond would say nothing new.
//!
//! The period grows without bound, and what is free stands still, as the distance from the homoclinic orbit falls like `e^{−νT}`;
//! most of the period is spent in one place. (In a canard explosion the period grows and the parameter stands still as well, but the
//! cycle is nowhere slower than its slow part.)

use crate::collocation::Space;

/// How a curve of cycles ends that has come so near.
pub const HOMOCLINIC: &str = "homoclinic";

/// The period is longer than this many of the shortest one on the branch.
const LONG: f64 = 4.0;
/// The slope of the free parameter is smaller.
const STILL: f64 = 1e-9;
/// Where the trivial multiplier is farther from 1 than this, the cycle is not resolved.
pub const UNRESOLVED: f64 = 1e-2;
/// The slope of the free parameter that is enough there.
const STILL_UNRESOLVED: f64 = 1e-6;
/// Within an interval the cycle moves by less than this, in sizes of the states, times the part of the period that it takes.
const RESTS: f64 = 1e-2;

/// A cycle on its way, and what is known of it.
pub(super) struct Approach<'a> {
    pub space: &'a Space,
    /// Values at the nodes.
    pub nodes: &'a [f64],
    pub period: f64,
    /// On the branch so far.
    pub shortest: f64,
    /// Of the free parameters the largest, along the curve, in the scaled unknowns.
    pub slope: f64,
    /// Distance of the trivial multiplier from 1.
    pub trivial_error: f64,
}

impl Approach<'_> {
    pub fn has_arrived(&self) -> bool {
        let unresolved = self.trivial_error > UNRESOLVED && self.slope < STILL_UNRESOLVED;
        self.period > LONG * self.shortest && (self.slope < STILL || unresolved) && self.rests()
    }

    fn rests(&self) -> bool {
        let Space { mesh, scheme, sizes } = self.space;
        (0..mesh.intervals()).any(|j| {
            let [from, to] = [0, scheme.degree].map(|i| &self.nodes[self.space.at(j, i)..][..sizes.len()]);
            let moved = from.iter().zip(to).zip(sizes).map(|((a, b), size)| (a - b).abs() / size);
            moved.fold(0.0, f64::max) < RESTS * mesh.length(j)
        })
    }
}
