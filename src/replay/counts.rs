//! A published count series: how many posts a title had, bin by bin, and nothing else of them.
//!
//! Comma-separated values whose header names `time`, `title` and `count`, and `platform` where that
//! is known, in any order. A bin begins at its time and ends where the series' next row begins; the
//! last one is as long as the one before it. Or all are of one length, and where there is no row
//! nothing is known of any post. Its posts are spread evenly over it, in the order of
//! ticks.
//!
//! Memory: 40 bytes a row.

mod spread;

use std::collections::BTreeMap;
use std::io::{BufReader, Read};

use crate::campaign::TitleId;
use crate::config;
use crate::post::Platform;
use crate::time::{Span, Timestamp};
use crate::view::csv::{Row, RowError, Rows};
use spread::Bin;

pub use spread::{Piece, Spread};

/// The most rows of a replay.
const ROWS_MAX: usize = 20_000_000;
/// The longest title, in bytes.
const TITLE_BYTES_MAX: usize = 100;
/// The most series: titles, or titles and platforms.
const SERIES_MAX: usize = 10_000;
/// The most posts of a bin.
const COUNT_MAX: u64 = 1_000_000_000_000;
/// The shortest bin.
pub const BIN_MIN: Span = Span::from_secs(1);
/// A time written as a number beyond this is in milliseconds: seconds are so many in 5138 only.
const SECONDS_MAX: i64 = 100_000_000_000;

const COLUMNS: [&str; 4] = ["time", "title", "count", "platform"];

/// What else tables are separated by.
const SEPARATORS: [(char, &str); 2] = [(';', "semicolons"), ('\t', "tabs")];

/// The platform of posts of which none is named.
pub const PLATFORM_UNNAMED: Platform = Platform::Other;

/// What is wrong with a count series.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CountsError {
    /// It can't be read, or is no CSV.
    #[error(transparent)]
    Row(#[from] RowError),
    /// Nothing is in it.
    #[error("no header: expected one with time, title and count")]
    Empty,
    /// The header lacks a column.
    #[error(
        "line {line}: the header has no `{column}`; expected time, title, count, and platform where it is known"
    )]
    NoColumn {
        /// The header's line.
        line: u64,
        /// What it lacks.
        column: &'static str,
    },
    /// The header has a column that is none of the four.
    #[error("line {line}: the header has `{column}`{}; expected time, title, count, and platform where it is known", nearest(.column))]
    Column {
        /// The header's line.
        line: u64,
        /// What should not be there.
        column: String,
    },
    /// The header has a column twice.
    #[error("line {line}: the header's `{column}` comes twice; expected each column once")]
    ColumnTwice {
        /// The header's line.
        line: u64,
        /// What comes twice.
        column: String,
    },
    /// The header is separated by something else.
    #[error("line {line}: {found} separate the columns; expected commas")]
    Separator {
        /// The header's line.
        line: u64,
        /// By what.
        found: &'static str,
    },
    /// A row has more or fewer fields than the header.
    #[error("line {line}: {n} fields, and the header has {expected}")]
    Fields {
        /// The row's line.
        line: u64,
        /// How many it has.
        n: usize,
        /// How many the header has.
        expected: usize,
    },
    /// A field can't be what its column is.
    #[error("line {line}: {column} `{written}`: expected {expected}")]
    Field {
        /// The row's line.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        written: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// No campaign has the title.
    #[error("line {line}: title `{title}` is in no campaign{}", known(.nearest.as_deref()))]
    UnknownTitle {
        /// The line of its first row.
        line: u64,
        /// The title.
        title: String,
        /// The title of a campaign that is spelt most like it.
        nearest: Option<String>,
    },
    /// A row of a series begins before the one before it ends.
    #[error("line {line}: `{title}` has another row less than {bin} before this one")]
    BinTooShort {
        /// The line of the later row.
        line: u64,
        /// The title.
        title: String,
        /// How long a bin is, at least.
        bin: Span,
    },
    /// A series of one row: its bin may have any length.
    #[error(
        "line {line}: `{title}` has this row only, so its bin has no length; say it with --bin, or add a row of count 0 where it ends"
    )]
    OneRow {
        /// The row's line.
        line: u64,
        /// The title.
        title: String,
    },
    /// More than a replay takes.
    #[error("line {line}: more than {max} {what}")]
    TooMany {
        /// The line of the first one too many.
        line: u64,
        /// How many there may be.
        max: usize,
        /// Of what.
        what: &'static str,
    },
}

