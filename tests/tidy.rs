//! The shape guard: layers, confinements and sizes, read from the source text itself.
//!
//! Each rule is a function from files to the places that break it. Each test first plants a
//! violation to see the rule catch it, then holds the repository to it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its functions too")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A module imports only from those before it.
const LAYERS: [&str; 24] = [
    "time",
    "post",
    "campaign",
    "record",
    "mention",
    "window",
    "virality",
    "buzz",
    "measure",
    "view",
    "metric",
    "config",
    "clock",
    "status",
    "kafka",
    "tagger",
    "aggregator",
    "http",
    "service",
    "replay",
    "score",
    "demo",
    "cli",
    "main",
];

/// Names and the paths they are confined to. A name with `::` is searched for as it is.
const CONFINED: [(&[&str], &[&str]); 10] = [
    (&["rdkafka"], &["src/kafka/"]),
    (&["prometheus"], &["src/metric/"]),
    (
        &["serde", "serde_json"],
        &[
            "src/config/raw",
            "src/post/",
            "src/record/",
            "src/window/",
            "src/virality/",
            "src/buzz",
            "src/time.rs",
            "src/campaign.rs",
            "src/replay/values.rs",
            "src/view/",
            "src/http/api",
            "src/demo/",
            "src/cli/",
        ],
    ),
    (&["aho_corasick", "regex"], &["src/mention/"]),
    // What judges the tagger's spelling must not share its code.
    (
        &["unicode_normalization", "unicode_segmentation"],
        &["src/mention/", "src/score/perturb.rs", "src/score/spelling.rs"],
    ),
    (&["tokio"], &["src/kafka/", "src/http/", "src/service", "src/cli/", "src/main.rs"]),
    (&["axum", "hyper", "hyper_util", "tower_http"], &["src/http/"]),
    (&["clap"], &["src/cli/", "src/main.rs"]),
    (&["anyhow"], &["src/cli/", "src/main.rs"]),
    (&["SystemTime::now", "Instant::now", "Timestamp::now", "Zoned::now"], &["src/clock.rs"]),
];

/// The generated week is an oracle: it must not share the code it judges.
const DEMO_AVOIDS: [&str; 5] = ["post", "mention", "record", "window", "buzz"];

/// Words that say nothing in a file's name.
const EMPTY_WORDS: [&str; 12] = [
    "manager",
    "handler",
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "misc",
    "data",
    "process",
    "processor",
    "engine",
];

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;
const MAIN_LINES_MAX: usize = 80;
const DEPENDENCIES_MAX: usize = 40;

struct File {
    path: String,
    text: String,
    /// The text with comments, strings and characters blanked, line for line.
    code: String,
}

impl File {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: text.into(), code: blank(text) }
    }

    /// The code before the unit tests.
    fn production(&self) -> &str {
        let tests = self.code.find("#[cfg(test)]\nmod ");
        &self.code[..tests.unwrap_or(self.code.len())]
    }

    /// `post` for `src/post/id.rs`; none for files outside `src` and for `lib.rs`.
    fn layer(&self) -> Option<usize> {
        let inside = self.path.strip_prefix("src/")?;
        let module = inside.split('/').next()?.trim_end_matches(".rs");
        LAYERS.iter().position(|layer| *layer == module)
    }

    /// How many `super`s lead from the file to the crate's root.
    fn depth(&self) -> usize {
        let own = !self.path.ends_with("/mod.rs");
        self.path.matches('/').count() - 1 + usize::from(own)
    }

    /// The crate's modules that the production code names, with their lines.
    fn imports(&self) -> Vec<(usize, &str)> {
        let supers = "super::".repeat(self.depth());
        let roots = ["crate::", "daebak::", supers.as_str()];
        let mut found = Vec::new();
        for root in roots {
            for at in starts(self.production(), root) {
                let after = &self.production()[at + root.len()..];
                found.extend(heads(after).into_iter().map(|name| (self.line(at), name)));
            }
        }
        found
    }

    fn line(&self, at: usize) -> usize {
        1 + self.code[..at].matches('\n').count()
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Where `name` stands in `code` as a whole path, not as the end of a longer one.
fn starts<'a>(code: &'a str, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(name).map(|(at, _)| at).filter(move |at| {
        let before = &code[..*at];
        let ends = !name.ends_with(is_word) || !code[at + name.len()..].starts_with(is_word);
        ends && !before.ends_with(|c| is_word(c) || c == '.') && !before.ends_with("::")
    })
}

