//! An association element's text, read with the namespaces of the behavior it belongs to.

use roxmltree::Node;

use super::canonical::Canonical;
use super::change::Restore;
use super::element::Target;
use crate::aws::document::xml;
use crate::aws::event_type::EventType;
use crate::aws::slot::Association;

/// The meaning of the element; no element means no associations. `None`: the text is not one such
/// element.
pub(super) fn meaning(element: Option<&str>, behavior: Node<'_, '_>) -> Option<Canonical> {
    match element {
        None => Some(Canonical::of(None)),
        Some(text) => read(text, behavior, |list| Canonical::of(Some(list))),
    }
}

/// The original text of the association of `event` that comes back.
pub(super) fn entry(
    element: Option<&str>,
    behavior: Node<'_, '_>,
    event: EventType,
    restore: &Restore,
) -> Option<Target> {
    let says = |entry: Node<'_, '_>, name, text: &str| {
        xml::child_text(entry, name).is_ok_and(|found| found == text)
    };
    let find = |list: Node<'_, '_>| {
        let entries = xml::items(list, "LambdaFunctionAssociation").unwrap_or_default();
        let has_body = |entry: Node<'_, '_>| says(entry, "IncludeBody", "true");
        let is_it = |entry: &Node<'_, '_>| {
            says(*entry, "EventType", event.as_str())
                && says(*entry, "LambdaFunctionARN", &restore.lambda_arn)
                && restore
                    .include_body
                    .is_none_or(|include_body| include_body == has_body(*entry))
        };
        entries.into_iter().find(is_it).map(|entry| Target {
            association: Association {
                lambda_arn: restore.lambda_arn.clone(),
                include_body: has_body(entry),
            },
            text: Some(list.document().input_text()[entry.range()].to_owned()),
        })
    };
    read(element?, behavior, find).flatten()
}

fn read<T>(text: &str, behavior: Node<'_, '_>, look: impl FnOnce(Node<'_, '_>) -> T) -> Option<T> {
    let scope: String = behavior
        .namespaces()
        .filter(|namespace| namespace.name() != Some("xml"))
        .map(|namespace| {
            let colon = if namespace.name().is_some() { ":" } else { "" };
            format!(
                " xmlns{colon}{}=\"{}\"",
                namespace.name().unwrap_or_default(),
                xml::escape(namespace.uri())
            )
        })
        .collect();
    let wrapped = format!("<scope{scope}>{text}</scope>");
    let tree = xml::parse(&wrapped).ok()?;
    let mut children = tree.root_element().children();
    let only = children
        .next()
        .filter(|child| xml::is(*child, "LambdaFunctionAssociations"))?;
    children.next().is_none().then(|| look(only))
}
