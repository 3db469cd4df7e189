//! A provider for a key-value store in a directory: small enough to read, and complete enough that
//! the tests drive real Terraform with it.

mod cabinet;
mod copy_action;
mod entry;
mod entry_data;
mod entry_history;
mod entry_identity;
mod entry_list;
mod key_function;
mod lease;
mod note;
mod pair_function;
mod provider;
mod store;

use tfplugin::ServeOptions;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let options = ServeOptions::new(
        "registry.terraform.io/example/kv",
        env!("CARGO_PKG_VERSION"),
    )
    .debug(std::env::args().any(|argument| argument == "-debug"));
    match tfplugin::serve(provider::Kv, options).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}
