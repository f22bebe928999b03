//! The regions of a diagram: shaded and labelled by the number of equilibria.
//!
//! The curves as they are drawn divide the frame; each region is shaded by what the tests within it found.

use super::canvas::{Canvas, Text};
use super::frame::{Frame, SMALL};
use super::labels::{Plate, Taken};
use super::legend::{Entry, Legend};
use super::palette::{self, Colour};
use super::path::{self, Point, Rect};
use super::plane::CURVE;
use crate::regions::Regions;
use crate::results::{Diagram, Tested};

/// Width of a cell, so that what the grid cannot tell lies beneath the stroke of a curve.
const CELL: f64 = 0.2;
/// A region no deeper than this, in cells, lies beneath the strokes of the curves on either side of it.
const HIDDEN: f64 = 0.6 * CURVE / CELL;
/// An edge is drawn on the curve that is at most so far away.
const REACH: f64 = 3.0 * CELL;
/// A simplified edge misses none of its points by more.
const SIMPLE: f64 = 0.04;
/// Places for labels are tried so far apart.
const STEP: f64 = 2.0;
/// Room about a label: the first, if there is a place with as much; else the second.
const ROOM: [f64; 2] = [8.0, 1.0];

/// A kind of curve in the plane of two parameters: the word in results, its name, its colour.
const CURVES: [(&str, &str, usize); 6] = [
    ("fold", "fold", 0),
    ("hopf", "Andronov–Hopf", 2),
    ("branch-point", "branch point", 4),
    ("cycle-fold", "fold of cycles", 1),
    ("period-doubling", "period doubling", 5),
    ("torus", "torus", 3),
];
/// What happens on these happens to cycles: the number of equilibria is the same on both sides.
const OF_CYCLES: [&str; 3] = ["cycle-fold", "period-doubling", "torus"];
/// What the numbers in the regions are.
const MEANING: &str = "equilibria (stable)";

/// Equilibria, and how many of them are stable.
type Numbers = [usize; 2];

/// What is shaded, and how.
pub struct Shading {
    frame: Rect,
    regions: Regions,
    shades: Vec<Shade>,
}

struct Shade {
    region: usize,
    numbers: Numbers,
    colour: Colour,
    outline: Vec<Point>,
}

/// Colour of a kind of curve.
pub fn colour(kind: &str) -> Colour {
    palette::series(CURVES.iter().find(|(word, _, _)| *word == kind).map_or(1, |(_, _, colour)| *colour))
}

/// A curve of this kind parts regions with different equilibria.
pub fn divides(kind: &str) -> bool {
    !OF_CYCLES.contains(&kind)
}

/// The legend of the kinds of curves that there are.
pub fn entries(kinds: &[&str]) -> Vec<Entry> {
    let there = CURVES.iter().filter(|(word, _, _)| kinds.contains(word));
    there
        .map(|(_, name, colour)| Entry {
            label: (*name).into(),
            colours: vec![palette::series(*colour)],
            ..Entry::default()
        })
        .collect()
}

impl Shading {
    /// `curves`: polylines on the sheet that divide the frame.
    pub fn new(diagram: &Diagram, curves: &[Vec<Point>], frame: &Frame) -> Shading {
        let rect = frame.rect;
        let share = |p: Point| [(p[0] - rect.left) / rect.width(), (p[1] - rect.top) / rect.height()];
        let cells = |length: f64| (length / CELL).ceil().max(1.0) as usize;
        let shares: Vec<Vec<Point>> = curves.iter().map(|curve| curve.iter().map(|&p| share(p)).collect()).collect();
        let regions = Regions::divide(&shares, cells(rect.width()), cells(rect.height()));
        let place = |test: &Tested| regions.at(share(frame.place(test.at[0], test.at[1])));
        let mut found: Vec<Option<Vec<Numbers>>> = vec![None; regions.count()];
        for test in &diagram.tests {
            if let Some(region) = place(test) {
                found[region].get_or_insert_default().push([test.equilibria, test.stable]);
            }
        }
        // Where tests disagree nothing can be said of the region, which stays white, as one without a test if it is seen.
        let agreed: Vec<Option<Numbers>> = found
            .iter()
            .map(|found| found.as_ref().and_then(|all| all.iter().all(|one| *one == all[0]).then_some(all[0])))
            .collect();
        let classes = classes(agreed.iter().flatten());
        let grown = regions.grown(|region| found[region].is_some() || regions.depth(region) > HIDDEN);
        let mut shades: Vec<Shade> = (agreed.iter().enumerate())
            .filter_map(|(region, numbers)| {
                let numbers = (*numbers)?;
                let class = classes.iter().position(|class| *class == numbers)?;
                let outline = edge(&grown.outline(region), curves, &rect);
                Some(Shade { region, numbers, colour: palette::tint(class), outline })
            })
            .collect();
        // A region in a hole of another is drawn after it.
        shades.sort_by(|a, b| path::area(&b.outline).total_cmp(&path::area(&a.outline)));
        Shading { frame: rect, regions, shades }
    }

    pub fn draw(&self, canvas: &mut Canvas) {
        for shade in &self.shades {
            canvas.fill(&shade.outline, shade.colour);
        }
    }

