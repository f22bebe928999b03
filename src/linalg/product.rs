//! Eigenvalues of a product of many matrices, which is never formed: the smallest of them is right beside the largest, even
//! where the product would overflow or lose it in rounding errors.
//!
//! Periodic QR with single complex shifts (Bojanczyk, Golub & Van Dooren 1992; Kressner 2001): one factor is kept in
//! Hessenberg form, the others in triangular form, and each rotation is chased once around the cycle. Factors whose product
//! is well conditioned are multiplied beforehand.

use super::{Eigenvalues, Lu, Matrix, Singular, dot, norm, normalise};
use nalgebra::Complex;
use std::f64::consts::PI;

type C = Complex<f64>;

/// Bound on the condition number of factors that are multiplied: so much is lost of the smallest eigenvalue's digits.
const CONDITION: f64 = 1e3;
/// See [`Cycle::spread`].
const SPREAD: f64 = 5.0;
/// Logarithms of eigenvalues that are told apart by size differ by more than this.
const GAP: f64 = 0.1;

/// Eigenvalues `exp(log + i arg)` of `F_{K−1} ⋯ F₁ F₀`, as `[log, arg]` by falling size; `arg` in (−π, π], and pairs side by
/// side. `log` is −∞ for zero.
///
/// * `factors`: n × n, row-major, one after the other.
///
/// Fails where an element is not finite or the iteration does not converge.
pub fn eigenvalues_of_product(factors: &[f64], n: usize) -> Result<Vec<[f64; 2]>, Singular> {
    if factors.iter().any(|x| !x.is_finite()) || n == 0 {
        return Err(Singular);
    }
    if n == 1 {
        // In any order, and however small: no product is formed.
        let log = factors.iter().map(|x| x.abs().ln()).sum();
        let negative = factors.iter().filter(|x| **x < 0.0).count() % 2 == 1;
        return Ok(vec![[log, if negative { PI } else { 0.0 }]]);
    }
    let mut found = if let Some(found) = from_both_ends(factors, n) {
        found
    } else if factors.len() == n * n {
        eigenvalues_of_one(factors, n)?
    } else {
        let groups = grouped(factors, n).into_iter().map(|g| g.into_iter().map(C::from).collect()).collect();
        let mut found = Cycle { n, factors: groups }.eigenvalues()?;
        pair(&mut found);
        found
    };
    found.sort_by(|a, b| b[0].total_cmp(&a[0]).then(b[1].total_cmp(&a[1])));
    Ok(found)
}

/// Takes out of the factors a space of k dimensions that they carry along, `F_j D_j = D_{j+1} A_j` and `F_{K−1} D_{K−1} = D₀ A_{K−1}`:
/// with orthogonal `H_j`, whose first columns span the space (QR factors of `D_j`),
///
/// ```text
/// H_{j+1}ᵀ F_j H_j = | A_j  * |
///                    |  0   G_j |
/// ```
///
/// so that eigenvalues of the product are those of `A_{K−1} ⋯ A₀` and those of `G_{K−1} ⋯ G₀`. However large the elements `*`
/// are, and whatever is left of rounding and other small errors in the place of the zeros, neither sees them. Where the first
/// direction alone is carried along, `A_j` has zeros below its first element.
///
/// * `factors`: n × n, row-major, one after the other; (n − k) × (n − k) afterwards.
/// * `bases`: k directions of n components each for each factor, those before it.
///
/// Returns the `A_j`, k × k; fails, and leaves the factors, where directions at one place all but depend on each other.
pub fn deflate(factors: &mut Vec<f64>, bases: &[f64], n: usize, k: usize) -> Result<Vec<f64>, Singular> {
    let count = factors.len() / (n * n);
    let mut mirrors = Vec::with_capacity(bases.len());
    for basis in bases.chunks_exact(k * n) {
        append_mirrors(basis, n, &mut mirrors)?;
    }
    let (mut carried, mut rest) = (Vec::with_capacity(count * k * k), Vec::with_capacity(count * (n - k) * (n - k)));
    for (j, factor) in factors.chunks_exact_mut(n * n).enumerate() {
        let at = |j: usize| mirrors[j * k * n..(j + 1) * k * n].chunks_exact(n);
        // F (1 − 2vvᵀ), row by row; then (1 − 2wwᵀ) from the left.
        for row in factor.chunks_exact_mut(n) {
            at(j).for_each(|v| reflect(row, v));
        }
        for w in at((j + 1) % count) {
            for c in 0..n {
                let along = 2.0 * (0..n).map(|i| factor[i * n + c] * w[i]).sum::<f64>();
                (0..n).for_each(|i| factor[i * n + c] -= along * w[i]);
            }
        }
        for (i, row) in factor.chunks_exact(n).enumerate() {
            if i < k { carried.extend_from_slice(&row[..k]) } else { rest.extend_from_slice(&row[k..]) }
        }
    }
    *factors = rest;
    Ok(carried)
}

