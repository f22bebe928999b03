//! Made-up results, figures of them, and a reader of the SVG that comes out.

use hopfold::figure::{Axis, Figure, Heat, Kind, Line, LineKind, Place, Series, Style, Text as Words};
use hopfold::results::{Branch, Cell, Kept, Map, ModelRecord, Orbit, Results, Special, Table, Values};

/// A conductance with a maximum: V_in = (1 + R_n g(V)) V is S-shaped for large R_n.
fn g(v: f64) -> f64 {
    0.65 * (-((v - 1.13) / 0.55f64).powi(2)).exp()
}

fn g_slope(v: f64) -> f64 {
    -2.0 * (v - 1.13) / (0.55 * 0.55) * g(v)
}

fn input(v: f64, r: f64) -> f64 {
    (1.0 + r * g(v)) * v
}

/// R_n of the fold at V.
fn fold_r(v: f64) -> f64 {
    -1.0 / (g(v) + v * g_slope(v))
}

fn root(f: impl Fn(f64) -> f64, mut a: f64, mut b: f64) -> f64 {
    for _ in 0..80 {
        let m = 0.5 * (a + b);
        if (f(a) > 0.0) == (f(m) > 0.0) {
            a = m;
        } else {
            b = m;
        }
    }
    0.5 * (a + b)
}

fn cusp_v() -> f64 {
    root(|v| fold_r(v + 1e-5) - fold_r(v - 1e-5), 1.3, 2.2)
}

fn special(kind: &str, number: usize, index: usize) -> Special {
    Special { label: format!("{kind}{number}"), kind: kind.to_string(), index, ..Special::default() }
}

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| name.to_string()).collect()
}

/// Equilibria at fixed R_n, about 120 points up to V_in = 8.
fn rest(r: f64) -> Branch {
    let slope = |v: f64| input(v + 1e-6, r) - input(v - 1e-6, r);
    let end = root(|v| input(v, r) - 8.0, 2.5, 9.0);
    let mut grid: Vec<f64> = (0..=120).map(|i| end * f64::from(i) / 120.0).collect();
    let mut folds = Vec::new();
    let cusp = cusp_v();
    if r > fold_r(cusp) {
        folds = vec![root(slope, 0.5, cusp), root(slope, cusp, 4.0)];
        grid.extend(&folds);
        grid.sort_by(f64::total_cmp);
    }
    let unstable = |v: f64| usize::from(folds.len() == 2 && v > folds[0] && v < folds[1]);
    let row_of = |v: f64| grid.iter().position(|g| *g == v).expect("the fold is a row");
    let mut marks: Vec<Special> = vec![special("EP", 1, 0)];
    for (i, fold) in folds.iter().enumerate() {
        marks.push(special("LP", i + 1, row_of(*fold)));
    }
    Branch {
        name: String::from("rest"),
        kind: String::from("equilibrium"),
        free: texts(&["V_in"]),
        fixed: Values::from_iter([(String::from("R_n"), r)]),
        columns: texts(&["V_in", "V", "I"]),
        points: grid.iter().map(|&v| vec![input(v, r), v, g(v) * v]).collect(),
        unstable: grid.iter().map(|&v| unstable(v)).collect(),
        special: marks,
        ..Branch::default()
    }
}

pub fn hysteresis() -> Results {
    let mut branch = rest(8.0);
    // A Hopf pair low on the branch, as the neuron has it.
    let (from, to) = (8, 15);
    for row in from..to {
        branch.unstable[row] = 2;
    }
    branch.special.push(special("H", 1, from));
    branch.special.push(special("H", 2, to));
    branch.special.push(special("UZ", 1, 100));
    for special in &mut branch.special {
        let row = &branch.points[special.index];
        for (name, value) in ["V_in", "V", "I"].iter().zip(row) {
            special.values.insert(name.to_string(), *value);
        }
    }
    // Only the folds, for a plain S.
    let plain = rest(8.0);
    Results { branches: vec![plain, Branch { name: String::from("marked"), ..branch }], ..Results::default() }
}

