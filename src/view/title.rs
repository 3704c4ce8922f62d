//! One title at T.

use super::{BINS_SHOWN, FIVE_MINUTES, MINUTE, MINUTES_SHOWN};
use super::{Named, PostView, SincePremiereView, TitleView, WindowView};
use crate::buzz::Buzz;
use crate::measure::{CampaignMeasures, Measures, Premieres, RanksBefore};
use crate::time::Span;

const HOUR: Span = Span::from_hours(1);

/// A campaign whose titles are shown, with what is compared across them.
pub(super) struct Compared<'a> {
    pub(super) buzz: &'a Buzz,
    pub(super) campaign: &'a CampaignMeasures<'a>,
    pub(super) premieres: Premieres<'a>,
    pub(super) before: RanksBefore,
}

impl<'a> Compared<'a> {
    pub(super) fn of(buzz: &'a Buzz, campaign: &'a CampaignMeasures<'a>) -> Self {
        let (premieres, before) = (Premieres::of(campaign), RanksBefore::of(campaign));
        Self { buzz, campaign, premieres, before }
    }
}

impl TitleView {
    /// A title that people call `name`.
    pub(super) fn of(compared: &Compared<'_>, title: &Measures<'_>, name: String) -> Self {
        let Compared { buzz, campaign, premieres, before } = compared;
        let told = || campaign.windows().iter().filter(|over| over.tells_posts());
        let window = |over| WindowView::of(campaign, before, title, over);
        let windows: Vec<WindowView> = told().map(window).collect();
        let hour = told().position(|over| over.window.length == HOUR);
        let top_posts = title.top_posts();
        Self {
            title: title.id().clone(),
            name,
            on_air: title.is_on_air(),
            bursting: title.is_bursting(),
            surging: title.is_surging(),
            premiere: title.premiere(),
            latest_episode: title.latest_episode(),
            next_episode: title.next_episode(),
            history_seconds: title.history(),
            authors_exact: title.authors_are_exact(),
            posts_1h: title.posts_of_last_hour(),
            authors_1h: hour.and_then(|hour| windows.get(hour)?.authors),
            day_ratio: title.day_ratio(),
            reproduction: title.reproduction().map(Into::into),
            burst_score: title.burst_score(),
            burst_expected_posts: title.burst_expected_posts(),
            novelty: title.novelty(),
            since_premiere: since_premiere(title, premieres),
            since_episode_posts: title.since_episode(),
            same_phase_ratio: title.same_phase(),
            windows,
            hashtags: title.hashtags().into_iter().map(Named::of).collect(),
            aliases: title.aliases().into_iter().map(Named::of).collect(),
            top_posts: top_posts.iter().map(|post| PostView::of(buzz, post)).collect(),
            minutes: shortened(title.posts_by(MINUTE, MINUTES_SHOWN)),
            bins: shortened(title.posts_by(FIVE_MINUTES, BINS_SHOWN)),
        }
    }
}

fn since_premiere(title: &Measures<'_>, premieres: &Premieres<'_>) -> Option<SincePremiereView> {
    let by_hour = title.since_premiere_by_hour()?;
    Some(SincePremiereView {
        posts: title.since_premiere_posts()?,
        authors: title.since_premiere_authors(),
        median_ratio: title.since_premiere_over_median(premieres),
        rank: title.since_premiere_rank(premieres),
        by_hour: title.is_known_since(title.premiere()).then(|| shortened(by_hour)),
    })
}

fn shortened(counts: impl IntoIterator<Item = u64>) -> Vec<u32> {
    counts.into_iter().map(|n| u32::try_from(n).unwrap_or(u32::MAX)).collect()
}
