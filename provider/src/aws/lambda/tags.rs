use super::Functions;
use crate::aws::arn::FunctionArn;
use crate::aws::error::Error;
use crate::aws::ownership::{Lifecycle, Ownership, Tags, is_reserved};
use crate::aws::retry::Deadline;

impl Functions {
    /// Whose function it is. One that does not exist any more is nobody's, so a stranger's.
    pub(crate) async fn ownership(
        &self,
        function: &FunctionArn,
        deadline: &Deadline,
    ) -> Result<Ownership, Error> {
        let tags = self.tags(function, deadline).await?;
        Ok(tags.map_or(Ownership::Stranger, |tags| Ownership::of(&tags)))
    }

    /// All tags, the provider's own included. None: there is no such function.
    pub(in crate::aws) async fn tags(
        &self,
        function: &FunctionArn,
        deadline: &Deadline,
    ) -> Result<Option<Tags>, Error> {
        deadline
            .run("reading tags of the function", self.list_tags(function))
            .await?
    }

    pub(super) async fn list_tags(&self, function: &FunctionArn) -> Result<Option<Tags>, Error> {
        const ACTION: &str = "lambda:ListTags";
        let resource = function.to_string();
        let lambda = &self.connection.clients().await?.lambda;
        match lambda.list_tags().resource(&resource).send().await {
            Ok(answer) => Ok(Some(answer.tags.unwrap_or_default().into_iter().collect())),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|error| error.is_resource_not_found_exception()) =>
            {
                Ok(None)
            }
            Err(error) => Err(Error::of_call(ACTION, &resource, &error)),
        }
    }

    /// Marks the function as ours, in this stage.
    pub(crate) async fn set_lifecycle(
        &self,
        function: &FunctionArn,
        lifecycle: Lifecycle,
        deadline: &Deadline,
    ) -> Result<(), Error> {
        self.tag(function, lifecycle.tags(), deadline).await
    }

    /// Makes the user's tags `wanted`, given the `current` ones; the provider's own tags are left alone.
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

    pub(in crate::aws) async fn tag(
        &self,
        function: &FunctionArn,
        tags: Tags,
        deadline: &Deadline,
    ) -> Result<(), Error> {
        if tags.is_empty() {
            return Ok(());
        }
        const ACTION: &str = "lambda:TagResource";
        let resource = function.to_string();
        let lambda = &self.connection.clients().await?.lambda;
        let tagging = lambda
            .tag_resource()
            .resource(&resource)
            .set_tags(Some(tags.into_iter().collect()))
            .send();
        let tagged = deadline.run("tagging the function", tagging).await?;
        tagged
            .map(drop)
            .map_err(|error| Error::of_call(ACTION, &resource, &error))
    }

    pub(in crate::aws) async fn untag(
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
        let lambda = &self.connection.clients().await?.lambda;
        let untagging = lambda
            .untag_resource()
            .resource(&resource)
            .set_tag_keys(Some(keys))
            .send();
        let untagged = deadline
            .run("removing tags of the function", untagging)
            .await?;
        untagged
            .map(drop)
            .map_err(|error| Error::of_call(ACTION, &resource, &error))
    }
}
