//! `terraform test` with a mocked provider, as authors of modules run it: without AWS. The mock is
//! Terraform's own: it takes schema and validation from the provider.

use acceptance::terraform::{Outcome, WorkingDirectory};
use acceptance::toolchain::Toolchain;
use anyhow::Result;

/// Whoever asked AWS would fail.
const NOBODY: &str = "http://127.0.0.1:1";

/// `distribution.tf` of this example needs the aws provider, which is not here to be mocked.
const EXISTING_ESTATE: &str = r#"
mock_provider "netacea" {
  mock_resource "netacea_cloudfront_integration" {
    defaults = {
      qualified_arn = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:7"
    }
  }
}
variables {
  role_arn           = "arn:aws:iam::123456789012:role/netacea-edge"
  netacea_api_key    = "made up"
  netacea_secret_key = "made up"
}
run "planned" {
  command = plan
  assert {
    condition     = netacea_cloudfront_integration.shop.settings.ingest.url == "https://ingest.netacea.net"
    error_message = "The default of the variable reaches the settings."
  }
}
run "applied" {
  assert {
    condition     = endswith(netacea_cloudfront_integration.shop.qualified_arn, ":netacea-shop:7")
    error_message = "What the mock gives is there."
  }
  assert {
    condition     = length(output.associations) == 0
    error_message = "Terraform makes up no objects of a list."
  }
}
run "mistaken" {
  command = plan
  variables { protector_url = "ftp://protector.example" }
}
"#;

#[test]
fn the_tests_of_quickstart_pass_without_aws() -> Result<()> {
    for tools in Toolchain::of_each_terraform(true)? {
        let terraform = WorkingDirectory::of_example(&tools, NOBODY, "quickstart", &[])?;
        terraform.init()?;
        tested(&terraform)?.code(0)?.says(&["2 passed, 0 failed"])?;
        // And they can fail.
        let edited = WorkingDirectory::of_example(&tools, NOBODY, "quickstart", &["main.tf"])?;
        let main = super::text("quickstart/main.tf")?.replace("\"MITIGATE\"", "\"INGEST\"");
        edited.write("main.tf", &main)?;
        edited.init()?;
        tested(&edited)?
            .code(1)?
            .says(&["The shop must be protected."])?;
    }
    Ok(())
}

#[test]
fn existing_estate_can_be_tested_without_aws_and_mistakes_are_still_errors() -> Result<()> {
    for tools in Toolchain::of_each_terraform(true)? {
        let left_out = ["distribution.tf"];
        let terraform = WorkingDirectory::of_example(&tools, NOBODY, "existing-estate", &left_out)?;
        terraform.write("estate.tftest.hcl", EXISTING_ESTATE)?;
        terraform.init()?;
        tested(&terraform)?.code(1)?.says(&[
            "2 passed, 1 failed",
            "settings.protector.url",
            "must be an https address",
        ])?;
    }
    Ok(())
}

fn tested(terraform: &WorkingDirectory) -> Result<Outcome> {
    terraform.run(&["test"])
}
