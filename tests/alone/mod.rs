//! A server without a broker, whose owners are what the test makes of them.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    reason = "a test fails by panicking, its functions too"
)]

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;

use daebak::campaign::{CampaignId, Revision};
use daebak::clock::Clock;
use daebak::config;
use daebak::http::connection::{Limits, serve};
use daebak::metric::health::Health;
use daebak::record::owner::OwnerRecord;
use daebak::status::owners::Owners;
use daebak::status::{Readiness, Status};
use daebak::time::Timestamp;
use daebak::view::CampaignView;
use tokio::sync::oneshot;

use crate::owner::PATIENCE;

/// What an instance answers: its status, header and body.
#[derive(Debug)]
pub struct Answered {
    pub status: u16,
    pub header: String,
    pub body: String,
}

/// Asks with more lines of header.
pub fn ask(address: SocketAddr, path: &str, more: &str) -> Option<Answered> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let head = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{more}\r\n");
    stream.write_all(head.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8(answer).ok()?;
    let (header, body) = answer.split_once("\r\n\r\n")?;
    let status = header.split(' ').nth(1)?.parse().ok()?;
    Some(Answered { status, header: header.to_lowercase(), body: body.to_owned() })
}

pub fn get(address: SocketAddr, path: &str) -> Option<Answered> {
    ask(address, path, "")
}

pub fn leaderboard(campaign: &CampaignId) -> String {
    format!("/api/v1/campaigns/{campaign}/leaderboard?window=5m&limit=3")
}

/// A port that is free until somebody takes it.
pub fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A server without a broker, which believes that `owner` shows the campaign.
pub struct Alone {
    pub address: SocketAddr,
    pub campaign: CampaignId,
    pub status: Arc<Status>,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<()>>,
}

impl Alone {
    pub fn start(own: Option<&str>, owner: &str) -> Self {
        let config = config::shipped().unwrap();
        let campaign = config.campaigns[0].id.clone();
        let now = || Clock::system().now();
        let status = Arc::new(Status::new(Arc::new(now), Arc::new(Health::new(&[], "1"))));
        let mut owners = Owners::new(own.map(|own| own.parse().unwrap()), &config.campaigns);
        let (v, address) = (1, owner.parse().unwrap());
        assert!(owners.hear(OwnerRecord { v, campaign: campaign.clone(), address }, now()));
        status.set_owners(owners);
        status.set_readiness(Readiness::Ready);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = serve(listener, Arc::clone(&status), Limits::default(), async {
            drop(stopped.await);
        });
        let serving = Some(std::thread::spawn(move || runtime.block_on(serving)));
        Self { address, campaign, status, stop: Some(stop), serving }
    }

    pub fn leaderboard(&self) -> Answered {
        get(self.address, &leaderboard(&self.campaign)).unwrap()
    }

    pub fn proxied(&self, outcome: &str) -> bool {
        let counted = format!("daebak_proxied_requests_total{{outcome=\"{outcome}\"}} 1\n");
        self.status.health().text().contains(&counted)
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        self.stop.take().map(|stop| stop.send(()));
        let _ = self.serving.take().map(JoinHandle::join);
    }
}

/// An owner that answers one question so; with nothing, it hangs until whoever asked hangs up.
pub fn owner_that_gives(answer: &str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answer = answer.to_owned();
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let (mut question, mut byte) = (Vec::new(), [0]);
        while !question.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
            question.extend(byte);
        }
        stream.write_all(answer.as_bytes()).unwrap();
        if answer.is_empty() {
            let _ = stream.read(&mut byte);
        }
        String::from_utf8(question).unwrap().to_lowercase()
    });
    (address, asked)
}

/// A campaign that has nothing to show.
pub fn view(campaign: &str) -> Arc<CampaignView> {
    Arc::new(CampaignView {
        campaign: CampaignId::new(campaign),
        name: campaign.into(),
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
    })
}
