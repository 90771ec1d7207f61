//! The list: what is done to it, all of it local.

use crate::failure::Failure;
use crate::models::Todo;
use std::collections::HashSet;
use syncline::DataStore;

/// One thing on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) done: bool,
    /// Whether a change of it has not reached the server yet.
    pub(crate) waiting: bool,
}

/// Everything on the list, in the order in which it was added: ids grow.
pub(crate) async fn items(store: &DataStore) -> Result<Vec<Item>, Failure> {
    marked(store, store.query::<Todo>().sort(Todo::ID.asc()).await?)
}

/// These, with a mark on what has not been sent.
pub(crate) fn marked(store: &DataStore, todos: impl IntoIterator<Item = Todo>) -> Result<Vec<Item>, Failure> {
    let waiting: HashSet<String> = store.outbox().list()?.iter().map(|entry| entry.key.to_string()).collect();
    let item = |todo: Todo| Item {
        waiting: waiting.contains(&todo.id),
        id: todo.id,
        title: todo.title,
        done: todo.done,
    };
    Ok(todos.into_iter().map(item).collect())
}

/// Adds something.
pub(crate) async fn add(store: &DataStore, title: &str) -> Result<Todo, Failure> {
    Ok(store.save(Todo::new(valid(title)?, false)).await?.into_inner())
}

/// Changes the one that `short` names.
pub(crate) async fn change(
    store: &DataStore,
    short: &str,
    edit: impl FnOnce(&mut Todo),
) -> Result<Todo, Failure> {
    // Only the fields that `edit` changes are written: what others change meanwhile stays.
    let mut todo = find(store, short).await?;
    edit(&mut todo);
    Ok(store.save(todo).await?.into_inner())
}

/// Gives the one that `short` names another title.
pub(crate) async fn retitle(store: &DataStore, short: &str, title: &str) -> Result<Todo, Failure> {
    let title = valid(title)?.to_owned();
    change(store, short, |todo| todo.title = title).await
}

/// Removes the one that `short` names.
pub(crate) async fn remove(store: &DataStore, short: &str) -> Result<Todo, Failure> {
    let todo = find(store, short).await?;
    store.delete(todo.clone()).await?;
    Ok(todo)
}

/// The one whose id ends like this.
pub(crate) async fn find(store: &DataStore, short: &str) -> Result<Todo, Failure> {
    let end = short.trim().to_lowercase();
    let mut todos = store.query::<Todo>().await?;
    todos.retain(|todo| !end.is_empty() && todo.id.to_lowercase().ends_with(&end));
    match todos.len() {
        1 => Ok(todos.remove(0)),
        0 => Err(Failure::new(
            format!("nothing on the list has the id {short:?}"),
            "`list` shows the ids, to the left of each title",
        )),
        more => {
            let ids: Vec<String> = todos.iter().map(|todo| todo.id.clone()).collect();
            Err(Failure::new(
                format!("{more} things on the list have an id that ends with {short:?}"),
                format!("type more of it, from the right: {}", ids.join(", ")),
            ))
        }
    }
}

/// A title that can be kept.
fn valid(title: &str) -> Result<&str, Failure> {
    match title.trim() {
        "" => Err(Failure::new("the title is empty", "say what there is to do")),
        title => Ok(title),
    }
}
