//! The config in force, and the titles that have a seat by it.

use super::Buzz;
use crate::campaign::TitleId;
use crate::record::config::FoldConfig;
use crate::window::landing::TitleIndex;

impl Buzz {
    /// Takes the config in force from its own offset on.
    pub(super) fn configure(&mut self, config: &FoldConfig) {
        self.names.learn(config);
        let same_windows = self.config.as_ref().is_some_and(|old| old.windows == config.windows);
        self.clocks.configure(config);
        self.config = Some(config.clone());
        for title in &config.titles {
            if let Some(seat) = self.seat(title).and_then(|number| self.seats.get_mut(number)) {
                seat.windows.show(config.shows.get(title));
            }
        }
        self.revisions.learn(&config.revision, self.numbers_of(config));
        if !same_windows {
            self.layout.change(&config.windows, self.shown);
            if let Some(time) = self.shown {
                for (_, seat) in self.seats.iter_mut() {
                    seat.windows.change(&self.layout, time);
                }
            }
        }
        self.unseat(config);
        for (log_time, mention) in std::mem::take(&mut self.unconfigured) {
            let applied = self.mention(log_time, &mention);
            self.tally.applied[applied as usize] += 1;
        }
        self.force(config.pending_max);
        self.forget(config.ledger_max);
    }

    /// Drops titles that the config does not name once nothing of them is left in any window.
    fn unseat(&mut self, config: &FoldConfig) {
        let wanted = self.numbers_of(config);
        self.seats.retain(|title, seat| wanted.contains(&title) || !seat.windows.is_empty());
    }

    /// The number of a title that has a seat or can be given one. The titles of the config in
    /// force always have one; `titles_max` bounds the others.
    pub(super) fn seat(&mut self, title: &TitleId) -> Option<TitleIndex> {
        let config = self.config.as_ref()?;
        if let Some(number) = self.seats.number(title)
            && self.seats.get(number).is_some()
        {
            return Some(number);
        }
        let others = self.seats.len().saturating_sub(config.titles.len());
        if !config.titles.contains(title) && others >= config.titles_max {
            return None;
        }
        self.seats.give(title)
    }
}
