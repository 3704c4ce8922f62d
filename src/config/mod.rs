//! What the service and its campaigns are set to: validated, with a default for all that has one.
//!
//! Nothing is guessed: an unknown key, a wrong type or a value beyond its limit is an error, and
//! all errors of all files are reported at once. What is deliberately absent: settings from the
//! environment (secrets may come from it), included files, and a file taken in part.

pub mod connection;
mod budget;
mod campaign;
mod fault;
mod fold;
mod mapping;
mod page;
mod raw;
mod report;
mod risk;
mod rule;
mod service;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use budget::Series;
pub use campaign::{limit, n_words};
pub use fault::{ConfigError, ConfigErrors, Warnings};
pub use page::{PAGES, Page};
pub use raw::nearest;
pub use rule::{Rule, Severity};

use connection::{Connection, Pointed, Secret};

use crate::campaign::Campaign;
use crate::mention::author::Authors;
use crate::mention::{Rules, Tagger, TaggerError};
use crate::post::format::Format;
use crate::record::config::{FeedTiming, WindowConfig};
use crate::record::owner::Address;
use crate::time::Span;

/// The largest file read, in bytes.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// The most feed topics of a service, each counted once a thread that reads it.
pub const FEED_TOPICS_MAX: usize = 256;
/// The most threads that read one feed topic.
pub const FEED_THREADS_MAX: usize = 64;
/// The most campaigns.
const CAMPAIGNS_MAX: usize = 1000;

/// The service's file and every campaign's.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The service's own settings.
    pub service: Service,
    /// The campaigns, in the order of their slugs.
    pub campaigns: Vec<Arc<Campaign>>,
}

/// The service's own settings (`daebak.toml`).
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Where HTTP listens.
    pub listen: SocketAddr,
    /// Where other processes and people find this one; without one they do not.
    pub advertise: Option<Address>,
    /// The broker and the topics that are daebak's own.
    pub kafka: Kafka,
    /// The feeds, in file order; names and topics are unique.
    pub feeds: Vec<Feed>,
    /// The windows of every campaign, shortest first.
    pub windows: Vec<WindowConfig>,
    /// By how much a feed partition's records may be out of order without being late.
    pub out_of_orderness: Span,
    /// How long, by the log's time, a silent feed partition holds T back.
    pub stall_timeout: Span,
    /// How long after its event a post's identity is kept at the least.
    pub engagement_horizon: Span,
    /// What is kept of authors.
    pub privacy: Privacy,
    /// Every bound.
    pub limits: Limits,
}

/// The broker and the topics that are daebak's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kafka {
    /// How brokers are reached.
    pub connection: Connection,
    /// The prefix of consumer groups: the group of a feed topic is `<group>.<topic>`.
    pub group: String,
    /// This process's name among those of the group: partitions wait for it while it restarts.
    pub instance: Option<String>,
    /// The mention log's topic.
    pub mention_log: String,
    /// The dead letters' topic.
    pub dead_letters: String,
    /// The snapshots' topic; without one no snapshot is taken, and the log alone restores.
    pub snapshots: Option<String>,
    /// The bursts' topic; without one none is told.
    pub bursts: Option<String>,
    /// The owners' topic; without one a process shows its own campaigns only.
    pub owners: Option<String>,
}

/// One feed: a source of posts, in one or more topics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// The value of the `feed` label.
    pub name: String,
    /// Its topics.
    pub topics: Vec<String>,
    /// What its records may be.
    pub format: Format,
    /// How many threads of this process read each of its topics.
    pub threads: usize,
    /// How late its records come.
    pub timing: FeedTiming,
}

/// What is kept of authors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Privacy {
    /// Whether mentions name their authors; else they carry hashes of them.
    pub keep_authors: bool,
    /// What authors are hashed with; all taggers of a service must have the same.
    pub author_salt: Option<Secret>,
}

/// Every bound of the service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The largest feed record read, in bytes.
    pub record_bytes_max: usize,
    /// The most titles a campaign counts.
    pub titles_max: usize,
    /// The most mentions of a campaign that wait for T.
    pub pending_max: usize,
    /// The most posts of a campaign that are remembered, so that they count once.
    pub ledger_max: usize,
    /// The most distinct authors of a title that are counted exactly; beyond, they are estimated.
    pub distinct_max: usize,
    /// The most series that all titles together may have.
    pub series_max: usize,
    /// The share of a feed's records that may be dead letters before that is told, from 0 to 1.
    pub dead_letter_ratio_max: f64,
}

impl Service {
    /// How its feeds' records are read.
    pub fn rules(&self) -> Rules {
        Rules {
            record_bytes_max: self.limits.record_bytes_max,
            formats: self.by_topic(|feed| feed.format.clone()),
            authors: self.authors(),
        }
    }

