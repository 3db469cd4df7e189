//! Fuzz target: runs `tfplugin::fuzzing::json_state` on arbitrary input.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| tfplugin::fuzzing::json_state(input));
