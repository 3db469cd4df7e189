//! What stands around slots and makes protection useless is known at plan.
//!
//! * `shapes`: distributions as they are met, each told word by word, protected, and given back
//! * `acknowledging`: what is acknowledged is silent, and told once when it has gone

mod acknowledging;
mod shapes;

use acceptance::estate::Estate;
use acceptance::terraform::{REQUIREMENT, WorkingDirectory};
use anyhow::Result;

/// An integration in MITIGATE with these additional arguments.
pub(crate) fn integration(arguments: &str) -> String {
    format!(
        r#"{REQUIREMENT}
variable "role_arn" {{}}
variable "protector_url" {{}}
variable "ingest_url" {{}}
variable "netacea_api_key" {{}}
variable "netacea_secret_key" {{}}

resource "netacea_cloudfront_integration" "shop" {{
  name     = "netacea-shop"
  role_arn = var.role_arn

  settings = {{
    mitigation_type = "MITIGATE"
    protector       = {{ url = var.protector_url }}
    ingest          = {{ url = var.ingest_url }}
  }}

  secrets = {{
    api_key    = var.netacea_api_key
    secret_key = var.netacea_secret_key
  }}
{arguments}
}}
"#
    )
}

/// The warnings of a plan, each as headline, empty line and text.
fn warnings(terraform: &WorkingDirectory) -> Result<Vec<String>> {
    let outcome = terraform
        .run(&["plan", "-input=false", "-json"])?
        .success()?;
    let warnings = outcome.diagnostics().into_iter();
    let told = warnings.map(|warning| format!("{}\n\n{}", warning.summary, warning.detail));
    Ok(told.collect())
}

/// A working directory with this configuration in the estate.
fn directory(estate: &Estate, arguments: &str) -> Result<WorkingDirectory> {
    estate.configuration(&integration(arguments))
}
