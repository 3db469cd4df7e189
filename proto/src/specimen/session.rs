//! The ephemeral resource.

use std::time::{Duration, SystemTime};

use super::{Found, Specimen};
use crate::{Call, Deferral, Diagnostic, Diagnostics, EphemeralResource, Opened, Path, Result};

/// The ephemeral resource: its name says how it behaves.
pub(crate) struct Session;

impl EphemeralResource for Session {
    type Model = Found;
    type Client = Specimen;
    const TYPE: &'static str = "session";

    fn validate(&self, config: &Found, diagnostics: &mut Diagnostics) {
        if config.name == "invalid" {
            diagnostics.push(Diagnostic::error("Invalid name").at(Path::root("name")));
        }
    }

    async fn open(&self, call: &mut Call<Specimen>, mut config: Found) -> Result<Opened<Found>> {
        match config.name.known().map(String::as_str) {
            Some("defer") => return call.defer(Deferral::AbsentPrerequisite),
            Some("missing") => return Err(Diagnostic::error("Not found").into()),
            Some("meddle") => config.name = "other".into(),
            _ => {}
        }
        call.private.set("renewals", &0);
        config.size = 5.into();
        Ok(Opened::new(config).renew_at(SystemTime::UNIX_EPOCH + Duration::from_secs(60)))
    }

    async fn renew(&self, call: &mut Call<Specimen>) -> Result<Option<SystemTime>> {
        let renewals: u64 = call.private.get("renewals").unwrap_or_default();
        call.private.set("renewals", &(renewals + 1));
        Ok((renewals == 0).then_some(SystemTime::UNIX_EPOCH + Duration::from_secs(120)))
    }

    async fn close(&self, call: &mut Call<Specimen>) -> Result<()> {
        let renewals: u64 = call.private.get("renewals").unwrap_or_default();
        call.diagnostics
            .warning("Closed", format!("{renewals} renewals"));
        Ok(())
    }
}
