//! The skeleton of a text: what is left of it when nothing but its letters and digits counts.
//!
//! One pass drops ignorable characters, unifies compatibility forms (NFKC, Hangul composed),
//! folds case, strips the accents of Latin, Greek and Cyrillic, and removes separators and
//! punctuation; URLs and @names are cut out. Aliases go through the very same pass. Beside each
//! byte of the skeleton stand the byte of the text it came from and the boundaries before it.
//!
//! Two deliberate departures from NFKC: compatibility jamo stay as typed, so that the chat letters
//! of `도깨비ㄳ` are not glued to the syllable before them, and marks that stay are not reordered.

use std::ops::RangeInclusive;

use super::confusable::{is_suspect, one_reading};
use super::letter::{Entry, LOW, Sort, cluster_len, composes, reduced};
use super::link::{begun, ends_url, is_local, is_name, tail_len};

/// A separator stood before the character, or it is the first.
pub(super) const GAP: u8 = 1;
/// The separator was more than white space.
pub(super) const PUNCTUATION: u8 = 1 << 1;
/// An apostrophe stood before it: ends a word, yet leaves no gap (`It's`, `its`).
pub(super) const APOSTROPHE: u8 = 1 << 2;
/// The character before it is of another script.
pub(super) const SCRIPT: u8 = 1 << 3;
/// A run of digits starts or ends before it.
pub(super) const DIGITS: u8 = 1 << 4;
/// A capital that starts a word inside a run of letters: `crashLanding`, `TVDrama`.
pub(super) const HUMP: u8 = 1 << 5;

/// The skeleton of one text. Its buffers are kept from text to text.
#[derive(Clone, Debug, Default)]
pub(super) struct Skeleton {
    /// UTF-8.
    text: Vec<u8>,
    /// One for each byte of `text`.
    places: Vec<Place>,
    hashtags: Vec<Hashtag>,
    /// URLs and @names, as byte ranges of the text.
    cuts: Vec<(usize, usize)>,
}

/// Where a byte of the skeleton came from.
#[derive(Clone, Copy, Debug)]
struct Place {
    origin: u32,
    /// Boundaries before the character that starts here; none inside a character.
    bounds: u8,
}

/// A hashtag in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hashtag {
    /// Its byte range in the text, `#` included.
    pub(super) text: (usize, usize),
    /// Its byte range in the skeleton.
    pub(super) skeleton: (usize, usize),
}

impl Skeleton {
    /// Becomes the skeleton of `text`.
    pub(super) fn read(&mut self, text: &str) {
        self.text.clear();
        self.places.clear();
        self.hashtags.clear();
        self.cuts.clear();
        let last = [Sort::Space; 2];
        let mut pass =
            Pass { text, low: &LOW, to: self, pending: GAP, last, hashtag: None, suspect: false };
        pass.run();
        if pass.suspect && self.text.iter().any(u8::is_ascii_alphabetic) {
            self.read_words_in_one_script(text);
        }
    }

    /// A second look at words in which letters of one script stand for those of another, letter for
    /// letter. Few posts have any, so it may take its time.
    fn read_words_in_one_script(&mut self, text: &str) {
        let read = String::from_utf8_lossy(&self.text).into_owned();
        let letter = |(at, left): (usize, char)| {
            let place = *self.places.get(at)?;
            let written = text.get(place.origin as usize..)?.chars().next()?;
            Some(((written, left), place))
        };
        let letters: Vec<_> = read.char_indices().filter_map(letter).collect();
        self.text.clear();
        self.places.clear();
        for word in letters.chunk_by(|_, (_, next)| next.bounds & !HUMP == 0) {
            let (written, places): (Vec<_>, Vec<_>) = word.iter().copied().unzip();
            let reading = one_reading(&written)
                .unwrap_or_else(|| written.into_iter().map(|(_, left)| left).collect());
            for (c, place) in reading.into_iter().zip(places) {
                self.push(c.encode_utf8(&mut [0; 4]).as_bytes(), place);
            }
        }
        let again = String::from_utf8_lossy(&self.text);
        let moved = |at| {
            let letters = read.get(..at).map_or(0, |before| before.chars().count());
            again.char_indices().nth(letters).map_or(again.len(), |(at, _)| at)
        };
        for hashtag in &mut self.hashtags {
            hashtag.skeleton = (moved(hashtag.skeleton.0), moved(hashtag.skeleton.1));
        }
    }

