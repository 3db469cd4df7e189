//! The AWS operations, and how to recognize them in requests.

use hyper::Method;

/// An AWS API operation by its documented name, as far as the provider may call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are AWS's own")]
pub enum Operation {
    CreateFunction,
    DeleteFunction,
    ListFunctions,
    GetFunction,
    /// The download from the address that GetFunction answers with.
    GetPackage,
    GetFunctionConfiguration,
    UpdateFunctionCode,
    UpdateFunctionConfiguration,
    PublishVersion,
    ListVersionsByFunction,
    ListTags,
    TagResource,
    UntagResource,
    ListDistributions,
    GetDistribution,
    GetDistributionConfig,
    UpdateDistribution,
    CreateContinuousDeploymentPolicy,
    GetContinuousDeploymentPolicy,
    DescribeLogGroups,
    CreateLogGroup,
    DeleteLogGroup,
    PutRetentionPolicy,
    DeleteRetentionPolicy,
    AssociateKmsKey,
    DisassociateKmsKey,
    /// Of a log group.
    ListTagsForResource,
    /// Of a log group; `TagResource` in its API too.
    TagLogGroup,
    /// Of a log group; `UntagResource` in its API too.
    UntagLogGroup,
    /// STS and every other service that speaks the query protocol: one URL for all, and the
    /// provider only reads there.
    Query,
    /// An operation that the provider was not expected to call; counts as a write.
    Other,
}

impl Operation {
    /// Recognizes a request by method and path (without query), as in the service models of Lambda
    /// and CloudFront.
    pub fn of(method: &Method, path: &str) -> Self {
        let segments: Vec<&str> = path
            .split('/')
            .filter(|segment| !segment.is_empty())
            .collect();
        match (method.as_str(), segments.as_slice()) {
            ("POST", ["2015-03-31", "functions"]) => Self::CreateFunction,
            ("GET", ["2015-03-31", "functions"]) => Self::ListFunctions,
            ("GET", ["2015-03-31", "functions", _]) => Self::GetFunction,
            ("GET", ["_ministack", "lambda-code", ..]) => Self::GetPackage,
            ("DELETE", ["2015-03-31", "functions", _]) => Self::DeleteFunction,
            ("GET", ["2015-03-31", "functions", _, "configuration"]) => {
                Self::GetFunctionConfiguration
            }
            ("PUT", ["2015-03-31", "functions", _, "configuration"]) => {
                Self::UpdateFunctionConfiguration
            }
            ("PUT", ["2015-03-31", "functions", _, "code"]) => Self::UpdateFunctionCode,
            ("POST", ["2015-03-31", "functions", _, "versions"]) => Self::PublishVersion,
            ("GET", ["2015-03-31", "functions", _, "versions"]) => Self::ListVersionsByFunction,
            ("GET", ["2017-03-31", "tags", ..]) => Self::ListTags,
            ("POST", ["2017-03-31", "tags", ..]) => Self::TagResource,
            ("DELETE", ["2017-03-31", "tags", ..]) => Self::UntagResource,
            ("GET", ["2020-05-31", "distribution"]) => Self::ListDistributions,
            ("GET", ["2020-05-31", "distribution", _]) => Self::GetDistribution,
            ("GET", ["2020-05-31", "distribution", _, "config"]) => Self::GetDistributionConfig,
            ("PUT", ["2020-05-31", "distribution", _, "config"]) => Self::UpdateDistribution,
            ("POST", ["2020-05-31", "continuous-deployment-policy"]) => {
                Self::CreateContinuousDeploymentPolicy
            }
            ("GET", ["2020-05-31", "continuous-deployment-policy", _]) => {
                Self::GetContinuousDeploymentPolicy
            }
            ("POST", []) => Self::Query,
            _ => Self::Other,
        }
    }

    /// Recognizes a request of a JSON protocol, in which one URL serves all operations, by its
    /// header `X-Amz-Target`, such as `Logs_20140328.CreateLogGroup`.
    pub fn of_target(target: &str) -> Option<Self> {
        Some(match target.strip_prefix("Logs_20140328.")? {
            "DescribeLogGroups" => Self::DescribeLogGroups,
            "CreateLogGroup" => Self::CreateLogGroup,
            "DeleteLogGroup" => Self::DeleteLogGroup,
            "PutRetentionPolicy" => Self::PutRetentionPolicy,
            "DeleteRetentionPolicy" => Self::DeleteRetentionPolicy,
            "AssociateKmsKey" => Self::AssociateKmsKey,
            "DisassociateKmsKey" => Self::DisassociateKmsKey,
            "ListTagsForResource" => Self::ListTagsForResource,
            "TagResource" => Self::TagLogGroup,
            "UntagResource" => Self::UntagLogGroup,
            _ => Self::Other,
        })
    }

    /// Whether it is one of CloudWatch Logs'.
    pub fn is_logs(self) -> bool {
        matches!(
            self,
            Self::DescribeLogGroups
                | Self::CreateLogGroup
                | Self::DeleteLogGroup
                | Self::PutRetentionPolicy
                | Self::DeleteRetentionPolicy
                | Self::AssociateKmsKey
                | Self::DisassociateKmsKey
                | Self::ListTagsForResource
                | Self::TagLogGroup
                | Self::UntagLogGroup
        )
    }

    /// Whether it is one of Lambda's.
    pub fn is_lambda(self) -> bool {
        !self.is_logs()
            && !matches!(
                self,
                Self::ListDistributions
                    | Self::GetDistribution
                    | Self::GetDistributionConfig
                    | Self::UpdateDistribution
                    | Self::CreateContinuousDeploymentPolicy
                    | Self::GetContinuousDeploymentPolicy
                    | Self::Query
                    | Self::Other
            )
    }

    /// Whether it changes anything in the account.
    pub fn writes(self) -> bool {
        !matches!(
            self,
            Self::ListFunctions
                | Self::GetFunction
                | Self::GetPackage
                | Self::GetFunctionConfiguration
                | Self::ListVersionsByFunction
                | Self::ListTags
                | Self::ListDistributions
                | Self::GetDistribution
                | Self::GetDistributionConfig
                | Self::GetContinuousDeploymentPolicy
                | Self::DescribeLogGroups
                | Self::ListTagsForResource
                | Self::Query
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_reads_and_the_write_of_a_distribution_are_told_apart() {
        let of = |method: Method, path| Operation::of(&method, path);
        assert_eq!(
            of(Method::GET, "/2020-05-31/distribution/E1"),
            Operation::GetDistribution
        );
        assert_eq!(
            of(Method::GET, "/2020-05-31/distribution/E1/config"),
            Operation::GetDistributionConfig
        );
        assert_eq!(
            of(Method::PUT, "/2020-05-31/distribution/E1/config"),
            Operation::UpdateDistribution
        );
    }

    #[test]
    fn what_nobody_foresaw_counts_as_a_write() {
        assert!(Operation::of(&Method::PATCH, "/2031-01-01/surprise").writes());
    }
}
