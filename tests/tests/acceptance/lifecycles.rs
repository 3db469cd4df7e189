//! What happens to functions and versions: kept, pruned, left behind, made again.

use acceptance::estate::Estate;
use acceptance::fixture::LEGACY_FUNCTION;
use acceptance::terraform::Summary;
use anyhow::Result;
use serde_json::{Value, json};

use crate::{ADDRESS, EXAMPLE, FUNCTION};

fn with(arguments: &str) -> String {
    format!("resource \"netacea_cloudfront_integration\" \"shop\" {{\n  {arguments}\n}}\n")
}

#[test]
fn old_versions_are_pruned_but_never_the_one_that_was_live_before() -> Result<()> {
    let estate = Estate::build()?;
    let mut terraform = estate.example(EXAMPLE)?;
    terraform.write("override.tf", &with("retained_versions = 1"))?;
    let versions = || estate.emulator.functions().versions(FUNCTION);
    for (seconds, kept) in [
        ("60", &[1][..]),
        ("61", &[1, 2]),
        ("62", &[1, 2, 3]),
        ("63", &[2, 3, 4]),
    ] {
        terraform.variable("session_expiry_seconds", seconds);
        terraform.apply()?;
        assert_eq!(versions()?, kept, "after {seconds}");
    }
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn a_function_that_is_retained_is_taken_over_by_the_next_create() -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?.xml;
    let terraform = estate.example(EXAMPLE)?;
    terraform.write("override.tf", &with("on_destroy = \"retain\""))?;
    terraform.apply()?;
    terraform.destroy()?;
    assert_eq!(estate.site.distribution.configuration()?.xml, before);
    let functions = estate.emulator.functions();
    assert_eq!(functions.tags(FUNCTION)?["netacea:lifecycle"], "released");

    terraform.write("override.tf", &with("on_destroy = \"delete\""))?;
    terraform.apply()?;
    assert_eq!(functions.tags(FUNCTION)?["netacea:lifecycle"], "ready");
    assert_eq!(
        functions.versions(FUNCTION)?,
        [1],
        "the same code is the same version"
    );
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.destroy()?;
    assert_eq!(functions.names()?, [LEGACY_FUNCTION]);
    Ok(())
}

