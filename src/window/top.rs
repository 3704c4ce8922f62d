//! The posts of a window that have earned the most.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize, Serializer};

use crate::time::Timestamp;
use crate::window::Window;
use crate::window::ledger::Identity;

/// How many posts are remembered of a title, so that some can leave and those shown are still the
/// right ones.
pub const TOP_POSTS_KEPT: usize = 200;

/// The posts made in a window that have earned the most in all, at most [`TOP_POSTS_KEPT`].
///
/// What a post has earned only grows, and each gain brings the post here with all it has earned.
/// So the first `k` are the right ones, unless a post that was put out (or not taken in) for
/// [`TOP_POSTS_KEPT`] better ones has gained nothing since and more than `TOP_POSTS_KEPT - k` of
/// those have left the window or been retracted, while it has not.
///
/// Memory: about 100 bytes a post, 20 kB at the most.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub struct TopPosts {
    window: Window,
    /// Where the window starts, at the time last advanced to.
    start: Timestamp,
    posts: BTreeMap<Identity, Post>,
    /// The best first.
    ranks: BTreeSet<(Reverse<u64>, Identity)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Post {
    event_time: Timestamp,
    earned: u64,
}

/// Posts as they are written down: their ranks follow.
#[derive(Serialize, Deserialize)]
struct Written {
    window: Window,
    start: Timestamp,
    posts: Vec<(Identity, Post)>,
}

impl Serialize for TopPosts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let posts = self.posts.iter().map(|(identity, post)| (identity.clone(), *post));
        Written { window: self.window, start: self.start, posts: posts.collect() }
            .serialize(serializer)
    }
}

impl TryFrom<Written> for TopPosts {
    type Error = &'static str;

    fn try_from(Written { window, start, posts }: Written) -> Result<Self, Self::Error> {
        if !window.is_sound() {
            return Err("top posts of no window");
        }
        let mut top = Self { start, ..Self::new(window) };
        for (identity, post) in posts {
            top.earn(&identity, post.event_time, post.earned);
        }
        Ok(top)
    }
}

impl TopPosts {
    /// No post yet.
    pub fn new(window: Window) -> Self {
        let start = Timestamp::from_millis(i64::MIN);
        Self { window, start, posts: BTreeMap::new(), ranks: BTreeSet::new() }
    }

    /// Takes note that a post made at `event_time` has earned so much in all: likes, shares and
    /// comments. One from before the window is left out, and one that has earned nothing.
    pub fn earn(&mut self, identity: &Identity, event_time: Timestamp, earned_in_all: u64) {
        if event_time < self.start || earned_in_all == 0 {
            return;
        }
        let rank = (Reverse(earned_in_all), identity.clone());
        let is_full = self.posts.len() >= TOP_POSTS_KEPT;
        if let Some(known) = self.posts.get(identity) {
            if known.earned >= earned_in_all {
                return;
            }
            self.remove(identity);
        } else if is_full && self.ranks.last().is_some_and(|last| *last < rank) {
            return;
        }
        self.posts.insert(identity.clone(), Post { event_time, earned: earned_in_all });
        self.ranks.insert(rank);
        if self.posts.len() > TOP_POSTS_KEPT
            && let Some((_, last)) = self.ranks.pop_last()
        {
            self.posts.remove(&last);
        }
    }

    /// Takes a post out.
    pub fn remove(&mut self, identity: &Identity) {
        if let Some((identity, post)) = self.posts.remove_entry(identity) {
            self.ranks.remove(&(Reverse(post.earned), identity));
        }
    }

    /// Moves the window to end at `time`; never back.
    pub fn advance(&mut self, time: Timestamp) {
        // Most ticks are no new slide.
        if time - self.window.length < self.start + self.window.slide {
            return;
        }
        self.start = self.window.start(time);
        let Self { posts, ranks, start, .. } = self;
        posts.retain(|_, post| post.event_time >= *start);
        ranks.retain(|(_, identity)| posts.contains_key(identity));
    }

    /// Takes another window, which ends at `time`; posts that a shorter one had put out stay out
    /// until they earn again.
    pub fn change(&mut self, window: Window, time: Timestamp) {
        self.window = window;
        self.start = self.start.min(window.start(time));
        self.advance(time);
    }

    /// The `k` that have earned the most, and how much; of those with as much the lesser identity
    /// first.
    pub fn top(&self, k: usize) -> Vec<(Identity, u64)> {
        let ranks = self.ranks.iter().take(k);
        ranks.map(|(Reverse(earned), identity)| (identity.clone(), *earned)).collect()
    }

