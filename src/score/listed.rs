//! A bare list of titles as a campaign.

use std::collections::BTreeSet;
use std::io::BufRead;

use super::lines::{LineFault, Lines};
use crate::campaign::{Alias, Campaign, CampaignId, Language, Revision, Tier, Title, TitleId};
use crate::mention;
use crate::time::Span;

/// The most titles of a list.
pub const TITLES_MAX: usize = 100_000;

/// Why a list of titles could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// A line could not be read.
    #[error("line {line}: {fault}")]
    Unread {
        /// The line, from 1.
        line: usize,
        /// Why.
        fault: LineFault,
    },
    /// A name can't be looked for.
    #[error(
        "line {line}: nothing of `{name}` is looked for; leave out names without letters or \
             digits, links and @names"
    )]
    NoLetters {
        /// The line, from 1.
        line: usize,
        /// The name.
        name: String,
    },
    /// Two titles are called alike.
    #[error("line {line}: the id `{id}` comes twice; write all names of a title on one line")]
    RepeatedId {
        /// The second one's line, from 1.
        line: usize,
        /// The id.
        id: String,
    },
    /// There are too many.
    #[error("more than {TITLES_MAX} titles; score a part of them")]
    TooMany,
}

/// Titles and names, each name once.
#[derive(Clone, Debug, Default)]
pub struct List {
    titles: Vec<Title>,
    seen: BTreeSet<String>,
}

impl List {
    /// Reads a list: a title a line, or an id and its names with tabs between them. A title without
    /// an id is called by its line: `line-7`.
    ///
    /// # Errors
    /// [`ListError`] at the first line that can't be used.
    pub fn read(input: impl BufRead) -> Result<Self, ListError> {
        let mut lines = Lines::new(input);
        let mut list = Self::default();
        let mut ids = BTreeSet::new();
        loop {
            let read = lines.next_filled_line().map(|row| row.map(str::to_owned));
            let line = lines.line;
            let Some(row) = read.map_err(|fault| ListError::Unread { line, fault })? else { break };
            let (id, names) = match row.split_once('\t') {
                Some((id, names)) => (id.trim().to_owned(), names),
                None => (format!("line-{line}"), row.as_str()),
            };
            let names: Vec<&str> = names.split('\t').map(str::trim).collect();
            let mute =
                names.iter().find(|name| !name.is_empty() && mention::skeleton(name).is_empty());
            if let Some(name) = mute {
                return Err(ListError::NoLetters { line, name: (*name).to_owned() });
            }
            if !ids.insert(id.clone()) {
                return Err(ListError::RepeatedId { line, id });
            }
            list.add(&id, &names)?;
        }
        Ok(list)
    }

    /// Whether it holds no title.
    pub fn is_empty(&self) -> bool {
        self.titles.is_empty()
    }

    /// Adds a title that labels name; false if nothing of it can be looked for.
    ///
    /// # Errors
    /// [`ListError::TooMany`].
    pub fn add_surface(&mut self, name: &str) -> Result<bool, ListError> {
        if mention::skeleton(name).is_empty() {
            return Ok(false);
        }
        let id = format!("title-{}", self.titles.len() + 1);
        self.add(&id, &[name])?;
        Ok(true)
    }

    /// Names that stood before, whatever their case, are passed over, and a title without others.
    fn add(&mut self, id: &str, names: &[&str]) -> Result<(), ListError> {
        let is_new = |name: &&str| !name.is_empty() && self.seen.insert(name.to_lowercase());
        let names: Vec<&str> = names.iter().copied().filter(is_new).collect();
        if names.is_empty() {
            return Ok(());
        }
        if self.titles.len() == TITLES_MAX {
            return Err(ListError::TooMany);
        }
        self.add_title(TitleId::new(id), &names);
        Ok(())
    }

    /// Adds a title of these names, whatever stood before.
    pub(super) fn add_title(&mut self, id: TitleId, names: &[&str]) {
        self.titles.push(Title {
            id,
            name: names.first().copied().unwrap_or_default().to_owned(),
            aliases: names.iter().map(|name| Alias::plain(name)).collect(),
            hashtags: Vec::new(),
            exclude: Vec::new(),
            facets: Vec::new(),
            premiere: None,
            episodes: Vec::new(),
        });
    }

    /// The campaign of these titles; their names are of `tier`, or of the one computed for each.
    pub fn into_campaign(self, languages: Vec<Language>, tier: Option<Tier>) -> Campaign {
        let mut titles = self.titles;
        for alias in titles.iter_mut().flat_map(|title| &mut title.aliases) {
            alias.tier = tier;
        }
        Campaign {
            id: CampaignId::new("score"),
            name: "score".to_owned(),
            languages,
            titles,
            context: Vec::new(),
            groups: Vec::new(),
            builtin_context: true,
            allowed_lateness: Span::ZERO,
            revision: Revision::new(""),
            tests: Vec::new(),
        }
    }
}
