//! Many visitors at once: at a fixed rate, or as fast as they are answered.
//!
//! Every visit goes through the edge location, so through the distribution's own configuration, the
//! published zip in Node and CloudFront's rules. As in Lambda, an instance has one event at a time,
//! and there are as many instances as visits at once. The time of a visit is measured in the
//! instance, around the handler, without the harness.

mod latencies;
mod visit;
mod visitor_load;

pub use latencies::Latencies;
pub use visit::{Visit, Who};
pub use visitor_load::{Pace, VisitorLoad};
