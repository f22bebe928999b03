//! The critical function of a fold without what it has along the cycle, in whose equation `− χ f` stands in the place of `β f`:
//!
//! ```text
//! v' = T f_x v − χ f,   χ = (T ⟨f_x v, f⟩ + T ⟨v, f_x f⟩ + γ ⟨v, f⟩)/⟨f, f⟩
//! ```
//!
//! has `⟨v, f⟩' = −γ ⟨v, f⟩`: for `γ > 0` what comes back as it was has nothing along `f` anywhere (the linearisation in a moving frame;
//! Hale, Ordinary Differential Equations, 1969, chapter VI). Where neighbours are repelled by many orders of magnitude before they are
//! attracted, as in a canard, `v` spans these orders; with a part along `f` it would be known up to rounding errors of that part, and what
//! is smaller across the cycle would be lost. Elsewhere `β f` is better: it lets no errors of the mesh along the cycle into `v`, and is
//! regular where cycles shrink to a point.
//!
//! Products are those of the states over their sizes.

use super::equations::Rows;
use super::{CriticalCycles, CycleCondition};
use crate::curve::Point;
use crate::field::Field;
use crate::linalg::Matrix;

/// Where the critical function of a fold is somewhere across the cycle less than this part of all it is there, the rest is left out.
const HIDDEN: f64 = 1e-4;

/// The direction of the cycle has the multiplier `e^{−γ}` with `γ = 1`: far from any critical one, and no faster than the cycle itself.
const DAMPING: f64 = 1.0;

/// What is known at a point of the cycle; derivatives are those by the states and by what else is free.
pub(super) struct Local<'a> {
    pub v: &'a [f64],
    pub rates: &'a [f64],
    /// `f_z`, `∂(f_x f)/∂z`, `∂(f_x v)/∂z`.
    pub jacobian: &'a Matrix,
    pub along: &'a Matrix,
    pub second: &'a Matrix,
}

/// `χ` at a point, and its derivatives.
#[derive(Default)]
pub(super) struct Across {
    /// `⟨f, f⟩`, and the parts of `χ ⟨f, f⟩` with and without `T`.
    square: f64,
    mixed: f64,
    chi: f64,
    /// `f` over the squares of the sizes, `f_x f`, `f_x v`, and `∂χ/∂v`.
    weighted: Vec<f64>,
    turning: Vec<f64>,
    carried: Vec<f64>,
    by_function: Vec<f64>,
    /// `⟨f_z, f⟩`, `⟨f_z, v⟩`, and `∂χ/∂z`.
    onto: Vec<f64>,
    beside: Vec<f64>,
    by_state: Vec<f64>,
}

impl Across {
    /// Adds `− χ f` to the rows of `v`, which are the second group.
    pub fn leave_out(&mut self, here: &Local, sizes: &[f64], period: f64, rows: &mut Rows) {
        self.evaluate(here, sizes, period);
        self.differentiate(here, sizes, period);
        let n = sizes.len();
        let border = rows.columns.len() / (2 * n);
        for (i, f) in here.rates.iter().enumerate() {
            let row = n + i;
            let linear = &mut rows.linear[row * 2 * n..(row + 1) * 2 * n];
            let columns = &mut rows.columns[row * border..(row + 1) * border];
            rows.right[row] -= self.chi * f;
            columns[0] -= self.mixed / self.square * f;
            let (states, free) = self.by_state.split_at(n);
            let slopes = states.iter().chain(&self.by_function);
            linear.iter_mut().zip(slopes).for_each(|(to, slope)| *to -= slope * f);
            columns[1..].iter_mut().zip(free).for_each(|(to, slope)| *to -= slope * f);
            for (k, a) in here.jacobian.elements(i) {
                match k.checked_sub(n) {
                    None => linear[k] -= self.chi * a,
                    Some(free) => columns[1 + free] -= self.chi * a,
                }
            }
        }
    }

