//! Figures drawn from made-up results: what must hold of every drawing, and of some in particular.

mod figures;

use figures::*;
use hopfold::figure::{Figure, FigureError, Kind, Line, LineKind, Place, Style, Text as Words, draw};
use hopfold::results::{Branch, Failure, Results};

const PT: f64 = 16.0;

/// Every example figure with its results.
fn examples() -> Vec<(&'static str, Figure, Results)> {
    vec![
        ("hysteresis", hysteresis_figure(), hysteresis()),
        ("current", current_figure(), hysteresis()),
        ("cusp", cusp_figure(), critical_curves()),
        ("family", family_figure(), family_of_tongues(11)),
        ("stack", stack_figure(), stack_of_branches()),
        ("functions", functions_figure(), functions()),
        ("well", well_figure(), well()),
        ("surface", surface_figure(), surface()),
        ("surface-back", surface_seen_from(150.0, 35.0), bounded_surface()),
        ("surface-ramp", ramp_figure(), surface()),
        ("zoo", zoo_figure(), zoo()),
        ("tiny", tiny_figure(), functions()),
        ("rings", rings_figure(), rings()),
        ("turns", turns_figure(), rings()),
        ("sphere", sphere_figure(), rings()),
        ("space", space_figure(), rings()),
        ("powers", powers_figure(), powers()),
        ("map", map_figure(), plateau(200, 200)),
        ("map-turned", turned_map_figure(), plateau(90, 60)),
        ("row", row_figure(), plateau(50, 3)),
    ]
}

