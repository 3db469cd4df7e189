//! The `provider "netacea"` block.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Attr, Model, Object, Sensitive};

use super::account_id::is_account_id;

/// What a user may write in the provider block. Everything is optional.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Configuration {
    /// Named profile of the shared AWS configuration files.
    pub(crate) profile: Attr<String>,
    /// Static access key id.
    pub(crate) access_key: Attr<String>,
    /// Static secret access key.
    pub(crate) secret_key: Attr<Sensitive<String>>,
    /// Session token that belongs to the static keys.
    pub(crate) token: Attr<Sensitive<String>>,
    /// Accounts the provider may work in.
    pub(crate) allowed_account_ids: Attr<BTreeSet<String>>,
    /// Attempts per AWS call.
    pub(crate) max_retries: Attr<i64>,
    /// Leave out the call that checks the credentials.
    pub(crate) skip_credentials_validation: Attr<bool>,
    /// Leave out the call that asks for the account id.
    pub(crate) skip_requesting_account_id: Attr<bool>,
    /// Never ask the instance metadata service for credentials.
    pub(crate) skip_metadata_api_check: Attr<bool>,
    /// Roles to assume, one after the other.
    pub(crate) assume_role: Vec<AssumeRole>,
    /// Tags for everything the provider creates.
    pub(crate) default_tags: Attr<DefaultTags>,
    /// Other addresses of AWS services.
    pub(crate) endpoints: Attr<Endpoints>,
}

/// One `assume_role` block.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AssumeRole {
    /// ARN of the role.
    pub(crate) role_arn: Attr<String>,
    /// Name of the session, shown in CloudTrail.
    pub(crate) session_name: Attr<String>,
    /// External id the role's trust policy asks for.
    pub(crate) external_id: Attr<String>,
    /// Lifetime of the session.
    pub(crate) duration: Attr<tfplugin::GoDuration>,
}

/// The `default_tags` block.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DefaultTags {
    /// Tag keys and values.
    pub(crate) tags: Attr<BTreeMap<String, String>>,
}

/// The `endpoints` block.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Endpoints {
    /// Address of Lambda.
    pub(crate) lambda: Attr<String>,
    /// Address of CloudFront.
    pub(crate) cloudfront: Attr<String>,
    /// Address of STS.
    pub(crate) sts: Attr<String>,
}

impl Model for Configuration {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("profile", |m| &mut m.profile)
            .optional()
            .describe(
                "Profile of the shared AWS configuration files to take credentials from. Also \
                 read from `AWS_PROFILE`.",
            );
        object
            .attribute("access_key", |m| &mut m.access_key)
            .optional()
            .describe(
                "AWS access key id. Also read from `AWS_ACCESS_KEY_ID`; prefer a profile or a \
                 role.",
            );
        object
            .attribute("secret_key", |m| &mut m.secret_key)
            .optional()
            .sensitive()
            .describe(
                "AWS secret access key; belongs to `access_key`. Also read from \
                 `AWS_SECRET_ACCESS_KEY`.",
            );
        object
            .attribute("token", |m| &mut m.token)
            .optional()
            .sensitive()
            .describe("Session token of temporary keys. Also read from `AWS_SESSION_TOKEN`.");
        object
            .attribute("allowed_account_ids", |m| &mut m.allowed_account_ids)
            .optional()
            .check(|ids: &BTreeSet<String>| match ids.iter().find(|id| !is_account_id(id)) {
                Some(id) => Err(format!(
                    "`{id}` is not an AWS account id. Write its twelve digits as a string, like \
                     \"123456789012\".")),
                None => Ok(()),
            })
            .describe(
                "AWS accounts the provider may work in. With credentials of any other account \
                 nothing is read or written.");
        object
            .attribute("max_retries", |m| &mut m.max_retries)
            .optional()
            .check(|retries: &i64| match retries {
                0..=50 => Ok(()),
                _ => Err("Choose a number of retries from 0 to 50.".to_owned()),
            })
            .describe("How often a failed AWS call is repeated. Default 7.");
        object
            .attribute("skip_credentials_validation", |m| {
                &mut m.skip_credentials_validation
            })
            .optional()
            .describe(
                "Do not check the credentials with STS before the first call. For local \
                 stand-ins of AWS.",
            );
        object
            .attribute("skip_requesting_account_id", |m| {
                &mut m.skip_requesting_account_id
            })
            .optional()
            .describe(
                "Do not ask STS which account the credentials belong to. `allowed_account_ids` \
                 cannot be checked then.",
            );
        object
            .attribute("skip_metadata_api_check", |m| {
                &mut m.skip_metadata_api_check
            })
            .optional()
            .describe("Never ask the EC2 instance metadata service for credentials.");
        object
            .block_list("assume_role", |m| &mut m.assume_role)
            .describe(
                "Role to assume before calling AWS. Several blocks form a chain, each role \
                 assumed with the one before.",
            );
        object
            .block("default_tags", |m| &mut m.default_tags)
            .describe("Tags for every resource the provider creates; a resource's own `tags` win.");
        object.block("endpoints", |m| &mut m.endpoints).describe(
            "Other addresses of AWS services, for private endpoints and local stand-ins of AWS.",
        );
    }
}

impl Model for AssumeRole {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("role_arn", |m| &mut m.role_arn)
            .required()
            .describe("ARN of the role to assume.");
        object
            .attribute("session_name", |m| &mut m.session_name)
            .optional()
            .describe("Name of the session, as CloudTrail shows it.");
        object
            .attribute("external_id", |m| &mut m.external_id)
            .optional()
            .describe("External id that the role's trust policy asks for.");
        object
            .attribute("duration", |m| &mut m.duration)
            .optional()
            .describe("Lifetime of the session, from `15m` to `12h`.");
    }
}

impl Model for DefaultTags {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("tags", |m| &mut m.tags)
            .optional()
            .describe("Tag keys and values.");
    }
}

impl Model for Endpoints {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("lambda", |m| &mut m.lambda)
            .optional()
            .check(endpoint)
            .describe("Address of Lambda.");
        object
            .attribute("cloudfront", |m| &mut m.cloudfront)
            .optional()
            .check(endpoint)
            .describe("Address of CloudFront.");
        object
            .attribute("sts", |m| &mut m.sts)
            .optional()
            .check(endpoint)
            .describe("Address of STS.");
    }
}

fn endpoint(url: &String) -> Result<(), String> {
    if url.starts_with("https://") || url.starts_with("http://") {
        Ok(())
    } else {
        Err(format!(
            "`{url}` is not an address. Write it with its scheme, like \
             \"https://vpce-0123.lambda.us-east-1.vpce.amazonaws.com\"."
        ))
    }
}
