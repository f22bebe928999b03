//! The mesh: where the intervals end, and where they should.

use super::{MAX_NODES, Scheme};

/// Points `0 = t₀ < t₁ < … < t_K = 1` of a period.
#[derive(Clone, Debug, PartialEq)]
pub struct Mesh {
    pub points: Vec<f64>,
}

/// No interval is shorter than this part of the mean one, as what equidistribution asks for is limited by rounding errors.
const SHORTEST: f64 = 1e-7;
/// The mesh is moved where the largest load of an interval is more than this times the mean.
const UNEVEN: f64 = 1.6;
/// This part of the monitor's mean is added to it everywhere, lest long intervals be left where nothing happens.
const FLOOR: f64 = 0.05;

/// A polynomial leaves the range of its values at the nodes by less than this part of it: Lebesgue's constant of so few
/// Gauss–Lobatto nodes is below 2.
const BEYOND_NODES: f64 = 0.5;

impl Mesh {
    pub fn uniform(intervals: usize) -> Self {
        Mesh { points: (0..=intervals).map(|j| j as f64 / intervals as f64).collect() }
    }

    pub fn intervals(&self) -> usize {
        self.points.len() - 1
    }

    /// Length of interval `j`.
    pub fn length(&self, j: usize) -> f64 {
        self.points[j + 1] - self.points[j]
    }

    /// The interval that holds the time `t` in [0, 1], and where in it.
    pub fn place(&self, t: f64) -> (usize, f64) {
        let j = self.points.partition_point(|&p| p <= t).clamp(1, self.intervals()) - 1;
        (j, ((t - self.points[j]) / self.length(j)).clamp(0.0, 1.0))
    }

    /// The value at time `t`, wrapped into a period, of the piecewise polynomial with these values at the nodes, n states a
    /// node, `K m` nodes of a periodic function, one more of any other; written into `out`.
    pub fn evaluate(&self, scheme: &Scheme, nodes: &[f64], n: usize, t: f64, out: &mut [f64]) {
        let (j, x) = self.place(t - t.floor());
        let mut basis = [0.0; MAX_NODES];
        let basis = &mut basis[..scheme.nodes.len()];
        scheme.basis_into(x, basis);
        self.combine(scheme, basis, nodes, n, j, out);
    }

    /// A linear combination of the values at the nodes of interval `j`.
    pub fn combine(&self, scheme: &Scheme, weights: &[f64], nodes: &[f64], n: usize, j: usize, out: &mut [f64]) {
        out.fill(0.0);
        for (i, weight) in weights.iter().enumerate() {
            let at = (j * scheme.degree + i) * n;
            let at = if at == nodes.len() { 0 } else { at };
            for (o, u) in out.iter_mut().zip(&nodes[at..at + n]) {
                *o += weight * u;
            }
        }
    }

    /// Number of node `i` of interval `j`; the last node of all is the first.
    pub fn node(&self, scheme: &Scheme, j: usize, i: usize) -> usize {
        let number = j * scheme.degree + i;
        if number == self.intervals() * scheme.degree { 0 } else { number }
    }

    /// Times of the nodes, the last not repeated.
    pub fn times(&self, scheme: &Scheme) -> Vec<f64> {
        (0..self.intervals())
            .flat_map(|j| scheme.nodes[..scheme.degree].iter().map(move |x| self.points[j] + x * self.length(j)))
            .collect()
    }

    /// Weights of the values at the nodes for integrals over a period.
    pub fn weights(&self, scheme: &Scheme) -> Vec<f64> {
        let (inner, end) = (&scheme.mean[..scheme.degree], scheme.mean[scheme.degree]);
        let mut weights = Vec::with_capacity(self.intervals() * scheme.degree);
        // The end of an interval is the first node of the next one.
        let mut before = self.length(self.intervals() - 1);
        for ends in self.points.windows(2) {
            let length = ends[1] - ends[0];
            weights.push(end * before + inner[0] * length);
            weights.extend(inner[1..].iter().map(|mean| mean * length));
            before = length;
        }
        weights
    }

