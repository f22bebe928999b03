//! Power spectral densities of sampled solutions.
//!
//! ```text
//! S(ω_k) = 2 Δt |Σ_j w_j (x_j − x̄) e^{−iω_k t_j}|² / (2π Σ_j w_j²),     ω_k = 2πk/(N Δt)
//! ```
//!
//! One-sided: without a window `Σ_k S(ω_k) Δω` is the variance of the samples (Parseval), but for rounding; with one it is the
//! variance under the window. A pure tone of amplitude A gives the area A²/2.

use realfft::RealFftPlanner;
use std::f64::consts::PI;

/// What samples are multiplied by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Nothing: for a whole number of periods.
    Rectangle,
    /// `sin²(πj/N)`: the usual one.
    Hann,
    /// Blackman's and Harris's of four terms: side lobes at 10⁻⁹ of the power, peaks twice as wide.
    BlackmanHarris,
}

impl Window {
    pub const ALL: [Window; 3] = [Window::Hann, Window::BlackmanHarris, Window::Rectangle];

    pub fn name(self) -> &'static str {
        match self {
            Window::Rectangle => "rectangle",
            Window::Hann => "hann",
            Window::BlackmanHarris => "blackman-harris",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|window| window.name() == name)
    }

    fn weight(self, j: usize, count: usize) -> f64 {
        let phase = 2.0 * PI * j as f64 / count as f64;
        match self {
            Window::Rectangle => 1.0,
            Window::Hann => 0.5 - 0.5 * phase.cos(),
            Window::BlackmanHarris => {
                0.35875 - 0.48829 * phase.cos() + 0.14128 * (2.0 * phase).cos() - 0.01168 * (3.0 * phase).cos()
            }
        }
    }
}

/// A density over frequencies, and its peaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectrum {
    pub omega: Vec<f64>,
    pub density: Vec<f64>,
    /// The highest first.
    pub peaks: Vec<Peak>,
}

/// A peak, between the frequencies of the samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peak {
    pub omega: f64,
    pub density: f64,
    /// The multiple of the highest peak's frequency that this is.
    pub harmonic: Option<usize>,
}

/// A peak is at least so much higher than the median density, and than this part of the highest peak.
const ABOVE: (f64, f64) = (100.0, 1e-12);
/// A multiple of the fundamental frequency is one to within so many steps of the frequency axis.
const NEAR: f64 = 0.5;
/// At most so many peaks are told.
const MOST: usize = 20;

/// The density of samples at even times. Fewer than four samples have none.
pub fn spectrum(samples: &[f64], spacing: f64, window: Window) -> Option<Spectrum> {
    let count = samples.len();
    if count < 4 || spacing.is_nan() || spacing <= 0.0 || samples.iter().any(|x| !x.is_finite()) {
        return None;
    }
    let weights: Vec<f64> = (0..count).map(|j| window.weight(j, count)).collect();
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    // The mean under the window, so that nothing of it leaks.
    let mean = samples.iter().zip(&weights).map(|(x, w)| x * w).sum::<f64>() / weights.iter().sum::<f64>();
    let transform = RealFftPlanner::<f64>::new().plan_fft_forward(count);
    let mut input: Vec<f64> = samples.iter().zip(&weights).map(|(x, w)| (x - mean) * w).collect();
    let mut output = transform.make_output_vec();
    transform.process(&mut input, &mut output).ok()?;
    let step = 2.0 * PI / (count as f64 * spacing);
    let density: Vec<f64> = output
        .iter()
        .enumerate()
        .map(|(k, c)| {
            // The highest frequency of an even number of samples stands for itself alone.
            let sides = if k == 0 || 2 * k == count { 1.0 } else { 2.0 };
            sides * spacing * c.norm_sqr() / (2.0 * PI * squares)
        })
        .collect();
    let omega = (0..density.len()).map(|k| k as f64 * step).collect();
    let peaks = peaks(&density, step);
    Some(Spectrum { omega, density, peaks })
}

