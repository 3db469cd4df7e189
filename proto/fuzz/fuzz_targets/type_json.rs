//! Fuzz target: runs `tfplugin::fuzzing::type_json` on arbitrary input.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| tfplugin::fuzzing::type_json(input));
