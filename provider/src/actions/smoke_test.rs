//! `action "netacea_edge_smoke_test"`: asks a site, and tells whether the edge function answers.

mod model;
mod signs;

use std::time::Duration;

use tfplugin::{Action, Attr, Call, Diagnostic, Path, Progress, Result, Schema};

use crate::aws::retry::Deadline;
use crate::aws::visit::{Visit, VisitError};
use crate::client::Client;
use model::{DEFAULT_COOKIE_NAME, DEFAULT_REQUESTS, Expectation, SmokeTestModel, USER_AGENT};
use signs::{Sign, Summary};

/// For one request: CloudFront gives up on an origin after 30 seconds.
const PATIENCE: Duration = Duration::from_secs(40);

/// The action.
#[derive(Debug)]
pub(crate) struct SmokeTest;

impl Action for SmokeTest {
    type Model = SmokeTestModel;
    type Client = Client;

    const TYPE: &'static str = "edge_smoke_test";

    fn schema(&self) -> Schema<SmokeTestModel> {
        Schema::of::<SmokeTestModel>().describe(
            "Asks a URL of the site a few times, each time as a new visitor, and tells whether the \
             edge function answered: whether the answers set its session cookie, or were made by \
             the function, and how long they took. It goes through the proxy and the certificate \
             authorities of the provider block, and needs no AWS permission.",
        )
    }

    async fn invoke(
        &self,
        call: &mut Call<Client>,
        config: SmokeTestModel,
        progress: &Progress,
    ) -> Result<()> {
        let url = config.url.known().cloned().unwrap_or_default();
        let requests = config.requests.known().copied().unwrap_or(DEFAULT_REQUESTS);
        let cookie_name = config.cookie_name.known().map(String::as_str);
        let cookie_name = cookie_name.unwrap_or(DEFAULT_COOKIE_NAME);
        let user_agent = config.user_agent.known().map_or(USER_AGENT, String::as_str);
        let client = call.client.clone();
        let mut summary = Summary::default();
        for number in 1..=requests {
            let deadline = Deadline::after(PATIENCE, call.stop.clone());
            let more = config.headers.known().into_iter().flatten();
            let more = more.map(|(name, value)| (name.as_str(), value.as_str()));
            let headers = [("user-agent", user_agent), ("accept", "*/*")];
            let headers: Vec<_> = headers.into_iter().chain(more).collect();
            let visit = client.session().visit(&url, &headers, &deadline).await;
            let visit = visit.map_err(|error| unanswered(&url, error))?;
            let sign = Sign::of(&visit, cookie_name);
            progress.report(answer(number, &visit, &sign)).await;
            summary.add(&visit, sign);
        }
        progress.report(summary.to_string()).await;
        match &config.expect {
            Attr::Known(Expectation::Protected) if !summary.all_are_ours() => {
                Err(unprotected(&url, &summary, cookie_name).into())
            }
            Attr::Known(Expectation::Unprotected) if summary.any_is_ours() => {
                Err(still_protected(&url, &summary).into())
            }
            _ => Ok(()),
        }
    }
}

fn answer(number: i64, visit: &Visit, sign: &Sign) -> String {
    format!(
        "{number}: status {} after {} ms, {sign}",
        visit.status,
        visit.took.as_millis()
    )
}

fn unanswered(url: &str, error: VisitError) -> Diagnostic {
    match error {
        VisitError::Own(error) => error.diagnostic(),
        VisitError::Request(reason) => Diagnostic::error(format!("{url} cannot be asked"))
            .detail(format!(
                "{reason}. Write a URL like \"https://shop.example.com/\"."
            ))
            .at(Path::root("url")),
        VisitError::Site(reason) => Diagnostic::error(format!("{url} does not answer"))
            .detail(format!(
                "{reason}.\n\nCheck the URL, and whether this machine reaches the site: a proxy \
                 goes into `https_proxy` of the provider block, a private certificate authority \
                 into `custom_ca_bundle`."
            ))
            .at(Path::root("url")),
    }
}

fn unprotected(url: &str, summary: &Summary, cookie_name: &str) -> Diagnostic {
    Diagnostic::error(format!("{url} is not protected"))
        .detail(format!(
            "{summary}\n\nAn answer of a protected behavior sets the cookie `{cookie_name}` or was \
             made by the function. Check that the URL's behavior is in `behaviors` (the data \
             source `netacea_cloudfront_coverage` lists them), that CloudFront has deployed the \
             last change, that no `bypass` covers the path, and that `cookie_name` is that of the \
             integration's `settings.session`."
        ))
        .at(Path::root("expect"))
}

fn still_protected(url: &str, summary: &Summary) -> Diagnostic {
    Diagnostic::error(format!("{url} is still protected"))
        .detail(format!(
            "{summary}\n\nIf the function was just taken out, edge locations may still run it: \
             CloudFront takes a few minutes. Otherwise it stands in the URL's behavior: the data \
             source `netacea_cloudfront_coverage` says which one."
        ))
        .at(Path::root("expect"))
}
