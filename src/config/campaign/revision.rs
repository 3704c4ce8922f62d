//! What tells two states of a campaign apart.

use crate::campaign::{
    Account, AccountGroup, Alias, Campaign, Episode, Facet, Language, Revision, Tier, Title,
};
use crate::record::fnv1a;
use crate::time::Timestamp;

/// The hash of all by which the campaign tags posts: comments and the order of keys make no
/// difference, nor do its tests, which change nothing that is measured.
pub(super) fn of(campaign: &Campaign) -> Revision {
    // What is added to a campaign must be put to its hash, or be left out here by name.
    let Campaign {
        id,
        name,
        languages,
        titles,
        context,
        builtin_context,
        groups,
        allowed_lateness,
        revision: _,
        tests: _,
    } = campaign;
    let mut canonical = Canonical::default();
    canonical.text(id.as_str());
    canonical.text(name);
    canonical.text(&allowed_lateness.as_millis().to_string());
    canonical.texts(languages.iter().map(Language::as_str));
    canonical.texts(context.iter().map(String::as_str));
    canonical.flag(*builtin_context);
    canonical.list(groups, Canonical::group);
    canonical.list(titles, Canonical::title);
    Revision::new(&format!("{:016x}", fnv1a(canonical.0.as_bytes())))
}

/// Each text comes after its length and each list after its count, so that no two campaigns read
/// the same.
#[derive(Default)]
struct Canonical(String);

impl Canonical {
    fn text(&mut self, text: &str) {
        self.0.push_str(&text.len().to_string());
        self.0.push(':');
        self.0.push_str(text);
    }

    fn flag(&mut self, flag: bool) {
        self.0.push(if flag { '+' } else { '-' });
    }

    fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) {
        self.text(&items.len().to_string());
        for item in items {
            each(self, item);
        }
    }

    fn texts<'t>(&mut self, texts: impl Iterator<Item = &'t str>) {
        let texts: Vec<&str> = texts.collect();
        self.list(&texts, |canonical, text| canonical.text(text));
    }

    fn optional(&mut self, text: Option<&str>) {
        self.texts(text.into_iter());
    }

    fn title(&mut self, title: &Title) {
        let Title { id, name, aliases, hashtags, exclude, facets, premiere, episodes } = title;
        self.text(id.as_str());
        self.text(name);
        self.list(aliases, Self::alias);
        self.texts(hashtags.iter().map(String::as_str));
        self.texts(exclude.iter().map(String::as_str));
        self.list(facets, Self::facet);
        self.list(premiere.as_slice(), |canonical, premiere| canonical.time(*premiere));
        self.list(episodes, |canonical, Episode { air, length }| {
            canonical.time(*air);
            canonical.text(&length.as_millis().to_string());
        });
    }

    fn time(&mut self, time: Timestamp) {
        self.text(&time.as_millis().to_string());
    }

    fn group(&mut self, group: &AccountGroup) {
        let AccountGroup { id, accounts } = group;
        self.text(id.as_str());
        self.list(accounts, |canonical, Account { platform, name }| {
            canonical.text(platform.label());
            canonical.text(name);
        });
    }

    fn facet(&mut self, facet: &Facet) {
        let Facet { id, kind, name, aliases, names_title } = facet;
        self.text(id.as_str());
        self.text(kind.label());
        self.text(name);
        self.list(aliases, Self::alias);
        self.flag(*names_title);
    }

    fn alias(&mut self, alias: &Alias) {
        let Alias { text, tier, language, case_sensitive, needs, fuzzy, regex } = alias;
        self.text(text);
        self.optional(tier.map(Tier::label));
        self.optional(language.as_ref().map(Language::as_str));
        self.flag(*case_sensitive);
        self.texts(needs.iter().map(String::as_str));
        self.flag(*fuzzy);
        self.optional(regex.as_deref());
    }
}
