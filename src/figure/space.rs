//! A box seen in perspective: where places in it lie on the sheet, and its axes.

use super::axes::{self, Ticks};
use super::canvas::{Canvas, Text};
use super::frame::{LARGE, SMALL};
use super::labels::{Plate, Taken};
use super::palette::{BLACK, Colour};
use super::path::{Point, Rect};
use super::{Axis, Figure};

/// A place in the box, each coordinate from 0 to 1.
pub type Spot = [f64; 3];

/// Half of the edges of a box whose axes have nothing in common.
pub const HALF: Spot = [1.0, 1.0, 0.8];

/// Distance of the eye from the middle of the box: far enough for parallels to look parallel.
const EYE: f64 = 7.0;

const GRID: Colour = Colour(225, 225, 225);
const PANE: Colour = Colour(170, 170, 170);
const TICK: f64 = 2.4;
const GAP: f64 = 2.0;

/// The eye, and the fit of what it sees to the sheet.
#[derive(Clone, Debug)]
pub struct View {
    half: Spot,
    right: Spot,
    up: Spot,
    towards: Spot,
    scale: f64,
    origin: Point,
}

fn dot(a: Spot, b: Spot) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// A place of a box with these half edges in lengths about its middle.
pub fn stretched(half: Spot, spot: Spot) -> Spot {
    [0, 1, 2].map(|k| half[k] * (2.0 * spot[k] - 1.0))
}

/// The place in lengths about the middle of the box, back on its edges.
fn relaxed(half: Spot, place: Spot) -> Spot {
    [0, 1, 2].map(|k| 0.5 * (place[k] / half[k] + 1.0))
}

fn corner(i: usize) -> Spot {
    [0, 1, 2].map(|k| ((i >> k) & 1) as f64)
}

impl View {
    /// The box fills `room`.
    fn new(view: [f64; 2], half: Spot, room: &Rect) -> View {
        let sane = |angle: f64, default: f64| if angle.is_finite() { angle } else { default };
        let (sin_a, cos_a) = sane(view[0], -60.0).to_radians().sin_cos();
        let elevation = sane(view[1], 25.0).clamp(5.0, 85.0);
        let (sin_e, cos_e) = elevation.to_radians().sin_cos();
        let mut out = View {
            half,
            right: [-sin_a, cos_a, 0.0],
            up: [-sin_e * cos_a, -sin_e * sin_a, cos_e],
            towards: [cos_e * cos_a, cos_e * sin_a, sin_e],
            scale: 1.0,
            origin: [0.0, 0.0],
        };
        let seen: Vec<Point> = (0..8).map(|i| out.place(corner(i))).collect();
        let extent = |k: usize| {
            let ends = seen.iter().map(|p| p[k]);
            (ends.clone().fold(f64::INFINITY, f64::min), ends.fold(f64::NEG_INFINITY, f64::max))
        };
        let ((left, right), (top, bottom)) = (extent(0), extent(1));
        out.scale = (room.width() / (right - left)).min(room.height() / (bottom - top));
        let [x, y] = room.centre();
        out.origin = [x - 0.5 * out.scale * (left + right), y - 0.5 * out.scale * (top + bottom)];
        out
    }

    /// Where a place of the box lies on the sheet.
    pub fn place(&self, spot: Spot) -> Point {
        let u = stretched(self.half, spot);
        let growth = self.scale * EYE / (EYE - dot(self.towards, u));
        [self.origin[0] + growth * dot(self.right, u), self.origin[1] - growth * dot(self.up, u)]
    }

    /// Distance of a place from the eye.
    pub fn distance(&self, spot: Spot) -> f64 {
        let u = stretched(self.half, spot);
        let from_eye = [0, 1, 2].map(|k| u[k] - EYE * self.towards[k]);
        dot(from_eye, from_eye).sqrt()
    }

    /// Light comes from above the viewer's left shoulder.
    pub fn light(&self) -> Spot {
        let light = [0, 1, 2].map(|k| self.towards[k] - 0.5 * self.right[k] + 0.7 * self.up[k]);
        let norm = dot(light, light).sqrt();
        light.map(|c| c / norm)
    }

