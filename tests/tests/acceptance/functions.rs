//! Functions in expressions: what they give fits where it is used, and a bad argument is an error
//! at the argument.

use acceptance::estate::Estate;
use acceptance::terraform::REQUIREMENT;
use anyhow::{Context, Result};
use serde_json::json;

use crate::FUNCTION;

#[test]
fn a_version_is_taken_apart_also_when_it_is_still_to_be_published() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example("manage-foreign-distribution")?;
    terraform.write(
        "parts.tf",
        "output \"parts\" {\n  value = provider::netacea::parse_qualified_arn(netacea_cloudfront_integration.shop.qualified_arn)\n}\n",
    )?;
    let plan = terraform.plan(&[])?.json.context("a plan with changes")?;
    assert_eq!(
        plan["output_changes"]["parts"]["after_unknown"],
        json!(true),
        "the version is not known yet"
    );
    terraform.apply()?;
    assert_eq!(
        terraform.output("parts")?,
        json!({
            "partition": "aws",
            "region": "us-east-1",
            "account_id": "000000000000",
            "function_name": FUNCTION,
            "version": "1",
        })
    );
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn a_configuration_file_becomes_settings_and_its_secrets_stay_behind() -> Result<()> {
    let estate = Estate::build()?;
    let file = json!({
        "apiKey": "canary-api-key-52a0",
        "secretKey": "canary-secret-key-52a1",
        "mitigationType": "INJECT",
        "timeout": 250,
        "ingestType": "KINESIS",
        "kinesis": { "kinesisStreamName": "stream", "kinesisAccessKey": "canary-access-key-52a2", "logBatchSize": 7 },
        "captchaHeader": { "name": "x-captcha", "value": "1" },
        "checkoutUrl": "canary-value-52a3",
    });
    let terraform = estate.configuration(&format!(
        "{REQUIREMENT}output \"old\" {{\n  value = provider::netacea::settings_from_json(file(\"NetaceaConfig.json\"))\n}}\n"
    ))?;
    terraform.write("NetaceaConfig.json", &file.to_string())?;
    terraform.apply()?;
    let old = terraform.output("old")?;
    let settings = &old["settings"];
    assert_eq!(settings["mitigation_type"], "INJECT");
    assert_eq!(settings["protector"]["timeout_ms"], 250);
    assert_eq!(settings["ingest"]["type"], "KINESIS");
    assert_eq!(settings["ingest"]["kinesis"]["stream_name"], "stream");
    assert_eq!(settings["ingest"]["kinesis"]["batch_size"], 7);
    assert_eq!(
        settings["captcha"]["header"],
        json!({ "name": "x-captcha", "value": "1" })
    );
    assert_eq!(
        old["secrets_found"],
        json!(["api_key", "secret_key", "kinesis_access_key"])
    );
    assert_eq!(
        old["warnings"],
        json!(["unknown keys are ignored: checkoutUrl"])
    );
    let state = std::fs::read_to_string(terraform.path().join("terraform.tfstate"))?;
    assert!(state.contains("secret_key") && !state.contains("canary"));
    Ok(())
}

/// A call, and what the error has to mention.
struct Mistake {
    call: &'static str,
    mentions: &'static [&'static str],
}

const MISTAKES: [Mistake; 7] = [
    Mistake {
        call: r#"parse_qualified_arn("netacea-shop")"#,
        mentions: &["\"arn\" parameter", "is not the ARN of a Lambda function"],
    },
    Mistake {
        call: r#"parse_qualified_arn("arn:aws:lambda:us-east-1:123456789012:function:netacea-shop")"#,
        mentions: &["\"arn\" parameter", "has no version", "…:function:NAME:7"],
    },
    Mistake {
        call: r#"parse_qualified_arn("arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:live")"#,
        mentions: &["\"arn\" parameter", "live"],
    },
    Mistake {
        call: "parse_qualified_arn(null)",
        mentions: &["\"arn\" parameter", "must not be null"],
    },
    Mistake {
        call: r#"settings_from_json("{\"apiKey\": \"canary\"")"#,
        mentions: &[
            "\"text\" parameter",
            "not valid JSON (line 1, column 19)",
            "pass the content of a NetaceaConfig.json",
        ],
    },
    Mistake {
        call: r#"settings_from_json(jsonencode({ mitigationType = "canary" }))"#,
        mentions: &[
            "\"text\" parameter",
            "`mitigationType`: expected one of INGEST, MITIGATE, INJECT",
        ],
    },
    Mistake {
        call: r#"settings_from_json(jsonencode({ secretKey = 17 }))"#,
        mentions: &["\"text\" parameter", "`secretKey` must be a string"],
    },
];

#[test]
fn every_mistake_is_an_error_at_the_argument() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.configuration(REQUIREMENT)?;
    for Mistake { call, mentions } in MISTAKES {
        terraform.write(
            "call.tf",
            &format!("output \"result\" {{\n  value = provider::netacea::{call}\n}}\n"),
        )?;
        let outcome = terraform.run(&["plan", "-input=false"])?.code(1)?;
        outcome.says(&["Error: Invalid function argument", "call.tf line 2"])?;
        outcome.says(mentions)?;
        // Terraform itself shows the line of the configuration; the provider's sentence follows it.
        let said = outcome.unframed();
        let said = said.split("parameter:").nth(1).unwrap_or_default();
        assert!(!said.contains("canary"), "{said}");
    }
    assert_eq!(estate.proxy.calls().len(), 0, "AWS is not asked");
    Ok(())
}
