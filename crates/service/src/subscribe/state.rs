//! The subscriptions of a service, and the changes that wait for them.

use super::group::{Group, GroupKey, Member, Wanted};
use super::index::{GroupId, GroupIndex};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use syncline_backend::{CommitObserver, Committed};
use syncline_core::ModelId;
use syncline_core::record::MutationOp;

/// A subscription's number, never used twice by one service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriptionId(pub u64);

/// Called when changes begin to wait. It must return at once.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// How many subscriptions there are, for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SubscriptionStats {
    /// Subscriptions.
    pub subscriptions: usize,
    /// Groups of identical ones.
    pub groups: usize,
    /// Groups that every change of their model has to be compared with, because their filter has no equality.
    pub unhashed: usize,
}

/// The subscriptions of a service.
pub(crate) struct Subscriptions {
    state: Mutex<State>,
    most_pending: usize,
}

#[derive(Default)]
struct State {
    next: u64,
    groups: HashMap<GroupId, Group>,
    by_key: HashMap<GroupKey, GroupId>,
    keys: HashMap<GroupId, GroupKey>,
    index: HashMap<(ModelId, MutationOp), GroupIndex>,
    subscriptions: HashMap<SubscriptionId, GroupId>,
    pending: VecDeque<Change>,
    lost: bool,
    waker: Option<Waker>,
}

/// A change among those that committed together, which are shared.
pub(super) struct Change(Arc<[Committed]>, usize);

impl Deref for Change {
    type Target = Committed;
    fn deref(&self) -> &Committed {
        &self.0[self.1]
    }
}

/// Changes that waited.
pub(super) struct Taken {
    pub(super) changes: VecDeque<Change>,
    /// Whether some were dropped.
    pub(super) lost: bool,
    /// Whether more wait.
    pub(super) more: bool,
}

impl Subscriptions {
    pub(crate) fn new(most_pending: usize) -> Subscriptions {
        Subscriptions { state: Mutex::new(State::default()), most_pending }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_waker(&self, waker: Waker) {
        self.state().waker = Some(waker);
    }

    /// Adds a subscription to the group `key`, which asks for `wanted`.
    pub(super) fn add(&self, key: GroupKey, wanted: Wanted, negotiated: bool) -> SubscriptionId {
        let state = &mut *self.state();
        state.next += 1;
        let id = SubscriptionId(state.next);
        let group = *state.by_key.entry(key.clone()).or_insert(state.next);
        let members = &mut state
            .groups
            .entry(group)
            .or_insert_with(|| {
                state.index.entry((wanted.model, wanted.op)).or_default().insert(&wanted.scope, group);
                state.keys.insert(group, key);
                Group { wanted: Arc::new(wanted), members: BTreeMap::new() }
            })
            .members;
        members.insert(id, Member { negotiated, last: None });
        state.subscriptions.insert(id, group);
        id
    }

    pub(super) fn remove(&self, id: SubscriptionId) {
        let state = &mut *self.state();
        let Some(group_id) = state.subscriptions.remove(&id) else { return };
        let Some(group) = state.groups.get_mut(&group_id) else { return };
        group.members.remove(&id);
        if !group.members.is_empty() {
            return;
        }
        let place = (group.wanted.model, group.wanted.op);
        if let Some(index) = state.index.get_mut(&place) {
            index.remove(&group.wanted.scope, group_id);
            if index.is_empty() {
                state.index.remove(&place);
            }
        }
        state.groups.remove(&group_id);
        if let Some(key) = state.keys.remove(&group_id) {
            state.by_key.remove(&key);
        }
    }

    /// Takes the first of the changes that wait, at most `most`.
    pub(super) fn take(&self, most: usize) -> Taken {
        let state = &mut *self.state();
        let rest = state.pending.split_off(most.min(state.pending.len()));
        let changes = std::mem::replace(&mut state.pending, rest);
        Taken { changes, lost: std::mem::take(&mut state.lost), more: !state.pending.is_empty() }
    }

    /// The groups that a change is an event for.
    pub(super) fn matching(&self, change: &Committed) -> Vec<(GroupId, Arc<Wanted>)> {
        let state = self.state();
        let Some(index) = state.index.get(&(change.model, change.op)) else { return Vec::new() };
        index
            .candidates(&change.after.record)
            .filter_map(|id| Some((id, &state.groups.get(&id)?.wanted)))
            .filter(|(_, wanted)| wanted.matches(change))
            .map(|(id, wanted)| (id, Arc::clone(wanted)))
            .collect()
    }

    /// Calls `tell` for each member of a group.
    pub(super) fn members(&self, group: GroupId, mut tell: impl FnMut(SubscriptionId, &mut Member)) {
        if let Some(group) = self.state().groups.get_mut(&group) {
            group.members.iter_mut().for_each(|(id, member)| tell(*id, member));
        }
    }

    pub(super) fn stats(&self) -> SubscriptionStats {
        let state = self.state();
        SubscriptionStats {
            subscriptions: state.subscriptions.len(),
            groups: state.groups.len(),
            unhashed: state.index.values().map(GroupIndex::unhashed).sum(),
        }
    }
}

impl CommitObserver for Subscriptions {
    fn committed(&self, changes: &Arc<[Committed]>) {
        let waker = {
            let state = &mut *self.state();
            let before = state.pending.len();
            for (place, change) in changes.iter().enumerate() {
                if !state.index.contains_key(&(change.model, change.op)) {
                    continue;
                }
                if state.pending.len() >= self.most_pending {
                    // Whoever should have read them is not keeping up: all start anew from a delta sync.
                    state.pending.clear();
                    state.lost = true;
                    break;
                }
                state.pending.push_back(Change(Arc::clone(changes), place));
            }
            let waiting = state.lost || state.pending.len() > before;
            state.waker.clone().filter(|_| waiting)
        };
        if let Some(waker) = waker {
            waker();
        }
    }
}

impl std::fmt::Debug for Subscriptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscriptions").field("stats", &self.stats()).finish_non_exhaustive()
    }
}
