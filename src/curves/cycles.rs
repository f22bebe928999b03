//! Cycles with one free parameter: `u' = T f(u, λ)`, `u(0) = u(1)`, by collocation. Unknowns `y = (u at the nodes, T, λ)`.
//!
//! The phase is fixed by `∫ ⟨u, u_r'⟩ dt = 0` for the previous cycle `u_r` (Doedel 1981). Along the curve the mesh moves, so that the
//! unknowns of a point mean something on its own mesh only, which its sample carries.
//!
//! | monitor | vanishes at |
//! |---|---|
//! | determinant of the bordered system | branch points of cycles (BPC); where a cycle of twice the period closes up (PD) |
//! | λ' | folds of cycles (LPC) |
//! | `Π (1 + μ_i)` | period doublings (PD) |
//! | smallest `ν_i + ν_j`, with `μ = e^ν` | tori (NS), and neutral saddles, which are no bifurcation |
//!
//! over the multipliers `μ_i` that are not trivial. In a canard explosion λ' is a rounding error through many cycles, but its sign is
//! known: `± det Π (1 − μ_i)`, of the bordered system's determinant, where the multipliers change much.

use super::between::{self, Zero};
use super::homoclinic::{Approach, HOMOCLINIC};
use super::observation::{CycleRow, Multipliers, Outlook, cycle_identity, cycle_row};
use super::{Condition, Critical};
use crate::collocation::{Condensed, Equations, Extremum, Mesh, Part, Scheme, Shape, Space};
use crate::curve::{Curve, ENDLESS, Guess, Located, Point, Sample};
use crate::field::{Field, Many};
use crate::linalg::{
    Matrix, Singular, deflate, dot, eigenvalues_of_product, multiply_repeated, multiply_square, normalise, null_vectors,
};
use crate::trace::{Settings, polish};
use std::f64::consts::PI;
use std::sync::Arc;

/// How a branch ends along which cycles are not isolated at one value of the parameter, as where something is conserved.
pub const NOT_ISOLATED: &str = "not-isolated";

/// Positions of the monitors.
const BRANCH_POINT: usize = 0;
const FOLD: usize = 1;
const FLIP: usize = 2;
const TORUS: usize = 3;

/// Where a cycle of these sizes moves by less than this in a time of its period, its direction is a rounding error.
const NO_DIRECTION: f64 = 1e-11;
/// Sizes that differ by less than this part of them are the same.
const SAME_SIZE: f64 = 1e-12;
/// The slope of the parameter is no rounding error beyond this.
const SLOPE: f64 = 1e-8;
/// Where the trivial multiplier is farther from 1 than this, others may be lost with it.
const DOUBTFUL: f64 = 1e-6;

/// A cycle: values at the nodes of a mesh over one period.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    pub mesh: Mesh,
    pub nodes: Vec<f64>,
    pub period: f64,
}

impl Profile {
    /// The cycle at a point of a curve of cycles.
    pub fn at(point: &Point) -> Option<Self> {
        let mesh = Mesh { points: point.sample.frame.as_ref()?.to_vec() };
        let [nodes @ .., period, _] = point.y.as_slice() else { return None };
        Some(Profile { mesh, nodes: nodes.to_vec(), period: *period })
    }
}

/// Cycles of a vector field as a curve. Its index is the number of multipliers outside the unit circle.
pub struct Cycles<'a, F: Field> {
    field: &'a F,
    parameters: Vec<f64>,
    free: usize,
    range: f64,
    space: Space,
    many: Many,
    equations: Equations,
    condensed: Condensed,
    /// Scales of the unknowns at the nodes, as linearised last, and the sizes of the states over them.
    scale: Vec<f64>,
    units: Vec<f64>,
    /// Coefficients of the nodes in the phase condition, and of these over their sizes.
    phase: Vec<f64>,
    phase_in_sizes: Vec<f64>,
    /// The nodes linearised last, and `∫ tr f_x dt` there.
    nodes: Vec<f64>,
    trace: f64,
    ones: Vec<f64>,
    work: Vec<f64>,
    /// Directions of the cycle at mesh points, over the sizes.
    along: Vec<f64>,
    /// Sign of λ' over that of `det Π (1 − μ_i)`, which is the same everywhere on a branch; 0 where it is not known yet.
    sense: f64,
    shortest: f64,
}