/// Fold curve with its cusp, and a Hopf curve that meets it at a Bogdanov–Takens point.
pub fn critical_curves() -> Results {
    let cusp = cusp_v();
    let pole = root(|v| g(v) + v * g_slope(v), 1.0, cusp);
    let low = root(|v| fold_r(v) - 12.0, pole + 1e-6, cusp);
    let high = root(|v| fold_r(v) - 12.0, cusp, 3.0);
    let mut grid: Vec<f64> = (0..=80).map(|i| low + (high - low) * f64::from(i) / 80.0).collect();
    grid.push(cusp);
    grid.sort_by(f64::total_cmp);
    let row = grid.iter().position(|v| *v == cusp).expect("the cusp is a row");
    let fold = Branch {
        name: String::from("folds"),
        kind: String::from("fold"),
        columns: texts(&["V_in", "R_n", "V"]),
        points: grid.iter().map(|&v| vec![input(v, fold_r(v)), fold_r(v), v]).collect(),
        unstable: vec![0; grid.len()],
        special: vec![special("CP", 1, row), special("BT", 1, 20)],
        ..Branch::default()
    };
    let meeting = fold.points[20].clone();
    let hopf: Vec<Vec<f64>> = (0..=60)
        .map(|i| f64::from(i) / 60.0)
        .map(|t| {
            let x = 0.4 + (meeting[0] - 0.4) * t;
            let y = 12.0 - (12.0 - meeting[1]) * (1.6 * t - 0.6 * t * t * t);
            vec![x, y, 1.0]
        })
        .collect();
    let hopf = Branch {
        name: String::from("hopf"),
        kind: String::from("hopf"),
        columns: texts(&["V_in", "R_n", "V"]),
        unstable: vec![0; hopf.len()],
        special: vec![special("BT", 1, hopf.len() - 1), special("GH", 1, 22)],
        points: hopf,
        ..Branch::default()
    };
    Results { branches: vec![fold, hopf], ..Results::default() }
}

/// Nested U-shaped curves, one for each value of Z_T.
pub fn family_of_tongues(count: usize) -> Results {
    let branches = (0..count)
        .map(|k| {
            let z = 0.2 + 0.8 * k as f64 / (count - 1) as f64;
            let bottom = 2.2 + 6.0 * (1.0 - z);
            let points = (-40..=40)
                .map(|i| f64::from(i) / 40.0)
                .map(|t| {
                    let width = 0.6 + 2.6 * z;
                    let y = bottom + (12.0 - bottom) * t * t * (0.4 + 0.6 * t * t);
                    vec![3.0 + 2.0 * (1.0 - z) + width * t + 0.5 * t * t, y]
                })
                .collect::<Vec<_>>();
            Branch {
                name: format!("hopf[Z_T={z}]"),
                family: Some(String::from("hopf")),
                member: Values::from_iter([(String::from("Z_T"), z)]),
                kind: String::from("hopf"),
                columns: texts(&["V_in", "R_n"]),
                unstable: vec![0; points.len()],
                points,
                ..Branch::default()
            }
        })
        .collect();
    Results { branches, ..Results::default() }
}

/// Equilibria for several R_n.
pub fn stack_of_branches() -> Results {
    let branches = [1.0, 2.0, 4.0, 6.0, 8.0]
        .into_iter()
        .map(|r| Branch {
            name: format!("rest[R_n={r}]"),
            family: Some(String::from("rest")),
            member: Values::from_iter([(String::from("R_n"), r)]),
            ..rest(r)
        })
        .collect();
    Results { branches, ..Results::default() }
}

