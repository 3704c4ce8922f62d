//! Any instance answers for every campaign: owners say where they are, and others ask them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its functions too"
)]

mod alone;
mod oracle;
mod owner;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use alone::{Alone, ask, free, get, leaderboard, owner_that_gives, view};
use daebak::campaign::CampaignId;
use daebak::clock::Stopwatch;
use daebak::config::{self, Config};
use daebak::record::owner::OwnerRecord;
use daebak::service::{Role, Service, ServiceError};
use daebak::status::owners::Owners;
use daebak::time::Timestamp;
use daebak::view::Board;
use owner::{Deployment, OWNERS, PATIENCE, until};
use tokio::sync::oneshot;

/// One process of a deployment, over HTTP.
struct Instance {
    address: SocketAddr,
    runtime: tokio::runtime::Runtime,
    running: tokio::task::JoinHandle<Result<(), ServiceError>>,
    stop: oneshot::Sender<()>,
}

impl Instance {
    fn start(config: &Config, role: Role) -> Self {
        let mut config = config.clone();
        let address = free();
        config.service.listen = address;
        config.service.advertise = Some(format!("http://{address}").parse().unwrap());
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let config = Arc::new(config);
        let opened = Service::open(&config, role, owner::clock(), Duration::from_secs(1));
        let service = runtime.block_on(opened).unwrap();
        let (stop, stopped) = oneshot::channel();
        let running = runtime.spawn(service.run(async move { drop(stopped.await) }));
        Self { address, runtime, running, stop }
    }

    fn stop(self) {
        self.stop.send(()).unwrap();
        let ended = async { tokio::time::timeout(PATIENCE, self.running).await };
        self.runtime.block_on(ended).unwrap().unwrap().unwrap();
    }

    /// The campaigns that it lists as its own, and with their owners those that it does not.
    fn lists(&self) -> Vec<(String, bool, String)> {
        let listed = get(self.address, "/api/v1/campaigns?format=csv");
        let listed = listed.filter(|listed| listed.status == 200);
        let rows = listed.iter().flat_map(|listed| listed.body.lines().skip(1)).map(|row| {
            let cells: Vec<&str> = row.split(',').collect();
            (cells[0].to_owned(), cells[2] == "true", cells[3].to_owned())
        });
        rows.collect()
    }

    fn shows(&self, campaign: &CampaignId) -> bool {
        self.lists().iter().any(|(listed, here, _)| listed == campaign.as_str() && *here)
    }

    fn answers(&self, path: &str) -> Option<String> {
        get(self.address, path).filter(|answer| answer.status == 200).map(|answer| answer.body)
    }
}

