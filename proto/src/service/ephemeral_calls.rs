//! The calls about ephemeral resources.

use super::convert::{diagnostics_to_wire, value_from_wire, value_to_wire};
use super::server::Server;
use crate::deferral::Deferral;
use crate::diagnostics::Result;
use crate::provider::Provider;
use crate::wire;

impl<P: Provider> Server<P> {
    pub(super) async fn validate_ephemeral(
        &self,
        request: wire::validate_ephemeral_resource_config::Request,
    ) -> Result<wire::validate_ephemeral_resource_config::Response> {
        let ephemeral = self.ephemeral(&request.type_name)?;
        let config = value_from_wire(request.config, ephemeral.value_type())?;
        let diagnostics = diagnostics_to_wire(ephemeral.validate(&config));
        Ok(wire::validate_ephemeral_resource_config::Response { diagnostics })
    }

    pub(super) async fn open_ephemeral(
        &self,
        request: wire::open_ephemeral_resource::Request,
    ) -> Result<wire::open_ephemeral_resource::Response> {
        // Terraform accepts a deferral here without announcing it in this call; what it announced
        // to `ConfigureProvider` decides.
        let deferred = self.deferred(Some(wire::ClientCapabilities {
            deferral_allowed: true,
            ..Default::default()
        }));
        if deferred.is_some() {
            return Ok(wire::open_ephemeral_resource::Response {
                deferred,
                ..Default::default()
            });
        }
        let ephemeral = self.ephemeral(&request.type_name)?;
        let config = value_from_wire(request.config, ephemeral.value_type())?;
        let mut call = self.deferrable_call(&[], request.client_capabilities)?;
        let opened = ephemeral.open(&mut call, config).await;
        let put_off = call.put_off(&opened);
        let opened = match opened {
            Ok(opened) => Some(opened).filter(|_| put_off.is_none()),
            Err(errors) => {
                call.failed(errors);
                None
            }
        };
        let result = opened
            .as_ref()
            .map(|opened| value_to_wire(&opened.result, ephemeral.value_type()))
            .transpose()?;
        Ok(wire::open_ephemeral_resource::Response {
            result,
            renew_at: opened.and_then(|opened| opened.renew_at).map(Into::into),
            private: Some(call.private.to_bytes()),
            diagnostics: diagnostics_to_wire(call.diagnostics),
            deferred: put_off.map(Deferral::to_wire),
        })
    }

    pub(super) async fn renew_ephemeral(
        &self,
        request: wire::renew_ephemeral_resource::Request,
    ) -> Result<wire::renew_ephemeral_resource::Response> {
        let ephemeral = self.ephemeral(&request.type_name)?;
        let mut call = self.call(request.private())?;
        let renewed = ephemeral.renew(&mut call).await;
        let renew_at = call.diagnostics.take(renewed);
        Ok(wire::renew_ephemeral_resource::Response {
            renew_at: renew_at.map(Into::into),
            private: Some(call.private.to_bytes()),
            diagnostics: diagnostics_to_wire(call.diagnostics),
        })
    }

    pub(super) async fn close_ephemeral(
        &self,
        request: wire::close_ephemeral_resource::Request,
    ) -> Result<wire::close_ephemeral_resource::Response> {
        let ephemeral = self.ephemeral(&request.type_name)?;
        let mut call = self.call(request.private())?;
        let closed = ephemeral.close(&mut call).await;
        call.diagnostics.take(closed);
        Ok(wire::close_ephemeral_resource::Response {
            diagnostics: diagnostics_to_wire(call.diagnostics),
        })
    }
}
