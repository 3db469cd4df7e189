//! Netacea's side: a stand-in for their Protector and ingest services. It stands for code that is
//! not ours.

mod authority;
mod ingest;
mod kinesis;
mod ledger;
mod protector;
mod trouble;

pub use authority::Authority;
pub use ingest::Ingest;
pub use kinesis::Kinesis;
pub use ledger::{Entry, Ledger};
pub use protector::{Captcha, Condition, Protector, Verdict};
pub use trouble::{Trouble, Troubles};

use anyhow::Result;

/// The credential that the stand-in accepts.
pub const API_KEY: &str = "acceptance-api-key";

/// Both services over HTTPS on loopback, with certificates of a throw-away authority.
#[derive(Debug)]
pub struct NetaceaServices {
    /// Who signed the certificates.
    pub authority: Authority,
    /// The service that answers what to do with a visitor.
    pub protector: Protector,
    /// The service that takes one log entry per HTTP request.
    pub ingest: Ingest,
}

impl NetaceaServices {
    /// Opens both.
    pub fn open() -> Result<Self> {
        let authority = Authority::create()?;
        let protector = Protector::open(authority.server_configuration()?)?;
        let ingest = Ingest::open(authority.server_configuration()?)?;
        Ok(Self {
            authority,
            protector,
            ingest,
        })
    }
}
