//! Plane geometry of what is drawn: smooth curves through points, clipping, dashes.

pub type Point = [f64; 2];

/// An upright rectangle, y downwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Rect {
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    pub fn centre(&self) -> Point {
        [0.5 * (self.left + self.right), 0.5 * (self.top + self.bottom)]
    }

    /// Smaller by `margin` on every side.
    pub fn shrunk(&self, margin: f64) -> Rect {
        Rect {
            left: self.left + margin,
            top: self.top + margin,
            right: self.right - margin,
            bottom: self.bottom - margin,
        }
    }

    pub fn contains(&self, p: Point) -> bool {
        p[0] >= self.left && p[0] <= self.right && p[1] >= self.top && p[1] <= self.bottom
    }

    pub fn clamp(&self, p: Point) -> Point {
        [p[0].max(self.left).min(self.right), p[1].max(self.top).min(self.bottom)]
    }

    pub fn corners(&self) -> [Point; 4] {
        [[self.left, self.top], [self.right, self.top], [self.right, self.bottom], [self.left, self.bottom]]
    }
}

pub fn distance(a: Point, b: Point) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

pub fn between(a: Point, b: Point, t: f64) -> Point {
    [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]
}

pub fn length(points: &[Point]) -> f64 {
    points.windows(2).map(|pair| distance(pair[0], pair[1])).sum()
}

/// Area of the polygon, whichever way round.
pub fn area(polygon: &[Point]) -> f64 {
    let next = polygon.iter().cycle().skip(1);
    let twice: f64 = polygon.iter().zip(next).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum();
    0.5 * twice.abs()
}

/// A smooth curve through `points`: the i-th part leads from point i to point i+1.
///
/// Cubic Bézier arcs with the tangents of a centripetal Catmull–Rom spline, which neither loops nor cusps
/// within an arc (Yuksel, Schaefer & Keyser 2011). Handles are at most 0.4 of the chord, and a point where the
/// polyline turns by more than 60° is a corner (a cusp of a fold curve, a kink of a function) whose sides
/// know nothing of each other. Arcs beside `view` are left straight, since nobody sees them.
pub fn smooth(points: &[Point], view: &Rect) -> Vec<Vec<Point>> {
    let tangents = tangents(points);
    points
        .windows(2)
        .zip(tangents.windows(2))
        .map(|(ends, tangent)| {
            let (a, b) = (ends[0], ends[1]);
            if beside(a, b, view) {
                return vec![a, b];
            }
            arc(a, tangent[0][1], tangent[1][0], b)
        })
        .collect()
}

/// As [`smooth`], but straight on the segments that are kinked, whose sides know nothing of each other.
pub fn smooth_between(points: &[Point], kinks: &[bool], view: &Rect) -> Vec<Vec<Point>> {
    let mut arcs = Vec::new();
    let mut from = 0;
    for (i, ends) in points.windows(2).enumerate() {
        if kinks.get(i).copied().unwrap_or(false) {
            arcs.extend(smooth(&points[from..=i], view));
            arcs.push(ends.to_vec());
            from = i + 1;
        }
    }
    arcs.extend(smooth(points.get(from..).unwrap_or(&[]), view));
    arcs
}

/// Direction of arrival and departure at each point; zero where there is none.
fn tangents(points: &[Point]) -> Vec<[Point; 2]> {
    (0..points.len())
        .map(|i| {
            let here = points[i];
            let before = i.checked_sub(1).and_then(|j| points.get(j)).copied();
            let after = points.get(i + 1).copied();
            let (Some(before), Some(after)) = (before, after) else {
                return [[0.0; 2]; 2];
            };
            let (u, v) = ([here[0] - before[0], here[1] - before[1]], [after[0] - here[0], after[1] - here[1]]);
            let (nu, nv) = (u[0].hypot(u[1]), v[0].hypot(v[1]));
            if nu == 0.0 || nv == 0.0 || u[0] * v[0] + u[1] * v[1] < 0.5 * nu * nv {
                return [[0.0; 2]; 2];
            }
            // Derivative of the parabola through the three points, centripetal parameters.
            let (du, dv) = (nu.sqrt(), nv.sqrt());
            let slope = |k: usize| (u[k] / du * dv + v[k] / dv * du) / (du + dv);
            let tangent = [slope(0), slope(1)];
            let norm = tangent[0].hypot(tangent[1]);
            if norm == 0.0 {
                return [[0.0; 2]; 2];
            }
            let handle = |d: f64, chord: f64| {
                let reach = (d / 3.0).min(0.4 * chord / norm);
                [tangent[0] * reach, tangent[1] * reach]
            };
            [handle(du, nu), handle(dv, nv)]
        })
        .collect()
}

