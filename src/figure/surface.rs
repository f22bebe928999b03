//! Three columns in perspective: a family of branches as a surface, with curves and special points on it.
//!
//! The surface is cut into quadrilaterals that are painted from the farthest to the nearest. Curves are not
//! painted among them, where neighbouring pieces would nibble at a fold line: each piece of a curve is asked
//! whether a part of the surface lies between it and the eye, and what is hidden is drawn faintly.

use std::f64::consts::TAU;

use super::axes;
use super::block::{self, Block, Strand};
use super::canvas::{Canvas, Text};
use super::frame::{LARGE, SMALL};
use super::labels::{Plate, Taken};
use super::legend::{Entry, Legend};
use super::mathtext;
use super::members::{self, Beside};
use super::palette::{self, Colour, WHITE};
use super::path::{self, Point, Rect};
use super::plane::{BUSY, CURVE, DASH};
use super::space::{self, Chamber, HALF, Spot};
use super::sphere::Ball;
use super::{Figure, FigureError, Kind, Series, Style, marks};
use crate::results::Results;

/// Quadrilaterals along the longest member, and the least number across the members.
const ALONG: usize = 56;
const ACROSS: usize = 24;

/// Mesh lines in each direction, about.
const MESH: usize = 12;

/// What lies less than this before a place, in half edges of the box, is that place's own part of the surface.
const BIAS: f64 = 0.05;

/// Dash and gap of what is hidden.
const HIDDEN: [f64; 2] = [1.0, 1.6];

struct Layer<'a> {
    series: &'a Series,
    block: Block,
    /// One for each strand.
    colours: Vec<Colour>,
}

impl Layer<'_> {
    fn is_sheet(&self) -> bool {
        self.series.style == Style::Surface && self.block.strands.len() > 1
    }

    /// Strands with their colours.
    fn strands(&self) -> impl Iterator<Item = (&Strand, Colour)> {
        self.block.strands.iter().zip(self.colours.iter().copied())
    }
}

pub fn draw(figure: &Figure, results: &Results) -> Result<String, FigureError> {
    let Some(z) = &figure.z else {
        return Err(FigureError::NoVerticalAxis { figure: figure.name() });
    };
    let mut canvas = Canvas::new(figure.sheet()?);
    let mut sheet = canvas.sheet();
    if figure.title.is_some() {
        sheet.top += 1.6 * LARGE;
    }
    let layers = layers(figure, results, z)?;
    let beside = beside(&layers);
    let whole = sheet;
    sheet.right -= members::width(&beside);
    let chamber = chamber(figure, z, &layers, &sheet);
    let tiles: Vec<Tile> =
        layers.iter().filter(|layer| layer.is_sheet()).flat_map(|layer| tiles(&layer.block, &chamber)).collect();

    chamber.draw_panes(&mut canvas);
    paint(&mut canvas, &tiles);
    let ball = figure.sphere.map(|radius| Ball::new(radius, &chamber));
    ball.iter().for_each(|ball| ball.draw_far_side(&mut canvas, &chamber));
    let mut taken = Taken::new(sheet.shrunk(1.5));
    chamber.draw_axes(&mut canvas, &mut taken);
    for (strand, colour) in from_behind(figure, &layers, &chamber) {
        trace(&mut canvas, strand, colour, &chamber, &tiles, &mut taken);
    }
    ball.iter().for_each(|ball| ball.draw_near_side(&mut canvas, &chamber));
    let names = mark(&mut canvas, figure, &layers, &chamber, &tiles, &mut taken);
    for (at, label) in names {
        if let Some((plate, cost)) = taken.beside(at, &label, SMALL) {
            if cost > BUSY {
                canvas.veil(&plate.corners(), WHITE, 0.8);
            }
            let middle = [plate.centre[0], plate.centre[1] - 0.5 * mathtext::descent(&label, SMALL)];
            canvas.text(Text::centred(middle, &label, SMALL, 0.0));
            taken.add(plate);
        }
    }
    write_texts(&mut canvas, figure, &chamber, &mut taken);
    if figure.legend {
        for tile in &tiles {
            taken.add_ink(&tile.seen[..2]);
        }
        if let Some(legend) = Legend::place(entries(&layers), &mut taken, false) {
            legend.draw(&mut canvas);
        }
    }
    if let Some(title) = &figure.title {
        let at = [whole.centre()[0], 0.5 * whole.top + 1.0];
        let size = mathtext::fitted(title, LARGE, whole.width() - 4.0);
        canvas.text(Text::centred(at, title, size, 0.0));
    }
    let margin = 0.08 * sheet.height();
    members::draw(&mut canvas, &beside, &Rect { top: sheet.top + margin, bottom: sheet.bottom - margin, ..sheet });
    canvas.finish()
}

