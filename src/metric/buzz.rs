//! What analysts watch: the families of each title, read off the folds.
//!
//! [`samples`] is the one list of them, from which the page and every file are written. Undefined
//! means absent, never 0; only counts start at 0.

mod budget;
mod family;
mod page;
mod title;

use crate::buzz::Buzz;
use crate::measure::{CampaignMeasures, Premieres};
use crate::metric::Family;
use crate::time::{Span, Timestamp};

pub use budget::{series, series_of_title};
pub use family::FAMILIES;

/// While a campaign's time lags the clock by more than this its title gauges are absent: a
/// catch-up must not draw old windows at present time.
pub const TIME_LAG_MAX: Span = Span::from_minutes(10);

/// Where samples go: the family, its label values in its order, and the value.
pub type Take<'a> = &'a mut dyn FnMut(&'static Family, &[&str], f64);

/// Hands every sample of a campaign at its T to `take`, also those that are never scraped. A
/// family's samples do not come together: titles follow each other.
pub fn samples(buzz: &Buzz, take: Take<'_>) {
    totals(buzz, take);
    let Some(campaign) = CampaignMeasures::of(buzz) else { return };
    let premieres = Premieres::of(&campaign);
    for title in campaign.titles() {
        title::scraped(&campaign, &title, take);
        title::shown(&campaign, &premieres, &title, take);
    }
}

/// The text of the title families of `folds` at `now`, by the clock.
pub fn render<'a>(folds: impl IntoIterator<Item = &'a Buzz>, now: Timestamp) -> String {
    let mut page = page::Text::new();
    let mut take = |family, labels: &[&str], value| page.push(family, labels, value);
    for buzz in folds {
        totals(buzz, &mut take);
        let Some(campaign) = CampaignMeasures::of(buzz) else { continue };
        if now - campaign.time() <= TIME_LAG_MAX {
            campaign.titles().for_each(|title| title::scraped(&campaign, &title, &mut take));
        }
    }
    page.into_text()
}

/// What is told however old the windows are.
fn totals(buzz: &Buzz, take: Take<'_>) {
    let Some(config) = buzz.config() else { return };
    let campaign = buzz.campaign().as_str();
    for title in &config.titles {
        for &platform in &config.platforms {
            let labels = [campaign, title.as_str(), platform.label()];
            take(&family::TITLE_POSTS, &labels, buzz.title_total(title, platform) as f64);
        }
    }
    if let Some(time) = buzz.time() {
        take(&family::CAMPAIGN_TIME, &[campaign], time.as_secs_f64());
    }
}
