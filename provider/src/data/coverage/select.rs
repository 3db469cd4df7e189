//! Which distributions are meant.

use std::collections::BTreeMap;

use tfplugin::{Diagnostic, Diagnostics, Path};

use super::model::CoverageModel;
use crate::aws::distribution::Listed;

/// The choice of a configuration.
#[derive(Clone, Debug)]
pub(super) struct Selection {
    /// `None`: all of the account.
    named: Option<Named>,
    include_disabled: bool,
}

/// What is named, and whether it was met.
#[derive(Clone, Debug, Default)]
struct Named {
    ids: BTreeMap<String, bool>,
    /// In lower case, as domain names are compared.
    aliases: BTreeMap<String, bool>,
}

impl Selection {
    pub(super) fn of(config: &CoverageModel) -> Selection {
        let ids = config.distribution_ids.known();
        let aliases = config.aliases.known();
        let unmet = |name: String| (name, false);
        let named = (ids.is_some() || aliases.is_some()).then(|| Named {
            ids: ids.into_iter().flatten().cloned().map(unmet).collect(),
            aliases: aliases
                .into_iter()
                .flatten()
                .map(|alias| unmet(alias.to_ascii_lowercase()))
                .collect(),
        });
        Selection {
            named,
            include_disabled: config.include_disabled.known() == Some(&true),
        }
    }

    /// Whether the configuration names this one, or all. What names it is not missing.
    pub(super) fn meets(&mut self, listed: &Listed) -> bool {
        let Some(named) = &mut self.named else {
            return true;
        };
        let mut meets = false;
        let mut meet = |named: Option<&mut bool>| {
            if let Some(met) = named {
                (*met, meets) = (true, true);
            }
        };
        meet(named.ids.get_mut(&listed.id));
        for alias in &listed.aliases {
            meet(named.aliases.get_mut(&alias.to_ascii_lowercase()));
        }
        meets
    }

    /// Whether it is looked at, if it is meant.
    pub(super) fn shows(&self, listed: &Listed) -> bool {
        listed.enabled || self.include_disabled
    }

    /// An error for everything named that was not met.
    pub(super) fn missing(&self) -> Diagnostics {
        let mut missing = Diagnostics::default();
        let Some(named) = &self.named else {
            return missing;
        };
        for id in unmet(&named.ids) {
            missing.push(
                Diagnostic::error(format!("There is no distribution {id}"))
                    .detail(
                        "No distribution in the account of these credentials has this id. Check \
                         the id and the account, or remove it from `distribution_ids`.",
                    )
                    .at(Path::root("distribution_ids")),
            );
        }
        for alias in unmet(&named.aliases) {
            missing.push(
                Diagnostic::error(format!("No distribution has the alias {alias}"))
                    .detail(
                        "No distribution in the account of these credentials has it. Write the \
                         alias as the distribution has it (a wildcard is \"*.example.com\"), or \
                         remove it from `aliases`.",
                    )
                    .at(Path::root("aliases")),
            );
        }
        missing
    }
}

fn unmet(named: &BTreeMap<String, bool>) -> impl Iterator<Item = &String> {
    let named = named.iter();
    named.filter(|(_, met)| !**met).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tfplugin::Attr;

    use super::*;

    fn set(names: &[&str]) -> Attr<BTreeSet<String>> {
        Attr::Known(names.iter().map(ToString::to_string).collect())
    }

    fn listed(id: &str, alias: &str, enabled: bool) -> Listed {
        Listed {
            id: id.to_owned(),
            arn: String::new(),
            domain_name: String::new(),
            aliases: [alias.to_owned()].into(),
            enabled,
            staging: false,
            tenant_only: false,
            behaviors: Vec::new(),
        }
    }

    #[test]
    fn ids_and_aliases_add_up_and_neither_means_all() {
        let shop = listed("E1", "Shop.example", true);
        let blog = listed("E2", "blog.example", true);
        let config = CoverageModel::default();
        assert!(Selection::of(&config).meets(&shop));
        let config = CoverageModel {
            aliases: set(&["SHOP.example"]),
            ..CoverageModel::default()
        };
        assert!(Selection::of(&config).meets(&shop));
        assert!(!Selection::of(&config).meets(&blog));
        let config = CoverageModel {
            distribution_ids: set(&["E2"]),
            ..config
        };
        assert!(Selection::of(&config).meets(&shop));
        assert!(Selection::of(&config).meets(&blog));
        let config = CoverageModel {
            distribution_ids: set(&[]),
            ..CoverageModel::default()
        };
        assert!(!Selection::of(&config).meets(&shop));
    }

    #[test]
    fn a_disabled_one_is_left_out_and_not_missing() {
        let off = listed("E1", "shop.example", false);
        let config = CoverageModel {
            distribution_ids: set(&["E1"]),
            ..CoverageModel::default()
        };
        let mut selection = Selection::of(&config);
        assert!(selection.meets(&off) && !selection.shows(&off));
        assert!(!selection.missing().has_errors());
    }

    #[test]
    fn whatever_is_named_and_not_there_is_an_error_at_its_attribute() {
        let config = CoverageModel {
            distribution_ids: set(&["E1", "E9"]),
            aliases: set(&["shop.example", "other.example"]),
            ..CoverageModel::default()
        };
        let mut selection = Selection::of(&config);
        assert!(selection.meets(&listed("E1", "shop.example", true)));
        let missing = format!("{:?}", selection.missing());
        for part in [
            "distribution E9",
            "alias other.example",
            "distribution_ids",
            "aliases",
        ] {
            assert!(missing.contains(part), "{part}: {missing}");
        }
        assert!(!missing.contains("distribution E1"), "{missing}");
    }
}
