//! What the runner's task is told.

use super::ahead::PageWish;
use super::fetch::Fetched;
use crate::Error;
use crate::expression::Evaluated;
use crate::transport::Realtime;
use syncline_engine::{Event, Failure, PageId};
use tokio::sync::oneshot;

/// What the runner is told.
#[derive(Debug)]
pub(super) enum Message {
    Start(Evaluated, Option<oneshot::Sender<Result<(), Error>>>),
    Stop(oneshot::Sender<()>),
    Close(oneshot::Sender<()>),
    Clear(oneshot::Sender<Result<(), Error>>),
    OutboxGrew,
    Wake,
    /// Something came of an effect of this run.
    Event(u64, Event),
    /// A page came, with what is to be stored.
    Page(u64, PageId, Box<Fetched>),
    /// An answer that came before its turn tells of pages that follow it.
    Ahead(u64, PageId, Vec<PageWish>),
    /// A page did not come, or cannot be stored; whether somebody answered, and why in words.
    PageFailed(u64, PageId, Failure, bool, String),
    /// The socket does not open, or is lost, and why in words.
    SocketFailed(u64, Failure, String),
    /// The socket is open.
    Socket(u64, Realtime),
}
