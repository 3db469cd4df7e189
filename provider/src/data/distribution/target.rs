use tfplugin::{Diagnostic, Path};

use super::model::DistributionModel;

/// Which distribution is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Id(String),
    Alias(String),
}

/// Exactly one of `id` and `alias`.
pub(super) fn target(config: &DistributionModel) -> Result<Target, Diagnostic> {
    match (config.id.known(), config.alias.known()) {
        (Some(id), None) => Ok(Target::Id(id.clone())),
        (None, Some(alias)) => Ok(Target::Alias(alias.clone())),
        (None, None) => Err(Diagnostic::error("Which distribution?")
            .detail("Set `id`, like \"E2QWRUHAPOMQZL\", or `alias`, like \"shop.example.com\".")
            .at(Path::root("id"))),
        (Some(_), Some(_)) => Err(Diagnostic::error("Two ways to name the distribution")
            .detail("Keep either `id` or `alias`.")
            .at(Path::root("alias"))),
    }
}

#[cfg(test)]
mod tests {
    use tfplugin::Attr;

    use super::*;

    #[test]
    fn exactly_one_of_id_and_alias_is_needed() {
        let config = |id: Attr<String>, alias: Attr<String>| DistributionModel {
            id,
            alias,
            ..DistributionModel::default()
        };
        assert_eq!(
            target(&config("E1".into(), Attr::Null)),
            Ok(Target::Id("E1".to_owned()))
        );
        assert_eq!(
            target(&config(Attr::Null, "a.example".into())),
            Ok(Target::Alias("a.example".to_owned()))
        );
        assert!(target(&config(Attr::Null, Attr::Null)).is_err());
        assert!(target(&config("E1".into(), "a.example".into())).is_err());
    }
}
