//! What posts name and what they do not, through the whole tagger.

mod records;

use std::borrow::Cow;

use super::author::Authors;
use super::*;
use crate::campaign::{Alias, Facet, FacetId, FacetKind, Language, Tier, Title, TitleId};
use crate::post::id::PostId;
use crate::post::{Counters, Kind, Platform};
use crate::record::mention::Via;
use crate::time::{Span, Timestamp};

/// An alias that needs no evidence, unless it is too short for its script.
fn alias(text: &str) -> Alias {
    let is_short = text.chars().count() < 3;
    let tier = if is_short { Tier::Context } else { Tier::Strong };
    Alias { tier: Some(tier), ..Alias::plain(text) }
}

/// Its aliases are strong, so that what is told is how they match.
pub(super) fn title(id: &str, aliases: &[&str], hashtags: &[&str]) -> Title {
    Title {
        id: TitleId::new(id),
        name: id.to_owned(),
        aliases: aliases.iter().map(|text| alias(text)).collect(),
        hashtags: hashtags.iter().map(|&hashtag| hashtag.to_owned()).collect(),
        exclude: Vec::new(),
        facets: Vec::new(),
        premiere: None,
        episodes: Vec::new(),
    }
}

pub(super) fn campaign(id: &str, titles: Vec<Title>) -> Arc<Campaign> {
    Arc::new(Campaign {
        id: CampaignId::new(id),
        name: id.to_owned(),
        languages: ["en", "ko", "es", "pt", "id"].map(Language::new).to_vec(),
        titles,
        context: Vec::new(),
        builtin_context: true,
        groups: Vec::new(),
        allowed_lateness: Span::from_hours(24),
        revision: Revision::new("0123456789abcdef"),
        tests: Vec::new(),
    })
}

fn spring() -> Arc<Campaign> {
    let titles = vec![
        title(
            "sonata",
            &["Starlight Sonata", "별빛 소나타", "星光のソナタ", "เพลงแสงดาว"],
            &["SLS"],
        ),
        title("signal", &["Signal", "시그널", "シグナル", "信号"], &["signalday"]),
        title("moving", &["Moving", "무빙"], &[]),
        title("reply", &["Reply"], &[]),
        title("reply-1988", &["Reply 1988", "응답하라 1988"], &[]),
        title("okay", &["It's Okay to Not Be Okay"], &[]),
        title("coffee", &["Café Minamdang"], &[]),
        title("castle", &["SKY 캐슬", "SKY Castle"], &[]),
        title("prince", &["Coração de Príncipe", "Corazón de Hierro"], &[]),
    ];
    campaign("spring", titles)
}

pub(super) fn rules(record_bytes_max: usize) -> Rules {
    Rules { record_bytes_max, formats: BTreeMap::new(), authors: Authors::Kept }
}

pub(super) fn tagger() -> Tagger {
    Tagger::new(&[spring()], rules(100_000)).unwrap()
}

pub(super) fn post(text: &str) -> Post<'_> {
    Post {
        platform: Platform::Twitter,
        id: PostId::Number(8),
        root: PostId::Number(7),
        kind: Kind::Original,
        author: Some(Cow::Borrowed("author")),
        handle: None,
        followers: Some(12),
        event_time: Timestamp::from_secs(1_000),
        text: Cow::Borrowed(text),
        quoted: None,
        hashtags: Vec::new(),
        language_hint: None,
        counters: Counters { likes: Some(3), ..Counters::default() },
    }
}

const RECORD: FeedRecord<'static> = FeedRecord {
    topic: "feed",
    partition: 2,
    offset: 9,
    timestamp: Timestamp::from_secs(2_000),
    payload: None,
};

pub(super) fn matches(tagger: &mut Tagger, post: &Post<'_>) -> Vec<TitleMatch> {
    let mut mentions = tagger.mentions_of(post, &RECORD);
    assert!(mentions.len() <= 1, "one mention a campaign");
    mentions.pop().map(|mention| mention.titles).unwrap_or_default()
}