    /// Of a ball with its middle at `centre` and radius `radius` in lengths of the box: its outline as seen.
    pub fn outline(&self, centre: Spot, radius: f64, steps: usize) -> Vec<Spot> {
        let eye = [0, 1, 2].map(|k| EYE * self.towards[k] - centre[k]);
        let far = dot(eye, eye).sqrt();
        let axis = eye.map(|c| c / far);
        // Two directions at right angles to the line of sight.
        let along = dot(self.right, axis);
        let u = [0, 1, 2].map(|k| self.right[k] - along * axis[k]);
        let u = u.map(|c| c / dot(u, u).sqrt());
        let v = [0, 1, 2].map(|k| axis[(k + 1) % 3] * u[(k + 2) % 3] - axis[(k + 2) % 3] * u[(k + 1) % 3]);
        let (nearer, ring) = (radius * radius / far, radius * (1.0 - (radius / far).powi(2)).max(0.0).sqrt());
        (0..=steps)
            .map(|i| {
                let (sin, cos) = (std::f64::consts::TAU * i as f64 / steps as f64).sin_cos();
                let place = [0, 1, 2].map(|k| centre[k] + nearer * axis[k] + ring * (cos * u[k] + sin * v[k]));
                relaxed(self.half, place)
            })
            .collect()
    }

    /// The side of a ball with its middle at `centre` on which a place of its surface lies is the near one.
    pub fn faces(&self, centre: Spot, spot: Spot) -> bool {
        let u = stretched(self.half, spot);
        let outward = [0, 1, 2].map(|k| u[k] - centre[k]);
        dot(outward, [0, 1, 2].map(|k| EYE * self.towards[k] - u[k])) > 0.0
    }

    /// 1 where the near side of the box is the upper end of the axis, else 0.
    fn near(&self, k: usize) -> f64 {
        if self.towards[k] > 0.0 { 1.0 } else { 0.0 }
    }
}

/// One axis of the box, laid out.
struct Edge {
    ends: [Spot; 2],
    /// Ticks with their places on the sheet.
    ticks: Vec<(Point, Point)>,
    labels: Vec<(Plate, String)>,
    name: (Plate, String),
}

/// The box with its axes.
pub struct Chamber {
    pub view: View,
    pub ranges: [[f64; 2]; 3],
    half: Spot,
    log: [bool; 3],
    ticks: [Ticks; 3],
    edges: Vec<Edge>,
}

impl Chamber {
    /// The largest box whose labels stay on the sheet.
    pub fn new(figure: &Figure, own: [&Axis; 3], ranges: [[f64; 2]; 3], half: Spot, sheet: &Rect) -> Chamber {
        let room = sheet.shrunk(GAP);
        let (names, log) = (own.map(Axis::name), own.map(|axis| axis.log));
        // Short edges have room for few labels.
        let target = |k: usize| (4.0 * half[k] / HALF[k]).max(1.5);
        let ticks = [0, 1, 2].map(|k| axes::ticks_of(own[k], ranges[k], target(k)));
        let mut box_room = room.shrunk(0.1 * room.width().min(room.height()));
        let mut view = View::new(figure.view, half, &box_room);
        let mut edges = Vec::new();
        // Labels keep their size while the box changes: a few rounds settle both.
        for _ in 0..4 {
            view = View::new(figure.view, half, &box_room);
            edges = lay_out(&view, names, ranges, log, &ticks);
            let taken: Vec<Point> = edges
                .iter()
                .flat_map(|edge| edge.labels.iter().chain([&edge.name]))
                .flat_map(|(plate, _)| plate.corners())
                .chain((0..8).map(|i| view.place(corner(i))))
                .collect();
            let low = |k: usize| taken.iter().map(|p| p[k]).fold(f64::INFINITY, f64::min);
            let high = |k: usize| taken.iter().map(|p| p[k]).fold(f64::NEG_INFINITY, f64::max);
            let seen: Vec<Point> = (0..8).map(|i| view.place(corner(i))).collect();
            let box_low = |k: usize| seen.iter().map(|p| p[k]).fold(f64::INFINITY, f64::min);
            let box_high = |k: usize| seen.iter().map(|p| p[k]).fold(f64::NEG_INFINITY, f64::max);
            let next = Rect {
                left: room.left + (box_low(0) - low(0)),
                top: room.top + (box_low(1) - low(1)),
                right: room.right - (high(0) - box_high(0)),
                bottom: room.bottom - (high(1) - box_high(1)),
            };
            if next.width() > 20.0 && next.height() > 20.0 {
                box_room = next;
            }
        }
        Chamber { view, ranges, half, log, ticks, edges }
    }

    /// A place of the box from values on the axes.
    pub fn spot(&self, values: [f64; 3]) -> Spot {
        [0, 1, 2].map(|k| {
            let share = axes::share(self.log[k], self.ranges[k], values[k]);
            if share.is_nan() { share } else { share.clamp(-1e3, 1e3) }
        })
    }

