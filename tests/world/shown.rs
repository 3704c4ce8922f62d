//! What a fold shows, held against the definition over what was counted.

use std::collections::BTreeSet;

use daebak::campaign::TitleId;
use daebak::post::{Action, Kind, Platform};
use daebak::record::config::WindowConfig;
use daebak::time::Timestamp;
use daebak::window::title::TitleWindows;

use super::fault::Fault;
use super::feeds::{Post, STRAYS};
use super::observed::{Known, Observed};
use super::written::{TITLES, at};

impl Observed<'_> {
    /// Every window's number equals the definition over what was counted.
    pub(crate) fn probe(&self) {
        let (Some(time), Some(config)) = (self.fold.time(), self.fold.config()) else { return };
        for title in TITLES.into_iter().chain(STRAYS).map(TitleId::new) {
            let is_named = |(_, known): &(&u64, &Known)| known.titles.contains(&title);
            let named: Vec<(&Post, &Known)> = self
                .known
                .iter()
                .filter(is_named)
                .map(|(root, known)| (&self.world.posts[root], known))
                .collect();
            for window in &config.windows {
                let from = (time - window.length).floor(window.slide);
                let covers = |start: Timestamp| {
                    let range = start..time;
                    named.iter().filter(move |(post, _)| range.contains(&at(post.event)))
                };
                let (start, known) = self.starts[window];
                let counted = covers(from.max(start)).filter(|(_, known)| !known.retracted);
                let counted: Vec<&Post> = counted.map(|(post, _)| *post).collect();
                let context = format!("{title}, {window:?}, T {time}");
                self.probe_posts(&title, window, &counted, &context);
                self.probe_groups(&title, window, &counted, &context);
                self.probe_engagement(&title, window, from.max(start), &context);
                if from >= known {
                    let seen =
                        covers(from).filter(|(_, known)| !known.retracted || known.author_stays);
                    let seen: Vec<&Post> = seen.map(|(post, _)| *post).collect();
                    self.probe_authors(&title, window, &seen, from, &context);
                }
                // Keys begin anew with another window.
                if from > start {
                    self.probe_texts(&title, window, &counted, &context);
                }
            }
            let landed = named.iter().filter(|(post, _)| at(post.event) < time).copied();
            self.probe_day(&title, &landed.collect::<Vec<_>>(), time);
        }
    }

    fn probe_posts(&self, title: &TitleId, window: &WindowConfig, posts: &[&Post], context: &str) {
        let index = self.index(window, |_| true).unwrap();
        let shown = self.fold.title(title);
        let count = |keep: &dyn Fn(&Post) -> bool| posts.iter().filter(|post| keep(post)).count();
        for platform in Platform::SHAPED {
            let sum = shown.map_or(0, |windows| windows.posts(platform, index));
            let truth = count(&|post| post.platform == platform) as u64;
            assert_eq!(sum, truth, "{platform:?}, {context}");
        }
        let Some(index) = self.index(window, |window| window.breakdown) else { return };
        for kind in Kind::ALL {
            for platform in Platform::SHAPED {
                let sum = shown.map_or(0, |windows| windows.posts_of_kind(platform, kind, index));
                let truth = count(&|post| (post.kind, post.platform) == (kind, platform)) as u64;
                assert_eq!(sum, truth, "{kind:?} on {platform:?}, {context}");
            }
        }
        for (language, number) in self.fold.languages() {
            let sum = shown.map_or(0, |windows| windows.posts_in_language(number, index));
            let label = |post: &Post| if post.language == "vi" { "other" } else { post.language };
            let truth = count(&|post| label(post) == language.as_str()) as u64;
            assert_eq!(sum, truth, "{language}, {context}");
        }
    }

    /// What was earned stays when a post is retracted.
    fn probe_engagement(
        &self,
        title: &TitleId,
        window: &WindowConfig,
        from: Timestamp,
        context: &str,
    ) {
        let Some(index) = self.index(window, |window| window.breakdown) else { return };
        let Some(time) = self.fold.time() else { return };
        let truth = self.earned.between(title, from, time);
        for platform in Platform::SHAPED {
            for action in Action::ALL {
                let windows = self.fold.title(title);
                let shown = windows.map_or(0, |w| w.engagement(platform, action, index));
                let truth = truth.get(&(platform, action)).copied().unwrap_or_default();
                assert_eq!(shown, truth, "{action:?} on {platform:?}, {context}");
                let is_carried = self.carried.contains(&(platform, action));
                assert_eq!(self.fold.carries(platform, action), is_carried);
            }
        }
    }

    /// An author stays when a post of theirs is retracted.
    fn probe_authors(
        &self,
        title: &TitleId,
        window: &WindowConfig,
        posts: &[&Post],
        from: Timestamp,
        context: &str,
    ) {
        let Some(index) = self.index(window, |window| window.authors) else { return };
        for platform in Platform::SHAPED {
            let on_it = posts.iter().filter(|post| post.platform == platform);
            let authors: BTreeSet<u64> = on_it.filter_map(|post| post.author).collect();
            let windows = self.fold.title(title);
            let shown = windows.map_or(Some(0), |windows| windows.authors(platform, index, from));
            let truth = authors.len() as u64;
            if windows.is_none_or(TitleWindows::authors_are_exact) {
                assert_eq!(shown, Some(truth), "authors on {platform:?}, {context}");
            } else {
                // Of so few an estimate is right, or next to it.
                assert!(self.world.has(Fault::FewAuthors), "{context}");
                assert!(
                    shown.is_some_and(|n| n.abs_diff(truth) <= 1),
                    "{shown:?}, {truth}, {context}"
                );
            }
        }
    }

    /// The window's number among those that are `measured`.
    pub(super) fn index(
        &self,
        window: &WindowConfig,
        measured: impl Fn(&WindowConfig) -> bool,
    ) -> Option<usize> {
        let windows = self.fold.config()?.windows.iter();
        windows.filter(|window| measured(window)).position(|known| known == window)
    }
}
