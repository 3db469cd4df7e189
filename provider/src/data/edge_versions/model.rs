//! The attributes of `netacea_edge_versions`.

use std::collections::BTreeSet;

use tfplugin::{Attr, Model, Object};

use crate::aws::identifiers::integration_name;
use crate::aws::slot::Slot;
use crate::aws::version::Version;

/// What is asked for, and what is found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct EdgeVersionsModel {
    pub(crate) function_name: Attr<String>,
    pub(crate) versions: Attr<Vec<VersionModel>>,
}

/// One published version.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct VersionModel {
    pub(crate) version: Attr<Version>,
    pub(crate) published_at: Attr<String>,
    pub(crate) code_sha256: Attr<String>,
    pub(crate) size_bytes: Attr<i64>,
    pub(crate) settings_sha256: Attr<String>,
    pub(crate) mitigation_type: Attr<String>,
    pub(crate) mitigation_percent: Attr<i64>,
    pub(crate) places: Attr<Vec<PlaceModel>>,
}

/// Where a version stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PlaceModel {
    pub(crate) distribution_id: Attr<String>,
    pub(crate) slots: Attr<BTreeSet<Slot>>,
}

impl Model for EdgeVersionsModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("function_name", |m| &mut m.function_name)
            .required()
            .check(integration_name)
            .describe("`name` of the integration, like `netacea-shop`.");
        object
            .nested_list("versions", |m| &mut m.versions)
            .computed()
            .describe("The published versions, the newest first.");
    }
}

impl Model for VersionModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("version", |m| &mut m.version)
            .computed()
            .describe("Number of the version, as in `pinned_version`.");
        object
            .attribute("published_at", |m| &mut m.published_at)
            .computed()
            .describe("When it was published, in RFC 3339 format.");
        object
            .attribute("code_sha256", |m| &mut m.code_sha256)
            .computed()
            .describe("SHA-256 of its package in base64, as Lambda reports it.");
        object
            .attribute("size_bytes", |m| &mut m.size_bytes)
            .computed()
            .describe("Size of its package in bytes.");
        object
            .attribute("settings_sha256", |m| &mut m.settings_sha256)
            .computed()
            .describe(
                "SHA-256 of its settings, in hexadecimal, to compare with `settings_sha256` of the \
                 integration: versions with the same hash have the same settings, but may differ \
                 in code, secrets or the function's configuration, like `memory_size`. Null if the \
                 package contains no Netacea configuration that this provider can read.",
            );
        object
            .attribute("mitigation_type", |m| &mut m.mitigation_type)
            .computed()
            .describe("`mitigation_type` of its settings. Null if `settings_sha256` is null.");
        object
            .attribute("mitigation_percent", |m| &mut m.mitigation_percent)
            .computed()
            .describe("`mitigation_percent` of its settings. Null if `settings_sha256` is null.");
        object
            .nested_list("places", |m| &mut m.places)
            .computed()
            .describe("Where it is attached; empty if no distribution uses it.");
    }
}

impl Model for PlaceModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("distribution_id", |m| &mut m.distribution_id)
            .computed()
            .describe("Id of the distribution.");
        object
            .attribute("slots", |m| &mut m.slots)
            .computed()
            .describe("The slots there, as `\"/checkout/* viewer-request\"`.");
    }
}
