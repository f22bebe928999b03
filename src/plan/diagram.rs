//! Figures of kind diagram: the plane of two parameters, and the critical curves that divide it.

use super::kind::Kind;
use super::{DiagramPlan, Planner};
use crate::study;
use std::path::Path;
use toml::Spanned;

impl Planner<'_> {
    /// What is to be counted for a figure of kind diagram; `None` if something is wrong with it, which is noted.
    pub fn diagram(&mut self, written: &study::Figure, file: &Path) -> Option<DiagramPlan> {
        let errors = self.mistakes.errors();
        let [x, y] = [&written.x, &written.y].map(|axis| {
            let axis = axis.as_ref()?;
            let position = self.parameter(axis.column.as_ref()?)?;
            if let Some(range) = &axis.shown {
                self.check_range(position, range);
            }
            Some((position, axis))
        });
        let place = written.kind.as_ref().map_or(written.range.clone(), Spanned::span);
        let bounds = self.state_bounds(written.bounds.as_ref(), &place);
        let mut curves = Vec::new();
        for series in written.show.iter().flat_map(|show| show.get_ref()) {
            let Some(block) = &series.block else { continue };
            for key in [&series.x, &series.y, &series.style].into_iter().flatten() {
                let message = "in a diagram each series is a curve in the plane of the figure's x and y";
                self.mistakes.error(&key.span(), message, "leave it out");
            }
            curves.extend(self.branch_named(block.get_ref(), &block.span()).and_then(|found| {
                match (found.family, found.branches.as_slice()) {
                    (None, [branch]) => Some((*branch, block.clone())),
                    _ => {
                        let message = format!("`{}` is a family: its curves are in several planes", block.get_ref());
                        self.mistakes.error(&block.span(), message, "several planes").help("name one of its members");
                        None
                    }
                }
            }));
        }
        let (x, y) = (x?, y?);
        let first = curves.first().map(|(branch, _)| *branch);
        let [x, y] = [x, y].map(|(position, axis)| {
            let free = first.and_then(|first| self.branches.get(first)).map(|branch| branch.free.clone());
            let own = free.iter().flatten().find(|(free, _)| *free == position).map(|(_, range)| *range);
            axis.shown.as_ref().map(|range| *range.get_ref()).or(own).map(|range| (position, range))
        });
        for (branch, block) in &curves {
            self.check_curve(*branch, block, [x, y]);
        }
        (self.mistakes.errors() == errors).then_some(())?;
        Some(DiagramPlan {
            figure: file.display().to_string(),
            plane: [x?, y?],
            bounds: bounds?,
            curves: curves.iter().map(|(branch, _)| *branch).collect(),
        })
    }

    /// A curve divides the plane if it is critical, in this plane, and traced in all of it.
    fn check_curve(&mut self, branch: usize, block: &Spanned<String>, plane: [Option<(usize, [f64; 2])>; 2]) {
        let Some(branch) = self.branches.get(branch).cloned() else { return };
        let name = block.get_ref();
        if branch.kind.free() != 2 {
            let what = if branch.kind == Kind::Equilibrium { "equilibria" } else { "cycles" };
            let message = format!("`{name}` is a branch of {what}: a diagram is of critical curves");
            self.mistakes
                .error(&block.span(), message, "not a critical curve")
                .help("show branches of kind fold, hopf and branch-point here, and this one in a plane figure");
            return;
        }
        for (position, [low, high]) in plane.into_iter().flatten() {
            let parameter = self.model.parameters.get(position).map_or("", |parameter| parameter.name.as_str());
            let message = match branch.free.iter().find(|(free, _)| *free == position) {
                None => format!("`{parameter}` is not free on `{name}`"),
                Some((_, [from, to])) if *from > low || *to < high => format!(
                    "`{name}` is traced for {parameter} in [{from}, {to}] only, and the diagram shows [{low}, {high}]"
                ),
                _ => continue,
            };
            self.mistakes
                .error(&block.span(), message, "not a curve in all of this plane")
                .help("a curve that ends within the diagram does not divide it");
        }
    }
}
