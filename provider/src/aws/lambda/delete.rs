//! The end of a function. Replicas at edge locations can delay it for hours after the last
//! association is gone, so a delete has its own time limit and its own result.

use std::time::Duration;

use super::functions::Functions;
use crate::aws::error::Error;
use crate::aws::retry::{Backoff, Deadline};
use crate::aws::version::Version;

const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The result of a delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deletion {
    /// The function does not exist any more.
    Deleted,
    /// Lambda refuses because of replicas at edge locations: a distribution refers to the function,
    /// or did so, and CloudFront removes the replicas within hours. `message` is Lambda's.
    Replicated { message: String },
}

impl Functions {
    /// Deletes the function with all its versions, and asks again for as long as `patience` and the
    /// deadline allow while replicas hold it. Another operation on the function is waited for until
    /// the deadline.
    pub(crate) async fn delete(
        &self,
        name: &str,
        patience: Duration,
        deadline: &Deadline,
    ) -> Result<Deletion, Error> {
        let patient = deadline.within(patience);
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let doing = format!("deleting the function {name}");
        loop {
            let error = match deadline.run(&doing, self.delete_once(name, None)).await? {
                Ok(()) => return Ok(Deletion::Deleted),
                Err(error) => error,
            };
            let busy = error.says("ResourceConflictException", "in progress");
            if !busy && !is_replicated(&error) {
                return Err(error);
            }
            let end = if busy { deadline } else { &patient };
            match end.pause(backoff.next(), &doing).await {
                Ok(()) => {}
                Err(Error::Timeout { .. }) if busy => return Err(error),
                Err(Error::Timeout { .. }) => {
                    let message = error
                        .call()
                        .map(|failure| failure.message.clone())
                        .unwrap_or_default();
                    return Ok(Deletion::Replicated { message });
                }
                Err(stopped) => return Err(stopped),
            }
        }
    }

    /// One DeleteFunction, of a version or of everything; something that does not exist counts as
    /// deleted.
    pub(super) async fn delete_once(
        &self,
        name: &str,
        version: Option<Version>,
    ) -> Result<(), Error> {
        const ACTION: &str = "lambda:DeleteFunction";
        let request = self
            .connection
            .clients()
            .await?
            .lambda
            .delete_function()
            .function_name(name);
        let answer = request
            .set_qualifier(version.map(|version| version.to_string()))
            .send()
            .await;
        let resource =
            version.map_or_else(|| name.to_owned(), |version| format!("{name}:{version}"));
        Error::unless_absent(
            answer,
            |error| error.is_resource_not_found_exception(),
            ACTION,
            &resource,
        )
        .map(drop)
    }
}

pub(super) fn is_replicated(error: &Error) -> bool {
    error.says("InvalidParameterValueException", "replicated function")
}
