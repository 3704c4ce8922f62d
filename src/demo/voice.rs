//! How one post says what many say.

use super::asides::{self, Asides};
use super::model::{Language, Post};

/// Of so many posts …
const POSTS: u64 = 100;
/// … so many say the bare sentence, as others have.
const BARE: u64 = 20;

/// The language of a post, and what tells it from the others.
///
/// Its number alone says how it speaks: no dice are thrown for it.
pub(super) struct Voice {
    pub(super) language: Language,
    /// The post's id.
    pub(super) post: u64,
}

impl Voice {
    pub(super) fn of(post: &Post) -> Self {
        Self { language: post.language, post: post.id }
    }

    /// The sentence with what this post adds to it.
    pub(super) fn say(&self, sentence: &str) -> String {
        let mut rest = mix(self.post);
        let mut below = |n: u64| {
            let part = rest % n;
            rest /= n;
            part
        };
        if below(POSTS) < BARE {
            return sentence.to_owned();
        }
        let open = below(2) == 0;
        let mut pick = |asides: &[&'static str; asides::N]| {
            usize::try_from(below(asides::N as u64)).map_or("", |place| asides[place])
        };
        let Asides { opening, company, moment, outcome } = asides::of(self.language);
        let (company, moment, outcome) = (pick(company), pick(moment), pick(outcome));
        let (stop, gap) = self.language.marks();
        let stop = if sentence.ends_with(['.', '?']) { "" } else { stop };
        let said = [sentence, stop, gap, company, gap, moment, gap, outcome].concat();
        if open { [pick(opening), gap, &said].concat() } else { said }
    }
}

/// Numbers that lie close together become numbers that do not (the finalizer of `SplitMix64`).
fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn some_posts_are_copies_and_most_are_not() {
        for language in Language::ALL {
            let say = |post| Voice { language, post }.say("One sentence");
            let bare = (0..1000).filter(|post| say(*post) == "One sentence").count();
            assert!((150..250).contains(&bare), "{bare} of {language:?}");
            let texts: BTreeSet<_> = (0..1000).map(say).collect();
            assert!((650..800).contains(&texts.len()), "{} of {language:?}", texts.len());
            assert_eq!(say(7), say(7));
        }
    }
}
