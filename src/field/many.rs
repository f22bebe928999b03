//! A vector field and its first derivatives at many points with the same parameters.

use super::{Derivatives, Field};
use crate::expression::Blocks;
use crate::linalg::Matrix;
use crate::scalar::Dual;
use pulp::{Arch, Simd, WithSimd};

/// The map `(x, p) ↦ f(x, p)` with its derivatives by `z = (x, p_free)`, at any number of points at a time.
///
/// Arrays hold one quantity after the other, each at all points: of `count` points, `x[k * count + i]` is state `k` at
/// point `i`. The values at a point do not depend on how many others there are, to the last bit. Holds the workspace,
/// so that nothing is allocated per evaluation.
///
/// Made for one field; of others, it knows nothing.
#[derive(Clone, Debug)]
pub struct Many(Way);

#[derive(Clone, Debug)]
enum Way {
    Blocks(Blocks),
    /// Point after point, by dual numbers. `x` and `f` are those of one point.
    OneByOne {
        derivatives: Derivatives,
        matrix: Matrix,
        x: Vec<f64>,
        f: Vec<f64>,
    },
}

impl Many {
    /// `free` are the positions of the free parameters.
    pub fn new<F: Field>(field: &F, free: &[usize]) -> Self {
        Many(match field.blocks(free) {
            Some(blocks) => Way::Blocks(blocks),
            None => {
                let derivatives = Derivatives::new(field, free);
                let [x, f] = [(); 2].map(|()| vec![0.0; field.states()]);
                Way::OneByOne { matrix: derivatives.matrix(), derivatives, x, f }
            }
        })
    }

    /// `f` at the points of `x`: both have n numbers for each point, `p` has one for each parameter.
    pub fn value<F: Field>(&mut self, field: &F, x: &[f64], p: &[f64], f: &mut [f64]) {
        match &mut self.0 {
            Way::Blocks(blocks) => blocks.value(x, p, f),
            Way::OneByOne { x: at, f: value, .. } => Arch::new().dispatch(Values { field, x, p, f, at, value }),
        }
    }

    /// `f` at the points of `x`, and `∂f_k/∂z_j` as `f_z[(k * directions + j) * count + i]` at point `i`, where z has
    /// `directions = n + free.len()` components: a full matrix, in which zeros are written as well.
    pub fn first<F: Field>(&mut self, field: &F, x: &[f64], p: &[f64], f: &mut [f64], f_z: &mut [f64]) {
        match &mut self.0 {
            Way::Blocks(blocks) => blocks.first(x, p, f, f_z),
            Way::OneByOne { derivatives, .. } if derivatives.pattern.is_none() => {
                let passes = Passes { field, free: &derivatives.free, x, p, f, f_z };
                match derivatives.directions() {
                    0..=4 => Arch::new().dispatch(Wide::<_, 4>(passes)),
                    _ => Arch::new().dispatch(Wide::<_, 8>(passes)),
                }
            }
            Way::OneByOne { derivatives, matrix, x: at, f: value } => {
                let (count, directions) = (x.len() / at.len().max(1), derivatives.directions());
                f_z.fill(0.0);
                for i in 0..count {
                    gather(x, i, count, at);
                    derivatives.first(field, at, p, value, matrix);
                    scatter(value, i, count, f);
                    for k in 0..at.len() {
                        for (j, slope) in matrix.elements(k) {
                            f_z[(k * directions + j) * count + i] = slope;
                        }
                    }
                }
            }
        }
    }
}

/// Point after point, without derivatives.
struct Values<'a, F> {
    field: &'a F,
    x: &'a [f64],
    p: &'a [f64],
    f: &'a mut [f64],
    at: &'a mut [f64],
    value: &'a mut [f64],
}

impl<F: Field> WithSimd for Values<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Values { field, x, p, f, at, value } = self;
        // Of a native model, the compiler knows this number.
        let n = field.states();
        let (at, value) = (&mut at[..n], &mut value[..n]);
        let count = x.len() / n.max(1);
        for i in 0..count {
            gather(x, i, count, at);
            field.rhs(at, p, value);
            scatter(value, i, count, f);
        }
    }
}

/// Dual numbers that carry a few directions at once, through all points before the next few.
struct Passes<'a, F> {
    field: &'a F,
    free: &'a [usize],
    x: &'a [f64],
    p: &'a [f64],
    f: &'a mut [f64],
    f_z: &'a mut [f64],
}

/// With so many directions at once: those of most models fit, and whole vector registers are filled.
struct Wide<'a, F, const LANES: usize>(Passes<'a, F>);

