//! Answers and refusals, and how long answers are kept.
//!
//! An answer is made once a board, however many ask for it, and by a few threads at once, so that
//! viewers take no time from the fold. What slow readers still hold counts with what is kept.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use serde::Serialize;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};

use super::super::content::Content;
use super::Tell;
use super::question::Question;
use crate::config::nearest;
use crate::view::{Board, CampaignView};

/// The most answers kept of one board; others are made anew each time.
const ANSWERS_KEPT: usize = 512;
/// The most bytes of answers that are kept or on their way to slow readers.
const ANSWERS_BYTES_MAX: usize = 128 << 20;
/// How many answers are made at once.
const MAKING_MAX: usize = 2;

/// The content type of JSON.
pub(super) const JSON: &str = "application/json";
/// The content type of CSV.
pub(super) const CSV: &str = "text/csv; charset=utf-8; header=present";

/// What is told, in the form asked for.
pub(super) enum Told {
    /// JSON.
    Json(Vec<u8>),
    /// A table, and the name of its file.
    Csv {
        /// The rows.
        table: String,
        /// What a browser saves it as.
        file: String,
    },
}

/// Why a request is refused, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// No such path.
    #[error("nothing is at {0} of the API; /api/v1/openapi.json lists what is")]
    NoPath(String),
    /// Not GET.
    #[error("the API only answers GET and HEAD")]
    ReadOnly,
    /// The query can't be decoded.
    #[error("the query can't be read: {0}")]
    NoQuery(String),
    /// A parameter that the path does not have.
    #[error("unknown parameter `{name}`{hint}; there are {allowed}")]
    UnknownParameter {
        /// As given.
        name: String,
        /// What may have been meant.
        hint: String,
        /// What there is.
        allowed: String,
    },
    /// A parameter that may be given once was given more often.
    #[error("`{0}` is given more than once; once is enough")]
    Twice(&'static str),
    /// A parameter that may be given a few times was given more often.
    #[error("`{name}` is given {n} times; at most {most} are allowed")]
    TooMany {
        /// The parameter.
        name: &'static str,
        /// How often it was given.
        n: usize,
        /// How often it may be.
        most: usize,
    },
    /// A value that makes no sense.
    #[error("`{name}` is \"{value}\"; expected {expected}")]
    BadValue {
        /// The parameter.
        name: &'static str,
        /// As given.
        value: String,
        /// What is allowed.
        expected: String,
    },
    /// A required parameter is missing.
    #[error("`{name}` is missing; expected {expected}")]
    Missing {
        /// The parameter.
        name: &'static str,
        /// What is allowed.
        expected: String,
    },
    /// JSON has UTC only.
    #[error("`tz` goes with format=csv; times in JSON are in UTC")]
    ZoneOfJson,
    /// No such campaign.
    #[error("no campaign `{name}`{hint}; /api/v1/campaigns lists all")]
    NoCampaign {
        /// As given.
        name: String,
        /// What may have been meant.
        hint: String,
    },
    /// No such title.
    #[error("no title `{name}` in {campaign}{hint}; /api/v1/campaigns/{campaign}/titles lists all")]
    NoTitle {
        /// As given.
        name: String,
        /// Of which campaign.
        campaign: String,
        /// What may have been meant.
        hint: String,
    },
    /// It has come from another instance, and is not shown here.
    #[error("campaign `{0}` is not shown here; another instance thought so, and will learn")]
    NotHere(String),
    /// A campaign of the config that nobody shows.
    #[error("no instance shows campaign `{0}` now; try again in a few seconds")]
    NoOwner(String),
    /// The measures are not complete yet.
    #[error("not ready: {0}; try again in a few seconds")]
    NotReady(String),
    /// Slow readers hold what the bound allows.
    #[error("too many answers are being read; try again in a second")]
    Crowded,
    /// As many streams of events as the bound allows are open.
    #[error("{0} streams of events are open, and no more may be; ask for the measures instead")]
    StreamsFull(usize),
    /// A bug.
    #[error("the answer could not be made; the service's log says why")]
    Broken,
}

impl Refusal {
    /// A value that makes no sense.
    pub(super) fn bad(name: &'static str, value: &str, expected: String) -> Self {
        Self::BadValue { name, value: value.to_owned(), expected }
    }

    /// A parameter that is none of `known`.
    pub(super) fn unknown_parameter(name: &str, known: &[&str]) -> Self {
        let hint = hint(name, known);
        let allowed = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        Self::UnknownParameter { name: name.to_owned(), hint, allowed }
    }

