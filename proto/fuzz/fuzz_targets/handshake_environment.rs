//! Fuzz target: runs `tfplugin::fuzzing::handshake_environment` on arbitrary input.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| tfplugin::fuzzing::handshake_environment(input));
