//! `daebak score`: how well titles and languages are told in labelled text.

mod json;
mod perturbed;
mod shown;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use super::{FoundWrong, Printed, WrongUse, must_be_there};
use crate::campaign::{Campaign, Language, Tier};
use crate::clock::Stopwatch;
use crate::config;
use crate::mention::language::Languages;
use crate::score::labelled::{self, Columns, Form, Labelled, Labels, Posts};
use crate::score::language::LanguageReport;
use crate::score::listed::List;
use crate::score::survival;
use crate::score::titles::{Options, Report, Scorer};

/// So many texts are told at a time when it is measured how long that takes.
const TIMED: usize = 1_000;

/// Score titles or languages against labelled text
///
/// Titles are looked for by daebak and by what is simpler, side by side: names with no letter
/// against them, those of them with a capital, and names anywhere in the text when only letters and
/// digits count. Of daebak, what the matcher finds and what its tiers take. TSV is counted by post
/// and title, `CoNLL` by place.
#[derive(Debug, clap::Args)]
pub(super) struct Score {
    #[command(flatten)]
    titles: Titles,
    /// Labelled text. TSV: a header names the columns `text`, `titles` (ids or names, `|` between
    /// them, empty for none) and `language`. `CoNLL`: a token, a tab and its BIO tag a line, a blank
    /// line between posts. With --language also a text a line, in a file named by its language:
    /// `ko.txt`
    #[arg(required_unless_present = "perturb", value_name = "TEXTS")]
    texts: Vec<PathBuf>,
    /// The form of the texts, where the file's name does not end in `.tsv` or `.conll`
    #[arg(long, value_enum, value_name = "FORM")]
    input: Option<Input>,
    /// The column of the text
    #[arg(long, value_name = "NAME")]
    text_column: Option<String>,
    /// The column of the titles
    #[arg(long, value_name = "NAME")]
    titles_column: Option<String>,
    /// The column of the language
    #[arg(long, value_name = "NAME")]
    language_column: Option<String>,
    /// The entity whose tags are titles
    #[arg(long, value_name = "NAME", default_value = "creative-work")]
    entity: String,
    /// The tier of all names; else the one computed for each
    #[arg(long, value_enum, conflicts_with_all = ["campaign", "language"])]
    tier: Option<TierName>,
    /// The campaign's languages; all others count as one, `other`
    #[arg(
        long,
        value_name = "CODES",
        value_delimiter = ',',
        conflicts_with = "campaign",
        default_value = "en,ko,es,pt,id,ja,th,zh,vi"
    )]
    languages: Vec<String>,
    /// Leave out posts whose labelled titles are not in the text when only letters and digits count
    #[arg(long)]
    only_squeezed: bool,
    /// Show the first so many titles taken wrongly, and those missed
    #[arg(long, value_name = "N", default_value_t = 0)]
    errors: usize,
    /// Look for every spelling of each title that a machine can make: full width, decomposed,
    /// hashtags, other spaces, particles …, each title taken by itself
    #[arg(long, conflicts_with_all = [
        "texts", "gold", "language", "tier", "languages", "input", "text_column", "titles_column",
        "language_column", "entity", "only_squeezed",
    ])]
    perturb: bool,
    /// For people or, as one object, for programs
    #[arg(long, value_enum, default_value_t = Printed::Human)]
    format: Printed,
}

/// What is looked for.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Titles {
    /// Titles, one a line; or `id`, tab, name, tab, name …
    #[arg(long = "titles", value_name = "FILE")]
    list: Option<PathBuf>,
    /// A campaign's file
    #[arg(long, value_name = "FILE")]
    campaign: Option<PathBuf>,
    /// The names that the labels have are the titles
    #[arg(long = "gold-titles")]
    gold: bool,
    /// No titles: only the language
    #[arg(long)]
    language: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Input {
    Tsv,
    Conll,
    Lines,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum TierName {
    Strong,
    Context,
    Hashtag,
}

/// What is printed.
struct Outcome<'a> {
    /// None where only the language was asked for.
    titles: Option<&'a Report>,
    /// Names in labels that can't be looked for, so that no title has them.
    mute_names: u64,
    languages: &'a LanguageReport,
    pace: Option<Pace>,
}

