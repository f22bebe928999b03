//! What tells series apart: the legend inside the frame, and the scale of a family beside it.

use super::canvas::{Anchor, Canvas, HALF_HEIGHT, Text};
use super::frame::{SMALL, WIDER};
use super::heat;
use super::labels::{Plate, Taken};
use super::mathtext;
use super::palette::{Colour, WHITE};
use super::path::{self, Point, Rect};
use super::plane::{CURVE, DASH, THIN};

/// One line of the legend.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    pub label: String,
    /// More than one where the series is a family.
    pub colours: Vec<Colour>,
    /// Colour of the shaded region, if it is one.
    pub fill: Option<Colour>,
    /// The region is hatched.
    pub hatched: bool,
    /// Dashed and thin.
    pub thin: bool,
    /// Thin.
    pub fine: bool,
    /// Words in place of a line, explained by the label.
    pub sample: Option<String>,
}

const ROW: f64 = 1.28 * SMALL;
const SAMPLE: f64 = 15.0;
const GAP: f64 = 3.5;

/// Above this cost the legend hides something, and gets a ground of its own.
const BUSY: f64 = 8.0;

/// A legend with its place.
pub struct Legend {
    entries: Vec<Entry>,
    plate: Plate,
    busy: bool,
}

impl Legend {
    /// Finds the emptiest place, and takes it. `on_colours`: the frame is full of colours, of which nothing is known here.
    pub fn place(entries: Vec<Entry>, taken: &mut Taken, on_colours: bool) -> Option<Legend> {
        if entries.is_empty() {
            return None;
        }
        let widest = entries.iter().map(|entry| mathtext::width(&entry.label, SMALL)).fold(0.0, f64::max);
        let size = [SAMPLE + GAP + widest, ROW * entries.len() as f64];
        let (mut plate, cost) = taken.corner(size, 2.0)?;
        // Beside the frame a wider font needs room.
        let room = taken.bounds.right - plate.centre[0] - plate.half[0];
        plate.centre[0] -= ((WIDER - 1.0) * widest + 2.0 - room).max(0.0);
        taken.add(plate);
        Some(Legend { entries, plate, busy: on_colours || cost > BUSY })
    }

    pub fn draw(&self, canvas: &mut Canvas) {
        if self.busy {
            let wider = Plate { half: self.plate.half.map(|half| half + 1.5), ..self.plate };
            canvas.veil(&wider.corners(), WHITE, 0.85);
        }
        let left = self.plate.centre[0] - self.plate.half[0];
        let top = self.plate.centre[1] - self.plate.half[1];
        for (i, entry) in self.entries.iter().enumerate() {
            let y = top + ROW * (i as f64 + 0.5);
            if let Some(fill) = entry.fill {
                let half = 0.3 * ROW;
                let swatch = Rect { left, right: left + SAMPLE, top: y - half, bottom: y + half };
                if entry.hatched {
                    heat::hatch(canvas, &swatch);
                } else {
                    canvas.fill(&swatch.corners(), fill);
                }
            }
            if let Some(sample) = &entry.sample {
                canvas.text(Text::centred([left + 0.5 * SAMPLE, y], sample, SMALL, 0.0));
            }
            let y_line = if entry.fill.is_some() { y - 0.3 * ROW } else { y };
            let count = entry.colours.len().max(1) as f64;
            for (k, &colour) in entry.colours.iter().enumerate() {
                let from = left + SAMPLE * k as f64 / count;
                let to = left + SAMPLE * (k as f64 + 1.0) / count;
                let line = [[from, y_line], [to, y_line]];
                if entry.thin {
                    for dash in path::dashes(&line, DASH[0], DASH[1]) {
                        canvas.line(&dash, THIN, colour);
                    }
                } else {
                    canvas.line(&line, if entry.fine { THIN } else { CURVE }, colour);
                }
            }
            let at = [left + SAMPLE + GAP, y + HALF_HEIGHT * SMALL];
            canvas.text(Text::new(at, &entry.label, SMALL, Anchor::Start));
        }
    }
}

/// The members of a family: swatches with their values, the smallest at the bottom.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    pub parameter: String,
    pub members: Vec<(String, Colour)>,
}

const SWATCH: f64 = 7.0;
const FROM_FRAME: f64 = 7.0;

impl Scale {
    /// Width that the scale needs beside the frame.
    pub fn width(&self) -> f64 {
        let values = self.members.iter().map(|(value, _)| mathtext::width(value, SMALL)).fold(0.0, f64::max);
        FROM_FRAME + (SWATCH + 2.5 + values).max(mathtext::width(&self.parameter, SMALL)) + 1.0
    }

    /// Draws the scale to the right of the frame, between two heights.
    pub fn draw(&self, canvas: &mut Canvas, frame: &Rect, top: f64, bottom: f64) {
        let left = frame.right + FROM_FRAME;
        let at: Point = [left, top + 0.8 * SMALL];
        canvas.text(Text::new(at, &self.parameter, SMALL, Anchor::Start));
        let top = top + 1.45 * SMALL;
        let count = self.members.len().max(1) as f64;
        let height = ((bottom - top) / count).clamp(0.3, 1.5 * SMALL);
        // Where swatches are flatter than the text, only some are named.
        let every = (1.1 * SMALL / height).ceil().max(1.0) as usize;
        for (i, (value, colour)) in self.members.iter().rev().enumerate() {
            let y = top + height * i as f64;
            let gap = if height > 4.0 { 0.8 } else { 0.0 };
            canvas.fill(
                &[[left, y], [left + SWATCH, y], [left + SWATCH, y + height - gap], [left, y + height - gap]],
                *colour,
            );
            let from_bottom = self.members.len() - 1 - i;
            if from_bottom.is_multiple_of(every) {
                let at = [left + SWATCH + 2.5, y + 0.5 * (height - gap) + HALF_HEIGHT * SMALL];
                canvas.text(Text::new(at, value, SMALL, Anchor::Start));
            }
        }
    }
}
