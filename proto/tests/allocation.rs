//! Decoding allocates no more than a small multiple of its input, whatever a few bytes claim.
//!
//! Alone in its binary: the allocator counts what the whole process holds.

use std::path::Path;

use peak_alloc::PeakAlloc;
use proptest::prelude::Rng as _;
use proptest::test_runner::{RngAlgorithm, TestRng};
use tfplugin::value::{Type, Value, ValueError, json, msgpack};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Bytes allocated for each byte of input, at most. Maps of one entry need most: a node of the tree
/// has room for eleven.
const MULTIPLE: usize = 512;

/// For what does not depend on the input: error messages, one number of the largest size.
const CONSTANT: usize = 64 << 10;

/// How often each seed is damaged.
const DAMAGES: usize = 1_000;

#[test]
fn decoding_allocates_a_small_multiple_of_its_input() {
    what_was_made_to_need_much();
    what_chance_makes_of_real_values();
}

fn what_was_made_to_need_much() {
    let list = |of| Type::List(Box::new(of));
    let object = |count: usize| {
        let names = (0..count).map(|index| (format!("a{index}"), Type::Bool));
        Type::Object(names.collect())
    };
    let wide = object(2_000).to_json();
    let wide = String::from_utf8_lossy(&wide);

    let claims: [&[u8]; 4] = [
        &[0xdd, 0xff, 0xff, 0xff, 0xff],
        &[0xdf, 0xff, 0xff, 0xff, 0xff],
        &[0xdb, 0xff, 0xff, 0xff, 0xff],
        &[0xc9, 0xff, 0xff, 0xff, 0xff, 0x0c],
    ];
    for bytes in claims {
        for of in [
            list(Type::String),
            Type::Map(Box::new(Type::Bool)),
            Type::String,
            Type::Number,
            Type::Dynamic,
        ] {
            measure("a claimed length", bytes, |bytes| {
                let _ = msgpack::decode(bytes, &of);
            });
        }
    }
    let mut dense = vec![0xdd, 0, 1, 0, 0];
    dense.resize(dense.len() + (1 << 16), 0xc0);
    measure("one-byte elements", &dense, |bytes| {
        assert!(msgpack::decode(bytes, &list(Type::Bool)).is_ok());
    });
    let mut small = vec![0xdc, 0x20, 0];
    small.extend([0x81, 0xa0, 0xc0].repeat(0x1000));
    small.extend([0x91, 0xc0].repeat(0x1000));
    let types = [
        vec![Type::Map(Box::new(Type::Bool)); 0x1000],
        vec![list(Type::Bool); 0x1000],
    ];
    let tuple = Type::Tuple(types.concat());
    measure("one-entry maps and lists", &small, |bytes| {
        assert!(msgpack::decode(bytes, &tuple).is_ok());
    });
    let mut unknowns = vec![0xdc, 0x10, 0];
    for _ in 0..0x1000 {
        unknowns.extend(b"\xd6\x0c\x81\x02\xa1x");
    }
    measure("refined unknowns", &unknowns, |bytes| {
        assert!(msgpack::decode(bytes, &list(Type::String)).is_ok());
    });
    let mut powers = vec![0xdc, 0x10, 0];
    for _ in 0..0x1000 {
        powers.extend(b"\xa71e20000");
    }
    measure("powers of ten", &powers, |bytes| {
        assert!(msgpack::decode(bytes, &list(Type::Number)).is_ok());
    });

    let array = |element: &str, count: usize| format!("[{}]", vec![element; count].join(","));
    measure("JSON elements", array("0", 10_000).as_bytes(), |bytes| {
        assert!(json::decode(bytes, &list(Type::Number)).is_ok());
    });
    measure(
        "JSON powers of ten",
        array("1e20000", 10_000).as_bytes(),
        |bytes| {
            assert!(json::decode(bytes, &list(Type::Number)).is_ok());
        },
    );
    measure(
        "powers of ten as text",
        array("1e20000", 10_000).as_bytes(),
        |bytes| {
            let _ = json::decode(bytes, &list(Type::String));
        },
    );
    let set = Type::Set(Box::new(Type::Number));
    let far_apart: Vec<_> = (1..2_500)
        .map(|digits| format!("{digits}e19990,{digits}e-19990,3{digits}.5e19989"))
        .collect();
    let far_apart = format!("[{}]", far_apart.join(","));
    measure("a set of powers of ten", far_apart.as_bytes(), |bytes| {
        assert!(json::decode(bytes, &set).is_ok());
    });
    let dynamic = format!(
        r#"{{"type":["list",{wide}],"value":{}}}"#,
        array("{}", 10_000)
    );
    measure(
        "a wide type in a dynamic value",
        dynamic.as_bytes(),
        |bytes| {
            let _ = json::decode(bytes, &Type::Dynamic);
        },
    );
    measure("a wide type", wide.as_bytes(), |bytes| {
        assert!(Type::from_json(bytes).is_ok());
    });
    let deep = format!("{}{}", "[\"list\",".repeat(100_000), "]".repeat(100_000));
    measure("a deep type", deep.as_bytes(), |bytes| {
        assert!(Type::from_json(bytes).is_err());
    });
    measure("deep JSON", "[".repeat(1 << 20).as_bytes(), |bytes| {
        assert!(json::decode(bytes, &list(Type::Dynamic)).is_err());
    });
}

/// The fuzz targets' seeds (a type, a line feed, a value of it), each with some of its bytes
/// replaced.
fn what_chance_makes_of_real_values() {
    type Decode = fn(&[u8], &Type) -> Result<Value, ValueError>;
    let codecs: [(&str, Decode); 2] = [
        ("msgpack_value", msgpack::decode),
        ("json_state", json::decode),
    ];
    let mut random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    for (name, decode) in codecs {
        for seed in seeds(name) {
            let end_of_type = seed.iter().position(|byte| *byte == b'\n');
            let (of, value) = match end_of_type {
                Some(end) => {
                    let of = Type::from_json(&seed[..end]).expect("seeds are in order");
                    (of, &seed[end + 1..])
                }
                None => (Type::Dynamic, &seed[..]),
            };
            for _ in 0..DAMAGES {
                let mut damaged = value.to_vec();
                for _ in 0..random.next_u32() % 4 {
                    let position = random.next_u32() as usize % damaged.len();
                    damaged[position] = random.next_u32() as u8;
                }
                measure(name, &damaged, |bytes| {
                    let _ = decode(bytes, &of);
                });
            }
        }
    }
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(target);
    let files = std::fs::read_dir(&directory).expect("every target has seeds");
    files
        .map(|file| std::fs::read(file.expect("it is readable").path()).expect("it is readable"))
        .collect()
}

fn measure(what: &str, bytes: &[u8], decode: impl Fn(&[u8])) {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    decode(bytes);
    let allocated = ALLOCATOR.peak_usage().saturating_sub(before);
    let limit = MULTIPLE * bytes.len() + CONSTANT;
    assert!(
        allocated <= limit,
        "{what}: {} bytes took {allocated}, more than {limit}",
        bytes.len()
    );
}