fn beside(layers: &[Layer]) -> Vec<Beside> {
    let mut all: Vec<Beside> = Vec::new();
    for layer in layers.iter().filter(|layer| !layer.is_sheet()) {
        let one = Beside::of(layer.series, &layer.block, &layer.colours, |colour| colour);
        all.extend(one.filter(|one| !all.contains(one)));
    }
    all
}

fn layers<'a>(figure: &'a Figure, results: &Results, z: &super::Axis) -> Result<Vec<Layer<'a>>, FigureError> {
    let mut layers = Vec::new();
    let mut missing = Vec::new();
    for (position, series) in figure.series.iter().enumerate() {
        let x = series.x.as_deref().unwrap_or(&figure.x.column);
        let y = series.y.as_deref().unwrap_or(&figure.y.column);
        let (mut block, why) = block::gather(figure, results, series, &[x, y, &z.column])?;
        block.leave_out(&[figure.x.log, figure.y.log, z.log]);
        missing.extend(why);
        if !block.strands.is_empty() {
            let colours = members::colours(series, &block, position);
            layers.push(Layer { series, block, colours });
        }
    }
    if layers.is_empty() {
        let why = if missing.is_empty() { String::from("it has no series") } else { missing.join("; ") };
        return Err(FigureError::Nothing { figure: figure.name(), why });
    }
    Ok(layers)
}

/// The curves; in space the farthest come first. On a surface their order is the author's choice.
fn from_behind<'a>(figure: &Figure, layers: &'a [Layer], chamber: &Chamber) -> Vec<(&'a Strand, Colour)> {
    let curves = layers.iter().filter(|layer| !layer.is_sheet()).flat_map(Layer::strands);
    let mut curves: Vec<(&Strand, Colour)> = curves.collect();
    if figure.kind == Kind::Space {
        let distance = |strand: &Strand| {
            let places = strand.points.iter().filter(|p| block::finite(p));
            let distances: Vec<f64> = places.map(|p| chamber.view.distance(chamber.spot(*p))).collect();
            distances.iter().sum::<f64>() / distances.len().max(1) as f64
        };
        curves.sort_by(|a, b| distance(b.0).total_cmp(&distance(a.0)));
    }
    curves
}

fn chamber(figure: &Figure, z: &super::Axis, layers: &[Layer], sheet: &Rect) -> Chamber {
    let own = [&figure.x, &figure.y, z];
    let mut ranges = [[0.0_f64, 1.0]; 3];
    for k in 0..3 {
        // Each axis spans what the axes before it show.
        let before = ranges;
        let strands = layers.iter().flat_map(|layer| &layer.block.strands);
        let shown = strands
            .flat_map(|strand| &strand.points)
            .filter(|p| block::finite(p))
            .filter(|p| {
                (0..k).all(|i| {
                    let [low, high] = before[i];
                    p[i] >= low.min(high) && p[i] <= low.max(high)
                })
            })
            .map(|p| p[k]);
        ranges[k] = match figure.sphere {
            // The whole sphere, where no part of it is asked for.
            Some(radius) if own[k].range.is_none() => {
                let reach = shown.filter(|v| v.is_finite()).fold(radius, |reach, v| reach.max(v.abs()));
                [-reach, reach]
            }
            _ => axes::span(own[k], shown, true),
        };
    }
    // A sphere is one where all axes have the same unit of length.
    let half = if figure.sphere.is_some() {
        let lengths = ranges.map(|[low, high]| (high - low).abs());
        let longest = lengths.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        lengths.map(|length| (length / longest).max(0.02))
    } else {
        HALF
    };
    Chamber::new(figure, own, ranges, half, sheet)
}

