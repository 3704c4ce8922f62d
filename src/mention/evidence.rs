//! Whether the words that were found in a post mean their titles.
//!
//! A name that needs evidence gets it from the rest of the post (a context word, another name, a
//! facet or hashtag of the title, anywhere in it) or from the way it is written itself
//! ([`super::manner`]). A name is never evidence for itself.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::Target;
use super::hit::{Hit, Part};
use super::manner;
use super::normalize::Skeleton;
use super::tier;
use super::verdict::{Evidence, Refusal, Role, Verdict};
use super::word::Word;
use crate::campaign::Tier;

/// What a post says, part by part, and to whom.
pub(super) struct Parts<'a> {
    /// Its own text.
    pub(super) text: &'a str,
    /// The text that it quotes, if any.
    pub(super) quoted: &'a str,
    /// The hashtags that the platform lists apart from the text.
    pub(super) hashtags: &'a [Cow<'a, str>],
    /// The campaigns, in the order by which words name them.
    pub(super) campaigns: &'a [Target],
}

/// Decides each of the `hits` of one post. Those that the matcher refused stay refused.
pub(super) fn judge(words: &[Word], hits: &mut [Hit], parts: &Parts<'_>) {
    let post = Post { words, hits, parts, witnesses: Witnesses::of(words, hits) };
    let verdicts: Vec<Verdict> = hits.iter().map(|hit| post.verdict(hit)).collect();
    for (hit, verdict) in hits.iter_mut().zip(verdicts) {
        hit.verdict = verdict;
    }
}

/// A post and everything that was found in it.
struct Post<'a> {
    words: &'a [Word],
    hits: &'a [Hit],
    parts: &'a Parts<'a>,
    witnesses: Witnesses,
}

/// The hits that may speak for or against others, by their places: of each word the first and the
/// last, however often a post repeats it. A hit that overlaps both overlaps all between them.
#[derive(Default)]
struct Witnesses {
    /// Those that may speak for any title: context words and names that need no evidence.
    general: Vec<usize>,
    /// Those of each title, by campaign and title.
    by_title: BTreeMap<(Option<usize>, Option<usize>), Vec<usize>>,
}

impl Witnesses {
    /// Hits of one campaign are in the order of their parts and places.
    fn of(words: &[Word], hits: &[Hit]) -> Self {
        let mut ends: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        for (at, hit) in hits.iter().enumerate().filter(|(_, hit)| !is_refused(hit)) {
            ends.entry(hit.word).or_insert((at, at)).1 = at;
        }
        let mut kept: Vec<usize> =
            ends.into_values().flat_map(|(first, last)| [first, last]).collect();
        kept.sort_unstable();
        kept.dedup();
        let mut witnesses = Self::default();
        let word_at = |at: usize| hits.get(at).and_then(|hit| words.get(hit.word));
        let excluded: BTreeSet<_> = kept
            .iter()
            .filter_map(|&at| word_at(at))
            .filter(|word| word.role == Role::Exclusion)
            .map(|word| (word.campaign, word.title))
            .collect();
        for at in kept {
            let Some(word) = word_at(at) else { continue };
            if is_general(word) && !excluded.contains(&(word.campaign, word.title)) {
                witnesses.general.push(at);
            }
            if word.title.is_some() {
                witnesses.by_title.entry((word.campaign, word.title)).or_default().push(at);
            }
        }
        witnesses
    }
}

