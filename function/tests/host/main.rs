//! The host and the real wasm in Node, laid out as in the zip, against stand-ins for Netacea's
//! services on loopback.
//!
//! This builds the wasm, makes a folder with the content of the zip and throw-away certificates,
//! and runs the `*.test.mjs` next to it with `node --test`, in every Node that the function
//! supports; `.ci/setup runtimes` brings them. `HOST_TESTS` is part of the names of the files to
//! run.

#[path = "../../build/wasm.rs"]
mod wasm;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

#[test]
fn the_packaged_function_behaves_in_node_20() {
    behaves_in(20);
}

#[test]
fn the_packaged_function_behaves_in_node_22() {
    behaves_in(22);
}

#[test]
fn the_packaged_function_behaves_in_node_24() {
    behaves_in(24);
}

static WASM: LazyLock<PathBuf> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("cargo's output folder");
    let rustc = env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from);
    wasm::build(workspace(), target, Path::new(env!("CARGO")), &rustc)
        .unwrap_or_else(|error| panic!("{error}"))
});

fn behaves_in(major: u32) {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("zip");
    fs::create_dir(&zip).unwrap();
    fs::copy(&*WASM, zip.join(wasm::FILE)).unwrap();
    for (name, content) in netacea_edge::host::files() {
        fs::write(zip.join(name), content).unwrap();
    }
    let authority = authority("trusted");
    issue(&authority, &folder.path().join("trusted"));
    issue(
        &self::authority("stranger"),
        &folder.path().join("stranger"),
    );
    let certificate = folder.path().join("authority.pem");
    fs::write(&certificate, authority.pem()).unwrap();

    let tests = workspace().join("function/tests/host");
    let mut command = Command::new(node(major));
    command
        .args(["--test", "--test-reporter=spec", "--test-timeout=1800000"])
        .args(files(&tests))
        .env("EDGE_FOLDER", folder.path())
        .env("NODE_EXTRA_CA_CERTS", certificate)
        .env_remove("NODE_OPTIONS");
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("node does not start: {error}"));
    println!("{}", String::from_utf8_lossy(&output.stdout));
    eprintln!("{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "see the report of node above");
}

fn workspace() -> &'static Path {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().expect("the workspace")
}

fn node(major: u32) -> PathBuf {
    let program = workspace().join(format!(".tools/node-{major}/bin/node"));
    let output = Command::new(&program).arg("--version").output();
    let output = output.unwrap_or_else(|error| {
        panic!(
            "{} does not start ({error}): run `.ci/setup runtimes`",
            program.display()
        )
    });
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(version.starts_with(&format!("v{major}.")), "{version}");
    program
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let wanted = env::var("HOST_TESTS").unwrap_or_default();
    let is_wanted = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".test.mjs") && name.contains(&wanted)
    };
    let mut files: Vec<PathBuf> = entries.filter(is_wanted).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server certificate for loopback.
fn issue(authority: &CertifiedIssuer<'static, KeyPair>, file: &Path) {
    let key = KeyPair::generate().unwrap();
    let names = ["localhost", "127.0.0.1", "kinesis.eu-west-1.amazonaws.com"];
    let params = CertificateParams::new(names.map(str::to_owned)).unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    fs::write(file.with_extension("crt"), certificate.pem()).unwrap();
    fs::write(file.with_extension("key"), key.serialize_pem()).unwrap();
}
