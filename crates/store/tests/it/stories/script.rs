//! Runs a script.
//!
//! | command | does |
//! |---|---|
//! | `new p f=v…` | saves a value without origin |
//! | `read p as NAME` | remembers a value and its origin |
//! | `save NAME f=v…` | saves a remembered value, edited |
//! | `edit p f=v…` | reads, edits and saves |
//! | `delete p` | deletes |
//! | `frame p vN f=v…`, `gone p vN` | a live frame; `@T` is its time, `for f=v` the sync expression |
//! | `claim`, `resend` | claims everything that may go, or one batch that went before |
//! | `applied p vN f=v…`, `conflict p vN f=v…`, `failed p [vN f=v…]`, `refused p why` | the answer for the sent entry |
//! | `discard p`, `retry p` | what a person does with the parked entry |
//! | `amend p f=v…` | the same, or with the first entry if none is parked: it is to leave these values |
//! | `reopen`, `clear` | |
//! | `settles handler`, `server`, `device` | opens the file anew, with this one to settle the conflicts of every model |
//! | `ask p` | what the handler of a record is asked: the mutation, what met what, base, local and remote |
//! | `answer p m1 remote`, `local`, `f=v…` | what it answers about a mutation; `says` what is left over, or what is asked next |
//!
//! `when f=v` at the end of a save or delete is a condition. Expectations: `> p f=v… vN` or `> p none`, `> outbox …`
//! with one entry per `|`, `> known p …`, `> says …` about the last command, `> conflicts …`.

use crate::support::*;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use syncline_core::predicate::{Filter, Op};
use syncline_core::record::{
    Answer, Answers, ConflictKind, Entry, EntryState, Local, MutationOp, Outcome, Presence, ReadAs,
    Resolution, Settles, fold,
};
use syncline_core::{ModelId, Predicate, Record, Schema, Value, Versioned};
use syncline_store::{Answered, ClaimLimits, Edit, Save, Store, StoreError, Stored};

struct World {
    dir: Dir,
    schema: Arc<Schema>,
    store: Option<Store>,
    ids: BTreeSet<String>,
    read: HashMap<String, Stored>,
    mutations: usize,
    says: String,
    settles: Settles,
    /// The records that were asked about, as they were, and what was answered so far.
    asked: HashMap<String, (Box<Local>, Answers)>,
}

pub(crate) fn run(name: &str, script: &str) {
    let (dir, schema) = (Dir::new(), blog());
    let store = Some(dir.open(Arc::clone(&schema)));
    let (ids, read) = (BTreeSet::new(), HashMap::new());
    let (settles, asked) = (Settles::Device, HashMap::new());
    let mut world =
        World { dir, schema, store, ids, read, mutations: 0, says: String::new(), settles, asked };
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.strip_prefix('>') {
            Some(expected) => assert_eq!(world.look(expected.trim()), expected.trim(), "{name}: {line}"),
            None => world.step(line),
        }
        world.check(&format!("{name}: {line}"));
    }
}

/// Splits `a b when c=d` at the word.
fn split<'a>(words: &[&'a str], at: &str) -> (Vec<&'a str>, Option<&'a str>) {
    match words.iter().position(|word| *word == at) {
        Some(place) => (words[..place].to_vec(), words.get(place + 1).copied()),
        None => (words.to_vec(), None),
    }
}

impl World {
    fn store(&mut self) -> &mut Store {
        self.store.as_mut().unwrap()
    }

    fn seen(&self) -> &Store {
        self.store.as_ref().unwrap()
    }

    fn model(&self, id: &str) -> ModelId {
        model_of(&self.schema, id).id
    }

    fn mutation(&mut self) -> String {
        self.mutations += 1;
        format!("m{}", self.mutations)
    }

    fn equals(&self, id: &str, word: &str) -> Predicate {
        let model = model_of(&self.schema, id);
        let mut record = Record::empty(model.fields.len());
        set(model, &mut record, &[word]);
        let place = record.0.iter().position(|value| !value.is_null()).unwrap();
        Predicate::compare(model.fields[place].name.clone(), Op::Eq(record[place].clone()))
    }

