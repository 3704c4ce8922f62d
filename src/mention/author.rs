//! What a mention says of a post's author.

use std::fmt;

use crate::post::Platform;

/// What a key for authors is derived for; another use of the same salt gives another key.
const CONTEXT: &str = "daebak 2026-11-22 authors of mentions";

/// What a mention says of a post's author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authors {
    /// The author as the platform wrote it.
    Kept,
    /// A keyed hash of it.
    Hashed(AuthorKey),
}

/// What turns an author into a hash. It is a secret, so it never prints.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorKey([u8; blake3::KEY_LEN]);

impl Authors {
    /// Hashed under `salt`: the same author is the same hash wherever the salt is the same, and
    /// who does not know it can't tell whose hash it is.
    pub fn hashed(salt: &str) -> Self {
        Self::Hashed(AuthorKey(blake3::derive_key(CONTEXT, salt.as_bytes())))
    }

    /// What a mention says of `author`: of a hash, its decimal number.
    ///
    /// 64 bits are enough: of ten million authors, two share a hash once in 400,000 services.
    pub fn of(&self, platform: Platform, author: &str) -> Box<str> {
        match self {
            Self::Kept => author.into(),
            Self::Hashed(AuthorKey(key)) => {
                let mut hash = blake3::Hasher::new_keyed(key);
                // No label holds a NUL, so no platform's author reads as another's.
                hash.update(platform.label().as_bytes()).update(&[0]).update(author.as_bytes());
                let bytes = hash.finalize();
                let first = bytes.as_bytes().first_chunk().copied().unwrap_or_default();
                u64::from_le_bytes(first).to_string().into()
            }
        }
    }
}

impl fmt::Debug for AuthorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::id::PostId;

    #[test]
    fn an_author_is_one_number_under_one_salt_and_platform() {
        let authors = Authors::hashed("pepper");
        let hash = authors.of(Platform::Twitter, "piano_noona");
        assert_eq!(hash, Authors::hashed("pepper").of(Platform::Twitter, "piano_noona"));
        assert!(matches!(PostId::parse(&hash), PostId::Number(_)), "{hash}");
        assert_ne!(hash, authors.of(Platform::Tiktok, "piano_noona"));
        assert_ne!(hash, authors.of(Platform::Twitter, "piano_noonb"));
        assert_ne!(hash, Authors::hashed("salt").of(Platform::Twitter, "piano_noona"));
        assert_eq!(&*Authors::Kept.of(Platform::Twitter, "piano_noona"), "piano_noona");
    }

    /// Another number would count every author twice after an update.
    #[test]
    fn the_hash_of_an_author_never_changes() {
        let hash = Authors::hashed("pepper").of(Platform::Twitter, "piano_noona");
        assert_eq!(&*hash, "7549349294206494895");
    }

    #[test]
    fn neither_salt_nor_key_prints() {
        assert_eq!(format!("{:?}", Authors::hashed("pepper")), "Hashed((redacted))");
    }
}
