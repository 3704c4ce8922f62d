//! How many spellings of its titles a tagger finds, and whether it finds them where they stand.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::listed::List;
use super::perturb::{Perturbation, Perturbed, perturbations};
use crate::campaign::{Language, Tier, TitleId};
use crate::mention::verdict::{Finding, Verdict};
use crate::mention::{Rules, Tagger, TaggerError, skeleton};
use crate::post::Post;

/// The most spellings kept that were lost, of each kind.
const LOST_MAX: usize = 100;

/// What became of the spellings of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survival {
    /// How the titles were changed.
    pub kind: Perturbation,
    /// Spellings of titles that can stand alone.
    pub n: usize,
    /// Of those, in how many the title was found.
    pub found: usize,
    /// Of those found, how many at the very code points where the title stands.
    pub spans: usize,
    /// Of those not found, how many because a longer title of the list stands there.
    pub within: usize,
    /// Spellings of titles too short to stand alone: one letter or syllable, fewer than three
    /// characters of a script without spaces, or nothing but digits. They count apart.
    pub short: usize,
    /// In how many of those the title was found.
    pub short_found: usize,
    /// The first spellings that were not found where they stand, at most 100.
    pub lost: Vec<Perturbed>,
}

/// Tags every spelling of every title, with all `titles` in one campaign that takes each for a
/// name by itself. Titles without letters or digits are passed over; kinds without a spelling are
/// left out.
///
/// # Errors
/// [`TaggerError`] when the titles are too many for an automaton.
pub fn survival(titles: &[String]) -> Result<Vec<Survival>, TaggerError> {
    let titles: Vec<&str> = titles
        .iter()
        .map(|title| title.trim())
        .filter(|title| !skeleton(title).is_empty())
        .collect();
    let mut list = List::default();
    for (place, title) in titles.iter().enumerate() {
        list.add_title(id(place), &[title]);
    }
    let campaign = list.into_campaign(vec![Language::new("en")], Some(Tier::Strong));
    let mut tagger = Tagger::new(&[Arc::new(campaign)], Rules::of_texts())?;
    let mut by_kind: BTreeMap<Perturbation, Survival> = BTreeMap::new();
    for (place, title) in titles.iter().enumerate() {
        let id = id(place);
        let short = is_short(title);
        for perturbed in perturbations(title) {
            let survival = by_kind.entry(perturbed.kind).or_insert_with(|| empty(perturbed.kind));
            let findings = tagger.explain(&Post::of_text(&perturbed.text)).findings;
            survival.add(perturbed, &id, short, &findings);
        }
    }
    Ok(by_kind.into_values().collect())
}

impl Survival {
    fn add(&mut self, perturbed: Perturbed, id: &TitleId, short: bool, findings: &[Finding]) {
        let taken = |finding: &&Finding| matches!(finding.verdict, Verdict::Counts(_));
        let own = |finding: &&Finding| finding.title.as_ref() == Some(id);
        let span =
            |finding: &Finding| finding.span.map(|(start, end)| (start as usize, end as usize));
        let found = findings.iter().filter(taken).any(|finding| own(&finding));
        if short {
            self.short += 1;
            self.short_found += usize::from(found);
            return;
        }
        let exact = findings
            .iter()
            .filter(taken)
            .any(|finding| own(&finding) && span(finding) == Some(perturbed.span));
        let (start, end) = perturbed.span;
        let covers =
            |finding: &Finding| span(finding).is_some_and(|(from, to)| from <= start && end <= to);
        self.n += 1;
        self.found += usize::from(found);
        self.spans += usize::from(exact);
        self.within += usize::from(!found && findings.iter().filter(taken).any(covers));
        if !exact && self.lost.len() < LOST_MAX {
            self.lost.push(perturbed);
        }
    }
}

const fn empty(kind: Perturbation) -> Survival {
    Survival {
        kind,
        n: 0,
        found: 0,
        spans: 0,
        within: 0,
        short: 0,
        short_found: 0,
        lost: Vec::new(),
    }
}