#[test]
fn any_instance_answers_for_every_campaign_and_the_next_owner_is_found() {
    let deployment = Deployment::start().with_rival();
    let campaigns: Vec<_> = deployment.config.campaigns.iter().map(|c| c.id.clone()).collect();
    // What nobody could have meant is passed over, and no reason to stop.
    let forged = r#"{"v":1,"campaign":"forged","address":"http://127.0.0.1:1"}"#;
    let admin = format!(r#"{{"v":1,"campaign":"{}","address":"http://k:1/admin"}}"#, campaigns[0]);
    let long = format!(r#"{{"v":1,"campaign":"{}"}}"#, "c".repeat(100_000));
    for record in ["nonsense", r#"{"v":9}"#, forged, &admin, &long] {
        deployment.write(OWNERS, 0, Some("forged"), Some(record.into()));
    }
    deployment.write(OWNERS, 0, Some(campaigns[0].as_str()), None);
    deployment.configure();
    deployment.mention(0..90);
    let first = Instance::start(&deployment.config, Role::Aggregator);
    until("the first shows both", || campaigns.iter().all(|id| first.shows(id)));
    let second = Instance::start(&deployment.config, Role::Aggregator);
    let shown = |instance: &Instance| campaigns.iter().filter(|id| instance.shows(id)).count();
    until("they share", || (shown(&first), shown(&second)) == (1, 1));
    // One that folds nothing has every campaign from others.
    let tagger = Instance::start(&no_feeds(&deployment.config), Role::Tagger);
    let instances = [&first, &second, &tagger];
    for id in &campaigns {
        for path in [leaderboard(id), format!("/api/v1/campaigns/{id}/titles?limit=2")] {
            until("all answer alike", || {
                let answers = instances.map(|instance| instance.answers(&path));
                answers[0].is_some() && answers.iter().all(|answer| *answer == answers[0])
            });
        }
    }
    for instance in instances {
        let listed = instance.lists();
        assert_eq!(listed.len(), 2, "{listed:?}");
        for (id, here, owner) in listed {
            let owner = owner.strip_prefix("http://");
            let is_it = |other: &&Instance| Some(other.address.to_string().as_str()) == owner;
            let found = instances.iter().find(|other| is_it(other)).copied();
            assert!(here || found.unwrap().shows(&CampaignId::new(&id)), "{id}: {owner:?}");
        }
    }
    events_come_from_elsewhere(tagger.address, &campaigns[0]);
    first.stop();
    until("the second shows both", || shown(&second) == 2);
    for id in &campaigns {
        until("the tagger finds the next owner", || {
            let answer = tagger.answers(&leaderboard(id));
            answer.is_some() && answer == second.answers(&leaderboard(id))
        });
    }
    tagger.stop();
    second.stop();
}

/// The feeds are nobody's business here.
fn no_feeds(config: &Config) -> Config {
    let mut config = config.clone();
    config.service.feeds.clear();
    config
}

/// The first events of a campaign, from an instance that does not show it.
fn events_come_from_elsewhere(address: SocketAddr, campaign: &CampaignId) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let path = format!("/api/v1/campaigns/{campaign}/events");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let (mut told, mut bytes) = (String::new(), [0; 1024]);
    while !told.contains("event: tick") {
        let n = stream.read(&mut bytes).unwrap();
        assert!(n > 0, "the stream ended: {told}");
        told.push_str(&String::from_utf8_lossy(&bytes[..n]));
    }
    assert!(told.to_lowercase().contains("content-type: text/event-stream"), "{told}");
}

#[test]
fn only_what_is_needed_goes_to_the_owner_and_comes_back() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\netag: \"7\"\r\n\
                  set-cookie: a=b\r\ncontent-security-policy: none\r\ncontent-length: 2\r\n\r\n{}";
    let (address, asked) = owner_that_gives(answer);
    let alone = Alone::start(None, &address);
    let secrets = "Cookie: secret\r\nAuthorization: secret\r\nIf-None-Match: \"6\"\r\n";
    let path = format!("/api/v1/campaigns/{}/titles/a%2Fb?x=%26", alone.campaign);
    let answer = ask(alone.address, &path, secrets).unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, "{}"), "{answer:?}");
    assert!(answer.header.contains("etag: \"7\""), "{answer:?}");
    assert!(answer.header.contains("content-security-policy: default-src 'none'"), "{answer:?}");
    assert!(!answer.header.contains("set-cookie"), "{answer:?}");
    let asked = asked.join().unwrap();
    assert!(asked.starts_with(&format!("get {} http/1.1\r\n", path.to_lowercase())), "{asked}");
    assert!(asked.contains("x-daebak-hop: 1\r\n") && asked.contains("if-none-match: \"6\"\r\n"));
    assert!(!asked.contains("secret"), "{asked}");
    assert!(alone.proxied("answered"));
}

#[test]
fn an_answer_in_pieces_comes_whole_and_what_says_how_it_is_kept_is_ours() {
    for (disposition, is_passed) in [("starlight-titles-1T0Z.csv", true), ("a.csv.html", false)] {
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: Text/CSV; charset=utf-7\r\ncache-control: public\r\n\
             content-disposition: attachment; filename=\"{disposition}\"\r\n\
             transfer-encoding: chunked\r\n\r\n2\r\na,\r\n1\r\nb\r\n0\r\n\r\n"
        );
        let alone = Alone::start(None, &owner_that_gives(&answer).0);
        let answer = alone.leaderboard();
        assert_eq!((answer.status, answer.body.as_str()), (200, "a,b"), "{answer:?}");
        assert_eq!(answer.header.contains(&disposition.to_lowercase()), is_passed, "{answer:?}");
        for (ours, theirs) in [("charset=utf-8", "utf-7"), ("cache-control: no-cache", "public")] {
            assert!(answer.header.contains(ours) && !answer.header.contains(theirs), "{answer:?}");
        }
    }
}