/// A surface of equilibria with its folds.
pub fn surface() -> Results {
    let mut results = critical_curves();
    results.branches.truncate(1);
    for k in 0..=24 {
        let r = 0.5 * f64::from(k);
        results.branches.push(Branch {
            name: format!("rest[R_n={r}]"),
            family: Some(String::from("rest")),
            member: Values::from_iter([(String::from("R_n"), r)]),
            ..rest(r)
        });
    }
    results.branches.push(Branch { name: String::from("ramp"), ..rest(8.0) });
    results
}

/// The same as continuation leaves it: branches that end where V_in reaches its bound.
pub fn bounded_surface() -> Results {
    let mut results = surface();
    for branch in &mut results.branches {
        let beyond = branch.points.iter().position(|row| row[0] > 6.0);
        if branch.kind == "equilibrium"
            && let Some(end) = beyond
        {
            branch.points.truncate(end + 1);
            branch.unstable.truncate(end + 1);
            let (a, b) = (branch.points[end - 1].clone(), &mut branch.points[end]);
            let t = (6.0 - a[0]) / (b[0] - a[0]);
            *b = a.iter().zip(b.iter()).map(|(p, q)| p + t * (q - p)).collect();
            branch.special.retain(|special| special.index < end);
        }
    }
    results.branches.retain(|branch| {
        let value = branch.member.get("R_n").copied().unwrap_or(0.0);
        value == value.round()
    });
    results
}

pub fn functions() -> Results {
    let points = (-60..=60)
        .map(|i| f64::from(i) / 20.0)
        .map(|x| {
            let bell = (-x * x).exp();
            vec![x, 0.8 * bell, -0.9 * x * bell, 0.9 * x * x * bell]
        })
        .collect();
    Results {
        functions: vec![Table { name: String::from("F"), columns: texts(&["x_V", "F00", "F01", "F11"]), points }],
        ..Results::default()
    }
}

/// A harmonic well, two levels, and the wave functions on them.
pub fn well() -> Results {
    let points = (-60..=60)
        .map(|i| f64::from(i) / 30.0)
        .map(|u| {
            let (w, e) = (0.5 * u * u * 4.0, (-2.0 * u * u).exp());
            vec![u, w, 1.0, 3.0, 1.0 + e, 3.0 + 2.0 * u * e]
        })
        .collect();
    Results {
        functions: vec![Table {
            name: String::from("well"),
            columns: texts(&["x", "potential", "level_0", "level_1", "psi_0", "psi_1"]),
            points,
        }],
        ..Results::default()
    }
}

/// Circles that grow like a root from p = 0, with a tilt: x = r cos, y = r sin, z = p + x/2; the last two are unstable.
pub fn rings() -> Results {
    let (intervals, degree) = (10, 4);
    let nodes = [0.0, 0.1726731646460115, 0.5, 0.8273268353539885];
    let times: Vec<f64> = (0..intervals).flat_map(|j| nodes.map(|node| (j as f64 + node) / intervals as f64)).collect();
    assert_eq!(times.len(), intervals * degree);
    let ring = |p: f64| Orbit {
        period: 2.0 + p,
        mesh: (0..=intervals).map(|j| j as f64 / intervals as f64).collect(),
        values: times
            .iter()
            .map(|t| (std::f64::consts::TAU * t).sin_cos())
            .map(|(sin, cos)| (p.sqrt() * cos, p.sqrt() * sin))
            .map(|(x, y)| vec![x, y, 0.5 * x])
            .collect(),
        times: times.clone(),
    };
    let points: Vec<Vec<f64>> =
        (0..=20).map(|i| f64::from(i) / 20.0).map(|p| vec![p, 2.0 + p, 2.0 * p.sqrt()]).collect();
    let kept = [2, 5, 8, 11, 14, 17, 20];
    let mut marked = special("UZ", 1, 10);
    marked.profile = Some(ring(points[10][0]));
    Results {
        model: ModelRecord { states: texts(&["x", "y", "z"]), ..ModelRecord::default() },
        branches: vec![Branch {
            name: String::from("rings"),
            kind: String::from("cycle"),
            free: texts(&["p"]),
            fixed: Values::from_iter([(String::from("q"), 3.0)]),
            columns: texts(&["p", "period", "x_span"]),
            unstable: (0..points.len()).map(|row| usize::from(row > 15)).collect(),
            special: vec![special("H", 1, 0), marked],
            profiles: kept.iter().map(|&index| Kept { index, profile: ring(points[index][0]) }).collect(),
            points,
            ..Branch::default()
        }],
        ..Results::default()
    }
}

