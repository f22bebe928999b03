//! Bifurcations of cycles: LPC, PD and NS, and their degenerations CPC, GPD and CH.
//!
//! Coordinates on the critical centre manifold are a phase `τ` along the cycle `u` and an amplitude `ξ`; the equations are those of
//! Kuznetsov, Govaerts, Doedel & Dhooge, SIAM J. Numer. Anal. 43 (2005) 1407, after Iooss (1988):
//!
//! | point | equations | what decides | where that is zero |
//! |---|---|---|---|
//! | LPC | `τ' = 1 − ξ + …`, `ξ' = b ξ² + …` | `b ≠ 0` | CPC: `ξ' = c ξ³ + …` |
//! | PD | `τ' = 1 + a ξ² + …`, `ξ' = c ξ³ + …` | the sign of `c` | GPD: `ξ' = e ξ⁵ + …` |
//! | NS | `τ' = 1 + a|ξ|² + …`, `ξ' = iθξ/T + d ξ|ξ|² + …` | the sign of `Re d` | CH: `… + e ξ|ξ|⁴ + …` |
//!
//! Critical functions `v` and those of the adjoint equation, `φ`, `w`, solve linear equations over one period
//! (`collocation::Variational`), and so do the second-order terms. What is here takes the time in periods; coefficients are then
//! divided by T. Functions are given at Gauss points, in sizes of states; adjoint ones over these.

mod forms;
mod reduction;

pub use forms::Vanishing;

use crate::collocation::{Functions, Space, Turn, Variational};
use crate::field::{Derivatives, Field};
use crate::linalg::Singular;
use crate::scalar::Complex;

/// A singular equation, bordered by critical functions.
struct Projection<'a> {
    functions: &'a Functions,
    equation: Variational<'a>,
    size: usize,
    borders: usize,
}

impl Projection<'_> {
    /// `⟨w, r⟩/⟨w, w'⟩` for the null vector `w` of the transpose of the discrete equation, `w'` being that of the adjoint equation in the
    /// border: exact for the mesh, on which the latter may be resolved less well.
    fn part(&mut self, right: &[f64]) -> f64 {
        self.complex_part(right).re
    }

    fn complex_part(&mut self, right: &[f64]) -> Complex<f64> {
        let (_, p) = self.equation.solve(Some(right), &vec![0.0; self.borders]);
        Complex::new(-p[0], p.get(1).map_or(0.0, |p| -p))
    }

    /// Nodes of the solution that is orthogonal to the border's row, for a right-hand side without part of the null vector.
    fn nodes(&mut self, right: &[f64]) -> Vec<f64> {
        self.equation.solve(Some(right), &vec![0.0; self.borders]).0
    }

    /// The same at the Gauss points.
    fn response(&mut self, right: &[f64]) -> Vec<f64> {
        let nodes = self.nodes(right);
        self.functions.at_points(&nodes, self.size)
    }
}

/// A cycle with its linearisation.
pub struct Cycle<'a, F: Field> {
    field: &'a F,
    p: &'a [f64],
    period: f64,
    functions: Functions,
    sizes: Vec<f64>,
    /// States as they are; `T f`; `T f_x`, n × n at each point.
    states: Vec<f64>,
    rates: Vec<f64>,
    slopes: Vec<f64>,
    /// Minus the transpose of the last.
    adjoint: Vec<f64>,
}

/// A function that is critical and that of the adjoint equation, at Gauss points.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    pub direct: Vec<f64>,
    pub adjoint: Vec<f64>,
}

impl Pair {
    /// Something with a part of everything.
    fn any(length: usize) -> Self {
        let any = |seed: f64| (0..length).map(|k| (1.3 + (k as f64 + 1.0) * seed).sin()).collect();
        Pair { direct: any(0.7), adjoint: any(0.57) }
    }
}

impl<'a, F: Field> Cycle<'a, F> {
    /// * `nodes`: values at the nodes of the space, whose sizes are those of the states. `p`: all parameters.
    pub fn new(field: &'a F, p: &'a [f64], space: &Space, nodes: &[f64], period: f64) -> Self {
        let n = field.states();
        let functions = Functions { scheme: space.scheme.clone(), mesh: space.mesh.clone() };
        let states = functions.at_points(nodes, n);
        let sizes = space.sizes.clone();
        let mut derivatives = Derivatives::new(field, &[]);
        let mut jacobian = derivatives.matrix();
        let (mut rates, mut slopes) = (vec![0.0; states.len()], vec![0.0; states.len() * n]);
        let mut adjoint = slopes.clone();
        for (k, x) in states.chunks_exact(n).enumerate() {
            let f = &mut rates[k * n..(k + 1) * n];
            derivatives.first(field, x, p, f, &mut jacobian);
            f.iter_mut().zip(&sizes).for_each(|(f, size)| *f *= period / size);
            for i in 0..n {
                for (j, a) in jacobian.elements(i) {
                    let a = period * a * sizes[j] / sizes[i];
                    slopes[(k * n + i) * n + j] = a;
                    adjoint[(k * n + j) * n + i] = -a;
                }
            }
        }
        Cycle { field, p, period, functions, sizes, states, rates, slopes, adjoint }
    }

    fn states(&self) -> usize {
        self.sizes.len()
    }

    /// A periodic function at the Gauss points, over the sizes, from its values at the nodes as they are.
    pub fn at_points(&self, nodes: &[f64]) -> Vec<f64> {
        let n = self.states();
        let values = self.functions.at_points(nodes, n);
        values.iter().enumerate().map(|(i, v)| v / self.sizes[i % n]).collect()
    }

