//! Every equilibrium in a box of states, at fixed parameters.
//!
//! A box is thrown away where the right-hand side, evaluated on it in interval arithmetic, cannot vanish; it is made smaller
//! by the interval Newton method; and it holds exactly one equilibrium where the Krawczyk operator
//!
//! ```text
//! K(X) = m − Y f(m) + (1 − Y f_x(X)) (X − m),      m the middle of X,   Y ≈ f_x(m)⁻¹
//! ```
//!
//! maps it into its own interior (Krawczyk 1969; Neumaier 1990, ch. 5). What is none of these is cut in two, until nothing
//! is left. So the answer is a proof, and where the work allowed does not do, it says which part of the box is not settled:
//! about a multiple equilibrium a small region always is. Then, and where there are too many states for this, Newton's
//! method is started all over the box as well, which proves nothing. Nothing here knows branches.

mod enclosure;

use crate::equilibrium::{kronecker, newton};
use crate::field::{Field, sizes};
use crate::interval::Interval;
use enclosure::{Enclosure, Examined, RESOLUTION};
use std::collections::VecDeque;

/// Boxes that are examined before the search gives up, for up to `FEW` states; with more each costs more, like their cube.
const MOST_BOXES: usize = 40_000;
const FEW: usize = 4;
/// With more states than these there is no search by intervals.
const MOST_STATES: usize = 64;
/// A settled neighbourhood of an equilibrium is looked for down to this part of a box.
const SMALLEST: f64 = 1e-14;
/// A region that is smaller than this part of the whole may be taken for a multiple equilibrium.
const SMALL: f64 = 1e-4;
/// More open boxes than these are not sorted into regions.
const MOST_SORTED: usize = 2000;

/// What a box holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survey {
    /// In the order of their first state, then of the second, …
    pub equilibria: Vec<Equilibrium>,
    /// Regions that are not settled, each as bounds of the states.
    pub open: Vec<Vec<[f64; 2]>>,
    /// Their part of the volume of the box.
    pub open_part: f64,
    /// Boxes examined by interval arithmetic; none if there were too many states.
    pub boxes: usize,
    /// The work allowed did not do.
    pub exhausted: bool,
    /// Starts of Newton's method, if that was tried.
    pub starts: Option<Starts>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Equilibrium {
    pub states: Vec<f64>,
    /// It is proved that it exists, and that no other is near. What is not certain may be a multiple equilibrium.
    pub certain: bool,
}

/// What Newton's method did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Starts {
    pub count: usize,
    /// The start at which something new was last found, from 1; 0 if nothing was.
    pub last_new: usize,
}

impl Survey {
    /// It is proved that there is no other equilibrium in the box.
    pub fn is_complete(&self) -> bool {
        self.boxes > 0 && self.open.is_empty()
    }
}

/// Finds the equilibria with `low ≤ x_i ≤ high` for each state's `bounds[i] = [low, high]`.
///
/// The result depends on the arguments alone, not on time or threads.
pub fn survey<F: Field>(field: &F, p: &[f64], bounds: &[[f64; 2]]) -> Survey {
    let n = field.states();
    let whole: Vec<Interval> = bounds.iter().map(|&[low, high]| Interval::new(low, high)).collect();
    let mut search = Search {
        field,
        p,
        enclosure: Enclosure::new(field, p, &whole),
        whole,
        settled: Vec::new(),
        found: Survey::default(),
    };
    if n <= MOST_STATES {
        let budget = MOST_BOXES * FEW.pow(3) / n.max(FEW).pow(3);
        search.prune(budget);
    }
    if search.found.boxes == 0 || search.found.exhausted {
        search.start_all_over(1000.min(100_000_000 / n.pow(3).max(1)).max(20));
    }
    let mut found = search.found;
    found.equilibria.sort_by(|a, b| {
        let states = a.states.iter().zip(&b.states);
        states.map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    });
    found
}

/// A region with exactly one equilibrium, and a small box that contains that.
struct Settled {
    region: Vec<Interval>,
    enclosure: Vec<Interval>,
}

struct Search<'a, F: Field> {
    field: &'a F,
    p: &'a [f64],
    whole: Vec<Interval>,
    enclosure: Enclosure<'a, F>,
    settled: Vec<Settled>,
    found: Survey,
}

