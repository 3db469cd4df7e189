//! A create renews a lease in the function's tags while it is at work, so that another create that
//! finds the function can tell it from one that was killed.

use tfplugin::Result;
use tokio_util::sync::CancellationToken;

use crate::aws::arn::FunctionArn;
use crate::aws::ownership::{Claim, Lease, Lifecycle, owner};
use crate::aws::retry::Deadline;
use crate::client::Client;

/// Does `work` on the function of a create, and renews the create's lease meanwhile. A renewal that
/// has begun is finished before this returns, so that it does not overtake the next call.
pub(super) async fn while_leased<T>(
    client: &Client,
    function: &FunctionArn,
    claim: &Claim,
    deadline: &Deadline,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let done = CancellationToken::new();
    let working = async {
        let worked = work.await;
        done.cancel();
        worked
    };
    let renewing = async {
        while done
            .run_until_cancelled(tokio::time::sleep(Lease::RENEWAL))
            .await
            .is_some()
        {
            renew(client, function, claim, deadline).await;
        }
    };
    let (worked, ()) = tokio::join!(working, renewing);
    worked
}

/// A lease that cannot be renewed may run out, and another create may then continue this one, which
/// must not take the function back.
async fn renew(client: &Client, function: &FunctionArn, claim: &Claim, deadline: &Deadline) {
    let functions = client.session().functions();
    if is_taken_over(client, function, claim).await {
        return;
    }
    let creating = Lifecycle::Creating(Lease::at(functions.now()));
    let renewed = functions
        .set_lifecycle(function, creating, [claim.owner_tag()], deadline)
        .await;
    if let Err(error) = renewed {
        tracing::warn!(
            function = %function,
            because = %error,
            "cannot renew the lease of a create"
        );
    }
}

/// Ends the lease of a create that has failed and was not taken over: the next one need not wait.
pub(super) async fn end(client: &Client, function: &FunctionArn, deadline: &Deadline) {
    let functions = client.session().functions();
    let over = Lifecycle::Creating(Lease::over());
    if let Err(error) = functions.set_lifecycle(function, over, [], deadline).await {
        tracing::debug!(
            function = %function,
            because = %error,
            "cannot end the lease of a create; it expires by itself"
        );
    }
}

/// Whether another create has taken the function over: the lease had run out, because this process
/// was suspended or offline. If the tags cannot be read, it has not.
pub(super) async fn is_taken_over(client: &Client, function: &FunctionArn, claim: &Claim) -> bool {
    // What follows is written even if Terraform is stopped.
    let functions = client.session().functions();
    let tags = functions.tags(function, &Deadline::grace()).await;
    let taken = tags.is_ok_and(|tags| owner(&tags).is_some_and(|owner| owner != *claim));
    if taken {
        tracing::warn!(function = %function, "another create has taken the function over");
    }
    taken
}