/// A quadrilateral of the surface.
struct Tile {
    seen: [Point; 4],
    distances: [f64; 4],
    colour: Colour,
    /// Mesh lines on it.
    mesh: Vec<[Point; 2]>,
}

/// The surface between the members of a family, the farthest tile first.
fn tiles(block: &Block, chamber: &Chamber) -> Vec<Tile> {
    let mut strands: Vec<&Strand> = block.strands.iter().collect();
    strands.sort_by(|a, b| {
        let key = |strand: &Strand| strand.member.unwrap_or(f64::INFINITY);
        key(a).total_cmp(&key(b))
    });
    let members: Vec<Vec<Vec<Spot>>> = strands
        .iter()
        .map(|strand| inside(strand, chamber))
        .map(|pieces| pieces.into_iter().map(|piece| piece.spots).collect())
        .filter(|pieces: &Vec<Vec<Spot>>| !pieces.is_empty())
        .collect();
    let intervals = members.len().saturating_sub(1);
    let longest = members.iter().flatten().map(|piece| length(piece));
    let longest = longest.fold(0.0, f64::max);
    if intervals == 0 || longest <= 0.0 {
        return Vec::new();
    }
    let fine = ACROSS.div_ceil(intervals);
    let every = intervals.div_ceil(MESH).max(1);
    let mut tiles = Vec::new();
    for (i, pair) in members.windows(2).enumerate() {
        let ruled = [i.is_multiple_of(every), (i + 1).is_multiple_of(every) || i + 1 == intervals];
        for (a, b) in matched(&pair[0], &pair[1]) {
            let along = (ALONG as f64 * length(&a).max(length(&b)) / longest).ceil();
            let along = along.clamp(2.0, ALONG as f64) as usize;
            let curves = [sampled(&a, along), sampled(&b, along)];
            pave(&curves, fine, ruled, chamber, &mut tiles);
        }
    }
    let mean = |tile: &Tile| tile.distances.iter().sum::<f64>();
    tiles.sort_by(|a, b| mean(b).total_cmp(&mean(a)));
    tiles
}

/// Paves the strip between two curves with `fine` rows of tiles. The sides along the members are mesh lines
/// where `ruled` says so; the others are lines of constant x.
fn pave(curves: &[Vec<Spot>; 2], fine: usize, ruled: [bool; 2], chamber: &Chamber, tiles: &mut Vec<Tile>) {
    let view = &chamber.view;
    let light = view.light();
    let [a, b] = curves;
    for (p, q) in a.windows(2).zip(b.windows(2)) {
        for row in 0..fine {
            let (s, t) = (row as f64 / fine as f64, (row + 1) as f64 / fine as f64);
            let corners = [mixed(p[0], q[0], s), mixed(p[1], q[1], s), mixed(p[1], q[1], t), mixed(p[0], q[0], t)];
            let mut mesh = levels(&corners);
            if ruled[0] && row == 0 {
                mesh.push([corners[0], corners[1]]);
            }
            if ruled[1] && row + 1 == fine {
                mesh.push([corners[2], corners[3]]);
            }
            tiles.push(Tile {
                seen: corners.map(|spot| view.place(spot)),
                distances: corners.map(|spot| view.distance(spot)),
                colour: lit(&corners, light),
                mesh: mesh.into_iter().map(|ends| ends.map(|spot| view.place(spot))).collect(),
            });
        }
    }
}

