//! `[[figure]]` blocks become descriptions of figures: blocks and columns that exist, files of their own.

use super::expect::is_eigenvalue;
use super::kind::Kind as BranchKind;
use super::reference::numbered;
use super::{Content, DiagramPlan, MapPlan, Planner};
use crate::figure::{Axis, Figure, Heat, Kind, Line, LineKind, Place, Series, Style, Text, profile_columns};
use crate::study;
use std::path::{Component, Path, PathBuf};
use toml::Spanned;

/// The words for kinds of figures.
pub const FIGURE_KINDS: [&str; 5] = ["plane", "surface", "space", "map", "diagram"];
/// The words for styles of series.
pub const STYLES: [&str; 3] = ["line", "region", "surface"];

/// The words for scales of axes.
pub const SCALES: [&str; 2] = ["linear", "log"];

/// One column of a two-column journal, in millimetres.
const DEFAULT_SIZE: [f64; 2] = [86.0, 65.0];
/// What is said of cells without a value.
const DEFAULT_EMPTY: &str = "no value";
/// Azimuth and elevation from which a surface is seen, in degrees.
const DEFAULT_VIEW: [f64; 2] = [-60.0, 30.0];

/// What a series draws, as far as its columns go.
struct Drawn {
    columns: Vec<String>,
    /// `None` for what is no branch.
    kind: Option<BranchKind>,
    /// What it is called.
    what: &'static str,
    family: bool,
}

