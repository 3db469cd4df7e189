//! Checks the text that a splice has made, before it is sent.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::document::{self, Document, Malformed, xml};
use crate::aws::slot::{Association, Slot};

/// The new text as a document, after two checks: outside the association elements of `touched` it
/// is equal to `before`, byte for byte, and its slots hold what is `expected`. So a mistake of ours
/// does not reach CloudFront.
pub(super) fn verified(
    before: &Document,
    text: String,
    expected: &BTreeMap<Slot, Association>,
    touched: &BTreeSet<String>,
) -> Result<Document, Malformed> {
    let after = Document::parse(text)?;
    let outside_is_equal = outside(before.text(), touched)? == outside(after.text(), touched)?;
    let names = |document: &Document| -> Vec<String> {
        document
            .behaviors()
            .iter()
            .map(|behavior| behavior.name.clone())
            .collect()
    };
    if outside_is_equal && names(before) == names(&after) && after.slots() == *expected {
        Ok(after)
    } else {
        Err(Malformed::EditedTooMuch)
    }
}

/// The text without the association elements of the touched behaviors.
fn outside(text: &str, touched: &BTreeSet<String>) -> Result<String, Malformed> {
    let tree = xml::parse(text)?;
    let mut left = String::with_capacity(text.len());
    let mut copied = 0;
    let mut cuts = Vec::new();
    for node in document::behavior_nodes(document::distribution_config(&tree)?)? {
        if touched.contains(&document::behavior_name(node)?) {
            cuts.extend(xml::child(node, "LambdaFunctionAssociations")?.map(|list| list.range()));
        }
    }
    // The default behavior may come after the others in the text.
    cuts.sort_by_key(|cut| cut.start);
    for cut in cuts {
        left.push_str(&text[copied..cut.start]);
        copied = cut.end;
    }
    left.push_str(&text[copied..]);
    Ok(left)
}
