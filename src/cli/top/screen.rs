//! A terminal that is drawn over in place, and given back as it was.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::process::{Command, Stdio};

use anstream::AutoStream;

/// The alternate screen, no cursor, and lines that end at the edge.
const OPEN: &str = "\x1b[?1049h\x1b[?25l\x1b[?7l";
/// All of that taken back.
const CLOSE: &str = "\x1b[?7h\x1b[?25h\x1b[?1049l";

/// Where nobody says how large a terminal is.
const SIZE_DEFAULT: Size = Size { columns: 80, lines: 24 };

/// How much a terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) columns: usize,
    pub(super) lines: usize,
}

impl Size {
    /// The terminal's: as `stty` has it, for that follows the window, else as the environment has.
    pub(super) fn of_terminal() -> Self {
        let told = File::open("/dev/tty").and_then(|terminal| {
            Command::new("stty").arg("size").stdin(terminal).stderr(Stdio::null()).output()
        });
        let told = told.ok().and_then(|told| String::from_utf8(told.stdout).ok());
        told.as_deref().and_then(Self::read).unwrap_or_else(|| {
            let named = |name: &str, or: usize| {
                let told = std::env::var(name).ok().and_then(|told| told.parse().ok());
                told.filter(|n| *n > 0).unwrap_or(or)
            };
            Self {
                columns: named("COLUMNS", SIZE_DEFAULT.columns),
                lines: named("LINES", SIZE_DEFAULT.lines),
            }
        })
    }

    /// From `LINES COLUMNS`; a terminal that does not know says 0.
    fn read(told: &str) -> Option<Self> {
        let (lines, columns) = told.trim().split_once(' ')?;
        let size = Self { columns: columns.parse().ok()?, lines: lines.parse().ok()? };
        (size.columns > 0 && size.lines > 0).then_some(size)
    }
}

/// Whether the standard output is a terminal that can be drawn over.
pub(super) fn is_drawable() -> bool {
    io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Writes lines, with colours where they are wanted.
pub(super) fn print(lines: &[String]) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    for line in lines {
        writeln!(out, "{line}")?;
    }
    out.flush()
}

/// A terminal as long as it is drawn on.
pub(super) struct Screen {
    /// Whether colours are wanted.
    coloured: bool,
}

impl Screen {
    /// Takes the terminal.
    pub(super) fn open() -> io::Result<Self> {
        let mut out = io::stdout();
        let coloured = AutoStream::choice(&out) != anstream::ColorChoice::Never;
        let screen = Self { coloured };
        out.write_all(OPEN.as_bytes())?;
        Ok(screen)
    }

    /// Draws lines in the place of those before, as many as there is room for.
    pub(super) fn draw(&mut self, lines: &[String], size: Size) -> io::Result<()> {
        let frame = frame(lines, size, self.coloured);
        let mut out = io::stdout().lock();
        out.write_all(frame.as_bytes())?;
        out.flush()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let mut out = io::stdout();
        // Of a terminal that is gone there is nothing to give back.
        let _ = out.write_all(CLOSE.as_bytes()).and_then(|()| out.flush());
    }
}

/// What draws lines over those before. A place is cleared before it is written to: after a whole
/// line the cursor still stands on its last character.
fn frame(lines: &[String], size: Size, coloured: bool) -> String {
    let mut frame = String::from("\x1b[H");
    for (n, line) in lines.iter().take(size.lines).enumerate() {
        frame.push_str(if n > 0 { "\r\n\x1b[K" } else { "\x1b[K" });
        if coloured {
            frame.push_str(line);
        } else {
            frame.push_str(&anstream::adapter::strip_str(line).to_string());
        }
    }
    if lines.len() < size.lines {
        frame.push_str("\r\n\x1b[J");
    }
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_read_as_stty_says_it_and_none_is_none() {
        assert_eq!(Size::read("50 132\n"), Some(Size { columns: 132, lines: 50 }));
        for none in ["0 0\n", "", "50", "a b"] {
            assert_eq!(Size::read(none), None, "{none:?}");
        }
    }

    #[test]
    fn a_frame_starts_at_the_top_leaves_nothing_of_the_one_before_and_keeps_to_the_lines() {
        let lines = ["\x1b[1ma\x1b[0m".to_owned(), "b".to_owned(), "c".to_owned()];
        let size = Size { columns: 80, lines: 2 };
        assert_eq!(frame(&lines, size, false), "\x1b[H\x1b[Ka\r\n\x1b[Kb");
        let coloured = frame(&lines[..1], size, true);
        assert_eq!(coloured, "\x1b[H\x1b[K\x1b[1ma\x1b[0m\r\n\x1b[J");
    }
}
