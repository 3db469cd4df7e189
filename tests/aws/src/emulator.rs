//! ministack in a process of its own.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;
use ureq::http::Request;

use crate::process::Process;
use crate::{ACCOUNT, Client, Distribution, Functions, Stream};

/// How often one is started, each time on other ports, before this gives up.
const ATTEMPTS: usize = 5;

/// The longest time until the emulator is healthy; it needs one second on an idle machine.
const HEALTHY_WITHIN: Duration = Duration::from_secs(60);

/// An empty AWS account on a free loopback port; gone when dropped.
#[derive(Debug)]
pub struct Emulator {
    client: Client,
    process: Process,
    _folder: TempDir,
}

impl Emulator {
    /// The `ministack` command that `make setup` installs, or the one that `MINISTACK` names.
    pub fn installed() -> Result<PathBuf> {
        let brought = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../.tools/venv/bin/ministack"
        );
        let program = env::var_os("MINISTACK").map_or_else(|| brought.into(), PathBuf::from);
        ensure!(program.is_file(), "{} is not there", program.display());
        Ok(program)
    }

    /// Starts one from its command and waits until it is healthy.
    pub fn start(ministack: &Path) -> Result<Self> {
        let mut attempt = 1;
        loop {
            // Another process may have taken a port between the look and the start.
            match Self::start_on(free_ports()?, ministack)? {
                Ok(emulator) => return Ok(emulator),
                Err(status) if attempt == ATTEMPTS => {
                    bail!("the AWS emulator ended at once, {ATTEMPTS} times: {status}")
                }
                Err(_) => attempt += 1,
            }
        }
    }

    /// Starts one on these ports, or returns how it ended at once, as it does if a port is taken.
    fn start_on([gateway, mqtt]: [u16; 2], ministack: &Path) -> Result<Result<Self, ExitStatus>> {
        let folder = TempDir::with_prefix("netacea-aws-")?;
        let edition = folder.path().display().to_string();
        let mut command = Command::new(ministack);
        command
            .env("BIND_HOST", "127.0.0.1")
            .env("MINISTACK_HOST", "127.0.0.1")
            .env("MINISTACK_EDITION", &edition)
            .env("GATEWAY_PORT", gateway.to_string())
            .env("IOT_MTLS_PORT", mqtt.to_string())
            .env("SERVICES", "lambda,cloudfront,ec2,iam,sts,kinesis,logs")
            .env("TMPDIR", folder.path())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut process = Process::start("the AWS emulator", &mut command)?;
        let client = Client::new(format!("http://127.0.0.1:{gateway}"));
        Ok(
            match ended_before_healthy(&client, &edition, &mut process)? {
                Some(status) => Err(status),
                None => Ok(Self {
                    client,
                    process,
                    _folder: folder,
                }),
            },
        )
    }

    /// Its endpoint for every service, such as `http://127.0.0.1:41233`.
    pub fn endpoint(&self) -> &str {
        self.client.endpoint()
    }

    /// Empties the account.
    pub fn reset(&self) -> Result<()> {
        let request = Request::post(self.client.url("/_ministack/reset")).body(Vec::new())?;
        self.client.send("cloudfront", request)?;
        Ok(())
    }

    /// A distribution of this account.
    pub fn distribution(&self, id: &str) -> Distribution {
        Distribution::existing(self.client.clone(), id)
    }

    /// Creates a distribution from the XML of a `DistributionConfig`.
    pub fn create_distribution(&self, configuration: &str) -> Result<Distribution> {
        Distribution::create(self.client.clone(), configuration)
    }

    /// Creates an origin in a private network, for distributions to name: an instance, and a VPC
    /// origin of CloudFront in front of it. Returns the VPC origin's id.
    pub fn create_vpc_origin(&self, name: &str) -> Result<String> {
        let request = Request::post(self.client.url("/"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(b"Action=RunInstances&Version=2016-11-15&ImageId=ami-12345678&MinCount=1&MaxCount=1".to_vec())?;
        let answer = self.client.send("ec2", request)?;
        let instance = element(&String::from_utf8(answer.into_body())?, "instanceId")?;
        let body = format!(
            "<CreateVpcOriginRequest xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><VpcOriginEndpointConfig><Name>{name}</Name>\
             <Arn>arn:aws:ec2:us-east-1:{ACCOUNT}:instance/{instance}</Arn><HTTPPort>80</HTTPPort><HTTPSPort>443</HTTPSPort>\
             <OriginProtocolPolicy>https-only</OriginProtocolPolicy></VpcOriginEndpointConfig></CreateVpcOriginRequest>"
        );
        let request = Request::post(self.client.url("/2020-05-31/vpc-origin"))
            .header("content-type", "application/xml")
            .body(body.into_bytes())?;
        let answer = self.client.send("cloudfront", request)?;
        element(&String::from_utf8(answer.into_body())?, "Id")
    }

    /// Creates a Kinesis stream.
    pub fn create_stream(&self, name: &str, region: &'static str) -> Result<Stream> {
        Stream::create(self.client.clone().in_region(region), name)
    }

    /// The Lambda functions of this account.
    pub fn functions(&self) -> Functions {
        Functions::new(self.client.clone())
    }
}

/// The text of the first element of that name.
fn element(xml: &str, name: &str) -> Result<String> {
    let document = roxmltree::Document::parse(xml)?;
    let found = document
        .descendants()
        .find(|node| node.tag_name().name() == name);
    let text = found.and_then(|node| node.text());
    Ok(text
        .with_context(|| format!("no {name} in {xml}"))?
        .to_owned())
}

/// Ports that were free a moment ago: for the gateway and for MQTT.
fn free_ports() -> Result<[u16; 2]> {
    let [gateway, mqtt] = [listener()?, listener()?];
    Ok([gateway.local_addr()?.port(), mqtt.local_addr()?.port()])
}

fn listener() -> Result<TcpListener> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?)
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // An orderly end would save nothing.
        self.process.signal(Signal::KILL);
    }
}

/// How the emulator of this `edition` ended, or `None` once it is healthy.
///
/// Any server could answer on its port, and the name of an edition, which is part of the emulator's
/// answer, tells it from all others.
fn ended_before_healthy(
    client: &Client,
    edition: &str,
    process: &mut Process,
) -> Result<Option<ExitStatus>> {
    let started = Instant::now();
    while !is_healthy(client, edition) {
        if let Some(status) = process.ended()? {
            return Ok(Some(status));
        }
        ensure!(
            started.elapsed() < HEALTHY_WITHIN,
            "the AWS emulator was not healthy within {} s",
            HEALTHY_WITHIN.as_secs()
        );
        crate::interrupt::check().context("while the AWS emulator started")?;
        thread::sleep(Duration::from_millis(50));
    }
    Ok(None)
}

fn is_healthy(client: &Client, edition: &str) -> bool {
    let answer = client.get("cloudfront", "/_ministack/health").ok();
    let health = answer.and_then(|answer| serde_json::from_slice::<Value>(answer.body()).ok());
    health.is_some_and(|health| health["edition"] == edition)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    #[test]
    fn a_server_that_took_the_port_is_not_taken_for_the_emulator() -> Result<()> {
        let (taken, [_, mqtt]) = (listener()?, free_ports()?);
        let gateway = taken.local_addr()?.port();
        thread::spawn(move || {
            for mut stream in taken.incoming().flatten() {
                // A client that has gone is not this server's trouble.
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
            }
        });
        let emulator = Emulator::start_on([gateway, mqtt], &Emulator::installed()?)?;
        assert!(emulator.is_err(), "{emulator:?}");
        Ok(())
    }
}