/// The Bézier arc from `a` to `b` as a polyline; a missing handle makes it a parabola.
fn arc(a: Point, leave: Point, arrive: Point, b: Point) -> Vec<Point> {
    let (mut p, mut q) = ([a[0] + leave[0], a[1] + leave[1]], [b[0] - arrive[0], b[1] - arrive[1]]);
    match (leave == [0.0; 2], arrive == [0.0; 2]) {
        (true, true) => return vec![a, b],
        (true, false) => p = between(a, q, 0.5),
        (false, true) => q = between(b, p, 0.5),
        (false, false) => {}
    }
    let bulge = distance(p, between(a, b, 1.0 / 3.0)).max(distance(q, between(a, b, 2.0 / 3.0)));
    // n chords miss the arc by about bulge / n²; 0.02 points cannot be seen.
    let n = (bulge / 0.02).sqrt().ceil().clamp(1.0, 40.0) as usize;
    (0..=n)
        .map(|i| {
            let t = i as f64 / n as f64;
            let s = 1.0 - t;
            let w = [s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t];
            if i == 0 {
                a
            } else if i == n {
                b
            } else {
                [0, 1].map(|k| w[0] * a[k] + w[1] * p[k] + w[2] * q[k] + w[3] * b[k])
            }
        })
        .collect()
}

fn beside(a: Point, b: Point, view: &Rect) -> bool {
    a[0].max(b[0]) < view.left
        || a[0].min(b[0]) > view.right
        || a[1].max(b[1]) < view.top
        || a[1].min(b[1]) > view.bottom
}

/// The part of the segment inside the rectangle, as two shares of its length (Liang & Barsky 1984).
pub fn clip_segment(a: Point, b: Point, rect: &Rect) -> Option<[f64; 2]> {
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    let d = [b[0] - a[0], b[1] - a[1]];
    let limits =
        [(-d[0], a[0] - rect.left), (d[0], rect.right - a[0]), (-d[1], a[1] - rect.top), (d[1], rect.bottom - a[1])];
    for (p, q) in limits {
        if p == 0.0 {
            if q < 0.0 {
                return None;
            }
        } else if p < 0.0 {
            enter = enter.max(q / p);
        } else {
            leave = leave.min(q / p);
        }
    }
    (enter <= leave).then_some([enter, leave])
}

/// The pieces of a polyline inside the rectangle.
pub fn clip(points: &[Point], rect: &Rect) -> Vec<Vec<Point>> {
    let mut pieces: Vec<Vec<Point>> = Vec::new();
    let mut open = false;
    for pair in points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let Some([enter, leave]) = clip_segment(a, b, rect) else {
            open = false;
            continue;
        };
        let from = if enter > 0.0 { between(a, b, enter) } else { a };
        let to = if leave < 1.0 { between(a, b, leave) } else { b };
        match pieces.last_mut() {
            Some(piece) if open && enter == 0.0 => piece.push(to),
            _ => pieces.push(vec![from, to]),
        }
        open = leave == 1.0;
    }
    pieces
}

/// The part of a polygon inside the rectangle (Sutherland & Hodgman 1974).
pub fn clip_polygon(polygon: &[Point], rect: &Rect) -> Vec<Point> {
    let sides: [(usize, f64, f64); 4] =
        [(0, rect.left, 1.0), (0, rect.right, -1.0), (1, rect.top, 1.0), (1, rect.bottom, -1.0)];
    let mut kept = polygon.to_vec();
    for (k, limit, sign) in sides {
        let depth = |p: Point| sign * (p[k] - limit);
        let mut next = Vec::with_capacity(kept.len() + 4);
        for (i, &b) in kept.iter().enumerate() {
            let a = kept[if i == 0 { kept.len() - 1 } else { i - 1 }];
            let (da, db) = (depth(a), depth(b));
            if (da < 0.0) != (db < 0.0) {
                next.push(between(a, b, da / (da - db)));
            }
            if db >= 0.0 {
                next.push(b);
            }
        }
        kept = next;
    }
    kept
}