#[test]
fn every_example_is_well_formed_and_stays_on_the_sheet() {
    for (name, figure, results) in examples() {
        let svg = draw(&figure, &results).unwrap_or_else(|error| panic!("{name}: {error}"));
        let drawing = read(&svg).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(drawing.lines.len() > 10, "{name} is empty");
        let [width, height] = drawing.size;
        assert_eq!((width / PT * 25.4 / 72.0).round(), figure.size[0], "{name}");
        for [x, y] in drawing.places() {
            assert!(x >= 0.0 && x <= width && y >= 0.0 && y <= height, "{name}: {x} {y}");
        }
        for text in &drawing.texts {
            for [x, y] in text.corners() {
                let inside = x >= 0.0 && x <= width && y >= 0.0 && y <= height;
                assert!(inside, "{name}: `{}` reaches {x} {y}", text.words);
            }
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
    }
}

#[test]
fn texts_do_not_cover_each_other() {
    for (name, figure, results) in examples() {
        let svg = draw(&figure, &results).unwrap_or_else(|error| panic!("{name}: {error}"));
        let drawing = read(&svg).unwrap_or_else(|error| panic!("{name}: {error}"));
        let upright: Vec<&Label> = drawing.texts.iter().filter(|t| t.angle == 0.0).collect();
        for (i, a) in upright.iter().enumerate() {
            for b in &upright[i + 1..] {
                assert!(!a.covers(b), "{name}: `{}` and `{}`", a.words, b.words);
            }
        }
    }
}

#[test]
fn the_same_figure_is_the_same_bytes() {
    for (name, figure, results) in examples() {
        assert_eq!(draw(&figure, &results), draw(&figure, &results), "{name}");
    }
}

/// The middle sheet of x = 3y − y³ lies between its folds at y = ∓1, and only there are dashes. Tolerance: a
/// dash ends on the fold to within the unit of the drawing.
#[test]
fn what_is_unstable_is_dashed_from_fold_to_fold() {
    let mut figure = hysteresis_figure();
    figure.series.truncate(1);
    figure.series[0].jumps = false;
    figure.series[0].mark = Some(Vec::new());
    figure.x.range = Some([0.0, 8.0]);
    figure.y.range = Some([0.0, 4.0]);
    let results = hysteresis();
    let drawing = read(&draw(&figure, &results).expect("drawn")).expect("well-formed");
    let frame = drawing.frame();
    let folds: Vec<f64> = results.branches[0]
        .special
        .iter()
        .filter(|special| special.kind == "LP")
        .map(|special| results.branches[0].points[special.index][1])
        .collect();
    let to_y = |v: f64| frame[3] - (frame[3] - frame[1]) * v / 4.0;
    let curves: Vec<&Vec<[f64; 2]>> =
        drawing.lines.iter().filter(|line| line.width > 15.0).map(|line| &line.points).collect();
    assert!(curves.len() > 12, "two solid parts and many dashes");
    let solid: Vec<_> = curves.iter().filter(|c| span(c) > 400.0).collect();
    assert_eq!(solid.len(), 2);
    for dash in curves.iter().filter(|c| span(c) <= 400.0) {
        for [_, y] in dash.iter() {
            let between = *y <= to_y(folds[0]) + 2.0 && *y >= to_y(folds[1]) - 2.0;
            assert!(between, "a dash at {y}, folds at {:?}", folds.map_to(to_y));
        }
    }
}

#[test]
fn a_jump_lands_on_the_other_stable_sheet() {
    let mut figure = hysteresis_figure();
    let with = read(&draw(&figure, &hysteresis()).expect("drawn")).expect("well-formed");
    figure.series[0].jumps = false;
    let without = read(&draw(&figure, &hysteresis()).expect("drawn")).expect("well-formed");
    assert_eq!(with.fills.len(), without.fills.len() + 2, "two arrow heads");
}

#[test]
fn nested_regions_are_painted_from_the_largest_to_the_smallest() {
    let drawing = read(&draw(&family_figure(), &family_of_tongues(11)).expect("drawn"));
    let drawing = drawing.expect("well-formed");
    let areas: Vec<f64> = drawing.fills.iter().filter(|fill| fill.len() > 30).map(|fill| area(fill)).collect();
    assert_eq!(areas.len(), 11);
    assert!(areas.windows(2).all(|pair| pair[0] >= pair[1]), "{areas:?}");
}

#[test]
fn the_region_of_a_cusp_lies_between_its_arms() {
    let drawing = read(&draw(&cusp_figure(), &critical_curves()).expect("drawn"));
    let drawing = drawing.expect("well-formed");
    let frame = drawing.frame();
    let whole = (frame[2] - frame[0]) * (frame[3] - frame[1]);
    let largest = drawing.fills.iter().filter(|fill| fill.len() > 30).map(|fill| area(fill)).fold(0.0, f64::max);
    assert!(largest > 0.1 * whole && largest < 0.6 * whole, "{}", largest / whole);
}

/// The lower sheet lies under the middle one, seen from above: its part of the ramp becomes dots.
#[test]
fn what_the_surface_hides_is_dotted() {
    let dots = |figure: &Figure| {
        let drawing = read(&draw(figure, &surface()).expect("drawn")).expect("well-formed");
        let dots = drawing.lines.iter().filter(|line| span(&line.points) < 2.0 * PT);
        dots.filter(|line| line.width == 10.0).count()
    };
    let mut figure = ramp_figure();
    let with = dots(&figure);
    figure.series.truncate(2);
    let without = dots(&figure);
    assert!(with > without + 20, "{with} dots with the ramp, {without} without");
}

/// Lines of the width of a curve on a part of the sheet that is not empty.
fn curves(drawing: &Drawing) -> Vec<&Vec<[f64; 2]>> {
    drawing.lines.iter().filter(|line| line.width > 15.0).map(|line| &line.points).collect()
}

/// Tolerance: the drawing's unit, and interpolation of degree 4 of a tenth of a turn, below 2e-5 of the radius.
#[test]
fn a_profile_is_drawn_round_and_closed() {
    let mut figure = rings_figure();
    figure.series = vec![line("rings/UZ1")];
    (figure.x.range, figure.y.range) = (Some([-1.0, 1.0]), Some([-1.0, 1.0]));
    let drawing = read(&draw(&figure, &rings()).expect("drawn")).expect("well-formed");
    let [left, top, right, bottom] = drawing.frame();
    let curves = curves(&drawing);
    assert_eq!(curves.len(), 1);
    assert_eq!(curves[0].first(), curves[0].last());
    for [x, y] in curves[0] {
        let (x, y) = (2.0 * (x - left) / (right - left) - 1.0, 2.0 * (y - top) / (bottom - top) - 1.0);
        assert!((x.hypot(y) - 0.5f64.sqrt()).abs() < 1e-3, "{x} {y}");
    }
}

#[test]
fn unstable_cycles_are_dashed_and_their_colours_tell_the_parameter() {
    let svg = draw(&rings_figure(), &rings()).expect("drawn");
    let drawing = read(&svg).expect("well-formed");
    let closed = curves(&drawing).into_iter().filter(|curve| curve.len() > 30 && curve.first() == curve.last()).count();
    assert_eq!(closed, 5, "rows 2, 5, 8, 11 and 14 are stable");
    assert!(curves(&drawing).len() > 40, "rows 17 and 20 are dashed");
    // A bar with the parameter's name, in place of seven swatches.
    assert!(drawing.texts.iter().any(|text| text.words == "p" && text.angle == -90.0));
    assert!(drawing.fills.len() > 50);
}

#[test]
fn three_periods_are_three_waves() {
    let drawing = read(&draw(&turns_figure(), &rings()).expect("drawn")).expect("well-formed");
    let curves = curves(&drawing);
    let curve = curves.iter().max_by(|a, b| span(a).total_cmp(&span(b))).expect("a curve");
    let [_, top, _, bottom] = drawing.frame();
    let middle = 0.5 * (top + bottom);
    let crossings = curve.windows(2).filter(|pair| (pair[0][1] < middle) != (pair[1][1] < middle)).count();
    assert_eq!(crossings, 6);
}

#[test]
fn a_profile_that_is_not_kept_is_missed() {
    let mut figure = rings_figure();
    figure.series = vec![line("rings/UZ2")];
    let error = draw(&figure, &rings()).expect_err("there is none");
    assert!(error.to_string().contains("found: `UZ1`"), "{error}");
    let mut results = rings();
    results.branches[0].profiles.clear();
    let error = draw(&rings_figure(), &results).expect_err("there is none");
    assert!(error.to_string().contains("keeps no profile"), "{error}");
    results = rings();
    results.branches[0].special[1].profile = Some(Default::default());
    figure.series = vec![line("rings/UZ1")];
    assert!(matches!(draw(&figure, &results), Err(FigureError::NoProfile { .. })));
}

/// On logarithmic axes a power is a straight line, x² of slope 2; what is not positive is left out.
#[test]
fn powers_are_straight_on_logarithmic_axes() {
    let mut figure = powers_figure();
    (figure.x.range, figure.y.range) = (Some([0.1, 1.0]), Some([1e-3, 1.0]));
    let drawing = read(&draw(&figure, &powers()).expect("drawn")).expect("well-formed");
    let [left, top, right, bottom] = drawing.frame();
    let share = |[x, y]: [f64; 2]| [(x - left) / (right - left), (bottom - y) / (bottom - top)];
    let long: Vec<_> = curves(&drawing).into_iter().filter(|curve| span(curve) > 1000.0).collect();
    assert_eq!(long.len(), 2);
    for (curve, power) in long.iter().zip([2.0, 3.0]) {
        for at in curve.iter() {
            let [x, y] = share(*at);
            let exact = 1.0 + power * (x - 1.0) / 3.0;
            assert!((y - exact).abs() < 2e-3, "{x} {y} {exact}");
        }
    }
    let labels: Vec<&str> = drawing.texts.iter().map(|text| text.words.as_str()).collect();
    assert!(labels.contains(&"10\u{2212}2") && labels.contains(&"1"), "{labels:?}");
}

/// The outline of a sphere, all axes having one unit of length, is round nearly: parallel light would make it a circle.
#[test]
fn a_sphere_is_round() {
    let drawing = read(&draw(&sphere_figure(), &rings()).expect("drawn")).expect("well-formed");
    let outline = drawing.lines.iter().rev().find(|line| line.points.len() > 100).expect("an outline");
    let extent = |k: usize| {
        let ends = outline.points.iter().map(|p| p[k]);
        ends.clone().fold(0.0, f64::max) - ends.fold(f64::INFINITY, f64::min)
    };
    assert!((extent(0) / extent(1) - 1.0).abs() < 0.03, "{} {}", extent(0), extent(1));
    assert!(extent(0) > 1000.0);
}

#[test]
fn a_map_is_one_image_in_the_frame_under_its_curves() {
    let svg = draw(&map_figure(), &plateau(200, 200)).expect("drawn");
    let drawing = read(&svg).expect("well-formed");
    let frame = drawing.frame();
    assert_eq!(drawing.images, [[frame[0], frame[1], frame[2] - frame[0], frame[3] - frame[1]]]);
    assert!(svg.len() < 120_000, "{} bytes for 40 000 cells", svg.len());
    let (image, curve) = (svg.find("<image").expect("an image"), svg.rfind("<polyline").expect("a curve"));
    assert!(image < curve);
    let words: Vec<&str> = drawing.texts.iter().map(|text| text.words.as_str()).collect();
    for entry in ["no cycle", "failed", "coexisting", "Andronov–Hopf"] {
        assert!(words.contains(&entry), "{words:?}");
    }
}

/// Where nothing is missing nothing is hatched, and nothing explained.
#[test]
fn a_map_without_gaps_says_nothing_of_them() {
    let mut results = plateau(20, 20);
    results.maps[0].cells.clear();
    for value in results.maps[0].quantities[0].iter_mut() {
        *value = Some(value.unwrap_or(0.0));
    }
    let drawing = read(&draw(&map_figure(), &results).expect("drawn")).expect("well-formed");
    assert!(!drawing.texts.iter().any(|text| ["no cycle", "failed", "coexisting"].contains(&text.words.as_str())));
}

#[test]
fn a_map_over_one_parameter_is_a_curve_with_gaps() {
    let drawing = read(&draw(&row_figure(), &plateau(50, 3)).expect("drawn")).expect("well-formed");
    assert_eq!(curves(&drawing).len(), 1);
    let mut figure = row_figure();
    figure.series = vec![line("span")];
    assert!(matches!(draw(&figure, &plateau(5, 5)), Err(FigureError::NoCurve { .. })));
}

#[test]
fn what_is_wrong_with_a_map_is_said() {
    let results = plateau(5, 5);
    let said = |change: fn(&mut Figure)| {
        let mut figure = map_figure();
        change(&mut figure);
        draw(&figure, &results).expect_err("wrong").to_string()
    };
    assert!(said(|f| f.heat.as_mut().unwrap().map = "spam".into()).contains("no map `spam` (there are: `span`"));
    assert!(said(|f| f.heat.as_mut().unwrap().quantity.column = "y".into()).contains("it has: `x_span`"));
    assert!(said(|f| f.x.column = "c".into()).contains("it has: `a`, `b`"));
    assert!(said(|f| f.heat = None).contains("needs a map"));
    let mut broken = plateau(5, 5);
    broken.maps[0].quantities[0].pop();
    assert!(draw(&map_figure(), &broken).is_err());
    // Cells that are nowhere.
    let mut odd = plateau(5, 5);
    odd.maps[0].cells.push(hopfold::results::Cell { at: vec![9, 9], kind: "failed".into(), ..Default::default() });
    odd.maps[0].cells.push(hopfold::results::Cell { at: vec![], kind: "failed".into(), ..Default::default() });
    assert!(draw(&map_figure(), &odd).is_ok());
}

#[test]
fn an_unknown_block_is_answered_with_the_known_ones() {
    let mut figure = hysteresis_figure();
    figure.series[0].block = String::from("nothing");
    let error = draw(&figure, &hysteresis()).expect_err("there is no such block");
    assert!(matches!(error, FigureError::UnknownBlock { .. }));
    assert!(error.to_string().contains("`rest`"), "{error}");
}

#[test]
fn an_unknown_column_is_answered_with_the_known_ones() {
    let mut figure = hysteresis_figure();
    figure.y.column = String::from("W");
    let error = draw(&figure, &hysteresis()).expect_err("there is no such column");
    assert!(matches!(error, FigureError::UnknownColumn { .. }));
    assert!(error.to_string().contains("`V_in`, `V`"), "{error}");
}

#[test]
fn a_line_through_an_unknown_point_is_answered_with_the_points_found() {
    let mut figure = current_figure();
    let place = [Place::Number(0.0), Place::Number(0.0)];
    figure.lines[0].kind = LineKind::Through(String::from("rest/LP9"), place);
    let error = draw(&figure, &hysteresis()).expect_err("there is no LP9");
    assert!(error.to_string().contains("`LP1`"), "{error}");
}

#[test]
fn a_failed_branch_is_left_out_while_another_remains() {
    let mut results = hysteresis();
    results.branches.push(Branch {
        name: String::from("failed"),
        kind: String::from("equilibrium"),
        failure: Some(Failure { what: String::from("no equilibrium was found"), ..Failure::default() }),
        ..Branch::default()
    });
    let mut figure = hysteresis_figure();
    figure.series.push(line("failed"));
    assert!(draw(&figure, &results).is_ok());
    figure.series.remove(0);
    figure.series.retain(|series| series.block == "failed");
    let error = draw(&figure, &results).expect_err("nothing remains");
    assert!(error.to_string().contains("no equilibrium was found"), "{error}");
}

#[test]
fn no_data_break_a_drawing() {
    let values = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, 1.0, -1e300, 1e308, 1e-310];
    let mut rows: Vec<Vec<Vec<f64>>> = vec![vec![], vec![vec![]], vec![vec![1.0]]];
    for a in values {
        rows.push(vec![vec![a, 1.0]]);
        for b in values {
            rows.push(vec![vec![a, b], vec![b, a], vec![1.0, 2.0]]);
            rows.push(vec![vec![a, b]; 3]);
        }
    }
    for points in rows {
        for (kind, log) in [(Kind::Plane, false), (Kind::Plane, true), (Kind::Surface, false), (Kind::Space, true)] {
            let mut results = hysteresis();
            let branch = &mut results.branches[0];
            branch.points = points.clone();
            branch.closed = points.len() % 2 == 0;
            branch.unstable = vec![1; points.len() / 2];
            for value in [0.0, f64::NAN] {
                let mut member = results.branches[0].clone();
                member.family = Some(String::from("family"));
                member.member.insert(String::from("R_n"), value);
                member.fixed.clear();
                results.branches.push(member);
            }
            let mut figure = if kind == Kind::Plane { hysteresis_figure() } else { surface_figure() };
            (figure.kind, figure.x.log, figure.y.log) = (kind, log, log);
            figure.sphere = (kind == Kind::Space).then_some(1.0);
            figure.series = vec![line("rest")];
            figure.series[0].style = Style::Region;
            figure.series[0].jumps = true;
            figure.series.push(line("family"));
            figure.series[1].style = Style::Surface;
            figure.texts.push(Words { at: [f64::NAN, 1.0], text: String::from("nowhere"), colour: None });
            figure.lines.push(Line {
                kind: LineKind::Vertical(f64::NAN),
                label: Some(String::from("none")),
                colour: Some(99),
            });
            if let Ok(svg) = draw(&figure, &results) {
                let drawing = read(&svg).expect("well-formed");
                assert!(!svg.contains("NaN") && drawing.size[0] > 0.0);
            }
        }
    }
}