    /// What its mentions say of authors.
    pub fn authors(&self) -> Authors {
        let Privacy { keep_authors, author_salt } = &self.privacy;
        let salt = author_salt.as_ref().map_or(&*self.kafka.mention_log, Secret::reveal);
        if *keep_authors { Authors::Kept } else { Authors::hashed(salt) }
    }

    /// Whether anyone who knows an author can tell its hash.
    pub fn shows_authors(&self) -> bool {
        !self.privacy.keep_authors && self.privacy.author_salt.is_none()
    }

    /// What each feed has, by its topics.
    fn by_topic<T>(&self, of: impl Fn(&Feed) -> T) -> BTreeMap<Box<str>, T> {
        let topics = |feed: &Feed| {
            feed.topics.iter().map(|topic| (topic.as_str().into(), of(feed))).collect::<Vec<_>>()
        };
        self.feeds.iter().flat_map(topics).collect()
    }
}

/// Reads the service file `path`, the secrets and certificates it points to, and every `*.toml`
/// in its directory of campaigns.
///
/// # Errors
/// All mistakes of all these files; a file that can't be read is one.
pub fn load(path: &Path) -> Result<Config, ConfigErrors> {
    load_with(path, Pointed::Read(path.parent().unwrap_or(Path::new(""))))
}

/// [`load`] for who will not connect: neither secrets nor certificates are read, so none need be
/// there. Secrets are empty then.
///
/// # Errors
/// As those of [`load`].
pub fn load_offline(path: &Path) -> Result<Config, ConfigErrors> {
    load_with(path, Pointed::Left)
}

fn load_with(path: &Path, pointed: Pointed<'_>) -> Result<Config, ConfigErrors> {
    let text = read_file(path)?;
    let mut errors = Vec::new();
    let service = keep(&mut errors, service::read(&shown(path), &text, pointed));
    let titles_max = titles_max(service.as_ref());
    let mut campaigns = Vec::new();
    for file in keep(&mut errors, campaign_files(path, &text)).unwrap_or_default() {
        campaigns.extend(keep(&mut errors, load_campaign(&file, titles_max)).map(Arc::new));
    }
    match service {
        Some(service) if errors.is_empty() => match budget::check(path, &service, &campaigns) {
            Some(error) => Err(ConfigErrors::new(vec![error])),
            None => Ok(Config { service, campaigns }),
        },
        _ => Err(ConfigErrors::new(errors)),
    }
}

/// The configuration that daebak ships as its example, for the demo.
///
/// # Errors
/// Never for a released daebak: a test holds the files to it.
pub fn shipped() -> Result<Config, ConfigErrors> {
    const CAMPAIGN: &str = include_str!("../../config/campaigns/starlight-sonata.toml");
    let service = shipped_service()?;
    let campaign = parse_campaign("starlight-sonata", "starlight-sonata.toml", CAMPAIGN)?;
    Ok(Config { service, campaigns: vec![Arc::new(campaign)] })
}

fn shipped_service() -> Result<Service, ConfigErrors> {
    parse_service("daebak.toml", include_str!("../../config/daebak.toml"))
}

/// What was checked and has no mistake.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    /// The services, secrets and certificates left out.
    pub services: Vec<Service>,
    /// The campaigns.
    pub campaigns: Vec<Arc<Campaign>>,
    /// The file of each of them, as errors call it.
    pub files: Vec<String>,
    /// How many series each of them can have; of one without a service, in the shipped one's.
    pub series: Vec<Series>,
    /// What is risky in them.
    pub warnings: Warnings,
}

/// Checks `path`: a campaign file, a service file with all its campaigns, or every `*.toml` of a
/// directory, each as what its keys say it is. Secrets and certificates need not be there.
///
/// # Errors
/// All mistakes of all these files.
pub fn check(path: &Path) -> Result<Checked, ConfigErrors> {
    let files = if path.is_dir() { toml_files(path)? } else { vec![path.to_owned()] };
    let mut errors = Vec::new();
    let mut checked = Checked::default();
    for file in files {
        if let Some(text) = keep(&mut errors, read_file(&file)) {
            if campaign::is_campaign(&text) {
                check_campaign(&file, &text, None, &mut checked, &mut errors);
            } else {
                check_service(&file, &text, &mut checked, &mut errors);
            }
        }
    }
    if errors.is_empty() { Ok(checked) } else { Err(ConfigErrors::new(errors)) }
}