/// The titles that each text names, as `id` for text and `#id` for a hashtag.
pub(super) fn assert_named(table: &[(&str, &[&str])]) {
    let mut tagger = tagger();
    for (text, expected) in table {
        let names = matches(&mut tagger, &post(text)).into_iter().map(|one| match one.via {
            Via::Hashtag => format!("#{}", one.title),
            _ => one.title.to_string(),
        });
        assert_eq!(names.collect::<Vec<_>>(), *expected, "{text}");
    }
}

#[test]
fn latin_names_need_boundaries() {
    assert_named(&[
        ("watching Signal tonight", &["signal"]),
        ("SIGNAL!!!", &["signal"]),
        ("“signal”, again", &["signal"]),
        ("Signal's last episode", &["signal"]),
        ("❤️Signal❤️", &["signal"]),
        ("signal2 when", &["signal"]),
        ("드라마Signal이 최고", &["signal"]),
        ("Ｓｉｇｎａｌ", &["signal"]),
        ("S\u{200B}ignal", &["signal"]),
        ("signaling theory", &[]),
        ("signals", &[]),
        ("resignal", &[]),
        ("removing", &[]),
        ("SignalFire", &[]),
    ]);
}

#[test]
fn inner_gaps_are_the_names_own_or_none() {
    assert_named(&[
        ("Starlight Sonata", &["sonata"]),
        ("starlight-sonata", &["sonata"]),
        ("starlightsonata ep 1", &["sonata"]),
        ("StarlightSonata", &["sonata"]),
        ("star light sonata", &[]),
        ("starlights onata", &[]),
        ("its okay to not be okay", &["okay"]),
        ("It’s Okay To Not Be Okay", &["okay"]),
        ("reply1988", &["reply-1988"]),
        ("reply 19 88", &["reply"]),
        ("sky castle", &["castle"]),
        ("skycastle", &["castle"]),
    ]);
}

#[test]
fn hangul_names_take_particles_and_nothing_else() {
    assert_named(&[
        ("시그널", &["signal"]),
        ("시그널이 좋다", &["signal"]),
        ("어제 시그널에서는", &["signal"]),
        ("별빛소나타가 시작", &["sonata"]),
        ("별빛소나타입니다ㅋㅋ", &["sonata"]),
        ("별빛 소나타 본방사수", &["sonata"]),
        ("별 빛 소나타", &["sonata"]),
        ("드라마별빛소나타", &["sonata"]),
        ("ㅋㅋ시그널ㅋㅋ", &["signal"]),
        ("시그널2화", &["signal"]),
        ("<시그널>은", &["signal"]),
        ("비시그널", &[]),
        ("리무빙", &[]),
        ("시그널링", &[]),
        ("시그 널", &[]),
        ("별, 빛 소나타", &[]),
        ("SKY캐슬", &["castle"]),
        ("sky 캐슬을 봤다", &["castle"]),
        ("응답하라1988은", &["reply-1988"]),
        ("응답하라 19 88", &[]),
    ]);
    let decomposed = "\u{1107}\u{1167}\u{11AF}\u{1107}\u{1175}\u{11BE}소나타를";
    assert_named(&[(decomposed, &["sonata"])]);
}

#[test]
fn kana_han_and_thai_need_no_boundary_but_length() {
    assert_named(&[
        ("昨日シグナル見た", &["signal"]),
        ("ｼｸﾞﾅﾙ最高", &["signal"]),
        ("星光のソナタが好き", &["sonata"]),
        ("ชอบเพลงแสงดาวมาก", &["sonata"]),
        ("交通信号", &[]),
        ("シクナル", &[]),
    ]);
}

#[test]
fn accents_and_case_do_not_matter() {
    assert_named(&[
        ("CAFE MINAMDANG", &["coffee"]),
        ("cafe\u{301} minamdang", &["coffee"]),
        ("assistindo coracao de principe", &["prince"]),
        ("CORAZON DE HIERRO qué final", &["prince"]),
        ("nonton Starlight Sonata yuk", &["sonata"]),
    ]);
}

