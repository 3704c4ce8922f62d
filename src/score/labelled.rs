//! Labelled text: posts, and the titles and languages that people say are in them.
//!
//! Two forms are read, line by line: TSV, whose header names its columns, and `CoNLL`, a token
//! and its tag a line with a blank line between posts.

use std::collections::BTreeSet;
use std::io::BufRead;

use super::lines::{LineFault, Lines};
use crate::campaign::Language;
use crate::config;
use crate::mention::language;

/// The most tokens of a `CoNLL` post.
pub const TOKENS_MAX: usize = 10_000;
/// The most entities whose names are kept.
pub const ENTITIES_MAX: usize = 50;

/// Where a post's text, titles and language stand in TSV, by the names in its header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The text; else `text`.
    pub text: Option<String>,
    /// Ids or names of titles with `|` between them; else `titles`, which need not be there.
    pub titles: Option<String>,
    /// An ISO 639-1 code; else `language`, which need not be there.
    pub language: Option<String>,
}

/// A form of labelled text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// Fields with tabs between them, named by the first line.
    Tsv(Columns),
    /// A token and its BIO tag a line; the tags `B-…` and `I-…` of this entity are titles.
    Conll {
        /// The entity's name: `creative-work`.
        entity: String,
    },
    /// A text a line, all in one language.
    Lines(Language),
}

/// A post and what people say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// The line where it begins, from 1.
    pub line: usize,
    /// The text.
    pub text: String,
    /// The titles that it names.
    pub labels: Labels,
    /// Its language.
    pub language: Option<Language>,
}

/// The titles that a post names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Labels {
    /// Nobody says.
    None,
    /// These, by id or name, wherever in the post.
    Titles(Vec<String>),
    /// Those that stand at these places.
    Spans(Spans),
}

/// Places of titles in a text of tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spans {
    /// The tokens, in order.
    pub tokens: Vec<Token>,
    /// Each title's first token and one past its last, in order.
    pub titles: Vec<(usize, usize)>,
}

/// A token of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its first code point and one past its last.
    pub span: (usize, usize),
    /// Whether it is more than punctuation.
    pub has_letters: bool,
}

impl Labelled {
    /// The words that the labels name titles by: as written in a column, or as they stand in the
    /// text.
    pub fn surfaces(&self) -> Vec<String> {
        match &self.labels {
            Labels::None => Vec::new(),
            Labels::Titles(titles) => titles.clone(),
            Labels::Spans(spans) => {
                spans.titles.iter().filter_map(|&title| spans.surface(&self.text, title)).collect()
            }
        }
    }
}

impl Spans {
    pub(super) fn surface(&self, text: &str, (first, end): (usize, usize)) -> Option<String> {
        let (from, _) = self.tokens.get(first)?.span;
        let (_, to) = self.tokens.get(end.checked_sub(1)?)?.span;
        Some(text.chars().skip(from).take(to - from).collect())
    }

    /// The tokens that the code points touch, without punctuation at either end.
    pub(super) fn tokens_of(&self, (from, to): (usize, usize)) -> Option<(usize, usize)> {
        let first = self.tokens.partition_point(|token| token.span.1 <= from);
        let end = self.tokens.partition_point(|token| token.span.0 < to);
        (first < end).then(|| self.trimmed((first, end)))
    }

    /// A run of tokens without the punctuation at its ends, unless it is nothing else: whether the
    /// colon belongs to a title is no question of finding it.
    pub(super) fn trimmed(&self, (first, end): (usize, usize)) -> (usize, usize) {
        let tokens = self.tokens.get(first..end).unwrap_or_default();
        let before = tokens.iter().position(|token| token.has_letters);
        let behind = tokens.iter().rev().position(|token| token.has_letters);
        before.zip(behind).map_or((first, end), |(before, behind)| (first + before, end - behind))
    }
}

