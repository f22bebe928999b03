//! Models that are given as text.

use crate::expression::{Blocks, Compiled, Slopes};
use crate::field::Field;
use crate::linalg::Pattern;
use crate::scalar::Scalar;
use std::sync::Arc;

impl Field for Compiled {
    fn states(&self) -> usize {
        self.state_names().len()
    }

    fn parameters(&self) -> usize {
        self.parameter_names().len()
    }

    fn pattern(&self) -> Option<&Arc<Pattern>> {
        Compiled::pattern(self)
    }

    #[inline]
    fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
        Compiled::rhs(self, x, p, dx);
    }

    fn blocks(&self, free: &[usize]) -> Option<Blocks> {
        Blocks::new(self, free)
    }

    fn slopes(&self, free: &[usize]) -> Option<Slopes> {
        Slopes::new(self, free)
    }
}
