//! The regions into which curves cut the unit square, on a grid of cells.
//!
//! Cells that a curve passes through are walls; of the others those that share sides, one after the other, are a region.
//! So two regions are never taken for one, and a strip narrower than a cell is in none. Nothing here knows what the curves
//! or the coordinates are.

use std::collections::VecDeque;
use std::f64::consts::SQRT_2;

pub type Point = [f64; 2];

/// Nearer to a curve than this, in cells, no point of a region is chosen: a curve is known by its chords.
const MARGIN: f64 = 3.0;
/// Points in the middle of a region are preferred up to this distance from its edge, in cells.
const FAR: f64 = 30.0;

/// A grid whose cells belong to regions, numbered from 0.
#[derive(Clone, Debug)]
pub struct Regions {
    columns: usize,
    rows: usize,
    /// Row by row; none for a wall.
    region: Vec<Option<usize>>,
    /// Distance of each cell from the nearest wall or from the outside, in cells.
    clearance: Vec<f64>,
    count: usize,
}

impl Regions {
    /// Cuts the square along polylines, parts of which may lie outside.
    pub fn divide(curves: &[Vec<Point>], columns: usize, rows: usize) -> Regions {
        let mut grid = Regions {
            columns,
            rows,
            region: vec![None; columns * rows],
            clearance: vec![f64::INFINITY; columns * rows],
            count: 0,
        };
        for pair in curves.iter().flat_map(|curve| curve.windows(2)) {
            grid.wall(pair[0], pair[1]);
        }
        grid.measure();
        for cell in 0..grid.region.len() {
            if grid.region[cell].is_none() && grid.clearance[cell] > 0.0 {
                grid.fill(cell);
            }
        }
        grid
    }

    pub fn count(&self) -> usize {
        self.count
    }

    /// The region of a point; none on a wall or outside.
    pub fn at(&self, p: Point) -> Option<usize> {
        self.region[self.cell(p)?]
    }

    /// Distance of a point from the nearest curve or from the outside, in cells; zero outside.
    pub fn clearance(&self, p: Point) -> f64 {
        self.cell(p).map_or(0.0, |cell| self.clearance[cell])
    }

    /// Distance of the innermost cell of a region from its edge, in cells.
    pub fn depth(&self, region: usize) -> f64 {
        self.cells(region).map(|cell| self.clearance[cell]).fold(0.0, f64::max)
    }

    /// Diagonal of the smallest upright rectangle about a region, in cells.
    pub fn extent(&self, region: usize) -> f64 {
        let span = |at: fn(usize, usize) -> usize| {
            let places = || self.cells(region).map(|cell| at(cell, self.columns));
            places().max().unwrap_or(0) - places().min().unwrap_or(0)
        };
        (span(std::ops::Rem::rem) as f64).hypot(span(std::ops::Div::div) as f64)
    }

    /// Up to `number` points of a region far from its edge and from each other, the innermost first; none where it is narrow.
    pub fn spread(&self, region: usize, number: usize) -> Vec<Point> {
        let innermost = self.cells(region).max_by(|&a, &b| self.clearance[a].total_cmp(&self.clearance[b]));
        let Some(innermost) = innermost.filter(|&cell| self.clearance[cell] >= MARGIN) else { return Vec::new() };
        let least = (0.5 * self.clearance[innermost]).clamp(MARGIN, FAR);
        let inner: Vec<usize> = self.cells(region).filter(|&cell| self.clearance[cell] >= least).collect();
        let mut chosen = vec![innermost];
        let mut distance = vec![f64::INFINITY; inner.len()];
        while let (true, Some(&last)) = (chosen.len() < number, chosen.last()) {
            for (distance, &cell) in distance.iter_mut().zip(&inner) {
                *distance = distance.min(self.distance(cell, last));
            }
            let farthest = distance.iter().zip(&inner).max_by(|a, b| a.0.total_cmp(b.0));
            match farthest {
                Some((distance, &cell)) if *distance > MARGIN => chosen.push(cell),
                _ => break,
            }
        }
        chosen.into_iter().map(|cell| self.middle(cell)).collect()
    }

    /// The shortest way within a region, from cell to cell; empty if the points are not in one region.
    pub fn way(&self, from: Point, to: Point) -> Vec<Point> {
        let (Some(from), Some(to)) = (self.cell(from), self.cell(to)) else { return Vec::new() };
        let mut before: Vec<Option<usize>> = vec![None; self.region.len()];
        // Backwards, so that the steps are found in the order in which they are gone.
        let mut queue = VecDeque::from([to]);
        before[to] = Some(to);
        while let Some(cell) = queue.pop_front() {
            if cell == from {
                break;
            }
            for next in self.neighbours(cell) {
                if before[next].is_none() && self.region[next].is_some() && self.region[next] == self.region[to] {
                    before[next] = Some(cell);
                    queue.push_back(next);
                }
            }
        }
        let mut way = Vec::new();
        let mut cell = from;
        while let Some(next) = before[cell] {
            way.push(self.middle(cell));
            if cell == to {
                break;
            }
            cell = next;
        }
        way
    }