/// Why labelled text could not be read on.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct ReadError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: ReadFault,
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
pub enum ReadFault {
    /// It could not be read.
    #[error(transparent)]
    Line(#[from] LineFault),
    /// The header lacks a column that must be there.
    #[error("no column `{wanted}` among {}; name it with --{option}-column", .found.join(", "))]
    NoColumn {
        /// The column.
        wanted: String,
        /// What it is for.
        option: &'static str,
        /// Those that the header has.
        found: Vec<String>,
    },
    /// The header has neither labels nor languages.
    #[error(
        "nothing to score against; expected a column `titles` or `language`, or others named \
             with --titles-column or --language-column"
    )]
    NoLabels,
    /// It has not as many fields as the header.
    #[error(
        "{found} fields with tabs between them, the header has {wanted}; a tab or line break \
             inside a text must become a space"
    )]
    FieldCount {
        /// Fields of the line.
        found: usize,
        /// Fields of the header.
        wanted: usize,
    },
    /// A language is no code, or none that can be told.
    #[error("`{code}` is no language that can be told; {expected}")]
    BadLanguage {
        /// As it is written.
        code: String,
        /// What was expected.
        expected: String,
    },
    /// It is no token with its tag.
    #[error("expected a token, a tab and its tag")]
    NoTag,
    /// A tag is none of BIO.
    #[error("tag `{0}`; expected O, B-… or I-…")]
    BadTag(String),
    /// A post goes on and on.
    #[error("a post of more than {TOKENS_MAX} tokens; put a blank line between posts")]
    TooManyTokens,
}

/// Reads labelled posts one after the other; ends after the first error.
pub struct Posts<R> {
    lines: Lines<R>,
    form: Form,
    header: Option<Header>,
    entities: BTreeSet<String>,
    failed: bool,
}

/// Where the columns are.
#[derive(Clone, Copy)]
struct Header {
    n: usize,
    text: usize,
    titles: Option<usize>,
    language: Option<usize>,
}

impl<R: BufRead> Posts<R> {
    /// Reads `input`, which is of this form.
    pub fn new(input: R, form: Form) -> Self {
        let entities = BTreeSet::new();
        Self { lines: Lines::new(input), form, header: None, entities, failed: false }
    }

    /// The entities of the tags read so far, at most [`ENTITIES_MAX`] besides the one asked for.
    pub fn entities(&self) -> &BTreeSet<String> {
        &self.entities
    }

    fn read(&mut self) -> Result<Option<Labelled>, ReadFault> {
        match &self.form {
            Form::Tsv(columns) => {
                let header = match self.header {
                    Some(header) => header,
                    None => match self.lines.next_line()? {
                        Some(line) => *self.header.insert(Header::read(line, columns)?),
                        None => return Ok(None),
                    },
                };
                read_row(&mut self.lines, header)
            }
            Form::Conll { entity } => read_sentence(&mut self.lines, entity, &mut self.entities),
            Form::Lines(language) => {
                let Some(text) = self.lines.next_filled_line()? else { return Ok(None) };
                let text = text.to_owned();
                let language = Some(language.clone());
                Ok(Some(Labelled { line: self.lines.line, text, labels: Labels::None, language }))
            }
        }
    }
}

impl<R: BufRead> Iterator for Posts<R> {
    type Item = Result<Labelled, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let read = self.read();
        self.failed = read.is_err();
        read.map_err(|fault| ReadError { line: self.lines.line, fault }).transpose()
    }
}

impl Header {
    fn read(line: &str, columns: &Columns) -> Result<Self, ReadFault> {
        let found: Vec<&str> = line.split('\t').map(str::trim).collect();
        let place = |wanted: &Option<String>, option: &'static str, otherwise: &str| {
            let name = wanted.as_deref().unwrap_or(otherwise);
            let at = found.iter().position(|column| *column == name);
            let must = wanted.is_some() || option == "text";
            if at.is_none() && must {
                let found = found.iter().map(|&column| column.to_owned()).collect();
                return Err(ReadFault::NoColumn { wanted: name.to_owned(), option, found });
            }
            Ok(at)
        };
        let text = place(&columns.text, "text", "text")?.unwrap_or_default();
        let titles = place(&columns.titles, "titles", "titles")?;
        let language = place(&columns.language, "language", "language")?;
        if titles.is_none() && language.is_none() {
            return Err(ReadFault::NoLabels);
        }
        Ok(Self { n: found.len(), text, titles, language })
    }
}

fn read_row<R: BufRead>(
    lines: &mut Lines<R>,
    header: Header,
) -> Result<Option<Labelled>, ReadFault> {
    let Some(row) = lines.next_filled_line()? else { return Ok(None) };
    let fields: Vec<&str> = row.split('\t').collect();
    if fields.len() != header.n {
        return Err(ReadFault::FieldCount { found: fields.len(), wanted: header.n });
    }
    let field = |at: usize| fields.get(at).copied().unwrap_or_default();
    let text = field(header.text).to_owned();
    let titles = header.titles.map(|at| field(at).split('|').map(str::trim));
    let labels = titles.map_or(Labels::None, |titles| {
        Labels::Titles(titles.filter(|title| !title.is_empty()).map(str::to_owned).collect())
    });
    let language = header.language.map(|at| field(at).trim()).filter(|code| !code.is_empty());
    let language = language.map(language_of).transpose()?;
    Ok(Some(Labelled { line: lines.line, text, labels, language }))
}

