//! Which script most of a text is in, and the language where only one is written in it.

use super::chatter::is_chatter;

/// What the letters of a text say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    /// Only one language is written so.
    Only(&'static str),
    /// Ideographs alone: Chinese most likely, or a Japanese word or two.
    Ideographs,
    /// Several languages share the Latin letters.
    Latin,
    /// Several languages share the Cyrillic letters.
    Cyrillic,
    /// Several languages share the Arabic letters.
    Arabic,
    /// No letters at all.
    None,
}

/// Letters that belong together, but for the Latin ones.
#[derive(Clone, Copy, Debug)]
struct Alphabet {
    /// The first and the last of each run of its letters.
    runs: &'static [(char, char)],
    /// What one letter weighs against a Latin one. A syllable or an ideograph says as much as a few
    /// letters; and who writes in another script mixes Latin words in, while the other way round is
    /// rare.
    weight: usize,
    letters: Letters,
}

const ALPHABETS: [Alphabet; 24] = [
    alphabet(&[('\u{AC00}', '\u{D7A3}'), ('\u{1100}', '\u{11FF}')], 3, Letters::Only("ko")),
    alphabet(&[('\u{3041}', '\u{30FA}'), ('\u{FF66}', '\u{FF9D}')], 3, Letters::Kana),
    alphabet(&[('\u{3400}', '\u{9FFF}'), ('\u{3005}', '\u{3007}')], 3, Letters::Ideographs),
    alphabet(&[('\u{3131}', '\u{318E}')], 0, Letters::Jamo),
    alphabet(&[('\u{E01}', '\u{E3A}'), ('\u{E40}', '\u{E4E}')], 2, Letters::Only("th")),
    alphabet(&[('\u{400}', '\u{52F}')], 2, Letters::Cyrillic),
    alphabet(&[('\u{620}', '\u{6FF}'), ('\u{750}', '\u{77F}')], 2, Letters::Arabic),
    alphabet(&[('\u{900}', '\u{963}')], 2, Letters::Devanagari),
    alphabet(&[('\u{370}', '\u{3FF}'), ('\u{1F00}', '\u{1FFF}')], 2, Letters::Only("el")),
    alphabet(&[('\u{531}', '\u{587}')], 2, Letters::Only("hy")),
    alphabet(&[('\u{5D0}', '\u{5F2}')], 2, Letters::Only("he")),
    alphabet(&[('\u{980}', '\u{9FE}')], 2, Letters::Only("bn")),
    alphabet(&[('\u{A01}', '\u{A76}')], 2, Letters::Only("pa")),
    alphabet(&[('\u{A81}', '\u{AFF}')], 2, Letters::Only("gu")),
    alphabet(&[('\u{B01}', '\u{B77}')], 2, Letters::Only("or")),
    alphabet(&[('\u{B82}', '\u{BFA}')], 2, Letters::Only("ta")),
    alphabet(&[('\u{C00}', '\u{C7F}')], 2, Letters::Only("te")),
    alphabet(&[('\u{C80}', '\u{CF3}')], 2, Letters::Only("kn")),
    alphabet(&[('\u{D00}', '\u{D7F}')], 2, Letters::Only("ml")),
    alphabet(&[('\u{D81}', '\u{DF3}')], 2, Letters::Only("si")),
    alphabet(&[('\u{E81}', '\u{EDF}')], 2, Letters::Only("lo")),
    alphabet(&[('\u{1000}', '\u{109F}')], 2, Letters::Only("my")),
    alphabet(&[('\u{10A0}', '\u{10FF}'), ('\u{1C90}', '\u{1CBF}')], 2, Letters::Only("ka")),
    alphabet(&[('\u{1780}', '\u{17DD}')], 2, Letters::Only("km")),
];

const fn alphabet(runs: &'static [(char, char)], weight: usize, letters: Letters) -> Alphabet {
    Alphabet { runs, weight, letters }
}

