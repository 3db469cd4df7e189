//! Sockets of providers that were killed: whoever comes next removes them.

use std::io::ErrorKind;
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;
use std::time::Duration;

use tokio::net::UnixStream;

use super::listener::{DIRECTORY_PREFIX, SOCKET_NAME};

/// A provider that starts right now has made its socket and does not listen yet.
pub(super) const STARTING: Duration = Duration::from_secs(60);

/// Removes the sockets in `parent` that are older than `age` and that nobody listens on. Nobody
/// waits for this and nothing depends on it, so whatever does not work is left for the next.
pub(super) async fn remove_stale(parent: &Path, age: Duration) {
    let Ok(entries) = std::fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if !name
            .as_encoded_bytes()
            .starts_with(DIRECTORY_PREFIX.as_bytes())
        {
            continue;
        }
        let directory = entry.path();
        let socket = directory.join(SOCKET_NAME);
        if is_old(&socket, age) && is_abandoned(&socket).await {
            let _ = std::fs::remove_file(&socket);
            // Only if there was nothing else in it: then it was ours.
            let _ = std::fs::remove_dir(&directory);
        }
    }
}

fn is_old(socket: &Path, age: Duration) -> bool {
    let Ok(metadata) = socket.symlink_metadata() else {
        return false;
    };
    let modified = metadata.modified().ok();
    let lived = modified.and_then(|modified| modified.elapsed().ok());
    metadata.file_type().is_socket() && lived.is_some_and(|lived| lived >= age)
}

/// Another user's socket is not ours to judge: there the connection fails otherwise.
async fn is_abandoned(socket: &Path) -> bool {
    let connected = UnixStream::connect(socket).await;
    connected.is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;
    use std::path::PathBuf;

    fn socket_in(parent: &Path, directory: &str) -> (PathBuf, UnixListener) {
        let directory = parent.join(directory);
        std::fs::create_dir(&directory).expect("a new directory");
        let socket = directory.join(SOCKET_NAME);
        let listener = UnixListener::bind(&socket).expect("a socket");
        (socket, listener)
    }

    #[tokio::test]
    async fn only_old_sockets_that_nobody_listens_on_go_away() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let (dead, listener) = socket_in(home.path(), "tfpdead");
        drop(listener);
        let (living, _listener) = socket_in(home.path(), "tfplive");
        let (foreign, listener) = socket_in(home.path(), "other");
        drop(listener);
        let (guarded, listener) = socket_in(home.path(), "tfpwithmore");
        drop(listener);
        let more = guarded.with_file_name("more");
        std::fs::write(&more, "").expect("a file");

        remove_stale(home.path(), Duration::from_secs(3600)).await;
        assert!(dead.exists(), "it may be about to listen");
        remove_stale(home.path(), Duration::ZERO).await;
        assert!(!dead.parent().expect("it has one").exists());
        assert!(living.exists() && foreign.exists());
        assert!(more.exists(), "what is not ours stays");
    }
}
