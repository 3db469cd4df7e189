//! Requests that no Terraform sends: every call gets an answer with an error, and the next one is
//! served as usual.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use prost::encoding::{self, DecodeContext};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::Channel;

use super::*;

/// A call, and the numbers of the fields in its messages.
pub(super) struct Malformed {
    pub(super) rpc: &'static str,
    /// The field of the request that names a type, and a type of the specimen.
    name: Option<(u32, &'static str)>,
    /// The fields of the request with values that the call needs.
    values: &'static [u32],
    /// The field of the response with the errors.
    complaint: u32,
}

const fn about_a_type(rpc: &'static str, values: &'static [u32], complaint: u32) -> Malformed {
    about(TYPE, rpc, values, complaint)
}

const fn about(
    name: &'static str,
    rpc: &'static str,
    values: &'static [u32],
    complaint: u32,
) -> Malformed {
    Malformed {
        rpc,
        name: Some((1, name)),
        values,
        complaint,
    }
}

const fn about_the_provider(
    rpc: &'static str,
    values: &'static [u32],
    complaint: u32,
) -> Malformed {
    Malformed {
        rpc,
        name: None,
        values,
        complaint,
    }
}

/// The specimen's ephemeral resource.
const SESSION: &str = "specimen_session";

/// The specimen's action.
const POKE: &str = "specimen_poke";

pub(super) const CALLS: [Malformed; 28] = [
    about_the_provider("GetMetadata", &[], 0),
    about_the_provider("GetProviderSchema", &[], 0),
    about_the_provider("GetFunctions", &[], 0),
    about_the_provider("GetResourceIdentitySchemas", &[], 0),
    about_the_provider("StopProvider", &[], 0),
    about_the_provider("ValidateProviderConfig", &[1], 2),
    about_the_provider("ConfigureProvider", &[2], 1),
    about_a_type("ValidateResourceConfig", &[2], 1),
    about_a_type("ValidateDataResourceConfig", &[2], 1),
    about(SESSION, "ValidateEphemeralResourceConfig", &[2], 1),
    about_a_type("ValidateListResourceConfig", &[2], 1),
    about(POKE, "ValidateActionConfig", &[2], 1),
    about_a_type("UpgradeResourceState", &[3], 2),
    about_a_type("UpgradeResourceIdentity", &[3], 2),
    about_a_type("ReadResource", &[2], 2),
    about_a_type("PlanResourceChange", &[2, 3, 4], 4),
    about_a_type("ApplyResourceChange", &[2, 3, 4], 3),
    about_a_type("ImportResourceState", &[], 2),
    about_a_type("GenerateResourceConfig", &[2], 2),
    about_a_type("ReadDataSource", &[2], 2),
    about(SESSION, "OpenEphemeralResource", &[2], 1),
    about(SESSION, "RenewEphemeralResource", &[], 1),
    about(SESSION, "CloseEphemeralResource", &[], 1),
    about_a_type("ListResource", &[2], 4),
    about(POKE, "PlanAction", &[2], 1),
    about(POKE, "InvokeAction", &[2], 2),
    Malformed {
        rpc: "MoveResourceState",
        name: Some((5, TYPE)),
        values: &[4],
        complaint: 2,
    },
    about("repeat", "CallFunction", &[2], 2),
];

#[test]
fn every_call_of_the_protocol_is_tried() {
    let definition = include_str!("../../../tfplugin6.proto");
    let defined: BTreeSet<&str> = definition
        .lines()
        .filter_map(|line| line.trim().strip_prefix("rpc ")?.split('(').next())
        .collect();
    assert_eq!(defined, CALLS.iter().map(|call| call.rpc).collect());
}

#[tokio::test]
async fn a_name_that_nothing_has_is_an_error() {
    let channel = configured_channel().await;
    let endless = "x".repeat(1 << 20);
    for call in &CALLS {
        let Some((field, _)) = call.name else {
            continue;
        };
        for name in ["", "specimen_other", "\0", &endless] {
            let mut request = Vec::new();
            encoding::string::encode(field, &name.to_owned(), &mut request);
            let answer = answer(&channel, call, request).await;
            assert!(complains(call, &answer), "{} of {name:.20?}", call.rpc);
        }
    }
    still_serves(channel).await;
}

#[tokio::test]
async fn a_value_that_is_none_is_an_error() {
    let channel = configured_channel().await;
    for call in &CALLS {
        for field in call.values {
            for (what, value) in bad_values() {
                let mut request = Vec::new();
                if let Some((field, name)) = call.name {
                    encoding::string::encode(field, &name.to_owned(), &mut request);
                }
                encoding::bytes::encode(*field, &value, &mut request);
                let answer = answer(&channel, call, request).await;
                assert!(
                    complains(call, &answer),
                    "{}, field {field}: {what}",
                    call.rpc
                );
            }
        }
    }
    still_serves(channel).await;
}

#[tokio::test]
async fn empty_and_arbitrary_messages_are_answered() {
    let channel = configured_channel().await;
    let mut runner = TestRunner::deterministic();
    let bytes = proptest::collection::vec(any::<u8>(), 1..48);
    for call in &CALLS {
        // Whether that means something depends on the call; it has to end.
        let _ = answer(&channel, call, Vec::new()).await;
        for _ in 0..100 {
            let tree = bytes.new_tree(&mut runner).expect("there are bytes");
            let _ = answer(&channel, call, tree.current()).await;
        }
    }
    // An arbitrary message may well have been a configuration.
    let answer = configure(&mut Client::new(channel.clone()), "good").await;
    assert_eq!(summaries(&answer.diagnostics), ["Configured"]);
    still_serves(channel).await;
}

/// What is sent as a `DynamicValue` (field 1 in MessagePack, field 2 in JSON) or as a `RawState`
/// (field 1 in JSON).
fn bad_values() -> Vec<(&'static str, Vec<u8>)> {
    let field = |tag, value: &[u8]| {
        let mut message = Vec::new();
        encoding::bytes::encode(tag, &value.to_vec(), &mut message);
        message
    };
    vec![
        ("no message", vec![0xff; 8]),
        ("a reserved byte", field(1, &[0xc1])),
        ("a value of another type", field(1, &[0xc3])),
        (
            "a claimed length",
            field(1, &[0xdd, 0xff, 0xff, 0xff, 0xff]),
        ),
        ("a cut off text", field(1, &[0xdb, 0, 0, 1, 0, b'x'])),
        ("nested arrays", field(1, &[0x91].repeat(1 << 20))),
        ("nested maps", field(1, &[0x81, 0xa1, b'a'].repeat(1 << 18))),
        ("half an object", field(2, b"{\"mode\":")),
        ("JSON of another type", field(2, b"[true]")),
        ("nested JSON", field(2, "[".repeat(1 << 20).as_bytes())),
    ]
}

async fn configured_channel() -> Channel {
    let channel = channel_to(Specimen::default()).await;
    configure(&mut Client::new(channel.clone()), "good").await;
    channel
}

async fn still_serves(channel: Channel) {
    let answer = read(&mut Client::new(channel), &made("x")).await;
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    assert_eq!(received(answer.new_state), made("x"));
}

/// The messages of the answer, one if it is not a stream.
pub(super) async fn answer(
    channel: &Channel,
    call: &Malformed,
    request: Vec<u8>,
) -> Result<Vec<Vec<u8>>, tonic::Status> {
    let path = format!("/tfplugin6.Provider/{}", call.rpc)
        .parse()
        .expect("it is a path");
    let mut client = tonic::client::Grpc::new(channel.clone());
    let answer = async {
        client.ready().await.expect("the connection stands");
        let answer = client
            .server_streaming(tonic::Request::new(request), path, Raw)
            .await?;
        let (mut answer, mut messages) = (answer.into_inner(), Vec::new());
        while let Some(message) = answer.message().await? {
            messages.push(message);
        }
        Ok(messages)
    };
    tokio::time::timeout(Duration::from_secs(20), answer)
        .await
        .unwrap_or_else(|_| panic!("{} does not end", call.rpc))
}

fn complains(call: &Malformed, answer: &Result<Vec<Vec<u8>>, tonic::Status>) -> bool {
    match answer {
        Ok(messages) => messages.iter().any(|message| match call.rpc {
            // The end of an action is a message of its own, and always there.
            "InvokeAction" => {
                use prost::Message as _;
                use wire::invoke_action::event::Type;
                let event = wire::invoke_action::Event::decode(message.as_slice());
                matches!(event.map(|event| event.r#type), Ok(Some(Type::Completed(end))) if !end.diagnostics.is_empty())
            }
            _ => fields(message).contains(&call.complaint),
        }),
        // A status of the transport would mean that the server fell over.
        Err(status) => !matches!(
            status.code(),
            tonic::Code::Unavailable | tonic::Code::Unknown | tonic::Code::Cancelled
        ),
    }
}

/// Which fields a message has.
fn fields(mut message: &[u8]) -> BTreeSet<u32> {
    let mut fields = BTreeSet::new();
    while !message.is_empty() {
        let (tag, kind) = encoding::decode_key(&mut message).expect("the server encodes properly");
        encoding::skip_field(kind, tag, &mut message, DecodeContext::default())
            .expect("the server encodes properly");
        fields.insert(tag);
    }
    fields
}

/// Messages as they are on the wire.
#[derive(Clone, Copy)]
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = tonic::Status;

    fn encode(&mut self, message: Vec<u8>, out: &mut EncodeBuf<'_>) -> Result<(), tonic::Status> {
        prost::bytes::BufMut::put_slice(out, &message);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Vec<u8>;
    type Error = tonic::Status;

    fn decode(&mut self, bytes: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, tonic::Status> {
        let mut message = vec![0; prost::bytes::Buf::remaining(bytes)];
        prost::bytes::Buf::copy_to_slice(bytes, &mut message);
        Ok(Some(message))
    }
}
