//! The log groups of a function: every region at once, adopted where they exist, kept on destroy.

use acceptance::aws::{AwsError, Effect, Fault, Operation, Times};
use acceptance::estate::Estate;
use acceptance::terraform::{REQUIREMENT, WorkingDirectory};
use anyhow::{Context, Result};
use hyper::StatusCode;
use serde_json::{Value, json};

const ADDRESS: &str = "netacea_edge_log_groups.shop";
const NAME: &str = "/aws/lambda/us-east-1.netacea-shop";
const REGIONS: usize = 13;

fn configuration(arguments: &str) -> String {
    format!(
        "{REQUIREMENT}\nresource \"netacea_edge_log_groups\" \"shop\" {{\n  function_name = \
         \"netacea-shop\"\n{arguments}\n}}\n"
    )
}

fn managing(estate: &Estate, arguments: &str) -> Result<WorkingDirectory> {
    estate.configuration(&configuration(arguments))
}

/// The log groups of the state, by region.
fn groups(terraform: &WorkingDirectory) -> Result<Vec<(String, Value)>> {
    let groups = terraform.resource(ADDRESS)?["log_groups"].clone();
    let groups = groups.as_object().context("a map")?;
    Ok(groups
        .iter()
        .map(|(region, group)| (region.clone(), group.clone()))
        .collect())
}

fn count(estate: &Estate, operation: Operation) -> usize {
    let calls = estate.proxy.calls().into_iter();
    calls.filter(|call| call.operation == operation).count()
}

#[test]
fn every_region_gets_its_group_and_an_idle_plan_asks_each_once_or_twice() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = managing(&estate, "  retention_in_days = 30")?;
    terraform.apply()?;
    let made = groups(&terraform)?;
    assert_eq!(made.len(), REGIONS);
    for (region, group) in &made {
        assert_eq!(
            *group,
            json!({
                "arn": format!("arn:aws:logs:{region}:000000000000:log-group:{NAME}"),
                "existed_before": false, "retention_in_days": 30, "kms_key_arn": null,
            })
        );
    }
    estate.proxy.forget();
    terraform.plan(&[])?.outcome.code(0)?;
    assert_eq!(estate.proxy.writes(), []);
    assert_eq!(count(&estate, Operation::DescribeLogGroups), REGIONS);
    assert_eq!(count(&estate, Operation::ListTagsForResource), 0);

    terraform.write(
        "main.tf",
        &configuration("  retention_in_days = 30\n  tags = { team = \"edge\" }"),
    )?;
    terraform.apply()?;
    estate.proxy.forget();
    terraform.plan(&[])?.outcome.code(0)?;
    assert_eq!(count(&estate, Operation::DescribeLogGroups), REGIONS);
    assert_eq!(count(&estate, Operation::ListTagsForResource), REGIONS);
    Ok(())
}

#[test]
fn groups_that_exist_are_adopted_and_logs_stay_unless_they_are_to_be_deleted() -> Result<()> {
    let estate = Estate::build()?;
    // Another resource, another state: as if the function had logged in two regions.
    let before = managing(&estate, "  regions = [\"eu-west-1\", \"us-east-1\"]")?;
    before.apply()?;
    before.run(&["state", "rm", ADDRESS])?.success()?;

    let terraform = managing(&estate, "  retention_in_days = 7")?;
    terraform.apply()?;
    let existed: Vec<String> = groups(&terraform)?
        .into_iter()
        .filter(|(_, group)| group["existed_before"] == true)
        .map(|(region, _)| region)
        .collect();
    assert_eq!(existed, ["eu-west-1", "us-east-1"]);
    estate.proxy.forget();
    terraform.destroy()?;
    assert_eq!(estate.proxy.writes(), []);

    let again = managing(&estate, "  delete_logs = true")?;
    again.apply()?;
    let all = groups(&again)?;
    assert!(all.iter().all(|(_, group)| group["existed_before"] == true));
    // Without `retention_in_days`, they keep what they have.
    assert!(all.iter().all(|(_, group)| group["retention_in_days"] == 7));
    estate.proxy.forget();
    again.destroy()?;
    assert_eq!(count(&estate, Operation::DeleteLogGroup), REGIONS);
    Ok(())
}

#[test]
fn drift_is_shown_region_by_region_and_healed() -> Result<()> {
    let estate = Estate::build()?;
    let arguments = "  retention_in_days = 30\n  tags = { team = \"edge\" }";
    let terraform = managing(&estate, arguments)?;
    terraform.apply()?;
    // A colleague with a state of their own.
    let colleague = managing(
        &estate,
        "  regions = [\"eu-west-2\"]\n  retention_in_days = 365\n  tags = { team = \"shop\" }",
    )?;
    colleague.apply()?;
    let plan = terraform.plan(&[])?;
    assert_eq!(plan.outcome.code, 2);
    let change = plan.change(ADDRESS)?;
    assert_eq!(change["actions"], json!(["update"]));
    let days =
        |when: &str, region: &str| change[when]["log_groups"][region]["retention_in_days"].clone();
    assert_eq!(
        (days("before", "eu-west-2"), days("after", "eu-west-2")),
        (json!(365), json!(30))
    );
    assert_eq!(days("before", "eu-west-1"), json!(30));
    plan.outcome
        .says(&["The tags of the log group in eu-west-2 have changed"])?;
    estate.proxy.forget();
    terraform.apply()?;
    assert_eq!(count(&estate, Operation::PutRetentionPolicy), 1);
    assert_eq!(count(&estate, Operation::TagLogGroup), 1);
    terraform.plan(&[])?.outcome.code(0)?;

    // Somebody deletes one.
    let deleting = managing(&estate, "  regions = [\"sa-east-1\"]\n  delete_logs = true")?;
    deleting.apply()?;
    deleting.destroy()?;
    let plan = terraform.plan(&[])?;
    assert_eq!(plan.outcome.code, 2);
    estate.proxy.forget();
    terraform.apply()?;
    assert_eq!(count(&estate, Operation::CreateLogGroup), 1);
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}

