//! What an application says of a schema that is another one than its file's.

use super::DataStoreBuilder;

impl DataStoreBuilder {
    /// Says that something in the schema has another name now: a model (`"Post"` is now `"Article"`), or a field of one
    /// (`"Post.title"` is now `"headline"`). What a file holds under the old name is brought over when it is opened, with
    /// its pending changes. In the schema the same is said by `@renamedFrom(name: "title")`.
    ///
    /// It counts for a file that has the old name and not the new one, and is passed over for any other, so that it may
    /// stay for as long as such files may be about. Two names cannot be swapped.
    pub fn rename(mut self, from: &str, to: &str) -> DataStoreBuilder {
        self.migration.renames.add(from, to);
        self
    }

    /// Gives up pending changes that the new schema has no place for: of a model that is gone or has another primary key
    /// (`"Draft"`), or of a field that is gone (`"Post.title"`), by their old names. Without it a file that holds such
    /// changes is refused.
    ///
    /// A change whose condition speaks of such a field is not sent without the condition: it is parked.
    pub fn discard_on_migration<'a>(mut self, places: impl IntoIterator<Item = &'a str>) -> DataStoreBuilder {
        places.into_iter().for_each(|place| self.migration.discards.add(place));
        self
    }
}
