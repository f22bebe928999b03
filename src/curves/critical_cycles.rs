//! Critical cycles with two free parameters: `u' = T f(u, λ)`, `u(0) = u(1)`, together with the functions that are critical there,
//! each equation linear in them (Doedel, Keller & Kernévez 1991; Kuznetsov, Govaerts, Doedel & Dhooge 2005).
//!
//! | condition | equations | come back as | extra unknown |
//! |---|---|---|---|
//! | fold | `v' = T f_x v + β f`, or with `− χ f` as in [`across`] | `v(1) = v(0)` | `β` |
//! | flip | `v' = T f_x v` | `v(1) = −v(0)` | – |
//! | torus | `v' = T f_x v`, `w' = T f_x w` | `v(1) = w(0)`, `w(1) = 2κ w(0) − v(0)` | `κ = cos θ` |
//!
//! Unknowns `y = (u, v… at the nodes, T, λ₁, λ₂, extra)`. Of the fold, `v` has no part of the phase shift, `∫ ⟨v, u'⟩ dt = 0`; of the
//! torus, `v` stays in the direction within the plane of `v, w` that it had. With `⟨v, v⟩ = 1` (`⟨v, v⟩ + β²/T² = 1` of the fold)
//! all are regular at every point where the curve is, at strong resonances as well: those of orders 1 and 2, `κ = ±1`, are where the
//! torus ends, but where a symmetry lets two multipliers pass each other.

mod across;
mod ends;
mod equations;
mod first;
mod heights;
mod monitors;
mod nearby;
mod resonance;

pub use first::{FirstCritical, Hold};

