//! Fuzz target: runs `tfplugin::fuzzing::msgpack_value` on arbitrary input.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| tfplugin::fuzzing::msgpack_value(input));
