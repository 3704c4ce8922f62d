//! What distinct counts know an author or a text by: 64 well-mixed bits.
//!
//! They keep every key at one size, whatever its platform writes, and fill a sketch as they are.
//! Ids of one platform that are numbers never share their bits; any two others do once in 2^64
//! pairs, so once in a thousand million times among the 200,000 authors of a title.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::post::Platform;
use crate::post::id::PostId;
use crate::record::fnv1a;

/// An author's id; kept as a number where it is one, as a post's id is.
pub type AuthorKey = PostId;

/// An author or a text, the same on every machine and for ever: it is part of snapshots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyHash(u64);

impl KeyHash {
    /// An author of a platform: the same id on two platforms is two authors.
    pub fn author(platform: Platform, author: &AuthorKey) -> Self {
        let id = match author {
            AuthorKey::Number(id) => *id,
            AuthorKey::Text(id) => fnv1a(id.as_bytes()),
        };
        Self(mix(id ^ mix(platform as u64)))
    }

    /// A text by its fingerprint.
    pub fn text(fingerprint: u64) -> Self {
        Self(mix(fingerprint))
    }

    /// The bits, each as likely 0 as 1.
    pub fn bits(self) -> u64 {
        self.0
    }
}

/// A permutation of all 64-bit numbers that scatters neighbours (the finaliser of `SplitMix64`:
/// Steele, Lea and Flood, OOPSLA 2014).
const fn mix(number: u64) -> u64 {
    let z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Writes a map in the order of its keys: the order of a hash must not reach a snapshot.
pub(super) fn in_order<V: Serialize, S: Serializer>(
    map: &HashMap<KeyHash, V>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(map.iter().collect::<BTreeMap<_, _>>())
}
