//! Imports, each followed by a read, as in Terraform.

use tonic::Request;

use super::calls::{accepted, answered, capabilities, deferral, from_wire};
use super::instance::{Instance, Stored};
use super::refusal::Refusal;
use super::shown::Shown;
use crate::diagnostic::Diagnostic;
use crate::value::Value;
use crate::wire;

impl Instance {
    pub(super) async fn imported(
        &mut self,
        id: &str,
        identity: Option<wire::ResourceIdentityData>,
    ) -> Result<Shown, Refusal> {
        let doing = self.doing("import");
        if !self.state.value.is_null() {
            let detail = "The state has an object of this block already.";
            let error = Diagnostic::error("Resource already managed by Terraform").detail(detail);
            return Err(Refusal::new(doing, error));
        }
        let request = wire::import_resource_state::Request {
            type_name: self.type_name.clone(),
            id: id.to_owned(),
            client_capabilities: capabilities(self.deferral_allowed),
            identity,
        };
        let answer = self.service.import_resource_state(Request::new(request));
        let answer = answered(&doing, answer.await)?;
        accepted(&doing, answer.diagnostics)?;
        if deferral(&doing, self.deferral_allowed, answer.deferred)?.is_some() {
            return Ok(self.state());
        }
        let ours = answer
            .imported_resources
            .into_iter()
            .find(|one| one.type_name == self.type_name);
        let (value, private, identity) = match ours {
            Some(one) => (
                from_wire(&doing, one.state, &self.of)?,
                one.private,
                one.identity,
            ),
            None => (Value::Null, Vec::new(), None),
        };
        self.is_sound(&doing, &value)?;
        if value.is_null() {
            let detail = "The import returned no object of this type.";
            let error = Diagnostic::error("Provider returned a null object").detail(detail);
            return Err(Refusal::new(doing, error));
        }
        self.state = Stored {
            value,
            private,
            identity,
            tainted: false,
        };
        let found = self.refresh().await;
        if found.is_err() {
            self.state = Stored::default();
        }
        let found = found?;
        if self.state.value.is_null() {
            let detail = "The import succeeded, and the read after it found nothing. Only what \
                          exists can be imported.";
            let error = Diagnostic::error("Cannot import non-existent remote object");
            return Err(Refusal::new(doing, error.detail(detail)));
        }
        Ok(found)
    }
}
