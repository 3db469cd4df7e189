//! `lambda_arn`: which ARNs a slot can hold.

use tfplugin::{Attr, Diagnostic, Path, Result};

use crate::aws::arn::{ArnError, QualifiedArn};
use crate::value_at_apply::value_at_apply;

/// Checks that CloudFront can associate this ARN.
pub(super) fn check(lambda_arn: &str) -> std::result::Result<(), String> {
    associable(lambda_arn).map(drop)
}

/// The ARN once it is known; a value from another resource was not checked before.
pub(super) fn parsed(lambda_arn: &Attr<String>) -> Result<QualifiedArn> {
    let arn = value_at_apply("lambda_arn", lambda_arn)?;
    let refused = |message: String| {
        Diagnostic::error("CloudFront cannot associate this function")
            .detail(message)
            .at(Path::root("lambda_arn"))
    };
    Ok(associable(arn).map_err(refused)?)
}

fn associable(lambda_arn: &str) -> std::result::Result<QualifiedArn, String> {
    let arn: QualifiedArn = lambda_arn
        .parse()
        .map_err(|error| format!("{error}. Usually you need the attribute `qualified_arn`."))?;
    match arn.function.check_place(lambda_arn) {
        Ok(()) => Ok(arn),
        Err(error @ ArnError::Region { .. }) => {
            Err(format!("{error}; publish the function there."))
        }
        Err(error) => Err(format!("{error}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(lambda_arn: &str) -> String {
        check(lambda_arn).unwrap_err()
    }

    #[test]
    fn only_published_versions_in_us_east_1_pass() {
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop";
        assert_eq!(check(&format!("{arn}:7")), Ok(()));
        assert!(refusal(arn).contains("published version"));
        assert!(refusal(&format!("{arn}:$LATEST")).contains("$LATEST"));
        assert!(refusal(&format!("{arn}:live")).contains("alias"));
        assert!(
            refusal(&format!("{}:7", arn.replace("us-east-1", "eu-west-1"))).contains("us-east-1")
        );
        assert!(refusal(&format!("{}:7", arn.replace(":aws:", ":aws-cn:"))).contains("partition"));
        assert!(refusal("netacea-shop").contains("not the ARN"));
    }
}
