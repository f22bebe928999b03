//! From a special point to the first steps on another curve.
//!
//! Nothing here knows files or names of branches.

use crate::collocation::{Mesh, Scheme};
use crate::curves::{Cycles, FirstCritical, Hold, OneParameter, Profile};
use crate::field::{Derivatives, Field};
use crate::linalg::{dot, normalise, null_vectors};
use crate::normal_form::{Degenerate, cycle_folds, oscillation, zero_hopf_tori};
use crate::scalar::Complex;
use crate::trace::{Settings, polish};
use std::f64::consts::PI;

/// The direction of the second branch through a simple branch point of `f(x, λ) = 0`.
///
/// With `z = (x, λ)`, `v₁, v₂` spanning the kernel of `f_z` and `wᵀ f_z = 0`, directions `α v₁ + β v₂` of branches are the roots
/// of the algebraic branching equation (Keller 1977; Govaerts 2000, §4.4)
///
/// ```text
/// c₁₁ α² + 2 c₁₂ αβ + c₂₂ β² = 0,        c_ij = wᵀ f_zz v_i v_j
/// ```
///
/// * `p`: all parameters, with the free one at its value there; `free`: its position, and the length of its range.
/// * `sizes`: scale of each state; `known`: direction `(dx, dλ)` of the branch on which the point was found.
/// * Returns `(dx, dλ)`, a unit vector in the scaled unknowns; `None` where the two roots are not real and distinct.
pub fn other_branch<F: Field>(
    field: &F,
    x: &[f64],
    p: &[f64],
    free: (usize, f64),
    sizes: &[f64],
    known: &[f64],
) -> Option<Vec<f64>> {
    let n = field.states();
    let scale: Vec<f64> = sizes.iter().copied().chain([free.1]).collect();
    let mut derivatives = Derivatives::new(field, &[free.0]);
    let (mut f, mut jacobian, mut scaled) = (vec![0.0; n], derivatives.matrix(), derivatives.matrix());
    derivatives.first(field, x, p, &mut f, &mut jacobian);
    scaled.set_scaled(&jacobian, |i| scale[i], |k| scale[k]);
    let null = null_vectors(&scaled, 2).ok()?;
    let (v, w) = (&null.right, null.left.first()?);
    let (mut second, mut image) = (jacobian, vec![0.0; n]);
    let mut c = [[0.0; 2]; 2];
    for j in 0..2 {
        let direction: Vec<f64> = v[j].iter().zip(&scale).map(|(v, s)| v * s).collect();
        derivatives.second(field, x, p, &direction, &mut second);
        scaled.set_scaled(&second, |i| scale[i], |k| scale[k]);
        for i in 0..2 {
            scaled.multiply(&v[i], &mut image);
            c[i][j] = dot(w, &image);
        }
    }
    let (a, b, d) = (c[0][0], 0.5 * (c[0][1] + c[1][0]), c[1][1]);
    let discriminant = b * b - a * d;
    let size = a.abs().max(b.abs()).max(d.abs());
    if discriminant.is_nan() || discriminant <= 1e-14 * size * size {
        return None;
    }
    // The roots α : β of a quadratic form, without cancellation: (−b ∓ √D) : a and d : (−b ∓ √D).
    let q = -(b + discriminant.sqrt().copysign(b));
    let mut known: Vec<f64> = known.iter().zip(&scale).map(|(k, s)| k / s).collect();
    normalise(&mut known);
    let directions = [(q, a), (d, q)].map(|(alpha, beta)| {
        let mut direction: Vec<f64> = v[0].iter().zip(&v[1]).map(|(x, y)| alpha * x + beta * y).collect();
        normalise(&mut direction);
        direction
    });
    let other = directions.into_iter().min_by(|x, y| dot(x, &known).abs().total_cmp(&dot(y, &known).abs()))?;
    Some(other.iter().zip(&scale).map(|(t, s)| t * s).collect())
}