/// The whole line through two places, inside the rectangle.
pub fn line_across(a: Point, b: Point, rect: &Rect) -> Option<[Point; 2]> {
    let d = [b[0] - a[0], b[1] - a[1]];
    let norm = d[0].hypot(d[1]);
    if !norm.is_finite() || norm < 1e-9 {
        return None;
    }
    let reach = rect.width() + rect.height() + distance(a, rect.centre());
    let far = |t: f64| [a[0] + t * d[0] / norm, a[1] + t * d[1] / norm];
    let (from, to) = (far(-reach), far(reach));
    let [enter, leave] = clip_segment(from, to, rect)?;
    Some([between(from, to, enter), between(from, to, leave)])
}

/// The polyline cut into dashes. It begins and ends with a dash, so that the points where stability is lost
/// are met by ink; the pattern stretches a little to make that come out.
pub fn dashes(points: &[Point], dash: f64, gap: f64) -> Vec<Vec<Point>> {
    let total = length(points);
    if !total.is_finite() || total <= dash + gap {
        return vec![points.to_vec()];
    }
    let count = ((total + gap) / (dash + gap)).round().clamp(1.0, 5000.0);
    let stretch = total / (count * (dash + gap) - gap);
    let (dash, period) = (dash * stretch, (dash + gap) * stretch);
    (0..count as usize)
        .map(|i| i as f64 * period)
        .map(|from| part(points, from, from + dash))
        .filter(|dash| dash.len() > 1)
        .collect()
}

/// The part of a polyline between two lengths along it.
fn part(points: &[Point], from: f64, to: f64) -> Vec<Point> {
    let mut out = Vec::new();
    let mut walked = 0.0;
    for pair in points.windows(2) {
        let step = distance(pair[0], pair[1]);
        let (start, end) = (walked, walked + step);
        walked = end;
        if end <= from || step == 0.0 {
            continue;
        }
        if start >= to {
            break;
        }
        if out.is_empty() {
            let t = ((from - start) / step).max(0.0);
            out.push(between(pair[0], pair[1], t));
        }
        out.push(between(pair[0], pair[1], ((to - start) / step).min(1.0)));
    }
    out
}

/// The point of a segment that is nearest to a place.
pub fn nearest(a: Point, b: Point, to: Point) -> Point {
    let d = [b[0] - a[0], b[1] - a[1]];
    let square = d[0] * d[0] + d[1] * d[1];
    let t = ((to[0] - a[0]) * d[0] + (to[1] - a[1]) * d[1]) / square;
    if square > 0.0 { between(a, b, t.clamp(0.0, 1.0)) } else { a }
}

/// A polyline through some of the points, which misses none of the others by more than `tolerance` (Ramer 1972; Douglas &
/// Peucker 1973).
pub fn simplified(points: &[Point], tolerance: f64) -> Vec<Point> {
    let last = points.len().saturating_sub(1);
    let mut kept = vec![false; points.len()];
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        if to < points.len() {
            (kept[from], kept[to]) = (true, true);
        }
        let far = |i: usize| distance(points[i], nearest(points[from], points[to], points[i]));
        let farthest = (from + 1..to).map(|i| (i, far(i))).max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((i, _)) = farthest.filter(|(_, far)| *far > tolerance) {
            open.extend([(from, i), (i, to)]);
        }
    }
    points.iter().zip(kept).filter_map(|(p, kept)| kept.then_some(*p)).collect()
}

