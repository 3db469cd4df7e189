//! [`Environment`]: what Terraform asks for in environment variables.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use crate::serve_error::ServeError;

/// Terraform's proof that it started the process. No secret: it keeps people from running providers
/// by hand.
const COOKIE_NAME: &str = "TF_PLUGIN_MAGIC_COOKIE";
const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// go-plugin's own defaults.
const DEFAULT_PORTS: RangeInclusive<u16> = 10_000..=25_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Environment {
    /// Whether Terraform started the process.
    pub(super) cookie: bool,
    /// Where to listen when there are no unix sockets.
    pub(super) ports: RangeInclusive<u16>,
    /// The PEM of the only client to let in; `None` if the connection is not encrypted
    /// (`TF_DISABLE_PLUGIN_TLS`).
    pub(super) client_certificate: Option<String>,
    /// Where to put the socket, if not among the temporary files.
    pub(super) socket_directory: Option<PathBuf>,
}

impl Environment {
    /// Reads the variables. Empty ones count as not set.
    pub(super) fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ServeError> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let port = |name: &str, default: u16| match variable(name) {
            None => Ok(default),
            Some(value) => value.parse().map_err(|_| malformed(name, "a port number")),
        };
        let ports = port("PLUGIN_MIN_PORT", *DEFAULT_PORTS.start())?
            ..=port("PLUGIN_MAX_PORT", *DEFAULT_PORTS.end())?;
        if ports.is_empty() {
            return Err(malformed(
                "PLUGIN_MIN_PORT",
                "a port number up to PLUGIN_MAX_PORT",
            ));
        }
        Ok(Self {
            cookie: variable(COOKIE_NAME).as_deref() == Some(COOKIE),
            ports,
            client_certificate: variable("PLUGIN_CLIENT_CERT"),
            socket_directory: variable("PLUGIN_UNIX_SOCKET_DIR").map(PathBuf::from),
        })
    }
}

fn malformed(name: &str, wanted: &str) -> ServeError {
    ServeError::Environment(format!("{name} must be {wanted}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Environment, ServeError> {
        Environment::read(|wanted| {
            variables
                .iter()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn terraforms_environment_is_understood() {
        let environment = read(&[
            (COOKIE_NAME, COOKIE),
            ("PLUGIN_MIN_PORT", "10000"),
            ("PLUGIN_MAX_PORT", "25000"),
            ("PLUGIN_PROTOCOL_VERSIONS", "5,6"),
            ("PLUGIN_CLIENT_CERT", "-----BEGIN CERTIFICATE-----"),
        ])
        .expect("this is what Terraform sets");
        assert!(environment.cookie);
        assert_eq!(environment.ports, 10_000..=25_000);
        assert_eq!(
            environment.client_certificate.as_deref(),
            Some("-----BEGIN CERTIFICATE-----")
        );
    }

    #[test]
    fn a_process_started_by_hand_is_recognized() {
        assert!(
            !read(&[])
                .expect("an empty environment is not an error")
                .cookie
        );
        assert!(
            !read(&[(COOKIE_NAME, "other")])
                .expect("a wrong cookie is not an error")
                .cookie
        );
    }

    #[test]
    fn ports_that_are_none_are_refused() {
        for (min, max) in [("x", "1"), ("70000", "70001"), ("-1", "5"), ("20", "10")] {
            let read = read(&[("PLUGIN_MIN_PORT", min), ("PLUGIN_MAX_PORT", max)]);
            assert!(
                matches!(read, Err(ServeError::Environment(_))),
                "{min}..{max}"
            );
        }
    }
}
