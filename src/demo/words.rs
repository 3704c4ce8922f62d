//! The words of a post: a sentence in its language with the titles it names put in.

use std::fmt::Write;

use super::dice::Dice;
use super::model::{Language, Titles};
use super::names::TITLES;
use super::phrases;
use super::voice::Voice;

/// Posts longer than this are cut on X's wire.
pub(super) const LONG: usize = 280;

const EMOJI: [&str; 6] = ["😭", "💜", "🔥🔥", "✨", "🎹🌟", "👩‍❤️‍👨"];

/// A text and the hashtags that a platform may list apart from it.
pub(super) struct Words {
    pub(super) text: String,
    /// Hashtags, without `#`, that the text leaves out.
    pub(super) hashtags: Vec<&'static str>,
}

/// How the words name the title.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// By its name or by a hashtag, in the text.
    InText,
    /// By a hashtag that is not in the text.
    Apart,
}

/// A post about `first`, and about `second` too if there is one.
pub(super) fn about(
    dice: &mut Dice,
    voice: &Voice,
    first: usize,
    second: Option<usize>,
    naming: Naming,
) -> Words {
    let language = voice.language;
    let mut hashtags = Vec::new();
    let mut text = if naming == Naming::Apart {
        hashtags
            .extend([Some(first), second].into_iter().flatten().map(|t| tag(dice, language, t)));
        voice.say(dice.pick::<&str>(phrases::of(language).unnamed))
    } else {
        in_text(dice, voice, first, second)
    };
    decorate(dice, &mut text);
    Words { text, hashtags }
}

/// A post so long that X cuts it before it names `title`.
pub(super) fn long(dice: &mut Dice, voice: &Voice, title: usize) -> String {
    let mut text = String::new();
    let mut length = 0;
    while length <= LONG {
        let sentence = dice.pick(phrases::of(voice.language).unnamed);
        length += sentence.chars().count() + 2;
        text.push_str(sentence);
        text.push_str(". ");
    }
    text.push_str(&in_text(dice, voice, title, None));
    text
}

/// A post that names no title though it may be about one.
pub(super) fn unnamed(dice: &mut Dice, voice: &Voice) -> String {
    let mut text = voice.say(dice.pick::<&str>(phrases::of(voice.language).unnamed));
    decorate(dice, &mut text);
    text
}

/// A post about something else.
pub(super) fn chatter(dice: &mut Dice, language: Language) -> String {
    let mut text = (*dice.pick(phrases::of(language).chatter)).to_owned();
    decorate(dice, &mut text);
    text
}

/// The titles that a post about `first` and `second` names.
pub(super) fn titles(first: usize, second: Option<usize>) -> Titles {
    second.map_or(Titles::of(first), |second| Titles::of(first).and(Titles::of(second)))
}

fn in_text(dice: &mut Dice, voice: &Voice, first: usize, second: Option<usize>) -> String {
    let language = voice.language;
    let phrases = phrases::of(language);
    let by_name =
        [Some(first), second].into_iter().flatten().all(|title| !names(language, title).is_empty());
    if by_name && dice.chance(70_000) {
        let sentence = dice.pick(if second.is_some() { phrases.paired } else { phrases.named });
        let first = name(dice, language, first);
        let second = second.map(|title| name(dice, language, title));
        return voice.say(&fill(sentence, &first, second.as_deref().unwrap_or_default()));
    }
    let mut text = voice.say(dice.pick::<&str>(phrases.unnamed));
    for title in [Some(first), second].into_iter().flatten() {
        let hashtag = tag(dice, language, title);
        let _ = write!(text, " #{hashtag}");
    }
    text
}

fn names(language: Language, title: usize) -> &'static [&'static str] {
    match language {
        Language::Korean => TITLES[title].hangul,
        _ => TITLES[title].latin,
    }
}

fn name(dice: &mut Dice, language: Language, title: usize) -> String {
    let mut name = *dice.pick(names(language, title));
    let local = TITLES[title].local.iter().find(|(of, _)| *of == language);
    if let Some((_, local)) = local
        && dice.chance(30_000)
    {
        name = local;
    }
    match dice.below(10) {
        0 => name.to_lowercase(),
        1 => name.to_uppercase(),
        _ => name.to_owned(),
    }
}

/// Korean posts keep to Hangul: two long hashtags would outweigh a sentence.
fn tag(dice: &mut Dice, language: Language, title: usize) -> &'static str {
    let title = &TITLES[title];
    let hashtags =
        if language == Language::Korean { title.hangul_hashtags } else { title.hashtags };
    dice.pick::<&str>(hashtags)
}

fn decorate(dice: &mut Dice, text: &mut String) {
    if dice.chance(25_000) {
        let _ = write!(text, " {}", dice.pick(&EMOJI));
    }
    if dice.chance(12_000) {
        let _ = write!(text, " https://t.co/{:08x}", dice.below(u32::MAX));
    }
}

/// Puts titles and their particles into a sentence.
fn fill(sentence: &str, first: &str, second: &str) -> String {
    let mut text = String::with_capacity(sentence.len() + first.len() + second.len());
    let mut rest = sentence;
    while let Some((before, slot)) = rest.split_once('{') {
        let (slot, after) = slot.split_once('}').unwrap_or((slot, ""));
        let title = if slot.starts_with('u') { second } else { first };
        text.push_str(before);
        text.push_str(title);
        text.push_str(particle(title, &slot[1..]));
        rest = after;
    }
    text.push_str(rest);
    text
}

/// The form of a Korean particle after `word`.
fn particle(word: &str, form: &str) -> &'static str {
    let closed = word.chars().next_back().is_some_and(|last| {
        ('가'..='힣').contains(&last) && !(u32::from(last) - u32::from('가')).is_multiple_of(28)
    });
    match (form, closed) {
        ("은", true) => "은",
        ("은", false) => "는",
        ("이", true) => "이",
        ("이", false) => "가",
        ("을", true) => "을",
        ("을", false) => "를",
        ("과", true) => "과",
        ("과", false) => "와",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korean_particles_follow_the_last_sound() {
        assert_eq!(
            fill("{t이} {u을} {t}도", "별빛소나타", "사랑의 불시착"),
            "별빛소나타가 사랑의 불시착을 별빛소나타도"
        );
    }

    #[test]
    fn a_long_post_names_its_title_only_behind_the_cut() {
        let mut dice = Dice::new(3);
        for language in Language::ALL {
            for post in 0..20 {
                let text = long(&mut dice, &Voice { language, post }, 0);
                let cut: String = text.chars().take(LONG).collect();
                assert!(TITLES[0].is_in(&text) && !TITLES[0].is_in(&cut), "{cut}");
            }
        }
    }

    #[test]
    fn every_title_can_be_named_in_every_language() {
        let mut dice = Dice::new(5);
        for language in Language::ALL {
            for (title, name) in TITLES.iter().enumerate() {
                let voice = Voice { language, post: 5 };
                let text = about(&mut dice, &voice, title, None, Naming::InText).text;
                assert!(name.is_in(&text), "{text}");
            }
        }
    }
}
