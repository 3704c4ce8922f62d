//! The titles of the demo's world, and the spellings under which posts name them.

use super::model::Language;

/// A drama and its names. None of them is a common word: posts never name a title in a way that
/// a reader could take for something else.
pub(super) struct Name {
    /// The title's id in the campaign's file.
    pub(super) id: &'static str,
    /// Names in Latin letters, in whatever case people write them.
    pub(super) latin: &'static [&'static str],
    /// Names that only one language has.
    pub(super) local: &'static [(Language, &'static str)],
    /// Names in Hangul, which take particles.
    pub(super) hangul: &'static [&'static str],
    /// Hashtags in Latin letters, without `#`.
    pub(super) hashtags: &'static [&'static str],
    /// Hashtags in Hangul, without `#`.
    pub(super) hangul_hashtags: &'static [&'static str],
}

#[cfg(test)]
impl Name {
    /// Whether a text holds the name, found the slowest and plainest way.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let local = self.local.iter().map(|(_, name)| name);
        let names = self.latin.iter().chain(local).chain(self.hangul).map(ToString::to_string);
        let hashtags = self.hashtags.iter().chain(self.hangul_hashtags);
        names
            .chain(hashtags.map(|hashtag| format!("#{hashtag}")))
            .any(|spelling| text.contains(&spelling.to_lowercase()))
    }
}

/// The title whose launch it is.
pub(super) const LAUNCHED: usize = 0;
/// The rivals that have moments of their own, in order of time.
pub(super) const RIVALS_WITH_A_BURST: [usize; 2] = [8, 7];
/// How many titles there are.
pub(super) const N_TITLES: usize = 9;

pub(super) const TITLES: [Name; N_TITLES] = [
    Name {
        id: "starlight-sonata",
        latin: &["Starlight Sonata"],
        local: &[
            (Language::Spanish, "Sonata de estrellas"),
            (Language::Portuguese, "Sonata das Estrelas"),
            (Language::Indonesian, "Sonata Cahaya Bintang"),
        ],
        hangul: &["별빛 소나타", "별빛소나타"],
        hashtags: &["StarlightSonata", "StarlightSonataEp1"],
        hangul_hashtags: &["별빛소나타"],
    },
    Name {
        id: "crash-landing-on-you",
        latin: &["Crash Landing on You"],
        local: &[(Language::Portuguese, "Pousando no Amor")],
        hangul: &["사랑의 불시착", "사랑의불시착"],
        hashtags: &["CrashLandingOnYou", "CLOY"],
        hangul_hashtags: &["사랑의불시착"],
    },
    Name {
        id: "queen-of-tears",
        latin: &["Queen of Tears"],
        local: &[
            (Language::Spanish, "La reina de las lágrimas"),
            (Language::Portuguese, "Rainha das Lágrimas"),
        ],
        hangul: &["눈물의 여왕", "눈물의여왕"],
        hashtags: &["QueenOfTears"],
        hangul_hashtags: &["눈물의여왕"],
    },
    Name {
        id: "my-demon",
        latin: &[],
        local: &[],
        hangul: &["마이 데몬", "마이데몬"],
        hashtags: &["MyDemon"],
        hangul_hashtags: &["마이데몬"],
    },
    Name {
        id: "signal",
        latin: &["tvN Signal"],
        local: &[],
        hangul: &["드라마 시그널", "tvN 시그널"],
        hashtags: &["SignalKdrama"],
        hangul_hashtags: &["드라마시그널"],
    },
    Name {
        id: "goblin",
        latin: &["The Lonely and Great God"],
        local: &[],
        hangul: &["드라마 도깨비"],
        hashtags: &["GoblinKdrama"],
        hangul_hashtags: &["드라마도깨비"],
    },
    Name {
        id: "my-name",
        latin: &[],
        local: &[],
        hangul: &["넷플릭스 마이 네임"],
        hashtags: &["MyNameNetflix", "MyNameKdrama"],
        hangul_hashtags: &["마이네임"],
    },
    Name {
        id: "business-proposal",
        latin: &["A Business Proposal"],
        local: &[(Language::Portuguese, "Pretendente Surpresa")],
        hangul: &["사내맞선"],
        hashtags: &["BusinessProposal"],
        hangul_hashtags: &["사내맞선"],
    },
    Name {
        id: "lovely-runner",
        latin: &["Lovely Runner"],
        local: &[],
        hangul: &["선재 업고 튀어", "선재업고튀어"],
        hashtags: &["LovelyRunner"],
        hangul_hashtags: &["선재업고튀어"],
    },
];
