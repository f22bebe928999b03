//! Normal-form coefficients of special points of `x' = f(x, p)`, by projection onto the critical eigenvectors.
//!
//! `A = f_x`; `B` and `C` are the second and third derivatives, without factorials. Conventions: `‖q‖ = 1` and
//! `⟨p, q⟩ = 1` in the Euclidean norm of the states as they are. Signs and ratios decide what happens at the point; the
//! values themselves depend on this normalisation. Kuznetsov, *Elements of Applied Bifurcation Theory* (2004), §8.7, §10.2.
//! Nothing here knows branches.

use crate::field::{Derivatives, Field, bilinear, sizes, trilinear};
use crate::linalg::{Lu, Matrix, NullVectors, Singular, dot, multiply, multiply_transposed, normalise, null_vectors};

/// Named coefficients, and what they mean in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NormalForm {
    pub values: Vec<(&'static str, f64)>,
    pub words: String,
}

/// A coefficient below this fraction of the size of the terms it is the sum of counts as zero.
const NEGLIGIBLE: f64 = 1e-9;

/// The equilibrium, its linearisation, and null vectors.
struct Point<'a, F: Field> {
    field: &'a F,
    x: &'a [f64],
    p: &'a [f64],
    n: usize,
    a: Vec<f64>,
    sizes: Vec<f64>,
}

impl<'a, F: Field> Point<'a, F> {
    fn new(field: &'a F, x: &'a [f64], p: &'a [f64]) -> Self {
        let n = field.states();
        let mut derivatives = Derivatives::new(field, &[]);
        let (mut f, mut jacobian, mut a) = (vec![0.0; n], derivatives.matrix(), Vec::new());
        derivatives.first(field, x, p, &mut f, &mut jacobian);
        jacobian.to_dense(&mut a);
        Point { field, x, p, n, a, sizes: sizes(x) }
    }

    fn b(&self, u: &[f64], v: &[f64]) -> Vec<f64> {
        bilinear(self.field, self.x, self.p, u, v)
    }

    fn c(&self, u: &[f64], v: &[f64], w: &[f64]) -> Vec<f64> {
        trilinear(self.field, self.x, self.p, u, v, w)
    }

    /// Right and left vectors of the smallest singular values of `matrix` (a function of `A`), taken in scaled states.
    fn null(&self, matrix: &[f64], count: usize) -> Result<NullVectors, Singular> {
        let n = self.n;
        let scaled: Vec<f64> = (0..n * n).map(|k| matrix[k] * self.sizes[k % n] / self.sizes[k / n]).collect();
        let mut null = null_vectors(&Matrix::full(n, 0, scaled), count)?;
        null.right.iter_mut().flat_map(|v| v.iter_mut().zip(&self.sizes)).for_each(|(v, s)| *v *= s);
        null.left.iter_mut().flat_map(|w| w.iter_mut().zip(&self.sizes)).for_each(|(w, s)| *w /= s);
        if null.right.len() < count { Err(Singular) } else { Ok(null) }
    }

    /// Solves `A h = rhs` with `⟨row, h⟩ = 0`, for `A` singular with left null vector `column`:
    /// `[A column; rowᵀ 0]`, of which the last unknown is zero where the system can be solved.
    fn solve_bordered(&self, column: &[f64], row: &[f64], rhs: &[f64], transposed: bool) -> Result<Vec<f64>, Singular> {
        let n = self.n;
        let mut matrix = Vec::with_capacity((n + 1) * (n + 1));
        for i in 0..n {
            matrix.extend((0..n).map(|j| if transposed { self.a[j * n + i] } else { self.a[i * n + j] }));
            matrix.push(column[i]);
        }
        matrix.extend_from_slice(row);
        matrix.push(0.0);
        let mut lu = Lu::default();
        lu.factor(&matrix, n + 1)?;
        let mut h = rhs.to_vec();
        h.push(0.0);
        lu.solve(&mut h);
        h.truncate(n);
        Ok(h)
    }

