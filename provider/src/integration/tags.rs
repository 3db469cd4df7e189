//! `tags` and `tags_all`. Calls nothing.
//!
//! AWS holds four kinds of tags on a function: the resource's own, the provider's defaults, ours
//! that say who owns it and what it displaced, and those of others that the provider is told to
//! ignore. This file tells them apart, in both directions.

use std::collections::BTreeSet;

use tfplugin::{Attr, Diagnostic, Diagnostics, Path, Result};

use crate::aws::ownership::OWNERSHIP_TAGS;
use crate::aws::tags::{IgnoredTags, MOST_TAGS, Tags, is_of_aws, is_reserved};

/// `tags_all`: the provider's default tags, overridden by the resource's own.
pub(crate) fn merged(default_tags: &Attr<Tags>, tags: &Attr<Tags>) -> Attr<Tags> {
    if default_tags.is_unknown() || tags.is_unknown() {
        return Attr::Unknown;
    }
    let mut all = default_tags.known().cloned().unwrap_or_default();
    all.extend(tags.known().cloned().unwrap_or_default());
    Attr::Known(all)
}

/// Refuses tags of the resource that the provider ignores: it would never see whether they are
/// there.
pub(crate) fn check(tags: &Attr<Tags>, ignored: &IgnoredTags) -> Result<()> {
    let mut refused = Diagnostics::new();
    for key in tags.known().into_iter().flat_map(Tags::keys) {
        if ignored.covers(key) {
            refused.push(
                Diagnostic::error(format!("The provider ignores the tag \"{key}\""))
                    .detail(
                        "`ignore_tags` of the provider leaves this key to others. Remove the tag \
                         here, or the key from `ignore_tags`.",
                    )
                    .at(Path::root("tags").key(key)),
            );
        }
    }
    if refused.has_errors() {
        Err(refused)
    } else {
        Ok(())
    }
}

/// Refuses more tags than Lambda allows: the resource's, the provider's defaults, those that say
/// whose the function is and in how many distributions it is `placed`, and those that record
/// `displaced` associations.
pub(crate) fn check_count(
    default_tags: &Attr<Tags>,
    tags: &Attr<Tags>,
    placed: usize,
    displaced: usize,
) -> Result<()> {
    // Unknown tags may turn out empty or the same.
    let own = tags.known().map_or(0, Tags::len);
    let is_overridden = |key: &String| tags.known().is_some_and(|tags| tags.contains_key(key));
    let defaults = default_tags
        .known()
        .into_iter()
        .flat_map(Tags::keys)
        .filter(|key| !is_overridden(key))
        .count();
    let count = own + defaults + OWNERSHIP_TAGS + placed + displaced;
    if count <= MOST_TAGS {
        return Ok(());
    }
    Err(Diagnostic::error("Too many tags")
        .detail(format!(
            "The function would have {count} tags, but Lambda allows {MOST_TAGS}:\n  - `tags`: \
             {own}\n  - `default_tags` of the provider that `tags` does not override: {defaults}\n  \
             - to record who owns the function: {OWNERSHIP_TAGS}\n  - to record who places it in \
             the distribution: {placed}\n  - to record what it displaces: {displaced}\n\nRemove at \
             least {} from `tags` or `default_tags`{}.",
            match count - MOST_TAGS {
                1 => "1 tag".to_owned(),
                excess => format!("{excess} tags"),
            },
            if displaced > 0 {
                ", or displace fewer functions"
            } else {
                ""
            }
        ))
        .at(Path::root("tags"))
        .into())
}