/// A set of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Letters {
    Only(&'static str),
    Kana,
    Ideographs,
    /// Single parts of Hangul syllables: laughter and tears.
    Jamo,
    Cyrillic,
    Arabic,
    Devanagari,
}

/// What a Latin word of an English text weighs at most, and one of those that sentences are made
/// of: a post in another language has English words, but no English sentence.
const ENGLISH_WORD: usize = 3;
const SENTENCE_WORD: usize = 6;
const SENTENCE_WORDS: [&str; 61] = [
    "a", "about", "again", "all", "am", "an", "and", "are", "at", "be", "because", "been", "but",
    "can", "cannot", "did", "do", "does", "for", "from", "had", "has", "have", "he", "her", "his",
    "how", "i", "if", "in", "into", "is", "it", "just", "like", "me", "my", "not", "of", "on",
    "our", "she", "so", "that", "the", "their", "them", "they", "this", "to", "was", "we", "were",
    "what", "when", "who", "why", "will", "with", "you", "your",
];
/// What people of every language exclaim.
const EXCLAIMED: [&str; 5] = ["god", "gosh", "oh", "ok", "wow"];

/// Japanese writes these ideographs in a way of its own, or alone has them.
const JAPANESE: &str = "\
    気実発観楽検験録駅広売読続戦様沢総桜絵薬訳転鉄悪壊帰渋込働毎涙対応図変単両円々聴覚竜歳囲圧栄営駆撃拡仮戯\
    拠挙暁薫恵渓経継軽険顕圏権剣厳鉱済剤斎雑桟児釈収従獣縦粛処奨焼乗剰壌嬢畳縄譲粋髄瀬摂斉専銭繊荘捜挿巣騒\
    増蔵臓堕帯滞択弾遅庁鎮伝闘稲徳悩脳覇廃拝髪抜払仏辺豊黙誉謡頼猟塁齢暦歴労亜隠縁塩殴穏懐匂峠枠畑笹凪黒満\
    戻掲巻姉咲噛緑鶏駄";
/// Japanese words of ideographs that Chinese writes too, but not so.
const JAPANESE_WORDS: [&str; 11] =
    ["最終回", "神回", "号泣", "配信", "全話", "予告", "韓国", "素敵", "俳優", "動画", "主題歌"];
/// Chinese alone writes these ideographs, or writes them so.
const CHINESE: &str = "\
    这们说还没吗吧呢么剧观谁让时见对发听觉岁龙颜乐你您很啊哦嘛啦哈它给过剑终结爱开关电视频书买卖读语\
    话谢请认识难欢脸头东车马鸟鱼风飞门问间闻无为从边远进运动亲习实现场热员导满样级线经济应该总這們說\
    還沒嗎麼覺聽樂戲實氣發對顏歲讓會來點學總經變邊關單戰觀讀續廣賣寫畫國絕喔囉唷淚當應";

/// Words that Marathi and Nepali are full of, and Hindi does not know.
const MARATHI: [&str; 5] = ["आहे", "आहेत", "आणि", "नाही", "मला"];
const NEPALI: [&str; 8] = ["छ", "छन्", "छैन", "हुन्छ", "पनि", "भएको", "गरेको", "र"];

