//! Generates the protocol's message types and services from our two `.proto` files, without a
//! `protoc`.

use std::error::Error;

const FILES: [&str; 2] = ["tfplugin6.proto", "goplugin.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    for file in FILES {
        println!("cargo::rerun-if-changed={file}");
    }
    tonic_prost_build::configure()
        // Calls that this crate does not implement answer `Unimplemented`, which Terraform
        // understands.
        .generate_default_stubs(true)
        // The client side is what the tests speak.
        .build_client(true)
        .compile_fds(protox::compile(FILES, ["."])?)?;
    Ok(())
}