/// Whether a title means nothing by itself, whatever the campaign says.
fn is_short(title: &str) -> bool {
    let letters: Vec<char> = title.chars().filter(|c| c.is_alphanumeric()).collect();
    let unspaced = |c: &char| matches!(c, 'ก'..='๛' | 'ぁ'..='ヿ' | '㐀'..='鿿');
    letters.len() < 2
        || (letters.len() < 3 && letters.iter().all(unspaced))
        || letters.iter().all(|c| c.is_numeric())
}

fn id(place: usize) -> TitleId {
    TitleId::new(&format!("title-{place}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Titles of every script, with all that makes titles hard to find.
    const TITLES: [&str; 72] = [
        "Crash Landing on You",
        "Signal",
        "Signal 2",
        "Reply 1988",
        "Dr. Romantic 3",
        "Hospital Playlist 2",
        "Squid Game 2",
        "It's Okay to Not Be Okay",
        "18 Again",
        "D.P.",
        "Café Minamdang",
        "W: Two Worlds",
        "Twenty-Five Twenty-One",
        "Mr. Queen",
        "Run On!",
        "Dear.M",
        "SKY Castle",
        "Love (ft. Marriage & Divorce)",
        "The K2",
        "Moving",
        "Goblin",
        "Alquimia de Almas",
        "Pasión de Gavilanes",
        "El señor de los cielos",
        "Corazón indomable",
        "Avenida Brasil",
        "Coração de Mãe",
        "Além da Ilusão",
        "Cinta Fitri",
        "Layangan Putus",
        "Gadis Kretek",
        "Người Ấy Là Ai",
        "Về Nhà Đi Con",
        "Hương Vị Tình Thân",
        "Straße der Lieder",
        "Οι Άγριες Μέλισσες",
        "Кухня любви",
        "시그널",
        "무빙",
        "도깨비",
        "나의 아저씨",
        "응답하라 1988",
        "사랑의 불시착",
        "이상한 변호사 우영우",
        "오징어 게임 2",
        "슬기로운 의사생활 시즌2",
        "눈물의 여왕",
        "SKY 캐슬",
        "쓸쓸하고 찬란하神 도깨비",
        "99억의 여자",
        "식샤를 합시다2",
        "제5공화국",
        "그 해 우리는",
        "시그널2",
        "半沢直樹",
        "逃げるは恥だが役に立つ",
        "シグナル",
        "ガラスの仮面",
        "コード・ブルー",
        "孤独のグルメ Season2",
        "きのう何食べた?",
        "1リットルの涙",
        "延禧攻略",
        "甄嬛传",
        "陈情令",
        "三生三世十里桃花",
        "以家人之名",
        "บุพเพสันนิวาส",
        "เพลงแสงดาว",
        "กลิ่นกาสะลอง",
        "คุณพี่เจ้าขา ดิฉันเป็นห่านมิใช่หงส์",
        "ธี่หยด 2",
    ];

    #[test]
    fn titles_of_all_scripts_survive_every_spelling_where_they_stand() {
        let titles = TITLES.map(str::to_owned);
        let mut totals = (0, 0);
        for one in survival(&titles).unwrap() {
            assert_eq!(one.spans, one.found, "{}: moved: {:#?}", one.kind.label(), one.lost);
            let recall = one.found as f64 / one.n as f64;
            assert!(recall >= 0.98, "{}: {recall} {:#?}", one.kind.label(), one.lost);
            totals = (totals.0 + one.found, totals.1 + one.n);
        }
        let (found, n) = totals;
        assert!(n > 7_000 && found * 100 >= n * 99, "{found} of {n}");
    }

    #[test]
    fn a_longer_title_and_a_short_one_are_told_apart_from_a_loss() {
        let titles = ["밤", "Reset", "Reset ep2", "!?"].map(str::to_owned);
        let found = survival(&titles).unwrap();
        let of = |kind| found.iter().find(|one| one.kind == kind).unwrap();
        let written = of(Perturbation::AsWritten);
        assert_eq!((written.n, written.found, written.short), (2, 2, 1));
        let episode = of(Perturbation::Episode);
        assert_eq!((episode.n - episode.found, episode.within), (1, 1), "{episode:?}");
    }
}
