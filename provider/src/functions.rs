//! Functions for expressions, `provider::netacea::…`: pure, without any call to AWS.

mod parse_qualified_arn;
mod settings_from_json;

pub(crate) use parse_qualified_arn::ParseQualifiedArn;
pub(crate) use settings_from_json::SettingsFromJson;