impl Planner<'_> {
    pub fn figures(&mut self, written: &[study::Figure]) -> (Vec<Figure>, Vec<DiagramPlan>) {
        let mut files: Vec<(PathBuf, std::ops::Range<usize>)> = Vec::new();
        let (mut figures, mut diagrams) = (Vec::new(), Vec::new());
        for figure in written {
            let file = figure.file.as_ref().and_then(|file| self.file(file, &mut files));
            let errors = self.mistakes.errors();
            let Some(mut planned) = self.figure(figure, file) else { continue };
            if planned.kind == Kind::Diagram && self.mistakes.errors() == errors {
                let diagram = self.diagram(figure, &planned.file);
                for (axis, (_, range)) in
                    [&mut planned.x, &mut planned.y].into_iter().zip(diagram.iter().flat_map(|d| d.plane))
                {
                    axis.range = Some(range);
                }
                diagrams.extend(diagram);
            } else if planned.kind != Kind::Diagram
                && let Some(bounds) = &figure.bounds
            {
                let message = "`box` is where a diagram counts equilibria, and this figure is none";
                self.mistakes.error(&bounds.ranges.span(), message, "not searched").help("write kind = \"diagram\"");
            }
            figures.push(planned);
        }
        (figures, diagrams)
    }

    /// The figure's file, not written by a figure above.
    fn file(
        &mut self,
        written: &Spanned<String>,
        files: &mut Vec<(PathBuf, std::ops::Range<usize>)>,
    ) -> Option<PathBuf> {
        let word = written.get_ref();
        let path = Path::new(word);
        let is_svg = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("svg"));
        if !is_svg || word.contains('\0') {
            let stem = path.file_stem().map_or("figure".into(), |stem| stem.to_string_lossy());
            let message = format!("figures are written as SVG, and `{word}` is not the name of an SVG file");
            self.mistakes
                .error(&written.span(), message, "expected a name that ends in .svg")
                .help(format!("\"{stem}.svg\""));
            return None;
        }
        let plain: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
        if let Some((_, first)) = files.iter().find(|(other, _)| *other == plain) {
            let first = first.clone();
            let message = format!("two figures are written to `{word}`");
            self.mistakes.error_twice(&written.span(), message, "the second", &first, "the first");
            return None;
        }
        files.push((plain, written.span()));
        Some(path.to_path_buf())
    }

    fn figure(&mut self, written: &study::Figure, file: Option<PathBuf>) -> Option<Figure> {
        let kind = match written.kind.as_ref().map(|kind| (kind, kind.get_ref().as_str())) {
            None | Some((_, "plane")) => Some(Kind::Plane),
            Some((_, "surface")) => Some(Kind::Surface),
            Some((_, "space")) => Some(Kind::Space),
            Some((_, "map")) => Some(Kind::Map),
            Some((_, "diagram")) => Some(Kind::Diagram),
            Some((place, word)) => {
                let message = format!("no figure is of kind `{word}`");
                self.mistakes.error(&place.span(), message, "unknown kind").suggest(word, FIGURE_KINDS, "kinds");
                None
            }
        };
        let word = if kind == Some(Kind::Space) { "space" } else { "surface" };
        match (kind, &written.z) {
            (Some(Kind::Surface | Kind::Space), None) => {
                let place = written.kind.as_ref().map_or(written.range.clone(), Spanned::span);
                self.mistakes
                    .error(&place, format!("a {word} figure needs a third axis"), "`z` is missing")
                    .help("for example `z = \"V\"`");
            }
            (Some(Kind::Plane | Kind::Diagram | Kind::Map), Some(z)) => {
                self.mistakes
                    .error(&z.range, "this figure has no third axis", "`z` has no meaning here")
                    .help("for curves in three columns write kind = \"space\", for a sheet kind = \"surface\"");
            }
            _ => {}
        }
        if in_space(kind) && !(written.lines.is_empty() && written.texts.is_empty()) {
            let message = format!("a {word} figure has no `lines` and no `texts`");
            self.mistakes.error(&written.range, message, "leave them out").help("they are for plane figures");
        }
        self.check_sphere(written, kind);
        self.check_scales(written, kind);
        let series = self.series(written, kind);
        let heat = self.heat(written, kind);
        let lines = written.lines.iter().filter_map(|line| self.line(line, written)).collect();
        let size = self.size(written);
        if let Some(view) = &written.view
            && view.get_ref()[1].abs() > 90.0
        {
            self.mistakes.error(
                &view.span(),
                "an elevation is between -90 and 90 degrees",
                "expected [azimuth, elevation]",
            );
        }
        Some(Figure {
            file: file?,
            kind: kind?,
            title: text(&written.title),
            size,
            x: self.axis(written.x.as_ref()?)?,
            y: self.axis(written.y.as_ref()?)?,
            z: written.z.as_ref().and_then(|z| self.axis(z)),
            sphere: written.sphere.as_ref().map(|radius| *radius.get_ref()),
            heat,
            series: series?,
            lines,
            texts: written
                .texts
                .iter()
                .map(|text| Text { at: text.at, text: text.text.get_ref().clone(), colour: text.colour })
                .collect(),
            legend: written.legend.unwrap_or(true),
            labels: written.labels.unwrap_or(true),
            view: written.view.as_ref().map_or(DEFAULT_VIEW, |view| *view.get_ref()),
        })
    }

    /// The map of a figure of kind map, with x and y its parameters.
    fn heat(&mut self, written: &study::Figure, kind: Option<Kind>) -> Option<Heat> {
        let place = written.kind.as_ref().map_or(written.range.clone(), Spanned::span);
        if kind != Some(Kind::Map) {
            let keys = [
                written.map.as_ref().map(Spanned::span),
                written.quantity.as_ref().map(|axis| axis.range.clone()),
                written.empty.as_ref().map(Spanned::span),
            ];
            for key in keys.into_iter().flatten().filter(|_| kind.is_some()) {
                let message = "this is said of a map, and the figure shows none";
                self.mistakes.error(&key, message, "not in this figure").help("write kind = \"map\"");
            }
            return None;
        }
        for (missing, example) in
            [(written.map.is_none(), "map = \"span\""), (written.quantity.is_none(), "quantity = \"V_span\"")]
        {
            let key = example.split(' ').next().unwrap_or("");
            if missing {
                let message = format!("a figure of kind map needs `{key}`");
                self.mistakes
                    .error(&place, message, format!("`{key}` is missing"))
                    .help(format!("for example `{example}`"));
            }
        }
        let name = written.map.as_ref()?;
        let map = self.map_named(name)?;
        let axes: Vec<&str> = map
            .axes
            .iter()
            .filter_map(|(position, _)| Some(self.model.parameters.get(*position)?.name.as_str()))
            .collect();
        let quantities: Vec<String> = map.quantities.iter().map(|quantity| quantity.name.clone()).collect();
        if axes.len() != 2 {
            let message = format!("`{}` is a map over {}, which is a curve", name.get_ref(), axes.join(", "));
            self.mistakes
                .error(&name.span(), message, "one parameter")
                .help(format!("draw it in a plane figure: show = [\"{}\"]", name.get_ref()));
            return None;
        }
        let [x, y] = [&written.x, &written.y].map(|axis| axis.as_ref().and_then(|axis| axis.column.as_ref()));
        for column in [x, y].into_iter().flatten().filter(|column| !axes.contains(&column.get_ref().as_str())) {
            let message = format!("the map `{}` is not over `{}`", name.get_ref(), column.get_ref());
            self.mistakes.error_twice(&column.span(), message, "not of its grid", &name.span(), "this map").suggest(
                column.get_ref(),
                axes.iter().copied(),
                "its parameters",
            );
        }
        if let (Some(x), Some(y)) = (x, y)
            && x.get_ref() == y.get_ref()
        {
            let message = format!("`{}` is on both axes", x.get_ref());
            self.mistakes.error_twice(&y.span(), message, "the second", &x.span(), "the first");
        }
        let quantity = written.quantity.as_ref()?;
        let column = quantity.column.as_ref()?;
        let axis = self.axis(quantity)?;
        if !quantities.contains(&axis.column) {
            let message = format!("the map `{}` has no quantity `{}`", name.get_ref(), column.get_ref());
            self.mistakes.error_twice(&column.span(), message, "unknown quantity", &name.span(), "this map").suggest(
                column.get_ref(),
                quantities.iter().map(String::as_str),
                "its quantities",
            );
        }
        let empty = text(&written.empty).unwrap_or_else(|| DEFAULT_EMPTY.into());
        Some(Heat { map: name.get_ref().clone(), quantity: axis, empty })
    }

    /// A map above; notes what is wrong.
    fn map_named(&mut self, name: &Spanned<String>) -> Option<MapPlan> {
        let word = name.get_ref();
        match self.blocks.iter().find(|block| block.name == *word).map(|block| &block.content) {
            Some(Content::Map(position)) => return self.maps.get(*position).cloned(),
            Some(Content::Broken) => return None,
            _ => {}
        }
        let maps = self.blocks.iter().filter(|block| matches!(block.content, Content::Map(_)));
        let known: Vec<&str> = maps.map(|block| block.name.as_str()).collect();
        let (none, message) = (known.is_empty(), format!("no map is named `{word}`"));
        let diagnostic = self.mistakes.error(&name.span(), message, "unknown map").suggest(word, known, "maps");
        if none {
            diagnostic.help("the study has no [[map]]");
        }
        None
    }

    fn size(&mut self, written: &study::Figure) -> [f64; 2] {
        let Some(size) = &written.size else { return DEFAULT_SIZE };
        if size.get_ref().iter().any(|side| !(20.0..=1000.0).contains(side)) {
            self.mistakes
                .error(
                    &size.span(),
                    "a figure is 20 to 1000 mm wide and high",
                    "expected [width, height] in millimetres",
                )
                .help("86 by 65 is one column of a two-column journal, 178 the whole width");
        }
        *size.get_ref()
    }

    fn series(&mut self, written: &study::Figure, kind: Option<Kind>) -> Option<Vec<Series>> {
        // A map is something to see without any curve over it.
        if !written.has_show && kind == Some(Kind::Map) {
            return Some(Vec::new());
        }
        if !written.has_show {
            self.mistakes
                .error(&written.range, "[[figure]] block has no `show`", "`show` is missing")
                .help("for example `show = [\"rest\"]`");
        }
        let show = written.show.as_ref()?;
        if show.get_ref().is_empty() && kind != Some(Kind::Map) {
            let known: Vec<String> = self.blocks.iter().map(|block| block.name.clone()).collect();
            self.mistakes
                .error(&show.span(), "a figure of nothing", "name a block here")
                .help(format!("blocks: {}", known.join(", ")));
        }
        let mut series = Vec::new();
        for one in show.get_ref() {
            let Some(block) = &one.block else { continue };
            let style = self.style(one, kind);
            let Some(drawn) = self.drawn(block, one.profiles.as_ref()) else { continue };
            self.check_periods(one, &drawn, block);
            let axes = [
                (one.x.as_ref(), written.x.as_ref()),
                (one.y.as_ref(), written.y.as_ref()),
                (None, written.z.as_ref().filter(|_| in_space(kind))),
            ];
            for (own, axis) in axes {
                if let Some(column) = own.or(axis.and_then(|axis| axis.column.as_ref())) {
                    self.check_column(column, &drawn, block);
                }
            }
            if let (Some(place), Some(Style::Surface)) = (&one.style, style)
                && !drawn.family
            {
                let message =
                    format!("`{}` is not a family of branches and cannot be drawn as a surface", block.get_ref());
                self.mistakes
                    .error(&place.span(), message, "needs a family")
                    .help("give the block `family = { PARAMETER = [values] }`");
            }
            if let Some(jumps) = &one.jumps
                && *jumps.get_ref()
                && drawn.kind != Some(BranchKind::Equilibrium)
            {
                let message = format!("`{}` is no branch of equilibria: there is nothing to jump to", block.get_ref());
                self.mistakes.error(&jumps.span(), message, "for branches of kind equilibrium");
            }
            if let Some(mark) = &one.mark {
                mark.get_ref().iter().for_each(|kind| self.check_mark(kind, &drawn, block));
            }
            series.push(Series {
                block: self.canonical(block.get_ref()),
                x: one.x.as_ref().map(|column| self.column_name(column.get_ref())),
                y: one.y.as_ref().map(|column| self.column_name(column.get_ref())),
                label: text(&one.label),
                colour: one.colour,
                style: style.unwrap_or(Style::Line),
                mark: one.mark.as_ref().map(|mark| mark.get_ref().iter().map(|kind| kind.get_ref().clone()).collect()),
                jumps: one.jumps.as_ref().is_some_and(|jumps| *jumps.get_ref()),
                profiles: one.profiles.as_ref().is_some_and(|profiles| *profiles.get_ref()),
                periods: one.periods.as_ref().map_or(1, |periods| *periods.get_ref()),
            });
        }
        Some(series)
    }

    fn style(&mut self, series: &study::Series, kind: Option<Kind>) -> Option<Style> {
        let word = series.style.as_ref()?;
        match word.get_ref().as_str() {
            "line" => Some(Style::Line),
            "region" if !in_space(kind) => Some(Style::Region),
            "surface" if kind.is_none_or(|kind| kind == Kind::Surface) => Some(Style::Surface),
            "region" => {
                self.mistakes.error(&word.span(), "a region is drawn in a plane figure only", "not in perspective");
                None
            }
            "surface" => {
                self.mistakes
                    .error(&word.span(), "a surface is drawn in a surface figure only", "not in this figure")
                    .help("write kind = \"surface\" and a `z` in this figure");
                None
            }
            other => {
                let message = format!("no series has the style `{other}`");
                self.mistakes.error(&word.span(), message, "unknown style").suggest(other, STYLES, "styles");
                None
            }
        }
    }

    /// A block that can be drawn; notes what is wrong.
    fn drawn(&mut self, name: &Spanned<String>, profiles: Option<&Spanned<bool>>) -> Option<Drawn> {
        let word = name.get_ref();
        if let Some(position) = self.simulation_named(word) {
            let columns = self.simulations.get(position)?.columns(self.model);
            let columns = self.with_parameters(columns);
            return Some(Drawn { columns, kind: None, what: "a simulation", family: false });
        }
        if let Some((simulation, "spectrum")) = word.rsplit_once('/')
            && let Some(position) = self.simulation_named(simulation)
        {
            if self.simulations.get(position)?.spectrum.is_none() {
                let message = format!("simulation `{simulation}` has no spectrum");
                self.mistakes
                    .error(&name.span(), message, "nothing to draw")
                    .help(format!("write `spectrum = {{ of = \"V\" }}` in the block of `{simulation}`"));
                return None;
            }
            let columns = ["omega", "S"].map(String::from).to_vec();
            return Some(Drawn { columns, kind: None, what: "a spectrum", family: false });
        }
        if word.contains('/') {
            return self.drawn_profile(name, profiles);
        }
        match self.blocks.iter().find(|block| block.name == *word).map(|block| &block.content) {
            Some(Content::Function(columns)) => {
                return Some(Drawn { columns: columns.clone(), kind: None, what: "a function", family: false });
            }
            Some(Content::Optimum(_)) => {
                self.mistakes.error(&name.span(), format!("`{word}` is an optimum, one point"), "cannot be drawn");
                return None;
            }
            Some(Content::Map(position)) => return self.drawn_map(*position, name),
            Some(Content::Broken) => return None,
            _ => {}
        }
        let is_reference = self.blocks.iter().any(|block| block.name == *word) || word.contains('[');
        if !is_reference {
            let known: Vec<&str> = self.blocks.iter().map(|block| block.name.as_str()).collect();
            let all = self.all_branches.contains(word);
            let message = format!("no block is named `{word}`");
            if !all {
                self.mistakes.error(&name.span(), message, "unknown block").suggest(word, known, "blocks");
            }
            return None;
        }
        let named = self.branch_named(word, &name.span())?;
        let branch = self.branches.get(*named.branches.first()?)?;
        let columns = self.columns(branch);
        let Some(wish) = profiles.filter(|wish| *wish.get_ref()) else {
            let (columns, kind) = (self.with_parameters(columns), Some(branch.kind));
            return Some(Drawn { columns, kind, what: "a branch", family: named.family.is_some() });
        };
        let (message, help) = if branch.kind != BranchKind::Cycle {
            let message = format!("`{word}` is of kind {} and has no profiles", branch.kind.name());
            (message, "branches of kind cycle have them".to_string())
        } else if named.family.is_some() {
            (
                format!("`{word}` is a family: the profiles of which member?"),
                format!("name one, `{word}[PARAMETER=VALUE]`"),
            )
        } else if branch.profiles == 0 {
            let help =
                format!("write `profiles = 12` in the block of `{word}`; \"{word}/UZ1\" is that of a special point");
            (format!("branch `{word}` keeps no profiles"), help)
        } else {
            let columns = self.with_parameters(profile_columns(&self.states(), &columns));
            return Some(Drawn { columns, kind: None, what: "drawn as profiles", family: false });
        };
        self.mistakes.error_twice(&wish.span(), message, "nothing to draw", &name.span(), "this block").help(help);
        None
    }

    /// A map over one parameter is a curve.
    fn drawn_map(&mut self, position: usize, name: &Spanned<String>) -> Option<Drawn> {
        let map = self.maps.get(position)?;
        if map.axes.len() != 1 {
            let message = format!("`{}` is a map over two parameters, and no curve", name.get_ref());
            self.mistakes
                .error(&name.span(), message, "cannot be shown here")
                .help(format!("in a figure of kind = \"map\" write map = \"{}\"", name.get_ref()));
            return None;
        }
        let quantities = map.quantities.iter().map(|quantity| quantity.name.clone()).collect();
        Some(Drawn { columns: self.with_parameters(quantities), kind: None, what: "a map", family: false })
    }

    /// The profile of the cycle at a special point.
    fn drawn_profile(&mut self, name: &Spanned<String>, profiles: Option<&Spanned<bool>>) -> Option<Drawn> {
        let target = self.label(name)?;
        let branch = self.branches.get(*target.branches.first()?)?;
        let (columns, kind) = (self.columns(branch), branch.kind);
        if !kind.is_cyclic() || matches!(target.kind.as_str(), "H" | "GH" | "ZH" | "HH") {
            let message = format!("`{}` is an equilibrium and has no profile", name.get_ref());
            let diagnostic = self.mistakes.error(&name.span(), message, "no cycle");
            match kind {
                kind if kind.is_cyclic() => {
                    diagnostic.help("cycles shrink to a point here; name another special point")
                }
                _ => diagnostic.help("profiles are those of special points on branches of kind cycle"),
            };
            return None;
        }
        if let Some(profiles) = profiles.filter(|profiles| *profiles.get_ref()) {
            let message = format!("`{}` is one profile", name.get_ref());
            let help = "leave `profiles` out; it goes with the name of a branch";
            self.mistakes.error(&profiles.span(), message, "of many profiles").help(help);
        }
        let columns = self.with_parameters(profile_columns(&self.states(), &columns));
        Some(Drawn { columns, kind: None, what: "a profile", family: target.family.is_some() })
    }

    fn states(&self) -> Vec<String> {
        self.model.states.iter().map(|state| state.name.clone()).collect()
    }

    /// Parameters that do not change are columns too.
    fn with_parameters(&self, mut columns: Vec<String>) -> Vec<String> {
        for parameter in &self.model.parameters {
            if !columns.contains(&parameter.name) {
                columns.push(parameter.name.clone());
            }
        }
        columns
    }

    /// Periods are counted where profiles are drawn.
    fn check_periods(&mut self, series: &study::Series, drawn: &Drawn, block: &Spanned<String>) {
        if let Some(periods) = &series.periods
            && !matches!(drawn.what, "a profile" | "drawn as profiles")
        {
            let message = format!("`{}` is {}, which has no periods", block.get_ref(), drawn.what);
            self.mistakes
                .error(&periods.span(), message, "for profiles of cycles")
                .help("name a special point of a branch of cycles, \"BRANCH/LABEL\", or write profiles = true");
        }
    }

    fn check_sphere(&mut self, written: &study::Figure, kind: Option<Kind>) {
        let Some(radius) = &written.sphere else { return };
        if kind.is_some_and(|kind| kind != Kind::Space) {
            let message = "a sphere is drawn in space only";
            self.mistakes.error(&radius.span(), message, "not in this figure").help("write kind = \"space\"");
        }
        if *radius.get_ref() <= 0.0 {
            self.mistakes.error(&radius.span(), "the radius of a sphere is positive", "expected a radius");
        }
        let axes = [&written.x, &written.y, &written.z].into_iter().flatten();
        for scale in axes.filter_map(|axis| axis.scale.as_ref()).filter(|scale| scale.get_ref() == "log") {
            self.mistakes.error(&scale.span(), "a sphere is none on a logarithmic axis", "linear with a sphere");
        }
    }

    /// What is logarithmic shows positive numbers, and no regions that were counted on a linear grid.
    fn check_scales(&mut self, written: &study::Figure, kind: Option<Kind>) {
        for axis in [&written.x, &written.y, &written.z, &written.quantity].into_iter().flatten() {
            let Some(scale) = axis.scale.as_ref() else { continue };
            let word = scale.get_ref().as_str();
            if !SCALES.contains(&word) {
                let message = format!("no axis has the scale `{word}`");
                self.mistakes.error(&scale.span(), message, "unknown scale").suggest(word, SCALES, "scales");
            } else if word == "log" && kind == Some(Kind::Diagram) {
                let message = "the regions of a diagram are those of linear axes";
                self.mistakes.error(&scale.span(), message, "not in a diagram").help("leave it out");
            }
            if let ("log", Some(range)) = (word, &axis.shown)
                && range.get_ref().iter().any(|end| *end <= 0.0)
            {
                let message = "a logarithmic axis shows positive numbers only";
                self.mistakes.error(&range.span(), message, "both ends must be positive");
            }
        }
    }

    /// The name that the results use: `hopf[Z_T=0.50]` is `hopf[Z_T=0.5]` there.
    fn canonical(&mut self, word: &str) -> String {
        if !word.contains('[') {
            return word.into();
        }
        if let Some((branch, label)) = word.rsplit_once('/') {
            return format!("{}/{label}", self.canonical(branch));
        }
        let Some(found) = self.branch_named(word, &(0..0)) else { return word.into() };
        let branch = found.branches.first().and_then(|index| self.branches.get(*index));
        branch.map_or(word.into(), |branch| numbered(&branch.name, found.number))
    }

    fn axis(&self, written: &study::Axis) -> Option<Axis> {
        Some(Axis {
            column: self.column_name(written.column.as_ref()?.get_ref()),
            label: text(&written.label),
            range: written.shown.as_ref().map(|range| *range.get_ref()),
            log: written.scale.as_ref().is_some_and(|scale| scale.get_ref() == "log"),
        })
    }

    fn check_column(&mut self, column: &Spanned<String>, drawn: &Drawn, block: &Spanned<String>) {
        let word = column.get_ref();
        if drawn.columns.contains(&self.column_name(word)) {
            return;
        }
        let known = drawn
            .columns
            .iter()
            .map(String::as_str)
            .filter(|name| word.starts_with(['r', 'i']) || !is_eigenvalue(name));
        let known: Vec<&str> = known.collect();
        let message = format!("block `{}` has no column `{word}`", block.get_ref());
        self.mistakes.error_twice(&column.span(), message, "unknown column", &block.span(), "this block").suggest(
            word,
            known,
            "its columns",
        );
    }

    fn check_mark(&mut self, kind: &Spanned<String>, drawn: &Drawn, block: &Spanned<String>) {
        let word = kind.get_ref().as_str();
        let Some(branch) = drawn.kind else {
            let message = format!("`{}` is {} and has no special points", block.get_ref(), drawn.what);
            self.mistakes.error(&kind.span(), message, "nothing to mark");
            return;
        };
        let known = BranchKind::ALL.into_iter().flat_map(BranchKind::reports);
        if branch.reports().contains(&word) {
            return;
        }
        let message = match known.into_iter().any(|known| *known == word) {
            true => format!("block `{}` is of kind {} and has no {word} points", block.get_ref(), branch.name()),
            false => format!("`{word}` is not a type of special point"),
        };
        let types = format!("{} branches report {}", branch.name(), branch.reports().join(", "));
        self.mistakes.error(&kind.span(), message, "cannot be marked").help(types);
    }

    fn line(&mut self, written: &study::Line, figure: &study::Figure) -> Option<Line> {
        let kind = match &written.kind {
            study::LineKind::Vertical(x) => LineKind::Vertical(*x),
            study::LineKind::Horizontal(y) => LineKind::Horizontal(*y),
            study::LineKind::Circle(radius) => {
                if *radius.get_ref() <= 0.0 {
                    self.mistakes.error(&radius.span(), "the radius of a circle is positive", "expected a radius");
                }
                LineKind::Circle(*radius.get_ref())
            }
            study::LineKind::Segment(from, to) => LineKind::Segment(*from, *to),
            study::LineKind::Through(point, second) => {
                let target = self.label(point)?;
                if let Some(family) = &target.family {
                    let members = self.member_names(&target.branches);
                    let message = format!("`{family}` is a family: through which member's point?");
                    self.mistakes.error(&point.span(), message, "many points").help(format!("members: {members}"));
                    return None;
                }
                let branch = self.branches.get(*target.branches.first()?)?;
                let mut known = self.columns(branch);
                known.extend(self.model.parameters.iter().map(|parameter| parameter.name.clone()));
                known.extend(branch.kind.quantities(&target.kind).iter().map(|name| name.to_string()));
                let name = numbered(&branch.name, target.number);
                let wanted = second.iter().filter_map(|place| match place {
                    study::Place::Quantity(quantity) => Some(quantity),
                    study::Place::Number(_) => None,
                });
                let axes = [&figure.x, &figure.y].into_iter().filter_map(|axis| axis.as_ref()?.column.as_ref());
                for quantity in axes.chain(wanted) {
                    if !known.contains(&self.column_name(quantity.get_ref())) {
                        let message = format!("point `{}` has no quantity `{}`", point.get_ref(), quantity.get_ref());
                        let shown: Vec<&str> =
                            known.iter().map(String::as_str).filter(|name| !is_eigenvalue(name)).collect();
                        self.mistakes
                            .error_twice(
                                &quantity.span(),
                                message,
                                "unknown quantity",
                                &point.span(),
                                "a line through this point",
                            )
                            .suggest(quantity.get_ref(), shown, "quantities");
                        return None;
                    }
                }
                let label = point.get_ref().rsplit_once('/').map_or("", |(_, label)| label);
                let place = |place: &study::Place| match place {
                    study::Place::Number(number) => Place::Number(*number),
                    study::Place::Quantity(quantity) => Place::Quantity(self.column_name(quantity.get_ref())),
                };
                LineKind::Through(format!("{name}/{label}"), [place(&second[0]), place(&second[1])])
            }
        };
        Some(Line { kind, label: text(&written.label), colour: written.colour })
    }
}

/// The figure is one in perspective.
fn in_space(kind: Option<Kind>) -> bool {
    matches!(kind, Some(Kind::Surface | Kind::Space))
}

fn text(written: &Option<Spanned<String>>) -> Option<String> {
    written.as_ref().map(|text| text.get_ref().clone())
}
