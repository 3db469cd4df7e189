//! ARNs of Lambda functions:
//! `arn:<partition>:lambda:<region>:<account>:function:<name>[:<version>]`.

use std::fmt;
use std::str::FromStr;

use aws_config::Region;

use super::identifiers::is_account_id;
use super::version::{NotAVersion, Version};

/// Lambda@Edge functions exist only here, and calls to CloudFront are signed for it, wherever the
/// visitors are.
pub(super) const US_EAST_1: Region = Region::from_static("us-east-1");

/// Lambda@Edge exists in no other partition.
const PARTITION: &str = "aws";

/// The unqualified ARN of a function.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FunctionArn {
    pub(crate) partition: String,
    pub(crate) region: String,
    /// Twelve digits.
    pub(crate) account_id: String,
    pub(crate) name: String,
}

/// The ARN of one published version: the only form that CloudFront associates.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct QualifiedArn {
    pub(crate) function: FunctionArn,
    pub(crate) version: Version,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ArnError {
    #[error(
        "\"{0}\" is not the ARN of a Lambda function (arn:aws:lambda:us-east-1:123456789012:function:NAME)"
    )]
    NotAFunction(String),
    #[error(
        "\"{0}\" has no version; CloudFront needs the ARN of a published version \
        (…:function:NAME:7)"
    )]
    Unqualified(String),
    #[error("the ARN \"{arn}\" does not end in a version number: {source}")]
    Version { arn: String, source: NotAVersion },
    #[error("`{arn}` is in partition {partition}. Lambda@Edge exists only in partition aws")]
    Partition { arn: String, partition: String },
    #[error("`{arn}` is in {region}. Lambda@Edge functions must be in us-east-1")]
    Region { arn: String, region: String },
}

impl FunctionArn {
    /// Where the functions of Lambda@Edge live.
    pub(crate) fn in_us_east_1(
        account_id: impl Into<String>,
        name: impl Into<String>,
    ) -> FunctionArn {
        FunctionArn {
            partition: PARTITION.to_owned(),
            region: US_EAST_1.to_string(),
            account_id: account_id.into(),
            name: name.into(),
        }
    }

    /// Refuses a function that Lambda@Edge cannot use because of where it is. `arn` is what the
    /// user wrote.
    pub(crate) fn check_place(&self, arn: &str) -> Result<(), ArnError> {
        let arn = arn.to_owned();
        if self.partition != PARTITION {
            let partition = self.partition.clone();
            return Err(ArnError::Partition { arn, partition });
        }
        if self.region != US_EAST_1.as_ref() {
            let region = self.region.clone();
            return Err(ArnError::Region { arn, region });
        }
        Ok(())
    }

    /// The ARN of a version. Lambda's answers have the qualified or the unqualified form for the
    /// same version; this is always qualified.
    pub(crate) fn qualified(&self, version: Version) -> QualifiedArn {
        QualifiedArn {
            function: self.clone(),
            version,
        }
    }

    /// Whether `lambda_arn` is this function, in any version.
    pub(crate) fn owns(&self, lambda_arn: &str) -> bool {
        lambda_arn
            .parse::<FunctionArn>()
            .is_ok_and(|other| other == *self)
    }
}

impl FromStr for FunctionArn {
    type Err = ArnError;

    /// Accepts the unqualified and the qualified form.
    fn from_str(text: &str) -> Result<Self, ArnError> {
        split(text)
            .map(|(function, _)| function)
            .ok_or_else(|| ArnError::NotAFunction(text.to_owned()))
    }
}

impl FromStr for QualifiedArn {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, ArnError> {
        let (function, qualifier) =
            split(text).ok_or_else(|| ArnError::NotAFunction(text.to_owned()))?;
        let qualifier = qualifier.ok_or_else(|| ArnError::Unqualified(text.to_owned()))?;
        let version = qualifier.parse().map_err(|source| ArnError::Version {
            arn: text.to_owned(),
            source,
        })?;
        Ok(QualifiedArn { function, version })
    }
}

impl fmt::Display for FunctionArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FunctionArn {
            partition,
            region,
            account_id,
            name,
        } = self;
        write!(
            f,
            "arn:{partition}:lambda:{region}:{account_id}:function:{name}"
        )
    }
}

impl fmt::Display for QualifiedArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.function, self.version)
    }
}

fn split(text: &str) -> Option<(FunctionArn, Option<&str>)> {
    let parts: Vec<&str> = text.split(':').collect();
    let (
        [
            "arn",
            partition,
            "lambda",
            region,
            account_id,
            "function",
            name,
        ],
        qualifier,
    ) = (match parts.as_slice() {
        [rest @ .., qualifier] if rest.len() == 7 => {
            (<[&str; 7]>::try_from(rest).ok()?, Some(*qualifier))
        }
        rest => (<[&str; 7]>::try_from(rest).ok()?, None),
    })
    else {
        return None;
    };
    let named = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    (is_account_id(account_id) && named && partition.starts_with("aws") && !region.is_empty()).then(
        || {
            let function = FunctionArn {
                partition: partition.to_owned(),
                region: region.to_owned(),
                account_id: account_id.to_owned(),
                name: name.to_owned(),
            };
            (function, qualifier)
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop";

    #[test]
    fn both_forms_name_the_same_function() {
        let plain: FunctionArn = FUNCTION.parse().unwrap();
        let qualified: QualifiedArn = format!("{FUNCTION}:12").parse().unwrap();
        assert_eq!(qualified.function, plain);
        assert_eq!(
            plain.qualified("12".parse().unwrap()).to_string(),
            format!("{FUNCTION}:12")
        );
    }

    #[test]
    fn a_function_owns_its_versions_and_nothing_else() {
        let ours: FunctionArn = FUNCTION.parse().unwrap();
        assert!(ours.owns(&format!("{FUNCTION}:3")));
        for stranger in [
            format!("{FUNCTION}-2:3"),
            FUNCTION.replace("123456789012", "123456789013"),
            FUNCTION.replace("us-east-1", "eu-west-1"),
            String::new(),
        ] {
            assert!(!ours.owns(&stranger), "{stranger} was taken for ours");
        }
    }

    #[test]
    fn latest_and_aliases_are_no_qualified_arns() {
        assert_eq!(
            FUNCTION.parse::<QualifiedArn>(),
            Err(ArnError::Unqualified(FUNCTION.to_owned()))
        );
        for qualifier in ["$LATEST", "live", ""] {
            assert!(
                format!("{FUNCTION}:{qualifier}")
                    .parse::<QualifiedArn>()
                    .is_err(),
                "{qualifier} was accepted"
            );
        }
    }
}
