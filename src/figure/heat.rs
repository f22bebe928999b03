//! A quantity over two parameters as an image, one pixel a cell, under everything else in a frame.
//!
//! Cells without a value are left clear, on hatched ground; failed ones have a colour of their own; where anything else is to be
//! said of cells, they are outlined.

use super::bar::Bar;
use super::canvas::{self, Canvas};
use super::frame::Frame;
use super::labels::Taken;
use super::legend::Entry;
use super::palette::{self, BLACK, Colour, WHITE};
use super::path::{self, Rect};
use super::{Axis, Figure, FigureError, Heat};
use crate::results::{Map, Results};
use base64::Engine;

/// Colours that stand for values; the rest of the 256 of an image are those below.
const LEVELS: usize = 254;
const FAILED: u8 = 254;
const CLEAR: u8 = 255;

/// Vermilion, which the sequential palette does not have.
const FAILED_COLOUR: Colour = Colour(0xd5, 0x5e, 0x00);
const GROUND: Colour = Colour(236, 236, 236);
const HATCH: Colour = Colour(165, 165, 165);
/// Distance of the lines of the hatching.
const SPACING: f64 = 3.2;

/// A cell at more than so many times the width of the frame from it has no place.
const FARTHEST: f64 = 1e6;

/// Distance of the places by which the room of cells is known.
const APART: f64 = 3.0;

/// A grid that is not even is shown on an even one that is finer, up to so many cells along an axis.
const FINEST: usize = 2000;

/// A map with its colours.
pub struct Field<'a> {
    map: &'a Map,
    values: &'a [Option<f64>],
    /// Positions of the figure's x and y among the map's axes.
    along: [usize; 2],
    pub bar: Bar,
    empty: String,
}

impl<'a> Field<'a> {
    /// The map of a figure, or why there is nothing to draw.
    pub fn new(figure: &Figure, heat: &Heat, results: &'a Results) -> Result<Field<'a>, FigureError> {
        let map = results.maps.iter().find(|map| map.name == heat.map).ok_or_else(|| FigureError::UnknownMap {
            figure: figure.name(),
            map: heat.map.clone(),
            known: super::block::listed(&results.maps.iter().map(|map| map.name.as_str()).collect::<Vec<_>>()),
        })?;
        let unknown = |column: &str, known: Vec<&str>| FigureError::UnknownColumn {
            figure: figure.name(),
            block: heat.map.clone(),
            column: column.to_string(),
            known: super::block::listed(&known),
        };
        let quantity = &heat.quantity.column;
        // What failed as a whole may have no quantities at all.
        let of_failed = map.failure.as_ref().map(|_| [].as_slice());
        let values = map.quantities.get(quantity).map(Vec::as_slice).or(of_failed);
        let values = values.ok_or_else(|| unknown(quantity, map.quantities.keys().map(String::as_str).collect()))?;
        let position = |axis: &Axis| {
            let known = || map.axes.keys().map(String::as_str).collect();
            map.axes.get_index_of(&axis.column).ok_or_else(|| unknown(&axis.column, known()))
        };
        let along = [position(&figure.x)?, position(&figure.y)?];
        let [columns, rows] = map.shape();
        if values.is_empty() || values.len() != columns * rows || along[0] == along[1] || map.axes.len() != 2 {
            let why = map.failure.as_ref().map_or("it has no cells", |failure| failure.what.as_str());
            let why = format!("`{}`: {why}", heat.map);
            return Err(FigureError::Nothing { figure: figure.name(), why });
        }
        let data = values.iter().flatten().copied();
        let bar = Bar::new(&heat.quantity, data, 1.0);
        Ok(Field { map, values, along, bar, empty: heat.empty.clone() })
    }

    /// The ends of the grid along the figure's x (0) or y (1).
    pub fn ends(&self, k: usize) -> impl Iterator<Item = f64> {
        let values = self.grid(k);
        [values.first(), values.last()].into_iter().flatten().copied()
    }

    fn grid(&self, k: usize) -> &'a [f64] {
        self.map.axes.get_index(self.along[k]).map_or(&[], |(_, values)| values.as_slice())
    }

    /// Position of a cell among the values, from its positions along the figure's x and y.
    fn cell(&self, [i, j]: [usize; 2]) -> usize {
        let [columns, _] = self.map.shape();
        if self.along[0] == 0 { j * columns + i } else { i * columns + j }
    }

