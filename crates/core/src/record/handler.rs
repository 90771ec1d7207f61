//! What the application's conflict handler is asked, and what its answer does.

use super::rebase::{Judge, Opened, Pass, pass};
use super::{Conflict, ConflictKind, Entry, Local, MutationOp, Settled, fold};
use crate::{Model, Record};

/// Who settles a conflict that this device meets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Settles {
    /// This device, by the rule of [`rebase`](super::rebase()).
    #[default]
    Device,
    /// A handler of the application. Until it has answered, nothing of the record is sent (SYNC 1.6).
    Handler,
    /// The server: what meets a conflict is sent as it is, on the version that it was made on, so that the server's own
    /// handler is asked. What the server says is a conflict after that is settled by this device.
    Server,
}

/// What is kept of a record whose handler may be asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The record that the first entry was made on; `None` if there was none, or it is not known.
    pub base: Option<Record>,
    /// Whether a question is open. If not, an entry is in flight and its outcome decides.
    pub asks: bool,
}

/// A conflict between a pending mutation and the server's record, for a handler to settle.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The id of the mutation.
    pub mutation: String,
    /// What it does.
    pub op: MutationOp,
    /// What met what.
    pub kind: QuestionKind,
    /// The record that the mutation was made on. `None` for a create, and where it is not known.
    pub base: Option<Record>,
    /// What the mutation makes of it; `None` for a delete, and where it is not known.
    pub local: Option<Record>,
    /// What the server has, with what earlier mutations of this device change; `None` if it was deleted there.
    pub remote: Option<Record>,
    /// What [`Answer::Remote`] leaves: the server's values where both sides changed, and the mutation's elsewhere.
    pub merged: Option<Record>,
    /// The fields that both sides changed, by their places in the model.
    pub fields: Vec<usize>,
}

/// What met what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuestionKind {
    /// Both sides changed the same fields.
    Fields,
    /// A local delete met a newer remote change.
    DeleteMeetsUpdate,
    /// A local change met a remote delete.
    UpdateMeetsDelete,
    /// A local create met a record that is already there.
    CreateMeetsRecord,
}

/// How a handler settles a conflict.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// As without a handler: the server's side stays where both sides changed.
    Remote,
    /// The mutation is sent again, on the newer record: where both sides changed, its values go out.
    Local,
    /// The record becomes this; its key and what only the server writes stay.
    Merged(Record),
}

/// What handlers have said about a record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    given: Vec<(String, Answer)>,
    rest_is_remote: bool,
}

impl Answers {
    /// Nothing was said, and whatever is asked has the answer [`Answer::Remote`].
    #[must_use]
    pub fn remote() -> Answers {
        Answers { given: Vec::new(), rest_is_remote: true }
    }

    /// Adds what was said about a mutation.
    pub fn add(&mut self, mutation: String, answer: Answer) {
        self.given.push((mutation, answer));
    }

    pub(super) fn of(&self, mutation: &str) -> Option<&Answer> {
        let given = self.given.iter().find(|(id, _)| id == mutation).map(|(_, answer)| answer);
        given.or(self.rest_is_remote.then_some(&Answer::Remote))
    }
}

/// What there is to do about a record that is held.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// A handler is to be asked this.
    Open(Box<Question>),
    /// Everything is answered, or there is nothing to ask any more.
    Settled(Box<Settled>),
}

/// Settles a record by what handlers have answered so far, or says what to ask next. While an entry is in flight its
/// outcome comes first.
#[must_use]
pub fn ask(model: &Model, mut local: Local, answers: &Answers) -> Asked {
    let (visible, superseded, conflicts) = match attempt(model, &mut local, answers) {
        Ok(settled) => settled,
        Err(question) => return Asked::Open(question),
    };
    Asked::Settled(Box::new(Settled { local, visible, superseded, conflicts }))
}

/// What is visible then, the entries of which nothing is left, and what both sides had changed.
pub(super) type Settlement = (Option<Record>, Vec<Entry>, Vec<Conflict>);

/// The same; a record with an open question is left as it is.
pub(super) fn attempt(
    model: &Model,
    local: &mut Local,
    answers: &Answers,
) -> Result<Settlement, Box<Question>> {
    if local.in_flight() {
        if let Some(held) = &mut local.held {
            held.asks = false;
        }
        return Ok((fold(model, &local.server, &local.entries), Vec::new(), Vec::new()));
    }
    let base = local.held.as_ref().and_then(|held| held.base.clone());
    match pass(model, &local.server, local.entries.clone(), &Judge::Handler { answers, base }) {
        Pass::Open(opened) => Err(Box::new(question(*opened))),
        Pass::Done(rebased) => {
            local.entries = rebased.entries;
            local.held = None;
            Ok((rebased.visible, rebased.superseded, rebased.conflicts))
        }
    }
}

fn question(opened: Opened) -> Question {
    let Opened { before, entry, conflicts, merged, sides, .. } = opened;
    let field = |conflict: &Conflict| match conflict.kind {
        ConflictKind::Field { field, .. } => Some(field),
        _ => None,
    };
    let kind = match conflicts.first().map(|conflict| &conflict.kind) {
        Some(ConflictKind::DeleteMeetsUpdate) => QuestionKind::DeleteMeetsUpdate,
        Some(ConflictKind::UpdateMeetsDelete) => QuestionKind::UpdateMeetsDelete,
        Some(ConflictKind::CreateMeetsRecord) => QuestionKind::CreateMeetsRecord,
        Some(ConflictKind::Field { .. } | ConflictKind::Refused { .. } | ConflictKind::Ambiguous) | None => {
            QuestionKind::Fields
        }
    };
    Question {
        mutation: entry.id,
        op: entry.op,
        kind,
        base: sides.base,
        local: sides.local,
        remote: before.visible,
        merged,
        fields: conflicts.iter().filter_map(field).collect(),
    }
}

/// Keeps, for the handler, the record that the entries were made on, before the server's record is replaced.
pub(super) fn keep_base(local: &mut Local) {
    if local.settles == Settles::Handler && !local.entries.is_empty() && local.held.is_none() {
        let base = local.server.live().map(|row| row.record.clone());
        local.held = Some(Held { base, asks: false });
    }
}
