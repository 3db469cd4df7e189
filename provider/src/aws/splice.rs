//! Takes, moves and leaves slots in the text of a distribution's configuration. Calls nothing: text
//! in, text out.
//!
//! The document is parsed only to find byte ranges; the new text is the old one with a few ranges
//! replaced. A distribution is never rebuilt from typed values, because those lose every element
//! that this release does not know.

mod canonical;
mod change;
mod conflict;
mod edits;
mod element;
mod fragment;
mod originals;
#[cfg(test)]
pub(super) mod property_tests;
#[cfg(test)]
mod rule_tests;
mod verify;

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::Node;

pub(crate) use self::change::{Change, Handover, Predecessor, Restore, Wish};
pub(crate) use self::conflict::Conflict;
use self::edits::TextEdits;
use self::element::{Element, Target};
pub(crate) use self::originals::Originals;
use super::document::{self, Behavior, Document, Malformed, xml};
use super::event_type::EventType;
use super::slot::{Association, Slot};

/// A document with the wanted associations in it.
#[derive(Clone, Debug)]
pub(crate) struct Spliced {
    /// The whole configuration, ready to be sent back.
    pub(crate) document: Document,
    /// Whether it differs from the given document; if not, there is nothing to send.
    pub(crate) changed: bool,
    /// Strangers' associations that ours replaced.
    pub(crate) displaced: BTreeMap<Slot, Association>,
    /// The originals to keep until the slots are left.
    pub(crate) originals: Originals,
}

/// Makes `change` in `document`, or returns every conflict.
pub(crate) fn splice(document: &Document, change: &Change) -> Result<Spliced, Vec<Conflict>> {
    let conflicts = conflicts(document, change);
    if !conflicts.is_empty() {
        return Err(conflicts);
    }
    let edited = edit(document, change).map_err(|conflict| vec![conflict])?;
    if edited.edits.is_empty() {
        let document = document.clone();
        return Ok(Spliced {
            document,
            changed: false,
            displaced: BTreeMap::new(),
            originals: edited.originals,
        });
    }
    let text = edited.edits.apply(document.text());
    let mut expected = document.slots();
    for (slot, target) in edited.targets {
        expected.remove(&slot);
        expected.extend(target.map(|target| (slot, target.association)));
    }
    let spliced = verify::verified(document, text, &expected, &edited.touched)
        .map_err(|malformed| vec![malformed.into()])?;
    Ok(Spliced {
        document: spliced,
        changed: true,
        displaced: displaced(document, change),
        originals: edited.originals,
    })
}

/// Drops every empty `<Items/>` next to `<Quantity>0`, which CloudFront has returned and then
/// refused. `None`: there is none. This is the one change outside our slots, made only after such a
/// refusal.
pub(super) fn without_empty_items(document: &Document) -> Result<Option<Document>, Malformed> {
    let tree = xml::parse(document.text())?;
    let mut edits = TextEdits::default();
    for items in tree.descendants().filter(|node| xml::is(*node, "Items")) {
        let empty = !items.has_children()
            || items
                .children()
                .all(|child| child.is_text() && xml::text(items).is_empty());
        let none = items
            .parent()
            .map(|list| xml::child_text(list, "Quantity"))
            .transpose()?;
        if empty && none.as_deref() == Some("0") {
            edits.replace(items.range(), "");
        }
    }
    if edits.is_empty() {
        Ok(None)
    } else {
        Document::parse(edits.apply(document.text())).map(Some)
    }
}