pub fn rings_figure() -> Figure {
    Figure {
        size: [86.0, 80.0],
        ..plane(axis("x", None), axis("y", None), vec![Series { profiles: true, ..line("rings") }])
    }
}

/// One ring in time.
pub fn turns_figure() -> Figure {
    plane(
        axis("t", None),
        axis("x", None),
        vec![Series { periods: 3, label: Some("p = 0.5".into()), ..line("rings/UZ1") }],
    )
}

pub fn sphere_figure() -> Figure {
    Figure { kind: Kind::Space, z: Some(axis("z", None)), sphere: Some(1.0), size: [86.0, 80.0], ..rings_figure() }
}

/// Rings along the parameter.
pub fn space_figure() -> Figure {
    let series =
        vec![Series { profiles: true, ..line("rings") }, Series { label: Some("p = 0.5".into()), ..line("rings/UZ1") }];
    Figure {
        kind: Kind::Space,
        z: Some(axis("y", None)),
        title: Some(String::from("Rings")),
        ..plane(axis("p", None), axis("x", None), series)
    }
}

/// Powers x, x² and x³, on axes on which they are straight.
pub fn powers() -> Results {
    let points = (-8..=30).map(|i| 0.05 * f64::from(i)).map(|x| vec![x, x * x, x * x * x]).collect();
    let table = Table { name: String::from("powers"), columns: texts(&["x", "x2", "x3"]), points };
    Results { functions: vec![table], ..Results::default() }
}

pub fn powers_figure() -> Figure {
    let log = |column: &str| Axis { log: true, ..axis(column, None) };
    plane(log("x"), log("x2"), vec![line("powers"), labelled("powers", Some("x3"), "cubes")])
}

/// A root above the curve b = a/2, along which it begins; one corner failed, another has two values.
pub fn plateau(columns: usize, rows: usize) -> Results {
    let even = |low: f64, high: f64, count: usize| -> Vec<f64> {
        (0..count).map(|i| low + (high - low) * i as f64 / (count - 1) as f64).collect()
    };
    let (a, b) = (even(0.01, 1.0, columns), even(0.1, 1.0, rows));
    let value = |a: f64, b: f64| (b > 0.5 * a).then(|| 0.07 * (b - 0.5 * a).sqrt() * (1.0 + a));
    let mut cells = Vec::new();
    for j in 0..rows {
        for i in 0..columns {
            let (x, y) = (i as f64 / columns as f64, j as f64 / rows as f64);
            let kind = match () {
                () if (x - 1.0).hypot(y - 1.0) < 0.15 => "failed",
                () if x.hypot(y - 1.0) < 0.4 => "coexisting",
                () => continue,
            };
            cells.push(Cell { at: vec![i, j], kind: kind.into(), why: "made up".into() });
        }
    }
    let span = b.iter().flat_map(|b| a.iter().map(|a| value(*a, *b))).collect();
    let map = Map {
        name: "span".into(),
        axes: [("a".to_string(), a.clone()), ("b".to_string(), b)].into_iter().collect(),
        fixed: Values::from_iter([("c".to_string(), 3.0)]),
        method: "continuation".into(),
        quantities: [("x_span".to_string(), span)].into_iter().collect(),
        cells,
        ..Map::default()
    };
    let row = Map {
        name: "row".into(),
        axes: [("a".to_string(), a.clone())].into_iter().collect(),
        fixed: Values::from_iter([("b".to_string(), 0.3)]),
        quantities: [("x_span".to_string(), a.iter().map(|a| value(*a, 0.3)).collect())].into_iter().collect(),
        ..Map::default()
    };
    let edge = Branch {
        name: "hopf".into(),
        kind: "hopf".into(),
        columns: texts(&["a", "b"]),
        points: a.iter().map(|a| vec![*a, 0.5 * a]).collect(),
        unstable: vec![0; a.len()],
        special: vec![special("GH", 1, a.len() * 2 / 3)],
        ..Branch::default()
    };
    Results { branches: vec![edge], maps: vec![map, row], ..Results::default() }
}