    fn step(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (command, rest) = (words[0], &words[1..]);
        if let Some(id) = rest.first().filter(|_| !matches!(command, "save" | "settles")) {
            self.ids.insert((*id).to_owned());
        }
        let result = match command {
            "new" => {
                let value = record(&self.schema, rest[0], &split(rest, "when").0[1..]);
                self.save(rest[0], &value, None, split(rest, "when").1)
            }
            "read" => {
                let stored = self.stored(rest[0]).unwrap_or_else(|| panic!("{line}: nothing there"));
                self.read.insert(rest[2].to_owned(), stored);
                Ok("read".to_owned())
            }
            "save" | "edit" => {
                let (fields, condition) = split(rest, "when");
                let origin = match command {
                    "save" => self.read[rest[0]].clone(),
                    _ => self.stored(rest[0]).unwrap_or_else(|| panic!("{line}: nothing there")),
                };
                let id = origin.record.0.iter().find_map(Value::as_text).unwrap().to_owned();
                let mut value = origin.record.clone();
                set(model_of(&self.schema, &id), &mut value, &fields[1..]);
                self.save(&id, &value, Some(&origin), condition)
            }
            "delete" => {
                let condition = split(rest, "when").1.map(|word| self.equals(rest[0], word));
                let (model, mutation) = (self.model(rest[0]), self.mutation());
                let deleted =
                    self.store().write(|tx| tx.delete(model, &key(rest[0]), condition.as_ref(), mutation));
                deleted.map(|(done, _)| match done {
                    Some(done) => format!("{} {}", or(done.mutation, "nothing"), done.ended.join(" ")),
                    None => "none".to_owned(),
                })
            }
            "frame" | "gone" => self.frame(command, rest),
            "claim" => self.claim(),
            "resend" => {
                let limits = ClaimLimits { resend: true, ..ClaimLimits::of(&[1, 10]) };
                let batch = self.store().write(|tx| tx.claim(limits)).map(|(batch, _)| batch);
                batch.map(|batch| batch.map_or("none".to_owned(), |batch| ids(&batch.entries)))
            }
            "applied" | "conflict" | "failed" | "refused" => self.settle(command, rest),
            "discard" | "retry" => self.parked(command, rest[0]),
            "amend" => self.amend(rest[0], &rest[1..]),
            "reopen" => {
                self.reopen();
                Ok(String::new())
            }
            "settles" => {
                self.settles = match rest[0] {
                    "handler" => Settles::Handler,
                    "server" => Settles::Server,
                    _ => Settles::Device,
                };
                self.reopen();
                Ok(String::new())
            }
            "ask" => {
                self.asked.remove(rest[0]);
                self.ask(rest[0])
            }
            "answer" => {
                let answer = match rest[2] {
                    "remote" => Answer::Remote,
                    "local" => Answer::Local,
                    _ => Answer::Merged(record(&self.schema, rest[0], &rest[2..])),
                };
                self.asked.get_mut(rest[0]).unwrap().1.add(rest[1].to_owned(), answer);
                self.ask(rest[0])
            }
            "clear" => {
                let cleared = self.store().write(|tx| tx.clear());
                cleared.map(|(generation, _)| format!("generation {generation}"))
            }
            _ => panic!("{line}: unknown command"),
        };
        self.says = match result {
            Ok(says) => says.trim().to_owned(),
            Err(error) => format!("error: {error}"),
        };
    }

    fn save(
        &mut self,
        id: &str,
        value: &Record,
        origin: Option<&Stored>,
        condition: Option<&str>,
    ) -> Result<String, StoreError> {
        let condition = condition.map(|word| self.equals(id, word));
        let (model, mutation) = (self.model(id), self.mutation());
        let read_as = origin.map(|origin| ReadAs { record: &origin.record, version: origin.version });
        let condition = condition.as_ref();
        let (done, _) =
            self.store().write(|tx| tx.save(Save { model, value, read_as, condition, mutation }))?;
        Ok(format!("{} {}", or(done.mutation, "nothing"), done.ended.join(" ")))
    }

    fn versioned(&self, id: &str, words: &[&str], deleted: bool) -> Versioned {
        let number =
            |prefix: char| words.iter().find_map(|word| word.strip_prefix(prefix)?.parse::<i64>().ok());
        let version = number('v').unwrap();
        let fields: Vec<&str> = words.iter().copied().filter(|word| word.contains('=')).collect();
        let mut row = versioned(&self.schema, id, version, number('@').unwrap_or(version * 1_000), &fields);
        row.meta.deleted = deleted;
        row
    }

    fn frame(&mut self, command: &str, rest: &[&str]) -> Result<String, StoreError> {
        let (words, expression) = split(rest, "for");
        let row = self.versioned(rest[0], &words[1..], command == "gone");
        let model = self.model(rest[0]);
        let schema = Arc::clone(&self.schema);
        let filter = match expression {
            Some(word) => self.equals(rest[0], word).bind(schema.model(model)).unwrap(),
            None => Filter::All,
        };
        let (applied, _) = self.store().write(|tx| tx.apply_frame(model, row, &filter))?;
        Ok(format!("{:?} {}", applied.effect, applied.superseded.join(" ")).to_lowercase())
    }