fn nearest(column: &str) -> String {
    let near = config::nearest(column, &COLUMNS);
    near.map_or_else(String::new, |near| format!(" (did you mean `{near}`?)"))
}

fn known(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// A title's posts on one platform.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Series {
    /// The title.
    pub title: TitleId,
    /// The platform; [`PLATFORM_UNNAMED`] where none is named.
    pub platform: Platform,
}

/// Count series, read and checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Every series and the line of its first row.
    series: Vec<(Series, u64)>,
    bins: Vec<Bin>,
}

impl Counts {
    /// Reads series to the end of `input`, rows in any order; each row is a bin of the length `bin`
    /// where one is given, of at least [`BIN_MIN`].
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(input: impl Read, bin: Option<Span>) -> Result<Self, CountsError> {
        let mut rows = Rows::new(BufReader::new(input));
        let header = rows.next_row()?.ok_or(CountsError::Empty)?;
        let columns = Columns::of(&header)?;
        let mut numbers = BTreeMap::new();
        let mut counts = Self::default();
        while let Some(row) = rows.next_row()? {
            counts.add(&mut numbers, &columns, &row)?;
        }
        counts.close(bin)?;
        Ok(counts)
    }

    fn add(
        &mut self,
        numbers: &mut BTreeMap<Series, u32>,
        columns: &Columns,
        row: &Row,
    ) -> Result<(), CountsError> {
        let line = row.line;
        let (start, series, n) = columns.read(row)?;
        let number = match numbers.get(&series) {
            Some(number) => *number,
            None if numbers.len() >= SERIES_MAX => {
                return Err(CountsError::TooMany { line, max: SERIES_MAX, what: "series" });
            }
            None => {
                let number = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                numbers.insert(series.clone(), number);
                self.series.push((series, line));
                number
            }
        };
        if self.bins.len() >= ROWS_MAX {
            return Err(CountsError::TooMany { line, max: ROWS_MAX, what: "rows" });
        }
        self.bins.push(Bin { start, series: number, end: start, n, line });
        Ok(())
    }

    /// Gives every bin its end, and brings all into the order of time.
    fn close(&mut self, bin_said: Option<Span>) -> Result<(), CountsError> {
        self.bins.sort_unstable_by_key(|bin| (bin.series, bin.start, bin.line));
        let Self { series, bins } = self;
        for bins in bins.chunk_by_mut(|a, b| a.series == b.series) {
            let title = |bin: &Bin| {
                let series = usize::try_from(bin.series).ok().and_then(|at| series.get(at));
                series.map_or_else(String::new, |(series, _)| series.title.to_string())
            };
            let bin_min = bin_said.unwrap_or(BIN_MIN);
            let mut length = bin_said;
            let mut later: Option<&mut Bin> = None;
            for bin in bins.iter_mut() {
                if let Some(before) = later {
                    let bin_length = bin.start - before.start;
                    if bin_length < bin_min {
                        let (line, title) = (bin.line, title(bin));
                        return Err(CountsError::BinTooShort { line, title, bin: bin_min });
                    }
                    let bin_length = bin_said.unwrap_or(bin_length);
                    before.end = before.start + bin_length;
                    length = Some(bin_length);
                }
                later = Some(bin);
            }
            match (later, length) {
                (Some(last), Some(length)) => last.end = last.start + length,
                (Some(only), None) => {
                    return Err(CountsError::OneRow { line: only.line, title: title(only) });
                }
                (None, _) => {}
            }
        }
        self.bins.sort_unstable();
        Ok(())
    }

