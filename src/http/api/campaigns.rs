//! The campaigns there are, and the facts of one.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde::Serialize;

use super::Api;
use super::answer::{Refusal, Told};
use super::question::{Form, Question};
use crate::campaign::{Campaign, CampaignId, Language, Revision, TitleId};
use crate::post::Platform;
use crate::record::owner::Address;
use crate::time::Timestamp;
use crate::view::{CampaignView, WindowShape, written};

/// Every campaign that can be asked for here.
#[derive(Serialize)]
struct Campaigns {
    campaigns: Vec<Listed>,
}

/// A campaign in the list: of one that another instance shows, or none yet, only that is known.
#[derive(Serialize)]
struct Listed {
    campaign: CampaignId,
    name: String,
    /// Whether this instance shows it by itself.
    here: bool,
    /// Who does otherwise, if anybody is known to.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(serialize_with = "written::time", skip_serializing_if = "Option::is_none")]
    time: Option<Timestamp>,
    #[serde(serialize_with = "written::time", skip_serializing_if = "Option::is_none")]
    now: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    titles: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    windows: Option<Vec<Box<str>>>,
}

/// The list.
pub(super) async fn list(State(api): State<Arc<Api>>, uri: Uri, headers: HeaderMap) -> Response {
    let told = Question::of(&uri, "").and_then(|mut question| tell(&api, &mut question));
    Told::answer(told, &headers)
}

fn tell(api: &Api, question: &mut Question) -> Result<Told, Refusal> {
    let form = question.form()?;
    question.end()?;
    let (board, owners) = (api.status.board(), api.status.owners());
    let mut campaigns: Vec<_> = board.campaigns.iter().map(|view| Listed::here(view)).collect();
    let others = owners.elsewhere(api.status.now());
    let others = others.filter(|(campaign, _)| board.campaign(campaign.id.as_str()).is_none());
    campaigns.extend(others.map(|(campaign, owner)| Listed::elsewhere(campaign, owner)));
    campaigns.sort_by(|a, b| a.campaign.cmp(&b.campaign));
    Ok(write(form, &Campaigns { campaigns }))
}

impl Listed {
    fn elsewhere(campaign: &Campaign, owner: Option<&Address>) -> Self {
        Self {
            campaign: campaign.id.clone(),
            name: campaign.name.clone(),
            here: false,
            owner: owner.map(ToString::to_string),
            time: None,
            now: None,
            titles: None,
            windows: None,
        }
    }

    fn here(view: &CampaignView) -> Self {
        Self {
            campaign: view.campaign.clone(),
            name: view.name.clone(),
            here: true,
            owner: None,
            time: Some(view.time),
            now: Some(view.now),
            titles: Some(view.titles.len()),
            windows: Some(view.windows.iter().map(|shape| shape.window.clone()).collect()),
        }
    }
}

fn write(form: Form, shape: &Campaigns) -> Told {
    let columns = ["campaign", "name", "here", "owner", "time", "now", "titles", "windows"];
    form.tell("campaigns", shape, columns, |table| {
        for row in &shape.campaigns {
            table.text(row.campaign.as_str()).text(&row.name).number(row.here);
            table.text(row.owner.as_deref().unwrap_or_default()).time(row.time).time(row.now);
            table.maybe(row.titles).text(&row.windows.as_deref().unwrap_or_default().join(" "));
            table.end();
        }
    })
}

/// What a campaign is, without its measures.
#[derive(Serialize)]
struct Facts<'v> {
    campaign: &'v CampaignId,
    name: &'v str,
    revision: &'v Revision,
    #[serde(serialize_with = "written::time")]
    time: Timestamp,
    #[serde(serialize_with = "written::time")]
    now: Timestamp,
    windows: &'v [WindowShape],
    platforms: &'v [Platform],
    languages: &'v [Language],
    titles: Vec<TitleFacts<'v>>,
}

#[derive(Serialize)]
struct TitleFacts<'v> {
    title: &'v TitleId,
    name: &'v str,
    #[serde(serialize_with = "written::time", skip_serializing_if = "Option::is_none")]
    premiere: Option<Timestamp>,
    #[serde(serialize_with = "written::time", skip_serializing_if = "Option::is_none")]
    latest_episode: Option<Timestamp>,
    #[serde(serialize_with = "written::time", skip_serializing_if = "Option::is_none")]
    next_episode: Option<Timestamp>,
}

/// The facts of one.
pub(super) fn facts(view: &CampaignView, question: &mut Question) -> Result<Told, Refusal> {
    question.end()?;
    let titles = view.titles.iter().map(|title| TitleFacts {
        title: &title.title,
        name: &title.name,
        premiere: title.premiere,
        latest_episode: title.latest_episode,
        next_episode: title.next_episode,
    });
    Ok(Told::json(&Facts {
        campaign: &view.campaign,
        name: &view.name,
        revision: &view.revision,
        time: view.time,
        now: view.now,
        windows: &view.windows,
        platforms: &view.platforms,
        languages: &view.languages,
        titles: titles.collect(),
    }))
}
