//! Write-only secrets are in the uploaded package and nowhere else on this side: not in state,
//! plan, output, logs, diagnostics, what is left of a crash, other calls or temporary files, in no
//! usual disguise.

mod canaries;
mod places;

use std::io::{Cursor, Read};
use std::time::Duration;

use acceptance::aws::{AwsError, Effect, Emulator, Fault, Moment, Operation, Proxy, Times};
use acceptance::effort::Effort;
use acceptance::fixture::RichDistribution;
use acceptance::terraform::{WorkingDirectory, providers_gone, signal_providers};
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};
use rustix::process::Signal;
use zip::ZipArchive;

use self::canaries::Canaries;
use self::places::Places;

const ADDRESS: &str = "netacea_cloudfront_integration.shop";

/// Longer than a call that is awaited takes to come, or a killed process to go.
const SOON: Duration = Duration::from_secs(60);

#[test]
fn write_only_secrets_are_in_the_package_and_nowhere_else() -> Result<()> {
    let effort = Effort::wanted()?;
    let canaries = Canaries::new(effort.seed)?;
    let mut story = Story::begin(&canaries)?;
    story.planned_and_applied()?;
    story.asked_about()?;
    story.failed()?;
    story.crashed()?;
    story.imported()?;
    story.destroyed()?;

    let places = story.places;
    effort.report("secrecy.canaries", canaries.count(), "secrets");
    effort.report("secrecy.forms", canaries.forms(), "forms");
    effort.report("secrecy.places", places.count(), "places");
    effort.report("secrecy.searched", places.bytes(), "bytes");
    let hits = places.hits(&canaries);
    effort.report("secrecy.hits", hits.len(), "hits");
    places.were_really_searched(&[
        ("plan output", "role/netacea-edge"),
        ("plan JSON", "role/netacea-edge"),
        ("terraform.tfstate", "role/netacea-edge"),
        ("tfplan/tfplan", "role/netacea-edge"),
        ("apply output", "call answered"),
        ("trace.log", "call answered"),
    ])?;
    ensure!(hits.is_empty(), "secrets got out:\n{}", hits.join("\n"));
    Ok(())
}

/// What is done with the secrets, and where they are looked for.
struct Story<'a> {
    canaries: &'a Canaries,
    terraform: WorkingDirectory,
    proxy: Proxy,
    site: RichDistribution,
    emulator: Emulator,
    places: Places,
}

impl<'a> Story<'a> {
    fn begin(canaries: &'a Canaries) -> Result<Self> {
        let tools = Toolchain::find()?;
        let emulator = Emulator::start(&tools.ministack)?;
        let site = RichDistribution::create(&emulator)?;
        let proxy = Proxy::start(&emulator)?;
        let mut terraform = WorkingDirectory::create(&tools, &proxy.endpoint())?;
        terraform.write("main.tf", include_str!("secrecy/main.tf"))?;
        terraform.variable("distribution_id", site.distribution.id());
        terraform.variable("generation", "1");
        for (name, secret) in canaries.secrets() {
            terraform.variable(name, secret);
        }
        for (name, secret) in canaries.credentials() {
            terraform.set(name, secret);
        }
        terraform.set("RUST_BACKTRACE", "full");
        terraform.set("TF_LOG", "TRACE");
        terraform.init()?;
        Ok(Self {
            canaries,
            terraform,
            proxy,
            site,
            emulator,
            places: Places::default(),
        })
    }

    /// The log goes to a file for the plan, to standard error from then on.
    fn planned_and_applied(&mut self) -> Result<()> {
        let log = self.terraform.path().join("trace.log");
        self.terraform.set("TF_LOG_PATH", &log.to_string_lossy());
        let plan = self.terraform.plan(&[])?;
        self.places.add("plan output", plan.outcome.text);
        let json = plan.json.context("a plan with changes")?;
        self.places.add("plan JSON", json.to_string());
        self.terraform.set("TF_LOG_PATH", "");

        // Temporary files are looked at while there are any.
        let hold = self.proxy.hold(Operation::CreateFunction, Moment::Before);
        let running = self.terraform.start(&[
            "apply",
            "-input=false",
            "-auto-approve",
            "-backup=earlier.tfstate",
        ])?;
        hold.reached(SOON)?;
        self.places
            .add_folder("while applying", &self.terraform.home())?;
        drop(hold);
        self.places
            .add("apply output", running.wait()?.success()?.text);
        self.is_deployed()
    }

