//! Bifurcations of cycles: LPC, PD and NS.
//!
//! Coordinates on the critical centre manifold are a phase `τ` along the cycle `u` and an amplitude `ξ`; the equations are those of
//! Kuznetsov, Govaerts, Doedel & Dhooge, SIAM J. Numer. Anal. 43 (2005) 1407, after Iooss (1988):
//!
//! | point | equations | what decides |
//! |---|---|---|
//! | LPC | `τ' = 1 − ξ + …`, `ξ' = b ξ² + …` | `b ≠ 0` |
//! | PD | `τ' = 1 + a ξ² + …`, `ξ' = c ξ³ + …` | the sign of `c` |
//! | NS | `τ' = 1 + a|ξ|² + …`, `ξ' = iθξ/T + d ξ|ξ|² + …` | the sign of `Re d` |
//!
//! Critical functions `v` and those of the adjoint equation, `φ`, `w`, solve linear equations over one period
//! (`collocation::Variational`), and so do the second-order terms. What is here takes the time in periods; coefficients are then
//! divided by T. Functions are given at Gauss points, in sizes of states; adjoint ones over these.

use super::{Degenerate, NEGLIGIBLE, NormalForm};
use crate::collocation::{Functions, Space, Turn, Variational};
use crate::field::{self, Derivatives, Field};
use crate::linalg::Singular;
use crate::scalar::{Complex, Dual};

/// A singular equation, bordered by critical functions.
struct Projection<'a> {
    functions: &'a Functions,
    equation: Variational<'a>,
    size: usize,
    groups: usize,
}