/// Local maxima, refined by a parabola through the logarithms of three values, with their place among the harmonics.
fn peaks(density: &[f64], step: f64) -> Vec<Peak> {
    let mut sorted = density.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let highest = sorted.last().copied().unwrap_or(0.0);
    let least = (ABOVE.0 * sorted[sorted.len() / 2]).max(ABOVE.1 * highest);
    let mut found: Vec<Peak> = (1..density.len().saturating_sub(1))
        .filter(|&k| density[k] > least && density[k] > density[k - 1] && density[k] >= density[k + 1])
        .map(|k| {
            let [a, b, c] = [k - 1, k, k + 1].map(|k| density[k].max(f64::MIN_POSITIVE).ln());
            let bend = a - 2.0 * b + c;
            let shift = if bend < 0.0 { (0.5 * (a - c) / bend).clamp(-0.5, 0.5) } else { 0.0 };
            let density = (b - 0.25 * (a - c) * shift).exp();
            Peak { omega: (k as f64 + shift) * step, density, harmonic: None }
        })
        .collect();
    found.sort_by(|a, b| b.density.total_cmp(&a.density));
    // Side lobes of a window stand beside a peak.
    let mut kept: Vec<Peak> = Vec::new();
    for peak in found {
        let beside = |other: &Peak| (other.omega - peak.omega).abs() < 4.5 * step;
        if kept.len() < MOST && !kept.iter().any(beside) {
            kept.push(peak);
        }
    }
    if let Some(fundamental) = kept.first().map(|peak| peak.omega) {
        for peak in &mut kept {
            let multiple = (peak.omega / fundamental).round();
            // The fundamental's own error counts as often.
            let off = (peak.omega - multiple * fundamental).abs();
            peak.harmonic = (multiple >= 1.0 && off < NEAR * step * multiple.max(1.0)).then_some(multiple as usize);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(count: usize, omega: f64, spacing: f64) -> Vec<f64> {
        (0..count)
            .map(|j| {
                let t = j as f64 * spacing;
                0.3 + (omega * t).cos() + 0.1 * (2.0 * omega * t + 1.0).cos() + 0.01 * (3.0 * omega * t).sin()
            })
            .collect()
    }

    #[test]
    fn the_area_is_the_variance() {
        let mut state = 1_u64;
        let mut noise = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        for count in [1000, 1001] {
            let samples: Vec<f64> = (0..count).map(|_| noise()).collect();
            let mean = samples.iter().sum::<f64>() / count as f64;
            let variance = samples.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count as f64;
            let found = spectrum(&samples, 0.1, Window::Rectangle).unwrap();
            let area: f64 = found.density.iter().sum::<f64>() * found.omega[1];
            assert!((area / variance - 1.0).abs() < 1e-12, "{area} {variance}");
        }
    }

    #[test]
    fn a_tone_has_the_area_of_half_its_square_under_every_window() {
        for window in Window::ALL {
            let found = spectrum(&tone(4096, 2.0, 0.1), 0.1, window).unwrap();
            let near = found.omega.iter().zip(&found.density).filter(|(omega, _)| (**omega - 2.0).abs() < 0.8);
            let area: f64 = near.map(|(_, s)| s).sum::<f64>() * found.omega[1];
            // The rectangle's side lobes reach farther than that.
            assert!((area - 0.5).abs() < 5e-3, "{window:?} {area}");
        }
    }

    #[test]
    fn peaks_lie_between_samples_and_harmonics_have_numbers() {
        for omega in [2.0, 2.003, 2.007] {
            let found = spectrum(&tone(4096, omega, 0.1), 0.1, Window::Hann).unwrap();
            let step = found.omega[1];
            for (k, peak) in found.peaks.iter().enumerate() {
                assert_eq!(peak.harmonic, Some(k + 1));
                // A parabola through three values of Hann's window is off by less than a fortieth of a step.
                assert!((peak.omega - (k + 1) as f64 * omega).abs() < 0.025 * step, "{omega} {peak:?} {step}");
            }
            assert_eq!(found.peaks.len(), 3);
        }
    }
}
