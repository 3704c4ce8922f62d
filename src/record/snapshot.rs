//! A campaign's state as records of the snapshots topic: chunks, and last a manifest.
//!
//! ```text
//! key    starlight-sonata/00000000000000123456/0      value  a part of one zstd frame
//!        starlight-sonata/00000000000000123456/1
//!        starlight-sonata/00000000000000123456/manifest      JSON
//! ```
//!
//! The number in the key is the offset of the last log record folded, so the records of two
//! snapshots never mix. A snapshot of which anything is missing, changed or of another version is
//! no snapshot: an older one, or the log alone, gives the same state.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::fnv1a;
use crate::campaign::CampaignId;
use crate::time::Timestamp;

/// The form of the state: to be raised whenever anything that a snapshot holds changes its shape
/// or its meaning.
pub const SNAPSHOT_VERSION: u32 = 4;

/// The largest chunk.
pub const CHUNK_BYTES_MAX: usize = 512 * 1024;

/// The most chunks of a snapshot: 2 GiB, compressed.
pub const CHUNKS_MAX: u32 = 4096;

/// How many snapshots of a campaign are kept.
pub const GENERATIONS_KEPT: usize = 2;

/// Fast, and still a third of the size.
const ZSTD_LEVEL: i32 = 1;

/// What one record of the snapshots topic holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The campaign.
    pub campaign: CampaignId,
    /// The offset of the last log record folded.
    pub offset: i64,
    /// Which part of the snapshot.
    pub part: Part,
}

/// A part of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The chunk of this number.
    Chunk(u32),
    /// What makes the chunks a snapshot; written after them.
    Manifest,
}

impl Key {
    /// The record's key.
    pub fn encode(&self) -> String {
        let Self { campaign, offset, part } = self;
        match part {
            Part::Chunk(number) => format!("{campaign}/{offset:020}/{number}"),
            Part::Manifest => format!("{campaign}/{offset:020}/manifest"),
        }
    }

    /// Reads a record's key; `None` for one that is not ours.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut fields = std::str::from_utf8(bytes).ok()?.split('/');
        let (campaign, offset, part) = (fields.next()?, fields.next()?, fields.next()?);
        let part = match part {
            "manifest" => Part::Manifest,
            number => Part::Chunk(number.parse().ok().filter(|number| *number < CHUNKS_MAX)?),
        };
        let offset = offset.parse().ok()?;
        fields.next().is_none().then(|| Self { campaign: CampaignId::new(campaign), offset, part })
    }
}

/// What makes chunks a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the state.
    pub v: u32,
    /// The mention log that was folded.
    pub log: Box<str>,
    /// Its partition count.
    pub partitions: u32,
    /// The offset of the last record folded.
    pub offset: i64,
    /// That record's timestamp: a log that was created anew has another one there, or none.
    #[serde(rename = "timestamp_ms")]
    pub timestamp: Timestamp,
    /// How many chunks there are.
    pub chunks: u32,
    /// The 64-bit FNV-1a hash of all chunks.
    pub checksum: u64,
    /// When it was taken, by the owner's clock; for people.
    #[serde(rename = "taken_ms")]
    pub taken: Timestamp,
}

impl Manifest {
    /// The record's value.
    ///
    /// # Errors
    /// [`SnapshotError::Manifest`] when it can't be written down.
    pub fn encode(&self) -> Result<Vec<u8>, SnapshotError> {
        serde_json::to_vec(self).map_err(|error| SnapshotError::Manifest(error.to_string()))
    }
}

/// Why a snapshot can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// The manifest is no JSON of ours.
    #[error("its manifest can't be read: {0}")]
    Manifest(String),
    /// Written by another version of daebak.
    #[error("it has version {0}, and this build reads {SNAPSHOT_VERSION}")]
    Version(u32),
    /// A chunk is missing.
    #[error("chunk {0} is missing")]
    Missing(u32),
    /// What was read is not what was written.
    #[error("its checksum is wrong")]
    Checksum,
    /// The chunks are whole, and yet no state.
    #[error("its state can't be read: {0}")]
    State(String),
    /// It is larger than may be.
    #[error("it has more than {CHUNKS_MAX} chunks")]
    TooLarge,
}

/// A state's chunks and their checksum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// In order; each but the last of [`CHUNK_BYTES_MAX`].
    pub chunks: Vec<Vec<u8>>,
    /// The 64-bit FNV-1a hash of all of them.
    pub checksum: u64,
}

impl Packed {
    /// How many bytes its chunks have.
    pub fn bytes(&self) -> usize {
        self.chunks.iter().map(Vec::len).sum()
    }
}