#[test]
fn owners_that_stall_take_no_room_from_our_own_campaigns_and_the_next_question_waits() {
    const ASKED: usize = 64;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let alone = Alone::start(None, &format!("http://{}", listener.local_addr().unwrap()));
    let own = view("own");
    alone.status.show(Board { made: alone.status.now(), number: 1, campaigns: vec![own] });
    std::thread::scope(|threads| {
        let asking: Vec<_> = (0..=ASKED).map(|_| threads.spawn(|| alone.leaderboard())).collect();
        let mut stalled = Vec::new();
        until("all that may be are asked", || {
            stalled.extend(listener.accept().map(|(stream, _)| stream));
            stalled.len() == ASKED
        });
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
                    content-length: 33554432\r\n\r\n{";
        for stream in &mut stalled {
            stream.write_all(head.as_bytes()).unwrap();
        }
        for n in 0..50 {
            let local = get(alone.address, &format!("/api/v1/campaigns/own/titles?limit={n}1"));
            assert_eq!(local.unwrap().status, 200);
        }
        assert!(!asking.iter().any(std::thread::ScopedJoinHandle::is_finished), "one was refused");
        drop(stalled.pop());
        until("the next has waited", || listener.accept().is_ok());
        drop(stalled);
        for asked in asking {
            assert_eq!(asked.join().unwrap().status, 502);
        }
    });
}

#[test]
fn an_owner_that_does_not_answer_is_named_and_holds_up_nobody_else() {
    let (address, asked) = owner_that_gives("");
    let alone = Alone::start(None, &address);
    alone.status.show(Board { made: alone.status.now(), ..Board::default() });
    let since = Stopwatch::start();
    let slow = std::thread::scope(|threads| {
        let slow = threads.spawn(|| alone.leaderboard());
        until("it is asked", || asked.is_finished() || since.elapsed() > Duration::from_secs(1));
        assert_eq!(get(alone.address, "/api/v1/campaigns").unwrap().status, 200);
        assert!(!slow.is_finished(), "it has waited for the owner");
        slow.join().unwrap()
    });
    assert_eq!(slow.status, 504, "{slow:?}");
    assert!(slow.body.contains(&format!("\"owner\":\"{address}\"")), "{slow:?}");
    assert!(slow.body.contains("did not answer within 8s"), "{slow:?}");
    assert!(since.elapsed() < PATIENCE / 2, "no bound held");
    assert!(alone.proxied("slow"));
}

#[test]
fn an_owner_that_is_gone_or_no_daebak_is_named_and_nothing_of_it_comes_back() {
    let gone = format!("http://{}", free());
    let alone = Alone::start(None, &gone);
    let answer = alone.leaderboard();
    assert_eq!(answer.status, 502, "{answer:?}");
    assert!(answer.body.contains(&format!("\"owner\":\"{gone}\"")), "{answer:?}");
    assert!(answer.body.contains("\"error\":\"the campaign's owner does not answer"));
    assert!(alone.proxied("unreachable"));
    for foreign in [
        "200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\nforged",
        "200 OK\r\ncontent-type: text/csvx\r\ncontent-length: 6\r\n\r\nforged",
        "200 OK\r\ncontent-type: text/javascript\r\ncontent-length: 6\r\n\r\nforged",
        "302 Found\r\ncontent-type: application/json\r\nlocation: http://forged\r\ncontent-length: 0\r\n\r\n",
        "200 OK\r\ncontent-type: application/json\r\ncontent-length: 99999999999\r\n\r\nforged",
        "200 OK\r\ncontent-type: application/json\r\n\r\nforged",
        "200 OK\r\ncontent-type: application/json\r\ncontent-length: 7\r\n\r\nforged",
    ] {
        let (address, _asked) = owner_that_gives(&format!("HTTP/1.1 {foreign}"));
        let alone = Alone::start(None, &address);
        let answer = alone.leaderboard();
        assert_eq!(answer.status, 502, "{foreign}: {answer:?}");
        assert!(!format!("{answer:?}").contains("forged"), "{answer:?}");
        assert!(alone.proxied("broken"), "{foreign}");
    }
}

#[test]
fn no_question_goes_on_twice_or_to_whoever_asks() {
    let (address, asked) = owner_that_gives("");
    let alone = Alone::start(None, &address);
    let path = leaderboard(&alone.campaign);
    let hopped = ask(alone.address, &path, "X-Daebak-Hop: 1\r\n").unwrap();
    assert_eq!(hopped.status, 421, "{hopped:?}");
    let own = Alone::start(Some(&address), &address);
    assert_eq!(own.leaderboard().status, 503, "nobody but itself");
    assert!(!asked.is_finished(), "somebody was asked");
    let other = get(alone.address, "/api/v1/campaigns/starlight-sonnata").unwrap();
    assert_eq!(other.status, 404);
    assert!(other.body.contains("did you mean `starlight-sonata`?"), "{other:?}");
    // Two that each take the other for the owner: the second refuses, and the first says so.
    let alone = Alone::start(None, &format!("http://{}", own.address));
    let moved = alone.leaderboard();
    assert_eq!(moved.status, 503, "{moved:?}");
    assert!(moved.header.contains("retry-after: "), "{moved:?}");
    assert!(alone.proxied("moved"));
    // The thread that waits for a question ends with it.
    drop(TcpStream::connect(address.trim_start_matches("http://")));
}

#[test]
fn a_word_that_is_too_old_is_not_taken() {
    let (address, asked) = owner_that_gives("");
    let alone = Alone::start(None, &address);
    let config = config::shipped().unwrap();
    let mut owners = Owners::new(None, &config.campaigns);
    let (v, campaign) = (1, alone.campaign.clone());
    let record = OwnerRecord { v, campaign, address: address.parse().unwrap() };
    owners.hear(record, Timestamp::from_secs(1_700_000_000));
    alone.status.set_owners(owners);
    let answer = alone.leaderboard();
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.body.contains("no instance shows campaign"), "{answer:?}");
    assert!(!asked.is_finished());
    drop(TcpStream::connect(address.trim_start_matches("http://")));
}
