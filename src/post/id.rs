//! Post ids and the times inside them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::Timestamp;

/// Milliseconds of the Unix epoch at which X's ids begin.
const SNOWFLAKE_EPOCH_MILLIS: i64 = 1_288_834_974_657;

/// X's first id with a time in it; those before were counted up from 1.
const SNOWFLAKES_BEGAN: u64 = 29_700_859_247;

/// No video is older: 2014-01-01.
const TIKTOK_BEGAN: Timestamp = Timestamp::from_secs(1_388_534_400);

/// A post's id on its platform.
///
/// Ids that are canonical decimal numbers below 2^64 (all of X's, TikTok's and Instagram's) are
/// kept as numbers, which holds a ledger of millions in a third of the memory; `"7"` and `7` are
/// one id, `"007"` is another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PostId {
    /// A canonical decimal number.
    Number(u64),
    /// Anything else.
    Text(Box<str>),
}

impl PostId {
    /// Reads an id as the platform wrote it.
    pub fn parse(text: &str) -> Self {
        let canonical = text == "0" || !text.starts_with(['0', '+']);
        match text.parse() {
            Ok(number) if canonical => Self::Number(number),
            _ => Self::Text(text.into()),
        }
    }

    /// The event time inside an X id, `None` when it has none: ids from before November 2010 do not.
    pub fn twitter_time(&self) -> Option<Timestamp> {
        match self {
            &Self::Number(id) if id >= SNOWFLAKES_BEGAN => {
                let since = i64::try_from(id >> 22).ok()?;
                Some(Timestamp::from_millis(since + SNOWFLAKE_EPOCH_MILLIS))
            }
            _ => None,
        }
    }

    /// The event time inside a TikTok video id, `None` when it has none: documentation has ids
    /// whose time would lie before the platform did.
    pub fn tiktok_time(&self) -> Option<Timestamp> {
        match self {
            &Self::Number(id) => {
                let time = Timestamp::from_secs(i64::try_from(id >> 32).ok()?);
                (time >= TIKTOK_BEGAN).then_some(time)
            }
            Self::Text(_) => None,
        }
    }
}

/// The two forms as they are, for snapshots; people and other programs read the text.
#[derive(Serialize, Deserialize)]
#[serde(remote = "PostId")]
enum Compact {
    Number(u64),
    Text(Box<str>),
}

impl Serialize for PostId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            Compact::serialize(self, serializer)
        }
    }
}

impl<'de> Deserialize<'de> for PostId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            String::deserialize(deserializer).map(|text| Self::parse(&text))
        } else {
            Compact::deserialize(deserializer)
        }
    }
}

impl std::fmt::Display for PostId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(id) => id.fmt(f),
            Self::Text(id) => f.write_str(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_print_as_they_were_written() {
        for id in ["0", "7", "007", "+7", "18446744073709551615", "18446744073709551616", "a_1", ""]
        {
            assert_eq!(PostId::parse(id).to_string(), id);
        }
    }

    #[test]
    fn times_inside_ids() {
        let tweet = PostId::parse("1349969223154606081");
        assert_eq!(tweet.twitter_time().unwrap().to_string(), "2021-01-15T06:38:38.672Z");
        let video = PostId::parse("7201388525814961198");
        assert_eq!(video.tiktok_time().unwrap().to_string(), "2023-02-18T07:05:25Z");
        assert_eq!(PostId::parse("20").twitter_time(), None);
        assert_eq!(PostId::parse("26968823468").twitter_time(), None, "October 2010");
        assert_eq!(PostId::parse("702874395068494965").tiktok_time(), None, "1975");
        assert_eq!(PostId::parse("CxYz").tiktok_time(), None);
    }
}
