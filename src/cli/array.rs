//! Chains for people: `u[1..25]` instead of 25 names, and three columns instead of 25.

use crate::models::element;

/// Of an array with more elements than these, the first, the middle and the last are shown.
const FEW: usize = 3;

/// The names with neighbouring elements of an array as one: `u[1..25]`.
pub fn together(names: &[&str]) -> Vec<String> {
    let run = |group: &[&str]| match (group.first(), group.last()) {
        (Some(first), Some(last)) if group.len() > 1 => match (element(first), element(last)) {
            (Some((array, low)), Some((_, high))) => format!("{array}[{low}..{high}]"),
            _ => group.join(", "),
        },
        _ => group.concat(),
    };
    names.chunk_by(|left, right| follow(left, right)).map(run).collect()
}

/// `right` is the element after `left`.
pub fn follow(left: &str, right: &str) -> bool {
    match (element(left), element(right)) {
        (Some((array, i)), Some((other, j))) => array == other && i.checked_add(1) == Some(j),
        _ => false,
    }
}

/// All names but those of long arrays, of which three stand for the rest.
pub fn shown<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let array = |name: &str| element(name).map(|(array, _)| array.to_string());
    let same = |left: &&str, right: &&str| array(left).is_some() && array(left) == array(right);
    let few = |group: &[&'a str]| match group {
        [first, .., last] if group.len() > FEW => vec![*first, group[(group.len() - 1) / 2], *last],
        _ => group.to_vec(),
    };
    names.chunk_by(same).flat_map(few).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_told_together_and_others_by_name() {
        assert_eq!(
            together(&["V", "u[1]", "u[2]", "u[3]", "u[5]", "w[6]", "Z"]),
            ["V", "u[1..3]", "u[5]", "w[6]", "Z"]
        );
        assert_eq!(together(&["u[-1]", "u[0]"]), ["u[-1..0]"]);
        assert!(together(&[]).is_empty());
    }

    #[test]
    fn three_elements_stand_for_a_long_array() {
        let names: Vec<String> = (1..=50).map(|i| format!("u[{i}]")).chain(["V".into()]).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(shown(&names), ["u[1]", "u[25]", "u[50]", "V"]);
        assert_eq!(shown(&["x", "y", "z", "w"]), ["x", "y", "z", "w"]);
    }
}