    /// A place from values on the axes, in lengths about the middle of the box.
    pub fn stretched(&self, values: [f64; 3]) -> Spot {
        stretched(self.half, self.spot(values))
    }

    /// The length in the box of a length on the first axis.
    pub fn length(&self, value: f64) -> f64 {
        let [low, high] = self.ranges[0];
        2.0 * self.half[0] * value / (high - low).abs()
    }

    /// The three panes behind everything, with a faint grid.
    pub fn draw_panes(&self, canvas: &mut Canvas) {
        let far = [0, 1, 2].map(|k| if k == 2 { 0.0 } else { 1.0 - self.view.near(k) });
        for k in 0..3 {
            for tick in &self.ticks[k].major {
                let share = axes::share(self.log[k], self.ranges[k], tick.value);
                for pane in (0..3).filter(|&pane| pane != k) {
                    let along = 3 - k - pane;
                    let mut from = [0.0; 3];
                    from[k] = share;
                    from[pane] = far[pane];
                    let mut to = from;
                    to[along] = 1.0;
                    let ends = [self.view.place(from), self.view.place(to)];
                    canvas.line(&ends, 0.35, GRID);
                }
            }
        }
        for k in 0..3 {
            for a in [0.0, 1.0] {
                for b in [0.0, 1.0] {
                    let (i, j) = ((k + 1) % 3, (k + 2) % 3);
                    if a != far[i] && b != far[j] {
                        continue;
                    }
                    let mut from = [0.0; 3];
                    from[i] = a;
                    from[j] = b;
                    let mut to = from;
                    to[k] = 1.0;
                    let ends = [self.view.place(from), self.view.place(to)];
                    canvas.line(&ends, 0.45, PANE);
                }
            }
        }
    }

    /// Axes, ticks and their texts, which then are taken.
    pub fn draw_axes(&self, canvas: &mut Canvas, taken: &mut Taken) {
        for edge in &self.edges {
            let ends = edge.ends.map(|spot| self.view.place(spot));
            canvas.line(&ends, 0.6, BLACK);
            taken.add_ink(&ends);
            for (from, to) in &edge.ticks {
                canvas.line(&[*from, *to], 0.5, BLACK);
            }
            for (plate, label) in &edge.labels {
                canvas.text(Text::centred(plate.centre, label, SMALL, 0.0));
                taken.add(*plate);
            }
            let (plate, name) = &edge.name;
            canvas.text(Text::centred(plate.centre, name, LARGE, 0.0));
            taken.add(*plate);
        }
    }
}

/// x and y along the near edges of the floor, z along the left edge of what is seen.
fn lay_out(view: &View, names: [&str; 3], ranges: [[f64; 2]; 3], log: [bool; 3], ticks: &[Ticks; 3]) -> Vec<Edge> {
    let (near_x, near_y) = (view.near(0), view.near(1));
    let uprights = [[near_x, 1.0 - near_y], [1.0 - near_x, near_y]];
    let left = uprights
        .into_iter()
        .min_by(|a, b| {
            let x = |c: &[f64; 2]| view.place([c[0], c[1], 0.5])[0];
            x(a).total_cmp(&x(b))
        })
        .unwrap_or(uprights[0]);
    let edges = [
        [[0.0, near_y, 0.0], [1.0, near_y, 0.0]],
        [[near_x, 0.0, 0.0], [near_x, 1.0, 0.0]],
        [[left[0], left[1], 0.0], [left[0], left[1], 1.0]],
    ];
    let mut edges: Vec<Edge> = (0..3)
        .map(|k| {
            let ends = edges[k];
            let name = match ticks[k].exponent {
                Some(exponent) => format!("{} (10^{{{exponent}}})", names[k]),
                None => names[k].to_string(),
            };
            let outward = outward(view, ends);
            let at = |value: f64| {
                let mut spot = ends[0];
                spot[k] = axes::share(log[k], ranges[k], value);
                view.place(spot)
            };
            let beyond = |from: Point, gap: f64, text: &str, size: f64| -> Plate {
                let plate = Plate::of_text(text, size, from, 0.0);
                let reach = gap + support(&plate, outward);
                Plate { centre: [0, 1].map(|i| from[i] + reach * outward[i]), ..plate }
            };
            let major = &ticks[k].major;
            let labels: Vec<(Plate, String)> = major
                .iter()
                .map(|tick| {
                    let plate = beyond(at(tick.value), TICK + GAP, &tick.label, SMALL);
                    (plate, tick.label.clone())
                })
                .collect();
            let deepest = labels.iter().map(|(plate, _)| 2.0 * support(plate, outward)).fold(0.0, f64::max);
            let middle = {
                let [a, b] = ends.map(|spot| view.place(spot));
                [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])]
            };
            let plate = beyond(middle, TICK + 2.0 * GAP + deepest, &name, LARGE);
            let ticks = major
                .iter()
                .map(|tick| {
                    let from = at(tick.value);
                    (from, [0, 1].map(|i| from[i] + TICK * outward[i]))
                })
                .collect();
            Edge { ends, ticks, labels, name: (plate, name) }
        })
        .collect();
    part_labels(&mut edges);
    edges
}

