//! HTTP: routes and what surrounds them.

mod graphql;
mod reply;

pub(crate) use reply::{reply, unavailable};

use crate::config::ServerConfig;
use crate::gate::Gate;
use crate::realtime::{self, Hub};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use std::sync::Arc;
use std::time::Duration;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

/// What every route has at hand.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) gate: Gate,
    pub(crate) hub: Arc<Hub>,
    pub(crate) config: Arc<ServerConfig>,
}

/// The header that says which kind of error an answer is.
pub(crate) const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// All routes.
pub(crate) fn router(app: App) -> Router {
    // Browsers send the clients' own headers (x-api-key, x-amz-user-agent, authorization …) and read the error's type.
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([ERROR_TYPE, header::RETRY_AFTER])
        .max_age(Duration::from_secs(3_600));
    let compression = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(app.config.compress_from));
    Router::new()
        .route("/graphql", get(graphql::hint).post(graphql::post).fallback(graphql::hint))
        .route("/graphql/realtime", any(realtime::upgrade))
        .route("/health", get(health))
        .fallback(nowhere)
        .layer(compression)
        .layer(cors)
        .with_state(app)
}

async fn health(app: axum::extract::State<App>) -> Response {
    match app.gate.enter().await {
        Some(_) => (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], "{\"status\":\"ok\"}")
            .into_response(),
        None => unavailable(),
    }
}

async fn nowhere(body: Body) -> Response {
    let message = "There is nothing here. The API is at /graphql, its subscriptions at /graphql/realtime.";
    let response = reply::refusal(404, syncline_protocol::ErrorType::BadRequest, message);
    reply::unwanted(body, response).await
}
