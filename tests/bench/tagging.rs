//! µs a post of the tagger at 100, 1,000 and 10,000 aliases, and what its automata take, on posts
//! of about 120 bytes in nine languages; beside it a plain search for the same names in the same
//! run. `cargo bench --bench tagging`; `DAEBAK_TITLES=file` takes the aliases from a file, one a
//! line, instead of making them.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a driver")]

use std::hint::black_box;
use std::sync::Arc;

use daebak::campaign::{Alias, Campaign, Tier, Title, TitleId};
use daebak::clock::Stopwatch;
use daebak::config;
use daebak::mention::{Tagger, skeleton};
use daebak::post::format::Format;
use daebak::post::{self, Post, Reading};

const ALIASES: [usize; 3] = [100, 1_000, 10_000];
const POSTS: usize = 2_000;
const POST_BYTES: usize = 120;
/// Each figure is the best of so many passes, taken in turn.
const PASSES: usize = 15;
/// The plain search is slow: over so many posts, and with no more aliases than this.
const PLAIN_POSTS: usize = 100;

/// Everyday words, one language a line.
const LANGUAGES: [&str; 9] = [
    "오늘 진짜 너무 재밌었다 다음 주까지 어떻게 기다려 주인공 연기 최고 어제 밤에 울면서 봤는데 ㅋㅋㅋ 그래서 결말이 궁금해 ㅠㅠ",
    "the last scene was really good and I can't believe how they ended it, my heart is not ready for next week again",
    "no puedo creer que ya se terminó, qué final tan bonito, los actores tienen mucha química y la música es hermosa",
    "não acredito que já acabou, chorei muito com esse final, que coisa linda, alguém sabe quando sai o próximo?",
    "aku sudah tidak sabar menunggu minggu depan, ceritanya bagus banget dan pemerannya ganteng, siapa yang nangis?",
    "เมื่อคืนร้องไห้หนักมาก พระเอกหล่อมาก รอตอนต่อไปไม่ไหวแล้ว สนุกจริงๆ ใครดูบ้าง",
    "昨日の最終回で泣いた、 来週まで待てない! 主演の二人がすごく好きです 配信はいつからですか",
    "昨晚终于看完了， 结局太感人了 大家都在讨论 演员演技真的很好 期待下一季",
    "phim này hay quá, tôi đã khóc rất nhiều, không thể chờ đến tập tiếp theo, nam chính đẹp trai quá trời ơi",
];
const ADORNMENTS: [&str; 6] =
    ["😭", "❤️", "#fyp", "https://t.co/AbCdEfGh12", "@someone_else", "!!!"];

/// The same numbers each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % n as u64).unwrap()
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    /// From `least` letters on, of the `n` from `first` on.
    fn letters(&mut self, first: u32, n: usize, least: usize) -> String {
        let length = least + self.below(4);
        let letter =
            |dice: &mut Self| char::from_u32(first + u32::try_from(dice.below(n)).unwrap());
        (0..length).map(|_| letter(self).unwrap()).collect()
    }

    /// A name of its own, in Latin, Hangul, kana, Han or Thai.
    fn title(&mut self) -> String {
        match self.below(10) {
            0 => self.letters(0x30A2, 80, 4),
            1 => self.letters(0x4E00, 0x2000, 4),
            2 => self.letters(0xE01, 40, 6),
            3..=5 => self.letters(0xAC00, 11_172, 3),
            _ => {
                let words = (0..=self.below(3)).map(|_| self.latin_word());
                words.collect::<Vec<_>>().join(" ")
            }
        }
    }

    fn latin_word(&mut self) -> String {
        let consonants = ["B", "Dr", "F", "Gl", "H", "J", "K", "L", "M", "N", "P", "S", "T", "V"];
        let vowels = ["a", "e", "i", "o", "u", "ai", "eo"];
        let syllables =
            (0..2 + self.below(3)).map(|_| self.pick(&consonants).to_owned() + self.pick(&vowels));
        let word = syllables.collect::<String>();
        word[..1].to_owned() + &word[1..].to_lowercase()
    }

    /// About [`POST_BYTES`] of words in one language, with `name` in their midst.
    fn post(&mut self, name: &str) -> String {
        let language = LANGUAGES[self.below(LANGUAGES.len())];
        let words: Vec<&str> = language.split(' ').collect();
        let mut post = String::new();
        let mut name = Some(name);
        while post.len() < POST_BYTES - 6 {
            let adorns = self.below(12) == 0;
            let next = if adorns { self.pick(&ADORNMENTS) } else { self.pick(&words) };
            post.push_str(next);
            post.push(' ');
            if post.len() > POST_BYTES / 3
                && let Some(name) = name.take().filter(|name| !name.is_empty())
            {
                post.push_str(name);
                post.push(' ');
            }
        }
        post
    }
}