/// A direction of which no more than this part is left beside others depends on them.
const DEPENDENT: f64 = 1e-12;

/// Unit vectors `v` for which reflections `1 − 2vvᵀ`, one after the other, make the directions of a basis the columns of an upper
/// triangular matrix (Householder).
fn append_mirrors(basis: &[f64], n: usize, mirrors: &mut Vec<f64>) -> Result<(), Singular> {
    let begin = mirrors.len();
    for (c, direction) in basis.chunks_exact(n).enumerate() {
        let mut v = direction.to_vec();
        let whole = norm(&v);
        mirrors[begin..].chunks_exact(n).for_each(|mirror| reflect(&mut v, mirror));
        v[..c].fill(0.0);
        let left = normalise(&mut v);
        if left.is_nan() || left <= DEPENDENT * whole {
            return Err(Singular);
        }
        v[c] += if v[c] < 0.0 { -1.0 } else { 1.0 };
        normalise(&mut v);
        mirrors.extend(v);
    }
    Ok(())
}

/// `(1 − 2vvᵀ) x`.
fn reflect(x: &mut [f64], v: &[f64]) {
    let along = 2.0 * dot(x, v);
    x.iter_mut().zip(v).for_each(|(x, v)| *x -= along * v);
}

/// Those of one matrix.
fn eigenvalues_of_one(a: &[f64], n: usize) -> Result<Vec<[f64; 2]>, Singular> {
    let mut eigenvalues = Eigenvalues::default();
    let found = eigenvalues.of(&Matrix::full(n, 0, a.to_vec()))?;
    Ok(found.iter().map(|e| [e[0].hypot(e[1]).ln(), e[1].atan2(e[0])]).collect())
}

/// Of a product `P` with a condition number up to a hundred times the square of [`CONDITION`], the large eigenvalues from `P`, whose
/// rounding errors are `ε|P|`, and the small ones from its inverse, so that none loses more than four digits. `None` where the
/// condition is worse, or no gap parts the large from the small.
fn from_both_ends(factors: &[f64], n: usize) -> Option<Vec<[f64; 2]>> {
    let identity: Vec<f64> = (0..n * n).map(|i| f64::from(i % (n + 1) == 0)).collect();
    let (mut forward, mut back, mut next) = (identity.clone(), identity.clone(), identity.clone());
    let (mut inverse, mut column, mut lu) = (identity.clone(), vec![0.0; n], Lu::default());
    for few in factors.chunks(FEW * n * n) {
        let mut group = few[..n * n].to_vec();
        for factor in few.chunks_exact(n * n).skip(1) {
            multiply_into(factor, &group, n, &mut next);
            std::mem::swap(&mut group, &mut next);
        }
        multiply_into(&group, &forward, n, &mut next);
        std::mem::swap(&mut forward, &mut next);
        lu.factor(&group, n).ok()?;
        for j in 0..n {
            column.copy_from_slice(&identity[j * n..(j + 1) * n]);
            lu.solve(&mut column);
            (0..n).for_each(|i| inverse[i * n + j] = column[i]);
        }
        if norm(&group) * norm(&inverse) >= 10.0 * CONDITION {
            return None;
        }
        multiply_into(&back, &inverse, n, &mut next);
        std::mem::swap(&mut back, &mut next);
    }
    let sizes = [&forward, &back].map(|a| norm(a));
    let condition = sizes[0] * sizes[1];
    if condition < CONDITION {
        return eigenvalues_of_one(&forward, n).ok();
    }
    if condition >= 100.0 * CONDITION * CONDITION || condition.is_nan() {
        return None;
    }
    let [mut large, mut small] = [eigenvalues_of_one(&forward, n).ok()?, eigenvalues_of_one(&back, n).ok()?];
    // Large first; among the inverses those that are large, too.
    [&mut large, &mut small].into_iter().for_each(|found| found.sort_by(|a, b| b[0].total_cmp(&a[0])));
    let middle = 0.5 * (sizes[0].ln() - sizes[1].ln());
    let count = large.iter().filter(|e| e[0] >= middle).count();
    if count > 0 && count < n && large[count - 1][0] - large[count][0] < GAP {
        return None;
    }
    // Conjugate pairs are the same the other way round.
    Some(large[..count].iter().copied().chain(small[..n - count].iter().map(|e| [-e[0], e[1]])).collect())
}