    #[inline]
    fn push(&mut self, letter: &[u8], place: Place) {
        let inside = Place { bounds: 0, ..place };
        match *letter {
            [one] => {
                self.text.push(one);
                self.places.push(place);
            }
            [a, b, c] => {
                self.text.extend_from_slice(&[a, b, c]);
                self.places.extend_from_slice(&[place, inside, inside]);
            }
            _ => {
                self.text.extend_from_slice(letter);
                self.places.extend((0..letter.len()).map(|n| if n == 0 { place } else { inside }));
            }
        }
    }

    /// Becomes the skeleton of `text`, a hashtag that a platform lists apart from any text.
    pub(super) fn read_hashtag(&mut self, text: &str) {
        self.read(text);
        self.hashtags.clear();
        let skeleton = (0, self.text.len());
        self.hashtags.push(Hashtag { text: (0, text.len()), skeleton });
    }

    /// The skeleton's bytes: UTF-8.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.text
    }

    /// The boundaries before the character at byte `at` of the skeleton; its end is a gap.
    pub(super) fn bounds(&self, at: usize) -> u8 {
        self.places.get(at).map_or(GAP, |place| place.bounds)
    }

    /// The byte of the text from which byte `at` of the skeleton came.
    pub(super) fn origin(&self, at: usize) -> Option<usize> {
        self.places.get(at).map(|place| place.origin as usize)
    }

    /// The first byte of the skeleton that came from byte `origin` of the text or from behind it.
    pub(super) fn place_of(&self, origin: usize) -> usize {
        self.places.partition_point(|place| (place.origin as usize) < origin)
    }

    /// The hashtags in the text, in order.
    pub(super) fn hashtags(&self) -> &[Hashtag] {
        &self.hashtags
    }

    /// The byte ranges of the text that are URLs and @names, in order.
    pub(super) fn cuts(&self) -> &[(usize, usize)] {
        &self.cuts
    }
}

/// One pass over a text.
struct Pass<'a> {
    text: &'a str,
    low: &'a [Entry],
    to: &'a mut Skeleton,
    /// The separators since the last letter.
    pending: u8,
    /// The last letter's sort and that of the one before it.
    last: [Sort; 2],
    /// The open hashtag's start in the text and in the skeleton.
    hashtag: Option<(usize, usize)>,
    /// Whether a letter was seen that may be meant as the Latin one it looks like.
    suspect: bool,
}

