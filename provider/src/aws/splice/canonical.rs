//! The meaning of an association element without its spelling: of two elements that mean the same,
//! one may replace the other.

use roxmltree::Node;

use crate::aws::document::xml;

/// The leaves of an association element. White space, comments, order of the associations, an empty
/// list and an absent element make no difference; an element or attribute that we do not know does.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Canonical(Vec<String>);

impl Canonical {
    pub(super) fn of(element: Option<Node<'_, '_>>) -> Canonical {
        let mut leaves = Vec::new();
        if let Some(element) = element {
            collect(element, "", &mut leaves);
        }
        leaves.sort();
        Canonical(leaves)
    }
}

fn collect(node: Node<'_, '_>, path: &str, leaves: &mut Vec<String>) {
    for attribute in node.attributes() {
        let namespace = attribute.namespace().unwrap_or_default();
        leaves.push(format!(
            "{path}@{{{namespace}}}{}={}",
            attribute.name(),
            attribute.value()
        ));
    }
    let text = xml::text(node);
    if !text.is_empty() {
        leaves.push(format!("{path}={text}"));
    }
    for child in node.children().filter(Node::is_element) {
        if xml::is(child, "Quantity") && path.is_empty() {
            continue;
        }
        if xml::is(child, "IncludeBody") && xml::text(child) == "false" {
            continue;
        }
        let event = if xml::is(child, "LambdaFunctionAssociation") {
            xml::child_text(child, "EventType").unwrap_or_default()
        } else {
            String::new()
        };
        let name = child.tag_name();
        let path = format!(
            "{path}/{{{}}}{}[{event}]",
            name.namespace().unwrap_or_default(),
            name.name()
        );
        if !xml::is(child, "Items") {
            leaves.push(path.clone());
        }
        collect(child, &path, leaves);
    }
}