/// Points along a polyline, at most `spacing` apart.
pub fn samples(points: &[Point], spacing: f64) -> Vec<Point> {
    let mut out: Vec<Point> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let n = (distance(pair[0], pair[1]) / spacing).ceil().clamp(1.0, 2000.0);
        for i in 1..=n as usize {
            out.push(between(pair[0], pair[1], i as f64 / n));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The imaginary part √(1 − x²/4) of an eigenvalue, which is 0 beyond x = 2: the curve must not undershoot.
    #[test]
    fn no_bend_is_invented_where_two_eigenvalues_meet() {
        let points: Vec<Point> = (0..12)
            .map(|i| 0.1 + 0.3 * f64::from(i))
            .map(|x| [30.0 * x, 40.0 * (1.0 - x * x / 4.0).max(0.0).sqrt()])
            .collect();
        let kinks: Vec<bool> = points.windows(2).map(|ends| (ends[0][1] == 0.0) != (ends[1][1] == 0.0)).collect();
        assert_eq!(kinks.iter().filter(|kink| **kink).count(), 1);
        let view = Rect { left: 0.0, top: -100.0, right: 100.0, bottom: 100.0 };
        let lowest = |arcs: Vec<Vec<Point>>| arcs.into_iter().flatten().map(|p| p[1]).fold(f64::INFINITY, f64::min);
        assert!(lowest(smooth(&points, &view)) < 0.0, "otherwise this tests nothing");
        let arcs = smooth_between(&points, &kinks, &view);
        assert_eq!(arcs.len(), points.len() - 1);
        assert_eq!(lowest(arcs), 0.0);
    }

    const UNIT: Rect = Rect { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 };

    #[test]
    fn clipping_cuts_a_polyline_where_it_leaves_and_starts_anew_where_it_returns() {
        let pieces = clip(&[[0.5, 0.5], [0.5, 2.0], [0.75, 2.0], [0.75, 0.5]], &UNIT);
        assert_eq!(pieces, [vec![[0.5, 0.5], [0.5, 1.0]], vec![[0.75, 1.0], [0.75, 0.5]]]);
    }

    #[test]
    fn a_polygon_larger_than_the_frame_becomes_the_frame() {
        let large = [[-1.0, -1.0], [2.0, -1.0], [2.0, 2.0], [-1.0, 2.0]];
        assert_eq!(area(&clip_polygon(&large, &UNIT)), 1.0);
    }

    /// Four points to a right angle: the arcs bulge by 0.08 %, less than the tolerance of 0.2 %.
    #[test]
    fn a_circle_through_sixteen_points_stays_round() {
        let points: Vec<Point> = (0..=16)
            .map(|i| f64::from(i) * std::f64::consts::TAU / 16.0)
            .map(|t| [100.0 * t.cos(), 100.0 * t.sin()])
            .collect();
        let view = Rect { left: -200.0, top: -200.0, right: 200.0, bottom: 200.0 };
        for arc in &smooth(&points, &view)[1..15] {
            for p in arc {
                assert!((p[0].hypot(p[1]) - 100.0).abs() < 0.2, "{p:?}");
            }
        }
    }

    #[test]
    fn a_cusp_is_not_overshot() {
        let points: Vec<Point> =
            (-8..=8).map(|i| f64::from(i) * 5.0).map(|t| [t * t * t / 400.0, t * t / 20.0]).collect();
        let view = Rect { left: -500.0, top: -500.0, right: 500.0, bottom: 500.0 };
        for p in smooth(&points, &view).concat() {
            assert!(p[1] >= -1e-9, "{p:?} lies beyond the cusp");
        }
    }

    #[test]
    fn dashes_begin_and_end_with_ink() {
        let pieces = dashes(&[[0.0, 0.0], [50.0, 0.0], [50.0, 50.0]], 3.0, 2.0);
        assert!(pieces.len() > 10);
        assert_eq!(pieces[0][0], [0.0, 0.0]);
        let last = pieces.last().and_then(|dash| dash.last()).copied();
        assert!(distance(last.unwrap_or_default(), [50.0, 50.0]) < 1e-6);
    }

    #[test]
    fn a_simple_path_keeps_its_corners_and_its_distance() {
        let circle: Vec<Point> =
            (0..=400).map(|i| (f64::from(i) / 400.0 * std::f64::consts::TAU).sin_cos().into()).collect();
        let simple = simplified(&circle, 0.01);
        // A chord of a circle misses it by 1 − cos of half the angle: 22 chords at least, and halving makes no more than 44.
        assert!((23..=45).contains(&simple.len()), "{}", simple.len());
        for &p in &circle {
            let near = |pair: &[Point]| distance(p, nearest(pair[0], pair[1], p));
            assert!(simple.windows(2).map(near).fold(f64::INFINITY, f64::min) <= 0.01);
        }
        let bend = [[0.0, 0.0], [1.0, 0.01], [2.0, 0.0], [2.0, 3.0], [0.0, 0.0]];
        assert_eq!(simplified(&bend, 0.1), [[0.0, 0.0], [2.0, 0.0], [2.0, 3.0], [0.0, 0.0]]);
        assert!(simplified(&[], 1.0).is_empty());
    }

    #[test]
    fn degenerate_paths_are_harmless() {
        assert!(smooth(&[], &UNIT).is_empty());
        assert!(smooth(&[[0.0, 0.0]], &UNIT).is_empty());
        assert!(clip(&[[0.5, 0.5]], &UNIT).is_empty());
        assert!(clip_polygon(&[], &UNIT).is_empty());
        assert_eq!(smooth(&[[0.2, 0.2]; 5], &UNIT).len(), 4);
        assert!(line_across([0.5, 0.5], [0.5, 0.5], &UNIT).is_none());
    }
}
