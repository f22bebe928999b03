//! Coefficients of normal forms at points of codimension two of cycles against closed forms, hidden by a change of coordinates and of
//! time.
//!
//! One round takes the time 2π where nothing is hidden and `T` where it is, so that what grows with the rate `x' = e x⁵` there has
//! `e 2π/T` here. Of what is transversal to the circle, critical functions have the length one.

mod systems;

use hopfold::collocation::{Scheme, Space};
use hopfold::field::Field;
use hopfold::normal_form::{Cycle, Degenerate, NormalForm};
use std::f64::consts::PI;
use systems::critical::*;

/// What a normal form says of the circle with this `σ`.
fn on_circle<F: Field>(
    field: &F,
    p: &[f64],
    sigma: f64,
    intervals: usize,
    form: impl Fn(&Cycle<F>) -> Result<NormalForm, Degenerate>,
) -> NormalForm {
    let profile = circle(sigma, field.states(), intervals);
    let sizes = (0..field.states()).map(|k| 1.0 + 0.3 * k as f64).collect();
    let space = Space { scheme: Scheme::new(DEGREE), mesh: profile.mesh.clone(), sizes };
    form(&Cycle::new(field, p, &space, &profile.nodes, profile.period)).expect("a normal form")
}

/// What is found is an integral over the cycle, with the error of Gauss's formula, of order 8: with these meshes it is 1e-12.
const TOLERANCE: f64 = 1e-11;

#[track_caller]
fn close(form: &NormalForm, name: &str, expected: f64) {
    let (known, value) = form.values[0];
    println!("{name} {value} {expected} {:e} {}", value / expected - 1.0, form.words);
    assert!(known == name && (value / expected - 1.0).abs() < TOLERANCE, "{name}: {form:?} is not {expected}");
}

/// `ξ` is the relative change of the period, and `σ' = (draw lift − 1) σ³` on the manifold `z = lift σ²`.
#[test]
fn c_of_a_cusp_of_cycles_is_that_of_the_amplitude_over_the_squared_slope_of_the_period() {
    for (draw, lift) in [(0.0, 0.0), (0.8, -0.6), (2.0, 1.7)] {
        let form = on_circle(&Hidden(Slaved { draw, lift }), &[0.0; 2], 0.0, 60, |cycle| cycle.cusp());
        let slope = 0.5 * HASTE * HASTE / (1.0 - HASTE * HASTE);
        close(&form, "c", (draw * lift - 1.0) / (slope * slope) * 2.0 * PI / period(0.0));
    }
}

/// The amplitude moves `σ` by `s₂ρ² + s₄ρ⁴`, with `λ s₂ = −back` and `λ s₄ = 3σ s₂²` for the rate `λ = p₁ − 3σ²` where the cubic
/// coefficient is zero; `ρ₂ = −bend/p₄ ρ₁³`.
#[test]
fn e_of_a_generalised_period_doubling_is_that_of_its_amplitude() {
    for (s, back, shift) in [(0.0, 0.3, 0.0), (0.2, 0.3, 0.7), (-0.3, 0.9, -0.4)] {
        let (coupling, bend, p1, p4) = (-0.5, -1.0, -0.5, -0.4);
        let rate = p1 - 3.0 * s * s;
        let second = -back / rate;
        let p = [s * s * s - p1 * s, p1, -coupling * s, 0.0, p4, -coupling * second + shift * bend / p4];
        let field = Hidden(Twisted { coupling, back, shift, bend });
        let cubic = on_circle(&field, &p, s, 60, |cycle| cycle.flip());
        assert!(cubic.values[0].1.abs() < 1e-7, "{cubic:?}");
        let form = on_circle(&field, &p, s, 60, |cycle| cycle.generalised_flip());
        close(&form, "e", (coupling * 3.0 * s * second * second / rate - 1.0) * 2.0 * PI / period(s));
    }
}

/// The same with `|ζ|² = 2|ξ|²`, for `q = (1, −i)/√2`.
#[test]
fn e_of_a_chenciner_point_is_that_of_its_amplitude() {
    for s in [0.0, 0.2, -0.3] {
        let rate = -0.5 - 3.0 * s * s;
        let second = -BACK / rate;
        let p = [s * s * s + 0.5 * s, -0.5, -COUPLING * s, -COUPLING * second];
        let field = Hidden(Oscillating);
        let cubic = on_circle(&field, &p, s, 60, |cycle| cycle.torus(2.0 * PI * OMEGA));
        assert!(cubic.values[0].1.abs() < 1e-7, "{cubic:?}");
        let form = on_circle(&field, &p, s, 60, |cycle| cycle.chenciner(2.0 * PI * OMEGA));
        close(&form, "re_e", 4.0 * (COUPLING * 3.0 * s * second * second / rate - 1.0) * 2.0 * PI / period(s));
    }
}