/// Where planes of constant x, a mesh width apart, cut a tile.
fn levels(corners: &[Spot; 4]) -> Vec<[Spot; 2]> {
    let low = corners.iter().map(|c| c[0]).fold(f64::INFINITY, f64::min);
    let high = corners.iter().map(|c| c[0]).fold(f64::NEG_INFINITY, f64::max);
    let mesh = MESH as f64;
    let mut cuts = Vec::new();
    for n in 1..MESH {
        let level = n as f64 / mesh;
        if level < low || level > high {
            continue;
        }
        let crossings: Vec<Spot> = (0..4)
            .filter_map(|i| {
                let (a, b) = (corners[i], corners[(i + 1) % 4]);
                // Half open, so that a corner on the plane counts once.
                let crosses = (a[0] < level) != (b[0] < level);
                crosses.then(|| mixed(a, b, (level - a[0]) / (b[0] - a[0])))
            })
            .collect();
        if let [from, to, ..] = crossings.as_slice() {
            cuts.push([*from, *to]);
        }
    }
    cuts
}

/// Which parts of two neighbouring members belong together.
///
/// Where a fold leaves the box between them, one is in two pieces and the other, still whole, is cut where the
/// gap will open. Where one ends at a bound that the other passes, the other is cut beside that end. What
/// remains is joined from fold to fold.
fn matched(a: &[Vec<Spot>], b: &[Vec<Spot>]) -> Vec<(Vec<Spot>, Vec<Spot>)> {
    let (a, b) = match (a, b) {
        ([whole], [.., _, _]) => (opened(whole, b), b.to_vec()),
        ([.., _, _], [whole]) => (a.to_vec(), opened(whole, a)),
        _ => (a.to_vec(), b.to_vec()),
    };
    let mut pairs = Vec::new();
    for (mut p, mut q) in a.into_iter().zip(b) {
        for _ in 0..2 {
            trimmed(&mut p, &q);
            trimmed(&mut q, &p);
            // The same at the other end.
            p.reverse();
            q.reverse();
        }
        let (mut sections, mut others) = (sections(&p), sections(&q));
        // Across a cusp one has folds where the other has none yet.
        if sections.len() < others.len() {
            sections = opened(&p, &others);
        } else if others.len() < sections.len() {
            others = opened(&q, &sections);
        }
        pairs.extend(sections.into_iter().zip(others));
    }
    pairs
}

/// A whole curve cut into as many parts as its neighbour has, each cut beside the middle of a gap.
fn opened(whole: &[Spot], pieces: &[Vec<Spot>]) -> Vec<Vec<Spot>> {
    let mut parts = Vec::new();
    let mut from = 0;
    for pair in pieces.windows(2) {
        let (Some(end), Some(start)) = (pair[0].last(), pair[1].first()) else {
            continue;
        };
        let cut = from + nearest(whole.get(from..).unwrap_or(&[]), mixed(*end, *start, 0.5));
        parts.push(whole.get(from..=cut).unwrap_or(&[]).to_vec());
        from = cut;
    }
    parts.push(whole.get(from..).unwrap_or(&[]).to_vec());
    parts
}

/// The parts of a curve on which x only grows or only falls.
fn sections(curve: &[Spot]) -> Vec<Vec<Spot>> {
    let mut sections: Vec<Vec<Spot>> = Vec::new();
    let mut forward = None;
    for pair in curve.windows(2) {
        let step = pair[1][0] - pair[0][0];
        let turns = step != 0.0 && forward.is_some_and(|forward| forward != (step > 0.0));
        match sections.last_mut() {
            Some(section) if !turns => section.push(pair[1]),
            _ => sections.push(pair.to_vec()),
        }
        if step != 0.0 {
            forward = Some(step > 0.0);
        }
    }
    sections
}

/// Cuts off the end of `curve` that goes on where its neighbour has stopped.
fn trimmed(curve: &mut Vec<Spot>, neighbour: &[Spot]) {
    let (Some(&end), Some(&stop)) = (curve.last(), neighbour.last()) else {
        return;
    };
    let reach = across(end, stop);
    let cut = nearest(curve, stop);
    let near = curve.get(cut).map_or(f64::INFINITY, |&spot| across(spot, stop));
    if reach > 0.25 && near < 0.5 * reach && length(curve) > length(neighbour) {
        curve.truncate(cut + 1);
    }
}

/// Index of the place nearest to another, whatever lies between the members.
fn nearest(curve: &[Spot], spot: Spot) -> usize {
    curve.iter().enumerate().min_by(|a, b| across(*a.1, spot).total_cmp(&across(*b.1, spot))).map_or(0, |(i, _)| i)
}

