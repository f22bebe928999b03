//! Critical cycles with two free parameters: `u' = T f(u, λ)`, `u(0) = u(1)`, together with the functions that are critical there,
//! each equation linear in them (Doedel, Keller & Kernévez 1991; Kuznetsov, Govaerts, Doedel & Dhooge 2005).
//!
//! | condition | equations | come back as | extra unknown |
//! |---|---|---|---|
//! | fold | `v' = T f_x v + β f` | `v(1) = v(0)` | `β` |
//! | flip | `v' = T f_x v` | `v(1) = −v(0)` | – |
//! | torus | `v' = T f_x v`, `w' = T f_x w` | `v(1) = w(0)`, `w(1) = 2κ w(0) − v(0)` | `κ = cos θ` |
//!
//! Unknowns `y = (u, v… at the nodes, T, λ₁, λ₂, extra)`. Of the fold, `v` has no part of the phase shift, `∫ ⟨v, u'⟩ dt = 0`; of the
//! torus, `v` stays in the direction within the plane of `v, w` that it had. With `⟨v, v⟩ = 1` (`⟨v, v⟩ + β²/T² = 1` of the fold)
//! all are regular at every point where the curve is, at strong resonances as well: those of orders 1 and 2, `κ = ±1`, are where the
//! torus ends, but where a symmetry lets two multipliers pass each other.

use super::between::{self, Zero};
use super::observation::{Multipliers, Outlook, cycle_row};
use super::{Condition, Critical};
use crate::collocation::{Condensed, Mesh, Part, Place, Scheme, Shape, Space, Turn};
use crate::curve::{Curve, Guess, Located, Point, Sample};
use crate::field::{Derivatives, Field};
use crate::linalg::{Matrix, Singular, dot, eigenvalues_of_product, normalise};
use crate::normal_form::{Cycle, Pair, Vanishing};
use crate::trace::{Edge, Settings, Special, trace};
use std::f64::consts::PI;
use std::sync::Arc;

use super::cycles::Profile;

/// In which way a cycle is critical.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CycleCondition {
    Fold,
    Flip,
    Torus,
}

/// Positions of the monitors, and their number.
const DETERMINANT: usize = 0;
const COEFFICIENT: usize = 1;
const PRODUCT: usize = 2;
const TRIVIAL: usize = 3;
const FLIP: usize = 4;
const PAIR: usize = 5;
const RIGHT_ANGLE: usize = 6;
const THIRD: usize = 7;
const FIRST: usize = 8;
const SECOND: usize = 9;
const MONITORS: usize = 10;
/// Towards a homoclinic orbit the period grows beyond this many of the shortest one, and multipliers are lost in rounding errors: the
/// trivial one, of a fold a double one, is farther than the second from 1.
const HOMOCLINIC: f64 = 4.0;
const LOST: f64 = 0.1;
/// Where the amplitude of cycles, in sizes of the states, is less than this and falls, the equilibrium to which they shrink is looked
/// for.
const SMALL: f64 = 0.03;
/// A torus is not judged nearer than this to a strong resonance, in the cosine of its angle: what decides is a difference of large
/// numbers there.
const RESONANT: f64 = 1e-5;
/// Two conjugate multipliers nearer to ±1 than this, in the cosine of their angle, are a double one.
const DOUBLE: f64 = 1e-8;

impl CycleCondition {
    /// Groups of as many components as there are states.
    fn groups(self) -> usize {
        if self == CycleCondition::Torus { 3 } else { 2 }
    }

    /// Unknowns beside the nodes, and as many conditions beside the equations, with that of the step.
    fn border(self) -> usize {
        if self == CycleCondition::Flip { 3 } else { 4 }
    }

    /// The cycle at a point of a curve of such cycles, which have `states` states.
    pub fn profile(self, point: &Point, states: usize) -> Option<Profile> {
        let mesh = Mesh { points: point.sample.frame.as_ref()?.to_vec() };
        let (nodes, rest) = point.y.split_at(self.first(&point.y) - 1);
        let nodes = nodes.chunks_exact(states * self.groups()).flat_map(|node| node[..states].to_vec()).collect();
        Some(Profile { mesh, nodes, period: *rest.first()? })
    }

    /// Position of the first parameter among the unknowns; that of the period is one less.
    pub fn first(self, y: &[f64]) -> usize {
        y.len() - self.border() + 1
    }

