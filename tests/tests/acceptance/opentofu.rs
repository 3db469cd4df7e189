//! What OpenTofu asks of a provider. The real `tofu` is not here, so a client of our own makes its
//! calls to the built provider; `docs/guides/opentofu.md` says what follows from them.
//!
//! It moves state with the source addresses that OpenTofu sends, asks for functions alone, and
//! knows nothing of identities before 1.12: they are not in its messages ([`wire`]).

mod values;
mod wire;

use std::fs;

use acceptance::estate::Estate;
use acceptance::plugin::Plugin;
use acceptance::terraform::WorkingDirectory;
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use prost::Message;
use serde_json::{Value, json};

use crate::{ADDRESS, EXAMPLE, FUNCTION};
use values::{UNKNOWN, dynamic, object, value, without_write_only};
use wire::{Block, ClientCapabilities, DynamicValue, RawState};

const INTEGRATION: &str = "netacea_cloudfront_integration";

/// As the aws provider writes it.
const STATE_OF_THE_AWS_PROVIDER: &str = include_str!("examples/aws-lambda-function.tfstate");

/// From 1.11 on.
const WRITE_ONLY: ClientCapabilities = ClientCapabilities {
    deferral_allowed: false,
    write_only_attributes_allowed: true,
};

/// Up to 1.12.3 and 1.11.11 the source is the prefix of the type alone.
#[test]
fn a_function_of_the_aws_provider_is_moved_whatever_the_address_is_that_is_sent() -> Result<()> {
    let estate = Estate::build()?;
    let tofu = OpenTofu::start(&estate)?;
    let state: Value = serde_json::from_str(STATE_OF_THE_AWS_PROVIDER)?;
    let instance = &state["resources"][0]["instances"][0];
    let arn = &instance["attributes"]["arn"];
    for address in [
        "aws",
        "registry.opentofu.org/hashicorp/aws",
        "registry.terraform.io/hashicorp/aws",
        "mirror.example.com/hashicorp/aws",
    ] {
        let moved = tofu.moved(address, "aws_lambda_function", instance)?;
        ensure!(moved.diagnostics.is_empty(), "{address}: {moved:?}");
        let target = value(moved.state.as_ref())?;
        assert_eq!(target["name"], json!(FUNCTION), "{address}");
        assert_eq!(&target["function_arn"], arn, "{address}");
        assert!(
            moved.private.is_empty(),
            "nothing of the other provider's is kept"
        );
    }
    let mut other = instance.clone();
    other["attributes"] = json!({ "arn": "arn:example:something-else" });
    let moved = tofu.moved("example", "aws_lambda_function", &other)?;
    ensure!(moved.diagnostics.len() == 1 && moved.state.is_none());
    let told = &moved.diagnostics[0].summary;
    ensure!(
        told == "This function cannot become an integration",
        "{told}"
    );
    Ok(())
}

/// From 1.12.4 and 1.11.12 on OpenTofu asks whenever the address differs.
#[test]
fn a_resource_of_ours_under_another_address_is_upgraded() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.example_without("existing-estate", &["distribution.tf"])?;
    let id = estate.site.distribution.id();
    let association = "resource \"netacea_cloudfront_association\" \"shop\"";
    let arn = "netacea_cloudfront_integration.shop.qualified_arn";
    terraform.write(
        "more.tf",
        &format!(
            "{association} {{\n  distribution_id = {id:?}\n  lambda_arn      = {arn}\n  behaviors       = [\"default\"]\n}}\n"
        ),
    )?;
    terraform.apply()?;
    let tofu = OpenTofu::start(&estate)?;
    for type_name in [INTEGRATION, "netacea_cloudfront_association"] {
        let instance = instance(&terraform, type_name)?;
        let upgraded = tofu.upgraded(type_name, &instance)?;
        ensure!(upgraded.diagnostics.is_empty(), "{upgraded:?}");
        for address in [
            "netacea",
            "registry.terraform.io/netacea/netacea",
            "mirror.example.com/elsewhere/netacea",
        ] {
            let moved = tofu.moved(address, type_name, &instance)?;
            ensure!(moved.diagnostics.is_empty(), "{address}: {moved:?}");
            assert_eq!(moved.state, upgraded.state, "{address}");
            assert_eq!(moved.private, private(&instance)?, "{address}");
        }
    }
    Ok(())
}

