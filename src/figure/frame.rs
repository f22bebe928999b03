//! The frame of a plane figure: margins, ticks on all four sides, names of the axes, title.

use super::axes::{self, Ticks};
use super::canvas::{Anchor, Canvas, HALF_HEIGHT, Text};
use super::mathtext;
use super::palette::BLACK;
use super::path::{Point, Rect};
use super::{Axis, Figure, FigureError};

/// Font sizes: names of axes, and everything smaller.
pub const LARGE: f64 = 8.5;
pub const SMALL: f64 = 7.5;

const FRAME_WIDTH: f64 = 0.6;
const TICK_WIDTH: f64 = 0.5;
const MAJOR: f64 = 3.2;
const MINOR: f64 = 1.7;

/// How far into the frame its ticks reach, and a little more.
pub const TICK_ROOM: f64 = MAJOR + 1.2;

/// Room between paper's edge, text and frame.
const GAP: f64 = 2.5;

/// A font that stands in for the one asked for may be so much wider.
pub const WIDER: f64 = 1.08;

/// The frame, and the part of the plane that it shows.
#[derive(Clone, Debug)]
pub struct Frame {
    pub rect: Rect,
    x: [f64; 2],
    y: [f64; 2],
    /// Of x and of y: equal ratios are equal lengths.
    log: [bool; 2],
    x_ticks: Ticks,
    y_ticks: Ticks,
}

impl Frame {
    /// Lays out the sheet; `beside` is the width that something to the right of the frame needs.
    pub fn new(figure: &Figure, sheet: &Rect, x: [f64; 2], y: [f64; 2], beside: f64) -> Result<Frame, FigureError> {
        let bottom = sheet.bottom - GAP - 1.2 * LARGE - GAP - SMALL;
        let title = if figure.title.is_some() { 1.5 * LARGE } else { 0.0 };
        let mut top = sheet.top + GAP + 0.5 * SMALL + title;
        let y_ticks = axes::ticks_of(&figure.y, y, ((bottom - top) / 28.0).clamp(2.0, 8.0));
        if y_ticks.exponent.is_some() {
            top += SMALL;
        }
        let widest = y_ticks.major.iter().map(|tick| mathtext::width(&tick.label, SMALL)).fold(0.0, f64::max);
        let left = sheet.left + GAP + 1.2 * LARGE + GAP + WIDER * widest + GAP;
        let right = sheet.right - beside - GAP;
        let (x_ticks, overhang) = x_ticks(&figure.x, x, right - left);
        let right = if beside > 0.0 { right } else { right - overhang };
        let rect = Rect { left, top, right, bottom };
        if rect.width() < 36.0 || rect.height() < 36.0 {
            return Err(figure.too_small());
        }
        Ok(Frame { rect, x, y, log: [figure.x.log, figure.y.log], x_ticks, y_ticks })
    }

    /// Where a value of x (k = 0) or y (k = 1) lies, as a share of the frame.
    pub fn share(&self, k: usize, value: f64) -> f64 {
        axes::share(self.log[k], if k == 0 { self.x } else { self.y }, value)
    }

    /// Where a pair of values lies on the sheet, whether inside the frame or not.
    pub fn place(&self, x: f64, y: f64) -> Point {
        self.at([self.share(0, x), self.share(1, y)])
    }

    /// Where a pair of shares of the frame lies on the sheet.
    pub fn at(&self, [x, y]: [f64; 2]) -> Point {
        // Beyond this nothing is seen, and geometry stays clear of overflow.
        let bounded = |c: f64| if c.is_nan() { c } else { c.clamp(-1e5, 1e5) };
        [bounded(self.rect.left + x * self.rect.width()), bounded(self.rect.bottom - y * self.rect.height())]
    }

    /// Frame, ticks, their labels, and the names of the axes.
    pub fn draw(&self, canvas: &mut Canvas, figure: &Figure) {
        let Rect { left, top, right, bottom } = self.rect;
        let mut tick = |a: Point, b: Point| canvas.line(&[a, b], TICK_WIDTH, BLACK);
        let at_x = |v: f64| self.place(v, 0.0)[0];
        let at_y = |v: f64| self.place(0.0, v)[1];
        let lengths = |ticks: &Ticks| -> Vec<(f64, f64)> {
            let major = ticks.major.iter().map(|tick| (tick.value, MAJOR));
            let minor = ticks.minor.iter().map(|&value| (value, MINOR));
            major.chain(minor).collect()
        };
        for (value, length) in lengths(&self.x_ticks) {
            let x = at_x(value);
            tick([x, bottom], [x, bottom - length]);
            tick([x, top], [x, top + length]);
        }
        for (value, length) in lengths(&self.y_ticks) {
            let y = at_y(value);
            tick([left, y], [left + length, y]);
            tick([right, y], [right - length, y]);
        }
        let [a, b, c, d] = self.rect.corners();
        canvas.line(&[a, b, c, d, a, b], FRAME_WIDTH, BLACK);
        let x_labels = bottom + GAP + SMALL;
        for tick in &self.x_ticks.major {
            let at = [at_x(tick.value), x_labels];
            canvas.text(Text::new(at, &tick.label, SMALL, Anchor::Middle));
        }
        for tick in &self.y_ticks.major {
            let at = [left - GAP - 0.5, at_y(tick.value) + HALF_HEIGHT * SMALL];
            canvas.text(Text::new(at, &tick.label, SMALL, Anchor::End));
        }
        let [x, y] = self.rect.centre();
        let x_name = [x, x_labels + GAP + 0.85 * LARGE];
        let sheet = canvas.sheet();
        let name = figure.x.name();
        let size = mathtext::fitted(name, LARGE, self.rect.width());
        canvas.text(Text::new(x_name, name, size, Anchor::Middle));
        let y_name = [sheet.left + GAP + 0.6 * LARGE, y];
        let name = figure.y.name();
        let size = mathtext::fitted(name, LARGE, 2.0 * (sheet.bottom - y).min(y) - GAP);
        canvas.text(Text::centred(y_name, name, size, -90.0));
        if let Some(exponent) = self.x_ticks.exponent {
            let at = [right, x_name[1]];
            let text = format!("×10^{{{exponent}}}");
            canvas.text(Text::new(at, &text, SMALL, Anchor::End));
        }
        if let Some(exponent) = self.y_ticks.exponent {
            let at = [left, top - GAP];
            let text = format!("×10^{{{exponent}}}");
            canvas.text(Text::new(at, &text, SMALL, Anchor::Start));
        }
        if let Some(title) = &figure.title {
            let at = [x, sheet.top + GAP + 0.9 * LARGE];
            let room = 2.0 * (x - sheet.left).min(sheet.right - x) - GAP;
            let size = mathtext::fitted(title, LARGE, room);
            canvas.text(Text::new(at, title, size, Anchor::Middle));
        }
    }
}

/// As many ticks as their labels leave room for, and half the width of the widest label.
fn x_ticks(axis: &Axis, range: [f64; 2], width: f64) -> (Ticks, f64) {
    let mut target = (width / 36.0).clamp(2.0, 9.0);
    loop {
        let ticks = axes::ticks_of(axis, range, target);
        let widest = ticks.major.iter().map(|tick| mathtext::width(&tick.label, SMALL)).fold(0.0, f64::max);
        let needed = (widest + 6.0) * ticks.major.len().saturating_sub(1) as f64;
        if needed <= width || target <= 1.5 {
            return (ticks, 0.5 * widest);
        }
        target -= 1.0;
    }
}
