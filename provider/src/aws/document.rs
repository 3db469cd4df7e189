//! A distribution's configuration as the text that AWS returned, and what can be read from it
//! without changing it.

mod behavior;
mod malformed;
mod path_pattern;
mod surroundings;
pub(super) mod xml;

use std::collections::BTreeMap;
use std::fmt;

use roxmltree::Node;

pub(crate) use self::behavior::Behavior;
pub(super) use self::behavior::behavior_name;
pub(crate) use self::malformed::Malformed;
pub(crate) use self::surroundings::Surroundings;
use super::arn::FunctionArn;
use super::behavior_name;
use super::slot::{Association, Slot};

/// The raw `DistributionConfig` of a distribution, parsed as far as this provider needs.
///
/// Its `Debug` form leaves the text out: custom origin headers can hold secrets.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Document {
    text: String,
    enabled: bool,
    staging: bool,
    behaviors: Vec<Behavior>,
    surroundings: Surroundings,
}

impl Document {
    /// Refuses a document if something is odd that a write would have to rely on.
    pub(crate) fn parse(text: String) -> Result<Document, Malformed> {
        let tree = xml::parse(&text)?;
        let root = distribution_config(&tree)?;
        for name in ["CallerReference", "Origins"] {
            xml::required(root, name)?;
        }
        let enabled = xml::text(xml::required(root, "Enabled")?) == "true";
        let staging = xml::child_flag(root, "Staging")?;
        let behaviors = behavior_nodes(root)?
            .into_iter()
            .map(Behavior::read)
            .collect::<Result<_, _>>()?;
        let surroundings = Surroundings::of(root);
        drop(tree);
        Ok(Document {
            text,
            enabled,
            staging,
            behaviors,
            surroundings,
        })
    }

    /// Byte for byte what was parsed.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the distribution serves visitors at all.
    pub(crate) fn enabled(&self) -> bool {
        self.enabled
    }

    /// Whether it is the staging half of a continuous deployment.
    pub(crate) fn staging(&self) -> bool {
        self.staging
    }

    /// The default behavior first, then the others in their order of precedence.
    pub(crate) fn behaviors(&self) -> &[Behavior] {
        &self.behaviors
    }

    /// Their names, in the same order.
    pub(crate) fn behavior_names(&self) -> impl Iterator<Item = &str> {
        self.behaviors.iter().map(|behavior| behavior.name.as_str())
    }

    /// Whether `default` could be taken for a path pattern.
    pub(crate) fn has_pattern_default(&self) -> bool {
        self.behavior_names()
            .any(|name| name == behavior_name::PATTERN_DEFAULT)
    }

    /// How a configuration writes the name of this behavior.
    pub(crate) fn written<'a>(&self, name: &'a str) -> &'a str {
        behavior_name::written(name, self.has_pattern_default())
    }

    /// The behavior of that exact name, if it is the only one.
    pub(crate) fn behavior(&self, name: &str) -> Option<&Behavior> {
        let mut named = self
            .behaviors
            .iter()
            .filter(|behavior| behavior.name == name);
        named.next().filter(|_| named.next().is_none())
    }

    /// The behavior that CloudFront chooses for a path.
    pub(crate) fn serving(&self, path: &str) -> Option<&Behavior> {
        let (default, others) = self.behaviors.split_first()?;
        let covers = |behavior: &&Behavior| {
            let pattern = behavior_name::pattern(&behavior.name);
            pattern.is_some_and(|pattern| path_pattern::covers(pattern, path))
        };
        Some(others.iter().find(covers).unwrap_or(default))
    }

    /// The rest of the configuration, around the behaviors.
    pub(crate) fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    /// Every slot that holds a Lambda function, no matter whose.
    pub(crate) fn slots(&self) -> BTreeMap<Slot, Association> {
        self.behaviors
            .iter()
            .flat_map(|behavior| {
                let slot = |(event, held): (&_, &Association)| {
                    (Slot::new(&behavior.name, *event), held.clone())
                };
                behavior.associations.iter().map(slot)
            })
            .collect()
    }

    /// The slots that hold `function`, in any version.
    pub(crate) fn slots_of(&self, function: &FunctionArn) -> BTreeMap<Slot, Association> {
        let mut slots = self.slots();
        slots.retain(|_, held| function.owns(&held.lambda_arn));
        slots
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("bytes", &self.text.len())
            .field("behaviors", &self.behaviors)
            .finish()
    }
}

/// The root element, if this is a distribution's configuration.
pub(super) fn distribution_config<'a, 'i>(
    tree: &'a roxmltree::Document<'i>,
) -> Result<Node<'a, 'i>, Malformed> {
    let root = tree.root_element();
    if xml::is(root, "DistributionConfig") {
        Ok(root)
    } else {
        Err(Malformed::NotADistribution {
            root: root.tag_name().name().to_owned(),
        })
    }
}

