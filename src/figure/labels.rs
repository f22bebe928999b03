//! Where texts go: each takes the candidate place that hides least of what is already there.

use super::mathtext;
use super::path::{Point, Rect, distance};

/// A rectangle at an angle: the room that a text or a mark takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plate {
    pub centre: Point,
    /// Half of width and height.
    pub half: [f64; 2],
    /// Degrees, clockwise as seen.
    pub angle: f64,
}

impl Plate {
    pub fn square(centre: Point, half: f64) -> Plate {
        Plate { centre, half: [half, half], angle: 0.0 }
    }

    /// The room of a text of this size about its middle.
    pub fn of_text(text: &str, size: f64, centre: Point, angle: f64) -> Plate {
        Plate { centre, half: [0.5 * mathtext::width(text, size), 0.48 * size], angle }
    }

    fn axes(&self) -> [Point; 2] {
        let (sin, cos) = self.angle.to_radians().sin_cos();
        [[cos, sin], [-sin, cos]]
    }

    pub fn corners(&self) -> [Point; 4] {
        let [u, v] = self.axes();
        [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
            .map(|(a, b)| [0, 1].map(|k| self.centre[k] + a * self.half[0] * u[k] + b * self.half[1] * v[k]))
    }

    pub fn contains(&self, p: Point, margin: f64) -> bool {
        let d = [p[0] - self.centre[0], p[1] - self.centre[1]];
        self.axes().iter().zip(self.half).all(|(axis, half)| (d[0] * axis[0] + d[1] * axis[1]).abs() <= half + margin)
    }

    /// Two rectangles are apart if an edge direction of one of them separates them.
    pub fn overlaps(&self, other: &Plate) -> bool {
        let d = [other.centre[0] - self.centre[0], other.centre[1] - self.centre[1]];
        let reach = |plate: &Plate, axis: &Point| -> f64 {
            plate
                .axes()
                .iter()
                .zip(plate.half)
                .map(|(own, half)| half * (own[0] * axis[0] + own[1] * axis[1]).abs())
                .sum()
        };
        self.axes().iter().chain(other.axes().iter()).all(|axis| {
            let gap = (d[0] * axis[0] + d[1] * axis[1]).abs();
            gap < reach(self, axis) + reach(other, axis)
        })
    }

    pub fn within(&self, rect: &Rect) -> bool {
        self.corners().iter().all(|&corner| rect.contains(corner))
    }
}

/// What is taken of a figure: the ink of curves, and the plates of marks and texts.
#[derive(Clone)]
pub struct Taken {
    pub bounds: Rect,
    ink: Vec<Point>,
    plates: Vec<Plate>,
}

/// Cost of covering one of the points that stand for a curve, and of covering a mark or another text.
const INK: f64 = 1.0;
const PLATE: f64 = 60.0;

impl Taken {
    pub fn new(bounds: Rect) -> Taken {
        Taken { bounds, ink: Vec::new(), plates: Vec::new() }
    }

    pub fn add_ink(&mut self, points: &[Point]) {
        self.ink.extend(super::path::samples(points, 1.5));
    }

    pub fn add(&mut self, plate: Plate) {
        self.plates.push(plate);
    }

    /// A line touches no mark and no text.
    pub fn is_free(&self, line: &[Point]) -> bool {
        let points = super::path::samples(line, 1.0);
        !points.iter().any(|&p| self.plates.iter().any(|plate| plate.contains(p, 0.0)))
    }

    /// What a text there would hide; nothing if it would leave the figure.
    pub fn cost(&self, plate: &Plate) -> Option<f64> {
        if !plate.within(&self.bounds) {
            return None;
        }
        let ink = self.ink.iter().filter(|p| plate.contains(**p, 1.0)).count();
        let plates = self.plates.iter().filter(|p| p.overlaps(plate)).count();
        Some(INK * ink as f64 + PLATE * plates as f64)
    }

    /// The cheapest candidate, with its cost; each brings a cost of its own, and the first of equals wins.
    pub fn best(&self, candidates: impl Iterator<Item = (Plate, f64)>) -> Option<(Plate, f64)> {
        let mut best: Option<(Plate, f64)> = None;
        for (plate, own) in candidates {
            if let Some(hidden) = self.cost(&plate) {
                let cost = hidden + own;
                if best.is_none_or(|(_, least)| cost < least) {
                    best = Some((plate, cost));
                }
            }
        }
        best
    }

    /// A place for the name of a mark: around it, as near as it goes. The middle of the name without its subscripts is
    /// above the plate's by half of their [`mathtext::descent`].
    pub fn beside(&self, mark: Point, text: &str, size: f64) -> Option<(Plate, f64)> {
        let half = [0.5 * mathtext::width(text, size), 0.48 * size];
        let below = 0.5 * mathtext::descent(text, size);
        // Right first, then the diagonals, where a reader looks for a name.
        const DIRECTIONS: [Point; 12] = [
            [1.0, -0.7],
            [1.0, 0.7],
            [-1.0, -0.7],
            [-1.0, 0.7],
            [1.0, 0.0],
            [-1.0, 0.0],
            [0.0, -1.0],
            [0.0, 1.0],
            [0.5, -1.0],
            [0.5, 1.0],
            [-0.5, -1.0],
            [-0.5, 1.0],
        ];
        let candidates = [3.4, 5.5, 8.5, 12.0, 17.0].into_iter().enumerate().flat_map(move |(ring, gap)| {
            DIRECTIONS.iter().enumerate().map(move |(i, direction)| {
                let centre = [0, 1].map(|k| {
                    let reach = half[k] + gap * if direction[k].abs() < 1.0 { 0.6 } else { 1.0 };
                    mark[k] + direction[k] * reach
                });
                // The room of the subscripts too.
                let plate =
                    Plate { centre: [centre[0], centre[1] + below], half: [half[0], half[1] + below], angle: 0.0 };
                (plate, 1.6 * ring as f64 + 0.1 * i as f64)
            })
        });
        self.best(candidates)
    }

