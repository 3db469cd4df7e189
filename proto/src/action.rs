//! [`Action`]: the trait an action implements, and [`Progress`], what it tells while it works.

use std::future::Future;

use tokio::sync::mpsc;

use crate::call::Call;
use crate::collected::Collected;
use crate::diagnostics::{Diagnostics, Result};
use crate::schema::{Model, Schema};

/// Something to do that does not change a resource: an invalidation, a restart (Terraform 1.14 and
/// later). It leaves nothing in the state.
pub trait Action: Send + Sync + 'static {
    /// The block `config` inside the action block.
    type Model: Model;
    /// The provider's client.
    type Client: Send + Sync + 'static;
    /// The type name without the provider's prefix.
    const TYPE: &'static str;

    /// The schema of the block `config`; by default its model's, without a description.
    fn schema(&self) -> Schema<Self::Model> {
        Schema::of::<Self::Model>()
    }

    /// Looks at the configuration as a whole. Values may be unknown. No network.
    ///
    /// Terraform asks once, when not even the variables are known. The crate asks again before
    /// [`plan`](Self::plan) and before [`invoke`](Self::invoke), and returns the errors.
    fn validate(&self, config: &Self::Model, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Called when the action is planned: checks whether it could be done. Values may be unknown.
    ///
    /// # Errors
    /// There is no plan.
    fn plan(
        &self,
        call: &mut Call<Self::Client>,
        config: Self::Model,
    ) -> impl Future<Output = Result<()>> + Send {
        let _ = (call, config);
        async { Ok(()) }
    }

    /// Does the work, and reports progress.
    ///
    /// # Errors
    /// It was not done, or not completely. Terraform does not continue with what comes after it.
    fn invoke(
        &self,
        call: &mut Call<Self::Client>,
        config: Self::Model,
        progress: &Progress,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// Sends messages to the person who waits.
#[derive(Debug)]
pub struct Progress(Way);

#[derive(Debug)]
enum Way {
    Terraform(mpsc::Sender<String>),
    Test(Collected<String>),
}

impl Progress {
    pub(crate) fn new(messages: mpsc::Sender<String>) -> Self {
        Self(Way::Terraform(messages))
    }

    /// For tests of an action: collects the messages that are reported.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use tfplugin::Progress;
    /// let (progress, messages) = Progress::collecting();
    /// // Here a test calls `invoke` of its action with `&progress`.
    /// progress.report("half done").await;
    /// assert_eq!(messages.take(), ["half done"]);
    /// # }
    /// ```
    pub fn collecting() -> (Self, Collected<String>) {
        let messages = Collected::default();
        (Self(Way::Test(messages.clone())), messages)
    }

    /// Shows a message. It makes no difference to the action whether anybody still listens.
    pub async fn report(&self, message: impl Into<String>) {
        match &self.0 {
            Way::Terraform(messages) => {
                let _ = messages.send(message.into()).await;
            }
            Way::Test(messages) => messages.add(message.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specimen::{Poke, Pokes, Specimen};

    #[tokio::test]
    async fn a_test_collects_what_an_action_reports() {
        let mut call = Call::new(Specimen::default());
        let (progress, messages) = Progress::collecting();
        let invoked = Poke.invoke(&mut call, Pokes::of(2), &progress);
        invoked.await.expect("nothing fails");
        assert_eq!(messages.take(), ["poke 0", "poke 1"]);
    }
}
