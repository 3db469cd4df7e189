//! What a function displaced, recorded in the function's own tags.
//!
//! A stranger's association that ours displaces is written into the tags of the function that takes
//! its slot, before the update is sent to CloudFront: after a killed apply, the next one must still
//! know what to put back. `aws/distribution/ledger.rs` writes and removes these tags, and its
//! header says when; `placement/` reads them when a resource is read, applied, destroyed or
//! imported ([`Displaced::recall`]). This file says which tags to write and to remove;
//! [`super::tag_format`] has their format.

use std::collections::{BTreeMap, BTreeSet};

use super::tag_format::{Code, Entry, pack, unpack};
use crate::aws::slot::{Association, Slot};
use crate::aws::tags::{TagEdits, Tags};

/// The former content of slots that ours has taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Displaced {
    /// Strangers' associations.
    pub(crate) associations: BTreeMap<Slot, Association>,
    /// Slots whose association works together with others of its behavior: they come back together
    /// or not at all.
    pub(crate) together: BTreeSet<Slot>,
    /// Behaviors that had no element for associations at all.
    pub(crate) bare: BTreeSet<String>,
}

/// The records to remove.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Forgotten {
    pub(crate) slots: BTreeSet<Slot>,
    pub(crate) behaviors: BTreeSet<String>,
}

impl Displaced {
    pub(crate) fn is_empty(&self) -> bool {
        self.associations.is_empty() && self.bare.is_empty()
    }

    /// What the tags say about these slots of a distribution and their behaviors.
    pub(crate) fn recall<'a>(
        tags: &Tags,
        distribution_id: &str,
        slots: impl IntoIterator<Item = &'a Slot>,
    ) -> Displaced {
        let known = unpack(tags);
        let find = |code: &Code| {
            let tag = known.iter().find(|tag| tag.codes.contains(code));
            tag.map(|tag| &tag.entry)
        };
        let mut displaced = Displaced::default();
        for slot in slots {
            if let Some(Entry::Association { held, together }) =
                find(&Code::of_slot(distribution_id, slot))
            {
                displaced.associations.insert(slot.clone(), held.clone());
                if *together {
                    displaced.together.insert(slot.clone());
                }
            }
            let behavior = find(&Code::of_behavior(distribution_id, &slot.behavior));
            if let Some(Entry::NoElement) = behavior {
                displaced.bare.insert(slot.behavior.clone());
            }
        }
        displaced
    }

    /// How many tags these records need on a function that has none yet.
    pub(crate) fn tag_count(&self, distribution_id: &str) -> usize {
        let slots = self.associations.keys();
        let edits = self.tag_edits(&Tags::new(), distribution_id, slots, &Forgotten::default());
        edits.set.len()
    }

    /// The recorded association of `lambda_arn` in `slot`, if there is one.
    pub(crate) fn association(&self, slot: &Slot, lambda_arn: &str) -> Option<&Association> {
        let association = self.associations.get(slot)?;
        (association.lambda_arn == lambda_arn).then_some(association)
    }

    /// The edits that add these records to `tags` and remove those that are `outdated`. Only tags
    /// about one of `slots`, or its behavior, are edited: other resources may write to the same
    /// function at the same time. A code in a tag cannot be turned back into a slot, so `slots`
    /// must name every slot of the distribution.
    pub(crate) fn tag_edits<'a>(
        &self,
        tags: &Tags,
        distribution_id: &str,
        slots: impl IntoIterator<Item = &'a Slot>,
        outdated: &Forgotten,
    ) -> TagEdits {
        let known = codes(distribution_id, slots);
        let outdated = outdated.codes(distribution_id);
        edited(tags, &known, |entries| {
            entries.retain(|code, _| !outdated.contains(code));
            for (slot, association) in &self.associations {
                let entry = Entry::Association {
                    held: association.clone(),
                    together: self.together.contains(slot),
                };
                entries.insert(Code::of_slot(distribution_id, slot), entry);
            }
            for behavior in &self.bare {
                let code = Code::of_behavior(distribution_id, behavior);
                entries.insert(code, Entry::NoElement);
            }
        })
    }
}