    /// Names of what a row has beside the columns of cycles.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            CycleCondition::Fold => &["b"],
            CycleCondition::Flip => &["c"],
            CycleCondition::Torus => &["re_d", "theta"],
        }
    }

    /// What a zero of a monitor is called.
    fn label(self, which: usize) -> &'static str {
        match (self, which) {
            (CycleCondition::Fold, COEFFICIENT) => "CPC",
            (CycleCondition::Fold, PRODUCT) => "R1",
            (CycleCondition::Flip, COEFFICIENT) => "GPD",
            (CycleCondition::Flip, PRODUCT) => "R2",
            (CycleCondition::Torus, COEFFICIENT) => "CH",
            (CycleCondition::Torus, RIGHT_ANGLE) => "R4",
            (CycleCondition::Torus, THIRD) => "R3",
            (CycleCondition::Torus, FIRST) => "R1",
            (CycleCondition::Torus, SECOND) => "R2",
            (CycleCondition::Fold, FLIP) | (CycleCondition::Flip, TRIVIAL) => "LPPD",
            (CycleCondition::Fold, PAIR) | (CycleCondition::Torus, TRIVIAL) => "LPNS",
            (CycleCondition::Flip, PAIR) | (CycleCondition::Torus, FLIP) => "PDNS",
            (CycleCondition::Torus, PAIR) => "NSNS",
            _ => "",
        }
    }
}

/// Critical cycles as a curve. Its index is the number of multipliers outside the unit circle besides the critical ones.
pub struct CriticalCycles<'a, F: Field> {
    field: &'a F,
    parameters: Vec<f64>,
    free: [usize; 2],
    ranges: [f64; 2],
    condition: CycleCondition,
    /// Of the cycle alone.
    space: Space,
    derivatives: Derivatives,
    jacobian: Matrix,
    seconds: [Matrix; 2],
    condensed: Condensed,
    /// Coefficients of the nodes of `u` in the phase condition, and of those of `v` in the third condition of a torus.
    phase: Vec<f64>,
    across: Vec<f64>,
    /// Unknowns linearised last, and `∫ tr f_x dt` there.
    last: Vec<f64>,
    trace: f64,
    ones: Vec<f64>,
    /// Critical functions near the previous point, and at the point sampled last: of the multiplier 1, and of the condition.
    known: [Option<Pair>; 2],
    found: [Option<Pair>; 2],
    vanishing: Vanishing,
    shortest: f64,
}

/// A critical cycle near the first one of a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct FirstCritical {
    pub profile: Profile,
    /// What is critical there, at the nodes: of a fold and of a flip `v`, of a torus `v` and `w`.
    pub functions: Vec<Vec<f64>>,
    /// `β` of a fold, `κ` of a torus.
    pub extra: Option<f64>,
    /// The value at the nodes of the profile that is held for the first point; none where a free parameter can be.
    pub hold: Option<usize>,
}

impl FirstCritical {
    /// From a cycle that is critical, as special points of branches of cycles are.
    ///
    /// * `parameters`: all of the model's; `sizes`: scale of each state, positive; `degree`: of the polynomials.
    /// * `theta`: angle of the multipliers of a torus.
    pub fn at<F: Field>(
        field: &F,
        parameters: &[f64],
        condition: CycleCondition,
        sizes: &[f64],
        degree: usize,
        profile: &Profile,
        theta: f64,
    ) -> Result<Self, Singular> {
        let n = field.states();
        let space = Space { scheme: Scheme::new(degree), mesh: profile.mesh.clone(), sizes: sizes.to_vec() };
        let cycle = Cycle::new(field, parameters, &space, &profile.nodes, profile.period);
        let critical = |turn: &Turn| cycle.critical_nodes(turn, &cycle.critical(turn, None)?);
        let (scaled, extra) = match condition {
            CycleCondition::Fold => (vec![cycle.fold_nodes(&cycle.periodic(None)?)?], Some(profile.period)),
            CycleCondition::Flip => (vec![critical(&Turn::reversal())?], None),
            CycleCondition::Torus => {
                let both = critical(&Turn::rotation(theta))?;
                let (sin, cos) = theta.sin_cos();
                let part = |x: f64, y: f64| -> Vec<f64> {
                    both.chunks_exact(2 * n).flat_map(|q| (0..n).map(move |i| x * q[i] + y * q[n + i])).collect()
                };
                (vec![part(1.0, 0.0), part(cos, -sin)], Some(cos))
            }
        };
        // Functions of normal forms are over the sizes, and have the last node.
        let inner = |function: &Vec<f64>| {
            function[..space.values()].iter().enumerate().map(|(i, v)| v * sizes[i % n]).collect()
        };
        Ok(FirstCritical { profile: profile.clone(), functions: scaled.iter().map(inner).collect(), extra, hold: None })
    }
}

