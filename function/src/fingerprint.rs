//! What kind of client it is, by the headers and cookies it sends (protocol section 10).

use core::fmt::Write;

use sha2::{Digest, Sha256};

use crate::headers;
use crate::wire;

/// Netacea's HashGenerator, unsorted: `h_<count>_<12 hex digits>` over header names in the order of
/// arrival, empty text for none. CloudFront's own headers do not count, because they are added
/// between request and response events.
pub fn of_header_names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut digest = Sha256::new();
    let mut count = 0_u32;
    for name in names.filter(|name| is_counted(name)) {
        if count > 0 {
            digest.update(b",");
        }
        digest.update(name.as_bytes());
        count += 1;
    }
    if count == 0 {
        return String::new();
    }
    let mut fingerprint = format!("h_{count}_");
    push_hex(&mut fingerprint, &digest.finalize()[..6]);
    fingerprint
}

/// The Cloudflare sibling's form: `c_` and digits 2 to 15 of the hash over cookie names, duplicates
/// kept.
pub fn of_cookies(header: &str) -> String {
    let mut digest = Sha256::new();
    // Nothing to hash gives the digest of the empty text, not an empty fingerprint.
    if !header.is_empty() {
        for (index, cookie) in header.split(';').enumerate() {
            let cookie = if index == 0 {
                cookie
            } else {
                cookie.strip_prefix(' ').unwrap_or(cookie)
            };
            if index > 0 {
                digest.update(b",");
            }
            digest.update(cookie.split('=').next().unwrap_or_default().as_bytes());
        }
    }
    let mut hex = String::with_capacity(16);
    push_hex(&mut hex, &digest.finalize()[..8]);
    format!("c_{}", &hex[1..15])
}

fn is_counted(name: &str) -> bool {
    !name.is_empty()
        && !name.eq_ignore_ascii_case("cookie")
        && !name.eq_ignore_ascii_case("referer")
        && !headers::has_prefix(name, wire::PREFIX)
        && !headers::has_prefix(name, "cloudfront-")
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Proof: writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
}
