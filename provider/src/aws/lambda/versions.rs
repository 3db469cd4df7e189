//! The published versions of a function, as Lambda lists them.

use aws_sdk_lambda::types::FunctionConfiguration;

use super::functions::Functions;
use crate::aws::error::Error;
use crate::aws::retry::Deadline;
use crate::aws::version::Version;

const ACTION: &str = "lambda:ListVersionsByFunction";

/// A published version in the list of a function's versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Published {
    pub(crate) version: Version,
    /// As Lambda writes it: `2026-11-28T20:24:19.000+0000`.
    pub(crate) last_modified: String,
    /// Base64, as Lambda reports it.
    pub(crate) code_sha256: String,
    /// Bytes of the package.
    pub(crate) code_size: i64,
}

impl Functions {
    /// The numbers of the published versions, oldest first. A function that does not exist has
    /// none.
    pub(crate) async fn versions(
        &self,
        name: &str,
        deadline: &Deadline,
    ) -> Result<Vec<Version>, Error> {
        let published = self.published(name, deadline).await?.unwrap_or_default();
        Ok(published.iter().map(|listed| listed.version).collect())
    }

    /// The published versions, oldest first. `None`: there is no such function.
    pub(crate) async fn published(
        &self,
        name: &str,
        deadline: &Deadline,
    ) -> Result<Option<Vec<Published>>, Error> {
        let doing = format!("listing the versions of {name}");
        deadline.run(&doing, self.list_versions(name)).await?
    }

    async fn list_versions(&self, name: &str) -> Result<Option<Vec<Published>>, Error> {
        let lambda = &self.connection.clients().await?.lambda;
        let mut pages = lambda
            .list_versions_by_function()
            .function_name(name)
            .into_paginator()
            .items()
            .send();
        let mut versions = Vec::new();
        while let Some(version) = pages.next().await {
            match version.map_err(|error| Error::of_call(ACTION, name, &error)) {
                Ok(listed) => versions.extend(Published::of(listed)),
                Err(error) if error.code() == Some("ResourceNotFoundException") => {
                    return Ok(None);
                }
                Err(error) => return Err(error),
            }
        }
        versions.sort_unstable_by_key(|listed: &Published| listed.version);
        Ok(Some(versions))
    }
}

impl Published {
    /// `None`: `$LATEST`, which is in the list too but is not a version.
    fn of(listed: FunctionConfiguration) -> Option<Published> {
        Some(Published {
            version: listed.version?.parse().ok()?,
            last_modified: listed.last_modified.unwrap_or_default(),
            code_sha256: listed.code_sha256.unwrap_or_default(),
            code_size: listed.code_size,
        })
    }
}
