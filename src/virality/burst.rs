//! Bursts: more posts than are usual for the title, on a scale of minutes or of an hour.
//!
//! ```text
//! x = posts of the last w, w = 5, 15, 60 min        β = 1
//! z = (x - max(m, β)) / (√v + β)                    score S = max of z over w
//! x' = min(x, max(m, β) + 2(√v + β))                so that one burst does not hide the next
//! d = x' - m,  m += αd,  v = (1 - α)(v + αd²)       α = max(1 - 2^(-1/2016), 1/(i + 1))
//! ```
//!
//! An exponentially weighted mean and variance with a half-life of a week, after `SigniTrend`
//! (Schubert, Weiler, Kriegel, KDD 2014) on several scales. In the first day, i < 288, α = 1/(i + 1)
//! makes them the plain ones, x' is x, and nothing is scored.
//!
//! A burst that is on a day later is no exception any more: from then on x' is x, and what lasts
//! becomes usual. Why not 10 deviations: what takes a part p of the time and is learnt from whole
//! is never more than 1/√p deviations high, so that of weekend evenings eight times the usual rate
//! two in three were missed; `cargo bench --bench detection` shows what is found.

use serde::{Deserialize, Serialize};

use super::turn::{Active, HOUR, Look, Turn, newest};
use crate::time::{Span, Timestamp};

/// The scales in boundaries: 5, 15 and 60 min.
const SCALES: [usize; 3] = [1, 3, HOUR];
/// Posts that even the quietest title is expected to have, and the least deviation, β.
const BIAS: f64 = 1.0;
/// The boundaries of a week: the half-life of mean and variance.
const HALF_LIFE: f64 = 2016.0;
/// The boundaries of the first day, which are learnt from and not scored.
const WARM_UP: u32 = 288;
/// The most deviations above the mean that are learnt from, but for a burst that lasts.
const LEARNT_MAX: f64 = 2.0;
/// A burst that has been on for so long is learnt from whole.
const LASTING: Span = Span::from_days(1);
/// A burst begins at this score.
const ONSET: f64 = 7.0;
/// Below this score it is calm.
const CALM: f64 = 3.5;

/// The state of one title. Bounded: six numbers for what is usual, the last score, the onset.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Burst {
    usual: [Usual; SCALES.len()],
    /// Boundaries learnt from.
    n_learnt: u32,
    score: Option<f64>,
    active: Active,
}

/// What is usual on one scale: posts, and their square.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Usual {
    mean: f64,
    variance: f64,
}

impl Burst {
    /// Takes `boundary`, each a [`BOUNDARY`](super::turn::BOUNDARY) after the one before it.
    /// `history` is how long the title has been tracked then, `posts` are those of each of the 5
    /// minutes before it, newest first; 60 min are read.
    ///
    /// While history is below 60 min there is nothing to learn from: what was learnt in an earlier
    /// history is forgotten, and a burst of it is over.
    pub fn step(&mut self, boundary: Timestamp, history: Span, posts: &[u64]) -> Option<Turn> {
        if history < Span::from_hours(1) {
            let mut active = std::mem::take(self).active;
            return active.step(boundary, Look::Unknown);
        }
        let is_warm = self.n_learnt >= WARM_UP;
        let counts = SCALES.map(|scale| newest(posts, scale) as f64);
        let scores = self.usual.iter().zip(counts).map(|(usual, x)| usual.score(x));
        self.score = is_warm.then(|| scores.fold(f64::NEG_INFINITY, f64::max));
        let rate = (1.0 - (-1.0 / HALF_LIFE).exp2()).max(1.0 / (f64::from(self.n_learnt) + 1.0));
        let lasts = self.onset().is_some_and(|onset| boundary - onset >= LASTING);
        for (usual, x) in self.usual.iter_mut().zip(counts) {
            usual.learn(if is_warm && !lasts { x.min(usual.at(LEARNT_MAX)) } else { x }, rate);
        }
        self.n_learnt = self.n_learnt.saturating_add(1);
        self.active.step(boundary, look(self.score))
    }

    /// How many deviations the posts before the last boundary were above what is usual, on the
    /// scale where they were the most; `None` in the first day.
    pub fn score(&self) -> Option<f64> {
        self.score
    }

    /// The posts that an hour usually has; `None` in the first day.
    pub fn expected_posts(&self) -> Option<f64> {
        let [.., hour] = self.usual;
        self.score.map(|_| hour.mean)
    }