impl<'a, F: Field> CriticalCycles<'a, F> {
    /// Critical cycles near one, and the unknowns there.
    ///
    /// * `parameters`: all of the model's, at the point. `free`: which two are unknowns, and the lengths of their ranges.
    /// * `sizes`: scale of each state, positive. `degree`: of the polynomials.
    pub fn new(
        field: &'a F,
        parameters: &[f64],
        free: [(usize, f64); 2],
        condition: CycleCondition,
        sizes: &[f64],
        degree: usize,
        first: &FirstCritical,
    ) -> (Self, Vec<f64>) {
        let n = field.states();
        let profile = &first.profile;
        let derivatives = Derivatives::new(field, &free.map(|(position, _)| position));
        let space = Space { scheme: Scheme::new(degree), mesh: profile.mesh.clone(), sizes: sizes.to_vec() };
        let mut critical = CriticalCycles {
            field,
            parameters: parameters.to_vec(),
            free: free.map(|(position, _)| position),
            ranges: free.map(|(_, range)| range),
            condition,
            jacobian: derivatives.matrix(),
            seconds: [derivatives.matrix(), derivatives.matrix()],
            derivatives,
            condensed: Condensed::default(),
            phase: Vec::new(),
            across: Vec::new(),
            last: Vec::new(),
            trace: 0.0,
            ones: Vec::new(),
            known: [None, None],
            found: [None, None],
            vanishing: Vanishing { coefficient: 1.0, product: 1.0, trivial: 1.0, normal: f64::NAN },
            shortest: profile.period,
            space,
        };
        let mut y = Vec::with_capacity(critical.unknowns());
        for k in 0..critical.space.values() / n {
            for group in std::iter::once(&profile.nodes).chain(&first.functions) {
                y.extend_from_slice(&group[k * n..(k + 1) * n]);
            }
        }
        y.extend([profile.period, parameters[critical.free[0]], parameters[critical.free[1]]]);
        y.extend(first.extra);
        critical.normalise(&mut y);
        critical.take_over(&y);
        (critical, y)
    }

    fn shape(&self) -> Shape {
        Shape {
            states: self.space.components() * self.condition.groups(),
            degree: self.space.scheme.degree,
            intervals: self.space.mesh.intervals(),
            border: self.condition.border(),
        }
    }

    fn turn(&self, extra: f64) -> Turn {
        match self.condition {
            CycleCondition::Fold => Turn::none(2),
            CycleCondition::Flip => Turn { groups: 2, matrix: vec![1.0, 0.0, 0.0, -1.0] },
            CycleCondition::Torus => {
                Turn { groups: 3, matrix: vec![1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, -1.0, 2.0 * extra] }
            }
        }
    }

    /// All nodes with the last one.
    fn whole(&self, y: &[f64]) -> Vec<f64> {
        let shape = self.shape();
        let extra = y.get(shape.nodes() + 3).copied().unwrap_or(0.0);
        self.turn(extra).close(&y[..shape.nodes()], shape.states)
    }

    /// Nodes of one group.
    fn group(&self, y: &[f64], group: usize) -> Vec<f64> {
        let (n, shape) = (self.space.components(), self.shape());
        let nodes = y[..shape.nodes()].chunks_exact(shape.states);
        nodes.flat_map(|node| node[group * n..(group + 1) * n].iter().copied()).collect()
    }

    /// Sizes of all components.
    fn all_sizes(&self) -> Vec<f64> {
        self.space.sizes.repeat(self.condition.groups())
    }

    /// `⟨a, b⟩` over the sizes, of nodes of one group.
    fn product(&self, a: &[f64], b: &[f64]) -> f64 {
        let (sizes, n) = (&self.space.sizes, self.space.components());
        let scaled = |a: &[f64]| a.iter().enumerate().map(|(i, a)| a / sizes[i % n]).collect::<Vec<f64>>();
        self.space.product(&scaled(a), &scaled(b))
    }

    /// Makes the critical functions as long as they are to be.
    fn normalise(&self, y: &mut [f64]) {
        let (n, shape) = (self.space.components(), self.shape());
        let (v, nodes) = (self.group(y, 1), shape.nodes());
        let fold = self.condition == CycleCondition::Fold;
        let beta = if fold { y[nodes + 3] / y[nodes] } else { 0.0 };
        let length = (self.product(&v, &v) + beta * beta).sqrt();
        y[..nodes].chunks_exact_mut(shape.states).flat_map(|node| &mut node[n..]).for_each(|v| *v /= length);
        if fold {
            y[nodes + 3] /= length;
        }
    }

    /// Phase and direction as they are at this point.
    fn take_over(&mut self, y: &[f64]) {
        let u = self.group(y, 0);
        let mut phase = std::mem::take(&mut self.phase);
        self.space.slope_functional(&u, &mut phase);
        self.phase = phase;
        if self.condition == CycleCondition::Torus {
            self.across = self.direction(y);
        }
        self.last.clear();
        self.last.extend_from_slice(y);
    }

