//! A certificate authority that lives as long as a test.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tempfile::TempDir;

use crate::netacea::Kinesis;

/// Signs certificates for `localhost`, `127.0.0.1` and other names on loopback.
#[derive(Debug)]
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: PathBuf,
    _folder: TempDir,
}

impl Authority {
    /// Makes a new one, with its certificate in a temporary file.
    pub fn create() -> Result<Self> {
        let mut parameters = CertificateParams::default();
        parameters
            .distinguished_name
            .push(DnType::CommonName, "acceptance authority");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        parameters.key_usages = vec![
            KeyUsagePurpose::KeyCertSign,
            KeyUsagePurpose::DigitalSignature,
        ];
        let issuer = CertifiedIssuer::self_signed(parameters, KeyPair::generate()?)?;
        let folder = TempDir::with_prefix("netacea-authority-")?;
        let file = folder.path().join("authority.pem");
        std::fs::write(&file, issuer.pem())?;
        Ok(Self {
            issuer,
            file,
            _folder: folder,
        })
    }

    /// The PEM file that `NODE_EXTRA_CA_CERTS` wants.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// A server's side of TLS, with a fresh certificate.
    pub fn server_configuration(&self) -> Result<Arc<ServerConfig>> {
        self.server_configuration_for(&["localhost", "127.0.0.1", Kinesis::HOST])
    }

    /// The same for these names.
    pub fn server_configuration_for(&self, names: &[&str]) -> Result<Arc<ServerConfig>> {
        let key = KeyPair::generate()?;
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let certificate = CertificateParams::new(names)?.signed_by(&key, &self.issuer)?;
        let configuration =
            ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()
                .context("TLS versions")?
                .with_no_client_auth()
                .with_single_cert(
                    vec![certificate.der().clone()],
                    PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
                )
                .context("TLS certificate")?;
        Ok(Arc::new(configuration))
    }
}
