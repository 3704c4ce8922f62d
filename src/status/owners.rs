//! Which process shows which campaign, as far as their owners have said.

use std::collections::BTreeMap;

use crate::campaign::CampaignId;
use crate::record::owner::{Address, OwnerRecord, TRUST};
use crate::time::Timestamp;

/// What this process has heard of owners, itself among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owners {
    own: Option<Address>,
    by_campaign: BTreeMap<CampaignId, Heard>,
}

/// The newest word on a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Heard {
    address: Address,
    partition: i32,
    at: Timestamp,
}

impl Owners {
    /// Nothing heard yet; `own` is where this process is found.
    pub const fn new(own: Option<Address>) -> Self {
        Self { own, by_campaign: BTreeMap::new() }
    }

    /// Takes a record of `partition` that the log has stamped `at`.
    ///
    /// Within a partition the log's order says what is newest; between two, which there are after
    /// a change of their count, its clock does.
    pub fn hear(&mut self, record: OwnerRecord, partition: i32, at: Timestamp) {
        let heard = Heard { address: record.address, partition, at };
        match self.by_campaign.get_mut(&record.campaign) {
            Some(before) if before.partition != partition && before.at > at => {}
            Some(before) => *before = heard,
            None => drop(self.by_campaign.insert(record.campaign, heard)),
        }
    }

    /// Where this process is found by others.
    pub const fn own(&self) -> Option<&Address> {
        self.own.as_ref()
    }

    /// The process that shows `campaign`, if it is another and has said so of late.
    pub fn elsewhere(&self, campaign: &CampaignId, now: Timestamp) -> Option<&Address> {
        let heard = self.by_campaign.get(campaign)?;
        let is_elsewhere = self.own.as_ref() != Some(&heard.address);
        (is_elsewhere && now - heard.at <= TRUST).then_some(&heard.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    fn launch() -> CampaignId {
        CampaignId::new("launch")
    }

    fn record(address: &str) -> OwnerRecord {
        let address = address.parse().unwrap();
        OwnerRecord { v: 1, campaign: launch(), address }
    }

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    #[test]
    fn the_newest_word_counts_for_as_long_as_it_is_taken() {
        let mut owners = Owners::new(None);
        let of =
            |owners: &Owners, secs| owners.elsewhere(&launch(), at(secs)).map(ToString::to_string);
        assert_eq!(of(&owners, 0), None);
        owners.hear(record("http://a:1"), 0, at(100));
        assert_eq!(of(&owners, 100).unwrap(), "http://a:1");
        owners.hear(record("http://b:1"), 0, at(90));
        assert_eq!(of(&owners, 100).unwrap(), "http://b:1", "the log's order, not its clock");
        owners.hear(record("http://c:1"), 1, at(89));
        assert_eq!(of(&owners, 100).unwrap(), "http://b:1", "a word from before the change");
        owners.hear(record("http://c:1"), 1, at(91));
        assert_eq!(of(&owners, 100).unwrap(), "http://c:1");
        assert_eq!(
            owners.elsewhere(&launch(), at(91) + TRUST).map(Address::authority),
            Some("c:1")
        );
        assert_eq!(owners.elsewhere(&launch(), at(91) + TRUST + Span::from_millis(1)), None);
        assert_eq!(owners.elsewhere(&CampaignId::new("other"), at(91)), None);
    }

    #[test]
    fn nobody_is_sent_to_itself() {
        let mut owners = Owners::new(Some("http://A:1".parse().unwrap()));
        owners.hear(record("http://a:1"), 0, at(100));
        assert_eq!(owners.elsewhere(&launch(), at(100)), None);
        owners.hear(record("http://a:2"), 0, at(100));
        assert_eq!(owners.elsewhere(&launch(), at(100)).map(Address::authority), Some("a:2"));
    }
}