#[test]
fn hashtags_name_titles_joined_or_by_word() {
    assert_named(&[
        ("#StarlightSonata", &["#sonata"]),
        ("#starlight_sonata", &["#sonata"]),
        ("#별빛소나타", &["#sonata"]),
        ("#TVSignal", &["#signal"]),
        ("#SignalFire", &["#signal"]),
        ("#signalfire", &[]),
        ("#sls", &["#sonata"]),
        ("sls", &[]),
        ("#slsx", &[]),
        ("#SignalDay", &["#signal"]),
        ("#signalday2", &[]),
        ("#signal then Signal", &["signal"]),
    ]);
}

#[test]
fn names_and_links_are_no_mentions() {
    assert_named(&[
        ("https://example.com/signal", &[]),
        ("http://x.kr/시그널", &[]),
        ("@signal hi", &[]),
        ("hi @Signal.official", &[]),
        ("signal.org/download", &[]),
        ("@signal loves Signal https://t.co/Signal", &["signal"]),
    ]);
}

#[test]
fn the_longest_name_wins_within_a_campaign() {
    assert_named(&[
        ("Reply 1988", &["reply-1988"]),
        ("Reply 1988 and Reply", &["reply", "reply-1988"]),
        ("Reply, please", &["reply"]),
    ]);
}

#[test]
fn campaigns_do_not_suppress_each_other() {
    let rival = campaign("rival", vec![title("reply-all", &["Reply"], &[])]);
    let mut tagger = Tagger::new(&[spring(), rival], rules(100_000)).unwrap();
    let mentions = tagger.mentions_of(&post("Reply 1988"), &RECORD);
    let named: Vec<_> =
        mentions.iter().map(|m| (m.campaign.as_str(), m.titles[0].title.as_str())).collect();
    assert_eq!(named, [("spring", "reply-1988"), ("rival", "reply-all")]);
}

#[test]
fn listed_hashtags_and_quoted_text_name_titles_too() {
    let mut tagger = tagger();
    let mut both = post("so good");
    both.hashtags = vec!["fyp".into(), "StarlightSonata".into(), "sls".into()];
    both.quoted = Some("👀 Signal and 별빛소나타".into());
    let found = matches(&mut tagger, &both);
    let named: Vec<_> =
        found.iter().map(|one| (one.title.as_str(), one.via, one.span, &*one.alias)).collect();
    assert_eq!(
        named,
        [
            ("sonata", Via::Hashtag, None, "Starlight Sonata"),
            ("signal", Via::Quoted, Some((2, 8)), "Signal"),
        ]
    );
    both.text = "별빛소나타 봐".into();
    let found = matches(&mut tagger, &both);
    assert_eq!((found[0].via, found[0].span), (Via::Text, Some((0, 5))));
}

#[test]
fn a_mention_carries_what_the_post_said() {
    let mut with_hashtags = post("#Signal #OOTD é Signal is really the best drama of all");
    with_hashtags.hashtags = (0..40).map(|n| Cow::Owned(format!("tag{n}"))).collect();
    with_hashtags.hashtags.insert(0, "SIGNAL".into());
    let mention = tagger().mentions_of(&with_hashtags, &RECORD).pop().unwrap();
    assert_eq!(mention.titles[0].span, Some((16, 22)));
    assert_eq!(mention.observed, RECORD.timestamp);
    assert_eq!(mention.source, Source { topic: "feed".into(), partition: 2, offset: 9 });
    assert_eq!((mention.id, mention.root), (PostId::Number(8), PostId::Number(7)));
    assert_eq!((mention.author.as_deref(), mention.followers), (Some("author"), Some(12)));
    assert_eq!(mention.counters.likes, Some(3));
    assert_eq!(mention.language.as_str(), "en");
    assert_eq!(mention.hashtags.len(), HASHTAGS_MAX);
    assert_eq!(*mention.hashtags[1], *"OOTD");
    assert_eq!(*mention.hashtags[2], *"tag0", "a repeated hashtag is named once");
}

#[test]
fn copies_of_a_text_share_a_fingerprint() {
    let mut tagger = tagger();
    let mut of = |text| tagger.mentions_of(&post(text), &RECORD).pop().unwrap().fingerprint;
    let first = of("Signal is BACK tonight, at nine!! https://t.co/a");
    assert!(first.is_some());
    assert_eq!(first, of("signal is back tonight at nine https://t.co/b"));
    assert_ne!(first, of("signal is gone tonight at nine"));
    assert_eq!(of("signal is back"), None, "short texts are alike by chance");
}

