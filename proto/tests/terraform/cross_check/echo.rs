//! [`Echo`]: a provider that says what its cases say, and notes what Terraform says back.

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use tfplugin::value::{Type, Value, msgpack};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use super::case::Case;
use wire::provider_server::{Provider, ProviderServer};

mod wire {
    //! The protocol's messages, as the crate has them.
    #![allow(dead_code, unreachable_pub, clippy::all, reason = "generated")]
    tonic::include_proto!("tfplugin6");
}

/// The server; it ends when this is dropped.
pub(crate) struct Echo {
    attach: String,
    heard: Arc<Mutex<Vec<String>>>,
    shutdown: CancellationToken,
    serving: Option<JoinHandle<()>>,
}

struct Spoken {
    of: Type,
    planned: Value,
    made: Value,
}

struct Server {
    spoken: Vec<Spoken>,
    /// What came back changed.
    heard: Arc<Mutex<Vec<String>>>,
}

impl Echo {
    pub(crate) fn serve(cases: &[Case]) -> Self {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let server = Server {
            spoken: cases
                .iter()
                .map(|case| Spoken {
                    of: case.of.clone(),
                    planned: case.planned.clone(),
                    made: case.made.clone(),
                })
                .collect(),
            heard: Arc::clone(&heard),
        };
        let shutdown = CancellationToken::new();
        let ended = shutdown.clone();
        let (announce, announced) = std::sync::mpsc::channel();
        let serving = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            runtime.block_on(async move {
                let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
                announce
                    .send(listener.local_addr().expect("it is bound"))
                    .expect("somebody waits for it");
                tonic::transport::Server::builder()
                    .add_service(ProviderServer::new(server))
                    .serve_with_incoming_shutdown(
                        TcpListenerStream::new(listener),
                        ended.cancelled_owned(),
                    )
                    .await
                    .expect("it serves");
            });
        });
        let address = announced.recv().expect("it listens");
        let attach = serde_json::json!({
            "registry.terraform.io/example/echo": {
                "Protocol": "grpc",
                "ProtocolVersion": 6,
                "Pid": std::process::id(),
                "Test": true,
                "Addr": { "Network": "tcp", "String": address.to_string() },
            }
        });
        Self {
            attach: attach.to_string(),
            heard,
            shutdown,
            serving: Some(serving),
        }
    }

    /// The value of `TF_REATTACH_PROVIDERS`.
    pub(crate) fn attach(&self) -> &str {
        &self.attach
    }

    /// Fails with what came back changed.
    pub(crate) fn heard_what_it_said(&self) {
        let heard = self.heard.lock().expect("no panic while it is locked");
        assert!(heard.is_empty(), "{}", heard.join("\n"));
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.shutdown.cancel();
        if let Some(serving) = self.serving.take() {
            // A panic there has been printed.
            let _ = serving.join();
        }
    }
}

impl Server {
    fn spoken(&self, type_name: &str) -> Result<&Spoken, Status> {
        let index = type_name.strip_prefix("echo_case");
        index
            .and_then(|index| self.spoken.get(index.parse::<usize>().ok()?))
            .ok_or_else(|| Status::not_found(type_name))
    }

    /// Notes it if Terraform sends something else than it was told.
    fn expect(&self, what: &str, sent: Option<&wire::DynamicValue>, of: &Type, expected: &Value) {
        let bytes = sent.map(|sent| sent.msgpack.as_slice()).unwrap_or_default();
        let decoded = msgpack::decode(bytes, of);
        if decoded.as_ref() != Ok(expected) {
            let heard = format!("{what}: {decoded:?} instead of {expected:?}");
            self.heard
                .lock()
                .expect("no panic while it is locked")
                .push(heard);
        }
    }
}

fn value(value: &Value, of: &Type) -> Option<wire::DynamicValue> {
    Some(wire::DynamicValue {
        msgpack: msgpack::encode(value, of).expect("it is of its type"),
        json: Vec::new(),
    })
}

