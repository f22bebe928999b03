//! What vanishes at points of codimension two.

use super::{CriticalCycles, CycleCondition, DETERMINANT};
use crate::collocation::Turn;
use crate::curve::{Guess, Located, Point};
use crate::curves::between::{self, Zero};
use crate::curves::observation::{CycleRow, Multipliers, Outlook};
use crate::field::Field;
use crate::linalg::{Singular, deflate, eigenvalues_of_product};
use crate::normal_form::{Cycle, Vanishing};
use std::f64::consts::PI;

/// A torus is not judged nearer than this to a strong resonance, in the cosine of its angle: what decides is a difference of large
/// numbers there.
const RESONANT: f64 = 1e-5;
/// Two conjugate multipliers nearer to ±1 than this, in the cosine of their angle, are a double one.
const DOUBLE: f64 = 1e-8;
/// Products of `1 ∓ μ`, over their sizes, have a sign beyond this.
const CLEAR: f64 = 1e-6;
/// Where the critical function of a fold goes no more than this along the cycle, the period does not change with the cycle.
const FIXED: f64 = 1e-8;

/// Between a multiplier's exponent and that of `e^{i angle}`.
fn distance([log, arg]: &[f64; 2], angle: f64) -> f64 {
    let turn = (arg - angle) / (2.0 * PI);
    log.hypot(2.0 * PI * (turn - turn.round()))
}

/// Multipliers of what is carried along by itself, the trivial one and critical ones, and of the rest, of such sizes.
fn parted(carried: &[f64], rest: &[f64], [k, n]: [usize; 2]) -> Result<(Multipliers, Multipliers), Singular> {
    let (mut first, mut critical) = (Vec::new(), Vec::new());
    for block in carried.chunks_exact(k * k) {
        first.push(block[0]);
        block.chunks_exact(k).skip(1).for_each(|row| critical.extend_from_slice(&row[1..]));
    }
    let others = if n > 0 { eigenvalues_of_product(rest, n)? } else { Vec::new() };
    let mut all = eigenvalues_of_product(&critical, k - 1)?;
    all.extend_from_slice(&others);
    all.sort_by(|a, b| b[0].total_cmp(&a[0]).then(b[1].total_cmp(&a[1])));
    all.splice(0..0, eigenvalues_of_product(&first, 1)?);
    Ok((all, others))
}

