//! Points with one zero eigenvalue: fold, cusp, branch point, degenerate branch point.
//!
//! On the centre manifold `ż = a z² + c z³ + …`,
//!
//! ```text
//! a = ½⟨p, B(q, q)⟩,   c = (1/6)⟨p, C(q, q, q) + 3 B(q, h₂)⟩,   A h₂ = 2 a q − B(q, q),   ⟨p, h₂⟩ = 0
//! ```
//!
//! with `B`, `C` the second and third derivatives of `f`, without factorials. Units: `a` in 1/(time state), `c` in
//! 1/(time state²). Kuznetsov (2004), §5.4, §8.7; MatCont prints the same `c`.

use super::point::Point;
use super::reduction::Reduction;
use super::{Degenerate, NEGLIGIBLE, NormalForm};
use crate::field::Field;

/// LP. The sign of `a` depends on the direction of `q`, whose largest component is positive.
pub fn fold<F: Field>(field: &F, x: &[f64], p: &[f64]) -> Result<NormalForm, Degenerate> {
    let point = Point::new(field, x, p);
    let mut reduction = Reduction::new(&point, vec![point.zero_mode()?], &[]);
    let (g, size) = reduction.sized_coefficient(&[2])?;
    let words = if g.re.abs() <= NEGLIGIBLE * size { "degenerate: a cusp" } else { "fold" };
    Ok(NormalForm { values: vec![("a", 0.5 * g.re)], words: words.into() })
}

/// CP; `a` is zero there. Both directions along the fold curve are one smooth curve: it passes the cusp regularly.
pub fn cusp<F: Field>(field: &F, x: &[f64], p: &[f64]) -> Result<NormalForm, Degenerate> {
    let (a, c) = cubic(field, x, p)?;
    let words = if c < 0.0 {
        "inside the wedge two stable sheets and one unstable"
    } else {
        "inside the wedge one stable sheet and two unstable"
    };
    let others = "(counted along the critical direction)";
    Ok(NormalForm { values: vec![("a", a), ("c", c)], words: format!("{words} {others}") })
}

/// BP: at fixed parameter, `a ≠ 0` is a transcritical point, `a = 0` a pitchfork whose `c` says on which side its arms
/// lie.
pub fn branch_point<F: Field>(field: &F, x: &[f64], p: &[f64]) -> Result<NormalForm, Degenerate> {
    let (a, c) = cubic(field, x, p)?;
    // Lengths of z up to 1 count as order one in units of the state: a z² against c z³.
    let words = if a.abs() > 1e-7 * (a.abs() + c.abs()) {
        "transcritical"
    } else if c < 0.0 {
        "supercritical pitchfork"
    } else {
        "subcritical pitchfork"
    };
    Ok(NormalForm { values: vec![("a", a), ("c", c)], words: words.into() })
}

/// DBP: on a curve of transcritical points `a` is zero, or on one of pitchforks, where `a` is, `c`. Then `e z⁵` decides, with
/// `ż = a z² + c z³ + d z⁴ + e z⁵` on the centre manifold; `e` in 1/(time state⁴).
pub fn degenerate_branch_point<F: Field>(field: &F, x: &[f64], p: &[f64]) -> Result<NormalForm, Degenerate> {
    let point = Point::new(field, x, p);
    let mut reduction = Reduction::new(&point, vec![point.zero_mode()?], &[]);
    let a = reduction.coefficient(&[2])?.re / 2.0;
    let (c, size) = reduction.sized_coefficient(&[3])?;
    let c = c.re / 6.0;
    let mut values = vec![("a", a), ("c", c)];
    let words = if c.abs() > 1e-7 * size {
        "transcritical, a = 0: the fold of the other branch passes through it"
    } else {
        let e = reduction.coefficient(&[5])?.re / 120.0;
        values.push(("e", e));
        if e < 0.0 {
            "pitchfork, c = 0: beside subcritical ones the arms turn back at folds, and are stable beyond"
        } else {
            "pitchfork, c = 0: beside supercritical ones the arms turn back at folds, and are unstable beyond"
        }
    };
    Ok(NormalForm { values, words: words.into() })
}

fn cubic<F: Field>(field: &F, x: &[f64], p: &[f64]) -> Result<(f64, f64), Degenerate> {
    let point = Point::new(field, x, p);
    let mut reduction = Reduction::new(&point, vec![point.zero_mode()?], &[]);
    Ok((reduction.coefficient(&[2])?.re / 2.0, reduction.coefficient(&[3])?.re / 6.0))
}
