//! What site and console share: the edge, Netacea's side, the browsers, and the record.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use acceptance::edge::{EdgeLocation, OriginServer, ViewerRequest, ViewerResponse, WebServer};
use acceptance::netacea::NetaceaServices;
use acceptance::server::Server;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use ureq::tls::Certificate;

use crate::arguments::Arguments;
use crate::browsers::Browsers;
use crate::captcha::Captchas;
use crate::condition::Condition;
use crate::cookies::CookieNames;
use crate::distribution::{self, Description, LabDistribution};
use crate::exchange::{Asked, Exchange};
use crate::feed::Feed;
use crate::journal::Journal;
use crate::judge::LabJudge;
use crate::package::EdgePackage;
use crate::provider::Provider;
use crate::rewriting::Rewriting;
use crate::shop::Shop;
use crate::{kinesis, node, settings};

/// The most requests at the edge at once; each needs an instance of its own, which is a process.
const MOST_AT_ONCE: usize = 16;
/// The most lines of the function's output that are kept.
const LOG_LINES: usize = 200;

/// The lab. The edge comes first: fields are dropped in order, and its instances call the others.
#[derive(Debug)]
pub(crate) struct Lab {
    pub(crate) edge: EdgeLocation,
    pub(crate) netacea: NetaceaServices,
    _kinesis: Option<Server>,
    pub(crate) browsers: Arc<Browsers>,
    pub(crate) captchas: Arc<Captchas>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) feed: Arc<Feed>,
    pub(crate) rewriting: Rewriting,
    pub(crate) cookie_names: CookieNames,
    /// For requests at the edge.
    pub(crate) at_once: Semaphore,
    pub(crate) site_port: u16,
    pub(crate) console_port: u16,
    condition: Mutex<Condition>,
    protector_host: String,
    package: EdgePackage,
    description: Description,
    /// The origin, as the console describes it.
    origin: String,
}

impl Lab {
    /// Puts everything together for listeners on these ports.
    pub(crate) fn open(
        arguments: &Arguments,
        folder: &Path,
        site_port: u16,
        console_port: u16,
    ) -> Result<Self> {
        let node = node::find()?;
        let provider = Provider::find(arguments.provider.as_deref())?;
        let input = match &arguments.settings {
            Some(path) => settings::of_file(path, folder)?,
            None => settings::of_the_shop(&format!("http://127.0.0.1:{site_port}"))?,
        };
        let package = EdgePackage::make(&provider, &input)?;
        let (distribution, description) = read_distribution(arguments, &provider, &package)?;

        let browsers = Arc::new(Browsers::default());
        let captchas = Arc::new(Captchas::default());
        let feed = Feed::new();
        let journal = Arc::new(Journal::new(feed.clone()));
        let judge = LabJudge {
            browsers: browsers.clone(),
            captchas: captchas.clone(),
        };
        let host = |key: &str| host(package.text(key).unwrap_or_default()).to_owned();
        let (protector_host, ingest_host) =
            (host("mitigationServiceUrl"), host("ingestServiceUrl"));
        ensure!(
            protector_host != ingest_host,
            "the settings name {ingest_host} for both Protector and ingest. The lab tells the two \
             apart by their hosts; use different hosts in the lab"
        );
        let netacea = NetaceaServices::open_as(&protector_host, &ingest_host, judge)?;
        netacea.protector.stop_recording();
        let entered = journal.clone();
        netacea.ingest.watch(move |entry| entered.enter(entry));
        let region = package.configuration.get("kinesis");
        let region = region.and_then(|kinesis| kinesis["region"].as_str());
        let kinesis_host = kinesis::host(region);
        let kinesis = open_kinesis(&package, &netacea, &kinesis_host, &journal)?;

        let authority = Some(netacea.authority.file().to_owned());
        let edge = match &arguments.origin {
            Some(url) => {
                let site = WebServer::of_site(url, system_roots());
                located(node, distribution, site, authority)
            }
            None => located(node, distribution, Shop, authority),
        };
        edge.redirect(&protector_host, netacea.protector.port());
        edge.redirect(&ingest_host, netacea.ingest.port());
        if let Some(kinesis) = &kinesis {
            edge.redirect(&kinesis_host, kinesis.address().port());
        }
        Ok(Self {
            edge,
            netacea,
            _kinesis: kinesis,
            browsers,
            captchas,
            journal,
            feed,
            rewriting: Rewriting::new(arguments.origin.clone()),
            cookie_names: CookieNames::of(&package),
            at_once: Semaphore::new(MOST_AT_ONCE),
            site_port,
            console_port,
            condition: Mutex::default(),
            protector_host,
            package,
            description,
            origin: (arguments.origin.clone()).unwrap_or_else(|| "the demo shop".to_owned()),
        })
    }