    /// `q` with `A q = 0`, `‖q‖ = 1` and its largest component positive, and `p` with `Aᵀ p = 0`, `⟨p, q⟩ = 1`.
    fn null_pair(&self) -> Result<(Vec<f64>, Vec<f64>), Singular> {
        let NullVectors { mut right, mut left } = self.null(&self.a, 1)?;
        let (mut q, mut p) = (right.remove(0), left.remove(0));
        normalise(&mut q);
        orient(&mut q);
        let overlap = dot(&p, &q);
        if overlap.abs() < 1e-12 * dot(&p, &p).sqrt() {
            return Err(Singular);
        }
        p.iter_mut().for_each(|p| *p /= overlap);
        Ok((q, p))
    }
}

/// Makes the component of largest magnitude positive, so that the sign of a quadratic coefficient is defined.
fn orient(q: &mut [f64]) {
    let largest = q.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(0.0);
    if largest < 0.0 {
        q.iter_mut().for_each(|q| *q = -*q);
    }
}

fn combination(a: f64, u: &[f64], b: f64, v: &[f64]) -> Vec<f64> {
    u.iter().zip(v).map(|(u, v)| a * u + b * v).collect()
}

/// LP: `ż = a z² + …`, `a = ½⟨p, B(q, q)⟩`. The sign depends on the direction of `q`, whose largest component is positive.
pub fn fold<F: Field>(field: &F, x: &[f64], p: &[f64]) -> Result<NormalForm, Singular> {
    let point = Point::new(field, x, p);
    let (q, w) = point.null_pair()?;
    let b = point.b(&q, &q);
    let a = 0.5 * dot(&w, &b);
    let size = w.iter().zip(&b).map(|(w, b)| (w * b).abs()).sum::<f64>();
    let words = if a.abs() <= NEGLIGIBLE * size { "degenerate: a cusp" } else { "fold" };
    Ok(NormalForm { values: vec![("a", a)], words: words.into() })
}

/// CP: `ż = c z³ + …`, `c = (1/6)⟨p, C(q, q, q) + 3 B(q, h₂)⟩` with `A h₂ = 2 a q − B(q, q)`, `⟨p, h₂⟩ = 0`.
pub fn cusp<F: Field>(field: &F, x: &[f64], p: &[f64]) -> Result<NormalForm, Singular> {
    let point = Point::new(field, x, p);
    let (q, w) = point.null_pair()?;
    let (a, c) = cubic(&point, &q, &w)?;
    let words = if c < 0.0 {
        "inside the wedge two stable sheets and one unstable"
    } else {
        "inside the wedge one stable sheet and two unstable"
    };
    let others = "(counted along the critical direction)";
    Ok(NormalForm { values: vec![("a", a), ("c", c)], words: format!("{words} {others}") })
}

/// Quadratic and cubic coefficient on the one-dimensional centre manifold.
fn cubic<F: Field>(point: &Point<F>, q: &[f64], w: &[f64]) -> Result<(f64, f64), Singular> {
    let b = point.b(q, q);
    let a = 0.5 * dot(w, &b);
    let h2 = point.solve_bordered(w, w, &combination(2.0 * a, q, -1.0, &b), false)?;
    let c = (dot(w, &point.c(q, q, q)) + 3.0 * dot(w, &point.b(q, &h2))) / 6.0;
    Ok((a, c))
}

/// BP: coefficients of `ż = … + a z² + c z³` on the centre manifold at fixed parameter: `a ≠ 0` is a transcritical point,
/// `a = 0` a pitchfork whose `c` says on which side its arms lie.
pub fn branch_point<F: Field>(field: &F, x: &[f64], p: &[f64]) -> Result<NormalForm, Singular> {
    let point = Point::new(field, x, p);
    let (q, w) = point.null_pair()?;
    let (a, c) = cubic(&point, &q, &w)?;
    // Lengths of z up to 1 count as order one in units of the state: a z² against c z³.
    let words = if a.abs() > 1e-7 * (a.abs() + c.abs()) {
        "transcritical"
    } else if c < 0.0 {
        "supercritical pitchfork"
    } else {
        "subcritical pitchfork"
    };
    Ok(NormalForm { values: vec![("a", a), ("c", c)], words: words.into() })
}

