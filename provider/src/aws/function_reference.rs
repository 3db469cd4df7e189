//! How users name a function in an import id: by its name or its ARN, with or without a version.
//!
//! Lambda's API accepts all these forms as a name. A state needs the name alone: with anything else
//! in `name`, the next plan would replace a function that is in use.

use std::str::FromStr;

use super::arn::{ArnError, FunctionArn, QualifiedArn};
use super::error::Error;
use super::identifiers::is_function_name;
use super::version::{NotAVersion, Version};

/// A function that a user names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FunctionReference {
    pub(crate) name: String,
    /// Twelve digits, when the ARN was given.
    account_id: Option<String>,
    /// The published version, when one was given.
    pub(crate) version: Option<Version>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReferenceError {
    #[error(transparent)]
    Arn(#[from] ArnError),
    #[error("\"{text}\" does not end in a version number: {source}. Write \"{name}\"")]
    Version {
        text: String,
        name: String,
        source: NotAVersion,
    },
    #[error("\"{0}\" is neither the name nor the ARN of a Lambda function")]
    NotAName(String),
}

impl FunctionReference {
    /// Refuses the function of another account: a function of the same name in this account is not
    /// the one that the user means.
    pub(crate) fn check_account(&self, actual: &str) -> Result<(), Error> {
        match &self.account_id {
            Some(account_id) if account_id != actual => Err(Error::WrongAccount {
                actual: actual.to_owned(),
                expected: format!(
                    "but the import id names function {} of account {account_id}",
                    self.name
                ),
            }),
            _ => Ok(()),
        }
    }

    /// Whether it may be `function`.
    pub(crate) fn means(&self, function: &FunctionArn) -> bool {
        let account_id = self.account_id.as_ref();
        self.name == function.name
            && account_id.is_none_or(|account_id| *account_id == function.account_id)
    }

    fn of_arn(text: &str) -> Result<Self, ReferenceError> {
        let (function, version) = match text.parse::<QualifiedArn>() {
            Ok(QualifiedArn { function, version }) => (function, Some(version)),
            Err(ArnError::Unqualified(_)) => (text.parse::<FunctionArn>()?, None),
            Err(error) => return Err(error.into()),
        };
        function.check_place(text)?;
        Ok(Self {
            name: named(function.name, text)?,
            account_id: Some(function.account_id),
            version,
        })
    }
}

impl FromStr for FunctionReference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        if text.starts_with("arn:") {
            return Self::of_arn(text);
        }
        let (name, qualifier) = match text.split_once(':') {
            Some((name, qualifier)) => (name, Some(qualifier)),
            None => (text, None),
        };
        let name = named(name.to_owned(), text)?;
        let version = match qualifier {
            // `123456789012:function:NAME` is Lambda's partial ARN.
            Some(qualifier) if qualifier.contains(':') => {
                return Err(ReferenceError::NotAName(text.to_owned()));
            }
            Some(qualifier) => {
                let version = qualifier.parse();
                Some(version.map_err(|source| ReferenceError::Version {
                    text: text.to_owned(),
                    name: name.clone(),
                    source,
                })?)
            }
            None => None,
        };
        Ok(Self {
            name,
            account_id: None,
            version,
        })
    }
}

fn named(name: String, text: &str) -> Result<String, ReferenceError> {
    if is_function_name(&name) {
        Ok(name)
    } else {
        Err(ReferenceError::NotAName(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop";

    fn reference(text: &str) -> FunctionReference {
        text.parse().expect("a reference")
    }

    fn refusal(text: &str) -> String {
        text.parse::<FunctionReference>().unwrap_err().to_string()
    }

    #[test]
    fn every_way_to_write_a_function_leads_to_its_name() {
        for text in ["netacea-shop", "netacea-shop:7", ARN, &format!("{ARN}:7")] {
            let reference = reference(text);
            assert_eq!(reference.name, "netacea-shop", "{text}");
            let version = reference.version.map(|version| version.to_string());
            assert_eq!(version.as_deref(), text.ends_with(":7").then_some("7"));
        }
    }

    #[test]
    fn only_the_account_of_an_arn_is_checked() {
        assert!(reference("netacea-shop").check_account("1").is_ok());
        assert!(reference(ARN).check_account("123456789012").is_ok());
        let refused = reference(ARN).check_account("000000000000").unwrap_err();
        assert!(refused.to_string().contains("123456789012"), "{refused}");
    }

    #[test]
    fn what_is_no_function_of_lambda_at_edge_is_refused() {
        assert!(refusal(&ARN.replace("us-east-1", "eu-west-1")).contains("eu-west-1"));
        assert!(refusal(&ARN.replace(":aws:", ":aws-cn:")).contains("aws-cn"));
        assert!(refusal(&format!("{ARN}:live")).contains("alias"));
        assert!(refusal("netacea-shop:live").contains("Write \"netacea-shop\""));
        assert!(refusal("netacea-shop:$LATEST").contains("$LATEST"));
        for wrong in [
            "",
            "netacea shop",
            "shop/live",
            "123456789012:function:netacea-shop",
            "arn:aws:lambda:us-east-1:123456789012:function:netacea shop",
            "arn:aws:iam::123456789012:role/netacea-shop",
        ] {
            assert!(wrong.parse::<FunctionReference>().is_err(), "{wrong}");
        }
    }
}
