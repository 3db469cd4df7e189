//! What a function took the place of, recorded in its tags: `netacea:displaced:<code> = <what>
//! <code> <code> …`.
//!
//! A code is the first 8 hex digits of the SHA-256 of distribution and slot, because tags hold
//! neither `*` nor enough characters for a path pattern. The tag is named by the first slot and
//! lists the others that held the same: a function has at most 50 tags.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::aws::slot::{Association, Slot};
use crate::aws::tags::{TagEdits, Tags};

const PREFIX: &str = "netacea:displaced:";
/// AWS allows values of 256 characters.
const LONGEST_VALUE: usize = 256;
const NO_ELEMENT: &str = "no-element";
const INCLUDE_BODY: &str = "include-body";

/// What stood in slots, and around them, before ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Displaced {
    /// Strangers' associations.
    pub(crate) associations: BTreeMap<Slot, Association>,
    /// Behaviors that had no element for associations at all.
    pub(crate) bare: BTreeSet<String>,
}

/// What is to be forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Forgotten {
    pub(crate) slots: BTreeSet<Slot>,
    pub(crate) behaviors: BTreeSet<String>,
}

impl Displaced {
    pub(crate) fn is_empty(&self) -> bool {
        self.associations.is_empty() && self.bare.is_empty()
    }

    /// What the tags record of these slots of a distribution and of their behaviors.
    pub(crate) fn recall<'a>(
        tags: &Tags,
        distribution_id: &str,
        slots: impl IntoIterator<Item = &'a Slot>,
    ) -> Displaced {
        let records = records(tags);
        let find = |code: &str| records.iter().find_map(|record| record.of(code));
        let mut displaced = Displaced::default();
        for slot in slots {
            if let Some(association) = find(&slot_code(distribution_id, slot)).and_then(read) {
                displaced.associations.insert(slot.clone(), association);
            }
            let behavior = find(&behavior_code(distribution_id, &slot.behavior));
            if behavior == Some(NO_ELEMENT) {
                displaced.bare.insert(slot.behavior.clone());
            }
        }
        displaced
    }

    /// Whether the request body was handed to `lambda_arn` in `slot`. `None`: nothing is known of
    /// it there.
    pub(crate) fn include_body(&self, slot: &Slot, lambda_arn: &str) -> Option<bool> {
        let association = self.associations.get(slot)?;
        (association.lambda_arn == lambda_arn).then_some(association.include_body)
    }

    /// The edits of `tags` that record this too. Only tags of this distribution are edited, those
    /// that speak of one of `slots` or of their behaviors: other resources may write to the same
    /// function at the same time. What is `outdated` is forgotten.
    pub(crate) fn record<'a>(
        &self,
        tags: &Tags,
        distribution_id: &str,
        slots: impl IntoIterator<Item = &'a Slot>,
        outdated: &Forgotten,
    ) -> TagEdits {
        let known = codes(distribution_id, slots);
        let outdated = outdated.codes(distribution_id);
        edits(tags, &known, |entries| {
            entries.retain(|code, _| !outdated.contains(code));
            for (slot, association) in &self.associations {
                entries.insert(slot_code(distribution_id, slot), written(association));
            }
            for behavior in &self.bare {
                let code = behavior_code(distribution_id, behavior);
                entries.insert(code, NO_ELEMENT.to_owned());
            }
        })
    }
}

impl Forgotten {
    /// The edits of `tags` after which they record nothing of these.
    pub(crate) fn edits(&self, tags: &Tags, distribution_id: &str) -> TagEdits {
        let known = self.codes(distribution_id);
        edits(tags, &known, |entries| {
            entries.retain(|code, _| !known.contains(code))
        })
    }

    fn codes(&self, distribution_id: &str) -> BTreeSet<String> {
        let slots = self
            .slots
            .iter()
            .map(|slot| slot_code(distribution_id, slot));
        let behaviors = self
            .behaviors
            .iter()
            .map(|behavior| behavior_code(distribution_id, behavior));
        slots.chain(behaviors).collect()
    }
}

/// One tag.
struct Record<'a> {
    key: &'a String,
    what: String,
    codes: Vec<&'a str>,
}

impl Record<'_> {
    fn of(&self, code: &str) -> Option<&str> {
        self.codes.contains(&code).then_some(self.what.as_str())
    }
}

fn records(tags: &Tags) -> Vec<Record<'_>> {
    tags.iter().filter_map(record).collect()
}

fn record<'a>((key, value): (&'a String, &'a String)) -> Option<Record<'a>> {
    let first = key.strip_prefix(PREFIX)?;
    let mut words = value.split(' ').peekable();
    let mut what = words.next()?.to_owned();
    if words.next_if_eq(&INCLUDE_BODY).is_some() {
        what = format!("{what} {INCLUDE_BODY}");
    }
    Some(Record {
        key,
        what,
        codes: std::iter::once(first).chain(words).collect(),
    })
}