impl<F: Field> CriticalCycles<'_, F> {
    /// Multipliers of the cycle linearised last, at `y`: all of them, the trivial one first, and those that are neither trivial nor
    /// critical.
    ///
    /// What is critical is known: the direction of the cycle and its critical functions are carried along from mesh point to mesh
    /// point, and are taken out. The others are then well known where they are near to these, too.
    pub(super) fn multipliers(&self, y: &[f64]) -> Option<(Multipliers, Multipliers)> {
        let (n, shape) = (self.space.components(), self.shape());
        let (mut all, mut factors) = (Vec::new(), Vec::new());
        self.condensed.transfers(&mut all);
        for transfer in all.chunks_exact(shape.states * shape.states) {
            transfer.chunks_exact(shape.states).take(n).for_each(|row| factors.extend_from_slice(&row[..n]));
        }
        let groups = self.condition.groups();
        match deflate(&mut factors, &self.critical_directions(y), n, groups) {
            Ok(carried) => parted(&carried, &factors, [groups, n - groups]).ok(),
            Err(_) => self.nearest(&factors, y.get(shape.nodes() + 3).copied().unwrap_or(0.0)),
        }
    }

    /// At each mesh point the direction of the cycle and the values of its critical functions, in the units of the transfers.
    fn critical_directions(&self, y: &[f64]) -> Vec<f64> {
        let (n, shape) = (self.space.components(), self.shape());
        let interval = shape.states * shape.degree;
        let mut directions = Vec::with_capacity(shape.intervals * shape.states);
        let mut rates = vec![0.0; n];
        for (node, units) in y[..shape.nodes()].chunks(interval).zip(self.units.chunks_exact(n)) {
            self.field.rhs(&node[..n], &self.parameters, &mut rates);
            directions.extend(rates.iter().zip(units).map(|(f, unit)| f / unit));
            directions.extend(node[n..shape.states].iter().zip(units.iter().cycle()).map(|(v, unit)| v / unit));
        }
        directions
    }

    /// The same where critical functions have no directions of their own, as at the end of a curve: those that are nearest to the
    /// critical ones are these.
    fn nearest(&self, factors: &[f64], extra: f64) -> Option<(Multipliers, Multipliers)> {
        let mut multipliers = eigenvalues_of_product(factors, self.space.components()).ok()?;
        let mut others = multipliers.clone();
        let mut targets = vec![0.0];
        targets.extend(self.critical_angles(extra));
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

    /// Angles of the critical multipliers, the trivial one left out.
    fn critical_angles(&self, extra: f64) -> Vec<f64> {
        let angle = extra.clamp(-1.0, 1.0).acos();
        match self.condition {
            CycleCondition::Fold => vec![0.0],
            CycleCondition::Flip => vec![PI],
            CycleCondition::Torus => vec![angle, -angle],
        }
    }

    /// How far the multipliers that are critical are from being so. Where neighbours are repelled by many orders of magnitude before
    /// they are attracted, what critical functions have across the cycle is a rounding error of what they have along it.
    pub(super) fn critical_error(&self, here: &Point) -> f64 {
        let (n, nodes) = (self.space.components(), self.shape().nodes());
        let extra = here.y.get(nodes + 3).copied().unwrap_or(0.0);
        let all = CycleRow::of(&here.sample.observed, n).exponents();
        let missed = |angle: f64| all.iter().skip(1).fold(f64::INFINITY, |m, e| m.min(distance(e, angle)));
        self.critical_angles(extra).into_iter().map(missed).fold(0.0, f64::max)
    }

    /// The coefficient that vanishes at CPC, GPD or CH, without its poles and with a sign that does not depend on those of the adjoint
    /// functions: `⟨φ, u'⟩` has the sign of `Π (1 − μ_i)` over the other multipliers, `⟨w, v⟩` of a period doubling that of
    /// `Π (1 + μ_i)`, and `⟨φ, v⟩` of a fold that of the former again. None where these may be rounding errors.
    pub(super) fn oriented(&self, vanishing: &Vanishing, others: &[[f64; 2]]) -> Option<f64> {
        let Vanishing { coefficient, product, trivial, .. } = *vanishing;
        let known: &[(f64, f64)] = match self.condition {
            CycleCondition::Fold => &[(product, others.fold())],
            CycleCondition::Flip => &[(product, others.flip()), (trivial, others.fold())],
            CycleCondition::Torus => &[(trivial, others.fold())],
        };
        let clear = known.iter().all(|(_, expected)| expected.abs() > CLEAR);
        clear.then(|| known.iter().fold(coefficient, |c, (own, expected)| c * own.signum() * expected.signum()))
    }

    /// What vanishes at points of codimension two.
    pub(super) fn vanish(&mut self, y: &[f64]) -> Result<Vanishing, Singular> {
        let nodes = self.shape().nodes();
        let (u, period) = (self.group(y, 0), y[nodes]);
        let cycle = Cycle::new(self.field, &self.parameters, &self.space, &u, period);
        let fixed = self.condition == CycleCondition::Fold && !self.left_out && (self.beta(y) / period).abs() < FIXED;
        if fixed {
            return cycle.fold_apart_vanishing(&cycle.at_points(&self.group(y, 1)));
        }
        let periodic = cycle.periodic(self.known[0].as_ref())?;
        let mut own = None;
        let vanishing = match self.condition {
            CycleCondition::Fold => {
                let v = cycle.at_points(&self.group(y, 1));
                let alphas = if self.left_out {
                    cycle.along(&v)
                } else {
                    vec![-self.beta(y) / period; v.len() / self.space.components()]
                };
                cycle.fold_vanishing((&v, &alphas), &periodic)?
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
