//! What no loop does: asking whether brokers answer, and the page of a process without a fold.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use crate::clock::{Pace, Stopwatch};
use crate::kafka::contact::Contact;
use crate::metric::page::Page;
use crate::status::{Readiness, Status};

/// How often the brokers are asked, and how long they may take.
const ASK_INTERVAL: Duration = Duration::from_secs(5);
const ASK_WAIT: Duration = Duration::from_secs(1);
/// How long they may be silent, as in a restart, before the service is not ready.
const SILENCE_MAX: Duration = Duration::from_secs(10);
/// How often a page without titles is rendered, and looked whether to ask.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// Watches over brokers and loops.
pub(super) struct Watch {
    /// Asks the brokers …
    pub(super) contact: Contact,
    /// … about this topic.
    pub(super) topic: String,
    /// Where it tells what it found.
    pub(super) status: Arc<Status>,
    /// No fold says whether it is ready and renders its page.
    pub(super) is_alone: bool,
}

impl Watch {
    /// Watches until the other end of `stopped` is gone.
    pub(super) fn run(&self, stopped: &Receiver<()>) {
        let mut asks = Pace::every(ASK_INTERVAL);
        let mut heard = Stopwatch::start();
        while stopped.recv_timeout(LOOK_INTERVAL) == Err(RecvTimeoutError::Timeout) {
            if asks.due() {
                self.ask(&mut heard);
            }
            let ready = *self.status.readiness() == Readiness::Ready;
            self.status.health().instance().ready(ready);
            if self.is_alone {
                self.render();
            }
        }
    }

    fn ask(&self, heard: &mut Stopwatch) {
        match self.contact.ask(&self.topic, ASK_WAIT) {
            Ok(()) => {
                *heard = Stopwatch::start();
                self.status.set_outage(None);
            }
            Err(error) if heard.elapsed() > SILENCE_MAX => {
                self.status.set_outage(Some(error.to_string()));
            }
            Err(_) => {}
        }
    }

    /// The operators' part of the page; ready once every tagger polls.
    fn render(&self) {
        let readiness = match self.status.unturned_loop() {
            None => Readiness::Ready,
            Some(name) => Readiness::NotReady(format!("{name} has not begun")),
        };
        self.status.set_readiness(readiness);
        self.status.publish(Page::render(b"", self.status.health(), self.status.now()));
    }
}
