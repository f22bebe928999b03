//! What the user wrote, field for field, each with its place in the text.
//!
//! Nothing is resolved: a name is a string here, and whether anything bears it is asked by `plan`. A
//! mistake of form (not TOML, an unknown key, a wrong type, a missing key) is noted and leaves `None`, so
//! that all mistakes of a study can be shown at once.

mod blocks;
pub mod format;
mod model;
mod reader;
mod set;

use crate::diagnostic::Mistakes;
pub use blocks::*;
use format::Shape;
pub use model::{Equations, Model, ModelFile, Origin, Physical, read_model};
pub use reader::Named;
use reader::{Block, Value};
use set::Argument;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The most points a branch or a function may be asked for.
pub const MOST_POINTS: usize = 1_000_000;
/// The most parameters an optimum may be over, and the most starts.
pub const MOST_VARIED: usize = 8;
pub const MOST_STARTS: usize = 1000;
/// The most members a family may have.
pub const MOST_MEMBERS: usize = 1000;
/// The most values a parameter of a map may have.
pub const MOST_CELLS: usize = 10_000;
/// Periods of a profile that a figure can show.
pub const MOST_PERIODS: usize = 100;

/// Reads a study with the values of the command line laid over it. `None` if it is not TOML.
pub fn read(mistakes: &mut Mistakes, source_name: &str, text: &str, overrides: &[(String, String)]) -> Option<Study> {
    mistakes.add_source(source_name, text);
    let arguments: Vec<Argument> = overrides.iter().map(|(key, value)| Argument::new(mistakes, key, value)).collect();
    let mut document = parse(mistakes, text)?;
    for argument in &arguments {
        argument.lay_over(mistakes, &mut document);
    }
    Some(study(mistakes, &document))
}

fn parse<'t>(mistakes: &mut Mistakes, text: &'t str) -> Option<DeTable<'t>> {
    match DeTable::parse(text) {
        Ok(document) => Some(document.into_inner()),
        Err(error) => {
            let range = error.span().unwrap_or(0..0);
            mistakes
                .error(&range, "this is not TOML", error.message())
                .help("strings need quotes, and so do keys with brackets or parentheses; one key stands on a line");
            None
        }
    }
}

fn study(mistakes: &mut Mistakes, document: &DeTable<'_>) -> Study {
    let block = Block::new(&format::STUDY, 0..0, document);
    let title = block.get("title").and_then(|value| reader::string(mistakes, "title", value));
    let model = block.get("model");
    let settings = block.get("settings");
    let study = Study {
        title,
        model: match model {
            Some(value) => model::model_block(mistakes, value),
            None => {
                mistakes
                    .error(&(0..0), "the study has no [model]", "which model?")
                    .help("for example `[model]` with `name = \"memristive-neuron\"` on the next line");
                None
            }
        },
        settings: settings.map(|value| settings_block(mistakes, value)).unwrap_or_default(),
        functions: blocks(mistakes, &block, "function", function_block),
        branches: blocks(mistakes, &block, "branch", branch_block),
        simulations: blocks(mistakes, &block, "simulation", simulation_block),
        optima: blocks(mistakes, &block, "optimum", optimum_block),
        maps: blocks(mistakes, &block, "map", map_block),
        figures: blocks(mistakes, &block, "figure", figure_block),
        expects: blocks(mistakes, &block, "expect", expect_block),
    };
    block.finish(mistakes, &[], &[]);
    study
}

