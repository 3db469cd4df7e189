//! [`Listener`]: the socket that Terraform connects to.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;

use tokio::net::TcpListener;

use super::connection::Connection;
use super::environment::Environment;
use crate::serve_error::ServeError;

/// A bound socket. The file of a unix socket goes away with it.
#[derive(Debug)]
pub(super) enum Listener {
    #[cfg(unix)]
    Unix {
        listener: tokio::net::UnixListener,
        directory: tempfile::TempDir,
    },
    Tcp(TcpListener),
}

/// Where a listener is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    #[cfg(unix)]
    Unix(std::path::PathBuf),
    Tcp(SocketAddr),
}

impl Listener {
    /// Listens where go-plugin's host expects it on this operating system.
    pub(super) async fn bind(environment: &Environment) -> Result<Self, ServeError> {
        #[cfg(unix)]
        return Self::bind_unix(environment.socket_directory.as_deref());
        #[cfg(not(unix))]
        return Self::bind_tcp(environment.ports.clone()).await;
    }

    /// The socket's directory is open to this user alone.
    #[cfg(unix)]
    pub(super) fn bind_unix(parent: Option<&std::path::Path>) -> Result<Self, ServeError> {
        use std::os::unix::fs::PermissionsExt as _;
        let parent = parent.map_or_else(short_temporary_directory, std::path::Path::to_owned);
        let directory = tempfile::Builder::new()
            .prefix(DIRECTORY_PREFIX)
            .permissions(std::fs::Permissions::from_mode(0o700))
            .tempdir_in(&parent)
            .map_err(ServeError::io(
                "cannot create the directory of the plugin socket",
            ))?;
        let listener = tokio::net::UnixListener::bind(directory.path().join(SOCKET_NAME))
            .map_err(ServeError::io("cannot create the plugin socket"))?;
        Ok(Self::Unix {
            listener,
            directory,
        })
    }

    /// The first free port of the range, reachable from this machine alone.
    #[cfg_attr(
        all(unix, not(test)),
        allow(dead_code, reason = "for systems without unix sockets")
    )]
    pub(super) async fn bind_tcp(ports: RangeInclusive<u16>) -> Result<Self, ServeError> {
        let mut last = std::io::Error::from(std::io::ErrorKind::AddrInUse);
        for port in ports {
            match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
                Ok(listener) => return Ok(Self::Tcp(listener)),
                Err(error) => last = error,
            }
        }
        Err(ServeError::io("cannot listen on any port of the range")(
            last,
        ))
    }

    pub(super) fn address(&self) -> Result<Address, ServeError> {
        match self {
            #[cfg(unix)]
            Self::Unix { directory, .. } => Ok(Address::Unix(directory.path().join(SOCKET_NAME))),
            Self::Tcp(listener) => listener
                .local_addr()
                .map(Address::Tcp)
                .map_err(ServeError::io("the plugin port is unknown")),
        }
    }

    /// Where other providers have their sockets, too.
    #[cfg(unix)]
    pub(super) fn neighborhood(&self) -> Option<&std::path::Path> {
        match self {
            Self::Unix { directory, .. } => directory.path().parent(),
            Self::Tcp(_) => None,
        }
    }

    pub(super) async fn accept(&self) -> std::io::Result<Connection> {
        match self {
            #[cfg(unix)]
            Self::Unix { listener, .. } => listener
                .accept()
                .await
                .map(|(stream, _)| Connection::new(stream)),
            Self::Tcp(listener) => listener
                .accept()
                .await
                .map(|(stream, _)| Connection::new(stream)),
        }
    }
}

impl Address {
    /// The network's name in Go.
    pub(super) fn network(&self) -> &'static str {
        match self {
            #[cfg(unix)]
            Self::Unix(_) => "unix",
            Self::Tcp(_) => "tcp",
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            #[cfg(unix)]
            Self::Unix(path) => write!(out, "{}", path.display()),
            Self::Tcp(address) => write!(out, "{address}"),
        }
    }
}

#[cfg(unix)]
pub(super) const DIRECTORY_PREFIX: &str = "tfp";

#[cfg(unix)]
pub(super) const SOCKET_NAME: &str = "s";

/// A socket's path may have 107 bytes on Linux and 103 on macOS; some temporary directories alone
/// have more.
#[cfg(unix)]
fn short_temporary_directory() -> std::path::PathBuf {
    const ROOM_FOR_OURS: usize = "/tfpXXXXXX/s".len();
    let usual = std::env::temp_dir();
    if usual.as_os_str().len() + ROOM_FOR_OURS <= 103 {
        usual
    } else {
        "/tmp".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[tokio::test]
    async fn the_socket_is_private_and_goes_away_with_its_listener() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().expect("a temporary directory");
        let listener = Listener::bind_unix(Some(home.path())).expect("a socket");
        let Ok(Address::Unix(path)) = listener.address() else {
            panic!("a unix socket has a path");
        };
        assert!(path.starts_with(home.path()));
        let directory = path.parent().expect("a file has a directory");
        let mode = directory
            .metadata()
            .expect("it exists")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700);
        drop(listener);
        assert!(!directory.exists());
    }

    #[tokio::test]
    async fn tcp_takes_a_free_port_of_the_range() {
        // An ephemeral port that is taken; the one after it is most likely free, and the range goes
        // on anyway.
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a port");
        let first = taken.local_addr().expect("it is bound").port();
        let listener = Listener::bind_tcp(first..=first.saturating_add(200))
            .await
            .expect("another port");
        let Ok(Address::Tcp(address)) = listener.address() else {
            panic!("a TCP listener has a socket address");
        };
        assert!(address.ip().is_loopback());
        assert!(address.port() > first);
    }
}
