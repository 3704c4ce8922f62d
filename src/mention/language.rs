//! The language of a post that names a title.
//!
//! The script decides where only one language uses it; for Latin a detector chooses among the
//! campaign's languages and those they are taken for, so that Indonesian is not called Javanese
//! and Vietnamese is not forced into English. The platform's own word is believed where it agrees
//! or where the text says too little. What daebak cannot tell is `und`.

use whatlang::{Detector, Lang};

use crate::campaign::Language;
use crate::record::mention::LanguageSource;

/// At this confidence the text outweighs the platform's word.
const CONFIDENT: f64 = 0.5;
/// Below this confidence, and without the platform's word, the language is `und`.
const CONFIDENCE_MIN: f64 = 0.05;
/// Fewer Latin letters than this tell nothing.
const LETTERS_MIN: usize = 5;
/// The most bytes of a text that are looked at.
const SAMPLE_BYTES_MAX: usize = 1_000;
/// How many Latin letters a syllable or ideograph weighs.
const SYLLABLE_WEIGHT: usize = 2;

/// Tells languages for one campaign.
#[derive(Clone, Debug)]
pub struct Languages {
    latin: Detector,
}

/// Letters by script.
#[derive(Clone, Copy, Debug, Default)]
struct Letters {
    latin: usize,
    hangul: usize,
    jamo: usize,
    kana: usize,
    han: usize,
    thai: usize,
    other: usize,
}

impl Languages {
    /// A detector for a campaign with series for `languages`.
    pub fn new(languages: &[Language]) -> Self {
        let own = languages.iter().filter_map(|language| detectable(language.as_str()));
        let mut allowed: Vec<Lang> = own.clone().collect();
        allowed.extend(own.flat_map(|lang| taken_for(lang).iter().copied()));
        allowed.extend(ALWAYS);
        allowed.sort_by_key(Lang::code);
        allowed.dedup();
        Self { latin: Detector::with_allowlist(allowed) }
    }

    /// The language of `sample`, a text without its names, links and titles; `hint` is the
    /// platform's word, as it wrote it.
    pub fn tell(&self, sample: &str, hint: Option<&str>) -> (Language, LanguageSource) {
        let hint = hint.and_then(code_of_hint);
        let letters = Letters::count(sample);
        if let Some(code) = letters.language() {
            return (Language::new(code), LanguageSource::Script);
        }
        let info = if letters.other > letters.latin {
            whatlang::detect(sample)
        } else if letters.latin >= LETTERS_MIN {
            self.latin.detect(&latin_only(sample))
        } else {
            None
        };
        let told = info.map(|info| (code_of(info.lang()), info.confidence()));
        match (told, hint) {
            (Some((code, _)), Some(hint)) if code == hint => {
                (Language::new(code), LanguageSource::Text)
            }
            (Some((code, confidence)), Some(_)) if confidence >= CONFIDENT => {
                (Language::new(code), LanguageSource::Text)
            }
            (_, Some(hint)) => (Language::new(&hint), LanguageSource::Platform),
            (Some((code, confidence)), None) if confidence >= CONFIDENCE_MIN => {
                (Language::new(code), LanguageSource::Text)
            }
            _ => (Language::new(Language::UNDETERMINED), LanguageSource::None),
        }
    }
}

impl Languages {
    /// The likeliest languages of `sample` and their probabilities, the best first; none where the
    /// script decides or there is too little to go by.
    pub fn scores(&self, sample: &str) -> Vec<(Language, f64)> {
        let info = self.latin.detect(&latin_only(sample));
        info.map(|info| (Language::new(code_of(info.lang())), info.confidence()))
            .into_iter()
            .collect()
    }
}

/// Whether `sample` holds any letter at all.
pub(super) fn has_letters(sample: &str) -> bool {
    sample.chars().any(char::is_alphabetic)
}

/// `text` without the byte ranges `excluded`, in any order, and cut to a bounded length.
pub(super) fn sample(text: &str, excluded: &mut [(usize, usize)]) -> String {
    excluded.sort_unstable();
    let mut sample = String::with_capacity(text.len().min(SAMPLE_BYTES_MAX));
    let mut from = 0;
    for &(start, end) in excluded.iter().chain([&(text.len(), text.len())]) {
        let room = SAMPLE_BYTES_MAX.saturating_sub(sample.len());
        let part = text.get(from..start.max(from)).unwrap_or_default();
        sample.push_str(part.get(..part.floor_char_boundary(room)).unwrap_or_default());
        sample.push(' ');
        from = end.max(from);
    }
    sample
}

