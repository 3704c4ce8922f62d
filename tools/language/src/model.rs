//! A linear model over letter groups, and its form in the table.

use crate::grams::each_gram;
use crate::texts::Texts;

/// The languages of a script, and how they are to be learnt.
pub struct Group<'a> {
    pub name: &'a str,
    /// Weights a row: the languages, filled up to a number that computers add fast.
    pub columns: usize,
    /// There are two to the power of this many rows.
    pub bits: u32,
    pub codes: &'a [&'a str],
    pub n_texts: usize,
}

/// What each letter group says for each language.
pub struct Model<'a> {
    group: &'a Group<'a>,
    weights: Vec<f32>,
}

/// How far a weight moves at its first text.
const RATE: f32 = 0.08;

impl<'a> Model<'a> {
    /// Learns from texts of all languages in turn.
    pub fn trained(group: &'a Group<'a>, mut texts: Texts) -> Self {
        let Group { columns, bits, codes, .. } = *group;
        let mut weights = vec![0.0_f32; columns << bits];
        let mut moved = vec![1e-3_f32; columns << bits];
        let mut text = String::new();
        let mut rows = Vec::new();
        let (mut n_right, mut n_seen) = (0, 0);
        for n in 0..group.n_texts {
            let language = n % codes.len();
            texts.draw(language, &mut text);
            rows.clear();
            each_gram(&text, char::is_alphabetic, |gram| {
                rows.push((gram >> (32 - bits)) as usize * columns);
            });
            let mut sums = vec![0.0_f32; columns];
            for &row in &rows {
                for (sum, weight) in sums.iter_mut().zip(&weights[row..row + columns]) {
                    *sum += weight;
                }
            }
            let mut misses = shares(&sums[..codes.len()]);
            misses.resize(columns, 0.0);
            n_seen += 1;
            n_right += usize::from(misses.iter().all(|share| *share <= misses[language]));
            misses[language] -= 1.0;
            let rate = RATE * (1.0 - n as f32 / group.n_texts as f32);
            for &row in &rows {
                let weights = weights[row..row + columns].iter_mut();
                let moved = moved[row..row + columns].iter_mut();
                for ((weight, moved), miss) in weights.zip(moved).zip(&misses) {
                    *moved += miss * miss;
                    *weight -= rate * miss / moved.sqrt();
                }
            }
            if n_seen == 500_000 {
                eprintln!(
                    "{} {n}: {:.2} % right",
                    group.name,
                    100.0 * n_right as f64 / n_seen as f64
                );
                (n_right, n_seen) = (0, 0);
            }
        }
        Self { group, weights }
    }

    /// The languages, then a byte for each weight.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Group { columns, bits, codes, .. } = *self.group;
        let mut sizes: Vec<f32> = self.weights.iter().map(|weight| weight.abs()).collect();
        sizes.sort_by(f32::total_cmp);
        // A few weights far out are cut, so that the others keep their digits.
        let largest = sizes[sizes.len() - 1 - sizes.len() / 2_000];
        let unit = largest / 127.0;
        let mut bytes = vec![codes.len() as u8, columns as u8, bits as u8];
        bytes.extend(unit.to_le_bytes());
        for code in codes {
            bytes.push(code.len() as u8);
            bytes.extend(code.as_bytes());
        }
        let rounded = |weight: &f32| (weight / unit).round().clamp(-127.0, 127.0) as i8 as u8;
        bytes.extend(self.weights.iter().map(rounded));
        bytes
    }
}

/// The share of each language, of the sums of its weights.
fn shares(sums: &[f32]) -> Vec<f32> {
    let best = sums.iter().copied().fold(f32::MIN, f32::max);
    let shares: Vec<f32> = sums.iter().map(|sum| power_of_e(sum - best)).collect();
    let total: f32 = shares.iter().sum();
    shares.iter().map(|share| share / total).collect()
}

/// The exponential of a number up to zero, the same on every machine, which the system's is not.
fn power_of_e(x: f32) -> f32 {
    if x < -80.0 {
        return 0.0;
    }
    // (1 + x / 2^10) ^ (2^10) is near enough for what is learnt from it.
    let mut power = 1.0 + f64::from(x) / 1024.0;
    for _ in 0..10 {
        power *= power;
    }
    power as f32
}
