//! µs to tell the language of a post, as long as posts are. `cargo bench --bench language`.

#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use daebak::campaign::Language;
use daebak::mention::language::Languages;

const POSTS: [(&str, &str); 5] = [
    ("en/20", "who's watching today"),
    ("en/70", "i was not ready for that last scene and neither was anyone in my house"),
    ("id/70", "aku nangis terus dari awal sampai akhir, pemeran utamanya keren banget"),
    ("ru/40", "когда выйдет новая серия, очень жду её"),
    ("ko/30", "오늘 방송 진짜 재밌었다 다음 주까지 어떻게 기다려 wow"),
];

fn language(criterion: &mut Criterion) {
    let own = ["ko", "en", "es", "pt", "id", "ja", "th", "vi"].map(Language::new);
    let languages = Languages::new(&own);
    let mut group = criterion.benchmark_group("language of a post");
    for (name, post) in POSTS {
        group.bench_function(name, |bencher| {
            bencher.iter(|| languages.tell(black_box(post), None));
        });
    }
    group.finish();
}

criterion_group!(benches, language);
criterion_main!(benches);