impl Letters {
    fn count(sample: &str) -> Self {
        let mut letters = Self::default();
        for c in sample.chars() {
            let count = match c {
                'a'..='z' | 'A'..='Z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => {
                    &mut letters.latin
                }
                '\u{AC00}'..='\u{D7A3}' | '\u{1100}'..='\u{115F}' => &mut letters.hangul,
                '\u{3131}'..='\u{318E}' => &mut letters.jamo,
                '\u{3041}'..='\u{30FA}' | '\u{FF66}'..='\u{FF9D}' => &mut letters.kana,
                '\u{3400}'..='\u{9FFF}' => &mut letters.han,
                '\u{E01}'..='\u{E3A}' | '\u{E40}'..='\u{E4E}' => &mut letters.thai,
                _ if c.is_alphabetic() => &mut letters.other,
                _ => continue,
            };
            *count += 1;
        }
        letters
    }

    /// The language of the script that most of it is in, if that script has only one.
    fn language(self) -> Option<&'static str> {
        let east_asian = SYLLABLE_WEIGHT * (self.kana + self.han);
        // A few kana in a Chinese text are a fashion; a Japanese text has them everywhere.
        let chinese = self.han > 8 * self.kana;
        let weights = [
            (SYLLABLE_WEIGHT * self.hangul, "ko"),
            (east_asian, if chinese { "zh" } else { "ja" }),
            (self.thai, "th"),
        ];
        let (weight, code) = weights.into_iter().max_by_key(|(weight, _)| *weight)?;
        let rest = self.latin.max(self.other);
        if weight > rest {
            return Some(code);
        }
        (self.jamo > 0 && rest == 0).then_some("ko")
    }
}

/// The Latin words of `sample`: the detector would weigh the other scripts by a rule of its own.
fn latin_only(sample: &str) -> String {
    let is_latin = |c: char| matches!(c, '\0'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}');
    sample.chars().map(|c| if c.is_alphabetic() && !is_latin(c) { ' ' } else { c }).collect()
}

/// Languages that must stay reachable whatever the campaign lists: a closed list would call them
/// by the name of one that is in it.
const ALWAYS: [Lang; 6] = [Lang::Eng, Lang::Vie, Lang::Fra, Lang::Deu, Lang::Tgl, Lang::Tur];

/// What short texts in a language are most often taken for.
fn taken_for(lang: Lang) -> &'static [Lang] {
    match lang {
        Lang::Spa => &[Lang::Por, Lang::Ita],
        Lang::Por => &[Lang::Spa, Lang::Ita],
        Lang::Ita => &[Lang::Spa, Lang::Por],
        Lang::Ind => &[Lang::Tgl],
        Lang::Deu => &[Lang::Nld],
        Lang::Nld => &[Lang::Deu, Lang::Afr],
        Lang::Tur => &[Lang::Aze],
        Lang::Swe | Lang::Dan | Lang::Nob => &[Lang::Swe, Lang::Dan, Lang::Nob],
        Lang::Pol | Lang::Ces | Lang::Slk => &[Lang::Pol, Lang::Ces, Lang::Slk],
        _ => &[],
    }
}

/// The detector's name for an ISO 639-1 code.
fn detectable(code: &str) -> Option<Lang> {
    Lang::all().iter().copied().find(|lang| code_of(*lang) == code)
}

/// The platform's word as an ISO 639-1 code: `in` and `ms` are `id`; X's codes for "no language"
/// (`und`, `zxx`, `qme`, …) are none.
fn code_of_hint(hint: &str) -> Option<String> {
    let code = hint.split(['-', '_']).next()?.trim().to_ascii_lowercase();
    match code.as_str() {
        "in" | "ms" => Some("id".to_owned()),
        "iw" => Some("he".to_owned()),
        "fil" => Some("tl".to_owned()),
        _ if code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase()) => Some(code),
        _ => None,
    }
}

/// The ISO 639-1 code of a language the detector knows.
fn code_of(lang: Lang) -> &'static str {
    let found = CODES.iter().find(|(known, _)| *known == lang);
    found.map_or(Language::UNDETERMINED, |(_, code)| code)
}

