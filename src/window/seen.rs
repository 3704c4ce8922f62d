//! Distinct authors since a beginning: exact up to a bound, then a sketch.

use hashbrown::HashSet;
use serde::{Deserialize, Serialize, Serializer};

use crate::window::key::KeyHash;
use crate::window::sketch::Sketch;

/// Every author seen, of all time.
///
/// Memory: 9 to 18 bytes an author while exact, 32 kB for ever from the bound on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seen {
    /// Each author.
    #[serde(serialize_with = "in_order")]
    Exact(HashSet<KeyHash>),
    /// How many there are, within 2 %.
    Sketch(Sketch),
}

fn in_order<S: Serializer>(seen: &HashSet<KeyHash>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(seen.iter().collect::<std::collections::BTreeSet<_>>())
}

impl Default for Seen {
    fn default() -> Self {
        Self::Exact(HashSet::default())
    }
}

impl Seen {
    /// Sees `author`; beyond `max` authors only their number is kept.
    pub fn see(&mut self, author: KeyHash, max: usize) {
        match self {
            Self::Exact(seen) if seen.len() < max || seen.contains(&author) => {
                seen.insert(author);
            }
            Self::Exact(seen) => {
                let mut sketch = Sketch::default();
                seen.iter().chain([&author]).for_each(|author| sketch.see(*author));
                *self = Self::Sketch(sketch);
            }
            Self::Sketch(sketch) => sketch.see(author),
        }
    }

    /// How many authors were seen.
    pub fn count(&self) -> u64 {
        match self {
            Self::Exact(seen) => seen.len() as u64,
            Self::Sketch(sketch) => sketch.count(),
        }
    }

    /// Whether that number is exact.
    pub fn is_exact(&self) -> bool {
        matches!(self, Self::Exact(_))
    }

    /// Bytes that it takes.
    pub fn memory(&self) -> usize {
        let apart = match self {
            Self::Exact(seen) => seen.allocation_size(),
            Self::Sketch(_) => crate::window::sketch::REGISTERS,
        };
        size_of::<Self>() + apart
    }
}