impl Pass<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(c) = self.text.get(at..).and_then(|rest| rest.chars().next()) {
            at = self.step(at, c);
        }
        self.close_hashtag(self.text.len());
    }

    /// Takes the character at byte `at`; returns where to go on.
    #[inline]
    fn step(&mut self, at: usize, c: char) -> usize {
        if c.is_ascii_lowercase() {
            return self.lower_case_run(at);
        }
        let code = c as u32;
        if let Some(entry) = self.low.get(code as usize) {
            if entry.sort == Sort::Slow {
                return self.reduce_cluster(at, c);
            }
            self.suspect |= is_suspect(c);
            return self.take(at, c, entry.sort, entry.bytes());
        }
        let sort = match code {
            0xAC00..=0xD7A3 => return self.run_of(at, Sort::Hangul, '\u{AC00}'..='\u{D7A3}'),
            0x4E00..=0x9FFF => return self.run_of(at, Sort::Han, '\u{4E00}'..='\u{9FFF}'),
            0x3041..=0x3096 | 0x30A1..=0x30FA | 0x30FC..=0x30FE => Sort::Kana,
            0x3400..=0x4DBF | 0x3005..=0x3007 => Sort::Han,
            0x3131..=0x3163 | 0x3165..=0x318E => Sort::Jamo,
            0x3000 => Sort::Space,
            0x3001..=0x3020 | 0x30FB | 0x1F1E6..=0x1FAFF => Sort::Punctuation,
            0xFE00..=0xFE0F | 0xFEFF => Sort::Ignorable,
            0xFF01..=0xFF5E => {
                let ascii = char::from(u8::try_from(code - 0xFEE0).unwrap_or_default());
                let Some(entry) = self.low.get(ascii as usize) else { return at + c.len_utf8() };
                return self.take(at, c, entry.sort, entry.bytes());
            }
            _ => return self.reduce_cluster(at, c),
        };
        self.take(at, c, sort, c.encode_utf8(&mut [0; 4]).as_bytes())
    }

    /// As many letters of `range` as stand together, each of three bytes; returns their end.
    fn run_of(&mut self, at: usize, sort: Sort, range: RangeInclusive<char>) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let length = rest.find(|c| !range.contains(&c)).unwrap_or(rest.len());
        let (first, more) =
            rest.as_bytes().get(..length).unwrap_or_default().split_at(3.min(length));
        self.letter(at, sort, first);
        if !more.is_empty() {
            self.last = [sort; 2];
            self.to.text.extend_from_slice(more);
            for at in (at + 3..at + length).step_by(3) {
                self.to.places.extend_from_slice(&[Place { origin: offset(at), bounds: 0 }; 3]);
            }
        }
        at + length
    }

    /// The commonest letters, as many as stand together; returns their end.
    #[inline]
    fn lower_case_run(&mut self, at: usize) -> usize {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        let length = rest.iter().take_while(|b| b.is_ascii_lowercase()).count();
        let (first, more) = rest.get(..length).unwrap_or_default().split_at(1.min(length));
        self.letter(at, Sort::Lower, first);
        if !more.is_empty() {
            self.last = [Sort::Lower; 2];
            let places = (at + 1..at + length).map(|at| Place { origin: offset(at), bounds: 0 });
            self.to.text.extend_from_slice(more);
            self.to.places.extend(places);
        }
        at + length
    }

    #[inline]
    fn take(&mut self, at: usize, c: char, sort: Sort, bytes: &[u8]) -> usize {
        let next = at + c.len_utf8();
        match sort {
            _ if sort.is_letter() => self.letter(at, sort, bytes),
            Sort::Underscore => self.pending |= GAP | PUNCTUATION,
            Sort::Space => self.separate(at, GAP),
            Sort::Apostrophe => self.separate(at, APOSTROPHE),
            Sort::Punctuation => self.separate(at, GAP | PUNCTUATION),
            Sort::Sigil => {
                self.separate(at, GAP | PUNCTUATION);
                return self.sigil(at, c).unwrap_or(next);
            }
            _ => {}
        }
        next
    }

    #[inline]
    fn letter(&mut self, at: usize, sort: Sort, bytes: &[u8]) {
        let mut bounds = self.pending | boundary(self.last[1], sort);
        if bounds == 0 && self.last == [Sort::Upper; 2] && sort == Sort::Lower {
            self.mark_hump();
            bounds = HUMP;
        }
        self.last = if self.pending == 0 { [self.last[1], sort] } else { [Sort::Space, sort] };
        self.pending = 0;
        self.to.push(bytes, Place { origin: offset(at), bounds });
    }

    /// Behind capitals a word starts with the last of them (`TVDrama`) or behind it (`TVdrama`).
    fn mark_hump(&mut self) {
        let Some(origin) = self.to.places.last().map(|place| place.origin) else { return };
        let start = self.to.places.partition_point(|place| place.origin < origin);
        if let Some(place) = self.to.places.get_mut(start) {
            place.bounds |= HUMP;
        }
    }

    #[inline]
    fn separate(&mut self, at: usize, bounds: u8) {
        self.pending |= bounds;
        if self.hashtag.is_some() {
            self.close_hashtag(at);
        }
    }

    fn close_hashtag(&mut self, at: usize) {
        let Some((text, skeleton)) = self.hashtag.take() else { return };
        if skeleton < self.to.text.len() {
            let skeleton = (skeleton, self.to.text.len());
            self.to.hashtags.push(Hashtag { text: (text, at), skeleton });
        }
    }

    /// `#` opens a hashtag; the others may show that they stand in a name or a URL.
    fn sigil(&mut self, at: usize, c: char) -> Option<usize> {
        let next = at + c.len_utf8();
        let (before, after) = (self.text.get(..at)?, self.text.get(next..)?);
        match c {
            '#' | '＃' => {
                self.hashtag = Some((at, self.to.text.len()));
                return None;
            }
            '@' | '＠' => return self.cut_name(at, next),
            _ => {}
        }
        let from = at - begun(c, before, after)?;
        let end = after.find(ends_url).map_or(self.text.len(), |length| next + length);
        Some(self.cut(from, end))
    }

    /// An @name, or a whole address when a domain follows.
    fn cut_name(&mut self, at: usize, next: usize) -> Option<usize> {
        let after = self.text.get(next..)?;
        let length = after.bytes().take_while(|&b| is_name(b)).count();
        let name = after.get(..length)?.trim_end_matches('.');
        if name.is_empty() {
            return None;
        }
        let before = self.text.get(..at)?;
        let local = if name.contains('.') { tail_len(before, is_local) } else { 0 };
        Some(self.cut(at - local, next + name.len()))
    }

    /// Takes the text's bytes `from..to` out of the skeleton; returns `to`.
    fn cut(&mut self, from: usize, to: usize) -> usize {
        let kept = self.to.place_of(from);
        self.to.text.truncate(kept);
        self.to.places.truncate(kept);
        while self.to.hashtags.pop_if(|last| last.skeleton.1 > kept).is_some() {}
        self.to.cuts.push((from, to));
        self.pending = GAP | PUNCTUATION;
        to
    }

    /// Whether a Hangul letter that makes no syllable with others stands at byte `at` of the text.
    fn is_chat_letter(&self, at: usize) -> bool {
        let rest = self.text.get(at..).unwrap_or_default();
        rest.starts_with(|c| matches!(c, '\u{3131}'..='\u{318E}'))
    }

    /// The long way: reduces a base character and all that composes with it; returns its end.
    fn reduce_cluster(&mut self, at: usize, c: char) -> usize {
        let mut start = at;
        if composes(c)
            && self.pending == 0
            && let Some(last) = self.to.places.last()
            && !self.is_chat_letter(last.origin as usize)
        {
            start = last.origin as usize;
            let kept = self.to.places.partition_point(|place| (place.origin as usize) < start);
            self.pending = self.to.bounds(kept);
            self.to.text.truncate(kept);
            self.to.places.truncate(kept);
        }
        let mut from = start;
        loop {
            let rest = self.text.get(from..).unwrap_or_default();
            let (cluster, behind) = rest.split_at(cluster_len(rest));
            for (left, sort) in reduced(cluster) {
                self.suspect |= is_suspect(left);
                self.take(from, left, sort, left.encode_utf8(&mut [0; 4]).as_bytes());
            }
            from += cluster.len();
            if !behind.starts_with(composes) {
                return from.max(at + c.len_utf8());
            }
        }
    }
}

