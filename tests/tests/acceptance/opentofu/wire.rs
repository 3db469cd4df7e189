//! The messages of protocol 6 as OpenTofu fills them: what it does not send or look at is not here.
//! Numbers as in `proto/tfplugin6.proto`.

use std::collections::HashMap;

use prost::Message;

#[derive(Clone, PartialEq, Message)]
pub(super) struct DynamicValue {
    #[prost(bytes = "vec", tag = "1")]
    pub(super) msgpack: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct RawState {
    #[prost(bytes = "vec", tag = "1")]
    pub(super) json: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Diagnostic {
    #[prost(int32, tag = "1")]
    pub(super) severity: i32,
    #[prost(string, tag = "2")]
    pub(super) summary: String,
    #[prost(string, tag = "3")]
    pub(super) detail: String,
}

/// The `severity` of an error.
pub(super) const ERROR: i32 = 1;

#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct ClientCapabilities {
    #[prost(bool, tag = "1")]
    pub(super) deferral_allowed: bool,
    #[prost(bool, tag = "2")]
    pub(super) write_only_attributes_allowed: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Empty {}

#[derive(Clone, PartialEq, Message)]
pub(super) struct ProviderSchema {
    #[prost(message, optional, tag = "1")]
    pub(super) provider: Option<Schema>,
    #[prost(map = "string, message", tag = "2")]
    pub(super) resource_schemas: HashMap<String, Schema>,
    #[prost(message, optional, tag = "6")]
    pub(super) server_capabilities: Option<ServerCapabilities>,
    #[prost(map = "string, message", tag = "7")]
    pub(super) functions: HashMap<String, Empty>,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct ServerCapabilities {
    #[prost(bool, tag = "3")]
    pub(super) move_resource_state: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Schema {
    #[prost(int64, tag = "1")]
    pub(super) version: i64,
    #[prost(message, optional, tag = "2")]
    pub(super) block: Option<Block>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Block {
    #[prost(message, repeated, tag = "2")]
    pub(super) attributes: Vec<Attribute>,
    #[prost(message, repeated, tag = "3")]
    pub(super) block_types: Vec<NestedBlock>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Attribute {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(message, optional, tag = "10")]
    pub(super) nested_type: Option<Object>,
    #[prost(bool, tag = "11")]
    pub(super) write_only: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Object {
    #[prost(message, repeated, tag = "1")]
    pub(super) attributes: Vec<Attribute>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct NestedBlock {
    #[prost(string, tag = "1")]
    pub(super) type_name: String,
    #[prost(int32, tag = "3")]
    pub(super) nesting: i32,
}

/// The `nesting` of a block that may stand once.
pub(super) const SINGLE: i32 = 1;

/// ConfigureProvider.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Configure {
    #[prost(string, tag = "1")]
    pub(super) terraform_version: String,
    #[prost(message, optional, tag = "2")]
    pub(super) config: Option<DynamicValue>,
    #[prost(message, optional, tag = "3")]
    pub(super) client_capabilities: Option<ClientCapabilities>,
}

/// The answer to a call that only says what is wrong.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Checked {
    #[prost(message, repeated, tag = "1")]
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// ValidateResourceConfig.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Validate {
    #[prost(string, tag = "1")]
    pub(super) type_name: String,
    #[prost(message, optional, tag = "2")]
    pub(super) config: Option<DynamicValue>,
    #[prost(message, optional, tag = "3")]
    pub(super) client_capabilities: Option<ClientCapabilities>,
}

/// UpgradeResourceState.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Upgrade {
    #[prost(string, tag = "1")]
    pub(super) type_name: String,
    #[prost(int64, tag = "2")]
    pub(super) version: i64,
    #[prost(message, optional, tag = "3")]
    pub(super) raw_state: Option<RawState>,
}

/// MoveResourceState.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Move {
    #[prost(string, tag = "1")]
    pub(super) source_provider_address: String,
    #[prost(string, tag = "2")]
    pub(super) source_type_name: String,
    #[prost(int64, tag = "3")]
    pub(super) source_schema_version: i64,
    #[prost(message, optional, tag = "4")]
    pub(super) source_state: Option<RawState>,
    #[prost(string, tag = "5")]
    pub(super) target_type_name: String,
    #[prost(bytes = "vec", tag = "6")]
    pub(super) source_private: Vec<u8>,
}

/// The answer to UpgradeResourceState and MoveResourceState: an upgrade has no private data.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Moved {
    #[prost(message, optional, tag = "1")]
    pub(super) state: Option<DynamicValue>,
    #[prost(message, repeated, tag = "2")]
    pub(super) diagnostics: Vec<Diagnostic>,
    #[prost(bytes = "vec", tag = "3")]
    pub(super) private: Vec<u8>,
}

/// ReadResource.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Read {
    #[prost(string, tag = "1")]
    pub(super) type_name: String,
    #[prost(message, optional, tag = "2")]
    pub(super) current_state: Option<DynamicValue>,
    #[prost(bytes = "vec", tag = "3")]
    pub(super) private: Vec<u8>,
    #[prost(message, optional, tag = "5")]
    pub(super) client_capabilities: Option<ClientCapabilities>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct WasRead {
    #[prost(message, optional, tag = "1")]
    pub(super) new_state: Option<DynamicValue>,
    #[prost(message, repeated, tag = "2")]
    pub(super) diagnostics: Vec<Diagnostic>,
    #[prost(bytes = "vec", tag = "3")]
    pub(super) private: Vec<u8>,
}

/// PlanResourceChange.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Plan {
    #[prost(string, tag = "1")]
    pub(super) type_name: String,
    #[prost(message, optional, tag = "2")]
    pub(super) prior_state: Option<DynamicValue>,
    #[prost(message, optional, tag = "3")]
    pub(super) proposed_new_state: Option<DynamicValue>,
    #[prost(message, optional, tag = "4")]
    pub(super) config: Option<DynamicValue>,
    #[prost(bytes = "vec", tag = "5")]
    pub(super) prior_private: Vec<u8>,
    #[prost(message, optional, tag = "7")]
    pub(super) client_capabilities: Option<ClientCapabilities>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Planned {
    #[prost(message, optional, tag = "1")]
    pub(super) planned_state: Option<DynamicValue>,
    #[prost(message, repeated, tag = "2")]
    pub(super) requires_replace: Vec<Empty>,
    #[prost(bytes = "vec", tag = "3")]
    pub(super) planned_private: Vec<u8>,
    #[prost(message, repeated, tag = "4")]
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// ApplyResourceChange.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Apply {
    #[prost(string, tag = "1")]
    pub(super) type_name: String,
    #[prost(message, optional, tag = "2")]
    pub(super) prior_state: Option<DynamicValue>,
    #[prost(message, optional, tag = "3")]
    pub(super) planned_state: Option<DynamicValue>,
    #[prost(message, optional, tag = "4")]
    pub(super) config: Option<DynamicValue>,
    #[prost(bytes = "vec", tag = "5")]
    pub(super) planned_private: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Applied {
    #[prost(message, optional, tag = "1")]
    pub(super) new_state: Option<DynamicValue>,
    #[prost(bytes = "vec", tag = "2")]
    pub(super) private: Vec<u8>,
    #[prost(message, repeated, tag = "3")]
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// The answer to GetFunctions.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Functions {
    #[prost(map = "string, message", tag = "1")]
    pub(super) functions: HashMap<String, Empty>,
}

/// CallFunction.
#[derive(Clone, PartialEq, Message)]
pub(super) struct CallFunction {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(message, repeated, tag = "2")]
    pub(super) arguments: Vec<DynamicValue>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Called {
    #[prost(message, optional, tag = "1")]
    pub(super) result: Option<DynamicValue>,
    #[prost(message, optional, tag = "2")]
    pub(super) error: Option<Empty>,
}
