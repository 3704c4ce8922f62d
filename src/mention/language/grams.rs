//! The letter groups of a text that its language is told by.
//!
//! Each word is seen between two marks, so that its beginnings and endings count as such. Nothing
//! of this file is the main program's alone: the training tool reads texts by this very file, and
//! a change here needs the table trained again.

/// The longest letter group.
const GRAM_LETTERS_MAX: usize = 5;
/// Letters of a word beyond this many are not looked at.
const WORD_LETTERS_MAX: usize = 30;
/// What stands before and after a word.
const MARK: u32 = 1;

/// The letters of a word, marked at both ends.
#[derive(Clone, Debug)]
struct Word {
    letters: [u32; WORD_LETTERS_MAX + 2],
    n: usize,
}

/// Calls `found` with the hash of each letter group of each word of `text`. A word is a run of
/// letters that `is_letter` takes, with apostrophes inside.
pub(super) fn each_gram(text: &str, is_letter: impl Fn(char) -> bool, mut found: impl FnMut(u32)) {
    let mut word = Word { letters: [MARK; WORD_LETTERS_MAX + 2], n: 1 };
    for c in text.chars() {
        let c = lowercase(c);
        if is_letter(c) || (word.n > 1 && c == '\'') {
            word.push(u32::from(c));
        } else if word.n > 1 {
            word.each_gram(&mut found);
            word.n = 1;
        }
    }
    if word.n > 1 {
        word.each_gram(&mut found);
    }
}

/// The one small letter of `c`: Turkish `İ` is an `i`, and a typographer's apostrophe is one.
fn lowercase(c: char) -> char {
    match c {
        'A'..='Z' => c.to_ascii_lowercase(),
        '\0'..='\u{7F}' => c,
        '’' => '\'',
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

impl Word {
    /// A letter written three times or more counts as written twice, as in `sooo`.
    fn push(&mut self, letter: u32) {
        let repeated = self.n > 2
            && self.letters.get(self.n - 1) == Some(&letter)
            && self.letters.get(self.n - 2) == Some(&letter);
        if let Some(place) = self.letters.get_mut(self.n)
            && self.n <= WORD_LETTERS_MAX
            && !repeated
        {
            *place = letter;
            self.n += 1;
        }
    }

    fn each_gram(&mut self, found: &mut impl FnMut(u32)) {
        while self.n > 2 && self.letters.get(self.n - 1) == Some(&u32::from('\'')) {
            self.n -= 1;
        }
        if let Some(end) = self.letters.get_mut(self.n) {
            *end = MARK;
        }
        let letters = self.letters.get(..=self.n).unwrap_or_default();
        for start in 0..letters.len() {
            let mut hash = 0;
            for (n, letter) in letters.iter().skip(start).take(GRAM_LETTERS_MAX).enumerate() {
                hash = mixed(hash, *letter);
                // The mark alone says nothing.
                if n > 0 || *letter != MARK {
                    found(finished(hash));
                }
            }
        }
        // A word of more letters than a group has counts as a whole too.
        if letters.len() > GRAM_LETTERS_MAX {
            found(finished(letters.iter().fold(0, |hash, letter| mixed(hash, *letter))));
        }
    }
}

const fn mixed(hash: u32, letter: u32) -> u32 {
    (hash.rotate_left(5) ^ letter).wrapping_mul(0x9E37_79B1)
}

const fn finished(hash: u32) -> u32 {
    let hash = (hash ^ (hash >> 15)).wrapping_mul(0x85EB_CA6B);
    hash ^ (hash >> 13)
}