/// How long it takes to tell a language.
#[derive(Clone, Copy, Debug)]
struct Pace {
    texts: u64,
    micros_per_text: f64,
}

impl Score {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        match if self.perturb { self.perturb() } else { self.score() } {
            // Whoever reads has seen enough.
            Err(error) if !super::check::is_broken_pipe(&error) => Err(error),
            _ => Ok(ExitCode::SUCCESS),
        }
    }

    fn score(&self) -> anyhow::Result<()> {
        let (campaign, mute_names) = self.campaign()?;
        let listed = campaign.languages.clone();
        let options = Options { only_squeezed: self.only_squeezed, mistakes_max: self.errors };
        let mut scorer = Scorer::new(campaign, options)?;
        let mut languages = LanguageReport::new(&listed);
        let mut timed = Timed::new(&listed);
        let mut entities = BTreeSet::new();
        for path in &self.texts {
            let file: Arc<str> = path.display().to_string().into();
            entities.append(&mut self.each(path, |mut post| {
                if self.titles.language || mute_names > 0 {
                    drop_mute(&mut post, self.titles.language);
                }
                let line = post.line;
                let seen = scorer
                    .add(&file, &post)
                    .map_err(|error| FoundWrong(format!("{file}: line {line}: {error}")))?;
                if let (Some(labelled), [told, ..]) = (&post.language, &seen.languages[..]) {
                    languages.add(&post.text, labelled, &told.language);
                    timed.add(told.sample.clone());
                }
                Ok(())
            })?);
        }
        self.check_entity(&entities)?;
        let has_titles = scorer.report().posts + scorer.report().left_out > 0;
        if !has_titles && languages.total().all.n == 0 {
            let wanted = if self.titles.language { "a language" } else { "titles or a language" };
            return Err(FoundWrong(format!("no post has {wanted}, so nothing is scored")).into());
        }
        let titles = has_titles.then(|| scorer.report());
        let outcome = Outcome { titles, mute_names, languages: &languages, pace: timed.finish() };
        let mut out = anstream::stdout().lock();
        match self.format {
            Printed::Human => out.write_all(shown::text(&outcome).as_bytes())?,
            Printed::Json => writeln!(out, "{}", json::object(&outcome))?,
        }
        Ok(())
    }

    fn perturb(&self) -> anyhow::Result<()> {
        let (campaign, _) = self.campaign()?;
        let names = campaign.titles.iter().flat_map(|title| &title.aliases);
        let names: Vec<String> = names.map(|alias| alias.text.clone()).collect();
        let rows = survival::survival(&names)?;
        let mut out = anstream::stdout().lock();
        match self.format {
            Printed::Human => out.write_all(perturbed::text(&rows, self.errors).as_bytes())?,
            Printed::Json => writeln!(out, "{}", perturbed::object(&rows, self.errors))?,
        }
        Ok(())
    }

    /// The campaign whose titles are looked for, and how many of the labels' names can't be.
    fn campaign(&self) -> anyhow::Result<(Campaign, u64)> {
        if let Some(path) = &self.titles.campaign {
            must_be_there(path)?;
            let checked = config::check(path)?;
            let [campaign] = &checked.campaigns[..] else {
                let path = path.display();
                let n = checked.campaigns.len();
                return Err(
                    WrongUse(format!("{path}: {n} campaigns; expected the file of one")).into()
                );
            };
            return Ok((Campaign::clone(campaign), 0));
        }
        let (mut list, mut mute_names) = (List::default(), 0);
        if let Some(path) = &self.titles.list {
            let read = List::read(BufReader::new(open(path)?));
            list = read.map_err(|error| FoundWrong(format!("{}: {error}", path.display())))?;
            if list.is_empty() {
                return Err(FoundWrong(format!("no titles in {}", path.display())).into());
            }
        }
        if self.titles.gold {
            for path in &self.texts {
                self.each(path, |post| {
                    for surface in post.surfaces() {
                        mute_names += u64::from(!list.add_surface(&surface)?);
                    }
                    Ok(())
                })?;
            }
        }
        let tier = self.tier.map(|tier| match tier {
            TierName::Strong => Tier::Strong,
            TierName::Context => Tier::Context,
            TierName::Hashtag => Tier::Hashtag,
        });
        let languages = self.languages.iter().map(|code| labelled::told_language_of(code.trim()));
        let languages = languages.collect::<Result<_, _>>();
        let languages = languages.map_err(|error| WrongUse(format!("--languages: {error}")))?;
        Ok((list.into_campaign(languages, tier), mute_names))
    }

    /// Takes each post of a file; returns the entities of its tags.
    fn each(
        &self,
        path: &Path,
        mut take: impl FnMut(Labelled) -> anyhow::Result<()>,
    ) -> anyhow::Result<BTreeSet<String>> {
        let mut posts = Posts::new(BufReader::new(open(path)?), self.form(path)?);
        let mut n = 0_u64;
        for post in posts.by_ref() {
            n += 1;
            take(post.map_err(|error| FoundWrong(format!("{}: {error}", path.display())))?)?;
        }
        if n == 0 {
            return Err(FoundWrong(format!("no posts in {}", path.display())).into());
        }
        Ok(posts.entities().clone())
    }

    /// Whether there are titles, where tags of other entities are all that was seen.
    fn check_entity(&self, seen: &BTreeSet<String>) -> Result<(), WrongUse> {
        if self.titles.language || seen.is_empty() || seen.contains(&self.entity) {
            return Ok(());
        }
        let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
        let seen = seen.join(", ");
        Err(WrongUse(format!("no tag is of the entity `{}`; --entity may be {seen}", self.entity)))
    }

    fn form(&self, path: &Path) -> anyhow::Result<Form> {
        let ends_in = |end: &str| path.extension().is_some_and(|extension| extension == end);
        let input = match self.input {
            Some(input) => input,
            None if ends_in("tsv") => Input::Tsv,
            None if ends_in("conll") => Input::Conll,
            None if self.titles.language => Input::Lines,
            None => {
                let path = path.display();
                let why = format!("{path} ends neither in .tsv nor in .conll; expected --input");
                return Err(WrongUse(why).into());
            }
        };
        Ok(match input {
            Input::Tsv => Form::Tsv(Columns {
                text: self.text_column.clone(),
                titles: self.titles_column.clone(),
                language: self.language_column.clone(),
            }),
            Input::Conll => Form::Conll { entity: self.entity.clone() },
            Input::Lines => {
                let stem = path.file_stem().unwrap_or_default().to_string_lossy();
                let language = labelled::language_of(&stem).map_err(|error| {
                    WrongUse(format!(
                        "{}, named by the language of its lines: {error}",
                        path.display()
                    ))
                })?;
                Form::Lines(language)
            }
        })
    }
}

