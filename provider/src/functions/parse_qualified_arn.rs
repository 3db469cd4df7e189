//! `provider::netacea::parse_qualified_arn(arn)`: the parts of a published version's ARN.

use tfplugin::{
    Arguments, Attr, Function, FunctionError, Model, Object, ObjectValue, Parameters, Signature,
};

use crate::aws::arn::QualifiedArn;

/// The function.
#[derive(Debug)]
pub(crate) struct ParseQualifiedArn;

/// What it is called with.
#[derive(Debug, Default)]
pub(crate) struct ParseQualifiedArnArguments {
    arn: String,
}

/// What it returns.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Parts {
    partition: Attr<String>,
    region: Attr<String>,
    account_id: Attr<String>,
    function_name: Attr<String>,
    version: Attr<String>,
}

impl Arguments for ParseQualifiedArnArguments {
    fn declare(parameters: &mut Parameters<Self>) {
        parameters
            .parameter("arn", |arguments| &mut arguments.arn)
            .describe(
                "ARN of a published version of a Lambda function, such as `qualified_arn` of an \
                 integration or `lambda_arn` of a slot.",
            );
    }
}

impl Model for Parts {
    fn declare(object: &mut Object<Self>) {
        object.attribute("partition", |parts| &mut parts.partition);
        object.attribute("region", |parts| &mut parts.region);
        object.attribute("account_id", |parts| &mut parts.account_id);
        object.attribute("function_name", |parts| &mut parts.function_name);
        object.attribute("version", |parts| &mut parts.version);
    }
}

impl Function for ParseQualifiedArn {
    type Arguments = ParseQualifiedArnArguments;
    type Output = ObjectValue<Parts>;
    const NAME: &'static str = "parse_qualified_arn";

    fn signature(&self) -> Signature<ParseQualifiedArnArguments> {
        Signature::of::<ParseQualifiedArnArguments>()
            .summary("Splits the ARN of a published Lambda version into its parts")
            .describe(
                "Splits the ARN of a published version into `partition`, `region`, `account_id`, \
                 `function_name` and `version`.\n\nAn ARN without a version, with an alias or \
                 with `$LATEST` is an error, because CloudFront cannot associate it. The version \
                 is a string, so that it can be used as `pinned_version`.",
            )
    }

    fn call(
        &self,
        arguments: ParseQualifiedArnArguments,
    ) -> Result<ObjectValue<Parts>, FunctionError> {
        let QualifiedArn { function, version } = arguments
            .arn
            .parse()
            .map_err(|error| FunctionError::new(format!("{error}")).argument(0))?;
        Ok(ObjectValue(Parts {
            partition: function.partition.into(),
            region: function.region.into(),
            account_id: function.account_id.into(),
            function_name: function.name.into(),
            version: version.to_string().into(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arn: &str) -> Result<Parts, String> {
        let arguments = ParseQualifiedArnArguments {
            arn: arn.to_owned(),
        };
        let parsed = ParseQualifiedArn.call(arguments);
        parsed
            .map(|parts| parts.0)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn an_arn_falls_into_its_parts() {
        let parts = parse("arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:12");
        let expected = Parts {
            partition: "aws".into(),
            region: "us-east-1".into(),
            account_id: "123456789012".into(),
            function_name: "netacea-shop".into(),
            version: "12".into(),
        };
        assert_eq!(parts, Ok(expected));
    }

    #[test]
    fn what_names_no_published_version_is_refused_with_what_is_expected() {
        for (arn, part) in [
            ("netacea-shop", "is not the ARN of a Lambda function"),
            (
                "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop",
                "…:function:NAME:7",
            ),
            (
                "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:$LATEST",
                "$LATEST",
            ),
            (
                "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:live",
                "does not end in a version number",
            ),
        ] {
            let error = parse(arn).expect_err(arn);
            assert!(error.contains(part), "{arn}: {error}");
        }
    }
}