    /// The word that is said of each cell; the first where there are several.
    fn words(&self) -> Vec<Option<&'a str>> {
        let [columns, _] = self.map.shape();
        let mut words = vec![None; self.values.len()];
        for cell in &self.map.cells {
            if let [i, j] = cell.at[..]
                && let Some(word) = words.get_mut(j * columns + i)
                && i < columns
                && word.is_none()
            {
                *word = Some(cell.kind.as_str());
            }
        }
        words
    }

    /// Draws the cells, and tells what the legend has to explain. Cells with a value take room; the others do not.
    pub fn draw(&self, canvas: &mut Canvas, frame: &Frame, taken: &mut Taken) -> Vec<Entry> {
        let words = self.words();
        let colours: Vec<u8> = (self.values.iter().zip(&words))
            .map(|(value, word)| match (value, word) {
                (_, Some("failed")) => FAILED,
                (Some(value), _) if value.is_finite() => (self.bar.share(*value) * (LEVELS - 1) as f64).round() as u8,
                _ => CLEAR,
            })
            .collect();
        let lines = [0, 1].map(|k| Cells::new(self.grid(k), |v| frame.share(k, v)));
        let mut entries = Vec::new();
        if colours.contains(&CLEAR) || lines.iter().any(Cells::leave_room) {
            hatch(canvas, &frame.rect);
        }
        if colours.contains(&CLEAR) {
            let label = self.empty.clone();
            entries.push(Entry { label, fill: Some(GROUND), hatched: true, ..Entry::default() });
        }
        if colours.contains(&FAILED) {
            entries.push(Entry { label: "failed".into(), fill: Some(FAILED_COLOUR), ..Entry::default() });
        }
        let [x, y] = &lines;
        self.take(&colours, [x, y], frame, taken);
        let mut pixels = Vec::with_capacity(x.shown.len() * y.shown.len());
        // An image begins at the top.
        for &j in y.shown.iter().rev() {
            pixels.extend(x.shown.iter().map(|&i| colours[self.cell([i, j])]));
        }
        canvas.image(Image {
            frame: frame.rect,
            room: Rect { left: x.from, right: x.to, top: 1.0 - y.to, bottom: 1.0 - y.from },
            width: x.shown.len(),
            pixels,
            palette: palette(),
            clear: CLEAR,
        });
        let mut told: Vec<&str> = words.iter().flatten().copied().filter(|word| *word != "failed").collect();
        told.sort_unstable();
        told.dedup();
        for (word, colour) in told.into_iter().zip(OUTLINES.into_iter().cycle()) {
            let is = |i: usize, j: usize| words.get(self.cell([i, j])).copied().flatten() == Some(word);
            for line in outline([self.grid(0).len(), self.grid(1).len()], is) {
                let line = line.map(|[i, j]| frame.at([x.edges[i], y.edges[j]]));
                for piece in path::clip(&line, &frame.rect) {
                    canvas.line(&piece, 1.3, WHITE);
                    canvas.line(&piece, 0.6, colour);
                }
            }
            entries.push(Entry { label: word.to_string(), colours: vec![colour], fine: true, ..Entry::default() });
        }
        entries
    }

    /// Takes the room of coloured cells, by places all over the frame.
    fn take(&self, colours: &[u8], [x, y]: [&Cells; 2], frame: &Frame, taken: &mut Taken) {
        let steps = [frame.rect.width(), frame.rect.height()].map(|length| (length / APART) as usize);
        for a in 0..steps[0] {
            for b in 0..steps[1] {
                let shares = [(a as f64 + 0.5) / steps[0] as f64, (b as f64 + 0.5) / steps[1] as f64];
                if let (Some(i), Some(j)) = (x.at(shares[0]), y.at(shares[1]))
                    && colours[self.cell([i, j])] != CLEAR
                {
                    let place = frame.at(shares);
                    taken.add_ink(&[place, place]);
                }
            }
        }
    }
}

const OUTLINES: [Colour; 3] = [BLACK, FAILED_COLOUR, Colour(0x1f, 0x4e, 0x9e)];

fn palette() -> Vec<Colour> {
    let levels = (0..LEVELS).map(|level| palette::sequence(level as f64 / (LEVELS - 1) as f64));
    levels.chain([FAILED_COLOUR, WHITE]).collect()
}

/// An image in a frame. Its pixels are numbers of colours, row after row from the top left.
pub struct Image {
    /// What is seen of it.
    pub frame: Rect,
    /// Its place in units of the frame, from 0 to 1 where it fills that.
    pub room: Rect,
    pub width: usize,
    pub pixels: Vec<u8>,
    pub palette: Vec<Colour>,
    /// The colour that is none.
    pub clear: u8,
}

