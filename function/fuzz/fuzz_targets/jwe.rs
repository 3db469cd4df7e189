//! Fuzz target: runs `properties::jwe` on arbitrary input.

#![no_main]

#[path = "../properties.rs"]
#[allow(dead_code)]
mod properties;

libfuzzer_sys::fuzz_target!(|input: &[u8]| properties::jwe(input));
