//! The collocation equations `u' = T f(u, p)` and their linearisation, from `f` at all Gauss points.

use super::condensed::{Layout, with_known_sizes};
use super::pack::{LANES, Pack};
use super::{Condensed, Shape, Space};
use crate::linalg::Singular;
use pulp::{Arch, Simd, WithSimd};

/// A function, and `f` with its derivatives along it, at all Gauss points of all intervals.
///
/// Arrays hold one quantity after the other, each at all points, eight intervals side by side; `f_z` has the derivatives by
/// the states and by the parameters, `[(i * directions + k)]` at all points.
#[derive(Clone, Debug, Default)]
pub struct Equations {
    shape: Shape,
    /// Lengths of the intervals of each step, and the values at their nodes, from the first to the last.
    lengths: Vec<Pack>,
    nodes: Vec<Pack>,
    /// The values at the end of the period, for each node of an interval.
    end: Vec<f64>,
    pub at: Vec<[f64; LANES]>,
    pub f: Vec<[f64; LANES]>,
    pub f_z: Vec<[f64; LANES]>,
}

impl Equations {
    /// The function with these values at the nodes; there is room for `f`, and for its derivatives by as many parameters as
    /// there are beside the period.
    pub fn set(&mut self, space: &Space, shape: Shape, nodes: &[f64]) {
        Arch::new().dispatch(Set(self, space, shape, nodes));
    }

    /// The equations over the sizes, those of one Gauss point after the other.
    pub fn residual(&self, space: &Space, period: f64, out: &mut [f64]) {
        Arch::new().dispatch(Residual(self, space, period, out));
    }

    /// Writes and factorises the blocks of the linearised equations for states in units of the sizes, and a period and parameters
    /// of these. Returns `∫ tr f_x dt`. Fails where an interval has no solution by itself.
    pub fn linearise(
        &self,
        space: &Space,
        period: f64,
        units: &[f64],
        condensed: &mut Condensed,
    ) -> Result<f64, Singular> {
        condensed.take_shape(self.shape);
        Arch::new().dispatch(Linearise(self, space, period, units, condensed))
    }
}

struct Set<'a>(&'a mut Equations, &'a Space, Shape, &'a [f64]);

impl WithSimd for Set<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        with_known_sizes!(self.2, shape => self.run(shape));
    }
}

impl Set<'_> {
    #[inline(always)]
    fn run(self, shape: Shape) {
        let Set(own, Space { scheme, mesh, .. }, _, values) = self;
        let Shape { states: n, degree: m, intervals, border } = shape;
        let layout = Layout::of(intervals);
        let points = layout.steps * m;
        own.shape = shape;
        own.lengths.resize(layout.steps, Pack::default());
        own.nodes.resize(layout.steps * (m + 1) * n, Pack::default());
        own.at.resize(n * points, [0.0; LANES]);
        own.f.resize(n * points, [0.0; LANES]);
        own.f_z.resize(n * (n + border - 1) * points, [0.0; LANES]);
        // Where there is no interval, one of no length at the end of the period.
        own.end.clear();
        own.end.extend(values[..n].iter().cycle().take(m * n));
        for (step, nodes) in own.nodes.chunks_exact_mut((m + 1) * n).enumerate() {
            let (inner, last) = nodes.split_at_mut(m * n);
            layout.gather(step, values, m * n, &own.end, inner);
            // The end of an interval is the first node of the next one.
            layout.gather(step + 1, values, m * n, &own.end, last);
            own.lengths[step] = Pack::default();
            for (lane, j) in layout.side_by_side(step) {
                own.lengths[step].0[lane] = mesh.length(j);
            }
            for (g, basis) in scheme.value.chunks_exact(m + 1).enumerate() {
                for k in 0..n {
                    let mut sum = Pack::default();
                    for (i, value) in basis.iter().enumerate() {
                        sum += Pack::splat(*value) * nodes[i * n + k];
                    }
                    own.at[k * points + step * m + g] = sum.0;
                }
            }
        }
    }
}

struct Residual<'a>(&'a Equations, &'a Space, f64, &'a mut [f64]);

impl WithSimd for Residual<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        with_known_sizes!(self.0.shape, shape => self.run(shape));
    }
}

impl Residual<'_> {
    #[inline(always)]
    fn run(self, shape: Shape) {
        let Residual(own, Space { scheme, sizes, .. }, period, out) = self;
        let Shape { states: n, degree: m, intervals, .. } = shape;
        let layout = Layout::of(intervals);
        let points = layout.steps * m;
        let mut rows = vec![Pack::default(); m * n];
        for (step, nodes) in own.nodes.chunks_exact((m + 1) * n).enumerate() {
            let time = own.lengths[step] * Pack::splat(period);
            for (g, slopes) in scheme.slope.chunks_exact(m + 1).enumerate() {
                for i in 0..n {
                    let mut sum = -(time * Pack(own.f[i * points + step * m + g]));
                    for (l, slope) in slopes.iter().enumerate() {
                        sum += Pack::splat(*slope) * nodes[l * n + i];
                    }
                    rows[g * n + i] = sum * Pack::splat(1.0 / sizes[i]);
                }
            }
            layout.scatter(step, &rows[..m * n], m * n, out);
        }
    }
}

struct Linearise<'a>(&'a Equations, &'a Space, f64, &'a [f64], &'a mut Condensed);

impl WithSimd for Linearise<'_> {
    type Output = Result<f64, Singular>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        with_known_sizes!(self.0.shape, shape => self.run(simd, shape))
    }
}

impl Linearise<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S, shape: Shape) -> Result<f64, Singular> {
        let Linearise(own, Space { scheme, sizes, .. }, period, units, condensed) = self;
        let Shape { states: n, degree: m, border, .. } = shape;
        let (width, own_columns) = (shape.width(), shape.local());
        let (points, directions) = (own.lengths.len() * m, n + border - 1);
        let mut trace = Pack::default();
        for (step, length) in own.lengths.iter().enumerate() {
            let time = *length * Pack::splat(period);
            let block = condensed.step_mut(shape, step);
            for g in 0..m {
                let basis = g * (m + 1)..(g + 1) * (m + 1);
                let (value, slope) = (&scheme.value[basis.clone()], &scheme.slope[basis]);
                let place = step * m + g;
                for i in 0..n {
                    let row = &mut block[(g * n + i) * width..(g * n + i + 1) * width];
                    let size = 1.0 / sizes[i];
                    let part = -(time * Pack::splat(size));
                    let f_z = |k: usize| Pack(own.f_z[(i * directions + k) * points + place]);
                    trace += Pack::splat(scheme.weights[g]) * time * f_z(i);
                    for k in 0..n {
                        let a = part * Pack::splat(sizes[k]) * f_z(k);
                        row[own_columns + k] = Pack::splat(value[0]) * a;
                        for l in 1..=m {
                            row[(l - 1) * n + k] = Pack::splat(value[l]) * a;
                        }
                    }
                    row[own_columns + i] += Pack::splat(slope[0]);
                    for l in 1..=m {
                        row[(l - 1) * n + i] += Pack::splat(slope[l]);
                    }
                    let rate = Pack(own.f[i * points + place]);
                    row[own_columns + n] = -(*length * rate * Pack::splat(units[0] * size));
                    for k in 1..border {
                        row[own_columns + n + k] = part * f_z(n + k - 1) * Pack::splat(units[k]);
                    }
                }
            }
            condensed.factor_step(simd, shape, step)?;
        }
        Ok(trace.0.iter().sum())
    }
}