/// Packs a state. The same state gives the same bytes.
///
/// # Errors
/// [`SnapshotError::State`] when it can't be written down, [`SnapshotError::TooLarge`].
pub fn pack(state: &impl Serialize) -> Result<Packed, SnapshotError> {
    let failed = |error: String| SnapshotError::State(error);
    let frame = zstd::Encoder::new(Chunks::default(), ZSTD_LEVEL)
        .map_err(|error| failed(error.to_string()))?;
    // The encoder takes long strides better than postcard's small steps.
    let frame = BufWriter::new(frame);
    let frame = postcard::to_io(state, frame).map_err(|error| failed(error.to_string()))?;
    let frame = frame.into_inner().map_err(|error| failed(error.to_string()))?;
    let Chunks(chunks) = frame.finish().map_err(|error| failed(error.to_string()))?;
    if chunks.len() > CHUNKS_MAX as usize {
        return Err(SnapshotError::TooLarge);
    }
    Ok(Packed { checksum: checksum(&chunks), chunks })
}

/// Unpacks a state from the chunks of a snapshot.
///
/// # Errors
/// [`SnapshotError`] for whatever makes it unusable.
pub fn unpack<T: DeserializeOwned>(
    manifest: &Manifest,
    chunks: &BTreeMap<u32, Vec<u8>>,
) -> Result<T, SnapshotError> {
    if manifest.v != SNAPSHOT_VERSION {
        return Err(SnapshotError::Version(manifest.v));
    }
    if manifest.chunks > CHUNKS_MAX {
        return Err(SnapshotError::TooLarge);
    }
    let in_order = (0..manifest.chunks).map(|n| chunks.get(&n).ok_or(SnapshotError::Missing(n)));
    let in_order =
        in_order.map(|chunk| chunk.map(Vec::as_slice)).collect::<Result<Vec<&[u8]>, _>>()?;
    if checksum(&in_order) != manifest.checksum {
        return Err(SnapshotError::Checksum);
    }
    let failed = |error: String| SnapshotError::State(error);
    let frame = in_order.concat();
    let state = zstd::decode_all(frame.as_slice()).map_err(|error| failed(error.to_string()))?;
    postcard::from_bytes(&state).map_err(|error| failed(error.to_string()))
}

fn checksum(chunks: &[impl AsRef<[u8]>]) -> u64 {
    fnv1a(chunks.iter().flat_map(AsRef::as_ref))
}

/// Cuts what is written to it into chunks.
#[derive(Default)]
struct Chunks(Vec<Vec<u8>>);

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.last().is_none_or(|last| last.len() >= CHUNK_BYTES_MAX) {
            self.0.push(Vec::new());
        }
        let Some(last) = self.0.last_mut() else { return Ok(0) };
        let taken = bytes.len().min(CHUNK_BYTES_MAX - last.len());
        last.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The snapshots of one campaign that a partition holds, by offset.
#[derive(Clone, Debug, Default)]
pub struct Shelf(BTreeMap<i64, Candidate>);

/// A snapshot as far as it is there.
#[derive(Clone, Debug, Default)]
pub struct Candidate {
    /// Its manifest, or why that can't be read; `None` while there is none.
    pub manifest: Option<Result<Manifest, SnapshotError>>,
    /// The chunks that are there.
    pub chunks: BTreeMap<u32, Vec<u8>>,
}

impl Shelf {
    /// Takes a record of the topic, in the topic's order; without a value it takes the part away.
    pub fn take(&mut self, offset: i64, part: Part, value: Option<&[u8]>) {
        let candidate = self.0.entry(offset).or_default();
        match (part, value) {
            (Part::Chunk(number), Some(value)) => {
                candidate.chunks.insert(number, value.to_vec());
            }
            (Part::Chunk(number), None) => drop(candidate.chunks.remove(&number)),
            (Part::Manifest, Some(value)) => {
                let read = serde_json::from_slice(value);
                let read = read.map_err(|error| SnapshotError::Manifest(error.to_string()));
                candidate.manifest = Some(read);
            }
            (Part::Manifest, None) => candidate.manifest = None,
        }
        if candidate.manifest.is_none() && candidate.chunks.is_empty() {
            self.0.remove(&offset);
        }
    }

