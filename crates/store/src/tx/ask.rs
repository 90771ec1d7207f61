//! Records that wait for the application's conflict handler: what it is asked, and what its answer does (SYNC 1.6).

use super::group::grouped;
use super::{Checker, ParkedWith, Tx, table};
use crate::change::Source;
use crate::read::Reads;
use crate::sql::exists;
use crate::{StoreError, held, local, validate};
use syncline_core::record::{Answers, Asked, Conflict, Held, Local, Question, Settled, Settles, ask};
use syncline_core::{Key, ModelId, Record};

/// What there is to do about a record that is held.
#[derive(Clone, Debug, PartialEq)]
pub enum Answered {
    /// A handler is to be asked.
    Ask {
        /// What is known of the record.
        local: Box<Local>,
        /// What the handler is asked.
        question: Box<Question>,
        /// Whether the record is another one than `seen`, so that what was answered before does not count.
        changed: bool,
    },
    /// Everything is answered, or there is nothing to ask any more.
    Settled(AnswerDone),
}

/// What answers did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnswerDone {
    /// The ids of mutations of which nothing is left.
    pub superseded: Vec<String>,
    /// What both sides had changed, and how it was settled.
    pub conflicts: Vec<Conflict>,
    /// Mutations of transactions that are parked because the handler leaves one of them to the rule (SYNC 2.5).
    pub parked: Vec<ParkedWith>,
}

impl Tx<'_> {
    /// Settles a record that is held by what its handler has answered, or says what to ask next. `seen` is the record as it
    /// was when the questions were asked: if it is another one by now, the answers do not count.
    ///
    /// # Errors
    /// A damaged file or a failing disk.
    pub fn answer(
        &mut self,
        model: ModelId,
        key: &Key,
        seen: Option<&Local>,
        answers: &Answers,
    ) -> Result<Answered, StoreError> {
        let table = table(self.reads, model)?;
        let before = local::load(self.conn(), table, key)?;
        if !before.local.asks() {
            return Ok(Answered::Settled(AnswerDone::default()));
        }
        let now = &before.local;
        let changed = seen.is_some_and(|seen| seen.server != now.server || seen.entries != now.entries);
        let none = Answers::default();
        match ask(&table.model, now.clone(), if changed { &none } else { answers }) {
            Asked::Open(question) => Ok(Answered::Ask { local: Box::new(before.local), question, changed }),
            Asked::Settled(settled) => Ok(Answered::Settled(self.answered(model, before, *settled)?)),
        }
    }

    /// Settles by the rule what is held and has no handler any more.
    pub(crate) fn release_held(&mut self) -> Result<(), StoreError> {
        for (model, key, asks) in held::all(self.conn(), &self.reads.tables)? {
            let table = table(self.reads, model)?;
            if table.settles() == Settles::Handler {
                continue;
            }
            let mut before = local::load(self.conn(), table, &key)?;
            before.local.held = Some(Held { base: None, asks });
            let known = before.local.clone();
            if !asks {
                let (visible, after) = (before.visible.clone(), Local { held: None, ..known });
                self.store(table, before, &after, visible.as_ref(), Source::Remote)?;
            } else if let Asked::Settled(settled) = ask(&table.model, known, &Answers::remote()) {
                self.answered(model, before, *settled)?;
            }
        }
        Ok(())
    }

    fn answered(
        &mut self,
        model: ModelId,
        before: local::Loaded,
        settled: Settled,
    ) -> Result<AnswerDone, StoreError> {
        let table = table(self.reads, model)?;
        let Settled { local: after, visible, superseded, conflicts } = settled;
        self.log(table, &before.key_text, after.server.version(), &conflicts)?;
        let entries = grouped(&before.local.entries);
        self.store(table, before, &after, visible.as_ref(), Source::Remote)?;
        let parked = self.park_groups(&entries, &after.entries, None)?;
        let superseded = superseded.into_iter().map(|entry| entry.id).collect();
        Ok(AnswerDone { superseded, conflicts, parked })
    }
}

impl Checker {
    /// Whether a record that a handler has made can be what the record `key` becomes, whose server record is `remote`.
    /// Returns it in the form in which it is stored.
    ///
    /// # Errors
    /// [`StoreError::InvalidRecord`] if a value does not fit its field, or the key is another one.
    pub fn check_answer(
        &self,
        model: ModelId,
        key: &Key,
        remote: Option<&Record>,
        record: &Record,
    ) -> Result<Record, StoreError> {
        let table = self.0.get(model)?;
        let (record, found) = validate::local(table, record, remote)?;
        if found != *key {
            let reason = format!("a conflict of {key} was answered with the record {found}");
            return Err(StoreError::InvalidRecord { place: table.model.name.clone(), reason });
        }
        Ok(record.into_owned())
    }
}

impl Reads {
    /// Whether anything is kept for conflict handlers.
    pub(crate) fn holds_any(&self) -> Result<bool, StoreError> {
        exists(&self.conn, "SELECT 1 FROM _held", [])
    }

    /// The records that wait for an answer of their conflict handler.
    ///
    /// # Errors
    /// A damaged or unreadable file.
    pub fn held(&self) -> Result<Vec<(ModelId, Key)>, StoreError> {
        let all = held::all(&self.conn, &self.tables)?;
        Ok(all.into_iter().filter(|(.., asks)| *asks).map(|(model, key, _)| (model, key)).collect())
    }
}
