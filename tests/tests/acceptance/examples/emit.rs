//! `existing-estate`: emit mode, and what the owner's distribution makes of it. The aws provider is
//! not here; what it would do with the associations is played by the test, and its schema by a
//! module with typed variables.

use acceptance::edge::{DistributionConfiguration, Visitor};
use acceptance::estate::Estate;
use acceptance::netacea::Verdict;
use acceptance::terraform::WorkingDirectory;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::text;

const STORY: &str = "existing-estate";

/// `distribution.tf` of this example needs the aws provider, which is not here; the test stands in
/// for it and writes what the dynamic block says into the distribution.
#[test]
fn existing_estate_emits_what_the_owner_attaches() -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?;
    let terraform = estate.example_without(STORY, &["distribution.tf"])?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    assert_eq!(
        estate.site.distribution.configuration()?,
        before,
        "the owner is the only writer"
    );

    let associations = terraform.output("associations")?;
    let element = attach(&associations)?;
    estate
        .site
        .distribution
        .edit(|now| now.with_associations("/checkout/*", &element))?;
    let events = DistributionConfiguration::parse(&estate.site.distribution.configuration()?.xml)?
        .behavior("/checkout/*")?
        .associations
        .len();
    assert_eq!(events, 3, "{associations:#}");

    estate
        .netacea
        .protector
        .judge_user_agent("scraper", Verdict::BLOCKED);
    assert_eq!(
        Visitor::new("scraper/1", "198.51.100.7")
            .get(&estate.edge, "/checkout/1")?
            .status,
        403
    );
    let mut human = Visitor::new("Mozilla/5.0", "203.0.113.10");
    assert_eq!(human.get(&estate.edge, "/checkout/1")?.status, 200);
    assert!(human.cookies.contains_key("_mitata"));
    Ok(())
}

#[test]
fn the_owners_dynamic_block_uses_what_is_emitted() -> Result<()> {
    let path = "existing-estate/distribution.tf";
    let text = text(path)?;
    for attribute in ["event_type", "lambda_arn", "include_body"] {
        let used = format!("lambda_function_association.value.{attribute}");
        assert!(text.contains(&used), "{used} is missing in {path}");
    }
    Ok(())
}

#[test]
fn one_apply_moves_the_owners_distribution_to_a_new_version() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example_without(STORY, &["distribution.tf"])?;
    let owner = with_owner(&terraform)?;
    terraform.apply()?;
    assert_eq!(versions(&terraform, owner)?, ["1", "1", "1"]);
    let settled = terraform.plan(&[])?;
    settled.outcome.code(0)?;

    let description = "description = \"the second\"";
    terraform.write(
        "override.tf",
        &format!("resource \"netacea_cloudfront_integration\" \"shop\" {{\n  {description}\n}}\n"),
    )?;
    let plan = terraform.plan(&[])?;
    assert_eq!(
        plan.change(owner)?["actions"],
        json!(["update"]),
        "{}",
        plan.outcome.text
    );
    terraform.apply()?;
    assert_eq!(versions(&terraform, owner)?, ["2", "2", "2"]);
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

/// Adds a module that takes the associations with the types of `aws_cloudfront_distribution`'s
/// block and refuses what CloudFront refuses; the resource in it stands for the distribution.
/// Returns that resource's address.
fn with_owner(terraform: &WorkingDirectory) -> Result<&'static str> {
    std::fs::create_dir(terraform.path().join("owner"))?;
    terraform.write("owner/main.tf", OWNER)?;
    terraform.write(
        "owner.tf",
        "module \"owner\" {\n  source       = \"./owner\"\n  associations = local.netacea_associations\n}\n",
    )?;
    terraform.init()?;
    Ok("module.owner.terraform_data.distribution")
}

const OWNER: &str = r#"
variable "associations" {
  type = set(object({
    event_type   = string
    lambda_arn   = string
    include_body = bool
  }))
  nullable = false

  validation {
    condition     = length(var.associations) == length(toset([for one in var.associations : one.event_type]))
    error_message = "One function an event."
  }
  validation {
    condition = alltrue([
      for one in var.associations :
      contains(["viewer-request", "viewer-response", "origin-request", "origin-response"], one.event_type)
    ])
    error_message = "CloudFront has four events."
  }
  validation {
    condition = alltrue([
      for one in var.associations :
      can(regex("^arn:aws:lambda:us-east-1:[0-9]{12}:function:[A-Za-z0-9_-]+:[0-9]+$", one.lambda_arn))
    ])
    error_message = "The ARN must name a version and lie in us-east-1."
  }
  validation {
    condition = alltrue([
      for one in var.associations : one.include_body == false || endswith(one.event_type, "-request")
    ])
    error_message = "Only requests have a body."
  }
}

resource "terraform_data" "distribution" {
  input = [for one in var.associations : one]
}
"#;

/// The versions that the owner's resource holds.
fn versions(terraform: &WorkingDirectory, owner: &str) -> Result<Vec<String>> {
    let state = terraform.run(&["show", "-json"])?.success()?.stdout;
    let state: Value = serde_json::from_str(&state)?;
    let modules = &state["values"]["root_module"]["child_modules"];
    let resource = modules[0]["resources"].as_array().and_then(|resources| {
        resources
            .iter()
            .find(|resource| resource["address"] == owner)
    });
    let held = &resource.with_context(|| format!("no {owner} in {state:#}"))?["values"]["input"];
    let associations = held.as_array().context("no list")?.iter();
    Ok(associations
        .filter_map(|one| one["lambda_arn"].as_str()?.rsplit(':').next())
        .map(str::to_owned)
        .collect())
}

/// The XML that the dynamic block of the example comes to.
fn attach(associations: &Value) -> Result<String> {
    let list = associations.as_array().context("a list")?;
    let mut items = String::new();
    for association in list {
        let (event, arn) = (
            association["event_type"].as_str(),
            association["lambda_arn"].as_str(),
        );
        let body = association["include_body"].as_bool();
        ensure!(
            event.is_some() && arn.is_some() && body.is_some(),
            "{association}"
        );
        items += &format!(
            "<LambdaFunctionAssociation><LambdaFunctionARN>{}</LambdaFunctionARN><EventType>{}</EventType><IncludeBody>{}</IncludeBody></LambdaFunctionAssociation>",
            arn.unwrap_or_default(),
            event.unwrap_or_default(),
            body.unwrap_or_default()
        );
    }
    Ok(format!(
        "<LambdaFunctionAssociations><Quantity>{}</Quantity><Items>{items}</Items></LambdaFunctionAssociations>",
        list.len()
    ))
}