/// A point `(x, λ)` on the second branch through a simple branch point, close to it. Arguments as in [`other_branch`].
///
/// Newton's method within the hyperplane normal to that branch, a hundredth of the scaled unknowns away; where the branches
/// bend too much for that, nearer and nearer.
pub fn beside_branch_point<F: Field>(
    field: &F,
    x: &[f64],
    p: &[f64],
    free: (usize, f64),
    sizes: &[f64],
    known: &[f64],
) -> Option<Vec<f64>> {
    let direction = other_branch(field, x, p, free, sizes, known)?;
    let scale: Vec<f64> = sizes.iter().copied().chain([free.1]).collect();
    let point: Vec<f64> = x.iter().copied().chain([p[free.0]]).collect();
    let row: Vec<f64> = direction.iter().zip(&scale).map(|(d, s)| d / s).collect();
    let mut curve = OneParameter::new(field, p, free.0, free.1);
    [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-8, 1e-10].iter().find_map(|&distance| {
        let mut y: Vec<f64> = point.iter().zip(&direction).map(|(y, d)| y + distance * d).collect();
        polish(&mut curve, &mut y, &scale, &row, &Settings::default()).ok()?;
        let mut offset: Vec<f64> = (0..y.len()).map(|k| (y[k] - point[k]) / scale[k]).collect();
        normalise(&mut offset);
        // Within 25 degrees of where the branch leaves: Newton did not fall back on the known one.
        (dot(&offset, &row) > 0.9).then_some(y)
    })
}

/// Amplitude of the first cycle of a branch, in sizes of the state that moves most.
const AMPLITUDE: f64 = 1e-2;

/// A cycle near the first one of a branch, and the unknown by which it differs from what the branch starts from: with it held,
/// Newton's method cannot fall back.
#[derive(Clone, Debug, PartialEq)]
pub struct FirstCycle {
    pub profile: Profile,
    pub hold: usize,
}

/// A small cycle beside a Hopf point, `x + 2r Re(q e^{2πit})`.
///
/// * `p`: all parameters, at the point; `omega`: its frequency, and `largest`: an `r` to stay below; `sizes`: scale of each state.
pub fn cycle_at_hopf<F: Field>(
    field: &F,
    x: &[f64],
    p: &[f64],
    (omega, largest): (f64, f64),
    sizes: &[f64],
    scheme: &Scheme,
    intervals: usize,
) -> Result<FirstCycle, Degenerate> {
    let q = oscillation(field, x, p, omega)?;
    let moved = |k: usize| q[k].norm() / sizes[k];
    let hold = (0..x.len()).max_by(|&a, &b| moved(a).total_cmp(&moved(b))).unwrap_or(0);
    // The state that moves most is at its maximum at time 0.
    let factor = q[hold].conj() / q[hold].norm() * (AMPLITUDE / moved(hold)).min(2.0 * largest);
    let mesh = Mesh::uniform(intervals);
    let at = |t: f64| {
        let turn = factor * Complex::from_polar(1.0, 2.0 * PI * t);
        x.iter().zip(&q).map(move |(x, q)| x + (q * turn).re)
    };
    let nodes = mesh.times(scheme).into_iter().flat_map(at).collect();
    Ok(FirstCycle { profile: Profile { mesh, nodes, period: 2.0 * PI / omega }, hold })
}

/// A cycle of twice the period beside a period doubling: the doubled cycle and a little of the mode that changes its sign from
/// one round to the next.
///
/// * `mode`: of the multiplier −1, at the nodes.
pub fn doubled_cycle(profile: &Profile, mode: &[f64], sizes: &[f64]) -> FirstCycle {
    let n = sizes.len();
    let moved = |i: usize| mode[i].abs() / sizes[i % n];
    let hold = (0..mode.len()).max_by(|&a, &b| moved(a).total_cmp(&moved(b))).unwrap_or(0);
    let factor = AMPLITUDE / moved(hold) * mode[hold].signum();
    let turns = [factor, -factor];
    let nodes = turns.iter().flat_map(|f| profile.nodes.iter().zip(mode).map(move |(u, v)| u + f * v)).collect();
    let points = &profile.mesh.points;
    let halves = points.iter().map(|t| 0.5 * t).chain(points.iter().skip(1).map(|t| 0.5 + 0.5 * t)).collect();
    FirstCycle { profile: Profile { mesh: Mesh { points: halves }, nodes, period: 2.0 * profile.period }, hold }
}

