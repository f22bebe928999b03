//! The keys of a study and of a model file: for each its form, whether it is needed, its default, and what it is for.
//!
//! The reader takes from here which keys there are and which are missing; the schema for editors is made of nothing
//! else. What the words of a value mean is known further up.

use super::{MOST_CELLS, MOST_MEMBERS, MOST_PERIODS, MOST_POINTS, MOST_STARTS, MOST_VARIED};

/// What a value looks like.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    Text,
    /// One of a list of words.
    Word(Words),
    /// Any text; these words are worth suggesting.
    Suggested(Words),
    Number,
    /// A number greater than the first and less than the second.
    Between(f64, f64),
    Integer,
    /// An integer, both ends included.
    Count(usize, usize),
    Flag,
    /// Two numbers, each of its own meaning.
    Pair,
    /// `[low, high]`
    Range,
    /// An array of at least, and of at most, so many.
    List(&'static Form, usize, usize),
    /// A table of at least, and of at most, so many names that the user chooses.
    Names(&'static Form, usize, usize),
    Either(&'static [Form]),
    Table(&'static Table),
    /// `[[block]]`, any number of times.
    Blocks(&'static Table),
}

/// A list of words that is kept where their meaning is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// Built-in models.
    Model,
    /// Functions of built-in models.
    Function,
    /// Kinds of branches.
    Branch,
    /// What a branch can start from, beside values.
    Start,
    /// Ways to compute a map.
    Method,
    /// What a simulation stops at.
    Until,
    /// Methods of integration.
    Integrator,
    /// Windows of spectra.
    Window,
    /// Types of special points.
    Point,
    /// What is made of a quantity over parameters.
    Goal,
    /// Kinds of figures.
    Figure,
    /// Styles of series in a figure.
    Style,
    /// Scales of an axis.
    Scale,
}

/// Whether a key may be left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Presence {
    /// It has to be there, for example like this.
    Needed(&'static str),
    Optional,
    /// Left out, it has this value (as TOML).
    Default(&'static str),
}

#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub name: &'static str,
    pub form: Form,
    pub presence: Presence,
    /// What it is for.
    pub words: &'static str,
}

/// Keys that go together, and those that do not.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub needs: &'static [&'static str],
    pub excludes: &'static [&'static str],
}

#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// `[[branch]] block`, for messages.
    pub what: &'static str,
    pub keys: &'static [Key],
    /// It has to be one of these; without any, every selection of keys will do.
    pub shapes: &'static [Shape],
}

