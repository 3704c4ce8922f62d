//! `daebak init`: a campaign file to start from.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use super::WrongUse;
use crate::config;

/// The file, with `{…}` for what the command line says and `{{` for a brace.
const TEMPLATE: &str = include_str!("init/campaign.toml");

/// Write a commented campaign file to start from
///
/// It has no mistake and its tests pass. A file that is there already is left as it is.
#[derive(Debug, clap::Args)]
pub(super) struct Init {
    /// The file, whose name is the campaign's id
    #[arg(default_value = "my-drama.toml")]
    path: PathBuf,
    /// The title that it is about
    #[arg(long, default_value = "Starlight Sonata")]
    name: String,
    /// The languages with a series of their own, as ISO 639-1 codes
    #[arg(long, value_delimiter = ',', default_value = "en,ko,es,pt,id")]
    languages: Vec<String>,
}

impl Init {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let path = self.path.display().to_string();
        let text = filled(&self.name, &self.languages);
        let is_toml = self.path.extension().is_some_and(|extension| extension == "toml");
        let slug = self.path.file_stem().unwrap_or_default().to_string_lossy();
        if !is_toml {
            return Err(
                WrongUse(format!("{path} is no name of a campaign's file: NAME.toml")).into()
            );
        }
        if let Err(errors) = config::parse_campaign(&slug, &path, &text) {
            let first = errors.as_slice().first();
            let first = first.map(|error| format!("{}; {}", error.message, error.expected));
            return Err(WrongUse(first.unwrap_or_default()).into());
        }
        let created = OpenOptions::new().write(true).create_new(true).open(&self.path);
        let mut file = match created {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(
                    WrongUse(format!("{path} is there already; it is left as it is")).into()
                );
            }
            created => {
                created.map_err(|error| WrongUse(format!("cannot write {path}: {error}")))?
            }
        };
        file.write_all(text.as_bytes()).with_context(|| format!("cannot write {path}"))?;
        let said = format!(
            "{path} is written. Next:\n  edit it: titles, aliases, hashtags, tests\n  daebak check \
             {path}\n  daebak test {path}\n  put it beside the service's other campaigns, and \
             start daebak anew\n"
        );
        // The file is written, whoever reads this.
        let _ = io::stdout().write_all(said.as_bytes());
        Ok(ExitCode::SUCCESS)
    }
}

/// The template, filled in.
fn filled(name: &str, languages: &[String]) -> String {
    let name = name.trim();
    let words = || name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_ascii = |word: &&str| word.is_ascii();
    let id = words().filter(is_ascii).collect::<Vec<_>>().join("-").to_ascii_lowercase();
    let id: String = id.chars().take(config::limit::ID_CHARS_MAX).collect();
    let text = |text: &str| toml::Value::from(text).to_string();
    let codes: Vec<toml::Value> = languages.iter().map(|code| code.trim().into()).collect();
    let mention = format!("The first episode of {name} is the best kdrama I have seen.");
    let parts = [
        ("{name}", text(name)),
        ("{languages}", toml::Value::from(codes).to_string()),
        ("{id}", if id.is_empty() { "my-drama".to_owned() } else { id }),
        ("{hashtag}", words().collect()),
        ("{mention}", text(&mention)),
        ("{{", "{".to_owned()),
        ("}}", "}".to_owned()),
    ];
    // Part by part, so that nothing is looked for in what was put in.
    let mut filled = String::new();
    let mut rest = TEMPLATE;
    while let Some((at, (from, to))) =
        parts.iter().filter_map(|part| Some((rest.find(part.0)?, part))).min_by_key(|(at, _)| *at)
    {
        let (before, found) = rest.split_at(at);
        filled.push_str(before);
        filled.push_str(to);
        rest = found.strip_prefix(from).unwrap_or_default();
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::cli::test::{Tested, alone};

    #[test]
    fn what_is_written_has_no_mistake_no_risk_but_the_names_own_and_passes_its_tests() {
        let folder = tempfile::tempdir().unwrap();
        for (n, name) in [
            "Starlight Sonata",
            "Queen of \"Tears\" \\ {id}",
            "별빛 소나타",
            "愛の不時着",
            "Reply 1988",
        ]
        .into_iter()
        .enumerate()
        {
            let path = folder.path().join(format!("campaign-{n}.toml"));
            let init = |path: PathBuf| {
                let languages = vec!["en".to_owned(), " ko".to_owned()];
                Init { path, name: name.to_owned(), languages }.run()
            };
            assert_eq!(init(path.clone()).unwrap(), ExitCode::SUCCESS);
            let checked = config::check(&path).unwrap();
            let [campaign] = &checked.campaigns[..] else { panic!("{checked:?}") };
            assert_eq!(campaign.name, name);
            assert_eq!(campaign.languages.len(), 2);
            let warnings = checked.warnings.as_slice();
            assert_eq!(warnings.len(), usize::from(name == "Reply 1988"), "{}", checked.warnings);
            let tested = Tested::run(&mut alone(&Arc::clone(campaign)).unwrap(), campaign, "file");
            assert_eq!(tested.failures, [""; 0]);
            assert_eq!(tested.summary(), "2 of 2 tests passed");
            let before = std::fs::read(&path).unwrap();
            let again = init(path.clone()).unwrap_err();
            assert!(again.is::<WrongUse>() && again.to_string().contains("is there already"));
            assert_eq!(std::fs::read(&path).unwrap(), before);
        }
    }

    #[test]
    fn what_can_not_be_written_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |file: &str, name: &str, language: &str| {
            let (path, languages) = (folder.path().join(file), vec![language.to_owned()]);
            let error = Init { path, name: name.to_owned(), languages }.run().unwrap_err();
            assert!(error.is::<WrongUse>());
            error.to_string()
        };
        assert!(refused("My Drama.toml", "x", "en").starts_with("`My Drama` is no id; expected"));
        assert!(
            refused("my-drama", "x", "en").ends_with("is no name of a campaign's file: NAME.toml")
        );
        assert!(
            refused("a.toml", "x", "kr").starts_with("`kr` can't be detected; expected one of")
        );
        assert!(refused("a.toml", "…", "en").starts_with("`name` holds nothing to read"));
        assert!(refused("no/such/a.toml", "x", "en").starts_with("cannot write"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