/// The elements of all behaviors, the default one first.
pub(super) fn behavior_nodes<'a, 'i>(root: Node<'a, 'i>) -> Result<Vec<Node<'a, 'i>>, Malformed> {
    let mut nodes = vec![xml::required(root, "DefaultCacheBehavior")?];
    if let Some(list) = xml::child(root, "CacheBehaviors")? {
        nodes.extend(xml::items(list, "CacheBehavior")?);
    }
    Ok(nodes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::event_type::EventType;

    const HEAD: &str = r#"<DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><CallerReference>1</CallerReference><Origins/>"#;

    fn document(rest: &str) -> Result<Document, Malformed> {
        Document::parse(format!("{HEAD}{rest}</DistributionConfig>"))
    }

    #[test]
    fn slots_functions_and_flags_are_read() {
        let document = document(
            "<DefaultCacheBehavior><SmoothStreaming>true</SmoothStreaming><LambdaFunctionAssociations><Quantity>1</Quantity><Items>\
             <LambdaFunctionAssociation><LambdaFunctionARN>a&#45;b<![CDATA[c]]><!-- x --></LambdaFunctionARN><EventType>viewer-request</EventType>\
             <IncludeBody>true</IncludeBody></LambdaFunctionAssociation></Items></LambdaFunctionAssociations></DefaultCacheBehavior>\
             <CacheBehaviors><Quantity>1</Quantity><Items><CacheBehavior><PathPattern>/a/*</PathPattern><FunctionAssociations><Quantity>1</Quantity>\
             <Items><FunctionAssociation><FunctionARN>f</FunctionARN><EventType>viewer-response</EventType></FunctionAssociation></Items></FunctionAssociations>\
             <GrpcConfig><Enabled>true</Enabled></GrpcConfig></CacheBehavior></Items></CacheBehaviors><Enabled>true</Enabled><Staging>false</Staging>",
        )
        .unwrap();
        let held = Association {
            lambda_arn: "a-bc".to_owned(),
            include_body: true,
        };
        assert_eq!(
            document.slots(),
            BTreeMap::from([(Slot::new("default", EventType::ViewerRequest), held)])
        );
        let names: Vec<_> = document
            .behaviors()
            .iter()
            .map(|behavior| behavior.name.as_str())
            .collect();
        assert_eq!(names, ["default", "/a/*"]);
        assert!(document.behaviors()[0].smooth_streaming && document.behaviors()[1].grpc);
        assert_eq!(
            document.behaviors()[1].functions[&EventType::ViewerResponse],
            "f"
        );
        assert!(document.enabled() && !document.staging());
    }

    #[test]
    fn odd_documents_are_refused() {
        let list = |quantity: &str| {
            format!(
                "<DefaultCacheBehavior/><Enabled>true</Enabled><CacheBehaviors><Quantity>{quantity}</Quantity></CacheBehaviors>"
            )
        };
        for (rest, reason) in [
            ("<DefaultCacheBehavior/>", "no Enabled"),
            ("<Enabled>true</Enabled>", "no DefaultCacheBehavior"),
            (
                "<Enabled>true</Enabled><DefaultCacheBehavior/><DefaultCacheBehavior/>",
                "more than one DefaultCacheBehavior",
            ),
            (list("3").as_str(), "quantity of \"3\""),
            (list("").as_str(), "quantity of \"\""),
            ("<DefaultCacheBehavior>", "not well-formed"),
        ] {
            let error = document(rest).unwrap_err().to_string();
            assert!(error.contains(reason), "{rest} gave: {error}");
        }
    }

    #[test]
    fn another_root_or_namespace_is_refused() {
        for text in [
            "<DistributionConfig/>",
            r#"<x xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"/>"#,
        ] {
            assert!(
                matches!(
                    Document::parse(text.to_owned()),
                    Err(Malformed::NotADistribution { .. })
                ),
                "{text}"
            );
        }
    }

    #[test]
    fn deep_nesting_and_document_types_are_refused() {
        let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        assert!(matches!(document(&deep), Err(Malformed::TooDeep { .. })));
        let with_dtd = format!("<!DOCTYPE d [<!ENTITY e \"x\">]>{HEAD}</DistributionConfig>");
        assert!(matches!(
            Document::parse(with_dtd),
            Err(Malformed::NotXml(_))
        ));
    }

    #[test]
    fn debug_shows_no_content() {
        let document =
            document("<DefaultCacheBehavior/><Enabled>true</Enabled><Secret>hunter2</Secret>")
                .unwrap();
        assert!(!format!("{document:?}").contains("hunter2"));
    }
}