    /// Writes the numbers into the regions that have room for them beside the legend, which is placed first. To its `entries`
    /// are added what the numbers mean, and those that are nowhere written.
    pub fn label(
        &self,
        canvas: &mut Canvas,
        taken: &mut Taken,
        entries: &[Entry],
        legend: impl Fn(Vec<Entry>, &mut Taken) -> Option<Legend>,
    ) -> Option<Legend> {
        let mut unwritten: Vec<Numbers> = Vec::new();
        // A longer legend leaves less room: until it has all that is unwritten, which is all there is at the most.
        loop {
            let mut room = taken.clone();
            let legend = legend([entries, &self.entries(&unwritten)].concat(), &mut room);
            let mut written: Vec<(Numbers, Point)> = Vec::new();
            for shade in &self.shades {
                if let Some(plate) = self.place(shade.region, &label(shade.numbers), &room) {
                    written.push((shade.numbers, plate.centre));
                    room.add(plate);
                }
            }
            let known =
                |numbers: &Numbers| unwritten.contains(numbers) || written.iter().any(|(own, _)| own == numbers);
            let more = self.shades.iter().map(|shade| shade.numbers).find(|numbers| !known(numbers));
            match more {
                Some(numbers) => unwritten.push(numbers),
                None => {
                    for (numbers, at) in written {
                        canvas.text(Text::centred(at, &label(numbers), SMALL, 0.0));
                    }
                    *taken = room;
                    return legend;
                }
            }
        }
    }

    /// Of the legend: numbers that are nowhere written, and what numbers mean.
    fn entries(&self, unwritten: &[Numbers]) -> Vec<Entry> {
        let ground = |numbers: &Numbers| Entry {
            label: label(*numbers),
            fill: self.shades.iter().find(|shade| shade.numbers == *numbers).map(|shade| shade.colour),
            ..Entry::default()
        };
        let numbers = || self.shades.iter().map(|shade| shade.numbers);
        let example = numbers().filter(|numbers| !unwritten.contains(numbers)).max().or(numbers().max());
        let meaning =
            example.map(|numbers| Entry { label: MEANING.into(), sample: Some(label(numbers)), ..Entry::default() });
        unwritten.iter().map(ground).chain(meaning).collect()
    }

    /// The innermost place of a region at which a text hides nothing and stays inside.
    fn place(&self, region: usize, text: &str, taken: &Taken) -> Option<Plate> {
        let share =
            |p: Point| [(p[0] - self.frame.left) / self.frame.width(), (p[1] - self.frame.top) / self.frame.height()];
        let (columns, rows) = ((self.frame.width() / STEP) as usize, (self.frame.height() / STEP) as usize);
        let place = |k: usize, room: f64| {
            let at = |index: usize| (index as f64 + 0.5) * STEP;
            let centre = [self.frame.left + at(k % columns), self.frame.top + at(k / columns)];
            let plate = Plate::of_text(text, SMALL, centre, 0.0);
            let wide = Plate { half: plate.half.map(|half| half + room), ..plate };
            let inside = self.regions.at(share(centre)) == Some(region) && taken.cost(&wide) == Some(0.0);
            // All about the text, not only in its middle.
            let clearance = |p: &Point| self.regions.clearance(share(*p));
            let narrowest = wide.corners().iter().map(clearance).fold(clearance(&centre), f64::min);
            // The names of points, which are written later, may come nearer.
            inside.then_some((Plate { half: plate.half.map(|half| half + ROOM[1]), ..plate }, narrowest))
        };
        let best = |room: f64| {
            let places = (0..columns * rows).filter_map(|k| place(k, room));
            places.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(plate, _)| plate)
        };
        ROOM.into_iter().find_map(best)
    }
}

/// The different numbers, those with the most stable equilibria first among those with as many.
fn classes<'a>(numbers: impl Iterator<Item = &'a Numbers>) -> Vec<Numbers> {
    let mut classes: Vec<Numbers> = numbers.copied().collect();
    classes.sort_by_key(|&[all, stable]| (all, std::cmp::Reverse(stable)));
    classes.dedup();
    classes
}

fn label([all, stable]: Numbers) -> String {
    format!("{all} ({stable})")
}

/// An outline along cells, in shares of the frame, moved onto the curves and made simple.
fn edge(outline: &[Point], curves: &[Vec<Point>], frame: &Rect) -> Vec<Point> {
    let on_curve = |share: &Point| {
        let p = [frame.left + share[0] * frame.width(), frame.top + share[1] * frame.height()];
        // The frame itself stays.
        if share.iter().any(|c| *c == 0.0 || *c == 1.0) {
            return p;
        }
        let within =
            |a: Point, b: Point| (0..2).all(|k| p[k] >= a[k].min(b[k]) - REACH && p[k] <= a[k].max(b[k]) + REACH);
        let segments = curves.iter().flat_map(|curve| curve.windows(2)).filter(|pair| within(pair[0], pair[1]));
        let near = segments.map(|pair| path::nearest(pair[0], pair[1], p));
        let nearest = near.min_by(|a, b| path::distance(*a, p).total_cmp(&path::distance(*b, p)));
        nearest.filter(|nearest| path::distance(*nearest, p) <= REACH).unwrap_or(p)
    };
    path::simplified(&outline.iter().map(on_curve).collect::<Vec<_>>(), SIMPLE)
}
