//! The protocol's messages, generated from `tfplugin6.proto`.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::all,
    reason = "generated"
)]

tonic::include_proto!("tfplugin6");
