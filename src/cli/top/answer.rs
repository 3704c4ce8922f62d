//! What an instance answers, as far as it is shown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};

use crate::http::client::{Address, Answer, ClientError, Limits, get};
use crate::time::Timestamp;

/// Why there is nothing to show.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum AskError {
    /// No whole answer.
    #[error("{0}\nis daebak running there? start it, or name where: daebak top http://HOST:PORT")]
    Nobody(ClientError),
    /// It refused what was asked for: the campaign, or the window.
    #[error("{0}")]
    Refused(String),
    /// It can't answer now.
    #[error("{0} can't tell yet: {1}")]
    NotNow(Address, String),
    /// It answered something else.
    #[error("{0} does not answer as a daebak does: {1}")]
    Strange(Address, String),
    /// It shows no campaign.
    #[error("{0} shows no campaign yet: /readyz there says why")]
    Nothing(Address),
}

/// `/campaigns`.
#[derive(Debug, Deserialize)]
struct Campaigns {
    campaigns: Vec<Campaign>,
}

/// A campaign that somebody shows.
#[derive(Debug, Deserialize)]
struct Campaign {
    campaign: String,
    #[serde(default)]
    windows: Vec<String>,
}

/// `/campaigns/{c}/leaderboard`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Leaderboard {
    pub(super) campaign: String,
    pub(super) name: String,
    #[serde(deserialize_with = "time")]
    pub(super) time: Timestamp,
    #[serde(deserialize_with = "time")]
    pub(super) now: Timestamp,
    pub(super) window: String,
    pub(super) total: u64,
    pub(super) rows: Vec<Row>,
}

/// One title.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Row {
    pub(super) title: String,
    pub(super) name: String,
    pub(super) on_air: bool,
    pub(super) bursting: bool,
    pub(super) surging: bool,
    #[serde(deserialize_with = "maybe_time")]
    pub(super) latest_episode: Option<Timestamp>,
    #[serde(deserialize_with = "maybe_time")]
    pub(super) next_episode: Option<Timestamp>,
    pub(super) reproduction: Option<Estimate>,
    pub(super) rank: Option<u64>,
    pub(super) rank_before: Option<u64>,
    pub(super) posts: u64,
    pub(super) authors: Option<u64>,
    pub(super) average_ratio: Option<f64>,
    pub(super) share_of_voice: Option<f64>,
    pub(super) growth_per_hour: Option<f64>,
    pub(super) doubling_seconds: Option<Estimate>,
    pub(super) half_life_seconds: Option<Estimate>,
    pub(super) copies: Option<f64>,
    /// Nothing where it was not watched.
    pub(super) sparkline: Vec<Option<u64>>,
}

/// A number; the ends of its interval are not shown.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(super) struct Estimate {
    pub(super) value: f64,
}

/// `/campaigns/{c}/health`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Health {
    pub(super) ready: bool,
    pub(super) feeds: Vec<Feed>,
    pub(super) dead_letters: BTreeMap<String, u64>,
}

/// One feed partition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Feed {
    pub(super) topic: String,
    pub(super) partition: i32,
    pub(super) stalled: bool,
}

/// Everything of one refresh.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Board {
    pub(super) leaderboard: Leaderboard,
    pub(super) health: Health,
}

/// What is asked for; what is not said, the instance's first campaign and its hour decide.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) address: Address,
    pub(super) campaign: Option<String>,
    pub(super) window: String,
    pub(super) rows: u32,
}

impl Question {
    /// Asks.
    ///
    /// # Errors
    /// [`AskError`].
    pub(super) async fn ask(&self) -> Result<Board, AskError> {
        let campaign = match &self.campaign {
            Some(campaign) => campaign.clone(),
            None => self.first().await?,
        };
        let campaign = encoded(&campaign);
        let (window, rows) = (encoded(&self.window), self.rows);
        let leaderboard = format!("{campaign}/leaderboard?window={window}&limit={rows}");
        Ok(Board {
            leaderboard: self.read(&leaderboard).await?,
            health: self.read(&format!("{campaign}/health")).await?,
        })
    }

    /// The first campaign that somebody shows.
    async fn first(&self) -> Result<String, AskError> {
        let Campaigns { campaigns } = self.read("").await?;
        let mut campaigns = campaigns;
        // One whose windows are told is here; another one may still be without an owner.
        campaigns.sort_by_key(|campaign| campaign.windows.is_empty());
        let first = campaigns.into_iter().next().ok_or(AskError::Nothing(self.address.clone()))?;
        Ok(first.campaign)
    }

    /// What is at `path` under the campaigns.
    async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, AskError> {
        let slash = if path.is_empty() { "" } else { "/" };
        let path = format!("/api/v1/campaigns{slash}{path}");
        let json = [("accept", "application/json")];
        let answer = get(&self.address, &path, &json, &Limits::default()).await;
        let answer = answer.map_err(AskError::Nobody)?;
        let strange = |error: String| AskError::Strange(self.address.clone(), error);
        match answer.status {
            200 => serde_json::from_slice(&answer.body).map_err(|error| strange(error.to_string())),
            400 | 404 => match said(&answer) {
                Some(refusal) => Err(AskError::Refused(refusal)),
                None => Err(strange(format!("{path} is not there"))),
            },
            status => match said(&answer) {
                Some(reason) => Err(AskError::NotNow(self.address.clone(), reason)),
                None => Err(strange(format!("{path} answers with status {status}"))),
            },
        }
    }
}

