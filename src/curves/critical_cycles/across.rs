//! What the linearised equations do across the cycle: a solution `v` of `v' = T f_x v` without what it has along `f`.
//!
//! ```text
//! v' = T f_x v − χ f,   χ = (T ⟨f_x v, f⟩ + T ⟨v, f_x f⟩ + γ ⟨v, f⟩)/⟨f, f⟩
//! ```
//!
//! has `⟨v, f⟩' = −γ ⟨v, f⟩`: what comes back as it was, reversed or turned, has nothing along `f` for `γ > 0`, and the other multipliers
//! are those of the cycle (the linearisation in a moving frame; Hale, Ordinary Differential Equations, 1969, chapter VI). Where neighbours
//! are repelled by many orders of magnitude before they are attracted, as in a canard, `v` spans these orders. With a part along `f` it
//! would be known up to rounding errors of that part, and what is smaller across the cycle would be lost.
//!
//! Products are those of the states over their sizes.

use crate::field::{Derivatives, Field};
use crate::linalg::Matrix;

/// The direction of the cycle has the multiplier `e^{−γ}` with `γ = 1`: far from any critical one, and no faster than the cycle itself.
const DAMPING: f64 = 1.0;

/// The equation at a point, and its derivatives; `z` are the states and what else is free.
pub(super) struct Across {
    sizes: Vec<f64>,
    /// `f`, `f_z`, and `∂(f_x f)/∂z`, `∂(f_x v)/∂z`.
    pub rates: Vec<f64>,
    pub jacobian: Matrix,
    along: Matrix,
    second: Matrix,
    square: f64,
    /// `f` over the squares of the sizes, `f_x f`, and `⟨f_z, f⟩`.
    weighted: Vec<f64>,
    turning: Vec<f64>,
    onto: Vec<f64>,
    /// `f_x v`, `⟨f_z, v⟩`, and `∂χ/∂z` and `∂χ/∂v`.
    carried: Vec<f64>,
    beside: Vec<f64>,
    by_state: Vec<f64>,
    by_function: Vec<f64>,
}

/// The right-hand sides of all groups at a point, and their derivatives by the components and by what stands in the border: the
/// period, then what else is free.
pub(super) struct Rows {
    pub right: Vec<f64>,
    pub linear: Vec<f64>,
    pub columns: Vec<f64>,
}

impl Across {
    pub fn new(derivatives: &Derivatives, sizes: &[f64]) -> Self {
        let jacobian = derivatives.matrix();
        let (n, all) = (jacobian.rows(), jacobian.columns());
        let [states, free] = [n, all].map(|length| vec![0.0; length]);
        Across {
            sizes: sizes.to_vec(),
            along: jacobian.clone(),
            second: jacobian.clone(),
            jacobian,
            square: 0.0,
            rates: states.clone(),
            weighted: states.clone(),
            turning: states.clone(),
            carried: states.clone(),
            by_function: states,
            onto: free.clone(),
            beside: free.clone(),
            by_state: free,
        }
    }

    /// Takes what is along `f` out of functions at one point of the cycle, one after the other.
    pub fn project(&self, rates: &[f64], functions: &mut [f64]) {
        let product = |a: &[f64], b: &[f64]| -> f64 {
            a.iter().zip(b).zip(&self.sizes).map(|((a, b), size)| (a / size) * (b / size)).sum()
        };
        let square = product(rates, rates);
        if square > 0.0 {
            for v in functions.chunks_exact_mut(rates.len()) {
                let part = product(v, rates) / square;
                v.iter_mut().zip(rates).for_each(|(v, f)| *v -= part * f);
            }
        }
    }

