//! What each log group is to be. Pure.
//!
//! An attribute that the configuration does not have leaves a group as it is. One that the
//! configuration has lost goes back to what AWS does by itself.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Attr;

use super::model::{LogGroupModel, LogGroupsModel};

/// What is wanted of one property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish<T> {
    /// It stays as it is.
    Any,
    /// AWS's own behavior.
    Nothing,
    This(T),
}

impl<T: PartialEq> Wish<T> {
    /// What `found` has to become; `None` if it is right.
    pub(super) fn change(self, found: Option<&T>) -> Option<Option<T>> {
        match self {
            Wish::Any => None,
            Wish::Nothing => found.is_some().then_some(None),
            Wish::This(wanted) => (found != Some(&wanted)).then_some(Some(wanted)),
        }
    }
}

/// Days, by `planned` and by the configuration `before` it.
pub(super) fn retention(planned: &LogGroupsModel, before: Option<&LogGroupsModel>) -> Wish<i64> {
    let had = before.is_some_and(|before| before.retention_in_days.is_known());
    match planned.retention_in_days {
        Attr::Known(0) => Wish::Nothing,
        Attr::Known(days) => Wish::This(days),
        _ if had => Wish::Nothing,
        _ => Wish::Any,
    }
}

/// ARN of the key in `region`.
pub(super) fn key(
    planned: &LogGroupsModel,
    before: Option<&LogGroupsModel>,
    region: &str,
) -> Wish<String> {
    let of = |model: &LogGroupsModel| model.kms_key_arns.known()?.get(region).cloned();
    match of(planned) {
        Some(arn) => Wish::This(arn),
        None if before.and_then(of).is_some() => Wish::Nothing,
        None => Wish::Any,
    }
}

/// The groups as `planned` makes them, in these regions.
pub(super) fn groups(
    planned: &LogGroupsModel,
    prior: &LogGroupsModel,
    regions: &BTreeSet<String>,
) -> BTreeMap<String, LogGroupModel> {
    let known = prior.groups();
    let group = |region: &String| {
        let before = known.get(region);
        let retention = retention(planned, Some(prior));
        let key = key(planned, Some(prior), region);
        let Some(before) = before else {
            return LogGroupModel {
                arn: Attr::Unknown,
                existed_before: Attr::Unknown,
                retention_in_days: Attr::Unknown,
                kms_key_arn: Attr::Unknown,
            };
        };
        let mut after = before.clone();
        if let Some(days) = retention.change(before.retention_in_days.known()) {
            after.retention_in_days = days.into();
        }
        if let Some(arn) = key.change(before.kms_key_arn.known()) {
            after.kms_key_arn = arn.into();
        }
        after
    };
    let groups = regions.iter().map(|region| (region.clone(), group(region)));
    groups.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prior(retention: Attr<i64>, found: Attr<i64>) -> LogGroupsModel {
        let group = LogGroupModel {
            arn: "arn:1".into(),
            existed_before: true.into(),
            retention_in_days: found,
            kms_key_arn: Attr::Null,
        };
        LogGroupsModel {
            retention_in_days: retention,
            log_groups: BTreeMap::from([("eu-west-1".to_owned(), group)]).into(),
            ..LogGroupsModel::default()
        }
    }

    fn planned_retention(configured: Attr<i64>, prior: &LogGroupsModel) -> Attr<i64> {
        let planned = LogGroupsModel {
            retention_in_days: configured,
            ..prior.clone()
        };
        let regions = [String::from("eu-west-1")].into();
        groups(&planned, prior, &regions)["eu-west-1"].retention_in_days
    }

    #[test]
    fn what_is_not_configured_stays_and_what_is_no_longer_configured_goes() {
        for (before, found, configured, expected) in [
            (Attr::Null, Attr::Known(7), Attr::Null, Attr::Known(7)),
            (Attr::Null, Attr::Known(7), Attr::Known(30), Attr::Known(30)),
            (
                Attr::Known(30),
                Attr::Known(7),
                Attr::Known(30),
                Attr::Known(30),
            ),
            (Attr::Known(30), Attr::Known(30), Attr::Null, Attr::Null),
            (Attr::Known(30), Attr::Known(30), Attr::Known(0), Attr::Null),
            (Attr::Known(0), Attr::Null, Attr::Known(0), Attr::Null),
        ] {
            let prior = prior(before, found);
            assert_eq!(
                planned_retention(configured, &prior),
                expected,
                "{before:?} {found:?} {configured:?}"
            );
        }
    }

    #[test]
    fn a_region_without_a_group_gets_one_that_is_not_known_yet() {
        let prior = prior(Attr::Null, Attr::Null);
        let regions = [String::from("us-east-1")].into();
        let planned = groups(&prior, &prior, &regions);
        assert_eq!(planned.len(), 1);
        assert_eq!(planned["us-east-1"].arn, Attr::Unknown);
    }
}
