//! Instagram's webhooks: what was written in public under the own account's posts, or names it.
//!
//! The changes of an entry lie in its `changes`, or the entry is itself the change; the whole may
//! stand in an array, and a change may come by itself. A comment in a webhook has no time, so it
//! has that of the notification: a delivery that is repeated repeats it, so it depends on
//! nothing but the comment.
//!
//! Private messages are never read, nor what only the own account can see, such as insights.

use super::super::json::Object;
use super::{Read, read_comment};
use crate::time::Timestamp;

/// Changes that tell of a comment. Of a mention they hold no more than ids.
const PUBLIC: [&str; 3] = ["comments", "live_comments", "mentions"];

/// Reads the public changes of a webhook, which may be none.
pub(super) fn read<'a>(webhook: &Object<'a>) -> impl Iterator<Item = Read<'a>> + use<'a> {
    changes(webhook).filter(Change::is_public).flat_map(Change::read)
}

/// Whether it is a webhook of Instagram. Pages of Facebook send the same envelope; where nothing
/// names the sender, what changed tells.
pub(super) fn is_webhook(object: &Object<'_>) -> bool {
    match object.text("object") {
        Some(name) => name == "instagram" && is_told(object),
        None if object.has_any(&["entry", "changes", "field"]) => {
            changes(object).any(|change| change.is_instagrams())
        }
        None => false,
    }
}

/// Whether its entries, which may be none, are of a sort that is known.
fn is_told(webhook: &Object<'_>) -> bool {
    let Some(entries) = webhook.one_or_more("entry") else { return false };
    let is_private = |entry: &Object<'_>| entry.has_any(&["messaging", "standby"]);
    webhook.list("entry").is_some_and(|list| list.is_empty())
        || entries.iter().any(is_private)
        || changes(webhook).any(|change| change.change.text("field").is_some())
}

/// A change and when it was told.
struct Change<'a> {
    told: Option<Timestamp>,
    change: Object<'a>,
}

/// The changes in a webhook's entries, or the one that it is itself.
fn changes<'a>(webhook: &Object<'a>) -> impl Iterator<Item = Change<'a>> + use<'a> {
    let entries = webhook.one_or_more("entry").unwrap_or_else(|| vec![webhook.clone()]);
    entries.into_iter().flat_map(|entry| {
        let told = entry.time("time");
        let changes = entry.one_or_more("changes").unwrap_or_else(|| vec![entry]);
        changes.into_iter().map(move |change| Change { told, change })
    })
}

impl<'a> Change<'a> {
    fn is_public(&self) -> bool {
        self.change.text("field").is_some_and(|field| PUBLIC.contains(&&*field))
    }

    fn is_instagrams(&self) -> bool {
        let field = self.change.text("field").unwrap_or_default();
        let known = self.is_public() || field == "story_insights" || field.starts_with("messag");
        known && self.change.has_any(&["value"])
    }

    /// Its `value` is an object, or an array of them.
    fn read(self) -> Vec<Read<'a>> {
        let values = self.change.one_or_more("value").unwrap_or_default();
        values.iter().map(|value| read_comment(value, self.told)).collect()
    }
}
