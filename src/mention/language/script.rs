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

/// Japanese simplified these ideographs in a way that Chinese did not.
const JAPANESE: &str =
    "気実発観楽検験録駅広売読続戦様沢浜総桜絵薬訳転鉄悪壊帰渋込働毎涙対応図変単両円々";

/// Words that Marathi and Nepali are full of, and Hindi does not know.
const MARATHI: [&str; 5] = ["आहे", "आहेत", "आणि", "नाही", "मला"];
const NEPALI: [&str; 8] = ["छ", "छन्", "छैन", "हुन्छ", "पनि", "भएको", "गरेको", "र"];

/// What the letters of `text` say.
pub(super) fn writing(text: &str) -> Writing {
    let mut counts = [0_usize; ALPHABETS.len()];
    let mut n_latin = 0;
    for c in text.chars() {
        if is_latin(c) {
            n_latin += 1;
        } else if !c.is_ascii() && c.is_alphabetic() {
            let holds = |alphabet: &Alphabet| {
                alphabet.runs.iter().any(|(first, last)| (*first..=*last).contains(&c))
            };
            let place = ALPHABETS.iter().position(holds);
            if let Some(count) = place.and_then(|place| counts.get_mut(place)) {
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
        Some(heaviest) if weigh(heaviest) > n_latin => match heaviest.0.letters {
            Letters::Only(code) => Writing::Only(code),
            Letters::Cyrillic => Writing::Cyrillic,
            Letters::Arabic => Writing::Arabic,
            Letters::Devanagari => Writing::Only(of_devanagari(text)),
            Letters::Kana | Letters::Ideographs | Letters::Jamo => {
                of_ideographs(text, n_kana, n_ideographs)
            }
        },
        _ if n_latin > 0 => Writing::Latin,
        _ if n_of(Letters::Jamo) > 0 => Writing::Only("ko"),
        _ => Writing::None,
    }
}

/// What `n_ideographs` among `n_kana` say.
fn of_ideographs(text: &str, n_kana: usize, n_ideographs: usize) -> Writing {
    // A few kana in a Chinese text are a fashion; a Japanese text has them everywhere.
    if n_ideographs <= 8 * n_kana || text.contains(|c| JAPANESE.contains(c)) {
        Writing::Only("ja")
    } else if n_kana == 0 {
        Writing::Ideographs
    } else {
        Writing::Only("zh")
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
