//! The blocks of a study as written.

use super::{Model, Named};
use std::ops::Range;
use toml::Spanned;

/// A study as written.
#[derive(Clone, Debug, Default)]
pub struct Study {
    pub title: Option<Spanned<String>>,
    pub model: Option<Model>,
    pub settings: Settings,
    pub branches: Vec<Branch>,
    pub simulations: Vec<Simulation>,
    pub optima: Vec<Optimum>,
    pub maps: Vec<Map>,
    pub functions: Vec<Function>,
    pub figures: Vec<Figure>,
    pub expects: Vec<Expect>,
}

/// `[settings]`
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub step: Option<Spanned<f64>>,
    pub min_step: Option<Spanned<f64>>,
    pub max_step: Option<Spanned<f64>>,
    pub max_points: Option<Spanned<usize>>,
    pub tolerance: Option<Spanned<f64>>,
    pub max_newton: Option<Spanned<usize>>,
    pub eigenvalues: Option<Spanned<usize>>,
    pub intervals: Option<Spanned<usize>>,
    pub degree: Option<Spanned<usize>>,
}

/// `[[branch]]`
#[derive(Clone, Debug)]
pub struct Branch {
    pub range: Range<usize>,
    pub name: Option<Spanned<String>>,
    pub kind: Option<Spanned<String>>,
    /// A `start` that could not be read is noted already, and is still a `start`.
    pub has_start: bool,
    pub start: Option<Start>,
    /// The bounds of states between which `start = "all"` searches.
    pub bounds: Option<Bounds>,
    /// A `from` that could not be read is noted already, and is still a `from`.
    pub has_from: bool,
    pub from: Option<Reference>,
    pub free: Option<Spanned<Named<Spanned<[f64; 2]>>>>,
    /// A range in `free` that could not be read is noted already.
    pub free_is_whole: bool,
    pub parameters: Named<Spanned<f64>>,
    pub mark: Named<Spanned<Vec<Spanned<f64>>>>,
    pub extremum: Vec<Spanned<String>>,
    /// A `family` that could not be read is noted already, and is still a `family`.
    pub has_family: bool,
    /// The parameter and its values.
    pub family: Option<(Spanned<String>, Spanned<Members>)>,
    /// How many profiles are kept along a branch of cycles.
    pub profiles: Option<Spanned<usize>>,
    pub optional: bool,
}

/// `box = { x = [-2.0, 2.0] }`: ranges of states.
#[derive(Clone, Debug)]
pub struct Bounds {
    pub ranges: Spanned<Named<Spanned<[f64; 2]>>>,
    /// A range that could not be read is noted already.
    pub whole: bool,
}

/// Where branches start that start from no special point.
#[derive(Clone, Debug)]
pub enum Start {
    /// `{ V = 0.0, V_in = 1.0 }`
    Guess(Spanned<Named<Spanned<f64>>>),
    /// `"all"`: at every equilibrium.
    All(Range<usize>),
}

impl Start {
    pub fn span(&self) -> Range<usize> {
        match self {
            Start::Guess(values) => values.span(),
            Start::All(range) => range.clone(),
        }
    }
}

/// A special point of a branch.
#[derive(Clone, Debug)]
pub enum Reference {
    /// `"branch/LABEL"`
    Label(Spanned<String>),
    /// `{ branch = …, type = …, near = { … } }`
    Near {
        range: Range<usize>,
        branch: Option<Spanned<String>>,
        kind: Option<Spanned<String>>,
        near: Named<Spanned<f64>>,
    },
}

impl Reference {
    pub fn span(&self) -> Range<usize> {
        match self {
            Reference::Label(text) => text.span(),
            Reference::Near { range, .. } => range.clone(),
        }
    }
}

/// The values of a family's parameter.
#[derive(Clone, Debug)]
pub enum Members {
    List(Vec<Spanned<f64>>),
    /// `count` values from `from` to `to`, both included.
    Even {
        from: Spanned<f64>,
        to: Spanned<f64>,
        count: usize,
    },
}

/// `[[simulation]]`
#[derive(Clone, Debug)]
pub struct Simulation {
    pub range: Range<usize>,
    pub name: Option<Spanned<String>>,
    /// A `start` or `time` that could not be read is noted already, and is still one.
    pub has_start: bool,
    pub start: Option<Spanned<Named<Spanned<f64>>>>,
    /// A `from` that could not be read is noted already, and is still a `from`.
    pub has_from: bool,
    pub from: Option<Reference>,
    pub perturb: Named<Spanned<f64>>,
    pub parameters: Named<Spanned<f64>>,
    pub has_time: bool,
    pub time: Option<Spanned<f64>>,
    pub transient: Option<Spanned<f64>>,
    pub until: Option<Spanned<String>>,
    pub points: Option<Spanned<usize>>,
    pub rtol: Option<Spanned<f64>>,
    pub atol: Option<Spanned<f64>>,
    pub method: Option<Spanned<String>>,
    /// A `ramp` that could not be read is noted already, and is still a `ramp`.
    pub has_ramp: bool,
    pub ramp: Option<Ramp>,
    pub rate: Option<Spanned<f64>>,
    pub branch: Option<Spanned<String>>,
    pub spectrum: Option<Spectrum>,
}

/// A parameter, and the values between which it moves.
pub type Ramp = (Spanned<String>, Spanned<Vec<Spanned<f64>>>);

