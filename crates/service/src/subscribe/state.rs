//! The subscriptions of a service, and the changes that wait for them.

use super::group::{Group, GroupKey, Member, Wanted};
use super::index::{GroupId, GroupIndex};
use crate::context::weight;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use syncline_backend::{CommitObserver, Committed, Row};
use syncline_core::record::MutationOp;
use syncline_core::{ModelId, Record};

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
    /// Of these, the groups that are found by a range that their filter names.
    pub ranged: usize,
    /// Of these, the groups that every change of their model has to be compared with, because their filter names neither
    /// values nor ranges. The rest is found by values.
    pub unhashed: usize,
}

/// The subscriptions of a service.
pub(crate) struct Subscriptions {
    state: Mutex<State>,
    /// The changes that may wait, and the bytes of text in them.
    most: (usize, usize),
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
    /// The bytes of text in them.
    pending_bytes: usize,
    lost: bool,
    waker: Option<Waker>,
}

/// What a service would tell its subscribers after it was let go.
#[derive(Debug)]
pub struct Unheard(pub(super) Arc<Subscriptions>);

impl Unheard {
    /// Whether there is something that nobody takes any more.
    #[must_use]
    pub fn any(&self) -> bool {
        let state = self.0.state();
        state.lost || !state.pending.is_empty()
    }
}

/// A change among those that committed together, which are shared.
pub(super) struct Change {
    together: Arc<[Committed]>,
    place: usize,
    /// The bytes of text in it.
    bytes: usize,
}

impl Deref for Change {
    type Target = Committed;
    fn deref(&self) -> &Committed {
        &self.together[self.place]
    }
}

/// A group that is told of a change.
pub(super) struct Told {
    pub(super) group: GroupId,
    pub(super) wanted: Arc<Wanted>,
    /// Whether it is told that the record has left its scope.
    pub(super) leaves: bool,
}

impl Subscriptions {
    /// Without subscriptions. At most so many changes wait, with at most so many bytes of text in them.
    pub(crate) fn new(most_changes: usize, most_bytes: usize) -> Subscriptions {
        Subscriptions { state: Mutex::new(State::default()), most: (most_changes, most_bytes) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_waker(&self, waker: Waker) {
        self.state().waker = Some(waker);
    }

    /// Adds a subscription to the group `key`, which asks for `wanted`.
    pub(super) fn add(&self, key: GroupKey, wanted: Wanted, member: Member) -> SubscriptionId {
        let negotiated = member.negotiated;
        let state = &mut *self.state();
        state.next += 1;
        let id = SubscriptionId(state.next);
        let place = (wanted.model, wanted.op);
        let group = *state.by_key.entry(key.clone()).or_insert(state.next);
        let members = &mut state
            .groups
            .entry(group)
            .or_insert_with(|| {
                let wanted = Arc::new(wanted);
                state.index.entry(place).or_default().insert(&wanted, group);
                state.keys.insert(group, key);
                Group { wanted, members: BTreeMap::new() }
            })
            .members;
        members.insert(id, member);
        if negotiated && let Some(index) = state.index.get_mut(&place) {
            index.leaves(true);
        }
        state.subscriptions.insert(id, group);
        id
    }

    pub(super) fn remove(&self, id: SubscriptionId) {
        let state = &mut *self.state();
        let Some(group_id) = state.subscriptions.remove(&id) else { return };
        let Some(group) = state.groups.get_mut(&group_id) else { return };
        let negotiated = group.members.remove(&id).is_some_and(|member| member.negotiated);
        let place = (group.wanted.model, group.wanted.op);
        if negotiated && let Some(index) = state.index.get_mut(&place) {
            index.leaves(false);
        }
        if !group.members.is_empty() {
            return;
        }
        if let Some(index) = state.index.get_mut(&place) {
            index.remove(&group.wanted, group_id);
            if index.is_empty() {
                state.index.remove(&place);
            }
        }
        state.groups.remove(&group_id);
        if let Some(key) = state.keys.remove(&group_id) {
            state.by_key.remove(&key);
        }
    }

    /// Takes the first of the changes that wait.
    pub(super) fn take(&self) -> Option<Change> {
        let state = &mut *self.state();
        let change = state.pending.pop_front()?;
        state.pending_bytes = state.pending_bytes.saturating_sub(change.bytes);
        Some(change)
    }

    /// Whether changes were dropped since the last call, and whether some wait.
    pub(super) fn news(&self) -> (bool, bool) {
        let state = &mut *self.state();
        (std::mem::take(&mut state.lost), !state.pending.is_empty())
    }

    /// The groups that a change is an event for, in the order in which they were made, and behind them those whose scope
    /// the record has left. The second are asked for only if somebody is told of it.
    pub(super) fn told(&self, change: &Committed) -> Vec<Told> {
        let State { index, groups, .. } = &mut *self.state();
        let Some(index) = index.get_mut(&(change.model, change.op)) else { return Vec::new() };
        let mut told = Vec::new();
        let mut tell = |index: &mut GroupIndex, record: &Record, leaves: bool| {
            let start = told.len();
            let mut look = |id: GroupId| {
                let Some(Group { wanted, members }) = groups.get(&id) else { return };
                let hears =
                    || wanted.hears_of(change) && members.values().any(|member| member.is_told_of(change));
                if if leaves { wanted.loses(change) } else { hears() } {
                    told.push(Told { group: id, wanted: Arc::clone(wanted), leaves });
                }
            };
            index.found(record).into_iter().for_each(&mut look);
            index.others().for_each(|(id, _)| look(id));
            told[start..].sort_unstable_by_key(|told| told.group);
        };
        tell(index, &change.after.record, false);
        if change.op == MutationOp::Update
            && index.tells_leaves()
            && let Some(before) = &change.before
        {
            tell(index, &before.record, true);
        }
        told
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
            ranged: state.index.values().map(GroupIndex::ranged).sum(),
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
                let bytes = change.before.iter().chain([&*change.after]).map(text_bytes).sum();
                state.pending_bytes += bytes;
                let (most_changes, most_bytes) = self.most;
                if state.pending.len() >= most_changes || state.pending_bytes > most_bytes {
                    // Whoever should have read them is not keeping up: all start anew from a delta sync.
                    state.pending.clear();
                    state.pending_bytes = 0;
                    state.lost = true;
                    break;
                }
                state.pending.push_back(Change { together: Arc::clone(changes), place, bytes });
            }
            let waiting = state.lost || state.pending.len() > before;
            state.waker.clone().filter(|_| waiting)
        };
        if let Some(waker) = waker {
            waker();
        }
    }
}

/// The bytes of text in a row: what can be large in it.
fn text_bytes(row: &Row) -> usize {
    row.record.0.iter().map(weight).sum()
}

impl std::fmt::Debug for Subscriptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscriptions").field("stats", &self.stats()).finish_non_exhaustive()
    }
}