    /// The direction in the plane of `v` and `w` in which `v` has no part: what `w` has beside it here.
    fn direction(&self, y: &[f64]) -> Vec<f64> {
        let (v, w) = (self.group(y, 1), self.group(y, 2));
        let along = self.product(&v, &w) / self.product(&v, &v);
        let mut rest: Vec<f64> = w.iter().zip(&v).map(|(w, v)| w - along * v).collect();
        // Where the multipliers pass each other it turns round, and its sign is kept.
        let sign = if dot(&self.across, &rest) < 0.0 { -1.0 } else { 1.0 };
        let length = self.product(&rest, &rest).sqrt();
        rest.iter_mut().for_each(|r| *r *= sign / length);
        self.functional(&rest)
    }

    /// Coefficients of nodes in the product with these.
    fn functional(&self, nodes: &[f64]) -> Vec<f64> {
        let (n, sizes) = (self.space.components(), &self.space.sizes);
        let weights = self.space.mesh.weights(&self.space.scheme);
        nodes.iter().enumerate().map(|(i, v)| weights[i / n] * v / (sizes[i % n] * sizes[i % n])).collect()
    }

    fn move_to(&mut self, mesh: Mesh, y: &[f64]) {
        self.space.mesh = mesh;
        self.take_over(y);
    }

    /// Multipliers of the cycle linearised last: all of them, and those that are neither trivial nor critical.
    fn multipliers(&self, extra: f64) -> Option<(Multipliers, Multipliers)> {
        let (n, shape) = (self.space.components(), self.shape());
        let (mut all, mut own) = (Vec::new(), Vec::new());
        self.condensed.transfers(&mut all);
        for transfer in all.chunks_exact(shape.states * shape.states) {
            transfer.chunks_exact(shape.states).take(n).for_each(|row| own.extend_from_slice(&row[..n]));
        }
        let mut multipliers = eigenvalues_of_product(&own, n).ok()?;
        let mut others = multipliers.clone();
        let angle = extra.clamp(-1.0, 1.0).acos();
        let targets: &[f64] = match self.condition {
            CycleCondition::Fold => &[0.0, 0.0],
            CycleCondition::Flip => &[0.0, PI],
            CycleCondition::Torus => &[0.0, angle, -angle],
        };
        let distance = |e: &[f64; 2], target: f64| {
            let turn = (e[1] - target) / (2.0 * PI);
            e[0].hypot(2.0 * PI * (turn - turn.round()))
        };
        for (k, target) in targets.iter().enumerate() {
            let nearest = |list: &[[f64; 2]]| {
                (0..list.len()).min_by(|&a, &b| distance(&list[a], *target).total_cmp(&distance(&list[b], *target)))
            };
            others.remove(nearest(&others)?);
            // The trivial one comes first.
            if k == 0 {
                let first = nearest(&multipliers)?;
                multipliers[..=first].rotate_right(1);
            }
        }
        Some((multipliers, others))
    }

    /// What vanishes at points of codimension two.
    fn vanish(&mut self, y: &[f64]) -> Result<Vanishing, Singular> {
        let nodes = self.shape().nodes();
        let (u, period) = (self.group(y, 0), y[nodes]);
        let cycle = Cycle::new(self.field, &self.parameters, &self.space, &u, period);
        let periodic = cycle.periodic(self.known[0].as_ref())?;
        let mut own = None;
        let vanishing = match self.condition {
            CycleCondition::Fold => {
                let v = cycle.at_points(&self.group(y, 1));
                cycle.fold_vanishing(&v, y[nodes + 3] / period, &periodic)?
            }
            CycleCondition::Flip => {
                let flip = cycle.critical(&Turn::reversal(), self.known[1].as_ref())?;
                let vanishing = cycle.flip_vanishing(&flip, &periodic)?;
                own = Some(flip);
                vanishing
            }
            CycleCondition::Torus => {
                let kappa = y[nodes + 3];
                if [1.0, -0.5, -1.0].iter().any(|strong| (kappa - strong).abs() < RESONANT) || kappa.abs() > 1.0 {
                    return Err(Singular);
                }
                let theta = kappa.acos();
                let torus = cycle.critical(&Turn::rotation(theta), self.known[1].as_ref())?;
                let vanishing = cycle.torus_vanishing(theta, &torus, &periodic)?;
                own = Some(torus);
                vanishing
            }
        };
        self.found = [Some(periodic), own];
        Ok(vanishing)
    }

    /// The point where the two multipliers of a torus meet without a Jordan block, as where a symmetry lets them pass each other: there
    /// the equations are singular.
    fn double(&mut self, guess: &Guess) -> Option<Located> {
        if self.condition != CycleCondition::Torus {
            return None;
        }
        let Zero { y, residual } = between::through_singular(self, guess, |_, sample| sample.monitors[DETERMINANT])?;
        let label = match y[self.shape().nodes() + 3] {
            kappa if (kappa - 1.0).abs() < DOUBLE => "R1",
            kappa if (kappa + 1.0).abs() < DOUBLE => "R2",
            _ => return None,
        };
        Some(Located { label, y, residual })
    }

