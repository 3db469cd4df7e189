//! What is acknowledged is silent as long as it occurs, and told once when it has gone.

use acceptance::estate::Estate;
use acceptance::fixture::Surroundings;
use acceptance::terraform::{REQUIREMENT, Summary};
use anyhow::{Context, Result};

use super::{directory, integration, warnings};

fn headlines(warnings: &[String]) -> Vec<&str> {
    let lines = warnings.iter();
    lines.filter_map(|warning| warning.lines().next()).collect()
}

#[test]
fn an_acknowledged_hazard_is_silent_and_told_once_when_it_has_gone() -> Result<()> {
    const GONE: &str = "An acknowledged hazard does not occur";
    let estate = Estate::build()?;
    let document = Surroundings::SinglePageSite.document();
    let site = estate.emulator.create_distribution(document)?;
    let at = format!("  distribution = {{ id = \"{}\" }}", site.id());
    let acknowledged = format!(
        "{at}\n  acknowledge_hazards = [\"custom_error_page\", \"verification_path_read_only\"]"
    );
    let terraform = directory(&estate, &at)?;
    assert_eq!(warnings(&terraform)?.len(), 2);
    terraform.write("main.tf", &integration(&acknowledged))?;
    assert_eq!(warnings(&terraform)?, [] as [String; 0]);
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;

    let before = site.configuration()?.xml;
    let (head, rest) = before
        .split_once("<CustomErrorResponses>")
        .context("a list")?;
    let (_, tail) = rest
        .split_once("</CustomErrorResponses>")
        .context("its end")?;
    let without = format!("{head}{tail}");
    site.edit(|_| Ok(without.clone()))?;
    for _ in 0..2 {
        // A plan alone keeps nothing.
        let told = warnings(&terraform)?;
        assert_eq!(headlines(&told), [GONE]);
        assert!(
            told[0].contains("do not cause: `custom_error_page`. Remove"),
            "{told:?}"
        );
    }
    let applied = terraform.apply()?;
    assert!(
        applied.has_warned(Summary::HazardIsGone),
        "{}",
        applied.text
    );
    assert_eq!(warnings(&terraform)?, [] as [String; 0], "it was told");

    site.edit(|_| Ok(before.clone()))?;
    let back = terraform.apply()?;
    assert!(!back.text.contains("Warning"), "{}", back.text);
    site.edit(|_| Ok(without))?;
    assert_eq!(
        headlines(&warnings(&terraform)?),
        [GONE],
        "it has gone again"
    );

    terraform.write(
        "main.tf",
        &integration(&format!(
            "{at}\n  acknowledge_hazards = [\"verification_path_read_only\"]"
        )),
    )?;
    assert_eq!(warnings(&terraform)?, [] as [String; 0]);
    terraform.destroy()?;
    assert!(!site.configuration()?.xml.contains("netacea-shop"));
    Ok(())
}

#[test]
fn an_unknown_name_is_an_error_with_the_known_ones_at_both_resources() -> Result<()> {
    let estate = Estate::build()?;
    let id = estate.site.distribution.id();
    let unknown = "  acknowledge_hazards = [\"grpc\", \"gprc\"]";
    let association = format!(
        "{REQUIREMENT}\nresource \"netacea_cloudfront_association\" \"shop\" {{\n  distribution_id = \"{id}\"\n  \
         lambda_arn = \"arn:aws:lambda:us-east-1:000000000000:function:netacea-shop:1\"\n{unknown}\n}}\n"
    );
    for configuration in [integration(unknown), association] {
        let terraform = estate.configuration(&configuration)?;
        let refused = terraform.run(&["validate"])?.code(1)?;
        refused.says(&[
            "\"gprc\" is not allowed. Use \"verification_path_unprotected\",",
            "\"custom_error_page\"",
            "acknowledge_hazards = [\"grpc\", \"gprc\"]",
        ])?;
    }
    Ok(())
}

/// An association of the distribution with the integration's function, or with another one.
fn association(id: &str, lambda_arn: &str) -> String {
    format!(
        "\nresource \"netacea_cloudfront_association\" \"site\" {{\n  distribution_id = \"{id}\"\n  lambda_arn = {lambda_arn}\n}}\n"
    )
}

#[test]
fn an_association_is_told_by_what_its_function_does() -> Result<()> {
    let estate = Estate::build()?;
    let document = Surroundings::SinglePageSite.document();
    let site = estate.emulator.create_distribution(document)?;
    let ours = association(
        site.id(),
        "netacea_cloudfront_integration.shop.qualified_arn",
    );
    let assumed = "No integration in this configuration creates the function";
    let terraform = estate.configuration(&format!("{}{ours}", integration("")))?;
    for _ in 0..2 {
        let told = warnings(&terraform)?;
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(!told.concat().contains(assumed), "{told:?}");
        terraform.apply()?;
    }
    let version =
        terraform.resource("netacea_cloudfront_integration.shop")?["qualified_arn"].clone();

    let passing = integration("").replace("\"MITIGATE\"", "\"INGEST\"");
    terraform.write("main.tf", &format!("{passing}{ours}"))?;
    assert_eq!(warnings(&terraform)?, [] as [String; 0]);

    let elsewhere = format!(
        "{REQUIREMENT}{}",
        association(site.id(), &version.to_string())
    );
    let terraform = estate.configuration(&elsewhere)?;
    let told = terraform
        .run(&["plan", "-input=false", "-json"])?
        .diagnostics();
    let hazards: Vec<_> = told
        .iter()
        .filter(|one| one.names("acknowledge_hazards"))
        .collect();
    assert_eq!(hazards.len(), 2, "{told:?}");
    assert!(hazards.iter().all(|one| one.names(assumed)), "{told:?}");
    Ok(())
}
