//! The identity of an association: account, distribution and function.

use tfplugin::{Attr, Diagnostic, Identity, Model, Object, Result};

use super::model::AssociationModel;
use crate::aws::arn::{FunctionArn, QualifiedArn};
use crate::aws::identifiers::{is_account_id, is_distribution_id, is_function_name};
use crate::placement::pair_id;
use crate::value_at_apply::value_at_apply;

/// The identity of an association.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AssociationIdentity {
    account_id: Attr<String>,
    distribution_id: Attr<String>,
    function_name: Attr<String>,
}

impl Model for AssociationIdentity {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("account_id", |identity| &mut identity.account_id)
            .required()
            .describe("The AWS account, 12 digits.");
        object
            .attribute("distribution_id", |identity| &mut identity.distribution_id)
            .required()
            .describe("Id of the distribution.");
        object
            .attribute("function_name", |identity| &mut identity.function_name)
            .required()
            .describe("Name of the Lambda function.");
    }
}

impl Identity<AssociationModel> for AssociationIdentity {
    fn of(state: &AssociationModel) -> Self {
        match (state.distribution_id.known(), state.function()) {
            (Some(distribution_id), Some(function)) => Self {
                account_id: function.account_id.into(),
                distribution_id: distribution_id.as_str().into(),
                function_name: function.name.into(),
            },
            _ => Self {
                account_id: Attr::Unknown,
                distribution_id: Attr::Unknown,
                function_name: Attr::Unknown,
            },
        }
    }

    /// A state that only names the pair; the read that follows finds the rest.
    fn import(self) -> Result<AssociationModel> {
        let account_id = value_at_apply("account_id", &self.account_id)?.clone();
        let distribution_id = value_at_apply("distribution_id", &self.distribution_id)?.clone();
        let name = value_at_apply("function_name", &self.function_name)?.clone();
        for (is_possible, what) in [
            (
                is_account_id(&account_id),
                format!(
                    "`{account_id}` is not an AWS account id, which has 12 digits and no \
                         hyphens"
                ),
            ),
            (
                is_distribution_id(&distribution_id),
                format!("`{distribution_id}` is not a distribution id"),
            ),
            (
                is_function_name(&name),
                format!("`{name}` is not the name of a Lambda function"),
            ),
        ] {
            if !is_possible {
                return Err(Diagnostic::error("This identity is not valid")
                    .detail(format!("{what}. Correct `identity` in the import block."))
                    .into());
            }
        }
        let function = FunctionArn::in_us_east_1(account_id, name);
        Ok(AssociationModel {
            id: pair_id(&distribution_id, &function).into(),
            distribution_id: distribution_id.into(),
            // Unqualified: the read that follows finds the version.
            lambda_arn: function.to_string().into(),
            ..AssociationModel::default()
        })
    }
}

/// The import id of a state that an import by identity has begun; `None` for any other.
pub(super) fn import_id_of(state: &AssociationModel) -> Option<String> {
    let lambda_arn = state.lambda_arn.known()?;
    if lambda_arn.parse::<QualifiedArn>().is_ok() {
        return None;
    }
    let (distribution_id, function) = (state.distribution_id.known()?, state.function()?);
    Some(format!("{distribution_id},{function}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(account_id: &str, distribution_id: &str, name: &str) -> AssociationIdentity {
        AssociationIdentity {
            account_id: account_id.into(),
            distribution_id: distribution_id.into(),
            function_name: name.into(),
        }
    }

    #[test]
    fn an_identity_leads_to_the_pair_and_back() {
        let identity = identity("123456789012", "E2QWRUHAPOMQZL", "netacea-shop");
        let state = identity.clone().import().expect("a state");
        assert_eq!(AssociationIdentity::of(&state), identity);
        assert_eq!(
            import_id_of(&state).as_deref(),
            Some("E2QWRUHAPOMQZL,arn:aws:lambda:us-east-1:123456789012:function:netacea-shop")
        );
        let whole = AssociationModel {
            lambda_arn: "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:7".into(),
            ..state
        };
        assert_eq!(AssociationIdentity::of(&whole), identity);
        assert_eq!(import_id_of(&whole), None);
    }

    #[test]
    fn what_cannot_be_an_identity_is_refused() {
        for wrong in [
            identity("1234", "E2QWRUHAPOMQZL", "netacea-shop"),
            identity("123456789012", "shop.example", "netacea-shop"),
            identity("123456789012", "E2QWRUHAPOMQZL", "netacea shop"),
        ] {
            assert!(wrong.clone().import().is_err(), "{wrong:?}");
        }
    }
}
