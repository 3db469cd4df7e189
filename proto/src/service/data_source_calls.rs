//! The calls about data sources.

use super::convert::{diagnostics_to_wire, value_from_wire, value_to_wire};
use super::server::Server;
use crate::deferral::Deferral;
use crate::diagnostics::Result;
use crate::provider::Provider;
use crate::value::Value;
use crate::wire;

impl<P: Provider> Server<P> {
    pub(super) async fn validate_data_source(
        &self,
        request: wire::validate_data_resource_config::Request,
    ) -> Result<wire::validate_data_resource_config::Response> {
        let data_source = self.data_source(&request.type_name)?;
        let config = value_from_wire(request.config, data_source.value_type())?;
        let diagnostics = diagnostics_to_wire(data_source.validate(&config));
        Ok(wire::validate_data_resource_config::Response { diagnostics })
    }

    pub(super) async fn read_data_source(
        &self,
        request: wire::read_data_source::Request,
    ) -> Result<wire::read_data_source::Response> {
        let data_source = self.data_source(&request.type_name)?;
        let config = value_from_wire(request.config, data_source.value_type())?;
        if let Some(deferred) = self.deferred(request.client_capabilities) {
            let unread = data_source.unread(&config);
            return Ok(wire::read_data_source::Response {
                state: Some(value_to_wire(&unread, data_source.value_type())?),
                deferred: Some(deferred),
                ..Default::default()
            });
        }
        let mut call = self.deferrable_call(&[], request.client_capabilities)?;
        call.provider_meta = self.provider_meta(request.provider_meta)?;
        let unread = data_source.unread(&config);
        let found = data_source.read(&mut call, config).await;
        let put_off = call.put_off(&found);
        let state = match found {
            Ok(state) if put_off.is_none() => state,
            Ok(_) => unread,
            Err(errors) => {
                call.failed(errors);
                if put_off.is_some() {
                    unread
                } else {
                    Value::Null
                }
            }
        };
        Ok(wire::read_data_source::Response {
            state: Some(value_to_wire(&state, data_source.value_type())?),
            diagnostics: diagnostics_to_wire(call.diagnostics),
            deferred: put_off.map(Deferral::to_wire),
        })
    }
}
