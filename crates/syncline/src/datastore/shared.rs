//! What all handles of a store share.

use super::{Verdict, Verdicts, Waiting};
use crate::expression::Expressions;
use crate::hub::{Hub, HubEvent};
use crate::observe::{Observers, Synced};
use crate::readers::Readers;
use crate::runner::{Runner, RunnerNews, Statuses};
use crate::writer::Writer;
use std::sync::Arc;
use syncline_core::Schema;
use syncline_core::record::Conflict;
use syncline_store::{Checker, Snapshots};

/// What all handles share. When it goes, sync ends and the file is closed.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) schema: Arc<Schema>,
    pub(crate) writer: Writer,
    pub(crate) readers: Arc<Readers>,
    pub(crate) snapshots: Arc<Snapshots>,
    pub(crate) observers: Arc<Observers>,
    pub(crate) synced: Arc<Synced>,
    pub(crate) statuses: Arc<Statuses>,
    pub(crate) announcer: Announcer,
    pub(crate) runner: Option<Runner>,
    pub(crate) expressions: Expressions,
    /// Checks what is about to be saved, on the caller's thread.
    pub(crate) checker: Checker,
}

impl Drop for Shared {
    fn drop(&mut self) {
        drop(self.runner.take());
        // What has been handed in is written; after that the file can be opened again.
        self.writer.close();
        self.tell_the_end();
    }
}

impl Shared {
    /// Tells whoever waits for something that nothing more comes.
    pub(super) fn tell_the_end(&self) {
        self.announcer.verdicts.end();
        self.synced.end();
        self.observers.end();
        self.announcer.hub.end();
    }
}

/// Tells what a write of the application means for others. It is handed to the writer's thread with each write, and so
/// holds nothing that keeps the file open.
#[derive(Clone, Debug)]
pub(crate) struct Announcer {
    pub(crate) verdicts: Arc<Verdicts>,
    pub(crate) hub: Hub,
    pub(crate) runner: Option<RunnerNews>,
}

impl Announcer {
    /// A mutation has been added to the outbox (or become part of one that was there), and maybe ended others. Called
    /// on the writer's thread right after the commit.
    pub(super) fn enqueued(&self, mutation: Option<&str>, ended: &[String]) -> Option<Waiting> {
        let waiting = self.note(mutation, ended)?;
        self.outbox_grew();
        Some(waiting)
    }

    /// Like [`Announcer::enqueued`] for one of many: [`Announcer::outbox_grew`] is called once after the last.
    pub(super) fn note(&self, mutation: Option<&str>, ended: &[String]) -> Option<Waiting> {
        for ended in ended {
            self.verdicts.tell(ended, Verdict::Superseded);
        }
        Some(self.verdicts.expect(mutation?))
    }

    /// A write met what somebody else had changed, and left it as they made it.
    pub(super) fn conflicts(&self, conflicts: &[Conflict]) {
        for conflict in conflicts {
            self.hub.tell(HubEvent::ConflictDetected(Arc::new(conflict.clone())));
        }
    }

    /// The outbox has grown.
    pub(super) fn outbox_grew(&self) {
        if let Some(runner) = &self.runner {
            runner.outbox_grew();
        }
    }
}
