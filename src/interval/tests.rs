//! Soundness: images of points lie in images of intervals, and so do derivatives.

use super::*;
use crate::scalar::Dual;
use proptest::prelude::*;

const FUNCTIONS: usize = 24;

fn apply<S: Scalar>(function: usize, x: S) -> S {
    match function {
        0 => x.exp(),
        1 => x.ln(),
        2 => x.sqrt(),
        3 => x.sin(),
        4 => x.cos(),
        5 => x.tanh(),
        6 => x.log10(),
        7 => x.tan(),
        8 => x.asin(),
        9 => x.acos(),
        10 => x.atan(),
        11 => x.sinh(),
        12 => x.cosh(),
        13 => x.asinh(),
        14 => x.acosh(),
        15 => x.atanh(),
        16 => x.erf(),
        17 => x.powf(3.0),
        18 => x.powf(-2.0),
        19 => x.powf(1.5),
        20 => x.powf(-0.7),
        21 => x.abs(),
        22 => x.recip(),
        _ => x.sech(),
    }
}

/// Expressions in two variables, with everything an equation may contain.
#[derive(Clone, Debug)]
enum Expression {
    X,
    Y,
    Number(f64),
    One(usize, Box<Expression>),
    Two(usize, Box<Expression>, Box<Expression>),
    If(Box<Expression>, Box<Expression>, Box<Expression>),
}

fn expression() -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof![Just(Expression::X), Just(Expression::Y), (-3.0..3.0).prop_map(Expression::Number)];
    leaf.prop_recursive(5, 24, 3, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        prop_oneof![
            (0..FUNCTIONS + 2, boxed()).prop_map(|(f, a)| Expression::One(f, a)),
            (0..10_usize, boxed(), boxed()).prop_map(|(f, a, b)| Expression::Two(f, a, b)),
            (boxed(), boxed(), boxed()).prop_map(|(a, b, c)| Expression::If(a, b, c)),
        ]
    })
}

impl Expression {
    fn evaluate<S: Scalar>(&self, x: S, y: S) -> S {
        match self {
            Expression::X => x,
            Expression::Y => y,
            Expression::Number(k) => S::from(*k),
            Expression::One(function, a) => {
                let a = a.evaluate(x, y);
                match function.checked_sub(FUNCTIONS) {
                    Some(0) => a.sign(),
                    Some(_) => a.floor(),
                    None => apply(*function, a),
                }
            }
            Expression::Two(function, a, b) => {
                let (a, b) = (a.evaluate(x, y), b.evaluate(x, y));
                match function {
                    0 | 1 => a + b,
                    2 | 3 => a * b,
                    4 => a - b,
                    5 => a / b,
                    6 => a.min(b),
                    7 => a.max(b),
                    8 => a.pow(b),
                    _ => a.less(b),
                }
            }
            Expression::If(a, b, c) => {
                a.evaluate(x, y).less_equal(S::from(0.5)).select(b.evaluate(x, y), c.evaluate(x, y))
            }
        }
    }
}

/// A number of `[low, high]`.
fn inside(low: f64, high: f64, t: f64) -> f64 {
    (low + t * (high - low)).clamp(low, high)
}

/// An interval and a number in it, wide or narrow, often with an end at a round number.
fn interval() -> impl Strategy<Value = (Interval, f64)> {
    let end = prop_oneof![-4.0..4.0, (-4..=4).prop_map(f64::from)];
    let width = prop_oneof![0.0..1e-12, 0.0..0.1, 0.0..5.0, Just(1.0), Just(0.0)];
    (end, width, 0.0..=1.0).prop_map(|(low, width, t)| (Interval::new(low, low + width), inside(low, low + width, t)))
}

