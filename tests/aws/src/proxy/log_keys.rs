//! The keys of log groups: the emulator accepts one when a group is made, and does not know the
//! calls that change it. The proxy answers those calls as the API model of CloudWatch Logs says,
//! and shows their effect in `DescribeLogGroups`.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use hyper::body::Bytes;
use hyper::{Request, Response};
use serde_json::Value;

use crate::Operation;

/// Region and name of a log group.
type Group = (String, String);

/// The keys that were changed after their groups were made.
#[derive(Debug, Default)]
pub(super) struct LogKeys(Mutex<BTreeMap<Group, Option<String>>>);

impl LogKeys {
    /// The answer to a call that changes a key; `None` for any other call.
    pub(super) fn change(
        &self,
        operation: Operation,
        request: &Request<Bytes>,
    ) -> Result<Option<Response<Bytes>>> {
        let body: Value = match operation {
            Operation::AssociateKmsKey | Operation::DisassociateKmsKey => {
                serde_json::from_slice(request.body())?
            }
            _ => return Ok(None),
        };
        let name = body["logGroupName"].as_str().context("a name")?;
        let key = body["kmsKeyId"].as_str().map(str::to_owned);
        self.keys().insert((region(request)?, name.to_owned()), key);
        Ok(Some(Response::new(Bytes::from_static(b"{}"))))
    }

    /// An answer to `DescribeLogGroups`, with the keys as they are.
    pub(super) fn shown(&self, region: &str, answer: &Bytes) -> Result<Bytes> {
        let mut answer: Value = serde_json::from_slice(answer)?;
        for group in answer["logGroups"].as_array_mut().into_iter().flatten() {
            let name = group["logGroupName"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            match self.keys().get(&(region.to_owned(), name)) {
                Some(Some(key)) => group["kmsKeyId"] = key.as_str().into(),
                Some(None) => {
                    group.as_object_mut().map(|group| group.remove("kmsKeyId"));
                }
                None => {}
            }
        }
        Ok(Bytes::from(answer.to_string()))
    }

    fn keys(&self) -> std::sync::MutexGuard<'_, BTreeMap<Group, Option<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The region that a request is signed for.
pub(super) fn region(request: &Request<Bytes>) -> Result<String> {
    let signature = request.headers().get("authorization");
    let signature = signature.context("a signature")?.to_str()?;
    let scope = signature.split("Credential=").nth(1).context("a scope")?;
    let region = scope.split('/').nth(2).context("a region")?;
    Ok(region.to_owned())
}
