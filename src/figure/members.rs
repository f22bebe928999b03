//! What tells the members of a block apart: their colours, and what explains these beside the figure.

use super::axes;
use super::bar::Bar;
use super::block::Block;
use super::canvas::Canvas;
use super::legend::Scale;
use super::palette::{self, Colour};
use super::path::Rect;
use super::{Axis, Series, Style};

/// The lightest colour of the sequential palette is lost on white paper.
const LIGHTEST: f64 = 0.9;

/// One explanation of colours.
#[derive(Clone, Debug, PartialEq)]
pub enum Beside {
    /// Swatches, one for each member of a family.
    Scale(Scale),
    /// For members along a curve.
    Bar(Bar),
}

impl Beside {
    /// Of a block, whose members have these colours: none where they are one, or have a colour that was asked for. `shown` is the
    /// colour in which a member is seen.
    pub fn of(series: &Series, block: &Block, colours: &[Colour], shown: impl Fn(Colour) -> Colour) -> Option<Beside> {
        let parameter = block.parameter.as_ref().filter(|_| series.colour.is_none())?;
        if block.gradual {
            return Some(Beside::Bar(bar(parameter, block)));
        }
        let members = values(block)
            .into_iter()
            .filter_map(|value| {
                let strands = block.strands.iter().zip(colours);
                let (_, colour) = strands.into_iter().find(|(s, _)| s.member == Some(value))?;
                let shown = if series.style == Style::Region { shown(*colour) } else { *colour };
                Some((axes::short(value), shown))
            })
            .collect();
        Some(Beside::Scale(Scale { parameter: parameter.clone(), members }))
    }

    /// Width that it needs beside the frame.
    pub fn width(&self) -> f64 {
        match self {
            Beside::Scale(scale) => scale.width(),
            Beside::Bar(bar) => bar.width(),
        }
    }
}

/// Draws what stands beside a frame, one below the other.
pub fn draw(canvas: &mut Canvas, beside: &[Beside], frame: &Rect) {
    let each = frame.height() / beside.len().max(1) as f64;
    for (i, one) in beside.iter().enumerate() {
        let top = frame.top + each * i as f64;
        match one {
            Beside::Scale(scale) => scale.draw(canvas, frame, top, top + each - 1.0),
            Beside::Bar(bar) => {
                let gap = if beside.len() > 1 { 6.0 } else { 0.0 };
                bar.draw(canvas, frame, top + 0.5 * gap, top + each - 0.5 * gap);
            }
        }
    }
}

/// The width that all of these need.
pub fn width(beside: &[Beside]) -> f64 {
    beside.iter().map(Beside::width).fold(0.0, f64::max)
}

/// A family runs through the sequential palette in the order of its parameter, members along a curve by its value; anything
/// else has one colour.
pub fn colours(series: &Series, block: &Block, position: usize) -> Vec<Colour> {
    let plain = palette::series(series.colour.unwrap_or(position));
    let Some(parameter) = block.parameter.as_ref().filter(|_| series.colour.is_none()) else {
        return vec![plain; block.strands.len()];
    };
    if block.gradual {
        let bar = bar(parameter, block);
        return block.strands.iter().map(|strand| bar.colour(strand.member.unwrap_or(f64::NAN))).collect();
    }
    let values = values(block);
    block
        .strands
        .iter()
        .map(|strand| {
            let rank = strand.member.and_then(|value| values.iter().position(|v| *v == value)).unwrap_or(0);
            let last = values.len().saturating_sub(1).max(1);
            palette::sequence(LIGHTEST * rank as f64 / last as f64)
        })
        .collect()
}

fn bar(parameter: &str, block: &Block) -> Bar {
    let axis = Axis { column: parameter.to_string(), label: None, range: None, log: false };
    Bar::new(&axis, block.strands.iter().filter_map(|strand| strand.member), LIGHTEST)
}

/// The different values of the family's parameter, from the smallest.
fn values(block: &Block) -> Vec<f64> {
    let members = block.strands.iter().filter_map(|strand| strand.member);
    let mut values: Vec<f64> = members.filter(|v| v.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}