/// A cycle on the second branch through a branch point of cycles, close to it, and the value of the free parameter there.
///
/// Newton's method within the hyperplane whose normal has no part of the known branch, so that only the other one meets it (Doedel,
/// Keller & Kernévez 1991), some part of the first `step` of the trace away; where the branches bend too much for that, nearer and
/// nearer. It is no whole step, for the trace, which comes back to the point, should not land on it: collocation on a mesh without the
/// symmetry of the equations perturbs a pitchfork by its error.
///
/// * `lambda`: the free parameter at the branch point; `known`: direction of the branch on which it was found, of
///   `(u at the nodes, T, λ)`.
pub fn beside_crossing<F: Field>(
    cycles: &mut Cycles<F>,
    profile: &Profile,
    lambda: f64,
    known: &[f64],
    step: f64,
) -> Option<(FirstCycle, f64)> {
    let (direction, scale) = cycles.across(profile, lambda, known)?;
    let point: Vec<f64> = profile.nodes.iter().copied().chain([profile.period, lambda]).collect();
    let row: Vec<f64> = direction.iter().zip(&scale).map(|(d, s)| d / s).collect();
    [0.6, 6e-2, 6e-3, 6e-4].iter().find_map(|&part| {
        let distance = part * step;
        let mut y: Vec<f64> = point.iter().zip(&direction).map(|(y, d)| y + distance * d).collect();
        polish(cycles, &mut y, &scale, &row, &Settings::default()).ok()?;
        let mut offset: Vec<f64> = (0..y.len()).map(|k| (y[k] - point[k]) / scale[k]).collect();
        normalise(&mut offset);
        // The known branch has such a part of the direction only far away, where it bends.
        if dot(&offset, &row) < 0.3 {
            return None;
        }
        let (lambda, period) = (y.pop()?, y.pop()?);
        let hold = y.len() + 1;
        Some((FirstCycle { profile: Profile { mesh: profile.mesh.clone(), nodes: y, period }, hold }, lambda))
    })
}

/// Amplitude of the first critical cycle of a curve that starts at an equilibrium, in sizes of the state that moves most: the smaller
/// it is, the worse is known when it is critical.
const CRITICAL_AMPLITUDE: f64 = 4e-2;

/// A small fold of cycles beside a Bautin point, and the two parameters there.
///
/// * `p`: all parameters, at the point; `omega`: its frequency; `free`: positions of the two; `sizes`: scale of each state.
pub fn fold_at_bautin<F: Field>(
    field: &F,
    x: &[f64],
    p: &[f64],
    omega: f64,
    free: [usize; 2],
    sizes: &[f64],
    (scheme, intervals): (&Scheme, usize),
) -> Result<(FirstCritical, [f64; 2]), Degenerate> {
    let folds = cycle_folds(field, x, p, omega, free)?;
    let q = oscillation(field, x, p, omega)?;
    let moved = q.iter().zip(sizes).fold(0.0, |m: f64, (q, s)| m.max(2.0 * q.norm() / s));
    let r = CRITICAL_AMPLITUDE / moved;
    let mesh = Mesh::uniform(intervals);
    let at =
        |r: f64| -> Vec<f64> { mesh.times(scheme).into_iter().flat_map(|t| folds.state(r, 2.0 * PI * t)).collect() };
    let nodes = at(r);
    // What is critical is the change with the amplitude, in which states are quadratic.
    let v = at(2.0 * r).iter().zip(at(0.0)).map(|(more, less)| more - less).collect();
    let offset = folds.parameters(r);
    let hold = farthest(&nodes, x, sizes);
    let period = 2.0 * PI / folds.frequency(r);
    let profile = Profile { mesh, nodes, period };
    let first = FirstCritical { profile, functions: vec![v], extra: Some(0.0), hold: Hold::Value(hold) };
    Ok((first, [p[free[0]] + offset[0], p[free[1]] + offset[1]]))
}

/// A small cycle beside a double Hopf point on which a torus is born: to leading order the oscillation of one frequency is the cycle and
/// that of the other is critical, at the parameters of the point.
///
/// * `omegas`: the frequency of the cycle, then the other.
pub fn torus_at_hopf_hopf<F: Field>(
    field: &F,
    x: &[f64],
    p: &[f64],
    omegas: [f64; 2],
    sizes: &[f64],
    (scheme, intervals): (&Scheme, usize),
) -> Result<FirstCritical, Degenerate> {
    let [cycle, other] = [oscillation(field, x, p, omegas[0])?, oscillation(field, x, p, omegas[1])?];
    let moved = cycle.iter().zip(sizes).fold(0.0, |m: f64, (q, s)| m.max(q.norm() / s));
    let r = CRITICAL_AMPLITUDE / moved;
    let mesh = Mesh::uniform(intervals);
    let times = mesh.times(scheme);
    let period = 2.0 * PI / omegas[0];
    let function = |q: &[Complex<f64>], omega: f64, begin: f64| -> Vec<f64> {
        let at = |t: &f64| {
            let turn = Complex::from_polar(1.0, omega * period * (begin + t));
            q.iter().map(move |q| (q * turn).re)
        };
        times.iter().flat_map(at).collect()
    };
    let n = x.len();
    let nodes: Vec<f64> = function(&cycle, omegas[0], 0.0).iter().enumerate().map(|(i, u)| x[i % n] + r * u).collect();
    let functions = vec![function(&other, omegas[1], 0.0), function(&other, omegas[1], 1.0)];
    let hold = farthest(&nodes, x, sizes);
    let profile = Profile { mesh: mesh.clone(), nodes, period };
    Ok(FirstCritical { profile, functions, extra: Some((omegas[1] * period).cos()), hold: Hold::Value(hold) })
}

