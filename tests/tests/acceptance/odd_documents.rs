//! Documents that are legal and unusual: every behavior can be named, and every one can be
//! protected.

use acceptance::estate::Estate;
use acceptance::terraform::{Summary, WorkingDirectory};
use anyhow::{Context, Result};

use crate::{ADDRESS, EXAMPLE, FUNCTION};

/// Adds a cache behavior with this path pattern, otherwise like `/checkout/*`; `edit` may change
/// its element.
fn add_behavior(estate: &Estate, pattern: &str, edit: impl Fn(String) -> String) -> Result<()> {
    estate.site.distribution.edit(|now| {
        let element = now.behavior("/checkout/*")?.replace("/checkout/*", pattern);
        now.with_behaviors(&edit(element))
    })
}

fn protect(terraform: &WorkingDirectory, behaviors: &str) -> Result<()> {
    terraform.write(
        "override.tf",
        &format!(
            "resource \"{}\" \"shop\" {{\n  distribution = {{\n    id        = var.distribution_id\n    behaviors = {behaviors}\n  }}\n}}\n",
            "netacea_cloudfront_integration"
        ),
    )
}

/// The elements for associations in which our function stands, each with what is around it: the
/// path pattern of its behavior, or `DefaultCacheBehavior`.
fn protected(xml: &str) -> Result<Vec<String>> {
    let document = roxmltree::Document::parse(xml)?;
    let elements = document.descendants().filter(|node| {
        let name = node.tag_name().name();
        let text = &xml[node.range()];
        name.ends_with("CacheBehavior") && text.contains(&format!(":{FUNCTION}:"))
    });
    let name = |behavior: roxmltree::Node<'_, '_>| {
        let pattern = behavior
            .children()
            .find(|child| child.tag_name().name() == "PathPattern");
        let name = pattern.and_then(|pattern| pattern.text());
        name.unwrap_or(behavior.tag_name().name()).to_owned()
    };
    Ok(elements.map(name).collect())
}