/// Unpacks the tags in which one of the `known` codes stands, lets them be changed, and packs them
/// again.
fn edits(
    tags: &Tags,
    known: &BTreeSet<String>,
    change: impl FnOnce(&mut BTreeMap<String, String>),
) -> TagEdits {
    let own: Vec<Record<'_>> = records(tags)
        .into_iter()
        .filter(|record| record.codes.iter().any(|code| known.contains(*code)))
        .collect();
    let mut entries = BTreeMap::new();
    for record in &own {
        let codes = record.codes.iter();
        entries.extend(codes.map(|code| ((*code).to_owned(), record.what.clone())));
    }
    change(&mut entries);
    let wanted = packed(&entries);
    let stale = own.iter().map(|record| record.key);
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

fn packed(entries: &BTreeMap<String, String>) -> Tags {
    let mut alike: BTreeMap<&String, Vec<&String>> = BTreeMap::new();
    for (code, what) in entries {
        alike.entry(what).or_default().push(code);
    }
    let mut tags = Tags::new();
    for (what, codes) in alike {
        let mut key = String::new();
        for code in codes {
            match tags.get_mut(&key) {
                Some(value) if value.len() + 1 + code.len() <= LONGEST_VALUE => {
                    // Writing to a String cannot fail.
                    let _ = write!(value, " {code}");
                }
                _ => {
                    key = format!("{PREFIX}{code}");
                    tags.insert(key.clone(), what.clone());
                }
            }
        }
    }
    tags
}

fn written(association: &Association) -> String {
    let lambda_arn = &association.lambda_arn;
    if association.include_body {
        format!("{lambda_arn} {INCLUDE_BODY}")
    } else {
        lambda_arn.clone()
    }
}

fn read(what: &str) -> Option<Association> {
    let (lambda_arn, include_body) = match what.split_once(' ') {
        Some((lambda_arn, _)) => (lambda_arn, true),
        None => (what, false),
    };
    (what != NO_ELEMENT).then(|| Association {
        lambda_arn: lambda_arn.to_owned(),
        include_body,
    })
}

fn codes<'a>(distribution_id: &str, slots: impl IntoIterator<Item = &'a Slot>) -> BTreeSet<String> {
    let of = |slot: &Slot| {
        [
            slot_code(distribution_id, slot),
            behavior_code(distribution_id, &slot.behavior),
        ]
    };
    slots.into_iter().flat_map(of).collect()
}

fn slot_code(distribution_id: &str, slot: &Slot) -> String {
    code(&format!("{distribution_id} {slot}"))
}

/// No slot is called like this: they end in an event.
fn behavior_code(distribution_id: &str, behavior: &str) -> String {
    code(&format!("{distribution_id} {behavior} element"))
}

fn code(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().take(4).fold(String::new(), |mut code, byte| {
        // Writing to a String cannot fail.
        let _ = write!(code, "{byte:02x}");
        code
    })
}

#[cfg(test)]
mod tests {
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
        let edits = one.record(&Tags::new(), "E1", [&slot("/a/*")], &Forgotten::default());
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
            bare: names.iter().cloned().collect(),
        };
        let mut tags = Tags::from([("team".to_owned(), "web".to_owned())]);
        let slots: Vec<Slot> = all.associations.keys().cloned().collect();
        let edits = all.record(&tags, "E1", &slots, &Forgotten::default());
        assert!(edits.most(&tags) < 40, "{} tags", edits.most(&tags));
        apply(&mut tags, edits);
        assert!(tags.values().all(|value| value.len() <= LONGEST_VALUE));
        assert_eq!(Displaced::recall(&tags, "E1", &slots), all);
        let again = all.record(&tags, "E1", &slots, &Forgotten::default());
        assert_eq!(again, TagEdits::default(), "recorded once is enough");

        let forgotten = Forgotten {
            slots: slots.iter().cloned().collect(),
            behaviors: names.into_iter().collect(),
        };
        let edits = forgotten.edits(&tags, "E1");
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
            .record(&Tags::new(), "E1", &slots, &Forgotten::default())
            .set;
        let of_first = tags.clone();
        let edits = both.record(&tags, "E2", &slots, &Forgotten::default());
        assert!(edits.set.keys().all(|key| !of_first.contains_key(key)));
        apply(&mut tags, edits);
        let forgotten = Forgotten {
            slots: [slot("/a")].into(),
            behaviors: ["/a".to_owned()].into(),
        };
        let edits = forgotten.edits(&tags, "E2");
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
            .record(&Tags::new(), "E1", &slots, &Forgotten::default())
            .set;
        let left = Forgotten {
            slots: [slot("/a")].into(),
            ..Forgotten::default()
        };
        let edits = Displaced::default().record(&tags, "E1", &slots, &left);
        apply(&mut tags, edits);
        let kept = displaced(&[("/b", held(STRANGER, false))], &[]);
        assert_eq!(Displaced::recall(&tags, "E1", &slots), kept);
    }

    #[test]
    fn a_slot_that_is_displaced_anew_has_its_last_holder() {
        let newer = STRANGER.replace(":3", ":4");
        let slots = [slot("/a"), slot("/b")];
        let before = displaced(
            &[("/a", held(STRANGER, false)), ("/b", held(STRANGER, false))],
            &[],
        );
        let mut tags = before
            .record(&Tags::new(), "E1", &slots, &Forgotten::default())
            .set;
        let edits = displaced(&[("/a", held(&newer, true))], &[]).record(
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
