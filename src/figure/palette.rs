//! Colours that survive colour-blindness and grey printing.

/// A colour, red, green and blue from 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

pub const BLACK: Colour = Colour(0, 0, 0);
pub const WHITE: Colour = Colour(255, 255, 255);
pub const GREY: Colour = Colour(110, 110, 110);

/// Colours for series, after Okabe and Ito. The first four lie at L* = 0, 34, 54 and 70, so that they stay
/// apart in grey; the others repeat those lightnesses in other hues.
const SERIES: [Colour; 7] = [
    BLACK,
    Colour(0x1f, 0x4e, 0x9e),
    Colour(0xd5, 0x5e, 0x00),
    Colour(0x56, 0xb4, 0xe9),
    Colour(0xa0, 0x48, 0x7f),
    Colour(0x00, 0x9e, 0x73),
    Colour(0xe6, 0x9f, 0x00),
];

/// Grounds for black text and dark curves, blue and orange by turns: about 6 units of L* apart, which can be told in grey.
const TINTS: [Colour; 7] = [
    WHITE,
    Colour(222, 235, 247),
    Colour(248, 212, 155),
    Colour(166, 205, 230),
    Colour(226, 172, 105),
    Colour(120, 172, 212),
    Colour(196, 140, 80),
];

/// Violet to yellow by way of blue and green: lightness 0.27 + 0.62 t, hue 300° − 195° t and the largest
/// chroma up to 0.15 that a screen can show, in the OKLCh colour space, at t = 0, 1/15, … 1.
const SEQUENCE: [Colour; 16] = [
    Colour(52, 0, 96),
    Colour(49, 22, 118),
    Colour(40, 43, 135),
    Colour(14, 63, 149),
    Colour(2, 84, 141),
    Colour(3, 100, 141),
    Colour(7, 116, 143),
    Colour(2, 131, 146),
    Colour(2, 147, 148),
    Colour(2, 163, 147),
    Colour(9, 179, 141),
    Colour(61, 193, 127),
    Colour(115, 203, 115),
    Colour(157, 211, 103),
    Colour(197, 218, 95),
    Colour(234, 224, 94),
];

/// Colour of the series with this number; the palette starts again after seven.
pub fn series(number: usize) -> Colour {
    SERIES[number % SERIES.len()]
}

/// Ground of the regions with this number, from the lightest; they start again after seven.
pub fn tint(number: usize) -> Colour {
    TINTS[number % TINTS.len()]
}

/// Colour at `t` from 0 (dark) to 1 (light); lightness grows with `t`.
pub fn sequence(t: f64) -> Colour {
    let last = SEQUENCE.len() - 1;
    let place = if t.is_finite() { t.clamp(0.0, 1.0) * last as f64 } else { 0.0 };
    let low = (place as usize).min(last - 1);
    SEQUENCE[low].mix(SEQUENCE[low + 1], place - low as f64)
}

impl Colour {
    /// This colour with the share `t` of another.
    pub fn mix(self, other: Colour, t: f64) -> Colour {
        let part = |a: u8, b: u8| (f64::from(a) * (1.0 - t) + f64::from(b) * t).round() as u8;
        Colour(part(self.0, other.0), part(self.1, other.1), part(self.2, other.2))
    }

    /// Brightness times `factor`, for shading.
    pub fn scaled(self, factor: f64) -> Colour {
        let part = |a: u8| (f64::from(a) * factor).round().clamp(0.0, 255.0) as u8;
        Colour(part(self.0), part(self.1), part(self.2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CIE lightness L*, what remains of a colour in grey.
    fn lightness(Colour(r, g, b): Colour) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        let y = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
        if y > 0.008856 { 116.0 * y.cbrt() - 16.0 } else { 903.3 * y }
    }

    /// 12 units of L* are told apart at a glance in adjacent grey lines.
    #[test]
    fn the_first_four_series_differ_in_grey() {
        for pair in SERIES[..4].windows(2) {
            assert!(lightness(pair[1]) - lightness(pair[0]) > 12.0, "{pair:?}");
        }
    }

    /// 5 units of L* are told apart in areas that touch.
    #[test]
    fn grounds_differ_in_grey_and_are_lighter_than_curves() {
        for pair in TINTS.windows(2) {
            assert!(lightness(pair[0]) - lightness(pair[1]) > 5.0, "{pair:?}");
        }
        assert!(lightness(TINTS[6]) > lightness(SERIES[2]) + 5.0);
    }

    /// Lightness and two coordinates of hue in OKLab (Ottosson 2020), in which distances are differences as they are seen.
    fn oklab(Colour(r, g, b): Colour) -> [f64; 3] {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        let (r, g, b) = (linear(r), linear(g), linear(b));
        let l = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b).cbrt();
        let m = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b).cbrt();
        let s = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b).cbrt();
        [
            0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
        ]
    }

    /// Maps are read by their colours: equal steps must look equal. Lightness is what was asked for, to the rounding of colours;
    /// the steps themselves differ where the screen has no more chroma.
    #[test]
    fn equal_steps_of_the_sequence_look_equal() {
        let places: Vec<[f64; 3]> = SEQUENCE.into_iter().map(oklab).collect();
        let steps: Vec<f64> = places
            .windows(2)
            .map(|pair| (0..3).map(|k| (pair[1][k] - pair[0][k]).powi(2)).sum::<f64>().sqrt())
            .collect();
        let mean = steps.iter().sum::<f64>() / steps.len() as f64;
        assert!(steps.iter().all(|step| (step / mean - 1.0).abs() < 0.2), "{steps:?}");
        for (i, place) in places.iter().enumerate() {
            assert!((place[0] - 0.27 - 0.62 * i as f64 / 15.0).abs() < 4e-3, "{i}: {}", place[0]);
        }
    }

    #[test]
    fn the_sequence_grows_lighter_throughout() {
        let steps: Vec<f64> = (0..=60).map(|i| lightness(sequence(f64::from(i) / 60.0))).collect();
        assert!(steps.windows(2).all(|pair| pair[1] > pair[0]), "{steps:?}");
    }
}