impl Projection<'_> {
    /// `⟨w, r⟩/⟨w, w'⟩` for the null vector `w` of the transpose of the discrete equation, `w'` being that of the adjoint equation in the
    /// border: exact for the mesh, on which the latter may be resolved less well.
    fn part(&mut self, right: &[f64]) -> f64 {
        self.complex_part(right).re
    }

    fn complex_part(&mut self, right: &[f64]) -> Complex<f64> {
        let (_, p) = self.equation.solve(Some(right), &vec![0.0; self.groups]);
        Complex::new(-p[0], p.get(1).map_or(0.0, |p| -p))
    }

    /// Nodes of the solution that is orthogonal to the border's row, for a right-hand side without part of the null vector.
    fn nodes(&mut self, right: &[f64]) -> Vec<f64> {
        self.equation.solve(Some(right), &vec![0.0; self.groups]).0
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

/// Coefficients that vanish at points of codimension two, without their poles.
#[derive(Clone, Debug, PartialEq)]
pub struct Vanishing {
    /// `b ⟨φ, v⟩`, `c ⟨w, v⟩ ⟨φ, u'⟩` or `Re d ⟨φ, u'⟩`: zero at CPC, GPD, CH.
    pub coefficient: f64,
    /// `⟨φ, v⟩` of a fold, `⟨w, v⟩` of a period doubling: zero where the multiplier is a double one, at R1 and R2.
    pub product: f64,
    /// `⟨φ, u'⟩`: zero where 1 is a multiplier besides the trivial one. Zero of a fold.
    pub trivial: f64,
    /// `b`, `c` or `Re d` itself, as [`Cycle::fold`], [`Cycle::flip`] and [`Cycle::torus`] have it.
    pub normal: f64,
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

    /// What the function `combine(x, sizes, u, …)` gives at each point, over the sizes and times T.
    fn at_each(&self, functions: &[&[f64]], combine: impl Fn(&[f64], &[Vec<f64>]) -> Vec<f64>) -> Vec<f64> {
        let n = self.states();
        let mut out = Vec::with_capacity(self.states.len());
        for (k, x) in self.states.chunks_exact(n).enumerate() {
            let here = |u: &&[f64]| u[k * n..(k + 1) * n].iter().zip(&self.sizes).map(|(u, s)| u * s).collect();
            let vectors: Vec<Vec<f64>> = functions.iter().map(here).collect();
            out.extend(combine(x, &vectors).iter().zip(&self.sizes).map(|(value, s)| self.period * value / s));
        }
        out
    }

    /// `T B(u, v)`.
    fn bilinear(&self, u: &[f64], v: &[f64]) -> Vec<f64> {
        self.at_each(&[u, v], |x, at| field::bilinear(self.field, x, self.p, &at[0], &at[1]))
    }

    /// `T C(u, u, v)`.
    fn trilinear(&self, u: &[f64], v: &[f64]) -> Vec<f64> {
        type D = Dual<f64>;
        self.at_each(&[u, v], |x, at| {
            let along: Vec<D> = x.iter().zip(&at[1]).map(|(&re, &eps)| D { re, eps: [eps] }).collect();
            let constant = |values: &[f64]| values.iter().map(|&value| D::from(value)).collect::<Vec<D>>();
            let u = constant(&at[0]);
            field::bilinear(self.field, &along, &constant(self.p), &u, &u).iter().map(|b| b.eps[0]).collect()
        })
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

    /// Real and imaginary part.
    fn parts(&self, function: &[f64]) -> [Vec<f64>; 2] {
        let n = self.states();
        let part = |k: usize| function.chunks_exact(2 * n).flat_map(|both| both[k * n..(k + 1) * n].to_vec()).collect();
        [part(0), part(1)]
    }

    fn complex(&self, re: &[f64], im: &[f64]) -> Vec<f64> {
        let n = self.states();
        re.chunks_exact(n).zip(im.chunks_exact(n)).flat_map(|(re, im)| [re, im].concat()).collect()
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
        Ok(Projection { functions: &self.functions, equation, size: turn.groups * self.states(), groups: turn.groups })
    }

    /// Nodes of the generalised critical function of a fold, `v' = A v + u'`.
    pub fn fold_nodes(&self, periodic: &Pair) -> Result<Vec<f64>, Singular> {
        Ok(self.steady(periodic)?.nodes(&self.rates))
    }

    /// What vanishes along a curve of folds with the critical function `v` at Gauss points, `v' = A v + β u'`.
    pub fn fold_vanishing(&self, v: &[f64], beta: f64, periodic: &Pair) -> Result<Vanishing, Singular> {
        let mut steady = self.steady(periodic)?;
        let sum: Vec<f64> =
            self.bilinear(v, v).iter().zip(self.linear(v)).map(|(second, first)| 0.5 * second + beta * first).collect();
        let (coefficient, product) = (steady.part(&sum), steady.part(v));
        let normal = coefficient / (product * beta * self.period);
        Ok(Vanishing { coefficient, product, trivial: 0.0, normal })
    }

    /// `a` and `c` of a period doubling over `⟨w, v⟩` and `⟨φ, u'⟩`, which are returned as well, and the size of the terms of `c`.
    fn flip_terms(&self, flip: &Pair, periodic: &Pair) -> Result<([f64; 4], f64), Singular> {
        let (mut steady, mut own) = (self.steady(periodic)?, self.own(&Turn::reversal(), flip)?);
        let v = &flip.direct;
        let (product, trivial) = (own.part(v), steady.part(&self.rates));
        let square = self.bilinear(v, v);
        let a = 0.5 * steady.part(&square) / trivial;
        let right: Vec<f64> = square.iter().zip(&self.rates).map(|(b, f)| b - 2.0 * a * f).collect();
        let h = steady.response(&right);
        let terms = [
            own.part(&self.trilinear(v, v)) / 6.0,
            own.part(&self.bilinear(v, &h)) / 2.0,
            -a * own.part(&self.linear(v)),
        ];
        let size = terms.iter().map(|term| term.abs()).sum();
        Ok(([a, terms.iter().sum(), product, trivial], size))
    }

    /// What vanishes along a curve of period doublings.
    pub fn flip_vanishing(&self, flip: &Pair, periodic: &Pair) -> Result<Vanishing, Singular> {
        let ([_, c, product, trivial], _) = self.flip_terms(flip, periodic)?;
        let normal = c / (product * self.square(&flip.direct) * self.period);
        Ok(Vanishing { coefficient: c * trivial, product, trivial, normal })
    }

    /// `a`, `d` and `⟨φ, u'⟩` at a torus point, and the size of the terms of `d`.
    fn torus_terms(&self, angle: f64, torus: &Pair, periodic: &Pair) -> Result<(f64, [f64; 2], f64, f64), Singular> {
        let (mut steady, mut own) = (self.steady(periodic)?, self.own(&Turn::rotation(angle), torus)?);
        let q = &torus.direct;
        // Of `⟨w, q⟩ = 1`.
        let whole = own.complex_part(q);
        let [x, y] = self.parts(q);
        let (xx, xy, yy) = (self.bilinear(&x, &x), self.bilinear(&x, &y), self.bilinear(&y, &y));
        let mix = |a: &[f64], p: f64, b: &[f64], q: f64| -> Vec<f64> {
            a.iter().zip(b).map(|(a, b)| p * a + q * b).collect()
        };
        let modulus = mix(&xx, 1.0, &yy, 1.0);
        let trivial = steady.part(&self.rates);
        let a = steady.part(&modulus) / trivial;
        let mean = steady.response(&mix(&modulus, 1.0, &self.rates, -a));
        // h₂₀ comes back times e^{2iθ}: no border is needed but at R3.
        let double = self.complex(&mix(&xx, 1.0, &yy, -1.0), &xy.iter().map(|b| 2.0 * b).collect::<Vec<f64>>());
        let (second, _) = self.equation(false, &Turn::rotation(2.0 * angle), &[], &[])?.solve(Some(&double), &[]);
        let [c, d] = self.parts(&self.functions.at_points(&second, 2 * self.states()));
        let with_mean = self.complex(&self.bilinear(&mean, &x), &self.bilinear(&mean, &y));
        let with_second = self.complex(
            &mix(&self.bilinear(&c, &x), 1.0, &self.bilinear(&d, &y), 1.0),
            &mix(&self.bilinear(&d, &x), 1.0, &self.bilinear(&c, &y), -1.0),
        );
        let third = self.complex(
            &mix(&self.trilinear(&x, &x), 1.0, &self.trilinear(&y, &x), 1.0),
            &mix(&self.trilinear(&x, &y), 1.0, &self.trilinear(&y, &y), 1.0),
        );
        let linear = self.complex(&self.linear(&x), &self.linear(&y));
        let terms = [(&with_mean, 1.0), (&with_second, 0.5), (&third, 0.5), (&linear, -a)]
            .map(|(term, factor)| own.complex_part(term) / whole * factor);
        let d = terms.iter().sum::<Complex<f64>>();
        Ok((a, [d.re, d.im + a * angle], trivial, terms.iter().map(|t| t.re.abs()).sum()))
    }

    /// What vanishes along a curve of tori.
    pub fn torus_vanishing(&self, angle: f64, torus: &Pair, periodic: &Pair) -> Result<Vanishing, Singular> {
        let (_, d, trivial, _) = self.torus_terms(angle, torus, periodic)?;
        let normal = d[0] / (self.square(&torus.direct) * self.period);
        Ok(Vanishing { coefficient: d[0] * trivial, product: 1.0, trivial, normal })
    }

    /// LPC: `b`, in 1/time. `v` has `v' = A v + u'` and `⟨v, u'⟩ = 0`, so that the period is `T (1 + ξ + …)` on cycles beside: `2bT`
    /// is the slope of the logarithm of the critical multiplier over that of the period.
    pub fn fold(&self) -> Result<NormalForm, Degenerate> {
        let periodic = self.periodic(None)?;
        let v = self.steady(&periodic)?.response(&self.rates);
        let b = self.fold_vanishing(&v, 1.0, &periodic)?.normal;
        if !b.is_finite() {
            return Err(Degenerate::Eigenvalue);
        }
        Ok(NormalForm { values: vec![("b", b)], words: "fold".into() })
    }

    /// PD: `c`, in 1/(time state²), with `∫⟨v, v⟩ = 1` over one period in units of it: negative where the cycle of twice the period
    /// is stable on the centre manifold.
    pub fn flip(&self) -> Result<NormalForm, Degenerate> {
        let periodic = self.periodic(None)?;
        let flip = self.critical(&Turn::reversal(), None)?;
        let ([_, c, product, _], size) = self.flip_terms(&flip, &periodic)?;
        let c = c / product;
        self.decided("c", c, size / product.abs(), &flip.direct)
    }

    /// NS: `re_d = Re d`, in 1/(time state²), with `∫⟨q, q⟩ = 1` over one period in units of it: negative where the torus is stable on
    /// the centre manifold.
    ///
    /// * `theta`: the critical multipliers are `e^{±iθ}`.
    pub fn torus(&self, theta: f64) -> Result<NormalForm, Degenerate> {
        let periodic = self.periodic(None)?;
        for (order, angle) in [(1, 0.0), (2, 1.0), (3, 2.0 / 3.0), (4, 0.5)] {
            if (theta - angle * std::f64::consts::PI).abs() < 1e-6 {
                return Err(Degenerate::Resonance(1, order));
            }
        }
        let torus = self.critical(&Turn::rotation(theta), None)?;
        let (_, d, _, size) = self.torus_terms(theta, &torus, &periodic)?;
        self.decided("re_d", d[0], size, &torus.direct)
    }

    /// `∫⟨v, v⟩` in the units of the states, of a function over their sizes.
    fn square(&self, function: &[f64]) -> f64 {
        let n = self.states();
        let physical: Vec<f64> = function.iter().enumerate().map(|(i, v)| v * self.sizes[i % n]).collect();
        self.product(&physical, &physical)
    }

    /// The cubic coefficient in the units of the states, and what it means.
    fn decided(&self, name: &'static str, value: f64, size: f64, direct: &[f64]) -> Result<NormalForm, Degenerate> {
        let square = self.square(direct);
        if !(value.is_finite() && square > 0.0) {
            return Err(Degenerate::Eigenvalue);
        }
        let words = if value.abs() <= NEGLIGIBLE * size {
            "degenerate"
        } else if value < 0.0 {
            "supercritical"
        } else {
            "subcritical"
        };
        Ok(NormalForm { values: vec![(name, value / square / self.period)], words: words.into() })
    }
}
