//! Lists the functions of the account that could be ours.

use super::functions::{Functions, HANDLER};
use crate::aws::arn::FunctionArn;
use crate::aws::error::Error;
use crate::aws::retry::Deadline;

impl Functions {
    /// The functions in us-east-1 with a Node.js runtime and the handler that ours have, fifty to a
    /// call. Its tags say whether a function is ours.
    pub(crate) async fn list(&self, deadline: &Deadline) -> Result<Vec<FunctionArn>, Error> {
        let doing = "listing the functions of the account";
        deadline.run(doing, self.list_all()).await?
    }

    async fn list_all(&self) -> Result<Vec<FunctionArn>, Error> {
        const ACTION: &str = "lambda:ListFunctions";
        let lambda = &self.connection.clients().await?.lambda;
        let mut pages = lambda.list_functions().into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(listed) = pages.next().await {
            let listed = listed.map_err(|error| Error::of_call(ACTION, "*", &error))?;
            let is_node = listed
                .runtime()
                .is_some_and(|runtime| runtime.as_str().starts_with("nodejs"));
            if is_node && listed.handler() == Some(HANDLER) {
                let arn = listed.function_arn().unwrap_or_default();
                found.extend(arn.parse::<FunctionArn>().ok());
            }
        }
        Ok(found)
    }
}
