//! The first critical cycle of a curve.

use super::CycleCondition;
use crate::collocation::{Scheme, Space, Turn};
use crate::curves::cycles::Profile;
use crate::field::Field;
use crate::linalg::Singular;
use crate::normal_form::Cycle;

/// A critical cycle near the first one of a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct FirstCritical {
    pub profile: Profile,
    /// What is critical there, at the nodes: of a fold and of a flip `v`, of a torus `v` and `w`.
    pub functions: Vec<Vec<f64>>,
    /// `β` of a fold, `κ` of a torus.
    pub extra: Option<f64>,
    /// The value at the nodes of the profile that is held for the first point; none where a free parameter can be.
    pub hold: Option<usize>,
}

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
        Ok(FirstCritical { profile: profile.clone(), functions: scaled.iter().map(inner).collect(), extra, hold: None })
    }
}
