//! Downloads the package of a published version, for imports.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

use super::functions::Functions;
use crate::aws::call_failure::CallFailure;
use crate::aws::error::Error;
use crate::aws::retry::Deadline;
use crate::aws::version::Version;
use crate::bundle;

const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(300);
const ACTION: &str = "lambda:GetFunction";

/// A deployed package, unpacked. It holds secrets: `Debug` shows names only.
#[derive(Clone)]
pub(crate) struct DownloadedPackage {
    /// File name to content.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// Base64, as Lambda reports it; the download was checked against it.
    pub(crate) code_sha256: String,
}

impl DownloadedPackage {
    /// Whether it is Netacea's own package: it has the same configuration file as one of ours, and
    /// other code.
    pub(crate) fn is_of_netacea(&self) -> bool {
        let has_configuration = !matches!(bundle::configuration(&self.files), Ok(None));
        has_configuration && !self.files.contains_key(bundle::WASM)
    }
}

impl fmt::Debug for DownloadedPackage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.files.keys().collect();
        f.debug_struct("DownloadedPackage")
            .field("files", &names)
            .field("code_sha256", &self.code_sha256)
            .finish()
    }
}

impl Functions {
    /// Downloads and unpacks the package of a version.
    pub(crate) async fn download(
        &self,
        name: &str,
        version: Version,
        deadline: &Deadline,
    ) -> Result<DownloadedPackage, Error> {
        let function = format!("{name}:{version}");
        let fetching = async {
            let (location, code_sha256) = self.location(name, version).await?;
            Ok((self.fetch(&function, &location).await?, code_sha256))
        };
        let doing = format!("downloading the package of {function}");
        let (zip, code_sha256) = deadline
            .within(DOWNLOAD_TIMEOUT)
            .run(&doing, fetching)
            .await??;
        let unusable = |reason: String| Error::Package {
            function: function.clone(),
            reason,
        };
        // The address of a package does not name the version, so only the hash says which version's
        // bytes these are.
        if bundle::code_sha256(&zip) != code_sha256 {
            return Err(unusable(
                "the downloaded package does not have the hash that Lambda reports".to_owned(),
            ));
        }
        let files = bundle::unpack(&zip).map_err(|error| unusable(error.to_string()))?;
        Ok(DownloadedPackage { files, code_sha256 })
    }

    async fn location(&self, name: &str, version: Version) -> Result<(String, String), Error> {
        let lambda = &self.connection.clients().await?.lambda;
        let answer = lambda
            .get_function()
            .function_name(name)
            .qualifier(version.to_string())
            .send()
            .await;
        let answer = Error::unless_absent(
            answer,
            |error| error.is_resource_not_found_exception(),
            ACTION,
            name,
        )?;
        let answer = answer.ok_or_else(|| Error::FunctionGone {
            name: name.to_owned(),
        })?;
        let location = answer.code().and_then(|code| code.location());
        let code_sha256 = answer
            .configuration()
            .and_then(|configuration| configuration.code_sha256());
        match (location, code_sha256) {
            (Some(location), Some(code_sha256)) => {
                Ok((location.to_owned(), code_sha256.to_owned()))
            }
            _ => Err(Error::Answer {
                action: ACTION,
                resource: name.to_owned(),
                reason: "it lacks Code.Location or CodeSha256".to_owned(),
            }),
        }
    }

    /// The address is pre-signed, so it is asked without credentials; it never appears in a
    /// message.
    async fn fetch(&self, function: &str, location: &str) -> Result<Vec<u8>, Error> {
        let failed = |message: String| {
            Error::Unavailable(Box::new(CallFailure {
                action: "the download of the package",
                resource: function.to_owned(),
                code: None,
                message,
                request_id: None,
            }))
        };
        let mut request = HttpRequest::new(SdkBody::empty());
        request
            .set_uri(location)
            .map_err(|_| failed("the address of the package is malformed".to_owned()))?;
        let http = &self.connection.clients().await?.http;
        let response = http
            .call(request)
            .await
            .map_err(|error| failed(error.to_string()))?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(failed(format!("HTTP status {status}")));
        }
        let body = aws_sdk_lambda::primitives::ByteStream::new(response.into_body())
            .collect()
            .await;
        body.map(|bytes| bytes.to_vec())
            .map_err(|error| failed(error.to_string()))
    }
}
