//! Numerical continuation and bifurcation analysis: one readable study, one command.
#![forbid(unsafe_code)]

pub mod scalar;
pub mod expression;
pub mod linalg;
pub mod curve;
pub mod trace;
pub mod field;
pub mod models;
pub mod normal_form;
pub mod equilibrium;
pub mod curves;
pub mod results;
pub mod figure;
pub mod diagnostic;
pub mod study;
pub mod explain;
pub mod plan;
pub mod run;
pub mod cli;
