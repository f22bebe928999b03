//! Where the elements of a sparse matrix are, in an order of rows and columns in which they lie near the diagonal.

/// Positions of the elements of an n × n matrix that may differ from zero; the diagonal always belongs to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Elements of row `i`: `columns[starts[i]..starts[i + 1]]`, rising.
    starts: Vec<usize>,
    columns: Vec<u32>,
    /// `place[i]`: where row and column `i` come in the order of the band.
    place: Vec<u32>,
    /// How far elements are from the diagonal at most, in that order.
    bandwidth: usize,
    /// `colour[j]`: columns of one colour have no row in common.
    colour: Vec<u32>,
    colours: usize,
}

impl Pattern {
    /// * `rows[i]`: the columns of the elements of row `i`, in any order.
    pub fn new(rows: &[Vec<u32>]) -> Self {
        let n = rows.len();
        let (mut starts, mut columns) = (vec![0], Vec::new());
        for (i, row) in rows.iter().enumerate() {
            let mut row: Vec<u32> = row.iter().copied().filter(|&j| (j as usize) < n).chain([i as u32]).collect();
            row.sort_unstable();
            row.dedup();
            columns.extend(row);
            starts.push(columns.len());
        }
        let mut pattern = Pattern { starts, columns, place: Vec::new(), bandwidth: 0, colour: Vec::new(), colours: 0 };
        pattern.place = reverse_cuthill_mckee(&pattern.neighbours());
        let distance = |(i, j): (usize, u32)| pattern.place[i].abs_diff(pattern.place[j as usize]) as usize;
        pattern.bandwidth =
            (0..n).flat_map(|i| pattern.row(i).iter().map(move |&j| (i, j))).map(distance).max().unwrap_or(0);
        pattern.colour = pattern.colouring();
        pattern.colours = pattern.colour.iter().map(|c| *c as usize + 1).max().unwrap_or(0);
        pattern
    }

    pub fn size(&self) -> usize {
        self.starts.len() - 1
    }

    /// Columns of the elements of row `i`, rising.
    #[inline]
    pub fn row(&self, i: usize) -> &[u32] {
        &self.columns[self.starts[i]..self.starts[i + 1]]
    }

    /// Number of elements in the rows before row `i`.
    #[inline]
    pub fn start(&self, i: usize) -> usize {
        self.starts[i]
    }

    #[inline]
    pub fn place(&self, i: usize) -> usize {
        self.place[i] as usize
    }

    pub fn bandwidth(&self) -> usize {
        self.bandwidth
    }

    /// The direction, of [`Pattern::colours`], that yields column `j` of a Jacobian.
    ///
    /// Where `∂f_i/∂x_j` and `∂f_i/∂x_k` are not both present for any `i`, one derivative along `e_j + e_k` yields both
    /// columns (Curtis, Powell & Reid 1974). A chain with neighbours at distance one needs three, however long it is.
    #[inline]
    pub fn colour(&self, j: usize) -> usize {
        self.colour[j] as usize
    }

    pub fn colours(&self) -> usize {
        self.colours
    }

    /// A band is worth its bookkeeping where it is a small part of a matrix that is not small itself.
    pub fn is_narrow(&self) -> bool {
        self.size() >= 24 && 4 * (2 * self.bandwidth + 1) <= self.size()
    }

    /// Of the product of two matrices with this pattern.
    pub fn squared(&self) -> Self {
        let rows: Vec<Vec<u32>> = (0..self.size())
            .map(|i| self.row(i).iter().flat_map(|&k| self.row(k as usize)).copied().collect())
            .collect();
        Pattern::new(&rows)
    }

    /// The graph of the symmetrised pattern, without the diagonal.
    fn neighbours(&self) -> Vec<Vec<u32>> {
        let mut neighbours = self.transposed();
        for (i, list) in neighbours.iter_mut().enumerate() {
            list.extend_from_slice(self.row(i));
            list.sort_unstable();
            list.dedup();
            list.retain(|&j| j as usize != i);
        }
        neighbours
    }

    /// Rows of the elements of each column.
    fn transposed(&self) -> Vec<Vec<u32>> {
        let mut rows = vec![Vec::new(); self.size()];
        for i in 0..self.size() {
            self.row(i).iter().for_each(|&j| rows[j as usize].push(i as u32));
        }
        rows
    }

