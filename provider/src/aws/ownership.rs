//! What is written in AWS itself about who owns a function and what it displaced, so that a killed apply loses nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::slot::{Association, Slot};

/// Tags of a function, the user's and ours.
pub(crate) type Tags = BTreeMap<String, String>;

const RESERVED_PREFIX: &str = "netacea:";
const MANAGED_BY: &str = "netacea:managed-by";
const MANAGED_BY_US: &str = "terraform-provider-netacea";
const LIFECYCLE: &str = "netacea:lifecycle";
const DISPLACED_PREFIX: &str = "netacea:displaced:";
/// Stands behind the ARN of an association that was shown the request body.
const WITH_BODY: &str = " body";
const ABSENT_PREFIX: &str = "netacea:absent:";
/// A tag's value holds 256 characters, and a mark with its blank takes 9.
const MARKS_A_TAG: usize = 28;

/// Where a function of ours stands between its first and its last call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lifecycle {
    /// Made by a create that has not finished; the next create continues it.
    Creating,
    /// In some Terraform state.
    Ready,
    /// Left behind by a best-effort destroy because replicas still exist; a create may take it over.
    Released,
}

/// Whose function it is, by its tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ownership {
    Ours(Lifecycle),
    Stranger,
}

impl Lifecycle {
    const ALL: [Lifecycle; 3] = [Lifecycle::Creating, Lifecycle::Ready, Lifecycle::Released];

    const fn as_str(self) -> &'static str {
        match self {
            Lifecycle::Creating => "creating",
            Lifecycle::Ready => "ready",
            Lifecycle::Released => "released",
        }
    }

    /// The two tags that say "ours, in this stage".
    pub(super) fn tags(self) -> Tags {
        [(MANAGED_BY, MANAGED_BY_US), (LIFECYCLE, self.as_str())]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into()
    }
}

impl Ownership {
    /// A function that carries our name without a stage counts as ready: the strictest reading.
    pub(crate) fn of(tags: &Tags) -> Ownership {
        if tags.get(MANAGED_BY).map(String::as_str) != Some(MANAGED_BY_US) {
            return Ownership::Stranger;
        }
        let stage = tags.get(LIFECYCLE).map(String::as_str);
        let lifecycle = Lifecycle::ALL
            .into_iter()
            .find(|lifecycle| Some(lifecycle.as_str()) == stage);
        Ownership::Ours(lifecycle.unwrap_or(Lifecycle::Ready))
    }
}

/// Whether a tag key belongs to the provider rather than to the user.
pub(crate) fn is_reserved(key: &str) -> bool {
    key.starts_with(RESERVED_PREFIX)
}

/// The displaced associations that the tags record for these slots of a distribution.
pub(crate) fn displaced_in<'a>(
    tags: &Tags,
    distribution_id: &str,
    slots: impl IntoIterator<Item = &'a Slot>,
) -> BTreeMap<Slot, Association> {
    slots
        .into_iter()
        .filter_map(|slot| {
            let value = tags.get(&displaced_key(distribution_id, slot))?;
            let bare = value.strip_suffix(WITH_BODY);
            let association = Association {
                lambda_arn: bare.unwrap_or(value).to_owned(),
                include_body: bare.is_some(),
            };
            Some((slot.clone(), association))
        })
        .collect()
}

/// What a tag says of a displaced association.
pub(super) fn displaced_value(association: &Association) -> String {
    let body = if association.include_body {
        WITH_BODY
    } else {
        ""
    };
    format!("{}{body}", association.lambda_arn)
}

/// Tag keys hold neither `*` nor enough characters for a path pattern: the slot is named by the first 8 hex digits of its SHA-256.
pub(super) fn displaced_key(distribution_id: &str, slot: &Slot) -> String {
    format!(
        "{DISPLACED_PREFIX}{}",
        mark(&format!("{distribution_id} {slot}"))
    )
}

/// The tags that say which behaviours of a distribution had no association element when we came.
pub(super) fn absent_tags<'a>(
    distribution_id: &str,
    behaviors: impl Iterator<Item = &'a str>,
) -> Tags {
    let marks: Vec<String> = behaviors.map(mark).collect();
    let tags = marks.chunks(MARKS_A_TAG).zip(1..);
    tags.map(|(marks, number)| (absent_key(distribution_id, number), marks.join(" ")))
        .collect()
}

/// Whether the tags say that a behaviour had no association element when we came.
pub(crate) fn was_absent(tags: &Tags, distribution_id: &str, behavior: &str) -> bool {
    let mark = mark(behavior);
    (1..)
        .map_while(|number: usize| tags.get(&absent_key(distribution_id, number)))
        .any(|marks| marks.split(' ').any(|found| found == mark))
}

fn absent_key(distribution_id: &str, number: usize) -> String {
    format!("{ABSENT_PREFIX}{distribution_id}:{number}")
}

/// The first 8 hex digits of the SHA-256.
fn mark(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().take(4).fold(String::new(), |mut mark, byte| {
        // Writing to a String cannot fail.
        let _ = write!(mark, "{byte:02x}");
        mark
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::event_type::EventType;

    #[test]
    fn every_stage_is_recognised_by_the_tags_it_writes() {
        for lifecycle in Lifecycle::ALL {
            assert_eq!(Ownership::of(&lifecycle.tags()), Ownership::Ours(lifecycle));
        }
    }

    #[test]
    fn a_function_without_our_name_is_a_strangers() {
        let mut tags = Lifecycle::Creating.tags();
        tags.insert(MANAGED_BY.to_owned(), "somebody-else".to_owned());
        assert_eq!(Ownership::of(&tags), Ownership::Stranger);
        assert_eq!(Ownership::of(&Tags::new()), Ownership::Stranger);
    }

    #[test]
    fn an_unknown_stage_is_never_taken_over() {
        let mut tags = Lifecycle::Creating.tags();
        tags.insert(LIFECYCLE.to_owned(), "from-a-newer-release".to_owned());
        assert_eq!(Ownership::of(&tags), Ownership::Ours(Lifecycle::Ready));
    }

    #[test]
    fn displaced_arns_are_found_by_distribution_and_slot() {
        let slot = Slot::new("/a/*", EventType::ViewerRequest);
        let key = displaced_key("E1", &slot);
        assert!(
            is_reserved(&key) && key.len() == DISPLACED_PREFIX.len() + 8,
            "{key}"
        );
        for include_body in [false, true] {
            let held = Association {
                lambda_arn: "arn".to_owned(),
                include_body,
            };
            let tags = Tags::from([(key.clone(), displaced_value(&held))]);
            assert_eq!(displaced_in(&tags, "E1", [&slot]).get(&slot), Some(&held));
            assert!(displaced_in(&tags, "E2", [&slot]).is_empty());
        }
    }

    #[test]
    fn as_many_behaviors_as_a_distribution_may_have_are_marked_and_found() {
        let behaviors: Vec<String> = (0..75).map(|number| format!("/{number}/*")).collect();
        let tags = absent_tags("E2QWRUHAPOMQZL", behaviors.iter().map(String::as_str));
        assert_eq!(tags.len(), 3);
        assert!(
            tags.iter()
                .all(|(key, value)| is_reserved(key) && key.len() <= 128 && value.len() <= 256),
            "{tags:?}"
        );
        assert!(
            behaviors
                .iter()
                .all(|behavior| was_absent(&tags, "E2QWRUHAPOMQZL", behavior))
        );
        assert!(!was_absent(&tags, "E2QWRUHAPOMQZL", "default"));
        assert!(!was_absent(&tags, "E1", "/0/*"));
    }
}
