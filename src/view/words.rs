//! What titles are found by, whoever looks for one.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::campaign::{Campaign, Revision, Title, TitleId};
use crate::mention::sought::letters;

/// Parts two words: neither letter nor digit, so nobody can look for it.
const BETWEEN: &str = "\n";

/// What the titles of a campaign's file are found by: names, aliases and hashtags.
#[derive(Clone, Debug, Default)]
pub struct Words {
    revision: Option<Revision>,
    titles: BTreeMap<TitleId, Box<str>>,
}

impl Words {
    /// Those of the file; the ones `before` if they are of the same.
    pub(super) fn of(file: &Campaign, before: Option<&Arc<Self>>) -> Arc<Self> {
        match before {
            Some(before) if before.revision.as_ref() == Some(&file.revision) => Arc::clone(before),
            _ => Arc::new(Self {
                revision: Some(file.revision.clone()),
                titles: file.titles.iter().map(|title| (title.id.clone(), words(title))).collect(),
            }),
        }
    }

    /// Whether a title has a word with these [`letters`].
    pub fn have(&self, title: &TitleId, sought: &str) -> bool {
        self.titles.get(title).is_some_and(|words| words.contains(sought))
    }
}

fn words(title: &Title) -> Box<str> {
    let aliases = title.aliases.iter().map(|alias| &alias.text);
    let words = [&title.name].into_iter().chain(aliases).chain(&title.hashtags);
    words.map(|word| letters(word)).collect::<Vec<_>>().join(BETWEEN).into()
}