/// Terraform asks the same, and is here to show that nothing is made again.
#[test]
fn terraform_moves_a_resource_of_ours_from_another_address_and_plans_nothing() -> Result<()> {
    for tools in Toolchain::of_each_terraform(true)? {
        let estate = Estate::build_with(tools)?;
        let terraform = estate.example(EXAMPLE)?;
        terraform.apply()?;
        let file = terraform.path().join("terraform.tfstate");
        let state = fs::read_to_string(&file)?
            .replace(
                "registry.terraform.io/netacea/",
                "registry.terraform.io/elsewhere/",
            )
            .replace("\"name\": \"shop\"", "\"name\": \"old\"");
        fs::write(&file, state)?;
        terraform.offer("elsewhere/netacea", &estate.tools.provider)?;
        let from = ADDRESS.replace("shop", "old");
        terraform.write(
            "moved.tf",
            &format!("moved {{\n  from = {from}\n  to   = {ADDRESS}\n}}\n"),
        )?;
        terraform.init()?;
        let plan = terraform.plan(&[])?.outcome;
        plan.says(&[&format!("{from} has moved to {ADDRESS}")])?;
        plan.says(&["0 to add, 0 to change, 0 to destroy"])?;
        terraform.apply()?;
        terraform.plan(&[])?.outcome.code(0)?;
    }
    Ok(())
}

/// OpenTofu asks for them in a process in which nothing else was called before.
#[test]
fn functions_are_told_and_called_without_schema_and_configuration() -> Result<()> {
    let plugin = Plugin::start(&[])?;
    let told: wire::Functions = call(&plugin, "GetFunctions", &wire::Empty {})?;
    let schema: wire::ProviderSchema = call(&plugin, "GetProviderSchema", &wire::Empty {})?;
    assert_eq!(told.functions, schema.functions);
    ensure!(told.functions.len() == 2, "{told:?}");

    let plugin = Plugin::start(&[])?;
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:7";
    let request = wire::CallFunction {
        name: "parse_qualified_arn".to_owned(),
        arguments: dynamic(&json!(arn))?.into_iter().collect(),
    };
    let called: wire::Called = call(&plugin, "CallFunction", &request)?;
    ensure!(called.error.is_none(), "{called:?}");
    assert_eq!(value(called.result.as_ref())?["version"], json!("7"));
    Ok(())
}

/// OpenTofu 1.10 does not send the flag.
#[test]
fn write_only_secrets_need_the_flag_that_opentofu_sends_from_1_11_on() -> Result<()> {
    let estate = Estate::build()?;
    let tofu = OpenTofu::start(&estate)?;
    let config = tofu.integration(&estate)?;
    let validate = |client_capabilities| -> Result<Vec<wire::Diagnostic>> {
        let request = wire::Validate {
            type_name: INTEGRATION.to_owned(),
            config: dynamic(&config)?,
            client_capabilities,
        };
        let checked: wire::Checked = tofu.call("ValidateResourceConfig", &request)?;
        Ok(errors(&checked.diagnostics))
    };
    let accepted = validate(Some(WRITE_ONLY))?;
    ensure!(accepted.is_empty(), "{accepted:?}");
    for none in [None, Some(ClientCapabilities::default())] {
        let refused = validate(none)?;
        let [refused] = &refused[..] else {
            panic!("one error is enough: {refused:?}");
        };
        assert_eq!(
            refused.summary,
            "Write-only attributes need Terraform or OpenTofu 1.11 or later"
        );
    }
    Ok(())
}