    /// A place along a line, on either side of it.
    pub fn along(&self, line: [Point; 2], text: &str, size: f64) -> Option<(Plate, f64)> {
        let [a, b] = line;
        let total = distance(a, b);
        if total < 1.0 {
            return None;
        }
        // Upright lines are read from below; others from left to right.
        let mut angle = (b[1] - a[1]).atan2(b[0] - a[0]).to_degrees();
        if angle >= 89.9 {
            angle -= 180.0;
        } else if angle < -90.1 {
            angle += 180.0;
        }
        let (sin, cos) = angle.to_radians().sin_cos();
        let offset = 0.48 * size + 1.6;
        let candidates = [-1.0, 1.0].into_iter().flat_map(move |side| {
            (1..20).map(move |i| {
                let t = f64::from(i) / 20.0;
                let on = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
                let centre = [on[0] - side * sin * offset, on[1] + side * cos * offset];
                let own = 0.4 * f64::from(side > 0.0) + 0.5 * (t - 0.5).abs();
                (Plate::of_text(text, size, centre, angle), own)
            })
        });
        self.best(candidates)
    }

    /// The emptiest place for a box of this size: a corner if one is free, else an edge, else anywhere.
    pub fn corner(&self, size: [f64; 2], margin: f64) -> Option<(Plate, f64)> {
        let room = self.bounds.shrunk(margin);
        let half = [0.5 * size[0], 0.5 * size[1]];
        let candidates = (0..7usize).flat_map(move |i| {
            (0..7usize).map(move |j| {
                let at = |k: usize, low: f64, high: f64| low + (high - low) * k as f64 / 6.0;
                let centre = [
                    at(i, room.left + half[0], room.right - half[0]),
                    at(j, room.top + half[1], room.bottom - half[1]),
                ];
                let inner = |k: usize| k.min(6 - k) as f64;
                let own = 0.8 * (inner(i) + inner(j)) + 0.01 * (i + 7 * j) as f64;
                let plate = Plate { centre, half, angle: 0.0 };
                (plate, own)
            })
        });
        self.best(candidates)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: Rect = Rect { left: 0.0, top: 0.0, right: 100.0, bottom: 100.0 };

    #[test]
    fn turned_rectangles_overlap_only_where_they_touch() {
        let flat = Plate { centre: [0.0, 0.0], half: [10.0, 2.0], angle: 0.0 };
        let steep = Plate { centre: [0.0, 11.0], half: [10.0, 2.0], angle: 90.0 };
        assert!(flat.overlaps(&steep));
        let away = Plate { centre: [0.0, 12.5], ..steep };
        assert!(!flat.overlaps(&away));
    }

    #[test]
    fn a_name_avoids_the_curve_and_the_names_before_it() {
        let mut taken = Taken::new(PAGE);
        taken.add_ink(&[[0.0, 50.0], [100.0, 50.0]]);
        let mut plates: Vec<Plate> = Vec::new();
        for _ in 0..3 {
            let (plate, _) = taken.beside([50.0, 50.0], "LP1", 8.0).expect("there is room");
            assert!(!plate.contains([plate.centre[0], 50.0], 0.0));
            assert!(plates.iter().all(|other| !other.overlaps(&plate)));
            taken.add(plate);
            plates.push(plate);
        }
    }

    #[test]
    fn a_subscript_does_not_touch_the_curve_below_the_name() {
        // A line that rises to the right, under the place where a reader looks for the name first.
        for steepness in [0.0, 0.1, 0.2, 0.3] {
            let mut taken = Taken::new(PAGE);
            let line = [[0.0, 50.0 + 50.0 * steepness], [100.0, 50.0 - 50.0 * steepness]];
            taken.add_ink(&line);
            let (plate, _) = taken.beside([50.0, 50.0], "H1", 8.0).expect("there is room");
            let ink = super::super::path::samples(&line, 0.2);
            assert!(!ink.iter().any(|&p| plate.contains(p, 0.5)), "{steepness}: {plate:?}");
            // With capitals 0.66 high about the middle, the index ends below the line of the text.
            let middle = plate.centre[1] - 0.5 * mathtext::descent("H1", 8.0);
            assert!(plate.centre[1] + plate.half[1] >= middle + 8.0 * (0.33 + mathtext::LOWERED));
        }
    }

    #[test]
    fn a_legend_takes_the_free_corner() {
        let mut taken = Taken::new(PAGE);
        taken.add_ink(&[[0.0, 5.0], [95.0, 5.0], [95.0, 95.0]]);
        let (plate, cost) = taken.corner([30.0, 20.0], 4.0).expect("there is room");
        assert!(cost < 1.0);
        assert!(plate.centre[0] < 50.0 && plate.centre[1] > 50.0);
    }

    #[test]
    fn what_does_not_fit_gets_no_place() {
        let taken = Taken::new(PAGE);
        assert!(taken.corner([300.0, 20.0], 4.0).is_none());
        assert!(taken.beside([-400.0, 0.0], "H1", 8.0).is_none());
    }
}
