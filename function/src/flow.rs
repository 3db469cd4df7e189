//! The protocol as a state machine: an event goes in, and either a call that must be made first or
//! the outcome comes out.

mod conclude;
mod cookies;
mod fail_open;
mod give;
mod judge;
mod log;
mod pass;
mod request;
mod response;
mod step;
mod visit;

pub use step::{Flow, Step};

use crate::call::Reply;
use crate::edge::Edge;
use crate::entropy::Entropy;
use crate::event::{Event, Trigger};
use crate::now::Now;

impl Edge {
    /// Begins with an event.
    pub fn begin(&mut self, event: &Event<'_>, now: Now, entropy: &Entropy) -> Step {
        self.outbox.queue.begin_event();
        self.journal.write_counts(now.steady);
        match event.trigger {
            Trigger::ViewerRequest | Trigger::OriginRequest => self.on_request(event, now, entropy),
            Trigger::ViewerResponse | Trigger::OriginResponse => {
                Step::Done(self.on_response(event, now, entropy))
            }
        }
    }

    /// Continues when the call has ended, successfully or not.
    pub fn resume(&mut self, flow: Flow, reply: &Reply<'_>, now: Now, entropy: &Entropy) -> Step {
        self.on_reply(flow.visit, reply, now, entropy)
    }
}

#[cfg(test)]
mod tests;
