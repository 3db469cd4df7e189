//! AWS Signature Version 4 of one kind of request: `POST /` without a query.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Who signs, for what and when.
pub(super) struct Signature<'a> {
    pub(super) access_key: &'a str,
    pub(super) secret_key: &'a str,
    pub(super) region: &'a str,
    pub(super) service: &'a str,
    /// `20240601T120001Z`
    pub(super) time: &'a str,
}

/// The `Authorization` header. `headers` are all that are signed: names in lower case and in order.
pub(super) fn authorization(
    signature: &Signature<'_>,
    headers: &[(&str, &str)],
    payload: &[u8],
) -> String {
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let mut request = String::from("POST\n/\n\n");
    for (name, value) in headers {
        request.push_str(name);
        request.push(':');
        request.push_str(value);
        request.push('\n');
    }
    request.push('\n');
    request.push_str(&names);
    request.push('\n');
    push_hex(&mut request, &Sha256::digest(payload));

    let Signature {
        access_key,
        secret_key,
        region,
        service,
        time,
    } = signature;
    let date = time.get(..8).unwrap_or_default();
    let scope = format!("{date}/{region}/{service}/aws4_request");
    let mut to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n");
    push_hex(&mut to_sign, &Sha256::digest(request));
    let first = format!("AWS4{secret_key}");
    let key = [date, region, service, "aws4_request"]
        .into_iter()
        .fold(first.into_bytes(), |key, part| hmac(&key, part));
    let mut authorization = format!(
        "AWS4-HMAC-SHA256 Credential={access_key}/{scope}, SignedHeaders={names}, Signature="
    );
    push_hex(&mut authorization, &hmac(&key, &to_sign));
    authorization
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    // Proof: HMAC takes keys of every length.
    #[allow(clippy::expect_used)]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(digit), 16));
        }
    }
}