fn naming_post(dice: &mut Dice, names: &[String]) -> String {
    let place = dice.below(names.len());
    dice.post(&names[place])
}

fn titles(n: usize) -> Vec<String> {
    let mut dice = Dice(7);
    match std::env::var("DAEBAK_TITLES") {
        Ok(file) => {
            let list = std::fs::read_to_string(file).unwrap();
            let titles = list.lines().map(str::trim).filter(|title| !skeleton(title).is_empty());
            titles.map(str::to_owned).take(n).collect()
        }
        Err(_) => (0..n).map(|_| dice.title()).collect(),
    }
}

fn campaign(shipped: &Campaign, names: &[String]) -> Arc<Campaign> {
    let title = |(n, name): (usize, &String)| Title {
        id: TitleId::new(&format!("title-{n}")),
        name: name.clone(),
        aliases: vec![Alias { tier: Some(Tier::Strong), ..Alias::plain(name) }],
        hashtags: Vec::new(),
        exclude: Vec::new(),
        facets: Vec::new(),
        premiere: None,
        episodes: Vec::new(),
    };
    let titles = names.iter().enumerate().map(title).collect();
    Arc::new(Campaign { titles, ..shipped.clone() })
}

fn record(text: &str) -> Vec<u8> {
    let text = text.replace('"', "");
    format!(r#"{{"data":{{"id":"2121573860766646273","text":"{text}","author_id":"1"}}}}"#).into()
}

fn read(record: &[u8]) -> Post<'_> {
    match post::read(record, &Format::Any).unwrap() {
        Reading::Posts(_, mut posts) => posts.remove(0).unwrap(),
        other => unreachable!("a record of one post, not {other:?}"),
    }
}

/// The µs a post, and for how many posts `is_naming` is true.
fn time<P>(posts: &[P], mut is_naming: impl FnMut(&P) -> bool) -> (f64, usize) {
    let watch = Stopwatch::start();
    let n = posts.iter().filter(|post| black_box(is_naming(black_box(post)))).count();
    (watch.elapsed().as_secs_f64() * 1e6 / posts.len() as f64, n)
}

/// The plain search: small letters without separators, then each name in turn.
fn contains_any(text: &str, names: &[String]) -> bool {
    let text = squeezed(text);
    names.iter().any(|name| text.contains(name.as_str()))
}

fn squeezed(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

fn main() {
    let config = config::shipped().unwrap();
    println!("aliases   automata  no match  match  | plain: no match  ratio");
    for n in ALIASES {
        let names = titles(n);
        let plain: Vec<String> = names.iter().map(|name| squeezed(name)).collect();
        let campaign = campaign(&config.campaigns[0], &names);
        let mut tagger = Tagger::new(&[campaign], config.service.rules()).unwrap();
        let mut dice = Dice(11);
        let records: Vec<Vec<u8>> = (0..POSTS).map(|_| record(&dice.post(""))).collect();
        let naming: Vec<Vec<u8>> =
            (0..POSTS).map(|_| record(&naming_post(&mut dice, &names))).collect();
        let mut posts: Vec<Post<'_>> = records.iter().map(|record| read(record)).collect();
        posts.retain(|post| !tagger.names_title(post));
        let naming: Vec<Post<'_>> = naming.iter().map(|record| read(record)).collect();
        let bytes = posts.iter().map(|post| post.text.len()).sum::<usize>() / posts.len();
        let (mut none, mut some, mut slow) = (f64::MAX, f64::MAX, f64::MAX);
        let mut n_naming = 0;
        for _ in 0..PASSES {
            none = none.min(time(&posts, |post| tagger.names_title(post)).0);
            let (took, n) = time(&naming, |post| tagger.names_title(post));
            (some, n_naming) = (some.min(took), n);
            slow = slow.min(time(&posts[..PLAIN_POSTS], |post| contains_any(&post.text, &plain)).0);
        }
        println!(
            "{:7} {:7.1} kB {none:6.2} µs {some:5.2} µs | {slow:12.1} µs {:5.0}x   ({bytes} B a post, {} without a name, {n_naming} of {POSTS} with)",
            names.len(),
            tagger.memory() as f64 / 1e3,
            slow / none,
            posts.len(),
        );
    }
}
