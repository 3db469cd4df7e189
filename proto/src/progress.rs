//! [`Progress`]: what an action tells while it works.

use tokio::sync::mpsc;

/// The way of messages to the person who waits.
#[derive(Debug)]
pub struct Progress {
    messages: mpsc::Sender<String>,
}

impl Progress {
    pub(crate) fn new(messages: mpsc::Sender<String>) -> Self {
        Self { messages }
    }

    /// Shows a message. Whether anybody still listens makes no difference to the action.
    pub async fn report(&self, message: impl Into<String>) {
        let _ = self.messages.send(message.into()).await;
    }
}
