//! Surges: an hour with far more posts than any hour of the day before, for launches of titles
//! without history.
//!
//! ```text
//! N = posts of the last hour,  M = most posts of an hour [b - (k+1)h, b - kh), k = 1..24
//! N ≥ 30,  N + ½ ≥ F(M + ½),  2(√(N + ⅜) - √(M + ⅜)) ≥ 2.5 √(2·3)
//! F = 1.5, in the first 25 h of a title's history 1.65
//! ```
//!
//! The hours k are those within the history. The last is a test of two counts whose variance is
//! three times their mean, as that of posts that draw posts is: twice the root of such a count has a
//! variance of three whatever its mean (Anscombe, Biometrika 1948).
//!
//! Why not the logarithm of their ratio: its error has no bound near M = 0, and a title that begins
//! at 200 posts an hour was found after 45 min instead of 10. Why F is not always 1.5: at first
//! the busiest hour of the day may be yet to come, and day and night alone made one title in five of
//! 200 posts an hour surge.

use serde::{Deserialize, Serialize};

use super::turn::{Active, HOUR, Look, Turn, newest};
use crate::time::{Span, Timestamp};

/// How many hours the last one is compared with, at most.
const HOURS: usize = 24;
/// Posts that an hour needs.
const POSTS_MIN: f64 = 30.0;
/// How many times the posts of the busiest hour before.
const FACTOR: f64 = 1.5;
/// The same while some of the hours are not known.
const FACTOR_FIRST_DAY: f64 = 1.65;
/// How many standard errors of the difference of the counts' roots.
const ERRORS: f64 = 2.5;
/// The variance of a count over its mean.
const DISPERSION: f64 = 3.0;

/// The state of one title: the onset only, for a surge is judged by the last day alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Surge {
    active: Active,
}

impl Surge {
    /// Takes `boundary`, each a [`BOUNDARY`](super::turn::BOUNDARY) after the one before it.
    /// `history` is how long the title has been tracked then, `posts` are those of each of the 5
    /// minutes before it, newest first, [`N_COUNTS`](super::turn::N_COUNTS) of them; what is
    /// missing counts as none.
    ///
    /// Calm is what would be no surge if half of each threshold, of the second its logarithm, were
    /// enough. While history is below
    /// 2 h there is nothing to compare with: a surge of an earlier history is over.
    pub fn step(&mut self, boundary: Timestamp, history: Span, posts: &[u64]) -> Option<Turn> {
        self.active.step(boundary, look(history, posts))
    }

    /// Whether a surge is on.
    pub fn is_active(&self) -> bool {
        self.onset().is_some()
    }

    /// The boundary at which the surge that is on began.
    pub fn onset(&self) -> Option<Timestamp> {
        self.active.onset()
    }
}

fn look(history: Span, posts: &[u64]) -> Look {
    let before = usize::try_from(history.steps(Span::from_hours(1)) - 1).unwrap_or(0).min(HOURS);
    let hours = (1..=before).map(|k| newest(posts.get(k * HOUR..).unwrap_or_default(), HOUR));
    let Some(most) = hours.max() else { return Look::Unknown };
    let now = newest(posts, HOUR);
    let factor = if before < HOURS { FACTOR_FIRST_DAY } else { FACTOR };
    if is_surge(now, most, factor, 1.0) {
        Look::Striking
    } else if is_surge(now, most, factor, 0.5) {
        Look::Lively
    } else {
        Look::Calm
    }
}