fn across(a: Spot, b: Spot) -> f64 {
    (a[0] - b[0]).hypot(a[2] - b[2])
}

/// A curve at `count` steps, shorter towards its ends, where a fold may be.
fn sampled(curve: &[Spot], count: usize) -> Vec<Spot> {
    let total = length(curve);
    let mut out = Vec::with_capacity(count + 1);
    let mut walked = 0.0;
    for pair in curve.windows(2) {
        let step = apart(pair[0], pair[1]);
        while out.len() < count && step > 0.0 {
            let t = out.len() as f64 / count as f64;
            let eased = t - 0.6 * (TAU * t).sin() / TAU;
            let wanted = total * eased;
            if wanted > walked + step {
                break;
            }
            out.push(mixed(pair[0], pair[1], (wanted - walked) / step));
        }
        walked += step;
    }
    // Rounding may miss the last samples.
    if let Some(&last) = curve.last() {
        out.resize(count + 1, last);
    }
    out
}

/// A place of the box of a surface in lengths about its middle.
fn stretched(spot: Spot) -> Spot {
    space::stretched(HALF, spot)
}

fn mixed(a: Spot, b: Spot, t: f64) -> Spot {
    [0, 1, 2].map(|k| a[k] + t * (b[k] - a[k]))
}

fn apart(a: Spot, b: Spot) -> f64 {
    let (a, b) = (stretched(a), stretched(b));
    (a[0] - b[0]).hypot(a[1] - b[1]).hypot(a[2] - b[2])
}

fn length(spots: &[Spot]) -> f64 {
    spots.windows(2).map(|pair| apart(pair[0], pair[1])).sum()
}

/// Height gives the colour, the slope against the light its brightness.
fn lit(corners: &[Spot; 4], light: Spot) -> Colour {
    let u = corners.map(stretched);
    let (d, e) = ([0, 1, 2].map(|k| u[2][k] - u[0][k]), [0, 1, 2].map(|k| u[3][k] - u[1][k]));
    let normal = [d[1] * e[2] - d[2] * e[1], d[2] * e[0] - d[0] * e[2], d[0] * e[1] - d[1] * e[0]];
    let norm = normal[0].hypot(normal[1]).hypot(normal[2]);
    let facing = if norm > 0.0 {
        let along: f64 = normal.iter().zip(light).map(|(n, l)| n * l).sum();
        (along / norm).abs()
    } else {
        1.0
    };
    let height = 0.25 * corners.iter().map(|spot| spot[2]).sum::<f64>();
    palette::sequence(0.22 + 0.75 * height).mix(WHITE, 0.3).scaled(0.74 + 0.3 * facing)
}

fn paint(canvas: &mut Canvas, tiles: &[Tile]) {
    for tile in tiles {
        let middle = [0, 1].map(|k| 0.25 * tile.seen.iter().map(|p| p[k]).sum::<f64>());
        // A little larger than itself, so that no seam shows.
        let grown = tile.seen.map(|p| {
            let total = path::distance(p, middle).max(1e-6);
            path::between(middle, p, 1.0 + 0.18 / total)
        });
        canvas.fill(&grown, tile.colour);
        let ink = tile.colour.scaled(0.72);
        for line in &tile.mesh {
            canvas.line(line, 0.25, ink);
        }
    }
}

/// A part of a surface lies between this place and the eye.
fn hidden(spot: Spot, chamber: &Chamber, tiles: &[Tile]) -> bool {
    let at = chamber.view.place(spot);
    let far = chamber.view.distance(spot) - BIAS;
    tiles.iter().any(|tile| {
        let nearest = tile.distances.iter().copied().fold(f64::INFINITY, f64::min);
        nearest < far
            && [[0, 1, 2], [0, 2, 3]].iter().any(|&[i, j, k]| {
                let seen = [tile.seen[i], tile.seen[j], tile.seen[k]];
                weights(at, seen).is_some_and(|w| {
                    let d = &tile.distances;
                    w[0] * d[i] + w[1] * d[j] + w[2] * d[k] < far
                })
            })
    })
}