/// A language as labels write it: `und`, `other`, or a code as platforms write them, so that Malay
/// counts as Indonesian, and `fil` is `tl`.
///
/// # Errors
/// [`ReadFault::BadLanguage`] when it is no code.
pub fn language_of(code: &str) -> Result<Language, ReadFault> {
    let lower = code.to_ascii_lowercase();
    if is_none_or_many(&lower) {
        return Ok(Language::new(&lower));
    }
    let told = language::code_of_hint(code).map(|told| Language::new(&told));
    told.ok_or_else(|| {
        let expected = "expected an ISO 639-1 code such as ko, or und".to_owned();
        bad_language(code, expected)
    })
}

/// A language that can be told, so that posts may be told to be in it.
///
/// # Errors
/// [`ReadFault::BadLanguage`] when it is none.
pub fn told_language_of(code: &str) -> Result<Language, ReadFault> {
    let language = language_of(code)?;
    let detectable = language::detectable();
    if detectable.contains(&language.as_str()) || is_none_or_many(language.as_str()) {
        return Ok(language);
    }
    Err(bad_language(code, format!("expected one of {}", detectable.join(" "))))
}

fn is_none_or_many(code: &str) -> bool {
    [Language::UNDETERMINED, Language::OTHER].contains(&code)
}

fn bad_language(code: &str, expected: String) -> ReadFault {
    let meant = config::nearest(code, language::detectable());
    let expected = meant.map_or(expected, |meant| format!("did you mean `{meant}`?"));
    ReadFault::BadLanguage { code: code.to_owned(), expected }
}

/// The part of a tag that says how a token belongs to an entity.
enum Tag<'a> {
    Outside,
    Begins(&'a str),
    Goes(&'a str),
}

fn tag_of(tag: &str) -> Result<Tag<'_>, ReadFault> {
    match tag.split_once('-') {
        None if tag == "O" => Ok(Tag::Outside),
        Some(("B", entity)) => Ok(Tag::Begins(entity)),
        Some(("I", entity)) => Ok(Tag::Goes(entity)),
        _ => Err(ReadFault::BadTag(tag.to_owned())),
    }
}

fn read_sentence<R: BufRead>(
    lines: &mut Lines<R>,
    entity: &str,
    entities: &mut BTreeSet<String>,
) -> Result<Option<Labelled>, ReadFault> {
    let Some(mut row) = lines.next_filled_line()?.map(str::to_owned) else { return Ok(None) };
    let first_line = lines.line;
    let (mut text, mut spans, mut n_chars) = (String::new(), Spans::default(), 0);
    let mut is_open = false;
    loop {
        let (token, tag) = row.rsplit_once('\t').ok_or(ReadFault::NoTag)?;
        let token = token.split('\t').next().unwrap_or_default();
        if spans.tokens.len() == TOKENS_MAX {
            return Err(ReadFault::TooManyTokens);
        }
        if !text.is_empty() {
            text.push(' ');
            n_chars += 1;
        }
        text.push_str(token);
        let place = spans.tokens.len();
        let from = n_chars;
        n_chars += token.chars().count();
        let has_letters = token.contains(char::is_alphanumeric);
        spans.tokens.push(Token { span: (from, n_chars), has_letters });
        let tag = tag_of(tag.trim())?;
        if let Tag::Begins(of) | Tag::Goes(of) = tag
            && (of == entity || entities.len() < ENTITIES_MAX)
            && !entities.contains(of)
        {
            entities.insert(of.to_owned());
        }
        is_open = match tag {
            Tag::Goes(of) if of == entity && is_open => {
                spans.titles.last_mut().into_iter().for_each(|title| title.1 = place + 1);
                true
            }
            Tag::Begins(of) | Tag::Goes(of) if of == entity => {
                spans.titles.push((place, place + 1));
                true
            }
            _ => false,
        };
        match lines.next_line()? {
            Some(next) if !next.trim().is_empty() => next.clone_into(&mut row),
            _ => break,
        }
    }
    Ok(Some(Labelled { line: first_line, text, labels: Labels::Spans(spans), language: None }))
}