#[test]
fn a_path_pattern_called_default_and_the_default_behavior_are_both_reachable() -> Result<()> {
    for (behaviors, slot, place) in [
        (
            r#"["(default)"]"#,
            "default viewer-request",
            "DefaultCacheBehavior",
        ),
        (
            r#"["(pattern) default"]"#,
            "(pattern) default viewer-request",
            "default",
        ),
    ] {
        let estate = Estate::build()?;
        add_behavior(&estate, "default", |element| element)?;
        let before = estate.site.distribution.configuration()?;
        let terraform = estate.example(EXAMPLE)?;

        protect(&terraform, r#"["default"]"#)?;
        let outcome = terraform.run(&["plan", "-input=false"])?.code(1)?;
        outcome.errs(
            Summary::AmbiguousBehavior,
            &["\"(default)\"", "\"(pattern) default\"", "behaviors"],
        )?;

        protect(&terraform, behaviors)?;
        terraform.apply()?;
        let slots = terraform.resource(ADDRESS)?["slots"].clone();
        let slots = slots.as_object().context("slots")?;
        assert!(slots.len() == 3 && slots.contains_key(slot), "{slots:?}");
        let xml = estate.site.distribution.configuration()?.xml;
        assert_eq!(protected(&xml)?, [place]);
        terraform.plan(&[])?.outcome.code(0)?;
        terraform.destroy()?;
        assert_eq!(estate.site.distribution.configuration()?.xml, before.xml);
    }
    Ok(())
}

/// A plan that was clear stays clear, and nothing moves when the name is made clear.
#[test]
fn a_pattern_default_that_comes_later_is_told_and_takes_nothing_away() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example(EXAMPLE)?;
    protect(&terraform, r#"["default"]"#)?;
    let applied = terraform.apply()?;
    assert!(!applied.has_warned(Summary::DefaultHasTwoMeanings));
    add_behavior(&estate, "default", |element| element)?;
    let with_both = estate.site.distribution.configuration()?;

    let plan = terraform.plan(&[])?;
    plan.outcome
        .warns(Summary::DefaultHasTwoMeanings, &["\"(default)\""])?;
    plan.outcome.code(0)?;

    protect(&terraform, r#"["(default)"]"#)?;
    terraform.apply()?;
    assert_eq!(estate.site.distribution.configuration()?.xml, with_both.xml);
    let plan = terraform.plan(&[])?.outcome.code(0)?;
    assert!(!plan.has_warned(Summary::DefaultHasTwoMeanings));
    terraform.destroy()?;
    let left = estate.site.distribution.configuration()?.xml;
    assert!(!left.contains(FUNCTION), "{left}");
    Ok(())
}

#[test]
fn all_behaviors_can_be_meant_and_shown_with_a_pattern_default_among_them() -> Result<()> {
    let estate = Estate::build()?;
    estate
        .site
        .distribution
        .edit(|now| now.without_behavior("/assets/*"))?;
    estate
        .site
        .distribution
        .edit(|now| now.without_behavior("/legacy/*"))?;
    add_behavior(&estate, "default", |element| element)?;
    let terraform = estate.example(EXAMPLE)?;
    protect(&terraform, "null")?;
    let shown = r#"
data "netacea_cloudfront_distribution" "shop" {
  id = var.distribution_id
}

output "behaviors" {
  value = data.netacea_cloudfront_distribution.shop.behaviors[*].name
}
"#;
    terraform.write("shown.tf", shown)?;
    terraform.apply()?;
    let xml = estate.site.distribution.configuration()?.xml;
    assert_eq!(protected(&xml)?.len(), 4);
    let names = terraform
        .run(&["output", "-json", "behaviors"])?
        .success()?;
    assert_eq!(
        serde_json::from_str::<Vec<String>>(&names.stdout)?,
        ["(default)", "(pattern) default", "/checkout/*", "/api/*"]
    );
    Ok(())
}

#[test]
fn a_first_slash_too_much_or_too_little_is_pointed_out() -> Result<()> {
    let estate = Estate::build()?;
    add_behavior(&estate, "images/*", |element| element)?;
    let terraform = estate.example(EXAMPLE)?;
    for (written, meant) in [("/images/*", "images/*"), ("checkout/*", "/checkout/*")] {
        protect(&terraform, &format!("[\"{written}\"]"))?;
        let outcome = terraform.run(&["plan", "-input=false"])?.code(1)?;
        let hint = format!("Did you mean \"{meant}\"?");
        outcome.errs(Summary::UnknownBehavior, &[&hint, "behaviors"])?;
    }
    protect(&terraform, r#"["/pictures/*"]"#)?;
    let outcome = terraform.run(&["plan", "-input=false"])?.code(1)?;
    outcome.errs(Summary::UnknownBehavior, &["/pictures/*"])?;
    assert!(
        !outcome.unframed().contains("Did you mean"),
        "{}",
        outcome.text
    );
    Ok(())
}

/// Stand-ins for CloudFront, and documents that were written by hand, leave both elements out.
#[test]
fn a_behavior_without_an_element_for_functions_is_protected_in_its_place() -> Result<()> {
    let estate = Estate::build()?;
    let cut = |element: String| -> String {
        let mut element = element;
        for name in ["LambdaFunctionAssociations", "FunctionAssociations"] {
            let (open, close) = (format!("<{name}>"), format!("</{name}>"));
            if let (Some(from), Some(to)) = (element.find(&open), element.find(&close)) {
                element.replace_range(from..to + close.len(), "");
            }
        }
        element
    };
    add_behavior(&estate, "/sparse/*", cut)?;
    let before = estate.site.distribution.configuration()?;
    let sparse = before.behavior("/sparse/*")?;
    assert!(!sparse.contains("FunctionAssociations"), "{sparse}");
    let terraform = estate.example(EXAMPLE)?;
    protect(&terraform, r#"["/sparse/*"]"#)?;
    terraform.apply()?;
    let after = estate
        .site
        .distribution
        .configuration()?
        .behavior("/sparse/*")?;
    let at = |part: &str| {
        after
            .find(part)
            .with_context(|| format!("{part}:\n{after}"))
    };
    assert!(
        at("<Compress>")? < at("<LambdaFunctionAssociations>")?,
        "{after}"
    );
    assert!(
        at("</LambdaFunctionAssociations>")? < at("<ForwardedValues>")?,
        "{after}"
    );
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.destroy()?;
    assert_eq!(estate.site.distribution.configuration()?.xml, before.xml);
    Ok(())
}
