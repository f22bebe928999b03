//! The right-hand side and its derivatives on a box, and what they say of zeros in it.

use crate::field::Field;
use crate::interval::Interval;
use crate::linalg::Lu;
use crate::scalar::Dual;

/// Directions that one pass of dual numbers carries.
const LANES: usize = 4;
type First = Dual<Interval, LANES>;

/// A box is not cut where it is narrower than this part of the whole.
pub(super) const RESOLUTION: f64 = 1e-9;
/// A box is examined again while a side shrinks to less than this part.
const SHRINKS: f64 = 0.7;

/// What is known of the zeros in a box.
pub(super) enum Examined {
    Nothing,
    /// The box holds exactly one.
    One,
    /// All zeros are in what is left of the box; `near`: Newton's method leads to one near it.
    Open {
        near: bool,
    },
}

/// Workspace for enclosures of `f(x, p)` at fixed parameters.
pub(super) struct Enclosure<'a, F: Field> {
    field: &'a F,
    /// Sides of the whole box.
    lengths: Vec<f64>,
    p: Vec<Interval>,
    p1: Vec<First>,
    x1: Vec<First>,
    f1: Vec<First>,
    /// `f` and `f_x` on the box looked at last.
    f: Vec<Interval>,
    jacobian: Vec<Interval>,
    /// `f` is continuously differentiable there, and all derivatives are bounded.
    smooth: bool,
    /// The middle of the box, and `f` there.
    middle: Vec<f64>,
    f_middle: Vec<Interval>,
    /// `Y f_x` and `Y f(m)`.
    product: Vec<Interval>,
    step: Vec<Interval>,
    lu: Lu,
}

impl<'a, F: Field> Enclosure<'a, F> {
    pub fn new(field: &'a F, p: &[f64], whole: &[Interval]) -> Self {
        let n = field.states();
        let zero = Interval::from(0.0);
        let p: Vec<Interval> = p.iter().map(|&p| Interval::from(p)).collect();
        Enclosure {
            field,
            lengths: whole.iter().map(|x| x.width()).collect(),
            p1: p.iter().map(|&p| First::constant(p)).collect(),
            p,
            x1: vec![First::from(0.0); n],
            f1: vec![First::from(0.0); n],
            f: vec![zero; n],
            jacobian: vec![zero; n * n],
            smooth: false,
            middle: vec![0.0; n],
            f_middle: vec![zero; n],
            product: vec![zero; n * n],
            step: vec![zero; n],
            lu: Lu::default(),
        }
    }

    /// Says what is known of the zeros in `x`, from which parts without zeros are taken away.
    pub fn examine(&mut self, x: &mut [Interval]) -> Examined {
        loop {
            self.look_at(x);
            if self.f.iter().any(|f| !f.contains(0.0)) {
                return Examined::Nothing;
            }
            if !self.smooth {
                return Examined::Open { near: false };
            }
            self.look_at_middle(x);
            let before = x.to_vec();
            if !contract(&self.jacobian, &self.f_middle, &self.middle, x) {
                return Examined::Nothing;
            }
            let mut near = false;
            if self.precondition() {
                let images = (0..x.len()).map(|i| self.krawczyk(i, &before));
                if images.zip(&before).all(|(image, x)| image.is_inside(*x)) {
                    x.copy_from_slice(&before);
                    return Examined::One;
                }
                near = (0..x.len())
                    .all(|k| self.step[k].middle().abs() <= before[k].width().max(RESOLUTION * self.lengths[k]));
                if !contract(&self.product, &self.step, &self.middle, x) {
                    return Examined::Nothing;
                }
            }
            if !x.iter().zip(&before).any(|(x, before)| x.width() < SHRINKS * before.width()) {
                return Examined::Open { near };
            }
        }
    }

    /// It is proved that `x` holds exactly one zero.
    pub fn holds_one(&mut self, x: &[Interval]) -> bool {
        self.look_at(x);
        if !self.smooth {
            return false;
        }
        self.look_at_middle(x);
        self.precondition() && (0..x.len()).all(|i| self.krawczyk(i, x).is_inside(x[i]))
    }

    /// A small box that contains the one zero of `region`.
    pub fn narrowed(&mut self, region: &[Interval]) -> Vec<Interval> {
        let mut x = region.to_vec();
        for _ in 0..20 {
            self.look_at(&x);
            self.look_at_middle(&x);
            if !self.smooth || !self.precondition() {
                break;
            }
            let next: Vec<Interval> = (0..x.len()).map(|i| self.krawczyk(i, &x).intersection(x[i])).collect();
            let shrinks = next.iter().zip(&x).any(|(next, x)| next.width() < 0.5 * x.width());
            if next.iter().any(|x| x.is_empty()) {
                break;
            }
            x = next;
            if !shrinks {
                break;
            }
        }
        x
    }

