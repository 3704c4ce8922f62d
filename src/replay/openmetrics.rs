//! A timeline as `OpenMetrics` text with timestamps, of which Prometheus makes blocks:
//! `promtool tsdb create-blocks-from openmetrics`.
//!
//! The format wants each family in one piece, and each series of it; time brings them mixed. So
//! points wait in a temporary file, in chunks of one series each.
//!
//! Memory: a series takes its labels, 1 kB, and 1 bit a point.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;

use super::named::{self, Named};
use crate::metric::{Family, Kind};
use crate::time::Timestamp;

/// How many points of a series go to the file together.
const CHUNK_POINTS: usize = 64;
/// The size of a point in the file: its time and its value.
const POINT_BYTES: usize = 16;
/// The most series of a timeline: 2,000 titles with 500 each, and 1 GB.
const SERIES_MAX: usize = 1_000_000;
/// The units that a family's name may end in.
const UNITS: [&str; 3] = ["seconds", "bytes", "ratio"];

/// A timeline that still takes points.
#[derive(Debug)]
pub struct Timeline {
    families: BTreeMap<&'static str, Points>,
    n_series: usize,
    chunks: BufWriter<Named<File>>,
    n_chunks: u64,
}

/// A family's points.
#[derive(Debug)]
struct Points {
    family: &'static Family,
    /// By their labels, as they are written.
    series: BTreeMap<Box<str>, Series>,
}

#[derive(Debug, Default)]
struct Series {
    /// The numbers of its chunks in the file.
    chunks: Vec<u64>,
    /// Points that do not fill a chunk yet.
    newest: Vec<(i64, f64)>,
}

impl Timeline {
    /// An empty timeline, whose points wait in the system's folder for temporary files.
    ///
    /// # Errors
    /// The file system's.
    pub fn new() -> io::Result<Self> {
        let chunks = BufWriter::new(named::temporary()?);
        Ok(Self { families: BTreeMap::new(), n_series: 0, chunks, n_chunks: 0 })
    }

    /// Adds a point, later than all those of its series.
    ///
    /// # Errors
    /// The file system's, and too many series.
    pub fn push(
        &mut self,
        time: Timestamp,
        family: &'static Family,
        labels: &[&str],
        value: f64,
    ) -> io::Result<()> {
        let points = self.families.entry(family.name);
        let points = points.or_insert_with(|| Points { family, series: BTreeMap::new() });
        let labels = written(family, labels);
        if !points.series.contains_key(&*labels) {
            self.n_series += 1;
            points.series.insert(labels.as_str().into(), Series::default());
        }
        if self.n_series > SERIES_MAX {
            return Err(io::Error::other(format!(
                "more than {SERIES_MAX} series; replay fewer titles at a time"
            )));
        }
        let Some(series) = points.series.get_mut(&*labels) else { return Ok(()) };
        series.newest.push((time.as_millis(), value));
        if series.newest.len() == CHUNK_POINTS {
            for (time, value) in series.newest.drain(..) {
                self.chunks.write_all(&time.to_le_bytes())?;
                self.chunks.write_all(&value.to_le_bytes())?;
            }
            series.chunks.push(self.n_chunks);
            self.n_chunks += 1;
        }
        Ok(())
    }

    /// Writes the whole timeline, family by family in the order of their names.
    ///
    /// # Errors
    /// The file system's and the output's.
    pub fn write(self, out: &mut impl Write) -> io::Result<()> {
        let chunks = self.chunks.into_inner().map_err(io::IntoInnerError::into_error)?.into_inner();
        for Points { family, series } in self.families.into_values() {
            let name = head(out, family)?;
            for (labels, series) in series {
                let mut point = |(millis, value): (i64, f64)| {
                    let seconds = Timestamp::from_millis(millis).as_secs_f64();
                    writeln!(out, "{name}{labels} {value} {seconds}")
                };
                for chunk in series.chunks {
                    read_chunk(&chunks, chunk)?.into_iter().try_for_each(&mut point)?;
                }
                series.newest.into_iter().try_for_each(&mut point)?;
            }
        }
        writeln!(out, "# EOF")
    }
}

fn read_chunk(file: &File, number: u64) -> io::Result<Vec<(i64, f64)>> {
    let mut bytes = [0; CHUNK_POINTS * POINT_BYTES];
    file.read_exact_at(&mut bytes, number * (CHUNK_POINTS * POINT_BYTES) as u64)?;
    let (points, _) = bytes.as_chunks::<POINT_BYTES>();
    let point = |point: &[u8; POINT_BYTES]| {
        let (halves, _) = point.as_chunks::<8>();
        let half = |at: usize| halves.get(at).copied().unwrap_or_default();
        (i64::from_le_bytes(half(0)), f64::from_le_bytes(half(1)))
    };
    Ok(points.iter().map(point).collect())
}

