//! Properties of the splice over generated documents: prefixes, white space, comments, CDATA,
//! entities, unknown elements at every level, missing and empty elements, up to 75 behaviors.

pub(in crate::aws) mod generated;

use std::collections::BTreeMap;

use proptest::prelude::*;

use self::generated::{Generated, OURS, generated, held_by_others};
use super::{Change, Handover, Originals, Restore, Wish, splice};
use crate::aws::document::Document;
use crate::aws::event_type::EventType;
use crate::aws::slot::{Association, Slot};

/// A change of our function's slots.
pub(super) fn change(slots: BTreeMap<Slot, Wish>, originals: Originals) -> Change {
    Change {
        function: OURS.parse().unwrap(),
        predecessor: None,
        foreseen: None,
        staging: Some(false),
        handover: Handover::default(),
        slots,
        originals,
    }
}

/// Our version 7 in every slot that `choice` picks.
fn hold(document: &Document, choice: u64, originals: Originals) -> Change {
    let slots = document
        .behaviors()
        .iter()
        .flat_map(|behavior| EventType::ALL.map(|event| Slot::new(&behavior.name, event)));
    let chosen = slots
        .enumerate()
        .filter(|(index, _)| choice.rotate_right(u32::try_from(*index % 64).unwrap()) & 1 == 1);
    let wish = |slot: Slot| {
        let association = Association {
            lambda_arn: format!("{OURS}:7"),
            include_body: slot.event.carries_body(),
        };
        (
            slot,
            Wish::Hold {
                association,
                adopt_existing: true,
            },
        )
    };
    change(chosen.map(|(_, slot)| wish(slot)).collect(), originals)
}