impl Post<'_> {
    fn verdict(&self, hit: &Hit) -> Verdict {
        let Some(word) = self.words.get(hit.word) else { return hit.verdict.clone() };
        if is_refused(hit) {
            return hit.verdict.clone();
        }
        if !matches!(word.role, Role::Alias | Role::Hashtag | Role::Facet(_)) {
            return Verdict::Counts(Evidence::Strong);
        }
        if let Some(phrase) = self.exclusion(word) {
            return Verdict::Refused(Refusal::Excluded(phrase));
        }
        match word.tier {
            Tier::Strong if word.alias.needs.is_empty() => Verdict::Counts(Evidence::Strong),
            Tier::Hashtag if hit.is_hashtag() => Verdict::Counts(Evidence::Hashtag),
            Tier::Hashtag => Verdict::Refused(Refusal::NoHashtag),
            Tier::Strong | Tier::Context => match self.evidence(hit, word) {
                Some(evidence) => Verdict::Counts(evidence),
                None if word.alias.needs.is_empty() => Verdict::Refused(Refusal::NoEvidence),
                None => Verdict::Refused(Refusal::NoNeed),
            },
        }
    }

    /// The hits of the title of `word` that may speak for or against it, with their places.
    fn of_title(&self, word: &Word) -> impl Iterator<Item = (usize, &Hit)> {
        let of_title = self.witnesses.by_title.get(&(word.campaign, word.title));
        self.at(of_title.map(Vec::as_slice).unwrap_or_default())
    }

    fn at<'a>(&'a self, places: &'a [usize]) -> impl Iterator<Item = (usize, &'a Hit)> {
        places.iter().filter_map(|&at| Some((at, self.hits.get(at)?)))
    }

    /// The phrase in the post that says that it does not mean the title of `word`.
    fn exclusion(&self, word: &Word) -> Option<Box<str>> {
        let mut found = self.of_title(word).filter_map(|(_, hit)| self.words.get(hit.word));
        let phrase = found.find(|other| other.role == Role::Exclusion)?;
        Some(phrase.alias.text.as_str().into())
    }

    /// What says that `hit`, which needs it, means its title. An alias that names the words it
    /// needs counts with one of them only.
    fn evidence(&self, hit: &Hit, word: &Word) -> Option<Evidence> {
        let apart = |(_, other): &(usize, &Hit)| !overlap(hit, other);
        let mut own = self.of_title(word).filter(apart);
        if !word.alias.needs.is_empty() {
            return own.find_map(|(_, other)| self.need(hit, other));
        }
        if self.is_whole_hashtag(hit, word) {
            return Some(Evidence::Hashtag);
        }
        let heard = |(at, other): (usize, &Hit)| Some((at, self.witness(hit, word, other)?));
        let own = own.find_map(heard);
        let general = self.at(&self.witnesses.general).filter(apart).find_map(heard);
        let first = own.into_iter().chain(general).min_by_key(|&(at, _)| at);
        first.map(|(_, evidence)| evidence).or_else(|| {
            let written = self.written(hit).filter(|_| !hit.in_hashtag)?;
            manner::evidence(written, hit.written)
        })
    }

    /// What `other` says as one of the words that `hit` needs.
    fn need(&self, hit: &Hit, other: &Hit) -> Option<Evidence> {
        let need = self.words.get(other.word)?;
        (need.needed_by == Some(hit.word))
            .then(|| Evidence::Context(need.alias.text.as_str().into()))
    }

    /// What `other` says for `hit`.
    fn witness(&self, hit: &Hit, word: &Word, other: &Hit) -> Option<Evidence> {
        let witness = self.words.get(other.word)?;
        let written = || witness.alias.text.as_str().into();
        match &witness.role {
            Role::Context => self.is_heard(witness, word).then(|| Evidence::Context(written())),
            // Whoever names one drama for certain talks of dramas.
            Role::Alias if witness.tier == Tier::Strong && witness.campaign == word.campaign => {
                Some(Evidence::Alias(written()))
            }
            _ if !same_title(witness, word) => None,
            Role::Alias if witness.tier == Tier::Hashtag && !other.is_hashtag() => None,
            Role::Alias if other.word != hit.word => Some(Evidence::Alias(written())),
            Role::Hashtag if other.is_hashtag() => Some(Evidence::CampaignHashtag(written())),
            Role::Facet(id) if other.word != hit.word => Some(Evidence::Facet(id.clone())),
            _ => None,
        }
    }

    /// Whether the context word is one of the campaign of `word`.
    fn is_heard(&self, context: &Word, word: &Word) -> bool {
        let has_builtin = |target: &Target| target.campaign.builtin_context;
        context.campaign == word.campaign
            || (context.campaign.is_none()
                && word
                    .campaign
                    .and_then(|at| self.parts.campaigns.get(at))
                    .is_some_and(has_builtin))
    }

    /// Whether the hit is all of a hashtag and says more than an everyday word: `#MyName`,
    /// `#시그널2016`; not `#moving`.
    fn is_whole_hashtag(&self, hit: &Hit, word: &Word) -> bool {
        let whole = match hit.part {
            Part::Listed(at) => {
                let listed = self.parts.hashtags.get(at);
                listed.is_some_and(|tag| same_letters(tag, &word.alias.text))
            }
            _ => self.written(hit).is_some_and(|text| manner::is_whole_hashtag(text, hit.written)),
        };
        let campaign = word.campaign.and_then(|at| self.parts.campaigns.get(at));
        let languages = campaign.map(|target| target.campaign.languages.as_slice());
        whole && !tier::is_common_word(&word.alias, languages.unwrap_or_default())
    }

    /// The text that the hit stands in; none for a listed hashtag.
    fn written(&self, hit: &Hit) -> Option<&str> {
        match hit.part {
            Part::Text => Some(self.parts.text),
            Part::Quoted => Some(self.parts.quoted),
            Part::Listed(_) => None,
        }
    }
}

