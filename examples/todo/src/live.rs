//! The list as it changes, whoever changes it.

use crate::failure::Failure;
use crate::list::{self, Item};
use crate::models::Todo;
use crate::style::Style;
use crate::view;
use syncline::{DataStore, LiveQuery};

/// The list, and what has changed since it was shown.
pub(crate) struct Live {
    store: DataStore,
    query: LiveQuery<Todo>,
    /// What was shown last.
    pub(crate) items: Vec<Item>,
}

impl Live {
    /// The list as it is. From here on no change is missed.
    pub(crate) async fn new(store: &DataStore) -> Result<Live, Failure> {
        let query = store.observe_query::<Todo>().sort(Todo::ID.asc()).stream()?;
        let mut live = Live { store: store.clone(), query, items: Vec::new() };
        live.items = live.next().await?.unwrap_or_default();
        Ok(live)
    }

    /// Waits until the list is another one; `None` once it is closed. Cancelling loses nothing.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Item>>, Failure> {
        match self.query.next().await {
            Some(snapshot) => {
                let todos = snapshot.items.iter().map(|todo| Todo::clone(todo));
                Ok(Some(list::marked(&self.store, todos)?))
            }
            None => self.query.error().map_or(Ok(None), |error| Err(error.into())),
        }
    }

    /// Shows another list: what is different from the one before, a line for each thing.
    pub(crate) fn show(&mut self, items: Vec<Item>, style: Style) -> Vec<String> {
        let lines = view::changes(&self.items, &items, style);
        self.items = items;
        lines
    }

    /// Takes note of what was shown already: a change made here.
    pub(crate) fn note(&mut self, todo: &Todo, removed: bool) {
        self.items.retain(|item| item.id != todo.id);
        if !removed {
            let (id, title, done) = (todo.id.clone(), todo.title.clone(), todo.done);
            self.items.push(Item { id, title, done, waiting: true });
        }
    }
}