impl<'a, F: Field> Cycles<'a, F> {
    /// Cycles near a profile, which fixes the phase to begin with.
    ///
    /// * `parameters`: all of the model's; the value of the free one is ignored. `free`: its position and its range's length.
    /// * `sizes`: scale of each state, positive. `degree`: of the polynomials.
    pub fn new(
        field: &'a F,
        parameters: &[f64],
        free: (usize, f64),
        sizes: &[f64],
        degree: usize,
        profile: &Profile,
    ) -> Self {
        let mut cycles = Cycles {
            field,
            parameters: parameters.to_vec(),
            free: free.0,
            range: free.1,
            space: Space { scheme: Scheme::new(degree), mesh: profile.mesh.clone(), sizes: sizes.to_vec() },
            many: Many::new(field, &[free.0]),
            equations: Equations::default(),
            condensed: Condensed::default(),
            scale: Vec::new(),
            units: Vec::new(),
            phase: Vec::new(),
            phase_in_sizes: Vec::new(),
            nodes: profile.nodes.clone(),
            trace: 0.0,
            ones: Vec::new(),
            work: Vec::new(),
            along: Vec::new(),
            sense: 0.0,
            shortest: profile.period,
        };
        cycles.fix_phase();
        cycles
    }

    /// The mode with multiplier −1 around the cycle of a profile at a period doubling: its values at the nodes. `None` where
    /// there is none.
    pub fn flip_mode(&mut self, profile: &Profile, lambda: f64) -> Option<Vec<f64>> {
        let n = self.field.states();
        let y: Vec<f64> = profile.nodes.iter().copied().chain([profile.period, lambda]).collect();
        let (mut scale, mut row, mut f) = (vec![0.0; y.len()], vec![0.0; y.len()], vec![0.0; y.len() - 1]);
        *row.last_mut()? = 1.0;
        self.move_to(profile.mesh.clone(), &profile.nodes);
        self.rescale(&y, &mut scale);
        self.linearise(&y, &scale, &row, &mut f).ok()?;
        self.condensed.transfers(&mut self.work);
        let identity: Vec<f64> = (0..n * n).map(|i| f64::from(i % (n + 1) == 0)).collect();
        let product = self
            .work
            .chunks_exact(n * n)
            .fold(identity.clone(), |product, factor| multiply_square(factor, &product, n));
        let shifted = product.iter().zip(identity).map(|(m, one)| m + one).collect();
        let null = null_vectors(&Matrix::full(n, 0, shifted), 1).ok()?;
        let mode = self.condensed.follow(null.right.first()?);
        Some(mode.iter().zip(self.space.sizes.iter().cycle()).map(|(v, size)| v * size).collect())
    }

    /// The direction across the `known` one in which another branch leaves a branch point of cycles: with `⟨known, z⟩ = 0` in scaled
    /// unknowns, the linearisation `F_y z = 0` has one solution there. It is returned with the scales, each for `(u at the nodes, T, λ)`.
    pub fn across(&mut self, profile: &Profile, lambda: f64, known: &[f64]) -> Option<(Vec<f64>, Vec<f64>)> {
        let y: Vec<f64> = profile.nodes.iter().copied().chain([profile.period, lambda]).collect();
        let (mut scale, mut f) = (vec![0.0; y.len()], vec![0.0; y.len() - 1]);
        self.move_to(profile.mesh.clone(), &profile.nodes);
        self.rescale(&y, &mut scale);
        let mut row: Vec<f64> = known.iter().zip(&scale).map(|(k, s)| k / s).collect();
        normalise(&mut row);
        self.linearise(&y, &scale, &row, &mut f).ok()?;
        // The system is singular but for rounding errors, and whatever it is solved for, the solution is its null vector.
        let mut direction: Vec<f64> = (0..y.len()).map(|k| (1.3 + 0.7 * k as f64).sin()).collect();
        self.solve(&mut direction);
        let size = normalise(&mut direction);
        direction.iter_mut().zip(&scale).for_each(|(d, s)| *d *= s);
        size.is_finite().then_some((direction, scale))
    }

    /// Takes another mesh, and the phase of a function on it.
    fn move_to(&mut self, mesh: Mesh, nodes: &[f64]) {
        self.space.mesh = mesh;
        self.nodes.clear();
        self.nodes.extend_from_slice(nodes);
        self.fix_phase();
    }

    fn shape(&self) -> Shape {
        Shape {
            states: self.field.states(),
            degree: self.space.scheme.degree,
            intervals: self.space.mesh.intervals(),
            border: 2,
        }
    }