    /// Every series, in the order of its first row, and that row's line.
    pub fn series(&self) -> impl Iterator<Item = (&Series, u64)> {
        self.series.iter().map(|(series, line)| (series, *line))
    }

    /// When the first bin begins.
    pub fn start(&self) -> Option<Timestamp> {
        self.bins.first().map(|bin| bin.start)
    }

    /// When the last bin to end does.
    pub fn end(&self) -> Option<Timestamp> {
        self.bins.iter().map(|bin| bin.end).max()
    }

    /// The posts of all bins, spread over their ticks, in the order of time.
    pub fn spread(self) -> Spread {
        Spread::of(self.bins)
    }
}

/// Where each column stands.
struct Columns {
    n: usize,
    time: usize,
    title: usize,
    count: usize,
    platform: Option<usize>,
}

impl Columns {
    fn of(header: &Row) -> Result<Self, CountsError> {
        let line = header.line;
        if let [name] = header.fields.as_slice()
            && let Some((_, found)) = SEPARATORS.iter().find(|(mark, _)| name.contains(*mark))
        {
            return Err(CountsError::Separator { line, found });
        }
        for (at, name) in header.fields.iter().enumerate() {
            let column = name.clone();
            if !COLUMNS.contains(&name.as_str()) {
                return Err(CountsError::Column { line, column });
            }
            if header.fields.iter().take(at).any(|before| before == name) {
                return Err(CountsError::ColumnTwice { line, column });
            }
        }
        let place = |column: &str| header.fields.iter().position(|name| name == column);
        let needed = |column| place(column).ok_or(CountsError::NoColumn { line, column });
        Ok(Self {
            n: header.fields.len(),
            time: needed("time")?,
            title: needed("title")?,
            count: needed("count")?,
            platform: place("platform"),
        })
    }

    fn read(&self, row: &Row) -> Result<(Timestamp, Series, u64), CountsError> {
        let Row { line, fields } = row;
        if fields.len() != self.n {
            let (n, expected) = (fields.len(), self.n);
            return Err(CountsError::Fields { line: *line, n, expected });
        }
        let field = |at: usize| fields.get(at).map_or("", String::as_str);
        let wrong = |column, at, expected| CountsError::Field {
            line: *line,
            column,
            written: field(at).to_owned(),
            expected,
        };
        let time = time(field(self.time)).ok_or_else(|| {
            let expected = "RFC 3339 with its zone, as in 2026-11-14T12:00:00Z, or whole seconds \
                            or milliseconds since 1970";
            wrong("time", self.time, expected)
        })?;
        let title = Some(field(self.title))
            .filter(|title| (1..=TITLE_BYTES_MAX).contains(&title.len()))
            .filter(|title| !title.contains(char::is_control))
            .ok_or_else(|| wrong("title", self.title, "1 to 100 bytes on one line"))?;
        let n: Result<u64, _> = field(self.count).parse();
        let n = n
            .ok()
            .filter(|n| *n <= COUNT_MAX)
            .ok_or_else(|| wrong("count", self.count, "a whole number from 0 to 1000000000000"))?;
        let platform = match self.platform {
            Some(at) if !field(at).is_empty() => {
                let named = |platform: &Platform| platform.label() == field(at);
                let expected = "a platform, as daebak labels it, or nothing";
                Platform::ALL
                    .into_iter()
                    .find(named)
                    .ok_or_else(|| wrong("platform", at, expected))?
            }
            _ => PLATFORM_UNNAMED,
        };
        Ok((time, Series { title: TitleId::new(title), platform }, n))
    }
}

fn time(text: &str) -> Option<Timestamp> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = text.parse().ok()?;
        let is_seconds = number <= SECONDS_MAX;
        let at =
            if is_seconds { Timestamp::from_secs(number) } else { Timestamp::from_millis(number) };
        return (at <= Timestamp::from_secs(SECONDS_MAX)).then_some(at);
    }
    let at: jiff::Timestamp = text.parse().ok()?;
    Some(Timestamp::from_millis(at.as_millisecond()))
}

#[cfg(test)]
mod tests;
