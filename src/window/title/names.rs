//! What a title is named by, in numbers that never change their meaning.

use serde::{Deserialize, Serialize};

use crate::campaign::FacetId;
use crate::record::config::Show;
use crate::window::landing::AliasIndex;
use crate::window::words::Word;

/// The most facets of a title that are ever counted.
pub const FACETS_MAX: usize = 64;
/// The most aliases of a title that are ever counted.
pub const ALIASES_MAX: usize = 1_000;

/// The aliases and facets by which posts have named a title. They outlive the title's windows, as
/// the ledger does, which has their numbers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TitleNames {
    aliases: Vec<Word>,
    facets: Vec<FacetId>,
}

impl TitleNames {
    /// How a post names the title: its alias by its number, and a bit for each of its facets that
    /// `show` names.
    pub fn name(
        &mut self,
        alias: &str,
        facets: &[FacetId],
        show: Option<&Show>,
    ) -> (Option<AliasIndex>, u64) {
        let known = self.aliases.iter().position(|known| **known == *alias);
        let place = known.or_else(|| add(&mut self.aliases, alias.into(), ALIASES_MAX));
        let has_series = |facet: &&FacetId| show.is_some_and(|show| show.facets.contains(facet));
        let mut bits = 0_u64;
        for facet in facets.iter().filter(has_series) {
            let known = self.facets.iter().position(|known| known == facet);
            let place = known.or_else(|| add(&mut self.facets, facet.clone(), FACETS_MAX));
            bits |= place.map_or(0, |place| 1 << place);
        }
        let number = |place: usize| AliasIndex::new(u16::try_from(place + 1).ok()?);
        (place.and_then(number), bits)
    }

    /// The alias of that number.
    pub fn alias(&self, number: AliasIndex) -> Option<&Word> {
        self.aliases.get(usize::from(number.get()) - 1)
    }

    /// Whether another facet would find no place.
    pub(super) fn are_facets_full(&self) -> bool {
        self.facets.len() >= FACETS_MAX
    }

    /// The facets of which `bits` has the bit, and their places.
    pub(super) fn facets(&self, bits: u64) -> impl Iterator<Item = (usize, &FacetId)> {
        self.facets.iter().enumerate().filter(move |(place, _)| bits >> place & 1 == 1)
    }
}

/// The place of a new name, if there is one.
fn add<T>(names: &mut Vec<T>, name: T, max: usize) -> Option<usize> {
    (names.len() < max).then(|| {
        names.push(name);
        names.len() - 1
    })
}
