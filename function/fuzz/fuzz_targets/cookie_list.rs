//! Fuzz target: runs `properties::cookie_list` on arbitrary input.

#![no_main]

#[path = "../properties.rs"]
#[allow(dead_code)]
mod properties;

libfuzzer_sys::fuzz_target!(|input: &[u8]| properties::cookie_list(input));
