//! Figures: from the tables of [`crate::results`] to SVG.
//!
//! A figure is described by [`Figure`], names columns, and knows nothing of models or of how a branch is
//! traced. [`draw`] turns it into SVG; the same figure of the same results is the same bytes.
//!
//! Lengths inside this module are points (1/72 inch), y downwards, as on the sheet.

mod axes;
mod bar;
mod block;
mod canvas;
mod diagram;
mod frame;
mod heat;
mod labels;
mod legend;
mod marks;
mod mathtext;
mod members;
mod palette;
pub mod path;
mod plane;
mod profile;
mod region;
mod space;
mod sphere;
mod surface;

pub use profile::columns as profile_columns;

use std::path::PathBuf;

use crate::results::Results;

/// The figure as SVG.
///
/// A block without points (a branch that failed) is left out as long as another remains to be drawn.
pub fn draw(figure: &Figure, results: &Results) -> Result<String, FigureError> {
    match figure.kind {
        Kind::Plane | Kind::Diagram | Kind::Map => plane::draw(figure, results),
        Kind::Surface | Kind::Space => surface::draw(figure, results),
    }
}

/// Why there is no figure.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FigureError {
    #[error("figure `{figure}`: no branch or function `{block}` (there are: {known})")]
    UnknownBlock { figure: String, block: String, known: String },
    #[error("figure `{figure}`: `{block}` has no column `{column}` (it has: {known})")]
    UnknownColumn { figure: String, block: String, column: String, known: String },
    #[error("figure `{figure}`: no special point `{point}` (found: {known})")]
    UnknownPoint { figure: String, point: String, known: String },
    #[error("figure `{figure}`: `{point}` has no quantity `{quantity}` (it has: {known})")]
    UnknownQuantity { figure: String, point: String, quantity: String, known: String },
    #[error("figure `{figure}`: `{block}` keeps no profile of a cycle")]
    NoProfile { figure: String, block: String },
    #[error("figure `{figure}`: no map `{map}` (there are: {known})")]
    UnknownMap { figure: String, map: String, known: String },
    #[error("figure `{figure}`: a figure of kind map needs a map")]
    NoMap { figure: String },
    #[error("figure `{figure}`: `{block}` is a map over two parameters, which is no curve")]
    NoCurve { figure: String, block: String },
    #[error("figure `{figure}`: a surface, and space, needs a `z` axis")]
    NoVerticalAxis { figure: String },
    #[error("figure `{figure}`: nothing to draw: {why}")]
    Nothing { figure: String, why: String },
    #[error("figure `{figure}`: {width} mm × {height} mm leave no room for a drawing")]
    TooSmall { figure: String, width: f64, height: f64 },
    #[error("the drawing could not be written: {0}")]
    Drawing(String),
}

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
    /// The vertical axis of a surface, and of space.
    pub z: Option<Axis>,
    /// Radius of a sphere about the origin, in space.
    pub sphere: Option<f64>,
    /// What a figure of kind map shows in colours.
    pub heat: Option<Heat>,
    pub series: Vec<Series>,
    /// Guide lines, in plane figures only.
    pub lines: Vec<Line>,
    /// Words; in a surface figure they stand on the floor.
    pub texts: Vec<Text>,
    /// Draw a legend (where a series has a label; of the kinds of curves in a diagram). Default true.
    pub legend: bool,
    /// Name the special points at their marks. Default true.
    pub labels: bool,
    /// Direction from which a surface is seen: azimuth and elevation in degrees. The azimuth is that of the
    /// viewer, from the x axis towards the y axis; the elevation is held between 5 and 85.
    pub view: [f64; 2],
}

impl Figure {
    /// What messages call the figure.
    fn name(&self) -> String {
        self.file.display().to_string()
    }

    /// The size, if a drawing of that size makes sense.
    fn sheet(&self) -> Result<[f64; 2], FigureError> {
        let [width, height] = self.size;
        if (20.0..=2000.0).contains(&width) && (20.0..=2000.0).contains(&height) {
            Ok(self.size)
        } else {
            Err(self.too_small())
        }
    }

    fn too_small(&self) -> FigureError {
        FigureError::TooSmall { figure: self.name(), width: self.size[0], height: self.size[1] }
    }
}

impl Axis {
    /// How the axis is called.
    fn name(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.column)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Two columns against each other.
    Plane,
    /// Critical curves in the plane of two parameters, and the regions between them, shaded by the number of equilibria.
    Diagram,
    /// A quantity over two parameters in colours, and curves over it.
    Map,
    /// Three columns in perspective, a family of branches as a sheet.
    Surface,
    /// Three columns in perspective, as curves.
    Space,
}

/// One axis: a column, how to call it, and what part of it to show.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    pub column: String,
    /// Default: the column's name, `V_in` set as V with subscript "in".
    pub label: Option<String>,
    /// Default: what the data span, rounded to ticks.
    pub range: Option<[f64; 2]>,
    /// Equal lengths are equal ratios, and ticks are powers of ten. What is not positive has no place.
    pub log: bool,
}

/// A quantity of a map, in colours.
#[derive(Clone, Debug, PartialEq)]
pub struct Heat {
    pub map: String,
    pub quantity: Axis,
    /// What the legend says of cells without a value.
    pub empty: String,
}

/// One block of the results, drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Name of a branch, a family of branches, or a function; `BRANCH/LABEL` is the profile of a cycle.
    pub block: String,
    /// Column for this series in place of the axis's.
    pub x: Option<String>,
    pub y: Option<String>,
    /// Its entry in the legend.
    pub label: Option<String>,
    /// Number in the palette; default: position in the figure.
    pub colour: Option<usize>,
    pub style: Style,
    /// Types of special points to mark; `None`: all but EP and NSA, which are no bifurcations.
    pub mark: Option<Vec<String>>,
    /// Arrows from each fold to the stable part of the same branch at the same x.
    pub jumps: bool,
    /// The profiles that a branch of cycles keeps, in place of the branch.
    pub profiles: bool,
    /// How many periods of a profile.
    pub periods: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A line, solid where stable and dashed where not; critical curves and functions solid.
    Line,
    /// A line, and the region that it encloses with the edge of the frame shaded.
    Region,
    /// A family of branches as a surface; in the plane, lines.
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
    /// About the origin, of this radius.
    Circle(f64),
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
