//! Data sources say what stands in AWS, and what has to be allowed there.

use acceptance::aws::Operation;
use acceptance::estate::Estate;
use acceptance::terraform::{REQUIREMENT, Summary, WorkingDirectory};
use anyhow::{Context, Result};
use hyper::StatusCode;
use serde_json::{Value, json};

use crate::{ADDRESS, EXAMPLE};

/// A working directory with these data sources.
fn asking(estate: &Estate, blocks: &str) -> Result<WorkingDirectory> {
    estate.configuration(&format!("{REQUIREMENT}\n{blocks}"))
}

#[test]
fn a_distribution_is_shown_slot_by_slot_found_by_id_or_alias() -> Result<()> {
    let estate = Estate::build()?;
    let integration = estate.example(EXAMPLE)?;
    integration.apply()?;
    let ours = integration.resource(ADDRESS)?["qualified_arn"].clone();
    let id = estate.site.distribution.id();
    let terraform = asking(
        &estate,
        &format!(
            r#"
data "netacea_cloudfront_distribution" "by_id" {{
  id = "{id}"
}}

data "netacea_cloudfront_distribution" "by_alias" {{
  alias = "WWW.shop.example"
}}

output "by_id" {{
  value = data.netacea_cloudfront_distribution.by_id
}}

output "by_alias" {{
  value = merge(data.netacea_cloudfront_distribution.by_alias, {{ alias = null }})
}}
"#
        ),
    )?;
    terraform.apply()?;
    let found = terraform.output("by_id")?;
    assert_eq!(found, terraform.output("by_alias")?);

    assert_eq!(found["id"], id);
    for (attribute, ending) in [
        ("arn", format!(":distribution/{id}")),
        ("domain_name", ".cloudfront.net".to_owned()),
    ] {
        let text = found[attribute].as_str().unwrap_or_default();
        assert!(text.ends_with(&ending), "{attribute} = {text}");
    }
    assert_eq!(
        found["aliases"],
        json!(["shop.example", "www.shop.example"])
    );
    assert_eq!(
        (&found["enabled"], &found["staging"], &found["status"]),
        (&json!(true), &json!(false), &json!("Deployed"))
    );

    let behaviors = found["behaviors"].as_array().context("a list")?;
    let names: Vec<_> = behaviors.iter().map(|behavior| &behavior["name"]).collect();
    assert_eq!(
        names,
        ["default", "/checkout/*", "/api/*", "/assets/*", "/legacy/*"]
    );
    let legacy = &estate.site.legacy_function;
    let held = |event: &str, arn: &Value, include_body: bool, ours: bool| json!({ "event_type": event, "lambda_arn": arn, "include_body": include_body, "ours": ours });
    assert_eq!(
        behaviors[0]["lambda_function_associations"],
        json!([
            held("viewer-request", &ours, true, true),
            held("viewer-response", &ours, false, true),
            held("origin-request", &json!(legacy), false, false),
            held("origin-response", &ours, false, true),
        ])
    );
    assert_eq!(
        behaviors[4]["lambda_function_associations"],
        json!([held("viewer-request", &json!(legacy), false, false)])
    );
    assert_eq!(behaviors[3]["lambda_function_associations"], json!([]));
    let rewrite = "arn:aws:cloudfront::000000000000:function/rewrite-index";
    assert_eq!(
        behaviors[3]["function_associations"],
        json!([{ "event_type": "viewer-request", "function_arn": rewrite }])
    );

    estate.proxy.forget();
    terraform.plan(&[])?.outcome.code(0)?;
    assert_eq!(estate.proxy.writes(), []);
    Ok(())
}