    fn claim(&mut self) -> Result<String, StoreError> {
        let mut claimed = Vec::new();
        loop {
            let limits = ClaimLimits::of(&[1, 2, 5]);
            match self.store().write(|tx| tx.claim(limits))?.0 {
                Some(batch) => claimed.push(ids(&batch.entries)),
                None => return Ok(claimed.join(" | ")),
            }
        }
    }

    fn settle(&mut self, command: &str, rest: &[&str]) -> Result<String, StoreError> {
        let fresh_id = if command == "conflict" { self.mutation() } else { String::new() };
        let local = self.seen().reads().local(self.model(rest[0]), &key(rest[0]))?;
        let sent = local.entries.iter().find(|entry| entry.state == EntryState::Sent);
        let Some(sent) = sent.cloned() else { return Ok("nothing sent".to_owned()) };
        let current = |world: &World| world.versioned(rest[0], &rest[1..], rest.contains(&"gone"));
        let outcome = match command {
            "applied" => Outcome::Applied(current(self)),
            "conflict" => Outcome::Conflict { current: current(self), fresh_id },
            "failed" => Outcome::ConditionFailed((rest.len() > 1).then(|| current(self))),
            _ => Outcome::Refused(rest[1..].join(" ").into()),
        };
        let fresh = format!("{}+", sent.id);
        let (done, _) = self.store().write(|tx| tx.settle_asking(&sent, outcome, &mut || fresh.clone()))?;
        let done = done.unwrap();
        assert_eq!(done.visible, self.stored(rest[0]).map(|stored| stored.record));
        Ok(format!("{}{}", done.superseded.join(" "), if done.parked { " parked" } else { "" }))
    }

    fn parked(&mut self, command: &str, id: &str) -> Result<String, StoreError> {
        let local = self.seen().reads().local(self.model(id), &key(id))?;
        let parked = local.entries.iter().find(|entry| matches!(entry.state, EntryState::Parked(_)));
        let parked =
            parked.or(local.entries.first()).map_or_else(|| "m0".to_owned(), |entry| entry.id.clone());
        let fresh = if command == "retry" { self.mutation() } else { String::new() };
        let (done, _) = self.store().write(|tx| match command {
            "retry" => tx.retry(&parked, &fresh),
            _ => tx.discard(&parked),
        })?;
        let others = done
            .repaired
            .into_iter()
            .filter(|repaired| repaired.mutation != parked && repaired.fresh.is_none());
        let gone: Vec<String> = others.map(|repaired| repaired.mutation).chain(done.superseded).collect();
        Ok(gone.join(" "))
    }

    fn reopen(&mut self) {
        self.store = None;
        let mut store = self.dir.open(Arc::clone(&self.schema));
        for model in self.schema.models() {
            store.settle_conflicts(model.id, self.settles);
        }
        store.release_held().unwrap();
        self.store = Some(store);
    }

    /// Hands in what was answered, and says what is asked then.
    fn ask(&mut self, id: &str) -> Result<String, StoreError> {
        let (model, key) = (self.model(id), key(id));
        let (seen, answers) = match self.asked.remove(id) {
            Some((seen, answers)) => (Some(seen), answers),
            None => (None, Answers::default()),
        };
        match self.store().write(|tx| tx.answer(model, &key, seen.as_deref(), &answers))?.0 {
            Answered::Settled(done) => Ok(format!("settled {}", done.superseded.join(" "))),
            Answered::Ask { local, question, changed } => {
                let side = |side: &Option<Record>| {
                    side.as_ref().map_or("none".to_owned(), |side| words_of(self.schema.model(model), side))
                };
                let sides = [&question.base, &question.local, &question.remote].map(side).join(" / ");
                let said = format!("{} {:?}: {sides}", question.mutation, question.kind);
                self.asked.insert(id.to_owned(), (local, if changed { Answers::default() } else { answers }));
                Ok(if changed { format!("changed, {said}") } else { said })
            }
        }
    }

    fn amend(&mut self, id: &str, fields: &[&str]) -> Result<String, StoreError> {
        let local = self.seen().reads().local(self.model(id), &key(id))?;
        let parked = local.entries.iter().find(|entry| entry.is_parked());
        let mutation = parked.or(local.entries.first()).map_or("m0", |entry| &entry.id);
        let (entry, shown) = self.seen().reads().left_by(mutation)?.unwrap();
        let mut value = shown.clone();
        set(model_of(&self.schema, id), &mut value, fields);
        let fresh_id = self.mutation();
        let edit = Edit { entry: &entry, shown: &shown, value: &value, fresh_id };
        let (done, _) = self.store().write(|tx| tx.edit(edit))?;
        Ok(done.unwrap().superseded.join(" "))
    }

