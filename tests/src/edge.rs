//! Simulates CloudFront on loopback: which function version runs for which request, with which
//! event, and which answers it may give.
//!
//! It simulates the choice of the cache behavior, the four Lambda@Edge events, which parts of a
//! request reach the origin, the rules on headers, sizes and skipped events (see EDGE-LIMITS.md),
//! origin groups, and slow origins. On demand ([`EdgeLocation::play_surroundings`]) it also
//! simulates allowed methods, the default root object, custom error responses and the cache;
//! without that every request is a miss. It does not simulate CloudFront Functions, signed URLs,
//! and redirects from HTTP to HTTPS.

mod behavior;
mod cache;
mod clock;
mod configuration;
mod edge_error;
mod error_response;
mod event;
mod forwarding;
mod front;
mod function;
mod headers;
mod instance;
mod loaded;
mod location;
mod logs;
mod origin_request;
mod origin_server;
mod outgoing_call;
mod passage;
mod path_pattern;
mod record;
mod restrictions;
mod source;
mod step;
mod viewer;
mod visitor;
mod vitals;

pub use behavior::{Association, Behavior};
pub use cache::Caching;
pub use configuration::{ConfiguredOrigin, DistributionConfiguration};
pub use error_response::ErrorResponse;
pub use event::{EventType, RequestRecord, ResponseRecord};
pub use forwarding::Forwarding;
pub use front::Front;
pub use function::{Function, Instances, Invocation};
pub use headers::{Header, Headers};
pub use location::EdgeLocation;
pub use origin_server::{OriginServer, WebServer};
pub use outgoing_call::OutgoingCall;
pub use restrictions::Violation;
pub use source::{Account, Source};
pub use step::{Step, StepKind};
pub use viewer::{ViewerRequest, ViewerResponse};
pub use visitor::Visitor;
pub use vitals::Vitals;
