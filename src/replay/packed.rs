//! Inputs that are packed: told by their first bytes, whatever their names are.

use std::io::{self, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;

/// What a gzip stream begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// What a Zstandard frame begins with.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// What `input` holds, unpacked if it is packed: gzip and Zstandard, in one piece or in several one
/// behind the other.
///
/// Memory: what the packing's window takes, 128 MB at the most.
///
/// # Errors
/// The input's. A packed stream that is torn or cut off is an error of the reader that is given
/// back, after all that could be unpacked.
pub fn unpacked<'a>(mut input: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut front = Vec::new();
    (&mut input).take(ZSTD.len() as u64).read_to_end(&mut front)?;
    let (is_gzip, is_zstd) = (front.starts_with(&GZIP), front.starts_with(&ZSTD));
    let whole = BufReader::new(Cursor::new(front).chain(input));
    Ok(if is_gzip {
        Box::new(Packed { input: MultiGzDecoder::new(whole), packing: "gzip" })
    } else if is_zstd {
        let input = zstd::Decoder::with_buffer(whole)?;
        Box::new(Packed { input, packing: "zstd" })
    } else {
        Box::new(whole)
    })
}

/// A stream that is being unpacked, whose errors say so.
struct Packed<R> {
    input: R,
    packing: &'static str,
}

impl<R: Read> Read for Packed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.input.read(buffer).map_err(|error| {
            let is_cut = error.kind() == io::ErrorKind::UnexpectedEof;
            let what = if is_cut { "is cut off".into() } else { format!("is corrupt: {error}") };
            io::Error::new(error.kind(), format!("its {} {what}", self.packing))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(plain: &[u8]) -> Vec<u8> {
        zstd::encode_all(plain, 1).unwrap()
    }

    fn read(input: &[u8]) -> Result<String, String> {
        let mut text = String::new();
        let read = unpacked(input).and_then(|mut input| input.read_to_string(&mut text));
        read.map(|_| text).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_packed_is_told_by_its_bytes() {
        for plain in ["", "{", "{}\n", &"{\"a\":1}\n".repeat(100_000)] {
            for input in [plain.as_bytes().to_vec(), gzip(plain.as_bytes()), zstd(plain.as_bytes())]
            {
                assert_eq!(read(&input).as_deref(), Ok(plain));
            }
        }
    }

    #[test]
    fn pieces_one_behind_the_other_are_one_stream() {
        for pack in [gzip, zstd] {
            assert_eq!(read(&[pack(b"{}\n"), pack(b"[]\n")].concat()).as_deref(), Ok("{}\n[]\n"));
        }
    }

    #[test]
    fn what_is_cut_off_or_torn_is_an_error() {
        let plain: Vec<u8> = (0..20_000_u32).flat_map(u32::to_le_bytes).collect();
        for (pack, name) in [(gzip as fn(&[u8]) -> Vec<u8>, "gzip"), (zstd, "zstd")] {
            let packed = pack(&plain);
            for end in [5, packed.len() / 2, packed.len() - 1] {
                let error = read(&packed[..end]).unwrap_err();
                assert_eq!(error, format!("its {name} is cut off"), "at {end}");
            }
            let mut torn = packed.clone();
            torn[packed.len() / 2..].fill(0xff);
            let error = read(&torn).unwrap_err();
            assert!(error.starts_with(&format!("its {name} is corrupt: ")), "{error}");
        }
    }
}