    /// The point of codimension two at which the cycles of a curve shrink to an equilibrium, between two points of it or soon after: a
    /// Bautin point, or one of two frequencies.
    ///
    /// * `amplitudes`: of the two points, the second negative where the cycle is the first one turned round.
    fn shrinks(&self, left: &Point, right: &Point, amplitudes: [f64; 2]) -> Option<Located> {
        let (n, nodes) = (self.space.components(), self.shape().nodes());
        // Everything but the cycle itself is even in the amplitude.
        let [a, b] = amplitudes.map(|r| r * r);
        let fraction = if (a - b).abs() > 1e-3 * (a + b) { a / (a - b) } else { 0.5 };
        let between = |a: f64, b: f64| a + fraction * (b - a);
        let [from, to] = [left, right].map(|point| self.space.means(&self.group(&point.y, 0)));
        let mut y: Vec<f64> = from.iter().zip(&to).map(|(a, b)| between(*a, *b)).collect();
        let mut parameters = self.parameters.clone();
        let mut edges = Vec::new();
        for (k, position) in self.free.iter().enumerate() {
            let [a, b] = [left, right].map(|point| point.y[nodes + 1 + k]);
            parameters[*position] = between(a, b);
            y.push(parameters[*position]);
            let reach = 0.05 * self.ranges[k];
            edges.push(Edge { coordinate: n + k, low: y[n + k] - reach, high: y[n + k] + reach });
        }
        let omega = 2.0 * PI / between(left.y[nodes], right.y[nodes]);
        y.push(omega * omega);
        let free: Vec<(usize, f64)> = self.free.iter().copied().zip(self.ranges).collect();
        let (sizes, kappa) = (&self.space.sizes, Some(omega * omega));
        let mut hopf = Critical::new(self.field, &parameters, &free, Condition::Hopf, sizes, &y[..n], kappa).ok()?;
        let settings = Settings { max_points: 60, ..Settings::default() };
        let found = (0..2).find_map(|k| trace(&mut hopf, &y, n + k, &edges, &[], &settings, &mut |_, _| {}).ok())?;
        // Distances in the plane of the parameters, in ranges.
        let away = |from: [f64; 2], to: [f64; 2]| {
            (0..2).map(|k| ((from[k] - to[k]) / self.ranges[k]).powi(2)).sum::<f64>().sqrt()
        };
        let guess = [y[n], y[n + 1]];
        let place = |special: &Special| {
            let at = &found.points[special.index].y;
            [at[n], at[n + 1]]
        };
        let labels: &[&str] = if self.condition == CycleCondition::Fold { &["GH"] } else { &["HH", "ZH"] };
        let special = found.special.iter().filter(|special| labels.contains(&special.label));
        let special = special.min_by(|a, b| away(place(a), guess).total_cmp(&away(place(b), guess)))?;
        let [from, to] = [left, right].map(|point| [point.y[nodes + 1], point.y[nodes + 2]]);
        if away(place(special), guess) > 0.3 * away(from, to).max(away(to, guess)) {
            return None;
        }
        let at = &found.points[special.index].y;
        let mut whole = Vec::with_capacity(left.y.len());
        for _ in 0..nodes / self.shape().states {
            whole.extend_from_slice(&at[..n]);
            whole.resize(whole.len() + self.shape().states - n, 0.0);
        }
        whole.extend([2.0 * PI / at[n + 2].max(0.0).sqrt(), at[n], at[n + 1]]);
        whole.extend(right.y.get(nodes + 3));
        Some(Located { label: special.label, y: whole, residual: special.residual })
    }
}

