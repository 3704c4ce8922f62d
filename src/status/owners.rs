//! Which process shows which campaign, as far as their owners have said.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::campaign::{Campaign, CampaignId};
use crate::record::owner::{Address, OwnerRecord, TRUST};
use crate::time::Timestamp;

/// Every campaign of the config, and who is known to own it.
#[derive(Clone, Debug, Default)]
pub struct Owners {
    own: Option<Address>,
    campaigns: BTreeMap<CampaignId, (Arc<Campaign>, Option<Heard>)>,
}

/// The newest word on a campaign.
#[derive(Clone, Debug)]
struct Heard {
    address: Address,
    at: Timestamp,
}

impl Owners {
    /// Nothing heard yet of `campaigns`; `own` is where this process is found.
    pub fn new(own: Option<Address>, campaigns: &[Arc<Campaign>]) -> Self {
        let unheard =
            |campaign: &Arc<Campaign>| (campaign.id.clone(), (Arc::clone(campaign), None));
        Self { own, campaigns: campaigns.iter().map(unheard).collect() }
    }

    /// Takes the log's next record of a campaign, stamped `at`; whether it is one of the config. Of
    /// others nothing is kept, so forged ones take no room.
    pub fn hear(&mut self, record: OwnerRecord, at: Timestamp) -> bool {
        let Some((_, heard)) = self.campaigns.get_mut(&record.campaign) else { return false };
        *heard = Some(Heard { address: record.address, at });
        true
    }

    /// Every campaign of the config in the order of their ids, and the process that shows it, if it
    /// is another than this and has said so of late.
    pub fn elsewhere(&self, now: Timestamp) -> impl Iterator<Item = (&Campaign, Option<&Address>)> {
        self.campaigns.values().map(move |(campaign, heard)| {
            let fresh = heard.as_ref().filter(|heard| now - heard.at <= TRUST);
            let address = fresh.map(|heard| &heard.address);
            (&**campaign, address.filter(|address| self.own.as_ref() != Some(address)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::time::Span;

    fn campaigns() -> Vec<Arc<Campaign>> {
        config::shipped().unwrap().campaigns
    }

    fn record(address: &str) -> OwnerRecord {
        let (campaign, address) = (campaigns()[0].id.clone(), address.parse().unwrap());
        OwnerRecord { v: 1, campaign, address }
    }

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    fn elsewhere(owners: &Owners, now: Timestamp) -> Option<&str> {
        owners.elsewhere(now).next().unwrap().1.map(Address::authority)
    }

    #[test]
    fn the_newest_word_counts_for_as_long_as_it_is_taken() {
        let mut owners = Owners::new(None, &campaigns());
        assert_eq!(elsewhere(&owners, at(0)), None);
        assert!(owners.hear(record("http://a:1"), at(100)));
        assert_eq!(elsewhere(&owners, at(100)), Some("a:1"));
        owners.hear(record("http://b:1"), at(90));
        assert_eq!(elsewhere(&owners, at(100)), Some("b:1"), "the log's order, not its clock");
        assert_eq!(elsewhere(&owners, at(90) + TRUST), Some("b:1"));
        assert_eq!(elsewhere(&owners, at(90) + TRUST + Span::from_millis(1)), None);
    }

    #[test]
    fn nobody_is_sent_to_itself() {
        let mut owners = Owners::new(Some("http://A:1".parse().unwrap()), &campaigns());
        owners.hear(record("http://a:1"), at(100));
        assert_eq!(elsewhere(&owners, at(100)), None);
        owners.hear(record("http://a:2"), at(100));
        assert_eq!(elsewhere(&owners, at(100)), Some("a:2"));
    }

    #[test]
    fn of_campaigns_that_are_not_in_the_config_nothing_is_kept() {
        let mut owners = Owners::new(None, &campaigns());
        let forged = OwnerRecord { campaign: CampaignId::new("forged"), ..record("http://a:1") };
        assert!(!owners.hear(forged, at(100)));
        assert_eq!(owners.elsewhere(at(100)).count(), 1);
        assert_eq!(elsewhere(&owners, at(100)), None);
    }
}