/// The first name of a path, or of each path of a `{…}` group.
fn heads(path: &str) -> Vec<&str> {
    let word = |text: &'_ str| text.find(|c| !is_word(c)).unwrap_or(text.len());
    let Some(group) = path.strip_prefix('{') else { return vec![&path[..word(path)]] };
    let (mut depth, mut names, mut start) = (0, Vec::new(), 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                let item = group[start..at].trim();
                names.push(&item[..word(item)]);
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names
}

/// Blanks comments, strings and character literals, and keeps every line where it is.
fn blank(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after_word = code.ends_with(is_word);
        let length = skipped(rest, after_word);
        if length == 0 {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            code.extend(rest[..length].chars().map(|c| if c == '\n' { c } else { ' ' }));
            rest = &rest[length..];
        }
    }
    code
}

/// How many bytes at the start of `rest` are a comment or a literal.
fn skipped(rest: &str, after_word: bool) -> usize {
    let to = |end: Option<usize>| end.unwrap_or(rest.len());
    if rest.starts_with("//") {
        return to(rest.find('\n'));
    }
    if rest.starts_with("/*") {
        return to(rest.find("*/").map(|end| end + 2));
    }
    let prefix = rest.find(|c| !matches!(c, 'b' | 'c' | 'r')).unwrap_or(0);
    let (prefix, literal) = rest.split_at(if after_word { 0 } else { prefix.min(2) });
    let hashes = literal.len() - literal.trim_start_matches('#').len();
    if prefix.ends_with('r') && literal[hashes..].starts_with('"') {
        let close = format!("\"{}", "#".repeat(hashes));
        let body = prefix.len() + hashes + 1;
        return to(rest[body..].find(&close).map(|end| body + end + close.len()));
    }
    let quote = match literal.chars().next() {
        Some('"') => '"',
        // A lifetime has no closing quote one character on.
        Some('\'') if is_char(literal) => '\'',
        _ => return 0,
    };
    let mut escaped = false;
    for (at, c) in literal.char_indices().skip(1) {
        if c == quote && !escaped {
            return prefix.len() + at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    rest.len()
}

fn is_char(literal: &str) -> bool {
    let mut inside = literal.chars().skip(1);
    inside.next() == Some('\\') || inside.next() == Some('\'')
}

fn layers(files: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for file in files {
        let Some(layer) = file.layer() else { continue };
        for (line, name) in file.imports() {
            if LAYERS.iter().position(|other| *other == name).is_some_and(|other| other > layer) {
                broken.push(format!("{}:{line}: {name} is above {}", file.path, LAYERS[layer]));
            }
        }
    }
    for lib in files.iter().filter(|file| file.path == "src/lib.rs") {
        let listed = lib.code.lines().filter_map(|line| line.strip_prefix("pub mod "));
        let listed: Vec<_> = listed
            .map(|name| LAYERS.iter().position(|layer| *layer == name.trim_end_matches(';')))
            .collect();
        if listed.contains(&None) || !listed.is_sorted() {
            broken.push("src/lib.rs: modules are not listed as the layers are".into());
        }
    }
    broken
}

fn confinements(files: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for file in files.iter().filter(|file| file.path.starts_with("src/")) {
        for (names, places) in CONFINED {
            if places.iter().any(|place| file.path.starts_with(place)) {
                continue;
            }
            for name in names {
                let code = file.production();
                // A method or a field may have a crate's name; a path to a crate goes on.
                let at = if name.contains("::") {
                    code.find(name)
                } else {
                    starts(code, name).find(|at| {
                        let after = &code[at + name.len()..];
                        after.starts_with("::") || code[..*at].ends_with("use ")
                    })
                };
                if let Some(at) = at {
                    broken.push(format!("{}:{}: {name} is confined", file.path, file.line(at)));
                }
            }
        }
    }
    broken
}

fn demo_is_an_oracle(files: &[File]) -> Vec<String> {
    let demo = files.iter().filter(|file| file.path.starts_with("src/demo"));
    demo.flat_map(|file| {
        let judged = file.imports().into_iter().filter(|(_, name)| DEMO_AVOIDS.contains(name));
        judged.map(|(line, name)| format!("{}:{line}: the demo imports {name}", file.path))
    })
    .collect()
}

fn documents(files: &[File]) -> Vec<String> {
    let bare = files.iter().filter(|file| !file.text.starts_with("//! "));
    bare.map(|file| format!("{}: no //! at its start", file.path)).collect()
}

fn file_lengths(files: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for file in files.iter().filter(|file| file.path.starts_with("src/")) {
        let lines = file.production().lines().count();
        let max = if file.path == "src/main.rs" { MAIN_LINES_MAX } else { FILE_LINES_MAX };
        if lines > max {
            broken.push(format!("{}: {lines} lines, at most {max}", file.path));
        }
    }
    broken
}

fn function_lengths(files: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for file in files {
        // A pointer type has a parenthesis after `fn`, a function its name.
        for at in starts(&file.code, "fn").filter(|at| file.code[at + 2..].starts_with(' ')) {
            let lines = function_lines(&file.code[at..]);
            if lines > FUNCTION_LINES_MAX {
                let line = file.line(at);
                broken.push(format!("{}:{line}: a function of {lines} lines", file.path));
            }
        }
    }
    broken
}

/// From `fn` to the brace that closes its body; one line for a declaration without a body.
fn function_lines(code: &str) -> usize {
    let (mut braces, mut brackets, mut lines) = (0_i32, 0_i32, 1);
    for c in code.chars() {
        match c {
            '\n' => lines += 1,
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets -= 1,
            '{' => braces += 1,
            '}' => braces -= 1,
            _ => {}
        }
        if c == '}' && braces == 0 || c == ';' && braces == 0 && brackets == 0 {
            break;
        }
    }
    lines
}

fn leftovers(files: &[File]) -> Vec<String> {
    // Put together here, so that this file does not break its own rule.
    let words = ["TO".to_owned() + "DO", "FIX".to_owned() + "ME"];
    let mut broken = Vec::new();
    for file in files {
        for (n, line) in (1..).zip(file.text.lines()) {
            if words.iter().any(|word| line.contains(word)) {
                broken.push(format!("{}:{n}: {}", file.path, line.trim()));
            }
        }
    }
    broken
}

fn orphans(files: &[File]) -> Vec<String> {
    let paths: BTreeMap<_, _> = files.iter().map(|file| (file.path.as_str(), file)).collect();
    let is_root = |path: &str| {
        ["src/lib.rs", "src/main.rs"].contains(&path)
            || path.strip_prefix("tests/").is_some_and(|inside| {
                // Fuzz targets and benches are named in manifests.
                !inside.contains('/') || inside.starts_with("bench/") || inside.starts_with("fuzz/")
            })
    };
    let mut to_visit: Vec<_> = paths.keys().copied().filter(|path| is_root(path)).collect();
    let mut reached = BTreeSet::new();
    while let Some(path) = to_visit.pop() {
        if !reached.insert(path) {
            continue;
        }
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let is_folder = is_root(path) || name == "mod.rs";
        let inside = if is_folder { folder } else { path.trim_end_matches(".rs") };
        for at in starts(&paths[path].code, "mod ") {
            let module = heads(&paths[path].code[at + "mod ".len()..])[0];
            let candidates = [format!("{inside}/{module}.rs"), format!("{inside}/{module}/mod.rs")];
            to_visit.extend(
                candidates
                    .iter()
                    .filter_map(|path| paths.get_key_value(path.as_str()))
                    .map(|(path, _)| *path),
            );
        }
    }
    let unreached = paths.keys().filter(|path| !reached.contains(*path));
    unreached.map(|path| format!("{path}: no mod leads to it")).collect()
}

fn reexports_and_macros(files: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for file in files {
        if starts(&file.code, "macro_rules").next().is_some() {
            broken.push(format!("{}: a macro of our own", file.path));
        }
        if file.path == "src/lib.rs" && file.code.contains("pub use ") {
            broken.push("src/lib.rs: a re-export at the crate's root".into());
        }
    }
    broken
}

fn file_names(files: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for file in files {
        let words = file.path.trim_end_matches(".rs").split(['/', '_', '-']);
        for word in words.filter(|word| EMPTY_WORDS.contains(word)) {
            broken.push(format!("{}: {word} says nothing", file.path));
        }
    }
    broken
}

fn dependencies(manifest: &str) -> Vec<String> {
    let mut broken = Vec::new();
    let (mut listed, mut n) = (false, 0);
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            listed = section.trim_end_matches(']').ends_with("dependencies");
            if section.contains("dependencies.") {
                broken.push(format!("{line}: a dependency is one line"));
            }
        } else if listed && !line.is_empty() && !line.starts_with('#') {
            n += 1;
            if line.rsplit_once(" # ").is_none_or(|(_, reason)| reason.trim().is_empty()) {
                broken.push(format!("{line}: no reason"));
            }
        }
    }
    if n > DEPENDENCIES_MAX {
        broken.push(format!("{n} dependencies, at most {DEPENDENCIES_MAX}"));
    }
    broken
}