#[test]
fn a_function_that_is_gone_without_slots_is_planned_as_new() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.write("override.tf", &with("distribution = null"))?;
    terraform.apply()?;
    estate.emulator.functions().delete(FUNCTION, None)?;
    let plan = terraform.plan(&[])?;
    let change = plan.change(ADDRESS)?;
    assert_eq!(change["actions"], json!(["create"]));
    assert_eq!(change["before"], Value::Null);
    plan.outcome.warns(
        Summary::FunctionGone,
        &["netacea-shop", "The next apply creates it again"],
    )?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn a_function_that_is_deleted_between_plan_and_apply_is_told() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.write("override.tf", &with("distribution = null"))?;
    terraform.apply()?;
    let tagged = with("distribution = null\n  tags = { team = \"edge\" }");
    terraform.write("override.tf", &tagged)?;
    terraform.plan(&[])?.outcome.code(2)?;
    estate.emulator.functions().delete(FUNCTION, None)?;
    let outcome = terraform
        .run(&["apply", "-input=false", "tfplan"])?
        .code(1)?;
    outcome.errs(
        Summary::FunctionGone,
        &[FUNCTION, "Somebody deleted it after the plan was made"],
    )?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn default_tags_are_on_the_function_and_the_resources_own_win() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    let defaults =
        "default_tags {\n    tags = {\n      team = \"platform\"\n      cost = \"42\"\n    }\n  }";
    terraform.write(
        "provider_override.tf",
        &format!("provider \"netacea\" {{\n  {defaults}\n}}\n"),
    )?;
    let plan = terraform.plan(&[])?;
    let wanted = json!({ "team": "web", "cost": "42" });
    assert_eq!(plan.change(ADDRESS)?["after"]["tags_all"], wanted);
    terraform.apply()?;
    let tags = estate.emulator.functions().tags(FUNCTION)?;
    assert_eq!(
        (&tags["team"], &tags["cost"]),
        (&json!("web"), &json!("42"))
    );
    assert_eq!(
        terraform.resource(ADDRESS)?["tags"],
        json!({ "team": "web" })
    );
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn logs_go_where_they_are_sent_in_the_form_that_is_asked_for() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.apply()?;
    let logging = |version: u64| -> Result<Value> {
        let arn = format!("arn:aws:lambda:us-east-1:000000000000:function:{FUNCTION}:{version}");
        let package = estate.emulator.functions().package(&arn)?;
        Ok(package.configuration["LoggingConfig"].clone())
    };
    assert_eq!(logging(1)?["LogFormat"], "Text");
    let wanted = with("log_format = \"JSON\"\n  log_group = \"/shop/edge\"");
    terraform.write("override.tf", &wanted)?;
    let plan = terraform.plan(&[])?;
    assert_eq!(plan.change(ADDRESS)?["after_unknown"]["version"], true);
    terraform.apply()?;
    assert_eq!(
        logging(2)?,
        json!({ "LogFormat": "JSON", "LogGroup": "/shop/edge" })
    );
    terraform.plan(&[])?.outcome.code(0)?;

    let functions = estate.emulator.functions();
    let elsewhere = json!({ "LogFormat": "Text", "LogGroup": "/somebody" });
    functions.configure(FUNCTION, &json!({ "LoggingConfig": elsewhere }))?;
    let plan = terraform.plan(&[])?;
    let change = plan.change(ADDRESS)?;
    assert_eq!(change["before"]["log_group"], "/somebody");
    assert_eq!(change["after"]["log_group"], "/shop/edge");
    plan.outcome.says(&[
        "log_format of $LATEST is Text; it is JSON in version 2",
        "log_group of $LATEST is \"/somebody\"",
    ])?;
    terraform.apply()?;

    terraform.write("override.tf", "")?;
    terraform.apply()?;
    let own = format!("/aws/lambda/{FUNCTION}");
    let version = terraform.resource(ADDRESS)?["version"].clone();
    let version = version.as_str().and_then(|version| version.parse().ok());
    assert_eq!(
        logging(version.unwrap_or_default())?,
        json!({ "LogFormat": "Text", "LogGroup": own })
    );
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn tags_that_aws_or_the_provider_would_not_take_are_refused_at_plan() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    let numbered =
        |count: u32| format!("{{ for number in range({count}) : \"tag-${{number}}\" => \"x\" }}");
    let defaults = |tags: &str| {
        format!("provider \"netacea\" {{\n  default_tags {{\n    tags = {tags}\n  }}\n}}\n")
    };
    for (tags, reason) in [
        ("{ \"netacea:lifecycle\" = \"x\" }".to_owned(), "reserved"),
        ("{ \"aws:x\" = \"x\" }".to_owned(), "AWS reserves tags"),
        ("{ x = format(\"%0257d\", 0) }".to_owned(), "a value of 257"),
        (numbered(60), "`default_tags` has 60"),
    ] {
        terraform.write("provider_override.tf", &defaults(&tags))?;
        terraform.run(&["plan", "-input=false"])?.code(1)?.says(&[
            "Error:",
            "default_tags",
            reason,
        ])?;
    }

    // `tags` of the example overrides none of the 30.
    terraform.write("provider_override.tf", &defaults(&numbered(30)))?;
    let own = "tags = { for number in range(19) : \"own-${number}\" => \"x\" }";
    terraform.write("override.tf", &with(own))?;
    terraform.run(&["plan", "-input=false"])?.code(1)?.errs(
        Summary::TooManyTags,
        &[
            "53 tags",
            "`tags`: 19",
            "override: 30",
            "who owns the function: 3",
            "places it in the distribution: 1",
            "at least 3",
        ],
    )?;
    assert_eq!(estate.proxy.writes(), [], "a plan only reads");

    terraform.write("override.tf", &with(&own.replace("19", "16")))?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

/// Lambda allows 50 tags, and the functions that ours displaces are recorded in them before the
/// distribution is written.
#[test]
fn a_function_that_cannot_record_what_it_displaces_displaces_nobody() -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?;
    let terraform = estate.example(EXAMPLE)?;
    let distribution = "distribution = {\n    id             = var.distribution_id\n    behaviors      = [\"/legacy/*\"]\n    adopt_existing = true\n  }";
    let tags = |count: u32| {
        let tags =
            format!("tags = {{ for number in range({count}) : \"tag-${{number}}\" => \"x\" }}");
        with(&format!("{distribution}\n  {tags}"))
    };
    terraform.write("override.tf", &tags(46))?;
    terraform
        .run(&["apply", "-input=false", "-auto-approve"])?
        .code(1)?
        .errs(
            Summary::TooManyTags,
            &[
                "would have 51 tags, but Lambda allows 50",
                "to record what it displaces: 1",
            ],
        )?;
    assert_eq!(estate.proxy.writes(), [], "a plan refuses");
    assert_eq!(estate.site.distribution.configuration()?, before);

    terraform.write("override.tf", &tags(45))?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.destroy()?;
    assert_eq!(estate.site.distribution.configuration()?.xml, before.xml);
    Ok(())
}
