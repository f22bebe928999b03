//! Figures: from the tables of [`crate::results`] to SVG.
//!
//! A figure is described by [`Figure`], names columns, and knows nothing of models or of how a branch is
//! traced.

use std::path::PathBuf;

/// What to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Where to write it; a bare file name goes beside the results.
    pub file: PathBuf,
    pub kind: Kind,
    pub title: Option<String>,
    /// Width and height in millimetres. Default 86 × 65: one column of a two-column journal.
    pub size: [f64; 2],
    pub x: Axis,
    pub y: Axis,
    /// The vertical axis of a surface.
    pub z: Option<Axis>,
    pub series: Vec<Series>,
    pub lines: Vec<Line>,
    pub texts: Vec<Text>,
    /// Draw a legend (where a series has a label). Default true.
    pub legend: bool,
    /// Name the special points at their marks. Default true.
    pub labels: bool,
    /// Direction from which a surface is seen: azimuth and elevation in degrees.
    pub view: [f64; 2],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Two columns against each other.
    Plane,
    /// Three columns in perspective.
    Surface,
}

/// One axis: a column, how to call it, and what part of it to show.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    pub column: String,
    /// Default: the column's name, `V_in` set as V with subscript "in".
    pub label: Option<String>,
    /// Default: what the data span, rounded to ticks.
    pub range: Option<[f64; 2]>,
}

/// One block of the results, drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Name of a branch, a family of branches, or a function.
    pub block: String,
    /// Column for this series in place of the axis's.
    pub x: Option<String>,
    pub y: Option<String>,
    /// Its entry in the legend.
    pub label: Option<String>,
    /// Number in the palette; default: position in the figure.
    pub colour: Option<usize>,
    pub style: Style,
    /// Types of special points to mark; `None`: all but EP.
    pub mark: Option<Vec<String>>,
    /// Arrows from each fold to the stable part of the same branch at the same x.
    pub jumps: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A line, solid where stable and dashed where not; critical curves and functions solid.
    Line,
    /// A line, and the region that it encloses with the edge of the frame shaded.
    Region,
    /// A family of branches as a surface (surface figures only).
    Surface,
}

/// A straight line or segment to guide the eye.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub kind: LineKind,
    pub label: Option<String>,
    pub colour: Option<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum LineKind {
    Vertical(f64),
    Horizontal(f64),
    Segment([f64; 2], [f64; 2]),
    /// Through a special point `branch/label` (at the figure's x and y columns) and a second place, each of
    /// whose coordinates is a number or the name of a quantity of that special point; drawn across the frame.
    Through(String, [Place; 2]),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    Number(f64),
    Quantity(String),
}

/// A few words at a place in the frame, in the coordinates of the axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    pub at: [f64; 2],
    pub text: String,
    pub colour: Option<usize>,
}
