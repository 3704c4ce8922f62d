//! Languages and groups by number, and what a post holds by its numbers.

use serde::{Deserialize, Serialize};

use crate::campaign::{GroupId, Language};
use crate::post::Kind;
use crate::post::id::PostId;
use crate::record::config::FoldConfig;
use crate::record::mention::Mention;
use crate::window::key::KeyHash;
use crate::window::landing::{Content, GroupIndex, LanguageIndex, Sort};
use crate::window::words::Words;

/// What a config has ever named; a number never changes its meaning.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Names {
    /// `und`, `other` and every language with a series of its own.
    languages: Vec<Language>,
    /// Every group with a series of its own; its number is its place and one.
    groups: Vec<GroupId>,
}

impl Default for Names {
    fn default() -> Self {
        let languages = [Language::UNDETERMINED, Language::OTHER].map(Language::new).to_vec();
        Self { languages, groups: Vec::new() }
    }
}

impl Names {
    /// Learns what a config names.
    pub(super) fn learn(&mut self, config: &FoldConfig) {
        learn(&mut self.languages, &config.languages, LanguageIndex::MAX);
        learn(&mut self.groups, &config.groups, GroupIndex::MAX);
    }

    /// `und` and `other`.
    pub(super) fn fixed_languages(&self) -> impl DoubleEndedIterator<Item = &Language> {
        self.languages.get(..2).unwrap_or_default().iter()
    }

    /// The number of a language: that of `other` for one without a series of its own.
    pub(super) fn language(&self, language: &Language, config: &FoldConfig) -> LanguageIndex {
        let has_series =
            language.as_str() == Language::UNDETERMINED || config.languages.contains(language);
        let name = if has_series { language.as_str() } else { Language::OTHER };
        let index = self.languages.iter().position(|known| known.as_str() == name);
        index.and_then(|index| LanguageIndex::try_from(index).ok()).unwrap_or_default()
    }

    /// The group of that number; `None` for none.
    pub(super) fn group(&self, number: GroupIndex) -> Option<&GroupId> {
        self.groups.get(usize::from(number.checked_sub(1)?))
    }

    fn group_number(&self, group: Option<&GroupId>, config: &FoldConfig) -> GroupIndex {
        let group = group.filter(|group| config.groups.contains(group));
        let place = group.and_then(|group| self.groups.iter().position(|known| known == group));
        place.and_then(|place| GroupIndex::try_from(place + 1).ok()).unwrap_or_default()
    }

    /// What the first sight of a post says of it.
    pub(super) fn content(
        &self,
        mention: &Mention,
        config: &FoldConfig,
        words: &mut Words,
    ) -> Content {
        let author = mention.author.as_deref().map(PostId::parse);
        let is_text = matches!(mention.kind, Kind::Original | Kind::Reply);
        Content {
            sort: Sort {
                kind: mention.kind,
                language: self.language(&mention.language, config),
                group: self.group_number(mention.group.as_ref(), config),
            },
            author: author.map(|author| KeyHash::author(mention.platform, &author)),
            text: mention.fingerprint.filter(|_| is_text).map(KeyHash::text),
            hashtags: words.of(mention.hashtags.iter().map(|hashtag| &**hashtag)),
        }
    }
}

/// Adds the names that are new, at most `max` in all.
fn learn<T: Clone + PartialEq>(known: &mut Vec<T>, named: &[T], max: u8) {
    for name in named {
        if !known.contains(name) && known.len() < usize::from(max) {
            known.push(name.clone());
        }
    }
}
