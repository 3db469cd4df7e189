use anyhow::Result;

use super::{Authority, Ingest, Protector};

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