/// Barycentric coordinates of a place in a triangle; none outside.
fn weights(p: Point, [a, b, c]: [Point; 3]) -> Option<[f64; 3]> {
    let cross = |o: Point, u: Point, v: Point| (u[0] - o[0]) * (v[1] - o[1]) - (u[1] - o[1]) * (v[0] - o[0]);
    let whole = cross(a, b, c);
    if whole.abs() < 1e-12 {
        return None;
    }
    let w = [cross(p, b, c) / whole, cross(a, p, c) / whole, cross(a, b, p) / whole];
    w.iter().all(|share| *share >= 0.0).then_some(w)
}

/// A part of a strand inside the box, and which of its segments are unstable.
struct Piece {
    spots: Vec<Spot>,
    unstable: Vec<bool>,
}

fn inside(strand: &Strand, chamber: &Chamber) -> Vec<Piece> {
    let unit = Rect { left: -1e-9, top: -1e-9, right: 1.0 + 1e-9, bottom: 1.0 + 1e-9 };
    let mut pieces: Vec<Piece> = Vec::new();
    let mut open = false;
    for (i, pair) in strand.points.windows(2).enumerate() {
        let shares = || {
            if !(block::finite(&pair[0]) && block::finite(&pair[1])) {
                return None;
            }
            let (a, b) = (chamber.spot(pair[0]), chamber.spot(pair[1]));
            let [p, q] = path::clip_segment([a[0], a[2]], [b[0], b[2]], &unit)?;
            let [r, s] = path::clip_segment([a[1], 0.5], [b[1], 0.5], &unit)?;
            let (enter, leave) = (p.max(r), q.min(s));
            (enter <= leave).then_some((a, b, enter, leave))
        };
        let Some((a, b, enter, leave)) = shares() else {
            open = false;
            continue;
        };
        // A surface has no lines thinner than its own: what is no bifurcation is dashed as what is unstable.
        let unstable = [&strand.unstable, &strand.neutral].iter().any(|of| of.get(i).copied().unwrap_or(false));
        let to = mixed(a, b, leave);
        match pieces.last_mut() {
            Some(piece) if open && enter == 0.0 => {
                piece.spots.push(to);
                piece.unstable.push(unstable);
            }
            _ => pieces.push(Piece { spots: vec![mixed(a, b, enter), to], unstable: vec![unstable] }),
        }
        open = leave == 1.0;
    }
    pieces
}

/// Draws a curve: what is hidden first, thin and pale.
fn trace(canvas: &mut Canvas, strand: &Strand, colour: Colour, chamber: &Chamber, tiles: &[Tile], taken: &mut Taken) {
    let sheet = canvas.sheet();
    let mut stretches: Vec<(bool, bool, Vec<Point>)> = Vec::new();
    for piece in inside(strand, chamber) {
        let seen: Vec<Point> = piece.spots.iter().map(|&s| chamber.view.place(s)).collect();
        taken.add_ink(&seen);
        let mut fresh = true;
        for (i, arc) in path::smooth(&seen, &sheet).into_iter().enumerate() {
            let fine = path::samples(&arc, 1.5);
            let steps = fine.len().saturating_sub(1).max(1) as f64;
            let unstable = piece.unstable.get(i).copied().unwrap_or(false);
            for (j, step) in fine.windows(2).enumerate() {
                let t = (j as f64 + 0.5) / steps;
                let spot = mixed(piece.spots[i], piece.spots[i + 1], t);
                let hides = hidden(spot, chamber, tiles);
                match stretches.last_mut() {
                    Some((h, u, points)) if !fresh && *h == hides && *u == unstable => {
                        points.push(step[1]);
                    }
                    _ => stretches.push((hides, unstable, step.to_vec())),
                }
                fresh = false;
            }
        }
    }
    settle(&mut stretches);
    stretches.sort_by_key(|(hides, ..)| !hides);
    for (hides, unstable, points) in stretches {
        if hides {
            for dash in path::dashes(&points, HIDDEN[0], HIDDEN[1]) {
                canvas.line(&dash, 0.6, colour.mix(WHITE, 0.25));
            }
        } else if unstable {
            for dash in path::dashes(&points, DASH[0], DASH[1]) {
                canvas.line(&dash, CURVE, colour);
            }
        } else {
            canvas.line(&points, 1.2 * CURVE, colour);
        }
    }
}

