//! Which group of its campaign an author is in.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::campaign::{AccountGroup, GroupId};
use crate::post::{Platform, Post};

/// A campaign's accounts; as many as its file may hold.
#[derive(Debug)]
pub(super) struct Accounts {
    groups: Vec<GroupId>,
    /// The place of each account's group, by platform and name in lower case.
    places: BTreeMap<Platform, BTreeMap<Box<str>, usize>>,
}

impl Accounts {
    pub(super) fn of(groups: &[AccountGroup]) -> Self {
        let mut places: BTreeMap<Platform, BTreeMap<Box<str>, usize>> = BTreeMap::new();
        for (place, group) in groups.iter().enumerate() {
            for account in &group.accounts {
                let names = places.entry(account.platform).or_default();
                names.entry(account.name.clone()).or_insert(place);
            }
        }
        Self { groups: groups.iter().map(|group| group.id.clone()).collect(), places }
    }

    /// The group of a post's author, by id or by handle; of two the first in the file.
    pub(super) fn group_of(&self, post: &Post<'_>) -> Option<GroupId> {
        let names = self.places.get(&post.platform)?;
        let known = |name: &Cow<'_, str>| {
            let name = name.strip_prefix('@').unwrap_or(name);
            names.get(name.to_lowercase().as_str())
        };
        let place = [&post.author, &post.handle].into_iter().flatten().filter_map(known).min()?;
        self.groups.get(*place).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::Account;

    fn group(id: &str, names: &[(Platform, &str)]) -> AccountGroup {
        let account = |(platform, name): &(Platform, &str)| Account {
            platform: *platform,
            name: (*name).into(),
        };
        AccountGroup { id: GroupId::new(id), accounts: names.iter().map(account).collect() }
    }

    #[test]
    fn an_author_is_known_by_id_or_handle_on_its_own_platform_only() {
        let accounts = Accounts::of(&[
            group("official", &[(Platform::Twitter, "netflix"), (Platform::Tiktok, "7")]),
            group("press", &[(Platform::Twitter, "42"), (Platform::Instagram, "dispatch")]),
        ]);
        let of = |platform, author: Option<&'static str>, handle: Option<&'static str>| {
            let (author, handle) = (author.map(Cow::Borrowed), handle.map(Cow::Borrowed));
            let post = Post { platform, author, handle, ..Post::of_text("x") };
            accounts.group_of(&post).map(|group| group.to_string())
        };
        let (official, press) = (Some("official".to_owned()), Some("press".to_owned()));
        assert_eq!(of(Platform::Twitter, Some("1"), Some("NetFlix")), official);
        assert_eq!(of(Platform::Twitter, Some("@Netflix"), None), official, "an author by name");
        assert_eq!(of(Platform::Twitter, Some("42"), Some("somebody")), press);
        assert_eq!(of(Platform::Twitter, Some("42"), Some("netflix")), official, "the first");
        assert_eq!(of(Platform::Instagram, Some("1"), Some("netflix")), None, "elsewhere");
        assert_eq!(of(Platform::Twitter, None, None), None);
        assert_eq!(of(Platform::Youtube, Some("7"), Some("7")), None);
    }
}