/// What the letters of `text` say; `is_english` tells whether its Latin ones are English.
pub(super) fn writing(text: &str, is_english: impl FnOnce() -> bool) -> Writing {
    let mut counts = [0_usize; ALPHABETS.len()];
    let mut n_latin = 0;
    let mut place = 0;
    for c in text.chars() {
        if is_latin(c) {
            n_latin += 1;
        } else if !c.is_ascii() && c.is_alphabetic() {
            let holds = |alphabet: &Alphabet| {
                alphabet.runs.iter().any(|(first, last)| (*first..=*last).contains(&c))
            };
            // Letters of one alphabet follow each other.
            if !ALPHABETS.get(place).is_some_and(holds) {
                place = ALPHABETS.iter().position(holds).unwrap_or(ALPHABETS.len());
            }
            if let Some(count) = counts.get_mut(place) {
                *count += 1;
            }
        }
    }
    let counted = || ALPHABETS.iter().zip(counts);
    let n_of = |letters: Letters| {
        counted().find(|(alphabet, _)| alphabet.letters == letters).map_or(0, |(_, n)| n)
    };
    let (n_kana, n_ideographs) = (n_of(Letters::Kana), n_of(Letters::Ideographs));
    // Kana and ideographs are one script, whichever language it is.
    let weigh = |(alphabet, n): (&Alphabet, usize)| match alphabet.letters {
        Letters::Kana | Letters::Ideographs => alphabet.weight * (n_kana + n_ideographs),
        _ => alphabet.weight * n,
    };
    let heaviest = counted().max_by_key(|counted| weigh(*counted));
    match heaviest {
        Some(heaviest) if outweighs_latin(weigh(heaviest), n_latin, text, is_english) => {
            match heaviest.0.letters {
                Letters::Only(code) => Writing::Only(code),
                Letters::Cyrillic => Writing::Cyrillic,
                Letters::Arabic => Writing::Arabic,
                Letters::Devanagari => Writing::Only(of_devanagari(text)),
                Letters::Kana | Letters::Ideographs | Letters::Jamo => {
                    of_ideographs(text, n_kana, n_ideographs)
                }
            }
        }
        _ if n_latin > 0 => Writing::Latin,
        _ if n_of(Letters::Jamo) > 0 => Writing::Only("ko"),
        _ => Writing::None,
    }
}

/// Whether what weighs `weight` decides beside `n_latin` Latin letters: more of the posts with as
/// much of both are in the other language, with English words.
fn outweighs_latin(
    weight: usize,
    n_latin: usize,
    text: &str,
    is_english: impl FnOnce() -> bool,
) -> bool {
    if weight == 0 || weight >= n_latin {
        return weight > 0;
    }
    let (mut by_letters, mut by_words) = (0, 0);
    for word in text.split(|c| !is_latin(c)).filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        if !EXCLAIMED.contains(&word.as_str()) && !is_chatter(&word) {
            let makes_sentences = SENTENCE_WORDS.contains(&word.as_str());
            by_letters += word.chars().count();
            by_words += if makes_sentences { SENTENCE_WORD } else { ENGLISH_WORD };
        }
    }
    weight >= by_letters || (weight >= by_words && is_english())
}

/// What `n_ideographs` among `n_kana` say.
fn of_ideographs(text: &str, n_kana: usize, n_ideographs: usize) -> Writing {
    let is_chinese = || text.contains(|c| CHINESE.contains(c));
    let is_japanese = || {
        text.contains(|c| JAPANESE.contains(c))
            || JAPANESE_WORDS.iter().any(|word| text.contains(word))
    };
    // A few kana in a Chinese text are a fashion; a Japanese text has them everywhere.
    let may_be_fashion = n_ideographs >= 2 * n_kana;
    match n_kana {
        _ if may_be_fashion && is_chinese() => Writing::Only("zh"),
        1.. if n_ideographs <= 8 * n_kana => Writing::Only("ja"),
        _ if is_japanese() => Writing::Only("ja"),
        0 => Writing::Ideographs,
        _ => Writing::Only("zh"),
    }
}

/// Whether `c` is a letter of the Latin script that words are made of.
pub(super) fn is_latin(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '\u{1E00}'..='\u{1EFF}' => true,
        '\u{C0}'..='\u{24F}' => c != '×' && c != '÷',
        _ => false,
    }
}

fn of_devanagari(text: &str) -> &'static str {
    let n_of = |words: &[&str]| text.split_whitespace().filter(|word| words.contains(word)).count();
    if text.contains('ळ') || n_of(&MARATHI) > 0 {
        "mr"
    } else if n_of(&NEPALI) > 0 {
        "ne"
    } else {
        "hi"
    }
}
