//! `settings.block`: what a blocked visitor sees.

use netacea_edge::settings as edge;
use tfplugin::{Attr, Model, Object};

use super::reading::{Reading, natural};

/// The attribute `settings.block`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct BlockModel {
    pub(crate) status: Attr<i64>,
    pub(crate) body: Attr<String>,
    pub(crate) content_type: Attr<String>,
}

impl BlockModel {
    pub(super) fn read(&self, reading: &mut Reading) -> edge::Block {
        let Self {
            status,
            body,
            content_type,
        } = self;
        let defaults = edge::Block::default();
        edge::Block {
            status: reading.number("status", status, defaults.status),
            body: reading.optional("body", body),
            content_type: reading.optional("content_type", content_type),
        }
    }

    pub(super) fn of(block: &edge::Block) -> BlockModel {
        let edge::Block {
            status,
            body,
            content_type,
        } = block;
        BlockModel {
            status: i64::from(*status).into(),
            body: body.clone().into(),
            content_type: content_type.clone().into(),
        }
    }
}

impl Model for BlockModel {
    fn declare(object: &mut Object<Self>) {
        let defaults = edge::Block::default();
        object
            .attribute("status", |m| &mut m.status)
            .default(i64::from(defaults.status))
            .check(natural)
            .describe(
                "HTTP status, 400 to 499 or 503. Default 403. Use another one, like 410, if the \
                 distribution replaces 403 with its own page (custom error responses).",
            );
        object
            .attribute("body", |m| &mut m.body)
            .optional()
            .describe(
                "Content of the page, at most 32768 bytes. Default: the name of the status, like \
                 `Forbidden`.",
            );
        object
            .attribute("content_type", |m| &mut m.content_type)
            .optional()
            .describe(
                "`Content-Type` of `body`, like `text/html; charset=UTF-8`. Default: plain text \
                 in UTF-8.",
            );
    }
}
