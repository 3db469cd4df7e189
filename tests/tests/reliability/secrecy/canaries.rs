//! Secrets that are nowhere else, and every encoding in which they could get out.

use std::collections::HashMap;
use std::fmt::Write as _;

use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// What a part of a secret is at least to be found by.
const PART: usize = 12;

/// Secrets that are nowhere else, and every form in which they could get out.
pub(super) struct Canaries {
    secrets: Vec<(&'static str, String)>,
    credentials: Vec<(&'static str, String)>,
    /// Name and bytes.
    forms: Vec<(String, Vec<u8>)>,
    /// The forms that begin with these two bytes.
    by_beginning: HashMap<[u8; 2], Vec<usize>>,
}

impl Canaries {
    pub(super) fn new(seed: u64) -> Result<Self> {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut text =
            |length: usize| -> String { (0..length).map(|_| random.alphanumeric()).collect() };
        // Characters that JSON, HCL, XML, URLs and shells write differently.
        let mut odd = || format!(r#"{}"\/<&+=%{{}}'{}"#, text(14), text(14));
        let mut secrets = vec![
            ("api_key", odd()),
            ("secret_key", odd()),
            ("captcha_secret_key", odd()),
            ("kinesis_access_key", odd()),
            ("kinesis_secret_key", odd()),
        ];
        let key: Vec<u8> = text(32)
            .into_bytes()
            .iter()
            .map(|byte| byte ^ 0xa5)
            .collect();
        secrets.push(("cookie_encryption_key", URL_SAFE_NO_PAD.encode(&key)));
        let credentials = vec![
            ("AWS_SECRET_ACCESS_KEY", text(40)),
            ("AWS_SESSION_TOKEN", text(80)),
        ];
        let mut forms = Vec::new();
        for (name, secret) in secrets.iter().chain(&credentials) {
            disguises(name, secret.as_bytes(), &mut forms)?;
        }
        disguises("cookie_encryption_key decoded", &key, &mut forms)?;
        forms.push((
            "cookie_encryption_key as numbers".to_owned(),
            format!("{:?}", &key[..8]).trim_matches(['[', ']']).into(),
        ));
        let mut by_beginning = HashMap::<[u8; 2], Vec<usize>>::new();
        for (index, (_, form)) in forms.iter().enumerate() {
            by_beginning
                .entry([form[0], form[1]])
                .or_default()
                .push(index);
        }
        Ok(Self {
            secrets,
            credentials,
            forms,
            by_beginning,
        })
    }

    /// The attributes of `secrets_wo`.
    pub(super) fn secrets(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.secrets
            .iter()
            .map(|(name, secret)| (*name, secret.as_str()))
    }

    /// Environment variables of AWS.
    pub(super) fn credentials(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.credentials
            .iter()
            .map(|(name, secret)| (*name, secret.as_str()))
    }

    pub(super) fn count(&self) -> usize {
        self.secrets.len() + self.credentials.len()
    }

    pub(super) fn forms(&self) -> usize {
        self.forms.len()
    }

    /// The names of the forms that are in `content`.
    pub(super) fn found_in(&self, content: &[u8]) -> Vec<&str> {
        let mut may_begin = vec![false; 1 << 16];
        for [first, second] in self.by_beginning.keys() {
            may_begin[usize::from(*first) << 8 | usize::from(*second)] = true;
        }
        let mut found = Vec::new();
        for (at, pair) in content.windows(2).enumerate() {
            if !may_begin[usize::from(pair[0]) << 8 | usize::from(pair[1])] {
                continue;
            }
            for &index in &self.by_beginning[&[pair[0], pair[1]]] {
                let (name, form) = &self.forms[index];
                if content[at..].starts_with(form) && !found.contains(&name.as_str()) {
                    found.push(name);
                }
            }
        }
        found
    }
}

/// A secret as it is, in parts, and as others write it.
fn disguises(name: &str, secret: &[u8], forms: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    let mut add = |form: &str, bytes: Vec<u8>| forms.push((format!("{name}, {form}"), bytes));
    add("as it is", secret.to_vec());
    add("its beginning", secret[..PART].to_vec());
    add("its end", secret[secret.len() - PART..].to_vec());
    let hex = secret.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    add("in hex", hex.clone().into_bytes());
    add("in HEX", hex.to_uppercase().into_bytes());
    // Within a longer text that is encoded as a whole, a secret begins at any of three places of a
    // group.
    for shift in 0..3 {
        let shifted = [&vec![0; shift], secret].concat();
        for (form, encoded) in [
            ("in base64", STANDARD.encode(&shifted)),
            ("in base64url", URL_SAFE_NO_PAD.encode(&shifted)),
        ] {
            let own = (shift * 8).div_ceil(6)..shifted.len() * 8 / 6;
            add(&format!("{form} from {shift}"), encoded[own].into());
        }
    }
    if let Ok(text) = std::str::from_utf8(secret) {
        let json = serde_json::to_string(text)?;
        add("in JSON", json.trim_matches('"').into());
        add("in JSON within JSON", {
            let twice = serde_json::to_string(json.trim_matches('"'))?;
            twice.trim_matches('"').into()
        });
        // As Go and Terraform write it.
        add(
            "in Go's JSON",
            json.trim_matches('"')
                .replace('<', "\\u003c")
                .replace('&', "\\u0026")
                .into(),
        );
        add(
            "in XML",
            text.replace('&', "&amp;").replace('<', "&lt;").into(),
        );
        let in_url = text.bytes().fold(String::new(), |mut url, byte| {
            let _ = match byte {
                b'-' | b'.' | b'_' | b'~' => write!(url, "{}", byte as char),
                byte if byte.is_ascii_alphanumeric() => write!(url, "{}", byte as char),
                byte => write!(url, "%{byte:02X}"),
            };
            url
        });
        add("in a URL", in_url.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_found_wherever_it_stands() -> Result<()> {
        let canaries = Canaries::new(1)?;
        for (name, form) in &canaries.forms {
            let content = [b"somewhere in ", form.as_slice(), b" the middle"].concat();
            assert!(
                canaries.found_in(&content).contains(&name.as_str()),
                "{name}"
            );
        }
        assert!(canaries.found_in(b"nothing of all this").is_empty());
        Ok(())
    }

    #[test]
    fn a_secret_is_found_in_an_encoded_document() -> Result<()> {
        let canaries = Canaries::new(2)?;
        for shift in 0..3 {
            for (name, secret) in canaries.secrets() {
                let document = format!("{}{secret} and more", "x".repeat(shift));
                let found = canaries
                    .found_in(STANDARD.encode(document).as_bytes())
                    .join("; ");
                assert!(found.contains(name), "{name} at {shift}: {found}");
            }
        }
        Ok(())
    }
}
