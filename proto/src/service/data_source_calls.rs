//! The calls about data sources.

use super::convert::{diagnostics_to_wire, value_from_wire, value_to_wire};
use super::server::Server;
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
        let mut call = self.call(&[])?;
        let state = match data_source.read(&mut call, config).await {
            Ok(state) => state,
            Err(errors) => {
                call.diagnostics.fail(errors);
                Value::Null
            }
        };
        Ok(wire::read_data_source::Response {
            state: Some(value_to_wire(&state, data_source.value_type())?),
            diagnostics: diagnostics_to_wire(call.diagnostics),
            ..Default::default()
        })
    }
}