    fn evaluate(&mut self, here: &Local, sizes: &[f64], period: f64) {
        let (n, all) = (sizes.len(), here.jacobian.columns());
        [&mut self.weighted, &mut self.turning, &mut self.carried, &mut self.by_function]
            .into_iter()
            .for_each(|part| part.resize(n, 0.0));
        [&mut self.onto, &mut self.beside, &mut self.by_state].into_iter().for_each(|part| part.resize(all, 0.0));
        self.onto.fill(0.0);
        self.beside.fill(0.0);
        // At a point that is an equilibrium there is no direction, and nothing along it.
        (self.square, self.mixed) = (f64::MIN_POSITIVE, 0.0);
        let mut along = 0.0;
        for i in 0..n {
            let [f, v] = [here.rates[i], here.v[i]].map(|part| part / (sizes[i] * sizes[i]));
            self.weighted[i] = f;
            self.square += f * here.rates[i];
            along += v * here.rates[i];
            (self.turning[i], self.carried[i]) = (0.0, 0.0);
            for (k, a) in here.jacobian.elements(i) {
                self.onto[k] += f * a;
                self.beside[k] += v * a;
                self.turning[i] += here.rates.get(k).map_or(0.0, |f| a * f);
                self.carried[i] += here.v.get(k).map_or(0.0, |v| a * v);
            }
            self.mixed += self.carried[i] * f + v * self.turning[i];
        }
        self.chi = (period * self.mixed + DAMPING * along) / self.square;
    }

    fn differentiate(&mut self, here: &Local, sizes: &[f64], period: f64) {
        let n = sizes.len();
        for (k, slope) in self.by_state.iter_mut().enumerate() {
            *slope = DAMPING * self.beside[k] - 2.0 * self.chi * self.onto[k];
        }
        for i in 0..n {
            let [carried, own] = [self.carried[i], here.v[i]].map(|v| v / (sizes[i] * sizes[i]));
            let derivatives = here.jacobian.elements(i).zip(here.along.elements(i)).zip(here.second.elements(i));
            for (((k, a), (_, along)), (_, second)) in derivatives {
                let change = self.weighted[i] * second + (carried + self.beside[i]) * a + own * along;
                self.by_state[k] += period * change;
            }
        }
        self.by_state.iter_mut().for_each(|slope| *slope /= self.square);
        for k in 0..n {
            let turning = self.turning[k] / (sizes[k] * sizes[k]);
            self.by_function[k] = (period * (self.onto[k] + turning) + DAMPING * self.weighted[k]) / self.square;
        }
    }
}

/// The coefficient of `f` in `v` at a node, and the part of `v` that is across it.
struct Share {
    along: f64,
    across: f64,
}

