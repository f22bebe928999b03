//! Signs of special points, one shape for each type.
//!
//! What is filled for equilibria is hollow for cycles: CP and CPC, ZH and LPNS, HH and NSNS; so are degenerate PD and NS, GPD and CH.
//! Resonances have as many corners as their order, those of orders 1 and 2 a dot and a bar within a circle. Points that are PD as well
//! as something else are two triangles.

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
    /// A circle about a dot.
    Dot,
    /// A circle with a bar across.
    Bar,
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

const BOW: [Point; 6] = [[0.0, 0.0], [1.35, -1.15], [1.35, 1.15], [0.0, 0.0], [-1.35, 1.15], [-1.35, -1.15]];
const HOURGLASS: [Point; 6] = [[0.0, 0.0], [1.15, 1.35], [-1.15, 1.35], [0.0, 0.0], [-1.15, -1.35], [1.15, -1.35]];

/// Shape of a type of special point, and whether it is filled.
fn shape(kind: &str) -> (Shape, bool) {
    match kind {
        "LP" => (Shape::Disc, true),
        "LPC" => (Shape::Ring, true),
        "BP" | "BPC" => (Shape::Disc, false),
        "DBP" => (Shape::Polygon(&DOWN), false),
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
        "CPC" => (Shape::Polygon(&DIAMOND), false),
        "GPD" => (Shape::Polygon(&LEFT), false),
        "CH" => (Shape::Polygon(&RIGHT), false),
        "R1" => (Shape::Dot, false),
        "R2" => (Shape::Bar, false),
        "R3" => (Shape::Polygon(&UP), false),
        "R4" => (Shape::Polygon(&SQUARE), false),
        "LPNS" => (Shape::Polygon(&STAR), false),
        "NSNS" => (Shape::Polygon(&HEXAGON), false),
        "PDNS" => (Shape::Polygon(&BOW), true),
        "LPPD" => (Shape::Polygon(&HOURGLASS), true),
        _ => (Shape::Disc, false),
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
        Shape::Dot | Shape::Bar => {
            canvas.disc(at, 1.1 * radius + OUTLINE, WHITE);
            canvas.disc(at, 1.1 * radius, colour);
            canvas.disc(at, 1.1 * radius - OUTLINE, WHITE);
            match shape {
                Shape::Dot => canvas.disc(at, 0.35 * radius, colour),
                _ => canvas.line(&[[at[0] - radius, at[1]], [at[0] + radius, at[1]]], OUTLINE, colour),
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Of all types that a curve can have a point of.
    #[test]
    fn no_two_types_of_special_points_have_the_same_sign() {
        let kinds = [
            "LP", "LPC", "BP", "H", "CP", "BT", "GH", "ZH", "HH", "DBP", "PD", "NS", "CPC", "GPD", "CH", "R1", "R2",
            "R3", "R4", "LPNS", "NSNS", "PDNS", "LPPD", "UZ",
        ];
        let drawn = |kind: &&str| {
            let mut canvas = Canvas::new([10.0, 10.0]);
            draw(&mut canvas, kind, [10.0, 10.0], Colour(0, 0, 0), 1.0);
            canvas.finish().expect("a drawing")
        };
        let signs: Vec<String> = kinds.iter().map(drawn).collect();
        for (i, sign) in signs.iter().enumerate() {
            let same = signs[..i].iter().position(|other| other == sign);
            assert_eq!(same.map(|k| kinds[k]), None, "{}", kinds[i]);
        }
    }
}
