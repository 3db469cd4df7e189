use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A fault that the proxy plays on the next request that fits, once.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) method: &'static str,
    /// Part of the request's path.
    pub(super) path: &'static str,
    pub(super) play: Play,
}

#[derive(Clone, Debug)]
pub(super) enum Play {
    /// The emulator carries the request out, and its answer gets lost.
    LoseAnswer,
    /// Another answer than the emulator's: a body.
    AnswerXml(&'static str),
    /// CloudFront's way to refuse: status, code, message.
    RefuseXml(u16, &'static str, &'static str),
    /// Lambda's way to refuse.
    RefuseJson(u16, &'static str, &'static str),
}

/// Stands between a session and the emulator, on a loopback port of its own; stopped when dropped.
pub(super) struct FaultProxy {
    pub(super) url: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    upstream: String,
    faults: Mutex<VecDeque<Fault>>,
    /// Head and body of each request.
    requests: Mutex<Vec<(String, Vec<u8>)>>,
}

impl FaultProxy {
    pub(super) async fn start(
        emulator_url: &str,
        faults: impl IntoIterator<Item = Fault>,
    ) -> FaultProxy {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            upstream: emulator_url.trim_start_matches("http://").to_owned(),
            faults: Mutex::new(faults.into_iter().collect()),
            requests: Mutex::default(),
        });
        let serving = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&serving);
                tokio::spawn(async move { shared.serve(stream).await });
            }
        });
        FaultProxy { url, shared, task }
    }

    /// The faults that no request has met.
    pub(super) fn unplayed(&self) -> usize {
        self.shared.faults.lock().unwrap().len()
    }

    /// The bodies of the requests with this method, in order.
    pub(super) fn bodies(&self, method: &str) -> Vec<String> {
        let requests = self.shared.requests.lock().unwrap();
        let fitting = requests.iter().filter(|(head, _)| head.starts_with(method));
        fitting
            .map(|(_, body)| String::from_utf8_lossy(body).into_owned())
            .collect()
    }

    /// Request lines and headers, in order.
    pub(super) fn heads(&self) -> Vec<String> {
        let requests = self.shared.requests.lock().unwrap();
        requests.iter().map(|(head, _)| head.clone()).collect()
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    /// One request a connection: `Connection: close` keeps the proxy simple.
    async fn serve(&self, mut client: TcpStream) -> Option<()> {
        let (head, body) = read_request(&mut client).await?;
        let line = head.lines().next()?.to_owned();
        self.requests
            .lock()
            .unwrap()
            .push((head.clone(), body.clone()));
        let fault = self.next_fault(&line);
        if let Some(Play::AnswerXml(body)) = fault {
            return answer(&mut client, 200, "content-type: text/xml", body).await;
        }
        if let Some(Play::RefuseXml(status, code, message)) = fault {
            let body = format!(
                "<ErrorResponse xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Error><Type>Sender</Type><Code>{code}</Code>\
                 <Message>{message}</Message></Error><RequestId>req-1</RequestId></ErrorResponse>"
            );
            return answer(&mut client, status, "content-type: text/xml", &body).await;
        }
        if let Some(Play::RefuseJson(status, code, message)) = fault {
            let body = format!("{{\"Type\":\"User\",\"Message\":\"{message}\"}}");
            return answer(
                &mut client,
                status,
                &format!("x-amzn-errortype: {code}"),
                &body,
            )
            .await;
        }
        let answered = self.forward(&head, &body).await?;
        if fault.is_none() {
            client.write_all(&answered).await.ok()?;
        }
        client.shutdown().await.ok()
    }

    fn next_fault(&self, line: &str) -> Option<Play> {
        let mut faults = self.faults.lock().unwrap();
        let fits = |fault: &Fault| line.starts_with(fault.method) && line.contains(fault.path);
        let index = faults.iter().position(fits)?;
        faults.remove(index).map(|fault| fault.play)
    }

    async fn forward(&self, head: &str, body: &[u8]) -> Option<Vec<u8>> {
        let mut upstream = TcpStream::connect(&self.upstream).await.ok()?;
        // A client that takes this for its HTTP proxy writes the whole address.
        let head = head
            .trim_end()
            .replacen(&format!(" http://{}/", self.upstream), " /", 1)
            .replacen("\r\n", "\r\nConnection: close\r\n", 1);
        upstream
            .write_all(format!("{head}\r\n\r\n").as_bytes())
            .await
            .ok()?;
        upstream.write_all(body).await.ok()?;
        let mut answered = Vec::new();
        upstream.read_to_end(&mut answered).await.ok()?;
        let head_end = answered
            .windows(4)
            .position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&answered[..head_end]).into_owned();
        let close = if head.to_lowercase().contains("connection: close") {
            ""
        } else {
            "\r\nConnection: close"
        };
        Some([format!("{head}{close}").as_bytes(), &answered[head_end..]].concat())
    }
}

async fn read_request(client: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut read = Vec::new();
    let head_end = loop {
        if client.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&read[..head_end]).into_owned();
    let length = head.lines().find_map(|line| {
        line.to_lowercase()
            .strip_prefix("content-length:")?
            .trim()
            .parse()
            .ok()
    });
    let mut body = read.split_off(head_end);
    while body.len() < length.unwrap_or(0) {
        if client.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some((head, body))
}

async fn answer(client: &mut TcpStream, status: u16, header: &str, body: &str) -> Option<()> {
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status} Fault\r\n{header}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    client.write_all(text.as_bytes()).await.ok()?;
    client.shutdown().await.ok()
}
