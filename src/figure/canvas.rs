//! A sheet of paper measured in points (1/72 inch), y downwards, that becomes SVG.
//!
//! Shapes are written by plotters, whose coordinates are integers: the drawing is sixteen times as large as
//! the paper, which makes its unit 0.02 mm, and the header states the true size. Texts are written here,
//! because plotters has neither sub- and superscripts nor angles.

use std::fmt::Write;

use plotters::prelude::{DrawingBackend, RGBColor, SVGBackend, ShapeStyle};

use super::FigureError;
use super::heat::Image;
use super::mathtext::{self, LOWERED, Level, RAISED, SCRIPT};
use super::palette::{BLACK, Colour, WHITE};
use super::path::{Point, Rect};

/// Units of the drawing in a point.
const UNITS: f64 = 16.0;

const FONTS: &str = "STIX Two Text, Latin Modern Roman, Nimbus Roman, Times New Roman, Liberation Serif, \
                     DejaVu Serif Condensed, serif";

pub const POINTS_PER_MM: f64 = 72.0 / 25.4;

/// What is drawn, in order; later shapes cover earlier ones, and texts cover all shapes.
pub struct Canvas {
    /// Width and height in millimetres.
    size: [f64; 2],
    shapes: Vec<Shape>,
    texts: Vec<Text>,
}

enum Shape {
    Image(Image),
    Line { points: Vec<Point>, width: f64, colour: Colour },
    Fill { points: Vec<Point>, colour: Colour, opacity: f64 },
    Disc { centre: Point, radius: f64, colour: Colour },
}

/// A text with its anchor on the baseline.
#[derive(Clone, Debug)]
pub struct Text {
    pub at: Point,
    pub text: String,
    pub size: f64,
    pub anchor: Anchor,
    /// Degrees, clockwise as seen.
    pub angle: f64,
    pub colour: Colour,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

impl Text {
    pub fn new(at: Point, text: &str, size: f64, anchor: Anchor) -> Text {
        Text { at, text: text.to_string(), size, anchor, angle: 0.0, colour: BLACK }
    }

    /// A text whose middle, both ways, is at `centre`.
    pub fn centred(centre: Point, text: &str, size: f64, angle: f64) -> Text {
        let (sin, cos) = angle.to_radians().sin_cos();
        let drop = size * HALF_HEIGHT;
        Text {
            at: [centre[0] - sin * drop, centre[1] + cos * drop],
            angle,
            ..Text::new(centre, text, size, Anchor::Middle)
        }
    }

    pub fn coloured(self, colour: Colour) -> Text {
        Text { colour, ..self }
    }
}

/// Half the height of figures and capitals as a share of the font size.
pub const HALF_HEIGHT: f64 = 0.33;

impl Canvas {
    pub fn new(size: [f64; 2]) -> Canvas {
        Canvas { size, shapes: Vec::new(), texts: Vec::new() }
    }

    /// The whole sheet.
    pub fn sheet(&self) -> Rect {
        Rect { left: 0.0, top: 0.0, right: self.size[0] * POINTS_PER_MM, bottom: self.size[1] * POINTS_PER_MM }
    }

    pub fn line(&mut self, points: &[Point], width: f64, colour: Colour) {
        if points.len() > 1 && finite(points) {
            self.shapes.push(Shape::Line { points: points.to_vec(), width, colour });
        }
    }

    pub fn fill(&mut self, points: &[Point], colour: Colour) {
        self.veil(points, colour, 1.0);
    }

    /// A filled polygon through which what lies below is seen.
    pub fn veil(&mut self, points: &[Point], colour: Colour, opacity: f64) {
        if points.len() > 2 && finite(points) {
            self.shapes.push(Shape::Fill { points: points.to_vec(), colour, opacity });
        }
    }

    pub fn image(&mut self, image: Image) {
        if image.width > 0 && image.pixels.len() >= image.width {
            self.shapes.push(Shape::Image(image));
        }
    }

    pub fn disc(&mut self, centre: Point, radius: f64, colour: Colour) {
        if finite(&[centre]) {
            self.shapes.push(Shape::Disc { centre, radius, colour });
        }
    }

    pub fn text(&mut self, text: Text) {
        if finite(&[text.at]) && text.angle.is_finite() && !text.text.trim().is_empty() {
            self.texts.push(text);
        }
    }

    /// The drawing as SVG.
    pub fn finish(self) -> Result<String, FigureError> {
        let sheet = self.sheet();
        let size = [unit(sheet.right), unit(sheet.bottom)];
        let shapes = self.draw_shapes(size).map_err(FigureError::Drawing)?;
        let body = shapes.trim_end();
        let mut svg = format!(
            "<svg width=\"{}mm\" height=\"{}mm\" viewBox=\"0 0 {} {}\" xmlns=\"http://www.w3.org/2000/svg\" \
             stroke-linejoin=\"round\" font-family=\"{FONTS}\">\n{body}\n",
            self.size[0], self.size[1], size[0], size[1]
        );
        for text in &self.texts {
            svg.push_str(&element(text));
        }
        svg.push_str("</svg>\n");
        Ok(svg)
    }

