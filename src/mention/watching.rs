//! What around a name says that it is watched: a verb before it, or one behind it in the languages
//! that put the verb last.
//!
//! Only verbs of which the object is mostly a work: one sees, too, a light and a friend. Where a
//! language has one verb for both, the forms are listed that people use of what they follow.

/// Verbs before a name, a space between.
const BEFORE: [&str; 42] = [
    "watch",
    "watching",
    "watched",
    "watchin",
    "rewatch",
    "rewatching",
    "rewatched",
    "re-watching",
    "re-watched",
    "binge",
    "bingeing",
    "binging",
    "binged",
    "binge-watching",
    "binge-watched",
    "bingewatching",
    "bingewatched",
    "ver",
    "veo",
    "vimos",
    "viendo",
    "viéndome",
    "revendo",
    "vendo",
    "assistindo",
    "assistir",
    "assisti",
    "assistiu",
    "assisto",
    "reassistindo",
    "regarde",
    "regarder",
    "guardando",
    "nonton",
    "nontonin",
    "menonton",
    "lihat",
    "xem",
    "cày",
    "schaue",
    "ดู",
    "追",
];
/// Words that a language puts between the two, and the words before them.
const BETWEEN: [(&str, &[&str]); 5] = [
    ("de", &["maratón", "maraton", "maratona"]),
    ("lại", &["xem", "coi", "cày"]),
    ("xong", &["xem", "coi", "cày"]),
    ("hết", &["xem", "coi", "cày"]),
    ("tiếp", &["xem", "coi", "cày"]),
];
/// Verbs right before a name in scripts without spaces.
const UNSPACED_BEFORE: [&str; 25] = [
    "ดู",
    "ดูจบ",
    "在追",
    "追完",
    "追了",
    "追到",
    "在看",
    "看完",
    "重看",
    "又看",
    "重刷",
    "又刷",
    "二刷",
    "三刷",
    "刷完",
    "在刷",
    "重温",
    "重溫",
    "补完",
    "補完",
    "熬夜看",
    "开始看",
    "開始看",
    "开始追",
    "開始追",
];
/// The same letters, and another word.
const OTHER_BEFORE: [&str; 3] = ["ฤดู", "เลี้ยงดู", "ศึกษาดู"];

/// How a language says it behind the name: the particles of the name, and what may stand between
/// those and the verb, each with or without a space; then the verb's beginnings.
struct Behind {
    particles: &'static [&'static str],
    adverbs: &'static [&'static str],
    verbs: &'static [&'static str],
    /// Those with which the clause has to end.
    closing: &'static [&'static str],
}

const KOREAN: Behind = Behind {
    particles: &[
        "",
        "을",
        "를",
        "은",
        "는",
        "도",
        "만",
        "이나",
        "나",
        "부터",
        "까지",
        "이랑",
        "랑",
        "이라도",
        "라도",
    ],
    adverbs: &[
        "또",
        "다시",
        "다",
        "지금",
        "이제",
        "이제야",
        "드디어",
        "오늘",
        "어제",
        "요즘",
        "요새",
        "최근에",
        "혼자",
        "같이",
        "맨날",
        "매일",
        "계속",
        "처음",
        "처음으로",
        "한번",
        "한 번",
        "두 번째",
        "세 번째",
        "몇번",
        "몇 번",
        "이미",
        "아직",
        "안",
        "못",
        "꼭",
        "빨리",
        "진짜",
        "열심히",
        "밤새",
        "끝까지",
        "재밌게",
        "재미있게",
        "잘",
        "막",
        "방금",
        "엄마랑",
        "매년",
        "주말에",
        "집에서",
        "1화부터",
        "처음부터",
    ],
    verbs: &[
        "봤",
        "봐야",
        "봐줘",
        "봐버",
        "봐서",
        "봐봐",
        "볼까",
        "볼래",
        "볼려",
        "볼라고",
        "볼게",
        "볼만",
        "볼 만",
        "볼 예정",
        "봅니",
        "봅시",
        "보는",
        "보면",
        "보다가",
        "보다 보",
        "보니까",
        "보느라",
        "보려",
        "보러",
        "보자마자",
        "보세",
        "보셨",
        "보신",
        "보십",
        "보셈",
        "보시",
        "보던",
        "보고있",
        "보고 있",
        "보고싶",
        "보고 싶",
        "보고옴",
        "보고 옴",
        "보고왔",
        "보고 왔",
        "보고나",
        "보고 나",
        "보기 시작",
        "보기시작",
        "본다",
        "본지",
        "본 지",
        "본 사람",
        "본사람",
        "본 적",
        "본적",
        "본 후",
        "본 뒤",
        "정주행",
        "역주행",
        "재탕",
        "몰아보",
        "몰아 보",
        "몰아봤",
        "몰아 봤",
        "재시청",
        "다시보기",
        "시청하",
        "시청했",
        "시청중",
        "시청 중",
        "시청완",
        "시청 완",
    ],
    closing: &["봄", "봐", "봐요", "봐라", "보자", "볼듯", "볼 듯"],
};