#[test]
fn an_id_that_is_not_known_before_apply_is_looked_up_then() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = asking(
        &estate,
        &format!(
            r#"
resource "terraform_data" "id" {{
  input = "{}"
}}

data "netacea_cloudfront_distribution" "shop" {{
  id = terraform_data.id.output
}}

output "behaviors" {{
  value = data.netacea_cloudfront_distribution.shop.behaviors[*].name
}}
"#,
            estate.site.distribution.id()
        ),
    )?;
    assert_eq!(terraform.plan(&[])?.outcome.code, 2);
    terraform.apply()?;
    assert_eq!(terraform.output("behaviors")?[1], "/checkout/*");
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn documents_are_made_without_asking_aws() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = asking(
        &estate,
        r#"
provider "netacea" {
  access_key = "nobody"
  secret_key = "at-all"
}

data "netacea_edge_bundle" "current" {}

data "netacea_edge_role_policy" "any" {}

data "netacea_edge_role_policy" "shop" {
  log_group_names = ["/aws/lambda/us-east-1.netacea-shop"]
}

data "netacea_edge_deployer_policy" "shop" {
  account_id       = "123456789012"
  function_names   = ["netacea-shop"]
  role_arns        = ["arn:aws:iam::123456789012:role/netacea-edge"]
  distribution_ids = ["E2QWRUHAPOMQZL"]
}

output "bundle" {
  value = data.netacea_edge_bundle.current
}

output "trust" {
  value = jsondecode(data.netacea_edge_role_policy.shop.trust_policy_json)
}

output "logging" {
  value = [
    jsondecode(data.netacea_edge_role_policy.any.logging_policy_json).Statement[0].Resource,
    jsondecode(data.netacea_edge_role_policy.shop.logging_policy_json).Statement[0].Resource,
  ]
}

output "deployer" {
  value = {
    for statement in jsondecode(data.netacea_edge_deployer_policy.shop.policy_json).Statement :
    statement.Sid => statement
  }
}
"#,
    )?;
    estate.proxy.forget();
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    assert_eq!(estate.proxy.calls().len(), 0, "{:?}", estate.proxy.calls());

    let bundle = terraform.output("bundle")?;
    assert_eq!(bundle["default_runtime"], "nodejs24.x");
    assert_eq!(
        bundle["sha256"].as_str().map(str::len),
        Some(64),
        "{bundle}"
    );
    assert!(bundle["size_bytes"].as_u64() > Some(50_000), "{bundle}");

    assert_eq!(
        terraform.output("trust")?["Statement"][0]["Principal"]["Service"],
        json!(["edgelambda.amazonaws.com", "lambda.amazonaws.com"])
    );
    let group = |name: &str| {
        let arn = format!("arn:aws:logs:*:*:log-group:/aws/lambda/us-east-1.{name}");
        json!([arn, format!("{arn}:*")])
    };
    assert_eq!(
        terraform.output("logging")?,
        json!([group("*"), group("netacea-shop")])
    );
    let deployer = terraform.output("deployer")?;
    assert_eq!(
        deployer["AssociateFunctions"]["Action"],
        json!([
            "lambda:DisableReplication*",
            "lambda:EnableReplication*",
            "lambda:GetFunction"
        ])
    );
    assert_eq!(
        deployer["UpdateDistributions"]["Resource"],
        json!(["arn:aws:cloudfront::123456789012:distribution/E2QWRUHAPOMQZL"])
    );
    Ok(())
}

#[test]
fn the_bundle_described_is_the_one_that_is_published() -> Result<()> {
    let estate = Estate::build()?;
    let integration = estate.example(EXAMPLE)?;
    integration.apply()?;
    let state = integration.resource(ADDRESS)?;
    let terraform = asking(
        &estate,
        r#"
data "netacea_edge_bundle" "current" {}

output "bundle" {
  value = data.netacea_edge_bundle.current
}
"#,
    )?;
    terraform.apply()?;
    let bundle = terraform.output("bundle")?;
    assert_eq!(bundle["version"], state["bundle_version"]);
    assert_eq!(bundle["default_runtime"], state["runtime"]);
    let arn = state["qualified_arn"].as_str().context("an ARN")?;
    let zip = estate.emulator.functions().package(arn)?.zip;
    let described = bundle["size_bytes"].as_u64().context("a size")?;
    let settings = u64::try_from(zip.len())? - described;
    assert!(
        settings < 4096,
        "settings take {settings} bytes of the package"
    );
    Ok(())
}

#[test]
fn a_wrong_question_is_an_error_at_its_attribute_with_the_next_step() -> Result<()> {
    let estate = Estate::build()?;
    let mut faults = Vec::new();
    for (kind, arguments, mentions) in [
        ("cloudfront_distribution", "", &["`id`", "`alias`"][..]),
        (
            "cloudfront_distribution",
            "id = \"E1\"\n  alias = \"shop.example\"",
            &["alias = \"shop.example\"", "either `id` or `alias`"],
        ),
        (
            "cloudfront_distribution",
            "id = \"https://shop.example/\"",
            &["not a distribution id"],
        ),
        (
            "cloudfront_distribution",
            "id = \"E0NONE\"",
            &["id = \"E0NONE\"", "does not exist"],
        ),
        (
            "cloudfront_distribution",
            "alias = \"example.com\"",
            &["alias = \"example.com\"", "No distribution has the alias"],
        ),
        (
            "edge_role_policy",
            "log_group_names = [\"arn:aws:logs:us-east-1:1:log-group:x\"]",
            &["not its ARN"],
        ),
        (
            "edge_deployer_policy",
            "account_id = \"1234\"\n  function_names = [\"netacea-*\"]\n  role_arns = [\"edge\"]",
            &[
                "twelve digits",
                "not the name of a Lambda function",
                "not the ARN of an IAM role",
            ],
        ),
    ] {
        let block = format!("data \"netacea_{kind}\" \"wrong\" {{\n  {arguments}\n}}\n");
        let outcome = asking(&estate, &block)?.run(&["plan", "-input=false"])?;
        if let Err(fault) = outcome.says(mentions) {
            faults.push(fault.to_string());
        }
        if outcome.code != 1 {
            faults.push(format!("no error:\n{block}{}", outcome.text));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    assert_eq!(estate.proxy.writes(), []);
    Ok(())
}

#[test]
fn a_missing_permission_is_named() -> Result<()> {
    let estate = Estate::build()?;
    estate.proxy.refuse(
        Operation::ListDistributions,
        StatusCode::FORBIDDEN,
        "AccessDenied",
    );
    let terraform = asking(
        &estate,
        "data \"netacea_cloudfront_distribution\" \"shop\" {\n  alias = \"shop.example\"\n}\n",
    )?;
    terraform.run(&["plan", "-input=false"])?.code(1)?.errs(
        Summary::MissingPermission,
        &["Allow cloudfront:ListDistributions on *"],
    )
}
