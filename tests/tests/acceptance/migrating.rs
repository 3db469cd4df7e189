//! From the functions of Netacea's own package to one of ours, and back, as the guide
//! `migrating-from-the-vendor-package` says.

use std::fs;

use acceptance::aws::Operation;
use acceptance::edge::Visitor;
use acceptance::estate::Estate;
use acceptance::fixture::{LEGACY_FUNCTION, VendorFunctions, vendor_configuration};
use acceptance::netacea::Verdict;
use acceptance::terraform::{REQUIREMENT, Summary, WorkingDirectory};
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::{ADDRESS, EXAMPLE, FUNCTION};

const GUIDE: &str = "docs/guides/migrating-from-the-vendor-package.md";
const SLOTS: [&str; 3] = [
    "/checkout/* viewer-request",
    "/checkout/* viewer-response",
    "/checkout/* origin-response",
];

/// The estate with the three functions at work, and the document before they are displaced.
struct Ground {
    estate: Estate,
    old: VendorFunctions,
    before: String,
}

impl Ground {
    fn build() -> Result<Self> {
        let estate = Estate::build()?;
        let old = VendorFunctions::attach(
            &estate.site,
            &estate.emulator,
            "netacea",
            &vendor_configuration(&estate.netacea),
        )?;
        let before = estate.site.distribution.configuration()?.xml;
        Ok(Self {
            estate,
            old,
            before,
        })
    }

    /// The way next to the old functions, with these arguments of `distribution`.
    fn next_to(&self, more: &str) -> Result<WorkingDirectory> {
        let terraform = self.estate.example(EXAMPLE)?;
        terraform.write(
            "override.tf",
            &format!(
                "resource \"netacea_cloudfront_integration\" \"shop\" {{\n  distribution = {{\n    id             = var.distribution_id\n    behaviors      = [\"/checkout/*\"]\n    \
                 adopt_existing = true\n    {more}\n  }}\n}}\n"
            ),
        )?;
        Ok(terraform)
    }

    /// Calls that a plan of the usual kind does not need.
    fn packages_read(&self) -> Vec<Operation> {
        let calls = self.estate.proxy.calls().into_iter();
        let calls = calls.map(|call| call.operation);
        calls
            .filter(|operation| matches!(operation, Operation::GetFunction | Operation::GetPackage))
            .collect()
    }

    fn xml(&self) -> Result<String> {
        Ok(self.estate.site.distribution.configuration()?.xml)
    }
}

#[test]
fn three_functions_give_way_together_and_come_back_byte_for_byte() -> Result<()> {
    let ground = Ground::build()?;
    let mut visitor = Visitor::new("a browser", "198.51.100.9");
    let served = visitor.get(&ground.estate.edge, "/checkout/1")?.status;
    let terraform = ground.next_to("")?;
    ground.estate.proxy.forget();
    let plan = terraform.plan(&[])?;
    assert!(
        ground.packages_read().is_empty(),
        "{:?}",
        ground.packages_read()
    );
    for ((_, arn), slot) in ground.old.arns.iter().zip(SLOTS) {
        plan.outcome.warns(Summary::ApplyDisplaces, &[slot, arn])?;
    }
    terraform.apply()?;
    let displaced = terraform.resource(ADDRESS)?["displaced"].clone();
    for ((_, arn), slot) in ground.old.arns.iter().zip(SLOTS) {
        assert_eq!(displaced[slot], json!(arn));
    }
    let now = ground.xml()?;
    assert_eq!(now.matches(&format!(":{FUNCTION}:1<")).count(), 3);
    assert!(ground.old.names().iter().all(|name| !now.contains(name)));
    ground.estate.proxy.forget();
    terraform.plan(&[])?.outcome.code(0)?;
    let calls = ground.estate.proxy.calls();
    let reads = calls
        .iter()
        .filter(|call| call.operation != Operation::Query);
    assert_eq!(reads.count(), 3, "{calls:?}");

    let protector = &ground.estate.netacea.protector;
    protector.judge_user_agent("scraper", Verdict::BLOCKED);
    let mut bot = Visitor::new("scraper/1", "198.51.100.7");
    assert_eq!(bot.get(&ground.estate.edge, "/checkout/1")?.status, 403);

    terraform.destroy()?;
    assert_eq!(ground.xml()?, ground.before);
    assert_eq!(
        visitor.get(&ground.estate.edge, "/checkout/1")?.status,
        served
    );
    assert_eq!(served, 200);
    Ok(())
}

