//! A sphere of glass: its outline, some meridians and parallels, those of the far side fainter.

use super::canvas::Canvas;
use super::palette::Colour;
use super::path::{self, Point};
use super::space::{Chamber, Spot};
use std::f64::consts::{PI, TAU};

/// Meridians, the one half of each being another's other half, and parallels.
const MERIDIANS: usize = 6;
const PARALLELS: usize = 5;
/// Steps of a circle.
const STEPS: usize = 240;

const NEAR: (f64, Colour) = (0.35, Colour(150, 150, 150));
const FAR: (f64, Colour) = (0.3, Colour(215, 215, 215));
const OUTLINE: (f64, Colour) = (0.6, Colour(110, 110, 110));
/// The equator, and the axis: what a reader looks for to find the poles.
const EQUATOR: f64 = 1.6;

/// A sphere about the origin of the axes, in lengths of the box.
pub struct Ball {
    centre: Spot,
    radius: f64,
    /// Circles on the sphere in values on the axes, each with a factor of its line's width.
    circles: Vec<(f64, Vec<Spot>)>,
}

impl Ball {
    pub fn new(radius: f64, chamber: &Chamber) -> Ball {
        let circle = |place: &dyn Fn(f64, f64) -> Spot| -> Vec<Spot> {
            let turns = (0..=STEPS).map(|i| (TAU * i as f64 / STEPS as f64).sin_cos());
            turns.map(|(sin, cos)| chamber.spot(place(sin, cos).map(|c| radius * c))).collect()
        };
        let mut circles = Vec::new();
        for i in 0..MERIDIANS {
            let (sin, cos) = (PI * i as f64 / MERIDIANS as f64).sin_cos();
            circles.push((1.0, circle(&|s, c| [c * cos, c * sin, s])));
        }
        for i in 1..=PARALLELS {
            let (height, ring) = (PI * (i as f64 / (PARALLELS + 1) as f64 - 0.5)).sin_cos();
            let width = if 2 * i == PARALLELS + 1 { EQUATOR } else { 1.0 };
            circles.push((width, circle(&|s, c| [ring * c, ring * s, height])));
        }
        Ball { centre: chamber.stretched([0.0; 3]), radius: chamber.length(radius), circles }
    }

    pub fn draw_far_side(&self, canvas: &mut Canvas, chamber: &Chamber) {
        self.draw(canvas, chamber, false, FAR);
    }

    /// What lies between the eye and the inside, and the outline.
    pub fn draw_near_side(&self, canvas: &mut Canvas, chamber: &Chamber) {
        self.draw(canvas, chamber, true, NEAR);
        let outline = chamber.view.outline(self.centre, self.radius, STEPS);
        for piece in pieces(&outline, chamber, |_| true) {
            canvas.line(&piece, OUTLINE.0, OUTLINE.1);
        }
    }

    fn draw(&self, canvas: &mut Canvas, chamber: &Chamber, near: bool, (width, colour): (f64, Colour)) {
        for (factor, circle) in &self.circles {
            for piece in pieces(circle, chamber, |spot| chamber.view.faces(self.centre, spot) == near) {
                canvas.line(&path::simplified(&piece, 0.03), factor * width, colour);
            }
        }
    }
}

/// The pieces of a fine line inside the box whose places are wanted.
fn pieces(line: &[Spot], chamber: &Chamber, wanted: impl Fn(Spot) -> bool) -> Vec<Vec<Point>> {
    let inside = |spot: &Spot| spot.iter().all(|c| (-1e-9..=1.0 + 1e-9).contains(c));
    let mut pieces: Vec<Vec<Point>> = Vec::new();
    let mut open = false;
    for pair in line.windows(2) {
        let middle = [0, 1, 2].map(|k| 0.5 * (pair[0][k] + pair[1][k]));
        let shown = pair.iter().all(inside) && wanted(middle);
        match pieces.last_mut() {
            Some(piece) if shown && open => piece.push(chamber.view.place(pair[1])),
            _ if shown => pieces.push(pair.iter().map(|&spot| chamber.view.place(spot)).collect()),
            _ => {}
        }
        open = shown;
    }
    pieces
}
