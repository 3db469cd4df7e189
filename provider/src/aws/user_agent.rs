//! The user agent of every call.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Adds Terraform, this provider and `TF_APPEND_USER_AGENT` to the SDK's user agent, so that
/// CloudTrail shows who called.
#[derive(Clone, Debug)]
pub(super) struct UserAgent {
    suffix: String,
}

impl UserAgent {
    pub(super) fn new(terraform_version: &str, appended: Option<&str>) -> UserAgent {
        let mut suffix = format!(
            "Terraform/{terraform_version} (+https://www.terraform.io) terraform-provider-netacea/{}",
            env!("CARGO_PKG_VERSION")
        );
        if let Some(appended) = appended
            .map(str::trim)
            .filter(|appended| !appended.is_empty())
        {
            suffix.push(' ');
            suffix.push_str(appended);
        }
        // The variable is the user's text; a header takes printable ASCII only.
        suffix.retain(|character| character == ' ' || character.is_ascii_graphic());
        UserAgent { suffix }
    }
}

#[dyn_dispatch_hint]
impl Intercept for UserAgent {
    fn name(&self) -> &'static str {
        "TerraformUserAgent"
    }

    // After signing: the SDK writes its own user agent before, and the header is not part of the
    // signature.
    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let headers = context.request_mut().headers_mut();
        let own = headers.get("user-agent").unwrap_or_default().to_owned();
        headers.try_insert(
            "user-agent",
            format!("{own} {}", self.suffix).trim().to_owned(),
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suffix_names_terraform_the_provider_and_the_users_addition() {
        let agent = UserAgent::new("1.11.4", Some(" team/web\n"));
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            agent.suffix,
            format!(
                "Terraform/1.11.4 (+https://www.terraform.io) terraform-provider-netacea/{version} team/web"
            )
        );
    }
}