#[test]
fn a_word_without_letters_is_refused() {
    let empty = campaign("spring", vec![title("sonata", &["!?"], &[])]);
    let error = Tagger::new(&[empty], rules(1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"campaign spring, title sonata: "!?" has no letters or digits to match"#
    );
    let context = vec!["!?".to_owned()];
    let empty = Campaign { context, ..(*spring()).clone() };
    let error = Tagger::new(&[Arc::new(empty)], rules(1)).unwrap_err();
    assert_eq!(error.to_string(), r#"campaign spring: "!?" has no letters or digits to match"#);
}

#[test]
fn a_facet_that_needs_other_words_is_found_beside_them_only() {
    for names_title in [true, false] {
        let mut sonata = title("sonata", &["Starlight Sonata"], &[]);
        let ara = Alias { needs: vec!["tvN".to_owned()], ..Alias::plain("Ara") };
        sonata.facets = vec![Facet {
            id: FacetId::new("ara"),
            kind: FacetKind::Character,
            name: "Ara".to_owned(),
            aliases: vec![ara],
            names_title,
        }];
        let mut tagger = Tagger::new(&[campaign("spring", vec![sonata])], rules(1)).unwrap();
        let mut facets = |text: &str| {
            let found = matches(&mut tagger, &post(text));
            found.iter().map(|one| one.facets.len()).collect::<Vec<_>>()
        };
        assert_eq!(facets("Ara in Starlight Sonata"), [0], "{names_title}");
        assert_eq!(facets("Ara in Starlight Sonata on tvN"), [1], "{names_title}");
        assert_eq!(facets("Ara on tvN"), vec![1; usize::from(names_title)], "{names_title}");
    }
}

#[test]
fn a_tagger_without_campaigns_tags_nothing() {
    let mut tagger = Tagger::new(&[], rules(1)).unwrap();
    assert!(tagger.mentions_of(&post("Signal"), &RECORD).is_empty());
    assert!(tagger.revisions().is_empty());
}

#[test]
fn a_longer_name_hides_those_of_other_titles_and_none_that_counts_of_its_own() {
    let tiered = |text: &str, tier| Alias { tier: Some(tier), ..Alias::plain(text) };
    let with = |id: &str, aliases: Vec<Alias>| Title { aliases, ..title(id, &[], &[]) };
    let titles = vec![
        with("doctor", vec![tiered("Doctor", Tier::Strong)]),
        with("stranger", vec![tiered("Doctor Stranger", Tier::Context)]),
        with("signal", vec![tiered("Signal", Tier::Strong), tiered("Signal 2", Tier::Hashtag)]),
    ];
    let mut tagger = Tagger::new(&[campaign("longer", titles)], rules(100_000)).unwrap();
    let table: [(&str, &[&str]); 4] = [
        ("doctor stranger was fun", &[]),
        ("the doctor was fun", &["Doctor"]),
        ("signal 2 was fun", &["Signal"]),
        ("#signal2 was fun", &["Signal 2"]),
    ];
    for (text, expected) in table {
        let found = matches(&mut tagger, &post(text));
        let found: Vec<&str> = found.iter().map(|one| &*one.alias).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn many_campaigns_and_repeated_names_and_hashtags_lose_no_name() {
    let titles = || vec![title("signal", &["Signal"], &[]), title("vincenzo", &["Vincenzo"], &[])];
    let campaigns: Vec<_> = (0..600).map(|n| campaign(&format!("c{n}"), titles())).collect();
    let mut tagger = Tagger::new(&campaigns, rules(1_000_000)).unwrap();
    let text = format!("{}vincenzo", "signal ".repeat(1_100));
    let mut repeated = post(&text);
    repeated.hashtags = vec!["fyp".into(); 40_000];
    for explaining in [false, true] {
        tagger.find(&repeated, explaining);
        let place = |hit: &Hit| (tagger.matcher.words()[hit.word].campaign, hit.word);
        let named: std::collections::BTreeSet<_> = tagger.buffers.hits.iter().map(place).collect();
        assert_eq!(named.len(), 2 * campaigns.len());
    }
}