    /// A campaign that is none of `known`.
    pub(super) fn no_campaign(name: &str, known: &[&str]) -> Self {
        Self::NoCampaign { name: name.to_owned(), hint: hint(name, known) }
    }

    /// A title that is none of `known`.
    pub(super) fn no_title<'k>(
        name: &str,
        campaign: &str,
        known: impl Iterator<Item = &'k str>,
    ) -> Self {
        let hint = hint(name, &known.collect::<Vec<_>>());
        Self::NoTitle { name: name.to_owned(), campaign: campaign.to_owned(), hint }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NoPath(_) | Self::NoCampaign { .. } | Self::NoTitle { .. } => {
                StatusCode::NOT_FOUND
            }
            Self::ReadOnly => StatusCode::METHOD_NOT_ALLOWED,
            Self::NoQuery(_)
            | Self::UnknownParameter { .. }
            | Self::Twice(_)
            | Self::TooMany { .. }
            | Self::BadValue { .. }
            | Self::Missing { .. }
            | Self::ZoneOfJson => StatusCode::BAD_REQUEST,
            Self::NotHere(_) => StatusCode::MISDIRECTED_REQUEST,
            Self::NoOwner(_) | Self::NotReady(_) | Self::Crowded | Self::StreamsFull(_) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// `{"error": …}`.
    pub(super) fn response(&self) -> Response {
        #[derive(Serialize)]
        struct Said {
            error: String,
        }
        refused(self.status(), json(&Said { error: self.to_string() }))
    }
}

fn refused(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = (status, [(CONTENT_TYPE, JSON)], body).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("2"));
    }
    response
}

/// `(did you mean …)`, where one of `known` is near.
fn hint(name: &str, known: &[&str]) -> String {
    nearest(name, known).map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default()
}

/// JSON of a shape whose keys are all strings.
#[expect(clippy::expect_used, reason = "only keys that are no strings fail")]
pub(super) fn json(shape: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(shape).expect("keys are strings")
}

impl Told {
    /// `shape` as JSON.
    pub(super) fn json(shape: &impl Serialize) -> Self {
        Self::Json(json(shape))
    }

    /// Answers a request of these headers with what is told, made for it alone.
    pub(super) fn answer(told: Result<Self, Refusal>, asked: &HeaderMap) -> Response {
        told.map_or_else(|refusal| refusal.response(), |told| told.content().answer(asked))
    }

    /// In both encodings.
    fn content(self) -> Content {
        match self {
            Self::Json(json) => Content::new(JSON, json, Compression::fast()),
            Self::Csv { table, file } => {
                Content::new(CSV, table, Compression::fast()).saved_as(&file)
            }
        }
    }
}

/// The answers of the newest board.
pub(super) struct Answers {
    kept: Mutex<Kept>,
    making: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
}

#[derive(Default)]
struct Kept {
    /// Of which board.
    number: u64,
    /// By path and query; empty while it is made.
    answers: BTreeMap<Box<str>, Arc<OnceCell<Content>>>,
}

impl Default for Answers {
    fn default() -> Self {
        Self {
            kept: Mutex::default(),
            making: Arc::new(Semaphore::new(MAKING_MAX)),
            bytes: Arc::new(Semaphore::new(ANSWERS_BYTES_MAX)),
        }
    }
}

impl Answers {
    /// The answer to `question` about a campaign of `board`, made by `tell` if nobody has asked.
    pub(super) async fn to(
        &self,
        board: &Board,
        view: &Arc<CampaignView>,
        tell: Tell,
        question: Question,
    ) -> Result<Content, Refusal> {
        let cell = self.cell(board.number, &question.asked);
        let content = cell.get_or_try_init(|| self.make(Arc::clone(view), tell, question)).await?;
        Ok(content.clone())
    }

    /// Where the answer is or will be; one of its own when too many are kept, or newer ones.
    fn cell(&self, number: u64, asked: &str) -> Arc<OnceCell<Content>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.number < number {
            *kept = Kept { number, answers: BTreeMap::new() };
        }
        // Who still holds an older board must not drive out what is made of the newer.
        if kept.number > number {
            return Arc::default();
        }
        if let Some(cell) = kept.answers.get(asked) {
            return Arc::clone(cell);
        }
        let cell = Arc::default();
        if kept.answers.len() < ANSWERS_KEPT {
            kept.answers.insert(asked.into(), Arc::clone(&cell));
        }
        cell
    }

    async fn make(
        &self,
        view: Arc<CampaignView>,
        tell: Tell,
        mut question: Question,
    ) -> Result<Content, Refusal> {
        let permit = Arc::clone(&self.making).acquire_owned().await;
        let made = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            tell(&view, &mut question).map(Told::content)
        });
        let content = made.await.map_err(|_| Refusal::Broken)??;
        let permit = self.room(content.len()).ok_or(Refusal::Crowded)?;
        Ok(content.kept_by(|bytes| held(bytes, &permit)))
    }

    /// Room for so many bytes; what is kept gives way to what is asked.
    fn room(&self, bytes: usize) -> Option<Arc<OwnedSemaphorePermit>> {
        let bytes = u32::try_from(bytes).ok()?;
        let take = || Arc::clone(&self.bytes).try_acquire_many_owned(bytes).ok().map(Arc::new);
        take().or_else(|| {
            self.kept.lock().unwrap_or_else(PoisonError::into_inner).answers.clear();
            take()
        })
    }
}

