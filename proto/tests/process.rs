//! The example provider as a process, started and ended the ways Terraform and the system do.
#![cfg(unix)]

#[path = "terraform/example.rs"]
mod example;

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use example::example_binary;

const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

#[test]
fn started_by_hand_it_explains_itself() {
    let output = Command::new(example_binary("kv"))
        .env_clear()
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty(), "stdout belongs to the handshake");
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("Terraform starts it"),
        "{output:?}"
    );
}

#[test]
fn started_by_hand_with_faulty_declarations_it_lists_them() {
    for arguments in [&[][..], &["-debug"]] {
        let output = Command::new(example_binary("faulty"))
            .args(arguments)
            .env_clear()
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty(), "stdout belongs to the handshake");
        let said = String::from_utf8_lossy(&output.stderr);
        let faults: Vec<&str> = said.lines().filter(|line| line.starts_with("  ")).collect();
        assert_eq!(faults.len(), 5, "{said}");
        assert!(
            said.contains("\n  resource faulty_Page, attribute text: mark it as required"),
            "{said}"
        );
    }
}

#[test]
fn it_says_where_it_listens_and_cleans_up_when_terminated() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let mut provider = provider(&home).spawn().expect("it runs");
    let socket = handshake(&mut provider);
    assert!(socket.starts_with(home.path()) && socket.exists());
    signal("INT", provider.id());
    std::thread::sleep(Duration::from_millis(300));
    assert!(
        provider.try_wait().expect("it was started").is_none(),
        "Ctrl-C is Terraform's business"
    );
    signal("TERM", provider.id());
    let status = provider.wait().expect("it was started");
    assert!(status.success(), "{status}");
    assert!(!socket.exists(), "the socket is gone");
    let mut rest = String::new();
    provider
        .stdout
        .take()
        .expect("it is piped")
        .read_to_string(&mut rest)
        .expect("it is text");
    assert_eq!(rest, "", "nothing but one line on stdout");
}

#[test]
fn whatever_a_host_offers_it_says_that_it_speaks_6() {
    // The host compares, and says which Terraform would be needed.
    for offered in ["4,5", "6,7", "", "nonsense"] {
        let home = tempfile::tempdir().expect("a temporary directory");
        let mut provider = provider(&home)
            .env("PLUGIN_PROTOCOL_VERSIONS", offered)
            .spawn()
            .expect("it runs");
        handshake(&mut provider);
        signal("TERM", provider.id());
        assert!(provider.wait().expect("it was started").success());
    }
}

#[test]
fn it_removes_the_socket_of_a_provider_that_was_killed() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let mut killed = provider(&home).spawn().expect("it runs");
    let left = handshake(&mut killed);
    signal("KILL", killed.id());
    killed.wait().expect("it was started");
    assert!(left.exists());
    // A younger one could be about to listen.
    let aged = Command::new("touch")
        .args(["-t", "202001010000"])
        .arg(&left)
        .status();
    assert!(aged.expect("touch is everywhere").success());

    let mut next = provider(&home).spawn().expect("it runs");
    let socket = handshake(&mut next);
    let begun = Instant::now();
    while left.exists() {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "it is still there"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(socket.exists(), "the one in use stays");
    signal("TERM", next.id());
    assert!(next.wait().expect("it was started").success());
}

#[test]
fn it_ends_when_the_process_that_started_it_is_gone() {
    let home = tempfile::tempdir().expect("a temporary directory");
    // The shell stands in for Terraform. Reading from its pipe keeps it alive until it is killed.
    let mut shell = Command::new("sh");
    shell
        .arg("-c")
        .arg("\"$0\" & read -r _")
        .arg(example_binary("kv"));
    let mut parent = environment(&mut shell, &home)
        .stdin(Stdio::piped())
        .spawn()
        .expect("there is a shell");
    let socket = handshake(&mut parent);
    signal("KILL", parent.id());
    parent.wait().expect("it was started");
    let begun = Instant::now();
    while socket.exists() {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "the orphan is still there"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn provider(home: &tempfile::TempDir) -> Command {
    let mut command = Command::new(example_binary("kv"));
    environment(&mut command, home);
    command
}

fn environment<'a>(command: &'a mut Command, home: &tempfile::TempDir) -> &'a mut Command {
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("TF_PLUGIN_MAGIC_COOKIE", COOKIE)
        .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
        .env("PLUGIN_UNIX_SOCKET_DIR", home.path())
        .stdout(Stdio::piped())
}

/// Reads the handshake line and returns the socket's path.
fn handshake(provider: &mut Child) -> PathBuf {
    let mut line = String::new();
    let stdout = provider.stdout.as_mut().expect("it is piped");
    // One byte at a time would be exact; a line is all there is.
    BufReader::with_capacity(1024, stdout)
        .read_line(&mut line)
        .expect("it is text");
    let fields: Vec<_> = line.trim_end().split('|').collect();
    assert_eq!(fields.len(), 6, "{line}");
    assert_eq!(
        (fields[0], fields[1], fields[2], fields[4], fields[5]),
        ("1", "6", "unix", "grpc", ""),
        "{line}"
    );
    fields[3].into()
}

fn signal(name: &str, process: u32) {
    let sent = Command::new("kill")
        .args([format!("-{name}"), process.to_string()])
        .status();
    assert!(sent.expect("kill is everywhere").success());
}
