//! One socket from its first frame to its last.

use super::hub::{Init, SessionId, Wish};
use super::outbox::{End, Inbox, Outbox, Outgoing, outbox};
use crate::gate::Pass;
use crate::http::App;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use std::sync::Arc;
use std::time::Duration;
use syncline_protocol::realtime::{ClientFrame, ServerFrame, Start};
use syncline_protocol::{ErrorType, GraphqlError};
use syncline_service::Caller;
use tokio::time::{MissedTickBehavior, interval, timeout};

/// Who opened the socket.
#[derive(Debug)]
pub(super) enum Opening {
    /// A caller who was let in.
    Caller(Caller),
    /// Nobody: why.
    Refused(GraphqlError),
}

type Sender = SplitSink<WebSocket, Message>;
type Receiver = SplitStream<WebSocket>;

/// The most frames that are written before they are flushed.
const BURST: usize = 64;
/// How long the last words to a client may take.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// The close code for a caller who is not let in.
const UNAUTHORIZED: u16 = 4401;

/// What a session waits for.
enum Event {
    /// The server ends the socket.
    End(End),
    /// The client sent something, or the socket is gone.
    Received(Option<Result<Message, axum::Error>>),
    /// So many frames are to be written.
    Gathered(usize),
    /// It is time for a sign of life.
    KeepAlive,
    /// `connection_init` did not come in time.
    Late,
}

/// What a session does next.
enum Next {
    Go,
    /// The socket is gone.
    Gone,
    /// The server ends it.
    End(End),
}

/// Runs the session until the socket ends.
pub(super) async fn run(app: App, socket: WebSocket, opening: Opening) {
    let (mut sender, mut receiver) = socket.split();
    let caller = match opening {
        Opening::Caller(caller) => caller,
        Opening::Refused(error) => return refuse(sender, receiver, error).await,
    };
    let (outbox, mut inbox) = outbox(app.config.queue, app.config.queue_bytes);
    let Some(id) = app.hub.join(outbox.clone()) else {
        return close(&mut sender, &mut receiver, End::Stopping).await;
    };
    let _left = Leave { app: &app, id };
    let session = Session { app: &app, id, caller, init: None };
    let end = session.serve(&mut sender, &mut receiver, &mut inbox, &outbox).await;
    if let Some(end) = end {
        close(&mut sender, &mut receiver, end).await;
    } else {
        // The answer to a client's close frame is made when that is read, and goes out here.
        let _ = timeout(LAST_WORDS, sender.close()).await;
    }
}

/// Leaves the hub, however the session ends.
struct Leave<'a> {
    app: &'a App,
    id: SessionId,
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.app.hub.leave(self.id);
    }
}

struct Session<'a> {
    app: &'a App,
    id: SessionId,
    caller: Caller,
    /// Set by `connection_init`.
    init: Option<Init>,
}

