//! The application's conflict handlers: what they are asked, and what they answer.

use super::{DataStore, Shared};
use crate::Error;
use crate::dynamic::Item;
use crate::model::{Model, ModelError, Origin};
use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock, Weak};
use syncline_core::record::{Answer as Decision, Question, QuestionKind, Settles};
use syncline_core::{Key, Model as Ir, ModelId, Record, Schema};
use tokio::sync::Notify;

/// A conflict for the application to settle: a change made on this device met a newer record of the server. `M` is the
/// model's type, or an [`Item`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Conflict<M> {
    /// What met what.
    pub kind: QuestionKind,
    /// The record's key.
    pub key: Key,
    /// The id of the mutation that met it.
    pub mutation: String,
    /// The record that the change was made on. `None` for one that was made here, and where it is not known any more.
    pub base: Option<M>,
    /// What the change made of it; `None` if it was deleted here.
    pub local: Option<M>,
    /// What the server has now; `None` if it was deleted there.
    pub remote: Option<M>,
    /// What [`Answer::Remote`] leaves: everything merged that can be, and the server's values where both sides changed. A good
    /// start for an answer of one's own.
    pub merged: Option<M>,
    /// The names of the fields that both sides changed.
    pub fields: Vec<String>,
    store: Weak<Shared>,
}

impl<M> Conflict<M> {
    /// The store that asks, to look something up in or to write to. `None` if it is closed by now. Whoever keeps it keeps the
    /// file open.
    #[must_use]
    pub fn store(&self) -> Option<DataStore> {
        self.store.upgrade().map(|shared| DataStore { shared })
    }
}

/// How a conflict is settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answer<M> {
    /// As without a handler: the server's side stays where both sides changed, and what was changed here is listed.
    #[default]
    Remote,
    /// The change is sent again, on the newer record: where both sides changed, the values of this device go out. What was
    /// deleted there is made anew; what was deleted here is deleted.
    Local,
    /// The record becomes this one. Its key must stay; what only the server writes is not looked at.
    Merged(M),
}

/// A function that settles the conflicts of a model: `|conflict: Conflict<M>| async move { … }`.
pub trait ConflictHandler<M>:
    Fn(Conflict<M>) -> <Self as ConflictHandler<M>>::Reply + Send + Sync + 'static
{
    /// What it returns.
    type Reply: Future<Output = Answer<M>> + Send + 'static;
}

impl<M, F, R> ConflictHandler<M> for F
where
    F: Fn(Conflict<M>) -> R + Send + Sync + 'static,
    R: Future<Output = Answer<M>> + Send + 'static,
{
    type Reply = R;
}

/// A question, before it is put into an application's types.
pub(crate) struct Asked {
    pub(crate) model: Arc<Ir>,
    pub(crate) key: Key,
    pub(crate) question: Question,
    /// The version of the server's record.
    pub(crate) version: Option<i64>,
    pub(crate) store: Weak<Shared>,
}

/// A handler, whatever its types.
pub(crate) trait Handler: Send + Sync {
    fn ask(&self, asked: Asked) -> BoxFuture<'static, Result<Decision, Error>>;
}

/// A handler of a generated type.
struct Typed<M, F>(F, PhantomData<fn() -> M>);

impl<M: Model, F: ConflictHandler<M>> Handler for Typed<M, F> {
    fn ask(&self, asked: Asked) -> BoxFuture<'static, Result<Decision, Error>> {
        let read = |_: &Arc<Ir>, record: &Record, origin| M::from_record(record, origin);
        put(&self.0, asked, read, |_, model: M| Ok(model.to_record()))
    }
}

/// A handler of items.
struct Dynamic<F>(F);

impl<F: ConflictHandler<Item>> Handler for Dynamic<F> {
    fn ask(&self, asked: Asked) -> BoxFuture<'static, Result<Decision, Error>> {
        put(&self.0, asked, Item::read, |ir, item: Item| Ok(item.into_record_of(ir)?))
    }
}