#[test]
fn keys_belong_to_their_regions_and_go_when_they_are_no_longer_configured() -> Result<()> {
    let estate = Estate::build()?;
    let key = "arn:aws:kms:eu-west-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let regions = "  regions = [\"eu-west-1\", \"us-east-1\"]\n";
    let terraform = managing(&estate, regions)?;
    terraform.apply()?;
    terraform.write(
        "main.tf",
        &configuration(&format!(
            "{regions}  kms_key_arns = {{ eu-west-1 = \"{key}\" }}"
        )),
    )?;
    terraform.apply()?;
    let of = |terraform: &WorkingDirectory, region: &str| -> Result<Value> {
        Ok(terraform.resource(ADDRESS)?["log_groups"][region]["kms_key_arn"].clone())
    };
    assert_eq!(of(&terraform, "eu-west-1")?, key);
    assert_eq!(of(&terraform, "us-east-1")?, Value::Null);
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.write("main.tf", &configuration(regions))?;
    terraform.apply()?;
    assert_eq!(of(&terraform, "eu-west-1")?, Value::Null);
    terraform.plan(&[])?.outcome.code(0)?;

    terraform.write(
        "main.tf",
        &configuration(&format!(
            "{regions}  kms_key_arns = {{ us-east-1 = \"{key}\" }}"
        )),
    )?;
    let refused = terraform.run(&["plan", "-input=false"])?.code(1)?;
    refused.says(&["is in eu-west-1", "kms_key_arns"])?;
    terraform.write("main.tf", &configuration("  retention_in_days = 31"))?;
    let refused = terraform.run(&["plan", "-input=false"])?.code(1)?;
    refused.says(&["cannot keep log events for 31 days", "retention_in_days"])
}

#[test]
fn a_region_that_fails_is_told_and_made_up_for_by_the_next_apply() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = managing(&estate, "  retention_in_days = 30")?;
    let denied = AwsError::new(400, "AccessDeniedException", "not in this region");
    let denied = Effect::Refuse(denied);
    estate.proxy.script(Fault::on(
        Operation::CreateLogGroup,
        denied,
        Times::First(1),
    ));
    let told = terraform.apply()?;
    told.says(&["Warning:", "logs:CreateLogGroup"])?;
    assert_eq!(groups(&terraform)?.len(), REGIONS - 1);
    estate.proxy.relent();
    assert_eq!(terraform.plan(&[])?.outcome.code, 2);
    terraform.apply()?;
    assert_eq!(groups(&terraform)?.len(), REGIONS);
    terraform.plan(&[])?.outcome.code(0)?;

    // All regions: nothing is recorded, nothing is lost.
    estate.proxy.refuse(
        Operation::DescribeLogGroups,
        StatusCode::BAD_REQUEST,
        "AccessDeniedException",
    );
    let refused = terraform.run(&["plan", "-input=false"])?.code(1)?;
    refused.says(&["failed in 13 regions", "logs:DescribeLogGroups"])?;
    estate.proxy.relent();
    Ok(())
}

#[test]
fn logs_that_a_dropped_region_keeps_are_deleted_by_the_next_apply() -> Result<()> {
    let estate = Estate::build()?;
    let regions = |list: &str| format!("  delete_logs = true\n  regions = [{list}]");
    let three = regions("\"eu-west-1\", \"us-east-1\", \"us-west-2\"");
    let terraform = managing(&estate, &three)?;
    terraform.apply()?;

    let denied = AwsError::new(400, "AccessDeniedException", "not in this region");
    estate.proxy.script(Fault::on(
        Operation::DeleteLogGroup,
        Effect::Refuse(denied),
        Times::First(1),
    ));
    terraform.write("main.tf", &configuration(&regions("\"eu-west-1\"")))?;
    let apply = ["apply", "-input=false", "-auto-approve"];
    let told = terraform.run(&apply)?.code(1)?;
    told.says(&["Error:", "logs:DeleteLogGroup"])?;
    assert_eq!(groups(&terraform)?.len(), 2);
    estate.proxy.relent();
    estate.proxy.forget();
    assert_eq!(terraform.plan(&[])?.outcome.code, 2);
    terraform.apply()?;
    assert_eq!(count(&estate, Operation::DeleteLogGroup), 1);
    assert_eq!(groups(&terraform)?.len(), 1);
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.destroy()?;
    Ok(())
}

#[test]
fn a_region_that_is_not_enabled_is_a_warning_and_no_change_at_every_plan() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = managing(&estate, "  regions = [\"eu-west-1\", \"us-east-1\"]")?;
    let rejected = || {
        let rejected = AwsError::new(
            400,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        );
        Fault::on(
            Operation::DescribeLogGroups,
            Effect::Refuse(rejected),
            Times::First(1),
        )
    };
    estate.proxy.script(rejected());
    let told = terraform.apply()?;
    told.says(&["Some regions do not accept these credentials", "`regions`"])?;
    assert_eq!(groups(&terraform)?.len(), 1);
    // Enabled meanwhile: the read finds it, and the plan makes up for it.
    estate.proxy.relent();
    assert_eq!(terraform.plan(&[])?.outcome.code, 2);
    terraform.apply()?;
    assert_eq!(groups(&terraform)?.len(), 2);
    terraform.plan(&[])?.outcome.code(0)?;
    Ok(())
}