    /// Integral of the local error's density over each interval: `h (max_k |u_k^(m+1)|/size_k)^{1/(m+1)}`, with the
    /// derivative from the jumps of the m-th between neighbouring intervals (de Boor 1973).
    ///
    /// * `sizes`: of the components, the same everywhere or those in each interval.
    pub fn load(&self, scheme: &Scheme, nodes: &[f64], n: usize, sizes: &[f64]) -> Vec<f64> {
        let (k, m) = (self.intervals(), scheme.degree);
        let mut highest = vec![0.0; k * n];
        let over: Vec<f64> = sizes.iter().map(|size| 1.0 / size).collect();
        for (j, row) in highest.chunks_exact_mut(n).enumerate() {
            self.combine(scheme, &scheme.highest, nodes, n, j, row);
            let factor = 1.0 / self.length(j).powi(m as i32);
            let over = over.get(j * n..(j + 1) * n).unwrap_or(&over);
            row.iter_mut().zip(over).for_each(|(h, over)| *h *= factor * over);
        }
        let periodic = nodes.len() == k * m * n;
        // Between the middles of the intervals before and after each mesh point; of a function that is not periodic, the first
        // and the last are taken to be as those next to them.
        let jump = |j: usize| -> f64 {
            let j = if periodic { j } else { j.clamp(1, k.max(2) - 1) };
            let (before, after) = (if j == 0 { k - 1 } else { j - 1 }, if j == k { 0 } else { j });
            let distance = 0.5 * (self.length(before) + self.length(after));
            let pairs = highest[after * n..][..n].iter().zip(&highest[before * n..][..n]);
            pairs.fold(0.0, |largest: f64, (after, before)| largest.max((after - before).abs())) / distance
        };
        let jumps: Vec<f64> = (0..=k).map(jump).collect();
        let power = 1.0 / (m as f64 + 1.0);
        (0..k).map(|j| self.length(j) * (0.5 * (jumps[j] + jumps[j + 1])).powf(power)).collect()
    }

    /// A mesh of `intervals` over which `load`, made on this one, is the same everywhere.
    pub fn redistributed(&self, load: &[f64], intervals: usize) -> Mesh {
        let total: f64 = load.iter().sum();
        if !(total > 0.0 && total.is_finite()) {
            return Mesh::uniform(intervals);
        }
        let mut cumulative = vec![0.0];
        for (j, load) in load.iter().enumerate() {
            let density = load + FLOOR * total * self.length(j) + SHORTEST * total;
            cumulative.push(cumulative[j] + density);
        }
        let whole = cumulative[load.len()];
        let mut points = vec![0.0];
        let mut j = 0;
        for k in 1..intervals {
            let target = whole * k as f64 / intervals as f64;
            while cumulative[j + 1] < target {
                j += 1;
            }
            let fraction = (target - cumulative[j]) / (cumulative[j + 1] - cumulative[j]);
            points.push(self.points[j] + fraction * self.length(j));
        }
        points.push(1.0);
        Mesh { points }
    }

    /// The load of a function is so uneven on this mesh that the mesh should be moved.
    pub fn is_strained(&self, scheme: &Scheme, nodes: &[f64], n: usize, sizes: &[f64]) -> bool {
        let load = self.load(scheme, nodes, n, sizes);
        let mean = load.iter().sum::<f64>() / load.len() as f64;
        let largest = load.iter().fold(0.0, |m: f64, l| m.max(*l));
        largest > UNEVEN * mean && largest.is_finite()
    }

    /// The values at the nodes of another mesh.
    pub fn transfer(&self, scheme: &Scheme, nodes: &[f64], n: usize, to: &Mesh) -> Vec<f64> {
        let inner = to.intervals() * scheme.degree * n;
        let mut moved = vec![0.0; inner];
        let (mut j, mut basis) = (0, [0.0; MAX_NODES]);
        let basis = &mut basis[..scheme.nodes.len()];
        for (out, t) in moved.chunks_exact_mut(n).zip(to.times(scheme)) {
            // Times rise.
            while j + 1 < self.intervals() && self.points[j + 1] <= t {
                j += 1;
            }
            scheme.basis_into(((t - self.points[j]) / self.length(j)).clamp(0.0, 1.0), basis);
            self.combine(scheme, basis, nodes, n, j, out);
        }
        // The last node of a function that is not periodic.
        moved.extend_from_slice(&nodes[self.intervals() * scheme.degree * n..]);
        moved
    }