/// As OpenTofu 1.11 does, which has no identities: no call for them, and none in a message.
#[test]
fn an_integration_is_made_kept_and_destroyed_without_an_identity() -> Result<()> {
    let estate = Estate::build()?;
    let before = estate.site.distribution.configuration()?.xml;
    let nothing = Kept::nothing()?;
    let plan = OpenTofu::configured(&estate)?;
    let config = plan.integration(&estate)?;
    let values = plan.planned(&nothing, &config)?.value()?;
    assert_eq!(values["qualified_arn"], json!(UNKNOWN));
    assert_eq!(values["secrets_wo"], Value::Null);

    // An apply has a process of its own, and makes the plan again.
    let apply = OpenTofu::configured(&estate)?;
    let planned = apply.planned(&nothing, &config)?;
    assert_eq!(planned.value()?, values);
    let made = apply.applied(&nothing, &planned, &config)?;
    let state = made.value()?;
    let published = state["qualified_arn"].as_str().context("an ARN")?;
    ensure!(published.ends_with(":netacea-shop:1"), "{published}");
    assert_eq!(state["secrets_wo"], Value::Null);

    let idle = OpenTofu::configured(&estate)?;
    let found = idle.found(&made)?;
    assert_eq!(found.value()?, state, "nothing has changed");
    assert_eq!(idle.planned(&found, &config)?.value()?, state);

    let destroy = OpenTofu::configured(&estate)?;
    let planned = destroy.planned(&found, &Value::Null)?;
    assert_eq!(planned.value()?, Value::Null);
    let destroy = OpenTofu::configured(&estate)?;
    let gone = destroy.applied(&found, &planned, &Value::Null)?;
    assert_eq!(gone, nothing);
    assert_eq!(estate.site.distribution.configuration()?.xml, before);
    Ok(())
}

/// A client that calls the provider as OpenTofu does.
struct OpenTofu {
    plugin: Plugin,
    provider: Block,
    integration: Block,
}

/// An object with the private data that goes along.
#[derive(Clone, Debug, PartialEq)]
struct Kept {
    state: Option<DynamicValue>,
    private: Vec<u8>,
}

impl Kept {
    fn nothing() -> Result<Self> {
        Ok(Self {
            state: dynamic(&Value::Null)?,
            private: Vec::new(),
        })
    }

    fn value(&self) -> Result<Value> {
        value(self.state.as_ref())
    }
}