/// H: `ż = iω z + c₁ z|z|² + …`,
///
/// ```text
/// re_c1 = ½ Re⟨p, C(q, q, q̄) + B(q̄, (2iω − A)⁻¹ B(q, q)) − 2 B(q, A⁻¹ B(q, q̄))⟩,     l1 = re_c1 / ω,
/// ```
///
/// with `A q = iω q`, `Aᵀ p = −iω p`, `⟨p, q⟩ = p̄ᵀ q = 1`. Negative: stable cycles are born (on the centre manifold).
/// `re_c1` is what MatCont prints, `l1` what AUTO and Kuznetsov call the first Lyapunov coefficient.
pub fn hopf<F: Field>(field: &F, x: &[f64], p: &[f64], omega: f64) -> Result<NormalForm, Singular> {
    let point = Point::new(field, x, p);
    let n = point.n;
    let (a, b, left) = hopf_vectors(&point, omega)?;
    // B(q, q) = (b_aa − b_bb) + 2i b_ab and B(q, q̄) = b_aa + b_bb for q = a + ib.
    let (b_aa, b_bb, b_ab) = (point.b(&a, &a), point.b(&b, &b), point.b(&a, &b));
    // h₂₀ = (2iω − A)⁻¹ B(q, q) as a real system: [−A −2ω; 2ω −A].
    let mut matrix = vec![0.0; 4 * n * n];
    for i in 0..n {
        for j in 0..n {
            matrix[i * 2 * n + j] = -point.a[i * n + j];
            matrix[(n + i) * 2 * n + n + j] = -point.a[i * n + j];
        }
        matrix[i * 2 * n + n + i] = -2.0 * omega;
        matrix[(n + i) * 2 * n + i] = 2.0 * omega;
    }
    let mut h20 = combination(1.0, &b_aa, -1.0, &b_bb);
    h20.extend(b_ab.iter().map(|b| 2.0 * b));
    let mut lu = Lu::default();
    lu.factor(&matrix, 2 * n)?;
    lu.solve(&mut h20);
    let (h_re, h_im) = h20.split_at(n);
    // h₁₁ = A⁻¹ B(q, q̄), with the sign of the formula.
    let mut h11 = combination(1.0, &b_aa, 1.0, &b_bb);
    lu.factor(&point.a, n)?;
    lu.solve(&mut h11);
    // C(q, q, q̄) = C(a,a,a) + C(a,b,b) + i [C(a,a,b) + C(b,b,b)]
    let c_re = combination(1.0, &point.c(&a, &a, &a), 1.0, &point.c(&a, &b, &b));
    let c_im = combination(1.0, &point.c(&a, &a, &b), 1.0, &point.c(&b, &b, &b));
    let terms: [[Vec<f64>; 2]; 3] = [
        [c_re, c_im],
        [
            combination(1.0, &point.b(&a, h_re), 1.0, &point.b(&b, h_im)),
            combination(1.0, &point.b(&a, h_im), -1.0, &point.b(&b, h_re)),
        ],
        [point.b(&a, &h11).iter().map(|x| -2.0 * x).collect(), point.b(&b, &h11).iter().map(|x| -2.0 * x).collect()],
    ];
    // Re⟨p, z⟩ = p_re·z_re + p_im·z_im
    let parts: Vec<f64> = terms.iter().map(|[re, im]| 0.5 * (dot(&left.0, re) + dot(&left.1, im))).collect();
    let re_c1: f64 = parts.iter().sum();
    let size: f64 = parts.iter().map(|x| x.abs()).sum();
    let words = if re_c1.abs() <= NEGLIGIBLE * size {
        "degenerate: a Bautin point, or a linear oscillation"
    } else if re_c1 < 0.0 {
        "supercritical"
    } else {
        "subcritical"
    };
    Ok(NormalForm { values: vec![("re_c1", re_c1), ("l1", re_c1 / omega)], words: words.into() })
}

/// Real and imaginary part of a vector.
type Complex = (Vec<f64>, Vec<f64>);