pub fn map_figure() -> Figure {
    let quantity = Axis { label: Some("x_max - x_min".into()), ..axis("x_span", None) };
    Figure {
        kind: Kind::Map,
        heat: Some(Heat { map: "span".into(), quantity, empty: "no cycle".into() }),
        size: [86.0, 70.0],
        ..plane(axis("a", None), axis("b", None), vec![labelled("hopf", None, "Andronov–Hopf")])
    }
}

/// The same with the axes exchanged, one of them logarithmic, and a part of it.
pub fn turned_map_figure() -> Figure {
    let mut figure = map_figure();
    figure.x = axis("b", Some([0.2, 0.8]));
    figure.y = Axis { log: true, ..axis("a", Some([0.02, 1.0])) };
    figure.texts.push(Words { at: [0.3, 0.3], text: "rest".into(), colour: None });
    figure
}

pub fn row_figure() -> Figure {
    plane(axis("a", None), axis("x_span", None), vec![line("row")])
}

pub fn axis(column: &str, range: Option<[f64; 2]>) -> Axis {
    Axis { column: column.to_string(), label: None, range, log: false }
}

pub fn line(block: &str) -> Series {
    Series {
        block: block.to_string(),
        x: None,
        y: None,
        label: None,
        colour: None,
        style: Style::Line,
        mark: None,
        jumps: false,
        profiles: false,
        periods: 1,
    }
}

fn labelled(block: &str, y: Option<&str>, label: &str) -> Series {
    Series { y: y.map(str::to_string), label: Some(label.to_string()), ..line(block) }
}

fn plane(x: Axis, y: Axis, series: Vec<Series>) -> Figure {
    Figure {
        file: "example.svg".into(),
        kind: Kind::Plane,
        title: None,
        size: [86.0, 65.0],
        x,
        y,
        z: None,
        sphere: None,
        heat: None,
        series,
        lines: Vec::new(),
        texts: Vec::new(),
        legend: true,
        labels: true,
        view: [-60.0, 25.0],
    }
}

pub fn hysteresis_figure() -> Figure {
    let mut series = line("rest");
    series.jumps = true;
    let mut marked = line("marked");
    marked.label = Some(String::from("with oscillations"));
    plane(axis("V_in", None), axis("V", None), vec![series, marked])
}

pub fn current_figure() -> Figure {
    let through = |label: &str, words: &str| Line {
        kind: LineKind::Through(format!("rest/{label}"), [Place::Quantity(String::from("V_in")), Place::Number(0.0)]),
        label: Some(words.to_string()),
        colour: Some(2),
    };
    let mut figure = plane(axis("V", Some([0.0, 6.0])), axis("I", Some([0.0, 0.9])), vec![line("rest")]);
    figure.y.label = Some(String::from("I = G V"));
    figure.lines = vec![through("LP1", "load line at V_in = 5.45"), through("LP2", "V_in = 2.92")];
    figure
}

pub fn cusp_figure() -> Figure {
    let mut folds = labelled("folds", None, "folds");
    folds.style = Style::Region;
    let hopf = labelled("hopf", None, "Andronov–Hopf");
    let mut figure = plane(axis("V_in", Some([0.0, 8.0])), axis("R_n", Some([0.0, 10.0])), vec![folds, hopf]);
    figure.texts.push(Words { at: [4.5, 8.0], text: String::from("three equilibria"), colour: None });
    figure.lines.push(Line { kind: LineKind::Horizontal(8.0), label: Some(String::from("R_n = 8")), colour: None });
    figure
}

