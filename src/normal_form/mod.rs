//! Normal-form coefficients of special points of `x' = f(x, p)`, by projection onto the critical eigenvectors.
//!
//! | point | file | what decides |
//! |---|---|---|
//! | LP, CP, BP, DBP | `one_zero` | `a`, `c`, `e` |
//! | H, GH | `hopf` | `l1`, `l2` |
//! | BT | `bogdanov_takens` | `a`, `b` |
//! | ZH | `zero_hopf` | `s`, `theta`, `E` |
//! | HH | `hopf_hopf` | `p11 p22`, `theta`, `delta`, `Theta`, `Delta` |
//!
//! All but BT come out of one algorithm, the homological equation on the centre manifold (`reduction`).
//!
//! Conventions: `⟨p, q⟩ = p̄ᵀ q`; right eigenvectors have `‖q‖ = 1` and left ones `⟨p, q⟩ = 1`, in the Euclidean norm of
//! the states as they are, as in MatCont. Signs and ratios decide what happens at the point; the values of single
//! coefficients depend on this normalisation. Kuznetsov, *Elements of Applied Bifurcation Theory* (2004), ch. 8, §10.2;
//! Kuznetsov, SIAM J. Numer. Anal. 36 (1999) 1104. Nothing here knows branches.

mod bogdanov_takens;
mod cycle;
mod hopf;
mod hopf_hopf;
mod one_zero;
mod point;
mod powers;
mod reduction;
#[cfg(test)]
pub(crate) mod tests;
mod zero_hopf;

pub use bogdanov_takens::bogdanov_takens;
pub use cycle::{Cycle, Pair, Vanishing};
pub use hopf::{CycleFolds, bautin, cycle_folds, hopf, oscillation};
pub use hopf_hopf::hopf_hopf;
pub use one_zero::{branch_point, cusp, degenerate_branch_point, fold};
pub use zero_hopf::{Tori, zero_hopf, zero_hopf_tori};

use crate::linalg::Singular;

/// Named coefficients, and what they mean in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NormalForm {
    pub values: Vec<(&'static str, f64)>,
    pub words: String,
}

/// Why a point has no normal form of the type asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Degenerate {
    #[error("a critical eigenvalue is not simple, or another eigenvalue is critical")]
    Eigenvalue,
    #[error("the frequencies are in resonance, {0} : {1}")]
    Resonance(u8, u8),
    #[error("the coefficient {0} vanishes")]
    Coefficient(&'static str),
    #[error("no tori branch off, for s theta > 0")]
    NoTori,
    #[error("coefficient not resolved")]
    Unresolved,
}

impl From<Singular> for Degenerate {
    fn from(_: Singular) -> Self {
        Degenerate::Eigenvalue
    }
}

/// Where `Re c₁`, at amplitudes of the size of the states, is below this part of ω, the oscillation is a linear one.
pub const LINEAR: f64 = 1e-14;

/// A coefficient below this fraction of the size of the terms it is the sum of counts as zero.
const NEGLIGIBLE: f64 = 1e-9;