pub(super) fn release(
    change: &Change,
    displaced: &BTreeMap<Slot, Association>,
    originals: Originals,
) -> Change {
    // Without the flag, as in a state: the original text brings it back.
    let restore = |slot: &Slot| {
        displaced.get(slot).map(|held| Restore {
            lambda_arn: held.lambda_arn.clone(),
            include_body: None,
            together: false,
        })
    };
    let slots = change
        .slots
        .keys()
        .map(|slot| {
            (
                slot.clone(),
                Wish::Leave {
                    restore: restore(slot),
                },
            )
        })
        .collect();
    self::change(slots, originals)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn outside_the_association_elements_every_byte_stays(given in generated(), choice: u64) {
        let before = Document::parse(given.text.clone()).unwrap();
        let change = hold(&before, choice, Originals::default());
        let spliced = splice(&before, &change).unwrap();
        prop_assert_eq!(given.outside(spliced.document.text()), given.outside(&given.text));
        prop_assert_eq!(spliced.changed, spliced.document.text() != given.text);
    }

    #[test]
    fn wanted_slots_are_held_and_others_keep_content_and_order(given in generated(), choice: u64) {
        let before = Document::parse(given.text.clone()).unwrap();
        let change = hold(&before, choice, Originals::default());
        let after = splice(&before, &change).unwrap().document;
        let mut expected = before.slots();
        for (slot, wish) in &change.slots {
            let Wish::Hold { association, .. } = wish else { unreachable!("hold() makes nothing else") };
            expected.insert(slot.clone(), association.clone());
        }
        prop_assert_eq!(after.slots(), expected);
        let kept = |text: &str| -> Vec<(String, String, String)> {
            let is_wanted = |(behavior, event, _): &(String, String, String)| {
                event.parse().is_ok_and(|event| change.slots.contains_key(&Slot::new(behavior, event)))
            };
            held_by_others(text).into_iter().filter(|held| !is_wanted(held)).collect()
        };
        prop_assert_eq!(kept(after.text()), kept(&given.text));
    }

    #[test]
    fn leaving_puts_back_the_very_same_bytes(given in generated(), choice: u64) {
        let before = Document::parse(given.text.clone()).unwrap();
        let change = hold(&before, choice, Originals::default());
        let held = splice(&before, &change).unwrap();
        let left = splice(&held.document, &release(&change, &held.displaced, held.originals)).unwrap();
        prop_assert_eq!(left.document.text(), given.text);
        prop_assert_eq!(left.originals, Originals::default());
    }

    #[test]
    fn leaving_after_a_new_version_and_a_repair_puts_back_the_same_bytes(given in generated(), choice: u64, lost: u64) {
        let before = Document::parse(given.text.clone()).unwrap();
        let first = hold(&before, choice, Originals::default());
        let held = splice(&before, &first).unwrap();
        // Somebody removes some of ours; the next apply heals that, with another version.
        let removed = Change { slots: hold(&before, lost, Originals::default()).slots, ..release(&first, &BTreeMap::new(), Originals::default()) };
        let removed = Change { slots: removed.slots.into_keys().map(|slot| (slot, Wish::Leave { restore: None })).collect(), ..removed };
        let damaged = splice(&held.document, &removed).unwrap().document;
        let mut second = Change { originals: held.originals, ..first };
        for wish in second.slots.values_mut() {
            if let Wish::Hold { association, .. } = wish {
                association.lambda_arn = format!("{OURS}:8");
            }
        }
        let healed = splice(&damaged, &second).unwrap();
        let left = splice(&healed.document, &release(&second, &held.displaced, healed.originals)).unwrap();
        prop_assert_eq!(left.document.text(), given.text);
    }

    #[test]
    fn a_change_that_is_made_already_changes_nothing(given in generated(), choice: u64) {
        let before = Document::parse(given.text.clone()).unwrap();
        let change = hold(&before, choice, Originals::default());
        let held = splice(&before, &change).unwrap();
        let again = splice(&held.document, &Change { originals: held.originals.clone(), ..change }).unwrap();
        prop_assert!(!again.changed);
        prop_assert!(again.displaced.is_empty());
        prop_assert_eq!(again.originals, held.originals);
    }

    #[test]
    fn what_somebody_else_added_meanwhile_stays(given in generated(), choice: u64, added: u64) {
        let before = Document::parse(given.text.clone()).unwrap();
        let change = hold(&before, choice, Originals::default());
        let held = splice(&before, &change).unwrap();
        let other = "arn:aws:lambda:us-east-1:123456789012:function:latecomer";
        let mut by_other = hold(&before, added, Originals::default());
        by_other.function = other.parse().unwrap();
        by_other.slots.retain(|slot, _| !held.document.slots().contains_key(slot));
        for wish in by_other.slots.values_mut() {
            if let Wish::Hold { association, .. } = wish {
                association.lambda_arn = format!("{other}:1");
            }
        }
        let joined = splice(&held.document, &by_other).unwrap().document;
        let left = splice(&joined, &release(&change, &held.displaced, held.originals)).unwrap().document;
        let mut expected = before.slots();
        expected.extend(joined.slots_of(&by_other.function));
        prop_assert_eq!(left.slots(), expected);
        prop_assert_eq!(given.outside(left.text()), given.outside(&given.text));
    }

    #[test]
    fn a_cut_off_document_is_refused(given in generated(), part in 0.0..1.0f64) {
        let mut end = (given.text.trim_end().len() as f64 * part) as usize;
        while !given.text.is_char_boundary(end) {
            end -= 1;
        }
        prop_assert!(Document::parse(given.text[..end].to_owned()).is_err());
    }

    #[test]
    fn no_text_makes_it_panic(given in generated(), at in 0.0..1.0f64, noise in "[<>/&;\"'A-Za-z \\]\\[!-]{0,12}", choice: u64) {
        let mut at = (given.text.len() as f64 * at) as usize;
        while !given.text.is_char_boundary(at) {
            at -= 1;
        }
        let mut text = given.text;
        text.insert_str(at, &noise);
        if let Ok(document) = Document::parse(text) {
            let change = hold(&document, choice, Originals::default());
            let _ = splice(&document, &change);
        }
    }
}

#[test]
fn seventy_five_behaviors_are_taken_and_left_in_one_go() {
    let given = Generated::with_behaviors(75);
    let before = Document::parse(given.text.clone()).unwrap();
    let change = hold(&before, u64::MAX, Originals::default());
    let held = splice(&before, &change).unwrap();
    assert_eq!(held.document.slots_of(&change.function).len(), 76 * 4);
    let left = splice(
        &held.document,
        &release(&change, &held.displaced, held.originals),
    )
    .unwrap();
    assert_eq!(left.document.text(), given.text);
}
