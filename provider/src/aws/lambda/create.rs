//! The first call of a function's life, and what a create that was killed has left of it.

use aws_sdk_lambda::types::{Architecture, FunctionCode};

use super::configuration::FunctionConfiguration;
use super::functions::{Functions, HANDLER, upload_override};
use super::read::Function;
use super::wait;
use crate::aws::error::Error;
use crate::aws::ownership::{Claim, Lease, Lifecycle, Ownership, owner};
use crate::aws::retry::Deadline;
use crate::aws::tags::Tags;
use crate::bundle::Package;

impl Functions {
    /// Creates the function without a published version and marks it as being created by `claim`;
    /// `tags` are the user's. Waits until it can be changed.
    ///
    /// # Errors
    /// [`Error::FunctionExists`], unless this create itself made the existing function with a call
    /// whose answer was lost.
    pub(crate) async fn create(
        &self,
        name: &str,
        configuration: &FunctionConfiguration,
        package: &Package,
        tags: &Tags,
        claim: &Claim,
        deadline: &Deadline,
    ) -> Result<Function, Error> {
        const ACTION: &str = "lambda:CreateFunction";
        let clients = self.connection.clients().await?;
        let attempt = || async {
            let mut all_tags = tags.clone();
            // A new role is waited for, so the lease begins with the attempt.
            all_tags.extend(Lifecycle::Creating(Lease::at(self.now())).tags());
            all_tags.extend([claim.owner_tag()]);
            configuration
                .created(clients.lambda.create_function(), name)
                .function_name(name)
                .architectures(Architecture::X8664)
                .handler(HANDLER)
                .code(
                    FunctionCode::builder()
                        .zip_file(package.bytes().to_vec().into())
                        .build(),
                )
                .set_tags(Some(all_tags.into_iter().collect()))
                .publish(false)
                .customize()
                .config_override(upload_override())
                .send()
                .await
                .map_err(|error| Error::of_call(ACTION, name, &error))
        };
        match wait::until_accepted("creating the function", deadline, attempt).await {
            Ok(_) => {}
            // If an answer is lost, the SDK repeats the call, and the repetition finds the function
            // that the first call made.
            Err(error) if error.says("ResourceConflictException", "already exist") => {
                let found = self.read(name, deadline).await?;
                if found.is_none_or(|found| {
                    let is_begun = matches!(
                        Ownership::of(&found.tags),
                        Ownership::Ours(Lifecycle::Creating(_))
                    );
                    !is_begun || owner(&found.tags).as_ref() != Some(claim)
                }) {
                    return Err(Error::FunctionExists {
                        name: name.to_owned(),
                    });
                }
            }
            Err(error) => return Err(error),
        }
        self.until_changeable(name, deadline).await?;
        self.read(name, deadline)
            .await?
            .ok_or_else(|| Error::FunctionGone {
                name: name.to_owned(),
            })
    }
}
