//! As much of HTTP/1.1 as a test needs to stand between a client and a server.

use tokio::io::{AsyncRead, AsyncReadExt};

/// A request, read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    head: String,
    body: Vec<u8>,
}

impl Request {
    /// Reads the next request; `None` if there is no more.
    pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Request> {
        let mut bytes = Vec::new();
        let head = loop {
            if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut bytes).await.ok()? == 0 {
                return None;
            }
        };
        let text = String::from_utf8(bytes[..head].to_vec()).ok()?;
        let mut request = Request { head: text, body: bytes[head..].to_vec() };
        let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
        while request.body.len() < length {
            if stream.read_buf(&mut request.body).await.ok()? == 0 {
                return None;
            }
        }
        Some(request)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    pub(crate) fn is_socket(&self) -> bool {
        self.header("upgrade").is_some()
    }

    pub(crate) fn body(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn is_mutation(&self) -> bool {
        self.body().contains("\"mutation ")
    }

    pub(crate) fn is_sync(&self, model: &str) -> bool {
        self.body().contains(&format!("sync{model}"))
    }

    pub(crate) fn is_probe(&self) -> bool {
        self.body().contains("__typename") && self.body().contains("Probe")
    }

    /// The bytes of the request. One that is no socket asks the server to close the connection behind the answer.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.head.clone().into_bytes();
        if !self.is_socket() {
            bytes.truncate(bytes.len() - 2);
            bytes.extend(b"connection: close\r\n\r\n");
        }
        bytes.extend(&self.body);
        bytes
    }
}

/// The bytes of an answer.
pub(crate) fn answer(status: u16, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status} Said So\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}",
        body.len()
    )
    .into_bytes()
}
