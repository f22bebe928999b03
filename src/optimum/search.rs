//! The search for the nearest optimum: what the optimisers of a library ask for, and the solutions that they have met.

use super::{Advance, Known, Missed, Problem};
use crate::field::Field;
use argmin::core::{CostFunction, Error, Executor, Gradient, State};
use argmin::solver::linesearch::BacktrackingLineSearch;
use argmin::solver::linesearch::condition::ArmijoCondition;
use argmin::solver::neldermead::NelderMead;
use argmin::solver::quasinewton::BFGS;
use std::cell::RefCell;
use std::f64::consts::FRAC_PI_2;

/// An optimiser's step is no longer than this in `z`, in which a range is π long.
const LONGEST: f64 = 0.7;
/// Steps shorter than this in `z` change nothing.
const SHORTEST: f64 = 1e-11;
/// Iterations of a method, and how often it starts anew from where it stopped.
const ITERATIONS: (u64, usize) = (400, 4);
/// Derivatives of `q/|q₀|` by `z` below this are zero to the accuracy of the cycles.
const FLAT: f64 = 1e-8;
/// A parameter this near to a bound, in ranges, is tried at the bound.
const AT_BOUND: f64 = 1e-5;
/// The quantity as a function of `z`, to be made small: `∓ q/|q₀|`.
struct Objective<'a, F: Field> {
    problem: &'a Problem<'a, F>,
    heard: &'a dyn Fn(Advance),
    /// `|q₀|`
    size: f64,
    memory: RefCell<Memory>,
}

struct Memory {
    known: Vec<Known>,
    found: Found,
}

/// What the search came to.
pub(super) struct Found {
    pub best: Known,
    pub evaluations: usize,
    pub gradients: usize,
    pub missed: Vec<Missed>,
    /// Nelder and Mead's simplex has become a point.
    pub shrunk: bool,
}

/// The nearest optimum, from a solution that is known.
pub(super) fn search<F: Field>(problem: &Problem<F>, start: Known, heard: &dyn Fn(Advance)) -> Found {
    let size = problem.value(&start).abs().max(f64::MIN_POSITIVE);
    let differentiable = problem.is_differentiable(&start);
    let found = Found { best: start.clone(), evaluations: 0, gradients: 0, missed: Vec::new(), shrunk: false };
    let objective = Objective { problem, heard, size, memory: RefCell::new(Memory { known: vec![start], found }) };
    match differentiable {
        true => objective.descend(),
        false => objective.contract(),
    }
    objective.try_bounds();
    objective.memory.into_inner().found
}