    /// Takes the function and the parameters to evaluate the field along it.
    fn set(&mut self, y: &[f64]) {
        let shape = self.shape();
        self.parameters[self.free] = y[shape.nodes() + 1];
        self.equations.set(&self.space, shape, &y[..shape.nodes()]);
    }

    fn fix_phase(&mut self) {
        self.space.slope_functional(&self.nodes, &mut self.phase);
        self.phase_in_sizes.clone_from(&self.phase);
        multiply_repeated(&mut self.phase_in_sizes, &self.space.sizes);
    }

    /// Two conjugate multipliers of the cycle linearised last lie on the unit circle.
    fn pair_on_circle(&mut self, y: &[f64]) -> bool {
        self.multipliers(y, false).unwrap_or_default().on_circle()
    }

    /// Multipliers of the cycle linearised last: the trivial one first, the others by falling size.
    ///
    /// Where the trivial one is lost, or the parameter stands still (`still`), the direction of the cycle, which is that of `f`, is taken
    /// out of the factors: the others are then well known even where they are near to 1, or where neighbours are repelled by many
    /// orders of magnitude before they are attracted.
    fn multipliers(&mut self, y: &[f64], still: bool) -> Result<Multipliers, Singular> {
        let n = self.field.states();
        self.condensed.transfers(&mut self.work);
        if !still {
            let multipliers = plain_multipliers(&self.work, n)?;
            if distance_from_one(multipliers[0]) < DOUBTFUL || !self.find_directions(y) {
                return Ok(multipliers);
            }
        } else if !self.find_directions(y) {
            // A cycle of no size has no direction.
            return plain_multipliers(&self.work, n);
        }
        let carried = deflate(&mut self.work, &self.along, n, 1)?;
        let mut multipliers = eigenvalues_of_product(&carried, 1)?;
        multipliers.extend(eigenvalues_of_product(&self.work, n - 1)?);
        Ok(multipliers)
    }

    /// Finds the directions of the cycle at mesh points; false where it has none.
    fn find_directions(&mut self, y: &[f64]) -> bool {
        let (n, m, count) = (self.field.states(), self.space.scheme.degree, self.space.mesh.intervals());
        let (mut at, mut f) = (vec![0.0; n * count], vec![0.0; n * count]);
        for j in 0..count {
            (0..n).for_each(|i| at[i * count + j] = y[j * m * n + i]);
        }
        self.many.value(self.field, &at, &self.parameters, &mut f);
        self.along.clear();
        self.along.extend((0..n * count).map(|i| f[i % n * count + i / n] / self.space.sizes[i % n]));
        let smallest = NO_DIRECTION / y[n * m * count].abs();
        self.along.chunks_exact_mut(n).all(|direction| normalise(direction) > smallest)
    }

    /// The slope of the parameter; where that is a rounding error, what has its sign: `± det Π (1 − μ_i)`.
    fn fold_monitor(&mut self, slope: f64, orientation: f64, others: &[[f64; 2]]) -> f64 {
        let product = orientation.signum() * others.fold();
        let clear = slope.abs() > SLOPE && orientation != 0.0;
        if clear && self.sense == 0.0 {
            self.sense = slope.signum() * product.signum();
        }
        if clear || self.sense == 0.0 { slope } else { self.sense * product * SLOPE }
    }

    /// The fold between two points: where the slope of the parameter vanishes; where that is a rounding error, where a multiplier
    /// is 1.
    fn fold_between(&mut self, guess: &Guess) -> Option<Zero> {
        let slope = |sample: &Sample| sample.slopes.last().copied();
        let clear = |point: &Point| slope(&point.sample).is_some_and(|slope| slope.abs() > SLOPE);
        match clear(guess.left) && clear(guess.right) {
            true => between::zero_of(self, guess, slope),
            false => between::zero(self, FOLD, guess),
        }
    }

