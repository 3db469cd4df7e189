//! `settings.ingest.kinesis`: the stream for log entries, without its credentials.

use netacea_edge::settings as edge;
use tfplugin::{Attr, Model, Object};

use super::reading::{Reading, natural};

/// The attribute `settings.ingest.kinesis`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct KinesisModel {
    pub(crate) stream_name: Attr<String>,
    pub(crate) region: Attr<String>,
    pub(crate) batch_size: Attr<i64>,
    pub(crate) max_age_seconds: Attr<i64>,
    pub(crate) ramp_up: Attr<bool>,
}

impl KinesisModel {
    pub(super) fn read(&self, reading: &mut Reading) -> edge::Kinesis {
        let Self {
            stream_name,
            region,
            batch_size,
            max_age_seconds,
            ramp_up,
        } = self;
        let defaults = edge::Kinesis::default();
        edge::Kinesis {
            stream_name: reading.value("stream_name", stream_name, defaults.stream_name),
            region: reading.value("region", region, defaults.region),
            batch_size: reading.number("batch_size", batch_size, defaults.batch_size),
            max_age_seconds: reading.number(
                "max_age_seconds",
                max_age_seconds,
                defaults.max_age_seconds,
            ),
            ramp_up: reading.value("ramp_up", ramp_up, defaults.ramp_up),
        }
    }

    pub(super) fn of(kinesis: &edge::Kinesis) -> KinesisModel {
        let edge::Kinesis {
            stream_name,
            region,
            batch_size,
            max_age_seconds,
            ramp_up,
        } = kinesis;
        KinesisModel {
            stream_name: stream_name.as_str().into(),
            region: region.as_str().into(),
            batch_size: i64::from(*batch_size).into(),
            max_age_seconds: i64::from(*max_age_seconds).into(),
            ramp_up: (*ramp_up).into(),
        }
    }
}

impl Model for KinesisModel {
    fn declare(object: &mut Object<Self>) {
        let defaults = edge::Kinesis::default();
        object
            .attribute("stream_name", |m| &mut m.stream_name)
            .required()
            .describe("Name of the stream, from Netacea.");
        object
            .attribute("region", |m| &mut m.region)
            .default(defaults.region)
            .describe("Region of the stream. Default `eu-west-1`.");
        object
            .attribute("batch_size", |m| &mut m.batch_size)
            .default(i64::from(defaults.batch_size))
            .check(natural)
            .describe("Log entries in one record, 1 to 500. Default 20.");
        object
            .attribute("max_age_seconds", |m| &mut m.max_age_seconds)
            .default(i64::from(defaults.max_age_seconds))
            .check(natural)
            .describe(
                "Seconds after which a partly filled record is sent, 1 to 10. Default 10. An \
                 instance that Lambda has frozen sends it at its next event.",
            );
        object
            .attribute("ramp_up", |m| &mut m.ramp_up)
            .default(defaults.ramp_up)
            .describe(
                "Start with records of one entry, and double their size after each success. \
                 Default `true`.",
            );
    }
}
