//! `daebak explain`: what is seen in a post, and why it counts or does not.

mod json;
mod shown;
pub(super) mod words;

use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;

use crate::campaign::{Campaign, Title};
use crate::config;
use crate::mention::tier::{self, TierReason};
use crate::mention::verdict::{Explanation, Finding, Role};
use crate::mention::{Rules, Tagger};
use crate::post::Post;
use crate::score::lines::Lines;

/// Say which titles a post names, and why a word in it counts or does not
///
/// Shows every word of the campaigns that is found in the text, what it asks of a post, and what
/// became of it; the text's skeleton, in which words are looked for; and the language.
#[derive(Debug, clap::Args)]
pub(super) struct Explain {
    /// Posts, one an argument; `-` reads one a line from the standard input
    #[arg(required = true)]
    texts: Vec<String>,
    /// A campaign file, or a directory of them; else all campaigns of the service
    #[arg(long, value_name = "FILE", conflicts_with = "config")]
    campaign: Option<PathBuf>,
    /// The service's file
    #[arg(long, default_value = super::CONFIG_DEFAULT)]
    config: PathBuf,
    /// For people or, one object a post, for programs
    #[arg(long, value_enum, default_value_t = super::Printed::Human)]
    format: super::Printed,
    /// The language that the platform names for the posts
    #[arg(long, value_name = "CODE")]
    lang: Option<String>,
}

/// A post and what was seen in it.
struct Explained<'a> {
    text: &'a str,
    seen: Explanation,
    campaigns: &'a [Arc<Campaign>],
}

impl Explain {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        match self.explain_all() {
            // Whoever reads has seen enough.
            Err(error) if !super::check::is_broken_pipe(&error) => Err(error),
            _ => Ok(ExitCode::SUCCESS),
        }
    }

    fn explain_all(&self) -> anyhow::Result<()> {
        super::must_be_there(self.campaign.as_ref().unwrap_or(&self.config))?;
        let campaigns = match &self.campaign {
            Some(path) => config::check(path)?.campaigns,
            None => config::load_offline(&self.config)?.campaigns,
        };
        let mut tagger = Tagger::new(&campaigns, Rules::of_texts())?;
        let mut out = anstream::stdout().lock();
        let mut is_first = true;
        let mut explain = |text: &str| -> anyhow::Result<()> {
            if !std::mem::take(&mut is_first) && self.format == super::Printed::Human {
                writeln!(out)?;
            }
            let post =
                Post { language_hint: self.lang.as_deref().map(Into::into), ..Post::of_text(text) };
            let seen = tagger.explain(&post);
            let explained = Explained { text, seen, campaigns: &campaigns };
            Ok(self.print(&mut out, &explained)?)
        };
        for text in &self.texts {
            if Path::new(text) == Path::new("-") {
                each_line(io::stdin().lock(), &mut explain)?;
            } else {
                explain(text)?;
            }
        }
        Ok(())
    }

    fn print(&self, out: &mut impl Write, explained: &Explained<'_>) -> io::Result<()> {
        match self.format {
            super::Printed::Human => {
                let renderer = annotate_snippets::Renderer::styled();
                out.write_all(shown::lines(explained, &renderer).as_bytes())
            }
            super::Printed::Json => writeln!(out, "{}", json::object(explained)),
        }
    }
}

fn each_line(
    input: impl BufRead,
    mut explain: impl FnMut(&str) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut lines = Lines::new(input);
    loop {
        let number = lines.line + 1;
        let line = lines.next_line().with_context(|| format!("standard input, line {number}"))?;
        let Some(text) = line else { return Ok(()) };
        explain(text)?;
    }
}

impl Explained<'_> {
    /// The titles that the post names, each with its campaign.
    fn titles(&self) -> Vec<String> {
        let mut named = Vec::new();
        for finding in &self.seen.findings {
            let (Some(campaign), Some(title)) = (&finding.campaign, &finding.title) else {
                continue;
            };
            let name = format!("{campaign}/{title}");
            if finding.names_title() && !named.contains(&name) {
                named.push(name);
            }
        }
        named
    }

    fn title(&self, finding: &Finding) -> Option<(&Campaign, &Title)> {
        let campaign =
            self.campaigns.iter().find(|one| Some(&one.id) == finding.campaign.as_ref())?;
        let title = campaign.titles.iter().find(|one| Some(&one.id) == finding.title.as_ref())?;
        Some((campaign, title))
    }

    /// Why an alias of a title has its tier; none for other words.
    fn tier_reason(&self, finding: &Finding) -> Option<TierReason> {
        if finding.role != Role::Alias {
            return None;
        }
        let (campaign, title) = self.title(finding)?;
        let alias = title.aliases.iter().find(|alias| *alias.text == *finding.written)?;
        Some(tier::of(alias, &campaign.languages).1)
    }
}
