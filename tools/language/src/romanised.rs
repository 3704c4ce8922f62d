//! Words in other letters than their language's own, as people type them.

/// Korean in Latin letters; none for words that are not all Hangul syllables.
pub fn korean(word: &str) -> Option<String> {
    const INITIALS: [&str; 19] = [
        "g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t",
        "p", "h",
    ];
    const VOWELS: [&str; 21] = [
        "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo",
        "we", "wi", "yu", "eu", "ui", "i",
    ];
    const FINALS: [&str; 28] = [
        "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p",
        "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t",
    ];
    word.chars().try_fold(String::new(), |mut latin, c| {
        let syllable = u32::from(c).checked_sub(0xAC00).filter(|n| *n < 11_172)? as usize;
        latin.push_str(INITIALS[syllable / 588]);
        latin.push_str(VOWELS[syllable % 588 / 28]);
        latin.push_str(FINALS[syllable % 28]);
        Some(latin)
    })
}

/// Japanese kana in Latin letters; none for words with ideographs.
pub fn japanese(word: &str) -> Option<String> {
    const KANA: [(&str, &str); 33] = [
        ("きゃ", "kya"),
        ("きゅ", "kyu"),
        ("きょ", "kyo"),
        ("しゃ", "sha"),
        ("しゅ", "shu"),
        ("しょ", "sho"),
        ("ちゃ", "cha"),
        ("ちゅ", "chu"),
        ("ちょ", "cho"),
        ("にゃ", "nya"),
        ("にゅ", "nyu"),
        ("にょ", "nyo"),
        ("ひゃ", "hya"),
        ("ひゅ", "hyu"),
        ("ひょ", "hyo"),
        ("みゃ", "mya"),
        ("みゅ", "myu"),
        ("みょ", "myo"),
        ("りゃ", "rya"),
        ("りゅ", "ryu"),
        ("りょ", "ryo"),
        ("ぎゃ", "gya"),
        ("ぎゅ", "gyu"),
        ("ぎょ", "gyo"),
        ("じゃ", "ja"),
        ("じゅ", "ju"),
        ("じょ", "jo"),
        ("びゃ", "bya"),
        ("びゅ", "byu"),
        ("びょ", "byo"),
        ("ぴゃ", "pya"),
        ("ぴゅ", "pyu"),
        ("ぴょ", "pyo"),
    ];
    const SINGLE: &str = "あaいiうuえeおoかkaきkiくkuけkeこkoさsaしshiすsuせseそsoたtaちchiつtsuてteとto\
        なnaにniぬnuねneのnoはhaひhiふfuへheほhoまmaみmiむmuめmeもmoやyaゆyuよyo\
        らraりriるruれreろroわwaをwoんnがgaぎgiぐguげgeごgoざzaじjiずzuぜzeぞzo\
        だdaぢjiづzuでdeどdoばbaびbiぶbuべbeぼboぱpaぴpiぷpuぺpeぽpoぁaぃiぅuぇeぉo";
    let katakana = |c: char| match c {
        'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        _ => c,
    };
    let mut kana: String = word.chars().map(katakana).filter(|c| *c != 'ー').collect();
    for (from, to) in KANA {
        kana = kana.replace(from, to);
    }
    let mut latin = String::new();
    let mut doubled = false;
    for c in kana.chars() {
        if c == 'っ' {
            doubled = true;
            continue;
        }
        let from = latin.len();
        if c.is_ascii_lowercase() {
            latin.push(c);
        } else {
            let rest = &SINGLE[SINGLE.find(c)? + c.len_utf8()..];
            latin.extend(rest.chars().take_while(char::is_ascii_lowercase));
        }
        if std::mem::take(&mut doubled) {
            let first = latin[from..].chars().next()?;
            latin.insert(from, first);
        }
    }
    Some(latin)
}

/// Hindi in Latin letters; none for words with other letters than Devanagari's.
pub fn hindi(word: &str) -> Option<String> {
    const CONSONANTS: &str =
        "कkखkhगgघghङnचchछchhजjझjhञnटtठthडdढdhणnतtथthदdधdhनnपpफphबbभbhमmयyरrलlवvशshषshसsहhळl";
    const VOWELS: &str = "अaआaइiईiउuऊuएeऐaiओoऔauऋriाaिiीiुuूuेeैaiोoौauृriंnँnॉoऑo";
    let of = |table: &str, c: char| {
        let rest = &table[table.find(c)? + c.len_utf8()..];
        Some(rest.chars().take_while(char::is_ascii_lowercase).collect::<String>())
    };
    let letters: Vec<char> = word.chars().filter(|c| *c != '\u{93C}').collect();
    let mut latin = String::new();
    for (n, &c) in letters.iter().enumerate() {
        if c == '\u{94D}' {
            continue;
        }
        if let Some(consonant) = of(CONSONANTS, c) {
            latin.push_str(&consonant);
            // A consonant carries an `a` unless another vowel or none follows; nobody types the last.
            if letters.get(n + 1).is_some_and(|next| of(CONSONANTS, *next).is_some()) {
                latin.push('a');
            }
        } else {
            latin.push_str(&of(VOWELS, c)?);
        }
    }
    Some(latin)
}

/// Serbian in Cyrillic letters, of Latin ones.
pub fn serbian(word: &str) -> Option<String> {
    const PAIRS: [(&str, &str); 3] = [("lj", "љ"), ("nj", "њ"), ("dž", "џ")];
    const SINGLE: &str = "aаbбvвgгdдđђeеžжzзiиjјkкlлmмnнoоpпrрsсtтćћuуfфhхcцčчšш";
    let mut word = word.to_owned();
    for (from, to) in PAIRS {
        word = word.replace(from, to);
    }
    word.chars()
        .map(|c| match c {
            'љ' | 'њ' | 'џ' => Some(c),
            _ => SINGLE[SINGLE.find(c)? + c.len_utf8()..].chars().next(),
        })
        .collect()
}
