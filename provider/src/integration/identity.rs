//! The identity of an integration (account and function name), and the resources of other types
//! whose state may be moved to one.

use serde::Deserialize;
use tfplugin::{Attr, Diagnostic, Identity, Migrations, Model, MoveSource, Object, Result};

use super::checks;
use super::model::IntegrationModel;
use crate::aws::arn::{ArnError, FunctionArn};
use crate::aws::identifiers::is_account_id;
use crate::value_at_apply::value_at_apply;

/// The identity of an integration.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct IntegrationIdentity {
    account_id: Attr<String>,
    function_name: Attr<String>,
}

impl Model for IntegrationIdentity {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("account_id", |identity| &mut identity.account_id)
            .required()
            .describe("The AWS account, 12 digits.");
        object
            .attribute("function_name", |identity| &mut identity.function_name)
            .required()
            .describe("Name of the Lambda function.");
    }
}

impl Identity<IntegrationModel> for IntegrationIdentity {
    fn of(state: &IntegrationModel) -> Self {
        match state.function() {
            Some(function) => Self {
                account_id: function.account_id.into(),
                function_name: function.name.into(),
            },
            None => Self {
                account_id: Attr::Unknown,
                function_name: Attr::Unknown,
            },
        }
    }

    fn import(self) -> Result<IntegrationModel> {
        let account_id = value_at_apply("account_id", &self.account_id)?.clone();
        let name = value_at_apply("function_name", &self.function_name)?.clone();
        if !is_account_id(&account_id) {
            return Err(Diagnostic::error(format!(
                "`{account_id}` is not an AWS account id, which has 12 digits and no hyphens"
            ))
            .detail("Correct `account_id` in the `identity` of the import block.")
            .into());
        }
        checks::function_name(&name)
            .map_err(|message| Diagnostic::error("This identity is not valid").detail(message))?;
        Ok(identified_only(FunctionArn::in_us_east_1(account_id, name)))
    }
}

/// The states that can be moved to an integration.
pub(crate) fn migrations() -> Migrations<IntegrationModel> {
    Migrations::new().moved_from("aws_lambda_function", of_lambda_function)
}

/// What is needed of the aws provider's resource. The rest is read from Lambda. The registry,
/// mirror or fork of that provider does not matter, and OpenTofu may not pass it on.
#[derive(Deserialize)]
struct LambdaFunction {
    arn: String,
}

fn of_lambda_function(source: &MoveSource) -> Result<IntegrationModel> {
    let function: LambdaFunction = source.state.read()?;
    Ok(identified_only(usable(&function.arn).map_err(|error| {
        Diagnostic::error("This function cannot become an integration").detail(format!(
            "{error}.\n\nRemove the `moved` block: the next apply then creates a separate \
             function for the integration."
        ))
    })?))
}

/// The function of this ARN, if Lambda@Edge can use it.
fn usable(arn: &str) -> Result<FunctionArn, ArnError> {
    let function: FunctionArn = arn.parse()?;
    function.check_place(arn)?;
    Ok(function)
}

/// A state that says which function is meant, and nothing else: a read completes it from what is
/// deployed.
fn identified_only(function: FunctionArn) -> IntegrationModel {
    IntegrationModel {
        name: function.name.clone().into(),
        function_arn: function.to_string().into(),
        ..IntegrationModel::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(account_id: &str, function_name: &str) -> IntegrationIdentity {
        IntegrationIdentity {
            account_id: account_id.into(),
            function_name: function_name.into(),
        }
    }

    #[test]
    fn an_identity_leads_to_the_function_and_back() {
        let identity = identity("123456789012", "netacea-shop");
        let state = identity.clone().import().expect("a state");
        assert!(state.is_begun());
        assert_eq!(IntegrationIdentity::of(&state), identity);
    }

    #[test]
    fn an_identity_of_nothing_is_refused() {
        assert!(identity("1234-5678-9012", "netacea-shop").import().is_err());
        assert!(identity("123456789012", "netacea shop").import().is_err());
    }

    #[test]
    fn before_the_function_exists_there_is_no_identity() {
        let identity = IntegrationIdentity::of(&IntegrationModel::default());
        assert!(identity.account_id.is_unknown() && identity.function_name.is_unknown());
    }
}
