//! The realtime socket: one connection, all subscriptions.

use super::{Http, TransportError, failure_of};
use crate::api::Auth;
use futures_util::{SinkExt, StreamExt};
use std::time::Duration;
use syncline_protocol::error::{classify, retry_after_seconds};
use syncline_protocol::realtime::{
    Authorization, ClientFrame, ServerFrame, Start, api_host, client_protocols, realtime_url,
};
use syncline_protocol::{RawJson, request::Request};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

/// How long a server may take to accept a connection, or to answer `connection_init`.
const PATIENCE: Duration = Duration::from_secs(15);

/// Any stream a socket can run over.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// What comes from the socket.
#[derive(Debug)]
pub(crate) enum RealtimeEvent {
    /// A subscription runs.
    Started(String),
    /// A subscription cannot run.
    Refused(String, TransportError),
    /// An event of a subscription.
    Data(String, RawJson),
    /// The socket is gone; nothing more comes.
    Lost(TransportError),
}

/// An open socket: subscriptions go in, events come out. Dropping it closes the socket.
#[derive(Debug)]
pub(crate) struct Realtime {
    frames: mpsc::UnboundedSender<ClientFrame>,
    authorization: Authorization,
}

impl Realtime {
    /// Opens the socket of `origin` and waits until it is accepted, or `speaks` is done: a server that speaks the extension
    /// takes frames in their order, so what follows need not wait for the answer to the first of them, which on a long
    /// line is a round trip. A refusal then is how the socket is lost.
    ///
    /// The second part runs it: it must be polled, and its events go to `events`, where a receiver that is behind holds the
    /// socket up instead of growing memory.
    pub(crate) async fn open<S: Future<Output = ()>>(
        http: &Http,
        origin: &str,
        speaks: S,
        events: mpsc::Sender<RealtimeEvent>,
    ) -> Result<(Realtime, impl Future<Output = ()> + Send + use<S>), TransportError> {
        let Auth::ApiKey(key) = &http.api.auth;
        let host = api_host(&http.api.endpoint).map_err(TransportError::auth)?;
        let authorization = Authorization::api_key(host, key, None);
        let opened = tokio::time::timeout(PATIENCE, connect(http, origin, &authorization, speaks)).await;
        let (socket, timeout) =
            opened.unwrap_or_else(|_| Err(TransportError::offline("the server does not answer")))?;
        let (frames, queue) = mpsc::unbounded_channel();
        let run = async move {
            let lost = run(socket, timeout, queue, &events).await;
            let _ = events.send(RealtimeEvent::Lost(lost)).await;
        };
        Ok((Realtime { frames, authorization }, run))
    }

    /// Asks for a subscription; [`RealtimeEvent::Started`] or `Refused` follows.
    pub(crate) fn subscribe(&self, id: &str, request: &Request) {
        let start = Start::new(id, request, self.authorization.clone());
        // A socket that is gone says so by itself.
        let _ = self.frames.send(ClientFrame::Start(start));
    }

    /// What asks for subscriptions as long as the socket is open, without keeping it open.
    pub(crate) fn subscriber(&self) -> Subscriber {
        Subscriber { frames: self.frames.downgrade(), authorization: self.authorization.clone() }
    }
}

/// Asks for subscriptions of a socket that others keep open.
#[derive(Debug)]
pub(crate) struct Subscriber {
    frames: mpsc::WeakUnboundedSender<ClientFrame>,
    authorization: Authorization,
}

impl Subscriber {
    /// As [`Realtime::subscribe`], if the socket is still open.
    pub(crate) fn subscribe(&self, id: &str, request: &Request) {
        if let Some(frames) = self.frames.upgrade() {
            Realtime { frames, authorization: self.authorization.clone() }.subscribe(id, request);
        }
    }
}

type Socket = WebSocketStream<Box<dyn Stream>>;