const JAPANESE: Behind = Behind {
    particles: &["", "を", "も", "は", "が", "って", "だけ", "、"],
    adverbs: &[
        "また",
        "一気に",
        "もう一回",
        "もう一度",
        "今",
        "今日",
        "昨日",
        "最近",
        "全部",
        "やっと",
        "ついに",
        "久しぶりに",
        "初めて",
    ],
    verbs: &[
        "観た",
        "観て",
        "観る",
        "観よ",
        "観終",
        "観始",
        "観直",
        "観返",
        "見終",
        "見始",
        "見返",
        "見直し",
        "見たい",
        "見たくな",
        "見てます",
        "見てました",
        "見ています",
        "見てた",
        "一気見",
        "視聴",
        "完走",
    ],
    closing: &["見てる"],
};

const CHINESE: Behind = Behind {
    particles: &[""],
    adverbs: &["我", "终于", "終於", "又", "已经", "已經", "刚", "剛"],
    verbs: &["看完", "追完", "刷完", "看了", "看哭", "二刷", "三刷", "重刷", "重温", "重溫"],
    closing: &[],
};

/// How many adverbs may stand before a verb.
const ADVERBS_MAX: usize = 2;

/// Whether what precedes a name, or what follows it, says that it is watched.
pub(super) fn is_watched(before: &str, after: &str) -> bool {
    is_behind_verb(before)
        || [&KOREAN, &JAPANESE, &CHINESE].iter().any(|language| language.follows(after))
}

fn is_behind_verb(before: &str) -> bool {
    let plain = before.trim_end();
    if UNSPACED_BEFORE.iter().any(|verb| plain.ends_with(verb)) {
        return !OTHER_BEFORE.iter().any(|other| plain.ends_with(other));
    }
    let is_bare =
        |word: &str| word.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let mut words = plain.rsplit(' ').filter(|word| !word.is_empty()).map(is_bare);
    let last = words.next().unwrap_or_default();
    before.ends_with(' ')
        && (BEFORE.contains(&last.as_str())
            || BETWEEN.iter().find(|(between, _)| *between == last).is_some_and(|(_, verbs)| {
                words.next().is_some_and(|verb| verbs.contains(&verb.as_str()))
            }))
}

impl Behind {
    /// Whether `after` begins with particles, adverbs and a verb.
    fn follows(&self, after: &str) -> bool {
        let behind = |particle: &&str| after.strip_prefix(*particle);
        self.particles.iter().filter_map(behind).any(|rest| self.begins(rest, ADVERBS_MAX))
    }

    fn begins(&self, text: &str, adverbs: usize) -> bool {
        let text = text.trim_start_matches([' ', '\u{3000}']);
        self.verbs.iter().any(|verb| text.starts_with(verb))
            || self.closing.iter().filter_map(|verb| text.strip_prefix(verb)).any(ends_clause)
            || (adverbs > 0
                && self
                    .adverbs
                    .iter()
                    .filter_map(|adverb| text.strip_prefix(adverb))
                    .any(|rest| self.begins(rest, adverbs - 1)))
    }
}

/// Whether no more words follow: `봐 스킬` looks at something else. Laughter and tears are no words.
fn ends_clause(rest: &str) -> bool {
    let is_sound = |c: char| matches!(c, 'ㄱ'..='ㅣ');
    rest.trim_start().chars().next().is_none_or(|c| !c.is_alphanumeric() || is_sound(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_of_watching_stand_on_either_side() {
        let table = [
            ("", " 보는 중"),
            ("", "도 봐야되는데"),
            ("", " 또 봄"),
            ("", " 또 봄ㅋㅋ"),
            ("", " 정주행하는 사람"),
            ("", "만 보면 배고픔"),
            ("", " 다시 봤다"),
            ("", "를 이제야 봤다"),
            ("", "다시보기"),
            ("", " 보고 있는데"),
            ("", "が見たくなる"),
            ("", "を一気に観た"),
            ("", "看完了"),
            ("昨晚重看", ""),
            ("กำลังดู", ""),
            ("tối nay cày lại ", ""),
            ("toca maratón de ", ""),
            ("Revendo ", ""),
            ("lagi nonton ", ""),
        ];
        for (before, after) in table {
            assert!(is_watched(before, after), "{before}x{after}");
        }
    }

    #[test]
    fn other_verbs_and_what_else_one_sees_do_not() {
        let table = [
            ("", " 보내는 거"),
            ("", " 봐 스킬 다 피함"),
            ("", " 보고 멈춤"),
            ("", "보다 느림"),
            ("", "가 보이네"),
            ("", " 봄 날씨"),
            ("", "を見て止まる"),
            ("不看", "片"),
            ("ฤดู", ""),
            ("hội chợ de ", ""),
            ("watching the ", ""),
            ("watching", ""),
        ];
        for (before, after) in table {
            assert!(!is_watched(before, after), "{before}x{after}");
        }
    }
}
