//! Tables as CSV: UTF-8 with its byte order mark, rows as RFC 4180 has them.

use std::fmt::{Display, Write as _};

use jiff::tz::TimeZone;
use serde::Serialize;

use super::answer::Told;
use super::question::Form;
use crate::time::Timestamp;
use crate::view::csv::field;
use crate::view::{CampaignView, Estimate};

/// Spreadsheets take what begins with one of these for a formula.
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Rows, written cell by cell.
#[derive(Debug)]
pub(super) struct Table {
    text: String,
    zone: TimeZone,
    /// Whether the next cell is the first of its row.
    begins: bool,
}

impl Table {
    /// A table of these columns.
    fn new(zone: TimeZone, columns: impl IntoIterator<Item: AsRef<str>>) -> Self {
        let mut table = Self { text: "\u{feff}".to_owned(), zone, begins: true };
        for column in columns {
            table.text(column.as_ref());
        }
        table.end();
        table
    }

    /// Ends the row.
    pub(super) fn end(&mut self) {
        self.text.push_str("\r\n");
        self.begins = true;
    }

    fn cell(&mut self, text: &str) -> &mut Self {
        if !self.begins {
            self.text.push(',');
        }
        self.begins = false;
        self.text.push_str(text);
        self
    }

    /// A text; one that a spreadsheet would run is written after a `'`.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        if text.starts_with(FORMULA_STARTS) {
            self.cell(&field(&format!("'{text}")))
        } else {
            self.cell(&field(text))
        }
    }

    /// A number or a truth.
    pub(super) fn number(&mut self, number: impl Display) -> &mut Self {
        self.cell(&number.to_string())
    }

    /// A number that may be absent; then the cell is empty.
    pub(super) fn maybe(&mut self, number: Option<impl Display>) -> &mut Self {
        match number {
            Some(number) => self.number(number),
            None => self.cell(""),
        }
    }

    /// A number with the ends of its interval: three cells.
    pub(super) fn estimate(&mut self, estimate: Option<Estimate>) -> &mut Self {
        self.maybe(estimate.map(|estimate| estimate.value))
            .maybe(estimate.and_then(|estimate| estimate.lower))
            .maybe(estimate.and_then(|estimate| estimate.upper))
    }

    /// An instant in the table's zone, as RFC 3339 has it.
    pub(super) fn time(&mut self, time: Option<Timestamp>) -> &mut Self {
        let text = time.map(|time| match jiff::Timestamp::from_millisecond(time.as_millis()) {
            Ok(civil) if self.zone != TimeZone::UTC => {
                civil.display_with_offset(self.zone.to_offset(civil)).to_string()
            }
            _ => time.to_string(),
        });
        self.cell(&text.unwrap_or_default())
    }

    /// Names and counts in one cell: `a 3; b 1`.
    pub(super) fn counts<N: Display>(
        &mut self,
        counts: impl IntoIterator<Item = (N, u64)>,
    ) -> &mut Self {
        let mut text = String::new();
        for (name, n) in counts {
            let between = if text.is_empty() { "" } else { "; " };
            // Writing into a String does not fail.
            let _ = write!(text, "{between}{name} {n}");
        }
        self.text(&text)
    }
}

impl Form {
    /// `shape` as JSON, or the table that `rows` fills as `file`.
    pub(super) fn tell(
        self,
        file: &str,
        shape: &impl Serialize,
        columns: impl IntoIterator<Item: AsRef<str>>,
        rows: impl FnOnce(&mut Table),
    ) -> Told {
        match self {
            Self::Json => Told::json(shape),
            Self::Csv(zone) => {
                let mut table = Table::new(zone, columns);
                rows(&mut table);
                Told::Csv { table: table.text, file: format!("{file}.csv") }
            }
        }
    }
}

/// A name that says of which campaign and of which T a file is.
pub(super) fn file(view: &CampaignView, what: &str) -> String {
    format!("{}-{what}-{}", view.campaign, view.time.to_string().replace(':', ""))
}