/// Where two axes meet, their last labels may collide: the later one moves up a little, or goes.
fn part_labels(edges: &mut [Edge]) {
    let mut placed: Vec<Plate> = Vec::new();
    for edge in edges {
        let labels = std::mem::take(&mut edge.labels);
        edge.labels = labels
            .into_iter()
            .filter_map(|(plate, label)| {
                let free = [0.0, 1.5, 3.0, 4.5].into_iter().find_map(|up| {
                    let [x, y] = plate.centre;
                    let moved = Plate { centre: [x, y - up], ..plate };
                    let wider = Plate { half: [moved.half[0] + 1.2, moved.half[1]], ..moved };
                    let collides = placed.iter().any(|other| other.overlaps(&wider));
                    (!collides).then_some(moved)
                })?;
                placed.push(free);
                Some((free, label))
            })
            .collect();
    }
}

/// Direction on the sheet, at right angles to an edge, that leads away from the box.
fn outward(view: &View, ends: [Spot; 2]) -> Point {
    let [a, b] = ends.map(|spot| view.place(spot));
    let middle = view.place([0.5; 3]);
    let d = [b[0] - a[0], b[1] - a[1]];
    let norm = d[0].hypot(d[1]).max(1e-9);
    let normal = [-d[1] / norm, d[0] / norm];
    let from_middle = [0.5 * (a[0] + b[0]) - middle[0], 0.5 * (a[1] + b[1]) - middle[1]];
    let side = normal[0] * from_middle[0] + normal[1] * from_middle[1];
    if side < 0.0 { [-normal[0], -normal[1]] } else { normal }
}

/// How far an upright plate reaches from its middle in a direction.
fn support(plate: &Plate, direction: Point) -> f64 {
    // The label that is nearest to the axis with its corner alone looks detached: a little less than exact.
    0.9 * (plate.half[0] * direction[0].abs() + plate.half[1] * direction[1].abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Rect = Rect { left: 0.0, top: 0.0, right: 240.0, bottom: 200.0 };

    #[test]
    fn the_box_fills_its_room_from_every_side() {
        for azimuth in [-170.0, -60.0, 0.0, 45.0, 135.0, f64::NAN] {
            for elevation in [-20.0, 5.0, 30.0, 85.0, 200.0] {
                let view = View::new([azimuth, elevation], HALF, &ROOM);
                for i in 0..8 {
                    assert!(ROOM.shrunk(-1e-6).contains(view.place(corner(i))));
                }
            }
        }
    }

    #[test]
    fn nearer_places_are_nearer_to_the_eye() {
        // Seen along the diagonal from below the x axis, x up and y down come nearer.
        let view = View::new([-45.0, 20.0], HALF, &ROOM);
        assert!(view.distance([1.0, 0.0, 0.5]) < view.distance([0.0, 1.0, 0.5]));
        assert_eq!((view.near(0), view.near(1)), (1.0, 0.0));
    }

    /// The outline is where lines of sight touch the ball. Tolerance: rounding.
    #[test]
    fn the_outline_of_a_ball_lies_on_it_and_parts_its_near_side_from_its_far_side() {
        let view = View::new([-50.0, 30.0], [1.0; 3], &ROOM);
        let (centre, radius) = ([0.1, -0.2, 0.3], 0.6);
        for spot in view.outline(centre, radius, 24) {
            let u = stretched([1.0; 3], spot);
            let out = [0, 1, 2].map(|k| u[k] - centre[k]);
            assert!((dot(out, out).sqrt() - radius).abs() < 1e-14);
            let to_eye = [0, 1, 2].map(|k| EYE * view.towards[k] - u[k]);
            assert!(dot(out, to_eye).abs() < 1e-14);
        }
        let nearest = [0, 1, 2].map(|k| centre[k] + radius * view.towards[k]);
        let farthest = [0, 1, 2].map(|k| centre[k] - radius * view.towards[k]);
        assert!(view.faces(centre, relaxed([1.0; 3], nearest)));
        assert!(!view.faces(centre, relaxed([1.0; 3], farthest)));
    }
}
