//! When titles are shown, whose accounts are counted apart, and what of that reaches the fold.

use super::campaign::with;
use super::*;
use crate::campaign::{Account, AccountGroup, Episode, FacetId, GroupId, Title};
use crate::post::Platform;
use crate::record::config::Show;
use crate::time::Timestamp;

const PREMIERE: &str = "premiere = 2026-10-03T21:20:00+09:00\n";

fn title(lines: &str) -> Title {
    campaign(&with(lines)).unwrap().titles.remove(0)
}

fn at(time: &str) -> Timestamp {
    Timestamp::from_millis(time.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

/// When the episodes begin, which are all as long as `length` minutes.
fn airs(lines: &str, length: i64) -> Vec<String> {
    let length = Span::from_minutes(length);
    let air = |episode: &Episode| {
        assert_eq!(episode.length, length);
        episode.air.to_string()
    };
    title(lines).episodes.iter().map(air).collect()
}

#[test]
fn a_premiere_is_an_instant_however_it_is_written() {
    for written in [
        "2026-10-03T21:20:00+09:00",
        "'2026-10-03T21:20:00+09:00'",
        "2026-10-03 12:20:00Z",
        "' 2026-10-03T05:20:00-07:00 '",
    ] {
        let title = title(&format!("premiere = {written}"));
        assert_eq!(title.premiere, Some(at("2026-10-03T12:20:00Z")), "{written}");
        assert_eq!(title.episodes, [], "a title may have a premiere only");
    }
    assert_eq!(title("").premiere, None);
}

#[test]
fn a_weekend_drama_has_two_episodes_a_week_and_a_break() {
    let schedule = "episodes = { every = ['sat', 'sun'], count = 5, length = '70m', \
                    except = ['2026-10-10', 2026-10-18] }";
    let expected = [
        "2026-10-03T12:20:00Z",
        "2026-10-04T12:20:00Z",
        "2026-10-11T12:20:00Z",
        "2026-10-17T12:20:00Z",
        "2026-10-24T12:20:00Z",
    ];
    assert_eq!(airs(&format!("{PREMIERE}{schedule}"), 70), expected);
}

#[test]
fn weekdays_are_those_of_the_premieres_own_clock() {
    let lines = "premiere = 2026-10-05T00:10:00+09:00\n\
                 episodes = { every = ['mon'], count = 2, length = '60m' }";
    assert_eq!(airs(lines, 60), ["2026-10-04T15:10:00Z", "2026-10-11T15:10:00Z"]);
}

#[test]
fn what_comes_all_at_once_is_on_one_behind_the_other() {
    let lines = "premiere = 2026-10-02T00:00:00-07:00\nepisodes = { count = 3, length = '50m' }";
    let expected = ["2026-10-02T07:00:00Z", "2026-10-02T07:50:00Z", "2026-10-02T08:40:00Z"];
    assert_eq!(airs(lines, 50), expected);
}

#[test]
fn listed_episodes_say_the_premiere_too() {
    let list = "episodes = [{ air = 2026-10-03T21:20:00+09:00, length = '70m' },\n\
                { air = 2026-10-03T22:30:00+09:00, length = '85m' }]";
    let listed = title(list);
    assert_eq!(listed.premiere, Some(at("2026-10-03T12:20:00Z")));
    let second = Episode { air: at("2026-10-03T13:30:00Z"), length: Span::from_minutes(85) };
    assert_eq!(listed.episodes[1..], [second]);
    let early = title(&format!("premiere = 2026-10-01T19:00:00+09:00\n{list}"));
    assert_eq!(early.premiere, Some(at("2026-10-01T10:00:00Z")), "a festival's, say");
    assert_eq!(early.episodes, listed.episodes);
}

#[test]
fn the_schedules_that_the_documentation_shows_can_be_used() {
    let page = include_str!("../../../docs/campaigns.md");
    let (_, after) = page.split_once("### When titles are shown\n").unwrap();
    let (section, _) = after.split_once("\n### ").unwrap();
    let blocks = section.split("```toml\n").skip(1).map(|block| block.split("```").next().unwrap());
    let n: Vec<usize> = blocks.map(|block| title(block).episodes.len()).collect();
    assert_eq!(n, [16, 8, 2]);
}

#[test]
fn a_bad_time_is_said_with_its_place_and_the_remedy() {
    const TIME: &str = "expected a day, a time and its offset, such as 2026-10-03T21:20:00+09:00";
    let cases = [
        (
            "premiere = 2026-10-03T21:20:00",
            "7:12 bad-time: `2026-10-03T21:20:00` does not say where; expected its offset behind \
             it: 2026-10-03T21:20:00+09:00 in Korea"
                .to_owned(),
        ),
        ("premiere = 2026-10-03", format!("7:12 bad-time: `2026-10-03` is no time; {TIME}")),
        ("premiere = 'soon'", format!("7:12 bad-time: `soon` is no time; {TIME}")),
        ("premiere = '2026-02-30T21:20:00Z'", {
            format!("7:12 bad-time: `2026-02-30T21:20:00Z` is no time; {TIME}")
        }),
        ("premiere = 2026", format!("7:12 wrong-type: `premiere` holds an integer; {TIME}")),
        (
            "premiere = 2206-10-03T21:20:00Z",
            "7:12 out-of-range: the year is 2206; expected 1950 to 2099".to_owned(),
        ),
        (
            "premire = 2026-10-03T21:20:00Z",
            "7:1 unknown-key: unknown key `premire`; did you mean `premiere`?".to_owned(),
        ),
        (
            "premire = 2026-10-03T21:20:00Z\nepisodes = { count = 3, length = '70m' }",
            "7:1 unknown-key: unknown key `premire`; did you mean `premiere`?".to_owned(),
        ),
    ];
    for (lines, expected) in cases {
        assert_eq!(said(campaign(&with(lines))), [expected], "{lines}");
    }
}

#[test]
fn a_schedule_that_can_not_be_is_said_with_its_place_and_the_remedy() {
    let cases = [
        (
            "{ every = ['fri'], count = 2, length = '70m' }",
            "8:22 bad-schedule: the premiere is on a `sat` by its own clock; \
             expected `sat` among them, or a list of `episodes`",
        ),
        (
            "{ every = ['sat', 'sunday'], count = 2, length = '70m' }",
            "8:30 unknown-name: `sunday` is no weekday; did you mean `sun`?",
        ),
        (
            "{ every = ['saturdy', 'sun'], count = 2, length = '70m', except = ['2026-10-11'] }",
            "8:23 unknown-name: `saturdy` is no weekday; did you mean `sat`?",
        ),
        (
            "{ every = ['sat'], count = 3, length = '70m', except = ['2026-10-11'] }",
            "8:68 bad-schedule: no episode behind the first would be on 2026-10-11; \
             expected a day of `every` before the last one",
        ),
        (
            "{ every = ['sat'], count = 3, length = '70m', except = ['2026-10-03'] }",
            "8:68 bad-schedule: no episode behind the first would be on 2026-10-03; \
             expected a day of `every` before the last one",
        ),
        (
            "{ count = 3, length = '70m', except = ['2026-10-10'] }",
            "8:51 bad-schedule: `except` has no use without `every`; expected `every` beside it",
        ),
        (
            "{ every = ['sat'], count = 401, length = '70m' }",
            "8:39 out-of-range: `count` is 401; expected 1 to 400",
        ),
        (
            "{ every = ['sat'], count = 2, length = '30s' }",
            "8:51 out-of-range: `length` is 30s; expected 1m to 24h",
        ),
        (
            "{ every = ['sat'], count = 2, length = '70m', except = ['10 Oct'] }",
            "8:68 bad-time: `10 Oct` is no day; expected a day, such as 2026-10-25",
        ),
        (
            "{ every = ['sat'], count = 2 }",
            "8:12 missing-key: `length` is missing; expected `length` in `episodes`",
        ),
        (
            "16",
            "8:12 wrong-type: `episodes` holds an integer; \
             expected a list of episodes, or a table with `count` and `length`",
        ),
        (
            "[{ air = 2026-10-03T21:10:00+09:00, length = '70m' }]",
            "8:13 bad-schedule: an episode begins before the premiere; \
             expected 2026-10-03T12:20:00Z or later, in order of time",
        ),
        (
            "[{ air = 2026-10-03T21:20:00+09:00, length = '70m' }, \
             { air = 2026-10-03T22:20:00+09:00, length = '70m' }]",
            "8:66 bad-schedule: an episode begins before the one above it ends; \
             expected 2026-10-03T13:30:00Z or later, in order of time",
        ),
    ];
    for (episodes, expected) in cases {
        let text = with(&format!("{PREMIERE}episodes = {episodes}"));
        assert_eq!(said(campaign(&text)), [expected], "{episodes}");
    }
}

#[test]
fn a_rule_needs_a_premiere() {
    let without = with("episodes = { every = ['sat'], count = 2, length = '70m' }");
    assert_eq!(
        said(campaign(&without)),
        ["7:12 missing-key: `premiere` is missing; \
          expected `premiere` above `episodes`: the first is on then"]
    );
    let unread =
        with("premiere = 'soon'\nepisodes = { every = ['sat'], count = 2, length = '1h' }");
    assert_eq!(said(campaign(&unread)).len(), 1, "one mistake is said once");
}

fn accounts(lines: &str) -> String {
    format!("{}[accounts]\n{lines}\n", with(""))
}

#[test]
fn accounts_come_in_groups_in_the_order_of_the_file() {
    let text = accounts(
        "press = ['twitter:@Soompi']\n\
         official = ['Twitter:@NetflixKContent', 'tiktok: netflix', 'mastodon:@tvN@k.social', \
         'youtube:UCx']",
    );
    let account = |(platform, name): (Platform, &str)| Account { platform, name: name.into() };
    let group = |id: &str, accounts: &[(Platform, &str)]| AccountGroup {
        id: GroupId::new(id),
        accounts: accounts.iter().copied().map(account).collect(),
    };
    let official = [
        (Platform::Twitter, "netflixkcontent"),
        (Platform::Tiktok, "netflix"),
        (Platform::Mastodon, "tvn@k.social"),
        (Platform::Youtube, "ucx"),
    ];
    let expected = [group("press", &[(Platform::Twitter, "soompi")]), group("official", &official)];
    assert_eq!(campaign(&text).unwrap().groups, expected);
}

#[test]
fn a_bad_account_is_said_with_its_place_and_the_remedy() {
    const ACCOUNT: &str =
        "expected a platform and an id or name, such as \"twitter:@netflixkcontent\"";
    let cases = [
        ("x = ['@netflix']", format!("9:6 bad-account: `@netflix` is no account; {ACCOUNT}")),
        ("x = ['twitter:@']", format!("9:6 bad-account: `twitter:@` is no account; {ACCOUNT}")),
        ("x = ['twitter:a b']", format!("9:6 bad-account: `twitter:a b` is no account; {ACCOUNT}")),
        (
            "x = ['twiter:a']",
            "9:6 unknown-name: `twiter` is no platform; did you mean `twitter`?".to_owned(),
        ),
        (
            "organic = ['twitter:a']",
            "9:11 bad-account: `organic` are all accounts that are in no group; \
             expected another name"
                .to_owned(),
        ),
        ("x = []", "9:5 empty: `x` is empty; expected at least one entry".to_owned()),
        (
            "x = ['twitter:a']\ny = ['twitter:@A']",
            "10:6 duplicate: `twitter:a` comes twice; expected it once; `x` has it".to_owned(),
        ),
        (
            "X = ['twitter:a']",
            "9:5 bad-id: `X` is no id; \
             expected lower-case letters, digits and hyphens, 64 at the most"
                .to_owned(),
        ),
    ];
    for (lines, expected) in cases {
        assert_eq!(said(campaign(&accounts(lines))), [expected], "{lines}");
    }
    let nine: Vec<String> = (0..9).map(|n| format!("g{n} = ['twitter:{n}']")).collect();
    let said_of_nine = said(campaign(&accounts(&nine.join("\n"))));
    let expected = "out-of-range: there are 9 groups of accounts; expected at most 8";
    assert!(said_of_nine.iter().all(|said| said.ends_with(expected)), "{said_of_nine:?}");
    let many: Vec<String> = (0..2001).map(|n| format!("'twitter:{n}'")).collect();
    assert_eq!(
        said(campaign(&accounts(&format!("x = [{}]", many.join(","))))),
        ["9:5 out-of-range: `x` has 2001 entries; expected at most 2000"]
    );
}

#[test]
fn all_that_is_said_of_shows_and_accounts_is_in_the_revision() {
    let revision = |text: String| campaign(&text).unwrap().revision;
    let of_title = |lines: &str| revision(with(lines));
    let rule = |rest: &str| of_title(&format!("{PREMIERE}episodes = {{ {rest} }}"));
    let revisions = [
        of_title(""),
        of_title(PREMIERE),
        of_title("premiere = 2026-10-03T21:20:00Z"),
        rule("count = 2, length = '70m'"),
        rule("count = 3, length = '70m'"),
        rule("count = 2, length = '71m'"),
        revision(accounts("x = ['twitter:a']")),
        revision(accounts("y = ['twitter:a']")),
        revision(accounts("x = ['tiktok:a']")),
        revision(accounts("x = ['twitter:b']")),
    ];
    let distinct: std::collections::BTreeSet<_> = revisions.iter().collect();
    assert_eq!(distinct.len(), revisions.len());
}

#[test]
fn the_fold_knows_shows_and_groups_of_the_campaign() {
    let text = format!(
        "{}[[titles.facets]]\nid = 'hana'\nkind = 'cast'\nname = 'Ko Hana'\n\
         [[titles]]\nid = 'bare'\nname = 'Bare'\n\
         [[titles]]\nid = 'later'\nname = 'Later'\npremiere = 2027-01-01T00:00:00Z\n\
         [accounts]\npress = ['twitter:a']\nofficial = ['twitter:b']\n",
        with(&format!("{PREMIERE}episodes = {{ count = 1, length = '70m' }}"))
    );
    let campaign = campaign(&text).unwrap();
    let config = service(MINIMAL_SERVICE).unwrap().fold_config(&campaign);
    let shows: Vec<(&str, &Show)> =
        config.shows.iter().map(|(title, show)| (title.as_str(), show)).collect();
    let [("later", later), ("t", t)] = shows[..] else { panic!("{shows:?}") };
    assert_eq!(*later, Show { premiere: Some(at("2027-01-01T00:00:00Z")), ..Show::default() });
    let episode = Episode { air: at("2026-10-03T12:20:00Z"), length: Span::from_minutes(70) };
    assert_eq!((t.premiere, &t.episodes[..]), (Some(episode.air), &[episode][..]));
    assert_eq!(t.facets.iter().map(FacetId::as_str).collect::<Vec<_>>(), ["hana"]);
    assert_eq!(config.groups, ["press", "official"].map(GroupId::new));
}

const MAPPED: &str = "[feeds.y]\ntopics = ['y']\nformat = 'mapped'\n[feeds.y.map]\n\
                      platform = 'bluesky'\nid = '/id'\ntext = '/text'\ntime = '/time'\n";

#[test]
fn a_platform_is_as_delayed_as_the_most_delayed_feed_that_may_bring_it() {
    let campaign = campaign(MINIMAL_CAMPAIGN).unwrap();
    let delays = |lines: &str| {
        let set = service(&format!("{MINIMAL_SERVICE}{lines}")).unwrap();
        let delays = set.fold_config(&campaign).delays.into_iter();
        delays.map(|(platform, delay)| format!("{} {delay}", platform.label())).collect::<Vec<_>>()
    };
    assert_eq!(delays(""), [""; 0]);
    assert_eq!(delays("delay = '2h'"), ["twitter 2h", "tiktok 2h", "instagram 2h"]);
    let research = "[feeds.r]\ntopics = ['r']\nformat = 'tiktok'\ndelay = '48h'\n";
    assert_eq!(delays(research), ["tiktok 2d"]);
    assert_eq!(
        delays(&format!("delay = '2h'\n{research}")),
        ["twitter 2h", "tiktok 2d", "instagram 2h"]
    );
}

#[test]
fn a_platform_marks_shares_where_a_feed_tells_them_apart() {
    let campaign = campaign(MINIMAL_CAMPAIGN).unwrap();
    let marks = |lines: &str| {
        let set = service(&format!("{MINIMAL_SERVICE}{lines}")).unwrap();
        set.fold_config(&campaign).marks_shares
    };
    assert_eq!(marks(""), [Platform::Twitter]);
    assert_eq!(marks("format = 'tiktok'"), []);
    assert_eq!(marks("format = 'twitter'"), [Platform::Twitter]);
    assert_eq!(marks(MAPPED), [Platform::Twitter]);
    let share_if = format!("{MAPPED}share_if = '/reblog'\n");
    assert_eq!(marks(&share_if), [Platform::Twitter, Platform::Bluesky]);
    assert_eq!(marks(&format!("format = 'tiktok'\n{share_if}")), [Platform::Bluesky]);
    let all_shares = format!("{MAPPED}kind = 'share'\n");
    assert_eq!(marks(&all_shares), [Platform::Twitter, Platform::Bluesky]);
}