/// The cells along an axis of the figure.
struct Cells {
    /// For each pixel, in rising order on the sheet, its cell.
    shown: Vec<usize>,
    /// Place of the first and of the last pixel's outer edge, as a share of the frame.
    from: f64,
    to: f64,
    /// Shares of the edges of all cells.
    edges: Vec<f64>,
}

impl Cells {
    /// A cell reaches half way to its neighbours, those at the ends as far outwards as inwards.
    fn new(grid: &[f64], share: impl Fn(f64) -> f64) -> Cells {
        let places: Vec<f64> = grid.iter().map(|v| share(*v)).collect();
        let (Some(&first), Some(&last), true) =
            (places.first(), places.last(), places.iter().all(|v| v.abs() < FARTHEST))
        else {
            return Cells { shown: Vec::new(), from: 0.0, to: 0.0, edges: vec![0.0; grid.len() + 1] };
        };
        let mut edges: Vec<f64> = places.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])).collect();
        let (before, after) = match (edges.first(), edges.last()) {
            (Some(low), Some(high)) => (2.0 * first - low, 2.0 * last - high),
            _ => (first - 0.5, first + 0.5),
        };
        edges.insert(0, before);
        edges.push(after);
        let (low, high) = (before.min(after), before.max(after));
        let mean = (high - low) / grid.len() as f64;
        let steps = edges.windows(2).map(|pair| (pair[1] - pair[0]).abs());
        let least = steps.clone().fold(f64::INFINITY, f64::min);
        let even = steps.clone().all(|step| (step - mean).abs() < 1e-6 * mean);
        let count =
            if even { grid.len() } else { ((high - low) / least.max(1e-9)).ceil().clamp(1.0, FINEST as f64) as usize };
        let falls = after < before;
        let cell_at = |at: f64| {
            let cell = edges[1..].partition_point(|edge| if falls { *edge >= at } else { *edge <= at });
            cell.min(grid.len() - 1)
        };
        let at = |pixel: usize| low + (high - low) * (pixel as f64 + 0.5) / count as f64;
        Cells { shown: (0..count).map(|pixel| cell_at(at(pixel))).collect(), from: low, to: high, edges }
    }

    /// The cell at a share of the frame.
    fn at(&self, share: f64) -> Option<usize> {
        let place = (share - self.from) / (self.to - self.from) * self.shown.len() as f64;
        if place >= 0.0 { self.shown.get(place as usize).copied() } else { None }
    }

    /// The frame shows more than the cells.
    fn leave_room(&self) -> bool {
        self.from > 1e-6 || self.to < 1.0 - 1e-6
    }
}

/// Grey ground with lines from bottom left to top right.
pub fn hatch(canvas: &mut Canvas, rect: &Rect) {
    canvas.fill(&rect.corners(), GROUND);
    let count = ((rect.width() + rect.height()) / SPACING) as usize;
    for i in 1..=count {
        let at = rect.left + SPACING * i as f64;
        let line = [[at, rect.top], [at - rect.height(), rect.bottom]];
        if let Some([from, to]) = path::clip_segment(line[0], line[1], rect) {
            canvas.line(&[path::between(line[0], line[1], from), path::between(line[0], line[1], to)], 0.35, HATCH);
        }
    }
}

/// The edges between cells that are something and cells that are not, in numbers of edges, joined where they go straight on.
fn outline([columns, rows]: [usize; 2], is: impl Fn(usize, usize) -> bool) -> Vec<[[usize; 2]; 2]> {
    let inside = |i: Option<usize>, j: Option<usize>| match (i, j) {
        (Some(i), Some(j)) => i < columns && j < rows && is(i, j),
        _ => false,
    };
    let mut lines: Vec<[[usize; 2]; 2]> = Vec::new();
    let mut add = |from: [usize; 2], to: [usize; 2]| match lines.last_mut() {
        Some(line) if line[1] == from && (line[0][0] == to[0] || line[0][1] == to[1]) => line[1] = to,
        _ => lines.push([from, to]),
    };
    for i in 0..=columns {
        for j in 0..rows {
            if inside(i.checked_sub(1), Some(j)) != inside(Some(i), Some(j)) {
                add([i, j], [i, j + 1]);
            }
        }
    }
    for j in 0..=rows {
        for i in 0..columns {
            if inside(Some(i), j.checked_sub(1)) != inside(Some(i), Some(j)) {
                add([i, j], [i + 1, j]);
            }
        }
    }
    lines
}

