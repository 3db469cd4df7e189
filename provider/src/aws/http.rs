//! The one HTTP connector of the provider: TLS by rustls, the user's proxy and certificate
//! authorities.

use std::time::Duration;

use aws_smithy_async::rt::sleep::default_async_sleep;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpConnector};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::connection_settings::ConnectionSettings;
use super::error::Error;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Shared by every client, so that connections are reused across services and calls.
pub(super) fn connector(settings: &ConnectionSettings) -> Result<SharedHttpConnector, Error> {
    let mut trust = TrustStore::default();
    let ca_bundle = settings
        .custom_ca_bundle
        .clone()
        .or_else(|| environment(&["AWS_CA_BUNDLE"]));
    if let Some(file) = &ca_bundle {
        trust = trust.with_pem_certificate(bundle(file).map_err(|reason| Error::Setting {
            setting: "custom_ca_bundle",
            reason: format!("{file}: {reason}"),
        })?);
    }
    let tls = TlsContext::builder()
        .with_trust_store(trust)
        .build()
        .map_err(|error| Error::Setting {
            setting: "custom_ca_bundle",
            reason: error.to_string(),
        })?;
    let timeouts = HttpConnectorSettings::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .build();
    let mut builder = Connector::builder()
        .connector_settings(timeouts)
        .proxy_config(proxy(settings)?);
    builder.set_sleep_impl(default_async_sleep());
    let connector = builder
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .tls_context(tls)
        .build();
    Ok(SharedHttpConnector::new(connector))
}

/// The bytes of a file of authorities. The connector would panic if it could not read the file, and
/// accept a file without certificates as an empty bundle.
fn bundle(file: &str) -> Result<Vec<u8>, String> {
    let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
    let mut authorities = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&bytes) {
        certificate
            .map_err(|error| error.to_string())
            .and_then(|found| authorities.add(found).map_err(|error| error.to_string()))
            .map_err(|error| format!("it has a PEM certificate that cannot be read: {error}"))?;
    }
    if authorities.is_empty() {
        return Err("it contains no PEM certificate".to_owned());
    }
    Ok(bytes)
}

/// `https_proxy` covers AWS's own addresses; `http_proxy` alone covers both kinds; neither means
/// the usual environment variables.
fn proxy(settings: &ConnectionSettings) -> Result<ProxyConfig, Error> {
    let (setting, proxy) = match (&settings.https_proxy, &settings.http_proxy) {
        (Some(url), _) => ("https_proxy", ProxyConfig::https(url.as_str())),
        (None, Some(url)) => ("http_proxy", ProxyConfig::all(url.as_str())),
        (None, None) => return Ok(ProxyConfig::from_env()),
    };
    let proxy = proxy.map_err(|error| Error::Setting {
        setting,
        reason: error.to_string(),
    })?;
    let exceptions = settings
        .no_proxy
        .clone()
        .or_else(|| environment(&["NO_PROXY", "no_proxy"]));
    Ok(match exceptions {
        Some(exceptions) => proxy.no_proxy(exceptions),
        None => proxy,
    })
}

/// The first of these variables that is set and not empty.
fn environment(names: &[&str]) -> Option<String> {
    names
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
}
