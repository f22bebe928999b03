pub mod models;
pub mod results;
pub mod figure;
pub mod plan;
