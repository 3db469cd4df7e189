//! The JavaScript that runs the wasm in Lambda@Edge, as it goes into the zip.

/// Entry name and content of each file, in the order of their names. The handler is
/// `index.handler`.
pub const FILES: &[(&str, &[u8])] = &[
    ("core.mjs", include_bytes!("../host/core.mjs")),
    ("event.mjs", include_bytes!("../host/event.mjs")),
    ("frame.mjs", include_bytes!("../host/frame.mjs")),
    ("https.mjs", include_bytes!("../host/https.mjs")),
    ("index.mjs", include_bytes!("../host/index.mjs")),
    ("wire.mjs", include_bytes!("../host/wire.mjs")),
];