use super::between::{self, Zero};
use super::cycles::Profile;
use super::homoclinic::{Approach, HOMOCLINIC};
use super::observation::{CycleRow, Outlook, cycle_identity, cycle_row};
use crate::collocation::{Condensed, Mesh, Part, Scheme, Shape, Space, Turn};
use crate::curve::{Curve, ENDLESS, Guess, Located, Point, Sample};
use crate::field::{Derivatives, Field};
use crate::linalg::{Matrix, Singular, dot, normalise};
use crate::normal_form::{Pair, Vanishing};
use across::Across;
use heights::by_height;
use std::sync::Arc;

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
/// Where the amplitude of cycles, in sizes of the states, is less than this and falls, the equilibrium to which they shrink is looked
/// for.
const SMALL: f64 = 0.03;
/// How a curve ends on which what is critical is lost: the exponents of critical multipliers are farther than [`FAR`] from where
/// they are to be.
pub const LOST: &str = "lost";
const FAR: f64 = 0.1;
/// Where the coefficient that vanishes at CPC, GPD or CH is less than this part of what it is the sum of, at a whole point of the
/// curve, it is zero all along, as where an invariant makes it so, and its sign is a rounding error.
const NEGLIGIBLE: f64 = 1e-7;

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
    /// What the critical function of a fold has along the cycle is left out of it; its `β`, which is in no equation then, is 0.
    left_out: bool,
    across: Across,
    condensed: Condensed,
    /// Coefficients of the nodes of `u` in the phase condition, and of those of `v` in the third condition of a torus.
    phase: Vec<f64>,
    direction: Vec<f64>,
    /// Unknowns linearised last, and `∫ tr f_x dt` there.
    last: Vec<f64>,
    trace: f64,
    /// The scales of the states at the mesh points there, and at each node how large functions are: where what is along the cycle is
    /// left out, linear equations are in units of this, for functions may be smaller by many orders of magnitude than elsewhere, and are
    /// to be known as well.
    units: Vec<f64>,
    heights: Vec<f64>,
    /// The scales of the rows: where functions are large, so are rounding errors in what makes them.
    rows: Vec<f64>,
    /// Critical functions near the previous point, and at the point sampled last: of the multiplier 1, and of the condition.
    known: [Option<Pair>; 2],
    found: [Option<Pair>; 2],
    /// The coefficient that vanishes at CPC, GPD or CH, as a monitor and as it is, at the point sampled last.
    coefficient: f64,
    normal: f64,
    /// It is a rounding error there, and was at the previous point.
    small: bool,
    degenerate: bool,
    shortest: f64,
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
            left_out: false,
            across: Across::default(),
            derivatives,
            condensed: Condensed::default(),
            phase: Vec::new(),
            direction: Vec::new(),
            last: Vec::new(),
            trace: 0.0,
            units: Vec::new(),
            heights: Vec::new(),
            rows: Vec::new(),
            known: [None, None],
            found: [None, None],
            coefficient: 1.0,
            normal: f64::NAN,
            small: true,
            degenerate: true,
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

    /// All parameters, with these values of the free ones.
    fn parameters_at(&self, free: [f64; 2]) -> Vec<f64> {
        let mut parameters = self.parameters.clone();
        self.free.iter().zip(free).for_each(|(&position, value)| parameters[position] = value);
        parameters
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
        let beta = self.beta(y) / y[nodes];
        let length = (self.product(&v, &v) + beta * beta).sqrt();
        y[..nodes].chunks_exact_mut(shape.states).flat_map(|node| &mut node[n..]).for_each(|v| *v /= length);
        if self.condition == CycleCondition::Fold {
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
            self.direction = self.direction(y);
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
        let sign = if dot(&self.direction, &rest) < 0.0 { -1.0 } else { 1.0 };
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

    /// Takes what vanishes at CPC, GPD or CH as a monitor and as a column.
    fn take_coefficient(&mut self, vanishing: &Vanishing, others: &[[f64; 2]]) {
        self.small = vanishing.coefficient.abs() <= NEGLIGIBLE * vanishing.size;
        self.normal = if vanishing.known { vanishing.normal } else { f64::NAN };
        if !vanishing.known {
            // As it was.
        } else if self.small && self.degenerate {
            // The monitor stays as it was.
            self.normal = 0.0;
        } else if let Some(coefficient) = self.oriented(vanishing, others) {
            self.coefficient = coefficient;
        }
    }

    fn move_to(&mut self, mesh: Mesh, y: &[f64]) {
        self.space.mesh = mesh;
        self.take_over(y);
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
        let shape = self.shape();
        let (nodes, border) = (shape.nodes(), shape.border);
        for (k, &position) in self.free.iter().enumerate() {
            self.parameters[position] = y[nodes + 1 + k];
        }
        self.last.clear();
        self.last.extend_from_slice(y);
        self.shortest = self.shortest.min(y[nodes].abs());
        self.units.clear();
        let n = self.space.components();
        scale[..nodes].chunks(shape.states * shape.degree).for_each(|node| self.units.extend_from_slice(&node[..n]));
        self.heights = self.heights_at(y);
        self.condensed.reset(shape);
        self.write_equations(y, scale, f);
        self.write_conditions(y, scale, f);
        let last = self.condensed.row_mut(border - 1);
        last.fill(0.0);
        last[..row.len()].copy_from_slice(row);
        by_height(&mut last[..nodes], shape.states, n, self.heights.iter().copied());
        let mut rows = std::mem::take(&mut self.rows);
        rows.clear();
        rows.resize(self.equations(), 1.0);
        let of_rows = self.at_intervals(shape).map(|height| 1.0 / height.max(1.0));
        by_height(&mut rows[..nodes], shape.states, n, of_rows);
        self.rows = rows;
        self.condensed.factor()
    }

    fn solve(&mut self, rhs: &mut [f64]) {
        let (n, shape) = (self.space.components(), self.shape());
        let nodes = shape.nodes();
        by_height(&mut rhs[..nodes], shape.states, n, self.at_intervals(shape).map(|height| 1.0 / height));
        self.condensed.solve(rhs);
        by_height(&mut rhs[..nodes], shape.states, n, self.heights.iter().copied());
    }

    fn determinant(&mut self) -> f64 {
        self.condensed.determinant()
    }

    fn row_scale(&self) -> &[f64] {
        &self.rows
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
        self.degenerate = self.small;
    }

    fn strained(&self, here: &Point) -> bool {
        let whole = self.whole(&here.y);
        self.hides(&here.y)
            || self.space.mesh.is_strained(&self.space.scheme, &whole, self.shape().states, &self.local_sizes(&here.y))
    }

    fn adapt(&mut self, points: &mut [&mut Point], scale: &mut [f64]) {
        let shape = self.shape();
        let (all, nodes) = (shape.states, shape.nodes());
        if points.first().is_some_and(|here| self.hides(&here.y)) {
            self.leave_out(points);
        }
        let Some(here) = points.first() else { return };
        let extra = |y: &[f64]| y.get(nodes + 3).copied().unwrap_or(0.0);
        let load = self.space.mesh.load(&self.space.scheme, &self.whole(&here.y), all, &self.local_sizes(&here.y));
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
        self.left_out = self.condition == CycleCondition::Fold && at.y[shape.nodes() + 3] == 0.0;
        if let Some(frame) = &at.sample.frame {
            self.move_to(Mesh { points: frame.to_vec() }, &at.y);
        }
        self.space.spread(&sizes, &mut scale[..shape.nodes()]);
    }

    fn sample(&mut self, y: &[f64], _tangent: &[f64], orientation: f64) -> Sample {
        let nodes = self.shape().nodes();
        let extra = y.get(nodes + 3).copied().unwrap_or(0.0);
        let Some((multipliers, others)) = self.multipliers(y) else {
            return Sample { monitors: vec![f64::NAN; MONITORS], ..Sample::default() };
        };
        // Where it is not defined, at strong resonances, it is as it was.
        if let Ok(vanishing) = self.vanish(y) {
            self.take_coefficient(&vanishing, &others);
        }
        let [fold, flip, torus] = [CycleCondition::Fold, CycleCondition::Flip, CycleCondition::Torus]
            .map(|condition| self.condition == condition);
        let monitors = vec![
            orientation,
            self.coefficient,
            if fold {
                others.fold()
            } else if flip {
                others.flip()
            } else {
                1.0
            },
            if fold { 1.0 } else { others.fold() },
            if flip { 1.0 } else { others.flip() },
            others.pair(),
            if torus { extra } else { 1.0 },
            if torus { extra + 0.5 } else { 1.0 },
            if torus { 1.0 - extra } else { 1.0 },
            if torus { 1.0 + extra } else { 1.0 },
        ];
        let index = others.unstable();
        let (mut observed, _) = cycle_row(&self.space, &self.group(y, 0), &multipliers, self.trace);
        observed.push(self.normal);
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
            let (_, others) = self.multipliers(&y)?;
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

    fn identity(&self, point: &Point, scale: &[f64]) -> Option<Vec<f64>> {
        let rest = self.shape().nodes()..self.shape().nodes() + 3;
        Some(cycle_identity(&point.sample.observed, &self.space.sizes, (&point.y[rest.clone()], &scale[rest])))
    }

    fn gives_out(&self, _here: &Point) -> Option<&'static str> {
        self.left_out.then_some(LOST)
    }

    fn runs_out(&self, here: &Point, still: f64) -> Option<&'static str> {
        let nodes = self.shape().nodes();
        let slope = |k: usize| (here.tangent[nodes + 1 + k] / self.ranges[k]).abs();
        let approach = Approach {
            space: &self.space,
            nodes: &self.group(&here.y, 0),
            period: here.y[nodes],
            shortest: self.shortest,
            slope: slope(0).max(slope(1)),
            trivial_error: CycleRow::of(&here.sample.observed, self.space.components()).trivial_error,
        };
        if self.critical_error(here) > FAR {
            return Some(LOST);
        }
        let ways = [(approach.has_arrived(), HOMOCLINIC), (still > 0.1, ENDLESS)];
        ways.into_iter().find_map(|(is_so, way)| is_so.then_some(way))
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
        if let Some(end) = self.resonance(which, left, right) {
            return Some(end);
        }
        let mut tangent: Vec<f64> = (0..scale.len()).map(|k| (right.y[k] - left.y[k]) / scale[k]).collect();
        normalise(&mut tangent);
        let middle: Vec<f64> = left.y.iter().zip(&right.y).map(|(a, b)| 0.5 * (a + b)).collect();
        let guess = Guess { y: &middle, scale, tangent: &tangent, left, right };
        self.locate(which, &guess)
    }
}