    /// The Hopf point at which the cycles between two points shrink to nothing.
    fn hopf_between(&self, left: &Point, right: &Point) -> Option<Located> {
        let (n, last) = (self.field.states(), left.y.len() - 1);
        let nodes = self.space.values();
        let [a, b] = [left, right].map(|point| self.space.oscillation(&point.y[..nodes]));
        // The amplitude is all but linear along the curve, and changes its sign.
        let sizes = [&a, &b].map(|part| self.space.product(part, part).sqrt());
        let fraction = sizes[0] / (sizes[0] + sizes[1]);
        let between = |a: f64, b: f64| a + fraction * (b - a);
        let [from, to] = [left, right].map(|point| self.space.means(&point.y[..nodes]));
        let mut y: Vec<f64> = from.iter().zip(&to).map(|(a, b)| between(*a, *b)).collect();
        y.push(between(left.y[last], right.y[last]));
        let omega = 2.0 * PI / between(left.y[last - 1], right.y[last - 1]);
        let mut parameters = self.parameters.clone();
        parameters[self.free] = y[n];
        let free = [(self.free, self.range)];
        let kappa = omega * omega;
        let mut system =
            Critical::new(self.field, &parameters, &free, Condition::Hopf, &self.space.sizes, &y[..n], Some(kappa))
                .ok()?;
        y.push(kappa);
        let scale: Vec<f64> = self.space.sizes.iter().copied().chain([self.range, kappa]).collect();
        let residual = polish(&mut system, &mut y, &scale, &[], &Settings::default()).ok()?;
        let near = (y[n + 1].sqrt() / omega - 1.0).abs() < 0.1;
        if !near {
            return None;
        }
        let mut whole: Vec<f64> = y[..n].iter().copied().cycle().take(nodes).collect();
        whole.extend([2.0 * PI / y[n + 1].sqrt(), y[n]]);
        Some(Located { label: "H", y: whole, residual })
    }
}

