//! What letter groups say about languages, as learnt by `tools/language`.

use std::sync::LazyLock;

use super::grams::each_gram;

/// The table, decoded when a language is first asked for; none only if the file is not as the tool
/// writes it, which a test rules out.
pub(super) static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| Table::read(&uncompressed()?));

/// The file as the tool writes it; `README.md` beside the tool tells how to make it again.
const FILE: &[u8] = include_bytes!("table.zst");
/// The file begins with this and a version.
const MAGIC: &[u8] = b"daebak-language\x01";
/// More than the file is, uncompressed.
const BYTES_MAX: usize = 4 << 20;

/// The scripts that several languages share.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Latin letters.
    pub(super) latin: Script<32>,
    /// Cyrillic letters.
    pub(super) cyrillic: Script<8>,
    /// Arabic letters.
    pub(super) arabic: Script<8>,
}

/// The languages of one script: a row of weights, one a language, for each hash of letter groups.
#[derive(Clone, Debug)]
pub(super) struct Script<const N: usize> {
    codes: Vec<Box<str>>,
    /// What a weight of one adds to the logarithm of a language's odds.
    unit: f32,
    bits: u32,
    rows: Vec<[i8; N]>,
}

pub(super) fn uncompressed() -> Option<Vec<u8>> {
    zstd::bulk::decompress(FILE, BYTES_MAX).ok()
}

impl Table {
    pub(super) fn read(mut bytes: &[u8]) -> Option<Self> {
        bytes = bytes.strip_prefix(MAGIC)?;
        let latin = Script::read(&mut bytes)?;
        let cyrillic = Script::read(&mut bytes)?;
        let arabic = Script::read(&mut bytes)?;
        bytes.is_empty().then_some(Self { latin, cyrillic, arabic })
    }
}

impl<const N: usize> Script<N> {
    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let [n_codes, columns, bits] = *bytes.split_off(..3)?.as_array()?;
        let unit = f32::from_le_bytes(*bytes.split_off(..4)?.as_array()?);
        let mut codes = Vec::new();
        for _ in 0..n_codes {
            let length = usize::from(*bytes.split_off_first()?);
            codes.push(str::from_utf8(bytes.split_off(..length)?).ok()?.into());
        }
        let n_rows = 1_usize.checked_shl(u32::from(bits))?;
        let (rows, _) = bytes.split_off(..n_rows.checked_mul(N)?)?.as_chunks::<N>();
        let rows = rows.iter().map(|row| row.map(u8::cast_signed)).collect();
        let fits = usize::from(columns) == N && codes.len() <= N && (1..32).contains(&bits);
        fits.then_some(Self { codes, unit, bits: u32::from(bits), rows })
    }

    /// The languages, in the order of the evidence.
    pub(super) fn codes(&self) -> impl Iterator<Item = &str> {
        self.codes.iter().map(|code| &**code)
    }

    /// What the words of `text` in the script's letters say for each language: logarithms of odds,
    /// of use only beside each other.
    pub(super) fn evidence(&self, text: &str, is_letter: impl Fn(char) -> bool) -> [f32; N] {
        let mut sums = [0_i32; N];
        // Short numbers are added fastest; they are emptied before they overflow.
        let mut short = [0_i16; N];
        let mut n_short = 0;
        each_gram(text, is_letter, |gram| {
            let Some(row) = self.rows.get((gram >> (32 - self.bits)) as usize) else { return };
            for (sum, weight) in short.iter_mut().zip(row) {
                *sum += i16::from(*weight);
            }
            n_short += 1;
            if n_short == SHORT_MAX {
                empty(&mut short, &mut sums);
                n_short = 0;
            }
        });
        empty(&mut short, &mut sums);
        sums.map(|sum| sum as f32 * self.unit)
    }
}

/// As many weights as a short number can hold.
const SHORT_MAX: usize = 256;

fn empty<const N: usize>(from: &mut [i16; N], into: &mut [i32; N]) {
    for (from, into) in from.iter_mut().zip(into) {
        *into += i32::from(std::mem::take(from));
    }
}
