//! Where one output of a replay goes: the standard output, or a file that is whole or not there.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::cli::WrongUse;
use crate::replay::named::{Named, unwritten};

/// The rights of a new file, but for what the umask takes.
const NEW_FILE_MODE: u32 = 0o666;

/// An output that is being written.
pub(super) struct Out(BufWriter<Named<Place>>);

enum Place {
    Stdout(io::StdoutLock<'static>),
    /// A pipe or a device.
    Stream(File),
    /// A file: it takes the place of what is at the path when all is written.
    Beside(NamedTempFile, PathBuf),
}

impl Out {
    /// Makes what is written to until the output is kept.
    pub(super) fn open(path: &Path) -> Result<Self, WrongUse> {
        if is_std(path) {
            let out = Place::Stdout(io::stdout().lock());
            return Ok(Self(BufWriter::new(Named::new(out, "the standard output"))));
        }
        let name = path.display();
        let place = place(path).map_err(|error| WrongUse(unwritten(name, &error).to_string()))?;
        Ok(Self(BufWriter::new(Named::new(place, path.display()))))
    }

    /// Puts the file at its path.
    pub(super) fn keep(self) -> io::Result<()> {
        match self.0.into_inner().map_err(io::IntoInnerError::into_error)?.into_inner() {
            Place::Stdout(mut out) => out.flush(),
            Place::Stream(_) => Ok(()),
            Place::Beside(file, path) => {
                let kept = file.persist(&path);
                kept.map(drop).map_err(|error| unwritten(path.display(), &error.error))
            }
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Write for Place {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(bytes),
            Self::Stream(out) => out.write(bytes),
            Self::Beside(out, _) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::Stream(out) => out.flush(),
            Self::Beside(out, _) => out.flush(),
        }
    }
}

fn place(path: &Path) -> io::Result<Place> {
    // What is there must be ours to write, though it stays as it is until the end.
    let rights = match OpenOptions::new().write(true).open(path) {
        Ok(there) if !there.metadata()?.is_file() => return Ok(Place::Stream(there)),
        Ok(there) => there.metadata()?.permissions(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Permissions::from_mode(NEW_FILE_MODE)
        }
        Err(error) => return Err(error),
    };
    let path = true_path(path);
    let folder = path.parent().unwrap_or(Path::new("/"));
    // Whoever stops the replay finds what is left of it by its name.
    let mut prefix = path.file_name().unwrap_or_default().to_owned();
    prefix.push(".");
    let mut beside = tempfile::Builder::new();
    let beside = beside.prefix(&prefix).suffix(".part").permissions(rights);
    let file = beside.tempfile_in(folder)?;
    Ok(Place::Beside(file, path))
}

/// Whether a path means the standard input or output.
pub(super) fn is_std(path: &Path) -> bool {
    path == Path::new("-")
}

/// The path without links, of a file that may be still to come.
fn true_path(path: &Path) -> PathBuf {
    let to_come = || {
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
        Some(folder.join(path.file_name()?))
    };
    fs::canonicalize(path).ok().or_else(to_come).unwrap_or_else(|| path.to_owned())
}

/// Whether both name one file. Pipes and devices take what comes.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    let is_stream = |path| fs::metadata(path).is_ok_and(|there| !there.is_file());
    !is_std(one) && !is_std(other) && !is_stream(one) && true_path(one) == true_path(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_when_it_is_kept_and_the_one_before_it_until_then() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        for (before, now) in [(None, "one"), (Some("one"), "two")] {
            let mut out = Out::open(&path).unwrap();
            out.write_all(now.as_bytes()).unwrap();
            out.flush().unwrap();
            assert_eq!(fs::read_to_string(&path).ok().as_deref(), before);
            out.keep().unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), now);
        }
        drop(Out::open(&path).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_keeps_its_rights_and_the_links_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("t.csv"), folder.path().join("link"));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        Out::open(&link).unwrap().keep().unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::metadata(&path).unwrap().len(), 0);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn one_file_is_told_by_all_its_paths_even_before_it_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        fs::create_dir(at("sub")).unwrap();
        fs::write(at("there"), "").unwrap();
        std::os::unix::fs::symlink(at("there"), at("link")).unwrap();
        assert!(is_same(&at("there"), &at("sub/../there")));
        assert!(is_same(&at("there"), &at("link")));
        assert!(is_same(&at("to-come"), &at("sub/../to-come")));
        assert!(!is_same(&at("there"), &at("to-come")));
        assert!(!is_same(Path::new("/dev/null"), Path::new("/dev/null")));
        assert!(!is_same(Path::new("-"), Path::new("-")));
    }
}
