//! Restarts, spoilt snapshots and changes of ownership: whatever happens, what is shown is the
//! fold of the whole log.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod oracle;
mod owner;

use std::collections::BTreeMap;

use daebak::clock::Stopwatch;
use daebak::record::snapshot::{Key, Manifest, Part, SNAPSHOT_VERSION};
use daebak::time::Timestamp;
use owner::{Deployment, LOG, Owner, PARTITIONS, SNAPSHOTS, clock, until, windows};

/// Mentions applied by this process, in the log's records that it read.
fn applied(owner: &Owner) -> u64 {
    sum(owner, "daebak_mentions_applied_total{")
}

fn sum(owner: &Owner, family: &str) -> u64 {
    let page = owner.parts.health.text();
    let lines = page.lines().filter(|line| line.starts_with(family));
    lines.map(|line| line.rsplit_once(' ').unwrap().1.parse::<u64>().unwrap()).sum()
}

/// Snapshots skipped, by reason.
fn skipped(owner: &Owner) -> BTreeMap<String, u64> {
    let page = owner.parts.health.text();
    let prefix = "daebak_snapshots_skipped_total{reason=\"";
    let lines = page.lines().filter_map(|line| line.strip_prefix(prefix)?.split_once("\"} "));
    let counts = lines.map(|(reason, n)| (reason.to_owned(), n.parse().unwrap()));
    counts.filter(|(_, n)| *n > 0).collect()
}

fn totals(owner: &Owner) -> u64 {
    let page = owner.page();
    let lines = page.lines().filter(|line| line.starts_with("daebak_title_posts_total{"));
    lines.map(|line| line.rsplit_once(' ').unwrap().1.parse::<u64>().unwrap()).sum()
}

#[test]
fn a_restart_from_a_snapshot_shows_the_fold_of_the_whole_log() {
    let deployment = Deployment::start();
    deployment.configure();
    deployment.mention(0..90);
    let first = deployment.own();
    until("the first shows all", || windows(&first.page()) == deployment.folded_page());
    assert_eq!(applied(&first), 90);
    assert_eq!(first.stop(), Ok(()));

    // While nobody runs: redeliveries and news.
    deployment.mention(60..150);
    let second = deployment.own();
    second.wait_until_ready();
    until("the second shows all", || windows(&second.page()) == deployment.folded_page());
    assert_eq!(applied(&second), 90, "only what came after the snapshot is read again");
    assert_eq!(skipped(&second), BTreeMap::new());
    assert_eq!(totals(&second), 0, "what was replayed is not counted by this process");
    deployment.mention(150..160);
    until("live mentions are counted", || totals(&second) == 10);
    assert_eq!(windows(&second.page()), deployment.folded_page());
    assert_eq!(second.stop(), Ok(()));
}

/// A snapshot as its records: what the test spoils before it writes them.
struct Written {
    offset: i64,
    chunks: Vec<Option<Vec<u8>>>,
    manifest: Manifest,
}

/// What a fold of the log's first `n` records would write.
fn snapshot(deployment: &Deployment, n: usize) -> Written {
    let packed = deployment.fold(n).pack().unwrap().unwrap();
    let (offset, timestamp, _) = deployment.log()[n - 1];
    let manifest = Manifest {
        v: SNAPSHOT_VERSION,
        log: LOG.into(),
        partitions: PARTITIONS,
        offset,
        timestamp,
        chunks: u32::try_from(packed.chunks.len()).unwrap(),
        checksum: packed.checksum,
        taken: clock().now(),
    };
    Written { offset, chunks: packed.chunks.into_iter().map(Some).collect(), manifest }
}

fn write(deployment: &Deployment, written: &Written) {
    let key = |part| {
        let (campaign, offset) = (deployment.campaign(), written.offset);
        Key { campaign, offset, part }.encode()
    };
    let home = deployment.home();
    for (number, chunk) in (0..).zip(&written.chunks) {
        deployment.write(SNAPSHOTS, home, Some(&key(Part::Chunk(number))), chunk.clone());
    }
    let manifest = written.manifest.encode().unwrap();
    deployment.write(SNAPSHOTS, home, Some(&key(Part::Manifest)), Some(manifest));
    deployment.flush();
}

