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

#[cfg(test)]
mod tests {
    use super::*;

    /// A title's authors as X numbers them, as other platforms write them, and as texts.
    fn authors() -> impl Iterator<Item = KeyHash> {
        let number = |n: u64| AuthorKey::Number(1_600_000_000_000_000_000 + (n << 22));
        let name = |n: u64| AuthorKey::parse(&format!("drama_fan_{n}"));
        (0..40_000).flat_map(move |n| {
            [
                KeyHash::author(Platform::Twitter, &AuthorKey::Number(n)),
                KeyHash::author(Platform::Tiktok, &number(n)),
                KeyHash::author(Platform::Instagram, &name(n)),
                KeyHash::text(n),
            ]
        })
    }

    #[test]
    fn no_two_authors_or_texts_share_their_bits() {
        let keys = authors().collect::<std::collections::BTreeSet<_>>();
        assert_eq!(keys.len(), 160_000);
    }

    /// The first and the last eight bits, and eight between, fall evenly: χ² of 255 degrees of
    /// freedom is below 341 in all but one of 3,000 cases.
    #[test]
    fn every_bit_is_as_likely_as_any_other() {
        for kind in 0..4 {
            for shift in [0, 30, 41, 56] {
                let mut counts = [0_u32; 256];
                for key in authors().skip(kind).step_by(4) {
                    counts[usize::from((key.bits() >> shift).to_le_bytes()[0])] += 1;
                }
                let expected = 40_000.0 / 256.0;
                let chi2: f64 =
                    counts.iter().map(|n| (f64::from(*n) - expected).powi(2) / expected).sum();
                assert!(chi2 < 341.0, "kind {kind}, bits from {shift}: {chi2}");
            }
        }
    }

    #[test]
    fn an_author_is_known_by_the_same_bits_for_ever() {
        let of = |platform, id: &str| KeyHash::author(platform, &AuthorKey::parse(id)).bits();
        assert_eq!(of(Platform::Twitter, "7"), 0x64bf_61b5_12ff_abe7);
        assert_eq!(of(Platform::Tiktok, "7"), 0x7716_da39_cba2_75b2);
        assert_eq!(of(Platform::Tiktok, "haeun"), 0x35ea_2e6d_cd96_3624);
        assert_eq!(KeyHash::text(0).bits(), 0xe220_a839_7b1d_cdaf, "SplitMix64's first of seed 0");
    }
}