    /// Sends a request through the edge. The caller adds time and browser to the exchange.
    pub(crate) fn send(&self, request: &ViewerRequest) -> Result<(ViewerResponse, Exchange)> {
        let answer = self.edge.send(request)?;
        let cookies = request.headers.iter();
        let cookies = cookies.filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
        let cookies: Vec<String> = cookies.map(|(_, value)| value.clone()).collect();
        let asked = Asked {
            method: &request.method,
            target: &request.target,
            cookies: &cookies,
        };
        let names = &self.cookie_names;
        let exchange = Exchange::of(asked, &answer, names, &self.protector_host);
        Ok((answer, exchange))
    }

    /// Protector's condition.
    pub(crate) fn condition(&self) -> Condition {
        *self.condition_of()
    }

    /// Sets Protector's condition from now on.
    pub(crate) fn set_condition(&self, condition: Condition) {
        *self.condition_of() = condition;
        condition.befall(&self.netacea.protector);
    }

    /// Everything that the console shows.
    pub(crate) fn state(&self) -> Value {
        let (all, browsers) = self.browsers.show();
        let instances = self.edge.instances();
        json!({
            "site": format!("http://127.0.0.1:{}/", self.site_port),
            "origin": self.origin,
            "distribution": self.description.show(),
            "package": self.package.describe(),
            "settings": self.package.configuration,
            "visitors": { "all": all, "browsers": browsers },
            "protector": self.condition(),
            "captcha_form": self.captchas.form(),
            "instance": {
                "count": instances.idle + instances.busy,
                "frozen": self.edge.freezes(),
                "cold_starts": instances.cold_starts,
            },
            "rewritten": self.rewriting.told(),
            "counters": self.journal.counters(),
        })
    }

    /// Tells consoles that the state has changed.
    pub(crate) fn tell_state(&self) {
        self.feed.tell("state", &self.state());
    }

    fn condition_of(&self) -> MutexGuard<'_, Condition> {
        self.condition
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn read_distribution(
    arguments: &Arguments,
    provider: &Provider,
    package: &EdgePackage,
) -> Result<(LabDistribution, Description)> {
    let (xml, name) = match &arguments.distribution {
        Some(path) => {
            let read = fs::read_to_string(path);
            let name = format!("--distribution {}", path.display());
            (
                read.with_context(|| format!("{name} cannot be read"))?,
                name,
            )
        }
        None => (distribution::SHOP.to_owned(), "the demo shop".to_owned()),
    };
    let (distribution, mut description) =
        LabDistribution::read(&xml, package).with_context(|| name.clone())?;
    let configuration = Value::Object(package.configuration.clone());
    description.add_hazards(provider.hazards(&xml, &configuration).context(name)?);
    Ok((distribution, description))
}

fn open_kinesis(
    package: &EdgePackage,
    netacea: &NetaceaServices,
    host: &str,
    journal: &Arc<Journal>,
) -> Result<Option<Server>> {
    if package.text("ingestType") != Some("KINESIS") {
        return Ok(None);
    }
    let tls = netacea.authority.server_configuration_for(&[host])?;
    let journal = journal.clone();
    Ok(Some(kinesis::open(tls, move |entry| journal.enter(entry))?))
}

fn located(
    node: PathBuf,
    distribution: LabDistribution,
    origin: impl OriginServer + 'static,
    authority: Option<PathBuf>,
) -> EdgeLocation {
    let edge = EdgeLocation::open(node, distribution, origin, authority);
    edge.play_surroundings();
    edge.keep_log_lines(LOG_LINES);
    edge
}

/// The certificates that this machine trusts.
fn system_roots() -> Vec<Certificate<'static>> {
    let found = rustls_native_certs::load_native_certs();
    let roots = found.certs.iter();
    roots
        .map(|root| Certificate::from_der(root).to_owned())
        .collect()
}

/// The host of a URL, without its port.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    authority.split(':').next().unwrap_or_default()
}