impl<F: Field> Curve for CriticalCycles<'_, F> {
    fn unknowns(&self) -> usize {
        self.shape().nodes() + self.condition.border()
    }

    fn equations(&self) -> usize {
        self.unknowns() - 1
    }

    fn linearise(&mut self, y: &[f64], scale: &[f64], row: &[f64], f: &mut [f64]) -> Result<(), Singular> {
        let (n, shape) = (self.space.components(), self.shape());
        let (all, m, width, nodes, border) = (shape.states, shape.degree, shape.width(), shape.nodes(), shape.border);
        let period = y[nodes];
        let extra = y.get(nodes + 3).copied().unwrap_or(0.0);
        let beta = if self.condition == CycleCondition::Fold { extra } else { 0.0 };
        for (k, &position) in self.free.iter().enumerate() {
            self.parameters[position] = y[nodes + 1 + k];
        }
        self.last.clear();
        self.last.extend_from_slice(y);
        self.shortest = self.shortest.min(period.abs());
        self.trace = 0.0;
        self.condensed.reset(shape);
        let turn = self.turn(extra);
        let whole = turn.close(&y[..nodes], all);
        let sizes = self.all_sizes();
        let (mut z, mut slopes, mut rates) = (vec![0.0; all], vec![0.0; all], vec![0.0; n]);
        let (mut linear, mut columns, mut right) = (vec![0.0; all * all], vec![0.0; all * border], vec![0.0; all]);
        let mut work = Vec::new();
        for j in 0..shape.intervals {
            let h = self.space.mesh.length(j);
            for g in 0..m {
                let weights = g * (m + 1)..(g + 1) * (m + 1);
                let (value, slope) = (&self.space.scheme.value[weights.clone()], &self.space.scheme.slope[weights]);
                self.space.mesh.combine(&self.space.scheme, value, &whole, all, j, &mut z);
                self.space.mesh.combine(&self.space.scheme, slope, &whole, all, j, &mut slopes);
                let u = &z[..n];
                self.derivatives.first(self.field, u, &self.parameters, &mut rates, &mut self.jacobian);
                linear.fill(0.0);
                columns.fill(0.0);
                right.fill(0.0);
                for i in 0..n {
                    right[i] = period * rates[i];
                    columns[i * border] = rates[i];
                    for (k, a) in self.jacobian.elements(i) {
                        if k == i {
                            self.trace += self.space.scheme.weights[g] * h * period * a;
                        }
                        for group in 0..self.condition.groups() {
                            let (row, v) = (group * n + i, &z[group * n..(group + 1) * n]);
                            match k.checked_sub(n) {
                                None => {
                                    linear[row * all + group * n + k] += period * a;
                                    if group > 0 {
                                        right[row] += period * a * v[k];
                                        columns[row * border] += a * v[k];
                                        linear[row * all + k] += beta * a;
                                    }
                                }
                                Some(parameter) if group == 0 => columns[row * border + 1 + parameter] += period * a,
                                Some(parameter) => columns[row * border + 1 + parameter] += beta * a,
                            }
                        }
                    }
                    if self.condition == CycleCondition::Fold {
                        right[n + i] += beta * rates[i];
                        columns[(n + i) * border + 3] = rates[i];
                    }
                }
                for group in 1..self.condition.groups() {
                    let second = &mut self.seconds[group - 1];
                    let v = &z[group * n..(group + 1) * n];
                    self.derivatives.second(self.field, u, &self.parameters, v, second);
                    for i in 0..n {
                        let row = group * n + i;
                        for (k, a) in second.elements(i) {
                            match k.checked_sub(n) {
                                None => linear[row * all + k] += period * a,
                                Some(parameter) => columns[row * border + 1 + parameter] += period * a,
                            }
                        }
                    }
                }
                for i in 0..all {
                    f[(j * m + g) * all + i] = (slopes[i] - h * right[i]) / sizes[i];
                    for k in 0..all {
                        linear[i * all + k] *= sizes[k] / sizes[i];
                    }
                    columns[i * border..(i + 1) * border].iter_mut().for_each(|c| *c /= sizes[i]);
                }
                let place = Place { scheme: &self.space.scheme, length: h, point: g };
                place.write(self.condensed.block_mut(j), &linear, &columns, all);
            }
            let block = self.condensed.block_mut(j);
            for row in block.chunks_exact_mut(width) {
                if j + 1 == shape.intervals {
                    let end = &mut row[(m - 1) * all..m * all];
                    let moved: f64 = if self.condition == CycleCondition::Torus {
                        (2 * n..all).map(|k| end[k] * 2.0 * y[k] / sizes[k]).sum()
                    } else {
                        0.0
                    };
                    turn.pull_back(end, &mut work);
                    row[width - 1] += moved;
                }
                for l in 0..=m {
                    let at = self.space.mesh.node(&self.space.scheme, j, l) * all;
                    let column = if l == 0 { m * all } else { (l - 1) * all };
                    for k in 0..all {
                        row[column + k] *= scale[at + k] / sizes[k];
                    }
                }
                row[width - border..].iter_mut().zip(&scale[nodes..]).for_each(|(c, s)| *c *= s);
            }
        }
        // Conditions over the whole cycle.
        let (u, v) = (self.group(y, 0), self.group(y, 1));
        let relative = beta / period;
        let square = self.product(&v, &v) + relative * relative - 1.0;
        let doubled = self.functional(&v).iter().map(|c| 2.0 * c).collect();
        // Number of the condition, and of the group that it has coefficients of; the value is told once.
        let mut conditions = vec![(0, 0, self.phase.clone(), dot(&self.phase, &u)), (1, 1, doubled, square)];
        match self.condition {
            CycleCondition::Fold => {
                // ∫ ⟨v, u'⟩ dt, linear in both.
                let (mut of_v, mut of_u) = (Vec::new(), Vec::new());
                self.space.slope_coefficients(&u, &mut of_v);
                self.space.slope_coefficients(&v, &mut of_u);
                of_u.iter_mut().for_each(|c| *c = -*c);
                let value = dot(&of_v, &v);
                conditions.extend([(2, 1, of_v, value), (2, 0, of_u, 0.0)]);
            }
            CycleCondition::Flip => {}
            CycleCondition::Torus => conditions.push((2, 1, self.across.clone(), dot(&self.across, &v))),
        }
        f[nodes..].fill(0.0);
        (0..border - 1).for_each(|number| self.condensed.row_mut(number).fill(0.0));
        for (number, group, coefficients, value) in &conditions {
            f[nodes + number] += *value;
            let row = self.condensed.row_mut(*number);
            for (k, coefficients) in coefficients.chunks_exact(n).enumerate() {
                let at = k * all + group * n;
                for (i, c) in coefficients.iter().enumerate() {
                    row[at + i] = c * scale[at + i];
                }
            }
        }
        if self.condition == CycleCondition::Fold {
            let row = self.condensed.row_mut(1);
            row[nodes] = -2.0 * relative * relative / period * scale[nodes];
            row[nodes + 3] = 2.0 * relative / period * scale[nodes + 3];
        }
        let last = self.condensed.row_mut(border - 1);
        last.fill(0.0);
        last[..row.len()].copy_from_slice(row);
        self.ones.resize(self.equations(), 1.0);
        self.condensed.factor()
    }

    fn solve(&mut self, rhs: &mut [f64]) {
        self.condensed.solve(rhs);
    }

    fn determinant(&mut self) -> f64 {
        self.condensed.determinant()
    }

    fn row_scale(&self) -> &[f64] {
        &self.ones
    }

    fn rescale(&self, y: &[f64], scale: &mut [f64]) {
        let (n, shape) = (self.space.components(), self.shape());
        let nodes = shape.nodes();
        let mut sizes = self.space.sizes.clone();
        for u in y[..nodes].chunks_exact(shape.states) {
            sizes.iter_mut().zip(&u[..n]).for_each(|(size, u)| *size = size.max(u.abs()));
        }
        let known = self.space.sizes_of(shape.states, scale);
        sizes.iter_mut().zip(&known).for_each(|(size, known)| *size = size.max(*known));
        let mut all = self.space.sizes.repeat(self.condition.groups());
        all[..n].copy_from_slice(&sizes);
        self.space.spread(&all, &mut scale[..nodes]);
        scale[nodes] = scale[nodes].max(y[nodes].abs());
        scale[nodes + 1..nodes + 3].copy_from_slice(&self.ranges);
        match self.condition {
            CycleCondition::Fold => scale[nodes + 3] = scale[nodes],
            CycleCondition::Flip => {}
            CycleCondition::Torus => scale[nodes + 3] = 1.0,
        }
    }

    fn regauge(&mut self) {
        let y = std::mem::take(&mut self.last);
        self.take_over(&y);
        for (known, found) in self.known.iter_mut().zip(&mut self.found) {
            if let Some(pair) = found.take() {
                *known = Some(pair);
            }
        }
    }

    fn strained(&self, here: &Point) -> bool {
        let whole = self.whole(&here.y);
        self.space.mesh.is_strained(&self.space.scheme, &whole, self.shape().states, &self.all_sizes())
    }

    fn adapt(&mut self, points: &mut [&mut Point], scale: &mut [f64]) {
        let shape = self.shape();
        let (all, nodes) = (shape.states, shape.nodes());
        let Some(here) = points.first() else { return };
        let extra = |y: &[f64]| y.get(nodes + 3).copied().unwrap_or(0.0);
        let load = self.space.mesh.load(&self.space.scheme, &self.whole(&here.y), all, &self.all_sizes());
        let mesh = self.space.mesh.redistributed(&load, self.space.mesh.intervals());
        let frame: Arc<[f64]> = mesh.points.clone().into();
        let sizes = self.space.sizes_of(all, scale);
        for point in points.iter_mut() {
            let turn = self.turn(extra(&point.y));
            for values in [&mut point.y, &mut point.tangent] {
                let whole = turn.close(&values[..nodes], all);
                let moved = self.space.mesh.transfer(&self.space.scheme, &whole, all, &mesh);
                values[..nodes].copy_from_slice(&moved[..nodes]);
            }
            point.sample.frame = Some(frame.clone());
        }
        let y = points[0].y.clone();
        self.move_to(mesh, &y);
        self.space.spread(&sizes, &mut scale[..nodes]);
    }

    fn settle(&mut self, at: &Point, scale: &mut [f64]) {
        let shape = self.shape();
        let sizes = self.space.sizes_of(shape.states, scale);
        if let Some(frame) = &at.sample.frame {
            self.move_to(Mesh { points: frame.to_vec() }, &at.y);
        }
        self.space.spread(&sizes, &mut scale[..shape.nodes()]);
    }

    fn sample(&mut self, y: &[f64], _tangent: &[f64], orientation: f64) -> Sample {
        let nodes = self.shape().nodes();
        let extra = y.get(nodes + 3).copied().unwrap_or(0.0);
        let Some((multipliers, others)) = self.multipliers(extra) else {
            return Sample { monitors: vec![f64::NAN; MONITORS], ..Sample::default() };
        };
        // Where they are not defined, at strong resonances, they are as they were.
        if let Ok(vanishing) = self.vanish(y) {
            self.vanishing = vanishing;
        }
        let torus = self.condition == CycleCondition::Torus;
        let Vanishing { coefficient, product, trivial, normal } = self.vanishing.clone();
        let monitors = vec![
            orientation,
            coefficient,
            if torus { 1.0 } else { product },
            if self.condition == CycleCondition::Fold { 1.0 } else { trivial },
            if self.condition == CycleCondition::Flip { 1.0 } else { others.flip() },
            others.pair(),
            if torus { extra } else { 1.0 },
            if torus { extra + 0.5 } else { 1.0 },
            if torus { 1.0 - extra } else { 1.0 },
            if torus { 1.0 + extra } else { 1.0 },
        ];
        let index = others.unstable();
        let (mut observed, _) = cycle_row(&self.space, &self.group(y, 0), &multipliers, self.trace);
        observed.push(normal);
        if torus {
            observed.push(extra.clamp(-1.0, 1.0).acos());
        }
        Sample { monitors, index, observed, slopes: Vec::new(), frame: Some(self.space.mesh.points.clone().into()) }
    }

    fn locate(&mut self, which: usize, guess: &Guess) -> Option<Located> {
        if which == DETERMINANT {
            return self.double(guess);
        }
        let Zero { y, residual } = between::zero(self, which, guess)?;
        let mut label = self.condition.label(which);
        if which == PAIR {
            let (_, others) = self.multipliers(y.get(self.shape().nodes() + 3).copied().unwrap_or(0.0))?;
            // Two real multipliers whose product is 1 are no bifurcation.
            if !others.on_circle() {
                label = "";
            }
        }
        Some(Located { label, y, residual })
    }

    fn accounts_for(&self, label: &str, which: usize) -> bool {
        let double = which == DETERMINANT && matches!(label, "R1" | "R2");
        label.is_empty()
            || double
            || (0..MONITORS).any(|monitor| monitor == which && self.condition.label(monitor) == label)
    }

    fn allows_jump(&self, _label: &str, _jump: i64) -> bool {
        true
    }

    fn audited(&self) -> bool {
        false
    }

    fn guards_against_jumps(&self, which: usize) -> bool {
        which == DETERMINANT
    }

    fn runs_out(&self, here: &Point) -> bool {
        let nodes = self.shape().nodes();
        let slope = (0..2).map(|k| (here.tangent[nodes + 1 + k] / self.ranges[k]).abs()).fold(0.0, f64::max);
        let trivial_error = here.sample.observed.get(7 * self.space.components()).copied().unwrap_or(0.0);
        here.y[nodes] > HOMOCLINIC * self.shortest && (slope < 1e-9 || trivial_error > LOST)
    }

    fn terminus(&mut self, left: &Point, right: &Point, scale: &[f64]) -> Option<Located> {
        let [a, b] = [left, right].map(|point| self.group(&point.y, 0));
        let [from, to] = [&a, &b].map(|nodes| {
            let part = self.space.oscillation(nodes);
            self.space.product(&part, &part).sqrt()
        });
        if self.space.turned_over([&a, &b]) == Some(Part::Oscillation) {
            return self.shrinks(left, right, [from, -to]);
        }
        // The smaller a cycle, the worse is known when it is critical.
        if to < from
            && to < SMALL
            && let Some(end) = self.shrinks(left, right, [from, to])
        {
            return Some(end);
        }
        // At strong resonances of orders 1 and 2 the multipliers leave the unit circle.
        let which = [FIRST, SECOND].into_iter().find(|&which| {
            let [a, b] = [left, right].map(|point| point.sample.monitors[which]);
            a > 0.0 && b < 0.0
        })?;
        let mut tangent: Vec<f64> = (0..scale.len()).map(|k| (right.y[k] - left.y[k]) / scale[k]).collect();
        normalise(&mut tangent);
        let middle: Vec<f64> = left.y.iter().zip(&right.y).map(|(a, b)| 0.5 * (a + b)).collect();
        let guess = Guess { y: &middle, scale, tangent: &tangent, left, right };
        self.locate(which, &guess)
    }
}