/// Every Rust file of the package, by path.
fn repository() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    let mut folders = vec![root.join("src"), root.join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                files.push(File::new(name, &std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// The rule sees each planted violation, and none in the clean files or the repository.
fn hold(rule: fn(&[File]) -> Vec<String>, planted: &[(&str, &str)], clean: &[(&str, &str)]) {
    for (path, text) in planted {
        assert_eq!(rule(&[File::new(path, text)]).len(), 1, "not seen once: {path}: {text}");
    }
    for (path, text) in clean {
        assert_eq!(rule(&[File::new(path, text)]), [""; 0], "falsely seen: {path}: {text}");
    }
    let broken = rule(&repository());
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn a_module_imports_only_from_those_before_it() {
    let planted = [
        ("src/time.rs", "use crate::campaign::Title;"),
        ("src/time.rs", "use super::campaign::Title;"),
        ("src/post/id.rs", "use super::super::http::X;"),
        ("src/post/id.rs", "fn f() { crate::mention::tag(); }"),
        ("src/record/mod.rs", "use crate::{time::{Span, Timestamp}, metric::Family, post};"),
        ("src/lib.rs", "pub mod post;\npub mod time;\n"),
        ("src/lib.rs", "pub mod nonsense;\n"),
    ];
    let clean = [
        (
            "src/time.rs",
            "//! Like `crate::http`.\n// use crate::http;\nconst X: &str = \"crate::http\";",
        ),
        ("src/post/id.rs", "use super::mention::X; use crate::time::Span;"),
        ("src/time.rs", "#[cfg(test)]\nmod tests { use crate::http; }"),
        ("src/main.rs", "use daebak::cli;"),
    ];
    hold(layers, &planted, &clean);
}

#[test]
fn libraries_stay_where_they_belong() {
    let planted = [
        ("src/tagger.rs", "use rdkafka::Message;"),
        ("src/http/mod.rs", "fn f() { let t = std::time::Instant::now(); }"),
        ("src/buzz.rs", "use tokio;"),
        ("src/http/mod.rs", "#[derive(serde::Serialize)] struct X;"),
    ];
    let clean = [
        ("src/kafka/consumer.rs", "use rdkafka::Message;"),
        ("src/buzz.rs", "let tokio = 1; let x = self.serde; my_tokio::run(); \"tokio::run\""),
        ("src/service.rs", "use tokio::task;"),
    ];
    hold(confinements, &planted, &clean);
}

#[test]
fn the_generated_week_shares_no_code_with_what_it_judges() {
    let planted = [
        ("src/demo/mod.rs", "use crate::post::Platform;"),
        ("src/demo/week.rs", "use crate::{time, window};"),
    ];
    let clean =
        [("src/demo/mod.rs", "use crate::time::Span;"), ("src/cli/x.rs", "use crate::post;")];
    hold(demo_is_an_oracle, &planted, &clean);
}

#[test]
fn each_file_says_what_it_is_for() {
    hold(documents, &[("src/x.rs", "use std::fmt;")], &[("src/x.rs", "//! An x.\n")]);
}

#[test]
fn files_are_short() {
    let long = "//! Long.\n".repeat(FILE_LINES_MAX + 1);
    let tested = format!("//! Short.\n#[cfg(test)]\nmod tests {{}}\n{long}");
    let planted =
        [("src/x.rs", &*long), ("src/main.rs", &long[..long.len() / FILE_LINES_MAX * 100])];
    hold(file_lengths, &planted, &[("src/x.rs", &tested)]);
}

#[test]
fn functions_are_short() {
    let body = |lines| format!("fn f(x: [u8; 2]) {{\n{}}}\n", "    x('{');\n".repeat(lines));
    let (most, over) = (body(FUNCTION_LINES_MAX - 2), body(FUNCTION_LINES_MAX - 1));
    let many = format!("struct S(fn(u8));\ntrait T {{\n    fn g();\n{}}}", most.repeat(3));
    hold(function_lengths, &[("src/x.rs", &over)], &[("src/x.rs", &most), ("src/y.rs", &many)]);
}

#[test]
fn nothing_is_left_for_later() {
    let (to_do, fix) = ("// TO".to_owned() + "DO: later", "// FIX".to_owned() + "ME");
    hold(leftovers, &[("src/x.rs", &to_do), ("tests/x.rs", &fix)], &[("src/x.rs", "// Done.")]);
}

#[test]
fn each_file_is_part_of_the_build() {
    let planted = [("src/x.rs", ""), ("tests/cases/x.rs", "")];
    let clean = [("src/lib.rs", ""), ("tests/x.rs", ""), ("tests/bench/x.rs", "")];
    hold(orphans, &planted, &clean);
    let tree = [
        File::new("src/lib.rs", "pub mod a;\n// mod c;\nmod inline { }"),
        File::new("src/a.rs", "mod b;"),
        File::new("src/a/b.rs", ""),
        File::new("src/c.rs", ""),
    ];
    assert_eq!(orphans(&tree), ["src/c.rs: no mod leads to it"]);
}

#[test]
fn no_macros_of_our_own_and_no_second_names() {
    let macros = "macro_".to_owned() + "rules! x { () => {} }";
    let planted = [("src/x.rs", &*macros), ("src/lib.rs", "pub use time::Span;")];
    let clean = [("src/x.rs", "pub use feed::Feed;"), ("src/lib.rs", "//! pub use x;")];
    hold(reexports_and_macros, &planted, &clean);
}

#[test]
fn file_names_say_something() {
    let planted = [("src/util.rs", ""), ("src/http/page_helper.rs", ""), ("src/data/mod.rs", "")];
    hold(file_names, &planted, &[("src/database.rs", ""), ("src/kafka/consumer.rs", "")]);
}

#[test]
fn each_dependency_has_its_reason() {
    let broken = |line: &str| dependencies(&format!("[dependencies]\n{line}\n")).len();
    assert_eq!(broken("x = \"1\""), 1);
    assert_eq!(broken("x = \"1\" # "), 1);
    assert_eq!(broken("[dev-dependencies.x]"), 1);
    assert_eq!(broken("x = \"1\" # why\n[lints]\ny = \"warn\""), 0);
    assert_eq!(broken(&"x = \"1\" # why\n".repeat(DEPENDENCIES_MAX + 1)), 1);
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    assert_eq!(dependencies(&std::fs::read_to_string(manifest).unwrap()), [""; 0]);
}

#[test]
fn comments_and_literals_are_no_code() {
    let code = blank("a // b\nc \"d\\\"\" r#\"e\"# 'f' b'\\'' /* g\n */ <'h> \"i");
    assert_eq!(code.split_whitespace().collect::<Vec<_>>(), ["a", "c", "<'h>"]);
    assert_eq!(code.lines().count(), 3);
}
