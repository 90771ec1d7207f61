//! A store, a clock and short words for what the tests do with them.

use std::sync::Arc;

use syncline_core::model::Schema;
use syncline_core::predicate::Filter;
use syncline_core::record::MutationOp;
use syncline_core::value::Object;
use syncline_core::{Key, Model, Predicate, Record, Value};

use super::{Harness, block_on};
use crate::{
    Allowance, Applied, Backend, BackendError, Clock, Decide, Decision, List, ListPage, ManualClock,
    Mutation, MutationId, Purged, Retention, Row, Scope, Sync, SyncPage, Write,
};

/// The time at which every test begins, in ms.
pub(super) const START: i64 = 1_700_000_000_000;

/// The schema of the suite.
pub(super) fn schema() -> Arc<Schema> {
    match syncline_schema::compile(include_str!("schema.graphql"), "schema.graphql") {
        Ok(schema) => Arc::new(schema),
        Err(errors) => panic!("the suite's own schema is wrong: {errors}"),
    }
}

/// A store under test.
pub(super) struct World<H> {
    harness: Option<H>,
    pub(super) clock: Arc<ManualClock>,
    pub(super) schema: Arc<Schema>,
}

impl<H: Harness> World<H> {
    pub(super) fn new() -> World<H> {
        let (schema, clock) = (schema(), Arc::new(ManualClock::new(START)));
        World { harness: Some(H::open(schema.clone(), clock.clone())), clock, schema }
    }

    pub(super) fn reopen(&mut self) {
        self.harness = self.harness.take().map(H::reopen);
    }

    pub(super) fn backend(&self) -> &dyn Backend {
        match &self.harness {
            Some(harness) => harness.backend(),
            None => panic!("the store is lost"),
        }
    }

    pub(super) fn model(&self, name: &str) -> &Model {
        match self.schema.by_name(name) {
            Some(model) => model,
            None => panic!("the schema has no model {name}"),
        }
    }

    /// A record of a model with these values; the key's own are among them.
    pub(super) fn record(&self, model: &str, values: &[(&str, Value)]) -> Record {
        let model = self.model(model);
        let mut record = Record::empty(model.fields.len());
        for (name, value) in values {
            match model.field(name) {
                Some(field) => record[field] = value.clone(),
                None => panic!("{} has no field {name}", model.name),
            }
        }
        record
    }

    /// A post with this id and title.
    pub(super) fn post(&self, id: &str, title: &str) -> Record {
        self.record("Post", &[("id", id.into()), ("title", title.into())])
    }

    pub(super) fn mutation(&self, model: &str, key: Key) -> Mutation {
        Mutation {
            model: self.model(model).id,
            key,
            op: MutationOp::Update,
            id: None,
            base_version: None,
            session: None,
            origin: None,
        }
    }

    /// What writes `record`, whatever is there.
    pub(super) fn write(&self, model: &str, record: Record) -> Write {
        let key = Key::of(self.model(model), &record);
        Write { mutation: self.mutation(model, key), decide: always(Decision::Write(record)) }
    }

    /// What deletes a post.
    pub(super) fn deletion(&self, id: &str) -> Write {
        Write { mutation: self.mutation("Post", Key::id(id)), decide: always(Decision::Delete) }
    }

    pub(super) fn apply(&self, writes: Vec<Write>, atomic: bool) -> Vec<Applied> {
        done(block_on(self.backend().apply(writes, atomic)))
    }

    /// Applies one mutation that must be written.
    pub(super) fn put(&self, write: Write) -> Row {
        match self.apply(vec![write], false).pop() {
            Some(Applied::Written(row)) => Arc::unwrap_or_clone(row),
            other => panic!("expected a written row, got {other:?}"),
        }
    }

    pub(super) fn put_post(&self, id: &str, title: &str) -> Row {
        self.put(self.write("Post", self.post(id, title)))
    }

    /// A post, whatever the scope.
    pub(super) fn get(&self, id: &str) -> Option<Row> {
        self.get_in(&everything(), "Post", &[Key::id(id)]).remove(0)
    }

    pub(super) fn get_in(&self, scope: &Scope, model: &str, keys: &[Key]) -> Vec<Option<Row>> {
        done(block_on(self.backend().get(scope, self.model(model).id, keys)))
    }

    pub(super) fn list(&self, scope: &Scope, list: &List) -> ListPage {
        done(self.try_list(scope, list))
    }

    pub(super) fn try_list(&self, scope: &Scope, list: &List) -> Result<ListPage, BackendError> {
        block_on(self.backend().list(scope, list))
    }

