//! A post as the generator thinks of it, before it is written as any platform's bytes.

use std::sync::Arc;

use crate::time::Timestamp;

/// Milliseconds of the Unix epoch at which X's ids begin.
const TWITTER_EPOCH_MILLIS: i64 = 1_288_834_974_657;
/// Instagram's ids are plain numbers of this size.
const INSTAGRAM_FIRST_ID: u64 = 17_900_000_000_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Platform {
    Twitter,
    Tiktok,
    Instagram,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Original,
    Share,
    Quote,
    Reply,
}

/// The languages in which the demo's world writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    English,
    Korean,
    Spanish,
    Portuguese,
    Indonesian,
    French,
    Japanese,
}

/// The set of titles a post names: bit `n` is the n-th of [`super::names::TITLES`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Titles(u16);

/// How X writes a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// v2 with the fields people ask for; `renamed` uses the later spelling of its fields.
    V2 { renamed: bool },
    /// v2 with nothing but its default fields.
    V2Bare,
    /// v1.1 with `text` alone.
    Compat,
    /// v1.1 with `full_text`.
    Extended,
    /// v1.1 as it streams: cut, with the whole in `extended_tweet`.
    Streaming,
}

#[derive(Clone, Debug)]
pub(super) struct Post {
    pub(super) platform: Platform,
    /// The id, with the event time in it where the platform does so.
    pub(super) id: u64,
    /// The id of its first version, if this is a later one.
    pub(super) edits: Option<u64>,
    pub(super) event: Timestamp,
    pub(super) kind: Kind,
    /// The author's number in the platform's pool.
    pub(super) author: Option<u32>,
    pub(super) language: Language,
    /// What it names, in its own words or in the post it shares or quotes.
    pub(super) titles: Titles,
    pub(super) text: String,
    /// Hashtags that TikTok lists apart from the text.
    pub(super) hashtags: Vec<&'static str>,
    /// The post it shares, quotes or answers.
    pub(super) about: Option<Arc<Self>>,
    pub(super) form: Form,
    /// Whether its JSON holds nothing but ASCII.
    pub(super) escaped: bool,
    /// How well it does: its counters grow with it.
    pub(super) appeal: u32,
}

/// The time inside an X id.
pub(super) fn twitter_time(id: u64) -> Timestamp {
    Timestamp::from_millis(i64::try_from(id >> 22).unwrap_or(0) + TWITTER_EPOCH_MILLIS)
}

impl Platform {
    pub(super) const ALL: [Self; 3] = [Self::Twitter, Self::Tiktok, Self::Instagram];

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Twitter => "twitter",
            Self::Tiktok => "tiktok",
            Self::Instagram => "instagram",
        }
    }

    /// The event time as this platform's ids and times can tell it.
    pub(super) fn resolve(self, event: Timestamp) -> Timestamp {
        match self {
            Self::Twitter => event,
            _ => Timestamp::from_secs(event.as_millis().div_euclid(1000)),
        }
    }

    /// The id of the post number `sequence`, made at `event`.
    pub(super) fn id(self, event: Timestamp, sequence: u64) -> u64 {
        let since = |millis: i64| u64::try_from(millis).unwrap_or(0);
        match self {
            Self::Twitter => {
                (since(event.as_millis() - TWITTER_EPOCH_MILLIS) << 22) | (sequence % (1 << 22))
            }
            Self::Tiktok => {
                (since(event.as_millis().div_euclid(1000)) << 32) | (sequence % (1 << 32))
            }
            Self::Instagram => INSTAGRAM_FIRST_ID + sequence,
        }
    }
}

impl Kind {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Share => "share",
            Self::Quote => "quote",
            Self::Reply => "reply",
        }
    }
}

impl Language {
    pub(super) const ALL: [Self; 7] = [
        Self::English,
        Self::Korean,
        Self::Spanish,
        Self::Portuguese,
        Self::Indonesian,
        Self::French,
        Self::Japanese,
    ];

    /// The label under which the campaign counts it.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
            Self::Spanish => "es",
            Self::Portuguese => "pt",
            Self::Indonesian => "id",
            Self::French | Self::Japanese => "other",
        }
    }

    /// The country TikTok gives for its accounts.
    pub(super) fn region(self) -> &'static str {
        match self {
            Self::English => "US",
            Self::Korean => "KR",
            Self::Spanish => "MX",
            Self::Portuguese => "BR",
            Self::Indonesian => "ID",
            Self::French => "FR",
            Self::Japanese => "JP",
        }
    }

    /// What ends a sentence, and what parts words.
    pub(super) fn marks(self) -> (&'static str, &'static str) {
        if self == Self::Japanese { ("。", "") } else { (".", " ") }
    }

    /// The code X gives for it.
    pub(super) fn twitter_code(self) -> &'static str {
        match self {
            Self::Indonesian => "in",
            Self::French => "fr",
            Self::Japanese => "ja",
            _ => self.label(),
        }
    }
}

impl Titles {
    pub(super) fn of(title: usize) -> Self {
        Self(1 << title)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn has(self, title: usize) -> bool {
        self.0 & 1 << title != 0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn len(self) -> u32 {
        self.0.count_ones()
    }
}

/// A time as a platform's calendar writes it, in UTC.
pub(super) fn civil(time: Timestamp, format: &str) -> String {
    let civil = jiff::Timestamp::from_millisecond(time.as_millis());
    civil.unwrap_or(jiff::Timestamp::UNIX_EPOCH).strftime(format).to_string()
}