/// Every conflict that prevents `change`.
fn conflicts(document: &Document, change: &Change) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    let holds = || {
        change
            .slots
            .iter()
            .filter(|(_, wish)| wish.takes())
            .map(|(slot, _)| slot)
    };
    if holds().next().is_some() {
        conflicts.extend(not_meant(document, change));
    }
    for name in holds()
        .map(|slot| slot.behavior.as_str())
        .collect::<BTreeSet<_>>()
    {
        match document
            .behaviors()
            .iter()
            .filter(|behavior| behavior.name == name)
            .count()
        {
            0 => {
                let known = document.behavior_names();
                conflicts.push(Conflict::UnknownBehavior {
                    behavior: name.to_owned(),
                    known: known
                        .map(|name| document.written(name).to_owned())
                        .collect(),
                });
            }
            1 => {}
            _ => conflicts.push(Conflict::AmbiguousBehavior {
                behavior: name.to_owned(),
            }),
        }
        if document
            .behavior(name)
            .is_some_and(|behavior| behavior.smooth_streaming)
        {
            conflicts.push(Conflict::SmoothStreaming {
                behavior: name.to_owned(),
            });
        }
    }
    for (slot, wish) in &change.slots {
        if let (
            Wish::Hold {
                association,
                adopt_existing,
            },
            Some(behavior),
        ) = (wish, document.behavior(&slot.behavior))
        {
            conflicts.extend(slot_conflict(
                slot,
                association,
                *adopt_existing,
                behavior,
                change,
            ));
        }
    }
    conflicts
}

/// A conflict, if the change is meant for a staging distribution and the document is not one, or
/// the other way round.
fn not_meant(document: &Document, change: &Change) -> Option<Conflict> {
    match (document.staging(), change.staging?) {
        (true, false) => Some(Conflict::Staging),
        (false, true) => Some(Conflict::NotStaging {
            barred: document.surroundings().bars_continuous_deployment(),
        }),
        _ => None,
    }
}

fn slot_conflict(
    slot: &Slot,
    association: &Association,
    adopt_existing: bool,
    behavior: &Behavior,
    change: &Change,
) -> Option<Conflict> {
    let held = behavior.associations.get(&slot.event);
    let holder = held.filter(|held| !change.may_take(&held.lambda_arn));
    if association.include_body && !slot.event.carries_body() {
        Some(Conflict::IncludeBody { slot: slot.clone() })
    } else if let Some(held) = holder.filter(|_| !adopt_existing) {
        Some(Conflict::Held {
            slot: slot.clone(),
            holder: held.lambda_arn.clone(),
        })
    } else if let Some(unplanned) = unplanned(slot, held, change) {
        Some(unplanned)
    } else {
        let excluding = behavior
            .functions
            .values()
            .next()
            .filter(|_| slot.event.is_viewer())?;
        Some(Conflict::CloudFrontFunction {
            slot: slot.clone(),
            function: excluding.clone(),
        })
    }
}

/// A conflict, if the slot has another holder than the plan displaces. Our own function may be
/// there already (the change was made before), and so may a function that hands the slot over.
fn unplanned(slot: &Slot, held: Option<&Association>, change: &Change) -> Option<Conflict> {
    let planned = change.foreseen.as_ref()?.get(slot);
    let found = held.map(|held| &held.lambda_arn);
    let is_expected = found.is_some_and(|holder| {
        change.owns(holder) || planned.is_none() && change.handover.is_from(holder)
    });
    (!is_expected && planned != found).then(|| Conflict::Unplanned {
        slot: slot.clone(),
        planned: planned.cloned(),
        found: found.cloned(),
    })
}

/// The result of [`edit`].
struct Edited {
    edits: TextEdits,
    /// Behaviors whose association element is rewritten.
    touched: BTreeSet<String>,
    /// Slots whose content changes, and to what.
    targets: BTreeMap<Slot, Option<Target>>,
    originals: Originals,
}