/// Whether `now` stands out from `most` if `part` of each threshold is enough.
fn is_surge(now: u64, most: u64, factor: f64, part: f64) -> bool {
    let (now, most) = (now as f64, most as f64);
    let difference = 2.0 * ((now + 0.375).sqrt() - (most + 0.375).sqrt());
    let ratio = (now + 0.5) / (most + 0.5);
    now >= part * POSTS_MIN
        && ratio.ln() >= part * factor.ln()
        && difference >= part * ERRORS * (2.0 * DISPERSION).sqrt()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::virality::turn::{BOUNDARY, N_COUNTS};

    fn span(boundaries: usize) -> Span {
        Span::from_millis(BOUNDARY.as_millis() * i64::try_from(boundaries).unwrap())
    }

    fn at(boundaries: usize) -> Timestamp {
        Timestamp::default() + span(boundaries)
    }

    /// Steps through `counts`, oldest first, tracked since the first; where something turned.
    fn run(surge: &mut Surge, counts: &[u64]) -> Vec<(usize, Turn)> {
        let newest_first: Vec<u64> = counts.iter().rev().copied().collect();
        let step = |n: usize| {
            let past = &newest_first[counts.len() - n..];
            let turn = surge.step(at(n), span(n), &past[..past.len().min(N_COUNTS)]);
            turn.map(|turn| (n, turn))
        };
        (1..=counts.len()).filter_map(step).collect()
    }

    /// Whether `counts`, newest first, are a surge of a title tracked for `minutes`, by definition.
    fn by_definition(minutes: usize, counts: &[u64]) -> bool {
        let posts = |from: usize, to: usize| counts[from / 5..to / 5].iter().sum::<u64>() as f64;
        let before = (1..=24).filter(|k| (k + 1) * 60 <= minutes);
        let before: Vec<f64> = before.map(|k| posts(k * 60, (k + 1) * 60)).collect();
        let (now, most) = (posts(0, 60), before.iter().copied().fold(0.0, f64::max));
        let error = 6.0_f64.sqrt();
        !before.is_empty()
            && now >= 30.0
            && now + 0.5 >= if minutes < 25 * 60 { 1.65 } else { 1.5 } * (most + 0.5)
            && 2.0 * ((now + 0.375).sqrt() - (most + 0.375).sqrt()) >= 2.5 * error
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn surges_are_those_of_the_definition(
            usual in 1_u64..1000,
            percent in 100_u64..400,
            boundaries in 0_usize..400,
            chances in prop::collection::vec(50_u64..150, N_COUNTS),
        ) {
            let rate = |at| usual * if at < 12 { percent } else { 100 };
            let scattered = chances.iter().enumerate();
            let counts: Vec<u64> =
                scattered.map(|(at, chance)| rate(at) * chance / 120_000).collect();
            let turn = Surge::default().step(at(500), span(boundaries), &counts);
            let is_surge = by_definition(boundaries * 5, &counts);
            prop_assert_eq!(turn, is_surge.then_some(Turn::Onset));
        }
    }

    #[test]
    fn a_title_without_a_post_so_far_surges_with_thirty_in_an_hour() {
        let mut surge = Surge::default();
        assert_eq!(run(&mut surge, &[vec![0; 24], vec![29]].concat()), []);
        assert_eq!(run(&mut surge, &[vec![0; 24], vec![30]].concat()), [(25, Turn::Onset)]);
        assert_eq!(surge.onset(), Some(at(25)));
    }

    #[test]
    fn less_than_two_hours_are_nothing_to_compare_with() {
        assert_eq!(run(&mut Surge::default(), &[vec![0; 22], vec![1000]].concat()), []);
        let found = run(&mut Surge::default(), &[vec![0; 22], vec![1000; 2]].concat());
        assert_eq!(found, [(24, Turn::Onset)]);
    }

    #[test]
    fn the_hours_before_the_title_was_tracked_do_not_count() {
        let busy_before = [vec![10; 24], vec![1000; 276]].concat();
        let mut surge = Surge::default();
        assert_eq!(
            surge.step(at(1), span(24), &[vec![20; 12], busy_before].concat()),
            Some(Turn::Onset)
        );
    }

    #[test]
    fn a_surge_is_over_twelve_hours_after_the_last_that_would_be_half_of_one() {
        let counts = [vec![10; 300], vec![100; 12], vec![10; 300]].concat();
        let found = run(&mut Surge::default(), &counts);
        let [(onset, Turn::Onset), (end, turn)] = found[..] else { panic!("{found:?}") };
        assert_eq!(onset, 301);
        assert_eq!(turn, Turn::End { onset: at(301) });
        // An hour later the busiest hour before has nearly as many, and that is calm.
        let calm = (301..end).find(|n| {
            let mut past: Vec<u64> = counts[..*n].to_vec();
            past.reverse();
            look(span(*n), &past) == Look::Calm
        });
        assert_eq!(Some(end), calm.map(|calm| calm + 143));
    }

    #[test]
    fn a_surge_without_history_any_more_is_over() {
        let mut surge = Surge::default();
        run(&mut surge, &[vec![0; 24], vec![100]].concat());
        assert!(surge.is_active());
        let short = Span::from_millis(span(24).as_millis() - 1);
        assert_eq!(surge.step(at(26), short, &[100; 300]), Some(Turn::End { onset: at(25) }));
        assert_eq!(surge, Surge::default());
    }

    #[test]
    fn amounts_of_any_size_are_compared_and_a_restart_changes_nothing() {
        let counts = [vec![u64::MAX; 30], vec![0; 300], vec![1 << 40; 3]].concat();
        let mut surge = Surge::default();
        assert_eq!(run(&mut surge, &counts), [(331, Turn::Onset)]);
        let written = postcard::to_stdvec(&surge).unwrap();
        assert_eq!(postcard::from_bytes::<Surge>(&written), Ok(surge));
    }
}
