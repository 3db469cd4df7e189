//! The one line on stdout that tells Terraform where to connect.

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::PROTOCOL_VERSION;
use super::listener::Address;

/// go-plugin's own protocol, below Terraform's.
const CORE_VERSION: u32 = 1;

/// The line, without its end: `1|6|unix|/tmp/…|grpc|MIIB…`. The certificate is unpadded base64 of
/// the DER form, and empty if the connection is not encrypted.
pub(super) fn handshake_line(address: &Address, certificate: Option<&[u8]>) -> String {
    let certificate = certificate
        .map(|der| STANDARD_NO_PAD.encode(der))
        .unwrap_or_default();
    format!(
        "{CORE_VERSION}|{PROTOCOL_VERSION}|{}|{address}|grpc|{certificate}",
        address.network()
    )
}

/// Writes it. Nothing else may ever go to stdout.
pub(super) fn announce(out: &mut impl Write, line: &str) -> std::io::Result<()> {
    writeln!(out, "{line}")?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_has_six_fields_and_an_unpadded_certificate() {
        let address = Address::Tcp(([127, 0, 0, 1], 10_001).into());
        assert_eq!(
            handshake_line(&address, Some(&[0xff; 4])),
            "1|6|tcp|127.0.0.1:10001|grpc|/////w"
        );
        assert_eq!(
            handshake_line(&address, None),
            "1|6|tcp|127.0.0.1:10001|grpc|"
        );
    }
}
