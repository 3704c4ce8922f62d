//! The words of a campaign file, each where it stands.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::raw::{Table, Value};
use super::super::rule::Rule;
use super::limit::NEEDS_MAX;
use crate::campaign::{Alias, Language, Tier};
use crate::mention::{self, language};

/// An alias, or another word, and where it stands.
pub(super) struct Written<'a> {
    /// Where.
    value: Value<'a>,
    /// The word.
    alias: Alias,
    /// Whether it is a name, of which an alias may say more.
    is_name: bool,
}

/// A title's id and number in its campaign.
pub(super) type Owner<'a> = (usize, &'a str);

/// Reads an alias: a string, or a table that says more of it.
pub(super) fn alias(value: Value<'_>) -> Option<Written<'_>> {
    let alias = if value.is_table() {
        value.table(|table| said(table, value))??
    } else if value.is_text() {
        Alias::plain(value.text()?)
    } else {
        value.wrong_type("expected a string or a table with `text`");
        return None;
    };
    Some(Written { value, alias, is_name: false })
}

/// Reads a name, which is an alias too.
pub(super) fn name(value: Value<'_>) -> Option<Written<'_>> {
    Some(Written { value, alias: Alias::plain(value.text()?), is_name: true })
}

/// Reads a word or phrase of which nothing more can be said.
pub(super) fn plain(value: Value<'_>) -> Option<Written<'_>> {
    Some(Written { value, alias: Alias::plain(value.text()?), is_name: false })
}

/// Reads one word after its `#`, which may be left out.
pub(super) fn hashtag(value: Value<'_>) -> Option<Written<'_>> {
    let text = value.text()?;
    let tag = text.strip_prefix(['#', '＃']).unwrap_or(text);
    let ends_tag = |c: char| c.is_whitespace() || (c.is_ascii_punctuation() && c != '_');
    if tag.contains(ends_tag) {
        let message = format!("`{tag}` is no hashtag");
        value.fault(Rule::BadHashtag, message, "expected one word, with or without `#`");
        return None;
    }
    Some(Written { value, alias: Alias::plain(tag), is_name: false })
}

/// Reads a language as its code.
pub(super) fn language(value: Value<'_>) -> Option<&str> {
    let code = value.text()?;
    // Not to be told apart in a post, so they are one.
    let counted_as = if code == "ms" { "id" } else { code };
    if !language::detectable().contains(&counted_as) {
        let expected = format!("expected one of {}", language::detectable().join(" "));
        value.fault(Rule::UnknownLanguage, format!("`{code}` can't be detected"), expected);
    }
    Some(counted_as)
}

fn said<'a>(table: &mut Table<'a>, value: Value<'a>) -> Option<Alias> {
    let text = table.required("text", Value::text);
    let needs = table.optional("needs", |value| value.some_of(NEEDS_MAX, plain));
    let tiers = Tier::ALL.map(|tier| (tier.label(), tier));
    let alias = Alias {
        text: text.unwrap_or_default().to_owned(),
        tier: table.optional("tier", |value| value.one_of("tier", tiers)),
        language: table.optional("lang", language).map(Language::new),
        case_sensitive: table.optional("case_sensitive", Value::flag).unwrap_or_default(),
        needs: words(distinct(needs.unwrap_or_default())).0,
        fuzzy: table.optional("fuzzy", |fuzzy| self::fuzzy(fuzzy, text)).unwrap_or_default(),
        regex: table.optional("regex", regex).map(str::to_owned),
    };
    if alias.fuzzy && (alias.regex.is_some() || alias.case_sensitive) {
        let other = if alias.regex.is_some() { "regex" } else { "case_sensitive" };
        let message = format!("`fuzzy` has no use beside `{other}`");
        value.fault(Rule::BadFuzzy, message, "expected one of them");
    }
    // What is said of no text is no alias; the missing key has been reported.
    text.map(|_| alias)
}

fn fuzzy(value: Value<'_>, text: Option<&str>) -> Option<bool> {
    let fuzzy = value.flag()?;
    let letters = text.map(|text| mention::skeleton(text).chars().count());
    let letters_min = Alias::FUZZY_LETTERS_MIN;
    if fuzzy && letters.is_some_and(|letters| letters < letters_min) {
        let message = format!("`{}` is too short to be found with a mistake", text?);
        let expected = format!("expected {letters_min} letters and digits or more");
        value.fault(Rule::BadFuzzy, message, expected);
    }
    Some(fuzzy)
}

fn regex(value: Value<'_>) -> Option<&str> {
    let regex = value.string("expected a string")?;
    if let Err(why) = mention::check_regex(regex) {
        let message = format!("`regex` can't be used: {why}");
        value.fault(Rule::BadRegex, message, "expected a regular expression");
    }
    Some(regex)
}

impl Written<'_> {
    /// Equal for aliases that are found in the same places.
    fn key(&self) -> String {
        let Alias { text, case_sensitive, regex, .. } = &self.alias;
        let mut key = mention::skeleton(text);
        for part in [case_sensitive.then_some(text), regex.as_ref()].into_iter().flatten() {
            key.push('\0');
            key.push_str(part);
        }
        key
    }
}

/// `words` without repetition. A table says more of a name; of two others one would be passed over,
/// which is a mistake. So is a word that no post can hold.
pub(super) fn distinct<'a>(words: impl IntoIterator<Item = Written<'a>>) -> Vec<Written<'a>> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept: Vec<Written<'a>> = Vec::new();
    for word in words {
        let text = &word.alias.text;
        if mention::skeleton(text).is_empty() {
            let expected = "expected letters or digits that are in no link and no @name";
            word.value.fault(Rule::Empty, format!("nothing of `{text}` is looked for"), expected);
            continue;
        }
        let place = *places.entry(word.key()).or_insert(kept.len());
        match kept.get_mut(place) {
            None => kept.push(word),
            Some(first) if first.is_name && !word.value.is_text() => {
                *first = Written { is_name: true, ..word }
            }
            Some(first) if first.value.is_text() && word.value.is_text() => {}
            Some(_) => {
                let message = format!("alias `{text}` comes twice");
                word.value.fault(Rule::Duplicate, message, "expected each once");
            }
        }
    }
    kept
}

/// The words and where each stands.
pub(super) fn aliases(words: Vec<Written<'_>>) -> (Vec<Alias>, Vec<Range<usize>>) {
    words.into_iter().map(|word| (word.alias, word.value.place())).unzip()
}

/// As [`aliases`], of words of which nothing more is said.
pub(super) fn words(words: Vec<Written<'_>>) -> (Vec<String>, Vec<Range<usize>>) {
    words.into_iter().map(|word| (word.alias.text, word.value.place())).unzip()
}

/// Which title each alias and hashtag names.
#[derive(Default)]
pub(super) struct Owners<'a> {
    by_word: BTreeMap<String, Owner<'a>>,
}

impl<'a> Owners<'a> {
    /// The `words` that are not another title's, now those of `title`. Reports the others.
    pub(super) fn claim(
        &mut self,
        title: Owner<'a>,
        mut words: Vec<Written<'a>>,
    ) -> Vec<Written<'a>> {
        words.retain(|word| {
            let (owner, id) = *self.by_word.entry(word.key()).or_insert(title);
            if owner != title.0 {
                let message = format!("`{}` names two titles", word.alias.text);
                let expected = format!("expected a word of this title only; `{id}` has it");
                word.value.fault(Rule::SharedAlias, message, expected);
            }
            owner == title.0
        });
        words
    }
}