/// A place in the text; no record is as long as 4 GiB.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The boundary between two letters with nothing in between.
fn boundary(last: Sort, next: Sort) -> u8 {
    match (last, next) {
        (Sort::Lower, Sort::Upper) => HUMP,
        (Sort::Upper, Sort::Lower) => 0,
        _ if last == next => 0,
        (Sort::Digit, _) | (_, Sort::Digit) => DIGITS,
        _ => SCRIPT,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    fn skeleton(text: &str) -> String {
        let mut skeleton = Skeleton::default();
        skeleton.read(text);
        String::from_utf8(skeleton.bytes().to_vec()).unwrap()
    }

    #[test]
    fn spellings_of_one_word_share_a_skeleton() {
        let groups: [&[&str]; 12] = [
            &[
                "Starlight Sonata",
                "STARLIGHT-SONATA",
                "ｓｔａｒｌｉｇｈｔ　Ｓｏｎａｔａ",
                "𝑺𝒕𝒂𝒓𝒍𝒊𝒈𝒉𝒕 sonata",
            ],
            &["별빛소나타", "별빛 소나타", "별\u{200B}빛소나타\u{FE0F}", "별빛소나타"],
            &["Café", "Cafe\u{301}", "CAFE", "caf\u{E9}"],
            &["Straße", "STRASSE", "STRAẞE", "strasse"],
            &["Οδός", "ΟΔΟΣ", "οδοσ"],
            &["ガラス", "ｶﾞﾗｽ", "カ\u{3099}ラス"],
            &["สิ้นสุด", "สิ้น สุด"],
            &["It's", "its", "IT’S"],
            &["๑๒", "๑-๒"],
            &["Người Đẹp", "nguoi dep"],
            &["Stаrlight ϲity", "starlight city"],
            &["별빛", "\u{1107}\u{200D}\u{1167}\u{11AF}\u{1107}\u{1175}\u{FE0F}\u{11BE}"],
        ];
        for group in groups {
            for spelling in group {
                assert_eq!(skeleton(spelling), skeleton(group[0]), "{spelling}");
            }
        }
        assert_eq!(skeleton("별빛소나타".nfd().collect::<String>().as_str()), "별빛소나타");
    }

    #[test]
    fn marks_that_carry_meaning_stay() {
        assert_ne!(skeleton("か"), skeleton("が"));
        assert_ne!(skeleton("มา"), skeleton("ม้า"));
        assert_ne!(skeleton("कि"), skeleton("क"));
        assert_eq!(skeleton("Phở Việt Ёлка"), "phovietелка");
    }

    #[test]
    fn chat_letters_are_not_glued_to_the_syllable_before_them() {
        assert_eq!(skeleton("도깨비ㄳ"), "도깨비ㄳ");
    }

    #[test]
    fn emoji_and_punctuation_leave_nothing() {
        assert_eq!(skeleton("👩‍👩‍👧‍👦❤️‍🔥 🇰🇷 1️⃣ !?—…「」"), "1");
    }

    #[test]
    fn a_mark_composes_across_what_leaves_no_trace() {
        assert_eq!(skeleton("か\u{200D}\u{301}\u{200B}\u{3099}い"), "がい");
        assert_eq!(skeleton(&format!("か{}\u{3099}", "\u{200D}".repeat(100))), "が");
        assert_eq!(skeleton("시\u{200D}\u{11AB}\u{FE0F}의"), "신의");
    }

    #[test]
    fn no_mark_reads_again_what_others_were_read_with() {
        for cluster in [
            "시\u{11AB}\u{200D}",
            "か\u{3099}\u{200D}",
            "か\u{3099}\u{301}",
            "か\u{3099}",
            "ก\u{3099}",
        ] {
            let mut chars = cluster.chars();
            let base = chars.next().unwrap();
            let text = format!("{base}{}", chars.as_str().repeat(1_000));
            let mut skeleton = Skeleton::default();
            let last = [Sort::Space; 2];
            let to = &mut skeleton;
            let mut pass = Pass {
                text: &text,
                low: &LOW,
                to,
                pending: GAP,
                last,
                hashtag: None,
                suspect: false,
            };
            let (mut at, mut read) = (0, 0);
            while let Some(c) = text[at..].chars().next() {
                let next = pass.step(at, c);
                let began = pass.to.places.last().map_or(at, |place| place.origin as usize);
                read += next - at.min(began);
                at = next;
            }
            assert!(read <= 2 * text.len(), "{cluster:?}: {read} bytes of {}", text.len());
        }
    }

    #[test]
    fn a_cluster_is_bounded_by_its_marks() {
        let marks = "\u{3099}\u{200D}".repeat(100);
        assert_eq!(cluster_len(&format!("か{marks}")), 3 + 31 * 6);
        assert_eq!(skeleton(&format!("か{marks}い")), format!("が{}い", "\u{3099}".repeat(99)));
    }

    #[test]
    fn any_character_before_a_mark_is_passed() {
        for c in '\0'..=char::MAX {
            assert!(skeleton(&format!("か{c}\u{3099}い")).ends_with('い'), "{c:?}");
        }
    }

    #[test]
    fn signs_in_the_shape_of_letters_are_no_letters() {
        for sign in ["™", "℠", "ª", "º", "№", "ℹ\u{FE0F}"] {
            assert_eq!(skeleton(&format!("{sign}Signal{sign}")), "signal", "{sign}");
        }
        assert_eq!(skeleton("🅅🄸🄽 Ⓢⓘⓖ 🅢🅘🅖"), "vinsigsig");
    }

    #[test]
    fn links_and_names_are_cut_out() {
        let texts = [
            "a https://example.com/signal?x=#signal b",
            "a HTTP://x.y/시그널 b",
            "a www.signal.tv b",
            "a youtu.be/signal b",
            "a signal.com b",
            "a @signal_drama. b",
            "a ＠signal b",
            "a first.signal@mail.com b",
        ];
        for text in texts {
            assert_eq!(skeleton(text), "ab", "{text}");
        }
        assert_eq!(skeleton("a (https://t.co/x)"), "a");
        assert_eq!(skeleton("a @ b: c. d/e 1.5"), "abcde15");
    }

    #[test]
    fn a_hashtag_may_end_within_what_one_character_is_read_as() {
        let mut skeleton = Skeleton::default();
        skeleton.read("Σ#¼A");
        let parts = skeleton.hashtags().iter().map(|h| &skeleton.text[h.skeleton.0..h.skeleton.1]);
        assert_eq!(parts.collect::<Vec<_>>(), [b"1"]);
    }

    #[test]
    fn hashtags_end_where_the_platforms_end_them() {
        let text = "#Signal's #별빛_소나타❤ ＃愛#x #️⃣ # no #";
        let mut skeleton = Skeleton::default();
        skeleton.read(text);
        let found: Vec<&str> =
            skeleton.hashtags().iter().map(|h| &text[h.text.0..h.text.1]).collect();
        assert_eq!(found, ["#Signal", "#별빛_소나타", "＃愛", "#x"]);
    }

    #[test]
    fn boundaries_stand_before_the_character_that_starts_anew() {
        let mut skeleton = Skeleton::default();
        skeleton.read("TVDrama it's crashLanding2화 ㅋ愛の TVfilm aⒷⓒ🅳d");
        let marked = |bit| -> String {
            let text = str::from_utf8(skeleton.bytes()).unwrap();
            text.char_indices()
                .filter(|&(at, _)| skeleton.bounds(at) & bit != 0)
                .map(|(_, c)| c)
                .collect()
        };
        assert_eq!(marked(GAP), "ticㅋta");
        assert_eq!(marked(HUMP), "drlvf");
        assert_eq!(marked(APOSTROPHE), "s");
        assert_eq!(marked(DIGITS), "2화");
        assert_eq!(marked(SCRIPT), "tㅋ愛のtbd");
    }

    #[test]
    fn case_is_folded_for_every_character() {
        // The iota below a Greek letter is an accent, its capital a letter.
        for c in ('\0'..=char::MAX).filter(|c| !c.nfd().any(|mark| mark == '\u{345}')) {
            let expected = skeleton(&c.to_string());
            for cased in [c.to_uppercase().to_string(), c.to_lowercase().to_string()] {
                assert_eq!(skeleton(&cased), expected, "{c:?} {cased:?}");
            }
        }
    }

    #[test]
    fn a_skeleton_is_its_own_skeleton_for_every_character() {
        for c in '\0'..=char::MAX {
            let once = skeleton(&c.to_string());
            assert_eq!(skeleton(&once), once, "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn places_keep_step_with_the_text(text in "[a-zA-Zé #@:/.'가-힣ㄱ-ㅎ\u{300}ガｶﾞｱ-ﾟァ-ヶกำ้0-9❤\u{200D}]{0,60}|\\PC{0,40}") {
            let mut skeleton = Skeleton::default();
            skeleton.read(&text);
            prop_assert!(str::from_utf8(skeleton.bytes()).is_ok());
            prop_assert_eq!(skeleton.text.len(), skeleton.places.len());
            prop_assert!(skeleton.places.is_sorted_by_key(|place| place.origin));
            for place in &skeleton.places {
                prop_assert!(text.is_char_boundary(place.origin as usize));
            }
            for hashtag in skeleton.hashtags() {
                prop_assert!(hashtag.skeleton.0 < hashtag.skeleton.1);
                prop_assert!(hashtag.skeleton.1 <= skeleton.text.len());
            }
        }

        #[test]
        fn characters_without_a_shape_leave_no_trace(text in "[a-zA-Zéüñ0-9 가-힣ㅋがぎぱバパàạ都恋ก-ฮ]{0,30}", every in 1_usize..4, invisible in "[\u{200B}-\u{200F}\u{FE0F}\u{AD}\u{2060}\u{FEFF}]") {
            let strewn = |text: String| -> String {
                let also = |(n, c): (usize, char)| [c.to_string(), invisible.repeat(usize::from(n % every == 0))];
                text.chars().enumerate().flat_map(also).collect()
            };
            prop_assert_eq!(skeleton(&strewn(text.nfc().collect())), skeleton(&text));
            prop_assert_eq!(skeleton(&strewn(text.nfd().collect())), skeleton(&text));
        }

        #[test]
        fn canonically_equal_texts_share_a_skeleton(text in "[a-zA-Zéüñ 가-힣がぎぱバパàạ]{0,40}") {
            let composed: String = text.nfc().collect();
            let decomposed: String = text.nfd().collect();
            prop_assert_eq!(skeleton(&composed), skeleton(&decomposed));
        }

        #[test]
        fn reading_a_skeleton_changes_nothing(text in "[a-zA-Zéßﬁ 가-힣ㄱ-ㅣァ-ヶｱ-ﾝ一-龥ก-ฮ0-9!,❤]{0,40}") {
            let once = skeleton(&text);
            prop_assert_eq!(skeleton(&once), once);
        }
    }
}