/// Neighbours that are multiplied at first, which is often well enough conditioned.
const FEW: usize = 8;

/// Products of neighbouring factors as long as they are well conditioned.
fn grouped(factors: &[f64], n: usize) -> Vec<Vec<f64>> {
    let (mut groups, mut lu) = (Vec::new(), Lu::default());
    for few in factors.chunks(FEW * n * n) {
        append(&mut groups, few, n, &mut lu);
    }
    groups
}

/// Multiplies factors with the last group, or makes groups of them.
fn append(groups: &mut Vec<Vec<f64>>, factors: &[f64], n: usize, lu: &mut Lu) {
    let (mut product, mut next) = (factors[..n * n].to_vec(), vec![0.0; n * n]);
    for factor in factors.chunks_exact(n * n).skip(1) {
        multiply_into(factor, &product, n, &mut next);
        std::mem::swap(&mut product, &mut next);
    }
    if let Some(group) = groups.last_mut() {
        multiply_into(&product, group, n, &mut next);
        if condition(&next, n, lu) < CONDITION {
            std::mem::swap(group, &mut next);
            return;
        }
    }
    let count = factors.len() / (n * n);
    if count > 1 && condition(&product, n, lu) >= CONDITION {
        let (first, second) = factors.split_at(count / 2 * n * n);
        append(groups, first, n, lu);
        append(groups, second, n, lu);
        return;
    }
    groups.push(product);
}

/// `2 (‖A‖/√n)ⁿ/|det A|`, an upper bound on the condition number (Guggenheimer, Edelman & Johnson 1995).
fn condition(a: &[f64], n: usize, lu: &mut Lu) -> f64 {
    let determinant = lu.factor(a, n).map_or(0.0, |()| lu.determinant().abs());
    let mean = (a.iter().map(|a| a * a).sum::<f64>() / n as f64).sqrt();
    let bound = 2.0 * (n as f64 * mean.ln() - determinant.ln()).exp();
    if bound.is_nan() { f64::INFINITY } else { bound }
}

/// `A B` of n × n matrices, row-major.
pub fn multiply_square(a: &[f64], b: &[f64], n: usize) -> Vec<f64> {
    let mut product = vec![0.0; n * n];
    multiply_into(a, b, n, &mut product);
    product
}

fn multiply_into(a: &[f64], b: &[f64], n: usize, product: &mut [f64]) {
    match n {
        2 => multiply_small::<2>(a, b, product),
        3 => multiply_small::<3>(a, b, product),
        4 => multiply_small::<4>(a, b, product),
        _ => {
            product.fill(0.0);
            for (row, out) in a.chunks_exact(n).zip(product.chunks_exact_mut(n)) {
                for (factor, b) in row.iter().zip(b.chunks_exact(n)) {
                    out.iter_mut().zip(b).for_each(|(out, b)| *out += factor * b);
                }
            }
        }
    }
}

/// Of a size that the compiler knows.
fn multiply_small<const N: usize>(a: &[f64], b: &[f64], product: &mut [f64]) {
    let (a, b, product) = (a.as_chunks::<N>().0, b.as_chunks::<N>().0, product.as_chunks_mut::<N>().0);
    for (a, out) in a.iter().zip(product) {
        let mut row = [0.0; N];
        for (factor, b) in a.iter().zip(b) {
            row.iter_mut().zip(b).for_each(|(row, b)| *row += factor * b);
        }
        *out = row;
    }
}

/// `|z|`, with care only where squares would leave the range of numbers.
fn size(z: C) -> f64 {
    let square = z.norm_sqr();
    if square > 1e-280 && square < 1e280 { square.sqrt() } else { z.norm() }
}

/// `[c s; −s̄ c]`, which turns `(x, y)` into `(r, 0)`.
#[derive(Clone, Copy)]
struct Rotation {
    c: f64,
    s: C,
}