    /// `T f_x v`.
    fn linear(&self, v: &[f64]) -> Vec<f64> {
        let n = self.states();
        let rows = self.slopes.chunks_exact(n).enumerate();
        rows.map(|(i, row)| row.iter().zip(&v[i / n * n..]).map(|(a, v)| a * v).sum()).collect()
    }

    /// `∫⟨a, b⟩`.
    fn product(&self, a: &[f64], b: &[f64]) -> f64 {
        self.functions.product(a, b)
    }

    /// Factorised equation of variation, or its adjoint, of as many copies as the turn has groups.
    fn equation(
        &self,
        adjoint: bool,
        turn: &Turn,
        columns: &[Vec<f64>],
        rows: &[Vec<f64>],
    ) -> Result<Variational<'_>, Singular> {
        let jacobian = if adjoint { &self.adjoint } else { &self.slopes };
        if turn.groups == 1 {
            return Variational::new(&self.functions, turn.clone(), jacobian, columns, rows);
        }
        let (n, groups) = (self.states(), turn.groups);
        let wide = n * groups;
        let mut copies = vec![0.0; jacobian.len() * groups * groups];
        for (to, from) in copies.chunks_exact_mut(wide * wide).zip(jacobian.chunks_exact(n * n)) {
            for c in 0..groups {
                for i in 0..n {
                    let at = (c * n + i) * wide + c * n;
                    to[at..at + n].copy_from_slice(&from[i * n..(i + 1) * n]);
                }
            }
        }
        Variational::new(&self.functions, turn.clone(), &copies, columns, rows)
    }

    /// The critical functions for a turn, from ones near them or from nothing: solutions of bordered equations, each with the
    /// other for a border. Those of a rotation are real and imaginary part, one after the other at each point.
    pub fn critical(&self, turn: &Turn, near: Option<&Pair>) -> Result<Pair, Singular> {
        let length = self.states.len() * turn.groups;
        let mut pair = near.filter(|pair| pair.direct.len() == length).cloned();
        let rounds = if pair.is_some() { 1 } else { 3 };
        for _ in 0..rounds {
            let old = pair.take().unwrap_or_else(|| Pair::any(length));
            let [direct, adjoint] = [&old.direct, &old.adjoint].map(|function| self.with_multiples(function, turn));
            let mut products = vec![0.0; direct.len()];
            products[0] = 1.0;
            let size = turn.groups * self.states();
            let solve = |is_adjoint: bool, columns: &[Vec<f64>], rows: &[Vec<f64>]| {
                let (nodes, _) = self.equation(is_adjoint, turn, columns, rows)?.solve(None, &products);
                let mut values = self.functions.at_points(&nodes, size);
                let length = self.product(&values, &values).sqrt();
                values.iter_mut().for_each(|v| *v /= length);
                if length.is_finite() { Ok(values) } else { Err(Singular) }
            };
            pair = Some(Pair { direct: solve(false, &adjoint, &direct)?, adjoint: solve(true, &direct, &adjoint)? });
        }
        pair.ok_or(Singular)
    }

    /// A complex function and its multiple by i span the solutions for a rotation.
    fn with_multiples(&self, function: &[f64], turn: &Turn) -> Vec<Vec<f64>> {
        let mut all = vec![function.to_vec()];
        if turn.groups == 2 {
            all.push(self.times_i(function));
        }
        all
    }

    fn times_i(&self, function: &[f64]) -> Vec<f64> {
        let n = self.states();
        let (mut out, points) = (Vec::with_capacity(function.len()), function.chunks_exact(2 * n));
        for both in points {
            out.extend(both[n..].iter().map(|im| -im));
            out.extend_from_slice(&both[..n]);
        }
        out
    }

    /// A complex function from real and imaginary parts, one after the other at each point.
    fn unfolded(&self, function: &[f64]) -> Vec<Complex<f64>> {
        let n = self.states();
        let of = |both: &[f64]| (0..n).map(|i| Complex::new(both[i], both[n + i])).collect::<Vec<_>>();
        function.chunks_exact(2 * n).flat_map(of).collect()
    }

    /// Values at the nodes of a critical function that is known at the Gauss points.
    pub fn critical_nodes(&self, turn: &Turn, pair: &Pair) -> Result<Vec<f64>, Singular> {
        let [direct, adjoint] = [&pair.direct, &pair.adjoint].map(|function| self.with_multiples(function, turn));
        let mut products = vec![0.0; direct.len()];
        products[0] = 1.0;
        Ok(self.equation(false, turn, &adjoint, &direct)?.solve(None, &products).0)
    }

    /// The function `φ` of the adjoint equation that comes back as it was, with the cycle's own `u'` beside it.
    pub fn periodic(&self, near: Option<&Pair>) -> Result<Pair, Singular> {
        self.critical(&Turn::none(1), near)
    }

    /// What solves equations with right-hand sides for the functions that come back as they were.
    fn steady(&self, periodic: &Pair) -> Result<Projection<'_>, Singular> {
        self.projection(&Turn::none(1), &periodic.adjoint, &self.rates)
    }

    /// The same for critical functions.
    fn own(&self, turn: &Turn, pair: &Pair) -> Result<Projection<'_>, Singular> {
        self.projection(turn, &pair.adjoint, &pair.direct)
    }

    fn projection(&self, turn: &Turn, column: &[f64], row: &[f64]) -> Result<Projection<'_>, Singular> {
        let equation =
            self.equation(false, turn, &self.with_multiples(column, turn), &self.with_multiples(row, turn))?;
        Ok(Projection { functions: &self.functions, equation, size: turn.groups * self.states(), borders: turn.groups })
    }

    /// Nodes of the generalised critical function of a fold, `v' = A v + u'`.
    pub fn fold_nodes(&self, periodic: &Pair) -> Result<Vec<f64>, Singular> {
        Ok(self.steady(periodic)?.nodes(&self.rates))
    }
}
