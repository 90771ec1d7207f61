//! Which models are in sync.

use super::DataStore;
use crate::Error;
use crate::dynamic::DynamicModel;
use crate::model::Model;
use syncline_core::ModelId;

impl DataStore {
    /// Whether the model has been synced since sync was started: what the cloud had then is here. It says nothing about
    /// the connection now.
    ///
    /// # Errors
    /// If the schema has no such model.
    pub fn is_synced<M: Model>(&self) -> Result<bool, Error> {
        Ok(self.is_model_synced(self.shape::<M>()?.model.id))
    }

    /// Waits until the model has been synced since sync was started, and starts it unless it was stopped. It waits for as
    /// long as that takes, offline, stopped and where the server refuses the model for ever;
    /// [`Hub::listen`](crate::Hub::listen) tells what happens meanwhile.
    ///
    /// ```no_run
    /// # syncline::schema!("schema.graphql");
    /// # async fn run(store: &syncline::DataStore) -> Result<(), syncline::Error> {
    /// store.synced::<Post>().await?;
    /// println!("{} posts", store.query::<Post>().count().await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If the schema has no such model, no API is configured, or the store is closed.
    pub async fn synced<M: Model>(&self) -> Result<(), Error> {
        self.model_synced(self.shape::<M>()?.model.id).await
    }

    fn is_model_synced(&self, model: ModelId) -> bool {
        self.shared.synced.watch().borrow().get(model.0).copied().unwrap_or(false)
    }

    async fn model_synced(&self, model: ModelId) -> Result<(), Error> {
        if self.shared.runner.is_none() {
            return Err(Error::NoApi);
        }
        self.start_quietly();
        let mut synced = self.shared.synced.watch();
        // Of a closed store nothing is known.
        let known = synced.wait_for(|models| models.get(model.0).copied().unwrap_or(true)).await;
        let closed = known.map_or(true, |models| models.is_empty());
        if closed { Err(Error::Closed) } else { Ok(()) }
    }
}

impl DynamicModel {
    /// Whether the model has been synced; see [`DataStore::is_synced`].
    #[must_use]
    pub fn is_synced(&self) -> bool {
        self.store().is_model_synced(self.ir().id)
    }

    /// Waits until the model has been synced; see [`DataStore::synced`].
    ///
    /// # Errors
    /// If no API is configured, or the store is closed.
    pub async fn synced(&self) -> Result<(), Error> {
        self.store().model_synced(self.ir().id).await
    }
}
