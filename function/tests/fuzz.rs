//! The properties of the fuzz targets (`fuzz/`) on stable: every seed, and some thousands of inputs
//! made from them.

#[path = "../fuzz/properties.rs"]
mod properties;

use std::fs;
use std::path::Path;

use netacea_edge::{Event, Reader};

/// Inputs made from seeds, for each property.
const GENERATED: usize = 3000;

#[test]
fn every_property_holds_for_its_seeds_and_what_is_made_from_them() {
    for (name, property) in properties::ALL {
        let seeds = seeds(name);
        for seed in &seeds {
            property(seed);
        }
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        for _ in 0..GENERATED {
            property(&changed(&seeds, &mut random));
        }
    }
}

/// Framing changes; a seed that is refused at its first byte would fuzz nothing.
#[test]
fn the_seeds_of_events_are_events() {
    for seed in seeds("event") {
        assert!(Event::read(&mut Reader::new(&seed)).is_ok());
    }
}

#[test]
fn every_target_of_libfuzzer_has_its_property() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    let mut files: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            entry
                .unwrap()
                .file_name()
                .to_string_lossy()
                .replace(".rs", "")
        })
        .collect();
    files.sort();
    assert_eq!(files, properties::ALL.map(|(name, _)| name));
}

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(name);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no seed for {name}");
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// One seed with bytes changed, removed, repeated or taken from another.
fn changed(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut input = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(6) {
        let position = random.below(input.len() + 1);
        match random.below(5) {
            0 if position < input.len() => input[position] = random.below(256) as u8,
            1 if position < input.len() => input[position] ^= 1 << random.below(8),
            2 => input.truncate(position),
            3 => {
                let other = &seeds[random.below(seeds.len())];
                let start = random.below(other.len() + 1);
                input.splice(position..position, other[start..].iter().copied().take(64));
            }
            _ => {
                let odd = [0x00, 0x7f, 0x80, 0xff, b';', b'=', b'.', b'"'];
                input.insert(position, odd[random.below(odd.len())]);
            }
        }
    }
    input
}

/// The same numbers in every run, so that a failure comes again (xorshift64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}
