//! The beginning of a query's result, kept in order by what commits change.

use super::merge::Net;
use std::sync::Arc;
use syncline_core::page::{Page, Sort, compare};
use syncline_core::predicate::Filter;
use syncline_core::{Key, Model, Record};
use syncline_store::Stored;

/// How many records are kept beyond a page at the least and at the most, so that not every removal asks the file.
const SPARE: (usize, usize) = (32, 1_024);

/// Which records are shown, and in which order.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) filter: Filter,
    sort: Vec<Sort>,
    /// The places of the result that are shown.
    from: usize,
    to: usize,
    /// How many records are kept at the most.
    keep: usize,
}

impl Plan {
    pub(super) fn new(filter: Filter, sort: Vec<Sort>, page: Option<Page>) -> Plan {
        let filter = filter.readable();
        let Some(page) = page else {
            return Plan { filter, sort, from: 0, to: usize::MAX, keep: usize::MAX };
        };
        let whole = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let (from, limit) = (whole(page.offset), whole(page.limit));
        let to = from.saturating_add(limit);
        if limit == 0 {
            return Plan { filter, sort, from: 0, to: 0, keep: 0 };
        }
        Plan { filter, sort, from, to, keep: to.saturating_add(limit.clamp(SPARE.0, SPARE.1)) }
    }

    /// The query for all that is kept.
    pub(super) fn query(&self, model: &Model) -> syncline_store::Query {
        let limit = u64::try_from(self.keep).unwrap_or(u64::MAX);
        let page = (self.keep < usize::MAX).then_some(Page { offset: 0, limit });
        syncline_store::Query { model: model.id, filter: self.filter.clone(), sort: self.sort.clone(), page }
    }
}

/// A record of the result.
#[derive(Debug)]
struct Row<M> {
    key: Key,
    record: Record,
    item: Arc<M>,
}

/// The beginning of the result. What is not kept comes after what is.
#[derive(Debug)]
pub(super) struct Window<M> {
    #[expect(
        clippy::vec_box,
        reason = "a record that comes or goes moves a pointer for each one behind it, not a record"
    )]
    rows: Vec<Box<Row<M>>>,
    /// Whether the result has nothing beyond that.
    complete: bool,
}

/// What a change did to the part that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing.
    None,
    /// The part differs.
    Changed,
    /// What is kept does not tell what is shown: the file must be asked.
    Unknown,
}

impl<M> Window<M> {
    /// Of an empty result.
    pub(super) fn empty() -> Window<M> {
        Window { rows: Vec::new(), complete: true }
    }

    /// Of what was queried. Items of records that are in `earlier` as they are now are taken from there; those that `read`
    /// cannot read are left out.
    pub(super) fn of(
        plan: &Plan,
        model: &Model,
        stored: Vec<Stored>,
        earlier: &Window<M>,
        read: impl Fn(&Stored) -> Option<M>,
    ) -> Window<M> {
        let complete = stored.len() < plan.keep;
        let row = |stored: Stored| {
            let key = Key::of(model, &stored.record);
            let known = earlier.find(plan, &key, &stored.record).ok().map(|place| &earlier.rows[place]);
            let item = match known.filter(|row| row.record == stored.record) {
                Some(row) => Arc::clone(&row.item),
                None => Arc::new(read(&stored)?),
            };
            Some(Box::new(Row { key, record: stored.record, item }))
        };
        Window { rows: stored.into_iter().filter_map(row).collect(), complete }
    }

    /// What is shown.
    pub(super) fn shown(&self, plan: &Plan) -> impl ExactSizeIterator<Item = &Arc<M>> + use<'_, M> {
        let to = plan.to.min(self.rows.len());
        self.rows[plan.from.min(to)..to].iter().map(|row| &row.item)
    }

    /// The place of a record, or where it belongs.
    fn find(&self, plan: &Plan, key: &Key, record: &Record) -> Result<usize, usize> {
        self.rows
            .binary_search_by(|row| compare(&plan.sort, &row.record, record).then_with(|| row.key.cmp(key)))
    }

    /// Applies what became of a record.
    pub(super) fn apply(
        &mut self,
        plan: &Plan,
        net: Net<'_>,
        read: impl FnOnce(&Stored) -> Option<M>,
    ) -> Effect {
        let selected = |record: &&Record| plan.filter.matches(record, false);
        let (before, after) = (net.before.filter(selected), net.after.filter(selected));
        let mut effect = Effect::None;
        if let Some(record) = before {
            // It is not there if it comes after what is kept, or could not be read.
            if let Ok(place) = self.find(plan, net.key, record) {
                self.rows.remove(place);
                effect = Effect::Changed;
            }
        }
        if let Some(record) = after {
            let Some(item) = read(&Stored { record: record.clone(), version: net.version }) else {
                return effect;
            };
            match self.find(plan, net.key, record) {
                Ok(_) => return Effect::Unknown,
                Err(place) if place == self.rows.len() && !self.complete => {}
                Err(place) => {
                    let row = Row { key: net.key.clone(), record: record.clone(), item: Arc::new(item) };
                    self.rows.insert(place, Box::new(row));
                    if self.rows.len() > plan.keep {
                        self.rows.pop();
                        self.complete = false;
                    }
                    effect = Effect::Changed;
                }
            }
        }
        if !self.complete && self.rows.len() < plan.to { Effect::Unknown } else { effect }
    }
}

/// Whether two results show the same items.
pub(super) fn same<'a, M: 'a>(
    a: impl ExactSizeIterator<Item = &'a Arc<M>>,
    b: impl ExactSizeIterator<Item = &'a Arc<M>>,
) -> bool {
    a.len() == b.len() && a.zip(b).all(|(a, b)| Arc::ptr_eq(a, b))
}
