//! The word lists of the `wordfreq` package, as they lie in its wheel.

use std::cell::RefCell;
use std::error::Error;
use std::fs::File;
use std::io::Read;

use flate2::read::GzDecoder;
use rmpv::Value;
use zip::ZipArchive;

/// A word list: each word and how often it is written, in any unit.
pub type Words = Vec<(String, f64)>;

/// The package, opened.
pub struct Wordlists {
    package: RefCell<ZipArchive<File>>,
}

/// A word a hundredth of a decade rarer than another is this much rarer. Rare words count a little
/// more than they are written: a text of common words alone is told apart anyway.
const STEP: f64 = 0.979_489_985; // 10 ^ (-0.01 * 0.9)

impl Wordlists {
    pub fn open(package: &str) -> Result<Self, Box<dyn Error>> {
        let package = File::open(package).map_err(|error| format!("{package}: {error}"))?;
        Ok(Self { package: RefCell::new(ZipArchive::new(package)?) })
    }

    /// The package's list for `code`, the commonest words first.
    pub fn words(&self, code: &str) -> Result<Words, Box<dyn Error>> {
        let mut packed = Vec::new();
        let mut package = self.package.borrow_mut();
        let name = |size: &str| format!("wordfreq/data/{size}_{code}.msgpack.gz");
        let name = name("small");
        GzDecoder::new(package.by_name(&name)?).read_to_end(&mut packed)?;
        let lists = rmpv::decode::read_value(&mut packed.as_slice())?;
        // A header, then the words of each step.
        let lists = lists.as_array().ok_or("a word list is no array")?;
        let mut frequency = 1.0;
        let mut words = Vec::new();
        for list in lists.iter().skip(1) {
            let list = list.as_array().ok_or("a step of a word list is no array")?;
            let list = list.iter().filter_map(Value::as_str);
            words.extend(list.map(|word| (word.to_owned(), frequency)));
            frequency *= STEP;
        }
        Ok(words)
    }
}
