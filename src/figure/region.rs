//! The region that a curve encloses, alone or with the edge of the frame.

use super::path::{Point, Rect, between, clip, clip_polygon, distance, length};

/// A curve may end this far from the frame and still be said to end on it.
const REACH: f64 = 1.5;

/// The polygon to be shaded. A closed curve is its own edge. A curve whose both ends lie on the frame, or
/// that leaves the frame with both, is closed along the frame, on the side to which it opens. A curve that ends within the frame encloses nothing.
pub fn polygon(curve: &[Point], closed: bool, frame: &Rect) -> Option<Vec<Point>> {
    let edge = if closed {
        curve.to_vec()
    } else {
        let pieces = clip(curve, frame);
        let first = *pieces.first()?.first()?;
        let last = *pieces.last()?.last()?;
        let (from, to) = (outer_end(curve.first(), first, frame)?, outer_end(curve.last(), last, frame)?);
        let start = curve.iter().position(|&p| frame.contains(p)).unwrap_or(0);
        let end = curve.iter().rposition(|&p| frame.contains(p)).unwrap_or(0);
        let mut edge = vec![from];
        // What lies between leaving and returning is clipped with the rest.
        edge.extend(curve.iter().skip(start).take((end + 1).saturating_sub(start)));
        edge.push(to);
        let corners = along_frame(to, from, &edge, frame);
        edge.extend(corners);
        edge
    };
    let inside = clip_polygon(&edge, frame);
    (inside.len() > 2).then_some(inside)
}

/// The place on the frame at which a curve ends whose part inside begins at `inner`.
fn outer_end(end: Option<&Point>, inner: Point, frame: &Rect) -> Option<Point> {
    let end = *end?;
    let on_frame = onto_frame(inner, frame);
    let left_the_frame = !frame.contains(end);
    (left_the_frame || distance(on_frame, end) <= REACH).then_some(on_frame)
}

/// The nearest point of the frame's edge.
fn onto_frame(p: Point, frame: &Rect) -> Point {
    let p = frame.clamp(p);
    let sides = [
        ([frame.left, p[1]], p[0] - frame.left),
        ([frame.right, p[1]], frame.right - p[0]),
        ([p[0], frame.top], p[1] - frame.top),
        ([p[0], frame.bottom], frame.bottom - p[1]),
    ];
    sides.into_iter().min_by(|a, b| a.1.total_cmp(&b.1)).map_or(p, |(place, _)| place)
}

/// Corners of the frame on the way from one place on its edge to another: none if both lie on one side, else
/// those of the shorter way round; between opposite sides, of the way that puts the chord of the curve inside,
/// which is the side to which the curve opens.
fn along_frame(from: Point, to: Point, curve: &[Point], frame: &Rect) -> Vec<Point> {
    let (side, other) = (nearest_side(from, frame), nearest_side(to, frame));
    if side == other {
        return Vec::new();
    }
    let corners = frame.corners();
    // Corner i begins side i.
    let forward: Vec<Point> = corners_between(side, other, &corners);
    let backward: Vec<Point> = corners_between(other, side, &corners).into_iter().rev().collect();
    let way = |corners: &[Point]| {
        let mut path = vec![from];
        path.extend(corners);
        path.push(to);
        length(&path)
    };
    let shorter = way(&forward) <= way(&backward);
    if (side + 2) % 4 == other {
        let closed = |corners: &[Point]| -> Vec<Point> {
            let mut polygon = curve.to_vec();
            polygon.extend(corners);
            polygon
        };
        let middle = between(from, to, 0.5);
        match (encloses(&closed(&forward), middle), encloses(&closed(&backward), middle)) {
            (true, false) => return forward,
            (false, true) => return backward,
            _ => {}
        }
    }
    if shorter { forward } else { backward }
}

/// The corners passed from one side to another, going round as the sides are counted.
fn corners_between(side: usize, other: usize, corners: &[Point; 4]) -> Vec<Point> {
    let count = (other + 4 - side) % 4;
    (1..=count).map(|i| corners[(side + i) % 4]).collect()
}

/// A ray from the place to the right crosses the edge an odd number of times.
fn encloses(polygon: &[Point], p: Point) -> bool {
    let next = polygon.iter().cycle().skip(1);
    polygon
        .iter()
        .zip(next)
        .filter(|(a, b)| (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0] + (p[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0]))
        .count()
        % 2
        == 1
}

/// The side on which a place lies: top, right, bottom, left, as the corners go round.
fn nearest_side(p: Point, frame: &Rect) -> usize {
    let gaps =
        [(p[1] - frame.top).abs(), (frame.right - p[0]).abs(), (frame.bottom - p[1]).abs(), (p[0] - frame.left).abs()];
    gaps.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(side, _)| side)
}

#[cfg(test)]
mod tests {
    use super::super::path::area;
    use super::*;

    const FRAME: Rect = Rect { left: 0.0, top: 0.0, right: 10.0, bottom: 10.0 };

    fn shaded(curve: &[Point]) -> f64 {
        polygon(curve, false, &FRAME).map_or(0.0, |p| area(&p))
    }

    #[test]
    fn two_ends_on_one_side_enclose_what_lies_between_them() {
        assert_eq!(shaded(&[[2.0, 0.0], [5.0, 4.0], [8.0, 0.0]]), 12.0);
    }

    #[test]
    fn ends_on_neighbouring_sides_are_joined_through_their_corner() {
        assert_eq!(shaded(&[[6.0, 0.0], [6.0, 4.0], [10.0, 4.0]]), 16.0);
    }

    /// The shorter way would be along the bottom: 8 + 10 + 8 above against 2 + 10 + 2 below.
    #[test]
    fn a_bowl_between_opposite_sides_is_filled_from_above() {
        assert_eq!(shaded(&[[0.0, 8.0], [2.0, 9.0], [8.0, 9.0], [10.0, 8.0]]), 88.0);
        assert_eq!(shaded(&[[10.0, 8.0], [8.0, 9.0], [2.0, 9.0], [0.0, 8.0]]), 88.0);
    }

    #[test]
    fn ends_beyond_the_frame_count_as_ends_on_it() {
        assert_eq!(shaded(&[[2.0, -5.0], [2.0, 4.0], [8.0, 4.0], [8.0, -5.0]]), 24.0);
    }

    #[test]
    fn a_curve_that_ends_inside_encloses_nothing() {
        assert_eq!(polygon(&[[2.0, 0.0], [5.0, 4.0]], false, &FRAME), None);
    }

    #[test]
    fn a_closed_curve_encloses_itself() {
        let square = [[2.0, 2.0], [4.0, 2.0], [4.0, 4.0], [2.0, 4.0]];
        assert_eq!(polygon(&square, true, &FRAME).map(|p| area(&p)), Some(4.0));
    }

    #[test]
    fn degenerate_curves_enclose_nothing() {
        assert_eq!(polygon(&[], false, &FRAME), None);
        assert_eq!(polygon(&[[1.0, 1.0]], false, &FRAME), None);
        assert_eq!(polygon(&[], true, &FRAME), None);
    }
}
