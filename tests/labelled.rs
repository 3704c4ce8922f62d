//! The labelled set is scored as `daebak score` does it, and may not get worse.

use std::collections::BTreeMap;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use daebak::campaign::Language;
use daebak::config;
use daebak::score::labelled::{Columns, Form, Posts};
use daebak::score::language::LanguageReport;
use daebak::score::titles::{Method, Options, Scorer};

/// The least precision, recall and F1 of what is taken.
const TAKEN_MIN: (f64, f64, f64) = (0.895, 0.97, 0.93);
/// The least share of posts whose language is told rightly.
const LANGUAGE_MIN: f64 = 0.98;
/// As many posts as README says there are.
const POSTS: u64 = 793;

#[test]
fn the_readme_counts_what_is_in_the_set() {
    const LANGUAGES: [(&str, &str); 9] = [
        ("en", "English"),
        ("ko", "Korean"),
        ("es", "Spanish"),
        ("pt", "Portuguese"),
        ("id", "Indonesian"),
        ("th", "Thai"),
        ("ja", "Japanese"),
        ("zh", "Chinese"),
        ("vi", "Vietnamese"),
    ];
    let posts = include_str!("labelled/posts.tsv").lines().skip(1);
    let mut counted: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for post in posts {
        let fields: Vec<&str> = post.split('\t').collect();
        let [_, titles, language, note] = fields[..] else { panic!("{post}") };
        let named = LANGUAGES.iter().find(|(code, _)| *code == language);
        let language = named.map_or("Other", |(_, name)| name);
        let row = if note.starts_with("mixed:") { "Mixed" } else { language };
        for row in [row, "All"] {
            let [with, without, all] = counted.entry(row).or_default();
            *if titles.is_empty() { without } else { with } += 1;
            *all += 1;
        }
    }
    let readme = include_str!("labelled/README.md").lines().filter(|line| line.starts_with('|'));
    let cells = readme.map(|line| line.trim_matches('|').split('|').map(str::trim));
    let said: BTreeMap<&str, [u64; 3]> = cells
        .skip(2)
        .map(|mut cells| {
            (cells.next().unwrap(), [(); 3].map(|()| cells.next().unwrap().parse().unwrap()))
        })
        .collect();
    assert_eq!(said, counted);
    assert_eq!(said["All"][2], POSTS);
}

#[test]
fn titles_and_languages_of_the_labelled_set_are_told_as_well_as_ever() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/labelled");
    let checked = config::check(&folder.join("campaign.toml")).unwrap();
    let [campaign] = &checked.campaigns[..] else { panic!("one campaign") };
    let mut languages = LanguageReport::new(&campaign.languages);
    let options = Options { mistakes_max: 10, ..Options::default() };
    let mut scorer = Scorer::new((**campaign).clone(), options).unwrap();
    let file: Arc<str> = "posts.tsv".into();
    let input = std::fs::File::open(folder.join(&*file)).unwrap();
    for post in Posts::new(BufReader::new(input), Form::Tsv(Columns::default())) {
        let post = post.unwrap();
        let seen = scorer.add(&file, &post).unwrap();
        let told: &Language = &seen.languages[0].language;
        languages.add(&post.text, &post.language.clone().unwrap(), told);
    }
    let report = scorer.report();
    assert_eq!(report.posts, POSTS);
    let tally =
        |method: Method| report.methods[Method::ALL.iter().position(|one| *one == method).unwrap()];
    let (taken, plain) = (tally(Method::Taken), tally(Method::WordBoundary));
    let figures = (taken.precision().unwrap(), taken.recall().unwrap(), taken.f1().unwrap());
    let (precision, recall, f1) = TAKEN_MIN;
    assert!(
        figures.0 >= precision && figures.1 >= recall && figures.2 >= f1,
        "precision, recall and F1 are {figures:?}; the first mistakes: {:#?} {:#?}",
        report.false_positives,
        report.false_negatives
    );
    assert!(taken.f1() > plain.f1(), "a plain search does as well: {plain:?}");
    let accuracy = languages.total().all.accuracy().unwrap();
    assert!(accuracy >= LANGUAGE_MIN, "{accuracy}; confused: {:?}", languages.confused());
}