/// Whether the word may speak for titles that are not its own.
fn is_general(word: &Word) -> bool {
    match word.role {
        Role::Context => true,
        Role::Alias => word.tier == Tier::Strong,
        _ => false,
    }
}

fn is_refused(hit: &Hit) -> bool {
    matches!(hit.verdict, Verdict::Refused(_))
}

fn same_title(one: &Word, other: &Word) -> bool {
    (one.campaign, one.title) == (other.campaign, other.title)
}

/// Whether the two share letters.
fn overlap(one: &Hit, other: &Hit) -> bool {
    one.part == other.part && one.start < other.end && other.start < one.end
}

fn same_letters(one: &str, other: &str) -> bool {
    let mut skeletons = [Skeleton::default(), Skeleton::default()];
    let [first, second] = &mut skeletons;
    first.read(one);
    second.read(other);
    first.bytes() == second.bytes()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::Tagger;
    use super::super::tests::{campaign, matches, post, rules};
    use super::super::verdict::Finding;
    use super::super::word::words;
    use super::*;
    use crate::campaign::{Alias, Campaign, Facet, FacetId, FacetKind, Language, Title, TitleId};
    use crate::record::mention::Via;

    fn title(id: &str, aliases: &[&str]) -> Title {
        Title {
            id: TitleId::new(id),
            name: id.to_owned(),
            aliases: aliases.iter().map(|alias| Alias::plain(alias)).collect(),
            hashtags: Vec::new(),
            exclude: Vec::new(),
            facets: Vec::new(),
            premiere: None,
            episodes: Vec::new(),
        }
    }

    fn facet(id: &str, alias: &str, names_title: bool) -> Facet {
        Facet {
            id: FacetId::new(id),
            kind: FacetKind::Character,
            name: id.to_owned(),
            aliases: vec![Alias::plain(alias)],
            names_title,
        }
    }

    /// Titles of which most are everyday words, with the tiers that follow from that.
    fn dramas() -> Campaign {
        let mut signal = title("signal", &["Signal", "시그널", "シグナル"]);
        signal.exclude = vec!["signal strength".to_owned(), "시그널 보내".to_owned()];
        signal.hashtags = vec!["TvNSignal".to_owned()];
        signal.facets =
            vec![facet("hae-young", "Park Hae-young", false), facet("radio", "ZQ-110", true)];
        let mut mine = title("mine", &[]);
        let needs = vec!["Kim Seo-hyung".to_owned(), "tvN".to_owned()];
        mine.aliases = vec![Alias { needs, ..Alias::plain("Mine") }];
        let titles = vec![
            signal,
            mine,
            title("moving", &["Moving", "무빙"]),
            title("goblin", &["Goblin", "도깨비"]),
            title("my-name", &["My Name", "마이 네임"]),
            title("heaven", &["Move to Heaven"]),
            title("proposal", &["Business Proposal", "사내맞선"]),
            title("reply", &["Reply 1988", "응답하라 1988"]),
            title("mister", &["나의 아저씨"]),
            title("vincenzo", &["Vincenzo"]),
        ];
        Campaign { context: vec!["jtbc".to_owned()], ..(*campaign("dramas", titles)).clone() }
    }

    fn tagger(campaign: Campaign) -> Tagger {
        Tagger::new(&[Arc::new(campaign)], rules(100_000)).unwrap()
    }

    #[track_caller]
    fn assert_named(campaign: Campaign, table: &[(&str, &[&str])]) {
        let mut tagger = tagger(campaign);
        for (text, expected) in table {
            let found = matches(&mut tagger, &post(text));
            let named: Vec<&str> = found.iter().map(|one| one.title.as_str()).collect();
            assert_eq!(named, *expected, "{text}");
        }
    }

    /// Why the first name in the text counts, or does not.
    fn why(campaign: Campaign, text: &str) -> Verdict {
        let findings = tagger(campaign).explain(&post(text)).findings;
        let names = |finding: &&Finding| finding.role == Role::Alias;
        findings.iter().find(names).map(|finding| finding.verdict.clone()).unwrap()
    }

    #[test]
    fn everyday_uses_of_a_title_are_refused() {
        let texts = [
            "the signal was weak",
            "Signal was weak all day",
            "THE SIGNAL WAS WEAK",
            "we are moving to a new flat",
            "Moving to a new flat today",
            "goblin mode all weekend",
            "my name is Kim",
            "My name is Kim",
            "MY NAME IS KIM",
            "business proposal template",
            "Business proposal template, free",
            "Top Ten Business Proposal Templates For You",
            "i would move to heaven for this cake",
            "reply 1988 times",
            "무빙워크에서 걷지 마세요",
            "시그널 줘",
            "시그널 보내는 중",
            "시그널 보고 멈춤",
            "무빙 봐 스킬 다 피함",
            "도깨비 방망이",
            "나의 아저씨는 회사원",
            "네임 스티커에 마이 네임 적기",
            "交通シグナルが赤",
            "#moving #newflat",
            "that phone is mine",
        ];
        for text in texts {
            assert_named(dramas(), &[(text, &[])]);
        }
    }

    #[test]
    fn other_words_of_the_post_say_that_a_title_is_meant() {
        assert_named(
            dramas(),
            &[
                ("signal ep 5 was wild", &["signal"]),
                ("finally started signal, what a drama", &["signal"]),
                ("signal on jtbc tonight", &["signal"]),
                ("시그널 본방사수", &["signal"]),
                ("드라마 무빙 재밌다", &["moving"]),
                ("나의 아저씨 정주행 중", &["mister"]),
                ("도깨비 짤로만 정주행하는 사람", &["goblin"]),
                ("도깨비에서 그 등장씬 미쳤음", &["goblin"]),
                ("signal 시그널", &["signal"]),
                ("signal signal signal", &[]),
                ("signal, park hae-young ㅠㅠ", &["signal"]),
                ("signal again #TvNSignal", &["signal"]),
                ("nonton goblin lagi", &["goblin"]),
                ("assistindo goblin agora", &["goblin"]),
                ("シグナル 第3話 見た", &["signal"]),
                ("vincenzo or signal, you choose", &["signal", "vincenzo"]),
            ],
        );
    }

    #[test]
    fn the_way_a_name_is_written_says_that_a_title_is_meant() {
        let capitals = Verdict::Counts(Evidence::Capitals);
        let refused = Verdict::Refused(Refusal::NoEvidence);
        let table = [
            ("i still think about Signal every day", capitals.clone()),
            ("ok but Move to Heaven broke me", capitals.clone()),
            ("Move to Heaven broke me again", capitals.clone()),
            ("오늘도 Signal 생각뿐이다", capitals),
            ("we went to Signal Hill yesterday evening", refused.clone()),
            ("I Still Think About Signal Every Day", refused.clone()),
            ("so bad. Signal drops again here", refused),
            ("“signal” is the best", Verdict::Counts(Evidence::Quotes)),
            ("오늘은 <시그널> 봄", Verdict::Counts(Evidence::Quotes)),
            ("「シグナル」を見た", Verdict::Counts(Evidence::Quotes)),
            ("'무빙' 봤어?", Verdict::Counts(Evidence::Quotes)),
            ("signal s2e4 when", Verdict::Counts(Evidence::Episode)),
            ("시그널 14화 최고", Verdict::Counts(Evidence::Episode)),
            ("watching signal with mom", Verdict::Counts(Evidence::Watched)),
            ("무빙도 봐야되는데", Verdict::Counts(Evidence::Watched)),
            ("오늘 Signal 다시 봤다", Verdict::Counts(Evidence::Watched)),
            (
                "why did nobody tell me 나의 아저씨 was this heavy",
                Verdict::Counts(Evidence::Script),
            ),
            ("#MyName", Verdict::Counts(Evidence::Hashtag)),
            ("#나의아저씨", Verdict::Counts(Evidence::Hashtag)),
        ];
        for (text, expected) in table {
            assert_eq!(why(dramas(), text), expected, "{text}");
        }
    }

    #[test]
    fn a_short_name_is_found_in_a_text_and_asks_for_evidence() {
        let titles = vec![
            title("signal", &["信号"]),
            title("goblin", &["鬼怪"]),
            title("dp", &["D.P."]),
            title("love", &["รัก"]),
        ];
        let short = || Campaign {
            languages: ["ja", "zh", "th", "en"].map(Language::new).to_vec(),
            ..(*campaign("short", titles.clone())).clone()
        };
        assert_named(
            short(),
            &[
                ("信号 第3話 見た", &["signal"]),
                ("信号が青になった", &[]),
                ("昨晚重看鬼怪", &["goblin"]),
                ("不怕鬼怪", &[]),
                ("DP season 2 when", &["dp"]),
                ("i still think about DP every day", &["dp"]),
                ("new dp, who dis", &[]),
                ("ละครรักตอนจบ", &["love"]),
                ("รักนะ", &[]),
            ],
        );
    }

    #[test]
    fn of_a_repeated_word_only_the_first_and_the_last_are_asked() {
        let words = words(&[Arc::new(dramas())]).unwrap();
        let place = |role: Role, text: &str| {
            words.iter().position(|word| word.role == role && word.alias.text == text).unwrap()
        };
        let (name, context) = (place(Role::Alias, "Signal"), place(Role::Context, "jtbc"));
        let hit = |at: usize| Hit {
            word: if at.is_multiple_of(2) { name } else { context },
            part: Part::Text,
            in_hashtag: false,
            start: 5 * at,
            end: 5 * at + 4,
            written: (5 * at, 5 * at + 4),
            span: None,
            verdict: Verdict::Counts(Evidence::Strong),
        };
        let hits: Vec<Hit> = (0..1_000).map(hit).collect();
        let witnesses = Witnesses::of(&words, &hits);
        assert_eq!(witnesses.general, [1, 999]);
        assert_eq!(witnesses.by_title.into_values().collect::<Vec<_>>(), [[0, 998]]);
    }

    #[test]
    fn an_excluding_phrase_vetoes_its_title_only() {
        let phrase = || Verdict::Refused(Refusal::Excluded("signal strength".into()));
        assert_eq!(why(dramas(), "Signal ep 5? check signal strength first"), phrase());
        assert_named(dramas(), &[("signal strength is low in goblin ep 3", &["goblin"])]);
    }

    #[test]
    fn a_phrase_that_runs_out_of_a_hashtag_excludes_nothing() {
        let mut own = dramas();
        own.titles[4].exclude = vec!["my name is".to_owned()];
        assert_named(own, &[("#MyName is the best", &["my-name"]), ("#MyName, my name is", &[])]);
    }

    #[test]
    fn an_excluded_name_is_no_evidence_for_another() {
        let mut own = dramas();
        own.titles[9].exclude = vec!["vincenzo pizza".to_owned()];
        let table: [(&str, &[&str]); 2] = [
            ("vincenzo pizza, no signal in here", &[]),
            ("vincenzo or signal", &["signal", "vincenzo"]),
        ];
        assert_named(own, &table);
    }

    #[test]
    fn an_alias_with_needs_counts_beside_one_of_them_only() {
        assert_named(
            dramas(),
            &[
                ("i love Mine so much, what a drama", &[]),
                ("\"Mine\" episode 4", &[]),
                ("mine with kim seo-hyung", &["mine"]),
                ("tvN mine", &["mine"]),
            ],
        );
    }

    #[test]
    fn a_facet_names_its_title_only_where_the_campaign_says_so() {
        let mut tagger = tagger(dramas());
        assert!(matches(&mut tagger, &post("park hae-young forever")).is_empty());
        let found = matches(&mut tagger, &post("that zq-110 again"));
        assert_eq!((found[0].title.as_str(), found[0].via), ("signal", Via::Facet));
        assert_eq!(found[0].facets, [FacetId::new("radio")]);
    }

    #[test]
    fn a_campaign_may_do_without_builtin_context() {
        let own = Campaign { builtin_context: false, ..dramas() };
        assert_named(own, &[("signal is a drama", &[]), ("signal on jtbc", &["signal"])]);
    }

    #[test]
    fn evidence_may_stand_in_any_part_of_a_post() {
        let mut tagger = tagger(dramas());
        let mut parted = post("signal again");
        parted.quoted = Some("the best drama".into());
        assert_eq!(matches(&mut tagger, &parted)[0].via, Via::Text);
        parted.quoted = None;
        parted.hashtags = vec!["kdrama".into()];
        assert_eq!(matches(&mut tagger, &parted)[0].via, Via::Text);
        parted.hashtags = vec!["MyName".into(), "moving".into()];
        let found = matches(&mut tagger, &parted);
        let named: Vec<&str> = found.iter().map(|one| one.title.as_str()).collect();
        assert_eq!(named, ["my-name"], "a hashtag of one everyday word says as little as the word");
    }
}
