//! ARNs of IAM roles: `arn:aws:iam::<account>:role/<path and name>`.

use std::str::FromStr;

use super::identifiers::is_account_id;

/// A role that a function of Lambda@Edge may run with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoleArn {
    /// Twelve digits.
    pub(crate) account_id: String,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RoleArnError {
    #[error(
        "`{0}` is not the ARN of an IAM role. Use one like \
         \"arn:aws:iam::123456789012:role/netacea-edge\", usually the attribute `arn` of an \
         `aws_iam_role`."
    )]
    NotARole(String),
    #[error(
        "`{arn}` is in partition {partition}. Lambda@Edge exists only in partition aws: use a role \
         of an account there."
    )]
    Partition { arn: String, partition: String },
}

impl FromStr for RoleArn {
    type Err = RoleArnError;

    fn from_str(arn: &str) -> Result<Self, RoleArnError> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        match parts.as_slice() {
            ["arn", "aws", "iam", "", account_id, role]
                if is_account_id(account_id)
                    && role
                        .strip_prefix("role/")
                        .is_some_and(|name| !name.is_empty()) =>
            {
                Ok(RoleArn {
                    account_id: (*account_id).to_owned(),
                })
            }
            ["arn", partition, "iam", ..] if *partition != "aws" => Err(RoleArnError::Partition {
                arn: arn.to_owned(),
                partition: (*partition).to_owned(),
            }),
            _ => Err(RoleArnError::NotARole(arn.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_arns_of_roles_pass_as_roles() {
        let role: RoleArn = "arn:aws:iam::123456789012:role/path/netacea"
            .parse()
            .expect("a role");
        assert_eq!(role.account_id, "123456789012");
        for wrong in [
            "netacea-edge",
            "arn:aws:iam::123456789012:user/me",
            "arn:aws:iam::1234:role/x",
            "arn:aws:iam::123456789012:role/",
            "arn:aws-cn:iam::123456789012:role/x",
            "arn:aws:sts::123456789012:assumed-role/x/y",
        ] {
            assert!(wrong.parse::<RoleArn>().is_err(), "{wrong} was accepted");
        }
    }
}
