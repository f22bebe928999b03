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
use crate::linalg::Matrix;

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