impl Table {
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

const fn table(what: &'static str, keys: &'static [Key]) -> Table {
    Table { what, keys, shapes: &[] }
}

const fn needed(name: &'static str, form: Form, example: &'static str, words: &'static str) -> Key {
    Key { name, form, presence: Presence::Needed(example), words }
}

const fn optional(name: &'static str, form: Form, words: &'static str) -> Key {
    Key { name, form, presence: Presence::Optional, words }
}

const fn default(name: &'static str, form: Form, value: &'static str, words: &'static str) -> Key {
    Key { name, form, presence: Presence::Default(value), words }
}

const ANY: usize = usize::MAX;
const NUMBERS: Form = Form::Names(&Form::Number, 0, ANY);
const TEXTS: Form = Form::Names(&Form::Text, 0, ANY);
const POINT: Form = Form::Either(&[Form::Text, Form::Table(&NEAR)]);
const AXIS_FORM: Form = Form::Either(&[Form::Text, Form::Table(&AXIS)]);
const COLOUR: Key = optional("colour", Form::Count(0, 99), "number of a colour in the palette");

pub const STUDY: Table = table(
    "study",
    &[
        optional("title", Form::Text, "a line for people, printed above the table"),
        needed(
            "model",
            Form::Table(&MODEL),
            "[model]",
            "which equations, and values of parameters for the whole study",
        ),
        optional("settings", Form::Table(&SETTINGS), "how curves are traced; each setting is optional"),
        optional("branch", Form::Blocks(&BRANCH), "a curve of solutions, or a family of curves"),
        optional("simulation", Form::Blocks(&SIMULATION), "a solution in time: time series, ramps, spectra"),
        optional("optimum", Form::Blocks(&OPTIMUM), "where a quantity is greatest or least over parameters"),
        optional("map", Form::Blocks(&MAP), "quantities over a grid of one or two parameters"),
        optional("function", Form::Blocks(&FUNCTION), "a function of the model, tabulated"),
        optional("figure", Form::Blocks(&FIGURE), "an SVG of branches, families and functions"),
        optional("expect", Form::Blocks(&EXPECT), "what is known of a point; `hopfold check` compares"),
    ],
);

pub const MODEL: Table = Table {
    what: "[model] block",
    keys: &[
        optional(
            "name",
            Form::Suggested(Words::Model),
            "a built-in model; a label where the equations are given in `file` or `equations`",
        ),
        optional("file", Form::Text, "a file that holds the model; the path is relative to the study"),
        optional("equations", TEXTS_NEEDED, "one line a state: x = \"…\" is x' = …"),
        optional(
            "define",
            TEXTS,
            "named parts of the equations, rate = \"…\", and functions of arguments, \"rate(u)\" = \"…\"",
        ),
        optional("integers", INTEGERS, "integers for indices, as in \"u[i = 1..N]\""),
        optional(
            "parameters",
            NUMBERS,
            "values of parameters; where the equations are in the study, these declare the parameters",
        ),
        optional(
            "physical",
            Form::Table(&PHYSICAL),
            "device and circuit of the memristive neuron in SI units, in place of `parameters`",
        ),
    ],
    shapes: &[
        Shape { needs: &["name"], excludes: &["file", "equations", "define", "integers"] },
        Shape { needs: &["file"], excludes: &["equations", "define", "physical"] },
        Shape { needs: &["equations"], excludes: &["file", "physical"] },
    ],
};

/// Every one is needed: a device that is known in part would be completed by numbers of another.
pub const PHYSICAL: Table = table(
    "[model.physical] block",
    &[
        needed("m", Form::Number, "m = 1.67e-27", "mass of the particle, in kg"),
        needed("Omega_p", Form::Number, "Omega_p = 1.58e12", "its angular frequency, in 1/s"),
        needed("q", Form::Number, "q = 1.602176634e-19", "its charge, in C"),
        needed("L", Form::Number, "L = 4e-10", "half the gap between the contacts, in m"),
        needed("x_0", Form::Number, "x_0 = 3.2e-10", "rest position of the particle, in m from the middle"),
        needed("lambda", Form::Number, "lambda = 5.2e-11", "tunnelling length, in m"),
        needed("R_0", Form::Number, "R_0 = 1e5", "least resistance of the device, in Ohm"),
        needed("R_ext", Form::Number, "R_ext = 5e5", "external resistance, in Ohm"),
        needed("C_ext", Form::Number, "C_ext = 9e-18", "capacitance, in F"),
        needed("V_ext", Form::Number, "V_ext = 0.01", "applied bias, in V"),
        needed("T", Form::Number, "T = 0.1", "temperature, in K"),
        needed("gamma_phi", Form::Number, "gamma_phi = 2.2e10", "rate of pure dephasing, in 1/s"),
        needed("gamma_T", Form::Number, "gamma_T = 2.2e10", "rate of relaxation, in 1/s"),
        needed("Delta_Omega", Form::Number, "Delta_Omega = 1e12", "detuning of the third level, in 1/s"),
    ],
);

const INTEGERS: Form = Form::Names(&Form::Integer, 0, ANY);
const TEXTS_NEEDED: Form = Form::Names(&Form::Text, 1, ANY);

pub const SETTINGS: Table = table(
    "[settings] block",
    &[
        default("step", STEP, "0.01", "length of the first step, in scaled arclength (1 is about the whole range)"),
        default("min_step", STEP, "1e-9", "a branch stops when it needs a smaller step"),
        default("max_step", STEP, "0.05", "no step is longer; smaller where a branch misses a detail"),
        default(
            "max_points",
            Form::Count(2, MOST_POINTS),
            "10000",
            "a branch stops after so many points in each direction",
        ),
        default(
            "tolerance",
            Form::Between(0.0, 0.01),
            "1e-12",
            "a point is accepted when its scaled residual is smaller",
        ),
        default("max_newton", Form::Count(1, 1000), "8", "Newton steps of one correction before the step is halved"),
        default(
            "eigenvalues",
            Form::Count(4, 200),
            "12",
            "how many are found near the imaginary axis, where the equations couple neighbours only, as a chain's do; else all",
        ),
        default(
            "intervals",
            Form::Count(2, 10_000),
            "40",
            "of a cycle's mesh, which moves to where the cycle is steep",
        ),
        default("degree", Form::Count(2, 7), "4", "of the polynomials on each interval of a cycle"),
    ],
);

const STEP: Form = Form::Between(0.0, 10.0);

pub const BRANCH: Table = table(
    "[[branch]] block",
    &[
        needed("name", Form::Text, "name = \"rest\"", "what the branch is called; its table is written to NAME.csv"),
        needed("kind", Form::Word(Words::Branch), "kind = \"equilibrium\"", "what the branch consists of"),
        optional(
            "start",
            Form::Either(&[NUMBERS, Form::Word(Words::Start)]),
            "a guess of states, and the value of the free parameter at which to start, or \"all\" for every equilibrium in \
             `box` at the low end of the range; else searched for",
        ),
        optional(
            "box",
            Form::Names(&Form::Range, 0, ANY),
            "ranges of the states in which start = \"all\" searches; that of an array is that of its elements",
        ),
        optional("from", POINT, "the special point at which the branch starts: \"BRANCH/LABEL\" of a branch above"),
        needed(
            "free",
            Form::Names(&Form::Range, 1, 2),
            "free = { V_in = [0.0, 8.0] }",
            "the parameters that vary, each with its range: one for equilibria, two for fold, hopf and branch-point",
        ),
        optional("parameters", NUMBERS, "values of parameters on this branch"),
        optional(
            "mark",
            Form::Names(&Form::List(&Form::Number, 0, MOST_MEMBERS), 0, ANY),
            "values of a free parameter at which the branch gets a point with the label UZ",
        ),
        optional(
            "extremum",
            Form::List(&Form::Text, 0, ANY),
            "free parameters of a critical curve, or V_span, V_max, V_min of cycles: extrema along the curve get the label EX",
        ),
        optional(
            "profiles",
            Form::Count(0, MOST_MEMBERS),
            "so many cycles, evenly spaced along the branch, are kept with their profiles, as those of special points are",
        ),
        optional("family", Form::Names(&MEMBERS, 1, 1), "one branch for each value of a parameter"),
        default("optional", Form::Flag, "false", "if the branch cannot start, this is a note and not a failure"),
    ],
);

const MEMBERS: Form = Form::Either(&[Form::List(&Form::Number, 1, MOST_MEMBERS), Form::Table(&EVEN)]);

pub const EVEN: Table = table(
    "family",
    &[
        needed("from", Form::Number, EVEN_EXAMPLE, "the first value"),
        needed("to", Form::Number, EVEN_EXAMPLE, "the last value"),
        needed("count", Form::Count(2, MOST_MEMBERS), EVEN_EXAMPLE, "how many values, the ends included"),
    ],
);

const EVEN_EXAMPLE: &str = "{ from = 0.1, to = 1.0, count = 10 }";

pub const NEAR: Table = table(
    "special point",
    &[
        needed("branch", Form::Text, "branch = \"rest\"", "the branch on which the point is"),
        needed("type", Form::Word(Words::Point), "type = \"H\"", "the type of the point"),
        needed("near", NUMBERS, "near = { V_in = 3.3 }", "the one that is nearest to these values is meant"),
    ],
);

pub const SIMULATION: Table = table(
    "[[simulation]] block",
    &[
        needed("name", Form::Text, "name = \"run\"", "what the simulation is called; it is written to NAME.csv"),
        optional("start", NUMBERS, "every state at the beginning"),
        optional(
            "from",
            POINT,
            "a special point of a branch above at which it begins, \"BRANCH/LABEL\"; of a cycle its profile",
        ),
        optional("perturb", NUMBERS, "what is added to the states of the point at which it begins"),
        optional("parameters", NUMBERS, "values of parameters in this simulation"),
        optional("time", Form::Between(0.0, f64::INFINITY), "how long, at most, after the transient"),
        default("transient", Form::Number, "0.0", "how long what comes first is thrown away"),
        optional(
            "until",
            Form::Word(Words::Until),
            "steady: it ends when it has settled on a point; periodic: on a cycle or a point",
        ),
        default("points", Form::Count(2, MOST_POINTS), "2000", "number of rows, evenly spaced"),
        default("rtol", Form::Between(0.0, 0.01), "1e-10", "error of a step in parts of each state"),
        optional(
            "atol",
            Form::Between(0.0, f64::INFINITY),
            "error of a step in addition; else 1e-3 rtol of each state's size",
        ),
        default(
            "method",
            Form::Word(Words::Integrator),
            "\"auto\"",
            "dop853, radau5 for stiff equations, or auto: the first until stability limits its steps",
        ),
        optional(
            "ramp",
            Form::Names(&Form::List(&Form::Number, 2, MOST_MEMBERS), 1, 1),
            "a parameter that moves from value to value: ramp = { V_in = [0.0, 10.0, 0.0] }",
        ),
        optional("rate", Form::Between(0.0, f64::INFINITY), "how fast it moves: the parameter a unit of time"),
        optional("branch", Form::Text, "a branch whose folds explain the jumps under a ramp"),
        optional("spectrum", Form::Table(&SPECTRUM), "the power spectral density of a state"),
    ],
);

pub const SPECTRUM: Table = table(
    "spectrum",
    &[
        needed("of", Form::Text, "spectrum = { of = \"V\" }", "the state"),
        default("window", Form::Word(Words::Window), "\"hann\"", "hann, blackman-harris or rectangle"),
        default("points", Form::Count(16, MOST_POINTS), "16384", "number of samples over `time`"),
    ],
);

pub const OPTIMUM: Table = table(
    "[[optimum]] block",
    &[
        needed("name", Form::Text, "name = \"largest\"", "what it is called"),
        needed("of", Form::Text, "of = \"V_span\"", "the quantity: a column of the branch on which `from` is"),
        default("goal", Form::Word(Words::Goal), "\"maximum\"", "maximum or minimum"),
        needed(
            "from",
            POINT,
            "from = \"cycles/UZ1\"",
            "a known solution, \"BRANCH/LABEL\", from which the others are continued",
        ),
        needed(
            "over",
            Form::Names(&Form::Range, 1, MOST_VARIED),
            "over = { Gamma = [0.01, 1.0] }",
            "the parameters that are varied, each with its range",
        ),
        default("starts", Form::Count(1, MOST_STARTS), "8", "places from which the optimum is looked for"),
    ],
);

pub const MAP: Table = table(
    "[[map]] block",
    &[
        needed("name", Form::Text, "name = \"span\"", "what the map is called; it is written to NAME.csv"),
        needed(
            "grid",
            Form::Names(&GRID, 1, 2),
            GRID_EXAMPLE,
            "one or two parameters, each with its values in rising order; rows of cells run along the first",
        ),
        needed(
            "quantity",
            Form::Either(&[Form::Text, Form::List(&Form::Text, 1, ANY)]),
            "quantity = \"V_span\"",
            "what is known of each cell: period, V_span, V, re_1, equilibria, stable_equilibria, cycles, stable_cycles, …",
        ),
        default("by", Form::Word(Words::Method), "\"continuation\"", "continuation: each row of solutions is a branch"),
        optional("parameters", NUMBERS, "values of parameters on this map"),
        optional(
            "reach",
            Form::Names(&Form::Range, 1, 1),
            "how far rows go beyond the grid, where Hopf points may be: reach = { V_in = [-1.0, 6.0] }",
        ),
        optional(
            "start",
            Form::Either(&[NUMBERS, Form::Word(Words::Start)]),
            "a guess of states at the low end of each row, or \"all\" for every equilibrium in `box` at either end; else \
             searched for; by simulation the value of every state at time 0",
        ),
        default(
            "time",
            Form::Number,
            "10000.0",
            "how long a solution may take to settle on a point or a cycle, by simulation",
        ),
        default("transient", Form::Number, "0.0", "what is thrown away before that, by simulation"),
        default("rtol", Form::Number, "1e-10", "error of a step relative to each state, by simulation"),
        optional("box", Form::Names(&Form::Range, 0, ANY), "ranges of the states in which start = \"all\" searches"),
        optional(
            "from",
            POINT,
            "a cycle of a branch above at which cycles start too, for rows that meet no Hopf point: \"BRANCH/LABEL\"",
        ),
    ],
);

const GRID: Form = Form::Either(&[Form::List(&Form::Number, 1, MOST_CELLS), Form::Table(&STEPS)]);
const GRID_EXAMPLE: &str = "grid = { V_in = { from = 0.0, to = 4.0, count = 100 } }";

pub const STEPS: Table = table(
    "grid",
    &[
        needed("from", Form::Number, STEPS_EXAMPLE, "the first value"),
        needed("to", Form::Number, STEPS_EXAMPLE, "the last value"),
        needed("count", Form::Count(2, MOST_CELLS), STEPS_EXAMPLE, "how many values, the ends included"),
    ],
);

const STEPS_EXAMPLE: &str = "{ from = 0.0, to = 4.0, count = 100 }";

pub const FUNCTION: Table = table(
    "[[function]] block",
    &[
        needed("name", Form::Text, "name = \"elements\"", "what the table is called; it is written to NAME.csv"),
        needed(
            "of",
            Form::Word(Words::Function),
            "of = \"conductance-elements\"",
            "a function of the model; `hopfold models NAME` lists them",
        ),
        needed("range", Form::Range, "range = [-2.0, 2.0]", "of its variable, [low, high]"),
        default("points", Form::Count(2, MOST_POINTS), "401", "number of rows"),
        optional("parameters", NUMBERS, "values of parameters for this function"),
    ],
);

pub const FIGURE: Table = table(
    "[[figure]] block",
    &[
        needed("file", Form::Text, "file = \"rest.svg\"", "where it is written; a bare name goes beside the results"),
        default(
            "kind",
            Form::Word(Words::Figure),
            "\"plane\"",
            "plane, surface (with z and view), space (the same without sheets), map (with map and quantity), or diagram (with box)",
        ),
        optional("title", Form::Text, "a line above the figure"),
        optional("size", Form::Pair, "[width, height] in millimetres"),
        needed(
            "x",
            AXIS_FORM,
            "x = \"V_in\"",
            "a column: a free parameter, a state, an output, re_1, omega, u[(N + 1)/2], …",
        ),
        needed("y", AXIS_FORM, "y = \"V\"", "a column, as x"),
        optional("z", AXIS_FORM, "a column, as x: the vertical axis of a surface, and of space"),
        optional(
            "show",
            Form::List(&Form::Either(&[Form::Text, Form::Table(&SERIES)]), 0, ANY),
            "what is drawn: names of blocks, or tables; over a map, curves, if any",
        ),
        optional("map", Form::Text, "the name of the map that a figure of kind map shows"),
        optional("quantity", AXIS_FORM, "what a figure of kind map shows in colours, as x"),
        default("empty", Form::Text, "\"no value\"", "what the legend of a map says of cells without a value"),
        optional("sphere", Form::Between(0.0, f64::INFINITY), "in space: a sphere of this radius about the origin"),
        optional(
            "box",
            Form::Names(&Form::Range, 0, ANY),
            "ranges of the states in which a diagram counts the equilibria",
        ),
        optional("lines", Form::List(&Form::Table(&LINE), 0, ANY), "straight lines and circles"),
        optional("texts", Form::List(&Form::Table(&TEXT), 0, ANY), "words in the figure"),
        default("legend", Form::Flag, "true", "a legend, where a series has a label"),
        default("labels", Form::Flag, "true", "the names of special points at their marks"),
        optional("view", Form::Pair, "[azimuth, elevation] in degrees, from where a surface or space is seen"),
    ],
);

pub const AXIS: Table = table(
    "axis",
    &[
        needed("column", Form::Text, "column = \"V_in\"", "the column"),
        optional("label", Form::Text, "what stands at the axis; else the column's name"),
        optional("range", Form::Range, "what is shown, [low, high]; else all there is"),
        default("scale", Form::Word(Words::Scale), "\"linear\"", "linear, or log for powers of ten"),
    ],
);

pub const SERIES: Table = table(
    "series",
    &[
        needed(
            "block",
            Form::Text,
            "{ block = \"rest\" }",
            "name of a branch, family or function; \"BRANCH/LABEL\" is the profile of a cycle",
        ),
        default("profiles", Form::Flag, "false", "the profiles that a branch of cycles keeps, in place of the branch"),
        default("periods", Form::Count(1, MOST_PERIODS), "1", "how many periods of a profile"),
        optional("x", Form::Text, "the column of this block in place of the figure's"),
        optional("y", Form::Text, "the column of this block in place of the figure's"),
        optional("label", Form::Text, "entry in the legend"),
        COLOUR,
        default(
            "style",
            Form::Word(Words::Style),
            "\"line\"",
            "line, region (shaded to the edge), or surface (a family, in a surface figure)",
        ),
        optional("mark", Form::List(&Form::Word(Words::Point), 0, ANY), "types of special points to mark; else all"),
        default("jumps", Form::Flag, "false", "arrows from folds to the stable part of the branch"),
    ],
);

pub const LINE: Table = Table {
    what: "line",
    keys: &[
        optional("vertical", Form::Number, "the line x = this"),
        optional("horizontal", Form::Number, "the line y = this"),
        optional("circle", Form::Between(0.0, f64::INFINITY), "the circle of this radius about the origin"),
        optional("from", Form::Pair, "one end, [x, y]"),
        optional("to", Form::Pair, "the other end, [x, y]"),
        optional("through", Form::Text, "a special point, \"BRANCH/LABEL\""),
        optional(
            "and",
            Form::List(&Form::Either(&[Form::Number, Form::Text]), 2, 2),
            "a second place, [x, y], each a number or the name of a quantity of that point",
        ),
        optional("label", Form::Text, "entry in the legend"),
        COLOUR,
    ],
    shapes: &[
        Shape { needs: &["vertical"], excludes: &["horizontal", "circle", "from", "to", "through", "and"] },
        Shape { needs: &["horizontal"], excludes: &["vertical", "circle", "from", "to", "through", "and"] },
        Shape { needs: &["circle"], excludes: &["vertical", "horizontal", "from", "to", "through", "and"] },
        Shape { needs: &["from", "to"], excludes: &["vertical", "horizontal", "circle", "through", "and"] },
        Shape { needs: &["through", "and"], excludes: &["vertical", "horizontal", "circle", "from", "to"] },
    ],
};

pub const TEXT: Table = table(
    "text",
    &[
        needed("at", Form::Pair, TEXT_EXAMPLE, "where it stands, [x, y]"),
        needed("text", Form::Text, TEXT_EXAMPLE, "the words"),
        COLOUR,
    ],
);

const TEXT_EXAMPLE: &str = "{ at = [1.0, 2.0], text = \"oscillations\" }";

pub const EXPECT: Table = table(
    "[[expect]] block",
    &[
        needed(
            "point",
            POINT,
            "point = \"rest/LP1\"",
            "the special point: \"BRANCH/LABEL\"; or the cell of a map: \"MAP[V_in=1.0]\"; or the name of an optimum",
        ),
        needed(
            "value",
            Form::Names(&Form::Number, 1, ANY),
            "value = { V_in = 5.4501 }",
            "what is known: values of quantities of the point",
        ),
        needed(
            "tolerance",
            Form::Between(0.0, f64::INFINITY),
            "tolerance = 5e-5",
            "the greatest difference that is accepted; half a unit of the last printed digit is honest",
        ),
        optional("source", Form::Text, "where the value comes from"),
        optional("misprint", Form::Text, "why the source is wrong: shown, and neither a pass nor a failure"),
    ],
);

pub const MODEL_FILE: Table = table(
    "model file",
    &[
        optional("title", Form::Text, "a line for people"),
        optional("description", Form::Text, "what the model is, and what to know of it"),
        optional("source", Form::Text, "where the model comes from: a citation"),
        optional(
            "parameters",
            Form::Names(&Form::Either(&[Form::Number, Form::Table(&PARAMETER)]), 0, ANY),
            "the parameters, each a number or { value = 1.0, meaning = \"…\", unit = \"…\" }",
        ),
        optional("states", TEXTS, "what each state means"),
        needed("equations", TEXTS_NEEDED, "[equations]", "one line a state: x = \"…\" is x' = …"),
        optional(
            "define",
            TEXTS,
            "named parts of the equations, rate = \"…\", and functions of arguments, \"rate(u)\" = \"…\"",
        ),
        optional("integers", INTEGERS, "integers for indices, as in \"u[i = 1..N]\""),
    ],
);

pub const PARAMETER: Table = table(
    "parameter",
    &[
        needed("value", Form::Number, "value = 1.0", "its value, where the study does not say"),
        optional("meaning", Form::Text, "what it is"),
        optional("unit", Form::Text, "what it is measured in"),
    ],
);
