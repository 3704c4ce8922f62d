//! How often daebak tells a language rightly and at how many µs a call, beside plain whatlang in
//! the same run, by language and by length in characters. `cargo bench --bench language` reads the
//! labelled set; `DAEBAK_LANGID=folder` the files there that are called `xx.anything`, a text a
//! line in the language `xx`. Texts are told whole: no title, link or name is taken out.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a driver")]

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::Path;

use daebak::campaign::Language;
use daebak::clock::Stopwatch;
use daebak::mention::language::Languages;
use daebak::score::language::LENGTH_LABELS;

/// Upper ends of the classes of length but the last.
const LENGTHS: [usize; 2] = [20, 50];
/// The campaign's: those of the labelled set.
const OWN: [&str; 9] = ["en", "ko", "es", "pt", "id", "th", "ja", "zh", "vi"];
/// Each time is the best of so many passes.
const PASSES: usize = 5;

/// A file's name after the language, the language, and the place of a length or, for all, none.
type Place = (String, String, Option<usize>);

/// The texts of one language and length.
#[derive(Default)]
struct Texts(Vec<String>);

/// How many texts there are, how many of them were told rightly, and in how many seconds.
#[derive(Clone, Copy, Default)]
struct Told {
    n: usize,
    right: usize,
    seconds: f64,
}

fn main() {
    let own = Languages::new(&OWN.map(Language::new));
    let mut rows: BTreeMap<Place, (Told, Told)> = BTreeMap::new();
    for ((kind, language, class), texts) in &texts() {
        let daebak = texts.told(language, |text| own.tell(text, None).0.as_str().to_owned());
        let whatlang = texts.told(language, |text| by_whatlang(text).to_owned());
        for language in [language.as_str(), "all"] {
            for class in [Some(*class), None] {
                let row = rows.entry((kind.clone(), language.to_owned(), class)).or_default();
                row.0.add(daebak);
                row.1.add(whatlang);
            }
        }
    }
    println!(
        "{:<12} {:<4} {:<6} {:>6} {:>9} {:>9} {:>10} {:>11}",
        "texts", "", "length", "n", "daebak", "whatlang", "daebak", "whatlang"
    );
    for ((kind, language, class), (daebak, whatlang)) in &rows {
        println!(
            "{kind:<12} {language:<4} {:<6} {:>6} {:>7.1} % {:>7.1} % {:>7.2} µs {:>8.2} µs",
            class.map_or("all", |class| LENGTH_LABELS[class]),
            daebak.n,
            daebak.percent(),
            whatlang.percent(),
            daebak.micros(),
            whatlang.micros(),
        );
    }
}

/// The texts by the name of their file after the language, language and length.
fn texts() -> BTreeMap<(String, String, usize), Texts> {
    let mut all: BTreeMap<_, Texts> = BTreeMap::new();
    let mut add = |kind: &str, language: &str, text: &str| {
        let n = text.trim().chars().count();
        let class = LENGTHS.iter().filter(|end| n >= **end).count();
        // Nobody can tell Malay and Indonesian apart.
        let language = if language == "ms" { "id" } else { language };
        let place = (kind.to_owned(), language.to_owned(), class);
        all.entry(place).or_default().0.push(text.to_owned());
    };
    if let Some(folder) = std::env::var_os("DAEBAK_LANGID") {
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let Some((language, kind)) = name.split_once('.').filter(|(xx, _)| xx.len() == 2)
            else {
                continue;
            };
            let lines = fs::read_to_string(&path).unwrap();
            lines.lines().filter(|line| !line.is_empty()).for_each(|line| {
                add(kind, language, line);
            });
        }
    } else {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/labelled/posts.tsv");
        for line in fs::read_to_string(file).unwrap().lines().skip(1) {
            let mut columns = line.split('\t');
            let text = columns.next().unwrap();
            add("labelled", columns.nth(1).unwrap(), text);
        }
    }
    all
}

impl Texts {
    fn told(&self, language: &str, tell: impl Fn(&str) -> String) -> Told {
        let right = self.0.iter().filter(|text| tell(text) == language).count();
        let pass = |_| {
            let watch = Stopwatch::start();
            for text in &self.0 {
                black_box(tell(black_box(text)));
            }
            watch.elapsed().as_secs_f64()
        };
        let seconds = (0..PASSES).map(pass).fold(f64::MAX, f64::min);
        Told { n: self.0.len(), right, seconds }
    }
}

impl Told {
    fn add(&mut self, other: Self) {
        self.n += other.n;
        self.right += other.right;
        self.seconds += other.seconds;
    }

    fn percent(self) -> f64 {
        100.0 * self.right as f64 / self.n as f64
    }

    fn micros(self) -> f64 {
        1e6 * self.seconds / self.n as f64
    }
}

/// What whatlang says with its default settings, as ISO 639-1.
fn by_whatlang(text: &str) -> &'static str {
    match whatlang::detect_lang(text).map_or("und", |language| language.code()) {
        "ara" => "ar",
        "cmn" => "zh",
        "deu" => "de",
        "eng" => "en",
        "fra" => "fr",
        "hin" => "hi",
        "ind" => "id",
        "ita" => "it",
        "jpn" => "ja",
        "kor" => "ko",
        "nld" => "nl",
        "pes" => "fa",
        "pol" => "pl",
        "por" => "pt",
        "rus" => "ru",
        "spa" => "es",
        "swe" => "sv",
        "tgl" => "tl",
        "tha" => "th",
        "tur" => "tr",
        "ukr" => "uk",
        "urd" => "ur",
        "vie" => "vi",
        other => other,
    }
}
