//! Two columns against each other: bifurcation diagrams, critical curves, functions.
//!
//! From the ground up: shaded regions, guide lines, curves, arrows, marks, frame, texts. Everything that
//! takes room is known before the first text is placed.

use super::axes;
use super::block::{self, Block, Strand};
use super::canvas::{Canvas, Text};
use super::diagram::{self, Shading};
use super::frame::{Frame, SMALL, TICK_ROOM};
use super::heat::Field;
use super::labels::{Plate, Taken};
use super::legend::{Entry, Legend};
use super::mathtext;
use super::members::{self, Beside};
use super::palette::{self, Colour, GREY, WHITE};
use super::path::{self, Point, Rect};
use super::{Axis, Figure, FigureError, Kind, LineKind, Place, Series, Style, marks, region};
use crate::results::Results;

pub const CURVE: f64 = 1.1;
const GUIDE: f64 = 0.55;
const ARROW: f64 = 0.7;
const ARROW_COLOUR: Colour = Colour(90, 90, 90);

/// A line that is thinner than a curve: the edges of many regions, and neutral saddles.
pub const THIN: f64 = 0.6 * CURVE;

/// Dash and gap of what is unstable.
pub const DASH: [f64; 2] = [3.2, 1.9];

/// Above this cost a name hides a curve, and gets a ground of its own.
pub const BUSY: f64 = 9.0;

/// Width of the white on both sides of a curve on colours, together.
const RIM: f64 = 1.4;

/// A series with its data and its colours.
struct Layer<'a> {
    series: &'a Series,
    block: Block,
    /// One for each strand.
    colours: Vec<Colour>,
}

pub fn draw(figure: &Figure, results: &Results) -> Result<String, FigureError> {
    let mut canvas = Canvas::new(figure.sheet()?);
    let layers = layers(figure, results)?;
    let field = field(figure, results)?;
    let mut beside = beside(&layers);
    beside.splice(0..0, field.iter().map(|field| Beside::Bar(field.bar.clone())));
    let frame = frame(figure, &canvas.sheet(), &layers, field.as_ref(), members::width(&beside))?;
    let guides = guides(figure, results, &frame)?;
    let traces: Vec<Vec<Trace>> = layers
        .iter()
        .map(|layer| {
            let strands = layer.block.strands.iter();
            strands.map(|strand| trace(strand, &frame)).collect()
        })
        .collect();

    let diagram = shading(figure, results, &layers, &traces, &frame);

    let mut taken = Taken::new(frame.rect.shrunk(TICK_ROOM));
    let told = field.as_ref().map_or(Vec::new(), |field| field.draw(&mut canvas, &frame, &mut taken));
    diagram.iter().for_each(|shading| shading.draw(&mut canvas));
    shade(&mut canvas, &layers, &traces, &frame.rect);
    for guide in &guides {
        for piece in path::clip(&guide.path, &frame.rect) {
            canvas.line(&piece, GUIDE, guide.colour);
            taken.add_ink(&piece);
        }
    }
    let on_colours = field.is_some();
    stroke(&mut canvas, &layers, &traces, &frame.rect, on_colours, &mut taken);
    jump(&mut canvas, &layers, &frame, &mut taken);
    let names = mark(&mut canvas, figure, &layers, &frame, &mut taken);
    frame.draw(&mut canvas, figure);

    write_texts(&mut canvas, figure, &frame, &mut taken);
    let mut entries = entries(figure, results, &layers, &traces, &frame.rect);
    entries.extend(told);
    let place = |entries: Vec<Entry>, taken: &mut Taken| {
        figure.legend.then(|| Legend::place(entries, taken, on_colours)).flatten()
    };
    let legend = match &diagram {
        Some(shading) => shading.label(&mut canvas, &mut taken, &entries, place),
        None => place(entries, &mut taken),
    };
    legend.iter().for_each(|legend| legend.draw(&mut canvas));
    name_marks(&mut canvas, &names, on_colours, &mut taken);
    name_guides(&mut canvas, &guides, on_colours, &mut taken);
    members::draw(&mut canvas, &beside, &frame.rect);
    canvas.finish()
}

