//! Accounts that are not to be touched are not; tags that are others' are left alone.

use std::path::Path;

use acceptance::aws::{Operation, Proxy};
use acceptance::estate::Estate;
use acceptance::netacea::Authority;
use acceptance::terraform::Summary;
use anyhow::{Result, ensure};
use serde_json::json;

use crate::{ADDRESS, EXAMPLE, FUNCTION};

#[test]
fn an_account_that_is_forbidden_or_not_allowed_is_neither_read_nor_written() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    for (accounts, mentions) in [
        (
            "forbidden_account_ids = [\"000000000000\"]",
            "forbidden_account_ids",
        ),
        (
            "allowed_account_ids = [\"123456789012\"]",
            "allowed_account_ids",
        ),
    ] {
        terraform.write(
            "provider_override.tf",
            &format!("provider \"netacea\" {{\n  {accounts}\n}}\n"),
        )?;
        estate.proxy.forget();
        terraform
            .run(&["plan", "-input=false"])?
            .code(1)?
            .errs(Summary::WrongAccount, &["000000000000", mentions])?;
        let calls = estate.proxy.calls();
        assert!(
            calls.iter().all(|call| call.operation == Operation::Query),
            "{accounts}: {calls:?}"
        );
    }
    Ok(())
}

#[test]
fn tags_to_ignore_are_neither_shown_nor_changed_nor_removed() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    let functions = estate.emulator.functions();
    let state = terraform.resource(ADDRESS)?;
    functions.tag(
        state["function_arn"].as_str().unwrap_or_default(),
        &json!({ "owner": "finance", "cost:center": "42" }),
    )?;
    let plan = terraform.plan(&[])?;
    assert_eq!(
        plan.outcome.code, 2,
        "seen without ignore_tags: {}",
        plan.outcome.text
    );

    terraform.write("provider_override.tf", IGNORING)?;
    terraform.plan(&[])?.outcome.code(0)?;

    terraform.write(
        "override.tf",
        "resource \"netacea_cloudfront_integration\" \"shop\" {\n  tags = { team = \"edge\" }\n}\n",
    )?;
    terraform.apply()?;
    let tags = functions.tags(FUNCTION)?;
    for (key, value) in [
        ("team", "edge"),
        ("owner", "finance"),
        ("cost:center", "42"),
    ] {
        assert_eq!(tags[key], value, "{key} in {tags}");
    }
    let shown = terraform.resource(ADDRESS)?["tags_all"].clone();
    assert!(
        shown.get("owner").is_none() && shown.get("cost:center").is_none(),
        "{shown}"
    );
    terraform.plan(&[])?.outcome.code(0)?;

    terraform.write(
        "override.tf",
        "resource \"netacea_cloudfront_integration\" \"shop\" {\n  tags = { owner = \"web\" }\n}\n",
    )?;
    terraform
        .run(&["plan", "-input=false"])?
        .code(1)?
        .says(&["ignores the tag \"owner\"", "ignore_tags"])
}

/// What the provider did not look at before was not changed since: it is in the plan, and no
/// warning says that somebody put it there.
#[test]
fn tags_that_are_no_longer_ignored_or_newly_ignored_are_no_drift() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.write("provider_override.tf", IGNORING)?;
    terraform.apply()?;
    let functions = estate.emulator.functions();
    let state = terraform.resource(ADDRESS)?;
    let function = state["function_arn"].as_str().unwrap_or_default();
    functions.tag(
        function,
        &json!({ "owner": "finance", "cost:center": "42" }),
    )?;
    terraform.plan(&[])?.outcome.code(0)?;

    let none = "provider \"netacea\" {}\n";
    terraform.write("provider_override.tf", none)?;
    let outcome = terraform.plan(&[])?.outcome.code(2)?;
    outcome.says(&["\"owner\"", "\"cost:center\""])?;
    ensure!(
        !outcome.has_warned(Summary::TagsChanged),
        "{}",
        outcome.text
    );
    functions.tag(function, &json!({ "shift": "night" }))?;
    let outcome = terraform.plan(&[])?.outcome.code(2)?;
    outcome.warns(Summary::TagsChanged, &["shift was added"])?;
    ensure!(
        !outcome.text.contains("owner was added"),
        "{}",
        outcome.text
    );

    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    assert!(functions.tags(FUNCTION)?.get("owner").is_none());
    terraform.write(
        "override.tf",
        "resource \"netacea_cloudfront_integration\" \"shop\" {\n  tags = { owner = \"web\" }\n}\n",
    )?;
    terraform.apply()?;
    terraform.write("override.tf", "")?;
    terraform.write("provider_override.tf", IGNORING)?;
    let outcome = terraform.plan(&[])?.outcome;
    ensure!(
        !outcome.has_warned(Summary::TagsChanged),
        "{}",
        outcome.text
    );
    functions.tag(function, &json!({ "owner": "finance" }))?;
    terraform.write("provider_override.tf", none)?;
    terraform
        .plan(&[])?
        .outcome
        .code(2)?
        .warns(Summary::TagsChanged, &["owner is \"finance\", not \"web\""])
}