fn variable<S: Scalar>(re: S, lane: usize) -> Dual<S, 2> {
    let mut x = Dual::constant(re);
    x.eps[lane] = S::from(1.0);
    x
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn images_of_points_lie_in_images_of_intervals((box_, x) in interval(), function in 0..FUNCTIONS) {
        let (image, value) = (apply(function, box_), apply(function, x));
        // The library's inverse hyperbolic functions lose digits near 1; those of `libm` do not.
        let value = match function {
            13 => libm::asinh(x),
            14 => libm::acosh(x),
            15 => libm::atanh(x),
            _ => value,
        };
        prop_assert!(!value.is_finite() || image.contains(value), "{function}: {image:?} {value:e}");
        prop_assert!(!(image.regular && value.is_nan()), "{function}: {image:?}");
    }

    #[test]
    fn an_expression_and_its_derivatives_are_enclosed(
        f in expression(), (x_box, x) in interval(), (y_box, y) in interval()
    ) {
        let exact = f.evaluate(variable(x, 0), variable(y, 1));
        let enclosed = f.evaluate(variable(x_box, 0), variable(y_box, 1));
        if !exact.re.is_finite() {
            // Overflow is no property of the function; NaN is.
            prop_assert!(!(exact.re.is_nan() && enclosed.re.regular && enclosed.re.magnitude().is_finite()), "{enclosed:?}");
            return Ok(());
        }
        // The point's value has rounding errors of its own, which its neighbours within an ulp or so bound.
        let near = |enclosed: Interval, exact: f64, rounding: f64| {
            let slack = rounding + 1e-11 * exact.abs();
            enclosed.low - slack <= exact && exact <= enclosed.high + slack
        };
        let wide = |x: f64| Interval::new(x.next_down(), x.next_up());
        let spread = f.evaluate(variable(wide(x), 0), variable(wide(y), 1));
        // Where a jump or an edge of the domain is within rounding errors, the point's value may be of either side.
        if !spread.re.regular {
            return Ok(());
        }
        prop_assert!(near(enclosed.re, exact.re, spread.re.width()), "{enclosed:?} {exact:?}");
        if enclosed.re.regular {
            for (enclosed, (exact, spread)) in enclosed.eps.into_iter().zip(exact.eps.into_iter().zip(spread.eps)) {
                if exact.is_finite() && !enclosed.is_empty() && spread.width().is_finite() {
                    prop_assert!(near(enclosed, exact, spread.width()), "{enclosed:?} {exact:e}");
                }
            }
        }
    }
}

#[test]
fn bounds_are_tight_where_the_image_is_known() {
    let close = |image: Interval, low: f64, high: f64| {
        assert!(
            (image.low - low).abs() <= 1e-15 * low.abs() && (image.high - high).abs() <= 1e-15 * high.abs(),
            "{image:?}"
        );
        assert!(image.low <= low && high <= image.high && image.regular, "{image:?}");
    };
    close(Interval::new(-1.0, 2.0).powi(2), 0.0, 4.0);
    close(Interval::new(-1.0, 2.0).powi(3), -1.0, 8.0);
    close(Interval::new(1.0, 2.0).sin(), 1.0_f64.sin(), 1.0);
    close(Interval::new(3.0, 4.0).cos(), -1.0, 4.0_f64.cos());
    close(Interval::new(-1.0, 2.0) * Interval::new(-3.0, 4.0), -6.0, 8.0);
    close(Interval::new(2.0, 4.0).recip(), 0.25, 0.5);
    close(Interval::new(-2.0, 1.0).abs(), 0.0, 2.0);
}

#[test]
fn whole_numbers_stay_points() {
    let x = Interval::from(3.0) * 4.0 - 2.0;
    assert_eq!((x.low, x.high), (10.0, 10.0));
    let x = Interval::from(1.0) / 4.0;
    assert_eq!((x.low, x.high), (0.25, 0.25));
    let third = Interval::from(1.0) / 3.0 * 3.0;
    assert!(!third.is_point() && third.contains(1.0) && third.width() < 1e-15);
}

#[test]
fn what_is_undefined_has_no_image_and_what_jumps_is_not_regular() {
    assert!(Interval::new(-2.0, -1.0).sqrt().is_empty() && Interval::from(0.0).recip().is_empty());
    let root = Interval::new(-1.0, 4.0).sqrt();
    assert!(!root.regular && root.low == 0.0 && root.contains(2.0));
    assert!(!Interval::new(-1.0, 1.0).sign().regular && Interval::new(0.5, 1.0).sign().regular);
    let step = Interval::new(-1.0, 1.0).less(Interval::from(0.0)).select(Interval::from(5.0), Interval::from(7.0));
    assert!(!step.regular && step.low == 5.0 && step.high == 7.0);
    // A corner is continuous, and its derivative is between those of its sides.
    let corner = Dual { re: Interval::new(-1.0, 1.0), eps: [Interval::from(1.0)] }.abs();
    assert!(
        corner.re.regular
            && corner.eps[0].contains(-1.0)
            && corner.eps[0].contains(1.0)
            && corner.eps[0].width() == 2.0
    );
}

#[test]
fn a_function_known_by_its_derivatives_is_enclosed_about_its_middle() {
    // exp on [0, 1/2], bounded on (-∞, 1]; the image is 0.65 wide.
    let x = Dual { re: Interval::new(0.0, 0.5), eps: [Interval::from(1.0)] };
    let y = x.chain(&[0.25_f64.exp(); 6], |_| 1.0_f64.exp());
    for y in [y.re, y.eps[0]] {
        assert!(y.low <= 1.0 && y.high >= 0.5_f64.exp() && y.width() < 0.75, "{y:?}");
    }
}