/// `q = a + ib` with `A q = iω q`, `‖q‖ = 1`, and `p` with `Aᵀ p = −iω p`, `p̄ᵀ q = 1`.
fn hopf_vectors<F: Field>(point: &Point<F>, omega: f64) -> Result<(Vec<f64>, Vec<f64>, Complex), Singular> {
    let n = point.n;
    let mut square = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..n {
            square[i * n + j] = (0..n).map(|k| point.a[i * n + k] * point.a[k * n + j]).sum::<f64>()
                + if i == j { omega * omega } else { 0.0 };
        }
    }
    // Any v in the kernel of A² + ω² gives q = v − i A v/ω, and any w of its transpose p = w + i Aᵀ w/ω.
    let null = point.null(&square, 2)?;
    let (v, w) = (&null.right[0], &null.left[0]);
    let (mut av, mut aw) = (vec![0.0; n], vec![0.0; n]);
    multiply(&point.a, n, v, &mut av);
    multiply_transposed(&point.a, n, w, &mut aw);
    let length = (dot(v, v) + dot(&av, &av) / (omega * omega)).sqrt();
    let a: Vec<f64> = v.iter().map(|v| v / length).collect();
    let b: Vec<f64> = av.iter().map(|v| -v / (omega * length)).collect();
    let (p_re, p_im): Complex = (w.clone(), aw.iter().map(|w| w / omega).collect());
    // p̄ᵀ q = s; dividing p by s̄ makes it one.
    let (s_re, s_im) = (dot(&p_re, &a) + dot(&p_im, &b), dot(&p_re, &b) - dot(&p_im, &a));
    let modulus = s_re * s_re + s_im * s_im;
    if !(modulus > 0.0 && modulus.is_finite()) {
        return Err(Singular);
    }
    // p / s̄ = p s / |s|²
    let left = (
        combination(s_re / modulus, &p_re, -s_im / modulus, &p_im),
        combination(s_im / modulus, &p_re, s_re / modulus, &p_im),
    );
    Ok((a, b, left))
}

