//! JSON pointers (RFC 6901), and what they find.

use std::fmt;

use crate::post::json::{Json, Object};

/// The way to one value inside another: member names and places in arrays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer(Box<[Step]>);

/// A member's name, which in an array is the number of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    name: Box<str>,
    /// The number that the name is, if it is one.
    index: Option<usize>,
}

impl Pointer {
    /// Reads a pointer as RFC 6901 writes it; `None` when it is none, or is the whole value.
    pub fn parse(text: &str) -> Option<Self> {
        let steps = text.strip_prefix('/')?.split('/').map(Step::parse);
        steps.collect::<Option<_>>().map(Self)
    }
}

impl Step {
    fn parse(written: &str) -> Option<Self> {
        let mut name = String::with_capacity(written.len());
        let mut parts = written.split('~');
        name.push_str(parts.next()?);
        for part in parts {
            let (escaped, rest) = match part.as_bytes().first()? {
                b'0' => ('~', part.get(1..)?),
                b'1' => ('/', part.get(1..)?),
                _ => return None,
            };
            name.push(escaped);
            name.push_str(rest);
        }
        let canonical = name == "0" || !name.starts_with(['0', '+']);
        let index = name.parse().ok().filter(|_| canonical);
        Some(Self { name: name.into(), index })
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|step| write!(f, "/{}", step.name.replace('~', "~0").replace('/', "~1")))
    }
}

/// A value that pointers lead into. Each object and array on their ways is split once, however
/// many lead through it.
pub(super) struct Opened<'a, 'm> {
    root: Node<'a>,
    /// What lies at the ways taken so far.
    nodes: Vec<(&'m [Step], Node<'a>)>,
}

/// A value, split where it can be.
enum Node<'a> {
    Object(Object<'a>),
    List(Vec<Json<'a>>),
    /// Neither, or nothing: no way leads on.
    End,
}

impl<'a> Node<'a> {
    fn of(value: Json<'a>) -> Self {
        let object = value.object().map(Self::Object);
        object.or_else(|| value.list().map(Self::List)).unwrap_or(Self::End)
    }

    fn get(&self, step: &Step) -> Option<Json<'a>> {
        match self {
            Self::Object(object) => object.get(&step.name),
            Self::List(items) => items.get(step.index?).copied().filter(|item| !item.is_null()),
            Self::End => None,
        }
    }
}

impl<'a, 'm> Opened<'a, 'm> {
    /// Nothing has been looked for yet.
    pub(super) fn new(root: Object<'a>) -> Self {
        Self { root: Node::Object(root), nodes: Vec::new() }
    }

    /// The value at a pointer, unless it is missing or null.
    pub(super) fn find(&mut self, at: &'m Pointer) -> Option<Json<'a>> {
        let (last, way) = at.0.split_last()?;
        self.node(way).get(last)
    }

    /// What lies at the end of `way`. Its depth is the way's length, which a service's file bounds.
    fn node(&mut self, way: &'m [Step]) -> &Node<'a> {
        let Some((last, before)) = way.split_last() else { return &self.root };
        let known = self.nodes.iter().position(|(known, _)| *known == way);
        let place = known.unwrap_or_else(|| {
            let node = self.node(before).get(last).map_or(Node::End, Node::of);
            self.nodes.push((way, node));
            self.nodes.len() - 1
        });
        self.nodes.get(place).map_or(&Node::End, |(_, node)| node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::json::{Record, open};

    fn found(record: &str, pointer: &str) -> Option<String> {
        let Ok(Record::Object(root)) = open(record.as_bytes()) else { panic!("{record}") };
        let pointer = Pointer::parse(pointer).unwrap();
        let mut opened = Opened::new(root);
        let first = opened.find(&pointer);
        assert_eq!(first, opened.find(&pointer), "a second look finds the same");
        first?.text().map(std::borrow::Cow::into_owned)
    }

    #[test]
    fn a_pointer_leads_through_objects_and_arrays() {
        let record = r#"{"a":{"b":[{"c":"x"},"y"]},"":{"":"e"},"m~n":{"/":"s"},"0":"z","n":null}"#;
        for (pointer, expected) in [
            ("/a/b/0/c", Some("x")),
            ("/a/b/1", Some("y")),
            ("//", Some("e")),
            ("/m~0n/~1", Some("s")),
            ("/0", Some("z")),
            ("/a/b/01", None),
            ("/a/b/-", None),
            ("/a/b/2", None),
            ("/a/b/c", None),
            ("/a/b/1/0", None),
            ("/a/0", None),
            ("/n", None),
            ("/x/y/z", None),
        ] {
            assert_eq!(found(record, pointer).as_deref(), expected, "{pointer}");
        }
    }

    #[test]
    fn what_is_no_pointer_is_refused_and_what_is_one_prints_as_it_was_written() {
        for text in ["", "a", "a/b", "/a~", "/a~2", "/~/b", "$.a"] {
            assert_eq!(Pointer::parse(text), None, "{text}");
        }
        for text in ["/", "/a", "/a/0/b~0~1c", "//", "/가"] {
            assert_eq!(Pointer::parse(text).unwrap().to_string(), text);
        }
    }
}