pub fn family_figure() -> Figure {
    let mut hopf = line("hopf");
    hopf.style = Style::Region;
    plane(axis("V_in", Some([0.0, 8.0])), axis("R_n", Some([0.0, 12.0])), vec![hopf])
}

pub fn stack_figure() -> Figure {
    plane(axis("V_in", None), axis("V", None), vec![line("rest")])
}

pub fn functions_figure() -> Figure {
    let series = ["F00", "F01", "F11"].into_iter().map(|column| labelled("F", Some(column), column)).collect();
    let mut figure = plane(axis("x_V", None), axis("F00", None), series);
    figure.y.label = Some(String::from("F_ij(x_V)"));
    figure
}

pub fn tiny_figure() -> Figure {
    Figure { size: [45.0, 40.0], title: Some(String::from("Matrix elements for lambda = 0.13")), ..functions_figure() }
}

pub fn well_figure() -> Figure {
    let columns = ["potential", "level_0", "level_1", "psi_0", "psi_1"];
    let colours = [0, 1, 2, 1, 2];
    let series = columns
        .into_iter()
        .zip(colours)
        .map(|(column, colour)| Series { y: Some(column.to_string()), colour: Some(colour), ..line("well") })
        .collect();
    let mut figure = plane(axis("x", None), axis("potential", Some([0.0, 5.0])), series);
    figure.y.label = Some(String::from("energy / (hbar Omega_p)"));
    figure.lines = vec![
        Line { kind: LineKind::Vertical(-1.5), label: Some(String::from("contact")), colour: None },
        Line { kind: LineKind::Vertical(1.5), label: None, colour: None },
    ];
    figure
}

pub fn surface_figure() -> Figure {
    let mut sheet = line("rest");
    sheet.style = Style::Surface;
    let mut folds = line("folds");
    folds.colour = Some(2);
    Figure {
        kind: Kind::Surface,
        z: Some(axis("V", Some([0.0, 4.0]))),
        series: vec![sheet, folds],
        size: [86.0, 75.0],
        ..plane(axis("V_in", Some([0.0, 8.0])), axis("R_n", Some([0.0, 12.0])), Vec::new())
    }
}

/// Every mark, on a closed curve whose axes need powers of ten.
pub fn zoo() -> Results {
    let kinds = ["LP", "H", "CP", "BT", "BP", "NSA", "UZ", "GH", "ZH", "HH", "LPC", "PD", "NS", "BPC", "XX"];
    let points: Vec<Vec<f64>> = (0..60)
        .map(|i| f64::from(i) / 60.0 * std::f64::consts::TAU)
        .map(|t| vec![3e-5 * t.cos(), 2e6 + 1e6 * (t.sin() + 0.3 * (2.0 * t).sin())])
        .collect();
    let special = kinds.iter().enumerate().map(|(i, kind)| special(kind, 1, 4 * i)).collect();
    Results {
        branches: vec![Branch {
            name: String::from("loop"),
            kind: String::from("fold"),
            columns: texts(&["Gamma", "omega_1"]),
            unstable: vec![0; points.len()],
            points,
            special,
            closed: true,
            ..Branch::default()
        }],
        ..Results::default()
    }
}

pub fn zoo_figure() -> Figure {
    let mut series = line("loop");
    series.style = Style::Region;
    series.colour = Some(1);
    let mut figure = plane(axis("Gamma", Some([4e-5, -4e-5])), axis("omega_1", None), vec![series]);
    figure.title = Some(String::from("Every mark"));
    figure.lines.push(Line {
        kind: LineKind::Vertical(3.4e-5),
        label: Some(String::from("Gamma^{*}")),
        colour: Some(2),
    });
    figure
}