impl<F: Field, const LANES: usize> WithSimd for Wide<'_, F, LANES> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Wide(Passes { field, free, x, p, f, f_z }) = self;
        let n = field.states();
        let (count, directions) = (x.len() / n.max(1), n + free.len());
        let constant = Dual::<f64, LANES>::constant;
        let mut parameters: Vec<_> = p.iter().map(|&p| constant(p)).collect();
        let [mut at, mut values] = [(); 2].map(|()| vec![constant(0.0); n * BATCH]);
        for begin in (0..directions).step_by(LANES) {
            let lanes = begin..directions.min(begin + LANES);
            let seeded = |direction: usize| {
                let mut number = constant(0.0);
                if lanes.contains(&direction) {
                    number.eps[direction - begin] = 1.0;
                }
                number
            };
            at.iter_mut().enumerate().for_each(|(k, at)| *at = seeded(k % n));
            for (k, &free) in free.iter().enumerate() {
                parameters[free] = Dual { re: p[free], ..seeded(n + k) };
            }
            for first in (0..count).step_by(BATCH) {
                let few = BATCH.min(count - first);
                for k in 0..n {
                    let from = &x[k * count + first..][..few];
                    from.iter().enumerate().for_each(|(i, x)| at[i * n + k].re = *x);
                }
                for (at, value) in at.chunks_exact(n).zip(values.chunks_exact_mut(n)).take(few) {
                    field.rhs(at, &parameters, value);
                }
                for k in 0..n {
                    let to = f[k * count + first..][..few].iter_mut().enumerate();
                    to.for_each(|(i, f)| *f = values[i * n + k].re);
                    for direction in lanes.clone() {
                        let to = &mut f_z[(k * directions + direction) * count + first..][..few];
                        let slopes = values.iter().skip(k).step_by(n).map(|value| value.eps[direction - begin]);
                        to.iter_mut().zip(slopes).for_each(|(to, slope)| *to = slope);
                    }
                }
            }
        }
    }
}

/// Points that are evaluated one after the other before any of their results is read, lest reading wait for what was just written.
const BATCH: usize = 8;

/// Point `i` of `count`.
#[inline(always)]
fn gather(many: &[f64], i: usize, count: usize, one: &mut [f64]) {
    one.iter_mut().enumerate().for_each(|(k, one)| *one = many[k * count + i]);
}

#[inline(always)]
fn scatter(one: &[f64], i: usize, count: usize, many: &mut [f64]) {
    one.iter().enumerate().for_each(|(k, &one)| many[k * count + i] = one);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::System;
    use crate::scalar::Scalar;

    /// f = (x² y + p₀ sin y, p₁ x³), as a native model.
    struct Sample;
    impl Field for Sample {
        fn states(&self) -> usize {
            2
        }
        fn parameters(&self) -> usize {
            2
        }
        fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
            dx[0] = x[0] * x[0] * x[1] + p[0] * x[1].sin();
            dx[1] = p[1] * x[0].powi(3);
        }
    }

    #[test]
    fn native_models_and_text_yield_the_closed_form_in_the_same_places() {
        let text = System::new().parameter("p", 0.0).parameter("q", 0.0);
        let text = text.equation("x", "x^2*y + p*sin(y)").equation("y", "q*x^3").compile().expect("no mistake");
        let (count, p) = (67, [0.7, -0.2]);
        let x: Vec<f64> = (0..2 * count).map(|k| (0.3 * k as f64).cos()).collect();
        let (mut native, mut blocks) = (Many::new(&Sample, &[1]), Many::new(&text, &[1]));
        for way in 0..2 {
            let [mut value, mut f] = [(); 2].map(|()| vec![f64::NAN; 2 * count]);
            let mut f_z = vec![f64::NAN; 6 * count];
            if way == 0 {
                native.value(&Sample, &x, &p, &mut value);
                native.first(&Sample, &x, &p, &mut f, &mut f_z);
            } else {
                blocks.value(&text, &x, &p, &mut value);
                blocks.first(&text, &x, &p, &mut f, &mut f_z);
            }
            assert_eq!(value, f);
            for i in 0..count {
                let (x, y) = (x[i], x[count + i]);
                let exact = [2.0 * x * y, x * x + p[0] * y.cos(), 0.0, 3.0 * p[1] * x * x, 0.0, x.powi(3)];
                let exact = [x * x * y + p[0] * y.sin(), p[1] * x.powi(3)].into_iter().chain(exact);
                let found = [0, 1].map(|k| f[k * count + i]).into_iter().chain((0..6).map(|k| f_z[k * count + i]));
                // A few roundings of numbers of order one.
                assert!(found.zip(exact).all(|(found, exact)| (found - exact).abs() < 4e-15), "{way} {i}");
            }
        }
    }
}