impl Session<'_> {
    /// Why the server ended the socket; `None` if the client did.
    async fn serve(
        mut self,
        sender: &mut Sender,
        receiver: &mut Receiver,
        inbox: &mut Inbox,
        outbox: &Outbox,
    ) -> Option<End> {
        let mut keep_alive = interval(self.app.config.keep_alive.max(Duration::from_millis(1)));
        keep_alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut deadline =
            std::pin::pin!(timeout(self.app.config.init_timeout, std::future::pending::<()>()));
        let mut burst = Vec::with_capacity(BURST);
        loop {
            let event = tokio::select! {
                ended = inbox.end.wait_for(Option::is_some) => Event::End(reason(ended.ok().as_deref())),
                frame = receiver.next() => Event::Received(frame),
                count = inbox.queue.recv_many(&mut burst, BURST) => Event::Gathered(count),
                _ = keep_alive.tick(), if self.init.is_some() => Event::KeepAlive,
                _ = &mut deadline, if self.init.is_none() => Event::Late,
            };
            let next = match event {
                Event::End(end) => Next::End(end),
                Event::Received(frame) => {
                    let before = self.init.clone();
                    let next = self.received(frame, outbox).await;
                    if before != self.init {
                        // The answer to connection_init had a sign of life with it.
                        keep_alive.reset();
                    }
                    next
                }
                Event::Gathered(0) => Next::Gone,
                Event::Gathered(_) => write(sender, inbox, &mut burst).await,
                Event::KeepAlive => {
                    outbox.push(Outgoing::Frame(ServerFrame::KeepAlive));
                    Next::Go
                }
                Event::Late => Next::End(End::Late),
            };
            match next {
                Next::Go => {}
                Next::Gone => return None,
                Next::End(end) => return Some(end),
            }
        }
    }

    async fn received(&mut self, received: Option<Result<Message, axum::Error>>, outbox: &Outbox) -> Next {
        match received {
            Some(Ok(Message::Text(text))) => self.frame(&text, outbox).await,
            Some(Ok(Message::Binary(_))) => {
                let error = GraphqlError::of_type(ErrorType::BadRequest, "Frames must be text, not binary.");
                outbox.push(Outgoing::Frame(ServerFrame::Error { id: None, errors: vec![error] }));
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Next::Gone,
        }
        Next::Go
    }

    async fn frame(&mut self, text: &str, outbox: &Outbox) {
        let send = |frame| outbox.push(Outgoing::Frame(frame));
        match ClientFrame::parse(text) {
            Ok(ClientFrame::ConnectionInit { syncline, origin }) => {
                self.init = Some(Init { negotiated: syncline, origin: origin.map(Arc::from) });
                let timeout = self.app.config.connection_timeout.as_millis();
                let connection_timeout_ms = u64::try_from(timeout).unwrap_or(u64::MAX);
                send(ServerFrame::ConnectionAck { connection_timeout_ms });
                send(ServerFrame::KeepAlive);
            }
            Ok(ClientFrame::Start(start)) => {
                // While the service is replaced, starts wait as requests do.
                let pass = self.app.gate.enter().await;
                match self.wish(&start, pass.as_ref()) {
                    Ok(wish) => self.app.hub.start(self.id, &start.id, wish),
                    Err(errors) => send(ServerFrame::Error { id: Some(start.id), errors }),
                }
            }
            Ok(ClientFrame::Stop { id }) => self.app.hub.stop(self.id, &id),
            Err(error) => {
                let id = error.id().map(str::to_owned);
                send(ServerFrame::Error { id, errors: vec![error.to_graphql()] });
            }
        }
    }

    /// What a `start` asks for, and who asks: each brings its own authorization, else it is the socket's.
    fn wish(&self, start: &Start, pass: Option<&Pass>) -> Result<Wish, Vec<GraphqlError>> {
        let refuse = |error_type, message| vec![GraphqlError::of_type(error_type, message)];
        let init = self.init.clone();
        let init = init.ok_or_else(|| refuse(ErrorType::BadRequest, "Send connection_init before start."))?;
        let pass = pass.ok_or_else(|| refuse(ErrorType::ServiceUnavailable, "The API is being replaced."))?;
        let caller = if start.authorization.is_empty() {
            self.caller.clone()
        } else {
            pass.service()
                .authenticate(&start.authorization)
                .map_err(|error| vec![GraphqlError { error_code: Some(401), ..error.to_graphql() }])?
        };
        let mut request = start.request().map_err(|error| vec![error.to_graphql()])?;
        // It is about mutations.
        request.extension = None;
        // Planned here, so that the hub need not wait for it.
        let planned = pass.service().prepare(&request.query, request.operation_name.as_deref())?;
        Ok(Wish { caller, request, init, planned })
    }
}

/// Why the socket ends. Without a word from the hub, the hub is gone.
fn reason(said: Option<&Option<End>>) -> End {
    said.copied().flatten().unwrap_or(End::Stopping)
}

/// Writes what has gathered. While the client does not read, the socket can still be ended.
async fn write(sender: &mut Sender, inbox: &mut Inbox, burst: &mut Vec<Outgoing>) -> Next {
    let Inbox { end, bytes, .. } = inbox;
    let writing = async {
        for outgoing in burst.drain(..) {
            sender.feed(Message::from(outgoing.to_text())).await?;
            // What is fed has left our queue; how much the socket takes before it makes us wait is bounded too.
            bytes.go(outgoing.size());
        }
        sender.flush().await
    };
    tokio::select! {
        biased;
        ended = end.wait_for(Option::is_some) => Next::End(reason(ended.ok().as_deref())),
        written = writing => if written.is_ok() { Next::Go } else { Next::Gone },
    }
}

/// Tells a client why it is cut off, if it listens, and closes.
async fn close(sender: &mut Sender, receiver: &mut Receiver, end: End) {
    let words = async {
        if end != End::Stopping {
            let error = GraphqlError::of_type(ErrorType::LimitExceeded, end.reason());
            let frame = ServerFrame::ConnectionError { errors: vec![error] };
            sender.send(Message::from(frame.to_text())).await?;
        }
        sender.send(close_frame(end.code(), end.reason())).await?;
        drain(receiver).await;
        Ok::<(), axum::Error>(())
    };
    // A client that does not listen misses the words; the socket ends all the same.
    let _ = timeout(LAST_WORDS, words).await;
}

async fn refuse(mut sender: Sender, mut receiver: Receiver, error: GraphqlError) {
    let words = async {
        // Clients send connection_init first and wait for the answer to it.
        while let Some(Ok(message)) = receiver.next().await {
            if matches!(message, Message::Text(_) | Message::Binary(_) | Message::Close(_)) {
                break;
            }
        }
        let frame = ServerFrame::ConnectionError { errors: vec![error] };
        sender.send(Message::from(frame.to_text())).await?;
        sender.send(close_frame(UNAUTHORIZED, "unauthorized")).await?;
        drain(&mut receiver).await;
        Ok::<(), axum::Error>(())
    };
    let _ = timeout(LAST_WORDS * 5, words).await;
}

/// Reads until the client has closed too, so that it gets our last frames rather than a reset.
async fn drain(receiver: &mut Receiver) {
    while let Some(Ok(message)) = receiver.next().await {
        if matches!(message, Message::Close(_)) {
            break;
        }
    }
}

fn close_frame(code: u16, reason: &'static str) -> Message {
    Message::Close(Some(CloseFrame { code, reason: reason.into() }))
}