/// The coordinates of an image inside its frame.
const INSIDE: f64 = 10_000.0;

impl Image {
    /// A PNG with a palette, clipped by its frame, whose pixels are not blurred.
    pub fn element(&self) -> Result<String, String> {
        let (width, height) = (self.width, self.pixels.len() / self.width);
        let png = self.png(width as u32, height as u32).map_err(|error| error.to_string())?;
        let data = base64::engine::general_purpose::STANDARD.encode(png);
        let [left, top, right, bottom] =
            [self.frame.left, self.frame.top, self.frame.right, self.frame.bottom].map(canvas::unit);
        let [x, y, to_x, to_y] = [self.room.left, self.room.top, self.room.right, self.room.bottom].map(|c| INSIDE * c);
        Ok(format!(
            "<svg x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {INSIDE} {INSIDE}\" \
             preserveAspectRatio=\"none\">\n<image x=\"{x:.3}\" y=\"{y:.3}\" width=\"{:.3}\" height=\"{:.3}\" \
             preserveAspectRatio=\"none\" image-rendering=\"optimizeSpeed\" style=\"image-rendering:pixelated\" \
             href=\"data:image/png;base64,{data}\"/>\n</svg>\n",
            right - left,
            bottom - top,
            to_x - x,
            to_y - y
        ))
    }

    fn png(&self, width: u32, height: u32) -> Result<Vec<u8>, png::EncodingError> {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, width, height);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(self.palette.iter().flat_map(|Colour(r, g, b)| [*r, *g, *b]).collect::<Vec<u8>>());
        let opacity = (0..self.palette.len()).map(|i| if i == usize::from(self.clear) { 0 } else { 255 });
        encoder.set_trns(opacity.collect::<Vec<u8>>());
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.pixels[..(width * height) as usize])?;
        writer.finish()?;
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(png: &[u8]) -> (png::OutputInfo, Vec<u8>) {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        (info, pixels)
    }

    #[test]
    fn an_image_reads_back_pixel_by_pixel() {
        let (frame, room) = (
            Rect { left: 0.0, top: 0.0, right: 9.0, bottom: 9.0 },
            Rect { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 },
        );
        let image = Image {
            frame,
            room,
            width: 3,
            pixels: vec![0, 253, FAILED, CLEAR, 1, 2],
            palette: palette(),
            clear: CLEAR,
        };
        let (info, pixels) = decoded(&image.png(3, 2).unwrap());
        assert_eq!((info.width, info.height), (3, 2));
        let at = |i: usize| pixels[4 * i..4 * i + 4].to_vec();
        let Colour(r, g, b) = palette::sequence(1.0);
        assert_eq!((at(1), at(2)), (vec![r, g, b, 255], vec![0xd5, 0x5e, 0, 255]));
        assert_eq!(at(3)[3], 0);
    }

    #[test]
    fn cells_reach_half_way_to_their_neighbours() {
        let cells = Cells::new(&[0.0, 1.0, 2.0, 3.0], |v| v / 3.0);
        assert_eq!(cells.shown, [0, 1, 2, 3]);
        assert!((cells.from + 1.0 / 6.0).abs() < 1e-15 && (cells.to - 7.0 / 6.0).abs() < 1e-15);
        let reversed = Cells::new(&[0.0, 1.0, 2.0, 3.0], |v| 1.0 - v / 3.0);
        assert_eq!(reversed.shown, [3, 2, 1, 0]);
        // An uneven grid, on one of cells of 1/4: edges at −1/2, 1/2, 2, 4.
        let uneven = Cells::new(&[0.0, 1.0, 3.0], |v| v);
        assert_eq!(uneven.shown.len(), 5);
        assert_eq!(uneven.shown, [0, 1, 1, 2, 2]);
        assert!(Cells::new(&[0.0, 1.0], f64::ln).shown.is_empty());
        assert!(Cells::new(&[], |v| v).shown.is_empty());
    }

    #[test]
    fn an_outline_goes_round_what_it_encloses() {
        let lines = outline([4, 3], |i, j| (1..=2).contains(&i) && j == 1);
        assert_eq!(lines.len(), 4);
        let total: usize = lines.iter().map(|[a, b]| a[0].abs_diff(b[0]) + a[1].abs_diff(b[1])).sum();
        assert_eq!(total, 6);
        assert!(outline([4, 3], |_, _| false).is_empty());
    }
}