fn edit(document: &Document, change: &Change) -> Result<Edited, Conflict> {
    let tree = xml::parse(document.text())?;
    let nodes = document::behavior_nodes(document::distribution_config(&tree)?)?;
    let mut originals = change.originals.clone();
    originals.retain_behaviors(|name| document.behavior(name).is_some());
    let mut edited = Edited {
        edits: TextEdits::default(),
        touched: BTreeSet::new(),
        targets: BTreeMap::new(),
        originals,
    };
    for (node, behavior) in nodes.into_iter().zip(document.behaviors()) {
        // A change that takes a slot of an ambiguous behavior is a conflict, so this one only
        // leaves. It is not known which of the two behaviors is meant, so neither is changed.
        if document.behavior(&behavior.name).is_none() {
            continue;
        }
        let original = change.originals.of(&behavior.name);
        let targets = targets(node, behavior, change, original.flatten());
        let held_before = behavior
            .associations
            .values()
            .any(|held| change.owns(&held.lambda_arn));
        let held_after = holds_after(behavior, change, &targets);
        let element = Element::locate(document.text(), node)?;
        match (held_before, held_after) {
            (false, true) => edited.originals.remember(&behavior.name, element.text()),
            (_, false) => edited.originals.forget(&behavior.name),
            (true, true) => {}
        }
        let mut edits = element.edits(&targets)?;
        if edits.is_empty() {
            continue;
        }
        if let Some(original) = original.filter(|_| held_before && !held_after)
            && means_the_same(document.text(), node, &element, &edits, original)
        {
            edits = element.replaced_by(original);
        }
        edited.touched.insert(behavior.name.clone());
        edited.edits.extend(edits);
        edited.targets.extend(
            targets
                .into_iter()
                .map(|(event, target)| (Slot::new(&behavior.name, event), target)),
        );
    }
    Ok(edited)
}

/// The events of this behavior whose slot gets a new content.
fn targets(
    node: Node<'_, '_>,
    behavior: &Behavior,
    change: &Change,
    original: Option<&str>,
) -> BTreeMap<EventType, Option<Target>> {
    let mut targets = BTreeMap::new();
    for (slot, wish) in change
        .slots
        .iter()
        .filter(|(slot, _)| slot.behavior == behavior.name)
    {
        let held = behavior.associations.get(&slot.event);
        match wish {
            Wish::Hold { association, .. } if held != Some(association) => {
                targets.insert(
                    slot.event,
                    Some(Target {
                        association: association.clone(),
                        text: None,
                    }),
                );
            }
            Wish::Leave { restore } if held.is_some_and(|held| change.owns(&held.lambda_arn)) => {
                let restored = restore.as_ref().map(|restore| {
                    fragment::entry(original, node, slot.event, restore).unwrap_or_else(|| {
                        let association = Association {
                            lambda_arn: restore.lambda_arn.clone(),
                            include_body: restore.include_body.unwrap_or(false),
                        };
                        Target {
                            association,
                            text: None,
                        }
                    })
                });
                targets.insert(slot.event, restored);
            }
            _ => {}
        }
    }
    targets
}

fn holds_after(
    behavior: &Behavior,
    change: &Change,
    targets: &BTreeMap<EventType, Option<Target>>,
) -> bool {
    EventType::ALL.iter().any(|event| {
        let held = match targets.get(event) {
            Some(target) => target.as_ref().map(|target| &target.association),
            None => behavior.associations.get(event),
        };
        held.is_some_and(|held| change.owns(&held.lambda_arn))
    })
}

/// Whether the element, once edited, means the same as `original`: then nobody else has changed it,
/// and the original text may come back.
fn means_the_same(
    source: &str,
    behavior: Node<'_, '_>,
    element: &Element<'_, '_, '_>,
    edits: &TextEdits,
    original: Option<&str>,
) -> bool {
    let edited = element
        .node()
        .map(|list| edits.clone().apply_within(source, list.range()));
    let meaning = fragment::meaning(edited.as_deref(), behavior);
    meaning.is_some() && meaning == fragment::meaning(original, behavior)
}

fn displaced(document: &Document, change: &Change) -> BTreeMap<Slot, Association> {
    let mut slots = document.slots();
    slots.retain(|slot, held| change.takes(slot) && !change.may_take(&held.lambda_arn));
    slots
}
