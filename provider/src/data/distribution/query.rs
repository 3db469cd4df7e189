//! [`Query`]: the distribution that a data source looks for, by id or by alias.

use tfplugin::{Diagnostic, Path};

use super::model::DistributionModel;

/// Which distribution is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Query {
    Id(String),
    Alias(String),
}

/// Exactly one of `id` and `alias`.
pub(super) fn query(config: &DistributionModel) -> Result<Query, Diagnostic> {
    match (config.id.known(), config.alias.known()) {
        (Some(id), None) => Ok(Query::Id(id.clone())),
        (None, Some(alias)) => Ok(Query::Alias(alias.clone())),
        (None, None) => Err(Diagnostic::error("Which distribution?")
            .detail("Set `id`, like \"E2QWRUHAPOMQZL\", or `alias`, like \"shop.example.com\".")
            .at(Path::root("id"))),
        (Some(_), Some(_)) => Err(Diagnostic::error("The distribution is named twice")
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
            query(&config("E1".into(), Attr::Null)),
            Ok(Query::Id("E1".to_owned()))
        );
        assert_eq!(
            query(&config(Attr::Null, "a.example".into())),
            Ok(Query::Alias("a.example".to_owned()))
        );
        assert!(query(&config(Attr::Null, Attr::Null)).is_err());
        assert!(query(&config("E1".into(), "a.example".into())).is_err());
    }
}
