//! What must hold between the numbers of a device: the Bloch vector stays in its sphere, and two levels suffice.

use super::{Given, Planner};
use crate::models::physical::{self, MUCH};
use std::ops::Range;

impl Planner<'_> {
    /// The model's parameters are those of a device and a circuit, in SI units.
    pub(super) fn is_physical(&self) -> bool {
        self.model.name == physical::description().name
    }

    /// A branch with values or ranges of its own for the rates.
    pub(super) fn check_branch_levels(&mut self, given: &[Given], free: &[(usize, [f64; 2])], range: &Range<usize>) {
        let changed = |k: usize| {
            let general = self.parameters.get(k).map(|general| general.value);
            free.iter().any(|(position, _)| *position == k) || given.get(k).map(|own| own.value) != general
        };
        if !self.is_physical() || !physical::RATES.into_iter().any(changed) {
            return;
        }
        let of = |k: usize| free.iter().find(|(position, _)| *position == k).map(|(_, range)| *range);
        let values: Vec<[f64; 2]> = given.iter().enumerate().map(|(k, own)| of(k).unwrap_or([own.value; 2])).collect();
        self.check_levels(&values, range);
    }

    /// Each parameter has a value within a range, mostly of no length.
    pub(super) fn check_levels(&mut self, values: &[[f64; 2]], range: &Range<usize>) {
        let at = |end: usize| -> Vec<f64> { values.iter().map(|value| value[end]).collect() };
        let [dephasing, relaxation] = [physical::GAMMA_PHI, physical::GAMMA_T].map(|k| values[k]);
        if relaxation[0] > 2.0 * dephasing[1] {
            let message = format!("gamma_T = {:e} is more than twice gamma_phi = {:e}", relaxation[0], dephasing[1]);
            self.mistakes
                .error(range, message, "gamma_T must be at most 2 gamma_phi")
                .note("the Bloch vector would leave its sphere, and probabilities the range from 0 to 1");
        } else if relaxation[1] > 2.0 * dephasing[0] {
            let message =
                format!("gamma_T reaches {:e}, more than twice gamma_phi = {:e}", relaxation[1], dephasing[0]);
            self.mistakes.warning(range, message, "beyond gamma_T = 2 gamma_phi nothing is physical");
        }
        // The worst of the ranges: widest levels, nearest third one.
        let mut worst = at(1);
        worst[physical::DELTA_OMEGA] = values[physical::DELTA_OMEGA][0];
        let ratio = physical::separation(&worst);
        if ratio < MUCH {
            let message = format!("two levels may not suffice: Delta_Omega is {ratio:.3} times gamma_phi + gamma_T");
            self.mistakes.warning(range, message, format!("less than {MUCH} times")).note(
                "the third level is left out because it is far out of resonance, Delta_Omega >> gamma_phi + gamma_T",
            );
        }
    }
}