/// A small cycle beside a zero-Hopf point on which a torus is born, at the parameters of the point.
pub fn torus_at_zero_hopf<F: Field>(
    field: &F,
    x: &[f64],
    p: &[f64],
    omega: f64,
    sizes: &[f64],
    (scheme, intervals): (&Scheme, usize),
) -> Result<FirstCritical, Degenerate> {
    let tori = zero_hopf_tori(field, x, p, omega)?;
    let rho = CRITICAL_AMPLITUDE / tori.extent(sizes);
    let mesh = Mesh::uniform(intervals);
    let times = mesh.times(scheme);
    let period = 2.0 * PI / omega;
    let cycle = |t: &f64| tori.cycle(rho, period * t).into_iter().zip(x).map(|(u, x)| x + u).collect::<Vec<f64>>();
    let nodes: Vec<f64> = times.iter().flat_map(cycle).collect();
    let critical =
        |begin: f64| times.iter().flat_map(|t| tori.critical(rho, period * (begin + t))).collect::<Vec<f64>>();
    let hold = farthest(&nodes, x, sizes);
    Ok(FirstCritical {
        functions: vec![critical(0.0), critical(1.0)],
        extra: Some((tori.rate * rho * period).cos()),
        hold: Hold::Value(hold),
        profile: Profile { mesh, nodes, period },
    })
}

/// Position of the value at nodes that is farthest from an equilibrium.
fn farthest(nodes: &[f64], x: &[f64], sizes: &[f64]) -> usize {
    let n = x.len();
    let away = |i: usize| ((nodes[i] - x[i % n]) / sizes[i % n]).abs();
    (0..nodes.len()).max_by(|&a, &b| away(a).total_cmp(&away(b))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::Scalar;

    /// `x' = x (λ − a x)`, `y' = x − y`: the branches x = 0 and λ = a x.
    struct Transcritical;
    impl Field for Transcritical {
        fn states(&self) -> usize {
            2
        }
        fn parameters(&self) -> usize {
            2
        }
        fn rhs<S: Scalar>(&self, x: &[S], p: &[S], dx: &mut [S]) {
            dx[0] = x[0] * (p[0] - p[1] * x[0]);
            dx[1] = x[0] - x[1];
        }
    }

    #[test]
    fn the_other_direction_of_a_transcritical_point_and_of_a_pitchfork_is_found() {
        // a = 0 is a degenerate pitchfork, whose other branch is vertical.
        for a in [2.0, -0.5, 0.0] {
            let direction =
                other_branch(&Transcritical, &[0.0; 2], &[0.0, a], (0, 1.0), &[1.0; 2], &[0.0, 0.0, 1.0]).unwrap();
            assert!((direction[0] - direction[1]).abs() < 1e-14 && direction[0].abs() > 0.1);
            assert!((direction[2] - a * direction[0]).abs() < 1e-14, "{direction:?}");
            let back = other_branch(&Transcritical, &[0.0; 2], &[0.0, a], (0, 1.0), &[1.0; 2], &direction).unwrap();
            assert!(back[0].abs() < 1e-14 && back[1].abs() < 1e-14, "{back:?}");
        }
    }

    #[test]
    fn points_beside_a_branch_point_lie_on_the_other_branch() {
        for (a, size) in [(2.0, 1.0), (-0.5, 1e-3)] {
            let y = beside_branch_point(&Transcritical, &[0.0; 2], &[0.0, a], (0, 1.0), &[size; 2], &[0.0, 0.0, 1.0])
                .unwrap();
            assert!(y[0] != 0.0 && (y[2] - a * y[0]).abs() < 1e-14 && (y[1] - y[0]).abs() < 1e-14, "{y:?}");
        }
    }
}
