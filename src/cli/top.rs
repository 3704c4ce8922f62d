//! `daebak top`: the leaderboard of a running instance, in a terminal.

mod answer;
mod screen;
mod table;
mod width;

use std::io;
use std::pin::pin;
use std::time::Duration;

use super::WrongUse;
use super::run::{interrupted, runtime};
use crate::clock::Stopwatch;
use crate::http::client::Address;
use crate::time::Span;
use answer::{AskError, Board, Question};
use screen::{Screen, Size};

/// Lines of a picture that are no title: two of what it is, a blank one, the header, how many more
/// titles there are, and how long there has been no answer.
const OTHER_LINES: usize = 6;

/// Show the leaderboard of a running instance, refreshed in place
///
/// Any instance shows every campaign. On a terminal it is drawn over until Ctrl-C; elsewhere each
/// title is a line of the API's values between tabs, once, or with --every again and again.
#[derive(Debug, clap::Args)]
pub(super) struct Top {
    /// Where an instance answers.
    #[arg(default_value = "http://127.0.0.1:9464", value_name = "URL", value_parser = address)]
    address: Address,
    /// Which campaign; the first by its id unless said.
    #[arg(long, value_name = "ID")]
    campaign: Option<String>,
    /// Over which window.
    #[arg(long, default_value = "1h")]
    window: String,
    /// At most so many titles; as many as the terminal has room for unless said, else 50.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(ROWS_MAX)))]
    rows: Option<u32>,
    /// How long to wait before it is shown again [default on a terminal: 2s].
    #[arg(long, value_name = "TIME", value_parser = interval)]
    every: Option<Duration>,
    /// Shows it once.
    #[arg(long, conflicts_with = "every")]
    once: bool,
}

fn address(text: &str) -> Result<Address, String> {
    text.parse()
        .map_err(|error: crate::http::client::AddressError| format!("{error}: {}", error.remedy()))
}

fn interval(text: &str) -> Result<Duration, String> {
    let span: Option<Span> = text.parse().ok();
    let span = span.filter(|span| (Span::from_millis(500)..=Span::from_hours(1)).contains(span));
    let span = span.ok_or("expected a length of time from 500ms to 1h, as in 5s")?;
    Ok(Duration::from_millis(span.as_millis().unsigned_abs()))
}

/// How often a terminal is drawn on unless said.
const EVERY_DEFAULT: Duration = Duration::from_secs(2);
/// How many titles are asked for where no terminal bounds them.
const ROWS_DEFAULT: u32 = 50;
/// The most.
const ROWS_MAX: u32 = 500;

impl Top {
    pub(super) fn run(self) -> anyhow::Result<()> {
        match runtime()?.block_on(self.show()) {
            // Whoever reads has seen enough.
            Err(error) if is_broken_pipe(&error) => Ok(()),
            Err(error) => match error.downcast::<AskError>() {
                Ok(AskError::Refused(refusal)) => Err(WrongUse(refusal).into()),
                Ok(error) => Err(error.into()),
                Err(error) => Err(error),
            },
            Ok(()) => Ok(()),
        }
    }

    async fn show(&self) -> anyhow::Result<()> {
        let mut stop = pin!(interrupted());
        let in_place = screen::is_drawable() && !self.once;
        let every = self.every.or(in_place.then_some(EVERY_DEFAULT));
        // Whoever can't be reached at the start gets a plain word, not an empty screen.
        let first = tokio::select! {
            () = &mut stop => return Ok(()),
            board = self.ask() => board?,
        };
        let mut shown = Shown::open(in_place)?;
        shown.show(&first)?;
        let Some(every) = every else { return Ok(()) };
        let mut answered = Stopwatch::start();
        loop {
            let asked = async {
                tokio::time::sleep(every).await;
                self.ask().await
            };
            let asked = tokio::select! {
                () = &mut stop => return Ok(()),
                asked = asked => asked,
            };
            match asked {
                Ok(board) => {
                    answered = Stopwatch::start();
                    shown.show(&board)?;
                }
                Err(error) => shown.say(&unanswered(answered.elapsed(), &error))?,
            }
        }
    }

    /// Asks for as much as the terminal shows now.
    async fn ask(&self) -> Result<Board, AskError> {
        let rows = self.rows.unwrap_or_else(|| {
            if !screen::is_drawable() {
                return ROWS_DEFAULT;
            }
            let rows = Size::of_terminal().lines.saturating_sub(OTHER_LINES);
            u32::try_from(rows).unwrap_or(ROWS_MAX).clamp(1, ROWS_MAX)
        });
        let (campaign, window) = (self.campaign.clone(), self.window.clone());
        Question { address: self.address.clone(), campaign, window, rows }.ask().await
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// That there has been no answer for so long, in a line.
fn unanswered(silent: Duration, error: &AskError) -> String {
    let error = error.to_string();
    let why = error.lines().next().unwrap_or_default();
    format!("no answer for {} s: {why}", silent.as_secs())
}

/// Where boards are shown.
enum Shown {
    /// In place, with what was shown last.
    Screen(Screen, Option<Board>),
    /// As a picture, on a terminal that is not drawn over.
    Picture,
    /// As rows; whether the fields' names were written.
    Rows(bool),
}

impl Shown {
    fn open(in_place: bool) -> io::Result<Self> {
        if in_place {
            return Ok(Self::Screen(Screen::open()?, None));
        }
        Ok(if screen::is_drawable() { Self::Picture } else { Self::Rows(false) })
    }

    fn show(&mut self, board: &Board) -> io::Result<()> {
        match self {
            Self::Screen(screen, last) => {
                let size = Size::of_terminal();
                screen.draw(&table::picture(board, size.columns), size)?;
                *last = Some(board.clone());
                Ok(())
            }
            Self::Picture => screen::print(&table::picture(board, Size::of_terminal().columns)),
            Self::Rows(named) => {
                let header = (!*named).then(|| table::FIELDS.to_owned());
                *named = true;
                screen::print(&header.into_iter().chain(table::rows(board)).collect::<Vec<_>>())
            }
        }
    }

    /// Says something below what is shown; where nothing stays, to the standard error.
    fn say(&mut self, line: &str) -> io::Result<()> {
        let Self::Screen(screen, Some(last)) = self else {
            super::progress::say(line);
            return Ok(());
        };
        let size = Size::of_terminal();
        let mut lines = table::picture(last, size.columns);
        // Where there is no room below, it takes the last line's place.
        lines.truncate(size.lines.saturating_sub(1));
        lines.push(width::cut(&width::plain(line), size.columns));
        screen.draw(&lines, size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_neither_a_flood_nor_a_day() {
        assert_eq!(interval("2s"), Ok(Duration::from_secs(2)));
        for text in ["1ms", "0s", "2h", "often"] {
            assert!(interval(text).is_err(), "{text}");
        }
    }

    #[test]
    fn silence_is_told_in_a_line_with_its_cause() {
        let error = AskError::Strange("http://k:1".parse().unwrap(), "a\nb".into());
        let line = unanswered(Duration::from_secs(12), &error);
        assert_eq!(line, "no answer for 12 s: http://k:1 does not answer as a daebak does: a");
    }
}