fn schema(of: &Type) -> wire::Schema {
    let Type::Object(attributes) = of else {
        unreachable!("the type of a case is an object");
    };
    let attributes = attributes
        .iter()
        .map(|(name, of)| wire::schema::Attribute {
            name: name.clone(),
            r#type: of.to_json(),
            computed: true,
            ..Default::default()
        })
        .collect();
    wire::Schema {
        version: 0,
        block: Some(wire::schema::Block {
            attributes,
            ..Default::default()
        }),
    }
}

fn is_null(value: Option<&wire::DynamicValue>) -> bool {
    value.is_none_or(|value| value.msgpack == [0xc0])
}

#[tonic::async_trait]
impl Provider for Server {
    async fn get_provider_schema(
        &self,
        _: Request<wire::get_provider_schema::Request>,
    ) -> Result<Response<wire::get_provider_schema::Response>, Status> {
        let schemas = self.spoken.iter().enumerate();
        Ok(Response::new(wire::get_provider_schema::Response {
            provider: Some(schema(&Type::Object(Default::default()))),
            resource_schemas: schemas
                .map(|(index, spoken)| (format!("echo_case{index}"), schema(&spoken.of)))
                .collect(),
            ..Default::default()
        }))
    }

    async fn validate_provider_config(
        &self,
        _: Request<wire::validate_provider_config::Request>,
    ) -> Result<Response<wire::validate_provider_config::Response>, Status> {
        Ok(Response::new(Default::default()))
    }

    async fn configure_provider(
        &self,
        _: Request<wire::configure_provider::Request>,
    ) -> Result<Response<wire::configure_provider::Response>, Status> {
        Ok(Response::new(Default::default()))
    }

    async fn validate_resource_config(
        &self,
        _: Request<wire::validate_resource_config::Request>,
    ) -> Result<Response<wire::validate_resource_config::Response>, Status> {
        Ok(Response::new(Default::default()))
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<wire::upgrade_resource_state::Request>,
    ) -> Result<Response<wire::upgrade_resource_state::Response>, Status> {
        let request = request.into_inner();
        let spoken = self.spoken(&request.type_name)?;
        let json = request.raw_state.unwrap_or_default().json;
        let state = tfplugin::value::json::decode(&json, &spoken.of);
        let state = state.map_err(|error| Status::invalid_argument(error.to_string()))?;
        Ok(Response::new(wire::upgrade_resource_state::Response {
            upgraded_state: value(&state, &spoken.of),
            ..Default::default()
        }))
    }

    async fn read_resource(
        &self,
        request: Request<wire::read_resource::Request>,
    ) -> Result<Response<wire::read_resource::Response>, Status> {
        let request = request.into_inner();
        let spoken = self.spoken(&request.type_name)?;
        let state = request.current_state;
        self.expect("state to read", state.as_ref(), &spoken.of, &spoken.made);
        Ok(Response::new(wire::read_resource::Response {
            new_state: state,
            ..Default::default()
        }))
    }

    async fn plan_resource_change(
        &self,
        request: Request<wire::plan_resource_change::Request>,
    ) -> Result<Response<wire::plan_resource_change::Response>, Status> {
        let request = request.into_inner();
        let spoken = self.spoken(&request.type_name)?;
        let planned = if is_null(request.prior_state.as_ref()) {
            value(&spoken.planned, &spoken.of)
        } else {
            let prior = request.prior_state;
            self.expect("prior state", prior.as_ref(), &spoken.of, &spoken.made);
            request.proposed_new_state
        };
        Ok(Response::new(wire::plan_resource_change::Response {
            planned_state: planned,
            ..Default::default()
        }))
    }

    async fn apply_resource_change(
        &self,
        request: Request<wire::apply_resource_change::Request>,
    ) -> Result<Response<wire::apply_resource_change::Response>, Status> {
        let request = request.into_inner();
        let spoken = self.spoken(&request.type_name)?;
        let planned = request.planned_state.as_ref();
        self.expect("planned state", planned, &spoken.of, &spoken.planned);
        Ok(Response::new(wire::apply_resource_change::Response {
            new_state: value(&spoken.made, &spoken.of),
            ..Default::default()
        }))
    }

    async fn stop_provider(
        &self,
        _: Request<wire::stop_provider::Request>,
    ) -> Result<Response<wire::stop_provider::Response>, Status> {
        Ok(Response::new(Default::default()))
    }
}