/// Asks `handler`, whose records are read by `read` and taken back by `write`.
fn put<M: Send + 'static>(
    handler: &impl ConflictHandler<M>,
    asked: Asked,
    read: impl Fn(&Arc<Ir>, &Record, Origin) -> Result<M, ModelError>,
    write: impl Fn(&Arc<Ir>, M) -> Result<Record, Error> + Send + 'static,
) -> BoxFuture<'static, Result<Decision, Error>> {
    let Asked { model, key, question, version, store } = asked;
    let item = |record: Option<Record>| {
        let read = |record: Record| read(&model, &record, Origin::read(record.clone(), version));
        record.map(read).transpose()
    };
    let Question { mutation, kind, base, local, remote, merged, fields, .. } = question;
    let conflict = (|| {
        let (base, local, remote, merged) = (item(base)?, item(local)?, item(remote)?, item(merged)?);
        let name = |place: &usize| model.fields.get(*place).map(|field| field.name.clone());
        let fields = fields.iter().filter_map(name).collect();
        Ok::<_, ModelError>(Conflict { kind, key, mutation, base, local, remote, merged, fields, store })
    })();
    let reply = conflict.map(handler);
    Box::pin(async move {
        Ok(match reply?.await {
            Answer::Remote => Decision::Remote,
            Answer::Local => Decision::Local,
            Answer::Merged(record) => Decision::Merged(write(&model, record)?),
        })
    })
}

/// Who settles which conflicts, as the builder was told.
#[derive(Clone, Default)]
pub(crate) struct Settlers {
    /// By the model's name; the last word counts.
    named: HashMap<String, Settler>,
    /// Of the models that have none of their own.
    any: Option<Arc<dyn Handler>>,
}

#[derive(Clone)]
enum Settler {
    Handler(Arc<dyn Handler>),
    Server,
}

impl fmt::Debug for Settlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.named.keys()).entries(self.any.iter().map(|_| "*")).finish()
    }
}

impl Settlers {
    pub(crate) fn typed<M: Model>(&mut self, handler: impl ConflictHandler<M>) {
        self.put(M::NAME, Arc::new(Typed(handler, PhantomData)));
    }

    pub(crate) fn dynamic(&mut self, model: Option<&str>, handler: impl ConflictHandler<Item>) {
        let handler: Arc<dyn Handler> = Arc::new(Dynamic(handler));
        match model {
            Some(model) => self.put(model, handler),
            None => self.any = Some(handler),
        }
    }

    pub(crate) fn server(&mut self, model: &str) {
        self.named.insert(model.to_owned(), Settler::Server);
    }

    fn put(&mut self, model: &str, handler: Arc<dyn Handler>) {
        self.named.insert(model.to_owned(), Settler::Handler(handler));
    }

    /// The same for the models of `schema`.
    pub(crate) fn resolve(&self, schema: &Schema) -> Result<Handlers, Error> {
        if let Some(unknown) = self.named.keys().find(|name| schema.by_name(name).is_none()) {
            return Err(Error::UnknownModel(unknown.clone()));
        }
        let of = |model: &Arc<Ir>| match self.named.get(&model.name) {
            Some(Settler::Server) => (Settles::Server, None),
            Some(Settler::Handler(handler)) => (Settles::Handler, Some(Arc::clone(handler))),
            None => match &self.any {
                Some(handler) => (Settles::Handler, Some(Arc::clone(handler))),
                None => (Settles::Device, None),
            },
        };
        let by_model = schema.models().iter().map(of).collect();
        Ok(Handlers { by_model, told: Arc::default(), store: OnceLock::new() })
    }
}

/// The handlers of a store.
pub(crate) struct Handlers {
    by_model: Vec<(Settles, Option<Arc<dyn Handler>>)>,
    /// Told when a record begins or ceases to wait for its handler.
    pub(crate) told: Arc<Notify>,
    /// The store, once it is open.
    store: OnceLock<Weak<Shared>>,
}

impl fmt::Debug for Handlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.by_model.iter().map(|(settles, _)| settles)).finish()
    }
}

impl Handlers {
    /// Whether there is any.
    pub(crate) fn is_any(&self) -> bool {
        self.by_model.iter().any(|(_, handler)| handler.is_some())
    }

    /// Who settles which model's conflicts, where it is not the device.
    pub(crate) fn settles(&self) -> impl Iterator<Item = (ModelId, Settles)> {
        let all = self.by_model.iter().enumerate().map(|(place, (settles, _))| (ModelId(place), *settles));
        all.filter(|(_, settles)| *settles != Settles::Device)
    }

    pub(crate) fn of(&self, model: ModelId) -> Option<&Arc<dyn Handler>> {
        self.by_model.get(model.0)?.1.as_ref()
    }

    /// The store is open.
    pub(crate) fn opened(&self, store: &Arc<Shared>) {
        // It is opened once.
        let _ = self.store.set(Arc::downgrade(store));
    }

    pub(crate) fn store(&self) -> Weak<Shared> {
        self.store.get().cloned().unwrap_or_default()
    }
}