/// `spectrum = { of = "V" }`
#[derive(Clone, Debug)]
pub struct Spectrum {
    pub range: Range<usize>,
    pub of: Option<Spanned<String>>,
    pub window: Option<Spanned<String>>,
    pub points: Option<Spanned<usize>>,
}

/// `[[optimum]]`
#[derive(Clone, Debug)]
pub struct Optimum {
    pub name: Option<Spanned<String>>,
    pub of: Option<Spanned<String>>,
    pub goal: Option<Spanned<String>>,
    pub from: Option<Reference>,
    pub over: Option<Spanned<Named<Spanned<[f64; 2]>>>>,
    /// A range in `over` that could not be read is noted already.
    pub over_is_whole: bool,
    pub starts: Option<Spanned<usize>>,
}

/// `[[map]]`
#[derive(Clone, Debug)]
pub struct Map {
    pub range: Range<usize>,
    pub name: Option<Spanned<String>>,
    /// The parameters and their values.
    pub grid: Option<Spanned<Named<Spanned<Members>>>>,
    /// An axis of the grid that could not be read is noted already.
    pub grid_is_whole: bool,
    pub quantities: Option<Spanned<Vec<Spanned<String>>>>,
    /// How far rows go beyond the grid.
    pub reach: Option<Spanned<Named<Spanned<[f64; 2]>>>>,
    pub method: Option<Spanned<String>>,
    pub transient: Option<Spanned<f64>>,
    pub time: Option<Spanned<f64>>,
    pub rtol: Option<Spanned<f64>>,
    pub parameters: Named<Spanned<f64>>,
    /// A `start` that could not be read is noted already, and is still a `start`.
    pub has_start: bool,
    pub start: Option<Start>,
    pub bounds: Option<Bounds>,
    /// A `from` that could not be read is noted already, and is still a `from`.
    pub has_from: bool,
    pub from: Option<Reference>,
}

/// `[[function]]`
#[derive(Clone, Debug)]
pub struct Function {
    pub name: Option<Spanned<String>>,
    pub of: Option<Spanned<String>>,
    pub range: Option<Spanned<[f64; 2]>>,
    pub points: Option<Spanned<usize>>,
    pub parameters: Named<Spanned<f64>>,
}

/// `[[figure]]`
#[derive(Clone, Debug)]
pub struct Figure {
    pub range: Range<usize>,
    pub file: Option<Spanned<String>>,
    pub kind: Option<Spanned<String>>,
    pub title: Option<Spanned<String>>,
    pub size: Option<Spanned<[f64; 2]>>,
    pub x: Option<Axis>,
    pub y: Option<Axis>,
    pub z: Option<Axis>,
    /// A `show` that could not be read is noted already, and is still a `show`.
    pub has_show: bool,
    pub show: Option<Spanned<Vec<Series>>>,
    /// The map that is shown, which quantity of it, and what to call cells without a value.
    pub map: Option<Spanned<String>>,
    pub quantity: Option<Axis>,
    pub empty: Option<Spanned<String>>,
    /// Radius of a sphere in space.
    pub sphere: Option<Spanned<f64>>,
    /// Where a diagram counts the equilibria.
    pub bounds: Option<Bounds>,
    pub lines: Vec<Line>,
    pub texts: Vec<Text>,
    pub legend: Option<bool>,
    pub labels: Option<bool>,
    pub view: Option<Spanned<[f64; 2]>>,
}

/// `x = "V_in"` or `x = { column = "V_in", … }`
#[derive(Clone, Debug)]
pub struct Axis {
    pub range: Range<usize>,
    pub column: Option<Spanned<String>>,
    pub label: Option<Spanned<String>>,
    pub shown: Option<Spanned<[f64; 2]>>,
    pub scale: Option<Spanned<String>>,
}

/// One entry of `show`.
#[derive(Clone, Debug, Default)]
pub struct Series {
    pub block: Option<Spanned<String>>,
    pub x: Option<Spanned<String>>,
    pub y: Option<Spanned<String>>,
    pub label: Option<Spanned<String>>,
    pub colour: Option<usize>,
    pub style: Option<Spanned<String>>,
    pub mark: Option<Spanned<Vec<Spanned<String>>>>,
    pub jumps: Option<Spanned<bool>>,
    pub profiles: Option<Spanned<bool>>,
    pub periods: Option<Spanned<usize>>,
}

/// One entry of `lines`.
#[derive(Clone, Debug)]
pub struct Line {
    pub kind: LineKind,
    pub label: Option<Spanned<String>>,
    pub colour: Option<usize>,
}

#[derive(Clone, Debug)]
pub enum LineKind {
    Vertical(f64),
    Horizontal(f64),
    Circle(Spanned<f64>),
    Segment([f64; 2], [f64; 2]),
    Through(Spanned<String>, [Place; 2]),
}

#[derive(Clone, Debug)]
pub enum Place {
    Number(f64),
    Quantity(Spanned<String>),
}

/// One entry of `texts`.
#[derive(Clone, Debug)]
pub struct Text {
    pub at: [f64; 2],
    pub text: Spanned<String>,
    pub colour: Option<usize>,
}

/// `[[expect]]`
#[derive(Clone, Debug)]
pub struct Expect {
    pub range: Range<usize>,
    pub point: Option<Reference>,
    pub value: Option<Spanned<Named<Spanned<f64>>>>,
    pub tolerance: Option<Spanned<f64>>,
    pub source: Option<Spanned<String>>,
    pub misprint: Option<Spanned<String>>,
}