impl Forgotten {
    /// The edits that remove these records from `tags`.
    pub(crate) fn tag_edits(&self, tags: &Tags, distribution_id: &str) -> TagEdits {
        let known = self.codes(distribution_id);
        edited(tags, &known, |entries| {
            entries.retain(|code, _| !known.contains(code))
        })
    }

    fn codes(&self, distribution_id: &str) -> BTreeSet<Code> {
        let slots = self.slots.iter();
        let slots = slots.map(|slot| Code::of_slot(distribution_id, slot));
        let behaviors = self.behaviors.iter();
        let behaviors = behaviors.map(|behavior| Code::of_behavior(distribution_id, behavior));
        slots.chain(behaviors).collect()
    }
}

/// Unpacks the tags with one of the `known` codes, changes their entries, and packs them again.
fn edited(
    tags: &Tags,
    known: &BTreeSet<Code>,
    change: impl FnOnce(&mut BTreeMap<Code, Entry>),
) -> TagEdits {
    let mut own = unpack(tags);
    own.retain(|tag| tag.codes.iter().any(|code| known.contains(code)));
    let mut entries = BTreeMap::new();
    for tag in &own {
        let codes = tag.codes.iter();
        entries.extend(codes.map(|code| (code.clone(), tag.entry.clone())));
    }
    change(&mut entries);
    let wanted = pack(&entries);
    let stale = own.iter().map(|tag| tag.key);
    TagEdits {
        remove: stale
            .filter(|key| !wanted.contains_key(*key))
            .cloned()
            .collect(),
        set: wanted
            .into_iter()
            .filter(|(key, value)| tags.get(key) != Some(value))
            .collect(),
    }
}

