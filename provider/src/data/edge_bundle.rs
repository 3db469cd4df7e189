//! `data "netacea_edge_bundle"`: the edge function inside this provider.

use netacea_edge::settings::SessionFormat;
use sha2::{Digest, Sha256};
use tfplugin::{Attr, Call, DataSource, Model, Object, Result, Schema};

use crate::bundle;
use crate::client::Client;
use crate::integration::DEFAULT_RUNTIME;

/// The oldest runtime in which the package is tested.
const MINIMUM_RUNTIME: &str = "nodejs20.x";

/// The data source.
#[derive(Debug)]
pub(crate) struct EdgeBundle;

/// What it says. There is nothing to ask for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct EdgeBundleModel {
    version: Attr<String>,
    sha256: Attr<String>,
    size_bytes: Attr<i64>,
    default_runtime: Attr<String>,
    minimum_runtime: Attr<String>,
    protocol: Attr<String>,
}

impl Model for EdgeBundleModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("version", |m| &mut m.version)
            .computed()
            .describe(
                "Version of the function's code: the `bundle_version` of an integration, and the \
                 integration version in Netacea's logs.",
            );
        object
            .attribute("sha256", |m| &mut m.sha256)
            .computed()
            .describe(
                "SHA-256 of the package without settings and secrets, in hexadecimal. The \
                 `code_sha256` of an integration also covers its settings and secrets.",
            );
        object
            .attribute("size_bytes", |m| &mut m.size_bytes)
            .computed()
            .describe("Compressed size in bytes of the package without settings and secrets.");
        object
            .attribute("default_runtime", |m| &mut m.default_runtime)
            .computed()
            .describe("Lambda runtime of an integration that does not set `runtime`.");
        object
            .attribute("minimum_runtime", |m| &mut m.minimum_runtime)
            .computed()
            .describe("Oldest Lambda runtime that the code is tested with.");
        object
            .attribute("protocol", |m| &mut m.protocol)
            .computed()
            .describe(
                "Format of the session cookie of an integration that does not set \
                 `settings.session.format`. All integrations of a site must use the same format, \
                 because each reads only its own.",
            );
    }
}

impl DataSource for EdgeBundle {
    type Model = EdgeBundleModel;
    type Client = Client;

    const TYPE: &'static str = "edge_bundle";

    fn schema(&self) -> Schema<EdgeBundleModel> {
        Schema::of::<EdgeBundleModel>().describe(
            "The edge function that this version of the provider publishes. This data source \
             makes no calls to AWS.",
        )
    }

    async fn read(&self, _: &mut Call<Client>, _: EdgeBundleModel) -> Result<EdgeBundleModel> {
        Ok(describe(bundle::CODE))
    }
}

fn describe(package: &[u8]) -> EdgeBundleModel {
    EdgeBundleModel {
        version: bundle::VERSION.into(),
        sha256: hex::encode(Sha256::digest(package)).into(),
        // Lambda's limit is far below.
        size_bytes: i64::try_from(package.len()).unwrap_or(i64::MAX).into(),
        default_runtime: DEFAULT_RUNTIME.to_string().into(),
        minimum_runtime: MINIMUM_RUNTIME.into(),
        protocol: SessionFormat::default().as_str().into(),
    }
}

#[cfg(test)]
mod tests {
    use netacea_edge::settings::Configuration;

    use super::*;
    use crate::bundle::{CONFIGURATION_FILE, Package, unpack};

    #[test]
    fn the_package_described_is_the_one_published_but_for_its_settings() {
        let published = Package::new(&Configuration::default()).expect("a package");
        let mut published = unpack(published.bytes()).expect("a zip");
        published.remove(CONFIGURATION_FILE);
        assert_eq!(unpack(bundle::CODE).expect("a zip"), published);
    }

    #[test]
    fn hash_and_size_are_those_of_the_bytes() {
        let described = describe(b"abc");
        assert_eq!(
            described.sha256,
            Attr::Known(
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".to_owned()
            )
        );
        assert_eq!(described.size_bytes, Attr::Known(3));
    }
}
