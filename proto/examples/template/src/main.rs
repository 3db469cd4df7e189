//! A Terraform provider for notes in a directory.

mod note;
mod note_lookup;
mod notes;
mod provider;

use std::process::ExitCode;

use tfplugin::ServeOptions;

#[tokio::main]
async fn main() -> ExitCode {
    let options = ServeOptions::new(
        "registry.terraform.io/example/acme",
        env!("CARGO_PKG_VERSION"),
    )
    .debug(std::env::args().any(|argument| argument == "-debug"));
    match tfplugin::serve(provider::Acme, options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