    /// Whether there is no post.
    pub fn is_empty(&self) -> bool {
        self.posts.is_empty()
    }

    /// Bytes that it takes, itself included, without the letters of ids that are no numbers.
    pub fn memory(&self) -> usize {
        // A B-tree's nodes are at least half full.
        let post = 2 * size_of::<Identity>() + size_of::<Post>() + size_of::<Reverse<u64>>();
        size_of::<Self>() + 2 * self.posts.len() * post
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::post::Platform;
    use crate::post::id::PostId;
    use crate::time::{Span, TICK};

    const WINDOW: Window = Window { length: Span::from_secs(600), slide: Span::from_secs(60) };
    const SHOWN: usize = 20;

    fn post(id: u64) -> Identity {
        (Platform::Tiktok, PostId::Number(id))
    }

    fn ranked(told: &BTreeMap<u64, (Timestamp, u64)>, start: Timestamp) -> Vec<(Identity, u64)> {
        let mut ranked: Vec<(Identity, u64)> = told
            .iter()
            .filter(|(_, (at, earned))| *at >= start && *earned > 0)
            .map(|(id, (_, earned))| (post(*id), *earned))
            .collect();
        ranked.sort_by_key(|(identity, earned)| (Reverse(*earned), identity.clone()));
        ranked.truncate(SHOWN);
        ranked
    }

    fn again(top: &TopPosts) -> TopPosts {
        let bytes = postcard::to_stdvec(top).unwrap();
        let read: TopPosts = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(&read, top);
        assert_eq!(postcard::to_stdvec(&read).unwrap(), bytes);
        read
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        /// Posts earn late, twice and out of order, and go; no more than are kept.
        #[test]
        fn the_best_are_the_definitions_while_all_are_kept(
            steps in prop::collection::vec((
                0_i64..40,
                prop::collection::vec((0_u64..60, 0_u64..50), 0..12),
                prop::option::of(0_u64..60),
            ), 1..40),
        ) {
            let mut time = Timestamp::from_secs(1_000_000);
            let mut top = TopPosts::new(WINDOW);
            let mut told = BTreeMap::new();
            for (ticks, gains, retracted) in steps {
                time = time + Span::from_millis(ticks * TICK.as_millis());
                top.advance(time);
                for (id, earned) in gains {
                    let at = *told.entry(id).or_insert((time - TICK, 0));
                    top.earn(&post(id), at.0, earned);
                    told.insert(id, (at.0, at.1.max(earned)));
                }
                if let Some(id) = retracted {
                    top.remove(&post(id));
                    told.remove(&id);
                }
                prop_assert_eq!(top.top(SHOWN), ranked(&told, WINDOW.start(time)));
                top = again(&top);
            }
        }

        /// Of many more than are kept, as many may leave as are kept beyond those shown.
        #[test]
        fn the_best_are_the_definitions_after_most_of_those_kept_have_left(
            gains in prop::collection::vec((0_u64..500, 1_u64..1_000), 300..1_000),
            leaving in 0..=TOP_POSTS_KEPT - SHOWN,
        ) {
            let time = Timestamp::from_secs(1_000_000);
            let mut top = TopPosts::new(WINDOW);
            let mut told = BTreeMap::new();
            for (id, gain) in gains {
                let (at, earned) = told.entry(id).or_insert((time - TICK, 0));
                *earned += gain;
                top.earn(&post(id), *at, *earned);
            }
            prop_assert_eq!(top.top(SHOWN), ranked(&told, time - TICK));
            prop_assert!(top.top(usize::MAX).len() <= TOP_POSTS_KEPT);
            for (identity, _) in top.top(leaving) {
                top.remove(&identity);
                told.retain(|id, _| post(*id) != identity);
            }
            prop_assert_eq!(top.top(SHOWN), ranked(&told, time - TICK));
        }
    }

    #[test]
    fn a_longer_window_takes_older_posts_from_then_on() {
        let time = Timestamp::from_secs(1_000_000);
        let mut top = TopPosts::new(WINDOW);
        top.advance(time);
        let old = time - Span::from_secs(900);
        top.earn(&post(1), old, 5);
        assert!(top.is_empty());
        let longer = Window { length: Span::from_secs(1_200), ..WINDOW };
        top.change(longer, time);
        top.earn(&post(1), old, 6);
        assert_eq!(top.top(3), [(post(1), 6)]);
        top.change(WINDOW, time);
        assert!(top.is_empty());
    }
}