/// A function that protects alone protects nothing, so none comes back when one is gone.
#[test]
fn when_one_of_three_functions_is_gone_none_comes_back_and_all_are_named() -> Result<()> {
    let ground = Ground::build()?;
    let terraform = ground.next_to("")?;
    terraform.apply()?;
    let [request, response, error] = ground.old.names();
    let functions = ground.estate.emulator.functions();
    functions.delete(response, Some("1"))?;

    let outcome = terraform.destroy()?;
    let text = outcome.unframed();
    let gone = text
        .find("no longer work at the edge")
        .context(text.clone())?;
    let kept = text
        .find("still work, but only together")
        .context(text.clone())?;
    let named = |name: &str| text.rfind(&format!("function:{name}:1"));
    ensure!(
        named(response).is_some_and(|at| gone < at && at < kept),
        "{text}"
    );
    for name in [request, error] {
        ensure!(named(name).is_some_and(|at| kept < at), "{text}");
    }
    outcome.warns(Summary::DisplacedNotPutBack, &SLOTS)?;
    let left = ground.xml()?;
    for name in [request, response, error, FUNCTION] {
        assert!(!left.contains(&format!("function:{name}:")), "{left}");
    }
    assert_eq!(
        ground
            .estate
            .site
            .distribution
            .configuration()?
            .without_associations(&["/checkout/*"])?,
        without_associations(&ground.before)?
    );
    Ok(())
}

/// Strangers that have nothing to do with each other are put back one by one.
#[test]
fn functions_that_do_not_work_together_come_back_each_for_itself() -> Result<()> {
    let estate = Estate::build()?;
    let functions = estate.emulator.functions();
    let code = "export const handler = async (event) => event.Records[0].cf.request;";
    let arns = ["redirects", "headers"].map(|name| functions.create(name, code));
    let [redirects, headers] = arns;
    let (redirects, headers) = (redirects?, headers?);
    let association = |arn: &str, event: &str| {
        format!(
            "<LambdaFunctionAssociation><LambdaFunctionARN>{arn}</LambdaFunctionARN><EventType>{event}</EventType><IncludeBody>false</IncludeBody></LambdaFunctionAssociation>"
        )
    };
    let element = format!(
        "<LambdaFunctionAssociations><Quantity>2</Quantity><Items>{}{}</Items></LambdaFunctionAssociations>",
        association(&redirects, "viewer-request"),
        association(&headers, "viewer-response")
    );
    estate
        .site
        .distribution
        .edit(|now| now.with_associations("/checkout/*", &element))?;
    let terraform = estate.example(EXAMPLE)?;
    terraform.write(
        "override.tf",
        "resource \"netacea_cloudfront_integration\" \"shop\" {\n  distribution = {\n    id             = var.distribution_id\n    behaviors      = [\"/checkout/*\"]\n    \
         adopt_existing = true\n  }\n}\n",
    )?;
    terraform.apply()?;
    functions.delete("headers", Some("1"))?;
    let outcome = terraform.destroy()?;
    outcome.warns(Summary::DisplacedNotPutBack, &[&headers])?;
    assert!(!outcome.unframed().contains("still work, but only together"));
    let left = estate.site.distribution.configuration()?.xml;
    assert!(
        left.contains(&redirects) && !left.contains(&headers),
        "{left}"
    );
    Ok(())
}

