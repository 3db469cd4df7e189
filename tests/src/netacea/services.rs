//! [`NetaceaServices`]: Protector and ingest together.

use anyhow::Result;

use super::{Authority, Ingest, Judge, Protector};

/// Both services over HTTPS on loopback, with certificates of a throw-away authority.
#[derive(Debug)]
pub struct NetaceaServices {
    /// The authority that signed the certificates.
    pub authority: Authority,
    /// The service that gives verdicts about visitors.
    pub protector: Protector,
    /// The service that accepts one log entry per HTTP request.
    pub ingest: Ingest,
}

impl NetaceaServices {
    /// Opens both.
    pub fn open() -> Result<Self> {
        let authority = Authority::create()?;
        let protector = Protector::open(authority.server_configuration()?, None)?;
        let ingest = Ingest::open(authority.server_configuration()?)?;
        Ok(Self {
            authority,
            protector,
            ingest,
        })
    }

    /// Opens both under other names than those of loopback; `judge` answers Protector's calls.
    pub fn open_as(protector: &str, ingest: &str, judge: impl Judge + 'static) -> Result<Self> {
        let authority = Authority::create()?;
        let tls = authority.server_configuration_for(&[protector])?;
        let protector = Protector::open(tls, Some(Box::new(judge)))?;
        let ingest = Ingest::open(authority.server_configuration_for(&[ingest])?)?;
        Ok(Self {
            authority,
            protector,
            ingest,
        })
    }
}
