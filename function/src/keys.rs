//! Keys that are derived from the customer's secret key, each under a label of its own.

use hkdf::Hkdf;
use sha2::Sha256;

/// The key with this label.
pub(crate) fn derived(secret_key: &str, label: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    // Proof: HKDF-SHA256 gives up to 8160 bytes.
    #[allow(clippy::expect_used)]
    Hkdf::<Sha256>::new(None, secret_key.as_bytes())
        .expand(label, &mut key)
        .expect("32 bytes");
    key
}