    /// The direction in which to cut: in which `f` varies most, each component in units of all its variation
    /// (Csendes & Ratz 1997); the longest where that is not known.
    pub fn widest(&self, x: &[Interval]) -> Option<usize> {
        let n = x.len();
        let variation = |i: usize, j: usize| self.jacobian[i * n + j].magnitude() * x[j].width();
        let share = |j: usize| -> f64 {
            let rows = (0..n).map(|i| variation(i, j) / (0..n).map(|k| variation(i, k)).sum::<f64>());
            rows.filter(|share| share.is_finite()).sum()
        };
        let length = |j: usize| x[j].width() / self.lengths[j];
        let measure = |j: usize| if self.smooth { share(j) } else { length(j) };
        (0..n).max_by(|&a, &b| measure(a).total_cmp(&measure(b)).then(length(a).total_cmp(&length(b))))
    }

    /// Encloses `f` and `f_x` on `x`.
    fn look_at(&mut self, x: &[Interval]) {
        let n = x.len();
        self.x1.iter_mut().zip(x).for_each(|(x1, &x)| *x1 = First::constant(x));
        for begin in (0..n).step_by(LANES) {
            let lanes = LANES.min(n - begin);
            (0..lanes).for_each(|lane| self.x1[begin + lane].eps[lane] = Interval::from(1.0));
            self.field.rhs(&self.x1, &self.p1, &mut self.f1);
            (0..lanes).for_each(|lane| self.x1[begin + lane].eps[lane] = Interval::from(0.0));
            for (row, f) in self.jacobian.chunks_exact_mut(n).zip(&self.f1) {
                row[begin..begin + lanes].copy_from_slice(&f.eps[..lanes]);
            }
        }
        self.f.iter_mut().zip(&self.f1).for_each(|(f, f1)| *f = f1.re);
        let bounded = self.jacobian.iter().all(|a| !a.is_empty() && a.magnitude().is_finite());
        self.smooth = bounded && self.f.iter().all(|f| f.regular);
    }

    fn look_at_middle(&mut self, x: &[Interval]) {
        self.middle.iter_mut().zip(x).for_each(|(m, x)| *m = x.middle());
        let middle: Vec<Interval> = self.middle.iter().map(|&m| Interval::from(m)).collect();
        self.field.rhs(&middle, &self.p, &mut self.f_middle);
    }

    /// `Y f_x` and `Y f(m)`, where `Y` is about the inverse of the middle of `f_x`. False where that is singular.
    fn precondition(&mut self) -> bool {
        let n = self.middle.len();
        let middle: Vec<f64> = self.jacobian.iter().map(|a| a.middle()).collect();
        if self.lu.factor(&middle, n).is_err() {
            return false;
        }
        let mut column = vec![0.0; n];
        let zero = Interval::from(0.0);
        self.product.fill(zero);
        self.step.fill(zero);
        for k in 0..n {
            column.fill(0.0);
            column[k] = 1.0;
            self.lu.solve(&mut column);
            if !column.iter().all(|y| y.is_finite()) {
                return false;
            }
            for i in 0..n {
                self.step[i] += self.f_middle[k] * column[i];
                for j in 0..n {
                    self.product[i * n + j] += self.jacobian[k * n + j] * column[i];
                }
            }
        }
        true
    }

    /// Component `i` of the Krawczyk operator.
    fn krawczyk(&self, i: usize, x: &[Interval]) -> Interval {
        let n = x.len();
        let mut image = -self.step[i] + self.middle[i];
        for j in 0..n {
            let identity = if i == j { 1.0 } else { 0.0 };
            image += (-self.product[i * n + j] + identity) * (x[j] - self.middle[j]);
        }
        image
    }
}

/// Takes away from `x` what does not satisfy `0 ∈ b + A (x − m)`, one row and one component after the other (Hansen &
/// Sengupta 1981). False where nothing is left.
fn contract(a: &[Interval], b: &[Interval], middle: &[f64], x: &mut [Interval]) -> bool {
    let n = x.len();
    for i in 0..n {
        let row = &a[i * n..(i + 1) * n];
        for j in 0..n {
            if row[j].low == 0.0 && row[j].high == 0.0 {
                continue;
            }
            let mut rest = b[i];
            for k in (0..n).filter(|&k| k != j) {
                rest += row[k] * (x[k] - middle[k]);
            }
            let offset = quotient(-rest, row[j], x[j] - middle[j]);
            x[j] = (offset + middle[j]).intersection(x[j]);
            if x[j].is_empty() {
                return false;
            }
            x[j].regular = true;
        }
    }
    true
}

/// The smallest interval with all `q` of `within` for which some `d q` is in `number`, `d` in `by`.
fn quotient(number: Interval, by: Interval, within: Interval) -> Interval {
    if !by.contains(0.0) {
        return (number / by).intersection(within);
    }
    if number.contains(0.0) || number.is_empty() {
        return within;
    }
    if number.high < 0.0 {
        return quotient(-number, -by, within);
    }
    // Two rays, with nothing between them.
    let above = if by.high > 0.0 { (number.low / by.high).next_down() } else { f64::INFINITY };
    let below = if by.low < 0.0 { (number.low / by.low).next_up() } else { f64::NEG_INFINITY };
    let ray =
        |low: f64, high: f64| if low > high { Interval::EMPTY } else { within.intersection(Interval::new(low, high)) };
    let above = if above.is_finite() { ray(above, f64::INFINITY) } else { Interval::EMPTY };
    let below = if below.is_finite() { ray(f64::NEG_INFINITY, below) } else { Interval::EMPTY };
    above.hull(below)
}