    /// Least and greatest value of each of the n states over the period: of the polynomials, not of their values at nodes.
    pub fn extrema(&self, scheme: &Scheme, nodes: &[f64], n: usize) -> Vec<[Extremum; 2]> {
        let ranges = match (n, scheme.degree) {
            (2, 4) => ranges(2, 4, nodes),
            (3, 4) => ranges(3, 4, nodes),
            (4, 4) => ranges(4, 4, nodes),
            (n, m) => ranges(n, m, nodes),
        };
        let node = |k: usize| Extremum { value: nodes[k], interval: 0, place: scheme.nodes[0] };
        let mut found: Vec<[Extremum; 2]> = (0..n).map(|k| [node(k); 2]).collect();
        let mut whole: Vec<[f64; 2]> = ranges[..n].to_vec();
        for own in ranges.chunks_exact(n) {
            for ([low, high], [least, greatest]) in whole.iter_mut().zip(own) {
                *low = if least < low { *least } else { *low };
                *high = if greatest > high { *greatest } else { *high };
            }
        }
        for (j, own) in ranges.chunks_exact(n).enumerate() {
            for (k, ([low, high], [least, greatest])) in whole.iter().zip(own).enumerate() {
                let reach = BEYOND_NODES * (greatest - least);
                if !(least - reach > *low && greatest + reach < *high) {
                    match scheme.degree {
                        4 => note_extrema(4, scheme, nodes, [n, k, j], &mut found[k]),
                        m => note_extrema(m, scheme, nodes, [n, k, j], &mut found[k]),
                    }
                }
            }
        }
        found
    }
}

/// Least and greatest value of each of n states at the m + 1 nodes of each interval.
#[inline(always)]
fn ranges(n: usize, m: usize, nodes: &[f64]) -> Vec<[f64; 2]> {
    let (intervals, mut ranges) = (nodes.len() / (m * n).max(1), Vec::new());
    ranges.reserve_exact(intervals * n);
    for (j, own) in nodes.chunks_exact(m * n).enumerate() {
        let end = if (j + 1) * m * n < nodes.len() { &nodes[(j + 1) * m * n..][..n] } else { &nodes[..n] };
        for k in 0..n {
            let (mut least, mut greatest) = (end[k], end[k]);
            for i in 0..m {
                let u = own[i * n + k];
                least = if u < least { u } else { least };
                greatest = if u > greatest { u } else { greatest };
            }
            ranges.push([least, greatest]);
        }
    }
    ranges
}

/// Keeps what is less or greater of the polynomial of degree m for state `k` in interval `j`, but at its end.
#[inline(always)]
fn note_extrema(m: usize, scheme: &Scheme, nodes: &[f64], [n, k, j]: [usize; 3], found: &mut [Extremum; 2]) {
    let (mut values, mut slope) = ([0.0; MAX_NODES], [0.0; MAX_NODES]);
    let (values, slope) = (&mut values[..m + 1], &mut slope[..m]);
    for (i, (value, place)) in values.iter_mut().zip(&scheme.nodes).enumerate() {
        let at = (j * m + i) * n + k;
        *value = if at < nodes.len() { nodes[at] } else { nodes[k] };
        if i < m {
            note(found, *value, j, *place);
        }
    }
    for (u, powers) in values.iter().zip(scheme.slope_powers.chunks_exact(m)) {
        slope.iter_mut().zip(powers).for_each(|(slope, c)| *slope += u * c);
    }
    // Each change of the slope's sign between close places is followed to the extremum.
    let pieces = 2 * m;
    let place = |p: usize| p as f64 / pieces as f64;
    let mut rising = slope[0] >= 0.0;
    for p in 0..pieces {
        let next = slope.iter().rev().fold(0.0, |value, c| value * place(p + 1) + c);
        let before = std::mem::replace(&mut rising, next >= 0.0);
        if before != rising {
            let at = zero(slope, [place(p), place(p + 1)], rising);
            let mut basis = [0.0; MAX_NODES];
            scheme.basis_into(at, &mut basis[..m + 1]);
            note(found, basis.iter().zip(&*values).map(|(b, u)| b * u).sum(), j, at);
        }
    }
}

