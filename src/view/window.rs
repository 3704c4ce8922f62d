//! What a title has over one window.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::campaign::{FacetId, GroupId, Language};
use crate::measure::{CampaignMeasures, Measures, Over, RanksBefore};
use crate::post::{Action, Kind, Platform};
use crate::virality::growth::{Growth, Interval};
use crate::virality::reproduction::Reproduction;

const SECONDS_PER_HOUR: f64 = 3600.0;

/// What a title has over one window.
#[derive(Clone, Debug, Default, Serialize)]
pub struct WindowView {
    /// The window's label.
    pub window: Box<str>,
    /// Posts, on the platforms that it can tell of.
    pub posts: u64,
    /// By platform.
    pub platforms: BTreeMap<Platform, u64>,
    /// By kind; absent where it is not told, as all maps below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kinds: Option<BTreeMap<Kind, u64>>,
    /// By language, `other` and `und` included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub languages: Option<BTreeMap<Language, u64>>,
    /// By facet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facets: Option<BTreeMap<FacetId, u64>>,
    /// By account group, `organic` included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accounts: Option<BTreeMap<Box<str>, u64>>,
    /// What posts gained, by platform and action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engagement: Option<BTreeMap<Platform, BTreeMap<Action, u64>>>,
    /// Distinct authors, added up over the platforms that tell them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authors: Option<u64>,
    /// By platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authors_by_platform: Option<BTreeMap<Platform, u64>>,
    /// By language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authors_by_language: Option<BTreeMap<Language, u64>>,
    /// Place by posts, 1 the best.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<u64>,
    /// Its place over the window before this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank_before: Option<u64>,
    /// Its part of all title mentions of the campaign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_of_voice: Option<f64>,
    /// Its posts over the mean of the campaign's comparable titles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub average_ratio: Option<f64>,
    /// Posts a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub velocity_per_minute: Option<f64>,
    /// Its change a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acceleration_per_minute_squared: Option<f64>,
    /// Logarithmic growth an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub growth_per_hour: Option<f64>,
    /// Its standard error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub growth_standard_error_per_hour: Option<f64>,
    /// In how many seconds posts double; absent unless they surely grow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubling_seconds: Option<Estimate>,
    /// In how many seconds posts halve; absent unless they surely shrink.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_life_seconds: Option<Estimate>,
    /// Shares an original.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amplification: Option<f64>,
    /// The busiest author's part of posts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_author: Option<f64>,
    /// The part of longer posts that repeat another's text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copies: Option<f64>,
    /// Shannon entropy of the platform split, in bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform_entropy_bits: Option<f64>,
    /// Followers of the distinct authors, where the platform says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reach: Option<u64>,
}

/// A number and the ends of its 95 % interval; an end that cannot be told is absent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// The lower end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower: Option<f64>,
    /// The upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper: Option<f64>,
}

impl WindowView {
    /// What `title` has over one of the campaign's windows.
    pub(super) fn of(
        campaign: &CampaignMeasures<'_>,
        before: &RanksBefore,
        title: &Measures<'_>,
        over: &Over,
    ) -> Self {
        let platforms = || campaign.platforms();
        let authors_by_platform = told(platforms(), |of| title.authors(*of, over));
        let by_platform = told(platforms(), |of| title.posts(*of, over)).unwrap_or_default();
        let growth = title.growth(over);
        Self {
            window: over.label().into(),
            posts: by_platform.values().sum(),
            platforms: by_platform,
            engagement: told(platforms(), |of| {
                told(Action::ALL, |action| title.engagement(*of, *action, over))
            }),
            authors: authors_by_platform.as_ref().map(|authors| authors.values().sum()),
            authors_by_platform,
            rank: title.rank(over),
            rank_before: title.rank_before(over, before),
            share_of_voice: title.share_of_voice(over),
            average_ratio: title.average_ratio(over),
            velocity_per_minute: title.velocity(over),
            acceleration_per_minute_squared: title.acceleration(over),
            growth_per_hour: growth.map(|growth| growth.per_hour),
            growth_standard_error_per_hour: growth.map(|growth| growth.standard_error_per_hour),
            doubling_seconds: growth.and_then(Growth::doubling).map(Estimate::of_hours),
            half_life_seconds: growth.and_then(Growth::half_life).map(Estimate::of_hours),
            amplification: title.amplification(over),
            top_author: title.top_author(over),
            copies: title.copies(over),
            platform_entropy_bits: title.spread(over).map(|spread| spread.entropy_bits),
            reach: title.reach(over),
            ..Self::by_sort(campaign, title, over)
        }
    }

    /// What is only known of posts that are more than a count.
    fn by_sort(campaign: &CampaignMeasures<'_>, title: &Measures<'_>, over: &Over) -> Self {
        if !over.has_breakdown() || !title.knows_posts(over) {
            return Self::default();
        }
        let of_language = |measure: &dyn Fn(u8) -> Option<u64>| {
            let told = |(name, number): (&Language, _)| Some((name.clone(), measure(number)?));
            some(campaign.languages().filter_map(told).collect())
        };
        let facets = title.show().into_iter().flat_map(|show| show.facets.iter().cloned());
        let groups = campaign.config().groups.iter().map(Some).chain([None]);
        let of_group = |group: Option<&GroupId>| {
            let name = group.map_or(GroupId::ORGANIC, GroupId::as_str);
            Some((Box::from(name), title.posts_of_group(group, over)?))
        };
        Self {
            kinds: told(Kind::ALL, |kind| title.posts_of_kind(*kind, over)),
            languages: of_language(&|number| title.posts_in_language(number, over)),
            facets: told(facets, |facet| title.posts_of_facet(facet, over)),
            accounts: some(groups.filter_map(of_group).collect()),
            authors_by_language: of_language(&|number| title.authors_in_language(number, over)),
            ..Self::default()
        }
    }
}

/// What is told of each; nothing where nothing is told of any.
fn told<K: Ord, V>(
    keys: impl IntoIterator<Item = K>,
    value: impl Fn(&K) -> Option<V>,
) -> Option<BTreeMap<K, V>> {
    let pairs = keys.into_iter().filter_map(|key| value(&key).map(|value| (key, value)));
    some(pairs.collect())
}

fn some<K, V>(map: BTreeMap<K, V>) -> Option<BTreeMap<K, V>> {
    (!map.is_empty()).then_some(map)
}

impl Estimate {
    /// Of hours, in seconds.
    fn of_hours(hours: Interval) -> Self {
        let seconds = |hours: f64| hours * SECONDS_PER_HOUR;
        Self {
            value: seconds(hours.value),
            lower: Some(seconds(hours.lower)),
            upper: Some(seconds(hours.upper)),
        }
    }
}

impl From<Reproduction> for Estimate {
    fn from(r: Reproduction) -> Self {
        Self { value: r.value, lower: Some(r.lower), upper: Some(r.upper) }
    }
}