fn open(path: &Path) -> Result<File, WrongUse> {
    File::open(path).map_err(|error| WrongUse(format!("cannot read {}: {error}", path.display())))
}

/// Drops labels that nothing could find: of a column those without letters, or all where titles are
/// not asked for. Those at places stay and count as missed.
fn drop_mute(post: &mut Labelled, all: bool) {
    if all {
        post.labels = Labels::None;
    } else if let Labels::Titles(titles) = &mut post.labels {
        titles.retain(|title| !crate::mention::skeleton(title).is_empty());
    }
}

/// Tells languages again, many at a time, to see how long it takes.
struct Timed {
    languages: Languages,
    samples: Vec<String>,
    n: u64,
    elapsed: Duration,
}

impl Timed {
    fn new(languages: &[Language]) -> Self {
        let languages = Languages::new(languages);
        Self { languages, samples: Vec::new(), n: 0, elapsed: Duration::ZERO }
    }

    fn add(&mut self, sample: String) {
        self.samples.push(sample);
        if self.samples.len() == TIMED {
            self.measure();
        }
    }

    fn measure(&mut self) {
        let watch = Stopwatch::start();
        for sample in &self.samples {
            std::hint::black_box(self.languages.tell(sample, None));
        }
        self.elapsed += watch.elapsed();
        self.n += self.samples.len() as u64;
        self.samples.clear();
    }

    fn finish(mut self) -> Option<Pace> {
        self.measure();
        let micros = self.elapsed.as_secs_f64() * 1e6;
        (self.n > 0).then(|| Pace { texts: self.n, micros_per_text: micros / self.n as f64 })
    }
}
