//! The object `block`: what a blocked visitor sees.

use super::document::Document;
use super::reader::ConfigurationFile;
use super::validate::Rules;

/// Longest body in bytes. CloudFront takes 40 KB of an answer at viewer-request; the rest is for
/// headers and cookies.
const BODY_LIMIT: usize = 32_768;

/// The answer to a visitor who is blocked. JSON key `block`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// HTTP status, 400 to 499 or 503. JSON key `block.status`.
    pub status: u32,
    /// Text of the body; `None` = the name of the status. JSON key `block.body`.
    pub body: Option<String>,
    /// `Content-Type` of the body; `None` = plain text in UTF-8. JSON key `block.contentType`.
    pub content_type: Option<String>,
}

impl Default for Block {
    fn default() -> Self {
        Self {
            status: 403,
            body: None,
            content_type: None,
        }
    }
}

impl Block {
    pub(super) fn read(file: &mut ConfigurationFile) -> Self {
        let defaults = Self::default();
        file.section("block", |file| Self {
            status: file.integer("status", defaults.status),
            body: file.optional_string("body"),
            content_type: file.optional_string("contentType"),
        })
    }

    pub(super) fn write<'a>(&'a self, document: &mut Document<'a>) {
        let Self {
            status,
            body,
            content_type,
        } = self;
        document.section("block", |document| {
            document.put("status", *status);
            document.put("body", body);
            document.put("contentType", content_type);
        });
    }

    pub(super) fn check(&self, rules: &mut Rules) {
        let Self {
            status,
            body,
            content_type,
        } = self;
        let is_refusal = matches!(status, 400..=499 | 503);
        let message = "must be 400 to 499, or 503: no other status tells a browser that the request is \
             refused";
        rules.require(is_refusal, "settings.block.status", message);
        let message = "must have 1 to 32768 bytes, because CloudFront limits the size of such a \
                       page";
        let fits = |body: &String| (1..=BODY_LIMIT).contains(&body.len());
        let holds = body.as_ref().is_none_or(fits);
        rules.require(holds, "settings.block.body", message);
        if let Some(content_type) = content_type {
            let field = "settings.block.content_type";
            rules.header_value(content_type, field);
            let message = "must not be empty";
            rules.require(!content_type.is_empty(), field, message);
        }
    }
}
