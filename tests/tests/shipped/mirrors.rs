//! From a folder and from a web server, by each Terraform.

use std::fs;
use std::path::Path;

use acceptance::estate::Estate;
use acceptance::netacea::Authority;
use acceptance::server::{Reply, Server};
use acceptance::terraform::WorkingDirectory;
use anyhow::Result;
use hyper::body::Bytes;
use hyper::{Request, Response, StatusCode};

use crate::release::Release;
use crate::{EXAMPLE, estates, plans_without_a_warning};

#[test]
fn a_filesystem_mirror_installs_it() -> Result<()> {
    let release = Release::find()?;
    for estate in estates()? {
        let directory = estate.example_installed_from(&release.mirror(), EXAMPLE)?;
        plans_without_a_warning(&directory)?;
    }
    Ok(())
}

#[test]
fn a_network_mirror_over_tls_installs_it() -> Result<()> {
    let release = Release::find()?;
    let mirror = NetworkMirror::serve(&release)?;
    for estate in estates()? {
        plans_without_a_warning(&mirror.example(&estate)?)?;
    }
    Ok(())
}

/// The folder of a release as any web server would serve it, over TLS.
pub(crate) struct NetworkMirror {
    server: Server,
    authority: Authority,
}

impl NetworkMirror {
    pub(crate) fn serve(release: &Release) -> Result<Self> {
        let authority = Authority::create()?;
        let root = release.folder.clone();
        let server = Server::https(authority.server_configuration()?, move |request| {
            Reply::Response(file(&request, &root))
        })?;
        Ok(Self { server, authority })
    }

    /// The example, to be initialized from here.
    pub(crate) fn example(&self, estate: &Estate) -> Result<WorkingDirectory> {
        let method = format!(
            "network_mirror {{ url = \"https://localhost:{}/\" }}",
            self.server.address().port()
        );
        let mut directory = estate.example_installed_from(&method, EXAMPLE)?;
        directory.set("SSL_CERT_FILE", &self.authority.file().to_string_lossy());
        Ok(directory)
    }
}

fn file(request: &Request<Bytes>, root: &Path) -> Response<Bytes> {
    let path = request.uri().path().trim_start_matches('/');
    let media_type = match path.rsplit('.').next() {
        Some("json") => "application/json",
        _ => "application/zip",
    };
    let (status, content) = match fs::read(root.join(path)) {
        Ok(content) => (StatusCode::OK, content),
        Err(_) => (StatusCode::NOT_FOUND, Vec::new()),
    };
    let mut response = Response::new(Bytes::from(content));
    *response.status_mut() = status;
    let media_type = hyper::header::HeaderValue::from_static(media_type);
    response
        .headers_mut()
        .insert(hyper::header::CONTENT_TYPE, media_type);
    response
}
