//! One element of an array, named from outside the equations: `u[(N + 1)/2]`.

use super::System;
use super::resolve::integer;
use super::syntax::{self, Kind, Operator};

impl System {
    /// The name of the state that `text` means, `u[25]` for `u[(N + 1)/2]` with N = 50; `None` where it is not an array
    /// with an index of integers. Unlike in an equation a quotient may leave a rest, which is dropped: the middle of
    /// 50 points is asked for as that of 51.
    pub fn element(&self, text: &str) -> Option<String> {
        let tree = syntax::parse(text).ok()?;
        let mut values: Vec<Option<i64>> = Vec::with_capacity(tree.nodes.len());
        for node in &tree.nodes {
            values.push(match node.kind {
                Kind::Name => {
                    let name = text.get(node.span())?;
                    self.integers.iter().find(|integer| integer.name == name).map(|integer| integer.value)
                }
                Kind::Binary(Operator::Divide, a, b) => match (values[a as usize], values[b as usize]) {
                    (Some(a), Some(b)) => a.checked_div_euclid(b),
                    _ => None,
                },
                ref kind => integer(kind, &values),
            });
        }
        let whole = tree.nodes.last()?;
        match whole.kind {
            Kind::Element(index) => Some(format!("{}[{}]", text.get(whole.span())?, values[index as usize]?)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_an_expression_of_integers() {
        let middle = |n: i64| System::new().integer("N", n).element("u[(N + 1)/2]");
        assert_eq!(middle(50).as_deref(), Some("u[25]"));
        assert_eq!(middle(10).as_deref(), Some("u[5]"));
        let system = System::new().integer("N", 7).parameter("p", 1.0);
        assert_eq!(system.element("u[ N ]").as_deref(), Some("u[7]"));
        assert_eq!(system.element("u[-1]").as_deref(), Some("u[-1]"));
        for text in ["u", "u[p]", "u[N/0]", "u[M]", "u[N", "u[1.5]", "u[1] + 1", "u[2^N]", ""] {
            assert_eq!(system.element(text), None, "{text}");
        }
    }
}
