//! What the compiler says of the types that people put into models first.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

/// A model with one field of each type, and how each is declared.
const SOURCE: &str = r#"
use std::collections::HashMap;
use tfplugin::{Attr, Model, Object, check};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plain;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inner;

impl Model for Inner {
    fn declare(_: &mut Object<Self>) {}
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outer {
    inner: Attr<Inner>,
    small: Attr<i32>,
    short: Attr<f32>,
    many: Attr<Vec<Inner>>,
    map: Attr<HashMap<String, String>>,
    option: Attr<Option<String>>,
    plain: Attr<Plain>,
    truth: Attr<bool>,
    blocks: Vec<Inner>,
}

impl Model for Outer {
    fn declare(object: &mut Object<Self>) {
        object.attribute("inner", |outer| &mut outer.inner).optional();
        object.attribute("small", |outer| &mut outer.small).optional();
        object.attribute("short", |outer| &mut outer.short).optional();
        object.attribute("many", |outer| &mut outer.many).optional();
        object.attribute("map", |outer| &mut outer.map).optional();
        object.attribute("option", |outer| &mut outer.option).optional();
        object.nested("plain", |outer| &mut outer.plain).optional();
        object.attribute("truth", |outer| &mut outer.truth).check(check::length(1..));
    }
}

pub fn validate(config: &Outer) {
    check::conflicting(&[("blocks", &config.blocks)]);
}
"#;

#[test]
fn the_compiler_says_what_to_write_instead() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let source = directory.path().join("model.rs");
    std::fs::write(&source, SOURCE).expect("it can be written");
    let output = compiled(&source);
    assert!(!output.status.success(), "it cannot be compiled");
    let said = String::from_utf8_lossy(&output.stderr);
    for message in [
        "`Inner` cannot be used in an attribute",
        "if it is a `Model`, declare it with `nested`",
        "`i32` cannot be used in an attribute",
        "for whole numbers such as `i32`, use `i64` and a `check`",
        "`f32` cannot be used in an attribute",
        "for `f32`, use `f64`",
        "`HashMap<std::string::String, std::string::String>` cannot be used in an attribute",
        "for maps, use `BTreeMap`; for sets, use `BTreeSet`",
        "`Option<std::string::String>` cannot be used in an attribute",
        "for values that may be null, `tfplugin::Attr` as the field's type is enough",
        "`block`, `block_list` or `block_set`",
        "`Plain` is not the model of an object",
        "declare every field in `impl tfplugin::Model for Plain`",
        "`bool` has no length",
        "`Vec<Inner>` is not an attribute that can be null",
    ] {
        assert!(said.contains(message), "{message}:\n{said}");
    }
    // Nobody may write that for a type of another crate.
    for foreign in ["i32", "f32", "HashMap", "Option"] {
        let advice = format!("impl tfplugin::StringValue for {foreign}");
        assert!(!said.contains(&advice), "{advice}:\n{said}");
    }
}

fn compiled(source: &Path) -> Output {
    let test = std::env::current_exe().expect("a test has a path");
    let dependencies = test.parent().expect("it lies in a directory");
    let library = newest_library(dependencies);
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args([
            "--edition",
            "2024",
            "--crate-type",
            "lib",
            "--emit",
            "metadata",
        ])
        .arg("--out-dir")
        .arg(source.parent().expect("it lies in a directory"))
        .arg("--extern")
        .arg(format!("tfplugin={}", library.display()))
        .arg("-L")
        .arg(dependencies)
        .arg(source)
        .output()
        .expect("who runs tests has a compiler")
}

/// The library that this test was built with.
fn newest_library(dependencies: &Path) -> PathBuf {
    let files = std::fs::read_dir(dependencies).expect("it can be read");
    let libraries = files.filter_map(|file| {
        let path = file.ok()?.path();
        let name = path.file_name()?.to_str()?;
        let is_library = name.starts_with("libtfplugin-") && name.ends_with(".rlib");
        is_library.then_some(path)
    });
    libraries
        .max_by_key(|path| {
            let changed = path.metadata().and_then(|metadata| metadata.modified());
            changed.unwrap_or(SystemTime::UNIX_EPOCH)
        })
        .expect("tests are built with the library")
}
