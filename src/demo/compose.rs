//! Writes the posts: the first ones, and what they set off.

use std::sync::Arc;

use super::dice::Dice;
use super::model::{Form, Kind, Language, Platform, Post, Titles};
use super::names::N_TITLES;
use super::scenario::{self, CHATTER, Rates};
use super::trouble::rate;
use super::voice::Voice;
use super::words::{self, Naming};
use super::{twitter, wire};
use crate::time::Timestamp;

/// How many of a title's posts people still share, quote and answer.
const POPULAR_MAX: usize = 64;
/// How many people write on each of [`Platform::ALL`].
const AUTHORS: [u32; 3] = [40_000, 25_000, 20_000];
/// Appeal is below this.
const APPEAL_MAX: u32 = 4_000;
/// The spellings of X, each as likely.
const FORMS: [Form; 6] = [
    Form::V2 { renamed: false },
    Form::V2 { renamed: true },
    Form::V2 { renamed: false },
    Form::Compat,
    Form::Extended,
    Form::Streaming,
];

#[derive(Default)]
pub(super) struct Composer {
    sequence: u64,
    popular: [Vec<Arc<Post>>; N_TITLES],
}

impl Composer {
    /// A post that nothing set off, about the stream's title, or about none.
    pub(super) fn first(
        &mut self,
        dice: &mut Dice,
        rates: &Rates,
        stream: usize,
        at: Timestamp,
    ) -> Post {
        let platform = scenario::platform(dice);
        self.first_on(dice, rates, stream, platform, at)
    }

    /// The same on one platform.
    pub(super) fn first_on(
        &mut self,
        dice: &mut Dice,
        rates: &Rates,
        stream: usize,
        platform: Platform,
        at: Timestamp,
    ) -> Post {
        let language = rates.language(dice);
        let mut post = self.blank(dice, platform, Kind::Original, language, at);
        if platform == Platform::Instagram && dice.chance(rate::NO_TEXT) {
            return post;
        }
        if stream == CHATTER {
            post.text = words::chatter(dice, language);
            return post;
        }
        let voice = Voice::of(&post);
        if platform == Platform::Twitter && dice.chance(rate::LONG) {
            post.titles = Titles::of(stream);
            post.text = words::long(dice, &voice, stream);
            return post;
        }
        let second = dice.chance(rate::MULTI_TITLE).then(|| other_title(dice, stream));
        let apart = platform == Platform::Tiktok && dice.chance(rate::HASHTAGS_APART);
        let naming = if apart { Naming::Apart } else { Naming::InText };
        let words = words::about(dice, &voice, stream, second, naming);
        post.titles = words::titles(stream, second);
        post.text = words.text;
        post.hashtags = words.hashtags;
        post
    }

    /// A share, quote or answer of a popular post about `title`; `None` while there is none.
    pub(super) fn set_off(&mut self, dice: &mut Dice, title: usize, at: Timestamp) -> Option<Post> {
        let popular = self.popular.get(title).filter(|posts| !posts.is_empty())?;
        let (one, other) = (dice.pick(popular), dice.pick(popular));
        let about = Arc::clone(if one.appeal > other.appeal { one } else { other });
        let kind = match dice.below(100) {
            0..64 => Kind::Share,
            64..82 => Kind::Quote,
            _ => Kind::Reply,
        };
        let mut post = self.blank(dice, Platform::Twitter, kind, about.language, at);
        let voice = Voice::of(&post);
        match kind {
            Kind::Quote if dice.chance(rate::QUOTES_THAT_NAME) => {
                post.text = words::about(dice, &voice, title, None, Naming::InText).text;
                post.titles = about.titles.and(Titles::of(title));
            }
            Kind::Quote => {
                post.text = words::unnamed(dice, &voice);
                post.titles = about.titles;
            }
            Kind::Reply => {
                let named = !dice.chance(rate::REPLIES_WITHOUT_TITLE);
                let text = if named {
                    post.titles = Titles::of(title);
                    words::about(dice, &voice, title, None, Naming::InText).text
                } else {
                    words::unnamed(dice, &voice)
                };
                let who = about.author.map(twitter::handle).unwrap_or_default();
                post.text = format!("@{who} {text}");
            }
            _ => {
                post.text.clone_from(&about.text);
                post.titles = about.titles;
            }
        }
        post.about = Some(about);
        Some(post)
    }

    /// Lets people share a post from now on.
    pub(super) fn publish(&mut self, dice: &mut Dice, title: usize, post: &Post) {
        let shareable = post.platform == Platform::Twitter
            && post.kind == Kind::Original
            && !post.titles.is_empty()
            && post.author.is_some();
        let Some(popular) = self.popular.get_mut(title).filter(|_| shareable) else { return };
        let post = Arc::new(post.clone());
        if popular.len() < POPULAR_MAX {
            popular.push(post);
        } else {
            // Old posts go by chance, so that some are shared for long.
            let n = u32::try_from(popular.len()).unwrap_or(0);
            popular[dice.below(n) as usize] = post;
        }
    }

    /// A later version of a post, made at `at`.
    pub(super) fn edit(&mut self, post: &Post, at: Timestamp) -> Post {
        let mut edited = post.clone();
        edited.edits = Some(post.id);
        edited.id = self.id(Platform::Twitter, at);
        edited.text.push('!');
        edited
    }

    fn blank(
        &mut self,
        dice: &mut Dice,
        platform: Platform,
        kind: Kind,
        language: Language,
        at: Timestamp,
    ) -> Post {
        let event = platform.resolve(at);
        let form = match *dice.pick(&FORMS) {
            Form::V2 { .. } if dice.chance(rate::BARE) => Form::V2Bare,
            form => form,
        };
        let form = if wire::can_carry(form, kind) { form } else { Form::V2 { renamed: false } };
        let unknown = match platform {
            Platform::Twitter => form == Form::V2Bare,
            Platform::Tiktok => false,
            Platform::Instagram => dice.chance(rate::NO_AUTHOR),
        };
        let author = dice.skewed(AUTHORS[platform as usize]);
        Post {
            platform,
            id: self.id(platform, event),
            edits: None,
            event,
            kind,
            author: (!unknown).then_some(author),
            language,
            titles: Titles::default(),
            text: String::new(),
            hashtags: Vec::new(),
            about: None,
            form,
            escaped: dice.chance(rate::JSON_ESCAPES),
            appeal: dice.skewed(APPEAL_MAX),
        }
    }

    fn id(&mut self, platform: Platform, event: Timestamp) -> u64 {
        self.sequence += 1;
        platform.id(event, self.sequence)
    }
}

fn other_title(dice: &mut Dice, title: usize) -> usize {
    let last = u32::try_from(N_TITLES).unwrap_or(1) - 1;
    (title + dice.between(1, last + 1) as usize) % N_TITLES
}
