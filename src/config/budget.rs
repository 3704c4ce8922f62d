//! How many series the titles of campaigns can have, and whether that is more than the service may.

use std::path::Path;
use std::sync::Arc;

use super::Service;
use super::fault::ConfigError;
use super::rule::Rule;
use crate::campaign::Campaign;
#[cfg(not(fuzzing))]
use crate::metric::buzz::{series, series_of_title};
use crate::record::config::FoldConfig;

/// How many series a campaign can have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// The title with the most.
    pub title_max: usize,
    /// The campaign.
    pub all: usize,
}

impl Series {
    /// Those of `campaign`, measured as `service` says.
    pub fn of(service: &Service, campaign: &Campaign) -> Self {
        Self::of_config(&service.fold_config(campaign))
    }

    #[cfg(not(fuzzing))]
    fn of_config(config: &FoldConfig) -> Self {
        let titles = config.titles.iter().map(|title| series_of_title(config, title));
        Self { title_max: titles.max().unwrap_or_default(), all: series(config) }
    }

    /// Metrics are left out of the build of fuzz targets.
    #[cfg(fuzzing)]
    fn of_config(_: &FoldConfig) -> Self {
        Self::default()
    }
}

/// The mistake of the service file `path` if the `campaigns` have more series than it allows.
pub(super) fn check(
    path: &Path,
    service: &Service,
    campaigns: &[Arc<Campaign>],
) -> Option<ConfigError> {
    let each = || campaigns.iter().map(|campaign| (campaign, Series::of(service, campaign)));
    let all: usize = each().map(|(_, series)| series.all).sum();
    let series_max = service.limits.series_max;
    let (most, series) = each().max_by_key(|(_, series)| series.all)?;
    (all > series_max).then(|| {
        let message = format!(
            "its campaigns can have {all} series, and `limits.series_max` is {series_max}: `{}` \
             has {}, up to {} a title; take out languages, facets, groups of accounts or windows, \
             split campaigns between services, or allow more",
            most.id, series.all, series.title_max
        );
        ConfigError::whole_file(path, Rule::OutOfRange, message)
    })
}
