//! Fuzz target: runs `properties::client_address` on arbitrary input.

#![no_main]

#[path = "../properties.rs"]
#[allow(dead_code)]
mod properties;

libfuzzer_sys::fuzz_target!(|input: &[u8]| properties::client_address(input));