fn layers<'a>(figure: &'a Figure, results: &Results) -> Result<Vec<Layer<'a>>, FigureError> {
    let mut layers = Vec::new();
    let mut missing = Vec::new();
    for (position, series) in figure.series.iter().enumerate() {
        let x = series.x.as_deref().unwrap_or(&figure.x.column);
        let y = series.y.as_deref().unwrap_or(&figure.y.column);
        let (mut block, why) = block::gather(figure, results, series, &[x, y])?;
        block.leave_out(&[figure.x.log, figure.y.log]);
        missing.extend(why);
        let colours = match (figure.kind, series.colour) {
            (Kind::Diagram, None) => vec![diagram::colour(kind(results, series)); block.strands.len()],
            _ => members::colours(series, &block, position),
        };
        if !block.strands.is_empty() {
            layers.push(Layer { series, block, colours });
        }
    }
    if layers.is_empty() && figure.kind != Kind::Map {
        let why = if missing.is_empty() { String::from("it has no series") } else { missing.join("; ") };
        return Err(FigureError::Nothing { figure: figure.name(), why });
    }
    Ok(layers)
}

/// The kind of the branch that a series shows.
fn kind<'a>(results: &'a Results, series: &Series) -> &'a str {
    block::branches(results, &series.block).first().map_or("", |branch| branch.kind.as_str())
}

/// The regions between the curves of a diagram. Those that could not be counted are not shaded.
fn shading(
    figure: &Figure,
    results: &Results,
    layers: &[Layer],
    traces: &[Vec<Trace>],
    frame: &Frame,
) -> Option<Shading> {
    let diagram = results.diagrams.iter().find(|diagram| diagram.figure == figure.name())?;
    let dividing = layers.iter().zip(traces).filter(|(layer, _)| diagram::divides(kind(results, layer.series)));
    let stretches = dividing.flat_map(|(_, traces)| traces).flat_map(|trace| &trace.stretches);
    let critical = stretches.filter(|(look, _)| *look != Look::Neutral);
    let curves: Vec<Vec<Point>> = critical.map(|(_, points)| points.clone()).collect();
    Some(Shading::new(diagram, &curves, frame))
}

fn beside(layers: &[Layer]) -> Vec<Beside> {
    let mut all: Vec<Beside> = Vec::new();
    for layer in layers {
        let one = Beside::of(layer.series, &layer.block, &layer.colours, fill_of);
        all.extend(one.filter(|one| !all.contains(one)));
    }
    all
}

/// What a figure of kind map shows in colours.
fn field<'a>(figure: &Figure, results: &'a Results) -> Result<Option<Field<'a>>, FigureError> {
    match (figure.kind, &figure.heat) {
        (Kind::Map, Some(heat)) => Field::new(figure, heat, results).map(Some),
        (Kind::Map, None) => Err(FigureError::NoMap { figure: figure.name() }),
        _ => Ok(None),
    }
}

fn frame(
    figure: &Figure,
    sheet: &Rect,
    layers: &[Layer],
    field: Option<&Field>,
    beside: f64,
) -> Result<Frame, FigureError> {
    if let Some(field) = field {
        // The grid is what there is to see; its outer cells are shown to their middles.
        let [x, y] = [(&figure.x, 0), (&figure.y, 1)].map(|(axis, k)| {
            let ends: Vec<f64> = field.ends(k).collect();
            let whole = (ends.len() == 2 && ends[0] < ends[1]).then(|| [ends[0], ends[1]]);
            axes::span(&Axis { range: axis.range.or(whole), ..axis.clone() }, ends.into_iter(), true)
        });
        return Frame::new(figure, sheet, x, y, beside);
    }
    let points = || {
        let strands = layers.iter().flat_map(|layer| &layer.block.strands);
        strands.flat_map(|strand| &strand.points).filter(|p| block::finite(p))
    };
    let x = axes::span(&figure.x, points().map(|p| p[0]), true);
    // The y axis spans what the x axis shows.
    let shown = |p: &&[f64; 3]| p[0] >= x[0].min(x[1]) && p[0] <= x[0].max(x[1]);
    let y = axes::span(&figure.y, points().filter(shown).map(|p| p[1]), false);
    Frame::new(figure, sheet, x, y, beside)
}

