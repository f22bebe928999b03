//! Numerical continuation and bifurcation analysis: one readable study, one command.
//!
//! Two equations are behind everything, for a family of solutions and for its linearisation:
//!
//! ```text
//! (1)  F(u, p) = 0          (2)  L(u, p; μ) v = 0
//! ```
//!
//! Every curve that is traced is one of two maps from R^(N+1) to R^N: `F = 0` with one parameter free, or `F = 0` with two
//! and the condition that `L` is singular. One Newton, one step control and one location of special points serve both.
//!
//! A study goes through as plain values, each of which can be printed and tested: text → `study` (what was written) →
//! `plan` (what will be done) → `run` → `results` → `figure`. As a library, from the bottom up:
//!
//! ```
//! use hopfold::curves::OneParameter;
//! use hopfold::field::Field;
//! use hopfold::scalar::Scalar;
//! use hopfold::trace::{Edge, Settings, trace};
//!
//! /// x' = μ + x − x³, whose folds are at μ = ±2/(3√3).
//! struct Cubic;
//!
//! impl Field for Cubic {
//!     fn states(&self) -> usize {
//!         1
//!     }
//!     fn parameters(&self) -> usize {
//!         1
//!     }
//!     fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
//!         dx[0] = p[0] + x[0] - x[0].powi(3);
//!     }
//! }
//!
//! let mut curve = OneParameter::new(&Cubic, &[0.0], 0, 2.0);
//! let edges = [Edge { coordinate: 1, low: -1.0, high: 1.0 }];
//! let branch = trace(&mut curve, &[-1.3, -1.0], 1, &edges, &[], &Settings::default(), &mut |_, _| {}).unwrap();
//! let folds: Vec<f64> = branch.special.iter().map(|s| branch.points[s.index].y[1]).collect();
//! let exact = 2.0 / (3.0 * 3.0_f64.sqrt());
//! assert!((folds[0] - exact).abs() < 1e-14 && (folds[1] + exact).abs() < 1e-14);
//! ```
//!
//! The modules follow from the bottom up: **a module uses only modules above it in this list**.

pub mod scalar;
pub mod interval;
pub mod linalg;
pub mod expression;
pub mod curve;
pub mod trace;
pub mod collocation;
pub mod field;
pub mod models;
pub mod normal_form;
pub mod equilibrium;
pub mod simulate;
pub mod survey;
pub mod curves;
pub mod start;
pub mod optimum;
pub mod map;
pub mod regions;
pub mod results;
pub mod figure;
pub mod diagnostic;
pub mod study;
pub mod explain;
pub mod plan;
pub mod schema;
pub mod run;
pub mod cli;