    /// The snapshots, newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = (i64, &Candidate)> {
        self.0.iter().rev().map(|(offset, candidate)| (*offset, candidate))
    }

    /// The parts of every snapshot but the newest `kept` that have a manifest: what may go when
    /// they are there. Torn ones newer than those stay, they may still be on their way.
    pub fn outdated(&self, kept: usize) -> Vec<(i64, Part)> {
        let with_manifest =
            self.0.iter().rev().filter(|(_, candidate)| candidate.manifest.is_some());
        let Some((oldest_kept, _)) = with_manifest.take(kept).nth(kept.saturating_sub(1)) else {
            return Vec::new();
        };
        let old = self.0.range(..*oldest_kept);
        old.flat_map(|(offset, candidate)| {
            let manifest = candidate.manifest.as_ref().map(|_| (*offset, Part::Manifest));
            let chunks = candidate.chunks.keys().map(|number| (*offset, Part::Chunk(*number)));
            manifest.into_iter().chain(chunks)
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that no compression makes smaller, as a state: 8 B each.
    fn state(n: u64) -> Vec<[u8; 8]> {
        (0..n).map(|i| fnv1a(&i.to_le_bytes()).to_le_bytes()).collect()
    }

    fn snapshot(state: &Vec<[u8; 8]>) -> (Manifest, BTreeMap<u32, Vec<u8>>) {
        let Packed { chunks, checksum } = pack(state).unwrap();
        let manifest = Manifest {
            v: SNAPSHOT_VERSION,
            log: "log".into(),
            partitions: 6,
            offset: 1234,
            timestamp: Timestamp::from_secs(1),
            chunks: u32::try_from(chunks.len()).unwrap(),
            checksum,
            taken: Timestamp::from_secs(2),
        };
        (manifest, (0..).zip(chunks).collect())
    }

    fn unpacked(
        manifest: &Manifest,
        chunks: &BTreeMap<u32, Vec<u8>>,
    ) -> Result<Vec<[u8; 8]>, SnapshotError> {
        unpack(manifest, chunks)
    }

    #[test]
    fn a_state_of_several_chunks_comes_back_only_when_all_are_whole() {
        let state = state(150_000);
        let (manifest, chunks) = snapshot(&state);
        assert!(chunks.len() >= 3 && chunks.values().all(|chunk| chunk.len() <= CHUNK_BYTES_MAX));
        assert_eq!(unpacked(&manifest, &chunks), Ok(state));
        for number in 0..manifest.chunks {
            let mut torn = chunks.clone();
            torn.remove(&number);
            assert_eq!(unpacked(&manifest, &torn), Err(SnapshotError::Missing(number)));
            let mut cut = chunks.clone();
            cut.get_mut(&number).unwrap().pop();
            assert_eq!(unpacked(&manifest, &cut), Err(SnapshotError::Checksum));
            let mut flipped = chunks.clone();
            *flipped.get_mut(&number).unwrap().first_mut().unwrap() ^= 1;
            assert_eq!(unpacked(&manifest, &flipped), Err(SnapshotError::Checksum));
        }
        // Chunks of another order, and one too many of a longer snapshot at the same offset.
        let mut swapped = chunks.clone();
        let first = swapped.remove(&0).unwrap();
        let second = swapped.insert(1, first).unwrap();
        swapped.insert(0, second);
        assert_eq!(unpacked(&manifest, &swapped), Err(SnapshotError::Checksum));
        let mut longer = chunks;
        longer.insert(manifest.chunks, vec![0]);
        assert!(unpacked(&manifest, &longer).is_ok());
    }

    #[test]
    fn no_flipped_byte_gives_another_state() {
        let state = state(20);
        let (manifest, chunks) = snapshot(&state);
        let chunk = &chunks[&0];
        for at in 0..chunk.len() {
            for bit in 0..8 {
                let mut flipped = chunk.clone();
                flipped[at] ^= 1 << bit;
                let flipped = BTreeMap::from([(0, flipped)]);
                assert_eq!(unpacked(&manifest, &flipped), Err(SnapshotError::Checksum), "{at}");
            }
        }
        let value = manifest.encode().unwrap();
        for at in 0..value.len() {
            let mut shelf = Shelf::default();
            let mut flipped = value.clone();
            flipped[at] ^= 1;
            shelf.take(1234, Part::Chunk(0), Some(chunk));
            shelf.take(1234, Part::Manifest, Some(&flipped));
            let (_, candidate) = shelf.newest_first().next().unwrap();
            if let Some(Ok(manifest)) = &candidate.manifest
                && let Ok(found) = unpacked(manifest, &candidate.chunks)
            {
                assert_eq!(found, state, "{at}");
            }
        }
    }

    #[test]
    fn another_version_is_no_state_even_if_it_could_be_read() {
        let (mut manifest, chunks) = snapshot(&state(3));
        manifest.v += 1;
        assert_eq!(unpacked(&manifest, &chunks), Err(SnapshotError::Version(manifest.v)));
    }

    #[test]
    fn a_key_is_read_as_it_was_written_and_sorts_by_offset() {
        for part in [Part::Chunk(0), Part::Chunk(CHUNKS_MAX - 1), Part::Manifest] {
            let key = Key { campaign: CampaignId::new("starlight"), offset: 98_765, part };
            assert_eq!(Key::decode(key.encode().as_bytes()), Some(key));
        }
        for foreign in ["", "a/1", "a/x/0", "a/1/4096", "a/1/-1", "a/1/0/0", "a/1/"] {
            assert_eq!(Key::decode(foreign.as_bytes()), None, "{foreign}");
        }
    }

    #[test]
    fn what_is_kept_is_the_newest_with_a_manifest_and_what_may_be_on_its_way() {
        let mut shelf = Shelf::default();
        for offset in [10, 20, 30, 40] {
            shelf.take(offset, Part::Chunk(0), Some(b"0"));
        }
        for offset in [10, 20, 30] {
            shelf.take(offset, Part::Manifest, Some(b"{}"));
        }
        assert_eq!(shelf.outdated(2), [(10, Part::Manifest), (10, Part::Chunk(0))]);
        assert_eq!(shelf.outdated(4), []);
        shelf.outdated(2).into_iter().for_each(|(offset, part)| shelf.take(offset, part, None));
        let left: Vec<i64> = shelf.newest_first().map(|(offset, _)| offset).collect();
        assert_eq!(left, [40, 30, 20]);
    }
}
