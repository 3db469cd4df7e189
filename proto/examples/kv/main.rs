//! A provider for a key-value store in a directory: small enough to read, and complete enough that
//! the tests drive real Terraform with it.

mod cabinet;
mod copy_action;
mod entry;
mod entry_data;
mod entry_history;
mod entry_list;
mod key_function;
mod lease;
mod note;
mod pair_function;
mod provider;
mod store;

fn main() -> std::process::ExitCode {
    let address = "registry.terraform.io/example/kv";
    tfplugin::serve_from_args(provider::Kv, address, env!("CARGO_PKG_VERSION"))
}