impl Rotation {
    fn annihilating(x: C, y: C) -> Self {
        let (first, second) = (size(x), size(y));
        if second == 0.0 {
            return Rotation { c: 1.0, s: C::from(0.0) };
        }
        if first == 0.0 {
            return Rotation { c: 0.0, s: (y / second).conj() };
        }
        let whole = size(C::new(first, second));
        Rotation { c: first / whole, s: x / first * (y.conj() / whole) }
    }

    /// Turns rows `r − 1` and `r`.
    fn rows(self, a: &mut [C], n: usize, r: usize) {
        for j in 0..n {
            let (x, y) = (a[(r - 1) * n + j], a[r * n + j]);
            a[(r - 1) * n + j] = x * self.c + self.s * y;
            a[r * n + j] = y * self.c - self.s.conj() * x;
        }
    }

    /// Turns columns `r − 1` and `r` by the inverse.
    fn columns(self, a: &mut [C], n: usize, r: usize) {
        for i in 0..n {
            let (x, y) = (a[i * n + r - 1], a[i * n + r]);
            a[i * n + r - 1] = x * self.c + y * self.s.conj();
            a[i * n + r] = y * self.c - x * self.s;
        }
    }
}

/// `F_{K−1} ⋯ F₁ F₀`; `F₀` is the one that is not triangular.
struct Cycle {
    n: usize,
    factors: Vec<Vec<C>>,
}

impl Cycle {
    /// Turns rows `r − 1` and `r` of `F₀`, and takes the inverse through the triangular factors to its columns: a
    /// similarity of the product `F₀ F_{K−1} ⋯ F₁`.
    fn turn(&mut self, rotation: Rotation, r: usize) {
        let n = self.n;
        rotation.rows(&mut self.factors[0], n, r);
        let mut rotation = rotation;
        for k in 1..self.factors.len() {
            let t = &mut self.factors[k];
            rotation.columns(t, n, r);
            rotation = Rotation::annihilating(t[(r - 1) * n + r - 1], t[r * n + r - 1]);
            rotation.rows(t, n, r);
            t[r * n + r - 1] = C::from(0.0);
        }
        rotation.columns(&mut self.factors[0], n, r);
    }

    /// Makes all factors triangular but the first, which becomes a Hessenberg matrix.
    fn reduce(&mut self) {
        let n = self.n;
        for k in 1..self.factors.len() {
            for column in 0..n {
                for r in (column + 1..n).rev() {
                    let t = &mut self.factors[k];
                    let rotation = Rotation::annihilating(t[(r - 1) * n + column], t[r * n + column]);
                    rotation.rows(t, n, r);
                    t[r * n + column] = C::from(0.0);
                    let next = (k + 1) % self.factors.len();
                    rotation.columns(&mut self.factors[next], n, r);
                }
            }
        }
        for column in 0..n.saturating_sub(2) {
            for r in (column + 2..n).rev() {
                let h = &self.factors[0];
                let rotation = Rotation::annihilating(h[(r - 1) * n + column], h[r * n + column]);
                self.turn(rotation, r);
                self.factors[0][r * n + column] = C::from(0.0);
            }
        }
    }

    fn eigenvalues(mut self) -> Result<Vec<[f64; 2]>, Singular> {
        let n = self.n;
        self.reduce();
        let mut high = n - 1;
        let mut rounds = 0;
        while high > 0 {
            let h = &mut self.factors[0];
            let mut low = high;
            while low > 0 {
                let beside = size(h[low * n + low]) + size(h[(low - 1) * n + low - 1]);
                if size(h[low * n + low - 1]) <= f64::EPSILON * beside {
                    h[low * n + low - 1] = C::from(0.0);
                    break;
                }
                low -= 1;
            }
            if low == high {
                high -= 1;
                rounds = 0;
                continue;
            }
            rounds += 1;
            if rounds > 100 {
                return Err(Singular);
            }
            // A shift of no meaning, now and then, breaks cycles of the iteration.
            let own = (h[low * n + low], h[(low + 1) * n + low]);
            let (x, y) = match rounds {
                _ if rounds % 12 == 0 => (C::from(1.0), C::new(0.5, 0.5)),
                _ if rounds % 4 != 0 && self.spread(low, high) > SPREAD => own,
                _ => self.shifted(low, high),
            };
            self.turn(Rotation::annihilating(x, y), low + 1);
            for r in low + 2..=high {
                let h = &self.factors[0];
                let rotation = Rotation::annihilating(h[(r - 1) * n + r - 2], h[r * n + r - 2]);
                self.turn(rotation, r);
                self.factors[0][r * n + r - 2] = C::from(0.0);
            }
        }
        let value = |i: usize| -> [f64; 2] {
            let parts = self.factors.iter().map(|f| f[i * n + i]);
            let (log, arg) = parts.fold((0.0, 0.0), |(log, arg), z| (log + z.norm().ln(), arg + z.arg()));
            [log, wrapped(arg)]
        };
        Ok((0..n).map(value).collect())
    }