/// The same bytes, which take their room until the last reader has them.
pub(super) fn held(bytes: Bytes, permit: &Arc<OwnedSemaphorePermit>) -> Bytes {
    Bytes::from_owner(Held { bytes, _permit: Arc::clone(permit) })
}

/// Bytes that count until the last reader has them.
struct Held {
    bytes: Bytes,
    _permit: Arc<OwnedSemaphorePermit>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::campaign::{CampaignId, Revision};
    use crate::time::Timestamp;

    fn board(number: u64) -> Board {
        let view = CampaignView {
            campaign: CampaignId::new("launch"),
            name: "Launch".into(),
            revision: Revision::new("r1"),
            time: Timestamp::default(),
            now: Timestamp::default(),
            windows: Vec::new(),
            platforms: Vec::new(),
            languages: Vec::new(),
            titles: Vec::new(),
            bursts: Vec::new(),
            feeds: Vec::new(),
            mentions: BTreeMap::new(),
            history: Arc::default(),
            words: Arc::default(),
        };
        Board { made: Timestamp::default(), number, campaigns: vec![Arc::new(view)] }
    }

    async fn ask(answers: &Answers, board: &Board, path: &str) -> Result<Content, Refusal> {
        let question = Question::of(&path.parse().unwrap(), "").unwrap();
        answers.to(board, &board.campaigns[0], tell, question).await
    }

    static MADE: AtomicUsize = AtomicUsize::new(0);

    /// Counts the answers about `/once`.
    #[expect(clippy::unnecessary_wraps, reason = "as all that tell do")]
    fn tell(view: &CampaignView, question: &mut Question) -> Result<Told, Refusal> {
        if question.asked == "/once" {
            MADE.fetch_add(1, Ordering::Relaxed);
        }
        Ok(Told::json(&view.campaign))
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_answer_is_made_once_a_board_however_many_ask() {
        let answers = Arc::new(Answers::default());
        for number in 1..=2 {
            let board = Arc::new(board(number));
            let viewers: Vec<_> = (0..50)
                .map(|_| {
                    let (answers, board) = (Arc::clone(&answers), Arc::clone(&board));
                    tokio::spawn(async move { ask(&answers, &board, "/once").await.is_ok() })
                })
                .collect();
            for viewer in viewers {
                assert!(viewer.await.unwrap());
            }
            assert_eq!(MADE.load(Ordering::Relaxed), usize::try_from(number).unwrap());
        }
        ask(&answers, &board(1), "/once").await.unwrap();
        ask(&answers, &board(2), "/once").await.unwrap();
        assert_eq!(MADE.load(Ordering::Relaxed), 3, "an older board drives nothing out");
    }

    #[tokio::test]
    async fn what_slow_readers_hold_is_bounded_and_what_is_kept_gives_way() {
        let board = board(1);
        let length = ask(&Answers::default(), &board, "/a").await.unwrap().len();
        let bytes = Arc::new(Semaphore::new(length * 3 / 2));
        let answers = Answers { bytes, ..Answers::default() };
        drop(ask(&answers, &board, "/a").await.unwrap());
        let read = ask(&answers, &board, "/b").await.expect("nobody reads the one that is kept");
        assert_eq!(ask(&answers, &board, "/c").await.unwrap_err(), Refusal::Crowded);
        drop(read);
        assert!(ask(&answers, &board, "/c").await.is_ok());
    }

    #[tokio::test]
    async fn no_more_answers_are_kept_than_the_bound_says() {
        let (answers, board) = (Answers::default(), board(1));
        for n in 0..ANSWERS_KEPT + 9 {
            ask(&answers, &board, &format!("/{n}")).await.unwrap();
        }
        assert_eq!(answers.kept.lock().unwrap().answers.len(), ANSWERS_KEPT);
    }
}
