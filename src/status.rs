//! What the loops leave for HTTP to show: the page, whether all is replayed, and signs of life.

pub mod owners;

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::{ArcSwap, ArcSwapOption};

use crate::metric::health::Health;
use crate::metric::page::{AGE_MAX, Page};
use crate::time::{Span, Timestamp};
use crate::view::Board;
use owners::Owners;

/// A loop that has not turned for so long is taken for dead.
pub const LOOP_SILENT_MAX: Span = Span::from_secs(30);

/// The wall clock, also where events have a virtual one: pages and loops age in real time.
pub type WallClock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What the loops leave for HTTP to show.
pub struct Status {
    now: WallClock,
    page: ArcSwapOption<Page>,
    board: ArcSwap<Board>,
    owners: ArcSwap<Owners>,
    readiness: ArcSwap<Readiness>,
    /// Why no broker answers, while none does.
    outage: ArcSwapOption<Readiness>,
    pulses: Mutex<Vec<Arc<Beat>>>,
    health: Arc<Health>,
    /// T in milliseconds; the least number while there is none.
    time_millis: AtomicI64,
}

/// Whether the measures are complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// The group was joined, and every owned partition of the mention log is replayed to where it
    /// stood when it was assigned.
    Ready,
    /// Not yet; what is missing is shown.
    NotReady(String),
}

#[derive(Debug)]
struct Beat {
    name: String,
    last_millis: AtomicI64,
    turned: AtomicBool,
}

/// A loop's sign of life; the loop counts as ended when its pulse is dropped.
pub struct Pulse {
    beat: Arc<Beat>,
    now: WallClock,
}

impl Status {
    /// Nothing rendered, not ready, no loop.
    pub fn new(now: WallClock, health: Arc<Health>) -> Self {
        Self {
            now,
            page: ArcSwapOption::empty(),
            board: ArcSwap::default(),
            owners: ArcSwap::default(),
            readiness: ArcSwap::from_pointee(Readiness::NotReady("starting".into())),
            outage: ArcSwapOption::empty(),
            pulses: Mutex::default(),
            health,
            time_millis: AtomicI64::new(i64::MIN),
        }
    }

    /// The wall clock's time.
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// The newest T of any campaign, once there is one.
    pub fn time(&self) -> Option<Timestamp> {
        let millis = self.time_millis.load(Ordering::Relaxed);
        (millis > i64::MIN).then(|| Timestamp::from_millis(millis))
    }

    /// Says how far T has come.
    pub fn set_time(&self, time: Timestamp) {
        self.time_millis.store(time.as_millis(), Ordering::Relaxed);
    }

    /// Puts `page` in the place of the one before.
    pub fn publish(&self, page: Page) {
        self.page.store(Some(Arc::new(page)));
    }

    /// Puts `board` in the place of the one before.
    pub fn show(&self, board: Board) {
        self.board.store(Arc::new(board));
    }

    /// Every campaign this process owns; empty before the first, and once it is too old to trust.
    pub fn board(&self) -> Arc<Board> {
        let board = self.board.load_full();
        if (self.now)() - board.made > AGE_MAX { Arc::default() } else { board }
    }

    /// Puts what is known of owners in the place of what was.
    pub fn set_owners(&self, owners: Owners) {
        self.owners.store(Arc::new(owners));
    }

    /// Which process shows which campaign.
    pub fn owners(&self) -> Arc<Owners> {
        self.owners.load_full()
    }

    /// Says whether the measures are complete.
    pub fn set_readiness(&self, readiness: Readiness) {
        self.readiness.store(Arc::new(readiness));
    }