impl<F: Field> Objective<'_, F> {
    fn sign(&self) -> f64 {
        if self.problem.maximise { -1.0 } else { 1.0 }
    }

    /// All parameters at `z`.
    fn parameters(&self, z: &[f64]) -> Vec<f64> {
        let place: Vec<f64> = (self.problem.over.iter().zip(z))
            .map(|((_, [low, high]), z)| (0.5 * (low + high) + 0.5 * (high - low) * z.sin()).clamp(*low, *high))
            .collect();
        self.problem.parameters(&self.memory.borrow().found.best, &place)
    }

    /// `z` of a solution, between -π/2 and π/2.
    fn coordinates(&self, known: &Known) -> Vec<f64> {
        let place = self.problem.over.iter().zip(self.problem.place(known));
        place.map(|((_, [low, high]), p)| ((2.0 * p - low - high) / (high - low)).clamp(-1.0, 1.0).asin()).collect()
    }

    /// The solution at these parameters: one that is known, or followed from the nearest one, or from the best.
    fn solution(&self, parameters: &[f64]) -> Option<Known> {
        let mut candidates: Vec<Known> = {
            let memory = self.memory.borrow();
            let distance = |known: &Known| self.problem.distance(&known.parameters, parameters);
            let nearest = memory.known.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
            if distance(nearest) == 0.0 {
                return Some(nearest.clone());
            }
            vec![nearest.clone(), memory.found.best.clone()]
        };
        candidates.dedup();
        let mut failure = None;
        for from in candidates {
            match self.problem.reach(&from, parameters) {
                Ok(found) => {
                    let mut memory = self.memory.borrow_mut();
                    memory.found.evaluations += 1;
                    (self.heard)(Advance::Solution);
                    if self.problem.better(self.problem.value(&found), self.problem.value(&memory.found.best)) {
                        memory.found.best = found.clone();
                    }
                    memory.known.push(found.clone());
                    return Some(found);
                }
                Err(missed) => failure = failure.or(Some(missed)),
            }
        }
        self.memory.borrow_mut().found.missed.extend(failure);
        None
    }

    fn best(&self) -> (Vec<f64>, f64) {
        let best = self.memory.borrow().found.best.clone();
        (self.coordinates(&best), self.problem.value(&best))
    }

    /// BFGS, begun anew where it stops while that helps.
    fn descend(&self) {
        for _ in 0..ITERATIONS.1 {
            let (z, before) = self.best();
            let identity: Vec<Vec<f64>> =
                (0..z.len()).map(|i| (0..z.len()).map(|j| f64::from(u8::from(i == j))).collect()).collect();
            let Ok(condition) = ArmijoCondition::new(1e-4) else { return };
            let Ok(search) = BacktrackingLineSearch::new(condition).rho(0.4) else { return };
            let Ok(solver) = BFGS::new(search).with_tolerance_grad(FLAT) else { return };
            let Ok(solver) = solver.with_tolerance_cost(1e-15) else { return };
            // That it stops early, where no step helps, is no reason to throw away what it found.
            let _ = Executor::new(self, solver)
                .configure(|state| state.param(z.clone()).inv_hessian(identity).max_iters(ITERATIONS.0))
                .timer(false)
                .run();
            let (z, after) = self.best();
            let flat = self.gradient(&z).is_ok_and(|slopes| slopes.iter().all(|slope| slope.abs() < FLAT));
            if flat || (after - before).abs() <= 1e-13 * self.size {
                return;
            }
        }
    }

    /// Nelder and Mead's simplex, a second time from where it shrank to a point.
    fn contract(&self) {
        for edge in [0.4, 0.05] {
            let (z, _) = self.best();
            let mut simplex = vec![z.clone()];
            for k in 0..z.len() {
                let mut vertex = z.clone();
                vertex[k] += if z[k] > 0.0 { -edge } else { edge };
                simplex.push(vertex);
            }
            let Ok(solver) = NelderMead::new(simplex).with_sd_tolerance(1e-12) else { return };
            let ended = Executor::new(self, solver).configure(|state| state.max_iters(ITERATIONS.0)).timer(false).run();
            self.memory.borrow_mut().found.shrunk = ended.is_ok_and(|ended| ended.state().get_iter() < ITERATIONS.0);
        }
    }

    /// Where a parameter is all but at a bound, it is put there, if that is no worse.
    fn try_bounds(&self) {
        for k in 0..self.problem.over.len() {
            let best = self.memory.borrow().found.best.clone();
            let (position, [low, high]) = self.problem.over[k];
            let near = AT_BOUND * (high - low);
            let value = best.parameters[position];
            let bound = if value <= low + near { low } else { high };
            if value == bound || (value > low + near && value < high - near) {
                continue;
            }
            let mut parameters = best.parameters.clone();
            parameters[position] = bound;
            let Some(found) = self.solution(&parameters) else { continue };
            let (at, beside) = (self.problem.value(&found), self.problem.value(&best));
            if !self.problem.better(beside, at) || (at - beside).abs() < 1e-12 * self.size {
                self.memory.borrow_mut().found.best = found;
            }
        }
    }
}

impl<F: Field> CostFunction for &Objective<'_, F> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, z: &Vec<f64>) -> Result<f64, Error> {
        let (best, value) = self.best();
        let turn = 4.0 * FRAC_PI_2;
        let moved = z.iter().zip(&best).fold(0.0, |m: f64, (a, b)| {
            let distance = (a - b).abs() % turn;
            if distance.is_nan() { f64::NAN } else { m.max(distance.min(turn - distance)) }
        });
        if moved.is_nan() {
            return Err(Error::msg("the step is not a number"));
        }
        if moved < SHORTEST {
            return Ok(self.sign() * value / self.size);
        }
        // What is so far that a solution would have to be followed over much of the ranges is not tried.
        if moved > LONGEST && self.problem.is_differentiable(&self.memory.borrow().found.best) {
            return Ok(f64::INFINITY);
        }
        let found = self.solution(&self.parameters(z));
        Ok(found.map_or(f64::INFINITY, |found| self.sign() * self.problem.value(&found) / self.size))
    }
}

impl<F: Field> Objective<'_, F> {
    fn gradient(&self, z: &[f64]) -> Result<Vec<f64>, Error> {
        let known = self.solution(&self.parameters(z)).ok_or_else(|| Error::msg("no solution here"))?;
        self.memory.borrow_mut().found.gradients += 1;
        let slopes = self.problem.gradient(&known).ok_or_else(|| Error::msg("no derivatives here"))?;
        let chain = |((slope, (_, [low, high])), z): ((&f64, &(usize, [f64; 2])), &f64)| {
            self.sign() * slope / self.size * 0.5 * (high - low) * z.cos()
        };
        Ok(slopes.iter().zip(&self.problem.over).zip(z).map(chain).collect())
    }
}

impl<F: Field> Gradient for &Objective<'_, F> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, z: &Vec<f64>) -> Result<Vec<f64>, Error> {
        Objective::gradient(self, z)
    }
}