/// Writes what is said of a family once; returns the name that its samples have.
fn head(out: &mut impl Write, family: &Family) -> io::Result<&'static str> {
    // A counter's own name lacks the ending that its samples have.
    let name = match family.kind {
        Kind::Counter => family.name.strip_suffix("_total").unwrap_or(family.name),
        Kind::Gauge | Kind::Histogram => family.name,
    };
    writeln!(out, "# TYPE {name} {}", family.kind.label())?;
    let unit = UNITS.iter().find(|unit| name.rsplit('_').next() == Some(unit));
    if let Some(unit) = unit {
        writeln!(out, "# UNIT {name} {unit}")?;
    }
    writeln!(out, "# HELP {name} {}", escaped(family.help))?;
    Ok(family.name)
}

/// `{title="x",window="1h"}`; nothing for a sample without labels.
fn written(family: &Family, labels: &[&str]) -> String {
    let mut text = String::new();
    for (name, value) in family.labels.iter().zip(labels) {
        text.push(if text.is_empty() { '{' } else { ',' });
        text.push_str(name);
        text.push_str("=\"");
        text.push_str(&escaped(value));
        text.push('"');
    }
    if !text.is_empty() {
        text.push('}');
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    static POSTS: Family =
        Family::gauge("daebak_x_posts", &["title", "window"], "Posts of \"x\"\\y.");
    static TOTAL: Family = Family::counter("daebak_x_total", &[], "Posts.");
    static RATIO: Family = Family::gauge("daebak_a_ratio", &["title"], "A ratio.");

    fn text(timeline: Timeline) -> String {
        let mut out = Vec::new();
        timeline.write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn families_and_series_are_each_in_one_piece_and_in_order() {
        let mut timeline = Timeline::new().unwrap();
        for second in [0_u32, 300, 600] {
            let at = Timestamp::from_secs(second.into());
            let value = f64::from(second);
            timeline.push(at, &POSTS, &["b\"\n\\", "1h"], value).unwrap();
            timeline.push(at, &TOTAL, &[], value).unwrap();
            if second != 300 {
                timeline.push(at, &POSTS, &["a", "1h"], value / 16.0).unwrap();
            }
            timeline.push(at, &RATIO, &["a"], 0.25).unwrap();
        }
        let expected = r#"# TYPE daebak_a_ratio gauge
# UNIT daebak_a_ratio ratio
# HELP daebak_a_ratio A ratio.
daebak_a_ratio{title="a"} 0.25 0
daebak_a_ratio{title="a"} 0.25 300
daebak_a_ratio{title="a"} 0.25 600
# TYPE daebak_x_posts gauge
# HELP daebak_x_posts Posts of \"x\"\\y.
daebak_x_posts{title="a",window="1h"} 0 0
daebak_x_posts{title="a",window="1h"} 37.5 600
daebak_x_posts{title="b\"\n\\",window="1h"} 0 0
daebak_x_posts{title="b\"\n\\",window="1h"} 300 300
daebak_x_posts{title="b\"\n\\",window="1h"} 600 600
# TYPE daebak_x counter
# HELP daebak_x Posts.
daebak_x_total 0 0
daebak_x_total 300 300
daebak_x_total 600 600
# EOF
"#;
        assert_eq!(text(timeline), expected);
    }

    #[test]
    fn points_beyond_a_chunk_come_back_from_the_file_as_they_went() {
        let mut timeline = Timeline::new().unwrap();
        let n = i64::try_from(3 * CHUNK_POINTS + 7).unwrap();
        for second in 0..n {
            for title in ["a", "b"] {
                let value = second as f64 / 3.0;
                timeline.push(Timestamp::from_secs(second), &RATIO, &[title], value).unwrap();
            }
        }
        let series = |title: &str| -> String {
            let line = |second: i64| {
                format!("daebak_a_ratio{{title=\"{title}\"}} {} {second}\n", second as f64 / 3.0)
            };
            (0..n).map(line).collect()
        };
        let text = text(timeline);
        assert!(text.contains(&(series("a") + &series("b"))), "{text}");
        assert_eq!(text.lines().count(), 2 * 199 + 4);
    }

    #[test]
    fn a_timeline_without_points_is_a_whole_file() {
        assert_eq!(text(Timeline::new().unwrap()), "# EOF\n");
    }
}
