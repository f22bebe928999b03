//! Exponents `ν` of monomials `w^ν` in several coordinates.

/// `|ν|`.
pub(super) fn degree<const N: usize>(powers: &[u8; N]) -> usize {
    powers.iter().map(|&v| usize::from(v)).sum()
}

pub(super) fn subtract<const N: usize>(a: &[u8; N], b: &[u8; N]) -> [u8; N] {
    std::array::from_fn(|k| a[k] - b[k])
}

/// All `μ ≤ ν`.
pub(super) fn below<const N: usize>(powers: &[u8; N]) -> Vec<[u8; N]> {
    powers.iter().enumerate().fold(vec![[0; N]], |list, (k, &highest)| {
        let with = |v: u8| {
            list.iter().map(move |&(mut powers)| {
                powers[k] = v;
                powers
            })
        };
        (0..=highest).flat_map(with).collect()
    })
}

/// `Π_k (ν_k choose μ_k)`.
pub(super) fn binomial<const N: usize>(a: &[u8; N], b: &[u8; N]) -> f64 {
    let choose = |n: u8, k: u8| (0..k).fold(1.0, |c, j| c * f64::from(n - j) / f64::from(j + 1));
    a.iter().zip(b).map(|(&n, &k)| choose(n, k)).product()
}

/// `w^ν` as a product of `|ν|` coordinates, and the exponents of the part of it that each set of these makes, with sets written as bits:
/// what the chain rule is summed over.
pub(super) fn parts<const N: usize>(powers: &[u8; N]) -> Vec<[u8; N]> {
    let factors: Vec<usize> = (0..N).flat_map(|i| vec![i; usize::from(powers[i])]).collect();
    let part = |set: usize| {
        let mut part = [0; N];
        (0..factors.len()).filter(|k| set >> k & 1 == 1).for_each(|k| part[factors[k]] += 1);
        part
    };
    (0..1 << factors.len()).map(part).collect()
}
