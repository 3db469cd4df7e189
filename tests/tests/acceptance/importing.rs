//! What runs can be taken under management without replacing it.

use acceptance::edge::Visitor;
use acceptance::estate::Estate;
use acceptance::fixture::{LEGACY_FUNCTION, VendorFunction, vendor_configuration};
use acceptance::netacea::Verdict;
use acceptance::terraform::{REQUIREMENT, Summary};
use acceptance::toolchain::Toolchain;
use anyhow::Result;
use serde_json::json;

use crate::{ADDRESS, EXAMPLE, FUNCTION};

#[test]
fn an_import_finds_what_is_live_and_the_next_apply_settles() -> Result<()> {
    let estate = Estate::build()?;
    let maker = estate.example(EXAMPLE)?;
    maker.apply()?;
    let made = maker.resource(ADDRESS)?;
    let before = estate.site.distribution.configuration()?;

    let taker = estate.example(EXAMPLE)?;
    let id = format!("{FUNCTION},{}", estate.site.distribution.id());
    estate.proxy.forget();
    taker
        .run(&["import", "-input=false", ADDRESS, &id])?
        .success()?;
    assert_eq!(estate.proxy.writes(), [], "an import only reads");
    let found = taker.resource(ADDRESS)?;
    for attribute in [
        "id",
        "function_arn",
        "qualified_arn",
        "version",
        "code_sha256",
        "settings",
        "slots",
        "role_arn",
        "runtime",
    ] {
        assert_eq!(found[attribute], made[attribute], "{attribute}");
    }
    assert_eq!(estate.site.distribution.configuration()?, before);

    // State cannot know the secrets, so their version is new to it; nothing is replaced for that.
    let plan = taker.plan(&[])?;
    let actions = &plan.change(ADDRESS)?["actions"];
    assert!(
        matches!(actions[0].as_str(), Some("no-op" | "update")),
        "{actions}"
    );
    taker.apply()?;
    taker.plan(&[])?.outcome.code(0)?;
    Ok(())
}

/// Whatever the import id looks like, the function that is live stays.
#[test]
fn an_import_by_any_name_of_the_function_never_replaces_it() -> Result<()> {
    let estate = Estate::build()?;
    let maker = estate.example(EXAMPLE)?;
    maker.apply()?;
    let made = maker.resource(ADDRESS)?;
    let distribution = estate.site.distribution.id();
    let text = |attribute: &str| made[attribute].as_str().unwrap_or_default().to_owned();
    for function in [
        text("function_arn"),
        text("qualified_arn"),
        format!("{FUNCTION}:{}", text("version")),
    ] {
        let taker = estate.example(EXAMPLE)?;
        let id = format!("{function},{distribution}");
        taker
            .run(&["import", "-input=false", ADDRESS, &id])?
            .success()?;
        for attribute in ["id", "name", "function_arn", "version", "slots"] {
            let found = taker.resource(ADDRESS)?;
            assert_eq!(found[attribute], made[attribute], "{attribute} by {id}");
        }
        let plan = taker.plan(&[])?;
        let actions = &plan.change(ADDRESS)?["actions"];
        assert!(
            matches!(actions[0].as_str(), Some("no-op" | "update")),
            "{actions} after {id}"
        );
    }

    let fresh = estate.example(EXAMPLE)?;
    let arn = text("function_arn");
    for (id, reason) in [
        (arn.replace("us-east-1", "eu-west-1"), "us-east-1"),
        (arn.replace("000000000000", "123456789012"), "123456789012"),
        (format!("{FUNCTION}:live"), "alias"),
        (format!("{FUNCTION}:99"), "has no version 99"),
        (format!("{FUNCTION}:99,{distribution}"), "holds version 99"),
        (
            format!("{distribution},{FUNCTION}"),
            "not a distribution id",
        ),
    ] {
        fresh
            .run(&["import", "-input=false", ADDRESS, &id])?
            .code(1)?
            .says(&["Error:", reason])?;
    }
    Ok(())
}

