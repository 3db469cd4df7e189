//! From a folder and from a web server, by each Terraform.

use std::fs;

use acceptance::netacea::Authority;
use acceptance::server::{Reply, Server};
use anyhow::Result;
use hyper::body::Bytes;
use hyper::{Request, Response, StatusCode};

use crate::release::Release;
use crate::{EXAMPLE, estates, plans_without_a_warning};

#[test]
fn a_filesystem_mirror_installs_it() -> Result<()> {
    let release = Release::find()?;
    for estate in estates()? {
        let method = format!("filesystem_mirror {{ path = {:?} }}", release.folder);
        let directory = estate.example_installed_from(&method, EXAMPLE)?;
        plans_without_a_warning(&directory)?;
    }
    Ok(())
}

#[test]
fn a_network_mirror_over_tls_installs_it() -> Result<()> {
    let release = Release::find()?;
    let authority = Authority::create()?;
    let server = serve(&release, &authority)?;
    for estate in estates()? {
        let method = format!(
            "network_mirror {{ url = \"https://localhost:{}/\" }}",
            server.address().port()
        );
        let mut directory = estate.example_installed_from(&method, EXAMPLE)?;
        directory.set("SSL_CERT_FILE", &authority.file().to_string_lossy());
        plans_without_a_warning(&directory)?;
    }
    Ok(())
}

/// The folder of a release as any web server would serve it.
pub(crate) fn serve(release: &Release, authority: &Authority) -> Result<Server> {
    let root = release.folder.clone();
    Server::https(authority.server_configuration()?, move |request| {
        Reply::Response(file(&request, &root))
    })
}

fn file(request: &Request<Bytes>, root: &std::path::Path) -> Response<Bytes> {
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