impl OpenTofu {
    /// Starts the provider and asks for its schema.
    fn start(estate: &Estate) -> Result<Self> {
        let plugin = Plugin::start(&[
            ("AWS_ENDPOINT_URL", &estate.proxy.endpoint()),
            ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "acceptance"),
        ])?;
        let mut schema: wire::ProviderSchema = call(&plugin, "GetProviderSchema", &wire::Empty {})?;
        let capabilities = schema.server_capabilities.context("capabilities")?;
        ensure!(capabilities.move_resource_state, "it would not ask");
        let integration = schema.resource_schemas.remove(INTEGRATION);
        let block = |schema: Option<wire::Schema>| schema?.block;
        Ok(Self {
            plugin,
            provider: block(schema.provider).context("a provider block")?,
            integration: block(integration).context(INTEGRATION)?,
        })
    }

    /// A configuration with write-only secrets.
    fn integration(&self, estate: &Estate) -> Result<Value> {
        Ok(object(
            &self.integration,
            json!({
                "name": FUNCTION,
                "role_arn": "arn:aws:iam::000000000000:role/netacea-edge",
                "settings": { "mitigation_type": "MITIGATE" },
                "secrets_wo": { "api_key": "made up", "secret_key": "made-up-0123456789abcdef0123456789" },
                "secrets_wo_version": 1,
                "distribution": {
                    "id": estate.site.distribution.id(),
                    "behaviors": ["default"],
                },
            }),
        ))
    }

    /// The same, configured with an empty provider block.
    fn configured(estate: &Estate) -> Result<Self> {
        let tofu = Self::start(estate)?;
        let request = wire::Configure {
            terraform_version: "1.11.11".to_owned(),
            config: dynamic(&object(&tofu.provider, json!({})))?,
            client_capabilities: Some(WRITE_ONLY),
        };
        let checked: wire::Checked = tofu.call("ConfigureProvider", &request)?;
        succeeded("ConfigureProvider", &checked.diagnostics)?;
        Ok(tofu)
    }

    fn moved(&self, address: &str, type_name: &str, instance: &Value) -> Result<wire::Moved> {
        let ours = type_name.starts_with("netacea_");
        let request = wire::Move {
            source_provider_address: address.to_owned(),
            source_type_name: type_name.to_owned(),
            source_schema_version: instance["schema_version"].as_i64().context("a version")?,
            source_state: raw_state(instance),
            target_type_name: if ours { type_name } else { INTEGRATION }.to_owned(),
            source_private: private(instance)?,
        };
        self.call("MoveResourceState", &request)
    }

    fn upgraded(&self, type_name: &str, instance: &Value) -> Result<wire::Moved> {
        let request = wire::Upgrade {
            type_name: type_name.to_owned(),
            version: instance["schema_version"].as_i64().context("a version")?,
            raw_state: raw_state(instance),
        };
        self.call("UpgradeResourceState", &request)
    }

    fn planned(&self, prior: &Kept, config: &Value) -> Result<Kept> {
        let proposed_new_state = match (config, prior.value()?) {
            (Value::Null, _) => dynamic(&Value::Null)?,
            (_, Value::Null) => dynamic(&without_write_only(&self.integration, config.clone()))?,
            // Both together: nothing has changed.
            _ => prior.state.clone(),
        };
        let request = wire::Plan {
            type_name: INTEGRATION.to_owned(),
            prior_state: prior.state.clone(),
            proposed_new_state,
            config: dynamic(config)?,
            prior_private: prior.private.clone(),
            client_capabilities: Some(WRITE_ONLY),
        };
        let planned: wire::Planned = self.call("PlanResourceChange", &request)?;
        succeeded("PlanResourceChange", &planned.diagnostics)?;
        ensure!(planned.requires_replace.is_empty(), "{planned:?}");
        Ok(Kept {
            state: planned.planned_state,
            private: planned.planned_private,
        })
    }

    fn applied(&self, prior: &Kept, planned: &Kept, config: &Value) -> Result<Kept> {
        let request = wire::Apply {
            type_name: INTEGRATION.to_owned(),
            prior_state: prior.state.clone(),
            planned_state: planned.state.clone(),
            config: dynamic(config)?,
            planned_private: planned.private.clone(),
        };
        let applied: wire::Applied = self.call("ApplyResourceChange", &request)?;
        succeeded("ApplyResourceChange", &applied.diagnostics)?;
        Ok(Kept {
            state: applied.new_state,
            private: applied.private,
        })
    }

    fn found(&self, object: &Kept) -> Result<Kept> {
        let request = wire::Read {
            type_name: INTEGRATION.to_owned(),
            current_state: object.state.clone(),
            private: object.private.clone(),
            client_capabilities: Some(WRITE_ONLY),
        };
        let read: wire::WasRead = self.call("ReadResource", &request)?;
        succeeded("ReadResource", &read.diagnostics)?;
        Ok(Kept {
            state: read.new_state,
            private: read.private,
        })
    }

    fn call<A: Message + Default>(&self, rpc: &str, request: &impl Message) -> Result<A> {
        call(&self.plugin, rpc, request)
    }
}

fn call<A: Message + Default>(plugin: &Plugin, rpc: &str, request: &impl Message) -> Result<A> {
    let answer = plugin.call(rpc, request.encode_to_vec())?;
    let answer = answer.with_context(|| rpc.to_owned())?;
    A::decode(answer.as_slice()).with_context(|| rpc.to_owned())
}

fn errors(diagnostics: &[wire::Diagnostic]) -> Vec<wire::Diagnostic> {
    let errors = diagnostics.iter().filter(|one| one.severity == wire::ERROR);
    errors.cloned().collect()
}

fn succeeded(rpc: &str, diagnostics: &[wire::Diagnostic]) -> Result<()> {
    let errors = errors(diagnostics);
    ensure!(errors.is_empty(), "{rpc}: {errors:?}");
    Ok(())
}

/// What the state has about the only resource of this type.
fn instance(terraform: &WorkingDirectory, type_name: &str) -> Result<Value> {
    let state = fs::read(terraform.path().join("terraform.tfstate"))?;
    let state: Value = serde_json::from_slice(&state)?;
    let resources = state["resources"].as_array().context("resources")?;
    let resource = resources.iter().find(|one| one["type"] == type_name);
    Ok(resource.context(type_name.to_owned())?["instances"][0].clone())
}

fn raw_state(instance: &Value) -> Option<RawState> {
    let json = instance["attributes"].to_string().into_bytes();
    Some(RawState { json })
}

fn private(instance: &Value) -> Result<Vec<u8>> {
    Ok(STANDARD.decode(instance["private"].as_str().unwrap_or_default())?)
}
