//! One behavior's `LambdaFunctionAssociations`: where its parts are in the text, and the smallest
//! edits that give them new content.

use std::collections::BTreeMap;

use roxmltree::Node;

use super::edits::TextEdits;
use crate::aws::arn::FunctionArn;
use crate::aws::document::{Malformed, xml};
use crate::aws::event_type::EventType;
use crate::aws::slot::Association;

/// What a behavior may hold after its `LambdaFunctionAssociations`, in the order of CloudFront's
/// service model (2020-05-31): shapes `CacheBehavior` and `DefaultCacheBehavior`.
const AFTER: [&str; 11] = [
    "FunctionAssociations",
    "FieldLevelEncryptionId",
    "RealtimeLogConfigArn",
    "CachePolicyId",
    "OriginRequestPolicyId",
    "ResponseHeadersPolicyId",
    "GrpcConfig",
    "ForwardedValues",
    "MinTTL",
    "DefaultTTL",
    "MaxTTL",
];

/// The new association of a slot.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) association: Association,
    /// Its original text, if the slot held it before us.
    pub(super) text: Option<String>,
}

/// A behavior's association element in its text.
pub(super) struct Element<'a, 'i, 's> {
    source: &'s str,
    behavior: Node<'a, 'i>,
    list: Option<Node<'a, 'i>>,
    entries: Vec<Node<'a, 'i>>,
}

impl<'a, 'i, 's> Element<'a, 'i, 's> {
    pub(super) fn locate(source: &'s str, behavior: Node<'a, 'i>) -> Result<Self, Malformed> {
        let list = xml::child(behavior, "LambdaFunctionAssociations")?;
        let entries = list
            .map(|list| xml::items(list, "LambdaFunctionAssociation"))
            .transpose()?
            .unwrap_or_default();
        Ok(Element {
            source,
            behavior,
            list,
            entries,
        })
    }

    pub(super) fn node(&self) -> Option<Node<'a, 'i>> {
        self.list
    }

