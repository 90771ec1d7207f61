//! A DataStore without a cloud: models, saving, transactions, conditions, queries, deleting and observing, in one local
//! file.
//!
//! `cargo run -p syncline-example-local-only [FILE]`; without a file everything happens in memory.

use std::io::Write;
use std::process::ExitCode;
use syncline::{Change, DataStore, Error};

syncline::schema!("schema.graphql"); // Book, Review, Shelf and schema()

/// Prints a line. That nobody reads it any more is no reason to fail.
fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match story().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}"); // it says what to do
            ExitCode::FAILURE
        }
    }
}

async fn story() -> Result<(), Error> {
    let builder = DataStore::builder(schema());
    let store = match std::env::args_os().nth(1) {
        Some(file) => builder.path(file).open().await?, // made if it is not there
        None => builder.in_memory().open().await?,
    };
    store.clear().await?; // the story begins with an empty shelf
    let mut changes = store.observe::<Book>()?;

    say("Save: a model is created by its first save; when that returns, it is on the disk.");
    let mut books = Vec::new();
    for (title, author, year) in [
        ("The Left Hand of Darkness", "Ursula K. Le Guin", 1969),
        ("The Dispossessed", "Ursula K. Le Guin", 1974),
        ("Solaris", "Stanisław Lem", 1961),
    ] {
        let mut book = Book::new(title, author, Shelf::ToRead);
        book.year = Some(year);
        books.push(store.save(book).await?.into_inner());
    }
    say(format!("  {} books", store.query::<Book>().count().await?));

    say("Change: only what differs from the record as it was read is written.");
    let mut book = books.remove(0);
    book.shelf = Shelf::Reading;
    let book = store.save(book).await?.into_inner();
    say(format!("  {}: {:?}", book.title, book.shelf));

    say("Transaction: the book is read and reviewed, in one commit; or neither, if an error is returned.");
    let id = book.id;
    let read = store.transaction(|tx| async move {
        let Some(mut book) = tx.get::<Book>(id).await? else { return Ok(None) };
        book.shelf = Shelf::Read;
        let book = tx.save(book).await?;
        tx.save(Review { text: Some("Cold, and warm.".to_owned()), ..Review::new(&book.id, 5) }).await?;
        tx.save(Review::new(&book.id, 4)).await?;
        Ok::<_, Error>(Some(book))
    });
    let Some(book) = read.await?.value else { return Ok(()) };
    say(format!("  {}: {:?}, {} reviews", book.title, book.shelf, book.reviews(&store).count().await?));

    say("Condition: the save is refused unless it holds for the stored record.");
    let mut solaris = books.remove(1);
    solaris.shelf = Shelf::Reading;
    match store.save(solaris).when(Book::YEAR.gt(1970)).await {
        Err(error @ Error::ConditionFailed { .. }) => say(format!("  refused: {error}")),
        other => say(format!("  {:?}", other?.shelf)),
    }

    say("Query: filtered, sorted and paged by SQLite; fields and operators are checked by the compiler.");
    let le_guin = Book::AUTHOR.contains("Le Guin").and(Book::YEAR.between(1960, 1979));
    for book in store.query::<Book>().filter(le_guin).sort(Book::YEAR.desc()).page(0, 10).await? {
        say(format!("  {} {}, {:?}", book.year.unwrap_or_default(), book.title, book.shelf));
    }

    say("Delete: what belongs to a record goes with it.");
    store.delete(book).await?;
    say(format!("  {} reviews are left", store.query::<Review>().count().await?));

    say("Observe: every committed change, in the order of the commits.");
    for _ in 0..6 {
        match changes.next().await {
            Some(Change::Created { item, .. }) => say(format!("  created  {}", item.title)),
            Some(Change::Updated { before, item, .. }) => {
                say(format!("  updated  {}: {:?} is now {:?}", item.title, before.shelf, item.shelf));
            }
            Some(Change::Deleted { item, .. }) => say(format!("  deleted  {}", item.title)),
            Some(_) | None => break,
        }
    }

    say(format!("Done. {} changes would be sent if there were an API.", store.pending_count()?));
    Ok(())
}