    /// A pulse for the loop `name`, which must beat at least every [`LOOP_SILENT_MAX`].
    pub fn pulse(&self, name: impl Into<String>) -> Pulse {
        let last_millis = AtomicI64::new((self.now)().as_millis());
        let turned = AtomicBool::new(false);
        let beat = Arc::new(Beat { name: name.into(), last_millis, turned });
        self.pulses.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&beat));
        Pulse { beat, now: Arc::clone(&self.now) }
    }

    /// The page, or why there is none to serve.
    pub fn fresh_page(&self) -> Result<Arc<Page>, String> {
        let page = self.page.load_full().ok_or("no page has been rendered yet\n")?;
        let age = page.age((self.now)());
        if age > AGE_MAX {
            let age = age.as_secs_f64();
            return Err(format!("the page is {age:.0} s old; after {AGE_MAX} it is not served\n"));
        }
        Ok(page)
    }

    /// Says that no broker answers, and why; or that one does again.
    pub fn set_outage(&self, reason: Option<String>) {
        self.outage.store(reason.map(|reason| Arc::new(Readiness::NotReady(reason))));
    }

    /// Whether the measures are complete, and brokers answer.
    pub fn readiness(&self) -> Arc<Readiness> {
        self.outage.load_full().unwrap_or_else(|| self.readiness.load_full())
    }

    /// The first loop that has not turned yet.
    pub fn unturned_loop(&self) -> Option<String> {
        let pulses = self.pulses.lock().unwrap_or_else(PoisonError::into_inner);
        let unturned = pulses.iter().find(|beat| !beat.turned.load(Ordering::Relaxed));
        unturned.map(|beat| beat.name.clone())
    }

    /// The first loop that ended or no longer turns, in a sentence.
    pub fn silent_loop(&self) -> Option<String> {
        let now = (self.now)();
        let pulses = self.pulses.lock().unwrap_or_else(PoisonError::into_inner);
        pulses.iter().find_map(|beat| {
            let silent = now - Timestamp::from_millis(beat.last_millis.load(Ordering::Relaxed));
            let name = &beat.name;
            match Arc::strong_count(beat) {
                1 => Some(format!("{name} has ended\n")),
                _ if silent > LOOP_SILENT_MAX => {
                    Some(format!("{name} has not turned for {:.0} s\n", silent.as_secs_f64()))
                }
                _ => None,
            }
        })
    }

    /// The operators' registry.
    pub fn health(&self) -> &Health {
        &self.health
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Status").field("readiness", &self.readiness).finish_non_exhaustive()
    }
}

impl Pulse {
    /// The loop has turned.
    pub fn beat(&self) {
        self.beat.last_millis.store((self.now)().as_millis(), Ordering::Relaxed);
        self.beat.turned.store(true, Ordering::Relaxed);
    }
}

impl fmt::Debug for Pulse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.beat.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A clock that the test sets.
    fn status() -> (Arc<AtomicI64>, Status) {
        let clock = Arc::new(AtomicI64::new(0));
        let read = Arc::clone(&clock);
        let now: WallClock = Arc::new(move || Timestamp::from_secs(read.load(Ordering::Relaxed)));
        (clock, Status::new(now, Arc::new(Health::new(&[], "1"))))
    }

    fn page(status: &Status, at: i64) -> Page {
        Page::render(b"", &status.health, Timestamp::from_secs(at))
    }

    #[test]
    fn a_page_is_served_until_it_is_thirty_seconds_old() {
        let (clock, status) = status();
        assert_eq!(status.fresh_page().unwrap_err(), "no page has been rendered yet\n");
        status.publish(page(&status, 0));
        clock.store(30, Ordering::Relaxed);
        assert!(status.fresh_page().is_ok());
        clock.store(31, Ordering::Relaxed);
        let refusal = status.fresh_page().unwrap_err();
        assert_eq!(refusal, "the page is 31 s old; after 30s it is not served\n");
        status.publish(page(&status, 31));
        assert!(status.fresh_page().is_ok());
    }

    #[test]
    fn a_loop_that_stands_still_or_ends_is_named() {
        let (clock, status) = status();
        let tagger = status.pulse("tagger 0");
        let fold = status.pulse("fold");
        clock.store(31, Ordering::Relaxed);
        tagger.beat();
        assert_eq!(status.silent_loop().unwrap(), "fold has not turned for 31 s\n");
        fold.beat();
        assert_eq!(status.silent_loop(), None);
        drop(tagger);
        assert_eq!(status.silent_loop().unwrap(), "tagger 0 has ended\n");
    }

    #[test]
    fn an_outage_hides_that_all_is_replayed_until_it_is_over() {
        let (_, status) = status();
        status.set_readiness(Readiness::Ready);
        status.set_outage(Some("no answer".into()));
        assert_eq!(*status.readiness(), Readiness::NotReady("no answer".into()));
        status.set_outage(None);
        assert_eq!(*status.readiness(), Readiness::Ready);
    }

    #[test]
    fn a_loop_has_turned_with_its_first_beat() {
        let (_, status) = status();
        assert_eq!(status.unturned_loop(), None);
        let pulse = status.pulse("tagger 0");
        assert_eq!(status.unturned_loop().unwrap(), "tagger 0");
        pulse.beat();
        assert_eq!(status.unturned_loop(), None);
    }
}