/// Every language of the detector's, the common ones first.
const CODES: [(Lang, &str); 70] = [
    (Lang::Epo, "eo"),
    (Lang::Eng, "en"),
    (Lang::Rus, "ru"),
    (Lang::Cmn, "zh"),
    (Lang::Spa, "es"),
    (Lang::Por, "pt"),
    (Lang::Ita, "it"),
    (Lang::Ben, "bn"),
    (Lang::Fra, "fr"),
    (Lang::Deu, "de"),
    (Lang::Ukr, "uk"),
    (Lang::Kat, "ka"),
    (Lang::Ara, "ar"),
    (Lang::Hin, "hi"),
    (Lang::Jpn, "ja"),
    (Lang::Heb, "he"),
    (Lang::Yid, "yi"),
    (Lang::Pol, "pl"),
    (Lang::Amh, "am"),
    (Lang::Jav, "jv"),
    (Lang::Kor, "ko"),
    (Lang::Nob, "no"),
    (Lang::Dan, "da"),
    (Lang::Swe, "sv"),
    (Lang::Fin, "fi"),
    (Lang::Tur, "tr"),
    (Lang::Nld, "nl"),
    (Lang::Hun, "hu"),
    (Lang::Ces, "cs"),
    (Lang::Ell, "el"),
    (Lang::Bul, "bg"),
    (Lang::Bel, "be"),
    (Lang::Mar, "mr"),
    (Lang::Kan, "kn"),
    (Lang::Ron, "ro"),
    (Lang::Slv, "sl"),
    (Lang::Hrv, "hr"),
    (Lang::Srp, "sr"),
    (Lang::Mkd, "mk"),
    (Lang::Lit, "lt"),
    (Lang::Lav, "lv"),
    (Lang::Est, "et"),
    (Lang::Tam, "ta"),
    (Lang::Vie, "vi"),
    (Lang::Urd, "ur"),
    (Lang::Tha, "th"),
    (Lang::Guj, "gu"),
    (Lang::Uzb, "uz"),
    (Lang::Pan, "pa"),
    (Lang::Aze, "az"),
    (Lang::Ind, "id"),
    (Lang::Tel, "te"),
    (Lang::Pes, "fa"),
    (Lang::Mal, "ml"),
    (Lang::Ori, "or"),
    (Lang::Mya, "my"),
    (Lang::Nep, "ne"),
    (Lang::Sin, "si"),
    (Lang::Khm, "km"),
    (Lang::Tuk, "tk"),
    (Lang::Aka, "ak"),
    (Lang::Zul, "zu"),
    (Lang::Sna, "sn"),
    (Lang::Afr, "af"),
    (Lang::Lat, "la"),
    (Lang::Slk, "sk"),
    (Lang::Cat, "ca"),
    (Lang::Tgl, "tl"),
    (Lang::Hye, "hy"),
    (Lang::Cym, "cy"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn languages() -> Languages {
        Languages::new(&["en", "ko", "es", "pt", "id"].map(Language::new))
    }

    fn tell(text: &str, hint: Option<&str>) -> (String, LanguageSource) {
        let (language, source) = languages().tell(text, hint);
        (language.as_str().to_owned(), source)
    }

    const SENTENCES: [(&str, [&str; 5]); 9] = [
        (
            "en",
            [
                "I can't believe they ended the episode like that",
                "the chemistry between the two leads is unreal",
                "who else stayed up all night to watch this",
                "my heart was not ready for that last scene",
                "this show deserves way more attention than it gets",
            ],
        ),
        (
            "ko",
            [
                "오늘 방송 진짜 재밌었다",
                "주인공 연기 너무 잘하네 ㅠㅠ",
                "다음 주까지 어떻게 기다려 wow",
                "ㅋㅋㅋㅋ",
                "OST 언제 나오나요?",
            ],
        ),
        (
            "es",
            [
                "estuve llorando desde el primer minuto hasta el final",
                "los protagonistas tienen muchísima química",
                "alguien más lloró con el último capítulo?",
                "qué buena historia, la recomiendo mucho",
                "estoy esperando los subtítulos del nuevo episodio",
            ],
        ),
        (
            "pt",
            [
                "não acredito que esse dorama já acabou",
                "eu chorei muito com o final, que coisa linda",
                "alguém sabe quando sai o próximo episódio?",
                "os dois são perfeitos juntos, meu coração não aguenta",
                "comecei a assistir ontem e já estou viciada",
            ],
        ),
        (
            "id",
            [
                "aku sudah tidak sabar menunggu episode minggu depan",
                "aku nangis terus dari awal sampai akhir",
                "siapa yang sudah nonton drama ini?",
                "pemeran utamanya ganteng banget sumpah",
                "ceritanya bagus dan tidak membosankan",
            ],
        ),
        (
            "ja",
            [
                "昨日の最終回を見て泣いた",
                "このドラマめっちゃ面白い",
                "来週まで待てない!",
                "主演の二人がすごく好き",
                "配信はいつからですか",
            ],
        ),
        (
            "th",
            ["ดูจบแล้วร้องไห้หนักมาก", "พระเอกหล่อมาก", "รอตอนต่อไปไม่ไหวแล้ว", "ซีรีส์เรื่องนี้สนุกจริง", "ใครดูบ้าง"],
        ),
        (
            "vi",
            [
                "phim này hay quá, tôi đã khóc rất nhiều",
                "không thể chờ đến tập tiếp theo",
                "nam chính đẹp trai quá trời ơi",
                "ai xem phim này chưa vậy mọi người",
                "cái kết làm mình buồn cả tuần",
            ],
        ),
        (
            "fr",
            [
                "je n'arrive pas à croire que c'est déjà fini",
                "les deux acteurs sont vraiment incroyables ensemble",
                "quelqu'un sait quand sort le prochain épisode ?",
                "j'ai pleuré pendant toute la dernière scène",
                "cette série mérite beaucoup plus de succès",
            ],
        ),
    ];

    #[test]
    fn languages_of_posts_are_told_without_the_platforms_word() {
        let all =
            SENTENCES.iter().flat_map(|(l, sentences)| sentences.iter().map(move |s| (*l, *s)));
        let wrong: Vec<_> = all
            .map(|(language, sentence)| (language, tell(sentence, None).0, sentence))
            .filter(|(language, told, _)| language != told)
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn scripts_of_one_language_need_no_detector() {
        for (text, language) in
            [("재밌다", "ko"), ("すごい", "ja"), ("สนุก", "th"), ("很好看", "zh")]
        {
            assert_eq!(tell(text, Some("en")), (language.to_owned(), LanguageSource::Script));
        }
    }

    #[test]
    fn the_platforms_word_is_a_prior_and_no_truth() {
        let english = "the chemistry between the two leads is unreal";
        assert_eq!(tell(english, Some("in")), ("en".to_owned(), LanguageSource::Text));
        let close_to_portuguese = "no puedo creer que ya se terminó la serie";
        assert_eq!(tell(close_to_portuguese, Some("es")).0, "es");
        assert_eq!(tell("gak sabar nunggu episode minggu depan", Some("in")).0, "id");
        assert_eq!(tell("❤❤", Some("in")), ("id".to_owned(), LanguageSource::Platform));
        assert_eq!(tell("wow", Some("pt-BR")), ("pt".to_owned(), LanguageSource::Platform));
        for hint in [None, Some("und"), Some("zxx"), Some("qme"), Some(""), Some("한국")] {
            assert_eq!(tell("❤❤", hint), ("und".to_owned(), LanguageSource::None));
        }
    }

    #[test]
    fn malay_counts_as_indonesian() {
        assert_eq!(tell("best", Some("ms")).0, "id");
    }

    #[test]
    fn other_scripts_stay_themselves() {
        assert_eq!(tell("Это очень хороший сериал, всем советую", None).0, "ru");
        assert_eq!(tell("هذا المسلسل رائع جدا", None).0, "ar");
    }

    #[test]
    fn samples_leave_out_what_is_excluded_and_are_bounded() {
        assert_eq!(sample("abcdef", &mut [(4, 5), (1, 3), (2, 3)]), "a  d f ");
        let long = "가".repeat(SAMPLE_BYTES_MAX);
        assert!(sample(&long, &mut []).len() <= SAMPLE_BYTES_MAX + 1);
    }

    #[test]
    fn every_language_of_the_detectors_has_a_code() {
        for lang in Lang::all() {
            assert_eq!(code_of(*lang).len(), 2, "{lang}");
        }
    }
}
