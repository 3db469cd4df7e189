//! What a fuzz target does with the environment variables of the handshake: see
//! [`crate::fuzzing`].

use super::environment::Environment;
use super::tls::TlsIdentity;

/// `NAME=value` pairs, with a zero byte between them: refused or understood, never a crash.
pub fn handshake_environment(input: &[u8]) {
    let pairs: Vec<(String, String)> = input
        .split(|byte| *byte == 0)
        .filter_map(|pair| {
            let text = String::from_utf8_lossy(pair);
            let (name, value) = text.split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        })
        .collect();
    let variable = |wanted: &str| {
        let pair = pairs.iter().find(|(name, _)| name == wanted)?;
        Some(pair.1.clone())
    };
    let Ok(environment) = Environment::read(variable) else {
        return;
    };
    assert!(
        !environment.ports.is_empty(),
        "there is a port to listen on"
    );
    if let Some(pem) = environment.client_certificate {
        // Only a certificate gets a server; the verifier decides which one.
        let _ = TlsIdentity::new(&pem);
    }
}