    /// The same grid with every cell given to the nearest of the regions that are `kept`.
    pub fn grown(&self, kept: impl Fn(usize) -> bool) -> Regions {
        let mut grown = self.clone();
        grown.region.iter_mut().for_each(|region| *region = region.filter(|&region| kept(region)));
        let mut queue: VecDeque<usize> = (0..grown.region.len()).filter(|&cell| grown.region[cell].is_some()).collect();
        while let Some(cell) = queue.pop_front() {
            for next in self.neighbours(cell) {
                if grown.region[next].is_none() {
                    grown.region[next] = grown.region[cell];
                    queue.push_back(next);
                }
            }
        }
        grown
    }

    /// The outer edge of a region, along the sides of its cells; what lies in holes of it is inside.
    pub fn outline(&self, region: usize) -> Vec<Point> {
        let inside = |column: isize, row: isize| {
            let exists = (0..self.columns as isize).contains(&column) && (0..self.rows as isize).contains(&row);
            exists && self.region[row as usize * self.columns + column as usize] == Some(region)
        };
        let Some(first) = self.region.iter().position(|found| *found == Some(region)) else { return Vec::new() };
        let start = ((first % self.columns) as isize, (first / self.columns) as isize);
        // The region lies on one hand of the way: ahead, the cells on that hand and on the other.
        const STEPS: [(isize, isize); 4] = [(1, 0), (0, 1), (-1, 0), (0, -1)];
        const HAND: [(isize, isize); 4] = [(0, 0), (-1, 0), (-1, -1), (0, -1)];
        const OTHER: [(isize, isize); 4] = [(0, -1), (0, 0), (-1, 0), (-1, -1)];
        let (mut at, mut heading) = (start, 0);
        let mut outline = Vec::new();
        loop {
            outline.push([at.0 as f64 / self.columns as f64, at.1 as f64 / self.rows as f64]);
            at = (at.0 + STEPS[heading].0, at.1 + STEPS[heading].1);
            let ahead = |cells: [(isize, isize); 4]| inside(at.0 + cells[heading].0, at.1 + cells[heading].1);
            heading = match (ahead(HAND), ahead(OTHER)) {
                (false, _) => (heading + 1) % 4,
                (true, true) => (heading + 3) % 4,
                (true, false) => heading,
            };
            if at == start && heading == 0 {
                return outline;
            }
        }
    }

    /// Makes walls of the cells along a segment.
    fn wall(&mut self, a: Point, b: Point) {
        // The part within the square, from share to share.
        let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
        for k in 0..2 {
            let d = b[k] - a[k];
            if d != 0.0 {
                let ends = [-a[k] / d, (1.0 - a[k]) / d];
                enter = enter.max(ends[0].min(ends[1]));
                leave = leave.min(ends[0].max(ends[1]));
            } else if !(0.0..=1.0).contains(&a[k]) {
                return;
            }
        }
        if enter > leave {
            return;
        }
        let cells = ((b[0] - a[0]) * self.columns as f64).abs().max(((b[1] - a[1]) * self.rows as f64).abs());
        // Half a cell at a time, walls touch at corners at least, through which no region leads.
        let steps = (2.0 * cells * (leave - enter)).ceil().max(1.0) as usize;
        for i in 0..=steps {
            let t = enter + (leave - enter) * i as f64 / steps as f64;
            let p = [0, 1].map(|k| (a[k] + t * (b[k] - a[k])).clamp(0.0, 1.0));
            if let Some(cell) = self.cell(p) {
                self.clearance[cell] = 0.0;
            }
        }
    }

    /// Distances from the walls and from the outside, by two passes over the grid (Borgefors 1986), to 8 %.
    fn measure(&mut self) {
        let (columns, rows) = (self.columns as isize, self.rows as isize);
        let order: Vec<usize> = (0..self.region.len()).collect();
        let passes = [(order.clone(), -1), (order.into_iter().rev().collect(), 1)];
        for (order, sign) in passes {
            for cell in order {
                let at = ((cell % self.columns) as isize, (cell / self.columns) as isize);
                for (dx, dy, step) in [(1, 0, 1.0), (0, 1, 1.0), (1, 1, SQRT_2), (-1, 1, SQRT_2)] {
                    let (x, y) = (at.0 + sign * dx, at.1 + sign * dy);
                    let exists = (0..columns).contains(&x) && (0..rows).contains(&y);
                    let there = if exists { self.clearance[(y * columns + x) as usize] } else { 0.0 };
                    self.clearance[cell] = self.clearance[cell].min(there + step);
                }
            }
        }
    }