impl<F: Field> Search<'_, F> {
    /// Branch and prune, the largest boxes first.
    fn prune(&mut self, budget: usize) {
        let mut queue = VecDeque::from([self.whole.clone()]);
        let mut open: Vec<Vec<Interval>> = Vec::new();
        while let Some(mut x) = queue.pop_front() {
            if self.found.boxes == budget {
                self.found.exhausted = true;
                open.push(x);
                open.extend(queue);
                break;
            }
            self.found.boxes += 1;
            if self.is_settled(&x) {
                continue;
            }
            match self.enclosure.examine(&mut x) {
                Examined::Nothing => continue,
                Examined::One => {
                    self.accept(x);
                    continue;
                }
                Examined::Open { near: true } => self.settle_near(&x),
                Examined::Open { near: false } => {}
            }
            if self.is_settled(&x) {
                continue;
            }
            match self.enclosure.widest(&x) {
                Some(k) if x[k].width() > RESOLUTION * self.whole[k].width() => {
                    let (mut left, mut right) = (x.clone(), x);
                    let middle = left[k].middle();
                    left[k] = Interval::new(left[k].low, middle);
                    right[k] = Interval::new(middle, right[k].high);
                    queue.extend([left, right]);
                }
                _ => open.push(x),
            }
        }
        self.leave_open(open);
    }

    /// What is to be known of this box is known.
    fn is_settled(&self, x: &[Interval]) -> bool {
        self.settled.iter().any(|settled| within(x, &settled.region))
    }

    /// Looks for an equilibrium near the middle of a box, and for a neighbourhood in which it is the only one.
    fn settle_near(&mut self, x: &[Interval]) {
        let middle: Vec<f64> = x.iter().map(|x| x.middle()).collect();
        let Some(zero) = newton(self.field, &middle, self.p) else { return };
        // A box about an equilibrium on the edge of the whole may be as narrow as rounding errors.
        let radius: Vec<f64> =
            x.iter().zip(&self.whole).map(|(x, whole)| x.width().max(RESOLUTION * whole.width())).collect();
        if (0..x.len()).all(|k| (zero[k] - middle[k]).abs() <= radius[k]) {
            self.settle(&zero, &radius);
        }
    }

    /// The largest of ever smaller neighbourhoods of a zero that is proved to hold one equilibrium. False if none is.
    fn settle(&mut self, zero: &[f64], radius: &[f64]) -> bool {
        if self.settled.iter().any(|settled| settled.region.iter().zip(zero).all(|(r, zero)| r.contains(*zero))) {
            return true;
        }
        let mut factor = 1.0;
        while factor > SMALLEST {
            let mut region: Vec<Interval> =
                zero.iter().zip(radius).map(|(x, r)| Interval::new(x - factor * r, x + factor * r)).collect();
            if self.enclosure.holds_one(&region) {
                self.accept(std::mem::take(&mut region));
                return true;
            }
            factor *= 0.25;
        }
        false
    }

    /// Takes down a region with exactly one equilibrium, and the equilibrium if it is in the box and new.
    fn accept(&mut self, region: Vec<Interval>) {
        let enclosure = self.enclosure.narrowed(&region);
        let meets = |x: &[Interval]| enclosure.iter().zip(x).all(|(a, b)| !a.intersection(*b).is_empty());
        let is_known = self.settled.iter().any(|s| within(&enclosure, &s.region) || meets(&s.enclosure));
        if !is_known && meets(&self.whole) {
            let middle: Vec<f64> = enclosure.iter().map(|x| x.middle()).collect();
            // Newton's method rounds better than the middle of bounds; a zero of it elsewhere is another one.
            let states = newton(self.field, &middle, self.p)
                .filter(|zero| region.iter().zip(zero).all(|(r, zero)| r.contains(*zero)))
                .unwrap_or(middle);
            self.found.equilibria.push(Equilibrium { states, certain: true });
        }
        self.settled.push(Settled { region, enclosure });
    }

    /// Sorts boxes that are not settled into regions.
    fn leave_open(&mut self, boxes: Vec<Vec<Interval>>) {
        let whole = &self.whole;
        let part = |x: &[Interval]| x.iter().zip(whole).map(|(x, w)| x.width() / w.width()).product::<f64>();
        self.found.open_part = boxes.iter().map(|x| part(x)).sum();
        let all_together = boxes.len() > MOST_SORTED;
        let mut regions: Vec<Vec<Interval>> = Vec::new();
        for mut grown in boxes {
            // A region may grow together with others through this box.
            while let Some(k) = regions.iter().position(|region| all_together || touches(region, &grown)) {
                let region = regions.swap_remove(k);
                grown = grown.iter().zip(region).map(|(a, b)| a.hull(b)).collect();
            }
            regions.push(grown);
        }
        for region in &regions {
            let small = region.iter().zip(whole).all(|(x, whole)| x.width() < SMALL * whole.width());
            if small {
                let states = region.iter().map(|x| x.middle()).collect();
                self.found.equilibria.push(Equilibrium { states, certain: false });
            }
        }
        self.found.open = regions.iter().map(|region| region.iter().map(|x| [x.low, x.high]).collect()).collect();
    }

    /// Newton's method from quasi-random points of the box.
    fn start_all_over(&mut self, count: usize) {
        let mut starts = Starts { count, last_new: 0 };
        for k in 1..=count {
            let point = kronecker(k, self.whole.len());
            let start: Vec<f64> = self.whole.iter().zip(point).map(|(x, t)| x.low + t * x.width()).collect();
            let Some(zero) = newton(self.field, &start, self.p) else { continue };
            let inside = self.whole.iter().zip(&zero).all(|(x, zero)| x.contains(*zero));
            if !inside || self.found.equilibria.iter().any(|known| coincide(&known.states, &zero)) {
                continue;
            }
            starts.last_new = k;
            let radius: Vec<f64> = self.whole.iter().map(|x| SMALL * x.width()).collect();
            if self.found.boxes == 0 || !self.settle(&zero, &radius) {
                self.found.equilibria.push(Equilibrium { states: zero, certain: false });
            }
        }
        self.found.starts = Some(starts);
    }
}

fn within(x: &[Interval], region: &[Interval]) -> bool {
    x.iter().zip(region).all(|(x, region)| x.is_within(*region))
}

fn touches(a: &[Interval], b: &[Interval]) -> bool {
    a.iter().zip(b).all(|(a, b)| !a.intersection(*b).is_empty())
}

/// Two results of Newton's method are the same equilibrium up to rounding errors.
pub fn coincide(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).zip(sizes(a)).all(|((a, b), size)| (a - b).abs() <= 1e-7 * size)
}

#[cfg(test)]
mod tests;