    /// At a point of the cycle.
    pub fn move_to<F: Field>(&mut self, derivatives: &mut Derivatives, field: &F, (u, p): (&[f64], &[f64])) {
        derivatives.first(field, u, p, &mut self.rates, &mut self.jacobian);
        derivatives.second(field, u, p, &self.rates, &mut self.along);
        self.onto.fill(0.0);
        // At a point that is an equilibrium there is no direction, and nothing along it.
        self.square = f64::MIN_POSITIVE;
        for (i, (f, size)) in self.rates.iter().zip(&self.sizes).enumerate() {
            self.weighted[i] = f / (size * size);
            self.square += f * self.weighted[i];
            self.turning[i] = 0.0;
            for (k, a) in self.jacobian.elements(i) {
                self.onto[k] += self.weighted[i] * a;
                self.turning[i] += self.rates.get(k).map_or(0.0, |f| a * f);
            }
        }
    }

    /// `v'` and its derivatives at this point for the function in a group of the components `z`, into its rows, which are zero before.
    pub fn write<F: Field>(
        &mut self,
        derivatives: &mut Derivatives,
        field: &F,
        (z, p, period): (&[f64], &[f64], f64),
        group: usize,
        rows: &mut Rows,
    ) {
        let n = self.rates.len();
        let (u, v) = (&z[..n], &z[group * n..(group + 1) * n]);
        derivatives.second(field, u, p, v, &mut self.second);
        self.beside.fill(0.0);
        let (mut mixed, mut along) = (0.0, 0.0);
        for i in 0..n {
            let weighted = v[i] / (self.sizes[i] * self.sizes[i]);
            self.carried[i] = 0.0;
            for (k, a) in self.jacobian.elements(i) {
                self.beside[k] += weighted * a;
                self.carried[i] += v.get(k).map_or(0.0, |v| a * v);
            }
            mixed += self.carried[i] * self.weighted[i] + weighted * self.turning[i];
            along += v[i] * self.weighted[i];
        }
        let chi = (period * mixed + DAMPING * along) / self.square;
        self.differentiate(v, period, chi);
        let border = rows.columns.len() / z.len();
        for (i, f) in self.rates.iter().enumerate() {
            let row = group * n + i;
            let (by_state, others) = rows.linear[row * z.len()..(row + 1) * z.len()].split_at_mut(n);
            let by_function = &mut others[(group - 1) * n..group * n];
            let by_rest = &mut rows.columns[row * border..(row + 1) * border];
            rows.right[row] = period * self.carried[i] - chi * f;
            by_rest[0] = self.carried[i] - mixed / self.square * f;
            by_state.iter_mut().zip(&self.by_state).for_each(|(to, slope)| *to = -slope * f);
            by_rest[1..].iter_mut().zip(&self.by_state[n..]).for_each(|(to, slope)| *to = -slope * f);
            by_function.iter_mut().zip(&self.by_function).for_each(|(to, slope)| *to = -slope * f);
            for ((k, a), (_, second)) in self.jacobian.elements(i).zip(self.second.elements(i)) {
                let change = period * second - chi * a;
                match k.checked_sub(n) {
                    None => {
                        by_state[k] += change;
                        by_function[k] += period * a;
                    }
                    Some(free) => by_rest[1 + free] += change,
                }
            }
        }
    }

    /// The derivatives of `χ`.
    fn differentiate(&mut self, v: &[f64], period: f64, chi: f64) {
        let n = self.rates.len();
        for (k, slope) in self.by_state.iter_mut().enumerate() {
            *slope = DAMPING * self.beside[k] - 2.0 * chi * self.onto[k];
        }
        for i in 0..n {
            let [carried, own] = [self.carried[i], v[i]].map(|v| v / (self.sizes[i] * self.sizes[i]));
            let derivatives = self.jacobian.elements(i).zip(self.along.elements(i)).zip(self.second.elements(i));
            for (((k, a), (_, along)), (_, second)) in derivatives {
                let change = self.weighted[i] * second + (carried + self.beside[i]) * a + own * along;
                self.by_state[k] += period * change;
            }
        }
        self.by_state.iter_mut().for_each(|slope| *slope /= self.square);
        for k in 0..n {
            let turning = self.turning[k] / (self.sizes[k] * self.sizes[k]);
            self.by_function[k] = (period * (self.onto[k] + turning) + DAMPING * self.weighted[k]) / self.square;
        }
    }
}
