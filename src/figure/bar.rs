//! The bar beside a figure that tells which colour stands for which number.

use super::Axis;
use super::axes::{self, Ticks};
use super::canvas::{Anchor, Canvas, HALF_HEIGHT, Text};
use super::frame::{LARGE, SMALL};
use super::mathtext;
use super::palette::{self, BLACK, Colour};
use super::path::Rect;

/// Numbers as colours of the sequential palette, dark for the low end of the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    name: String,
    range: [f64; 2],
    log: bool,
    ticks: Ticks,
    /// How far the palette is used: its lightest colours are lost as lines on white paper.
    lightest: f64,
}

const FROM_FRAME: f64 = 7.0;
const WIDTH: f64 = 7.0;
const TICK: f64 = 2.0;
const GAP: f64 = 2.0;
const OUTLINE: f64 = 0.5;

/// Pieces of one colour each.
const PIECES: usize = 96;

impl Bar {
    pub fn new(axis: &Axis, data: impl Iterator<Item = f64>, lightest: f64) -> Bar {
        let range = axes::span(axis, data, false);
        Bar { name: axis.name().to_string(), range, log: axis.log, ticks: axes::ticks_of(axis, range, 5.0), lightest }
    }

    /// Where a value lies between the ends of the bar, as a number from 0 to 1.
    pub fn share(&self, value: f64) -> f64 {
        axes::share(self.log, self.range, value).clamp(0.0, 1.0)
    }

    pub fn colour(&self, value: f64) -> Colour {
        palette::sequence(self.lightest * self.share(value))
    }

    fn labels(&self) -> f64 {
        self.ticks.major.iter().map(|tick| mathtext::width(&tick.label, SMALL)).fold(0.0, f64::max)
    }

    /// The name with the power of ten that the labels leave out.
    fn name(&self) -> String {
        match self.ticks.exponent {
            Some(exponent) => format!("{} (10^{{{exponent}}})", self.name),
            None => self.name.clone(),
        }
    }

    /// Width that the bar needs beside the frame.
    pub fn width(&self) -> f64 {
        FROM_FRAME + WIDTH + TICK + GAP + self.labels() + GAP + 1.15 * LARGE
    }

    /// Draws the bar to the right of the frame, between two heights; its name stands along it.
    pub fn draw(&self, canvas: &mut Canvas, frame: &Rect, top: f64, bottom: f64) {
        let left = frame.right + FROM_FRAME;
        let right = left + WIDTH;
        let at = |share: f64| bottom - share * (bottom - top);
        for i in 0..PIECES {
            let share = i as f64 / PIECES as f64;
            // Each reaches under the next one, so that no seam shows.
            let (low, high) = (at(share), at(((i + 2) as f64 / PIECES as f64).min(1.0)));
            let colour = palette::sequence(self.lightest * (share + 0.5 / PIECES as f64));
            canvas.fill(&[[left, low], [right, low], [right, high], [left, high]], colour);
        }
        let corners = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]];
        canvas.line(&corners, OUTLINE, BLACK);
        for tick in &self.ticks.major {
            let share = axes::share(self.log, self.range, tick.value);
            if !(-1e-6..=1.0 + 1e-6).contains(&share) {
                continue;
            }
            let y = at(share);
            canvas.line(&[[right, y], [right + TICK, y]], OUTLINE, BLACK);
            let label = [right + TICK + GAP, y + HALF_HEIGHT * SMALL];
            canvas.text(Text::new(label, &tick.label, SMALL, Anchor::Start));
        }
        let name = self.name();
        let x = right + TICK + GAP + self.labels() + GAP + 0.5 * LARGE;
        let size = mathtext::fitted(&name, LARGE, (bottom - top).max(1.3 * LARGE));
        canvas.text(Text::centred([x, 0.5 * (top + bottom)], &name, size, -90.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(log: bool) -> Axis {
        Axis { column: "V_span".into(), label: None, range: None, log }
    }

    #[test]
    fn the_ends_of_the_data_are_the_ends_of_the_palette_nearly() {
        let bar = Bar::new(&axis(false), [0.0, 0.07].into_iter(), 1.0);
        assert_eq!(bar.colour(0.0), palette::sequence(0.0));
        assert!(bar.share(0.07) > 0.9 && bar.share(1.0) == 1.0);
        let bar = Bar::new(&axis(true), [1e-6, 1.0].into_iter(), 1.0);
        assert!((bar.share(1e-3) - 0.5).abs() < 0.02);
    }
}
