//! What the protocol's messages have in common.

use super::convert::diagnostics_to_wire;
use crate::diagnostics::Diagnostics;
use crate::log::Subject;
use crate::wire;

/// A request.
pub(super) trait Question: Send + 'static {
    /// What it is about; `None` if it is about the provider.
    fn subject(&self) -> Option<Subject>;
}

/// A response.
pub(super) trait Answer: Send + 'static {
    /// A response with only these diagnostics.
    fn failed(diagnostics: Diagnostics) -> Self;
}

impl Question for wire::validate_provider_config::Request {
    fn subject(&self) -> Option<Subject> {
        None
    }
}

impl Question for wire::configure_provider::Request {
    fn subject(&self) -> Option<Subject> {
        None
    }
}

macro_rules! about {
    ($field:literal, $name:ident: $($call:ident),* $(,)?) => {$(
        impl Question for wire::$call::Request {
            fn subject(&self) -> Option<Subject> {
                Some(Subject {
                    field: $field,
                    name: self.$name.clone(),
                })
            }
        }
    )*};
}

about!(
    "tf_resource_type", type_name:
    apply_resource_change,
    generate_resource_config,
    import_resource_state,
    plan_resource_change,
    read_resource,
    upgrade_resource_identity,
    upgrade_resource_state,
    validate_resource_config,
);
about!("tf_resource_type", target_type_name: move_resource_state);
about!(
    "tf_data_source_type", type_name:
    read_data_source,
    validate_data_resource_config,
);
about!(
    "tf_ephemeral_resource_type", type_name:
    close_ephemeral_resource,
    open_ephemeral_resource,
    renew_ephemeral_resource,
    validate_ephemeral_resource_config,
);
about!(
    "tf_list_resource_type", type_name:
    list_resource,
    validate_list_resource_config,
);
about!("tf_action_type", type_name: validate_action_config);
about!("tf_action_type", action_type: invoke_action, plan_action);
about!("tf_function_name", name: call_function);

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
    get_functions,
    get_metadata,
    get_provider_schema,
    get_resource_identity_schemas,
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
        let text = texts.collect::<Vec<_>>().join("\n");
        Self {
            result: None,
            error: Some(wire::FunctionError {
                // Terraform puts a full stop behind it.
                text: text.trim_end_matches('.').to_owned(),
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
