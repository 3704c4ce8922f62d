//! Titles by number, and the seats of those that are counted.

use hashbrown::HashMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::campaign::TitleId;
use crate::post::Platform;
use crate::time::Timestamp;
use crate::virality::burst::Burst;
use crate::virality::surge::Surge;
use crate::window::landing::TitleIndex;
use crate::window::title::TitleWindows;
use crate::window::title::names::TitleNames;

/// A title that has a seat.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Seat {
    pub(super) windows: TitleWindows,
    pub(super) burst: Burst,
    pub(super) surge: Surge,
    /// From when on every post that names the title is in the log.
    pub(super) history: Option<Timestamp>,
    /// Posts counted since [`Buzz::begin_totals`](super::Buzz::begin_totals).
    #[serde(skip)]
    pub(super) total: [u64; Platform::ALL.len()],
}

/// Every title that ever had a seat, by a number that is never given twice.
#[derive(Clone, Debug, Default)]
pub(super) struct Seats {
    numbers: HashMap<TitleId, TitleIndex>,
    titles: Vec<TitleId>,
    /// By number.
    names: Vec<TitleNames>,
    /// By number; none for a title that lost its seat.
    taken: Vec<Option<Box<Seat>>>,
}

/// The titles and their seats, by number: a hash's order reaches no snapshot.
impl Serialize for Seats {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.titles, &self.names, &self.taken).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Seats {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (titles, mut names, mut taken): (Vec<TitleId>, Vec<_>, Vec<_>) =
            Deserialize::deserialize(deserializer)?;
        let numbers = titles.iter().cloned().zip(0..=TitleIndex::MAX).collect();
        names.resize_with(titles.len(), TitleNames::default);
        taken.resize_with(titles.len(), || None);
        Ok(Self { numbers, titles, names, taken })
    }
}

impl Seats {
    /// The number of a title that ever had a seat.
    pub(super) fn number(&self, title: &TitleId) -> Option<TitleIndex> {
        self.numbers.get(title).copied()
    }

    /// The seat of a title.
    pub(super) fn of(&self, title: &TitleId) -> Option<&Seat> {
        self.get(self.number(title)?)
    }

    /// The seat of that number.
    pub(super) fn get(&self, number: TitleIndex) -> Option<&Seat> {
        self.taken.get(usize::from(number))?.as_deref()
    }

    /// The seat of that number, to be changed.
    pub(super) fn get_mut(&mut self, number: TitleIndex) -> Option<&mut Seat> {
        self.taken.get_mut(usize::from(number))?.as_deref_mut()
    }

    /// The seat of that number and what its title is named by, to be changed.
    pub(super) fn named_mut(&mut self, number: TitleIndex) -> Option<(&mut Seat, &mut TitleNames)> {
        let names = self.names.get_mut(usize::from(number))?;
        Some((self.taken.get_mut(usize::from(number))?.as_deref_mut()?, names))
    }

    /// Gives a title a seat, an empty one if it had none; `None` when there are no more numbers.
    pub(super) fn give(&mut self, title: &TitleId) -> Option<TitleIndex> {
        let number = if let Some(number) = self.number(title) {
            number
        } else {
            let number = TitleIndex::try_from(self.titles.len()).ok()?;
            self.numbers.insert(title.clone(), number);
            self.titles.push(title.clone());
            self.names.push(TitleNames::default());
            self.taken.push(None);
            number
        };
        self.again(number);
        Some(number)
    }

    /// The seat of a title that may have lost it; `None` for a number that was never given.
    pub(super) fn again(&mut self, number: TitleIndex) -> Option<&mut Seat> {
        Some(self.taken.get_mut(usize::from(number))?.get_or_insert_default())
    }

    /// How many seats there are.
    pub(super) fn len(&self) -> usize {
        self.taken.iter().flatten().count()
    }

    /// Every seat and its title's number, in order.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (TitleIndex, &mut Seat)> {
        let numbered = (0..=TitleIndex::MAX).zip(&mut self.taken);
        numbered.filter_map(|(number, seat)| Some((number, seat.as_deref_mut()?)))
    }

    /// Takes away the seats that are not to be kept.
    pub(super) fn retain(&mut self, keep: impl Fn(TitleIndex, &Seat) -> bool) {
        for (number, seat) in (0..=TitleIndex::MAX).zip(&mut self.taken) {
            if seat.as_ref().is_some_and(|seat| !keep(number, seat)) {
                *seat = None;
            }
        }
    }
}
