//! Recorded behavior of Netacea's published packages against this crate.
//!
//! One module per file of vectors; README.md describes the data. `NETACEA_VECTORS` names another
//! folder with the same files. Every expected value is compared; where we differ on purpose, the
//! test names the field and the [R] rule of the protocol specification, and `deviations.rs` holds
//! the table for the end-to-end cases.

mod best_mitigation;
mod captcha_path;
mod cookie_attributes;
mod cookie_v1;
mod cookie_v3;
mod deviations;
mod e2e;
mod errors;
mod fingerprints;
mod flagged;
mod jwe;
mod kinesis;
mod log_entry;
mod misc;
mod mutations;
mod playback;
mod protectors_word;
mod visitor;
mod weblog;

use std::path::PathBuf;

use serde_json::Value;

/// Reads one file of vectors.
fn vectors(file: &str) -> Value {
    if let Some(changed) = mutations::instead_of(file) {
        return changed;
    }
    let folder = std::env::var_os("NETACEA_VECTORS").filter(|folder| !folder.is_empty());
    let folder = folder.map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors"),
        PathBuf::from,
    );
    let path = folder.join(file);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The cases of one list, at least one.
fn cases<'a>(vectors: &'a Value, list: &str) -> &'a [Value] {
    let cases = vectors[list]
        .as_array()
        .unwrap_or_else(|| panic!("no list `{list}`"));
    assert!(!cases.is_empty(), "`{list}` is empty");
    cases
}

/// A string that must be there.
fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key]
        .as_str()
        .unwrap_or_else(|| panic!("no text `{key}` in {case}"))
}

/// A string that may be null.
fn optional<'a>(case: &'a Value, key: &str) -> Option<&'a str> {
    match &case[key] {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => panic!("`{key}` is {other}"),
    }
}

/// Bytes from hexadecimal text, repeated until the array is full.
fn bytes<const LENGTH: usize>(hex: &str) -> [u8; LENGTH] {
    let bytes: Vec<u8> = (0..hex.len() / 2)
        .map(|index| u8::from_str_radix(&hex[2 * index..2 * index + 2], 16).unwrap())
        .collect();
    core::array::from_fn(|index| {
        bytes
            .get(index % bytes.len().max(1))
            .copied()
            .unwrap_or_default()
    })
}
