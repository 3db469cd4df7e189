//! Netacea's side: a stand-in for their Protector and ingest services, whose code is not ours.

mod authority;
mod ingest;
mod kinesis;
mod ledger;
mod protector;
mod services;

pub use authority::Authority;
pub use ingest::Ingest;
pub use kinesis::Kinesis;
pub use ledger::{Entry, Ledger};
pub use protector::{Captcha, Checkpoint, Judge, Protector, Verdict};
pub use services::NetaceaServices;

use std::thread;

use crate::aws::{Calls, Effect, Fault, Faults, Times, answer};
use crate::server::Reply;

/// The credential that the stand-in accepts.
pub const API_KEY: &str = "acceptance-api-key";

/// Faults for `share` (0 to 1) of the calls with log entries, each with one of `effects`; `seed`
/// decides.
pub fn random_faults(seed: u64, share: f64, effects: &'static [Effect]) -> Faults {
    let faults = Faults::seeded(seed);
    faults.script(Fault::on(
        Calls::ALL,
        Effect::OneOf(effects),
        Times::Share(share),
    ));
    faults
}

/// The answer to a call with log entries that meets a fault; if the effect says so, after they were
/// taken.
fn reply(effect: &Effect, faults: &Faults) -> Option<Reply> {
    match effect {
        Effect::Answer(status, body) => Some(Reply::Response(answer(*status, body))),
        Effect::HangBefore(limit) | Effect::HangAfter(limit) => {
            faults.hang(*limit);
            Some(Reply::HangUp)
        }
        Effect::Unreachable { .. } | Effect::ResetBefore | Effect::ResetAfter => {
            Some(Reply::HangUp)
        }
        Effect::Delay(delay) => {
            thread::sleep(*delay);
            None
        }
        // Kinesis says so in its own answer.
        Effect::RefuseSome => None,
        effect => unreachable!("no service of Netacea's plays {effect:?}"),
    }
}