/// How a stretch of a curve is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Look {
    Solid,
    /// Unstable: dashed.
    Dashed,
    /// A Hopf curve beyond a Bogdanov–Takens point, where it is no bifurcation: dashed, thin and grey.
    Neutral,
}

/// A strand on the sheet: stretches of one look, unclipped.
struct Trace {
    stretches: Vec<(Look, Vec<Point>)>,
}

impl Trace {
    /// The curve in one piece, if it is in one piece.
    fn whole(&self) -> Vec<Point> {
        let mut whole: Vec<Point> = Vec::new();
        for (_, points) in &self.stretches {
            whole.extend(points);
        }
        whole.dedup();
        whole
    }
}

fn trace(strand: &Strand, frame: &Frame) -> Trace {
    let mut stretches: Vec<(Look, Vec<Point>)> = Vec::new();
    let of = |segments: &[bool], i: usize| {
        // The arc that closes a curve continues the one before it.
        segments.get(i).or(segments.last()).copied().unwrap_or(false)
    };
    let look = |i: usize| match (of(&strand.neutral, i), of(&strand.unstable, i)) {
        (true, _) => Look::Neutral,
        (false, true) => Look::Dashed,
        (false, false) => Look::Solid,
    };
    for rows in whole_rows(strand) {
        let points: Vec<Point> = strand.points[rows.clone()].iter().map(|p| frame.place(p[0], p[1])).collect();
        let kinks = strand.kinks.get(rows.start..).unwrap_or(&[]);
        let arcs = if strand.closed && rows.len() == strand.points.len() && !kinks.contains(&true) {
            closed_arcs(&points, &frame.rect)
        } else {
            path::smooth_between(&points, kinks, &frame.rect)
        };
        let mut fresh = true;
        for (i, arc) in arcs.into_iter().enumerate() {
            let look = look(rows.start + i);
            match stretches.last_mut() {
                Some((same, points)) if !fresh && *same == look => {
                    points.extend(arc.into_iter().skip(1));
                }
                _ => stretches.push((look, arc)),
            }
            fresh = false;
        }
    }
    Trace { stretches }
}