    /// How far apart the logarithms of the diagonal of `F_{K−1} ⋯ F₁` are: beside eigenvalues that are smaller by many orders of
    /// magnitude a shift drives them up again, while a step without one parts them from the others at once.
    fn spread(&self, low: usize, high: usize) -> f64 {
        let [mut least, mut most] = [f64::INFINITY, f64::NEG_INFINITY];
        for i in low..=high {
            let (mut log, mut product) = (0.0, 1.0);
            for t in &self.factors[1..] {
                product *= size(t[i * self.n + i]);
                // As few logarithms as the range of numbers allows.
                if !(1e-150..1e150).contains(&product) {
                    log += product.ln();
                    product = 1.0;
                }
            }
            log += product.ln();
            (least, most) = (least.min(log), most.max(log));
        }
        most - least
    }

    /// Direction of the first column of `F₀ F_{K−1} ⋯ F₁ − σ`, with `σ` the eigenvalue of the last 2 × 2 block that is nearest
    /// to its last element.
    fn shifted(&self, low: usize, high: usize) -> (C, C) {
        let n = self.n;
        // Columns high − 1 and high of the triangular product, rows from low, over exp(scale).
        let mut columns = vec![[C::from(0.0); 2]; n];
        columns[high - 1][0] = C::from(1.0);
        columns[high][1] = C::from(1.0);
        let (mut scale, mut first, mut first_scale) = (0.0, C::from(1.0), 0.0);
        for t in &self.factors[1..] {
            for i in low..=high {
                let row: [C; 2] = std::array::from_fn(|c| (i..=high).map(|j| t[i * n + j] * columns[j][c]).sum::<C>());
                columns[i] = row;
            }
            let largest = columns[low..=high].iter().flatten().fold(0.0, |m: f64, z| m.max(size(*z)));
            if largest > 0.0 {
                columns[low..=high].iter_mut().flatten().for_each(|z| *z /= largest);
                scale += largest.ln();
            }
            let own = t[low * n + low];
            if own.norm() > 0.0 {
                first *= own / own.norm();
                first_scale += own.norm().ln();
            }
        }
        let h = &self.factors[0];
        let at = |i: usize, c: usize| -> C {
            (i.saturating_sub(1).max(low)..=high).map(|j| h[i * n + j] * columns[j][c]).sum()
        };
        let (a, b, c, d) = (at(high - 1, 0), at(high - 1, 1), at(high, 0), at(high, 1));
        let half = (a - d) * 0.5;
        let root = (half * half + b * c).sqrt();
        let (one, other) = (d + half + root, d + half - root);
        let sigma = if (one - d).norm() < (other - d).norm() { one } else { other };
        // Only the ratio of the two components counts.
        let factor = (scale - first_scale).clamp(-600.0, 600.0).exp();
        (first * h[low * n + low] - sigma * factor, first * h[(low + 1) * n + low])
    }
}

/// An angle in (−π, π].
fn wrapped(angle: f64) -> f64 {
    let turned = angle - 2.0 * PI * (angle / (2.0 * PI)).round();
    if turned <= -PI { turned + 2.0 * PI } else { turned }
}

