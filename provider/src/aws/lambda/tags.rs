//! Reads and writes the tags of a function. The provider's own tags say who owns the function and
//! what it displaced, so the order of writes matters.

use std::collections::BTreeSet;

use tokio::task::JoinSet;

use super::functions::Functions;
use crate::aws::arn::FunctionArn;
use crate::aws::error::Error;
use crate::aws::ownership::{Lifecycle, Ownership};
use crate::aws::retry::Deadline;
use crate::aws::tags::{TagEdits, Tags, is_reserved};

/// How many functions' tags are read at a time: the SDK slows down by itself if Lambda wants it.
const AT_ONCE: usize = 8;

const TAGGING: &str = "tagging the function";

impl Functions {
    /// All tags of the function, the provider's own included; empty if the function does not exist
    /// any more.
    pub(crate) async fn tags(
        &self,
        function: &FunctionArn,
        deadline: &Deadline,
    ) -> Result<Tags, Error> {
        let listing = self.list_tags(function);
        let tags = deadline
            .run("reading tags of the function", listing)
            .await??;
        Ok(tags.unwrap_or_default())
    }

    /// Those of `functions` that this provider manages, in any configuration. The tags of each are
    /// read once, [`AT_ONCE`] at a time.
    pub(crate) async fn managed(
        &self,
        functions: BTreeSet<FunctionArn>,
        deadline: &Deadline,
    ) -> Result<BTreeSet<FunctionArn>, Error> {
        let mut managed = BTreeSet::new();
        let mut waiting = functions.into_iter();
        let mut asked = JoinSet::new();
        loop {
            for function in waiting.by_ref().take(AT_ONCE - asked.len()) {
                let (functions, deadline) = (self.clone(), deadline.clone());
                asked.spawn(async move {
                    let tags = functions.tags(&function, &deadline).await;
                    tags.map(|tags| (function, Ownership::of(&tags)))
                });
            }
            let Some(answered) = asked.join_next().await else {
                return Ok(managed);
            };
            let (function, ownership) = match answered {
                Ok(answer) => answer?,
                Err(broken) => std::panic::resume_unwind(broken.into_panic()),
            };
            if ownership != Ownership::Stranger {
                managed.insert(function);
            }
        }
    }

    /// `None`: there is no such function.
    pub(super) async fn list_tags(&self, function: &FunctionArn) -> Result<Option<Tags>, Error> {
        const ACTION: &str = "lambda:ListTags";
        let resource = function.to_string();
        let lambda = &self.connection.clients().await?.lambda;
        let answer = lambda.list_tags().resource(&resource).send().await;
        let answer = Error::unless_absent(
            answer,
            |error| error.is_resource_not_found_exception(),
            ACTION,
            &resource,
        )?;
        Ok(answer.map(|answer| answer.tags.unwrap_or_default().into_iter().collect()))
    }

    /// Marks the function as the provider's, in this stage, and writes these claims in the same
    /// call: if they were separate calls, an apply that is killed between them would leave places
    /// with a claim that nobody has. Done even when Terraform is stopped: a function that is in use
    /// must not look unfinished, or another create would take it over.
    pub(crate) async fn set_lifecycle(
        &self,
        function: &FunctionArn,
        lifecycle: Lifecycle,
        claims: impl IntoIterator<Item = (String, String)>,
        deadline: &Deadline,
    ) -> Result<(), Error> {
        let mut tags = lifecycle.tags();
        tags.extend(claims);
        let tagging = self.send_tags(function, tags);
        deadline.finish(TAGGING, tagging).await?
    }

    /// Changes the user's tags from the `current` to the `wanted` ones; the provider's own tags
    /// stay.
    pub(crate) async fn retag(
        &self,
        function: &FunctionArn,
        current: &Tags,
        wanted: &Tags,
        deadline: &Deadline,
    ) -> Result<(), Error> {
        let set = wanted
            .iter()
            .filter(|(key, value)| current.get(*key) != Some(value));
        let set: Tags = set
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let unset = current
            .keys()
            .filter(|key| !is_reserved(key) && !wanted.contains_key(*key));
        let unset: Vec<String> = unset.cloned().collect();
        // First away, then in: a function holds at most 50 tags.
        self.untag(function, unset, deadline).await?;
        self.tag(function, set, deadline).await
    }

    /// Writes first, then removes, so that no record is lost if this is cut off.
    pub(in crate::aws) async fn edit_tags(
        &self,
        function: &FunctionArn,
        edits: TagEdits,
        deadline: &Deadline,
    ) -> Result<(), Error> {
        self.tag(function, edits.set, deadline).await?;
        self.untag(function, edits.remove, deadline).await
    }

    async fn tag(
        &self,
        function: &FunctionArn,
        tags: Tags,
        deadline: &Deadline,
    ) -> Result<(), Error> {
        if tags.is_empty() {
            return Ok(());
        }
        deadline
            .run(TAGGING, self.send_tags(function, tags))
            .await?
    }

    async fn send_tags(&self, function: &FunctionArn, tags: Tags) -> Result<(), Error> {
        const ACTION: &str = "lambda:TagResource";
        let resource = function.to_string();
        let lambda = &self.connection.clients().await?.lambda;
        let tagging = lambda
            .tag_resource()
            .resource(&resource)
            .set_tags(Some(tags.into_iter().collect()))
            .send();
        tagging
            .await
            .map(drop)
            .map_err(|error| Error::of_call(ACTION, &resource, &error))
    }

    async fn untag(
        &self,
        function: &FunctionArn,
        keys: Vec<String>,
        deadline: &Deadline,
    ) -> Result<(), Error> {
        if keys.is_empty() {
            return Ok(());
        }
        const ACTION: &str = "lambda:UntagResource";
        let resource = function.to_string();
        let untagging = async {
            let lambda = &self.connection.clients().await?.lambda;
            let request = lambda
                .untag_resource()
                .resource(&resource)
                .set_tag_keys(Some(keys));
            let untagged = request.send().await;
            untagged
                .map(drop)
                .map_err(|error| Error::of_call(ACTION, &resource, &error))
        };
        deadline
            .run("removing tags of the function", untagging)
            .await?
    }
}
