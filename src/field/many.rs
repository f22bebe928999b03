//! A vector field and its first derivatives at many points with the same parameters.

use super::{Derivatives, Field};
use crate::expression::Blocks;
use crate::linalg::Matrix;
use crate::scalar::{DualPack, LANES, Pack};
use pulp::{Arch, Simd, WithSimd};

/// The map `(x, p) ↦ f(x, p)` with its derivatives by `z = (x, p_free)`, at any number of points at a time.
///
/// Arrays hold one quantity after the other, each at all points: of `count` points, `x[k * count + i]` is state `k` at
/// point `i`. The values at a point do not depend on how many others there are, to the last bit.
///
/// Made for one field; of others, it knows nothing.
#[derive(Clone, Debug)]
pub struct Many {
    free: Vec<usize>,
    way: Way,
}

#[derive(Clone, Debug)]
enum Way {
    Blocks(Blocks),
    /// Eight points at a time, by dual numbers.
    SideBySide,
    /// Point after point, by dual numbers. `x` and `f` are those of one point.
    OneByOne {
        derivatives: Derivatives,
        matrix: Matrix,
        x: Vec<f64>,
        f: Vec<f64>,
    },
}

impl Way {
    fn one_by_one<F: Field>(field: &F, free: &[usize]) -> Self {
        let derivatives = Derivatives::new(field, free);
        let [x, f] = [(); 2].map(|()| vec![0.0; field.states()]);
        Way::OneByOne { matrix: derivatives.matrix(), derivatives, x, f }
    }
}

impl Many {
    /// `free` are the positions of the free parameters.
    pub fn new<F: Field>(field: &F, free: &[usize]) -> Self {
        let way = match field.blocks(free) {
            Some(blocks) => Way::Blocks(blocks),
            None if field.pattern().is_none() => Way::SideBySide,
            None => Way::one_by_one(field, free),
        };
        Many { free: free.to_vec(), way }
    }

    /// `f` at the points of `x`: both have n numbers for each point, `p` has one for each parameter.
    pub fn value<F: Field>(&mut self, field: &F, x: &[f64], p: &[f64], f: &mut [f64]) {
        if let Way::SideBySide = self.way {
            field.evaluate(Points { x, p, f, slopes: None });
            self.part(field);
        }
        match &mut self.way {
            Way::Blocks(blocks) => blocks.value(x, p, f),
            Way::SideBySide => {}
            Way::OneByOne { x: at, f: value, .. } => {
                let count = x.len() / at.len().max(1);
                for i in 0..count {
                    gather(x, i, count, at);
                    field.rhs(at, p, value);
                    scatter(value, i, count, f);
                }
            }
        }
    }

    /// `f` at the points of `x`, and `∂f_k/∂z_j` as `f_z[(k * directions + j) * count + i]` at point `i`, where z has
    /// `directions = n + free.len()` components: a full matrix, in which zeros are written as well.
    pub fn first<F: Field>(&mut self, field: &F, x: &[f64], p: &[f64], f: &mut [f64], f_z: &mut [f64]) {
        if let Way::SideBySide = self.way {
            field.evaluate(Points { x, p, f, slopes: Some((&self.free, f_z)) });
            self.part(field);
        }
        match &mut self.way {
            Way::Blocks(blocks) => blocks.first(x, p, f, f_z),
            Way::SideBySide => {}
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

    /// A model that goes by the values of its states has to be asked for one point at a time.
    fn part<F: Field>(&mut self, field: &F) {
        if Pack::disagreed() {
            self.way = Way::one_by_one(field, &self.free);
        }
    }
}

/// Points at which a field is to be evaluated, with the derivatives by the states and some parameters or without.
#[derive(Debug)]
pub struct Points<'a> {
    x: &'a [f64],
    p: &'a [f64],
    f: &'a mut [f64],
    slopes: Option<(&'a [usize], &'a mut [f64])>,
}

impl Points<'_> {
    /// Eight points at a time. Where the right-hand side is `#[inline(always)]`, in the widest vector instructions that the machine
    /// has.
    pub fn evaluate<F: Field>(self, field: &F) {
        let Points { x, p, f, slopes } = self;
        let Some((free, f_z)) = slopes else { return Arch::new().dispatch(Values { field, x, p, f }) };
        let passes = Passes { field, free, x, p, f, f_z };
        match field.states() + free.len() {
            0..=3 => Arch::new().dispatch(Wide::<_, 3>(passes)),
            4 => Arch::new().dispatch(Wide::<_, 4>(passes)),
            5 => Arch::new().dispatch(Wide::<_, 5>(passes)),
            _ => Arch::new().dispatch(Wide::<_, 8>(passes)),
        }
    }
}

/// Eight points at a time, without derivatives.
struct Values<'a, F> {
    field: &'a F,
    x: &'a [f64],
    p: &'a [f64],
    f: &'a mut [f64],
}