fn check_service(path: &Path, text: &str, checked: &mut Checked, errors: &mut Vec<ConfigError>) {
    let (n_campaigns, n_errors) = (checked.campaigns.len(), errors.len());
    let service = keep(errors, service::read(&shown(path), text, Pointed::Left));
    checked.warnings.add(risk::warnings(&shown(path), text));
    for file in keep(errors, campaign_files(path, text)).unwrap_or_default() {
        if let Some(text) = keep(errors, read_file(&file)) {
            check_campaign(&file, &text, service.as_ref(), checked, errors);
        }
    }
    let campaigns = checked.campaigns.get(n_campaigns..).unwrap_or_default();
    if errors.len() == n_errors {
        if let Err(error) = Tagger::new(campaigns, Rules::of_texts()) {
            errors.push(ConfigError::whole_file(path, Rule::OutOfRange, together(&error)));
        }
        errors.extend(service.as_ref().and_then(|set| budget::check(path, set, campaigns)));
    }
    checked.services.extend(service);
}

/// Why campaigns that are fine alone are not together, and the remedy.
fn together(error: &TaggerError) -> String {
    format!("its campaigns together: {error}; split them between two services")
}

fn check_campaign(
    path: &Path,
    text: &str,
    service: Option<&Service>,
    checked: &mut Checked,
    errors: &mut Vec<ConfigError>,
) {
    let file = shown(path);
    let titles_max = titles_max(service);
    if let Some(placed) = keep(errors, campaign::read(&slug(path), &file, text, titles_max)) {
        checked.warnings.add(campaign::warnings(&file, text, &placed));
        let shipped = || keep(errors, shipped_service());
        let series =
            service.cloned().or_else(shipped).map(|set| Series::of(&set, &placed.campaign));
        checked.series.extend(series);
        checked.campaigns.push(Arc::new(placed.campaign));
        checked.files.push(file);
    }
}

/// Checks the text of a service file, which errors call `file`. Reads nothing else.
///
/// # Errors
/// All mistakes of the text.
pub fn parse_service(file: &str, text: &str) -> Result<Service, ConfigErrors> {
    service::read(file, text, Pointed::Left)
}

/// Checks the text of the file of the campaign `slug`, which errors call `file`. Reads nothing
/// else.
///
/// # Errors
/// All mistakes of the text.
pub fn parse_campaign(slug: &str, file: &str, text: &str) -> Result<Campaign, ConfigErrors> {
    campaign::read(slug, file, text, service::TITLES_MAX).map(|placed| placed.campaign)
}

fn load_campaign(path: &Path, titles_max: usize) -> Result<Campaign, ConfigErrors> {
    let text = read_file(path)?;
    Ok(campaign::read(&slug(path), &shown(path), &text, titles_max)?.campaign)
}

/// The titles that a campaign of the service may have; the most there are, of a service with
/// mistakes.
fn titles_max(service: Option<&Service>) -> usize {
    service.map_or(service::TITLES_MAX, |service| service.limits.titles_max)
}

/// The campaign files of the service file `path`, which holds `text`.
fn campaign_files(path: &Path, text: &str) -> Result<Vec<PathBuf>, ConfigErrors> {
    toml_files(&path.with_file_name(service::campaigns_directory(text)))
}

/// The campaign that a file is of.
fn slug(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The value, or its errors put to the others.
fn keep<T>(errors: &mut Vec<ConfigError>, checked: Result<T, ConfigErrors>) -> Option<T> {
    checked.map_err(|more| errors.extend(more.into_vec())).ok()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn unusable(path: &Path, why: String) -> ConfigErrors {
    ConfigErrors::new(vec![ConfigError::whole_file(path, Rule::Unreadable, why)])
}

fn read_file(path: &Path) -> Result<String, ConfigErrors> {
    let failed = |error: std::io::Error| unusable(path, error.to_string());
    let file = fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(unusable(path, format!("larger than {FILE_BYTES_MAX} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| unusable(path, "not UTF-8".to_owned()))
}

/// The `*.toml` of a directory by name, without hidden ones: editors and mounted volumes keep
/// their own there.
fn toml_files(directory: &Path) -> Result<Vec<PathBuf>, ConfigErrors> {
    let unusable = |why| unusable(directory, why);
    let wanted = |path: &PathBuf| {
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        !hidden && path.extension().is_some_and(|extension| extension == "toml")
    };
    let entries = fs::read_dir(directory).map_err(|error| unusable(error.to_string()))?;
    let mut files: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(wanted).collect();
    files.sort();
    match files.len() {
        0 => Err(unusable("no *.toml in this directory".to_owned())),
        n if n > CAMPAIGNS_MAX => Err(unusable(format!("{n} files, {CAMPAIGNS_MAX} at the most"))),
        _ => Ok(files),
    }
}

#[cfg(test)]
mod tests;
