//! Groups of accounts whose posts are counted apart.

use std::collections::BTreeMap;

use super::super::raw::{Table, Value};
use super::super::rule::Rule;
use super::limit::{ACCOUNTS_MAX, GROUPS_MAX};
use crate::campaign::{Account, AccountGroup, GroupId};
use crate::post::Platform;

const EXPECTED: &str =
    "expected a platform and an id or name, such as \"twitter:@netflixkcontent\"";

/// Reads `[accounts]`: groups by name, in the order of the file.
pub(super) fn read(value: Value<'_>) -> Option<Vec<AccountGroup>> {
    let groups = value.table(Table::take_all)?;
    if groups.len() > GROUPS_MAX {
        let message = format!("there are {} groups of accounts", groups.len());
        value.fault(Rule::OutOfRange, message, format!("expected at most {GROUPS_MAX}"));
    }
    let mut owners = BTreeMap::new();
    Some(groups.into_iter().filter_map(|value| group(value, &mut owners)).collect())
}

/// A group, whose accounts are in none of the others.
fn group<'a>(value: Value<'a>, owners: &mut BTreeMap<Account, &'a str>) -> Option<AccountGroup> {
    let id = value.id_key();
    if id == GroupId::ORGANIC {
        let message = format!("`{id}` are all accounts that are in no group");
        value.fault(Rule::BadAccount, message, "expected another name");
    }
    let accounts = value.some_of(ACCOUNTS_MAX, |value| {
        let account = account(value)?;
        if let Some(owner) = owners.insert(account.clone(), id) {
            let message = format!("`{}:{}` comes twice", account.platform.label(), account.name);
            value.fault(Rule::Duplicate, message, format!("expected it once; `{owner}` has it"));
        }
        Some(account)
    })?;
    Some(AccountGroup { id: GroupId::new(id), accounts })
}

/// An account: a platform, a colon, and an id or a name, in any case and with `@` or without.
fn account(value: Value<'_>) -> Option<Account> {
    let text = value.text()?;
    let name = |name: &str| {
        let name = name.trim();
        let name = name.strip_prefix('@').unwrap_or(name);
        let good = name.chars().any(char::is_alphanumeric) && !name.contains(char::is_whitespace);
        good.then(|| name.to_lowercase())
    };
    let parts = text.split_once(':').and_then(|(platform, rest)| Some((platform, name(rest)?)));
    let Some((platform, name)) = parts else {
        value.fault(Rule::BadAccount, format!("`{text}` is no account"), EXPECTED);
        return None;
    };
    let platforms = Platform::ALL.map(|platform| (platform.label(), platform));
    let platform = value.name_of("platform", &platform.trim().to_lowercase(), platforms)?;
    Some(Account { platform, name: name.into() })
}