fn codes<'a>(distribution_id: &str, slots: impl IntoIterator<Item = &'a Slot>) -> BTreeSet<Code> {
    let of = |slot: &Slot| {
        [
            Code::of_slot(distribution_id, slot),
            Code::of_behavior(distribution_id, &slot.behavior),
        ]
    };
    slots.into_iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tag_format::{LONGEST_VALUE, PREFIX};
    use super::*;
    use crate::aws::event_type::EventType;
    use crate::aws::tags::is_reserved;

    const STRANGER: &str = "arn:aws:lambda:us-east-1:123456789012:function:other:3";

    fn slot(behavior: &str) -> Slot {
        Slot::new(behavior, EventType::ViewerRequest)
    }

    fn held(lambda_arn: &str, include_body: bool) -> Association {
        Association {
            lambda_arn: lambda_arn.to_owned(),
            include_body,
        }
    }

    fn displaced(associations: &[(&str, Association)], bare: &[&str]) -> Displaced {
        Displaced {
            associations: associations
                .iter()
                .map(|(behavior, held)| (slot(behavior), held.clone()))
                .collect(),
            together: BTreeSet::new(),
            bare: bare.iter().map(ToString::to_string).collect(),
        }
    }

    fn apply(tags: &mut Tags, edits: TagEdits) {
        tags.extend(edits.set);
        tags.retain(|key, _| !edits.remove.contains(key));
    }

    #[test]
    fn one_displaced_slot_is_one_tag_with_its_arn() {
        let one = displaced(&[("/a/*", held(STRANGER, false))], &[]);
        let edits = one.tag_edits(&Tags::new(), "E1", [&slot("/a/*")], &Forgotten::default());
        let (key, value) = edits.set.first_key_value().expect("a tag");
        assert!(is_reserved(key) && key.len() == PREFIX.len() + 8, "{key}");
        assert_eq!((value.as_str(), edits.set.len()), (STRANGER, 1));
        assert_eq!(Displaced::recall(&edits.set, "E1", [&slot("/a/*")]), one);
        assert!(Displaced::recall(&edits.set, "E2", [&slot("/a/*")]).is_empty());
    }

    #[test]
    fn what_is_recorded_is_recalled_and_a_whole_distribution_takes_few_tags() {
        let arns = [1, 2].map(|version| {
            let name = "n".repeat(64);
            format!("arn:aws:lambda:us-east-1:123456789012:function:{name}:{version}")
        });
        let names: Vec<String> = (0..76).map(|number| format!("/{number}/*")).collect();
        let all = Displaced {
            associations: names
                .iter()
                .flat_map(|name| EventType::ALL.map(|event| Slot::new(name, event)))
                .enumerate()
                .map(|(index, slot)| (slot, held(&arns[index % 2], index % 3 == 0)))
                .collect(),
            together: names
                .iter()
                .map(|name| Slot::new(name, EventType::OriginResponse))
                .collect(),
            bare: names.iter().cloned().collect(),
        };
        let mut tags = Tags::from([("team".to_owned(), "web".to_owned())]);
        let slots: Vec<Slot> = all.associations.keys().cloned().collect();
        let edits = all.tag_edits(&tags, "E1", &slots, &Forgotten::default());
        assert!(edits.most(&tags) < 40, "{} tags", edits.most(&tags));
        apply(&mut tags, edits);
        assert!(tags.values().all(|value| value.len() <= LONGEST_VALUE));
        assert_eq!(Displaced::recall(&tags, "E1", &slots), all);
        let again = all.tag_edits(&tags, "E1", &slots, &Forgotten::default());
        assert_eq!(again, TagEdits::default(), "recorded once is enough");

        let forgotten = Forgotten {
            slots: slots.iter().cloned().collect(),
            behaviors: names.into_iter().collect(),
        };
        let edits = forgotten.tag_edits(&tags, "E1");
        apply(&mut tags, edits);
        assert_eq!(tags.into_keys().collect::<Vec<_>>(), ["team"]);
    }

    #[test]
    fn tags_of_another_distribution_are_not_edited() {
        let both = displaced(
            &[("/a", held(STRANGER, false)), ("/b", held(STRANGER, false))],
            &["/a"],
        );
        let slots = [slot("/a"), slot("/b")];
        let mut tags = both
            .tag_edits(&Tags::new(), "E1", &slots, &Forgotten::default())
            .set;
        let of_first = tags.clone();
        let edits = both.tag_edits(&tags, "E2", &slots, &Forgotten::default());
        assert!(edits.set.keys().all(|key| !of_first.contains_key(key)));
        apply(&mut tags, edits);
        let forgotten = Forgotten {
            slots: [slot("/a")].into(),
            behaviors: ["/a".to_owned()].into(),
        };
        let edits = forgotten.tag_edits(&tags, "E2");
        apply(&mut tags, edits);
        let left = displaced(&[("/b", held(STRANGER, false))], &[]);
        assert_eq!(Displaced::recall(&tags, "E2", &slots), left);
        assert_eq!(Displaced::recall(&tags, "E1", &slots), both);
    }

    #[test]
    fn what_an_attempt_has_recorded_in_vain_is_forgotten() {
        let slots = [slot("/a"), slot("/b")];
        let before = displaced(
            &[("/a", held(STRANGER, false)), ("/b", held(STRANGER, false))],
            &[],
        );
        let mut tags = before
            .tag_edits(&Tags::new(), "E1", &slots, &Forgotten::default())
            .set;
        let left = Forgotten {
            slots: [slot("/a")].into(),
            ..Forgotten::default()
        };
        let edits = Displaced::default().tag_edits(&tags, "E1", &slots, &left);
        apply(&mut tags, edits);
        let kept = displaced(&[("/b", held(STRANGER, false))], &[]);
        assert_eq!(Displaced::recall(&tags, "E1", &slots), kept);
    }

    #[test]
    fn a_slot_that_is_displaced_again_has_its_last_holder() {
        let newer = STRANGER.replace(":3", ":4");
        let slots = [slot("/a"), slot("/b")];
        let before = displaced(
            &[("/a", held(STRANGER, false)), ("/b", held(STRANGER, false))],
            &[],
        );
        let mut tags = before
            .tag_edits(&Tags::new(), "E1", &slots, &Forgotten::default())
            .set;
        let edits = displaced(&[("/a", held(&newer, true))], &[]).tag_edits(
            &tags,
            "E1",
            &slots,
            &Forgotten::default(),
        );
        apply(&mut tags, edits);
        let both = displaced(
            &[("/a", held(&newer, true)), ("/b", held(STRANGER, false))],
            &[],
        );
        assert_eq!(Displaced::recall(&tags, "E1", &slots), both);
    }
}
