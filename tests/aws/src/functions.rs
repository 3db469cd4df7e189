//! Lambda functions of the emulator: questions of tests about them, and functions of strangers.

use std::io::{Cursor, Write};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use ureq::http::{Request, request};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::Client;

/// The functions of one account, in us-east-1.
#[derive(Clone, Debug)]
pub struct Functions {
    client: Client,
}

/// A published version, as Lambda returns it.
#[derive(Clone, Debug)]
pub struct Package {
    /// The deployment package; its SHA-256 has been compared with `CodeSha256`.
    pub zip: Vec<u8>,
    /// The configuration of the version: `Handler`, `Runtime`, `MemorySize`, `Timeout`,
    /// `CodeSha256`, …
    pub configuration: Value,
}

impl Functions {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The names of all functions.
    pub fn names(&self) -> Result<Vec<String>> {
        let answer = self.json("/2015-03-31/functions")?;
        let functions = answer["Functions"]
            .as_array()
            .context("ListFunctions answered without Functions")?;
        Ok(functions
            .iter()
            .filter_map(|function| function["FunctionName"].as_str())
            .map(str::to_owned)
            .collect())
    }

    /// The published versions of a function, without `$LATEST`, oldest first.
    pub fn versions(&self, name: &str) -> Result<Vec<u64>> {
        let answer = self.json(&format!("/2015-03-31/functions/{name}/versions"))?;
        let versions = answer["Versions"]
            .as_array()
            .context("ListVersionsByFunction answered without Versions")?;
        let mut numbers: Vec<u64> = versions
            .iter()
            .filter_map(|version| version["Version"].as_str()?.parse().ok())
            .collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// The tags of a function.
    pub fn tags(&self, name: &str) -> Result<Value> {
        Ok(self.json(&format!("/2015-03-31/functions/{name}"))?["Tags"].clone())
    }

    /// The package and configuration of a version, given by its qualified ARN.
    pub fn package(&self, qualified_arn: &str) -> Result<Package> {
        let (function, version) = qualified_arn
            .rsplit_once(':')
            .context("not a qualified ARN")?;
        let name = function.rsplit(':').next().unwrap_or(function);
        let answer = self.json(&format!("/2015-03-31/functions/{name}?Qualifier={version}"))?;
        let location = answer["Code"]["Location"]
            .as_str()
            .context("GetFunction answered without Code.Location")?;
        let zip = self
            .client
            .send("lambda", Request::get(location).body(Vec::new())?)?
            .into_body();
        let expected = &answer["Configuration"]["CodeSha256"];
        // The emulator returns the newest code for every version, so an older one cannot be read.
        ensure!(
            *expected == digest(&zip),
            "{qualified_arn}: the zip served is not the one of this version"
        );
        Ok(Package {
            zip,
            configuration: answer["Configuration"].clone(),
        })
    }

    /// Publishes a version of somebody else's function; returns its qualified ARN. `index_mjs` is
    /// its only file.
    pub fn create(&self, name: &str, index_mjs: &str) -> Result<String> {
        self.create_of(name, &[("index.mjs", index_mjs)])
    }

    /// The same with these files, by name and content; the first one has the handler.
    pub fn create_of(&self, name: &str, files: &[(&str, &str)]) -> Result<String> {
        let module = files.first().and_then(|(file, _)| file.rsplit_once('.'));
        let (module, _) = module.context("a file with the handler")?;
        let body = json!({
            "FunctionName": name,
            "Role": format!("arn:aws:iam::{}:role/legacy-edge", super::client::ACCOUNT),
            "Runtime": "nodejs22.x",
            "Handler": format!("{module}.handler"),
            "Publish": true,
            "Code": { "ZipFile": STANDARD.encode(zip(files)?) },
        });
        let answer = self.post("/2015-03-31/functions", &body)?;
        let arn = answer["FunctionArn"]
            .as_str()
            .context("CreateFunction answered without FunctionArn")?;
        let version = answer["Version"]
            .as_str()
            .context("CreateFunction answered without Version")?;
        Ok(format!("{arn}:{version}"))
    }

    /// Publishes what `package` read in another account: the versions of one function in their
    /// order, each with the zip that has its digest, and the function's tags.
    pub fn republish(&self, versions: &[Value], zips: &[&[u8]], tags: &Value) -> Result<()> {
        const CONFIGURATION: [&str; 8] = [
            "Role",
            "Runtime",
            "Handler",
            "Description",
            "MemorySize",
            "Timeout",
            "Architectures",
            "LoggingConfig",
        ];
        for (index, version) in versions.iter().enumerate() {
            let name = version["FunctionName"].as_str().context("a name")?;
            let zip = zips
                .iter()
                .find(|zip| version["CodeSha256"] == digest(zip))
                .with_context(|| format!("no package for {version}"))?;
            let chosen = CONFIGURATION
                .iter()
                .filter(|key| !version[**key].is_null())
                .map(|key| (key.to_string(), version[*key].clone()));
            let mut configuration: Map<String, Value> = chosen.collect();
            let code = STANDARD.encode(zip);
            if index == 0 {
                configuration.insert("FunctionName".to_owned(), name.into());
                configuration.insert("Code".to_owned(), json!({ "ZipFile": code }));
                configuration.insert("Tags".to_owned(), tags.clone());
                self.post("/2015-03-31/functions", &configuration.into())?;
            } else {
                self.configure(name, &configuration.into())?;
                let body = json!({ "ZipFile": code });
                self.put(&format!("/2015-03-31/functions/{name}/code"), &body)?;
            }
            self.settle(name)?;
            let path = format!("/2015-03-31/functions/{name}/versions");
            let published = self.post(&path, &json!({}))?;
            ensure!(
                published["Version"] == version["Version"]
                    && published["CodeSha256"] == version["CodeSha256"],
                "published is {published}, wanted was {version}"
            );
        }
        Ok(())
    }

    /// Replaces the code of `$LATEST`; with `publish` also publishes it. Returns the version that
    /// Lambda answers with.
    pub fn replace_code(&self, name: &str, index_mjs: &str, publish: bool) -> Result<String> {
        let body = json!({ "ZipFile": STANDARD.encode(zip(&[("index.mjs", index_mjs)])?), "Publish": publish });
        let answer = self.put(&format!("/2015-03-31/functions/{name}/code"), &body)?;
        let version = answer["Version"]
            .as_str()
            .context("UpdateFunctionCode answered without Version")?;
        self.settle(name)?;
        Ok(version.to_owned())
    }

    /// Changes the configuration of `$LATEST`: `{"MemorySize": 256}`, `{"Role": …}`.
    pub fn configure(&self, name: &str, change: &Value) -> Result<()> {
        self.put(
            &format!("/2015-03-31/functions/{name}/configuration"),
            change,
        )?;
        self.settle(name)
    }

    /// Sets tags of a function given by its unqualified ARN.
    pub fn tag(&self, function_arn: &str, tags: &Value) -> Result<()> {
        let request = Request::post(self.client.url(&format!("/2017-03-31/tags/{function_arn}")))
            .header("content-type", "application/json")
            .body(serde_json::to_vec(&json!({ "Tags": tags }))?)?;
        self.client.send("lambda", request)?;
        Ok(())
    }

    /// Removes tags of a function given by its unqualified ARN.
    pub fn untag(&self, function_arn: &str, keys: &[String]) -> Result<()> {
        let keys: Vec<String> = keys.iter().map(|key| format!("tagKeys={key}")).collect();
        let path = format!("/2017-03-31/tags/{function_arn}?{}", keys.join("&"));
        let request = Request::delete(self.client.url(&path)).body(Vec::new())?;
        self.client.send("lambda", request)?;
        Ok(())
    }

    /// Deletes a function, or one of its versions.
    pub fn delete(&self, name: &str, version: Option<&str>) -> Result<()> {
        let qualifier = version.map(|version| format!("?Qualifier={version}"));
        let path = format!(
            "/2015-03-31/functions/{name}{}",
            qualifier.unwrap_or_default()
        );
        let request = Request::delete(self.client.url(&path)).body(Vec::new())?;
        self.client.send("lambda", request)?;
        Ok(())
    }

    /// Waits until a change of `$LATEST` is finished.
    fn settle(&self, name: &str) -> Result<()> {
        for _ in 0..100 {
            let configuration =
                self.json(&format!("/2015-03-31/functions/{name}/configuration"))?;
            if configuration["LastUpdateStatus"] != "InProgress" {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(100));
        }
        bail!("the update of {name} takes longer than 10 seconds")
    }

    fn json(&self, path: &str) -> Result<Value> {
        Ok(serde_json::from_slice(
            self.client.get("lambda", path)?.body(),
        )?)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.write(Request::post(self.client.url(path)), body)
    }

    fn put(&self, path: &str, body: &Value) -> Result<Value> {
        self.write(Request::put(self.client.url(path)), body)
    }

    fn write(&self, request: request::Builder, body: &Value) -> Result<Value> {
        let request = request
            .header("content-type", "application/json")
            .body(serde_json::to_vec(body)?)?;
        Ok(serde_json::from_slice(
            self.client.send("lambda", request)?.body(),
        )?)
    }
}

/// As Lambda reports it.
fn digest(zip: &[u8]) -> String {
    STANDARD.encode(Sha256::digest(zip))
}

/// A package with these files.
fn zip(files: &[(&str, &str)]) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default())?;
        zip.write_all(content.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}