#[test]
fn no_map_breaks_a_drawing() {
    let values = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, 1.0, -1e300, 1e308, 1e-310];
    let mut grids: Vec<Vec<f64>> =
        vec![vec![], vec![1.0], vec![1.0, 1.0, 1.0], vec![3.0, 2.0, -1.0], vec![0.0, 1e-300, 1e300]];
    grids.extend(values.iter().map(|v| vec![0.5, *v, 2.0]));
    let mut drawn = 0;
    for grid in &grids {
        for value in values {
            for log in [false, true] {
                let mut results = plateau(4, 3);
                let map = &mut results.maps[0];
                map.axes[0] = grid.clone();
                map.quantities[0] = vec![Some(value); 3 * grid.len()];
                if let Some(first) = map.quantities[0].first_mut() {
                    *first = Some(0.5);
                }
                let mut figure = map_figure();
                (figure.x.log, figure.y.log) = (log, log);
                if let Some(heat) = &mut figure.heat {
                    heat.quantity.log = log;
                }
                if let Ok(svg) = draw(&figure, &results) {
                    read(&svg).expect("well-formed");
                    assert!(!svg.contains("NaN"), "{grid:?} {value}");
                    drawn += 1;
                }
            }
        }
    }
    assert!(drawn > 100, "{drawn}");
}

#[test]
fn a_sheet_without_room_is_refused() {
    for size in [[0.0, 65.0], [86.0, f64::NAN], [21.0, 20.0], [-5.0, 3.0]] {
        let figure = Figure { size, ..hysteresis_figure() };
        assert!(matches!(draw(&figure, &hysteresis()), Err(FigureError::TooSmall { .. })));
    }
}

/// Writes the examples where `HOPFOLD_GALLERY` says, to be looked at.
#[test]
#[ignore = "writes files for the eye"]
fn gallery() {
    let folder = std::env::var("HOPFOLD_GALLERY").expect("a folder in HOPFOLD_GALLERY");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    for (name, figure, results) in examples() {
        match draw(&figure, &results) {
            Ok(svg) => std::fs::write(format!("{folder}/{name}.svg"), svg).expect("written"),
            Err(error) => println!("{name}: {error}"),
        }
    }
}
