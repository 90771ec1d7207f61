//! Opening a socket: all three ways in which clients say who they are.

use super::session::{self, Opening};
use crate::http::{App, unavailable};
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use syncline_protocol::realtime::{SUBPROTOCOL, read_handshake};
use syncline_protocol::{ErrorType, GraphqlError};

/// The bytes that are read from a socket at once.
const READ_BUFFER: usize = 8 << 10;

/// Opens a socket. A caller who is not let in gets the socket too, with `connection_error` on it: a browser could not
/// read the body of a 401.
pub(crate) async fn upgrade(
    State(app): State<App>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    socket: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let Ok(socket) = socket else { return no_upgrade() };
    let Some(pass) = app.gate.enter().await else { return unavailable() };
    let texts = |name| headers.get_all(name).iter().filter_map(|value: &HeaderValue| value.to_str().ok());
    let protocols: Vec<&str> = texts(header::SEC_WEBSOCKET_PROTOCOL).collect();
    let protocols = (!protocols.is_empty()).then(|| protocols.join(","));
    let fields = headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let opening = match read_handshake(query.as_deref(), protocols.as_deref(), fields) {
        Ok(handshake) => match pass.service().authenticate(&handshake.authorization) {
            Ok(caller) => Opening::Caller(caller),
            Err(error) => Opening::Refused(GraphqlError { error_code: Some(401), ..error.to_graphql() }),
        },
        Err(error) => Opening::Refused(GraphqlError {
            error_code: Some(400),
            ..GraphqlError::of_type(ErrorType::BadRequest, error.to_string())
        }),
    };
    let limit = pass.service().limits().max_body_bytes;
    drop(pass);
    socket
        .protocols([SUBPROTOCOL])
        .max_message_size(limit)
        .max_frame_size(limit)
        // Most frames of clients are small, and the buffer for them stays as long as the socket.
        .read_buffer_size(READ_BUFFER)
        .on_upgrade(move |socket| session::run(app, socket, opening))
}

fn no_upgrade() -> Response {
    let message = "This is the realtime endpoint: open a WebSocket here, with the subprotocol graphql-ws. \
                   Queries and mutations go to /graphql with POST.";
    let error = GraphqlError::of_type(ErrorType::BadRequest, message);
    crate::http::reply(syncline_service::Response::failed(426, error))
}