async fn connect(
    http: &Http,
    origin: &str,
    authorization: &Authorization,
    speaks: impl Future<Output = ()>,
) -> Result<(Socket, Duration), TransportError> {
    let url = realtime_url(&http.api.endpoint).map_err(TransportError::auth)?;
    let mut request = url.as_str().into_client_request().map_err(TransportError::auth)?;
    let protocols = HeaderValue::from_str(&client_protocols(authorization)).map_err(TransportError::auth)?;
    request.headers_mut().insert("Sec-WebSocket-Protocol", protocols);
    let host = request.uri().host().unwrap_or_default().to_owned();
    let port = request.uri().port_u16().unwrap_or(if http.tls.is_some() { 443 } else { 80 });
    let address = (host.trim_start_matches('[').trim_end_matches(']').to_owned(), port);
    let tcp = TcpStream::connect(address.clone()).await.map_err(TransportError::offline)?;
    tcp.set_nodelay(true).map_err(TransportError::offline)?;
    let stream: Box<dyn Stream> = if let Some(tls) = &http.tls {
        let name = rustls::pki_types::ServerName::try_from(address.0).map_err(TransportError::auth)?;
        let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::clone(&tls.socket));
        Box::new(connector.connect(name, tcp).await.map_err(TransportError::offline)?)
    } else {
        Box::new(tcp)
    };
    let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await.map_err(refused)?;
    let init = ClientFrame::ConnectionInit { syncline: true, origin: Some(origin.to_owned()) };
    socket.send(Message::text(init.to_text())).await.map_err(TransportError::offline)?;
    let mut speaks = std::pin::pin!(speaks);
    loop {
        let frame = tokio::select! {
            biased;
            frame = next(&mut socket) => frame?,
            () = &mut speaks => return Ok((socket, PATIENCE)),
        };
        match frame {
            ServerFrame::ConnectionAck { connection_timeout_ms } => {
                return Ok((socket, silence(connection_timeout_ms)));
            }
            ServerFrame::ConnectionError { errors } => {
                return Err(TransportError::errors("the server refuses the socket: ", &errors));
            }
            _ => {}
        }
    }
}

/// How long the server may be silent, of what it says in ms.
fn silence(connection_timeout_ms: u64) -> Duration {
    Duration::from_millis(connection_timeout_ms.max(1_000))
}

/// An HTTP status instead of a socket goes by its class; anything else may pass.
fn refused(error: SocketError) -> TransportError {
    let SocketError::Http(response) = &error else { return TransportError::offline(error) };
    let said = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    let retry_after = said("retry-after").and_then(|header| retry_after_seconds(header, said("date")));
    match classify(response.status().as_u16(), retry_after, &[]) {
        Some(class) => TransportError {
            failure: failure_of(class),
            answered: true,
            forbidden: false,
            reason: format!("the server refuses the socket: {error}"),
        },
        None => TransportError::offline(error),
    }
}

/// The next frame; pings are answered by the library.
async fn next(socket: &mut Socket) -> Result<ServerFrame, TransportError> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                return ServerFrame::parse(&text).map_err(TransportError::offline);
            }
            Some(Ok(Message::Close(frame))) => {
                return Err(TransportError::offline(frame.map_or_else(
                    || "the server closed the socket".to_owned(),
                    |frame| format!("the server closed the socket: {frame}"),
                )));
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(TransportError::offline(error)),
            None => return Err(TransportError::offline("the server closed the socket")),
        }
    }
}

/// Runs the socket until it is lost. Any frame counts as a sign of life.
async fn run(
    mut socket: Socket,
    mut timeout: Duration,
    mut queue: mpsc::UnboundedReceiver<ClientFrame>,
    events: &mpsc::Sender<RealtimeEvent>,
) -> TransportError {
    loop {
        let received = tokio::select! {
            frame = queue.recv() => match frame {
                Some(frame) => {
                    if let Err(error) = socket.send(Message::text(frame.to_text())).await {
                        return TransportError::offline(error);
                    }
                    continue;
                }
                None => {
                    let _ = socket.close(None).await;
                    return TransportError::offline("closed on purpose");
                }
            },
            received = tokio::time::timeout(timeout, next(&mut socket)) => received,
        };
        let event = match received {
            Err(_) => return TransportError::offline("the server fell silent"),
            Ok(Err(error)) => return error,
            Ok(Ok(ServerFrame::ConnectionAck { connection_timeout_ms })) => {
                timeout = silence(connection_timeout_ms);
                continue;
            }
            Ok(Ok(ServerFrame::StartAck { id })) => RealtimeEvent::Started(id),
            Ok(Ok(ServerFrame::Data { id, payload })) => RealtimeEvent::Data(id, payload),
            Ok(Ok(ServerFrame::Error { id: Some(id), errors })) => {
                RealtimeEvent::Refused(id, TransportError::errors("", &errors))
            }
            // It was not asked for: this client ends its subscriptions with the socket.
            Ok(Ok(ServerFrame::Complete { id })) => {
                RealtimeEvent::Refused(id, TransportError::offline("the server has ended the subscription"))
            }
            Ok(Ok(ServerFrame::ConnectionError { errors })) => {
                return TransportError::errors("the server ends the socket: ", &errors);
            }
            Ok(Ok(_)) => continue,
        };
        if events.send(event).await.is_err() {
            return TransportError::offline("nobody listens any more");
        }
    }
}
