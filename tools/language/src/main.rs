//! Trains the table by which daebak tells languages: `train-language WORDFREQ.whl TABLE`.
//!
//! Texts are made of words drawn by how often people write them, in subtitles, on Twitter and
//! elsewhere, and a linear model over their letter groups learns to tell whose words they are. The
//! same package gives the same table, byte for byte.

#[path = "../../../src/mention/language/grams.rs"]
mod grams;
mod model;
mod romanised;
mod texts;
mod wordlists;

use std::error::Error;
use std::fs;

use model::{Group, Model};
use texts::Texts;
use wordlists::Wordlists;

/// The scripts that several languages share, and their languages; what comes of `-Latn` is written
/// in Latin letters by a habit of its own and counts as no language.
const LATIN: [&str; 29] = [
    "en", "es", "pt", "id", "tl", "vi", "fr", "de", "it", "tr", "nl", "pl", "sv", "da", "no", "fi",
    "ca", "cs", "sk", "sl", "hr", "hu", "ro", "lt", "lv", "is", "ko-Latn", "ja-Latn", "hi-Latn",
];
const CYRILLIC: [&str; 5] = ["ru", "uk", "bg", "mk", "sr"];
const ARABIC: [&str; 3] = ["ar", "fa", "ur"];

const VERSION: u8 = 1;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [package, table] = arguments.as_slice() else {
        return Err("usage: train-language WORDFREQ.whl TABLE".into());
    };
    let wordlists = Wordlists::open(package)?;
    let groups = [
        Group { name: "Latin", columns: 32, bits: 15, codes: &LATIN, n_texts: 6_000_000 },
        Group { name: "Cyrillic", columns: 8, bits: 13, codes: &CYRILLIC, n_texts: 1_000_000 },
        Group { name: "Arabic", columns: 8, bits: 12, codes: &ARABIC, n_texts: 600_000 },
    ];
    let mut bytes = b"daebak-language".to_vec();
    bytes.push(VERSION);
    for group in &groups {
        let texts = Texts::new(group.codes, &wordlists)?;
        bytes.extend(Model::trained(group, texts).to_bytes());
    }
    println!("blake3 {}", blake3::hash(&bytes).to_hex());
    fs::write(table, zstd::encode_all(bytes.as_slice(), 19)?)?;
    Ok(())
}