    pub(super) fn list_each(&self, scope: &Scope, lists: &[List], most: Allowance) -> Vec<ListPage> {
        done(self.try_list_each(scope, lists, most))
    }

    pub(super) fn try_list_each(
        &self,
        scope: &Scope,
        lists: &[List],
        most: Allowance,
    ) -> Result<Vec<ListPage>, BackendError> {
        block_on(self.backend().list_each(scope, lists, most))
    }

    pub(super) fn sync(&self, scope: &Scope, sync: &Sync) -> SyncPage {
        done(self.try_sync(scope, sync))
    }

    pub(super) fn try_sync(&self, scope: &Scope, sync: &Sync) -> Result<SyncPage, BackendError> {
        block_on(self.backend().sync(scope, sync))
    }

    /// The first page of a sync of a model.
    pub(super) fn first(&self, model: &str, last_sync: Option<i64>, limit: usize) -> Sync {
        let model = self.model(model).id;
        Sync { model, last_sync, resume: None, limit, max_bytes: usize::MAX, leaves: false }
    }

    /// All pages of a sync that began with `page`.
    pub(super) fn rest(&self, scope: &Scope, sync: &Sync, mut page: SyncPage) -> Vec<Row> {
        let (started_at, kind) = (page.started_at, page.kind);
        let mut rows = std::mem::take(&mut page.rows);
        while let Some(cursor) = page.next.take() {
            page = self.sync(scope, &Sync { resume: Some(cursor), ..sync.clone() });
            assert_eq!((page.started_at, page.kind), (started_at, kind), "each page is of the same sync");
            assert!(page.rows.len() <= sync.limit, "a page is not longer than asked for");
            rows.append(&mut page.rows);
        }
        rows
    }

    /// A sync of a model with all its pages, and its `startedAt`.
    pub(super) fn sync_all(&self, model: &str, last_sync: Option<i64>, limit: usize) -> (Vec<Row>, i64) {
        let sync = self.first(model, last_sync, limit);
        let page = self.sync(&everything(), &sync);
        let started_at = page.started_at;
        (self.rest(&everything(), &sync, page), started_at)
    }

    /// One step of a purge at the clock's time.
    pub(super) fn purge(&self, retention: Retention, most: usize) -> Purged {
        done(block_on(self.backend().purge(self.clock.now_ms(), retention, most)))
    }

    /// The filter of a predicate on a model.
    pub(super) fn filter(&self, model: &str, predicate: &Predicate) -> Filter {
        match predicate.bind(self.model(model)) {
            Ok(filter) => filter,
            Err(error) => panic!("the suite's own predicate is wrong: {error}"),
        }
    }

    /// The value of a field of a row.
    pub(super) fn value<'a>(&self, model: &str, row: &'a Row, field: &str) -> &'a Value {
        match self.model(model).field(field) {
            Some(field) => &row.record[field],
            None => panic!("{model} has no field {field}"),
        }
    }
}

/// A value of a custom type with these fields, in declared order.
pub(super) fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Object(Object(fields.into_iter().map(|(name, value)| (name.into(), value)).collect()))
}

/// A `Place`.
pub(super) fn at(at: f64) -> Value {
    object([("at", at.into()), ("status", "OPEN".into())])
}

/// A `Home` with one place in two of its fields.
pub(super) fn home(street: &str, place: Value) -> Value {
    let seen = Value::List(vec![i64::MIN.into(), Value::Null]);
    let ways = if place.is_null() { Value::Null } else { Value::List(vec![place.clone()]) };
    object([("street", street.into()), ("place", place), ("seen", seen), ("ways", ways)])
}

/// A scope without bounds.
pub(super) fn everything() -> Scope {
    Scope::new(Filter::all(), Filter::all())
}

/// A decision that does not look.
pub(super) fn always(decision: Decision) -> Decide {
    Box::new(move |_| decision.clone())
}

/// A mutation id.
pub(super) fn id(principal: &str, id: &str) -> MutationId {
    MutationId { principal: principal.to_owned(), id: id.to_owned() }
}

/// The answer of a store that works.
pub(super) fn done<T>(answer: Result<T, BackendError>) -> T {
    match answer {
        Ok(answer) => answer,
        Err(error) => panic!("the store answered with a fault: {error}"),
    }
}

/// The text ids of rows, in their order.
pub(super) fn ids(rows: &[Row]) -> Vec<&str> {
    rows.iter().filter_map(|row| row.record[0].as_text()).collect()
}
