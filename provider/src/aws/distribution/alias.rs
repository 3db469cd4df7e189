use super::distributions::Distributions;
use crate::aws::error::Error;
use crate::aws::retry::Deadline;

impl Distributions {
    /// The id of the distribution that has this alias, compared as a domain name: without regard to
    /// case. At most one has it.
    pub(crate) async fn find_by_alias(
        &self,
        alias: &str,
        deadline: &Deadline,
    ) -> Result<Option<String>, Error> {
        const ACTION: &str = "cloudfront:ListDistributions";
        let cloudfront = &self.connection.clients().await?.cloudfront;
        let mut pages = cloudfront.list_distributions().into_paginator().send();
        let doing = format!("looking for the alias {alias}");
        while let Some(page) = deadline.run(&doing, pages.next()).await? {
            let page = page.map_err(|error| Error::of_call(ACTION, "*", &error))?;
            let summaries = page
                .distribution_list
                .and_then(|list| list.items)
                .unwrap_or_default();
            let found = summaries.into_iter().find(|summary| {
                let aliases = summary.aliases.as_ref().map(|aliases| aliases.items());
                aliases
                    .unwrap_or_default()
                    .iter()
                    .any(|one| one.eq_ignore_ascii_case(alias))
            });
            if let Some(found) = found {
                return Ok(Some(found.id));
            }
        }
        Ok(None)
    }
}