/// Keeps the less of the least and the greater of the greatest.
fn note(found: &mut [Extremum; 2], value: f64, interval: usize, place: f64) {
    if value < found[0].value {
        found[0] = Extremum { value, interval, place };
    }
    if value > found[1].value {
        found[1] = Extremum { value, interval, place };
    }
}

/// Value and slope of a polynomial by its coefficients, from the constant one on.
fn value_and_slope(polynomial: &[f64], x: f64) -> [f64; 2] {
    polynomial.iter().rev().fold([0.0, 0.0], |[value, slope], c| [value * x + c, slope * x + value])
}

/// The zero of a polynomial between two places, at the second of which it is not negative where it `rises`: Newton's method, and a
/// halving where that leads out of the bracket.
fn zero(polynomial: &[f64], [mut from, mut to]: [f64; 2], rises: bool) -> f64 {
    let mut x = 0.5 * (from + to);
    for _ in 0..60 {
        let [here, slope] = value_and_slope(polynomial, x);
        if (here >= 0.0) == rises {
            to = x
        } else {
            from = x
        }
        let newton = x - here / slope;
        let next = if newton > from && newton < to { newton } else { 0.5 * (from + to) };
        // The value at an extremum does not see the square of what is left.
        if (next - x).abs() < 1e-10 {
            return next;
        }
        x = next;
    }
    x
}

/// An extremum over a period: its value, and the place in [0, 1] within an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extremum {
    pub value: f64,
    pub interval: usize,
    pub place: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    fn samples(mesh: &Mesh, scheme: &Scheme, f: impl Fn(f64) -> f64) -> Vec<f64> {
        mesh.times(scheme).into_iter().map(f).collect()
    }

    #[test]
    fn a_mesh_follows_a_steep_front_and_integrals_and_extrema_are_those_of_the_function() {
        let scheme = Scheme::new(4);
        let front = |t: f64| (40.0 * (2.0 * PI * (t - 0.3)).sin()).tanh();
        let mut mesh = Mesh::uniform(40);
        for _ in 0..10 {
            let nodes = samples(&mesh, &scheme, front);
            mesh = mesh.redistributed(&mesh.load(&scheme, &nodes, 1, &[1.0]), 40);
        }
        let error = |mesh: &Mesh| {
            let nodes = samples(mesh, &scheme, front);
            let mut out = [0.0];
            (0..5000).fold(0.0_f64, |m, i| {
                let t = i as f64 / 5000.0;
                mesh.evaluate(&scheme, &nodes, 1, t, &mut out);
                m.max((out[0] - front(t)).abs())
            })
        };
        assert!(error(&mesh) < 1e-2 * error(&Mesh::uniform(40)), "{} {}", error(&mesh), error(&Mesh::uniform(40)));
        let wave = samples(&mesh, &scheme, |t| 2.0 + (2.0 * PI * t).cos());
        let integral: f64 = mesh.weights(&scheme).iter().zip(&wave).map(|(w, u)| w * u).sum();
        assert!((integral - 2.0).abs() < 1e-5, "{integral}");
        let [low, high] = Mesh::uniform(40).extrema(
            &scheme,
            &samples(&Mesh::uniform(40), &scheme, |t| (2.0 * PI * (t - 0.017)).cos()),
            1,
        )[0];
        assert!((low.value + 1.0).abs() < 1e-7 && (high.value - 1.0).abs() < 1e-7, "{low:?} {high:?}");
    }
}
