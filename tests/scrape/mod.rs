//! Scrapes a running daebak.

#![allow(unreachable_pub, dead_code, clippy::panic, reason = "each test uses its part of this")]

use std::net::SocketAddr;
use std::time::Duration;

use daebak::clock::Stopwatch;
use daebak::time::Timestamp;

use crate::oracle::{Series, known, read_page};

/// How long a page may take: a frozen process gives none.
const SCRAPE_WAIT: Duration = Duration::from_secs(5);

/// The page, if there is one.
pub fn page(address: SocketAddr) -> Option<Series> {
    let request = ureq::get(format!("http://{address}/metrics")).config();
    let page = request.timeout_global(Some(SCRAPE_WAIT)).build().call().ok()?;
    Some(read_page(&page.into_body().read_to_string().ok()?))
}

/// The sum of a family of whole numbers.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts")]
pub fn sum(page: &Series, family: &str) -> u64 {
    let of = |series: &str| series.split('{').next() == Some(family);
    page.iter().filter(|(series, _)| of(series)).map(|(_, value)| *value as u64).sum()
}

/// T of the only campaign; the epoch while there is none.
pub fn time(page: &Series) -> Timestamp {
    let secs = sum(page, "daebak_campaign_time_timestamp_seconds");
    Timestamp::from_secs(i64::try_from(secs).unwrap_or_default())
}

/// The first page whose T has passed `at` and that shows the titles' windows.
pub fn page_after(address: SocketAddr, at: Timestamp, patience: Duration) -> Series {
    let since = Stopwatch::start();
    let mut last = Series::new();
    while since.elapsed() < patience {
        last = page(address).unwrap_or_default();
        if time(&last) > at && sum(&last, "daebak_window_posts") > 0 {
            return last;
        }
        wait(Duration::from_millis(50));
    }
    panic!("T did not pass {at}; the last page: {:#?}", known(&last));
}

/// Waits without a clock: nothing is ever sent.
pub fn wait(how_long: Duration) {
    let (_sender, receiver) = std::sync::mpsc::channel::<()>();
    let _ = receiver.recv_timeout(how_long);
}