    /// Each column in turn gets the first colour that no column has with which it shares a row.
    fn colouring(&self) -> Vec<u32> {
        const NONE: u32 = u32::MAX;
        let rows = self.transposed();
        let mut colour = vec![NONE; self.size()];
        // The last column that found the colour taken.
        let mut taken: Vec<u32> = Vec::new();
        for j in 0..self.size() {
            for &other in rows[j].iter().flat_map(|&i| self.row(i as usize)) {
                if colour[other as usize] != NONE {
                    taken[colour[other as usize] as usize] = j as u32;
                }
            }
            let first = taken.iter().position(|&column| column != j as u32).unwrap_or(taken.len());
            if first == taken.len() {
                taken.push(NONE);
            }
            colour[j] = first as u32;
        }
        colour
    }
}

/// An order in which neighbours are close: breadth first from a node at the rim, nodes with few neighbours first, reversed
/// (Cuthill & McKee 1969; George 1971). Returns the place of each node. The order as it is serves where it is no worse.
fn reverse_cuthill_mckee(neighbours: &[Vec<u32>]) -> Vec<u32> {
    let n = neighbours.len();
    let width = |place: &[u32]| {
        let distances = neighbours
            .iter()
            .enumerate()
            .flat_map(|(i, list)| list.iter().map(move |&j| place[i].abs_diff(place[j as usize])));
        distances.max().unwrap_or(0)
    };
    let natural: Vec<u32> = (0..n as u32).collect();
    let mut order: Vec<u32> = Vec::with_capacity(n);
    let mut seen = vec![false; n];
    for start in 0..n {
        if seen[start] {
            continue;
        }
        // Twice to the far end leads to the rim of the component.
        let mut rim = start as u32;
        for _ in 0..2 {
            let order = breadth_first(neighbours, rim, &mut seen);
            rim = *order.last().unwrap_or(&rim);
            // Only what was seen is forgotten: to copy all of `seen` for each of many components takes long.
            order.iter().for_each(|&node| seen[node as usize] = false);
        }
        order.extend(breadth_first(neighbours, rim, &mut seen));
    }
    let mut place = vec![0; n];
    order.iter().rev().enumerate().for_each(|(k, &node)| place[node as usize] = k as u32);
    if width(&place) < width(&natural) { place } else { natural }
}

fn breadth_first(neighbours: &[Vec<u32>], from: u32, seen: &mut [bool]) -> Vec<u32> {
    let mut order = vec![from];
    seen[from as usize] = true;
    let mut next = 0;
    while next < order.len() {
        let begin = order.len();
        for &other in &neighbours[order[next] as usize] {
            if !std::mem::replace(&mut seen[other as usize], true) {
                order.push(other);
            }
        }
        order[begin..].sort_by_key(|&node| neighbours[node as usize].len());
        next += 1;
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_in_any_order_is_a_band_with_three_colours() {
        let n = 101;
        // Cell k of the chain is state (37 k) mod n.
        let at = |k: usize| (37 * k % n) as u32;
        let mut rows = vec![Vec::new(); n];
        for k in 0..n {
            rows[at(k) as usize].extend([k.wrapping_sub(1), k + 1].iter().filter(|&&j| j < n).map(|&j| at(j)));
        }
        let pattern = Pattern::new(&rows);
        assert_eq!((pattern.bandwidth(), pattern.row(at(50) as usize).len()), (1, 3));
        assert!(pattern.colours() <= 5, "{}", pattern.colours());
        assert_eq!(pattern.squared().bandwidth(), 2);
    }

    #[test]
    fn a_ring_folds_into_a_band_and_parts_that_do_not_meet_stay_apart() {
        let ring: Vec<Vec<u32>> = (0..50_u32).map(|k| vec![(k + 1) % 50, (k + 49) % 50]).collect();
        assert_eq!(Pattern::new(&ring).bandwidth(), 2);
        let apart: Vec<Vec<u32>> = (0..30_u32).map(|k| vec![(k + 15) % 30]).collect();
        assert_eq!(Pattern::new(&apart).bandwidth(), 1);
    }

    #[test]
    fn columns_of_one_colour_share_no_row() {
        let rows: Vec<Vec<u32>> = (0..40_u32).map(|i| vec![(7 * i + 3) % 40, (i * i) % 40, i / 2]).collect();
        let pattern = Pattern::new(&rows);
        for i in 0..40 {
            let mut colours: Vec<usize> = pattern.row(i).iter().map(|&j| pattern.colour(j as usize)).collect();
            colours.sort_unstable();
            colours.dedup();
            assert_eq!(colours.len(), pattern.row(i).len(), "row {i}");
        }
    }
}