#[test]
fn mistakes_in_the_block_are_errors_before_anything_is_asked() -> Result<()> {
    let estate = Estate::build()?;
    let mut faults = Vec::new();
    for (arguments, mentions) in [
        (
            "access_key = \"AKIA\"",
            "Set `secret_key`, or remove `access_key`",
        ),
        ("retry_mode = \"always\"", "\"standard\" or \"adaptive\""),
        ("sts_region = \"ireland\"", "not a region"),
        ("https_proxy = \"proxy:3128\"", "with its scheme"),
        (
            "no_proxy = \"localhost\"",
            "`no_proxy` is set without a proxy",
        ),
        (
            "custom_ca_bundle = \"/does/not/exist.pem\"",
            "/does/not/exist.pem",
        ),
        (
            "assume_role_with_web_identity {\n    role_arn = \"arn:aws:iam::000000000000:role/edge\"\n  }",
            "Exactly one of `web_identity_token` and `web_identity_token_file`",
        ),
        (
            "ignore_tags {\n    key_prefixes = [\"\"]\n  }",
            "An empty prefix would cover every tag",
        ),
    ] {
        let terraform = estate.example(EXAMPLE)?;
        terraform.write(
            "provider_override.tf",
            &format!("provider \"netacea\" {{\n  {arguments}\n}}\n"),
        )?;
        let outcome = terraform.run(&["plan", "-input=false"])?;
        if let Err(fault) = outcome.says(&["Error:", mentions]) {
            faults.push(fault.to_string());
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    assert_eq!(estate.proxy.calls().len(), 0);
    Ok(())
}

#[test]
fn a_certificate_that_is_not_trusted_is_told_apart_from_silence() -> Result<()> {
    let estate = Estate::build()?;
    let authority = Authority::create()?;
    let aws = Proxy::start_https(&estate.emulator, authority.server_configuration()?)?;
    let mut terraform = estate.example(EXAMPLE)?;
    terraform.set("AWS_ENDPOINT_URL", &aws.endpoint());
    let next_step = "`custom_ca_bundle` in the provider block";
    let outcome = terraform.run(&["plan", "-input=false"])?.code(1)?;
    outcome.errs(Summary::CertificateNotTrusted, &[next_step])?;
    assert_eq!(aws.calls().len(), 0);

    let bundle = |file: &Path| {
        let block = format!("provider \"netacea\" {{\n  custom_ca_bundle = {file:?}\n}}\n");
        terraform.write("provider_override.tf", &block)
    };
    bundle(authority.file())?;
    terraform.plan(&[])?;

    // What is not a bundle is not taken for an empty one.
    terraform.write("notes.txt", "no certificate")?;
    terraform.write(
        "broken.pem",
        "-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----\n",
    )?;
    for file in ["notes.txt", "broken.pem"] {
        bundle(file.as_ref())?;
        let outcome = terraform.run(&["plan", "-input=false"])?.code(1)?;
        outcome.says(&["custom_ca_bundle", file, "PEM"])?;
    }
    Ok(())
}

const IGNORING: &str = r#"
provider "netacea" {
  ignore_tags {
    keys         = ["owner"]
    key_prefixes = ["cost:"]
  }
}
"#;
