//! Which script most of a text is in, and the language where only one is written in it.

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

/// The scripts but Latin: the letters, how much one weighs against a Latin one, and the language.
/// A syllable or an ideograph says as much as a few letters.
const SCRIPTS: [(&[(char, char)], usize, Letters); 24] = [
    (&[('\u{AC00}', '\u{D7A3}'), ('\u{1100}', '\u{11FF}')], 2, Letters::Only("ko")),
    (&[('\u{3041}', '\u{30FA}'), ('\u{FF66}', '\u{FF9D}')], 2, Letters::Kana),
    (&[('\u{3400}', '\u{9FFF}'), ('\u{3005}', '\u{3007}')], 2, Letters::Ideographs),
    (&[('\u{3131}', '\u{318E}')], 0, Letters::Jamo),
    (&[('\u{E01}', '\u{E3A}'), ('\u{E40}', '\u{E4E}')], 1, Letters::Only("th")),
    (&[('\u{400}', '\u{52F}')], 1, Letters::Cyrillic),
    (&[('\u{620}', '\u{6FF}'), ('\u{750}', '\u{77F}')], 1, Letters::Arabic),
    (&[('\u{900}', '\u{963}')], 1, Letters::Devanagari),
    (&[('\u{370}', '\u{3FF}'), ('\u{1F00}', '\u{1FFF}')], 1, Letters::Only("el")),
    (&[('\u{531}', '\u{587}')], 1, Letters::Only("hy")),
    (&[('\u{5D0}', '\u{5F2}')], 1, Letters::Only("he")),
    (&[('\u{980}', '\u{9FE}')], 1, Letters::Only("bn")),
    (&[('\u{A01}', '\u{A76}')], 1, Letters::Only("pa")),
    (&[('\u{A81}', '\u{AFF}')], 1, Letters::Only("gu")),
    (&[('\u{B01}', '\u{B77}')], 1, Letters::Only("or")),
    (&[('\u{B82}', '\u{BFA}')], 1, Letters::Only("ta")),
    (&[('\u{C00}', '\u{C7F}')], 1, Letters::Only("te")),
    (&[('\u{C80}', '\u{CF3}')], 1, Letters::Only("kn")),
    (&[('\u{D00}', '\u{D7F}')], 1, Letters::Only("ml")),
    (&[('\u{D81}', '\u{DF3}')], 1, Letters::Only("si")),
    (&[('\u{E81}', '\u{EDF}')], 1, Letters::Only("lo")),
    (&[('\u{1000}', '\u{109F}')], 1, Letters::Only("my")),
    (&[('\u{10A0}', '\u{10FF}'), ('\u{1C90}', '\u{1CBF}')], 1, Letters::Only("ka")),
    (&[('\u{1780}', '\u{17DD}')], 1, Letters::Only("km")),
];

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

/// Japanese simplified these ideographs in a way that Chinese did not.
const JAPANESE: &str =
    "気実発観楽検験録駅広売読続戦様沢浜総桜絵薬訳転鉄悪壊帰渋込働毎涙対応図変単両円々";

/// Words that Marathi and Nepali are full of, and Hindi does not know.
const MARATHI: [&str; 5] = ["आहे", "आहेत", "आणि", "नाही", "मला"];
const NEPALI: [&str; 8] = ["छ", "छन्", "छैन", "हुन्छ", "पनि", "भएको", "गरेको", "र"];

/// What the letters of `text` say.
pub(super) fn writing(text: &str) -> Writing {
    let mut weights = [0_usize; SCRIPTS.len()];
    let mut latin = 0;
    for c in text.chars() {
        if is_latin(c) {
            latin += 1;
        } else if !c.is_ascii() && c.is_alphabetic() {
            let holds = |(ranges, ..): &(&[(char, char)], _, _)| {
                ranges.iter().any(|(first, last)| (*first..=*last).contains(&c))
            };
            let place = SCRIPTS.iter().position(holds);
            if let Some(weight) = place.and_then(|place| weights.get_mut(place)) {
                *weight += 1;
            }
        }
    }
    let counted = || SCRIPTS.iter().zip(weights);
    let n_of = |wanted: Letters| {
        counted().filter(|((.., letters), _)| *letters == wanted).map(|(_, n)| n).sum::<usize>()
    };
    let (n_kana, n_ideographs) = (n_of(Letters::Kana), n_of(Letters::Ideographs));
    // Kana and ideographs are one script, whichever language it is.
    let weight = |((_, weight, letters), n): (&(_, usize, Letters), usize)| match letters {
        Letters::Kana | Letters::Ideographs => (weight * (n_kana + n_ideographs), *letters),
        _ => (weight * n, *letters),
    };
    let most = counted().map(weight).max_by_key(|(weight, _)| *weight);
    match most {
        Some((weight, letters)) if weight > latin => match letters {
            Letters::Only(code) => Writing::Only(code),
            Letters::Cyrillic => Writing::Cyrillic,
            Letters::Arabic => Writing::Arabic,
            Letters::Devanagari => Writing::Only(of_devanagari(text)),
            // A few kana in a Chinese text are a fashion; a Japanese text has them everywhere.
            _ if n_ideographs <= 8 * n_kana || text.contains(|c| JAPANESE.contains(c)) => {
                Writing::Only("ja")
            }
            _ if n_kana == 0 => Writing::Ideographs,
            _ => Writing::Only("zh"),
        },
        _ if latin > 0 => Writing::Latin,
        _ if n_of(Letters::Jamo) > 0 => Writing::Only("ko"),
        _ => Writing::None,
    }
}

/// Whether `c` is a letter of the Latin script that words are made of.
pub(super) fn is_latin(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' => true,
        '\u{C0}'..='\u{24F}' => c != '×' && c != '÷',
        '\u{1E00}'..='\u{1EFF}' => true,
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