    /// A new region of all that can be reached from a cell.
    fn fill(&mut self, first: usize) {
        let mut open = vec![first];
        self.region[first] = Some(self.count);
        while let Some(cell) = open.pop() {
            for next in self.neighbours(cell) {
                if self.region[next].is_none() && self.clearance[next] > 0.0 {
                    self.region[next] = Some(self.count);
                    open.push(next);
                }
            }
        }
        self.count += 1;
    }

    fn neighbours(&self, cell: usize) -> impl Iterator<Item = usize> + use<> {
        let (column, row) = (cell % self.columns, cell / self.columns);
        let (columns, rows) = (self.columns, self.rows);
        let sides = [
            (column > 0).then(|| cell - 1),
            (column + 1 < columns).then_some(cell + 1),
            (row > 0).then(|| cell - columns),
            (row + 1 < rows).then_some(cell + columns),
        ];
        sides.into_iter().flatten()
    }

    fn cells(&self, region: usize) -> impl Iterator<Item = usize> {
        (0..self.region.len()).filter(move |&cell| self.region[cell] == Some(region))
    }

    fn cell(&self, p: Point) -> Option<usize> {
        let inside = p.iter().all(|c| (0.0..=1.0).contains(c));
        let index = |c: f64, cells: usize| ((c * cells as f64) as usize).min(cells - 1);
        inside.then(|| index(p[1], self.rows) * self.columns + index(p[0], self.columns))
    }

    fn middle(&self, cell: usize) -> Point {
        let at = |index: usize, cells: usize| (index as f64 + 0.5) / cells as f64;
        [at(cell % self.columns, self.columns), at(cell / self.columns, self.rows)]
    }

    fn distance(&self, a: usize, b: usize) -> f64 {
        let apart = |a: usize, b: usize| a.abs_diff(b) as f64;
        apart(a % self.columns, b % self.columns).hypot(apart(a / self.columns, b / self.columns))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(polygon: &[Point]) -> f64 {
        let next = polygon.iter().cycle().skip(1);
        0.5 * polygon.iter().zip(next).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f64>().abs()
    }

    fn circle(radius: f64) -> Vec<Point> {
        let angle = |i: usize| i as f64 / 200.0 * std::f64::consts::TAU;
        (0..=200).map(|i| [0.5 + radius * angle(i).cos(), 0.5 + radius * angle(i).sin()]).collect()
    }

    #[test]
    fn curves_that_touch_and_cross_cut_the_square_into_as_many_regions_as_euler_says() {
        // A cross of two diagonals that leave the square, and a circle about its middle: 4 sectors, cut in two.
        let diagonals = [vec![[-0.5, -0.5], [1.5, 1.5]], vec![[-0.2, 1.2], [1.2, -0.2]]];
        assert_eq!(Regions::divide(&[], 50, 40).count(), 1);
        assert_eq!(Regions::divide(&diagonals, 211, 173).count(), 4);
        assert_eq!(Regions::divide(&[diagonals.to_vec(), vec![circle(0.3)]].concat(), 211, 173).count(), 8);
        // A curve that ends inside divides nothing.
        assert_eq!(Regions::divide(&[vec![[0.5, 0.5], [0.5, 2.0]]], 211, 173).count(), 1);
    }

    #[test]
    fn points_of_a_region_are_inside_it_and_far_apart() {
        let regions = Regions::divide(&[circle(0.3)], 200, 200);
        let inside = regions.at([0.5, 0.5]).expect("a region");
        let points = regions.spread(inside, 5);
        assert_eq!(points.len(), 5);
        let from_middle = |p: &Point| (p[0] - 0.5).hypot(p[1] - 0.5);
        assert!(from_middle(&points[0]) < 0.02 && points.iter().all(|p| from_middle(p) < 0.3), "{points:?}");
        assert!(points[1..].iter().all(|p| from_middle(p) > 0.15), "{points:?}");
        // A ring is gone round.
        let (left, right) = ([0.05, 0.5], [0.95, 0.5]);
        let way = regions.way(left, right);
        assert!(way.iter().all(|p| from_middle(p) > 0.29) && way.len() > 200);
        assert!(regions.way(left, [0.5, 0.5]).is_empty());
    }

    #[test]
    fn outlines_enclose_the_area_of_their_regions() {
        let regions = Regions::divide(&[circle(0.3)], 400, 400).grown(|_| true);
        let inside = regions.at([0.5, 0.5]).expect("a region");
        let exact = std::f64::consts::PI * 0.09;
        // The wall is two cells wide at most, and goes to either side.
        assert!((area(&regions.outline(inside)) - exact).abs() < exact * 2.0 * 2.0 / (0.3 * 400.0));
        assert!((area(&regions.outline(1 - inside)) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_kept_goes_to_its_neighbours() {
        let regions = Regions::divide(&[circle(0.3)], 100, 100);
        let inside = regions.at([0.5, 0.5]).expect("a region");
        let grown = regions.grown(|region| region != inside);
        assert_eq!(grown.at([0.5, 0.5]), Some(1 - inside));
        assert!(regions.grown(|_| false).outline(0).is_empty());
    }
}
