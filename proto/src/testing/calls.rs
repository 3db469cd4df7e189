//! What goes to the provider and what comes back, in the protocol's messages.

use tonic::{Response, Status};

use super::refusal::Refusal;
use crate::deferral::Deferral;
use crate::diagnostic::Diagnostic;
use crate::diagnostics::Diagnostics;
use crate::path::Path;
use crate::value::{Type, Value, msgpack};
use crate::wire;
use crate::wire::attribute_path::step::Selector;
use crate::wire::deferred::Reason;

/// What Terraform says that it can do: all of protocol 6.11, deferral if the test allows it.
pub(super) fn capabilities(deferral_allowed: bool) -> Option<wire::ClientCapabilities> {
    Some(wire::ClientCapabilities {
        deferral_allowed,
        write_only_attributes_allowed: true,
        store_planned_private: true,
        computed_blocks_allowed: true,
    })
}

/// The answer of a call; a gRPC status becomes the error that Terraform prints.
pub(super) fn answered<A>(doing: &str, answer: Result<Response<A>, Status>) -> Result<A, Refusal> {
    answer.map(Response::into_inner).map_err(|status| {
        let error = Diagnostic::error("Plugin did not respond").detail(status.to_string());
        Refusal::new(doing, error)
    })
}

/// The reason of a deferral, if the answer has one; an error if this Terraform does not accept it.
pub(super) fn deferral(
    doing: &str,
    allowed: bool,
    sent: Option<wire::Deferred>,
) -> Result<Option<Deferral>, Refusal> {
    let Some(sent) = sent else {
        return Ok(None);
    };
    if !allowed {
        let detail = "The provider deferred the call, but Terraform did not allow that.";
        let error = Diagnostic::error("Provider deferred changes when Terraform did not allow it");
        return Err(Refusal::new(doing, error.detail(detail)));
    }
    Ok(Some(match sent.reason() {
        Reason::ProviderConfigUnknown => Deferral::ProviderConfigUnknown,
        Reason::AbsentPrereq => Deferral::AbsentPrerequisite,
        Reason::ResourceConfigUnknown | Reason::Unknown => Deferral::ConfigUnknown,
    }))
}

/// The warnings, if there is no error among the diagnostics.
pub(super) fn accepted(
    doing: &str,
    diagnostics: Vec<wire::Diagnostic>,
) -> Result<Diagnostics, Refusal> {
    let diagnostics = diagnostics_from_wire(diagnostics);
    if diagnostics.has_errors() {
        Err(Refusal::new(doing, diagnostics))
    } else {
        Ok(diagnostics)
    }
}

pub(super) fn diagnostics_from_wire(diagnostics: Vec<wire::Diagnostic>) -> Diagnostics {
    let diagnostics = diagnostics.into_iter().map(|sent| {
        let diagnostic = match sent.severity() {
            wire::diagnostic::Severity::Warning => Diagnostic::warning(sent.summary),
            _ => Diagnostic::error(sent.summary),
        };
        let diagnostic = diagnostic.detail(sent.detail);
        match sent.attribute {
            Some(path) => diagnostic.at(path_from_wire(&path)),
            None => diagnostic,
        }
    });
    diagnostics.collect()
}

pub(super) fn path_from_wire(path: &wire::AttributePath) -> Path {
    let steps = path.steps.iter().filter_map(|step| step.selector.as_ref());
    steps.fold(Path::default(), |path, selector| match selector {
        Selector::AttributeName(name) => path.attribute(name.as_str()),
        Selector::ElementKeyString(key) => path.key(key.as_str()),
        Selector::ElementKeyInt(index) => path.index(usize::try_from(*index).unwrap_or(usize::MAX)),
    })
}

pub(super) fn to_wire(
    doing: &str,
    value: &Value,
    of: &Type,
) -> Result<Option<wire::DynamicValue>, Refusal> {
    match msgpack::encode(value, of) {
        Ok(msgpack) => Ok(Some(wire::DynamicValue {
            msgpack,
            json: Vec::new(),
        })),
        Err(error) => {
            let wrong = Diagnostic::error("The test wrote a value of the wrong type")
                .detail(error.message())
                .at(error.path().clone());
            Err(Refusal::new(doing, wrong))
        }
    }
}

/// An object that the provider sent; no bytes mean that there is none.
pub(super) fn from_wire(
    doing: &str,
    sent: Option<wire::DynamicValue>,
    of: &Type,
) -> Result<Value, Refusal> {
    let Some(sent) = sent.filter(|sent| !sent.msgpack.is_empty()) else {
        return Ok(Value::Null);
    };
    msgpack::decode(&sent.msgpack, of).map_err(|error| {
        let wrong = Diagnostic::error("Provider produced an object that does not fit its schema")
            .detail(error.message())
            .at(error.path().clone());
        Refusal::new(doing, wrong)
    })
}
