//! Words that are in no language: names of services, what all chats share, laughter, and what
//! fingers do on a keyboard.

/// Services, and words that people of every language write beside their own.
const SHARED: [&str; 43] = [
    "bl",
    "cdrama",
    "disney",
    "dm",
    "drakor",
    "ep",
    "eps",
    "foryou",
    "foryoupage",
    "fyp",
    "hbo",
    "instagram",
    "iqiyi",
    "jdrama",
    "kdrama",
    "kdramas",
    "kpop",
    "lmao",
    "lmfao",
    "lol",
    "mv",
    "netflix",
    "omfg",
    "omg",
    "ost",
    "owo",
    "pls",
    "plz",
    "rofl",
    "rt",
    "tiktok",
    "tv",
    "tving",
    "twitter",
    "uwu",
    "viki",
    "viu",
    "wavve",
    "wetv",
    "wtf",
    "xd",
    "youtube",
    "yt",
];

/// A word of one keyboard row in its order has at least so many letters.
const IN_ROW_MIN: usize = 4;
const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
/// So many consonants of the middle row in a run are no word's.
const CONSONANTS_MIN: usize = 4;

/// Whether `word`, letters alone, says nothing of its text's language.
pub(super) fn is_chatter(word: &str) -> bool {
    let word = word.to_lowercase();
    SHARED.contains(&word.as_str()) || is_laughter(&word) || is_noise(&word)
}

/// Two letters in turn, or one again and again.
fn is_laughter(word: &str) -> bool {
    let mut letters: Vec<char> = word.chars().collect();
    let n_letters = letters.len();
    letters.sort_unstable();
    letters.dedup();
    let laughs = letters.iter().any(|c| "hjkwxх".contains(*c));
    letters.len() <= 2 && n_letters > 2 + letters.len() / 2 && laughs
}

/// Keys side by side, or hit at random.
fn is_noise(word: &str) -> bool {
    let in_row = word.len() >= IN_ROW_MIN && ROWS.iter().any(|row| row.contains(word));
    let at_random = word.chars().all(|c| "asdfghjkl".contains(c))
        && word.split('a').any(|consonants| consonants.len() >= CONSONANTS_MIN);
    in_row || at_random
}