    /// Images are put between runs of other shapes, which plotters writes.
    fn draw_shapes(&self, size: [i32; 2]) -> Result<String, String> {
        let mut body = String::new();
        for (i, run) in self.shapes.chunk_by(|_, next| !matches!(next, Shape::Image(_))).enumerate() {
            let rest = match run {
                [Shape::Image(image), rest @ ..] => {
                    // The paper comes first.
                    if i == 0 {
                        body.push_str(&inner(&self.draw_run(&[], size, true)?));
                    }
                    body.push_str(&image.element()?);
                    rest
                }
                _ => run,
            };
            body.push_str(&inner(&self.draw_run(rest, size, i == 0 && rest.len() == run.len())?));
        }
        Ok(body)
    }

    fn draw_run(&self, run: &[Shape], size: [i32; 2], paper: bool) -> Result<String, String> {
        let mut shapes = String::new();
        {
            let size = (size[0].unsigned_abs(), size[1].unsigned_abs());
            let mut backend = SVGBackend::with_string(&mut shapes, size);
            let corner = (size.0 as i32, size.1 as i32);
            if paper {
                let paper = style(WHITE, 1.0, 0.0);
                backend.draw_rect((0, 0), corner, &paper, true).map_err(|error| error.to_string())?;
            }
            let place = |p: &Point| (unit(p[0]).clamp(0, corner.0), unit(p[1]).clamp(0, corner.1));
            let trail = |points: &[Point]| {
                let mut trail: Vec<(i32, i32)> = points.iter().map(place).collect();
                trail.dedup();
                trail
            };
            for shape in run {
                match shape {
                    Shape::Image(_) => Ok(()),
                    Shape::Line { points, width, colour } => {
                        backend.draw_path(trail(points), &style(*colour, 1.0, *width))
                    }
                    Shape::Fill { points, colour, opacity } => {
                        backend.fill_polygon(trail(points), &style(*colour, *opacity, 0.0))
                    }
                    Shape::Disc { centre, radius, colour } => {
                        let radius = unit(*radius).max(1).unsigned_abs();
                        backend.draw_circle(place(centre), radius, &style(*colour, 1.0, 0.0), true)
                    }
                }
                .map_err(|error| error.to_string())?;
            }
            backend.present().map_err(|error| error.to_string())?;
        }
        Ok(shapes)
    }
}

/// What the backend writes, without the <svg> element of its own.
fn inner(shapes: &str) -> String {
    let body = shapes.split_once('>').map_or(shapes, |(_, body)| body).trim();
    let body = body.strip_suffix("</svg>").unwrap_or(body).trim_end();
    if body.is_empty() { String::new() } else { format!("{body}\n") }
}

fn finite(points: &[Point]) -> bool {
    points.iter().flatten().all(|c| c.is_finite())
}

/// A length in units of the drawing.
pub fn unit(points: f64) -> i32 {
    (points * UNITS).round() as i32
}

fn style(colour: Colour, opacity: f64, width: f64) -> ShapeStyle {
    ShapeStyle {
        color: plotters::style::Color::mix(&RGBColor(colour.0, colour.1, colour.2), opacity),
        filled: false,
        stroke_width: unit(width).max(1).unsigned_abs(),
    }
}

fn element(text: &Text) -> String {
    let anchor = match text.anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    let (x, y, size) = (unit(text.at[0]), unit(text.at[1]), unit(text.size));
    let Colour(r, g, b) = text.colour;
    let mut out = format!(
        "<text xml:space=\"preserve\" x=\"{x}\" y=\"{y}\" font-size=\"{size}\" text-anchor=\"{anchor}\" fill=\"#{r:02X}{g:02X}{b:02X}\""
    );
    if text.angle != 0.0 {
        let _ = write!(out, " transform=\"rotate({:.2} {x} {y})\"", text.angle);
    }
    out.push('>');
    let mut height = 0;
    for run in mathtext::runs(&text.text) {
        let target = match run.level {
            Level::Line => 0.0,
            Level::Sub => LOWERED,
            Level::Super => -RAISED,
        };
        let target = unit(target * text.size);
        out.push_str("<tspan");
        if run.italic {
            out.push_str(" font-style=\"italic\"");
        }
        if run.level != Level::Line {
            let _ = write!(out, " font-size=\"{}\"", unit(SCRIPT * text.size));
        }
        if target != height {
            let _ = write!(out, " dy=\"{}\"", target - height);
        }
        height = target;
        let _ = write!(out, ">{}</tspan>", escaped(&run.text));
    }
    out.push_str("</text>\n");
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
