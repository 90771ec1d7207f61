//! The way to the server: opening the list's file, and how far it is in sync.

use crate::args::Place;
use crate::failure::Failure;
use crate::models::schema;
use std::time::Duration;
use syncline::{AppSync, DataStore, Error, HubEvent, HubEvents};

/// How long a command waits for the server before it goes on without it.
const PATIENCE: Duration = Duration::from_secs(5);

/// How the list stands to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// There is no server.
    Local,
    /// Everything that was there is here.
    InSync,
    /// The server does not answer, for all that is known.
    Offline(String),
    /// It answers, but not with the list.
    Refused(String),
}

/// Opens the list, and listens to what will happen. Nothing is asked of the server yet.
pub(crate) async fn open(place: &Place) -> Result<(DataStore, HubEvents), Failure> {
    let mut builder = DataStore::builder(schema()).path(&place.db);
    if let Some(server) = &place.server {
        builder = builder.api(api(server, place.api_key.as_deref())?);
    }
    let store = builder.open().await?;
    let events = store.hub().listen();
    Ok((store, events))
}

/// An endpoint's URL with its key, or a configuration file.
fn api(server: &str, key: Option<&str>) -> Result<AppSync, Failure> {
    let is_url = server.starts_with("http://") || server.starts_with("https://");
    let path = server.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    if is_url && path.is_none_or(|(_, path)| path.is_empty()) {
        return Err(Failure::new(
            format!("{server} names a server, not its endpoint"),
            format!("an endpoint's URL has a path, for example {}/graphql", server.trim_end_matches('/')),
        ));
    }
    match key {
        Some(key) if is_url => Ok(AppSync::api_key(server, key)),
        None if is_url => Err(Failure::new(
            format!("{server} lets nobody in without a key"),
            "give it with --api-key KEY (`syncline dev` prints it), or name a configuration file instead",
        )),
        _ => AppSync::from_file(server).map_err(|error| {
            let next = "--server takes a URL that begins with http:// or https://, or a configuration file";
            Failure::new(error.to_string(), next)
        }),
    }
}

/// Fetches what others have done, for a while. `events` are those since the list was opened: every operation starts to
/// sync by itself, so that the server may have been asked, or not have answered, before this.
pub(crate) async fn fetch(store: &DataStore, events: &mut HubEvents) -> Result<Link, Failure> {
    match store.start().await {
        Ok(()) => {}
        Err(Error::NoApi) => return Ok(Link::Local),
        Err(error) => return Err(error.into()),
    }
    let link = tokio::time::timeout(PATIENCE, ready(events)).await;
    Ok(link.unwrap_or_else(|_| Link::Offline("the server takes its time".to_owned())))
}

/// What the events say of the way to the server.
async fn ready(events: &mut HubEvents) -> Link {
    while let Some(event) = events.next().await {
        if let Some(link) = Link::of(&event) {
            return link;
        }
    }
    Link::Offline("the list is closed".to_owned())
}

impl Link {
    /// What an event says of it, if anything.
    pub(crate) fn of(event: &HubEvent) -> Option<Link> {
        match event {
            // There is one model. After a gap it is synced again; readiness is told once.
            HubEvent::Ready | HubEvent::ModelSynced { .. } => Some(Link::InSync),
            HubEvent::NetworkStatus { active: false } => {
                Some(Link::Offline("the server cannot be reached".to_owned()))
            }
            HubEvent::ModelDegraded { reason, .. } => Some(Link::Refused(reason.clone())),
            _ => None,
        }
    }
}

/// Fetches, and then sends what waits, each for a while.
pub(crate) async fn exchange(store: &DataStore, events: &mut HubEvents) -> Result<Link, Failure> {
    let link = fetch(store, events).await?;
    send(store, events, link).await
}

/// Sends what waits, for a while, if the list is in sync.
pub(crate) async fn send(store: &DataStore, events: &mut HubEvents, link: Link) -> Result<Link, Failure> {
    if link != Link::InSync {
        return Ok(link);
    }
    let cut = async {
        loop {
            match ready(events).await {
                Link::InSync => {}
                trouble => return trouble,
            }
        }
    };
    tokio::select! {
        sent = store.flush(PATIENCE) => match sent {
            Ok(()) => Ok(Link::InSync),
            Err(Error::Timeout(_)) => Ok(Link::Offline("the server takes its time".to_owned())),
            Err(error) => Err(error.into()),
        },
        trouble = cut => Ok(trouble),
    }
}

/// The changes that wait: those that will be sent, and those that the server refused for good.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) unsent: usize,
    pub(crate) refused: Vec<String>,
}

/// What waits in the outbox.
pub(crate) fn waiting(store: &DataStore) -> Result<Waiting, Failure> {
    let mut waiting = Waiting::default();
    for entry in store.outbox().list()? {
        match entry.state {
            syncline::record::EntryState::Parked(reason) => waiting.refused.push(reason),
            _ => waiting.unsent += 1,
        }
    }
    Ok(waiting)
}
