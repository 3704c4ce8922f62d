//! The samples of one title.

use super::Take;
use super::family as f;
use crate::campaign::GroupId;
use crate::measure::{CampaignMeasures, Measures, Over, Premieres};
use crate::metric::Family;
use crate::post::{Action, Kind};
use crate::time::{Span, Timestamp};
use crate::virality::growth::{Growth, Interval};

/// Hands each sample of a title that is scraped to `take`.
pub(super) fn scraped(campaign: &CampaignMeasures<'_>, title: &Measures<'_>, take: Take<'_>) {
    let mut to = To::of(campaign, title, take);
    for over in campaign.windows() {
        by_platform(campaign, title, over, &mut to);
        by_sort(campaign, title, over, &mut to);
        ratios(title, over, &mut to);
    }
    now(title, &mut to);
    show(title, &mut to);
}

/// Hands each sample of a title that is only shown to `take`.
pub(super) fn shown(
    campaign: &CampaignMeasures<'_>,
    premieres: &Premieres<'_>,
    title: &Measures<'_>,
    take: Take<'_>,
) {
    let mut to = To::of(campaign, title, take);
    for over in campaign.windows() {
        movement(title, over, &mut to);
        fine(title, over, &mut to);
    }
    to.count(&f::SINCE_EPISODE_POSTS, &[], title.since_episode());
    to.put(&f::SAME_PHASE, &[], title.same_phase());
    to.put(&f::PREMIERE_RATIO, &[], title.since_premiere_over_median(premieres));
    to.count(&f::PREMIERE_RANK, &[], title.since_premiere_rank(premieres));
}

/// Where a title's samples go.
struct To<'a, 'b> {
    names: [&'a str; 2],
    take: Take<'b>,
}

impl<'a, 'b> To<'a, 'b> {
    fn of(campaign: &CampaignMeasures<'a>, title: &Measures<'a>, take: Take<'b>) -> Self {
        Self { names: [campaign.config().campaign.as_str(), title.id().as_str()], take }
    }

    /// A sample with `more` labels after campaign and title; none of what is undefined.
    fn put(&mut self, family: &'static Family, more: &[&str], value: Option<f64>) {
        let Some(value) = value else { return };
        let [campaign, title] = self.names;
        match *more {
            [] => (self.take)(family, &[campaign, title], value),
            [one] => (self.take)(family, &[campaign, title, one], value),
            [one, two] => (self.take)(family, &[campaign, title, one, two], value),
            [one, two, three, ..] => {
                (self.take)(family, &[campaign, title, one, two, three], value);
            }
        }
    }

    fn count(&mut self, family: &'static Family, more: &[&str], n: Option<u64>) {
        self.put(family, more, n.map(|n| n as f64));
    }

    fn flag(&mut self, family: &'static Family, is_so: bool) {
        self.put(family, &[], Some(f64::from(u8::from(is_so))));
    }