pub fn surface_seen_from(azimuth: f64, elevation: f64) -> Figure {
    let mut figure = surface_figure();
    figure.view = [azimuth, elevation];
    figure.x.range = Some([0.0, 6.0]);
    figure
}

pub fn ramp_figure() -> Figure {
    let mut figure = surface_figure();
    let mut ramp = labelled("ramp", None, "R_n = 8");
    ramp.colour = Some(0);
    figure.series.push(ramp);
    figure.series[1].label = Some(String::from("folds"));
    figure.title = Some(String::from("Equilibria of the memristive neuron"));
    figure.view = [-40.0, 40.0];
    figure
}

// ---------------------------------------------------------------------------------------------------------
// Reading the drawing

#[derive(Debug, Default)]
pub struct Drawing {
    pub size: [f64; 2],
    /// Left, top, width and height of each image as far as it is seen.
    pub images: Vec<[f64; 4]>,
    pub lines: Vec<Stroke>,
    pub fills: Vec<Vec<[f64; 2]>>,
    pub discs: Vec<[f64; 2]>,
    pub texts: Vec<Label>,
}

#[derive(Debug, Default)]
pub struct Stroke {
    pub width: f64,
    pub points: Vec<[f64; 2]>,
}

#[derive(Debug, Default)]
pub struct Label {
    pub at: [f64; 2],
    pub size: f64,
    pub anchor: String,
    pub angle: f64,
    pub words: String,
    /// Characters, scripts counted as what they are smaller.
    pub length: f64,
}

impl Label {
    /// Somewhat less than half an em for a character is what a Roman text takes on average.
    pub fn corners(&self) -> [[f64; 2]; 4] {
        let width = 0.46 * self.size * self.length;
        let left = match self.anchor.as_str() {
            "start" => 0.0,
            "end" => -width,
            _ => -0.5 * width,
        };
        let (top, bottom) = (-0.7 * self.size, 0.2 * self.size);
        let (sin, cos) = self.angle.to_radians().sin_cos();
        [[left, top], [left + width, top], [left + width, bottom], [left, bottom]]
            .map(|[x, y]| [self.at[0] + cos * x - sin * y, self.at[1] + sin * x + cos * y])
    }

    /// Both upright.
    pub fn covers(&self, other: &Label) -> bool {
        let (a, b) = (self.corners(), other.corners());
        a[0][0] < b[1][0] && b[0][0] < a[1][0] && a[0][1] < b[2][1] && b[0][1] < a[2][1]
    }
}

impl Drawing {
    pub fn places(&self) -> impl Iterator<Item = [f64; 2]> {
        let lines = self.lines.iter().flat_map(|line| line.points.iter());
        lines.chain(self.fills.iter().flatten()).chain(&self.discs).copied()
    }

    /// Left, top, right, bottom of the frame: the last closed line of five places.
    pub fn frame(&self) -> [f64; 4] {
        let frame = self
            .lines
            .iter()
            .rev()
            .map(|line| &line.points)
            .find(|p| p.len() == 6 && p[0] == p[4])
            .expect("there is a frame");
        [frame[0][0], frame[0][1], frame[2][0], frame[2][1]]
    }
}

pub fn span(points: &[[f64; 2]]) -> f64 {
    points.windows(2).map(|p| (p[0][0] - p[1][0]).hypot(p[0][1] - p[1][1])).sum()
}

pub fn area(polygon: &[[f64; 2]]) -> f64 {
    let next = polygon.iter().cycle().skip(1);
    let twice: f64 = polygon.iter().zip(next).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum();
    0.5 * twice.abs()
}

pub trait MapTo {
    fn map_to(&self, f: impl Fn(f64) -> f64) -> Vec<f64>;
}

impl MapTo for Vec<f64> {
    fn map_to(&self, f: impl Fn(f64) -> f64) -> Vec<f64> {
        self.iter().map(|v| f(*v)).collect()
    }
}

