//! Lambda works on a function in the background: waits for it, and repeats calls that it refuses
//! while it is busy.

use std::time::Duration;

use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::types::{LastUpdateStatus, State};

use super::functions::Functions;
use crate::aws::error::Error;
use crate::aws::retry::{Backoff, Deadline};
use crate::aws::version::Version;

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// A fresh role is unknown to Lambda for some seconds; one that is still refused after this has the
/// wrong trust policy.
const ROLE_PROPAGATION: Duration = Duration::from_secs(120);
/// A function or version that was just made may not be found at once.
const APPEARANCE: Duration = Duration::from_secs(10);

/// Repeats a call while Lambda is busy with the function (until the deadline) or does not know a
/// new role yet.
pub(super) async fn until_accepted<T, F: Future<Output = Result<T, Error>>>(
    doing: &str,
    deadline: &Deadline,
    attempt: impl Fn() -> F,
) -> Result<T, Error> {
    let role = deadline.within(ROLE_PROPAGATION);
    let mut backoff = Backoff::new(FIRST_PAUSE * 2, LONGEST_PAUSE);
    loop {
        let error = match deadline.run(doing, attempt()).await? {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        let patience = if is_busy(&error) {
            deadline
        } else if is_unknown_role(&error) {
            &role
        } else {
            return Err(error);
        };
        match patience.pause(backoff.next(), doing).await {
            Ok(()) => {}
            // Lambda's own message says more than that the time is over.
            Err(Error::Timeout { .. }) => return Err(error),
            Err(stopped) => return Err(stopped),
        }
    }
}

impl Functions {
    /// Waits until Lambda has finished creating and updating `$LATEST`. Returns the answer that
    /// says so.
    pub(super) async fn until_changeable(
        &self,
        name: &str,
        deadline: &Deadline,
    ) -> Result<GetFunctionConfigurationOutput, Error> {
        self.until(name, None, deadline).await
    }

    /// Waits until a version can be associated.
    pub(super) async fn until_active(
        &self,
        name: &str,
        version: Version,
        deadline: &Deadline,
    ) -> Result<(), Error> {
        self.until(name, Some(version), deadline).await.map(drop)
    }

    async fn until(
        &self,
        name: &str,
        version: Option<Version>,
        deadline: &Deadline,
    ) -> Result<GetFunctionConfigurationOutput, Error> {
        let doing = match version {
            Some(version) => format!(
                "waiting for version {version} of function {name} to become \
                 active"
            ),
            None => format!("waiting for Lambda to finish with function {name}"),
        };
        let appearing = deadline.within(APPEARANCE);
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        loop {
            match deadline
                .run(&doing, self.configuration(name, version))
                .await??
            {
                Some((_, answer)) if is_idle(&answer)? => return Ok(answer),
                Some(_) => deadline.pause(backoff.next(), &doing).await?,
                None => match appearing.pause(backoff.next(), &doing).await {
                    Err(Error::Timeout { .. }) => {
                        return Err(Error::FunctionGone {
                            name: name.to_owned(),
                        });
                    }
                    paused => paused?,
                },
            }
        }
    }
}

/// Lambda answers this while an earlier change is in progress, and when two changes meet.
fn is_busy(error: &Error) -> bool {
    error.says("ResourceConflictException", "in progress")
        || error.says(
            "ResourceConflictException",
            "is currently in the following state: Pending",
        )
        || error.says(
            "ResourceConflictException",
            "The function could not be updated due to a concurrent update",
        )
}

fn is_unknown_role(error: &Error) -> bool {
    error.says(
        "InvalidParameterValueException",
        "cannot be assumed by Lambda",
    ) || error.says(
        "InvalidParameterValueException",
        "does not have permissions",
    )
}

fn is_idle(answer: &GetFunctionConfigurationOutput) -> Result<bool, Error> {
    let failed = |state: &str, reason: Option<&str>| Error::FunctionFailed {
        function: answer.function_arn().unwrap_or_default().to_owned(),
        state: state.to_owned(),
        reason: reason.unwrap_or("no reason given").to_owned(),
    };
    if answer.state() == Some(&State::Failed) {
        return Err(failed("State Failed", answer.state_reason()));
    }
    if answer.last_update_status() == Some(&LastUpdateStatus::Failed)
        && answer.version() != Some("$LATEST")
    {
        return Err(failed(
            "LastUpdateStatus Failed",
            answer.last_update_status_reason(),
        ));
    }
    let pending = answer.state() == Some(&State::Pending);
    let updating = answer.last_update_status() == Some(&LastUpdateStatus::InProgress);
    Ok(!pending && !updating)
}