    /// Whether a burst is on.
    pub fn is_active(&self) -> bool {
        self.onset().is_some()
    }

    /// The boundary at which the burst that is on began.
    pub fn onset(&self) -> Option<Timestamp> {
        self.active.onset()
    }
}

impl Usual {
    /// So many deviations above the mean.
    fn at(self, deviations: f64) -> f64 {
        self.mean.max(BIAS) + deviations * (self.variance.sqrt() + BIAS)
    }

    /// How many deviations `x` is above the mean.
    fn score(self, x: f64) -> f64 {
        (x - self.mean.max(BIAS)) / (self.variance.sqrt() + BIAS)
    }

    fn learn(&mut self, x: f64, rate: f64) {
        let d = x - self.mean;
        self.mean += rate * d;
        self.variance = (1.0 - rate) * (self.variance + rate * d * d);
    }
}

fn look(score: Option<f64>) -> Look {
    match score {
        None => Look::Unknown,
        Some(score) if score >= ONSET => Look::Striking,
        Some(score) if score < CALM => Look::Calm,
        Some(_) => Look::Lively,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::virality::turn::BOUNDARY;

    fn span(boundaries: usize) -> Span {
        Span::from_millis(BOUNDARY.as_millis() * i64::try_from(boundaries).unwrap())
    }

    fn at(boundaries: usize) -> Timestamp {
        Timestamp::default() + span(boundaries)
    }

    /// Steps through `counts`, oldest first, tracked since the first; what each boundary gave.
    fn run(burst: &mut Burst, counts: &[u64]) -> Vec<(Option<f64>, Option<Turn>)> {
        let newest_first: Vec<u64> = counts.iter().rev().copied().collect();
        let step = |n: usize| {
            let turn = burst.step(at(n), span(n), &newest_first[counts.len() - n..]);
            (burst.score(), turn)
        };
        (1..=counts.len()).map(step).collect()
    }

    /// The scores by the definition, boundary for boundary, while no burst lasts for a day.
    fn scores_by_definition(counts: &[u64]) -> Vec<Option<f64>> {
        let mut scores = vec![None; counts.len()];
        for width in [1, 3, 12] {
            let (mut m, mut v) = (0.0_f64, 0.0_f64);
            for (i, end) in (12..=counts.len()).enumerate() {
                let x = counts[end - width..end].iter().sum::<u64>() as f64;
                let is_warm = i >= 288;
                if is_warm {
                    let z = (x - m.max(1.0)) / (v.sqrt() + 1.0);
                    let score: &mut Option<f64> = &mut scores[end - 1];
                    *score = Some(score.map_or(z, |other| other.max(z)));
                }
                let learnt = if is_warm { x.min(m.max(1.0) + 2.0 * (v.sqrt() + 1.0)) } else { x };
                let rate = (1.0 - 0.5_f64.powf(1.0 / 2016.0)).max(1.0 / (i as f64 + 1.0));
                let d = learnt - m;
                m += rate * d;
                v = (1.0 - rate) * (v + rate * d * d);
            }
        }
        scores
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn scores_equal_the_definition(
            usual in prop::collection::vec(0_u64..30, 300..400),
            burst in prop::collection::vec(0_u64..1000, 0..100),
        ) {
            let counts = [usual.clone(), burst, usual].concat();
            let counts = &counts[..counts.len().min(12 + 288 + 288)];
            let found = run(&mut Burst::default(), counts);
            for ((score, _), defined) in found.iter().zip(scores_by_definition(counts)) {
                prop_assert_eq!(score.is_some(), defined.is_some());
                let (score, defined) = (score.unwrap_or(0.0), defined.unwrap_or(0.0));
                prop_assert!((score - defined).abs() <= 1e-9 * defined.abs().max(1.0));
            }
        }

        /// The numbers are the platforms' and the restarts' are anyone's.
        #[test]
        fn whatever_comes_is_a_number_and_goes_on_after_a_restart(
            counts in prop::collection::vec(
                prop_oneof![Just(0), 0_u64..100, 0..1_u64 << 40, Just(u64::MAX)], 305..500),
            restart in 0_usize..500,
        ) {
            let (mut burst, mut restarted) = (Burst::default(), Burst::default());
            let newest_first: Vec<u64> = counts.iter().rev().copied().collect();
            for n in 1..=counts.len() {
                let past = &newest_first[counts.len() - n..];
                let turn = burst.step(at(n), span(n), past);
                prop_assert_eq!(turn, restarted.step(at(n), span(n), past));
                prop_assert!(burst.score().is_none_or(f64::is_finite));
                prop_assert!(burst.usual.iter().all(|usual| usual.mean >= 0.0
                    && usual.variance >= 0.0
                    && (usual.mean + usual.variance).is_finite()));
                if n == restart {
                    let written = postcard::to_stdvec(&restarted).unwrap();
                    prop_assert!(written.len() < 100, "{} bytes", written.len());
                    restarted = postcard::from_bytes(&written).unwrap();
                }
            }
            prop_assert_eq!(burst, restarted);
        }
    }

    #[test]
    fn the_first_day_is_not_scored() {
        let counts = [vec![0; 200], vec![100_000; 99], vec![1]].concat();
        let mut burst = Burst::default();
        let found = run(&mut burst, &counts);
        assert!(found[..299].iter().all(|boundary| *boundary == (None, None)));
        assert!(found[299].0.is_some(), "an hour without history and 288 boundaries");
        assert!(burst.expected_posts().is_some());
    }

    #[test]
    fn an_hour_is_expected_to_have_what_hours_have() {
        let mut burst = Burst::default();
        run(&mut burst, &[7; 2 * 288]);
        let expected = burst.expected_posts().unwrap();
        assert!((expected - 84.0).abs() < 1e-9, "{expected}");
        assert_eq!(burst.score(), Some(0.0));
    }

    #[test]
    fn a_burst_has_an_onset_and_an_end_twelve_hours_after_the_last_of_it() {
        let counts = [vec![10; 400], vec![100; 6], vec![10; 400]].concat();
        let mut burst = Burst::default();
        let found = run(&mut burst, &counts);
        let turns: Vec<_> =
            (1..).zip(found).filter_map(|(n, (_, turn))| Some((n, turn?))).collect();
        assert_eq!(turns[0], (401, Turn::Onset));
        let (end, turn) = turns[1];
        assert_eq!(turn, Turn::End { onset: at(401) });
        // The hour holds the last of it for 11 boundaries more.
        assert_eq!(end, 406 + 11 + 144);
        assert!(!burst.is_active());
    }

    #[test]
    fn one_evening_does_not_hide_the_next_weeks_later() {
        let evening = [vec![10; 240], vec![100; 48]].concat();
        let quiet = vec![10; 288];
        let week = [vec![quiet; 5].concat(), evening.clone(), evening].concat();
        let found = run(&mut Burst::default(), &vec![week; 8].concat());
        let onsets = found.iter().filter(|(_, turn)| *turn == Some(Turn::Onset)).count();
        assert_eq!(onsets, 16);
    }

    #[test]
    fn what_lasts_becomes_usual() {
        let counts = [vec![10; 8 * 288], vec![100; 4 * 288]].concat();
        let mut burst = Burst::default();
        let found = run(&mut burst, &counts);
        let turns: Vec<_> = found.iter().filter_map(|(_, turn)| *turn).collect();
        let end = found.iter().position(|(_, turn)| *turn == Some(turns[1])).unwrap();
        assert_eq!(turns, [Turn::Onset, Turn::End { onset: at(8 * 288 + 1) }]);
        assert!(end < (8 + 3) * 288, "{end}");
    }

    #[test]
    fn weeks_without_a_post_leave_the_next_ones_to_be_noticed() {
        let counts = [vec![20; 400], vec![0; 6 * 2016], vec![20]].concat();
        let found = run(&mut Burst::default(), &counts);
        assert_eq!(found.last().unwrap().1, Some(Turn::Onset));
    }

    #[test]
    fn without_history_everything_is_forgotten() {
        let mut burst = Burst::default();
        let hour = span(12);
        run(&mut burst, &[vec![10; 400], vec![500]].concat());
        assert_eq!(burst.onset(), Some(at(401)));
        let posts = [500, 500, 10];
        assert_eq!(burst.step(at(402), hour, &posts), None, "an hour is enough");
        let short = Span::from_millis(hour.as_millis() - 1);
        assert_eq!(burst.step(at(403), short, &posts), Some(Turn::End { onset: at(401) }));
        assert_eq!(burst, Burst::default());
    }
}
