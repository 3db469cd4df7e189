//! Which distributions are meant.

use std::collections::BTreeSet;

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

#[derive(Clone, Debug, Default)]
struct Named {
    ids: BTreeSet<String>,
    /// In lower case, as domain names are compared.
    aliases: BTreeSet<String>,
}

impl Selection {
    pub(super) fn of(config: &CoverageModel) -> Selection {
        let ids = config.distribution_ids.known();
        let aliases = config.aliases.known();
        let named = (ids.is_some() || aliases.is_some()).then(|| Named {
            ids: ids.cloned().unwrap_or_default(),
            aliases: aliases
                .into_iter()
                .flatten()
                .map(|alias| alias.to_ascii_lowercase())
                .collect(),
        });
        Selection {
            named,
            include_disabled: config.include_disabled.known() == Some(&true),
        }
    }

    /// Whether the configuration names this one, or all.
    pub(super) fn means(&self, listed: &Listed) -> bool {
        self.named.as_ref().is_none_or(|named| {
            let mut aliases = listed.aliases.iter();
            named.ids.contains(&listed.id)
                || aliases.any(|alias| named.aliases.contains(&alias.to_ascii_lowercase()))
        })
    }

    /// Whether it is looked at, if it is meant.
    pub(super) fn shows(&self, listed: &Listed) -> bool {
        listed.enabled || self.include_disabled
    }

    /// An error for everything named that is not among `meant`.
    pub(super) fn missing(&self, meant: &[Listed]) -> Diagnostics {
        let mut missing = Diagnostics::default();
        let Some(named) = &self.named else {
            return missing;
        };
        let ids = || meant.iter().map(|listed| &listed.id);
        for id in &named.ids {
            if !ids().any(|known| known == id) {
                missing.push(
                    Diagnostic::error(format!("There is no distribution {id}"))
                        .detail(
                            "None in the account of these credentials has this id. Check the id \
                             and the account, or take it out of `distribution_ids`.",
                        )
                        .at(Path::root("distribution_ids")),
                );
            }
        }
        let known = |alias: &str| {
            let mut aliases = meant.iter().flat_map(|listed| &listed.aliases);
            aliases.any(|known| known.eq_ignore_ascii_case(alias))
        };
        for alias in &named.aliases {
            if !known(alias) {
                missing.push(
                    Diagnostic::error(format!("No distribution has the alias {alias}"))
                        .detail(
                            "None in the account of these credentials has it. Write the alias as \
                             the distribution has it (a wildcard is \"*.example.com\"), or take it \
                             out of `aliases`.",
                        )
                        .at(Path::root("aliases")),
                );
            }
        }
        missing
    }
}

#[cfg(test)]
mod tests {
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
        assert!(Selection::of(&config).means(&shop));
        let config = CoverageModel {
            aliases: set(&["SHOP.example"]),
            ..CoverageModel::default()
        };
        assert!(Selection::of(&config).means(&shop));
        assert!(!Selection::of(&config).means(&blog));
        let config = CoverageModel {
            distribution_ids: set(&["E2"]),
            ..config
        };
        assert!(Selection::of(&config).means(&shop));
        assert!(Selection::of(&config).means(&blog));
        let config = CoverageModel {
            distribution_ids: set(&[]),
            ..CoverageModel::default()
        };
        assert!(!Selection::of(&config).means(&shop));
    }

    #[test]
    fn a_disabled_one_is_left_out_and_not_missing() {
        let off = listed("E1", "shop.example", false);
        let config = CoverageModel {
            distribution_ids: set(&["E1"]),
            ..CoverageModel::default()
        };
        let selection = Selection::of(&config);
        assert!(selection.means(&off) && !selection.shows(&off));
        assert!(!selection.missing(&[off]).has_errors());
    }

    #[test]
    fn whatever_is_named_and_not_there_is_an_error_at_its_attribute() {
        let config = CoverageModel {
            distribution_ids: set(&["E1", "E9"]),
            aliases: set(&["shop.example", "other.example"]),
            ..CoverageModel::default()
        };
        let missing = Selection::of(&config).missing(&[listed("E1", "shop.example", true)]);
        let missing = format!("{missing:?}");
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