/// A stretch that is hidden or seen for less than four points is the coarseness of the tiles, not a fact.
fn settle(stretches: &mut Vec<(bool, bool, Vec<Point>)>) {
    let mut settled: Vec<(bool, bool, Vec<Point>)> = Vec::new();
    for (hides, unstable, points) in stretches.drain(..) {
        let joined = |before: &[Point]| before.last() == points.first();
        match settled.last_mut() {
            Some((h, u, before)) if *u == unstable && joined(before) => {
                if *h == hides || path::length(&points) < 4.0 {
                    before.extend(points.into_iter().skip(1));
                } else if path::length(before) < 4.0 {
                    *h = hides;
                    before.extend(points.into_iter().skip(1));
                } else {
                    settled.push((hides, unstable, points));
                }
            }
            _ => settled.push((hides, unstable, points)),
        }
    }
    *stretches = settled;
}

/// Draws the marks of everything but the surface itself, and tells which are to be named.
fn mark(
    canvas: &mut Canvas,
    figure: &Figure,
    layers: &[Layer],
    chamber: &Chamber,
    tiles: &[Tile],
    taken: &mut Taken,
) -> Vec<(Point, String)> {
    let mut drawn: Vec<(String, Point)> = Vec::new();
    let mut names = Vec::new();
    for layer in layers {
        // The folds of the members are the fold curve, which is drawn as such; asked for, they are marked.
        if layer.is_sheet() && layer.series.mark.is_none() {
            continue;
        }
        let alone = layer.block.parameter.is_none();
        let marks = layer.strands().flat_map(|(strand, colour)| strand.marks.iter().map(move |mark| (mark, colour)));
        for (mark, own) in marks {
            let spot = chamber.spot(mark.at);
            let at = chamber.view.place(spot);
            let outside = spot.iter().any(|c| !(-1e-6..=1.0 + 1e-6).contains(c));
            let twice = drawn.iter().any(|(kind, other)| *kind == mark.kind && path::distance(*other, at) < 1.0);
            if outside || twice {
                continue;
            }
            let behind = hidden(spot, chamber, tiles);
            let colour = if behind { own.mix(WHITE, 0.45) } else { own };
            let scale = if alone && !behind { 1.0 } else { 0.75 };
            marks::draw(canvas, &mark.kind, at, colour, scale);
            taken.add(Plate::square(at, marks::RADIUS + 0.3));
            drawn.push((mark.kind.clone(), at));
            if figure.labels && alone {
                names.push((at, marks::name(&mark.label)));
            }
        }
    }
    names
}

/// Texts stand on the floor of the box.
fn write_texts(canvas: &mut Canvas, figure: &Figure, chamber: &Chamber, taken: &mut Taken) {
    for text in &figure.texts {
        let mut spot = chamber.spot([text.at[0], text.at[1], 0.0]);
        spot[2] = 0.0;
        if spot.iter().all(|c| (0.0..=1.0).contains(c)) {
            let at = chamber.view.place(spot);
            let colour = text.colour.map_or(palette::BLACK, palette::series);
            canvas.text(Text::centred(at, &text.text, SMALL, 0.0).coloured(colour));
            taken.add(Plate::of_text(&text.text, SMALL, at, 0.0));
        }
    }
}

fn entries(layers: &[Layer]) -> Vec<Entry> {
    layers
        .iter()
        .filter_map(|layer| {
            let label = layer.series.label.clone()?;
            let mut colours = layer.colours.clone();
            colours.dedup();
            if layer.is_sheet() {
                colours = [0.3, 0.6, 0.9].map(palette::sequence).to_vec();
            } else if let [first, .., last] = colours.as_slice() {
                colours = vec![*first, colours[colours.len() / 2], *last];
            }
            Some(Entry { label, colours, ..Entry::default() })
        })
        .collect()
}
