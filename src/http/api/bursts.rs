//! Onsets and ends of the last day, with their evidence.

use serde::Serialize;

use super::answer::{Refusal, Told};
use super::csv::file;
use super::question::{Question, title};
use crate::campaign::CampaignId;
use crate::time::Timestamp;
use crate::view::{BURSTS_MAX, BurstView, CampaignView, Named, written};

/// How many there are unless the query says.
const BURSTS_USUAL: usize = 200;

#[derive(Serialize)]
struct Found<'v> {
    campaign: &'v CampaignId,
    #[serde(serialize_with = "written::time")]
    time: Timestamp,
    bursts: Vec<&'v BurstView>,
}

const COLUMNS: [&str; 18] = [
    "at",
    "title",
    "name",
    "detector",
    "phase",
    "onset",
    "score",
    "posts",
    "expected_posts",
    "evidence_window_seconds",
    "copies",
    "top_author",
    "platforms",
    "kinds",
    "languages",
    "hashtags",
    "top_post_platform",
    "top_post",
];

/// Those of one title or of all, newest first.
pub(super) fn tell(view: &CampaignView, question: &mut Question) -> Result<Told, Refusal> {
    let only = question.one("title")?;
    let limit = question.number("limit", 1..=BURSTS_MAX)?.unwrap_or(BURSTS_USUAL);
    let form = question.form()?;
    question.end()?;
    let only = only.map(|id| title(view, &id)).transpose()?.map(|(_, title)| &title.title);
    let all = view.bursts.iter();
    let of_title = all.filter(|burst| only.is_none_or(|only| burst.title == *only));
    let bursts = of_title.take(limit).collect();
    let shape = Found { campaign: &view.campaign, time: view.time, bursts };
    Ok(form.tell(&file(view, "bursts"), &shape, COLUMNS, |table| {
        for burst in &shape.bursts {
            let name = view.title(burst.title.as_str()).map_or("", |(_, title)| &title.name);
            table.time(Some(burst.at)).text(burst.title.as_str()).text(name);
            table.text(burst.detector).text(burst.phase).time(Some(burst.onset));
            table.maybe(burst.score).number(burst.posts).maybe(burst.expected_posts);
            let evidence = &burst.evidence;
            table.number(evidence.window_seconds.as_secs_f64());
            table.maybe(evidence.copies).maybe(evidence.top_author);
            table.counts(evidence.platforms.iter().map(|(key, n)| (key.label(), *n)));
            table.counts(evidence.kinds.iter().map(|(key, n)| (key.label(), *n)));
            table.counts(evidence.languages.iter().map(|(key, n)| (key.as_str(), *n)));
            table.counts(evidence.hashtags.iter().map(|Named { name, posts }| (&**name, *posts)));
            let top = evidence.posts.first();
            table.text(top.map_or("", |post| post.platform.label()));
            table.text(top.map_or("", |post| post.link.as_deref().unwrap_or(&post.id)));
            table.end();
        }
    }))
}
