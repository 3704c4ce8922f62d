//! Distinct authors since a beginning: exact up to a bound, then a sketch.

use hashbrown::HashSet;
use serde::{Deserialize, Serialize, Serializer};

use crate::window::key::KeyHash;
use crate::window::sketch::Sketch;

/// Every author seen, of all time.
///
/// Memory: 10 to 20 bytes an author while exact, measured 12 at 400,000; from the bound on 32 kB
/// for ever.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authors_count_once_exactly_up_to_the_bound_and_about_beyond() {
        let mut seen = Seen::default();
        for n in (0..1000).chain(0..1000) {
            seen.see(KeyHash::text(n), 1000);
        }
        assert_eq!((seen.count(), seen.is_exact()), (1000, true));
        assert!(seen.memory() < 36 * 1000, "{}", seen.memory());
        for n in 0..50_000 {
            seen.see(KeyHash::text(n), 1000);
        }
        assert!(!seen.is_exact());
        assert!((49_000..51_000).contains(&seen.count()), "{}", seen.count());
        assert!(seen.memory() < 33_000, "{}", seen.memory());
    }

    #[test]
    fn what_is_written_has_one_order_and_goes_on_when_read() {
        let mut seen = [Seen::default(), Seen::default()];
        for n in 0..50 {
            seen[0].see(KeyHash::text(n), 60);
            seen[1].see(KeyHash::text(49 - n), 60);
        }
        for n in 50..70 {
            let bytes = seen.each_ref().map(|seen| postcard::to_stdvec(seen).unwrap());
            assert_eq!(bytes[0], bytes[1]);
            seen[0] = postcard::from_bytes(&bytes[0]).unwrap();
            for seen in &mut seen {
                seen.see(KeyHash::text(n), 60);
            }
            assert_eq!(seen[0], seen[1]);
        }
        assert!(!seen[0].is_exact());
    }
}
