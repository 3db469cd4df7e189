//! The AWS rooms against a real emulator: ministack, which each test starts for itself on a free
//! loopback port and stops again. A proxy in front of it makes the faults that it lacks.

mod account;
mod adoption_tests;
mod distribution_tests;
mod error_tests;
mod fault_tests;
mod function_tests;
mod lookup_tests;
mod reason_tests;
mod settings_tests;

use std::sync::LazyLock;
use std::time::Duration;

use netacea_edge::settings::Configuration;
use tokio_util::sync::CancellationToken;

use super::arn::FunctionArn;
use super::distribution::Mandate;
use super::lambda::{Function, FunctionConfiguration};
use super::log_format::LogFormat;
use super::ownership::{Claim, Claimant, Lifecycle, Ownership};
use super::retry::Deadline;
use super::runtime::Runtime;
use super::session::AwsSession;
use super::slot::{Association, Slot};
use super::splice::{Change, Handover, Originals, Wish};
use super::tags::Tags;
use super::version::Version;
use crate::bundle::Package;

const STRANGER: &str = "arn:aws:lambda:us-east-1:000000000000:function:stranger:3";

/// Everything here is made by one resource.
static CLAIM: LazyLock<Claim> = LazyLock::new(Claim::any);

fn mandate() -> Mandate {
    Mandate::of(Claimant::new(CLAIM.clone()))
}

fn deadline() -> Deadline {
    Deadline::after(Duration::from_secs(60), CancellationToken::new())
}

fn configuration() -> FunctionConfiguration {
    FunctionConfiguration {
        role_arn: "arn:aws:iam::000000000000:role/edge".to_owned(),
        description: "protects the shop".to_owned(),
        runtime: Runtime::NodeJs(22),
        memory_size: 128,
        timeout: 5,
        log_format: LogFormat::Text,
        log_group: None,
    }
}

fn package(api_key: &str) -> Package {
    let mut configuration = Configuration::default();
    configuration.secrets.api_key = Some(api_key.to_owned());
    Package::new(&configuration).unwrap()
}

/// A function of this name, for tests to which its other attributes do not matter.
async fn create(session: &AwsSession, name: &str) -> Function {
    session
        .functions()
        .create(
            name,
            &configuration(),
            &package("one"),
            &Tags::new(),
            &CLAIM,
            &deadline(),
        )
        .await
        .unwrap()
}

fn version(number: u64) -> Version {
    number.to_string().parse().unwrap()
}

/// Whether the tags mark a function that the provider is still creating.
fn is_begun(tags: &Tags) -> bool {
    matches!(Ownership::of(tags), Ownership::Ours(Lifecycle::Creating(_)))
}

/// A version of our function that may not exist: the emulator does not check what is associated.
fn ours() -> FunctionArn {
    "arn:aws:lambda:us-east-1:000000000000:function:netacea-shop"
        .parse()
        .unwrap()
}

fn stranger() -> Association {
    Association {
        lambda_arn: STRANGER.to_owned(),
        include_body: false,
    }
}

fn hold(slots: &[Slot], number: u64, adopt_existing: bool) -> Change {
    let association = Association {
        lambda_arn: ours().qualified(version(number)).to_string(),
        include_body: false,
    };
    take(ours(), &association, slots, adopt_existing)
}

fn take(
    function: FunctionArn,
    association: &Association,
    slots: &[Slot],
    adopt_existing: bool,
) -> Change {
    let wish = |slot: &Slot| {
        (
            slot.clone(),
            Wish::Hold {
                association: association.clone(),
                adopt_existing,
            },
        )
    };
    Change {
        function,
        predecessor: None,
        foreseen: None,
        staging: Some(false),
        handover: Handover::default(),
        slots: slots.iter().map(wish).collect(),
        originals: Originals::default(),
    }
}
