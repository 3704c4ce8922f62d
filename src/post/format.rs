//! What a feed's records may be, and what one turned out to be.

use std::sync::Arc;

use super::mapped::Mapping;
use super::{Kind, Platform};

/// What the records of a feed may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Any shape of any platform of [`Platform::SHAPED`], told apart by what a record holds.
    #[default]
    Any,
    /// Any shape of one platform of [`Platform::SHAPED`]; all else is of unknown shape.
    Only(Platform),
    /// Whatever the feed's own mapping says.
    Mapped(Arc<Mapping>),
}

impl Format {
    /// The platforms of the posts that it may bring.
    pub fn platforms(&self) -> &[Platform] {
        match self {
            Self::Any => &Platform::SHAPED,
            Self::Only(platform) => std::slice::from_ref(platform),
            Self::Mapped(mapping) => std::slice::from_ref(&mapping.platform),
        }
    }

    /// The platforms whose shares it tells from other posts: of the known shapes X's only.
    pub fn platforms_marking_shares(&self) -> &[Platform] {
        const TWITTER: &[Platform] = &[Platform::Twitter];
        match self {
            Self::Any | Self::Only(Platform::Twitter) => TWITTER,
            Self::Mapped(mapping) if mapping.share_if.is_some() || mapping.kind == Kind::Share => {
                std::slice::from_ref(&mapping.platform)
            }
            Self::Only(_) | Self::Mapped(_) => &[],
        }
    }
}

/// The shape in which a record's posts came. Every record with posts has exactly one: that of its
/// first post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// X's v2, in either spelling.
    TwitterV2,
    /// X's v1.1: compatibility, extended and streaming forms.
    TwitterV1,
    /// X's Activity Streams.
    TwitterActivity,
    /// Videos of TikTok's research and display APIs.
    TiktokVideo,
    /// Comments of TikTok's research API.
    TiktokComment,
    /// Videos and comments as vendors resell them.
    TiktokVendor,
    /// Instagram's media.
    InstagramMedia,
    /// Instagram's comments.
    InstagramComment,
    /// Instagram's webhooks, in any envelope.
    InstagramWebhook,
    /// Read by the feed's own mapping.
    Mapped,
}

impl Shape {
    /// Every shape, in the order of their discriminants.
    pub const ALL: [Self; 10] = [
        Self::TwitterV2,
        Self::TwitterV1,
        Self::TwitterActivity,
        Self::TiktokVideo,
        Self::TiktokComment,
        Self::TiktokVendor,
        Self::InstagramMedia,
        Self::InstagramComment,
        Self::InstagramWebhook,
        Self::Mapped,
    ];

    /// The value of the `shape` label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::TwitterV2 => "twitter_v2",
            Self::TwitterV1 => "twitter_v1",
            Self::TwitterActivity => "twitter_activity",
            Self::TiktokVideo => "tiktok_video",
            Self::TiktokComment => "tiktok_comment",
            Self::TiktokVendor => "tiktok_vendor",
            Self::InstagramMedia => "instagram_media",
            Self::InstagramComment => "instagram_comment",
            Self::InstagramWebhook => "instagram_webhook",
            Self::Mapped => "mapped",
        }
    }
}
