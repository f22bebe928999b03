//! Signs of special points, one shape for each type.

use super::canvas::Canvas;
use super::palette::{Colour, WHITE};
use super::path::Point;

/// Half the size of a mark.
pub const RADIUS: f64 = 2.1;

const HALO: f64 = 0.7;
const OUTLINE: f64 = 0.8;

enum Shape {
    Disc,
    /// A disc within a circle.
    Ring,
    Cross,
    /// Corners about the centre, in units of the radius.
    Polygon(&'static [Point]),
}

const SQUARE: [Point; 4] = [[-0.87, -0.87], [0.87, -0.87], [0.87, 0.87], [-0.87, 0.87]];
const SMALL_SQUARE: [Point; 4] = [[-0.7, -0.7], [0.7, -0.7], [0.7, 0.7], [-0.7, 0.7]];
const DIAMOND: [Point; 4] = [[0.0, -1.35], [1.15, 0.0], [0.0, 1.35], [-1.15, 0.0]];
const UP: [Point; 3] = [[0.0, -1.3], [1.2, 0.85], [-1.2, 0.85]];
const DOWN: [Point; 3] = [[0.0, 1.3], [-1.2, -0.85], [1.2, -0.85]];
const LEFT: [Point; 3] = [[-1.3, 0.0], [0.85, -1.2], [0.85, 1.2]];
const RIGHT: [Point; 3] = [[1.3, 0.0], [-0.85, 1.2], [-0.85, -1.2]];
const HEXAGON: [Point; 6] = [[1.15, 0.0], [0.575, 1.0], [-0.575, 1.0], [-1.15, 0.0], [-0.575, -1.0], [0.575, -1.0]];
const STAR: [Point; 8] =
    [[0.0, -1.5], [0.42, -0.42], [1.5, 0.0], [0.42, 0.42], [0.0, 1.5], [-0.42, 0.42], [-1.5, 0.0], [-0.42, -0.42]];

/// Shape of a type of special point, and whether it is filled.
fn shape(kind: &str) -> (Shape, bool) {
    match kind {
        "LP" => (Shape::Disc, true),
        "LPC" => (Shape::Ring, true),
        "BP" | "BPC" => (Shape::Disc, false),
        "DBP" => (Shape::Polygon(&DIAMOND), false),
        "H" => (Shape::Polygon(&SQUARE), true),
        "NSA" => (Shape::Polygon(&SMALL_SQUARE), false),
        "CP" => (Shape::Polygon(&DIAMOND), true),
        "BT" => (Shape::Polygon(&UP), true),
        "GH" => (Shape::Polygon(&DOWN), true),
        "PD" => (Shape::Polygon(&LEFT), true),
        "NS" => (Shape::Polygon(&RIGHT), true),
        "ZH" => (Shape::Polygon(&STAR), true),
        "HH" => (Shape::Polygon(&HEXAGON), true),
        "UZ" | "EX" => (Shape::Cross, true),
        "EP" => (Shape::Polygon(&SMALL_SQUARE), true),
        _ => (Shape::Polygon(&DIAMOND), false),
    }
}

/// The name of a special point, to be set as text: its type upright, its number lowered.
pub fn name(label: &str) -> String {
    let (kind, number) = crate::results::split_label(label);
    if kind.is_empty() || number.is_empty() { format!("{{{label}}}") } else { format!("{{{kind}}}_{{{number}}}") }
}

/// Draws the sign of a special point, with a thin white rim that lifts it off the curves.
///
/// `scale` is 1 for a mark that stands alone.
pub fn draw(canvas: &mut Canvas, kind: &str, at: Point, colour: Colour, scale: f64) {
    let radius = RADIUS * scale;
    let (shape, filled) = shape(kind);
    let inside = if filled { colour } else { WHITE };
    match shape {
        Shape::Disc => {
            canvas.disc(at, radius + if filled { HALO } else { 0.0 }, WHITE);
            canvas.disc(at, radius, colour);
            if !filled {
                canvas.disc(at, radius - OUTLINE, WHITE);
            }
        }
        Shape::Ring => {
            canvas.disc(at, radius + HALO, WHITE);
            canvas.disc(at, radius, colour);
            canvas.disc(at, radius - 0.6, WHITE);
            canvas.disc(at, radius - 1.2, colour);
        }
        Shape::Cross => {
            let r = 0.9 * radius;
            for (width, colour) in [(OUTLINE + HALO, WHITE), (OUTLINE + 0.1, colour)] {
                for slope in [1.0, -1.0] {
                    let arm = [[at[0] - r, at[1] - slope * r], [at[0] + r, at[1] + slope * r]];
                    canvas.line(&arm, width, colour);
                }
            }
        }
        Shape::Polygon(corners) => {
            let mut outline: Vec<Point> =
                corners.iter().map(|c| [at[0] + radius * c[0], at[1] + radius * c[1]]).collect();
            let corners = outline.clone();
            // Twice round the first edge, so that its corner is joined like the others.
            outline.extend(corners.iter().take(2));
            if filled {
                canvas.line(&outline, 2.0 * HALO, WHITE);
            }
            canvas.fill(&corners, inside);
            if !filled {
                canvas.line(&outline, OUTLINE, colour);
            }
        }
    }
}