/// The blocks `[[key]]`.
fn blocks<T>(
    mistakes: &mut Mistakes,
    document: &Block<'_>,
    key: &str,
    read: impl Fn(&mut Mistakes, &Value<'_>) -> Option<T>,
) -> Vec<T> {
    let Some(value) = document.get(key) else { return Vec::new() };
    match value.get_ref() {
        DeValue::Array(items) => items.iter().filter_map(|item| read(mistakes, item)).collect(),
        DeValue::Table(_) => {
            let message = format!("[{key}] needs double brackets: there can be several");
            mistakes.error(&value.span(), message, "one pair of brackets").help(format!("[[{key}]]"));
            Vec::new()
        }
        _ => reader::wrong(mistakes, key, &format!("blocks headed [[{key}]]"), value).unwrap_or_default(),
    }
}

fn numbers_by_name(mistakes: &mut Mistakes, block: &Block<'_>, key: &str) -> Option<Spanned<Named<Spanned<f64>>>> {
    let value = block.get(key)?;
    reader::named(mistakes, key, "a table of numbers, { NAME = 1.0 }", value, reader::number)
}

fn string(mistakes: &mut Mistakes, block: &Block<'_>, key: &str) -> Option<Spanned<String>> {
    block.get(key).and_then(|value| reader::string(mistakes, key, value))
}

fn needed_string(mistakes: &mut Mistakes, block: &Block<'_>, key: &str) -> Option<Spanned<String>> {
    block.need(mistakes, key).and_then(|value| reader::string(mistakes, key, value))
}

fn number(mistakes: &mut Mistakes, block: &Block<'_>, key: &str) -> Option<Spanned<f64>> {
    block.get(key).and_then(|value| reader::number(mistakes, key, value))
}

fn count(mistakes: &mut Mistakes, block: &Block<'_>, key: &str, least: usize, most: usize) -> Option<Spanned<usize>> {
    block.get(key).and_then(|value| reader::count(mistakes, key, least, most, value))
}

fn flag(mistakes: &mut Mistakes, block: &Block<'_>, key: &str) -> Option<bool> {
    block.get(key).and_then(|value| reader::flag(mistakes, key, value))
}

fn colour(mistakes: &mut Mistakes, block: &Block<'_>) -> Option<usize> {
    count(mistakes, block, "colour", 0, 99).map(Spanned::into_inner)
}

fn settings_block(mistakes: &mut Mistakes, value: &Value<'_>) -> Settings {
    let Some(block) = Block::open(mistakes, &format::SETTINGS, "settings", value) else {
        return Settings::default();
    };
    let settings = Settings {
        step: number(mistakes, &block, "step"),
        min_step: number(mistakes, &block, "min_step"),
        max_step: number(mistakes, &block, "max_step"),
        max_points: count(mistakes, &block, "max_points", 2, MOST_POINTS),
        tolerance: number(mistakes, &block, "tolerance"),
        max_newton: count(mistakes, &block, "max_newton", 1, 1000),
        eigenvalues: count(mistakes, &block, "eigenvalues", 4, 200),
        intervals: count(mistakes, &block, "intervals", 2, 10_000),
        degree: count(mistakes, &block, "degree", 2, 7),
    };
    block.finish(mistakes, &[], &[]);
    settings
}

fn branch_block(mistakes: &mut Mistakes, value: &Value<'_>) -> Option<Branch> {
    let block = Block::open(mistakes, &format::BRANCH, "branch", value)?;
    let name = needed_string(mistakes, &block, "name");
    let kind = needed_string(mistakes, &block, "kind");
    let start = block.get("start");
    let has_start = start.is_some();
    let start = start.and_then(|value| self::start(mistakes, value));
    let bounds = self::bounds(mistakes, &block);
    let from = block.get("from");
    let has_from = from.is_some();
    let from = from.and_then(|value| reference(mistakes, "from", value));
    let free = block.need(mistakes, "free");
    let asked = free.and_then(|value| value.get_ref().as_table()).map_or(0, |table| table.len());
    let free = free.and_then(|value| {
        reader::named(mistakes, "free", "a table of ranges, { V_in = [0.0, 8.0] }", value, reader::range)
    });
    let free_is_whole = free.as_ref().is_some_and(|free| free.get_ref().len() == asked);
    let parameters = numbers_by_name(mistakes, &block, "parameters").map(Spanned::into_inner).unwrap_or_default();
    let mark = block.get("mark").and_then(|value| {
        reader::named(mistakes, "mark", "a table of arrays, { V_in = [1.0, 2.0] }", value, |mistakes, name, value| {
            reader::array(mistakes, name, "an array of numbers", value, |mistakes, item| {
                reader::number(mistakes, name, item)
            })
        })
    });
    let extremum = block.get("extremum").and_then(|value| {
        reader::array(mistakes, "extremum", "an array of parameters, [\"R_n\"]", value, |mistakes, item| {
            reader::string(mistakes, "extremum", item)
        })
    });
    let family = block.get("family");
    let has_family = family.is_some();
    let family = family.and_then(|value| family_table(mistakes, value));
    let profiles = count(mistakes, &block, "profiles", 0, MOST_MEMBERS);
    let optional = flag(mistakes, &block, "optional").unwrap_or(false);
    let range = block.range.clone();
    block.finish(mistakes, &[], &[]);
    let mark = mark.map(Spanned::into_inner).unwrap_or_default();
    Some(Branch {
        range,
        name,
        kind,
        has_start,
        start,
        bounds,
        has_from,
        from,
        free,
        free_is_whole,
        parameters,
        mark,
        extremum: extremum.map(Spanned::into_inner).unwrap_or_default(),
        has_family,
        family,
        profiles,
        optional,
    })
}

/// A `box` that is no table is empty and not whole: it is noted already.
fn bounds(mistakes: &mut Mistakes, block: &Block<'_>) -> Option<Bounds> {
    let value = block.get("box")?;
    let asked = value.get_ref().as_table().map(|table| table.len());
    let expected = "a table of ranges of states, { x = [-2.0, 2.0] }";
    let ranges = reader::named(mistakes, "box", expected, value, reader::range);
    let ranges = ranges.unwrap_or_else(|| Spanned::new(value.span(), Vec::new()));
    Some(Bounds { whole: asked == Some(ranges.get_ref().len()), ranges })
}

fn start(mistakes: &mut Mistakes, value: &Value<'_>) -> Option<Start> {
    match value.get_ref() {
        DeValue::String(word) if word == "all" => Some(Start::All(value.span())),
        DeValue::String(word) => {
            let message = format!("`start` must be \"all\" or a table of numbers, not \"{word}\"");
            mistakes.error(&value.span(), message, "expected \"all\" or { NAME = 1.0 }").suggest(
                word,
                ["all"],
                "words",
            );
            None
        }
        _ => {
            let expected = "a table of numbers, { NAME = 1.0 }, or \"all\"";
            reader::named(mistakes, "start", expected, value, reader::number).map(Start::Guess)
        }
    }
}

fn family_table(mistakes: &mut Mistakes, value: &Value<'_>) -> Option<(Spanned<String>, Spanned<Members>)> {
    let example = "for example `family = { Z_T = [0.1, 0.5, 1.0] }`";
    if let Some(table) = value.get_ref().as_table()
        && table.len() != 1
    {
        let given = format!("{} parameters", table.len());
        mistakes.error(&value.span(), "a family is over one parameter", given).help(example);
        return None;
    }
    let table = reader::named(mistakes, "family", "a table of one parameter", value, members)?;
    table.into_inner().into_iter().next()
}

fn members(mistakes: &mut Mistakes, name: &str, value: &Value<'_>) -> Option<Spanned<Members>> {
    values(mistakes, name, value, "family", "members", &format::EVEN, MOST_MEMBERS)
}

/// Values of a parameter, as a list or evenly spaced: `what` of so many `parts`, at most `most`.
fn values(
    mistakes: &mut Mistakes,
    name: &str,
    value: &Value<'_>,
    what: &str,
    parts: &str,
    even: &'static format::Table,
    most: usize,
) -> Option<Spanned<Members>> {
    let members = match value.get_ref() {
        DeValue::Array(items) if items.len() > most => {
            let message = format!("a {what} of {} {parts} is too large", items.len());
            mistakes.error(&value.span(), message, format!("at most {most}"));
            return None;
        }
        DeValue::Array(items) => {
            if items.is_empty() {
                mistakes.error(&value.span(), format!("a {what} of no {parts}"), "expected one value at least");
                return None;
            }
            Members::List(items.iter().filter_map(|item| reader::number(mistakes, name, item)).collect())
        }
        DeValue::Table(_) => {
            let block = Block::open(mistakes, even, name, value)?;
            let from = block.need(mistakes, "from").and_then(|value| reader::number(mistakes, "from", value));
            let to = block.need(mistakes, "to").and_then(|value| reader::number(mistakes, "to", value));
            let count =
                block.need(mistakes, "count").and_then(|value| reader::count(mistakes, "count", 2, most, value));
            block.finish(mistakes, &[], &[]);
            Members::Even { from: from?, to: to?, count: count?.into_inner() }
        }
        _ => return reader::wrong(mistakes, name, "an array of values or { from = a, to = b, count = n }", value),
    };
    Some(Spanned::new(value.span(), members))
}

fn reference(mistakes: &mut Mistakes, key: &str, value: &Value<'_>) -> Option<Reference> {
    match value.get_ref() {
        DeValue::String(text) => Some(Reference::Label(Spanned::new(value.span(), text.to_string()))),
        DeValue::Table(_) => {
            let block = Block::open(mistakes, &format::NEAR, key, value)?;
            let branch = needed_string(mistakes, &block, "branch");
            let kind = needed_string(mistakes, &block, "type");
            let near = block.need(mistakes, "near").and_then(|value| {
                reader::named(mistakes, "near", "a table of numbers, { V_in = 3.3 }", value, reader::number)
            });
            let range = block.range.clone();
            block.finish(mistakes, &[], &[]);
            Some(Reference::Near { range, branch, kind, near: near?.into_inner() })
        }
        _ => reader::wrong(mistakes, key, "\"BRANCH/LABEL\" or { branch = …, type = …, near = { … } }", value),
    }
}

fn simulation_block(mistakes: &mut Mistakes, value: &Value<'_>) -> Option<Simulation> {
    let block = Block::open(mistakes, &format::SIMULATION, "simulation", value)?;
    let (from, ramp) = (block.get("from"), block.get("ramp"));
    let simulation = Simulation {
        range: block.range.clone(),
        name: needed_string(mistakes, &block, "name"),
        has_start: block.get("start").is_some(),
        start: numbers_by_name(mistakes, &block, "start"),
        has_from: from.is_some(),
        from: from.and_then(|value| reference(mistakes, "from", value)),
        perturb: numbers_by_name(mistakes, &block, "perturb").map(Spanned::into_inner).unwrap_or_default(),
        parameters: numbers_by_name(mistakes, &block, "parameters").map(Spanned::into_inner).unwrap_or_default(),
        has_time: block.get("time").is_some(),
        time: number(mistakes, &block, "time"),
        transient: number(mistakes, &block, "transient"),
        until: string(mistakes, &block, "until"),
        points: count(mistakes, &block, "points", 2, MOST_POINTS),
        rtol: number(mistakes, &block, "rtol"),
        atol: number(mistakes, &block, "atol"),
        method: string(mistakes, &block, "method"),
        has_ramp: ramp.is_some(),
        ramp: ramp.and_then(|value| ramp_table(mistakes, value)),
        rate: number(mistakes, &block, "rate"),
        branch: string(mistakes, &block, "branch"),
        spectrum: block.get("spectrum").and_then(|value| spectrum_table(mistakes, value)),
    };
    block.finish(mistakes, &[], &[]);
    Some(simulation)
}

fn ramp_table(mistakes: &mut Mistakes, value: &Value<'_>) -> Option<Ramp> {
    let expected = "a table of one parameter, { V_in = [0.0, 10.0, 0.0] }";
    let table = reader::named(mistakes, "ramp", expected, value, |mistakes, name, value| {
        reader::array(mistakes, name, "an array of numbers", value, |mistakes, item| {
            reader::number(mistakes, name, item)
        })
    })?;
    // What is in the table and could not be read is noted already.
    if value.get_ref().as_table().is_some_and(|table| table.len() != 1) {
        mistakes.error(&value.span(), "a ramp moves one parameter", format!("expected {expected}"));
        return None;
    }
    table.into_inner().into_iter().next()
}

fn spectrum_table(mistakes: &mut Mistakes, value: &Value<'_>) -> Option<Spectrum> {
    if value.get_ref().as_table().is_none() {
        return reader::wrong(mistakes, "spectrum", "a table, { of = \"STATE\" }", value);
    }
    let block = Block::open(mistakes, &format::SPECTRUM, "spectrum", value)?;
    let spectrum = Spectrum {
        range: block.range.clone(),
        of: needed_string(mistakes, &block, "of"),
        window: string(mistakes, &block, "window"),
        points: count(mistakes, &block, "points", 16, MOST_POINTS),
    };
    block.finish(mistakes, &[], &[]);
    Some(spectrum)
}

fn optimum_block(mistakes: &mut Mistakes, value: &Value<'_>) -> Option<Optimum> {
    let block = Block::open(mistakes, &format::OPTIMUM, "optimum", value)?;
    let over = block.need(mistakes, "over");
    let asked = over.and_then(|value| value.get_ref().as_table()).map_or(0, |table| table.len());
    let over = over.and_then(|value| {
        reader::named(mistakes, "over", "a table of ranges, { Gamma = [0.01, 1.0] }", value, reader::range)
    });
    let optimum = Optimum {
        name: needed_string(mistakes, &block, "name"),
        of: needed_string(mistakes, &block, "of"),
        goal: string(mistakes, &block, "goal"),
        from: block.need(mistakes, "from").and_then(|value| reference(mistakes, "from", value)),
        over_is_whole: over.as_ref().is_some_and(|over| over.get_ref().len() == asked),
        over,
        starts: count(mistakes, &block, "starts", 1, MOST_STARTS),
    };
    block.finish(mistakes, &[], &[]);
    Some(optimum)
}

fn map_block(mistakes: &mut Mistakes, value: &Value<'_>) -> Option<Map> {
    let block = Block::open(mistakes, &format::MAP, "map", value)?;
    let grid = block.need(mistakes, "grid");
    let asked = grid.and_then(|value| value.get_ref().as_table()).map_or(0, |table| table.len());
    let grid = grid.and_then(|value| {
        let expected = "a table of parameters, { V_in = { from = 0.0, to = 4.0, count = 100 } }";
        reader::named(mistakes, "grid", expected, value, |mistakes, name, value| {
            values(mistakes, name, value, "grid", "values", &format::STEPS, MOST_CELLS)
        })
    });
    let quantities = block.need(mistakes, "quantity").and_then(|value| match value.get_ref() {
        DeValue::String(_) => {
            Some(Spanned::new(value.span(), reader::string(mistakes, "quantity", value).into_iter().collect()))
        }
        _ => reader::array(mistakes, "quantity", "a name or an array of names", value, |mistakes, item| {
            reader::string(mistakes, "quantity", item)
        }),
    });
    let (start, from) = (block.get("start"), block.get("from"));
    let map = Map {
        range: block.range.clone(),
        name: needed_string(mistakes, &block, "name"),
        grid_is_whole: grid.as_ref().is_some_and(|grid| grid.get_ref().len() == asked),
        grid,
        quantities,
        reach: block.get("reach").and_then(|value| {
            reader::named(mistakes, "reach", "a range of one parameter, { V_in = [-1.0, 6.0] }", value, reader::range)
        }),
        method: string(mistakes, &block, "by"),
        transient: number(mistakes, &block, "transient"),
        time: number(mistakes, &block, "time"),
        rtol: number(mistakes, &block, "rtol"),
        parameters: numbers_by_name(mistakes, &block, "parameters").map(Spanned::into_inner).unwrap_or_default(),
        has_start: start.is_some(),
        start: start.and_then(|value| self::start(mistakes, value)),
        bounds: self::bounds(mistakes, &block),
        has_from: from.is_some(),
        from: from.and_then(|value| reference(mistakes, "from", value)),
    };
    block.finish(mistakes, &[], &[]);
    Some(map)
}

fn function_block(mistakes: &mut Mistakes, value: &Value<'_>) -> Option<Function> {
    let block = Block::open(mistakes, &format::FUNCTION, "function", value)?;
    let function = Function {
        name: needed_string(mistakes, &block, "name"),
        of: needed_string(mistakes, &block, "of"),
        range: block.need(mistakes, "range").and_then(|value| reader::range(mistakes, "range", value)),
        points: count(mistakes, &block, "points", 2, MOST_POINTS),
        parameters: numbers_by_name(mistakes, &block, "parameters").map(Spanned::into_inner).unwrap_or_default(),
    };
    block.finish(mistakes, &[], &[]);
    Some(function)
}

fn figure_block(mistakes: &mut Mistakes, value: &Value<'_>) -> Option<Figure> {
    let block = Block::open(mistakes, &format::FIGURE, "figure", value)?;
    let figure = Figure {
        range: block.range.clone(),
        file: needed_string(mistakes, &block, "file"),
        kind: string(mistakes, &block, "kind"),
        title: string(mistakes, &block, "title"),
        size: block
            .get("size")
            .and_then(|value| reader::pair(mistakes, "size", "[width, height] in millimetres", value)),
        x: block.need(mistakes, "x").and_then(|value| axis(mistakes, "x", value)),
        y: block.need(mistakes, "y").and_then(|value| axis(mistakes, "y", value)),
        z: block.get("z").and_then(|value| axis(mistakes, "z", value)),
        has_show: block.get("show").is_some(),
        show: block
            .get("show")
            .and_then(|value| reader::array(mistakes, "show", "an array of block names", value, series)),
        map: string(mistakes, &block, "map"),
        quantity: block.get("quantity").and_then(|value| axis(mistakes, "quantity", value)),
        empty: string(mistakes, &block, "empty"),
        sphere: number(mistakes, &block, "sphere"),
        bounds: self::bounds(mistakes, &block),
        lines: block
            .get("lines")
            .and_then(|value| reader::array(mistakes, "lines", "an array of tables", value, line))
            .map(Spanned::into_inner)
            .unwrap_or_default(),
        texts: block
            .get("texts")
            .and_then(|value| {
                reader::array(mistakes, "texts", "an array of { at = [x, y], text = \"…\" }", value, text)
            })
            .map(Spanned::into_inner)
            .unwrap_or_default(),
        legend: flag(mistakes, &block, "legend"),
        labels: flag(mistakes, &block, "labels"),
        view: block
            .get("view")
            .and_then(|value| reader::pair(mistakes, "view", "[azimuth, elevation] in degrees", value)),
    };
    block.finish(mistakes, &[], &[]);
    Some(figure)
}

fn axis(mistakes: &mut Mistakes, key: &str, value: &Value<'_>) -> Option<Axis> {
    let range = value.span();
    match value.get_ref() {
        DeValue::String(text) => {
            let column = Some(Spanned::new(range.clone(), text.to_string()));
            Some(Axis { range, column, label: None, shown: None, scale: None })
        }
        DeValue::Table(_) => {
            let block = Block::open(mistakes, &format::AXIS, key, value)?;
            let column = needed_string(mistakes, &block, "column");
            let label = string(mistakes, &block, "label");
            let shown = block.get("range").and_then(|value| reader::range(mistakes, "range", value));
            let scale = string(mistakes, &block, "scale");
            block.finish(mistakes, &[], &[]);
            Some(Axis { range, column, label, shown, scale })
        }
        _ => reader::wrong(
            mistakes,
            key,
            "\"COLUMN\" or { column = \"COLUMN\", label = \"…\", range = [low, high], scale = \"log\" }",
            value,
        ),
    }
}

fn series(mistakes: &mut Mistakes, value: &Value<'_>) -> Option<Series> {
    match value.get_ref() {
        DeValue::String(text) => {
            Some(Series { block: Some(Spanned::new(value.span(), text.to_string())), ..Series::default() })
        }
        DeValue::Table(_) => {
            let block = Block::open(mistakes, &format::SERIES, "show", value)?;
            let series = Series {
                block: needed_string(mistakes, &block, "block"),
                x: string(mistakes, &block, "x"),
                y: string(mistakes, &block, "y"),
                label: string(mistakes, &block, "label"),
                colour: colour(mistakes, &block),
                style: string(mistakes, &block, "style"),
                mark: block.get("mark").and_then(|value| {
                    reader::array(mistakes, "mark", "an array of types, [\"LP\", \"H\"]", value, |mistakes, item| {
                        reader::string(mistakes, "mark", item)
                    })
                }),
                jumps: placed_flag(mistakes, &block, "jumps"),
                profiles: placed_flag(mistakes, &block, "profiles"),
                periods: count(mistakes, &block, "periods", 1, MOST_PERIODS),
            };
            block.finish(mistakes, &[], &[]);
            Some(series)
        }
        _ => reader::wrong(mistakes, "show", "an array of block names or { block = \"NAME\", … }", value),
    }
}

fn placed_flag(mistakes: &mut Mistakes, block: &Block<'_>, key: &str) -> Option<Spanned<bool>> {
    let value = block.get(key)?;
    Some(Spanned::new(value.span(), reader::flag(mistakes, key, value)?))
}

fn line(mistakes: &mut Mistakes, value: &Value<'_>) -> Option<Line> {
    let block = Block::open(mistakes, &format::LINE, "lines", value)?;
    let told = |shape: &&Shape| shape.needs.first().is_some_and(|first| block.get(first).is_some());
    let given: Vec<&Shape> = format::LINE.shapes.iter().filter(told).collect();
    let words: Vec<&str> = given.iter().filter_map(|shape| shape.needs.first().copied()).collect();
    let shapes = "{ vertical = x }, { horizontal = y }, { circle = radius }, { from = [x, y], to = [x, y] } or { through = \"BRANCH/LABEL\", and = [x, y] }";
    let kind = match words.as_slice() {
        ["vertical"] => number(mistakes, &block, "vertical").map(|x| LineKind::Vertical(x.into_inner())),
        ["horizontal"] => number(mistakes, &block, "horizontal").map(|y| LineKind::Horizontal(y.into_inner())),
        ["circle"] => number(mistakes, &block, "circle").map(LineKind::Circle),
        ["from"] => {
            let from = block.get("from").and_then(|value| reader::pair(mistakes, "from", "[x, y]", value));
            let to =
                block.need_as(mistakes, "to", shapes).and_then(|value| reader::pair(mistakes, "to", "[x, y]", value));
            from.zip(to).map(|(from, to)| LineKind::Segment(from.into_inner(), to.into_inner()))
        }
        ["through"] => {
            let point = string(mistakes, &block, "through");
            let second = block.need_as(mistakes, "and", shapes).and_then(|value| places(mistakes, value));
            point.zip(second).map(|(point, second)| LineKind::Through(point, second))
        }
        _ => {
            let what = if given.is_empty() { "no line".to_string() } else { words.join(" and ") };
            mistakes.error(&value.span(), format!("a line must be one of {shapes}"), what);
            None
        }
    };
    let (label, colour) = (string(mistakes, &block, "label"), colour(mistakes, &block));
    if let Some(shape) = given.first() {
        let excluded = if given.len() == 1 { shape.excludes } else { &[] };
        block.finish(mistakes, excluded, &[]);
    }
    Some(Line { kind: kind?, label, colour })
}

/// Two coordinates, each a number or the name of a quantity.
fn places(mistakes: &mut Mistakes, value: &Value<'_>) -> Option<[Place; 2]> {
    let expected = "[x, y], each a number or the name of a quantity of that point";
    let DeValue::Array(items) = value.get_ref() else {
        return reader::wrong(mistakes, "and", expected, value);
    };
    if items.len() != 2 {
        return reader::wrong(mistakes, "and", expected, value);
    }
    let mut places = items.iter().filter_map(|item| match item.get_ref() {
        DeValue::String(text) => Some(Place::Quantity(Spanned::new(item.span(), text.to_string()))),
        _ => reader::number(mistakes, "and", item).map(|number| Place::Number(number.into_inner())),
    });
    let (x, y) = (places.next(), places.next());
    Some([x?, y?])
}

fn text(mistakes: &mut Mistakes, value: &Value<'_>) -> Option<Text> {
    let block = Block::open(mistakes, &format::TEXT, "texts", value)?;
    let at = block.need(mistakes, "at").and_then(|value| reader::pair(mistakes, "at", "[x, y]", value));
    let text = needed_string(mistakes, &block, "text");
    let colour = colour(mistakes, &block);
    block.finish(mistakes, &[], &[]);
    Some(Text { at: at?.into_inner(), text: text?, colour })
}

fn expect_block(mistakes: &mut Mistakes, value: &Value<'_>) -> Option<Expect> {
    let block = Block::open(mistakes, &format::EXPECT, "expect", value)?;
    let expect = Expect {
        range: block.range.clone(),
        point: block.need(mistakes, "point").and_then(|value| reference(mistakes, "point", value)),
        value: block.need(mistakes, "value").and_then(|value| {
            reader::named(mistakes, "value", "a table of numbers, { V_in = 5.4501 }", value, reader::number)
        }),
        tolerance: block.need(mistakes, "tolerance").and_then(|value| reader::number(mistakes, "tolerance", value)),
        source: string(mistakes, &block, "source"),
        misprint: string(mistakes, &block, "misprint"),
    };
    block.finish(mistakes, &[], &[]);
    Some(expect)
}