/// How to spoil a snapshot, and how that is counted.
type Spoil = (&'static str, fn(&mut Written));

const SPOILS: [Spoil; 9] = [
    ("missing", |written| written.chunks[0] = None),
    ("checksum", |written| written.chunks[0].as_mut().unwrap()[7] ^= 1),
    ("checksum", |written| written.manifest.checksum ^= 1),
    ("version", |written| written.manifest.v += 1),
    ("foreign", |written| written.manifest.log = "another".into()),
    ("foreign", |written| written.manifest.partitions += 1),
    ("foreign", |written| written.manifest.timestamp = Timestamp::from_secs(1)),
    ("foreign", |written| {
        // Of a log that was longer before it was created anew.
        written.offset += 100_000;
        written.manifest.offset += 100_000;
    }),
    ("state", |written| {
        let junk = b"no zstd frame".to_vec();
        written.manifest.checksum = daebak::record::fnv1a(&junk);
        written.chunks = vec![Some(junk)];
        written.manifest.chunks = 1;
    }),
];

/// 60 mentions and two snapshots of them, of which the newer is spoilt; or both.
fn falls_back((reason, spoil): Spoil, both: bool) {
    let deployment = Deployment::start();
    deployment.configure();
    deployment.mention(0..60);
    let mut older = snapshot(&deployment, 21);
    let mut newer = snapshot(&deployment, 41);
    spoil(&mut newer);
    if both {
        spoil(&mut older);
    }
    write(&deployment, &older);
    write(&deployment, &newer);
    let owner = deployment.own();
    owner.wait_until_ready();
    until("all is shown", || windows(&owner.page()) == deployment.folded_page());
    // The config record is no mention.
    let expected = if both { 60 } else { 40 };
    assert_eq!(applied(&owner), expected, "{reason}: restored from the wrong place");
    assert_eq!(skipped(&owner), BTreeMap::from([(reason.to_owned(), 1 + u64::from(both))]));
    assert_eq!(owner.stop(), Ok(()));
}

/// They wait for the group most of the time, so they wait together.
fn at_once(cases: impl IntoIterator<Item = (Spoil, bool)>) {
    std::thread::scope(|threads| {
        for (spoil, both) in cases {
            threads.spawn(move || falls_back(spoil, both));
        }
    });
}

#[test]
fn a_spoilt_snapshot_gives_way_to_the_one_before() {
    at_once(SPOILS.map(|spoil| (spoil, false)));
}

#[test]
fn where_no_snapshot_is_whole_the_log_alone_restores() {
    at_once(SPOILS.map(|spoil| (spoil, true)));
}

#[test]
fn what_outlived_its_use_is_taken_away_with_the_next_snapshot() {
    let deployment = Deployment::start();
    deployment.configure();
    deployment.mention(0..60);
    for n in [11, 21, 31] {
        write(&deployment, &snapshot(&deployment, n));
    }
    let mut foreign = snapshot(&deployment, 41);
    foreign.offset += 100_000;
    foreign.manifest.offset += 100_000;
    write(&deployment, &foreign);
    let owner = deployment.own();
    owner.wait_until_ready();
    until("all is shown", || windows(&owner.page()) == deployment.folded_page());
    assert_eq!(owner.stop(), Ok(()));
    let end = deployment.log().last().unwrap().0;
    let kept: Vec<i64> = deployment.snapshots_kept().into_iter().collect();
    // The last config record may lie behind the new one.
    let is_new = |offset: &i64| (60..=end).contains(offset);
    assert!(kept.len() == 2 && kept[0] == 30 && is_new(&kept[1]), "two generations: {kept:?}");
}

#[test]
fn two_share_the_campaigns_and_one_that_leaves_is_stood_in_for() {
    let deployment = Deployment::start().with_rival();
    let campaigns: Vec<_> = deployment.config.campaigns.iter().map(|c| c.id.clone()).collect();
    deployment.configure();
    deployment.mention(0..90);
    let shown = |owner: &Owner| campaigns.iter().filter(|campaign| owner.shows(campaign)).count();
    let first = deployment.own();
    until("the first shows both", || shown(&first) == 2);
    let whole = windows(&first.page());
    let second = deployment.own();
    until("they share", || {
        (shown(&first), shown(&second)) == (1, 1) && first.is_ready() && second.is_ready()
    });
    for owner in [&first, &second] {
        let board = owner.parts.status.board();
        let on_it: Vec<_> = board.campaigns.iter().map(|view| &view.campaign).collect();
        assert!(on_it.len() == 1 && owner.shows(on_it[0]), "the board is the page's: {on_it:?}");
    }
    let mut shared: Vec<String> =
        [&first, &second].into_iter().flat_map(|owner| windows(&owner.page())).collect();
    shared.sort_unstable();
    let mut sorted = whole.clone();
    sorted.sort_unstable();
    assert_eq!(shared, sorted, "each series has one exporter");
    for owner in [&first, &second] {
        let text = owner.parts.health.text();
        let named = |c: &&daebak::campaign::CampaignId| text.contains(&format!("campaign=\"{c}\""));
        assert_eq!(campaigns.iter().filter(named).count(), 1, "{text}");
    }
    deployment.mention(90..120);
    let since = Stopwatch::start();
    let status = first.parts.status.clone();
    assert_eq!(first.stop(), Ok(()));
    println!("a graceful stop took {:?}", since.elapsed());
    let left = String::from_utf8(status.fresh_page().unwrap().plain().to_vec()).unwrap();
    assert_eq!(windows(&left), [""; 0], "one that left shows nothing");
    assert!(status.board().campaigns.is_empty(), "and nothing on its board");
    until("the second shows both", || shown(&second) == 2 && second.is_ready());
    println!("all was served elsewhere after {:?}", since.elapsed());
    let time = START_OF_END.as_secs_f64().to_string();
    until("T goes on", || {
        let page = second.page();
        page.lines().filter(|l| l.starts_with("daebak_campaign_time") && l.ends_with(&time)).count()
            == 2
    });
    let own = format!("campaign=\"{}\"", deployment.campaign());
    let page = windows(&second.page());
    let page: Vec<_> = page.into_iter().filter(|line| line.contains(&own)).collect();
    assert_eq!(page, deployment.folded_page());
    assert_eq!(second.stop(), Ok(()));
}

/// T after 120 mentions.
const START_OF_END: Timestamp = Timestamp::from_secs(1_770_000_120);

#[test]
fn a_snapshots_topic_that_refuses_does_not_stop_counting() {
    let deployment = Deployment::start();
    deployment.configure();
    deployment.mention(0..60);
    let owner = deployment.own();
    until("all is shown", || windows(&owner.page()) == deployment.folded_page());
    // Chunk and manifest come in one batch.
    deployment.broker.refuse_batches(1);
    assert_eq!(owner.stop(), Ok(()), "a snapshot that cannot be written is no failure");
    assert_eq!(deployment.snapshots_kept().len(), 0);
    let next = deployment.own();
    next.wait_until_ready();
    until("all is shown", || windows(&next.page()) == deployment.folded_page());
    assert_eq!(applied(&next), 60, "the log alone restores it");
    assert_eq!(next.stop(), Ok(()));
}