#[test]
fn a_part_of_three_functions_is_not_displaced() -> Result<()> {
    let ground = Ground::build()?;
    ground.estate.proxy.forget();
    let terraform = ground.next_to("events = [\"viewer-request\", \"viewer-response\"]")?;
    let [.., (_, stays)] = &ground.old.arns;
    let outcome = terraform.run(&["plan", "-input=false"])?.code(1)?;
    outcome.errs(
        Summary::FunctionsThatWorkTogether,
        &[SLOTS[2], stays, "events"],
    )?;
    assert_eq!(ground.estate.proxy.writes(), []);
    let terraform = ground.next_to("")?;
    terraform.apply()?;
    Ok(())
}

#[test]
fn one_of_three_functions_is_not_imported_and_another_way_is_shown() -> Result<()> {
    let ground = Ground::build()?;
    let terraform = ground.estate.example(EXAMPLE)?;
    let [request, response, error] = ground.old.names();
    let id = ground.estate.site.distribution.id();
    for (import, names) in [
        (format!("{request},{id}"), vec![response, error]),
        (format!("{request}+{response}+{error},{id}"), vec![request]),
    ] {
        let outcome = terraform
            .run(&["import", "-input=false", ADDRESS, &import])?
            .code(1)?;
        outcome.says(&["distribution.adopt_existing = true"])?;
        outcome.says(&names)?;
    }
    assert_eq!(ground.xml()?, ground.before);
    Ok(())
}

#[test]
fn a_configuration_in_a_folder_of_the_package_is_found_and_two_are_one_too_many() -> Result<()> {
    let estate = Estate::build()?;
    let functions = estate.emulator.functions();
    let configuration = vendor_configuration(&estate.netacea);
    let code = "exports.handler = async (event) => event.Records[0].cf.request;";
    let example = "{\"apiKey\": \"an example\", \"netaceaCookieExpirySeconds\": 7}";
    functions.create_of(
        FUNCTION,
        &[
            ("dist/index.js", code),
            ("dist/NetaceaConfig.json", &configuration),
            ("node_modules/x/NetaceaConfig.json", example),
        ],
    )?;
    let terraform = estate.example(EXAMPLE)?;
    terraform
        .run(&["import", "-input=false", ADDRESS, FUNCTION])?
        .success()?;
    let settings = terraform.resource(ADDRESS)?["settings"].clone();
    assert_eq!(settings["session"]["expiry_seconds"], 90);

    functions.create_of(
        "netacea-twice",
        &[
            ("dist/NetaceaConfig.json", &configuration),
            ("src/NetaceaConfig.json", example),
        ],
    )?;
    let fresh = estate.example(EXAMPLE)?;
    fresh
        .run(&["import", "-input=false", ADDRESS, "netacea-twice"])?
        .code(1)?
        .errs(
            Summary::ConfigurationNotClear,
            &["dist/NetaceaConfig.json", "src/NetaceaConfig.json"],
        )
}

/// The guide's own blocks, in their order, with nothing but the ids of this estate put in.
#[test]
fn the_guide_leads_from_three_functions_to_ours_and_back() -> Result<()> {
    let ground = Ground::build()?;
    let guide = fs::read_to_string(Toolchain::workspace().join(GUIDE))?;
    let estate = &ground.estate;
    let block = |heading: &str| -> Result<String> {
        let section = guide.split("\n### ").find(|part| part.starts_with(heading));
        let section = section.with_context(|| format!("no section {heading}"))?;
        let block = section.split("```terraform\n").nth(1).context("a block")?;
        let block = block.split("```").next().context("its end")?;
        Ok(block
            .replace("E2QWRUHAPOMQZL", estate.site.distribution.id())
            .replace("123456789012", "000000000000"))
    };
    let terraform = estate.configuration(REQUIREMENT)?;
    terraform.write("NetaceaConfig.json", &vendor_configuration(&estate.netacea))?;
    terraform.write("shop.tf", &block("1. ")?)?;
    let plan = terraform.plan(&[])?;
    for (_, arn) in &ground.old.arns {
        plan.outcome.warns(Summary::ApplyDisplaces, &[arn])?;
    }
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    let now = ground.xml()?;
    assert_eq!(now.matches(&format!(":{FUNCTION}:1<")).count(), 3);
    let settings = terraform.resource(ADDRESS)?["settings"].clone();
    assert_eq!(settings["session"]["expiry_seconds"], 90);

    // The way back.
    let with = fs::read_to_string(terraform.path().join("shop.tf"))?;
    terraform.write("shop.tf", &with_distribution(&with, "")?)?;
    terraform.apply()?;
    assert_eq!(ground.xml()?, ground.before);

    // And forth again, to the other behaviors too.
    terraform.write("shop.tf", &with)?;
    terraform.apply()?;
    let all = with_distribution(&with, &block("2. ")?)?;
    terraform.write("shop.tf", &all)?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;

    // The old functions are deleted: nothing of them is left, and a destroy says so.
    let functions = estate.emulator.functions();
    for name in ground.old.names() {
        functions.delete(name, None)?;
    }
    assert_eq!(functions.names()?, [LEGACY_FUNCTION, FUNCTION]);
    terraform.plan(&[])?.outcome.code(0)?;
    let outcome = terraform.destroy()?;
    outcome.warns(Summary::DisplacedNotPutBack, &SLOTS)?;
    Ok(())
}