/// RFC 3339.
fn time<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(from)?;
    let time: jiff::Timestamp = text.parse().map_err(D::Error::custom)?;
    Ok(Timestamp::from_millis(time.as_millisecond()))
}

/// RFC 3339, where there is one.
fn maybe_time<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    time(from).map(Some)
}

/// The reason that an answer gives, as text and nothing else.
fn said(answer: &Answer) -> Option<String> {
    #[derive(Deserialize)]
    struct Refusal {
        error: String,
    }
    let refusal: Refusal = serde_json::from_slice(&answer.body).ok()?;
    Some(super::width::plain(&refusal.error))
}

/// As a part of a path or a query.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // A String takes whatever is written.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread::JoinHandle;
    use std::time::Duration;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(40);
    const LEADERBOARD: &str = r#"{"campaign":"b","name":"B","time":"2026-02-06T12:00:00Z",
        "now":"2026-02-06T12:00:03Z","window":"1h","total":0,"rows":[]}"#;

    /// An instance that gives these answers, a connection each; the paths that were asked for.
    fn instance(answers: Vec<(u16, &'static str)>) -> (Address, JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let serving = std::thread::spawn(move || {
            let answers = answers.into_iter();
            let asked = answers.map(|(status, body)| {
                let (mut socket, _) = listener.accept().unwrap();
                socket.set_read_timeout(Some(PATIENCE)).unwrap();
                let (mut question, mut byte) = (Vec::new(), [0]);
                while !question.ends_with(b"\r\n\r\n") {
                    socket.read_exact(&mut byte).unwrap();
                    question.extend(byte);
                }
                let length = body.len();
                write!(socket, "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n\r\n{body}")
                    .unwrap();
                String::from_utf8(question).unwrap().split(' ').nth(1).unwrap().to_owned()
            });
            asked.collect()
        });
        (address, serving)
    }

    fn question(address: &Address, campaign: Option<&str>) -> Question {
        let (address, campaign) = (address.clone(), campaign.map(str::to_owned));
        Question { address, campaign, window: "1h".into(), rows: 9 }
    }

    async fn ask(question: &Question) -> Result<Board, AskError> {
        tokio::time::timeout(PATIENCE, question.ask()).await.unwrap()
    }

    #[tokio::test]
    async fn the_first_campaign_that_is_shown_is_asked_for() {
        let campaigns = r#"{"campaigns":[{"campaign":"a","name":"A","here":false},
            {"campaign":"b","name":"B","here":true,"windows":["1m","1h"],"titles":3}]}"#;
        let health = r#"{"campaign":"b","ready":true,"feeds":[],"mentions":{"counted":3}}"#;
        let (address, serving) =
            instance(vec![(200, campaigns), (200, LEADERBOARD), (200, health)]);
        let board = ask(&question(&address, None)).await.unwrap();
        assert_eq!((board.leaderboard.name.as_str(), board.health.ready), ("B", true));
        let base = "/api/v1/campaigns";
        assert_eq!(
            serving.join().unwrap(),
            [
                base.to_owned(),
                format!("{base}/b/leaderboard?window=1h&limit=9"),
                format!("{base}/b/health")
            ]
        );
    }

    #[tokio::test]
    async fn what_is_asked_for_stays_a_part_of_the_path() {
        let (address, serving) = instance(vec![(404, r#"{"error":"no campaign\u001b"}"#)]);
        let refused = ask(&question(&address, Some("../a b?c#d"))).await.unwrap_err();
        assert_eq!(refused, AskError::Refused("no campaign\u{fffd}".into()));
        let path = "/api/v1/campaigns/%2E%2E%2Fa%20b%3Fc%23d/leaderboard?window=1h&limit=9";
        assert_eq!(serving.join().unwrap(), [path]);
    }

    #[tokio::test]
    async fn each_way_to_fail_is_told_apart() {
        let cases = [
            (200, r#"{"campaigns":[]}"#, "shows no campaign yet: /readyz there says why"),
            (503, r#"{"error":"not ready: 3 behind"}"#, "can't tell yet: not ready: 3 behind"),
            (
                404,
                "nothing is at /api",
                "does not answer as a daebak does: /api/v1/campaigns is not there",
            ),
            (
                500,
                "",
                "does not answer as a daebak does: /api/v1/campaigns answers with status 500",
            ),
        ];
        for (status, body, said) in cases {
            let (address, serving) = instance(vec![(status, body)]);
            let error = ask(&question(&address, None)).await.unwrap_err();
            assert_eq!(error.to_string(), format!("{address} {said}"));
            serving.join().unwrap();
        }
        let (address, serving) = instance(vec![(200, "<html>")]);
        let error = ask(&question(&address, None)).await.unwrap_err();
        assert!(matches!(error, AskError::Strange(..)), "{error}");
        serving.join().unwrap();
    }
}
