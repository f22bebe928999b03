//! What vanishes at points of codimension two.

use super::{CriticalCycles, CycleCondition, DETERMINANT};
use crate::collocation::Turn;
use crate::curve::{Guess, Located};
use crate::curves::between::{self, Zero};
use crate::curves::observation::Multipliers;
use crate::field::Field;
use crate::linalg::{Singular, eigenvalues_of_product};
use crate::normal_form::{Cycle, Vanishing};
use std::f64::consts::PI;

/// A torus is not judged nearer than this to a strong resonance, in the cosine of its angle: what decides is a difference of large
/// numbers there.
const RESONANT: f64 = 1e-5;
/// Two conjugate multipliers nearer to ±1 than this, in the cosine of their angle, are a double one.
const DOUBLE: f64 = 1e-8;

impl<F: Field> CriticalCycles<'_, F> {
    /// Multipliers of the cycle linearised last: all of them, and those that are neither trivial nor critical.
    pub(super) fn multipliers(&self, extra: f64) -> Option<(Multipliers, Multipliers)> {
        let (n, shape) = (self.space.components(), self.shape());
        let (mut all, mut own) = (Vec::new(), Vec::new());
        self.condensed.transfers(&mut all);
        for transfer in all.chunks_exact(shape.states * shape.states) {
            transfer.chunks_exact(shape.states).take(n).for_each(|row| own.extend_from_slice(&row[..n]));
        }
        let mut multipliers = eigenvalues_of_product(&own, n).ok()?;
        let mut others = multipliers.clone();
        let angle = extra.clamp(-1.0, 1.0).acos();
        let targets: &[f64] = match self.condition {
            CycleCondition::Fold => &[0.0, 0.0],
            CycleCondition::Flip => &[0.0, PI],
            CycleCondition::Torus => &[0.0, angle, -angle],
        };
        let distance = |e: &[f64; 2], target: f64| {
            let turn = (e[1] - target) / (2.0 * PI);
            e[0].hypot(2.0 * PI * (turn - turn.round()))
        };
        for (k, target) in targets.iter().enumerate() {
            let nearest = |list: &[[f64; 2]]| {
                (0..list.len()).min_by(|&a, &b| distance(&list[a], *target).total_cmp(&distance(&list[b], *target)))
            };
            others.remove(nearest(&others)?);
            // The trivial one comes first.
            if k == 0 {
                let first = nearest(&multipliers)?;
                multipliers[..=first].rotate_right(1);
            }
        }
        Some((multipliers, others))
    }

    /// What vanishes at points of codimension two.
    pub(super) fn vanish(&mut self, y: &[f64]) -> Result<Vanishing, Singular> {
        let nodes = self.shape().nodes();
        let (u, period) = (self.group(y, 0), y[nodes]);
        let cycle = Cycle::new(self.field, &self.parameters, &self.space, &u, period);
        let periodic = cycle.periodic(self.known[0].as_ref())?;
        let mut own = None;
        let vanishing = match self.condition {
            CycleCondition::Fold => {
                let v = cycle.at_points(&self.group(y, 1));
                cycle.fold_vanishing(&v, y[nodes + 3] / period, &periodic)?
            }
            CycleCondition::Flip => {
                let flip = cycle.critical(&Turn::reversal(), self.known[1].as_ref())?;
                let vanishing = cycle.flip_vanishing(&flip, &periodic)?;
                own = Some(flip);
                vanishing
            }
            CycleCondition::Torus => {
                let kappa = y[nodes + 3];
                if [1.0, -0.5, -1.0].iter().any(|strong| (kappa - strong).abs() < RESONANT) || kappa.abs() > 1.0 {
                    return Err(Singular);
                }
                let theta = kappa.acos();
                let torus = cycle.critical(&Turn::rotation(theta), self.known[1].as_ref())?;
                let vanishing = cycle.torus_vanishing(theta, &torus, &periodic)?;
                own = Some(torus);
                vanishing
            }
        };
        self.found = [Some(periodic), own];
        Ok(vanishing)
    }

    /// The point where the two multipliers of a torus meet without a Jordan block, as where a symmetry lets them pass each other: there
    /// the equations are singular.
    pub(super) fn double(&mut self, guess: &Guess) -> Option<Located> {
        if self.condition != CycleCondition::Torus {
            return None;
        }
        let Zero { y, residual } = between::through_singular(self, guess, |_, _, sample| sample.monitors[DETERMINANT])?;
        let label = match y[self.shape().nodes() + 3] {
            kappa if (kappa - 1.0).abs() < DOUBLE => "R1",
            kappa if (kappa + 1.0).abs() < DOUBLE => "R2",
            _ => return None,
        };
        Some(Located { label, y, residual })
    }
}
