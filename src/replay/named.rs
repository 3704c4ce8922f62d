//! An output whose errors name it.

use std::fmt::Display;
use std::io::{self, Write};

/// What is written to `out`; an error says `name`.
#[derive(Debug)]
pub struct Named<W> {
    out: W,
    name: String,
}

impl<W> Named<W> {
    /// `out`, which people know as `name`.
    pub fn new(out: W, name: impl Display) -> Self {
        Self { out, name: name.to_string() }
    }

    /// The output itself.
    pub fn into_inner(self) -> W {
        self.out
    }
}

/// A temporary file without a name, called after its folder.
///
/// # Errors
/// The file system's.
pub(super) fn temporary() -> io::Result<Named<std::fs::File>> {
    let name = format!("a temporary file in {}", std::env::temp_dir().display());
    let file = tempfile::tempfile().map_err(|error| unwritten(&name, &error))?;
    Ok(Named::new(file, name))
}

/// The error of an output, by its name; its kind stays.
pub fn unwritten(name: impl Display, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot write {name}: {error}"))
}

impl<W: Write> Write for Named<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes).map_err(|error| unwritten(&self.name, &error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush().map_err(|error| unwritten(&self.name, &error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_its_output_and_keeps_its_kind() {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let error = Named::new(full, "t.csv").write_all(b"time\n").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert!(error.to_string().starts_with("cannot write t.csv: No space left"), "{error}");
    }
}
