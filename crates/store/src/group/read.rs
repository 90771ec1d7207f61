//! Reading through the buffer: a snapshot, and the writes of the transaction over it.

use super::Group;
use crate::StoreError;
use crate::local::Loaded;
use crate::read::{Query, Reads, Stored};
use std::collections::BTreeMap;
use syncline_core::page::{Page, compare};
use syncline_core::predicate::Filter;
use syncline_core::{Key, ModelId};

impl Group {
    /// The record with this key.
    ///
    /// # Errors
    /// As [`Reads::get`].
    pub fn get(&mut self, reads: &Reads, model: ModelId, key: &Key) -> Result<Option<Stored>, StoreError> {
        if let Some(known) = self.written.get(&model).and_then(|known| known.get(key)) {
            return Ok(stored(known));
        }
        let found = reads.get(model, key)?;
        let read = self.read.entry(model).or_default();
        read.entry(key.clone()).or_insert_with(|| found.as_ref().map(|found| found.record.clone()));
        Ok(found)
    }

    /// The records that a query selects. Those that it returns count as read; a record that it does not return does
    /// not, so another that would be returned later is no conflict.
    ///
    /// # Errors
    /// As [`Reads::query`].
    pub fn query(&mut self, reads: &Reads, query: &Query) -> Result<Vec<Stored>, StoreError> {
        let ir = &reads.tables.get(query.model)?.model;
        let own = self.written.get(&query.model).filter(|own| !own.is_empty());
        let mut found = match own {
            None => reads.query(query)?,
            Some(own) => over(own, reads, query)?,
        };
        if let Some(page) = query.page.filter(|_| own.is_some()) {
            found = page_of(found, page);
        }
        let read = self.read.entry(query.model).or_default();
        for found in &found {
            // What the transaction wrote has been noted as it was in the snapshot.
            read.entry(Key::of(ir, &found.record)).or_insert_with(|| Some(found.record.clone()));
        }
        Ok(found)
    }

    /// Whether a filter selects any record. None of them counts as read.
    ///
    /// # Errors
    /// As [`Reads::exists`].
    pub fn exists(&self, reads: &Reads, model: ModelId, filter: &Filter) -> Result<bool, StoreError> {
        match self.written.get(&model) {
            Some(own) if !own.is_empty() => Ok(self.count(reads, model, filter)? > 0),
            _ => reads.exists(model, filter),
        }
    }

    /// Whether everything that was read is in `reads` as it was.
    ///
    /// # Errors
    /// [`StoreError::TransactionConflict`] for the first record that is not; an unreadable file.
    pub fn check(&self, reads: &Reads) -> Result<(), StoreError> {
        for (model, records) in &self.read {
            for (key, was) in records {
                let now = reads.get(*model, key)?;
                if now.as_ref().map(|now| &now.record) != was.as_ref() {
                    let model = reads.tables.get(*model)?.model.name.clone();
                    return Err(StoreError::TransactionConflict { model, key: key.to_string() });
                }
            }
        }
        Ok(())
    }

    /// How many records a filter selects. None of them counts as read.
    ///
    /// # Errors
    /// As [`Reads::count`].
    pub fn count(&self, reads: &Reads, model: ModelId, filter: &Filter) -> Result<u64, StoreError> {
        let mut count = reads.count(model, filter)?;
        for (key, known) in self.written.get(&model).into_iter().flatten() {
            let was = self.read.get(&model).and_then(|read| read.get(key)).and_then(Option::as_ref);
            let counts = |record: Option<_>| record.is_some_and(|record| filter.matches(record, false));
            // It was counted as it is in the snapshot.
            count = count.saturating_sub(u64::from(counts(was)));
            count = count.saturating_add(u64::from(counts(known.visible.as_ref())));
        }
        Ok(count)
    }
}

fn stored(known: &Loaded) -> Option<Stored> {
    let version = known.local.server.version();
    known.visible.clone().map(|record| Stored { record, version })
}

/// The records of the snapshot that were not written, and those that were, in the query's order. Of a page it is
/// everything up to its end, at least.
fn over(own: &BTreeMap<Key, Loaded>, reads: &Reads, query: &Query) -> Result<Vec<Stored>, StoreError> {
    let ir = &reads.tables.get(query.model)?.model;
    // Each record that was written may hide one of the snapshot.
    let hidden = u64::try_from(own.len()).unwrap_or(u64::MAX);
    let page = query
        .page
        .map(|page| Page { offset: 0, limit: page.offset.saturating_add(page.limit).saturating_add(hidden) });
    let mut found = reads.query(&Query { page, ..query.clone() })?;
    found.retain(|found| !own.contains_key(&Key::of(ir, &found.record)));
    let selected = own.values().filter_map(stored);
    found.extend(selected.filter(|stored| query.filter.matches(&stored.record, false)));
    found.sort_by(|a, b| {
        let (key_a, key_b) = (Key::of(ir, &a.record), Key::of(ir, &b.record));
        compare(&query.sort, &a.record, &b.record).then_with(|| key_a.cmp(&key_b))
    });
    Ok(found)
}

fn page_of(found: Vec<Stored>, page: Page) -> Vec<Stored> {
    let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    found.into_iter().skip(place(page.offset)).take(place(page.limit)).collect()
}