    /// Everything that terraform tells about what is there.
    fn asked_about(&mut self) -> Result<()> {
        for command in [
            &["show"][..],
            &["show", "-json"],
            &["state", "pull"],
            &["output", "-json"],
            &["plan", "-refresh-only", "-input=false", "-json"],
        ] {
            let outcome = self.terraform.run(command)?.success()?;
            self.places.add(&command.join(" "), outcome.text);
        }
        Ok(())
    }

    /// Errors: of values that hold the secrets, and of calls that carry them.
    fn failed(&mut self) -> Result<()> {
        for (name, secret) in self.canaries.secrets() {
            let spoilt = if name == "cookie_encryption_key" {
                &secret[1..]
            } else {
                secret
            };
            self.terraform.variable(name, &format!("{spoilt}\r\nx: y"));
            let outcome = self.terraform.run(&["plan", "-input=false"])?;
            // The key of the signature may be any text.
            let expected = i32::from(name != "secret_key");
            self.places
                .add(&format!("error about {name}"), outcome.code(expected)?.text);
            self.terraform.variable(name, secret);
        }
        self.terraform.variable("generation", "2");
        let denied = AwsError::new(403, "AccessDeniedException", "You may not do this.");
        for effect in [Effect::Refuse(denied), Effect::ResetBefore, Effect::Corrupt] {
            let operation = Operation::UpdateFunctionCode;
            self.proxy
                .script(Fault::on(operation, effect.clone(), Times::Every));
            let outcome = self
                .terraform
                .run(&["apply", "-input=false", "-auto-approve"])?;
            self.proxy.relent();
            self.places
                .add(&format!("error after {effect:?}"), outcome.code(1)?.text);
        }
        Ok(())
    }

    /// The provider dies with the secrets in its memory.
    fn crashed(&mut self) -> Result<()> {
        self.terraform.variable("generation", "3");
        for signal in [Signal::ABORT, Signal::ILL, Signal::KILL] {
            let hold = self
                .proxy
                .hold(Operation::UpdateFunctionCode, Moment::Before);
            let running = self
                .terraform
                .start(&["apply", "-input=false", "-auto-approve"])?;
            hold.reached(SOON)?;
            signal_providers(running.id(), signal)?;
            hold.cut();
            self.places.add(
                &format!("crash by {signal:?}"),
                running.wait()?.code(1)?.text,
            );
            providers_gone(&self.terraform.path(), SOON)?;
        }
        let outcome = self.terraform.apply()?;
        self.places.add("apply after crashes", outcome.text);
        self.is_deployed()
    }

    /// An import downloads the package, with the secrets in it.
    fn imported(&mut self) -> Result<()> {
        let forgotten = self.terraform.run(&["state", "rm", ADDRESS])?.success()?;
        self.places.add("state rm", forgotten.text);
        let id = format!("netacea-shop,{}", self.site.distribution.id());
        let imported = self
            .terraform
            .run(&["import", "-input=false", ADDRESS, &id])?
            .success()?;
        self.places.add("import", imported.text);
        self.places
            .add("apply after import", self.terraform.apply()?.text);
        self.places
            .add_folder("after the import", &self.terraform.path())?;
        Ok(())
    }

    fn destroyed(&mut self) -> Result<()> {
        self.places.add("destroy", self.terraform.destroy()?.text);
        self.places
            .add_folder("configuration", &self.terraform.path())?;
        self.places
            .add_folder("home and temporary files", &self.terraform.home())?;
        for call in self.proxy.calls() {
            self.places.add_call(&call)?;
        }
        Ok(())
    }

    /// The function has its secrets: what is looked for is really there.
    fn is_deployed(&self) -> Result<()> {
        let state = self.terraform.resource(ADDRESS)?;
        let arn = state["qualified_arn"].as_str().context("no version")?;
        let package = self.emulator.functions().package(arn)?.zip;
        let mut configuration = String::new();
        ZipArchive::new(Cursor::new(package))?
            .by_name("NetaceaConfig.json")?
            .read_to_string(&mut configuration)?;
        let found = self.canaries.found_in(configuration.as_bytes());
        for (name, _) in self.canaries.secrets() {
            ensure!(
                found.iter().any(|form| form.starts_with(name)),
                "{name} is not deployed, or the search does not work"
            );
        }
        Ok(())
    }
}