#[test]
fn a_function_that_is_not_there_cannot_be_imported() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    let outcome = terraform
        .run(&["import", "-input=false", ADDRESS, "no-such-function"])?
        .code(1)?;
    outcome.errs(Summary::FunctionNotFound, &["no-such-function"])
}

#[test]
fn what_holds_nothing_of_netacea_is_not_imported() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    let import = || {
        terraform
            .run(&["import", "-input=false", ADDRESS, LEGACY_FUNCTION])?
            .code(1)
    };
    import()?.says(&[
        "This is not a Netacea edge function",
        "Check the function's name",
    ])?;
    let functions = estate.emulator.functions();
    functions.delete(LEGACY_FUNCTION, Some("1"))?;
    import()?.says(&[
        "has no published version",
        "Nothing is deployed that could be imported",
    ])
}

#[test]
fn a_function_of_somebody_else_is_refused_and_shown_how_to_import() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    let name = format!("name = \"{LEGACY_FUNCTION}\"");
    terraform.write(
        "override.tf",
        &format!("resource \"netacea_cloudfront_integration\" \"shop\" {{\n  {name}\n}}\n"),
    )?;
    terraform
        .run(&["apply", "-input=false", "-auto-approve"])?
        .code(1)?
        .says(&[
            &format!("A function named {LEGACY_FUNCTION} already exists"),
            "This provider did not create it",
            "import {",
        ])?;
    assert_eq!(estate.proxy.writes(), []);
    Ok(())
}

/// As the guide `migrating-from-the-vendor-package` says.
#[test]
fn the_vendors_function_is_taken_over_in_place_with_its_settings() -> Result<()> {
    let estate = Estate::build()?;
    let legacy = vendor_configuration(&estate.netacea);
    VendorFunction::attach(&estate.site, &estate.emulator, FUNCTION, &legacy)?;

    let mut terraform = estate.example(EXAMPLE)?;
    terraform.variable("session_expiry_seconds", "90");
    terraform.write(
        "override.tf",
        r#"resource "netacea_cloudfront_integration" "shop" {
  distribution = {
    id        = var.distribution_id
    behaviors = ["/checkout/*"]
  }
}
"#,
    )?;
    let id = format!("{FUNCTION},{}", estate.site.distribution.id());
    terraform
        .run(&["import", "-input=false", ADDRESS, &id])?
        .success()?;
    let plan = terraform.plan(&[])?;
    let change = plan.change(ADDRESS)?;
    assert_eq!(
        change["actions"],
        json!(["update"]),
        "{}",
        plan.outcome.text
    );
    assert_eq!(change["before"]["settings"], change["after"]["settings"]);

    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    assert_eq!(terraform.resource(ADDRESS)?["version"], "2");
    let xml = estate.site.distribution.configuration()?.xml;
    assert_eq!(xml.matches(&format!(":{FUNCTION}:2<")).count(), 3);
    estate
        .netacea
        .protector
        .judge_user_agent("scraper", Verdict::BLOCKED);
    let mut bot = Visitor::new("scraper/1", "198.51.100.7");
    assert_eq!(bot.get(&estate.edge, "/checkout/1")?.status, 403);
    Ok(())
}

