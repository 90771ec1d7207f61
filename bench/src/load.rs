//! A load generator: a lean HTTP client, so that what it takes from the machine is not taken for the server's.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Result;

/// A connection that is kept alive, with one request at a time on it.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    /// What every request begins with, up to the value of its length.
    head: String,
    sent: Vec<u8>,
    received: Vec<u8>,
}

impl Connection {
    /// Connects to the address of an API, which begins with `http://`. Each request has these headers and accepts no
    /// compression.
    ///
    /// # Errors
    /// The network's, or that it is no such address.
    pub(crate) async fn open(url: &str, headers: &[(&str, &str)]) -> Result<Self> {
        let rest = url.strip_prefix("http://").ok_or("the load generator speaks plain HTTP")?;
        let (host, path) = rest.split_once('/').ok_or("the address has no path")?;
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!(
            "POST /{path} HTTP/1.1\r\nhost: {host}\r\n{headers}content-type: application/json\r\ncontent-length: "
        );
        Ok(Self { stream, head, sent: Vec::new(), received: Vec::new() })
    }

    /// Posts a body and waits for the answer's.
    ///
    /// # Errors
    /// The network's, or another status than 200.
    pub(crate) async fn post(&mut self, body: &str) -> Result<&str> {
        self.sent.clear();
        self.sent.extend_from_slice(self.head.as_bytes());
        self.sent.extend_from_slice(format!("{}\r\n\r\n", body.len()).as_bytes());
        self.sent.extend_from_slice(body.as_bytes());
        self.stream.write_all(&self.sent).await?;

        self.received.clear();
        let begin = loop {
            self.receive().await?;
            // Heads are short: there is no need to remember where the search ended.
            if let Some(end) = self.received.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let length = length(std::str::from_utf8(&self.received[..begin])?)?;
        while self.received.len() < begin + length {
            self.receive().await?;
        }
        Ok(std::str::from_utf8(&self.received[begin..begin + length])?)
    }

    async fn receive(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.received).await? {
            0 => Err("the server closed the connection".into()),
            _ => Ok(()),
        }
    }
}

/// The length of the body behind the head of an answer.
fn length(head: &str) -> Result<usize> {
    let mut lines = head.lines();
    let status = lines.next().unwrap_or_default();
    if status.split(' ').nth(1) != Some("200") {
        return Err(format!("the server answered with `{status}`").into());
    }
    let lengths = lines.filter_map(|line| line.split_once(':'));
    let length = lengths.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let (_, length) = length.ok_or("the answer has no length")?;
    Ok(length.trim().parse()?)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn the_head_says_how_long_the_body_is() {
        assert_eq!(length("HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 12\r\n\r\n").unwrap(), 12);
        for (head, part) in [
            ("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 1\r\n\r\n", "503"),
            ("HTTP/1.1 200 OK\r\n\r\n", "no length"),
            ("", "``"),
        ] {
            let error = length(head).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }

    #[tokio::test]
    async fn an_answer_may_come_in_pieces() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/graphql", listener.local_addr().unwrap());
        let serving = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"{}") {
                stream.read_buf(&mut request).await.unwrap();
            }
            for piece in ["HTTP/1.1 200 OK\r\ncontent-le", "ngth: 4\r\n\r\na", "bcd"] {
                stream.write_all(piece.as_bytes()).await.unwrap();
            }
            String::from_utf8(request).unwrap()
        };
        let asking = async {
            let mut connection = Connection::open(&url, &[("x-api-key", "k")]).await.unwrap();
            connection.post("{}").await.unwrap().to_owned()
        };
        let (request, answer) = tokio::join!(serving, asking);
        assert_eq!(answer, "abcd");
        assert!(request.starts_with("POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:"), "{request}");
        assert!(request.contains("\r\nx-api-key: k\r\n") && request.contains("\r\ncontent-length: 2\r\n"));
    }
}