    fn time(&mut self, family: &'static Family, at: Option<Timestamp>) {
        self.put(family, &[], at.map(Timestamp::as_secs_f64));
    }
}

fn by_platform(
    campaign: &CampaignMeasures<'_>,
    title: &Measures<'_>,
    over: &Over,
    to: &mut To<'_, '_>,
) {
    for platform in campaign.platforms() {
        let labels = [platform.label(), over.label()];
        to.count(&f::WINDOW_POSTS, &labels, title.posts(platform, over));
        to.count(&f::WINDOW_AUTHORS, &labels, title.authors(platform, over));
        if over.has_breakdown() {
            for action in Action::ALL {
                let labels = [platform.label(), action.label(), over.label()];
                let earned = title.engagement(platform, action, over);
                to.count(&f::WINDOW_ENGAGEMENT, &labels, earned);
            }
        }
    }
}

fn by_sort(
    campaign: &CampaignMeasures<'_>,
    title: &Measures<'_>,
    over: &Over,
    to: &mut To<'_, '_>,
) {
    if !over.has_breakdown() || !title.knows_posts(over) {
        return;
    }
    let window = over.label();
    for kind in Kind::ALL {
        let posts = title.posts_of_kind(kind, over);
        to.count(&f::WINDOW_POSTS_BY_KIND, &[kind.label(), window], posts);
    }
    for (language, number) in campaign.languages() {
        let labels = [language.as_str(), window];
        let posts = title.posts_in_language(number, over);
        to.count(&f::WINDOW_POSTS_BY_LANGUAGE, &labels, posts);
        let authors = title.authors_in_language(number, over);
        to.count(&f::WINDOW_AUTHORS_BY_LANGUAGE, &labels, authors);
    }
    for facet in title.show().iter().flat_map(|show| &show.facets) {
        let posts = title.posts_of_facet(facet, over);
        to.count(&f::WINDOW_POSTS_BY_FACET, &[facet.as_str(), window], posts);
    }
    for group in campaign.config().groups.iter().map(Some).chain([None]) {
        let posts = title.posts_of_group(group, over);
        let name = group.map_or(GroupId::ORGANIC, GroupId::as_str);
        to.count(&f::WINDOW_POSTS_BY_ACCOUNT, &[name, window], posts);
    }
}

fn movement(title: &Measures<'_>, over: &Over, to: &mut To<'_, '_>) {
    let window = [over.label()];
    to.put(&f::VELOCITY, &window, title.velocity(over));
    to.put(&f::ACCELERATION, &window, title.acceleration(over));
    let growth = title.growth(over);
    let doubling = growth.and_then(Growth::doubling);
    let half_life = growth.and_then(Growth::half_life);
    for (family, hours) in [(&f::DOUBLING_TIME, doubling), (&f::HALF_LIFE, half_life)] {
        let Some(Interval { value, lower, upper }) = hours else { continue };
        for (bound, hours) in [("value", value), ("lower", lower), ("upper", upper)] {
            to.put(family, &[over.label(), bound], Some(hours * SECONDS_PER_HOUR));
        }
    }
    let Some(spread) = title.spread(over) else { return };
    to.count(&f::PLATFORMS, &window, Some(spread.platforms as u64));
    to.put(&f::PLATFORM_ENTROPY, &window, Some(spread.entropy_bits));
    to.put(&f::PLATFORM_EVENNESS, &window, spread.evenness);
}

const SECONDS_PER_HOUR: f64 = 3600.0;

fn ratios(title: &Measures<'_>, over: &Over, to: &mut To<'_, '_>) {
    let window = [over.label()];
    let growth = title.growth(over);
    to.put(&f::GROWTH, &window, growth.map(|growth| growth.per_hour));
    let error = growth.map(|growth| growth.standard_error_per_hour);
    to.put(&f::GROWTH_ERROR, &window, error);
    to.put(&f::SHARE_OF_VOICE, &window, title.share_of_voice(over));
    to.count(&f::RANK, &window, title.rank(over));
    to.put(&f::AMPLIFICATION, &window, title.amplification(over));
    to.put(&f::TOP_AUTHOR, &window, title.top_author(over));
    to.put(&f::COPIES, &window, title.copies(over));
}

/// What has many values.
fn fine(title: &Measures<'_>, over: &Over, to: &mut To<'_, '_>) {
    if !over.is_fine() {
        return;
    }
    let window = over.label();
    to.count(&f::REACH, &[window], title.reach(over));
    for (hashtag, posts) in title.hashtags() {
        to.count(&f::HASHTAG_POSTS, &[&hashtag, window], Some(posts));
    }
    for (alias, posts) in title.aliases() {
        to.count(&f::ALIAS_POSTS, &[&alias, window], Some(posts));
    }
    for post in title.top_posts() {
        let labels = [post.platform.label(), &*post.id.to_string()];
        to.count(&f::TOP_POST_EARNED, &labels, Some(post.earned));
    }
}

/// What has its own time and no window.
fn now(title: &Measures<'_>, to: &mut To<'_, '_>) {
    to.put(&f::NOVELTY, &[], title.novelty());
    let reproduction = title.reproduction();
    to.put(&f::REPRODUCTION, &[], reproduction.map(|r| r.value));
    to.put(&f::REPRODUCTION_LOWER, &[], reproduction.map(|r| r.lower));
    to.put(&f::REPRODUCTION_UPPER, &[], reproduction.map(|r| r.upper));
    to.put(&f::BURST_SCORE, &[], title.burst_score());
    to.put(&f::BURST_EXPECTED, &[], title.burst_expected_posts());
    to.flag(&f::BURST_ACTIVE, title.is_bursting());
    to.flag(&f::SURGE_ACTIVE, title.is_surging());
    to.flag(&f::ON_AIR, title.is_on_air());
    to.put(&f::HISTORY, &[], title.history().map(Span::as_secs_f64));
    to.flag(&f::DISTINCT_EXACT, title.authors_are_exact());
}

/// What its premiere and episodes give.
fn show(title: &Measures<'_>, to: &mut To<'_, '_>) {
    to.time(&f::NEXT_EPISODE, title.next_episode());
    let (Some(premiere), Some(show)) = (title.premiere(), title.show()) else { return };
    to.time(&f::PREMIERE, Some(premiere));
    let labels = [&*premiere.to_string(), &*show.episodes.len().to_string()];
    to.put(&f::TITLE_INFO, &labels, Some(1.0));
    to.count(&f::SINCE_PREMIERE_POSTS, &[], title.since_premiere_posts());
    to.count(&f::SINCE_PREMIERE_AUTHORS, &[], title.since_premiere_authors());
}