#[test]
fn an_adopted_function_gives_up_what_lambda_at_edge_forbids() -> Result<()> {
    let estate = Estate::build()?;
    let functions = estate.emulator.functions();
    functions.create(FUNCTION, "export const handler = async () => null;")?;
    let environment = json!({ "Variables": { "LEGACY_TOKEN": "canary-9c1e" } });
    let tracing = json!({ "Mode": "Active" });
    functions.configure(
        FUNCTION,
        &json!({ "Environment": environment, "TracingConfig": tracing }),
    )?;
    let terraform = estate.example(EXAMPLE)?;
    let main = std::fs::read_to_string(terraform.path().join("main.tf"))?;
    let adopting = "  adopt_existing_function = true\n  description";
    terraform.write("main.tf", &main.replacen("  description", adopting, 1))?;
    let outcome = terraform.apply()?;
    outcome.warns(
        Summary::ForbiddenSettings,
        &[
            "Function netacea-shop has settings",
            "X-Ray tracing",
            "environment variables (LEGACY_TOKEN)",
        ],
    )?;
    assert!(!outcome.text.contains("canary-9c1e"), "{}", outcome.text);
    let arn = terraform.resource(ADDRESS)?["qualified_arn"].clone();
    let published = functions.package(arn.as_str().unwrap_or_default())?;
    let variables = &published.configuration["Environment"]["Variables"];
    assert!(
        variables
            .as_object()
            .is_none_or(|variables| variables.is_empty()),
        "{variables}"
    );
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

/// Terraform 1.12 and later.
#[test]
fn an_import_by_identity_names_account_and_function() -> Result<()> {
    let mut estate = Estate::build()?;
    let maker = estate.example(EXAMPLE)?;
    maker.apply()?;
    estate.tools.terraform = Toolchain::workspace().join(".tools/terraform-1.15/terraform");
    let taker = estate.example(EXAMPLE)?;
    let import = |account: &str| {
        format!(
            "import {{\n  to = {ADDRESS}\n  identity = {{\n    account_id = \"{account}\"\n    function_name = \"{FUNCTION}\"\n  }}\n}}\n"
        )
    };
    taker.write("import.tf", &import("123456789012"))?;
    taker.run(&["plan", "-input=false"])?.code(1)?.says(&[
        "Error:",
        "123456789012",
        "000000000000",
    ])?;
    taker.write("import.tf", &import("000000000000"))?;
    let plan = taker.plan(&[])?;
    plan.outcome
        .says(&["1 to import, 0 to add, 1 to change, 0 to destroy"])?;
    taker.apply()?;
    taker.plan(&[])?.outcome.code(0)?;
    Ok(())
}

/// What Terraform writes for an import without a resource block is a configuration that plans once
/// the secrets, which nobody can read back, are filled in.
#[test]
fn a_generated_configuration_plans_as_it_is_once_the_secrets_are_filled_in() -> Result<()> {
    const FILE: &str = "generated.tf";
    const SECRETS: &str = "{ api_key = \"an-api-key\", secret_key = \"a-secret-key\" }";
    for (is_placed, arguments) in [
        (false, &["secrets_wo", "secrets_wo_version"][..]),
        (true, &["secrets"]),
    ] {
        let estate = Estate::build()?;
        estate.example(EXAMPLE)?.apply()?;
        let id = match is_placed {
            true => format!("{FUNCTION},{}", estate.site.distribution.id()),
            false => FUNCTION.to_owned(),
        };
        let import = format!("import {{\n  to = {ADDRESS}\n  id = \"{id}\"\n}}\n");
        let taker = estate.configuration(&format!("{REQUIREMENT}{import}"))?;
        // Nothing can be planned without secrets, and nothing else is wrong.
        let out = format!("-generate-config-out={FILE}");
        let outcome = taker.run(&["plan", "-input=false", &out])?.code(1)?;
        outcome.errs(Summary::SecretsMissing, &["secrets_wo_version"])?;
        assert_eq!(
            outcome.text.matches("Error: ").count(),
            1,
            "{}",
            outcome.text
        );

        let generated = std::fs::read_to_string(taker.path().join(FILE))?;
        let filled = generated.lines().map(|line| {
            let argument = line.split('=').next().unwrap_or_default().trim();
            let value = match argument {
                _ if !arguments.contains(&argument) => return format!("{line}\n"),
                "secrets_wo_version" => "1",
                _ => SECRETS,
            };
            assert!(line.ends_with("= null"), "{line}");
            format!("  {argument} = {value}\n")
        });
        taker.write(FILE, &filled.collect::<String>())?;
        let plan = taker.plan(&[])?;
        plan.outcome
            .says(&["1 to import, 0 to add, 1 to change, 0 to destroy"])?;
        assert!(
            !plan.outcome.text.contains("a-secret-key"),
            "{}",
            plan.outcome.text
        );
        taker.apply()?;
        taker.plan(&[])?.outcome.code(0)?;
    }
    Ok(())
}
