//! The first critical cycle of a curve.

use super::CycleCondition;
use crate::collocation::{Scheme, Space, Turn};
use crate::curves::cycles::Profile;
use crate::field::Field;
use crate::linalg::Singular;
use crate::normal_form::Cycle;
use std::f64::consts::PI;
use std::ops::Range;

/// A critical cycle near the first one of a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct FirstCritical {
    pub profile: Profile,
    /// What is critical there, at the nodes: of a fold and of a flip `v`, of a torus `v` and `w`.
    pub functions: Vec<Vec<f64>>,
    /// `β` of a fold, `κ` of a torus.
    pub extra: Option<f64>,
    pub hold: Hold,
}

/// What is held for the first point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// One of the free parameters.
    Parameter,
    /// The value at the nodes of the profile with this position.
    Value(usize),
    /// `κ`, the cosine of the angle of a torus.
    Angle,
}

/// Beside a strong resonance of order 1 or 2 a curve of tori starts where the angle of its multipliers is this far away.
const BESIDE_RESONANCE: f64 = 0.2;

impl FirstCritical {
    /// From a cycle that is critical, as special points of branches of cycles are.
    ///
    /// * `parameters`: all of the model's; `sizes`: scale of each state, positive; `degree`: of the polynomials.
    /// * `theta`: angle of the multipliers of a torus.
    pub fn at<F: Field>(
        field: &F,
        parameters: &[f64],
        condition: CycleCondition,
        sizes: &[f64],
        degree: usize,
        profile: &Profile,
        theta: f64,
    ) -> Result<Self, Singular> {
        let n = field.states();
        let space = Space { scheme: Scheme::new(degree), mesh: profile.mesh.clone(), sizes: sizes.to_vec() };
        let cycle = Cycle::new(field, parameters, &space, &profile.nodes, profile.period);
        let critical = |turn: &Turn| cycle.critical_nodes(turn, &cycle.critical(turn, None)?);
        let (scaled, extra) = match condition {
            CycleCondition::Fold => (vec![cycle.fold_nodes(&cycle.periodic(None)?)?], Some(profile.period)),
            CycleCondition::Flip => (vec![critical(&Turn::reversal())?], None),
            CycleCondition::Torus => {
                let both = critical(&Turn::rotation(theta))?;
                let (sin, cos) = theta.sin_cos();
                let part = |x: f64, y: f64| -> Vec<f64> {
                    both.chunks_exact(2 * n).flat_map(|q| (0..n).map(move |i| x * q[i] + y * q[n + i])).collect()
                };
                (vec![part(1.0, 0.0), part(cos, -sin)], Some(cos))
            }
        };
        // Functions of normal forms are over the sizes, and have the last node.
        let inner = |function: &Vec<f64>| {
            function[..space.values()].iter().enumerate().map(|(i, v)| v * sizes[i % n]).collect()
        };
        Ok(FirstCritical {
            profile: profile.clone(),
            functions: scaled.iter().map(inner).collect(),
            extra,
            hold: Hold::Parameter,
        })
    }
    /// The first torus beside a strong resonance of order 1 or 2, the multiplier being 1 or −1, on the curve of tori that ends there:
    /// where the angle has moved a little. As [`FirstCritical::at`], from the cycle at the resonance.
    pub fn beside_resonance<F: Field>(
        field: &F,
        parameters: &[f64],
        multiplier: f64,
        sizes: &[f64],
        degree: usize,
        profile: &Profile,
    ) -> Result<Self, Singular> {
        let theta = if multiplier > 0.0 { BESIDE_RESONANCE } else { PI - BESIDE_RESONANCE };
        let first = Self::at(field, parameters, CycleCondition::Torus, sizes, degree, profile, theta)?;
        Ok(FirstCritical { hold: Hold::Angle, ..first })
    }

    /// Positions among the unknowns of the curve, of which one is held for the first point: the next where the one before leads to
    /// none.
    pub fn held(&self, condition: CycleCondition, states: usize) -> Range<usize> {
        let groups = condition.groups();
        let first = self.profile.nodes.len() * groups + 1;
        let one = |k: usize| k..k + 1;
        match self.hold {
            Hold::Parameter => first..first + 2,
            Hold::Value(k) => one(k / states * states * groups + k % states),
            Hold::Angle => one(first + 2),
        }
    }
}