/// The product is real: what is not one of a conjugate pair lies on the real axis.
fn pair(eigenvalues: &mut [[f64; 2]]) {
    let mut free: Vec<usize> = (0..eigenvalues.len()).collect();
    // The farther from the axis, the surer that there is a partner.
    let off_axis = |e: [f64; 2]| e[1].sin().abs();
    free.sort_by(|&a, &b| off_axis(eigenvalues[a]).total_cmp(&off_axis(eigenvalues[b])));
    while let Some(i) = free.pop() {
        let own = eigenvalues[i];
        let distance = |e: [f64; 2]| (e[0] - own[0]).abs() + wrapped(e[1] + own[1]).abs();
        let partner = (0..free.len())
            .min_by(|&a, &b| distance(eigenvalues[free[a]]).total_cmp(&distance(eigenvalues[free[b]])))
            .filter(|&k| off_axis(own) > 1e-9 && distance(eigenvalues[free[k]]) < off_axis(own));
        match partner {
            Some(k) => {
                let other = free.remove(k);
                let log = 0.5 * (own[0] + eigenvalues[other][0]);
                let arg = 0.5 * (own[1].abs() + eigenvalues[other][1].abs());
                (eigenvalues[i], eigenvalues[other]) = ([log, arg], [log, -arg]);
            }
            None => eigenvalues[i][1] = if own[1].cos() < 0.0 { PI } else { 0.0 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As at a Hopf point of a stiff system on a fine mesh: equal factors, of which one eigenvalue falls off.
    #[test]
    fn an_eigenvalue_beyond_the_range_of_numbers_is_parted_from_a_pair_on_the_circle() {
        for seed in 0..5 {
            for rate in [0.1_f64, 1.0, 3.9, 8.0, 17.0] {
                let wave = |i: usize| (1.3 * (i + 1) as f64 + 0.7 * seed as f64).sin();
                let frame: Vec<f64> = (0..16).map(|i| wave(i) + if i % 5 == 0 { 2.0 } else { 0.0 }).collect();
                let (sin, cos) = 0.01_f64.sin_cos();
                let mut block = vec![0.0; 16];
                (block[0], block[1], block[4], block[5]) = (cos, -sin, sin, cos);
                (block[10], block[15]) = ((-0.001_f64).exp(), (-rate).exp());
                // X S = S D, row by row: Sᵀ xᵢ = (S D)ᵢ.
                let mut lu = Lu::default();
                lu.factor(&frame, 4).unwrap();
                let mut factor = multiply_square(&frame, &block, 4);
                factor.chunks_exact_mut(4).for_each(|row| lu.solve_transposed(row));
                let found = eigenvalues_of_product(&factor.repeat(100), 4).unwrap();
                let exact = [[0.0, 1.0], [0.0, -1.0], [-0.1, 0.0], [-100.0 * rate, 0.0]];
                // What rounding errors of the factors, of a condition below 100, do to the small one a hundred times.
                let rounding = 100.0 * 100.0 * f64::EPSILON * rate.exp();
                for (found, (exact, tolerance)) in
                    found.iter().zip(exact.into_iter().zip([1e-10, 1e-10, 1e-10, 1e-10 + rounding]))
                {
                    let error = (found[0] - exact[0]).abs().max((found[1] - exact[1]).abs());
                    assert!(error < tolerance, "seed {seed}, rate {rate}: {found:?} {exact:?}");
                }
            }
        }
    }

    /// `S_{k+1} D_k S_k⁻¹` for matrices `S_k` of no structure, `S_K = S₀`: the product has the eigenvalues of `Π D_k`.
    fn factors(blocks: &[Vec<f64>], n: usize) -> Vec<f64> {
        let frame = |k: usize| -> Vec<f64> {
            let k = k % blocks.len();
            let wave = |i: usize| (1.3 * (i + 1) as f64 + 0.7 * (k * k) as f64).sin();
            (0..n * n).map(|i| wave(i) + if i % (n + 1) == 0 { 2.0 } else { 0.0 }).collect()
        };
        let mut all = Vec::new();
        for (k, block) in blocks.iter().enumerate() {
            // X S_k = S_{k+1} D_k, row by row: S_kᵀ xᵢ = (S_{k+1} D_k)ᵢ.
            let right = multiply_square(&frame(k + 1), block, n);
            let mut lu = Lu::default();
            lu.factor(&frame(k), n).unwrap();
            for row in right.chunks_exact(n) {
                let mut x = row.to_vec();
                lu.solve_transposed(&mut x);
                all.extend(x);
            }
        }
        all
    }

    fn diagonal(values: &[f64]) -> Vec<f64> {
        let n = values.len();
        (0..n * n).map(|i| if i % (n + 1) == 0 { values[i / n] } else { 0.0 }).collect()
    }

    #[test]
    fn eigenvalues_spread_over_four_hundred_orders_of_magnitude_keep_their_digits() {
        // Real multipliers 5, 1, −1e-40, 1e-400.
        let k = 400;
        let part = |log10: f64| 10f64.powf(log10 / k as f64);
        let mut blocks = vec![diagonal(&[5f64.powf(1.0 / k as f64), 1.0, part(-40.0), part(-400.0)]); k];
        blocks[3][10] *= -1.0;
        let found = eigenvalues_of_product(&factors(&blocks, 4), 4).unwrap();
        let ln10 = std::f64::consts::LN_10;
        let expected = [[5f64.ln(), 0.0], [0.0, 0.0], [-40.0 * ln10, PI], [-400.0 * ln10, 0.0]];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found[0] - expected[0]).abs() < 1e-11 && found[1] == expected[1], "{found:?} {expected:?}");
        }
    }

    #[test]
    fn pairs_beside_sizes_far_apart() {
        // 1e6, e^{±2i} and 1e-12.
        let k = 12;
        let turn = 2.0 / k as f64;
        let block = |_| -> Vec<f64> {
            let (c, s) = (turn.cos(), turn.sin());
            let (up, down) = (10f64.powf(6.0 / k as f64), 10f64.powf(-12.0 / k as f64));
            vec![up, 0.0, 0.0, 0.0, 0.0, c, -s, 0.0, 0.0, s, c, 0.0, 0.0, 0.0, 0.0, down]
        };
        let blocks: Vec<Vec<f64>> = (0..k).map(block).collect();
        let found = eigenvalues_of_product(&factors(&blocks, 4), 4).unwrap();
        let ln10 = std::f64::consts::LN_10;
        for (found, expected) in found.iter().zip([[6.0 * ln10, 0.0], [0.0, 2.0], [0.0, -2.0], [-12.0 * ln10, 0.0]]) {
            let error = (found[0] - expected[0]).abs() + (found[1] - expected[1]).abs();
            assert!(error < 1e-11, "{found:?} {expected:?}");
        }
    }

    #[test]
    fn a_well_conditioned_product_is_one_matrix() {
        let blocks = vec![diagonal(&[1.01, 0.98, -1.0]); 3];
        let found = eigenvalues_of_product(&factors(&blocks, 3), 3).unwrap();
        let expected = [[3.0 * 1.01f64.ln(), 0.0], [0.0, PI], [3.0 * 0.98f64.ln(), 0.0]];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found[0] - expected[0]).abs() < 1e-13 && (found[1] - expected[1]).abs() < 1e-13, "{found:?}");
        }
    }

    /// Factors of a planar cycle that is repelled by `e^900` before it is attracted, with errors of 1e-10 in how its own direction
    /// is carried along: their product is nowhere to be formed, and yet the multipliers are those on the diagonal.
    #[test]
    fn a_known_direction_is_taken_out_and_the_other_multipliers_do_not_see_its_errors() {
        let count = 600;
        let frame = |j: usize| -> [f64; 2] {
            let (sin, cos) = (0.1 * (j % count) as f64).sin_cos();
            [cos, sin]
        };
        let (mut all, mut directions) = (Vec::new(), Vec::new());
        for j in 0..count {
            let across = if j < count / 2 { 3.0_f64.exp() } else { (-3.0_f64).exp() };
            let across = if j == 0 { across * 0.5 } else { across };
            // In the frames: [1 2; 1e-10 across].
            let ([c, s], [c1, s1]) = (frame(j), frame(j + 1));
            let turn = |c: f64, s: f64| vec![c, -s, s, c];
            let back = vec![c, s, -s, c];
            let own = multiply_square(&[1.0, 2.0, 1e-10, across], &back, 2);
            all.extend(multiply_square(&turn(c1, s1), &own, 2));
            directions.extend([c, s]);
        }
        let carried = deflate(&mut all, &directions, 2, 1).unwrap();
        let along = eigenvalues_of_product(&carried, 1).unwrap()[0];
        assert!(along[0].abs() < 1e-12 && along[1] == 0.0, "{along:?}");
        let rest = eigenvalues_of_product(&all, 1).unwrap();
        // 600 logarithms of size 3, each to a rounding error.
        assert!((rest[0][0] - 0.5_f64.ln()).abs() < 1e-11 && rest[0][1] == 0.0, "{rest:?}");
    }

    #[test]
    fn what_is_left_beside_a_known_direction_has_the_other_eigenvalues() {
        // S has the direction as its first column: the first basis vector of each frame.
        let blocks: Vec<Vec<f64>> =
            (0..7).map(|k| vec![1.0, 0.3 * k as f64, -1.0, 0.0, 0.9, 0.4, 0.0, -0.4, 0.9]).collect();
        let factors = factors(&blocks, 3);
        let whole = eigenvalues_of_product(&factors, 3).unwrap();
        let mut rest = factors.clone();
        let mut directions = Vec::new();
        // The first column of S_k, which each factor takes to that of S_{k+1}.
        for k in 0..7_usize {
            let wave = |i: usize| (1.3 * (i + 1) as f64 + 0.7 * (k * k) as f64).sin();
            let mut first = vec![wave(0) + 2.0, wave(3), wave(6)];
            normalise(&mut first);
            directions.extend(first);
        }
        let carried = deflate(&mut rest, &directions, 3, 1).unwrap();
        let along = eigenvalues_of_product(&carried, 1).unwrap()[0];
        let others = eigenvalues_of_product(&rest, 2).unwrap();
        // |0.9 ± 0.4i|⁷ = 0.9, beside 1.
        assert!(along[0].abs() < 1e-13 && along[1] == 0.0, "{along:?}");
        let pair: Vec<[f64; 2]> = whole.into_iter().filter(|e| e[1] != 0.0).collect();
        assert_eq!(pair.len(), 2);
        for (a, b) in pair.iter().zip(&others) {
            assert!((a[0] - b[0]).abs() < 1e-12 && (a[1] - b[1]).abs() < 1e-12, "{pair:?} {others:?}");
        }
    }

    #[test]
    fn a_plane_that_is_carried_along_is_taken_out_with_its_pair() {
        let blocks: Vec<Vec<f64>> =
            (0..7).map(|k| vec![0.9, 0.4, -1.0, -0.4, 0.9, 0.3 * k as f64, 0.0, 0.0, 1.1]).collect();
        let mut rest = factors(&blocks, 3);
        // The first two columns of each frame, mixed.
        let mut bases = Vec::new();
        for k in 0..7_usize {
            let wave = |i: usize| (1.3 * (i + 1) as f64 + 0.7 * (k * k) as f64).sin();
            let (first, second) = ([wave(0) + 2.0, wave(3), wave(6)], [wave(1), wave(4) + 2.0, wave(7)]);
            bases.extend((0..3).map(|i| first[i] + 0.5 * second[i]).chain((0..3).map(|i| second[i] - first[i])));
        }
        let mut dependent = bases.clone();
        dependent.copy_within(0..3, 3);
        let untouched = rest.clone();
        assert_eq!(deflate(&mut rest, &dependent, 3, 2), Err(Singular));
        assert_eq!(rest, untouched);
        let carried = eigenvalues_of_product(&deflate(&mut rest, &bases, 3, 2).unwrap(), 2).unwrap();
        let (log, arg) = (3.5 * 0.97_f64.ln(), 7.0 * (0.4_f64 / 0.9).atan());
        for (found, sign) in carried.iter().zip([1.0, -1.0]) {
            assert!((found[0] - log).abs() < 1e-12 && (found[1] - sign * arg).abs() < 1e-12, "{found:?} {log} {arg}");
        }
        let other = eigenvalues_of_product(&rest, 1).unwrap()[0];
        assert!((other[0] - 7.0 * 1.1_f64.ln()).abs() < 1e-12 && other[1] == 0.0, "{other:?}");
    }

    #[test]
    fn eigenvalues_five_orders_of_magnitude_apart_are_found_from_both_ends() {
        // e^{±i} and 1e-5, in factors whose product is beyond the bound for one matrix.
        let (c, s) = ((1.0_f64 / 24.0).cos(), (1.0_f64 / 24.0).sin());
        let blocks = vec![vec![c, -s, 0.0, s, c, 0.0, 0.0, 0.0, 10f64.powf(-5.0 / 24.0)]; 24];
        let all = factors(&blocks, 3);
        assert!(grouped(&all, 3).len() > 1 && from_both_ends(&all, 3).is_some());
        let found = eigenvalues_of_product(&all, 3).unwrap();
        for (found, expected) in found.iter().zip([[0.0, 1.0], [0.0, -1.0], [-5.0 * std::f64::consts::LN_10, 0.0]]) {
            let error = (found[0] - expected[0]).abs() + (found[1] - expected[1]).abs();
            assert!(error < 1e-12, "{found:?} {expected:?}");
        }
    }

    #[test]
    fn what_is_not_finite_is_refused_and_zero_has_no_logarithm() {
        assert_eq!(eigenvalues_of_product(&[f64::NAN], 1), Err(Singular));
        let found = eigenvalues_of_product(&[2.0, 0.0, 3.0, 0.0], 1).unwrap();
        assert_eq!(found[0][0], f64::NEG_INFINITY);
    }
}