    /// The element as written.
    pub(super) fn text(&self) -> Option<&'s str> {
        self.list.map(|list| &self.source[list.range()])
    }

    /// The edits that give each event its new association, or none.
    pub(super) fn edits(
        &self,
        targets: &BTreeMap<EventType, Option<Target>>,
    ) -> Result<TextEdits, Malformed> {
        let mut edits = TextEdits::default();
        let mut added = String::new();
        let mut count = self.entries.len();
        for (event, target) in targets {
            match (self.entry(*event), target) {
                (Some(entry), Some(target)) if is_function_of(entry, &target.association) => {
                    self.edit_entry(entry, &target.association, &mut edits)?;
                }
                (Some(entry), Some(target)) => {
                    edits.replace(entry.range(), self.write(*event, target))
                }
                (Some(entry), None) => {
                    count -= 1;
                    edits.replace(entry.range(), "");
                }
                (None, Some(target)) => {
                    count += 1;
                    added.push_str(&self.write(*event, target));
                }
                (None, None) => {}
            }
        }
        let Some(list) = self.list else {
            return self.inserted(count, &added);
        };
        if count == 0 && !self.entries.is_empty() {
            return self.emptied(list);
        }
        if !added.is_empty() {
            self.append(list, &added, &mut edits)?;
        }
        if count != self.entries.len() {
            self.set_content(
                xml::required(list, "Quantity")?,
                &count.to_string(),
                &mut edits,
            );
        }
        Ok(edits)
    }

    /// The edit that replaces the existing element with an earlier text, or removes it.
    pub(super) fn replaced_by(&self, text: Option<&str>) -> TextEdits {
        let mut edits = TextEdits::default();
        if let Some(list) = self.list {
            edits.replace(list.range(), text.unwrap_or_default());
        }
        edits
    }

    fn entry(&self, event: EventType) -> Option<Node<'a, 'i>> {
        let of_event = |entry: &&Node<'a, 'i>| {
            xml::child_text(**entry, "EventType").is_ok_and(|text| text == event.as_str())
        };
        self.entries.iter().find(of_event).copied()
    }

    /// Edits an entry to another version of the same function: only the leaves that differ are
    /// rewritten.
    fn edit_entry(
        &self,
        entry: Node<'_, '_>,
        association: &Association,
        edits: &mut TextEdits,
    ) -> Result<(), Malformed> {
        let arn = xml::required(entry, "LambdaFunctionARN")?;
        if xml::text(arn) != association.lambda_arn {
            self.set_content(arn, &association.lambda_arn, edits);
        }
        let wanted = association.include_body;
        match xml::child(entry, "IncludeBody")? {
            Some(flag) if (xml::text(flag) == "true") != wanted => {
                self.set_content(flag, &wanted.to_string(), edits)
            }
            None if wanted => {
                let last = xml::required(entry, "EventType")?
                    .range()
                    .end
                    .max(arn.range().end);
                edits.insert(last, self.leaf("IncludeBody", "true"));
            }
            _ => {}
        }
        Ok(())
    }

    /// Inserts an absent list where CloudFront's schema has it: before the first element that
    /// follows it in the schema, otherwise at the end of the behavior, which always has a
    /// `TargetOriginId`.
    fn inserted(&self, count: usize, added: &str) -> Result<TextEdits, Malformed> {
        let mut edits = TextEdits::default();
        if count == 0 {
            return Ok(edits);
        }
        let content = self.leaf("Quantity", &count.to_string()) + &self.leaf_raw("Items", added);
        let list = self.leaf_raw("LambdaFunctionAssociations", &content);
        let mut elements = self.behavior.children().filter(Node::is_element);
        let next = elements.find(|element| AFTER.iter().any(|name| xml::is(*element, name)));
        match next {
            Some(next) => edits.insert(next.range().start, list),
            None => {
                let target = xml::required(self.behavior, "TargetOriginId")?;
                let last = self.behavior.last_element_child().unwrap_or(target);
                edits.insert(last.range().end, list);
            }
        }
        Ok(edits)
    }

    /// Removes the list with its last association, unless something else is in it: CloudFront has
    /// refused an empty `<Items/>` that it had itself returned.
    fn emptied(&self, list: Node<'_, '_>) -> Result<TextEdits, Malformed> {
        let mut edits = TextEdits::default();
        let items = xml::required(list, "Items")?;
        let is_entry =
            |child: Node<'_, '_>| self.entries.iter().any(|entry| entry.id() == child.id());
        let holds_more = items
            .children()
            .any(|child| child.is_element() && !is_entry(child));
        if holds_more || items.attributes().len() > 0 || !xml::text(items).is_empty() {
            self.entries
                .iter()
                .for_each(|entry| edits.replace(entry.range(), ""));
        } else {
            edits.replace(items.range(), "");
        }
        self.set_content(xml::required(list, "Quantity")?, "0", &mut edits);
        Ok(edits)
    }

    fn append(
        &self,
        list: Node<'_, '_>,
        added: &str,
        edits: &mut TextEdits,
    ) -> Result<(), Malformed> {
        match (self.entries.last(), xml::child(list, "Items")?) {
            (Some(last), _) => edits.insert(last.range().end, added),
            (None, Some(items)) => {
                self.set_raw(items, |content| format!("{content}{added}"), edits)
            }
            (None, None) => edits.insert(
                xml::required(list, "Quantity")?.range().end,
                self.leaf_raw("Items", added),
            ),
        }
        Ok(())
    }

    fn set_content(&self, node: Node<'_, '_>, text: &str, edits: &mut TextEdits) {
        self.set_raw(node, |_| xml::escape(text), edits);
    }

    fn set_raw(
        &self,
        node: Node<'_, '_>,
        content: impl FnOnce(&str) -> String,
        edits: &mut TextEdits,
    ) {
        match xml::content_range(self.source, node) {
            Some(range) => edits.replace(range.clone(), content(&self.source[range])),
            None => {
                let opening = self.source[node.range()].trim_end_matches("/>").trim_end();
                let name = xml::written_name(self.source, node);
                edits.replace(node.range(), format!("{opening}>{}</{name}>", content("")));
            }
        }
    }

    fn write(&self, event: EventType, target: &Target) -> String {
        if let Some(text) = &target.text {
            return text.clone();
        }
        let content = self.leaf("LambdaFunctionARN", &target.association.lambda_arn)
            + &self.leaf("EventType", event.as_str())
            + &self.leaf("IncludeBody", &target.association.include_body.to_string());
        self.leaf_raw("LambdaFunctionAssociation", &content)
    }

    fn leaf(&self, name: &str, text: &str) -> String {
        self.leaf_raw(name, &xml::escape(text))
    }

    /// A new element, with the prefix of the element around it.
    fn leaf_raw(&self, name: &str, content: &str) -> String {
        let parent = xml::written_name(self.source, self.list.unwrap_or(self.behavior));
        let prefix = parent.rfind(':').map_or("", |colon| &parent[..=colon]);
        format!("<{prefix}{name}>{content}</{prefix}{name}>")
    }
}

fn is_function_of(entry: Node<'_, '_>, association: &Association) -> bool {
    let function = association.lambda_arn.parse::<FunctionArn>();
    let held = xml::child_text(entry, "LambdaFunctionARN").unwrap_or_default();
    function.is_ok_and(|function| function.owns(&held))
}