impl<F: Field> CriticalCycles<'_, F> {
    /// Shares at a node of the cycle.
    fn share(&self, u: &[f64], v: &[f64], parameters: &[f64], rates: &mut [f64]) -> Share {
        let product = |a: &[f64], b: &[f64]| -> f64 {
            a.iter().zip(b).zip(&self.space.sizes).map(|((a, b), size)| (a / size) * (b / size)).sum()
        };
        self.field.rhs(u, parameters, rates);
        let along = product(v, rates) / product(rates, rates).max(f64::MIN_POSITIVE);
        let rest: Vec<f64> = v.iter().zip(&*rates).map(|(v, f)| v - along * f).collect();
        Share { along, across: (product(&rest, &rest) / product(v, v).max(f64::MIN_POSITIVE)).sqrt() }
    }

    /// What a fold's function has along the cycle hides what is across it.
    pub(super) fn hides(&self, y: &[f64]) -> bool {
        if self.condition != CycleCondition::Fold || self.left_out {
            return false;
        }
        let (n, shape) = (self.space.components(), self.shape());
        let parameters = self.parameters_at([y[shape.nodes() + 1], y[shape.nodes() + 2]]);
        let mut rates = vec![0.0; n];
        let mut nodes = y[..shape.nodes()].chunks_exact(shape.states);
        nodes.any(|node| self.share(&node[..n], &node[n..], &parameters, &mut rates).across < HIDDEN)
    }

    /// Takes what is along the cycle out of the critical function of a fold at these points.
    pub(super) fn leave_out(&mut self, points: &mut [&mut Point]) {
        self.left_out = true;
        let (n, shape) = (self.space.components(), self.shape());
        let nodes = shape.nodes();
        let mut rates = vec![0.0; n];
        for Point { y, tangent, .. } in points.iter_mut().map(|point| &mut **point) {
            let parameters = self.parameters_at([y[nodes + 1], y[nodes + 2]]);
            for node in y[..nodes].chunks_exact_mut(shape.states) {
                let (u, v) = node.split_at_mut(n);
                let Share { along, .. } = self.share(u, v, &parameters, &mut rates);
                v.iter_mut().zip(&rates).for_each(|(v, f)| *v -= along * f);
            }
            y[nodes + 3] = 0.0;
            tangent[nodes + 3] = 0.0;
            let v = self.group(y, 1);
            let length = self.product(&v, &v).sqrt();
            self.normalise(y);
            let nodes = tangent[..nodes].chunks_exact_mut(shape.states);
            nodes.flat_map(|node| &mut node[n..]).for_each(|v| *v /= length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Derivatives;
    use crate::scalar::Scalar;

    struct Lorenz;
    impl Field for Lorenz {
        fn states(&self) -> usize {
            3
        }
        fn parameters(&self) -> usize {
            2
        }
        fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
            dx[0] = p[0] * (x[1] - x[0]);
            dx[1] = x[0] * (p[1] - x[2]) - x[1] * x[1] * x[1];
            dx[2] = x[0] * x[1] - x[2];
        }
    }

    const SIZES: [f64; 3] = [2.0, 3.0, 0.5];

    /// `f`, `f_x`, and the rows of `− χ f` at `z = (u, v)`, for a period and two parameters.
    fn at(z: &[f64], period: f64, p: &[f64]) -> (Vec<f64>, Matrix, Rows) {
        let mut derivatives = Derivatives::new(&Lorenz, &[0, 1]);
        let (mut rates, mut jacobian) = (vec![0.0; 3], derivatives.matrix());
        let [mut along, mut second] = [derivatives.matrix(), derivatives.matrix()];
        derivatives.first(&Lorenz, &z[..3], p, &mut rates, &mut jacobian);
        derivatives.second(&Lorenz, &z[..3], p, &rates, &mut along);
        derivatives.second(&Lorenz, &z[..3], p, &z[3..], &mut second);
        let mut rows = Rows { right: vec![0.0; 6], linear: vec![0.0; 36], columns: vec![0.0; 24] };
        let here = Local { v: &z[3..], rates: &rates, jacobian: &jacobian, along: &along, second: &second };
        Across::default().leave_out(&here, &SIZES, period, &mut rows);
        (rates, jacobian, rows)
    }

    #[test]
    fn what_is_along_the_cycle_decays_and_derivatives_are_those_of_differences() {
        let (z, period, p) = ([1.3, -0.4, 2.1, 0.7, -1.9, 0.3], 3.7, [2.5, 4.0]);
        let (f, jacobian, rows) = at(&z, period, &p);
        let product = |a: &[f64], b: &[f64]| -> f64 { (0..3).map(|i| a[i] * b[i] / (SIZES[i] * SIZES[i])).sum() };
        let times = |v: &[f64]| -> Vec<f64> {
            (0..3)
                .map(|i| jacobian.elements(i).filter_map(|(k, a)| Some(a * v.get(k)?)).sum::<f64>() * period)
                .collect()
        };
        let (v, turned) = (&z[3..], times(&f));
        let moved: Vec<f64> = times(v).iter().zip(&rows.right[3..]).map(|(a, chi)| a + chi).collect();
        let slope = product(&moved, &f) + product(v, &turned);
        assert!((slope + DAMPING * product(v, &f)).abs() < 1e-13, "{slope}");
        let differs = |column: usize, forward: Vec<f64>, backward: Vec<f64>, h: f64, found: &dyn Fn(usize) -> f64| {
            for row in 3..6 {
                let difference = (forward[row] - backward[row]) / (2.0 * h);
                assert!((difference - found(row)).abs() < 1e-8, "{row} {column}: {difference} {}", found(row));
            }
        };
        let h = 1e-5;
        for k in 0..6 {
            let right = |h: f64| {
                let mut moved = z;
                moved[k] += h;
                at(&moved, period, &p).2.right
            };
            differs(k, right(h), right(-h), h, &|row| rows.linear[row * 6 + k]);
        }
        let right = |h: [f64; 3]| at(&z, period + h[0], &[p[0] + h[1], p[1] + h[2]]).2.right;
        for k in 0..3 {
            let step = |h: f64| std::array::from_fn(|i| if i == k { h } else { 0.0 });
            differs(k, right(step(h)), right(step(-h)), h, &|row| rows.columns[row * 4 + k]);
        }
    }
}
