//! Each target on its seeds, on damaged seeds, and on arbitrary bytes.

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestRunner;

use super::*;

type Target = (&'static str, fn(&[u8]));

/// The names are those of the files in `fuzz/fuzz_targets` and of the directories in `fuzz/seeds`.
const TARGETS: [Target; 4] = [
    ("handshake_environment", handshake_environment),
    ("json_state", json_state),
    ("msgpack_value", msgpack_value),
    ("type_json", type_json),
];

#[test]
fn seeds_and_what_becomes_of_them_crash_no_target() {
    for (name, target) in TARGETS {
        let seeds = seeds(name);
        seeds.iter().for_each(|seed| target(seed));
        let mut runner = TestRunner::new(ProptestConfig::with_cases(4_000));
        let input = prop_oneof![4 => damaged(seeds), 1 => vec(any::<u8>(), 0..64)];
        runner
            .run(&input, |input| {
                target(&input);
                Ok(())
            })
            .unwrap_or_else(|failure| panic!("{name}: {failure}"));
    }
}

#[test]
fn every_seed_reaches_the_end_of_its_target() {
    use crate::value::{json, msgpack};
    for seed in seeds("msgpack_value") {
        let (of, bytes) = typed(&seed);
        assert!(
            msgpack::decode(bytes, &of).is_ok(),
            "{}",
            seed.escape_ascii()
        );
    }
    for seed in seeds("json_state") {
        let (of, bytes) = typed(&seed);
        assert!(json::decode(bytes, &of).is_ok(), "{}", seed.escape_ascii());
    }
    for seed in seeds("type_json") {
        assert!(Type::from_json(&seed).is_ok(), "{}", seed.escape_ascii());
    }
}

/// A seed with some bytes replaced, then cut off somewhere or joined to another.
fn damaged(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<Index>(), any::<u8>());
    (
        select(seeds.clone()),
        vec(change, 0..4),
        any::<Index>(),
        proptest::option::of(select(seeds)),
    )
        .prop_map(|(mut seed, changes, end, tail)| {
            for (position, byte) in changes {
                let position = position.index(seed.len());
                seed[position] = byte;
            }
            if let Some(tail) = tail {
                seed.truncate(end.index(seed.len() + 1));
                seed.extend(tail);
            }
            seed
        })
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(target);
    let files = std::fs::read_dir(&directory).expect("every target has seeds");
    let seeds: Vec<_> = files
        .map(|file| std::fs::read(file.expect("it is readable").path()).expect("it is readable"))
        .filter(|seed| !seed.is_empty())
        .collect();
    assert!(!seeds.is_empty(), "{} is empty", directory.display());
    seeds
}
