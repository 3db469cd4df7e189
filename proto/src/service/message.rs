//! What the protocol's messages have in common.

use super::convert::diagnostics_to_wire;
use crate::diagnostics::Diagnostics;
use crate::wire;

/// A request.
pub(super) trait Question: Send + 'static {
    /// What it is about: the name of a type or function.
    fn about(&self) -> Option<&str>;
}

/// A response.
pub(super) trait Answer: Send + 'static {
    /// The response that says why there is none.
    fn failed(diagnostics: Diagnostics) -> Self;
}

impl Question for wire::validate_provider_config::Request {
    fn about(&self) -> Option<&str> {
        None
    }
}

impl Question for wire::configure_provider::Request {
    fn about(&self) -> Option<&str> {
        None
    }
}

impl Question for wire::move_resource_state::Request {
    fn about(&self) -> Option<&str> {
        Some(&self.target_type_name)
    }
}

impl Question for wire::call_function::Request {
    fn about(&self) -> Option<&str> {
        Some(&self.name)
    }
}

impl Question for wire::plan_action::Request {
    fn about(&self) -> Option<&str> {
        Some(&self.action_type)
    }
}

impl Question for wire::invoke_action::Request {
    fn about(&self) -> Option<&str> {
        Some(&self.action_type)
    }
}

macro_rules! about_a_type {
    ($($call:ident),* $(,)?) => {$(
        impl Question for wire::$call::Request {
            fn about(&self) -> Option<&str> {
                Some(&self.type_name)
            }
        }
    )*};
}

about_a_type!(
    apply_resource_change,
    close_ephemeral_resource,
    generate_resource_config,
    import_resource_state,
    list_resource,
    open_ephemeral_resource,
    plan_resource_change,
    read_data_source,
    read_resource,
    renew_ephemeral_resource,
    upgrade_resource_identity,
    upgrade_resource_state,
    validate_action_config,
    validate_data_resource_config,
    validate_ephemeral_resource_config,
    validate_list_resource_config,
    validate_resource_config,
);

macro_rules! with_diagnostics {
    ($($call:ident),* $(,)?) => {$(
        impl Answer for wire::$call::Response {
            fn failed(diagnostics: Diagnostics) -> Self {
                let mut answer = Self::default();
                answer.diagnostics = diagnostics_to_wire(diagnostics);
                answer
            }
        }
    )*};
}

with_diagnostics!(
    apply_resource_change,
    close_ephemeral_resource,
    configure_provider,
    generate_resource_config,
    import_resource_state,
    move_resource_state,
    open_ephemeral_resource,
    plan_action,
    plan_resource_change,
    read_data_source,
    read_resource,
    renew_ephemeral_resource,
    upgrade_resource_identity,
    upgrade_resource_state,
    validate_action_config,
    validate_data_resource_config,
    validate_ephemeral_resource_config,
    validate_list_resource_config,
    validate_provider_config,
    validate_resource_config,
);

impl Answer for wire::call_function::Response {
    fn failed(diagnostics: Diagnostics) -> Self {
        let texts = diagnostics
            .iter()
            .map(|diagnostic| format!("{}: {}", diagnostic.summary(), diagnostic.detail_text()));
        Self {
            result: None,
            error: Some(wire::FunctionError {
                text: texts.collect::<Vec<_>>().join("\n"),
                function_argument: None,
            }),
        }
    }
}

impl Answer for wire::list_resource::Event {
    fn failed(diagnostics: Diagnostics) -> Self {
        Self {
            diagnostic: diagnostics_to_wire(diagnostics),
            ..Default::default()
        }
    }
}

impl Answer for wire::invoke_action::Event {
    fn failed(diagnostics: Diagnostics) -> Self {
        use wire::invoke_action::event::{Completed, Type};
        let diagnostics = diagnostics_to_wire(diagnostics);
        Self {
            r#type: Some(Type::Completed(Completed { diagnostics })),
        }
    }
}