/// The tags in AWS that users see: neither our ownership tags nor AWS's own, nor those that the
/// provider ignores.
pub(crate) fn visible(remote: &Tags, ignored: &IgnoredTags) -> Tags {
    remote
        .iter()
        .filter(|(key, _)| !is_reserved(key) && !is_of_aws(key) && !ignored.covers(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// `tags` as read: what AWS holds, less the default tags that the user did not repeat. Stays null
/// when there are none.
pub(crate) fn own(visible: &Tags, default_tags: &Attr<Tags>, recorded: &Attr<Tags>) -> Attr<Tags> {
    let written = |key: &String| recorded.known().is_some_and(|tags| tags.contains_key(key));
    let by_default = |key: &String, value: &String| {
        default_tags.known().and_then(|tags| tags.get(key)) == Some(value)
    };
    let own: Tags = visible
        .iter()
        .filter(|(key, value)| written(key) || !by_default(key, value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    if own.is_empty() && recorded.known().is_none() {
        Attr::Null
    } else {
        Attr::Known(own)
    }
}

/// The differences between the tags `found` and those `recorded`, as sentences.
pub(crate) fn changes(recorded: &Tags, found: &Tags) -> Vec<String> {
    let keys: BTreeSet<&String> = recorded.keys().chain(found.keys()).collect();
    keys.into_iter()
        .filter_map(|key| match (recorded.get(key), found.get(key)) {
            (Some(before), Some(now)) if before == now => None,
            (Some(before), Some(now)) => Some(format!("{key} is \"{now}\", not \"{before}\"")),
            (Some(before), None) => Some(format!("{key} was removed; it was \"{before}\"")),
            (None, now) => now.map(|now| format!("{key} was added: \"{now}\"")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs
            .iter()
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect()
    }

    #[test]
    fn the_resources_own_tag_wins() {
        let all = merged(
            &Attr::Known(tags(&[("team", "web"), ("env", "prod")])),
            &Attr::Known(tags(&[("team", "edge")])),
        );
        assert_eq!(all, Attr::Known(tags(&[("env", "prod"), ("team", "edge")])));
    }

    #[test]
    fn more_tags_than_lambda_allows_are_refused_with_their_numbers() {
        let numbered = |from: usize, to: usize| -> Attr<Tags> {
            let tags = (from..to).map(|number| (format!("tag-{number}"), "x".to_owned()));
            Attr::Known(tags.collect())
        };
        assert!(check_count(&numbered(0, 30), &numbered(10, 47), 0, 0).is_ok());
        assert!(check_count(&Attr::Unknown, &numbered(0, 46), 1, 0).is_ok());
        assert!(check_count(&Attr::Null, &numbered(0, 45), 1, 1).is_ok());
        assert!(check_count(&Attr::Null, &numbered(0, 46), 1, 1).is_err());
        let refused = check_count(&numbered(0, 30), &numbered(10, 48), 1, 0).unwrap_err();
        let diagnostic = refused.iter().next().expect("an error");
        assert_eq!(diagnostic.path(), Some(&Path::root("tags")));
        for part in ["52 tags", "`tags`: 38", "override: 10", "at least 2"] {
            assert!(diagnostic.detail_text().contains(part), "{part}");
        }
    }

    #[test]
    fn unknown_tags_leave_all_tags_unknown() {
        assert_eq!(merged(&Attr::Unknown, &Attr::Null), Attr::Unknown);
        assert_eq!(merged(&Attr::Null, &Attr::Unknown), Attr::Unknown);
    }

    #[test]
    fn ownership_tags_are_not_shown() {
        let remote = tags(&[
            ("netacea:lifecycle", "ready"),
            ("aws:cloudformation:stack-name", "x"),
            ("team", "web"),
        ]);
        assert_eq!(
            visible(&remote, &IgnoredTags::default()),
            tags(&[("team", "web")])
        );
    }

    #[test]
    fn ignored_tags_are_neither_shown_nor_accepted() {
        let ignored = IgnoredTags {
            keys: ["owner".to_owned()].into(),
            ..IgnoredTags::default()
        };
        let remote = tags(&[("owner", "finance"), ("team", "web")]);
        assert_eq!(visible(&remote, &ignored), tags(&[("team", "web")]));
        let refused = check(&remote.into(), &ignored).expect_err("owner is ignored");
        assert_eq!(
            refused.iter().next().and_then(Diagnostic::path),
            Some(&Path::root("tags").key("owner"))
        );
        assert!(check(&tags(&[("team", "web")]).into(), &ignored).is_ok());
    }

    #[test]
    fn default_tags_are_no_drift_of_tags() {
        let defaults = Attr::Known(tags(&[("team", "web")]));
        assert_eq!(
            own(&tags(&[("team", "web")]), &defaults, &Attr::Null),
            Attr::Null
        );
        assert_eq!(
            own(
                &tags(&[("team", "web"), ("x", "1")]),
                &defaults,
                &Attr::Null
            ),
            Attr::Known(tags(&[("x", "1")]))
        );
        let repeated = Attr::Known(tags(&[("team", "web")]));
        assert_eq!(
            own(&tags(&[("team", "web")]), &defaults, &repeated),
            repeated
        );
    }

    #[test]
    fn every_change_of_a_tag_is_put_into_words() {
        let recorded = tags(&[("a", "1"), ("b", "1"), ("c", "1")]);
        let found = tags(&[("a", "1"), ("b", "2"), ("d", "3")]);
        assert_eq!(
            changes(&recorded, &found),
            [
                "b is \"2\", not \"1\"",
                "c was removed; it was \"1\"",
                "d was added: \"3\""
            ]
        );
        assert_eq!(changes(&recorded, &recorded), [""; 0]);
    }

    #[test]
    fn a_removed_tag_is_drift() {
        assert_eq!(
            own(&Tags::new(), &Attr::Null, &Attr::Known(tags(&[("x", "1")]))),
            Attr::Known(Tags::new())
        );
    }
}