/// The configuration with this argument `distribution`.
fn with_distribution(text: &str, argument: &str) -> Result<String> {
    const END: &str = "\n  }\n";
    let from = text.find("  distribution = {").context("distribution")?;
    let end = text[from..].find(END).context("its end")?;
    let mut text = text.to_owned();
    text.replace_range(from..from + end + END.len(), argument);
    Ok(text)
}

/// A document without the associations of `/checkout/*`.
fn without_associations(xml: &str) -> Result<String> {
    let snapshot = acceptance::aws::Snapshot {
        xml: xml.to_owned(),
        etag: String::new(),
    };
    snapshot.without_associations(&["/checkout/*"])
}

/// What came back in between was displaced by another change than its companions.
#[test]
fn a_function_that_is_displaced_again_still_belongs_to_the_others() -> Result<()> {
    let ground = Ground::build()?;
    let terraform = ground.next_to("")?;
    terraform.apply()?;
    let [(_, request), _, (_, error)] = &ground.old.arns;
    let ours = |xml: &str| -> Result<String> {
        let held = xml
            .find(&format!("function:{FUNCTION}:1<"))
            .context("ours")?;
        let from = xml[..held].rfind('>').context("its start")? + 1;
        let end = from + xml[from..].find('<').context("its end")?;
        Ok(xml[from..end].to_owned())
    };
    ground
        .estate
        .site
        .distribution
        .edit(|now| Ok(now.xml.replacen(&ours(&now.xml)?, request, 1)))?;
    terraform.apply()?;
    assert!(!ground.xml()?.contains(request));
    let functions = ground.estate.emulator.functions();
    functions.delete(ground.old.names()[2], Some("1"))?;
    let outcome = terraform.destroy()?;
    outcome.warns(Summary::DisplacedNotPutBack, &[request, error])?;
    assert!(!ground.xml()?.contains(request));
    Ok(())
}

/// As the guide warns.
#[test]
fn an_event_that_is_given_up_gets_its_function_back_and_a_destroy_the_others() -> Result<()> {
    let ground = Ground::build()?;
    let terraform = ground.next_to("")?;
    terraform.apply()?;
    let overriding = fs::read_to_string(terraform.path().join("override.tf"))?;
    let fewer = "adopt_existing = true\n    events = [\"viewer-request\", \"viewer-response\"]";
    let overriding = overriding.replace("adopt_existing = true", fewer);
    terraform.write("override.tf", &overriding)?;
    terraform.apply()?;
    let [(_, request), (_, response), (_, error)] = &ground.old.arns;
    let now = ground.xml()?;
    assert!(now.contains(error), "{now}");
    assert!(!now.contains(request) && !now.contains(response), "{now}");
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.destroy()?;
    assert_eq!(ground.xml()?, ground.before);
    Ok(())
}