impl<F: Field> Curve for Cycles<'_, F> {
    fn unknowns(&self) -> usize {
        self.shape().nodes() + 2
    }

    fn equations(&self) -> usize {
        self.shape().nodes() + 1
    }

    fn linearise(&mut self, y: &[f64], scale: &[f64], row: &[f64], f: &mut [f64]) -> Result<(), Singular> {
        let nodes = self.shape().nodes();
        let (u, period) = (&y[..nodes], y[nodes]);
        self.set(y);
        self.nodes.clear();
        self.nodes.extend_from_slice(u);
        self.shortest = self.shortest.min(period.abs());
        let equations = &mut self.equations;
        let (f_all, f_z) = (equations.f.as_flattened_mut(), equations.f_z.as_flattened_mut());
        self.many.first(self.field, equations.at.as_flattened(), &self.parameters, f_all, f_z);
        equations.residual(&self.space, period, &mut f[..nodes]);
        self.trace = equations.linearise(&self.space, period, &scale[nodes..], &mut self.condensed)?;
        f[nodes] = dot(&self.phase, u);
        // The blocks are those for states in units of their sizes.
        if self.scale != scale[..nodes] {
            self.scale.clear();
            self.scale.extend_from_slice(&scale[..nodes]);
            self.units.clear();
            self.units.extend(scale[..nodes].iter().map(|unit| 1.0 / unit));
            multiply_repeated(&mut self.units, &self.space.sizes);
        }
        let phase = self.condensed.row_mut(0);
        phase[nodes..].fill(0.0);
        phase[..nodes].copy_from_slice(&self.phase_in_sizes);
        let arclength = self.condensed.row_mut(1);
        arclength.copy_from_slice(row);
        arclength.iter_mut().zip(&self.units).for_each(|(c, unit)| *c *= unit);
        self.ones.resize(nodes + 1, 1.0);
        self.condensed.factor()
    }

    fn residual(&mut self, y: &[f64], f: &mut [f64]) -> bool {
        let nodes = self.shape().nodes();
        self.set(y);
        let equations = &mut self.equations;
        let f_all = equations.f.as_flattened_mut();
        self.many.value(self.field, equations.at.as_flattened(), &self.parameters, f_all);
        equations.residual(&self.space, y[nodes], &mut f[..nodes]);
        f[nodes] = dot(&self.phase, &y[..nodes]);
        true
    }

    fn solve(&mut self, rhs: &mut [f64]) {
        self.condensed.solve(rhs);
        rhs.iter_mut().zip(&self.units).for_each(|(x, unit)| *x *= unit);
    }

    fn determinant(&mut self) -> f64 {
        self.condensed.determinant()
    }

    fn row_scale(&self) -> &[f64] {
        &self.ones
    }

    fn rescale(&self, y: &[f64], scale: &mut [f64]) {
        let nodes = self.shape().nodes();
        let known = self.space.sizes_in(scale);
        let mut sizes: Vec<f64> = known.iter().zip(&self.space.sizes).map(|(a, b)| a.max(*b)).collect();
        for (size, largest) in sizes.iter_mut().zip(self.space.largest(&y[..nodes])) {
            *size = size.max(largest);
        }
        // Sizes that are read from scales are sure to a few roundings.
        if sizes.iter().zip(&known).any(|(size, known)| *size > known * (1.0 + SAME_SIZE)) {
            self.space.spread(&sizes, &mut scale[..nodes]);
        }
        scale[nodes] = scale[nodes].max(y[nodes].abs());
        scale[nodes + 1] = self.range;
    }

    fn regauge(&mut self) {
        self.fix_phase();
    }

    fn strained(&self, here: &Point) -> bool {
        let (n, nodes) = (self.field.states(), self.shape().nodes());
        self.space.mesh.is_strained(&self.space.scheme, &here.y[..nodes], n, &self.space.sizes)
    }

    fn adapt(&mut self, points: &mut [&mut Point], scale: &mut [f64]) {
        let (n, nodes) = (self.field.states(), self.shape().nodes());
        let Some(here) = points.first() else { return };
        let load = self.space.mesh.load(&self.space.scheme, &here.y[..nodes], n, &self.space.sizes);
        let mesh = self.space.mesh.redistributed(&load, self.space.mesh.intervals());
        let frame: Arc<[f64]> = mesh.points.clone().into();
        let sizes = self.space.sizes_in(scale);
        for point in points.iter_mut() {
            for values in [&mut point.y, &mut point.tangent] {
                let moved = self.space.mesh.transfer(&self.space.scheme, &values[..nodes], n, &mesh);
                values[..nodes].copy_from_slice(&moved);
            }
            point.sample.frame = Some(frame.clone());
        }
        self.move_to(mesh, &points[0].y[..nodes]);
        self.space.spread(&sizes, &mut scale[..nodes]);
    }

    fn settle(&mut self, at: &Point, scale: &mut [f64]) {
        let nodes = self.shape().nodes();
        let sizes = self.space.sizes_in(scale);
        if let Some(frame) = &at.sample.frame {
            self.move_to(Mesh { points: frame.to_vec() }, &at.y[..nodes]);
        }
        self.space.spread(&sizes, &mut scale[..nodes]);
    }

    fn sample(&mut self, y: &[f64], tangent: &[f64], orientation: f64) -> Sample {
        let (n, nodes) = (self.field.states(), self.shape().nodes());
        let still = tangent[nodes + 1].abs() < SLOPE;
        let Ok(multipliers) = self.multipliers(y, still) else {
            return Sample { monitors: vec![f64::NAN; 4], ..Sample::default() };
        };
        let others = &multipliers[1..];
        let (observed, extrema) = cycle_row(&self.space, &y[..nodes], &multipliers, self.trace);
        // The scaled tangent's values at the nodes of an interval, at the place of an extremum: its time does not matter to
        // first order.
        let weights = self.space.mesh.weights(&self.space.scheme);
        let slope = |k: usize, place: &Extremum| -> f64 {
            let basis = self.space.scheme.basis(place.place);
            let node = |i: usize| self.space.at(place.interval, i) + k;
            let along = |i: usize| tangent[node(i)] / weights[node(i) / n].sqrt();
            basis.iter().enumerate().map(|(i, b)| b * along(i)).sum()
        };
        let mut slopes = Vec::with_capacity(3 * n + 1);
        for (k, [low, high]) in extrema.iter().enumerate() {
            let [down, up] = [slope(k, low), slope(k, high)];
            slopes.extend([down, up, up - down]);
        }
        slopes.push(tangent[nodes + 1]);
        let fold = self.fold_monitor(tangent[nodes + 1], orientation, others);
        Sample {
            monitors: vec![orientation, fold, others.flip(), others.pair()],
            index: others.unstable(),
            observed,
            slopes,
            frame: Some(self.space.mesh.points.clone().into()),
        }
    }

    fn locate(&mut self, which: usize, guess: &Guess) -> Option<Located> {
        let label = match which {
            BRANCH_POINT => {
                let Zero { y, residual } =
                    between::through_singular(self, guess, |_, _, sample| sample.monitors[BRANCH_POINT])?;
                return Some(Located { label: "BPC", y, residual });
            }
            FOLD => {
                let Zero { y, residual } = self.fold_between(guess)?;
                return Some(Located { label: "LPC", y, residual });
            }
            FLIP => "PD",
            _ => "NS",
        };
        let Zero { y, residual } = between::zero(self, which, guess)?;
        let label = if which == TORUS && !self.pair_on_circle(&y) { "" } else { label };
        Some(Located { label, y, residual })
    }

    fn accounts_for(&self, label: &str, which: usize) -> bool {
        match label {
            "BPC" => which == BRANCH_POINT || which == FOLD,
            "LPC" => which == FOLD,
            "PD" => which == FLIP || which == BRANCH_POINT,
            _ => which == TORUS,
        }
    }

    fn allows_jump(&self, label: &str, jump: i64) -> bool {
        match label {
            "NS" => jump.abs() == 2,
            "" => jump == 0,
            "BPC" => jump.abs() <= 1,
            _ => jump.abs() == 1,
        }
    }

    fn audited(&self) -> bool {
        true
    }

    fn guards_against_jumps(&self, which: usize) -> bool {
        which == BRANCH_POINT
    }

    /// In a canard explosion the parameter stands still while the cycle and its period grow to other sizes; in a family of cycles at
    /// one value of it, where two multipliers are 1, it does so for ever.
    fn runs_out(&self, here: &Point, still: f64) -> Option<&'static str> {
        let (nodes, sample) = (self.space.values(), &here.sample);
        let row = CycleRow::of(&sample.observed, self.field.states());
        let approach = Approach {
            space: &self.space,
            nodes: &here.y[..nodes],
            period: here.y[nodes],
            shortest: self.shortest,
            slope: sample.slopes.last().map_or(1.0, |slope| slope.abs()),
            trivial_error: row.trivial_error,
        };
        let family = row.multipliers_at_one() > 1;
        match (approach.has_arrived(), family) {
            (true, _) => Some(HOMOCLINIC),
            (_, true) => (still > 3.0).then_some(NOT_ISOLATED),
            (_, false) => (still > 10.0).then_some(ENDLESS),
        }
    }

    fn identity(&self, point: &Point, scale: &[f64]) -> Option<Vec<f64>> {
        let rest = self.space.values()..;
        Some(cycle_identity(&point.sample.observed, &self.space.sizes, (&point.y[rest.clone()], &scale[rest])))
    }

    /// The discretisation perturbs the pitchfork of a symmetric system.
    fn closest(&self) -> f64 {
        1e-6
    }

    fn terminus(&mut self, left: &Point, right: &Point, scale: &[f64]) -> Option<Located> {
        let nodes = self.space.values();
        let ends = [left, right].map(|point| &point.y[..nodes]);
        if self.space.turned_over(ends)? == Part::Oscillation {
            return self.hopf_between(left, right);
        }
        let [a, _] = ends.map(|y| self.space.alternation(y));
        let mut tangent: Vec<f64> = (0..scale.len()).map(|k| (right.y[k] - left.y[k]) / scale[k]).collect();
        normalise(&mut tangent);
        let middle: Vec<f64> = left.y.iter().zip(&right.y).map(|(a, b)| 0.5 * (a + b)).collect();
        let guess = Guess { y: &middle, scale, tangent: &tangent, left, right };
        let space = self.space.clone();
        let overlap = |_: &mut dyn Curve, y: &[f64], _: &Sample| space.product(&a, &space.alternation(&y[..nodes]));
        let Zero { y, residual } = between::through_singular(self, &guess, overlap)?;
        Some(Located { label: "PD", y, residual })
    }
}

/// Multipliers by the product of all factors: the one nearest to 1 first, the others by falling size.
fn plain_multipliers(factors: &[f64], n: usize) -> Result<Multipliers, Singular> {
    let mut multipliers = eigenvalues_of_product(factors, n)?;
    let size = |e: &[f64; 2]| e[0].hypot(e[1]);
    let trivial = (0..n).min_by(|&a, &b| size(&multipliers[a]).total_cmp(&size(&multipliers[b]))).unwrap_or(0);
    multipliers[..=trivial].rotate_right(1);
    Ok(multipliers)
}

fn distance_from_one([log, arg]: [f64; 2]) -> f64 {
    (log.exp() * arg.cos() - 1.0).hypot(log.exp() * arg.sin())
}

/// Position among [`Sample::slopes`] of a column `STATE_min`, `STATE_max` or `STATE_span`, which can have an extremum along a
/// branch.
pub fn slope_of(column: &str, states: &[&str]) -> Option<usize> {
    let (state, what) = column.rsplit_once('_')?;
    let k = states.iter().position(|known| *known == state)?;
    Some(3 * k + ["min", "max", "span"].iter().position(|known| *known == what)?)
}