/// Reads the SVG, and complains about anything that is not XML or not expected.
pub fn read(svg: &str) -> Result<Drawing, String> {
    let mut drawing = Drawing::default();
    let mut open: Vec<String> = Vec::new();
    let mut script = 1.0;
    let mut rest = svg;
    while let Some(start) = rest.find('<') {
        let words = &rest[..start];
        if words.contains('>') {
            return Err(format!("a stray > in `{words}`"));
        }
        for entity in words.split('&').skip(1) {
            if !["amp;", "lt;", "gt;"].iter().any(|known| entity.starts_with(known)) {
                return Err(format!("an unknown entity in `{words}`"));
            }
        }
        if let Some(text) = drawing.texts.last_mut()
            && open.iter().any(|tag| tag == "text")
        {
            text.words.push_str(words);
            text.length += script * words.chars().count() as f64;
        }
        let end = rest.find('>').ok_or("an open tag")?;
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop().as_deref() != Some(name) {
                return Err(format!("</{name}> closes nothing"));
            }
            continue;
        }
        let (name, _) = tag.split_once(' ').unwrap_or((tag, ""));
        let attribute = |key: &str| -> Option<&str> {
            let from = tag.find(&format!(" {key}=\""))? + key.len() + 3;
            let length = tag[from..].find('"')?;
            Some(&tag[from..from + length])
        };
        let number = |key: &str| -> Result<f64, String> {
            let text = attribute(key).ok_or(format!("<{name}> has no {key}"))?;
            let value: f64 = text.parse().map_err(|_| format!("{key}={text}"))?;
            if value.is_finite() { Ok(value) } else { Err(format!("{key}={text}")) }
        };
        let points = || -> Result<Vec<[f64; 2]>, String> {
            attribute("points")
                .ok_or("no points")?
                .split_whitespace()
                .map(|pair| {
                    let (x, y) = pair.split_once(',').ok_or("not a pair")?;
                    let x: f64 = x.parse().map_err(|_| "not a number")?;
                    let y: f64 = y.parse().map_err(|_| "not a number")?;
                    Ok([x, y])
                })
                .collect()
        };
        match name {
            "svg" if !open.is_empty() => {
                drawing.images.push([number("x")?, number("y")?, number("width")?, number("height")?]);
            }
            "image" => {
                let places = [number("x")?, number("y")?, number("width")?, number("height")?];
                let data = attribute("href").and_then(|href| href.strip_prefix("data:image/png;base64,"));
                if places.iter().any(|c| !c.is_finite()) || data.is_none_or(str::is_empty) {
                    return Err(format!("an image at {places:?}"));
                }
            }
            "svg" => {
                let size: Vec<f64> = attribute("viewBox")
                    .ok_or("no viewBox")?
                    .split(' ')
                    .map(|c| c.parse().unwrap_or(f64::NAN))
                    .collect();
                drawing.size = [size[2], size[3]];
            }
            "polyline" => drawing.lines.push(Stroke { width: number("stroke-width")?, points: points()? }),
            "polygon" => drawing.fills.push(points()?),
            "circle" => drawing.discs.push([number("cx")?, number("cy")?]),
            "rect" => {}
            "text" => {
                let angle = attribute("transform")
                    .and_then(|t| t.strip_prefix("rotate("))
                    .and_then(|t| t.split(' ').next())
                    .map_or(Ok(0.0), |t| t.parse().map_err(|_| format!("angle {t}")))?;
                drawing.texts.push(Label {
                    at: [number("x")?, number("y")?],
                    size: number("font-size")?,
                    anchor: attribute("text-anchor").unwrap_or("start").to_string(),
                    angle,
                    ..Label::default()
                });
            }
            "tspan" => script = if tag.contains("font-size") { 0.72 } else { 1.0 },
            other => return Err(format!("an unexpected <{other}>")),
        }
        if !tag.ends_with('/') {
            open.push(name.to_string());
        }
    }
    if open.is_empty() { Ok(drawing) } else { Err(format!("left open: {open:?}")) }
}