    fn stored(&self, id: &str) -> Option<Stored> {
        self.seen().reads().get(self.model(id), &key(id)).unwrap()
    }

    fn look(&self, expected: &str) -> String {
        let words: Vec<&str> = expected.split_whitespace().collect();
        let reads = self.seen().reads();
        match words[0] {
            "says" => format!("says {}", self.says).trim().to_owned(),
            "outbox" => {
                let entries = reads.outbox().unwrap();
                let entries: Vec<String> = entries.iter().map(|entry| self.entry(entry)).collect();
                format!("outbox {}", entries.join(" | ")).trim().to_owned()
            }
            "conflicts" => {
                let mut found = reads.conflicts(100).unwrap();
                found.reverse();
                let kind = |kind: &ConflictKind| match kind {
                    ConflictKind::Field { field, base, local, remote } => {
                        let name = &self.schema.models()[0].fields[*field].name;
                        format!("{name}:{}/{}/{}", word(base), word(local), word(remote))
                    }
                    other => format!("{other:?}"),
                };
                let won = |by: Resolution| match by {
                    Resolution::Remote => String::new(),
                    other => format!(" {other:?}").to_lowercase(),
                };
                let found = found.iter().map(|found| {
                    format!("{} {}{}", found.mutation, kind(&found.kind), won(found.resolution))
                });
                format!("conflicts {}", found.collect::<Vec<_>>().join(" | ")).trim().to_owned()
            }
            "known" => {
                let id = words[1];
                let local = reads.local(self.model(id), &key(id)).unwrap();
                let known = match local.server {
                    Presence::Unknown => "unknown".to_owned(),
                    Presence::Evicted(left) => format!("evicted v{}", left.version),
                    Presence::Deleted(meta) => format!("deleted v{}", meta.version),
                    Presence::Live(server) => {
                        let model = model_of(&self.schema, id);
                        format!("live v{} {}", server.meta.version, words_of(model, &server.record))
                    }
                };
                format!("known {id} {known}")
            }
            id => match self.stored(id) {
                Some(Stored { record, version }) => {
                    let version = version.map_or(String::new(), |version| format!(" v{version}"));
                    format!("{id} {}{version}", words_of(model_of(&self.schema, id), &record))
                }
                None => format!("{id} none"),
            },
        }
    }

    fn entry(&self, entry: &Entry) -> String {
        let model = self.schema.model(entry.model);
        let op = match entry.op {
            MutationOp::Create => "create",
            MutationOp::Update => "update",
            MutationOp::Delete => "delete",
        };
        let changes = entry.patch.0.iter().map(|change| {
            let name = &model.fields[change.field].name;
            let (base, value) = (word(&change.base), word(&change.value));
            if entry.op == MutationOp::Create {
                format!("{name}={value}")
            } else {
                format!("{name}:{base}>{value}")
            }
        });
        let mut parts = vec![entry.id.clone(), op.to_owned(), entry.key.to_string()];
        parts.extend(changes.filter(|change| !change.starts_with("status")));
        parts.extend(entry.base_version.map(|version| format!("v{version}")));
        parts.extend(entry.condition.as_ref().map(|_| "when".to_owned()));
        match &entry.state {
            EntryState::Unsent => {}
            EntryState::Sent => parts.push("sent".to_owned()),
            EntryState::Parked(reason) => parts.push(format!("parked({reason})")),
        }
        parts.join(" ")
    }

    /// What holds after every command: the row is the fold, the side table and the outbox come and go together, and a
    /// reader sees what the writer sees.
    fn check(&self, at: &str) {
        let (store, reads) = (self.seen(), self.seen().reads());
        let reader = store.reader().unwrap();
        for id in &self.ids {
            let model = model_of(&self.schema, id);
            let local = reads.local(model.id, &key(id)).unwrap();
            let shown = fold(model, &local.server, &local.entries);
            let stored = self.stored(id);
            assert_eq!(
                stored.as_ref().map(|stored| &stored.record),
                shown.as_ref(),
                "{at}: {id} is not its fold"
            );
            if let Some(stored) = &stored {
                assert_eq!(stored.version, local.server.version(), "{at}: {id}");
            }
            assert_eq!(reader.get(model.id, &key(id)).unwrap(), stored, "{at}: a reader sees another {id}");
        }
        assert_eq!(reader.outbox().unwrap(), reads.outbox().unwrap(), "{at}");
    }
}

fn words_of(model: &syncline_core::Model, record: &Record) -> String {
    words(model, record)
}

fn or(id: Option<String>, none: &str) -> String {
    id.unwrap_or_else(|| none.to_owned())
}

fn ids(entries: &[Entry]) -> String {
    entries.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>().join(" ")
}