/// BT: `ẇ₀ = w₁`, `ẇ₁ = a w₀² + b w₀ w₁ + …`, with `A q₀ = 0`, `A q₁ = q₀`, `Aᵀ p₁ = 0`, `Aᵀ p₀ = p₁`,
/// `⟨p₀, q₀⟩ = ⟨p₁, q₁⟩ = 1`, `⟨p₀, q₁⟩ = ⟨p₁, q₀⟩ = 0`, `‖q₀‖ = 1`, `⟨q₀, q₁⟩ = 0`:
/// `a = ½ p₁·B(q₀, q₀)`, `b = p₀·B(q₀, q₀) + p₁·B(q₀, q₁)`.
pub fn bogdanov_takens<F: Field>(field: &F, x: &[f64], p: &[f64]) -> Result<NormalForm, Singular> {
    let point = Point::new(field, x, p);
    let NullVectors { mut right, mut left } = point.null(&point.a, 1)?;
    let (mut q0, mut p1) = (right.remove(0), left.remove(0));
    normalise(&mut q0);
    orient(&mut q0);
    let q1 = point.solve_bordered(&p1, &q0, &q0, false)?;
    let scale = dot(&p1, &q1);
    if scale == 0.0 {
        return Err(Singular);
    }
    p1.iter_mut().for_each(|p| *p /= scale);
    let mut p0 = point.solve_bordered(&q0, &q1, &p1, true)?;
    let overlap = dot(&p0, &q1);
    p0.iter_mut().zip(&p1).for_each(|(p0, p1)| *p0 -= overlap * p1);
    let b00 = point.b(&q0, &q0);
    let a = 0.5 * dot(&p1, &b00);
    let b = dot(&p0, &b00) + dot(&p1, &point.b(&q0, &q1));
    let words = match a * b {
        s if s < 0.0 => "a b < 0: the cycles between Hopf and homoclinic curve are stable",
        s if s > 0.0 => "a b > 0: the cycles between Hopf and homoclinic curve are unstable",
        _ => "degenerate",
    };
    Ok(NormalForm { values: vec![("a", a), ("b", b)], words: words.into() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::Scalar;

    /// Declares a field from closed formulas.
    macro_rules! field {
        ($name:ident, $n:expr, $m:expr, |$x:ident, $p:ident, $dx:ident| $body:block) => {
            struct $name;
            impl Field for $name {
                fn states(&self) -> usize {
                    $n
                }
                fn parameters(&self) -> usize {
                    $m
                }
                fn rhs<S: Scalar>(&self, $x: &[S], $p: &[S], $dx: &mut [S]) $body
            }
        };
    }

    field!(Lure, 3, 2, |x, p, dx| {
        dx[0] = x[1];
        dx[1] = x[2];
        dx[2] = -(p[0] * x[2]) - p[1] * x[1] - x[0] + x[0] * x[0];
    });

    field!(FitzHughNagumo, 2, 3, |x, p, dx| {
        let [a, b, c] = [p[0], p[1], p[2]];
        dx[0] = c * (x[0] - x[0].powi(3) / 3.0 + x[1]);
        dx[1] = -(x[0] - a + b * x[1]) / c;
    });

    field!(Bautin, 2, 2, |x, p, dx| {
        let r2 = x[0] * x[0] + x[1] * x[1];
        dx[0] = p[0] * x[0] - x[1] * 2.0 + p[1] * x[0] * r2;
        dx[1] = p[0] * x[1] + x[0] * 2.0 + p[1] * x[1] * r2;
    });

    field!(Pitchfork, 1, 1, |x, p, dx| {
        dx[0] = p[0] * x[0] - x[0].powi(3);
    });

    field!(BogdanovTakens, 2, 2, |x, p, dx| {
        dx[0] = x[1];
        dx[1] = p[0] + p[1] * x[0] + x[0] * x[0] * 3.0 - x[0] * x[1] * 2.0;
    });

    fn value(form: &NormalForm, name: &str) -> f64 {
        form.values.iter().find(|(n, _)| *n == name).unwrap().1
    }

    #[test]
    fn the_hopf_coefficient_of_lures_system_is_the_published_one() {
        let form = hopf(&Lure, &[0.0; 3], &[1.0, 1.0], 1.0).unwrap();
        assert!((value(&form, "re_c1") + 0.3).abs() < 1e-13, "{form:?}");
        assert_eq!(form.words, "supercritical");
    }

    #[test]
    fn the_hopf_coefficient_of_fitzhugh_nagumo_is_that_of_forty_digit_arithmetic() {
        // Reference: Newton in 40 digits, a = 0.42281762942416, ω = 0.963788819653, Re c1 = 0.768660287081.
        let (b, c): (f64, f64) = (0.8, 3.0);
        let x = (1.0 - b / (c * c)).sqrt();
        let y = x.powi(3) / 3.0 - x;
        let a = x + b * y;
        let omega = (1.0 - (b / c).powi(2)).sqrt();
        assert!((a - 0.42281762942416).abs() < 1e-13 && (omega - 0.963788819653).abs() < 1e-12);
        let form = hopf(&FitzHughNagumo, &[x, y], &[a, b, c], omega).unwrap();
        assert!((value(&form, "re_c1") - 0.768660287081).abs() < 1e-12, "{form:?}");
        assert_eq!(form.words, "subcritical");
    }

    #[test]
    fn the_hopf_coefficient_of_the_truncated_normal_form_is_twice_its_cubic_coefficient() {
        // ẇ = 2i w + σ w|w|² for w = x + iy. With q = (1, −i)/√2 the state is z q + c.c., so w = √2 z and c₁ = 2σ.
        let form = hopf(&Bautin, &[0.0; 2], &[0.0, -0.7], 2.0).unwrap();
        assert!((value(&form, "re_c1") + 1.4).abs() < 1e-14, "{form:?}");
        assert!((value(&form, "l1") + 0.7).abs() < 1e-14);
    }

    #[test]
    fn a_pitchfork_has_no_quadratic_and_a_negative_cubic_coefficient() {
        let form = branch_point(&Pitchfork, &[0.0], &[0.0]).unwrap();
        assert_eq!((value(&form, "a"), value(&form, "c"), form.words.as_str()), (0.0, -1.0, "supercritical pitchfork"));
        let form = cusp(&Pitchfork, &[0.0], &[0.0]).unwrap();
        assert_eq!(value(&form, "c"), -1.0);
    }

    #[test]
    fn the_bogdanov_takens_normal_form_has_its_own_coefficients() {
        let form = bogdanov_takens(&BogdanovTakens, &[0.0; 2], &[0.0, 0.0]).unwrap();
        assert!((value(&form, "a") - 3.0).abs() < 1e-14 && (value(&form, "b") + 2.0).abs() < 1e-14, "{form:?}");
    }
}