/// Stretches of rows without gaps.
fn whole_rows(strand: &Strand) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = None;
    for (row, point) in strand.points.iter().enumerate() {
        match (block::finite(point), start) {
            (true, None) => start = Some(row),
            (false, Some(from)) => {
                ranges.push(from..row);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        ranges.push(from..strand.points.len());
    }
    ranges
}

/// A smooth closed curve: its ends know each other.
fn closed_arcs(points: &[Point], view: &Rect) -> Vec<Vec<Point>> {
    let mut ring = points.to_vec();
    let (Some(&first), Some(&last)) = (ring.first(), ring.last()) else {
        return Vec::new();
    };
    if path::distance(first, last) > 1e-6 {
        ring.push(first);
    }
    if ring.len() < 4 {
        return path::smooth(&ring, view);
    }
    let (second, last_but_one) = (ring[1], ring[ring.len() - 2]);
    let arcs = ring.len() - 1;
    ring.insert(0, last_but_one);
    ring.push(second);
    path::smooth(&ring, view).into_iter().skip(1).take(arcs).collect()
}

/// A region's shading: the colour of its edge, light enough for ink on top of it.
fn fill_of(colour: Colour) -> Colour {
    colour.mix(WHITE, 0.45)
}

/// Shades regions, the largest first, so that those within it stay visible.
fn shade(canvas: &mut Canvas, layers: &[Layer], traces: &[Vec<Trace>], frame: &Rect) {
    let mut regions: Vec<(f64, Vec<Point>, Colour)> = Vec::new();
    for (layer, traces) in layers.iter().zip(traces) {
        if layer.series.style != Style::Region {
            continue;
        }
        let strands = layer.block.strands.iter().zip(traces).zip(&layer.colours);
        for ((strand, trace), colour) in strands {
            if let Some(polygon) = region::polygon(&trace.whole(), strand.closed, frame) {
                let single = layer.block.parameter.is_none();
                let fill = if single { colour.mix(WHITE, 0.82) } else { fill_of(*colour) };
                regions.push((path::area(&polygon), polygon, fill));
            }
        }
    }
    regions.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (_, polygon, fill) in regions {
        canvas.fill(&polygon, fill);
    }
}

/// Draws the curves; on colours each has a white rim, which tells it from all of them.
fn stroke(
    canvas: &mut Canvas,
    layers: &[Layer],
    traces: &[Vec<Trace>],
    frame: &Rect,
    on_colours: bool,
    taken: &mut Taken,
) {
    for (layer, traces) in layers.iter().zip(traces) {
        // The edges of many shaded regions need no more than a hair.
        let hair = layer.series.style == Style::Region && layer.block.parameter.is_some();
        let width = if hair { THIN } else { CURVE };
        for (trace, &colour) in traces.iter().zip(&layer.colours) {
            for (look, points) in &trace.stretches {
                let (width, colour) = if *look == Look::Neutral { (THIN, GREY) } else { (width, colour) };
                for piece in path::clip(points, frame) {
                    taken.add_ink(&piece);
                    if on_colours {
                        canvas.line(&piece, width + RIM, WHITE);
                    }
                    if *look != Look::Solid {
                        for dash in path::dashes(&piece, DASH[0], DASH[1]) {
                            canvas.line(&dash, width, colour);
                        }
                    } else {
                        canvas.line(&piece, width, colour);
                    }
                }
            }
        }
    }
}

/// Arrows from folds to where the state goes that loses its rest there.
fn jump(canvas: &mut Canvas, layers: &[Layer], frame: &Frame, taken: &mut Taken) {
    for layer in layers.iter().filter(|layer| layer.series.jumps) {
        for strand in &layer.block.strands {
            for &fold in &strand.folds {
                let Some(y) = landing(strand, fold) else {
                    continue;
                };
                let Some(from) = strand.points.get(fold[0]) else {
                    continue;
                };
                let ends = [frame.place(from[0], from[1]), frame.place(from[0], y)];
                if ends.iter().all(|&end| frame.rect.shrunk(-0.5).contains(end)) {
                    arrow(canvas, ends);
                    taken.add_ink(&ends);
                }
            }
        }
    }
}

/// The y of the stable sheet above or below a fold. The middle sheet, which is unstable, lies on the way:
/// its side is searched first.
fn landing(strand: &Strand, [row, unstable_side]: [usize; 2]) -> Option<f64> {
    let fold = strand.points.get(row)?;
    let towards = strand.points.get(unstable_side)?[1] - fold[1];
    let mut best: Option<(bool, f64, f64)> = None;
    for (i, pair) in strand.points.windows(2).enumerate() {
        let touches_fold = i == row || i + 1 == row;
        if touches_fold || strand.unstable.get(i).copied().unwrap_or(true) {
            continue;
        }
        let (a, b) = (pair[0], pair[1]);
        let crosses = (a[0] - fold[0]) * (b[0] - fold[0]) <= 0.0 && a[0] != b[0];
        if !crosses {
            continue;
        }
        let y = a[1] + (fold[0] - a[0]) / (b[0] - a[0]) * (b[1] - a[1]);
        let way = y - fold[1];
        let against = way * towards < 0.0;
        let better = |(other, far, _): (bool, f64, f64)| (against, way.abs()) < (other, far);
        if y.is_finite() && best.is_none_or(better) {
            best = Some((against, way.abs(), y));
        }
    }
    best.map(|(_, _, y)| y)
}

fn arrow(canvas: &mut Canvas, [from, to]: [Point; 2]) {
    let total = path::distance(from, to);
    let (head, half) = (5.0, 1.7);
    // Clear of the mark at the fold, and of the curve at the other end.
    let (start, end) = (marks::RADIUS + 1.2, total - 0.8);
    if end - start < head + 1.0 {
        return;
    }
    let at = |way: f64| path::between(from, to, way / total);
    let u = [(to[0] - from[0]) / total, (to[1] - from[1]) / total];
    let base = at(end - head);
    let wing = |side: f64| [base[0] - side * half * u[1], base[1] + side * half * u[0]];
    canvas.line(&[at(start), at(end - 0.8 * head)], ARROW, ARROW_COLOUR);
    let notch = at(end - 0.8 * head);
    canvas.fill(&[at(end), wing(1.0), notch, wing(-1.0)], ARROW_COLOUR);
}

/// A mark that is to be named.
struct Named {
    at: Point,
    label: String,
}

/// Draws the marks, and tells which are to be named: those of a family share their names, which say nothing.
fn mark(canvas: &mut Canvas, figure: &Figure, layers: &[Layer], frame: &Frame, taken: &mut Taken) -> Vec<Named> {
    let mut drawn: Vec<(String, Point)> = Vec::new();
    let mut names = Vec::new();
    for layer in layers {
        // The marks of a family are many.
        let scale = if layer.block.parameter.is_some() { 0.75 } else { 1.0 };
        for (strand, &colour) in layer.block.strands.iter().zip(&layer.colours) {
            for mark in &strand.marks {
                let at = frame.place(mark.at[0], mark.at[1]);
                let twice = drawn.iter().any(|(kind, other)| *kind == mark.kind && path::distance(*other, at) < 1.0);
                if twice || !frame.rect.shrunk(-0.5).contains(at) {
                    continue;
                }
                marks::draw(canvas, &mark.kind, at, colour, scale);
                taken.add(Plate::square(at, marks::RADIUS + 0.3));
                drawn.push((mark.kind.clone(), at));
                if figure.labels && layer.block.parameter.is_none() {
                    names.push(Named { at, label: marks::name(&mark.label) });
                }
            }
        }
    }
    names
}

fn name_marks(canvas: &mut Canvas, names: &[Named], on_colours: bool, taken: &mut Taken) {
    for name in names {
        let Some((plate, cost)) = taken.beside(name.at, &name.label, SMALL) else {
            continue;
        };
        // A name that stands apart is tied to its mark.
        let near = nearest(&plate, name.at);
        let apart = path::distance(near, name.at);
        if apart > 7.0 {
            let start = path::between(name.at, near, (marks::RADIUS + 1.5) / apart);
            if taken.is_free(&[start, path::between(name.at, near, 0.95)]) {
                canvas.line(&[start, near], 0.35, GREY);
            }
        }
        ground(canvas, &plate, cost, on_colours);
        let middle = [plate.centre[0], plate.centre[1] - 0.5 * mathtext::descent(&name.label, SMALL)];
        canvas.text(Text::centred(middle, &name.label, SMALL, 0.0));
        taken.add(plate);
    }
}

/// The point of an upright plate nearest to a place.
fn nearest(plate: &Plate, at: Point) -> Point {
    [0, 1].map(|k| at[k].clamp(plate.centre[k] - plate.half[k], plate.centre[k] + plate.half[k]))
}

/// White behind a text that cannot avoid a curve, or that stands on colours.
fn ground(canvas: &mut Canvas, plate: &Plate, cost: f64, on_colours: bool) {
    if cost > BUSY || on_colours {
        canvas.veil(&plate.corners(), WHITE, 0.8);
    }
}

fn write_texts(canvas: &mut Canvas, figure: &Figure, frame: &Frame, taken: &mut Taken) {
    for text in &figure.texts {
        let wanted = frame.place(text.at[0], text.at[1]);
        if !wanted.iter().all(|c| c.is_finite()) || !frame.rect.contains(wanted) {
            continue;
        }
        let plate = Plate::of_text(&text.text, SMALL, wanted, 0.0);
        // The place is the author's choice; only the frame may move it.
        let room = Rect {
            left: taken.bounds.left + plate.half[0],
            top: taken.bounds.top + plate.half[1],
            right: taken.bounds.right - plate.half[0],
            bottom: taken.bounds.bottom - plate.half[1],
        };
        let plate = Plate { centre: room.clamp(wanted), ..plate };
        ground(canvas, &plate, taken.cost(&plate).unwrap_or(0.0), figure.kind == Kind::Map);
        let colour = text.colour.map_or(palette::BLACK, palette::series);
        canvas.text(Text::centred(plate.centre, &text.text, SMALL, 0.0).coloured(colour));
        taken.add(plate);
    }
}

/// Series that have a label, the kinds of curves of a diagram, and neutral saddles where some are seen.
fn entries(figure: &Figure, results: &Results, layers: &[Layer], traces: &[Vec<Trace>], frame: &Rect) -> Vec<Entry> {
    let mut entries = named_entries(layers);
    if figure.kind == Kind::Diagram {
        let unnamed = layers.iter().filter(|layer| layer.series.label.is_none() && layer.series.colour.is_none());
        let kinds: Vec<&str> = unnamed.map(|layer| kind(results, layer.series)).collect();
        entries.extend(diagram::entries(&kinds));
    }
    let mut stretches = traces.iter().flatten().flat_map(|trace| &trace.stretches);
    if stretches.any(|(look, points)| *look == Look::Neutral && !path::clip(points, frame).is_empty()) {
        let label = "neutral saddles".into();
        entries.push(Entry { label, colours: vec![GREY], thin: true, ..Entry::default() });
    }
    entries
}

fn named_entries(layers: &[Layer]) -> Vec<Entry> {
    layers
        .iter()
        .filter_map(|layer| {
            let label = layer.series.label.clone()?;
            let mut colours = layer.colours.clone();
            colours.dedup();
            let colours = match colours.as_slice() {
                [first, .., last] if colours.len() > 2 => {
                    vec![*first, colours[colours.len() / 2], *last]
                }
                _ => colours,
            };
            let fill =
                (layer.series.style == Style::Region).then(|| colours.first().map(|c| c.mix(WHITE, 0.82))).flatten();
            Some(Entry { label, colours, fill, ..Entry::default() })
        })
        .collect()
}

/// A guide line on the sheet.
struct Guide {
    path: Vec<Point>,
    label: Option<String>,
    colour: Colour,
}

fn guides(figure: &Figure, results: &Results, frame: &Frame) -> Result<Vec<Guide>, FigureError> {
    let rect = &frame.rect;
    let mut guides = Vec::new();
    for line in &figure.lines {
        let ends = match &line.kind {
            LineKind::Circle(radius) => {
                let path: Vec<Point> = circle(*radius).map(|[x, y]| frame.place(x, y)).collect();
                let colour = line.colour.map_or(GREY, palette::series);
                if path.iter().flatten().all(|c| c.is_finite()) {
                    guides.push(Guide { path, label: line.label.clone(), colour });
                }
                continue;
            }
            LineKind::Vertical(x) => {
                let x = frame.place(*x, 0.0)[0];
                (x >= rect.left && x <= rect.right).then_some([[x, rect.bottom], [x, rect.top]])
            }
            LineKind::Horizontal(y) => {
                let y = frame.place(0.0, *y)[1];
                (y >= rect.top && y <= rect.bottom).then_some([[rect.left, y], [rect.right, y]])
            }
            LineKind::Segment(a, b) => {
                let (a, b) = (frame.place(a[0], a[1]), frame.place(b[0], b[1]));
                path::clip_segment(a, b, rect).map(|[from, to]| [path::between(a, b, from), path::between(a, b, to)])
            }
            LineKind::Through(point, place) => match through(figure, results, point, place)? {
                Some([a, b]) => path::line_across(frame.place(a[0], a[1]), frame.place(b[0], b[1]), rect),
                None => None,
            },
        };
        if let Some(ends) = ends.filter(|ends| ends.iter().flatten().all(|c| c.is_finite())) {
            let colour = line.colour.map_or(GREY, palette::series);
            guides.push(Guide { path: ends.to_vec(), label: line.label.clone(), colour });
        }
    }
    Ok(guides)
}

/// A circle about the origin.
fn circle(radius: f64) -> impl Iterator<Item = Point> {
    const STEPS: usize = 180;
    (0..=STEPS).map(move |i| {
        let (sin, cos) = (std::f64::consts::TAU * i as f64 / STEPS as f64).sin_cos();
        [radius * cos, radius * sin]
    })
}

/// The two places of a line through a special point; none if its branch could not be computed.
fn through(
    figure: &Figure,
    results: &Results,
    point: &str,
    place: &[Place; 2],
) -> Result<Option<[Point; 2]>, FigureError> {
    let (name, label) = point.rsplit_once('/').unwrap_or((point, ""));
    let branches = block::branches(results, name);
    let Some(branch) = branches.first() else {
        return Err(FigureError::UnknownBlock {
            figure: figure.name(),
            block: name.to_string(),
            known: block::known_blocks(results),
        });
    };
    if branch.points.is_empty() {
        return Ok(None);
    }
    let Some(special) = branch.special.iter().find(|special| special.label == label) else {
        let found: Vec<&str> = branch.special.iter().map(|s| s.label.as_str()).collect();
        return Err(FigureError::UnknownPoint {
            figure: figure.name(),
            point: point.to_string(),
            known: block::listed(&found),
        });
    };
    let quantity = |name: &str| -> Result<f64, FigureError> {
        let row = branch.points.get(special.index);
        let in_row = branch.column(name).and_then(|k| row?.get(k));
        let value = in_row
            .or_else(|| special.values.get(name))
            .or_else(|| special.normal_form.get(name))
            .or_else(|| branch.member.get(name))
            .or_else(|| branch.fixed.get(name));
        value.copied().ok_or_else(|| {
            let mut known: Vec<&str> = branch.columns.iter().map(String::as_str).collect();
            let more = special.values.keys().chain(special.normal_form.keys());
            for name in more.chain(branch.member.keys()).chain(branch.fixed.keys()) {
                if !known.contains(&name.as_str()) {
                    known.push(name);
                }
            }
            FigureError::UnknownQuantity {
                figure: figure.name(),
                point: point.to_string(),
                quantity: name.to_string(),
                known: block::listed(&known),
            }
        })
    };
    let coordinate = |place: &Place| match place {
        Place::Number(number) => Ok(*number),
        Place::Quantity(name) => quantity(name),
    };
    let first = [quantity(&figure.x.column)?, quantity(&figure.y.column)?];
    let second = [coordinate(&place[0])?, coordinate(&place[1])?];
    Ok(Some([first, second]))
}

fn name_guides(canvas: &mut Canvas, guides: &[Guide], on_colours: bool, taken: &mut Taken) {
    for guide in guides {
        let Some(label) = &guide.label else { continue };
        // A curved guide is named beside the piece of it where there is most room.
        let pieces = guide.path.windows(2).step_by((guide.path.len() / 12).max(1));
        let places = pieces.filter_map(|ends| taken.along([ends[0], ends[1]], label, SMALL));
        let Some((plate, cost)) = places.min_by(|a, b| a.1.total_cmp(&b.1)) else {
            continue;
        };
        ground(canvas, &plate, cost, on_colours);
        let colour = guide.colour.mix(palette::BLACK, 0.3);
        let text = Text::centred(plate.centre, label, SMALL, plate.angle);
        canvas.text(text.coloured(colour));
        taken.add(plate);
    }
}