impl<F: Field> WithSimd for Values<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Values { field, x, p, f } = self;
        // Of a native model, the compiler knows this number.
        let n = field.states();
        let count = x.len() / n.max(1);
        if count == 0 {
            return;
        }
        let parameters: Vec<Pack> = p.iter().map(|&p| Pack::splat(p)).collect();
        let [mut at, mut value] = [(); 2].map(|()| vec![Pack::default(); n]);
        for first in (0..count).step_by(LANES) {
            at.iter_mut().zip(x.chunks_exact(count)).for_each(|(at, x)| *at = load(x, first));
            field.rhs(&at, &parameters, &mut value);
            value.iter().zip(f.chunks_exact_mut(count)).for_each(|(value, f)| store(*value, f, first));
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

/// With so many directions at once, at eight points.
struct Wide<'a, F, const DIRECTIONS: usize>(Passes<'a, F>);

impl<F: Field, const DIRECTIONS: usize> WithSimd for Wide<'_, F, DIRECTIONS> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Wide(Passes { field, free, x, p, f, f_z }) = self;
        let n = field.states();
        let (count, directions) = (x.len() / n.max(1), n + free.len());
        let constant = |x: f64| DualPack::<DIRECTIONS>::from(x);
        let mut parameters: Vec<_> = p.iter().map(|&p| constant(p)).collect();
        let [mut at, mut values] = [(); 2].map(|()| vec![constant(0.0); n]);
        for begin in (0..directions).step_by(DIRECTIONS) {
            let own = begin..directions.min(begin + DIRECTIONS);
            let seeded = |value: f64, direction: usize| {
                let mut number = constant(value);
                if own.contains(&direction) {
                    number.eps[direction - begin] = Pack::splat(1.0);
                }
                number
            };
            at.iter_mut().enumerate().for_each(|(k, at)| *at = seeded(0.0, k));
            free.iter().enumerate().for_each(|(k, &free)| parameters[free] = seeded(p[free], n + k));
            for first in (0..count).step_by(LANES) {
                at.iter_mut().zip(x.chunks_exact(count)).for_each(|(at, x)| at.re = load(x, first));
                field.rhs(&at, &parameters, &mut values);
                for (k, value) in values.iter().enumerate() {
                    store(value.re, &mut f[k * count..][..count], first);
                    for (slope, direction) in value.eps.iter().zip(own.clone()) {
                        store(*slope, &mut f_z[(k * directions + direction) * count..][..count], first);
                    }
                }
            }
        }
    }
}

/// Eight numbers from the `first` on; where there are fewer, the last again.
#[inline(always)]
fn load(row: &[f64], first: usize) -> Pack {
    match row[first..].first_chunk() {
        Some(whole) => Pack(*whole),
        None => {
            let mut pack = Pack::splat(row[row.len() - 1]);
            pack.0.iter_mut().zip(&row[first..]).for_each(|(to, from)| *to = *from);
            pack
        }
    }
}

/// As many of the numbers as there is room for.
#[inline(always)]
fn store(pack: Pack, row: &mut [f64], first: usize) {
    let room = &mut row[first..];
    match room.first_chunk_mut() {
        Some(whole) => *whole = pack.0,
        None => room.iter_mut().zip(pack.0).for_each(|(room, x)| *room = x),
    }
}

/// Point `i` of `count`.
fn gather(many: &[f64], i: usize, count: usize, one: &mut [f64]) {
    one.iter_mut().enumerate().for_each(|(k, one)| *one = many[k * count + i]);
}

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

    /// f = (x³ where x > 0, else −x y), which a native model decides by looking at the value.
    struct Kink;
    impl Field for Kink {
        fn states(&self) -> usize {
            2
        }
        fn parameters(&self) -> usize {
            1
        }
        fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
            dx[0] = if x[0].value() > p[0].value() { x[0].powi(3) } else { -x[0] * x[1] };
            dx[1] = x[0];
        }
    }

    #[test]
    fn a_model_that_goes_by_values_is_asked_for_one_point_at_a_time() {
        let (count, mut many) = (21, Many::new(&Kink, &[]));
        let x: Vec<f64> = (0..2 * count).map(|k| (0.9 * k as f64).sin()).collect();
        let (mut f, mut value, mut f_z) = (vec![0.0; 2 * count], vec![0.0; 2 * count], vec![0.0; 4 * count]);
        for _ in 0..2 {
            many.first(&Kink, &x, &[0.0], &mut f, &mut f_z);
            many.value(&Kink, &x, &[0.0], &mut value);
            assert_eq!(f, value);
            for i in 0..count {
                let (x, y) = (x[i], x[count + i]);
                let exact = if x > 0.0 { [x * x * x, 3.0 * x * x, 0.0] } else { [-x * y, -y, -x] };
                let found = [f[i], f_z[i], f_z[count + i]];
                assert!(found.iter().zip(exact).all(|(a, b)| (a - b).abs() < 1e-15), "{i}: {found:?} {exact:?}");
            }
        }
    }
}
